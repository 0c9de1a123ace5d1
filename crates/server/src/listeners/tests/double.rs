//! An intake that remembers what it was given, for tests.

use super::super::intake::{Channel, Channels, Ingested, Intake, Known, Protocol, Unavailable};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tingzhou_platform::city::{Moment, Number, SeriesNo};
use tingzhou_platform::{Arriving, Span};

/// What was counted: protocol, address, reason.
pub(crate) type Counted = BTreeMap<(String, String), u64>;

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) adopted: Mutex<BTreeMap<String, Arc<Channels>>>,
    pub(crate) kept: Mutex<Vec<Arriving>>,
    pub(crate) batches: AtomicUsize,
    pub(crate) refused: Mutex<Counted>,
    pub(crate) heads: Mutex<Vec<(String, Vec<u8>)>>,
    pub(crate) broken: AtomicBool,
    pub(crate) slow: Mutex<Duration>,
}

#[derive(Clone, Default)]
pub(crate) struct Double(pub(crate) Arc<Inner>);

impl Double {
    /// An instrument with channels numbered from 1 in this order.
    pub(crate) fn adopt(&self, address: &str, channels: &[(Span, &str, &str)]) {
        let mut all = Channels::default();
        for (no, (span, code, scale)) in (1..).zip(channels) {
            let scale: Decimal = scale.parse().unwrap();
            all.put(*span, code, Channel { series: SeriesNo(no), scale });
        }
        self.0.adopted.lock().unwrap().insert(address.to_owned(), Arc::new(all));
    }

    /// What is kept: series, milliseconds, value, quality.
    pub(crate) fn kept(&self) -> Vec<(u32, String, f64, u8)> {
        let kept = self.0.kept.lock().unwrap();
        let one = |a: &Arriving| (a.series.0, a.offered.time.to_string(), a.offered.value, a.offered.quality.bits());
        kept.iter().map(one).collect()
    }

    /// How often something was refused, by `address reason`.
    pub(crate) fn refused(&self) -> Vec<(String, u64)> {
        let refused = self.0.refused.lock().unwrap();
        refused.iter().map(|((address, reason), count)| (format!("{address} {reason}"), *count)).collect()
    }
}

impl Intake for Double {
    async fn known(&self, _: Protocol, address: &str) -> Known {
        let adopted = self.0.adopted.lock().unwrap();
        adopted.get(address).map_or(Known::Quarantined, |channels| Known::Adopted(Arc::clone(channels)))
    }

    fn is_listed(&self, _: Protocol, address: &str) -> bool {
        let held_back = self.0.heads.lock().unwrap();
        self.0.adopted.lock().unwrap().contains_key(address) || held_back.iter().any(|(of, _)| of == address)
    }

    async fn ingest(&self, batch: Vec<Arriving>) -> Result<Ingested, Unavailable> {
        let slow = *self.0.slow.lock().unwrap();
        tokio::time::sleep(slow).await;
        if self.0.broken.load(Ordering::SeqCst) {
            return Err(Unavailable("the disk is full".to_owned()));
        }
        self.0.batches.fetch_add(1, Ordering::SeqCst);
        let wrong = |one: &Arriving| Number::new(one.offered.value).is_err();
        let refused: Vec<_> =
            (0..).zip(&batch).filter(|(_, one)| wrong(one)).map(|(place, _)| (place, "value")).take(100).collect();
        let refused_in_all = batch.iter().filter(|one| wrong(one)).count();
        self.0.kept.lock().unwrap().extend(batch.into_iter().filter(|one| !wrong(one)));
        Ok(Ingested { refused, refused_in_all })
    }

    fn held_back(&self, _: Protocol, address: &str, head: &[u8]) {
        self.0.heads.lock().unwrap().push((address.to_owned(), head.to_vec()));
    }

    fn refused(&self, _: Protocol, address: Option<&str>, reason: &'static str, count: u64) {
        let key = (address.unwrap_or("-").to_owned(), reason.to_owned());
        *self.0.refused.lock().unwrap().entry(key).or_default() += count;
    }

    fn now(&self) -> Moment {
        "2026-03-01T08:30:00+08:00".parse::<jiff::Timestamp>().unwrap().into()
    }
}
