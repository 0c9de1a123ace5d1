//! Who may do what to a dispatched item, when, and what is refused.

use crate::common;

use common::{CALENDAR, DISPATCH, Story, actor, at, inputs, leader, office, transition, unit};
use tingzhou_cases::{Case, CaseId, Command, Event, Matter, PartyId, RefusalKind, Request, RoleId, decide, open};

const DAY: &str = "2026-03-02 10:00";

fn kinds(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::kind).collect()
}

fn registered() -> Story {
    Story::open(DAY)
}

fn assigned() -> Story {
    registered().moved("assign", &office(), &["lead:housing", "co:finance"], DAY)
}

fn handling() -> Story {
    Story::signed(DAY, 20)
}

fn reported() -> Story {
    handling().moved("report", &unit("housing"), &["result=8 个已完工", "evidence@a"], DAY)
}

fn done() -> Story {
    reported().moved("accept", &office(), &[], DAY)
}

#[test]
fn from_registering_to_striking_off() {
    let story = Story::open("2026-03-02 09:00")
        .moved("assign", &office(), &["lead:housing", "co:finance", "days=10"], "2026-03-02 10:00")
        .moved("sign", &unit("housing"), &[], "2026-03-03 09:00")
        .moved("contribute", &unit("finance"), &["opinion=资金已到位"], "2026-03-05 09:00")
        .moved("report", &unit("housing"), &["result=完成 6 个", "evidence@a"], "2026-03-09 09:00")
        .moved("reject", &office(), &["!还差 2 个"], "2026-03-11 09:00")
        .moved("report", &unit("housing"), &["result=完成 8 个"], "2026-03-13 09:00")
        .moved("accept", &office(), &[], "2026-03-16 09:00")
        .moved("strike-off", &office(), &[], "2026-03-16 09:30");
    assert_eq!(
        kinds(&story.events),
        [
            "case-opened",
            "case-moved",
            "clock-started",
            "case-moved",
            "clock-stopped",
            "clock-started",
            "case-moved",
            "case-moved",
            "clock-paused",
            "clock-started",
            "case-moved",
            "clock-stopped",
            "clock-resumed",
            "case-moved",
            "clock-paused",
            "clock-started",
            "case-moved",
            "clock-stopped",
            "clock-stopped",
            "case-moved",
        ]
    );
    assert_eq!(story.case.state.as_str(), "struck-off");
    assert_eq!(story.case.clocks.values().flatten().count(), 4);
    assert!(story.case.clocks.values().flatten().all(|run| !run.is_open()));
    assert_eq!(story.case.version, 20);
    assert_eq!(Case::replay(&story.events).unwrap(), story.case);
    let json = serde_json::to_string(&story.events).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Event>>(&json).unwrap(), story.events);
    let json = serde_json::to_string(&story.case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), story.case);
}

