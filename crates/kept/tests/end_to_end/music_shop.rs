//! A schema that nobody here designed: the policies of `policies/chinook-example` over a small
//! database of the same shape with made-up people, on every engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kept_connect::private_mariadb::PrivateMariadb;
use kept_connect::private_postgres::PrivatePostgres;
use kept_connect::{Access, Limits, Place, Session};
use kept_core::plan::Value;
use kept_core::policy::model::Engine;
use rusqlite::Connection;

use super::company::{Answer, kept};

const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::Mariadb];

/// Tables as SQLite's form names them; PostgreSQL's has the same names in small letters.
pub(super) const TABLES: &str = "
    CREATE TABLE Artist (ArtistId INTEGER PRIMARY KEY, Name VARCHAR(120));
    CREATE TABLE Album (AlbumId INTEGER PRIMARY KEY, Title VARCHAR(160) NOT NULL,
        ArtistId INTEGER NOT NULL REFERENCES Artist (ArtistId));
    CREATE TABLE Genre (GenreId INTEGER PRIMARY KEY, Name VARCHAR(120));
    CREATE TABLE MediaType (MediaTypeId INTEGER PRIMARY KEY, Name VARCHAR(120));
    CREATE TABLE Playlist (PlaylistId INTEGER PRIMARY KEY, Name VARCHAR(120));
    CREATE TABLE Track (TrackId INTEGER PRIMARY KEY, Name VARCHAR(200) NOT NULL,
        AlbumId INTEGER REFERENCES Album (AlbumId), GenreId INTEGER REFERENCES Genre (GenreId),
        MediaTypeId INTEGER NOT NULL REFERENCES MediaType (MediaTypeId));
    CREATE TABLE PlaylistTrack (PlaylistId INTEGER NOT NULL REFERENCES Playlist (PlaylistId),
        TrackId INTEGER NOT NULL REFERENCES Track (TrackId), PRIMARY KEY (PlaylistId, TrackId));
    CREATE TABLE Employee (EmployeeId INTEGER PRIMARY KEY, LastName VARCHAR(20) NOT NULL,
        FirstName VARCHAR(20) NOT NULL, Title VARCHAR(30), ReportsTo INTEGER REFERENCES Employee (EmployeeId),
        BirthDate TIMESTAMP, HireDate TIMESTAMP, Address VARCHAR(70), City VARCHAR(40), State VARCHAR(40),
        Country VARCHAR(40), PostalCode VARCHAR(10), Phone VARCHAR(24), Fax VARCHAR(24), Email VARCHAR(60));
    CREATE TABLE Customer (CustomerId INTEGER PRIMARY KEY, FirstName VARCHAR(40) NOT NULL,
        LastName VARCHAR(20) NOT NULL, Company VARCHAR(80), Address VARCHAR(70), City VARCHAR(40),
        State VARCHAR(40), Country VARCHAR(40), PostalCode VARCHAR(10), Phone VARCHAR(24), Fax VARCHAR(24),
        Email VARCHAR(60) NOT NULL, SupportRepId INTEGER REFERENCES Employee (EmployeeId));
    CREATE TABLE Invoice (InvoiceId INTEGER PRIMARY KEY,
        CustomerId INTEGER NOT NULL REFERENCES Customer (CustomerId), InvoiceDate TIMESTAMP NOT NULL,
        BillingAddress VARCHAR(70), BillingCity VARCHAR(40), BillingState VARCHAR(40),
        BillingCountry VARCHAR(40), BillingPostalCode VARCHAR(10), Total NUMERIC(10, 2) NOT NULL);
    CREATE TABLE InvoiceLine (InvoiceLineId INTEGER PRIMARY KEY,
        InvoiceId INTEGER NOT NULL REFERENCES Invoice (InvoiceId),
        TrackId INTEGER NOT NULL REFERENCES Track (TrackId), UnitPrice NUMERIC(10, 2) NOT NULL,
        Quantity INTEGER NOT NULL);
    INSERT INTO MediaType VALUES (1, 'file');
    INSERT INTO Track VALUES (1, 'a song', NULL, NULL, 1);
    INSERT INTO Employee (EmployeeId, LastName, FirstName, ReportsTo, HireDate, Email) VALUES
        (1, 'Okafor', 'Ines', NULL, '2015-03-02 00:00:00', 'ines@shop.example'),
        (2, 'Lund', 'Pia', 1, '2018-05-02 00:00:00', 'pia@shop.example');";

/// Customers: who bought long ago, five years ago and last year.
const OLD: i64 = 1;
const MIDDLE: i64 = 2;
const FRESH: i64 = 3;

