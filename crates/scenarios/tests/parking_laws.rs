//! What holds for every tariff and every stay.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::days_off;
use jiff::ToSpan;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use std::collections::BTreeSet;
use tingzhou_scenarios::Two;
use tingzhou_scenarios::parking::{
    Bill, Card, Crossing, Cycle, Fen, FreeKind, FreeMinutes, LONGEST_STAY_DAYS, LineKind, Period, Reduction, Rounding,
    Stay, Step, Tariff, TariffData, TimeOfDay, VehicleClass, price_with_days_off,
};

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Prices up to the dearest, so that sums are as large as they can be.
    let price = prop_oneof![0_i64..1_000, Just(1_000_000)];
    let step = (prop_oneof![1_u32..=90, Just(1440)], price, 1_u32..5);
    proptest::collection::vec(step, 0..4).prop_map(|steps| {
        let last = steps.len().saturating_sub(1);
        let of = |(i, (minutes, fen, times))| Step { minutes, fen: Fen(fen), times: (i != last).then_some(times) };
        steps.into_iter().enumerate().map(of).collect()
    })
}

/// Periods that cover the day, from one to four.
fn periods() -> impl Strategy<Value = Vec<Period>> {
    (proptest::collection::btree_set(0_u16..1440, 1..4), proptest::collection::vec(steps(), 4)).prop_map(
        |(starts, steps)| {
            let starts: Vec<u16> = starts.into_iter().collect();
            let time = |m: u16| TimeOfDay::try_from(format!("{:02}:{:02}", m / 60, m % 60)).unwrap();
            let of = |(i, steps): (usize, Vec<Step>)| Period {
                name: Two::new("时段", "period"),
                from: time(starts[i]),
                to: time(starts[(i + 1) % starts.len()]),
                steps,
            };
            let count = starts.len();
            steps.into_iter().take(count).enumerate().map(of).collect()
        },
    )
}

fn tariffs() -> impl Strategy<Value = Tariff> {
    let free = (0_u32..=120, any::<bool>());
    let day = (0_u8..3, any::<bool>(), any::<bool>());
    let caps = (proptest::option::of(1_i64..5_000), proptest::option::of(1_i64..50_000));
    let share = proptest::option::of((0_u8..=100, 0_u8..3, 1_i64..=200));
    (free, day, caps, share, periods(), proptest::option::of(periods())).prop_map(
        |((free, exclusive), (cycle, restart, cut), (day_cap, stay_cap), share, periods, others)| {
            let cycle = [Cycle::Stay, Cycle::CalendarDay, Cycle::FromEntry][usize::from(cycle)];
            let days = cycle != Cycle::Stay;
            let kind = if exclusive { FreeKind::Exclusive } else { FreeKind::Inclusive };
            let reduction = |(percent_paid, rounding, to_fen): (u8, u8, i64)| Reduction {
                class: VehicleClass::NewEnergy,
                percent_paid,
                rounding: [Rounding::Down, Rounding::Up, Rounding::HalfUp][usize::from(rounding)],
                to_fen: Fen(to_fen),
            };
            let data = TariffData {
                id: "any".to_owned(),
                version: 1,
                name: Two::new("任意", "any"),
                source: "laws".to_owned(),
                from: date(2020, 1, 1),
                until: None,
                free: FreeMinutes { minutes: free, kind },
                cycle,
                steps_restart: restart && days,
                crossing: if cut { Crossing::Cut } else { Crossing::RunsOn },
                day_cap_fen: day_cap.filter(|_| days).map(Fen),
                stay_cap_fen: stay_cap.map(Fen),
                monthly_card_fen: None,
                periods,
                day_off_periods: others.unwrap_or_default(),
                reductions: share.map(reduction).into_iter().collect(),
                exempt: vec![VehicleClass::Emergency],
            };
            Tariff::checked(data).unwrap()
        },
    )
}

/// An entry around days off, and a card of some days around it.
fn entries() -> impl Strategy<Value = (DateTime, VehicleClass, Option<Card>)> {
    let classes = prop_oneof![
        3 => Just(VehicleClass::Ordinary),
        3 => Just(VehicleClass::NewEnergy),
        1 => Just(VehicleClass::Emergency),
    ];
    (0_i64..10 * 1440, classes, proptest::option::weighted(0.3, (-3_i64..5, 0_i64..4))).prop_map(|(at, class, card)| {
        let entry = date(2025, 9, 26).at(0, 0, 0, 0) + at.minutes();
        let card =
            card.map(|(from, days)| Card { from: entry.date() + from.days(), to: entry.date() + (from + days).days() });
        (entry, class, card)
    })
}

