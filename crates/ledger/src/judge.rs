//! How a task stands: three statuses kept apart, a light with its sentence, and what contradicts what.

use crate::Two;
use crate::evidence::{Basis, Evidence, Source};
use crate::milestones::{self, MilestoneStand};
use crate::plan::Plan;
use crate::status::{Light, MeasuredStatus, Outcome, ReportedStatus, ScheduleStatus};
use crate::target::Target;
use crate::task::Task;
use crate::wording;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tingzhou_report::Role;

/// The supervision office's settings. Defaults follow 宣城's computable rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Under this part of what is due, the light is red.
    pub red_below: Decimal,
    /// Under this part of what is due, the light is yellow.
    pub yellow_below: Decimal,
    /// From this part of what is due on, a task is ahead.
    pub ahead_from: Decimal,
    /// Reported and measured values may differ by this part before they contradict each other.
    pub tolerance: Decimal,
    /// An even path counts whole months only, as 宣城's rule has it: nothing more is due before the month's end. Otherwise it
    /// rises day by day.
    #[serde(default)]
    pub whole_months: bool,
    /// So many days before the deadline a task without evidence turns yellow.
    pub warn_days: i32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            red_below: Decimal::new(60, 2),
            yellow_below: Decimal::ONE,
            ahead_from: Decimal::new(120, 2),
            tolerance: Decimal::new(2, 2),
            whole_months: false,
            warn_days: 30,
        }
    }
}

/// Two columns that cannot both be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// A stable name.
    pub code: &'static str,
    /// What contradicts what.
    pub sentence: Two,
}

/// How a task stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The day it was judged for.
    pub day: Date,
    /// What the unit says; `None` when it has said nothing.
    pub reported: Option<ReportedStatus>,
    /// The value the unit filed, with its day.
    pub reported_value: Option<(Decimal, Date)>,
    /// What checks and measures say.
    pub measured: MeasuredStatus,
    /// Where it stands against its plan.
    pub schedule: ScheduleStatus,
    /// The value the schedule was judged by: measured when that is the newer, else reported.
    pub latest: Option<Decimal>,
    /// Where that value comes from and its day.
    pub latest_source: Option<(Source, Date)>,
    /// What is due by that day.
    pub due: Option<Decimal>,
    /// The light.
    pub light: Light,
    /// Its sentence.
    pub sentence: Two,
    /// What contradicts what.
    pub contradictions: Vec<Contradiction>,
}

/// The value as of the end of `day` by one source: the latest cumulative value plus the period values after it,
/// with the last day it speaks of. `None` without evidence.
#[must_use]
pub fn value_at(task: &Task, source: Source, day: Date) -> Option<(Decimal, Date)> {
    counted_at(task, source, day).map(|(value, to, _)| (value, to))
}

/// As [`value_at`], with the evidence the value is made of.
#[must_use]
pub fn counted_at(task: &Task, source: Source, day: Date) -> Option<(Decimal, Date, Vec<&Evidence>)> {
    let rows = || task.standing_evidence().filter(|e| e.source == source && e.period.to <= day);
    let base = rows()
        .filter(|e| e.basis == Basis::Cumulative)
        .filter_map(|e| Some((e.value?, e)))
        .max_by_key(|(_, e)| (e.period.to, e.at));
    let mut sum = base.map(|(value, e)| (value, e.period.to, vec![e]));
    for row in rows().filter(|e| e.basis == Basis::Period) {
        let Some(value) = row.value else { continue };
        if base.is_some_and(|(_, e)| row.period.from <= e.period.to) {
            continue;
        }
        sum = Some(match sum {
            None => (value, row.period.to, vec![row]),
            Some((total, to, mut counted)) => {
                counted.push(row);
                (total.checked_add(value)?, to.max(row.period.to), counted)
            }
        });
    }
    sum
}

impl Settings {
    /// The day whose path stands for a day: the end of the last whole month where an even path counts by those.
    #[must_use]
    pub fn path_day(&self, task: &Task, day: Date) -> Date {
        let stepped = self.whole_months && matches!(task.plan, Plan::Linear);
        if !stepped || day == day.last_of_month() || day >= task.deadline_now() {
            return day;
        }
        day.first_of_month().yesterday().unwrap_or(day)
    }
}

/// What is due by the end of `day` in the target's unit; `None` when the plan asks for nothing yet.
#[must_use]
pub fn path_at(task: &Task, target: &Target, day: Date) -> Option<Decimal> {
    let share = task.plan.share_due(task.year, task.deadline_now(), day)?;
    match (target.role, target.baseline, &task.plan) {
        (_, _, Plan::AsItStands) => Some(target.value),
        (Role::Level { .. }, Some(baseline), _) => {
            target.value.checked_sub(baseline)?.checked_mul(share)?.checked_add(baseline)
        }
        _ => target.value.checked_mul(share),
    }
}

