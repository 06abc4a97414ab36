//! Hostile inputs: nothing panics, hangs, or points outside its file.

use kept_core::policy::reader::fuzz::fuzz_reader;
use kept_core::policy::{SourceFile, examine, read};
use proptest::prelude::*;

#[test]
fn hostile_inputs_are_survived() {
    let deep_list = format!("a = {}1{}", "[".repeat(5000), "]".repeat(5000));
    let deep_table = format!("a = {}1{}", "{b=".repeat(5000), "}".repeat(5000));
    let deep_key = format!("edition = 1\n{}c = 1", "a.".repeat(20_000));
    let deep_heading = format!("[{}c]", "a.".repeat(20_000));
    let long_key = format!("edition = 1\n[purpose]\n{} = 1", "k".repeat((1 << 20) - 100));
    let long_text = format!("edition = 1\n[purpose.x]\nkeep = \"{}\"", "3 years ".repeat(100_000));
    let many = (0..20_000).map(|n| format!("[purpose.p{n}]\ndata=[\"d{n}\"]\n")).collect::<String>();
    // Found by tearing policies apart: brackets that do not match talk the parser's own limit down.
    let talked_down = |lure: &str, deep: &str| {
        format!("edition = 1\n{}b = {}", lure.repeat(20_000), deep.repeat(100_000)).into_bytes()
    };
    let inputs: Vec<Vec<u8>> = vec![
        talked_down("a={{}}\n", "{a="),
        talked_down("a={[]}\n", "["),
        talked_down("a={{}\n", "{a=["),
        talked_down("a={{}}\n", "{a{"),
        talked_down("a={]}\n", "{a=]{b=}"),
        Vec::new(),
        vec![0],
        vec![0; 64],
        vec![0xff, 0xfe, b'a', 0],
        b"\xef\xbb\xbfedition = 1".to_vec(),
        b"edition = 1\n[purpose.\xe9t\xe9]".to_vec(),
        b"edition = 1\r\n[purpose.x]\r\nkeep = '''\r\n3 yers'''\r\n".to_vec(),
        b"edition = 1\nedition = 1\n[a]\n[a]\na.b.c = 1\n[a.b]".to_vec(),
        b"edition = 99999999999999999999999".to_vec(),
        b"[[purpose]]\n[[purpose]]\n[purpose.x]".to_vec(),
        b"edition = 1\n[purpose.x]\nkeep = \"\\u0033 y\\u00e9ars\"".to_vec(),
        "edition = 1\n[purpose.\"\u{202e}\u{0}\"]\n[data.\"\"]".as_bytes().to_vec(),
        "edition = 1\n[group.a]\nof=[\"b\"]\n[group.b]\nof=[\"a\"]\n[purpose.x]\ndata=[\"a\"]"
            .as_bytes()
            .to_vec(),
        deep_list.into_bytes(),
        deep_table.into_bytes(),
        deep_key.into_bytes(),
        deep_heading.into_bytes(),
        long_key.into_bytes(),
        long_text.into_bytes(),
        many.into_bytes(),
    ];
    for (at, input) in inputs.iter().enumerate() {
        assert_eq!(fuzz_reader(input), Ok(()), "input {at}");
    }
}

#[test]
fn a_megabyte_of_anything_are_read_in_seconds() {
    let fill = |line: fn(usize) -> String| {
        let mut text = "edition = 1\n".to_owned();
        let mut number = 0;
        while text.len() < (1 << 20) - 200 {
            text.push_str(&line(number));
            number += 1;
        }
        text
    };
    let floods = [
        fill(|_| "a = 1\n".to_owned()),
        fill(|_| "[x]\n".to_owned()),
        fill(|n| format!("k{n} = 1\n")),
        fill(|n| format!("[purpose.p{n}]\ndata = [\"p{n}\"]\n[data.d{n}]\nfields = [\"a\"]\n")),
        fill(|n| format!("[group.g{n}]\nof = [\"g{}\"]\n[purpose.p{n}]\ndata=[\"g{n}\"]\n", n + 1)),
        fill(|n| format!("[store.s.table.t{n}]\nowned-by = {{ t{} = \"x\" }}\n", n + 1)),
        fill(|_| "= = =\n".to_owned()),
        format!("edition = 1\n[purpose.x]\ndata = [{}]", "\"shoes\",".repeat(100_000)),
    ];
    for (at, flood) in floods.iter().enumerate() {
        let begun = std::time::Instant::now();
        assert_eq!(fuzz_reader(flood.as_bytes()), Ok(()), "flood {at}");
        assert!(begun.elapsed().as_secs() < 30, "flood {at} took {:?}", begun.elapsed());
    }
}

