//! What a constraint, a trigger or another process would break is refused as a whole, by names and
//! without values.

use kept_connect::{ConstraintKind, Failed, Mode, Refused, RefusedWhy, StoreFault};

use kept_core::policy::model::Engine;

use crate::world::{COMMIT, Says, World, delete, detach, empty, on_each, on_each_engine, table};

const MARK: &str = "marked-value";

fn is_clean(refused: &Refused) {
    let text = format!("{refused} {refused:?}");
    assert!(!text.contains(MARK), "{text}");
}

#[test]
fn emptying_what_must_not_be_empty_is_refused_with_the_words_that_mend_it() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT);
        INSERT INTO users VALUES (1, 'marked-value', 'marked-value');";
    on_each_engine(sql, vec![table("users").person("user").columns(&["email", "name"])], |world| {
        let refused = world.refused(vec![empty("users", &["name", "email"], &[1])]);
        assert_eq!(
            refused.to_string(),
            "`users`: column `email` is NOT NULL and can't be emptied; \
             say what to write instead: `emptied = { email = \"…\" }`"
        );
        let refused = world.refused(vec![empty("users", &["id"], &[1])]);
        assert_eq!(refused.why, RefusedWhy::Key { column: "id".into() });
        assert_eq!(world.rows("SELECT name FROM users"), [MARK]);
    });
}

#[test]
fn check_unique_and_trigger_refusals_undo_everything() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, age INTEGER, CONSTRAINT grown CHECK (age > 17));
        CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);
        INSERT INTO users VALUES (1, 'marked-value', 40), (2, 'erased', 50);
        INSERT INTO notes VALUES (1, 'marked-value');
        LITE: CREATE TRIGGER keep BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'marked-value'); END;
        MY: CREATE TRIGGER keep BEFORE DELETE ON notes FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'marked-value';
        PG: CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no: %', OLD.body; END $$;
        PG: CREATE TRIGGER keep BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION keep();";
    let tables = vec![
        table("users")
            .person("user")
            .columns(&["email", "age"])
            .emptied("email", "erased")
            .emptied("age", "0"),
        table("notes").person("user").columns(&["body"]),
    ];
    on_each_engine(sql, tables, |world| {
        for (steps, kind, on) in [
            (vec![empty("users", &["age"], &[1])], ConstraintKind::Check, "users"),
            (vec![empty("users", &["email"], &[1])], ConstraintKind::Unique, "users"),
            (vec![delete("users", &[1]), delete("notes", &[1])], ConstraintKind::Trigger, "notes"),
        ] {
            let refused = world.refused(steps);
            is_clean(&refused);
            let RefusedWhy::Constraint(constraint) = &refused.why else { panic!("{refused:?}") };
            assert_eq!((constraint.kind, refused.table.as_str()), (kind, on));
        }
        assert_eq!(world.rows("SELECT id, email, age FROM users"), ["1|marked-value|40", "2|erased|50"]);
    });
}

#[test]
fn a_trigger_that_quietly_keeps_a_row_is_found_out() {
    let sql = "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);
        INSERT INTO notes VALUES (1, 'marked-value');
        LITE: CREATE TRIGGER keep BEFORE DELETE ON notes BEGIN SELECT RAISE(IGNORE); END;
        PG: CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        PG: CREATE TRIGGER keep BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION keep();";
    // No trigger of MariaDB's can keep a row without a word.
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut world = World::new(engine, sql, vec![table("notes").person("user")]);
        assert_eq!(world.refused(vec![delete("notes", &[1])]).why, RefusedWhy::Undone { rows: 1 });
    }
}

const POINTED: &str = "CREATE TABLE customers (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
    INSERT INTO customers VALUES (1, 'marked-value'), (2, 'B');";

