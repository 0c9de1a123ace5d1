//! How values and time take an alarm on.

use super::event::{AlarmEvent, Cause, What};
use super::rule::{Condition, MOST_LEVELS, Rule};
use super::state::{Chatter, Comparator, Hidden, Open, State};
use crate::moment::{Moment, Period};
use crate::observation::Sample;
use crate::quality::Quality;

/// What takes an alarm on besides people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// A value of the rule's property at the facility.
    Value(Sample),
    /// Nothing but the time.
    Tick,
}

/// Takes an alarm on. Total: whatever comes, there is a state after it. A value that changes nothing allocates nothing,
/// and neither does an empty list of events.
#[must_use]
pub fn step(rule: &Rule, state: &State, input: Input, now: Moment) -> (State, Vec<AlarmEvent>) {
    let mut run = Run::new(rule, state);
    if !rule.enabled {
        run.withdraw(now);
    } else {
        match input {
            Input::Value(sample) => run.value(sample, now),
            Input::Tick => run.settle(now),
        }
    }
    (run.state, run.events)
}

/// When to come back with a [`Input::Tick`] if no value comes before; none when only a value can change anything. A tick
/// that comes later tells the same, with the same times.
#[must_use]
pub fn next_due(rule: &Rule, state: &State) -> Option<Moment> {
    Run::new(rule, state).due().map(|(at, _)| at)
}

/// Something that becomes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A rule that was switched off has an alarm on the list.
    Off,
    /// Shelving ends.
    Shelf,
    /// There has been no value for too long.
    Silence,
    /// A delay of one or more levels ends.
    Level,
    /// A chattering alarm has been quiet.
    Quiet,
}

/// One step under way.
pub(super) struct Run<'a> {
    rule: &'a Rule,
    pub(super) state: State,
    pub(super) events: Vec<AlarmEvent>,
}

impl<'a> Run<'a> {
    pub(super) fn new(rule: &'a Rule, state: &State) -> Self {
        let mut run = Self { rule, state: *state, events: Vec::new() };
        // Levels a changed rule no longer has are over.
        for place in rule.condition.levels()..MOST_LEVELS {
            run.compare(place, false, state.clock);
        }
        run
    }

    pub(super) fn tell(&mut self, at: Moment, what: What) {
        self.state.clock = self.state.clock.max(at);
        self.events.push(AlarmEvent { at, what });
    }

    /// The first thing that becomes due.
    fn due(&self) -> Option<(Moment, Due)> {
        let state = &self.state;
        if !self.rule.enabled {
            return (state.open.is_some() || state.hidden.is_some()).then_some((state.clock, Due::Off));
        }
        let shelf = state.hidden.and_then(|hidden| hidden.until).map(|until| (until, Due::Shelf));
        let quiet = state.chatter.map(|chatter| (chatter.last.after(self.rule.chatter_within), Due::Quiet));
        let silence = match &self.rule.condition {
            Condition::Silence { over, .. } => {
                let level = state.levels[0];
                // Who sends what it kept meanwhile is not silent, however old that is; nor does a clock that is ahead help.
                let heard = state.heard.or(state.last.map(|last| last.time)).unwrap_or(state.began);
                let since = heard.max(state.listened.unwrap_or(heard));
                // Nothing more becomes due once it is silent or waits to be.
                (level.active == level.leaving.is_some()).then(|| (since.after(*over), Due::Silence))
            }
            _ => None,
        };
        let levels = state.levels.iter().filter_map(|level| Some((self.delay_ends(level)?, Due::Level)));
        levels.chain([shelf, quiet, silence].into_iter().flatten()).min()
    }

    fn delay_ends(&self, level: &Comparator) -> Option<Moment> {
        let delay = if level.active { self.rule.off_delay } else { self.rule.on_delay };
        Some(level.leaving?.after(delay))
    }

    /// Everything that became due up to an instant, at the times it was due. Each ends what it came from, so there is an
    /// end to them.
    pub(super) fn settle(&mut self, until: Moment) {
        while let Some((at, due)) = self.due().filter(|(at, _)| *at <= until) {
            let at = at.max(self.state.clock);
            match due {
                Due::Off => self.withdraw(at),
                Due::Shelf => self.show(at, |untold| What::Unshelved { untold }),
                Due::Silence => self.compare(0, true, at),
                Due::Level => self.flip(at),
                Due::Quiet => self.quiet(at),
            }
        }
    }

    /// The rule is off: whatever there is goes, and watching begins anew when it is on again.
    fn withdraw(&mut self, now: Moment) {
        let at = now.max(self.state.clock);
        if self.state.open.is_some() || self.state.hidden.is_some() {
            self.tell(at, What::Withdrawn);
        }
        self.state = State::new(at);
    }

