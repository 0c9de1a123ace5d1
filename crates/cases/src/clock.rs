//! What a clock's ledger comes to: what is used up, what is left, when it ends.
//!
//! How days are counted:
//! - The day a clock starts is not counted; it runs from the day after (民法典 art. 201).
//! - One rule for everything between: **a day counts when the clock was running at its beginning**, 0:00 in Shanghai.
//!   So the day a pause begins counts and the day it ends does not, as with periods that leave out the day they begin
//!   on; and a pause that ends on the day it began changes nothing.
//! - Time of hearings, tests, expert reviews and the like is not counted (行政许可法 art. 45), and they may run beside
//!   each other. So pauses nest: the clock is paused while any is open, and time that two share is left out once. The
//!   same pause cannot begin twice.
//! - A period ends at 24:00 of its last day (民法典 art. 203). A last calendar day that is a day off moves to the next
//!   working day; a last working day never is one.
//! - More calendar days count from the day the budget itself ran out, not from where a day off moved the end.
//! - A clock paused on its last day, before that day's end, is not over. It is due on the day it resumes, or the next
//!   working day.
//! - Hours and minutes run on the wall from the instant they start (民法典 art. 201) and end at an instant, whatever the day.
//! - Once over, a clock's end stays where it was; late days count on while it runs.

use crate::definition::Unit;
use crate::ids::PauseId;
use crate::ledger::{Entry, EntryKind, Run};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Span, Timestamp};
use tingzhou_calendar::{Calendar, Certainty, OutOfRange, WorkingDays};

/// Legal time of all China: UTC+8, without change since 1991.
pub(crate) const SHANGHAI: Offset = jiff::tz::offset(8);
const DAY: i128 = 24 * 3_600_000_000_000;

/// The day of an instant in China.
pub(crate) fn day_of(at: Timestamp) -> Date {
    SHANGHAI.to_datetime(at).date()
}

/// The first instant of a day in China.
pub(crate) fn beginning_of(day: Date) -> Result<Timestamp, OutOfRange> {
    SHANGHAI.to_timestamp(day.at(0, 0, 0, 0)).map_err(|_| OutOfRange { date: day, days: 0 })
}

/// When a clock ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The first instant that is too late: 24:00 of the last day, or the instant hours or minutes run out.
    pub at: Timestamp,
    /// The last day, in Shanghai.
    pub date: Date,
    /// Whether every day looked at is officially announced. Hours and the rolling of calendar days look at few.
    pub certainty: Certainty,
}

/// How a clock stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Running {
        /// Since it started or was last resumed.
        since: Timestamp,
    },
    /// It does not count.
    Paused {
        /// Since when without a break.
        since: Timestamp,
        /// The pauses open, in the order they began.
        pauses: Vec<PauseId>,
    },
    /// It has stopped.
    Stopped {
        /// When.
        at: Timestamp,
    },
}

/// A clock read at an instant. Amounts are in the clock's unit, hours and minutes rounded down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it counts in.
    pub unit: Unit,
    /// Time given, with all extensions.
    pub budget: i64,
    /// Time used up, a day as soon as it has begun.
    pub consumed: i64,
    /// Budget without what is used up; not negative.
    pub remaining: i64,
    /// Time used up after its end. 0 on a day off right after the end, although it is over then.
    pub late: i64,
    /// Whether its end has passed, or had when it stopped.
    pub over: bool,
    /// How it stands.
    pub standing: Standing,
    /// When it ends. While paused and not over: when it would, if it were resumed now.
    pub due: Due,
}

/// A clock's end after something happened to it: which rule moved it, and to where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueMoved {
    /// What happened; `None` for the start.
    pub entry: Option<Entry>,
    /// The end from then on.
    pub due: Due,
}

/// Reads a clock at an instant, or at its last entry when that is later.
///
/// # Errors
/// [`OutOfRange`] when a date leaves the years the calendar has answers for.
pub fn read_clock(run: &Run, calendar: &Calendar, now: Timestamp) -> Result<Reading, OutOfRange> {
    let mut walk = Walk::begin(run, calendar)?;
    for entry in &run.entries {
        walk.step(entry)?;
    }
    walk.reading(now)
}

/// Where a clock's end lay after each thing that happened to it.
///
/// # Errors
/// [`OutOfRange`] when a date leaves the years the calendar has answers for.
pub fn clock_path(run: &Run, calendar: &Calendar) -> Result<Vec<DueMoved>, OutOfRange> {
    let mut walk = Walk::begin(run, calendar)?;
    let mut path = vec![DueMoved { entry: None, due: walk.reading(run.started)?.due }];
    for entry in &run.entries {
        walk.step(entry)?;
        path.push(DueMoved { entry: Some(entry.clone()), due: walk.reading(entry.at)?.due });
    }
    Ok(path)
}

/// An instant with its day.
#[derive(Clone, Copy, Debug)]
struct Point {
    at: Timestamp,
    day: Date,
}

impl Point {
    fn of(at: Timestamp) -> Self {
        Self { at, day: day_of(at) }
    }
}

/// A ledger gone through up to some entry. Amounts are days, or nanoseconds for hours and minutes.
#[derive(Clone)]
struct Walk<'a> {
    calendar: &'a Calendar,
    unit: Unit,
    budget: i128,
    consumed: i128,
    late: i128,
    /// Where counting goes on from, while running.
    running: Option<Point>,
    /// Since when it has been running, or paused, without a break.
    since: Timestamp,
    pauses: Vec<PauseId>,
    stopped: Option<Timestamp>,
    /// The end, once it has passed.
    passed: Option<Due>,
    last: Timestamp,
    /// Of the days counted so far.
    certainty: Certainty,
}

