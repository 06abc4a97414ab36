//! After an erasure: whether any file of Kept's own store, or of the SQLite shop, still holds the
//! erased value, byte by byte.
//!
//! The unwrapped keys never leave the vault, so the search for them is a test of the vault's own
//! (`scrub::tests`), not a figure.

use std::path::{Path, PathBuf};

use anyhow::Context;
use kept_connect::private_postgres::{Options, PrivatePostgres};
use kept_core::identifier::Identifier;
use kept_core::time::Zone;
use kept_engine::desk::Whom;
use kept_vault::Location;

use super::figure::Figure;
use super::world::{On, open};
use crate::clock;
use crate::demo::{ADA, Scale, make};

/// A small company with its stores in files and Kept's own store on the engine.
pub(super) fn figures(on: On) -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::Builder::new().prefix("kept-bytes-").tempdir().context("can't make a folder")?;
    let server = match on {
        On::Sqlite => None,
        On::Postgres => Some(PrivatePostgres::start(&Options::default())?),
    };
    let today = Zone::of_country("FR").unwrap_or_else(Zone::utc).day_of(clock::now());
    make(folder.path(), &Scale::demo(200), None, today)?;
    let data = folder.path().join(".kept");
    std::fs::create_dir_all(&data)?;
    let vault = match &server {
        Some(server) => server.database("kept")?.parse()?,
        None => Location::Sqlite(data.join("kept.db")),
    };
    let mut company = open(folder.path(), vault, None)?;
    let whom = Whom { identifiers: vec![Identifier::parse(&format!("email={ADA}"))?], picks: Vec::new() };
    let now = clock::now();
    company.access(&whom, Some(now), now)?;
    let before = search(folder.path())?;
    anyhow::ensure!(before.hits > 0, "the search does not find what is there");
    company.erase(&whom, now, false, clock::now())?;
    company.publish()?;
    let after = search(folder.path())?;
    let mut figures = vec![
        Figure::new(
            "copies of the erased value in files of SQLite stores and of Kept",
            on.word(),
            after.hits as f64,
            "",
        )
        .under(0.0)
        .against(&format!(
            "searched byte by byte in {} files; {} before the erasure",
            after.files, before.hits
        )),
    ];
    if let Some(folder) = server.as_ref().and_then(PrivatePostgres::folder) {
        let found = search(folder)?;
        figures.push(
            Figure::new(
                "copies of the erased value in files of the server of Kept's own store",
                on.word(),
                found.hits as f64,
                "",
            )
            .under(0.0)
            .against(&format!(
                "searched byte by byte in {} files, the write-ahead log among them",
                found.files
            )),
        );
    }
    Ok(figures)
}

#[derive(Default)]
struct Search {
    files: usize,
    hits: usize,
}

fn search(folder: &Path) -> anyhow::Result<Search> {
    let mut found = Search::default();
    let mut waiting: Vec<PathBuf> = vec![folder.to_owned()];
    let needle = ADA.as_bytes();
    while let Some(folder) = waiting.pop() {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("can't list `{}`", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                // A socket can't be read, and a server removes files while we look.
                found.files += 1;
                found.hits += bytes.windows(needle.len()).filter(|window| *window == needle).count();
            }
        }
    }
    Ok(found)
}
