//! Statements judged by what the company's stores hold: periods, consents in columns, mapped data,
//! frozen rows, owners.

use kept_connect::Finding;
use kept_connect::due::{RuleCount, TableCount};
use kept_core::diagnostic::Severity;
use kept_core::name::{CategoryName, PurposeName, StoreName, TableName};
use kept_core::policy::keep::Phase;
use kept_core::policy::model::{ArchiveWay, OccasionKind, Purpose, Store, Table};

use crate::audit::judge::Judged;
use crate::audit::{Looked, Sight};
use crate::report::audit::{Evidence, Missing, Wrong};

/// Every table in which a purpose is at work, with its counts.
fn at_work<'s>(
    sight: &'s Sight<'_>,
    purpose: &'s PurposeName,
) -> impl Iterator<Item = (&'s Looked, &'s TableCount, &'s RuleCount)> + 's {
    sight
        .looked
        .iter()
        .filter_map(|looked| Some((looked, looked.counts.as_ref().ok()?)))
        .flat_map(|(looked, counts)| counts.iter().map(move |count| (looked, count)))
        .flat_map(move |(looked, count)| {
            count
                .rules
                .iter()
                .filter(move |rule| rule.purpose == *purpose)
                .map(move |rule| (looked, count, rule))
        })
}

/// The tables of the policy that hold data of a purpose, whether they could be looked at or not.
fn mapped<'s>(
    sight: &'s Sight<'_>,
    purpose: &'s Purpose,
) -> impl Iterator<Item = (&'s Store, &'s Table)> + 's {
    let tables =
        sight.policy.stores.values().flat_map(|store| store.tables.values().map(move |table| (store, table)));
    tables.filter(move |(_, table)| table.columns.values().any(|datum| purpose.covers(datum)))
}

/// Whether some store of the company holds data of a purpose.
pub(super) fn is_mapped(sight: &Sight<'_>, purpose: &Purpose) -> bool {
    mapped(sight, purpose).next().is_some()
}

/// What keeps a purpose from being told: no store holds its data, a store is down, a map is wrong, a table could
/// not be counted.
fn blind_spots(sight: &Sight<'_>, purpose: &Purpose, finding: &mut Judged) {
    let tables: Vec<(&StoreName, &TableName)> =
        mapped(sight, purpose).map(|(store, table)| (&store.name, &table.name)).collect();
    if tables.is_empty() {
        finding.missing.push(Missing::NoStore);
    }
    let holds = |name: &StoreName| tables.iter().any(|(store, _)| *store == name);
    for down in sight.unreached.iter().filter(|down| holds(&down.store)) {
        finding.missing.push(Missing::Unreached { store: down.store.clone() });
    }
    for looked in sight.looked.iter().filter(|looked| holds(&looked.store)) {
        uncounted(looked, |table| tables.contains(&(&looked.store, table)), finding);
    }
}

/// What of a store could not be counted: all of it, or some of the tables concerned.
fn uncounted(looked: &Looked, is_concerned: impl Fn(&TableName) -> bool, finding: &mut Judged) {
    if let Err(problem) = &looked.counts {
        finding.missing.push(Missing::Map { store: looked.store.clone(), problem: problem.clone() });
    }
    for (table, problem) in looked.uncounted.iter().filter(|(table, _)| is_concerned(table)) {
        finding.missing.push(Missing::Uncounted {
            store: looked.store.clone(),
            table: table.clone(),
            problem: problem.clone(),
        });
    }
}

pub(super) fn retention(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let Some(purpose) = sight.policy.purposes.get(name) else { return };
    blind_spots(sight, purpose, finding);
    untold_events(sight, purpose, finding);
    unrecorded_consents(sight, purpose, finding);
    for (looked, count, rule) in at_work(sight, name) {
        finding.looked(looked, count);
        finding.facts(looked, count, rule.unknown);
        finding.breach(Wrong::Overdue, (looked, count), (rule.overdue, rule.oldest), SWEEP.to_owned());
    }
}

/// A criterion that nobody reviewed in time; where no column tells since when the data are held, nobody can
/// say when its review was due.
pub(super) fn review(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let Some(purpose) = sight.policy.purposes.get(name).filter(|purpose| purpose.review().is_some()) else {
        return;
    };
    for (store, _) in mapped(sight, purpose) {
        let told = |table: &Table| table.events.contains_key(&purpose.starts);
        if !purpose.basis.is_consent() && !store.tables.values().any(told) {
            let event = purpose.starts.clone();
            finding.missing.push(Missing::NoEvent { store: store.name.clone(), event });
        }
    }
    for (looked, count, rule) in at_work(sight, name) {
        let due_by = purpose.review().zip(rule.unreviewed_oldest);
        let overdue = (rule.unreviewed, due_by.map(|(every, from)| every.last_day_after(from)));
        finding.breach(Wrong::ReviewOverdue, (looked, count), overdue, REVIEW.to_owned());
    }
}

