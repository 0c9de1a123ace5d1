//! A tariff in words, a sentence a rule.

use super::tariff::{Crossing, Cycle, FreeKind, Period, Step};
use super::{Fen, Tariff};
use crate::Two;

/// An amount without the zeros nobody says: `2` or `2.50`.
fn yuan(fen: Fen) -> String {
    let text = fen.to_string();
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

fn length(minutes: u32) -> Two {
    if minutes.is_multiple_of(60) {
        let hours = minutes / 60;
        return Two::new(
            format!("{hours} 小时"),
            if hours == 1 { "hour".to_owned() } else { format!("{hours} hours") },
        );
    }
    Two::new(format!("{minutes} 分钟"), format!("{minutes} minutes"))
}

fn step(step: &Step, first: bool) -> Two {
    let (unit, price) = (length(step.minutes), yuan(step.fen));
    match (step.times, first) {
        (Some(1), true) => {
            Two::new(format!("首个 {} {price} 元", unit.zh), format!("the first {} {price} yuan", unit.en))
        }
        (Some(times), _) => {
            let (zh, en) = if first { ("前", "the first") } else { ("之后", "the next") };
            Two::new(
                format!("{zh} {times} 个 {}每个 {price} 元", unit.zh),
                format!("{en} {times} times {} {price} yuan each", unit.en),
            )
        }
        (None, true) => Two::new(format!("每 {} {price} 元", unit.zh), format!("{price} yuan each {}", unit.en)),
        (None, false) => {
            Two::new(format!("之后每 {} {price} 元", unit.zh), format!("then {price} yuan each {}", unit.en))
        }
    }
}

fn period(period: &Period, day_off: bool) -> Two {
    let (zh, en) = if day_off { ("休息日", "Days off, ") } else { ("", "") };
    let when = (
        format!("{zh}{}（{}—{}）", period.name.zh, period.from, period.to),
        format!("{en}{} ({}–{})", period.name.en, period.from, period.to),
    );
    if period.steps.is_empty() {
        return Two::new(format!("{}：免费", when.0), format!("{}: free", when.1));
    }
    let steps: Vec<Two> = period.steps.iter().enumerate().map(|(at, one)| step(one, at == 0)).collect();
    let join = |pick: fn(&Two) -> &str, with: &str| steps.iter().map(pick).collect::<Vec<_>>().join(with);
    Two::new(format!("{}：{}", when.0, join(|two| &two.zh, "，")), format!("{}: {}", when.1, join(|two| &two.en, ", ")))
}

impl Tariff {
    /// What it says, a sentence a rule, in the order a driver asks: what is free, what it costs when, at most, for whom
    /// less.
    #[must_use]
    pub fn words(&self) -> Vec<Two> {
        let data = self.data();
        let mut words = Vec::new();
        if data.free.minutes > 0 {
            let minutes = data.free.minutes;
            words.push(match data.free.kind {
                FreeKind::Inclusive => Two::new(
                    format!("停放不超过 {minutes} 分钟免费；超过的，从入场起计费"),
                    format!("Free up to {minutes} minutes; a longer stay is charged from its entry on"),
                ),
                FreeKind::Exclusive => Two::new(
                    format!("前 {minutes} 分钟免费，超过的也不计入"),
                    format!("The first {minutes} minutes are free, of longer stays too"),
                ),
            });
        }
        words.extend(data.periods.iter().map(|one| period(one, false)));
        words.extend(data.day_off_periods.iter().map(|one| period(one, true)));
        let charged = data.periods.iter().chain(&data.day_off_periods).any(|one| !one.steps.is_empty());
        if charged {
            words.push(match data.crossing {
                Crossing::RunsOn => Two::new(
                    "不足一个计费单位的按一个计；跨时段的单位按开始时的价格计完",
                    "A unit that has begun counts; across periods it runs to its end at the price it began with",
                ),
                Crossing::Cut => Two::new(
                    "不足一个计费单位的按一个计；分时段分别计费",
                    "A unit that has begun counts; each period is charged by itself",
                ),
            });
        }
        if let Some(cap) = data.day_cap_fen {
            let cap = yuan(cap);
            words.push(match data.cycle {
                Cycle::FromEntry => Two::new(
                    format!("自入场起每 24 小时最高 {cap} 元"),
                    format!("At most {cap} yuan in 24 hours from the entry on"),
                ),
                _ => Two::new(format!("每日最高 {cap} 元"), format!("At most {cap} yuan a day")),
            });
        }
        if let Some(cap) = data.stay_cap_fen {
            let cap = yuan(cap);
            words.push(Two::new(format!("单次最高 {cap} 元"), format!("At most {cap} yuan a stay")));
        }
        if let Some(card) = data.monthly_card_fen {
            let card = yuan(card);
            words.push(Two::new(format!("月卡 {card} 元"), format!("Monthly card {card} yuan")));
        }
        for one in &data.reductions {
            let (class, share) = (one.class.name(), one.percent_paid);
            words.push(Two::new(format!("{}按 {share}% 收取", class.zh), format!("{share} % of it for: {}", class.en)));
        }
        for class in &data.exempt {
            let class = class.name();
            words.push(Two::new(format!("{}免费", class.zh), format!("Free for: {}", class.en)));
        }
        words
    }

    /// Whether a night from 22:00 to 6:00 costs an ordinary vehicle nothing on any day.
    #[must_use]
    pub fn is_free_at_night(&self) -> bool {
        let data = self.data();
        let covers = |period: &Period, minute: i64| {
            let (from, to) = (period.from.minutes(), period.to.minutes());
            if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
        };
        // Periods begin at minutes, and the night is eight hours of them.
        let night = |periods: &[Period]| {
            (0..360).chain(1_320..1_440).all(|minute| {
                periods.iter().filter(|one| covers(one, minute)).all(|one| one.steps.iter().all(|s| s.fen == Fen::ZERO))
            })
        };
        night(&data.periods) && night(&data.day_off_periods)
    }
}
