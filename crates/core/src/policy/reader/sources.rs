//! Sources of data other than the person (Art. 14).

use indexmap::IndexMap;

use super::names::Kind;
use super::section::{Section, Word};
use super::{Reader, codes};
use crate::name::CategoryName;
use crate::policy::model::{
    Category, DataRef, DataSource, NeverUse, ObtainedConsent, PeopleRead, SourceLimits,
};

impl Reader<'_> {
    pub(super) fn sources(
        &mut self,
        root: &Section<'_>,
        data: &IndexMap<CategoryName, Category>,
    ) -> IndexMap<String, DataSource> {
        let mut sources = IndexMap::new();
        for (name, section) in root.section("source").sections() {
            let source = self.source(name.text, &section, data);
            sources.insert(source.id.clone(), source);
        }
        sources
    }

    fn source(
        &mut self,
        name: &str,
        section: &Section<'_>,
        data: &IndexMap<CategoryName, Category>,
    ) -> DataSource {
        let gives = if section.has("gives") {
            self.data(section, "gives", &codes::source::UNKNOWN_DATA)
        } else {
            named_by(name, data)
        };
        if let (Some(told), Some(_)) = (section.word("told"), section.word("exempt")) {
            let message = format!("people are told of data from `{name}`, and need not be");
            let help = "keep `told`, or the exemption as `exempt`".to_owned();
            self.blame(told, &codes::source::TOLD_AND_EXEMPT, message, Some(help));
        }
        DataSource {
            id: name.to_owned(),
            name: self.text_or_name(section, "name", name),
            gives,
            public: section.truth("public").unwrap_or(false),
            told: self.text(section, "told"),
            exempt: section.string("exempt"),
            consent: self.obtained(section),
            limits: self.limits(&section.section("limits")),
        }
    }

    fn limits(&mut self, section: &Section<'_>) -> SourceLimits {
        let never = |word: &Word<'_>| match word.text {
            "advertising" => Some(NeverUse::Advertising),
            "profiling" => Some(NeverUse::Profiling),
            "sale" => Some(NeverUse::Sale),
            _ => None,
        };
        SourceLimits {
            only_for: self.known(section, "only-for", Kind::Purpose, &codes::source::UNKNOWN_LIMIT),
            only_to: self.known(section, "only-to", Kind::Recipient, &codes::source::UNKNOWN_LIMIT),
            never: section.words("never").iter().filter_map(never).collect(),
            people_read: match section.word("people-read").map(|word| word.text) {
                Some("with consent") => PeopleRead::WithConsent,
                Some("never") => PeopleRead::Never,
                _ => PeopleRead::ByRole,
            },
        }
    }

    fn obtained(&mut self, section: &Section<'_>) -> Option<ObtainedConsent> {
        let inner = section.section("consent");
        section.has_table("consent").then(|| ObtainedConsent {
            obtained_by: self.text_of_family(&inner, "obtained-by", "by"),
            proof: self.short_words(&inner, "proof", "proof"),
            names: self.text_of_family(&inner, "names", "names"),
        })
    }
}

/// The categories and fields that say that they come from this source.
fn named_by(source: &str, data: &IndexMap<CategoryName, Category>) -> Vec<DataRef> {
    let names_it = |from: &[String]| from.iter().any(|from| from.strip_prefix("source.") == Some(source));
    let mut gives = Vec::new();
    for category in data.values() {
        if names_it(&category.from) {
            gives.push(DataRef::whole(category.name.clone()));
            continue;
        }
        let fields = category.fields.values().filter(|field| names_it(&field.from));
        gives.extend(
            fields.map(|field| DataRef { category: category.name.clone(), field: Some(field.name.clone()) }),
        );
    }
    gives
}
