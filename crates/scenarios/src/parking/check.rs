//! What a tariff must be to price any stay.

use super::time_of_day::DAY;
use super::{Cycle, Fen, Period, Step, TariffData};
use crate::Two;
use crate::refusal::Refusal;
use std::collections::BTreeSet;

/// Most periods of a day and most steps of a period.
const MOST_PERIODS: usize = 24;
const MOST_STEPS: usize = 12;
/// Longest unit and most free minutes.
const MOST_MINUTES: u32 = 1_440;
/// Most units of a step that is not the last.
const MOST_TIMES: u32 = 1_440;
/// Dearest unit: 10,000 yuan. With one-minute units over the longest stay the sum still fits many times over.
const DEAREST_UNIT: Fen = Fen(1_000_000);
/// Highest cap or card: 1,000,000 yuan.
const HIGHEST: Fen = Fen(100_000_000);
/// Longest text.
const LONGEST_TEXT: usize = 200;

/// A tariff that can price any stay. It was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    data: TariffData,
    all_days: Vec<Period>,
    days_off: Vec<Period>,
}

impl Tariff {
    /// Checks a tariff: names and source given, caps positive, periods covering the day once, steps that end in one
    /// without a count, numbers within bounds.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn checked(data: TariffData) -> Result<Self, Vec<Refusal>> {
        let mut check = Check { found: Vec::new() };
        check.top(&data);
        check.caps(&data);
        let all_days = check.periods("periods", &data.periods);
        let days_off = if data.day_off_periods.is_empty() {
            Vec::new()
        } else {
            check.periods("day-off-periods", &data.day_off_periods)
        };
        check.classes(&data);
        if check.found.is_empty() { Ok(Self { data, all_days, days_off }) } else { Err(check.found) }
    }

    /// The tariff as written down.
    #[must_use]
    pub fn data(&self) -> &TariffData {
        &self.data
    }

    /// Whether days off have other periods.
    #[must_use]
    pub fn knows_days_off(&self) -> bool {
        !self.days_off.is_empty()
    }

    /// The periods of a day in the order they begin.
    pub(super) fn periods(&self, day_off: bool) -> &[Period] {
        if day_off && self.knows_days_off() { &self.days_off } else { &self.all_days }
    }
}

struct Check {
    found: Vec<Refusal>,
}

impl Check {
    fn say(&mut self, code: &'static str, place: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) {
        self.found.push(Refusal::new(code, place, zh, en));
    }

    fn text(&mut self, place: &str, text: &str) {
        if text.trim().is_empty() || text.chars().count() > LONGEST_TEXT {
            let (zh, en) = (
                format!("应填写 1 至 {LONGEST_TEXT} 个字。"),
                format!("It is empty or too long; write 1 to {LONGEST_TEXT} characters."),
            );
            self.say("text", place, zh, en);
        }
    }

    fn name(&mut self, place: &str, name: &Two) {
        self.text(&format!("{place}.zh"), &name.zh);
        self.text(&format!("{place}.en"), &name.en);
    }

    fn top(&mut self, data: &TariffData) {
        self.text("id", &data.id);
        self.text("source", &data.source);
        self.name("name", &data.name);
        if data.version == 0 {
            self.say("version-zero", "version", "版本号从 1 开始。", "Versions count from 1.");
        }
        if data.until.is_some_and(|until| until < data.from) {
            self.say("ends-early", "until", "终止日早于起始日；请核对。", "It ends before it begins; check both days.");
        }
        if data.free.minutes > MOST_MINUTES {
            let (zh, en) =
                (format!("免费时长不超过 {MOST_MINUTES} 分钟。"), format!("At most {MOST_MINUTES} free minutes."));
            self.say("free-minutes", "free.minutes", zh, en);
        }
    }

    fn caps(&mut self, data: &TariffData) {
        let amounts = [
            ("day-cap-fen", data.day_cap_fen),
            ("stay-cap-fen", data.stay_cap_fen),
            ("monthly-card-fen", data.monthly_card_fen),
        ];
        for (place, amount) in amounts {
            if amount.is_some_and(|amount| amount <= Fen::ZERO || amount > HIGHEST) {
                let (zh, en) = (
                    format!("应大于 0、不超过 {HIGHEST} 元；不封顶时请删去此项。"),
                    format!("It must be above 0 and at most {HIGHEST} yuan; leave it out when there is none."),
                );
                self.say("cap", place, zh, en);
            }
        }
        if data.cycle == Cycle::Stay {
            let (zh, en) = (
                "没有计费周期；请写明 cycle（calendar-day 或 24-hours）。",
                "It needs days: set `cycle` to calendar-day or 24-hours.",
            );
            if data.day_cap_fen.is_some() {
                self.say("no-cycle", "day-cap-fen", zh, en);
            }
            if data.steps_restart {
                self.say("no-cycle", "steps-restart", zh, en);
            }
        }
    }

