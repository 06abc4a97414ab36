//! While a person's data are restricted, their rows in the company's stores bear the mark that other
//! programs look at: placed, widened, lifted, on rows that came later, when stores are down, and for
//! two people at once in any order.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::admission::Act;
use kept_core::ledger::{Kind as EntryKind, Outcome};
use kept_core::name::CaseId;
use kept_core::time::Instant;
use kept_core::timeline::RestrictionReason;
use kept_engine::company::Company;
use kept_engine::report::audit::{AuditReport, Audited, Evidence, Verdict, Wrong};
use kept_engine::row_security::RowSecurityOrder;
use kept_engine::sweep::SweepOrder;

use crate::recording::{ADA, data, record};
use crate::world::{BOTH, Kind, Lite, Postgres, World, at, small};

const BO: &str = "email=bo@example.org";

/// The shop and the desk, with a mark of another type in each table that may change.
fn marked(app: Kind, desk: Kind) -> World {
    let mut world = small(app, desk);
    world.run(
        "app",
        "ALTER TABLE accounts ADD COLUMN is_restricted BOOLEAN NOT NULL DEFAULT FALSE;
         ALTER TABLE messages ADD COLUMN restricted_at TIMESTAMP;",
    );
    world.run(
        "desk",
        "ALTER TABLE contacts ADD COLUMN locked INTEGER; ALTER TABLE tickets ADD COLUMN locked TEXT",
    );
    for (table, mark) in [
        ("app.table.accounts", "is_restricted"),
        ("app.table.messages", "restricted_at"),
        ("desk.table.contacts", "locked"),
        ("desk.table.tickets", "locked"),
    ] {
        let head = format!("[store.{table}]\n");
        world.rewrite(&head, &format!("{head}restricted = {{ column = \"{mark}\" }}\n"));
    }
    world
}

fn restriction(fields: &[&str]) -> Act {
    Act::Restrict {
        data: data(fields),
        reason: RestrictionReason::Accuracy,
        review_on: Some("2031-01-01".parse().unwrap()),
    }
}

fn place(company: &mut Company, who: &str, fields: &[&str], now: Instant) -> CaseId {
    record(company, who, restriction(fields), now).unwrap().case.unwrap()
}

fn lift(company: &mut Company, who: &str, case: &CaseId, now: Instant) {
    record(company, who, Act::TellOfLifting { case: case.clone() }, now).unwrap();
    record(company, who, Act::Lift { case: case.clone() }, now).unwrap();
}

fn sweep(company: &mut Company, now: Instant) {
    let swept = company.sweep(&SweepOrder::default(), now, &mut |_| {}).unwrap();
    assert!(swept.unreached.is_empty(), "{swept:?}");
}

/// The marked rows of both stores, `table:id`.
fn seen(world: &World) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (store, table, is_set) in [
        ("app", "accounts", "is_restricted"),
        ("app", "messages", "restricted_at IS NOT NULL"),
        ("desk", "contacts", "locked <> 0"),
        ("desk", "tickets", "locked IS NOT NULL"),
    ] {
        let rows = world.rows(store, &format!("SELECT CAST(id AS TEXT) FROM {table} WHERE {is_set}"));
        all.extend(rows.into_iter().map(|id| format!("{table}:{id}")));
    }
    all
}

#[track_caller]
fn bears(world: &World, wanted: &[&str]) {
    let wanted: BTreeSet<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(seen(world), wanted);
}

const ADAS: &[&str] = &["accounts:1", "contacts:1", "tickets:31"];

fn audited(company: &mut Company, now: Instant) -> Audited {
    let report: AuditReport = company.audit(now, &mut |_| {}).unwrap();
    report.statements.into_iter().find(|one| one.id.as_str() == "rights.restriction").unwrap()
}

fn not_marked(audited: &Audited) -> Vec<(String, u64)> {
    let wrong = audited.breaches.iter().filter(|breach| breach.what == Wrong::NotMarked);
    wrong.map(|breach| (breach.table.clone().unwrap().to_string(), breach.rows)).collect()
}

fn beyond(audited: &Audited) -> u64 {
    let told = audited.evidence.iter().map(|evidence| match evidence {
        Evidence::Marked { beyond, .. } => *beyond,
        _ => 0,
    });
    told.sum()
}

