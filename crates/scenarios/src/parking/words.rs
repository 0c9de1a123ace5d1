//! A tariff in words, a sentence a rule.

use super::tariff::{Crossing, Cycle, FreeKind, Period, Reduction, Rounding, Step};
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

/// A share that is paid, and how it is rounded.
fn reduction(one: &Reduction) -> Two {
    let (class, share) = (one.class.name(), one.percent_paid);
    let to = yuan(one.to_fen);
    let (zh, en) = match (one.rounding, one.to_fen) {
        (Rounding::Down, Fen(1)) => ("不足 1 分舍去".to_owned(), "cut to whole fen".to_owned()),
        (Rounding::Down, _) => (format!("向下取整到 {to} 元"), format!("down to a multiple of {to} yuan")),
        (Rounding::Up, _) => (format!("向上取整到 {to} 元"), format!("up to a multiple of {to} yuan")),
        (Rounding::HalfUp, _) => (format!("四舍五入到 {to} 元"), format!("to the nearest {to} yuan, halves up")),
    };
    Two::new(format!("{}按 {share}% 收取，{zh}", class.zh), format!("{share} % of it for: {}, {en}", class.en))
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
        if charged && data.steps_restart {
            words.push(match data.cycle {
                Cycle::FromEntry => Two::new(
                    "自入场起每 24 小时重新按首个计费单位计，未满的单位到此为止",
                    "Each 24 hours from the entry on begin anew with the first unit; a unit that runs ends there",
                ),
                _ => Two::new(
                    "每日零点起重新按首个计费单位计，未满的单位到零点为止",
                    "Each day begins anew with its first unit at midnight; a unit that runs ends there",
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
        words.extend(data.reductions.iter().map(reduction));
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

#[cfg(test)]
mod tests {
    use crate::parking::Tariff;

    const TARIFF: &str = r#"
id = "street"
version = 1
name = { zh = "路内", en = "street" }
source = "test"
from = "2020-01-01"
cycle = "calendar-day"
steps-restart = true
periods = [
    { name = { zh = "日间", en = "Day" }, from = "08:00", to = "20:00", steps = [{ minutes = 60, fen = 200, times = 1 }, { minutes = 30, fen = 100 }] },
    { name = { zh = "夜间", en = "Night" }, from = "20:00", to = "08:00" },
]
reductions = [{ class = "new-energy", percent-paid = 50 }]
"#;

    /// Every rule that can change an amount is said.
    #[test]
    fn what_changes_the_amount_is_said() {
        let check = |change: (&str, &str), zh: &str, en: &str, said: bool| {
            assert!(TARIFF.contains(change.0), "{change:?}");
            let words =
                Tariff::checked(toml::from_str(&TARIFF.replacen(change.0, change.1, 1)).unwrap()).unwrap().words();
            let all = words.iter().map(|two| format!("{}|{}", two.zh, two.en)).collect::<Vec<_>>().join("\n");
            assert_eq!((all.contains(zh), all.contains(en)), (said, said), "{change:?}: {all}");
        };
        let (same, restart) = (("id = ", "id = "), "steps-restart = true");
        check(same, "每日零点起重新按首个计费单位计", "Each day begins anew with its first unit at midnight", true);
        check((restart, ""), "重新按首个计费单位计", "begins anew", false);
        let entry = ("calendar-day", "24-hours");
        check(entry, "自入场起每 24 小时重新按首个计费单位计", "Each 24 hours from the entry on begin anew", true);
        let share = "percent-paid = 50";
        check(
            same,
            "新能源汽车按 50% 收取，不足 1 分舍去",
            "50 % of it for: new-energy vehicle, cut to whole fen",
            true,
        );
        let half = (share, "percent-paid = 50, rounding = \"half-up\", to-fen = 10");
        check(half, "新能源汽车按 50% 收取，四舍五入到 0.10 元", "to the nearest 0.10 yuan, halves up", true);
        let up = (share, "percent-paid = 50, rounding = \"up\", to-fen = 100");
        check(up, "按 50% 收取，向上取整到 1 元", "up to a multiple of 1 yuan", true);
        let down = (share, "percent-paid = 50, to-fen = 50");
        check(down, "按 50% 收取，向下取整到 0.50 元", "down to a multiple of 0.50 yuan", true);
    }
}
