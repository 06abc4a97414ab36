//! The difference says something of every field that changes, and nothing of what does not.

#![expect(
    clippy::too_many_lines,
    clippy::string_slice,
    reason = "a table of every field, and paths that the test makes"
)]

use serde_json::{Map, Value as Tree, json};

use super::*;
use crate::policy::examine;
use crate::policy::source::SourceFile;

const SMALL: &str = include_str!("small.toml");

fn policy(text: &str) -> Policy {
    examine(&[SourceFile::new("policy.toml", text)]).policy.unwrap()
}

fn small() -> Policy {
    policy(SMALL)
}

/// The changes of a text in which one piece is another.
fn changed(from: &str, to: &str) -> Vec<Change> {
    assert!(SMALL.contains(from), "{from}");
    let (old, new) = (small(), policy(&SMALL.replace(from, to)));
    difference(&old, &new).changes
}

/// A policy in which every optional thing stands, as a tree.
fn full() -> Tree {
    let mut tree = serde_json::to_value(small()).unwrap();
    let text = |written: &str| json!({ "path": "x", "written": written });
    let span = json!({ "months": 12, "days": 0 });
    let datum = json!({ "category": "account", "field": "email" });
    let criterion = json!({ "Criterion": {
        "criterion": text("while it lasts"), "ends": "project-end", "review": span, "at_most": span,
        "then_anonymised": true
    } });
    let mut set = |path: &str, value: Tree| {
        let mut parts: Vec<&str> = path.split('/').collect();
        let last = parts.pop().unwrap();
        let mut here = &mut tree;
        for part in parts {
            here = &mut here[part];
        }
        here[last] = value;
    };
    for key in ["post", "phone", "website", "officer", "representative", "authority", "called"] {
        set(&format!("controllers/firm/{key}"), json!("something"));
    }
    set("controllers/firm/registered", json!({ "siren": "1" }));
    set("controllers/firm/affiliates", text("its subsidiaries"));
    set("controllers/firm/no_officer", text("none needed"));
    for key in ["title", "introduction"] {
        set(&format!("notice/{key}"), text("words"));
    }
    set("notice/version_month", json!("2024-01"));
    set("notice/prevails", json!("en"));
    set("notice/minor_changes", json!(["page", "e-mail"]));
    set("notice/changes_before", span.clone());
    set("notice/links", json!({ "a": { "id": "a", "title": text("A"), "url": "https://a.example" } }));
    set("people/customer/minimum_age", json!(16));
    set("people/customer/age_known_by", text("declaration"));
    set(
        "children",
        json!({
            "offered": true, "consent_age": { "Years": 15 }, "guardian_proof": text("a"),
            "guardian_confirms": text("b"), "on_report": text("c")
        }),
    );
    for key in ["collected", "tell", "open"] {
        set(&format!("data/account/{key}"), text("words"));
    }
    set("data/account/special", json!("health"));
    set("data/account/about", json!(["customer"]));
    set("data/account/from", json!(["person", "source.list"]));
    set("data/account/fields/email/from", json!(["cookies"]));
    set(
        "sources",
        json!({ "list": {
        "id": "list", "name": text("A list"), "gives": [datum], "public": true, "told": text("soon"),
        "exempt": "14(5)(b)",
        "consent": { "obtained_by": text("them"), "proof": ["wording"], "names": text("us") },
        "limits": { "only_for": ["shop"], "only_to": ["host"], "never": ["Sale"], "people_read": "ByRole" }
    } }),
    );
    set("groups", json!({ "all": { "id": "all", "title": text("All"), "of": [datum] } }));
    set(
        "events/last-contact",
        json!({
            "kind": "last-contact", "nature": "Point", "acts": ["reply"], "title": text("contact")
        }),
    );
    for key in ["description", "serves_law", "required", "off"] {
        set(&format!("purposes/shop/{key}"), text("words"));
    }
    set(
        "purposes/shop/arms",
        json!([
            { "people": ["customer"], "during": "contract", "basis": "Contract", "opt_out": text("always") },
            { "people": [], "during": null, "basis": { "Consent": { "explicit": true } }, "opt_out": null }
        ]),
    );
    set(
        "purposes/shop/uses_also",
        json!([
            { "data": datum, "collected_for": "letter", "why": { "Compatible": [text("x"), "2024-01-01"] } }
        ]),
    );
    set("purposes/shop/only", json!([{ "category": "account", "part": text("tag") }]));
    set("purposes/shop/reconfirm", span.clone());
    set("purposes/shop/after_withdrawal", json!({ "Locked": span }));
    set("purposes/shop/erasure", json!({ "Stays": text("claims") }));
    set("purposes/shop/special", json!([["account", "9(2)(a)"]]));
    set(
        "purposes/shop/decides",
        json!({
            "what": text("a"), "logic": text("b"), "effect": text("c"), "allowed_by": text("d"), "human": text("e")
        }),
    );
    set("purposes/shop/frozen", json!({ "once": "last-contact", "data": [datum], "law": text("a law") }));
    set("data/account/fields/email/shown", json!({ "Last": 4 }));
    let screen = json!({ "within": span, "roles": ["support"], "words": ["ill*"] });
    set("data/account/fields/email/screen", screen);
    set("purposes/safety/retention", criterion.clone());
    set("decisions", json!({ "no_automated": true, "only_for_contract": true, "no_profiling": true }));
    set(
        "webhooks",
        json!({ "crm": {
        "name": "crm", "url": { "Env": "HOOK" }, "secret": { "env": "SECRET" }, "allows_plain": true,
        "ca": "ca.pem", "identifier": "email", "tells": ["objected"]
    } }),
    );
    set(
        "messages",
        json!({ "bill": {
        "id": "bill", "title": text("Bill"), "class": "Essential", "purpose": "shop", "why": text("due"),
        "channels": ["Email"], "people": ["customer"]
    } }),
    );
    set(
        "never",
        json!({
            "sell": true, "disclose_to": "Controllers", "track": true, "profile": true,
            "decide_automatically": true, "leave": ["EU"], "others": { "x": text("y") }
        }),
    );
    set("own", json!({ "ConsentProof": criterion, "Log": "Missing" }));
    for key in ["safeguard", "copy", "instructions", "settings", "necessity", "only_if"] {
        set(&format!("recipients/host/{key}"), text("words"));
    }
    set("recipients/host/seat", json!("US"));
    set("recipients/host/purposes", json!(["shop"]));
    set("recipients/host/data", json!([datum]));
    set("recipients/host/due_diligence", json!("2023-01-01"));
    for key in ["extra_copy", "identity", "withdrawal", "no_retaliation"] {
        set(&format!("rights/{key}"), text("words"));
    }
    set("rights/inquiries", span.clone());
    set("rights/channels", json!(["form"]));
    set("rights/erasure_ends", json!([datum]));
    set("rights/named", json!(["access", "erasure"]));
    set(
        "rights/by_right",
        json!({ "access": {
        "text": text("a"), "reply": span, "reply_data": [datum], "backups": span, "only": text("b"),
        "article": "15", "covers": ["marketing"], "yourself": text("c"), "look_back": span
    } }),
    );
    set(
        "rights/regimes",
        json!({ "california": {
        "id": "california", "people": text("residents"), "region": "US-CA", "reply": span, "confirm": span, "confirm_working": true,
        "look_back": span, "rights": ["know"], "methods": ["form"], "sells": false, "sensitive": false,
        "verification": text("v"), "text": text("t"), "refuses": ["legal-duty"]
    } }),
    );
    set(
        "rights/agent",
        json!({
            "proof": text("a"), "person_confirms": text("b"), "papers": text("c")
        }),
    );
    set(
        "rights/complaint",
        json!({
            "inside_first": "Asked", "authority": { "AsPublished": { "name": "CNIL", "post": "Paris" } }
        }),
    );
    set(
        "joint",
        json!({ "j": {
        "id": "j", "with": text("W"), "essence": text("E"), "purposes": ["shop"]
    } }),
    );
    set(
        "disclosures",
        json!({ "d": {
        "id": "d", "title": text("D"), "to": ["authority"], "data": [datum], "bases": ["Contract"],
        "needs": ["scope"], "tell": { "before": span, "unless": text("u"), "then": text("t") },
        "secrecy": { "roles": ["legal"], "law": text("l") }
    } }),
    );
    set(
        "custody",
        json!({ "c": {
        "id": "c", "title": text("C"), "customer": text("them"), "under": text("u"), "data": [datum],
        "tasks": ["testing"], "retention": criterion, "then": text("erase"), "requests": text("r"),
        "protection": text("p"), "recipients": ["host"]
    } }),
    );
    set(
        "transfers",
        json!({
            "statement": text("s"), "prefer": ["EU"], "otherwise": ["reason"], "copy": text("c"),
            "applies": ["outside the Union"]
        }),
    );
    set(
        "places",
        json!({ "cloud": {
        "id": "cloud", "title": text("Cloud"), "only": ["EU"], "prefer": ["EU"], "otherwise": ["reason"],
        "options": { "eu": ["EU"] }, "chosen_by": text("customer")
    } }),
    );
    set(
        "cookies",
        json!({
            "statement": text("s"), "link": "https://c.example", "placed": "AfterConsent",
            "refuse": "AsEasily", "choice_kept": span,
            "classes": { "t": {
                "id": "t", "title": text("T"), "why": text("w"), "consent": true, "exempt": text("e"),
                "life": span, "purpose": "shop"
            } },
            "cookies": { "v": {
                "id": "v", "names": ["_v"], "classes": ["t"], "life": span, "why": text("w"),
                "recipient": "host", "reads": [datum]
            } }
        }),
    );
    set(
        "statistics",
        json!({ "w": {
        "id": "w", "title": text("W"), "counts": ["pages"], "reads": ["ip"], "drops": ["ip"],
        "smallest_group": 5, "recipients": ["host"], "tool": text("t"), "statement": text("s"),
        "drawn": {
            "purpose": "shop", "by": [datum], "sums": [datum], "records": [datum],
            "coarser": { "account.email": ["year"] }, "distinct": { "account.email": 2 }
        }
    } }),
    );
    set("roles/legal/title", text("Legal"));
    set("roles/legal/needs", json!(["mfa"]));
    set(
        "duties",
        json!({ "u": {
        "id": "u", "what": text("w"), "owner": "o", "every": span, "due": "2024-01-01",
        "before": text("b"), "evidence": "e", "security": true
    } }),
    );
    set(
        "forms",
        json!({ "f": {
        "id": "f", "purpose": "shop", "fields": [datum], "title": text("F"), "consents": ["letter"],
        "notice": true
    } }),
    );
    set(
        "stores",
        json!({ "s": {
        "name": "s", "engine": "Sqlite", "url": { "Written": "a.db" }, "zone": "Europe/Paris",
        "server": "FR", "seat": "FR", "place": "cloud", "holds": { "cloud": "eu" }, "tables": {},
        "not_personal": ["migrations"]
    } }),
    );
    set("texts", json!({ "fr": { "purpose.shop.title": "Boutique" } }));
    tree
}

