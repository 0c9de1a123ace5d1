//! Work orders from the alarm to the end, and drills, on both databases, across restarts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;
use crate::measures::{ROWS, text};

use common::instruments::{ago, def, facility, seconds, series};
use tingzhou_platform::city::{Moment, RuleId, ScenarioId};
use tingzhou_platform::ledger::{AccountRole, Actor, UnitId};
use tingzhou_platform::matter::CaseId;
use tingzhou_platform::{
    CaseSelect, Clock, Instruments, NewDrill, OrderSelect, OrderStep, OrderTime, OrderView, Platform, PlatformError,
    Store, Upload,
};

/// What a refusal is called.
fn code<T>(result: Result<T, PlatformError>) -> String {
    match result.err().unwrap() {
        PlatformError::Refused(refusal) => refusal.code.to_owned(),
        PlatformError::CaseRefused(refusal) => refusal.code.to_owned(),
        PlatformError::NotFound { .. } => "not-found".to_owned(),
        PlatformError::NotAllowed => "not-allowed".to_owned(),
        other => panic!("{other:?}"),
    }
}

fn step(transition: &str) -> OrderStep {
    OrderStep { transition: transition.to_owned(), ..OrderStep::default() }
}

fn done() -> OrderStep {
    OrderStep { found: "阀门垫片老化".to_owned(), deed: "已更换并检漏".to_owned(), ..step("done") }
}

fn because(transition: &str) -> OrderStep {
    OrderStep { reason: "有理由".to_owned(), ..step(transition) }
}

async fn restarted(store: &Store) -> Platform {
    Platform::open(store.clone(), None, Clock::standing_at(common::day())).await.unwrap()
}

/// Everybody who has to do with it.
struct Story {
    platform: Platform,
    instruments: Instruments,
    office: Actor,
    gas: Actor,
    other: Actor,
    leader: Actor,
}

impl Story {
    async fn begin(store: &Store) -> Self {
        let platform = common::city(store).await;
        let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
        let gas = common::account(&platform, "gas", AccountRole::Unit, Some("gas")).await;
        let other = common::account(&platform, "other", AccountRole::Unit, Some("education")).await;
        let pack = platform.pack();
        let own = |unit: &str| pack.leaders.iter().find(|l| l.units.iter().any(|u| u.as_str() == unit));
        let post = own("gas").unwrap().id.clone();
        let leader = common::leader(&platform, "leader", post.as_str()).await;
        let instruments = platform.instruments().await.unwrap();
        let defs = vec![def("d1", "GasDetector"), def("d2", "GasDetector"), def("r1", "GasRegulator")];
        instruments.put_facilities(&office, defs).await.unwrap();
        Self { platform, instruments, office, gas, other, leader }
    }

    /// A detector says something, so many seconds from an instant on.
    async fn says(&self, name: &str, now: Moment, after: u32, value: f64) {
        let gas = series(&self.instruments, name, "gas");
        self.instruments.ingest(vec![ago(gas, now.after(seconds(after)), 0, value)]).await.unwrap();
    }

    async fn open_orders(&self) -> Vec<OrderView> {
        self.platform.orders(&self.office, &OrderSelect::default(), 0, 50).await.unwrap().rows
    }

    async fn take(&self, who: &Actor, id: &CaseId, step: &OrderStep) -> Result<OrderView, PlatformError> {
        let version = self.platform.order(&self.office, id).await.unwrap().case.case.version;
        self.platform.run_order(who, id, version, step).await
    }

    async fn told(&self, who: &Actor) -> Vec<String> {
        let told = self.platform.notices(who, i64::MAX, 200).await.unwrap();
        told.into_iter().rev().map(|notice| notice.told.words.zh).collect()
    }
}

fn state(view: &OrderView) -> &str {
    view.case.case.state.as_str()
}

fn rule(name: &str) -> RuleId {
    RuleId::new(name).unwrap()
}

