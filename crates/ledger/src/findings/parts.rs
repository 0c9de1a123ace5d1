//! Parts against their whole: announced counts, figures after 其中, known wholes with known parts, shares of a total.

use super::fact::{Fact, Facts};
use super::lexis::WHOLES;
use super::rounding::Interval;
use super::words::{name, number, percent, value};
use super::{Draft, FindingKind, FindingPlace, Verdict};
use crate::Two;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashSet};
use tingzhou_report::{SectionKind, Set, Span, parse_quantity, plain_words};

/// The headed parts right under the outermost part of a list.
fn headed(facts: &Facts<'_>, kind: SectionKind) -> Option<(Span, usize)> {
    let parts = &facts.said.parts;
    let list = parts.iter().position(|part| part.kind == kind && !part.heading_is_empty())?;
    let count = parts.iter().filter(|part| part.parent == Some(list) && !part.heading_is_empty()).count();
    parts.get(list).map(|list| (list.heading, count))
}

impl super::SaidPart {
    fn heading_is_empty(&self) -> bool {
        self.heading.start >= self.heading.end
    }
}

/// 10 件民生实事 against the items of the list.
fn announced_list(facts: &Facts<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (set, kind) in [(Set::Commitment, SectionKind::PromisedList), (Set::Result, SectionKind::CompletedList)] {
        let Some((heading, count)) = headed(facts, kind).filter(|(_, count)| *count > 1) else { continue };
        let announced = facts.all.iter().find(|fact| {
            fact.statement.set == set
                && fact.subject.core.ends_with("实事")
                && matches!(fact.quantity.unit.as_str(), "件" | "项" | "个")
        });
        let Some(fact) = announced else { continue };
        let counted = Decimal::from(u64::try_from(count).unwrap_or(u64::MAX));
        drafts.push(count_draft(fact.place(), heading, fact.quantity.value, counted, &fact.quantity.unit, &name(fact)));
    }
    drafts
}

fn count_draft(place: FindingPlace, heading: Span, said: Decimal, counted: Decimal, unit: &str, what: &str) -> Draft {
    let (told, found) = (value(said, unit), value(counted, unit));
    let (verdict, zh, en) = if said == counted {
        (Verdict::Agrees, "，相符", ", as listed")
    } else {
        (Verdict::DoesNotAddUp, "，不相符", "; they do not match")
    };
    let sentence = Two::new(
        format!("{what}称 {}，列出 {}{zh}。", told.zh, found.zh),
        format!("{what}: {} announced, {} listed{en}.", told.en, found.en),
    );
    let places = vec![place, FindingPlace { statement: None, span: heading }];
    Draft::of(FindingKind::PartsAndSums, verdict, places, sentence)
}

/// 以下八个方面 against the headed parts that follow under the same heading.
fn announced_parts(facts: &Facts<'_>) -> Vec<Draft> {
    const WORDS: &str = "个方面";
    let said = facts.said;
    let mut drafts = Vec::new();
    let numbered = |child: &&super::SaidPart| plain_words(said.at(child.heading)).starts_with(['（', '(']);
    let mut families = BTreeMap::<usize, Vec<&super::SaidPart>>::new();
    for child in said.parts.iter().filter(numbered) {
        if let Some(parent) = child.parent {
            families.entry(parent).or_default().push(child);
        }
    }
    for (parent, children) in families {
        let Some(part) = said.parts.get(parent).filter(|part| part.kind == SectionKind::Plan) else { continue };
        let Some(first) = children.first().filter(|_| children.len() > 1) else { continue };
        let lead = Span { start: part.span.start, end: first.span.start.max(part.span.start) };
        let words = said.at(lead);
        let Some(at) = words.rfind(WORDS) else { continue };
        let before = words.get(..at).unwrap_or_default();
        let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十两".contains(c);
        let from = before.char_indices().rev().take_while(|(_, c)| numeral(*c)).last().map(|(at, _)| at);
        let Some(from) = from else { continue };
        let Some((told, _)) = before.get(from..).and_then(|n| parse_quantity(&format!("{n}个"))) else { continue };
        let span = Span { start: lead.start + from, end: lead.start + at + WORDS.len() };
        let counted = Decimal::from(u64::try_from(children.len()).unwrap_or(u64::MAX));
        let place = FindingPlace { statement: None, span };
        drafts.push(count_draft(
            place,
            first.heading,
            told,
            counted,
            "个",
            &format!("“{}”", plain_words(said.at(span))),
        ));
    }
    drafts
}

