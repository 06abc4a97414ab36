//! What carries data to a recipient outside the European Economic Area on a day (Art. 44 to 49), and what
//! the policy's own rule for places elsewhere asks besides.
//!
//! Not here: saying so to the policy's author (`codes`), refusing data (`decision`), and whether the person
//! consented (`standing`).

use crate::law::adequacy::{self, Adequacy};
use crate::law::tool::{self, Tool};
use crate::law::{country, says_stem};
use crate::name::PurposeName;
use crate::policy::Policy;
use crate::policy::model::{Controller, Recipient, Text};
use crate::time::Day;

/// What lets data go to where a recipient is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// Nothing is needed: no place outside the Economic Area is declared.
    Nowhere,
    /// A decision of the Commission about the whole country, which the policy does not name (Art. 45).
    Decision(Adequacy),
    /// Only its seat is elsewhere, and settings keep the law of that country out.
    Settings,
    /// What the policy names as safeguard.
    Tool(Tool),
}

/// What is missing for data to go to where a recipient is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack<'p> {
    /// No safeguard is named, and no decision covers the country as a whole.
    Bare {
        /// The code of the country.
        country: &'p str,
        /// To what a decision about the country is limited, where there is one.
        limit: Option<&'static str>,
    },
    /// Only its seat is elsewhere; neither a safeguard nor settings are named (C-311/18).
    BareSeat {
        /// The code of the country.
        country: &'p str,
    },
    /// The safeguard names no tool that the law knows.
    Vague(&'p Text),
    /// The tool holds no longer.
    Over(Tool, Day),
    /// The tool does not hold yet.
    NotYet(Tool, Day),
    /// The safeguard names an adequacy decision, and there is none about the country.
    NotAdequate(&'p str),
    /// The tool, or the decision about the country, covers only who is certified or otherwise meant, and nothing
    /// says so of the recipient.
    Uncertified,
}

/// Whose consent a transfer asks, beside the ground of the purpose (49(1)(a)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'p> {
    /// Nobody's.
    Nobody,
    /// The person's, for this purpose.
    Person(&'p PurposeName),
    /// The person's, and the policy names no purpose for which it is given: nobody can have given it.
    Unnamed,
}

/// What carries data to a recipient on a day.
///
/// # Errors
/// [`Lack`]: nothing does.
pub fn carrier(to: &Recipient, on: Day) -> Result<Carrier, Lack<'_>> {
    let place = far(&to.country, on);
    let seat = far(&to.seat, on);
    let Some(code) = place.or(seat) else {
        // A place that nobody names may be anywhere: what is named for it has to hold.
        let named = to.safeguard.as_ref().filter(|_| to.country.is_none());
        return named.map_or(Ok(Carrier::Nowhere), |text| holding(text, &[], on));
    };
    if let Some(text) = &to.safeguard {
        let far: Vec<&str> = [place, seat].into_iter().flatten().collect();
        return holding(text, &far, on);
    }
    match (whole(code, on), place) {
        (Some(_), Some(_)) if seat.is_some_and(|seat| whole(seat, on).is_none()) => bare_seat(to, seat),
        (Some(decision), _) => Ok(Carrier::Decision(decision)),
        (None, Some(country)) => {
            let limit = adequacy::on(country, on).map(|decision| decision.scope);
            Err(Lack::Bare { country, limit })
        }
        (None, None) => bare_seat(to, seat),
    }
}

fn bare_seat<'p>(to: &'p Recipient, seat: Option<&'p str>) -> Result<Carrier, Lack<'p>> {
    match seat.filter(|_| to.settings.is_none()) {
        Some(country) => Err(Lack::BareSeat { country }),
        None => Ok(Carrier::Settings),
    }
}

/// Whether a database of the company may stand in a country: in the Economic Area, in a controller's own
/// country, where a decision covers it, or where a recipient runs it on a safeguard that holds.
pub fn is_carried(policy: &Policy, code: &str, on: Day) -> bool {
    let own = |controller: &Controller| controller.country.as_deref() == Some(code);
    let runs = |to: &Recipient| {
        to.country.as_deref() == Some(code) && to.safeguard.is_some() && carrier(to, on).is_ok()
    };
    country::is_in_eea_on(code, on)
        || whole(code, on).is_some()
        || policy.controllers.values().any(own)
        || policy.recipients.values().any(runs)
}

/// Whether the policy asks for a reason why data go to this recipient, and names none.
pub fn lacks_reason(policy: &Policy, to: &Recipient, on: Day) -> bool {
    let either = asks(policy, to, REASON_OR_CONSENT, on) && to.transfer_consent.is_none();
    to.necessity.is_none() && (either || asks(policy, to, REASON, on))
}

