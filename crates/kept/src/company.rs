//! Opening the company that a command works on: policy, data folder, keys, configuration from the
//! environment.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::civil::Date as Day;
use kept_core::identifier::Identifier;
use kept_core::time::{Instant, Zone};
use kept_engine::clock::Trust;
use kept_engine::company::{Company, Opening};
use kept_engine::desk::Whom;
use kept_engine::person::Pick;
use kept_vault::{FileKeys, Location, Settings};

use crate::cli::{DataArgs, PersonArgs, WorkArgs};
use crate::policy::serve;

/// Where Kept's own things are, worked out from the command line.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// Kept's own store.
    pub(crate) vault: Location,
    /// The key file.
    pub(crate) keys: PathBuf,
    /// The published ledger.
    pub(crate) ledger: PathBuf,
    /// The signer's memory, beside the keys.
    pub(crate) memory: PathBuf,
}

/// The places for a policy folder.
///
/// # Errors
/// When the URL of the store can't be read.
pub(crate) fn places(policy: &Path, args: &DataArgs) -> anyhow::Result<Places> {
    let data = args.data.clone().unwrap_or_else(|| policy.join(".kept"));
    let keys = args.keys.clone().unwrap_or_else(|| {
        let name = data
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_else(|| "kept".to_owned());
        data.with_file_name(format!("{name}-keys"))
    });
    let vault = match &args.vault {
        Some(url) => url.parse()?,
        None => Location::Sqlite(data.join("kept.db")),
    };
    let mut memory = keys.clone().into_os_string();
    memory.push(".checkpoint");
    Ok(Places { ledger: data.join("ledger"), data, vault, keys, memory: memory.into() })
}

/// Opens the company of a command.
///
/// # Errors
/// When the policy can't be served, or Kept's own store can't be opened.
pub(crate) fn open(args: &WorkArgs, now: Instant) -> anyhow::Result<Company> {
    open_by(args, Settings::default(), (now, Trust::Act))
}

/// The same, with a patience and a size for Kept's own store, and how the clock is taken.
///
/// # Errors
/// As for [`open`].
pub(crate) fn open_by(
    args: &WorkArgs,
    settings: Settings,
    clock: (Instant, Trust),
) -> anyhow::Result<Company> {
    let folder = args.policy.path();
    let (policy, files) = serve(&folder)?;
    let places = places(&folder, &args.data)?;
    make_private(&places.data)?;
    let opening = Opening {
        policy,
        files,
        base: folder,
        environment: Box::new(|name| std::env::var(name).ok()),
        vault: places.vault,
        keys: Box::new(FileKeys::new(places.keys)),
        ledger: places.ledger,
        memory: places.memory,
    };
    Ok(Company::open_judging(opening, settings, clock, crate::clock::ahead_max()?)?)
}

/// Makes a folder that only its owner may enter.
fn make_private(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if folder.is_dir() {
        return Ok(());
    }
    let about = || format!("can't make the data folder `{}`", folder.display());
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(about)
}

/// Whom a command is about.
///
/// # Errors
/// When an identifier or a pick can't be read; its value is not repeated.
pub(crate) fn whom(args: &PersonArgs) -> anyhow::Result<Whom> {
    let identifiers = args.person.iter().map(|text| Identifier::parse(text));
    let identifiers = identifiers.collect::<Result<Vec<_>, _>>().context("can't read --person")?;
    let picks = args.pick.iter().map(|text| pick(text)).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Whom { identifiers, picks })
}

fn pick(text: &str) -> anyhow::Result<Pick> {
    let parts = text.split_once('=').and_then(|(place, key)| Some((place.split_once('.')?, key)));
    let Some(((store, table), key)) = parts else {
        bail!("can't read --pick\nhelp: write it as STORE.TABLE=KEY, such as `--pick shop.accounts=17`");
    };
    Ok(Pick { store: store.into(), table: table.into(), key: key.to_owned() })
}

/// A day from the command line, as its first instant in the company's zone.
///
/// # Errors
/// When it is no day.
pub(crate) fn day(text: &str, what: &str) -> anyhow::Result<Day> {
    text.parse::<Day>().ok().with_context(|| format!("{what} is not a day\nhelp: write it as 2026-03-31"))
}

/// The instant that stands for a day in a use case: now if it is today, else the day's start.
///
/// # Errors
/// When the text is no day.
pub(crate) fn instant(text: Option<&str>, what: &str, zone: &Zone, now: Instant) -> anyhow::Result<Instant> {
    let Some(text) = text else { return Ok(now) };
    let day = day(text, what)?;
    Ok(if zone.day_of(now) == day { now } else { zone.start_of(day) })
}