#[test]
fn what_is_refused() {
    let check = |story: Story, id: &str, who: &tingzhou_cases::Actor, given: &[&str], code: &str| {
        let refusal = story.attempt(id, who, given, DAY).unwrap_err();
        assert_eq!(refusal.code, code, "{id} {given:?}: {refusal:?}");
        assert!(!refusal.message.zh.is_empty() && !refusal.message.en.is_empty());
    };
    // Who.
    check(registered(), "assign", &unit("housing"), &["lead:housing"], "not-allowed");
    check(registered(), "assign", &leader(), &["lead:housing"], "not-allowed");
    check(assigned(), "sign", &office(), &[], "not-allowed");
    check(assigned(), "sign", &unit("finance"), &[], "not-allowed");
    check(assigned(), "sign", &unit("water"), &[], "not-allowed");
    check(handling(), "report", &unit("finance"), &["result=x", "evidence@a"], "not-allowed");
    check(handling(), "contribute", &unit("housing"), &["opinion=x"], "not-allowed");
    // A party's role does not go with an account, nor an account's with a party.
    check(assigned(), "sign", &actor("x", &["lead"], Some("water")), &[], "not-allowed");
    check(registered(), "assign", &actor("x", &[], Some("office")), &["lead:housing"], "not-allowed");
    // When.
    check(registered(), "sign", &unit("housing"), &[], "not-from-here");
    check(assigned(), "assign", &office(), &["lead:housing"], "not-from-here");
    check(done(), "report", &unit("housing"), &["result=x"], "not-from-here");
    check(handling(), "resume", &office(), &["!x"], "not-from-here");
    check(done().moved("strike-off", &office(), &[], DAY), "strike-off", &office(), &[], "case-ended");
    check(registered(), "register", &office(), &["title=x"], "not-from-here");
    check(registered(), "vanish", &office(), &[], "unknown-transition");
    // With what.
    check(registered(), "assign", &office(), &[], "missing");
    check(registered(), "assign", &office(), &["lead:a", "lead:a"], "party-twice");
    check(registered(), "assign", &office(), &["lead:a", "result=x"], "not-asked-for");
    check(registered(), "assign", &office(), &["lead:a", "evidence@x"], "not-asked-for");
    check(registered(), "assign", &office(), &["lead:a", "office:x"], "not-asked-for");
    check(registered(), "assign", &office(), &["lead:a", "days=soon"], "field-kind");
    check(handling(), "report", &unit("housing"), &["evidence@a"], "missing");
    check(handling(), "report", &unit("housing"), &["result=x"], "missing");
    check(handling(), "report", &unit("housing"), &["result= ", "evidence@a"], "missing");
    check(handling(), "report", &unit("housing"), &["result=12", "evidence@a"], "field-kind");
    check(handling(), "report", &unit("housing"), &["result=a\0", "evidence@a"], "text-too-long");
    check(
        handling(),
        "report",
        &unit("housing"),
        &[&format!("result={}", "长".repeat(4_001)), "evidence@a"],
        "text-too-long",
    );
    check(reported(), "reject", &office(), &[], "reason-missing");
    check(reported(), "reject", &office(), &["! "], "reason-missing");
    // A field may shorten a clock, never lengthen it.
    let long = registered().moved("assign", &office(), &["lead:housing", "days=21"], DAY);
    check(long, "sign", &unit("housing"), &[], "amount-of-time");
    let none = registered().moved("assign", &office(), &["lead:housing", "days=0"], DAY);
    check(none, "sign", &unit("housing"), &[], "amount-of-time");
    check(handling(), "extend", &unit("housing"), &["!雨季", "extra-days=11"], "amount-of-time");
}

#[test]
fn more_time_and_suspension_wait_for_an_approval() {
    let lead = unit("housing");
    let proposed = || handling().moved("extend", &lead, &["!雨季停工", "extra-days=5"], DAY);
    assert_eq!(kinds(&proposed().events[6..]), ["move-proposed"]);
    let run = |story: &Story| story.case.clocks.values().flatten().map(tingzhou_cases::Run::extensions).sum::<usize>();
    assert_eq!(run(&proposed()), 0);

    let extended = proposed().approved("extend", DAY);
    assert_eq!(kinds(&extended.events[7..]), ["case-moved", "clock-extended"]);
    assert!(matches!(&extended.events[8], Event::ClockExtended { amount: 5, reason, approval, .. }
        if reason == "雨季停工" && approval.by.as_str() == "mayor" && approval.note == "会议纪要"));
    assert!(extended.case.proposals.is_empty() && extended.case.state.as_str() == "handling");

    let check = |mut story: Story, command: Command, who: &tingzhou_cases::Actor, code: &str| {
        let before = story.case.clone();
        assert_eq!(story.command(command, who, DAY).unwrap_err().code, code);
        assert_eq!(story.case, before);
    };
    let approve = |id: &str| Command::Approve { transition: transition(id), note: String::new() };
    let decline = |reason: &str| Command::Decline { transition: transition("extend"), reason: reason.into() };
    check(proposed(), approve("extend"), &office(), "not-allowed");
    check(proposed(), approve("suspend"), &leader(), "not-proposed");
    check(proposed(), approve("accept"), &leader(), "not-from-here");
    check(proposed(), approve("vanish"), &leader(), "unknown-transition");
    check(proposed(), decline(""), &leader(), "reason-missing");
    check(proposed(), decline("不充分"), &office(), "not-allowed");
    check(handling(), decline("不充分"), &leader(), "not-proposed");
    // Nobody approves their own proposal, whatever their roles.
    let both = actor("li", &["leader"], Some("housing"));
    check(proposed(), approve("extend"), &both, "own-proposal");
    let again = Command::Move { transition: transition("extend"), inputs: inputs(&["!又"]) };
    check(proposed(), again.clone(), &lead, "already-proposed");
    check(extended, again, &lead, "extended-already");

    let mut declined = proposed();
    declined.command(decline("理由不充分"), &leader(), DAY).unwrap();
    assert!(declined.case.proposals.is_empty() && run(&declined) == 0);
    // Declined, it can be proposed once more.
    assert_eq!(run(&declined.moved("extend", &lead, &["!补充理由"], DAY).approved("extend", DAY)), 1);

    // A change of state voids what was proposed before it.
    let moved = proposed().moved("report", &lead, &["result=完成", "evidence@a"], DAY);
    assert!(moved.case.proposals.is_empty());
    check(moved, approve("extend"), &leader(), "not-from-here");

    // Once over, no clock is given more time: not proposed, and not approved if it was proposed in time.
    let late = "2026-04-30 10:00";
    assert_eq!(handling().attempt("extend", &lead, &["!x"], late).unwrap_err().code, "clock-over");
    let mut story = proposed();
    assert_eq!(story.command(approve("extend"), &leader(), late).unwrap_err().code, "clock-over");

    let suspended = handling().moved("suspend", &office(), &["!资金未到位"], DAY).approved("suspend", DAY);
    assert_eq!(suspended.case.state.as_str(), "suspended");
    let cancelled = suspended.moved("cancel", &office(), &["!并入其他事项"], DAY).approved("cancel", DAY);
    assert_eq!(kinds(&cancelled.events[cancelled.events.len() - 2..]), ["case-moved", "clock-stopped"]);
}

