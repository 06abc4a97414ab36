//! Tables of a store: whose the rows are, what the columns hold, where dates come from.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::names::Kind;
use super::section::{Section, Word, plain_of, word_of, words_of};
use super::tree::Entry;
use super::{Reader, codes};
use crate::name::{ColumnName, EventKind, IdentifierKind, PurposeName, TableName};
use crate::policy::model::store::{
    ArchiveWay, Condition, Consent, Detach, EventSource, Frozen, Label, Link, Nulls, Owner, OwnerPath, Table,
};
use crate::policy::model::{DataRef, EventNature, OccasionKind};

impl Reader<'_> {
    pub(super) fn tables(&mut self, store: &Section<'_>) -> IndexMap<TableName, Table> {
        let sections = store.section("table").sections();
        let known: BTreeSet<&str> = sections.iter().map(|(name, _)| name.text).collect();
        sections
            .iter()
            .map(|(name, section)| {
                let name = TableName::from(name.text);
                (name.clone(), self.table(name, section, &known))
            })
            .collect()
    }

    fn table(&mut self, name: TableName, section: &Section<'_>, known: &BTreeSet<&str>) -> Table {
        let person = section.word("person");
        Table {
            sql_name: section.string("name").unwrap_or_else(|| name.as_str().to_owned()),
            person: person.and_then(|word| self.known_one(word, Kind::People, &codes::table::UNKNOWN_PEOPLE)),
            key: section.strings("key").into_iter().map(ColumnName::from).collect(),
            identifies: identifiers(&section.section("identifies")),
            owned_by: self.owners(&section.section("owned-by"), known),
            shared_with: self.links(&section.section("shared-with"), known),
            refers_to: self.links(&section.section("refers-to"), known),
            columns: self.columns(&section.section("columns")),
            columns_of: columns_of(&section.section("columns-of")),
            events: self.event_sources(&section.section("events"), known),
            consents: self.consents(&section.section("consents")),
            occasion: occasion(&section.section("occasion")),
            archive: archive(&section.section("archive")),
            frozen: self.frozen(section),
            when: conditions(&section.section("when")),
            emptied: emptied(&section.section("emptied")),
            restricted: self.restricted(section),
            source: self.label(section, "source", Kind::Source),
            controller: self.label(section, "controller", Kind::Controller),
            name,
        }
    }

    /// A name of the policy for all rows, or by the values of a column.
    fn label(&mut self, section: &Section<'_>, key: &str, kind: Kind) -> Option<Label> {
        let code = &codes::table::UNKNOWN_LABEL;
        if let Some(word) = section.word(key) {
            return self.known_one::<String>(word, kind, code).map(Label::All);
        }
        let inner = section.section(key);
        let column = ColumnName::from(inner.string("column")?);
        let values = inner.section("is");
        let mut is = IndexMap::new();
        for (value, entry) in values.entries() {
            let known = word_of(&entry.node).and_then(|word| self.known_one::<String>(word, kind, code));
            is.extend(known.map(|name| (value.text.to_owned(), name)));
        }
        Some(Label::Column { column, is })
    }

    /// A table of this store; another is reported.
    fn other_table(&mut self, word: Word<'_>, known: &BTreeSet<&str>) -> Option<TableName> {
        if known.contains(word.text) {
            return Some(TableName::from(word.text));
        }
        let message = format!("`{}` is not a table that this store maps", word.text);
        let help = crate::policy::suggest::nearest(word.text, known.iter().copied()).map_or_else(
            || format!("map it as `[store.….table.{}]`", word.text),
            |near| format!("did you mean `{near}`?"),
        );
        self.blame(word, &codes::table::UNKNOWN_TABLE, message, Some(help));
        None
    }

    fn owners(&mut self, section: &Section<'_>, known: &BTreeSet<&str>) -> Vec<Owner> {
        let mut owners = Vec::new();
        for (name, entry) in section.entries() {
            let Some(table) = self.other_table(name, known) else { continue };
            let inner = section.section(name.text);
            if let Some(through) = inner.word("through") {
                let path = self.through(through, &inner, known);
                owners.extend(path.map(|path| Owner { table, path }));
                continue;
            }
            for column in self.link_columns(name, entry, &inner) {
                owners.push(Owner { table: table.clone(), path: OwnerPath::Column(column) });
            }
        }
        owners
    }

    fn through(&mut self, word: Word<'_>, inner: &Section<'_>, known: &BTreeSet<&str>) -> Option<OwnerPath> {
        let table = self.other_table(word, known);
        let (Some(row), Some(owner)) = (inner.string("row"), inner.string("owner")) else {
            let help = "write `{ through = \"…\", row = \"column of the row's key\", owner = \"column of the owner's key\" }`";
            self.blame(
                word,
                &codes::table::INCOMPLETE,
                "a way through a table needs `row` and `owner`",
                Some(help.to_owned()),
            );
            return None;
        };
        Some(OwnerPath::Through { table: table?, row: ColumnName::from(row), owner: ColumnName::from(owner) })
    }

    fn links(&mut self, section: &Section<'_>, known: &BTreeSet<&str>) -> Vec<Link> {
        let mut links = Vec::new();
        for (name, entry) in section.entries() {
            let Some(table) = self.other_table(name, known) else { continue };
            let inner = section.section(name.text);
            let to = inner.section("detach").node("to").and_then(plain_of);
            let detach = to.map_or(Detach::Null, Detach::To);
            for column in self.link_columns(name, entry, &inner) {
                links.push(Link { table: table.clone(), column, detach: detach.clone() });
            }
        }
        links
    }

    /// The columns of a link, from its short or its long form.
    fn link_columns(&mut self, name: Word<'_>, entry: &Entry, inner: &Section<'_>) -> Vec<ColumnName> {
        let mut words = words_of(&entry.node);
        words.extend(inner.words("column"));
        if words.is_empty() && !self.places.is_broken(&inner.path) {
            let message = format!("the way to `{}` names no column", name.text);
            self.blame(name, &codes::table::INCOMPLETE, message, Some("write `column = \"…\"`".to_owned()));
        }
        words.into_iter().map(|word| ColumnName::from(word.text)).collect()
    }

    fn columns(&mut self, section: &Section<'_>) -> IndexMap<ColumnName, DataRef> {
        let mut columns = IndexMap::new();
        for (name, entry) in section.entries() {
            let Some(word) = word_of(&entry.node) else { continue };
            match self.names.datum(word.text) {
                Ok(datum) => {
                    columns.insert(ColumnName::from(name.text), datum);
                }
                Err(unknown) => self.blame(word, &codes::table::UNKNOWN_DATA, unknown.message, unknown.help),
            }
        }
        columns
    }

    fn event_sources(
        &mut self,
        section: &Section<'_>,
        known: &BTreeSet<&str>,
    ) -> IndexMap<EventKind, EventSource> {
        let mut sources = IndexMap::new();
        for (name, entry) in section.entries() {
            let Some(event) = self.known_one::<EventKind>(name, Kind::Event, &codes::table::UNKNOWN_EVENT)
            else {
                continue;
            };
            let inner = section.section(name.text);
            let Some(column) = word_of(&entry.node).or_else(|| inner.word("column")) else {
                if !self.places.is_broken(&inner.path) {
                    let message = format!("the event `{}` names no column", name.text);
                    self.blame(
                        name,
                        &codes::table::INCOMPLETE,
                        message,
                        Some("write `column = \"…\"`".to_owned()),
                    );
                }
                continue;
            };
            let null = match inner.word("null").map(|word| word.text) {
                Some("not yet") => Nulls::NotYet,
                Some(_) => Nulls::Unknown,
                None if self.names.nature(name.text) == EventNature::End => Nulls::NotYet,
                None => Nulls::Unknown,
            };
            if let Some(source) = self.event_source(column, null, &inner, known) {
                sources.insert(event, source);
            }
        }
        sources
    }

    fn event_source(
        &mut self,
        word: Word<'_>,
        null: Nulls,
        inner: &Section<'_>,
        known: &BTreeSet<&str>,
    ) -> Option<EventSource> {
        let text = word.text.trim();
        let aggregate = [("latest of ", true), ("earliest of ", false)]
            .into_iter()
            .find_map(|(lead, latest)| text.strip_prefix(lead).map(|rest| (rest.trim(), latest)));
        let Some((rest, latest)) = aggregate else {
            if text.split_once(" of ").is_some_and(|(_, rest)| rest.contains('.')) {
                let help = "write `latest of TABLE.COLUMN` or `earliest of TABLE.COLUMN`".to_owned();
                let message = format!("`{text}` is neither a column nor the latest of another table's");
                self.blame(word, &codes::table::INCOMPLETE, message, Some(help));
                return None;
            }
            let or = inner.string("or").map(ColumnName::from);
            return Some(EventSource::Column { column: ColumnName::from(text), null, or });
        };
        let Some((table, column)) = rest.split_once('.').filter(|(_, column)| !column.is_empty()) else {
            let help = "write `latest of TABLE.COLUMN`".to_owned();
            let message = format!("`{rest}` does not name a table and a column");
            self.blame(word, &codes::table::INCOMPLETE, message, Some(help));
            return None;
        };
        let table = self.other_table(Word { text: table, ..word }, known)?;
        Some(EventSource::Aggregate { latest, table, column: ColumnName::from(column), null })
    }

    fn consents(&mut self, section: &Section<'_>) -> IndexMap<PurposeName, Consent> {
        let mut consents = IndexMap::new();
        for (name, entry) in section.entries() {
            let Some(purpose) =
                self.known_one::<PurposeName>(name, Kind::Purpose, &codes::table::UNKNOWN_PURPOSE)
            else {
                continue;
            };
            let inner = section.section(name.text);
            let Some(given) = word_of(&entry.node).or_else(|| inner.word("given")) else {
                if !self.places.is_broken(&inner.path) {
                    let message = format!("the consent for `{}` does not say when it was given", name.text);
                    self.blame(
                        name,
                        &codes::table::INCOMPLETE,
                        message,
                        Some("write `given = \"…\"`".to_owned()),
                    );
                }
                continue;
            };
            let consent = Consent {
                given: ColumnName::from(given.text),
                withdrawn: inner.string("withdrawn").map(ColumnName::from),
                when: conditions(&inner.section("when")),
            };
            consents.insert(purpose, consent);
        }
        consents
    }

    /// The column that marks restricted rows.
    fn restricted(&mut self, section: &Section<'_>) -> Option<ColumnName> {
        let inner = section.section("restricted");
        let column = inner.string("column").map(ColumnName::from);
        if column.is_none() && section.has_table("restricted") && !self.places.is_broken(&inner.path) {
            let raised = codes::table::INCOMPLETE.raise("`restricted` needs a `column`");
            let raised = self.places.point(raised, &inner.path, "");
            self.found.push(raised.help("write `restricted = { column = \"is_restricted\" }`"));
        }
        column
    }

    fn frozen(&mut self, section: &Section<'_>) -> Option<Frozen> {
        let inner = section.section("frozen");
        let once = inner.string("once").map(ColumnName::from);
        let law = self.text(&inner, "law");
        match (once, law) {
            (Some(once), Some(law)) => Some(Frozen { once, law }),
            _ => {
                if section.has_table("frozen") && !self.places.is_broken(&inner.path) {
                    let raised = codes::table::INCOMPLETE.raise("`frozen` needs `once` and `law`");
                    let raised = self.places.point(raised, &inner.path, "");
                    self.found.push(raised.help("write `frozen = { once = \"issued_at\", law = \"…\" }`"));
                }
                None
            }
        }
    }
}

