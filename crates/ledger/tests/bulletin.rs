//! What a bulletin says of tasks, as a table; who may issue it and when; what the year's end says.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use jiff::{Timestamp, civil::Date, civil::date};
use rust_decimal::Decimal;
use tingzhou_ledger::bulletin::{Bulletin, BulletinRules, Known, Move, OfficialOrder, bulletin, decide_issue};
use tingzhou_ledger::year_end::completions;
use tingzhou_ledger::{
    AccountId, AccountRole, Actor, Adjustment, AreaId, Assignment, Basis, Event, Evidence, EvidenceId, Light, Period,
    Plan, ReportId, ReportedStatus, Settings, Source, Target, Task, TaskId, Two, UnitId, judge,
};
use tingzhou_report::{Bound, Role, Span};

fn account() -> AccountId {
    AccountId::new("office").unwrap()
}

fn task(number: u8, area: &str, lead: Option<&str>) -> Task {
    let lead = lead.map(|lead| Assignment {
        lead: UnitId::new(lead).unwrap(),
        co_units: Vec::new(),
        leader: None,
        by: account(),
        at: Timestamp::UNIX_EPOCH,
    });
    Task {
        id: TaskId::new(format!("2025-{number:03}")).unwrap(),
        report: ReportId::new("2025").unwrap(),
        year: 2025,
        statement: u32::from(number),
        span: Span { start: 0, end: 3 },
        sentence: "句".into(),
        title: format!("事{number}"),
        area: AreaId::new(area).unwrap(),
        item: (number == 3).then_some(1),
        target: Some(Target {
            value: Decimal::from(100),
            unit: "个".into(),
            bound: Bound::Equal,
            role: Role::Amount,
            baseline: None,
        }),
        deadline: date(2025, 12, 31),
        plan: Plan::Linear,
        plan_reason: Two::default(),
        suggestion: None,
        assignment: lead,
        adjustments: Vec::new(),
        closing: None,
        version: 1,
        simulated: false,
        evidence: Vec::new(),
    }
}

fn filed(mut task: Task, value: i64, to: Date, basis: Basis, note: &str) -> Task {
    task.evidence.push(Evidence {
        id: EvidenceId::new(format!("e{value}-{to}")).unwrap(),
        source: Source::Filing,
        value: Some(Decimal::from(value)),
        basis,
        period: Period { from: to.first_of_month(), to },
        place: String::new(),
        point: None,
        note: note.into(),
        reported: ReportedStatus::UnderWay,
        attachments: Vec::new(),
        unit: None,
        by: account(),
        at: Timestamp::UNIX_EPOCH,
        milestone: None,
        simulated: false,
        withdrawn: None,
    });
    task
}

const BEFORE: Date = date(2025, 9, 30);
const DAY: Date = date(2025, 10, 31);

fn known(task: Task) -> Known {
    let at = |day| judge(&task, &Settings::default(), day);
    let before = (task.clone(), at(BEFORE));
    Known { judged: at(DAY), before: Some(before), task }
}

fn of(tasks: &[Known]) -> Bulletin {
    let named = |id: &str| Two::new(id, id);
    let areas = ["urban", "ecology"].map(|id| (AreaId::new(id).unwrap(), named(id)));
    let units = ["housing", "transport"].map(|id| (UnitId::new(id).unwrap(), named(id)));
    let order = OfficialOrder { areas: &areas, units: &units };
    let report = ReportId::new("2025").unwrap();
    let about = (&Two::new("昌吉市", "Changji"), &report, "报告");
    bulletin(about, "2025-10".parse().unwrap(), DAY, tasks, order, &BulletinRules::default())
}

#[test]
fn what_moved() {
    let check = |task: Task, expected: &[Move]| {
        let got = of(&[known(task)]);
        let moves: Vec<_> = got.moved.iter().flat_map(|m| m.moves.clone()).collect();
        assert_eq!(moves, expected);
    };
    let new = || task(1, "urban", None);
    let cumulative = Basis::Cumulative;
    check(new(), &[]);
    check(filed(new(), 90, BEFORE, cumulative, ""), &[]);
    check(filed(new(), 90, DAY, cumulative, ""), &[Move::Light { from: Light::Grey, to: Light::Green }]);
    let slipped = filed(filed(new(), 90, BEFORE, cumulative, ""), 60, DAY, cumulative, "");
    check(slipped, &[Move::Light { from: Light::Green, to: Light::Yellow }]);
    check(filed(new(), 100, DAY, cumulative, ""), &[Move::Done]);
    check(filed(new(), 100, BEFORE, cumulative, ""), &[]);
}

#[test]
fn an_adjusted_target_is_told_with_what_it_was() {
    let was = task(1, "urban", None);
    let mut now = was.clone();
    let mut target = was.target.clone().unwrap();
    target.value = Decimal::from(80);
    let deadline = date(2026, 6, 30);
    now.adjustments.push(Adjustment {
        target,
        deadline,
        reason: "常务会议".into(),
        by: account(),
        at: Timestamp::UNIX_EPOCH,
    });
    let judged = |task: &Task, day| judge(task, &Settings::default(), day);
    let known = Known { judged: judged(&now, DAY), before: Some((was.clone(), judged(&was, BEFORE))), task: now };
    let got = of(&[known]);
    let [Move::Adjusted { from, to, reason }] = got.moved[0].moves.as_slice() else { unreachable!("{got:?}") };
    assert_eq!(
        (from.zh.as_str(), to.zh.as_str(), reason.as_str()),
        ("100 个，时限 2025-12-31", "80 个，时限 2026-06-30", "常务会议")
    );
}

