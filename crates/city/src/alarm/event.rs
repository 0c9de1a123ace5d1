//! What happens to an alarm, and how it is said.

use super::rule::{Priority, Rule};
use crate::Two;
use crate::moment::{Moment, Period};
use crate::number::Number;
use serde::{Deserialize, Serialize};

/// Something that happened to the alarm of one rule at one facility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmEvent {
    /// When.
    pub at: Moment,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what", rename_all_fields = "kebab-case")]
pub enum What {
    /// The condition has held for the on-delay. Wants acknowledging.
    Raised {
        /// From 1.
        level: u8,
        /// How soon somebody must act.
        priority: Priority,
        /// Why.
        cause: Cause,
    },
    /// A higher level was reached. Wants acknowledging again.
    Escalated {
        /// From 2.
        level: u8,
        /// How soon somebody must act.
        priority: Priority,
        /// Why.
        cause: Cause,
    },
    /// A level is over, a lower one still holds.
    Eased {
        /// The level that holds, from 1.
        level: u8,
        /// How soon somebody must act.
        priority: Priority,
    },
    /// The condition is over. Without an acknowledgement a latching alarm stays until there is one.
    Cleared {
        /// Whether the alarm is gone from the list.
        closed: bool,
    },
    /// Somebody has seen it.
    Acknowledged {
        /// Whether the alarm is gone from the list.
        closed: bool,
    },
    /// It is raised so often that it is held where it is until it is quiet.
    Chattering,
    /// It is quiet again.
    Settled {
        /// How many times it was raised, escalated, eased or cleared meanwhile without being told.
        untold: u32,
    },
    /// It is hidden until an instant.
    Shelved {
        /// Until when.
        until: Moment,
        /// Why.
        reason: String,
    },
    /// It is hidden no more.
    Unshelved {
        /// How many times it was raised meanwhile.
        untold: u32,
    },
    /// It is hidden until somebody says otherwise.
    OutOfService {
        /// Why.
        reason: String,
    },
    /// It is in service again.
    Returned {
        /// How many times it was raised meanwhile.
        untold: u32,
    },
    /// Its rule was switched off while it was on the list.
    Withdrawn,
}

/// Why an alarm is raised.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "cause", rename_all_fields = "kebab-case")]
pub enum Cause {
    /// A value at or above its limit.
    High {
        /// The last value.
        value: Number,
        /// The limit it reached.
        limit: Number,
    },
    /// A value at or below its limit.
    Low {
        /// The last value.
        value: Number,
        /// The limit it reached.
        limit: Number,
    },
    /// A value that rose fast.
    Rise {
        /// The last value.
        value: Number,
        /// How much it rose.
        by: f64,
        /// The limit of that.
        limit: Number,
        /// Within what time.
        over: Period,
    },
    /// A value that fell fast.
    Fall {
        /// The last value.
        value: Number,
        /// How much it fell.
        by: f64,
        /// The limit of that.
        limit: Number,
        /// Within what time.
        over: Period,
    },
    /// No values.
    Silence {
        /// When the last one was; none when there never was one.
        last: Option<Moment>,
        /// How long silence is allowed.
        over: Period,
    },
    /// A value the instrument cannot mean.
    OutOfRange {
        /// The value.
        value: Number,
    },
    /// A value that does not change.
    Stuck {
        /// The value.
        value: Number,
        /// Since when.
        since: Moment,
    },
}

