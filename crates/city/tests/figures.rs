//! The figures of alarm management, counted by hand.
#![expect(clippy::float_cmp, clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::s;
use std::num::NonZeroU32;
use tingzhou_city::Number;
use tingzhou_city::alarm::{AlarmEvent, Cause, Figures, Priority, What, figures};

/// `3xA@0`: source A raised three times in the window from minute 0; `A@5m` medium, `A@5h` high, `A@5^` escalated,
/// `A@5~` chatters, `A@5.` cleared.
fn events(text: &str) -> Vec<(char, AlarmEvent)> {
    let mut all = Vec::new();
    for word in text.split_whitespace() {
        let (count, word) = word.split_once('x').map_or((1, word), |(count, word)| (count.parse().unwrap(), word));
        let (source, at) = word.split_once('@').unwrap();
        let minutes = at.trim_end_matches(|c: char| !c.is_ascii_digit());
        let cause = Cause::OutOfRange { value: Number::new(1.0).unwrap() };
        let raised = |priority| What::Raised { level: 1, priority, cause };
        let what = match &at[minutes.len()..] {
            "" => raised(Priority::Low),
            "m" => raised(Priority::Medium),
            "h" => raised(Priority::High),
            "^" => What::Escalated { level: 2, priority: Priority::High, cause },
            "~" => What::Chattering,
            _ => What::Cleared { closed: true },
        };
        let event = AlarmEvent { at: s(minutes.parse::<i64>().unwrap() * 60), what };
        all.extend(std::iter::repeat_n((source.chars().next().unwrap(), event), count));
    }
    all
}

fn count(text: &str, operators: u32, minutes: i64) -> Figures<char> {
    let all = events(text);
    let all = all.iter().map(|(source, event)| (*source, event));
    figures(all, [], NonZeroU32::new(operators).unwrap(), s(0), s(minutes * 60))
}

#[test]
fn rates() {
    let check = |text: &str, operators: u32, minutes: i64, expected: (u64, f64, f64, Option<i64>)| {
        let got = count(text, operators, minutes);
        let peak_at = got.peak_at.map(|at| at.since(s(0)).millis() / 60_000);
        assert_eq!((got.annunciations, got.average, got.peak, peak_at), expected, "{text}");
    };
    check("", 1, 60, (0, 0.0, 0.0, None));
    check("6xA@0", 1, 60, (6, 1.0, 6.0, Some(0)));
    check("6xA@0", 2, 60, (6, 0.5, 3.0, Some(0)));
    check("A@9 A@10 A@19 A@20", 1, 40, (4, 1.0, 2.0, Some(10)));
    // Cleared, chatter and what lies outside the period ask nobody.
    check("A@0 A@1. A@2~ A@60 B@3^", 1, 60, (2, 2.0 / 6.0, 2.0, Some(0)));
    check("A@0", 1, 0, (0, 0.0, 0.0, None));
    // Of equal peaks the first.
    check("2xA@40 2xB@10", 1, 60, (4, 4.0 / 6.0, 2.0, Some(10)));
}

#[test]
fn floods() {
    let check = |text: &str, operators: u32, expected: (u64, u64, u64)| {
        let got = count(text, operators, 95);
        assert_eq!((got.windows, got.flood_windows, got.floods), expected, "{text}");
    };
    check("10xA@0", 1, (10, 0, 0));
    check("11xA@0", 1, (10, 1, 1));
    // It goes on with 5 and is over with 4; 10 do not begin another.
    check("11xA@0 5xA@10 9xA@20 4xA@30 10xA@40", 1, (10, 3, 1));
    check("11xA@0 11xA@20", 1, (10, 2, 2));
    check("11xA@0 4xA@10 11xA@20", 1, (10, 2, 2));
    check("11xA@0 30xA@90", 1, (10, 2, 2));
    check("20xA@0 10xA@10", 2, (10, 0, 0));
    check("21xA@0 10xA@10 9xA@20", 2, (10, 2, 1));
    assert_eq!(count("11xA@0", 1, 100).flood_share(), 0.1);
}

#[test]
fn sources_and_priorities() {
    let got = count("3xA@0 2xB@1m 4xC@2h C@3^ B@4~ B@5~ A@6~", 1, 60);
    assert_eq!(got.top, [('C', 5), ('A', 3), ('B', 2)]);
    assert_eq!((got.priorities, got.priority_shares()), ([3, 2, 5], [0.3, 0.2, 0.5]));
    assert_eq!((got.chattering, got.chattering_count), (vec![('B', 2), ('A', 1)], 2));
    let many: String = ('A'..='Z').map(|source| format!("2x{source}@1 ")).collect();
    let got = count(&format!("{many} Z@2"), 1, 60);
    assert_eq!((got.top.len(), got.top[0], got.top[1]), (10, ('Z', 3), ('A', 2)));
    assert_eq!(got.top_share(), 21.0 / 53.0);
}

#[test]
fn stale() {
    let day = 86_400;
    let standing = [('A', s(day)), ('B', s(day - 1)), ('C', s(-5)), ('D', s(2 * day))];
    let got = figures([], standing, NonZeroU32::MIN, s(day), s(2 * day));
    // A has stood for a day, not longer.
    assert_eq!((got.stale, got.stale_count), (vec![('C', s(-5)), ('B', s(day - 1))], 2));
    let many = (0..500).map(|source| (source, s(0)));
    let got = figures([], many, NonZeroU32::MIN, s(day), s(2 * day));
    assert_eq!((got.stale.len(), got.stale_count), (100, 500));
}
