//! Two reports of one city in consecutive years: last year's targets against this year's results, published levels
//! against those that follow from growth, and where this year's targets start from.

use super::fact::{Fact, Facts};
use super::growth::{constant_prices, growth_of, pairs};
use super::lexis::CEILINGS;
use super::rounding::{Interval, before};
use super::said::Said;
use super::subject::{Likeness, Subject};
use super::told::Told;
use super::words::{between, name, number, value};
use super::{FindingPlace, target};
use crate::Two;
use crate::target::Target;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use tingzhou_report::{Bound, Direction, Role, SectionKind, Set};

/// How last year and this year stand to each other in one quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YearVerdict {
    /// Last year's target, not reached by the result this year's report gives.
    Missed,
    /// Last year's target, reached.
    Met,
    /// A commitment of last year without a number; this year's report names the thing among what was done.
    Told,
    /// Last year's target and this year's result are of the same thing but do not compare.
    NotComparable,
    /// Last year's target, of which this year's report says no number that was recognised.
    NoWord,
    /// The level published last year does not follow from this year's level and growth.
    DoesNotFit,
    /// It does.
    Fits,
    /// Where a target of this year starts from, as this year's report says.
    Baseline,
    /// The same, reckoned from last year's level and the growth since.
    Reckoned,
}

impl YearVerdict {
    /// All, in the order of screens.
    pub const ALL: [Self; 9] = [
        Self::Missed,
        Self::Met,
        Self::Told,
        Self::NotComparable,
        Self::NoWord,
        Self::DoesNotFit,
        Self::Fits,
        Self::Baseline,
        Self::Reckoned,
    ];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Met => "met",
            Self::Told => "told",
            Self::NotComparable => "not-comparable",
            Self::NoWord => "no-word",
            Self::DoesNotFit => "does-not-fit",
            Self::Fits => "fits",
            Self::Baseline => "baseline",
            Self::Reckoned => "reckoned",
        }
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        let (zh, en) = match self {
            Self::Missed => ("未达到", "Missed"),
            Self::Met => ("已完成", "Met"),
            Self::Told => ("报告有提及（无数字）", "Spoken of, without a number"),
            Self::NotComparable => ("不可比", "Not comparable"),
            Self::NoWord => ("未找到完成数", "No word of it found"),
            Self::DoesNotFit => ("与上年报告不符", "Does not fit last year's report"),
            Self::Fits => ("与上年报告相符", "Fits last year's report"),
            Self::Baseline => ("目标基数", "Where targets start"),
            Self::Reckoned => ("推算的目标基数", "Where targets start, reckoned"),
        };
        Two::new(zh, en)
    }
}

/// One quantity over two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Across {
    /// How the years stand to each other.
    pub verdict: YearVerdict,
    /// The place in last year's report.
    pub last: Option<FindingPlace>,
    /// The place in this year's report; for a baseline the target's.
    pub this: Option<FindingPlace>,
    /// The baseline, in `unit`.
    pub value: Option<Decimal>,
    /// The unit of `value`.
    pub unit: String,
    /// What it says, with the numbers.
    pub sentence: Two,
}

/// Two reports that are not of consecutive years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reports promise for {last} and {this}: give the report of the year right before")]
pub struct YearsApart {
    /// The year the older one promises for.
    pub last: i16,
    /// The year the newer one promises for.
    pub this: i16,
}

impl YearsApart {
    /// In both languages.
    #[must_use]
    pub fn words(&self) -> Two {
        Two::new(
            format!("两份报告分别部署 {} 年和 {} 年工作：请提供相邻上一年的报告。", self.last, self.this),
            self.to_string(),
        )
    }
}

/// What two consecutive reports of one city say of each other: what was missed, met and not told of last year's targets in
/// the older text's order, then levels, then baselines.
///
/// # Errors
/// When both reports name their years and the years are not consecutive.
pub fn two_years(last: &Said<'_>, this: &Said<'_>) -> Result<Vec<Across>, YearsApart> {
    if let (Some(before), Some(now)) = (last.year, this.year)
        && before.saturating_add(1) != now
    {
        return Err(YearsApart { last: before, this: now });
    }
    let (last, this) = (Facts::of(last), Facts::of(this));
    let aims = last.all.iter().filter(|fact| aimed(fact) && !restated(&last, fact));
    let mut all: Vec<Across> = aims.map(|aim| kept(&last, &this, aim)).collect();
    all.extend(spoken_of(&last, &this));
    all.sort_by_key(|across| across.verdict);
    all.extend(levels(&last, &this));
    let aims = this.all.iter().filter(|fact| aimed(fact) && !restated(&this, fact));
    all.extend(aims.filter_map(|aim| baseline(&last, &this, aim)));
    Ok(all)
}

