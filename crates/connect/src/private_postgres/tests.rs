//! An instance is started for good here: these tests need PostgreSQL, and say so if it is missing.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::*;

/// Set for the copy of this test program that is to be killed.
const HOLDER_VARIABLE: &str = "KEPT_TEST_HOLD_POSTGRES";

fn private() -> Options {
    Options { server_variable: false, ..Options::for_tests() }
}

fn waited_for(done: impl Fn() -> bool) -> bool {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(20) {
        if done() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

fn count(url: &str, query: &str) -> i64 {
    Client::connect(url, NoTls).unwrap().query_one(query, &[]).unwrap().get(0)
}

#[test]
fn an_instance_serves_databases_and_goes_with_its_owner() {
    let instance = PrivatePostgres::start(&private()).unwrap();
    let folder = instance.folder().unwrap().to_owned();
    let first = instance.database("Some name; with marks").unwrap();
    Client::connect(&first, NoTls).unwrap().batch_execute("CREATE TABLE t AS SELECT 1 AS a").unwrap();
    let copy = instance.database_like(&first, "copy").unwrap();
    assert_eq!(count(&copy, "SELECT count(*) FROM t"), 1);
    assert_eq!(
        count(&instance.database("empty").unwrap(), "SELECT count(*) FROM pg_class WHERE relname = 't'"),
        0
    );
    assert_ne!(instance.database("x").unwrap(), instance.database("x").unwrap());
    assert!(instance.bin_dir().unwrap().join("initdb").is_file());
    drop(instance);
    assert!(!folder.exists());
}

#[test]
fn nobody_else_can_enter_the_folder_and_no_network_address_listens() {
    let instance = PrivatePostgres::start(&private()).unwrap();
    let folder = instance.folder().unwrap();
    assert_eq!(std::fs::metadata(folder).unwrap().mode() & 0o777, 0o700);
    let url = instance.url("postgres");
    assert_eq!(count(&url, "SELECT (current_setting('listen_addresses') = '')::int::int8"), 1);
    let root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    assert!(!root || std::fs::metadata(folder).unwrap().uid() != 0, "the server never runs as root");
}

#[test]
fn its_log_never_repeats_a_value() {
    let instance = PrivatePostgres::start(&private()).unwrap();
    let url = instance.database("values").unwrap();
    let mut client = Client::connect(&url, NoTls).unwrap();
    client.batch_execute("CREATE TABLE t (a text PRIMARY KEY); INSERT INTO t VALUES ('marked')").unwrap();
    client.batch_execute("INSERT INTO t VALUES ('marked')").unwrap_err();
    let log = std::fs::read_to_string(instance.folder().unwrap().join("log")).unwrap();
    assert!(log.contains("duplicate key") && !log.contains("marked"), "{log}");
}

#[test]
fn a_kept_folder_holds_its_data_until_the_next_start() {
    let root = tempfile::Builder::new().prefix("kept").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(root.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let options = Options { folder: Some(root.path().join("postgres")), ..private() };
    let instance = PrivatePostgres::start(&options).unwrap();
    let url = instance.ensure_database("demo").unwrap();
    Client::connect(&url, NoTls).unwrap().batch_execute("CREATE TABLE t AS SELECT 1 AS a").unwrap();
    assert!(matches!(PrivatePostgres::start(&options), Err(PostgresError::InUse(_))));
    drop(instance);
    let again = PrivatePostgres::start(&options).unwrap();
    assert_eq!(count(&again.ensure_database("demo").unwrap(), "SELECT count(*) FROM t"), 1);
}

#[test]
fn what_a_killed_server_left_behind_is_not_taken_for_a_running_one() {
    let root = tempfile::Builder::new().prefix("kept").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(root.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let options = Options { folder: Some(root.path().join("postgres")), ..private() };
    let left = root.path().join("postgres/data/postmaster.pid");
    let instance = PrivatePostgres::start(&options).unwrap();
    let text = std::fs::read_to_string(&left).unwrap();
    drop(instance);
    std::fs::write(&left, text).unwrap();
    std::os::unix::fs::chown(
        &left,
        Some(std::fs::metadata(root.path().join("postgres")).unwrap().uid()),
        None,
    )
    .unwrap();
    let again = PrivatePostgres::start(&options).unwrap();
    assert_eq!(count(&again.url("postgres"), "SELECT 1::int8"), 1);
}

#[test]
fn tests_of_one_process_share_an_instance() {
    let (one, other) = (PrivatePostgres::shared().unwrap(), PrivatePostgres::shared().unwrap());
    assert!(std::ptr::eq(one, other));
    assert_eq!(count(&one.database("shared").unwrap(), "SELECT 1::int8"), 1);
}

#[test]
fn a_folder_that_cannot_hold_a_socket_is_refused_before_anything_runs() {
    for folder in ["relative".to_owned(), format!("/tmp/{}", "x".repeat(120))] {
        let options = Options { folder: Some(folder.into()), ..private() };
        assert!(matches!(PrivatePostgres::start(&options), Err(PostgresError::Folder(_))));
    }
}

/// Not a test of its own: what [`a_killed_owner_leaves_no_server_behind`] starts and kills.
#[test]
fn held_until_killed() {
    if std::env::var_os(HOLDER_VARIABLE).is_none() {
        return;
    }
    let instance = PrivatePostgres::start(&private()).unwrap();
    println!("folder={}", instance.folder().unwrap().display());
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_killed_owner_leaves_no_server_behind() {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "private_postgres::tests::held_until_killed", "--nocapture"])
        .env(HOLDER_VARIABLE, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let found =
        lines.map_while(Result::ok).find_map(|line| line.split_once("folder=").map(|(_, at)| at.to_owned()));
    let folder = found.unwrap();
    let process = std::fs::read_to_string(Path::new(&folder).join("data/postmaster.pid")).unwrap();
    let process = Path::new("/proc").join(process.lines().next().unwrap());
    assert!(process.exists());
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(waited_for(|| !process.exists()), "the server still runs");
    assert!(waited_for(|| !Path::new(&folder).exists()), "the folder is still there");
}

#[test]
fn a_server_that_is_not_ours_is_left_as_it_was_found() {
    let server = PrivatePostgres::start(&private()).unwrap();
    let base = url::Base::of_socket(server.folder().unwrap());
    let mut control = connect(&server.url("postgres")).unwrap();
    create(&mut control, "kept_test_0123456789abcdef_gone_0", "template1").unwrap();
    create(&mut control, "kept_test_of_somebody", "template1").unwrap();
    let prefix = foreign_prefix();
    sweep_foreign(&mut control, &prefix).unwrap();
    let guest =
        PrivatePostgres { control: Mutex::new(control), base, prefix, made: AtomicU32::new(0), server: None };
    guest.database("one").unwrap();
    let kept_ones = "SELECT count(*) FROM pg_database WHERE datname LIKE 'kept\\_test\\_%'";
    assert_eq!(count(&server.url("postgres"), kept_ones), 2, "its own, and that of somebody");
    drop(guest);
    assert_eq!(count(&server.url("postgres"), kept_ones), 1, "that of somebody");
}

#[test]
fn a_name_fits_whatever_it_is_made_of() {
    let name = database_name("kept_test_0123456789abcdef_", &"É'\"x".repeat(40), 7);
    assert!(
        name.len() <= 63
            && name.ends_with("_7")
            && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
    );
}
