//! Words: the same keys and variables in every language, none unused, none missing.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::policy::Policy;
use kept_core::policy::keep::{Keep, Limit, Phase, Stage, When};
use kept_core::policy::model::OccasionKind;
use kept_core::standing::{Stage as Standing, Why};
use kept_core::time::Span;
use kept_core::timeline::Right;
use kept_web::words::Words;

const FILES: [(&str, &str); 3] = [
    (
        "en",
        concat!(
            include_str!("../../words/en.ftl"),
            "\n",
            include_str!("../../words/register/en.ftl"),
            "\n",
            include_str!("../../words/difference/en.ftl")
        ),
    ),
    (
        "fr",
        concat!(
            include_str!("../../words/fr.ftl"),
            "\n",
            include_str!("../../words/register/fr.ftl"),
            "\n",
            include_str!("../../words/difference/fr.ftl")
        ),
    ),
    (
        "nl",
        concat!(
            include_str!("../../words/nl.ftl"),
            "\n",
            include_str!("../../words/register/nl.ftl"),
            "\n",
            include_str!("../../words/difference/nl.ftl")
        ),
    ),
];

/// Families of words that a policy's own names pick.
const FAMILIES: &[&str] = &[
    "adequacy-",
    "event-",
    "act-",
    "way-",
    "otherwise-",
    "country-",
    "registered-",
    "staff-",
    "need-",
    "differs-",
    "changed-",
    "choice-",
    "special-",
    "proof-",
    "datum-",
    "task-",
    "covers-",
    "via-",
    "ask-",
    "applies-",
    "language-",
    "by-",
    "names-",
];

/// Every key of a language with the variables that its message uses.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
            key = name.to_owned();
            assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
        }
        for rest in line.split('$').skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
            found.get_mut(&key).unwrap().insert(name);
        }
    }
    found
}

/// Every key of a language.
pub(crate) fn keys(language: &str) -> Vec<String> {
    let (_, source) = FILES.into_iter().find(|(code, _)| *code == language).unwrap();
    messages(source).into_keys().collect()
}

fn sources(folder: &std::path::Path, out: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            out.push_str(text.split("#[cfg(test)]").next().unwrap());
        }
    }
}

fn literals() -> BTreeSet<String> {
    let mut text = String::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    text.split('"').map(str::to_owned).collect()
}

#[test]
fn every_language_has_the_same_keys_with_the_same_variables() {
    let english = messages(FILES[0].1);
    for (language, source) in &FILES[1..] {
        let other = messages(source);
        let missing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
        let extra: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{language} lacks {missing:?}, has more {extra:?}");
        for (key, variables) in &english {
            // A language may need a number only for its grammar; it may never drop or invent a fact.
            let theirs = &other[key];
            assert_eq!(variables, theirs, "{key} in {language}");
        }
    }
}

#[test]
fn words_that_speak_of_people_replace_known_ones_with_the_same_variables() {
    let of_people = [
        include_str!("../../words/record/en.ftl"),
        include_str!("../../words/record/fr.ftl"),
        include_str!("../../words/record/nl.ftl"),
    ];
    let english: Vec<String> = messages(of_people[0]).into_keys().collect();
    for ((language, source), instead) in FILES.iter().zip(of_people) {
        let (known, instead) = (messages(source), messages(instead));
        for (key, variables) in &instead {
            assert_eq!(known.get(key), Some(variables), "{key} in {language}");
        }
        assert_eq!(instead.into_keys().collect::<Vec<_>>(), english, "{language}");
    }
}

