//! The words the comparison of quantities rests on. Facts of the field, not of one report.

/// Names of the same thing, brought to one: (as written, as compared). Longer ones first.
pub(crate) const SYNONYMS: &[(&str, &str)] = &[
    ("全社会研究和实验经费投入", "研发经费投入"),
    ("全社会研究与试验发展经费投入", "研发经费投入"),
    ("研究与试验发展经费投入", "研发经费投入"),
    ("全社会研发经费投入", "研发经费投入"),
    ("R&D经费投入", "研发经费投入"),
    ("GDP", "地区生产总值"),
    ("规上工业", "规模以上工业"),
    ("限上", "限额以上"),
    ("公共卫生间", "公共厕所"),
    ("公厕", "公共厕所"),
    ("社零总额", "社会消费品零售总额"),
    ("固投", "固定资产投资"),
    ("地方一般公共预算收入", "一般公共预算收入"),
    ("地方财政一般公共预算收入", "一般公共预算收入"),
    ("外贸进出口", "进出口"),
    ("货物进出口", "进出口"),
    ("城镇新增就业", "城镇就业"),
    ("新增城镇就业", "城镇就业"),
    ("空气质量优良天数", "优良天数"),
    ("空气优良天数", "优良天数"),
];

/// Words in front that add nothing to what is counted.
pub(crate) const LEADING: &[&str] = &[
    "全市", "全州", "全县", "全区", "全旗", "全省", "全盟", "我市", "我州", "我县", "我区", "我省", "全年", "当年",
    "年度", "各类", "各级", "一批", "力争", "确保", "新增", "累计", "其中", "市域", "市区", "实现", "完成", "预计",
    "新建", "建设", "建成", "的",
];

/// Words at the end that add nothing.
pub(crate) const TRAILING: &[&str] = &["总数", "人数", "面积", "工程", "任务", "数量", "等", "数", "量", "的"];

/// Whose figure it is: without such a word the figure is everybody's.
pub(crate) const SCOPES: &[&str] =
    &["市属", "州属", "县属", "区属", "市直", "州直", "地州属", "市本级", "州本级", "县本级", "本级", "全口径", "属地"];

/// Words of one line exclude each other: a quantity of one is never the quantity of the other.
pub(crate) const AXES: &[&[&str]] = &[
    &["城镇", "农村", "城乡"],
    &["国家级", "省级", "自治区级", "市级", "州级", "县级"],
    &["国家", "自治区", "省", "市", "州", "县"],
    &["第一产业", "第二产业", "第三产业", "服务业", "工业", "农业", "建筑业"],
    &["进出口", "进口", "出口"],
    &["收入", "支出"],
    &["小学", "初中", "高中", "幼儿园", "大学"],
    &["存款", "贷款"],
    &["PM2.5", "PM10"],
    &["存栏", "出栏"],
    &["小麦", "玉米", "棉花", "水稻", "大豆", "油料", "蔬菜"],
    &["牛", "羊", "猪", "禽", "马"],
    &["肉", "蛋", "奶"],
    &["铁路", "公路", "航空"],
    &["高速公路", "农村公路", "国省干线"],
    &["增加值", "投资", "总产值", "利润", "营业收入"],
    &["制造业", "民间", "房地产", "基础设施"],
    &["常住人口", "户籍人口"],
    &["供水", "供热", "燃气"],
    &["装机", "发电"],
    &["技术改造", "高新技术", "战略性新兴"],
];

/// Verbs of making something that was not there.
pub(crate) const MAKING: &[&str] = &["新建", "新增", "新打造", "新创建", "开工建设"];

/// Verbs of improving something that is there.
pub(crate) const IMPROVING: &[&str] = &["改造", "改建", "提升", "修缮", "维修", "维护", "修补", "复划", "翻新", "优化"];

/// Verbs that do both.
pub(crate) const BOTH: &[&str] = &["新改", "改扩", "新（改", "新(改", "新、改", "新建、", "新建和", "新建改"];

/// Verbs of taking away.
pub(crate) const ENDING: &[&str] =
    &["淘汰", "报废", "迁移", "关停", "拆除", "关闭", "取缔", "清退", "退出", "压减", "化解"];

/// Verbs of beginning: what was begun is not what was finished.
pub(crate) const BEGINNING: &[&str] =
    &["开工", "启动", "谋划", "推进", "加快", "申报", "争取", "储备", "签约", "引进", "新签"];

/// Verbs of finishing.
pub(crate) const FINISHING: &[&str] = &["建成", "竣工", "完工", "投产", "投用", "交付", "完成", "获批", "达产"];

/// Verbs that hold what is there: to equal last year is what they mean.
pub(crate) const HOLDING: &[&str] = &["稳定在", "保持", "巩固", "控制在", "不低于", "守住", "稳定", "严守", "维持"];

/// Rates that are to stay low: to be under the target is no deed.
pub(crate) const CEILINGS: &[&str] = &["失业率", "涨幅", "赤字率", "死亡率", "发生率", "消费价格"];

