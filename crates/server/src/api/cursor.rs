//! Where a list goes on: opaque to the caller, and only good for the list it came from.

use crate::error::Answer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const MARK: usize = 6;

fn mark(list: &str) -> Vec<u8> {
    Sha256::digest(list).iter().copied().take(MARK).collect()
}

/// A cursor of a list, which is named by everything that chooses its rows.
pub(crate) fn write(list: &str, offset: usize) -> String {
    let mut bytes = mark(list);
    bytes.extend_from_slice(&(offset as u64).to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place a cursor names; the beginning without one.
pub(crate) fn read(list: &str, cursor: Option<&str>) -> Result<usize, Answer> {
    let Some(cursor) = cursor.filter(|c| !c.is_empty()) else { return Ok(0) };
    let wrong = || {
        Answer::bad_field(
            "cursor",
            "游标不属于这个列表；请从第一页重新读取。",
            "The cursor does not belong to this list; start again from its first page.",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
    let (head, tail) = bytes.split_at_checked(MARK).ok_or_else(wrong)?;
    let place: [u8; 8] = tail.try_into().map_err(|_| wrong())?;
    if head != mark(list) {
        return Err(wrong());
    }
    usize::try_from(u64::from_be_bytes(place)).map_err(|_| wrong())
}

/// Rows of a page: as asked, 1 to 200; 50 when not asked.
pub(crate) fn limit(asked: Option<usize>) -> usize {
    asked.unwrap_or(50).clamp(1, 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_to_their_own_list_only() {
        for offset in [0, 1, 199, 1_000_000] {
            let cursor = write("tasks light=red", offset);
            assert_eq!(read("tasks light=red", Some(&cursor)).unwrap(), offset);
            assert!(read("tasks light=blue", Some(&cursor)).is_err());
        }
        for bad in ["x", "!!", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert!(read("tasks", Some(bad)).is_err(), "{bad}");
        }
        assert_eq!(read("tasks", None).unwrap(), 0);
        assert_eq!((limit(None), limit(Some(0)), limit(Some(9_999))), (50, 1, 200));
    }
}
