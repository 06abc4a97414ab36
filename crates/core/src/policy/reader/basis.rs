//! Legal bases: one for all, or one for each part of the people.

use super::names::Kind;
use super::section::{Section, Word, table_of, word_of};
use super::tree::{Node, Value};
use super::{Reader, codes};
use crate::name::PersonKind;
use crate::policy::keys;
use crate::policy::model::{Arm, Basis, OccasionKind, Text};
use crate::policy::suggest;

/// No policy divides people into more parts.
const ARMS_MAX: usize = 50;
/// The keys of a basis that say for whom and when it holds.
const AUDIENCE: &[&str] = &["for", "while", "opt-out"];
/// The word for everybody whom no earlier part names.
const OTHERS: &str = "others";

impl Reader<'_> {
    /// The basis of a purpose, and its parts where it differs by audience. Of several the first
    /// leads, unless one is consent, which allows least.
    pub(super) fn basis(&mut self, section: &Section<'_>) -> (Basis, Vec<Arm>) {
        let Some(node) = section.node("basis") else { return (Basis::Missing, Vec::new()) };
        if !parts(node).iter().any(|part| is_arm(part)) {
            let bases = self.plain_bases(section, node);
            return (leading(&bases.iter().collect::<Vec<_>>()), Vec::new());
        }
        let arms = self.arms(section, node);
        (leading(&arms.iter().map(|arm| &arm.basis).collect::<Vec<_>>()), arms)
    }

    /// Every basis that a key names, for what may rest on one of several, chosen at each release.
    pub(super) fn bases(&mut self, section: &Section<'_>) -> Vec<Basis> {
        let path = section.at("basis");
        let written = section.node("basis").map(written_bases).unwrap_or_default();
        let numbered = written.iter().enumerate();
        let bases: Vec<Basis> =
            numbered.filter_map(|(place, one)| self.one_basis(one, &path, place + 1)).collect();
        if bases.len() < written.len() {
            self.places.mark_broken(path);
        }
        bases
    }

    fn plain_bases(&mut self, section: &Section<'_>, node: &Node) -> Vec<Basis> {
        let path = section.at("basis");
        let written = written_bases(node);
        let numbered = written.iter().enumerate();
        let bases: Vec<Basis> =
            numbered.filter_map(|(place, one)| self.one_basis(one, &path, place + 1)).collect();
        if written.len() > 1 {
            self.two_bases(section, node, &written);
        } else if bases.is_empty() {
            // What stood in it may have been reported as unknown.
            if written.is_empty() && !self.places.has_below(&path) {
                self.empty_basis(node);
            }
            self.places.mark_broken(path);
        }
        bases
    }

    fn empty_basis(&mut self, node: &Node) {
        let help = format!("name one of {}", suggest::listed(keys::BASES));
        let raised = codes::purpose::UNKNOWN_BASIS.raise("the basis is empty");
        self.found.push(raised.at(&node.file, node.span.clone(), "").help(help));
    }

    fn arms(&mut self, section: &Section<'_>, node: &Node) -> Vec<Arm> {
        let parts = parts(node);
        if let Some(beyond) = parts.get(ARMS_MAX) {
            let raised = codes::key::TOO_MANY.raise(format!("more than {ARMS_MAX} bases stand together"));
            let raised = raised.at(&beyond.file, beyond.span.clone(), "");
            self.found.push(raised.help("name several kinds of people in one `for`"));
        }
        let mut arms: Vec<Arm> = Vec::new();
        for (place, part) in parts.into_iter().take(ARMS_MAX).enumerate() {
            if !is_arm(part) {
                let message = "this basis does not say for whom it holds, and the others do";
                let raised = codes::purpose::MIXED_BASES.raise(message);
                let raised = raised.at(&part.file, part.span.clone(), "");
                self.found.push(raised.help("write it as a table with `for`, such as `for = \"others\"`"));
                self.places.mark_broken(section.at("basis"));
                continue;
            }
            let Some(arm) = self.arm(section, part, place + 1) else {
                self.places.mark_broken(section.at("basis"));
                continue;
            };
            self.unreached(&arms, &arm, part);
            arms.push(arm);
        }
        arms
    }

    fn arm(&mut self, section: &Section<'_>, node: &Node, place: usize) -> Option<Arm> {
        let inner = Section::of(section.at("basis"), table_of(node)?);
        let people = self.audience(&inner);
        let path = inner.at(&audience_name(&inner));
        let written = written_bases(node);
        if written.len() > 1 {
            self.two_bases(section, node, &written);
        }
        if written.is_empty() && !self.places.any_broken_below(&inner.path) {
            self.empty_basis(node);
        }
        let basis = written.iter().find_map(|one| self.one_basis(one, &path, place));
        let opt_out = inner.word("opt-out");
        let opt_out = opt_out.map(|word| self.text_among(format!("{path}.opt-out"), place, word.text));
        Some(Arm {
            people: people?,
            during: inner.word("while").and_then(|word| occasion(word.text)),
            basis: basis?,
            opt_out,
            rule: None,
        })
    }

    /// The kinds of people of an arm, none for all others; `None` if one is not known.
    fn audience(&mut self, inner: &Section<'_>) -> Option<Vec<PersonKind>> {
        let words = inner.words("for");
        let others = words.iter().find(|word| word.text == OTHERS);
        if let Some(others) = others.filter(|_| words.len() > 1) {
            let message = "`others` are those whom no part names, and stand alone";
            let help = "write `for = \"others\"`, or name kinds of people only".to_owned();
            self.blame(*others, &codes::purpose::BAD_AUDIENCE, message, Some(help));
            self.places.mark_broken(inner.path.clone());
        }
        let named: Vec<&Word<'_>> = words.iter().filter(|word| word.text != OTHERS).collect();
        let known = named
            .iter()
            .filter_map(|word| self.known_one(**word, Kind::People, &codes::purpose::UNKNOWN_PEOPLE));
        let known: Vec<PersonKind> = known.collect();
        (known.len() == named.len()).then_some(known)
    }

    /// A part that an earlier one covers wholly never counts.
    fn unreached(&mut self, earlier: &[Arm], arm: &Arm, node: &Node) {
        if earlier.iter().any(|before| covers(before, arm)) {
            let raised = codes::purpose::UNREACHED_BASIS.raise("an earlier basis holds for all these people");
            let raised = raised.at(&node.file, node.span.clone(), "");
            self.found.push(raised.help("put the narrower part first: the first that fits counts"));
        }
    }

    fn one_basis(&mut self, written: &WrittenBasis<'_>, path: &str, place: usize) -> Option<Basis> {
        let word = written.word;
        Some(match word.text {
            "consent" => Basis::Consent { explicit: written.says == Some("explicit") },
            "explicit-consent" => Basis::Consent { explicit: true },
            "contract" => Basis::Contract,
            "legal-obligation" => Basis::LegalObligation(self.basis_text(written, path, place)),
            "vital-interest" => Basis::VitalInterest(self.basis_text(written, path, place)),
            "public-task" => Basis::PublicTask(self.basis_text(written, path, place)),
            "legitimate-interest" => Basis::LegitimateInterest(self.basis_text(written, path, place)),
            other => {
                let help = suggest::help(other, keys::BASES.iter().copied());
                let message = format!("`{other}` is not a legal basis");
                self.blame(word, &codes::purpose::UNKNOWN_BASIS, message, help);
                return None;
            }
        })
    }

    /// What a basis names; empty where it names nothing, which the check reports.
    fn basis_text(&mut self, written: &WrittenBasis<'_>, path: &str, place: usize) -> Text {
        let path = format!("{path}.{}", written.word.text);
        match written.says {
            Some(says) => self.text_among(path, place, says),
            None => Text { path, written: String::new() },
        }
    }

    fn two_bases(&mut self, section: &Section<'_>, node: &Node, written: &[WrittenBasis<'_>]) {
        let name = section.path.rsplit('.').next().unwrap_or_default();
        let split: Vec<String> = written
            .iter()
            .map(|one| format!("`[purpose.{name}-{0}]` with `basis = \"{0}\"`", one.word.text))
            .collect();
        let message =
            format!("the purpose `{name}` names {} bases; one basis leads a purpose", written.len());
        let raised = codes::purpose::TWO_BASES.raise(message).at(&node.file, node.span.clone(), "");
        self.found.push(raised.help(format!("split it: {}", split.join(" and "))));
    }
}

