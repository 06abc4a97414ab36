//! Whom a purpose may reach by a channel now: exact, and handed out person by person.
//!
//! Where everything about the purpose stands in Kept's own record, the cache of grounds is read by
//! its index, in pages. Where a store's columns tell, the store leaves out by the set whom they rule out, and
//! the pure function decides on everybody else, with all that is known of them (`columns`). Not here: addresses,
//! which leave only through `disclose` or `reading`.

mod columns;

use kept_core::decision::{self, Answer, Gate, Question, Refusal, View, bits_of};
use kept_core::ledger::Kind;
use kept_core::name::{ControllerName, PurposeName, StoreName, TableName};
use kept_core::policy::model::Channel;
use kept_core::policy::naming::NameOf;
use kept_core::time::Instant;
use kept_vault::SubjectId;
use serde::Serialize;

use crate::company::{Act, Company};
use crate::decide::is_told_by_stores;
use crate::failure::Failure;
use crate::report::Unreached;
use crate::unit::differs;

/// How many rows of the cache one page reads.
const PAGE: u32 = 20_000;

/// For what, by which channel, and as which of several controllers.
type Aim<'a> = (&'a PurposeName, Channel, Option<&'a ControllerName>);

/// Who takes the people of Kept's own record who may be reached, until it says `false`.
type Each<'a> = &'a mut dyn FnMut(SubjectId) -> bool;

/// Who takes those of whom nobody can tell.
type Unclear<'a> = &'a mut dyn FnMut(SubjectId);

/// Somebody who may be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Member {
    /// A person whom Kept knows, by its own random number.
    Person(String),
    /// The person of a row of a store.
    Row {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
        /// The row's key.
        key: String,
    },
}

/// How many may be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audience {
    /// Those who may.
    pub count: u64,
    /// People of whom nobody can tell whether they may, and who so are not among them: a fact is missing
    /// from which the purpose counts, or they can't be told from others.
    pub unclear: u64,
    /// Stores that could not be asked: whoever they know is not among them.
    pub unreached: Vec<Unreached>,
    /// The number of the ledger's entry.
    pub entry: u64,
}

impl Company {
    /// Everybody whom a purpose may reach by a channel at `now`, each handed to `each` until it
    /// says `false`.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a purpose or a channel that the policy does not have; a fault of
    /// Kept's own store.
    pub fn audience(
        &mut self,
        purpose: &PurposeName,
        channel: Channel,
        now: Instant,
        each: &mut dyn FnMut(&Member) -> bool,
    ) -> Result<Audience, Failure> {
        self.audience_of((purpose, None), channel, now, each)
    }

