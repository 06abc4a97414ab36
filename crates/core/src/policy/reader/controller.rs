//! Controllers and the notice's settings.

use indexmap::IndexMap;

use super::section::Section;
use super::{Reader, codes};
use crate::name::{ControllerName, Language};
use crate::policy::model::{Controller, NoticeSettings};
use crate::time::Zone;

impl Reader<'_> {
    pub(super) fn controllers(&mut self, root: &Section<'_>) -> IndexMap<ControllerName, Controller> {
        let sections = root.section("controller").sections();
        sections
            .into_iter()
            .map(|(name, section)| {
                let id = ControllerName::from(name.text);
                (id.clone(), self.controller(id, &section))
            })
            .collect()
    }

    fn controller(&mut self, id: ControllerName, section: &Section<'_>) -> Controller {
        let country = section.string("country");
        let registered = section.section("registered");
        Controller {
            name: section.string("name").unwrap_or_else(|| super::in_words(id.as_str())),
            trade_name: false,
            called: None,
            registered: registered
                .entries()
                .filter_map(|(key, _)| Some((key.text.to_owned(), registered.string(key.text)?)))
                .collect(),
            zone: self.controller_zone(section, country.as_deref()),
            authority: section.string("authority").or_else(|| country.clone()),
            post: section.string("post"),
            email: section.string("email"),
            phone: section.string("phone"),
            website: section.string("website"),
            officer: section.string("officer"),
            no_officer: None,
            representative: section.string("representative"),
            country,
            affiliates: None,
            affiliates_named: true,
            public_authority: false,
            id,
        }
    }

    /// The zone as written, or the country's; UTC with a warning where neither helps.
    fn controller_zone(&mut self, section: &Section<'_>, country: Option<&str>) -> Zone {
        if section.has("zone") {
            return self.zone(section).unwrap_or_else(Zone::utc);
        }
        country.and_then(Zone::of_country).unwrap_or_else(|| {
            if !self.places.is_broken(&section.at("zone")) {
                let raised = codes::controller::NO_ZONE
                    .raise("the zone of this controller's days is not known; UTC is used");
                let raised = self.places.point_key(raised, &section.path, "");
                self.found.push(raised.help("write `zone = \"Europe/Paris\"`, by its IANA name"));
            }
            Zone::utc()
        })
    }

    /// A zone by its IANA name; an unknown one is reported.
    pub(super) fn zone(&mut self, section: &Section<'_>) -> Option<Zone> {
        let word = section.word("zone")?;
        let zone = Zone::named(word.text);
        if zone.is_none() {
            let message = format!("`{}` is not a time zone", word.text);
            let help = "use an IANA name, such as `Europe/Paris`".to_owned();
            self.blame(word, &codes::controller::UNKNOWN_ZONE, message, Some(help));
        }
        zone
    }

    pub(super) fn notice(&mut self, root: &Section<'_>) -> NoticeSettings {
        let section = root.section("notice");
        let changes = section.section("changes");
        NoticeSettings {
            version: section.day("version"),
            version_month: None,
            languages: self.languages(&section),
            title: self.text(&section, "title"),
            introduction: self.text(&section, "introduction"),
            minor_changes: changes.strings("minor"),
            significant_changes: changes.strings("significant"),
            prevails: None,
            changes_before: None,
            links: IndexMap::new(),
        }
    }

    fn languages(&mut self, section: &Section<'_>) -> Vec<Language> {
        let mut languages: Vec<Language> = Vec::new();
        for word in section.words("languages") {
            let fits = word.text.len() == 2 && word.text.bytes().all(|byte| byte.is_ascii_lowercase());
            if !fits {
                let message = format!("`{}` is not a language code", word.text);
                let help = "use two small letters: `en`, `fr`, `nl`".to_owned();
                self.blame(word, &codes::notice::UNKNOWN_LANGUAGE, message, Some(help));
                continue;
            }
            let language = Language::from(word.text);
            if !languages.contains(&language) {
                languages.push(language);
            }
        }
        if languages.is_empty() { vec![Language::from("en")] } else { languages }
    }
}
