//! Controllers.

use indexmap::IndexMap;

use super::section::Section;
use super::{Reader, codes};
use crate::name::ControllerName;
use crate::policy::model::Controller;
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
        self.controller_agrees(section);
        Controller {
            name: section.string("name").unwrap_or_else(|| super::in_words(id.as_str())),
            trade_name: section.truth("trade-name").unwrap_or(false),
            called: section.string("called"),
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
            no_officer: self.text(section, "no-officer"),
            representative: section.string("representative"),
            country,
            affiliates: self.text(section, "affiliates"),
            affiliates_named: section.truth("affiliates-named").unwrap_or(true),
            public_authority: section.truth("public-authority").unwrap_or(false),
            id,
        }
    }

    /// What a controller says has to be possible at once.
    fn controller_agrees(&mut self, section: &Section<'_>) {
        if section.has("officer") && section.has("no-officer") {
            let message = "an officer is named, and also why there is none";
            self.contradicts(section, "no-officer", "officer", &codes::controller::OFFICER_AND_NONE, message);
        }
        if section.has("affiliates-named") && !section.has("affiliates") {
            let message = "nothing says that this controller speaks for others of its group";
            let key = "affiliates-named";
            self.contradicts(section, key, key, &codes::controller::AFFILIATES_UNSAID, message);
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
}
