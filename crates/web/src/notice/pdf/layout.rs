//! A document put on pages: which block looks how, what it is in the structure, and what must stand
//! on one page. Not here: tables (`tables`), the table of contents (`contents`).

use std::collections::BTreeMap;

use kept_core::notice::StatementId;

use crate::notice::document::{Block, Document, Inline, Line, Row, Section};
use crate::notice::pdf::contents::{Entry, fits_two_columns};
use crate::notice::pdf::flow::{BOTTOM, Column, Flow, Mark, ROOM, TOP};
use crate::notice::pdf::font::{Fonts, Ink, Style, Weight};
use crate::notice::pdf::tags::{Kind, PartId, Tags};

/// The size of running text, in points.
pub(super) const SIZE: f32 = 10.0;
/// The width of the column of terms.
const TERMS: f32 = 118.0;
/// The room between columns.
pub(super) const GUTTER: f32 = 12.0;

/// A heading for the table of bookmarks.
#[derive(Clone, Debug)]
pub(super) struct Bookmark {
    pub(super) level: u16,
    pub(super) title: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// A document on pages.
pub(super) struct Layout<'a> {
    pub(super) fonts: &'a Fonts,
    pub(super) flow: Flow,
    pub(super) bookmarks: Vec<Bookmark>,
    /// Where each anchor stands: its page, from 0, and its top.
    pub(super) anchors: BTreeMap<String, (usize, f32)>,
    /// The lines of the table of contents that still want their page's number.
    pub(super) entries: Vec<Entry>,
}

pub(super) fn style(weight: Weight, size: f32, ink: Ink) -> Style {
    Style { weight, size, ink }
}

pub(super) fn body() -> Style {
    style(Weight::Regular, SIZE, Ink::Text)
}

impl<'a> Layout<'a> {
    /// The pages of a document.
    pub(super) fn of(document: &Document, fonts: &'a Fonts) -> Self {
        let (tags, root) = Tags::new();
        let mut layout = Self {
            fonts,
            flow: Flow::new(tags),
            bookmarks: Vec::new(),
            anchors: BTreeMap::new(),
            entries: Vec::new(),
        };
        layout.heading(root, 1, &document.title);
        if let Some(subtitle) = &document.subtitle {
            let part = layout.flow.tags.within(root, Kind::Paragraph);
            layout.text(part, 0.0, &[Inline::text(subtitle)], style(Weight::Regular, SIZE, Ink::Soft));
        }
        layout.flow.gap(8.0);
        layout.blocks(root, &document.introduction);
        for (place, section) in document.sections.iter().enumerate() {
            layout.section(root, section);
            if let Some(title) = document.contents.as_ref().filter(|_| place == 0) {
                layout.contents(root, document, title);
            }
        }
        layout.number_contents();
        layout
    }

    fn section(&mut self, root: PartId, section: &Section) {
        let part = self.flow.tags.within(root, Kind::Section);
        self.flow.gap(14.0);
        self.flow
            .need((self.heading_height(2, &section.title) + self.lead(&section.blocks)).min(self.most()));
        self.anchor(section.anchor);
        self.heading(part, 2, &section.title);
        self.blocks(part, &section.blocks);
    }

    /// More than this is never asked to stand on one page.
    pub(super) fn most(&self) -> f32 {
        (BOTTOM - TOP) * 0.6
    }

    pub(super) fn anchor(&mut self, name: &str) {
        self.anchors.insert(name.to_owned(), (self.flow.page(), self.flow.y));
    }

    pub(super) fn heading(&mut self, parent: PartId, level: u16, title: &str) {
        if level == 2 && self.flow.y > TOP {
            self.flow.rule(0.0, ROOM, 1.2);
            self.flow.y += 6.0;
        }
        let (page, y) = (self.flow.page(), self.flow.y);
        self.bookmarks.push(Bookmark { level, title: title.to_owned(), page, y });
        let part = self.flow.tags.within(parent, Kind::Heading(level, title.to_owned()));
        self.text(part, 0.0, &[Inline::text(title)], heading_style(level));
        self.flow.gap(if level == 1 { 2.0 } else { 4.0 });
    }

    pub(super) fn heading_height(&self, level: u16, title: &str) -> f32 {
        let above = if level == 2 { 6.0 } else { 0.0 };
        above + self.opening(0.0, &[Inline::text(title)], heading_style(level)) + 4.0
    }

    fn column(&self, part: Option<PartId>, x: f32, spans: &[Inline], style: Style) -> Column {
        Column { x, lines: self.fonts.lines(spans, style, ROOM - x), part }
    }

    pub(super) fn text(&mut self, part: PartId, x: f32, spans: &[Inline], style: Style) {
        let column = self.column(Some(part), x, spans, style);
        self.flow.columns(&[column]);
    }

    /// The height of as much of a text as must stand on one page.
    pub(super) fn opening(&self, x: f32, spans: &[Inline], style: Style) -> f32 {
        Flow::opening(&[self.column(None, x, spans, style)])
    }

