//! One value of a row, the same on both backends.

use crate::error::StoreError;
use rusqlite::types::{ToSqlOutput, ValueRef};
use sha2::{Digest, Sha256};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// One value. Only portable types: 64-bit whole numbers, 64-bit floats, text and bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// The number of the commit's last event, known only inside the transaction.
    LastSeq,
}

pub(crate) type Row = Vec<Value>;

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn opt(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// A finite float. SQLite keeps no sign of zero, so it is not given one.
    pub(crate) fn real(value: f64) -> Self {
        Self::Real(value + 0.0)
    }

    pub(crate) fn flag(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }

    pub(crate) fn resolved(&self, last_seq: i64) -> Self {
        if matches!(self, Self::LastSeq) { Self::Int(last_seq) } else { self.clone() }
    }

    /// Feeds the value to a hash: a tag, the length, the bytes; so that no two rows look alike by accident.
    pub(crate) fn digest(&self, hash: &mut Sha256) {
        match self {
            Self::Null | Self::LastSeq => hash.update([0]),
            Self::Int(number) => {
                hash.update([1]);
                hash.update(number.to_be_bytes());
            }
            Self::Real(number) => {
                hash.update([4]);
                hash.update(number.to_bits().to_be_bytes());
            }
            Self::Text(text) => {
                hash.update([2]);
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text);
            }
            Self::Bytes(bytes) => {
                hash.update([3]);
                hash.update((bytes.len() as u64).to_be_bytes());
                hash.update(bytes);
            }
        }
    }
}

/// Takes the columns of a row apart, in order, naming the table when one is not of its type.
pub(crate) struct Columns {
    table: &'static str,
    values: std::vec::IntoIter<Value>,
}

impl Columns {
    pub(crate) fn new(table: &'static str, row: Row) -> Self {
        Self { table, values: row.into_iter() }
    }

    fn damaged(&self, why: &str) -> StoreError {
        StoreError::Damaged { table: self.table, why: why.to_owned() }
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        match self.values.next() {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(self.damaged("text expected")),
        }
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.values.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged("text or nothing expected")),
        }
    }

    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        match self.values.next() {
            Some(Value::Int(number)) => Ok(number),
            _ => Err(self.damaged("whole number expected")),
        }
    }

    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.values.next() {
            Some(Value::Int(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged("whole number or nothing expected")),
        }
    }

    pub(crate) fn opt_real(&mut self) -> Result<Option<f64>, StoreError> {
        match self.values.next() {
            Some(Value::Real(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged("number or nothing expected")),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.values.next() {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            _ => Err(self.damaged("bytes expected")),
        }
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        serde_json::from_str(&text).map_err(|e| self.damaged(&e.to_string()))
    }

    pub(crate) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        parse: impl FnOnce(String) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        let text = self.text()?;
        parse(text).map_err(|e| self.damaged(&e.to_string()))
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null | Self::LastSeq => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(crate) fn from_sqlite(value: ValueRef<'_>) -> Result<Value, StoreError> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(
            String::from_utf8(text.to_vec())
                .map_err(|e| StoreError::Damaged { table: "?", why: format!("text is not UTF-8: {e}") })?,
        ),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(number) => Value::Real(number),
    })
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null | Self::LastSeq => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(ty, out),
            Self::Real(number) => number.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::FLOAT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

pub(crate) fn from_postgres(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    row.columns()
        .iter()
        .enumerate()
        .map(|(i, column)| {
            Ok(match *column.type_() {
                Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map_or(Value::Null, Value::Int),
                Type::INT4 => row.try_get::<_, Option<i32>>(i)?.map_or(Value::Null, |n| Value::Int(i64::from(n))),
                Type::FLOAT8 => row.try_get::<_, Option<f64>>(i)?.map_or(Value::Null, Value::Real),
                Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map_or(Value::Null, Value::Bytes),
                _ => row.try_get::<_, Option<String>>(i)?.map_or(Value::Null, Value::Text),
            })
        })
        .collect()
}