    /// The periods in the order they begin.
    fn periods(&mut self, place: &str, periods: &[Period]) -> Vec<Period> {
        if periods.is_empty() || periods.len() > MOST_PERIODS {
            let (zh, en) = (
                format!("应有 1 至 {MOST_PERIODS} 个时段。"),
                format!("There must be 1 to {MOST_PERIODS} periods of the day."),
            );
            self.say("periods", place, zh, en);
            return Vec::new();
        }
        for (i, period) in periods.iter().enumerate() {
            self.name(&format!("{place}.{i}.name"), &period.name);
            self.steps(&format!("{place}.{i}.steps"), &period.steps);
        }
        let mut sorted = periods.to_vec();
        sorted.sort_by_key(|p| p.from.minutes() % DAY);
        for (i, period) in sorted.iter().enumerate() {
            let next = sorted.get(i + 1).or(sorted.first()).map_or(0, |p| p.from.minutes() % DAY);
            let again = sorted.len() > 1 && period.from.minutes() % DAY == next;
            if again || period.to.minutes() % DAY != next {
                let (zh, en) = (
                    format!("时段 {}–{} 之后有空缺或重叠；各时段应首尾相接、覆盖全天。", period.from, period.to),
                    format!(
                        "After {}–{} there is a gap or an overlap; periods must follow each other and cover the day.",
                        period.from, period.to
                    ),
                );
                self.say("not-covered", place, zh, en);
            }
        }
        sorted
    }

    fn steps(&mut self, place: &str, steps: &[Step]) {
        if steps.len() > MOST_STEPS {
            let (zh, en) = (format!("最多 {MOST_STEPS} 级。"), format!("At most {MOST_STEPS} steps."));
            self.say("steps", place, zh, en);
            return;
        }
        for (i, step) in steps.iter().enumerate() {
            let place = format!("{place}.{i}");
            if !(1..=MOST_MINUTES).contains(&step.minutes) {
                let (zh, en) = (
                    format!("计费单位应为 1 至 {MOST_MINUTES} 分钟。"),
                    format!("A unit has 1 to {MOST_MINUTES} minutes."),
                );
                self.say("unit", format!("{place}.minutes"), zh, en);
            }
            if !(Fen::ZERO..=DEAREST_UNIT).contains(&step.fen) {
                let (zh, en) = (
                    format!("单价应为 0 至 {DEAREST_UNIT} 元；降价会使停得久反而便宜，不予受理。"),
                    format!("A unit costs 0 to {DEAREST_UNIT} yuan; with less than 0 a longer stay would be cheaper."),
                );
                self.say("price", format!("{place}.fen"), zh, en);
            }
            let last = i + 1 == steps.len();
            match step.times {
                None if !last => self.say(
                    "times-missing",
                    format!("{place}.times"),
                    "除最后一级外，每级都要写明单位数 times。",
                    "Every step but the last needs a number of units, `times`.",
                ),
                Some(_) if last => self.say(
                    "times-in-last",
                    format!("{place}.times"),
                    "最后一级用于其后全部时间，不写 times。",
                    "The last step is for all further time; leave out `times`.",
                ),
                Some(times) if !(1..=MOST_TIMES).contains(&times) => self.say(
                    "times",
                    format!("{place}.times"),
                    format!("单位数应为 1 至 {MOST_TIMES}。"),
                    format!("A step has 1 to {MOST_TIMES} units."),
                ),
                _ => {}
            }
        }
    }

    fn classes(&mut self, data: &TariffData) {
        let mut seen = BTreeSet::new();
        let reduced = data.reductions.iter().map(|r| r.class);
        for class in data.exempt.iter().copied().chain(reduced) {
            if !seen.insert(class) {
                let (zh, en) = (
                    format!("{}出现了两次；一类车辆只能有一条减免。", class.name().zh),
                    format!("{} is named twice; a class has one exemption or reduction.", class.name().en),
                );
                self.say("class-twice", "exempt, reductions", zh, en);
            }
        }
        for (i, reduction) in data.reductions.iter().enumerate() {
            if reduction.percent_paid > 100 {
                let place = format!("reductions.{i}.percent-paid");
                self.say("percent", place, "应为 0 至 100。", "It must be 0 to 100 per cent.");
            }
            if !(Fen(1)..=Fen(10_000)).contains(&reduction.to_fen) {
                let place = format!("reductions.{i}.to-fen");
                self.say("rounding", place, "取整单位应为 1 至 10000 分。", "Round to 1 to 10,000 fen.");
            }
        }
    }
}
