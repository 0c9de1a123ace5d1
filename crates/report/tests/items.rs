//! Action items: which clauses and numbers belong together, and how their titles read.

mod common;

use std::path::PathBuf;

use common::{plan, reading};
use proptest::prelude::*;
use tingzhou_report::{Reading, Role, Set, items};

/// The titles of every item: of its numbers, or of its first commitment; items parted by ` / `, numbers by `；`.
fn titles(text: &str) -> String {
    let reading = reading(text);
    let told = items(text, &reading).into_iter().map(|item| {
        let told = item.told(&reading).into_iter();
        told.map(|index| item.title(text, &reading, index)).collect::<Vec<_>>().join("；")
    });
    told.collect::<Vec<_>>().join(" / ")
}

#[track_caller]
fn check(sentence: &str, expected: &str) {
    assert_eq!(titles(&plan(sentence)), expected, "{sentence}");
}

/// Every commitment that is not an attribute lies in one item, in order; no clause lies in two.
#[track_caller]
fn lands_once(text: &str, reading: &Reading) {
    let items = items(text, reading);
    let landed: Vec<usize> = items.iter().flat_map(|item| item.statements.iter().copied()).collect();
    let due = reading.statements.iter().enumerate().filter(|(_, statement)| {
        statement.set == Set::Commitment && !statement.quantity.as_ref().is_some_and(|q| q.role == Role::Attribute)
    });
    assert_eq!(landed, due.map(|(index, _)| index).collect::<Vec<_>>(), "each commitment lands once, in order");
    let clauses: Vec<usize> = items.iter().flat_map(|item| item.clauses.iter().copied()).collect();
    assert!(clauses.is_sorted_by(|a, b| a < b), "items share no clause: {clauses:?}");
    for item in &items {
        for index in &item.statements {
            assert!(!item.title(text, reading, *index).is_empty(), "a title says something: {item:?}");
            assert!(item.clauses.contains(&reading.statements[*index].clause), "a number lies in its item's clauses");
        }
        for span in item.words(reading).0 {
            assert!(text.get(span.start..span.end).is_some(), "borders: {span:?}");
        }
    }
}

#[test]
fn clauses_to_items() {
    check("新建口袋公园6个，改造老旧小区8个。", "新建口袋公园6个 / 改造老旧小区8个");
    check("完善养老服务体系，新建日间照料中心3个。", "完善养老服务体系 / 新建日间照料中心3个");
    check("坚持规划先行，改造老旧小区8个。", "改造老旧小区8个");
    check("实施灌区节水改造工程，力争用水总量下降4%。", "实施灌区节水改造工程，用水总量下降4%");
    check("开展助餐服务，惠及90名老人。", "开展助餐服务，惠及90名老人");
    check("1.为150名老人免费体检。", "为150名老人免费体检");
    check("做好今年的工作责任重大。", "");
    check("地区生产总值增长6%，力争固定资产投资增长9%。", "地区生产总值增长6% / 固定资产投资增长9%");
}

#[test]
fn each_commitment_of_the_digest_and_of_real_reports_lands_once() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let digest = root.join("cities/changji/report-2025.md");
    let text = std::fs::read_to_string(digest).unwrap();
    lands_once(&text, &reading(&text));
    match std::fs::read_to_string(root.join("../shared/reports/changji-2025.txt")) {
        Ok(text) => lands_once(&text, &reading(&text)),
        Err(_) => println!("skipped: no report beside the workspace"),
    }
}

proptest! {
    #[test]
    fn any_text_lands_once(picks in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let body: String = picks.iter().map(|pick| PIECES[*pick]).collect();
        let text = plan(&body);
        lands_once(&text, &reading(&text));
    }
}

const PIECES: &[&str] = &[
    "，",
    "。",
    "；",
    "、",
    "\n\n",
    "**",
    " ",
    "确保",
    "力争",
    "坚持",
    "通过",
    "新建",
    "改造",
    "完善",
    "增长",
    "达到",
    "公园",
    "老旧小区",
    "产值",
    "体系",
    "3个",
    "12.5%",
    "8亿元",
    "其中",
    "2024年",
    "（一）",
    "1.",
    "从2万亩",
    "|",
    "“",
    "”",
    "：",
];
