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
            let lossy = label.span == (0..0);
            let inside =
                std::str::from_utf8(&file.bytes).is_ok_and(|text| text.get(label.span.clone()).is_some());
            if !lossy && !inside {
                return Err(found.code);
            }
        }
    }
    Ok(())
}
