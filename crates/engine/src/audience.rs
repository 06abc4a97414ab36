//! Whom a purpose may reach by a channel now: exact, and handed out person by person.
//!
//! Where everything about the purpose stands in Kept's own record, the cache of grounds is read by
//! its index, in pages. Where a store's columns tell, the store leaves out by the set whom they rule out, and
//! the pure function decides on everybody else, with all that is known of them. Not here: addresses, which
//! leave only through `disclose` or `reading`.

use std::collections::BTreeSet;

use kept_connect::reach::{Reach as ByColumns, Reached as Page, keys_that_may_stand};
use kept_core::decision::{self, Aim, Answer, Gate, Question, Refusal, View, bits_of};
use kept_core::ledger::{Durable, Kind};
use kept_core::name::{PurposeName, StoreName, TableName};
use kept_core::plan::{Key, key_text};
use kept_core::policy::model::{Channel, Purpose, Store, Table};
use kept_core::time::Instant;
use kept_vault::SubjectId;
use serde::Serialize;

use crate::case_file::CaseFile;
use crate::company::{Act, Company};
use crate::decide::is_told_by_stores;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::person::locate;
use crate::remembered::Remembered;
use crate::report::Unreached;

/// How many rows of the cache one page reads.
const PAGE: u32 = 20_000;

