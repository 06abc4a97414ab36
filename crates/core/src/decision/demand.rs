//! Whether a demand for data is met: what an authority, a court or whoever else may demand must
//! bring before anything leaves, and how far the demand reaches.
//!
//! Pure. Not here: the person's ground, which is needed besides (`gate`), and giving the data
//! (`kept-engine`).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::law::country;
use crate::ledger::entry::{NAME_BYTES_MAX, Telling};
use crate::policy::Policy;
use crate::policy::model::{Basis, DataRef, Disclosure, NeverTo};
use crate::time::Day;

/// The law or order that a demand rests on, by its number.
pub const LEGAL_REFERENCE: &str = "legal reference";

/// The data that are demanded, by their names in the policy, with commas between.
pub const SCOPE: &str = "scope";

/// Which basis a release rests on where the way has several: `legal-obligation`.
pub const BASIS: &str = "basis";

/// What shows that somebody asked whether less would do.
pub const PROPORTIONALITY: &str = "proportionality review";

/// How the person was told before the release, or why they are.
pub const TOLD: &str = "told";

/// Why the person is not told: the law that forbids it. Where the way may be secret, a name of letters,
/// digits and `-_./:` that the entry bears.
pub const NOT_TOLD: &str = "not told";

/// The last day on which a release that is not told is kept from the person; until somebody ends it
/// where none is brought.
pub const SECRET_UNTIL: &str = "secret until";

/// The country of an authority of which the policy says none, as ISO 3166-1 writes it.
pub const COUNTRY: &str = "country";

const APPROVAL: &str = "approval";

/// A demand for data.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'d> {
    /// The way of the policy by which it comes; none where the policy has none for who demands.
    pub way: Option<&'d Disclosure>,
    /// Whether an authority demands.
    pub official: bool,
    /// Whether the policy says in which country who demands is.
    pub placed: bool,
    /// What is to be given.
    pub fields: &'d [DataRef],
    /// What was brought, by the policy's words.
    pub evidence: &'d BTreeMap<String, String>,
    /// The day on which it comes, in the controller's zone.
    pub on: Day,
}

/// Why a demand is not met. What was brought is not repeated: people's names may stand in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unmet {
    /// The policy promises that nothing goes there.
    #[error("the policy promises that data never go there")]
    Never,
    /// The policy promises that nothing leaves a region, and who demands is elsewhere.
    #[error("the policy promises that data never leave {0}, and who demands is elsewhere")]
    Elsewhere(String),
    /// The country is none.
    #[error("the country of who demands is two capital letters, as ISO 3166-1 writes it")]
    Country,
    /// Something that is asked for first is missing.
    #[error("the policy asks for `{0}` first")]
    Needs(String),
    /// A legal reference is no name.
    #[error("the legal reference is at most 128 letters, digits and `-_./:`")]
    Reference,
    /// The scope names no data of the policy.
    #[error(
        "the scope names the data that are demanded, each by its name in the policy, with commas between"
    )]
    Scope,
    /// The way does not rest on this basis.
    #[error("this way does not rest on the basis that is named: it rests on {0}")]
    NotOnBasis(String),
    /// The way may be secret, and nobody says whether the person is told, or says both.
    #[error(
        "say whether the person is told: bring `told` or `not told`, one of the two, with the reason why"
    )]
    Untold,
    /// A reason why the person is told, or is not, is no name.
    #[error(
        "the reason in `told` or `not told` is at most 128 letters, digits and `-_./:`, such as the article of a law"
    )]
    Reason,
    /// The last day of the secrecy is no day to come, or nothing is secret.
    #[error(
        "`secret until` is a day to come, as in 2027-01-31, and stands beside `not told` alone: leave it out for a secrecy that somebody ends"
    )]
    Until,
    /// A category is demanded whole, and nobody looked whether less would do (5(1)(c)).
    #[error("`{0}` is demanded whole: bring a `proportionality review` that says why less will not do")]
    Disproportionate(DataRef),
}

/// How far a demand reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The only data that may go; `None` where the demand sets no limit of its own.
    pub scope: Option<Vec<DataRef>>,
    /// The basis of the release, where one had to be chosen.
    pub basis: Option<&'static str>,
    /// Whether the person is told, for the entry, where the way may be secret.
    pub telling: Option<Telling>,
}

impl Reach {
    /// Whether a field may go.
    pub fn holds(&self, field: &DataRef) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.iter().any(|data| data.contains(field)))
    }
}

/// What a demand reaches, if it is met.
///
/// # Errors
/// [`Unmet`]: nothing is to leave then.
pub fn demand(policy: &Policy, demand: &Demand<'_>) -> Result<Reach, Unmet> {
    if demand.official && policy.never.disclose_to == Some(NeverTo::Controllers) {
        return Err(Unmet::Never);
    }
    if let Some(missing) = needs(policy, demand).into_iter().find(|need| brought(demand, need).is_none()) {
        return Err(Unmet::Needs(missing.to_owned()));
    }
    if brought(demand, LEGAL_REFERENCE).is_some_and(|text| !is_name(text)) {
        return Err(Unmet::Reference);
    }
    within(policy, demand)?;
    let scope = brought(demand, SCOPE).map(|text| scope(policy, text)).transpose()?;
    let basis = basis(demand)?;
    if demand.official {
        proportionate(policy, demand)?;
    }
    let telling = telling(policy, demand)?;
    Ok(Reach { scope, basis, telling })
}