#[test]
fn rows_nobody_maps_that_point_to_what_would_go_are_found_before_the_first_step() {
    for action in ["", "ON DELETE RESTRICT", "ON DELETE NO ACTION"] {
        let sql = format!(
            "{POINTED} CREATE TABLE audits (id INTEGER PRIMARY KEY, customer TEXT REFERENCES customers (code) {action});
            INSERT INTO audits VALUES (1, 'marked-value'), (2, 'marked-value'), (3, NULL);"
        );
        on_each_engine(&sql, vec![table("customers").person("customer")], |world| {
            let refused = world.refused(vec![delete("customers", &[1])]);
            is_clean(&refused);
            assert_eq!(
                refused.to_string(),
                "`customers`: 2 rows of `audits` point to rows that would go; \
                 map `audits`, `owned-by` or `refers-to` `customers` by `customer`"
            );
            assert_eq!(world.done(vec![delete("customers", &[2])]).changed, 1);
        });
    }
}

#[test]
fn mapped_rows_that_the_plan_keeps_are_never_deleted_by_a_cascade() {
    let sql = format!(
        "{POINTED} CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id) ON DELETE CASCADE);
        INSERT INTO invoices VALUES (7, 1), (8, 1), (9, 2);"
    );
    let tables =
        vec![table("customers").person("customer"), table("invoices").refers_to("customers", "customer")];
    on_each_engine(&sql, tables, |world| {
        let refused = world.refused(vec![delete("customers", &[1]), delete("invoices", &[7])]);
        assert_eq!(refused.why, RefusedWhy::WouldCascade { from: "invoices".into(), rows: 1 });
        let steps = vec![
            delete("customers", &[1]),
            delete("invoices", &[7]),
            detach("invoices", &["customer"], &[8]),
        ];
        assert_eq!(world.done(steps).changed, 3);
        assert_eq!(world.rows("SELECT * FROM invoices"), ["8|", "9|2"]);
    });
}

#[test]
fn frozen_rows_are_never_changed_and_may_go() {
    let sql = format!(
        "{POINTED} CREATE TABLE invoices (id INTEGER PRIMARY KEY, name TEXT, issued_at TEXT,
            customer INTEGER REFERENCES customers (id) ON DELETE SET NULL);
        INSERT INTO invoices VALUES (1, 'marked-value', '2026-01-01', 1), (2, 'marked-value', NULL, 2);"
    );
    let tables = vec![
        table("customers").person("customer"),
        table("invoices").owned_by("customers", "customer").columns(&["name"]).frozen("issued_at"),
    ];
    on_each_engine(&sql, tables, |world| {
        assert_eq!(
            world.refused(vec![empty("invoices", &["name"], &[1, 2])]).why,
            RefusedWhy::Frozen { rows: 1 }
        );
        assert_eq!(world.refused(vec![delete("customers", &[1])]).why, RefusedWhy::Frozen { rows: 1 });
        assert_eq!(world.done(vec![delete("customers", &[2])]).changed, 1);
        assert_eq!(world.done(vec![empty("invoices", &["name"], &[2])]).changed, 1);
        assert_eq!(world.done(vec![delete("customers", &[1]), delete("invoices", &[1])]).changed, 2);
    });
}

#[test]
fn rows_that_changed_since_the_plan_was_made_are_found_out() {
    let sql = "CREATE TABLE files (id INTEGER PRIMARY KEY, kind TEXT, name TEXT);
        INSERT INTO files VALUES (1, 'private', 'a'), (2, 'private', 'b');";
    on_each(sql, vec![table("files").person("user").when("kind", "private").columns(&["name"])], |world| {
        world.run("UPDATE files SET kind = 'public' WHERE id = 2");
        assert_eq!(world.refused(vec![delete("files", &[1, 2])]).why, RefusedWhy::Changed { rows: 1 });
        world.run("UPDATE files SET kind = 'private' WHERE id = 2; DELETE FROM files WHERE id = 1");
        let applied = world.done(vec![delete("files", &[1, 2])]);
        assert_eq!((applied.changed, applied.left), (1, 0));
    });
}

