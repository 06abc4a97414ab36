//! Reports as people read them on a terminal, in English. Not here: what they say (`kept-engine`).

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod erasure;
pub(crate) mod sweep;
pub(crate) mod why;

use kept_core::name::Language;
use kept_core::plan::Reason;
use kept_core::policy::Policy;
use kept_core::time::{Instant, Zone};
use kept_engine::report::{FoundIn, Head, Unreached};
use kept_web::words::Words;

use crate::printer::bold;
use crate::table::aligned;

/// What showing a report takes: words, the policy, its zone.
#[derive(Debug)]
pub(crate) struct Shower<'a> {
    /// The words of the language.
    pub(crate) words: Words,
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// The zone in which days are shown.
    pub(crate) zone: Zone,
    /// The language.
    pub(crate) language: Language,
}

impl<'a> Shower<'a> {
    /// For a policy, in English.
    ///
    /// # Errors
    /// When the words can't be loaded.
    pub(crate) fn new(policy: &'a Policy) -> anyhow::Result<Self> {
        let language = Language::from("en");
        Ok(Self { words: Words::load(&language)?, policy, zone: policy.zone(), language })
    }

    /// The last day before an instant at which something ends.
    pub(crate) fn until(&self, until: Instant) -> String {
        let last = self.zone.day_of(until).yesterday().unwrap_or_else(|_| self.zone.day_of(until));
        self.words.date(last)
    }

    /// A reason in one line: purpose, stage, until when, why.
    pub(crate) fn reason(&self, reason: &Reason) -> String {
        let why = self.words.why(reason.why);
        let Some(title) = self.purpose_title(&reason.statement) else { return why };
        let stage = self.words.stage(reason.stage);
        let until = match reason.until {
            Some(until) => format!(" until {}", self.until(until)),
            None => String::new(),
        };
        format!("{title}: {stage}{until} ({why}; {})", reason.statement)
    }

    /// How people know the purpose that a statement is about.
    pub(crate) fn purpose_title(&self, statement: &str) -> Option<String> {
        let name = statement.strip_prefix("purpose.")?.split('.').next()?;
        let purpose = self.policy.purposes.get(name)?;
        Some(self.policy.text(&purpose.title, &self.language).to_owned())
    }

    /// The head of an answer.
    pub(crate) fn head(&self, title: &str, head: &Head) -> String {
        let mut rows =
            vec![vec!["controller".to_owned(), format!("{} ({})", head.controller, head.contact.join("; "))]];
        if let Some(case) = &head.case {
            rows.push(vec!["case".to_owned(), case.clone()]);
        }
        if let (Some(received), Some(promised), Some(lawful)) =
            (head.received_on, head.promised_on, head.lawful_on)
        {
            let due = if promised == lawful {
                format!("answer due {}", self.words.date(lawful))
            } else {
                format!(
                    "answer promised by {}, due by law {}",
                    self.words.date(promised),
                    self.words.date(lawful)
                )
            };
            rows.push(vec!["received".to_owned(), format!("{}; {due}", self.words.date(received))]);
        }
        if let Some(authority) = &head.authority {
            rows.push(vec!["complaints".to_owned(), authority.clone()]);
        }
        let policy: String = head.policy.chars().take(12).collect();
        rows.push(vec!["policy".to_owned(), format!("version {policy}")]);
        format!("{}\n{}", bold(title), aligned(&rows, "  "))
    }

    /// Where a person was found, and which stores could not be asked.
    pub(crate) fn found(&self, found: &[FoundIn], unreached: &[Unreached]) -> String {
        let mut text = String::new();
        if found.is_empty() && unreached.is_empty() {
            text.push_str("\nNothing was found by these identifiers in any store of the policy. What an earlier erasure had to leave \
                 (invoices, for example) may no longer carry them.\n");
        } else if !found.is_empty() {
            text.push_str(&format!("\n{}\n", bold("Found")));
            let rows: Vec<Vec<String>> = found
                .iter()
                .map(|one| {
                    vec![
                        format!("{}.{}", one.store, one.table),
                        format!("key {}", one.key),
                        format!("by {}", one.by),
                    ]
                })
                .collect();
            text.push_str(&aligned(&rows, "  "));
        }
        for store in unreached {
            text.push_str(&format!("  store `{}` could not be asked: {}\n", store.store, store.problem));
        }
        text
    }
}
