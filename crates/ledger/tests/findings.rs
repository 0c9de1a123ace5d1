//! What is found in short texts, and what is not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use proptest::prelude::*;
use tingzhou_ledger::{Finding, FindingKind, Said, Verdict, findings};

fn found(text: &str) -> Vec<Finding> {
    let reading = tingzhou_report::read(text).unwrap();
    findings(&Said::of(text, &reading))
}

/// A report with a part that looks back, a part that promises, and a list.
fn report(review: &str, plan: &str, list: &str) -> String {
    format!(
        "# 政府工作报告\n\n2025年1月10日\n\n## 一、2024年工作回顾\n\n{review}\n\n## 二、2025年重点工作\n\n{plan}\n\n\
         ## 2025年民生实事清单\n\n### 一、生活环境\n\n{list}\n\n### 二、其他\n\n做好其他工作。\n"
    )
}

fn kinds(text: &str) -> Vec<(FindingKind, Verdict)> {
    found(text).iter().map(|finding| (finding.kind, finding.verdict)).collect()
}

use FindingKind::{Estimate, LevelAndGrowth, PartsAndSums, SameQuantity, ScopeChanged, TargetReached, Units};

#[test]
fn one_quantity_in_two_places() {
    let check = |plan: &str, list: &str, expected: &[(FindingKind, Verdict)]| {
        assert_eq!(kinds(&report("工作平稳。", plan, list)), expected, "{plan} / {list}");
    };
    check("改造老旧小区12个。", "改造老旧小区12个。", &[(SameQuantity, Verdict::Agrees)]);
    check("改造老旧小区12个。", "改造老旧小区15个。", &[(SameQuantity, Verdict::Contradicts)]);
    check("新建养老服务中心4个。", "提升改造区域养老服务中心4个。", &[(SameQuantity, Verdict::OtherDeed)]);
    check("更新新能源出租车373辆。", "更新新能源客货车444辆。", &[(SameQuantity, Verdict::Narrower)]);
    check("新增充电桩200个。", "新建充电桩200台。", &[(SameQuantity, Verdict::Agrees), (Units, Verdict::OtherUnit)]);
    check("新增高标准农田5万亩。", "建设高标准农田5亩。", &[(Units, Verdict::Magnitude)]);
    // Other things, however alike.
    check("实施重点项目12个。", "实施重点项目15个。", &[]);
    check("改造农村户厕120座。", "改造城镇户厕120座。", &[]);
    check("淘汰老旧柴油货车741辆。", "新增电动公交客车741辆。", &[]);
    check("新建停车场3个。", "新建口袋公园3个。", &[]);
    check("改造老旧小区12个，改造老旧小区15个。", "做好工作。", &[]);
}

#[test]
fn targets_and_last_years_results() {
    let check = |review: &str, plan: &str, expected: &[(FindingKind, Verdict)]| {
        assert_eq!(kinds(&report(review, plan, "做好工作。")), expected, "{review} / {plan}");
    };
    check("奶牛存栏突破3万头。", "奶牛存栏量达3万头。", &[(TargetReached, Verdict::AlreadyMet)]);
    check("污水处理率达96%。", "污水处理率达到95%以上。", &[(TargetReached, Verdict::AlreadyMet)]);
    check("新增就业5150人。", "实现城镇新增就业5150人以上。", &[(TargetReached, Verdict::EqualsLast)]);
    check("新建农村公路87公里。", "改扩建农村公路87公里。", &[(TargetReached, Verdict::EqualsLast)]);
    check("新建农村公路87公里。", "改扩建农村公路95公里。", &[]);
    check("新建农村公路87公里。", "改扩建农村公路40公里。", &[]);
    // To hold what is there, and to stay below a ceiling, is no target reached.
    check("粮食产量达15万吨。", "粮食产量稳定在15万吨以上。", &[]);
    check("城镇登记失业率3.1%。", "城镇登记失业率控制在4%以内。", &[]);
    check("过去五年累计新增就业5150人。", "实现城镇新增就业5150人以上。", &[]);
    check("市属固定资产投资61.27亿元。", "固定资产投资增长25%以上。", &[(ScopeChanged, Verdict::OtherScope)]);
    check("复划市区道路标线208600平方米。", "施划道路标线20000平方米。", &[(Units, Verdict::Magnitude)]);
}

#[test]
fn levels_growth_estimates() {
    let check = |review: &str, plan: &str, expected: &[(FindingKind, Verdict)]| {
        assert_eq!(kinds(&report(review, plan, "做好工作。")), expected, "{review} / {plan}");
    };
    check("地区生产总值500亿元，增长6%。", "地区生产总值增长7%。", &[(LevelAndGrowth, Verdict::NotComparable)]);
    check("到位资金143.6亿元，增长12.2%。", "到位资金增长5%以上。", &[(LevelAndGrowth, Verdict::Implies)]);
    check("到位资金143.6亿元，增长12.2%。", "做好工作。", &[]);
    check(
        "社会消费品零售总额达到147亿元。",
        "社会消费品零售总额达到190亿元，增长5%。",
        &[(LevelAndGrowth, Verdict::Contradicts)],
    );
    check("社会消费品零售总额达到147亿元。", "社会消费品零售总额达到154.4亿元，增长5%。", &[]);
    check("预计社会消费品零售总额147亿元。", "社会消费品零售总额增长5%。", &[(Estimate, Verdict::Provisional)]);
    check(
        "预计社会消费品零售总额147亿元。\n\n社会消费品零售总额达到151亿元。",
        "做好工作。",
        &[(Estimate, Verdict::Contradicts)],
    );
}

