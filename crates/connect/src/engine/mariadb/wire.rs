//! The five kinds of values on MariaDB's wire.
//!
//! Values travel in the server's binary form. A number of no sign that is too large for `i64`, and
//! decimals, come as text; dates in ISO 8601, those of TIMESTAMP with their offset, for the session
//! runs in UTC. Zero dates come as they are: no reader of dates takes them for one.

use kept_core::plan::Value;
use mysql::Column;
use mysql::consts::ColumnType;

/// The number of the character set that means bytes.
const BINARY: u16 = 63;

/// A value as it is sent.
pub(super) fn sent(value: &Value) -> mysql::Value {
    match value {
        Value::Null => mysql::Value::NULL,
        Value::Integer(number) => mysql::Value::Int(*number),
        Value::Real(number) => mysql::Value::Double(*number),
        Value::Text(text) | Value::Unread(text) => mysql::Value::Bytes(text.clone().into_bytes()),
        Value::Bytes(bytes) => mysql::Value::Bytes(bytes.clone()),
    }
}

/// A value as it was read from a column.
pub(super) fn read(column: &Column, value: mysql::Value) -> Value {
    match value {
        mysql::Value::NULL => Value::Null,
        mysql::Value::Int(number) => Value::Integer(number),
        mysql::Value::UInt(number) => unsigned(number),
        // By way of its text, so that 0.1 does not become 0.10000000149011612.
        mysql::Value::Float(number) => number.to_string().parse().map_or(Value::Null, Value::Real),
        mysql::Value::Double(number) => Value::Real(number),
        mysql::Value::Bytes(bytes) => from_bytes(column, bytes),
        mysql::Value::Date(year, month, day, hour, minute, second, micro) => {
            Value::Text(date(column.column_type(), (year, month, day), (hour, minute, second, micro)))
        }
        mysql::Value::Time(is_negative, days, hours, minutes, seconds, micro) => {
            let hours = u64::from(days) * 24 + u64::from(hours);
            let sign = if is_negative { "-" } else { "" };
            Value::Text(format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{}", fraction(micro)))
        }
    }
}

fn unsigned(number: u64) -> Value {
    i64::try_from(number).map_or_else(|_| Value::Text(number.to_string()), Value::Integer)
}

fn from_bytes(column: &Column, bytes: Vec<u8>) -> Value {
    use ColumnType::{
        MYSQL_TYPE_BLOB, MYSQL_TYPE_GEOMETRY, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_MEDIUM_BLOB,
        MYSQL_TYPE_STRING, MYSQL_TYPE_TINY_BLOB, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_VARCHAR,
    };
    match column.column_type() {
        ColumnType::MYSQL_TYPE_BIT if bytes.len() <= 8 => {
            unsigned(bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
        }
        ColumnType::MYSQL_TYPE_BIT | MYSQL_TYPE_GEOMETRY => Value::Bytes(bytes),
        MYSQL_TYPE_STRING
        | MYSQL_TYPE_VAR_STRING
        | MYSQL_TYPE_VARCHAR
        | MYSQL_TYPE_BLOB
        | MYSQL_TYPE_TINY_BLOB
        | MYSQL_TYPE_MEDIUM_BLOB
        | MYSQL_TYPE_LONG_BLOB
            if column.character_set() == BINARY =>
        {
            Value::Bytes(bytes)
        }
        // Text that is not UTF-8 stays as it is, as bytes: nothing is lost or invented.
        _ => String::from_utf8(bytes).map_or_else(|error| Value::Bytes(error.into_bytes()), Value::Text),
    }
}

fn date(kind: ColumnType, (year, month, day): (u16, u8, u8), clock: (u8, u8, u8, u32)) -> String {
    let day = format!("{year:04}-{month:02}-{day:02}");
    let (hour, minute, second, micro) = clock;
    let time = format!("T{hour:02}:{minute:02}:{second:02}{}", fraction(micro));
    match kind {
        ColumnType::MYSQL_TYPE_DATE | ColumnType::MYSQL_TYPE_NEWDATE => day,
        ColumnType::MYSQL_TYPE_TIMESTAMP | ColumnType::MYSQL_TYPE_TIMESTAMP2 => format!("{day}{time}Z"),
        _ => format!("{day}{time}"),
    }
}

fn fraction(micro: u32) -> String {
    if micro == 0 {
        return String::new();
    }
    format!(".{}", format!("{micro:06}").trim_end_matches('0'))
}
