//! Free text that people look through: what waits, their decisions, and what goes because nobody decided
//! (5(1)(c), 5(1)(e), 9). Kept can't tell what a text says; it sees that somebody does, and writes down what
//! they decided.
//!
//! Not here: which pieces wait (`kept_core::admission::screened`), and rows of the company's stores.

use std::collections::BTreeSet;
use std::sync::Arc;

use kept_core::admission::frozen::frozen;
use kept_core::admission::screened::{Piece, undecided};
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{CaseId, PurposeName, RoleName};
use kept_core::policy::model::{DataRef, Purpose, Screen};
use kept_core::standing::Standing;
use kept_core::time::{Day, Instant};
use kept_core::timeline::{Event, EventId, Happening, Occasion, Right, ScreeningOutcome, Timeline};
use kept_vault::entry::Whom as Named;
use kept_vault::holding::Holding;
use kept_vault::{SubjectId, Tx};
use serde::Serialize;

use crate::company::{Company, log_purpose};
use crate::failure::Failure;
use crate::keyed::Ended;
use crate::numbered::subject;
use crate::reading::RefusedField;

/// How many people are looked at in one transaction.
const PAGE: u32 = 500;

/// The most pieces of a list.
pub const PIECES_MAX: usize = 1_000;

/// Which pieces are to be listed.
#[derive(Clone, Debug)]
pub struct ScreeningOrder {
    /// Collected for which purpose.
    pub purpose: PurposeName,
    /// In which role somebody looks.
    pub role: Option<RoleName>,
    /// About how many at once, at most [`PIECES_MAX`]: a page ends with a person.
    pub count: usize,
    /// After which person the page begins, as the page before said.
    pub after: Option<String>,
    /// Who looks, for the ledger's pseudonym.
    pub actor: Option<String>,
}

/// A piece that waits. The text is personal: `Debug` hides it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Waiting {
    /// The person, by Kept's own number.
    pub person: String,
    /// The number of the record that it is part of.
    pub record: u64,
    /// The field.
    #[serde(serialize_with = "named")]
    pub field: DataRef,
    /// What it says.
    pub text: String,
    /// When it was collected, or changed.
    pub since: Instant,
    /// The last day on which somebody may decide; then it goes.
    pub decide_by: Day,
    /// The policy's words that stand in it: a help, and no judgement.
    pub flagged: Vec<String>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} of record {}", self.field, self.record)
    }
}

/// A page of the pieces that wait, in it flagged ones first, then those that go first.
#[derive(Debug, Serialize)]
pub struct Pieces {
    /// The pieces.
    pub pieces: Vec<Waiting>,
    /// After which person the next page begins, where there may be one.
    pub next: Option<String>,
    /// The number of the ledger's entry.
    pub entry: u64,
}

/// What somebody decided on a piece.
#[derive(Clone)]
pub struct ScreeningDecision {
    /// Collected for which purpose.
    pub purpose: PurposeName,
    /// The person, by Kept's own number.
    pub person: String,
    /// The number of the record.
    pub record: u64,
    /// The field.
    pub field: DataRef,
    /// Whether it stays.
    pub keep: bool,
    /// In which role somebody decided.
    pub role: Option<RoleName>,
    /// Why.
    pub reason: String,
    /// The right that the person uses by it, where it is a question about privacy: the law's clock runs
    /// from the collection.
    pub asks: Option<Right>,
    /// Who decided, for the ledger's pseudonym.
    pub actor: Option<String>,
    /// Whether it is only asked what would be done.
    pub dry_run: bool,
}

impl std::fmt::Debug for ScreeningDecision {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} of record {} for {}", self.field, self.record, self.purpose)
    }
}

/// What came of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Screened {
    /// The request that was opened, or taken up.
    pub request: Option<CaseId>,
    /// The number of the ledger's entry; none for a dry run.
    pub entry: Option<u64>,
}

/// A person, and the pieces of theirs that are overdue.
type Overdue = (SubjectId, Vec<(EventId, DataRef)>);

/// A piece that was found, and of whom what is held.
struct Found {
    held: Arc<Holding>,
    record: EventId,
    field: DataRef,
    since: Instant,
    goes_at: Instant,
    screen: Screen,
}

