//! What the planner keeps of erased values, and what is said where it can't be cleared.

use kept_connect::{Applied, Mode};
use kept_core::plan::Step;
use kept_core::policy::model::Engine;

use crate::world::{Says, World, delete, empty, is_mysql, on_each_engine, table};

const PEOPLE: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL, town TEXT, born DATE);
    LITE:CREATE INDEX people_email ON people (lower(email));
    PG:CREATE INDEX people_email ON people (lower(email));
    CREATE INDEX people_town ON people (town);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people (id) ON DELETE CASCADE, body TEXT);
    CREATE INDEX notes_body ON notes (body);
    PG:CREATE STATISTICS people_both (mcv) ON town, born FROM people;
    INSERT INTO people VALUES (1, 'Quai@example.org', 'Quaistadt', '1911-11-11'), (2, 'Quai2@example.org', 'Quaistadt', '1911-11-11'),
        (3, 'bob@example.org', 'Bern', '1980-01-01'), (4, 'cyd@example.org', 'Bern', '1980-01-01');
    INSERT INTO notes VALUES (1, 1, 'Quainotiz'), (2, 2, 'Quainotiz'), (3, 3, 'other'), (4, 4, 'other');
    MY:SET SESSION histogram_type = JSON_HB;
    MY:ANALYZE TABLE people PERSISTENT FOR ALL; ANALYZE TABLE notes PERSISTENT FOR ALL;
    ANALYZE;";

fn people() -> Vec<kept_core::policy::model::Table> {
    vec![table("people").person("person").columns(&["email", "town", "born"]).emptied("email", "")]
}

/// How many samples hold a value, on either engine.
fn samples(world: &mut World, value: &str) -> usize {
    let sql = match world.engine() {
        Engine::Sqlite => "SELECT CAST(sample AS TEXT) FROM sqlite_stat4 WHERE tbl IN ('people', 'notes')",
        Engine::Postgres => {
            "SELECT concat(most_common_vals, histogram_bounds) FROM pg_stats WHERE schemaname = 'public' \
             UNION ALL SELECT concat(most_common_vals) FROM pg_stats_ext WHERE schemaname = 'public'"
        }
        Engine::Mariadb if is_mysql() => {
            // Texts stand in another form in them.
            let sql =
                "SELECT count(*) FROM information_schema.COLUMN_STATISTICS WHERE SCHEMA_NAME = DATABASE()";
            let count = world.rows(sql).first().and_then(|count| count.parse().ok());
            return count.expect("a count");
        }
        Engine::Mariadb => {
            "SELECT CONVERT(concat_ws(' ', min_value, max_value, histogram) USING utf8mb4) FROM mysql.column_stats WHERE db_name = DATABASE()"
        }
    };
    let rows = world.rows(sql);
    rows.iter().filter(|row| row.to_lowercase().contains(&value.to_lowercase())).count()
}

/// Carries out what must succeed; PostgreSQL makes its samples anew where that is asked for.
fn cleaned(world: &mut World, steps: Vec<Step>) -> Applied {
    let vacuum = world.engine() == Engine::Postgres || (world.engine() == Engine::Mariadb && is_mysql());
    world.apply(steps, Mode::Commit { vacuum }).expect("applied")
}

#[test]
fn erased_values_leave_the_planners_samples_in_the_same_step() {
    on_each_engine(PEOPLE, people(), |world| {
        assert!(
            samples(world, "quai2@") > 0
                && samples(world, "quaistadt") > 0
                && samples(world, "quainotiz") > 0
        );
        world.apply(vec![delete("people", &[1, 2])], Mode::Rehearse).expect("rehearsed");
        assert!(samples(world, "quaistadt") > 0, "a rehearsal changes nothing");
        let applied =
            cleaned(world, vec![delete("people", &[1]), empty("people", &["email", "town", "born"], &[2])]);
        assert_eq!(applied.left, 0);
        assert_eq!(samples(world, "quai@") + samples(world, "quaistadt") + samples(world, "1911"), 0);
        // The database itself deleted a note with its person.
        assert_eq!(samples(world, "quainotiz"), 0);
        assert!(!applied.notes.iter().any(|note| note.contains("samples")), "{:?}", applied.notes);
    });
}

#[test]
fn what_postgresql_can_not_clean_is_told() {
    let mut world = World::new(Engine::Postgres, PEOPLE, people());
    let applied = cleaned(&mut world, vec![delete("people", &[1, 2, 3, 4])]);
    let told = |notes: &[String], words: &str| notes.iter().any(|note| note.contains(words));
    assert!(told(&applied.notes, "while it is empty"), "{:?}", applied.notes);
    assert!(!applied.notes.iter().any(|note| note.to_lowercase().contains("quai")));

    let mut world = World::new(Engine::Postgres, PEOPLE, people());
    world.run(
        "DO $$ BEGIN CREATE ROLE kept_guest; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
         GRANT ALL ON people, notes TO kept_guest;",
    );
    world.store.session().batch("SET ROLE kept_guest").expect("another role");
    let applied = cleaned(&mut world, vec![delete("people", &[1])]);
    assert_eq!(applied.left, 0);
    assert!(
        told(&applied.notes, "may not clean it; its owner types: VACUUM (ANALYZE)"),
        "{:?}",
        applied.notes
    );
}