/// Subjects that say too little to be the same thing twice.
pub(crate) const GENERIC: &[&str] = &[
    "项目",
    "重点项目",
    "企业",
    "工业企业",
    "规模以上工业企业",
    "工程",
    "重点工程",
    "活动",
    "资金",
    "投资",
    "总投资",
    "收入",
    "事项",
    "人员",
    "社区",
    "学校",
    "群众",
    "居民",
    "教师",
    "产业",
    "基地",
    "中心",
    "平台",
    "设施",
    "服务",
    "措施",
    "制度",
    "政策",
    "任务",
    "会议",
    "演出",
    "贷款",
    "产值",
    "营收",
    "人才",
    "专利",
    "问题",
    "案件",
    "产品",
    "新产品",
    "团队",
    "住房",
    "总产值",
    "营业收入",
    "医院",
    "乡镇",
    "机构",
    "园区",
    "景区",
    "作品",
    "品牌",
    "年度投资",
    "建设项目",
    "投资项目",
    "个项目",
    "亿元项目",
    "亿元以上项目",
    "产业项目",
    "重大项目",
    "签约项目",
    "合同项目",
    "协议资金",
    "总量",
    "占比",
    "比重",
    "规模",
    "增速",
    "家企业",
    "公里",
    "总额",
    "建筑",
    "村庄",
    "行政村",
    "专家",
    "干部",
    "党员",
    "岗位",
    "经营主体",
    "面积",
    "土地",
    "农户",
    "车辆",
    "课题",
    "成果",
    "达标",
    "产量",
    "增长",
    "指标",
    "支出",
    "增加值",
    "完成率",
];

/// Pairs of characters that stand in many subjects and tell little.
pub(crate) const COMMON: &[&str] = &[
    "项目", "企业", "工程", "建设", "改造", "服务", "中心", "示范", "国家", "全国", "自治", "治区", "省级", "重点",
    "发展", "产业", "基地", "活动", "完成", "新建", "新增", "总数", "面积", "市级", "以上", "家级", "农村", "城市",
    "系列", "乡村", "社区", "技术", "机构", "设施", "综合", "及其", "配套", "投资", "增加", "收入", "居民", "居民",
    "人员", "资金", "区级", "规模", "生产", "总额", "平台", "工业", "行动", "管理", "人才",
];

/// A whole and what its parts are called: with any of the first words it is the whole, with any of the second a part.
pub(crate) const WHOLES: &[(&[&str], &[&str])] = &[
    (
        &["林草综合治理", "国土绿化", "营造林", "林草生态修复"],
        &[
            "造林",
            "沙化土地",
            "种草",
            "草原修复",
            "退化草原",
            "草原生态修复",
            "封山育林",
            "退耕还林",
            "退牧还草",
            "森林抚育",
            "湿地修复",
        ],
    ),
    (&["地区生产总值"], &["第一产业增加值", "第二产业增加值", "第三产业增加值"]),
];

/// Words that say a figure is not final.
pub(crate) const ESTIMATING: &[&str] = &["预计", "预计完成", "初步核算", "初步统计", "快报"];

/// Quantities whose growth is reckoned at constant prices, so that level and growth do not divide.
pub(crate) const CONSTANT_PRICES: &[&str] = &["生产总值", "增加值", "农林牧渔业总产值"];

/// Words of a period longer than a year.
pub(crate) const TERMS: &[&str] = &[
    "五年来",
    "这五年",
    "过去五年",
    "过去的五年",
    "近五年",
    "未来五年",
    "今后五年",
    "五年间",
    "五年累计",
    "过去5年",
    "近5年",
    "5年来",
    "三年来",
    "近三年",
    "四年来",
    "十年",
    "十二五",
    "十三五",
    "十四五",
    "十五五",
    "本届政府",
    "上届",
    "任期",
    "以来",
    "近年",
    "历年",
    "三年累计",
    "年均",
    "规划期",
    "到2030年",
    "到2035年",
];

/// Words of a term of years in a heading.
pub(crate) const TERM_HEADINGS: &[&str] = &["五年", "十三五", "十四五", "十五五", "任期", "本届", "历程"];

/// Words of the one year behind.
pub(crate) const ONE_YEAR: &[&str] = &["去年", "一年来", "过去一年", "过去的一年", "上年", "全年", "今年", "2025年"];

/// Words of another reach in time or space than the city's year.
pub(crate) const ELSEWHERE: &[&str] = &[
    "上半年",
    "一季度",
    "二季度",
    "三季度",
    "四季度",
    "前三季度",
    "全国平均",
    "全省平均",
    "1-11月",
    "截至",
    "首季",
    "月份",
];

/// Counting words that people use for the same thing; the first stands for all.
pub(crate) const COUNTING: &[&[&str]] = &[
    &["个", "台", "处", "座", "家", "所", "项", "件", "块", "根", "套", "支", "条", "间", "枚", "大"],
    &["人", "名", "位"],
    &["场", "场次", "次", "批次"],
];
