//! What may be filed and what is refused or asked back, as a table; and laws of the judgement.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use jiff::{Timestamp, civil::Date, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use tingzhou_ledger::{
    AccountId, AccountRole, Actor, AreaId, Assignment, Basis, Command, Confirmation, EvidenceId, File, Light,
    Milestone, Period, Plan, RefusalKind, ReportId, ReportedStatus, ScheduleStatus, Settings, Source, Target, Task,
    TaskId, Two, UnitId, decide, judge,
};
use tingzhou_report::{Bound, Direction, Role, Span};

fn number(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn unit(id: &str) -> UnitId {
    UnitId::new(id).unwrap()
}

fn actor(role: AccountRole, of: Option<&str>) -> Actor {
    Actor { account: AccountId::new("someone").unwrap(), role, unit: of.map(unit), leader: None }
}

fn target(value: &str, unit: &str, bound: Bound, role: Role) -> Target {
    let baseline = match role {
        Role::Level { from } => from,
        _ => None,
    };
    Target { value: number(value), unit: unit.into(), bound, role, baseline }
}

fn task(target: Option<Target>) -> Task {
    let choice = tingzhou_ledger::choose_plan(target.as_ref(), "");
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
        target,
        deadline: date(2025, 12, 31),
        plan: choice.plan,
        plan_reason: choice.reason,
        suggestion: None,
        assignment: Some(Assignment {
            lead: unit("transport"),
            co_units: vec![unit("finance")],
            leader: None,
            by: AccountId::new("ducha").unwrap(),
            at: Timestamp::UNIX_EPOCH,
        }),
        adjustments: Vec::new(),
        closing: None,
        version: 1,
        simulated: false,
        evidence: Vec::new(),
    }
}

fn amount() -> Task {
    task(Some(target("1100", "个", Bound::Equal, Role::Amount)))
}

fn file(value: &str, typed_unit: &str, to: Date) -> File {
    File {
        id: EvidenceId::new(format!("e{to}-{value}").replace('-', "_")).unwrap(),
        source: Source::Filing,
        value: (!value.is_empty()).then(|| number(value)),
        unit: typed_unit.into(),
        basis: Basis::Cumulative,
        period: Period { from: date(2025, 1, 1), to },
        place: String::new(),
        point: None,
        note: "说明".into(),
        reported: ReportedStatus::UnderWay,
        attachments: Vec::new(),
        milestone: None,
        simulated: false,
        confirmed: Vec::new(),
    }
}

const TODAY: Date = date(2025, 10, 31);

fn filed(task: Task, file: File) -> Result<Task, tingzhou_ledger::Refusal> {
    let who = actor(AccountRole::Unit, Some("transport"));
    let command = Command::File(Box::new(file));
    let events = decide(&task, &command, &who, &Settings::default(), Timestamp::UNIX_EPOCH, TODAY)?;
    Ok(events.iter().fold(task, Task::apply))
}

