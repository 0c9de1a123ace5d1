//! Observations and the gate they come through.

use crate::Two;
use crate::ids::{FacilityId, PropertyId};
use crate::moment::{Moment, Period};
use crate::number::{Number, NumberError};
use crate::property::{Kind, Property};
use crate::quality::Quality;
use serde::{Deserialize, Serialize};

/// A value with its time and quality.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When it was so, by the instrument.
    pub time: Moment,
    /// The value, in the property's unit.
    pub value: Number,
    /// What else is known of it.
    pub quality: Quality,
}

/// What was observed of a facility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Which facility.
    pub facility: FacilityId,
    /// Which of its properties.
    pub property: PropertyId,
    /// Time, value and quality.
    pub sample: Sample,
}

/// A value as it arrives, before it is accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offered {
    /// When it was so, by the instrument.
    pub time: Moment,
    /// Whatever was sent.
    pub value: f64,
    /// What the sender says of it.
    pub quality: Quality,
}

/// How arriving values are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Intake {
    /// How far an instrument's clock may be ahead.
    pub ahead: Period,
    /// How far it may be behind: what is older is no memory of an outage. Without it only the retention counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<Period>,
    /// From what age on a value is marked late.
    pub late: Period,
    /// What becomes of values whose time cannot be.
    pub wrong_clock: WrongClock,
}

impl Default for Intake {
    fn default() -> Self {
        let (ahead, late) = (Period::from_secs(600), Period::from_secs(3_600));
        Self { ahead, behind: None, late, wrong_clock: WrongClock::Refuse }
    }
}

/// What becomes of values whose time cannot be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrongClock {
    /// They are refused.
    #[default]
    Refuse,
    /// They are put aside for a person, out of the series.
    Quarantine,
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// It belongs to the series.
    Accepted(Sample),
    /// It is put aside, out of the series, for a person to look at.
    Quarantined(Sample, Reason),
    /// It is not kept.
    Refused(Reason),
}

/// Why a value is not in the series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// The value itself.
    Value(NumberError),
    /// Its time is ahead of the time it was received by so much.
    Ahead(Period),
    /// It is so old that its retention has run out.
    TooOld {
        /// How old.
        age: Period,
        /// How long the property's observations are kept.
        kept: Period,
    },
    /// Its time is further behind the time it was received by than any outage lasts.
    Behind {
        /// How far.
        by: Period,
        /// How far is believed.
        most: Period,
    },
    /// The property is yes or no, and the value neither 1 nor 0.
    NotYesOrNo,
    /// The property is a choice, and the value names none.
    NoSuchChoice {
        /// How many there are; they count from 0.
        choices: usize,
    },
    /// The property's observations are not kept, or it holds words.
    NotObserved,
}

impl Reason {
    /// How many sorts of reasons there are.
    pub const SORTS: usize = 7;

    /// A stable name for programs and counters.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Value(_) => "value",
            Self::Ahead(_) => "clock-ahead",
            Self::TooOld { .. } => "too-old",
            Self::Behind { .. } => "clock-behind",
            Self::NotYesOrNo => "not-yes-or-no",
            Self::NoSuchChoice { .. } => "no-such-choice",
            Self::NotObserved => "not-observed",
        }
    }

    fn sort(self) -> usize {
        match self {
            Self::Value(_) => 0,
            Self::Ahead(_) => 1,
            Self::TooOld { .. } => 2,
            Self::NotYesOrNo => 3,
            Self::NoSuchChoice { .. } => 4,
            Self::NotObserved => 5,
            Self::Behind { .. } => 6,
        }
    }

    /// For people: what is wrong and what to do.
    #[must_use]
    pub fn message(self) -> Two {
        match self {
            Self::Value(error) => error.message(),
            Self::Ahead(by) => {
                let by = by.words();
                Two::new(
                    format!("观测时间比接收时间早到 {}；请校准设备时钟和时区。", by.zh),
                    format!(
                        "Its time is {} ahead of the time it was received; set the instrument's clock and zone.",
                        by.en
                    ),
                )
            }
            Self::TooOld { age, kept } => {
                let (age, kept) = (age.words(), kept.words());
                Two::new(
                    format!("观测值已有 {}，超过保存期限 {}；请校准设备时钟，或改用更长的保存期限。", age.zh, kept.zh),
                    format!(
                        "It is {} old and kept for {} only; set the instrument's clock or choose a longer retention.",
                        age.en, kept.en
                    ),
                )
            }
            Self::Behind { by, most } => {
                let (by, most) = (by.words(), most.words());
                Two::new(
                    format!(
                        "观测时间比接收时间晚了 {}，超过 {}；请校准设备时钟和时区，历史数据由督查室补录。",
                        by.zh, most.zh
                    ),
                    format!(
                        "Its time is {} behind the time it was received, more than {}; set the instrument's clock and zone, or \
                         have the office send what is that old.",
                        by.en, most.en
                    ),
                )
            }
            Self::NotYesOrNo => Two::new("是否型属性只收 0 或 1。", "A yes-or-no property takes 0 or 1 only."),
            Self::NoSuchChoice { choices } => Two::new(
                format!("没有这个选项；请发送 0 至 {} 的整数。", choices.saturating_sub(1)),
                format!("There is no such choice; send a whole number from 0 to {}.", choices.saturating_sub(1)),
            ),
            Self::NotObserved => Two::new(
                "该属性不保存观测值；请在设施类型中设置保存期限，或不再发送。",
                "No observations are kept of this property; give it a retention in its facility type, or stop sending.",
            ),
        }
    }
}

