//! Kept's own records that have a period of their own and no place in a timeline: files of requests, what was
//! disclosed to whom, refusals, and the ledger's entries (`[own]`). A run takes those whose period is over; the
//! dry run, the forecast and the audit count by the same looks.
//!
//! Not here: when that is (`kept_core::standing::own`), the proof of consents (`own`, `proofs`), and Kept's own
//! values (`own`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::ledger::{Durable, Kind, Sequence};
use kept_core::name::PurposeName;
use kept_core::policy::Policy;
use kept_core::policy::model::{OwnRecord, Retention};
use kept_core::standing::own::{Case, CaseEnd, Dates, case_end, first_kept, goes_at, statement};
use kept_core::standing::proof::is_undecided;
use kept_core::standing::{RequestState, standing};
use kept_core::time::{Day, Instant};
use kept_vault::prune::Sealed;
use kept_vault::request::Request;
use kept_vault::subject::Erasure;
use kept_vault::{SubjectId, Tx};

use crate::company::{Company, log_purpose};
use crate::failure::Failure;
use crate::foreseen::Tally;

/// How many files are looked at in one transaction.
const CASES: u32 = 200;

/// How many entries are looked at in one transaction.
const ENTRIES: u32 = 1_000;

/// How far beyond the entries of a day others of it are looked for: a clock may have gone back.
const BEYOND: u64 = 100_000;

/// How many records of a kind are over, and the day of the oldest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Over {
    pub(crate) count: u64,
    pub(crate) oldest: Option<Day>,
}

impl Over {
    fn add(&mut self, count: u64, on: Option<Day>) {
        self.count += count;
        self.oldest = self.oldest.into_iter().chain(on.filter(|_| count > 0)).min();
    }
}

/// What is over, by kind.
pub(crate) type AllOver = BTreeMap<OwnRecord, Over>;

/// Under which purpose an entry is filed: its day's key ends with what is filed under the same one.
pub(crate) fn filing(kind: Kind) -> PurposeName {
    if kind == Kind::Disclosed { PurposeName::from(table(OwnRecord::Disclosures)) } else { log_purpose() }
}

/// The name of a kind of records in reports, as tables have names.
pub(crate) fn table(record: OwnRecord) -> &'static str {
    statement(record).trim_start_matches("own.")
}

/// What is over as a run counts it.
pub(crate) fn tally(over: &AllOver) -> Tally {
    let some = over.iter().filter(|(_, over)| over.count > 0);
    some.map(|(record, over)| ((table(*record).into(), statement(*record).to_owned()), over.count)).collect()
}

/// At which instant records are over, and who stands in the way.
struct Cut {
    at: Instant,
    log: Option<Day>,
    disclosures: Option<Day>,
    /// People of whom something is undecided.
    people: BTreeSet<SubjectId>,
    /// The entries about many in which one of those is.
    many: BTreeSet<Sequence>,
}

impl Cut {
    fn takes(&self, record: OwnRecord, on: Day, sealed: &Sealed) -> bool {
        let first = if record == OwnRecord::Disclosures { self.disclosures } else { self.log };
        first.is_some_and(|first| on < first)
            && sealed.subject.is_none_or(|subject| !self.people.contains(&subject))
            && !self.many.contains(&sealed.recorded.sequence)
    }
}

/// What one page of entries came to.
#[derive(Default)]
struct Page {
    over: Vec<AllOver>,
    /// From where the next page goes on; `None` at the end.
    next: Option<Sequence>,
    /// The first entry of the day of the first one that may go later.
    waits: Option<Sequence>,
    /// The first entry of the last day that was seen.
    last_day: Option<(Day, Sequence)>,
}

impl Company {
    /// Takes what is over; what that was.
    pub(crate) fn sweep_records(&self, receipt: &Durable, now: Instant) -> Result<AllOver, Failure> {
        let mut over = self.sweep_cases(now)?;
        self.reached("cases-swept");
        let refusals = self.sweep_refusals(now)?;
        over.entry(OwnRecord::Refusals).or_default().add(refusals, None);
        let cut = self.cut(now, now)?;
        for entries in self.walk_entries(&[cut], true, receipt, now)? {
            over.extend(entries);
        }
        Ok(over)
    }

    /// Whether a run now would find something; of entries whether it may.
    pub(crate) fn has_records_due(&self, now: Instant) -> Result<bool, Failure> {
        let some = |over: &AllOver| over.values().any(|over| over.count > 0);
        let policy = self.policy();
        if self.count_cases(&[now], now)?.iter().any(some) || self.count_refusals(now)?.count > 0 {
            return Ok(true);
        }
        let cuts = [OwnRecord::Log, OwnRecord::Disclosures].map(|record| first_kept(policy, record, now));
        let Some(latest) = cuts.into_iter().flatten().max() else { return Ok(false) };
        let periods = periods(policy);
        let first = self.vault.read("first_sealed", |tx| {
            let from = tx.pruned_to(&periods)?;
            tx.first_sealed(from).map_err(Failure::from)
        })?;
        Ok(first.is_some_and(|day| day < latest))
    }