/// The year by the clock that the command reads too.
fn this_year() -> i16 {
    let clock = Connection::open_in_memory().unwrap();
    clock.query_row("SELECT CAST(strftime('%Y', 'now') AS INTEGER)", [], |row| row.get(0)).unwrap()
}

pub(super) fn rows() -> String {
    let this_year = this_year();
    let years = BTreeMap::from([(OLD, 2001), (MIDDLE, this_year - 5), (FRESH, this_year - 1)]);
    let mut sql = String::new();
    for (customer, year) in years {
        sql.push_str(&format!(
            "INSERT INTO Customer (CustomerId, FirstName, LastName, Address, City, Phone, Email, SupportRepId)
                VALUES ({customer}, 'Nuri', 'Quai-{customer}', 'Weg {customer}', 'Bern', '031 555 01 0{customer}',
                'quai{customer}@shop.example', 2);
             INSERT INTO Invoice (InvoiceId, CustomerId, InvoiceDate, BillingAddress, Total)
                VALUES ({customer}0, {customer}, '{year}-02-11 00:00:00', 'Weg {customer}', 1.98);
             INSERT INTO InvoiceLine VALUES ({customer}00, {customer}0, 1, 0.99, 1), ({customer}01, {customer}0, 1, 0.99, 1);"
        ));
    }
    sql.push_str(&format!(
        "INSERT INTO Invoice (InvoiceId, CustomerId, InvoiceDate, Total)
            VALUES (31, {FRESH}, '{}-02-11 00:00:00', 1.98);",
        this_year - 2
    ));
    sql
}

/// Names as PostgreSQL's form of the database writes them: `SupportRepId` is `support_rep_id`.
fn small(sql: &str) -> String {
    let mut text = String::new();
    for (place, part) in sql.split('\'').enumerate() {
        if place > 0 {
            text.push('\'');
        }
        let mut before = ' ';
        for letter in part.chars() {
            if place % 2 == 0 && letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
                text.push('_');
            }
            text.push(if place % 2 == 0 { letter.to_ascii_lowercase() } else { letter });
            before = letter;
        }
    }
    text
}

struct Shop {
    engine: Engine,
    folder: tempfile::TempDir,
    url: Option<String>,
}

impl Shop {
    fn new(engine: Engine) -> Self {
        let name = if engine == Engine::Postgres { "postgres" } else { "sqlite" };
        let folder = tempfile::tempdir().unwrap();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/chinook-example").join(name);
        for file in ["policy.toml", "store.toml"] {
            // MariaDB has the names of SQLite's form.
            let mut text = std::fs::read_to_string(from.join(file)).unwrap();
            if engine == Engine::Mariadb {
                text = text.replace("engine = \"sqlite\"", "engine = \"mariadb\"");
            }
            std::fs::write(folder.path().join(file), text).unwrap();
        }
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(PrivatePostgres::shared().unwrap().database("music").unwrap()),
            Engine::Mariadb => Some(PrivateMariadb::shared().unwrap().database("music").unwrap()),
        };
        let shop = Self { engine, folder, url };
        shop.change(TABLES);
        shop.change(&rows());
        shop
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("music.db")
    }

    fn change(&self, sql: &str) {
        match &self.url {
            Some(url) if self.engine == Engine::Mariadb => {
                session(url).batch(&sql.replace("TIMESTAMP", "DATETIME")).unwrap();
            }
            Some(url) => client(url).batch_execute(&small(sql)).unwrap(),
            None => Connection::open(self.file()).unwrap().execute_batch(sql).unwrap(),
        }
    }

    fn count(&self, sql: &str) -> i64 {
        match &self.url {
            Some(url) if self.engine == Engine::Mariadb => {
                match session(url).query_text(sql, &[]).unwrap().first().and_then(|row| row.first()) {
                    Some(Value::Integer(count)) => *count,
                    other => panic!("{other:?}"),
                }
            }
            Some(url) => client(url).query_one(&small(sql), &[]).unwrap().get(0),
            None => Connection::open(self.file()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap(),
        }
    }

    fn ledger_is_sound(&self) {
        self.run(&["ledger", "publish"]).ending(0);
        self.run(&["ledger", "verify"]).ending(0);
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        let policy = self.folder.path().to_string_lossy().into_owned();
        let file = match (&self.url, self.engine) {
            (Some(url), Engine::Mariadb) => url.clone(),
            _ => self.file().to_string_lossy().into_owned(),
        };
        let mut all = arguments.to_vec();
        all.extend(["--policy", &policy]);
        let url = self.url.clone().unwrap_or_default();
        kept(&all, &[("CHINOOK_SQLITE", &file), ("CHINOOK_POSTGRES", &url)])
    }
}

