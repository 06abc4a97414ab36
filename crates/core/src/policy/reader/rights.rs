//! People's rights: in general, right by right, by another's hand, and under other laws.

use indexmap::IndexMap;

use super::section::{Section, Word};
use super::{Reader, codes, wording};
use crate::policy::model::{
    Agent, AuthorityNamed, Complaint, InsideFirst, RefusalGround, Regime, RightRule, Rights,
};
use crate::time::Span;
use crate::timeline::Right;

impl Reader<'_> {
    pub(super) fn rights(&mut self, root: &Section<'_>) -> Rights {
        let section = root.section("rights");
        let fee = section.section("fee");
        let named = section.has("named").then(|| {
            section.words("named").iter().filter_map(|word| right(word.text)).collect::<Vec<Right>>()
        });
        let withdrawal = self.text(&section, "withdrawal");
        let withdrawal = withdrawal.or_else(|| self.text(&section.section("withdrawal"), "text"));
        Rights {
            reply: section.length("reply"),
            inquiries: section.length("inquiries"),
            never_extended: section.word("extension").is_some_and(|word| word.text == "never"),
            never_a_fee: section.word("fee").is_some_and(|word| word.text == "never"),
            extra_copy: self.text(&fee, "extra-copy"),
            identity: self.text(&section, "identity"),
            channels: self.short_words(&section, "channels", "via"),
            erasure_ends: self.data(&section.section("erasure"), "ends", &codes::rights::UNKNOWN_DATA),
            by_right: self.by_right(&section, named.as_deref()),
            named,
            regimes: self.regimes(root),
            agent: self.agent(&section),
            withdrawal,
            complaint: self.complaint(&section),
            no_retaliation: self.text(&section, "no-retaliation"),
        }
    }

    fn by_right(&mut self, section: &Section<'_>, named: Option<&[Right]>) -> IndexMap<Right, RightRule> {
        let mut rules = IndexMap::new();
        for (word, _) in section.entries() {
            let Some(right) = right(word.text).filter(|_| section.has_table(word.text)) else { continue };
            if named.is_some_and(|named| !named.contains(&right)) {
                let message = format!("`{}` has a rule, and `named` leaves it out", word.text);
                let help = format!("add `{}` to `named`, or remove the rule", word.text);
                self.blame(word, &codes::rights::UNNAMED, message, Some(help));
            }
            rules.insert(right, self.right_rule(right, &section.section(word.text)));
        }
        rules
    }

    fn right_rule(&mut self, right: Right, section: &Section<'_>) -> RightRule {
        let reply = section.section("reply");
        // The words on withdrawal stand in `Rights::withdrawal`, in whichever form they are written.
        let text = if right == Right::Withdrawal { None } else { self.text(section, "text") };
        RightRule {
            text,
            reply: section.length("reply").or_else(|| reply.length("within")),
            reply_data: self.data(&reply, "data", &codes::rights::UNKNOWN_DATA),
            backups: self
                .worded_length(&reply, "backups", |text| wording::length_in(text, "", " from the request")),
            only: self.text(section, "only"),
            article: self.article(section),
            covers: section.strings("covers"),
            yourself: self.text(section, "yourself"),
            look_back: self.look_back(section),
        }
    }

    fn article(&mut self, section: &Section<'_>) -> Option<String> {
        let word = section.word("article")?;
        if wording::is_article(word.text) {
            return Some(word.text.to_owned());
        }
        let message = format!("`{}` is not an article", wording::shown(word.text));
        self.blame(
            word,
            &codes::rights::BAD_ARTICLE,
            message,
            Some("write `17`, `17(3)` or `17(3)(b)`".to_owned()),
        );
        None
    }

    fn look_back(&mut self, section: &Section<'_>) -> Option<Span> {
        self.worded_length(section, "look-back", |text| wording::length_in(text, "at least ", ""))
    }

    /// A length among words; what can't be counted is reported.
    fn worded_length(
        &mut self,
        section: &Section<'_>,
        key: &str,
        read: impl Fn(&str) -> Option<Span>,
    ) -> Option<Span> {
        let word = section.word(key)?;
        let span = read(word.text);
        if span.is_none() {
            let message = format!("`{}` is not a length of time", wording::shown(word.text));
            let help = "write a number and a unit, such as `12 months`".to_owned();
            self.blame(word, &codes::rights::BAD_LENGTH, message, Some(help));
            self.places.mark_broken(section.at(key));
        }
        span
    }

    fn agent(&mut self, section: &Section<'_>) -> Option<Agent> {
        let inner = section.section("agent");
        section.has_table("agent").then(|| Agent {
            proof: self.text(&inner, "proof"),
            person_confirms: self.text(&inner, "person-confirms"),
            papers: self.text(&inner, "papers"),
        })
    }

    fn complaint(&mut self, section: &Section<'_>) -> Complaint {
        let inside_first = match section.word("inside-first").map(|word| word.text) {
            Some("asked") => InsideFirst::Asked,
            Some("required") => InsideFirst::Required,
            _ => InsideFirst::Unsaid,
        };
        Complaint { inside_first, authority: self.authority(section) }
    }

    fn authority(&mut self, section: &Section<'_>) -> AuthorityNamed {
        match section.word("authority").map(|word| word.text) {
            Some("by residence") => return AuthorityNamed::ByResidence,
            Some("none") => return AuthorityNamed::None,
            _ => {}
        }
        let inner = section.section("authority");
        match inner.string("name") {
            Some(name) => AuthorityNamed::AsPublished { name, post: inner.string("post") },
            None => {
                if section.has_table("authority") {
                    let message = "the authority has no name";
                    self.unsaid(&inner, "name", &codes::rights::NO_AUTHORITY_NAME, message);
                }
                AuthorityNamed::Controllers
            }
        }
    }

    /// Rules under other laws; one for nobody in particular is reported and left out.
    fn regimes(&mut self, root: &Section<'_>) -> IndexMap<String, Regime> {
        let sections = root.section("rights-for").sections();
        sections
            .into_iter()
            .filter_map(|(name, section)| Some((name.text.to_owned(), self.regime(name, &section)?)))
            .collect()
    }

    fn regime(&mut self, name: Word<'_>, section: &Section<'_>) -> Option<Regime> {
        let people = self.text(section, "for");
        let region = people.as_ref().and_then(|text| wording::region_of(&text.written)).map(str::to_owned);
        if region.is_none() {
            let message = format!("`{}` does not say for whom, by the code of a region", name.text);
            self.unsaid(section, "for", &codes::rights::NO_REGION, &message);
        }
        let regime = Regime {
            id: name.text.to_owned(),
            people: people.unwrap_or_else(|| self.empty_text(section, "for")),
            region: region.unwrap_or_default(),
            reply: section.length("reply"),
            confirm: self.worded_length(section, "confirm", wording::working_days),
            confirm_working: section.word("confirm").is_some_and(|word| wording::is_working(word.text)),
            look_back: self.look_back(section),
            rights: self.short_words(section, "rights", "ask"),
            methods: self.short_words(section, "methods", "via"),
            sells: section.truth("sells"),
            sensitive: section.truth("sensitive"),
            verification: self.text(section, "verification"),
            refuses: section.words("refuses").iter().filter_map(|word| refusal_ground(word.text)).collect(),
            text: self.text(section, "text"),
        };
        (!regime.region.is_empty()).then_some(regime)
    }
}

/// A ground of refusal by its word.
fn refusal_ground(word: &str) -> Option<RefusalGround> {
    [RefusalGround::LegalDuty, RefusalGround::Service].into_iter().find(|ground| ground.word() == word)
}

/// A right by its word.
fn right(word: &str) -> Option<Right> {
    Some(match word {
        "access" => Right::Access,
        "rectification" => Right::Rectification,
        "erasure" => Right::Erasure,
        "restriction" => Right::Restriction,
        "portability" => Right::Portability,
        "objection" => Right::Objection,
        "withdrawal" => Right::Withdrawal,
        _ => return None,
    })
}
