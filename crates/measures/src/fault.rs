//! Why a measure gave no value.

use serde::{Deserialize, Serialize};
use tingzhou_ledger::Two;

/// Why a query that is allowed gave no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "fault")]
pub enum MeasureFault {
    /// It ran longer than it may.
    TooLong {
        /// How long it may, in milliseconds.
        limit: u64,
    },
    /// It gave no row.
    NoRow,
    /// It gave more than one row.
    SeveralRows,
    /// The value is empty: there is nothing to measure, or a division by nothing.
    NoValue,
    /// A value is no number.
    NotANumber {
        /// Which column.
        column: String,
        /// What it is instead, shortened.
        given: String,
    },
    /// A number that cannot be kept.
    OutOfBounds {
        /// Which column.
        column: String,
    },
    /// The database refused it.
    Failed {
        /// Its own words, shortened.
        why: String,
    },
    /// The value was computed, but the rules do not let the task have it.
    Refused {
        /// Why.
        why: Two,
    },
}

impl MeasureFault {
    /// For people: what is wrong and what to do.
    #[must_use]
    pub fn words(&self) -> Two {
        match self {
            Self::TooLong { limit } => Two::new(
                format!("计算超过 {limit} 毫秒，已中止；请缩小时段，或检查是否有缺少条件的连接。"),
                format!(
                    "It ran longer than {limit} ms and was stopped; narrow the window, or look for a join without a condition."
                ),
            ),
            Self::NoRow => Two::new(
                "查询没有返回行；求值查询必须正好返回一行。",
                "The query gave no row; it must give exactly one.",
            ),
            Self::SeveralRows => Two::new(
                "查询返回多行；求值查询必须正好返回一行，请用聚合函数。",
                "The query gave several rows; it must give exactly one: aggregate.",
            ),
            Self::NoValue => Two::new(
                "没有数据：value 为空（没有可计算的记录，或除数为零）。",
                "No data: value is null (nothing to compute from, or a division by zero).",
            ),
            Self::NotANumber { column, given } => Two::new(
                format!("{column} 不是数，而是“{given}”；请改为数值。"),
                format!("{column} is no number but “{given}”; make it a number."),
            ),
            Self::OutOfBounds { column } => Two::new(
                format!("{column} 超出可保存的范围；请换用更大的计量单位。"),
                format!("{column} is outside what can be kept; use a larger unit."),
            ),
            Self::Failed { why } => {
                Two::new(format!("数据库不能执行：{why}"), format!("The database could not carry it out: {why}"))
            }
            Self::Refused { why } => Two::new(
                format!("已算出，但不能记入任务：{}", why.zh),
                format!("Computed, but the task cannot take it: {}", why.en),
            ),
        }
    }
}
