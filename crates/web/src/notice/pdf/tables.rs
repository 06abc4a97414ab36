//! Tables on pages: how wide their columns are, and their heads again on each page.

use crate::notice::document::{Inline, Table};
use crate::notice::pdf::flow::{Column, Flow, ROOM};
use crate::notice::pdf::font::{Fonts, Ink, Style, Weight};
use crate::notice::pdf::layout::{GUTTER, Layout, SIZE, style};
use crate::notice::pdf::tags::{Kind, PartId};

const HEAD: Style = Style { weight: Weight::Bold, size: 8.5, ink: Ink::Soft };
const FIRST: Style = Style { weight: Weight::Bold, size: 9.0, ink: Ink::Text };
const CELL: Style = Style { weight: Weight::Regular, size: 9.0, ink: Ink::Text };
/// Between the line over a row and its text.
const ABOVE: f32 = 2.0;

impl Layout<'_> {
    pub(super) fn table(&mut self, parent: PartId, table: &Table) {
        let part = self.flow.tags.within(parent, Kind::Table);
        let caption = self.flow.tags.within(part, Kind::Caption);
        self.text(caption, 0.0, &[Inline::text(&table.caption)], style(Weight::Bold, SIZE, Ink::Text));
        self.flow.gap(3.0);
        let widths = widths(table, self.fonts);
        let mut heads = self.heads(table, &widths);
        let row = self.flow.tags.within(part, Kind::Head);
        let row = self.flow.tags.within(row, Kind::Row);
        let spoken = self.tagged(row, &heads, &Kind::ColumnHead, &Kind::ColumnHead);
        self.flow.columns(&spoken);
        self.flow.gap(3.0);
        heads.iter_mut().for_each(|head| head.part = None);
        let rows = self.flow.tags.within(part, Kind::Rows);
        for row in &table.rows {
            let cells = self.cells(&row.cells, &widths);
            if self.flow.need(ABOVE + Flow::opening(&cells)) {
                self.flow.columns(&heads);
                self.flow.gap(3.0);
            }
            if let Some(id) = &row.statement {
                self.anchor(id.as_str());
            }
            self.flow.rule(0.0, ROOM, 0.4);
            self.flow.y += ABOVE;
            let part = self.flow.tags.within(rows, Kind::Row);
            let cells = self.tagged(part, &cells, &Kind::RowHead, &Kind::Cell);
            self.flow.columns(&cells);
            self.flow.gap(3.0);
        }
        self.flow.gap(8.0);
    }

    /// The height of a table as far as its first row, which stays with its heads.
    pub(super) fn table_opening(&self, table: &Table) -> f32 {
        let widths = widths(table, self.fonts);
        let first = table.rows.first().map(|row| self.cells(&row.cells, &widths)).unwrap_or_default();
        let caption =
            self.opening(0.0, &[Inline::text(&table.caption)], style(Weight::Bold, SIZE, Ink::Text));
        caption + Flow::height(&self.heads(table, &widths)) + ABOVE + 6.0 + Flow::opening(&first)
    }

    fn heads(&self, table: &Table, widths: &[f32]) -> Vec<Column> {
        let cells = table.head.iter().map(|text| vec![Inline::text(text)]);
        self.side_by_side(&cells.collect::<Vec<_>>(), widths, HEAD, HEAD)
    }

    fn cells(&self, cells: &[Vec<Inline>], widths: &[f32]) -> Vec<Column> {
        self.side_by_side(cells, widths, FIRST, CELL)
    }

    fn side_by_side(
        &self,
        cells: &[Vec<Inline>],
        widths: &[f32],
        first: Style,
        others: Style,
    ) -> Vec<Column> {
        let mut x = 0.0;
        let columns = cells.iter().zip(widths).enumerate().map(|(place, (cell, width))| {
            let style = if place == 0 { first } else { others };
            let lines = self.fonts.lines(cell, style, width - GUTTER);
            let column = Column { x, lines, part: None };
            x += width;
            column
        });
        columns.collect()
    }

    /// The same columns as cells of a row of the structure.
    fn tagged(&mut self, row: PartId, columns: &[Column], first: &Kind, others: &Kind) -> Vec<Column> {
        let columns = columns.iter().enumerate().map(|(place, column)| {
            let kind = if place == 0 { first } else { others };
            let part = self.flow.tags.within(row, kind.clone());
            Column { part: Some(part), ..column.clone() }
        });
        columns.collect()
    }
}

/// The widths of a table's columns: each as wide as its widest word where there is room for that,
/// and the rest by how much their cells hold.
fn widths(table: &Table, fonts: &Fonts) -> Vec<f32> {
    let count = table.head.len().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns, at most 120 letters")]
    let (most, share) = (ROOM / count as f32, |place: usize| (letters(table, place) as f32).sqrt());
    let least: Vec<f32> = (0..count).map(|place| (widest(table, fonts, place) + GUTTER).min(most)).collect();
    let shares: Vec<f32> = (0..count).map(share).collect();
    let (rest, total) = (ROOM - least.iter().sum::<f32>(), shares.iter().sum::<f32>());
    least.iter().zip(&shares).map(|(least, share)| least + rest * share / total).collect()
}

fn widest(table: &Table, fonts: &Fonts, place: usize) -> f32 {
    let style = if place == 0 { FIRST } else { CELL };
    let head = table.head.get(place).map(|text| fonts.widest_word(&[Inline::text(text)], HEAD));
    let cells = table.rows.iter().filter_map(|row| row.cells.get(place));
    cells.map(|cell| fonts.widest_word(cell, style)).fold(head.unwrap_or_default(), f32::max)
}

fn letters(table: &Table, place: usize) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.cells.get(place));
    let length = |cell: &Vec<Inline>| cell.iter().map(letters_of).sum::<usize>();
    cells.map(length).max().unwrap_or(0).clamp(12, 120)
}

fn letters_of(span: &Inline) -> usize {
    match span {
        Inline::Text(text) | Inline::Strong(text) | Inline::Link { text, .. } => text.chars().count(),
    }
}