/// A figure and those after 其中 in its sentence.
fn among(facts: &Facts<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let sentences = facts.all.chunk_by(|a, b| a.statement.sentence == b.statement.sentence);
    for sentence in sentences.filter(|facts| facts.len() > 1) {
        let Some(first) = sentence.first() else { continue };
        let words = facts.said.at(first.statement.sentence);
        let Some(cut) = words.find("其中").map(|at| first.statement.sentence.start + at) else { continue };
        let (wholes, parts): (Vec<_>, Vec<_>) = sentence.iter().partition(|fact| fact.quantity.span.start < cut);
        let Some(whole) = wholes.last().filter(|whole| whole.direction().is_none() && whole.unit != "%") else {
            continue;
        };
        let of_whole = |fact: &&&Fact<'_>| {
            let measure = |fact: &Fact<'_>| fact.subject.core.chars().rev().take(2).collect::<String>();
            fact.quantity.unit == whole.quantity.unit
                && fact.direction().is_none()
                && !fact.clause.contains("累计")
                && (whole.quantity.unit != "元" || measure(fact) == measure(whole))
        };
        let parts: Vec<_> = parts.iter().filter(of_whole).copied().collect();
        // Parts may overlap, so their sum proves nothing; one part alone cannot be larger than its whole.
        let Some(part) = parts.iter().find(|part| part.quantity.value > whole.quantity.value) else { continue };
        let (all, one) = (number(whole), number(part));
        let sentence = Two::new(
            format!("“其中”大于总数：{}为 {}，其中{}为 {}。", name(whole), all.zh, name(part), one.zh),
            format!("A part above its whole: {} is {}, of which {} {}.", name(whole), all.en, name(part), one.en),
        );
        let places = vec![whole.place(), part.place()];
        drafts.push(Draft::of(FindingKind::PartsAndSums, Verdict::DoesNotAddUp, places, sentence));
    }
    drafts
}

/// Known wholes (林草综合治理) against their known parts (造林, 沙化土地).
fn known_wholes(facts: &Facts<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let named = |fact: &Fact<'_>, words: &[&str]| words.iter().any(|word| fact.subject.core.contains(word));
    for (wholes, parts) in WHOLES {
        for set in [Set::Commitment, Set::Result] {
            let own = |fact: &&Fact<'_>| fact.statement.set == set && fact.direction().is_none() && fact.unit != "%";
            let Some(whole) = facts.all.iter().filter(own).find(|fact| named(fact, wholes)) else { continue };
            let mut of_whole: Vec<&Fact<'_>> = Vec::new();
            let mut known = HashSet::new();
            let also = |fact: &&Fact<'_>| {
                named(fact, parts) && !named(fact, wholes) && fact.same_time(whole) && fact.same_unit(whole)
            };
            for fact in facts.all.iter().filter(own).filter(also) {
                if known.insert(fact.subject.core.as_str()) {
                    of_whole.push(fact);
                }
            }
            if of_whole.len() >= 2 {
                drafts.extend(sum_draft(facts, whole, &of_whole));
            }
        }
    }
    drafts
}