#[test]
fn what_is_refused_and_what_is_asked_back() {
    let end = date(2025, 9, 30);
    let before = || filed(amount(), file("600", "个", date(2025, 8, 31))).unwrap();
    let check = |task: Task, file: File, expected: Result<&str, &str>| {
        let got = filed(task, file);
        match (&got, expected) {
            (Ok(task), Ok(value)) => {
                assert_eq!(task.evidence.last().unwrap().value, (!value.is_empty()).then(|| number(value)));
            }
            (Err(refusal), Err(code)) => {
                assert_eq!(refusal.code, code);
                assert!(!refusal.message.zh.is_empty() && !refusal.message.en.is_empty());
            }
            _ => panic!("expected {expected:?}, got {got:?}"),
        }
    };
    let with = |change: fn(&mut File)| {
        let mut f = file("700", "个", end);
        change(&mut f);
        f
    };
    check(amount(), file("700", "个", end), Ok("700"));
    check(amount(), file("700", "", end), Ok("700"));
    check(amount(), file("0.07", "万个", end), Ok("700"));
    check(amount(), file("700", "平方米", end), Err("wrong-unit"));
    check(amount(), file("700", "千", end), Err("wrong-unit"));
    check(amount(), file("-1", "个", end), Err("negative-value"));
    check(amount(), file("", "个", end), Err("value-missing"));
    check(amount(), file("999999999999999999", "亿个", end), Err("value-too-large"));
    check(amount(), file("6000", "个", end), Err("far-above-target"));
    check(amount(), file("1", "个", date(2025, 12, 1)), Err("period-in-future"));
    check(amount(), file("1", "个", date(2024, 12, 31)), Err("period-reversed"));
    check(amount(), with(|f| f.period.from = date(2024, 12, 1)), Err("period-outside-year"));
    check(
        amount(),
        with(|f| f.period = Period { from: date(2026, 1, 1), to: date(2026, 1, 2) }),
        Err("period-outside-year"),
    );
    check(before(), file("599", "个", end), Err("lower-than-last"));
    check(
        before(),
        with(|f| {
            f.value = Some(number("599"));
            f.confirmed = vec![Confirmation::LowerThanLast];
        }),
        Ok("599"),
    );
    check(before(), file("600", "个", end), Ok("600"));
    check(amount(), with(|f| f.note = "字".repeat(4_001)), Err("text-too-long"));
    check(amount(), with(|f| f.source = Source::Check), Err("supervision-office-only"));
    let rate = || task(Some(target("7", "%", Bound::About, Role::Change { direction: Direction::Up })));
    check(rate(), file("-2.5", "%", end), Ok("-2.5"));
    check(task(None), file("5", "", end), Err("value-without-target"));
    check(
        task(None),
        with(|f| {
            f.value = None;
            f.note = " ".into();
        }),
        Err("nothing-to-show"),
    );
    check(task(None), with(|f| f.value = None), Ok(""));
    let mut closed = amount();
    closed.closing = Some(tingzhou_ledger::Closing {
        outcome: tingzhou_ledger::Outcome::NotMet,
        reason: "止".into(),
        by: AccountId::new("ducha").unwrap(),
        at: Timestamp::UNIX_EPOCH,
    });
    check(closed, file("700", "个", end), Err("task-closed"));
}

#[test]
fn only_those_it_concerns_file() {
    let check = |role, of, source, allowed: bool| {
        let mut f = file("700", "个", date(2025, 9, 30));
        f.source = source;
        let got = decide(
            &amount(),
            &Command::File(Box::new(f)),
            &actor(role, of),
            &Settings::default(),
            Timestamp::UNIX_EPOCH,
            TODAY,
        );
        match got {
            Ok(_) => assert!(allowed, "{role:?} {of:?} {source:?}"),
            Err(refusal) => assert!(!allowed && refusal.kind == RefusalKind::NotAllowed, "{refusal:?}"),
        }
    };
    check(AccountRole::Unit, Some("transport"), Source::Filing, true);
    check(AccountRole::Unit, Some("finance"), Source::Filing, true);
    check(AccountRole::Unit, Some("health"), Source::Filing, false);
    check(AccountRole::Unit, None, Source::Filing, false);
    check(AccountRole::Unit, Some("transport"), Source::Check, false);
    check(AccountRole::Unit, Some("transport"), Source::Measure, false);
    check(AccountRole::Supervisor, None, Source::Filing, false);
    check(AccountRole::Supervisor, None, Source::Check, true);
    check(AccountRole::Admin, None, Source::Measure, true);
}

