//! Conditions on rows as values: what a store is asked, before any dialect.
//!
//! Every condition is true or false, never NULL: a value that is missing or can't be read makes
//! `Before` and `Date` false. Not here: how an engine says it (`kept-connect`).

use crate::name::{ColumnName, TableName};
use crate::time::Instant;

/// A row that a condition speaks of: 0 is the row in question, the others are bound by
/// [`Condition::Exists`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowRef(pub usize);

/// The row in question.
pub const THIS: RowRef = RowRef(0);

/// A value of a row, or of another of its columns where the first is NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The row.
    pub row: RowRef,
    /// The row's table.
    pub table: TableName,
    /// The column.
    pub column: ColumnName,
    /// The column to read where the first is NULL.
    pub or: Option<ColumnName>,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// True.
    Always,
    /// False.
    Never,
    /// Each holds.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The value is NULL.
    Null(Cell),
    /// The place lies in a document that can't be read; never so of a whole column.
    Unread(Cell),
    /// The value can be read as a date.
    Date(Cell),
    /// The value can be read as a date, and that is earlier than the instant.
    Before(Cell, Instant),
    /// The first date is not earlier than the second; both can be read. By day, a date within the
    /// same day is not earlier.
    NotBefore {
        /// The first.
        cell: Cell,
        /// The second.
        than: Cell,
        /// Whether whole days are compared.
        by_day: bool,
    },
    /// The value, as text, is this.
    Is(Cell, String),
    /// The two values are equal.
    Same(Cell, Cell),
    /// The row is one of those that must not be touched: held, restricted, contested.
    Excepted(RowRef, TableName),
    /// The row was found due before the run began: as a whole, or for the emptying of the columns of
    /// which this is the first.
    Taken(RowRef, TableName, Option<ColumnName>),
    /// Some row of another table hangs together with the rows bound so far.
    Exists(Box<Related>),
}

/// A row of another table.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// The row that this binds.
    pub row: RowRef,
    /// Its table.
    pub table: TableName,
    /// Pairs of one of its columns and a column of a row bound before.
    pub on: Vec<(ColumnName, Cell)>,
    /// What holds of it.
    pub holds: Condition,
}

impl Cell {
    /// A value of a row.
    pub fn new(row: RowRef, table: &TableName, column: &ColumnName) -> Self {
        Self { row, table: table.clone(), column: column.clone(), or: None }
    }

    /// The same, or another column where it is NULL.
    #[must_use]
    pub fn or(mut self, other: Option<&ColumnName>) -> Self {
        self.or = other.cloned();
        self
    }
}

impl Condition {
    /// Each of these holds; what goes without saying is left out.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for condition in conditions {
            match condition {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::All(more) => {
                    for one in more {
                        if !kept.contains(&one) {
                            kept.push(one);
                        }
                    }
                }
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
        // An alternative that holds anyway says nothing.
        let parts = kept.clone();
        kept.retain(
            |one| !matches!(one, Self::Any(choices) if choices.iter().any(|choice| choice.is_among(&parts))),
        );
        if kept.iter().any(|one| kept.contains(&one.clone().negated())) {
            return Self::Never;
        }
        match kept.len() {
            0 => Self::Always,
            1 => kept.pop().unwrap_or(Self::Always),
            _ => Self::All(kept),
        }
    }

    fn is_among(&self, parts: &[Self]) -> bool {
        match self {
            Self::All(own) => own.iter().all(|one| parts.contains(one)),
            other => parts.contains(other),
        }
    }

    /// One of these holds; what can't hold is left out.
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for condition in conditions {
            match condition {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::Any(more) => {
                    for one in more {
                        if !kept.contains(&one) {
                            kept.push(one);
                        }
                    }
                }
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::Never,
            1 => kept.pop().unwrap_or(Self::Never),
            _ => Self::Any(kept),
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Not(inner) => *inner,
            Self::Any(choices) => Self::all(choices.into_iter().map(Self::negated)),
            other => Self::Not(Box::new(other)),
        }
    }

    /// The same condition with some of its parts decided beforehand.
    #[must_use]
    pub fn decided(self, decide: &dyn Fn(&Self) -> Option<Self>) -> Self {
        if let Some(decided) = decide(&self) {
            return decided;
        }
        match self {
            Self::All(all) => Self::all(all.into_iter().map(|one| one.decided(decide))),
            Self::Any(all) => Self::any(all.into_iter().map(|one| one.decided(decide))),
            Self::Not(inner) => inner.decided(decide).negated(),
            Self::Exists(mut related) => {
                related.holds = related.holds.decided(decide);
                if related.holds == Self::Never { Self::Never } else { Self::Exists(related) }
            }
            other => other,
        }
    }

