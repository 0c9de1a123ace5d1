//! The story everything else is for: a commitment in the report, its evidence, and what happens when somebody files,
//! checks, is mistaken, or is not alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use serde_json::{Value, json};
use std::path::PathBuf;
use tingzhou_e2e::{Api, Axe, Browser, City, DAY, Driver, Server, nothing_wrong};

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";

/// A city with its server, one browser, and a task to tell the story of.
struct Scene {
    browser: Browser,
    driver: Driver,
    server: Server,
    city: City,
    task: Value,
}

impl Scene {
    async fn open() -> Self {
        let city = City::simulated();
        let (server, driver) = (Server::start(city.folder()), Driver::start());
        let api = Api::public(server.base());
        let list = api.get("/api/v1/tasks?light=yellow&limit=200").json();
        let tells = |task: &&Value| {
            task["target"]["role"] == "amount"
                && task["target"]["bound"] != "<="
                && task["standing"]["latest"]["source"] == "filing"
                && task["standing"]["contradictions"].as_array().unwrap().is_empty()
                && city.units().any(|unit| task["assignment"]["lead"] == unit)
        };
        let task = list["items"].as_array().unwrap().iter().find(tells).expect("a task that is behind").clone();
        let browser = driver.browser(server.base()).await;
        Self { browser, driver, server, city, task }
    }

    fn page(&self, rest: &str) -> String {
        format!("/tasks/{}{rest}", self.task["id"].as_str().unwrap())
    }

    fn lead(&self) -> &str {
        self.task["assignment"]["lead"].as_str().unwrap()
    }

    fn target(&self) -> &str {
        self.task["target_now"]["value"].as_str().unwrap()
    }

    /// The selector of the task's marks in the report.
    fn mark(&self, more: &str) -> String {
        format!("a.mark{more}[href='{}']", self.page(""))
    }

    /// The task as the API tells it now.
    fn now(&self) -> Value {
        Api::public(self.server.base()).get(&format!("/api/v1{}", self.page(""))).json()
    }

    fn attachment(&self) -> PathBuf {
        let file = self.city.folder().join("验收表.txt");
        std::fs::write(&file, "改造验收表：全部合格。\n").unwrap();
        file
    }

    async fn attach(&self) {
        let chooser = self.browser.find("#f-files").await;
        chooser.send_keys(self.attachment().to_str().unwrap()).await.unwrap();
    }

    async fn send(&self) {
        self.browser.follow("form.filing button[type=submit]").await;
    }
}

