//! What holds for every text.

use proptest::prelude::*;
use tingzhou_report::{jsonl, parse_quantity, read};

#[path = "common/laws.rs"]
mod laws;

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
            prop_assert_eq!(jsonl(&text, &reading).lines().count(), reading.statements.iter().filter(|s| s.quantity.is_some()).count());
        }
    }

    #[test]
    fn a_quantity_reads_back(whole in 0_u32..100_000, part in 0_u8..100, times in 0_usize..4, unit in 0_usize..6) {
        let times = ["", "万", "亿", "千"][times];
        let unit = ["元", "个", "亩", "%", "公里", "千瓦"][unit];
        let text = format!("新建公园{whole}.{part:02}{times}{unit}。");
        let reading = read(&text).unwrap_or_default();
        let quantity = reading.statements.iter().find_map(|statement| statement.quantity.clone());
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
    ] {
        let text = format!("二、2025年重点工作\n\n新建{}。", piece.repeat(12_000));
        if let Ok(reading) = read(&text) {
            assert!(reading.statements.len() <= text.len(), "{piece}");
        }
    }
    let lines = "（一）做好工作\n".repeat(12_000);
    assert!(read(&format!("{lines}新建公园3个。")).is_ok());
}