    /// The same, as one of several controllers of the policy reaches people: by its own grounds, where who
    /// answers for the purpose differs by record.
    ///
    /// # Errors
    /// As for [`Company::audience`], and [`Failure::Controller`] where it is not clear, or not so, that
    /// the controller asks.
    pub fn audience_of(
        &mut self,
        (purpose, named): (&PurposeName, Option<&ControllerName>),
        channel: Channel,
        now: Instant,
        each: &mut dyn FnMut(&Member) -> bool,
    ) -> Result<Audience, Failure> {
        let policy = self.policy().clone();
        let Some(declared) = policy.purposes.get(purpose) else {
            return Err(Failure::no_such(&policy, NameOf::Purpose, purpose.as_str()));
        };
        if declared.is_marketing() && !declared.marketing.contains(&channel) {
            let words: Vec<&str> = declared.marketing.iter().map(|channel| channel.word()).collect();
            let why =
                format!("purpose `{purpose}` makes no contact by {channel}, but by {}", words.join(", "));
            return Err(Failure::Refused(why));
        }
        let named = self.asked_as((Kind::Audience, purpose), named, now)?;
        let aim = (purpose, channel, named.as_ref().filter(|_| differs(&policy, declared)));
        let mut entry = self.entry(Kind::Audience, now)?;
        entry.purpose = Some(purpose.clone());
        let ((), receipt) =
            self.act("audience", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        let mut audience = Audience { entry: receipt.sequence().0, ..Audience::default() };
        if is_told_by_stores(&policy, declared) {
            self.audience_of_stores(aim, &receipt, now, &mut audience, each)?;
        } else {
            let mut unclear = 0;
            let mut count = |_: SubjectId| unclear += 1;
            let mut reached = 0;
            let mut tell = |subject: SubjectId| {
                reached += 1;
                each(&Member::Person(subject.to_string()))
            };
            self.audience_of_kept(aim, now, (&mut count, &mut tell))?;
            audience.count = reached;
            audience.unclear = unclear;
        }
        Ok(audience)
    }

    fn audience_of_kept(
        &self,
        (purpose, channel, named): Aim<'_>,
        now: Instant,
        (unclear, each): (Unclear<'_>, Each<'_>),
    ) -> Result<(), Failure> {
        self.refresh_grounds(now)?;
        let gate = self.gate(now);
        let bit = bits_of([&channel]);
        let mut after: Option<SubjectId> = None;
        loop {
            // Each page is a snapshot of its own, so that no reader is in the way of a scrub for long.
            let (last, page) = self.vault.read("audience", |tx| {
                let rows = tx.reached(purpose, after, (now, PAGE))?;
                let mut page: Vec<SubjectId> = Vec::with_capacity(rows.len());
                let mut looked: Option<SubjectId> = None;
                for row in &rows {
                    let stands = named.is_none() && row.next_change_at.is_none_or(|until| now < until);
                    let reached = if stands {
                        Reach::of(row.contact & bit != 0)
                    } else if looked == Some(row.subject) {
                        Reach::No
                    } else {
                        looked = Some(row.subject);
                        let view = self.view_as(&gate, &tx.timeline(row.subject)?, named, now);
                        reach(&gate, &view, (purpose, channel))
                    };
                    match reached {
                        Reach::Yes => page.push(row.subject),
                        Reach::Unclear => unclear(row.subject),
                        Reach::No => {}
                    }
                }
                Ok::<_, Failure>((rows.last().map(|row| row.subject), page))
            })?;
            for subject in page {
                if !each(subject) {
                    return Ok(());
                }
            }
            if last.is_none() {
                break;
            }
            after = last;
        }
        self.unclear_of_kept(purpose, now, unclear)
    }

    /// The people of Kept's own record of whom a fact is missing, by the cache.
    fn unclear_of_kept(
        &self,
        purpose: &PurposeName,
        now: Instant,
        unclear: &mut dyn FnMut(SubjectId),
    ) -> Result<(), Failure> {
        let mut after: Option<SubjectId> = None;
        loop {
            let page = self
                .vault
                .read("unclear", |tx| tx.unclear(purpose, after, (now, PAGE)).map_err(Failure::from))?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(*last);
            page.iter().for_each(|subject| unclear(*subject));
        }
    }
}

impl Audience {
    /// Counts somebody, and hands them on; whether to go on.
    fn take(&mut self, found: Reached, each: &mut dyn FnMut(&Member) -> bool) -> bool {
        match found {
            Reached::Yes(member) => {
                self.count += 1;
                each(&member)
            }
            Reached::No => true,
            Reached::Unclear => {
                self.unclear += 1;
                true
            }
        }
    }
}

/// What came of looking at somebody.
enum Reached {
    Yes(Member),
    No,
    Unclear,
}

/// Whether a person may be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Yes,
    No,
    /// Nobody can tell: a fact is missing.
    Unclear,
}

impl Reach {
    fn of(open: bool) -> Self {
        if open { Self::Yes } else { Self::No }
    }
}

fn reach(gate: &Gate, view: &View, (purpose, channel): (&PurposeName, Channel)) -> Reach {
    let Some(number) = gate.purpose(purpose.as_str()) else { return Reach::No };
    if gate.contact_bits(view, number).is_some_and(|open| open & bits_of([&channel]) != 0) {
        return Reach::Yes;
    }
    let (aim, act) = (decision::Aim::Purpose(number), decision::Act::Contact(channel));
    let question = Question { aim, act, fields: &[], role: None, exception: None };
    match gate.decide(view, &question) {
        Answer::Refused(Refusal::FactMissing) => Reach::Unclear,
        _ => Reach::No,
    }
}
