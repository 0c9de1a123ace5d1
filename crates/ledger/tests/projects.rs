//! Key projects: who may do what, what is refused, what it adds up to, and lists as offices keep them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is wrong in a test fails it")]

use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use tingzhou_ledger::decomposition::{Grid, Names};
use tingzhou_ledger::project::{
    Photo, Project, ProjectCommand, ProjectDetails, ProjectEvent, ProjectMilestone, ProjectReport, RollUp, RollUpRule,
    Stage, StageReached, decide_add, decide_project, evenly, listed, months_over, project_lines, roll_up, summary,
};
use tingzhou_ledger::{AccountId, AccountRole, Actor, Attachment, Fen, LeaderId, ProjectId, UnitId};

const TODAY: Date = date(2025, 7, 20);

fn actor(role: AccountRole, unit: Option<&str>) -> Actor {
    let unit = unit.map(|u| UnitId::new(u).unwrap());
    Actor { account: AccountId::new("someone").unwrap(), role, unit, leader: None }
}

fn office() -> Actor {
    actor(AccountRole::Supervisor, None)
}

fn wan(amount: i64) -> Fen {
    Fen::new(amount * 1_000_000).unwrap()
}

fn details() -> ProjectDetails {
    ProjectDetails {
        name: "第四水厂".to_owned(),
        category: "民生".to_owned(),
        content: "日供水 5 万立方米".to_owned(),
        place: "城南".to_owned(),
        point: None,
        total: wan(12_000),
        plan: evenly(wan(6_000)),
        lead: UnitId::new("water").unwrap(),
        leader: None,
        milestones: vec![
            ProjectMilestone { name: "通水".to_owned(), on: date(2025, 11, 30) },
            ProjectMilestone { name: "封顶".to_owned(), on: date(2025, 6, 30) },
        ],
    }
}

fn project() -> Project {
    let new = listed(ProjectId::new("p2025-0001").unwrap(), 2025, details(), false);
    let event = decide_add(new, &office()).unwrap();
    let ProjectEvent::ProjectAdded { project } = &event else { panic!("{event:?}") };
    Project::clone(project).apply(&event, &office().account, Timestamp::UNIX_EPOCH)
}

fn report(month: u8) -> ProjectReport {
    ProjectReport { month, spent: None, stage: None, reached: Vec::new(), photos: Vec::new(), note: String::new() }
}

fn run(project: Project, command: &ProjectCommand) -> Project {
    let unit = actor(AccountRole::Unit, Some("water"));
    let office = office();
    let by = if decide_project(&project, command, &unit, TODAY).is_ok() { &unit } else { &office };
    let event = decide_project(&project, command, by, TODAY).unwrap();
    project.apply(&event, &by.account, Timestamp::UNIX_EPOCH)
}

fn photo(media_type: &str) -> Photo {
    let file = Attachment { sha256: "0".repeat(64), name: "a".to_owned(), size: 3, media_type: media_type.to_owned() };
    Photo { file, taken: TODAY, point: None, note: String::new() }
}

#[test]
fn a_list_is_checked() {
    let check = |change: &dyn Fn(&mut ProjectDetails), expected: &str| {
        let mut details = details();
        change(&mut details);
        let new = listed(ProjectId::new("p1").unwrap(), 2025, details, false);
        assert_eq!(decide_add(new, &office()).map_or_else(|r| r.code, |_| "ok"), expected);
    };
    check(&|_| {}, "ok");
    check(&|d| d.name = "  ".to_owned(), "text-missing");
    check(&|d| d.name = "长".repeat(121), "text-too-long");
    check(&|d| d.content = "a\0b".to_owned(), "text-too-long");
    check(&|d| d.total = wan(5_999), "plan-above-total");
    check(&|d| d.milestones[0].name = "封顶".to_owned(), "milestone-twice");
    check(&|d| d.milestones[0].name = String::new(), "text-missing");
    check(&|d| d.milestones[0].on = date(1925, 1, 1), "milestone-day");
    let many = |d: &mut ProjectDetails| {
        let one = |at: i32| ProjectMilestone { name: at.to_string(), on: date(2025, 6, 30) };
        d.milestones = (0..41).map(one).collect();
    };
    check(&many, "too-many-milestones");
    let unit = actor(AccountRole::Unit, Some("water"));
    let new = listed(ProjectId::new("p1").unwrap(), 2025, details(), false);
    assert_eq!(decide_add(new, &unit).unwrap_err().code, "supervision-office-only");
    // Milestones stand by day.
    assert_eq!(project().details.milestones[0].name, "封顶");
}

