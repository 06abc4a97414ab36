//! What the audit found, in words: the title of a statement, what is wrong, missing, looked at.

use kept_core::name::Language;
use kept_core::policy::Policy;
use kept_core::time::{Day, Instant, Zone};
use kept_engine::report::audit::{Audited, Breach, Counted, Evidence, Missing, Verdict, Wrong};

use crate::words::{Words, WordsError};

/// Tells of an audit of one policy.
#[derive(Debug)]
pub struct Teller<'a> {
    words: Words,
    policy: &'a Policy,
    zone: Zone,
    language: Language,
}

impl<'a> Teller<'a> {
    /// For a policy, in English.
    ///
    /// # Errors
    /// When the words can't be loaded.
    pub fn new(policy: &'a Policy) -> Result<Self, WordsError> {
        let language = Language::from("en");
        Ok(Self { words: Words::load(&language)?.with(policy), policy, zone: policy.zone(), language })
    }

    /// The name of the leading controller.
    pub fn controller(&self) -> &str {
        self.policy.controller().map(|controller| controller.name.as_str()).unwrap_or_default()
    }

    /// A day.
    pub fn date(&self, day: Day) -> String {
        self.words.date(day)
    }

    /// The day of an instant, with the time to the minute.
    pub fn at(&self, at: Instant) -> String {
        format!("{}, {}", self.date(self.zone.day_of(at)), self.zone.civil(at).strftime("%H:%M"))
    }

    /// What a statement says, in short.
    pub fn title(&self, one: &Audited) -> String {
        let id = one.id.as_str();
        self.of_purpose(one, id)
            .or_else(|| self.of_data(one, id))
            .or_else(|| self.of_party(id))
            .or_else(|| of_rights(one).map(str::to_owned))
            .unwrap_or_else(|| id.to_owned())
    }

    fn of_purpose(&self, one: &Audited, id: &str) -> Option<String> {
        let name = id.strip_prefix("purpose.")?.split('.').next()?;
        let purpose = self.policy.purposes.get(name)?;
        let title = self.policy.text(&purpose.title, &self.language);
        let rest = match one.about {
            "retention" => lower(&self.words.retention_in_short(self.policy, purpose)),
            "basis" => lower(&self.words.basis_in_short(&purpose.basis)),
            "archive" => "kept apart in the archive".to_owned(),
            "archive-readers" => "who reads the archive, and why".to_owned(),
            "after-withdrawal" => "what becomes of data when consent is withdrawn".to_owned(),
            "need" => "the data that it needs, and no others".to_owned(),
            "recipients" => "who receives data for it".to_owned(),
            "right" => "what a request for erasure does".to_owned(),
            _ => match id.rsplit('.').next() {
                Some(key) if key != name => format!("{} ({key})", key_words(key)),
                _ => return Some(title.to_owned()),
            },
        };
        Some(format!("{title}: {rest}"))
    }

    fn of_data(&self, one: &Audited, id: &str) -> Option<String> {
        let name = id.strip_prefix("data.")?.split('.').next()?;
        let category = self.policy.data.get(name)?;
        let title = self.policy.text(&category.title, &self.language);
        Some(match one.about {
            "data" => format!("{title}: these data and no others"),
            "told" => format!("{title}: people are told when they are collected"),
            _ => title.to_owned(),
        })
    }

    fn of_party(&self, id: &str) -> Option<String> {
        let (family, rest) = id.split_once('.')?;
        let name = rest.split('.').next()?;
        let text = match family {
            "recipient" => &self.policy.recipients.get(name)?.name,
            "source" => &self.policy.sources.get(name)?.name,
            "disclosure" => &self.policy.disclosures.get(name)?.title,
            "duty" => &self.policy.duties.get(name)?.what,
            "place" => &self.policy.places.get(name)?.title,
            "form" => &self.policy.forms.get(name)?.title,
            _ => return None,
        };
        let said = self.policy.text(text, &self.language).to_owned();
        Some(match rest.rsplit('.').next() {
            Some(key) if key != name => format!("{said} ({key})"),
            _ => said,
        })
    }

