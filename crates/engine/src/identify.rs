//! Whom a record is about: by what Kept knows, else by what the stores tell.
//!
//! Not here: reading the person's rows for an answer (`person`), and opening the subject (`record`).

use kept_core::admission::missing::place;
use kept_core::admission::{Act, Refused};
use kept_core::identifier::Identifier;
use kept_core::name::{IdentifierKind, PurposeName};
use kept_core::policy::model::Purpose;
use kept_core::time::Instant;
use kept_core::timeline::Event;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::decide::is_told_by_stores;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::person::{Kinds, PersonRefusal};

impl Company {
    /// Refuses identifiers of kinds that the policy knows nothing of.
    pub(crate) fn check_identifiers<'a>(
        &self,
        of: impl IntoIterator<Item = &'a [Identifier]>,
    ) -> Result<(), Failure> {
        let kinds = Kinds::of(self.policy());
        of.into_iter().try_for_each(|one| match one {
            [] => Err(PersonRefusal::NotUnique.into()),
            one => kinds.check(one).map_err(Failure::from),
        })
    }

    /// Whom the stores can be asked for: by the kinds that they know.
    pub(crate) fn in_stores(&self, whom: &Whom) -> Option<Whom> {
        let policy = self.policy();
        let knows = |kind: &IdentifierKind| {
            let mut tables = policy.stores.values().flat_map(|store| store.tables.values());
            tables.any(|table| table.identifies.contains_key(kind))
        };
        let identifiers: Vec<Identifier> =
            whom.identifiers.iter().filter(|identifier| knows(identifier.kind())).cloned().collect();
        (!identifiers.is_empty()).then(|| Whom { identifiers, picks: whom.picks.clone() })
    }

    /// Every identifier of the person whom an act is about: of somebody whom Kept does not know yet,
    /// also those that the stores add, so that one person is not filed twice.
    pub(crate) fn identify(&mut self, whom: &Whom, act: &Act, now: Instant) -> Result<Identified, Failure> {
        if let Some(identified) = self.identified_by_kept(whom, act) {
            return Ok(identified);
        }
        let is_picked = !whom.picks.is_empty();
        let mut given = whom.identifiers.clone();
        // Of several people with these identifiers the row that was picked tells whose record it is.
        let mut known = match is_picked {
            false => self.vault.read("find_subject", |tx| self.one_subject(tx, &given))?,
            true => None,
        };
        let waits = self.waits_for_stores(act);
        if known.is_some() && waits.is_empty() {
            return Ok(Identified { identifiers: given, known: true, told: Vec::new() });
        }
        let located = match self.in_stores(whom) {
            Some(asked) => Some(self.look_for(&asked, None, now).map_err(of_several)?.0),
            None => None,
        };
        if let Some(located) = located.as_ref().filter(|_| is_picked) {
            given.clone_from(&located.identifiers);
            known = self.vault.read("find_subject", |tx| self.one_subject(tx, &given))?;
        }
        if let (Some(purpose), Some(down)) =
            (waits.first(), located.as_ref().and_then(|one| one.unreached.first()))
        {
            let refused = Refused::StoreNotReached((*purpose).clone(), down.store.clone());
            return Err(Failure::NotAdmitted(Box::new(refused)));
        }
        let told = match &located {
            Some(located) if !waits.is_empty() && known.is_some() => {
                self.told_by(located, &CaseFile::default(), now)
            }
            Some(located) if !waits.is_empty() => {
                self.timeline_of(None, located, &CaseFile::default(), now)?.events().to_vec()
            }
            _ => Vec::new(),
        };
        if known.is_some() {
            return Ok(Identified { identifiers: given, known: true, told });
        }
        let reached = located.as_ref().is_none_or(|located| located.unreached.is_empty());
        let found = located.as_ref().is_some_and(|located| !located.found.is_empty());
        if !found && reached && is_about_somebody_known(act) {
            return Err(PersonRefusal::Unknown.into());
        }
        let mut all = given;
        for identifier in located.into_iter().flat_map(|located| located.identifiers) {
            if !all.contains(&identifier) {
                all.push(identifier);
            }
        }
        if !all.iter().any(Identifier::is_unique) {
            return Err(PersonRefusal::NotUnique.into());
        }
        Ok(Identified { identifiers: all, known: found || !reached, told })
    }

    /// What a dry run of an act has to say of somebody whom Kept does not know: it asks no store.
    ///
    /// # Errors
    /// [`PersonRefusal::Unknown`] where no store could know the person either.
    pub(crate) fn unknown_so_far(&self, whom: &Whom, act: &Act) -> Result<Option<String>, Failure> {
        if !is_about_somebody_known(act) {
            return Ok(None);
        }
        match self.in_stores(whom) {
            Some(_) => Ok(Some(UNASKED.to_owned())),
            None => Err(PersonRefusal::Unknown.into()),
        }
    }

    /// The same where no store can tell more: the act itself looks whom Kept knows.
    pub(crate) fn identified_by_kept(&self, whom: &Whom, act: &Act) -> Option<Identified> {
        let is_simple = self.policy().stores.is_empty() && !is_about_somebody_known(act);
        let identifiers = whom.identifiers.clone();
        (is_simple && identifiers.iter().any(Identifier::is_unique)).then(|| Identified {
            identifiers,
            known: false,
            told: Vec::new(),
        })
    }

    /// The purposes of a collection of which only columns of the stores tell whether they stand: those
    /// on a consent that does not come with it, and those that begin with what a column tells.
    pub(crate) fn waits_for_stores<'a>(&self, act: &'a Act) -> Vec<&'a PurposeName> {
        let Act::Collect(collection) = act else { return Vec::new() };
        let policy = self.policy();
        let waits = |purpose: &Purpose| {
            let consents = collection.consents.iter().any(|consent| consent.purpose == purpose.name);
            let told = is_told_by_stores(policy, purpose);
            told && if purpose.basis.is_consent() {
                !consents
            } else {
                place(policy, &purpose.starts).is_some()
            }
        };
        let declared = |name: &&PurposeName| policy.purposes.get(*name).is_some_and(waits);
        collection.purposes.iter().filter(declared).collect()
    }
}