/// A target of one year.
fn aimed(fact: &Fact<'_>) -> bool {
    fact.promised() && !fact.term
}

/// Said before with the same number: a list restates the body, and once is enough.
fn restated(facts: &Facts<'_>, fact: &Fact<'_>) -> bool {
    let before = facts.like(&fact.subject).take_while(|other| other.at < fact.at);
    let mut same = before.filter(|other| aimed(other) && other.same_unit(fact) && other.same_value(fact));
    same.any(|other| {
        other.restates(fact) && other.direction() == fact.direction() && !other.subject.opposed(&fact.subject)
    })
}

fn target_of(aim: &Fact<'_>) -> Target {
    let quantity = aim.quantity;
    let ceiling = CEILINGS.iter().any(|word| aim.subject.core.contains(word)) && quantity.bound != Bound::Below;
    let baseline = match quantity.role {
        Role::Level { from } => from,
        _ => None,
    };
    Target {
        value: quantity.value,
        unit: quantity.unit.clone(),
        bound: if ceiling { Bound::AtMost } else { quantity.bound },
        role: quantity.role,
        baseline,
    }
}

/// Whether a result speaks of the quantity a target names; the words must say so, the numbers may differ.
fn answers(aim: &Fact<'_>, result: &Fact<'_>) -> bool {
    let same_deed = aim.statement.action == result.statement.action || aim.is_level();
    !result.promised()
        && !result.term
        && aim.same_time(result)
        && aim.same_unit(result)
        // A share of 51.8 % is no answer to a growth of 12 %.
        && (aim.unit != "%" || aim.direction().is_some() == result.direction().is_some())
        && !aim.subject.opposed(&result.subject)
        && match aim.subject.likeness(&result.subject) {
            Some(Likeness::Same | Likeness::Within(_)) => true,
            Some(Likeness::Alike(shared, of)) => {
                let alike = shared >= 3 && shared * 3 >= of * 2 && aim.subject.head() == result.subject.head();
                aim.restates(result) && aim.same_value(result) || (alike && same_deed)
            }
            None => false,
        }
}

/// What became of one target.
fn kept(last: &Facts<'_>, this: &Facts<'_>, aim: &Fact<'_>) -> Across {
    let mut results: Vec<_> = this.like(&aim.subject).filter(|result| answers(aim, result)).collect();
    results.sort_by_key(|result| (!comparable(aim, result), target::distance(aim, result), result.at));
    let of = |verdict, result: Option<&Fact<'_>>, sentence| Across {
        verdict,
        last: Some(aim.place()),
        this: result.map(Fact::place),
        value: None,
        unit: String::new(),
        sentence,
    };
    let year = last.said.year.map(|year| year.to_string());
    let (zh_year, en_year) =
        year.map_or_else(|| ("上年".to_owned(), "last year".to_owned()), |year| (format!("{year} 年"), year));
    let (what, goal) = (name(aim), number(aim));
    let Some(result) = results.first().copied() else {
        let sentence = Two::new(
            format!("{what}：{zh_year}目标 {}，今年报告中未找到对应的完成数。", goal.zh),
            format!("{what}: target of {en_year} {}, no number of it was found in this year's report.", goal.en),
        );
        return of(YearVerdict::NoWord, None, sentence);
    };
    let done = number(result);
    let told = |zh: &str, en: &str| {
        Two::new(
            format!("{what}：{zh_year}目标 {}，完成 {}（{}）：{zh}。", goal.zh, done.zh, name(result)),
            format!("{what}: target of {en_year} {}, result {} ({}): {en}.", goal.en, done.en, name(result)),
        )
    };
    if !comparable(aim, result) {
        return of(YearVerdict::NotComparable, Some(result), told("口径或说法不同，不能直接相比", "not comparable"));
    }
    // 超过 3 万 reaches any target up to 3 万.
    if reached(aim, result) {
        of(YearVerdict::Met, Some(result), told("已完成", "met"))
    } else {
        of(YearVerdict::Missed, Some(result), told("未达到", "missed"))
    }
}