/// Whether the person is told of a release by a way that may be secret, and why.
fn telling(policy: &Policy, demand: &Demand<'_>) -> Result<Option<Telling>, Unmet> {
    if demand.way.is_none_or(|way| way.secrecy.is_none()) {
        return Ok(None);
    }
    let (is_secret, reason) = match (brought(demand, TOLD), brought(demand, NOT_TOLD)) {
        (Some(reason), None) => (false, reason),
        (None, Some(reason)) => (true, reason),
        (None, None) | (Some(_), Some(_)) => return Err(Unmet::Untold),
    };
    if !is_name(reason) {
        return Err(Unmet::Reason);
    }
    let last = match brought(demand, SECRET_UNTIL) {
        None => None,
        Some(text) => match text.parse::<Day>() {
            Ok(day) if is_secret && day >= demand.on => Some(day),
            _ => return Err(Unmet::Until),
        },
    };
    let until = last.map(|last| policy.zone().end_of(last));
    Ok(Some(Telling { is_secret, reason: reason.to_owned(), until }))
}

/// What has to be brought, by the policy's words. An authority always brings the law or order that
/// it acts on, and somebody approves.
fn needs<'d>(policy: &Policy, demand: &Demand<'d>) -> Vec<&'d str> {
    let mut needs: Vec<&str> =
        demand.way.map_or_else(Vec::new, |way| way.needs.iter().map(String::as_str).collect());
    if demand.official && !needs.contains(&LEGAL_REFERENCE) {
        needs.insert(0, LEGAL_REFERENCE);
    }
    if demand.official && !needs.iter().any(|need| need.starts_with(APPROVAL)) {
        needs.push(APPROVAL);
    }
    if asks_country(policy, demand) && !needs.contains(&COUNTRY) {
        needs.push(COUNTRY);
    }
    if let Some(tell) = demand.way.and_then(|way| way.tell.as_ref()) {
        let may_stay = tell.unless.is_some() || demand.way.is_some_and(|way| way.secrecy.is_some());
        let excused = may_stay && brought(demand, NOT_TOLD).is_some();
        needs.extend((!excused).then_some(TOLD));
    }
    needs
}

/// Whether it must be said where who demands is: the policy promises that data never leave a region, and
/// does not say it itself.
fn asks_country(policy: &Policy, demand: &Demand<'_>) -> bool {
    demand.official && !demand.placed && !policy.never.leave.is_empty()
}

/// Nothing goes to a country outside the regions that data never leave; no authority's order opens them.
fn within(policy: &Policy, demand: &Demand<'_>) -> Result<(), Unmet> {
    let stays = &policy.never.leave;
    let Some(code) = brought(demand, COUNTRY).filter(|_| demand.official && !stays.is_empty()) else {
        return Ok(());
    };
    if !country::is_known(code) {
        return Err(Unmet::Country);
    }
    let lies_in = |region: &String| country::lies_in(code, region);
    if stays.iter().any(lies_in) { Ok(()) } else { Err(Unmet::Elsewhere(stays.join(", "))) }
}

fn brought<'d>(demand: &Demand<'d>, what: &str) -> Option<&'d str> {
    demand.evidence.get(what).map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// The data of a scope; each is declared.
fn scope(policy: &Policy, text: &str) -> Result<Vec<DataRef>, Unmet> {
    let one = |word: &str| {
        let (category, field) = match word.trim().split_once('.') {
            Some((category, field)) => (category, Some(field)),
            None => (word.trim(), None),
        };
        let declared = policy.data.get(category)?;
        let known = field.is_none_or(|field| declared.fields.contains_key(field));
        known.then(|| DataRef { category: category.into(), field: field.map(Into::into) })
    };
    text.split(',').map(one).collect::<Option<Vec<_>>>().ok_or(Unmet::Scope)
}

/// The basis of the release: the only one of its way, or the one that is chosen.
fn basis(demand: &Demand<'_>) -> Result<Option<&'static str>, Unmet> {
    let bases = demand.way.map_or(&[][..], |way| way.bases.as_slice());
    let several = bases.len() > 1;
    match brought(demand, BASIS) {
        None if several => Err(Unmet::Needs(BASIS.to_owned())),
        None => Ok(None),
        Some(named) => match bases.iter().map(Basis::word).find(|word| *word == named) {
            Some(word) => Ok(several.then_some(word)),
            None => {
                let words: Vec<&str> = bases.iter().map(Basis::word).collect();
                Err(Unmet::NotOnBasis(words.join(", ")))
            }
        },
    }
}

/// A whole category goes only where somebody asked whether less would do (5(1)(c)).
fn proportionate(policy: &Policy, demand: &Demand<'_>) -> Result<(), Unmet> {
    if brought(demand, PROPORTIONALITY).is_some() {
        return Ok(());
    }
    for category in policy.data.values() {
        let named = |data: &&DataRef| data.category == category.name;
        let mut of_it = demand.fields.iter().filter(named);
        let whole = of_it.clone().any(|data| data.field.is_none());
        let each = |name| of_it.clone().any(|data| data.field.as_ref() == Some(name));
        let all = category.fields.len() > 1 && category.fields.keys().all(each);
        if of_it.next().is_some() && (whole || all) {
            return Err(Unmet::Disproportionate(DataRef::whole(category.name.clone())));
        }
    }
    Ok(())
}

/// Whether a text may stand in a ledger's entry.
pub fn is_name(text: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || "-_./:".contains(letter);
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.chars().all(fits)
}
