//! What access, erasure and why have in common: looking a person up, opening the case, the
//! person's whole timeline and standing.

use kept_core::identifier::Identifier;
use kept_core::ledger::{Durable, Kind, Outcome};
use kept_core::name::{CaseId, PurposeName};
use kept_core::plan::observe::observe;
use kept_core::standing::{RequestState, Standing, standing};
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion, Right, Timeline};
use kept_vault::{SubjectId, Tx};

use crate::case_file::CaseFile;
use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::in_turn::as_recorded;
use crate::overtaken::Basis;
use crate::person::{Located, Pick, locate};
use crate::remembered::Remembered;
use crate::report::Head;
use crate::stores::Stores;

/// The built-in purpose of answering people who use their rights (semantics 15).
const RIGHTS: &str = "rights";

/// Whom a use case is about.
#[derive(Clone, Debug)]
pub struct Whom {
    /// The identifiers given.
    pub identifiers: Vec<Identifier>,
    /// Rows picked where several people have one.
    pub picks: Vec<Pick>,
}

/// An open case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) number: CaseId,
    pub(crate) subject: SubjectId,
}

impl Company {
    /// Looks a person up and reads what is held; the entry comes first.
    pub(crate) fn look(&mut self, whom: &Whom, now: Instant) -> Result<(Located, Durable), Failure> {
        self.look_for(whom, Some(RIGHTS.into()), now)
    }

    /// As [`Company::look`], for another purpose than the person's own rights, or for none that is
    /// known.
    pub(crate) fn look_for(
        &mut self,
        whom: &Whom,
        purpose: Option<PurposeName>,
        now: Instant,
    ) -> Result<(Located, Durable), Failure> {
        let mut entry = self.entry(Kind::Read, now)?;
        entry.purpose = purpose;
        let (subject, receipt) = self.act("look", |tx| {
            // Of several people with these identifiers the row that was picked tells whose record it is.
            let subject = match whom.picks.as_slice() {
                [] => self.known_subject(tx, &whom.identifiers)?,
                _ => None,
            };
            let mut entry = entry.clone();
            entry.outcome = Outcome::Intended;
            Ok((subject, Act { entry, subject }))
        })?;
        let policy = self.policy().clone();
        let mut rows = subject.map_or(Ok(Vec::new()), |subject| self.remembered(subject, &receipt))?;
        let find = |stores: &mut Stores, rows: &[Remembered]| locate(&policy, stores, whom, rows, &receipt);
        let mut located = find(&mut self.stores, &rows)?;
        self.check_record(&located, &receipt)?;
        if subject.is_none()
            && let Some(subject) = self.subject_of(&located)?
        {
            rows = self.remembered(subject, &receipt)?;
            located = find(&mut self.stores, &rows)?;
        }
        self.reached("looked");
        Ok((located, receipt))
    }

    /// Opens the case of a request, or takes up the open one of the same right.
    pub(crate) fn receive(
        &self,
        right: Right,
        located: &Located,
        received_at: Instant,
        now: Instant,
    ) -> Result<Case, Failure> {
        let entry = self.entry(Kind::RequestStep, now)?;
        let (case, _) = self.act("receive_request", |tx| {
            let subject = self.file_subject(tx, located, now)?;
            let asked = Asked { right, regime: self.asked_under.as_deref(), received_at };
            let number = open_case(tx, subject, &asked, now)?;
            let mut entry = entry.clone();
            entry.request = Some(number.clone());
            Ok((Case { number, subject }, Act { entry, subject: Some(subject) }))
        })?;
        self.reached("received");
        Ok(case)
    }

    /// Opens the case of a request, or takes up the open one of the same right, within another act.
    pub(crate) fn open_request(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        right: Right,
        (received_at, now): (Instant, Instant),
    ) -> Result<CaseId, Failure> {
        let asked = Asked { right, regime: self.asked_under.as_deref(), received_at };
        open_case(tx, subject, &asked, now)
    }

    /// Everything known of a person: what the stores tell, and what Kept itself recorded; of somebody whom Kept
    /// does not know, what stops uses of their rows.
    pub(crate) fn timeline_of(
        &self,
        subject: Option<SubjectId>,
        located: &Located,
        file: &CaseFile,
        now: Instant,
    ) -> Result<Timeline, Failure> {
        let own = match subject {
            Some(subject) => self.vault.read("timeline", |tx| tx.timeline(subject))?,
            None => Timeline::new(self.vault.read("heeded", |tx| self.heeded(tx, located))?),
        };
        Ok(own.with(self.told_by(located, file, now)))
    }