/// A change as a signed number: a target of growth met by a fall is missed.
fn signed(fact: &Fact<'_>) -> Decimal {
    match fact.direction() {
        Some(Direction::Down) => -fact.quantity.value,
        _ => fact.quantity.value,
    }
}

fn reached(aim: &Fact<'_>, result: &Fact<'_>) -> bool {
    let target = target_of(aim);
    let actual = if aim.direction() == Some(Direction::Down) { -signed(result) } else { signed(result) };
    target.met_by(actual) || (result.quantity.bound == Bound::Above && actual >= target.value && !target.downward())
}

/// Whether the two numbers are of one kind and scope.
fn comparable(aim: &Fact<'_>, result: &Fact<'_>) -> bool {
    let changes = aim.direction().is_some() && result.direction().is_some();
    // A count of the narrower thing says little of the wider one; of a rate people leave qualifying words away.
    let within = aim.subject.likeness(&result.subject) == Some(Likeness::Within(true));
    let wider = within && !aim.same_value(result) && aim.unit != "%";
    aim.subject.scope == result.subject.scope && (changes || aim.same_role(result)) && !wider
}

/// Last year's commitments without a number. Those of the list that nobody speaks of are said to be so; in the body there
/// are too many for that.
fn spoken_of(last: &Facts<'_>, this: &Facts<'_>) -> Vec<Across> {
    let told = Told::of(this.said);
    let year = last
        .said
        .year
        .map_or_else(|| Two::new("上年", "last year"), |year| Two::new(format!("{year} 年"), year.to_string()));
    let plain = last.said.statements.iter().enumerate();
    let plain = plain.filter(|(_, statement)| statement.set == Set::Commitment && statement.quantity.is_none());
    let mut named = HashSet::new();
    let mut found = Vec::new();
    for (index, statement) in plain {
        let subject = Subject::new(&statement.subject, &statement.action);
        let place = told.place(&subject);
        let listed = last.said.parts.get(statement.part).is_some_and(|part| part.kind == SectionKind::PromisedList);
        if (place.is_none() && !listed) || !named.insert(subject.core.clone()) {
            continue;
        }
        let what = format!("{}{}", statement.action, statement.subject);
        let (verdict, sentence) = if place.is_some() {
            let sentence = Two::new(
                format!("“{what}”：{}承诺，今年报告的完成部分提到“{}”，请对照两处原文。", year.zh, subject.core),
                format!(
                    "“{what}”, a commitment of {}: this year's report names “{}” among what was done; compare both places.",
                    year.en, subject.core
                ),
            );
            (YearVerdict::Told, sentence)
        } else {
            let sentence = Two::new(
                format!("“{what}”：{}清单事项，今年报告的完成部分未提到。", year.zh),
                format!("“{what}”, listed for {}: this year's report does not name it among what was done.", year.en),
            );
            (YearVerdict::NoWord, sentence)
        };
        found.push(Across {
            verdict,
            last: Some(FindingPlace { statement: Some(index), span: statement.span }),
            this: place.map(|span| FindingPlace { statement: None, span }),
            value: None,
            unit: String::new(),
            sentence,
        });
    }
    found
}

