//! What only stores of files have: bytes that stay as they are, files that somebody else changes,
//! runs that are killed between two files, and everything that can be wrong with a file.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use kept_connect::engine::Mode as Transaction;
use kept_connect::{Access, Applied, Failed, Folder, Found, Limits, Mode, Place, Session, StoreFault, open};
use kept_core::identifier::Identifier;
use kept_core::plan::{Action, Step, StorePlan, Value};
use kept_core::policy::model::store::{ArchiveWay, Engine, FileFormat, Store, Table, Url};
use kept_core::time::Zone;

use crate::world::{COMMIT, Says, receipt, table};

const CSV: FileFormat = FileFormat::Csv { delimiter: None };

/// A folder of files with its map.
struct Files {
    folder: tempfile::TempDir,
    map: Store,
}

impl Files {
    fn new(format: FileFormat, files: &[(&str, &[u8])], tables: Vec<Table>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).expect("written");
        }
        let map = Store {
            name: "exports".into(),
            engine: Engine::Sqlite,
            files: Some(format),
            http: None,
            url: Url::Written(folder.path().display().to_string()),
            zone: Zone::utc(),
            server: None,
            seat: None,
            place: None,
            holds: indexmap::IndexMap::new(),
            tables: tables.into_iter().map(|table| (table.name.clone(), table)).collect(),
            not_personal: Vec::new(),
            row_security: None,
        };
        Self { folder, map }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).expect("a file")).expect("text")
    }

    /// The names of everything in the folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn apply(&self, steps: Vec<Step>, mode: Mode) -> Result<Applied, Failed> {
        let plan = StorePlan { store: self.map.name.clone(), steps };
        let mut store = open(&self.map, Path::new("."), &|_| None).map_err(Failed::Fault)?;
        store.apply(&self.map, &plan, mode, &mut || true, &receipt())
    }

    fn find(&self, by: &str) -> Result<Vec<Found>, StoreFault> {
        let by = Identifier::parse(by).expect("an identifier");
        open(&self.map, Path::new("."), &|_| None)?.find(&self.map, &by, &receipt())
    }

    fn session(&self) -> Session {
        self.session_for(Access::Write).expect("a session")
    }

    fn session_for(&self, access: Access) -> Result<Session, StoreFault> {
        let format = self.map.files.clone().expect("files");
        let folder = Folder::of(&self.map, self.folder.path().to_owned(), format);
        Session::open(Place::Folder(folder), access, Limits::default())
    }

    /// The words of what is wrong with the files.
    fn told(&self) -> String {
        self.find("email=ann@example.org").expect_err("something wrong").to_string()
    }
}

fn step(table: &str, action: Action, keys: &[&str]) -> Step {
    let keys = keys.iter().map(|key| vec![Value::Text((*key).to_owned())]).collect();
    Step { table: table.into(), action, keys, reasons: Vec::new(), columns: Vec::new() }
}

fn delete(table: &str, keys: &[&str]) -> Step {
    step(table, Action::Delete, keys)
}

fn empty(table: &str, columns: &[&str], keys: &[&str]) -> Step {
    step(table, Action::Empty { columns: columns.iter().map(|column| (*column).into()).collect() }, keys)
}

fn leads() -> Vec<Table> {
    vec![
        table("leads")
            .person("prospect")
            .key(&["id"])
            .identifies("email", "email")
            .columns(&["email", "name"]),
    ]
}

const LEADS: &[u8] = b"\xef\xbb\xbfid;\"email\";name ; note;phone\r\n\
    1;ann@example.org;\"Ann \"\"A\"\" Bell\";\"two\nlines; and a sign\";0123\r\n\
    2;\"bob@example.org\";Bob;;+32 \r\n\
    \r\n\
    3;eve@example.org;\"\";\xc3\xa9;\n\
    4;dan@example.org;Dan;last;7";

#[test]
fn what_is_not_changed_in_a_csv_file_keeps_every_byte() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    let before = files.text("leads.csv");
    let applied = files.apply(vec![delete("leads", &["2"]), empty("leads", &["name"], &["1"])], COMMIT);
    assert_eq!(applied.expect("applied").changed, 2);
    let wanted =
        before.replace("2;\"bob@example.org\";Bob;;+32 \r\n", "").replace("\"Ann \"\"A\"\" Bell\"", "");
    assert_eq!(files.text("leads.csv"), wanted);
    assert_eq!(files.names(), ["leads.csv"]);
    // Nothing to do is nothing written.
    let stamp = fs::metadata(files.path("leads.csv")).expect("a file").ino();
    files.apply(vec![delete("leads", &["2"]), empty("leads", &["name"], &["1"])], COMMIT).expect("applied");
    assert_eq!(fs::metadata(files.path("leads.csv")).expect("a file").ino(), stamp);
}

