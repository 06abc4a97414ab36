//! Retention sentences, made from the structured value in each language.
//!
//! Not here: what a sentence does to a person's data (`kept_core::standing`).

use kept_core::name::EventKind;
use kept_core::policy::Policy;
use kept_core::policy::keep::{Keep, Limit, Phase, Stage, When};
use kept_core::policy::model::{OccasionKind, Purpose, Retention};

use crate::words::{Words, capital, readable};

impl Words {
    /// A retention sentence as a clause: `for the duration of the contract, then 10 years in the
    /// archive`.
    pub fn period(&self, policy: &Policy, keep: &Keep) -> String {
        let mut period = String::new();
        for (place, stage) in keep.stages.iter().enumerate() {
            let next = self.stage_of_period(policy, stage, place == 0);
            period = if place == 0 {
                next
            } else {
                self.say("period-then", &[("before", period.into()), ("next", next.into())])
            };
        }
        if let Some(span) = keep.at_most {
            let facts = [("period", period.into()), ("span", self.span(span).into())];
            period = self.say("period-at-most", &facts);
        }
        if keep.then_anonymised {
            period = self.say("period-anonymised", &[("period", period.into())]);
        }
        period
    }

    /// How long the data of a purpose are kept, as whole sentences.
    pub fn retention(&self, policy: &Policy, purpose: &Purpose) -> String {
        self.retention_from(policy, &purpose.retention, Some(&purpose.starts))
    }

    /// How long data are kept, as whole sentences; a bare length counts from the event `starts`.
    pub fn retention_from(
        &self,
        policy: &Policy,
        retention: &Retention,
        starts: Option<&EventKind>,
    ) -> String {
        match retention {
            Retention::Keep(keep) => {
                let period = self.period_from(policy, keep, starts);
                self.say("retention-keep", &[("period", period.into())])
            }
            Retention::Criterion { criterion, ends, review, at_most, then_anonymised } => {
                let criterion = capital(self.text(policy, criterion).trim_end_matches('.'));
                let mut said = vec![self.say("retention-criterion", &[("criterion", criterion.into())])];
                if let Some(event) = ends {
                    let event = self.event(policy, event);
                    said.push(self.say("retention-criterion-ends", &[("event", event.into())]));
                }
                if let Some(span) = review {
                    let every = self.every(*span);
                    said.push(self.say("retention-criterion-review", &[("every", every.into())]));
                }
                if let Some(span) = at_most {
                    let span = self.span(*span);
                    said.push(self.say("retention-criterion-at-most", &[("span", span.into())]));
                }
                if *then_anonymised {
                    said.push(self.word("retention-criterion-anonymised"));
                }
                said.join(" ")
            }
            Retention::Missing => self.word("retention-missing"),
        }
    }

    /// The same in a few words, for tables.
    pub fn retention_in_short(&self, policy: &Policy, purpose: &Purpose) -> String {
        match &purpose.retention {
            Retention::Keep(keep) => self.period_from(policy, keep, Some(&purpose.starts)),
            Retention::Criterion { criterion, .. } => self.text(policy, criterion),
            Retention::Missing => self.word("retention-short-missing"),
        }
    }

    /// A bare length (`1 year`) counts from the event that starts it, which is then said.
    fn period_from(&self, policy: &Policy, keep: &Keep, starts: Option<&EventKind>) -> String {
        let mut keep = keep.clone();
        if let Some(stage) = keep.stages.first_mut()
            && let (Limit::More(span), Some(starts)) = (&stage.limit, starts)
        {
            stage.limit = Limit::After(*span, When::Event(starts.clone()));
        }
        self.period(policy, &keep)
    }

    fn stage_of_period(&self, policy: &Policy, stage: &Stage, first: bool) -> String {
        let limit = match &stage.limit {
            Limit::Until(when) => {
                let when = self.when(policy, when, "when-to");
                self.say("period-until", &[("when", when.into())])
            }
            Limit::After(span, when) => {
                let when = self.when(policy, when, "when-from");
                let facts = [("span", self.span(*span).into()), ("when", when.into())];
                self.say("period-after", &facts)
            }
            Limit::For(occasion) => self.word(match occasion {
                OccasionKind::Contract => "period-for-contract",
                OccasionKind::Request => "period-for-request",
                OccasionKind::Consent => "period-for-consent",
                OccasionKind::Collection => "period-for-collection",
            }),
            Limit::CalendarYearOf(occasion) => self.word(match occasion {
                OccasionKind::Contract => "period-year-of-contract",
                OccasionKind::Request => "period-year-of-request",
                OccasionKind::Consent => "period-year-of-consent",
                OccasionKind::Collection => "period-year-of-collection",
            }),
            Limit::More(span) => {
                let key = if first { "period-more" } else { "period-then-more" };
                self.say(key, &[("span", self.span(*span).into())])
            }
        };
        // Behind "after your request" the place would read as the place of the request.
        let ends_with_event = matches!(stage.limit, Limit::Until(_) | Limit::After(..));
        match stage.phase {
            Phase::Live => limit,
            Phase::Archive if ends_with_event => self.say("period-in-archive", &[("stage", limit.into())]),
            Phase::Archive => self.say("period-archive", &[("stage", limit.into())]),
            Phase::Locked => self.say("period-locked", &[("stage", limit.into())]),
        }
    }

    /// One event, or several, each after the preposition that `key` gives it.
    fn when(&self, policy: &Policy, when: &When, key: &str) -> String {
        let events = when.events().iter();
        let events: Vec<_> =
            events.map(|event| self.say(key, &[("event", self.event(policy, event).into())])).collect();
        let list = self.or(&events);
        match when {
            When::Event(_) => list,
            When::FirstOf(_) => self.say("when-first", &[("list", list.into())]),
            When::LatestOf(_) => self.say("when-latest", &[("list", list.into())]),
        }
    }

    /// An event as a noun phrase: the policy's own words, else this language's, else its name.
    pub fn event(&self, policy: &Policy, event: &EventKind) -> String {
        let title = policy.events.get(event).and_then(|known| known.title.as_ref());
        if let Some(title) = title.map(|title| self.text(policy, title))
            && title != readable(event.as_str())
        {
            return title;
        }
        let other = || self.say("unnamed-event", &[("name", readable(event.as_str()).into())]);
        self.known(&format!("event-{event}")).unwrap_or_else(other)
    }
}
