//! Counts by class that add up, and their percentages.

use crate::Two;
use crate::bulletin::class::BulletinClass;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How percentages with one decimal are made of counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Each rounded by itself, halves up; they may add up to 99.9 or 100.1, and a note says so.
    #[default]
    Each,
    /// They add up to 100.0: cut off, then the largest remainders are rounded up; of equal remainders the first.
    Whole,
}

/// How many tasks are in each class. Computable from given facts, for a table alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCounts {
    /// 已完成.
    pub done: u32,
    /// 超进度.
    pub ahead: u32,
    /// 达序时.
    pub on_path: u32,
    /// 欠进度.
    pub behind: u32,
    /// 其他.
    pub other: u32,
}

impl ClassCounts {
    /// The count of a class.
    #[must_use]
    pub fn of(&self, class: BulletinClass) -> u32 {
        match class {
            BulletinClass::Done => self.done,
            BulletinClass::Ahead => self.ahead,
            BulletinClass::OnPath => self.on_path,
            BulletinClass::Behind => self.behind,
            BulletinClass::Other => self.other,
        }
    }

    /// All of them together.
    #[must_use]
    pub fn total(&self) -> u64 {
        BulletinClass::ALL.iter().map(|class| u64::from(self.of(*class))).sum()
    }

    /// Counts one more.
    pub fn add(&mut self, class: BulletinClass) {
        let count = match class {
            BulletinClass::Done => &mut self.done,
            BulletinClass::Ahead => &mut self.ahead,
            BulletinClass::OnPath => &mut self.on_path,
            BulletinClass::Behind => &mut self.behind,
            BulletinClass::Other => &mut self.other,
        };
        *count = count.saturating_add(1);
    }
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassRow {
    /// The class.
    pub class: BulletinClass,
    /// How many tasks.
    pub count: u32,
    /// Of all, in percent with one decimal; `None` when there is no task at all.
    pub percent: Option<Decimal>,
}

/// The table of a bulletin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassTable {
    /// A line for every class, in the table's order.
    pub rows: Vec<ClassRow>,
    /// All tasks; the counts add up to it.
    pub total: u64,
    /// What is to be said of the percentages below the table.
    pub note: Option<Two>,
}

/// Tenths of a percent, halves rounded up, with the tenths cut off and what was left then.
fn tenths(count: u32, total: u64) -> (u32, u32, u64) {
    let scaled = u64::from(count) * 1_000;
    // A part of a whole is at most 1,000 tenths of a percent.
    let small = |n: u64| u32::try_from(n).unwrap_or(1_000);
    (small((scaled * 2 + total) / (total * 2)), small(scaled / total), scaled % total)
}

fn percent(tenths: u32) -> Decimal {
    Decimal::new(i64::from(tenths), 1)
}

impl ClassTable {
    /// The table of some counts.
    #[must_use]
    pub fn of(counts: &ClassCounts, rounding: Rounding) -> Self {
        let total = counts.total();
        let row = |class, percent| ClassRow { class, count: counts.of(class), percent };
        if total == 0 {
            return Self { rows: BulletinClass::ALL.map(|class| row(class, None)).to_vec(), total, note: None };
        }
        let parts = BulletinClass::ALL.map(|class| tenths(counts.of(class), total));
        let ordinary = parts.map(|(rounded, ..)| rounded);
        let chosen = match rounding {
            Rounding::Each => ordinary,
            Rounding::Whole => whole(parts.map(|(_, cut, left)| (cut, left))),
        };
        let rows = BulletinClass::ALL.into_iter().zip(chosen).map(|(class, part)| row(class, Some(percent(part))));
        let note = match rounding {
            Rounding::Each => sum_note(chosen.iter().sum()),
            Rounding::Whole => evened_note(&ordinary, &chosen),
        };
        Self { rows: rows.collect(), total, note }
    }
}

/// Largest remainder: the tenths left over of 1,000 go to those with the most cut off.
fn whole(parts: [(u32, u64); 5]) -> [u32; 5] {
    let mut chosen = parts.map(|(cut, _)| cut);
    let left = 1_000_u32.saturating_sub(chosen.iter().sum());
    let mut order = [0, 1, 2, 3, 4];
    order.sort_by_key(|i: &usize| std::cmp::Reverse(parts[*i].1));
    for i in order.into_iter().take(left as usize) {
        chosen[i] += 1;
    }
    chosen
}

fn sum_note(sum: u32) -> Option<Two> {
    (sum != 1_000).then(|| {
        let sum = percent(sum);
        Two::new(
            format!("注：各项占比分别四舍五入，相加为{sum}%，与100.0%的差别由四舍五入产生。"),
            format!(
                "Each share is rounded by itself; they add up to {sum}%, which differs from 100.0% by rounding only."
            ),
        )
    })
}

