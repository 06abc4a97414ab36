//! What columns tell of an event, as conditions: known by now, earlier than a cutoff, or unknown.
//!
//! The same rules as `observe`: NULL says what the policy says it says, a value that can't be read
//! leaves the fact unknown, what lies in the future has not happened.

use crate::name::{ColumnName, EventKind};
use crate::plan::due::condition::{Cell, Condition};
use crate::plan::due::routes::{Node, Route, Rows, Ways, exists, routes};
use crate::plan::within::document_of;
use crate::policy::model::{EventSource, Nulls, Store, Table};
use crate::time::{Day, Instant, Zone};

/// The instant of the question, and what follows from it.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub(super) today: Day,
    pub(super) zone: Zone,
    /// The first instant that has not come.
    pub(super) soon: Instant,
}

impl Clock {
    pub(super) fn new(at: Instant, zone: Zone) -> Self {
        let soon = at.checked_add(jiff::Span::new().microseconds(1)).unwrap_or(at);
        Self { today: zone.day_of(at), zone, soon }
    }

    /// The instant before which an event is over, given its cutoff day.
    pub(super) fn before_day(&self, cell: Cell, cutoff: Day) -> Condition {
        if cutoff == Day::MIN {
            return Condition::Never;
        }
        Condition::Before(cell, self.zone.start_of(cutoff))
    }
}

/// One place that tells of an event.
#[derive(Clone, Debug)]
pub(super) struct Teller<'a> {
    node: Node<'a>,
    /// The columns by which the row is found, where it is not bound already.
    named: Option<(ColumnName, Cell)>,
    /// Whether there is one such row at most.
    single: bool,
    /// When it tells of that which is asked.
    when: Condition,
    told: Told<'a>,
}

#[derive(Clone, Debug)]
enum Told<'a> {
    Column { cell: Cell, null: Nulls },
    Aggregate { latest: bool, paths: Vec<Route<'a>>, cell: ColumnName, null: Nulls },
}

impl<'a> Teller<'a> {
    /// The event as a bound row tells it, if its table does.
    pub(super) fn here(
        map: &'a Store,
        ways: &'a Ways,
        node: Node<'a>,
        kind: &EventKind,
        rows: &Rows,
    ) -> Option<Self> {
        let told = match node.table.events.get(kind)? {
            EventSource::Column { column, null, or } => Told::Column {
                cell: Cell::new(node.row, &node.table.name, column).or(or.as_ref()),
                null: *null,
            },
            EventSource::Aggregate { latest, table, column, null } => {
                let owned = map.tables.get(table)?;
                let from = Node { row: rows.next(), table: owned };
                let mut paths: Vec<Route<'a>> =
                    routes(map, ways, from, rows).into_iter().filter_map(|route| cut(route, node)).collect();
                paths.dedup_by(|one, other| one.hops == other.hops);
                Told::Aggregate { latest: *latest, paths, cell: column.clone(), null: *null }
            }
        };
        Some(Self { node, named: None, single: true, when: Condition::Always, told })
    }

    /// The same, of the rows whose `column` names what `cell` holds.
    pub(super) fn named(mut self, column: &ColumnName, cell: &Cell, is_unique: bool) -> Self {
        self.named = Some((column.clone(), cell.clone()));
        self.single = is_unique;
        self
    }

    /// The same, where something holds: elsewhere it tells nothing.
    pub(super) fn only(mut self, when: Condition) -> Self {
        self.when = when;
        self
    }

