//! Names that a policy does not have: which may be repeated to whoever sent them, and which known ones are
//! offered instead.
//!
//! A caller may write anything where a name belongs, and so a person's data. What looks like a name of a
//! policy is repeated, everything else is left out. Not here: how near two words are (`suggest`), and the
//! words of the refusal itself (`admission`, and whoever asks).

use crate::policy::Policy;
use crate::policy::model::DataRef;
use crate::policy::suggest::nearest;

/// The longest name that is repeated, in bytes.
const LENGTH_MAX: usize = 64;

/// The most digits, wherever they stand: more of them are a number of somebody, which is often written in groups.
const DIGITS_MAX: usize = 4;

/// How many known names are told.
const TOLD_MAX: usize = 12;

/// What stands for a name that is not repeated.
pub const HIDDEN: &str = "…";

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    /// A purpose.
    Purpose,
    /// A category of data or a field.
    Data,
    /// A kind of people.
    People,
    /// A source.
    Source,
    /// A recipient, a member of a kind of them, or a way in which authorities demand data.
    Recipient,
    /// A role of staff.
    Role,
    /// A controller.
    Controller,
    /// A message.
    Message,
    /// An event from which something counts.
    Event,
    /// Statistics.
    Statistics,
}

impl NameOf {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::Data => "data",
            Self::People => "people",
            Self::Source => "source",
            Self::Recipient => "recipient",
            Self::Role => "role",
            Self::Controller => "controller",
            Self::Message => "message",
            Self::Event => "event",
            Self::Statistics => "statistics",
        }
    }

    /// The names that a policy has of this kind, in its order.
    pub fn known(self, policy: &Policy) -> Vec<String> {
        match self {
            Self::Purpose => policy.purposes.keys().map(ToString::to_string).collect(),
            Self::People => policy.people.keys().map(ToString::to_string).collect(),
            Self::Source => policy.sources.keys().map(ToString::to_string).collect(),
            Self::Role => policy.roles.keys().map(ToString::to_string).collect(),
            Self::Controller => policy.controllers.keys().map(ToString::to_string).collect(),
            Self::Message => policy.messages.keys().map(ToString::to_string).collect(),
            Self::Statistics => policy.statistics.keys().map(ToString::to_string).collect(),
            Self::Recipient => recipients(policy),
            Self::Data => data(policy),
            Self::Event => events(policy),
        }
    }
}

fn recipients(policy: &Policy) -> Vec<String> {
    let one = |recipient: &crate::policy::model::Recipient| {
        let members = recipient.members.keys().map(|member| format!("{}.{member}", recipient.id));
        let members: Vec<String> = members.collect();
        if members.is_empty() { vec![recipient.id.to_string()] } else { members }
    };
    let ways = policy.disclosures.values().filter(|way| way.to.iter().any(|to| to == "authority"));
    policy.recipients.values().flat_map(one).chain(ways.map(|way| way.id.clone())).collect()
}

fn data(policy: &Policy) -> Vec<String> {
    let fields = policy.data.values().flat_map(|category| {
        let named = category.fields.keys().map(|field| format!("{}.{field}", category.name));
        let named: Vec<String> = named.collect();
        if named.is_empty() { vec![category.name.to_string()] } else { named }
    });
    fields.collect()
}

fn events(policy: &Policy) -> Vec<String> {
    let mut names: Vec<String> = policy.events.keys().map(ToString::to_string).collect();
    let starts = policy.purposes.values().map(|purpose| purpose.starts.to_string());
    for name in starts {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A name that the policy does not have, with those that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    kind: NameOf,
    name: String,
    near: Option<String>,
    known: Vec<String>,
}

impl Stranger {
    /// A name that a policy does not have.
    pub fn new(policy: &Policy, kind: NameOf, name: &str) -> Self {
        let mut known = kind.known(policy);
        let near = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        if let Some(place) = known.iter().position(|one| Some(one) == near.as_ref()) {
            let found = known.remove(place);
            known.insert(0, found);
        }
        Self { kind, name: name.to_owned(), near, known }
    }

    /// What it would name.
    pub fn kind(&self) -> NameOf {
        self.kind
    }

    /// The name as it may be repeated.
    pub fn shown(&self) -> &str {
        shown(&self.name)
    }

    /// Whether the name may be repeated as it is.
    pub fn may_be_repeated(&self) -> bool {
        may_be_repeated(&self.name)
    }

    /// That the policy does not have it, and what the caller can write instead.
    pub fn whole(&self) -> String {
        format!("{self}: {}", self.hint())
    }

    /// What the caller can write instead: the nearest name, and those that there are.
    pub fn hint(&self) -> String {
        let near = self.near.as_ref().map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let told: Vec<String> = self.known.iter().take(TOLD_MAX).map(|name| format!("`{name}`")).collect();
        let rest = self.known.len().saturating_sub(TOLD_MAX);
        match (told.split_last(), rest) {
            (None, _) => "the policy has none".to_owned(),
            (Some(_), 1..) => format!("{near}the policy has {} and {rest} more", told.join(", ")),
            (Some((last, [])), 0) => format!("{near}the policy has {last}"),
            (Some((last, before)), 0) => format!("{near}the policy has {} and {last}", before.join(", ")),
        }
    }
}

impl std::fmt::Display for Stranger {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "the policy has no {} `{}`", self.kind.word(), self.shown())
    }
}

/// The name of data that a policy does not have, among these.
pub fn unknown_data<'d>(policy: &Policy, mut data: impl Iterator<Item = &'d DataRef>) -> Option<Stranger> {
    let unknown = data.find(|one| {
        let declared = policy.data.get(&one.category);
        !declared.is_some_and(|declared| {
            one.field.as_ref().is_none_or(|field| declared.fields.contains_key(field))
        })
    })?;
    Some(Stranger::new(policy, NameOf::Data, &unknown.to_string()))
}

/// A name, or what stands for one that is not repeated.
pub fn shown(name: &str) -> &str {
    if may_be_repeated(name) { name } else { HIDDEN }
}

/// Whether a name that nobody knows may be repeated to whoever sent it: it has the form of a policy's
/// names (words of ASCII letters and digits with `-`, `_` or `.` between, the first sign a letter), is short,
/// has few digits, and no word that begins with a capital letter, as people's names do.
pub fn may_be_repeated(name: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.len() <= LENGTH_MAX
        && name.starts_with(|sign: char| sign.is_ascii_lowercase())
        && digits <= DIGITS_MAX
        && name.split(['-', '_', '.']).all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_policys_name_is_repeated_and_what_may_be_personal_is_not() {
        for name in ["newsleter", "contact.shoe-size", "billing_2026", "shoeSize", "a", "x1.y2-z3"] {
            assert!(may_be_repeated(name), "{name}");
        }
        let long = "a".repeat(65);
        for name in [
            "",
            "fr76.3000.6000",
            "tel-06-12-34-56-78",
            "born-1980-12-24",
            "ada@example.org",
            "Ada",
            "Ada-Lovelace",
            "ada-Lovelace",
            "ada lovelace",
            "order-47110815",
            "4711",
            "0475-12-34-56",
            "a--b",
            ".a",
            "a.",
            "zoë",
            "a`b",
            "a/b",
            long.as_str(),
        ] {
            assert!(!may_be_repeated(name), "{name}");
            assert_eq!(shown(name), HIDDEN);
        }
    }
}
