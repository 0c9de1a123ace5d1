//! How a task will stand at its deadline, from its own readings.

use super::path::rest_of_path;
use crate::Two;
use crate::evidence::Source;
use crate::figure::{Figure, readable};
use crate::judge::value_at;
use crate::plan::Plan;
use crate::target::Target;
use crate::task::Task;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use tingzhou_report::{Bound, Role};

/// Readings on days of their own that a forecast needs.
const FEWEST_READINGS: usize = 3;

/// The part of the way that must be due before a forecast says more than chance: 20 %, in hundredths.
const SHORTEST_WAY: i64 = 20;

/// What the readings so far make one expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Most likely value at the deadline, in the target's unit, to four digits.
    pub value: Decimal,
    /// Nine times out of ten it is not lower than this.
    pub low: Decimal,
    /// Nine times out of ten it is not higher than this.
    pub high: Decimal,
    /// How likely the target is met, 0 to 1, to two digits.
    pub probability: Decimal,
    /// How many readings it rests on.
    pub readings: usize,
    /// The last day they speak of.
    pub as_of: Date,
    /// The same as a sentence.
    pub sentence: Two,
}

/// What can be said today of a task's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Too early to say; what is missing.
    TooEarly(Two),
    /// Not a matter of forecasts: decided already, or no value that grows along a path; why.
    NotForecast(Two),
    /// A forecast.
    Expected(Expected),
}

impl Outlook {
    /// What it says, for people.
    #[must_use]
    pub fn sentence(&self) -> &Two {
        match self {
            Self::TooEarly(why) | Self::NotForecast(why) => why,
            Self::Expected(expected) => &expected.sentence,
        }
    }
}

/// The day and value of every reading up to `day`: on each day the value of the source that spoke last.
fn readings(task: &Task, day: Date) -> Vec<(Date, Decimal)> {
    let said = task.standing_evidence().filter(|evidence| evidence.value.is_some());
    let mut days: Vec<Date> = said.map(|evidence| evidence.period.to).filter(|to| *to <= day).collect();
    days.sort_unstable();
    days.dedup();
    let at = |day: Date| {
        let sources = [Source::Filing, Source::Check, Source::Measure];
        sources.into_iter().filter_map(|source| value_at(task, source, day)).max_by_key(|(_, on)| *on)
    };
    days.into_iter().filter_map(|day| Some((day, at(day)?.0))).collect()
}

/// What stands against a forecast whatever is filed.
fn hindered(task: &Task, day: Date) -> Option<Two> {
    if task.closing.is_some() {
        return Some(Two::new("已办结，不再推算。", "Closed; nothing is forecast."));
    }
    if day >= task.deadline_now() {
        return Some(Two::new("已到完成时限，不再推算。", "The deadline is here; nothing is forecast."));
    }
    let Some(target) = task.target_now() else {
        return Some(Two::new("没有数量指标，不作推算。", "No number, so nothing is forecast."));
    };
    if matches!(task.plan, Plan::AsItStands) || target.is_rate() && !matches!(target.role, Role::Level { .. }) {
        return Some(Two::new(
            "增速类指标按当期数比对，不作推算。",
            "A rate is compared as it stands and not forecast.",
        ));
    }
    if matches!(target.role, Role::Level { .. }) && target.baseline.is_none() && matches!(task.plan, Plan::AtDeadline) {
        return Some(Two::new(
            "水平类指标没有上年基数，不作推算；补充基数后即可推算。",
            "A level without last year's value is not forecast; add the baseline.",
        ));
    }
    None
}

