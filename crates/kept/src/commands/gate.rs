//! The commands that ask the gate: may this be done, whom may a purpose reach, what may be given to
//! a recipient.

use anyhow::bail;
use kept_engine::decide::{Ask, Verb};
use kept_engine::disclose::{DisclosureOrder, NotDisclosed};
use kept_engine::reading::RefusedField;

use crate::cli::record::{AudienceArgs, DecideArgs, DiscloseArgs};
use crate::commands::record::{channel, data, pairs};
use crate::company::{open, whom};
use crate::{Ended, clock, printer};

/// `kept decide`: exit status 0 allowed, 1 refused.
pub(crate) fn decide(args: &DecideArgs) -> anyhow::Result<Ended> {
    let mut ask = Ask {
        whom: whom(&args.person)?,
        purpose: args.purpose.as_str().into(),
        verb: verb(&args.act)?,
        fields: data(&args.fields)?,
        role: args.role.as_deref().map(Into::into),
        exception: None,
        source: args.source.clone(),
        controller: args.controller.as_deref().map(Into::into),
    };
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    company.recognise(&mut [&mut ask.whom], Some(&ask.purpose), now)?;
    let answers = company.decide(&[ask], now)?;
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
    let controller = args.controller.as_deref().map(Into::into);
    let audience = company.audience_of((&purpose, controller.as_ref()), channel, now, &mut |member| {
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
        let people =
            if audience.count == 1 { "1 person".to_owned() } else { format!("{} people", audience.count) };
        printer::note(&format!("{people} may be reached"));
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
    let mut order = DisclosureOrder {
        whom,
        recipient: args.recipient.as_str().into(),
        purpose: args.purpose.as_str().into(),
        fields,
        contract: args.contract.clone(),
        controller: args.controller.as_deref().map(Into::into),
        role: args.role.as_deref().map(Into::into),
        paid: args.paid,
        evidence: pairs(&args.evidence, "--evidence")?,
        actor: args.actor.clone(),
    };
    company.recognise(&mut [&mut order.whom], Some(&order.purpose), now)?;
    if args.dry_run {
        return rehearse(args.work.json, &mut company, &order);
    }
    let given = company.disclose(&order, now)?;
    if args.work.json {
        printer::json(&given)?;
    } else {
        let line = |value: &kept_engine::reading::ReadValue| {
            format!("{}: {} ({})\n", value.field, value.value, value.from)
        };
        printer::data(&given.values.iter().map(line).collect::<String>());
        not_given(&given.cut, given.refused.as_ref(), given.problem.as_deref());
    }
    let whole = given.cut.is_empty() && given.refused.is_none() && given.problem.is_none();
    Ok(if whole { Ended::Done } else { Ended::Findings })
}

/// What stays, and why.
fn not_given(cut: &[RefusedField], refused: Option<&NotDisclosed>, problem: Option<&str>) {
    for cut in cut {
        let article = cut.article.map(|article| format!(" ({article})")).unwrap_or_default();
        printer::note(&format!("not given: `{}`: {}{article}", cut.field, cut.words));
    }
    for words in refused.map(ToString::to_string).into_iter().chain(problem.map(str::to_owned)) {
        printer::note(&format!("not given: {words}"));
    }
}

/// What would leave: a question, and no disclosure.
fn rehearse(
    as_json: bool,
    company: &mut kept_engine::company::Company,
    order: &DisclosureOrder,
) -> anyhow::Result<Ended> {
    let plan = company.rehearse_disclosure(order, clock::now())?;
    if as_json {
        printer::json(&plan)?;
    } else {
        let line = |field: &kept_core::policy::model::DataRef| format!("{field}: would be given\n");
        printer::data(&plan.would.iter().map(line).collect::<String>());
        not_given(&plan.cut, plan.refused.as_ref(), plan.problem.as_deref());
    }
    let whole = plan.cut.is_empty() && plan.refused.is_none() && plan.problem.is_none();
    Ok(if whole { Ended::Done } else { Ended::Findings })
}
