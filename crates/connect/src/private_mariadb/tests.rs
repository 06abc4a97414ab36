//! An instance is started for good here: these tests need MariaDB, and say so if it is missing.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::*;

/// Set for the copy of this test program that is to be killed.
const HOLDER_VARIABLE: &str = "KEPT_TEST_HOLD_MARIADB";

fn private() -> PrivateMariadb {
    PrivateMariadb::private_with(Install::Allowed, &[]).unwrap()
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

fn asked(url: &str, query: &str) -> String {
    connect(url).unwrap().query_first(query).unwrap().unwrap_or_default()
}

#[test]
fn an_instance_serves_databases_and_goes_with_its_owner() {
    let instance = private();
    let folder = instance.folder().unwrap().to_owned();
    assert_eq!(std::fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
    let root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    assert!(!root || std::fs::metadata(&folder).unwrap().uid() != 0, "the server never runs as root");
    let first = instance.database("Some name; with `marks`").unwrap();
    connect(&first).unwrap().query_drop("CREATE TABLE t (a INT)").unwrap();
    assert_eq!(asked(&first, "SELECT DATABASE()"), "some_name__with__marks__0");
    assert_eq!(asked(&first, "SELECT @@skip_networking"), "1");
    assert_ne!(instance.database("x").unwrap(), instance.database("x").unwrap());
    drop(instance);
    assert!(!folder.exists());
}

#[test]
fn a_server_that_is_not_ours_is_left_as_it_was_found() {
    let server = private();
    let mut own = connect(&server.url("")).unwrap();
    own.query_drop("CREATE DATABASE kept_test_0123456789abcdef_gone_0").unwrap();
    own.query_drop("CREATE DATABASE kept_test_of_somebody").unwrap();
    let guest = PrivateMariadb::guest(&server.url("")).unwrap();
    guest.database("one").unwrap();
    let left = || {
        let ours = "SELECT GROUP_CONCAT(SCHEMA_NAME) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'kept%'";
        asked(&server.url(""), ours)
    };
    assert_eq!(left().split(',').count(), 2, "its own, and that of somebody: {}", left());
    drop(guest);
    assert_eq!(left(), "kept_test_of_somebody");
}

/// Not a test of its own: what [`a_killed_owner_leaves_no_server_behind`] starts and kills.
#[test]
fn held_until_killed() {
    if std::env::var_os(HOLDER_VARIABLE).is_none() {
        return;
    }
    let instance = private();
    println!("folder={}", instance.folder().unwrap().display());
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_killed_owner_leaves_no_server_behind() {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "private_mariadb::tests::held_until_killed", "--nocapture"])
        .env(HOLDER_VARIABLE, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let found =
        lines.map_while(Result::ok).find_map(|line| line.split_once("folder=").map(|(_, at)| at.to_owned()));
    let folder = found.unwrap();
    let process = std::fs::read_to_string(Path::new(&folder).join("pid")).unwrap();
    let process = Path::new("/proc").join(process.trim());
    assert!(process.exists());
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(waited_for(|| !process.exists()), "the server still runs");
    assert!(waited_for(|| !Path::new(&folder).exists()), "the folder is still there");
}

#[test]
fn a_name_fits_whatever_it_is_made_of() {
    let name = database_name("kept_test_0123456789abcdef_", &"É'`x".repeat(40), 7);
    assert!(name.len() <= 64 && name.ends_with("_7"));
    assert!(name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric()));
}
