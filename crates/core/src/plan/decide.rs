//! What is to be done with each row of a person: for an erasure request, and as the reference for
//! sweeps, which compile the same rules to SQL.
//!
//! A row goes when nothing keeps any of its data, and none of it needs approval to go; columns that
//! nothing keeps are emptied while the
//! row stays; frozen rows are never changed and go when nothing keeps them; shared rows go with the
//! last person; rows on which kept rows hang, or whose dates kept data need, stay as empty shells.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{ColumnName, TableName};
use crate::plan::lean::{Lean, Leaning};
use crate::plan::observe::records;
use crate::plan::within::documents;
use crate::plan::{Action, PersonRows, Reason, Relation, Row, Step, StorePlan, TableRows, Value, key_text};
use crate::policy::Policy;
use crate::policy::model::store::Consent;
use crate::policy::model::{Basis, DataRef, Store, Table};
use crate::standing::{KeepState, Stage, Standing, Why};

mod consents;
mod gathered;
mod tellers;

use consents::withdrawal;
pub use consents::{gifts, untold_gifts, withdrawals};

/// What the plan is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasioned {
    /// The person's erasure request: data that never had a ground go too (17(1)(d)).
    Erasure,
    /// A retention run: only what once had a ground goes; archive phases are carried out.
    Sweep,
    /// A retention run with approval to erase data that never had a ground.
    SweepWithoutGround,
}

/// The plan for one person in one store.
pub fn decide(
    policy: &Policy,
    map: &Store,
    rows: &PersonRows,
    standing: &Standing,
    occasioned: Occasioned,
) -> StorePlan {
    let leaning = Leaning::new(policy, map, rows, standing);
    let decider = Decider { map, rows, standing, leaning, occasioned };
    let verdicts = decider.verdicts();
    let anchors = decider.anchors(&verdicts);
    let going = decider.gone(&verdicts, &anchors);
    let mut steps: BTreeMap<(usize, String), Step> = BTreeMap::new();
    for verdict in &verdicts {
        let (action, reasons) = decider.action(verdict, &anchors, &going);
        let mut said = stays(verdict, &action, anchors.contains(&verdict.name()));
        said.insert(0, verdict.step(action, reasons, Vec::new()));
        for step in said {
            add(&mut steps, verdict, step);
        }
    }
    if occasioned == Occasioned::Erasure {
        let staying = verdicts.iter().filter(|verdict| !going.released.contains(&verdict.name()));
        for (verdict, step) in
            staying.filter_map(|verdict| Some((verdict, withdrawal(standing, map, verdict, ERASURE)?)))
        {
            add(&mut steps, verdict, step);
        }
    }
    StorePlan { store: map.name.clone(), steps: steps.into_values().collect() }
}

/// Adds what is said of a row to what is said of others.
fn add(steps: &mut BTreeMap<(usize, String), Step>, verdict: &Verdict<'_>, step: Step) {
    let name = format!("{:?}{:?}{:?}", step.action, step.reasons, step.columns);
    let step = steps.entry((verdict.place, name)).or_insert(step);
    step.keys.push(verdict.row.key.clone());
}

/// By what a request for erasure ends a consent.
const ERASURE: &[Why] = &[Why::ErasureRequested];

/// What the grounds say of one row.
struct Verdict<'a> {
    place: usize,
    table: &'a Table,
    found: &'a TableRows,
    row: &'a Row,
    kept: BTreeSet<&'a ColumnName>,
    over: BTreeSet<&'a ColumnName>,
    /// Those that hold something which never had a ground, and for which nobody approved that it goes.
    never: BTreeSet<&'a ColumnName>,
    keeping: BTreeSet<Reason>,
    /// Why each column that something keeps is kept.
    because: BTreeMap<&'a ColumnName, BTreeSet<Reason>>,
    /// Places of documents that can't be read and go with the whole document.
    whole: BTreeSet<ColumnName>,
    /// Those that nothing keeps and that stay because the document does.
    stuck: BTreeSet<&'a ColumnName>,
    ended: BTreeSet<Reason>,
    all_archived: bool,
}

