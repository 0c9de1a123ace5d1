//! What holds for every text.

use crate::common::laws;
use proptest::prelude::*;
use tingzhou_report::{Reading, Span, Statement, jsonl, parse_quantity, read};

/// Pieces of reports, to be thrown together.
const PIECES: [&str; 64] = [
    "新建",
    "改造",
    "完成",
    "增长",
    "下降",
    "达到",
    "从",
    "由",
    "增加到",
    "至",
    "分别",
    "约",
    "超",
    "不低于",
    "以上",
    "左右",
    "等",
    "、",
    "，",
    "。",
    "；",
    "：",
    "和",
    "与",
    "“",
    "”",
    "（",
    "）",
    "《",
    "\n",
    "\n\n",
    " ",
    "**",
    "## ",
    "一、",
    "（一）",
    "1.",
    "——",
    "3",
    "12.5",
    "1,200",
    "％",
    "%",
    "个",
    "家",
    "亿元",
    "万亩",
    "千瓦",
    "个百分点",
    "年",
    "2025年",
    "2030年",
    "第",
    "5G",
    "10:40:50",
    "一批",
    "两座",
    "千亿",
    "百分之",
    "公园",
    "产量",
    "2024年工作回顾",
    "二、2025年重点工作",
    "<sub>2.5</sub>",
];

fn soup() -> impl Strategy<Value = String> {
    proptest::collection::vec(0..PIECES.len(), 0..60)
        .prop_map(|picks| picks.into_iter().filter_map(|pick| PIECES.get(pick)).copied().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,200}") {
        if let Ok(reading) = read(&text) {
            laws::hold(&text, &reading);
        }
    }

    #[test]
    fn soups_nest_and_stand_on_borders(text in soup()) {
        if let Ok(reading) = read(&text) {
            laws::hold(&text, &reading);
            prop_assert_eq!(&reading, &read(&text).unwrap_or_default());
            prop_assert_eq!(jsonl(&text, &reading, |_| Default::default()).lines().count(), reading.statements.iter().filter(|s| s.quantity.is_some()).count());
        }
    }

    #[test]
    fn a_quantity_reads_back(whole in 0_u32..100_000, part in 0_u8..100, times in 0_usize..4, unit in 0_usize..6) {
        let times = ["", "万", "亿", "千"][times];
        let unit = ["元", "个", "亩", "%", "公里", "千瓦"][unit];
        let text = format!("新建公园{whole}.{part:02}{times}{unit}。");
        let reading = read(&text).unwrap_or_default();
        let quantity = reading.statements.iter().find_map(|statement| statement.quantity);
        let quantity = quantity.ok_or_else(|| TestCaseError::fail(text.clone()))?;
        let words = &text[quantity.span.start..quantity.span.end];
        prop_assert_eq!(parse_quantity(words), Some((quantity.value, quantity.unit)));
    }
}

#[test]
fn clauses_without_end_take_no_longer_than_their_length() {
    for piece in [
        "3个",
        "从3个",
        "公园3个、",
        "“",
        "（",
        "（3）",
        "1:2:3",
        "的",
        "等",
        "新建",
        "分别增长",
        "3、",
        "1.",
        "一、",
        "——",
        "**",
        "2025年",
        "、",
        "增长3%和",
        "为3家",
        "1:2:3调整为4:5:6",
        "连续五年",
        "3个、力争",
        "以上的3个",
        "产量、",
    ] {
        let text = format!("二、2025年重点工作\n\n新建{}。", piece.repeat(12_000));
        if let Ok(reading) = read(&text) {
            assert!(reading.statements.len() <= text.len(), "{piece}");
        }
    }
    let lines = "（一）做好工作\n".repeat(12_000);
    assert!(read(&format!("{lines}新建公园3个。")).is_ok());
}

/// Pieces of sentences; none of them opens a heading.
const WORDS: [&str; 26] = [
    "新建",
    "改造",
    "增长",
    "达到",
    "从",
    "增加到",
    "分别",
    "约",
    "力争",
    "已",
    "等",
    "、",
    "，",
    "。",
    "；",
    "和",
    "“",
    "”",
    "3个",
    "12.5%",
    "8亿元",
    "2030年",
    "公园",
    "产量",
    "12:38:50",
    "一批",
];

fn sentences() -> impl Strategy<Value = String> {
    proptest::collection::vec(0..WORDS.len(), 0..40)
        .prop_map(|picks| picks.into_iter().filter_map(|pick| WORDS.get(pick)).copied().collect())
}

/// A report with a review and a plan, each under a numbered heading that names it.
fn report(review: &str, plan: &str) -> String {
    format!(
        "某市政府工作报告\n\n2025年1月8日在某市人民代表大会上\n\n一、2024年工作回顾\n\n全市{review}\n\n二、2025年重点工作\n\n全市{plan}\n"
    )
}

/// The statements as if their text stood `bytes` later and `clauses` more clauses before it.
fn moved(reading: &Reading, bytes: usize, clauses: usize) -> Vec<Statement> {
    let place = |span: Span| Span { start: span.start + bytes, end: span.end + bytes };
    let mut statements = reading.statements.clone();
    for statement in &mut statements {
        statement.span = place(statement.span);
        statement.clause += clauses;
        for piece in statement.action.0.iter_mut().chain(&mut statement.subject.0) {
            *piece = place(*piece);
        }
        if let Some(quantity) = &mut statement.quantity {
            quantity.span = place(quantity.span);
        }
    }
    statements
}

proptest! {
    /// Holds when both reports promise for the same year and open each part with a numbered heading that names it. With
    /// another year, deadlines and 去年 would be read by the first report's date; without such headings the second report
    /// would go on in the part the first one ended with.
    #[test]
    fn two_reports_in_a_row_say_what_each_says(
        parts in (sentences(), sentences(), sentences(), sentences())
    ) {
        let first = report(&parts.0, &parts.1);
        let second = report(&parts.2, &parts.3);
        let (Ok(one), Ok(two)) = (read(&first), read(&second)) else { return Ok(()) };
        let both = format!("{first}\n{second}");
        let read_both = read(&both).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let shift = read_both.clauses.len() - two.clauses.len();
        let mut expected = one.statements;
        expected.extend(moved(&two, first.len() + 1, shift));
        prop_assert_eq!(read_both.statements, expected, "{}", both);
    }
}