#[test]
fn parts_and_sums() {
    let check = |plan: &str, list: &str, expected: &[(FindingKind, Verdict)]| {
        assert_eq!(kinds(&report("工作平稳。", plan, list)), expected, "{plan} / {list}");
    };
    check("办好2件民生实事。", "做好工作。", &[(PartsAndSums, Verdict::Agrees)]);
    check("办好10件民生实事。", "做好工作。", &[(PartsAndSums, Verdict::DoesNotAddUp)]);
    check(
        "人工造林1600亩，治理沙化土地5万亩。",
        "完成林草综合治理面积11.5万亩。",
        &[(PartsAndSums, Verdict::Narrower)],
    );
    check(
        "人工造林8万亩，治理沙化土地5万亩。",
        "完成林草综合治理面积11.5万亩。",
        &[(PartsAndSums, Verdict::DoesNotAddUp)],
    );
    check("建设充电桩200个，其中快速充电桩300个。", "做好工作。", &[(PartsAndSums, Verdict::DoesNotAddUp)]);
    check("建设充电桩200个，其中快速充电桩30个。", "做好工作。", &[]);
}

#[test]
fn sentences_hold_the_numbers() {
    let check = |review: &str, plan: &str, zh: &[&str], en: &[&str]| {
        let text = report(review, plan, "做好工作。");
        let all = found(&text);
        let sentence = &all.first().unwrap().sentence;
        assert!(zh.iter().all(|words| sentence.zh.contains(words)), "{}", sentence.zh);
        assert!(en.iter().all(|words| sentence.en.contains(words)), "{}", sentence.en);
    };
    check(
        "到位资金143.6亿元，增长12.2%。",
        "到位资金增长5%以上。",
        &["143.6 亿元", "12.2%", "127.9 亿元 至 128.1 亿元"],
        &["14,360,000,000 元", "12,790,000,000 元 to 12,810,000,000 元"],
    );
    check("奶牛存栏突破3万头。", "奶牛存栏量达3万头。", &["3 万头", "超过 3 万头"], &["30,000 头", "more than"]);
}

#[test]
fn names_last() {
    let text = report("新增就业5150人。", "实现城镇新增就业5150人以上。", "做好工作。");
    let key = |text: &str| found(text).first().unwrap().id.clone();
    assert_eq!(key(&text), key(&text));
    let moved = text.replace("工作回顾\n\n", "工作回顾\n\n一年来成绩很多。\n\n");
    assert_eq!(key(&text), key(&moved), "a finding keeps its name when it moves");
    assert_ne!(key(&text), key(&text.replace("5150", "5160")));
}

/// Pieces that reports are made of, put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("## 一、2024年工作回顾\n\n"),
        Just("## 二、2025年重点工作\n\n"),
        Just("## 2025年民生实事清单\n\n### 一、环境\n\n"),
        Just("预计"),
        Just("其中"),
        Just("以下八个方面：\n\n### （一）一\n\n"),
        Just("市属固定资产投资61.27亿元，增长"),
        Just("改造老旧小区8个。"),
        Just("新建农村公路87公里，"),
        Just("占地区生产总值比重达99.9%；"),
        Just("地区生产总值670亿元，"),
        Just("增长0.0000001%、"),
        Just("下降100%。"),
        Just("增长79228162514264337593543950335%。"),
        Just("0.0000000000000000000000000001亿元"),
        Just("\n\n"),
        Just("，、。“”（"),
    ];
    proptest::collection::vec(prop_oneof![4 => piece.prop_map(str::to_owned), 1 => ".{0,12}"], 0..40)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_place_lies_in_the_text(text in pieces()) {
        let Ok(reading) = tingzhou_report::read(&text) else { return Ok(()) };
        let said = Said::of(&text, &reading);
        let all = findings(&said);
        let mut keys = std::collections::HashSet::new();
        for finding in &all {
            prop_assert!(!finding.places.is_empty());
            for place in &finding.places {
                prop_assert!(text.get(place.span.start..place.span.end).is_some_and(|words| !words.is_empty()));
                prop_assert!(place.statement.is_none_or(|index| index < said.statements.len()));
            }
            prop_assert!(keys.insert(finding.id.clone()), "two findings of one name");
            prop_assert!(!finding.sentence.zh.is_empty() && !finding.sentence.en.is_empty());
        }
        prop_assert_eq!(&all, &findings(&said));
    }
}

/// Work grows with the text: many statements that all look alike, and one sentence without an end.
#[test]
fn many_statements_take_little_longer() {
    let one: String = (0..400).map(|n| format!("新建第{n}中心小学教学楼{}座，", n + 11)).collect();
    let time = |times: usize| {
        let text = report(&one.repeat(times), &one.repeat(times), "改造老旧小区8个。");
        let reading = tingzhou_report::read(&text).unwrap();
        let said = Said::of(&text, &reading);
        let begun = std::time::Instant::now();
        let count = findings(&said).len();
        (begun.elapsed(), count)
    };
    let (short, _) = time(2);
    let (long, _) = time(16);
    // Eight times the text; a square would take sixty-four times.
    assert!(long < short * 30 + std::time::Duration::from_millis(200), "{short:?} {long:?}");
}
