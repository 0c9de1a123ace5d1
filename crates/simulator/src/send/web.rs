//! Batches of observations and passages over HTTP, each with a key that makes sending it again harmless.

use super::tally::{Tally, add};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::time::sleep;
use ureq::Agent;

/// Where observations go, below the server's address.
pub const OBSERVATIONS: &str = "/api/v1/observations";
/// Where passages go.
pub const PASSAGES: &str = "/api/v1/parking/passages";

/// Most bytes of an answer that are read.
const MOST_READ: u64 = 1_000_000;

/// First wait before a batch is sent again.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The server's API, with the account that sends.
#[derive(Clone, Debug)]
pub struct Web {
    agent: Agent,
    url: String,
    authorization: Option<String>,
    wait: Duration,
}

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is kept, but for so many rows.
    Taken {
        /// Rows that were refused one by one.
        left_out: u64,
        /// Why the first of them was.
        why: String,
    },
    /// It was not taken and will not be, with the status and what was said.
    Refused(u16, String),
    /// It may be taken another time, with the reason.
    Later(String),
}

impl Web {
    /// The API at an address like `http://127.0.0.1:8080`; `login` is `name:password`.
    #[must_use]
    pub fn new(url: &str, login: Option<&str>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .proxy(None)
            .max_redirects(0)
            .build();
        let authorization = login.map(|login| format!("Basic {}", STANDARD.encode(login.trim())));
        Self { agent: config.into(), url: url.trim_end_matches('/').to_owned(), authorization, wait: FIRST_WAIT }
    }

    /// The same with another first wait before a batch is sent again; it doubles up to a minute.
    #[must_use]
    pub fn waiting(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// Sends a batch once, waiting for the answer on this thread.
    #[must_use]
    pub fn post(&self, path: &str, body: &[u8], key: &str) -> Answer {
        let mut request = self.agent.post(format!("{}{path}", self.url)).header("Content-Type", "application/json");
        request = request.header("Idempotency-Key", key);
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        match request.send(body) {
            Err(error) => Answer::Later(error.to_string()),
            Ok(mut answer) => {
                let status = answer.status().as_u16();
                // Read to its end, so that the connection is used again.
                let text = answer.body_mut().with_config().limit(MOST_READ).read_to_string().unwrap_or_default();
                match status {
                    200..=299 => taken(&text),
                    408 | 429 | 500..=599 => Answer::Later(format!("{status}")),
                    status => Answer::Refused(status, text.chars().take(300).collect()),
                }
            }
        }
    }

    /// Sends a batch until it is answered, and counts its rows.
    ///
    /// # Errors
    /// When it was not taken, or not all of its rows, with what was said of it or of the first of them.
    pub async fn deliver(
        &self,
        path: &'static str,
        rows: &[impl Serialize + Sync],
        key: &str,
        counter: &AtomicU64,
        tally: &Tally,
    ) -> Result<(), String> {
        // Rows are numbers and names, which JSON can write.
        let body: Arc<[u8]> = serde_json::to_vec(rows).unwrap_or_default().into();
        let mut wait = self.wait;
        loop {
            let (web, body, own) = (self.clone(), body.clone(), key.to_owned());
            match tokio::task::spawn_blocking(move || web.post(path, &body, &own)).await {
                Ok(Answer::Taken { left_out, why }) => {
                    add(&tally.taken, 1);
                    add(counter, (rows.len() as u64).saturating_sub(left_out));
                    add(&tally.left_out, left_out);
                    return if left_out == 0 { Ok(()) } else { Err(why) };
                }
                Ok(Answer::Refused(status, text)) => {
                    add(&tally.refused, 1);
                    eprintln!("{}{path}: batch {key} refused with {status}: {text}", self.url);
                    return Err(format!("{status}: {text}"));
                }
                Ok(Answer::Later(why)) => {
                    add(&tally.again, 1);
                    eprintln!("{}{path}: {why}; sending batch {key} again", self.url);
                    sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(60));
                }
                // The program is ending.
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

/// The rows that an answer says were refused, and why the first was; none when it says nothing.
fn taken(answer: &str) -> Answer {
    let answer: serde_json::Value = serde_json::from_str(answer).unwrap_or_default();
    let left_out = answer["refused"].as_u64().unwrap_or(0);
    let row = &answer["rows"][0];
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let [code, zh, en] = [&row["code"], &row["message"]["zh"], &row["message"]["en"]].map(text);
    Answer::Taken { left_out, why: if code.is_empty() { String::new() } else { format!("{code}: {zh} {en}") } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_left_out() {
        let check = |answer: &str, left_out: u64, why: &str| {
            assert_eq!(taken(answer), Answer::Taken { left_out, why: why.to_owned() }, "{answer}");
        };
        check(r#"{"accepted": 498, "refused": 2, "rows": [], "repeated": false}"#, 2, "");
        let row = r#"{"row": 4, "code": "no-series", "message": {"zh": "没有。", "en": "None."}}"#;
        check(&format!(r#"{{"accepted": 4, "refused": 1, "rows": [{row}]}}"#), 1, "no-series: 没有。 None.");
        check(r#"{"accepted": 500, "refused": 0}"#, 0, "");
        check("", 0, "");
        check(r#"{"refused": "2"}"#, 0, "");
    }
}
