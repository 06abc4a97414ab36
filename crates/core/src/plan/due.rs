//! Retention compiled: what the rows of each table are due for, as conditions that a store can
//! answer by the set. The sweep, the audit and the forecast ask the same conditions.
//!
//! The reference is `decide` with [`Occasioned::Sweep`](crate::plan::decide::Occasioned): for one
//! person's rows both say the same, on what a column can know. Where rows have several people (owners, shares) this form decides for all of them together: a row goes
//! only when nothing keeps it for anybody. Not here: SQL (`kept-connect`), and what only a
//! timeline knows (holds, restrictions, objections): those people's rows are excepted.

use crate::name::{ColumnName, PurposeName, TableName};
use crate::policy::Policy;
use crate::policy::model::{ArchiveWay, Detach, Store};
use crate::standing::history::PolicyHistory;
use crate::time::Instant;

mod bound;
pub mod condition;
mod elsewhere;
mod ground;
mod lean;
mod retention;
pub mod routes;
mod standing;
mod table;
mod tell;
mod unread;

pub use condition::{Cell, Condition, Related, RowRef, THIS};
pub use elsewhere::is_root;
pub(in crate::plan) use ground::{tells, tells_kind};
pub use routes::{Way, WayMeaning, Ways};
pub use standing::may_stand;

/// What is due in one table. Every condition speaks of a row of it as [`THIS`]; rows that are not
/// personal (`when`) and excepted rows meet none of them.
#[derive(Clone, Debug, PartialEq)]
pub struct TableDue {
    /// The table, by its policy name.
    pub table: TableName,
    /// The columns that tell rows apart.
    pub key: Vec<ColumnName>,
    /// Rows that are personal at all.
    pub personal: Condition,
    /// Nothing keeps the row, whatever hangs on it.
    pub due: Condition,
    /// The row goes: nothing keeps it, and nothing hangs on it that stays.
    pub goes: Condition,
    /// Columns of rows that stay are emptied.
    pub empties: Vec<Emptying>,
    /// References are let go.
    pub detaches: Vec<Detaching>,
    /// Rows that are put into the archive.
    pub archives: Option<Archiving>,
    /// What each purpose has to say, for counts.
    pub rules: Vec<Rule>,
    /// Rows that hold data on which nothing was ever founded.
    pub without_ground: Condition,
    /// Rows that have no owner although the table says who owns them.
    pub ownerless: Condition,
}

/// Columns that the same purposes need, and when nothing keeps them any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Emptying {
    /// The columns, without those of the key.
    pub columns: Vec<ColumnName>,
    /// What is written into each: NULL, or this.
    pub replaced_by: Vec<Option<String>>,
    /// Whether each holds something, in the order of `columns`.
    pub filled: Vec<Condition>,
    /// When, whatever they hold.
    pub over: Condition,
    /// Rows in which some of these columns lie in a document that can't be read.
    pub unread: Condition,
    /// Those of them that stay as they are, for not all that the map sees in the document goes.
    pub stays: Condition,
}

impl Emptying {
    /// When it concerns a row that holds something, readable or not.
    pub fn concerns(&self) -> Condition {
        let filled = self.filled.iter().cloned().chain([self.unread.clone()]);
        Condition::all([self.over.clone(), Condition::any(filled)])
    }

    /// When there is something to empty.
    pub fn when(&self) -> Condition {
        Condition::all([self.over.clone(), Condition::any(self.filled.iter().cloned())])
    }
}

/// A reference that is let go.
#[derive(Clone, Debug, PartialEq)]
pub struct Detaching {
    /// The column that refers.
    pub column: ColumnName,
    /// What it holds afterwards.
    pub to: Detach,
    /// Columns that were that person's alone, emptied with it.
    pub columns: Vec<ColumnName>,
    /// What is written into each: NULL, or this.
    pub replaced_by: Vec<Option<String>>,
    /// When.
    pub when: Condition,
}