impl<'a> Walk<'a> {
    fn begin(run: &Run, calendar: &'a Calendar) -> Result<Self, OutOfRange> {
        let mut walk = Self {
            calendar,
            unit: run.budget.unit,
            budget: 0,
            consumed: 0,
            late: 0,
            running: Some(Point::of(run.started)),
            since: run.started,
            pauses: Vec::new(),
            stopped: None,
            passed: None,
            last: run.started,
            certainty: Certainty::Official,
        };
        calendar.is_working(day_of(run.started))?;
        walk.budget = walk.amount(run.budget.amount);
        Ok(walk)
    }

    fn amount(&self, units: u32) -> i128 {
        i128::from(units) * self.unit.nanos().unwrap_or(1)
    }

    fn step(&mut self, entry: &Entry) -> Result<(), OutOfRange> {
        let at = entry.at.max(self.last);
        self.last = at;
        if self.stopped.is_some() {
            return Ok(());
        }
        match &entry.what {
            EntryKind::Paused { pause, .. } => {
                self.run_up_to(at)?;
                if self.running.take().is_some() {
                    self.since = at;
                }
                if !self.pauses.contains(pause) {
                    self.pauses.push(pause.clone());
                }
            }
            EntryKind::Resumed { pause } => {
                self.pauses.retain(|open| open != pause);
                if self.pauses.is_empty() && self.running.is_none() {
                    self.running = Some(Point::of(at));
                    self.since = at;
                }
            }
            EntryKind::Extended { amount, .. } => {
                // An end that has passed stays; what is decided never extends such a clock.
                self.run_up_to(at)?;
                if self.passed.is_none() {
                    self.budget += self.amount(*amount);
                }
            }
            EntryKind::Stopped => {
                self.run_up_to(at)?;
                self.running = None;
                self.stopped = Some(at);
            }
        }
        Ok(())
    }

    /// Counts what has run up to an instant.
    fn run_up_to(&mut self, at: Timestamp) -> Result<(), OutOfRange> {
        let Some(from) = self.running else { return Ok(()) };
        let to = Point::of(at);
        if self.passed.is_none() {
            self.passed = Some(self.project(from)?).filter(|due| at >= due.at);
        }
        self.consumed += self.count(from, to)?;
        if let Some(due) = self.passed {
            let since = Point { at: from.at.max(due.at), day: from.day.max(due.date) };
            self.late += self.count(since, to)?;
        }
        // Counting goes on from here; the rest of the budget is what it was.
        self.running = Some(to);
        Ok(())
    }

    /// What counts after one point up to another; nothing when they are the wrong way round.
    fn count(&mut self, from: Point, to: Point) -> Result<i128, OutOfRange> {
        let counted = match self.unit {
            Unit::WorkingDays => {
                let between = self.calendar.working_days_between(from.day, to.day)?;
                if from.day < to.day {
                    self.certainty = self.certainty.and(between.certainty);
                }
                i128::from(between.value.0)
            }
            Unit::CalendarDays => i128::from(from.day.duration_until(to.day).as_hours() / 24),
            Unit::Hours | Unit::Minutes => from.at.duration_until(to.at).as_nanos(),
        };
        Ok(counted.max(0))
    }

    /// The end of what is left, when it runs from a point on without a break.
    fn project(&self, from: Point) -> Result<Due, OutOfRange> {
        let left = (self.budget - self.consumed).max(0);
        let beyond = |days: i128| OutOfRange { date: from.day, days: i64::try_from(days).unwrap_or(i64::MAX) };
        if self.unit.nanos().is_some() {
            let hours = i64::try_from(left).map(SignedDuration::from_nanos);
            let at = hours.ok().and_then(|left| from.at.checked_add(left).ok()).ok_or(beyond(left / DAY))?;
            // The instant itself belongs to the day it ends, at 0:00 to the day before.
            let date = day_of(at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(at)).max(day_of(from.at));
            return Ok(Due { at, date, certainty: Certainty::Official });
        }
        let days = i32::try_from(left).map_err(|_| beyond(left))?;
        let (date, certainty) = if self.unit == Unit::WorkingDays {
            let end = self.calendar.add_working_days(from.day, WorkingDays(days))?;
            (end.value, end.certainty.and(self.certainty))
        } else {
            let span = Span::new().try_days(days).map_err(|_| beyond(left))?;
            let last = from.day.checked_add(span).map_err(|_| beyond(left))?;
            let end = self.calendar.on_or_after(last)?;
            (end.value, end.certainty)
        };
        let after = date.tomorrow().map_err(|_| beyond(left))?;
        Ok(Due { at: beginning_of(after)?, date, certainty })
    }

    fn reading(&self, now: Timestamp) -> Result<Reading, OutOfRange> {
        let mut read = self.clone();
        let now = read.stopped.unwrap_or(now.max(self.last));
        read.run_up_to(now)?;
        let due = match read.passed {
            Some(due) => due,
            None => read.project(Point::of(now))?,
        };
        let unit = read.unit.nanos().unwrap_or(1);
        let whole = |amount: i128| i64::try_from(amount / unit).unwrap_or(i64::MAX);
        let standing = match (read.stopped, read.running) {
            (Some(at), _) => Standing::Stopped { at },
            (None, Some(_)) => Standing::Running { since: read.since },
            (None, None) => Standing::Paused { since: read.since, pauses: read.pauses },
        };
        Ok(Reading {
            unit: read.unit,
            budget: whole(read.budget),
            consumed: whole(read.consumed),
            remaining: whole((read.budget - read.consumed).max(0)),
            late: whole(read.late),
            over: read.passed.is_some(),
            standing,
            due,
        })
    }
}
