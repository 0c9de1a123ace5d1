//! Notices sent outside, on both databases: each once, however many look for work; again when it failed, then given up.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is wrong in a test fails it")]

use crate::common;

use common::{TestStore, account, city, postgres, sqlite};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use tingzhou_platform::ledger::{AccountRole, Actor, Assign, Channel, Command, TaskId, UnitId};
use tingzhou_platform::{Clock, Delivery, Platform, PlatformError, Store, SubscriptionRow};

const REPORT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 二、2025年重点工作\n\n### （一）旅游\n\n\
全年力争接待游客1700万人次。\n\n### （二）城建\n\n改造老旧小区8个，新增车位1100个，建设公园3个。\n";

struct Story {
    store: Store,
    platform: Platform,
    office: Actor,
    unit: Actor,
    other: Actor,
    tasks: Vec<TaskId>,
}

impl Story {
    async fn begin(store: &Store) -> Self {
        let platform = city(store).await;
        let office = account(&platform, "ducha", AccountRole::Supervisor, None).await;
        let unit = account(&platform, "wenlv", AccountRole::Unit, Some("culture-tourism")).await;
        let other = account(&platform, "jiaoyu", AccountRole::Unit, Some("education")).await;
        platform.adopt(&office, REPORT.as_bytes(), false).await.unwrap();
        let tasks: Vec<TaskId> = platform.snapshot().await.unwrap().tasks.iter().map(|v| v.task.id.clone()).collect();
        for task in &tasks {
            let lead = UnitId::new("culture-tourism").unwrap();
            let assign = Assign { lead, co_units: Vec::new(), leader: None, plan: None };
            platform.run(&office, task, 1, Command::Assign(assign)).await.unwrap();
        }
        Self { store: store.clone(), platform, office, unit, other, tasks }
    }

    async fn later(&mut self, by: Span) {
        let on: Date = self.platform.clock().today().checked_add(by).unwrap();
        self.platform = Platform::open(self.store.clone(), None, Clock::standing_at(on)).await.unwrap();
    }

    async fn email(&self, actor: &Actor, address: &str) -> SubscriptionRow {
        self.platform.subscribe(actor, Channel::Email, address, "zh").await.unwrap()
    }

    async fn queue(&self) -> usize {
        self.platform.queue_deliveries(&Channel::ALL).await.unwrap()
    }

    async fn take(&self) -> Vec<Delivery> {
        self.platform.take_deliveries(10).await.unwrap()
    }
}

fn said(delivery: &Delivery) -> Vec<String> {
    delivery.notices.iter().map(|n| n.told.words.zh.clone()).collect()
}

fn code<T>(result: Result<T, PlatformError>) -> &'static str {
    match result {
        Err(PlatformError::Refused(refusal)) => refusal.code,
        Err(PlatformError::NotFound { .. }) => "not-found",
        Err(PlatformError::NotAllowed) => "not-allowed",
        Err(other) => panic!("{other}"),
        Ok(_) => "ok",
    }
}

async fn each_notice_once(test: TestStore) {
    let story = Story::begin(&test.store).await;
    let before = story.platform.dispatch(&story.office, &story.tasks[0]).await.unwrap();
    assert_eq!(before.case.state.as_str(), "assigned");
    let own = story.email(&story.unit, " wenlv@example.gov.cn ").await;
    assert_eq!(own.address, "wenlv@example.gov.cn");
    let hook = story.platform.subscribe(&story.office, Channel::Webhook, "https://oa.example.gov.cn/in", "en");
    let hook = hook.await.unwrap();
    assert_eq!((hook.secret.len(), own.secret.len()), (64, 0));
    // What was told before is not sent.
    assert_eq!(story.queue().await, 0);
    for task in &story.tasks[1..] {
        story.platform.dispatch(&story.office, task).await.unwrap();
    }
    // Several look for work at once; one message is queued, with everything in it.
    let runs = (0..8).map(|_| {
        let platform = story.platform.clone();
        tokio::spawn(async move { platform.queue_deliveries(&Channel::ALL).await.unwrap() })
    });
    let mut queued = 0;
    for run in runs.collect::<Vec<_>>() {
        queued += run.await.unwrap();
    }
    assert_eq!(queued, 1);
    let takes = (0..8).map(|_| {
        let platform = story.platform.clone();
        tokio::spawn(async move { platform.take_deliveries(10).await.unwrap() })
    });
    let mut taken = Vec::new();
    for take in takes.collect::<Vec<_>>() {
        taken.extend(take.await.unwrap());
    }
    let [delivery] = taken.as_slice() else { panic!("one message: {taken:?}") };
    assert_eq!(said(delivery), vec!["交办"; story.tasks.len() - 1]);
    assert_eq!((&delivery.to.id, delivery.more, delivery.trial()), (&own.id, false, false));
    story.platform.delivered(delivery).await.unwrap();
    assert!(story.take().await.is_empty());
    assert_eq!(story.queue().await, 0);
    let rows = story.platform.subscriptions(&story.unit).await.unwrap();
    assert!(rows[0].delivered_at.is_some() && rows[0].error.is_empty());
    story.platform.audit().await.unwrap().unwrap();
}

