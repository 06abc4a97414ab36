//! The five kinds of values on PostgreSQL's wire.
//!
//! Arguments travel as text, whose meaning the server takes from the place where they stand, so
//! that one kind of value serves every column type. Results travel in the server's binary form;
//! types that are not listed here are read with `::text`.

use std::error::Error;
use std::net::IpAddr;

use bytes::{BufMut, BytesMut};
use jiff::Timestamp;
use kept_core::plan::Value;
use postgres::types::{Format, FromSql, IsNull, Kind, ToSql, Type};

use crate::sql::Arg;

type Fault = Box<dyn Error + Sync + Send>;

/// Microseconds from 1970 to 2000, where PostgreSQL begins to count.
const EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

/// Days from 1970 to 2000.
const EPOCH_DAYS: i64 = 10_957;

impl ToSql for Arg {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        match self {
            Self::One(value) => {
                let Some(text) = text(value) else { return Ok(IsNull::Yes) };
                out.put_slice(text.as_bytes());
            }
            Self::Many(values) => out.put_slice(array(values).as_bytes()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    postgres::types::to_sql_checked!();
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Integer(number) => Some(number.to_string()),
        Value::Real(number) if number.is_infinite() => {
            Some(if *number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned())
        }
        Value::Real(number) => Some(format!("{number:?}")),
        Value::Text(text) | Value::Unread(text) => Some(text.clone()),
        Value::Bytes(_) => Some(format!("\\x{}", value.shown())),
    }
}

fn array(values: &[Value]) -> String {
    let mut out = String::from("{");
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        match text(value) {
            None => out.push_str("NULL"),
            Some(text) => {
                out.push('"');
                for sign in text.chars() {
                    if matches!(sign, '"' | '\\') {
                        out.push('\\');
                    }
                    out.push(sign);
                }
                out.push('"');
            }
        }
    }
    out.push('}');
    out
}

/// A value as it was read.
pub(super) struct Read(pub(super) Value);

impl<'a> FromSql<'a> for Read {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Fault> {
        decode(kind, raw).map(Self)
    }

    fn from_sql_null(_: &Type) -> Result<Self, Fault> {
        Ok(Self(Value::Null))
    }

    fn accepts(kind: &Type) -> bool {
        is_native(kind)
    }
}

fn is_native(kind: &Type) -> bool {
    match kind.kind() {
        Kind::Domain(base) => is_native(base),
        Kind::Enum(_) => true,
        _ => matches!(
            kind.name(),
            "bool"
                | "int2"
                | "int4"
                | "int8"
                | "oid"
                | "float4"
                | "float8"
                | "text"
                | "varchar"
                | "bpchar"
                | "name"
                | "unknown"
                | "citext"
                | "bytea"
                | "timestamptz"
                | "timestamp"
                | "date"
                | "uuid"
                | "json"
                | "inet"
                | "cidr"
                | "void"
        ),
    }
}

fn decode(kind: &Type, raw: &[u8]) -> Result<Value, Fault> {
    if let Kind::Domain(base) = kind.kind() {
        return decode(base, raw);
    }
    Ok(match kind.name() {
        "bool" => Value::Text(if bool::from_sql(kind, raw)? { "true" } else { "false" }.to_owned()),
        "int2" => Value::Integer(i64::from(i16::from_sql(kind, raw)?)),
        "int4" => Value::Integer(i64::from(i32::from_sql(kind, raw)?)),
        "int8" => Value::Integer(i64::from_sql(kind, raw)?),
        "oid" => Value::Integer(i64::from(u32::from_sql(kind, raw)?)),
        // By way of its text, so that 0.1 does not become 0.10000000149011612.
        "float4" => Value::Real(f32::from_sql(kind, raw)?.to_string().parse()?),
        "float8" => Value::Real(f64::from_sql(kind, raw)?),
        "bytea" => Value::Bytes(raw.to_vec()),
        "timestamptz" => Value::Text(instant(<[u8; 8]>::try_from(raw)?, "Z")),
        "timestamp" => Value::Text(instant(<[u8; 8]>::try_from(raw)?, "")),
        "date" => Value::Text(day(<[u8; 4]>::try_from(raw)?)),
        "uuid" => Value::Text(uuid(raw)),
        "inet" | "cidr" => Value::Text(address(raw).ok_or("an address of no known family")?),
        "void" => Value::Null,
        _ => Value::Text(std::str::from_utf8(raw)?.to_owned()),
    })
}

/// An instant or a local time in ISO 8601. What lies beyond the calendar is `infinity`, which every
/// reader of dates takes for "can't tell".
fn instant(raw: [u8; 8], zone: &str) -> String {
    let counted = i64::from_be_bytes(raw);
    let at = counted
        .checked_add(EPOCH_MICROSECONDS)
        .and_then(|microseconds| Timestamp::from_microsecond(microseconds).ok());
    match at {
        Some(at) => format!("{}{zone}", at.to_string().trim_end_matches('Z')),
        None => beyond(counted < 0),
    }
}

fn day(raw: [u8; 4]) -> String {
    let counted = i64::from(i32::from_be_bytes(raw));
    let at = Timestamp::from_second((counted + EPOCH_DAYS) * 86_400).ok();
    match at {
        Some(at) => {
            let text = at.to_string();
            text.split('T').next().unwrap_or_default().to_owned()
        }
        None => beyond(counted < 0),
    }
}

fn beyond(before: bool) -> String {
    if before { "-infinity" } else { "infinity" }.to_owned()
}

/// `10.0.0.1`, `2001:db8::/32`: the family, the bits that count, whether it is a network, the number
/// of bytes, the bytes.
fn address(raw: &[u8]) -> Option<String> {
    let (head, bytes) = raw.split_at_checked(4)?;
    let &[_, bits, is_network, _] = head else { return None };
    let (host, bits_max) = if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        (IpAddr::from(four), 32)
    } else {
        (IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?), 128)
    };
    if bits == bits_max && is_network == 0 { Some(host.to_string()) } else { Some(format!("{host}/{bits}")) }
}

fn uuid(raw: &[u8]) -> String {
    let mut out = String::with_capacity(36);
    for (index, byte) in raw.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push_str(&format!("{byte:02x}"));
    }
    out
}