#[test]
fn the_mark_before_the_first_line_stays_when_that_line_goes() {
    let text: &[u8] = b"\xef\xbb\xbf{\"id\":\"1\",\"email\":\"ann@example.org\",\"name\":\"Ann\"}\n{\"id\":\"2\",\"email\":\"bob@example.org\"}\n";
    let files = Files::new(FileFormat::JsonLines, &[("leads.jsonl", text)], leads());
    assert_eq!(files.apply(vec![delete("leads", &["1"])], COMMIT).expect("applied").changed, 1);
    assert_eq!(files.text("leads.jsonl"), "\u{feff}{\"id\":\"2\",\"email\":\"bob@example.org\"}\n");
    assert_eq!(files.apply(vec![delete("leads", &["2"])], COMMIT).expect("applied").changed, 1);
    assert!(files.find("email=bob@example.org").expect("looked").is_empty());
}

#[test]
fn nothing_and_an_empty_text_are_two_things_in_csv() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    let rows = |sql: &str| files.session().query_text(sql, &[]).expect("rows").len();
    assert_eq!(rows("SELECT 1 FROM leads WHERE name = ''"), 1);
    assert_eq!(rows("SELECT 1 FROM leads WHERE note IS NULL"), 1);
    assert_eq!(rows("SELECT 1 FROM leads WHERE phone = '0123'"), 1);
    // A file that quotes everything says nothing by an empty pair of quotes.
    let quoted =
        b"\"id\",\"email\",\"name\"\n\"1\",\"ann@example.org\",\"\"\n\"2\",\"bob@example.org\",\"Bob\"\n";
    let files = Files::new(CSV, &[("leads.csv", quoted)], leads());
    assert_eq!(
        files.session().query_text("SELECT 1 FROM leads WHERE name IS NULL", &[]).expect("rows").len(),
        1
    );
    files.apply(vec![empty("leads", &["name", "email"], &["2"])], COMMIT).expect("applied");
    assert!(files.text("leads.csv").ends_with("\"2\",\"\",\"\"\n"), "{}", files.text("leads.csv"));
}

#[test]
fn a_value_written_into_csv_is_quoted_where_it_must_be() {
    let mut tables = leads();
    tables[0] = tables[0].clone().emptied("name", "erased; \"x\"").emptied("email", "none");
    let files = Files::new(CSV, &[("leads.csv", LEADS)], tables);
    files.apply(vec![empty("leads", &["name", "email"], &["2", "4"])], COMMIT).expect("applied");
    let text = files.text("leads.csv");
    assert!(text.contains("2;\"none\";\"erased; \"\"x\"\"\";;+32 \r\n"), "{text}");
    assert!(text.ends_with("4;none;\"erased; \"\"x\"\"\";last;7"), "{text}");
}

const EVENTS: &[u8] =
    b"{\"id\": \"a1\", \"email\":\"ann@example.org\", \"n\": 1.50, \"tags\": [ \"x\" , {\"y\":null} ]}\r\n\
    {\"name\":\"Bob\",\"id\":\"b2\",\"email\":\"bob@example.org\",\"extra\":{\"k\":\"v\"},\"vip\":true}\n\
    \n\
    {  }\n\
    {\"id\":\"c3\",\"n\":12345678901234567890123,\"email\":null}";

fn events() -> Vec<Table> {
    vec![
        table("events")
            .person("user")
            .identifies("email", "email")
            .columns(&["email", "name", "tags", "vip"]),
    ]
}

#[test]
fn what_is_not_changed_in_a_file_of_json_lines_keeps_every_byte() {
    let tables = vec![events()[0].clone().key(&["id"]).emptied("name", "gone").emptied("vip", "false")];
    let bytes = String::from_utf8(EVENTS.to_vec()).expect("text").replace("{  }\n", "");
    let files = Files::new(FileFormat::JsonLines, &[("events.jsonl", bytes.as_bytes())], tables);
    let applied = files
        .apply(
            vec![empty("events", &["email", "name", "tags", "vip"], &["a1"]), delete("events", &["b2"])],
            COMMIT,
        )
        .expect("applied");
    assert_eq!((applied.changed, applied.left), (2, 0));
    assert_eq!(
        files.text("events.jsonl"),
        "{\"id\": \"a1\", \"email\":null, \"n\": 1.50, \"tags\": null,\"name\":\"gone\",\"vip\":false}\r\n\
         \n{\"id\":\"c3\",\"n\":12345678901234567890123,\"email\":null}"
    );
}

