//! The findings of a real report, when it lies beside the workspace.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use std::path::PathBuf;
use tingzhou_ledger::{FindingKind, Said, Verdict, findings};
use tingzhou_report::plain_words;

#[test]
fn the_pairs_of_a_real_report_are_found() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reports/changji-2025.txt");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: no report at {}", file.display());
        return;
    };
    let reading = tingzhou_report::read(&text).unwrap();
    let all = findings(&Said::of(&text, &reading));
    // Kind, verdict, words of the two places.
    let said: Vec<(FindingKind, Verdict, Vec<String>)> = all
        .iter()
        .map(|finding| {
            let words = finding.places.iter().map(|place| plain_words(&text[place.span.start..place.span.end]));
            (finding.kind, finding.verdict, words.collect())
        })
        .collect();
    let mut missing = Vec::new();
    let mut check = |kind: FindingKind, verdict: Verdict, words: &[&str]| {
        let hit = said.iter().any(|(k, v, places)| {
            (*k, *v) == (kind, verdict) && words.iter().all(|word| places.iter().any(|place| place.contains(word)))
        });
        if !hit {
            missing.push(format!("{kind:?} {verdict:?} {words:?}"));
        }
    };
    // One quantity in body and list.
    for words in [
        ["高标准农田5万亩", "建设高标准农田5万亩"],
        ["高产示范点6个", "粮棉高产示范点6个"],
        ["集贸市场4个", "优化提升4个集贸市场"],
        ["改扩建农村公路87公里", "新改建农村公路87公里"],
        ["新增蓄水能力突破3000万方", "新增蓄水能力突破3000万方"],
        ["改造老旧小区8个", "改造老旧小区8个"],
        ["充电桩200个", "新建充电桩200台"],
        ["占道电线杆17个", "迁移占道电线杆17个"],
        ["农房抗震防灾工程205户", "实施农房抗震防灾工程205户"],
        ["示范村15个", "建设自治区乡村振兴示范村15个"],
        ["1000套保障性租赁住房", "保障性租赁住房1000套"],
        ["淘汰营运柴油货车741辆", "淘汰老旧柴油货车741辆"],
        ["优良天数达到300天", "优良天数达到300天"],
        ["推广加厚高强度地膜10万亩", "推广加厚高强度地膜10万亩"],
        ["236场", "文化惠民演出236场次"],
        ["城镇新增就业5150人", "新增城镇就业5150人"],
        ["农村劳动力外出务工2.3万人次", "新增农村劳动力外出务工2.3万人次"],
        ["170元", "城乡居民医保财政补助从50元增加到170元"],
        ["新增学位9930个", "新增学位9930个"],
        ["新建高标准农田1.72万亩", "建设高标准农田1.72万亩"],
    ] {
        check(FindingKind::SameQuantity, Verdict::Agrees, &words);
    }
    check(FindingKind::SameQuantity, Verdict::Contradicts, &["施划道路标线2万平方米", "复划道路标线5万平方米"]);
    check(FindingKind::SameQuantity, Verdict::Narrower, &["新能源出租车373辆", "新能源客货车444辆"]);
    check(FindingKind::SameQuantity, Verdict::OtherDeed, &["4个养老服务中心", "提升改造4个区域养老服务中心"]);
    check(FindingKind::SameQuantity, Verdict::Narrower, &["供排水管网28公里", "供排水及燃气管网40公里"]);
    check(FindingKind::PartsAndSums, Verdict::Narrower, &["11.5万亩", "人工造林1600亩", "治理沙化土地5万亩"]);
    check(FindingKind::PartsAndSums, Verdict::Agrees, &["10件民生实事"]);
    check(FindingKind::TargetReached, Verdict::AlreadyMet, &["3万头", "奶牛存栏突破3万头"]);
    check(FindingKind::TargetReached, Verdict::EqualsLast, &["城镇新增就业5150人", "新增就业5150人"]);
    check(FindingKind::TargetReached, Verdict::EqualsLast, &["技能培训1.2万人次"]);
    check(FindingKind::TargetReached, Verdict::EqualsLast, &["改扩建农村公路87公里", "新建农村公路87公里"]);
    check(FindingKind::ScopeChanged, Verdict::OtherScope, &["规模以上工业增加值增长10%"]);
    check(FindingKind::ScopeChanged, Verdict::OtherScope, &["固定资产投资增长25%", "市属固定资产投资61.27亿元"]);
    check(FindingKind::LevelAndGrowth, Verdict::NotComparable, &["地区生产总值670亿元"]);
    check(FindingKind::LevelAndGrowth, Verdict::NotComparable, &["市属规上工业增加值63.03亿元"]);
    check(FindingKind::LevelAndGrowth, Verdict::Implies, &["到位资金143.6亿元"]);
    check(FindingKind::Units, Verdict::OtherUnit, &["充电桩200个", "充电桩200台"]);
    check(FindingKind::Units, Verdict::Magnitude, &["施划道路标线2万平方米", "20.86万平方米"]);
    check(FindingKind::Estimate, Verdict::Provisional, &["地区生产总值670亿元"]);
    assert!(missing.is_empty(), "missing: {missing:#?}");
    let scopes = all.iter().filter(|finding| finding.kind == FindingKind::ScopeChanged).count();
    assert_eq!(scopes, 2, "the scope was dropped from two targets");
    let asking = all.iter().filter(|finding| finding.verdict.asks()).count();
    assert!(asking <= 20, "{asking} findings to look at are more than a person wants");
}
