//! Numbers and units.

use crate::common;

use common::check;
use tingzhou_report::parse_quantity;

#[track_caller]
fn value(text: &str, expected: &str) {
    let found = parse_quantity(text).map(|(value, unit)| format!("{value} {unit}"));
    assert_eq!(found.as_deref(), Some(expected), "{text}");
}

#[test]
fn multipliers_are_multiplied_out() {
    value("1.72万亩", "17200 亩");
    value("1. 72 万 亩", "17200 亩");
    value("24.8亿元", "2480000000 元");
    value("2亿3000万元", "230000000 元");
    value("3万亿元", "3000000000000 元");
    value("２，５１４套", "2514 套");
    value("2,514套", "2514 套");
    value("8.5％", "8.5 %");
}

#[test]
fn units_keep_their_own_thousands() {
    value("30万千瓦", "300000 千瓦");
    value("750千伏", "750 千伏");
    value("12公里", "12 公里");
    value("5个百分点", "5 个百分点");
}

#[test]
fn chinese_numerals_count() {
    value("两家", "2 家");
    value("十件", "10 件");
    value("一千二百户", "1200 户");
    value("七成五", "7.5 成");
    value("百分之十二", "12 %");
    value("千亿元", "100000000000 元");
}

#[test]
fn broken_layout_is_healed() {
    check("新增 公共 **车位** 1 200 个。", "=200个 amount [新增|公共车位1]");
    check("新建农村道路 1.\n2 公里。", "=1.2公里 amount [新建|农村道路]");
    check("绿化覆盖率达到\n\n43 %以上。", ">=43% level [达到|绿化覆盖率]");
    check("ＰＭ<sub>2.5</sub>浓度下降 3%。", "=3% change-down [下降|ＰＭ<sub>2.5</sub>浓度]");
}

#[test]
fn a_list_may_share_its_unit() {
    check("生猪、肉羊存栏量分别达20、35万头。", "=200000头 level [达|生猪存栏量]; =350000头 level [达|肉羊存栏量]");
}
