//! Deadlines, and promised or done.

use crate::common;

use common::{plan, quantified, reading, review};
use tingzhou_report::{Confidence, Due, Set};

#[track_caller]
fn due(sentence: &str, expected: Option<Due>) {
    let text = plan(sentence);
    let reading = reading(&text);
    let found = quantified(&reading).first().map(|statement| statement.due);
    assert_eq!(found, Some(expected), "{sentence}");
}

#[test]
fn deadlines() {
    due("力争2030年森林覆盖率达到30%。", Some(Due::Year(2030)));
    due("到2027年，培育链主企业10家。", Some(Due::Year(2027)));
    due("到2025年，培育链主企业10家。", None);
    due("三年产量增加2倍。", Some(Due::Years(3)));
    due("用两年时间建成公园8个。", Some(Due::Years(2)));
    due("6月底前建成充电站5座。", Some(Due::Month(2025, 6)));
    due("9月底建成充电站5座。", Some(Due::Month(2025, 9)));
    due("到“十五五”末，旅游收入达到50亿元。", Some(Due::Year(2030)));
    due("新建公厕4座。", None);
}

#[track_caller]
fn set(text: &str, expected: Set) {
    let reading = reading(text);
    let found = quantified(&reading).first().map(|statement| statement.set);
    assert_eq!(found, Some(expected), "{text}");
}

#[test]
fn sections_tell_promised_from_done() {
    set(&plan("新建公厕4座。"), Set::Commitment);
    set(&review("新建公厕4座。"), Set::Result);
    set(&review("预计全年旅游收入4亿元。"), Set::Result);
    set(&review("到2030年，绿地面积达到4万亩。"), Set::Commitment);
    set(&plan("去年，新建公厕4座。"), Set::Result);
    set("新建公厕4座。", Set::Commitment);
}

#[track_caller]
fn sure(text: &str, expected: Confidence) {
    let reading = reading(text);
    let found = quantified(&reading).first().map(|statement| statement.confidence);
    assert_eq!(found, Some(expected), "{text}");
}

#[test]
fn how_sure_promised_or_done_is() {
    sure(&plan("力争新建公厕4座。"), Confidence::High);
    sure(&plan("新建公厕4座。"), Confidence::Medium);
    sure(&plan("已建成公厕4座。"), Confidence::Low);
    sure(&plan("去年，新建公厕4座。"), Confidence::Medium);
    sure(&review("累计新建公厕4座。"), Confidence::High);
    sure(&review("新建公厕4座。"), Confidence::Medium);
    sure(&review("确保新建公厕4座。"), Confidence::Low);
    sure(&review("到2030年，绿地面积达到4万亩。"), Confidence::Medium);
    sure("新建公厕4座。", Confidence::Low);
}
