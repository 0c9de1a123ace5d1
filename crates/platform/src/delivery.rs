//! What is told inside the program is sent outside, too: which notices go to which address, once each, and again when it
//! failed. Sending itself is somebody else's.

use crate::clock::as_stored;
use crate::error::PlatformError;
use crate::notices::{Notice, notice};
use crate::platform::Platform;
use crate::tasks::random_hex;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tingzhou_ledger::{Actor, Audience, Channel, SubscriptionId, decide_subscribe, decide_unsubscribe};
use tingzhou_store::{Commit, JobRow, News, StoreError, SubscriptionRow};

const DELIVER: &str = "deliver";
/// Notices one message holds; it says when there are more.
const MOST_NOTICES: u32 = 100;
/// How long a sender may take before somebody else tries.
const LEASE: SignedDuration = SignedDuration::from_mins(3);
/// How long after each failed attempt the next one follows; after the last it is given up.
const AGAIN_AFTER: [SignedDuration; 6] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];
/// Longest reason kept of a failure, in characters.
const LONGEST_ERROR: usize = 300;

#[derive(Serialize, Deserialize)]
struct DeliverJob {
    subscription: SubscriptionId,
    after: i64,
    newest: i64,
    /// Asked for by hand, to see whether it arrives.
    test: bool,
}

/// A message to be sent to one address.
#[derive(Clone, Debug)]
pub struct Delivery {
    job: JobRow,
    /// Where to and how.
    pub to: SubscriptionRow,
    /// What it tells, oldest first; empty for a trial.
    pub notices: Vec<Notice>,
    /// Whether there are notices before these that it does not hold.
    pub more: bool,
}

impl Delivery {
    /// The same for every attempt, so that whoever receives it twice can tell.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.job.key
    }

    /// Whether it only shows that the address works.
    #[must_use]
    pub fn trial(&self) -> bool {
        self.notices.is_empty()
    }
}

/// A message that waits to be sent, or to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its key.
    pub key: String,
    /// Not before.
    pub due: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
    /// Why the last one failed; empty before the first.
    pub error: String,
}

fn job_body(job: &DeliverJob) -> Result<String, PlatformError> {
    Ok(serde_json::to_string(job).map_err(StoreError::from)?)
}

