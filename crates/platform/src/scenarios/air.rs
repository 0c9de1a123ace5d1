//! Air: what stations say now, and every day as it was assessed from the stored hours.

use super::STATION;
use crate::error::PlatformError;
use crate::instruments::{FacilityFilter, Instruments};
use crate::platform::Platform;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use tingzhou_city::{Aggregate, Facility, FacilityId, Grain, Moment, Period, PropertyId, SeriesNo, TypeId};
use tingzhou_ledger::Two;
use tingzhou_scenarios::air::{
    Averaging, Concentration, Day, DayRecord, Edition, GoodDays, HourlyValues, Index, Outcome, Pollutant, Standing,
    YearSoFar, assess_city, assess_day, good_days_outlook, index_of, is_hour_sampled, year_so_far,
};
use tingzhou_store::{AirDayRow, Commit, StoreError};

/// Most stations of a city.
const MOST_STATIONS: usize = 200;
/// Hours back in which a station's last hour is looked for.
const HOURS_BACK: u32 = 24;
/// Days assessed in one transaction.
const AT_ONCE: usize = 31;
/// What changes when days are assessed by another reading of the rules, so that all are assessed again.
const RULES: &str = "2";
/// Years back in which days are assessed.
const YEARS_BACK: i16 = 20;

/// A mean as it is kept.
type KeptMean = (Pollutant, Averaging, Decimal);
/// Hour means by station, pollutant and hour.
type Hours = HashMap<FacilityId, BTreeMap<(Pollutant, Moment), Decimal>>;

/// What a station says now.
#[derive(Clone, Debug)]
pub struct StationNow {
    /// Which station.
    pub station: Facility,
    /// The hour it is of; none when nothing came for a day.
    pub hour: Option<Moment>,
    /// The hour's means, as far as there are.
    pub values: Vec<Concentration>,
    /// The index by the hourly rule; none when it has none.
    pub index: Option<Index>,
    /// Why there is none, or what is not in it.
    pub note: Option<Two>,
}

/// What all stations say now.
#[derive(Clone, Debug)]
pub struct AirNow {
    /// By name.
    pub stations: Vec<StationNow>,
    /// The edition in force today; none when none is known.
    pub edition: Option<Edition>,
}

/// A year of air.
#[derive(Clone, Debug)]
pub struct AirYear {
    /// Its days as they were assessed, in order; days without any value are not there.
    pub days: Vec<AirDayRow>,
    /// What they come to; none while no day of the year is over.
    pub so_far: Option<YearSoFar>,
    /// Good days wanted.
    pub target: u16,
    /// What the year's good days come to.
    pub outlook: Option<GoodDays>,
}

fn property(pollutant: Pollutant) -> Option<PropertyId> {
    PropertyId::new(match pollutant {
        Pollutant::So2 => "so2",
        Pollutant::No2 => "no2",
        Pollutant::Pm10 => "pm10",
        Pollutant::Co => "co",
        Pollutant::O3 => "o3",
        Pollutant::Pm25 => "pm25",
    })
    .ok()
}

/// A word for programs, as JSON has it.
fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn edition_word(edition: Edition) -> &'static str {
    match edition {
        Edition::Of2012 => "2012",
        Edition::Of2026 => "2026",
    }
}

/// The mean of an hour, when enough of it was sampled. `every` is how often the station tells the pollutant.
fn mean_of(sum: &Aggregate, every: Option<Period>) -> Option<Decimal> {
    let counted = sum.counted?;
    let every = every.and_then(|every| u64::try_from(every.millis() / 1_000).ok());
    // The standards round once, at the end; here only what binary floats add is taken off.
    let mean = || Decimal::try_from(counted.mean()).ok().map(|mean| mean.round_dp(9));
    is_hour_sampled(counted.count, every).then(mean).flatten()
}

/// How often stations tell a pollutant.
fn interval(instruments: &Instruments, property: &PropertyId) -> Option<Period> {
    instruments.catalogue().property(&TypeId::new(STATION).ok()?, property)?.interval()
}

