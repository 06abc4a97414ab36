//! `kept row-security`: PostgreSQL hides rows marked as restricted, or does so no more.

use kept_engine::row_security::{RowSecurityOrder, StoreRowSecurity};

use crate::cli::restrict::RowSecurityArgs;
use crate::company::open;
use crate::{Ended, clock, printer};

/// Writes the policies, takes them away, or prints what would be run.
pub(crate) fn run(args: &RowSecurityArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let store = args.store.as_deref().map(Into::into);
    let order = RowSecurityOrder { store, undo: args.undo, dry_run: args.dry_run };
    let told = company.row_security(&order, now)?;
    if args.work.json {
        printer::json(&told)?;
    } else {
        told.iter().for_each(|one| say(one, args.dry_run));
    }
    let troubled = told.iter().any(|one| one.problem.is_some());
    Ok(if troubled { Ended::Findings } else { Ended::Done })
}

/// Statements to the standard output, ready for `psql`; everything else beside it.
fn say(one: &StoreRowSecurity, dry_run: bool) {
    let open: Vec<&kept_connect::row_security::Hiding> =
        one.tables.iter().filter(|table| !table.statements.is_empty()).collect();
    if dry_run && !open.is_empty() {
        printer::data("BEGIN;");
        for statement in open.iter().flat_map(|table| &table.statements) {
            printer::data(statement);
        }
        printer::data("COMMIT;");
    }
    for table in &one.tables {
        let verb = match (table.statements.is_empty(), one.written) {
            (true, _) => "as it should be",
            (false, true) => "written",
            (false, false) => "not written",
        };
        printer::note(&format!("{}: {}: {verb}", one.store, table.table));
        if dry_run && !table.allowed && !table.statements.is_empty() {
            printer::note(&format!("  only its owner `{}` may run them", table.owner));
        }
        table.notes.iter().for_each(|note| printer::note(&format!("  {note}")));
    }
    if one.tables.is_empty() && one.problem.is_none() {
        printer::note(&format!("{}: no policy of kept's is there", one.store));
    }
    one.notes.iter().for_each(|note| printer::note(&format!("{}: {note}", one.store)));
    if let Some(problem) = &one.problem {
        printer::note(&format!("{}: {problem}", one.store));
    }
}
