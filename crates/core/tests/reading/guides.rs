//! The policies printed in the README and in the guides read without a warning.

use std::path::Path;

use kept_core::diagnostic::Severity;
use kept_core::policy::{SourceFile, examine};

use super::folder;

/// The TOML blocks of a page, joined: a guide goes on where it stopped.
fn printed(page: &Path) -> String {
    let text = std::fs::read_to_string(page).unwrap();
    let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    blocks.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_policy_that_a_page_prints_is_sound() {
    for page in ["README.md", "docs/guides/first-steps.md", "docs/guides/files.md"] {
        let files = [SourceFile::new("printed.toml", printed(&folder::root().join(page)))];
        let read = examine(&files);
        assert!(read.policy.is_some_and(|policy| !policy.purposes.is_empty()), "{page} prints no policy");
        let graver = read.diagnostics.iter().filter(|found| found.severity > Severity::Advice);
        let shown: Vec<String> = graver.map(|found| folder::shown(found, &files)).collect();
        assert!(shown.is_empty(), "{page}: {shown:#?}");
    }
}
