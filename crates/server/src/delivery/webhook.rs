//! Webhooks: a signed request to another system.

use super::message::Message;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// How long the other system may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Sends to webhooks.
#[derive(Clone)]
pub(super) struct Webhooks(Agent);

impl Webhooks {
    pub(super) fn new() -> Self {
        // Certificates of the system: a city's own network has its own authority.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent("tingzhou")
            .tls_config(tls);
        Self(config.build().into())
    }

    /// Sends a message. Signed as `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY` under the subscription's secret.
    pub(super) fn send(&self, message: &Message) -> Result<(), String> {
        let body = serde_json::to_string(message).map_err(|e| e.to_string())?;
        let seconds = Timestamp::now().as_second();
        let request = self.0.post(&message.address).header("content-type", "application/json");
        let request = request.header("idempotency-key", &message.key);
        let request = request.header("tingzhou-signature", signature(&message.secret, seconds, &body));
        let answer = request.send(&body).map_err(|e| e.to_string())?;
        if answer.status().is_success() { Ok(()) } else { Err(format!("answered {}", answer.status())) }
    }
}

fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // HMAC takes a key of any length.
        return String::new();
    };
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::signature;

    // By `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret`.
    #[test]
    fn signed_as_others_compute_it() {
        let expected = "t=1700000000,v1=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686";
        assert_eq!(signature("secret", 1_700_000_000, r#"{"a":1}"#), expected);
    }
}
