//! The sentences of a bulletin, in both languages.

use crate::Two;
use crate::bulletin::class::{BulletinClass, BulletinRules};
use crate::bulletin::content::{Move, Moved};
use crate::bulletin::period::BulletinPeriod;
use crate::bulletin::table::ClassTable;
use crate::status::ScheduleStatus;
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

pub(crate) fn day_zh(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// Which schedule status counts as which class.
pub(super) fn classes(rules: &BulletinRules) -> Two {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for class in BulletinClass::ALL {
        let own =
            ScheduleStatus::ALL.into_iter().filter(|status| rules.class(*status) == class).map(ScheduleStatus::words);
        let own: Vec<Two> = own.collect();
        if !own.is_empty() {
            let join = |pick: fn(&Two) -> &str, sep| own.iter().map(pick).collect::<Vec<_>>().join(sep);
            zh.push(format!("“{}”含{}", class.words().zh, join(|w| &w.zh, "、")));
            en.push(format!("“{}” is {}", class.words().en, join(|w| &w.en, ", ")));
        }
    }
    Two::new(
        format!("注：各类按台账的序时状态归类，{}。", zh.join("；")),
        format!("Classes by the ledger's schedule status: {}.", en.join("; ")),
    )
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