fn read(tree: &Tree) -> Option<Policy> {
    serde_json::from_value(tree.clone()).ok()
}

/// The pointers of every scalar, list and table in a tree, but the root.
fn pointers(tree: &Tree, here: &str, out: &mut Vec<String>) {
    let within: Vec<(String, &Tree)> = match tree {
        Tree::Object(fields) => fields.iter().map(|(key, one)| (key.replace('/', "~1"), one)).collect(),
        Tree::Array(all) => all.iter().enumerate().map(|(place, one)| (place.to_string(), one)).collect(),
        _ => Vec::new(),
    };
    for (key, one) in within {
        let path = format!("{here}/{key}");
        pointers(one, &path, out);
        out.push(path);
    }
}

/// What else could stand at a place.
fn others(tree: &Tree) -> Vec<Tree> {
    match tree {
        Tree::Null => vec![
            json!("other"),
            json!(1),
            json!(false),
            json!([]),
            json!({ "path": "p", "written": "new" }),
            json!({ "months": 1, "days": 1 }),
        ],
        Tree::Bool(truth) => vec![json!(!truth), Tree::Null],
        Tree::Number(number) => vec![json!(number.as_u64().unwrap_or(0) + 1), Tree::Null],
        Tree::String(text) => {
            let mut all =
                vec![Tree::Null, json!(format!("{text}-other")), json!("2031-05-06"), json!("Missing")];
            let words = [
                "Contract",
                "Point",
                "End",
                "Marketing",
                "Phone",
                "UnlessRefused",
                "BrowserSettings",
                "Required",
                "Unsaid",
                "Postgres",
                "Authority",
                "Observed",
                "FreeText",
                "Collection",
                "collection",
                "request",
                "ByBasis",
                "Erase",
                "ConsentedTo",
                "AnyoneButAuthorities",
                "access",
                "None",
                "Live",
                "ByResidence",
                "Locked",
                "Europe/London",
                "rectification",
                "ByLaw",
            ];
            all.extend(words.iter().filter(|word| *word != text).map(|word| json!(word)));
            all
        }
        Tree::Array(all) => {
            let mut more = all.clone();
            more.extend(all.first().cloned());
            let turned: Vec<Tree> = all.iter().rev().cloned().collect();
            vec![json!([]), Tree::Array(more), Tree::Array(turned), Tree::Null]
        }
        Tree::Object(fields) => {
            let mut fewer = fields.clone();
            fewer.pop_last();
            vec![Tree::Null, Tree::Object(Map::new()), Tree::Object(fewer)]
        }
    }
}

