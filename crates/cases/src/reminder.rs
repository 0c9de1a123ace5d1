//! What is to be told before and after a clock's end.

use crate::Two;
use crate::case::Case;
use crate::clock::{Reading, Standing, beginning_of, read_clock};
use crate::definition::{ReminderDef, ReminderTime, Unit};
use crate::ids::{ReminderId, RoleId};
use crate::matter::Matter;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use tingzhou_calendar::{Calendar, OutOfRange, WorkingDays};

/// One reminder of one end. When the end moves it is another reminder: who was told of the old end is told of the new.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReminderKey {
    /// Which.
    pub reminder: ReminderId,
    /// Of which run of its clock, from 0.
    pub run: u32,
    /// Of which end.
    pub due: Timestamp,
}

/// A reminder to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueReminder {
    /// What to name when it is sent.
    pub key: ReminderKey,
    /// Since when it is due.
    pub since: Timestamp,
    /// To whom.
    pub to: Vec<RoleId>,
    /// What it says.
    pub text: Two,
    /// The clock as it stands now.
    pub reading: Reading,
}

/// Reminders that are due and not yet sent, of clocks that run, in the order of the definition. Ask again after
/// [`Command::Remind`](crate::Command::Remind) and they are gone, however often a job runs.
///
/// # Errors
/// [`OutOfRange`] when a date leaves the years the calendar has answers for.
pub fn reminders_due(
    matter: &Matter,
    case: &Case,
    calendar: &Calendar,
    now: Timestamp,
) -> Result<Vec<DueReminder>, OutOfRange> {
    let mut all = reminders_ahead(matter, case, calendar, now)?;
    all.retain(|reminder| reminder.since <= now);
    Ok(all)
}

/// When the first reminder not yet sent is due, as the clocks run now; in the past when one is due already.
///
/// # Errors
/// [`OutOfRange`] when a date leaves the years the calendar has answers for.
pub fn next_reminder(
    matter: &Matter,
    case: &Case,
    calendar: &Calendar,
    now: Timestamp,
) -> Result<Option<Timestamp>, OutOfRange> {
    Ok(reminders_ahead(matter, case, calendar, now)?.into_iter().map(|reminder| reminder.since).min())
}

/// Reminders not yet sent, due or not.
fn reminders_ahead(
    matter: &Matter,
    case: &Case,
    calendar: &Calendar,
    now: Timestamp,
) -> Result<Vec<DueReminder>, OutOfRange> {
    let mut found = Vec::new();
    for def in &matter.definition().reminders {
        let Some(run) = case.open_run(&def.clock) else { continue };
        let reading = read_clock(run, calendar, now)?;
        if !matches!(reading.standing, Standing::Running { .. }) {
            continue;
        }
        let since = due_since(def, &reading, calendar)?;
        // How much is left is not told before the clock has started, nor once nothing is.
        let moot = matches!(def.when, ReminderTime::Before(_)) && (reading.over || since < run.started);
        let number = case.clocks.get(&def.clock).map_or(0, |runs| runs.len().saturating_sub(1));
        let key = ReminderKey {
            reminder: def.id.clone(),
            run: u32::try_from(number).unwrap_or(u32::MAX),
            due: reading.due.at,
        };
        if !moot && !case.sent.contains(&key) {
            found.push(DueReminder { key, since, to: def.to.clone(), text: def.text.clone(), reading });
        }
    }
    Ok(found)
}

/// The instant from which a reminder is due.
fn due_since(def: &ReminderDef, reading: &Reading, calendar: &Calendar) -> Result<Timestamp, OutOfRange> {
    let due = reading.due;
    let (sign, amount) = match def.when {
        ReminderTime::After(0) => return Ok(due.at),
        ReminderTime::Before(n) => (-1, i32::try_from(n).unwrap_or(i32::MAX)),
        ReminderTime::After(n) => (1, i32::try_from(n).unwrap_or(i32::MAX)),
    };
    let n = sign * amount;
    let beyond = OutOfRange { date: due.date, days: i64::from(n) };
    // A matter allows some thousands of units at most, which no span is too short for.
    match reading.unit {
        Unit::Hours => due.at.checked_add(SignedDuration::from_hours(i64::from(n))).map_err(|_| beyond),
        Unit::Minutes => due.at.checked_add(SignedDuration::from_mins(i64::from(n))).map_err(|_| beyond),
        // The last day is a working day, except that of hours.
        Unit::WorkingDays => beginning_of(calendar.add_working_days(due.date, WorkingDays(n))?.value),
        Unit::CalendarDays => beginning_of(due.date.checked_add(n.days()).map_err(|_| beyond)?),
    }
}
