//! A clock that ends on a day a field names.

#![expect(clippy::unwrap_used, reason = "what is wrong in a test fails it")]

use crate::common;

use common::{CALENDAR, at, definition, inputs, office, transition};
use tingzhou_cases::{
    Budget, Case, CaseId, Definition, Effect, FieldDef, FieldId, FieldKind, Matter, Two, Unit, Value, open, read_clock,
};

/// The dispatch matter with one clock started on opening, up to a day.
fn matter(unit: Unit, amount: u32) -> Result<Matter, Vec<&'static str>> {
    let mut d: Definition = definition();
    let field = FieldId::new("last-day").unwrap();
    d.fields.push(FieldDef { id: field.clone(), name: Two::new("时限", "deadline"), kind: FieldKind::Date });
    let handle = d.clocks.iter_mut().find(|c| c.id.as_str() == "handle").unwrap();
    handle.budget = Budget { unit, amount };
    let clock = handle.id.clone();
    d.transitions[0].takes.fields.push(field.clone());
    d.transitions[0].clocks.push(Effect::Start { clock, anew: false, budget_from: Some(field) });
    for t in &mut d.transitions[1..] {
        t.clocks.retain(|e| !matches!(e, Effect::Start { clock, .. } if clock.as_str() == "handle"));
    }
    Matter::new(d).map_err(|all| all.iter().map(|m| m.code).collect())
}

#[test]
fn a_clock_ends_on_the_day_named_or_when_its_budget_does() {
    let check = |unit, amount, start: &str, last: &str, end: &str| {
        let matter = matter(unit, amount).unwrap();
        let mut given = inputs(&["title=改造老旧小区"]);
        given.fields.insert(FieldId::new("last-day").unwrap(), Value::Date(last.parse().unwrap()));
        let id = CaseId::new("1").unwrap();
        let events = open(&matter, &id, &transition("register"), &office(), given, at(start), &CALENDAR).unwrap();
        let case = Case::replay(&events).unwrap();
        let run = case.clocks.values().flatten().next().unwrap();
        let due = read_clock(run, &CALENDAR, at(start)).unwrap().due;
        assert_eq!(due.date.to_string(), end, "{unit:?} {amount} {start} {last}");
    };
    // 2025-12-31 is a Wednesday; the National Day holiday ends on Wednesday, 8 October.
    check(Unit::WorkingDays, 1_300, "2025-02-05 10:00", "2025-12-31", "2025-12-31");
    check(Unit::WorkingDays, 1_300, "2025-09-29 10:00", "2025-10-09", "2025-10-09");
    // A last day off leaves the working day before it: nobody gets more than was named.
    check(Unit::WorkingDays, 1_300, "2025-09-22 10:00", "2025-10-08", "2025-09-30");
    // Saturday, 8 February 2025 is worked.
    check(Unit::WorkingDays, 20, "2025-02-05 10:00", "2025-12-31", "2025-03-04");
    check(Unit::WorkingDays, 1_300, "2025-12-31 10:00", "2025-12-31", "2025-12-31");
    check(Unit::WorkingDays, 1_300, "2026-01-05 10:00", "2025-12-31", "2026-01-05");
    check(Unit::CalendarDays, 400, "2025-03-03 10:00", "2025-03-31", "2025-03-31");
    // Calendar days that end on a day off move to the next working day (民法典 art. 203).
    check(Unit::CalendarDays, 400, "2025-09-22 10:00", "2025-10-08", "2025-10-09");
    check(Unit::CalendarDays, 5, "2025-03-03 10:00", "2025-03-31", "2025-03-10");
}

#[test]
fn hours_do_not_end_on_a_day() {
    for unit in [Unit::Hours, Unit::Minutes] {
        assert_eq!(matter(unit, 48).unwrap_err(), ["not-a-count"]);
    }
}
