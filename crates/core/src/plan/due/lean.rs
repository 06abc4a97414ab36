//! Which ground a value of a row leans on, as conditions: the same rule as `plan::lean`.
//!
//! A row that names a contract leans on its ground; a row with dates of its own, or whose owner
//! has them, on the ground of that row; a datum tied to no occasion on all of them.

use crate::plan::due::condition::{Cell, Condition};
use crate::plan::due::ground::{Ground, Source, Spot, ground, tells};
use crate::plan::due::routes::{Node, Route, Rows, routes};
use crate::plan::due::tell::routes_to;
use crate::policy::model::{OccasionKind, Purpose};

/// What a purpose says of the rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaned {
    /// All parties together.
    pub(super) ground: Ground,
    /// Each way to a person by itself: the column by which it goes, and the ground there.
    pub(super) parties: Vec<Ground>,
}

impl Leaned {
    /// The same where it keeps nothing any more, and once did: for nobody.
    pub(super) fn over(mut self) -> Self {
        let over = Ground { ended: Condition::Always, ..Ground::silent() };
        self.parties.iter_mut().for_each(|party| *party = over.clone());
        self.ground = over;
        self
    }
}

/// What a purpose says of a row's values, its arms together; `None` where it does not count.
pub(super) fn lean<'a>(
    source: &Source<'a>,
    purpose: &'a Purpose,
    node: Node<'a>,
    rows: &Rows,
) -> Option<Leaned> {
    purpose.rules().filter_map(|rule| lean_rule(source, rule, node, rows)).reduce(|left, right| Leaned {
        ground: either(&left.ground, &right.ground),
        parties: left.parties.iter().zip(&right.parties).map(|(one, other)| either(one, other)).collect(),
    })
}

/// Two grounds of one purpose as one: kept while either keeps.
fn either(left: &Ground, right: &Ground) -> Ground {
    let some = |part: &dyn Fn(&Ground) -> Condition| Condition::any([part(left), part(right)]);
    let in_use = some(&|ground| Condition::all([ground.keeps.clone(), ground.archived.clone().negated()]));
    Ground {
        begun: some(&|ground| ground.begun.clone()),
        keeps: some(&|ground| ground.keeps.clone()),
        ended: some(&|ground| ground.ended.clone()),
        unknown: some(&|ground| ground.unknown.clone()),
        archived: Condition::all([some(&|ground| ground.archived.clone()), in_use.negated()]),
        unreviewed: some(&|ground| ground.unreviewed.clone()),
        unread: some(&|ground| ground.unread.clone()),
    }
}

