//! The commands that record something about a person: collections, consents, events, objections,
//! restrictions, holds.

use std::collections::BTreeMap;
use std::io::Read;

use anyhow::{Context, bail};
use kept_core::admission::{Act, Age, Collection, Consent};
use kept_core::policy::Policy;
use kept_core::policy::model::{Channel, DataRef};
use kept_core::timeline::{Occasion, Proof, RestrictionReason, Scope};
use kept_engine::Failure;
use kept_engine::record::{Recorded, Recording};

use crate::cli::record::{
    AgeArgs, CollectArgs, ConsentCommand, EventArgs, GiveArgs, HoldCommand, LiftArgs, ObjectArgs, ProofArgs,
    RecordArgs, RestrictArgs, RestrictReason,
};
use crate::company::{day, instant, open, whom};
use crate::{Ended, clock, printer};

/// `kept collect`.
pub(crate) fn collect(args: &CollectArgs) -> anyhow::Result<Ended> {
    let values = values(&args.values)?;
    let consent = |purpose: &String| consent(purpose, &args.proof, None, args.record.on.is_some());
    let collection = Collection {
        purposes: args.purposes.iter().map(|name| name.as_str().into()).collect(),
        fields: values.keys().cloned().collect(),
        people: args.people.as_deref().map(Into::into),
        age: age(&args.age)?,
        source: args.source.clone(),
        consents: args.consents.iter().map(consent).collect::<anyhow::Result<_>>()?,
        events: args.events.iter().map(|name| name.as_str().into()).collect(),
        about: args.contract.as_deref().map(|number| Occasion::Contract(number.into())),
        notice: args.notice.clone(),
        controller: args.controller.as_deref().map(Into::into),
    };
    record(&args.record, Act::Collect(collection), values)
}

/// `kept record`.
pub(crate) fn event(args: &EventArgs) -> anyhow::Result<Ended> {
    let version = || match &args.version {
        Some(version) => Ok(version.clone()),
        None => open(&args.record.work, clock::now()).map(|company| company.policy().digest.clone()),
    };
    let about = || match &args.contract {
        Some(number) => Occasion::Contract(number.as_str().into()),
        None => Occasion::Person,
    };
    let act = match (args.event.as_str(), &args.recipient) {
        ("linked" | "unlinked", None) => {
            bail!("no recipient is named\nhelp: say which looks after the contract: --to RECIPIENT")
        }
        (event, Some(to)) => Act::Link { event: event.into(), recipient: to.as_str().into(), about: about() },
        ("told", None) => Act::Tell { version: version()? },
        ("agreed", None) => Act::Agree { version: version()? },
        ("died", None) => Act::Died,
        ("guardian-reported", None) => Act::ReportGuardian,
        ("report-dismissed", None) => Act::DismissReport {
            ground: args.why.clone().unwrap_or_default(),
            approver: args.approver.clone().unwrap_or_default(),
        },
        (event, None) => Act::Happened { event: event.into(), about: about(), data: data(&args.fields)? },
    };
    record(&args.record, act, BTreeMap::new())
}

/// `kept consent`.
pub(crate) fn consents(command: &ConsentCommand) -> anyhow::Result<Ended> {
    match command {
        ConsentCommand::Give(args) => give(args),
        ConsentCommand::Withdraw(args) => {
            let channels = channels(&args.channels)?;
            let act = Act::WithdrawConsent { purpose: args.purpose.as_str().into(), channels };
            record(&args.record, act, BTreeMap::new())
        }
        ConsentCommand::List(args) => crate::commands::listing::consents(args),
        ConsentCommand::Export(args) => crate::commands::listing::export(args),
    }
}

fn give(args: &GiveArgs) -> anyhow::Result<Ended> {
    let given = consent(&args.purpose, &args.proof, age(&args.age)?, args.record.on.is_some())?;
    record(&args.record, Act::GiveConsent(given), BTreeMap::new())
}