    /// The table that tells.
    pub(super) fn table(&self) -> &'a Table {
        self.node.table
    }

    /// Whether the event is known and has come.
    pub(super) fn known(&self, clock: &Clock) -> Condition {
        self.within(self.told_before(clock.soon))
    }

    /// Whether the event came before an instant that is no later than now.
    pub(super) fn before(&self, clock: &Clock, instant: Instant) -> Condition {
        let before = self.told_before(instant);
        if self.single {
            return self.within(before);
        }
        let later = Condition::all([self.told_before(clock.soon), before.clone().negated()]);
        Condition::all([self.within(before), self.within(later).negated()])
    }

    /// Whether nobody can say if or when it came.
    pub(super) fn unknown(&self, clock: &Clock) -> Condition {
        let unknown = self.within(self.told_unknown());
        if self.single { unknown } else { Condition::all([self.known(clock).negated(), unknown]) }
    }

    /// Whether the event came on the day of another or later; both are known.
    pub(super) fn not_before(&self, than: &Self) -> Condition {
        self.some_late(|cell| {
            than.each_early(|other| Condition::NotBefore { cell: cell.clone(), than: other, by_day: true })
        })
    }

    /// Whether what holds of a late enough date holds of this event's.
    pub(super) fn some_late(&self, holds: impl Fn(Cell) -> Condition) -> Condition {
        match &self.told {
            Told::Column { cell, .. } => self.within(holds(cell.clone())),
            Told::Aggregate { latest: true, .. } => self
                .within(self.over_owned(|cell| Condition::all([Condition::Date(cell.clone()), holds(cell)]))),
            Told::Aggregate { latest: false, .. } => self.within(
                self.over_owned(|cell| {
                    Condition::all([Condition::Date(cell.clone()), holds(cell).negated()])
                })
                .negated(),
            ),
        }
    }

    /// Whether what holds of an early enough date holds of this event's.
    fn each_early(&self, holds: impl Fn(Cell) -> Condition) -> Condition {
        let against = |cell: Cell| Condition::all([Condition::Date(cell.clone()), holds(cell).negated()]);
        match &self.told {
            Told::Column { cell, .. } if self.single => self.within(holds(cell.clone())),
            Told::Column { cell, .. } => self.within(against(cell.clone())).negated(),
            Told::Aggregate { latest: true, .. } => self.within(self.over_owned(against).negated()),
            Told::Aggregate { latest: false, .. } => self
                .within(self.over_owned(|cell| Condition::all([Condition::Date(cell.clone()), holds(cell)]))),
        }
    }

    fn within(&self, holds: Condition) -> Condition {
        let holds = Condition::all([self.when.clone(), holds]);
        match &self.named {
            None => holds,
            Some((column, cell)) => exists(self.node, vec![(column.clone(), cell.clone())], holds),
        }
    }

    fn over_owned(&self, holds: impl Fn(Cell) -> Condition) -> Condition {
        let Told::Aggregate { paths, cell, .. } = &self.told else { return Condition::Never };
        Condition::any(paths.iter().filter_map(|path| {
            let first = path.nodes.first()?;
            Some(path.bound_down(holds(Cell::new(first.row, &first.table.name, cell))))
        }))
    }

    fn told_before(&self, instant: Instant) -> Condition {
        match &self.told {
            Told::Column { cell, .. } => Condition::Before(cell.clone(), instant),
            Told::Aggregate { latest, .. } => {
                let early = self.over_owned(|cell| Condition::Before(cell, instant));
                let late = || {
                    self.over_owned(|cell| {
                        let early = Condition::Before(cell.clone(), instant);
                        Condition::all([Condition::Date(cell), early.negated()])
                    })
                };
                let readable = self.over_owned(unreadable).negated();
                let rest = if *latest { late().negated() } else { Condition::Always };
                Condition::all([early, rest, readable])
            }
        }
    }

    fn told_unknown(&self) -> Condition {
        match &self.told {
            Told::Column { cell, null } => {
                let missing = Condition::Null(cell.clone());
                match null {
                    Nulls::Unknown => Condition::any([missing, unreadable(cell.clone())]),
                    Nulls::NotYet => unreadable(cell.clone()),
                }
            }
            Told::Aggregate { null, .. } => {
                let spoilt = self.over_owned(unreadable);
                let none = self.over_owned(|cell| Condition::Null(cell).negated()).negated();
                match null {
                    Nulls::Unknown => Condition::any([spoilt, none]),
                    Nulls::NotYet => spoilt,
                }
            }
        }
    }
}

/// There, and no date; or in a document that can't be read.
pub(super) fn unreadable(cell: Cell) -> Condition {
    let is_within = document_of(&cell.column).is_some() && cell.or.is_none();
    let unread = if is_within { Condition::Unread(cell.clone()) } else { Condition::Never };
    let none = Condition::all([Condition::Null(cell.clone()).negated(), Condition::Date(cell).negated()]);
    Condition::any([none, unread])
}

/// A route cut off at a table, its end being that bound row.
fn cut<'a>(mut route: Route<'a>, end: Node<'a>) -> Option<Route<'a>> {
    let place = route.nodes.iter().position(|node| node.table.name == end.table.name)?;
    if place == 0 {
        return None;
    }
    route.nodes.truncate(place + 1);
    route.hops.truncate(place);
    if let Some(last) = route.nodes.last_mut() {
        last.row = end.row;
    }
    Some(route)
}

/// A route from another table to a bound row.
pub(super) fn routes_to<'a>(
    map: &'a Store,
    ways: &'a Ways,
    from: &'a crate::policy::model::Table,
    to: Node<'a>,
    rows: &Rows,
) -> Vec<Route<'a>> {
    let node = Node { row: rows.next(), table: from };
    let mut found: Vec<Route<'a>> =
        routes(map, ways, node, rows).into_iter().filter_map(|route| cut(route, to)).collect();
    found.dedup_by(|one, other| one.hops == other.hops);
    found
}