fn session(url: &str) -> Session {
    Session::open(Place::Mariadb(url.to_owned()), Access::Write, Limits::default()).unwrap()
}

fn client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

fn person(customer: i64) -> String {
    format!("email=QUAI{customer}@shop.example")
}

#[test]
fn a_foreign_schema_is_checked_and_read_to_its_last_row() {
    for engine in ENGINES {
        let shop = Shop::new(engine);
        let check = shop.run(&["check", "--stores"]).ending(0);
        assert!(check.all().contains("CREATE INDEX"), "{engine:?}: {}", check.all());
        let audit = shop.run(&["audit"]).ending(1);
        assert!(audit.out.contains("2 rows in `shop.customers` should be gone or emptied"), "{}", audit.out);
        let access = shop.run(&["request", "access", "--person", &person(FRESH)]).ending(0);
        for held in ["Quai-3", "shop.invoices", "1.98", "shop.invoice_lines", "row 301"] {
            assert!(access.out.contains(held), "{engine:?}: no `{held}` in\n{}", access.out);
        }
        assert!(!access.out.contains("Quai-2") && !access.out.contains("pia@"), "{}", access.out);
        let why = shop.run(&["why", "--person", &person(FRESH)]).ending(0);
        assert!(why.out.contains("counted from the last contact"), "{engine:?}: {}", why.out);
        let until = (this_year() + 3).to_string();
        let forecast = shop.run(&["forecast", "--until", &format!("{until}-01-01")]).ending(0);
        assert!(forecast.out.contains("1  shop.customers  Sales and customer service"), "{}", forecast.out);
        // Those who work there are people too, and others point to them.
        let staff = shop.run(&["request", "erase", "--dry-run", "--person", "staff-number=1"]).ending(0);
        assert!(staff.out.contains("Employment"), "{}", staff.out);
    }
}

#[test]
fn an_erasure_in_a_foreign_schema_leaves_what_the_books_need() {
    for engine in ENGINES {
        let shop = Shop::new(engine);
        let erase = ["request", "erase", "--yes", "--person", &person(FRESH)];
        shop.run(&["request", "erase", "--dry-run", "--person", &person(FRESH)]).ending(0);
        assert_eq!(shop.count("SELECT count(*) FROM Customer WHERE Email = ''"), 0);
        let done = shop.run(&erase).ending(0);
        assert!(done.out.contains("Bookkeeping"), "{}", done.out);
        let emptied = "SELECT count(*) FROM Customer WHERE CustomerId = 3 AND Email = '' AND Phone IS NULL \
            AND Address IS NULL AND City IS NULL AND LastName = 'Quai-3'";
        assert_eq!(shop.count(emptied), 1, "{engine:?}");
        assert_eq!(shop.count("SELECT count(*) FROM Invoice WHERE CustomerId = 3"), 2);
        assert_eq!(shop.count("SELECT count(*) FROM Customer WHERE Phone IS NULL"), 1);
        let again = shop.run(&["request", "erase", "--yes", "--person", "customer-number=3"]).ending(0);
        assert!(again.out.contains("nothing to change"), "{engine:?}: {}", again.out);
        shop.ledger_is_sound();
    }
}

#[test]
fn a_sweep_of_a_foreign_schema_leaves_an_audit_without_findings() {
    for engine in ENGINES {
        let shop = Shop::new(engine);
        shop.run(&["sweep", "--dry-run"]).ending(0);
        assert_eq!(shop.count("SELECT count(*) FROM Customer WHERE Email <> ''"), 3);
        let sweep = shop.run(&["sweep"]).ending(0);
        assert!(sweep.out.contains("shop.customers: 1 row deleted, 1 row emptied"), "{}", sweep.out);
        assert_eq!(shop.count("SELECT count(*) FROM Customer"), 2, "{engine:?}");
        assert_eq!(
            shop.count(
                "SELECT count(*) FROM Customer WHERE CustomerId = 2 AND Email = '' AND LastName = 'Quai-2'"
            ),
            1
        );
        assert_eq!(shop.count("SELECT count(*) FROM Customer WHERE CustomerId = 3 AND Email <> ''"), 1);
        assert_eq!(shop.count("SELECT count(*) FROM Invoice WHERE CustomerId = 1"), 0);
        assert_eq!(shop.count("SELECT count(*) FROM InvoiceLine"), 4);
        assert_eq!(shop.count("SELECT count(*) FROM Track"), 1);
        let audit = shop.run(&["audit"]).ending(0);
        assert!(audit.out.contains(" 0 broken"), "{}", audit.out);
        let again = shop.run(&["sweep"]).ending(0);
        assert!(again.out.contains("nothing is due"), "{}", again.out);
        shop.ledger_is_sound();
    }
}