/// `kept object`.
pub(crate) fn object(args: &ObjectArgs) -> anyhow::Result<Ended> {
    let purpose = args.purpose.as_deref().map(kept_core::name::PurposeName::from);
    let act = match (&purpose, &args.reject) {
        (Some(purpose), None) if args.uphold => Act::UpholdObjection { purpose: purpose.clone() },
        (Some(purpose), Some(ground)) => Act::RejectObjection {
            purpose: purpose.clone(),
            ground: ground.clone(),
            approver: args.approver.clone().unwrap_or_default(),
            told: args.told,
        },
        _ => Act::Object { purpose },
    };
    record(&args.record, act, BTreeMap::new())
}

/// `kept restrict`.
pub(crate) fn restrict(args: &RestrictArgs) -> anyhow::Result<Ended> {
    let reason = match args.reason {
        RestrictReason::Accuracy => RestrictionReason::Accuracy,
        RestrictReason::Unlawful => RestrictionReason::Unlawful,
        RestrictReason::Claim => RestrictionReason::Claim,
        RestrictReason::Objection => RestrictionReason::Objection,
    };
    let review_on = args.review.as_deref().map(|text| day(text, "--review")).transpose()?;
    let act = Act::Restrict { data: data(&args.fields)?, reason, review_on };
    record(&args.record, act, BTreeMap::new())
}

/// `kept lift`.
pub(crate) fn lift(args: &LiftArgs) -> anyhow::Result<Ended> {
    let case = args.case.as_str().into();
    let act = if args.told { Act::TellOfLifting { case } } else { Act::Lift { case } };
    record(&args.record, act, BTreeMap::new())
}

/// `kept hold`.
pub(crate) fn hold(command: &HoldCommand) -> anyhow::Result<Ended> {
    match command {
        HoldCommand::Place(args) => {
            let act = Act::PlaceHold {
                data: data(&args.fields)?,
                reason: args.reason.clone(),
                approver: args.approver.clone(),
                review_on: args.review.as_deref().map(|text| day(text, "--review")).transpose()?,
            };
            record(&args.record, act, BTreeMap::new())
        }
        HoldCommand::Release(args) => {
            let act = Act::ReleaseHold { case: args.case.as_str().into() };
            record(&args.record, act, BTreeMap::new())
        }
        HoldCommand::List(args) => crate::commands::listing::holds(args),
        HoldCommand::Reviewed(args) => crate::commands::listing::reviewed(args),
    }
}

/// Records an act, or says whether it would be; a refusal is a finding with its article and mend.
fn record(args: &RecordArgs, act: Act, values: BTreeMap<DataRef, String>) -> anyhow::Result<Ended> {
    let whom = whom(&args.person)?;
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let zone = company.policy().zone();
    let happened_at = match &args.on {
        Some(text) => Some(instant(Some(text), "--on", &zone, now)?),
        None => None,
    };
    let mut recording = Recording {
        values,
        happened_at,
        actor: args.actor.clone(),
        key: args.key.clone(),
        ..Recording::new(whom, act)
    };
    company.recognise(&mut [&mut recording.whom], None, now)?;
    let told = match args.dry_run {
        true => company.rehearse_record(&recording, now),
        false => company.record(&recording, now),
    };
    let recorded = match told {
        Err(Failure::NotAdmitted(refused)) => return refusal(&refused, company.policy(), args.work.json),
        told => told?,
    };
    if args.work.json {
        printer::json(&recorded)?;
    } else {
        printer::data(&words(&recorded, args.dry_run));
    }
    Ok(if recorded.unreached.is_empty() { Ended::Done } else { Ended::Findings })
}

fn refusal(refused: &kept_core::admission::Refused, policy: &Policy, json: bool) -> anyhow::Result<Ended> {
    let mend = match refused.stranger(policy) {
        Some(stranger) => format!("{}; {}", stranger.hint(), refused.mend()),
        None => refused.mend().to_owned(),
    };
    if json {
        printer::json(&serde_json::json!({
            "refused": refused.code(),
            "words": refused.to_string(),
            "article": refused.article(),
            "mend": mend,
        }))?;
    } else {
        let article =
            if refused.article().is_empty() { String::new() } else { format!(" ({})", refused.article()) };
        printer::note(&format!("not recorded: {refused}{article}\nhelp: {mend}"));
    }
    Ok(Ended::Findings)
}

