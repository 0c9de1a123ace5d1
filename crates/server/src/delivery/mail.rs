//! E-mail by SMTP.

use super::message::Message;
use lettre::message::{Mailbox, header};
use lettre::{SmtpTransport, Transport};
use std::fmt;
use std::time::Duration;

/// How long a mail server may take for one step.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A mail server and who writes.
#[derive(Clone)]
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl fmt::Debug for Mailer {
    // The transport knows the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mailer {
    /// From an address like `smtps://user:password@mail.example.gov.cn`, `smtp://…:587?tls=required` or, inside one's own
    /// network only, `smtp://…`; and from who writes, like `督查室 <ducha@example.gov.cn>`. Nothing is connected yet.
    ///
    /// # Errors
    /// What is wrong with either, without the password.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let from = from.parse().map_err(|e| format!("the sender “{from}” is not an e-mail address: {e}"))?;
        let transport = SmtpTransport::from_url(url).map_err(|e| {
            format!("the mail server's address is wrong ({e}); it looks like smtps://user:password@mail.example.gov.cn")
        })?;
        Ok(Self { transport: transport.timeout(Some(TIMEOUT)).build(), from })
    }

    pub(super) fn send(&self, message: &Message) -> Result<(), String> {
        let to: Mailbox = message.address.parse().map_err(|e| format!("{e}"))?;
        let domain = self.from.email.domain();
        let email = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.subject())
            // The same for every attempt: a mailbox that got it already can tell.
            .message_id(Some(format!("<{}@{domain}>", message.key)))
            .header(header::ContentType::TEXT_PLAIN)
            // RFC 3834: no machine answers it.
            .header(AutoSubmitted)
            .body(message.text())
            .map_err(|e| e.to_string())?;
        self.transport.send(&email).map(|_| ()).map_err(|e| e.to_string())
    }
}

#[derive(Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
