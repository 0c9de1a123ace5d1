//! Sends what is told inside the program outside: by e-mail and to webhooks.

mod mail;
mod message;
mod webhook;

pub use mail::Mailer;

use message::Message;
use std::time::Duration;
use tingzhou_platform::ledger::Channel;
use tingzhou_platform::{Delivery, Platform, PlatformError};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;
use webhook::Webhooks;

/// How often it is looked whether something was told.
const EVERY: Duration = Duration::from_secs(5);
/// Messages sent at once.
const AT_ONCE: u32 = 8;

/// What sending needs.
#[derive(Clone)]
pub(crate) struct Courier {
    platform: Platform,
    mailer: Option<Mailer>,
    webhooks: Webhooks,
    public_url: Option<String>,
}

impl Courier {
    pub(crate) fn new(platform: Platform, mailer: Option<Mailer>, public_url: Option<String>) -> Self {
        Self { platform, mailer, webhooks: Webhooks::new(), public_url }
    }

    /// Queues and sends, again and again.
    pub(crate) async fn run(self) {
        loop {
            match self.send_all().await {
                Ok(0) => {}
                Ok(sent) => tracing::info!(sent, "messages sent"),
                Err(error) => tracing::warn!(%error, "messages could not be sent; they are tried again"),
            }
            sleep(EVERY).await;
        }
    }

    /// Queues what was told and sends all that is due; returns how many messages arrived.
    pub(crate) async fn send_all(&self) -> Result<usize, PlatformError> {
        // What is told while there is no mail server waits with the notices, and goes out as one message once there is.
        let channels: &[Channel] = if self.mailer.is_some() { &Channel::ALL } else { &[Channel::Webhook] };
        self.platform.queue_deliveries(channels).await?;
        let mut arrived = 0;
        loop {
            let taken = self.platform.take_deliveries(AT_ONCE).await?;
            if taken.is_empty() {
                return Ok(arrived);
            }
            let mut sending = JoinSet::new();
            for delivery in taken {
                let courier = self.clone();
                sending.spawn(async move { courier.send(delivery).await });
            }
            while let Some(sent) = sending.join_next().await {
                // A sender that broke off leaves its message to the next attempt.
                arrived += usize::from(sent.unwrap_or(Ok(false))?);
            }
        }
    }

    async fn send(&self, delivery: Delivery) -> Result<bool, PlatformError> {
        let snapshot = self.platform.snapshot().await?;
        let message = Message::of(&delivery, &self.platform, &snapshot, self.public_url.as_deref());
        let (mailer, webhooks) = (self.mailer.clone(), self.webhooks.clone());
        let sent = spawn_blocking(move || match message.channel {
            Channel::Webhook => webhooks.send(&message),
            Channel::Email => mailer.map_or_else(|| Err("no mail server is set".to_owned()), |m| m.send(&message)),
        });
        match sent.await.unwrap_or_else(|_| Err("sending broke off".to_owned())) {
            Ok(()) => {
                self.platform.delivered(&delivery).await?;
                Ok(true)
            }
            Err(why) => {
                tracing::warn!(key = delivery.key(), why, "a message was not taken");
                self.platform.not_delivered(&delivery, &why).await?;
                Ok(false)
            }
        }
    }
}