type RowName<'a> = (&'a TableName, String);

/// The rows that nothing of this person keeps: all of them, and those that really go because
/// nobody else shares them.
#[derive(Default)]
struct Going<'a> {
    released: BTreeSet<RowName<'a>>,
    gone: BTreeSet<RowName<'a>>,
}

struct Decider<'a> {
    map: &'a Store,
    rows: &'a PersonRows,
    standing: &'a Standing,
    leaning: Leaning<'a>,
    occasioned: Occasioned,
}

impl<'a> Decider<'a> {
    fn verdicts(&self) -> Vec<Verdict<'a>> {
        let tables = self.rows.tables.iter().enumerate();
        let mapped =
            tables.filter_map(|(place, found)| Some((place, self.map.tables.get(&found.table)?, found)));
        mapped
            .flat_map(|(place, table, found)| found.rows.iter().map(move |row| (place, table, found, row)))
            .map(|(place, table, found, row)| self.verdict(place, table, found, row))
            .collect()
    }

    fn verdict(&self, place: usize, table: &'a Table, found: &'a TableRows, row: &'a Row) -> Verdict<'a> {
        let mut verdict = Verdict {
            place,
            table,
            found,
            row,
            kept: BTreeSet::new(),
            over: BTreeSet::new(),
            never: BTreeSet::new(),
            keeping: BTreeSet::new(),
            because: BTreeMap::new(),
            whole: BTreeSet::new(),
            stuck: BTreeSet::new(),
            ended: BTreeSet::new(),
            all_archived: true,
        };
        if matches!(row.relation, Relation::Mentions(_)) {
            return verdict;
        }
        for (column, datum) in &table.columns {
            self.judge(&mut verdict, column, datum);
        }
        if row.values.iter().any(Value::is_unread) {
            self.unread(&mut verdict);
        }
        verdict
    }

    fn judge(&self, verdict: &mut Verdict<'a>, column: &'a ColumnName, datum: &'a DataRef) {
        let mut kept = false;
        let mut ever = false;
        for lean in self.leaning.of(verdict.table, verdict.found, verdict.row, datum) {
            let reason = reason_of(&lean);
            verdict.all_archived &= matches!(reason.stage, Stage::Archived | Stage::Ended | Stage::None);
            if keeps(&lean) {
                kept = true;
                verdict.because.entry(column).or_default().insert(reason.clone());
                verdict.keeping.insert(reason);
            } else {
                ever |= reason.stage == Stage::Ended;
                verdict.ended.insert(reason);
            }
        }
        if let Some(held) = self.standing.restricting(datum).next() {
            kept = true;
            // It stays where it is: moving it into the archive is more than storing it (18(2)).
            verdict.all_archived = false;
            let reason = Reason {
                statement: format!("restriction.{}", held.case),
                stage: Stage::Locked,
                until: None,
                why: Why::Restricted,
            };
            verdict.because.entry(column).or_default().insert(reason.clone());
            verdict.keeping.insert(reason);
        }
        if kept {
            verdict.kept.insert(column);
        } else if ever || self.occasioned != Occasioned::Sweep {
            verdict.over.insert(column);
        } else if verdict.is_filled(column) {
            verdict.never.insert(column);
        }
    }

    /// What becomes of documents that can't be read.
    fn unread(&self, verdict: &mut Verdict<'a>) {
        for document in documents(self.map, verdict.table) {
            let over: Vec<&'a ColumnName> =
                verdict.over.iter().copied().filter(|column| document.data.contains(column)).collect();
            if !over.iter().any(|column| verdict.is_unread(column)) {
                continue;
            }
            let goes = |column: &ColumnName| over.contains(&column) && verdict.is_ones_own(column);
            let is_free = |column: &ColumnName| {
                let cell = verdict.found.cell(verdict.row, column);
                cell.is_none_or(|cell| cell.is_null() || cell.is_unread())
            };
            if document.data.iter().all(goes) && document.others.iter().all(is_free) {
                verdict.whole.extend(document.data);
            } else {
                verdict.stuck.extend(over);
            }
        }
    }

    /// Rows that must stay because a kept row hangs on them, or stands on what they tell.
    fn anchors(&self, verdicts: &[Verdict<'a>]) -> BTreeSet<RowName<'a>> {
        let mut through: BTreeMap<RowName<'a>, RowName<'a>> = BTreeMap::new();
        for verdict in verdicts {
            if let Some((table, key)) = &verdict.row.through {
                through.insert(verdict.name(), (table, key_text(key)));
            }
        }
        let mut anchors = BTreeSet::new();
        let tellers = self.tellers(verdicts, &through);
        let holds = |verdict: &&Verdict<'a>| {
            verdict.stays() || verdict.is_frozen_mention() || tellers.contains(&verdict.name())
        };
        for verdict in verdicts.iter().filter(holds) {
            let mut owner = through.get(&verdict.name());
            while let Some(name) = owner.filter(|name| anchors.insert((*name).clone())) {
                owner = through.get(name);
            }
        }
        anchors.extend(tellers);
        anchors
    }

    /// The rows that go: those that nothing keeps, then the rows of tables without data of their
    /// own (links between two) whose owner goes or whose every child does.
    fn gone(&self, verdicts: &[Verdict<'a>], anchors: &BTreeSet<RowName<'a>>) -> Going<'a> {
        let mut going = Going::default();
        for verdict in verdicts.iter().filter(|verdict| verdict.has_data()) {
            if !verdict.stays() && !anchors.contains(&verdict.name()) {
                going.released.insert(verdict.name());
                if !matches!(verdict.row.relation, Relation::Shared { others: true, .. }) {
                    going.gone.insert(verdict.name());
                }
            }
        }
        let children = released_children(verdicts, &going);
        let mut links: Vec<&Verdict<'a>> = verdicts
            .iter()
            .filter(|verdict| !verdict.has_data() && !anchors.contains(&verdict.name()))
            .collect();
        // Each round lets at least one more link go, or is the last.
        loop {
            let before = going.gone.len();
            links.retain(|link| {
                let owner = link.row.through.as_ref().map(|(table, key)| (table, key_text(key)));
                let goes =
                    children.contains(&link.name()) || owner.is_some_and(|owner| going.gone.contains(&owner));
                if goes {
                    going.gone.insert(link.name());
                }
                !goes
            });
            if going.gone.len() == before {
                return going;
            }
        }
    }

    fn action(
        &self,
        verdict: &Verdict<'a>,
        anchors: &BTreeSet<RowName<'a>>,
        going: &Going<'a>,
    ) -> (Action, Vec<Reason>) {
        if let Relation::Mentions(links) = &verdict.row.relation {
            return mention(verdict, links, &going.gone);
        }
        let keeping = || verdict.keeping.iter().cloned().collect();
        let ended = || verdict.ended.iter().cloned().collect();
        if !verdict.stays() && !anchors.contains(&verdict.name()) {
            return match &verdict.row.relation {
                Relation::Shared { mine, others: true } => {
                    (shared(verdict, mine), with_why(ended(), Why::SharedWithOthers))
                }
                _ => (
                    Action::Delete,
                    if verdict.table.columns.is_empty() {
                        with_why(ended(), Why::NoPurpose)
                    } else {
                        ended()
                    },
                ),
            };
        }
        let columns = verdict.emptiable();
        if verdict.is_frozen() && !columns.is_empty() {
            return (Action::Keep, with_why(keeping(), Why::Frozen));
        }
        if !columns.is_empty() {
            return (Action::Empty { columns }, ended());
        }
        if self.occasioned != Occasioned::Erasure && verdict.wants_archive() {
            return (Action::Archive, keeping());
        }
        let why = anchors.contains(&verdict.name()) && verdict.keeping.is_empty();
        (Action::Keep, if why { with_why(Vec::new(), Why::OthersHangOnIt) } else { keeping() })
    }
}

/// The link rows whose child goes.
fn released_children<'a>(verdicts: &[Verdict<'a>], going: &Going<'a>) -> BTreeSet<RowName<'a>> {
    let released = verdicts.iter().filter(|verdict| going.released.contains(&verdict.name()));
    released
        .filter_map(|verdict| verdict.row.through.as_ref())
        .map(|(table, key)| (table, key_text(key)))
        .collect()
}

