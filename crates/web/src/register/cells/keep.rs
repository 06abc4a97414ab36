//! How long, in the words of the record.

use kept_core::name::EventKind;
use kept_core::policy::keep::{Limit, When};
use kept_core::policy::model::Retention;

use crate::register::cells::Cells;
use crate::words::capital;

impl Cells<'_> {
    /// A period or a criterion; a bare length counts from the event that starts it, where one is
    /// given.
    pub(super) fn retention(&self, retention: &Retention, starts: Option<&EventKind>) -> String {
        let (words, policy) = (self.words, self.policy);
        match retention {
            Retention::Missing => capital(&words.word("retention-short-missing")),
            Retention::Keep(keep) => {
                let mut keep = keep.clone();
                if let (Some(stage), Some(starts)) = (keep.stages.first_mut(), starts)
                    && let Limit::More(span) = stage.limit
                {
                    stage.limit = Limit::After(span, When::Event(starts.clone()));
                }
                capital(&words.period(policy, &keep))
            }
            Retention::Criterion { criterion, ends, review, at_most, then_anonymised } => {
                let mut said = words.text(policy, criterion).trim_end_matches('.').to_owned();
                let mut more = |key: &str, name: &'static str, value: String| {
                    said = words.say(key, &[("criterion", said.as_str().into()), (name, value.into())]);
                };
                if let Some(event) = ends {
                    more("register-until-event", "event", words.event(policy, event));
                }
                if let Some(span) = review {
                    more("register-reviewed", "every", words.every(*span));
                }
                if let Some(span) = at_most {
                    more("register-at-most", "span", words.span(*span));
                }
                if *then_anonymised {
                    said = words.say("register-then-anonymised", &[("period", said.into())]);
                }
                capital(&said)
            }
        }
    }
}
