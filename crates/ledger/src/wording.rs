//! The sentences: every light says why, in both languages, with value, unit, day and source.

use crate::Two;
use crate::evidence::Source;
use crate::figure::{Figure, readable};
use crate::judge::{Contradiction, Judgement, part_of_due};
use crate::milestones::{self, MilestoneStand};
use crate::plan::{Milestone, Plan};
use crate::status::{Outcome, ReportedStatus, ScheduleStatus};
use crate::target::Target;
use crate::task::Task;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tingzhou_report::{Bound, Direction, Role};

/// An actual value as it stands in a sentence: large ones to two decimals of 万 or 亿, cut off and never rounded up, so
/// that a target just missed does not read as met. The exact value stands in the evidence.
fn actual(value: Decimal) -> Decimal {
    for unit in [100_000_000_i64, 10_000] {
        if value.abs() >= Decimal::from(unit * 100) || (unit > 10_000 && value.abs() >= Decimal::from(unit)) {
            let step = Decimal::from(unit / 100);
            return value.checked_div(step).and_then(|v| v.trunc().checked_mul(step)).unwrap_or(value);
        }
    }
    value
}

fn zh(target: &Target, value: Decimal) -> String {
    Figure { value, unit: &target.unit, english: false }.to_string()
}

fn en(target: &Target, value: Decimal) -> String {
    Figure { value, unit: &target.unit, english: true }.to_string()
}

/// "10 月底" at a month's end, else "10 月 14 日"; with the year when it is another than the task's.
fn day_zh(task: &Task, day: Date) -> String {
    let year = if day.year() == task.year { String::new() } else { format!("{} 年 ", day.year()) };
    if day.day() == day.days_in_month() {
        format!("{year}{} 月底", day.month())
    } else {
        format!("{year}{} 月 {} 日", day.month(), day.day())
    }
}

/// The target in words: 增长 7% 左右, 1,700 万人次, ≥ 300 天.
pub fn words_of_target(target: &Target) -> Two {
    let (zh_change, en_change) = match target.role {
        Role::Change { direction: Direction::Up } => ("增长 ", "up "),
        Role::Change { direction: Direction::Down } => ("下降 ", "down "),
        _ => ("", ""),
    };
    let (zh_after, en_before) = match target.bound {
        Bound::Equal => ("", ""),
        Bound::AtLeast => (" 以上", "at least "),
        Bound::AtMost => (" 以内", "at most "),
        Bound::Above => (" 以上（不含）", "more than "),
        Bound::Below => (" 以下（不含）", "less than "),
        Bound::About => (" 左右", "about "),
    };
    Two::new(
        format!("{zh_change}{}{zh_after}", zh(target, target.value)),
        format!("{en_change}{en_before}{}", en(target, target.value)),
    )
}

fn source_words(source: Source) -> Two {
    match source {
        Source::Filing => Two::new("填报", "filed"),
        Source::Check => Two::new("核查", "checked"),
        Source::Measure => Two::new("口径测得", "measured"),
    }
}

pub(crate) fn sentence(task: &Task, judgement: &Judgement) -> Two {
    let light = judgement.light.words();
    let deadline = task.deadline_now();
    let because = if let Some(closing) = &task.closing {
        let outcome = closing.outcome.words();
        let last = judgement.latest.zip(task.target_now());
        let (value_zh, value_en) = last.map_or_else(Default::default, |(v, t)| {
            (format!("，最后数 {}", zh(t, v)), format!(", last value {}", en(t, v)))
        });
        let reason = if closing.outcome == Outcome::Met { String::new() } else { format!("：{}", closing.reason) };
        Two::new(format!("{}{value_zh}{reason}", outcome.zh), format!("{}{value_en}{reason}", outcome.en))
    } else if let Some(target) = task.target_now() {
        with_number(task, target, judgement)
    } else if let Some(staged) =
        milestones::stand(task, judgement.day).filter(|stand| stand.count() > 0 || stand.due > Decimal::ZERO)
    {
        by_milestones(task, &staged)
    } else {
        let said = judgement.reported.map(ReportedStatus::words);
        match (judgement.schedule, judgement.measured, said) {
            (ScheduleStatus::Overdue, ..) => Two::new(
                format!("已过完成时限 {deadline}，未见完成的佐证"),
                format!("the deadline {deadline} passed without evidence of completion"),
            ),
            (_, crate::status::MeasuredStatus::Found { reported }, _) => {
                let words = reported.words();
                Two::new(
                    format!("核查：{}（完成时限 {deadline}）", words.zh),
                    format!("checked: {} (deadline {deadline})", words.en),
                )
            }
            (_, _, Some(words)) => Two::new(
                format!("单位填报：{}（完成时限 {deadline}）", words.zh),
                format!("the unit says: {} (deadline {deadline})", words.en),
            ),
            (_, _, None) => {
                Two::new(format!("无佐证（完成时限 {deadline}）"), format!("no evidence (deadline {deadline})"))
            }
        }
    };
    Two::new(format!("{}: {}", light.zh, because.zh), format!("{}: {}", light.en, because.en))
}

