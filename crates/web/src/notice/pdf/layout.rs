//! A document put on pages: which block looks how, and what it is in the structure.

use std::collections::BTreeMap;

use crate::notice::document::{Block, Document, Inline, Line, Row, Section, Table, Target};
use crate::notice::pdf::flow::{Column, Flow, Mark, ROOM};
use crate::notice::pdf::font::{Fonts, Ink, Style, Weight};
use crate::notice::pdf::tags::{Kind, PartId, Tags};

/// The size of running text, in points.
const SIZE: f32 = 10.0;
/// The width of the column of terms.
const TERMS: f32 = 118.0;
/// The room between columns.
const GUTTER: f32 = 12.0;

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
    fonts: &'a Fonts,
    pub(super) flow: Flow,
    pub(super) bookmarks: Vec<Bookmark>,
    /// Where each anchor stands: its page, from 0, and its top.
    pub(super) anchors: BTreeMap<String, (usize, f32)>,
    /// The lines of the table of contents: where each stands, and the anchor that it leads to.
    contents: Vec<(usize, f32, &'static str)>,
}

fn style(weight: Weight, size: f32, ink: Ink) -> Style {
    Style { weight, size, ink }
}

fn body() -> Style {
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
            contents: Vec::new(),
        };
        layout.heading(root, 1, &document.title);
        if let Some(subtitle) = &document.subtitle {
            let part = layout.flow.tags.within(root, Kind::Paragraph);
            layout.text(part, 0.0, &[Inline::text(subtitle)], style(Weight::Regular, SIZE, Ink::Soft));
        }
        layout.flow.gap(8.0);
        for block in &document.introduction {
            layout.block(root, block);
        }
        for (place, section) in document.sections.iter().enumerate() {
            layout.section(root, section);
            if let Some(title) = document.contents.as_ref().filter(|_| place == 0) {
                layout.contents(root, document, title);
            }
        }
        layout.number_contents();
        layout
    }

    /// The page of each entry of the table of contents, at the right; links lead there for those
    /// who do not see them.
    fn number_contents(&mut self) {
        for (page, y, anchor) in std::mem::take(&mut self.contents) {
            let Some((to, _)) = self.anchors.get(anchor) else { continue };
            let text = (to + 1).to_string();
            let width = self.fonts.width(&text, body());
            self.flow.note(page, (ROOM - width, y), (text, width), body());
        }
    }

    fn section(&mut self, root: PartId, section: &Section) {
        let part = self.flow.tags.within(root, Kind::Section);
        self.flow.gap(14.0);
        self.flow.need(70.0);
        self.anchor(section.anchor);
        self.heading(part, 2, &section.title);
        for block in &section.blocks {
            self.block(part, block);
        }
    }

    /// The table of contents; the rest begins on a new page, so that the first one stands alone.
    fn contents(&mut self, root: PartId, document: &Document, title: &str) {
        let part = self.flow.tags.within(root, Kind::Section);
        self.flow.gap(14.0);
        self.heading(part, 2, title);
        let list = self.flow.tags.within(part, Kind::List);
        for section in document.sections.iter().skip(1) {
            let item = self.flow.tags.within(list, Kind::Item);
            let body = self.flow.tags.within(item, Kind::Body);
            let to = Target::Anchor(section.anchor.to_owned());
            self.flow.need(16.0);
            self.contents.push((self.flow.page(), self.flow.y, section.anchor));
            self.text(body, 0.0, &[Inline::Link { text: section.title.clone(), to }], self::body());
            self.flow.gap(1.0);
        }
        self.flow.turn();
    }

    fn anchor(&mut self, name: &str) {
        self.anchors.insert(name.to_owned(), (self.flow.page(), self.flow.y));
    }

    fn heading(&mut self, parent: PartId, level: u16, title: &str) {
        let size = match level {
            1 => 20.0,
            2 => 14.0,
            _ => 11.0,
        };
        if level == 2 && self.flow.y > crate::notice::pdf::flow::TOP {
            self.flow.rule(0.0, ROOM, 1.2);
            self.flow.y += 6.0;
        }
        let (page, y) = (self.flow.page(), self.flow.y);
        self.bookmarks.push(Bookmark { level, title: title.to_owned(), page, y });
        let part = self.flow.tags.within(parent, Kind::Heading(level, title.to_owned()));
        self.text(part, 0.0, &[Inline::text(title)], style(Weight::Bold, size, Ink::Text));
        self.flow.gap(if level == 1 { 2.0 } else { 4.0 });
    }

    fn text(&mut self, part: PartId, x: f32, spans: &[Inline], style: Style) {
        let lines = self.fonts.lines(spans, style, ROOM - x);
        self.flow.columns(&[Column { x, lines, part }]);
    }

    fn block(&mut self, parent: PartId, block: &Block) {
        match block {
            Block::Paragraph(line) => {
                let part = self.flow.tags.within(parent, Kind::Paragraph);
                self.said(line);
                self.text(part, 0.0, &line.spans, body());
                self.flow.gap(5.0);
            }
            Block::List(items) => self.list(parent, items, "•"),
            Block::Boxes(items) => self.list(parent, items, "□"),
            Block::Rows(rows) => self.rows(parent, rows),
            Block::Table(table) => self.table(parent, table),
            Block::Part { statement, title, blocks } => {
                let part = self.flow.tags.within(parent, Kind::Section);
                self.flow.gap(8.0);
                self.flow.need(76.0);
                if let Some(id) = statement {
                    self.anchor(id.as_str());
                }
                self.heading(part, 3, title);
                for inner in blocks {
                    self.block(part, inner);
                }
            }
        }
    }

    fn said(&mut self, line: &Line) {
        if let Some(id) = &line.statement {
            self.anchor(id.as_str());
        }
    }

    fn list(&mut self, parent: PartId, items: &[Line], bullet: &str) {
        let list = self.flow.tags.within(parent, Kind::List);
        for item in items {
            let part = self.flow.tags.within(list, Kind::Item);
            let label = self.flow.tags.within(part, Kind::Label);
            let text = self.flow.tags.within(part, Kind::Body);
            self.said(item);
            let bullet = self.fonts.lines(&[Inline::text(bullet)], body(), GUTTER);
            let lines = self.fonts.lines(&item.spans, body(), ROOM - GUTTER);
            self.flow.columns(&[
                Column { x: 0.0, lines: bullet, part: label },
                Column { x: GUTTER, lines, part: text },
            ]);
            self.flow.gap(2.5);
        }
        self.flow.gap(4.0);
    }

    fn rows(&mut self, parent: PartId, rows: &[Row]) {
        let list = self.flow.tags.within(parent, Kind::List);
        for row in rows {
            let item = self.flow.tags.within(list, Kind::Item);
            let label = self.flow.tags.within(item, Kind::Label);
            let soft = style(Weight::Bold, 9.0, Ink::Soft);
            let term = self.fonts.lines(&[Inline::text(&row.term)], soft, TERMS - GUTTER);
            self.flow.need(24.0);
            for (place, line) in row.lines.iter().enumerate() {
                let text = self.flow.tags.within(item, Kind::Body);
                self.said(line);
                let lines = self.fonts.lines(&line.spans, body(), ROOM - TERMS);
                let term = if place == 0 { term.clone() } else { Vec::new() };
                self.flow.columns(&[
                    Column { x: 0.0, lines: term, part: label },
                    Column { x: TERMS, lines, part: text },
                ]);
                self.flow.gap(2.0);
            }
            self.flow.gap(3.0);
        }
        self.flow.gap(4.0);
    }

    fn table(&mut self, parent: PartId, table: &Table) {
        let part = self.flow.tags.within(parent, Kind::Table);
        self.flow.need(80.0);
        let caption = self.flow.tags.within(part, Kind::Caption);
        self.text(caption, 0.0, &[Inline::text(&table.caption)], style(Weight::Bold, SIZE, Ink::Text));
        self.flow.gap(3.0);
        let widths = widths(table);
        let head = self.flow.tags.within(part, Kind::Head);
        let cells: Vec<_> = table.head.iter().map(|text| vec![Inline::text(text)]).collect();
        let soft = style(Weight::Bold, 8.5, Ink::Soft);
        self.table_row(head, &cells, &widths, &(Kind::ColumnHead, soft), &(Kind::ColumnHead, soft));
        let rows = self.flow.tags.within(part, Kind::Rows);
        for row in &table.rows {
            self.flow.need(18.0);
            if let Some(id) = &row.statement {
                self.anchor(id.as_str());
            }
            let small = style(Weight::Regular, 9.0, Ink::Text);
            let bold = style(Weight::Bold, 9.0, Ink::Text);
            self.flow.rule(0.0, ROOM, 0.4);
            self.flow.y += 2.0;
            self.table_row(rows, &row.cells, &widths, &(Kind::RowHead, bold), &(Kind::Cell, small));
        }
        self.flow.gap(8.0);
    }

    fn table_row(
        &mut self,
        parent: PartId,
        cells: &[Vec<Inline>],
        widths: &[f32],
        first: &(Kind, Style),
        others: &(Kind, Style),
    ) {
        let row = self.flow.tags.within(parent, Kind::Row);
        let mut columns = Vec::new();
        let mut x = 0.0;
        for (place, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let (kind, style) = if place == 0 { first.clone() } else { others.clone() };
            let part = self.flow.tags.within(row, kind);
            columns.push(Column { x, lines: self.fonts.lines(cell, style, width - GUTTER), part });
            x += width;
        }
        self.flow.columns(&columns);
        self.flow.gap(3.0);
    }

    /// Everything that is drawn, page by page.
    pub(super) fn pages(&self) -> &[Vec<Mark>] {
        &self.flow.pages
    }
}

/// The widths of a table's columns, by how much their cells hold; none is narrower than a sixth.
fn widths(table: &Table) -> Vec<f32> {
    let count = table.head.len().max(1);
    let letters = |place: usize| {
        let cells = table.rows.iter().filter_map(|row| row.cells.get(place));
        let length = |cell: &Vec<Inline>| cell.iter().map(letters_of).sum::<usize>();
        cells.map(length).max().unwrap_or(0).clamp(12, 120)
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 120 letters and a handful of columns")]
    let shares: Vec<f32> = (0..count).map(|place| (letters(place) as f32).sqrt()).collect();
    let total: f32 = shares.iter().sum();
    shares.iter().map(|share| ROOM * share / total).collect()
}

fn letters_of(span: &Inline) -> usize {
    match span {
        Inline::Text(text) | Inline::Strong(text) | Inline::Link { text, .. } => text.chars().count(),
    }
}
