//! Whether a person's rows hold an address at all by which a channel reaches them: who was emptied of it is
//! nobody's audience, whatever they consented to.
//!
//! Not here: whether contact may be made (`standing`), and the address itself, which only a disclosure tells.

use crate::identifier::IdentifierClass;
use crate::name::ColumnName;
use crate::plan::{PersonRows, Relation, Row, TableRows};
use crate::policy::Policy;
use crate::policy::model::{Channel, DataRef, FieldType, Purpose, Store, Table};

/// What a person's rows tell of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// No column holds such addresses, or the channel needs none: somebody else keeps them.
    Elsewhere,
    /// There is a column for it, and nothing in it.
    Empty,
    /// It is there.
    Held,
}

/// What the rows of a person in one store tell of an address for a purpose and a channel. Of several stores
/// the greatest counts.
pub fn address(
    policy: &Policy,
    (map, rows): (&Store, &PersonRows),
    (purpose, channel): (&Purpose, Channel),
) -> Address {
    let of_table = |found: &TableRows| {
        let table = map.tables.get(&found.table)?;
        let columns = columns(policy, table, (purpose, channel));
        let own = found.rows.iter().filter(|row| !matches!(row.relation, Relation::Mentions(_)));
        let each = own.flat_map(|row| columns.iter().map(move |column| is_there(table, found, row, column)));
        each.max().map(|is_there| if is_there { Address::Held } else { Address::Empty })
    };
    rows.tables.iter().filter_map(of_table).max().unwrap_or(Address::Elsewhere)
}

/// Whether a datum is one by which a channel reaches people.
pub fn reaches(policy: &Policy, datum: &DataRef, channel: Channel) -> bool {
    let field = datum.field.as_ref().and_then(|field| policy.data.get(&datum.category)?.fields.get(field));
    field.is_some_and(|field| kind(channel) == Some(field.kind))
}

/// The columns of a table that hold such addresses of the purpose's data.
fn columns<'t>(
    policy: &Policy,
    table: &'t Table,
    (purpose, channel): (&Purpose, Channel),
) -> Vec<&'t ColumnName> {
    let told =
        table.columns.iter().filter(|(_, datum)| purpose.covers(datum) && reaches(policy, datum, channel));
    let class = match kind(channel) {
        Some(FieldType::Email) => Some(IdentifierClass::Email),
        Some(FieldType::Phone) => Some(IdentifierClass::Phone),
        _ => None,
    };
    let identifying = table.identifies.iter().filter(|(kind, column)| {
        Some(IdentifierClass::of(kind)) == class && !table.columns.contains_key(*column)
    });
    told.map(|(column, _)| column).chain(identifying.map(|(_, column)| column)).collect()
}

fn kind(channel: Channel) -> Option<FieldType> {
    match channel {
        Channel::Email => Some(FieldType::Email),
        Channel::Phone | Channel::Sms => Some(FieldType::Phone),
        Channel::Post => Some(FieldType::PostalAddress),
        Channel::SocialMedia | Channel::Adverts | Channel::InProduct => None,
    }
}

/// Whether something stands in a column that is not what stands there once it is emptied.
fn is_there(table: &Table, found: &TableRows, row: &Row, column: &ColumnName) -> bool {
    let Some(value) = found.cell(row, column).filter(|value| !value.is_null()) else { return false };
    let text = value.shown();
    let text = text.trim();
    !text.is_empty() && table.emptied.get(column).is_none_or(|blank| blank.trim() != text)
}