impl Company {
    /// The pieces that wait for a decision, for the role that looks; what a restriction stops is left out.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a purpose that the policy does not have; a fault of Kept's own store.
    pub fn screenings(&self, order: &ScreeningOrder, now: Instant) -> Result<Pieces, Failure> {
        self.check_viewer(self.declared(&order.purpose)?, order.role.as_ref())?;
        let after = match &order.after {
            None => None,
            Some(number) => Some(subject(number).ok_or_else(|| {
                Failure::Refused("`after` is no number of a person as a list gives it".to_owned())
            })?),
        };
        self.refresh_grounds(now)?;
        let acted = self.vault.act("screenings", |tx| {
            let (found, next) = self.pieces_for(tx, (order, after), now)?;
            let mut entry = self.entry(Kind::Read, now)?;
            entry.purpose = Some(order.purpose.clone());
            entry.rule = Some("screening".to_owned());
            let fields: BTreeSet<DataRef> = found.iter().map(|one| one.field.clone()).collect();
            entry.fields = fields.into_iter().collect();
            if let Some(actor) = &order.actor {
                entry.actor = tx.actor(actor)?;
            }
            let people: BTreeSet<SubjectId> = found.iter().map(|one| one.held.subject).collect();
            log_about(tx, &people, entry)?;
            Ok::<_, Failure>((found, next))
        })?;
        let receipt = acted.receipts.first().ok_or(Failure::Plan)?;
        let (found, next) = &acted.value;
        let mut pieces = Vec::new();
        for one in found {
            pieces.extend(self.piece(one, receipt)?);
        }
        pieces.sort_by_key(|one| (one.flagged.is_empty(), one.decide_by, one.since));
        let next = next.map(|subject| subject.to_string());
        Ok(Pieces { pieces, next, entry: receipt.sequence().0 })
    }

    /// Whether somebody named the role in which they look, and the policy has it: else nothing would seem to
    /// wait, and go.
    fn check_viewer(&self, purpose: &Purpose, role: Option<&RoleName>) -> Result<(), Failure> {
        let policy = self.policy();
        let fields =
            policy.data.iter().filter(|(name, _)| purpose.data.iter().any(|one| one.category == **name));
        let screens =
            fields.flat_map(|(_, data)| data.fields.values()).filter_map(|field| field.screen.as_ref());
        let roles: BTreeSet<&str> = screens.flat_map(|screen| &screen.roles).map(RoleName::as_str).collect();
        let known = || roles.iter().map(|role| format!("`{role}`")).collect::<Vec<_>>().join(", ");
        let what = match role {
            Some(role) if !policy.roles.contains_key(role) => "the policy has no such role",
            None if !roles.is_empty() => "nobody's role is named",
            _ => return Ok(()),
        };
        Err(Failure::Refused(format!("{what}; these look through texts of this purpose: {}", known())))
    }

    fn piece(&self, one: &Found, receipt: &Durable) -> Result<Option<Waiting>, Failure> {
        let opened = one.held.open(one.record, &|field| *field == one.field, receipt)?;
        let Some(text) = opened.into_iter().next().map(|kept| kept.value) else { return Ok(None) };
        let flagged = one.screen.found_in(&text).into_iter().map(str::to_owned).collect();
        Ok(Some(Waiting {
            person: one.held.subject.to_string(),
            record: one.record.0,
            field: one.field.clone(),
            since: one.since,
            decide_by: self.last_day(one.goes_at),
            flagged,
            text,
        }))
    }

    /// The pieces of the people whom the purpose touches, up to as many as are asked for, and after whom the
    /// next page begins.
    fn pieces_for(
        &self,
        tx: &mut Tx,
        (order, mut after): (&ScreeningOrder, Option<SubjectId>),
        now: Instant,
    ) -> Result<(Vec<Found>, Option<SubjectId>), Failure> {
        let mut found = Vec::new();
        let count = order.count.clamp(1, PIECES_MAX);
        loop {
            let page = tx.touched(&order.purpose, after, PAGE)?;
            let Some(last) = page.last() else { return Ok((found, None)) };
            after = Some(*last);
            for held in tx.holdings(&page)? {
                self.pieces_of(tx, &held, order, now, &mut found)?;
                if found.len() >= count {
                    return Ok((found, Some(held.subject)));
                }
            }
        }
    }

