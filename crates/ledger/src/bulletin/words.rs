//! The sentences of a bulletin, in both languages.

use crate::bulletin::content::{Move, Moved};
use crate::bulletin::period::BulletinPeriod;
use crate::bulletin::table::ClassTable;
use crate::two::Two;
use jiff::civil::Date;

pub(super) fn title(city: &Two, period: BulletinPeriod) -> Two {
    let words = period.words();
    Two::new(
        format!("关于{}{}政府工作报告任务进展情况的通报", city.zh, words.zh),
        format!("Bulletin on the tasks of the government work report, {}, {}", city.en.trim(), words.en),
    )
}

pub(super) fn other_areas() -> Two {
    Two::new("其他领域", "other areas")
}

pub(super) fn without_lead() -> Two {
    Two::new("牵头单位待确认", "lead unit to be confirmed")
}

pub(super) fn day_zh(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// What stands first: how many tasks stand how, and how many moved.
pub(super) fn summary(day: Date, before: Option<Date>, table: &ClassTable, moved: &[Moved]) -> Vec<Two> {
    let mut zh = format!("截至{}，政府工作报告任务共{}项", day_zh(day), table.total);
    let mut en = format!("By {day} the report's tasks number {}", table.total);
    for (i, row) in table.rows.iter().enumerate() {
        let words = row.class.words();
        let percent = row.percent.map(|p| format!("{p}%")).unwrap_or_default();
        zh.push_str(&format!("{}{}{}项（{percent}）", if i == 0 { "，其中" } else { "，" }, words.zh, row.count));
        en.push_str(&format!("{} {} {} ({percent})", if i == 0 { ":" } else { "," }, row.count, words.en));
    }
    zh.push('。');
    en.push('.');
    let count = |which: fn(&Move) -> bool| moved.iter().filter(|m| m.moves.iter().any(which)).count();
    let done = count(|m| matches!(m, Move::Done));
    let light = count(|m| matches!(m, Move::Light { .. }));
    let adjusted = count(|m| matches!(m, Move::Adjusted { .. }));
    let since = match before {
        Some(before) => Two::new(format!("与{}相比", day_zh(before)), format!("Since {before}")),
        None => Two::new("年初以来", "Since the year's start"),
    };
    let second = Two::new(
        format!("{}，新完成{done}项，亮灯变化{light}项，目标调整{adjusted}项。", since.zh),
        format!("{}: {done} newly done, {light} with another light, {adjusted} with an adjusted target.", since.en),
    );
    vec![Two::new(zh, en), second]
}
