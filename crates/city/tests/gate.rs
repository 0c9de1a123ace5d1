//! What comes through the gate, what is marked, what is put aside and what is refused.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{period, s};
use tingzhou_city::{Intake, Offered, Outcome, Property, PropertyDef, Quality, Tally, Two, WrongClock, accept};

/// A property as a line of TOML.
fn defined(text: &str) -> PropertyDef {
    toml::from_str(&format!("id = 'p'\nname = {{ zh = '项', en = 'item' }}\n{}", text.replace("; ", "\n"))).unwrap()
}

fn property(text: &str) -> Property {
    Property::new(defined(text), Some(period("90d")), "types.T").unwrap()
}

const DEGREES: &str = "kind = 'number'; unit = '℃'; min = -40; max = 60";
const CHOICE: &str = "kind = 'choice'; choices = [{ zh = '开', en = 'open' }, { zh = '关', en = 'shut' }]";

/// `ok` with flags, `aside` or `no` with the reason's code.
fn told(outcome: Outcome) -> String {
    match outcome {
        Outcome::Accepted(sample) => format!("ok {}", sample.quality.words().en),
        Outcome::Quarantined(_, reason) => format!("aside {}", reason.code()),
        Outcome::Refused(reason) => format!("no {}", reason.code()),
    }
}

const DAY: i64 = 86_400;

#[test]
fn gate() {
    let strict = Intake::default();
    let lenient = Intake { wrong_clock: WrongClock::Quarantine, ..strict };
    let mut tally = Tally::default();
    let mut check = |kind: &str, intake: &Intake, time: i64, value: f64, quality: Quality, expected: &str| {
        let offered = Offered { time: s(time), value, quality };
        let outcome = accept(&property(kind), offered, s(0), intake);
        tally.count(&outcome);
        assert_eq!(told(outcome), expected, "{kind} at {time} s: {value}");
    };
    check(DEGREES, &strict, 0, 21.5, Quality::GOOD, "ok good");
    check(DEGREES, &strict, 0, -40.0, Quality::GOOD, "ok good");
    check(DEGREES, &strict, 0, 60.1, Quality::GOOD, "ok out of range");
    check(DEGREES, &strict, 0, 20.0, Quality::MAINTENANCE, "ok under maintenance");
    check(DEGREES, &strict, -3_599, 20.0, Quality::GOOD, "ok good");
    check(DEGREES, &strict, -3_600, 20.0, Quality::GOOD, "ok late");
    check(DEGREES, &strict, -DAY, 99.0, Quality::CORRECTED, "ok late, corrected, out of range");
    check(DEGREES, &strict, 600, 20.0, Quality::GOOD, "ok good");
    check(DEGREES, &strict, 601, 20.0, Quality::GOOD, "no clock-ahead");
    check(DEGREES, &lenient, 601, 20.0, Quality::GOOD, "aside clock-ahead");
    check(DEGREES, &strict, 366 * DAY, 20.0, Quality::GOOD, "no clock-ahead");
    check(DEGREES, &strict, -90 * DAY, 20.0, Quality::GOOD, "ok late");
    check(DEGREES, &strict, -90 * DAY - 1, 20.0, Quality::GOOD, "no too-old");
    check(DEGREES, &lenient, -366 * DAY, 20.0, Quality::GOOD, "aside too-old");
    check(DEGREES, &strict, 0, f64::NAN, Quality::GOOD, "no value");
    check(DEGREES, &lenient, 0, f64::INFINITY, Quality::GOOD, "no value");
    check(DEGREES, &strict, 0, 1.1e15, Quality::GOOD, "no value");
    check("kind = 'bool'", &strict, 0, 1.0, Quality::GOOD, "ok good");
    check("kind = 'bool'", &strict, 0, 0.5, Quality::GOOD, "no not-yes-or-no");
    check(CHOICE, &strict, 0, 1.0, Quality::GOOD, "ok good");
    check(CHOICE, &strict, 0, 2.0, Quality::GOOD, "no no-such-choice");
    check(CHOICE, &strict, 0, -1.0, Quality::GOOD, "no no-such-choice");
    check("kind = 'text'", &strict, 0, 1.0, Quality::GOOD, "no not-observed");
    // An instrument that speaks itself: what it kept in a long outage passes, a clock a year or a month wrong does not.
    let live = Intake { behind: Some(period("60d")), ..strict };
    check(DEGREES, &live, -60 * DAY, 20.0, Quality::GOOD, "ok late");
    check(DEGREES, &live, -60 * DAY - 1, 20.0, Quality::GOOD, "no clock-behind");
    check(
        DEGREES,
        &Intake { behind: Some(period("60d")), ..lenient },
        -61 * DAY,
        20.0,
        Quality::GOOD,
        "aside clock-behind",
    );
    check(DEGREES, &Intake { behind: Some(period("400d")), ..strict }, -91 * DAY, 20.0, Quality::GOOD, "no too-old");
    assert_eq!((tally.total(), tally.accepted, tally.doubtful), (27, 12, 3));
}