/// What of a row stays, where it is not the row as a whole: of one that is emptied the columns that
/// something keeps, and what lies in documents that can't be read.
fn stays(verdict: &Verdict<'_>, action: &Action, is_anchor: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    let is_there =
        matches!(action, Action::Empty { .. } | Action::Detach { .. } | Action::Keep | Action::Archive);
    if matches!(action, Action::Empty { .. }) {
        let mut by_reasons: BTreeMap<&BTreeSet<Reason>, Vec<ColumnName>> = BTreeMap::new();
        for (column, reasons) in verdict.because.iter().filter(|(column, _)| verdict.is_filled(column)) {
            by_reasons.entry(reasons).or_default().push((*column).clone());
        }
        let kept =
            by_reasons.into_iter().map(|(reasons, columns)| (reasons.iter().cloned().collect(), columns));
        steps.extend(kept.map(|(reasons, columns)| verdict.step(Action::Keep, reasons, columns)));
        if is_anchor && verdict.keeping.is_empty() {
            steps.push(verdict.step(Action::Keep, with_why(Vec::new(), Why::OthersHangOnIt), Vec::new()));
        }
    }
    let stuck = verdict.stuck.iter().filter(|column| verdict.is_filled(column));
    let stuck: Vec<ColumnName> = stuck.map(|column| (*column).clone()).collect();
    if is_there && !stuck.is_empty() {
        steps.push(verdict.step(Action::Keep, with_why(Vec::new(), Why::Unreadable), stuck));
    }
    steps
}

