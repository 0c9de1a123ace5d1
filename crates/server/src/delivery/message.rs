//! A message in words and as data, the same whichever way it goes.

use crate::api::instant;
use serde::Serialize;
use std::fmt::Write as _;
use tingzhou_platform::is_order;
use tingzhou_platform::ledger::{Channel, TaskId};
use tingzhou_platform::{Delivery, Platform, Snapshot};

/// Something told, as a webhook gets it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Told {
    /// The event it came with.
    seq: i64,
    /// When, with its zone.
    at: String,
    /// The same for people, in the city's time.
    #[serde(skip)]
    written: String,
    /// The task.
    task: String,
    /// Its title.
    title: String,
    /// What, in Chinese.
    zh: String,
    /// What, in English.
    en: String,
    /// Whether something is to be done.
    asks: bool,
    /// The task's page, when the server knows its own address.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// What is sent.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    #[serde(skip)]
    pub(crate) channel: Channel,
    #[serde(skip)]
    pub(crate) address: String,
    #[serde(skip)]
    pub(crate) secret: String,
    #[serde(skip)]
    english: bool,
    /// The same for every attempt.
    pub(crate) key: String,
    /// The city.
    city: String,
    /// Its name.
    #[serde(skip)]
    city_name: (String, String),
    /// Whose notices.
    audience: String,
    /// Comes from a simulated city.
    simulated: bool,
    /// Only shows that the address works.
    trial: bool,
    /// There were more before these.
    more: bool,
    /// What was told, oldest first.
    notices: Vec<Told>,
}

impl Message {
    pub(crate) fn of(delivery: &Delivery, platform: &Platform, snapshot: &Snapshot, public_url: Option<&str>) -> Self {
        let clock = platform.clock();
        let told = |n: &tingzhou_platform::Notice| {
            let task = TaskId::new(&n.subject).ok().and_then(|id| snapshot.task(&id));
            Told {
                seq: n.seq,
                at: instant(n.at),
                written: clock.written(n.at),
                task: n.subject.clone(),
                title: task.map_or_else(String::new, |view| view.task.title.clone()),
                zh: n.told.words.zh.clone(),
                en: n.told.words.en.clone(),
                asks: n.told.asks,
                url: public_url.map(|base| {
                    let place = if is_order(&n.subject) { "orders" } else { "tasks" };
                    format!("{base}/{place}/{}", n.subject)
                }),
            }
        };
        let name = &platform.pack().name;
        Self {
            channel: delivery.to.channel,
            address: delivery.to.address.clone(),
            secret: delivery.to.secret.clone(),
            english: delivery.to.language == "en",
            key: delivery.key().to_owned(),
            city: platform.city().to_string(),
            city_name: (name.zh.clone(), name.en.clone()),
            audience: delivery.to.audience.to_string(),
            simulated: snapshot.simulated(),
            trial: delivery.trial(),
            more: delivery.more,
            notices: delivery.notices.iter().map(told).collect(),
        }
    }

    /// The line an e-mail is found by.
    pub(crate) fn subject(&self) -> String {
        let count = self.notices.len();
        let asks = self.notices.iter().filter(|n| n.asks).count();
        let mut line = if self.english {
            let city = &self.city_name.1;
            match (self.trial, asks) {
                (true, _) => format!("{city}: this address gets notices"),
                (_, 0) => format!("{city}: {count} notice(s)"),
                _ => format!("{city}: {count} notice(s), {asks} to act on"),
            }
        } else {
            let city = &self.city_name.0;
            match (self.trial, asks) {
                (true, _) => format!("【{city}】通知地址试发"),
                (_, 0) => format!("【{city}】{count} 条消息"),
                _ => format!("【{city}】{count} 条消息，{asks} 条待办"),
            }
        };
        if self.simulated {
            line.insert_str(0, if self.english { "[simulated] " } else { "【模拟】" });
        }
        line
    }

    /// What an e-mail says.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let say = |zh: &'static str, en: &'static str| if self.english { en } else { zh };
        if self.trial {
            text.push_str(say(
                "这是试发的消息：这个地址能收到通知。\n",
                "This is a trial: notices reach this address.\n",
            ));
        }
        if self.more {
            text.push_str(say(
                "消息较多，这里只列最近的；其余请登录查看。\n\n",
                "There are many; these are the latest. Sign in to see the others.\n\n",
            ));
        }
        for (index, n) in self.notices.iter().enumerate() {
            let words = if self.english { &n.en } else { &n.zh };
            // Writing to a String cannot fail.
            let _ =
                writeln!(text, "{}. {words}{}", index + 1, if n.asks { say("（待办）", " (to act on)") } else { "" });
            let _ = writeln!(text, "   {}（{}，{}）", n.title, n.task, n.written);
            if let Some(url) = &n.url {
                let _ = writeln!(text, "   {url}");
            }
        }
        text.push_str(say(
            "\n本邮件自动发送。登录后在“消息 → 通知地址”可以删去这个地址。\n",
            "\nSent automatically. Sign in and see Notices → Addresses to remove this address.\n",
        ));
        text
    }
}
