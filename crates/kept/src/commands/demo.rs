//! `kept demo`: a made-up company from its first audit to the one in which nothing is broken.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Clock;

use anyhow::Context;
use kept_connect::private_postgres::{Options, PrivatePostgres};
use kept_core::identifier::Identifier;
use kept_core::ledger::{VerifierKey, verify};
use kept_core::policy::Policy;
use kept_engine::company::{Company, Opening};
use kept_engine::desk::Whom;
use kept_engine::ledger::Folder;
use kept_engine::sweep::SweepOrder;
use kept_vault::{FileKeys, Location};

use crate::cli::DemoArgs;
use crate::demo::{ADA, Made, Scale, make, policy::DESK_URL};
use crate::policy::{Examined, examine_folder, sources};
use crate::printer::{bold, colour};
use crate::show::{Shower, access, audit, erasure, sweep};
use crate::table::{counted, grouped};
use crate::{Ended, clock, printer, render};

/// How many lines of a long report the demo shows.
const SHOWN_LINES: usize = 46;

/// Runs the whole story and says what to try next.
pub(crate) fn run(args: &DemoArgs) -> anyhow::Result<Ended> {
    if args.make_only {
        return only_make(args);
    }
    let began = Clock::now();
    let place = Place::new(args)?;
    let postgres = if args.no_postgres { None } else { start_postgres(&place) };
    let url = postgres.as_ref().map(|server| server.database("desk")).transpose()?;
    let today = kept_core::time::Zone::of_country("FR")
        .unwrap_or_else(kept_core::time::Zone::utc)
        .day_of(clock::now());
    say("A company that starts");
    let made = make(place.path(), &Scale::demo(args.people), url.as_deref(), today)?;
    made_lines(&made, place.path(), url.is_some());
    let mut company = open(place.path(), url)?;
    let policy = company.policy().clone();
    let shower = Shower::new(&policy)?;
    story(&mut company, &shower, place.path())?;
    printer::data(&format!("\n{} in {:.1} seconds", bold("All of this"), began.elapsed().as_secs_f64()));
    next(&place);
    Ok(Ended::Done)
}

/// Makes the databases and the policy, and stops: the desk is where [`DESK_URL`] says, or in a file.
fn only_make(args: &DemoArgs) -> anyhow::Result<Ended> {
    let place = Place::new(args)?;
    let url = std::env::var(DESK_URL).ok().filter(|_| !args.no_postgres);
    let zone = kept_core::time::Zone::of_country("FR").unwrap_or_else(kept_core::time::Zone::utc);
    let made = make(place.path(), &Scale::of(args.people), url.as_deref(), zone.day_of(clock::now()))?;
    made_lines(&made, place.path(), url.is_some());
    Ok(Ended::Done)
}

/// The acts, one after the other.
fn story(company: &mut Company, shower: &Shower<'_>, folder: &Path) -> anyhow::Result<()> {
    check(folder)?;
    say("The first audit: which promises are broken? (kept audit)");
    let first = company.audit(clock::now(), &mut |_| {})?;
    printer::data(&audit::text(shower.policy, &first, true)?);
    say(&format!("{ADA} asks what is held about her (kept request access)"));
    let ada = Whom { identifiers: vec![Identifier::parse(&format!("email={ADA}"))?], picks: Vec::new() };
    let now = clock::now();
    let report = company.access(&ada, Some(now), now)?;
    printer::data(&shortened(&access::text(shower, &report)));
    say("She asks for erasure: the plan (kept request erase --dry-run)");
    let plan = company.rehearse_erasure(&ada, clock::now())?;
    printer::data(&erasure::text(shower, &plan));
    say("The erasure (kept request erase)");
    let now = clock::now();
    let done = company.erase(&ada, now, false, now)?;
    printer::data(&stores_only(&erasure::text(shower, &done)));
    bytes_gone(folder)?;
    say("A retention run (kept sweep)");
    let swept = company.sweep(&SweepOrder::default(), clock::now(), &mut |_| {})?;
    printer::data(&sweep::text(shower, &swept));
    say("The audit again (kept audit)");
    let second = company.audit(clock::now(), &mut |_| {})?;
    let totals = |report: &kept_engine::report::audit::AuditReport| {
        format!(
            "{} kept, {} broken, {} can't tell, {} only stated",
            report.totals.kept, report.totals.broken, report.totals.cannot_tell, report.totals.stated
        )
    };
    printer::data(&format!("before: {}\nafter:  {}", totals(&first), totals(&second)));
    if second.totals.broken > 0 {
        printer::data(&audit::text(shower.policy, &second, true)?);
    }
    say("The ledger of all this, checked as an outsider would (kept ledger verify)");
    ledger(company)
}

fn check(folder: &Path) -> anyhow::Result<()> {
    say("Its policy, read as a strict compiler would (kept check)");
    let Examined { read, files } = examine_folder(folder)?;
    let counts = render::counts(&read.diagnostics);
    printer::data(&render::diagnostics(&read.diagnostics, &files));
    printer::data(if counts.is_empty() { "nothing to mend" } else { &counts });
    Ok(())
}

