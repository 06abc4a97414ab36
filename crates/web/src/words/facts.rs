//! Words for facts of a policy: bases, fields, sources, channels, countries.
//!
//! A fact without words of its own is said by its name, made readable. Not here: retention
//! sentences (`period`).

use std::collections::BTreeMap;

use kept_core::name::{CategoryName, PurposeName};
use kept_core::policy::Policy;
use kept_core::policy::model::{
    Basis, Category, Channel, Controller, DataRef, Decides, Field, FieldType, Origin, People, RecipientRole,
    Text,
};
use kept_core::policy::words::{path, plain};

use crate::words::{Words, capital, readable, within};

impl Words {
    /// A legal basis with its article: `your consent (Art. 6(1)(a) GDPR)`.
    pub fn basis(&self, policy: &Policy, basis: &Basis) -> String {
        let with = |key, name, text| self.say(key, &[(name, self.text(policy, text).into())]);
        match basis {
            Basis::Consent { explicit: false } => self.word("basis-consent"),
            Basis::Consent { explicit: true } => self.word("basis-consent-explicit"),
            Basis::Contract => self.word("basis-contract"),
            Basis::LegalObligation(law) => with("basis-legal-obligation", "law", law),
            Basis::VitalInterest(interest) => with("basis-vital-interest", "interest", interest),
            Basis::PublicTask(task) => with("basis-public-task", "task", task),
            Basis::LegitimateInterest(interest) => with("basis-legitimate-interest", "interest", interest),
            Basis::Missing => self.word("basis-missing"),
        }
    }

    /// A legal basis in a word or two, for tables.
    pub fn basis_in_short(&self, basis: &Basis) -> String {
        self.word(match basis {
            Basis::Consent { .. } => "basis-short-consent",
            Basis::Contract => "basis-short-contract",
            Basis::LegalObligation(_) => "basis-short-legal-obligation",
            Basis::VitalInterest(_) => "basis-short-vital-interest",
            Basis::PublicTask(_) => "basis-short-public-task",
            Basis::LegitimateInterest(_) => "basis-short-legitimate-interest",
            Basis::Missing => "basis-short-missing",
        })
    }

    /// The kind of value a field holds.
    pub fn field_type(&self, kind: FieldType) -> String {
        self.word(match kind {
            FieldType::PersonName => "field-person-name",
            FieldType::Email => "field-email",
            FieldType::Phone => "field-phone",
            FieldType::PostalAddress => "field-postal-address",
            FieldType::Organisation => "field-organisation",
            FieldType::IpAddress => "field-ip-address",
            FieldType::Account => "field-account",
            FieldType::Password => "field-password",
            FieldType::CardNumber => "field-card-number",
            FieldType::Date => "field-date",
            FieldType::DateTime => "field-date-time",
            FieldType::Number => "field-number",
            FieldType::Money => "field-money",
            FieldType::Truth => "field-truth",
            FieldType::Choice => "field-choice",
            FieldType::Text => "field-text",
            FieldType::FreeText => "field-free-text",
            FieldType::File => "field-file",
        })
    }

    /// A field as people know it. In a language into which nobody translated it, its type speaks
    /// for it where that is telling and no other field of the category has it.
    pub fn field(&self, policy: &Policy, category: &Category, field: &Field) -> String {
        let written = self.text(policy, &field.title);
        let is_written_in = policy.notice.languages.first().is_none_or(|first| first == self.language());
        let is_translated =
            policy.texts.get(self.language()).is_some_and(|texts| texts.contains_key(&field.title.path));
        let alike = category.fields.values().filter(|other| other.kind == field.kind).count();
        if is_written_in || is_translated || alike > 1 || !is_telling(field.kind) {
            return if written == field.name.as_str() { readable(&written) } else { written };
        }
        self.field_type(field.kind)
    }