    /// What is wrong.
    pub fn breach(&self, breach: &Breach) -> String {
        let place = match (&breach.store, &breach.table) {
            (Some(store), Some(table)) => format!(" in `{store}.{table}`"),
            (Some(store), None) => format!(" in `{store}`"),
            _ => String::new(),
        };
        let oldest =
            breach.oldest.map(|day| format!(", the oldest from {}", self.date(day))).unwrap_or_default();
        match breach.what {
            Wrong::Overdue if breach.table.is_none() => {
                format!("{} kept by Kept itself should be gone{oldest}", counted(breach.rows, "value"))
            }
            Wrong::WithoutGround if breach.table.is_none() => {
                format!(
                    "{} kept by Kept itself, and the purpose never began{oldest}",
                    counted(breach.rows, "value")
                )
            }
            Wrong::Overdue => {
                format!("{}{place} should be gone or emptied{oldest}", counted(breach.rows, "row"))
            }
            Wrong::NotArchived => {
                format!("{}{place} should be in the archive{oldest}", counted(breach.rows, "row"))
            }
            Wrong::WithoutGround => {
                format!("{}{place} with data for which the purpose never began", counted(breach.rows, "row"))
            }
            Wrong::Ownerless => {
                format!(
                    "{}{place} without an owner, so that no request finds them",
                    counted(breach.rows, "row")
                )
            }
            Wrong::NotMarked => {
                format!(
                    "{}{place} of restricted people {} the mark, so that other programs may use them",
                    counted(breach.rows, "row"),
                    if breach.rows == 1 { "lacks" } else { "lack" }
                )
            }
            Wrong::NotHidden => {
                format!("the database does not hide restricted rows{place} as `row-security` says")
            }
            Wrong::Ledger => "the ledger does not verify".to_owned(),
            Wrong::Elsewhere if breach.store.is_some() => {
                format!("data{place} are where the notice says none are")
            }
            Wrong::Elsewhere => "data went to a recipient where the notice says none are".to_owned(),
            Wrong::ReviewOverdue => {
                let due = breach.oldest.map(|day| format!(", the first was due by {}", self.date(day)));
                format!("{}{place}{}", acts(breach.what, breach.rows), due.unwrap_or_default())
            }
            other => format!("{}{oldest}", acts(other, breach.rows)),
        }
    }

    /// What is missing to tell.
    pub fn missing(&self, missing: &Missing) -> String {
        match missing {
            Missing::NoStore => "no store of the policy holds these data".to_owned(),
            Missing::Unreached { store } => format!("store `{store}` could not be asked"),
            Missing::Documents { store, problem } => format!("of `{store}`, {problem}"),
            Missing::Map { store, problem } => format!("`{store}` could not be looked at: {problem}"),
            Missing::Uncounted { store, table, problem } => {
                format!("`{store}.{table}` could not be counted: {problem}")
            }
            Missing::Facts { store, table, rows } => format!(
                "{} in `{store}.{table}` without a readable date that the period counts from",
                counted(*rows, "row")
            ),
            Missing::UnreadConsents { store, table, rows } => format!(
                "{} in `{store}.{table}` on a consent whose date, or that of its withdrawal, can't be read",
                counted(*rows, "row")
            ),
            Missing::NoEvent { store, event } => {
                format!("no column of `{store}` says when {} was", self.words.event(self.policy, event))
            }
            Missing::NoConsentRecord { store } => format!("no column of `{store}` records who consented"),
            Missing::Unmapped { store, column } => {
                format!("`{column}` in `{store}` looks personal and is not mapped")
            }
            Missing::NoArchive { store, table } => format!("no archive is declared for `{store}.{table}`"),
            Missing::NothingForbids { store, table } => {
                format!("nothing in the database forbids a change of `{store}.{table}` (a trigger would)")
            }
            Missing::NoPlace { store } => {
                format!("`{store}` does not say where it is (`server`, `seat` in its table of the policy)")
            }
            Missing::NoPapers { recipient } => {
                format!("no day of an agreement with `{recipient}` is in the policy")
            }
            Missing::NothingRecorded { what } => {
                format!("no {} on record: what goes past Kept it can't see", many(*what))
            }
            Missing::NotToldApart { rows } => {
                format!("{} overdue, and nothing tells which of them for this reason", are(*rows))
            }
            Missing::NoCrawl => "nobody looked at the pages".to_owned(),
            Missing::NeverDone => "nobody noted that it was done (`kept duty done` notes it)".to_owned(),
            Missing::NotHeld => {
                "Kept takes in none of these, and can't see where others keep them".to_owned()
            }
            Missing::NoEvidence => "nothing that Kept can look at shows it".to_owned(),
        }
    }

