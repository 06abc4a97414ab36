//! The policies of the project read and check without an error.

use kept_core::diagnostic::Severity;
use kept_core::policy::examine;

use super::folder;

fn sound(folder: &str) {
    let files = folder::load(&folder::root().join("policies").join(folder));
    let read = examine(&files);
    let graver: Vec<String> = read
        .diagnostics
        .iter()
        .filter(|found| found.severity > Severity::Advice)
        .map(|found| folder::shown(found, &files))
        .collect();
    assert!(graver.is_empty(), "{graver:#?}");
}

#[test]
fn the_klivar_policy_is_sound() {
    sound("klivar");
}