    /// As [`Company::timeline_of`] somebody whom Kept's own record knows, and up to what it goes.
    pub(crate) fn known_of(
        &self,
        subject: SubjectId,
        located: &Located,
        file: &CaseFile,
        now: Instant,
    ) -> Result<(Timeline, Basis), Failure> {
        let (own, last) = self
            .vault
            .read("timeline", |tx| Ok::<_, Failure>((tx.timeline(subject)?, tx.last_event(subject)?)))?;
        Ok((own.with(self.told_by(located, file, now)), Basis::Person(subject, last)))
    }

    /// What the rows that were found of a person tell, and what those told that are gone.
    pub(crate) fn told_by(&self, located: &Located, file: &CaseFile, now: Instant) -> Vec<Event> {
        let mut first_id = 0;
        let mut told: Vec<Event> = Vec::new();
        for (name, rows) in &located.rows {
            if let Some(map) = self.policy().stores.get(name) {
                let events = observe(map, rows, now, first_id);
                first_id += u64::try_from(events.len()).unwrap_or(u64::MAX / 4);
                told.extend(events);
            }
        }
        told.extend(file.remembered(located, first_id));
        told
    }

    /// The person's standing now.
    pub(crate) fn standing_of(&self, timeline: &Timeline, now: Instant) -> Standing {
        let now = as_recorded(timeline, now);
        standing(&self.history, timeline, now, now)
    }

    /// The subject under which a located person is filed, if Kept has one.
    pub(crate) fn subject_of(&self, located: &Located) -> Result<Option<SubjectId>, Failure> {
        self.vault.read("find_subject", |tx| self.filed(tx, located))
    }

    /// The head of an answer.
    pub(crate) fn head(&self, case: Option<&CaseId>, standing: &Standing, now: Instant) -> Head {
        let policy = self.policy();
        let controller = policy.controller();
        let request = case.and_then(|case| standing.requests.iter().find(|request| request.case == *case));
        let ways = |controller: &kept_core::policy::model::Controller| {
            [&controller.email, &controller.post, &controller.phone].into_iter().flatten().cloned().collect()
        };
        Head {
            case: case.map(ToString::to_string),
            made_at: now,
            received_on: request.map(|request| request.received_on),
            promised_on: request.map(|request| request.promised_on),
            lawful_on: request.map(|request| request.lawful_on),
            policy: policy.digest.clone(),
            controller: controller.map(|controller| controller.name.clone()).unwrap_or_default(),
            contact: controller.map(ways).unwrap_or_default(),
            authority: controller.and_then(authority_line),
        }
    }
}

fn authority_line(controller: &kept_core::policy::model::Controller) -> Option<String> {
    let code = controller.authority.as_deref().or(controller.country.as_deref())?;
    let authority = kept_core::law::authority::Authority::of_country(code)?;
    let address = authority.address.map(|address| format!(", {address}")).unwrap_or_default();
    Some(format!("{}{address}", authority.name))
}

/// A request as it arrived.
struct Asked<'a> {
    right: Right,
    /// The regime that the person asks under, where it is known.
    regime: Option<&'a str>,
    received_at: Instant,
}

/// The open case of this right, or a new one with its events.
fn open_case(tx: &mut Tx, subject: SubjectId, asked: &Asked<'_>, now: Instant) -> Result<CaseId, Failure> {
    let Asked { right, regime, received_at } = *asked;
    let open = tx.requests_of(subject)?.into_iter();
    let mut open = open.filter(|request| request.right == right && request.state != RequestState::Answered);
    if let Some(request) = open.next() {
        return Ok(request.number);
    }
    let number = tx.put_request(subject, right, received_at, &[])?;
    let event = |about: Occasion, what: Happening| Event {
        id: EventId(0),
        happened_at: received_at,
        recorded_at: now,
        about,
        data: Vec::new(),
        what,
    };
    let received = Happening::RequestReceived { right, regime: regime.map(str::to_owned) };
    let mut events = vec![event(Occasion::Request(number.clone()), received)];
    if right == Right::Erasure {
        events.push(event(Occasion::Person, Happening::ErasureRequested));
    }
    tx.append_events(subject, events)?;
    Ok(number)
}
