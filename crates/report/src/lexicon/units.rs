//! Units and measure words.

use std::sync::LazyLock;

use super::{Entry, Table};

/// What sort of unit stands behind a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitKind {
    /// Counts things that can be counted on site: 家, 座, 台.
    Count,
    /// Counts so loosely that a Chinese numeral before it most often names a programme: 个, 项, 大.
    Loose,
    /// Length, area, weight, volume.
    Size,
    /// Power, voltage and other ratings; before a noun they describe it.
    Rating,
    /// Money.
    Money,
    /// Percent, points.
    Share,
    /// 倍, 番, 成.
    Times,
    /// Time.
    Time,
    /// Makes the number a date, an ordinal or a name.
    Never,
}

const COUNT: &str = "
家 家次 座 座次 所 件 件次 台 台套 台（套） 台次 套 套次 户 户次 名 人 人次 人天 场 场次 场（次） 次 次数 批次 批 期 期次 辆 辆次 艘 架 架次 列 车次 班次 班 栋 幢 间 株 棵 头 头只 头（只） 只 羽 匹 尾 峰 口 眼 部 本 册 篇 幅 首 张 枚 份 封 支 队 只（头） 宗 笔 单 起 例 床 村 镇 乡 县 盏 块 根 门 扇 节 节次 堂 课时 学时 处 条 道 段 片 株次 品种 款 种 类 卷 集 个（次） 家（次） 户家 人口 对 双 箱 桶 袋 瓶 盒 车 趟 航次 班列 标箱 标准箱 TEU 床位 标段 标准机架 机架 架机架 学位 席 席位 人份 剂次 剂 针次 例次 诊次 门次 条次 宗次 起次 台时 组 栋楼 幢楼 套房 人（次） 户（次） 场（届） 队次 届次 站次 粒 颗 位 骑 盘 号次 万人 箱次 单次 筐 茬 穴 丛 垄 轮次 项次 批（次） 宗地 地块 盆 棒 捆 垛 尊 顶 件套 枝 朵 金 银 铜 金牌 银牌 铜牌 市 区 乡镇 县（市） 县（区） 县市 县区 县市区 县（市、区） 州（市） 村（社区） 园区 区县 省 省份 省市 国家 国 所次 学科 
";
const LOOSE: &str = "个 项 大 方面 层 轮";
const SIZE: &str = "
亩 亩次 公顷 平方公里 平方千米 平方米 平米 ㎡ 平方 立方米 立方 方 亿方 公里 千米 米 延米 厘米 毫米 km 公里/小时 吨 t 公斤 千克 克 斤 担 蒲式耳 升 毫升 立方米/日 立方米/天 吨/日 吨/年 吨/天 吨标准煤 吨标煤 标准立方米 标方 车公里 人公里 吨公里 海里 里 丈 尺 顷 毫克/立方米 微克/立方米 μg/m3 μg/m³ ug/m3 mg/L 毫克/升 立方米/秒 千克/亩 公斤/亩 斤/亩 吨/亩 立方米/亩 度 千瓦时 千瓦小时 亿千瓦时 kWh 吨次 页 字 条（次）
";
const RATING: &str = "
千瓦 瓦 兆瓦 吉瓦 千伏 伏 千伏安 兆伏安 兆瓦时 吉瓦时 MW GW kW KW kV KV MWh GWh 蒸吨 P PFLOPS PFlops Pflops EFLOPS EFlops TB PB EB GB Gbps Tbps Mbps 兆 赫兹 马力 帕 兆帕 级地震 吨级 万吨级 公里级 卡 核 门架 ℃ 摄氏度 T 亿级 千兆 米级
";
const MONEY: &str = "元 美元 欧元 人民币 元/吨 元/亩 元/人 元/平方米 元/千瓦时 元/月 元人民币 港元 日元 块钱 元/年 元/人年 元/度 元/立方米 元/斤 元/公斤 元钱 元/平方公里 元/户";
const SHARE: &str = "% ‰ 个百分点 百分点 个点 % ‱ 个千分点";
const TIMES: &str = "倍 番 成 倍多";
const TIME: &str =
    "年 周年 载 天 日历天 工作日 个工作日 小时 分钟 秒 周 岁 周岁 个小时 个月 个季度 个年头 天内 学年 季 余年 晚 夜";
const NEVER: &str = "折 月 日 号 届 时 点 线 路 号线 楼 中 季度 世纪 年代 年级 年度 强 版 星 星级 字头 度电 师 团场 连 码 栋号 号楼 期工程 型 系 类区 分 刻 上 下 手 产 线城市 等奖 等功 级联动 孩 胎 维 甲 A G D 甲医院 甲级 全会 级 代 步 重 国道 省道 县道 乡道 高速 产业 优 好 严 保 化 通 化 权 资 旧 废 非 有 无 高 低 新 创 链 环 窗 柜 网 办 证 码 心 性 面 端 头在外";

fn push(entries: &mut Vec<Entry>, list: &'static str, kind: UnitKind) {
    entries.extend(list.split_whitespace().map(|word| Entry {
        word: word.into(),
        tags: 0,
        // Later lists win for a word given twice, so the strictest kind comes last.
        extra: kind as u8,
    }));
}

impl UnitKind {
    /// The kind stored in a table.
    pub(crate) fn of(extra: u8) -> Self {
        [
            Self::Count,
            Self::Loose,
            Self::Size,
            Self::Rating,
            Self::Money,
            Self::Share,
            Self::Times,
            Self::Time,
            Self::Never,
        ]
        .into_iter()
        .find(|kind| *kind as u8 == extra)
        .unwrap_or(Self::Never)
    }
}

/// The table of units; `extra` holds the kind.
pub(crate) fn units() -> &'static Table {
    static UNITS: LazyLock<Table> = LazyLock::new(|| {
        let mut entries = Vec::with_capacity(500);
        push(&mut entries, COUNT, UnitKind::Count);
        push(&mut entries, LOOSE, UnitKind::Loose);
        push(&mut entries, SIZE, UnitKind::Size);
        push(&mut entries, RATING, UnitKind::Rating);
        push(&mut entries, MONEY, UnitKind::Money);
        push(&mut entries, SHARE, UnitKind::Share);
        push(&mut entries, TIMES, UnitKind::Times);
        push(&mut entries, TIME, UnitKind::Time);
        push(&mut entries, NEVER, UnitKind::Never);
        Table::build(entries)
    });
    &UNITS
}
