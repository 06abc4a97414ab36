//! Lines put on pages, from top to bottom: columns side by side that break together.

use crate::notice::document::Target;
use crate::notice::pdf::font::{Ink, Style, TextLine, Weight};
use crate::notice::pdf::tags::{Kind, PartId, Tags};

/// A4, in points.
pub(super) const WIDTH: f32 = 595.28;
/// A4, in points.
pub(super) const HEIGHT: f32 = 841.89;
/// Left and right margin.
pub(super) const SIDE: f32 = 56.0;
/// The first line's top.
pub(super) const TOP: f32 = 56.0;
/// The last line's bottom; the page number stands below it.
pub(super) const BOTTOM: f32 = HEIGHT - 64.0;
/// The width of the text.
pub(super) const ROOM: f32 = WIDTH - 2.0 * SIDE;
/// The height of a line, as a multiple of its size.
const LEADING: f32 = 1.42;
/// What is no higher than this stands on one page, in points: some eight lines.
const TOGETHER: f32 = 120.0;

/// Something drawn on a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// Text on a base line.
    Text {
        /// Its place among all that is drawn, by which the structure knows it; `None` for what is
        /// there for the eye alone.
        place: Option<usize>,
        x: f32,
        y: f32,
        size: f32,
        bold: bool,
        ink: Ink,
        text: String,
        width: f32,
        link: Option<Target>,
    },
    /// A thin line across a part of the page.
    Rule { x: f32, y: f32, width: f32, thick: f32 },
}

/// A column of lines at a distance from the left margin.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) x: f32,
    pub(super) lines: Vec<TextLine>,
    /// The part of the structure they are; `None` for what is there for the eye alone.
    pub(super) part: Option<PartId>,
}

impl Column {
    /// How many of the lines from the one on fit into a height.
    fn fit(&self, from: usize, mut height: f32) -> usize {
        let fits = |line: &&TextLine| {
            height -= self::height(line);
            height >= 0.0
        };
        self.lines.iter().skip(from).take_while(fits).count()
    }

    /// How many lines go onto a page of which this height is left: all, or at least two, and two at
    /// least for the next page.
    fn share(&self, from: usize, height: f32) -> usize {
        let (left, fit) = (self.lines.len().saturating_sub(from), self.fit(from, height));
        match left.saturating_sub(fit) {
            0 => left,
            1 if fit > 2 => fit - 1,
            _ => fit,
        }
    }
}

/// The pages so far.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) tags: Tags,
    /// How many marks belong to the structure.
    pub(super) drawn: usize,
    /// The top of the next line.
    pub(super) y: f32,
}

impl Flow {
    pub(super) fn new(tags: Tags) -> Self {
        Self { pages: vec![Vec::new()], tags, drawn: 0, y: TOP }
    }

    /// The page that is being filled, from 0.
    pub(super) fn page(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    /// Room below, without any at the head of a page.
    pub(super) fn gap(&mut self, points: f32) {
        if self.y > TOP {
            self.y += points;
        }
    }

    /// A new page unless this much room is left; whether there was a new one.
    pub(super) fn need(&mut self, points: f32) -> bool {
        let turns = self.y > TOP && self.y + points > BOTTOM;
        if turns {
            self.turn();
        }
        turns
    }

    /// A new page.
    pub(super) fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    pub(super) fn rule(&mut self, x: f32, width: f32, thick: f32) {
        let y = self.y;
        self.mark(Mark::Rule { x: SIDE + x, y, width, thick });
    }

    /// Text for the eye alone, on a page that may be full.
    pub(super) fn note(
        &mut self,
        page: usize,
        (x, top): (f32, f32),
        (text, width): (String, f32),
        style: Style,
    ) {
        let Some(page) = self.pages.get_mut(page) else { return };
        page.push(Mark::Text {
            place: None,
            x: SIDE + x,
            y: top + style.size * 1.08,
            size: style.size,
            bold: style.weight == Weight::Bold,
            ink: style.ink,
            text,
            width,
            link: None,
        });
    }

    /// The height of columns, in points.
    pub(super) fn height(columns: &[Column]) -> f32 {
        let of = |column: &Column| column.lines.iter().map(height).sum::<f32>();
        columns.iter().map(of).fold(0.0, f32::max)
    }

    /// The height of what must stand on one page of columns: all of them where they are short, else
    /// their first two lines.
    pub(super) fn opening(columns: &[Column]) -> f32 {
        let whole = Self::height(columns);
        if whole <= TOGETHER {
            return whole;
        }
        let of = |column: &Column| column.lines.iter().take(2).map(height).sum::<f32>();
        columns.iter().map(of).fold(0.0, f32::max)
    }

    /// Columns side by side: whole on one page where they are short, else line by line.
    pub(super) fn columns(&mut self, columns: &[Column]) {
        self.need(Self::opening(columns));
        let mut done: Vec<usize> = vec![0; columns.len()];
        loop {
            let top = self.y;
            let mut lowest = top;
            for (column, done) in columns.iter().zip(&mut done) {
                let mut y = top;
                let share = column.share(*done, BOTTOM - top);
                for line in column.lines.iter().skip(*done).take(share) {
                    self.line(line, column, y);
                    y += height(line);
                }
                *done += share;
                lowest = lowest.max(y);
            }
            self.y = lowest;
            if columns.iter().zip(&done).all(|(column, done)| *done >= column.lines.len()) {
                return;
            }
            self.turn();
        }
    }

    fn line(&mut self, line: &TextLine, column: &Column, top: f32) {
        let size = line.first().map_or(0.0, |piece| piece.style.size);
        let (mut x, y) = (SIDE + column.x, top + size * 1.08);
        for piece in line {
            let link = piece.link.clone().filter(|to| to.href().is_some());
            let place = column.part.map(|part| self.place(part, link.is_some()));
            self.mark(Mark::Text {
                place,
                x,
                y,
                size: piece.style.size,
                bold: piece.style.weight == Weight::Bold,
                ink: piece.style.ink,
                text: piece.text.clone(),
                width: piece.width,
                link,
            });
            x += piece.width;
        }
    }

    /// The place of something drawn that belongs to a part.
    fn place(&mut self, part: PartId, link: bool) -> usize {
        let part = if link { self.tags.within(part, Kind::Link) } else { part };
        let place = self.drawn;
        self.drawn += 1;
        self.tags.drawn(part, place);
        place
    }
}

/// The height of a line; an empty one parts paragraphs.
fn height(line: &TextLine) -> f32 {
    line.first().map_or(6.0, |piece| piece.style.size * LEADING)
}
