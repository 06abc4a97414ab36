//! A document as Markdown that reads well as it stands; text is escaped, statements are anchors.
//!
//! Not here: what is said (`compose`).

use kept_core::notice::StatementId;

use crate::notice::document::{Block, Document, Inline, Line, Row, Table};

/// A document as Markdown (`CommonMark` with tables).
pub fn markdown(document: &Document) -> String {
    let mut out = format!("# {}\n", escaped(&document.title));
    if let Some(subtitle) = &document.subtitle {
        out.push_str(&format!("\n{}\n", escaped(subtitle)));
    }
    for one in &document.introduction {
        block(&mut out, one);
    }
    for (place, section) in document.sections.iter().enumerate() {
        out.push_str(&format!("\n## {}{}\n", anchor_named(section.anchor), escaped(&section.title)));
        for one in &section.blocks {
            block(&mut out, one);
        }
        if let Some(title) = document.contents.as_ref().filter(|_| place == 0) {
            contents(&mut out, document, title);
        }
    }
    out
}

fn contents(out: &mut String, document: &Document, title: &str) {
    out.push_str(&format!("\n## {}\n\n", escaped(title)));
    for (place, section) in document.sections.iter().skip(1).enumerate() {
        let number = place + 1;
        out.push_str(&format!("{number}. [{}](#{})\n", escaped(&section.title), section.anchor));
    }
}

fn block(out: &mut String, one: &Block) {
    match one {
        Block::Paragraph(text) => {
            // A blank line within a statement parts paragraphs.
            let said = line(text, "  \n").replace("  \n  \n", "\n\n");
            out.push_str(&format!("\n{said}\n"));
        }
        Block::List(items) => {
            out.push('\n');
            for item in items {
                out.push_str(&format!("- {}\n", line(item, "  \n  ")));
            }
        }
        Block::Boxes(items) => {
            out.push('\n');
            for item in items {
                out.push_str(&format!("- [ ] {}\n", line(item, "  \n  ")));
            }
        }
        Block::Rows(rows) => {
            out.push('\n');
            for one in rows {
                out.push_str(&row(one));
            }
        }
        Block::Table(one) => table(out, one),
        Block::Part { statement, title, blocks } => {
            out.push_str(&format!("\n### {}{}\n", anchor(statement.as_ref()), escaped(title)));
            for inner in blocks {
                block(out, inner);
            }
        }
    }
}

fn row(row: &Row) -> String {
    let lines: Vec<_> = row.lines.iter().map(|one| line(one, "  \n  ")).collect();
    format!("- **{}** – {}\n", escaped(&row.term), lines.join("  \n  "))
}

fn table(out: &mut String, table: &Table) {
    out.push_str(&format!("\n**{}**\n\n", escaped(&table.caption)));
    let head: Vec<_> = table.head.iter().map(|cell| escaped(cell)).collect();
    out.push_str(&format!("| {} |\n", head.join(" | ")));
    out.push_str(&format!("|{}\n", "---|".repeat(table.head.len())));
    for row in &table.rows {
        let cells: Vec<_> = row.cells.iter().map(|cell| spans(cell, " ")).collect();
        out.push_str(&format!("| {}{} |\n", anchor(row.statement.as_ref()), cells.join(" | ")));
    }
}

fn line(line: &Line, line_break: &str) -> String {
    format!("{}{}", anchor(line.statement.as_ref()), spans(&line.spans, line_break))
}

fn spans(spans: &[Inline], line_break: &str) -> String {
    let text = |text: &str| {
        let lines: Vec<_> = text.split('\n').map(escaped).collect();
        lines.join(line_break)
    };
    let said = spans.iter().map(|span| match span {
        Inline::Text(words) => text(words),
        Inline::Strong(words) => format!("**{}**", text(words)),
        Inline::Link { text: words, to } => match to.href() {
            Some(href) => format!("[{}]({})", text(words), address(&href)),
            None => text(words),
        },
    });
    said.collect()
}

fn anchor(statement: Option<&StatementId>) -> String {
    statement.map_or_else(String::new, |id| anchor_named(id.as_str()))
}

fn anchor_named(name: &str) -> String {
    let name: String = name.chars().filter(|c| !"\"<>&|`".contains(*c)).collect();
    format!("<a id=\"{name}\"></a>")
}

/// An address within the parentheses of a link.
fn address(href: &str) -> String {
    let mut out = String::new();
    for letter in href.chars() {
        match letter {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            ' ' => out.push_str("%20"),
            '|' => out.push_str("%7C"),
            '\\' => out.push_str("%5C"),
            other => out.push(other),
        }
    }
    out
}

/// Text in which nothing is markup, and no more is escaped than needs be.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        // Lines are parted before: one that is left would break out of its heading or cell.
        let letter = if matches!(letter, '\n' | '\r') { ' ' } else { letter };
        if is_markup(letter, before, next, &out) {
            out.push('\\');
        }
        out.push(letter);
        before = Some(letter);
    }
    out
}

fn is_markup(letter: char, before: Option<char>, next: Option<char>, line: &str) -> bool {
    let at_start = line.trim().is_empty();
    let gap_follows = next.is_none_or(char::is_whitespace);
    match letter {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' => true,
        '&' => next.is_some_and(|c| c.is_alphanumeric() || c == '#'),
        '_' => !(before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)),
        '#' | '=' => at_start,
        '-' | '+' => at_start && (gap_follows || next == Some(letter)),
        '.' | ')' => gap_follows && !at_start && line.chars().all(|c| c.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_stays_text() {
        assert_eq!(escaped("*a* [b](c) <i> | `d`"), "\\*a\\* \\[b\\](c) \\<i\\> \\| \\`d\\`");
        assert_eq!(escaped("# not a heading"), "\\# not a heading");
        assert_eq!(escaped("one\n## two"), "one ## two");
        assert_eq!(escaped("1. not a list"), "1\\. not a list");
        assert_eq!(escaped("- not a list"), "\\- not a list");
        assert_eq!(escaped("a_b is fine, _this_ is not"), "a_b is fine, \\_this\\_ is not");
        assert_eq!(escaped("Plain words (Art. 6(1)(a) GDPR)."), "Plain words (Art. 6(1)(a) GDPR).");
    }

    #[test]
    fn an_address_cannot_leave_its_parentheses() {
        assert_eq!(address("https://e.org/a)b"), "https://e.org/a%29b");
    }
}