/// A row that mentions the person lets go of the reference only when the row it points to goes.
fn mention(
    verdict: &Verdict<'_>,
    links: &[ColumnName],
    gone: &BTreeSet<RowName<'_>>,
) -> (Action, Vec<Reason>) {
    let target_goes =
        verdict.row.through.as_ref().is_some_and(|(table, key)| gone.contains(&(table, key_text(key))));
    let reasons = with_why(Vec::new(), Why::Mention);
    if target_goes {
        (Action::Detach { links: links.to_vec(), columns: Vec::new() }, reasons)
    } else {
        (Action::Keep, reasons)
    }
}

/// A shared row stays with the others: this person's link and own columns go.
fn shared(verdict: &Verdict<'_>, mine: &[ColumnName]) -> Action {
    let own = mine.iter().filter_map(|link| verdict.table.columns_of.get(link)).flatten();
    let goes = |column: &&ColumnName| {
        verdict.whole.contains(*column) || (verdict.is_filled(column) && verdict.can_be_emptied(column))
    };
    let filled = own.filter(goes).cloned().collect();
    Action::Detach { links: mine.to_vec(), columns: filled }
}

fn with_why(mut reasons: Vec<Reason>, why: Why) -> Vec<Reason> {
    reasons.push(Reason { statement: String::new(), stage: Stage::Ended, until: None, why });
    reasons
}

fn keeps(lean: &Lean<'_>) -> bool {
    match lean {
        Lean::On(ground) => ground.keep.keeps(),
        Lean::NothingKnown(purpose) => {
            !purpose.must_be_shown() && purpose.basis != Basis::Missing && purpose.off.is_none()
        }
    }
}

