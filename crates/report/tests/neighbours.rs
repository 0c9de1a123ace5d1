//! Ways of saying met in reports the rules were not made from, told again in other words.

use crate::common;

use common::check;

#[test]
fn growth_below_nothing() {
    check("进口额增长-7.5%。", "=7.5% change-down [增长|进口额]");
    check("甲市在百强城市中再进3位。", "=3位 change-up [再进|甲市在百强城市中]");
    check("空气综合指数改善6%。", "=6% change-up [改善|空气综合指数]");
}

#[test]
fn points_said_once_for_all() {
    check(
        "甲、乙两险报销比例分别提高2.5个、4个百分点。",
        "=2.5个百分点 change-up [提高|甲比例]; =4个百分点 change-up [提高|乙两险报销比例]",
    );
    check("新建公园2个、车站3个。", "=2个 amount [新建|公园]; =3个 amount [新建|车站]");
}

#[test]
fn passing_a_mark() {
    check("12家工厂产值过亿元。", "=12家 attribute [|工厂产值]; >100000000元 level [过|工厂产值]");
    check("集体收入超30万元行政村达到70个。", ">300000元 attribute [|行政村]; =70个 level [达到|行政村]");
    check("经过三轮整治，建设过街天桥2座。", "=2座 amount [建设|过街天桥]");
}

#[test]
fn a_grade_alone_names_nothing() {
    check("省级、市级合作社分别达到20家和90家。", "=20家 level [达到|省级、市级合作社]; =90家 level [达到|市级合作社]");
}

#[test]
fn on_how_much_land() {
    check("提升林地质量8万亩。", "=80000亩 amount [提升|林地质量]");
    check("提高产能8万吨。", "=80000吨 change-up [提高|产能]");
    check("引进市外到位资金突破20亿元。", ">2000000000元 level [引进|市外到位资金]");
    check("农田灌溉利用系数高于上年4%。", "=4% change-up [高于|农田灌溉利用系数]");
}

#[test]
fn what_is_done_with_those_counted() {
    check("700套安置房建设任务提前完成。", "=700套 amount [完成|安置房建设任务]");
    check("以3个百亿、7个十亿项目建设为牵引。", "=3个 attribute [|百亿]; =7个 attribute [|十亿项目]");
    check("推动60个重点项目早开工、快建设。", "=60个 amount [早开工|重点项目]");
    check("校企联合培养工匠900人。", "=900人 amount [培养|工匠]");
}

#[test]
fn each_of_a_row_has_its_own_predicate() {
    check(
        "推动甲馆等9个项目开工建设、乙馆等7个项目竣工投产。",
        "=9个 amount [开工建设|项目]; =7个 amount [竣工投产|项目]",
    );
    check("留乡创业人数700人、连年增长。", "=700人 level [|留乡创业人数]");
    check("依托储能园累计签约龙头项目6个。", "=6个 amount [签约|龙头项目]");
}

#[test]
fn what_a_share_is_of() {
    check("改造机组100%达标。", "=100% level [|改造机组]");
    check("某港扩建完成总工程量的60%。", "=60% level [完成|某港扩建]");
    check("力争较“十二五”末优良率上升4个百分点。", "=4个百分点 change-up [上升|优良率]");
    check("增发3亿元专项债支持水利项目。", "=300000000元 amount [增发|专项债]");
    check("退减灌溉面积6万亩。", "=60000亩 change-down [退减|灌溉面积]");
    check("肉羊出栏9万只。", "=90000只 level [|肉羊出栏]");
}

#[test]
fn a_count_before_what_its_members_reach() {
    check("80个工程完成年度计划的95%。", "=80个 attribute [|工程]; =95% level [完成|工程]");
    check("60户骨干企业产值增长9%。", "=60户 attribute [|骨干企业产值]; =9% change-up [增长|骨干企业产值]");
    check("8个国控、省控断面优良率100%。", "=8个 attribute [|国控]; =100% level [|省控断面优良率]");
    check("投资6亿元的乳品项目投产。", "=600000000元 attribute [投资|乳品项目投产]");
    check("甲厂7万吨多晶硅项目投产。", "=70000吨 attribute [|多晶硅项目]");
    check("老城区增加停车位900个。", "=900个 change-up [增加|停车位]");
}

#[test]
fn words_that_only_seem_to_act() {
    check("甲厂新建车间等7个项目开工建设。", "=7个 amount [开工建设|项目]");
    check("提前完成600套安置房任务。", "=600套 amount [完成|安置房任务]");
    check("打造6个夜间消费街区。", "=6个 amount [打造|夜间消费街区]");
    check("建设4个高质量园区。", "=4个 amount [建设|高质量园区]");
    check("新建、在建小区充电设施配建率达100%。", "=100% level [达|新建、在建小区充电设施配建率]");
    check("“春风行动”改造老旧管网40公里。", "=40公里 amount [改造|老旧管网]");
    check("实施7个项目打造滨河景区。", "=7个 amount [实施|项目]");
    check("举办5折购物节。", "");
}
