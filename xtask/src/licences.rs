//! Licences: every package that the lock file names may be shipped with ours.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::Outcome;
use crate::spdx::is_met;

/// Licences that ask for no more than their text beside the program.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Licences allowed for these packages only, since they ask for more: MPL-2.0, that changed files
/// stay open.
const BY_NAME: &[(&str, &[&str])] = &[("MPL-2.0", &[])];

/// Checks the licence expression of each package that is not ours.
pub(crate) fn check(root: &Path) -> anyhow::Result<Outcome> {
    let metadata = metadata(root)?;
    let packages =
        metadata.get("packages").and_then(Value::as_array).context("`cargo metadata` lists no packages")?;
    let foreign: Vec<&Value> = packages.iter().filter(|package| !package["source"].is_null()).collect();
    let findings: Vec<String> = foreign.iter().filter_map(|package| finding(package)).collect();
    let mut report = String::new();
    writeln!(report, "{} packages, {} with a licence that is not allowed", foreign.len(), findings.len())?;
    Ok(Outcome { report, findings })
}

/// What `cargo metadata` says of the workspace and everything that it depends on.
pub(crate) fn metadata(root: &Path) -> anyhow::Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .context("running `cargo metadata`")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("reading what `cargo metadata` printed")
}

fn finding(package: &Value) -> Option<String> {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    let (name, version, licence) = (text("name"), text("version"), text("license"));
    let by_name =
        |found: &str| BY_NAME.iter().any(|(licence, names)| *licence == found && names.contains(&name));
    let allowed = |found: &str| ALLOWED.contains(&found) || by_name(found);
    if is_met(licence, &allowed) {
        return None;
    }
    let shown = if licence.is_empty() { "no licence expression" } else { licence };
    Some(format!("{name} {version}: {shown} (allow it in xtask/src/licences.rs, or leave the package out)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_package_without_an_allowed_licence_is_named() {
        let package = |licence: Value| json!({"name": "a", "version": "1.0.0", "license": licence});
        assert_eq!(finding(&package(json!("MIT OR GPL-3.0-only"))), None);
        assert!(finding(&package(json!("GPL-3.0-only"))).unwrap().starts_with("a 1.0.0: GPL-3.0-only"));
        assert!(finding(&package(Value::Null)).unwrap().contains("no licence expression"));
    }
}
