//! The same quantity in two places: equal, of a narrower scope, or in contradiction; and units apart by mistake.

use super::fact::{Fact, Facts};
use super::subject::Likeness;
use super::words::{name, number, value};
use super::{Draft, FindingKind, Verdict};
use crate::Two;
use rust_decimal::Decimal;
use std::collections::HashSet;

/// How two facts were found to belong together, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Same words, same number.
    Restated,
    /// Alike, same number.
    Agreeing,
    /// Same words, other number.
    Differing,
    /// One inside the other, other number.
    Inside,
    /// Alike, other number.
    Near,
}

/// Whether the facts may speak of one quantity at all.
fn comparable(a: &Fact<'_>, b: &Fact<'_>) -> bool {
    a.statement.set == b.statement.set
        && a.same_unit(b)
        && a.same_role(b)
        && a.same_time(b)
        && a.subject.scope == b.subject.scope
        && !a.subject.opposed(&b.subject)
}

fn rank(facts: &Facts<'_>, a: &Fact<'_>, b: &Fact<'_>) -> Option<Rank> {
    let likeness = a.subject.likeness(&b.subject)?;
    let same_sentence = a.statement.sentence == b.statement.sentence;
    if a.same_value(b) {
        // One number said of two things side by side is an accident unless the things are one.
        let verbatim = a.listed() == b.listed() && a.clause == b.clause;
        if same_sentence || verbatim || !a.restates(b) {
            return None;
        }
        return Some(if likeness == Likeness::Same { Rank::Restated } else { Rank::Agreeing });
    }
    // An estimate against a final figure is told as such.
    if a.estimated != b.estimated {
        return None;
    }
    // A list restates the body; only there are other numbers of the same kind of thing a sign of something.
    let list_and_body = a.listed() != b.listed();
    let deeds = a.statement.action == b.statement.action || a.is_level();
    match likeness {
        Likeness::Same if same_sentence => None,
        Likeness::Same => {
            let named = a.subject.core.chars().count() >= 4 && facts.named(&a.subject).count() <= 3;
            let one_thing = list_and_body || (deeds && !a.is_amount() && a.statement.part == b.statement.part);
            (named && one_thing).then_some(Rank::Differing)
        }
        Likeness::Within(_) => list_and_body.then_some(Rank::Inside),
        Likeness::Alike(shared, of) => {
            let alike = shared >= 2 && shared * 5 >= of * 2 && deeds && a.subject.head() == b.subject.head();
            (list_and_body && alike).then_some(Rank::Near)
        }
    }
}

/// Whether the two numbers overlap within rounding and bounds: 约 1400 亿 and 1398 亿.
fn fits(facts: &Facts<'_>, a: &Fact<'_>, b: &Fact<'_>) -> bool {
    a.interval(facts.said).meets(b.interval(facts.said))
}

/// Whether the digits are the same and only zeros apart.
pub(crate) fn zeros_apart(a: &Fact<'_>, b: &Fact<'_>) -> bool {
    !a.same_value(b) && a.digits() == b.digits() && a.digits() != 0 && ratio(a, b).is_some_and(|r| r >= Decimal::TEN)
}

/// The larger by the smaller.
pub(crate) fn ratio(a: &Fact<'_>, b: &Fact<'_>) -> Option<Decimal> {
    let (one, other) = (a.quantity.value, b.quantity.value);
    one.max(other).checked_div(one.min(other))
}

fn agreeing(a: &Fact<'_>, b: &Fact<'_>) -> Draft {
    let (this, that, figure) = (name(a), name(b), number(a));
    let places = vec![a.place(), b.place()];
    if a.subject.other_deed(&b.subject) && a.is_amount() {
        let sentence = Two::new(
            format!("同为 {}，一处写作{this}，另一处写作{that}：是新建还是改造，请核对。", figure.zh),
            format!("Both places say {}, one calls it {this}, the other {that}: new or improved?", figure.en),
        );
        return Draft::of(FindingKind::SameQuantity, Verdict::OtherDeed, places, sentence);
    }
    let sentence = if this == that {
        Two::new(format!("两处一致：{this}均为 {}。", figure.zh), format!("Both places agree: {this} {}.", figure.en))
    } else {
        Two::new(
            format!("两处一致：{this}与{that}均为 {}。", figure.zh),
            format!("Both places agree: {this} and {that}, {}.", figure.en),
        )
    };
    Draft::of(FindingKind::SameQuantity, Verdict::Agrees, places, sentence)
}