/// The reason that a lean gives, for plans and reports.
pub fn reason_of(lean: &Lean<'_>) -> Reason {
    match lean {
        Lean::On(ground) => Reason {
            statement: ground.reason.statement.clone(),
            stage: ground.stage(),
            until: match ground.keep {
                KeepState::Until(until, _) => until,
                _ => None,
            },
            why: ground.why(),
        },
        Lean::NothingKnown(purpose) => Reason {
            statement: purpose.path("keep"),
            stage: if purpose.must_be_shown() { Stage::None } else { Stage::Unknown },
            until: None,
            why: if purpose.basis.is_consent() { Why::NoConsent } else { Why::NoStart },
        },
    }
}

impl<'a> Verdict<'a> {
    fn name(&self) -> RowName<'a> {
        (&self.table.name, key_text(&self.row.key))
    }

    /// Whether the row stays by itself: something keeps it, or nothing is known against it.
    fn stays(&self) -> bool {
        self.has_data() && (!self.kept.is_empty() || !self.never.is_empty() || self.over.is_empty())
    }

    fn has_data(&self) -> bool {
        !self.table.columns.is_empty() && !matches!(self.row.relation, Relation::Mentions(_))
    }

    fn is_filled(&self, column: &ColumnName) -> bool {
        let value = self.found.cell(self.row, column);
        let replaced = self.table.emptied.get(column);
        value.is_some_and(|value| !value.is_null() && replaced.is_none_or(|empty| value.shown() != *empty))
    }

    /// The filled columns that nothing keeps.
    fn emptiable(&self) -> Vec<ColumnName> {
        let goes = |column: &&&ColumnName| {
            let own = self.is_filled(column) && self.is_ones_own(column) && self.can_be_emptied(column);
            self.whole.contains(**column) || own
        };
        self.over.iter().filter(goes).map(|column| (*column).clone()).collect()
    }

    /// Whether it does not lie in a document that can't be read and stays.
    fn can_be_emptied(&self, column: &ColumnName) -> bool {
        !self.stuck.contains(column) && !self.is_unread(column)
    }

    fn is_unread(&self, column: &ColumnName) -> bool {
        self.found.cell(self.row, column).is_some_and(Value::is_unread)
    }

    fn step(&self, action: Action, reasons: Vec<Reason>, columns: Vec<ColumnName>) -> Step {
        Step { table: self.table.name.clone(), action, keys: Vec::new(), reasons, columns }
    }

    /// Whether emptying a column touches nobody else: not the key, and in a row that others share
    /// only what is this person's alone.
    fn is_ones_own(&self, column: &ColumnName) -> bool {
        let mine = match &self.row.relation {
            Relation::Shared { mine, others: true } => mine,
            _ => return !self.found.key.contains(column),
        };
        mine.iter().filter_map(|link| self.table.columns_of.get(link)).any(|own| own.contains(column))
    }

    /// A frozen row that mentions somebody can't let go of the mention.
    fn is_frozen_mention(&self) -> bool {
        matches!(self.row.relation, Relation::Mentions(_)) && self.is_frozen()
    }

    /// Whether the row is one that records this consent.
    fn records(&self, consent: &Consent) -> bool {
        records(self.found, self.row, consent)
    }

    fn is_frozen(&self) -> bool {
        let once = self.table.frozen.as_ref().map(|frozen| &frozen.once);
        once.is_some_and(|column| self.found.cell(self.row, column).is_some_and(|value| !value.is_null()))
    }

    /// Whether every ground that keeps the row keeps it in the archive, and it is not there yet.
    fn wants_archive(&self) -> bool {
        use crate::policy::model::ArchiveWay;
        let archived_grounds = !self.keeping.is_empty() && self.all_archived && self.stuck.is_empty();
        archived_grounds
            && match &self.table.archive {
                None => false,
                Some(ArchiveWay::Table(_)) => true,
                Some(ArchiveWay::Flag(flag)) => self.found.cell(self.row, flag).is_some_and(Value::is_null),
            }
    }
}