    fn pieces_of(
        &self,
        tx: &mut Tx,
        held: &Arc<Holding>,
        order: &ScreeningOrder,
        now: Instant,
        found: &mut Vec<Found>,
    ) -> Result<(), Failure> {
        let named: Vec<(EventId, DataRef)> = held
            .values()
            .flat_map(|(event, fields)| fields.iter().map(move |field| (event, field.clone())))
            .filter(|(_, field)| self.policy().field(field).is_some_and(|field| field.screen.is_some()))
            .collect();
        if named.is_empty() {
            return Ok(());
        }
        let timeline = tx.timeline(held.subject)?;
        let standing = self.standing_of(&timeline, now);
        for piece in undecided(self.policy(), &timeline, named) {
            let is_for = is_for(&timeline, piece.collection, &order.purpose);
            if !is_for || standing.is_stopped(&piece.field) || !may_decide(piece.screen, order.role.as_ref())
            {
                continue;
            }
            let Piece { screen, collection: record, field, since, goes_at } = piece;
            let screen = screen.clone();
            found.push(Found { held: Arc::clone(held), record, field, since, goes_at, screen });
        }
        Ok(())
    }

    /// Writes down what somebody decided on a piece, and does it.
    ///
    /// # Errors
    /// [`Failure::Refused`] for no reason or a purpose that the policy does not have; a fault of Kept's own
    /// store.
    pub fn decide_screening(
        &self,
        decision: &ScreeningDecision,
        now: Instant,
    ) -> Result<Ended<Screened>, Failure> {
        self.declared(&decision.purpose)?;
        if decision.reason.trim().is_empty() {
            return Err(Failure::Refused("say why it stays or goes".to_owned()));
        }
        let Some(subject) = subject(&decision.person) else { return Ok(Ended::NoRecord) };
        if decision.dry_run {
            return self.vault.read("rehearse_screening", |tx| {
                Ok(match self.weighed(tx, subject, decision, now)? {
                    None => Ended::NoRecord,
                    Some((_, Some(refused))) => Ended::Refused(vec![refused]),
                    Some((_, None)) => Ended::Done(Screened { request: None, entry: None }),
                })
            });
        }
        let acted = self.vault.act_among_others("decide_screening", |tx| {
            self.still_admitted(tx)?;
            self.settle_screening(tx, subject, decision, self.in_turn(now))
        })?;
        let entry = acted.receipts.first().map(|receipt| receipt.sequence().0);
        Ok(match (acted.value, entry) {
            (Ended::Done(request), entry @ Some(_)) => Ended::Done(Screened { request, entry }),
            (Ended::Done(_), None) => return Err(Failure::Plan),
            (Ended::NoRecord, _) => Ended::NoRecord,
            (Ended::Refused(refused), _) => Ended::Refused(refused),
        })
    }

    fn settle_screening(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        decision: &ScreeningDecision,
        now: Instant,
    ) -> Result<Ended<Option<CaseId>>, Failure> {
        let Some((timeline, refused)) = self.weighed(tx, subject, decision, now)? else {
            return Ok(Ended::NoRecord);
        };
        let record = EventId(decision.record);
        let mut entry = self.entry(if decision.keep { Kind::Recorded } else { Kind::ErasureDone }, now)?;
        entry.purpose = Some(decision.purpose.clone());
        entry.fields = vec![decision.field.clone()];
        entry.rule = Some(if decision.keep { "screening.kept" } else { "screening.removed" }.to_owned());
        if let Some(actor) = &decision.actor {
            entry.actor = tx.actor(actor)?;
        }
        if let Some(refused) = refused {
            entry.outcome = Outcome::Refused;
            tx.log(Named::One(subject), entry, &log_purpose())?;
            return Ok(Ended::Refused(vec![refused]));
        }
        let outcome = if decision.keep { ScreeningOutcome::Kept } else { ScreeningOutcome::Removed };
        let by = decision.role.as_ref().map_or_else(String::new, ToString::to_string);
        let told = (outcome, by, decision.reason.trim().to_owned());
        self.screen_piece(tx, subject, (record, &decision.field), told, now)?;
        if let Some(right) = decision.asks {
            let received_at = timeline.events().iter().find(|event| event.id == record);
            let received_at = received_at.map_or(now, |event| event.happened_at);
            entry.request = Some(self.open_request(tx, subject, right, (received_at, now))?);
        }
        let request = entry.request.clone();
        tx.log(Named::One(subject), entry, &log_purpose())?;
        Ok(Ended::Done(request))
    }

