//! What a bulletin says, made of judged tasks and how they stood at the end of the period before.

use crate::Two;
use crate::bulletin::class::{BulletinClass, BulletinRules};
use crate::bulletin::period::BulletinPeriod;
use crate::bulletin::table::{ClassCounts, ClassTable};
use crate::bulletin::words;
use crate::ids::{AreaId, ReportId, TaskId, UnitId};
use crate::judge::Judgement;
use crate::status::Light;
use crate::task::Task;
use crate::wording::words_of_target;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A task as it was known for a bulletin.
#[derive(Clone, Debug)]
pub struct Known {
    /// The task with what was filed by then.
    pub task: Task,
    /// How it stood on the period's last day.
    pub judged: Judgement,
    /// How it was known and stood at the end of the period before.
    pub before: Option<(Task, Judgement)>,
}

/// The names of areas and units in the official order of the city's pack.
#[derive(Clone, Copy, Debug)]
pub struct OfficialOrder<'a> {
    /// Areas.
    pub areas: &'a [(AreaId, Two)],
    /// Units.
    pub units: &'a [(UnitId, Two)],
}

/// A task that is behind, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behind {
    /// The task.
    pub task: TaskId,
    /// What is to be done, short.
    pub title: String,
    /// Lead unit, once confirmed.
    pub lead: Option<Two>,
    /// Its light.
    pub light: Light,
    /// The light's sentence, with value, unit, day and source.
    pub sentence: Two,
    /// What the latest filing or check says was done, with the day it speaks of.
    pub note: Option<(String, Date)>,
}

/// One thing that moved since the period before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "move")]
pub enum Move {
    /// Its class became 已完成.
    Done,
    /// The light changed.
    Light {
        /// As it was.
        from: Light,
        /// As it is.
        to: Light,
    },
    /// What has to be reached was adjusted.
    Adjusted {
        /// As it was, target and deadline.
        from: Two,
        /// As it is, target and deadline.
        to: Two,
        /// Why, and by whose decision.
        reason: String,
    },
}

/// A task with what moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The task.
    pub task: TaskId,
    /// What is to be done, short.
    pub title: String,
    /// What moved.
    pub moves: Vec<Move>,
    /// The light's sentence now.
    pub sentence: Two,
}

/// The counts of one area or unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassGroup {
    /// Its name.
    pub name: Two,
    /// How many tasks stand how.
    pub counts: ClassCounts,
}

/// A bulletin (通报): everything it prints, so that what was issued stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// The time it speaks of.
    pub period: BulletinPeriod,
    /// The report whose tasks it counts.
    pub report: ReportId,
    /// That report's title.
    pub report_title: String,
    /// Its own title.
    pub title: Two,
    /// The day the tasks are judged for: the period's last.
    pub day: Date,
    /// What was filed after this day is not in it.
    pub filed_by: Date,
    /// The last day of the period it is compared with.
    pub before: Option<Date>,
    /// What it says first, a paragraph each.
    pub summary: Vec<Two>,
    /// Counts by class.
    pub table: ClassTable,
    /// Which schedule status counts as which class.
    pub classes: Two,
    /// What is behind, in the report's order.
    pub behind: Vec<Behind>,
    /// What moved, in the report's order.
    pub moved: Vec<Moved>,
    /// By area, in official order; areas without tasks are left out.
    pub areas: Vec<ClassGroup>,
    /// By lead unit, in official order; units without tasks are left out, tasks without a confirmed lead come last.
    pub units: Vec<ClassGroup>,
    /// Any of it belongs to a simulated city.
    pub simulated: bool,
}

