//! What Kept's own record tells of acts: one pass over the people whom Kept knows and one over the
//! entries about nobody, each page a snapshot of its own.
//!
//! The pass costs some microseconds a person and about one an entry of the last year; nothing of it
//! grows with the company's stores. Not here: what is wrong with an act (`person`), and which
//! statement it breaks (`judge`).

use std::collections::BTreeMap;

use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{CategoryName, FieldName, PurposeName, RecipientName};
use kept_core::policy::model::{DataRef, OwnRecord};
use kept_core::time::{Day, Instant};
use kept_core::timeline::{EventId, Right, Timeline};
use kept_vault::entry::Recorded;
use kept_vault::{Fault, SubjectId, Tx};

use crate::audit::Looking;
use crate::audit::person::Pass;
use crate::company::Company;
use crate::failure::Failure;
use crate::own_told::ToldByStores;
use crate::report::audit::{Counted, Wrong};

/// How many people are read in one snapshot.
const PEOPLE: u32 = 500;

/// How many entries about nobody are read in one snapshot.
const ENTRIES: u32 = 2_000;

/// How long past acts count: what can't be mended any more must not break a statement for ever.
const LOOK_BACK_DAYS: i64 = 366;

/// What acts are about, as statements ask for them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    /// A purpose.
    Purpose(PurposeName),
    /// A recipient.
    Recipient(RecipientName),
    /// A way of disclosure on demand.
    Way(String),
    /// A source other than the person.
    Source(String),
    /// A category of data.
    Category(CategoryName),
    /// A field that people look through.
    Field(CategoryName, FieldName),
    /// A right.
    Right(Right),
    /// Changes of the policy, and people told of them at all.
    Changes,
    /// The same, and people told of them before.
    ChangesBefore,
    /// Records of Kept's own.
    Own(OwnRecord),
    /// Any act at all.
    All,
}

/// What breaks something, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Harm {
    pub(super) count: u64,
    pub(super) oldest: Option<Day>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Acts {
    pub(super) people: u64,
    /// Entries whose payload was changed.
    pub(super) spoilt: u64,
    counts: BTreeMap<(Topic, Counted), u64>,
    harms: BTreeMap<(Topic, Wrong), Harm>,
}

impl Acts {
    pub(super) fn add(&mut self, topic: Topic, what: Counted) {
        *self.counts.entry((topic, what)).or_default() += 1;
    }

    pub(super) fn wrong(&mut self, topic: Topic, what: Wrong, on: Day) {
        let harm = self.harms.entry((topic, what)).or_default();
        harm.count += 1;
        harm.oldest = Some(harm.oldest.map_or(on, |oldest| oldest.min(on)));
    }

    pub(super) fn count(&self, topic: &Topic, what: Counted) -> u64 {
        self.counts.get(&(topic.clone(), what)).copied().unwrap_or(0)
    }

    /// Everything that is wrong with what a topic is about.
    pub(super) fn harms<'a>(&'a self, topic: &'a Topic) -> impl Iterator<Item = (Wrong, Harm)> + 'a {
        self.harms
            .iter()
            .filter(move |((about, _), _)| about == topic)
            .map(|((_, what), harm)| (*what, *harm))
    }
}

/// What Kept's own record tells of one person.
#[derive(Debug)]
pub(super) struct Person {
    /// `None` once the key of the values is gone.
    pub(super) timeline: Option<Timeline>,
    pub(super) entries: Vec<Entry>,
    pub(super) values: Vec<(EventId, DataRef)>,
    /// What stores tell of the purposes of the values.
    pub(super) told: ToldByStores,
}

impl Company {
    /// Goes through Kept's own record.
    pub(super) fn acts(
        &mut self,
        now: Instant,
        receipt: &Durable,
        progress: &mut dyn FnMut(Looking<'_>),
    ) -> Result<Acts, Failure> {
        let since = now.checked_sub(jiff::SignedDuration::from_hours(24 * LOOK_BACK_DAYS)).unwrap_or(now);
        let history = self.history().clone();
        let mut pass = Pass::new(&history, self.policy(), (since, now));
        let of = self.vault.read("count_subjects", |tx| tx.count_subjects().map_err(Failure::from))?;
        let mut after: Option<SubjectId> = None;
        loop {
            let mut page = self.vault.read("audit_people", |tx| {
                let page = tx.subjects_page(after, PEOPLE)?;
                let read = page.into_iter().map(|(subject, opens)| {
                    Ok::<_, Failure>((subject, read_person(tx, (subject, opens), since, receipt)?))
                });
                read.collect::<Result<Vec<_>, _>>()
            })?;
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            for (subject, (person, spoilt)) in &mut page {
                if let Some(timeline) = &person.timeline {
                    person.told =
                        self.told_by_stores(*subject, (timeline, &person.values), (receipt, now))?;
                }
                pass.acts.spoilt += *spoilt;
                pass.judge(person);
            }
            progress(Looking::People { done: pass.acts.people, of });
        }
        self.acts_of_nobody(&mut pass, since, receipt)?;
        Ok(pass.acts)
    }

    /// Disclosures of people whom only a company's store knows.
    fn acts_of_nobody(&self, pass: &mut Pass<'_>, since: Instant, receipt: &Durable) -> Result<(), Failure> {
        let mut after = None;
        loop {
            let page = self.vault.read("audit_entries", |tx| {
                tx.entries_of_nobody(after, (since, ENTRIES), receipt).map_err(Failure::from)
            });
            let page = match page {
                Err(Failure::Vault(Fault::Sealed { .. })) => {
                    pass.acts.spoilt += 1;
                    return Ok(());
                }
                page => page?,
            };
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.sequence);
            for entry in page.into_iter().filter_map(done) {
                pass.disclosed(&entry);
            }
        }
    }
}

/// A person's timeline, entries and names of values; how many of the entries were changed.
fn read_person(
    tx: &mut Tx,
    (subject, opens): (SubjectId, bool),
    since: Instant,
    receipt: &Durable,
) -> Result<(Person, u64), Failure> {
    let (recorded, spoilt) = match tx.entries_since(subject, since, receipt) {
        Ok(recorded) => (recorded, 0),
        Err(Fault::Sealed { .. }) => (Vec::new(), 1),
        Err(fault) => return Err(fault.into()),
    };
    let entries = recorded.into_iter().filter_map(done).collect();
    if !opens {
        return Ok((
            Person { timeline: None, entries, values: Vec::new(), told: ToldByStores::None },
            spoilt,
        ));
    }
    let timeline = Some(tx.timeline_in_words(subject, receipt)?);
    let values = tx.value_names(subject)?;
    Ok((Person { timeline, entries, values, told: ToldByStores::None }, spoilt))
}

/// An entry of a use that was made, of a message that was sent with a link, or of a link that was followed.
fn done(recorded: Recorded) -> Option<Entry> {
    let (_, entry) = recorded.opened?;
    let is_use = matches!(entry.kind, Kind::Read | Kind::Disclosed | Kind::Contacted)
        && entry.outcome == Outcome::Done;
    (is_use || is_link(&entry)).then_some(entry)
}

/// Whether somebody followed the link of a message to refuse further ones.
pub(super) fn is_link(entry: &Entry) -> bool {
    entry.kind == Kind::Read && entry.rule.as_deref() == Some(crate::mailing::LINK)
}
