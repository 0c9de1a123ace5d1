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
use std::time::Duration;
use tingzhou_platform::city::{Facility, FacilityId};
use tingzhou_platform::{Change, PlatformError};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};

/// Clients at once.
pub(crate) const MOST_CLIENTS: usize = 300;
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

struct Client {
    sight: Sight,
    select: Select,
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
        let all = Select { alarm: false, order: false, silent: false, ..self.select.clone() };
        self.dirty = self.sight.all(&all, &Marks::default()).into_iter().map(|one| one.id).collect();
    }

    fn take(&mut self, change: &Change) {
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
            return Ok(Event::default().event("reload").data("{}"));
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
    select: Select,
    place: OwnedSemaphorePermit,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = sight.instruments.subscribe();
    let until = Instant::now() + LONGEST;
    let (dirty, retell) = (BTreeSet::new(), Instant::now() + RETELL);
    let mut client = Client { sight, select, changes, dirty, reload: false, retell, until, _place: place };
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
