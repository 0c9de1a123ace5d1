//! Where a list goes on: opaque to the caller, and only good for the list it came from.

use crate::error::Answer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tingzhou_platform::city::Moment;

const MARK: usize = 6;

fn mark(list: &str) -> Vec<u8> {
    Sha256::digest(list).iter().copied().take(MARK).collect()
}

fn wrong() -> Answer {
    Answer::bad_field(
        "cursor",
        "游标不属于这个列表；请从第一页重新读取。",
        "The cursor does not belong to this list; start again from its first page.",
    )
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
    let place: [u8; 8] = read_bytes(list, cursor)?.try_into().map_err(|_| wrong())?;
    usize::try_from(u64::from_be_bytes(place)).map_err(|_| wrong())
}

/// A cursor of a list of a stretch of time: from where it goes on to before where it ends, which stays as it was at first.
pub(crate) fn write_stretch(list: &str, (from, to): (Moment, Moment)) -> String {
    let mut bytes = mark(list);
    bytes.extend([from, to].into_iter().flat_map(|at| at.millis().to_be_bytes()));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The stretch of time a cursor names; none without one.
pub(crate) fn read_stretch(list: &str, cursor: Option<&str>) -> Result<Option<(Moment, Moment)>, Answer> {
    let Some(cursor) = cursor.filter(|c| !c.is_empty()) else { return Ok(None) };
    let bytes: [u8; 16] = read_bytes(list, cursor)?.try_into().map_err(|_| wrong())?;
    // The two halves of sixteen bytes.
    let [from, to] = [&bytes[..8], &bytes[8..]].map(|half| {
        let millis = i64::from_be_bytes(half.try_into().unwrap_or_default());
        Moment::from_millis(millis).ok_or_else(wrong)
    });
    Ok(Some((from?, to?)))
}

/// What a cursor holds behind the mark of its list.
fn read_bytes(list: &str, cursor: &str) -> Result<Vec<u8>, Answer> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
    let (head, tail) = bytes.split_at_checked(MARK).ok_or_else(wrong)?;
    if head == mark(list) { Ok(tail.to_vec()) } else { Err(wrong()) }
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
        let at = |millis| Moment::from_millis(millis).unwrap();
        for stretch in [(at(-5), at(0)), (at(1_761_868_800_000), at(1_761_868_800_001))] {
            let cursor = write_stretch("history", stretch);
            assert_eq!(read_stretch("history", Some(&cursor)).unwrap(), Some(stretch));
            assert!(read_stretch("other", Some(&cursor)).is_err() && read("history", Some(&cursor)).is_err());
        }
        let never = [&mark("history")[..], &[0x7F; 16]].concat();
        for bad in ["x".to_owned(), write("history", 7), URL_SAFE_NO_PAD.encode(never)] {
            assert!(read_stretch("history", Some(&bad)).is_err(), "{bad}");
        }
        assert_eq!(read_stretch("history", None).unwrap(), None);
        assert_eq!((limit(None), limit(Some(0)), limit(Some(9_999))), (50, 1, 200));
    }
}
