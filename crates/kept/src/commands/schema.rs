//! `kept schema`: the JSON Schema of policy files, by which editors complete and check them.

use kept_core::policy::keys::schema::schema;

use crate::{Ended, printer};

/// Prints the schema.
pub(crate) fn run() -> anyhow::Result<Ended> {
    printer::json(&schema())?;
    Ok(Ended::Done)
}
