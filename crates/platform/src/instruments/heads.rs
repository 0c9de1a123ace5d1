//! What helps a person to tell what an unknown sender is: the beginnings of its frames; and what was refused of nobody
//! known. In memory only, since nothing of an unknown sender is kept.

use super::Instruments;
use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

/// Senders of which frames are shown.
const MOST_SHOWN: usize = 1_000;
/// Frames shown of each.
const HEADS: usize = 3;
/// Longest beginning shown, in bytes.
const LONGEST: usize = 64;
/// Reasons counted where nobody knows whose the bytes were.
const MOST_REASONS: usize = 256;

/// The beginnings of a sender's frames, and its number in the order they came.
#[derive(Debug)]
struct Shown {
    no: u64,
    heads: Vec<Vec<u8>>,
}

/// What is held of unknown senders.
#[derive(Debug, Default)]
pub(super) struct Heads {
    by_address: BTreeMap<(String, String), Shown>,
    shown: u64,
    nobodys: BTreeMap<(String, String), u64>,
}

impl Instruments {
    fn held(&self) -> MutexGuard<'_, Heads> {
        self.core.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds the beginning of a frame of a sender in quarantine: 64 bytes of three different frames, of the last
    /// 1,000 such senders.
    pub fn hold_head(&self, protocol: &str, address: &str, head: &[u8]) {
        let head = &head[..head.len().min(LONGEST)];
        let mut held = self.held();
        let key = (protocol.to_owned(), address.to_owned());
        if held.by_address.len() >= MOST_SHOWN && !held.by_address.contains_key(&key) {
            let oldest = held.by_address.iter().min_by_key(|(_, shown)| shown.no).map(|(key, _)| key.clone());
            oldest.and_then(|oldest| held.by_address.remove(&oldest));
        }
        held.shown += 1;
        let no = held.shown;
        let heads = &mut held.by_address.entry(key).or_insert_with(|| Shown { no, heads: Vec::new() }).heads;
        if heads.len() < HEADS && !heads.iter().any(|known| known == head) {
            heads.push(head.to_vec());
        }
    }

    /// The beginnings of frames of a sender in quarantine, since the instruments were opened; at most three.
    #[must_use]
    pub fn heads(&self, protocol: &str, address: &str) -> Vec<Vec<u8>> {
        let held = self.held();
        let shown = held.by_address.get(&(protocol.to_owned(), address.to_owned()));
        shown.map(|shown| shown.heads.clone()).unwrap_or_default()
    }

    /// Forgets the frames of senders that are not in quarantine any more.
    pub(super) fn drop_heads<'a>(&self, senders: impl IntoIterator<Item = &'a (String, String)>) {
        let mut held = self.held();
        for sender in senders {
            held.by_address.remove(sender);
        }
    }

    /// Counts something refused where nobody knows whose it was, such as noise before the first frame.
    pub fn count_nobodys(&self, protocol: &str, reason: &str, count: u64) {
        let mut held = self.held();
        let key = (protocol.to_owned(), reason.to_owned());
        if held.nobodys.len() < MOST_REASONS || held.nobodys.contains_key(&key) {
            let so_far = held.nobodys.entry(key).or_default();
            *so_far = so_far.saturating_add(count);
        }
    }

    /// What was refused where nobody knows whose it was, since the instruments were opened: protocol, reason, how often.
    #[must_use]
    pub fn nobodys(&self) -> Vec<(String, String, u64)> {
        let one = |((protocol, reason), count): (&(String, String), &u64)| (protocol.clone(), reason.clone(), *count);
        self.held().nobodys.iter().map(one).collect()
    }
}