#[test]
fn a_line_without_its_key_is_an_error_that_names_the_line() {
    let tables = vec![events()[0].clone().key(&["id"])];
    let files = Files::new(FileFormat::JsonLines, &[("events.jsonl", EVENTS)], tables);
    assert_eq!(
        files.told(),
        "`events.jsonl`, line 4: it has no `id`, which the policy calls the table's key"
    );
}

#[test]
fn rows_move_to_an_archive_of_files() {
    let tables = vec![leads()[0].clone().archived(ArchiveWay::Table("old".to_owned()))];
    let old = b"phone;note;name;email;id\n9;n;Old;old@example.org;0";
    let files = Files::new(CSV, &[("leads.csv", LEADS), ("old.csv", old)], tables.clone());
    files.apply(vec![step("leads", Action::Archive, &["1", "2"])], COMMIT).expect("applied");
    assert_eq!(
        files.text("old.csv"),
        "phone;note;name;email;id\n9;n;Old;old@example.org;0\n0123;\"two\nlines; and a sign\";\"Ann \"\"A\"\" Bell\";ann@example.org;1\n\"+32 \";;Bob;bob@example.org;2\n"
    );
    assert!(!files.text("leads.csv").contains("ann@"));
    // An archive of JSON lines begins as an empty file.
    let line = b"{\"id\":1,\"email\":\"ann@example.org\",\"name\":\"Ann\",\"ok\":true,\"none\":null}\n";
    let files = Files::new(FileFormat::JsonLines, &[("leads.jsonl", line), ("old.jsonl", b"")], tables);
    files.apply(vec![step("leads", Action::Archive, &["1"])], COMMIT).expect("applied");
    assert_eq!(
        files.text("old.jsonl"),
        "{\"id\":1,\"email\":\"ann@example.org\",\"name\":\"Ann\",\"ok\":true}\n"
    );
    assert_eq!(files.text("leads.jsonl"), "");
    assert!(files.find("email=ann@example.org").expect("an empty file is a table").is_empty());
}