fn with_number(task: &Task, target: &Target, judgement: &Judgement) -> Two {
    let goal = words_of_target(target);
    let deadline = task.deadline_now();
    let (Some(latest), Some((source, day))) = (judgement.latest, judgement.latest_source) else {
        let over = judgement.schedule == ScheduleStatus::Overdue;
        return if over {
            Two::new(
                format!("已过完成时限 {deadline}，无佐证；目标 {}", goal.zh),
                format!("the deadline {deadline} passed with no evidence; target {}", goal.en),
            )
        } else {
            Two::new(
                format!("无佐证；目标 {}（完成时限 {deadline}）", goal.zh),
                format!("no evidence; target {} (deadline {deadline})", goal.en),
            )
        };
    };
    let by = source_words(source);
    let (when_zh, value_zh, value_en) = (day_zh(task, day), zh(target, actual(latest)), en(target, latest));
    match judgement.schedule {
        ScheduleStatus::Met => Two::new(
            format!("{when_zh} {value_zh}，已达目标 {}（{}）", goal.zh, by.zh),
            format!("{value_en} by {day}, target {} met ({})", goal.en, by.en),
        ),
        ScheduleStatus::Overdue => Two::new(
            format!("{when_zh} {value_zh}，已过完成时限 {deadline}，目标 {}（{}）", goal.zh, by.zh),
            format!("{value_en} by {day}, deadline {deadline} passed, target {} ({})", goal.en, by.en),
        ),
        _ if matches!(task.plan, Plan::AsItStands) => Two::new(
            format!("{when_zh} {value_zh}，目标 {}（{}）", goal.zh, by.zh),
            format!("{value_en} by {day}, target {} ({})", goal.en, by.en),
        ),
        _ => match judgement.due {
            Some(due) => {
                let share = part_share(task, day);
                let part = part_of_due(target, latest, due).map(percent).unwrap_or_default();
                let due = readable(due);
                Two::new(
                    format!(
                        "{when_zh} {value_zh}，按序时应达 {} ({share})，完成应达的 {part}（{}）",
                        zh(target, due),
                        by.zh
                    ),
                    format!("{value_en} by {day}, due by then {} ({share}), {part} of it ({})", en(target, due), by.en),
                )
            }
            None => Two::new(
                format!("{when_zh} {value_zh}，目标 {}，到期（{deadline}）考核（{}）", goal.zh, by.zh),
                format!("{value_en} by {day}, target {}, judged at the deadline {deadline} ({})", goal.en, by.en),
            ),
        },
    }
}

fn by_milestones(task: &Task, stand: &MilestoneStand<'_>) -> Two {
    let (count, all) = (stand.count(), stand.plan.len());
    let (share, due) = (percent(stand.share), percent(stand.due));
    let (next_zh, next_en) = stand.next().map_or_else(Default::default, |next| {
        (
            format!("；下一个“{}”，{}", next.name, day_zh(task, next.on)),
            format!("; next “{}” by {}", next.name, next.on),
        )
    });
    Two::new(
        format!("里程碑完成 {count}/{all}（权重 {share}），按计划应完成 {due}{next_zh}"),
        format!("{count} of {all} milestones reached ({share} of the weight), {due} due by now{next_en}"),
    )
}

fn part_share(task: &Task, day: Date) -> String {
    task.plan.share_due(task.year, task.deadline_now(), day).map(percent).unwrap_or_default()
}

/// A share as a percentage with one decimal: 83.3%.
fn percent(share: Decimal) -> String {
    share.checked_mul(Decimal::ONE_HUNDRED).map(|p| format!("{}%", p.round_dp(1).normalize())).unwrap_or_default()
}

pub(crate) fn done_but_filed_short(target: &Target, filed: Decimal) -> Contradiction {
    let goal = words_of_target(target);
    Contradiction {
        code: "done-but-filed-short",
        sentence: Two::new(
            format!("单位称已完成，但填报数 {} 未达目标 {}。", zh(target, filed), goal.zh),
            format!("The unit says done, but its own value {} falls short of {}.", en(target, filed), goal.en),
        ),
    }
}

pub(crate) fn done_but_milestone_open(open: &Milestone) -> Contradiction {
    Contradiction {
        code: "done-but-milestone-open",
        sentence: Two::new(
            format!("单位称已完成，但里程碑“{}”尚未登记完成。", open.name),
            format!("The unit says done, but the milestone “{}” was not entered as reached.", open.name),
        ),
    }
}

pub(crate) fn done_but_measured_short(target: &Target, measured: Decimal) -> Contradiction {
    let goal = words_of_target(target);
    Contradiction {
        code: "done-but-measured-short",
        sentence: Two::new(
            format!("单位填报已达目标 {}，但核查或口径测得 {}。", goal.zh, zh(target, measured)),
            format!("The unit reports {} as reached, but {} was checked or measured.", goal.en, en(target, measured)),
        ),
    }
}

pub(crate) fn values_differ(target: &Target, filed: Decimal, measured: Decimal) -> Contradiction {
    Contradiction {
        code: "values-differ",
        sentence: Two::new(
            format!("填报数 {} 与核查或口径数 {} 不一致。", zh(target, filed), zh(target, measured)),
            format!("{} was filed, but {} was checked or measured.", en(target, filed), en(target, measured)),
        ),
    }
}

pub(crate) fn reached_but_not_reported() -> Contradiction {
    Contradiction {
        code: "reached-but-not-reported",
        sentence: Two::new(
            "核查或口径显示已达目标，但单位称未启动或有困难。",
            "Checks or measures show the target reached, but the unit says not started or blocked.",
        ),
    }
}

pub(crate) fn not_started_with_value(target: &Target, filed: Decimal) -> Contradiction {
    Contradiction {
        code: "not-started-with-value",
        sentence: Two::new(
            format!("单位称未启动，但填报了 {}。", zh(target, filed)),
            format!("The unit says not started, but filed {}.", en(target, filed)),
        ),
    }
}

pub(crate) fn found_otherwise(said: ReportedStatus, found: ReportedStatus) -> Contradiction {
    let (said, found) = (said.words(), found.words());
    Contradiction {
        code: "found-otherwise",
        sentence: Two::new(
            format!("单位称{}，核查为{}。", said.zh, found.zh),
            format!("The unit says {}, the check found {}.", said.en, found.en),
        ),
    }
}
