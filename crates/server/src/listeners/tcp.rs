//! A port that instruments connect to.

use super::budget::Budget;
use super::connection::{Conversation, Patience, Speech};
use super::intake::Intake;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;

/// Takes connections until `stop` turns true, then lets each finish what it has under way. More than `most` wait in the
/// system's queue.
pub(super) async fn accept<S: Speech, I: Intake>(
    listener: TcpListener,
    most: u32,
    speech: impl Fn() -> S,
    intake: I,
    patience: Patience,
    budget: Budget,
    mut stop: watch::Receiver<bool>,
) {
    // A semaphore counts far more than ports there are.
    let room = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            next = next => next,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file handles, or a connection gone before it was taken: neither ends the listener.
                tracing::warn!(%error, "an instrument's connection could not be taken");
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let conversation = Conversation::new(stream, speech(), intake.clone(), patience, &budget);
        let stop = stop.clone();
        tokio::spawn(async move {
            if let Err(error) = conversation.run(stop).await {
                tracing::debug!(%error, "an instrument's connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    // Every connection gives its place back when it ends.
    let _ = room.acquire_many(most).await;
}