/// Shortest way to write a measured difference without the noise of floating point.
fn short(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Cause {
    /// For people, with value, limit and unit.
    #[must_use]
    pub fn words(&self, unit: &Two) -> Two {
        let after = |unit: &str| if unit.is_empty() { String::new() } else { format!(" {unit}") };
        let (unit, in_en) = (after(&unit.zh), after(&unit.en));
        match self {
            Self::High { value, limit } => Two::new(
                format!("当前值 {value}{unit}，达到或高于限值 {limit}{unit}"),
                format!("{value}{in_en}, at or above the limit of {limit}{in_en}"),
            ),
            Self::Low { value, limit } => Two::new(
                format!("当前值 {value}{unit}，达到或低于限值 {limit}{unit}"),
                format!("{value}{in_en}, at or below the limit of {limit}{in_en}"),
            ),
            Self::Rise { value, by, limit, over } | Self::Fall { value, by, limit, over } => {
                let rise = matches!(self, Self::Rise { .. });
                let (by, over) = (short(*by), over.words());
                let (zh, en) = if rise { ("上升", "risen") } else { ("下降", "fallen") };
                Two::new(
                    format!("{} 内{zh} {by}{unit}（限值 {limit}{unit}），当前值 {value}{unit}", over.zh),
                    format!("{en} by {by}{in_en} within {} (limit {limit}{in_en}), now {value}{in_en}", over.en),
                )
            }
            Self::Silence { last, over } => {
                let over = over.words();
                match last {
                    Some(last) => Two::new(
                        format!("自 {last} 起无数据，超过 {}", over.zh),
                        format!("no data since {last}, longer than {}", over.en),
                    ),
                    None => Two::new(
                        format!("接入以来无数据，超过 {}", over.zh),
                        format!("no data since it was connected, longer than {}", over.en),
                    ),
                }
            }
            Self::OutOfRange { value } => Two::new(
                format!("当前值 {value}{unit}，超出量程"),
                format!("{value}{in_en}, out of the instrument's range"),
            ),
            Self::Stuck { value, since } => Two::new(
                format!("自 {since} 起一直为 {value}{unit}，没有变化"),
                format!("{value}{in_en} without change since {since}"),
            ),
        }
    }
}

impl AlarmEvent {
    /// The level reached when the alarm was raised or escalated, so that somebody must act; none for everything else.
    #[must_use]
    pub fn raised(&self) -> Option<u8> {
        match self.what {
            What::Raised { level, .. } | What::Escalated { level, .. } => Some(level),
            _ => None,
        }
    }

    /// One sentence for people: when, where, which rule, what, with value, limit and unit. Times are Beijing time.
    #[must_use]
    pub fn sentence(&self, rule: &Rule, facility: &Two) -> Two {
        let said = self.what.words(&rule.unit);
        let at = self.at;
        Two::new(
            format!("{at} {} {}：{}。", facility.zh, rule.name.zh, said.zh),
            format!("{at} {}, {}: {}.", facility.en, rule.name.en, said.en),
        )
    }
}

impl What {
    fn words(&self, unit: &Two) -> Two {
        let seen = |closed: bool, zh: &str, en: &str| {
            if closed { Two::default() } else { Two::new(zh, en) }
        };
        let untold = |zh: &str, en: &str, untold: u32| {
            if untold == 0 {
                return Two::new(zh, en);
            }
            Two::new(
                format!("{zh}，其间 {untold} 次变化未逐条提示"),
                format!("{en}; {untold} changes meanwhile were not told"),
            )
        };
        match self {
            Self::Raised { level, priority, cause } | Self::Escalated { level, priority, cause } => {
                let (priority, cause) = (priority.words(), cause.words(unit));
                let raised = matches!(self, Self::Raised { .. });
                let (zh, en) = if raised { ("告警", "alarm") } else { ("升级", "escalated") };
                Two::new(
                    format!("{level} 级{zh}（优先级{}），{}", priority.zh, cause.zh),
                    format!("{en}, level {level} ({} priority), {}", priority.en, cause.en),
                )
            }
            Self::Eased { level, priority } => {
                let priority = priority.words();
                Two::new(
                    format!("降为 {level} 级（优先级{}）", priority.zh),
                    format!("eased to level {level} ({} priority)", priority.en),
                )
            }
            Self::Cleared { closed } => {
                let more = seen(*closed, "，待确认", ", to be acknowledged");
                Two::new(format!("已恢复{}", more.zh), format!("cleared{}", more.en))
            }
            Self::Acknowledged { closed } => {
                let more = seen(*closed, "，尚未恢复", ", the condition still holds");
                Two::new(format!("已确认{}", more.zh), format!("acknowledged{}", more.en))
            }
            Self::Chattering => Two::new(
                "反复触发，按抖动处理，恢复平稳前不逐条提示",
                "chattering; changes are not told one by one until it is quiet",
            ),
            Self::Settled { untold: n } => untold("已平稳", "quiet again", *n),
            Self::Shelved { until, reason } => {
                Two::new(format!("搁置至 {until}，原因：{reason}"), format!("shelved until {until}: {reason}"))
            }
            Self::Unshelved { untold: n } => untold("搁置结束", "no longer shelved", *n),
            Self::OutOfService { reason } => {
                Two::new(format!("停用，原因：{reason}"), format!("out of service: {reason}"))
            }
            Self::Returned { untold: n } => untold("恢复使用", "in service again", *n),
            Self::Withdrawn => Two::new("规则已关闭，告警撤销", "withdrawn, the rule was switched off"),
        }
    }
}
