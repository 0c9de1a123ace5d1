//! Real sockets against running listeners, with an intake that remembers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

mod blame;
mod connection;
mod double;
mod hj212;
mod jt808;
mod mqtt;
mod sl651;
mod vectors;

use super::budget::Budget;
use super::connection::{Patience, Speech};
use super::tcp::accept;
use double::Double;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running listener.
struct Port {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Port {
    async fn open<S: Speech>(speech: impl Fn() -> S + Send + 'static, double: &Double, patience: Patience) -> Self {
        Self::for_most(10_000, speech, double, patience).await
    }

    async fn for_most<S: Speech>(
        most: u32,
        speech: impl Fn() -> S + Send + 'static,
        double: &Double,
        patience: Patience,
    ) -> Self {
        Self::within_budget(Budget::default(), most, speech, double, patience).await
    }

    async fn within_budget<S: Speech>(
        budget: Budget,
        most: u32,
        speech: impl Fn() -> S + Send + 'static,
        double: &Double,
        patience: Patience,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(accept(listener, most, speech, double.clone(), patience, budget, stopped));
        Self { address, stop, running }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends these pieces, says that there is no more, and gives everything that came back.
    async fn talk(&self, pieces: &[&[u8]]) -> Vec<u8> {
        let mut stream = self.connect().await;
        for piece in pieces {
            stream.write_all(piece).await.unwrap();
            stream.flush().await.unwrap();
        }
        stream.shutdown().await.unwrap();
        within(rest_of(&mut stream)).await
    }

    /// Ends the listener; every connection has ended then.
    async fn close(self) {
        self.stop.send(true).unwrap();
        within(self.running).await.unwrap();
    }
}

/// What comes until the other side ends.
async fn rest_of(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    // A peer that ends with bytes unread resets the connection; what came before counts.
    let _ = stream.read_to_end(&mut all).await;
    all
}

/// Nothing here takes long.
async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work).await.unwrap_or_else(|_| panic!("it never ended"))
}