/// What mends rows without a ground. An erasure empties the consents too, so that what is written back after it
/// looks like that: a sweep leaves it alone, and the erasure asked for again takes it.
const WITHOUT_GROUND: &str = "kept sweep --without-ground APPROVER --dry-run; where values were written back after \
                              an erasure, from a backup say: kept request erase --person … once more";

/// What mends rows that are overdue. A run for one purpose leaves those who are looked at one by one.
const SWEEP: &str = "kept sweep --dry-run, then kept sweep";

/// What mends an overdue review.
pub(super) const REVIEW: &str = "review the criterion, then record it for each person whose data stay: \
                                 kept record reviewed --person …; what is not needed goes by its `ends`, or \
                                 by a shorter `keep`";

/// The events of a period that no column of a store tells: rows are kept there, and nobody can say
/// whether they still should be.
fn untold_events(sight: &Sight<'_>, purpose: &Purpose, finding: &mut Judged) {
    let Some(keep) = purpose.keep() else { return };
    let mut stores: Vec<&Store> = mapped(sight, purpose).map(|(store, _)| store).collect();
    stores.dedup_by_key(|store| store.name.clone());
    for event in keep.last_day(&purpose.starts).events() {
        let told = |store: &&Store| {
            store.tables.values().any(|table| table.events.contains_key(&event))
                || (event.as_str().starts_with("consent-")
                    && store.tables.values().any(|table| table.consents.contains_key(&purpose.name)))
        };
        for store in stores.iter().filter(|store| !told(store)) {
            finding.missing.push(Missing::NoEvent { store: store.name.clone(), event: event.clone() });
        }
    }
}

pub(super) fn archive(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let Some(purpose) = sight.policy.purposes.get(name) else { return };
    let has_archive =
        purpose.keep().is_some_and(|keep| keep.stages.iter().any(|stage| stage.phase == Phase::Archive));
    if !has_archive {
        return;
    }
    blind_spots(sight, purpose, finding);
    let has_none = |(store, table): &(&Store, &Table)| table.archive.is_none() && !is_archive(store, table);
    for (store, table) in mapped(sight, purpose).filter(has_none) {
        finding.missing.push(Missing::NoArchive { store: store.name.clone(), table: table.name.clone() });
    }
    for (looked, count, rule) in at_work(sight, name) {
        finding.looked(looked, count);
        finding.facts(looked, count, rule.unknown);
        let wrong = (rule.archive_overdue, rule.archive_oldest);
        finding.breach(Wrong::NotArchived, (looked, count), wrong, SWEEP.to_owned());
    }
}

/// Whether a table is the one to which another's rows are moved: what is there is in the archive.
fn is_archive(store: &Store, table: &Table) -> bool {
    let is_named = |other: &Table| match &other.archive {
        Some(ArchiveWay::Table(name)) => *name == table.sql_name,
        _ => false,
    };
    store.tables.values().any(is_named)
}

/// The stores that hold data of a consent's purpose and record no such consent: nobody can say which
/// of their rows stand on one, or still do.
fn unrecorded_consents(sight: &Sight<'_>, purpose: &Purpose, finding: &mut Judged) {
    if !purpose.basis.is_consent() {
        return;
    }
    for (store, _) in mapped(sight, purpose) {
        if !store.tables.values().any(|table| table.consents.contains_key(&purpose.name)) {
            finding.missing.push(Missing::NoConsentRecord { store: store.name.clone() });
        }
    }
}

pub(super) fn basis(sight: &Sight<'_>, name: &PurposeName, finding: &mut Judged) {
    let Some(purpose) = sight.policy.purposes.get(name) else { return };
    blind_spots(sight, purpose, finding);
    let consent = purpose.basis.is_consent();
    unrecorded_consents(sight, purpose, finding);
    let recorded = |store: &StoreName| {
        let map = sight.policy.stores.get(store);
        !consent || map.is_some_and(|map| map.tables.values().any(|table| table.consents.contains_key(name)))
    };
    for (looked, count, rule) in at_work(sight, name).filter(|(looked, ..)| recorded(&looked.store)) {
        finding.looked(looked, count);
        finding.facts(
            looked,
            count,
            if purpose.occasion == OccasionKind::Consent { 0 } else { rule.unknown },
        );
        if rule.unread > 0 {
            let (store, table) = (looked.store.clone(), count.table.clone());
            finding.missing.push(Missing::UnreadConsents { store, table, rows: rule.unread });
        }
        let mend = WITHOUT_GROUND.to_owned();
        finding.breach(Wrong::WithoutGround, (looked, count), (rule.without_ground, None), mend);
    }
}

