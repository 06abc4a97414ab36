//! The access report (Art. 15), built data first: every value found, then its grounds, its source
//! and who receives it; data without a ground, overdue or unmapped are in it (semantics 16).

use std::collections::BTreeMap;

use kept_core::ledger::Kind;
use kept_core::name::{CaseId, ColumnName, EventKind, Language, PurposeName, StoreName, TableName};
use kept_core::plan::lean::Leaning;
use kept_core::plan::within::document_of;
use kept_core::plan::{PersonRows, Reason, Relation, Row, TableRows, key_text};
use kept_core::policy::Policy;
use kept_core::policy::model::{Channel, FieldType, Origin, Store, Table};
use kept_core::standing::Standing;
use kept_core::time::Instant;
use kept_core::timeline::{Event, Happening, Timeline};
use serde::Serialize;

use crate::correction::Links;
use crate::report::{FoundIn, Head, Unreached};

/// Everything held about one person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccessReport {
    /// Case, dates, controller, authority.
    pub head: Head,
    /// Where the person was found; empty means nothing is held.
    pub found: Vec<FoundIn>,
    /// Stores that could not be asked: the answer is not complete.
    pub unreached: Vec<Unreached>,
    /// What is held, table by table.
    pub held: Vec<HeldTable>,
    /// The purposes that appear in it, explained once.
    pub purposes: Vec<PurposeLine>,
    /// What the person said and what was noted of them, as Kept recorded it, the oldest first.
    pub recorded: Vec<RecordedLine>,
    /// Restrictions in force.
    pub restrictions: Vec<kept_core::standing::Restriction>,
    /// The person's requests that Kept keeps a file of.
    pub requests: Vec<kept_core::standing::RequestStanding>,
    /// When and why the person's data were looked at, from the ledger, the oldest first.
    pub consulted: Vec<Consulted>,
    /// To whom data were really disclosed, from the ledger, the oldest first. Empty where no
    /// disclosure is recorded: then the purposes' recipients are all that is known (15(1)(c)).
    pub disclosed: Vec<Disclosure>,
}

/// Something that the person said, or that was noted of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordedLine {
    /// When it happened.
    pub at: Instant,
    /// What.
    pub what: RecordedAct,
    /// For which purpose; `None` for all that it can be said of.
    pub purpose: Option<PurposeName>,
    /// For which channels; empty for all.
    pub channels: Vec<Channel>,
    /// The number of the wording that a consent was given to.
    pub wording: Option<u32>,
    /// Which event of the policy, where it is one.
    pub event: Option<EventKind>,
}

/// What the person said, or what was noted of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordedAct {
    /// Consent was given (7).
    ConsentGiven,
    /// Consent was withdrawn (7(3)).
    ConsentWithdrawn,
    /// The person objected (21).
    Objected,
    /// An objection stands.
    ObjectionUpheld,
    /// Compelling grounds outweigh an objection.
    ObjectionRejected,
    /// Processing was restricted (18).
    Restricted,
    /// A restriction was lifted.
    RestrictionLifted,
    /// An event from which periods count.
    Event,
}

/// What a person's own events say, without the course of their requests.
pub(crate) fn recorded_lines(timeline: &Timeline) -> Vec<RecordedLine> {
    let line = |event: &Event| {
        let plain = |what| RecordedLine {
            at: event.happened_at,
            what,
            purpose: None,
            channels: Vec::new(),
            wording: None,
            event: None,
        };
        let of = |what, purpose: &PurposeName| RecordedLine { purpose: Some(purpose.clone()), ..plain(what) };
        Some(match &event.what {
            Happening::ConsentGiven { purpose, wording, channels, .. } => RecordedLine {
                wording: *wording,
                channels: channels.clone(),
                ..of(RecordedAct::ConsentGiven, purpose)
            },
            Happening::ConsentWithdrawn { purpose, channels } => {
                RecordedLine { channels: channels.clone(), ..of(RecordedAct::ConsentWithdrawn, purpose) }
            }
            Happening::Objected { purpose } => {
                RecordedLine { purpose: purpose.clone(), ..plain(RecordedAct::Objected) }
            }
            Happening::ObjectionUpheld { purpose } => of(RecordedAct::ObjectionUpheld, purpose),
            Happening::ObjectionRejected { purpose, .. } => of(RecordedAct::ObjectionRejected, purpose),
            Happening::Restricted { .. } => plain(RecordedAct::Restricted),
            Happening::RestrictionLifted { .. } => plain(RecordedAct::RestrictionLifted),
            Happening::Dated { event, .. } => {
                RecordedLine { event: Some(event.clone()), ..plain(RecordedAct::Event) }
            }
            _ => return None,
        })
    };
    let mut lines: Vec<RecordedLine> = timeline.events().iter().filter_map(line).collect();
    lines.sort_by_key(|line| line.at);
    lines
}

/// An act upon the person's data, from the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consulted {
    /// When.
    pub at: Instant,
    /// What kind of act.
    #[serde(serialize_with = "word")]
    pub act: Kind,
    /// For which purpose: `rights` is the person's own request.
    pub purpose: Option<PurposeName>,
    /// The person's own request that it served.
    pub request: Option<CaseId>,
    /// What was noted with it: an authority's reference, or why an archive was opened.
    pub reference: Option<CaseId>,
}