fn identifiers(section: &Section<'_>) -> IndexMap<IdentifierKind, ColumnName> {
    let column = |name: Word<'_>| {
        Some((IdentifierKind::from(name.text), ColumnName::from(section.string(name.text)?)))
    };
    section.entries().filter_map(|(name, _)| column(name)).collect()
}

fn columns_of(section: &Section<'_>) -> IndexMap<ColumnName, Vec<ColumnName>> {
    let columns = |name: &str| section.strings(name).into_iter().map(ColumnName::from).collect();
    section.entries().map(|(name, _)| (ColumnName::from(name.text), columns(name.text))).collect()
}

fn occasion(section: &Section<'_>) -> Option<(OccasionKind, ColumnName)> {
    [
        ("contract", OccasionKind::Contract),
        ("request", OccasionKind::Request),
        ("collection", OccasionKind::Collection),
        ("consent", OccasionKind::Consent),
    ]
    .into_iter()
    .find_map(|(key, kind)| Some((kind, ColumnName::from(section.string(key)?))))
}

fn archive(section: &Section<'_>) -> Option<ArchiveWay> {
    let table = section.string("table").map(ArchiveWay::Table);
    table.or_else(|| section.string("flag").map(|flag| ArchiveWay::Flag(ColumnName::from(flag))))
}

fn conditions(section: &Section<'_>) -> Vec<Condition> {
    section
        .entries()
        .filter_map(|(name, entry)| {
            Some(Condition { column: ColumnName::from(name.text), is: plain_of(&entry.node)? })
        })
        .collect()
}

fn emptied(section: &Section<'_>) -> IndexMap<ColumnName, String> {
    section
        .entries()
        .filter_map(|(name, entry)| Some((ColumnName::from(name.text), plain_of(&entry.node)?)))
        .collect()
}