impl Platform {
    /// The addresses someone may see: those of their own audience; the supervision office sees all. At most 5,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn subscriptions(&self, actor: &Actor) -> Result<Vec<SubscriptionRow>, PlatformError> {
        match Audience::of(actor) {
            None => Ok(Vec::new()),
            Some(Audience::Office) => Ok(self.store().subscriptions(self.city(), None).await?),
            Some(own) => Ok(self.store().subscriptions(self.city(), Some(&own)).await?),
        }
    }

    /// Adds an address to which the notices of someone's audience are sent from now on. What a webhook is signed with comes
    /// back with it. `language` is zh or en; anything else is taken as zh.
    ///
    /// # Errors
    /// A refusal by the rules, or the store.
    pub async fn subscribe(
        &self,
        actor: &Actor,
        channel: Channel,
        address: &str,
        language: &str,
    ) -> Result<SubscriptionRow, PlatformError> {
        let own = Audience::of(actor);
        let standing = match &own {
            None => Vec::new(),
            Some(own) => self.store().subscriptions(self.city(), Some(own)).await?,
        };
        let known: Vec<(Channel, String)> = standing.iter().map(|row| (row.channel, row.address.clone())).collect();
        let id = SubscriptionId::new(format!("s{}", random_hex(6)?))?;
        let address = address.trim();
        let (audience, event) = decide_subscribe(&id, (channel, address), &known, actor)?;
        let secret = if channel == Channel::Webhook { random_hex(32)? } else { String::new() };
        let now = self.clock().now();
        let row = SubscriptionRow {
            id,
            audience,
            channel,
            address: address.to_owned(),
            secret,
            language: if language == "en" { "en" } else { "zh" }.to_owned(),
            queued: self.store().head(self.city()).await?.seq,
            added_at: as_stored(now),
            delivered_at: None,
            error: String::new(),
        };
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        commit.add_subscription(&row, standing.len());
        commit.event(row.id.as_str(), event);
        self.store().commit(commit).await?;
        Ok(row)
    }

    async fn subscription(&self, id: &SubscriptionId) -> Result<SubscriptionRow, PlatformError> {
        let row = self.store().subscription(self.city(), id).await?;
        row.ok_or_else(|| PlatformError::NotFound { what: format!("subscription {id}") })
    }

    /// Deletes an address. What is queued for it is not sent.
    ///
    /// # Errors
    /// When it is not there or not the account's own, or the store does not answer.
    pub async fn unsubscribe(&self, actor: &Actor, id: &SubscriptionId) -> Result<(), PlatformError> {
        let row = self.subscription(id).await?;
        let event = decide_unsubscribe(id, &row.audience, actor)?;
        let mut commit = Commit::new(self.city(), self.clock().now(), actor.account.as_str());
        commit.drop_subscription(id);
        commit.event(id.as_str(), event);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Queues a trial message, so that someone sees whether it arrives. One within a minute.
    ///
    /// # Errors
    /// When the address is not there or not the account's own, or the store does not answer.
    pub async fn try_subscription(&self, actor: &Actor, id: &SubscriptionId) -> Result<(), PlatformError> {
        let row = self.subscription(id).await?;
        // Whoever may delete an address may try it.
        decide_unsubscribe(id, &row.audience, actor)?;
        let now = self.clock().now();
        let job = DeliverJob { subscription: id.clone(), after: row.queued, newest: row.queued, test: true };
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        commit.add_job(&format!("trial-{id}-{}", now.as_second() / 60), DELIVER, now, &job_body(&job)?);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Queues what was told since the last time for each address of these channels: one message for each address. Returns
    /// how many. However often and in how many places this runs, each notice is queued once.
    ///
    /// # Errors
    /// When the store does not answer. What was queued before stays queued.
    pub async fn queue_deliveries(&self, channels: &[Channel]) -> Result<usize, PlatformError> {
        let (now, mut queued) = (self.clock().now(), 0);
        for channel in channels {
            for news in self.store().subscriptions_with_news(self.city(), *channel).await? {
                let News { subscription, queued: after, newest } = &news;
                let job =
                    DeliverJob { subscription: subscription.clone(), after: *after, newest: *newest, test: false };
                let mut commit = Commit::new(self.city(), now, DELIVER);
                commit.queue_news(&news);
                commit.add_job(&format!("{DELIVER}-{subscription}-{newest}"), DELIVER, now, &job_body(&job)?);
                match self.store().commit(commit).await {
                    Ok(_) => queued += 1,
                    // Somebody else has queued it, or the address was deleted meanwhile.
                    Err(StoreError::Conflict { .. } | StoreError::Missing { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(queued)
    }

    /// Takes up to `limit` messages that are to be sent now. Nobody else gets them for three minutes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn take_deliveries(&self, limit: u32) -> Result<Vec<Delivery>, PlatformError> {
        let now = self.clock().now();
        let until = now.checked_add(LEASE).unwrap_or(now);
        let mut taken = Vec::new();
        for job in self.store().jobs_due(self.city(), DELIVER, now, limit).await? {
            let mut commit = Commit::new(self.city(), now, DELIVER);
            commit.lease_job(&job, until);
            match self.store().commit(commit).await {
                Ok(_) => {}
                Err(StoreError::Conflict { .. } | StoreError::Missing { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            if let Some(delivery) = self.delivery(job).await? {
                taken.push(delivery);
            }
        }
        Ok(taken)
    }

    async fn delivery(&self, job: JobRow) -> Result<Option<Delivery>, PlatformError> {
        let wanted: DeliverJob = serde_json::from_str(&job.body)
            .map_err(|e| StoreError::Damaged { table: "job", why: format!("{}: {e}", job.key) })?;
        let Some(to) = self.store().subscription(self.city(), &wanted.subscription).await? else {
            self.finish(&job.key, |commit| commit.job_done(&job.key)).await?;
            return Ok(None);
        };
        let mut notices = Vec::new();
        if !wanted.test {
            let between = (wanted.after, wanted.newest.saturating_add(1));
            let rows = self.store().notices(self.city(), &to.audience, between, MOST_NOTICES + 1).await?;
            notices = rows.into_iter().map(|row| notice(row, 0)).collect::<Result<_, _>>()?;
        }
        let more = notices.len() > MOST_NOTICES as usize;
        notices.truncate(MOST_NOTICES as usize);
        notices.reverse();
        Ok(Some(Delivery { job, to, notices, more }))
    }

    async fn finish(&self, key: &str, write: impl FnOnce(&mut Commit)) -> Result<(), PlatformError> {
        let mut commit = Commit::new(self.city(), self.clock().now(), key);
        write(&mut commit);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Notes that a message has arrived where it was sent.
    ///
    /// # Errors
    /// When the store does not answer; it is sent again then, under the same key.
    pub async fn delivered(&self, delivery: &Delivery) -> Result<(), PlatformError> {
        self.finish(delivery.key(), |commit| {
            commit.job_done(delivery.key());
            commit.note_delivery(&delivery.to.id, Ok(()));
        })
        .await
    }

    /// Notes that a message could not be sent, and why. It is tried again after a minute, 5 and 30 minutes, 2, 6 and 24
    /// hours, then given up.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn not_delivered(&self, delivery: &Delivery, why: &str) -> Result<(), PlatformError> {
        let now = self.clock().now();
        let attempt = usize::try_from(delivery.job.attempts).unwrap_or(usize::MAX);
        let again = AGAIN_AFTER.get(attempt).map(|after| now.checked_add(*after).unwrap_or(now));
        let why: String = why.chars().filter(|c| !c.is_control()).take(LONGEST_ERROR).collect();
        self.finish(delivery.key(), |commit| {
            commit.job_failed(delivery.key(), again, &why);
            commit.note_delivery(&delivery.to.id, Err(&why));
        })
        .await
    }

    /// Messages that wait, the next one first. `limit` is held to 1 to 200.
    ///
    /// # Errors
    /// When the account is not of the supervision office, or the store does not answer.
    pub async fn deliveries_waiting(
        &self,
        actor: &Actor,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<Waiting>, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let rows = self.store().jobs_waiting(self.city(), DELIVER, offset, limit.clamp(1, 200)).await?;
        let waiting = |job: JobRow| Waiting { key: job.key, due: job.due, attempts: job.attempts, error: job.error };
        Ok(rows.into_iter().map(waiting).collect())
    }
}