#[test]
fn what_is_wrong_with_a_csv_file_is_told_with_its_line_and_no_value() {
    let cases: [(&[u8], &str); 14] = [
        (b"id,email,name\n1,secret@example.org\n", "line 2: it has 2 fields where the first line names 3"),
        (
            b"id,email,name\n1,a,b\n2,secret,\"x\ny\",z\n",
            "line 3: it has 4 fields where the first line names 3",
        ),
        (b"id,email,name\n1,secret,\"x\n", "line 2: a quote is opened and never closed"),
        (
            b"id,email,name\n1,secret,x\"y\n2,\"\n",
            "line 2: a quote stands within a field that does not begin with one",
        ),
        (b"id,email,name\n1,secret,\"x\"y\n", "line 2: text follows a closing quote"),
        (b"id,email,name\n1,\"x\ny\",\xe9secret\n", "line 3: a byte is not UTF-8; save the file as UTF-8"),
        (b"id,email,email,name\n", "line 1: two columns are called `email`"),
        (
            b"id,Email,email,name\n",
            "line 1: columns `Email` and `email` differ in case only; rename one of them",
        ),
        (b"", "line 1: the first line must name the columns, and is empty"),
        (b"\n1,secret,x\n", "line 1: the first line must name the columns, and is empty"),
        (b"\xff\xfei\0d\0", "line 1: the file is UTF-16; save it as UTF-8"),
        (
            b"id,email,name\n1,a,b\n,secret,x\n",
            "line 3: it has no `id`, which the policy calls the table's key",
        ),
        (
            b"id,email,name\n1,a,b\n1,secret,x\n",
            "line 3: an earlier row has the same `id`, which the policy calls the table's key",
        ),
        (
            b"id,email,name\r1,secret,x\r",
            "line 1: a carriage return stands alone; lines end with LF or CR LF",
        ),
    ];
    for (bytes, wanted) in cases {
        let files = Files::new(CSV, &[("leads.csv", bytes)], leads());
        assert_eq!(files.told(), format!("`leads.csv`, {wanted}"), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn what_is_wrong_with_json_lines_is_told_with_its_line_and_no_value() {
    let cases: [(&[u8], &str); 6] = [
        (b"{\"id\":1}\n[\"secret\"]\n", "line 2: it is JSON but no object"),
        (b"{\"id\":1}\n{\"id\":secret}\n", "line 2: it is not one JSON value"),
        (b"{\"id\":1} {\"id\":2}\n", "line 1: it is not one JSON value"),
        (b"{\"id\":1,\"id\":2}\n", "line 1: the object has two members of one name"),
        (b"{\"id\":1,\"a\":\"\xff\"}\n", "line 1: a byte is not UTF-8; save the file as UTF-8"),
        (b"{\"id\":1}\n{\"id\":2,\"\x00\":1}\n", "line 2: it is not one JSON value"),
    ];
    for (bytes, wanted) in cases {
        let files = Files::new(FileFormat::JsonLines, &[("leads.jsonl", bytes)], leads());
        assert_eq!(files.told(), format!("`leads.jsonl`, {wanted}"));
    }
}

#[test]
fn a_file_or_folder_that_is_not_there_is_named() {
    let files = Files::new(CSV, &[("lead.csv", b"id\n")], leads());
    assert_eq!(files.told(), "there is no table `leads`; did you mean `lead`?");
    let mut gone = Files::new(CSV, &[], leads());
    gone.map.url = Url::Written(gone.path("nowhere").display().to_string());
    assert!(gone.told().contains("there is no folder"), "{}", gone.told());
    let mut file = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    file.map.url = Url::Written(file.path("leads.csv").display().to_string());
    assert!(file.told().contains("name the folder that holds it"), "{}", file.told());
}

#[test]
fn a_file_that_nobody_maps_may_be_as_it_likes() {
    let files = Files::new(CSV, &[("leads.csv", LEADS), ("broken.csv", b"a,b\n\"")], leads());
    assert_eq!(files.find("email=ann@example.org").expect("found").len(), 1);
    files.apply(vec![delete("leads", &["1"])], COMMIT).expect("applied");
    assert_eq!(files.text("broken.csv"), "a,b\n\"");
}

#[test]
fn a_file_that_somebody_changed_meanwhile_is_not_replaced() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    let theirs = "id,email,name\n1,new@example.org,New\n";
    let mut session = files.session();
    let outcome = session.transaction(Transaction::Change, |session| {
        session.execute_text("DELETE FROM leads WHERE id = '1'", &[])?;
        fs::write(files.path("leads.csv"), theirs).expect("written");
        Ok::<(), StoreFault>(())
    });
    assert_eq!(outcome, Err(StoreFault::FileChanged { file: "leads.csv".to_owned() }));
    assert_eq!(files.text("leads.csv"), theirs);
    assert_eq!(files.names(), ["leads.csv"]);
    // The next look sees their file; its columns are others.
    assert_eq!(session.query_text("SELECT 1 FROM leads", &[]), Err(StoreFault::SchemaChanged));
    assert_eq!(session.query_text("SELECT 1 FROM leads", &[]).expect("rows").len(), 1);
}

#[test]
fn a_file_that_was_changed_before_the_run_is_read_anew() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    let mut session = files.session();
    let mut text = files.text("leads.csv");
    text.push_str("\n5;new@example.org;New;;\n");
    fs::write(files.path("leads.csv"), &text).expect("written");
    let deleted = session.transaction(Transaction::Change, |session| {
        session.execute_text("DELETE FROM leads WHERE id = '5'", &[])
    });
    assert_eq!(deleted, Ok(1));
    assert_eq!(files.text("leads.csv"), text.replace("5;new@example.org;New;;\n", ""));
}

#[test]
fn runs_one_after_the_other_in_one_session_keep_the_other_rows() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    let mut session = files.session();
    for (sql, left) in [
        ("DELETE FROM leads WHERE id = '2'", 3),
        ("UPDATE leads SET name = 'E' WHERE id = '3'", 3),
        ("DELETE FROM leads WHERE id = '4'", 2),
        ("INSERT INTO leads (id, email) VALUES ('9', 'nine@example.org')", 3),
        ("UPDATE leads SET name = NULL WHERE id = '1'", 3),
    ] {
        session
            .transaction(Transaction::Change, |session| session.execute_text(sql, &[]))
            .unwrap_or_else(|fault| panic!("{fault}"));
        let read = files.session().query_text("SELECT id FROM leads", &[]).expect("rows");
        assert_eq!(read.len(), left, "{sql}\n{}", files.text("leads.csv"));
    }
    assert_eq!(
        files.text("leads.csv"),
        "\u{feff}id;\"email\";name ; note;phone\r\n1;ann@example.org;;\"two\nlines; and a sign\";0123\r\n\r\n3;eve@example.org;\"E\";é;\n9;nine@example.org;;;\r\n"
    );
}

