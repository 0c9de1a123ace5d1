//! Measures as versioned data, and what may happen to them.

use crate::check::{Checked, QueryRefusal, checked_rows, checked_value};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use tingzhou_ledger::{AccountId, Actor, Evidence, Refusal, RefusalKind, Task, TaskId, Two, base_unit};

/// Longest query, in bytes.
pub const LONGEST_QUERY: usize = 8_000;
/// Longest words of a measure or a reason, in characters.
const LONGEST_WORDS: usize = 1_000;
/// Most versions of one measure.
const MOST_VERSIONS: u32 = 1_000;

/// One measure of a city: 1 to 64 of a-z, 0-9 and '-', beginning with a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MeasureId(String);

impl MeasureId {
    /// Checks and wraps a text; `None` when it is no identifier.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let good = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        good.then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MeasureId {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let words = format!("“{text}” is no identifier of a measure: use 1 to 64 of a-z, 0-9 and '-', a letter first");
        Self::new(text).ok_or(words)
    }
}

impl From<MeasureId> for String {
    fn from(id: MeasureId) -> Self {
        id.0
    }
}

impl fmt::Display for MeasureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which days observations and alarms are looked at over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Window {
    /// From 1 January to the day.
    #[default]
    Year,
    /// The last 30 days.
    Month,
    /// The last 7 days.
    Week,
    /// The day and the one before.
    TwoDays,
}

impl Window {
    /// All.
    pub const ALL: [Self; 4] = [Self::Year, Self::Month, Self::Week, Self::TwoDays];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Week => "week",
            Self::TwoDays => "two-days",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Year => Two::new("本年 1 月 1 日至当日", "from 1 January to the day"),
            Self::Month => Two::new("最近 30 天", "the last 30 days"),
            Self::Week => Two::new("最近 7 天", "the last 7 days"),
            Self::TwoDays => Two::new("当日和前一日", "the day and the one before"),
        }
    }

    /// Its first day, when `day` is the last.
    #[must_use]
    pub fn begins(self, day: Date) -> Date {
        let back = |days: i64| day.checked_sub(days.days()).unwrap_or(day);
        match self {
            Self::Year => date(day.year().clamp(1, 9_998), 1, 1),
            Self::Month => back(29),
            Self::Week => back(6),
            Self::TwoDays => back(1),
        }
    }
}

/// What a measure says, as its file or form has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureText {
    /// Its name for programs.
    pub id: MeasureId,
    /// Its name.
    pub name: Two,
    /// What it says, in words.
    pub words: Two,
    /// The unit of its value; empty for a bare number.
    #[serde(default)]
    pub unit: String,
    /// Digits after the point that are kept.
    #[serde(default)]
    pub decimals: u8,
    /// Which days it looks at.
    #[serde(default)]
    pub window: Window,
    /// Whether everybody may see the rows behind it; its value everybody sees.
    #[serde(default)]
    pub public: bool,
    /// The query of its value.
    pub value: String,
    /// The query of the rows behind it.
    pub evidence: String,
}

impl MeasureText {
    /// Checks the words and both queries.
    ///
    /// # Errors
    /// A [`Refusal`] naming the field; of a query with line and column.
    pub fn checked(&self) -> Result<(Checked, Checked), Refusal> {
        for (field, words) in [("name", &self.name), ("words", &self.words)] {
            for text in [&words.zh, &words.en] {
                if text.trim().is_empty() || text.chars().count() > LONGEST_WORDS || text.contains('\0') {
                    return Err(invalid(
                        "words",
                        field,
                        format!("中文和英文都要写，各不超过 {LONGEST_WORDS} 字。"),
                        format!("Give Chinese and English, at most {LONGEST_WORDS} characters each."),
                    ));
                }
            }
        }
        if self.unit.chars().count() > 20 || self.decimals > 6 {
            let (zh, en) = (
                "单位不超过 20 字，小数不超过 6 位。",
                "A unit has at most 20 characters, a value at most 6 decimals.",
            );
            return Err(invalid("unit", "unit", zh, en));
        }
        let value = checked_value(&self.value).map_err(|error| of_query("value", &error))?;
        let rows = checked_rows(&self.evidence).map_err(|error| of_query("evidence", &error))?;
        Ok((value, rows))
    }
}

fn of_query(field: &'static str, error: &QueryRefusal) -> Refusal {
    Refusal { kind: RefusalKind::Invalid, code: error.code, field: Some(field), message: error.words() }
}

fn invalid(code: &'static str, field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal { kind: RefusalKind::Invalid, code, field: Some(field), message: Two::new(zh, en) }
}

