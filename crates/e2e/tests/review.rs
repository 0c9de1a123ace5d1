//! A report is reviewed by keyboard and adopted: nothing becomes a task before the reviewer says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use serde_json::Value;
use tingzhou_e2e::{Api, Axe, Browser, City, Driver, Server, nothing_wrong};

const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";

const REPORT: &str = "# 庭山市政府工作报告\n\n2026年1月10日\n\n## 一、2025年工作回顾\n\n去年接待游客1500万人次。\n\n\
## 二、2026年重点工作\n\n### （一）旅游\n\n全年力争接待游客1700万人次，旅游收入达到120亿元。推动索道项目开工。\n\n\
### （二）城建\n\n改造老旧小区8个，新增车位1100个。空气优良天数达到300天以上。\n";

/// Waits until the progress says so.
async fn decided(browser: &Browser, words: &str) {
    let script = format!("return document.querySelector('#review-progress b').textContent.includes('{words}')");
    browser.holds(words, &script).await;
}

/// Waits until the statement looked at holds these words, and has the focus.
async fn looks_at(browser: &Browser, words: &str) {
    let script = format!(
        "const mark = document.querySelector('a.say[aria-current]'); \
         return mark.textContent.includes('{words}') && document.activeElement === mark"
    );
    browser.holds(words, &script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_reviewed_by_keyboard() {
    let city = City::simulated();
    let (axe, server, driver) = (Axe::load(), Server::start(city.folder()), Driver::start());
    let api = Api::public(server.base());
    let browser = driver.browser(server.base()).await;
    browser.sign_in(&city.login("ducha")).await;
    let file = city.folder().join("report.md");
    std::fs::write(&file, REPORT).unwrap();
    browser.open("/adopt").await;
    browser.find("input[type=file]").await.send_keys(file.to_str().unwrap()).await.unwrap();
    browser.follow("main form button[type=submit]").await;
    let review = browser.path().await;
    assert!(review.starts_with("/review/d"), "{review}");
    let reports = || api.get("/api/v1/reports").json()["items"].as_array().unwrap().len();
    let before = reports();

    // Accepted; the focus stays on the statement; on to the next.
    decided(&browser, "0 / 7").await;
    browser.press("a").await;
    decided(&browser, "1 / 7").await;
    looks_at(&browser, "1500万人次").await;
    browser.press("j").await;
    looks_at(&browser, "1700万人次").await;
    browser.press(DOWN).await;
    looks_at(&browser, "120亿元").await;
    browser.press("k").await;
    looks_at(&browser, "1700万人次").await;
    browser.press("a").await;
    decided(&browser, "2 / 7").await;
    browser.press("n").await;
    looks_at(&browser, "120亿元").await;
    browser.press("a").await;
    decided(&browser, "3 / 7").await;

    // Rejected with a reason.
    browser.press("n").await;
    looks_at(&browser, "索道").await;
    browser.press("r").await;
    browser.press(&format!("slogan{ENTER}")).await;
    decided(&browser, "4 / 7").await;
    assert!(browser.text(".review-card").await.contains("slogan"));

    // Edited: 9 instead of 8, and a wrong one comes back with what was typed.
    browser.press("n").await;
    looks_at(&browser, "小区").await;
    browser.press("e").await;
    browser.fill("details[data-key=e] input[name=value]", "nine").await;
    browser.press(ENTER).await;
    browser.find("details[data-key=e] input[aria-invalid=true]").await;
    assert_eq!(browser.value("details[data-key=e] input[name=value]").await, "nine");
    browser.fill("details[data-key=e] input[name=value]", "9").await;
    browser.press(ENTER).await;
    decided(&browser, "5 / 7").await;

    // Merged and split again by undoing.
    browser.press("m").await;
    decided(&browser, "5 / 6").await;
    browser.press("u").await;
    decided(&browser, "5 / 7").await;

    // Keys stay out of fields, and can be turned off.
    browser.press("?").await;
    browser.find("details[data-key='?'][open]").await;
    browser.click("[data-keys] input").await;
    browser.press(ESCAPE).await;
    browser.press("u").await;
    decided(&browser, "5 / 7").await;
    browser.click("[data-keys] input").await;

    // All this is kept, and nothing is adopted yet.
    browser.open(&review).await;
    decided(&browser, "5 / 7").await;
    assert_eq!(reports(), before, "nothing is adopted until the reviewer says so");
    for (width, height) in tingzhou_e2e::SIZES {
        browser.resize(width, height);
        let _ = browser.complaints();
        nothing_wrong(&axe.look_here(&browser, "review-half-way").await);
    }
    browser.resize(1440, 1000);
    browser.open(&review).await;
    browser.follow("button[value=adopt-leaving]").await;
    let path = browser.path().await;
    assert!(path.starts_with("/?report=2026"), "{path}");
    assert_eq!(reports(), before + 1);
    let tasks = api.get("/api/v1/tasks?limit=200&report=2026").json()["items"].as_array().unwrap().clone();
    let target = |task: &Value| task["target"]["value"].as_str().unwrap_or("-").to_owned();
    let mut told: Vec<String> = tasks.iter().map(target).collect();
    told.sort();
    assert_eq!(told, ["12000000000", "17000000", "9"]);
    // The review is over; the report shows today's reading beside what was adopted.
    browser.open(&review).await;
    assert!(browser.path().await.starts_with("/?report=2026"));
    browser.open("/reports/2026/reread").await;
    browser.find("main .notice").await;
    browser.close().await;
}

/// Changes what the last reading proposed, as if an older reader had read the draft's text.
fn read_by_an_older_reader(city: &City, change: &str) {
    let database = rusqlite::Connection::open(city.folder().join("tingzhou.sqlite")).unwrap();
    database.busy_timeout(tingzhou_e2e::PATIENCE).unwrap();
    assert!(database.execute(&format!("UPDATE draft_statement SET {change}"), []).unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_reader_shows_a_difference_and_keeps_decisions() {
    let city = City::simulated();
    let (axe, server, driver) = (Axe::load(), Server::start(city.folder()), Driver::start());
    let browser = driver.browser(server.base()).await;
    browser.sign_in(&city.login("ducha")).await;
    let file = city.folder().join("report.md");
    std::fs::write(&file, REPORT).unwrap();
    browser.open("/adopt").await;
    browser.find("input[type=file]").await.send_keys(file.to_str().unwrap()).await.unwrap();
    browser.follow("main form button[type=submit]").await;
    let review = browser.path().await;
    read_by_an_older_reader(&city, "body = replace(replace(body, '\"1100\"', '\"110\"'), '\"车位\"', '\"停车\"')");
    read_by_an_older_reader(&city, "body = replace(body, '\"8\"', '\"80\"')");
    // The first is decided as the older reader had it, the other is open.
    browser.open(&format!("{review}?show=all")).await;
    browser.click("a.say[data-id='6']").await;
    looks_at(&browser, "1100个").await;
    browser.press("a").await;
    decided(&browser, "1 / 7").await;
    browser.run("document.querySelectorAll('.review-end details').forEach(d => { d.open = true; })", Vec::new()).await;
    browser.follow("button[value=reread]").await;
    assert!(browser.text("#difference").await.contains("停车"), "{}", browser.text("#difference").await);
    assert_eq!(browser.count("#difference[open] tbody tr").await, 3);
    decided(&browser, "1 / 7").await;
    for lang in ["zh", "en"] {
        for (width, height) in tingzhou_e2e::SIZES {
            browser.resize(width, height);
            browser.open(&format!("{review}?show=newer&at=6&lang={lang}")).await;
            let _ = browser.complaints();
            nothing_wrong(&axe.look_here(&browser, &format!("review-newer-{lang}")).await);
        }
    }
    browser.resize(1440, 1000);
    browser.open(&format!("{review}?show=newer&at=6&lang=zh")).await;
    assert!(browser.text(".review-card .changes").await.contains("1,100"), "what the newer reader says");
    browser.click("button[value=take-newer]").await;
    browser.holds("taken", "return !document.querySelector('.review-card .changes')").await;
    assert!(browser.text(".review-card .facts").await.contains("1,100"));
    // Taken back, the newer reader's word is there again.
    browser.press("u").await;
    browser.find(".review-card .changes").await;
    browser.close().await;
}
