//! Categories of data with their fields, groups, and event kinds.

use indexmap::{IndexMap, IndexSet};

use super::names::Kind;
use super::section::{Section, Word, word_of};
use super::{Reader, codes, names};
use crate::name::{CategoryName, EventKind, FieldName};
use crate::policy::codes::Code;
use crate::policy::model::{Category, DataRef, EventDefinition, Field, FieldType, Group, Mask, Origin};
use crate::policy::suggest;

/// No policy mentions more data in all its lists, groups opened.
const NAMED_MAX: usize = 250_000;

impl Reader<'_> {
    pub(super) fn categories(&mut self, root: &Section<'_>) -> IndexMap<CategoryName, Category> {
        let sections = root.section("data").sections();
        sections
            .into_iter()
            .map(|(name, section)| {
                let name = CategoryName::from(name.text);
                (name.clone(), self.category(name, &section))
            })
            .collect()
    }

    fn category(&mut self, name: CategoryName, section: &Section<'_>) -> Category {
        let from = self.from(section).unwrap_or_else(|| vec!["person".to_owned()]);
        Category {
            title: self.text_or_name(section, "title", name.as_str()),
            fields: self.fields(section, &from),
            from,
            collected: self.text(section, "collected"),
            special: section.string("special"),
            about: self.known(section, "about", Kind::People, &codes::data::UNKNOWN_PEOPLE),
            tell: self.text(section, "tell"),
            open: self.text(section, "open"),
            name,
        }
    }

    /// Where data come from, if it is said: `person`, `cookies`, or a known source.
    fn from(&mut self, section: &Section<'_>) -> Option<Vec<String>> {
        let words = section.words("from");
        let known: Vec<String> =
            words.iter().filter(|word| self.comes_from(**word)).map(|word| word.text.to_owned()).collect();
        if known.len() < words.len() {
            self.places.mark_broken(section.at("from"));
        }
        (!known.is_empty()).then_some(known)
    }

    fn comes_from(&mut self, word: Word<'_>) -> bool {
        let sources = self.names.of_kind(Kind::Source);
        let named = word.text.strip_prefix("source.").is_some_and(|name| sources.contains(name));
        if named || PLAIN_SOURCES.contains(&word.text) {
            return true;
        }
        let all: Vec<String> = sources.iter().map(|name| format!("source.{name}")).collect();
        let bare = all.iter().find(|known| known.strip_prefix("source.") == Some(word.text));
        let help = match bare {
            Some(known) => Some(format!("write `{known}`")),
            None => {
                suggest::help(word.text, PLAIN_SOURCES.iter().copied().chain(all.iter().map(String::as_str)))
            }
        };
        let message = format!("`{}` is not where data of this policy come from", word.text);
        self.blame(word, &codes::data::UNKNOWN_SOURCE, message, help);
        false
    }

    fn fields(&mut self, section: &Section<'_>, from: &[String]) -> IndexMap<FieldName, Field> {
        let general = Provenance { from: Vec::new(), origin: self.origin(section, from) };
        let inner = section.section("fields");
        let mut fields = IndexMap::new();
        for word in section.words("fields") {
            let kind = field_type(word.text).unwrap_or(FieldType::Text);
            let field = self.field(word.text, kind, general.clone(), &inner.section(word.text));
            if fields.insert(field.name.clone(), field).is_some() {
                let message = format!("the field `{}` is listed twice", word.text);
                self.blame(word, &codes::data::FIELD_TWICE, message, None);
            }
        }
        for (name, section) in inner.sections() {
            let word = inner.node(name.text).and_then(word_of).or_else(|| section.word("type"));
            let kind = word.and_then(|word| field_type(word.text)).unwrap_or(FieldType::Text);
            let provenance = self.provenance(&section, &general, from);
            let field = self.field(name.text, kind, provenance, &section);
            fields.insert(field.name.clone(), field);
        }
        fields
    }

    fn field(&mut self, name: &str, kind: FieldType, provenance: Provenance, section: &Section<'_>) -> Field {
        let title = self.text_or_name(section, "title", name);
        let optional = section.truth("optional").unwrap_or(false);
        let Provenance { from, origin } = provenance;
        let usual = (kind == FieldType::CardNumber).then_some(Mask::Last(4));
        let shown = self.mask(section, kind).or(usual);
        let screen = self.screen(section, kind);
        Field { name: FieldName::from(name), title, kind, origin, from, optional, shown, screen }
    }

    /// How much of a field's values is shown, where it is said.
    fn mask(&mut self, section: &Section<'_>, kind: FieldType) -> Option<Mask> {
        let word = section.word("shown")?;
        let fits = |mask: &Mask| *mask != Mask::Network || kind == FieldType::IpAddress;
        let mask = Mask::parse(word.text).filter(fits);
        if mask.is_none() {
            let message = format!("`{}` does not say how much is shown", word.text);
            let help = "write `last 4`, `first 2` or `nothing`, with a number from 1 to 16; or `network` of an `ip-address`".to_owned();
            self.blame(word, &codes::data::BAD_SHOWN, message, Some(help));
            return Some(Mask::Nothing);
        }
        mask
    }

    /// Where a field comes from and its origin, where they differ from those of its category.
    fn provenance(&mut self, section: &Section<'_>, general: &Provenance, category: &[String]) -> Provenance {
        let from = self.from(section).unwrap_or_default();
        let origin = if from.is_empty() && !section.has("origin") {
            general.origin
        } else {
            self.origin(section, if from.is_empty() { category } else { &from })
        };
        Provenance { from, origin }
    }

    /// The origin as written, or the one that follows from where the data come from. The two may
    /// not contradict each other.
    fn origin(&mut self, section: &Section<'_>, from: &[String]) -> Origin {
        let Some(word) = section.word("origin") else { return usual_origin(from) };
        let origin = origin_of(word.text);
        let impossible = match origin {
            Origin::Given => !from.iter().any(|from| from == "person"),
            Origin::Received => !from.iter().any(|from| from.starts_with("source.")),
            Origin::Observed | Origin::Derived => false,
        };
        if impossible && section.has("from") && !self.places.is_broken(&section.at("from")) {
            let message = format!("data from {} can't be `{}`", suggest::listed(&words(from)), word.text);
            let help = "correct `from` or `origin`: people give, sources let you receive".to_owned();
            self.blame(word, &codes::data::ORIGIN_CONTRADICTS, message, Some(help));
            return usual_origin(from);
        }
        origin
    }

    /// Several categories under one name.
    pub(super) fn groups(&mut self, root: &Section<'_>) -> IndexMap<String, Group> {
        let mut groups = IndexMap::new();
        for (name, section) in root.section("group").sections() {
            let of = self.data(&section, "of", &codes::data::UNKNOWN_IN_GROUP);
            if section.words("of").is_empty() && !self.places.is_broken(&section.at("of")) {
                let raised =
                    codes::data::EMPTY_GROUP.raise(format!("the group `{}` holds nothing", name.text));
                self.found.push(name.blame(raised).help("write `of = [\"…\"]`, or remove the group"));
            }
            if self.names.data.contains_key(name.text) {
                let message = format!("`{}` is a group and a category", name.text);
                let raised = name.blame(codes::data::GROUP_AND_CATEGORY.raise(message));
                let path = format!("data.{}", name.text);
                let raised = self.places.point_key(raised, &path, "the category of this name");
                self.found.push(raised.help("give one of the two another name"));
            }
            self.group_cycles(name.text, &section);
            let id = name.text.to_owned();
            let title = self.text_or_name(&section, "title", name.text);
            groups.insert(id.clone(), Group { id, title, of });
        }
        groups
    }

    /// Reports a group that holds itself, directly or through another.
    fn group_cycles(&mut self, name: &str, section: &Section<'_>) {
        for word in section.words("of") {
            if !self.names.leads_to(word.text, name) {
                continue;
            }
            let through = if word.text == name { "" } else { " through this one" };
            let message = format!("the group `{name}` holds itself{through}");
            let help = Some("take the name out of one of the lists".to_owned());
            self.blame(word, &codes::data::GROUP_CYCLE, message, help);
        }
    }

    /// The data that the words of a key name, groups expanded; unknown names are reported, and the
    /// key is then broken.
    pub(super) fn data(&mut self, section: &Section<'_>, key: &str, code: &Code) -> Vec<DataRef> {
        let mut found: IndexSet<DataRef> = IndexSet::new();
        for word in section.words(key) {
            if !self.names.knows_data(word.text) && self.is_flooded() {
                self.places.mark_broken(section.at(key));
                continue;
            }
            match self.names.data(word.text) {
                Ok(data) => found.extend(data),
                Err(unknown) => {
                    self.places.mark_broken(section.at(key));
                    self.blame(word, code, unknown.message, unknown.help);
                }
            }
        }
        self.within_bounds(section, key, found)
    }

    /// The data, unless the policy's groups make far more of them than it writes. Once is said.
    fn within_bounds(&mut self, section: &Section<'_>, key: &str, found: IndexSet<DataRef>) -> Vec<DataRef> {
        let before = self.named;
        self.named = before.saturating_add(found.len());
        if self.named <= NAMED_MAX {
            return found.into_iter().collect();
        }
        if before <= NAMED_MAX {
            let message = format!("groups make more than {NAMED_MAX} mentions of data in this policy");
            let raised = self.places.point(codes::key::TOO_MANY.raise(message), &section.at(key), "");
            self.found.push(raised.help("name smaller groups, or the categories themselves"));
        }
        self.places.mark_broken(section.at(key));
        Vec::new()
    }

    pub(super) fn events(&mut self, root: &Section<'_>) -> IndexMap<EventKind, EventDefinition> {
        let section = root.section("event");
        let built_in = names::BUILT_IN_EVENTS.iter().map(|(name, _)| *name);
        let own = section.entries().map(|(name, _)| name.text);
        let mut events = IndexMap::new();
        for name in built_in.chain(own) {
            let kind = EventKind::from(name);
            let section = section.section(name);
            let title = self.title_or_family(&section, "event", name);
            let nature = self.names.nature(name);
            let acts = self.short_words(&section, "acts", "act");
            events.insert(kind.clone(), EventDefinition { kind, nature, acts, title });
        }
        events
    }
}

