//! A browser with the pages of one server.

use crate::PATIENCE;
use crate::city::Login;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use std::time::Duration;

/// A browser with the pages of one server.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    session: String,
    base: String,
}

impl Browser {
    pub(crate) fn new(client: Client, session: String, base: String) -> Self {
        Self { client, session, base }
    }

    /// The client underneath.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a page of the server.
    ///
    /// # Panics
    /// When the browser cannot.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap_or_else(|e| panic!("{path}: {e}"));
    }

    /// The path and query of the page shown.
    ///
    /// # Panics
    /// When the browser does not say.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("the browser shows a page");
        url.as_str().strip_prefix(&self.base).unwrap_or(url.as_str()).to_owned()
    }

    /// The HTTP status the page shown came with.
    ///
    /// # Panics
    /// When the browser does not say.
    pub async fn status(&self) -> u64 {
        let script = "return performance.getEntriesByType('navigation')[0].responseStatus";
        self.run(script, Vec::new()).await.as_u64().expect("a page comes with a status")
    }

    /// The first element of a selector, waited for.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn find(&self, selector: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE).every(Duration::from_millis(50));
        match wait.for_element(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(error) => panic!("{selector} on {}: {error}\n{}", self.path().await, self.text("body").await),
        }
    }

    /// How many elements a selector has now.
    ///
    /// # Panics
    /// When the browser does not say.
    pub async fn count(&self, selector: &str) -> usize {
        self.client.find_all(Locator::Css(selector)).await.expect("the browser answers").len()
    }

    /// The text of the first element of a selector, all of it, shown or not.
    ///
    /// # Panics
    /// When there is none.
    pub async fn text(&self, selector: &str) -> String {
        let text = self.run("return document.querySelector(arguments[0])?.textContent", vec![json!(selector)]).await;
        let text = text.as_str().unwrap_or_else(|| panic!("{selector}: there is none"));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What a field of a form holds.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn value(&self, selector: &str) -> String {
        self.find(selector).await.prop("value").await.expect("the browser answers").unwrap_or_default()
    }

    /// Clicks.
    ///
    /// # Panics
    /// When there is nothing to click.
    pub async fn click(&self, selector: &str) {
        let element = self.find(selector).await;
        // The driver's own scrolling may leave it under something that stays in place.
        let into_view = "document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'})";
        self.run(into_view, vec![json!(selector)]).await;
        element.click().await.unwrap_or_else(|e| panic!("{selector}: {e}"));
    }

    /// Clicks what leads to another page, and waits until that one is there.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn follow(&self, selector: &str) {
        self.run("window.leaving = true", Vec::new()).await;
        self.click(selector).await;
        self.holds("another page", "return !window.leaving && document.readyState === 'complete'").await;
    }

    /// Types into a field that had something else.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.unwrap_or_else(|e| panic!("{selector}: {e}"));
        field.send_keys(text).await.unwrap_or_else(|e| panic!("{selector}: {e}"));
    }

    /// Sets a field without typing: days are typed differently in every language.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn set(&self, selector: &str, text: &str) {
        self.find(selector).await;
        let script = "const field = document.querySelector(arguments[0]); field.value = arguments[1]; \
                      field.dispatchEvent(new Event('input', {bubbles: true})); \
                      field.dispatchEvent(new Event('change', {bubbles: true}));";
        self.run(script, vec![json!(selector), json!(text)]).await;
    }

    /// Runs a script in the page.
    ///
    /// # Panics
    /// When it fails.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Waits until a script says true.
    ///
    /// # Panics
    /// When it never does.
    pub async fn holds(&self, what: &str, script: &str) {
        let start = std::time::Instant::now();
        // While the browser goes to another page, scripts may fail; they are asked again.
        while self.client.execute(script, Vec::new()).await.ok() != Some(Value::Bool(true)) {
            if start.elapsed() > PATIENCE {
                panic!("{what}: not on {}\n{}", self.path().await, self.text("body").await);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Signs in.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn sign_in(&self, login: &Login) {
        self.open("/signin").await;
        self.fill("input[name=name]", &login.name).await;
        self.fill("input[name=password]", &login.password).await;
        self.follow("main form [type=submit], main form button").await;
        assert!(!self.path().await.starts_with("/signin"), "signing in: {}", self.text("main").await);
    }

    /// Signs out.
    ///
    /// # Panics
    /// When there is no way to.
    pub async fn sign_out(&self) {
        self.run("document.querySelectorAll('details').forEach(d => d.open = true)", Vec::new()).await;
        self.follow("form[action='/signout'] button, form[action='/signout'] [type=submit]").await;
    }

    /// Presses keys one after another, wherever the focus is.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn press(&self, keys: &str) {
        let press = |value| [KeyAction::Down { value }, KeyAction::Up { value }];
        let all = KeyActions::new("keyboard".to_owned());
        let all = keys.chars().flat_map(press).fold(all, KeyActions::then);
        self.client.perform_actions(all).await.expect("the browser has a keyboard");
    }

    /// Gives the page another size, smaller than a window could be.
    ///
    /// # Panics
    /// When the browser refuses.
    pub fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser_command("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// A picture of the whole page, as base64 of a PNG.
    ///
    /// # Panics
    /// When the browser refuses.
    #[must_use]
    pub fn picture(&self) -> String {
        let how = json!({ "format": "png", "captureBeyondViewport": true });
        let answer = self.browser_command("Page.captureScreenshot", &how);
        answer.get("data").and_then(Value::as_str).expect("a picture").to_owned()
    }

    /// What the page complained about since last asked.
    ///
    /// # Panics
    /// When the browser does not say.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.driver("se/log", &json!({ "type": "browser" }));
        // What the browser says of a machine without a graphics card is no fault of a page.
        let driver = |e: &Value| {
            let said = e["message"].as_str().unwrap_or_default();
            ["GL Driver Message", "software WebGL", "GroupMarkerNotSet"].iter().any(|words| said.contains(words))
        };
        let bad = |e: &&Value| matches!(e["level"].as_str(), Some("SEVERE" | "WARNING")) && !driver(e);
        let words = |e: &Value| e["message"].as_str().unwrap_or_default().to_owned();
        entries.as_array().expect("a list").iter().filter(bad).map(words).collect()
    }

    fn browser_command(&self, command: &str, parameters: &Value) -> Value {
        self.driver("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// A command of this driver alone, which no standard names.
    fn driver(&self, command: &str, body: &Value) -> Value {
        let mut answer = ureq::post(format!("{}/{command}", self.session))
            .content_type("application/json")
            .send(body.to_string())
            .unwrap_or_else(|e| panic!("{command}: {e}"));
        let text = answer.body_mut().with_config().limit(100_000_000).read_to_string().expect("an answer");
        let mut answer: Value = serde_json::from_str(&text).expect("JSON");
        answer["value"].take()
    }

    /// Closes it.
    ///
    /// # Panics
    /// When the driver does not answer.
    pub async fn close(self) {
        self.client.close().await.expect("the browser closes");
    }
}
