//! The bulletin (通报) of a month, quarter or half-year: how many tasks stand how, what is behind and why, what moved.
//!
//! Each task is in exactly one class, so the counts add up. Percentages have one decimal. By default each of them is
//! rounded by itself ([`Rounding::Each`]), since a reader checks one line with a calculator; when the rounded parts do
//! not give 100.0 a note below the table says so. A city can choose parts that always give 100.0 ([`Rounding::Whole`],
//! largest remainder); then the note names the lines that differ from their ordinary rounding. Areas and units come in
//! the official order of the city's pack, whatever their numbers: a bulletin ranks nobody.

mod class;
mod content;
mod issue;
mod period;
mod table;
mod words;

pub use class::{BulletinClass, BulletinRules};
pub use content::{Behind, Bulletin, ClassGroup, Known, Move, Moved, OfficialOrder, bulletin};
pub use issue::decide_issue;
pub use period::{BulletinPeriod, PeriodError};
pub use table::{ClassCounts, ClassRow, ClassTable, Rounding};
pub(crate) use words::day_zh;
