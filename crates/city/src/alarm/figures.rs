//! How much alarms ask of the people who answer them: the figures of ISA-18.2, IEC 62682 and EEMUA 191.
//!
//! What is counted are *annunciations*: an alarm raised, or escalated, so that somebody has to look. What was shelved, out
//! of service or untold because it chattered asked nobody and is not counted. Time is cut into windows of 10 minutes from
//! the beginning of the period.

use super::event::{AlarmEvent, What};
use super::rule::Priority;
use crate::moment::{Moment, Period};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

/// The window: 10 minutes.
pub const WINDOW: Period = Period::from_secs(600);
/// A flood begins in a window with more annunciations an operator than this.
pub const FLOOD_BEGINS: u32 = 10;
/// A flood is over in a window with fewer annunciations an operator than this.
pub const FLOOD_ENDS: u32 = 5;
/// An alarm on the list for longer than this is stale.
pub const STALE: Period = Period::from_days(1);
/// How many sources the top list has.
pub const TOP: usize = 10;
/// Most entries of any list here; how many there are in all is told beside it.
pub const MOST_LISTED: usize = 100;

/// What is acceptable: the values the standards and EEMUA 191 give as goals for a steady state.
pub mod acceptable {
    /// Annunciations an operator in 10 minutes, on average; twice as many can be managed.
    pub const AVERAGE: f64 = 1.0;
    /// Share of time in flood.
    pub const FLOOD_SHARE: f64 = 0.01;
    /// Share of the ten most frequent sources.
    pub const TOP_SHARE: f64 = 0.05;
    /// Chattering sources.
    pub const CHATTERING: usize = 0;
    /// Stale alarms.
    pub const STALE: usize = 5;
    /// Shares of low, medium and high priority.
    pub const PRIORITIES: [f64; 3] = [0.80, 0.15, 0.05];
}

/// The figures of a period. `K` names a source: a rule at a facility.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures<K> {
    /// Annunciations in all.
    pub annunciations: u64,
    /// Annunciations an operator in 10 minutes, on average over the period.
    pub average: f64,
    /// Most annunciations an operator in one window.
    pub peak: f64,
    /// When that window begins, the first of them; none when there was no annunciation.
    pub peak_at: Option<Moment>,
    /// Windows in the period, the last perhaps cut short.
    pub windows: u64,
    /// Of these, windows in flood: from the one with more than [`FLOOD_BEGINS`] to before the one with fewer than
    /// [`FLOOD_ENDS`], an operator.
    pub flood_windows: u64,
    /// How many floods.
    pub floods: u64,
    /// The most frequent sources with their annunciations, at most [`TOP`]; of equal ones in the order of `K`.
    pub top: Vec<(K, u64)>,
    /// Sources that chattered, with how often they began to; at most [`MOST_LISTED`], most first.
    pub chattering: Vec<(K, u64)>,
    /// How many sources chattered in all.
    pub chattering_count: usize,
    /// Alarms on the list at the end of the period for more than [`STALE`], with since when; at most [`MOST_LISTED`],
    /// oldest first.
    pub stale: Vec<(K, Moment)>,
    /// How many are stale in all.
    pub stale_count: usize,
    /// Annunciations of low, medium and high priority.
    pub priorities: [u64; 3],
}

impl<K> Figures<K> {
    /// The share of windows in flood, 0 to 1.
    #[must_use]
    pub fn flood_share(&self) -> f64 {
        share(self.flood_windows, self.windows)
    }

    /// The share of the most frequent sources in all annunciations, 0 to 1.
    #[must_use]
    pub fn top_share(&self) -> f64 {
        share(self.top.iter().map(|(_, count)| count).sum(), self.annunciations)
    }