    /// What is left to ask of rows of which something is known to hold.
    #[must_use]
    pub fn given(self, known: &Self) -> Self {
        let parts = match known {
            Self::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        self.decided(&|one| {
            let denied = |part: &Self| matches!(part, Self::Not(inner) if **inner == *one);
            if parts.contains(one) {
                Some(Self::Always)
            } else {
                parts.iter().any(denied).then_some(Self::Never)
            }
        })
    }

    /// What stays true of a row for which this held once, whichever other rows have gone since, and
    /// turns false where rows that came since speak against it.
    #[must_use]
    pub(super) fn once_held(self) -> Self {
        match self {
            Self::All(all) => Self::all(all.into_iter().map(Self::once_held)),
            Self::Any(all) => Self::any(all.into_iter().map(Self::once_held)),
            Self::Exists(_) => Self::Always,
            Self::Not(inner) => match *inner {
                Self::All(all) => Self::any(all.into_iter().map(|one| one.negated().once_held())),
                Self::Any(all) => Self::all(all.into_iter().map(|one| one.negated().once_held())),
                Self::Exists(related) if related.holds.only_falls() => {
                    Self::Not(Box::new(Self::Exists(related)))
                }
                Self::Exists(_) => Self::Always,
                leaf => Self::Not(Box::new(leaf)),
            },
            leaf => leaf,
        }
    }

    /// Whether it never becomes true because rows go that it does not speak of by name.
    fn only_falls(&self) -> bool {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().all(Self::only_falls),
            Self::Exists(related) => related.holds.only_falls(),
            Self::Not(inner) => !inner.looks_elsewhere(),
            _ => true,
        }
    }

    fn looks_elsewhere(&self) -> bool {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().any(Self::looks_elsewhere),
            Self::Not(inner) => inner.looks_elsewhere(),
            Self::Exists(_) => true,
            _ => false,
        }
    }

    /// Whether it speaks of a row.
    pub fn mentions(&self, row: RowRef) -> bool {
        match self {
            Self::Always | Self::Never => false,
            Self::All(all) | Self::Any(all) => all.iter().any(|one| one.mentions(row)),
            Self::Not(inner) => inner.mentions(row),
            Self::Null(cell)
            | Self::Unread(cell)
            | Self::Date(cell)
            | Self::Before(cell, _)
            | Self::Is(cell, _) => cell.row == row,
            Self::NotBefore { cell, than, .. } | Self::Same(cell, than) => cell.row == row || than.row == row,
            Self::Excepted(own, _) | Self::Taken(own, ..) => *own == row,
            Self::Exists(related) => {
                related.on.iter().any(|(_, outer)| outer.row == row) || related.holds.mentions(row)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn null(column: &str) -> Condition {
        Condition::Null(Cell::new(THIS, &"t".into(), &column.into()))
    }

    #[test]
    fn what_goes_without_saying_is_left_out() {
        assert_eq!(Condition::all([Condition::Always, null("a"), null("a")]), null("a"));
        assert_eq!(Condition::all([null("a"), Condition::Never]), Condition::Never);
        assert_eq!(Condition::any([Condition::Never, null("a")]), null("a"));
        assert_eq!(Condition::all([null("a"), Condition::any([null("a"), null("b")])]), null("a"));
        assert_eq!(Condition::all([null("a"), null("a").negated()]), Condition::Never);
    }

    fn below(holds: Condition) -> Condition {
        Condition::Exists(Box::new(Related { row: RowRef(1), table: "c".into(), on: Vec::new(), holds }))
    }

    #[test]
    fn what_is_known_is_not_asked_again() {
        let both = Condition::all([null("a"), null("b").negated()]);
        assert_eq!(both.clone().given(&both), Condition::Always);
        assert_eq!(Condition::any([null("b"), null("c")]).given(&both), null("c"));
        assert_eq!(null("c").given(&both), null("c"));
    }

    #[test]
    fn what_held_once_is_only_denied_by_rows_that_are_there() {
        let late = below(null("late"));
        let held = Condition::all([below(null("early")), late.clone().negated(), null("a")]);
        assert_eq!(held.once_held(), Condition::all([late.negated(), null("a")]));
        // That nothing below is below something else may become untrue by rows that go.
        let nested = below(below(null("x")).negated()).negated();
        assert_eq!(nested.once_held(), Condition::Always);
        let either = Condition::Not(Box::new(Condition::All(vec![below(null("x")).negated(), null("a")])));
        assert_eq!(either.once_held(), Condition::Always);
    }

    #[test]
    fn a_double_denial_is_none() {
        assert_eq!(null("a").negated().negated(), null("a"));
    }
}
