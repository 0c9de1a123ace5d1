//! Live events of the city page: how facilities stand, each told anew when something of it has changed.
//!
//! A client is sent everything when it comes, and from then on what is different. What is not sent yet is a set of
//! facilities and never a queue of changes, so a slow client is told less often and nothing grows.

use super::body::FacilityBody;
use super::marks::Marks;
use super::{MOST_FACILITIES, Select, Sight};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tingzhou_platform::city::{Facility, FacilityId};
use tingzhou_platform::{Change, PlatformError};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

/// Clients with an account at once.
const MOST_CLIENTS: usize = 300;
/// Clients without one at once, so that they cannot take the operators' places.
const MOST_PUBLIC: usize = 200;
/// Facilities of one event.
const PER_EVENT: usize = 100;
/// How long changes are gathered before they are sent.
const GATHER: Duration = Duration::from_millis(400);
/// So often a client that has nothing to be told hears that the line stands.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// So often facilities with open orders are told anew: their time limits come nearer without anything being done.
const RETELL: Duration = Duration::from_secs(30);
/// After this a client comes again by itself, and is looked at again: who has signed out meanwhile sees less.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Places for clients: of those who are signed in, and of the public.
#[derive(Clone)]
pub(crate) struct Places {
    own: Arc<Semaphore>,
    public: Arc<Semaphore>,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { own: Arc::new(Semaphore::new(MOST_CLIENTS)), public: Arc::new(Semaphore::new(MOST_PUBLIC)) }
    }

    /// A place, kept for as long as it is held; none when all are taken.
    pub(crate) fn take(&self, signed_in: bool) -> Option<OwnedSemaphorePermit> {
        let places = if signed_in { &self.own } else { &self.public };
        Arc::clone(places).try_acquire_owned().ok()
    }
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// How facilities stand: all of them when it comes, then what is different.
    Facilities,
    /// That something happened to alarms or orders, not what.
    Alarms,
}

struct Client {
    sight: Sight,
    select: Select,
    topic: Topic,
    changes: Receiver<Change>,
    dirty: BTreeSet<FacilityId>,
    reload: bool,
    retell: Instant,
    until: Instant,
    _place: OwnedSemaphorePermit,
}

impl Client {
    fn wanted(&self, facility: &Facility) -> bool {
        self.sight.sees(facility)
            && self.select.scenario.as_ref().is_none_or(|of| Some(of) == facility.scenario.as_ref())
            && self.select.facility_type.as_ref().is_none_or(|of| of == &facility.facility_type)
    }

    fn everything(&mut self) {
        if self.topic == Topic::Alarms {
            self.reload = true;
            return;
        }
        let all = Select { alarm: false, order: false, silent: false, ..self.select.clone() };
        self.dirty = self.sight.all(&all, &Marks::default()).into_iter().map(|one| one.id).collect();
    }

    fn take(&mut self, change: &Change) {
        if self.topic == Topic::Alarms {
            self.reload |= matches!(change, Change::Alarms(_) | Change::Order(_));
            return;
        }
        match change {
            Change::Latest(latest) => self.dirty.extend(latest.iter().map(|one| one.facility.clone())),
            Change::Alarms(rows) => self.dirty.extend(rows.iter().map(|row| row.facility.clone())),
            Change::Order(facility) => drop(self.dirty.insert(facility.clone())),
            Change::Facilities => self.reload = true,
        }
        if self.dirty.len() > MOST_FACILITIES {
            self.everything();
        }
    }

    /// Waits for something to tell; false when the client's time is over, or the store does not answer: then it comes again.
    async fn wait(&mut self) -> bool {
        while self.dirty.is_empty() && !self.reload {
            let change = tokio::select! {
                change = self.changes.recv() => change,
                () = sleep_until(self.retell) => {
                    self.retell = Instant::now() + RETELL;
                    if self.topic == Topic::Alarms {
                        continue;
                    }
                    let Ok(ordered) = self.sight.ordered().await else { return false };
                    self.dirty.extend(ordered);
                    continue;
                }
                () = sleep_until(self.until) => return false,
            };
            match change {
                Ok(change) => self.take(&change),
                Err(RecvError::Lagged(_)) => self.everything(),
                Err(RecvError::Closed) => return false,
            }
            let end = Instant::now() + GATHER;
            while let Ok(more) = timeout(end.saturating_duration_since(Instant::now()), self.changes.recv()).await {
                match more {
                    Ok(change) => self.take(&change),
                    Err(RecvError::Lagged(_)) => self.everything(),
                    Err(RecvError::Closed) => break,
                }
            }
        }
        Instant::now() < self.until
    }

    /// The next event.
    async fn event(&mut self) -> Result<Event, PlatformError> {
        if std::mem::take(&mut self.reload) {
            let name = if self.topic == Topic::Alarms { "alarms" } else { "reload" };
            return Ok(Event::default().event(name).data("{}"));
        }
        let mut now = BTreeSet::new();
        while now.len() < PER_EVENT
            && let Some(id) = self.dirty.pop_first()
        {
            now.insert(id);
        }
        let marks = self.sight.marks_of(&now).await?;
        let known = now.iter().filter_map(|id| self.sight.instruments.facility(id));
        let bodies: Vec<FacilityBody> = known
            .filter(|one| self.wanted(one))
            .map(|one| FacilityBody::placeless(&self.sight, &one, &marks))
            .collect();
        if bodies.is_empty() {
            return Ok(Event::default().comment(""));
        }
        // Bodies are made of strings and finite numbers, which JSON can always write.
        Ok(Event::default().event("facilities").data(serde_json::to_string(&bodies).unwrap_or_default()))
    }
}

/// The events of one client.
pub(crate) fn events(
    sight: Sight,
    (select, topic): (Select, Topic),
    place: OwnedSemaphorePermit,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = sight.instruments.subscribe();
    let until = Instant::now() + LONGEST;
    let (dirty, retell) = (BTreeSet::new(), Instant::now() + RETELL);
    let mut client = Client { sight, select, topic, changes, dirty, reload: false, retell, until, _place: place };
    client.everything();
    let stream = unfold(client, |mut client| async move {
        if !client.wait().await {
            return None;
        }
        let event = client.event().await.ok()?;
        Some((Ok(event), client))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}

/// What is said to a page of somebody who is not signed in any more: nothing else, so that it does not go on as the public's.
pub(crate) fn signed_out() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(futures_util::stream::iter([Ok(Event::default().event("signed-out").data("{}"))]))
}