    fn value(&mut self, sample: Sample, now: Moment) {
        // A clock that was ahead and is set right does not make what comes then older than what came before.
        if self.state.measured().is_some_and(|last| sample.time < last) {
            self.state.old = self.state.old.saturating_add(1);
            return;
        }
        // What was measured before anybody watched happened at its own time, as long as nothing later was told.
        if self.state.last.is_none() && self.state.clock == self.state.began {
            self.state.clock = self.state.clock.min(sample.time);
        }
        // An instrument whose clock is ahead does not hurry the delays.
        let at = sample.time.min(now).max(self.state.clock);
        self.settle(at);
        self.state.clock = at;
        self.state.heard = Some(now);
        if sample.quality.has(Quality::MAINTENANCE) {
            self.state.last = Some(Sample { time: sample.time, ..self.state.last.unwrap_or(sample) });
            // Of silence it says what any value says, below.
            if !matches!(self.rule.condition, Condition::Silence { .. }) {
                self.state.levels.iter_mut().for_each(|level| level.leaving = None);
            }
        } else {
            self.state.last = Some(sample);
            self.evaluate(sample, at);
        }
        if matches!(self.rule.condition, Condition::Silence { .. }) {
            self.compare(0, false, at);
        }
        self.settle(at);
    }

    /// What a value says of each level.
    fn evaluate(&mut self, sample: Sample, at: Moment) {
        let value = sample.value.get();
        let measured = self.state.measured().unwrap_or(sample.time);
        match &self.rule.condition {
            Condition::High(limits) => {
                for (place, limit) in limits.levels.iter().enumerate() {
                    let limit = limit.at.get();
                    let holds = if self.active(place) { value >= limit - limits.deadband } else { value >= limit };
                    self.compare(place, holds, at);
                }
            }
            Condition::Low(limits) => {
                for (place, limit) in limits.levels.iter().enumerate() {
                    let limit = limit.at.get();
                    let holds = if self.active(place) { value <= limit + limits.deadband } else { value <= limit };
                    self.compare(place, holds, at);
                }
            }
            Condition::Rise { limits, over } | Condition::Fall { limits, over } => {
                let rises = matches!(self.rule.condition, Condition::Rise { .. });
                let beyond = |a, b| if rises { a < b } else { a > b };
                let extreme = self.state.extremes.take(measured, *over, sample, beyond);
                let by = (value - extreme.get()).abs();
                for (place, limit) in limits.levels.iter().enumerate() {
                    let limit = limit.at.get();
                    let holds = if self.active(place) { by >= limit - limits.deadband } else { by >= limit };
                    self.compare(place, holds, at);
                }
            }
            Condition::OutOfRange { .. } => self.compare(0, sample.quality.has(Quality::OUT_OF_RANGE), at),
            Condition::Stuck { over, tolerance, .. } => {
                let same = |from: f64| (value - from).abs() <= *tolerance;
                let since = match self.state.unchanged {
                    Some((since, from)) if same(from.get()) => since,
                    _ => {
                        self.state.unchanged = Some((measured, sample.value));
                        measured
                    }
                };
                self.compare(0, measured.since(since) >= *over, at);
            }
            Condition::Silence { .. } => {}
        }
    }

    fn active(&self, place: usize) -> bool {
        self.state.levels.get(place).is_some_and(|level| level.active)
    }

    /// The condition of a level holds or not: its delay begins or is given up.
    fn compare(&mut self, place: usize, holds: bool, at: Moment) {
        let Some(level) = self.state.levels.get_mut(place) else { return };
        if level.active == holds {
            level.leaving = None;
        } else if level.leaving.is_none() {
            level.leaving = Some(at);
        }
    }

    /// Delays of levels have ended: those that end together are told as one.
    fn flip(&mut self, at: Moment) {
        let before = self.state.holding();
        for place in 0..self.state.levels.len() {
            let level = self.state.levels[place];
            if self.delay_ends(&level).is_some_and(|end| end <= at) {
                self.state.levels[place] = Comparator { active: !level.active, leaving: None };
            }
        }
        let after = self.state.holding();
        if before == after {
            return;
        }
        if let Some(hidden) = &mut self.state.hidden {
            hidden.untold = hidden.untold.saturating_add(u32::from(after > before));
        } else if after > before {
            self.up(after, at);
        } else {
            self.down(after, at);
        }
    }

