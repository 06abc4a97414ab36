//! A table as the source of a statement, with the columns that are found of its rows once (`shared`).

use kept_core::name::{ColumnName, TableName};
use kept_core::plan::due::{Cell, THIS};

use super::{Renderer, alias};
use crate::due::shared::{Names, Shared, apart};
use crate::fault::StoreFault;
use crate::sql::Statement;

impl Renderer<'_> {
    /// The same over a subquery that adds columns to the row in question.
    #[must_use]
    pub(in crate::due) fn with_columns(&self, columns: Names) -> Self {
        Self { columns, ..self.clone() }
    }

    /// Adds a table with the columns that are found of its rows once, as the row in question.
    ///
    /// # Errors
    /// As [`Renderer::condition`].
    pub(in crate::due) fn source(
        &self,
        statement: &mut Statement,
        name: &TableName,
        shared: &Shared,
    ) -> Result<(), StoreFault> {
        self.level(statement, name, (shared, 0))
    }

    fn level(
        &self,
        statement: &mut Statement,
        name: &TableName,
        (shared, depth): (&Shared, usize),
    ) -> Result<(), StoreFault> {
        let row = alias(THIS);
        let Some(conditions) = shared.level(depth) else {
            return self.dates(statement, name, shared.dates());
        };
        let within = self.with_columns(shared.names_from(depth + 1));
        statement.push(&format!("(SELECT {row}.*"));
        for (condition, name) in conditions {
            statement.push(", ((");
            within.condition(statement, condition)?;
            // Never NULL, whatever denies it.
            statement.push(&format!(") IS TRUE) AS {name}"));
        }
        statement.push(" FROM ");
        self.level(statement, name, (shared, depth + 1))?;
        statement.push(apart(self.engine())).push(&format!(") AS {row}"));
        Ok(())
    }

    /// Adds a table with its dates as they can be compared.
    fn dates(
        &self,
        statement: &mut Statement,
        name: &TableName,
        columns: &[(ColumnName, String)],
    ) -> Result<(), StoreFault> {
        if columns.is_empty() {
            return self.from(statement, name, THIS);
        }
        let row = alias(THIS);
        statement.push(&format!("(SELECT {row}.*"));
        for (column, as_name) in columns {
            statement.push(", (");
            self.comparable(statement, &Cell::new(THIS, name, column))?;
            statement.push(&format!(") AS {as_name}"));
        }
        statement.push(" FROM ");
        self.from(statement, name, THIS)?;
        statement.push(apart(self.engine())).push(&format!(") AS {row}"));
        Ok(())
    }
}