#[test]
fn lights_say_why() {
    use Light::{Blue, Green, Red, Yellow};
    use ScheduleStatus::{Ahead, Behind, Met, OnPath, OutsidePath, Overdue};
    let check =
        |target: Target, value: &str, to: Date, today: Date, light: Light, schedule: ScheduleStatus, words: &str| {
            let unit = target.unit.clone();
            let done = filed(task(Some(target)), file(value, &unit, to)).unwrap();
            let j = judge(&done, &Settings::default(), today);
            assert_eq!((j.light, j.schedule), (light, schedule), "{}", j.sentence.zh);
            assert!(j.sentence.zh.contains(words), "{} should contain {words}", j.sentence.zh);
        };
    let oct = TODAY;
    let up = Role::Change { direction: Direction::Up };
    let down_from = Role::Level { from: Some(number("15")) };
    check(
        target("17000000", "人次", Bound::Equal, Role::Amount),
        "10200000",
        oct,
        oct,
        Yellow,
        Behind,
        "10 月底 1,020 万人次，按序时应达 1,417 万人次 (83.3%)",
    );
    check(target("17000000", "人次", Bound::Equal, Role::Amount), "5000000", oct, oct, Red, Behind, "35.3%");
    check(target("17000000", "人次", Bound::Equal, Role::Amount), "14200000", oct, oct, Green, OnPath, "1,420 万人次");
    check(target("1200", "个", Bound::Equal, Role::Amount), "1199", oct, oct, Green, OnPath, "119.9%");
    check(
        target("1200", "个", Bound::Equal, Role::Amount),
        "800",
        date(2025, 6, 30),
        oct,
        Green,
        Ahead,
        "6 月底 800 个，按序时应达 600 个 (50%)，完成应达的 133.3%",
    );
    check(target("8", "个", Bound::Equal, Role::Amount), "8", oct, oct, Blue, Met, "已达目标 8 个");
    check(target("8", "个", Bound::Equal, Role::Amount), "7", oct, date(2026, 1, 5), Red, Overdue, "已过完成时限");
    check(target("7", "%", Bound::About, up), "6.8", oct, oct, Green, OnPath, "增长 7% 左右");
    check(target("7", "%", Bound::About, up), "5", oct, oct, Yellow, Behind, "5%");
    check(target("7", "%", Bound::About, up), "-1", oct, oct, Red, Behind, "-1%");
    check(target("85", "%", Bound::AtLeast, Role::Level { from: None }), "80", oct, oct, Green, OutsidePath, "到期");
    check(target("7", "天", Bound::AtMost, down_from), "9", oct, oct, Green, OutsidePath, "7 天 以内");
    check(target("7", "天", Bound::AtMost, down_from), "7", oct, oct, Blue, Met, "7 天");
    check(target("50", "家", Bound::Above, Role::Level { from: None }), "50", oct, oct, Green, OutsidePath, "50 家");
}

#[test]
fn silence_is_called_no_evidence() {
    let check = |today: Date, light: Light, words: &str| {
        let j = judge(&amount(), &Settings::default(), today);
        assert_eq!(j.light, light, "{today}");
        assert!(j.sentence.zh.contains(words), "{}", j.sentence.zh);
        assert!(j.contradictions.is_empty());
    };
    check(date(2025, 3, 1), Light::Grey, "无佐证");
    check(date(2025, 12, 10), Light::Yellow, "无佐证");
    check(date(2026, 1, 1), Light::Red, "无佐证");
}

#[test]
fn a_target_as_adopted_stays_beside_its_adjustment() {
    let who = actor(AccountRole::Supervisor, None);
    let adjust = tingzhou_ledger::SetAdjustment {
        value: number("900"),
        deadline: date(2025, 12, 31),
        reason: "定额调整".into(),
    };
    let events =
        decide(&amount(), &Command::Adjust(adjust), &who, &Settings::default(), Timestamp::UNIX_EPOCH, TODAY).unwrap();
    let after = events.iter().fold(amount(), Task::apply);
    assert_eq!(after.target, amount().target);
    assert_eq!(after.target_now().unwrap().value, number("900"));
}