#[test]
fn counts_add_up_and_groups_stand_in_official_order() {
    let tasks = [
        known(filed(task(1, "ecology", Some("transport")), 10, DAY, Basis::Cumulative, "拆迁受阻")),
        known(filed(task(2, "urban", Some("transport")), 100, DAY, Basis::Cumulative, "")),
        known(task(3, "urban", Some("housing"))),
        known(filed(task(4, "unknown", None), 90, DAY, Basis::Cumulative, "")),
    ];
    let got = of(&tasks);
    let counts: Vec<_> = got.table.rows.iter().map(|r| (r.class.words().zh, r.count)).collect();
    let expected = [("已完成", 1), ("超进度", 0), ("达序时", 1), ("欠进度", 1), ("其他", 1)];
    assert_eq!(counts, expected.map(|(words, n)| (words.to_owned(), n)));
    let names = |groups: &[tingzhou_ledger::bulletin::ClassGroup]| {
        groups.iter().map(|g| (g.name.zh.clone(), g.counts.total())).collect::<Vec<_>>()
    };
    let owned = |all: &[(&str, u64)]| all.iter().map(|(n, c)| ((*n).to_owned(), *c)).collect::<Vec<_>>();
    assert_eq!(names(&got.areas), owned(&[("urban", 2), ("ecology", 1), ("其他领域", 1)]));
    assert_eq!(names(&got.units), owned(&[("housing", 1), ("transport", 2), ("牵头单位待确认", 1)]));
    let [late] = got.behind.as_slice() else { unreachable!("{:?}", got.behind) };
    assert_eq!((late.task.as_str(), late.light), ("2025-001", Light::Red));
    assert_eq!(late.note, Some(("拆迁受阻".to_owned(), DAY)));
    assert!(late.sentence.zh.contains("10 个"), "{}", late.sentence.zh);
    assert!(got.summary[0].zh.starts_with("截至2025年10月31日，政府工作报告任务共4项，其中已完成1项（25.0%）"));
    assert!(got.summary[1].zh.contains("新完成1项，亮灯变化2项，目标调整0项"), "{}", got.summary[1].zh);
    let stored = serde_json::to_string(&got).unwrap();
    assert_eq!(serde_json::from_str::<Bulletin>(&stored).unwrap(), got);
}

#[test]
fn who_issues_and_when() {
    let check = |role, filed_by: Date, issued, today: Date, expected: Result<&str, &str>| {
        let actor = Actor { account: account(), role, unit: None, leader: None };
        let content = Bulletin { filed_by, ..of(&[]) };
        let got = decide_issue(&content, "hash", issued, &actor, today);
        assert_eq!(got.as_ref().map(Event::kind).map_err(|refusal| refusal.code), expected);
    };
    let later = date(2025, 11, 5);
    check(AccountRole::Supervisor, DAY, false, DAY, Ok("bulletin-issued"));
    check(AccountRole::Admin, later, false, later, Ok("bulletin-issued"));
    check(AccountRole::Unit, DAY, false, DAY, Err("supervision-office-only"));
    check(AccountRole::Supervisor, DAY, false, date(2025, 10, 30), Err("period-not-over"));
    check(AccountRole::Supervisor, later, false, DAY, Err("filed-by-outside"));
    check(AccountRole::Supervisor, BEFORE, false, DAY, Err("filed-by-outside"));
    check(AccountRole::Supervisor, DAY, true, DAY, Err("issued-already"));
}

#[test]
fn the_year_end_speaks_from_evidence() {
    let end = date(2025, 12, 31);
    let check = |task: Task, words: &str, evidence: &[&str], met: Option<bool>| {
        let judged = judge(&task, &Settings::default(), end);
        let groups = completions([(&task, &judged)].into_iter());
        let row = &groups[0].rows[0];
        let ids: Vec<_> = row.evidence.iter().map(EvidenceId::as_str).collect();
        assert_eq!((row.sentence.zh.as_str(), ids.as_slice(), row.met), (words, evidence, met));
    };
    let new = || task(1, "urban", None);
    check(new(), "无佐证。", &[], None);
    let summed = filed(filed(new(), 90, BEFORE, Basis::Cumulative, ""), 10, DAY, Basis::Period, "");
    let words = "截至2025年10月31日，实际100 个（单位填报），目标100 个，已达到目标。";
    check(summed, words, &["e90-2025-09-30", "e10-2025-10-31"], Some(true));
    let words = "截至2025年10月31日，实际60 个（单位填报），目标100 个，未达到目标。";
    check(filed(new(), 60, DAY, Basis::Cumulative, ""), words, &["e60-2025-10-31"], Some(false));
    let mut word = filed(Task { target: None, ..new() }, 0, DAY, Basis::Cumulative, "");
    word.evidence[0].value = None;
    word.evidence[0].reported = ReportedStatus::Done;
    check(word, "截至2025年10月31日，已完成（单位填报）。", &["e0-2025-10-31"], Some(true));
}

#[test]
fn livelihood_items_come_first() {
    let tasks = [task(1, "urban", None), task(3, "urban", None), task(2, "urban", None)];
    let judged = tasks.clone().map(|t| judge(&t, &Settings::default(), DAY));
    let groups = completions(tasks.iter().zip(&judged));
    let got: Vec<_> = groups.iter().map(|g| (g.item, g.rows.len())).collect();
    assert_eq!(got, [(Some(1), 1), (None, 2)]);
}
