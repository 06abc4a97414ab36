//! Cookies and other trackers, their classes, and statistics without personal data.

use indexmap::IndexMap;

use super::names::Kind;
use super::section::{Section, Word};
use super::{Reader, codes, wording};
use crate::policy::model::{Cookie, CookieClass, CookieSettings, Placed, Refuse, Statistics};
use crate::policy::words;
use crate::time::Span;

impl Reader<'_> {
    /// What the policy says of cookies; `None` where it is silent.
    pub(super) fn cookies(&mut self, root: &Section<'_>) -> Option<CookieSettings> {
        if !["cookies", "cookie-class", "cookie"].into_iter().any(|key| root.has_table(key)) {
            return None;
        }
        let section = root.section("cookies");
        Some(CookieSettings {
            statement: self.text(&section, "statement"),
            link: section.string("link"),
            placed: match section.word("placed").map(|word| word.text) {
                Some("unless refused") => Placed::UnlessRefused,
                _ => Placed::AfterConsent,
            },
            refuse: match section.word("refuse").map(|word| word.text) {
                Some("browser settings") => Refuse::BrowserSettings,
                _ => Refuse::AsEasily,
            },
            choice_kept: section.length("choice-kept"),
            classes: self.cookie_classes(root),
            cookies: self.named_cookies(root),
        })
    }

    fn cookie_classes(&mut self, root: &Section<'_>) -> IndexMap<String, CookieClass> {
        let sections = root.section("cookie-class").sections();
        sections
            .into_iter()
            .map(|(name, section)| (name.text.to_owned(), self.cookie_class(name.text, &section)))
            .collect()
    }

    fn cookie_class(&mut self, name: &str, section: &Section<'_>) -> CookieClass {
        let consent = section.truth("consent");
        let exempt = self.text(section, "exempt");
        if consent == Some(true) && exempt.is_some() {
            let message = format!("`{name}` needs consent, and `exempt` says why it needs none");
            self.contradicts(section, "exempt", "consent", &codes::cookie::CONSENT_AND_EXEMPT, &message);
        }
        let purpose = section.word("purpose");
        CookieClass {
            id: name.to_owned(),
            title: self.text_or_name(section, "title", name),
            why: self.text(section, "why"),
            consent,
            exempt,
            life: self.life(section),
            purpose: purpose
                .and_then(|word| self.known_one(word, Kind::Purpose, &codes::cookie::UNKNOWN_PURPOSE)),
        }
    }

    fn named_cookies(&mut self, root: &Section<'_>) -> IndexMap<String, Cookie> {
        let sections = root.section("cookie").sections();
        sections
            .into_iter()
            .map(|(name, section)| (name.text.to_owned(), self.cookie(name, &section)))
            .collect()
    }

    fn cookie(&mut self, name: Word<'_>, section: &Section<'_>) -> Cookie {
        let recipient = section.word("recipient");
        Cookie {
            id: name.text.to_owned(),
            names: self.names_on_the_device(name, section),
            classes: self.known(section, "classes", Kind::CookieClass, &codes::cookie::UNKNOWN_CLASS),
            life: self.life(section),
            why: self.text(section, "why"),
            recipient: recipient
                .and_then(|word| self.known_one(word, Kind::Recipient, &codes::cookie::UNKNOWN_RECIPIENT)),
            reads: self.data(section, "reads", &codes::cookie::UNKNOWN_DATA),
        }
    }

    /// The names of a cookie, or its name in the policy where it says none.
    fn names_on_the_device(&mut self, name: Word<'_>, section: &Section<'_>) -> Vec<String> {
        let mut words = section.words("name");
        if !section.has("name") && !self.places.is_broken(&section.at("name")) {
            words.push(name);
        }
        let mut names = Vec::new();
        for word in words {
            if wording::is_cookie_name(word.text) {
                names.push(word.text.to_owned());
                continue;
            }
            let message = format!("`{}` can't be the name of a cookie", wording::shown(word.text));
            let help = "write it as the browser shows it: `name = \"_ga*\"`".to_owned();
            self.blame(word, &codes::cookie::BAD_NAME, message, Some(help));
        }
        names
    }

    fn life(&mut self, section: &Section<'_>) -> Option<Span> {
        let word = section.word("life")?;
        let life = wording::life(word.text);
        if life.is_none() {
            self.places.mark_broken(section.at("life"));
            let message = format!("`{}` is not the life of a cookie", wording::shown(word.text));
            let help = "write `13 months`, `13 months from first set`, or `session`".to_owned();
            self.blame(word, &codes::cookie::BAD_LIFE, message, Some(help));
        }
        life
    }

    pub(super) fn statistics(&mut self, root: &Section<'_>) -> IndexMap<String, Statistics> {
        let sections = root.section("statistics").sections();
        sections
            .into_iter()
            .map(|(name, section)| (name.text.to_owned(), self.counted(name.text, &section)))
            .collect()
    }

    /// What is counted or read: data of the policy have titles, other words are short words.
    fn counted_words(&mut self, section: &Section<'_>, key: &str) -> Vec<String> {
        let said = section.strings(key);
        for word in &said {
            let category = word.split('.').next().unwrap_or_default();
            let own = self.names.data.contains_key(category) || words::is_known("datum", word);
            if let Some(path) = words::path("datum", word).filter(|_| !own) {
                self.text_at(path, word);
            }
        }
        said
    }

    fn counted(&mut self, name: &str, section: &Section<'_>) -> Statistics {
        let reads = self.counted_words(section, "reads");
        for word in
            section.words("drops").into_iter().filter(|word| !reads.iter().any(|read| read == word.text))
        {
            let message = format!("`{}` is dropped, and never read", wording::shown(word.text));
            let help = crate::policy::suggest::nearest(word.text, reads.iter().map(String::as_str))
                .map_or_else(|| "add it to `reads`".to_owned(), |near| format!("did you mean `{near}`?"));
            self.blame(word, &codes::statistics::DROPS_UNREAD, message, Some(help));
        }
        Statistics {
            id: name.to_owned(),
            title: self.text_or_name(section, "title", name),
            counts: self.counted_words(section, "counts"),
            drops: self.counted_words(section, "drops"),
            smallest_group: self.smallest_group(section),
            recipients: self.known(
                section,
                "recipients",
                Kind::Recipient,
                &codes::statistics::UNKNOWN_RECIPIENT,
            ),
            tool: self.text(section, "tool"),
            statement: self.text(section, "statement"),
            drawn: self.drawn(section),
            reads,
        }
    }

    fn smallest_group(&mut self, section: &Section<'_>) -> Option<u32> {
        let number = section.whole("smallest-group")?;
        let group = u32::try_from(number).ok().filter(|group| *group >= 2);
        if group.is_none() {
            let raised = codes::statistics::BAD_GROUP.raise(format!("{number} is not the size of a group"));
            let path = section.at("smallest-group");
            self.found.push(self.places.point(raised, &path, "").help("write a whole number from 2 up"));
            self.places.mark_broken(path);
        }
        group
    }
}
