//! What is said of a task's end, as a table, and its laws.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use jiff::{Timestamp, civil::Date, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use tingzhou_ledger::forecast::{Expected, Outlook, outlook};
use tingzhou_ledger::{
    AccountId, AreaId, Basis, Evidence, EvidenceId, Period, Plan, ReportId, ReportedStatus, Source, Target, Task,
    TaskId, Two,
};
use tingzhou_report::{Bound, Direction, Role, Span};

fn task(value: i64, unit: &str, bound: Bound, role: Role, plan: Plan, readings: &[(i8, i64)]) -> Task {
    let baseline = match role {
        Role::Level { from } => from,
        _ => None,
    };
    let evidence = readings.iter().enumerate().map(|(number, (month, value))| Evidence {
        id: EvidenceId::new(format!("e{number}")).unwrap(),
        source: Source::Filing,
        value: Some(Decimal::from(*value)),
        basis: Basis::Cumulative,
        period: Period { from: date(2025, 1, 1), to: date(2025, *month, 1).last_of_month() },
        place: String::new(),
        point: None,
        note: String::new(),
        reported: ReportedStatus::UnderWay,
        attachments: Vec::new(),
        unit: None,
        by: AccountId::new("someone").unwrap(),
        at: Timestamp::UNIX_EPOCH,
        milestone: None,
        simulated: false,
        withdrawn: None,
    });
    Task {
        id: TaskId::new("2025-001").unwrap(),
        report: ReportId::new("2025").unwrap(),
        year: 2025,
        statement: 0,
        span: Span { start: 0, end: 3 },
        sentence: "句".into(),
        title: "事".into(),
        area: AreaId::new("urban").unwrap(),
        item: None,
        target: Some(Target { value: Decimal::from(value), unit: unit.into(), bound, role, baseline }),
        deadline: date(2025, 12, 31),
        plan,
        plan_reason: Two::default(),
        suggestion: None,
        assignment: None,
        adjustments: Vec::new(),
        closing: None,
        version: 1,
        simulated: false,
        evidence: evidence.collect(),
    }
}

fn amount(value: i64, readings: &[(i8, i64)]) -> Task {
    task(value, "个", Bound::Equal, Role::Amount, Plan::Linear, readings)
}

fn expected(task: &Task, day: Date) -> Expected {
    match outlook(task, day) {
        Outlook::Expected(expected) => expected,
        other => panic!("{other:?}"),
    }
}

const OCTOBER: Date = date(2025, 10, 31);

#[test]
fn readings_are_continued_along_the_path() {
    let check = |task: Task, value: &str, mut likely: std::ops::RangeInclusive<i64>, words: &str| {
        let found = expected(&task, OCTOBER);
        let hundredths = (found.probability * Decimal::ONE_HUNDRED).normalize();
        assert_eq!(found.value.to_string(), value, "{}", found.sentence.zh);
        assert!(likely.any(|hundredth| Decimal::from(hundredth) == hundredths), "{}", found.sentence.zh);
        assert!(found.sentence.zh.contains(words), "{}", found.sentence.zh);
        assert!(found.low <= found.value && found.value <= found.high, "{found:?}");
    };
    let even = [(3, 250), (6, 500), (9, 750)];
    check(amount(1000, &even), "1000", 45..=55, "按截至 2025-09-30 的 3 次数据推算，到 2025-12-31 约 1,000 个");
    check(amount(800, &even), "1000", 95..=100, "可能性超过 98%");
    check(amount(1600, &even), "1000", 0..=1, "可能性不到 1%");
    check(amount(1000, &[(3, 100), (6, 200), (9, 300)]), "400", 0..=1, "约 400 个");
    // Coming down from 30 to 20: 5 of the 10 after half the way.
    let level = Role::Level { from: Some(Decimal::from(30)) };
    let down = task(20, "微克", Bound::AtMost, level, Plan::Linear, &[(2, 28), (4, 27), (6, 25)]);
    check(down, "20", 40..=60, "约 20 微克");
    // What is delivered cannot become less.
    let stalled = expected(&amount(1000, &[(3, 700), (6, 700), (9, 700)]), OCTOBER);
    assert!(stalled.low >= Decimal::from(700), "{stalled:?}");
}

#[test]
fn what_is_too_early_or_no_matter_of_forecasts_says_so() {
    let check = |task: Task, day: Date, early: bool, words: &str| {
        let found = outlook(&task, day);
        assert_eq!(matches!(found, Outlook::TooEarly(_)), early, "{found:?}");
        assert!(!matches!(found, Outlook::Expected(_)) && found.sentence().zh.contains(words), "{found:?}");
    };
    check(amount(1000, &[]), OCTOBER, true, "有 0 次数据，至少需要 3 次");
    check(amount(1000, &[(3, 250), (6, 500)]), OCTOBER, true, "有 2 次数据");
    // Later readings are not known yet.
    check(amount(1000, &[(3, 250), (6, 500), (9, 750)]), date(2025, 8, 1), true, "有 2 次数据");
    check(amount(1000, &[(1, 10), (2, 20), (2, 30)]), OCTOBER, true, "有 2 次数据");
    check(amount(1000, &[(3, 250), (6, 500), (9, 1000)]), OCTOBER, false, "已达目标");
    check(amount(1000, &[(3, 250), (6, 500), (9, 750)]), date(2025, 12, 31), false, "已到完成时限");
    let growth = Role::Change { direction: Direction::Up };
    let readings = [(3, 5), (6, 6), (9, 7)];
    check(task(7, "%", Bound::About, growth, Plan::AsItStands, &readings), OCTOBER, false, "增速类");
    let level = Role::Level { from: None };
    check(task(300, "天", Bound::AtLeast, level, Plan::AtDeadline, &readings), OCTOBER, false, "没有上年基数");
    check(Task { target: None, ..amount(1, &[]) }, OCTOBER, false, "没有数量指标");
}

proptest! {
    #[test]
    fn more_is_not_more_likely(readings in prop::collection::vec(1_i64..1_000_000, 3..9), target in 1_i64..10_000_000) {
        let sum = |months: usize| readings.iter().take(months + 1).sum::<i64>();
        let filed: Vec<(i8, i64)> = (0..readings.len()).map(|n| (i8::try_from(n).unwrap() + 2, sum(n))).collect();
        if let (Outlook::Expected(one), Outlook::Expected(more)) =
            (outlook(&amount(target, &filed), OCTOBER), outlook(&amount(target * 2, &filed), OCTOBER))
        {
            prop_assert!(more.probability <= one.probability);
            prop_assert_eq!((more.value, more.low, more.high), (one.value, one.low, one.high));
            prop_assert!(one.probability >= Decimal::ZERO && one.probability <= Decimal::ONE);
            prop_assert!(one.low <= one.value && one.value <= one.high);
        }
    }
}