#[test]
fn while_one_changes_a_folder_another_waits_and_a_reader_sees_all_or_nothing() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    let lock = fs::File::open(files.folder.path()).expect("a folder");
    lock.lock().expect("locked");
    let limits = Limits { lock: std::time::Duration::from_millis(50), ..Limits::default() };
    let folder = Folder::of(&files.map, files.folder.path().to_owned(), CSV);
    let refused = Session::open(Place::Folder(folder), Access::Read, limits).expect_err("locked");
    assert_eq!(refused, StoreFault::Locked);
    lock.unlock().expect("unlocked");
    assert!(files.session_for(Access::Read).is_ok());
}

fn two() -> (Vec<Table>, [(&'static str, &'static [u8]); 2]) {
    let tables = vec![
        table("people").person("user").key(&["id"]).identifies("email", "email").columns(&["email"]),
        table("notes").key(&["id"]).owned_by("people", "person").columns(&["body"]),
    ];
    let people: &[u8] = b"id,email\n1,ann@example.org\n2,bob@example.org\n";
    let notes: &[u8] = b"id,person,body\n7,1,about ann\n8,2,about bob\n";
    (tables, [("people.csv", people), ("notes.csv", notes)])
}

#[test]
fn a_run_killed_between_two_files_is_finished_by_whoever_opens_the_folder_next() {
    let (tables, contents) = two();
    // As the kill leaves it: both files written and listed, the first already renamed.
    let digest = |bytes: &[u8]| {
        use sha2::Digest;
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let after: [(&str, &[u8]); 2] =
        [("people.csv", b"id,email\n2,bob@example.org\n"), ("notes.csv", b"id,person,body\n8,2,about bob\n")];
    for renamed in 0..=2 {
        for access in [Access::Write, Access::Read] {
            let files = Files::new(CSV, &contents, tables.clone());
            let mut list = Vec::new();
            for (place, ((name, new), (_, old))) in after.iter().zip(&contents).enumerate() {
                let path = files.path(name);
                let beside = files.path(&format!(".{name}.kept-new"));
                let to = if place < renamed { &path } else { &beside };
                fs::write(to, new).expect("written");
                list.push(serde_json::json!({
                    "file": path, "new": beside, "was": digest(old), "becomes": digest(new)
                }));
            }
            fs::write(files.path(".kept-commit"), serde_json::to_vec(&list).expect("a list"))
                .expect("written");
            drop(files.session_for(access).expect("a session"));
            for (name, new) in after {
                assert_eq!(files.text(name).as_bytes(), new, "{renamed} {access:?}");
            }
            assert_eq!(files.names(), ["notes.csv", "people.csv"], "{renamed} {access:?}");
        }
    }
}

#[test]
fn a_list_left_by_a_killed_run_never_replaces_what_somebody_wrote_since() {
    let (tables, contents) = two();
    let files = Files::new(CSV, &contents, tables);
    fs::write(files.path(".people.csv.kept-new"), "id,email\n").expect("written");
    let list = serde_json::json!([{
        "file": files.path("people.csv"), "new": files.path(".people.csv.kept-new"), "was": "00", "becomes": "00"
    }]);
    fs::write(files.path(".kept-commit"), list.to_string()).expect("written");
    drop(files.session());
    assert_eq!(files.text("people.csv").as_bytes(), contents[0].1);
    assert_eq!(files.names(), ["notes.csv", "people.csv"]);
}

#[test]
fn a_new_file_left_by_a_killed_run_is_removed_with_the_rows_in_it() {
    let files =
        Files::new(CSV, &[("leads.csv", LEADS), (".leads.csv.kept-new", b"id,email\n1,half")], leads());
    drop(files.session_for(Access::Read).expect("a session"));
    assert_eq!(files.names().len(), 2, "a reader changes nothing");
    drop(files.session());
    assert_eq!(files.names(), ["leads.csv"]);
}

#[test]
fn after_an_erasure_no_file_of_the_folder_holds_the_bytes() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    files.apply(vec![delete("leads", &["1"])], Mode::Rehearse).expect("rehearsed");
    assert!(files.text("leads.csv").contains("ann@example.org"));
    let applied = files.apply(vec![delete("leads", &["1"])], Mode::Commit { vacuum: true }).expect("applied");
    assert!(applied.is_scrubbed);
    for name in files.names() {
        assert!(!files.text(&name).contains("ann@example.org"), "{name}");
    }
    // Row by row the file is what the copy says, also after a vacuum.
    assert!(files.text("leads.csv").contains("bob@example.org"));
}