    /// A category as people know it, or by its name where the policy calls it nothing.
    pub fn category(&self, policy: &Policy, name: &CategoryName) -> String {
        let title = policy.data.get(name).map(|category| self.text(policy, &category.title));
        title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| self.titled("data", name.as_str()))
    }

    /// A short text that is one of a family of words (`the source`), or as the policy says it.
    pub fn text_of_family(&self, policy: &Policy, family: &str, text: &Text) -> String {
        let said = self.text(policy, text);
        if said == text.written { self.of_family(family, &said) } else { said }
    }

    /// Kinds of people: `anybody who visits the website or has an account`. A kind that the policy
    /// describes by a name, not by what they do, is said by that name.
    pub fn people(&self, policy: &Policy, people: &[&People]) -> String {
        let said = people.iter().map(|one| (*one, self.text(policy, &one.who)));
        let (deeds, names): (Vec<_>, Vec<_>) = said.partition(|(one, who)| {
            *who != readable(one.kind.as_str()) && who.starts_with(char::is_lowercase)
        });
        let texts = |of: Vec<(&People, String)>| of.into_iter().map(|(_, who)| who).collect::<Vec<_>>();
        // What people do stands last, so that no name is read as one more thing that they do.
        let mut all = texts(names);
        if let Some((first, more)) = texts(deeds).split_first() {
            // Each deed after the first has its own pronoun, where the language wants one.
            let also = more.iter().map(|who| self.say("anybody-also", &[("who", who.as_str().into())]));
            let deeds: Vec<String> = std::iter::once(first.clone()).chain(also).collect();
            all.push(self.say("anybody", &[("who", self.any_of(&deeds).into())]));
        }
        capital(&self.any_of(&all))
    }

    /// `a, b or c`; with semicolons where an item has a comma of its own.
    pub(crate) fn any_of(&self, items: &[String]) -> String {
        match items.split_last() {
            Some((last, before)) if !before.is_empty() && items.iter().any(|item| has_comma(item)) => {
                let facts = [("before", self.apart(before).into()), ("last", last.as_str().into())];
                self.say("list-apart-or", &facts)
            }
            _ => self.or(items),
        }
    }

    /// A name within a list: with a small first letter, unless it begins as a controller's does.
    pub(crate) fn name_within(&self, policy: &Policy, name: &Text) -> String {
        let said = self.text(policy, name);
        let first = |text: &str| {
            text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
        };
        let is_own = policy.controllers.values().any(|controller| first(&controller.name) == first(&said));
        if is_own { said } else { within(&said) }
    }

    /// Data in one list: `account data and contact data (name, e-mail address)`; apart by semicolons
    /// where a title has a comma of its own.
    pub(crate) fn data_in_a_list(&self, said: &[String]) -> String {
        if said.iter().any(|item| has_comma(item)) { self.apart(said) } else { self.and(said) }
    }

    /// A purpose as people know it.
    pub fn purpose(&self, policy: &Policy, name: &PurposeName) -> String {
        let title = policy.purposes.get(name).map(|purpose| self.text(policy, &purpose.title));
        title.unwrap_or_else(|| self.titled("purpose", name.as_str()))
    }

    /// What is not among the facts at hand, as the whole policy calls it; its name made readable where
    /// that calls it nothing.
    pub(crate) fn titled(&self, family: &str, name: &str) -> String {
        self.titles.get(&format!("{family}.{name}")).cloned().unwrap_or_else(|| readable(name))
    }

    /// Data as people know them: `identification (name, e-mail address)`, or the category alone
    /// where all of it is meant.
    pub fn data(&self, policy: &Policy, data: &[DataRef]) -> Vec<String> {
        let mut said: Vec<(CategoryName, Vec<String>)> = Vec::new();
        for datum in data {
            let field = datum.field.as_ref().and_then(|name| {
                let declared = policy.data.get(&datum.category);
                match declared.and_then(|category| Some((category, category.fields.get(name)?))) {
                    Some((category, field)) => Some(within(&self.field(policy, category, field))),
                    None => {
                        self.titles.get(&format!("data.{}.{name}", datum.category)).map(|said| within(said))
                    }
                }
            });
            match said.iter_mut().find(|(category, _)| *category == datum.category) {
                Some((_, fields)) => fields.extend(field),
                None => said.push((datum.category.clone(), field.into_iter().collect())),
            }
        }
        let said = said.into_iter().map(|(category, fields)| {
            let whole = DataRef::whole(category.clone());
            let category = within(&self.category(policy, &category));
            if fields.is_empty() || data.contains(&whole) {
                return category;
            }
            let facts = [("category", category.into()), ("fields", self.commas(&fields).into())];
            self.say("data-fields", &facts)
        });
        said.collect()
    }

    /// Where a category comes from.
    pub fn sources(&self, policy: &Policy, category: &Category) -> Vec<String> {
        let has = |origin| category.fields.values().any(|field| field.origin == origin);
        let of_fields = category.fields.values().flat_map(|field| &field.from);
        let mut names: Vec<&String> = Vec::new();
        for name in category.from.iter().chain(of_fields) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut said = Vec::new();
        for name in names {
            match name.as_str() {
                "person" => {
                    if has(Origin::Given) || !has(Origin::Observed) {
                        said.push(self.word("from-given"));
                    }
                    if has(Origin::Observed) {
                        said.push(self.word("from-observed"));
                    }
                }
                "cookies" => said.push(self.word("from-cookies")),
                other => said.push(self.source(policy, other)),
            }
        }
        if has(Origin::Derived) {
            said.push(self.word("from-derived"));
        }
        said
    }

    /// A source by its name in the policy, `source.telecom`.
    fn source(&self, policy: &Policy, name: &str) -> String {
        let id = name.strip_prefix("source.").unwrap_or(name);
        match policy.sources.get(id) {
            Some(source) => within(&self.text(policy, &source.name)),
            None => within(&self.titled("source", id)),
        }
    }

    /// What statistics count or read: a datum of the policy, or a common word.
    pub fn datum(&self, policy: &Policy, name: &str) -> String {
        let (category, field) = name.split_once('.').unwrap_or((name, ""));
        match policy.data.get(category) {
            Some(known) => match known.fields.get(field) {
                Some(field) => within(&self.field(policy, known, field)),
                None => within(&self.text(policy, &known.title)),
            },
            None => self.of_family("datum", name),
        }
    }

    /// The number of an article as this language writes it: `9(2)(a)`, `9.2.a`, `9, lid 2, onder a,`.
    pub fn article(&self, number: &str) -> String {
        let parts: Vec<&str> =
            number.split(['(', ')', '.']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let [article, rest @ ..] = parts.as_slice() else { return number.to_owned() };
        let facts = |key, part: &str| self.say(key, &[("number", part.into())]);
        let mut said = facts("article-number", article);
        if let Some(paragraph) = rest.first() {
            said.push_str(&facts("article-paragraph", paragraph));
        }
        if let Some(point) = rest.get(1) {
            said.push_str(&facts("article-point", point));
        }
        said
    }

    /// A channel of marketing.
    pub fn channel(&self, channel: Channel) -> String {
        self.word(match channel {
            Channel::Email => "channel-email",
            Channel::Phone => "channel-phone",
            Channel::Sms => "channel-sms",
            Channel::Post => "channel-post",
            Channel::SocialMedia => "channel-social-media",
            Channel::Adverts => "channel-adverts",
            Channel::InProduct => "channel-in-product",
        })
    }

    /// A decision by automated means: what is decided, its logic and effect, and how a human steps in.
    pub fn decides(&self, policy: &Policy, decides: &Decides) -> String {
        let what = self.text(policy, &decides.what);
        let more = [
            ("decides-logic", &decides.logic),
            ("decides-effect", &decides.effect),
            ("decides-allowed", &decides.allowed_by),
            ("decides-human", &decides.human),
        ];
        let more = more.into_iter().filter_map(|(key, text)| {
            let text = self.text(policy, text.as_ref()?);
            Some(self.say(key, &[("words", text.trim_end_matches('.').to_owned().into())]))
        });
        let what = format!("{}.", what.trim_end_matches('.'));
        std::iter::once(what).chain(more).collect::<Vec<_>>().join(" ")
    }

    /// What a recipient does with data.
    pub fn recipient_role(&self, role: RecipientRole) -> String {
        self.word(match role {
            RecipientRole::Processor => "role-processor",
            RecipientRole::Controller => "role-controller",
            RecipientRole::Joint => "role-joint",
            RecipientRole::Affiliate => "role-affiliate",
            RecipientRole::Authority => "role-authority",
        })
    }

    /// A country or region by its code; the code itself where there is no word.
    pub fn country(&self, code: &str) -> String {
        self.known(&format!("country-{code}")).unwrap_or_else(|| code.to_owned())
    }

    /// A region with its preposition: `in the European Union`; `None` where only its name is known.
    pub(crate) fn place_within(&self, code: &str) -> Option<String> {
        match code {
            "EU" => Some(self.word("in-EU")),
            "EEA" => Some(self.word("in-EEA")),
            _ => None,
        }
    }

    /// One of a family of words that a policy names (`act`, `way`, `otherwise`), else the policy's
    /// own translation; the name, made readable, where there is no word.
    pub fn of_family(&self, family: &str, name: &str) -> String {
        self.word_of(family, name).unwrap_or_else(|| readable(name))
    }

    /// Whether there is a word for a name of a family.
    pub fn knows(&self, family: &str, name: &str) -> bool {
        self.word_of(family, name).is_some()
    }

    pub(crate) fn word_of(&self, family: &str, name: &str) -> Option<String> {
        let common = self.known(&format!("{family}-{}", plain(name)));
        common.or_else(|| self.own.get(&path(family, name)?).map(|own| self.set(own)))
    }

    /// The numbers under which a controller is registered, and its country.
    pub fn registrations(&self, controller: &Controller) -> Vec<String> {
        let numbers = controller.registered.iter().map(|(kind, number)| {
            let number = grouped(kind, number);
            let key = format!("registered-{kind}");
            if self.known(&key).is_some() {
                return self.say(&key, &[("number", number.into())]);
            }
            let facts = [("kind", readable(kind).to_uppercase().into()), ("number", number.into())];
            self.say("number-other", &facts)
        });
        let country = controller.country.iter().map(|code| self.country(code));
        numbers.chain(country).collect()
    }
}