async fn tried_again_then_given_up(test: TestStore) {
    let mut story = Story::begin(&test.store).await;
    story.email(&story.unit, "wenlv@example.gov.cn").await;
    story.platform.dispatch(&story.office, &story.tasks[0]).await.unwrap();
    assert_eq!(story.queue().await, 1);
    let mut keys = Vec::new();
    for attempt in 0..7 {
        let taken = story.take().await;
        let [delivery] = taken.as_slice() else { panic!("attempt {attempt}: {taken:?}") };
        keys.push(delivery.key().to_owned());
        // Whoever took it has it to himself.
        assert!(story.take().await.is_empty());
        story.platform.not_delivered(delivery, "550 no such\r\nmailbox").await.unwrap();
        assert!(story.take().await.is_empty(), "not at once");
        let waiting = story.platform.deliveries_waiting(&story.office, 0, 10).await.unwrap();
        let expected = if attempt < 6 { vec![(attempt + 1, "550 no suchmailbox".to_owned())] } else { Vec::new() };
        assert_eq!(waiting.into_iter().map(|w| (w.attempts, w.error)).collect::<Vec<_>>(), expected);
        story.later(2.days()).await;
    }
    assert!(story.take().await.is_empty());
    keys.dedup();
    assert_eq!(keys.len(), 1, "the same message under the same key");
    assert_eq!(story.platform.subscriptions(&story.unit).await.unwrap()[0].error, "550 no suchmailbox");

    // One who breaks off leaves it to the next.
    story.platform.dispatch(&story.office, &story.tasks[1]).await.unwrap();
    story.queue().await;
    assert_eq!(story.take().await.len(), 1);
    assert!(story.take().await.is_empty());
    story.later(1.day()).await;
    let again = story.take().await;
    assert_eq!(said(&again[0]), ["交办"]);
}

async fn addresses_are_ones_own(test: TestStore) {
    let story = Story::begin(&test.store).await;
    let own = story.email(&story.unit, "wenlv@example.gov.cn").await;
    story.email(&story.other, "jiaoyu@example.gov.cn").await;
    assert_eq!(story.platform.subscriptions(&story.unit).await.unwrap().len(), 1);
    assert_eq!(story.platform.subscriptions(&story.office).await.unwrap().len(), 2);
    assert_eq!(code(story.platform.unsubscribe(&story.other, &own.id).await), "not-own-subscription");
    assert_eq!(code(story.platform.try_subscription(&story.other, &own.id).await), "not-own-subscription");
    assert_eq!(code(story.platform.deliveries_waiting(&story.unit, 0, 10).await), "not-allowed");
    // A trial, once a minute.
    story.platform.try_subscription(&story.unit, &own.id).await.unwrap();
    story.platform.try_subscription(&story.unit, &own.id).await.unwrap();
    let trials = story.take().await;
    assert!(!trials.is_empty() && trials.len() <= 2 && trials.iter().all(Delivery::trial));
    // Deleted, and what was queued for it with it.
    story.platform.dispatch(&story.office, &story.tasks[0]).await.unwrap();
    assert_eq!(story.queue().await, 1);
    story.platform.unsubscribe(&story.unit, &own.id).await.unwrap();
    assert!(story.take().await.is_empty());
    assert_eq!(code(story.platform.unsubscribe(&story.unit, &own.id).await), "not-found");
    let log = story.platform.log_page(i64::MAX, 200).await.unwrap();
    assert!(log.iter().any(|row| row.kind == "subscription-removed"));
    assert!(log.iter().all(|row| !row.body.contains("wenlv@example")), "an address is nowhere in the log");
}

macro_rules! on_both {
    ($($story:ident: $sqlite:ident, $postgres:ident;)*) => {$(
        #[tokio::test]
        async fn $sqlite() {
            $story(sqlite().await).await;
        }

        #[tokio::test]
        async fn $postgres() {
            if let Some(test) = postgres().await {
                $story(test).await;
            }
        }
    )*};
}

on_both! {
    each_notice_once: each_notice_once_on_sqlite, each_notice_once_on_postgresql;
    tried_again_then_given_up: tried_again_then_given_up_on_sqlite, tried_again_then_given_up_on_postgresql;
    addresses_are_ones_own: addresses_are_ones_own_on_sqlite, addresses_are_ones_own_on_postgresql;
}
