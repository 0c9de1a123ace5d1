//! Content of attachments, under its hash: the same content is kept once.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Value};
use tingzhou_ledger::CityId;

const PUT: &str = "INSERT INTO file (city_id, sha256, media_type, kept_at, content) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (city_id, sha256) DO NOTHING";
const ONE: &str = "SELECT sha256, media_type, content FROM file WHERE city_id = $1 AND sha256 = $2";

/// A file's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
    /// Media type, from the content.
    pub media_type: String,
    /// The content.
    pub content: Vec<u8>,
}

impl Store {
    /// One file.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn file(&self, city: &CityId, sha256: &str) -> Result<Option<FileRow>, StoreError> {
        let rows = self.query(ONE, vec![Value::text(city.as_str()), Value::text(sha256)]).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let mut columns = Columns::new("file", row);
        Ok(Some(FileRow { sha256: columns.text()?, media_type: columns.text()?, content: columns.bytes()? }))
    }
}

impl Commit {
    /// Keeps a file.
    pub fn put_file(&mut self, file: &FileRow) {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(&file.sha256),
            Value::text(&file.media_type),
            Value::Int(self.at.as_microsecond()),
            Value::Bytes(file.content.clone()),
        ];
        self.write(PUT, params);
    }
}
