//! What went of Kept's own records, as a report of a run tells it. Not here: what goes (`own`, `own_records`).

use kept_core::name::StoreName;
use kept_core::policy::model::OwnRecord;

use crate::own::{self, OwnGone};
use crate::own_records;
use crate::report::sweep::{SweptRule, SweptStore, SweptTable};
use crate::sweep::untouched;

/// What went, or would go, of Kept's own records; nothing where there are none.
pub(crate) fn own_store(gone: OwnGone) -> Option<SweptStore> {
    let table = |name: &str, deleted: u64, rules: Vec<SweptRule>| SweptTable {
        deleted,
        rules,
        ..untouched(name.into())
    };
    let of = |name: &str, record: OwnRecord, rows: u64| {
        let statement = kept_core::standing::own::statement(record).to_owned();
        table(name, rows, vec![SweptRule { statement, rows, oldest: None }])
    };
    let mut tables = vec![
        table(own::TABLE, gone.values, Vec::new()),
        of(own::RECORD, OwnRecord::ConsentProof, gone.events),
    ];
    let others = [
        (OwnRecord::Requests, gone.requests),
        (OwnRecord::Disclosures, gone.disclosures),
        (OwnRecord::Refusals, gone.refusals),
        (OwnRecord::Log, gone.log),
    ];
    tables.extend(others.map(|(record, rows)| of(own_records::table(record), record, rows)));
    tables.retain(|table| table.deleted > 0);
    let untold = (gone.untold > 0).then(|| {
        let people = if gone.untold == 1 { "1 person".to_owned() } else { format!("{} people", gone.untold) };
        format!(
            "values of {people} stay: columns of stores tell whether they are due, and could not be asked, or no row \
             of theirs is found there any more"
        )
    });
    (gone.all() > 0 || untold.is_some()).then(|| SweptStore {
        store: StoreName::from(own::STORE),
        tables,
        one_by_one: 0,
        left: 0,
        refusals: Vec::new(),
        notes: untold.into_iter().collect(),
    })
}