#[test]
fn no_key_is_unused() {
    let literals = literals();
    let unused: Vec<_> = keys("en")
        .into_iter()
        .filter(|key| !FAMILIES.iter().any(|family| key.starts_with(family)))
        .filter(|key| !literals.contains(key))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_key_that_the_code_names_exists() {
    let mut text = String::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    let known: BTreeSet<_> = keys("en").into_iter().collect();
    let mut named = 0;
    for call in [".say(\"", ".word(\"", "named(composer, \"", "plain(\"", "=> with(\"", "=> \"", "(\"label-"]
    {
        for rest in text.split(call).skip(1) {
            let key = rest.split('"').next().unwrap();
            let key = if call == "(\"label-" { format!("label-{key}") } else { key.to_owned() };
            // Other literals follow an arrow too; a key has a dash and no blank.
            let is_key = key.contains('-') && !key.contains(' ');
            if call != "=> \"" || (is_key && !key.starts_with("GDPR-") && !key.starts_with("A6-")) {
                named += 1;
                assert!(known.contains(&key), "{key} has no words");
            }
        }
    }
    assert!(named > 100, "the scanner found only {named} keys");
}

#[test]
fn event_kinds_that_every_policy_knows_have_words() {
    let known: BTreeSet<_> = keys("fr").into_iter().collect();
    for event in [
        "collection",
        "contract-start",
        "contract-end",
        "account-deletion",
        "last-contact",
        "request-received",
        "request-closed",
        "left-organisation",
        "consent-given",
        "consent-end",
    ] {
        assert!(known.contains(&format!("event-{event}")), "{event}");
    }
}

fn period(
    policy: &Policy,
    language: &str,
    stages: Vec<(Limit, Phase)>,
    at_most: Option<Span>,
    anonymised: bool,
) -> String {
    let stages = stages.into_iter().map(|(limit, phase)| Stage { limit, phase }).collect();
    let keep = Keep { stages, at_most, then_anonymised: anonymised, written: String::new() };
    Words::load(&language.into()).unwrap().period(policy, &keep)
}

#[test]
fn every_form_of_period_is_said_in_english_and_french() {
    let policy = crate::klivar::policy();
    let live = Phase::Live;
    let both = || vec!["contract-end".into(), "account-deletion".into()];
    let cases = vec![
        (
            vec![(Limit::Until(When::Event("contract-end".into())), live)],
            "until the end of the contract",
            "jusqu’à la fin du contrat",
        ),
        (
            vec![(Limit::Until(When::Event("last-contact".into())), live)],
            "until the last contact",
            "jusqu’au dernier contact",
        ),
        (
            vec![(Limit::Until(When::FirstOf(both())), live)],
            "until the end of the contract or the deletion of your account, whichever comes first",
            "jusqu’à la fin du contrat ou à la suppression de votre compte, selon ce qui survient en premier",
        ),
        (
            vec![(
                Limit::After(
                    Span::years(3),
                    When::LatestOf(vec!["collection".into(), "last-contact".into()]),
                ),
                live,
            )],
            "for 3 years after collection or the last contact, whichever comes last",
            "pendant 3 ans à compter de la collecte ou du dernier contact, selon ce qui survient en dernier",
        ),
        (
            vec![
                (Limit::CalendarYearOf(OccasionKind::Request), live),
                (Limit::More(Span::years(2)), Phase::Archive),
            ],
            "until the end of the calendar year of your request, then 2 years in the archive",
            "jusqu’à la fin de l’année civile de votre demande, puis 2 ans en archives",
        ),
        (
            vec![(Limit::For(OccasionKind::Contract), live), (Limit::More(Span::days(30)), Phase::Locked)],
            "for the duration of the contract, then 30 days under lock (kept, not used)",
            "pour la durée du contrat, puis 30 jours sous clé (conservées, non utilisées)",
        ),
        (
            vec![(Limit::Until(When::Event("harvest-done".into())), live)],
            "until the event “harvest done”",
            "jusqu’à l’événement «\u{202F}harvest done\u{202F}»",
        ),
    ];
    for (stages, english, french) in cases {
        assert_eq!(period(&policy, "en", stages.clone(), None, false), english);
        assert_eq!(period(&policy, "fr", stages, None, false), french);
    }
    let stages = vec![(Limit::More(Span::months(18)), live)];
    assert_eq!(
        period(&policy, "en", stages.clone(), Some(Span::years(10)), true),
        "for 18 months, 10 years at most, then made anonymous"
    );
    assert_eq!(
        period(&policy, "fr", stages, Some(Span::years(10)), true),
        "pendant 18 mois, sans dépasser 10 ans, puis rendues anonymes"
    );
}

#[test]
fn periods_are_said_in_dutch() {
    let policy = crate::klivar::policy();
    let stages = vec![(Limit::After(Span::years(3), When::Event("last-contact".into())), Phase::Live)];
    assert_eq!(period(&policy, "nl", stages, None, false), "tot 3 jaar na het laatste contact");
    let stages = vec![
        (Limit::For(OccasionKind::Contract), Phase::Live),
        (Limit::More(Span::years(10)), Phase::Archive),
    ];
    let expected = "voor de duur van de overeenkomst, daarna 10 jaar in het archief";
    assert_eq!(period(&policy, "nl", stages, None, false), expected);
}

#[test]
fn an_event_of_the_policys_own_is_said_in_its_own_words() {
    let mut policy = crate::klivar::policy();
    let mut event = policy.events["last-contact"].clone();
    event.title = Some(crate::klivar::text("event.last-contact.title", "le dernier échange"));
    policy.events.insert("last-contact".into(), event);
    let stages = vec![(Limit::After(Span::years(3), When::Event("last-contact".into())), Phase::Live)];
    assert_eq!(period(&policy, "fr", stages, None, false), "pendant 3 ans à compter du dernier échange");
}

#[test]
fn stages_reasons_and_rights_have_words_for_reports() {
    let (english, french) = (Words::load(&"en".into()).unwrap(), Words::load(&"fr".into()).unwrap());
    assert_eq!(english.why(Why::Withdrawn), "consent was withdrawn");
    assert_eq!(french.why(Why::Withdrawn), "le consentement a été retiré");
    assert_eq!(english.stage(Standing::Locked), "kept, not used");
    assert_eq!(french.right(Right::Erasure), "Effacement");
}

#[test]
fn the_archive_stands_before_an_event_and_never_behind_it() {
    let policy = crate::klivar::policy();
    let after = Limit::After(Span::years(3), When::Event("request-closed".into()));
    for (language, expected) in [
        ("en", "in the archive for 3 years after "),
        ("fr", "en archives pendant 3 ans à compter de la clôture de votre demande"),
        ("nl", "in het archief tot 3 jaar na de afsluiting van uw verzoek"),
    ] {
        let said = period(&policy, language, vec![(after.clone(), Phase::Archive)], None, false);
        assert!(said.starts_with(expected), "{said}");
    }
}
