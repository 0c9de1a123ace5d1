//! A gas leak from the detector to the promise: the built simulator tells it to the built server over the way gas goes, the
//! page of the map shows it live, a unit's telephone does the work, the office verifies, the gas page shows the times.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tingzhou_e2e::{Api, Axe, City, DAY, Driver, Look, Server, nothing_wrong, simulator, until};

/// How many people the city has; it has more detectors than a page of the list.
const PEOPLE: u32 = 60_000;
/// One that is on none of the list's first pages by its name.
const DETECTOR: &str = "sim-gas-00061";
/// An alarm is on the list, and its order there, within this after its value was sent.
const SOON: Duration = Duration::from_secs(2);
/// A leak that has been seen to is over within this: it fades, and the alarm's off-delay runs out.
const OVER: Duration = Duration::from_secs(120);

/// The simulator telling of a leak; each value as it is sent.
struct Leak {
    child: Child,
    values: Receiver<(Instant, f64)>,
}

impl Leak {
    /// `since` is how long the city's time has run, which began at noon.
    fn at(server: &Server, login: &Path, since: Duration) -> Self {
        let (minutes, seconds) = (since.as_secs() / 60, since.as_secs() % 60);
        let from = format!("{DAY}T12:{minutes:02}:{seconds:02}");
        let mut child = Command::new(simulator())
            .args(["raise", "gas", "--people", &PEOPLE.to_string(), "--facility", DETECTOR, "--http", server.base()])
            .args(["--peak", "60", "--rise", "1", "--hold", "14", "--fade", "2", "--login"])
            .arg(login)
            .args(["--from", &from])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the simulator starts");
        let (told, values) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // A line is the facility, the time, the value and its unit; others are the tally at the end.
                let value = line.split_whitespace().nth(2).filter(|_| line.starts_with(DETECTOR));
                if let Some(value) = value.and_then(|text| text.parse().ok()) {
                    let _ = told.send((Instant::now(), value));
                }
            }
        });
        Self { child, values }
    }

    /// When the first value was sent that is a leak.
    fn sent(&self) -> Instant {
        loop {
            let (at, value) = self.values.recv_timeout(Duration::from_secs(30)).expect("the simulator tells of a leak");
            if value >= 25.0 {
                return at;
            }
        }
    }

    /// Waits until it is over and everything was taken.
    fn end(mut self) {
        assert!(self.child.wait().unwrap().success(), "the server refused values");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_leak_to_the_promise() {
    let city = City::with_instruments(PEOPLE);
    let began = Instant::now();
    let (server, driver, axe) = (Server::start(city.folder()), Driver::start(), Axe::load());
    let office = Api::with(server.base(), &city.login("ducha"));
    let login = city.folder().join("simulator-login");
    let ducha = city.login("ducha");
    std::fs::write(&login, format!("{}:{}\n", ducha.name, ducha.password)).unwrap();
    let mut wrong = Vec::new();

    // The office looks at the map; nothing is wrong yet.
    let browser = driver.browser(server.base()).await;
    browser.resize(1440, 1000);
    browser.sign_in(&ducha).await;
    browser.open("/city?type=GasDetector").await;
    let mark = format!("[data-facility='{DETECTOR}'] .row-mark");
    browser.holds("live", "return !document.querySelector('.city-live').hidden").await;
    assert_eq!(browser.count(&mark).await, 0, "by its name it is on a later page of the list");

    // The leak is on the list within two seconds of being sent, and so is its order.
    let leak = Leak::at(&server, &login, began.elapsed());
    let sent = leak.sent();
    let shown = format!("return document.querySelector(\"{mark}\")?.dataset.mark === 'unacknowledged'");
    browser.holds("the alarm on the list", &shown).await;
    let listed = sent.elapsed();
    assert!(browser.text(&mark).await.contains("告警"));
    let order = until("the order", || {
        let items = office.get("/api/v1/orders").json()["items"].as_array().cloned().unwrap();
        items.into_iter().find(|order| order["facility"] == DETECTOR)
    });
    let ordered = sent.elapsed();
    assert!(listed <= SOON, "on the list {listed:?} after it was sent");
    assert!(ordered <= SOON * 2, "the order was found {ordered:?} after the value was sent");
    let id = order["id"].as_str().unwrap().to_owned();
    // It is on the map and in its row, live; the map counts what it has drawn.
    let flagged = format!(
        "return document.querySelector('[data-seen=orders]').textContent === '1' && document.querySelector(\"[data-order='{id}']\") !== null"
    );
    browser.holds("the order on the map", &flagged).await;
    let mapped = sent.elapsed();
    assert!(mapped <= SOON * 2, "the order was on the map {mapped:?} after the value was sent");
    assert_eq!(
        (&order["state"], &order["alarm_holds"], &order["drill"]),
        (&json!("assigned"), &json!(true), &json!(false))
    );
    println!("alarm on the list after {listed:?}, order after {ordered:?}, on the map after {mapped:?}");
    let page = format!("/orders/{id}");
    for (name, path, shows) in [
        ("office-alarms", "/alarms".to_owned(), format!("a[href='{page}']")),
        ("office-order", page.clone(), ".order-deeds".to_owned()),
        ("office-orders", "/orders".to_owned(), format!("a[href='{page}']")),
        ("office-facility", format!("/facilities/{DETECTOR}"), format!("a[href='{page}']")),
    ] {
        wrong.extend(axe.look(&browser, Look { name, path: &path, status: 200, shows: &shows }).await);
    }
    // The list of alarms is live too, and says nothing of news when there are none.
    browser.open("/alarms").await;
    browser.holds("the live line", "return !document.querySelector('.city-live').hidden").await;
    browser.holds("no news", "return getComputedStyle(document.querySelector('.news')).display === 'none'").await;
    browser.sign_out().await;

    // The unit's telephone: the desk leads to the order, one tap accepts it.
    browser.resize(390, 844);
    browser.sign_in(&city.login("gas")).await;
    wrong.extend(axe.look_here(&browser, "unit-desk-order").await);
    browser.follow(&format!("main a[href='{page}']")).await;
    wrong.extend(axe.look_here(&browser, "unit-order").await);
    browser.follow("[data-deed=accept] button").await;
    browser.follow("[data-deed=arrive] button").await;
    assert_eq!(browser.path().await, format!("{page}?done=arrive"));
    wrong.extend(axe.look_here(&browser, "unit-order-on-site").await);
    browser.fill("[data-deed=done] textarea[name=found]", "调压箱接头漏气").await;
    browser.fill("[data-deed=done] textarea[name=deed]", "已关阀、更换垫片并检漏").await;
    browser.follow("[data-deed=done] button").await;
    let now = || office.get(&format!("/api/v1/orders/{id}")).json();
    assert_eq!(now()["state"], "done");
    assert_eq!(browser.count("[data-deed=verify]").await, 0, "the unit does not verify its own work");
    browser.sign_out().await;

    // The simulator's gas is gone; the office verifies, not before.
    leak.end();
    let start = Instant::now();
    while now()["alarm_holds"] == true {
        assert!(start.elapsed() < OVER, "the alarm is not over: {}", now());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    browser.resize(1440, 1000);
    browser.sign_in(&ducha).await;
    browser.open(&page).await;
    browser.follow("[data-deed=verify] button").await;
    let order: Value = now();
    assert_eq!((&order["state"], &order["ended"]), (&json!("verified"), &json!(true)), "{order}");
    wrong.extend(axe.look_here(&browser, "office-order-verified").await);

    // A drill beside it is marked, and in none of the figures.
    browser.open(&format!("/facilities/{DETECTOR}")).await;
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)", Vec::new()).await;
    browser.follow("form[action='/drills'] button").await;
    assert!(browser.text("h1").await.contains("【演练】"));
    wrong.extend(axe.look_here(&browser, "office-drill").await);
    for lang in ["zh", "en"] {
        let path = format!("/gas?lang={lang}");
        wrong.extend(
            axe.look(&browser, Look { name: "office-gas", path: &path, status: 200, shows: ".gas-response" }).await,
        );
    }
    browser.open("/gas?lang=zh").await;
    let response = browser.text(".gas-response").await;
    assert!(
        response.contains("告警到派单") && response.contains("派单到到场") && response.contains('秒'),
        "{response}"
    );
    let gas = office.get("/api/v1/gas").json();
    let orders = &gas["orders"];
    assert_eq!((&orders["orders"], &orders["within_a_minute"]), (&json!(1), &json!(1)), "{gas}");
    let took = orders["alarm_to_order"]["median_ms"].as_i64().unwrap();
    assert!((0..=5_000).contains(&took), "from alarm to order {took} ms");
    assert_eq!(orders["order_to_site"]["count"], 1);

    // The promise is a query: its page shows the measure, read from what the detector sent.
    let tasks = office.get("/api/v1/tasks?q=燃气监管").json();
    let task = tasks["items"][0]["id"].as_str().unwrap().to_owned();
    let link = json!({"measure": "gas-detectors-alive"});
    assert_eq!(office.put(&format!("/api/v1/tasks/{task}/measure"), &link).status, 204);
    for (lang, name) in [("zh", "燃气探测器在线率"), ("en", "Share of gas detectors that are alive")] {
        let path = format!("/tasks/{task}?lang={lang}");
        wrong.extend(
            axe.look(&browser, Look { name: "office-promise", path: &path, status: 200, shows: "#h-measure" }).await,
        );
        let shown = browser.text("section[aria-labelledby='h-measure']").await;
        // One detector has spoken, of all there are.
        assert!(shown.contains(name) && shown.contains("(1 / "), "{shown}");
    }
    browser.close().await;
    nothing_wrong(&wrong);
}
