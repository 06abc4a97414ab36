//! What data are there, where they come from and what they are used for: purposes, messages,
//! cookies, statistics.

use std::collections::BTreeSet;

use crate::name::EventKind;
use crate::notice::{About, CookieFact, DataFact, Fact, Part, Said, Section, SectionKind, UseFact};
use crate::policy::Policy;
use crate::policy::keep::{Limit, Phase};
use crate::policy::model::{
    Category, Cookie, CookieSettings, DataSource, Erasure, Purpose, Recipient, Retention,
};
use crate::time::Span;

pub(super) fn data(policy: &Policy) -> Vec<Said<'_>> {
    let categories = policy.data.values();
    let mut said: Vec<_> =
        categories.map(|one| Said::new(format!("data.{}", one.name), Fact::Data(one))).collect();
    said.extend(policy.data.values().flat_map(more_of_data));
    for group in policy.groups.values() {
        said.push(Said::new(format!("group.{}", group.id), Fact::DataMore(DataFact::Group(group))));
    }
    let forms = policy.forms.values();
    said.extend(forms.map(|form| Said::new(format!("form.{}", form.id), Fact::Form(form))));
    said
}

fn more_of_data(category: &Category) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    let mut say = |key, fact| {
        said.push(Said::new(format!("data.{}.{key}", category.name), Fact::DataMore(fact)));
    };
    if !category.about.is_empty() {
        say("about", DataFact::About(category));
    }
    if let Some(words) = &category.tell {
        say("tell", DataFact::Tell(category, words));
    }
    for field in category.fields.values() {
        if let Some(screen) = &field.screen {
            let path = format!("data.{}.fields.{}.screen", category.name, field.name);
            said.push(Said::new(path, Fact::DataMore(DataFact::Screen(category, field, screen))));
        }
    }
    said
}

pub(super) fn sources(policy: &Policy) -> Vec<Said<'_>> {
    policy.sources.values().flat_map(source).collect()
}

fn source(source: &DataSource) -> Vec<Said<'_>> {
    let path = format!("source.{}", source.id);
    let mut said = vec![Said::new(path.clone(), Fact::DataMore(DataFact::Source(source)))];
    let mut say = |key, fact| said.push(Said::new(format!("{path}.{key}"), Fact::DataMore(fact)));
    if let Some(words) = &source.told {
        say("told", DataFact::SourceTold(source, words));
    }
    if let Some(article) = &source.exempt {
        say("exempt", DataFact::SourceExempt(source, article));
    }
    if let Some(consent) = &source.consent {
        say("consent", DataFact::SourceConsent(source, consent));
    }
    said
}

pub(super) fn purposes(policy: &Policy) -> Section<'_> {
    let parts = policy.purposes.values();
    let parts =
        parts.map(|purpose| Part { about: About::Purpose(purpose), said: one_purpose(policy, purpose) });
    Section { kind: SectionKind::Purposes, parts: parts.collect() }
}

fn one_purpose<'p>(policy: &'p Policy, purpose: &'p Purpose) -> Vec<Said<'p>> {
    let mut said = vec![Said::new(format!("purpose.{}", purpose.name), Fact::Purpose(purpose))];
    let mut say = |key: &str, fact| said.push(Said::new(purpose.path(key), fact));
    let also = |fact: UseFact<'p>| (fact.key(), Fact::Use(purpose, fact));
    let mut facts = Vec::new();
    facts.extend(purpose.off.iter().map(|why| ("off", Fact::Shut(purpose, why))));
    facts.push(("basis", Fact::Basis(purpose)));
    facts.extend(purpose.serves_law.iter().map(|law| also(UseFact::ServesLaw(law))));
    if !purpose.special.is_empty() {
        facts.push(("special", Fact::Special(purpose)));
    }
    if !purpose.data.is_empty() {
        facts.push(("data", Fact::PurposeData(purpose)));
    }
    facts.extend(of_data(purpose).into_iter().map(also));
    facts.extend(purpose.required.iter().map(|words| ("required", Fact::Required(purpose, words))));
    if purpose.is_marketing() {
        facts.push(("marketing", Fact::Channels(purpose)));
    }
    facts.extend(of_conduct(purpose).into_iter().map(also));
    let receivers: Vec<_> = receivers(policy, purpose).collect();
    if !receivers.is_empty() {
        facts.push(("recipients", Fact::Recipients(purpose, receivers)));
    }
    for (key, fact) in facts {
        say(key, fact);
    }
    said.extend(keeping(purpose));
    said
}

/// What narrows or widens the data of a purpose.
fn of_data(purpose: &Purpose) -> Vec<UseFact<'_>> {
    let mut said = Vec::new();
    if !purpose.only.is_empty() {
        said.push(UseFact::Only(&purpose.only));
    }
    if !purpose.uses_also.is_empty() {
        said.push(UseFact::UsesAlso(&purpose.uses_also));
    }
    said
}