/// One sentence of the API in a language.
fn sentence<'a>(task: &'a Value, lang: &str) -> &'a str {
    task["standing"]["sentence"][lang].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filing_changes_the_light_and_a_check_contradicts_it() {
    let scene = Scene::open().await;
    let browser = &scene.browser;

    // The report: marked in place, a click opens the task beside it.
    browser.open("/").await;
    assert!(browser.count("a.mark").await > 100);
    assert!(browser.text(".banner").await.contains("模拟"), "a simulated city says so");
    browser.click(&scene.mark(".mark-yellow")).await;
    browser.find("#aside:not([hidden]) #aside-body .lightbox-yellow").await;
    assert!(browser.text("#aside-body .lightbox").await.contains(sentence(&scene.task, "zh")));
    assert_eq!(browser.path().await, "/", "the report stays");
    browser.follow("#aside-body a.button").await;
    assert_eq!(browser.path().await, scene.page(""));
    assert_eq!(browser.text("h1").await, scene.task["title"].as_str().unwrap());
    assert!(browser.text(".lightbox-yellow").await.contains(sentence(&scene.task, "zh")));
    let plot_before = plot(browser).await;

    // The unit files what reaches the target.
    browser.sign_in(&scene.city.login(scene.lead())).await;
    browser.open(&scene.page("")).await;
    browser.follow("a.primary[href$='/file']").await;
    browser.fill("#f-value", scene.target()).await;
    browser.set("#f-to", DAY).await;
    browser.click("input[name=reported][value=done]").await;
    browser.fill("#f-note", "全部完成并通过验收。").await;
    scene.attach().await;
    scene.send().await;
    assert_eq!(browser.path().await, scene.page("?done=filed"));
    let task = scene.now();
    assert_eq!(task["standing"]["light"], "blue", "{task}");
    assert_ne!(sentence(&task, "zh"), sentence(&scene.task, "zh"));
    browser.find(".notice[role=status]").await;
    assert!(browser.text(".lightbox-blue").await.contains(sentence(&task, "zh")));
    let plot_after = plot(browser).await;
    let last = |plot: &Value| plot["filed"].as_array().unwrap().last().unwrap().clone();
    assert_ne!(last(&plot_after), last(&plot_before), "the plot's last point");
    assert_eq!(last(&plot_after)["day"], DAY);
    assert_eq!(last(&plot_after)["value"].as_str().unwrap(), scene.target());
    assert!(browser.text(".plot-table tbody").await.contains(DAY));

    // The attachment is there for the unit and not for the public.
    let newest = "ol.evidence > li:first-child";
    assert!(browser.text(newest).await.contains("全部完成并通过验收。"));
    let link = browser.find(&format!("{newest} ul.files a")).await.attr("href").await.unwrap().unwrap();
    let fetch = "return fetch(arguments[0]).then(answer => answer.text())";
    assert_eq!(browser.run(fetch, vec![json!(link)]).await, "改造验收表：全部合格。\n");
    browser.open("/").await;
    browser.find(&scene.mark(".mark-blue")).await;
    browser.sign_out().await;
    browser.open(&scene.page("")).await;
    assert!(browser.text(newest).await.contains("验收表.txt"));
    assert_eq!(browser.count(&format!("{newest} ul.files a")).await, 0);
    let public = Api::public(scene.server.base()).get(&link);
    assert!(!public.text.contains("全部合格") && public.status != 200, "{}", public.status);

    // The supervision office looks and finds less.
    browser.sign_in(&scene.city.login("ducha")).await;
    browser.open(&scene.page("/file")).await;
    let short = scene.task["standing"]["latest"]["value"].as_str().unwrap();
    browser.fill("#f-value", short).await;
    browser.set("#f-to", DAY).await;
    browser.click("input[name=reported][value=under-way]").await;
    browser.fill("#f-note", "现场只见部分完成。").await;
    scene.send().await;
    assert_eq!(browser.path().await, scene.page("?done=filed"));
    browser.sign_out().await;

    // Everybody sees that the two cannot both be right.
    let task = scene.now();
    let clash = task["standing"]["contradictions"][0]["sentence"].clone();
    browser.open(&scene.page("")).await;
    assert!(browser.text(".clash").await.contains(clash["zh"].as_str().unwrap()));
    browser.open("/").await;
    browser.find(&scene.mark(".contradicted")).await;

    // In English, from here on.
    browser.open(&scene.page("")).await;
    browser.follow("a[hreflang=en]").await;
    assert!(browser.text(".clash").await.contains(clash["en"].as_str().unwrap()));
    assert!(browser.text(".lightbox").await.contains(sentence(&task, "en")));
    browser.open("/tasks").await;
    assert_eq!(browser.run("return document.documentElement.lang", Vec::new()).await, "en");
    assert!(!browser.text(".top").await.contains("任务"), "{}", browser.text(".top").await);
    scene.browser.close().await;
}

/// The numbers of the plot on the page.
async fn plot(browser: &Browser) -> Value {
    let text = browser.find("[data-plot]").await.attr("data-plot").await.unwrap().unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    browser.sign_in(&scene.city.login(scene.lead())).await;
    browser.open(&scene.page("/file")).await;
    let focus = "const e = document.activeElement; return e.id || e.className || e.tagName";
    browser.press(TAB).await;
    assert_eq!(browser.run(focus, Vec::new()).await, "skip", "the first stop leads past the navigation");
    let shown =
        "const r = document.activeElement.getBoundingClientRect(); return r.width > 1 && r.height > 1 && r.top >= 0";
    assert_eq!(browser.run(shown, Vec::new()).await, true, "and is seen when it has the focus");
    browser.press(ENTER).await;
    assert_eq!(browser.run(focus, Vec::new()).await, "main");
    let reach = async |wanted: &str| {
        for _ in 0..30 {
            if browser.run(&format!("return document.activeElement.matches({wanted:?})"), Vec::new()).await == true {
                return;
            }
            browser.press(TAB).await;
        }
        panic!("{wanted} is not reached: at {}", browser.run(focus, Vec::new()).await);
    };
    reach("#f-value").await;
    browser.press(scene.target()).await;
    reach("input[name=reported]").await;
    reach("#f-note").await;
    browser.press("只用键盘填报。").await;
    reach("form.filing button[type=submit]").await;
    browser.run("window.leaving = true", Vec::new()).await;
    browser.press(ENTER).await;
    browser.holds("another page", "return !window.leaving && document.readyState === 'complete'").await;
    assert_eq!(browser.path().await, scene.page("?done=filed"));
    assert!(browser.text("ol.evidence > li:first-child").await.contains("只用键盘填报。"));
    scene.browser.close().await;
}

/// Fills every field of the form but the unit and the value.
async fn fill_all(scene: &Scene) {
    let browser = &scene.browser;
    browser.run("document.querySelector('details.more').open = true", Vec::new()).await;
    browser.set("#f-to", "2025-09-30").await;
    browser.set("#f-from", "2025-07-01").await;
    browser.click("input[name=basis][value=period]").await;
    browser.click("input[name=reported][value=blocked]").await;
    browser.fill("#f-note", "三季度：雨季停工，“已恢复”。\n第二行 <b>").await;
    browser.fill("#f-place", "延安北路 & 建国路").await;
    scene.attach().await;
}

