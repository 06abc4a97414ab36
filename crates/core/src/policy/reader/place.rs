//! Where data may be: the general rule, and promises about single kinds of stores and services.

use indexmap::IndexMap;

use super::section::{Section, Word};
use super::{Reader, codes, wording};
use crate::policy::codes::Code;
use crate::policy::model::{Place, Transfers};

impl Reader<'_> {
    pub(super) fn transfers(&mut self, root: &Section<'_>) -> Option<Transfers> {
        if !root.has_table("transfers") {
            return None;
        }
        let section = root.section("transfers");
        let statement = self.text(&section, "statement").unwrap_or_else(|| {
            let raised = codes::transfers::NO_STATEMENT
                .raise("`[transfers]` does not say what the notice tells about places");
            let raised = self.places.point_key(raised, "transfers", "");
            self.found.push(raised.help("write `statement = \"…\"`"));
            self.text_at(section.at("statement"), "")
        });
        Some(Transfers {
            statement,
            prefer: self.regions(&section, "prefer", &codes::transfers::UNKNOWN_REGION),
            otherwise: section.strings("otherwise"),
            copy: self.text(&section, "copy"),
            applies: section.strings("applies"),
        })
    }

    pub(super) fn promised_places(&mut self, root: &Section<'_>) -> IndexMap<String, Place> {
        let sections = root.section("place").sections();
        sections
            .into_iter()
            .map(|(name, section)| (name.text.to_owned(), self.promised_place(name, &section)))
            .collect()
    }

    fn promised_place(&mut self, name: Word<'_>, section: &Section<'_>) -> Place {
        let code = &codes::place::UNKNOWN_REGION;
        let place = Place {
            id: name.text.to_owned(),
            title: self.text_or_name(section, "title", name.text),
            only: self.regions(section, "only", code),
            prefer: self.regions(section, "prefer", code),
            otherwise: section.strings("otherwise"),
            options: self.options(&section.section("options")),
            chosen_by: self.text(section, "chosen-by"),
        };
        self.place_agrees(name, section, &place);
        place
    }

    fn options(&mut self, section: &Section<'_>) -> IndexMap<String, Vec<String>> {
        let names: Vec<Word<'_>> = section.entries().map(|(name, _)| name).collect();
        let regions = |name: Word<'_>| {
            (name.text.to_owned(), self.regions(section, name.text, &codes::place::UNKNOWN_REGION))
        };
        names.into_iter().map(regions).collect()
    }

    /// What a place says has to be possible at once.
    fn place_agrees(&mut self, name: Word<'_>, section: &Section<'_>, place: &Place) {
        if !["only", "prefer", "options"].into_iter().any(|key| section.has(key)) {
            let message = format!("`{}` says nothing about where data may be", name.text);
            self.unsaid(section, "only", &codes::place::SAYS_NOTHING, &message);
        }
        let elsewhere = ["prefer", "otherwise"].into_iter().find(|key| section.has(key));
        if let Some(key) = elsewhere.filter(|_| section.has("only")) {
            let message = format!("`{}` is in some regions only, and `{key}` speaks of others", name.text);
            self.contradicts(section, key, "only", &codes::place::ONLY_AND_ELSEWHERE, &message);
        }
        let offers = section.has("options");
        if offers && place.chosen_by.is_none() {
            let message = format!("`{}` does not say who chooses among its options", name.text);
            self.unsaid(section, "chosen-by", &codes::place::NO_CHOOSER, &message);
        }
        if !offers && place.chosen_by.is_some() {
            let message = format!("`{}` offers no options to choose from", name.text);
            self.contradicts(section, "chosen-by", "chosen-by", &codes::place::NO_OPTIONS, &message);
        }
        if !place.only.is_empty() {
            self.options_within(section, place);
        }
    }

    fn options_within(&mut self, section: &Section<'_>, place: &Place) {
        for (option, regions) in &place.options {
            let out = regions.iter().find(|region| !lies_within(region, &place.only));
            if let Some(region) = out {
                let message = format!("the option `{option}` offers `{region}`, which `only` rules out");
                let key = format!("options.{option}");
                self.contradicts(section, &key, "only", &codes::place::OPTION_OUTSIDE, &message);
            }
        }
    }

    /// The regions of a list; a word that is none is reported, and the key is then broken.
    pub(super) fn regions(&mut self, section: &Section<'_>, key: &str, code: &Code) -> Vec<String> {
        let mut regions = Vec::new();
        for word in section.words(key) {
            if wording::is_region(word.text) {
                regions.push(word.text.to_owned());
                continue;
            }
            self.places.mark_broken(section.at(key));
            let message = format!("`{}` is not a region or a country", wording::shown(word.text));
            self.blame(word, code, message, Some(wording::region_hint(word.text)));
        }
        regions
    }
}

/// Whether a region lies in one of others; the Union lies in the European Economic Area.
fn lies_within(region: &str, others: &[String]) -> bool {
    others.iter().any(|other| match other.as_str() {
        "EEA" => matches!(region, "EEA" | "EU") || crate::law::country::is_in_eea(region),
        "EU" => region == "EU" || wording::is_in_union(region),
        other => other == region,
    })
}