fn sum_draft(facts: &Facts<'_>, whole: &Fact<'_>, parts: &[&Fact<'_>]) -> Option<Draft> {
    let mut sum = Interval { low: Decimal::ZERO, high: Decimal::ZERO };
    let mut plain = Decimal::ZERO;
    for part in parts {
        let own = part.interval(facts.said);
        sum = Interval { low: sum.low.checked_add(own.low)?, high: sum.high.checked_add(own.high)? };
        plain = plain.checked_add(part.quantity.value)?;
    }
    let mut places = vec![whole.place()];
    places.extend(parts.iter().map(|part| part.place()));
    let (all, total) = (number(whole), value(plain, &whole.quantity.unit));
    let share = percent(plain, whole.quantity.value)?;
    let each = |english: bool| {
        let one = |part: &&Fact<'_>| {
            let figure = number(part);
            format!("{} {}", name(part), if english { figure.en } else { figure.zh })
        };
        parts.iter().map(one).collect::<Vec<_>>().join(if english { ", " } else { "、" })
    };
    let (verdict, zh, en) = if sum.meets(whole.interval(facts.said)) {
        (Verdict::Agrees, "与总数相符", "as the whole says")
    } else if sum.low > whole.interval(facts.said).high {
        (Verdict::DoesNotAddUp, "超过总数", "more than the whole")
    } else {
        (Verdict::Narrower, "其余部分未说明", "the rest is not accounted for")
    };
    let sentence = Two::new(
        format!("{} {}；{}合计 {}，占 {share}%，{zh}。", name(whole), all.zh, each(false), total.zh),
        format!("{} {}; {} make {}, {share}% of it: {en}.", name(whole), all.en, each(true), total.en),
    );
    Some(Draft::of(FindingKind::PartsAndSums, verdict, places, sentence))
}

/// X 占 Y 的 p% against the levels of X and Y.
fn shares(facts: &Facts<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for share in facts.all.iter().filter(|fact| fact.unit == "%" && fact.direction().is_none()) {
        let Some((part, whole)) = share.clause.split_once('占') else { continue };
        let whole = whole.split(['比', '的', '达', '为', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']).next();
        let find = |words: &str| {
            let subject = super::subject::Subject::new(words, "");
            facts.named(&subject).find(|fact| {
                fact.statement.set == share.statement.set
                    && fact.direction().is_none()
                    && fact.unit != "%"
                    && fact.same_time(share)
            })
        };
        let part = Some(part).filter(|part| !part.is_empty()).unwrap_or(share.statement.subject.as_str());
        let (Some(part), Some(whole)) = (find(part), whole.and_then(find)) else { continue };
        if part.quantity.unit != whole.quantity.unit || part.at == whole.at {
            continue;
        }
        let Some(reckoned) = percent(part.quantity.value, whole.quantity.value) else { continue };
        let gap = reckoned.checked_sub(share.quantity.value).unwrap_or_default().abs();
        let fits = gap <= share.step(facts.said).max(Decimal::new(2, 1));
        let (told, one, all) = (number(share), number(part), number(whole));
        let (verdict, zh, en) = if fits {
            (Verdict::Agrees, "相符", "it fits")
        } else {
            (Verdict::DoesNotAddUp, "不相符", "it does not fit")
        };
        let sentence = Two::new(
            format!(
                "{} {}，{} {}，占比应为 {reckoned}%，文中为 {}：{zh}。",
                name(part),
                one.zh,
                name(whole),
                all.zh,
                told.zh
            ),
            format!(
                "{} {} of {} {} is {reckoned}%, the text says {}: {en}.",
                name(part),
                one.en,
                name(whole),
                all.en,
                told.en
            ),
        );
        let places = vec![share.place(), part.place(), whole.place()];
        drafts.push(Draft::of(FindingKind::PartsAndSums, verdict, places, sentence));
    }
    drafts
}

/// Findings about parts and sums.
pub(crate) fn find(facts: &Facts<'_>) -> Vec<Draft> {
    let mut drafts = announced_list(facts);
    drafts.extend(announced_parts(facts));
    drafts.extend(among(facts));
    drafts.extend(known_wholes(facts));
    drafts.extend(shares(facts));
    drafts
}