    fn up(&mut self, level: u8, at: Moment) {
        let told = self.state.open.filter(|open| open.active).map_or(0, |open| open.level);
        if let Some(chatter) = &mut self.state.chatter
            && level <= told
        {
            *chatter = Chatter { last: at, untold: chatter.untold.saturating_add(1) };
            return;
        }
        let priority = self.rule.condition.priority(level);
        let Some(cause) = self.cause(level) else { return };
        let since = self.state.open.filter(|_| told > 0).map_or(at, |open| open.since);
        self.state.open = Some(Open { level, since, active: true, acknowledged: false });
        if told == 0 {
            self.tell(at, What::Raised { level, priority, cause });
        } else {
            self.tell(at, What::Escalated { level, priority, cause });
        }
        match &mut self.state.chatter {
            Some(chatter) => chatter.last = at,
            None => self.count(at),
        }
    }

    /// Counts a raise; too many in too short a time are chatter.
    fn count(&mut self, at: Moment) {
        let raises = &mut self.state.raises;
        raises.rotate_left(1);
        let newest = raises.len() - 1;
        raises[newest] = Some(at);
        let first = raises.len().saturating_sub(self.rule.chatter_raises);
        let chatters = raises[first].is_some_and(|first| at.since(first) <= self.rule.chatter_within);
        if chatters && !self.rule.chatter_within.is_zero() {
            self.state.chatter = Some(Chatter { last: at, untold: 0 });
            self.tell(at, What::Chattering);
        }
    }

    fn down(&mut self, level: u8, at: Moment) {
        if let Some(chatter) = &mut self.state.chatter {
            *chatter = Chatter { last: at, untold: chatter.untold.saturating_add(1) };
            return;
        }
        self.lower(level, at);
    }

    /// Tells that a lower level holds, or none.
    fn lower(&mut self, level: u8, at: Moment) {
        let Some(open) = self.state.open else { return };
        if level > 0 {
            self.state.open = Some(Open { level, ..open });
            self.tell(at, What::Eased { level, priority: self.rule.condition.priority(level) });
        } else {
            let closed = open.acknowledged || !self.rule.latching;
            self.state.open = (!closed).then_some(Open { active: false, ..open });
            self.tell(at, What::Cleared { closed });
        }
    }

    fn quiet(&mut self, at: Moment) {
        let Some(chatter) = self.state.chatter.take() else { return };
        self.state.raises = Default::default();
        self.tell(at, What::Settled { untold: chatter.untold });
        let (holding, told) = (self.state.holding(), self.state.level());
        if holding < told {
            self.lower(holding, at);
        }
    }

    /// Hides the alarm.
    pub(super) fn hide(&mut self, until: Option<Moment>, at: Moment, what: What) {
        self.state.open = None;
        self.state.chatter = None;
        self.state.raises = Default::default();
        self.state.hidden = Some(Hidden { until, untold: 0 });
        self.tell(at, what);
    }

    /// Shows it again; a condition that holds is raised anew.
    pub(super) fn show(&mut self, at: Moment, what: impl FnOnce(u32) -> What) {
        let Some(hidden) = self.state.hidden.take() else { return };
        self.tell(at, what(hidden.untold));
        let level = self.state.holding();
        if level > 0 {
            self.up(level, at);
        }
    }

    /// Why a level holds, as far as is known now.
    fn cause(&self, level: u8) -> Option<Cause> {
        let last = self.state.last;
        let value = last.map(|last| last.value);
        let limit = || Some(self.rule.condition.limits()?.levels.get(usize::from(level) - 1)?.at);
        Some(match &self.rule.condition {
            Condition::High(_) => Cause::High { value: value?, limit: limit()? },
            Condition::Low(_) => Cause::Low { value: value?, limit: limit()? },
            Condition::Rise { over, .. } => {
                Cause::Rise { value: value?, by: self.change(*over)?, limit: limit()?, over: *over }
            }
            Condition::Fall { over, .. } => {
                Cause::Fall { value: value?, by: self.change(*over)?, limit: limit()?, over: *over }
            }
            Condition::Silence { over, .. } => Cause::Silence { last: last.map(|last| last.time), over: *over },
            Condition::OutOfRange { .. } => Cause::OutOfRange { value: value? },
            Condition::Stuck { .. } => Cause::Stuck { value: value?, since: self.state.unchanged?.0 },
        })
    }

    /// How much the last value rose or fell within a time.
    fn change(&self, over: Period) -> Option<f64> {
        let last = self.state.last?;
        let rises = matches!(self.rule.condition, Condition::Rise { .. });
        let mut extremes = self.state.extremes;
        let measured = self.state.measured()?;
        let extreme = extremes.take(measured, over, last, |a, b| if rises { a < b } else { a > b });
        Some((last.value.get() - extreme.get()).abs())
    }
}