#[test]
fn reasons_say_what_to_do() {
    let check = |time: i64, value: f64, zh: &str, en: &str| {
        let offered = Offered { time: s(time), value, quality: Quality::GOOD };
        let outcome = accept(&property("kind = 'number'"), offered, s(0), &Intake::default());
        let Outcome::Refused(reason) = outcome else { panic!("{outcome:?}") };
        assert_eq!(reason.message(), Two::new(zh, en));
    };
    check(
        31_536_000,
        1.0,
        "观测时间比接收时间早到 365 天；请校准设备时钟和时区。",
        "Its time is 365 d ahead of the time it was received; set the instrument's clock and zone.",
    );
    check(
        -31_536_000,
        1.0,
        "观测值已有 365 天，超过保存期限 90 天；请校准设备时钟，或改用更长的保存期限。",
        "It is 365 d old and kept for 90 d only; set the instrument's clock or choose a longer retention.",
    );
    let offered = Offered { time: s(-31_536_000), value: 1.0, quality: Quality::GOOD };
    let live = Intake { behind: Some(period("60d")), ..Intake::default() };
    let kept = Property::new(defined("kind = 'number'"), Some(period("400d")), "types.T").unwrap();
    let Outcome::Refused(reason) = accept(&kept, offered, s(0), &live) else { panic!("a year behind") };
    assert_eq!(
        reason.message(),
        Two::new(
            "观测时间比接收时间晚了 365 天，超过 60 天；请校准设备时钟和时区，历史数据由督查室补录。",
            "Its time is 365 d behind the time it was received, more than 60 d; set the instrument's clock and zone, or have the \
             office send what is that old.",
        )
    );
    check(0, f64::NAN, "不是数值（NaN）；请发送十进制数。", "The value is not a number; send a decimal number.");
}

#[test]
fn definitions_are_checked() {
    let check = |text: &str, expected: &[&str]| {
        let found = Property::new(defined(text), None, "types.T").err().unwrap_or_default();
        let found: Vec<String> = found.iter().map(|m| format!("{} {}", m.place, m.code)).collect();
        assert_eq!(found, expected);
    };
    check("kind = 'number'; min = 0; interval = '1m'", &[]);
    check("kind = 'number'; min = 1; max = 1.0", &["types.T.p.min empty-range"]);
    check("kind = 'number'; interval = '0s'", &["types.T.p.interval zero-interval"]);
    check("kind = 'bool'; unit = 'm'; min = 0", &["types.T.p.unit wrong-kind", "types.T.p.min wrong-kind"]);
    check("kind = 'number'; choices = [{ zh = '一', en = 'one' }]", &["types.T.p.choices wrong-kind"]);
    check("kind = 'choice'", &["types.T.p.choices choices"]);
    check("kind = 'choice'; choices = [{ zh = '一', en = '' }]", &["types.T.p.choices unnamed"]);
    check("kind = 'text'; interval = '1m'", &["types.T.p.kind text-series"]);
}
