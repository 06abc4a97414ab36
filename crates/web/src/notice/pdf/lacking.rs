//! Letters that the fonts of the page lack, and the statements in which they stand. Not here: what
//! is drawn for them (`font`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::notice::StatementId;

use crate::notice::document::{Block, Document, Inline, Line};
use crate::notice::pdf::font::Fonts;

/// A letter that can't be drawn; `U+FFFD` stands for it on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// The letter.
    pub letter: char,
    /// The statements in which it stands, in the order of their ids; none when it stands in a
    /// title or heading alone.
    pub statements: Vec<StatementId>,
}

/// The letters of a document that can't be drawn, in the order of their code points.
pub(super) fn lacking(document: &Document, fonts: &Fonts) -> Vec<Lacking> {
    let mut search = Search { fonts, found: BTreeMap::new() };
    search.text(None, &document.title);
    for text in document.subtitle.iter().chain(&document.contents) {
        search.text(None, text);
    }
    search.blocks(None, &document.introduction);
    for section in &document.sections {
        search.text(None, &section.title);
        search.blocks(None, &section.blocks);
    }
    let found = search.found.into_iter();
    found.map(|(letter, ids)| Lacking { letter, statements: ids.into_iter().collect() }).collect()
}

struct Search<'a> {
    fonts: &'a Fonts,
    found: BTreeMap<char, BTreeSet<StatementId>>,
}

impl Search<'_> {
    fn text(&mut self, statement: Option<&StatementId>, text: &str) {
        for letter in self.fonts.lacking(text) {
            self.found.entry(letter).or_default().extend(statement.cloned());
        }
    }

    fn spans(&mut self, statement: Option<&StatementId>, spans: &[Inline]) {
        for span in spans {
            match span {
                Inline::Text(text) | Inline::Strong(text) | Inline::Link { text, .. } => {
                    self.text(statement, text);
                }
            }
        }
    }

    fn line(&mut self, within: Option<&StatementId>, line: &Line) {
        self.spans(line.statement.as_ref().or(within), &line.spans);
    }

    /// What has no statement of its own belongs to the part that it stands in.
    fn blocks(&mut self, within: Option<&StatementId>, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(line) => self.line(within, line),
                Block::List(lines) | Block::Boxes(lines) => {
                    lines.iter().for_each(|line| self.line(within, line));
                }
                Block::Rows(rows) => {
                    for row in rows {
                        let first = row.lines.first().and_then(|line| line.statement.as_ref());
                        self.text(first.or(within), &row.term);
                        row.lines.iter().for_each(|line| self.line(within, line));
                    }
                }
                Block::Table(table) => {
                    self.text(within, &table.caption);
                    table.head.iter().for_each(|text| self.text(within, text));
                    for row in &table.rows {
                        let own = row.statement.as_ref().or(within);
                        row.cells.iter().for_each(|cell| self.spans(own, cell));
                    }
                }
                Block::Part { statement, title, blocks } => {
                    let own = statement.as_ref().or(within);
                    self.text(own, title);
                    self.blocks(own, blocks);
                }
            }
        }
    }
}