trait PopLast {
    fn pop_last(&mut self);
}

impl PopLast for Map<String, Tree> {
    fn pop_last(&mut self) {
        if let Some(last) = self.keys().next_back().cloned() {
            self.remove(&last);
        }
    }
}

#[test]
fn a_policy_that_is_written_and_read_is_the_same() {
    let policy = read(&full()).expect("the full tree is a policy");
    assert_eq!(serde_json::to_value(&policy).unwrap(), full());
    assert!(difference(&policy, &policy.clone()).changes.is_empty());
    assert_eq!(difference(&policy, &policy.clone()).telling.told, Vec::new());
}

#[test]
fn every_field_that_changes_is_said_and_nothing_else() {
    let tree = full();
    let old = read(&tree).unwrap();
    let mut all = Vec::new();
    pointers(&tree, "", &mut all);
    let (mut tried, mut reached) = (0, 0);
    for pointer in all.iter().filter(|pointer| *pointer != "/digest") {
        let mut moved = 0;
        for other in others(tree.pointer(pointer).unwrap()) {
            let mut mutant = tree.clone();
            *mutant.pointer_mut(pointer).unwrap() = other;
            let Some(new) = read(&mutant) else { continue };
            if new == old {
                continue;
            }
            moved += 1;
            tried += 1;
            for (one, two) in [(&old, &new), (&new, &old)] {
                let found = difference(one, two);
                assert!(!found.changes.is_empty(), "{pointer} → {}", mutant.pointer(pointer).unwrap());
                let first = pointer.split('/').nth(1).unwrap();
                let at = |change: &Change| {
                    let section = change.path.split('.').next().unwrap();
                    first.starts_with(section) || section.starts_with(&first[..2]) || section == "link"
                };
                assert!(found.changes.iter().all(at), "{pointer}: {:?}", found.changes);
                for change in &found.changes {
                    assert!(topics().any(|topic| topic == change.topic), "{}", change.topic);
                }
            }
            // Two of a kind suffice: a whole policy is read for each.
            if moved == 2 {
                break;
            }
        }
        reached += moved.min(1);
    }
    // Names within a thing and the like can't change alone; nearly all other places did.
    assert!(
        tried > 500 && reached * 10 > all.len() * 8,
        "{tried} mutants, {reached} of {} places",
        all.len()
    );
}