/// Where data come from that is no source of its own.
const PLAIN_SOURCES: &[&str] = &["person", "cookies"];

/// Where a field comes from, and what it is by that.
#[derive(Clone)]
struct Provenance {
    from: Vec<String>,
    origin: Origin,
}

fn words(from: &[String]) -> Vec<&str> {
    from.iter().map(String::as_str).collect()
}

/// Given, unless the data come from cookies or from sources alone.
fn usual_origin(from: &[String]) -> Origin {
    if from.iter().any(|from| from == "person") || from.is_empty() {
        Origin::Given
    } else if from.iter().any(|from| from == "cookies") {
        Origin::Observed
    } else {
        Origin::Received
    }
}

fn origin_of(word: &str) -> Origin {
    match word {
        "observed" => Origin::Observed,
        "derived" => Origin::Derived,
        "received" => Origin::Received,
        _ => Origin::Given,
    }
}

fn field_type(word: &str) -> Option<FieldType> {
    Some(match word {
        "person-name" => FieldType::PersonName,
        "email" => FieldType::Email,
        "phone" => FieldType::Phone,
        "postal-address" => FieldType::PostalAddress,
        "organisation" => FieldType::Organisation,
        "ip-address" => FieldType::IpAddress,
        "account" => FieldType::Account,
        "password" => FieldType::Password,
        "card-number" => FieldType::CardNumber,
        "date" => FieldType::Date,
        "date-time" => FieldType::DateTime,
        "number" => FieldType::Number,
        "money" => FieldType::Money,
        "truth" => FieldType::Truth,
        "choice" => FieldType::Choice,
        "text" => FieldType::Text,
        "free-text" => FieldType::FreeText,
        "file" => FieldType::File,
        _ => return None,
    })
}