/// Groups in official order, with those whose name the order does not know last.
fn grouped<'a, K: PartialEq + 'a>(
    order: &'a [(K, Two)],
    tasks: impl Iterator<Item = (Option<&'a K>, BulletinClass)>,
    others: Two,
) -> Vec<ClassGroup> {
    let mut counts = vec![ClassCounts::default(); order.len()];
    let mut rest = ClassCounts::default();
    for (key, class) in tasks {
        let place = key.and_then(|key| order.iter().position(|(own, _)| own == key));
        place.and_then(|i| counts.get_mut(i)).unwrap_or(&mut rest).add(class);
    }
    let named = order.iter().zip(counts).map(|((_, name), counts)| ClassGroup { name: name.clone(), counts });
    named.chain([ClassGroup { name: others, counts: rest }]).filter(|group| group.counts.total() > 0).collect()
}

fn target_and_deadline(target: Option<&crate::target::Target>, deadline: Date) -> Two {
    let words = target.map(words_of_target).unwrap_or_default();
    Two::new(format!("{}，时限 {deadline}", words.zh), format!("{}, deadline {deadline}", words.en))
}

fn moves(known: &Known, rules: &BulletinRules) -> Vec<Move> {
    let done = |judged: &Judgement| rules.class(judged.schedule) == BulletinClass::Done;
    let mut moves = Vec::new();
    let before = known.before.as_ref();
    let newly = done(&known.judged) && !before.is_some_and(|(_, judged)| done(judged));
    if newly {
        moves.push(Move::Done);
    } else if let Some((_, judged)) = before
        && judged.light != known.judged.light
    {
        moves.push(Move::Light { from: judged.light, to: known.judged.light });
    }
    let seen = before.map_or(0, |(task, _)| task.adjustments.len());
    if let Some(last) = known.task.adjustments.get(seen..).and_then(<[_]>::last) {
        let was = seen.checked_sub(1).and_then(|i| known.task.adjustments.get(i));
        let from = match was {
            Some(adjustment) => target_and_deadline(Some(&adjustment.target), adjustment.deadline),
            None => target_and_deadline(known.task.target.as_ref(), known.task.deadline),
        };
        let to = target_and_deadline(Some(&last.target), last.deadline);
        moves.push(Move::Adjusted { from, to, reason: last.reason.clone() });
    }
    moves
}

fn behind(known: &Known, lead: Option<Two>) -> Behind {
    let rows = known.task.standing_evidence().filter(|e| e.period.to <= known.judged.day && !e.note.trim().is_empty());
    let latest = rows.max_by_key(|e| (e.period.to, e.at));
    Behind {
        task: known.task.id.clone(),
        title: known.task.title.clone(),
        lead,
        light: known.judged.light,
        sentence: known.judged.sentence.clone(),
        note: latest.map(|e| (e.note.trim().to_owned(), e.period.to)),
    }
}

/// The bulletin of a period over the tasks of a report, given as they were known for it, in the report's order.
///
/// `day` of every judgement is the period's last; what was filed after `filed_by` must not be in `tasks`.
#[must_use]
pub fn bulletin(
    (city, report, report_title): (&Two, &ReportId, &str),
    period: BulletinPeriod,
    filed_by: Date,
    tasks: &[Known],
    order: OfficialOrder<'_>,
    rules: &BulletinRules,
) -> Bulletin {
    let class = |known: &Known| rules.class(known.judged.schedule);
    let mut counts = ClassCounts::default();
    tasks.iter().for_each(|known| counts.add(class(known)));
    let lead = |known: &Known| {
        let id = known.task.assignment.as_ref().map(|a| &a.lead)?;
        let name = order.units.iter().find(|(own, _)| own == id).map(|(_, name)| name.clone());
        Some(name.unwrap_or_else(|| Two::new(id.as_str(), id.as_str())))
    };
    let table = ClassTable::of(&counts, rules.rounding);
    let is_behind = |known: &&Known| class(known) == BulletinClass::Behind;
    let behind: Vec<_> = tasks.iter().filter(is_behind).map(|known| behind(known, lead(known))).collect();
    let moved = tasks.iter().map(|known| Moved {
        task: known.task.id.clone(),
        title: known.task.title.clone(),
        moves: moves(known, rules),
        sentence: known.judged.sentence.clone(),
    });
    let moved: Vec<_> = moved.filter(|moved| !moved.moves.is_empty()).collect();
    let before = period.before().map(BulletinPeriod::last_day);
    let units = tasks.iter().map(|k| (k.task.assignment.as_ref().map(|a| &a.lead), class(k)));
    Bulletin {
        period,
        report: report.clone(),
        report_title: report_title.to_owned(),
        title: words::title(city, period),
        day: period.last_day(),
        filed_by,
        before,
        summary: words::summary(period.last_day(), before, &table, &moved),
        areas: grouped(order.areas, tasks.iter().map(|k| (Some(&k.task.area), class(k))), words::other_areas()),
        units: grouped(order.units, units, words::without_lead()),
        classes: words::classes(rules),
        simulated: tasks.iter().any(|known| known.task.simulated),
        table,
        behind,
        moved,
    }
}