/// Whether an item of a list has a comma of its own; one within brackets does not part the list.
pub(crate) fn has_comma(item: &str) -> bool {
    let mut depth = 0_usize;
    item.chars().any(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    })
}

/// Whether a type says as much as a title would.
fn is_telling(kind: FieldType) -> bool {
    !matches!(
        kind,
        FieldType::Date
            | FieldType::DateTime
            | FieldType::Number
            | FieldType::Money
            | FieldType::Truth
            | FieldType::Choice
            | FieldType::Text
            | FieldType::FreeText
            | FieldType::File
    )
}

/// A SIREN or SIRET in its usual groups of three digits.
fn grouped(kind: &str, number: &str) -> String {
    let is_plain = number.chars().all(|digit| digit.is_ascii_digit());
    if !is_plain || !matches!(kind, "siren" | "siret") {
        return number.to_owned();
    }
    let mut out = String::new();
    for (place, digit) in number.chars().enumerate() {
        if place > 0 && place % 3 == 0 && place < 10 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// What a policy calls its data, purposes, people and sources, by family and name.
pub(super) fn titles(words: &Words, policy: &Policy) -> BTreeMap<String, String> {
    let mut titles = BTreeMap::new();
    let mut call = |path: String, said: String| {
        if !said.trim().is_empty() {
            titles.insert(path, said);
        }
    };
    for category in policy.data.values() {
        call(format!("data.{}", category.name), words.text(policy, &category.title));
        for field in category.fields.values() {
            call(format!("data.{}.{}", category.name, field.name), words.field(policy, category, field));
        }
    }
    for purpose in policy.purposes.values() {
        call(format!("purpose.{}", purpose.name), words.text(policy, &purpose.title));
    }
    for people in policy.people.values() {
        call(format!("people.{}", people.kind), words.people(policy, &[people]));
    }
    for source in policy.sources.values() {
        call(format!("source.{}", source.id), words.text(policy, &source.name));
    }
    titles
}
