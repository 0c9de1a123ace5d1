//! The published views and their columns: the contract between the city's records and whoever writes a measure. A column is
//! added, never renamed and never given another meaning. No view has a person's name, a plate or an account.

/// What is in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A number.
    Number,
    /// Words or a name for programs.
    Text,
    /// A day of the city, `YYYY-MM-DD`.
    Day,
    /// 1 for yes, 0 for no.
    Flag,
}

/// A column of a view.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in queries.
    pub name: &'static str,
    /// What is in it.
    pub kind: ColumnKind,
    /// Its unit, where it has one.
    pub unit: &'static str,
    /// What it means: 中文.
    pub zh: &'static str,
    /// What it means: English.
    pub en: &'static str,
}

/// A published view.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its name in queries.
    pub name: &'static str,
    /// What a row is: 中文.
    pub zh: &'static str,
    /// What a row is: English.
    pub en: &'static str,
    /// Its columns, in order.
    pub columns: &'static [Column],
}

const fn number(name: &'static str, unit: &'static str, zh: &'static str, en: &'static str) -> Column {
    Column { name, kind: ColumnKind::Number, unit, zh, en }
}
const fn text(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text, unit: "", zh, en }
}
const fn day(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    Column { name, kind: ColumnKind::Day, unit: "", zh, en }
}
const fn flag(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    Column { name, kind: ColumnKind::Flag, unit: "", zh, en }
}

const FACILITY: Column = text("facility", "设施编号", "the facility");
const TYPE: Column = text("type", "设施类型", "the facility's type");
const PROPERTY: Column = text("property", "属性", "the property");
const SIMULATED: Column = flag("simulated", "是否模拟", "whether it is simulated");
const SAMPLES: Column = number("samples", "", "计入的观测数", "observations that count");
const SET_ASIDE: Column =
    number("set_aside", "", "不计入的观测数（质量标记）", "observations set aside for their quality");
const MEAN: Column = number("mean", "属性的单位 / the property's", "平均值", "mean");
const MIN: Column = number("min", "属性的单位 / the property's", "最小值", "smallest value");
const MAX: Column = number("max", "属性的单位 / the property's", "最大值", "largest value");
const FIRST: Column = number("first", "属性的单位 / the property's", "第一个值", "first value");
const LAST: Column = number("last", "属性的单位 / the property's", "最后一个值", "last value");