/// Whether every field holds what [`fill_all`] typed.
async fn all_kept(browser: &Browser) {
    for (field, typed) in [
        ("#f-to", "2025-09-30"),
        ("#f-from", "2025-07-01"),
        ("input[name=basis]:checked", "period"),
        ("input[name=reported]:checked", "blocked"),
        ("#f-note", "三季度：雨季停工，“已恢复”。\n第二行 <b>"),
        ("#f-place", "延安北路 & 建国路"),
        ("input[name=kept_name]", "验收表.txt"),
    ] {
        assert_eq!(browser.value(field).await.replace('\r', ""), typed, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_unit_is_refused_and_nothing_typed_is_lost() {
    let scene = Scene::open().await;
    let (browser, axe) = (&scene.browser, Axe::load());
    let before = scene.now();
    browser.sign_in(&scene.city.login(scene.lead())).await;
    browser.open(&scene.page("/file")).await;
    fill_all(&scene).await;
    browser.fill("#f-value", "1").await;
    // The list offers right units only; an old page or a program may still send another.
    let wrong = "const list = document.querySelector('#f-unit'); list.add(new Option('光年', '光年', true, true))";
    browser.run(wrong, Vec::new()).await;
    scene.send().await;
    assert_eq!(browser.status().await, 422);
    all_kept(browser).await;
    assert_eq!((browser.value("#f-value").await.as_str(), browser.value("#f-unit").await.as_str()), ("1", "光年"));
    let unit = scene.task["target"]["unit"].as_str().unwrap();
    let message = browser.text("#w-unit").await;
    assert!(message.contains("光年") && message.contains(unit), "{message}");
    assert_eq!(browser.find("#f-unit").await.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
    assert_eq!(scene.now(), before, "nothing was filed");
    nothing_wrong(&axe.look_here(browser, "unit-wrong-unit").await);

    // A value that is no number: the same.
    browser.fill("#f-value", "很多").await;
    browser.find("#f-unit").await.select_by_value(unit).await.unwrap();
    scene.send().await;
    assert_eq!(browser.status().await, 422);
    all_kept(browser).await;
    assert_eq!(browser.value("#f-value").await, "很多");
    assert!(browser.text("#w-value").await.contains("很多"));

    // Put right, it is filed with the file chosen at first.
    browser.fill("#f-value", "1").await;
    scene.send().await;
    assert_eq!(browser.path().await, scene.page("?done=filed"));
    let newest = browser.text("ol.evidence > li:first-child").await;
    assert!(newest.contains("验收表.txt") && newest.contains("延安北路 & 建国路"), "{newest}");
    scene.browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_see_each_other_and_lose_nothing() {
    let scene = Scene::open().await;
    let (browser, axe) = (&scene.browser, Axe::load());
    browser.sign_in(&scene.city.login(scene.lead())).await;
    browser.open(&scene.page("/file")).await;
    fill_all(&scene).await;
    browser.fill("#f-value", "2").await;

    // Meanwhile somebody else files for the same task, in another browser.
    let other = scene.driver.browser(scene.server.base()).await;
    other.sign_in(&scene.city.login("ducha")).await;
    other.open(&scene.page("/file")).await;
    other.fill("#f-value", scene.task["standing"]["latest"]["value"].as_str().unwrap()).await;
    other.set("#f-to", DAY).await;
    other.fill("#f-note", "同时登记的核查。").await;
    other.follow("form.filing button[type=submit]").await;
    assert_eq!(other.path().await, scene.page("?done=filed"));
    other.close().await;
    let between = scene.now();

    scene.send().await;
    assert_eq!(browser.status().await, 409);
    all_kept(browser).await;
    assert_eq!(browser.value("#f-value").await, "2");
    assert!(browser.text(".changes").await.contains("同时登记的核查。"), "{}", browser.text(".changes").await);
    assert!(browser.text(".changes li").await.contains("ducha"), "{}", browser.text(".changes").await);
    assert_eq!(scene.now(), between, "nothing was filed");
    nothing_wrong(&axe.look_here(browser, "unit-merge").await);
    browser.resize(390, 844);
    nothing_wrong(&axe.look_here(browser, "unit-merge").await);
    browser.resize(1440, 1000);

    scene.send().await;
    assert_eq!(browser.path().await, scene.page("?done=filed"));
    let page = browser.text("ol.evidence").await;
    assert!(page.contains("三季度：雨季停工") && page.contains("同时登记的核查。"), "{page}");
    // Sent twice by going back, it is still filed once.
    let count = scene.now()["version"].clone();
    browser.client().back().await.unwrap();
    browser.find("form.filing").await;
    scene.send().await;
    assert_eq!(scene.now()["version"], count, "the same form twice");
    scene.browser.close().await;
}