/// A version of a measure. It never changes; another way to compute is another version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What it says.
    pub text: MeasureText,
    /// Which version, from 1.
    pub version: u32,
    /// Why there is a new one; empty for the first.
    pub reason: String,
    /// Who wrote it down.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// Which measure, in which version, a task is measured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureLink {
    /// The measure.
    pub measure: MeasureId,
    /// Its version.
    pub version: u32,
    /// When it was taken for the task.
    pub at: Timestamp,
}

/// Something that happened to a measure, or to what a task is measured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum MeasureEvent {
    /// A version was written down.
    MeasureSaved {
        /// The version.
        measure: Box<Measure>,
    },
    /// A task is measured by a version from now on.
    TaskMeasured {
        /// The task.
        task: TaskId,
        /// By what.
        link: MeasureLink,
        /// Why, when it was measured by another version before; may be empty otherwise.
        reason: String,
    },
    /// A task is no longer measured.
    TaskUnmeasured {
        /// The task.
        task: TaskId,
        /// Why.
        reason: String,
    },
}

impl MeasureEvent {
    /// The kinds, as they stand in the log's own column.
    pub const KINDS: [&'static str; 3] = ["measure-saved", "task-measured", "task-unmeasured"];

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::MeasureSaved { .. } => "measure-saved",
            Self::TaskMeasured { .. } => "task-measured",
            Self::TaskUnmeasured { .. } => "task-unmeasured",
        }
    }

    /// For people.
    #[must_use]
    pub fn words(&self) -> Two {
        let because =
            |reason: &str, mark: &str| if reason.is_empty() { String::new() } else { format!("{mark}{reason}") };
        match self {
            Self::MeasureSaved { measure } => Two::new(
                format!(
                    "保存口径“{}”第 {} 版{}",
                    measure.text.name.zh,
                    measure.version,
                    because(&measure.reason, "：")
                ),
                format!(
                    "measure “{}” saved as version {}{}",
                    measure.text.name.en,
                    measure.version,
                    because(&measure.reason, ": ")
                ),
            ),
            Self::TaskMeasured { link, reason, .. } => Two::new(
                format!("由口径 {} 第 {} 版测算{}", link.measure, link.version, because(reason, "：")),
                format!("measured by {} version {}{}", link.measure, link.version, because(reason, ": ")),
            ),
            Self::TaskUnmeasured { reason, .. } => Two::new(
                format!("不再由口径测算{}", because(reason, "：")),
                format!("no longer measured{}", because(reason, ": ")),
            ),
        }
    }
}

fn office(actor: &Actor) -> Result<(), Refusal> {
    if actor.role.supervises() {
        return Ok(());
    }
    Err(Refusal {
        kind: RefusalKind::NotAllowed,
        code: "supervision-office-only",
        field: None,
        message: Two::new(
            "口径由督查室维护；请联系督查室。",
            "The supervision office keeps the measures; please contact it.",
        ),
    })
}

fn given(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_WORDS || reason.contains('\0') {
        let zh = format!("请写明理由，不超过 {LONGEST_WORDS} 字。");
        let en = format!("Please give the reason, at most {LONGEST_WORDS} characters.");
        return Err(invalid("reason-missing", "reason", zh, en));
    }
    Ok(reason.to_owned())
}