    /// The person's timeline, and what stands against a decision; `None` where no such piece waits.
    fn weighed(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        decision: &ScreeningDecision,
        now: Instant,
    ) -> Result<Option<(Timeline, Option<RefusedField>)>, Failure> {
        if tx.last_event(subject)? == 0 {
            return Ok(None);
        }
        let timeline = tx.timeline(subject)?;
        let record = EventId(decision.record);
        let named = tx.value_names(subject)?.into_iter();
        let named = named.filter(|(event, field)| *event == record && *field == decision.field);
        let waiting = undecided(self.policy(), &timeline, named);
        let Some(piece) = waiting.first().filter(|_| is_for(&timeline, record, &decision.purpose)) else {
            return Ok(None);
        };
        let standing = self.standing_of(&timeline, now);
        let refused = self.against(piece, decision, (&timeline, &standing));
        Ok(Some((timeline, refused)))
    }

    /// What stands against a decision: another role's it is, or the piece may not go.
    fn against(
        &self,
        piece: &Piece<'_>,
        decision: &ScreeningDecision,
        (timeline, standing): (&Timeline, &Standing),
    ) -> Option<RefusedField> {
        let because = |words: &str, article: &'static str| RefusedField {
            field: piece.field.clone(),
            words: words.to_owned(),
            article: Some(article),
        };
        if !may_decide(piece.screen, decision.role.as_ref()) {
            return Some(because("the policy lets other roles decide on it", "Art. 29, 32(4) GDPR"));
        }
        if standing.is_stopped(&piece.field) {
            return Some(because("a restriction keeps the field", "Art. 18 GDPR"));
        }
        let why = frozen(self.policy(), (timeline, standing), (piece.collection, &piece.field));
        why.filter(|_| !decision.keep).map(|why| self.told(&piece.field, &why))
    }

    /// Takes a piece away or leaves it, and writes into the person's timeline what was decided.
    fn screen_piece(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        (record, field): (EventId, &DataRef),
        (outcome, by, reason): (ScreeningOutcome, String, String),
        now: Instant,
    ) -> Result<(), Failure> {
        if outcome == ScreeningOutcome::Removed {
            tx.remove_value(subject, record, field)?;
        }
        let event = Event {
            id: EventId(0),
            happened_at: now,
            recorded_at: now,
            about: Occasion::Person,
            data: vec![field.clone()],
            what: Happening::Screened { collection: record, outcome, by, reason },
        };
        tx.append_events(subject, [event])?;
        let timeline = tx.timeline(subject)?;
        self.settle_and_mark(tx, subject, &timeline, now).map(drop)
    }

    /// A piece that is changed is looked through anew.
    pub(crate) fn screen_anew(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        (record, fields): (EventId, &[DataRef]),
        now: Instant,
    ) -> Result<(), Failure> {
        for field in
            fields.iter().filter(|field| self.policy().field(field).is_some_and(|one| one.screen.is_some()))
        {
            let told = (ScreeningOutcome::Changed, String::new(), String::new());
            self.screen_piece(tx, subject, (record, field), told, now)?;
        }
        Ok(())
    }

    /// How many pieces go because nobody decided in time, by `at`.
    pub(crate) fn count_unscreened(&self, at: Instant) -> Result<u64, Failure> {
        Ok(self.unscreened(at)?.iter().map(|(_, pieces)| pieces.len() as u64).sum())
    }

    /// Takes away the pieces on which nobody decided in time: the default is that they go. What a law, a
    /// hold or a restriction keeps stays until that is over. Returns how many went.
    pub(crate) fn sweep_unscreened(&self, now: Instant) -> Result<u64, Failure> {
        let mut gone = 0;
        for (subject, pieces) in self.unscreened(now)? {
            let acted = self.vault.act("sweep_unscreened", |tx| {
                let timeline = tx.timeline(subject)?;
                // Somebody may have decided meanwhile.
                let still = overdue(self, &timeline, pieces.clone(), now);
                for (record, field) in &still {
                    let reason = "nobody decided in time".to_owned();
                    let told = (ScreeningOutcome::Removed, String::new(), reason);
                    self.screen_piece(tx, subject, (*record, field), told, now)?;
                    let mut entry = self.entry(Kind::ErasureDone, now)?;
                    entry.fields = vec![field.clone()];
                    entry.rule = Some("screening.default".to_owned());
                    tx.log(Named::One(subject), entry, &log_purpose())?;
                }
                Ok::<_, Failure>(still.len() as u64)
            })?;
            gone += acted.value;
        }
        Ok(gone)
    }

    /// The people with pieces that are overdue.
    fn unscreened(&self, at: Instant) -> Result<Vec<Overdue>, Failure> {
        let policy = self.policy();
        let is_screened = |purpose: &&kept_core::policy::model::Purpose| {
            let fields = policy
                .data
                .values()
                .flat_map(|category| category.fields.values().map(move |one| (category, one)));
            let mut screened = fields.filter(|(_, field)| field.screen.is_some());
            screened.any(|(category, field)| {
                let field = Some(field.name.clone());
                purpose.covers(&DataRef { category: category.name.clone(), field })
            })
        };
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        for purpose in policy.purposes.values().filter(is_screened) {
            let mut after = None;
            loop {
                let page = self.vault.read("unscreened", |tx| {
                    let page = tx.touched(&purpose.name, after, PAGE)?;
                    let mut people = Vec::new();
                    for subject in page.iter().filter(|subject| !seen.contains(*subject)) {
                        let pieces = overdue(self, &tx.timeline(*subject)?, tx.value_names(*subject)?, at);
                        people.extend((!pieces.is_empty()).then_some((*subject, pieces)));
                    }
                    Ok::<_, Failure>((page, people))
                })?;
                let (page, people) = page;
                let Some(last) = page.last() else { break };
                after = Some(*last);
                seen.extend(page.iter().copied());
                found.extend(people);
            }
        }
        Ok(found)
    }
}

