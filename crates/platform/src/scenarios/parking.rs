//! Parking: lots with their spaces and tariffs, the nearest free space, what a stay costs, what is new this year.

use super::{CHARGERS, LOT, STREET};
use crate::error::PlatformError;
use crate::instruments::{FacilityFilter, Instruments};
use crate::platform::Platform;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tingzhou_city::{
    Facility, FacilityId, Geometry, Grain, Moment, Period, Position, PropertyId, Sample, Stated, TypeId,
};
use tingzhou_scenarios::Refusal;
use tingzhou_scenarios::parking::{
    Bill, Lot, OccupancyForecast, Place, Spaces, Stay, Tariff, Wish, count_age, in_force, nearest,
    occupancy_in_an_hour, price_with_days_off,
};

/// Most lots of a city; facilities are asked for a thousand at a time.
const MOST_LOTS: usize = 10_000;
const AT_ONCE: usize = 1_000;
/// Weeks of hours a forecast of occupancy looks at.
const WEEKS: u16 = 8;

/// A lot or street bays as they are now.
#[derive(Clone, Debug)]
pub struct LotView {
    /// The facility.
    pub facility: Facility,
    /// Bays of a street; otherwise a lot.
    pub street: bool,
    /// How many spaces it has; none when that is not stated.
    pub spaces: Option<u32>,
    /// The latest count of free spaces and when it was made.
    pub free: Option<(u32, Timestamp)>,
    /// Whether that count is too old to go by.
    pub stale: bool,
    /// Its tariff, by name.
    pub tariff: Option<String>,
    /// Whether it belongs to a shop, market or office and not to the city.
    pub commercial: bool,
    /// Whether a night costs nothing: as stated, or by its tariff.
    pub night_free: bool,
}

/// A lot near a place.
#[derive(Clone, Debug)]
pub struct NearbyLot {
    /// The lot.
    pub lot: LotView,
    /// Metres on foot, estimated.
    pub metres: u32,
    /// Whether spaces are free.
    pub spaces: Spaces,
    /// What the stay will cost, or why that cannot be told.
    pub bill: Result<Bill, Refusal>,
}

/// What the register has new in a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewOfYear {
    /// Lots, without street bays.
    pub lots: u32,
    /// Spaces of new lots and streets.
    pub spaces: u32,
    /// Chargers of new charging stations.
    pub chargers: u32,
    /// Lots and charging stations that state no number and are counted as none.
    pub without_number: u32,
    /// Facilities among them that are made up.
    pub simulated: u32,
}

fn stated<'a>(facility: &'a Facility, property: &str) -> Option<&'a Stated> {
    facility.stated.iter().find(|(id, _)| id.as_str() == property).map(|(_, value)| value)
}

