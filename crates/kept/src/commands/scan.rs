//! `kept scan`: a draft of the map of a database that nobody has mapped.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use kept_connect::scan::{Progress, Role, Scan, Taken, draft, scan};
use kept_connect::{Access, Limits, Place, Session};
use kept_core::policy::reader::examine_at;
use serde_json::json;

use crate::cli::scan::ScanArgs;
use crate::commands::audit::bar;
use crate::folder::{self, RawFile};
use crate::output;
use crate::policy::{sources, today};
use crate::{Ended, printer};

/// Where a database is, and how a policy says so.
struct Found {
    place: Place,
    /// The line of the policy.
    url: String,
    /// The database's own name.
    name: String,
}

/// Looks at the database and writes the draft of its map.
pub(crate) fn run(args: &ScanArgs) -> anyhow::Result<Ended> {
    let file = output::named(args.output.as_deref());
    output::ready(file, args.force)?;
    let found = found(args)?;
    let (taken, mapped) = match &args.policy {
        Some(folder) => taken(folder, file)?,
        None => (Taken::default(), Vec::new()),
    };
    let store = match &args.name {
        Some(name) if is_name(name) => name.clone(),
        Some(_) => bail!("`--name` takes small letters, digits and dashes, such as `platform`"),
        None => found.name.clone(),
    };
    if file.is_some() && mapped.contains(&store) {
        bail!(
            "another file of the policy maps the store `{store}` already\nhelp: write over that file, or give this one another name with `--name`"
        );
    }
    let mut session =
        Session::open(found.place, Access::Read, Limits::default()).context("can't look at the database")?;
    let scan = looked(&mut session, args.sample)?;
    let text = draft(&scan, &store, &found.url, &taken);
    let is_whole = scan.tables.iter().all(|table| table.unread.is_none());
    if let Some(path) = file {
        put_aside(path, &text)?;
        output::write(path, &text, output::Access { private: false, over: args.force })?;
    }
    if args.json {
        printer::json(&json!({ "store": store, "scan": scan, "draft": text }))?;
    } else if file.is_none() {
        printer::data(&text);
    }
    printer::note(&summary(&scan, file));
    Ok(if is_whole { Ended::Done } else { Ended::Findings })
}

/// Keeps what stands in a file that is to be written over: somebody may have filled it in by hand.
fn put_aside(path: &Path, text: &str) -> anyhow::Result<()> {
    let Ok(before) = std::fs::read(path) else { return Ok(()) };
    if before == text.as_bytes() {
        return Ok(());
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(".before");
    let aside = PathBuf::from(aside);
    output::write(&aside, before, output::Access { private: false, over: true })?;
    printer::note(&format!("what stood there before is kept in {}", aside.display()));
    Ok(())
}

/// Looks, with a bar where somebody watches.
fn looked(session: &mut Session, sample: u32) -> anyhow::Result<Scan> {
    let mut shown: Option<ProgressBar> = None;
    let mut watch = |progress: Progress<'_>| {
        let bar = shown.get_or_insert_with(|| bar(progress.of));
        bar.set_position(u64::try_from(progress.done).unwrap_or_default());
        bar.set_message(progress.table.to_owned());
    };
    let scan = scan(session, sample, &mut watch).context("can't look at the database");
    if let Some(bar) = shown {
        bar.finish_and_clear();
    }
    scan
}

/// What a policy declares, without the file that the draft is to be written over: what an earlier draft
/// declared, the new one declares again. Also the names of the stores that the other files map.
fn taken(folder: &Path, over: Option<&Path>) -> anyhow::Result<(Taken, Vec<String>)> {
    let mut files = folder::read(folder)?;
    let over = over.and_then(|file| std::fs::canonicalize(file).ok());
    let is_over = |file: &RawFile| {
        let own = std::fs::canonicalize(folder.join(&file.name)).ok();
        over.is_some() && own == over
    };
    files.retain(|file| !is_over(file));
    if files.is_empty() {
        return Ok((Taken::default(), Vec::new()));
    }
    let read = examine_at(&sources(&files), today());
    match read.policy {
        Some(policy) => {
            let stores = policy.stores.keys().map(ToString::to_string).collect();
            Ok((Taken::by(&policy), stores))
        }
        None => bail!("`{0}` can't be read as a policy; `kept check {0}` says why", folder.display()),
    }
}

