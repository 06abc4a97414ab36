//! The large made-up company that figures are taken on, with its databases and its policy in a
//! folder that goes when it is dropped.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use kept_connect::private_postgres::{Options, PrivatePostgres};
use kept_core::diagnostic::Severity;
use kept_core::policy::Policy;
use kept_core::policy::model::Engine;
use kept_core::policy::model::store::Store;
use kept_core::time::Zone;
use kept_engine::company::{Company, Opening};
use kept_vault::{FileKeys, Location, Settings};
use tempfile::TempDir;

use super::hand::Hand;
use crate::clock;
use crate::demo::policy::{DESK_FILE, DESK_URL, DeskAt, SHOP_FILE, SHOP_URL, shop_on_postgres, write};
use crate::demo::{Scale, Which, fill_postgres, fill_sqlite};
use crate::policy::{Examined, examine_folder, sources};

/// The engine of all stores and of Kept's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    Sqlite,
    Postgres,
}

impl On {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Sqlite => Engine::Sqlite.word(),
            Self::Postgres => Engine::Postgres.word(),
        }
    }
}

/// A company on one engine.
#[derive(Debug)]
pub(super) struct World {
    pub(super) on: On,
    folder: TempDir,
    server: Option<Server>,
    rows: u64,
}

/// A private server with the URLs of its databases.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) instance: PrivatePostgres,
    shop: String,
    desk: String,
    kept: String,
}

impl Server {
    fn start() -> anyhow::Result<Self> {
        let instance = PrivatePostgres::start(&Options::default())?;
        let [shop, desk, kept] = ["shop", "desk", "kept"].map(|name| instance.database(name));
        Ok(Self { shop: shop?, desk: desk?, kept: kept?, instance })
    }
}

impl World {
    /// Makes the company: in another process, whose memory is none of Kept's.
    pub(super) fn new(on: On, people: u32) -> anyhow::Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("kept-bench-").tempdir().context("can't make a folder")?;
        let server = match on {
            On::Sqlite => None,
            On::Postgres => Some(Server::start()?),
        };
        let mut maker = std::process::Command::new(std::env::current_exe()?);
        maker.args(["bench", "--people", &people.to_string(), "--make"]).arg(folder.path());
        if let Some(server) = &server {
            maker.env(SHOP_URL, &server.shop).env(DESK_URL, &server.desk);
        }
        let made = maker.stderr(std::process::Stdio::inherit()).output().context("can't make the company")?;
        anyhow::ensure!(made.status.success(), "making the company failed");
        let rows = String::from_utf8_lossy(&made.stdout).trim().parse().context("no number of rows")?;
        Ok(Self { on, folder, server, rows })
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn server(&self) -> Option<&Server> {
        self.server.as_ref()
    }

    /// The shop's file or URL.
    pub(super) fn shop(&self) -> kept_connect::Place {
        match &self.server {
            Some(server) => kept_connect::Place::Server(server.shop.clone()),
            None => kept_connect::Place::File(self.folder.path().join(SHOP_FILE)),
        }
    }

    /// A connection to the shop as somebody who writes statements by hand has it.
    pub(super) fn by_hand(&self) -> anyhow::Result<Hand> {
        Hand::open(&self.shop())
    }

    /// The policy that the company runs on.
    pub(super) fn policy(&self) -> anyhow::Result<Arc<Policy>> {
        policy(self.folder.path()).map(|(policy, _)| policy)
    }

    /// The company, with Kept's own store on the same engine.
    pub(super) fn open(&self) -> anyhow::Result<Company> {
        let location = match &self.server {
            Some(server) => server.kept.parse()?,
            None => Location::Sqlite(self.folder.path().join(".kept/kept.db")),
        };
        let urls = self.server.as_ref().map(|server| (server.shop.clone(), server.desk.clone()));
        open(self.folder.path(), location, urls)
    }
}

fn policy(folder: &Path) -> anyhow::Result<(Arc<Policy>, Vec<kept_core::policy::source::SourceFile>)> {
    let Examined { read, files } = examine_folder(folder)?;
    let policy = read.sound().map_err(|found| {
        let wrong = found.iter().find(|one| one.severity == Severity::Error);
        let first = wrong.map(|one| one.message.clone()).unwrap_or_default();
        anyhow::anyhow!("the policy does not read: {first}")
    })?;
    Ok((Arc::new(policy), sources(&files)))
}

/// Opens a company in a folder.
pub(super) fn open(
    folder: &Path,
    vault: Location,
    urls: Option<(String, String)>,
) -> anyhow::Result<Company> {
    let (policy, files) = policy(folder)?;
    let data: PathBuf = folder.join(".kept");
    std::fs::create_dir_all(&data).with_context(|| format!("can't make `{}`", data.display()))?;
    let opening = Opening {
        policy,
        files,
        base: folder.to_owned(),
        environment: Box::new(move |name| {
            let (shop, desk) = urls.as_ref()?;
            [(SHOP_URL, shop), (DESK_URL, desk)]
                .into_iter()
                .find(|(known, _)| *known == name)
                .map(|(_, url)| url.clone())
        }),
        vault,
        keys: Box::new(FileKeys::new(folder.join(".kept-keys"))),
        ledger: data.join("ledger"),
        memory: folder.join(".kept-keys.checkpoint"),
    };
    // Several writers wait for each other's long acts.
    let patient = Settings { wait_for: Duration::from_secs(3_600), ..Settings::default() };
    Ok(Company::open_with(opening, patient, clock::now())?)
}

/// The store of a policy by its name.
pub(super) fn store<'p>(policy: &'p Policy, name: &str) -> anyhow::Result<&'p Store> {
    policy.stores.get(name).with_context(|| format!("the policy has no store `{name}`"))
}

/// Makes the company in a folder, its databases by the URLs in the environment or in files, and
/// returns how many rows it has.
///
/// # Errors
/// When something can't be written.
pub(crate) fn make(folder: &Path, people: u32) -> anyhow::Result<u64> {
    let scale = Scale { people, ..Scale::million() };
    let today = Zone::of_country("FR").unwrap_or_else(Zone::utc).day_of(clock::now());
    let urls = std::env::var(SHOP_URL).ok().zip(std::env::var(DESK_URL).ok());
    let (shop, desk) = match &urls {
        Some((shop, desk)) => (
            fill_postgres(shop, Which::Shop, &scale, today)?,
            fill_postgres(desk, Which::Desk, &scale, today)?,
        ),
        None => (
            fill_sqlite(&folder.join(SHOP_FILE), Which::Shop, &scale, today)?,
            fill_sqlite(&folder.join(DESK_FILE), Which::Desk, &scale, today)?,
        ),
    };
    write(folder, if urls.is_some() { DeskAt::Postgres } else { DeskAt::File })?;
    if urls.is_some() {
        shop_on_postgres(folder)?;
    }
    Ok(shop.total() + desk.total())
}