/// Decides whether a measure becomes a new version after `latest`. `None` when it says the same already.
///
/// # Errors
/// A [`Refusal`] when it is not the office, something is wrong with it, or a reason is missing.
pub fn decide_save(
    latest: Option<&Measure>,
    text: MeasureText,
    reason: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<MeasureEvent>, Refusal> {
    office(actor)?;
    text.checked()?;
    let (version, reason) = match latest {
        None => (1, reason.trim().chars().take(LONGEST_WORDS).collect()),
        Some(latest) if latest.text == text => return Ok(None),
        Some(latest) if latest.version >= MOST_VERSIONS => {
            let zh = format!("版本已达 {MOST_VERSIONS} 个；请另建口径。");
            return Err(invalid("too-many-versions", "id", zh, "There are too many versions; make another measure."));
        }
        Some(latest) => (latest.version + 1, given(reason)?),
    };
    let measure = Measure { text, version, reason, by: actor.account.clone(), at: now };
    Ok(Some(MeasureEvent::MeasureSaved { measure: Box::new(measure) }))
}

/// Words that count things as 个 does: what is promised in one of them and counted in 个 is the same number, and the other way
/// round. Reports use both for the same things. People and households are no things.
const COUNTING: [&str; 14] = ["台", "座", "处", "套", "辆", "盏", "块", "部", "所", "家", "项", "间", "条", "栋"];

/// The unit in which a task whose target is in `target` takes what a measure comes to in `unit`: its own, or the target's when
/// both only count; nothing when they are different things.
#[must_use]
pub fn unit_for(unit: &str, target: &str) -> Option<String> {
    if base_unit(unit).1 == target {
        return Some(unit.to_owned());
    }
    let counts = |one: &str, other: &str| one == "个" && COUNTING.contains(&other);
    let unit = unit.trim();
    (counts(unit, target) || counts(target, unit)).then(|| target.to_owned())
}

/// Decides whether a task is measured by a version.
///
/// # Errors
/// A [`Refusal`] when it is not the office, the task has no number or is closed, the units differ, or a reason is missing.
pub fn decide_link(
    task: &Task,
    before: Option<&MeasureLink>,
    measure: &Measure,
    reason: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<MeasureEvent, Refusal> {
    office(actor)?;
    if task.closing.is_some() {
        let message = Two::new("任务已办结；请先重新打开。", "The task is closed; open it again first.");
        return Err(Refusal { kind: RefusalKind::State, code: "task-closed", field: None, message });
    }
    // A task without a number has what was measured as words beside it, whatever its unit.
    let unit = &measure.text.unit;
    if let Some(target) = task.target_now()
        && unit_for(unit, &target.unit).is_none()
    {
        return Err(invalid(
            "wrong-unit",
            "measure",
            format!("口径的单位“{unit}”与任务的单位“{}”不同；请选择或另建单位相同的口径。", target.unit),
            format!(
                "The measure's unit “{unit}” is not the task's “{}”; choose or make one of that unit.",
                target.unit
            ),
        ));
    }
    let reason = match before {
        Some(before) if before.measure == measure.text.id && before.version == measure.version => {
            let (zh, en) = ("该任务已按这一版测算。", "The task is measured by this version already.");
            return Err(invalid("same", "measure", zh, en));
        }
        Some(_) => given(reason)?,
        None => reason.trim().chars().take(LONGEST_WORDS).collect(),
    };
    let link = MeasureLink { measure: measure.text.id.clone(), version: measure.version, at: now };
    Ok(MeasureEvent::TaskMeasured { task: task.id.clone(), link, reason })
}

/// Decides whether a task is no longer measured.
///
/// # Errors
/// A [`Refusal`] when it is not the office, it is not measured, or a reason is missing.
pub fn decide_unlink(
    task: &TaskId,
    before: Option<&MeasureLink>,
    reason: &str,
    actor: &Actor,
) -> Result<MeasureEvent, Refusal> {
    office(actor)?;
    if before.is_none() {
        return Err(invalid("not-measured", "measure", "该任务没有口径。", "The task is not measured."));
    }
    Ok(MeasureEvent::TaskUnmeasured { task: task.clone(), reason: given(reason)? })
}

/// What asks for evidence of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The program, every hour of a day that goes on: evidence is not to be as long as the day has hours.
    Hourly,
    /// The program, after the day has ended: what was read while it went on was not the whole day's.
    Over,
    /// A person, or a task that has just been given its measure.
    Asked,
}

/// Whether a reading tells of something that the last evidence of the same day does not: anything when there is none; while
/// the day goes on another value only when somebody asks. A task without a number is told in words.
#[must_use]
pub fn is_news(last: Option<&Evidence>, next: &Evidence, occasion: Occasion) -> bool {
    let Some(last) = last else { return true };
    let same = if next.value.is_some() { last.value == next.value } else { last.note == next.note };
    occasion != Occasion::Hourly && !same
}

/// Views of what instruments said and the register states: what they tell of a day can be asked for later. The others tell
/// how things stand when they are asked.
const OF_INSTRUMENTS: [&str; 7] = [
    "facility_fact",
    "facility_stated",
    "observation_day",
    "observation_hour",
    "air_fact",
    "parking_fact",
    "alarm_fact",
];

/// For how many days after a day it is read again, since values come late.
pub const SETTLES_WITHIN: i64 = 7;

/// For how many days after a day a measure over these views is read again. One that also reads how things stand is read once
/// after the day: later it would put today's state down for a day that is long over.
#[must_use]
pub fn settles_within(views: &[&str]) -> i64 {
    if of_instruments(views) { SETTLES_WITHIN } else { 0 }
}

/// Whether these are only views of what instruments said and the register states.
#[must_use]
pub fn of_instruments(views: &[&str]) -> bool {
    views.iter().all(|view| OF_INSTRUMENTS.contains(view))
}

/// Whether a reading of `day` that was made on `tried` is to be made again on `today`, besides once an hour at most: while the
/// day goes on and all the day after, then once a day until it has settled, and in any case once after its end.
#[must_use]
pub fn is_due(day: Date, tried: Date, today: Date, settles: i64) -> bool {
    let after = |other: Date| (other - day).get_days();
    match i64::from(after(tried)) {
        ..=0 => true,
        _ if settles == 0 => false,
        1 => true,
        late => late <= settles && tried < today,
    }
}

/// A value as a measure keeps it.
#[must_use]
pub fn rounded(value: Decimal, decimals: u8) -> Decimal {
    let midway = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    value.round_dp_with_strategy(u32::from(decimals), midway).normalize()
}
