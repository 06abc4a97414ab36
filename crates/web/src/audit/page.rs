//! The page of an audit: how the state stands, how it went day by day, and every statement with its
//! verdict, what was looked at, what is wrong or missing, and what mends it.

use std::collections::BTreeMap;

use kept_core::time::Day;
use kept_engine::audit::history::{AuditDay, AuditHistory};
use kept_engine::report::audit::{AuditReport, Audited, Missing, Verdict};

use crate::audit::graph;
use crate::audit::tell::{Teller, grouped, verdict};
use crate::notice::html::Writer;

/// The page's style sheet, exactly as it stands in the style element.
pub const STYLE: &str = include_str!("page.css");

/// The verdicts in the order of the page, with the anchor and the class of each.
const ORDER: [(Verdict, &str, &str); 4] = [
    (Verdict::Broken, "broken", "broken"),
    (Verdict::CannotTell, "cannot-tell", "open"),
    (Verdict::Kept, "kept", "kept"),
    (Verdict::Stated, "stated", "stated"),
];

/// The audit as a page.
pub(super) fn html(teller: &Teller<'_>, report: &AuditReport, history: &AuditHistory) -> String {
    let mut page = Writer::default();
    let title = format!("Audit of the notice of {}", teller.controller());
    page.out.push_str("<!DOCTYPE html>\n");
    page.within("html", &[("lang", "en")], |page| {
        page.within("head", &[], |page| {
            page.void("meta", &[("charset", "utf-8")]);
            page.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
            page.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
            page.leaf("title", &[], &title);
            page.open("style", &[]);
            page.out.push_str(STYLE);
            page.close("style");
        });
        page.within("body", &[], |page| body(page, teller, (report, history), &title));
    });
    page.out.push('\n');
    page.out
}

fn body(
    page: &mut Writer,
    teller: &Teller<'_>,
    (report, history): (&AuditReport, &AuditHistory),
    title: &str,
) {
    page.leaf("a", &[("class", "skip"), ("href", "#text")], "Skip to the state");
    page.within("header", &[], |page| {
        page.leaf("h1", &[], title);
        let policy: String = report.policy.chars().take(12).collect();
        page.leaf("p", &[("class", "version")], &format!("As of {}, policy {policy}", teller.at(report.at)));
    });
    page.within("main", &[("id", "text"), ("tabindex", "-1")], |page| {
        totals(page, report);
        for store in &report.unreached {
            let said = format!("Store {} could not be asked: {}", store.store, store.problem);
            page.leaf("p", &[("class", "problem")], &said);
        }
        days(page, teller, &history.days);
        let since: BTreeMap<&str, Day> =
            history.statements.iter().map(|line| (line.id.as_str(), line.since)).collect();
        for (kind, anchor, _) in ORDER {
            statements(page, teller, (report, &since), (kind, anchor));
        }
    });
}

fn totals(page: &mut Writer, report: &AuditReport) {
    let totals = report.totals;
    page.within("ul", &[("class", "totals")], |page| {
        for (kind, anchor, class) in ORDER {
            let count = match kind {
                Verdict::Kept => totals.kept,
                Verdict::Broken => totals.broken,
                Verdict::CannotTell => totals.cannot_tell,
                Verdict::Stated => totals.stated,
            };
            page.within("li", &[("class", class)], |page| {
                let inner = |page: &mut Writer| {
                    page.leaf("strong", &[], &count.to_string());
                    page.leaf("span", &[], verdict(kind));
                };
                let to = format!("#{anchor}");
                // What has no statement has no section to go to.
                if count > 0 { page.within("a", &[("href", &to)], inner) } else { inner(page) }
            });
        }
    });
}

fn days(page: &mut Writer, teller: &Teller<'_>, days: &[AuditDay]) {
    if days.is_empty() {
        return;
    }
    page.within("section", &[("aria-labelledby", "days")], |page| {
        page.leaf("h2", &[("id", "days")], "Day by day");
        graph::draw(page, teller, days);
        page.within("ul", &[("class", "key")], |page| {
            for (kind, _, class) in ORDER.into_iter().filter(|(kind, ..)| *kind != Verdict::Stated) {
                page.leaf("li", &[("class", class)], verdict(kind));
            }
        });
        page.within("details", &[], |page| {
            page.leaf("summary", &[], "The same as a table");
            table_of_days(page, teller, days);
        });
    });
}

