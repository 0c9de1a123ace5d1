//! How alarms and orders stood at an instant that is over, on both databases.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use crate::common;

use common::instruments::{ago, def, facility, seconds, series};
use tingzhou_platform::city::RuleId;
use tingzhou_platform::city::alarm::{Command, Standing};
use tingzhou_platform::ledger::AccountRole;
use tingzhou_platform::{OrderStep, Store};

fn leak() -> RuleId {
    RuleId::new("gas-leak").unwrap()
}

async fn alarms(store: &Store) {
    let platform = common::city(store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    instruments.put_facilities(&office, ["d1", "d2", "d3"].map(|name| def(name, "GasDetector")).into()).await.unwrap();
    let now = instruments.now();
    let says = |name: &str, values: &[(u32, f64)]| {
        let no = series(&instruments, name, "gas");
        values.iter().map(|(before, value)| ago(no, now, *before, *value)).collect::<Vec<_>>()
    };
    // The first leaks, leaks more and stops; the second leaks to this moment; of the third nothing is wrong.
    let first = says("d1", &[(10_800, 30.0), (9_000, 60.0), (3_600, 0.0), (3_500, 0.0), (3_400, 0.0)]);
    let second = says("d2", &[(7_200, 30.0), (7_000, 30.0)]);
    instruments.ingest([first, second, says("d3", &[(7_200, 0.0)])].concat()).await.unwrap();
    instruments.tick_alarms(now).await.unwrap();
    for name in ["d1", "d2"] {
        instruments.alarm_command(&office, &leak(), &facility(name), Command::Acknowledge, "").await.unwrap();
    }
    // Others of its rules are silence's, which none of this is about.
    let check = async |before: u32, expected: &[(&str, Standing)]| {
        let past = instruments.alarms_at(now.before(seconds(before))).await.unwrap();
        let found = past.alarms.iter().filter(|(_, rule, _)| *rule == leak());
        let found: Vec<_> = found.map(|(facility, _, standing)| (facility.as_str(), *standing)).collect();
        assert_eq!((found.as_slice(), past.cut), (expected, false), "{before} s before");
    };
    check(11_000, &[]).await;
    check(10_000, &[("d1", Standing::Unacknowledged)]).await;
    check(6_000, &[("d1", Standing::Unacknowledged), ("d2", Standing::Unacknowledged)]).await;
    check(3_000, &[("d1", Standing::ReturnedUnacknowledged), ("d2", Standing::Unacknowledged)]).await;
    // What was acknowledged at this moment.
    let past = instruments.alarms_at(instruments.now()).await.unwrap();
    let found: Vec<_> = past.alarms.iter().filter(|(_, rule, _)| *rule == leak()).collect();
    assert_eq!(found, [&(facility("d2"), leak(), Standing::Acknowledged)]);
}

async fn orders(store: &Store) {
    let platform = common::city(store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let gas = common::account(&platform, "gas", AccountRole::Unit, Some("gas")).await;
    let other = common::account(&platform, "other", AccountRole::Unit, Some("education")).await;
    let instruments = platform.instruments().await.unwrap();
    instruments.put_facilities(&office, vec![def("d1", "GasDetector")]).await.unwrap();
    let before = instruments.now();
    instruments.ingest(vec![ago(series(&instruments, "d1", "gas"), before, 0, 30.0)]).await.unwrap();
    assert_eq!(platform.tend_orders().await.unwrap(), 1);
    let id = platform.orders(&office, &Default::default(), 0, 9).await.unwrap().rows[0].case.case.id.clone();
    let take = async |who, transition: &str| {
        let step = OrderStep {
            transition: transition.to_owned(),
            reason: "有理由".to_owned(),
            found: "接头漏气".to_owned(),
            deed: "已更换".to_owned(),
            ..OrderStep::default()
        };
        let version = platform.order(&office, &id).await.unwrap().case.case.version;
        platform.run_order(who, &id, version, &step).await.unwrap()
    };
    for transition in ["accept", "arrive", "done"] {
        take(&gas, transition).await;
    }
    let ended = take(&office, "cancel").await.case.case;
    let mut states = Vec::new();
    for step in ended.history.iter().filter(|step| ["case-opened", "case-moved"].contains(&step.kind.as_str())) {
        let past = platform.orders_open_at(&gas, step.at).await.unwrap();
        let open = past.orders.get(&facility("d1")).map(|orders| orders[0].case.case.state.to_string());
        // Who has nothing to do with it has nothing to look back at.
        assert!(!past.cut && platform.orders_open_at(&other, step.at).await.unwrap().orders.is_empty());
        states.push(open.unwrap_or_else(|| "none".to_owned()));
    }
    assert_eq!(states.join(" "), "assigned accepted on-site done none");
    assert!(platform.orders_open_at(&office, before.into()).await.unwrap().orders.is_empty());
}

#[tokio::test]
async fn on_sqlite() {
    let (one, two) = (common::sqlite().await, common::sqlite().await);
    alarms(&one.store).await;
    orders(&two.store).await;
}

#[tokio::test]
async fn on_postgresql() {
    let (Some(one), Some(two)) = (common::postgres().await, common::postgres().await) else { return };
    alarms(&one.store).await;
    orders(&two.store).await;
}