/// Judges a value of a property that arrived at `received`. Nothing is allocated.
///
/// A value outside the property's range is accepted and marked: that the instrument says so is a fact, and an alarm may
/// rest on it.
#[must_use]
pub fn accept(property: &Property, offered: Offered, received: Moment, intake: &Intake) -> Outcome {
    let Some(kept) = property.kept() else { return Outcome::Refused(Reason::NotObserved) };
    let value = match Number::new(offered.value) {
        Ok(value) => value,
        Err(error) => return Outcome::Refused(Reason::Value(error)),
    };
    let is = |whole: f64| value.get().total_cmp(&whole).is_eq();
    match property.kind() {
        Kind::Text => return Outcome::Refused(Reason::NotObserved),
        Kind::Bool if !is(0.0) && !is(1.0) => return Outcome::Refused(Reason::NotYesOrNo),
        Kind::Choice(choices) if !(0..choices.len()).any(|i| u16::try_from(i).is_ok_and(|i| is(f64::from(i)))) => {
            return Outcome::Refused(Reason::NoSuchChoice { choices: choices.len() });
        }
        Kind::Number { .. } | Kind::Bool | Kind::Choice(_) => {}
    }
    let age = received.since(offered.time);
    let mut quality = offered.quality;
    if !property.in_range(value) {
        quality = quality.with(Quality::OUT_OF_RANGE);
    }
    if age >= intake.late {
        quality = quality.with(Quality::LATE);
    }
    let sample = Sample { time: offered.time, value, quality };
    let ahead = offered.time.since(received);
    let wrong = if ahead > intake.ahead {
        Some(Reason::Ahead(ahead))
    } else if age > kept {
        Some(Reason::TooOld { age, kept })
    } else {
        intake.behind.filter(|most| age > *most).map(|most| Reason::Behind { by: age, most })
    };
    match (wrong, intake.wrong_clock) {
        (None, _) => Outcome::Accepted(sample),
        (Some(reason), WrongClock::Refuse) => Outcome::Refused(reason),
        (Some(reason), WrongClock::Quarantine) => Outcome::Quarantined(sample, reason),
    }
}

/// How many values were accepted, and how many not, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Accepted.
    pub accepted: u64,
    /// Of these, with a flag that keeps them out of sums.
    pub doubtful: u64,
    refused: [u64; Reason::SORTS],
    quarantined: [u64; Reason::SORTS],
}

impl Tally {
    /// Counts an outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Accepted(sample) => {
                self.accepted += 1;
                self.doubtful += u64::from(!sample.quality.counts());
            }
            Outcome::Quarantined(_, reason) => self.quarantined[reason.sort()] += 1,
            Outcome::Refused(reason) => self.refused[reason.sort()] += 1,
        }
    }

    /// How many were refused for the sort of a reason.
    #[must_use]
    pub fn refused(&self, reason: Reason) -> u64 {
        self.refused[reason.sort()]
    }

    /// How many were put aside for the sort of a reason.
    #[must_use]
    pub fn quarantined(&self, reason: Reason) -> u64 {
        self.quarantined[reason.sort()]
    }

    /// How many arrived.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.accepted + self.refused.iter().sum::<u64>() + self.quarantined.iter().sum::<u64>()
    }
}