fn words(recorded: &Recorded, dry_run: bool) -> String {
    let verb = match (dry_run, recorded.repeated) {
        (true, _) => "would be recorded",
        (false, true) => "was recorded before under this key",
        (false, false) => "recorded",
    };
    let mut text = format!("{verb}: {}", recorded.events.join(", "));
    if let Some(case) = &recorded.case {
        text.push_str(&format!(" ({case})"));
    }
    for purpose in &recorded.refused_before {
        text.push_str(&format!(
            "\n  an earlier refusal or erasure of the person still counts against `{purpose}`"
        ));
    }
    for down in &recorded.unreached {
        text.push_str(&format!("\n  `{}` could not be asked: {}", down.store, down.problem));
    }
    for note in &recorded.notes {
        text.push_str(&format!("\n  {note}"));
    }
    text
}

fn consent(purpose: &str, args: &ProofArgs, age: Option<Age>, dated: bool) -> anyhow::Result<Consent> {
    Ok(Consent {
        purpose: purpose.into(),
        channels: channels(&args.channels)?,
        wording: args.wording,
        dated,
        age,
        proof: Proof {
            language: args.language.as_deref().map(Into::into),
            how: args.how.clone(),
            source: args.obtained_by.clone(),
            guardian: args.guardian.clone(),
            evidence: pairs(&args.evidence, "--proof")?,
        },
        scope: Scope { controller: args.given_to.as_deref().map(Into::into), sources: args.join.clone() },
    })
}

fn age(args: &AgeArgs) -> anyhow::Result<Option<Age>> {
    let born = args.born.as_deref().map(|text| day(text, "--born")).transpose()?;
    Ok(born.map(Age::Born).or(args.age.map(Age::Years)))
}

/// `NAME=TEXT`, each once.
pub(crate) fn pairs(texts: &[String], what: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let pair = |text: &String| {
        let (name, value) = text
            .split_once('=')
            .with_context(|| format!("can't read {what}\nhelp: write it as NAME=TEXT"))?;
        Ok((name.trim().to_owned(), value.to_owned()))
    };
    texts.iter().map(pair).collect()
}

/// Channels by their words.
pub(crate) fn channels(words: &[String]) -> anyhow::Result<Vec<Channel>> {
    words.iter().map(|word| channel(word)).collect()
}

/// A channel by its word.
pub(crate) fn channel(word: &str) -> anyhow::Result<Channel> {
    Channel::from_word(word).with_context(|| {
        let known: Vec<&str> = Channel::ALL.iter().map(|(_, word)| *word).collect();
        format!("`{word}` is no channel\nhelp: write one of {}", known.join(", "))
    })
}

/// Data by their names.
pub(crate) fn data(names: &[String]) -> anyhow::Result<Vec<DataRef>> {
    names.iter().map(|name| datum(name)).collect()
}

/// A field by its name.
pub(crate) fn datum(text: &str) -> anyhow::Result<DataRef> {
    let (category, field) = match text.split_once('.') {
        Some((category, field)) => (category, Some(field)),
        None => (text, None),
    };
    if category.is_empty() || field.is_some_and(str::is_empty) {
        bail!("can't read the name of a field\nhelp: write it as CATEGORY.FIELD: `identification.email`");
    }
    Ok(DataRef { category: category.into(), field: field.map(Into::into) })
}

/// The values of a collection, from a file or from standard input; never from the command line,
/// where others can read them. An error does not repeat one.
fn values(path: &std::path::Path) -> anyhow::Result<BTreeMap<DataRef, String>> {
    let mut text = String::new();
    if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).context("can't read standard input")?;
    } else {
        text = std::fs::read_to_string(path).with_context(|| format!("can't read `{}`", path.display()))?;
    }
    let read: Option<BTreeMap<String, String>> = serde_json::from_str(&text).ok();
    let Some(read) = read else {
        bail!("the values are no JSON object of texts\nhelp: write {{\"identification.email\": \"…\"}}");
    };
    read.into_iter().map(|(name, value)| Ok((datum(&name)?, value))).collect()
}
