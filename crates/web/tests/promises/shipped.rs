//! A policy that the project ships, with its notice in each of its languages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use kept_core::diagnostic::Severity;
use kept_core::policy::model::{Basis, Category, DataRef, Purpose, Recipient, Text};
use kept_core::policy::source::SourceFile;
use kept_core::policy::{Policy, examine};
use kept_web::notice::{Format, notice};

/// A shipped policy and its pages.
pub(crate) struct Shipped {
    /// The policy as read.
    pub(crate) policy: Policy,
    /// Language and HTML, the language that it is written in first.
    pages: Vec<(String, String)>,
}

/// The policy of a company, without an error, and its notice; made once.
pub(crate) fn shipped(company: &'static str) -> &'static Shipped {
    static MADE: Mutex<BTreeMap<&str, &Shipped>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(company).or_insert_with(|| Box::leak(Box::new(make(company))))
}

fn make(company: &str) -> Shipped {
    let policy = match examine(&files(company)).sound() {
        Ok(policy) => policy,
        Err(found) => panic!("{company}: {found:#?}"),
    };
    let languages = policy.notice.languages.iter();
    let page = |language| notice(&policy, language, Format::Html).unwrap();
    let pages = languages.map(|language| (language.to_string(), page(language))).collect();
    Shipped { policy, pages }
}

/// The codes of what is found when one text of a company's policy is put in place of another.
pub(crate) fn changed(company: &str, from: &str, to: &str) -> Vec<(Severity, &'static str)> {
    let mut files = files(company);
    let mut hits = 0;
    for file in &mut files {
        let text = String::from_utf8(file.bytes.to_vec()).unwrap();
        hits += text.matches(from).count();
        *file = SourceFile::new(file.name.clone(), text.replacen(from, to, 1));
    }
    assert_eq!(hits, 1, "`{from}` in {company}");
    examine(&files).diagnostics.iter().map(|found| (found.severity, found.code)).collect()
}

/// Whether such a change makes an error of this code, so that the policy is no longer served.
#[track_caller]
pub(crate) fn breaks(company: &str, from: &str, to: &str, code: &str) {
    let found = changed(company, from, to);
    assert!(found.contains(&(Severity::Error, leak(code))), "{company}: {found:?}");
}

fn leak(code: &str) -> &'static str {
    Box::leak(code.to_owned().into_boxed_str())
}

fn files(company: &str) -> Vec<SourceFile> {
    let folder = folder().join(company);
    let mut files = Vec::new();
    for part in [folder.clone(), folder.join("texts")] {
        let Ok(entries) = std::fs::read_dir(part) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|kind| kind == "toml") {
                let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
                files.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
            }
        }
    }
    assert!(!files.is_empty(), "no policy in {}", folder.display());
    files
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

impl Shipped {
    /// A purpose.
    #[track_caller]
    pub(crate) fn purpose(&self, name: &str) -> &Purpose {
        self.policy.purposes.get(name).unwrap_or_else(|| panic!("no purpose {name}"))
    }

    /// A category of data.
    #[track_caller]
    pub(crate) fn category(&self, name: &str) -> &Category {
        self.policy.data.get(name).unwrap_or_else(|| panic!("no category {name}"))
    }

    /// A recipient.
    #[track_caller]
    pub(crate) fn recipient(&self, name: &str) -> &Recipient {
        self.policy.recipients.get(name).unwrap_or_else(|| panic!("no recipient {name}"))
    }

    /// The policy has a purpose on this basis for exactly these data, and the notice shows in every
    /// language what it is for, on which basis and for how long.
    #[track_caller]
    pub(crate) fn uses(&self, purpose: &str, basis: &str, data: &[&str]) {
        let said = self.purpose(purpose);
        assert_eq!(said.basis.word(), basis, "{purpose}");
        assert_eq!(names(&said.data), data, "{purpose}");
        for key in ["", ".data", ".keep"] {
            self.tells(&format!("purpose.{purpose}{key}"));
        }
        self.shows_basis(purpose, &said.basis);
        let title = self.words_of(&said.title);
        self.says(&format!("purpose.{purpose}"), &[]);
        for (language, page) in &self.pages {
            let title = self.in_language(&said.title, language);
            assert!(plain(page).contains(&title), "{purpose} in {language}: {title}");
        }
        assert!(!title.is_empty());
    }

    #[track_caller]
    fn shows_basis(&self, purpose: &str, basis: &Basis) {
        for (language, page) in &self.pages {
            let shown = statement(page, &format!("purpose.{purpose}.basis")).to_lowercase();
            let word = basis_in(basis, language);
            assert!(shown.contains(word), "{purpose} in {language}: {shown}");
        }
    }

    /// The policy has a category of exactly these fields, and the notice lists each by its title, in
    /// every language.
    #[track_caller]
    pub(crate) fn lists(&self, category: &str, fields: &[&str]) {
        let said = self.category(category);
        assert_eq!(said.fields.keys().map(ToString::to_string).collect::<Vec<_>>(), fields, "{category}");
        for name in fields {
            self.lists_one(category, name);
        }
    }