/// How many keys of a store one page reads.
const KEYS: u32 = 500;

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
        let policy = self.policy().clone();
        let Some(declared) = policy.purposes.get(purpose) else {
            return Err(Failure::Refused(format!("the policy has no purpose `{purpose}`")));
        };
        if declared.is_marketing() && !declared.marketing.contains(&channel) {
            let words: Vec<&str> = declared.marketing.iter().map(|channel| channel.word()).collect();
            let why =
                format!("purpose `{purpose}` makes no contact by {channel}, but by {}", words.join(", "));
            return Err(Failure::Refused(why));
        }
        let mut entry = self.entry(Kind::Audience, now)?;
        entry.purpose = Some(purpose.clone());
        let ((), receipt) =
            self.act("audience", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        let mut audience = Audience { entry: receipt.sequence().0, ..Audience::default() };
        if is_told_by_stores(&policy, declared) {
            self.audience_of_stores((purpose, channel), &receipt, now, &mut audience, each)?;
        } else {
            let mut unclear = 0;
            let mut count = |_: SubjectId| unclear += 1;
            let mut reached = 0;
            let mut tell = |subject: SubjectId| {
                reached += 1;
                each(&Member::Person(subject.to_string()))
            };
            self.audience_of_kept((purpose, channel), now, (&mut count, &mut tell))?;
            audience.count = reached;
            audience.unclear = unclear;
        }
        Ok(audience)
    }

    fn audience_of_kept(
        &self,
        (purpose, channel): (&PurposeName, Channel),
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
                    let stands = row.next_change_at.is_none_or(|until| now < until);
                    let reached = if stands {
                        Reach::of(row.contact & bit != 0)
                    } else if looked == Some(row.subject) {
                        Reach::No
                    } else {
                        looked = Some(row.subject);
                        let (_, view) = self.view(&gate, &tx.timeline(row.subject)?, now);
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

    /// Goes through the people of every store, and then through those whom Kept alone knows.
    fn audience_of_stores(
        &mut self,
        (purpose, channel): (&PurposeName, Channel),
        receipt: &Durable,
        now: Instant,
        audience: &mut Audience,
        each: &mut dyn FnMut(&Member) -> bool,
    ) -> Result<(), Failure> {
        let policy = self.policy().clone();
        let Some(declared) = policy.purposes.get(purpose) else { return Ok(()) };
        let mut seen = Looked::default();
        for (name, map) in &policy.stores {
            for table in map.tables.values().filter(|table| table.person.is_some()) {
                let mut after: Option<Key> = None;
                loop {
                    let page = match self.reached_page((name, map, table), (declared, now), after.as_ref()) {
                        Ok(Page { keys, rules_out }) => {
                            seen.rules_out |= rules_out;
                            keys
                        }
                        Err(down) => {
                            audience.unreached.push(down);
                            break;
                        }
                    };
                    let Some(last) = page.last().cloned() else { break };
                    after = Some(last);
                    for key in page {
                        let row = Remembered { store: name.clone(), table: table.name.clone(), key };
                        if seen.rows.contains(&row_name(&row)) {
                            continue;
                        }
                        match self.may_reach((purpose, channel), row, receipt, (now, &mut seen))? {
                            Some(true) => audience.count += 1,
                            Some(false) => continue,
                            None => {
                                audience.unclear += 1;
                                continue;
                            }
                        }
                        let Some(member) = seen.last.take() else { continue };
                        if !each(&member) {
                            return Ok(());
                        }
                    }
                }
            }
        }
        self.audience_of_the_rest((purpose, channel), receipt, (now, &mut seen), (audience, each))
    }

    /// The people of Kept's own record whom no store's rows have led to. Where a store left people out they
    /// are looked up there too: what its columns say of them counts as well.
    fn audience_of_the_rest(
        &mut self,
        (purpose, channel): (&PurposeName, Channel),
        receipt: &Durable,
        (now, seen): (Instant, &mut Looked),
        (audience, each): (&mut Audience, &mut dyn FnMut(&Member) -> bool),
    ) -> Result<(), Failure> {
        let mut known = std::mem::take(&mut seen.subjects);
        let mut goes_on = true;
        if seen.rules_out {
            self.each_exception(&mut |company, subject| {
                if goes_on && known.insert(subject.to_string()) {
                    let found = company.may_reach_known((purpose, channel), subject, receipt, now)?;
                    goes_on = audience.take(found, each);
                }
                Ok(())
            })?;
        }
        let is_new = |subject: SubjectId| !known.contains(&subject.to_string());
        let (mut unclear, mut rest) = (0, Vec::new());
        let mut count = |subject: SubjectId| unclear += u64::from(is_new(subject));
        let mut keep = |subject: SubjectId| {
            rest.extend(is_new(subject).then_some(subject));
            true
        };
        self.audience_of_kept((purpose, channel), now, (&mut count, &mut keep))?;
        audience.unclear += unclear;
        for subject in rest {
            if !goes_on {
                break;
            }
            let found = if seen.rules_out {
                self.may_reach_known((purpose, channel), subject, receipt, now)?
            } else {
                Reached::Yes(Member::Person(subject.to_string()))
            };
            goes_on = audience.take(found, each);
        }
        Ok(())
    }

    /// Whether a person of Kept's own record may be reached, with what the stores tell of them.
    fn may_reach_known(
        &mut self,
        (purpose, channel): (&PurposeName, Channel),
        subject: SubjectId,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Reached, Failure> {
        let located = match self.relocate(subject, None, receipt)? {
            Ok(Some(located)) => located,
            Ok(None) => return Ok(Reached::Yes(Member::Person(subject.to_string()))),
            Err(_) => return Ok(Reached::Unclear),
        };
        if !located.unreached.is_empty() {
            return Ok(Reached::Unclear);
        }
        let timeline = self.timeline_of(Some(subject), &located, &CaseFile::default(), now)?;
        let gate = self.gate(now);
        let (_, view) = self.view(&gate, &timeline, now);
        let row = located.found.iter().find(|found| found.kind.is_some());
        let member = row.map_or_else(
            || Member::Person(subject.to_string()),
            |row| Member::Row { store: row.store.clone(), table: row.table.clone(), key: row.key.clone() },
        );
        Ok(match reach(&gate, &view, (purpose, channel)) {
            Reach::Yes => Reached::Yes(member),
            Reach::No => Reached::No,
            Reach::Unclear => Reached::Unclear,
        })
    }

    /// Whether the person of a row may be reached; `None` where nobody can tell.
    fn may_reach(
        &mut self,
        (purpose, channel): (&PurposeName, Channel),
        row: Remembered,
        receipt: &Durable,
        (now, seen): (Instant, &mut Looked),
    ) -> Result<Option<bool>, Failure> {
        let policy = self.policy().clone();
        let nobody = Whom { identifiers: Vec::new(), picks: Vec::new() };
        let (store, table, key) = (row.store.clone(), row.table.clone(), key_text(&row.key));
        let located = locate(&policy, &mut self.stores, &nobody, &[row], receipt);
        let Ok(located) = located else { return Ok(None) };
        for found in &located.found {
            seen.rows.insert((found.store.clone(), found.table.clone(), found.key.clone()));
        }
        let subject = self.subject_of(&located)?;
        seen.subjects.extend(subject.map(|subject| subject.to_string()));
        if !located.unreached.is_empty() {
            return Ok(None);
        }
        let timeline = self.timeline_of(subject, &located, &CaseFile::default(), now)?;
        let gate = self.gate(now);
        let (_, view) = self.view(&gate, &timeline, now);
        seen.last = Some(Member::Row { store, table, key });
        Ok(match reach(&gate, &view, (purpose, channel)) {
            Reach::Yes => Some(true),
            Reach::No => Some(false),
            Reach::Unclear => None,
        })
    }

    /// A page of the keys of those in a person table for whom the purpose may stand, in the order of its key.
    fn reached_page(
        &mut self,
        (name, map, table): (&StoreName, &Store, &Table),
        (purpose, at): (&Purpose, Instant),
        after: Option<&Key>,
    ) -> Result<Page, Unreached> {
        let policy = self.policy().clone();
        let connector = self.stores.get(&policy, name)?;
        let reach = ByColumns { policy: &policy, store: map, purpose, table: &table.name, at };
        keys_that_may_stand(connector.session(), &reach, after, KEYS)
            .map_err(|fault| crate::stores::unreached(name, &fault))
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
    let (aim, act) = (Aim::Purpose(number), decision::Act::Contact(channel));
    let question = Question { aim, act, fields: &[], role: None, exception: None };
    match gate.decide(view, &question) {
        Answer::Refused(Refusal::FactMissing) => Reach::Unclear,
        _ => Reach::No,
    }
}

/// Who was looked at.
#[derive(Default)]
struct Looked {
    rows: BTreeSet<(StoreName, TableName, String)>,
    subjects: BTreeSet<String>,
    last: Option<Member>,
    /// Whether a store left people out.
    rules_out: bool,
}

fn row_name(row: &Remembered) -> (StoreName, TableName, String) {
    (row.store.clone(), row.table.clone(), key_text(&row.key))
}