fn any_target() -> impl Strategy<Value = Target> {
    let role = prop_oneof![
        Just(Role::Amount),
        Just(Role::Level { from: None }),
        (0_i64..1_000_000).prop_map(|f| Role::Level { from: Some(Decimal::from(f)) }),
        Just(Role::Change { direction: Direction::Up }),
    ];
    let bound = prop_oneof![
        Just(Bound::Equal),
        Just(Bound::AtLeast),
        Just(Bound::AtMost),
        Just(Bound::Above),
        Just(Bound::Below),
        Just(Bound::About)
    ];
    (0_i64..1_000_000_000, 0_u32..3, bound, role, prop_oneof![Just("%"), Just("个"), Just("元")])
        .prop_map(|(v, scale, bound, role, unit)| target(&Decimal::new(v, scale).to_string(), unit, bound, role))
}

proptest! {
    /// Nothing that may be filed makes judging or wording panic, and every light has a sentence with its own word.
    #[test]
    fn every_filing_can_be_judged(target in any_target(), value in -1_000_000_000_i64..1_000_000_000, month in 1_i8..=10, later in 0_i32..800) {
        let mut f = file("1", "", date(2025, month, 1).last_of_month());
        f.value = Some(Decimal::new(value, 1));
        f.confirmed = Confirmation::ALL.to_vec();
        if let Ok(task) = filed(task(Some(target)), f) {
            let today = TODAY.saturating_add(jiff::Span::new().days(later));
            let j = judge(&task, &Settings::default(), today);
            prop_assert!(j.sentence.zh.starts_with(&j.light.words().zh));
            prop_assert!(j.sentence.en.starts_with(&j.light.words().en));
        }
    }

    /// More of what is wanted never makes the light worse.
    #[test]
    fn more_is_never_worse(goal in 1_i64..1_000_000, a in 0_i64..2_000_000, b in 0_i64..2_000_000) {
        let (less, more) = (a.min(b), a.max(b));
        let light = |value: i64| {
            let mut f = file("1", "", date(2025, 9, 30));
            f.value = Some(Decimal::from(value));
            f.confirmed = Confirmation::ALL.to_vec();
            let done = filed(task(Some(target(&goal.to_string(), "个", Bound::Equal, Role::Amount))), f).unwrap();
            judge(&done, &Settings::default(), TODAY).light
        };
        let rank = |l: Light| [Light::Red, Light::Yellow, Light::Green, Light::Blue].iter().position(|x| *x == l).unwrap();
        prop_assert!(rank(light(less)) <= rank(light(more)));
    }

    /// A path never falls and ends at the whole.
    #[test]
    fn a_path_rises_to_the_whole(d1 in 1_i16..=365, d2 in 1_i16..=365) {
        let at = |n: i16| date(2025, 1, 1).saturating_add(jiff::Span::new().days(n - 1));
        let share = |n: i16| Plan::Linear.share_due(2025, date(2025, 12, 31), at(n)).unwrap();
        prop_assert!(share(d1.min(d2)) <= share(d1.max(d2)));
        prop_assert_eq!(share(365), Decimal::ONE);
        let _ = Two::default();
    }
}

#[test]
fn an_even_path_by_days_or_by_whole_months() {
    let due = |whole_months: bool, filed_to: Date| {
        let task =
            filed(task(Some(target("1200", "个", Bound::Equal, Role::Amount))), file("1", "", filed_to)).unwrap();
        judge(&task, &Settings { whole_months, ..Settings::default() }, TODAY)
            .due
            .map(|due| due.round_dp(1).normalize())
    };
    let check = |to: Date, by_days: &str, by_months: &str| {
        assert_eq!(due(false, to).unwrap().to_string(), by_days, "{to}");
        assert_eq!(due(true, to).unwrap().to_string(), by_months, "{to}");
    };
    check(date(2025, 3, 31), "300", "300");
    check(date(2025, 4, 15), "350", "300");
    check(date(2025, 4, 30), "400", "400");
    check(date(2025, 1, 31), "100", "100");
    check(date(2025, 1, 30), "96.8", "0");
}

