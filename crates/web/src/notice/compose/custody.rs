//! Data held for customers, and the ways in which data leave on demand.

use kept_core::notice::{CustodyFact, Fact, Part, Said};
use kept_core::policy::model::{Custody, Disclosure, Tell};
use kept_core::time::Span;

use crate::notice::compose::Composer;
use crate::notice::document::{Block, Line, Row};
use crate::words::capital;

/// One part a custody.
pub(super) fn blocks(composer: &Composer<'_>, parts: &[Part<'_>]) -> Vec<Block> {
    parts.iter().filter_map(|part| one(composer, part)).collect()
}

fn one(composer: &Composer<'_>, part: &Part<'_>) -> Option<Block> {
    let (opening, rest) = part.said.split_first()?;
    let Fact::Custody(custody, _) = &opening.fact else { return None };
    let words = composer.words;
    let role = (words.word("label-custody"), Line::plain(role(composer, custody)));
    let rows = rest.iter().filter_map(|said| row(composer, said));
    let rows = Row::grouped(std::iter::once(role).chain(rows));
    let title = capital(&words.text(composer.policy, &custody.title));
    Some(Block::Part {
        statement: Some(opening.statement.id.clone()),
        title,
        blocks: vec![Block::Rows(rows)],
    })
}

fn role(composer: &Composer<'_>, custody: &Custody) -> String {
    let mut said = vec![composer.words.word("custody-lead")];
    if let Some(customer) = &custody.customer {
        said.push(composer.with("custody-for", "customer", customer));
    }
    if let Some(under) = &custody.under {
        said.push(composer.with("custody-under", "under", under));
    }
    said.join(" ")
}

fn row(composer: &Composer<'_>, said: &Said<'_>) -> Option<(String, Line)> {
    let Fact::Custody(custody, fact) = &said.fact else { return None };
    let (words, policy) = (composer.words, composer.policy);
    let (key, text) = match fact {
        CustodyFact::Opening => return None,
        CustodyFact::Data => ("label-data", composer.data_of(&custody.data)),
        CustodyFact::Tasks(tasks) => {
            let tasks: Vec<_> = tasks.iter().map(|task| words.of_family("task", task)).collect();
            ("label-tasks", capital(&words.and(&tasks)))
        }
        CustodyFact::Keep(retention) => ("label-keep", words.retention_from(policy, retention, None)),
        CustodyFact::Then(text) => ("label-then", composer.sentence(text)),
        CustodyFact::Requests(text) => ("label-requests", composer.sentence(text)),
        CustodyFact::Protection(text) => ("label-protection", composer.sentence(text)),
        CustodyFact::Recipients(recipients) => {
            let names = recipients.iter().map(|one| words.name_within(policy, &one.name));
            ("label-helpers", capital(&words.and(&names.collect::<Vec<_>>())))
        }
    };
    Some((words.word(key), Line::said(&said.statement.id, text)))
}

/// The section on demands of others: each under its own heading.
pub(super) fn disclosures(composer: &Composer<'_>, said: &[&Said<'_>]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for one in said {
        match &one.fact {
            Fact::Disclosure(disclosure) => blocks.push(Block::Part {
                statement: Some(one.statement.id.clone()),
                title: capital(&composer.words.text(composer.policy, &disclosure.title)),
                blocks: vec![Block::List(demanded(composer, disclosure))],
            }),
            Fact::DisclosureTell(_, tell) => {
                let line = Line::said(&one.statement.id, told(composer, tell));
                if let Some(Block::Part { blocks, .. }) = blocks.last_mut()
                    && let Some(Block::List(lines)) = blocks.last_mut()
                {
                    lines.push(line);
                }
            }
            _ => {}
        }
    }
    blocks
}

fn demanded(composer: &Composer<'_>, disclosure: &Disclosure) -> Vec<Line> {
    let (words, policy) = (composer.words, composer.policy);
    let mut said = Vec::new();
    let to = disclosure.to.iter().map(|name| match policy.recipients.get(name.as_str()) {
        Some(recipient) => words.name_within(policy, &recipient.name),
        None if name == "authority" => words.word("disclosure-to-authority"),
        None => words.of_family("to", name),
    });
    let to: Vec<_> = to.collect();
    if !to.is_empty() {
        said.push(words.say("disclosure-to", &[("who", words.or(&to).into())]));
    }
    if !disclosure.data.is_empty() {
        let data = composer.data_listed(&disclosure.data);
        said.push(words.say("disclosure-data", &[("data", data.into())]));
    }
    let bases: Vec<_> = disclosure.bases.iter().map(|basis| words.basis(policy, basis)).collect();
    match bases.as_slice() {
        [] => {}
        [basis] => said.push(words.say("disclosure-basis", &[("basis", basis.as_str().into())])),
        bases => said.push(words.say("disclosure-bases", &[("bases", words.apart(bases).into())])),
    }
    if !disclosure.needs.is_empty() {
        let needs: Vec<_> = disclosure.needs.iter().map(|need| words.of_family("need", need)).collect();
        said.push(words.say("disclosure-needs", &[("needs", words.and(&needs).into())]));
    }
    if let Some(secrecy) = &disclosure.secrecy {
        let law = secrecy.law.as_ref().map(|law| composer.clause(law)).unwrap_or_default();
        let roles = secrecy.roles.iter().map(|name| {
            match policy.roles.get(name).and_then(|role| role.title.as_ref()) {
                Some(title) => words.name_within(policy, title),
                None => name.to_string(),
            }
        });
        let roles: Vec<_> = roles.collect();
        let roles = ("roles", words.and(&roles).into());
        said.push(words.say("disclosure-secrecy", &[("law", law.into()), roles]));
    }
    said.into_iter().map(Line::plain).collect()
}

fn told(composer: &Composer<'_>, tell: &Tell) -> String {
    let words = composer.words;
    let told = if tell.before == Span::ZERO {
        words.word("tell-first")
    } else {
        words.say("tell-before", &[("span", words.span(tell.before).into())])
    };
    let told = ("told", told.into());
    let first = match &tell.unless {
        Some(unless) => words.say("tell-unless", &[told, ("unless", composer.clause(unless).into())]),
        None => words.say("tell-plain", &[told]),
    };
    let then = tell.then.as_ref().map(|when| composer.with("tell-then", "when", when));
    std::iter::once(first).chain(then).collect::<Vec<_>>().join(" ")
}
