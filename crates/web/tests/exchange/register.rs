//! `kept register`: every element of Art. 30, in every format and language.

use std::io::Cursor;

use calamine::{Data, Ods, Reader};
use indexmap::IndexMap;
use kept_core::policy::Policy;
use kept_core::policy::model::{
    Cookie, CookieClass, CookieSettings, Custody, Disclosure, Drawn, Duty, Joint, OwnRecord, Retention,
    Statistics, Text,
};
use kept_core::time::{Day, Span};
use kept_web::register::{Format, register};
use serde_json::Value;

use crate::world::shipped;

fn text(written: &str) -> Text {
    Text { path: format!("path.{written}"), written: written.to_owned() }
}

fn today() -> Day {
    "2026-11-22".parse().unwrap()
}

fn statistics(policy: &mut Policy) {
    policy.statistics.insert(
        "web".to_owned(),
        Statistics {
            id: "web".to_owned(),
            title: text("Visits of the shop"),
            counts: vec!["pages".to_owned()],
            reads: vec!["ip-address".to_owned()],
            drops: vec!["ip-address".to_owned()],
            smallest_group: Some(5),
            recipients: Vec::new(),
            tool: None,
            statement: None,
            drawn: Drawn::default(),
        },
    );
}

/// A policy in which every kind of processing stands.
fn full() -> Policy {
    let mut policy = shipped("demo");
    let controller = policy.controllers.values_mut().next().unwrap();
    controller.officer = Some("Zoë Officer, dpo@feuillevent.example".to_owned());
    controller.representative = Some("Rep SA, Paris".to_owned());
    controller.registered.insert("siren".to_owned(), "909093148".to_owned());
    policy.joint.insert(
        "fair".to_owned(),
        Joint {
            id: "fair".to_owned(),
            with: text("The Seed Fair association"),
            essence: Some(text("They run the register, we answer requests.")),
            purposes: vec!["swaps".into()],
        },
    );
    let mailing = policy.recipients.get_mut("mailing").unwrap();
    mailing.country = Some("US".to_owned());
    mailing.safeguard = Some(text("standard contractual clauses of 2021"));
    policy.recipients.get_mut("carrier").unwrap().country = Some("IN".to_owned());
    policy.duties.insert(
        "encryption".to_owned(),
        Duty {
            id: "encryption".to_owned(),
            what: text("Disks are encrypted."),
            owner: None,
            every: Some(Span::months(12)),
            due: None,
            before: None,
            evidence: None,
            security: true,
        },
    );
    policy.own.insert(
        OwnRecord::Refusals,
        Retention::Criterion {
            criterion: text("as long as the objection stands"),
            ends: None,
            review: Some(Span::years(3)),
            at_most: None,
            then_anonymised: false,
        },
    );
    policy.disclosures.insert(
        "police".to_owned(),
        Disclosure {
            id: "police".to_owned(),
            title: text("Demands of the police"),
            to: vec!["authority".to_owned()],
            data: Vec::new(),
            bases: Vec::new(),
            needs: vec!["legal-reference".to_owned()],
            tell: None,
            secrecy: None,
        },
    );
    statistics(&mut policy);
    policy.cookies = Some(cookies());
    policy.custody.insert("gardens".to_owned(), custody());
    policy
}

fn cookies() -> CookieSettings {
    let class = CookieClass {
        id: "traffic".to_owned(),
        title: text("Traffic"),
        why: Some(text("to see which pages are read")),
        consent: Some(true),
        exempt: None,
        life: Some(Span::months(13)),
        purpose: None,
    };
    let cookie = |id: &str, classes: &[&str]| Cookie {
        id: id.to_owned(),
        names: vec![format!("_{id}*")],
        classes: classes.iter().map(|one| (*one).to_owned()).collect(),
        life: Some(Span::ZERO),
        why: None,
        recipient: Some("hosting".into()),
        reads: Vec::new(),
    };
    CookieSettings {
        classes: IndexMap::from([("traffic".to_owned(), class)]),
        cookies: IndexMap::from([
            ("visits".to_owned(), cookie("visits", &["traffic"])),
            ("stray".to_owned(), cookie("stray", &[])),
        ]),
        ..CookieSettings::default()
    }
}

