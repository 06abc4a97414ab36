//! Opening: schemas, keys, statements.

use kept_vault::{Fault, KeyName, KeyStore, Location, Settings};

use crate::world::{World, by_email, on_both_engines, person};

on_both_engines!(
    every_statement_is_taken_by_the_engine,
    a_store_opened_again_holds_what_was_written,
    the_keys_of_another_store_are_refused,
    lost_keys_are_refused_and_not_made_anew,
    a_database_of_something_else_is_refused,
    a_schema_of_the_future_is_refused,
);

fn every_statement_is_taken_by_the_engine(world: &World) {
    assert!(world.open().check_statements().unwrap() > 40);
}

fn a_store_opened_again_holds_what_was_written(world: &World) {
    let made = world.open().write("make", |tx| person(tx, "ana@example.org")).unwrap();
    let found = world.open().read("find", |tx| by_email("ana@example.org", |email| tx.find_subject(&email)));
    assert_eq!(found.unwrap(), Some(made));
}

fn the_keys_of_another_store_are_refused(world: &World) {
    drop(world.open());
    let other = World::sqlite();
    drop(other.open());
    let fault = world.open_with(&other.keys(), Settings::default()).unwrap_err();
    assert!(matches!(fault, Fault::WrongKeys), "{fault}");
    assert!(fault.to_string().contains("KEPT_KEYS"));
}

fn lost_keys_are_refused_and_not_made_anew(world: &World) {
    drop(world.open());
    let nowhere = world.folder.path().join("nowhere");
    let fault = world.open_with(&nowhere, Settings::default()).unwrap_err();
    assert!(matches!(&fault, Fault::KeyMissing { name } if name == "lookup"), "{fault}");
    assert!(!nowhere.exists());
    kept_vault::FileKeys::new(world.keys()).destroy(KeyName::Epoch(1)).unwrap();
    let fault = world.open_with(&world.keys(), Settings::default()).unwrap_err();
    assert!(fault.to_string().contains("`epoch-1`"), "{fault}");
}

fn a_database_of_something_else_is_refused(world: &World) {
    run(&world.location, "CREATE TABLE invoices (id INTEGER)");
    let fault = world.open_with(&world.keys(), Settings::default()).unwrap_err();
    assert!(matches!(fault, Fault::NotAVault), "{fault}");
    assert!(!world.keys().exists());
}

fn a_schema_of_the_future_is_refused(world: &World) {
    drop(world.open());
    run(&world.location, "INSERT INTO schema_version (version, applied_at) VALUES (999, 0)");
    let fault = world.open_with(&world.keys(), Settings::default()).unwrap_err();
    assert!(matches!(fault, Fault::UnknownSchema { found: 999, .. }), "{fault}");
}

#[test]
fn a_server_that_does_not_answer_is_said_without_its_password() {
    let location: Location = "postgres://kept:hush@127.0.0.1:1/kept".parse().unwrap();
    assert!(!format!("{location:?}").contains("hush"));
    let world = World { location, ..World::sqlite() };
    let fault = world.open_with(&world.keys(), Settings::default()).unwrap_err();
    assert!(!format!("{fault} {fault:?}").contains("hush"));
    assert_eq!(fault.to_string(), "can't open the store: no server answers at this address");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files_of_a_sqlite_store() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::sqlite();
    let vault = world.open();
    vault.write("make", |tx| person(tx, "ana@example.org")).unwrap();
    for entry in std::fs::read_dir(world.folder.path()).unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.file_name());
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_by_its_name() {
    let world = World::sqlite();
    let Location::Sqlite(path) = &world.location else { panic!("sqlite") };
    std::fs::write(path, "these are my holiday pictures, and not a database at all".repeat(100)).unwrap();
    let fault = world.open_with(&world.keys(), Settings::default()).unwrap_err();
    assert!(fault.to_string().contains("vault.db`: "), "{fault}");
    let nowhere = World { location: Location::Sqlite("/nowhere/at/all/vault.db".into()), ..world };
    let fault = nowhere.open_with(&nowhere.keys(), Settings::default()).unwrap_err();
    assert_eq!(fault.to_string(), "can't open the store: `/nowhere/at/all/vault.db`: entity not found");
}

#[test]
fn a_url_that_demands_encryption_is_refused_by_who_has_none_and_a_missing_database_is_named() {
    let refused = |url: &str| {
        let world = World { location: url.parse().unwrap(), ..World::sqlite() };
        world.open_with(&world.keys(), Settings::default()).unwrap_err().to_string()
    };
    assert!(refused("postgres://kept@localhost/kept?sslmode=require").contains("nobody who can make one"));
    let Location::Postgres(url) = World::postgres().location else { panic!("postgres") };
    let name = url.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    let missing = refused(&url.replace(&name, "no_such_database"));
    assert_eq!(missing, "can't open the store: there is no database of this name");
}

#[test]
fn a_location_that_is_neither_path_nor_postgres_is_refused() {
    assert!("mysql://host/db".parse::<Location>().is_err());
    assert!("".parse::<Location>().is_err());
    assert!(matches!("sqlite:a.db".parse(), Ok(Location::Sqlite(path)) if path.ends_with("a.db")));
}

/// Runs a statement beside Kept.
pub(crate) fn run(location: &Location, statement: &str) {
    match location {
        Location::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(statement).unwrap(),
        Location::Postgres(url) => {
            ::postgres::Client::connect(url, ::postgres::NoTls).unwrap().batch_execute(statement).unwrap();
        }
    }
}
