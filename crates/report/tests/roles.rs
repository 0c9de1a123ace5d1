//! Roles and directions.

use crate::common;

use common::check;

#[test]
fn amounts() {
    check("新建口袋公园6个。", "=6个 amount [新建|口袋公园]");
    check("编排5部小戏，创作20首歌曲。", "=5部 amount [|小戏]; =20首 amount [创作|歌曲]");
    check("接待游客80万人次。", "=800000人次 amount [接待|游客]");
}

#[test]
fn levels() {
    check("生活垃圾资源化利用率100%。", "=100% level [|生活垃圾资源化利用率]");
    check("实现旅游收入12亿元。", "=1200000000元 level [实现|旅游收入]");
    check("医保补助从60元增加到180元。", "=180元 level<60 [增加到|医保补助]");
    check("常住人口城镇化率由50%提高至55%以上。", ">=55% level<50 [提高至|常住人口城镇化率]");
    check(
        "三次产业比调整为12:38:50。",
        "=12 level [调整|三次产业比]; =38 level [调整|三次产业比]; =50 level [调整|三次产业比]",
    );
}

#[test]
fn changes() {
    check("重点企业用水量下降4.5%。", "=4.5% change-down [下降|重点企业用水量]");
    check("中水回用率提高2个百分点。", "=2个百分点 change-up [提高|中水回用率]");
    check("减排污染物300吨。", "=300吨 change-down [减排|污染物]");
    check("企业产值翻一番。", "=1番 change-up [翻|企业产值]");
    check("鉴定费用减免三成。", "=3成 change-down [减免|鉴定费用]");
}

#[test]
fn attributes() {
    check("推动华光20万千瓦风电项目并网发电。", "=200000千瓦 attribute [|风电项目]");
    check("开工建设北山220千伏变电站。", "=220千伏 attribute [开工建设|变电站]");
    check("淘汰10蒸吨以下燃煤锅炉8台。", "<=10蒸吨 attribute [淘汰|燃煤锅炉]; =8台 amount [淘汰|燃煤锅炉]");
    check("落实240小时过境免签政策。", "=240小时 attribute [落实|过境免签政策]");
    check("建设百万人口城市。", "=1000000人口 attribute [建设|城市]");
}
