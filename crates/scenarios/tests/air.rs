//! The index against a second reckoning in fractions, and what holds for any concentration.
//!
//! The rows of `iaqi.tsv` were computed outside the crate, in fractions, and those of the 2026 edition compared with a
//! public implementation of it (its row of SO₂ over 24 hours left out, which is that of one hour there).

use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use tingzhou_scenarios::air::{
    Averaging, Concentration, Edition, HourlyValues, Hours, Pollutant, Standing, assess_day, index_of, sub_index,
};

#[test]
fn second_reckoning() {
    let mut checked = 0;
    for row in include_str!("iaqi.tsv").lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [edition, pollutant, averaging, concentration, expected] = cells[..] else { panic!("{row}") };
        let edition = if edition == "2012" { Edition::Of2012 } else { Edition::Of2026 };
        let pollutant: Pollutant = serde_json::from_value(pollutant.into()).unwrap();
        let averaging: Averaging = serde_json::from_value(averaging.into()).unwrap();
        let concentration = Concentration::new(pollutant, concentration.parse().unwrap()).unwrap();
        let found = sub_index(edition, averaging, concentration);
        let found = found.map_or("none".to_owned(), |i| format!("{}{}", i.value, if i.beyond { "+" } else { "" }));
        assert_eq!(found, expected, "{row}");
        checked += 1;
    }
    assert!(checked >= 250, "{checked} rows");
}

fn pollutants() -> impl Strategy<Value = Pollutant> {
    (0..6_usize).prop_map(|i| Pollutant::ALL[i])
}

fn averagings() -> impl Strategy<Value = Averaging> {
    prop_oneof![Just(Averaging::Hour), Just(Averaging::EightHours), Just(Averaging::Day)]
}

fn editions() -> impl Strategy<Value = Edition> {
    prop_oneof![Just(Edition::Of2012), Just(Edition::Of2026)]
}

/// Any decimal there is.
fn decimals() -> impl Strategy<Value = Decimal> {
    (any::<i128>(), 0_u32..=28)
        .prop_filter_map("fits", |(digits, scale)| Decimal::try_from_i128_with_scale(digits >> 32, scale).ok())
}

/// Hours of all six pollutants.
fn hours() -> impl Strategy<Value = Vec<Option<Decimal>>> {
    let value = prop_oneof![
        60 => (0_i64..1_000, 0_u32..3).prop_map(|(digits, scale)| Some(Decimal::new(digits, scale))),
        1 => decimals().prop_map(Some),
        3 => Just(None),
    ];
    proptest::collection::vec(value, 6 * 24)
}

proptest! {
    /// More of a pollutant is never a lower index, the new edition is never milder, and the index never leaves 0 to 500.
    #[test]
    fn monotone(pollutant in pollutants(), averaging in averagings(), tenths in 0_i64..100_000, more in 0_i64..1_000) {
        let of = |edition, tenths: i64| {
            let value = Decimal::new(tenths, 1).min(Concentration::most(pollutant));
            sub_index(edition, averaging, Concentration::new(pollutant, value).unwrap()).ok()
        };
        for edition in [Edition::Of2012, Edition::Of2026] {
            if let (Some(less), Some(more)) = (of(edition, tenths), of(edition, tenths + more)) {
                prop_assert!(less <= more && more.value <= 500);
            }
        }
        if let (Some(old), Some(new)) = (of(Edition::Of2012, tenths), of(Edition::Of2026, tenths)) {
            prop_assert!(old.value <= new.value);
        }
    }

    /// Any number is a concentration or refused; none panics.
    #[test]
    fn any_number(edition in editions(), pollutant in pollutants(), averaging in averagings(), value in decimals()) {
        if let Ok(concentration) = Concentration::new(pollutant, value) {
            prop_assert!((Decimal::ZERO..=Concentration::most(pollutant)).contains(&concentration.value()));
            let _ = index_of(edition, &[(averaging, concentration)]);
        } else {
            prop_assert!(value < Decimal::ZERO || value > Concentration::most(pollutant));
        }
    }

    /// Any hours make a day: valid with the largest sub-index and its pollutants, or invalid with reasons.
    #[test]
    fn any_hours(hours in hours(), new in any::<bool>()) {
        let day = if new { date(2026, 7, 1) } else { date(2025, 7, 1) };
        let of = |n: usize| -> Hours { hours[n * 24..(n + 1) * 24].try_into().unwrap() };
        let values = HourlyValues { so2: of(0), no2: of(1), pm10: of(2), co: of(3), o3: of(4), pm25: of(5) };
        let day = assess_day(day, &values).unwrap();
        match day.standing {
            Standing::Valid(index) => {
                prop_assert!(index.parts.iter().all(|p| p.index.value <= index.value));
                prop_assert_eq!(index.primary.is_empty(), index.value <= 50);
                prop_assert_eq!(day.means.len(), 7);
            }
            Standing::Invalid { lacks, .. } => prop_assert!(!lacks.is_empty()),
        }
    }
}
