//! What every handler shares.

use crate::auth::limit::SignInLimit;
use crate::auth::verified::Verified;
use crate::imports::Imports;
use axum::body::Bytes;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tingzhou_platform::{AdoptedReport, Block, Platform, blocks};

/// How the server is run.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Cookies only over HTTPS. Off for a trial on one machine.
    pub secure_cookies: bool,
    /// Longest time a request may take.
    pub request_timeout: Duration,
    /// Longest time a form with files may take; lines to towns are slow.
    pub upload_timeout: Duration,
    /// Largest body of a form with files, in bytes.
    pub largest_upload: usize,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            secure_cookies: true,
            request_timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_secs(600),
            largest_upload: 25 * 1024 * 1024,
        }
    }
}

/// Rendered pages kept at most.
const MOST_RENDERED: usize = 64;
/// Reports whose blocks are kept at most.
const MOST_REPORTS: usize = 16;

pub(crate) struct Shared {
    pub(crate) platform: Platform,
    pub(crate) settings: ServerSettings,
    pub(crate) limit: SignInLimit,
    pub(crate) verified: Verified,
    pub(crate) imports: Imports,
    blocks: RwLock<HashMap<String, Arc<Vec<Block>>>>,
    rendered: RwLock<HashMap<String, Bytes>>,
}

/// Cloning it is cheap and shares everything.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Shared>);

impl Deref for AppState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    pub(crate) fn new(platform: Platform, settings: ServerSettings) -> Self {
        Self(Arc::new(Shared {
            platform,
            settings,
            limit: SignInLimit::default(),
            verified: Verified::default(),
            imports: Imports::default(),
            blocks: RwLock::default(),
            rendered: RwLock::default(),
        }))
    }

    /// A report in blocks. An adopted text never changes, so they are made once.
    pub(crate) fn blocks(&self, report: &AdoptedReport) -> Arc<Vec<Block>> {
        let key = format!("{} {}", report.id, report.sha256);
        if let Some(known) = self.blocks.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let made = Arc::new(blocks(report));
        let mut kept = self.blocks.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_REPORTS {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&made));
        made
    }

    /// A page rendered a moment ago, under everything it depends on.
    pub(crate) fn rendered(&self, key: &str) -> Option<Bytes> {
        self.rendered.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a rendered page.
    pub(crate) fn keep_rendered(&self, key: String, html: Bytes) {
        let mut kept = self.rendered.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_RENDERED {
            kept.clear();
        }
        kept.insert(key, html);
    }
}
