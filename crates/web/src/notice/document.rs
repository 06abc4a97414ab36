//! The document tree between a notice and its renderings: headings, paragraphs, lists, rows,
//! tables, links, each statement with its id.
//!
//! Text here is plain; every renderer escapes it for itself. Not here: what is said (`compose`).

use kept_core::notice::StatementId;

/// A whole document in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Language code, `fr`.
    pub language: String,
    /// The title.
    pub title: String,
    /// A line under the title, such as the version.
    pub subtitle: Option<String>,
    /// The policy's own words before everything else.
    pub introduction: Vec<Block>,
    /// The words of the link that leads past the head of the page.
    pub skip: String,
    /// The words over the table of contents; `None` where the document is too short for one.
    pub contents: Option<String>,
    /// Its sections, the short one first.
    pub sections: Vec<Section>,
}

/// A section under a heading of the second level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its anchor, `rights`; never a statement's id.
    pub anchor: &'static str,
    /// Its heading.
    pub title: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Line),
    /// A list.
    List(Vec<Line>),
    /// Terms, each with what is said of it.
    Rows(Vec<Row>),
    /// A table.
    Table(Table),
    /// A list of choices that people may tick, each unticked.
    Boxes(Vec<Line>),
    /// A part under a heading of the third level.
    Part {
        /// The statement that the part opens with, if it opens with one.
        statement: Option<StatementId>,
        /// Its heading.
        title: String,
        /// What stands in it.
        blocks: Vec<Block>,
    },
}

/// Running text, with the statement that it makes, if it makes one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The statement.
    pub statement: Option<StatementId>,
    /// The text.
    pub spans: Vec<Inline>,
}

/// A term and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The term.
    pub term: String,
    /// What is said, a line for each statement; at least one.
    pub lines: Vec<Line>,
}

impl Row {
    /// Lines under their terms; those that follow each other under one term become one row.
    pub fn grouped(lines: impl IntoIterator<Item = (String, Line)>) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for (term, line) in lines {
            match rows.last_mut().filter(|row| row.term == term) {
                Some(row) => row.lines.push(line),
                None => rows.push(Self { term, lines: vec![line] }),
            }
        }
        rows
    }
}

/// A table whose first column heads its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// The heads of its columns.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The statement that the row makes, if it makes one.
    pub statement: Option<StatementId>,
    /// Its cells, as many as the table has columns.
    pub cells: Vec<Vec<Inline>>,
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain text; line breaks in it are kept.
    Text(String),
    /// Text that stands out.
    Strong(String),
    /// A link.
    Link {
        /// Its text.
        text: String,
        /// Where it leads.
        to: Target,
    },
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An anchor of this document.
    Anchor(String),
    /// An e-mail address.
    Mail(String),
    /// A telephone number.
    Phone(String),
    /// A page on the web; only `http` and `https` become links.
    Web(String),
}

impl Target {
    /// The address as a link's `href`; `None` where it is not fit for one.
    pub fn href(&self) -> Option<String> {
        match self {
            Self::Anchor(name) => Some(format!("#{name}")),
            Self::Mail(address) => {
                let fit = address.contains('@')
                    && !address.contains(|c: char| c.is_whitespace() || "?&<>\"".contains(c));
                fit.then(|| format!("mailto:{address}"))
            }
            Self::Phone(number) => {
                let digits: String =
                    number.replace("(0)", "").chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
                (digits.len() >= 3).then(|| format!("tel:{digits}"))
            }
            Self::Web(address) => {
                let fit = address.starts_with("https://") || address.starts_with("http://");
                (fit && !address.contains(char::is_whitespace)).then(|| address.clone())
            }
        }
    }
}

impl Inline {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A link whose text is where it leads.
    pub fn mail(address: &str) -> Self {
        Self::Link { text: address.to_owned(), to: Target::Mail(address.to_owned()) }
    }

    /// A website.
    pub fn web(address: &str) -> Self {
        Self::Link { text: address.to_owned(), to: Target::Web(address.to_owned()) }
    }

    /// A telephone number.
    pub fn phone(number: &str) -> Self {
        Self::Link { text: number.to_owned(), to: Target::Phone(number.to_owned()) }
    }
}

impl Line {
    /// A statement in plain words.
    pub fn said(statement: &StatementId, text: impl Into<String>) -> Self {
        Self { statement: Some(statement.clone()), spans: vec![Inline::text(text)] }
    }

    /// Plain words that are no statement of their own.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { statement: None, spans: vec![Inline::text(text)] }
    }
}