#[test]
fn the_rules_lead_somewhere() {
    let tree = full();
    for rule in super::rules::every() {
        let mut here = vec![&tree];
        for part in rule.at.split('/') {
            here = here
                .into_iter()
                .flat_map(|one| match (part, one) {
                    ("*", Tree::Object(fields)) => fields.values().collect::<Vec<_>>(),
                    (name, one) => one.get(name).into_iter().collect(),
                })
                .collect();
        }
        assert!(!here.is_empty(), "no field at {}", rule.at);
    }
}

fn only(changes: &[Change]) -> &Change {
    assert_eq!(changes.len(), 1, "{changes:#?}");
    &changes[0]
}

#[test]
fn comments_and_order_of_tables_change_nothing() {
    assert!(changed("edition = 1", "# a comment\nedition = 1").is_empty());
}

#[test]
fn a_longer_period_binds_what_is_collected_after_and_a_shorter_one_binds_at_once() {
    let longer = changed("3 years after collection", "4 years after collection");
    let longer = only(&longer);
    assert_eq!((longer.how, longer.weight), (How::Longer, Weight::Significant));
    assert_eq!(longer.reach, Reach::CollectedAfter);
    let shorter = changed("3 years after collection", "30 months after collection");
    let shorter = only(&shorter);
    assert_eq!((shorter.how, shorter.weight), (How::Shorter, Weight::Minor));
    assert_eq!(shorter.reach, Reach::AtOnce);
}