/// The pieces of a person that go now.
fn overdue(
    company: &Company,
    timeline: &Timeline,
    names: Vec<(EventId, DataRef)>,
    at: Instant,
) -> Vec<(EventId, DataRef)> {
    let policy = company.policy();
    let due: Vec<Piece<'_>> =
        undecided(policy, timeline, names).into_iter().filter(|piece| piece.goes_at <= at).collect();
    if due.is_empty() {
        return Vec::new();
    }
    let standing = company.standing_of(timeline, at);
    let goes = |piece: &Piece<'_>| {
        standing.restricting(&piece.field).next().is_none()
            && frozen(policy, (timeline, &standing), (piece.collection, &piece.field)).is_none()
    };
    due.into_iter().filter(goes).map(|piece| (piece.collection, piece.field)).collect()
}

fn is_for(timeline: &Timeline, record: EventId, purpose: &PurposeName) -> bool {
    timeline.events().iter().any(|event| {
        event.id == record
            && matches!(&event.what, Happening::Collected { purposes, .. } if purposes.contains(purpose))
    })
}

fn may_decide(screen: &Screen, role: Option<&RoleName>) -> bool {
    screen.roles.is_empty() || role.is_some_and(|role| screen.roles.contains(role))
}

fn log_about(tx: &mut Tx, people: &BTreeSet<SubjectId>, entry: Entry) -> Result<(), Failure> {
    let people: Vec<SubjectId> = people.iter().copied().collect();
    let whom = match people.as_slice() {
        [] => Named::Nobody,
        [one] => Named::One(*one),
        several => Named::Many(several),
    };
    Ok(tx.log(whom, entry, &log_purpose()).map(drop)?)
}

/// Data by name, as they are asked.
fn named<S: serde::Serializer>(field: &DataRef, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(field)
}
