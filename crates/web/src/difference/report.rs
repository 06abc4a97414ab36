//! Every change as a sentence with its remarks, grouped by weight and by the thing that changes.

use kept_core::name::{Language, PersonKind};
use kept_core::policy::Policy;
use kept_core::policy::difference::{Change, Difference, How, Item, Reach, Telling, Value, Weight};
use kept_core::policy::model::Basis;

use crate::difference::values::Values;
use crate::words::{Words, capital, readable, within};

/// The whole report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// `What changes for whom`.
    pub title: String,
    /// Which versions were compared.
    pub versions: String,
    /// How many changes of each weight, or that there are none.
    pub summary: String,
    /// The changes by weight; none of the groups is empty.
    pub groups: Vec<Group>,
    /// The heading over who must be told.
    pub telling_title: String,
    /// Who must be told, how and by when.
    pub telling: Vec<String>,
}

/// The changes of one weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its heading.
    pub title: String,
    /// The things that change.
    pub things: Vec<Thing>,
}

/// A thing that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// `Purpose “Newsletter”`.
    pub title: String,
    /// Its changes.
    pub entries: Vec<Entry>,
}

/// One change in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The place of the change in the difference.
    pub place: usize,
    /// The path in the policy.
    pub path: String,
    /// What changes.
    pub sentence: String,
    /// Whom it concerns, which data it touches, from when.
    pub remarks: Vec<String>,
}

/// The report of a difference.
pub(super) fn report(difference: &Difference<'_>, words: &Words) -> Report {
    let teller = Teller { difference, words };
    let groups = [
        (Weight::Significant, "diff-significant"),
        (Weight::Minor, "diff-minor"),
        (Weight::Internal, "diff-internal"),
    ];
    let groups = groups.into_iter().filter_map(|(weight, key)| teller.group(weight, words.word(key)));
    Report {
        title: words.word("diff-title"),
        versions: teller.versions(),
        summary: teller.summary(),
        groups: groups.collect(),
        telling_title: words.word("diff-telling"),
        telling: teller.telling(&difference.telling),
    }
}

struct Teller<'a> {
    difference: &'a Difference<'a>,
    words: &'a Words,
}