fn staged() -> Task {
    let stage =
        |name: &str, on: Date, weight: i64| Milestone { name: name.to_owned(), on, weight: Decimal::from(weight) };
    let milestones = vec![
        stage("开工", date(2025, 3, 31), 20),
        stage("主体封顶", date(2025, 8, 31), 50),
        stage("竣工验收", date(2025, 12, 15), 30),
    ];
    Task { plan: Plan::Milestones { milestones }, ..task(None) }
}

fn reached(task: Task, name: &str, to: Date, source: Source) -> Result<Task, tingzhou_ledger::Refusal> {
    let role = if source == Source::Filing { AccountRole::Unit } else { AccountRole::Supervisor };
    let who = actor(role, (source == Source::Filing).then_some("transport"));
    let id = EvidenceId::new(format!("m{}{to}", task.version).replace('-', "_")).unwrap();
    let file = File { id, source, milestone: Some(name.to_owned()), note: String::new(), ..file("", "", to) };
    let command = Command::File(Box::new(file));
    let events = decide(&task, &command, &who, &Settings::default(), Timestamp::UNIX_EPOCH, date(2025, 12, 31))?;
    Ok(events.iter().fold(task, Task::apply))
}

#[test]
fn milestones_are_weighed_against_their_days() {
    let check = |task: &Task, day: Date, light: &str, schedule: &str, words: &str| {
        let judged = judge(task, &Settings::default(), day);
        assert_eq!((judged.light.name(), judged.schedule.name()), (light, schedule), "{day}: {}", judged.sentence.zh);
        assert!(judged.sentence.zh.contains(words), "{day}: {}", judged.sentence.zh);
    };
    let none = staged();
    check(&none, date(2025, 3, 1), "grey", "no-evidence", "无佐证");
    check(
        &none,
        date(2025, 4, 30),
        "red",
        "behind",
        "里程碑完成 0/3（权重 0%），按计划应完成 20%；下一个“开工”，3 月底",
    );
    let begun = reached(none, "开工", date(2025, 3, 20), Source::Filing).unwrap();
    check(&begun, date(2025, 3, 25), "green", "ahead", "应完成 0%");
    check(&begun, date(2025, 4, 30), "green", "on-path", "完成 1/3（权重 20%），按计划应完成 20%");
    check(&begun, date(2025, 9, 30), "red", "behind", "应完成 70%；下一个“主体封顶”，8 月底");
    // The same by the other source is a second account of it, not a second milestone.
    let seen = reached(begun, "开工", date(2025, 3, 22), Source::Check).unwrap();
    check(&seen, date(2025, 4, 30), "green", "on-path", "完成 1/3");
    let roofed = reached(seen, "主体封顶", date(2025, 10, 10), Source::Filing).unwrap();
    check(&roofed, date(2025, 9, 30), "red", "behind", "完成 1/3");
    check(&roofed, date(2025, 10, 31), "green", "on-path", "完成 2/3（权重 70%）");
    check(&roofed, date(2026, 1, 1), "red", "overdue", "完成 2/3");
    let done = reached(roofed, "竣工验收", date(2025, 12, 20), Source::Filing).unwrap();
    check(&done, date(2025, 12, 31), "blue", "met", "完成 3/3");
}

#[test]
fn a_milestone_is_one_of_the_plans_and_reached_once() {
    let check = |task: Task, name: &str, code: &str| {
        let refused = reached(task, name, date(2025, 5, 1), Source::Filing).unwrap_err();
        assert_eq!((refused.code, refused.field), (code, Some("milestone")), "{name}");
    };
    check(staged(), "剪彩", "no-such-milestone");
    check(task(None), "开工", "no-such-milestone");
    check(reached(staged(), "开工", date(2025, 3, 20), Source::Filing).unwrap(), "开工", "milestone-reached");
}

