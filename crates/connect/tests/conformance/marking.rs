//! Rows of restricted people bear a mark in a column of the company's own, whatever its type, and
//! PostgreSQL hides them from every role but those named.

use kept_connect::map::Map;
use kept_connect::row_security::{Hidings, plan, write};
use kept_connect::{Access, Limits, Mode, Place, RefusedWhy, Session, StoreFault, check_map};
use kept_core::plan::restrict::{marks, restrict};
use kept_core::plan::{Action, Step};
use kept_core::policy::model::Engine;
use kept_core::policy::model::store::{RowSecurity, Table};
use kept_core::standing::{Restriction, Standing};
use kept_core::timeline::RestrictionReason;

use crate::world::{Says, World, on_each, on_each_engine, step, table};

const SHOP: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT, hidden BOOLEAN);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), body TEXT, locked INTEGER);
    CREATE TABLE talks (id INTEGER PRIMARY KEY, one_id INTEGER REFERENCES users (id), other_id INTEGER REFERENCES users (id),
        body TEXT, blocked_at TEXT);
    INSERT INTO users VALUES (1, 'ann@example.org', 'Ann', FALSE), (2, 'bob@example.org', 'Bob', FALSE);
    INSERT INTO notes VALUES (10, 1, 'x', 0), (11, 2, 'y', 0), (12, 1, 'z', 0);
    INSERT INTO talks VALUES (20, 1, 2, 'both', NULL), (21, 1, NULL, 'alone', NULL);";

fn shop() -> Vec<Table> {
    let marked = |table: Table, mark: &str| Table { restricted: Some(mark.into()), ..table };
    vec![
        marked(
            table("users").person("user").identifies("email", "email").columns(&["email", "name"]),
            "hidden",
        ),
        marked(table("notes").owned_by("users", "user_id").columns(&["body"]), "locked"),
        marked(
            table("talks").owned_by("users", "one_id").shared_with("users", "other_id").columns(&["body"]),
            "blocked_at",
        ),
    ]
}

fn restricted() -> Standing {
    let held = Restriction {
        case: "L-2026-0001".into(),
        data: Vec::new(),
        reason: RestrictionReason::Accuracy,
        review_on: None,
        keeps: true,
        since: "2026-01-01T00:00:00Z".parse().expect("an instant"),
    };
    Standing { restrictions: vec![held], ..Standing::default() }
}

fn steps(world: &mut World, standing: &Standing) -> Vec<Step> {
    let read = world.read("email=ann@example.org");
    restrict(&world.map, &read, standing).steps
}

#[test]
fn marks_are_set_on_a_persons_own_rows_and_taken_off_again_in_every_kind_of_store() {
    on_each(SHOP, shop(), |world| {
        let wanted = steps(world, &restricted());
        let rehearsed = world.apply(wanted.clone(), Mode::Rehearse).expect("rehearsed");
        assert_eq!(rehearsed.changed, 4, "one row of the person, two owned, one shared with nobody");
        assert_eq!(steps(world, &restricted()), wanted, "a rehearsal changes nothing");
        let set = world.done(wanted.clone());
        assert_eq!((set.changed, set.left), (4, 0));
        assert_eq!(steps(world, &restricted()), [], "nothing is left to do");
        assert_eq!(world.done(wanted).changed, 0, "the same plan again changes nothing");
        let read = world.read("email=ann@example.org");
        let seen = marks(&world.map, &read, &restricted());
        let counts: Vec<(usize, u64)> = seen.iter().map(|one| (one.right.len(), one.shared)).collect();
        assert_eq!(counts, [(1, 0), (2, 0), (1, 1)]);
        let others = world.read("email=bob@example.org");
        let others = marks(&world.map, &others, &Standing::default());
        assert!(others.iter().all(|one| one.stale.is_empty()), "{others:?}");
        let off = steps(world, &Standing::default());
        let off = world.done(off);
        assert_eq!((off.changed, off.left), (4, 0));
        assert_eq!(steps(world, &Standing::default()), []);
    });
}

#[test]
fn marked_rows_are_counted_whosever_they_are() {
    on_each_engine(SHOP, shop(), |world| {
        let wanted = steps(world, &restricted());
        world.done(wanted);
        world.run("UPDATE notes SET locked = 7 WHERE id = 11");
        let mut session = world.other();
        let schema = session.schema().expect("a schema").with_places(&world.map);
        let map = Map::new(&world.map, &schema).expect("a map");
        let counts = kept_connect::marks::count(&mut session, &map).expect("counted");
        let counts: Vec<(&str, u64)> = counts.iter().map(|(table, count)| (table.as_str(), *count)).collect();
        assert_eq!(counts, [("users", 1), ("notes", 3), ("talks", 1)], "{:?}", world.engine());
    });
}

