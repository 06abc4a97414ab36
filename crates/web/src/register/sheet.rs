//! The record of processing as a sheet: parties, parts, rows and cells in words.
//!
//! Not here: how a single cell is said (`cells`), and formats.

use std::collections::BTreeMap;

use kept_core::policy::Policy;
use kept_core::policy::model::{Controller, Joint};
use kept_core::register::Register;

use crate::register::cells::Cells;
use crate::words::{Words, capital, within};

/// The record in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The language, by its code.
    pub language: String,
    /// `Record of processing activities of Klivar`.
    pub title: String,
    /// What it is, and how much is in it.
    pub lead: String,
    /// Of which version of the policy it is.
    pub version: Option<String>,
    /// The heading over the parties.
    pub who: String,
    /// The companies that answer, each with how it is reached.
    pub parties: Vec<Party>,
    /// The processing for own purposes, then that for others.
    pub parts: Vec<Part>,
    /// The heading over the measures of security.
    pub security: String,
    /// The words of a link to them.
    pub security_link: String,
    /// The measures; one line saying so where there are none.
    pub measures: Vec<String>,
    /// What the columns are called in a file of plain lines: the record, the rule, the columns.
    pub plain: Plain,
}

/// Names for a file in which both parts stand in one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The column that says to which part a line belongs.
    pub record: String,
    /// The column with the id of the rule.
    pub id: String,
    /// The columns of the first part.
    pub columns: BTreeMap<Column, String>,
}

/// A company that answers (30(1)(a)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its path in the policy.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is said of it: a label and the words.
    pub lines: Vec<(String, String)>,
}

/// One of the two records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub kind: PartKind,
    /// Its heading.
    pub title: String,
    /// Its columns, each with its name.
    pub columns: Vec<(Column, String)>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What is said where it has none.
    pub empty: Option<String>,
}

/// Which of the two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// 30(1): the company's own purposes.
    Own,
    /// 30(2): for others, as a processor.
    ForOthers,
}

impl PartKind {
    /// The paragraph of Art. 30.
    pub fn article(self) -> &'static str {
        match self {
            Self::Own => "30(1)",
            Self::ForOthers => "30(2)",
        }
    }
}

/// A processing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its path in the policy.
    pub id: String,
    /// What it is: `purpose`, `archive`, `custody` and so on.
    pub kind: &'static str,
    /// Its cells, each a list of things said; a column that has nothing to say is not there.
    pub cells: BTreeMap<Column, Vec<String>>,
}

impl Row {
    /// What a cell says.
    pub fn cell(&self, column: Column) -> &[String] {
        self.cells.get(&column).map_or(&[], Vec::as_slice)
    }
}

/// A column of the record, in the order of Art. 30(1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// What the processing is called.
    Activity,
    /// Who answers, or for whom it is done (a).
    Controller,
    /// What for, or what is done (b).
    Purpose,
    /// The legal basis, which Art. 30 does not ask for and people look for.
    Basis,
    /// The kinds of people (c).
    People,
    /// The categories of data (c).
    Data,
    /// The recipients (d).
    Recipients,
    /// Transfers and safeguards (e).
    Transfers,
    /// The time limit for erasure (f).
    Keep,
    /// Measures of security of this row alone (g).
    Measures,
}

impl Column {
    /// All columns, in order.
    pub const ALL: [Self; 10] = [
        Self::Activity,
        Self::Controller,
        Self::Purpose,
        Self::Basis,
        Self::People,
        Self::Data,
        Self::Recipients,
        Self::Transfers,
        Self::Keep,
        Self::Measures,
    ];

    /// The word for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Controller => "controller",
            Self::Purpose => "purpose",
            Self::Basis => "basis",
            Self::People => "people",
            Self::Data => "data",
            Self::Recipients => "recipients",
            Self::Transfers => "transfers",
            Self::Keep => "keep",
            Self::Measures => "security",
        }
    }

    fn name(self, words: &Words, kind: PartKind) -> String {
        words.word(match (kind, self) {
            (_, Self::Activity) => "register-activity",
            (PartKind::Own, Self::Controller) => "register-controller",
            (PartKind::Own, Self::Purpose) => "register-purpose",
            (PartKind::Own, Self::Data) => "register-data",
            (PartKind::Own, Self::Recipients) => "register-recipients",
            (PartKind::Own, Self::Transfers) => "register-transfers",
            (PartKind::Own, Self::Keep) => "register-keep",
            (PartKind::Own, Self::Measures) => "register-measures",
            (_, Self::Basis) => "register-basis",
            (_, Self::People) => "register-people",
            (PartKind::ForOthers, Self::Controller) => "register-for-whom",
            (PartKind::ForOthers, Self::Purpose) => "register-tasks",
            (PartKind::ForOthers, Self::Data) => "register-held",
            (PartKind::ForOthers, Self::Recipients) => "register-subprocessors",
            (PartKind::ForOthers, Self::Transfers) => "register-charge-transfers",
            (PartKind::ForOthers, Self::Keep) => "register-charge-keep",
            (PartKind::ForOthers, Self::Measures) => "register-charge-measures",
        })
    }
}

