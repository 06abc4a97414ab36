//! The policy of the made-up company, as the demo writes it into a folder.

use std::path::Path;

use anyhow::Context;

use crate::templates;

/// The environment variable by which the policy finds the desk on PostgreSQL.
pub(crate) const DESK_URL: &str = "KEPT_DEMO_DESK_URL";

/// The environment variable by which the policy finds the shop, where it is on PostgreSQL too.
pub(crate) const SHOP_URL: &str = "KEPT_DEMO_SHOP_URL";

/// The name of the shop's file, as the policy has it.
pub(crate) const SHOP_FILE: &str = "shop.db";

/// The name of the desk's file, where it is not on PostgreSQL.
pub(crate) const DESK_FILE: &str = "desk.db";

/// Where the desk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeskAt {
    /// On PostgreSQL, by the URL in [`DESK_URL`].
    Postgres,
    /// In a file beside the policy.
    File,
}

/// The file that maps the desk.
const DESK: &str = "desk.toml";

/// Writes the policy into a folder, which is made where it is missing.
///
/// # Errors
/// When a file can't be written.
pub(crate) fn write(folder: &Path, desk: DeskAt) -> anyhow::Result<()> {
    let template = templates::named("demo").context("the demo's policy is not part of this build")?;
    for (name, text) in template.files {
        let path = folder.join(name);
        let about = || format!("can't write `{}`", path.display());
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(about)?;
        }
        let text = if *name == DESK && desk == DeskAt::File { in_a_file(text) } else { (*text).to_owned() };
        std::fs::write(&path, text).with_context(about)?;
    }
    Ok(())
}

/// The desk's map with the database in a file instead of PostgreSQL: nothing else differs.
fn in_a_file(map: &str) -> String {
    let url = format!("url = {{ env = \"{DESK_URL}\" }}");
    map.replace("engine = \"postgres\"", "engine = \"sqlite\"")
        .replace(&url, &format!("url = \"{DESK_FILE}\""))
}

/// Puts the shop of a policy that is written already on PostgreSQL, by the URL in [`SHOP_URL`].
///
/// # Errors
/// When the file can't be read or written.
pub(crate) fn shop_on_postgres(folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("shop.toml");
    let about = || format!("can't change `{}`", path.display());
    let text = std::fs::read_to_string(&path).with_context(about)?;
    let url = format!("url = {{ env = \"{SHOP_URL}\" }}");
    let text = text
        .replace("engine = \"sqlite\"", "engine = \"postgres\"")
        .replace(&format!("url = \"{SHOP_FILE}\""), &url);
    std::fs::write(&path, text).with_context(about)
}
