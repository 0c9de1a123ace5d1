//! When reminders are due, and that each is sent once.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{CALENDAR, DISPATCH, Story, at, office, unit};
use jiff::SignedDuration;
use tingzhou_cases::{Command, ReminderKey, reminders_due};

fn due(story: &Story, when: &str) -> Vec<String> {
    let due = reminders_due(&DISPATCH, &story.case, &CALENDAR, at(when)).unwrap();
    due.iter().map(|r| r.key.reminder.to_string()).collect()
}

/// What a job does: asks, and notes what it has sent.
fn send(story: &mut Story, when: &str) -> Vec<ReminderKey> {
    let reminders: Vec<ReminderKey> =
        reminders_due(&DISPATCH, &story.case, &CALENDAR, at(when)).unwrap().into_iter().map(|r| r.key).collect();
    story.command(Command::Remind { reminders: reminders.clone() }, &office(), when).unwrap();
    reminders
}

#[test]
fn when_they_are_due() {
    // Signed on Monday 2 March 2026 with ten working days: the last one is Monday 16 March.
    let story = Story::signed("2026-03-02 10:00", 10);
    let check = |when: &str, expected: &[&str]| assert_eq!(due(&story, when), expected, "{when}");
    check("2026-03-02 10:00", &[]);
    check("2026-03-10 23:59", &[]);
    check("2026-03-11 00:00", &["three-days-left"]); // Wednesday; Thursday, Friday and Monday are left after it.
    check("2026-03-15 12:00", &["three-days-left"]);
    check("2026-03-16 00:00", &["three-days-left", "last-day"]);
    check("2026-03-16 23:59", &["three-days-left", "last-day"]);
    check("2026-03-17 00:00", &["late"]); // What said that days are left is moot.
    check("2026-03-22 23:59", &["late"]);
    check("2026-03-23 00:00", &["late", "escalate"]); // Five working days: 17, 18, 19, 20 and 23 March.
    let reminder = &reminders_due(&DISPATCH, &story.case, &CALENDAR, at("2026-03-12 09:00")).unwrap()[0];
    assert_eq!((reminder.since, reminder.key.due), (at("2026-03-11 00:00"), at("2026-03-17 00:00")));
    assert_eq!((reminder.to.len(), reminder.reading.remaining, reminder.key.run), (2, 2, 0));
    // Not signed within two working days of Friday 13 February: 14 and 24 February.
    let waiting = Story::open("2026-02-13 10:00").moved("assign", &office(), &["lead:housing"], "2026-02-13 10:00");
    assert_eq!(due(&waiting, "2026-02-24 23:59"), Vec::<String>::new());
    assert_eq!(due(&waiting, "2026-02-25 00:00"), ["not-signed"]);
    // With three days from the start nobody is told that three days are left.
    let short = Story::signed("2026-03-02 10:00", 3);
    assert_eq!(due(&short, "2026-03-02 10:00"), Vec::<String>::new());
    assert_eq!(due(&short, "2026-03-05 09:00"), ["last-day"]);
    // A clock that is stopped or paused reminds nobody.
    let lead = unit("housing");
    let reported = story.clone().moved("report", &lead, &["result=完成", "evidence@a"], "2026-03-12 09:00");
    assert_eq!(due(&reported, "2026-05-01 09:00"), Vec::<String>::new());
    let late = story.moved("report", &lead, &["result=完成", "evidence@a"], "2026-03-25 09:00");
    assert_eq!(due(&late, "2026-05-01 09:00"), Vec::<String>::new());
}

#[test]
fn each_is_sent_once_however_often_the_job_runs() {
    let mut story = Story::signed("2026-03-02 10:00", 10);
    let mut sent = Vec::new();
    let mut now = at("2026-03-02 10:00");
    while now < at("2026-04-02 10:00") {
        now = now.checked_add(SignedDuration::from_mins(97)).unwrap();
        let when = jiff::tz::offset(8).to_datetime(now).strftime("%Y-%m-%d %H:%M").to_string();
        sent.extend(send(&mut story, &when));
        sent.extend(send(&mut story, &when));
    }
    let names: Vec<&str> = sent.iter().map(|key| key.reminder.as_str()).collect();
    assert_eq!(names, ["three-days-left", "last-day", "late", "escalate"]);
}

#[test]
fn a_moved_end_is_told_again() {
    let lead = unit("housing");
    let mut story = Story::signed("2026-03-02 10:00", 10);
    assert_eq!(send(&mut story, "2026-03-11 09:00").len(), 1);
    // Five days more: the end moves to 23 March, and three days before that is 18 March.
    let mut story = story
        .moved("extend", &lead, &["!雨季", "extra-days=5"], "2026-03-12 09:00")
        .approved("extend", "2026-03-12 10:00");
    assert_eq!(due(&story, "2026-03-17 23:59"), Vec::<String>::new());
    let again = send(&mut story, "2026-03-18 09:00");
    assert_eq!((again.len(), again[0].due), (1, at("2026-03-24 00:00")));
    assert_eq!(due(&story, "2026-03-18 10:00"), Vec::<String>::new());
}

#[test]
fn what_is_noted_must_be_due() {
    let mut story = Story::signed("2026-03-02 10:00", 10);
    let key = send(&mut story.clone(), "2026-03-11 09:00").remove(0);
    let early = story.command(Command::Remind { reminders: vec![key.clone()] }, &office(), "2026-03-10 09:00");
    assert_eq!(early.unwrap_err().code, "reminder-not-due");
    story
        .command(Command::Remind { reminders: vec![key.clone(), key.clone()] }, &office(), "2026-03-11 09:00")
        .unwrap();
    let events = story.events.len();
    // Noted once more, even later: nothing happens.
    story.command(Command::Remind { reminders: vec![key] }, &office(), "2026-04-11 09:00").unwrap();
    assert_eq!(story.events.len(), events);
    // A reminder sent makes nobody look at the case again.
    let seen = story.case.version - 1;
    let command =
        Command::Move { transition: common::transition("report"), inputs: common::inputs(&["result=x", "evidence@a"]) };
    let request = tingzhou_cases::Request { version: seen, actor: unit("housing"), command };
    assert!(tingzhou_cases::decide(&DISPATCH, &story.case, &request, at("2026-03-11 10:00"), &CALENDAR).is_ok());
}
