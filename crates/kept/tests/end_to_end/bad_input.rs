//! Wrong words, missing stores, two at a time: a clear message, and nothing lost.

use super::company::{ADA, Answer, Company, Desk, answered};

fn ada() -> String {
    format!("email={ADA}")
}

#[test]
fn identifiers_with_quotes_and_rare_characters_are_ordinary_and_change_nothing() {
    let company = Company::new(Desk::Postgres);
    let before = company.everything();
    for value in [
        "o'brien@example.org",
        "a\"b@example.org",
        "x'; DROP TABLE accounts; --@example.org",
        "\u{1f600}@example.org",
        "%@example.org",
        "_da.martin@example.org",
    ] {
        let answer = company.run(&["request", "access", "--person", &format!("email={value}")]);
        assert!(answer.code == 0 || answer.code == 2, "{value}: {}", answer.all());
        assert!(!answer.all().contains("shop.accounts"), "{value} found somebody");
        assert!(
            answer.code == 0 || !answer.err.contains(value),
            "an error repeats the identifier: {}",
            answer.err
        );
    }
    assert!(before == company.everything());
}

#[test]
fn what_is_no_identifier_is_refused_without_being_repeated() {
    let company = Company::new(Desk::File);
    for value in [
        "Quai-Marque",
        "email=Quai-Marque",
        "email=",
        "=Quai-Marque",
        "Quai!=Marque",
        "email=Quai@Marque..org",
    ] {
        let answer = company.run(&["request", "access", "--person", value]).ending(2);
        assert!(!answer.err.contains("Marque"), "{}", answer.err);
    }
    let unknown = company.run(&["request", "access", "--person", "passport=Quai-Marque"]);
    assert!(!unknown.err.contains("Marque"), "{}", unknown.err);
    assert_ne!(unknown.code, 0, "no table of the policy knows passports:\n{}", unknown.all());
}

#[test]
fn a_person_found_twice_is_picked_by_key() {
    let company = Company::new(Desk::File);
    company
        .shop()
        .execute_batch("UPDATE accounts SET email = 'ADA.martin@example.org' WHERE id = 4")
        .unwrap();
    let answer = company.run(&["request", "erase", "--yes", "--person", &ada()]);
    assert_ne!(answer.code, 0, "{}", answer.all());
    assert!(answer.all().contains("--pick"), "{}", answer.all());
    assert_eq!(company.in_shop("SELECT count(*) FROM accounts WHERE id IN (1, 4) AND email <> ''"), 2);
    let picked =
        company.run(&["request", "access", "--person", &ada(), "--pick", "shop.accounts=1"]).ending(0);
    assert!(picked.out.contains("06 39 98 12 34"), "{}", picked.out);
}

#[test]
fn a_store_that_is_not_there_is_named_and_does_not_stop_the_others() {
    let company = Company::new(Desk::File);
    std::fs::rename(company.file("desk.db"), company.file("desk.away")).unwrap();
    let access = company.run(&["request", "access", "--person", &ada()]).ending(1);
    assert!(access.all().contains("desk") && access.out.contains("shop.accounts"), "{}", access.all());
    let erase = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(1);
    assert!(erase.all().contains("desk"), "{}", erase.all());
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 0);
    std::fs::rename(company.file("desk.away"), company.file("desk.db")).unwrap();
    company.run(&["resume"]).ending(0);
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0);
}

#[test]
fn a_missing_variable_is_named() {
    let company = Company::new(Desk::File);
    company.rewrite("desk.toml", "url = \"desk.db\"", "url = { env = \"KEPT_DEMO_DESK_URL\" }");
    let answer = company.run(&["request", "access", "--person", &ada()]);
    assert_ne!(answer.code, 0);
    assert!(answer.all().contains("KEPT_DEMO_DESK_URL"), "{}", answer.all());
}

#[test]
fn a_renamed_column_is_named_with_its_table() {
    let company = Company::new(Desk::File);
    company.shop().execute_batch("ALTER TABLE orders RENAME COLUMN gift_note TO card").unwrap();
    let answer = company.run(&["request", "erase", "--yes", "--person", &ada()]);
    assert_ne!(answer.code, 0);
    assert!(answer.all().contains("gift_note") && answer.all().contains("orders"), "{}", answer.all());
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 3);
}

#[test]
fn a_damaged_store_is_a_message_and_no_crash() {
    let company = Company::new(Desk::File);
    std::fs::write(company.file("desk.db"), vec![7_u8; 8192]).unwrap();
    let answer = company.run(&["request", "access", "--person", &ada()]);
    assert!(answer.code == 1 || answer.code == 2, "{}", answer.all());
    assert!(answer.all().contains("desk") && !answer.all().contains("panicked"), "{}", answer.all());
}

#[test]
fn two_erasures_at_once_do_the_work_once_and_lose_nothing() {
    let company = Company::new(Desk::File);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| company.run(&["request", "erase", "--yes", "--person", &ada()])))
            .collect();
        for run in runs {
            let answer = run.join().unwrap();
            assert!(
                answer.code < 2 || answer.err.contains("help:") || answer.err.contains("again"),
                "{}",
                answer.all()
            );
        }
    });
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.in_shop("SELECT count(*) FROM accounts WHERE id = 1 AND email <> ''"), 0);
    assert_eq!(company.in_shop("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    company.ledger_is_sound();
}

#[test]
fn a_killed_erasure_is_taken_up_again() {
    let company = Company::new(Desk::File);
    // Another writer holds the shop, so that the command waits in the middle of its work.
    let blocker = company.shop();
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let policy = company.path().to_string_lossy().into_owned();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_kept"))
        .args(["request", "erase", "--yes", "--person", &ada(), "--policy", &policy])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    child.kill().unwrap();
    child.wait().unwrap();
    blocker.execute_batch("ROLLBACK").unwrap();
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 3);
    company.run(&["resume"]);
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 0);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0);
}

