//! The audience of a purpose of which columns of stores tell: whom the columns rule out is left out by the
//! set; everybody else is looked up in pages, each page by few statements, and judged by the pure function
//! with all that is known of them.

use std::collections::BTreeSet;

use kept_connect::reach::{Reach as ByColumns, Reached as Page, keys_that_may_stand};
use kept_core::ledger::Durable;
use kept_core::name::{StoreName, TableName};
use kept_core::plan::address::{self, Address, address};
use kept_core::plan::{Key, key_text};
use kept_core::policy::Policy;
use kept_core::policy::model::{Channel, DataRef, Purpose, Store, Table};
use kept_core::time::Instant;
use kept_core::timeline::Timeline;
use kept_vault::{SubjectId, Tx};

use super::{Aim, Audience, Member, Reach, Reached, reach};
use crate::case_file::CaseFile;
use crate::company::Company;
use crate::failure::Failure;
use crate::person::Located;
use crate::person::looks::{Maps, Namesakes, Schemas, locate_all};
use crate::remembered::Remembered;
use crate::report::Unreached;

/// How many keys of a store one page reads, and of how many people the rows are in memory at once.
const KEYS: u32 = 1_000;

impl Company {
    /// Goes through the people of every store, and then through those whom Kept alone knows.
    pub(super) fn audience_of_stores(
        &mut self,
        by: Aim<'_>,
        receipt: &Durable,
        now: Instant,
        audience: &mut Audience,
        each: &mut dyn FnMut(&Member) -> bool,
    ) -> Result<(), Failure> {
        let policy = self.policy().clone();
        let Some(declared) = policy.purposes.get(by.0) else { return Ok(()) };
        let schemas = Schemas::of(&policy, &mut self.stores);
        let maps = schemas.maps(&policy);
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
                    let row = |key| Remembered { store: name.clone(), table: table.name.clone(), key };
                    let rows: Vec<Remembered> = page.into_iter().map(row).collect();
                    let rows: Vec<Remembered> = rows.into_iter().filter(|row| !seen.knows(row)).collect();
                    let judged = self.judged((by, declared), (&rows, &maps), receipt, now)?;
                    for (row, person) in rows.iter().zip(judged) {
                        // Somebody of the same page may have led to this row.
                        if !seen.knows(row) && !seen.take(row, person, audience, each) {
                            return Ok(());
                        }
                    }
                }
            }
        }
        self.audience_of_the_rest((by, declared), receipt, (now, &mut seen), (audience, each))
    }

    /// What is to be said of the people of some rows, who are looked up together.
    fn judged(
        &mut self,
        (by, declared): (Aim<'_>, &Purpose),
        (rows, maps): (&[Remembered], &Maps<'_>),
        receipt: &Durable,
        now: Instant,
    ) -> Result<Vec<Judged>, Failure> {
        let policy = self.policy().clone();
        let located = locate_all(&policy, (&mut self.stores, maps), (rows, Namesakes::Refused), receipt);
        let own = self.vault.read("audience_page", |tx| {
            let own = located.iter().map(|one| match one {
                Ok(located) => self.own_of(tx, located).map(Some),
                Err(_) => Ok(None),
            });
            own.collect::<Result<Vec<_>, Failure>>()
        })?;
        let gate = self.gate(now);
        let judge = |(located, own): (&Result<Located, _>, Option<Own>)| {
            let (Ok(located), Some(own)) = (located, own) else { return Judged::default() };
            let found = located.found.iter();
            let rows = found.map(|one| (one.store.clone(), one.table.clone(), one.key.clone())).collect();
            let Own { subject, timeline, fields } = own;
            let mut judged = Judged { rows, subject, reach: Reach::Unclear };
            if located.unreached.is_empty() {
                let told = self.told_by(located, &CaseFile::default(), now);
                let view = self.view_as(&gate, &timeline.with(told), by.2, now);
                judged.reach = reach(&gate, &view, (by.0, by.1));
                if judged.reach == Reach::Yes && !has_address(&policy, located, &fields, (declared, by.1)) {
                    judged.reach = Reach::No;
                }
            }
            judged
        };
        Ok(located.iter().zip(own).map(judge).collect())
    }

    /// What Kept itself knows of somebody who was found in stores.
    fn own_of(&self, tx: &mut Tx, located: &Located) -> Result<Own, Failure> {
        let Some(subject) = self.filed(tx, located)? else {
            return Ok(Own { timeline: Timeline::new(self.heeded(tx, located)?), ..Own::default() });
        };
        let fields = tx.value_names(subject)?.into_iter().map(|(_, field)| field).collect();
        Ok(Own { subject: Some(subject), timeline: tx.timeline(subject)?, fields })
    }

    /// The people of Kept's own record whom no store's rows have led to. Where a store left people out they
    /// are looked up there too: what its columns say of them counts as well.
    fn audience_of_the_rest(
        &mut self,
        (by, declared): (Aim<'_>, &Purpose),
        receipt: &Durable,
        (now, seen): (Instant, &mut Looked),
        (audience, each): (&mut Audience, &mut dyn FnMut(&Member) -> bool),
    ) -> Result<(), Failure> {
        let mut known = std::mem::take(&mut seen.subjects);
        let mut goes_on = true;
        if seen.rules_out {
            self.each_exception(&mut |company, subject| {
                if goes_on && known.insert(subject) {
                    let found = company.may_reach_known((by, declared), subject, receipt, now)?;
                    goes_on = audience.take(found, each);
                }
                Ok(())
            })?;
        }
        let (mut unclear, mut rest) = (0, Vec::new());
        let mut count = |subject: SubjectId| unclear += u64::from(!known.contains(&subject));
        let mut keep = |subject: SubjectId| {
            rest.extend((!known.contains(&subject)).then_some(subject));
            true
        };
        self.audience_of_kept(by, now, (&mut count, &mut keep))?;
        audience.unclear += unclear;
        for subject in rest {
            if !goes_on {
                break;
            }
            let found = if seen.rules_out {
                self.may_reach_known((by, declared), subject, receipt, now)?
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
        (by, declared): (Aim<'_>, &Purpose),
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
        let view = self.view_as(&gate, &timeline, by.2, now);
        let row = located.found.iter().find(|found| found.kind.is_some());
        let member = row.map_or_else(
            || Member::Person(subject.to_string()),
            |row| Member::Row { store: row.store.clone(), table: row.table.clone(), key: row.key.clone() },
        );
        Ok(match reach(&gate, &view, (by.0, by.1)) {
            Reach::Yes => {
                let fields =
                    self.vault.read("audience_values", |tx| Ok::<_, Failure>(tx.value_names(subject)?))?;
                let fields: Vec<DataRef> = fields.into_iter().map(|(_, field)| field).collect();
                let has = has_address(self.policy(), &located, &fields, (declared, by.1));
                if has { Reached::Yes(member) } else { Reached::No }
            }
            Reach::No => Reached::No,
            Reach::Unclear => Reached::Unclear,
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

/// What Kept itself knows of a person.
#[derive(Default)]
struct Own {
    subject: Option<SubjectId>,
    timeline: Timeline,
    /// The fields of which it keeps values.
    fields: Vec<DataRef>,
}

/// Whether there is an address by which the person is reached, or nobody keeps such addresses in columns.
fn has_address(
    policy: &Policy,
    located: &Located,
    fields: &[DataRef],
    (purpose, channel): (&Purpose, Channel),
) -> bool {
    let stores = located.rows.iter().filter_map(|(name, rows)| Some((policy.stores.get(name)?, rows)));
    let told = stores.map(|store| address(policy, store, (purpose, channel))).max();
    told != Some(Address::Empty)
        || fields.iter().any(|field| purpose.covers(field) && address::reaches(policy, field, channel))
}

/// What came of looking at the person of a row.
struct Judged {
    reach: Reach,
    subject: Option<SubjectId>,
    /// Every row in which the person was found.
    rows: Vec<RowName>,
}

impl Default for Judged {
    fn default() -> Self {
        Self { reach: Reach::Unclear, subject: None, rows: Vec::new() }
    }
}

/// A row, by its key as text.
type RowName = (StoreName, TableName, String);

/// Who was looked at.
#[derive(Default)]
struct Looked {
    /// Rows of people that were found from another row.
    rows: BTreeSet<RowName>,
    subjects: BTreeSet<SubjectId>,
    /// Whether a store left people out.
    rules_out: bool,
}

impl Looked {
    fn knows(&self, row: &Remembered) -> bool {
        !self.rows.is_empty() && self.rows.contains(&row_name(row))
    }

    /// Counts the person of a row, and hands them on; whether to go on.
    fn take(
        &mut self,
        row: &Remembered,
        person: Judged,
        audience: &mut Audience,
        each: &mut dyn FnMut(&Member) -> bool,
    ) -> bool {
        let own = row_name(row);
        self.rows.extend(person.rows.into_iter().filter(|found| *found != own));
        self.subjects.extend(person.subject);
        let (store, table, key) = own;
        audience.take(
            match person.reach {
                Reach::Yes => Reached::Yes(Member::Row { store, table, key }),
                Reach::No => Reached::No,
                Reach::Unclear => Reached::Unclear,
            },
            each,
        )
    }
}

fn row_name(row: &Remembered) -> RowName {
    (row.store.clone(), row.table.clone(), key_text(&row.key))
}
