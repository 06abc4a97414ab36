//! The page of an audit: everything that an audit can say is said, nothing a policy or a store says
//! becomes markup, and the graph has its numbers beside it.

use kept_core::time::{Day, Instant};
use kept_engine::audit::history::{AuditDay, AuditHistory, StatementLine};
use kept_engine::report::Unreached;
use kept_engine::report::audit::{
    AuditReport, Audited, Breach, Counted, Evidence, Missing, Totals, Verdict, Wrong,
};

use crate::klivar;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn breach(what: Wrong, store: Option<&str>, table: Option<&str>) -> Breach {
    Breach {
        what,
        store: store.map(Into::into),
        table: table.map(Into::into),
        rows: 12_418,
        oldest: Some(day("2011-03-02")),
        mend: "kept sweep --purpose prospecting --dry-run".to_owned(),
    }
}

fn audited(id: &str, about: &'static str, verdict: Verdict) -> Audited {
    Audited { id: id.into(), about, verdict, evidence: Vec::new(), breaches: Vec::new(), missing: Vec::new() }
}

/// An audit with something of each kind, and a store whose name is an attack.
pub(crate) fn report() -> AuditReport {
    let wrongs =
        [Wrong::Overdue, Wrong::NotArchived, Wrong::WithoutGround, Wrong::Ownerless, Wrong::Elsewhere];
    let mut broken = audited("purpose.prospecting.keep", "retention", Verdict::Broken);
    broken.breaches = wrongs.map(|what| breach(what, Some("crm<script>"), Some("contacts"))).to_vec();
    broken.evidence = vec![
        Evidence::Rows { store: "crm<script>".into(), table: "contacts".into(), rows: 1_204_331 },
        Evidence::Record { what: Counted::Uses, count: 17 },
    ];
    let mut acts = audited("rights.restriction", "right", Verdict::Broken);
    acts.breaches = [
        Wrong::UsedThoughRestricted,
        Wrong::NotMarked,
        Wrong::NotHidden,
        Wrong::UsedWithoutConsent,
        Wrong::WithoutContract,
        Wrong::NotTold,
        Wrong::ReviewOverdue,
        Wrong::Ledger,
    ]
    .map(|what| breach(what, None, None))
    .to_vec();
    let mut open = audited("purpose.billing.keep", "retention", Verdict::CannotTell);
    open.missing = vec![
        Missing::NoStore,
        Missing::Unreached { store: "desk".into() },
        Missing::Uncounted {
            store: "shop".into(),
            table: "orders".into(),
            problem: "it took too long".into(),
        },
        Missing::NoEvent { store: "crm".into(), event: "contract-end".into() },
        Missing::NothingRecorded { what: Counted::Disclosures },
        Missing::NotToldApart { rows: 1 },
        Missing::NoEvidence,
    ];
    let mut kept = audited("kept.ledger", "ledger", Verdict::Kept);
    kept.evidence = vec![Evidence::Ledger { entries: 4_021 }, Evidence::Done { on: day("2026-02-01") }];
    AuditReport {
        at: "2026-03-02T07:15:00Z".parse().unwrap(),
        policy: "ab".repeat(32),
        unreached: vec![Unreached { store: "desk".into(), problem: "the connection was refused".to_owned() }],
        statements: vec![
            broken,
            acts,
            open,
            kept,
            audited("controller.klivar.name", "stated", Verdict::Stated),
        ],
        totals: Totals { kept: 1, broken: 2, cannot_tell: 1, stated: 1 },
    }
}

pub(crate) fn history(days: i64) -> AuditHistory {
    let first = day("2026-01-01");
    let one = |place: i64| {
        let on = first.checked_add(jiff::Span::new().days(place)).unwrap();
        let broken = usize::try_from(place % 7).unwrap();
        let at: Instant = "2026-01-01T04:00:00Z".parse().unwrap();
        AuditDay {
            on,
            at,
            policy: "ab".repeat(32),
            totals: Totals { kept: 40 - broken, broken, cannot_tell: 20, stated: 30 },
        }
    };
    let line = StatementLine {
        id: "purpose.prospecting.keep".into(),
        verdict: Verdict::Broken,
        wrong: 12_418,
        since: day("2026-02-11"),
    };
    AuditHistory { days: (0..days).map(one).collect(), statements: vec![line] }
}

pub(crate) fn page(days: i64) -> String {
    kept_web::audit::html(&klivar::policy(), &report(), &history(days)).unwrap()
}

#[test]
fn what_is_broken_comes_first_with_rows_since_when_and_what_mends_it() {
    let page = page(61);
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("no `{text}` in {page}"));
    assert!(
        place("id=\"broken\"") < place("id=\"cannot-tell\"")
            && place("id=\"cannot-tell\"") < place("id=\"kept\"")
    );
    for text in [
        "12,418 rows",
        "the oldest from 2 March 2011",
        "kept sweep --purpose prospecting --dry-run",
        "11 February 2026",
        "1,204,331 rows of",
        "17 uses",
        "12,418 uses of restricted data",
        "12,418 rows of restricted people lack the mark, so that other programs may use them",
        "the database does not hide restricted rows",
        "no disclosures on record",
        "Store desk could not be asked: the connection was refused",
        "4,021 ledger entries",
    ] {
        place(text);
    }
}

#[test]
fn nothing_that_a_policy_or_a_store_says_becomes_markup_and_no_script_is_on_the_page() {
    let page = page(3);
    assert!(!page.contains("<script") && page.contains("crm&lt;script&gt;"), "{page}");
    assert!(
        !page.contains("http://") && !page.contains("https://") && !page.contains("url("),
        "nothing is loaded"
    );
}

#[test]
fn the_graph_draws_each_day_and_the_table_beside_it_has_the_same_numbers() {
    let page = page(10);
    assert_eq!(page.matches("<rect class=\"open\"").count(), 10);
    assert_eq!(page.matches("<rect class=\"broken\"").count(), 8, "two days have none");
    let table = page.split("The last audit of each day").nth(2).unwrap();
    let table = table.split("</table>").next().unwrap();
    assert_eq!(table.matches("<th scope=\"row\"").count(), 10);
    assert!(page.contains("broken statements went from 0 to 2"));
    // Years of audits are drawn as the newest days.
    assert_eq!(super::audit::page(900).matches("<rect class=\"open\"").count(), 120);
    // Before the first audit there is no graph.
    assert!(!super::audit::page(0).contains("<svg"));
}