    /// What stands on one page with a heading above it: the first lines, and of an introduction to a
    /// list or table the first of that too.
    fn lead(&self, blocks: &[Block]) -> f32 {
        let Some((first, rest)) = blocks.split_first() else { return 0.0 };
        match first {
            Block::Paragraph(line) => {
                let after = match rest.first() {
                    Some(Block::List(_) | Block::Boxes(_) | Block::Rows(_) | Block::Table(_)) => {
                        self.lead(rest)
                    }
                    _ => 0.0,
                };
                self.opening(0.0, &line.spans, body()) + 5.0 + after
            }
            Block::List(items) | Block::Boxes(items) => {
                items.first().map_or(0.0, |item| self.opening(GUTTER, &item.spans, body()))
            }
            Block::Rows(rows) => rows.first().map_or(0.0, |row| self.row_opening(row)),
            Block::Table(table) => self.table_opening(table),
            Block::Part { title, blocks, .. } => self.heading_height(3, title) + self.lead(blocks),
        }
    }

    fn row_opening(&self, row: &Row) -> f32 {
        let text = row.lines.first().map_or(0.0, |line| self.opening(TERMS, &line.spans, body()));
        Flow::height(&[self.term(None, row)]).max(text)
    }

    fn blocks(&mut self, parent: PartId, blocks: &[Block]) {
        let mut rest = blocks;
        while let Some((first, after)) = rest.split_first() {
            if matches!(first, Block::Part { .. }) {
                self.flow.gap(8.0);
            }
            let together = self.lead(rest).min(self.most());
            self.flow.need(together);
            self.block(parent, first);
            rest = after;
        }
    }

    fn block(&mut self, parent: PartId, block: &Block) {
        match block {
            Block::Paragraph(line) => {
                let part = self.flow.tags.within(parent, Kind::Paragraph);
                let column = self.column(Some(part), 0.0, &line.spans, body());
                self.said(line.statement.as_ref(), &[column]);
                self.flow.gap(5.0);
            }
            Block::List(items) if fits_two_columns(items) => self.links(parent, items, "•"),
            Block::List(items) => self.list(parent, items, "•"),
            Block::Boxes(items) => self.list(parent, items, "□"),
            Block::Rows(rows) => self.rows(parent, rows),
            Block::Table(table) => self.table(parent, table),
            Block::Part { statement, title, blocks } => {
                let part = self.flow.tags.within(parent, Kind::Section);
                if let Some(id) = statement {
                    self.anchor(id.as_str());
                }
                self.heading(part, 3, title);
                self.blocks(part, blocks);
            }
        }
    }

    /// Columns that make a statement: its anchor is on the page where they begin.
    pub(super) fn said(&mut self, statement: Option<&StatementId>, columns: &[Column]) {
        self.flow.need(Flow::opening(columns));
        if let Some(id) = statement {
            self.anchor(id.as_str());
        }
        self.flow.columns(columns);
    }

    fn list(&mut self, parent: PartId, items: &[Line], bullet: &str) {
        let list = self.flow.tags.within(parent, Kind::List);
        for item in items {
            let part = self.flow.tags.within(list, Kind::Item);
            let label = self.flow.tags.within(part, Kind::Label);
            let text = self.flow.tags.within(part, Kind::Body);
            let bullet = self.column(Some(label), 0.0, &[Inline::text(bullet)], body());
            let text = self.column(Some(text), GUTTER, &item.spans, body());
            self.said(item.statement.as_ref(), &[bullet, text]);
            self.flow.gap(2.5);
        }
        self.flow.gap(4.0);
    }

    fn term(&self, part: Option<PartId>, row: &Row) -> Column {
        let soft = style(Weight::Bold, 9.0, Ink::Soft);
        Column { x: 0.0, lines: self.fonts.lines(&[Inline::text(&row.term)], soft, TERMS - GUTTER), part }
    }

    fn rows(&mut self, parent: PartId, rows: &[Row]) {
        let list = self.flow.tags.within(parent, Kind::List);
        for row in rows {
            let item = self.flow.tags.within(list, Kind::Item);
            let label = self.flow.tags.within(item, Kind::Label);
            let mut term = vec![self.term(Some(label), row)];
            for line in &row.lines {
                let text = self.flow.tags.within(item, Kind::Body);
                term.push(self.column(Some(text), TERMS, &line.spans, body()));
                self.said(line.statement.as_ref(), &term);
                term.clear();
                self.flow.gap(2.0);
            }
            self.flow.gap(3.0);
        }
        self.flow.gap(4.0);
    }

    /// Everything that is drawn, page by page.
    pub(super) fn pages(&self) -> &[Vec<Mark>] {
        &self.flow.pages
    }
}

fn heading_style(level: u16) -> Style {
    let size = match level {
        1 => 20.0,
        2 => 14.0,
        _ => 11.0,
    };
    style(Weight::Bold, size, Ink::Text)
}
