//! A city of its own for every test, and requests to it without a socket.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

pub(crate) mod instruments;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use tempfile::TempDir;
use tingzhou_platform::ledger::project::{ProjectDetails, Stage, evenly};
use tingzhou_platform::ledger::{AccountRole, Fen, LeaderId, TaskId, UnitId};
use tingzhou_platform::{Clock, ListedProject, NewAccount, Pack, Platform, Store, StoreUrl};
use tingzhou_server::{ServerSettings, router};
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "a-long-enough-password";

pub(crate) struct City {
    _folder: TempDir,
    pub(crate) platform: Platform,
    pub(crate) router: Router,
}

/// A signed-in browser, or the public.
#[derive(Clone, Default)]
pub(crate) struct Reader {
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

/// `Authorization` of a program.
pub(crate) fn basic(name: &str) -> (&'static str, String) {
    ("authorization", format!("Basic {}", STANDARD.encode(format!("{name}:{PASSWORD}"))))
}

impl City {
    /// A founded city with an account of every role, `education` and `transport` among the units.
    pub(crate) async fn founded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreUrl::Sqlite(folder.path().to_owned())).await.unwrap();
        let pack = Pack::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cities/changji")).unwrap();
        let clock = Clock::standing_at("2025-10-31".parse().unwrap());
        let platform = Platform::found(store, pack, clock).await.unwrap();
        let accounts = [
            ("admin", AccountRole::Admin, None),
            ("office", AccountRole::Supervisor, None),
            ("education", AccountRole::Unit, Some("education")),
            ("transport", AccountRole::Unit, Some("transport")),
            ("vice-mayor", AccountRole::Leader, Some("vice-mayor-social")),
        ];
        for (name, role, of) in accounts {
            let unit = of.filter(|_| role == AccountRole::Unit).map(|u| UnitId::new(u).unwrap());
            let leader = of.filter(|_| role == AccountRole::Leader).map(|l| LeaderId::new(l).unwrap());
            let new = NewAccount { name: name.to_owned(), role, unit, leader, password: PASSWORD.to_owned() };
            platform.create_account(new).await.unwrap();
        }
        // What has just been done is looked at at once.
        let public_page_age = std::time::Duration::ZERO;
        let settings = ServerSettings { secure_cookies: true, public_page_age, ..ServerSettings::default() };
        Self { _folder: folder, router: router(platform.clone(), settings), platform }
    }

    /// The same with the pack's report adopted.
    pub(crate) async fn adopted() -> Self {
        let city = Self::founded().await;
        let admin = city.platform.verify_password("admin", PASSWORD).await.unwrap();
        city.platform.adopt(&admin, &report(), false).await.unwrap();
        city
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 * 1024 * 1024).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) async fn get(&self, reader: &Reader, path: &str) -> Answer {
        self.send(reader.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with the reader's own word.
    /// A file as it goes out.
    pub(crate) async fn get_bytes(&self, path: &str) -> Vec<u8> {
        self.get_bytes_as(&Reader::default(), path).await
    }

    pub(crate) async fn get_bytes_as(&self, reader: &Reader, path: &str) -> Vec<u8> {
        let request = reader.request("GET", path).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec()
    }

    pub(crate) async fn post(&self, reader: &Reader, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("csrf", &reader.csrf));
        self.post_as_is(reader, path, &fields).await
    }

    pub(crate) async fn post_as_is(&self, reader: &Reader, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={}", encoded(v))).collect();
        let request = reader.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(pairs.join("&"))).unwrap()).await
    }

    /// Sends a form with files: name, content.
    pub(crate) async fn post_files(
        &self,
        reader: &Reader,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Answer {
        let mut body: Vec<u8> = Vec::new();
        for (name, value) in fields.iter().chain([&("csrf", reader.csrf.as_str())]) {
            body.extend(
                format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, content) in files {
            let head = "Content-Disposition: form-data; name=\"attachments\"";
            body.extend(format!("--frontier\r\n{head}; filename=\"{name}\"\r\n\r\n").bytes());
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--frontier--\r\n");
        let request =
            reader.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Calls the API as a program.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &serde_json::Value,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn sign_in(&self, name: &str) -> Reader {
        let fields = [("name", name), ("password", PASSWORD)];
        let answer = self.post_as_is(&Reader::default(), "/signin", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let token = cookie.split_once('=').unwrap().1.to_owned();
        let csrf = self.platform.session(&token).await.unwrap().unwrap().csrf;
        Reader { cookie: Some(cookie), csrf }
    }

    pub(crate) async fn version(&self, task: &str) -> String {
        self.get(&Reader::default(), &format!("/api/v1/tasks/{task}")).await.json()["version"].to_string()
    }

    /// Has the office confirm a lead.
    /// Sends a task to its units.
    pub(crate) async fn dispatch(&self, task: &str) {
        let office = self.platform.verify_password("office", PASSWORD).await.unwrap();
        self.platform.dispatch(&office, &TaskId::new(task).unwrap()).await.unwrap();
    }

    /// Puts a key project on the list of 2025, as its first.
    pub(crate) async fn list_project(&self, lead: &str, leader: Option<&str>) {
        let office = self.platform.verify_password("office", PASSWORD).await.unwrap();
        let wan = |amount: &str| Fen::parse_wan_yuan(amount).unwrap();
        let details = ProjectDetails {
            name: "学校扩建".to_owned(),
            category: "民生".to_owned(),
            content: String::new(),
            place: String::new(),
            point: None,
            total: wan("1200"),
            plan: evenly(wan("600")),
            lead: UnitId::new(lead).unwrap(),
            leader: leader.map(|l| LeaderId::new(l).unwrap()),
            milestones: Vec::new(),
        };
        let listed = vec![ListedProject { details, stage: Some(Stage::Preparing) }];
        let done = self.platform.list_projects(&office, 2025, listed).await.unwrap();
        assert_eq!(done.added, 1);
    }

    pub(crate) async fn project_version(&self) -> String {
        let office = self.platform.verify_password("office", PASSWORD).await.unwrap();
        let id = tingzhou_platform::ledger::ProjectId::new("p2025-0001").unwrap();
        self.platform.project(&office, &id).await.unwrap().version.to_string()
    }

    pub(crate) async fn case_version(&self, task: &str) -> u64 {
        let office = self.platform.verify_password("office", PASSWORD).await.unwrap();
        self.platform.cases_about(&office, task).await.unwrap()[0].case.version
    }

    pub(crate) async fn assign(&self, task: &str, lead: &str) {
        let etag = format!("\"v{}\"", self.version(task).await);
        let body = serde_json::json!({ "lead": lead });
        let path = format!("/api/v1/tasks/{task}/assignment");
        let answer = self.call("PUT", &path, &[basic("office"), ("if-match", etag)], &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }

    /// The first finding of the adopted report.
    pub(crate) async fn finding(&self) -> String {
        let snapshot = self.platform.snapshot().await.unwrap();
        let report = &snapshot.report(None).unwrap().id;
        let first = snapshot.findings(report, tingzhou_platform::FindingFilter::default()).next();
        first.unwrap().finding.id.to_string()
    }

    /// The first task with an amount to reach.
    pub(crate) async fn numbered(&self) -> String {
        let snapshot = self.platform.snapshot().await.unwrap();
        let amount = |t: &tingzhou_platform::ledger::Target| t.role.name() == "amount" && t.unit == "公里";
        let found = snapshot.tasks.iter().find(|v| v.task.target.as_ref().is_some_and(amount)).unwrap();
        found.task.id.to_string()
    }
}

pub(crate) fn report() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cities/changji/report-2025.md")).unwrap()
}

impl Reader {
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "city.example");
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }
}

pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
