//! The commands that ask the gate: may this be done, whom may a purpose reach, what may be given to
//! a recipient.

use anyhow::bail;
use kept_engine::decide::{Ask, Verb};
use kept_engine::disclose::DisclosureOrder;

use crate::cli::record::{AudienceArgs, DecideArgs, DiscloseArgs};
use crate::commands::record::{channel, data, pairs};
use crate::company::{open, whom};
use crate::{Ended, clock, printer};

/// `kept decide`: exit status 0 allowed, 1 refused.
pub(crate) fn decide(args: &DecideArgs) -> anyhow::Result<Ended> {
    let ask = Ask {
        whom: whom(&args.person)?,
        purpose: args.purpose.as_str().into(),
        verb: verb(&args.act)?,
        fields: data(&args.fields)?,
        role: args.role.as_deref().map(Into::into),
        exception: None,
    };
    let now = clock::now();
    let answers = open(&args.work, now)?.decide(&[ask], now)?;
    let Some(answer) = answers.into_iter().next() else { bail!("no answer came back") };
    if args.work.json {
        printer::json(&answer)?;
    } else {
        let article = answer.article.map(|article| format!(" ({article})")).unwrap_or_default();
        let field = answer.field.as_ref().map(|field| format!(": `{field}`")).unwrap_or_default();
        let problem = answer.problem.as_ref().map(|problem| format!("\n  {problem}")).unwrap_or_default();
        let human = answer.human.as_ref().map(|human| match answer.allowed {
            true => format!("\n  looks again on request: {human}"),
            false => format!("\n  a human decides: {human}"),
        });
        let human = human.unwrap_or_default();
        let verdict =
            if answer.allowed { "allowed".to_owned() } else { format!("refused: {}", answer.words) };
        printer::data(&format!("{verdict}{field}{article}{problem}{human}"));
    }
    Ok(if answer.allowed { Ended::Done } else { Ended::Findings })
}

fn verb(text: &str) -> anyhow::Result<Verb> {
    Ok(match text.split_once(':').unwrap_or((text, "")) {
        ("read", "") => Verb::Read,
        ("decide-automatically", "") => Verb::DecideAutomatically,
        ("contact", word) => Verb::Contact(channel(word)?),
        ("disclose", to) if !to.is_empty() => Verb::Disclose(to.into()),
        _ => bail!(
            "can't read --for\nhelp: write read, contact:email, disclose:RECIPIENT or decide-automatically"
        ),
    })
}

/// `kept audience`: one line for each person, then how many they are.
pub(crate) fn audience(args: &AudienceArgs) -> anyhow::Result<Ended> {
    use kept_engine::audience::Member;
    let channel = channel(&args.channel)?;
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let mut lines = Vec::new();
    let purpose = args.purpose.as_str().into();
    let audience = company.audience(&purpose, channel, now, &mut |member| {
        if !args.count {
            lines.push(member.clone());
        }
        true
    })?;
    if args.work.json {
        printer::json(&serde_json::json!({ "audience": audience, "people": lines }))?;
    } else {
        let line = |member: &Member| match member {
            Member::Person(number) => format!("{number}\n"),
            Member::Row { store, table, key } => format!("{store}.{table}={key}\n"),
        };
        printer::data(&lines.iter().map(line).collect::<String>());
        printer::note(&format!("{} people may be reached", audience.count));
        if audience.unclear > 0 {
            printer::note(&format!(
                "{} people can't be told from others, or a store was not there to ask; they are left out",
                audience.unclear
            ));
        }
        for down in &audience.unreached {
            printer::note(&format!("`{}` could not be asked: {}", down.store, down.problem));
        }
    }
    let clear = audience.unreached.is_empty() && audience.unclear == 0;
    Ok(if clear { Ended::Done } else { Ended::Findings })
}

/// `kept disclose`: exit status 1 when a field does not leave.
pub(crate) fn disclose(args: &DiscloseArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let whom = whom(&args.person)?;
    let fields = data(&args.fields)?;
    let mut company = open(&args.work, now)?;
    if args.dry_run {
        return rehearse(args, &mut company, &whom, &fields);
    }
    let order = DisclosureOrder {
        whom,
        recipient: args.recipient.as_str().into(),
        purpose: args.purpose.as_str().into(),
        fields,
        role: args.role.as_deref().map(Into::into),
        paid: args.paid,
        evidence: pairs(&args.evidence, "--evidence")?,
        actor: args.actor.clone(),
    };
    let given = company.disclose(&order, now)?;
    if args.work.json {
        printer::json(&given)?;
    } else {
        let line = |value: &kept_engine::reading::ReadValue| {
            format!("{}: {} ({})\n", value.field, value.value, value.from)
        };
        printer::data(&given.values.iter().map(line).collect::<String>());
        for cut in &given.cut {
            let article = cut.article.map(|article| format!(" ({article})")).unwrap_or_default();
            printer::note(&format!("not given: `{}`: {}{article}", cut.field, cut.words));
        }
        for words in given.refused.iter().map(ToString::to_string).chain(given.problem.clone()) {
            printer::note(&format!("not given: {words}"));
        }
    }
    let whole = given.cut.is_empty() && given.refused.is_none() && given.problem.is_none();
    Ok(if whole { Ended::Done } else { Ended::Findings })
}

/// What would leave: a question, and no disclosure.
fn rehearse(
    args: &DiscloseArgs,
    company: &mut kept_engine::company::Company,
    whom: &kept_engine::desk::Whom,
    fields: &[kept_core::policy::model::DataRef],
) -> anyhow::Result<Ended> {
    let now = clock::now();
    let ask = |field: &kept_core::policy::model::DataRef| Ask {
        whom: whom.clone(),
        purpose: args.purpose.as_str().into(),
        verb: Verb::Disclose(args.recipient.as_str().into()),
        fields: vec![field.clone()],
        role: args.role.as_deref().map(Into::into),
        exception: None,
    };
    let asks: Vec<Ask> = fields.iter().map(ask).collect();
    let answers = company.decide(&asks, now)?;
    if args.work.json {
        printer::json(&answers)?;
    } else {
        let line = |(field, answer): (&kept_core::policy::model::DataRef, &kept_engine::decide::Decided)| {
            let verdict = if answer.allowed { "would be given" } else { answer.words.as_str() };
            format!("{field}: {verdict}\n")
        };
        printer::data(&fields.iter().zip(&answers).map(line).collect::<String>());
    }
    Ok(if answers.iter().all(|answer| answer.allowed) { Ended::Done } else { Ended::Findings })
}
