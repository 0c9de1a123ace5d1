//! Credentials of programs that were verified a moment ago: checking a password is slow on purpose, and a program sends
//! it with every request.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tingzhou_platform::ledger::Actor;

const KEPT: Duration = Duration::from_secs(30);
const MOST: usize = 1_000;

struct Known {
    digest: [u8; 32],
    actor: Actor,
    until: Instant,
}

/// Verified credentials by name, for a short time, bounded. Passwords themselves are not kept.
pub(crate) struct Verified {
    salt: [u8; 32],
    names: Mutex<HashMap<String, Known>>,
}

impl Default for Verified {
    fn default() -> Self {
        let mut salt = [0; 32];
        // Without random numbers the salt stays empty and every digest still depends on name and password.
        let _ = getrandom::fill(&mut salt);
        Self { salt, names: Mutex::default() }
    }
}

impl Verified {
    fn digest(&self, name: &str, password: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
        hash.update(password);
        hash.finalize().into()
    }

    /// Who it is, if these credentials were right a moment ago.
    pub(crate) fn find(&self, name: &str, password: &str, now: Instant) -> Option<Actor> {
        let digest = self.digest(name, password);
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(name).filter(|k| k.until > now && k.digest == digest).map(|k| k.actor.clone())
    }

    /// Keeps credentials just found right.
    pub(crate) fn keep(&self, name: &str, password: &str, actor: Actor, now: Instant) {
        let digest = self.digest(name, password);
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= MOST {
            names.retain(|_, k| k.until > now);
        }
        if names.len() < MOST {
            names.insert(name.to_owned(), Known { digest, actor, until: now + KEPT });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tingzhou_platform::ledger::{AccountId, AccountRole};

    #[test]
    fn only_the_same_words_within_the_time() {
        let kept = Verified::default();
        let now = Instant::now();
        let actor =
            Actor { account: AccountId::new("water").unwrap(), role: AccountRole::Unit, unit: None, leader: None };
        kept.keep("water", "right", actor.clone(), now);
        assert_eq!(kept.find("water", "right", now), Some(actor));
        assert_eq!(kept.find("water", "wrong", now), None);
        assert_eq!(kept.find("roads", "right", now), None);
        assert_eq!(kept.find("water", "right", now + KEPT), None);
    }
}