    /// What runs at these instants would take.
    pub(crate) fn foresee_records(
        &self,
        instants: &[Instant],
        receipt: &Durable,
        now: Instant,
    ) -> Result<Vec<AllOver>, Failure> {
        let mut all = self.count_cases(instants, now)?;
        let cuts: Vec<Cut> = instants.iter().map(|at| self.cut(*at, *at)).collect::<Result<_, _>>()?;
        let entries = self.walk_entries(&cuts, false, receipt, now)?;
        for ((over, entries), at) in all.iter_mut().zip(entries).zip(instants) {
            over.extend(entries);
            over.insert(OwnRecord::Refusals, self.count_refusals(*at)?);
        }
        Ok(all)
    }

    /// What was over at `since` already, and is not waiting now: what runs should have taken.
    pub(crate) fn overdue_records(
        &self,
        since: Instant,
        receipt: &Durable,
        now: Instant,
    ) -> Result<AllOver, Failure> {
        let mut over = AllOver::new();
        let mut after = None;
        while let Some(page) = self.page_of_cases(after.as_ref(), &[now], now)? {
            for (request, ends) in &page {
                let late = ends.iter().any(|end| end.goes && end.goes_at.is_some_and(|goes| goes <= since));
                let on = self.policy().zone().day_of(request.changed_at);
                over.entry(OwnRecord::Requests).or_default().add(u64::from(late), Some(on));
            }
            after = page.last().map(|(request, _)| request.number.clone());
        }
        let cut = self.cut(since, now)?;
        for entries in self.walk_entries(&[cut], false, receipt, now)? {
            over.extend(entries);
        }
        over.insert(OwnRecord::Refusals, self.count_refusals(since)?);
        Ok(over)
    }

    fn has_period(&self, record: OwnRecord) -> bool {
        self.policy().own.contains_key(&record)
    }

    /// The next answered cases, with what becomes of each at these instants; `None` after the last.
    #[expect(clippy::type_complexity, reason = "a page of cases, each with its ends")]
    fn page_of_cases(
        &self,
        after: Option<&kept_core::name::CaseId>,
        instants: &[Instant],
        now: Instant,
    ) -> Result<Option<Vec<(Request, Vec<CaseEnd>)>>, Failure> {
        if !self.has_period(OwnRecord::Requests) {
            return Ok(None);
        }
        let page = self.vault.read("page_of_cases", |tx| {
            let page = tx.answered_page(after, CASES)?;
            let each = page.into_iter().map(|request| {
                let ends = self.case_ends(tx, &request, instants, now)?;
                Ok::<_, Failure>((request, ends))
            });
            each.collect::<Result<Vec<_>, _>>()
        })?;
        Ok(Some(page).filter(|page| !page.is_empty()))
    }

    fn count_cases(&self, instants: &[Instant], now: Instant) -> Result<Vec<AllOver>, Failure> {
        let mut all = vec![AllOver::new(); instants.len()];
        let mut after = None;
        while let Some(page) = self.page_of_cases(after.as_ref(), instants, now)? {
            for (request, ends) in &page {
                let on = self.policy().zone().day_of(request.changed_at);
                for (over, end) in all.iter_mut().zip(ends).filter(|(_, end)| end.goes) {
                    over.entry(OwnRecord::Requests).or_default().add(u64::from(end.goes), Some(on));
                }
            }
            after = page.last().map(|(request, _)| request.number.clone());
        }
        Ok(all)
    }

    /// What becomes of an answered case at each instant.
    pub(crate) fn case_ends(
        &self,
        tx: &mut Tx,
        request: &Request,
        instants: &[Instant],
        now: Instant,
    ) -> Result<Vec<CaseEnd>, Failure> {
        let answered_at = (request.state == RequestState::Answered).then_some(request.changed_at);
        let unfinished = tx.work_of(&request.number)?.iter().any(|work| !work.state.is_final());
        let case =
            Case { number: &request.number, received_at: request.received_at, answered_at, unfinished };
        let is_over = |at: &Instant| {
            let policy = &self.history().at(*at).policy;
            let zone = policy.zone();
            let dates = Dates {
                from: zone.day_of(request.received_at),
                until: answered_at.map(|at| zone.day_of(at)),
            };
            goes_at(policy, OwnRecord::Requests, dates).is_some_and(|goes| goes <= *at)
        };
        let mut person = None;
        if instants.iter().any(is_over) && tx.erasure(request.subject)? == Erasure::No {
            person = Some(tx.timeline(request.subject)?);
        }
        let end = |at: &Instant| case_end(self.history(), case, person.as_ref(), now, *at);
        Ok(instants.iter().map(end).collect())
    }

