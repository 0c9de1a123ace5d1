//! Memory for what waits for its missing parts: one budget for the connections of all ports, since there may be many.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most bytes that wait at once, of all connections together.
const MOST: usize = 32 * 1024 * 1024;

/// How much may wait, and how much does. Cloning it shares it.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    most: usize,
    used: Arc<AtomicUsize>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::of(MOST)
    }
}

impl Budget {
    pub(super) fn of(most: usize) -> Self {
        Self { most, used: Arc::default() }
    }

    #[cfg(test)]
    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::SeqCst)
    }

    /// For a connection that begins.
    pub(super) fn share(&self) -> Share {
        Share { budget: self.clone(), bytes: 0 }
    }
}

/// What one connection has of a budget. It is given back at its end.
#[derive(Debug)]
pub(super) struct Share {
    budget: Budget,
    bytes: usize,
}

impl Share {
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Has so many bytes from now on. Whether there is room for them.
    pub(super) fn set(&mut self, bytes: usize) -> bool {
        let used = &self.budget.used;
        let all = if bytes >= self.bytes {
            let more = bytes - self.bytes;
            used.fetch_add(more, Ordering::SeqCst) + more
        } else {
            let less = self.bytes - bytes;
            used.fetch_sub(less, Ordering::SeqCst) - less
        };
        self.bytes = bytes;
        all <= self.budget.most
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod unit {
    use super::Budget;

    #[test]
    fn shares() {
        let budget = Budget::of(10);
        let (mut one, mut other) = (budget.share(), budget.share());
        assert!(one.set(6) && !other.set(5) && other.set(4));
        assert_eq!((one.bytes(), other.bytes(), budget.used()), (6, 4, 10));
        assert!(one.set(2) && other.set(8));
        drop(one);
        assert_eq!(budget.used(), 8);
        drop(other);
        assert_eq!(budget.used(), 0);
    }
}