impl Teller<'_> {
    fn in_old(&self) -> Values<'_> {
        Values { policy: self.difference.old, words: self.words }
    }

    fn in_new(&self) -> Values<'_> {
        Values { policy: self.difference.new, words: self.words }
    }

    fn versions(&self) -> String {
        let of = |policy: &Policy| match policy.notice.version {
            Some(day) => self.words.say("diff-version", &[("date", self.words.date(day).into())]),
            None => {
                let digest: String = policy.digest.chars().take(8).collect();
                self.words.say("diff-undated", &[("digest", digest.into())])
            }
        };
        let facts = [("old", of(self.difference.old).into()), ("new", of(self.difference.new).into())];
        self.words.say("diff-versions", &facts)
    }

    fn summary(&self) -> String {
        if self.difference.changes.is_empty() {
            return self.words.word("diff-none");
        }
        let count =
            |weight| self.difference.changes.iter().filter(|change| change.weight == weight).count().into();
        let facts = [
            ("significant", count(Weight::Significant)),
            ("minor", count(Weight::Minor)),
            ("internal", count(Weight::Internal)),
        ];
        self.words.say("diff-summary", &facts)
    }

    fn group(&self, weight: Weight, title: String) -> Option<Group> {
        let mut things: Vec<(&Item, Thing)> = Vec::new();
        for (place, change) in self.difference.changes.iter().enumerate() {
            if change.weight != weight {
                continue;
            }
            let entry = self.entry(place, change);
            match things.iter_mut().find(|(item, _)| **item == change.item) {
                Some((_, thing)) => thing.entries.push(entry),
                None => {
                    let title = self.title(change);
                    things.push((&change.item, Thing { title, entries: vec![entry] }));
                }
            }
        }
        (!things.is_empty())
            .then(|| Group { title, things: things.into_iter().map(|(_, thing)| thing).collect() })
    }

    /// The thing that changes, by its section and its name as people know it.
    fn title(&self, change: &Change) -> String {
        let section = self.words.of_family("changed", change.item.section);
        let Some(name) = &change.item.name else { return section };
        let policy = if change.how == How::Removed { self.difference.old } else { self.difference.new };
        let name = title_of(policy, self.words, &change.item).unwrap_or_else(|| readable(name));
        self.words.say("diff-item", &[("section", section.into()), ("name", name.into())])
    }

    fn entry(&self, place: usize, change: &Change) -> Entry {
        Entry {
            place,
            path: change.path.clone(),
            sentence: self.sentence(change),
            remarks: self.remarks(change),
        }
    }

    fn sentence(&self, change: &Change) -> String {
        let words = self.words;
        let is = |kind: fn(&Value) -> bool| change.before.iter().chain(&change.after).any(kind);
        let (numbers, truths) =
            (is(|value| matches!(value, Value::Number(_))), is(|value| matches!(value, Value::Truth(_))));
        let key = match change.how {
            How::Added => return self.coming(change),
            How::Removed => return words.word("diff-removed"),
            How::New | How::Dropped | How::Changed if truths => "diff-changed",
            How::New => "diff-new",
            How::Dropped => "diff-dropped",
            How::Changed if change.before.is_empty() && change.after.is_empty() => "diff-bare",
            How::Changed => "diff-changed",
            How::More => "diff-more",
            How::Fewer => "diff-fewer",
            How::Longer if numbers => "diff-higher",
            How::Shorter if numbers => "diff-lower",
            How::Longer => "diff-longer",
            How::Shorter => "diff-shorter",
            How::Reordered => "diff-reordered",
        };
        let label = capital(&words.of_family("differs", change.topic));
        let (mut before, mut after) = self.sides(change);
        if before == after && change.before != change.after {
            // Only the source text changed, and not yet its translation.
            before = written(&change.before).unwrap_or(before);
            after = written(&change.after).unwrap_or(after);
        }
        let facts = [("label", label.into()), ("before", before.into()), ("after", after.into())];
        words.say(key, &facts)
    }

    /// What was said and what is said.
    fn sides(&self, change: &Change) -> (String, String) {
        match (change.topic, change.how) {
            ("translation", How::Changed) => {
                let (old, new) = (self.difference.old, self.difference.new);
                (self.translations(change, old, new), self.translations(change, new, old))
            }
            ("occasion", _) => (self.occasions(&change.before), self.occasions(&change.after)),
            _ => (self.in_old().list(&change.before), self.in_new().list(&change.after)),
        }
    }

    /// The translations of one version that the other hasn't or says otherwise, each with its path.
    fn translations(&self, change: &Change, of: &Policy, other: &Policy) -> String {
        let Some(language) = change.item.name.as_deref().map(Language::from) else { return String::new() };
        let (Some(texts), others) = (of.texts.get(&language), other.texts.get(&language)) else {
            return self.words.word("diff-unsaid");
        };
        let differs = |path: &str, text: &str| {
            others.and_then(|others| others.get(path)).is_none_or(|other| other != text)
        };
        let said: Vec<String> = texts
            .iter()
            .filter(|(path, text)| differs(path, text))
            .map(|(path, text)| format!("{path} = “{text}”"))
            .collect();
        if said.is_empty() { self.words.word("diff-unsaid") } else { said.join("; ") }
    }

    /// Occasions, which the policy names in small letters.
    fn occasions(&self, values: &[Value]) -> String {
        let said: Vec<String> = values
            .iter()
            .map(|value| match value {
                Value::Word(word) => self.words.of_family("choice", &word.to_lowercase()),
                other => self.in_new().list(std::slice::from_ref(other)),
            })
            .collect();
        if said.is_empty() { self.words.word("diff-unsaid") } else { self.words.and(&said) }
    }

    /// What comes, with the facts that people look for first.
    fn coming(&self, change: &Change) -> String {
        let words = self.words;
        let new = words.word("diff-added");
        let purpose = change.item.name.as_deref().filter(|_| change.item.section == "purpose");
        let Some(purpose) = purpose.and_then(|name| self.difference.new.purposes.get(name)) else {
            return new;
        };
        let values = self.in_new();
        let data: Vec<Value> = purpose.data.iter().cloned().map(Value::Data).collect();
        let keep = vec![Value::Retention(Box::new(purpose.retention.clone()), purpose.starts.clone())];
        let facts = [
            ("diff-facts-basis", "basis", vec![Value::Basis(purpose.basis.clone())]),
            ("diff-facts-data", "data", data),
            ("diff-facts-keep", "keep", keep),
        ];
        let facts = facts.into_iter().filter(|(_, _, said)| !said.is_empty());
        let facts: Vec<String> = facts
            .map(|(key, name, said)| capital(&words.say(key, &[(name, values.list(&said).into())])))
            .collect();
        format!("{new} {}.", facts.join(". "))
    }

    fn remarks(&self, change: &Change) -> Vec<String> {
        let words = self.words;
        let mut remarks = Vec::new();
        if change.weight == Weight::Significant {
            let policy = if change.how == How::Removed { self.in_old() } else { self.in_new() };
            if !change.people.is_empty() {
                let people = policy.people(&change.people);
                remarks.push(words.say("diff-concerns", &[("people", people.into())]));
            }
            if !change.data.is_empty() {
                let data: Vec<Value> = change.data.iter().cloned().map(Value::Data).collect();
                remarks.push(words.say("diff-touches", &[("data", policy.list(&data).into())]));
            }
        }
        match change.reach {
            Reach::Nothing => {}
            Reach::AtOnce if change.weight == Weight::Minor && change.topic != "keep" => {}
            Reach::AtOnce => remarks.push(words.word("diff-at-once")),
            Reach::CollectedAfter => remarks.push(words.word("diff-collected-after")),
            Reach::NotBefore => remarks.push(words.word("diff-not-before")),
            Reach::OnceTold => remarks.push(words.word("diff-once-told")),
            Reach::OnceConsented => remarks.push(words.word("diff-once-consented")),
        }
        if leaves_consent(change) {
            remarks.push(words.word("diff-no-switch"));
        }
        remarks
    }

    fn telling(&self, telling: &Telling) -> Vec<String> {
        let words = self.words;
        if self.difference.changes.is_empty() {
            return Vec::new();
        }
        let ways = |ways: &[String]| {
            let ways: Vec<_> = ways.iter().map(|way| words.of_family("way", way)).collect();
            words.and(&ways)
        };
        let any = self.difference.changes.iter().any(|change| change.weight == Weight::Significant);
        if !any {
            return vec![if telling.minor_ways.is_empty() {
                words.word("diff-nobody-bare")
            } else {
                words.say("diff-nobody", &[("ways", ways(&telling.minor_ways).into())])
            }];
        }
        let mut said: Vec<String> = telling
            .told
            .iter()
            .map(|told| self.told(&told.people, told.changes.len(), &told.articles))
            .collect();
        said.push(if telling.significant_ways.is_empty() {
            words.word("diff-how-unsaid")
        } else {
            words.say("diff-how", &[("ways", ways(&telling.significant_ways).into())])
        });
        said.push(self.by(telling));
        said
    }

    fn told(&self, kind: &PersonKind, count: usize, articles: &[&str]) -> String {
        let words = self.words;
        let is_new = self.difference.new.people.contains_key(kind);
        let values = if is_new { self.in_new() } else { self.in_old() };
        let articles: Vec<_> = articles.iter().map(|article| words.word(article_key(article))).collect();
        let facts = [
            ("people", values.people(std::slice::from_ref(kind)).into()),
            ("changes", words.say("diff-changes", &[("count", count.into())]).into()),
            ("articles", words.and(&articles).into()),
        ];
        words.say("diff-told", &facts)
    }

    fn by(&self, telling: &Telling) -> String {
        let words = self.words;
        let span = telling.before.map(|span| ("span", words.span(span).into()));
        match (telling.by, telling.begins, span) {
            (Some(day), Some(begins), Some(span)) => {
                let days = [("day", words.date(day).into()), ("begins", words.date(begins).into())];
                words.say("diff-by", &[&days[..], &[span]].concat())
            }
            (Some(day), Some(begins), None) => {
                let days = [("day", words.date(day).into()), ("begins", words.date(begins).into())];
                words.say("diff-by-bare", &days)
            }
            (_, _, Some(span)) => words.say("diff-before", &[span]),
            _ => words.word("diff-before-bare"),
        }
    }
}

