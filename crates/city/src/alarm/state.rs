//! What is kept of one rule at one facility: as much after a flood as before.

use super::rule::{MOST_LEVELS, MOST_RAISES};
use crate::Two;
use crate::moment::{Moment, Period};
use crate::number::Number;
use crate::observation::Sample;
use serde::{Deserialize, Serialize};

/// How an alarm stands (ISA-18.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing.
    Normal,
    /// The condition holds and nobody has seen it.
    Unacknowledged,
    /// The condition holds and somebody has seen it.
    Acknowledged,
    /// The condition is over and nobody has seen it.
    ReturnedUnacknowledged,
    /// Hidden until an instant.
    Shelved,
    /// Hidden until somebody says otherwise.
    OutOfService,
}

impl Standing {
    /// All of them, most urgent first: what holds unseen, what holds, what is over unseen, what is hidden, nothing.
    pub const ALL: [Self; 6] = [
        Self::Unacknowledged,
        Self::Acknowledged,
        Self::ReturnedUnacknowledged,
        Self::Shelved,
        Self::OutOfService,
        Self::Normal,
    ];

    /// A stable name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Unacknowledged => "unacknowledged",
            Self::Acknowledged => "acknowledged",
            Self::ReturnedUnacknowledged => "returned-unacknowledged",
            Self::Shelved => "shelved",
            Self::OutOfService => "out-of-service",
        }
    }

    /// The standing of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Normal => Two::new("正常", "normal"),
            Self::Unacknowledged => Two::new("告警，未确认", "alarm, not acknowledged"),
            Self::Acknowledged => Two::new("告警，已确认", "alarm, acknowledged"),
            Self::ReturnedUnacknowledged => Two::new("已恢复，未确认", "cleared, not acknowledged"),
            Self::Shelved => Two::new("搁置", "shelved"),
            Self::OutOfService => Two::new("停用", "out of service"),
        }
    }

    /// The more urgent of two, by the order of [`Standing::ALL`].
    #[must_use]
    pub fn more_urgent(self, other: Self) -> Self {
        Self::ALL.into_iter().find(|one| *one == self || *one == other).unwrap_or(self)
    }
}

/// One rule at one facility. Its size is fixed; nothing in it grows with what happens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Since when the rule is watched there.
    pub(super) began: Moment,
    /// No event is earlier than this.
    pub(super) clock: Moment,
    /// The last value.
    pub(super) last: Option<Sample>,
    /// When it came; none in a state of before this was kept.
    #[serde(default)]
    pub(super) heard: Option<Moment>,
    /// Since when somebody listens again; what was silent before may not have been.
    #[serde(default)]
    pub(super) listened: Option<Moment>,
    /// Values older than the last, left out.
    pub(super) old: u32,
    /// Since when the value does not change, and from which value on.
    pub(super) unchanged: Option<(Moment, Number)>,
    pub(super) extremes: Extremes,
    pub(super) levels: [Comparator; MOST_LEVELS],
    pub(super) open: Option<Open>,
    pub(super) hidden: Option<Hidden>,
    /// When it was raised or escalated last, oldest first.
    pub(super) raises: [Option<Moment>; MOST_RAISES],
    pub(super) chatter: Option<Chatter>,
}

/// One level: whether it holds, delays applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Comparator {
    pub(super) active: bool,
    /// Since when the condition says otherwise.
    pub(super) leaving: Option<Moment>,
}

/// The alarm as it was last told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Open {
    /// From 1; the last one that held when it is over.
    pub(super) level: u8,
    pub(super) since: Moment,
    pub(super) active: bool,
    pub(super) acknowledged: bool,
}

/// Why an alarm is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hidden {
    /// Until when it is shelved; none when it is out of service.
    pub(super) until: Option<Moment>,
    pub(super) untold: u32,
}

/// An alarm that chatters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Chatter {
    /// When it last changed.
    pub(super) last: Moment,
    pub(super) untold: u32,
}

/// Slots of [`Extremes`].
pub(super) const SLOTS: u8 = 8;

/// The least or greatest values of the last eighths of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Extremes {
    /// The number of the newest slot, counted from 1970. It is the one of the last value.
    newest: i64,
    slots: [Option<Number>; SLOTS as usize],
    /// How long a slot is, in milliseconds; slots of another length are not these. 0 in a state of before this was kept.
    #[serde(default)]
    length: i64,
    /// The instrument's time of the last value.
    #[serde(default)]
    at: Option<Moment>,
    /// The newest slot without that value, for when it is corrected.
    #[serde(default)]
    before: Option<Number>,
}

