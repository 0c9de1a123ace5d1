//! Tables being carried out in the background, with how far each is. Kept in memory only: what was carried out is in the
//! tasks, and a table given again shows what is left of it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tingzhou_platform::ledger::{Actor, TaskId};
use tingzhou_platform::{DecompositionDone, Platform, PlatformError, ProposedAssignment};

/// Imports remembered at most; the oldest is forgotten first.
const MOST: usize = 16;

/// What became of an import.
pub(crate) type Outcome = Result<(usize, Vec<(TaskId, PlatformError)>), PlatformError>;

/// A table being carried out.
pub(crate) struct Import {
    pub(crate) id: String,
    pub(crate) total: usize,
    done: AtomicUsize,
    outcome: OnceLock<Outcome>,
}

impl Import {
    /// Rows carried out or refused so far.
    pub(crate) fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// What became of it, once it is over.
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        self.outcome.get()
    }
}

/// The imports of this server.
#[derive(Default)]
pub(crate) struct Imports {
    kept: Mutex<VecDeque<Arc<Import>>>,
}

impl Imports {
    /// Begins one and returns at once.
    pub(crate) fn begin(&self, id: String, platform: Platform, actor: Actor, rows: Vec<ProposedAssignment>) {
        let import = Import { id, total: rows.len(), done: AtomicUsize::new(0), outcome: OnceLock::new() };
        let import = Arc::new(import);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.pop_front();
        }
        kept.push_back(Arc::clone(&import));
        drop(kept);
        tokio::spawn(async move {
            let progress = |done| import.done.store(done, Ordering::Relaxed);
            let done = platform.confirm_decomposition(&actor, rows, progress).await;
            // Set once, here.
            let _ = import.outcome.set(done.map(|DecompositionDone { assigned, failed }| (assigned, failed)));
        });
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Import>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|import| import.id == id).cloned()
    }
}
