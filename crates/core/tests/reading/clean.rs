//! A rich policy in which nothing is to be mended, and each code's example laid over it.

use super::folder;
use kept_core::policy::examine;

/// The policy.
pub(crate) const WHOLE: &str = include_str!("../policies/whole.toml");

#[test]
fn a_rich_policy_with_nothing_to_mend_gives_no_finding_of_any_kind() {
    let files = folder::one(WHOLE);
    let found: Vec<String> =
        examine(&files).diagnostics.iter().map(|found| folder::shown(found, &files)).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
