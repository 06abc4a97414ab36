//! Row-level security on PostgreSQL: policies that hide rows marked as restricted from every role but
//! those named, written, brought up to date and taken away again.
//!
//! What it can't do: the owner of a table sees all rows unless `force` is said, and superusers and roles
//! with BYPASSRLS always do; so do views and functions that run as such a role. Not here: setting the
//! marks (`apply`, `marks`), and the statements themselves (`wording`).

use kept_core::name::ColumnName;
use kept_core::plan::Value;
use kept_core::policy::model::{Engine, RowSecurity};
use serde::Serialize;

use crate::engine::{Mode, Session};
use crate::fault::StoreFault;
use crate::map::{Map, Table};
use crate::marks;
use crate::schema::Column;
use crate::sql::{Arg, quote};

mod wording;

use wording::Wanted;

/// What is to be done to one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hiding {
    /// The table, by its name in the database.
    pub table: String,
    /// Who owns it: that role, or one that is a member of it, may run the statements.
    pub owner: String,
    /// Whether the database user that Kept connects as may run them.
    pub allowed: bool,
    /// The statements, in their order; none where nothing is to be done.
    pub statements: Vec<String>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// What is to be done in a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hidings {
    /// Table by table.
    pub tables: Vec<Hiding>,
    /// Whom the policies don't bind, and what else to know.
    pub notes: Vec<String>,
}

/// A table as the database has it.
#[derive(Debug)]
struct State {
    name: String,
    /// The same, for statements.
    quoted: String,
    owner: String,
    allowed: bool,
    is_on: bool,
    is_forced: bool,
    /// The comment on Kept's policy, where there is one.
    comment: Option<String>,
    /// Whether the policy that lets everybody see the other rows is there.
    opens: bool,
    /// How many policies of the company's own there are.
    others: u64,
}

const STATES: &str = "SELECT n.nspname::text, c.relname::text, c.relrowsecurity, c.relforcerowsecurity, \
    pg_catalog.pg_get_userbyid(c.relowner)::text, pg_catalog.pg_has_role(c.relowner, 'USAGE'), \
    (SELECT pg_catalog.obj_description(p.oid, 'pg_policy') FROM pg_catalog.pg_policy p \
      WHERE p.polrelid = c.oid AND p.polname = 'kept_restricted'), \
    EXISTS (SELECT 1 FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'kept_everybody'), \
    (SELECT count(*) FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid \
      AND p.polname NOT IN ('kept_restricted', 'kept_everybody')) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p') ORDER BY 1, 2";

const UNBOUND: &str = "SELECT rolname::text FROM pg_catalog.pg_roles \
    WHERE (rolsuper OR rolbypassrls) AND rolcanlogin ORDER BY 1";

/// What brings the policies of the database in step with the map, or takes all of Kept's away. Nothing
/// is changed.
///
/// # Errors
/// [`StoreFault::Map`] says what is wrong with the map and how to mend it; else as the store answers.
pub fn plan(session: &mut Session, map: &Map<'_>, undo: bool) -> Result<Hidings, StoreFault> {
    if session.engine() != Engine::Postgres {
        return Err(amiss(format!("store `{}` is no PostgreSQL database: it hides no rows", map.store.name)));
    }
    let states = states(session)?;
    let ours = |state: &&State| state.comment.as_deref().is_some_and(wording::is_ours);
    let Some(security) = map.store.row_security.as_ref().filter(|_| !undo) else {
        let tables = states.iter().filter(ours).map(wording::undo).collect();
        return Ok(Hidings { tables, notes: Vec::new() });
    };
    let see = seeing(session, security)?;
    let mut tables = Vec::new();
    let mut wanted_names = Vec::new();
    for table in map.tables.iter().filter(|table| table.policy.restricted.is_some()) {
        let (state, column) = (state_of(&states, table)?, mark(map, table)?);
        wanted_names.push(state.name.clone());
        let wanted = Wanted { column, see: &see, binds_owner: security.binds_owner };
        tables.push(wording::write(state, &wanted)?);
    }
    // What the map no longer marks is hidden no more.
    let stale = states.iter().filter(ours).filter(|state| !wanted_names.contains(&state.name));
    tables.extend(stale.map(wording::undo));
    Ok(Hidings { tables, notes: unbound(session)? })
}

