//! What a column holds, from its name, its type and what its values are.

use super::sample::Seen;
use super::values::{Pattern, Tally};
use super::words;
use super::{ColumnScan, Sure, What};
use crate::schema::{Class, Column};

/// What was found of the columns of a table.
pub(super) struct Judged {
    /// Columns that look personal wherever they stand.
    pub(super) personal: Vec<ColumnScan>,
    /// Columns that look personal only where the row is a person's.
    pub(super) of_people: Vec<ColumnScan>,
}

impl Judged {
    /// Whether a column that is surely of some kind is among those that look personal.
    pub(super) fn has(&self, kinds: &[What]) -> bool {
        self.find(kinds).is_some()
    }

    /// The surest column of some kinds, the first kind first.
    pub(super) fn find(&self, kinds: &[What]) -> Option<&ColumnScan> {
        kinds.iter().find_map(|kind| {
            let own = self.personal.iter().filter(|one| one.what == *kind && one.sure > Sure::Guess);
            own.rev().max_by_key(|one| (one.sure, !one.column.contains('$')))
        })
    }
}

/// Judges every column of a table, and what lies within its documents.
pub(super) fn judge(seen: &Seen<'_>) -> Judged {
    let mut judged = Judged { personal: Vec::new(), of_people: Vec::new() };
    for (column, tally) in seen.table.columns.iter().zip(&seen.tallies) {
        let within: Vec<ColumnScan> = seen
            .leaves
            .iter()
            .filter(|leaf| leaf.column == column.name)
            .filter_map(|leaf| {
                let found = verdict(&leaf.name, Class::Text, &leaf.tally)?;
                let is_good = found.is_strong;
                is_good.then(|| found.scan(format!("{}{}", leaf.column, leaf.path), false))
            })
            .collect();
        if !within.is_empty() {
            judged.personal.extend(within);
            continue;
        }
        let class = if column.is_list { Class::Text } else { column.class };
        let Some(found) = verdict(&column.name, class, tally) else { continue };
        let is_strong = found.is_strong;
        let scan = found.scan(column.name.clone(), takes_empty(seen, column));
        if is_strong { judged.personal.push(scan) } else { judged.of_people.push(scan) }
    }
    judged
}

/// Whether a column has to have a value, and an empty text may stand in several rows.
pub(super) fn takes_empty(seen: &Seen<'_>, column: &Column) -> bool {
    column.class == Class::Text
        && !column.is_nullable
        && !column.is_generated
        && !seen.table.is_unique(&[&column.name])
        && !column.declared.starts_with("enum")
}

struct Verdict {
    what: What,
    is_strong: bool,
    sure: Sure,
    reason: String,
    field: &'static str,
}

impl Verdict {
    fn scan(self, column: String, takes_empty: bool) -> ColumnScan {
        let Self { what, sure, reason, field, .. } = self;
        ColumnScan { column, what, field, takes_empty, sure, reason }
    }
}

fn verdict(name: &str, class: Class, tally: &Tally) -> Option<Verdict> {
    let named = words::of_column(name).filter(|(what, _)| fits(*what, class));
    let told = tally.tell().filter(|(what, _)| may_tell(*what, class));
    if class == Class::Network && told.is_none() {
        return Some(strong(What::Ip, Sure::Certain, "its type is that of network addresses".to_owned()));
    }
    match (named, told) {
        (Some((what, _)), Some((value, pattern))) if agrees(what, value) => {
            let reason = format!("the name says {}; {}", what.words(), tally.words(pattern));
            Some(strong(closer(what, value), Sure::Certain, reason))
        }
        // What values say weighs more than what a name says, but a first name is no more than a sign.
        (Some((what, true)), Some((What::Name, _))) => by_name(what, true, tally),
        (_, Some((value, pattern))) => {
            let sure = match value {
                What::Email | What::Bank | What::Ip | What::Card => Sure::Certain,
                What::Name => Sure::Guess,
                _ => Sure::Likely,
            };
            Some(strong(value, sure, tally.words(pattern)))
        }
        (Some((what, is_strong)), None) => by_name(what, is_strong, tally),
        // A date of hiring is no date of birth.
        (None, None) if words::told(name).is_some() => None,
        (None, None) => by_signs(class, tally),
    }
}

/// A name alone, unless the values speak against it.
fn by_name(what: What, is_strong: bool, tally: &Tally) -> Option<Verdict> {
    const MANY: usize = 10;
    let says = format!("the name says {}", what.words());
    let expected = match what {
        What::Email => Some(Pattern::Email),
        What::Ip => Some(Pattern::Ip),
        What::Bank => Some(Pattern::Iban),
        _ => None,
    };
    let sure = if is_strong { Sure::Likely } else { Sure::Guess };
    let Some(pattern) = expected.filter(|_| tally.count >= MANY) else {
        return Some(Verdict { what, is_strong, sure, reason: says, field: what.field() });
    };
    let against = tally.are(pattern) * 20 < tally.count;
    // Letters instead of addresses: encrypted, hashed, or something else.
    let is_long = tally.length() >= 16;
    match (against, what) {
        (true, What::Email | What::Ip) if !is_long => None,
        (true, _) => {
            let reason = format!("{says}; few of {} sampled values are any", tally.count);
            Some(Verdict { what, is_strong, sure: Sure::Guess, reason, field: what.field() })
        }
        (false, _) => Some(strong(what, Sure::Likely, format!("{says}; {}", tally.words(pattern)))),
    }
}