    /// The policy has this field in a category, and the notice lists it, in every language.
    #[track_caller]
    pub(crate) fn lists_one(&self, category: &str, field: &str) {
        let said = &self.category(category).fields.get(field).unwrap_or_else(|| panic!("no {field}")).title;
        for (language, page) in &self.pages {
            let shown = statement(page, &format!("data.{category}")).to_lowercase();
            let title = self.in_language(said, language).to_lowercase();
            assert!(shown.contains(&title), "{category}.{field} in {language}: {shown}");
        }
    }

    /// The notice has a statement of this id in every language.
    #[track_caller]
    pub(crate) fn tells(&self, id: &str) {
        for (language, page) in &self.pages {
            assert!(!statement(page, id).is_empty(), "{id} in {language} is empty");
        }
    }

    /// The notice has a statement of this id in every language, and in the language that the policy
    /// is written in it says these words.
    #[track_caller]
    pub(crate) fn says(&self, id: &str, words: &[&str]) {
        self.tells(id);
        let (language, page) = &self.pages[0];
        let shown = statement(page, id).to_lowercase();
        for word in words {
            assert!(shown.contains(&word.to_lowercase()), "{id} in {language} has no `{word}`: {shown}");
        }
    }

    /// The notice says the same words in every language: names, addresses, numbers.
    #[track_caller]
    pub(crate) fn says_in_all(&self, id: &str, words: &[&str]) {
        for (language, page) in &self.pages {
            let shown = statement(page, id);
            for word in words {
                assert!(shown.contains(word), "{id} in {language} has no `{word}`: {shown}");
            }
        }
    }

    /// A text of the policy stands in the statement of this id, in every language.
    #[track_caller]
    pub(crate) fn quotes(&self, id: &str, text: &Text) {
        for (language, page) in &self.pages {
            let shown = statement(page, id).to_lowercase();
            let words = self.in_language(text, language).to_lowercase();
            let words = words.trim_end_matches('.');
            assert!(shown.contains(words), "{id} in {language} has no `{words}`: {shown}");
        }
    }

    /// The notice in a language, as HTML.
    #[track_caller]
    pub(crate) fn page(&self, language: &str) -> &str {
        let found = self.pages.iter().find(|(one, _)| one == language);
        found.map(|(_, page)| page.as_str()).unwrap_or_else(|| panic!("no page in {language}"))
    }

    fn words_of(&self, text: &Text) -> String {
        text.written.clone()
    }

    fn in_language(&self, text: &Text, language: &str) -> String {
        let words = self.policy.text(text, &language.into());
        together(words)
    }
}

/// Data by the names that the policy gives them.
pub(crate) fn names(data: &[DataRef]) -> Vec<String> {
    data.iter().map(ToString::to_string).collect()
}

/// What every notice says of a basis, in lower case.
fn basis_in(basis: &Basis, language: &str) -> &'static str {
    let [english, french, dutch] = match basis {
        Basis::Consent { explicit: false } => ["your consent", "votre consentement", "uw toestemming"],
        Basis::Consent { explicit: true } => {
            ["explicit consent", "consentement explicite", "uitdrukkelijke toestemming"]
        }
        Basis::Contract => ["contract", "contrat", "overeenkomst"],
        Basis::LegalObligation(_) => ["legal obligation", "obligation légale", "wettelijke verplichting"],
        Basis::VitalInterest(_) => ["vital interests", "intérêts vitaux", "vitale belangen"],
        Basis::PublicTask(_) => ["public interest", "intérêt public", "algemeen belang"],
        Basis::LegitimateInterest(_) => ["legitimate interest", "intérêt légitime", "gerechtvaardigd belang"],
        Basis::Missing => ["none is stated", "aucune n’est indiquée", "geen vermeld"],
    };
    match language {
        "fr" => french,
        "nl" => dutch,
        _ => english,
    }
}

/// The words of a page, without markup.
pub(crate) fn plain(html: &str) -> String {
    let main = html.split("</style>").nth(1).unwrap_or(html);
    let mut out = String::new();
    let mut within = true;
    for letter in main.chars() {
        match letter {
            '<' => within = false,
            '>' => {
                within = true;
                out.push(' ');
            }
            _ if within => out.push(letter),
            _ => {}
        }
    }
    let out = out.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<");
    let out = out.replace("&gt;", ">").replace("&amp;", "&");
    together(&out)
}

/// A text with single gaps, and none before a mark: markup leaves gaps, and so does French.
fn together(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    [" .", " ,", " ;", " :", " )"].iter().fold(text, |text, mark| text.replace(mark, mark.trim_start()))
}

/// What the statement of this id says on a page; several of one id are joined.
#[track_caller]
pub(crate) fn statement(html: &str, id: &str) -> String {
    let anchor = format!("data-statement=\"{id}\"");
    let mut parts = html.split(&anchor);
    let mut before = parts.next().unwrap_or_default();
    let mut said = Vec::new();
    for after in parts {
        let tag = before.rsplit('<').next().unwrap_or_default().split(' ').next().unwrap_or_default();
        let text = after.split_once('>').map_or("", |(_, text)| text);
        let text = text.split(&format!("</{tag}>")).next().unwrap_or_default();
        said.push(plain(text));
        before = after;
    }
    assert!(!said.is_empty(), "no statement {id}");
    said.join(" ")
}