/// How a purpose treats people.
fn of_conduct(purpose: &Purpose) -> Vec<UseFact<'_>> {
    let whether = [
        (purpose.unsubscribe, UseFact::Unsubscribe),
        (purpose.profiling, UseFact::Profiling),
        (purpose.research, UseFact::Research),
    ];
    let mut said: Vec<_> = whether.into_iter().filter(|(is, _)| *is).map(|(_, fact)| fact).collect();
    said.extend(purpose.reconfirm.map(UseFact::Reconfirm));
    said
}

fn keeping(purpose: &Purpose) -> Vec<Said<'_>> {
    let mut said = vec![Said::new(purpose.path("keep"), Fact::Retention(purpose))];
    let mut say = |key: &str, fact| said.push(Said::new(purpose.path(key), fact));
    if purpose.rests_on_consent() {
        say("after-withdrawal", Fact::AfterWithdrawal(purpose));
    }
    let stages = purpose.keep().map_or(&[][..], |keep| &keep.stages);
    let archived: Vec<_> = stages.iter().filter(|stage| stage.phase == Phase::Archive).collect();
    if !archived.is_empty() {
        say("keep.archive", Fact::ArchivePeriod(purpose, archived));
    }
    if let Some(archive) = &purpose.archive
        && !archive.roles.is_empty()
    {
        say("archive", Fact::ArchiveReaders(purpose, archive));
    }
    if let Some(frozen) = &purpose.frozen {
        let fact = UseFact::Frozen(frozen);
        say(fact.key(), Fact::Use(purpose, fact));
    }
    if purpose.erasure != Erasure::ByBasis {
        say("erasure", Fact::Erasure(purpose));
    }
    said
}

/// The recipients of a purpose: those it names, and those that name it.
fn receivers<'p>(policy: &'p Policy, purpose: &'p Purpose) -> impl Iterator<Item = &'p Recipient> {
    policy.recipients.values().filter(|recipient| {
        purpose.recipients.contains(&recipient.id) || recipient.purposes.contains(&purpose.name)
    })
}

/// Events that need saying: those with acts of their own, where a period hangs on them.
pub(super) fn meanings(policy: &Policy) -> Vec<Said<'_>> {
    let used: BTreeSet<&EventKind> = policy.purposes.values().flat_map(events_of).collect();
    let told = policy.events.values();
    let told = told.filter(|event| !event.acts.is_empty() && used.contains(&event.kind));
    told.map(|event| Said::new(format!("event.{}", event.kind), Fact::Event(event))).collect()
}

fn events_of(purpose: &Purpose) -> Vec<&EventKind> {
    match &purpose.retention {
        Retention::Keep(keep) => keep.stages.iter().flat_map(|stage| events_in(&stage.limit)).collect(),
        Retention::Criterion { ends, .. } => ends.iter().collect(),
        Retention::Missing => Vec::new(),
    }
}

fn events_in(limit: &Limit) -> &[EventKind] {
    match limit {
        Limit::Until(when) | Limit::After(_, when) => when.events(),
        Limit::For(_) | Limit::CalendarYearOf(_) | Limit::More(_) => &[],
    }
}

pub(super) fn messages(policy: &Policy) -> Vec<Said<'_>> {
    let messages = policy.messages.values();
    messages.map(|one| Said::new(format!("message.{}", one.id), Fact::Message(one))).collect()
}

pub(super) fn cookies(policy: &Policy) -> Vec<Said<'_>> {
    let Some(cookies) = &policy.cookies else { return Vec::new() };
    let mut said = Vec::new();
    let mut say = |path: String, fact| said.push(Said::new(path, Fact::Cookies(fact)));
    if let Some(words) = &cookies.statement {
        say("cookies.statement".to_owned(), CookieFact::Statement(words));
    }
    for class in cookies.classes.values() {
        say(format!("cookie-class.{}", class.id), CookieFact::Class(class));
    }
    for cookie in cookies.cookies.values() {
        say(format!("cookie.{}", cookie.id), CookieFact::Cookie(cookie, life(cookies, cookie)));
    }
    if cookies.classes.values().any(|class| class.consent == Some(true)) {
        say("cookies.placed".to_owned(), CookieFact::Placed(cookies.placed));
        say("cookies.refuse".to_owned(), CookieFact::Refuse(cookies.refuse));
    }
    if let Some(span) = cookies.choice_kept {
        say("cookies.choice-kept".to_owned(), CookieFact::ChoiceKept(span));
    }
    if let Some(link) = &cookies.link {
        say("cookies.link".to_owned(), CookieFact::Link(link));
    }
    said
}

/// The shortest life of a cookie's own and of its classes.
fn life(cookies: &CookieSettings, cookie: &Cookie) -> Option<Span> {
    let classes = cookie.classes.iter().filter_map(|class| cookies.classes.get(class));
    let of_classes = classes.filter_map(|class| class.life);
    of_classes.chain(cookie.life).min_by_key(|span| (days(*span), span.whole_days()))
}

/// About how many days a span has, to compare spans.
fn days(span: Span) -> u32 {
    u32::from(span.whole_months()) * 30 + span.whole_days()
}

pub(super) fn statistics(policy: &Policy) -> Vec<Said<'_>> {
    let statistics = policy.statistics.values();
    statistics.map(|one| Said::new(format!("statistics.{}", one.id), Fact::Statistics(one))).collect()
}