    /// What was looked at.
    pub fn evidence(&self, evidence: &Evidence) -> String {
        match evidence {
            Evidence::Rows { store, table, rows } => format!("{} of {store}.{table}", counted(*rows, "row")),
            Evidence::Requests { open } => counted(u64::try_from(*open).unwrap_or(u64::MAX), "open request"),
            Evidence::Ledger { entries } => format!("{} ledger entries", grouped(*entries)),
            Evidence::Record { what, count } => format!("{} {}", grouped(*count), many(*what)),
            Evidence::Place { store, countries } => format!("{store} in {}", countries.join(", ")),
            Evidence::Papers { recipient, contract, due_diligence, safeguard } => {
                let day =
                    |what: &str, day: &Option<Day>| day.map(|day| format!("{what} of {}", self.date(day)));
                let mut parts: Vec<String> =
                    [day("agreement", contract), day("due diligence", due_diligence)]
                        .into_iter()
                        .flatten()
                        .collect();
                parts.extend(safeguard.then(|| "a safeguard".to_owned()));
                let said = if parts.is_empty() { "no papers".to_owned() } else { parts.join(", ") };
                format!("{recipient}: {said}")
            }
            Evidence::Done { on } => format!("done on {}", self.date(*on)),
            Evidence::Marked { store, table, rows, beyond } => {
                let right = format!("{} of {store}.{table} marked as restricted", counted(*rows, "row"));
                match beyond {
                    0 => right,
                    beyond => format!("{right}, {} more without a restriction", grouped(*beyond)),
                }
            }
            Evidence::Trigger { store, table } => format!("a trigger on {store}.{table}"),
        }
    }
}

/// The verdict as a page says it.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "kept",
        Verdict::Broken => "broken",
        Verdict::CannotTell => "can\u{2019}t tell",
        Verdict::Stated => "stated",
    }
}

fn of_rights(one: &Audited) -> Option<&'static str> {
    Some(match (one.about, one.id.as_str()) {
        ("reply", _) => "requests are answered in time",
        ("right", "rights.access") => "access reaches everything held",
        ("right", "rights.erasure") => "erasure: asked for and answered in time, holds reviewed",
        ("right", "rights.rectification") => "corrections: asked for and answered in time",
        ("right", "rights.portability") => "copies to take along: asked for and answered in time",
        ("right", "rights.erasure.ends") => "erasure ends more than the law asks",
        ("places", "transfers.prefer") => "where providers are preferred",
        ("places", "transfers.otherwise") => "what is needed before data go elsewhere",
        ("right", "rights.restriction") => "restricted data are not used",
        ("right", "rights.objection") => "objections are heeded",
        ("right", "rights.withdrawal") => "withdrawn consents are heeded",
        ("frozen", _) => "records that no one changes",
        ("ledger", _) => "Kept\u{2019}s own record of every act is whole",
        ("disclosures", "never.sell") => "data are never sold",
        ("disclosures", "never.disclose-to") => "data are given to nobody else",
        ("told", "notice.changes.significant") => "people hear of significant changes",
        ("told", "notice.changes.before") => "people hear of significant changes before they begin",
        ("places", "transfers") => "where data are, and on what safeguard",
        _ => return None,
    })
}