/// Judges a task as of the end of `today`.
#[must_use]
pub fn judge(task: &Task, settings: &Settings, today: Date) -> Judgement {
    let filed = task.standing_evidence().filter(|e| e.source == Source::Filing && e.period.to <= today);
    let reported = filed.max_by_key(|e| (e.period.to, e.at)).map(|e| e.reported);
    let reported_value = value_at(task, Source::Filing, today);
    let measured_value = [Source::Check, Source::Measure]
        .into_iter()
        .filter_map(|source| value_at(task, source, today).map(|(value, day)| (value, day, source)))
        .max_by_key(|(_, day, _)| *day);
    let found = task
        .standing_evidence()
        .filter(|e| e.source != Source::Filing && e.period.to <= today)
        .max_by_key(|e| (e.period.to, e.at));
    let measured = match (task.target_now(), measured_value, found) {
        (Some(target), Some((value, ..)), _) if target.met_by(value) => MeasuredStatus::Reached { value },
        (Some(_), Some((value, ..)), _) => MeasuredStatus::Short { value },
        (None, _, Some(row)) => MeasuredStatus::Found { reported: row.reported },
        _ => MeasuredStatus::NoEvidence,
    };
    let best = match (measured_value, reported_value) {
        (Some((value, day, source)), Some((_, filed))) if day >= filed => Some((value, day, source)),
        (Some(measured), None) => Some(measured),
        (_, Some((value, day))) => Some((value, day, Source::Filing)),
        (None, None) => None,
    };
    let mut judgement = Judgement {
        day: today,
        reported,
        reported_value,
        measured,
        schedule: ScheduleStatus::NoEvidence,
        latest: best.map(|(value, ..)| value),
        latest_source: best.map(|(_, day, source)| (source, day)),
        due: None,
        light: Light::Grey,
        sentence: Two::default(),
        contradictions: Vec::new(),
    };
    schedule(task, settings, today, &mut judgement);
    contradictions(task, settings, &mut judgement);
    judgement.sentence = wording::sentence(task, &judgement);
    judgement
}

/// The part of what is due that is there; larger is better whichever way the target goes.
pub(crate) fn part_of_due(target: &Target, actual: Decimal, due: Decimal) -> Option<Decimal> {
    if target.downward() {
        // Coming down: the way made out of the way due.
        let baseline = target.baseline.or(match target.role {
            Role::Level { from } => from,
            _ => None,
        });
        return match baseline.and_then(|b| Some((b.checked_sub(actual)?, b.checked_sub(due)?))) {
            Some((made, way)) if way > Decimal::ZERO => made.checked_div(way),
            Some(_) => Some(Decimal::ONE),
            None if actual <= due => Some(Decimal::ONE),
            None => due.checked_div(actual),
        };
    }
    if due > Decimal::ZERO { actual.checked_div(due) } else { Some(Decimal::ONE) }
}

/// The part of the target that a value is, whichever way the target goes; `None` for a task without a number.
#[must_use]
pub fn share_reached(task: &Task, value: Decimal) -> Option<Decimal> {
    let target = task.target_now()?;
    part_of_due(target, value, target.value)
}

fn schedule(task: &Task, settings: &Settings, today: Date, judgement: &mut Judgement) {
    let deadline = task.deadline_now();
    let over = today > deadline;
    if let Some(closing) = &task.closing {
        (judgement.schedule, judgement.light) = match closing.outcome {
            Outcome::Met => (ScheduleStatus::Met, Light::Blue),
            Outcome::NotMet => (ScheduleStatus::Overdue, Light::Red),
            Outcome::Discontinued => (ScheduleStatus::Ended, Light::Grey),
        };
        return;
    }
    let Some(target) = task.target_now() else {
        let staged = milestones::stand(task, today).and_then(|stand| by_milestones(&stand, settings, over));
        (judgement.schedule, judgement.light) = staged.unwrap_or_else(|| without_number(judgement, over));
        return;
    };
    let Some(latest) = judgement.latest else {
        if over {
            (judgement.schedule, judgement.light) = (ScheduleStatus::Overdue, Light::Red);
        } else if today.until(deadline).is_ok_and(|span| span.get_days() <= settings.warn_days) {
            (judgement.schedule, judgement.light) = (ScheduleStatus::NoEvidence, Light::Yellow);
        }
        return;
    };
    // A ceiling on something that adds up (不超过) is only met when the time is over.
    let final_only = matches!(target.role, Role::Amount) && target.met_by(Decimal::ZERO) && today < deadline;
    let as_it_stands = matches!(task.plan, Plan::AsItStands);
    if target.met_by(latest) && !as_it_stands && !final_only {
        (judgement.schedule, judgement.light) = (ScheduleStatus::Met, Light::Blue);
        return;
    }
    if over {
        let met = target.met_by(latest);
        (judgement.schedule, judgement.light) =
            if met { (ScheduleStatus::Met, Light::Blue) } else { (ScheduleStatus::Overdue, Light::Red) };
        return;
    }
    // The value speaks of its own day; what was due is asked for the same day.
    let as_of = judgement.latest_source.map_or(today, |(_, day)| day);
    judgement.due = path_at(task, target, settings.path_day(task, as_of));
    let Some(due) = judgement.due else {
        (judgement.schedule, judgement.light) = (ScheduleStatus::OutsidePath, Light::Green);
        return;
    };
    if as_it_stands {
        (judgement.schedule, judgement.light) = if target.met_by(latest) {
            (ScheduleStatus::OnPath, Light::Green)
        } else {
            let part = if target.value > Decimal::ZERO { latest.checked_div(target.value) } else { None };
            (
                ScheduleStatus::Behind,
                if part.is_some_and(|p| p >= settings.red_below) { Light::Yellow } else { Light::Red },
            )
        };
        return;
    }
    let part = part_of_due(target, latest, due).unwrap_or(Decimal::ZERO);
    (judgement.schedule, judgement.light) = by_part(part, settings);
}