#[test]
fn a_key_that_does_not_tell_rows_apart_deletes_nothing() {
    let sql = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO people VALUES (1, 'Ann'), (2, 'Ann');";
    on_each_engine(sql, vec![table("people").person("user").key(&["name"])], |world| {
        let mut step = delete("people", &[]);
        step.keys.push(vec![kept_core::plan::Value::Text("Ann".into())]);
        assert_eq!(world.refused(vec![step]).why, RefusedWhy::NotUnique);
        assert_eq!(world.rows("SELECT count(*) FROM people"), ["2"]);
    });
}

#[test]
fn a_row_locked_by_somebody_else_is_a_passing_fault() {
    let sql = "CREATE TABLE files (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO files VALUES (1, 'a');";
    on_each_engine(sql, vec![table("files").person("user")], |world| {
        let mut other = world.other();
        other
            .batch(if world.engine() == kept_core::policy::model::Engine::Sqlite {
                "BEGIN IMMEDIATE"
            } else {
                "BEGIN"
            })
            .expect("begun");
        other.batch("UPDATE files SET name = 'b' WHERE id = 1").expect("locked");
        let limits =
            kept_connect::Limits { lock: std::time::Duration::from_millis(50), ..Default::default() };
        world.store = kept_connect::open_with(
            &world.map,
            std::path::Path::new("."),
            &|_| None,
            kept_connect::Access::Write,
            limits,
        )
        .expect("open");
        let failed = world.apply(vec![delete("files", &[1])], COMMIT).expect_err("locked");
        assert_eq!(failed, Failed::Fault(StoreFault::Locked));
        drop(other);
        assert_eq!(world.done(vec![delete("files", &[1])]).changed, 1);
    });
}

#[test]
fn a_connection_that_dies_within_a_transaction_leaves_everything_as_it_was() {
    let sql = "CREATE TABLE files (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO files VALUES (1, 'a');";
    on_each_engine(sql, vec![table("files").person("user")], |world| {
        let mut dying = world.other();
        dying.batch("BEGIN").expect("begun");
        dying.batch("DELETE FROM files").expect("deleted");
        drop(dying);
        assert_eq!(world.rows("SELECT count(*) FROM files"), ["1"]);
        assert_eq!(world.done(vec![delete("files", &[1])]).changed, 1);
    });
}

#[test]
fn a_plan_for_a_table_that_is_not_mapped_is_refused() {
    let sql = "CREATE TABLE files (id INTEGER PRIMARY KEY);";
    on_each(sql, vec![table("files").person("user")], |world| {
        assert_eq!(world.refused(vec![delete("others", &[1])]).why, RefusedWhy::Unmapped);
        assert!(world.apply(vec![], Mode::Rehearse).is_ok());
    });
}

#[test]
fn a_replacement_of_another_type_is_refused_and_so_is_a_code_of_the_company() {
    let sql = "PG: CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER NOT NULL, name TEXT);
        LITE: CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER NOT NULL, name TEXT) STRICT;
        MY: CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER NOT NULL, name TEXT);
        MY: CREATE TRIGGER keep BEFORE DELETE ON users FOR EACH ROW SIGNAL SQLSTATE '99123' SET MESSAGE_TEXT = 'Ann';
        INSERT INTO users VALUES (1, 40, 'Ann');
        PG: CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'KV001', MESSAGE = OLD.name; END $$;
        PG: CREATE TRIGGER keep BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION keep();
        LITE: CREATE TRIGGER keep BEFORE DELETE ON users BEGIN SELECT RAISE(FAIL, 'Ann'); END;";
    let tables = vec![table("users").person("user").columns(&["age"]).emptied("age", "nothing")];
    on_each_engine(sql, tables, |world| {
        let refused = world.refused(vec![empty("users", &["age"], &[1])]);
        assert!(matches!(refused.why, RefusedWhy::Value | RefusedWhy::Constraint(_)), "{refused:?}");
        let refused = world.refused(vec![delete("users", &[1])]);
        assert!(!format!("{refused:?} {refused}").contains("Ann"), "{refused:?}");
        assert_eq!(world.rows("SELECT age FROM users"), ["40"]);
    });
}
