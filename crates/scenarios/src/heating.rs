//! Heating: the share of the fee given back for days below the indoor floor.

use crate::parking::Fen;
use crate::refusal::Refusal;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most steps, and most days of a season.
const MOST_STEPS: usize = 10;
const MOST_DAYS: usize = 366;
/// Highest fee of a season: 1,000,000 yuan.
const HIGHEST_FEE: Fen = Fen(100_000_000);

/// A city's steps as settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RefundSettings {
    /// The indoor temperature that is owed, °C.
    pub floor: Decimal,
    /// The steps, the warmest first; the first begins at the floor.
    pub steps: Vec<RefundStep>,
    /// The rule they rest on.
    pub source: String,
}

/// A step: colder than this, and not colder than the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RefundStep {
    /// It is for days colder than this, °C.
    pub below: Decimal,
    /// Per cent of the day's fee given back.
    pub percent: u8,
}

/// Steps that were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundSteps(RefundSettings);

/// What is given back of a season's fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Days below the floor.
    pub days: usize,
    /// The amount, rounded half up to the fen; at most the fee.
    pub amount: Fen,
}

impl RefundSteps {
    /// Checks steps: the first at the floor, each colder than the one before and giving back more, at most everything.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn checked(settings: RefundSettings) -> Result<Self, Vec<Refusal>> {
        let mut found = Vec::new();
        let mut say = |code, place: String, zh: &str, en: &str| found.push(Refusal::new(code, place, zh, en));
        if settings.source.trim().is_empty() {
            say("source", "source".to_owned(), "请写明依据。", "Name the rule it rests on.");
        }
        if settings.steps.is_empty() || settings.steps.len() > MOST_STEPS {
            say("steps", "steps".to_owned(), "应有 1 至 10 级。", "There must be 1 to 10 steps.");
        }
        if settings.steps.first().is_some_and(|first| first.below != settings.floor) {
            let (zh, en) = ("第一级应从室温下限开始。", "The first step begins at the floor.");
            say("floor", "steps.0.below".to_owned(), zh, en);
        }
        for (i, step) in settings.steps.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| settings.steps.get(i));
            if before.is_some_and(|b| step.below >= b.below || step.percent <= b.percent) {
                let (zh, en) = ("各级温度应依次降低，退费比例依次提高。", "Steps must get colder and give back more.");
                say("order", format!("steps.{i}"), zh, en);
            }
            if !(1..=100).contains(&step.percent) {
                say("percent", format!("steps.{i}.percent"), "应为 1 至 100。", "It must be 1 to 100 per cent.");
            }
        }
        if found.is_empty() { Ok(Self(settings)) } else { Err(found) }
    }

    /// Per cent of a day's fee given back for an indoor temperature in °C; none at the floor or above.
    #[must_use]
    pub fn percent(&self, temperature: Decimal) -> u8 {
        self.0.steps.iter().rev().find(|step| temperature < step.below).map_or(0, |step| step.percent)
    }

    /// What is given back of a season's fee for measured days, each with its temperature in °C.
    ///
    /// # Errors
    /// When the season has no days or more than a year's, more days were measured than it has, or the fee is negative or
    /// beyond any.
    pub fn refund(&self, fee: Fen, season_days: u16, measured: &[Decimal]) -> Result<Refund, Refusal> {
        let season = usize::from(season_days);
        if season == 0 || season > MOST_DAYS || measured.len() > season {
            let (zh, en) = (
                format!("采暖期 {season_days} 天、测温 {} 天；请核对天数。", measured.len()),
                format!("A season of {season_days} days with {} measured; check the days.", measured.len()),
            );
            return Err(Refusal::new("days", "season-days", zh, en));
        }
        if !(Fen::ZERO..=HIGHEST_FEE).contains(&fee) {
            let (zh, en) =
                (format!("采暖费 {fee} 元；请核对金额。"), format!("A fee of {fee} yuan; check the amount."));
            return Err(Refusal::new("fee", "fee", zh, en));
        }
        let percents: Vec<u8> = measured.iter().map(|t| self.percent(*t)).filter(|p| *p > 0).collect();
        let sum: i64 = percents.iter().map(|p| i64::from(*p)).sum();
        // At most 10^8 fen times 36,600, which fits.
        let (part, whole) = (fee.0 * sum, 100 * i64::from(season_days));
        Ok(Refund { days: percents.len(), amount: Fen((2 * part + whole) / (2 * whole)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SETTINGS: &str = r#"
floor = "18"
source = "测试：18 ℃ 为下限"
steps = [{ below = "18", percent = 20 }, { below = "16", percent = 50 }, { below = "14", percent = 100 }]
"#;

    fn steps() -> RefundSteps {
        RefundSteps::checked(toml::from_str(SETTINGS).unwrap()).unwrap()
    }

    #[test]
    fn percents() {
        let check = |temperature: &str, percent: u8| {
            assert_eq!(steps().percent(temperature.parse().unwrap()), percent, "{temperature}");
        };
        check("25", 0);
        check("18", 0);
        check("17.99", 20);
        check("16", 20);
        check("15.99", 50);
        check("14", 50);
        check("13.99", 100);
        check("-5", 100);
    }

    #[test]
    fn refunds() {
        let check = |fee, season, days: &[&str], expected: Result<(usize, i64), &str>| {
            let days: Vec<Decimal> = days.iter().map(|d| d.parse().unwrap()).collect();
            let found = steps().refund(Fen(fee), season, &days);
            assert_eq!(found.map(|r| (r.days, r.amount.0)).map_err(|r| r.code), expected, "{fee} {season} {days:?}");
        };
        // 1,800 yuan over 180 days is 10 yuan a day.
        check(180_000, 180, &["17", "15", "13", "19"], Ok((3, 200 + 500 + 1000)));
        check(180_000, 180, &[], Ok((0, 0)));
        check(180_000, 180, &["18"], Ok((0, 0)));
        // 100 fen over 3 days, a fifth of one: 6.67 fen.
        check(100, 3, &["17"], Ok((1, 7)));
        check(0, 180, &["10"], Ok((1, 0)));
        check(100, 1, &["10", "10"], Err("days"));
        check(100, 0, &[], Err("days"));
        check(100, 367, &[], Err("days"));
        check(-1, 180, &[], Err("fee"));
        check(i64::MAX, 180, &["10"], Err("fee"));
    }

    #[test]
    fn steps_are_checked() {
        let check = |old: &str, new: &str, expected: &[&str]| {
            assert!(SETTINGS.contains(old), "{old}");
            let found = RefundSteps::checked(toml::from_str(&SETTINGS.replacen(old, new, 1)).unwrap()).unwrap_err();
            assert_eq!(found.iter().map(|m| m.place.as_str()).collect::<Vec<_>>(), expected, "{new}");
        };
        check("floor = \"18\"", "floor = \"20\"", &["steps.0.below"]);
        check("below = \"16\"", "below = \"18\"", &["steps.1"]);
        check("percent = 50", "percent = 20", &["steps.1"]);
        check("percent = 100", "percent = 101", &["steps.2.percent"]);
        check("percent = 20", "percent = 0", &["steps.0.percent"]);
        check("测试：18 ℃ 为下限", "", &["source"]);
        let none = RefundSettings { floor: Decimal::from(18), steps: Vec::new(), source: "x".to_owned() };
        assert_eq!(RefundSteps::checked(none).map_err(|m| m.len()), Err(1));
    }

    proptest! {
        /// Never more than the fee, never less for a colder day.
        #[test]
        fn laws(fee in 0_i64..=100_000_000, temperatures in proptest::collection::vec(-500_i64..300, 0..150), colder in 0_i64..100) {
            let warm: Vec<Decimal> = temperatures.iter().map(|t| Decimal::new(*t, 1)).collect();
            let cold: Vec<Decimal> = temperatures.iter().map(|t| Decimal::new(*t - colder, 1)).collect();
            let of = |days: &[Decimal]| steps().refund(Fen(fee), 150, days).unwrap().amount;
            prop_assert!(of(&warm) <= of(&cold));
            prop_assert!(of(&cold) <= Fen(fee));
        }
    }
}