/// Runs the statements in one transaction: all of them, or none.
///
/// # Errors
/// [`StoreFault::Map`] names a table that the database user may not change; else as the store answers.
pub fn write(session: &mut Session, hidings: &Hidings) -> Result<(), StoreFault> {
    let mut open = hidings.tables.iter().filter(|table| !table.statements.is_empty());
    if let Some(table) = open.clone().find(|table| !table.allowed) {
        return Err(amiss(format!(
            "only the owner of `{}` may hide its rows, and that is `{}`; have the owner run what `--dry-run` prints",
            table.table, table.owner
        )));
    }
    session.transaction(Mode::Change, |session| {
        open.try_for_each(|table| table.statements.iter().try_for_each(|text| session.batch(text)))
    })
}

fn amiss(what: String) -> StoreFault {
    StoreFault::Map { what }
}

fn states(session: &mut Session) -> Result<Vec<State>, StoreFault> {
    let quote = |name: &str| quote(Engine::Postgres, name);
    let is_true = |value: &Value| value.shown() == "true";
    let state = |row: Vec<Value>| match row.as_slice() {
        [schema, name, on, forced, owner, allowed, comment, opens, Value::Integer(others)] => Some(State {
            name: format!("{}.{}", schema.shown(), name.shown()),
            quoted: format!("{}.{}", quote(&schema.shown()), quote(&name.shown())),
            owner: owner.shown(),
            allowed: is_true(allowed),
            is_on: is_true(on),
            is_forced: is_true(forced),
            comment: (!comment.is_null()).then(|| comment.shown()),
            opens: is_true(opens),
            others: u64::try_from(*others).unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(session.query_text(STATES, &[])?.into_iter().filter_map(state).collect())
}

fn state_of<'s>(states: &'s [State], table: &Table<'_>) -> Result<&'s State, StoreFault> {
    let schema = table.shape.schema.as_deref().unwrap_or("public");
    let name = format!("{schema}.{}", table.shape.name);
    states.iter().find(|state| state.name == name).ok_or_else(|| {
        amiss(format!(
            "`{}` is no table of its own in the database (a view, or elsewhere): its rows can't be hidden; \
             take `restricted` out of its map",
            table.policy.name
        ))
    })
}

fn mark<'m>(map: &Map<'m>, table: &Table<'m>) -> Result<&'m Column, StoreFault> {
    let name = table.policy.restricted.as_ref().map(ColumnName::as_str).unwrap_or_default();
    let column = map.schema.need_column(table.shape, name)?;
    match marks::unusable(map.schema.engine, table, column) {
        None => Ok(column),
        Some(why) => {
            Err(amiss(format!("`{name}` of `{}` can't mark restricted rows: it {why}", table.policy.name)))
        }
    }
}

/// The roles that see restricted rows: the one that Kept connects as, and those named.
fn seeing(session: &mut Session, security: &RowSecurity) -> Result<Vec<String>, StoreFault> {
    let own = session.query_text("SELECT current_user::text", &[])?;
    let mut see: Vec<String> = own.iter().flatten().map(Value::shown).collect();
    for role in &security.see {
        let text = "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1::text";
        if session.query_text(text, &[Arg::One(Value::Text(role.clone()))])?.is_empty() {
            return Err(amiss(format!(
                "the database has no role `{role}`, which `row-security` lets see restricted rows; create \
                 it, or correct `see`"
            )));
        }
        if !see.contains(role) {
            see.push(role.clone());
        }
    }
    Ok(see)
}

/// Who sees all rows whatever a policy says.
fn unbound(session: &mut Session) -> Result<Vec<String>, StoreFault> {
    let roles = session.query_text(UNBOUND, &[])?;
    let names: Vec<String> = roles.iter().flatten().map(|name| format!("`{}`", name.shown())).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![format!("superusers and roles with BYPASSRLS see all rows: {}", names.join(", "))])
}