fn custody() -> Custody {
    Custody {
        id: "gardens".to_owned(),
        title: text("Garden plans of schools"),
        customer: Some(text("schools")),
        under: Some(text("the hosting agreement")),
        data: Vec::new(),
        tasks: vec!["hosting".to_owned(), "back-up".to_owned()],
        retention: Retention::Missing,
        then: Some(text("return or erase")),
        requests: Some(text("pass on in 2 working days")),
        protection: Some(text("separate disks")),
        recipients: vec!["mailing".into()],
    }
}

fn made(policy: &Policy, language: &str, format: Format) -> Vec<u8> {
    register(policy, &language.into(), today(), format).unwrap()
}

fn said(policy: &Policy, language: &str, format: Format) -> String {
    String::from_utf8(made(policy, language, format)).unwrap()
}

fn json(policy: &Policy, language: &str) -> Value {
    serde_json::from_str(&said(policy, language, Format::Json)).unwrap()
}

fn rows(document: &Value, record: usize) -> &Vec<Value> {
    document["records"][record]["activities"].as_array().unwrap()
}

fn row<'a>(document: &'a Value, id: &str) -> &'a Value {
    let all = document["records"].as_array().unwrap().iter();
    let mut all = all.flat_map(|record| record["activities"].as_array().unwrap());
    all.find(|row| row["id"] == id).unwrap_or_else(|| panic!("no row {id}"))
}

fn cell(document: &Value, id: &str, column: &str) -> String {
    row(document, id)[column].as_array().map_or_else(String::new, |said| {
        said.iter().map(|one| one.as_str().unwrap()).collect::<Vec<_>>().join(" | ")
    })
}

#[test]
fn every_element_of_the_first_paragraph_stands_in_the_record() {
    let document = json(&full(), "en");
    let controller = document["controllers"][0].to_string();
    for part in [
        "Feuillevent",
        "SIREN 909 093 148",
        "26400 Crest",
        "dpo@feuillevent.example",
        "Rep SA, Paris",
        "The Seed Fair association",
        "They run the register",
    ] {
        assert!(controller.contains(part), "(a) {part} in {controller}");
    }
    let swaps = |column| cell(&document, "purpose.swaps", column);
    assert!(swaps("controller").contains("The Seed Fair association"));
    let letter = |column| cell(&document, "purpose.newsletter", column);
    assert!(letter("purpose").starts_with("To write to you about sowing"), "(b) {}", letter("purpose"));
    assert_eq!(letter("basis"), "Consent (Art. 6(1)(a) GDPR)");
    assert!(letter("people").contains("account in our shop"), "(c)");
    assert!(letter("data").starts_with("Identification data (e-mail address)"), "(c) {}", letter("data"));
    assert_eq!(letter("recipients"), "Newsletter service (processor, United States)", "(d)");
    assert!(letter("transfers").contains("2023/1795"), "(e) {}", letter("transfers"));
    assert!(letter("transfers").contains("standard contractual clauses of 2021"), "(e)");
    assert_eq!(letter("keep"), "For 3 years after the last contact", "(f)");
    assert_eq!(document["security"][0], "Disks are encrypted (reviewed every year)", "(g)");
    let account = cell(&document, "purpose.account", "transfers");
    assert!(account.contains("India: no safeguard stated"), "{account}");
}

#[test]
fn archives_disclosures_cookies_statistics_and_own_records_are_processing_too() {
    let policy = full();
    let document = json(&policy, "en");
    let archive = |column| cell(&document, "purpose.customer-file.archive", column);
    assert!(archive("security").contains("Read only by legal department"), "{}", archive("security"));
    assert_eq!(archive("keep"), "For 5 years in the archive");
    let police = |column| cell(&document, "disclosure.police", column);
    assert_eq!(police("recipients"), "Public authority");
    let cookies = |column| cell(&document, "cookie-class.traffic", column);
    assert!(cookies("keep").contains("13 months at most"), "{}", cookies("keep"));
    assert!(cookies("data").contains("_visits*") && cookies("basis").starts_with("Consent"));
    assert!(cell(&document, "cookies", "data").contains("_stray*"));
    assert!(cell(&document, "statistics.web", "data").contains("IP address"));
    let refusals = |column| cell(&document, "own.refusals", column);
    assert!(refusals("purpose").contains("21(3)"));
    assert_eq!(refusals("keep"), "As long as the objection stands; reviewed every 3 years");
    let expected = policy.purposes.len() + 3 + policy.disclosures.len() + 2 + 1 + policy.own.len();
    assert_eq!(rows(&document, 0).len(), expected);
}

