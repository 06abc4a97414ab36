//! Stores: where a database is, and which of its tables hold personal data (`table`).

use indexmap::IndexMap;

use super::names::Kind;
use super::section::Section;
use super::{Reader, codes, wording};
use crate::name::StoreName;
use crate::policy::model::{Engine, FileFormat, Http, RowSecurity, Secret, Store, Url};
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
        let place = section.word("place");
        let place = place.and_then(|word| self.known_one(word, Kind::Place, &codes::store::UNKNOWN_PLACE));
        Store {
            engine: self.engine(section),
            files: self.files(section),
            http: self.http(section),
            url: self.url(section),
            zone,
            server: section.string("server"),
            seat: section.string("seat"),
            place,
            holds: self.holds(&section.section("holds")),
            tables: self.tables(section),
            not_personal: section.strings("not-personal"),
            row_security: row_security(section),
            name,
        }
    }

    /// The option whose data a store holds, by place.
    fn holds(&mut self, section: &Section<'_>) -> IndexMap<String, String> {
        let mut holds = IndexMap::new();
        for (name, _) in section.entries() {
            let Some(option) = section.word(name.text) else { continue };
            let Some(place) = self.known_one::<String>(name, Kind::Place, &codes::store::UNKNOWN_PLACE)
            else {
                continue;
            };
            let offered = self.names.options_of(&place);
            if offered.iter().any(|offered| offered == option.text) {
                holds.insert(place, option.text.to_owned());
                continue;
            }
            let message = format!("`{}` is not an option of `{place}`", wording::shown(option.text));
            let help = crate::policy::suggest::help(option.text, offered.iter().map(String::as_str));
            let help = help.or_else(|| Some(format!("add it to `options` of `[place.{place}]`")));
            self.blame(option, &codes::store::UNKNOWN_OPTION, message, help);
        }
        holds
    }

    fn engine(&mut self, section: &Section<'_>) -> Engine {
        match section.word("engine").map(|word| word.text) {
            Some("postgres") => Engine::Postgres,
            // MySQL speaks the same language.
            Some("mariadb" | "mysql") => Engine::Mariadb,
            Some(_) => Engine::Sqlite,
            None => {
                self.missing(
                    section,
                    "engine",
                    "write `engine = \"postgres\"`, `\"mariadb\"`, `\"sqlite\"`, `\"csv\"`, `\"jsonl\"` or `\"http\"`",
                );
                Engine::Sqlite
            }
        }
    }

    /// The form of files, and what stands between their fields: ASCII, and none of the signs that
    /// rows and fields end with.
    fn files(&mut self, section: &Section<'_>) -> Option<FileFormat> {
        let is_csv = section.word("engine").is_some_and(|word| word.text == "csv");
        let sign = section.word("delimiter").and_then(|word| {
            let sign = word.text.chars().next().filter(|_| word.text.chars().count() == 1);
            let sign = sign.filter(|sign| sign.is_ascii() && !"\"\r\n\0".contains(*sign));
            if sign.is_none() && is_csv {
                let message = "the delimiter is one ASCII sign between the fields of CSV".to_owned();
                let help = "write `delimiter = \";\"`, or leave it out to have it seen".to_owned();
                self.blame(word, &codes::store::DELIMITER, message, Some(help));
            }
            sign
        });
        match section.word("engine").map(|word| word.text) {
            Some("csv") => Some(FileFormat::Csv { delimiter: sign }),
            Some("jsonl") => Some(FileFormat::JsonLines),
            _ => None,
        }
    }

    /// How a service is called; nothing of it is said of other stores.
    fn http(&mut self, section: &Section<'_>) -> Option<Http> {
        let engine = section.word("engine").map(|word| word.text);
        for (key, of) in [("delimiter", "csv"), ("secret", "http"), ("plain", "http"), ("ca", "http")] {
            let is_said = self.places.has_below(&section.at(key)) || section.has(key);
            if is_said && engine != Some(of) {
                let message = format!("`{key}` is for `engine = \"{of}\"`");
                let raised = codes::store::OTHER_ENGINE.raise(message);
                let help = "take it out, or correct the engine";
                self.found.push(self.places.point_key(raised, &section.at(key), "").help(help));
            }
        }
        if engine != Some("http") {
            return None;
        }
        let secret = section.section("secret");
        let secret = match (secret.string("env"), secret.string("file")) {
            (Some(variable), _) => Secret::Env(variable),
            (None, Some(file)) => Secret::File(file),
            (None, None) => {
                let help =
                    "write `secret = { env = \"CRM_SECRET\" }` or `secret = { file = \"crm.secret\" }`";
                self.missing(section, "secret", help);
                Secret::Env(String::new())
            }
        };
        let ca = section.section("ca").string("file");
        Some(Http { secret, allows_plain: section.truth("plain").unwrap_or(false), ca })
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
                    "write `url = { env = \"PLATFORM_URL\" }`, or a path for SQLite and files",
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

/// Who sees restricted rows, where the database hides them.
fn row_security(section: &Section<'_>) -> Option<RowSecurity> {
    let inner = section.section("row-security");
    section.has_table("row-security").then(|| RowSecurity {
        see: inner.strings("see"),
        binds_owner: inner.truth("force").unwrap_or(false),
    })
}