fn evened_note(ordinary: &[u32; 5], chosen: &[u32; 5]) -> Option<Two> {
    let lines = BulletinClass::ALL.into_iter().zip(ordinary.iter().zip(chosen)).filter(|(_, (a, b))| a != b);
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (class, (ordinary, _)) in lines {
        let (words, exact) = (class.words(), percent(*ordinary));
        zh.push(format!("“{}”单独四舍五入为{exact}%", words.zh));
        en.push(format!("“{}” alone rounds to {exact}%", words.en));
    }
    (!zh.is_empty()).then(|| {
        Two::new(
            format!("注：为使各项合计为100.0%，按最大余数法取舍；{}。", zh.join("，")),
            format!("Shares are evened by largest remainder so that they add up to 100.0%; {}.", en.join(", ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts([done, ahead, on_path, behind, other]: [u32; 5]) -> ClassCounts {
        ClassCounts { done, ahead, on_path, behind, other }
    }

    fn percents(table: &ClassTable) -> Vec<String> {
        table.rows.iter().map(|r| r.percent.map_or_else(String::new, |p| p.to_string())).collect()
    }

    #[test]
    fn published_facts() {
        let check = |facts, rounding, expected: [&str; 5], note: Option<&str>| {
            let table = ClassTable::of(&counts(facts), rounding);
            assert_eq!(percents(&table), expected, "{facts:?} {rounding:?}");
            let got = table.note.map(|n| n.zh);
            assert!(got.is_some() == note.is_some(), "{got:?}");
            assert!(got.unwrap_or_default().contains(note.unwrap_or_default()), "{note:?}");
        };
        // 金寨, half-year 2025: its notice prints 72.9 for 162 of 222; it is 72.97.
        let jinzhai = [24, 10, 162, 17, 9];
        check(jinzhai, Rounding::Each, ["10.8", "4.5", "73.0", "7.7", "4.1"], Some("相加为100.1%"));
        check(jinzhai, Rounding::Whole, ["10.8", "4.5", "73.0", "7.7", "4.0"], Some("“其他”单独四舍五入为4.1%"));
        // 池州, January to May and January to October 2025, of 147.
        check([2, 0, 137, 8, 0], Rounding::Each, ["1.4", "0.0", "93.2", "5.4", "0.0"], None);
        check([3, 0, 137, 7, 0], Rounding::Each, ["2.0", "0.0", "93.2", "4.8", "0.0"], None);
        check([0; 5], Rounding::Each, ["", "", "", "", ""], None);
        check([1, 1, 1, 0, 0], Rounding::Each, ["33.3", "33.3", "33.3", "0.0", "0.0"], Some("相加为99.9%"));
        check(
            [1, 1, 1, 0, 0],
            Rounding::Whole,
            ["33.4", "33.3", "33.3", "0.0", "0.0"],
            Some("“已完成”单独四舍五入为33.3%"),
        );
        check([1, 7, 0, 0, 0], Rounding::Each, ["12.5", "87.5", "0.0", "0.0", "0.0"], None);
        check([1, 1_999, 0, 0, 0], Rounding::Each, ["0.1", "100.0", "0.0", "0.0", "0.0"], Some("相加为100.1%"));
    }

    proptest! {
        #[test]
        fn laws(facts in any::<[u32; 5]>()) {
            let counts = counts(facts);
            prop_assume!(counts.total() > 0);
            let exact = |count: u32| Decimal::from(count) * Decimal::ONE_HUNDRED / Decimal::from(counts.total());
            for rounding in [Rounding::Each, Rounding::Whole] {
                let table = ClassTable::of(&counts, rounding);
                prop_assert_eq!(table.rows.iter().map(|r| u64::from(r.count)).sum::<u64>(), table.total);
                let sum: Decimal = table.rows.iter().filter_map(|r| r.percent).sum();
                prop_assert_eq!(table.note.is_some(), match rounding {
                    Rounding::Each => sum != Decimal::ONE_HUNDRED,
                    Rounding::Whole => table.rows != ClassTable::of(&counts, Rounding::Each).rows,
                });
                for row in &table.rows {
                    let off = (row.percent.unwrap_or_default() - exact(row.count)).abs();
                    let most = if rounding == Rounding::Each { Decimal::new(5, 2) } else { Decimal::new(1, 1) };
                    prop_assert!(off <= most, "{:?} is {off} away", row);
                }
                if rounding == Rounding::Whole {
                    prop_assert_eq!(sum, Decimal::ONE_HUNDRED);
                }
            }
        }
    }
}