/// Last year's published levels against this year's level and growth.
fn levels(last: &Facts<'_>, this: &Facts<'_>) -> Vec<Across> {
    let mut found = Vec::new();
    for (level, change) in pairs(this) {
        let exact = level.quantity.bound == Bound::Equal && change.quantity.bound == Bound::Equal;
        if level.promised() || level.term || !exact || constant_prices(level) {
            continue;
        }
        let published = last.named(&level.subject).find(|old| {
            !old.promised()
                && !old.term
                && old.is_level()
                && old.same_unit(level)
                && old.same_time(level)
                && old.subject.scope == level.subject.scope
                && old.quantity.bound == Bound::Equal
        });
        let Some(published) = published else { continue };
        let Some(implied) = before(level.interval(this.said), growth_of(this, change)) else { continue };
        let range = between(implied, level.step(this.said), &level.quantity.unit);
        let (now, growth, old) = (number(level), number(change), number(published));
        let fits = implied.meets(published.interval(last.said));
        let (verdict, zh, en) = if fits {
            (YearVerdict::Fits, "相符", "they fit")
        } else {
            (
                YearVerdict::DoesNotFit,
                "不相符，上年数可能已修订或口径不同",
                "they do not fit: revised, or of another scope",
            )
        };
        let sentence = Two::new(
            format!(
                "{}{}、{}，推算前一年为 {}；上年报告为 {}：{zh}。",
                name(level),
                now.zh,
                growth.zh,
                range.zh,
                old.zh
            ),
            format!(
                "{} {}, {} imply {} the year before; last year's report says {}: {en}.",
                name(level),
                now.en,
                growth.en,
                range.en,
                old.en
            ),
        );
        let (last, this) = (Some(published.place()), Some(level.place()));
        found.push(Across { verdict, last, this, value: None, unit: String::new(), sentence });
    }
    found
}

/// Where a target of this year starts from.
fn baseline(last: &Facts<'_>, this: &Facts<'_>, aim: &Fact<'_>) -> Option<Across> {
    let same = |fact: &&Fact<'_>| {
        !fact.promised()
            && !fact.term
            && fact.subject.scope == aim.subject.scope
            && fact.same_time(aim)
            && !fact.subject.opposed(&aim.subject)
    };
    // A change starts from a level, a level from a level, an amount from last year's amount.
    let kind = |fact: &&Fact<'_>| {
        let share = fact.unit == "%";
        match aim.direction() {
            Some(_) if aim.unit == "%" => fact.is_level() && !share,
            Some(_) if aim.unit == "个百分点" => fact.is_level() && share,
            Some(_) => fact.is_level() && fact.same_unit(aim),
            None => fact.same_unit(aim) && fact.same_role(aim),
        }
    };
    let across = |verdict, from: Option<&Fact<'_>>, amount: Decimal, unit: &str, sentence| Across {
        verdict,
        last: from.map(Fact::place),
        this: Some(aim.place()),
        value: Some(amount),
        unit: unit.to_owned(),
        sentence,
    };
    let goal = number(aim);
    if let Some(own) = this.named(&aim.subject).filter(same).find(kind) {
        let base = number(own);
        let sentence = Two::new(
            format!("{}：目标 {}，上年结果（基数）{}。", name(aim), goal.zh, base.zh),
            format!("{}: target {}, from last year's result {}.", name(aim), goal.en, base.en),
        );
        return Some(across(YearVerdict::Baseline, None, own.quantity.value, &own.quantity.unit, sentence));
    }
    let growth = this.named(&aim.subject).filter(same).find(|fact| fact.direction().is_some() && fact.unit == "%")?;
    let old = last.named(&aim.subject).filter(same).find(|fact| fact.is_level() && fact.unit != "%")?;
    if constant_prices(aim) || !(aim.direction().is_some() || old.same_unit(aim)) {
        return None;
    }
    let grown = grow(old.interval(last.said), growth_of(this, growth))?;
    let middle = grow_one(old.quantity.value, signed(growth))?;
    let range = between(grown, old.step(last.said), &old.quantity.unit);
    let (was, rate) = (value(old.quantity.value, &old.quantity.unit), number(growth));
    let sentence = Two::new(
        format!("{}：目标 {}；按前年 {}、上年{}推算，基数为 {}。", name(aim), goal.zh, was.zh, rate.zh, range.zh),
        format!(
            "{}: target {}; {} the year before last and {} make {} to start from.",
            name(aim),
            goal.en,
            was.en,
            rate.en,
            range.en
        ),
    );
    Some(across(YearVerdict::Reckoned, Some(old), middle, &old.quantity.unit, sentence))
}

fn grow_one(level: Decimal, percent: Decimal) -> Option<Decimal> {
    let factor = percent.checked_div(Decimal::ONE_HUNDRED)?.checked_add(Decimal::ONE)?;
    level.checked_mul(factor).map(|grown| grown.round_dp(4).normalize())
}

fn grow(level: Interval, growth: Interval) -> Option<Interval> {
    Some(Interval { low: grow_one(level.low, growth.low)?, high: grow_one(level.high, growth.high)? })
}