fn found(args: &ScanArgs) -> anyhow::Result<Found> {
    let url = match (&args.url, &args.env) {
        (Some(url), _) => url.clone(),
        (None, Some(variable)) => std::env::var(variable)
            .ok()
            .filter(|value| !value.is_empty())
            .with_context(|| format!("the environment variable `{variable}` is not set"))?,
        (None, None) => bail!("name a database: a file or a URL"),
    };
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    // PostgreSQL takes words instead of a URL too.
    if ["host=", "hostaddr=", "dbname=", "user="].iter().any(|word| url.starts_with(word)) {
        return Ok(server(args, &url, Place::Server(url.clone())));
    }
    match scheme.as_deref() {
        Some("postgres" | "postgresql") => Ok(server(args, &url, Place::Server(url.clone()))),
        Some("mariadb" | "mysql") => Ok(server(args, &url, Place::Mariadb(url.clone()))),
        Some("sqlite") | None => {
            file(args, url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(&url))
        }
        Some(_) if Path::new(&url).exists() => file(args, &url),
        Some(other) => bail!(
            "`{other}` is no kind of database that Kept knows\nhelp: name a file of SQLite, or a URL that begins with `postgres://`, `mariadb://` or `mysql://`"
        ),
    }
}

/// A server: its address may hold a password, so that the policy names an environment variable.
fn server(args: &ScanArgs, url: &str, place: Place) -> Found {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (path, words) = rest.split_once('?').unwrap_or((rest, rest));
    let word = words.split([' ', '&']).find_map(|word| word.strip_prefix("dbname="));
    let name = plain(
        path.rsplit_once('/').map(|(_, name)| name).filter(|_| word.is_none()).or(word).unwrap_or_default(),
    );
    let store = args.name.as_deref().filter(|name| is_name(name)).unwrap_or(&name);
    let variable = format!("{}_URL", store.replace('-', "_").to_ascii_uppercase());
    let variable = args.env.clone().unwrap_or(variable);
    Found { place, url: format!("url = {{ env = {} }}", in_quotes(&variable)), name }
}

fn file(args: &ScanArgs, path: &str) -> anyhow::Result<Found> {
    let whole: PathBuf = std::fs::canonicalize(path)
        .with_context(|| format!("can't look at `{path}`: is there such a file?"))?;
    if whole.is_dir() {
        bail!("`{path}` is a folder; name the file of the database");
    }
    let name = plain(&whole.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default());
    let url = match &args.env {
        Some(variable) => format!("url = {{ env = {} }}", in_quotes(variable)),
        None => format!("url = {}", in_quotes(&whole.display().to_string())),
    };
    Ok(Found { place: Place::File(whole), url, name })
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A name of the language from that of a database.
fn plain(text: &str) -> String {
    let signs = text.to_ascii_lowercase();
    let name: String =
        signs.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "company".to_owned() } else { name.to_owned() }
}

fn summary(scan: &Scan, file: Option<&Path>) -> String {
    let count = |role: Role| scan.tables.iter().filter(|table| table.role == role).count();
    let columns: usize = scan.tables.iter().map(|table| table.columns.len()).sum();
    let mut out = format!(
        "{} tables: {} of people, {} of what is theirs, {} between two, {} that only mention somebody, {} not personal; {columns} personal columns\n",
        scan.tables.len() - count(Role::View),
        count(Role::Person),
        count(Role::Owned),
        count(Role::Between),
        count(Role::Mentions),
        count(Role::NotPersonal),
    );
    let named = |wanted: &dyn Fn(&kept_connect::scan::TableScan) -> bool| -> Vec<String> {
        scan.tables.iter().filter(|table| wanted(table)).map(|table| format!("`{}`", table.table)).collect()
    };
    let lost = named(&|table| table.role == Role::Unowned);
    if !lost.is_empty() {
        out.push_str(&format!("nothing says whose the rows of {} are\n", lost.join(", ")));
    }
    let unread = named(&|table| table.unread.is_some());
    if !unread.is_empty() {
        out.push_str(&format!("could not be read, judged by names alone: {}\n", unread.join(", ")));
    }
    match file {
        Some(path) => out.push_str(&format!("wrote {}; look there for FILL IN", path.display())),
        None => out.push_str("nothing was written; `-o FILE` writes the draft"),
    }
    out
}
