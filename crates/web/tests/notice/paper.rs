//! The notice on paper: a PDF that carries its structure, checked by tools that read PDFs where the
//! machine has them, and by its bytes in any case.

use std::process::Command;

use kept_core::notice::StatementId;
use kept_core::policy::Policy;
use kept_web::notice::{Scope, notice_pdf};

use crate::{klivar, whole};

fn pdf(policy: &Policy, language: &str) -> Vec<u8> {
    notice_pdf(policy, &language.into(), &Scope::Whole).unwrap().bytes
}

/// What a program prints about a PDF; `None` where the machine does not have it.
fn told(program: &str, arguments: &[&str], bytes: &[u8]) -> Option<String> {
    let name = format!("kept-notice-{}-{program}-{}.pdf", std::process::id(), arguments.join(""));
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).arg(&path);
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = command.output();
    std::fs::remove_file(&path).unwrap();
    let output = output.ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_pdf_says_its_language_its_title_and_that_it_is_pdf_ua() {
    for language in ["en", "fr", "nl"] {
        let bytes = pdf(&whole::policy(), language);
        assert!(bytes.starts_with(b"%PDF-1.7"));
        assert!(
            holds(&bytes, &format!("/Lang({language})")) || holds(&bytes, &format!("/Lang ({language})"))
        );
        assert!(holds(&bytes, "pdfuaid:part") && holds(&bytes, "/MarkInfo") && holds(&bytes, "/Outlines"));
        assert!(holds(&bytes, "/DisplayDocTitle true"));
        assert!(bytes.len() < 400_000, "{} bytes", bytes.len());
    }
}

#[test]
fn the_same_notice_gives_the_same_bytes() {
    assert_eq!(pdf(&klivar::policy(), "fr"), pdf(&klivar::policy(), "fr"));
}

#[test]
fn its_structure_has_headings_lists_tables_and_links() {
    let Some(tree) = told("pdfinfo", &["-struct"], &pdf(&whole::policy(), "en")) else { return };
    for part in ["H1", "H2", "H3", "P (block)", "L (block)", "LI", "LBody", "Table", "TH", "TD", "Link"] {
        assert!(tree.contains(part), "{part} is missing in {}", &tree[..tree.len().min(2000)]);
    }
}

#[test]
fn its_fonts_are_embedded() {
    let Some(fonts) = told("pdffonts", &[], &pdf(&whole::policy(), "fr")) else { return };
    let rows: Vec<_> = fonts.lines().skip(2).collect();
    assert_eq!(rows.len(), 2, "{fonts}");
    assert!(rows.iter().all(|row| row.contains("OpenSans") && row.contains("yes yes yes")), "{fonts}");
}

#[test]
fn every_word_of_the_page_is_on_paper_with_its_accents() {
    for language in ["en", "fr", "nl"] {
        let Some(paper) = told("pdftotext", &["-raw"], &pdf(&whole::policy(), language)) else { return };
        let page = crate::said(&whole::policy(), language, kept_web::notice::Format::Html);
        let words = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
        let paper = words(&paper);
        for section in ["section-rights-title", "section-purposes-title", "section-never-title"] {
            let title = page.split(&format!("id=\"{section}\">")).nth(1).unwrap();
            let title = words(title.split('<').next().unwrap());
            assert!(paper.contains(&title), "{title}");
        }
        let sentence = match language {
            "fr" => "conservéesséparément",
            "nl" => "Uwtoestemmingintrekken",
            _ => "keptapart",
        };
        assert!(paper.contains(sentence), "{sentence}");
    }
}

#[test]
fn letters_that_the_fonts_lack_are_told_with_the_statements_they_stand_in() {
    let mut policy = klivar::policy();
    policy.controllers["klivar"].name = "株式会社 Ωμέγα Ltd".to_owned();
    policy.purposes["billing"].title.written = "Billing \u{1F600}".to_owned();
    let paper = notice_pdf(&policy, &"en".into(), &Scope::Whole).unwrap();
    let found = paper.lacking.iter().map(|one| {
        let ids: Vec<_> = one.statements.iter().map(StatementId::as_str).collect();
        format!("{} {}", one.letter, ids.join(" "))
    });
    let found: Vec<_> = found.collect();
    assert!(found.iter().any(|one| one.starts_with("株 ") && one.contains("controller.klivar")), "{found:?}");
    assert!(
        found.iter().any(|one| one.starts_with("\u{1F600} ") && one.contains("purpose.billing")),
        "{found:?}"
    );
    assert_eq!(found.len(), 5, "{found:?}");
    if let Some(text) = told("pdftotext", &[], &paper.bytes) {
        assert!(text.contains("Ωμέγα") && text.contains("\u{FFFD} Ωμέγα"), "{text}");
    }
    let plain = notice_pdf(&klivar::policy(), &"fr".into(), &Scope::Whole).unwrap();
    assert_eq!(plain.lacking, []);
}

#[test]
fn letters_of_any_alphabet_and_words_of_any_length_do_not_stop_it() {
    let mut policy = klivar::policy();
    policy.controllers["klivar"].name = "Ltd \u{1F600}\u{202E}\u{0}\u{644}\u{627}".to_owned();
    assert!(!pdf(&policy, "en").is_empty());
    policy.purposes["billing"].title.written = "wort".repeat(2_000);
    assert!(!pdf(&policy, "en").is_empty());
}

#[test]
fn no_page_is_left_half_empty_after_the_contents() {
    for policy in [whole::policy()].into_iter().chain(crate::real::all()) {
        let language = policy.notice.languages[0].as_str();
        let second = told("pdftotext", &["-f", "2", "-l", "2", "-layout"], &pdf(&policy, language));
        let Some(second) = second else { return };
        let lines = second.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(lines > 25, "{language}: {lines} lines\n{second}");
    }
}