#[test]
fn a_column_that_can_not_be_a_mark_is_told_by_the_check_and_refused_by_the_plan() {
    let sql =
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, since TEXT NOT NULL, share DECIMAL(5, 2));
        INSERT INTO users VALUES (1, 'ann@example.org', '', 0);";
    for (mark, why) in [("since", "NOT NULL"), ("share", "type"), ("id", "key")] {
        let users = table("users").person("user").identifies("email", "email").columns(&["email"]);
        on_each_engine(sql, vec![Table { restricted: Some(mark.into()), ..users }], |world| {
            let schema = world.other().schema().expect("a schema");
            let found = check_map(&world.map, &schema);
            let told = found.iter().find(|finding| finding.code == "store/restriction-mark");
            assert!(told.is_some_and(|told| told.message.contains(why)), "{mark}: {found:?}");
            let action = Action::Restrict { mark: mark.into(), lifts: false, at: None };
            let refused = world.refused(vec![step("users", action, &[1])]);
            assert!(matches!(refused.why, RefusedWhy::Mark { .. }), "{refused}");
        });
    }
    on_each_engine(SHOP, shop(), |world| {
        let schema = world.other().schema().expect("a schema");
        let found = check_map(&world.map, &schema);
        let about = ["hidden", "locked", "blocked_at"];
        let told = found.iter().filter(|one| one.column.as_deref().is_some_and(|name| about.contains(&name)));
        assert_eq!(told.count(), 0, "a mark is no personal column: {found:?}");
    });
}

/// A database with a role that works in it and one that handles cases; neither may do all.
struct Hidden {
    world: World,
    server: String,
}

impl Hidden {
    fn new(security: RowSecurity) -> Self {
        let mut world = World::new(Engine::Postgres, SHOP, shop());
        world.map.row_security = Some(security);
        let Place::Server(server) = world.place() else { panic!("no server") };
        world.run(
            "DO $$ BEGIN CREATE ROLE shop_app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
             DO $$ BEGIN CREATE ROLE case_desk LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
             DO $$ BEGIN CREATE ROLE \"Odd \"\"role'\" NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
             DO $$ BEGIN CREATE ROLE shop_owner LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
             GRANT SELECT, INSERT, UPDATE, DELETE ON users, notes, talks TO shop_app, case_desk, shop_owner;",
        );
        Self { world, server }
    }

    fn planned(&mut self, undo: bool) -> Hidings {
        let mut session = self.world.other();
        planned(&mut session, &self.world, undo).expect("planned")
    }

    fn written(&mut self, undo: bool) -> Hidings {
        let hidings = self.planned(undo);
        write(&mut self.world.other(), &hidings).expect("written");
        hidings
    }

    /// What a role sees or does: rows as text.
    fn by(&self, role: &str, sql: &str) -> Vec<String> {
        let mut session = Session::open(Place::Server(self.server.clone()), Access::Write, Limits::default())
            .expect("a session");
        session.batch(&format!("SET ROLE {role}")).expect("the role");
        let rows = session.query_text(sql, &[]).unwrap_or_else(|fault| panic!("{role}: {fault}"));
        rows.iter().flatten().map(kept_core::plan::Value::shown).collect()
    }
}

fn planned(session: &mut Session, world: &World, undo: bool) -> Result<Hidings, StoreFault> {
    let schema = session.schema()?.with_places(&world.map);
    let map = Map::new(&world.map, &schema)?;
    plan(session, &map, undo)
}

fn statements(hidings: &Hidings) -> usize {
    hidings.tables.iter().map(|table| table.statements.len()).sum()
}

const USERS: &str = "SELECT id FROM users ORDER BY id";

#[test]
fn klr_98_postgresql_hides_restricted_rows_from_every_role_but_those_named() {
    let mut hidden = Hidden::new(RowSecurity {
        see: vec!["case_desk".to_owned(), "Odd \"role'".to_owned()],
        binds_owner: false,
    });
    hidden.written(false);
    assert_eq!(hidden.by("shop_app", USERS), ["1", "2"], "nobody is restricted yet");
    let wanted = steps(&mut hidden.world, &restricted());
    hidden.world.done(wanted);
    assert_eq!(hidden.by("shop_app", USERS), ["2"]);
    assert_eq!(hidden.by("shop_app", "SELECT id FROM notes ORDER BY id"), ["11"]);
    assert_eq!(hidden.by("shop_app", "SELECT id FROM talks ORDER BY id"), ["20"], "shared: not marked");
    assert_eq!(hidden.by("case_desk", USERS), ["1", "2"], "18(2): those who handle the case see it");
    assert_eq!(hidden.by("shop_app", "UPDATE users SET name = 'x' WHERE id = 1 RETURNING id").len(), 0);
    assert_eq!(hidden.by("shop_app", "DELETE FROM notes WHERE id = 10 RETURNING id").len(), 0);
    assert_eq!(hidden.by("shop_app", "INSERT INTO users VALUES (5, 'e', 'E', FALSE) RETURNING id"), ["5"]);
    let off = steps(&mut hidden.world, &Standing::default());
    hidden.world.done(off);
    assert_eq!(hidden.by("shop_app", USERS), ["1", "2", "5"], "lifted: seen again");
}