fn row_of(station: &str, day: &Day, source: &str) -> Result<AirDayRow, StoreError> {
    let means: Vec<KeptMean> =
        day.means.iter().map(|m| (m.concentration.pollutant(), m.averaging, m.concentration.value())).collect();
    let (aqi, pollutants, class) = match &day.standing {
        Standing::Valid(index) => {
            let primary: Vec<String> = index.primary.iter().map(word).collect();
            (Some(index.value), primary.join(","), word(&index.class()))
        }
        Standing::Invalid { .. } => (None, String::new(), String::new()),
    };
    let lack = match DayRecord::from(day).outcome {
        Outcome::Valid(_) => (String::new(), String::new()),
        Outcome::Invalid(why) => (why.zh, why.en),
    };
    Ok(AirDayRow {
        station: station.to_owned(),
        day: day.date,
        aqi,
        pollutants,
        class,
        edition: edition_word(day.edition).to_owned(),
        lack,
        source: source.to_owned(),
        body: serde_json::to_string(&means)?,
    })
}

fn record(row: &AirDayRow) -> DayRecord {
    let outcome = match row.aqi {
        Some(aqi) => Outcome::Valid(aqi),
        None => Outcome::Invalid(Two::new(row.lack.0.clone(), row.lack.1.clone())),
    };
    DayRecord { date: row.day, outcome }
}

/// A day of an earlier year by the edition that is in force on the same day of `year`.
fn record_by(row: &AirDayRow, year: i16) -> DayRecord {
    // 29 February of a year that has none is judged by the edition of the day before.
    let same = Date::new(year, row.day.month(), row.day.day()).or_else(|_| Date::new(year, 2, 28));
    let edition = same.ok().and_then(|day| Edition::on(day).ok());
    let again =
        edition.filter(|edition| row.aqi.is_some() && edition_word(*edition) != row.edition).and_then(|edition| {
            let means: Vec<KeptMean> = serde_json::from_str(&row.body).ok()?;
            let given: Vec<(Averaging, Concentration)> = means
                .into_iter()
                .filter_map(|(pollutant, averaging, value)| {
                    Some((averaging, Concentration::new(pollutant, value).ok()?))
                })
                .collect();
            Some(index_of(edition, &given).ok()?.value)
        });
    again.map_or_else(|| record(row), |aqi| DayRecord { date: row.day, outcome: Outcome::Valid(aqi) })
}

