//! The record as an OpenDocument spreadsheet (ISO/IEC 26300): one sheet for who answers and for the
//! measures, one for each part. Every cell is text, so that nothing in it is ever a formula.

use crate::register::sheet::{Part, Sheet};
use crate::register::zip::archive;

const MIME: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

const MANIFEST: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">"#,
    r#"<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>"#,
    r#"<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>"#,
    r#"<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>"#,
    r#"<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>"#,
    "</manifest:manifest>"
);

/// Landscape paper, one page wide.
const STYLES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" "#,
    r#"xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" "#,
    r#"xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">"#,
    r#"<office:automatic-styles><style:page-layout style:name="wide"><style:page-layout-properties "#,
    r#"fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape" "#,
    r#"fo:margin="1cm" style:scale-to-X="1" style:scale-to-Y="0"/></style:page-layout></office:automatic-styles>"#,
    r#"<office:master-styles><style:master-page style:name="Default" style:page-layout-name="wide"/></office:master-styles>"#,
    "</office:document-styles>"
);

const HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" "#,
    r#"xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" "#,
    r#"xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" "#,
    r#"xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" "#,
    r#"xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">"#,
    "<office:automatic-styles>",
    r#"<style:style style:name="page" style:family="table" style:master-page-name="Default"><style:table-properties table:display="true"/></style:style>"#,
    r#"<style:style style:name="column" style:family="table-column"><style:table-column-properties style:column-width="6cm"/></style:style>"#,
    r##"<style:style style:name="head" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top" fo:background-color="#e8ecf0"/><style:text-properties fo:font-weight="bold"/></style:style>"##,
    r#"<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/></style:style>"#,
    "</office:automatic-styles><office:body><office:spreadsheet>"
);

const TAIL: &str = "</office:spreadsheet></office:body></office:document-content>";

/// The record as a spreadsheet; empty beyond 4 GB.
pub fn ods(sheet: &Sheet) -> Vec<u8> {
    let mut content = String::from(HEAD);
    let width = sheet.parts.iter().map(|part| part.columns.len()).max().unwrap_or(2).max(2);
    table(&mut content, &sheet.who, width, |out| front(out, sheet));
    for part in &sheet.parts {
        table(&mut content, &format!("Art. {}", part.kind.article()), part.columns.len(), |out| {
            rows(out, part);
        });
    }
    content.push_str(TAIL);
    let meta = meta(sheet);
    let entries: [(&str, &[u8]); 5] = [
        // The first entry tells what the file is (OpenDocument 1.3, part 2, 3.3).
        ("mimetype", MIME),
        ("META-INF/manifest.xml", MANIFEST.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("styles.xml", STYLES.as_bytes()),
        ("meta.xml", meta.as_bytes()),
    ];
    archive(&entries).unwrap_or_default()
}

fn meta(sheet: &Sheet) -> String {
    let mut out = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        r#"<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" "#,
        r#"xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta><dc:title>"#
    ));
    escape(&mut out, &sheet.title);
    out.push_str("</dc:title><dc:language>");
    escape(&mut out, &sheet.language);
    out.push_str("</dc:language></office:meta></office:document-meta>");
    out
}

/// Who answers, and the measures.
fn front(out: &mut String, sheet: &Sheet) {
    row(out, "head", &[&[sheet.title.clone()][..]]);
    for said in sheet.version.iter().chain([&sheet.lead]) {
        row(out, "cell", &[&[said.clone()][..]]);
    }
    for party in &sheet.parties {
        row(out, "head", &[&[party.name.clone()][..]]);
        for (label, said) in &party.lines {
            row(out, "cell", &[&[label.clone()][..], &[said.clone()][..]]);
        }
    }
    row(out, "head", &[&[sheet.security.clone()][..]]);
    for measure in &sheet.measures {
        row(out, "cell", &[&[measure.clone()][..]]);
    }
}

fn rows(out: &mut String, part: &Part) {
    let names: Vec<Vec<String>> = part.columns.iter().map(|(_, name)| vec![name.clone()]).collect();
    out.push_str("<table:table-header-rows>");
    row(out, "head", &names.iter().map(Vec::as_slice).collect::<Vec<_>>());
    out.push_str("</table:table-header-rows>");
    for one in &part.rows {
        let cells: Vec<&[String]> = part.columns.iter().map(|(column, _)| one.cell(*column)).collect();
        row(out, "cell", &cells);
    }
    if let Some(words) = &part.empty {
        row(out, "cell", &[&[words.clone()][..]]);
    }
}

fn table(out: &mut String, name: &str, columns: usize, inner: impl FnOnce(&mut String)) {
    out.push_str("<table:table table:style-name=\"page\" table:name=\"");
    escape(out, name);
    out.push_str("\"><table:table-column table:style-name=\"column\" table:number-columns-repeated=\"");
    out.push_str(&columns.max(1).to_string());
    out.push_str("\"/>");
    inner(out);
    out.push_str("</table:table>");
}

fn row(out: &mut String, style: &str, cells: &[&[String]]) {
    out.push_str("<table:table-row>");
    for said in cells {
        out.push_str("<table:table-cell table:style-name=\"");
        out.push_str(style);
        out.push_str("\" office:value-type=\"string\">");
        for line in said.iter().flat_map(|one| one.split('\n')) {
            out.push_str("<text:p>");
            escape(out, line);
            out.push_str("</text:p>");
        }
        out.push_str("</table:table-cell>");
    }
    out.push_str("</table:table-row>");
}

/// Text for XML; what XML 1.0 can't hold becomes the replacement character.
fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}