#[test]
fn every_element_of_the_second_paragraph_stands_in_the_record() {
    let document = json(&full(), "en");
    assert_eq!(document["records"][1]["article"], "GDPR 30(2)");
    let charge = |column| cell(&document, "custody.gardens", column);
    assert_eq!(charge("controller"), "Schools, under the hosting agreement");
    assert_eq!(charge("purpose"), "Hosting | Back up");
    assert!(charge("recipients").contains("Newsletter service"));
    assert!(charge("transfers").contains("United States"));
    assert!(charge("keep").ends_with("then return or erase"));
    assert!(charge("security").contains("Separate disks") || charge("security").contains("separate disks"));
    assert_eq!(charge("basis"), "", "a processor has no basis of its own");
}

#[test]
fn a_policy_that_holds_nothing_for_others_has_one_record() {
    let document = json(&shipped("demo"), "en");
    assert_eq!(document["records"].as_array().unwrap().len(), 1);
}

/// Reads CSV as RFC 4180 has it.
fn parsed(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '"') if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(letters.next(), Some('\n'), "a line ends in CR LF");
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (false, '\n') => panic!("a bare LF outside quotes"),
            (_, other) => cell.push(other),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted, "the last line has no end");
    rows
}

#[test]
fn the_lines_are_rectangular_and_each_stands_for_itself() {
    for language in ["en", "fr", "nl"] {
        let policy = full();
        let rows = parsed(&said(&policy, language, Format::Csv));
        assert!(rows.iter().all(|row| row.len() == 12), "{language}");
        assert!(rows[1..].iter().all(|row| row[0].starts_with("Art. 30(")));
        let letter = rows.iter().find(|row| row[1] == "purpose.newsletter").unwrap();
        assert!(letter[3].contains("dpo@feuillevent.example"), "{}", letter[3]);
    }
    let rows = parsed(&said(&full(), "en", Format::Csv));
    assert!(rows.iter().all(|row| row[1] == "Rule" || row[11].contains("Disks are encrypted")));
}

#[test]
fn no_cell_is_a_formula_in_a_spreadsheet() {
    for nasty in [
        "=HYPERLINK(\"http://x\",\"y\")",
        "+1+1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1+1",
        "|calc",
        "%0A=1",
        "a\"b,c\r\nd",
    ] {
        let mut policy = full();
        policy.purposes.get_mut("newsletter").unwrap().title = text(nasty);
        policy.controllers.values_mut().next().unwrap().name = nasty.to_owned();
        policy.duties.get_mut("encryption").unwrap().what = text(nasty);
        let rows = parsed(&said(&policy, "en", Format::Csv));
        for cell in rows.iter().flatten() {
            let first = cell.trim_start_matches([' ', '\u{a0}']).chars().next();
            assert!(!first.is_some_and(|letter| "=+-@\t\r|%＝".contains(letter)), "{cell:?}");
        }
        assert!(rows.iter().all(|row| row.len() == 12));
    }
}

#[test]
fn the_spreadsheet_reads_back_with_every_row_as_text() {
    let mut policy = full();
    policy.purposes.get_mut("newsletter").unwrap().title = text("=1+1 & <b>\u{0}");
    let mut book: Ods<_> = Ods::new(Cursor::new(made(&policy, "fr", Format::Ods))).unwrap();
    let names = book.sheet_names();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names[1..], ["Art. 30(1)", "Art. 30(2)"]);
    let sheet = book.worksheet_range("Art. 30(1)").unwrap();
    let document = json(&policy, "fr");
    assert_eq!(sheet.height(), rows(&document, 0).len() + 1);
    assert!(sheet.used_cells().all(|(_, _, cell)| matches!(cell, Data::String(_))));
    let first: Vec<String> = sheet.rows().map(|row| row[0].to_string()).collect();
    assert!(first.contains(&"=1+1 & <b>\u{fffd}".to_owned()), "{first:?}");
    let formulas = book.worksheet_formula("Art. 30(1)").unwrap();
    assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()));
    let front = book.worksheet_range(&names[0]).unwrap();
    let front: Vec<String> = front.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    assert!(front.iter().any(|cell| cell.contains("dpo@feuillevent.example")));
}