fn begin(day: Date) -> Moment {
    Moment::begin_of(day)
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

fn stations(instruments: &Instruments) -> Result<Vec<Facility>, PlatformError> {
    let facility_type = TypeId::new(STATION).map_err(|e| StoreError::Damaged { table: "pack", why: e.to_string() })?;
    let filter = FacilityFilter { facility_type: Some(facility_type), ..FacilityFilter::default() };
    Ok(instruments.facilities(&filter, 0, MOST_STATIONS).facilities)
}

/// Hour means of all stations that begin from one instant to before another.
async fn hours(instruments: &Instruments, from: Moment, to: Moment) -> Result<Hours, PlatformError> {
    let mut found = Hours::new();
    let Ok(facility_type) = TypeId::new(STATION) else { return Ok(found) };
    for pollutant in Pollutant::ALL {
        let Some(property) = property(pollutant) else { continue };
        let every = interval(instruments, &property);
        let by_series: HashMap<SeriesNo, Vec<(Moment, Aggregate)>> =
            instruments.hours_of_type(&facility_type, &property, from, to).await?;
        for (no, rows) in by_series {
            let Some((station, _)) = instruments.series_of(no) else { continue };
            let own = found.entry(station).or_default();
            for (hour, sum) in rows.iter().filter(|(hour, _)| (from..to).contains(hour)) {
                if let Some(mean) = mean_of(sum, every) {
                    own.insert((pollutant, *hour), mean);
                }
            }
        }
    }
    Ok(found)
}

fn of_day(own: &BTreeMap<(Pollutant, Moment), Decimal>, day: Date) -> HourlyValues {
    let mut values = HourlyValues::default();
    for pollutant in Pollutant::ALL {
        let mut hour = begin(day);
        for slot in values.of_mut(pollutant).iter_mut() {
            *slot = own.get(&(pollutant, hour)).copied();
            hour = hour.after(Grain::Hour.period());
        }
    }
    values
}

fn station_now(station: Facility, own: Option<&BTreeMap<(Pollutant, Moment), Decimal>>) -> StationNow {
    let silent = StationNow {
        note: Some(Two::new("近 24 小时没有数据", "no data for 24 hours")),
        station,
        hour: None,
        values: Vec::new(),
        index: None,
    };
    let Some(hour) = own.and_then(|own| own.keys().map(|(_, hour)| *hour).max()) else { return silent };
    let mut values = Vec::new();
    for pollutant in Pollutant::ALL {
        let value = own.and_then(|own| own.get(&(pollutant, hour))).copied();
        values.extend(value.and_then(|value| Concentration::new(pollutant, value).ok()));
    }
    let given: Vec<(Averaging, Concentration)> = values.iter().map(|one| (Averaging::Hour, *one)).collect();
    let (index, note) = match Edition::on(hour.civil().date()) {
        Err(why) => (None, Some(why.message)),
        Ok(edition) => match index_of(edition, &given) {
            Ok(index) => (Some(index), None),
            Err(why) => (None, Some(why.message())),
        },
    };
    let missing: Vec<Pollutant> =
        Pollutant::ALL.into_iter().filter(|one| values.iter().all(|value| value.pollutant() != *one)).collect();
    let note = note.or_else(|| {
        let names = |pick: fn(Two) -> String, with: &str| {
            missing.iter().map(|one| pick(one.name())).collect::<Vec<_>>().join(with)
        };
        let (zh, en) = (names(|two| two.zh, "、"), names(|two| two.en, ", "));
        (!missing.is_empty()).then(|| Two::new(format!("缺 {zh}，指数未计入"), format!("without {en}")))
    });
    StationNow { hour: Some(hour), values, index, note, ..silent }
}

impl Platform {
    /// What every station says now: the last hour it has within a day, with its index by the hourly rule.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn air_now(&self) -> Result<AirNow, PlatformError> {
        let instruments = self.instruments().await?;
        let now = instruments.now();
        let from = now.before(Period::from_secs(HOURS_BACK * 3_600)).begin(Grain::Hour);
        let found = hours(&instruments, from, now.after(Period::from_millis(1))).await?;
        let there = stations(&instruments)?.into_iter().filter(|one| one.exists(now));
        let stations = there.map(|one| {
            let own = found.get(&one.id);
            station_now(one, own)
        });
        Ok(AirNow { stations: stations.collect(), edition: Edition::on(self.clock().today()).ok() })
    }

    /// Assesses the days from one on that are over and whose values are not those they were assessed by, a year at a time.
    /// Tells how many.
    ///
    /// Whether a day's values changed is seen by what they come to (count, sum, least, greatest, first, last); `anew`
    /// assesses all days from their hours whatever they come to.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn assess_air(&self, from: Date, anew: bool) -> Result<usize, PlatformError> {
        let _one = self.scenarios().assessing.lock().await;
        let (instruments, today) = (self.instruments().await?, self.clock().today());
        let all = stations(&instruments)?;
        let (mut first, mut done) = (from, 0);
        while first < today {
            let end = first
                .year()
                .checked_add(1)
                .and_then(|year| Date::new(year, 1, 1).ok())
                .map_or(today, |end| end.min(today));
            done += self.assess_between(&instruments, &all, (first, end), anew).await?;
            first = end;
        }
        Ok(done)
    }

    /// The same of the days from one to before another.
    async fn assess_between(
        &self,
        instruments: &Instruments,
        all: &[Facility],
        (from, to): (Date, Date),
        anew: bool,
    ) -> Result<usize, PlatformError> {
        let mut sources: BTreeMap<Date, Sha256> = BTreeMap::new();
        for station in all.iter().filter(|one| one.from < begin(to)) {
            for pollutant in Pollutant::ALL {
                let Some(property) = property(pollutant) else { continue };
                let Some(no) = instruments.series(&station.id, &property) else { continue };
                let every = interval(instruments, &property).map(Period::millis);
                for (at, sum) in instruments.by_day(no, begin(from), begin(to), 10_000).await?.rows {
                    let day = at.civil().date();
                    if day >= to || !station.exists(at) {
                        continue;
                    }
                    let source = sources.entry(day).or_default();
                    source.update(format!("{RULES} {} {pollutant:?} {every:?} {sum:?};", station.id));
                }
            }
        }
        let known = self.store().air_days(self.city(), "", (from, to), 10_000).await?;
        let known: HashMap<Date, String> = known.into_iter().map(|row| (row.day, row.source)).collect();
        let mut todo: Vec<(Date, String)> = Vec::new();
        for (day, source) in sources {
            // How many stations there are counts too.
            let there = all.iter().filter(|one| one.exists(begin(day))).count();
            let hash = source.chain_update(there.to_string()).finalize();
            let source: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            if anew || known.get(&day) != Some(&source) {
                todo.push((day, source));
            }
        }
        for some in todo.chunks(AT_ONCE) {
            self.assess_days(instruments, all, some).await?;
        }
        Ok(todo.len())
    }

    async fn assess_days(
        &self,
        instruments: &Instruments,
        all: &[Facility],
        days: &[(Date, String)],
    ) -> Result<(), PlatformError> {
        let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else { return Ok(()) };
        // Days next to each other are read at once; a gap of months is not read for nothing.
        let apart = last.since(*first).is_ok_and(|span| span.get_days() > 62);
        let mut found =
            if apart { Hours::new() } else { hours(instruments, begin(*first), begin(next(*last))).await? };
        let mut commit = Commit::new(self.city(), self.clock().now(), "installation");
        for (day, source) in days {
            if apart {
                found = hours(instruments, begin(*day), begin(next(*day))).await?;
            }
            let there: Vec<&Facility> = all.iter().filter(|one| one.exists(begin(*day))).collect();
            let mut assessed = Vec::with_capacity(there.len());
            for station in &there {
                let values = found.get(&station.id).map(|own| of_day(own, *day)).unwrap_or_default();
                // From 2031 on no edition is known; the days wait until one is.
                let Ok(of_station) = assess_day(*day, &values) else { continue };
                commit.put_air_day(&row_of(station.id.as_str(), &of_station, source)?);
                assessed.push(of_station);
            }
            if let Ok(of_city) = assess_city(*day, &assessed, there.len()) {
                commit.put_air_day(&row_of("", &of_city, source)?);
            }
        }
        self.store().commit(commit).await?;
        Ok(())
    }

    /// The days of a year until yesterday, of a station or of the city, and where the year leads.
    ///
    /// # Errors
    /// When the year is none, or the store does not answer.
    pub async fn air_year(&self, station: Option<&FacilityId>, year: i16) -> Result<AirYear, PlatformError> {
        let none = |_| PlatformError::NotFound { what: format!("year {year}") };
        let (first, end) = (Date::new(year, 1, 1).map_err(none)?, Date::new(year, 12, 31).map_err(none)?);
        let yesterday = self.clock().today().yesterday().unwrap_or(first);
        let name = station.map_or("", FacilityId::as_str);
        let target = self.good_days_wanted(year).await?;
        let as_of = end.min(yesterday);
        if as_of < first {
            return Ok(AirYear { days: Vec::new(), so_far: None, target, outlook: None });
        }
        let days = self.store().air_days(self.city(), name, (first, as_of), 400).await?;
        let damaged = |why: tingzhou_scenarios::Refusal| StoreError::Damaged { table: "air_day", why: why.to_string() };
        let records: Vec<DayRecord> = days.iter().map(record).collect();
        let so_far = Some(year_so_far(as_of, &records).map_err(damaged)?);
        let outlook = if station.is_none() {
            let since = date(year.saturating_sub(YEARS_BACK).max(1), 1, 1);
            let before = first.yesterday().unwrap_or(first);
            let earlier = self.store().air_days(self.city(), name, (since, before), 7_300).await?;
            let earlier: Vec<DayRecord> = earlier.iter().map(|row| record_by(row, year)).collect();
            Some(good_days_outlook(as_of, &records, &earlier, target).map_err(damaged)?)
        } else {
            None
        };
        Ok(AirYear { days, so_far, target, outlook })
    }

    async fn good_days_wanted(&self, year: i16) -> Result<u16, PlatformError> {
        let (snapshot, settings) = (self.snapshot().await?, &self.pack().scenarios.air);
        let task = Self::task_about(&snapshot, year, &settings.good_days_task);
        let value = task.and_then(|view| view.task.target_now()).and_then(|target| u16::try_from(target.value).ok());
        Ok(value.filter(|days| (1..=366).contains(days)).unwrap_or(settings.good_days))
    }

    /// Years there are assessed days of, the last first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn air_years(&self) -> Result<Vec<i16>, PlatformError> {
        let today = self.clock().today();
        let since = date(today.year().saturating_sub(YEARS_BACK).max(1), 1, 1);
        let days = self.store().air_days(self.city(), "", (since, today), 7_400).await?;
        let years: BTreeSet<i16> = days.iter().map(|row| row.day.year()).chain([today.year()]).collect();
        Ok(years.into_iter().rev().collect())
    }

    /// Assesses what may have changed lately: from the beginning of the last year on, since a late value may be of it. The
    /// first time, and anew, from the oldest year on that a station has been there for (at most twenty), since an import
    /// may be of any.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tend_air(&self, anew: bool) -> Result<usize, PlatformError> {
        let today = self.clock().today();
        let year = |before: i16| Date::new(today.year().saturating_sub(before), 1, 1).unwrap_or(today);
        let whole = &self.scenarios().assessed_whole;
        if !anew && whole.load(Ordering::Acquire) {
            return self.assess_air(year(1), false).await;
        }
        let first = stations(&self.instruments().await?)?.iter().map(|one| one.from.civil().date()).min();
        let oldest = first.map_or(year(1), |first| first.clamp(year(YEARS_BACK), year(1)));
        let done = self.assess_air(oldest, anew).await?;
        whole.store(true, Ordering::Release);
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::{Averaging, Edition, Pollutant, STATION, property};
    use tingzhou_city::{Catalogue, Kind, STANDARD_TYPES, TypeId};

    /// What a station may say reaches to the end of its scale: the worst hour must not be refused as a fault.
    #[test]
    fn every_concentration_of_the_scale_can_be_told() {
        let catalogue = Catalogue::new(toml::from_str(STANDARD_TYPES).unwrap()).unwrap();
        let station = TypeId::new(STATION).unwrap();
        for pollutant in Pollutant::ALL {
            let found = catalogue.property(&station, &property(pollutant).unwrap()).unwrap();
            let Kind::Number { max, .. } = found.kind() else { unreachable!("{pollutant}") };
            for edition in [Edition::Of2012, Edition::Of2026] {
                for averaging in [Averaging::Hour, Averaging::EightHours, Averaging::Day] {
                    let last = edition.scale(pollutant, averaging).and_then(|scale| scale.limits.last().copied());
                    let within = |max: &tingzhou_city::Number| last.is_none_or(|last| f64::from(last) <= max.get());
                    assert!(max.as_ref().is_none_or(within), "{pollutant} {averaging:?} {last:?}");
                }
            }
        }
    }
}
