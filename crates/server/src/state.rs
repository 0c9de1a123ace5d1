//! What every handler shares.

use crate::api::Repeats;
use crate::auth::limit::SignInLimit;
use crate::auth::verified::Verified;
use crate::delivery::Mailer;
use crate::imports::Imports;
use crate::tiles::MapTiles;
use axum::body::Bytes;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
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
    /// The mail server; without one nothing is sent by e-mail.
    pub mailer: Option<Mailer>,
    /// Where people reach this server, for links in messages: scheme and host without a slash at the end.
    pub public_url: Option<String>,
    /// Tiles beneath the maps; without them there are lines only.
    pub map_tiles: Option<MapTiles>,
    /// How old the living report may be that the public is given; zero makes it anew for every change.
    pub public_page_age: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            secure_cookies: true,
            request_timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_secs(600),
            largest_upload: 25 * 1024 * 1024,
            mailer: None,
            public_url: None,
            map_tiles: None,
            public_page_age: Duration::from_millis(300),
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
    pub(crate) repeats: Repeats,
    /// Places for clients of live events.
    pub(crate) live: crate::city::stream::Places,
    blocks: RwLock<HashMap<String, Arc<Vec<Block>>>>,
    rendered: RwLock<HashMap<String, Bytes>>,
    moments: Mutex<HashMap<String, Moment>>,
}

/// A page made a moment ago, and since when somebody makes the next one.
struct Moment {
    html: Bytes,
    made: Instant,
    renewing: Option<Instant>,
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
            repeats: Repeats::default(),
            live: crate::city::stream::Places::new(),
            blocks: RwLock::default(),
            rendered: RwLock::default(),
            moments: Mutex::default(),
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

    /// A page for everybody that is young enough, and whether whoever gets it should make the next one meanwhile: from a
    /// third of the age on, one at a time.
    pub(crate) fn made_a_moment_ago(&self, key: &str) -> Option<(Bytes, bool)> {
        let age = self.settings.public_page_age;
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = moments.get_mut(key)?;
        let old = moment.made.elapsed();
        if old >= age {
            return None;
        }
        let renew = old >= age / 3 && moment.renewing.is_none_or(|since| since.elapsed() >= age);
        if renew {
            moment.renewing = Some(Instant::now());
        }
        Some((moment.html.clone(), renew))
    }

    /// Keeps a page for everybody.
    pub(crate) fn keep_for_a_moment(&self, key: String, html: Bytes) {
        if self.settings.public_page_age.is_zero() {
            return;
        }
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        if moments.len() >= MOST_RENDERED {
            moments.clear();
        }
        moments.insert(key, Moment { html, made: Instant::now(), renewing: None });
    }

    /// A page rendered before, under everything it depends on.
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
