//! The record as one self-contained page: no script, wide on the screen, landscape on paper.

use crate::notice::html::Writer;
use crate::register::sheet::{Column, Part, PartKind, Row, Sheet};

/// The page's style sheet, exactly as it stands in the style element.
pub const STYLE: &str = include_str!("page.css");

/// The record as an HTML page.
pub fn html(sheet: &Sheet) -> String {
    let mut page = Writer::default();
    page.out.push_str("<!DOCTYPE html>\n");
    page.within("html", &[("lang", &sheet.language)], |page| {
        page.within("head", &[], |page| head(page, sheet));
        page.within("body", &[], |page| body(page, sheet));
    });
    page.out.push('\n');
    page.out
}

fn head(page: &mut Writer, sheet: &Sheet) {
    page.void("meta", &[("charset", "utf-8")]);
    page.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    page.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
    page.leaf("title", &[], &sheet.title);
    page.open("style", &[]);
    page.out.push_str(STYLE);
    page.close("style");
}

fn body(page: &mut Writer, sheet: &Sheet) {
    page.within("header", &[], |page| {
        page.leaf("h1", &[], &sheet.title);
        if let Some(version) = &sheet.version {
            page.leaf("p", &[("class", "version")], version);
        }
        page.leaf("p", &[], &sheet.lead);
    });
    page.within("main", &[], |page| {
        parties(page, sheet);
        for one in &sheet.parts {
            part(page, one, &sheet.security_link);
        }
        page.within("section", &[("aria-labelledby", "security")], |page| {
            page.leaf("h2", &[("id", "security")], &sheet.security);
            page.within("ul", &[], |page| {
                for measure in &sheet.measures {
                    page.leaf("li", &[], measure);
                }
            });
        });
    });
}

fn parties(page: &mut Writer, sheet: &Sheet) {
    if sheet.parties.is_empty() {
        return;
    }
    page.within("section", &[("aria-labelledby", "who")], |page| {
        page.leaf("h2", &[("id", "who")], &sheet.who);
        page.within("div", &[("class", "parties")], |page| {
            for party in &sheet.parties {
                page.within("article", &[("id", &party.id)], |page| {
                    page.leaf("h3", &[], &party.name);
                    if !party.lines.is_empty() {
                        page.within("dl", &[], |page| lines(page, &party.lines));
                    }
                });
            }
        });
    });
}

fn lines(page: &mut Writer, lines: &[(String, String)]) {
    for (label, said) in lines {
        page.within("div", &[], |page| {
            page.leaf("dt", &[], label);
            page.leaf("dd", &[], said);
        });
    }
}

/// A table scrolls by itself where the screen is too narrow, also by keyboard.
fn part(page: &mut Writer, part: &Part, security: &str) {
    let columns: Vec<_> = part.columns.iter().filter(|(column, _)| tells(part, *column)).collect();
    let id = format!("record-{}", part.kind.article().trim_end_matches(')').replace('(', "-"));
    page.within("section", &[("aria-labelledby", &id)], |page| {
        page.leaf("h2", &[("id", &id)], &part.title);
        if let Some(words) = &part.empty {
            page.leaf("p", &[], words);
            return;
        }
        let frame = [("class", "wide"), ("role", "group"), ("tabindex", "0"), ("aria-labelledby", &*id)];
        page.within("div", &frame, |page| {
            page.within("table", &[("aria-labelledby", &id)], |page| {
                page.within("thead", &[], |page| {
                    page.within("tr", &[], |page| {
                        for (column, name) in &columns {
                            page.leaf("th", &[("scope", "col"), ("class", column.word())], name);
                        }
                    });
                });
                page.within("tbody", &[], |page| {
                    for one in &part.rows {
                        row(page, &columns, one, security);
                    }
                });
            });
        });
    });
}

/// Whether a column says anything that its heading does not: a single company answers for all.
fn tells(part: &Part, column: Column) -> bool {
    let mut rows = part.rows.iter().map(|row| row.cell(column));
    let first = rows.next();
    part.kind != PartKind::Own || column != Column::Controller || rows.any(|cell| Some(cell) != first)
}

fn row(page: &mut Writer, columns: &[&(Column, String)], row: &Row, security: &str) {
    page.within("tr", &[("id", &row.id)], |page| {
        for (column, _) in columns {
            let said = row.cell(*column);
            if *column == Column::Activity {
                page.within("th", &[("scope", "row")], |page| cell(page, said));
            } else if *column == Column::Measures && said.is_empty() {
                // What the measures for every processing are stands once, under the tables.
                page.within("td", &[], |page| page.leaf("a", &[("href", "#security")], security));
            } else {
                page.within("td", &[], |page| cell(page, said));
            }
        }
    });
}

fn cell(page: &mut Writer, said: &[String]) {
    match said {
        [] => page.leaf("span", &[("class", "nothing"), ("aria-hidden", "true")], "–"),
        [one] => page.leaf("span", &[], one),
        several => page.within("ul", &[], |page| {
            for one in several {
                page.leaf("li", &[], one);
            }
        }),
    }
}