/// A disclosure to a recipient, from the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disclosure {
    /// When.
    pub at: Instant,
    /// To whom, as people know them.
    pub recipient: String,
    /// Which data.
    pub data: Vec<String>,
    /// For which purpose.
    pub purpose: Option<PurposeName>,
}

fn word<S: serde::Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind.word())
}

/// The rows of one table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldTable {
    /// The store.
    pub store: StoreName,
    /// The table.
    pub table: TableName,
    /// The columns shown, with what they hold.
    pub columns: Vec<HeldColumn>,
    /// The rows.
    pub rows: Vec<HeldRow>,
}

/// A column of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldColumn {
    /// The column.
    pub column: ColumnName,
    /// Category and field.
    pub datum: String,
    /// How people know the field.
    pub title: String,
    /// Given, observed, derived or received.
    pub origin: &'static str,
    /// Where the category comes from.
    pub from: Vec<String>,
}

/// A row of the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldRow {
    /// Its key.
    pub key: String,
    /// How it belongs to the person.
    pub relation: &'static str,
    /// The values, in the order of the columns.
    pub values: Vec<HeldValue>,
    /// Of a record that Kept keeps: which it puts right, and which put it right, by their keys.
    #[serde(skip_serializing_if = "Links::is_empty")]
    pub links: Links,
    /// For which purposes and until when, each once: what the columns lean on.
    pub grounds: Vec<Reason>,
}

/// A value, or why it is not shown.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeldValue {
    /// Nothing is stored.
    Empty,
    /// A record that Kept keeps has no such field at all.
    Absent,
    /// The column was not read, so that nobody can say what is stored.
    NotRead,
    /// The value.
    Value(String),
    /// The whole document in which it lies, where that can't be read.
    Document(String),
    /// It is somebody else's.
    AnotherPersons,
    /// A password is stored as a hash and never shown (KLV-06).
    NeverShown,
}

impl std::fmt::Debug for HeldValue {
    /// A value never reaches a log: only what kind of answer it is.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Empty => "empty",
            Self::Absent => "absent",
            Self::NotRead => "not read",
            Self::Value(_) => "value(…)",
            Self::Document(_) => "document(…)",
            Self::AnotherPersons => "another person's",
            Self::NeverShown => "never shown",
        })
    }
}

/// A purpose as a report explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PurposeLine {
    /// The statement's id.
    pub statement: String,
    /// How people know the purpose.
    pub title: String,
    /// The basis, by its article.
    pub basis: &'static str,
    /// The basis, by its word.
    pub basis_word: &'static str,
    /// The interest pursued, or the law that obliges.
    pub because: Option<String>,
    /// How long data are kept for it, as written.
    pub keep: Option<String>,
    /// Who receives data for it.
    pub recipients: Vec<String>,
}

/// The purposes of a policy as reports explain them, in a language.
pub fn purpose_lines(policy: &Policy, language: &Language) -> Vec<PurposeLine> {
    use kept_core::policy::model::{Basis, Retention};
    let line = |purpose: &kept_core::policy::model::Purpose| PurposeLine {
        statement: purpose.path("keep"),
        title: policy.text(&purpose.title, language).to_owned(),
        basis: purpose.basis.article(),
        basis_word: purpose.basis.word(),
        because: match &purpose.basis {
            Basis::LegalObligation(text)
            | Basis::VitalInterest(text)
            | Basis::PublicTask(text)
            | Basis::LegitimateInterest(text) => Some(policy.text(text, language).to_owned()),
            Basis::Consent { .. } | Basis::Contract | Basis::Missing => None,
        },
        keep: match &purpose.retention {
            Retention::Keep(keep) => Some(keep.written.clone()),
            Retention::Criterion { criterion, .. } => Some(policy.text(criterion, language).to_owned()),
            Retention::Missing => None,
        },
        recipients: purpose
            .recipients
            .iter()
            .filter_map(|recipient| policy.recipients.get(recipient))
            .map(|recipient| policy.text(&recipient.name, language).to_owned())
            .collect(),
    };
    policy.purposes.values().map(line).collect()
}

/// The rows of one store as the report shows them.
pub fn held_tables(
    policy: &Policy,
    map: &Store,
    rows: &PersonRows,
    standing: &Standing,
    language: &Language,
) -> Vec<HeldTable> {
    let leaning = Leaning::new(policy, map, rows, standing);
    let tables = rows.tables.iter().filter(|found| !found.rows.is_empty());
    let mapped = tables.filter_map(|found| Some((map.tables.get(&found.table)?, found)));
    mapped
        .map(|(table, found)| HeldTable {
            store: map.name.clone(),
            table: table.name.clone(),
            columns: held_columns(policy, table, language),
            rows: found.rows.iter().map(|row| held_row(policy, &leaning, table, found, row)).collect(),
        })
        .filter(|table| !table.columns.is_empty())
        .collect()
}