#[test]
fn a_month_is_reported() {
    let water = actor(AccountRole::Unit, Some("water"));
    let check = |change: &dyn Fn(&mut ProjectReport), expected: &str| {
        let mut report = report(6);
        change(&mut report);
        let command = ProjectCommand::Report(Box::new(report));
        let decided = decide_project(&project(), &command, &water, TODAY);
        assert_eq!(decided.map_or_else(|r| r.code, |_| "ok"), expected);
    };
    check(&|r| r.spent = Some(wan(500)), "ok");
    check(&|r| r.note = "主体施工".to_owned(), "ok");
    check(&|_| {}, "nothing-to-report");
    check(&|r| r.note = "  ".to_owned(), "nothing-to-report");
    check(&|r| (r.month, r.spent) = (0, Some(wan(1))), "no-such-month");
    check(&|r| (r.month, r.spent) = (13, Some(wan(1))), "no-such-month");
    check(&|r| (r.month, r.spent) = (8, Some(wan(1))), "month-in-future");
    check(&|r| (r.month, r.spent) = (7, Some(wan(1))), "ok");
    check(&|r| r.spent = Some(wan(12_001)), "above-total");
    check(&|r| r.stage = Some(StageReached { stage: Stage::Started, on: date(2025, 4, 1) }), "ok");
    check(&|r| r.stage = Some(StageReached { stage: Stage::Started, on: date(2025, 7, 21) }), "day-in-future");
    check(&|r| r.stage = Some(StageReached { stage: Stage::Proposed, on: TODAY }), "stage-order");
    check(&|r| r.reached = vec![(0, TODAY)], "ok");
    check(&|r| r.reached = vec![(0, TODAY), (0, TODAY)], "milestone-reached");
    check(&|r| r.reached = vec![(2, TODAY)], "milestone-reached");
    check(&|r| r.photos = vec![photo("image/jpeg")], "ok");
    check(&|r| r.photos = vec![photo("application/pdf")], "not-a-picture");
    check(&|r| r.photos = vec![photo("image/png"); 21], "too-many-photos");
    let command = ProjectCommand::Report(Box::new(ProjectReport { spent: Some(wan(1)), ..report(6) }));
    for (role, unit, expected) in [
        (AccountRole::Unit, Some("education"), "not-your-project"),
        (AccountRole::Leader, None, "not-your-project"),
        (AccountRole::Supervisor, None, "ok"),
        (AccountRole::Admin, None, "ok"),
    ] {
        let decided = decide_project(&project(), &command, &actor(role, unit), TODAY);
        assert_eq!(decided.map_or_else(|r| r.code, |_| "ok"), expected, "{role:?}");
    }
}