/// A stated number of things; a share of one counts as none.
fn count(facility: &Facility, property: &str) -> Option<u32> {
    match stated(facility, property)? {
        Stated::Number(number) => whole(number.get()),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the bounds just looked at")]
fn whole(number: f64) -> Option<u32> {
    (0.0..=1e9).contains(&number).then_some(number as u32)
}

fn yes(facility: &Facility, property: &str) -> Option<bool> {
    match stated(facility, property)? {
        Stated::Bool(yes) => Some(*yes),
        _ => None,
    }
}

fn place_of(position: Position) -> Result<Place, Refusal> {
    // Degrees within the globe, so their millionths fit.
    #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
    let micro = |degrees: f64| (degrees * 1e6).round() as i32;
    Place::new(micro(position.latitude()), micro(position.longitude()))
}

fn entrance(facility: &Facility) -> Option<Place> {
    let place = facility.place.as_ref()?;
    let position = match place.geometry() {
        Geometry::Point(point) => *point,
        Geometry::Line(points) => *points.get(points.len() / 2)?,
        Geometry::Area(_) => {
            let (low, high) = place.corners();
            let middle = |a: f64, b: f64| f64::midpoint(a, b);
            Position::new(middle(low.longitude(), high.longitude()), middle(low.latitude(), high.latitude())).ok()?
        }
    };
    place_of(position).ok()
}

fn of_type(instruments: &Instruments, name: &str, at: Option<Moment>) -> Vec<Facility> {
    let Ok(facility_type) = TypeId::new(name) else { return Vec::new() };
    let filter = FacilityFilter { facility_type: Some(facility_type), at, ..FacilityFilter::default() };
    let mut found = Vec::new();
    for offset in (0..MOST_LOTS).step_by(AT_ONCE) {
        let page = instruments.facilities(&filter, offset, AT_ONCE);
        found.extend(page.facilities);
        if offset + AT_ONCE >= page.total {
            break;
        }
    }
    found
}

fn free_now(instruments: &Instruments, name: &str) -> HashMap<FacilityId, Sample> {
    let Ok(facility_type) = TypeId::new(name) else { return HashMap::new() };
    let all = instruments.latest_of_type(&facility_type).into_iter();
    all.filter(|(_, property, _)| property.as_str() == "availableSpotNumber")
        .map(|(id, _, sample)| (id, sample))
        .collect()
}

impl Platform {
    fn lot_view(&self, facility: Facility, free: Option<Sample>, now: Moment) -> LotView {
        let pack = &self.pack().scenarios;
        let own = match stated(&facility, "tariff") {
            Some(Stated::Text(text)) => Some(text.clone()),
            _ => pack.usual_tariff(&facility.facility_type).map(str::to_owned),
        };
        let street = facility.facility_type.as_str() == STREET;
        let in_force = own.as_deref().and_then(|id| self.tariff_on(id, now.civil().date()));
        let night_free = yes(&facility, "nightFree").unwrap_or_else(|| in_force.is_some_and(Tariff::is_free_at_night));
        let counted = free.filter(|sample| sample.quality.counts());
        let old = |sample: &Sample| count_age(sample.time.into(), now.into(), pack.parking.stale_minutes).stale;
        LotView {
            street,
            spaces: count(&facility, "totalSpotNumber"),
            stale: counted.as_ref().is_none_or(old),
            free: counted.and_then(|sample| Some((whole(sample.value.get())?, sample.time.into()))),
            tariff: own,
            commercial: yes(&facility, "commercial").unwrap_or(false),
            night_free,
            facility,
        }
    }

    /// All lots and street bays that are there now, by name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn lots(&self) -> Result<Vec<LotView>, PlatformError> {
        let instruments = self.instruments().await?;
        let now = instruments.now();
        let mut found = Vec::new();
        for name in [LOT, STREET] {
            let free = free_now(&instruments, name);
            let all = of_type(&instruments, name, Some(now)).into_iter();
            found.extend(all.map(|one| {
                let free = free.get(&one.id).copied();
                self.lot_view(one, free, now)
            }));
        }
        Ok(found)
    }

    /// A lot or street bays by name.
    ///
    /// # Errors
    /// When there is none of that name, or the store does not answer.
    pub async fn lot(&self, id: &FacilityId) -> Result<LotView, PlatformError> {
        let instruments = self.instruments().await?;
        let facility = instruments.facility(id).filter(|one| [LOT, STREET].contains(&one.facility_type.as_str()));
        let facility = facility.ok_or_else(|| PlatformError::NotFound { what: format!("lot {id}") })?;
        let latest = instruments.latest(id).into_iter();
        let free = latest.filter(|(of, _)| of.as_str() == "availableSpotNumber").map(|(_, sample)| sample).next();
        Ok(self.lot_view(facility, free, instruments.now()))
    }

    /// All tariffs by name, each with its versions.
    #[must_use]
    pub fn tariffs(&self) -> &BTreeMap<String, Vec<Tariff>> {
        &self.scenarios().tariffs
    }

    /// The version of a tariff that is in force for entries on a day.
    #[must_use]
    pub fn tariff_on(&self, id: &str, day: Date) -> Option<&Tariff> {
        in_force(self.tariffs().get(id)?, day)
    }

    /// Days off between two days, both included, at most 400 of them.
    #[must_use]
    pub fn days_off(&self, from: Date, to: Date) -> BTreeSet<Date> {
        let days = from.series(1.days()).take(402).take_while(|day| *day <= to);
        days.filter(|day| self.calendar().is_working(*day).is_ok_and(|answer| !answer.value)).collect()
    }

    /// What a stay costs by the tariff in force on the day of its entry.
    ///
    /// # Errors
    /// When no tariff of that name is in force, or the stay cannot be priced; the refusal says why.
    pub fn bill(&self, tariff: &str, stay: &Stay) -> Result<Bill, Refusal> {
        let day = stay.entry.date();
        let Some(found) = self.tariff_on(tariff, day) else {
            return Err(Refusal {
                code: "no-tariff",
                place: "tariff".to_owned(),
                message: tingzhou_ledger::Two::new(
                    format!("{day} 没有名为 {tariff} 的现行收费标准；请从列出的标准中选择。"),
                    format!("No tariff {tariff} is in force on {day}; choose one of those listed."),
                ),
            });
        };
        price_with_days_off(found, stay, &self.days_off(day, stay.exit.date()))
    }

    /// The nearest lots for a stay from now on. Nothing of the question is kept. Lots without a place or a tariff are left
    /// out, since neither way nor price could be told.
    ///
    /// # Errors
    /// When the place cannot be, or the store does not answer.
    pub async fn nearest_lots(
        &self,
        position: Position,
        stay: Stay,
        most: usize,
    ) -> Result<Vec<NearbyLot>, PlatformError> {
        let (now, settings) = (self.clock().now(), &self.pack().scenarios.parking);
        let wrong = |why: Refusal| PlatformError::File(format!("{} {}", why.message.zh, why.message.en));
        let place = place_of(position).map_err(wrong)?;
        let all = self.lots().await?;
        let day = stay.entry.date();
        let lots: Vec<Lot<'_>> = all
            .iter()
            .filter_map(|view| {
                let tariff = self.tariff_on(view.tariff.as_deref()?, day)?;
                Some(Lot { id: view.facility.id.as_str(), place: entrance(&view.facility)?, tariff, free: view.free })
            })
            .collect();
        let days_off = self.days_off(day, stay.exit.date());
        let wish = Wish {
            place,
            stay,
            days_off: &days_off,
            now,
            stale_after: settings.stale_minutes,
            detour_percent: settings.detour_percent,
            most,
        };
        let found = nearest(&lots, &wish).into_iter().filter_map(|near| {
            let lot = all.iter().find(|view| view.facility.id.as_str() == near.id)?.clone();
            Some(NearbyLot { lot, metres: near.metres, spaces: near.spaces, bill: near.bill })
        });
        Ok(found.collect())
    }

    /// Spaces of a lot that will be taken an hour after the latest count; why not, when that cannot be told.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn occupancy(&self, lot: &LotView) -> Result<Option<Result<OccupancyForecast, Refusal>>, PlatformError> {
        let instruments = self.instruments().await?;
        let property = PropertyId::new("availableSpotNumber").ok();
        let series = property.and_then(|property| instruments.series(&lot.facility.id, &property));
        let (Some(series), Some(capacity), Some((_, at))) = (series, lot.spaces, lot.free) else { return Ok(None) };
        let last = Moment::from(at).begin(Grain::Hour);
        let from = last.before(Period::from_days(WEEKS * 7));
        let end = last.after(Grain::Hour.period());
        let rows = instruments.by_hour(series, from, end, 10_000).await?.rows;
        let by_hour: HashMap<Moment, u32> = rows
            .iter()
            // More free spaces than there are: the count is wrong, and taken as an empty lot.
            .filter_map(|(hour, sum)| Some((*hour, capacity.saturating_sub(whole(sum.counted?.last.get())?))))
            .collect();
        let mut counts = Vec::with_capacity(usize::from(WEEKS) * 168 + 1);
        let mut hour = from;
        while hour <= last {
            counts.push(by_hour.get(&hour).copied());
            hour = hour.after(Grain::Hour.period());
        }
        Ok(Some(occupancy_in_an_hour(capacity, &counts)))
    }

    /// What the register has that is there since a year and at the latest today.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn new_of_year(&self, year: i16) -> Result<NewOfYear, PlatformError> {
        let (instruments, today) = (self.instruments().await?, self.clock().today());
        let mut new = NewOfYear::default();
        let since = |one: &Facility| {
            let from = one.from.civil().date();
            from.year() == year && from <= today
        };
        for name in [LOT, STREET, CHARGERS] {
            for one in of_type(&instruments, name, None).iter().filter(|one| since(one)) {
                let number = count(one, if name == CHARGERS { "socketNumber" } else { "totalSpotNumber" });
                new.without_number += u32::from(number.is_none());
                new.simulated += u32::from(one.simulated);
                new.lots += u32::from(name == LOT);
                let sum = if name == CHARGERS { &mut new.chargers } else { &mut new.spaces };
                *sum = sum.saturating_add(number.unwrap_or(0));
            }
        }
        Ok(new)
    }
}
