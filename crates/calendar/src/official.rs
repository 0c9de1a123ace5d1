//! The official holidays, from the yearly notices of the General Office of the State Council
//! (国务院办公厅关于某年部分节假日安排的通知).
//!
//! | year | notice | of |
//! |---|---|---|
//! | 2020 | 国办发明电〔2019〕16号; Spring Festival prolonged to 2 February by 国办发明电〔2020〕1号 | 2019-11-21; 2020-01-26 |
//! | 2021 | 国办发明电〔2020〕27号 | 2020-11-25 |
//! | 2022 | 国办发明电〔2021〕11号 | 2021-10-25 |
//! | 2023 | 国办发明电〔2022〕16号 | 2022-12-08 |
//! | 2024 | 国办发明电〔2023〕7号 | 2023-10-25 |
//! | 2025 | 国办发明电〔2024〕12号 | 2024-11-12 |
//! | 2026 | 国办发明电〔2025〕7号 | 2025-11-04 |
//!
//! A holiday is written with its weekends, as the notices do. Two festivals in one holiday keep the name of the longer.

use crate::notice::{Holiday, Notice};
use jiff::civil::{Date, date};

/// One year: number of the notice, days off as (name, first, last), days worked instead. Days are (month, day); a
/// month 0 is the December of the year before.
struct Row {
    year: i16,
    source: &'static str,
    off: &'static [Off],
    work: &'static [MonthDay],
}

type Name = (&'static str, &'static str);
type MonthDay = (i8, i8);
type Off = (Name, MonthDay, MonthDay);
const NEW_YEAR: Name = ("元旦", "New Year's Day");
const SPRING: Name = ("春节", "Spring Festival");
const TOMBS: Name = ("清明节", "Tomb-Sweeping Day");
const LABOUR: Name = ("劳动节", "Labour Day");
const DRAGON: Name = ("端午节", "Dragon Boat Festival");
const AUTUMN: Name = ("中秋节", "Mid-Autumn Festival");
const NATIONAL: Name = ("国庆节", "National Day");

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { year: 2020, source: "国办发明电〔2019〕16号，国办发明电〔2020〕1号",
        off: &[(NEW_YEAR, (1, 1), (1, 1)), (SPRING, (1, 24), (2, 2)), (TOMBS, (4, 4), (4, 6)), (LABOUR, (5, 1), (5, 5)),
               (DRAGON, (6, 25), (6, 27)), (NATIONAL, (10, 1), (10, 8))],
        work: &[(1, 19), (4, 26), (5, 9), (6, 28), (9, 27), (10, 10)] },
    Row { year: 2021, source: "国办发明电〔2020〕27号",
        off: &[(NEW_YEAR, (1, 1), (1, 3)), (SPRING, (2, 11), (2, 17)), (TOMBS, (4, 3), (4, 5)), (LABOUR, (5, 1), (5, 5)),
               (DRAGON, (6, 12), (6, 14)), (AUTUMN, (9, 19), (9, 21)), (NATIONAL, (10, 1), (10, 7))],
        work: &[(2, 7), (2, 20), (4, 25), (5, 8), (9, 18), (9, 26), (10, 9)] },
    Row { year: 2022, source: "国办发明电〔2021〕11号",
        off: &[(NEW_YEAR, (1, 1), (1, 3)), (SPRING, (1, 31), (2, 6)), (TOMBS, (4, 3), (4, 5)), (LABOUR, (4, 30), (5, 4)),
               (DRAGON, (6, 3), (6, 5)), (AUTUMN, (9, 10), (9, 12)), (NATIONAL, (10, 1), (10, 7))],
        work: &[(1, 29), (1, 30), (4, 2), (4, 24), (5, 7), (10, 8), (10, 9)] },
    Row { year: 2023, source: "国办发明电〔2022〕16号",
        off: &[(NEW_YEAR, (0, 31), (1, 2)), (SPRING, (1, 21), (1, 27)), (TOMBS, (4, 5), (4, 5)), (LABOUR, (4, 29), (5, 3)),
               (DRAGON, (6, 22), (6, 24)), (NATIONAL, (9, 29), (10, 6))],
        work: &[(1, 28), (1, 29), (4, 23), (5, 6), (6, 25), (10, 7), (10, 8)] },
    Row { year: 2024, source: "国办发明电〔2023〕7号",
        off: &[(NEW_YEAR, (0, 30), (1, 1)), (SPRING, (2, 10), (2, 17)), (TOMBS, (4, 4), (4, 6)), (LABOUR, (5, 1), (5, 5)),
               (DRAGON, (6, 8), (6, 10)), (AUTUMN, (9, 15), (9, 17)), (NATIONAL, (10, 1), (10, 7))],
        work: &[(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)] },
    Row { year: 2025, source: "国办发明电〔2024〕12号",
        off: &[(NEW_YEAR, (1, 1), (1, 1)), (SPRING, (1, 28), (2, 4)), (TOMBS, (4, 4), (4, 6)), (LABOUR, (5, 1), (5, 5)),
               (DRAGON, (5, 31), (6, 2)), (NATIONAL, (10, 1), (10, 8))],
        work: &[(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)] },
    Row { year: 2026, source: "国办发明电〔2025〕7号",
        off: &[(NEW_YEAR, (1, 1), (1, 3)), (SPRING, (2, 15), (2, 23)), (TOMBS, (4, 4), (4, 6)), (LABOUR, (5, 1), (5, 5)),
               (DRAGON, (6, 19), (6, 21)), (AUTUMN, (9, 25), (9, 27)), (NATIONAL, (10, 1), (10, 7))],
        work: &[(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)] },
];

/// The notices of all official years.
pub(crate) fn notices() -> impl Iterator<Item = Notice> {
    ROWS.iter().map(|row| {
        let day = |(month, day): MonthDay| -> Date {
            if month == 0 { date(row.year - 1, 12, day) } else { date(row.year, month, day) }
        };
        let holiday = |&((zh, en), from, to): &Off| Holiday {
            zh: zh.to_owned(),
            en: en.to_owned(),
            from: day(from),
            to: day(to),
        };
        Notice {
            year: row.year,
            source: row.source.to_owned(),
            holidays: row.off.iter().map(holiday).collect(),
            make_up: row.work.iter().map(|d| day(*d)).collect(),
        }
    })
}
