//! Numbers that state nothing.

use crate::common;

use common::{check, plan, reading};

#[test]
fn dates_ordinals_and_names_are_left_out() {
    for sentence in [
        "贯彻落实二十届三中全会精神。",
        "办好第24届运动会。",
        "完成S231线、G30高速养护。",
        "推进5G网络建设。",
        "实施“2+5”人才行动。",
        "统筹“一市两区”建设。",
        "建设一批重点项目，出台一系列政策。",
        "开展安全生产三年行动。",
        "深化“三医联动”改革，办好百姓实事。",
        "执行〔2022〕32号文件。",
        "拨打12345热线反映。",
        "打造国家5A级景区，进入全国百强。",
        "开展“十百千万”活动。",
        "主要指标排名第11。",
        "严格落实中央八项规定精神。",
    ] {
        check(sentence, "");
    }
}

#[test]
fn the_veto_is_named() {
    let text = plan("办好第24届运动会，新建公园3个。");
    let reading = reading(&text);
    assert!(reading.left_out.iter().any(|left| left.rule == "veto-ordinal"), "{:?}", reading.left_out);
}

#[test]
fn chinese_numerals_that_count_are_kept() {
    check("建设两家医院、三座水库。", "=2家 amount [建设|医院]; =3座 amount [建设|水库]");
    check("办好十件民生实事。", "=10件 amount [办好|民生实事]");
}