/// The schedule by the part of what is due that is there.
fn by_part(part: Decimal, settings: &Settings) -> (ScheduleStatus, Light) {
    if part >= settings.ahead_from {
        (ScheduleStatus::Ahead, Light::Green)
    } else if part >= settings.yellow_below {
        (ScheduleStatus::OnPath, Light::Green)
    } else if part >= settings.red_below {
        (ScheduleStatus::Behind, Light::Yellow)
    } else {
        (ScheduleStatus::Behind, Light::Red)
    }
}

/// The schedule by the weight of the milestones reached and due; `None` while none of either is.
fn by_milestones(stand: &MilestoneStand<'_>, settings: &Settings, over: bool) -> Option<(ScheduleStatus, Light)> {
    if stand.next().is_none() {
        return Some((ScheduleStatus::Met, Light::Blue));
    }
    if over {
        return Some((ScheduleStatus::Overdue, Light::Red));
    }
    match stand.share.checked_div(stand.due) {
        Some(part) => Some(by_part(part, settings)),
        None => (stand.share > Decimal::ZERO).then_some((ScheduleStatus::Ahead, Light::Green)),
    }
}

fn without_number(judgement: &Judgement, over: bool) -> (ScheduleStatus, Light) {
    let found = match judgement.measured {
        MeasuredStatus::Found { reported } => Some(reported),
        _ => judgement.reported,
    };
    match found {
        Some(ReportedStatus::Done) => (ScheduleStatus::Met, Light::Blue),
        _ if over => (ScheduleStatus::Overdue, Light::Red),
        Some(ReportedStatus::UnderWay) => (ScheduleStatus::OutsidePath, Light::Green),
        Some(ReportedStatus::Blocked) => (ScheduleStatus::Behind, Light::Yellow),
        Some(ReportedStatus::NotStarted) => (ScheduleStatus::OutsidePath, Light::Yellow),
        None => (ScheduleStatus::NoEvidence, Light::Grey),
    }
}

fn contradictions(task: &Task, settings: &Settings, judgement: &mut Judgement) {
    let mut found = Vec::new();
    let says_done = judgement.reported == Some(ReportedStatus::Done);
    if let Some(target) = task.target_now() {
        let filed = judgement.reported_value.map(|(value, _)| value);
        if says_done && filed.is_some_and(|value| !target.met_by(value)) {
            found.push(wording::done_but_filed_short(target, filed.unwrap_or_default()));
        }
        if let MeasuredStatus::Short { value } = judgement.measured
            && (says_done || filed.is_some_and(|filed| target.met_by(filed)))
        {
            found.push(wording::done_but_measured_short(target, value));
        }
        if let (Some((filed, filed_day)), MeasuredStatus::Short { value } | MeasuredStatus::Reached { value }) =
            (judgement.reported_value, judgement.measured)
            && let Some((_, measured_day)) = judgement.latest_source
            && measured_day >= filed_day
            && differs(filed, value, settings.tolerance)
        {
            found.push(wording::values_differ(target, filed, value));
        }
        if let MeasuredStatus::Reached { .. } = judgement.measured
            && matches!(judgement.reported, Some(ReportedStatus::NotStarted | ReportedStatus::Blocked))
        {
            found.push(wording::reached_but_not_reported());
        }
        if judgement.reported == Some(ReportedStatus::NotStarted) && filed.is_some_and(|value| value > Decimal::ZERO) {
            found.push(wording::not_started_with_value(target, filed.unwrap_or_default()));
        }
    } else if says_done && let Some(open) = milestones::stand(task, judgement.day).as_ref().and_then(|s| s.next()) {
        found.push(wording::done_but_milestone_open(open));
    } else if let MeasuredStatus::Found { reported } = judgement.measured
        && judgement.reported.is_some_and(|said| (said == ReportedStatus::Done) != (reported == ReportedStatus::Done))
    {
        found.push(wording::found_otherwise(judgement.reported.unwrap_or(reported), reported));
    }
    judgement.contradictions = found;
}

/// Whether the filed value is above the measured one by more than the tolerance, or the other way round.
fn differs(filed: Decimal, measured: Decimal, tolerance: Decimal) -> bool {
    let larger = filed.abs().max(measured.abs());
    let gap = filed.checked_sub(measured).map_or(Decimal::MAX, |d| d.abs());
    larger.checked_mul(tolerance).is_some_and(|allowed| gap > allowed)
}