/// The basis that leads: consent, which allows least, or else the first.
fn leading(bases: &[&Basis]) -> Basis {
    let consent = bases.iter().find(|basis| basis.is_consent());
    consent.or(bases.first()).map_or(Basis::Missing, |basis| (*basis).clone())
}

/// Whether one part holds for everybody for whom another does.
fn covers(before: &Arm, arm: &Arm) -> bool {
    let when = before.during.is_none() || before.during == arm.during;
    let whom = before.people.is_empty()
        || (!arm.people.is_empty() && arm.people.iter().all(|kind| before.people.contains(kind)));
    when && whom
}

/// The name of a part in the paths of its texts: `customer`, or `others`.
fn audience_name(inner: &Section<'_>) -> String {
    let words = inner.strings("for");
    if words.is_empty() { OTHERS.to_owned() } else { words.join("-") }
}

/// The bases of a list, or the one that stands alone.
fn parts(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::List(nodes) => nodes.iter().collect(),
        _ => vec![node],
    }
}

/// Whether a basis says for whom it holds.
fn is_arm(node: &Node) -> bool {
    table_of(node).is_some_and(|table| AUDIENCE.iter().any(|key| table.entries.contains_key(*key)))
}

fn occasion(word: &str) -> Option<OccasionKind> {
    Some(match word {
        "contract" => OccasionKind::Contract,
        "consent" => OccasionKind::Consent,
        "request" => OccasionKind::Request,
        "collection" => OccasionKind::Collection,
        _ => return None,
    })
}

/// A basis as written: its word, and what it names.
struct WrittenBasis<'a> {
    word: Word<'a>,
    says: Option<&'a str>,
}

fn written_bases(node: &Node) -> Vec<WrittenBasis<'_>> {
    match &node.value {
        Value::List(nodes) => nodes.iter().flat_map(written_bases).collect(),
        Value::Table(table) => table
            .entries
            .iter()
            .filter(|(name, _)| !AUDIENCE.contains(&name.as_str()))
            .map(|(name, entry)| WrittenBasis {
                word: Word { text: name, file: &entry.file, span: &entry.key },
                says: word_of(&entry.node).map(|word| word.text),
            })
            .collect(),
        _ => word_of(node).map(|word| WrittenBasis { word, says: None }).into_iter().collect(),
    }
}
