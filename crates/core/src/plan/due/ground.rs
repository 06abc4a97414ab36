//! One purpose on one occasion as conditions: begun, over, in the archive, missing a fact.

use crate::name::EventKind;
use crate::plan::due::condition::{Cell, Condition};
use crate::plan::due::retention::{self, State};
use crate::plan::due::routes::{Node, Route, Rows, Ways, holds};
use crate::plan::due::tell::{Clock, Teller, routes_to, unreadable};
use crate::plan::observe::categories;
use crate::policy::Policy;
use crate::policy::keep::Phase;
use crate::policy::keep::ending::Shift;
use crate::policy::model::{AfterWithdrawal, Basis, EventNature, OccasionKind, Purpose, Store, Table};
use crate::timeline::COLLECTION;

/// Everything that the compiler reads.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) policy: &'a Policy,
    pub(super) map: &'a Store,
    pub(super) ways: &'a Ways,
    pub(super) clock: Clock,
}

/// What a purpose is applied to, as a bound row tells.
#[derive(Clone, Debug)]
pub(super) enum Spot<'a> {
    /// The person whose row this is.
    Person(Node<'a>),
    /// This row.
    Record(Node<'a>),
    /// What this value names: a contract, a request.
    Named { kind: OccasionKind, cell: Cell, node: Node<'a> },
}

/// A purpose on an occasion.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ground {
    /// It began, whatever became of it.
    pub(super) begun: Condition,
    /// It keeps, a missing fact included.
    pub(super) keeps: Condition,
    /// It began and is over.
    pub(super) ended: Condition,
    /// It keeps because a fact is missing.
    pub(super) unknown: Condition,
    /// It keeps, in the archive.
    pub(super) archived: Condition,
    /// It keeps by a criterion whose promised review nobody has recorded in time.
    pub(super) unreviewed: Condition,
    /// It rests on a consent of which nobody can read whether it was given, or withdrawn.
    pub(super) unread: Condition,
}

impl Ground {
    /// One of which nothing is known, or nothing here.
    pub(super) fn nothing_known(purpose: &Purpose) -> Self {
        let keeps = if is_shut(purpose) { Condition::Never } else { Condition::Always };
        let never = Condition::Never;
        Self {
            begun: never.clone(),
            unknown: keeps.clone(),
            keeps,
            ended: never.clone(),
            archived: never.clone(),
            unreviewed: never.clone(),
            unread: never,
        }
    }
}

/// Whether the first review of a criterion is due by now. A review is recorded by Kept alone, and whoever has
/// one is no matter of the set.
fn review_due(purpose: &Purpose, leaf: &mut dyn FnMut(&EventKind, Shift) -> State) -> Condition {
    purpose
        .review()
        .map_or(Condition::Never, |span| leaf(&purpose.starts, Shift { to_year_end: false, span }).over)
}

/// A purpose that keeps nothing unless it has begun.
fn is_shut(purpose: &Purpose) -> bool {
    purpose.must_be_shown() || purpose.basis == Basis::Missing || purpose.off.is_some()
}

/// Whether the retention of a purpose reads an event, or it starts the purpose.
pub(super) fn counts(purpose: &Purpose, kind: &EventKind) -> bool {
    *kind == purpose.starts || purpose.counted().contains(kind)
}

/// Whether a table tells events on which a purpose can begin.
pub(in crate::plan) fn tells(purpose: &Purpose, table: &Table) -> bool {
    table.events.keys().any(|kind| tells_kind(purpose, table, kind))
}

/// Whether a table tells an event of one kind on which a purpose can begin.
pub(in crate::plan) fn tells_kind(purpose: &Purpose, table: &Table, kind: &EventKind) -> bool {
    counts(purpose, kind) && !is_foreign(purpose, table, kind) && concerns(purpose, table)
}

/// A collection begins a purpose only where the purpose's data are collected.
fn concerns(purpose: &Purpose, table: &Table) -> bool {
    purpose.occasion != OccasionKind::Collection || has_its_data(purpose, table)
}

fn has_its_data(purpose: &Purpose, table: &Table) -> bool {
    let data = categories(table);
    table.person.is_some() || data.is_empty() || data.iter().any(|datum| purpose.covers(datum))
}

/// Whether an event of a table says nothing of a purpose: the table is of another kind of people, or the event
/// is the collection of rows of which the purpose needs nothing.
fn is_foreign(purpose: &Purpose, table: &Table, kind: &EventKind) -> bool {
    table.person.as_ref().is_some_and(|of| !purpose.is_about(of))
        || (kind.as_str() == COLLECTION && !has_its_data(purpose, table))
}

/// A purpose on an occasion that rows tell of, with the person's own events beside it.
pub(super) fn ground<'a>(
    source: &Source<'a>,
    purpose: &'a Purpose,
    spot: &Spot<'a>,
    person: Option<Node<'a>>,
    rows: &Rows,
) -> Ground {
    if purpose.basis.is_consent() {
        return consent_ground(source, purpose, spot, person, rows);
    }
    let facts = Facts::new(source, purpose, spot, person, rows);
    let stages: Vec<(Phase, State)> = purpose
        .stage_ends()
        .iter()
        .map(|stage| {
            (stage.phase, retention::state(&stage.last_day, &mut |kind, shift| facts.leaf(kind, shift)))
        })
        .collect();
    let over = stages.last().map_or(Condition::Never, |(_, state)| state.over.clone());
    let over = Condition::any([over, refused(source, purpose, person, rows)]);
    let (archived, missing) = retention::place(&stages);
    let begun = facts.begun();
    // What is over by an event of its own has begun.
    let ended = if facts.leans_on_person() || purpose.arm.is_some() {
        Condition::all([begun.clone(), over])
    } else {
        over
    };
    let keeps = if is_shut(purpose) {
        Condition::all([begun.clone(), ended.clone().negated()])
    } else {
        ended.clone().negated()
    };
    let in_use = purpose.off.is_none() && purpose.basis != Basis::Missing;
    let unread = match person.filter(|_| purpose.arm.is_some() && purpose.is_marketing()) {
        Some(person) => Condition::all([
            keeps.clone(),
            unread(&consent_records(source, purpose, person, rows), withdrawal),
        ]),
        None => Condition::Never,
    };
    Ground {
        unreviewed: Condition::all([
            keeps.clone(),
            review_due(purpose, &mut |kind, shift| facts.leaf(kind, shift)),
        ]),
        archived: if in_use {
            Condition::all([begun.clone(), archived, unread.clone().negated()])
        } else {
            Condition::Never
        },
        unknown: Condition::any([
            Condition::all([keeps.clone(), Condition::any([begun.clone().negated(), missing])]),
            unread.clone(),
        ]),
        begun,
        keeps,
        ended,
        unread,
    }
}