#[test]
fn periods_are_compared_stage_by_stage() {
    for (from, to, how) in [
        ("then 5 years in the archive", "then 10 years in the archive", How::Longer),
        ("then 5 years in the archive", "then 5 years", How::Longer),
        (", then 5 years in the archive", "", How::Shorter),
        ("\"1 year\"", "\"1 year after collection\"", How::Reordered),
        ("\"1 year\"", "\"365 days\"", How::Changed),
        ("\"1 year\"", "\"13 months\"", How::Longer),
        ("\"1 year\"", "\"until the first of contract-end and account-deletion\"", How::Changed),
        (
            "\"3 years after collection\"",
            "\"3 years after the latest of collection and last-contact\"",
            How::Longer,
        ),
        ("\"3 years after collection\"", "\"3 years after collection, at most 2 years\"", How::Shorter),
    ] {
        let found = changed(from, to);
        let keep: Vec<_> = found.iter().filter(|change| change.topic == "keep").collect();
        assert_eq!(keep.len(), 1, "{to}: {found:#?}");
        assert_eq!(keep[0].how, how, "{to}");
        let weighs = matches!(how, How::Longer | How::Changed);
        assert_eq!(keep[0].weight == Weight::Significant, weighs, "{to}");
    }
}

#[test]
fn more_data_on_consent_need_a_new_consent_and_its_people_are_told() {
    let found = changed("data = [\"account.email\"]", "data = [\"account\"]");
    let change = only(&found);
    assert_eq!((change.how, change.reach), (How::More, Reach::OnceConsented));
    assert_eq!(change.people, ["customer".into()]);
    let found = changed("data = [\"log\"]", "data = [\"log\", \"account\"]");
    assert_eq!(only(&found).reach, Reach::OnceTold);
    assert_eq!(only(&found).people.len(), 2, "a purpose without people concerns everybody");
}