#[test]
fn a_stale_command_is_told_what_changed() {
    let story = handling();
    let seen = story.case.version;
    let later = story.moved("contribute", &unit("finance"), &["opinion=同意"], DAY);
    let command = Command::Move { transition: transition("report"), inputs: inputs(&["result=x", "evidence@a"]) };
    let ask = |version: u64| Request { version, actor: unit("housing"), command: command.clone() };
    let refusal = decide(&DISPATCH, &later.case, &ask(seen), at(DAY), &CALENDAR).unwrap_err();
    let RefusalKind::Stale { changed } = &refusal.kind else { panic!("{refusal:?}") };
    assert_eq!(changed.len(), 1);
    assert_eq!((changed[0].kind.as_str(), changed[0].about.as_str()), ("case-moved", "contribute"));
    assert_eq!(refusal.message.zh, "办件已有变动（协办意见）；请刷新后再办。");
    let ahead = decide(&DISPATCH, &later.case, &ask(seen + 9), at(DAY), &CALENDAR).unwrap_err();
    assert_eq!(ahead.code, "unknown-version");
    assert!(decide(&DISPATCH, &later.case, &ask(later.case.version), at(DAY), &CALENDAR).is_ok());
}

#[test]
fn a_case_keeps_the_version_it_was_opened_with() {
    let story = handling();
    let mut next = common::definition();
    next.version = 2;
    let next = Matter::new(next).unwrap();
    let command = Command::Move { transition: transition("contribute"), inputs: inputs(&["opinion=x"]) };
    let request = Request { version: story.case.version, actor: unit("finance"), command };
    assert_eq!(decide(&next, &story.case, &request, at(DAY), &CALENDAR).unwrap_err().code, "other-matter");
    assert!(decide(&DISPATCH, &story.case, &request, at(DAY), &CALENDAR).is_ok());
}

#[test]
fn opening_and_time() {
    let id = CaseId::new("1").unwrap();
    let try_open = |what: &str, who: &tingzhou_cases::Actor, given: &[&str], when: &str| {
        open(&DISPATCH, &id, &transition(what), who, inputs(given), at(when), &CALENDAR).map_err(|r| r.code)
    };
    assert_eq!(try_open("register", &office(), &["title=a"], DAY).map(|e| kinds(&e)), Ok(vec!["case-opened"]));
    assert_eq!(try_open("assign", &office(), &["lead:a"], DAY), Err("does-not-open"));
    assert_eq!(try_open("vanish", &office(), &[], DAY), Err("unknown-transition"));
    assert_eq!(try_open("register", &unit("a"), &["title=a"], DAY), Err("not-allowed"));
    assert_eq!(try_open("register", &office(), &[], DAY), Err("missing"));
    assert_eq!(try_open("register", &office(), &["title=a"], "1899-12-31 12:00"), Err("time-out-of-range"));
    assert_eq!(try_open("register", &office(), &["title=a"], "9999-06-01 12:00"), Err("time-out-of-range"));
    assert!(Case::replay(&[]).is_err());
    assert!(Case::replay(&handling().events[1..]).is_err());

    // A command that comes from a clock gone back happens when the last thing did.
    let story = assigned().moved("sign", &unit("housing"), &[], "2026-03-01 09:00");
    assert_eq!(story.events.last().unwrap().at(), at(DAY));
    let lead: Vec<&str> = story.case.parties[&RoleId::new("lead").unwrap()].iter().map(PartyId::as_str).collect();
    assert_eq!(lead, ["housing"]);
}
