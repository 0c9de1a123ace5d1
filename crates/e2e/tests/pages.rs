//! Every page, for everyone who sees it, in both languages and on a telephone and a desk: accessible, nothing to scroll
//! sideways, nothing for the browser to complain about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use serde_json::Value;
use tingzhou_e2e::{Api, Axe, Browser, City, Driver, Finding, Look, Server, nothing_wrong, workspace};

/// Tasks of each sort.
struct Tasks {
    /// With a number, and who leads it.
    numbered: (String, String),
    unnumbered: String,
    contradicted: String,
    /// Led by another unit than `numbered`.
    foreign: String,
}

fn tasks(api: &Api, city: &City) -> Tasks {
    let list =
        |query: &str| api.get(&format!("/api/v1/tasks?limit=200{query}")).json()["items"].as_array().unwrap().clone();
    let id = |task: &Value| task["id"].as_str().unwrap().to_owned();
    let lead = |task: &Value| task["assignment"]["lead"].as_str().unwrap_or_default().to_owned();
    let all = list("");
    let number = |t: &&Value| t["target"]["role"] == "amount" && t["standing"]["light"] == "yellow";
    let numbered = all.iter().filter(number).find(|t| city.units().any(|unit| unit == lead(t))).expect("a yellow one");
    let unnumbered = all.iter().find(|t| t["target"].is_null()).expect("one without a number");
    let foreign = all.iter().find(|t| {
        let co_units = t["assignment"]["co_units"].as_array().unwrap();
        lead(t) != lead(numbered) && co_units.iter().all(|unit| *unit != lead(numbered).as_str())
    });
    Tasks {
        numbered: (id(numbered), lead(numbered)),
        unnumbered: id(unnumbered),
        contradicted: id(list("&contradicted=1").first().expect("one with a contradiction")),
        foreign: id(foreign.expect("another unit's")),
    }
}

