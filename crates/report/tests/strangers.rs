//! Ways of saying that one city's report does not have and others do.

use crate::common;

use common::check;

#[test]
fn names_that_begin_with_a_numeral_count_nothing() {
    check("加强与五家渠、三明、六安合作，推广五常大米种植。", "");
    check("发展汽车零部件产业，千方百计促增收。", "");
    check("推进园区2期、厂房3期等项目建设。", "");
    check("落实二套房首付政策。", "");
}

#[test]
fn a_mark_that_is_passed() {
    check("工业产值突破千亿大关。", ">100000000000 level [突破|工业产值]");
    check("商户总数破百万户。", ">1000000户 level [破|商户总数]");
    check("税电指数108、保持平稳。", "=108 level [|税电指数]");
}

#[test]
fn a_hope_beyond_the_target_changes_the_same_thing() {
    check("工业投资增长6%、力争8%。", "=6% change-up [增长|工业投资]; =8% change-up [增长|工业投资]");
}

#[test]
fn a_ratio_comes_from_a_ratio() {
    check(
        "三次产业比由20:30:50调整为16:32:52。",
        "=16 level<20 [调整|三次产业比]; =32 level<30 [调整|三次产业比]; =52 level<50 [调整|三次产业比]",
    );
}

#[test]
fn bounds_that_tell_which_things_are_meant() {
    check("收入20万元以上的村达到60个。", ">=200000元 attribute [|村]; =60个 level [达到|村]");
    check("10户以上自然村供水覆盖率达90%。", ">=10户 attribute [|自然村供水覆盖率]; =90% level [达|自然村供水覆盖率]");
    check("建成千头奶牛牧场3个。", "=1000头 attribute [建成|奶牛牧场]; =3个 amount [建成|奶牛牧场]");
    check("城区防洪达到50年一遇标准。", "=50年 attribute [|一遇标准]");
    check("在7个中心城区考核中排名第2。", "=7个 attribute [|中心城区考核中排名第2]");
}

#[test]
fn the_verb_that_delivers() {
    check("统筹做好6项改革。", "=6项 amount [做好|改革]");
    check("帮助300户企业入驻平台。", "=300户 amount [入驻|企业]");
    check("港口累计运输旅客90万人次。", "=900000人次 amount [运输|旅客]");
    check("新获批省级平台4个。", "=4个 amount [新获批|省级平台]");
    check("梳理重点事项80项。", "=80项 amount [梳理|重点事项]");
    check("安全利用率保持100%。", "=100% level [保持|安全利用率]");
    check("失业率始终控制在5%以内。", "<=5% level [控制|失业率]");
    check("医院床位数连续五年突破6000张。", ">6000张 level [突破|医院床位数]");
}

#[test]
fn an_indicator_is_shared_up_to_the_next_one() {
    check(
        "供热、供水普及率、垃圾处理率分别达到90%、95%、98%。",
        "=90% level [达到|供热普及率]; =95% level [达到|供水普及率]; =98% level [达到|垃圾处理率]",
    );
}

#[test]
fn words_that_begin_like_others() {
    check("建成和美乡村8个。", "=8个 amount [建成|和美乡村]");
    check("年内投资突破90亿元。", ">9000000000元 level [突破|投资]");
    check("粮食产量跃上40万吨新台阶。", "=400000吨 level [跃上|粮食产量]");
    check("信用监测位居全国26位。", "");
    check("拟安排专项债券30亿元。", "=3000000000元 amount [安排|专项债券]");
}

#[test]
fn a_count_that_only_introduces() {
    check("6个断面水质优良率达100%。", "=6个 attribute [|断面水质优良率]; =100% level [达|断面水质优良率]");
    check("以3个园区为依托，引进企业5家。", "=3个 attribute [|园区]; =5家 amount [引进|企业]");
}

#[test]
fn what_happened_to_all() {
    check("代表建议30件、委员提案20件全部办复。", "=30件 amount [办复|代表建议]; =20件 amount [办复|委员提案]");
    check("为经营主体节约成本3亿元。", "=300000000元 amount [节约|成本]");
    check("保障9000人。", "=9000人 amount [保障|]");
}

#[test]
fn against_others() {
    check("工业投资增长6%、高于全省2个百分点。", "=6% change-up [增长|工业投资]; =2个百分点 change-up [高于|工业投资]");
    check("失业率低于全国0.5个百分点。", "=0.5个百分点 change-down [低于|失业率]");
}

#[test]
fn how_large_a_thing_is() {
    check("推进总投资60亿元的化工项目。", "=6000000000元 attribute [推进|化工项目]");
    check("新增合作项目72个、总投资59亿元。", "=72个 amount [新增|合作项目]; =5900000000元 level [|总投资]");
    check("协会发布团体标准7项。", "=7项 amount [发布|团体标准]");
    check("为企业减轻负担3亿元。", "=300000000元 change-down [减轻|负担]");
}

#[test]
fn ranks_and_shares() {
    check("甲区列全国百强区41位，排名上升2位。", "=2位 change-up [上升|排名]");
    check("问题整改完成99.7%。", "=99.7% level [完成|问题整改]");
    check("旅游收入是五年前的5.3倍。", "=5.3倍 level [是|旅游收入]");
}

