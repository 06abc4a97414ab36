//! A document as one self-contained page: no script, one style sheet, text escaped by type.
//!
//! `Writer` takes tag and attribute names only as literals, and escapes every value; so nothing
//! that a policy says can become markup. Not here: what is said (`compose`).

use kept_core::notice::StatementId;

use crate::notice::document::{Block, Document, Inline, Line, Row, Section, Table};

/// The page's style sheet, exactly as it stands in the style element: a strict
/// Content-Security-Policy may name its hash.
pub const STYLE: &str = include_str!("page.css");

/// A document as an HTML page.
pub fn html(document: &Document) -> String {
    let mut page = Writer::default();
    page.out.push_str("<!DOCTYPE html>\n");
    page.within("html", &[("lang", &document.language)], |page| {
        page.within("head", &[], |page| head(page, document));
        page.within("body", &[], |page| body(page, document));
    });
    page.out.push('\n');
    page.out
}

fn head(page: &mut Writer, document: &Document) {
    page.void("meta", &[("charset", "utf-8")]);
    page.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    page.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
    page.leaf("title", &[], &document.title);
    page.open("style", &[]);
    page.out.push_str(STYLE);
    page.close("style");
}

fn body(page: &mut Writer, document: &Document) {
    page.leaf("a", &[("class", "skip"), ("href", "#text")], &document.skip);
    page.within("header", &[], |page| {
        page.leaf("h1", &[], &document.title);
        if let Some(subtitle) = &document.subtitle {
            page.leaf("p", &[("class", "version")], subtitle);
        }
    });
    page.within("main", &[("id", "text"), ("tabindex", "-1")], |page| {
        for one in &document.introduction {
            block(page, one);
        }
        for (place, one) in document.sections.iter().enumerate() {
            section(page, one);
            if let Some(title) = document.contents.as_ref().filter(|_| place == 0) {
                page.within("nav", &[("aria-labelledby", "contents")], |page| {
                    contents(page, document, title)
                });
            }
        }
    });
}

fn contents(page: &mut Writer, document: &Document, title: &str) {
    page.leaf("h2", &[("id", "contents")], title);
    page.within("ol", &[], |page| {
        for section in document.sections.iter().skip(1) {
            page.within("li", &[], |page| {
                page.leaf("a", &[("href", &format!("#{}", section.anchor))], &section.title);
            });
        }
    });
}

fn section(page: &mut Writer, section: &Section) {
    let heading = format!("{}-title", section.anchor);
    let attributes = [("id", section.anchor), ("aria-labelledby", heading.as_str())];
    page.within("section", &attributes, |page| {
        page.leaf("h2", &[("id", &heading)], &section.title);
        for one in &section.blocks {
            block(page, one);
        }
    });
}

fn block(page: &mut Writer, block_: &Block) {
    match block_ {
        Block::Paragraph(text) => line(page, "p", text),
        Block::List(items) => page.within("ul", &[], |page| {
            for item in items {
                line(page, "li", item);
            }
        }),
        Block::Boxes(items) => page.within("ul", &[("class", "boxes")], |page| {
            for item in items {
                page.within("li", &[], |page| {
                    page.open("label", &[]);
                    page.void("input", &[("type", "checkbox")]);
                    spans(page, &item.spans);
                    page.close("label");
                });
            }
        }),
        Block::Rows(rows) => page.within("dl", &[], |page| {
            for one in rows {
                row(page, one);
            }
        }),
        Block::Table(one) => table(page, one),
        Block::Part { statement, title, blocks } => {
            page.said("article", statement.as_ref(), |page| {
                page.leaf("h3", &[], title);
                for one in blocks {
                    block(page, one);
                }
            });
        }
    }
}

fn row(page: &mut Writer, row: &Row) {
    page.within("div", &[], |page| {
        page.leaf("dt", &[], &row.term);
        for one in &row.lines {
            line(page, "dd", one);
        }
    });
}