/// Looks at pages in both languages; `name` tells whose eyes.
async fn look(axe: &Axe, browser: &Browser, name: &str, pages: &[(&str, &str, u16, &str)]) -> Vec<Finding> {
    let mut wrong = Vec::new();
    for lang in ["zh", "en"] {
        for (page, path, status, shows) in pages {
            let joined = if path.contains('?') { '&' } else { '?' };
            let (name, path) = (format!("{name}-{page}-{lang}"), format!("{path}{joined}lang={lang}"));
            wrong.extend(axe.look(browser, Look { name: &name, path: &path, status: *status, shows }).await);
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody() {
    let city = City::simulated();
    let (axe, server, driver) = (Axe::load(), Server::start(city.folder()), Driver::start());
    let tasks = tasks(&Api::public(server.base()), &city);
    let task = |id: &str| format!("/tasks/{id}");
    let browser = driver.browser(server.base()).await;
    let wrong = look(
        &axe,
        &browser,
        "public",
        &[
            ("report", "/", 200, "a.mark"),
            ("report-red", "/?light=red", 200, "a.mark.faint"),
            ("report-large", "/?size=large", 200, "a.mark"),
            ("tasks", "/tasks?size=normal", 200, "table.tasks"),
            ("tasks-filtered", "/tasks?light=yellow&sort=deadline&descending=1&q=%E9%A1%B9", 200, "form.filters"),
            ("tasks-none", "/tasks?q=nothing-has-these-words", 200, "form.filters"),
            ("task", &task(&tasks.numbered.0), 200, ".lightbox-yellow"),
            ("task-unnumbered", &task(&tasks.unnumbered), 200, ".lightbox"),
            ("task-contradicted", &task(&tasks.contradicted), 200, ".clash"),
            ("livelihood", "/livelihood", 200, "main a[href^='/tasks/']"),
            ("air", "/air", 200, ".aqi-year table"),
            ("parking", "/parking", 200, "form.filters input[name=place]"),
            ("parking-near", "/parking?place=87.304,44.013&hours=3", 200, "form.filters"),
            ("parking-wrong", "/parking?place=here", 200, "[aria-invalid=true]"),
            (
                "parking-bill",
                "/parking?tariff=lot&from=2025-10-30T09:00&to=2025-10-31T10:00&vehicle=new-energy",
                200,
                "#bill tfoot",
            ),
            ("signin", "/signin", 200, "input[name=password]"),
            ("about", "/about", 200, "main h1"),
            ("nowhere", "/nowhere", 404, "main h1"),
        ],
    )
    .await;
    browser.close().await;
    nothing_wrong(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit() {
    let city = City::simulated();
    let (axe, server, driver) = (Axe::load(), Server::start(city.folder()), Driver::start());
    let tasks = tasks(&Api::public(server.base()), &city);
    let task = |id: &str, rest: &str| format!("/tasks/{id}{rest}");
    let browser = driver.browser(server.base()).await;
    browser.sign_in(&city.login(&tasks.numbered.1)).await;
    let mut wrong = look(
        &axe,
        &browser,
        "unit",
        &[
            ("desk", "/me", 200, "main a[href^='/tasks/']"),
            ("task", &task(&tasks.numbered.0, ""), 200, "a[href$='/file']"),
            ("filing", &task(&tasks.numbered.0, "/file"), 200, "form.filing"),
            ("not-allowed", &task(&tasks.foreign, "/file"), 403, "main h1"),
            ("report", "/", 200, "a.mark"),
            ("findings", "/findings", 200, ".findings .places a"),
            ("dispatches", "/cases", 200, ".lines .state"),
            ("dispatches-none", "/cases?waiting=1", 200, "form.filters"),
            ("orders", "/orders", 200, "form.filters"),
            ("gas", "/gas", 200, "main h1"),
            ("notices", "/notices", 200, ".notices"),
            ("addresses", "/notices/addresses", 200, "form"),
            ("projects-own", "/projects", 200, "main h1"),
        ],
    )
    .await;
    // Refused with messages at the fields.
    browser.open(&task(&tasks.numbered.0, "/file")).await;
    browser.fill("#f-value", "many").await;
    browser.follow("form.filing button[type=submit]").await;
    assert_eq!(browser.status().await, 422);
    wrong.extend(axe.look_here(&browser, "unit-filing-refused").await);
    browser.resize(390, 844);
    wrong.extend(axe.look_here(&browser, "unit-filing-refused").await);
    browser.close().await;
    nothing_wrong(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_supervision_office() {
    let city = City::simulated();
    let (axe, server, driver) = (Axe::load(), Server::start(city.folder()), Driver::start());
    let tasks = tasks(&Api::public(server.base()), &city);
    let task = |id: &str, rest: &str| format!("/tasks/{id}{rest}");
    let browser = driver.browser(server.base()).await;
    browser.sign_in(&city.login("ducha")).await;
    let mut wrong = look(
        &axe,
        &browser,
        "office",
        &[
            ("measures", "/measures", 200, "table th a"),
            ("measure", "/measures/projects-paid", 200, "pre"),
            ("measure-editor", "/measure-editor?id=projects-paid", 200, "textarea[name=value]"),
            ("projects", "/projects", 200, "table.projects th a"),
            ("projects-behind", "/projects?behind=1", 200, "table.projects .flag"),
            ("project", "/projects/p2025-0007", 200, "form.filing"),
            ("projects-import", "/projects/import", 200, "input[type=file]"),
            ("orders", "/orders?ended=1", 200, "form.filters"),
            ("gas", "/gas", 200, "form[action='/drills']"),
            ("desk", "/me", 200, "main a[href^='/tasks/']"),
            ("tasks", "/tasks?contradicted=1", 200, "table.tasks"),
            ("task", &task(&tasks.numbered.0, ""), 200, "form[action$='/assign']"),
            ("task-contradicted", &task(&tasks.contradicted, ""), 200, ".clash"),
            ("check", &task(&tasks.numbered.0, "/file"), 200, "form.filing"),
            ("adopt", "/adopt", 200, "input[type=file]"),
            ("log", "/log", 200, "table.log"),
            ("dispatches", "/cases?state=reported", 200, ".lines form[action$='/move']"),
            ("bulletin", "/bulletins/2025-09", 200, "main table"),
            ("bulletins", "/bulletins", 200, "main h1"),
            ("year-end", "/year-end", 200, "main h1"),
            ("decomposition", "/decomposition", 200, "input[type=file]"),
            ("findings", "/findings?show=all", 200, ".findings form[action$='/dismiss']"),
            ("findings-none", "/findings?show=dismissed", 200, "main h1"),
        ],
    )
    .await;
    // A table that is right, unsure and wrong, row by row.
    let titles: Vec<String> = Api::public(server.base()).get("/api/v1/tasks?limit=3").json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["title"].as_str().unwrap().to_owned())
        .collect();
    let table = city.folder().join("分解表.csv");
    let rows = format!(
        "工作任务,责任单位\n{},市教育局\n{}等工作全面推进落实,市财政局\n{},市教育居\n无关的一项,市教育局\n",
        titles[0], titles[1], titles[2]
    );
    std::fs::write(&table, rows).unwrap();
    for (width, height) in [(1440, 1000), (390, 844)] {
        browser.resize(width, height);
        browser.open("/decomposition").await;
        browser.find("#d-file").await.send_keys(table.to_str().unwrap()).await.unwrap();
        browser.follow("main form button[type=submit]").await;
        browser.find("select[name=row]").await;
        assert!(browser.text("main").await.contains("B4"), "the unknown unit is named by cell");
        wrong.extend(axe.look_here(&browser, "office-decomposition-preview").await);
    }
    browser.resize(1440, 1000);
    // A report under review: another year's text, so that it is no report already adopted.
    let text = std::fs::read_to_string(workspace().join("cities/changji/report-2025.md")).unwrap();
    let file = city.folder().join("another.md");
    std::fs::write(&file, text.replace("2025", "2026")).unwrap();
    browser.open("/adopt").await;
    browser.find("input[type=file]").await.send_keys(file.to_str().unwrap()).await.unwrap();
    browser.follow("main form button[type=submit]").await;
    let review = browser.path().await;
    assert!(review.starts_with("/review/d"), "under review: {review}");
    let decided = format!("{review}?show=decided&at=40");
    let reviewing = [
        ("drafts", "/adopt", 200, "a[href^='/review/']"),
        ("review", review.as_str(), 200, "a.say[aria-current]"),
        ("review-empty", decided.as_str(), 200, "a.say[aria-current]"),
        ("reread", "/reports/2025/reread", 200, "main h1"),
    ];
    wrong.extend(look(&axe, &browser, "office", &reviewing).await);
    // Refused with a message at the field.
    browser.resize(1440, 1000);
    browser.open(&format!("{review}?lang=zh")).await;
    browser.click("details[data-key=e] summary").await;
    browser.fill("details[data-key=e] input[name=value]", "many").await;
    browser.click("details[data-key=e] button[type=submit]").await;
    browser.find("details[data-key=e] input[name=value][aria-invalid=true]").await;
    let _ = browser.complaints();
    wrong.extend(axe.look_here(&browser, "office-review-refused").await);
    // Adopted, its tasks wait for somebody to confirm who leads them.
    browser.open(&review).await;
    browser.follow("button[value=adopt-accepting]").await;
    assert!(browser.path().await.starts_with("/?report="), "adopted: {}", browser.path().await);
    let unconfirmed = [
        ("report-new", "/", 200, "a.mark-grey"),
        ("tasks-unconfirmed", "/tasks?unassigned=1", 200, "input[name=task]"),
    ];
    wrong.extend(look(&axe, &browser, "office", &unconfirmed).await);
    browser.close().await;
    nothing_wrong(&wrong);
}