#[test]
fn a_project_through_its_year() {
    let mut own = project();
    assert_eq!((own.stage(), own.behind(TODAY)), (Stage::Proposed, Some(true)));
    for month in 1..=6 {
        let spent = Some(wan(if month == 6 { 400 } else { 500 }));
        own = run(own, &ProjectCommand::Report(Box::new(ProjectReport { spent, ..report(month) })));
    }
    // 2,900 of 3,000 until June, and the roof is not on.
    assert_eq!((own.paid(), own.planned_until(6)), (wan(2_900), wan(3_000)));
    assert_eq!(own.behind(TODAY), Some(true));
    // A month given again replaces what was said before.
    own = run(own, &ProjectCommand::Report(Box::new(ProjectReport { spent: Some(wan(500)), ..report(6) })));
    assert_eq!(own.missed(TODAY).map(|m| m.name.as_str()).collect::<Vec<_>>(), ["封顶"]);
    let reached = ProjectReport { reached: vec![(0, date(2025, 7, 2))], ..report(7) };
    own = run(own, &ProjectCommand::Report(Box::new(reached)));
    assert_eq!((own.paid(), own.behind(TODAY)), (wan(3_000), Some(false)));
    // Until the tenth nobody is behind for a month that has just ended.
    assert_eq!((own.behind(date(2025, 8, 9)), own.behind(date(2025, 8, 10))), (Some(false), Some(true)));
    let stage = Some(StageReached { stage: Stage::Started, on: date(2025, 4, 1) });
    own = run(own, &ProjectCommand::Report(Box::new(ProjectReport { stage, ..report(7) })));
    // Changing the list keeps what was reached, by name.
    let mut other = own.details.clone();
    other.milestones.insert(0, ProjectMilestone { name: "出地面".to_owned(), on: date(2025, 3, 31) });
    own = run(own, &ProjectCommand::Change(Box::new(other)));
    assert_eq!(own.reached, [None, Some(date(2025, 7, 2)), None]);
    let raise = ProjectCommand::Raise { text: "用地".to_owned(), asks: Some(UnitId::new("land").unwrap()) };
    own = run(own, &raise);
    let solve = |obstacle| ProjectCommand::Solve { obstacle, how: "已批".to_owned() };
    let water = actor(AccountRole::Unit, Some("water"));
    assert_eq!(decide_project(&own, &solve(1), &water, TODAY).unwrap_err().code, "no-such-obstacle");
    own = run(own, &solve(0));
    assert_eq!(decide_project(&own, &solve(0), &water, TODAY).unwrap_err().code, "solved-already");
    assert_eq!(own.standing_obstacles().count(), 0);
    let drop = ProjectCommand::Drop { reason: "并入二期".to_owned() };
    assert_eq!(decide_project(&own, &drop, &water, TODAY).unwrap_err().code, "supervision-office-only");
    own = run(own, &drop);
    assert_eq!(own.behind(TODAY), None);
    assert_eq!(decide_project(&own, &raise, &water, TODAY).unwrap_err().code, "project-dropped");
    let again = ProjectCommand::TakeUp { reason: "恢复".to_owned() };
    own = run(own, &again);
    assert_eq!(decide_project(&own, &again, &office(), TODAY).unwrap_err().code, "on-the-list");
    assert_eq!(own.version, 15);
}

#[test]
fn sums_and_roll_ups() {
    let mut projects = Vec::new();
    for (at, stage) in Stage::ALL.into_iter().enumerate() {
        let mut own = project();
        own.stages = vec![StageReached { stage, on: date(2025, 1, 1) }];
        own.spent[0] = Some(wan(i64::try_from(at).unwrap() * 100));
        own.details.category = if at < 3 { "产业" } else { "民生" }.to_owned();
        projects.push(own);
    }
    let mut gone = project();
    gone.dropped = Some("并入".to_owned());
    gone.spent[0] = Some(wan(7_000));
    projects.push(gone);
    let rolled = |what, category: &str| {
        let (value, count) = roll_up(&RollUpRule { what, category: category.to_owned() }, projects.iter());
        (value, count)
    };
    assert_eq!(rolled(RollUp::Begun, ""), (Decimal::from(4), 6));
    assert_eq!(rolled(RollUp::Completed, ""), (Decimal::from(2), 6));
    assert_eq!(rolled(RollUp::Paid, ""), (Decimal::from(15_000_000), 6));
    assert_eq!(rolled(RollUp::Begun, "产业"), (Decimal::ONE, 3));
    assert_eq!(rolled(RollUp::Paid, "产业"), (Decimal::from(3_000_000), 3));
    assert_eq!(rolled(RollUp::Begun, "别的"), (Decimal::ZERO, 0));
    let sum = summary(2025, projects.iter(), TODAY);
    assert_eq!((sum.count, sum.stages, sum.months), (6, [1; 6], 6));
    assert_eq!((sum.total, sum.planned, sum.due, sum.paid), (wan(72_000), wan(36_000), wan(18_000), wan(1_500)));
}