/// How a task will stand at its deadline, as of the end of `day`.
#[must_use]
pub fn outlook(task: &Task, day: Date) -> Outlook {
    if let Some(why) = hindered(task, day) {
        return Outlook::NotForecast(why);
    }
    // Without a number it is hindered.
    let Some(target) = task.target_now() else { return Outlook::NotForecast(Two::default()) };
    let readings = readings(task, day);
    let share = |day: Date| {
        let own = task.plan.share_due(task.year, task.deadline_now(), day);
        own.or_else(|| Plan::Linear.share_due(task.year, task.deadline_now(), day)).unwrap_or(Decimal::ONE)
    };
    let Some((as_of, latest)) = readings.last().copied().filter(|_| readings.len() >= FEWEST_READINGS) else {
        return Outlook::TooEarly(Two::new(
            format!("推算尚早：有 {} 次数据，至少需要 {FEWEST_READINGS} 次。", readings.len()),
            format!("Too early to forecast: {} readings, {FEWEST_READINGS} are needed.", readings.len()),
        ));
    };
    if share(as_of) < Decimal::new(SHORTEST_WAY, 2) {
        return Outlook::TooEarly(Two::new(
            format!("推算尚早：按计划应完成不足 {SHORTEST_WAY}%。"),
            format!("Too early to forecast: less than {SHORTEST_WAY} % of the way is due."),
        ));
    }
    let grows = matches!(target.role, Role::Amount);
    if grows && !target.met_by(Decimal::ZERO) && target.met_by(latest) {
        return Outlook::NotForecast(Two::new("已达目标，不再推算。", "The target is met; nothing is forecast."));
    }
    let baseline = target.baseline.filter(|_| matches!(target.role, Role::Level { .. })).unwrap_or_default();
    let points: Option<Vec<(f64, f64)>> = readings
        .iter()
        .map(|(day, value)| Some((share(*day).to_f64()?, value.checked_sub(baseline)?.to_f64()?)))
        .collect();
    let expected = points
        .as_deref()
        .and_then(rest_of_path)
        .and_then(|end| expected(task, target, end, (baseline, latest, as_of), readings.len()));
    expected.map_or_else(
        || Outlook::TooEarly(Two::new("数据没有随时间推进，无法推算。", "The readings do not follow the path yet.")),
        Outlook::Expected,
    )
}

fn expected(
    task: &Task,
    target: &Target,
    end: super::YearEnd,
    (baseline, latest, as_of): (Decimal, Decimal, Date),
    readings: usize,
) -> Option<Expected> {
    let grows = matches!(target.role, Role::Amount);
    let decimal = |value: f64| {
        let value = Decimal::from_f64(value)?.checked_add(baseline)?;
        // What was delivered is not taken back.
        let value = if grows { value.max(latest) } else { value };
        value.round_sf(4).map(|value| if grows { value.max(latest) } else { value }.normalize())
    };
    let (low, high) = end.interval();
    let needed = match target.bound {
        Bound::About if target.downward() => target.value.checked_mul(Decimal::new(105, 2))?,
        Bound::About => target.value.checked_mul(Decimal::new(95, 2))?,
        _ => target.value,
    };
    let reaches = end.reaches(needed.checked_sub(baseline)?.to_f64()?);
    let ceiling = target.downward() || matches!(target.bound, Bound::AtMost | Bound::Below);
    let probability = Decimal::from_f64(if ceiling { 1.0 - reaches } else { reaches })?.round_dp(2).normalize();
    let (value, low, high) = (decimal(end.point)?, decimal(low)?, decimal(high)?);
    let figure =
        |value: Decimal, english: bool| Figure { value: readable(value), unit: &target.unit, english }.to_string();
    let deadline = task.deadline_now();
    let likely = likely(probability);
    let sentence = Two::new(
        format!(
            "按截至 {as_of} 的 {readings} 次数据推算，到 {deadline} 约 {}，九成把握在 {}至 {}之间；达到目标的可能性{}。",
            figure(value, false),
            figure(low, false),
            figure(high, false),
            likely.zh
        ),
        format!(
            "From {readings} readings up to {as_of}: about {} by {deadline}, with 90 % confidence between {} and {}; the \
             target is met with a probability {}.",
            figure(value, true),
            figure(low, true),
            figure(high, true),
            likely.en
        ),
    );
    Some(Expected { value, low, high, probability, readings, as_of, sentence })
}

/// Nobody can tell 99.6 % from certainty by a dozen readings.
fn likely(probability: Decimal) -> Two {
    match probability.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(probability).normalize() {
        percent if percent < Decimal::ONE => Two::new("不到 1%", "under 1 %"),
        percent if percent > Decimal::from(98) => Two::new("超过 98%", "over 98 %"),
        percent => Two::new(format!("约 {percent}%"), format!("of about {percent} %")),
    }
}