#[test]
fn the_spreadsheet_opens_with_its_type_uncompressed_and_first() {
    let bytes = made(&shipped("demo"), "en", Format::Ods);
    assert!(bytes.starts_with(b"PK\x03\x04"));
    assert_eq!(&bytes[30..38], b"mimetype");
    assert_eq!(&bytes[38..84], b"application/vnd.oasis.opendocument.spreadsheet");
    assert_eq!(bytes, made(&shipped("demo"), "en", Format::Ods), "the same record, the same bytes");
}

#[test]
fn the_page_needs_no_script_and_what_a_policy_writes_is_no_markup() {
    let mut policy = full();
    policy.purposes.get_mut("newsletter").unwrap().title = text("<script>alert(1)</script>");
    for language in ["en", "fr", "nl"] {
        let page = said(&policy, language, Format::Html);
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
        assert!(page.contains(&format!("<html lang=\"{language}\">")) && page.contains("A4 landscape"));
        assert!(page.contains("id=\"purpose.newsletter\"") && page.contains("id=\"custody.gardens\""));
        assert!(!page.contains("register-") && !page.contains("{$"), "a key leaks in {language}");
        assert_eq!(page.matches("<h1>").count(), 1);
    }
}

#[test]
fn the_record_speaks_of_people_and_not_to_them() {
    for (language, yours) in
        [("en", [" your ", " you "]), ("fr", [" votre ", " vous "]), ("nl", [" uw ", " u "])]
    {
        let policy = full();
        let document = json(&policy, language);
        for row in rows(&document, 0) {
            let keep = row["keep"].to_string();
            assert!(!yours.iter().any(|word| keep.contains(word)), "{language}: {keep}");
        }
    }
}

#[test]
fn a_decision_that_no_longer_holds_protects_nothing() {
    let mut policy = full();
    let mailing = policy.recipients.get_mut("mailing").unwrap();
    mailing.country = Some("GB".to_owned());
    mailing.safeguard = None;
    let at = |day: &str| {
        let bytes = register(&policy, &"en".into(), day.parse().unwrap(), Format::Json).unwrap();
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        cell(&document, "purpose.newsletter", "transfers")
    };
    assert!(at("2024-01-01").contains("adequacy decision"), "{}", at("2024-01-01"));
    assert!(at("2099-01-01").contains("no safeguard stated"));
}

#[test]
fn an_empty_policy_has_a_record_that_says_so() {
    let mut policy = shipped("demo");
    policy.purposes.clear();
    policy.controllers.clear();
    policy.duties.clear();
    let page = said(&policy, "en", Format::Html);
    assert!(page.contains("declares no processing") && page.contains("no measure of security"));
    assert_eq!(parsed(&said(&policy, "en", Format::Csv)).len(), 1);
    let book: Ods<_> = Ods::new(Cursor::new(made(&policy, "en", Format::Ods))).unwrap();
    assert_eq!(book.sheet_names().len(), 2);
}

#[test]
fn klx_37_the_record_tells_whether_each_partner_is_certified() {
    let mut policy = shipped("klaxoon");
    let said = |policy: &Policy, language: &str| {
        String::from_utf8(register(policy, &language.into(), today(), Format::Json).unwrap()).unwrap()
    };
    assert!(
        said(&policy, "en")
            .contains("North Workshops SAS, certified from 1 March 2025 until 29 February 2028")
    );
    assert!(
        said(&policy, "fr").contains("North Workshops SAS, certifié du 1er mars 2025 au 29 février 2028")
    );
    let partners = policy.recipients.get_mut("certified-partners").unwrap();
    partners.members.get_mut("south").unwrap().until = None;
    partners.members.get_mut("north").unwrap().certified = None;
    let now = said(&policy, "en");
    assert!(now.contains("North Workshops SAS, not certified"));
    assert!(now.contains("South Workshops SARL, certified since 1 March 2023"));
}
