//! Subscriptions (订阅): where what an audience is told inside the program is sent to as well.

use crate::actor::Actor;
use crate::audience::Audience;
use crate::event::Event;
use crate::ids::SubscriptionId;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// Subscriptions an audience may have at once.
pub const MOST_SUBSCRIPTIONS: usize = 10;
/// Longest e-mail address, in bytes (RFC 5321, 4.5.3.1.3, without the brackets).
const LONGEST_EMAIL: usize = 254;
/// Longest address of a webhook, in bytes.
const LONGEST_URL: usize = 500;

/// How it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// E-mail.
    Email,
    /// A signed HTTP request to another system.
    Webhook,
}

impl Channel {
    /// All.
    pub const ALL: [Self; 2] = [Self::Email, Self::Webhook];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// Asks for a subscription. `standing` are the addresses the audience has already.
///
/// # Errors
/// [`Refusal`] when the account may not, the address is none, or there are too many.
pub fn decide_subscribe(
    id: &SubscriptionId,
    (channel, address): (Channel, &str),
    standing: &[(Channel, String)],
    actor: &Actor,
) -> Result<(Audience, Event), Refusal> {
    let Some(audience) = Audience::of(actor) else {
        return Err(Refusal::not_allowed(
            "no-audience",
            "此账号不属于督查室、单位或分管领导，没有消息可订阅。",
            "This account belongs to no office, unit or post; there is nothing to subscribe to.",
        ));
    };
    match channel {
        Channel::Email => email(address)?,
        Channel::Webhook if audience == Audience::Office => web_address(address)?,
        // It lets the server open connections; those who run the city decide where to.
        Channel::Webhook => {
            return Err(Refusal::not_allowed(
                "webhook-office-only",
                "只有督查室和管理员可以添加回调地址。",
                "Only the supervision office and the administrator may add webhooks.",
            ));
        }
    }
    if standing.iter().any(|(own, known)| *own == channel && known.eq_ignore_ascii_case(address)) {
        return Err(Refusal::state("subscribed-already", "这个地址已经在列。", "This address is on the list already."));
    }
    if standing.len() >= MOST_SUBSCRIPTIONS {
        return Err(Refusal::state(
            "too-many-subscriptions",
            format!("最多 {MOST_SUBSCRIPTIONS} 个地址；请先删去不用的。"),
            format!("At most {MOST_SUBSCRIPTIONS} addresses; remove one that is not used."),
        ));
    }
    let event = Event::SubscriptionAdded { subscription: id.clone(), audience: audience.clone(), channel };
    Ok((audience, event))
}

/// Ends a subscription of an audience.
///
/// # Errors
/// [`Refusal`] when it is not the account's own; the supervision office may end any.
pub fn decide_unsubscribe(id: &SubscriptionId, audience: &Audience, actor: &Actor) -> Result<Event, Refusal> {
    if !actor.role.supervises() && Audience::of(actor).as_ref() != Some(audience) {
        return Err(Refusal::not_allowed(
            "not-own-subscription",
            "只能删去本单位的地址。",
            "Only one's own addresses may be removed.",
        ));
    }
    Ok(Event::SubscriptionRemoved { subscription: id.clone() })
}

fn email(address: &str) -> Result<(), Refusal> {
    let refuse = || {
        Refusal::invalid(
            "not-an-email-address",
            "address",
            "不是邮箱地址；应形如 ducha@example.gov.cn。",
            "Not an e-mail address; it looks like ducha@example.gov.cn.",
        )
    };
    let plain = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let (local, domain) = address.split_once('@').ok_or_else(refuse)?;
    let labels = domain.split('.').collect::<Vec<_>>();
    let named = labels.len() > 1 && labels.iter().all(|l| plain(l, "-") && !l.starts_with('-') && !l.ends_with('-'));
    let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    if address.len() <= LONGEST_EMAIL && local.len() <= 64 && dots && named && plain(local, ".!#$%&'*+/=?^_`{|}~-") {
        Ok(())
    } else {
        Err(refuse())
    }
}

fn web_address(address: &str) -> Result<(), Refusal> {
    let refuse = |zh: &str, en: &str| Err(Refusal::invalid("not-a-web-address", "address", zh, en));
    let Some(rest) = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")) else {
        return refuse(
            "回调地址应以 https:// 或 http:// 开头。",
            "A webhook's address begins with https:// or http://.",
        );
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return refuse("回调地址里不要写用户名或密码。", "Leave user name and password out of a webhook's address.");
    }
    let visible = address.bytes().all(|b| b.is_ascii_graphic());
    if host.is_empty() || host.starts_with(':') || !visible || address.len() > LONGEST_URL || rest.contains('#') {
        return refuse(
            "回调地址应有主机名，只含可见的 ASCII 字符，最多 500 个，不含 #。",
            "A webhook's address has a host, visible ASCII characters only, at most 500, and no #.",
        );
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it stands")]
mod tests {
    use super::{Channel, MOST_SUBSCRIPTIONS, decide_subscribe, decide_unsubscribe};
    use crate::actor::{AccountRole, Actor};
    use crate::audience::Audience;
    use crate::ids::{AccountId, SubscriptionId, UnitId};

    fn actor(role: AccountRole, unit: Option<&str>) -> Actor {
        let unit = unit.map(|u| UnitId::new(u).unwrap());
        Actor { account: AccountId::new("someone").unwrap(), role, unit, leader: None }
    }

    #[test]
    fn addresses() {
        let office = actor(AccountRole::Supervisor, None);
        let id = SubscriptionId::new("s1").unwrap();
        let check = |channel, address: &str, expected: &str| {
            let got = decide_subscribe(&id, (channel, address), &[], &office);
            assert_eq!(got.map_or_else(|r| r.code, |_| "ok"), expected, "{address}");
        };
        for address in ["a@b.cn", "ducha.shi+2025@changji.gov.cn", "x_y-z@a-b.example.com"] {
            check(Channel::Email, address, "ok");
        }
        let long = format!("{}@b.cn", "a".repeat(65));
        for address in [
            "",
            "a",
            "@b.cn",
            "a@",
            "a@b",
            "a b@c.cn",
            "a@b..cn",
            ".a@b.cn",
            "a@b.cn\r\nBcc: x@y.cn",
            "a@@b.cn",
            "市政府@b.cn",
            "a@-b.cn",
            &long,
        ] {
            check(Channel::Email, address, "not-an-email-address");
        }
        for address in ["https://oa.example.gov.cn/hooks/1", "http://10.0.0.8:8080/in?key=1"] {
            check(Channel::Webhook, address, "ok");
        }
        let long = format!("https://a.cn/{}", "a".repeat(500));
        for address in [
            "",
            "ftp://a.cn/",
            "https://",
            "https://:80/",
            "https://me:word@a.cn/",
            "https://a.cn/#x",
            "https://a.cn/ b",
            "https://a.cn/\r\nX: y",
            "javascript:alert(1)",
            &long,
        ] {
            check(Channel::Webhook, address, "not-a-web-address");
        }
    }

    #[test]
    fn who_may() {
        let id = SubscriptionId::new("s1").unwrap();
        let unit = actor(AccountRole::Unit, Some("education"));
        let (audience, _) = decide_subscribe(&id, (Channel::Email, "a@b.cn"), &[], &unit).unwrap();
        assert_eq!(audience.to_string(), "unit:education");
        let hook = decide_subscribe(&id, (Channel::Webhook, "https://a.cn/"), &[], &unit);
        assert_eq!(hook.unwrap_err().code, "webhook-office-only");
        let nobody = actor(AccountRole::Unit, None);
        assert_eq!(decide_subscribe(&id, (Channel::Email, "a@b.cn"), &[], &nobody).unwrap_err().code, "no-audience");
        let mut standing = vec![(Channel::Email, "A@b.cn".to_owned())];
        let again = decide_subscribe(&id, (Channel::Email, "a@b.cn"), &standing, &unit);
        assert_eq!(again.unwrap_err().code, "subscribed-already");
        standing.resize(MOST_SUBSCRIPTIONS, (Channel::Email, "x@y.cn".to_owned()));
        let one_more = decide_subscribe(&id, (Channel::Email, "c@b.cn"), &standing, &unit);
        assert_eq!(one_more.unwrap_err().code, "too-many-subscriptions");

        let others = Audience::Unit(UnitId::new("transport").unwrap());
        assert_eq!(decide_unsubscribe(&id, &others, &unit).unwrap_err().code, "not-own-subscription");
        assert!(decide_unsubscribe(&id, &audience, &unit).is_ok());
        assert!(decide_unsubscribe(&id, &others, &actor(AccountRole::Supervisor, None)).is_ok());
    }
}