fn bill(tariff: &Tariff, (entry, class, card): (DateTime, VehicleClass, Option<Card>), minutes: i64) -> Bill {
    let stay = Stay { entry, exit: entry + minutes.minutes(), class, card };
    price_with_days_off(tariff, &stay, &days_off()).unwrap()
}

proptest! {
    /// Never negative, the lines give the total, caps hold, minutes are all accounted for.
    #[test]
    fn bills_are_sound(tariff in tariffs(), entry in entries(), minutes in 0_i64..6 * 1440) {
        let bill = bill(&tariff, entry, minutes);
        prop_assert!(bill.total >= Fen::ZERO);
        prop_assert_eq!(bill.lines.iter().map(|l| l.amount).sum::<Fen>(), bill.total);
        prop_assert_eq!(bill.minutes, minutes);
        let data = tariff.data();
        if let Some(cap) = data.stay_cap_fen {
            prop_assert!(bill.total <= cap);
        }
        if let Some(cap) = data.day_cap_fen {
            let days = match data.cycle {
                Cycle::CalendarDay => i64::from((bill.exit.date() - bill.entry.date()).get_days()) + 1,
                _ => minutes / 1440 + 1,
            };
            prop_assert!(bill.total.0 <= cap.0 * days);
        }
        let off = |kind| matches!(kind, LineKind::DayCap | LineKind::StayCap | LineKind::Reduction);
        for line in &bill.lines {
            prop_assert_eq!(line.amount < Fen::ZERO, off(line.kind) && line.amount != Fen::ZERO);
        }
        // What is not taken off follows each other from entry to exit.
        let mut at = bill.entry;
        for line in bill.lines.iter().filter(|l| !off(l.kind)) {
            prop_assert_eq!(line.from, at);
            at = line.to;
        }
        prop_assert_eq!(at, bill.exit);
    }

    /// A longer stay is never cheaper.
    #[test]
    fn longer_is_never_cheaper(tariff in tariffs(), entry in entries(), minutes in 0_i64..4 * 1440, more in 0_i64..1440) {
        let (short, long) = (bill(&tariff, entry, minutes), bill(&tariff, entry, minutes + more));
        prop_assert!(short.total <= long.total, "{} > {}", short.total, long.total);
    }

    /// A class that pays a share never pays more, a card never costs, who is exempt pays nothing.
    #[test]
    fn favours_favour(tariff in tariffs(), (entry, _, card) in entries(), minutes in 0_i64..3 * 1440) {
        let of = |class, card| bill(&tariff, (entry, class, card), minutes).total;
        let full = of(VehicleClass::Ordinary, None);
        prop_assert!(of(VehicleClass::NewEnergy, None) <= full);
        prop_assert_eq!(of(VehicleClass::Emergency, None), Fen::ZERO);
        let whole = card.is_some_and(|c| c.from <= entry.date() && (entry + minutes.minutes()).date() <= c.to);
        if whole {
            prop_assert_eq!(of(VehicleClass::Ordinary, card), Fen::ZERO);
        }
    }

    /// The longest stays and any times are priced or refused.
    #[test]
    fn extremes(tariff in tariffs(), year in -9999_i16..=9999, month in 1_i8..=12, minutes in 0_i64..=401 * 1440, class in 0_usize..4) {
        let class = [VehicleClass::Ordinary, VehicleClass::NewEnergy, VehicleClass::Emergency, VehicleClass::Sanitation][class];
        let entry = date(year, month, 28).at(23, 59, 59, 999_999_999);
        let Ok(exit) = entry.checked_add(minutes.minutes()) else { return Ok(()) };
        let card = Some(Card { from: date(-9999, 1, 1), to: date(year, month, 28) });
        for card in [None, card] {
            match price_with_days_off(&tariff, &Stay { entry, exit, class, card }, &BTreeSet::new()) {
                Ok(bill) => {
                    prop_assert!(bill.total >= Fen::ZERO);
                    prop_assert!(minutes <= LONGEST_STAY_DAYS * 1440);
                    prop_assert!(bill.lines.len() < 401 * 16);
                }
                Err(refusal) => prop_assert!(["not-in-force", "stay-too-long"].contains(&refusal.code), "{refusal}"),
            }
        }
    }
}