/// Whether the person withdrew since any consent, which refuses the arms of the purpose as well.
fn refused<'a>(
    source: &Source<'a>,
    purpose: &'a Purpose,
    person: Option<Node<'a>>,
    rows: &Rows,
) -> Condition {
    let Some(person) = person.filter(|_| purpose.arm.is_some() && purpose.is_marketing()) else {
        return Condition::Never;
    };
    let records = consent_records(source, purpose, person, rows);
    Condition::any(records.iter().filter_map(|record| {
        let cell = record.withdrawn.as_ref()?;
        let last = late_gift(source, purpose, person, cell, false, rows).negated();
        Some(record.within(Condition::all([Condition::Before(cell.clone(), source.clock.soon), last])))
    }))
}

/// What is known of each event of a purpose on an occasion: what is said of the occasion itself
/// outranks what is said of the person.
struct Facts<'s, 'a> {
    source: &'s Source<'a>,
    own: Vec<(EventKind, Vec<Teller<'a>>)>,
    person: Vec<(EventKind, Vec<Teller<'a>>)>,
    starts: &'a EventKind,
    purpose: &'a Purpose,
    /// The person whose consent begins the purpose, where one does.
    consenting: Option<(&'a Purpose, Node<'a>)>,
    rows: &'s Rows,
}

impl<'s, 'a> Facts<'s, 'a> {
    fn new(
        source: &'s Source<'a>,
        purpose: &'a Purpose,
        spot: &Spot<'a>,
        person: Option<Node<'a>>,
        rows: &'s Rows,
    ) -> Self {
        let mut kinds = purpose.counted();
        if !kinds.contains(&purpose.starts) {
            kinds.push(purpose.starts.clone());
        }
        let mut facts = Self {
            source,
            own: Vec::new(),
            person: Vec::new(),
            starts: &purpose.starts,
            purpose,
            consenting: person.filter(|_| purpose.basis.is_consent()).map(|person| (purpose, person)),
            rows,
        };
        for kind in kinds {
            let mut own = own_tellers(source, spot, &kind, rows);
            own.retain(|teller| !is_foreign(purpose, teller.table(), &kind));
            let beside = match (spot, person) {
                (Spot::Person(_), _) | (_, None) => None,
                (_, Some(node)) => of_person(source, node, &kind, rows),
            };
            let beside = beside.filter(|teller| !is_foreign(purpose, teller.table(), &kind));
            facts.person.push((kind.clone(), beside.into_iter().collect()));
            facts.own.push((kind, own));
        }
        facts
    }

    /// Whether something counts here that does not begin the purpose.
    fn leans_on_person(&self) -> bool {
        self.person.iter().any(|(_, tellers)| !tellers.is_empty())
            || self.own.iter().flat_map(|(_, tellers)| tellers).any(|teller| !self.begins(teller))
    }

    fn begins(&self, teller: &Teller<'a>) -> bool {
        concerns(self.purpose, teller.table())
    }

    fn begun(&self) -> Condition {
        let begins = |kind: &EventKind| self.purpose.arm.is_none() || kind == self.starts;
        let own = self.own.iter().filter(|(kind, _)| begins(kind));
        let all = own.flat_map(|(_, tellers)| tellers).filter(|teller| self.begins(teller));
        Condition::any(all.map(|teller| teller.known(&self.source.clock)))
    }

    fn tellers<'t>(list: &'t [(EventKind, Vec<Teller<'a>>)], kind: &EventKind) -> &'t [Teller<'a>] {
        list.iter().find(|(known, _)| known == kind).map_or(&[], |(_, tellers)| tellers)
    }

    fn leaf(&self, kind: &EventKind, shift: Shift) -> State {
        let clock = &self.source.clock;
        let own = Self::tellers(&self.own, kind);
        let beside = Self::tellers(&self.person, kind);
        let nature = nature(self.source.policy, kind);
        let cutoff = shift.cutoff(clock.today);
        let before = |list: &[Teller<'a>]| {
            if cutoff == crate::time::Day::MIN {
                return Condition::Never;
            }
            before(clock, list, clock.zone.start_of(cutoff))
        };
        let counts = |list: &[Teller<'a>], is_own: bool| match nature {
            EventNature::Point => Condition::Always,
            EventNature::End => self.since_the_start(list, is_own),
        };
        let own_silent = Condition::any([known(clock, own), unknown(clock, own)]).negated();
        let over = Condition::any([
            Condition::all([before(own), counts(own, true)]),
            Condition::all([own_silent.clone(), before(beside), counts(beside, false)]),
        ]);
        let is_known = Condition::any([
            Condition::all([known(clock, own), counts(own, true)]),
            Condition::all([own_silent.clone(), known(clock, beside), counts(beside, false)]),
        ]);
        let is_unknown =
            Condition::any([unknown(clock, own), Condition::all([own_silent, unknown(clock, beside)])]);
        let silent = Condition::any([is_known, is_unknown.clone()]).negated();
        state_of(nature, over, silent, is_unknown)
    }

    /// An end that came before the occasion (last) began says nothing about it.
    fn since_the_start(&self, list: &[Teller<'a>], is_own: bool) -> Condition {
        let clock = &self.source.clock;
        if let Some((purpose, person)) = self.consenting {
            let gifts = |cell: Cell| late_gift(self.source, purpose, person, &cell, true, self.rows);
            return Condition::any(list.iter().map(|end| end.some_late(|cell| gifts(cell).negated())));
        }
        let starts: Vec<Teller<'a>> = Self::tellers(&self.own, self.starts)
            .iter()
            .filter(|teller| self.begins(teller))
            .cloned()
            .collect();
        let after = |begins: &[Teller<'a>]| {
            Condition::any(begins.iter().filter(|teller| self.begins(teller)).flat_map(|begin| {
                list.iter().map(|end| Condition::all([begin.known(clock), end.not_before(begin)]))
            }))
        };
        let started = known(clock, &starts);
        let without = if is_own {
            Condition::Always
        } else {
            Condition::any(self.own.iter().map(|(_, tellers)| after(tellers)))
        };
        if list.is_empty() {
            return Condition::Never;
        }
        Condition::any([after(&starts), Condition::all([started.negated(), without])])
    }
}

fn state_of(nature: EventNature, over: Condition, silent: Condition, unknown: Condition) -> State {
    match nature {
        EventNature::Point => State {
            over,
            missing: Condition::any([unknown, silent.clone()]),
            absent: silent,
            open: Condition::Never,
        },
        EventNature::End => State { over, missing: unknown, absent: Condition::Never, open: silent },
    }
}

fn nature(policy: &Policy, kind: &EventKind) -> EventNature {
    policy.events.get(kind).map_or(EventNature::Point, |definition| definition.nature)
}

fn known(clock: &Clock, list: &[Teller<'_>]) -> Condition {
    Condition::any(list.iter().map(|teller| teller.known(clock)))
}

/// The last of what several places tell.
fn before(clock: &Clock, list: &[Teller<'_>], instant: crate::time::Instant) -> Condition {
    if let [only] = list {
        return only.before(clock, instant);
    }
    let some = Condition::any(list.iter().map(|teller| teller.before(clock, instant)));
    let later = list.iter().map(|teller| {
        Condition::all([teller.known(clock), teller.before(clock, instant).negated()]).negated()
    });
    Condition::all(std::iter::once(some).chain(later))
}

fn unknown(clock: &Clock, list: &[Teller<'_>]) -> Condition {
    let unknown = Condition::any(list.iter().map(|teller| teller.unknown(clock)));
    if list.len() < 2 { unknown } else { Condition::all([known(clock, list).negated(), unknown]) }
}

fn own_tellers<'a>(source: &Source<'a>, spot: &Spot<'a>, kind: &EventKind, rows: &Rows) -> Vec<Teller<'a>> {
    match spot {
        Spot::Person(node) => of_person(source, *node, kind, rows).into_iter().collect(),
        Spot::Record(node) => Teller::here(source.map, source.ways, *node, kind, rows).into_iter().collect(),
        Spot::Named { kind: named, cell, node } => {
            let mut found = Vec::new();
            for table in source.map.tables.values() {
                let Some((_, column)) = table.occasion.as_ref().filter(|(kind, _)| kind == named) else {
                    continue;
                };
                let only = source.ways.keys.get(&table.name).is_some_and(|key| *key == [column.clone()])
                    || source.ways.unique.contains(&(table.name.clone(), column.clone()));
                if only && table.name == node.table.name {
                    found.extend(Teller::here(source.map, source.ways, *node, kind, rows));
                    continue;
                }
                let other = Node { row: rows.next(), table };
                let teller = Teller::here(source.map, source.ways, other, kind, rows);
                found.extend(teller.map(|teller| teller.named(column, cell, only)));
            }
            found
        }
    }
}

/// An event as the row of a person tells it of the person: where the row names an occasion, it tells of that.
fn of_person<'a>(source: &Source<'a>, node: Node<'a>, kind: &EventKind, rows: &Rows) -> Option<Teller<'a>> {
    let told = Teller::here(source.map, source.ways, node, kind, rows)?;
    match &node.table.occasion {
        Some((OccasionKind::Contract | OccasionKind::Request, column)) => {
            let cell = Cell::new(node.row, &node.table.name, column);
            let unnamed = source.ways.null(&cell);
            (unnamed != Condition::Never).then(|| told.only(unnamed))
        }
        _ => Some(told),
    }
}

/// Where consents to a purpose are recorded, seen from a person.
struct ConsentRecord<'a> {
    way: Option<Route<'a>>,
    given: Cell,
    withdrawn: Option<Cell>,
    /// Which of its rows record this purpose's.
    when: Condition,
}

impl ConsentRecord<'_> {
    fn within(&self, holds: Condition) -> Condition {
        let holds = Condition::all([self.when.clone(), holds]);
        self.way.as_ref().map_or(holds.clone(), |way| way.bound_down(holds))
    }
}

fn consent_records<'a>(
    source: &Source<'a>,
    purpose: &Purpose,
    person: Node<'a>,
    rows: &Rows,
) -> Vec<ConsentRecord<'a>> {
    let mut found = Vec::new();
    for table in source.map.tables.values() {
        let Some(consent) = table.consents.get(&purpose.name) else { continue };
        let mut add = |way: Option<Route<'a>>, node: Node<'a>| {
            let cell = |column| Cell::new(node.row, &table.name, column);
            found.push(ConsentRecord {
                way,
                given: cell(&consent.given),
                withdrawn: consent.withdrawn.as_ref().map(cell),
                when: holds(node, &consent.when),
            });
        };
        if table.name == person.table.name {
            add(None, person);
            continue;
        }
        for route in routes_to(source.map, source.ways, table, person, rows) {
            if let Some(first) = route.nodes.first().copied() {
                add(Some(route), first);
            }
        }
    }
    found
}

/// Whether consent was given, by now, later than a date: on a later day, or at a later instant.
fn late_gift<'a>(
    source: &Source<'a>,
    purpose: &'a Purpose,
    person: Node<'a>,
    cell: &Cell,
    by_day: bool,
    rows: &Rows,
) -> Condition {
    Condition::any(consent_records(source, purpose, person, rows).iter().map(|gift| {
        let than = gift.given.clone();
        let late = Condition::NotBefore { cell: cell.clone(), than: than.clone(), by_day }.negated();
        gift.within(Condition::all([Condition::Before(than, source.clock.soon), late]))
    }))
}

/// A purpose that stands on the person's consent. The latest act wins; a withdrawal at the very
/// instant of the giving ends it.
fn consent_ground<'a>(
    source: &Source<'a>,
    purpose: &'a Purpose,
    spot: &Spot<'a>,
    person: Option<Node<'a>>,
    rows: &Rows,
) -> Ground {
    let Some(person) = person else { return Ground::nothing_known(purpose) };
    let clock = &source.clock;
    let soon = |cell: &Cell| Condition::Before(cell.clone(), clock.soon);
    let records = consent_records(source, purpose, person, rows);
    let given = Condition::any(records.iter().map(|record| record.within(soon(&record.given))));
    let (mut withdrawn, mut locked) = (Vec::new(), Vec::new());
    for record in &records {
        let Some(cell) = &record.withdrawn else { continue };
        let last = late_gift(source, purpose, person, cell, false, rows).negated();
        withdrawn.push(record.within(Condition::all([soon(cell), last])));
        if let AfterWithdrawal::Locked(span) = purpose.after_withdrawal {
            let cutoff = Shift { to_year_end: false, span }.cutoff(clock.today);
            let early = clock.before_day(cell.clone(), cutoff);
            locked.push(record.within(Condition::all([soon(cell), early.negated()])));
        }
    }
    let withdrawn = Condition::any(withdrawn);
    let facts = Facts::new(source, purpose, spot, Some(person), rows);
    let anew = Condition::any(records.iter().filter(|record| record.way.is_some()).map(|record| {
        let later = late_gift(source, purpose, person, &record.given, false, rows);
        record.within(Condition::all([soon(&record.given), later]))
    }));
    let mut leaf = |kind: &EventKind, shift: Shift| match kind.as_str() {
        "consent-given" => given_state(&records, &given, clock, shift.cutoff(clock.today)),
        _ => {
            let mut state = facts.leaf(kind, shift);
            // A consent given anew after the end of an earlier one counts as a contact; with several on
            // record, any but the first may be that.
            if records.iter().any(|record| record.way.is_some()) {
                let gift = given_state(&records, &given, clock, shift.cutoff(clock.today));
                state.over =
                    Condition::all([state.over, Condition::any([gift.over, anew.clone().negated()])]);
            }
            state
        }
    };
    let stages: Vec<(Phase, State)> = purpose
        .stage_ends()
        .iter()
        .map(|stage| (stage.phase, retention::state(&stage.last_day, &mut leaf)))
        .collect();
    let review_due = review_due(purpose, &mut leaf);
    let over = stages.last().map_or(Condition::Never, |(_, state)| state.over.clone());
    let (archived, missing) = retention::place(&stages);
    let stopped = Condition::all([withdrawn.clone(), Condition::any(locked).negated()]);
    let running = Condition::all([given.clone(), withdrawn.negated()]);
    let stands = Condition::all([given.clone(), over.clone().negated(), stopped.clone().negated()]);
    let in_use = purpose.off.is_none();
    // What nobody can read may be a consent that stands, or the end of one that seems to.
    let gift = unread(&records, |record| Some(&record.given));
    let end = Condition::all([running.clone(), unread(&records, withdrawal)]);
    let unread = Condition::any([
        Condition::all([gift.clone(), stands.clone().negated()]),
        Condition::all([stands.clone(), end.clone()]),
    ]);
    let lacks = Condition::all([stands.clone(), running.clone(), missing]);
    Ground {
        begun: given.clone(),
        unreviewed: Condition::all([stands.clone(), review_due]),
        unknown: Condition::any([lacks, unread.clone()]),
        archived: if in_use { Condition::all([running, archived, end.negated()]) } else { Condition::Never },
        keeps: Condition::any([stands, gift.clone()]),
        ended: Condition::all([given, Condition::any([over, stopped]), gift.negated()]),
        unread,
    }
}

fn withdrawal<'r>(record: &'r ConsentRecord<'_>) -> Option<&'r Cell> {
    record.withdrawn.as_ref()
}

/// Whether some record of a consent holds something there that nobody can read.
fn unread<'r, 'a>(
    records: &'r [ConsentRecord<'a>],
    which: impl Fn(&'r ConsentRecord<'a>) -> Option<&'r Cell>,
) -> Condition {
    let each = records.iter().filter_map(|record| Some(record.within(unreadable(which(record)?.clone()))));
    Condition::any(each)
}

fn given_state(
    records: &[ConsentRecord<'_>],
    given: &Condition,
    clock: &Clock,
    cutoff: crate::time::Day,
) -> State {
    let early = |record: &ConsentRecord<'_>| clock.before_day(record.given.clone(), cutoff);
    let later = records.iter().map(|record| {
        let late =
            Condition::all([Condition::Before(record.given.clone(), clock.soon), early(record).negated()]);
        record.within(late).negated()
    });
    let over = Condition::all(std::iter::once(given.clone()).chain(later));
    state_of(EventNature::Point, over, given.clone().negated(), Condition::Never)
}