    fn sweep_cases(&self, now: Instant) -> Result<AllOver, Failure> {
        let mut over = AllOver::new();
        if !self.has_period(OwnRecord::Requests) {
            return Ok(over);
        }
        let mut after = None;
        loop {
            let (last, gone) = self.vault.write("sweep_cases", |tx| {
                let page = tx.answered_page(after.as_ref(), CASES)?;
                let mut gone = 0;
                for request in &page {
                    let ends = self.case_ends(tx, request, &[now], now)?;
                    for end in ends.iter().filter(|end| end.goes) {
                        self.let_case_go(tx, request, end, now)?;
                        gone += 1;
                    }
                }
                Ok::<_, Failure>((page.last().map(|request| request.number.clone()), gone))
            })?;
            over.entry(OwnRecord::Requests).or_default().add(gone, None);
            if last.is_none() {
                return Ok(over);
            }
            after = last;
        }
    }

    fn let_case_go(
        &self,
        tx: &mut Tx,
        request: &Request,
        end: &CaseEnd,
        now: Instant,
    ) -> Result<(), Failure> {
        if !end.events.is_empty() {
            let told = (statement(OwnRecord::Requests), now);
            tx.remove_events(request.subject, &end.events, told)?;
            let timeline = tx.timeline(request.subject)?;
            self.settle_and_mark(tx, request.subject, &timeline, now)?;
        }
        self.reached("case-half-gone");
        tx.remove_request(&request.number)?;
        Ok(())
    }

    /// Refusals are kept under digests alone: nobody's, so that nothing of a person stands in the way.
    pub(crate) fn count_refusals(&self, at: Instant) -> Result<Over, Failure> {
        let policy = &self.history().at(at).policy;
        let Some(first) = first_kept(policy, OwnRecord::Refusals, at) else { return Ok(Over::default()) };
        let before = policy.zone().start_of(first);
        let (count, oldest) =
            self.vault.read("count_refusals", |tx| tx.count_refusals(before).map_err(Failure::from))?;
        Ok(Over { count, oldest: oldest.map(|at| policy.zone().day_of(at)) })
    }

    fn sweep_refusals(&self, now: Instant) -> Result<u64, Failure> {
        let policy = self.policy();
        let Some(first) = first_kept(policy, OwnRecord::Refusals, now) else { return Ok(0) };
        let before = policy.zone().start_of(first);
        self.vault.write("sweep_refusals", |tx| tx.remove_refusals(before).map_err(Failure::from))
    }

    /// Which entries are over at `at`, with the people of whom something is undecided at `looked_at`.
    fn cut(&self, at: Instant, looked_at: Instant) -> Result<Cut, Failure> {
        let policy = self.history().at(at).policy.clone();
        let first = |record| first_kept(&policy, record, at);
        let (log, disclosures) = (first(OwnRecord::Log), first(OwnRecord::Disclosures));
        let mut cut = Cut { at, log, disclosures, people: BTreeSet::new(), many: BTreeSet::new() };
        if log.is_none() && disclosures.is_none() {
            return Ok(cut);
        }
        let mut after = None;
        loop {
            let page = self.vault.read("undecided", |tx| {
                let page = tx.exceptions_page(after, 200)?;
                let mut found = Vec::new();
                for subject in &page {
                    let timeline = tx.timeline(*subject)?;
                    if is_undecided(&standing(self.history(), &timeline, looked_at, looked_at)) {
                        found.push((*subject, tx.entries_about_many(*subject)?));
                    }
                }
                Ok::<_, Failure>((page.last().copied(), found))
            })?;
            for (subject, many) in page.1 {
                cut.people.insert(subject);
                cut.many.extend(many);
            }
            if page.0.is_none() {
                break;
            }
            after = page.0;
        }
        let asked = self.vault.read("asked", |tx| {
            let open = tx.open_requests()?;
            let each = open
                .into_iter()
                .map(|request| Ok::<_, Failure>((request.subject, tx.entries_about_many(request.subject)?)));
            each.collect::<Result<Vec<_>, _>>()
        })?;
        for (subject, many) in asked {
            cut.people.insert(subject);
            cut.many.extend(many);
        }
        Ok(cut)
    }

