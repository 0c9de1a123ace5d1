//! The API as a program outside uses it.

use crate::city::Login;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::time::Duration;
use ureq::typestate::WithBody;
use ureq::{Agent, Body, RequestBuilder, http};

/// A client of a server's API, signed in or not.
#[derive(Clone, Debug)]
pub struct Api {
    agent: Agent,
    base: String,
    credentials: Option<String>,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The version of what was answered, as its `ETag`.
    pub etag: Option<String>,
    /// The body.
    pub text: String,
}

impl Reply {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{}: not JSON ({e}): {}", self.status, self.text))
    }
}

impl Api {
    /// For everybody.
    #[must_use]
    pub fn public(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .proxy(None)
            .max_redirects(0)
            .build();
        Self { agent: config.into(), base: base.to_owned(), credentials: None }
    }

    /// Signed in with a name and a password.
    #[must_use]
    pub fn with(base: &str, login: &Login) -> Self {
        let pair = format!("{}:{}", login.name, login.password);
        Self { credentials: Some(format!("Basic {}", STANDARD.encode(pair))), ..Self::public(base) }
    }

    fn reply(answer: Result<http::Response<Body>, ureq::Error>) -> Option<Reply> {
        let mut answer = answer.ok()?;
        let etag = answer.headers().get("etag").and_then(|v| v.to_str().ok()).map(str::to_owned);
        Some(Reply { status: answer.status().as_u16(), etag, text: answer.body_mut().read_to_string().ok()? })
    }

    /// Asks for something; `None` when the server does not answer.
    #[must_use]
    pub fn try_get(&self, path: &str) -> Option<Reply> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(credentials) = &self.credentials {
            request = request.header("authorization", credentials);
        }
        Self::reply(request.call())
    }

    /// Asks for something.
    ///
    /// # Panics
    /// When the server does not answer.
    #[must_use]
    pub fn get(&self, path: &str) -> Reply {
        self.try_get(path).unwrap_or_else(|| panic!("GET {path}: no answer"))
    }

    /// Sends JSON with further headers; `None` when the server does not answer.
    #[must_use]
    pub fn try_post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Option<Reply> {
        self.send(self.agent.post(format!("{}{path}", self.base)), headers, body)
    }

    fn send(&self, to: RequestBuilder<WithBody>, headers: &[(&str, &str)], body: &Value) -> Option<Reply> {
        let mut request = to.content_type("application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(credentials) = &self.credentials {
            request = request.header("authorization", credentials);
        }
        Self::reply(request.send(body.to_string()))
    }

    /// Sends JSON with further headers.
    ///
    /// # Panics
    /// When the server does not answer.
    #[must_use]
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        self.try_post(path, headers, body).unwrap_or_else(|| panic!("POST {path}: no answer"))
    }

    /// Puts JSON in place of what is there.
    ///
    /// # Panics
    /// When the server does not answer.
    #[must_use]
    pub fn put(&self, path: &str, body: &Value) -> Reply {
        let request = self.agent.put(format!("{}{path}", self.base));
        self.send(request, &[], body).unwrap_or_else(|| panic!("PUT {path}: no answer"))
    }
}