impl Extremes {
    /// Takes a value of a time in, never an earlier one than before, and tells the extreme of all slots, the newest included.
    /// A value the instrument gives the same time as the last takes its place. `beyond` says whether the first value is more
    /// extreme than the second.
    pub(super) fn take(
        &mut self,
        time: Moment,
        over: Period,
        sample: Sample,
        beyond: impl Fn(Number, Number) -> bool,
    ) -> Number {
        let (value, length) = (sample.value, (over.millis() / i64::from(SLOTS)).max(1));
        let slot = time.millis().div_euclid(length);
        let place = |slot: i64| usize::try_from(slot.rem_euclid(i64::from(SLOTS))).unwrap_or_default();
        if self.length != length {
            *self = Self { length, ..Self::default() };
        }
        if self.at == Some(sample.time) {
            self.slots[place(self.newest)] = self.before;
        }
        for passed in (self.newest + 1..=slot).rev().take(SLOTS.into()) {
            self.slots[place(passed)] = None;
        }
        self.newest = self.newest.max(slot);
        let here = &mut self.slots[place(slot)];
        (self.at, self.before) = (Some(sample.time), *here);
        if here.is_none_or(|there| beyond(value, there)) {
            *here = Some(value);
        }
        self.slots.iter().flatten().fold(value, |so_far, one| if beyond(*one, so_far) { *one } else { so_far })
    }
}

impl State {
    /// A rule that begins to be watched at a facility.
    #[must_use]
    pub fn new(began: Moment) -> Self {
        Self {
            began,
            clock: began,
            last: None,
            heard: None,
            listened: None,
            old: 0,
            unchanged: None,
            extremes: Extremes::default(),
            levels: [Comparator::default(); MOST_LEVELS],
            open: None,
            hidden: None,
            raises: [None; MOST_RAISES],
            chatter: None,
        }
    }

    /// How the alarm stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.hidden, self.open) {
            (Some(Hidden { until: Some(_), .. }), _) => Standing::Shelved,
            (Some(Hidden { until: None, .. }), _) => Standing::OutOfService,
            (None, None) => Standing::Normal,
            (None, Some(Open { acknowledged: true, .. })) => Standing::Acknowledged,
            (None, Some(Open { active: true, .. })) => Standing::Unacknowledged,
            (None, Some(_)) => Standing::ReturnedUnacknowledged,
        }
    }

    /// The level as it was told, from 1; 0 when there is no alarm.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.open.map_or(0, |open| open.level)
    }

    /// Since when the alarm is on the list.
    #[must_use]
    pub fn since(&self) -> Option<Moment> {
        self.open.map(|open| open.since)
    }

    /// Whether the condition waits for its on-delay.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.levels.iter().any(|level| !level.active && level.leaving.is_some())
    }

    /// Whether its repetitions are counted instead of told.
    #[must_use]
    pub fn is_chattering(&self) -> bool {
        self.chatter.is_some()
    }

    /// The last value.
    #[must_use]
    pub fn last(&self) -> Option<Sample> {
        self.last
    }

    /// How many values were left out because they were older than the last.
    #[must_use]
    pub fn old(&self) -> u32 {
        self.old
    }

    /// When the last value was so: at its time, and no later than it came, for an instrument's clock may be ahead.
    pub(super) fn measured(&self) -> Option<Moment> {
        self.last.map(|last| self.heard.map_or(last.time, |heard| last.time.min(heard)))
    }

    /// Nobody listened before an instant.
    pub(super) fn listen(&mut self, since: Moment) {
        self.listened = Some(since);
        for level in self.levels.iter_mut().filter(|level| !level.active) {
            level.leaving = None;
        }
    }

    /// Whether the condition holds, hidden or not. While an alarm chatters it does as long as it stands on the list so.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.holding() > 0 || self.open.is_some_and(|open| open.active)
    }

    /// The highest level that holds, hidden or not; 0 when none does.
    #[must_use]
    pub fn holding(&self) -> u8 {
        let highest = self.levels.iter().rposition(|level| level.active);
        highest.map_or(0, |place| u8::try_from(place + 1).unwrap_or(u8::MAX))
    }
}
