//! A first look at a database that nobody has mapped: which columns look personal, which tables hold
//! people, whose the other rows are. For `kept scan`, which makes a draft of a store's map of it.
//!
//! Everything here is a proposal with a reason, made from names, types, keys and a bounded sample of
//! values, read in read-only transactions. No value leaves this room: reasons count, they don't
//! quote. Not here: what a map means (`map`), and whether one fits (`check_map`).

use kept_core::policy::model::Engine;
use serde::Serialize;

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::schema::Schema;

mod column;
pub(crate) mod document;
mod draft;
mod draft_names;
mod purposes;
mod reference;
mod role;
mod sample;
mod telling;
mod values;
mod words;

pub use draft::draft;
pub use draft_names::Taken;

/// How many rows of a table are looked at where nobody says otherwise.
pub const SAMPLE: u32 = 200;

/// The most rows of a table that may be looked at.
pub const SAMPLE_MAX: u32 = 10_000;

/// What was found in a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scan {
    /// What runs it.
    #[serde(serialize_with = "word")]
    pub engine: Engine,
    /// Its tables and views, in the database's order.
    pub tables: Vec<TableScan>,
}

fn word<S: serde::Serializer>(engine: &Engine, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(engine.word())
}

/// What was found in one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableScan {
    /// Its name, with its schema where that is needed.
    pub table: String,
    /// About how many rows it has, where the database knows without counting.
    pub rows: Option<u64>,
    /// How many of them were looked at.
    pub sampled: usize,
    /// Why none were, where they could not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// What its rows are.
    pub role: Role,
    /// How sure that is.
    pub sure: Sure,
    /// Why.
    pub reason: String,
    /// Columns that tell its rows apart where it has no primary key.
    pub key: Vec<String>,
    /// Identifiers by which a person is found in it: kind and column.
    pub identifies: Vec<(String, String)>,
    /// Its columns that look personal.
    pub columns: Vec<ColumnScan>,
    /// Whose its rows are, and whom they mention.
    pub links: Vec<LinkScan>,
    /// Columns with the dates of events: event and column.
    pub events: Vec<(String, String)>,
    /// Columns with the dates of consents: when given, and when withdrawn.
    pub consents: Vec<(String, Option<String>)>,
}

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// People.
    Person,
    /// Things of people.
    Owned,
    /// Pairs of rows of two other tables.
    Between,
    /// Personal data, and nothing says whose.
    Unowned,
    /// Nothing personal beyond a mention of somebody.
    Mentions,
    /// Nothing personal.
    NotPersonal,
    /// Not rows of its own, but those of other tables.
    View,
}

/// How sure a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// One weak sign.
    Guess,
    /// One good sign.
    Likely,
    /// Several signs, or one that can't err.
    Certain,
}

impl Sure {
    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// A column that looks personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnScan {
    /// The column; `profile$.phone` for what is within a document.
    pub column: String,
    /// What it seems to hold.
    pub what: What,
    /// The type of field that fits it: `email`, `date`.
    pub field: &'static str,
    /// Whether it is NOT NULL and takes an empty text.
    pub takes_empty: bool,
    /// How sure that is.
    pub sure: Sure,
    /// Why.
    pub reason: String,
}

/// A way from the rows of a table to those of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkScan {
    /// The column, the first of several.
    pub column: String,
    /// The table that it leads to.
    pub to: String,
    /// What it means.
    pub means: Means,
    /// The table between, with its column of this row and its column of the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<(String, String, String)>,
    /// The column and value that say that it leads there, where it leads to several tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<(String, String)>,
    /// Whether it must always lead somewhere.
    pub is_required: bool,
    /// How sure that is.
    pub sure: Sure,
    /// Why.
    pub reason: String,
}

/// What a way between two tables means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// The row is theirs.
    OwnedBy,
    /// The row is theirs too.
    SharedWith,
    /// The row mentions them.
    RefersTo,
}

/// What a personal column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// An e-mail address.
    Email,
    /// A telephone or fax number.
    Phone,
    /// A person's whole name, or a name of which more is not known.
    Name,
    /// A first name.
    FirstName,
    /// A last name.
    LastName,
    /// A name to sign in with, or in a network.
    Login,
    /// A password or another secret.
    Password,
    /// A street, a house number, a whole address.
    Address,
    /// A postcode.
    Postcode,
    /// A town.
    City,
    /// A country, a region, a nationality.
    Country,
    /// A date of birth, an age.
    BirthDate,
    /// An address in a network.
    Ip,
    /// A device, a browser, a cookie.
    Device,
    /// Where somebody is.
    Location,
    /// A bank account.
    Bank,
    /// A payment card.
    Card,
    /// A number that a state gives: of social security, of a passport.
    NationalNumber,
    /// A gender, a form of address, a marital status.
    Gender,
    /// One of the special categories of Art. 9.
    Special,
    /// A firm.
    Organisation,
    /// A picture of somebody.
    Picture,
    /// A job, a salary.
    Employment,
    /// Text in which anything may stand.
    FreeText,
    /// Something else in a row that belongs to a person.
    Other,
}

/// How far a scan is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The table that is looked at.
    pub table: &'a str,
    /// How many were looked at before.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

/// Looks at a whole database: `sample` rows of each table at most.
///
/// # Errors
/// As the store answers about its schema. A table that can't be read is no error: its scan says why,
/// and goes by its names alone.
pub fn scan(
    session: &mut Session,
    sample: u32,
    watch: &mut dyn FnMut(Progress<'_>),
) -> Result<Scan, StoreFault> {
    let schema: Schema = session.schema()?;
    let mut seen = Vec::new();
    for (done, table) in schema.tables.iter().enumerate() {
        let name = table.full_name();
        watch(Progress { table: &name, done, of: schema.tables.len() });
        seen.push(sample::look(session, table, sample)?);
    }
    let judged: Vec<_> = seen.iter().map(column::judge).collect();
    let references = reference::find(session, &schema, &seen, &judged)?;
    Ok(Scan { engine: schema.engine, tables: role::assign(&schema, &seen, &judged, &references) })
}
