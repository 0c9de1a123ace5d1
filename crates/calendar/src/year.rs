//! The days of one year as bits, counted by words instead of one by one.

use jiff::civil::{Date, Weekday};

/// A holiday that is on the same date each year.
pub(crate) struct FixedDate {
    pub(crate) month: i8,
    pub(crate) day: i8,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

const fn fixed(month: i8, day: i8, zh: &'static str, en: &'static str) -> FixedDate {
    FixedDate { month, day, zh, en }
}

/// Art. 2 of the measure on holidays (全国年节及纪念日放假办法) as in force since 1 January 2025, without the festivals of
/// the lunar calendar and Tomb-Sweeping Day, whose date the sun decides.
pub(crate) const FIXED_DATES: &[FixedDate] = &[
    fixed(1, 1, "元旦", "New Year's Day"),
    fixed(5, 1, "劳动节", "Labour Day"),
    fixed(5, 2, "劳动节", "Labour Day"),
    fixed(10, 1, "国庆节", "National Day"),
    fixed(10, 2, "国庆节", "National Day"),
    fixed(10, 3, "国庆节", "National Day"),
];

/// Which days of a year are worked: bit `n` is day `n + 1` of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Year {
    bits: [u64; 6],
}

impl Year {
    /// Monday to Friday without the holidays that have a fixed date.
    pub(crate) fn provisional(first: Date) -> Self {
        let mut year = Self { bits: [0; 6] };
        for i in 0..usize::from(first.days_in_year().unsigned_abs()) {
            // Days of the week repeat every seven days from that of 1 January.
            let weekday = first.weekday().wrapping_add(i64::try_from(i).unwrap_or_default());
            if !matches!(weekday, Weekday::Saturday | Weekday::Sunday) {
                year.bits[i / 64] |= 1 << (i % 64);
            }
        }
        for FixedDate { month, day, .. } in FIXED_DATES {
            if let Ok(date) = Date::new(first.year(), *month, *day) {
                year.set(date, false);
            }
        }
        year
    }

    pub(crate) fn set(&mut self, date: Date, working: bool) {
        let i = index(date);
        if working {
            self.bits[i / 64] |= 1 << (i % 64);
        } else {
            self.bits[i / 64] &= !(1 << (i % 64));
        }
    }

    pub(crate) fn is_working(&self, date: Date) -> bool {
        let i = index(date);
        self.bits[i / 64] >> (i % 64) & 1 == 1
    }

    /// Working days from 1 January to `date`, both included.
    pub(crate) fn up_to(&self, date: Date) -> u32 {
        let i = index(date);
        let whole: u32 = self.bits[..i / 64].iter().map(|word| word.count_ones()).sum();
        whole + (self.bits[i / 64] << (63 - i % 64)).count_ones()
    }

    /// Working days of the whole year.
    pub(crate) fn count(&self) -> u32 {
        self.bits.iter().map(|word| word.count_ones()).sum()
    }

    /// The day of the year, from 1, of its `nth` working day, from 1.
    pub(crate) fn nth(&self, nth: u32) -> Option<i16> {
        let mut left = nth.checked_sub(1)?;
        for (at, word) in self.bits.iter().enumerate() {
            if left < word.count_ones() {
                let rest = (0..left).fold(*word, |rest, _| rest & (rest - 1));
                return i16::try_from(at * 64 + rest.trailing_zeros() as usize + 1).ok();
            }
            left -= word.count_ones();
        }
        None
    }
}

/// 0 for 1 January, at most 365.
fn index(date: Date) -> usize {
    usize::from(date.day_of_year().unsigned_abs()) - 1
}
