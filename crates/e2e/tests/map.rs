//! The map of the city: orders as flags that come, change and go while one looks; tiles beneath from a file of the operator;
//! what is not on it is in the list. What is on the map is counted by the map itself and stands beneath it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use serde_json::json;
use std::fs;
use std::time::{Duration, Instant};
use tingzhou_e2e::{Api, Axe, Browser, City, Driver, Look, Server, nothing_wrong, run, write_tiles};

const PEOPLE: u32 = 5_000;
const DETECTOR: &str = "sim-gas-00001";
/// A change of an order is on the map within this.
const SOON: Duration = Duration::from_secs(2);

/// Waits until the map itself counts so many orders and drills in the part that is seen; tells how long that took.
async fn seen(browser: &Browser, orders: usize, drills: usize) -> Duration {
    let start = Instant::now();
    let script = format!(
        "const seen = (of) => document.querySelector(`[data-seen='${{of}}']`).textContent;
         return seen('orders') === '{orders}' && seen('drills') === '{drills}'"
    );
    browser.holds(&format!("{orders} orders and {drills} drills on the map"), &script).await;
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_come_change_and_go() {
    let city = City::with_instruments(PEOPLE);
    let tiles = city.folder().join("base.pmtiles");
    write_tiles(&tiles, 87.3, 44.01);
    let server = Server::with(city.folder(), &["--map", tiles.to_str().unwrap()]);
    let (driver, axe) = (Driver::start(), Axe::load());
    let office = Api::with(server.base(), &city.login("ducha"));
    let unit = Api::with(server.base(), &city.login("gas"));
    let browser = driver.browser(server.base()).await;
    browser.resize(1440, 1000);
    browser.sign_in(&city.login("ducha")).await;
    browser.open("/city?scenario=gas").await;
    browser.holds("the map", "return document.querySelector('[data-city-map]').dataset.ready === '1'").await;
    // The tiles are there, read piece by piece, and what is written of them is text.
    browser.holds("tiles", "return Number(document.querySelector('[data-city-map]').dataset.drawnTiles) > 0").await;
    assert_eq!(browser.text(".map-credit").await, "虚构的底图alert(1)");
    browser.holds("the live line", "return !document.querySelector('.city-live').hidden").await;
    seen(&browser, 0, 0).await;

    // A drill is an order that is no real one: it comes, it is said to be a drill, and the unit's step shows.
    let drill = json!({"facility": DETECTOR, "rule": "gas-leak", "level": 1, "unit": "gas", "minutes": 60});
    let opened = office.post("/api/v1/drills", &[], &drill);
    assert_eq!(opened.status, 201, "{}", opened.text);
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let came = seen(&browser, 0, 1).await;
    assert!(came <= SOON, "on the map {came:?} after it was opened");
    let row = format!("[data-facility='{DETECTOR}'] [data-order='{id}']");
    let said = browser.text(&row).await;
    assert!(said.contains("【演练】") && said.contains("待接单") && said.contains("接单时限"), "{said}");
    browser.click(&format!("[data-show='{DETECTOR}']")).await;
    browser
        .holds("the popup", &format!("return document.querySelector('.city-popup a[href=\"/orders/{id}\"]') !== null"))
        .await;
    let popup = browser.text(".city-popup").await;
    assert!(popup.contains("【演练】") && popup.contains("演练自动结束"), "{popup}");
    assert_eq!(browser.run("return document.activeElement.closest('.city-popup') !== null", Vec::new()).await, true);
    let moved = Instant::now();
    let step = |api: &Api, step: serde_json::Value| {
        let version = office.get(&format!("/api/v1/orders/{id}")).json()["version"].to_string();
        let reply = api.post(&format!("/api/v1/orders/{id}/steps"), &[("if-match", &format!("\"v{version}\""))], &step);
        assert_eq!(reply.status, 200, "{}", reply.text);
    };
    step(&unit, json!({"transition": "accept"}));
    for place in [row.as_str(), ".city-popup"] {
        let script = format!("return document.querySelector(\"{place}\").textContent.includes('已接单')");
        browser.holds("the step", &script).await;
    }
    assert!(moved.elapsed() <= SOON, "shown {:?} after the step", moved.elapsed());

    // Only what is ordered, in the list without a script and on the map with one.
    browser.open("/city?scenario=gas&order=1").await;
    assert_eq!(browser.count("[data-facility]").await, 1);
    browser.holds("the map", "return document.querySelector('[data-city-map]').dataset.ready === '1'").await;
    seen(&browser, 0, 1).await;
    assert_eq!(browser.text("[data-seen=facilities]").await, "1");
    let mut wrong = axe.look_here(&browser, "city-map-drawn").await;
    for lang in ["zh", "en"] {
        let path = format!("/city?scenario=gas&order=1&lang={lang}");
        let look = Look { name: "city-orders", path: &path, status: 200, shows: ".city-sums" };
        wrong.extend(axe.look(&browser, look).await);
    }

    // It ends, and its flag goes.
    browser.open("/city?scenario=gas&lang=zh").await;
    seen(&browser, 0, 1).await;
    step(&office, json!({"transition": "end-drill", "reason": "到此为止"}));
    let gone = seen(&browser, 0, 0).await;
    assert!(gone <= SOON, "gone {gone:?} after it ended");
    println!("a drill on the map after {came:?}, gone after {gone:?}");
    // The public sees neither flags nor what they mean.
    browser.sign_out().await;
    browser.open("/city").await;
    assert_eq!(browser.count("[data-legend=order], [data-seen=orders], [name=order]").await, 0);
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:?}");
    browser.close().await;
    nothing_wrong(&wrong);
}

#[test]
fn tiles_that_cannot_be_shown_are_refused_at_the_start() {
    let city = City::simulated();
    let whole = city.folder().join("whole.pmtiles");
    write_tiles(&whole, 87.3, 44.01);
    let bytes = fs::read(&whole).unwrap();
    let check = |name: &str, bytes: Option<&[u8]>, expected: [&str; 2]| {
        let file = city.folder().join(name);
        if let Some(bytes) = bytes {
            fs::write(&file, bytes).unwrap();
        }
        let file = file.display().to_string();
        let out = run(&["serve", "--store", &city.store(), "--listen", "127.0.0.1:0", "--map", &file]);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(!out.status.success() && said.contains(&file), "{name}: {said}");
        assert!(expected.iter().all(|words| said.contains(words)), "{name}: {said}");
    };
    check("missing.pmtiles", None, ["--map", "No such file"]);
    check("short.pmtiles", Some(&bytes[..60]), ["60 字节", "copy it again"]);
    check("cut.pmtiles", Some(&bytes[..bytes.len() - 1]), ["文件不完整", "cut off"]);
    check("other.pmtiles", Some(&[b'{'; 300]), ["不是 PMTiles 文件", "no PMTiles file"]);
}
