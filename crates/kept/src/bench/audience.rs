//! Whom a purpose may reach by e-mail where columns tell the consents: half of the shop's customers opted in,
//! one in ten of these out again. Kept looks up and judges everybody whom the columns don't rule out; beside it
//! stands the statement that somebody would write by hand.

use std::sync::Arc;
use std::time::Instant as Clock;

use anyhow::Context;
use kept_connect::Place;
use kept_connect::private_postgres::{Options, PrivatePostgres};
use kept_core::name::PurposeName;
use kept_core::policy::model::Channel;
use kept_core::policy::{SourceFile, examine};
use kept_engine::company::{Company, Opening};
use kept_vault::{FileKeys, Location};
use tempfile::TempDir;

use super::figure::Figure;
use super::hand::Hand;
use super::world::On;
use crate::clock;

/// Who opted in and not out, by hand.
const BY_HAND: &str =
    "SELECT email FROM accounts WHERE optin_at IS NOT NULL AND optout_at IS NULL AND email <> '' ORDER BY id";

/// The environment's name for the shop's URL.
const SHOP_URL: &str = "SHOP_URL";

/// The audience of a shop's newsletter on either engine.
///
/// # Errors
/// When the shop can't be made, or somebody is reached who did not opt in.
pub(crate) fn run(people: u32, say: &mut dyn FnMut(&str)) -> anyhow::Result<Vec<Figure>> {
    let mut all = Vec::new();
    for on in [On::Sqlite, On::Postgres] {
        say(&format!("{}: {people} customers", on.word()));
        all.extend(figures(on, people)?);
    }
    Ok(all)
}

/// The audience against one statement.
fn figures(on: On, people: u32) -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::Builder::new().prefix("kept-bench-").tempdir().context("can't make a folder")?;
    let server = match on {
        On::Sqlite => None,
        On::Postgres => Some(PrivatePostgres::start(&Options::default())?),
    };
    let place = match &server {
        None => Place::File(folder.path().join("shop.db")),
        Some(server) => Place::Server(server.database("shop")?),
    };
    let mut hand = Hand::open(&place)?;
    fill(&mut hand, on, people)?;
    let began = Clock::now();
    let opted = hand.texts(BY_HAND)?.len();
    let by_hand = began.elapsed();
    drop(hand);
    let mut company = open(&folder, &place)?;
    let purpose = PurposeName::from("newsletter");
    let began = Clock::now();
    let told = company.audience(&purpose, Channel::Email, clock::now(), &mut |_| true)?;
    let by_kept = began.elapsed();
    anyhow::ensure!(told.count == opted as u64, "{} were reached where {opted} opted in", told.count);
    let what = format!("an audience of {opted} told by columns of {people} people");
    let each = by_kept.as_secs_f64() * 1_000_000.0 / (opted as f64).max(1.0);
    let each = Figure::new("the same, for each person of it", on.word(), each, "µs");
    Ok(vec![Figure::ratio(&what, on.word(), (by_kept, by_hand), 1), each])
}

/// Makes the shop's customers.
fn fill(hand: &mut Hand, on: On, people: u32) -> anyhow::Result<()> {
    hand.execute(
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, created_at TIMESTAMP, \
         optin_at TIMESTAMP, optout_at TIMESTAMP)",
    )?;
    let day = "'2025-03-01 10:00:00'";
    let (numbers, day) = match on {
        On::Sqlite => (
            format!(
                "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {people})"
            ),
            day.to_owned(),
        ),
        On::Postgres => {
            (format!("WITH number (n) AS (SELECT generate_series(1, {people}))"), format!("TIMESTAMP {day}"))
        }
    };
    hand.execute(&format!(
        "INSERT INTO accounts {numbers} SELECT n, 'Name ' || n, 'person' || n || '@example.org', {day}, \
         CASE WHEN n % 2 = 0 THEN {day} END, CASE WHEN n % 20 = 0 THEN {day} END FROM number"
    ))?;
    hand.execute("CREATE INDEX accounts_email ON accounts (lower(email))")?;
    if on == On::Postgres {
        hand.execute("ANALYZE accounts")?;
    }
    Ok(())
}

fn open(folder: &TempDir, place: &Place) -> anyhow::Result<Company> {
    let (said, url) = match place {
        Place::Server(url) => {
            (format!("engine = \"postgres\"\nurl = {{ env = \"{SHOP_URL}\" }}"), Some(url.clone()))
        }
        _ => ("engine = \"sqlite\"\nurl = \"shop.db\"".to_owned(), None),
    };
    let files = vec![SourceFile::new("policy.toml", include_str!("audience.toml").replace("@shop@", &said))];
    let policy = examine(&files).sound().map_err(|_| anyhow::anyhow!("the policy does not read"))?;
    let opening = Opening {
        policy: Arc::new(policy),
        files,
        base: folder.path().to_owned(),
        environment: Box::new(move |name| url.clone().filter(|_| name == SHOP_URL)),
        vault: Location::Sqlite(folder.path().join("kept.db")),
        keys: Box::new(FileKeys::new(folder.path().join("keys"))),
        ledger: folder.path().join("ledger"),
        memory: folder.path().join("keys.checkpoint"),
    };
    Ok(Company::open(opening, clock::now())?)
}