/// What a dry run can't say.
const UNASKED: &str = "kept's own record knows nobody by these identifiers, and a dry run asks no store: if none \
                       knows the person either, this is refused";

/// Says of identifiers that several people have what would mend it.
fn of_several(failure: Failure) -> Failure {
    match failure {
        Failure::Person(PersonRefusal::FoundTwice { .. } | PersonRefusal::SeveralPeople { .. }) => {
            Failure::Refused(
                "several people have these identifiers, and what is recorded is filed by them; name the \
                 person by one that is theirs alone, such as an account's number, or by their row beside it"
                    .to_owned(),
            )
        }
        other => other,
    }
}

/// Whom an act is about.
pub(crate) struct Identified {
    /// Every identifier that is known, the given ones first.
    pub(crate) identifiers: Vec<Identifier>,
    /// Whether Kept or a store knows the person already, or a store could not say.
    pub(crate) known: bool,
    /// What the stores told, where the act waits for it.
    pub(crate) told: Vec<Event>,
}

/// Whether an act makes no sense for somebody of whom nothing is held: a slip of the keyboard would
/// hold or restrict nobody, and look done.
fn is_about_somebody_known(act: &Act) -> bool {
    // A review is of what is held: of nobody, there is nothing to review.
    let reviews = matches!(act, Act::Happened { event, .. } if event.as_str() == "reviewed");
    reviews
        || !matches!(
            act,
            Act::Collect(_)
                | Act::Happened { .. }
                | Act::GiveConsent(_)
                | Act::WithdrawConsent { .. }
                | Act::Object { .. }
        )
}
