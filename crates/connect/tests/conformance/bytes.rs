//! Nothing that Kept deleted from an SQLite store is left in any of its files.

use kept_core::policy::model::Engine;

use crate::world::{COMMIT, Says, World, delete, empty, table};

const MARK: &str = "marked-value-that-must-go";

/// The files of the store that hold the mark.
fn holding(world: &World) -> Vec<String> {
    let folder = world.folder().expect("a folder");
    let files = std::fs::read_dir(folder).expect("files").map(|file| file.expect("a file").path());
    files
        .filter(|path| {
            let bytes = std::fs::read(path).expect("bytes");
            bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes())
        })
        .map(|path| path.display().to_string())
        .collect()
}

fn store(journal: &str) -> World {
    let sql = format!(
        "PRAGMA journal_mode = {journal};
        CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, bio TEXT);
        CREATE INDEX by_email ON users (email);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
        INSERT INTO users SELECT i, 'u' || i || '@example.org', printf('%.*c', i % 900, 'x') FROM n;
        UPDATE users SET email = '{MARK}@example.org', bio = '{MARK}' || printf('%.*c', 9000, 'y') || '{MARK}' WHERE id = 250;"
    );
    World::new(Engine::Sqlite, &sql, vec![table("users").person("user").columns(&["email", "bio"])])
}

#[test]
fn after_an_erasure_no_file_of_an_sqlite_store_holds_the_bytes() {
    for journal in ["DELETE", "WAL", "TRUNCATE", "PERSIST"] {
        let mut world = store(journal);
        assert!(!holding(&world).is_empty(), "{journal}");
        let applied = world.done(vec![delete("users", &[250])]);
        assert!(applied.is_scrubbed, "{journal}");
        assert_eq!(holding(&world), [""; 0], "{journal}");
        assert_eq!(world.rows("SELECT count(*) FROM users"), ["499"]);
    }
}

#[test]
fn after_emptying_columns_no_file_of_an_sqlite_store_holds_the_bytes() {
    for journal in ["DELETE", "WAL"] {
        let mut world = store(journal);
        world.done(vec![empty("users", &["email", "bio"], &[250])]);
        assert_eq!(holding(&world), [""; 0], "{journal}");
    }
}

#[test]
fn a_reader_that_keeps_the_log_open_is_told_of_and_the_bytes_go_with_the_next_run() {
    let mut world = store("WAL");
    let mut reader = world.other();
    reader.batch("BEGIN").expect("begun");
    reader.query_text("SELECT count(*) FROM users", &[]).expect("read");
    let applied = world.done(vec![delete("users", &[250])]);
    assert!(!applied.is_scrubbed);
    assert_eq!(applied.notes.len(), 1, "{:?}", applied.notes);
    drop(reader);
    let again = world.done(vec![delete("users", &[250])]);
    assert!(again.is_scrubbed && again.changed == 0);
    assert_eq!(holding(&world), [""; 0]);
}

#[test]
fn a_vacuum_removes_what_the_company_deleted_before() {
    let mut world = store("DELETE");
    // The company's own connection does not overwrite what it deletes.
    let folder = world.folder().expect("a folder").join("company.db");
    let own = rusqlite::Connection::open(folder).expect("open");
    own.execute_batch("PRAGMA secure_delete = OFF; DELETE FROM users WHERE id = 250").expect("deleted");
    drop(own);
    assert!(!holding(&world).is_empty());
    let vacuumed = world.apply(vec![delete("users", &[1])], kept_connect::Mode::Commit { vacuum: true });
    assert!(vacuumed.expect("done").is_scrubbed);
    assert_eq!(holding(&world), [""; 0]);
    assert!(world.apply(vec![], COMMIT).is_ok());
}
