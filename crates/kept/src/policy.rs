//! A policy as a command takes it: read from its folder, checked, its findings shown.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use kept_core::diagnostic::{Diagnostic, Severity};
use kept_core::policy::Policy;
use kept_core::policy::reader::{Read, examine_at};
use kept_core::policy::source::SourceFile;
use kept_core::time::{Day, Zone};

use crate::folder::{self, RawFile};
use crate::{clock, printer, render};

/// A policy that was read and judged.
#[derive(Debug)]
pub(crate) struct Examined {
    /// What the reader made of it.
    pub(crate) read: Read,
    /// Its files.
    pub(crate) files: Vec<RawFile>,
}

/// Reads and checks the policy of a folder by the law that this program was built with, so that
/// the calendar alone never shuts a service.
///
/// # Errors
/// When the folder can't be read at all; what is wrong in it is part of the answer.
pub(crate) fn examine_folder(path: &Path) -> anyhow::Result<Examined> {
    examine_folder_at(path, kept_core::law::READ_ON)
}

/// Reads and checks the policy of a folder by the law of a day.
///
/// # Errors
/// When the folder can't be read at all; what is wrong in it is part of the answer.
pub(crate) fn examine_folder_at(path: &Path, at: Day) -> anyhow::Result<Examined> {
    let files = folder::read(path)?;
    let read = examine_at(&sources(&files), at);
    Ok(Examined { read, files })
}

/// Today, counted in UTC: whose zone counts is only known once a policy is read.
pub(crate) fn today() -> Day {
    Zone::utc().day_of(clock::now())
}

/// The files as the reader takes them.
pub(crate) fn sources(files: &[RawFile]) -> Vec<SourceFile> {
    files.iter().map(|file| SourceFile::new(file.name.clone(), file.bytes.clone())).collect()
}

/// The policy of a folder, if it may be served.
///
/// # Errors
/// When it may not: its errors are shown first.
pub(crate) fn serve(path: &Path) -> anyhow::Result<(Arc<Policy>, Vec<SourceFile>)> {
    let Examined { read, files } = examine_folder(path)?;
    let sources = sources(&files);
    match read.sound() {
        Ok(policy) => Ok((Arc::new(policy), sources)),
        Err(found) => {
            let errors: Vec<Diagnostic> =
                found.into_iter().filter(|one| one.severity == Severity::Error).collect();
            printer::note(&render::diagnostics(&errors, &files));
            bail!("the policy has {} and can't be served", render::counts(&errors))
        }
    }
}
