//! Actions and subjects.

use crate::common;

use common::check;

#[test]
fn verb_noun_number_and_verb_number_noun() {
    check("改造老旧小区8个。", "=8个 amount [改造|老旧小区]");
    check("改造8个老旧小区。", "=8个 amount [改造|老旧小区]");
    check("打造河滨夜市等3个特色夜市。", "=3个 amount [打造|特色夜市]");
    check("推出山谷骑行等精品线路6条。", "=6条 amount [推出|精品线路]");
}

#[test]
fn a_list_carries_its_verb() {
    check(
        "新增护理床位50张、托育机构2家、托位60个。",
        "=50张 amount [新增|护理床位]; =2家 amount [新增|托育机构]; =60个 amount [新增|托位]",
    );
    check("新建、改造公交站台6个。", "=6个 amount [新建、改造|公交站台]");
}

#[test]
fn a_clause_takes_the_subject_before() {
    check("全市生产总值300亿元，增长6%。", "=30000000000元 level [|生产总值]; =6% change-up [增长|生产总值]");
}

#[test]
fn respectively_pairs_in_order() {
    check("信访总量、重复访分别下降3%、4%。", "=3% change-down [下降|信访总量]; =4% change-down [下降|重复访]");
    check(
        "肉、蛋、奶产量分别增长2%、3%和4%。",
        "=2% change-up [增长|肉产量]; =3% change-up [增长|蛋产量]; =4% change-up [增长|奶产量]",
    );
}

#[test]
fn the_predicate_may_follow() {
    check("5个技改项目顺利完成。", "=5个 amount [完成|技改项目]");
    check("为200名困难老人提供照护服务。", "=200名 amount [提供|困难老人]");
    check("与3所高校签订合作协议。", "=3所 amount [签订|高校]");
    check("90个群众反映问题得到有效解决。", "=90个 amount [解决|群众反映问题]");
}
