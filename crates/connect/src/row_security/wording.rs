//! The statements of row-level security: quoted names, no value of anybody's, the same however often
//! they are run.
//!
//! A comment on the policy says what Kept switched on itself, so that undoing leaves what the company
//! had switched on before.

use kept_core::plan::restrict::UNSET;
use kept_core::policy::model::Engine;

use super::{Hiding, State, amiss};
use crate::fault::StoreFault;
use crate::schema::{Class, Column};
use crate::sql::quote;

/// How the comment on Kept's policy begins.
const OURS: &str = "written by kept (";

/// What row-level security was switched on by Kept, as the comment says it.
const ON: &str = "switched on";

/// The same, for binding the owner.
const FORCED: &str = "forced";

/// What a table's policy is to be.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) column: &'a Column,
    pub(super) see: &'a [String],
    pub(super) binds_owner: bool,
}

/// Whether a comment says that Kept wrote the policy.
pub(super) fn is_ours(comment: &str) -> bool {
    comment.starts_with(OURS)
}

/// Whether Kept's comment says that it switched something.
fn says(state: &State, what: &str) -> bool {
    let told = state.comment.as_deref().and_then(|comment| comment.strip_prefix(OURS));
    let told = told.and_then(|rest| rest.split(')').next()).unwrap_or_default();
    told.split(", ").any(|word| word == what)
}

/// What makes a table hide its marked rows.
pub(super) fn write(state: &State, wanted: &Wanted<'_>) -> Result<Hiding, StoreFault> {
    if state.comment.is_none() && !state.is_on && state.others > 0 {
        return Err(amiss(format!(
            "`{}` has policies of its own and row-level security is switched off: switching it on would \
             put them in force too; switch it on yourself, or drop them, and run this again",
            state.name
        )));
    }
    let switches = !state.is_on || says(state, ON);
    let forces = wanted.binds_owner && (!state.is_forced || says(state, FORCED));
    let switched: Vec<&str> =
        [(switches, ON), (forces, FORCED)].iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    let condition = condition(wanted);
    let comment = format!("{OURS}{}): {condition}", switched.join(", "));
    let releases = !wanted.binds_owner && state.is_forced && says(state, FORCED);
    let in_step = state.comment.as_deref() == Some(comment.as_str())
        && state.is_on
        && state.opens == switches
        && (state.is_forced || !wanted.binds_owner);
    let mut hiding = hiding(state);
    if !wanted.binds_owner {
        hiding.notes.push(format!(
            "`{}` owns it and sees all rows: so does a program that connects as the owner, unless \
             `force = true` is said",
            state.owner
        ));
    }
    if in_step && !releases {
        return Ok(hiding);
    }
    let table = &state.quoted;
    let mut say = |text: String| hiding.statements.push(text);
    say(format!("DROP POLICY IF EXISTS kept_restricted ON {table};"));
    say(format!(
        "CREATE POLICY kept_restricted ON {table} AS RESTRICTIVE FOR ALL TO PUBLIC USING ({condition});"
    ));
    say(format!("COMMENT ON POLICY kept_restricted ON {table} IS {};", literal(&comment)));
    if switches {
        // Without a policy that permits, row-level security shows nothing to anybody.
        say(format!("DROP POLICY IF EXISTS kept_everybody ON {table};"));
        say(format!(
            "CREATE POLICY kept_everybody ON {table} AS PERMISSIVE FOR ALL TO PUBLIC USING (true) WITH CHECK (true);"
        ));
    }
    if !state.is_on {
        say(format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"));
    }
    if wanted.binds_owner && !state.is_forced {
        say(format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"));
    }
    if releases {
        say(format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"));
    }
    Ok(hiding)
}

/// What takes Kept's policies away again, and switches off what Kept switched on.
pub(super) fn undo(state: &State) -> Hiding {
    let table = &state.quoted;
    let mut hiding = hiding(state);
    if says(state, FORCED) {
        hiding.statements.push(format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"));
    }
    if says(state, ON) {
        if state.others == 0 {
            hiding.statements.push(format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"));
        } else {
            hiding.notes.push(
                "row-level security stays on: other policies were added since, and from now on they alone \
                 say who sees its rows"
                    .to_owned(),
            );
        }
        hiding.statements.push(format!("DROP POLICY IF EXISTS kept_everybody ON {table};"));
    }
    hiding.statements.push(format!("DROP POLICY IF EXISTS kept_restricted ON {table};"));
    hiding
}

fn hiding(state: &State) -> Hiding {
    Hiding {
        table: state.name.clone(),
        owner: state.owner.clone(),
        allowed: state.allowed,
        statements: Vec::new(),
        notes: Vec::new(),
    }
}

/// The rows that a role sees: those without the mark, and all for a role that is one of those named or
/// has its rights. Names of roles are compared as text, so that a role that goes leaves no broken policy.
fn condition(wanted: &Wanted<'_>) -> String {
    let names: Vec<String> = wanted.see.iter().map(|role| literal(role)).collect();
    format!(
        "({}) OR EXISTS (SELECT 1 FROM pg_catalog.pg_roles AS kept_role WHERE kept_role.rolname IN ({}) \
         AND pg_catalog.pg_has_role(kept_role.oid, 'USAGE'))",
        unmarked(wanted.column),
        names.join(", ")
    )
}

fn unmarked(column: &Column) -> String {
    let name = quote(Engine::Postgres, &column.name);
    match column.class {
        Class::Truth => format!("{name} IS NOT TRUE"),
        Class::Integer => format!("{name} IS NULL OR {name} = 0"),
        Class::Text => {
            let unset: Vec<String> = UNSET.iter().map(|text| literal(text)).collect();
            format!("{name} IS NULL OR {name} IN ({})", unset.join(", "))
        }
        _ => format!("{name} IS NULL"),
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