/// Whose consent it takes that data go to this recipient. One that the policy names for the recipient is
/// always asked for.
pub fn consent<'p>(policy: &'p Policy, to: &'p Recipient, on: Day) -> Asked<'p> {
    if let Some(purpose) = &to.transfer_consent {
        return Asked::Person(purpose);
    }
    let carries = matches!(carrier(to, on), Ok(Carrier::Tool(tool)) if tool.is_consent());
    if carries || asks(policy, to, CONSENT, on) { Asked::Unnamed } else { Asked::Nobody }
}

/// What the policy asks for elsewhere, by its words.
const REASON: &str = "reason";
const CONSENT: &str = "consent";
const REASON_OR_CONSENT: &str = "reason or consent";

/// Whether the rule for places elsewhere asks something for this recipient: by the place of processing, since
/// data do not leave for a seat.
fn asks(policy: &Policy, to: &Recipient, need: &str, on: Day) -> bool {
    let Some((rule, code)) = policy.transfers.as_ref().zip(far(&to.country, on)) else { return false };
    let unprotected_only = rule.applies == [WITHOUT_ADEQUACY];
    let by_decision = || matches!(carrier(to, on), Ok(Carrier::Tool(tool)) if tool.article == tool::ADEQUACY);
    rule.otherwise.iter().any(|word| word == need)
        && !(unprotected_only && (whole(code, on).is_some() || by_decision()))
}

const WITHOUT_ADEQUACY: &str = "without adequacy";