fn lean_rule<'a>(source: &Source<'a>, purpose: &'a Purpose, node: Node<'a>, rows: &Rows) -> Option<Leaned> {
    let found = routes(source.map, source.ways, node, rows);
    let alone = Route { nodes: vec![node], hops: Vec::new() };
    let orphan = on_route(source, purpose, &alone, rows);
    let mut grounds: Vec<(Route<'a>, Option<Ground>)> = Vec::new();
    for route in found {
        let ground = on_route(source, purpose, &route, rows);
        grounds.push((route, ground));
    }
    let simple = grounds.len() == 1 && grounds.iter().all(|(route, _)| route.is_single());
    if grounds.iter().all(|(_, ground)| ground.is_none()) {
        return None;
    }
    let parties = grounds.iter().map(|(route, ground)| party(purpose, route, ground.as_ref())).collect();
    let first = grounds.first().and_then(|(_, ground)| ground.clone());
    let speaks_of_owners = grounds.iter().any(|(route, ground)| {
        ground.as_ref().is_none_or(|ground| route.above().any(|row| ground.mentions(row)))
            || grounds.iter().any(|(_, other)| other != ground)
    });
    let all = match (first, speaks_of_owners) {
        (Some(ground), false) => ground,
        _ => gathered(purpose, &grounds, orphan, simple),
    };
    Some(Leaned { ground: all, parties })
}

fn party(purpose: &Purpose, route: &Route<'_>, ground: Option<&Ground>) -> Ground {
    let nothing = Ground::nothing_known(purpose);
    let ground = ground.unwrap_or(&nothing);
    let ended = route.bound(ground.ended.clone());
    let keeps = route.bound(ground.keeps.clone());
    let begun = route.bound(ground.begun.clone());
    Ground { begun, keeps, ended, ..Ground::silent() }
}

/// The grounds of several people, or of one above the row, as one of the row: it is kept while
/// anybody's keeps it. A row without an owner has only what it says itself.
fn gathered(
    purpose: &Purpose,
    grounds: &[(Route<'_>, Option<Ground>)],
    orphan: Option<Ground>,
    simple: bool,
) -> Ground {
    let orphan = orphan.unwrap_or_else(|| Ground::nothing_known(purpose));
    let owned = Condition::any(grounds.iter().map(|(route, _)| route.bound(Condition::Always)));
    let over = |part: &dyn Fn(&Ground) -> Condition| {
        let parts = grounds.iter().filter_map(|(route, ground)| Some(route.bound(part(ground.as_ref()?))));
        let alone = Condition::all([owned.clone().negated(), part(&orphan)]);
        Condition::any(parts.chain([alone]))
    };
    let ended = over(&|ground| ground.ended.clone());
    // With one owner a ground keeps or has ended, where it is not a matter of consent.
    let two_valued = grounds.iter().all(|(_, ground)| {
        ground.as_ref().is_some_and(|ground| ground.keeps == ground.ended.clone().negated())
    }) && orphan.keeps == orphan.ended.clone().negated();
    let keeps =
        if simple && two_valued { ended.clone().negated() } else { over(&|ground| ground.keeps.clone()) };
    Ground {
        begun: over(&|ground| ground.begun.clone()),
        unreviewed: over(&|ground| ground.unreviewed.clone()),
        unread: over(&|ground| ground.unread.clone()),
        unknown: over(&|ground| ground.unknown.clone()),
        archived: Condition::all([
            over(&|ground| ground.archived.clone()),
            over(&|ground| Condition::all([ground.keeps.clone(), ground.archived.clone().negated()]))
                .negated(),
        ]),
        ended,
        keeps,
    }
}

impl Ground {
    /// One that says nothing.
    fn silent() -> Self {
        let never = Condition::Never;
        Self {
            begun: never.clone(),
            keeps: never.clone(),
            ended: never.clone(),
            unknown: never.clone(),
            archived: never.clone(),
            unreviewed: never.clone(),
            unread: never,
        }
    }

    fn mentions(&self, row: crate::plan::due::condition::RowRef) -> bool {
        let states = [&self.begun, &self.keeps, &self.ended];
        let all = states.into_iter().chain([&self.unknown, &self.archived, &self.unreviewed, &self.unread]);
        all.into_iter().any(|one| one.mentions(row))
    }
}

/// What a purpose says along one way to a person.
fn on_route<'a>(source: &Source<'a>, purpose: &'a Purpose, route: &Route<'a>, rows: &Rows) -> Option<Ground> {
    let person = route.person();
    let kind = person.and_then(|node| node.table.person.as_ref());
    let concerned = kind.is_none_or(|kind| purpose.is_about(kind));
    if !concerned {
        return None;
    }
    let node = *route.nodes.first()?;
    if let Some((kind, column)) = node.table.occasion.as_ref().filter(|(kind, _)| *kind == purpose.occasion) {
        let cell = Cell::new(node.row, &node.table.name, column);
        let named = match kind {
            OccasionKind::Contract | OccasionKind::Request => {
                let spot = Spot::Named { kind: *kind, cell: cell.clone(), node };
                Some(ground(source, purpose, &spot, person, rows))
            }
            OccasionKind::Consent | OccasionKind::Collection => None,
        };
        let rest = strongest(source, purpose, person, rows);
        return match named {
            Some(named) => Some(choose(&source.ways.null(&cell), rest.as_ref(), &named)),
            None => rest,
        };
    }
    let teller = route.nodes.iter().find(|node| tells(purpose, node.table));
    match teller {
        Some(teller) => Some(of_row(source, purpose, *teller, person, rows)),
        None if purpose.basis.is_consent() => Some(match person {
            Some(node) => ground(source, purpose, &Spot::Person(node), person, rows),
            None => Ground::nothing_known(purpose),
        }),
        None => strongest(source, purpose, person, rows),
    }
}

/// The ground of the occasion that a row's events are about.
pub(super) fn of_row<'a>(
    source: &Source<'a>,
    purpose: &'a Purpose,
    node: Node<'a>,
    person: Option<Node<'a>>,
    rows: &Rows,
) -> Ground {
    let own = if node.table.person.is_some() { Spot::Person(node) } else { Spot::Record(node) };
    let plain = ground(source, purpose, &own, person, rows);
    match &node.table.occasion {
        Some((kind @ (OccasionKind::Contract | OccasionKind::Request), column)) => {
            let cell = Cell::new(node.row, &node.table.name, column);
            let spot = Spot::Named { kind: *kind, cell: cell.clone(), node };
            let named = ground(source, purpose, &spot, person, rows);
            choose(&source.ways.null(&cell), Some(&plain), &named)
        }
        _ => plain,
    }
}

/// One ground where something holds, another where it does not.
fn choose(when: &Condition, then: Option<&Ground>, otherwise: &Ground) -> Ground {
    if *when == Condition::Never {
        return otherwise.clone();
    }
    let pick = |part: &dyn Fn(&Ground) -> Condition| {
        Condition::any([
            Condition::all([when.clone(), then.map_or(Condition::Never, part)]),
            Condition::all([when.clone().negated(), part(otherwise)]),
        ])
    };
    let ended = pick(&|ground| ground.ended.clone());
    let two_valued = then.is_none_or(|then| then.keeps == then.ended.clone().negated())
        && otherwise.keeps == otherwise.ended.clone().negated()
        && then.is_some();
    Ground {
        begun: pick(&|ground| ground.begun.clone()),
        keeps: if two_valued { ended.clone().negated() } else { pick(&|ground| ground.keeps.clone()) },
        unknown: pick(&|ground| ground.unknown.clone()),
        archived: pick(&|ground| ground.archived.clone()),
        unreviewed: pick(&|ground| ground.unreviewed.clone()),
        unread: pick(&|ground| ground.unread.clone()),
        ended,
    }
}

/// All grounds of a purpose for a person together: kept while one keeps, over when one ended and
/// none keeps. `None` where the purpose does not count.
pub(super) fn strongest<'a>(
    source: &Source<'a>,
    purpose: &'a Purpose,
    person: Option<Node<'a>>,
    rows: &Rows,
) -> Option<Ground> {
    let tables: Vec<_> = source.map.tables.values().filter(|table| tells(purpose, table)).collect();
    let is_elsewhere = source.policy.stores.values().any(|store| {
        store.name != source.map.name && store.tables.values().any(|table| tells(purpose, table))
    });
    if tables.is_empty() && purpose.occasion == OccasionKind::Request && !is_elsewhere {
        return None;
    }
    let Some(person) = person.filter(|_| !is_elsewhere) else { return Some(Ground::nothing_known(purpose)) };
    let mut found: Vec<(Option<Route<'a>>, Ground)> = Vec::new();
    for table in tables {
        if table.name == person.table.name {
            found.push((None, of_row(source, purpose, person, Some(person), rows)));
            continue;
        }
        for route in routes_to(source.map, source.ways, table, person, rows) {
            let Some(node) = route.nodes.first().copied() else { continue };
            let ground = of_row(source, purpose, node, Some(person), rows);
            found.push((Some(route), ground));
        }
    }
    if found.is_empty() {
        return Some(Ground::nothing_known(purpose));
    }
    let some = |part: &dyn Fn(&Ground) -> Condition| {
        Condition::any(found.iter().map(|(route, ground)| match route {
            None => part(ground),
            Some(route) => route.bound_down(part(ground)),
        }))
    };
    let kept = some(&|ground| ground.keeps.clone());
    let ended = Condition::all([some(&|ground| ground.ended.clone()), kept.clone().negated()]);
    let in_use = some(&|ground| Condition::all([ground.keeps.clone(), ground.archived.clone().negated()]));
    let never_began = Ground::nothing_known(purpose);
    // Whoever never asked has no request that could keep anything: no row of theirs tells of one.
    let may_have_begun = purpose.occasion != OccasionKind::Request && never_began.keeps == Condition::Always;
    let nothing = some(&|_| Condition::Always).negated();
    let keeps = if may_have_begun { ended.clone().negated() } else { kept };
    Some(Ground {
        begun: some(&|ground| ground.begun.clone()),
        unknown: Condition::any([
            if may_have_begun { nothing } else { Condition::Never },
            some(&|ground| ground.unknown.clone()),
        ]),
        archived: Condition::all([some(&|ground| ground.archived.clone()), in_use.negated()]),
        unreviewed: some(&|ground| ground.unreviewed.clone()),
        unread: some(&|ground| ground.unread.clone()),
        keeps,
        ended,
    })
}