#[test]
fn klr_98_a_restriction_marks_the_persons_rows_in_every_store_and_its_lifting_takes_the_marks_off() {
    for kind in BOTH {
        let world = marked(kind, kind);
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let placed = record(&mut company, ADA, restriction(&[]), now).unwrap();
        assert_eq!(placed.notes, ["1 rows of `app.messages` are shared with others, and are not marked"]);
        bears(&world, ADAS);
        assert_eq!(world.rows("app", "SELECT full_name FROM accounts WHERE id = 1"), ["Ada Quaimarque"]);
        lift(&mut company, ADA, &placed.case.unwrap(), at("2026-04-02"));
        bears(&world, &[]);
        let steps: Vec<(EntryKind, Outcome)> = world
            .entries()
            .iter()
            .filter(|entry| entry.store.is_some() && entry.kind != EntryKind::Read)
            .map(|entry| (entry.kind, entry.outcome))
            .collect();
        let both = |kind| [(kind, Outcome::Intended), (kind, Outcome::Done)];
        let placed = both(EntryKind::RestrictionPlaced);
        let lifted = both(EntryKind::RestrictionLifted);
        assert_eq!(steps, [placed, placed, lifted, lifted].concat(), "{kind:?}: intended, then done");
    }
}

#[test]
fn klr_109_a_restriction_of_some_data_marks_only_the_tables_that_hold_them() {
    let world = marked(Lite, Lite);
    let now = at("2026-03-02");
    let mut company = world.open(now);
    place(&mut company, ADA, &["support.question"], now);
    bears(&world, &["tickets:31"]);
    place(&mut company, BO, &["message"], now);
    bears(&world, &["tickets:31", "messages:22"]);
}

#[test]
fn cla_62_a_mark_stays_until_the_person_was_told_and_while_another_restriction_covers_the_row() {
    let world = marked(Lite, Lite);
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let all = place(&mut company, ADA, &[], now);
    let some = place(&mut company, ADA, &["identification"], now);
    assert!(record(&mut company, ADA, Act::Lift { case: all.clone() }, now).is_err(), "18(3): not told");
    bears(&world, ADAS);
    lift(&mut company, ADA, &all, at("2026-04-02"));
    bears(&world, &["accounts:1"]);
    lift(&mut company, ADA, &some, at("2026-04-03"));
    bears(&world, &[]);
}

#[test]
fn rows_that_come_later_are_marked_by_the_next_sweep_and_swept_no_sooner() {
    for kind in BOTH {
        let world = marked(kind, Lite);
        let now = at("2026-03-02");
        let mut company = world.open(now);
        let case = place(&mut company, ADA, &[], now);
        world.run("app", "INSERT INTO messages (id, sender_id, body, sent_at) VALUES (23, 1, 'later', '2020-03-03 10:00:00')");
        world.run("desk", "INSERT INTO tickets (id, contact_id, body, created_at) VALUES (33, 1, 'later', '2026-03-03 10:00:00')");
        assert_eq!(
            not_marked(&audited(&mut company, now)),
            [("messages".to_owned(), 1), ("tickets".to_owned(), 1)]
        );
        sweep(&mut company, at("2026-03-04"));
        bears(&world, &["accounts:1", "contacts:1", "tickets:31", "tickets:33", "messages:23"]);
        assert_eq!(world.count("app", "messages WHERE id = 23"), 1, "overdue, and restricted");
        lift(&mut company, ADA, &case, at("2026-04-02"));
        bears(&world, &[]);
        sweep(&mut company, at("2026-04-03"));
        assert_eq!(world.count("app", "messages WHERE id = 23"), 0, "{kind:?}: due, and lifted");
    }
}

#[test]
fn a_store_that_is_down_is_marked_and_unmarked_by_resuming() {
    for kind in BOTH {
        let mut world = marked(Lite, kind);
        let now = at("2026-03-02");
        world.take_down("desk");
        let mut company = world.open(now);
        let placed = record(&mut company, ADA, restriction(&[]), now).unwrap();
        assert_eq!(placed.unreached.len(), 1);
        bears_of(&world, "app", &["accounts:1"]);
        drop(company);
        world.bring_back("desk");
        let mut company = world.open(now);
        company.resume(at("2026-03-03")).unwrap();
        bears(&world, ADAS);
        drop(company);
        world.take_down("desk");
        let mut company = world.open(now);
        lift(&mut company, ADA, &placed.case.unwrap(), at("2026-03-04"));
        bears_of(&world, "app", &[]);
        drop(company);
        world.bring_back("desk");
        bears_of(&world, "desk", &["contacts:1", "tickets:31"]);
        let mut company = world.open(now);
        company.resume(at("2026-03-05")).unwrap();
        bears(&world, &[]);
        let entries = world.entries().len();
        company.resume(at("2026-03-06")).unwrap();
        sweep(&mut company, at("2026-03-06"));
        let looks = world.entries()[entries..].iter().filter(|entry| entry.kind == EntryKind::Read).count();
        assert_eq!(looks, 0, "{kind:?}: nobody is looked at any more");
    }
}