fn open(folder: &Path, url: Option<String>) -> anyhow::Result<Company> {
    let Examined { read, files } = examine_folder(folder)?;
    let sources = sources(&files);
    let policy: Arc<Policy> = Arc::new(read.sound().map_err(|found| {
        anyhow::anyhow!(
            "the demo's policy does not read: {}",
            found.first().map(|one| one.message.clone()).unwrap_or_default()
        )
    })?);
    let data = folder.join(".kept");
    std::fs::create_dir_all(&data).with_context(|| format!("can't make `{}`", data.display()))?;
    let opening = Opening {
        policy,
        files: sources,
        base: folder.to_owned(),
        environment: Box::new(
            move |name| if name == DESK_URL { url.clone() } else { std::env::var(name).ok() },
        ),
        vault: Location::Sqlite(data.join("kept.db")),
        keys: Box::new(FileKeys::new(folder.join(".kept-keys"))),
        ledger: data.join("ledger"),
        memory: folder.join(".kept-keys.checkpoint"),
    };
    Ok(Company::open(opening, clock::now())?)
}

fn ledger(company: &Company) -> anyhow::Result<()> {
    let published = company.publish()?;
    let report = verify(&Folder::new(&published.folder), &VerifierKey::parse(&published.key)?, &[]);
    let verdict = if report.is_sound() { colour(32, "sound") } else { colour(31, "not sound") };
    printer::data(&format!(
        "{} entries in {}: {verdict}",
        grouped(published.size),
        published.folder.display()
    ));
    Ok(())
}

/// Looks for her address and name in every file of the shop and of Kept.
fn bytes_gone(folder: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    let mut found = 0;
    let needle = ADA.as_bytes();
    for path in &files {
        let bytes = std::fs::read(path).with_context(|| format!("can't read `{}`", path.display()))?;
        found += bytes.windows(needle.len()).filter(|window| *window == needle).count();
    }
    let files = counted(u64::try_from(files.len()).unwrap_or(u64::MAX), "file");
    let verdict = if found == 0 {
        colour(32, "found nowhere")
    } else {
        colour(31, &format!("still found {found} times"))
    };
    printer::data(&format!(
        "her e-mail address, searched byte by byte in {files} of the shop and of Kept: {verdict}"
    ));
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("can't list `{}`", folder.display()))? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name == "postgres") {
            continue;
        }
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn say(title: &str) {
    printer::data(&format!("\n{}\n", bold(&format!("── {title} ──"))));
}

fn shortened(text: &str) -> String {
    let count = text.lines().count();
    let mut shown: Vec<&str> = text.lines().take(SHOWN_LINES).collect();
    let more = format!("  … and {} more lines", count.saturating_sub(SHOWN_LINES));
    if count > SHOWN_LINES {
        shown.push(&more);
    }
    shown.join("\n")
}

/// The part of an erase report that says how each store ended.
fn stores_only(text: &str) -> String {
    let lines = text.lines().skip_while(|line| !line.contains("Stores"));
    lines.collect::<Vec<_>>().join("\n")
}

fn made_lines(made: &Made, folder: &Path, postgres: bool) {
    let desk = if postgres { "a PostgreSQL database" } else { "a SQLite file" };
    printer::data(&format!(
        "Feuillevent, made up: {} in its shop (a SQLite file) and {} in its support desk ({desk}), in {}",
        counted(made.shop.total(), "row"),
        counted(made.desk.total(), "row"),
        folder.display()
    ));
}

fn start_postgres(place: &Place) -> Option<PrivatePostgres> {
    let folder = place.kept.as_ref().map(|folder| folder.join("postgres"));
    match PrivatePostgres::start(&Options { folder, ..Options::default() }) {
        Ok(server) => Some(server),
        Err(error) => {
            printer::note(&format!("without PostgreSQL, the support desk is a second SQLite file ({error})"));
            None
        }
    }
}

/// Where the demo lives: a folder that goes with it, or one to keep.
struct Place {
    kept: Option<PathBuf>,
    temporary: Option<tempfile::TempDir>,
}

impl Place {
    fn new(args: &DemoArgs) -> anyhow::Result<Self> {
        match &args.keep {
            Some(folder) => {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("can't make `{}`", folder.display()))?;
                let folder =
                    folder.canonicalize().with_context(|| format!("can't find `{}`", folder.display()))?;
                Ok(Self { kept: Some(folder), temporary: None })
            }
            None => {
                let temporary =
                    tempfile::Builder::new().prefix("kept-demo-").tempdir().context("can't make a folder")?;
                Ok(Self { kept: None, temporary: Some(temporary) })
            }
        }
    }

    fn path(&self) -> &Path {
        let temporary = self.temporary.as_ref().map(tempfile::TempDir::path);
        self.kept.as_deref().or(temporary).unwrap_or_else(|| Path::new("."))
    }
}

fn next(place: &Place) {
    let keep = match &place.kept {
        Some(folder) => format!(
            "  cd {0} && kept audit                   (the desk needs its server: --no-postgres keeps everything in files)\n",
            folder.display()
        ),
        None => "  kept demo --keep DIR --no-postgres      the same in a folder of yours, to play with\n"
            .to_owned(),
    };
    printer::data(&format!(
        "\n{}\n{keep}  kept new my-policy --from klivar         a real notice as policy\n  kept notice my-policy --lang fr --format html --output notice.html\n  kept --help",
        bold("What to try next")
    ));
}
