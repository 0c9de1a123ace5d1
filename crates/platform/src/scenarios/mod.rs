//! Air and parking over what the city's instruments say: assessed days, prices, passages.

mod air;
mod pack;
mod parking;
mod passages;

pub use air::{AirNow, AirYear, StationNow};
pub use pack::{AirSettings, ParkingSettings, ScenarioPack};
pub use parking::{LotView, NearbyLot, NewOfYear};
pub use passages::{Arrived as ArrivedPassage, Energy, LotFigures, MOST_PASSAGES, PassageError, PassagesTaken};
pub use tingzhou_store::{AirDayRow, ParkingDayRow};

use crate::platform::Platform;
use crate::snapshot::{Snapshot, TaskView};
use std::collections::BTreeMap;
use std::sync::Arc;
use tingzhou_scenarios::parking::Tariff;

/// Facility types the scenarios know.
pub(crate) const STATION: &str = "AirQualityObserved";
pub(crate) const LOT: &str = "OffStreetParking";
pub(crate) const STREET: &str = "OnStreetParking";
pub(crate) const CHARGERS: &str = "EVChargingStation";

/// What the scenarios of a city need at hand.
#[derive(Debug, Default)]
pub(crate) struct Scenarios {
    /// By name.
    pub(crate) tariffs: BTreeMap<String, Vec<Tariff>>,
    /// One at a time assesses days.
    pub(crate) assessing: tokio::sync::Mutex<()>,
    /// Whether all years were looked at since the program began.
    pub(crate) assessed_whole: std::sync::atomic::AtomicBool,
    /// One at a time counts passages.
    pub(crate) counting: tokio::sync::Mutex<()>,
    pub(crate) secret: tokio::sync::OnceCell<Vec<u8>>,
}

impl Scenarios {
    pub(crate) fn of(pack: &ScenarioPack) -> Self {
        let mut tariffs: BTreeMap<String, Vec<Tariff>> = BTreeMap::new();
        for tariff in pack.checked() {
            tariffs.entry(tariff.data().id.clone()).or_default().push(tariff);
        }
        Self { tariffs, ..Self::default() }
    }
}

impl Platform {
    /// The first task of a year, in the report's order, that has a number and whose title or sentence has one of some
    /// words. The title is asked first, since a sentence may speak of several things.
    #[must_use]
    pub fn task_about<'a>(snapshot: &'a Snapshot, year: i16, words: &[String]) -> Option<&'a Arc<TaskView>> {
        let of_year = || snapshot.tasks.iter().filter(move |view| view.task.year == year && view.task.target.is_some());
        let says = |text: &str| words.iter().any(|word| !word.is_empty() && text.contains(word.as_str()));
        of_year().find(|view| says(&view.task.title)).or_else(|| of_year().find(|view| says(&view.task.sentence)))
    }

    /// All tasks of a year, in the report's order, whose title has one of some words, with a number or without. A report may
    /// promise the same in two places, and both are tasks. Sentences are not asked: theirs may be about other things too.
    #[must_use]
    pub fn tasks_titled<'a>(snapshot: &'a Snapshot, year: i16, words: &[String]) -> Vec<&'a Arc<TaskView>> {
        let says = |text: &str| words.iter().any(|word| !word.is_empty() && text.contains(word.as_str()));
        snapshot.tasks.iter().filter(|view| view.task.year == year && says(&view.task.title)).collect()
    }
}
