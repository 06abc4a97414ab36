//! Stores: where a database is, and which of its tables hold personal data (`table`).

use indexmap::IndexMap;

use super::section::Section;
use super::{Reader, codes};
use crate::name::StoreName;
use crate::policy::model::{Engine, Store, Url};
use crate::time::Zone;

impl Reader<'_> {
    pub(super) fn stores(&mut self, root: &Section<'_>, zone: &Zone) -> IndexMap<StoreName, Store> {
        let sections = root.section("store").sections();
        sections
            .into_iter()
            .map(|(name, section)| {
                let name = StoreName::from(name.text);
                (name.clone(), self.store(name, &section, zone))
            })
            .collect()
    }

    fn store(&mut self, name: StoreName, section: &Section<'_>, zone: &Zone) -> Store {
        let zone = self.zone(section).unwrap_or_else(|| zone.clone());
        Store {
            engine: self.engine(section),
            url: self.url(section),
            zone,
            server: section.string("server"),
            seat: None,
            place: None,
            holds: IndexMap::new(),
            tables: self.tables(section),
            not_personal: section.strings("not-personal"),
            name,
        }
    }

    fn engine(&mut self, section: &Section<'_>) -> Engine {
        match section.word("engine").map(|word| word.text) {
            Some("postgres") => Engine::Postgres,
            Some(_) => Engine::Sqlite,
            None => {
                self.missing(section, "engine", "write `engine = \"postgres\"` or `engine = \"sqlite\"`");
                Engine::Sqlite
            }
        }
    }

    fn url(&mut self, section: &Section<'_>) -> Url {
        if let Some(written) = section.string("url") {
            return Url::Written(written);
        }
        match section.section("url").string("env") {
            Some(variable) => Url::Env(variable),
            None => {
                self.missing(
                    section,
                    "url",
                    "write `url = { env = \"PLATFORM_URL\" }`, or a path for SQLite",
                );
                Url::Written(String::new())
            }
        }
    }

    fn missing(&mut self, section: &Section<'_>, key: &str, help: &str) {
        let path = section.at(key);
        // What is there and could not be read has been reported.
        if !self.places.is_broken(&path) && !self.places.has_below(&path) {
            let raised = codes::store::INCOMPLETE.raise(format!("`[{}]` has no `{key}`", section.path));
            self.found.push(self.places.point_key(raised, &section.path, "").help(help));
        }
    }
}