/// A table scrolls by itself where the screen is too narrow, also by keyboard; on a small screen
/// its cells stand below each other, and the roles keep it a table for those who hear it.
fn table(page: &mut Writer, table: &Table) {
    let frame = [("class", "wide"), ("role", "region"), ("tabindex", "0")];
    let label = ("aria-label", table.caption.as_str());
    page.within("div", &[frame[0], frame[1], frame[2], label], |page| {
        page.within("table", &[("role", "table")], |page| {
            page.leaf("caption", &[], &table.caption);
            page.within("thead", &[("role", "rowgroup")], |page| {
                page.within("tr", &[("role", "row")], |page| {
                    for head in &table.head {
                        page.leaf("th", &[("scope", "col"), ("role", "columnheader")], head);
                    }
                });
            });
            page.within("tbody", &[("role", "rowgroup")], |page| table_rows(page, table));
        });
    });
}

fn table_rows(page: &mut Writer, table: &Table) {
    for row in &table.rows {
        page.said_with("tr", row.statement.as_ref(), &[("role", "row")], |page| {
            for (place, (cell, head)) in row.cells.iter().zip(&table.head).enumerate() {
                if place == 0 {
                    let attributes = [("scope", "row"), ("role", "rowheader")];
                    page.within("th", &attributes, |page| spans(page, cell));
                } else {
                    let attributes = [("role", "cell"), ("data-label", head.as_str())];
                    page.within("td", &attributes, |page| spans(page, cell));
                }
            }
        });
    }
}

fn line(page: &mut Writer, tag: &'static str, line: &Line) {
    page.said(tag, line.statement.as_ref(), |page| spans(page, &line.spans));
}

fn spans(page: &mut Writer, spans: &[Inline]) {
    for span in spans {
        match span {
            Inline::Text(text) => page.lines(text),
            Inline::Strong(text) => page.leaf("strong", &[], text),
            Inline::Link { text, to } => match to.href() {
                Some(href) => page.leaf("a", &[("href", &href)], text),
                None => page.text(text),
            },
        }
    }
}

/// Writes elements; text and attribute values are always escaped.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub(crate) out: String,
}

pub(crate) type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Writer {
    pub(crate) fn open(&mut self, tag: &'static str, attributes: Attributes<'_>) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.text(value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    pub(crate) fn close(&mut self, tag: &'static str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
        if matches!(
            tag,
            "section" | "article" | "header" | "nav" | "p" | "div" | "tr" | "li" | "h2" | "style"
        ) {
            self.out.push('\n');
        }
    }

    pub(crate) fn void(&mut self, tag: &'static str, attributes: Attributes<'_>) {
        self.open(tag, attributes);
        self.out.push('\n');
    }

    pub(crate) fn within(
        &mut self,
        tag: &'static str,
        attributes: Attributes<'_>,
        inner: impl FnOnce(&mut Self),
    ) {
        self.open(tag, attributes);
        inner(self);
        self.close(tag);
    }

    /// An element that makes a statement: its anchor and its id for machines.
    fn said(&mut self, tag: &'static str, id: Option<&StatementId>, inner: impl FnOnce(&mut Self)) {
        self.said_with(tag, id, &[], inner);
    }

    fn said_with(
        &mut self,
        tag: &'static str,
        id: Option<&StatementId>,
        more: Attributes<'_>,
        inner: impl FnOnce(&mut Self),
    ) {
        let id = id.map(StatementId::as_str);
        let own = id.into_iter().flat_map(|id| [("id", id), ("data-statement", id)]);
        let attributes: Vec<_> = own.chain(more.iter().copied()).collect();
        self.within(tag, &attributes, inner);
    }

    pub(crate) fn leaf(&mut self, tag: &'static str, attributes: Attributes<'_>, text: &str) {
        self.within(tag, attributes, |page| page.text(text));
    }

    /// Text whose line breaks are kept.
    fn lines(&mut self, text: &str) {
        for (place, line) in text.split('\n').enumerate() {
            if place > 0 {
                self.out.push_str("<br>");
            }
            self.text(line);
        }
    }

    fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                other => self.out.push(other),
            }
        }
    }
}
