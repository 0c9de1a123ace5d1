//! Connections: how many, how long a request may take to arrive, and how they end.

use crate::delivery::Courier;
use crate::listeners::Hub;
use crate::{Listening, ServerSettings, router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tingzhou_platform::Platform;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;

/// Connections at once; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 4_096;
/// How long the head of a request may take to arrive.
const HEAD_WITHIN: Duration = Duration::from_secs(20);
/// How long what is under way may take to finish once the server ends.
const FINISH_WITHIN: Duration = Duration::from_secs(15);

/// How often what is due is looked for.
const REMIND_EVERY: Duration = Duration::from_secs(60);

/// Sends the reminders that are due and measures tasks, by the key projects and by measures, again and again.
async fn remind(platform: Platform) {
    loop {
        match platform.remind().await {
            Ok(0) => {}
            Ok(sent) => tracing::info!(sent, "reminders sent"),
            Err(error) => tracing::warn!(%error, "reminders could not be sent; they are tried again"),
        }
        if let Err(error) = platform.roll_up().await {
            tracing::warn!(%error, "key projects could not be rolled up; it is tried again");
        }
        match platform.measure_due().await {
            Ok(0) => {}
            Ok(filed) => tracing::info!(filed, "readings of measures filed"),
            Err(error) => tracing::warn!(%error, "measures could not be read; it is tried again"),
        }
        sleep(REMIND_EVERY).await;
    }
}

/// Serves until `shutdown` is done, then finishes what is under way.
///
/// # Errors
/// None so far: a connection that fails is its own end only.
pub async fn serve(
    listener: TcpListener,
    platform: Platform,
    settings: ServerSettings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_and_listen(listener, Listening::default(), platform, settings, shutdown).await
}

/// The same, and listens to the city's instruments.
///
/// # Errors
/// When the instruments cannot be loaded.
pub async fn serve_and_listen(
    listener: TcpListener,
    listening: Listening,
    platform: Platform,
    settings: ServerSettings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let reminders = tokio::spawn(remind(platform.clone()));
    let tended = tokio::spawn(crate::tending::tend(platform.clone()));
    let ordered = tokio::spawn(crate::tending::tend_orders(platform.clone()));
    let courier = Courier::new(platform.clone(), settings.mailer.clone(), settings.public_url.clone());
    let messages = tokio::spawn(courier.run());
    let (end, ended) = watch::channel(false);
    let ways_in = if listening.any() {
        let hub = Hub::new(platform.instruments().await.map_err(io::Error::other)?);
        listening.start(&hub, hub.topics(), &ended)
    } else {
        Vec::new()
    };
    let app = router(platform, settings);
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            next = next => next,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file handles, or a connection gone before it was taken: neither ends the server.
                tracing::warn!(%error, "a connection could not be taken");
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Answers are written whole; waiting to fill a packet only makes them late.
        let _ = stream.set_nodelay(true);
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app.clone()));
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    // Nobody listens when every way in has ended already.
    let _ = end.send(true);
    // Each is sent in a transaction of its own; one cut off is sent next time.
    reminders.abort();
    tended.abort();
    ordered.abort();
    // A message cut off is sent again, under the same key.
    messages.abort();
    let finished = async {
        graceful.shutdown().await;
        for way_in in ways_in {
            let _ = way_in.await;
        }
    };
    tokio::select! {
        () = finished => {}
        () = sleep(FINISH_WITHIN) => tracing::warn!("some requests did not finish in time"),
    }
    Ok(())
}