async fn life(store: &Store) {
    let story = Story::begin(store).await;
    let now = story.instruments.now();
    assert_eq!(story.platform.tend_orders().await.unwrap(), 0);

    // An alarm; the program ends before it has its order, and another one begins: two of them at once.
    story.says("d1", now, 0, 30.0).await;
    assert!(story.open_orders().await.is_empty());
    let (first, second) = (restarted(store).await, restarted(store).await);
    let (one, two) = tokio::join!(first.tend_orders(), second.tend_orders());
    assert_eq!(one.unwrap() + two.unwrap(), 1, "one order, whoever was quicker");
    assert_eq!(story.platform.tend_orders().await.unwrap(), 0, "nor does the first one open it again");
    let [order] = &story.open_orders().await[..] else { panic!("one order") };
    let id = order.case.case.id.clone();
    assert_eq!((state(order), order.facility.as_str(), order.level, order.drill), ("assigned", "d1", 1, false));
    assert_eq!(order.title.zh, "设施d1 · 可燃气体浓度（1 级）");
    let clocks: Vec<_> = order.case.clocks.iter().map(|c| (c.id.as_str(), c.reading.budget)).collect();
    assert_eq!(clocks, [("accept", 10), ("arrive", 30), ("handle", 24)]);
    for who in [&story.gas, &story.leader, &story.office] {
        assert_eq!(story.told(who).await, ["设施d1 · 可燃气体浓度（1 级）：派单"]);
    }
    assert!(story.told(&story.other).await.is_empty());

    // Who has nothing to do with it sees nothing of it; nor is it among the dispatches.
    assert_eq!(code(story.platform.order(&story.other, &id).await), "not-found");
    assert!(story.platform.orders(&story.other, &OrderSelect::default(), 0, 9).await.unwrap().rows.is_empty());
    assert_eq!(code(story.platform.case(&story.office, &id).await), "not-found");
    assert!(story.platform.cases(&story.gas, &CaseSelect::default(), 0, 9).await.unwrap().rows.is_empty());
    assert_eq!(story.platform.order_count(&story.gas).await.unwrap().open, 1);
    assert_eq!(story.platform.order_count(&story.other).await.unwrap().open, 0);
    assert_eq!(story.platform.orders(&story.leader, &OrderSelect::default(), 0, 9).await.unwrap().rows.len(), 1);

    // The alarm goes higher, goes down and comes back: it is one order still, and it knows.
    story.says("d1", now, 2, 60.0).await;
    assert_eq!(story.platform.tend_orders().await.unwrap(), 1);
    let order = story.platform.order(&story.gas, &id).await.unwrap();
    assert_eq!((state(&order), order.level, order.title.zh.contains("2 级")), ("assigned", 2, true));
    assert_eq!(story.told(&story.gas).await.last().unwrap(), "设施d1 · 可燃气体浓度（2 级）：告警升级");
    let again = story.platform.dispatch_alarm(&story.office, &rule("gas-leak"), &facility("d1"), None).await;
    assert_eq!(code(again), "ordered-already");

    // Who may do what when.
    let check = |who: &'static str, step: OrderStep, expected: &'static str| (who, step, expected);
    let rows = [
        check("office", step("accept"), "not-allowed"),
        check("other", step("accept"), "not-found"),
        check("leader", step("accept"), "not-allowed"),
        check("gas", step("arrive"), "not-from-here"),
        check("gas", step("verify"), "not-from-here"),
        check("gas", step("refuse"), "reason-missing"),
        check("gas", because("refuse"), "refused"),
        check("gas", step("accept"), "not-from-here"),
        check("gas", because("reassign"), "invalid"),
        check("office", because("reassign"), "invalid"),
    ];
    for (who, step, expected) in rows {
        let actor = match who {
            "office" => &story.office,
            "gas" => &story.gas,
            "leader" => &story.leader,
            _ => &story.other,
        };
        let got = match story.take(actor, &id, &step).await {
            Ok(view) => state(&view).to_owned(),
            Err(error) => code(Err::<(), _>(error)),
        };
        assert_eq!(got, expected, "{who} {}", step.transition);
    }
    let to = |unit: &str| OrderStep { unit: Some(UnitId::new(unit).unwrap()), ..because("reassign") };
    assert_eq!(code(story.take(&story.office, &id, &to("nobody")).await), "invalid");
    assert_eq!(state(&story.take(&story.office, &id, &to("education")).await.unwrap()), "assigned");
    assert_eq!(code(story.platform.order(&story.gas, &id).await), "not-found", "it is another unit's now");
    story.take(&story.office, &id, &to("gas")).await.unwrap();
    story.take(&story.gas, &id, &step("accept")).await.unwrap();
    let bad = OrderStep { place: "somewhere".to_owned(), ..step("arrive") };
    assert_eq!(code(story.take(&story.gas, &id, &bad).await), "invalid");
    let here = OrderStep { place: "87.3, 44.01".to_owned(), ..step("arrive") };
    let order = story.take(&story.gas, &id, &here).await.unwrap();
    assert_eq!((state(&order), order.text("place")), ("on-site", "87.300000, 44.010000"));
    assert_eq!(code(story.take(&story.gas, &id, &step("done")).await), "missing");
    let text = Upload { name: "a.txt".to_owned(), content: b"no picture".to_vec() };
    assert_eq!(code(story.take(&story.gas, &id, &OrderStep { photos: vec![text], ..done() }).await), "invalid");
    let order = story.take(&story.gas, &id, &done()).await.unwrap();
    assert_eq!((state(&order), order.text("found")), ("done", "阀门垫片老化"));

    // Not verified while there is gas; not closed by itself, since the rule leaves it to the office.
    assert!(order.holds);
    assert_eq!(code(story.take(&story.office, &id, &step("verify")).await), "alarm-holds");
    story.says("d1", now, 4, 3.0).await;
    assert_eq!(
        code(story.take(&story.office, &id, &step("verify")).await),
        "alarm-holds",
        "before the off-delay is over"
    );
    story.instruments.tick_alarms(now.after(seconds(60))).await.unwrap();
    assert_eq!(story.platform.tend_orders().await.unwrap(), 0);
    // It comes back before anybody has verified it: somebody has to go again, with the same order.
    story.says("d1", now, 61, 30.0).await;
    assert_eq!(story.platform.tend_orders().await.unwrap(), 1);
    assert_eq!(story.platform.tend_orders().await.unwrap(), 0);
    let order = story.platform.order(&story.gas, &id).await.unwrap();
    assert_eq!((state(&order), story.open_orders().await.len()), ("assigned", 1));
    for taken in [step("accept"), step("arrive"), done()] {
        story.take(&story.gas, &id, &taken).await.unwrap();
    }
    story.says("d1", now, 63, 3.0).await;
    story.instruments.tick_alarms(now.after(seconds(200))).await.unwrap();
    assert_eq!(code(story.take(&story.gas, &id, &step("verify")).await), "not-allowed");
    let stale = story.platform.run_order(&story.office, &id, 3, &step("verify")).await;
    assert_eq!(code(stale), "stale");
    let order = story.take(&story.office, &id, &step("verify")).await.unwrap();
    assert!(state(&order) == "verified" && order.case.ended() && order.time(OrderTime::Arrived).is_some());
    let steps: Vec<String> = story.platform.order_steps(&order).await.unwrap().into_iter().map(|s| s.name.zh).collect();
    assert_eq!(steps.join(" "), "派单 告警升级 退单 改派 改派 接单 到场 处置完成 再次告警 接单 到场 处置完成 核验通过");
    // What is over stays over, also for one who comes later and looks back.
    assert_eq!(restarted(store).await.tend_orders().await.unwrap(), 0);
    assert!(story.open_orders().await.is_empty());

    // One that closes with its condition; and one the office opens with a click.
    let pressure = series(&story.instruments, "r1", "outletPressure");
    story.instruments.ingest(vec![ago(pressure, now.after(seconds(1)), 0, 0.4)]).await.unwrap();
    story.instruments.ingest(vec![ago(pressure, now.after(seconds(2)), 0, 0.1)]).await.unwrap();
    story.instruments.tick_alarms(now.after(seconds(220))).await.unwrap();
    assert_eq!(story.platform.tend_orders().await.unwrap(), 1);
    let [order] = &story.open_orders().await[..] else { panic!("one order") };
    let closing = order.case.case.id.clone();
    assert!(order.rule == rule("gas-outlet-drop") && order.with_condition());
    for taken in [step("accept"), step("arrive"), done()] {
        story.take(&story.gas, &closing, &taken).await.unwrap();
    }
    assert_eq!(story.platform.tend_orders().await.unwrap(), 0, "the pressure is still down");
    story.instruments.ingest(vec![ago(pressure, now.after(seconds(230)), 0, 0.4)]).await.unwrap();
    story.instruments.tick_alarms(now.after(seconds(290))).await.unwrap();
    let holds = story.instruments.alarm_holds(&rule("gas-outlet-drop"), &facility("r1"));
    assert!(!holds, "the pressure is back");
    assert_eq!(restarted(store).await.tend_orders().await.unwrap(), 1, "whoever is there closes it");
    let order = story.platform.order(&story.office, &closing).await.unwrap();
    let last = story.platform.order_steps(&order).await.unwrap().pop().unwrap();
    assert_eq!((state(&order), last.system, last.reason.contains("已解除")), ("closed", true, true));

    // With a click, of an alarm nobody is sent to by itself; cancelled, and sent again.
    let none = story.platform.dispatch_alarm(&story.office, &rule("gas-detector-battery"), &facility("d2"), None).await;
    assert_eq!(code(none), "no-alarm");
    let battery = series(&story.instruments, "d2", "batteryLevel");
    story.instruments.ingest(vec![ago(battery, now, 0, 7.0)]).await.unwrap();
    assert_eq!(story.platform.tend_orders().await.unwrap(), 0);
    let low = (rule("gas-detector-battery"), facility("d2"));
    assert_eq!(code(story.platform.dispatch_alarm(&story.gas, &low.0, &low.1, None).await), "not-allowed");
    assert_eq!(code(story.platform.dispatch_alarm(&story.office, &low.0, &low.1, None).await), "invalid");
    let unit = UnitId::new("gas").unwrap();
    let order = story.platform.dispatch_alarm(&story.office, &low.0, &low.1, Some(&unit)).await.unwrap();
    assert!(story.platform.is_ordered(&low.0, &low.1).await.unwrap());
    let id = order.case.case.id.clone();
    assert_eq!(code(story.take(&story.gas, &id, &because("cancel")).await), "not-allowed");
    assert_eq!(state(&story.take(&story.office, &id, &because("cancel")).await.unwrap()), "cancelled");
    let order = story.platform.dispatch_alarm(&story.office, &low.0, &low.1, Some(&unit)).await.unwrap();
    assert_eq!(order.case.case.id.as_str(), format!("{id}.2"));

    // The figures: three alarms had orders of the gas scenario, and a fourth by a click.
    let figures = story.platform.gas_figures().await.unwrap();
    assert_eq!((figures.orders.orders, figures.orders.open, figures.orders.more), (4, 1, false));
    assert_eq!(figures.orders.to_site.map(|spread| spread.count), Some(2));
    assert_eq!((figures.detectors.total, figures.regulators.total), (2, 1));
    let levels: Vec<_> = figures.levels.iter().map(|one| (one.level, one.now, one.year)).collect();
    assert_eq!(levels, [(1, 0, 2), (2, 0, 1)]);
    story.platform.audit().await.unwrap().unwrap();
}