    /// The shares of low, medium and high priority, 0 to 1.
    #[must_use]
    pub fn priority_shares(&self) -> [f64; 3] {
        self.priorities.map(|count| share(count, self.annunciations))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of alarms are far below 2^53")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Counts up the events of a period, `from` to before `to`; others are left out. `standing` are the alarms on the list at
/// its end with since when; `operators` is how many people answer at a time. An empty period has no windows and no average.
pub fn figures<'a, K: Ord + Clone + 'a>(
    events: impl IntoIterator<Item = (K, &'a AlarmEvent)>,
    standing: impl IntoIterator<Item = (K, Moment)>,
    operators: NonZeroU32,
    from: Moment,
    to: Moment,
) -> Figures<K> {
    let mut windows: BTreeMap<u64, u64> = BTreeMap::new();
    let mut sources: BTreeMap<K, u64> = BTreeMap::new();
    let mut chattering: BTreeMap<K, u64> = BTreeMap::new();
    let mut priorities = [0; 3];
    for (source, event) in events.into_iter().filter(|(_, event)| (from..to).contains(&event.at)) {
        match event.what {
            What::Raised { priority, .. } | What::Escalated { priority, .. } => {
                *windows.entry(whole(event.at.since(from), WINDOW)).or_default() += 1;
                *sources.entry(source).or_default() += 1;
                priorities[place(priority)] += 1;
            }
            What::Chattering => *chattering.entry(source).or_default() += 1,
            _ => {}
        }
    }
    let period = to.since(from);
    let annunciations: u64 = priorities.iter().sum();
    let peak = windows.iter().map(|(window, count)| (*count, std::cmp::Reverse(*window))).max();
    let people = u64::from(operators.get());
    let (flood_windows, floods) = flooded(&windows, people);
    let mut stale: BTreeSet<(Moment, K)> = BTreeSet::new();
    for (source, since) in standing.into_iter().filter(|(_, since)| to.since(*since) > STALE) {
        stale.insert((since, source));
    }
    Figures {
        annunciations,
        average: if period.is_zero() { 0.0 } else { share(annunciations, people) / ratio(period, WINDOW) },
        peak: peak.map_or(0.0, |(count, _)| share(count, people)),
        peak_at: peak.map(|(_, window)| begin(from, window.0)),
        windows: whole(period, WINDOW) + u64::from(period.millis() % WINDOW.millis() != 0),
        flood_windows,
        floods,
        top: most(sources, TOP),
        chattering_count: chattering.len(),
        chattering: most(chattering, MOST_LISTED),
        stale_count: stale.len(),
        stale: stale.into_iter().take(MOST_LISTED).map(|(since, source)| (source, since)).collect(),
        priorities,
    }
}

/// How many windows are in flood, and how many floods there are. A window that is not named had no annunciation, which
/// ends a flood.
fn flooded(windows: &BTreeMap<u64, u64>, people: u64) -> (u64, u64) {
    let (mut flooded, mut floods, mut last) = (0, 0, None);
    for (window, count) in windows {
        let goes_on = last.is_some_and(|last| last + 1 == *window) && *count >= u64::from(FLOOD_ENDS) * people;
        let begins = *count > u64::from(FLOOD_BEGINS) * people;
        last = (goes_on || begins).then_some(*window);
        flooded += u64::from(goes_on || begins);
        floods += u64::from(begins && !goes_on);
    }
    (flooded, floods)
}

fn most<K: Ord>(counts: BTreeMap<K, u64>, limit: usize) -> Vec<(K, u64)> {
    let mut all: Vec<(K, u64)> = counts.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.truncate(limit);
    all
}

fn place(priority: Priority) -> usize {
    match priority {
        Priority::Low => 0,
        Priority::Medium => 1,
        Priority::High => 2,
    }
}

fn whole(time: Period, unit: Period) -> u64 {
    u64::try_from(time.millis() / unit.millis()).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a period are far below 2^53")]
fn ratio(time: Period, unit: Period) -> f64 {
    time.millis() as f64 / unit.millis() as f64
}

fn begin(from: Moment, window: u64) -> Moment {
    let offset = i64::try_from(window).unwrap_or_default().saturating_mul(WINDOW.millis());
    Moment::from_millis(from.millis().saturating_add(offset)).unwrap_or(from)
}
