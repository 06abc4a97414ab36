//! The claims of a suite: what must stand on a day.
//!
//! `on DAY[, as known on DAY]: CLAIM; CLAIM`, where a claim is one of
//! `PURPOSE [of contract 12] is STAGE [until DAY] [since DAY] [(why)] [and contested|restricted]`,
//! `PURPOSE is not there`, `DATA may be used for PURPOSE`, `DATA may not be used [for PURPOSE]`,
//! `DATA is kept`, `DATA is due`, `hold CASE is STAGE`, `nothing is restricted`,
//! `request CASE is STATE[, due DAY][, in law DAY][, late]`; and
//! `after DAY the next change is on DAY`, `after DAY nothing changes`.
//! A day stands for its noon; `until` names the last day.

use kept_core::name::PurposeName;
use kept_core::standing::{
    Ground, KeepState, Mark, PolicyHistory, Purposed, Standing, next_change, standing,
};
use kept_core::time::{Instant, Zone};
use kept_core::timeline::{Occasion, Timeline};

use super::events::{datum, moment, occasion};

/// Whether a list item is a claim.
pub(crate) fn is_claim(text: &str) -> bool {
    text.starts_with("on ") || text.starts_with("after ")
}

/// Checks one item.
pub(crate) fn check(text: &str, history: &PolicyHistory, timeline: &Timeline) -> Result<(), String> {
    let zone = history.newest().policy.zone();
    if let Some(rest) = text.strip_prefix("after ") {
        return check_change(rest, history, timeline, &zone);
    }
    let (when, claims) =
        text.strip_prefix("on ").and_then(|rest| rest.split_once(": ")).ok_or("expected `on DAY: …`")?;
    let (when, known) = match when.split_once(", as known on ") {
        Some((when, known)) => (when, moment(known, &zone)?),
        None => (when, Instant::MAX),
    };
    let now = Now { standing: standing(history, timeline, known, moment(when, &zone)?), zone };
    claims.split("; ").try_for_each(|claim| now.check(claim))
}

fn check_change(text: &str, history: &PolicyHistory, timeline: &Timeline, zone: &Zone) -> Result<(), String> {
    if let Some(from) = text.strip_suffix(" nothing changes") {
        return match next_change(history, timeline, Instant::MAX, moment(from, zone)?) {
            None => Ok(()),
            Some(next) => Err(format!("it changes at {}", zone.civil(next))),
        };
    }
    let (from, expected) =
        text.split_once(" the next change is on ").ok_or("expected `after DAY the next change is on DAY`")?;
    let next = next_change(history, timeline, Instant::MAX, moment(from, zone)?);
    let day = next.map(|next| zone.day_of(next).to_string());
    if day.as_deref() == Some(expected) { Ok(()) } else { Err(format!("the next change is on {day:?}")) }
}

/// What stands, and in which zone days are counted.
struct Now {
    standing: Standing,
    zone: Zone,
}

impl Now {
    fn check(&self, claim: &str) -> Result<(), String> {
        if claim == "nothing is restricted" {
            return truth(self.standing.restrictions.is_empty(), "something is restricted");
        }
        if let Some((data, purpose)) = claim.split_once(" may be used for ") {
            return truth(self.may_use(purpose, data), "it may not be used");
        }
        if let Some((data, purpose)) = claim.split_once(" may not be used for ") {
            return truth(!self.may_use(purpose, data), "it may be used");
        }
        if let Some(data) = claim.strip_suffix(" may not be used") {
            let used = self
                .standing
                .grounds
                .iter()
                .find(|ground| ground.covers(&datum(data)) && ground.allows_use());
            return used.map_or(Ok(()), |ground| Err(format!("it may be used: {}", self.shown(ground))));
        }
        if let Some(data) = claim.strip_suffix(" is kept") {
            return truth(self.standing.keeps(&datum(data)), "nothing keeps it");
        }
        if let Some(data) = claim.strip_suffix(" is due") {
            let keeping = self
                .standing
                .grounds
                .iter()
                .find(|ground| ground.covers(&datum(data)) && ground.keep.keeps());
            let reason = keeping.map_or("a restriction keeps it".to_owned(), |ground| {
                format!("kept: {}", self.shown(ground))
            });
            return truth(!self.standing.keeps(&datum(data)), &reason);
        }
        match claim.strip_prefix("request ") {
            Some(rest) => self.check_request(rest),
            None => self.check_ground(claim),
        }
    }

    fn may_use(&self, purpose: &str, data: &str) -> bool {
        self.standing.may_use(&PurposeName::from(purpose), &datum(data))
    }

    fn check_ground(&self, claim: &str) -> Result<(), String> {
        let (subject, wants) = claim.split_once(" is ").ok_or("this is no claim")?;
        let found: Vec<&Ground> =
            self.standing.grounds.iter().filter(|ground| is_about(ground, subject)).collect();
        let shown = found.iter().map(|ground| self.shown(ground)).collect::<Vec<_>>().join("; ");
        if wants == "not there" {
            return truth(found.is_empty(), &shown);
        }
        match found.as_slice() {
            [ground] => truth(self.fits(ground, wants)?, &format!("it is {shown}")),
            [] => Err("there is no such ground".to_owned()),
            _ => Err(format!("several: {shown}")),
        }
    }