/// What a safeguard names, if it holds on the day for each of these countries.
fn holding<'p>(text: &'p Text, countries: &[&'p str], on: Day) -> Result<Carrier, Lack<'p>> {
    let Some(tool) = tool::named(&text.written, on) else { return Err(Lack::Vague(text)) };
    if let Some(until) = tool.holds.until.filter(|until| *until <= on) {
        return Err(Lack::Over(tool, until));
    }
    if let Some(from) = tool.holds.from.filter(|from| on < *from) {
        return Err(Lack::NotYet(tool, from));
    }
    let decisions: Vec<Option<Adequacy>> = countries.iter().map(|code| adequacy::on(code, on)).collect();
    let is_about = |decision: &Adequacy| {
        !tool.covers_certified_only() || decision.code == FRAMEWORK || !decision.is_limited()
    };
    let rests_on_one = tool.is_any_decision() || tool.covers_certified_only();
    let undecided = countries.iter().zip(&decisions).find(|(_, found)| !found.as_ref().is_some_and(is_about));
    if let Some((code, _)) = undecided.filter(|_| rests_on_one) {
        return Err(Lack::NotAdequate(code));
    }
    let is_limited = rests_on_one && decisions.iter().flatten().any(Adequacy::is_limited);
    if (is_limited || tool.covers_certified_only())
        && !CERTIFIED.iter().any(|stem| says_stem(&text.written, stem))
    {
        return Err(Lack::Uncertified);
    }
    Ok(Carrier::Tool(tool))
}

/// The country whose organisations certify themselves under the framework.
const FRAMEWORK: &str = "US";

/// How words begin that say that somebody is certified.
const CERTIFIED: [&str; 6] = ["certif", "participa", "listed", "covered", "adher", "gecertif"];

/// A country, where it is outside the Economic Area on the day.
fn far(code: &Option<String>, on: Day) -> Option<&str> {
    code.as_deref().filter(|code| !country::is_in_eea_on(code, on))
}

/// The decision that covers a country as a whole on the day.
pub fn whole(code: &str, on: Day) -> Option<Adequacy> {
    adequacy::on(code, on).filter(|decision| !decision.is_limited())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::source::SourceFile;
    use jiff::civil::date;

    /// A policy with one recipient, and its rule for places elsewhere.
    fn policy(rule: &str, recipient: &str) -> Policy {
        let text = format!(
            "edition = 1\n[controller.acme]\nname = \"Acme\"\ncountry = \"FR\"\n[transfers]\n\
             statement = \"Mainly in the Union.\"\n{rule}\n[purpose.abroad]\nbasis = {{ consent = \
             \"explicit\" }}\nkeep = \"1 year\"\n[recipient.tool]\n{recipient}\n"
        );
        crate::policy::read(&[SourceFile::new("policy.toml", text)]).policy.unwrap()
    }

    fn carried(recipient: &str, on: Day) -> String {
        let policy = policy("", recipient);
        let found = carrier(&policy.recipients["tool"], on);
        match found {
            Ok(Carrier::Nowhere) => "nowhere".to_owned(),
            Ok(Carrier::Settings) => "settings".to_owned(),
            Ok(Carrier::Decision(decision)) => decision.decision.to_owned(),
            Ok(Carrier::Tool(tool)) => tool.name.to_owned(),
            Err(lack) => format!("{lack:?}").split([' ', '(']).next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn what_carries_data_follows_from_place_seat_safeguard_and_day() {
        let today = date(2026, 1, 1);
        let clauses = "safeguard = \"standard contractual clauses of 2021\"";
        for (recipient, expected) in [
            ("country = \"FR\"", "nowhere"),
            ("country = \"NO\"", "nowhere"),
            ("", "nowhere"),
            ("safeguard = \"appropriate measures\"", "Vague"),
            ("country = \"IN\"", "Bare"),
            ("country = \"US\"", "Bare"),
            ("country = \"CH\"", "2000/518/EC"),
            ("country = \"CH\"\nseat = \"US\"", "BareSeat"),
            ("country = \"FR\"\nseat = \"US\"", "BareSeat"),
            ("country = \"FR\"\nseat = \"US\"\nsettings = \"keys of our own\"", "settings"),
            ("country = \"FR\"\nseat = \"US\"\nsafeguard = \"promises\"", "Vague"),
            ("country = \"IN\"\nsettings = \"keys of our own\"", "Bare"),
            ("country = \"US\"\nsafeguard = \"EU-US Privacy Shield\"", "Over"),
            ("country = \"US\"\nsafeguard = \"Data Privacy Framework\"", "Uncertified"),
            ("country = \"IN\"\nsafeguard = \"adequacy decision\"", "NotAdequate"),
            ("country = \"US\"\nsafeguard = \"adequacy decision\"", "Uncertified"),
            ("country = \"JP\"\nseat = \"US\"\nsafeguard = \"adequacy decision\"", "Uncertified"),
            ("country = \"JP\"\nseat = \"RU\"\nsafeguard = \"adequacy decision\"", "NotAdequate"),
            ("country = \"FR\"\nseat = \"US\"\nsafeguard = \"adequacy decision\"", "Uncertified"),
            ("country = \"IN\"\nsafeguard = \"certified under the Data Privacy Framework\"", "NotAdequate"),
        ] {
            assert_eq!(carried(recipient, today), expected, "{recipient}");
        }
        let certified = "country = \"US\"\nsafeguard = \"certified under the Data Privacy Framework\"";
        assert_eq!(carried(certified, today), "the Data Privacy Framework");
        assert_eq!(carried(certified, date(2023, 7, 9)), "NotYet");
        for place in ["country = \"IN\"", "country = \"US\"", "country = \"FR\"\nseat = \"US\""] {
            let with = carried(&format!("{place}\n{clauses}"), today);
            assert!(with.starts_with("standard contractual clauses"), "{with}");
        }
        assert_eq!(carried("country = \"GB\"", date(2031, 12, 26)), "(EU) 2021/1772");
        assert_eq!(carried("country = \"GB\"", date(2031, 12, 27)), "Bare");
    }

    #[test]
    fn a_reason_and_consent_are_asked_for_as_the_rule_says() {
        let today = date(2026, 1, 1);
        let far = "country = \"IN\"\nsafeguard = \"standard contractual clauses of 2021\"";
        let says = |rule: &str, recipient: &str| {
            let policy = policy(rule, recipient);
            let to = &policy.recipients["tool"];
            (lacks_reason(&policy, to, today), consent(&policy, to, today) == Asked::Unnamed)
        };
        let agreed = |recipient: &str| format!("{recipient}\ntransfer-consent = \"abroad\"");
        let needed = |recipient: &str| format!("{recipient}\nnecessity = \"nobody else has it\"");
        assert_eq!(says("", far), (false, false));
        let reason = "otherwise = [\"reason\"]";
        assert_eq!(says(reason, far), (true, false));
        assert_eq!(says(reason, &needed(far)), (false, false));
        assert_eq!(says(reason, &agreed(far)), (true, false), "consent is no reason");
        assert_eq!(says(reason, "country = \"FR\""), (false, false));
        let either = "otherwise = [\"reason or consent\"]";
        assert_eq!(says(either, far), (true, false));
        assert_eq!(says(either, &needed(far)), (false, false));
        assert_eq!(says(either, &agreed(far)), (false, false));
        let both = "otherwise = [\"reason\", \"consent\"]";
        assert_eq!(says(both, far), (true, true));
        assert_eq!(says(both, &agreed(&needed(far))), (false, false));
        let by_consent = "country = \"IN\"\nsafeguard = \"your explicit consent\"";
        assert_eq!(says("", by_consent), (false, true));
        assert_eq!(says("", &agreed(by_consent)), (false, false));
        let unprotected = "otherwise = [\"reason\"]\napplies = [\"without adequacy\"]";
        let swiss = "country = \"CH\"\nsafeguard = \"adequacy decision\"";
        assert_eq!(says(unprotected, swiss), (false, false));
        assert_eq!(says(reason, swiss), (true, false));
        assert_eq!(says(unprotected, far), (true, false));
    }
}