/// The record in the language of the words.
pub fn sheet(register: &Register<'_>, words: &Words) -> Sheet {
    let policy = register.policy;
    let cells = Cells { policy, words };
    let facts =
        [("activities", register.activities.len().into()), ("charges", register.custody.len().into())];
    let own = register.activities.iter().map(|one| cells.activity(one)).collect();
    let for_others = register.custody.iter().map(|one| cells.charge(one)).collect();
    let parts = [part(words, PartKind::Own, own), part(words, PartKind::ForOthers, for_others)];
    let names = Column::ALL.into_iter().map(|column| (column, column.name(words, PartKind::Own)));
    Sheet {
        language: words.language().as_str().to_owned(),
        title: title(policy, words),
        lead: words.say("register-lead", &facts),
        version: policy.notice.version.map(|day| {
            let facts = [("date", words.date(day).into())];
            words.say("register-version", &facts)
        }),
        who: words.word("register-who"),
        parties: parties(register, words),
        parts: parts.into_iter().filter(|part| part.kind == PartKind::Own || !part.rows.is_empty()).collect(),
        security: words.word("register-security"),
        security_link: words.word("register-security-link"),
        measures: measures(register, words),
        plain: Plain {
            record: words.word("register-record"),
            id: words.word("register-id"),
            columns: names.collect(),
        },
    }
}

fn title(policy: &Policy, words: &Words) -> String {
    let names: Vec<_> = policy.controllers.values().map(|one| one.name.clone()).collect();
    if names.is_empty() {
        return words.word("register-title-bare");
    }
    words.say("register-title", &[("name", words.and(&names).into())])
}

/// A part with the columns in which at least one of its rows says something.
fn part(words: &Words, kind: PartKind, rows: Vec<Row>) -> Part {
    let said = |column: &Column| rows.iter().any(|row| !row.cell(*column).is_empty());
    let columns = Column::ALL.into_iter().filter(said);
    Part {
        kind,
        title: words.word(match kind {
            PartKind::Own => "register-own",
            PartKind::ForOthers => "register-others",
        }),
        columns: columns.map(|column| (column, column.name(words, kind))).collect(),
        empty: rows.is_empty().then(|| words.word("register-no-activities")),
        rows,
    }
}

fn measures(register: &Register<'_>, words: &Words) -> Vec<String> {
    let said = register.measures.iter().map(|duty| {
        let what = capital(words.text(register.policy, &duty.what).trim_end_matches('.'));
        let Some(span) = duty.every else { return what };
        let facts = [("what", what.into()), ("every", words.every(span).into())];
        words.say("register-duty-every", &facts)
    });
    let said: Vec<_> = said.collect();
    if said.is_empty() { vec![words.word("register-no-measures")] } else { said }
}

fn parties(register: &Register<'_>, words: &Words) -> Vec<Party> {
    let policy = register.policy;
    let mut parties: Vec<_> = register.controllers.iter().map(|one| controller(policy, one, words)).collect();
    if let Some(first) = parties.first_mut() {
        let joint = register.joint.iter().map(|one| joint_line(policy, one, words));
        first.lines.extend(joint.map(|line| (words.word("register-joint"), line)));
    }
    parties
}

fn controller(policy: &Policy, one: &Controller, words: &Words) -> Party {
    let mut lines = Vec::new();
    let mut say = |key: &str, said: String| {
        if !said.is_empty() {
            lines.push((words.word(key), said));
        }
    };
    say("register-numbers", words.registrations(one).join(", "));
    say("register-address", one.post.clone().unwrap_or_default());
    let ways = [&one.email, &one.phone, &one.website];
    let ways: Vec<_> = ways.into_iter().flatten().cloned().collect();
    say("register-contact", ways.join(", "));
    match (&one.officer, &one.no_officer) {
        (Some(officer), _) => say("register-officer", officer.clone()),
        (None, Some(why)) => {
            let why = within(&words.text(policy, why));
            say("register-officer", words.say("register-no-officer", &[("why", why.into())]));
        }
        (None, None) => {}
    }
    say("register-representative", one.representative.clone().unwrap_or_default());
    Party { id: format!("controller.{}", one.id), name: one.name.clone(), lines }
}

fn joint_line(policy: &Policy, joint: &Joint, words: &Words) -> String {
    let with = capital(&words.text(policy, &joint.with));
    let purposes = joint.purposes.iter().map(|name| words.quoted(&words.purpose(policy, name)));
    let purposes: Vec<_> = purposes.collect();
    let said = if purposes.is_empty() {
        words.say("register-joint-bare", &[("with", with.into())])
    } else {
        let facts = [("with", with.into()), ("purposes", words.and(&purposes).into())];
        words.say("register-joint-with", &facts)
    };
    let Some(essence) = &joint.essence else { return said };
    let facts = [("joint", said.into()), ("essence", words.text(policy, essence).into())];
    words.say("register-essence", &facts)
}