/// The same, of one store.
#[track_caller]
fn bears_of(world: &World, store: &str, wanted: &[&str]) {
    let rows = match store {
        "app" => {
            world.rows("app", "SELECT 'accounts:' || CAST(id AS TEXT) FROM accounts WHERE is_restricted")
        }
        _ => world.rows(
            "desk",
            "SELECT 'contacts:' || CAST(id AS TEXT) FROM contacts WHERE locked <> 0 \
             UNION ALL SELECT 'tickets:' || CAST(id AS TEXT) FROM tickets WHERE locked IS NOT NULL",
        ),
    };
    assert_eq!(rows, wanted);
}

#[test]
fn a_store_that_refuses_a_mark_says_so_breaks_the_promise_and_is_tried_again() {
    let world = marked(Lite, Lite);
    let now = at("2026-03-02");
    world.run(
        "app",
        "CREATE TRIGGER no_marks BEFORE UPDATE OF is_restricted ON accounts BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    let mut company = world.open(now);
    let placed = record(&mut company, ADA, restriction(&[]), now).unwrap();
    assert!(placed.notes.iter().any(|note| note.starts_with("`app`")), "{:?}", placed.notes);
    bears(&world, &["contacts:1", "tickets:31"]);
    let broken = audited(&mut company, now);
    assert_eq!((broken.verdict, not_marked(&broken)), (Verdict::Broken, vec![("accounts".to_owned(), 1)]));
    world.run("app", "DROP TRIGGER no_marks");
    sweep(&mut company, at("2026-03-03"));
    bears(&world, ADAS);
    let kept = audited(&mut company, at("2026-03-03"));
    assert_eq!((kept.verdict, beyond(&kept)), (Verdict::Kept, 0), "{kept:?}");
}

#[test]
fn a_mark_without_a_restriction_is_told_and_breaks_nothing() {
    let world = marked(Lite, Lite);
    let now = at("2026-03-02");
    world.run("app", "UPDATE accounts SET is_restricted = TRUE WHERE id = 2");
    let mut company = world.open(now);
    place(&mut company, ADA, &[], now);
    let told = audited(&mut company, now);
    assert_eq!((told.breaches.len(), beyond(&told)), (0, 1), "{told:?}");
}

#[test]
fn an_erasure_leaves_the_mark_on_what_the_law_lets_stand() {
    let world = marked(Lite, Lite);
    let now = at("2026-03-02");
    let mut company = world.open(now);
    place(&mut company, ADA, &[], now);
    company.erase(&crate::world::whom(&[ADA]), now, false, now).unwrap();
    // Billing keeps the account; a request for erasure never widens the use of it.
    bears(&world, &["accounts:1"]);
    sweep(&mut company, at("2026-03-05"));
    bears(&world, &["accounts:1"]);
}

#[test]
fn a_row_that_an_erasure_left_is_one_row_though_a_restriction_lists_it_too() {
    let world = marked(Lite, Lite);
    let now = at("2026-03-02");
    let mut company = world.open(now);
    company.erase(&crate::world::whom(&[ADA]), now, false, now).unwrap();
    let case = place(&mut company, ADA, &[], now);
    bears(&world, &["accounts:1"]);
    lift(&mut company, ADA, &case, at("2026-03-04"));
    bears(&world, &[]);
    sweep(&mut company, at("2026-03-05"));
    bears(&world, &[]);
}

#[test]
fn row_security_is_written_for_the_stores_that_ask_and_the_ledger_tells_of_it() {
    let mut world = marked(Postgres, Lite);
    world.rewrite("[store.app]\n", "[store.app]\nrow-security = { force = true }\n");
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let not_hidden = |company: &mut Company| {
        let told = audited(company, now);
        told.breaches.iter().filter(|breach| breach.what == Wrong::NotHidden).count()
    };
    assert_eq!(not_hidden(&mut company), 2, "asked for, and not there yet");
    let dry = company.row_security(&RowSecurityOrder { dry_run: true, ..Default::default() }, now).unwrap();
    assert_eq!((dry.len(), dry[0].written), (1, false));
    assert_eq!(world.count("app", "pg_policy"), 0);
    let wrote = company.row_security(&RowSecurityOrder::default(), now).unwrap();
    assert!(wrote[0].written && wrote[0].problem.is_none(), "{wrote:?}");
    assert_eq!(world.count("app", "pg_class WHERE relrowsecurity AND relforcerowsecurity"), 2);
    let again = company.row_security(&RowSecurityOrder::default(), now).unwrap();
    assert!(again[0].tables.iter().all(|table| table.statements.is_empty()));
    assert_eq!(not_hidden(&mut company), 0);
    place(&mut company, ADA, &[], now);
    bears(&world, ADAS);
    let undo = RowSecurityOrder { undo: true, store: Some("app".into()), ..Default::default() };
    company.row_security(&undo, now).unwrap();
    assert_eq!(world.count("app", "pg_policy"), 0);
    assert_eq!(world.count("app", "pg_class WHERE relrowsecurity OR relforcerowsecurity"), 0);
    let of_nobody = world.entries().into_iter().filter(|entry| {
        matches!(entry.kind, EntryKind::RestrictionPlaced | EntryKind::RestrictionLifted)
            && entry.request.is_none()
    });
    assert_eq!(of_nobody.count(), 4, "intended and done, for writing and for undoing");
    let other = RowSecurityOrder { store: Some("desk".into()), ..Default::default() };
    assert!(company.row_security(&other, now).unwrap_err().to_string().contains("no PostgreSQL"));
}

/// A small generator of numbers, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// What is restricted, and which tables hold such data.
const SCOPES: [(&[&str], &[&str]); 5] = [
    (&[], &["accounts", "messages", "contacts", "tickets"]),
    (&["identification.phone"], &["accounts"]),
    (&["message"], &["messages"]),
    (&["support"], &["contacts", "tickets"]),
    (&["support.question", "account"], &["tickets", "accounts"]),
];

#[test]
fn a_row_bears_the_mark_if_and_only_if_a_restriction_that_stands_covers_it() {
    for seed in 0..6 {
        let mut dice = Dice(seed);
        let world = marked(if seed == 0 { Postgres } else { Lite }, Lite);
        let mut company = world.open(at("2026-03-01"));
        let people = [ADA, BO];
        let mut rows: BTreeMap<(usize, &str), Vec<u64>> = [
            ((0, "accounts"), vec![1]),
            ((0, "contacts"), vec![1]),
            ((0, "tickets"), vec![31]),
            ((1, "accounts"), vec![2]),
            ((1, "messages"), vec![22]),
            ((1, "contacts"), vec![2]),
            ((1, "tickets"), vec![32]),
        ]
        .into();
        let mut standing: Vec<(usize, CaseId, usize)> = Vec::new();
        let mut trail = Vec::new();
        for step in 0..12_u64 {
            let now: Instant = format!("2026-03-02T{:02}:00:00Z", step + 1).parse().unwrap();
            let who = dice.below(2);
            match dice.below(4) {
                0 | 1 => {
                    let scope = dice.below(SCOPES.len());
                    let case = place(&mut company, people[who], SCOPES[scope].0, now);
                    trail.push(format!("{who} restricted {scope}"));
                    standing.push((who, case, scope));
                }
                2 if !standing.is_empty() => {
                    let (who, case, scope) = standing.remove(dice.below(standing.len()));
                    lift(&mut company, people[who], &case, now);
                    trail.push(format!("{who} lifted {scope}"));
                }
                _ => {
                    let id = 100 + step;
                    let owner = who + 1;
                    world.run("app", &format!("INSERT INTO messages (id, sender_id, body, sent_at) VALUES ({id}, {owner}, 'm', '2026-03-01 10:00:00')"));
                    rows.entry((who, "messages")).or_default().push(id);
                    if dice.below(2) == 0 {
                        sweep(&mut company, now);
                    } else {
                        // Another process takes over; a row that nobody looked at waits for the sweep.
                        drop(company);
                        company = world.open(now);
                        sweep(&mut company, now);
                    }
                    trail.push(format!("{who} wrote {id}"));
                }
            }
            let covered = |who: usize, table: &str| {
                standing.iter().any(|(of, _, scope)| *of == who && SCOPES[*scope].1.contains(&table))
            };
            let wanted: BTreeSet<String> = rows
                .iter()
                .filter(|((who, table), _)| covered(*who, table))
                .flat_map(|((_, table), ids)| ids.iter().map(move |id| format!("{table}:{id}")))
                .collect();
            assert_eq!(seen(&world), wanted, "seed {seed}: {trail:?}");
        }
    }
}