    /// Whether a ground is as the words say; what they leave out is not looked at.
    fn fits(&self, ground: &Ground, wants: &str) -> Result<bool, String> {
        let (wants, mark) =
            wants.split_once(" and ").map_or((wants, None), |(wants, mark)| (wants, Some(mark)));
        let (wants, why) = wants
            .split_once(" (")
            .map_or((wants, None), |(wants, why)| (wants, Some(why.trim_end_matches(')'))));
        let mut words = wants.split(' ');
        let mut fits = words.next() == Some(word(&ground.stage()).as_str());
        while let Some(word) = words.next() {
            let day = words.next().ok_or("a day is missing")?;
            fits &= match word {
                "until" => self.last_day(ground.until()).as_deref() == Some(day),
                "since" | "on" => {
                    let at = if word == "on" { ended_at(ground) } else { ground.since };
                    at.map(|at| self.zone.day_of(at).to_string()).as_deref() == Some(day)
                }
                other => return Err(format!("`{other}` says nothing about a ground")),
            };
        }
        fits &= why.is_none_or(|why| self::word(&ground.why()).replace('-', " ") == why);
        fits &= match mark {
            None => ground.marks.is_empty(),
            Some("contested") => ground.marks.contains(&Mark::Contested),
            Some("reported") => ground.marks.contains(&Mark::Reported),
            Some("restricted") => ground.marks.iter().any(|mark| matches!(mark, Mark::Restricted(_))),
            Some("overdue for review") => ground.marks.contains(&Mark::ReviewOverdue),
            Some(other) => return Err(format!("`{other}` is no mark")),
        };
        Ok(fits)
    }

    /// The last day of a period that ends at this instant.
    fn last_day(&self, until: Option<Instant>) -> Option<String> {
        self.zone.day_of(until?).yesterday().ok().map(|day| day.to_string())
    }

    fn shown(&self, ground: &Ground) -> String {
        let until = match &ground.keep {
            KeepState::Ended(at, _) => format!(" on {}", self.zone.day_of(*at)),
            _ => self.last_day(ground.until()).map_or(String::new(), |day| format!(" until {day}")),
        };
        let since = ground.since.map_or(String::new(), |since| format!(" since {}", self.zone.day_of(since)));
        let why = word(&ground.why()).replace('-', " ");
        let GroundName(name) = name(ground);
        format!("{name} {}{until}{since} ({why}) {:?}", word(&ground.stage()), ground.marks)
    }

    fn check_request(&self, claim: &str) -> Result<(), String> {
        let (case, wants) = claim.split_once(" is ").ok_or("expected `request 7 is open`")?;
        let request = self
            .standing
            .requests
            .iter()
            .find(|request| request.case.as_str() == case)
            .ok_or("no such request")?;
        let mut parts = wants.split(", ");
        let mut fits = parts.next() == Some(word(&request.state).as_str());
        for part in parts {
            fits &= match part.split_once(' ') {
                Some(("due", day)) => request.promised_on.to_string() == day,
                Some(("in", law)) => law.strip_prefix("law ") == Some(request.lawful_on.to_string().as_str()),
                None if part == "late" => request.promise_missed,
                _ => return Err(format!("`{part}` says nothing about a request")),
            };
        }
        truth(
            fits,
            &format!(
                "it is {}, due {}, in law {}, late {}",
                word(&request.state),
                request.promised_on,
                request.lawful_on,
                request.promise_missed
            ),
        )
    }
}

struct GroundName(String);

fn name(ground: &Ground) -> GroundName {
    let purpose = match &ground.id.purpose {
        Purposed::Purpose(name) => name.to_string(),
        Purposed::Hold(case) => return GroundName(format!("hold {case}")),
    };
    GroundName(match &ground.id.occasion {
        Occasion::Person => purpose,
        Occasion::Contract(number) => format!("{purpose} of contract {number}"),
        Occasion::Record { table, key, .. } => format!("{purpose} of row {table} {key}"),
        Occasion::Request(case) | Occasion::Case(case) => format!("{purpose} of request {case}"),
    })
}

/// Whether a ground is meant: a bare purpose means its only ground, whatever the occasion.
fn is_about(ground: &Ground, subject: &str) -> bool {
    match subject.split_once(" of ") {
        Some((purpose, about)) => {
            ground.purpose().is_some_and(|name| name.as_str() == purpose)
                && occasion(about).is_ok_and(|occasion| same(&occasion, &ground.id.occasion))
        }
        None => ground.purpose().is_some_and(|name| name.as_str() == subject) || name(ground).0 == subject,
    }
}

fn same(wanted: &Occasion, found: &Occasion) -> bool {
    match (wanted, found) {
        (Occasion::Record { table, key, .. }, Occasion::Record { table: its, key: own, .. }) => {
            table == its && key == own
        }
        _ => wanted == found,
    }
}

fn ended_at(ground: &Ground) -> Option<Instant> {
    if let KeepState::Ended(at, _) = ground.keep { Some(at) } else { None }
}

/// A value as JSON spells it: `period-over`.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap_or_default().to_owned()
}

fn truth(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}