/// Lines that differ by their number.
fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn what_multiplies_is_bounded() {
    let categories = numbered(2_000, |n| format!("[data.d{n}]\nfields = [\"a\"]\n"));
    let all = numbered(2_000, |n| format!("\"d{n}\", "));
    let bomb = format!("edition = 1\n{categories}[group.g]\nof = [{all}]\n")
        + &numbered(2_000, |n| format!("[purpose.p{n}]\ndata = \"g\"\n"));
    let strange = numbered(2_000, |n| format!("\"shoes{n}\", "));
    let words = "edition = 1\n[data.shoe]\nfields = [\"a\"]\n".to_owned()
        + &numbered(16, |n| format!("[purpose.p{n}]\ndata = [{strange}]\nrecipients = [{strange}]\n"));
    let nested = format!("edition = 1\n{categories}")
        + &numbered(30, |n| format!("[group.g{n}]\nof = [\"g{}\", {strange}]\n", n + 1))
        + &numbered(30, |n| format!("[purpose.p{n}]\ndata = \"g{n}\"\n"));
    let events = "edition = 1\n".to_owned()
        + &numbered(2_000, |n| format!("[event.e{n}]\nends = true\n[purpose.p{n}]\nkeep = \"until e{n}\"\n"));
    for (at, flood) in [bomb, words, nested, events].iter().enumerate() {
        let begun = std::time::Instant::now();
        let found = kept_core::policy::examine(&[SourceFile::new("a.toml", flood.as_str())]);
        assert!(found.diagnostics.len() <= 1_001, "flood {at}: {}", found.diagnostics.len());
        assert!(found.sound().is_err(), "flood {at} can't be served");
        assert!(begun.elapsed().as_secs() < 60, "flood {at} took {:?}", begun.elapsed());
    }
}

#[test]
fn groups_that_make_too_much_are_named_once() {
    let categories = numbered(600, |n| format!("[data.d{n}]\nfields = [\"a\"]\n"));
    let all = numbered(600, |n| format!("\"d{n}\", "));
    let text = format!("edition = 1\n{categories}[group.g]\nof = [{all}]\n")
        + &numbered(500, |n| format!("[purpose.p{n}]\ndata = \"g\"\n"));
    let read = read(&[SourceFile::new("a.toml", text)]);
    let named = read.diagnostics.iter().filter(|one| one.code == "key/too-many");
    let named: Vec<&str> = named.map(|one| one.message.as_str()).collect();
    assert_eq!(named, ["groups make more than 250000 mentions of data in this policy"]);
}

#[test]
fn of_too_many_findings_the_gravest_are_shown() {
    let advice = numbered(1_500, |n| format!("[recipient.r{n}]\nrole = \"controller\"\n"));
    let text = format!("edition = 1\n{advice}[purpose.z]\nbasis = \"because\"\n");
    let found = kept_core::policy::examine(&[SourceFile::new("a.toml", text)]);
    let codes: Vec<&str> = found.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(codes.len(), 1_001);
    assert!(codes.contains(&"purpose/unknown-basis") && codes.contains(&"policy/too-much"));
    assert!(found.sound().is_err());
}

#[test]
fn a_message_never_quotes_a_megabyte() {
    let long = "x".repeat(1 << 18);
    for text in [
        format!("edition = 1\n[data.{long}]"),
        format!("edition = 1\n[purpose.p]\ndata = [\"{long}\"]\nrecipients = \"{long}\"\nkeep = \"{long}\""),
        format!("edition = 1\n[notice]\nversion = \"{long}\"\nlanguages = [\"{long}\"]"),
        format!(
            "edition = 1\n[place.p]\nonly = [\"{long}\"]\n[cookie.c]\nname = \"{long}\"\nlife = \"{long}\""
        ),
        format!("edition = 1\n[rights-for.x]\nfor = \"{long}\"\n[disclosure.d]\nto = \"{long}\""),
        format!("edition = 1\n[disclosure.d]\ntell = {{ before = \"{long}\" }}"),
        format!("edition = {long}"),
    ] {
        let files = [SourceFile::new("a.toml", text)];
        for found in kept_core::policy::examine(&files).diagnostics {
            let help = found.help.as_deref().map_or(0, str::len);
            assert!(found.message.len() < 700 && help < 3_000, "{}: {}", found.code, found.message.len());
        }
    }
}

