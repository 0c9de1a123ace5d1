//! Action items: which clauses and numbers belong together, and how their titles read.

use crate::common;

use std::path::PathBuf;

use common::{plan, reading};
use proptest::prelude::*;
use tingzhou_report::{Reading, Role, SectionKind, Set, items, plain_words};

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
fn deeds_that_no_verb_leads() {
    check("在各村卫生室开展远程会诊。", "在各村卫生室开展远程会诊");
    check("对退休教师免费实施眼科筛查。", "对退休教师免费实施眼科筛查");
    check("在发展全局中取得新突破。", "");
    check("做精特色林果产业，遏制新增债务，丰富群众文化生活。", "做精特色林果产业 / 遏制新增债务 / 丰富群众文化生活");
    let list = |sentence: &str| {
        format!(
            "2025年1月8日在某市人民代表大会上\n\n一、2024年工作回顾\n\n平稳。\n\n某市2025年十件实事清单\n\n{sentence}\n"
        )
    };
    assert_eq!(titles(&list("城区公交车开通扫码乘车功能。")), "城区公交车开通扫码乘车功能");
    assert_eq!(titles(&list("第九中学分校挂牌招生。")), "第九中学分校挂牌招生");
}

#[test]
fn titles_that_lean_on_what_stands_before() {
    check("释放老矿产能，两年产量增加2倍。", "释放老矿产能，两年产量增加2倍");
    check("新建村道30公里，惠及5个乡镇。", "新建村道30公里；新建村道，惠及5个乡镇");
    check("骆驼、山羊存栏量分别达2万头、9万只。", "骆驼存栏量达2万头；山羊存栏量达9万只");
}

/// The clauses of promised sections that no item holds.
fn outside(text: &str, reading: &Reading) -> Vec<String> {
    let held: std::collections::BTreeSet<usize> =
        items(text, reading).into_iter().flat_map(|item| item.clauses).collect();
    let promised = |section: usize| {
        let kind = reading.sections.get(section).map(|section| section.kind);
        matches!(kind, Some(SectionKind::Plan | SectionKind::Conduct | SectionKind::PromisedList))
    };
    let clauses = reading.clauses.iter().enumerate();
    let outside = clauses.filter(|(index, clause)| promised(clause.section) && !held.contains(index));
    outside.map(|(_, clause)| plain_words(&text[clause.span.start..clause.span.end])).collect()
}

/// Of the real report's second and third parts and its list for 2025, the clauses in no item were read one by one: they
/// are titles, forms of address, descriptions and attitudes, and two habits of thrift (习惯…, 把…用在…); none asks for a
/// deed that could be checked.
#[test]
fn no_deed_of_the_real_report_is_lost() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let Ok(text) = std::fs::read_to_string(root.join("../shared/reports/changji-2025.txt")) else {
        println!("skipped: no report beside the workspace");
        return;
    };
    let reading = reading(&text);
    let outside = outside(&text, &reading);
    assert_eq!(outside.len(), 34, "{outside:#?}");
    for verb in ["建设", "新建", "实施", "开展", "推进", "完善", "推动", "打造", "落实", "加强", "对", "在"]
    {
        assert!(!outside.iter().any(|clause| clause.starts_with(verb)), "{verb}: {outside:#?}");
    }
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
