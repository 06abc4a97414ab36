//! Why a person's data are held: a look, and the standing printed.

use kept_core::policy::model::DataRef;
use kept_core::standing::{next_change, standing};
use kept_core::time::Instant;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::own;
use crate::report::why::{WhyReport, ground_lines};

impl Company {
    /// The grounds of a person at `at`, as known now.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the policy has no such data; else as for access.
    pub fn why(
        &mut self,
        whom: &Whom,
        only: Option<&DataRef>,
        at: Instant,
        now: Instant,
    ) -> Result<WhyReport, Failure> {
        if let Some(datum) = only {
            self.check_datum(datum)?;
        }
        let (located, _) = self.look_for(whom, None, now)?;
        let subject = self.subject_of(&located)?;
        let timeline = self.timeline_of(subject, &located, &CaseFile::default(), now)?;
        let then = standing(&self.history, &timeline, now, at);
        let mut found = located.found;
        if let Some(subject) = subject {
            found.extend(own::found(&self.recorded(subject)?));
        }
        let language = self.language();
        let policy = &self.history.at(at).policy;
        Ok(WhyReport {
            at,
            found,
            unreached: located.unreached,
            grounds: ground_lines(policy, &then, only, &language),
            next_change: next_change(&self.history, &timeline, now, at),
        })
    }

    fn check_datum(&self, datum: &DataRef) -> Result<(), Failure> {
        let policy = self.policy();
        let known = policy.data.get(&datum.category).is_some_and(|category| {
            datum.field.as_ref().is_none_or(|field| category.fields.contains_key(field))
        });
        if known {
            return Ok(());
        }
        let names: Vec<String> = policy.data.keys().map(|name| format!("`{name}`")).collect();
        Err(Failure::Refused(format!(
            "the policy has no data `{datum}`; its categories are {}",
            names.join(", ")
        )))
    }
}
