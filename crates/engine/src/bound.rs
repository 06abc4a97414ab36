//! Records by the thousand are bound like single ones: what a law, a hold or a restriction keeps is neither
//! changed nor taken away (16, 17(3), 18), and a value is one of its field's kind (5(1)(d)).
//!
//! Not here: the rule itself (`correction`, `kept_core::admission::frozen`), and the acts (`records`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use kept_core::admission::check_value;
use kept_core::ledger::{Kind, Outcome};
use kept_core::policy::model::DataRef;
use kept_core::standing::Standing;
use kept_core::time::Instant;
use kept_core::timeline::{EventId, Timeline};
use kept_vault::{SubjectId, Tx};

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::records::Values;

/// What is known of the people whose records an act changes: each is looked up once. Of people of whom
/// nothing can be bound, there is nothing to know.
#[derive(Default)]
pub(crate) struct Bonds(BTreeMap<SubjectId, Option<(Timeline, Standing)>>);

impl Bonds {
    /// Refuses an act upon fields of a record that must stay as they are.
    ///
    /// # Errors
    /// [`Failure::Refused`] with the first of them and why; a fault of Kept's own store.
    pub(crate) fn check(
        &mut self,
        (company, tx): (&Company, &mut Tx),
        (subject, record): (SubjectId, EventId),
        fields: impl IntoIterator<Item = DataRef>,
        now: Instant,
    ) -> Result<(), Failure> {
        let known = match self.0.entry(subject) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                let known = if company.binds_by_law() || tx.is_exception(subject)? {
                    let timeline = tx.timeline(subject)?;
                    let standing = company.standing_of(&timeline, now);
                    Some((timeline, standing))
                } else {
                    None
                };
                new.insert(known)
            }
        };
        let Some((timeline, standing)) = known else { return Ok(()) };
        match fields.into_iter().find_map(|field| company.bound((timeline, standing), (record, &field))) {
            Some(refused) => Err(Failure::Refused(format!(
                "nothing was done: `{}` of a record stays as it is: {}",
                refused.field, refused.words
            ))),
            None => Ok(()),
        }
    }
}

impl Company {
    /// Whether a law of the policy binds some data. Else only a hold or a restriction can, and whoever has one
    /// is among the exceptions.
    fn binds_by_law(&self) -> bool {
        self.policy().purposes.values().any(|purpose| purpose.frozen.is_some())
    }

    /// Refuses values that are none of their field's kind.
    ///
    /// # Errors
    /// [`Failure::NotAdmitted`] with the first of them; it does not repeat the value.
    pub(crate) fn check_values(&self, values: &Values) -> Result<(), Failure> {
        values.iter().try_for_each(|(field, value)| {
            check_value(self.policy(), field, value)
                .map_err(|refused| Failure::NotAdmitted(Box::new(refused)))
        })
    }

    /// Files values of a collection, as much of them as the policy lets be kept.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub(crate) fn put_values(
        &self,
        tx: &mut Tx,
        (subject, event): (SubjectId, EventId),
        values: &Values,
    ) -> Result<(), Failure> {
        let values = self.kept(values);
        Ok(tx.put_values(subject, event, values.iter().map(|(field, value)| (field, value.as_str())))?)
    }

    /// As much of values as the policy lets be kept.
    pub(crate) fn kept<'v>(&self, values: &'v Values) -> Cow<'v, Values> {
        let policy = self.policy();
        let cut = |(field, value): (&DataRef, &String)| match policy.kept(field, value) {
            Cow::Owned(cut) => Some((field.clone(), cut)),
            Cow::Borrowed(_) => None,
        };
        let cut: Vec<(DataRef, String)> = values.iter().filter_map(cut).collect();
        if cut.is_empty() {
            return Cow::Borrowed(values);
        }
        let mut kept = values.clone();
        kept.extend(cut);
        Cow::Owned(kept)
    }

    /// Writes down that an act upon records was refused: nothing else is.
    pub(crate) fn not_done(&self, kind: Kind, failure: Failure, now: Instant) -> Failure {
        let rule = match &failure {
            Failure::NotAdmitted(refused) => Some(format!("admission.{}", refused.code())),
            Failure::Refused(_) => None,
            _ => return failure,
        };
        let logged = self.entry(kind, now).and_then(|mut entry| {
            (entry.outcome, entry.rule) = (Outcome::Refused, rule);
            self.act("refused", |_| Ok(((), Act { entry: entry.clone(), subject: None })))
        });
        logged.err().unwrap_or(failure)
    }
}
