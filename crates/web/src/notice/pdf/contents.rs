//! Short links in two columns, read down the first and then down the second: the table of contents,
//! and the purposes of the first page.

use crate::notice::document::{Document, Inline, Line, Target};
use crate::notice::pdf::flow::{Column, Flow, ROOM};
use crate::notice::pdf::layout::{GUTTER, Layout, body};
use crate::notice::pdf::tags::{Kind, PartId};

/// The width of one of two columns.
const HALF: f32 = (ROOM - 2.0 * GUTTER) / 2.0;
/// Where the second column begins.
const SECOND: f32 = HALF + 2.0 * GUTTER;
/// The room for a page's number.
const NUMBER: f32 = 26.0;
/// Below a line of them.
const BELOW: f32 = 1.0;

/// An entry of the table of contents: where it stands, and what it leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    page: usize,
    y: f32,
    right: f32,
    anchor: &'static str,
}

/// Whether a list is one of many short links, which leaves half of a page empty in one column.
pub(super) fn fits_two_columns(items: &[Line]) -> bool {
    let link = |item: &Line| matches!(item.spans.as_slice(), [Inline::Link { .. }]);
    items.len() > 6 && items.iter().all(link)
}

impl Layout<'_> {
    /// A list of links in two columns.
    pub(super) fn links(&mut self, parent: PartId, items: &[Line], bullet: &str) {
        let list = self.flow.tags.within(parent, Kind::List);
        let mut cells = Vec::new();
        for item in items {
            let part = self.flow.tags.within(list, Kind::Item);
            let label = self.flow.tags.within(part, Kind::Label);
            let text = self.flow.tags.within(part, Kind::Body);
            let bullet = self.fonts.lines(&[Inline::text(bullet)], body(), GUTTER);
            let lines = self.fonts.lines(&item.spans, body(), HALF - GUTTER);
            cells.push(vec![
                Column { x: 0.0, lines: bullet, part: Some(label) },
                Column { x: GUTTER, lines, part: Some(text) },
            ]);
        }
        for (left, right) in rows(cells) {
            self.flow.columns(&beside(left, right));
            self.flow.gap(BELOW);
        }
        self.flow.gap(5.0);
    }

    /// The table of contents, whole on one page where it fits on one. Where that is the first, the
    /// rest begins on the next, so that the first stands alone.
    pub(super) fn contents(&mut self, root: PartId, document: &Document, title: &str) {
        let part = self.flow.tags.within(root, Kind::Section);
        let mut cells = Vec::new();
        for section in document.sections.iter().skip(1) {
            let to = Target::Anchor(section.anchor.to_owned());
            let link = [Inline::Link { text: section.title.clone(), to }];
            let lines = self.fonts.lines(&link, body(), HALF - NUMBER);
            cells.push((section.anchor, vec![Column { x: 0.0, lines, part: None }]));
        }
        let height: f32 = rows(cells.clone())
            .map(|(left, right)| Flow::height(&beside(left.1, right.map(|right| right.1))) + BELOW)
            .sum();
        self.flow.gap(14.0);
        self.flow.need((self.heading_height(2, title) + height).min(self.most()));
        self.heading(part, 2, title);
        let list = self.flow.tags.within(part, Kind::List);
        for (_, columns) in &mut cells {
            let item = self.flow.tags.within(list, Kind::Item);
            let body = self.flow.tags.within(item, Kind::Body);
            columns.iter_mut().for_each(|column| column.part = Some(body));
        }
        for (left, right) in rows(cells) {
            let anchors = [(HALF, Some(left.0)), (ROOM, right.as_ref().map(|right| right.0))];
            let columns = beside(left.1, right.map(|right| right.1));
            self.flow.need(Flow::opening(&columns));
            for (right, anchor) in anchors {
                let (page, y) = (self.flow.page(), self.flow.y);
                self.entries.extend(anchor.map(|anchor| Entry { page, y, right, anchor }));
            }
            self.flow.columns(&columns);
            self.flow.gap(BELOW);
        }
        if self.flow.page() == 0 {
            self.flow.turn();
        }
    }

    /// The page of each entry of the table of contents, at the right; links lead there for those
    /// who do not see them.
    pub(super) fn number_contents(&mut self) {
        for entry in std::mem::take(&mut self.entries) {
            let Some((to, _)) = self.anchors.get(entry.anchor) else { continue };
            let text = (to + 1).to_string();
            let width = self.fonts.width(&text, body());
            self.flow.note(entry.page, (entry.right - width, entry.y), (text, width), body());
        }
    }
}

/// Cells row by row, of which the first half stands at the left.
fn rows<T>(mut cells: Vec<T>) -> impl Iterator<Item = (T, Option<T>)> {
    let second = cells.split_off(cells.len().div_ceil(2));
    let mut second = second.into_iter();
    cells.into_iter().map(move |left| (left, second.next()))
}

/// Columns of the left and of the right half.
fn beside(mut left: Vec<Column>, right: Option<Vec<Column>>) -> Vec<Column> {
    let moved = right.into_iter().flatten().map(|column| Column { x: column.x + SECOND, ..column });
    left.extend(moved);
    left
}