/// The views, in the order they are shown.
pub const VIEWS: &[View] = &[
    View {
        name: "facility_fact",
        zh: "每个设施一行",
        en: "one row a facility",
        columns: &[
            FACILITY,
            TYPE,
            text("name", "设施名称", "the facility's name"),
            text("scenario", "应用场景；未写明时为空", "the scenario; null when not stated"),
            day("opened", "启用的第一天", "its first day"),
            day("closed", "最后一天；仍在用时为空", "its last day; null while in use"),
            SIMULATED,
        ],
    },
    View {
        name: "facility_stated",
        zh: "设施登记的每个属性一行（如泊位总数）",
        en: "one row for each property stated of a facility, such as its spaces",
        columns: &[
            FACILITY,
            TYPE,
            PROPERTY,
            number(
                "number",
                "属性的单位 / the property's",
                "登记的数；不是数时为空",
                "the number stated; null when it is none",
            ),
            text("words", "登记的文字；是数时为空", "the words stated; null when it is a number"),
            SIMULATED,
        ],
    },
    View {
        name: "observation_day",
        zh: "每个设施每个属性每天一行，限于口径的时段",
        en: "one row a facility, property and day, within the measure's window",
        columns: &[
            FACILITY,
            TYPE,
            PROPERTY,
            day("day", "日期", "the day"),
            SAMPLES,
            SET_ASIDE,
            MEAN,
            MIN,
            MAX,
            FIRST,
            LAST,
            SIMULATED,
        ],
    },
    View {
        name: "observation_hour",
        zh: "每个设施每个属性每小时一行，限于口径的时段",
        en: "one row a facility, property and hour, within the measure's window",
        columns: &[
            FACILITY,
            TYPE,
            PROPERTY,
            day("day", "日期", "the day"),
            number("hour", "h", "小时，0 至 23，以开始计", "the hour it begins with, 0 to 23"),
            SAMPLES,
            SET_ASIDE,
            MEAN,
            MIN,
            MAX,
            FIRST,
            LAST,
            SIMULATED,
        ],
    },
    View {
        name: "air_fact",
        zh: "每个空气站每天一行，全市一行的 station 为空；按当日执行的标准评价",
        en: "one row an air station and day, the city's with no station; assessed by the standard in force that day",
        columns: &[
            text("station", "空气站设施编号；全市为空", "the station's facility; null for the city as a whole"),
            day("day", "日期", "the day"),
            flag("valid", "是否有效日", "whether the day counts"),
            number("aqi", "", "空气质量指数；无效日为空", "air quality index; null when the day does not count"),
            text("primary_pollutants", "首要污染物，多个以逗号分隔", "primary pollutants, commas between them"),
            text(
                "class",
                "级别：excellent 至 severe；无效日为空",
                "class, excellent to severe; null when the day does not count",
            ),
            text("edition", "执行的标准版本", "edition of the standard in force"),
            text("lack", "无效的原因", "why the day does not count"),
            SIMULATED,
        ],
    },
    View {
        name: "parking_fact",
        zh: "每个停车场每天一行，由进出记录得出",
        en: "one row a lot and day, from entries and exits",
        columns: &[
            text("lot", "停车场设施编号", "the lot's facility"),
            day("day", "日期", "the day"),
            number("stays", "", "当日离场的停放次数", "stays that ended that day"),
            number("minutes", "分钟 / min", "这些停放的总时长", "how long they were in all"),
            number(
                "median_minutes",
                "分钟 / min",
                "停放时长的中位数；没有时为空",
                "median of a stay; null when there was none",
            ),
            number("new_energy", "", "其中新能源车次", "of them by new-energy vehicles"),
            number("due", "元 / CNY", "按收费标准应收", "due by the tariff in force"),
            number("entry_missing", "", "只有离场记录的次数", "exits without an entry"),
            number("exit_missing", "", "只有进场记录的次数", "entries without an exit"),
            SIMULATED,
        ],
    },
    View {
        name: "alarm_fact",
        zh: "时段内每次告警一行",
        en: "one row for each time an alarm was raised within the window",
        columns: &[
            FACILITY,
            TYPE,
            text("rule", "告警规则", "the alarm rule"),
            text("priority", "优先级", "the priority"),
            number("level", "", "级别，1 起", "the level, from 1"),
            day("raised", "发生的日期", "the day it was raised"),
            number(
                "minutes_to_acknowledge",
                "min",
                "到确认的分钟数；未确认时为空",
                "minutes until acknowledged; null when it was not",
            ),
            number(
                "minutes_to_clear",
                "min",
                "到解除的分钟数；未解除时为空",
                "minutes until cleared; null when it was not",
            ),
            SIMULATED,
        ],
    },
    View {
        name: "case_fact",
        zh: "每个办件一行",
        en: "one row a case",
        columns: &[
            text("case_id", "办件编号", "the case"),
            text("matter", "事项", "the matter"),
            text("task", "所涉任务", "the task it is about"),
            text("state", "状态", "the state"),
            flag("ended", "是否结束", "whether it has ended"),
            day("opened", "立案的日期", "the day it was opened"),
            day("changed", "最近变化的日期", "the day it last changed"),
            day(
                "deadline",
                "完成时限（字段 last-day）；没有时为空",
                "its deadline (field last-day); null when it has none",
            ),
            SIMULATED,
        ],
    },
    View {
        name: "case_step",
        zh: "办件的每一步一行",
        en: "one row for each step of a case",
        columns: &[
            text("case_id", "办件编号", "the case"),
            text("matter", "事项", "the matter"),
            text("kind", "事件种类", "the kind of event"),
            text("about", "流转或时限的名称", "the transition or clock"),
            day("day", "日期", "the day"),
            SIMULATED,
        ],
    },
    View {
        name: "filing_fact",
        zh: "每条佐证一行：填报、核查、口径",
        en: "one row for each piece of evidence: filed, checked, measured",
        columns: &[
            text("filing", "佐证编号", "the piece of evidence"),
            text("task", "任务", "the task"),
            text("source", "来源：filing、check、measure", "where it comes from: filing, check, measure"),
            number("value", "任务的单位 / the task's", "数值", "the value"),
            day("from_day", "期间的第一天", "first day it speaks of"),
            day("to_day", "期间的最后一天", "last day it speaks of"),
            text("unit", "填报单位；督查室和口径为空", "the unit that filed; null for the office and measures"),
            day("filed", "填报的日期", "the day it was filed"),
            flag("withdrawn", "是否撤回", "whether it was taken back"),
            SIMULATED,
        ],
    },
    View {
        name: "project_fact",
        zh: "每个重点项目一行",
        en: "one row a key project",
        columns: &[
            text("project", "项目编号", "the project"),
            number("year", "", "清单年度", "the list's year"),
            text("name", "项目名称", "its name"),
            text("category", "类别", "its category"),
            text("unit", "责任单位", "the unit that answers for it"),
            text("stage", "阶段：proposed、preparing、started、building、completed、in-service", "its stage"),
            day("begun", "开工的日期；未开工时为空", "the day work began; null when it has not"),
            day("completed", "竣工的日期；未竣工时为空", "the day it was completed; null when it is not"),
            number("total", "元 / yuan", "总投资", "total investment"),
            number("planned", "元 / yuan", "年度计划投资", "the year's plan"),
            number("paid", "元 / yuan", "本年已报投资", "paid this year as reported"),
            flag("dropped", "是否移出清单", "whether it was taken off the list"),
            SIMULATED,
        ],
    },
];

/// A view by its name.
#[must_use]
pub fn view(name: &str) -> Option<&'static View> {
    VIEWS.iter().find(|view| view.name == name)
}
