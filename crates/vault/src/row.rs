//! A row as an engine returned it, and how its columns are read. Not here: SQL.

use jiff::Timestamp as Instant;
use kept_core::plan::Value;

use crate::fault::Fault;

/// One row of a statement's answer.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) statement: &'static str,
    pub(crate) values: Vec<Value>,
}

impl Row {
    fn shape(&self, column: usize) -> Fault {
        Fault::Shape { statement: self.statement, column }
    }

    /// A whole number.
    pub(crate) fn integer(&self, column: usize) -> Result<i64, Fault> {
        self.integer_or_null(column)?.ok_or_else(|| self.shape(column))
    }

    /// A whole number, or NULL.
    pub(crate) fn integer_or_null(&self, column: usize) -> Result<Option<i64>, Fault> {
        match self.values.get(column) {
            Some(Value::Integer(number)) => Ok(Some(*number)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.shape(column)),
        }
    }

    /// Text.
    pub(crate) fn text(&self, column: usize) -> Result<&str, Fault> {
        self.text_or_null(column)?.ok_or_else(|| self.shape(column))
    }

    /// Text, or NULL.
    pub(crate) fn text_or_null(&self, column: usize) -> Result<Option<&str>, Fault> {
        match self.values.get(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.shape(column)),
        }
    }

    /// Bytes.
    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8], Fault> {
        self.bytes_or_null(column)?.ok_or_else(|| self.shape(column))
    }

    /// Bytes, or NULL.
    pub(crate) fn bytes_or_null(&self, column: usize) -> Result<Option<&[u8]>, Fault> {
        match self.values.get(column) {
            Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.shape(column)),
        }
    }

    /// Bytes, or NULL, taken out of the row.
    pub(crate) fn take_bytes(&mut self, column: usize) -> Result<Option<Vec<u8>>, Fault> {
        match self.values.get_mut(column).map(|value| std::mem::replace(value, Value::Null)) {
            Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.shape(column)),
        }
    }

    /// An instant, stored as microseconds of UTC.
    pub(crate) fn instant(&self, column: usize) -> Result<Instant, Fault> {
        self.instant_or_null(column)?.ok_or_else(|| self.shape(column))
    }

    /// An instant, or NULL.
    pub(crate) fn instant_or_null(&self, column: usize) -> Result<Option<Instant>, Fault> {
        self.integer_or_null(column)?
            .map(Instant::from_microsecond)
            .transpose()
            .map_err(|_| Fault::Instant { statement: self.statement })
    }
}

/// A whole number as a value.
pub(crate) fn integer(number: i64) -> Value {
    Value::Integer(number)
}

/// Text as a value.
pub(crate) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// Bytes as a value.
pub(crate) fn bytes(bytes: impl Into<Vec<u8>>) -> Value {
    Value::Bytes(bytes.into())
}

/// An instant as a value: microseconds of UTC.
pub(crate) fn instant(instant: Instant) -> Value {
    Value::Integer(instant.as_microsecond())
}

/// A value, or NULL.
pub(crate) fn or_null<T>(value: Option<T>, make: impl FnOnce(T) -> Value) -> Value {
    value.map_or(Value::Null, make)
}
