//! The body of the reader's fuzz target, which tests replay over hostile inputs.

use super::examine;
use crate::policy::source::SourceFile;

/// Reads bytes as a policy. Zero bytes cut them into several files, so that joining and
/// translations are reached too. Every diagnostic must point into its file.
///
/// # Errors
/// The code of a diagnostic whose place lies outside its file, or within a character.
pub fn fuzz_reader(bytes: &[u8]) -> Result<(), &'static str> {
    let names = ["a.toml", "b.toml", "texts/fr.toml"];
    let files: Vec<SourceFile> = bytes
        .splitn(names.len(), |byte| *byte == 0)
        .zip(names)
        .map(|(part, name)| SourceFile::new(name, part))
        .collect();
    let read = examine(&files);
    for found in &read.diagnostics {
        for label in &found.labels {
            let file = files.iter().find(|file| file.name == label.file).ok_or(found.code)?;
            if text_of(&file.bytes).get(label.span.clone()).is_none() {
                return Err(found.code);
            }
        }
    }
    Ok(())
}

/// The text of a file up to the first byte that is none.
fn text_of(bytes: &[u8]) -> &str {
    let valid = std::str::from_utf8(bytes).map_or_else(|wrong| wrong.valid_up_to(), str::len);
    bytes.get(..valid).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
}
