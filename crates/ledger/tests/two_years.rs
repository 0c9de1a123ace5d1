//! Last year's targets against this year's results.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use std::path::PathBuf;
use tingzhou_ledger::{Across, Said, YearVerdict, two_years};

fn report(year: i16, review: &str, plan: &str) -> String {
    format!(
        "# 政府工作报告\n\n{year}年1月10日\n\n## 一、{}年工作回顾\n\n{review}\n\n## 二、{year}年重点工作\n\n{plan}\n",
        year - 1
    )
}

fn across(last: &str, this: &str) -> Vec<Across> {
    let (older, newer) = (tingzhou_report::read(last).unwrap(), tingzhou_report::read(this).unwrap());
    two_years(&Said::of(last, &older), &Said::of(this, &newer)).unwrap()
}

use YearVerdict::{Baseline, DoesNotFit, Fits, Met, Missed, NoWord, NotComparable, Reckoned, Told};

#[test]
fn what_became_of_a_target() {
    let check = |plan: &str, review: &str, expected: &[YearVerdict]| {
        let (last, this) = (report(2024, "工作平稳。", plan), report(2025, review, "做好工作。"));
        let got: Vec<_> = across(&last, &this).iter().map(|across| across.verdict).collect();
        assert_eq!(got, expected, "{plan} / {review}");
    };
    check("改造老旧小区20个。", "改造老旧小区24个。", &[Met]);
    check("改造老旧小区20个。", "改造老旧小区18个。", &[Missed]);
    check("改造老旧小区20个。", "新建农村公路24公里。", &[NoWord]);
    check("地区生产总值增长8%左右。", "地区生产总值增长4%。", &[Missed]);
    check("地区生产总值增长8%左右。", "地区生产总值增长7.8%。", &[Met]);
    check("社会消费品零售总额增长5%。", "社会消费品零售总额下降6%。", &[Missed]);
    check("城镇登记失业率控制在4.5%以内。", "城镇登记失业率2.7%。", &[Met]);
    check("奶牛存栏量达3万头。", "奶牛存栏突破3万头。", &[Met]);
    check("固定资产投资增长10%。", "市属固定资产投资增长12%。", &[NotComparable]);
    check("改造老旧小区20个。", "过去五年累计改造老旧小区90个。", &[NoWord]);
    check("未来五年改造老旧小区90个。", "改造老旧小区24个。", &[]);
}

#[test]
fn commitments_without_a_number() {
    let check = |item: &str, review: &str, expected: &[YearVerdict]| {
        let list = "## 2024年民生实事清单\n\n### 一、生活环境\n\n改造老旧小区20个。";
        let last = report(2024, "工作平稳。", "改造老旧小区20个。") + &format!("\n{list}{item}\n");
        let this = report(2025, &format!("改造老旧小区20个。{review}"), "做好工作。");
        let got: Vec<_> = across(&last, &this).iter().map(|across| across.verdict).collect();
        assert_eq!(got, expected, "{item} / {review}");
    };
    check("推动飞马公共体育场建成投用。", "飞马公共体育场建成投用。", &[Met, Told]);
    check("推动飞马公共体育场建成投用。", "第四污水处理厂建成投用。", &[Met, NoWord]);
}

#[test]
fn levels_and_baselines() {
    let check = |before: &str, review: &str, plan: &str, expected: &[(YearVerdict, Option<&str>)]| {
        let (last, this) = (report(2024, before, "做好工作。"), report(2025, review, plan));
        let got = across(&last, &this);
        let got: Vec<_> = got.iter().map(|a| (a.verdict, a.value.map(|value| value.normalize().to_string()))).collect();
        let expected: Vec<_> = expected.iter().map(|(verdict, value)| (*verdict, value.map(str::to_owned))).collect();
        assert_eq!(got, expected, "{before} / {review} / {plan}");
    };
    check("到位资金128亿元。", "到位资金143.6亿元，增长12.2%。", "做好工作。", &[(Fits, None)]);
    check("到位资金131亿元。", "到位资金143.6亿元，增长12.2%。", "做好工作。", &[(DoesNotFit, None)]);
    check("地区生产总值600亿元。", "地区生产总值670亿元，增长5%。", "做好工作。", &[]);
    check("工作平稳。", "接待游客1566.7万人次。", "接待游客1700万人次。", &[(Baseline, Some("15667000"))]);
    check("工作平稳。", "污水处理率达95%。", "污水处理率提高2个百分点。", &[(Baseline, Some("95"))]);
    check("工作平稳。", "技术产业占比达50%。", "技术产业占比增长12%。", &[]);
    check("旅游收入达100亿元。", "旅游收入增长12%。", "旅游收入达到120亿元。", &[(Reckoned, Some("11200000000"))]);
    check("地区生产总值达100亿元。", "地区生产总值增长12%。", "地区生产总值增长6%。", &[]);
}

#[test]
fn years_must_follow_each_other() {
    let (last, this) = (report(2021, "", "改造老旧小区20个。"), report(2023, "改造老旧小区20个。", ""));
    let (older, newer) = (tingzhou_report::read(&last).unwrap(), tingzhou_report::read(&this).unwrap());
    let apart = two_years(&Said::of(&last, &older), &Said::of(&this, &newer)).unwrap_err();
    assert_eq!((apart.last, apart.this), (2021, 2023));
    assert!(apart.words().zh.contains("2021") && apart.to_string().contains("2023"));
}

#[test]
fn two_reports_of_one_prefecture() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let check = |city: &str, expected: &[(&str, YearVerdict)]| {
        let text = |year: i16| std::fs::read_to_string(folder.join(format!("{city}-{year}.md")));
        let (Ok(last), Ok(this)) = (text(2020), text(2021)) else {
            println!("skipped: no reports of {city} beside the workspace");
            return;
        };
        let got = across(&last, &this);
        for (words, verdict) in expected {
            let hit = got.iter().any(|a| a.verdict == *verdict && a.sentence.zh.starts_with(words));
            assert!(hit, "{city}: {words} {verdict:?}");
        }
        for place in got.iter().filter_map(|across| across.last) {
            assert!(last.get(place.span.start..place.span.end).is_some());
        }
    };
    check(
        "宣城市",
        &[
            ("“地区生产总值”", Missed),
            ("“完成棚户区改造”", Missed),
            ("“新增城镇就业”", Met),
            ("“新认定高新技术企业”", Met),
            ("“登记失业率”", Met),
        ],
    );
    check("昌吉回族自治州", &[("“一般公共预算收入”", Met), ("“全社会固定资产投资”", Met)]);
}