#[test]
fn what_is_not_the_subjects() {
    check("规范性文件备案率均为100%。", "=100% level [为|规范性文件备案率]");
    check("实际利用内资超80亿元。", ">8000000000元 level [超|实际利用内资]");
    check("工业增速在8.5%左右。", "~8.5% level [|工业增速]");
    check("6个合作项目务实推进。", "=6个 amount [推进|合作项目]");
    check(
        "一、二、三产分别增长5%、9%、6%。",
        "=5% change-up [增长|一产]; =9% change-up [增长|二产]; =6% change-up [增长|三产]",
    );
}

#[test]
fn a_bound_after_a_list_is_for_all_of_it() {
    check("进口、出口分别增长8%和10%以上。", ">=8% change-up [增长|进口]; >=10% change-up [增长|出口]");
    check("用水量、用电量分别增长8%和10%。", "=8% change-up [增长|用水量]; =10% change-up [增长|用电量]");
}

#[test]
fn a_hope_in_other_words() {
    check("客流增长6%以上、力争达到9%。", ">=6% change-up [增长|客流]; =9% change-up [达到|客流]");
    check("客流增长6%，力争达到9%。", "=6% change-up [增长|客流]; =9% change-up [达到|客流]");
    check("客流达到60%，力争达到90%。", "=60% level [达到|客流]; =90% level [达到|客流]");
}

#[test]
fn an_indicator_before_its_verb() {
    check("外贸总额预计完成20亿元。", "=2000000000元 level [完成|外贸总额]");
    check("完成粮食播种面积9万亩。", "=90000亩 level [完成|粮食播种面积]");
    check("稳定粮食播种面积9万亩。", "=90000亩 level [稳定|粮食播种面积]");
    check("引进省外资金9亿元。", "=900000000元 level [引进|省外资金]");
    check("新增基地3个、经营面积9万亩。", "=3个 amount [新增|基地]; =90000亩 amount [新增|经营面积]");
}

#[test]
fn counts_of_those_who_do_something() {
    check("7个园区实现产值9亿元。", "=7个 attribute [|园区]; =900000000元 level [实现|产值]");
    check("组织5名医生下乡。", "=5名 amount [组织|医生下乡]");
    check("农民转移就业9万人次。", "=90000人次 amount [转移就业|农民]");
    check("9公里步道全面建成。", "=9公里 amount [建成|步道]");
    check("实施亿元以上项目4个。", ">=100000000元 attribute [实施|项目]; =4个 amount [实施|亿元以上项目]");
}

#[test]
fn numerals_of_names_and_numerals_that_count() {
    check("为9万持证残疾人发放补贴。", "=90000 amount [发放|持证残疾人]");
    check("财政收入稳在百亿以上。", ">=10000000000 level [稳在|财政收入]");
    check("承办会议三十余场。", ">30场 amount [承办|会议]");
    check("处罚三批次企业。", "=3批次 amount [处罚|企业]");
    check("建设九里湖片区。", "");
    check("年产两万架无人机的工厂投产。", "=20000架 attribute [|无人机]");
    check("承包到期后再延长30年试点。", "=30年 attribute [|试点]");
    check("中职达标率超过省定标准4个百分点。", "=4个百分点 change-up [超过|中职达标率]");
}

#[test]
fn by_how_much_something_falls() {
    check("降低企业负担超过9亿元。", ">900000000元 change-down [降低|企业负担]");
    check("企业负担降低到9亿元。", "=900000000元 level [降低到|企业负担]");
}

#[test]
fn quotations_in_a_row() {
    check("“甲房”“乙房”分别交付3套、4套。", "=3套 amount [交付|甲房]; =4套 amount [交付|乙房]");
}

#[test]
fn what_comes_of_the_act_that_leads() {
    check("帮助农户申请创业补助4亿元。", "=400000000元 amount [申请|创业补助]");
    check("盘活闲置厂房实现收入5亿元。", "=500000000元 level [实现|收入]");
    check("为企业减税降费8亿元。", "=800000000元 change-down [|减税降费]");
    check("县级财政投入6亿元。", "=600000000元 amount [投入|县级财政]");
    check("某馆遗址修缮等7个文物项目竣工投用。", "=7个 amount [竣工投用|文物项目]");
}

#[test]
fn who_and_which_are_counted() {
    check("组织70家企业参加展会。", "=70家 amount [组织|企业]");
    check("吸引3000名博士来某地创业。", "=3000名 amount [吸引|博士]");
    check("超600家企业进驻新区。", ">600家 amount [进驻|企业]");
    check("东环路等9条新建道路竣工通车。", "=9条 amount [竣工通车|新建道路]");
    check("养老服务网络覆盖6个乡镇。", "=6个 amount [覆盖|乡镇]");
    check("9种农机销量全国第一。", "=9种 amount [|农机销量全国第一]");
    check("承办全国性赛事7场。", "=7场 amount [承办|全国性赛事]");
    check("代表队斩获6金2银。", "=6金 amount [斩获|金]; =2银 amount [斩获|银]");
}

#[test]
fn verbs_that_go_together() {
    check("改造更新供热管网60公里。", "=60公里 amount [改造更新|供热管网]");
    check("新增认定专精特新企业8家。", "=8家 amount [新增认定|专精特新企业]");
    check("排查化解矛盾纠纷900件。", "=900件 amount [排查化解|矛盾纠纷]");
    check("城镇新增就业3万人。", "=30000人 amount [新增|城镇就业]");
}

#[test]
fn old_measures_in_names_count_nothing() {
    check("建成七里河湿地公园，讲好八百里山河故事。", "");
}