/// Signs that are too weak to stand alone, where the name says nothing.
fn by_signs(class: Class, tally: &Tally) -> Option<Verdict> {
    let weak = |what: What, pattern: Pattern| Verdict {
        what,
        is_strong: false,
        sure: Sure::Guess,
        reason: tally.words(pattern),
        field: what.field(),
    };
    let is_text = matches!(class, Class::Text | Class::Other | Class::Json);
    if is_text && tally.count >= 3 && tally.are(Pattern::EmailWithin) * 5 >= tally.count {
        let reason = tally.words(Pattern::EmailWithin);
        return Some(strong(What::FreeText, Sure::Likely, reason));
    }
    let is_day = matches!(class, Class::Date | Class::Text | Class::Other | Class::LocalTime);
    if is_day && tally.mostly(Pattern::Born, 90, 8) && tally.distinct * 2 > tally.count {
        return Some(weak(What::BirthDate, Pattern::Born));
    }
    (is_text && tally.mostly(Pattern::Prose, 50, 3)).then(|| weak(What::FreeText, Pattern::Prose))
}

fn strong(what: What, sure: Sure, reason: String) -> Verdict {
    Verdict { what, is_strong: true, sure, reason, field: what.field() }
}

/// Whether a column of this type can hold it.
fn fits(what: What, class: Class) -> bool {
    let is_text = matches!(class, Class::Text | Class::Other | Class::Json);
    match what {
        What::Phone | What::Postcode | What::Card | What::NationalNumber | What::Bank => {
            is_text || matches!(class, Class::Integer | Class::Decimal)
        }
        What::BirthDate => !matches!(class, Class::Truth | Class::Bytes | Class::Uuid),
        What::Ip => is_text || matches!(class, Class::Integer | Class::Network | Class::Bytes),
        What::Location | What::Employment => !matches!(class, Class::Truth | Class::Date | Class::Instant),
        What::Device => is_text || matches!(class, Class::Uuid | Class::Bytes),
        What::Picture | What::Password => is_text || class == Class::Bytes,
        What::Special => !matches!(class, Class::Uuid | Class::Instant),
        What::Login => is_text || class == Class::Integer,
        What::Gender => is_text || class == Class::Integer,
        _ => is_text,
    }
}

/// Whether values of this type can tell it at all.
fn may_tell(what: What, class: Class) -> bool {
    match what {
        What::NationalNumber | What::Card => {
            matches!(class, Class::Text | Class::Other | Class::Integer | Class::Decimal)
        }
        _ => matches!(class, Class::Text | Class::Other | Class::Network | Class::Json),
    }
}

fn agrees(name: What, value: What) -> bool {
    let is_name = |what: What| matches!(what, What::Name | What::FirstName | What::LastName);
    name == value || (is_name(name) && is_name(value)) || (name == What::Login && value == What::Email)
}

/// The kind that says more.
fn closer(name: What, value: What) -> What {
    if value == What::Email { value } else { name }
}

impl What {
    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Phone => "telephone number",
            Self::Name => "name",
            Self::FirstName => "first name",
            Self::LastName => "last name",
            Self::Login => "user name",
            Self::Password => "password or secret",
            Self::Address => "postal address",
            Self::Postcode => "postcode",
            Self::City => "town",
            Self::Country => "country or region",
            Self::BirthDate => "birth, age or death",
            Self::Ip => "IP address",
            Self::Device => "device or session",
            Self::Location => "place of somebody",
            Self::Bank => "bank account",
            Self::Card => "payment card",
            Self::NationalNumber => "number given by a state",
            Self::Gender => "gender or form of address",
            Self::Special => "special category (Art. 9)",
            Self::Organisation => "organisation",
            Self::Picture => "picture",
            Self::Employment => "job or pay",
            Self::FreeText => "free text",
            Self::Other => "something else",
        }
    }

    /// The type of field that fits.
    pub fn field(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Name | Self::FirstName | Self::LastName => "person-name",
            Self::Login => "account",
            Self::Password => "password",
            Self::Address | Self::Postcode | Self::City | Self::Country => "postal-address",
            Self::BirthDate => "date",
            Self::Ip => "ip-address",
            Self::Organisation => "organisation",
            Self::Picture => "file",
            Self::FreeText | Self::Special => "free-text",
            Self::Gender => "choice",
            Self::Device
            | Self::Location
            | Self::Bank
            | Self::Card
            | Self::NationalNumber
            | Self::Employment
            | Self::Other => "text",
        }
    }
}
