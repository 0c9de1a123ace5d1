//! A unit's work for one task on a telephone, counted in clicks and fields; then the office, the leader and the end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use serde_json::Value;
use tingzhou_e2e::{Api, Axe, Browser, City, DAY, Driver, Server, nothing_wrong};

/// Hands on a page: every click and every field is counted.
struct Hands<'a> {
    browser: &'a Browser,
    clicks: usize,
    fields: usize,
}

impl<'a> Hands<'a> {
    fn on(browser: &'a Browser) -> Self {
        Self { browser, clicks: 0, fields: 0 }
    }

    async fn follow(&mut self, selector: &str) {
        self.clicks += 1;
        self.browser.follow(selector).await;
    }

    async fn fill(&mut self, selector: &str, text: &str) {
        self.fields += 1;
        self.browser.fill(selector, text).await;
    }

    async fn choose(&mut self, selector: &str) {
        self.fields += 1;
        self.browser.click(selector).await;
    }
}

struct Scene {
    city: City,
    server: Server,
    case: String,
    task: Value,
}

impl Scene {
    /// A dispatch nobody has signed for, of a task with a number.
    fn open() -> Self {
        let city = City::simulated();
        let server = Server::start(city.folder());
        let office = Api::with(server.base(), &city.login("ducha"));
        let cases = office.get("/api/v1/cases?state=assigned&limit=200").json()["items"].as_array().unwrap().clone();
        let mut found = cases.iter().map(|case| {
            let task = office.get(&format!("/api/v1/tasks/{}", case["task"].as_str().unwrap())).json();
            (case["id"].as_str().unwrap().to_owned(), task)
        });
        let wanted = |(_, task): &(String, Value)| {
            task["target"]["role"] == "amount" && city.units().any(|unit| task["assignment"]["lead"] == unit)
        };
        let (case, task) = found.find(wanted).expect("one that is not signed for");
        Self { city, server, case, task }
    }

    fn lead(&self) -> &str {
        self.task["assignment"]["lead"].as_str().unwrap()
    }

    fn page(&self, rest: &str) -> String {
        format!("/tasks/{}{rest}", self.task["id"].as_str().unwrap())
    }

    /// What a step is taken with, on any page.
    fn deed(&self, transition: &str) -> String {
        format!("[data-deed='{transition}']:is([action^='/cases/{0}/'], :has([action^='/cases/{0}/']))", self.case)
    }