fn table_of_days(page: &mut Writer, teller: &Teller<'_>, days: &[AuditDay]) {
    let label = "The last audit of each day";
    let frame = [("class", "wide"), ("role", "region"), ("tabindex", "0"), ("aria-label", label)];
    page.within("div", &frame, |page| {
        page.within("table", &[], |page| {
            page.leaf("caption", &[], label);
            page.within("thead", &[], |page| {
                page.within("tr", &[], |page| {
                    page.leaf("th", &[("scope", "col")], "Day");
                    for (kind, ..) in ORDER {
                        page.leaf("th", &[("scope", "col"), ("class", "number")], verdict(kind));
                    }
                });
            });
            page.within("tbody", &[], |page| {
                for day in days.iter().rev() {
                    page.within("tr", &[], |page| {
                        page.leaf("th", &[("scope", "row")], &teller.date(day.on));
                        let totals = day.totals;
                        for count in [totals.broken, totals.cannot_tell, totals.kept, totals.stated] {
                            let count = grouped(u64::try_from(count).unwrap_or(u64::MAX));
                            page.leaf("td", &[("class", "number")], &count);
                        }
                    });
                }
            });
        });
    });
}

fn statements(
    page: &mut Writer,
    teller: &Teller<'_>,
    (report, since): (&AuditReport, &BTreeMap<&str, Day>),
    (kind, anchor): (Verdict, &'static str),
) {
    let mine: Vec<&Audited> = report.statements.iter().filter(|one| one.verdict == kind).collect();
    if mine.is_empty() {
        return;
    }
    let heading = match kind {
        Verdict::Broken => "Broken",
        Verdict::CannotTell => "Can\u{2019}t tell",
        Verdict::Kept => "Kept",
        Verdict::Stated => "Stated: facts that no act could break",
    };
    page.within("section", &[("aria-labelledby", anchor)], |page| {
        page.leaf("h2", &[("id", anchor)], heading);
        let label = format!("{heading}: {} statements", mine.len());
        let frame =
            [("class", "wide"), ("role", "region"), ("tabindex", "0"), ("aria-label", label.as_str())];
        page.within("div", &frame, |page| {
            page.within("table", &[("class", "statements"), ("role", "table")], |page| {
                page.within("thead", &[("role", "rowgroup")], |page| {
                    page.within("tr", &[("role", "row")], |page| {
                        for head in ["Statement", "What was found", "Since"] {
                            page.leaf("th", &[("scope", "col"), ("role", "columnheader")], head);
                        }
                    });
                });
                page.within("tbody", &[("role", "rowgroup")], |page| {
                    for one in &mine {
                        statement(page, teller, one, since.get(one.id.as_str()).copied());
                    }
                });
            });
        });
    });
}

fn statement(page: &mut Writer, teller: &Teller<'_>, one: &Audited, since: Option<Day>) {
    page.within("tr", &[("role", "row"), ("data-statement", one.id.as_str())], |page| {
        page.within("th", &[("scope", "row"), ("role", "rowheader")], |page| {
            let title = teller.title(one);
            page.leaf("span", &[], &title);
            if title != one.id.as_str() {
                page.leaf("span", &[("class", "id")], one.id.as_str());
            }
        });
        page.within("td", &[("role", "cell")], |page| found(page, teller, one));
        let since = since.map(|day| teller.date(day)).unwrap_or_default();
        page.leaf("td", &[("class", "since"), ("role", "cell")], &since);
    });
}

fn found(page: &mut Writer, teller: &Teller<'_>, one: &Audited) {
    if !one.breaches.is_empty() || !one.missing.is_empty() {
        page.within("ul", &[], |page| {
            for breach in &one.breaches {
                page.within("li", &[("class", "wrong")], |page| coded(page, &teller.breach(breach)));
            }
            let alone = one.missing.len() == 1;
            for missing in one.missing.iter().filter(|missing| alone || **missing != Missing::NoEvidence) {
                page.within("li", &[], |page| coded(page, &teller.missing(missing)));
            }
        });
    }
    let mut mends: Vec<&str> = Vec::new();
    for breach in &one.breaches {
        if !mends.contains(&breach.mend.as_str()) {
            mends.push(&breach.mend);
        }
    }
    for mend in mends {
        page.within("p", &[("class", "mend")], |page| {
            page.leaf("span", &[], "Mend: ");
            page.leaf("code", &[], mend);
        });
    }
    if !one.evidence.is_empty() {
        let looked: Vec<String> = one.evidence.iter().map(|evidence| teller.evidence(evidence)).collect();
        page.leaf("p", &[("class", "looked")], &format!("Looked at {}", looked.join(", ")));
    }
}

/// Text whose names stand between backticks.
fn coded(page: &mut Writer, text: &str) {
    for (place, part) in text.split('`').enumerate().filter(|(_, part)| !part.is_empty()) {
        page.leaf(if place % 2 == 1 { "code" } else { "span" }, &[], part);
    }
}
