//! Who publishes, objects, answers and votes, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use jiff::civil::{Date, date};
use tingzhou_ledger::year_end::{
    BallotState, Opinion, YearEndRules, decide_answer, decide_cast, decide_close_ballot, decide_objection,
    decide_open_ballot, decide_publish,
};
use tingzhou_ledger::{AccountId, AccountRole, Actor, Event, ObjectionId, Refusal, ReportId, TaskId};

const TODAY: Date = date(2025, 12, 31);

fn actor(role: AccountRole) -> Actor {
    Actor { account: AccountId::new("a").unwrap(), role, unit: None, leader: None }
}

fn report() -> ReportId {
    ReportId::new("2025").unwrap()
}

fn told(got: &Result<Event, Refusal>) -> Result<&str, &str> {
    got.as_ref().map(Event::kind).map_err(|refusal| refusal.code)
}

#[test]
fn publishing() {
    let check = |role, published, expected| {
        let about = (&report(), TODAY, "hash");
        let got = decide_publish(about, published, &YearEndRules::default(), &actor(role), TODAY);
        assert_eq!(told(&got), expected);
        if let Ok(Event::YearEndPublished { objections_until, .. }) = got {
            assert_eq!(objections_until, date(2026, 1, 7));
        }
    };
    check(AccountRole::Supervisor, false, Ok("year-end-published"));
    check(AccountRole::Unit, false, Err("supervision-office-only"));
    check(AccountRole::Admin, true, Err("published-already"));
}

#[test]
fn objecting_and_answering() {
    let (id, task) = (ObjectionId::new("o1").unwrap(), TaskId::new("2025-001").unwrap());
    let check = |text: &str, until, recent, expected| {
        let got = decide_objection((&id, &task), text, until, recent, &YearEndRules::default(), TODAY);
        assert_eq!(told(&got), expected, "{text:.20} {until} {recent}");
    };
    check("路没有修好", TODAY, 0, Ok("objection-filed"));
    check("路没有修好", date(2025, 12, 30), 0, Err("objections-closed"));
    check("路没有修好", TODAY, 60, Err("too-many-objections"));
    check("  ", TODAY, 0, Err("text-missing"));
    check(&"长".repeat(2_001), TODAY, 0, Err("text-too-long"));
    check(&"长".repeat(2_000), TODAY, 0, Ok("objection-filed"));
    let check = |role, answered, answer: &str, expected| {
        assert_eq!(told(&decide_answer(&id, answered, answer, &actor(role))), expected);
    };
    check(AccountRole::Supervisor, false, "已复核", Ok("objection-answered"));
    check(AccountRole::Unit, false, "已复核", Err("supervision-office-only"));
    check(AccountRole::Supervisor, true, "已复核", Err("answered-already"));
    check(AccountRole::Supervisor, false, "", Err("text-missing"));
}

#[test]
fn voting() {
    use BallotState::{Closed, None, Open};
    let check = |role, codes, items, state, expected| {
        assert_eq!(told(&decide_open_ballot(&report(), codes, items, state, &actor(role))), expected);
    };
    check(AccountRole::Supervisor, 193, 10, None, Ok("ballot-opened"));
    check(AccountRole::Unit, 193, 10, None, Err("supervision-office-only"));
    check(AccountRole::Supervisor, 193, 10, Closed, Err("ballot-opened-already"));
    check(AccountRole::Supervisor, 193, 0, None, Err("no-items"));
    check(AccountRole::Supervisor, 0, 10, None, Err("codes-out-of-range"));
    check(AccountRole::Supervisor, 2_001, 10, None, Err("codes-out-of-range"));
    let check = |choices: &[(u8, Opinion)], state, expected| {
        assert_eq!(told(&decide_cast(&report(), choices, &[1, 2], state)), expected, "{choices:?}");
    };
    check(&[(1, Opinion::Satisfied)], Open, Ok("ballot-cast"));
    check(&[(2, Opinion::Satisfied), (1, Opinion::Dissatisfied)], Open, Ok("ballot-cast"));
    check(&[], Open, Err("choices-wrong"));
    check(&[(3, Opinion::Satisfied)], Open, Err("choices-wrong"));
    check(&[(1, Opinion::Satisfied), (1, Opinion::Satisfied)], Open, Err("choices-wrong"));
    check(&[(1, Opinion::Satisfied)], Closed, Err("ballot-not-open"));
    check(&[(1, Opinion::Satisfied)], None, Err("ballot-not-open"));
    let close = |role, state| decide_close_ballot(&report(), Vec::new(), state, &actor(role));
    assert_eq!(told(&close(AccountRole::Supervisor, Open)), Ok("ballot-closed"));
    assert_eq!(told(&close(AccountRole::Unit, Open)), Err("supervision-office-only"));
    assert_eq!(told(&close(AccountRole::Supervisor, Closed)), Err("ballot-not-open"));
}

#[test]
fn a_ballots_event_tells_nothing_of_it() {
    let choices = [(1, Opinion::Dissatisfied)];
    let event = decide_cast(&report(), &choices, &[1], BallotState::Open).unwrap();
    assert_eq!(serde_json::to_string(&event).unwrap(), r#"{"event":"ballot-cast","report":"2025"}"#);
}
