//! Cases moved a second on one core, without storing them, and days looked up; beside what a durable store is asked for
//! and beside looking at days one by one.

use crate::figure::{alone, best_median, budgeted, compared};
use crate::workspace;
use jiff::civil::{Date, Weekday, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;
use tingzhou_calendar::{Calendar, WorkingDays};
use tingzhou_cases::{
    Actor, ActorId, Case, CaseId, Command, Inputs, MaterialId, Matter, PartyId, Request, RoleId, TransitionId, Value,
    decide, open, reminders_due,
};

/// Cases in a round, each moved through its whole life.
const CASES: u32 = 1_000;
const DAYS: usize = 10_000;

pub(crate) fn run() {
    let calendar = Calendar::national();
    let file = workspace().join("crates/cases/tests/dispatch.toml");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let matter = Matter::new(toml::from_str(&text).expect("a definition")).expect("a definition without mistakes");
    let script = script();
    let moves = script.len() + 1;
    let all = || (0..CASES).map(|number| life(&matter, &calendar, number, &script)).sum::<u64>();
    let rate = |count: usize, time: Duration| count as f64 / time.as_secs_f64();
    let took = best_median(5, 5, all);
    budgeted("cases.moves (decide and apply, one core)", rate(moves * CASES as usize, took), "/s", 5_000.0);

    let case = late_case(&matter, &calendar, &script);
    let now = start().checked_add(SignedDuration::from_hours(24 * 60)).expect("two months later");
    let due = || reminders_due(&matter, &case, &calendar, now).map_or(0, |due| due.len());
    assert!(due() > 0, "a late case reminds somebody");
    let many = || (0..1_000).map(|_| black_box(due())).sum::<usize>();
    alone("cases.reminders (asked for one case)", rate(1_000, best_median(5, 9, many)), "/s");

    days(&calendar, rate);
}

fn days(calendar: &Calendar, rate: impl Fn(usize, Duration) -> f64) {
    let dates: Vec<Date> = date(2020, 1, 1).series(1.day()).take(2_500).cycle().take(DAYS).collect();
    let is_working = |date: &Date| calendar.is_working(*date).is_ok_and(|answer| answer.value);
    // What anybody would write first: the moved days in a map, else the day of the week.
    let moved: HashMap<Date, bool> = dates
        .iter()
        .map(|date| (*date, is_working(date)))
        .filter(|(date, working)| *working == matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday))
        .collect();
    let looked_up = |date: &Date| {
        moved.get(date).copied().unwrap_or(!matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday))
    };
    assert!(dates.iter().all(|date| is_working(date) == looked_up(date)), "both find the same");
    let ours = best_median(5, 9, || dates.iter().filter(|date| is_working(black_box(date))).count());
    let theirs = best_median(5, 9, || dates.iter().filter(|date| looked_up(black_box(date))).count());
    compared("calendar.is_working", rate(DAYS, ours), "/s", "moved days in a map", rate(DAYS, theirs));

    let add = |date: &Date| calendar.add_working_days(*date, WorkingDays(20)).map(|answer| answer.value).ok();
    let walk = |date: &Date| date.series(1.day()).skip(1).filter(is_working).nth(19);
    assert!(dates.iter().all(|date| add(date) == walk(date)), "both find the same");
    let ours = best_median(5, 9, || dates.iter().filter(|date| add(black_box(date)).is_some()).count());
    let theirs = best_median(3, 3, || dates.iter().filter(|date| walk(black_box(date)).is_some()).count());
    compared("calendar.add 20 working days", rate(DAYS, ours), "/s", "day by day", rate(DAYS, theirs));
}

/// What happens to a case, by whom.
fn script() -> Vec<(TransitionId, Actor, Inputs)> {
    let office = || actor("office", None);
    let lead = || actor("unit", Some("housing"));
    let field = |id: &str, value: Value| Inputs {
        fields: [(id.to_owned().try_into().expect("a name"), value)].into(),
        ..Inputs::default()
    };
    let reason = || Inputs { reason: "还差两个小区".to_owned(), ..Inputs::default() };
    let mut assign = field("days", Value::Count(15));
    assign.parties.insert(RoleId::new("lead").expect("a name"), vec![PartyId::new("housing").expect("a name")]);
    let mut report = field("result", Value::Text("改造老旧小区 8 个，均已完工。".to_owned()));
    report.materials.insert(MaterialId::new("evidence").expect("a name"), vec!["0".repeat(64)]);
    [
        ("assign", office(), assign),
        ("sign", lead(), Inputs::default()),
        ("report", lead(), report.clone()),
        ("reject", office(), reason()),
        ("report", lead(), report),
        ("accept", office(), Inputs::default()),
        ("strike-off", office(), Inputs::default()),
    ]
    .map(|(id, who, inputs)| (TransitionId::new(id).expect("a name"), who, inputs))
    .into()
}

fn actor(id: &str, party: Option<&str>) -> Actor {
    let role = RoleId::new("office").expect("a name");
    let roles = if party.is_none() { vec![role] } else { Vec::new() };
    let party = party.map(|p| PartyId::new(p).expect("a name"));
    Actor { id: ActorId::new(id).expect("a name"), roles, party }
}

fn start() -> Timestamp {
    "2026-03-02T09:00:00+08:00".parse().expect("an instant")
}

/// A case moved through some steps, one each day.
fn moved(matter: &Matter, calendar: &Calendar, number: u32, script: &[(TransitionId, Actor, Inputs)]) -> Case {
    let id = CaseId::new(format!("2026-{number}")).expect("a name");
    let register = TransitionId::new("register").expect("a name");
    let title = Value::Text("改造老旧小区 8 个".to_owned());
    let inputs =
        Inputs { fields: [("title".to_owned().try_into().expect("a name"), title)].into(), ..Inputs::default() };
    let events = open(matter, &id, &register, &actor("office", None), inputs, start(), calendar).expect("it opens");
    let mut case = Case::replay(&events).expect("a case");
    let mut now = start();
    for (transition, actor, inputs) in script {
        now = now.checked_add(SignedDuration::from_hours(24)).expect("the next day");
        let command = Command::Move { transition: transition.clone(), inputs: inputs.clone() };
        let request = Request { version: case.version, actor: actor.clone(), command };
        let events = decide(matter, &case, &request, now, calendar).unwrap_or_else(|e| panic!("{transition}: {e}"));
        case = events.iter().fold(case, Case::apply);
    }
    case
}

fn life(matter: &Matter, calendar: &Calendar, number: u32, script: &[(TransitionId, Actor, Inputs)]) -> u64 {
    moved(matter, calendar, number, script).version
}

/// A case that was signed and then forgotten.
fn late_case(matter: &Matter, calendar: &Calendar, script: &[(TransitionId, Actor, Inputs)]) -> Case {
    moved(matter, calendar, 0, &script[..2])
}
