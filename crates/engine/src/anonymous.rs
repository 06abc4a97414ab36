//! Statistics and data sets of which nobody can be told, drawn from the people whose data a purpose may
//! use now: in Kept's own record and in the company's stores.
//!
//! Whoever objected, is restricted, has no live ground or can't be told from others is left out. Not
//! here: how people are hidden (`kept_core::anonymous`), and how a result is written.

use std::collections::BTreeMap;

use kept_core::anonymous::cells::{Figures, Shown, count};
use kept_core::anonymous::coarse::Coarse;
use kept_core::anonymous::records::{Design, Records, make};
use kept_core::anonymous::relink::{Relinked, test};
use kept_core::anonymous::{Contribution, LEAST, Unmade};
use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::{PurposeName, RecipientName};
use kept_core::policy::Policy;
use kept_core::policy::model::{DataRef, Drawn, Statistics};
use kept_core::time::Instant;
use serde::Serialize;

use crate::company::{Act, Company};
use crate::failure::Failure;

mod gather;

/// Which figures, and for whom.
#[derive(Clone, Debug)]
pub struct StatisticOrder {
    /// Their name in the policy.
    pub name: String,
    /// What they are wanted for: the purpose that they are drawn for, and no other.
    pub purpose: PurposeName,
    /// To whom they go; nobody named means that they stay with the company.
    pub to: Option<RecipientName>,
}

/// Figures by group.
#[derive(Clone, Debug, Serialize)]
pub struct Statistic {
    /// Their name in the policy.
    pub name: String,
    /// What may be shown.
    #[serde(flatten)]
    pub shown: Shown,
    /// The number of the ledger's entry.
    pub entry: u64,
}

/// A data set that passed the test: it is no personal data, and any purpose may use it.
#[derive(Clone, Debug, Serialize)]
pub struct AnonymousSet {
    /// Its name in the policy.
    pub name: String,
    /// How it was made.
    pub made: Records,
    /// What the test found.
    pub test: Relinked,
    /// The number of the ledger's entry.
    pub entry: u64,
}

/// What a data set of unknown making came to.
#[derive(Clone, Debug, Serialize)]
pub struct Tested {
    /// Whether it may be used for any purpose. What failed is personal data: only lost names are no
    /// anonymity (Art. 4(5)).
    pub anonymous: bool,
    /// What the test found.
    pub test: Relinked,
    /// Columns that are none of the declared ones, by their place from 1: what they say of people
    /// nobody has looked at.
    pub strange_columns: Vec<usize>,
    /// The number of the ledger's entry.
    pub entry: u64,
}

impl Company {
    /// Draws figures.
    ///
    /// # Errors
    /// [`Failure::Refused`] for statistics that the policy does not draw, another purpose or recipient
    /// than theirs, or a store that is away; a fault of Kept's own store.
    pub fn statistic(&mut self, order: &StatisticOrder, now: Instant) -> Result<Statistic, Failure> {
        let policy = self.policy().clone();
        let found = declared(&policy, &order.name)?;
        let fields: Vec<DataRef> = found.drawn.by.iter().chain(&found.drawn.sums).cloned().collect();
        let purpose = drawn_for(found, &fields, "by")?;
        let mut run = Run { statistics: found, purpose, fields: &fields, to: order.to.clone() };
        if let Some(why) = not_for(&policy, found, order) {
            // A name that the policy does not have is none for the ledger.
            run.to = run.to.filter(|to| policy.recipients.contains_key(to));
            self.note(&run, (Kind::Read, Outcome::Refused), now)?;
            return Err(Failure::Refused(why));
        }
        let (people, _) = self.people_of(&run, now)?;
        let (by, sums) = (&found.drawn.by, &found.drawn.sums);
        let steps = coarser(&found.drawn, by).into_iter();
        let coarser = steps.filter_map(|(field, steps)| Some((field, *steps.first()?))).collect();
        let shown = count(&Figures { by, sums, coarser, least: least(found) }, &people)
            .map_err(|why| unmade(&why))?;
        let receipt = self.note(&run, (Kind::ReportMade, Outcome::Done), now)?;
        Ok(Statistic { name: order.name.clone(), shown, entry: receipt.sequence().0 })
    }

    /// Makes a data set of which nobody can be told, and tries it on its own source.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a set that the policy does not declare, that fails its test, or of which
    /// a store is away; a fault of Kept's own store.
    pub fn anonymous(&mut self, name: &str, now: Instant) -> Result<AnonymousSet, Failure> {
        let policy = self.policy().clone();
        let found = declared(&policy, name)?;
        let columns = &found.drawn.records;
        let purpose = drawn_for(found, columns, "records")?;
        let run = Run { statistics: found, purpose, fields: columns, to: None };
        let (people, _) = self.people_of(&run, now)?;
        let coarser = coarser(&found.drawn, columns);
        let distinct = columns.iter().filter_map(|column| {
            let least = *found.drawn.distinct.get(&column.to_string())?;
            Some((column, usize::try_from(least).ok()?))
        });
        let least = least(found);
        let design = Design { columns, coarser: coarser.clone(), least, distinct: distinct.collect() };
        let made = make(&design, &people).map_err(|why| unmade(&why))?;
        let found = test(&made.rows, (columns, &coarser), least, &people).map_err(|why| unmade(&why))?;
        let outcome = if found.is_anonymous() { Outcome::Done } else { Outcome::Failed };
        let receipt = self.note(&run, (Kind::ReportMade, outcome), now)?;
        if found.records == 0 {
            let words = "every record would lead back to too few people: there is nothing to give";
            return Err(Failure::Refused(words.to_owned()));
        }
        if !found.is_anonymous() {
            return Err(Failure::Refused(format!(
                "{} of {} records lead back to fewer than {least} people: they are personal data, and are not given",
                found.linked, found.records
            )));
        }
        Ok(AnonymousSet { name: name.to_owned(), made, test: found, entry: receipt.sequence().0 })
    }

