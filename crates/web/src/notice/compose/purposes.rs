//! The long section on purposes: each under its own heading, term by term.

use kept_core::notice::{About, Fact, Part, Said, UseFact};
use kept_core::policy::model::{
    AfterWithdrawal, Answers, Arm, Erasure, FrozenData, OccasionKind, Purpose, UsesAlso, UsesAlsoWhy,
};

use crate::notice::compose::Composer;
use crate::notice::document::{Block, Line, Row};
use crate::words::{capital, within};

/// One part a purpose.
pub(super) fn blocks(composer: &Composer<'_>, parts: &[Part<'_>]) -> Vec<Block> {
    parts.iter().filter_map(|part| one(composer, part)).collect()
}

fn one(composer: &Composer<'_>, part: &Part<'_>) -> Option<Block> {
    let About::Purpose(purpose) = part.about else { return None };
    let (opening, rest) = part.said.split_first()?;
    let (words, policy) = (composer.words, composer.policy);
    let mut blocks = Vec::new();
    if let Some(text) = &purpose.description {
        blocks.push(Block::Paragraph(Line::plain(words.text(policy, text))));
    }
    let rows =
        unfiled(composer, purpose).into_iter().chain(rest.iter().filter_map(|said| row(composer, said)));
    blocks.push(Block::Rows(Row::grouped(rows)));
    let title = words.text(policy, &purpose.title);
    Some(Block::Part { statement: Some(opening.statement.id.clone()), title, blocks })
}

/// What belongs to the opening statement: the people, and the controller where there are several.
fn unfiled(composer: &Composer<'_>, purpose: &Purpose) -> Vec<(String, Line)> {
    let (words, policy) = (composer.words, composer.policy);
    let plain = |key, text: String| (words.word(key), Line::plain(text));
    let mut rows = Vec::new();
    if !purpose.people.is_empty() {
        rows.push(plain("label-people", composer.people(&purpose.people)));
    }
    if policy.controllers.len() > 1 {
        let who = match purpose.answers {
            Answers::PartyToContract => Some(capital(&words.word("answers-contract"))),
            Answers::ConsentedTo => Some(capital(&words.word("answers-consent"))),
            Answers::Named => policy.controllers.get(&purpose.controller).map(|who| who.name.clone()),
        };
        rows.extend(who.map(|who| plain("label-controller", who)));
    }
    rows
}

fn row(composer: &Composer<'_>, said: &Said<'_>) -> Option<(String, Line)> {
    let (key, text) = sentence(composer, &said.fact)?;
    Some((composer.words.word(key), Line::said(&said.statement.id, text)))
}

/// The term and the sentence of a fact about a purpose.
fn sentence(composer: &Composer<'_>, fact: &Fact<'_>) -> Option<(&'static str, String)> {
    let (words, policy) = (composer.words, composer.policy);
    Some(match fact {
        Fact::Shut(_, why) => {
            ("label-shut", words.say("shut", &[("reason", words.text(policy, why).into())]))
        }
        Fact::Basis(purpose) => ("label-basis", basis(composer, purpose)),
        Fact::Use(_, fact) => more(composer, fact),
        Fact::Special(purpose) => ("label-special", special(composer, purpose)),
        Fact::PurposeData(purpose) => ("label-data", composer.data_of(&purpose.data)),
        Fact::Required(_, text) => ("label-required", composer.sentence(text)),
        Fact::Channels(purpose) => {
            let channels = purpose.marketing.iter().map(|channel| words.channel(*channel));
            let channels = words.or(&channels.collect::<Vec<_>>());
            ("label-channels", words.say("channels", &[("channels", channels.into())]))
        }
        Fact::Recipients(_, recipients) => {
            let names = recipients.iter().map(|one| words.name_within(policy, &one.name));
            ("label-recipients", capital(&words.and(&names.collect::<Vec<_>>())))
        }
        Fact::Retention(purpose) => ("label-keep", words.retention(policy, purpose)),
        Fact::AfterWithdrawal(purpose) => ("label-withdrawal", after_withdrawal(composer, purpose)),
        Fact::ArchivePeriod(..) => ("label-archive", words.word("archive-period")),
        Fact::ArchiveReaders(_, archive) => {
            let roles = archive.roles.iter().map(|name| {
                let title = policy.roles.get(name).and_then(|role| role.title.as_ref());
                title.map_or_else(
                    || words.of_family("staff", name.as_str()),
                    |title| within(&words.text(policy, title)),
                )
            });
            let roles = ("roles", words.and(&roles.collect::<Vec<_>>()).into());
            let text = match &archive.reason {
                Some(reason) => {
                    let reason = words.text(policy, reason);
                    let reason = ("reason", reason.trim_end_matches('.').to_owned().into());
                    words.say("archive-readers-reason", &[roles, reason])
                }
                None => words.say("archive-readers", &[roles]),
            };
            ("label-archive-readers", text)
        }
        Fact::Erasure(purpose) => ("label-erasure", erasure(composer, purpose)?),
        _ => return None,
    })
}