/// A command under which no file may grow beyond so many blocks of 512 bytes: what a full disk or a
/// quota does to a database.
fn cramped(company: &Company, arguments: &[&str], blocks: &str) -> Answer {
    let plain = company.command(arguments);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"", blocks]);
    command.arg(plain.get_program()).args(plain.get_args());
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    answered(&mut command)
}

#[test]
fn a_full_disk_undoes_a_stores_part_and_a_run_with_room_finishes_it() {
    // The limit is of files: Kept's own store is out of its way on a server.
    let company = Company::new(Desk::File).kept_in_postgres();
    let erase = ["request", "erase", "--yes", "--person", "email=ada.martin@example.org"];
    let before = company.everything();
    for blocks in ["8", "90"] {
        let full = cramped(&company, &erase, blocks).ending(1);
        assert!(full.all().contains("quota is full") && full.all().contains("make room"), "{}", full.all());
        assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 3, "{}", full.all());
        assert!(dump_of(&before, "accounts") == dump_of(&company.everything(), "accounts"));
    }
    company.run(&erase).ending(0);
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 0);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0);
    company.ledger_is_sound();
}

#[test]
fn a_full_disk_of_kepts_own_store_stops_everything_before_it_begins() {
    let company = Company::new(Desk::Postgres);
    company.run(&["audit"]);
    let before = company.everything();
    for blocks in ["8", "90", "140"] {
        let full = cramped(&company, &["request", "erase", "--yes", "--person", &ada()], blocks).ending(2);
        assert!(full.err.contains("full") && full.err.contains("make room"), "{blocks}: {}", full.all());
    }
    assert!(before == company.everything(), "something was done without an entry");
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 0);
}

#[test]
fn a_server_without_room_says_so_and_its_part_is_done_later() {
    let company = Company::new(Desk::Postgres);
    company.change_desk(
        "CREATE FUNCTION full_disk () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
            RAISE EXCEPTION 'no space for ada.martin@example.org' USING ERRCODE = 'disk_full'; END $$; \
         CREATE TRIGGER full_disk BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION full_disk ()",
    );
    let tickets = "SELECT count(*) FROM tickets WHERE contact_id = 1";
    let before = company.at_desk(tickets);
    let full = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(1);
    assert!(full.all().contains("quota is full"), "{}", full.all());
    assert!(!full.all().contains("no space for"), "{}", full.all());
    assert_eq!(company.at_desk(tickets), before);
    company.change_desk("DROP TRIGGER full_disk ON contacts");
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.at_desk(tickets), 0);
}

fn dump_of(everything: &str, table: &str) -> Vec<String> {
    everything.lines().filter(|line| line.starts_with(table)).map(str::to_owned).collect()
}

#[test]
fn a_lock_of_somebody_elses_is_waited_for_told_and_lost_by_nobody() {
    let company = Company::new(Desk::Postgres);
    let mut other = company.desk_client();
    let mut held = other.transaction().unwrap();
    held.execute("SELECT 1 FROM contacts WHERE id = 1 FOR UPDATE", &[]).unwrap();
    let locked = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(1);
    assert!(locked.all().contains("locked by another process"), "{}", locked.all());
    assert_eq!(
        company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"),
        0,
        "the shop did its part"
    );
    held.rollback().unwrap();
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 1);
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0);
}

#[test]
fn a_check_that_refuses_undoes_the_part_and_names_the_constraint() {
    let company = Company::new(Desk::Postgres);
    let rule = "ALTER TABLE ticket_notes ADD CONSTRAINT always_mentioned \
        CHECK (mentioned_contact_id IS NOT NULL) NOT VALID";
    company.change_desk(rule);
    let refused = company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(1);
    assert!(refused.all().contains("a CHECK constraint `always_mentioned`"), "{}", refused.all());
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 1);
    company.change_desk("ALTER TABLE ticket_notes DROP CONSTRAINT always_mentioned");
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    assert_eq!(company.at_desk("SELECT count(*) FROM contacts WHERE id = 1"), 0);
}

#[test]
fn a_check_of_stores_of_which_one_is_away_does_not_end_as_if_all_had_been_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "edition = 1\n[controller.c]\nname = \"C\"\ncountry = \"FR\"\npost = \"1 rue, 75001 Paris\"\n\
        email = \"a@c.example\"\n[notice]\nversion = 2026-01-01\nlanguages = [\"en\"]\n[people]\nuser = \"u\"\n\
        [rights]\nreply = \"1 month\"\n[data.d]\nfields = { mail = \"email\" }\n\
        [purpose.p]\ntitle = \"P\"\npeople = [\"user\"]\ndata = [\"d\"]\nbasis = \"contract\"\nkeep = \"for the contract\"\n\
        [store.away]\nengine = \"postgres\"\nurl = \"postgres://reader@127.0.0.1:9/none\"\n\
        [store.away.table.users]\nperson = \"user\"\nkey = \"id\"\nidentifies = { email = \"mail\" }\n\
        columns = { mail = \"d.mail\" }\n";
    std::fs::write(folder.path().join("policy.toml"), policy).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kept"));
    let answer = answered(command.args(["check", "--stores"]).arg(folder.path()));
    assert_eq!(answer.code, 1, "{}", answer.all());
    assert!(answer.err.contains("store `away` could not be asked"), "{}", answer.err);
    let last = answer.err.trim_end().lines().last().unwrap_or_default().to_owned();
    assert_eq!(last, "not looked at: `away`", "{}", answer.err);
}
