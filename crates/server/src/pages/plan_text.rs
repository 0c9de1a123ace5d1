//! A plan as people write it: shares on one line, nodes and milestones one a line.

use crate::error::Answer;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tingzhou_platform::ledger::{Milestone, Node, Plan, parse_value};

fn wrong(line: &str, example: &str) -> Answer {
    let short: String = line.chars().take(60).collect();
    Answer::bad_field(
        "plan",
        format!("“{short}”无法读取；请写成：{example}。"),
        format!("“{short}” cannot be read; write it like this: {example}."),
    )
}

/// A share of the way: `40%`.
fn share(text: &str) -> Option<Decimal> {
    parse_value(text.trim_end_matches(['%', '％']))?.checked_div(Decimal::ONE_HUNDRED)
}

fn percent(share: Decimal) -> String {
    format!("{}%", share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share).normalize())
}

/// As many shares as the year has parts.
fn shares<const PARTS: usize>(text: &str) -> Result<[Decimal; PARTS], Answer> {
    let example = vec!["…%"; PARTS].join(" ");
    let parts = text.split([' ', '\n', '\r', '\t', '、', '，', ',', ';', '；']).filter(|part| !part.is_empty());
    let shares: Option<Vec<Decimal>> = parts.map(share).collect();
    shares.and_then(|shares| <[Decimal; PARTS]>::try_from(shares).ok()).ok_or_else(|| wrong(text.trim(), &example))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// One node: `2025-06-30 40%`.
fn node(line: &str) -> Option<Node> {
    let (on, percent) = line.split_once(char::is_whitespace)?;
    Some(Node { on: on.parse().ok()?, share: share(percent.trim())? })
}

/// One milestone: `2025-06-30 30 主体封顶`.
fn milestone(line: &str) -> Option<Milestone> {
    let (on, rest) = line.split_once(char::is_whitespace)?;
    let (weight, name) = rest.trim_start().split_once(char::is_whitespace)?;
    let on: Date = on.parse().ok()?;
    let weight = parse_value(weight.trim_end_matches(['%', '％']))?;
    Some(Milestone { name: name.trim().to_owned(), on, weight })
}

/// The plan of a kind with what was typed for it; `None` keeps the one a task has.
pub(super) fn read(kind: &str, text: &str) -> Result<Option<Plan>, Answer> {
    Ok(Some(match kind {
        "linear" => Plan::Linear,
        "as-it-stands" => Plan::AsItStands,
        "at-deadline" => Plan::AtDeadline,
        "quarters" => Plan::Quarters { shares: shares(text)? },
        "months" => Plan::Months { shares: Box::new(shares(text)?) },
        "nodes" => {
            let node = |line| node(line).ok_or_else(|| wrong(line, "2025-06-30 40%"));
            Plan::Nodes { nodes: lines(text).map(node).collect::<Result<_, _>>()? }
        }
        "milestones" => {
            let milestone = |line| milestone(line).ok_or_else(|| wrong(line, "2025-06-30 30 主体封顶"));
            Plan::Milestones { milestones: lines(text).map(milestone).collect::<Result<_, _>>()? }
        }
        _ => return Ok(None),
    }))
}

/// What of a plan is typed, as [`read`] takes it.
pub(super) fn written(plan: &Plan) -> String {
    let shares = |shares: &[Decimal]| shares.iter().map(|share| percent(*share)).collect::<Vec<_>>().join(" ");
    match plan {
        Plan::Linear | Plan::AsItStands | Plan::AtDeadline => String::new(),
        Plan::Quarters { shares: four } => shares(four),
        Plan::Months { shares: twelve } => shares(twelve.as_slice()),
        Plan::Nodes { nodes } => nodes.iter().map(|n| format!("{} {}\n", n.on, percent(n.share))).collect(),
        Plan::Milestones { milestones } => {
            milestones.iter().map(|m| format!("{} {} {}\n", m.on, m.weight.normalize(), m.name)).collect()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it stands")]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_as_it_is_written() {
        let check = |kind: &str, text: &str, expected: Option<&str>| {
            let read = read(kind, text);
            let written = read.as_ref().ok().map(|plan| plan.as_ref().map(written).unwrap_or_default());
            assert_eq!(written.as_deref(), expected, "{kind} {text:?}");
        };
        check("quarters", "20% 45%、75％ 100%", Some("20% 45% 75% 100%"));
        check("quarters", "20% 45% 75%", None);
        check("quarters", "20% 45% 75% 100% 100%", None);
        check("months", "5 10 20 30 40 50 60 70 80 90 95 100", Some("5% 10% 20% 30% 40% 50% 60% 70% 80% 90% 95% 100%"));
        check("months", "x", None);
        check("nodes", "2025-06-30 40%\n\n2025-12-31 100", Some("2025-06-30 40%\n2025-12-31 100%\n"));
        check("nodes", " 2025-12-31  100 ％", Some("2025-12-31 100%\n"));
        check("nodes", "2025-06-31 40%", None);
        check("nodes", "2025-06-30", None);
        check(
            "milestones",
            "2025-06-30 30 主体 封顶\n2025-11-30 70% 验收",
            Some("2025-06-30 30 主体 封顶\n2025-11-30 70 验收\n"),
        );
        check("milestones", "2025-06-30 主体封顶", None);
        check("linear", "anything", Some(""));
        check("keep", "anything", Some(""));
    }
}