/// "These data and no others": broken by nothing that can be counted, but a column that looks
/// personal and is not mapped leaves it open.
pub(super) fn data(sight: &Sight<'_>, category: &CategoryName, finding: &mut Judged) {
    let holds = |table: &Table| table.columns.values().any(|datum| datum.category == *category);
    let stores: Vec<&Store> =
        sight.policy.stores.values().filter(|store| store.tables.values().any(holds)).collect();
    if stores.is_empty() {
        finding.missing.push(Missing::NoStore);
    }
    for store in stores {
        match sight.looked.iter().find(|looked| looked.store == store.name) {
            None => finding.missing.push(Missing::Unreached { store: store.name.clone() }),
            Some(looked) => columns(looked, store, holds, finding),
        }
    }
}

fn columns(looked: &Looked, store: &Store, holds: impl Fn(&Table) -> bool, finding: &mut Judged) {
    let concerned: Vec<&Table> = store.tables.values().filter(|table| holds(table)).collect();
    for found in &looked.findings {
        let here =
            concerned.iter().any(|table| found.table == table.name.as_str() || found.table == table.sql_name);
        if here && found.code == "store/unmapped-column" {
            finding.missing.push(unmapped(looked, found));
        } else if here && (tells_unread(found) || looks_personal(found)) {
            let problem = found.message.clone();
            finding.missing.push(Missing::Documents { store: store.name.clone(), problem });
        } else if here && found.severity == Severity::Error {
            finding.missing.push(Missing::Map { store: store.name.clone(), problem: found.message.clone() });
        }
    }
    let is_concerned = |name: &TableName| concerned.iter().any(|table| table.name == *name);
    uncounted(looked, is_concerned, finding);
    for count in looked.counts.iter().flatten().filter(|count| is_concerned(&count.table)) {
        finding.looked(looked, count);
    }
}

/// Whether documents can't be read, or could not be looked at.
fn tells_unread(found: &Finding) -> bool {
    matches!(found.code, "store/unread-document" | "store/uncounted")
}

/// Whether members of documents that nobody mapped look personal.
fn looks_personal(found: &Finding) -> bool {
    found.code == "store/unmapped-member" && found.severity == Severity::Warning
}

/// Whether it is about a table or column that nobody mapped.
fn is_unmapped(found: &Finding) -> bool {
    found.code.starts_with("store/unmapped-") && found.code != "store/unmapped-member"
}

fn unmapped(looked: &Looked, found: &Finding) -> Missing {
    let column = match &found.column {
        Some(column) => format!("{}.{column}", found.table),
        None => found.table.clone(),
    };
    Missing::Unmapped { store: looked.store.clone(), column }
}

/// Frozen rows can be seen to be safe only where the database itself forbids a change.
pub(super) fn frozen(sight: &Sight<'_>, store: &StoreName, table: &TableName, finding: &mut Judged) {
    let Some(looked) = sight.looked.iter().find(|looked| looked.store == *store) else {
        finding.missing.push(Missing::Unreached { store: store.clone() });
        return;
    };
    let sql_name =
        sight.policy.stores.get(store).and_then(|map| map.tables.get(table)).map(|table| &table.sql_name);
    let guarded =
        sql_name.and_then(|name| looked.schema.table(name)).is_some_and(|table| !table.triggers.is_empty());
    if guarded {
        finding.evidence.push(Evidence::Trigger { store: store.clone(), table: table.clone() });
    } else {
        finding.missing.push(Missing::NothingForbids { store: store.clone(), table: table.clone() });
    }
}

/// Access reaches everything only if every row has an owner and every store can be asked.
pub(super) fn reach(sight: &Sight<'_>, finding: &mut Judged) {
    if sight.policy.stores.is_empty() {
        finding.missing.push(Missing::NoStore);
    }
    for down in &sight.unreached {
        finding.missing.push(Missing::Unreached { store: down.store.clone() });
    }
    for looked in &sight.looked {
        for found in &looked.findings {
            if found.severity == Severity::Error {
                let problem = found.message.clone();
                finding.missing.push(Missing::Map { store: looked.store.clone(), problem });
            } else if is_unmapped(found) {
                finding.missing.push(unmapped(looked, found));
            } else if tells_unread(found) || looks_personal(found) {
                // By what stands there nobody is found. The column is mapped; members of it are not.
                let problem = found.message.clone();
                finding.missing.push(Missing::Documents { store: looked.store.clone(), problem });
            }
        }
        uncounted(looked, |_| true, finding);
        for count in looked.counts.iter().flatten() {
            finding.looked(looked, count);
            let mend = format!(
                "give the rows of `{}.{}` an owner, or map them by `when`",
                looked.store, count.table
            );
            finding.breach(Wrong::Ownerless, (looked, count), (count.ownerless, None), mend);
        }
    }
}