/// Rows that every ground which keeps them keeps in the archive.
#[derive(Clone, Debug, PartialEq)]
pub struct Archiving {
    /// How.
    pub way: ArchiveWay,
    /// When.
    pub when: Condition,
}

/// One purpose on one table: a statement of the notice, at work.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The purpose.
    pub purpose: PurposeName,
    /// Its statement: `purpose.billing.keep`.
    pub statement: String,
    /// Rows that hold data which this purpose has let go and nothing else keeps.
    pub due: Condition,
    /// Rows that it keeps because a fact is missing.
    pub unknown: Condition,
    /// Rows that it keeps in its archive phase; those to be put there are in [`Archiving::when`] too.
    pub archived: Condition,
    /// Rows with data for which it never began and nothing else ever did.
    pub without_ground: Condition,
    /// Rows that it keeps by a criterion, and whose review is overdue.
    pub unreviewed: Condition,
    /// Rows that it keeps on a consent of which nobody can read whether it was given, or withdrawn.
    pub unread: Condition,
    /// The date that it counts from, where the row or one above it tells.
    pub dated: Option<Dated>,
    /// The same of the purpose's start, from which a review is counted.
    pub started: Option<Dated>,
}

/// A date of a row, or of a row above it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    /// The rows to pass, from this one upwards.
    pub through: Vec<Related>,
    /// The date.
    pub cell: Cell,
}

/// Which data a run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What once had a ground.
    Ended,
    /// Also what never had one; needs approval (semantics 3).
    WithoutGround,
}

/// What hangs on a row, for [`TableDue::goes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hanging {
    /// As it stands: any row that hangs on another holds it. For runs, which take children first
    /// and delete before they empty; conditions stay short.
    AsItStands,
    /// As it will be: rows that go themselves hold nothing, and rows that go are not emptied.
    /// Exact before a run, but long where tables hang on each other in many ways.
    Foreseen,
}

/// Compiles a policy for one store, as of an instant: one value per table that holds personal
/// columns or leads to some, in the policy's order.
pub fn compile(
    policy: &Policy,
    map: &Store,
    ways: &Ways,
    at: Instant,
    (reach, hanging): (Reach, Hanging),
) -> Vec<TableDue> {
    table::compile(policy, map, ways, at, (reach, hanging))
}

/// What may be due of people who stand in other tables too, and of what began under an earlier version of the policy
/// that said otherwise: the rows of which a run might take something if nothing that those tables tell kept it, and
/// if every version bound them, table by table. A row that meets none of these is judged by its own table as by all
/// of them; of the others only the pure function can say, person by person. Tables without such rows are left out.
pub fn may_be_due(
    history: &PolicyHistory,
    map: &Store,
    ways: &Ways,
    at: Instant,
    reach: Reach,
) -> Vec<Candidates> {
    table::may_be_due(history, map, ways, at, reach)
}

/// Rows of a table of which only the pure function can say whether they are due.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidates {
    /// The conditions from which they are told.
    pub due: TableDue,
    /// Which rows.
    pub rows: Condition,
    /// Whether they may be due by an earlier version of the policy: then each of them is to be judged. Else those
    /// whose people stand in this table alone are due as the table's own conditions say.
    pub by_version: bool,
}

/// What a run will come to, told before it: with [`Hanging::Foreseen`], where rows that hang on others go as
/// that run takes them, so for one purpose only those that it let go.
pub fn foresee(
    policy: &Policy,
    map: &Store,
    ways: &Ways,
    at: Instant,
    (reach, only): (Reach, Option<&PurposeName>),
) -> Vec<TableDue> {
    table::foresee(policy, map, ways, at, (reach, only))
}

/// The same for a run that took the keys of what is due in these tables beforehand, because their
/// dates are read from rows that go earlier: there, what was taken is due ([`Condition::Taken`]).
pub fn compile_taken(
    policy: &Policy,
    map: &Store,
    ways: &Ways,
    at: Instant,
    (reach, taken): (Reach, &std::collections::BTreeSet<TableName>),
) -> Vec<TableDue> {
    table::compile_taken(policy, map, ways, at, (reach, Hanging::AsItStands, taken))
}