fn other_unit(a: &Fact<'_>, b: &Fact<'_>) -> Draft {
    let (one, other) = (number(a), number(b));
    let sentence = Two::new(
        format!("同一数量单位写法不同：{}为 {}，{}为 {}。", name(a), one.zh, name(b), other.zh),
        format!("One number, two counting words: {} {}, {} {}.", name(a), one.en, name(b), other.en),
    );
    Draft::of(FindingKind::Units, Verdict::OtherUnit, vec![a.place(), b.place()], sentence)
}

pub(crate) fn magnitude(a: &Fact<'_>, b: &Fact<'_>) -> Draft {
    let (one, other) = (number(a), number(b));
    let times = ratio(a, b).unwrap_or_default().round_dp(1).normalize();
    let zeros = zeros_apart(a, b);
    let (zh, en) = if zeros {
        ("数字相同而量级不同，请核对单位", "the digits are the same: check the unit")
    } else {
        ("量级相差悬殊，请核对单位和口径", "check unit and scope")
    };
    let sentence = Two::new(
        format!("{}为 {}，{}为 {}，相差 {times} 倍：{zh}。", name(a), one.zh, name(b), other.zh),
        format!("{} is {}, {} is {}, {times} times as much or as little: {en}.", name(a), one.en, name(b), other.en),
    );
    Draft::of(FindingKind::Units, Verdict::Magnitude, vec![a.place(), b.place()], sentence)
}

fn differing(a: &Fact<'_>, b: &Fact<'_>, rank: Rank) -> Draft {
    let (one, other) = (number(a), number(b));
    let gap = (a.quantity.value.checked_sub(b.quantity.value)).map(|gap| gap.abs()).unwrap_or_default();
    let gap = value(gap, &a.quantity.unit);
    let places = vec![a.place(), b.place()];
    if rank == Rank::Differing {
        let sentence = Two::new(
            format!("同一数量两处不一致：{}为 {}，{}为 {}，相差 {}。", name(a), one.zh, name(b), other.zh, gap.zh),
            format!(
                "One quantity, two numbers: {} is {}, {} is {}; they differ by {}.",
                name(a),
                one.en,
                name(b),
                other.en,
                gap.en
            ),
        );
        return Draft::of(FindingKind::SameQuantity, Verdict::Contradicts, places, sentence);
    }
    let sentence = Two::new(
        format!("{}为 {}，{}为 {}：口径相近而不同，请核对是否同一事项。", name(a), one.zh, name(b), other.zh),
        format!(
            "{} is {}, {} is {}: near each other but not of one scope; check whether it is one thing.",
            name(a),
            one.en,
            name(b),
            other.en
        ),
    );
    Draft::of(FindingKind::SameQuantity, Verdict::Narrower, places, sentence)
}

/// Findings about one quantity in two places.
pub(crate) fn find(facts: &Facts<'_>) -> Vec<Draft> {
    let mut pairs = Vec::new();
    for a in &facts.all {
        for b in facts.like(&a.subject).filter(|b| b.at > a.at && comparable(a, b)) {
            if let Some(rank) = rank(facts, a, b) {
                pairs.push((rank, a, b));
            }
        }
    }
    pairs.sort_by_key(|(rank, a, b)| (*rank, a.at, b.at));
    let mut drafts = Vec::new();
    // A statement that is restated somewhere does not contradict a third, and belongs to one other only.
    let mut taken = HashSet::new();
    for (rank, a, b) in pairs {
        let both_listed = a.listed() == b.listed();
        if taken.contains(&b.at) || (taken.contains(&a.at) && (rank > Rank::Agreeing || !both_listed)) {
            continue;
        }
        let draft = match rank {
            Rank::Restated | Rank::Agreeing => {
                if a.quantity.unit != b.quantity.unit {
                    drafts.push(other_unit(a, b));
                }
                agreeing(a, b)
            }
            _ if zeros_apart(a, b) => magnitude(a, b),
            // Numbers that round to each other are one number.
            _ if fits(facts, a, b) => continue,
            _ => differing(a, b, rank),
        };
        taken.extend([a.at, b.at]);
        drafts.push(draft);
    }
    drafts
}