fn special(composer: &Composer<'_>, purpose: &Purpose) -> String {
    let words = composer.words;
    let conditions = purpose.special.iter().map(|(category, article)| {
        let category = words.category(composer.policy, category);
        let facts = [("category", category.into()), ("article", words.article(article).into())];
        words.say("special", &facts)
    });
    capital(&words.and(&conditions.collect::<Vec<_>>()))
}

fn after_withdrawal(composer: &Composer<'_>, purpose: &Purpose) -> String {
    let words = composer.words;
    match purpose.after_withdrawal {
        AfterWithdrawal::Erase => words.word("withdrawal-erase"),
        AfterWithdrawal::Locked(span) => words.say("withdrawal-locked", &[("span", words.span(span).into())]),
    }
}

fn erasure(composer: &Composer<'_>, purpose: &Purpose) -> Option<String> {
    let words = composer.words;
    match &purpose.erasure {
        Erasure::ByBasis => None,
        Erasure::Ends => Some(words.word("erasure-ends")),
        Erasure::Stays(reason) => {
            let reason = words.text(composer.policy, reason);
            Some(words.say("erasure-stays", &[("reason", reason.into())]))
        }
    }
}

/// The basis for all, or a line for each group of people that has one of its own.
pub(super) fn basis(composer: &Composer<'_>, purpose: &Purpose) -> String {
    let words = composer.words;
    if purpose.arms.is_empty() {
        return capital(&words.basis(composer.policy, &purpose.basis));
    }
    let lines = purpose.arms.iter().enumerate().map(|(place, one)| arm(composer, one, place > 0));
    // Whole sentences, each on a line: a dash before them would double the one after the term.
    lines.collect::<Vec<_>>().join("\n")
}

fn arm(composer: &Composer<'_>, arm: &Arm, comes_after: bool) -> String {
    let words = composer.words;
    let mut who = Vec::new();
    if !arm.people.is_empty() {
        let people = within(&composer.people(&arm.people));
        who.push(words.say("arm-people", &[("people", people.into())]));
    }
    if let Some(occasion) = arm.during {
        who.push(words.word(match occasion {
            OccasionKind::Contract => "period-for-contract",
            OccasionKind::Request => "period-for-request",
            OccasionKind::Consent => "period-for-consent",
            OccasionKind::Collection => "period-for-collection",
        }));
    }
    if who.is_empty() && comes_after {
        who.push(words.word("arm-otherwise"));
    }
    let basis = words.basis(composer.policy, &arm.basis);
    let basis = basis.trim_end_matches('.');
    let said = if who.is_empty() {
        format!("{}.", capital(basis))
    } else {
        words.say("arm", &[("who", capital(&words.commas(&who)).into()), ("basis", basis.into())])
    };
    let refusal = arm.opt_out.as_ref().map(|how| composer.with("arm-opt-out", "how", how));
    std::iter::once(said).chain(refusal).collect::<Vec<_>>().join(" ")
}

/// What else a purpose does, with its term.
fn more(composer: &Composer<'_>, fact: &UseFact<'_>) -> (&'static str, String) {
    let words = composer.words;
    match fact {
        UseFact::ServesLaw(law) => ("label-basis", composer.with("serves-law", "law", law)),
        UseFact::Only(parts) => {
            let said = parts.iter().map(|part| {
                let category = within(&words.category(composer.policy, &part.category));
                let part = composer.clause(&part.part);
                words.say("only", &[("category", category.into()), ("part", part.into())])
            });
            ("label-data", said.collect::<Vec<_>>().join(" "))
        }
        UseFact::UsesAlso(uses) => {
            let said: Vec<_> = uses.iter().map(|one| uses_also(composer, one)).collect();
            ("label-data", said.join(" "))
        }
        UseFact::Profiling => ("label-profiling", words.word("profiling")),
        UseFact::Research => ("label-research", words.word("research")),
        UseFact::Reconfirm(span) => {
            ("label-reconfirm", words.say("reconfirm", &[("every", words.every(*span).into())]))
        }
        UseFact::Unsubscribe => ("label-channels", words.word("unsubscribe")),
        UseFact::Frozen(frozen) => ("label-frozen", self::frozen(composer, frozen)),
    }
}

fn frozen(composer: &Composer<'_>, frozen: &FrozenData) -> String {
    let words = composer.words;
    let event = ("event", words.event(composer.policy, &frozen.once).into());
    let law = ("law", composer.clause(&frozen.law).into());
    if frozen.data.is_empty() {
        return words.say("frozen-all", &[event, law]);
    }
    words.say("frozen-data", &[("data", capital(&composer.data_listed(&frozen.data)).into()), event, law])
}

fn uses_also(composer: &Composer<'_>, uses: &UsesAlso) -> String {
    let words = composer.words;
    let data = ("data", composer.data_listed(std::slice::from_ref(&uses.data)).into());
    let purpose = ("purpose", words.purpose(composer.policy, &uses.collected_for).into());
    match &uses.why {
        UsesAlsoWhy::Consent => words.say("uses-also-consent", &[data, purpose]),
        UsesAlsoWhy::Law(law) => {
            words.say("uses-also-law", &[data, purpose, ("why", composer.clause(law).into())])
        }
        UsesAlsoWhy::Compatible(why, _) => {
            words.say("uses-also-compatible", &[data, purpose, ("why", composer.clause(why).into())])
        }
    }
}