#[test]
fn the_same_place_or_file_of_another_task_asks_before_it_counts() {
    use Confirmation::{SameFile, SamePlace};
    let named = |id: &str, unit: &str| Task {
        id: TaskId::new(id).unwrap(),
        ..task(Some(target("12", unit, Bound::AtLeast, Role::Amount)))
    };
    let at = |place: &str, from: Date, to: Date| File {
        place: place.into(),
        period: Period { from, to },
        attachments: vec![tingzhou_ledger::Attachment {
            sha256: format!("{place}{to}"),
            name: "验收.pdf".into(),
            size: 1,
            media_type: "application/pdf".into(),
        }],
        ..file("3", "公里", to)
    };
    let (spring, june, october) = (date(2025, 3, 1), date(2025, 6, 30), date(2025, 10, 31));
    let other = filed(named("2025-002", "公里"), at("延安北路（一期）", spring, june)).unwrap();
    let check = |own: Task, place: &str, from: Date, confirmed: &[Confirmation], expected: Option<Confirmation>| {
        let new = File { confirmed: confirmed.to_vec(), ..at(place, from, october) };
        let asked = tingzhou_ledger::counted_elsewhere(&own, &new, [&other, &own]).err().map(|refusal| {
            assert!(refusal.message.zh.contains("2025-002") && refusal.message.en.contains("2025-002"));
            refusal.kind
        });
        assert_eq!(asked, expected.map(RefusalKind::AskBack), "{place} {from}");
    };
    check(named("2025-001", "公里"), " 延安北路 一期", june, &[], Some(SamePlace));
    check(named("2025-001", "公里"), "延安北路（一期）", june, &[SamePlace], None);
    // Other days, another unit, another place, no place, or the same task: nothing is counted twice.
    check(named("2025-001", "公里"), "延安北路（一期）", date(2025, 7, 1), &[], None);
    check(named("2025-001", "个"), "延安北路（一期）", june, &[], None);
    check(named("2025-001", "公里"), "延安北路（二期）", june, &[], None);
    check(named("2025-001", "公里"), "", june, &[], None);
    check(named("2025-002", "公里"), "延安北路（一期）", june, &[], None);
    // Once meant, a place is not asked about again.
    let own = filed(named("2025-001", "公里"), at("延安北路（一期）", spring, june)).unwrap();
    check(own, "延安北路（一期）", june, &[], None);
    // Points: within a street block of each other they are the same place, whatever it is called.
    let point = |text: &str| tingzhou_ledger::Point::parse(text);
    let there = File { point: point("87.3041, 44.0132"), ..at("北路", spring, june) };
    let other_point = filed(named("2025-002", "公里"), there).unwrap();
    let near = |own: &Task, place: &str, at_point: &str| {
        let new = File { point: point(at_point), ..at(place, june, october) };
        tingzhou_ledger::counted_elsewhere(own, &new, [&other_point]).err().map(|refusal| refusal.kind)
    };
    let own = named("2025-001", "公里");
    assert_eq!(near(&own, "延安路", "87.3046, 44.0135"), Some(RefusalKind::AskBack(SamePlace)));
    assert_eq!(near(&own, "", "87.3041, 44.0132"), Some(RefusalKind::AskBack(SamePlace)));
    assert_eq!(near(&own, "延安路", "87.3060, 44.0132"), None);
    let known = filed(named("2025-001", "公里"), File { point: point("87.3040, 44.0132"), ..at("南", spring, june) });
    assert_eq!(near(&known.unwrap(), "延安路", "87.3041, 44.0132"), None);
    // The same file.
    let again = File { confirmed: Vec::new(), place: String::new(), ..at("延安北路（一期）", spring, june) };
    let asked = tingzhou_ledger::counted_elsewhere(&named("2025-001", "公里"), &again, [&other]).unwrap_err();
    assert_eq!(asked.kind, RefusalKind::AskBack(SameFile));
    let meant = File { confirmed: vec![SameFile], ..again };
    assert!(tingzhou_ledger::counted_elsewhere(&named("2025-001", "公里"), &meant, [&other]).is_ok());
}