/// Fields as columns of a report, for values that lie in no table of the company's.
pub fn columns_of(
    policy: &Policy,
    fields: &[kept_core::policy::model::DataRef],
    language: &Language,
) -> Vec<HeldColumn> {
    let name = |field: &kept_core::policy::model::DataRef| ColumnName::from(field.to_string());
    let named: Vec<_> = fields.iter().map(|field| (name(field), field)).collect();
    shown_columns(policy, named.iter().map(|(name, field)| (name, *field)), language)
}

fn held_columns(policy: &Policy, table: &Table, language: &Language) -> Vec<HeldColumn> {
    shown_columns(policy, table.columns.iter(), language)
}

fn shown_columns<'c>(
    policy: &Policy,
    columns: impl Iterator<Item = (&'c ColumnName, &'c kept_core::policy::model::DataRef)>,
    language: &Language,
) -> Vec<HeldColumn> {
    let column = |(column, datum): (&ColumnName, &kept_core::policy::model::DataRef)| {
        let category = policy.data.get(&datum.category);
        let field =
            category.zip(datum.field.as_ref()).and_then(|(category, field)| category.fields.get(field));
        let title = field
            .map(|field| policy.text(&field.title, language))
            .or(category.map(|category| policy.text(&category.title, language)));
        HeldColumn {
            column: column.clone(),
            datum: datum.to_string(),
            title: title.unwrap_or(column.as_str()).to_owned(),
            origin: match field.map(|field| field.origin) {
                Some(Origin::Observed) => "observed",
                Some(Origin::Derived) => "derived",
                Some(Origin::Received) => "received",
                Some(Origin::Given) | None => "given",
            },
            from: category.map(|category| category.from.clone()).unwrap_or_default(),
        }
    };
    columns.map(column).collect()
}

fn held_row(policy: &Policy, leaning: &Leaning<'_>, table: &Table, found: &TableRows, row: &Row) -> HeldRow {
    let (relation, grounds) = match &row.relation {
        Relation::Mentions(_) => ("mentions", Vec::new()),
        Relation::Person(_) => ("person", row_grounds(leaning, table, found, row)),
        Relation::Owned => ("owned", row_grounds(leaning, table, found, row)),
        Relation::Shared { .. } => ("shared", row_grounds(leaning, table, found, row)),
    };
    let values = table.columns.keys().map(|column| held_value(policy, table, found, row, column)).collect();
    HeldRow { key: key_text(&row.key), relation, values, links: Links::default(), grounds }
}

fn row_grounds(leaning: &Leaning<'_>, table: &Table, found: &TableRows, row: &Row) -> Vec<Reason> {
    let mut grounds: BTreeMap<String, Reason> = BTreeMap::new();
    for datum in table.columns.values() {
        for lean in leaning.of(table, found, row, datum).iter().filter(|lean| !lean.is_ended_hold()) {
            let reason = kept_core::plan::decide::reason_of(lean);
            grounds.entry(reason.statement.clone()).or_insert(reason);
        }
    }
    grounds.into_values().collect()
}

fn held_value(
    policy: &Policy,
    table: &Table,
    found: &TableRows,
    row: &Row,
    column: &ColumnName,
) -> HeldValue {
    if is_anothers(table, row, column) {
        return HeldValue::AnotherPersons;
    }
    let Some(value) = found.cell(row, column) else { return HeldValue::NotRead };
    if value.is_null() {
        return HeldValue::Empty;
    }
    let field = |column: &ColumnName| table.columns.get(column).and_then(|datum| policy.field(datum));
    let is_hash = |column: &ColumnName| field(column).is_some_and(|field| field.kind == FieldType::Password);
    if value.is_unread() {
        let same = |other: &&ColumnName| document_of(other) == document_of(column);
        return match &row.relation {
            // Nobody can tell whose of the two it is.
            Relation::Shared { others: true, .. } => HeldValue::AnotherPersons,
            _ if table.columns.keys().filter(same).any(is_hash) => HeldValue::NeverShown,
            // A part of what can't be read may not be cut out of it.
            _ if table
                .columns
                .keys()
                .filter(same)
                .any(|one| field(one).is_some_and(|one| one.shown.is_some())) =>
            {
                HeldValue::Value(kept_core::policy::model::Mask::Nothing.of(""))
            }
            _ => HeldValue::Document(value.shown()),
        };
    }
    match table.columns.get(column) {
        _ if is_hash(column) => HeldValue::NeverShown,
        Some(datum) => HeldValue::Value(policy.shown(datum, value.shown())),
        None => HeldValue::Value(value.shown()),
    }
}

/// Whether a column of a row belongs to another party: a mention shows nothing but the mention, and
/// a shared row hides the other party's own columns.
fn is_anothers(table: &Table, row: &Row, column: &ColumnName) -> bool {
    match &row.relation {
        Relation::Person(_) | Relation::Owned => false,
        Relation::Mentions(_) => true,
        Relation::Shared { mine, .. } => {
            table.columns_of.iter().any(|(link, columns)| columns.contains(column) && !mine.contains(link))
        }
    }
}