    /// Tries whether a data set, wherever it comes from, leads back to people. `columns` are its
    /// columns as it names them.
    ///
    /// # Errors
    /// As for [`Company::anonymous`].
    pub fn try_anonymous(
        &mut self,
        name: &str,
        (columns, rows): (&[String], &[Vec<String>]),
        now: Instant,
    ) -> Result<Tested, Failure> {
        let policy = self.policy().clone();
        let found = declared(&policy, name)?;
        let purpose = drawn_for(found, &found.drawn.records, "records")?;
        let known = |column: &String| found.drawn.records.iter().find(|field| field.to_string() == *column);
        let named: Vec<Option<&DataRef>> = columns.iter().map(known).collect();
        let fields: Vec<DataRef> = named.iter().flatten().map(|field| (*field).clone()).collect();
        let strange_columns: Vec<usize> =
            (1..).zip(&named).filter(|(_, field)| field.is_none()).map(|(place, _)| place).collect();
        let run = Run { statistics: found, purpose, fields: &fields, to: None };
        let (people, _) = self.people_of(&run, now)?;
        let of_known = |row: &Vec<String>| -> Vec<String> {
            let known = row.iter().zip(&named).filter(|(_, field)| field.is_some());
            known.map(|(value, _)| value.clone()).collect()
        };
        let rows: Vec<Vec<String>> = rows.iter().map(of_known).collect();
        let coarser = coarser(&found.drawn, &fields);
        let tested = test(&rows, (&fields, &coarser), least(found), &people).map_err(|why| unmade(&why))?;
        let anonymous = tested.is_anonymous() && strange_columns.is_empty() && !fields.is_empty();
        let outcome = if anonymous { Outcome::Allowed } else { Outcome::Refused };
        let receipt = self.note(&run, (Kind::Decided, outcome), now)?;
        Ok(Tested { anonymous, test: tested, strange_columns, entry: receipt.sequence().0 })
    }

    /// What everybody brings whose data may be used, read after the entry that says so.
    fn people_of(&mut self, run: &Run<'_>, now: Instant) -> Result<(Vec<Contribution>, Durable), Failure> {
        let receipt = self.note(run, (Kind::Read, Outcome::Intended), now)?;
        let people = self.gather((run.purpose, run.fields), &receipt, now)?;
        Ok((people, receipt))
    }

    /// An entry about a run: what was drawn, for what, from which data. No value and no number of people
    /// is in it.
    fn note(
        &self,
        run: &Run<'_>,
        (kind, outcome): (Kind, Outcome),
        now: Instant,
    ) -> Result<Durable, Failure> {
        let mut entry: Entry = self.entry(kind, now)?;
        entry.purpose = Some(run.purpose.clone());
        entry.fields = run.fields.to_vec();
        entry.outcome = outcome;
        entry.rule = Some(format!("statistics.{}", run.statistics.id));
        entry.recipient.clone_from(&run.to);
        if entry.to_payload().is_err() {
            entry.fields.clear();
        }
        let ((), receipt) = self.act("drawn", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        Ok(receipt)
    }
}

/// What is drawn, for the ledger.
struct Run<'a> {
    statistics: &'a Statistics,
    purpose: &'a PurposeName,
    fields: &'a [DataRef],
    to: Option<RecipientName>,
}

fn declared<'p>(policy: &'p Policy, name: &str) -> Result<&'p Statistics, Failure> {
    policy.statistics.get(name).ok_or_else(|| {
        let drawn = policy.statistics.values().filter(|one| one.drawn.purpose.is_some());
        let known: Vec<String> = drawn.map(|one| format!("`{}`", one.id)).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Failure::Refused(format!("the policy has no statistics of this name that kept draws; it has {known}"))
    })
}

fn drawn_for<'p>(found: &'p Statistics, fields: &[DataRef], key: &str) -> Result<&'p PurposeName, Failure> {
    match &found.drawn.purpose {
        Some(purpose) if !fields.is_empty() => Ok(purpose),
        _ => Err(Failure::Refused(format!(
            "kept draws nothing for `statistics.{}`: the policy names no `purpose`, or no `{key}`",
            found.id
        ))),
    }
}

/// Why figures are not given for a purpose, or to somebody.
fn not_for(policy: &Policy, found: &Statistics, order: &StatisticOrder) -> Option<String> {
    let drawn = found.drawn.purpose.as_ref()?;
    if *drawn != order.purpose {
        let asked = match policy.purposes.contains_key(&order.purpose) {
            true => format!("`{}`", order.purpose),
            false => "a purpose that the policy does not have".to_owned(),
        };
        return Some(format!("`{}` are drawn for `{drawn}` alone, and were asked for {asked}", found.id));
    }
    let to = order.to.as_ref().filter(|to| !found.recipients.contains(to))?;
    let to = if policy.recipients.contains_key(to) { to.as_str() } else { "whoever was named" };
    Some(format!("`{}` are not for `{to}`: the policy does not name them in `recipients`", found.id))
}

/// How the values of fields may be said.
fn coarser<'p>(drawn: &'p Drawn, fields: &'p [DataRef]) -> BTreeMap<&'p DataRef, &'p [Coarse]> {
    let steps = |field: &'p DataRef| Some((field, drawn.coarser.get(&field.to_string())?.as_slice()));
    fields.iter().filter_map(steps).collect()
}

fn least(found: &Statistics) -> usize {
    found.smallest_group.and_then(|least| usize::try_from(least).ok()).unwrap_or(LEAST)
}

fn unmade(why: &Unmade) -> Failure {
    Failure::Refused(why.to_string())
}