/// Texts as the policy writes them.
fn written(values: &[Value]) -> Option<String> {
    let texts = values.iter().map(|value| match value {
        Value::Text(text) => Some(text.written.clone()),
        _ => None,
    });
    texts.collect::<Option<Vec<_>>>().map(|texts| texts.join(", "))
}

/// The key of an article of the GDPR.
fn article_key(article: &str) -> &'static str {
    match article {
        "13(3)" => "diff-article-further",
        "14(4)" => "diff-article-elsewhere",
        _ => "diff-article-clear",
    }
}

/// Whether a basis that was consent is another one now (semantics 12).
fn leaves_consent(change: &Change) -> bool {
    let consents =
        |values: &[Value]| values.iter().any(|value| matches!(value, Value::Basis(Basis::Consent { .. })));
    matches!(change.topic, "basis" | "arms") && consents(&change.before) && !consents(&change.after)
}

/// The name by which people know a thing.
fn title_of(policy: &Policy, words: &Words, item: &Item) -> Option<String> {
    let name = item.name.as_deref()?;
    let text = match item.section {
        "purpose" => &policy.purposes.get(name)?.title,
        "recipient" => &policy.recipients.get(name)?.name,
        "data" => &policy.data.get(name)?.title,
        "source" => &policy.sources.get(name)?.name,
        "group" => &policy.groups.get(name)?.title,
        "message" => &policy.messages.get(name)?.title,
        "disclosure" => &policy.disclosures.get(name)?.title,
        "custody" => &policy.custody.get(name)?.title,
        "place" => &policy.places.get(name)?.title,
        "joint" => &policy.joint.get(name)?.with,
        "statistics" => &policy.statistics.get(name)?.title,
        "form" => &policy.forms.get(name)?.title,
        "cookie-class" => &policy.cookies.as_ref()?.classes.get(name)?.title,
        "link" => &policy.notice.links.get(name)?.title,
        "event" => return policy.events.contains_key(name).then(|| words.event(policy, &name.into())),
        "people" => return Some(within(&words.people(policy, &[policy.people.get(name)?]))),
        "controller" => return Some(policy.controllers.get(name)?.name.clone()),
        "right" => {
            let right =
                policy.rights.by_right.keys().find(|right| {
                    serde_json::to_value(right).is_ok_and(|word| word.as_str() == Some(name))
                })?;
            return Some(words.right(*right));
        }
        _ => return None,
    };
    Some(words.text(policy, text))
}