async fn drills(store: &Store) {
    let story = Story::begin(store).await;
    let now = story.instruments.now();
    let before = story.platform.gas_figures().await.unwrap();
    let drill = |minutes| NewDrill { facility: facility("d1"), rule: rule("gas-leak"), level: 2, unit: None, minutes };
    assert_eq!(code(story.platform.start_drill(&story.gas, &drill(60)).await), "not-allowed");
    assert_eq!(code(story.platform.start_drill(&story.office, &drill(1)).await), "invalid");
    let wrong = NewDrill { level: 3, ..drill(60) };
    assert_eq!(code(story.platform.start_drill(&story.office, &wrong).await), "invalid");
    let wrong = NewDrill { rule: rule("gas-outlet-drop"), ..drill(60) };
    assert_eq!(code(story.platform.start_drill(&story.office, &wrong).await), "invalid");
    let wrong = NewDrill { facility: facility("nowhere"), ..drill(60) };
    assert_eq!(code(story.platform.start_drill(&story.office, &wrong).await), "invalid");

    let order = story.platform.start_drill(&story.office, &drill(60)).await.unwrap();
    let id = order.case.case.id.clone();
    assert!(order.drill && order.holds && order.title.zh.starts_with("【演练】"), "{order:?}");
    assert_eq!(story.told(&story.gas).await, ["【演练】设施d1 · 可燃气体浓度（2 级）：派单"]);
    assert_eq!(code(story.platform.start_drill(&story.office, &drill(60)).await), "drill-already");
    // A true alarm in the middle of it has its own order.
    story.says("d1", now, 0, 30.0).await;
    assert_eq!(story.platform.tend_orders().await.unwrap(), 1);
    assert_eq!(story.open_orders().await.len(), 1);
    assert_eq!(story.platform.drills(&story.gas).await.unwrap().len(), 1);
    assert!(story.platform.drills(&story.other).await.unwrap().is_empty());

    for taken in [step("accept"), step("arrive"), done()] {
        story.take(&story.gas, &id, &taken).await.unwrap();
    }
    assert_eq!(code(story.take(&story.office, &id, &step("verify")).await), "alarm-holds");
    assert_eq!(code(story.take(&story.gas, &id, &step("clear")).await), "not-allowed");
    assert!(!story.take(&story.office, &id, &step("clear")).await.unwrap().holds);
    assert_eq!(state(&story.take(&story.office, &id, &step("verify")).await.unwrap()), "verified");

    // One is ended by the office, one by its time.
    let order = story.platform.start_drill(&story.office, &drill(5)).await.unwrap();
    let ended = story.take(&story.office, &order.case.case.id, &step("end-drill")).await.unwrap();
    assert_eq!(state(&ended), "drill-over");
    let order = story.platform.start_drill(&story.office, &drill(5)).await.unwrap();
    assert_eq!(story.platform.tend_orders().await.unwrap(), 0);
    let tomorrow = Clock::standing_at(common::day().tomorrow().unwrap());
    let later = Platform::open(store.clone(), None, tomorrow).await.unwrap();
    later.tend_orders().await.unwrap();
    assert_eq!(state(&later.order(&story.office, &order.case.case.id).await.unwrap()), "drill-over");

    // None of it is in any figure: what is counted is the one true alarm and its order.
    let gas = ScenarioId::new("gas").unwrap();
    let figures = story.platform.order_figures(&gas, before.year_from).await.unwrap();
    assert_eq!((before.orders.orders, figures.orders, figures.to_site), (0, 1, None));
    let after = story.platform.gas_figures().await.unwrap();
    assert_eq!(after.levels.iter().map(|one| one.year).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(story.platform.order_count(&story.office).await.unwrap().open, 1);
    // Nor in what measures read.
    for (view, practised) in [("case_fact", "0"), ("case_step", "0")] {
        let query = format!("SELECT count(*) AS value FROM {view} WHERE matter = 'work-order-drill'");
        let asked = text("x", &query, ROWS);
        let found = story.platform.preview_measure(&story.office, &asked).await.unwrap().value.unwrap();
        assert_eq!(found.value.to_string(), practised, "{view}");
    }
    story.platform.audit().await.unwrap().unwrap();
}

#[tokio::test]
async fn the_life_of_an_order_on_sqlite() {
    Box::pin(life(&common::sqlite().await.store)).await;
}

#[tokio::test]
async fn the_life_of_an_order_on_postgresql() {
    if let Some(test) = common::postgres().await {
        Box::pin(life(&test.store)).await;
    }
}

#[tokio::test]
async fn drills_on_sqlite() {
    drills(&common::sqlite().await.store).await;
}

#[tokio::test]
async fn drills_on_postgresql() {
    if let Some(test) = common::postgres().await {
        drills(&test.store).await;
    }
}

/// Hundreds of alarms at once have an order each, and none has two, however often and in how many places one looks.
#[tokio::test]
async fn a_flood() {
    const MANY: usize = 1_200;
    let test = common::sqlite().await;
    let story = Story::begin(&test.store).await;
    let names: Vec<String> = (0..MANY).map(|number| format!("f{number}")).collect();
    let defs = names.iter().map(|name| def(name, "GasDetector")).collect();
    story.instruments.put_facilities(&story.office, defs).await.unwrap();
    let now = story.instruments.now();
    let leaks = names.iter().map(|name| ago(series(&story.instruments, name, "gas"), now, 0, 30.0)).collect();
    story.instruments.ingest(leaks).await.unwrap();
    let (one, two) = (restarted(&test.store).await, restarted(&test.store).await);
    let (one, two) = tokio::join!(one.tend_orders(), two.tend_orders());
    assert_eq!(one.unwrap() + two.unwrap(), MANY);
    assert_eq!(story.platform.tend_orders().await.unwrap(), 0);
    assert_eq!(story.platform.order_count(&story.gas).await.unwrap().open, MANY as u64);
    let figures = story.platform.gas_figures().await.unwrap();
    assert_eq!((figures.orders.orders, figures.orders.within_a_minute, figures.levels[0].now), (MANY, MANY, MANY));
    // Every page of them, each once, by the clock that ends first.
    let (mut seen, mut at) = (std::collections::BTreeSet::new(), Some(0));
    while let Some(offset) = at {
        let page = story.platform.orders(&story.gas, &OrderSelect::default(), offset, 200).await.unwrap();
        seen.extend(page.rows.iter().map(|view| view.facility.to_string()));
        at = page.next;
    }
    assert_eq!(seen.len(), MANY);
}

/// What is told late, and is over: it stands on the list of alarms, and nobody is sent by the program.
#[tokio::test]
async fn late_news() {
    let test = common::sqlite().await;
    let mut story = Story::begin(&test.store).await;
    // The day after: an alarm is told from when its facility began to be watched.
    let tomorrow = Clock::standing_at(common::day().tomorrow().unwrap());
    story.platform = Platform::open(test.store.clone(), None, tomorrow).await.unwrap();
    story.instruments = story.platform.instruments().await.unwrap();
    let now = story.instruments.now();
    let says = |name: &str, values: &[(u32, f64)]| {
        let no = series(&story.instruments, name, "gas");
        values.iter().map(|(before, value)| ago(no, now, *before, *value)).collect::<Vec<_>>()
    };
    // Of the first nothing is left, the second holds since an hour.
    let (over, holds) = (says("d1", &[(3_600, 30.0), (3_000, 1.0), (2_900, 1.0)]), says("d2", &[(3_600, 30.0)]));
    story.instruments.ingest([over, holds].concat()).await.unwrap();
    story.instruments.tick_alarms(now).await.unwrap();
    let leak = rule("gas-leak");
    assert!(story.instruments.alarm_level(&leak, &facility("d1")).is_some(), "it waits to be acknowledged");
    // Nor about the second at once: what follows may be on its way.
    let at = |after: i64| jiff::Timestamp::from(now) + jiff::SignedDuration::from_secs(after);
    let tend = async |after: i64| story.platform.tend_orders_at(at(after)).await.unwrap();
    assert_eq!((tend(0).await, tend(59).await), (0, 0));
    // Of the third it comes.
    story.instruments.put_facilities(&story.office, vec![def("d3", "GasDetector")]).await.unwrap();
    story.instruments.ingest(says("d3", &[(3_600, 30.0)])).await.unwrap();
    assert_eq!(tend(59).await, 0);
    story.instruments.ingest(says("d3", &[(3_000, 1.0), (2_900, 1.0)])).await.unwrap();
    story.instruments.tick_alarms(now).await.unwrap();
    assert_eq!((tend(60).await, tend(200).await), (1, 0));
    let [order] = &story.open_orders().await[..] else { panic!("one order") };
    assert_eq!(order.facility.as_str(), "d2");
    // A click sends somebody all the same.
    story.platform.dispatch_alarm(&story.office, &leak, &facility("d1"), None).await.unwrap();
    assert_eq!(story.open_orders().await.len(), 2);
}

/// A detector whose clock is eight hours slow: its alarms seem to be of before the order that ended, and are not.
async fn a_slow_clock(store: &Store) {
    let mut story = Story::begin(store).await;
    let later = Clock::standing_at(common::day().checked_add(jiff::ToSpan::days(3)).unwrap());
    story.platform = Platform::open(store.clone(), None, later.clone()).await.unwrap();
    story.instruments = story.platform.instruments().await.unwrap();
    let now = story.instruments.now();
    let gas = series(&story.instruments, "d1", "gas");
    let says = async |after: u32, value: f64| {
        story.instruments.ingest(vec![ago(gas, now.after(seconds(after)), 28_800, value)]).await.unwrap();
    };
    let at = |after: i64| jiff::Timestamp::from(now) + jiff::SignedDuration::from_secs(after);
    let tend = async |after: i64| story.platform.tend_orders_at(at(after)).await.unwrap();
    says(0, 30.0).await;
    assert_eq!((tend(0).await, tend(60).await), (0, 1));
    let [order] = &story.open_orders().await[..] else { panic!("one order") };
    let id = order.case.case.id.clone();
    for taken in [step("accept"), step("arrive"), done()] {
        story.take(&story.gas, &id, &taken).await.unwrap();
    }
    says(100, 1.0).await;
    says(200, 1.0).await;
    story.instruments.tick_alarms(now).await.unwrap();
    story.take(&story.office, &id, &step("verify")).await.unwrap();
    assert_eq!(tend(201).await, 0);
    // Again, while its clock is still of hours ago.
    says(700, 30.0).await;
    assert_eq!((tend(700).await, tend(760).await), (0, 1));
    let [order] = &story.open_orders().await[..] else { panic!("another order") };
    assert_ne!(order.case.case.id, id);
    // One that is cancelled is not opened again, by nobody.
    let second = order.case.case.id.clone();
    story.take(&story.office, &second, &because("cancel")).await.unwrap();
    let other = Platform::open(store.clone(), None, later.clone()).await.unwrap();
    assert_eq!(other.tend_orders_at(at(800)).await.unwrap(), 0);
    assert_eq!(other.tend_orders_at(at(900)).await.unwrap(), 0);
    story.platform.audit().await.unwrap().unwrap();
}

#[tokio::test]
async fn a_slow_clock_on_sqlite() {
    Box::pin(a_slow_clock(&common::sqlite().await.store)).await;
}

#[tokio::test]
async fn a_slow_clock_on_postgresql() {
    if let Some(test) = common::postgres().await {
        Box::pin(a_slow_clock(&test.store)).await;
    }
}

/// What was raised two days ago by its own clock became known just before a program ended, and still holds.
#[tokio::test]
async fn what_stands_since_long_ago() {
    let test = common::sqlite().await;
    let mut story = Story::begin(&test.store).await;
    let clock = Clock::standing_at(common::day().checked_add(jiff::ToSpan::days(3)).unwrap());
    story.platform = Platform::open(test.store.clone(), None, clock.clone()).await.unwrap();
    story.instruments = story.platform.instruments().await.unwrap();
    let now = story.instruments.now();
    let says = |name: &str, values: &[(u32, f64)]| {
        let no = series(&story.instruments, name, "gas");
        values.iter().map(|(before, value)| ago(no, now, *before, *value)).collect::<Vec<_>>()
    };
    let (holds, over) =
        (says("d2", &[(172_800, 30.0)]), says("d1", &[(172_800, 30.0), (172_000, 1.0), (171_000, 1.0)]));
    story.instruments.ingest([holds, over].concat()).await.unwrap();
    story.instruments.tick_alarms(now).await.unwrap();
    let other = Platform::open(test.store.clone(), None, clock.clone()).await.unwrap();
    let at = |after: i64| jiff::Timestamp::from(now) + jiff::SignedDuration::from_secs(after);
    assert_eq!(other.tend_orders_at(at(0)).await.unwrap(), 0);
    assert_eq!(other.tend_orders_at(at(60)).await.unwrap(), 1);
    let [order] = &story.open_orders().await[..] else { panic!("one order") };
    assert_eq!(order.facility.as_str(), "d2");
    // Cancelled, it stays so, whoever begins anew.
    let id = order.case.case.id.clone();
    story.take(&story.office, &id, &because("cancel")).await.unwrap();
    let other = Platform::open(test.store.clone(), None, clock).await.unwrap();
    assert_eq!(other.tend_orders_at(at(100)).await.unwrap() + other.tend_orders_at(at(200)).await.unwrap(), 0);
}