#[test]
fn a_replaced_file_keeps_its_rights_and_is_found_behind_a_link() {
    let files = Files::new(CSV, &[], leads());
    let elsewhere = tempfile::tempdir().expect("a folder");
    let real = elsewhere.path().join("real.csv");
    fs::write(&real, LEADS).expect("written");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("rights");
    std::os::unix::fs::symlink(&real, files.path("leads.csv")).expect("a link");
    files.apply(vec![delete("leads", &["1"])], COMMIT).expect("applied");
    assert!(fs::symlink_metadata(files.path("leads.csv")).expect("a link").is_symlink());
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
    assert!(!fs::read_to_string(&real).expect("text").contains("ann@"));
    assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 1);
}

#[test]
fn a_file_with_another_name_elsewhere_is_not_changed() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    fs::hard_link(files.path("leads.csv"), files.path("other.txt")).expect("a link");
    let failed = files.apply(vec![delete("leads", &["1"])], COMMIT).expect_err("refused").to_string();
    assert!(failed.contains("`leads.csv`: it has several hard links"), "{failed}");
    assert_eq!(files.text("leads.csv").as_bytes(), LEADS);
    assert_eq!(files.names(), ["leads.csv", "other.txt"]);
}

#[test]
fn a_folder_opened_for_reading_is_never_changed() {
    let files = Files::new(CSV, &[("leads.csv", LEADS)], leads());
    let mut session = files.session_for(Access::Read).expect("a session");
    assert_eq!(session.query_text("SELECT 1 FROM leads", &[]).expect("rows").len(), 4);
    let refused = session.execute_text("DELETE FROM leads WHERE id = '1'", &[]);
    assert_eq!(refused, Err(StoreFault::ReadOnly));
    let refused = session.transaction(Transaction::Rehearse, |session| {
        session.execute_text("DELETE FROM leads WHERE id = '1'", &[])
    });
    assert_eq!(refused, Err(StoreFault::ReadOnly));
}

#[test]
fn digits_in_a_date_column_of_csv_are_days_or_seconds_by_their_number() {
    let mut table = leads()[0].clone();
    table.events.insert(
        "collection".into(),
        kept_core::policy::model::EventSource::Column {
            column: "at".into(),
            null: kept_core::policy::model::Nulls::Unknown,
            or: None,
        },
    );
    let bytes = b"id,email,name,at\n1,a,A,20240110\n2,b,B,1704888000\n3,c,C,1704888000000\n4,d,D,2024-01-10\n5,e,E,0123456789\n";
    let files = Files::new(CSV, &[("leads.csv", bytes)], vec![table]);
    let rows = files
        .session()
        .query_text("SELECT kept_day(kept_date(at, 'UTC'), 'UTC') FROM leads ORDER BY id", &[])
        .expect("rows");
    let days: Vec<String> = rows.iter().map(|row| row[0].shown()).collect();
    assert_eq!(days, ["2024-01-10", "2024-01-10", "2024-01-10", "2024-01-10", ""]);
}

#[test]
fn a_member_that_no_line_has_is_said_and_counts_as_empty() {
    let tables = vec![leads()[0].clone().columns(&["phone"]).emptied("phone", "none")];
    let line = b"{\"id\":\"1\",\"email\":\"ann@example.org\",\"name\":null}\n";
    let files = Files::new(FileFormat::JsonLines, &[("leads.jsonl", line)], tables);
    let schema = files.session().schema().expect("a schema");
    let said: Vec<String> =
        kept_connect::check_map(&files.map, &schema).into_iter().map(|finding| finding.message).collect();
    assert_eq!(said, ["no line has `phone`: it counts as empty everywhere"]);
    files.apply(vec![empty("leads", &["phone"], &["1"])], COMMIT).expect("applied");
    assert!(
        files.text("leads.jsonl").contains("\"name\":null,\"phone\":\"none\"}"),
        "{}",
        files.text("leads.jsonl")
    );
}