#[test]
fn months_that_are_over() {
    for (day, expected) in [
        (date(2024, 12, 31), 0),
        (date(2025, 1, 30), 0),
        (date(2025, 1, 31), 1),
        (date(2025, 2, 28), 2),
        (date(2025, 12, 30), 11),
        (date(2025, 12, 31), 12),
        (date(2026, 3, 1), 12),
    ] {
        assert_eq!(months_over(2025, day), expected, "{day}");
    }
}

fn names() -> Names {
    let mut names = Names::of("昌吉市");
    names.add_unit("市水利局", &UnitId::new("water").unwrap());
    names.add_unit("市住房和城乡建设局", &UnitId::new("housing").unwrap());
    names.add_leader("分管城建副市长", &LeaderId::new("vice-mayor-urban").unwrap());
    names
}

fn grid(rows: &[&str]) -> Grid {
    let cells = |row: &&str| row.split('|').map(str::to_owned).collect();
    Grid { name: String::new(), rows: rows.iter().map(cells).collect(), merges: Vec::new() }
}

#[test]
fn lists_as_offices_keep_them() {
    let table = grid(&[
        "2025年重点项目清单",
        "序号|项目名称|项目类别|建设内容及规模|建设地点|总投资（亿元）|2025年度计划投资（万元）|责任单位|包联领导|建设性质",
        "1|第四水厂|民生|日供水5万方|城南|1.2|6,000|水利局|分管城建副市长|续建",
        "2|老城雨污分流|基础设施||老城|0.5|3000|市住建局、城投||新建",
        "合计||||||9000|||",
        "3|第四水厂|民生|||1|1|水利局||",
        "4|没有单位|||| 1 |1|某某局||",
        "5|坏数|民生|||一个亿|1|水利局||",
        "6|没有总投资|民生||||1|水利局||",
    ]);
    let (lines, problems) = project_lines(&[table], &names());
    assert!(problems.is_empty(), "{problems:?}");
    let good: Vec<_> = lines.iter().filter_map(|l| Some((l.details.as_ref()?, l.stage))).collect();
    let [(water, stage), (sewer, new)] = good.as_slice() else { panic!("{lines:?}") };
    assert_eq!(
        (water.total, water.plan.iter().copied().sum(), *stage),
        (wan(12_000), wan(6_000), Some(Stage::Building))
    );
    assert_eq!(water.leader.as_ref().map(LeaderId::as_str), Some("vice-mayor-urban"));
    assert_eq!((sewer.lead.as_str(), sewer.total, *new), ("housing", wan(5_000), Some(Stage::Preparing)));
    let cells: Vec<Vec<&str>> =
        lines.iter().map(|l| l.problems.iter().map(|(cell, _)| cell.as_str()).collect()).collect();
    let expected: [&[&str]; 6] = [&[], &[], &["B6"], &["H7"], &["F8"], &["F9"]];
    assert_eq!(cells, expected);

    // Months of their own, in yuan; months that do not add up are named.
    let table = grid(&[
        "项目名称|总投资（元）|年度计划|1月|2月|责任单位",
        "甲|100000000|300|100|200|水利局",
        "乙|100000000|400|100|200|水利局",
    ]);
    let (lines, _) = project_lines(&[table], &names());
    let plan = &lines[0].details.as_ref().unwrap().plan;
    assert_eq!((plan[0], plan[1], plan[2]), (wan(100), wan(200), Fen::ZERO));
    assert_eq!(lines[1].problems[0].0, "C3");
    let (lines, problems) = project_lines(&[grid(&["姓名|电话", "a|b"])], &names());
    assert!(lines.is_empty());
    assert_eq!(problems[0].0, "A1");
}

proptest! {
    #[test]
    fn an_even_plan_adds_up(fen in 0_i64..1_000_000_000_000_000) {
        let plan = evenly(Fen::new(fen).unwrap());
        prop_assert_eq!(plan.iter().copied().sum::<Fen>().fen(), fen);
        prop_assert!(plan[11].fen() - plan[0].fen() < 12);
    }
}