fn key_words(key: &str) -> &'static str {
    match key {
        "channels" | "marketing" => "the channels by which people are contacted",
        "unsubscribe" => "each message lets people refuse further ones",
        "decides" => "decisions by automated means",
        "reconfirm" => "consent is asked again",
        "frozen" => "data that no one changes",
        "screening" => "free text that people look through",
        _ => "what else is said of it",
    }
}

/// What is wrong with acts, so many of them.
fn acts(what: Wrong, count: u64) -> String {
    let uses = || counted(count, "use");
    let given = || counted(count, "disclosure");
    match what {
        Wrong::Late => format!("{} not answered in time", counted(count, "request")),
        Wrong::AnsweredLate => format!("{} answered late", counted(count, "request")),
        Wrong::UsedWithoutConsent => format!("{} without consent, or after its withdrawal", uses()),
        Wrong::UsedThoughReported => {
            format!("{} while a report that the person is a child was being looked into", uses())
        }
        Wrong::UsedThoughObjected => format!("{} although the person had objected or refused", uses()),
        Wrong::UsedThoughRestricted => format!("{} of restricted data", uses()),
        Wrong::UsedAfterEnd => format!("{} after the purpose had ended", uses()),
        Wrong::UsedBeyondNeed => format!("{} of data that the purpose does not need", uses()),
        Wrong::UsedBeforeTold => format!("{} before the person was told of data from elsewhere", uses()),
        Wrong::NotARecipient => format!("{} to somebody who does not receive them", given()),
        Wrong::WithoutContract => format!("{} before an agreement was in force", given()),
        Wrong::WithoutDueDiligence => format!("{} before due diligence was done", given()),
        Wrong::WithoutSafeguard => format!("{} to a country without protection, and no safeguard", given()),
        Wrong::WithoutTransferConsent => format!("{} elsewhere without consent to it", given()),
        Wrong::WithoutReference => format!("{} without a legal reference", given()),
        Wrong::NotTold => format!("{} not told in time", persons(count)),
        Wrong::NotDecided => format!("{} not decided within a month", counted(count, "objection")),
        Wrong::ReviewOverdue => format!("{} overdue", counted(count, "review")),
        Wrong::NotStopped => {
            format!("{} of a message followed, and nothing was stopped", counted(count, "link"))
        }
        Wrong::NotScreened => {
            format!("{} of free text on which nobody decided in time, still there", counted(count, "piece"))
        }
        Wrong::WithoutProof => format!("{} without proof", counted(count, "consent")),
        Wrong::DutyOverdue => "not done in time".to_owned(),
        Wrong::RecordOverdue => "records are older than their period".to_owned(),
        _ => format!("{} wrong", counted(count, "act")),
    }
}

fn are(rows: u64) -> String {
    if rows == 1 { "1 row is".to_owned() } else { format!("{} rows are", grouped(rows)) }
}

fn persons(count: u64) -> String {
    if count == 1 {
        "1 time somebody was".to_owned()
    } else {
        format!("{} times somebody was", grouped(count))
    }
}

fn many(what: Counted) -> &'static str {
    match what {
        Counted::People => "people",
        Counted::Uses => "uses",
        Counted::Disclosures => "disclosures",
        Counted::Consents => "consents",
        Counted::Withdrawals => "withdrawals",
        Counted::Objections => "objections",
        Counted::Restrictions => "restrictions",
        Counted::Holds => "holds",
        Counted::Values => "values kept by Kept",
        Counted::Collections => "collected data",
        Counted::Answers => "answered requests",
        Counted::Messages => "messages with a link to refuse further ones",
        Counted::Unsubscriptions => "links that people followed to refuse further ones",
        Counted::Screened => "pieces of free text on which somebody decided",
        Counted::Cases => "files of requests",
        Counted::Refusals => "refusals under digests",
        Counted::Changes => "significant changes of the policy",
    }
}

/// `1 row`, `2,345 rows`.
pub fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

/// A number with a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