#[test]
fn row_security_is_written_once_follows_the_policy_and_is_taken_away_whole() {
    let security = RowSecurity { see: vec!["case_desk".to_owned()], binds_owner: false };
    let mut hidden = Hidden::new(security.clone());
    let dry = hidden.planned(false);
    assert_eq!(hidden.planned(false), dry, "a dry run changes nothing");
    assert!(statements(&hidden.written(false)) >= 15);
    assert_eq!(statements(&hidden.planned(false)), 0, "a second run finds nothing to do");
    hidden.world.map.row_security = Some(RowSecurity { see: Vec::new(), ..security });
    assert!(statements(&hidden.written(false)) > 0, "another list of roles is written");
    assert_eq!(statements(&hidden.planned(false)), 0);
    let wanted = steps(&mut hidden.world, &restricted());
    hidden.world.done(wanted);
    assert_eq!(hidden.by("case_desk", USERS), ["2"], "no longer named");
    // A table that the map marks no more is freed by the next run.
    hidden.world.map.tables.get_mut("talks").expect("talks").restricted = None;
    let freed = hidden.written(false);
    let talks = freed.tables.iter().find(|table| table.table == "public.talks").expect("talks");
    assert!(talks.statements.iter().any(|text| text.contains("DISABLE ROW LEVEL SECURITY")), "{talks:?}");
    hidden.written(true);
    assert_eq!(statements(&hidden.planned(true)), 0);
    assert_eq!(hidden.by("shop_app", USERS), ["1", "2"]);
    let left = "SELECT count(*) FROM pg_policy UNION ALL SELECT count(*) FROM pg_class WHERE relrowsecurity";
    assert_eq!(hidden.world.rows(left), ["0", "0"]);
}

#[test]
fn policies_of_the_companys_own_stay_in_force_and_are_left_as_they_were() {
    let mut hidden = Hidden::new(RowSecurity { see: Vec::new(), binds_owner: false });
    hidden.world.run(
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY;
         CREATE POLICY odd_only ON users FOR ALL TO PUBLIC USING (id = 1 OR id = 2 OR id > 100);
         INSERT INTO users VALUES (7, 'g', 'G', FALSE), (101, 'h', 'H', TRUE);",
    );
    hidden.written(false);
    assert_eq!(hidden.by("shop_app", USERS), ["1", "2"], "theirs still hides 7, kept's hides 101");
    hidden.written(true);
    assert_eq!(hidden.by("shop_app", USERS), ["1", "2", "101"]);
    hidden.world.run("ALTER TABLE users DISABLE ROW LEVEL SECURITY");
    let refused = planned(&mut hidden.world.other(), &hidden.world, false).expect_err("theirs lie ready");
    assert!(refused.to_string().contains("has policies of its own"), "{refused}");
}

#[test]
fn the_owner_is_bound_where_the_policy_says_so_and_kepts_own_role_always_sees() {
    let mut hidden = Hidden::new(RowSecurity { see: Vec::new(), binds_owner: false });
    hidden.world.run("ALTER TABLE users OWNER TO shop_owner; ALTER TABLE notes OWNER TO shop_owner");
    let told = hidden.written(false);
    assert!(told.tables.iter().any(|table| table.notes.iter().any(|note| note.contains("shop_owner"))));
    let wanted = steps(&mut hidden.world, &restricted());
    hidden.world.done(wanted);
    assert_eq!(hidden.by("shop_owner", USERS), ["1", "2"], "an owner is not bound by itself");
    hidden.world.map.row_security = Some(RowSecurity { see: Vec::new(), binds_owner: true });
    hidden.written(false);
    assert_eq!(hidden.by("shop_owner", USERS), ["2"]);
    assert_eq!(hidden.world.reached("email=ann@example.org").len(), 5, "kept sees all of them");
    hidden.world.map.row_security = Some(RowSecurity { see: Vec::new(), binds_owner: false });
    hidden.written(false);
    assert_eq!(hidden.by("shop_owner", USERS), ["1", "2"], "and is set free again");
    hidden.written(true);
    assert_eq!(hidden.world.rows("SELECT count(*) FROM pg_class WHERE relforcerowsecurity"), ["0"]);
}

#[test]
fn what_stands_in_the_way_of_row_security_is_said_before_anything_is_changed() {
    let mut hidden = Hidden::new(RowSecurity { see: vec!["nobody_here".to_owned()], binds_owner: false });
    let fault = planned(&mut hidden.world.other(), &hidden.world, false).expect_err("no such role");
    assert!(fault.to_string().contains("no role `nobody_here`"), "{fault}");
    hidden.world.map.row_security = Some(RowSecurity { see: Vec::new(), binds_owner: false });
    let mut weak = hidden.world.other();
    weak.batch("SET ROLE shop_app").expect("the role");
    let hidings = planned(&mut weak, &hidden.world, false).expect("planned");
    assert!(hidings.tables.iter().all(|table| !table.allowed), "{hidings:?}");
    let fault = write(&mut weak, &hidings).expect_err("not the owner's");
    assert!(fault.to_string().contains("only the owner of `public.users`"), "{fault}");
    assert_eq!(hidden.world.rows("SELECT count(*) FROM pg_policy"), ["0"]);
    let lite = World::new(Engine::Sqlite, SHOP, shop());
    assert!(planned(&mut lite.other(), &lite, false).is_err(), "only PostgreSQL hides rows");
}