    /// Goes through the entries that may be over, and takes them where it is to.
    fn walk_entries(
        &self,
        cuts: &[Cut],
        take: bool,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Vec<AllOver>, Failure> {
        let mut all = vec![AllOver::new(); cuts.len()];
        let latest = cuts.iter().flat_map(|cut| [cut.log, cut.disclosures]).flatten().max();
        let Some(latest) = latest else { return Ok(all) };
        let periods = periods(self.policy());
        let start = self.vault.read("pruned_to", |tx| tx.pruned_to(&periods).map_err(Failure::from))?;
        let (mut from, mut last_day, mut waits) = (start, None, None);
        loop {
            let look = |tx: &mut Tx| {
                self.page_of_entries(tx, (from, start, last_day), (cuts, latest), take, (receipt, now))
            };
            let page = if take {
                self.vault.write("prune", |tx| look(tx))?
            } else {
                self.vault.read("count_entries_over", |tx| look(tx))?
            };
            for (all, page) in all.iter_mut().zip(page.over) {
                for (record, over) in page {
                    all.entry(record).or_default().add(over.count, over.oldest);
                }
            }
            waits = waits.or(page.waits);
            last_day = page.last_day;
            if take {
                self.reached("entries-pruned");
            }
            let Some(next) = page.next else { break };
            from = next;
        }
        if let Some(to) = waits.or(last_day.map(|(_, first)| first)).filter(|to| take && *to > start) {
            self.vault.write("pruned_to", |tx| tx.put_pruned_to(&periods, to).map_err(Failure::from))?;
        }
        Ok(all)
    }

    fn page_of_entries(
        &self,
        tx: &mut Tx,
        (from, start, last_day): (Sequence, Sequence, Option<(Day, Sequence)>),
        (cuts, latest): (&[Cut], Day),
        take: bool,
        (receipt, now): (&Durable, Instant),
    ) -> Result<Page, Failure> {
        let policy = self.policy();
        let entries = tx.sealed_entries(from, ENTRIES, receipt)?;
        let mut page = Page { over: vec![AllOver::new(); cuts.len()], last_day, ..Page::default() };
        let mut days: BTreeSet<(PurposeName, Day)> = BTreeSet::new();
        let mut beyond = from;
        for sealed in &entries {
            let sequence = sealed.recorded.sequence;
            if page.last_day.is_none_or(|(day, _)| day != sealed.day) {
                page.last_day = Some((sealed.day, sequence));
            }
            // The day of the key is counted in UTC: by the company's zone it may be the one before or after.
            if sealed.day.yesterday().unwrap_or(sealed.day) >= latest {
                break;
            }
            beyond = sequence;
            let (record, on) = (record_of(policy, sealed), on(policy, sealed));
            let mut goes = false;
            for (cut, over) in
                cuts.iter().zip(&mut page.over).filter(|(cut, _)| cut.takes(record, on, sealed))
            {
                over.entry(record).or_default().add(1, Some(on));
                goes |= take && cut.at <= now;
            }
            if goes {
                tx.forget_payload(sequence)?;
                days.insert((sealed.recorded.purpose.clone(), sealed.day));
            } else if policy.own.contains_key(&record) {
                page.waits = page.waits.or(page.last_day.map(|(_, first)| first));
            }
            if sealed.recorded.sequence == entries.last().map_or(sequence, |last| last.recorded.sequence) {
                page.next = Some(Sequence(sequence.0 + 1));
            }
        }
        let between = (start, Sequence(beyond.0.saturating_add(BEYOND)));
        for (purpose, day) in &days {
            tx.forget_day((purpose, *day), between, (&log_purpose(), now))?;
        }
        Ok(page)
    }
}

/// By whose period an entry is kept.
fn record_of(policy: &Policy, sealed: &Sealed) -> OwnRecord {
    let is_disclosed = match &sealed.recorded.opened {
        Some((_, entry)) => entry.kind == Kind::Disclosed,
        None => sealed.recorded.purpose.as_str() == table(OwnRecord::Disclosures),
    };
    let apart = policy.own.contains_key(&OwnRecord::Disclosures);
    if is_disclosed && apart { OwnRecord::Disclosures } else { OwnRecord::Log }
}

/// The day of an entry; of one that does not open the latest that it may be.
fn on(policy: &Policy, sealed: &Sealed) -> Day {
    match &sealed.recorded.opened {
        Some((_, entry)) => policy.zone().day_of(entry.at),
        None => sealed.day.tomorrow().unwrap_or(sealed.day),
    }
}

/// The periods by which entries go, as one word: with other periods, all is looked at anew.
fn periods(policy: &Policy) -> String {
    let written = |record| match policy.own.get(&record) {
        Some(Retention::Keep(keep)) => keep.written.clone(),
        Some(Retention::Criterion { at_most, .. }) => {
            at_most.map_or_else(String::new, |span| format!("{span:?}"))
        }
        Some(Retention::Missing) | None => String::new(),
    };
    format!("{}/{}", written(OwnRecord::Log), written(OwnRecord::Disclosures))
}