    fn now(&self) -> Value {
        let office = Api::with(self.server.base(), &self.city.login("ducha"));
        office.get(&format!("/api/v1/cases/{}", self.case)).json()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_takes_one_click_and_filing_four_fields_at_most() {
    let (scene, driver) = (Scene::open(), Driver::start());
    let browser = driver.browser(scene.server.base()).await;
    browser.resize(390, 844);
    let axe = Axe::load();
    let mut wrong = Vec::new();

    // The first page after signing in says what there is to do; one click signs.
    browser.sign_in(&scene.city.login(scene.lead())).await;
    assert_eq!(browser.path().await, "/me");
    wrong.extend(axe.look_here(&browser, "dispatch-unit-desk").await);
    let mut hands = Hands::on(&browser);
    hands.follow(&format!("{} button", scene.deed("sign"))).await;
    assert_eq!((hands.clicks, hands.fields), (1, 0));
    assert_eq!(browser.path().await, "/me?done=moved");
    assert_eq!(scene.now()["state"], "handling");

    // The first filing: the value, what is said of it and a note. Unit, period and all else are there already.
    browser.open(&scene.page("")).await;
    let mut hands = Hands::on(&browser);
    hands.follow("a.primary[href$='/file']").await;
    hands.fill("#f-value", "1").await;
    hands.choose("input[name=reported][value=under-way]").await;
    hands.fill("#f-note", "已开工。").await;
    hands.follow("form.filing button[type=submit]").await;
    assert_eq!(browser.path().await, scene.page("?done=filed"));
    assert!(hands.fields <= 4 && hands.clicks <= 2, "{} fields, {} clicks", hands.fields, hands.clicks);
    let case = scene.now();
    assert_eq!(case["state"], "reported", "filing has reported: {case}");
    assert!(case["result"].as_str().unwrap().ends_with("已开工。"), "{case}");

    // The office sends it back with a reason.
    browser.sign_out().await;
    browser.resize(1440, 1000);
    browser.sign_in(&scene.city.login("ducha")).await;
    browser.open(&scene.page("")).await;
    let reject = scene.deed("reject");
    browser.click(&format!("{reject} > summary")).await;
    browser.fill(&format!("{reject} textarea"), "请写明完成时间").await;
    browser.follow(&format!("{reject} button")).await;
    assert_eq!(scene.now()["state"], "handling");
    browser.sign_out().await;

    // The unit is told why, and files again: nothing that was given before is asked for again.
    browser.resize(390, 844);
    browser.sign_in(&scene.city.login(scene.lead())).await;
    assert!(browser.count(".unread").await > 0);
    browser.follow("a.bell").await;
    assert!(browser.text(".notices > li:first-child").await.contains("请写明完成时间"));
    wrong.extend(axe.look_here(&browser, "dispatch-notices").await);
    let mut hands = Hands::on(&browser);
    hands.follow(".notices > li:first-child a").await;
    hands.follow("a.primary[href$='/file']").await;
    assert_eq!(browser.value("#f-to").await, DAY, "the period is there");
    hands.fill("#f-value", "2").await;
    hands.follow("form.filing button[type=submit]").await;
    if browser.status().await == 409 {
        // The same period has a value already; that it is meant is asked once.
        hands.follow("form.filing button[type=submit]").await;
    }
    assert_eq!(browser.path().await, scene.page("?done=filed"));
    assert_eq!(hands.fields, 1);
    assert_eq!(scene.now()["state"], "reported");
    browser.sign_out().await;

    // One click takes note; then the unit asks for more time and its leader approves.
    browser.sign_in(&scene.city.login("ducha")).await;
    browser.open(&scene.page("")).await;
    browser.follow(&format!("{} button", scene.deed("continue"))).await;
    browser.sign_out().await;
    browser.sign_in(&scene.city.login(scene.lead())).await;
    browser.open(&scene.page("")).await;
    let extend = scene.deed("extend");
    browser.click(&format!("{extend} > summary")).await;
    browser.fill(&format!("{extend} textarea"), "雨季停工").await;
    browser.fill(&format!("{extend} input[name=days]"), "10").await;
    browser.follow(&format!("{extend} button")).await;
    wrong.extend(axe.look_here(&browser, "dispatch-asked").await);
    browser.sign_out().await;
    let before = handle(&scene.now());
    let leader = leader_of(&scene);
    browser.sign_in(&scene.city.login(&format!("leader-{leader}"))).await;
    wrong.extend(axe.look_here(&browser, "dispatch-leader-desk").await);
    browser.follow(&format!("a.button[href='/cases/{}']", scene.case)).await;
    browser.follow(&format!("{} button.primary", scene.deed("extend"))).await;
    let after = handle(&scene.now());
    assert_eq!(after.0 - before.0, 10, "ten working days more");
    assert!(after.1 > before.1);
    browser.close().await;
    nothing_wrong(&wrong);
}

/// Working days given for the task, and its last day.
fn handle(case: &Value) -> (i64, String) {
    let limit = case["limits"].as_array().unwrap().iter().find(|limit| limit["clock"] == "handle").unwrap();
    (limit["budget"].as_i64().unwrap(), limit["due"].as_str().unwrap().to_owned())
}

/// The leading post that takes part, by its name in the city's pack.
fn leader_of(scene: &Scene) -> String {
    let case = scene.now();
    let parties = case["parties"].as_array().unwrap();
    let title = parties.iter().find(|p| p["role"]["en"] == "leader in charge").unwrap()["name"]["en"].clone();
    let file = tingzhou_e2e::workspace().join("cities/changji/units.toml");
    let text = std::fs::read_to_string(file).unwrap();
    let post = text.split("[[leader]]").find(|post| post.contains(title.as_str().unwrap())).unwrap();
    post.split("id = \"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}
