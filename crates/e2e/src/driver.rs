//! The browser's driver program.

use crate::browser::Browser;
use crate::until;
use fantoccini::ClientBuilder;
use fantoccini::wd::Capabilities;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use tempfile::TempDir;

const FLAGS: [&str; 15] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
    "--lang=zh-CN",
    "--window-size=1440,1000",
];

/// The driver program; ended when dropped.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    address: String,
    profiles: TempDir,
}

impl Driver {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// When it or the browser is not installed.
    #[must_use]
    pub fn start() -> Self {
        let started = Command::new("chromedriver")
            .arg("--port=0")
            // In a machine without a locale, a file with a Chinese name is not found.
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = started.unwrap_or_else(|e| {
            panic!("chromedriver cannot be started ({e}): install it with apt-get install chromium chromium-driver")
        });
        let (told, port) = channel();
        let lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        // Its output is read to its end, so that it never waits for a reader.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let port = line.rsplit_once("on port ").map(|(_, port)| port.trim_end_matches('.').to_owned());
                // It says "on port 0" first, before it has one.
                if let Some(port) = port.and_then(|p| p.parse::<u16>().ok()).filter(|p| *p > 0) {
                    let _ = told.send(port);
                }
            }
        });
        let port = until("chromedriver says its port", || port.try_recv().ok());
        let profiles = TempDir::new().expect("a temporary folder");
        Self { child, address: format!("http://127.0.0.1:{port}"), profiles }
    }

    /// Opens a browser of its own, with an empty profile.
    ///
    /// # Panics
    /// When the browser does not start.
    pub async fn browser(&self, base: &str) -> Browser {
        let profile = TempDir::new_in(self.profiles.path()).expect("a temporary folder").keep();
        let mut flags: Vec<String> = FLAGS.iter().map(|f| (*f).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.display()));
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "implicit": 0, "pageLoad": 20_000, "script": 20_000 },
        });
        let wanted: Capabilities = wanted.as_object().expect("an object").clone();
        let client =
            ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&self.address).await.unwrap_or_else(
                |e| panic!("the browser does not start ({e}): apt-get install chromium chromium-driver"),
            );
        let session = client.session_id().await.expect("the driver answers").expect("a session was opened");
        Browser::new(client, format!("{}/session/{session}", self.address), base.to_owned())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to end, it takes the browsers with it; killed, it would leave them behind.
        let asked = ureq::get(format!("{}/shutdown", self.address)).call();
        if asked.is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