#[test]
fn other_encodings_are_called_by_their_name() {
    let said = |bytes: Vec<u8>| {
        let found = read(&[SourceFile::new("a.toml", bytes)]).diagnostics;
        assert_eq!(found[0].code, "toml/not-utf8");
        found[0].message.clone()
    };
    let wide = |order: fn(u16) -> [u8; 2], mark: &[u8]| {
        mark.iter().copied().chain("edition = 1\n".encode_utf16().flat_map(order)).collect::<Vec<u8>>()
    };
    assert!(said(wide(u16::to_le_bytes, b"\xff\xfe")).contains("is UTF-16 text"));
    assert!(said(wide(u16::to_be_bytes, b"\xfe\xff")).contains("is UTF-16 text"));
    assert!(said(wide(u16::to_le_bytes, b"")).contains("line 1 has a zero byte"));
    assert!(said(b"edition = 1\n# caf\xe9".to_vec()).contains("line 2 has a byte"));
}

#[test]
fn a_mark_of_byte_order_and_line_ends_of_windows_change_nothing() {
    let text = "edition = 1\n[people]\nuser = \"has an account\"\n[data.a]\nfields = [\"b\"]\ntipe = 1\n";
    let plain = read(&[SourceFile::new("a.toml", text)]);
    let place = |found: &[kept_core::diagnostic::Diagnostic]| {
        found.iter().find(|found| found.code == "key/unknown").unwrap().labels[0].span.start
    };
    for (other, moved) in [(format!("\u{feff}{text}"), 3), (text.replace('\n', "\r\n"), 5)] {
        let read = read(&[SourceFile::new("a.toml", other)]);
        assert_eq!(read.policy.unwrap().people, plain.policy.as_ref().unwrap().people);
        assert_eq!(place(&read.diagnostics), place(&plain.diagnostics) + moved);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_file_and_line() {
    let files =
        [SourceFile::new("a.toml", "edition = 1"), SourceFile::new("b.toml", b"x\ny = \"\xe9\"".to_vec())];
    let found = read(&files).diagnostics;
    assert_eq!(found[0].code, "toml/not-utf8");
    assert!(
        found[0].message.contains("`b.toml`") && found[0].message.contains("line 2"),
        "{}",
        found[0].message
    );
    assert_eq!(found[0].labels[0].span, 7..7, "where the byte stands");
}

#[test]
fn a_file_without_end_is_refused() {
    let files = [SourceFile::new("a.toml", vec![b'#'; 5 << 20])];
    let codes: Vec<&str> = read(&files).diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["toml/too-large"]);
}

fn klivar() -> Vec<u8> {
    let mut bytes = Vec::new();
    for file in super::folder::load(&super::folder::root().join("policies/klivar")) {
        if !file.name.starts_with("texts/") {
            bytes.extend_from_slice(&file.bytes);
            bytes.push(b'\n');
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_text_never_panics(text in "\\PC{0,400}") {
        prop_assert_eq!(fuzz_reader(text.as_bytes()), Ok(()));
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(fuzz_reader(&bytes), Ok(()));
    }

    #[test]
    fn a_mutated_policy_never_panics(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, "[\\PC\n\"\\[\\]={}.,]{0,12}"), 1..6)) {
        let mut bytes = klivar();
        for (at, length, text) in cuts {
            let at = at.index(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, text.bytes());
        }
        prop_assert_eq!(fuzz_reader(&bytes), Ok(()));
    }
}

#[test]
fn a_file_of_which_nothing_is_read_makes_nothing_else_seem_missing() {
    let whole = "edition = 1\n[purpose.p]\ndata = [\"somewhere\"]\nbasis = \"contract\"\n";
    let deep = "x = ".to_owned() + &"[".repeat(500);
    let large = "#".repeat(1_100_000);
    for broken in [b"[people]\nuser = \"caf\xe9\"\n".as_slice(), deep.as_bytes(), large.as_bytes()] {
        let files = [SourceFile::new("a.toml", whole), SourceFile::new("b.toml", broken)];
        let found = examine(&files).diagnostics;
        assert!(!found.is_empty() && found.iter().all(|one| one.code.starts_with("toml/")), "{found:#?}");
    }
}