#[test]
fn a_new_purpose_weighs_and_one_that_goes_does_not() {
    let more = SMALL.to_owned()
        + "[purpose.studies]\npeople = [\"visitor\"]\ndata = [\"log\"]\nbasis = { legitimate-interest = \"learn\" }\nkeep = \"1 year\"\n";
    let (old, new) = (small(), policy(&more));
    let found = difference(&old, &new);
    let change = only(&found.changes);
    assert_eq!((change.how, change.weight, change.reach), (How::Added, Weight::Significant, Reach::OnceTold));
    assert_eq!(found.telling.told.len(), 1);
    assert_eq!(found.telling.told[0].people, "visitor".into());
    assert_eq!(found.telling.told[0].articles, ["13(3)"]);
    assert_eq!(found.telling.significant_ways, ["page"]);
    let back = difference(&new, &old);
    assert_eq!(only(&back.changes).weight, Weight::Minor);
    assert!(back.telling.told.is_empty() && back.telling.by.is_none());
}

#[test]
fn what_weighs_one_way_is_minor_the_other_way() {
    for (from, to) in [
        ("fee = \"never\"\n", ""),
        ("reply = \"2 weeks\"", "reply = \"3 weeks\""),
        ("email = \"a@firm.example\"\n", ""),
        ("marketing = [\"email\"]", "marketing = [\"email\", \"phone\"]"),
        ("contract = 2023-01-01\n", ""),
        ("significant = [\"page\"]", "significant = []"),
    ] {
        let there = changed(from, to);
        assert!(there.iter().any(|change| change.weight == Weight::Significant), "{from} → {to}: {there:#?}");
        let (old, new) = (policy(&SMALL.replace(from, to)), small());
        let back = difference(&old, &new).changes;
        assert!(back.iter().all(|change| change.weight != Weight::Significant), "{to} → {from}: {back:#?}");
    }
}

#[test]
fn wording_is_minor_and_touches_no_data() {
    for (from, to) in
        [("name = \"Host\"", "name = \"Hoster\""), ("reason = \"claims\"", "reason = \"claims and audits\"")]
    {
        let found = changed(from, to);
        assert_eq!(only(&found).weight, Weight::Minor);
    }
    assert_eq!(only(&changed("name = \"Host\"", "name = \"Hoster\"")).reach, Reach::Nothing);
}

#[test]
fn a_country_outside_weighs_and_concerns_the_people_of_its_purposes() {
    let found = changed("role = \"processor\"\ncountry = \"FR\"", "role = \"processor\"\ncountry = \"US\"");
    let country = found.iter().find(|change| change.topic == "country").unwrap();
    assert_eq!((country.weight, country.reach), (Weight::Significant, Reach::OnceTold));
    assert_eq!(country.people, ["customer".into()]);
    assert_eq!(country.data.iter().map(ToString::to_string).collect::<Vec<_>>(), ["account"]);
}

#[test]
fn people_are_told_so_long_before_as_the_stricter_version_promises() {
    let mut old = small();
    let mut new = small();
    new.notice.version = Some("2024-03-31".parse().unwrap());
    new.rights.never_a_fee = false;
    old.notice.changes_before = Some(crate::time::Span::months(1));
    let told = difference(&old, &new).telling;
    assert_eq!(told.by, Some("2024-02-29".parse().unwrap()), "one month from 29 February ends by 31 March");
    new.notice.changes_before = Some(crate::time::Span::days(60));
    assert_eq!(difference(&old, &new).telling.before, Some(crate::time::Span::days(60)));
    new.notice.changes_before = None;
    old.notice.changes_before = None;
    assert_eq!(difference(&old, &new).telling.by, Some("2024-03-30".parse().unwrap()));
    new.notice.version = old.notice.version;
    assert_eq!(difference(&old, &new).telling.by, None);
}

#[test]
fn data_from_elsewhere_are_told_under_article_14() {
    let mut old = small();
    old.data.get_mut("log").unwrap().from = vec!["source.list".to_owned()];
    let mut new = old.clone();
    new.purposes.get_mut("safety").unwrap().profiling = true;
    let told = difference(&old, &new).telling.told;
    assert!(told.iter().all(|told| told.articles == ["14(4)"]), "{told:?}");
}