impl TableDue {
    /// The same, for the rows only that one purpose has let go.
    #[must_use]
    pub fn only(mut self, purpose: &PurposeName) -> Self {
        let rules: Vec<&Rule> = self.rules.iter().filter(|rule| rule.purpose == *purpose).collect();
        let due = Condition::any(rules.iter().map(|rule| rule.due.clone()));
        let to_archive = Condition::any(rules.iter().map(|rule| rule.archived.clone()));
        let narrowed = |when: Condition, by: &Condition| Condition::all([when, by.clone()]);
        self.due = narrowed(self.due, &due);
        self.goes = narrowed(self.goes, &due);
        for emptying in &mut self.empties {
            emptying.over = narrowed(std::mem::replace(&mut emptying.over, Condition::Never), &due);
        }
        for detaching in &mut self.detaches {
            detaching.when = narrowed(std::mem::replace(&mut detaching.when, Condition::Never), &due);
        }
        if let Some(archiving) = &mut self.archives {
            archiving.when = narrowed(std::mem::replace(&mut archiving.when, Condition::Never), &to_archive);
        }
        self.rules.retain(|rule| rule.purpose == *purpose);
        self
    }

    /// Rows of which something can still be emptied.
    pub fn filled(&self) -> Condition {
        Condition::any(self.empties.iter().map(Emptying::when))
    }

    /// Rows of which something is to be emptied that lies in a document that can't be read, and that
    /// therefore stays.
    pub fn unread(&self) -> Condition {
        let each = self.empties.iter().map(|one| Condition::all([one.over.clone(), one.stays.clone()]));
        Condition::all([Condition::any(each), self.goes.clone().negated()])
    }

    /// Rows on which a run has something to do: they go now, or hold data. A row that was emptied and on
    /// which kept rows hang is left out: it stays as an empty shell for as long as those do.
    pub fn to_do(&self) -> Condition {
        Condition::all([self.due.clone(), Condition::any([self.goes.clone(), self.filled()])])
    }

    /// Rows of which a run does something: it takes them, empties or archives them, or lets a party go.
    fn does(&self) -> Condition {
        let archives = self.archives.iter().map(|archiving| archiving.when.clone());
        let detaches = self.detaches.iter().map(|detaching| detaching.when.clone());
        Condition::any([self.to_do(), self.filled()].into_iter().chain(archives).chain(detaches))
    }

    /// Rows of which a run does something that it does not do by other conditions on the same table.
    fn does_beyond(&self, other: &Self) -> Condition {
        let beyond = |when: &Condition, other: Option<&Condition>| {
            let besides = other.map_or(Condition::Always, |other| other.clone().negated());
            if Some(when) == other { Condition::Never } else { Condition::all([when.clone(), besides]) }
        };
        let to_do = beyond(&self.to_do(), Some(&other.to_do()));
        let empties = self.empties.iter().map(|one| {
            let same = other.empties.iter().find(|same| same.columns == one.columns);
            beyond(&one.when(), same.map(Emptying::when).as_ref())
        });
        let archives =
            self.archives.iter().map(|one| beyond(&one.when, other.archives.as_ref().map(|same| &same.when)));
        let detaches = self.detaches.iter().map(|one| {
            let same = other.detaches.iter().find(|same| same.column == one.column);
            beyond(&one.when, same.map(|same| &same.when))
        });
        Condition::any([to_do].into_iter().chain(empties).chain(archives).chain(detaches))
    }

    /// Whether any row may be touched at all.
    pub fn does_something(&self) -> bool {
        let possible = |when: &Condition| *when != Condition::Never;
        possible(&self.goes)
            || self.empties.iter().any(|emptying| possible(&emptying.over))
            || self.detaches.iter().any(|detaching| possible(&detaching.when))
            || self.archives.iter().any(|archiving| possible(&archiving.when))
    }
}
