//! The gas scenario (燃气): what the instruments of the city's gas are and say, and how soon somebody was sent. These figures
//! are the evidence that the supervision of gas is in service.

use super::{GasPack, OrderFigures};
use crate::error::PlatformError;
use crate::instruments::{AlarmFilter, FacilityFilter, Instruments};
use crate::platform::Platform;
use jiff::civil::date;
use tingzhou_city::alarm::{Condition, Standing};
use tingzhou_city::{Facility, FacilityId, Moment, Period, PropertyId, RuleId, ScenarioId, Stated, Two, TypeId};

const SCENARIO: &str = "gas";
const DETECTOR: &str = "GasDetector";
const REGULATOR: &str = "GasRegulator";
/// What is stated of a detector: how many households it watches over.
const HOUSEHOLDS: &str = "householdsServed";
/// Facilities asked for at once, and alarms.
const AT_ONCE: usize = 1_000;
/// Facilities named in a list.
const MOST_NAMED: usize = 50;
/// How long nothing may be heard where the city has no rule of it.
const SILENT_AFTER: Period = Period::from_secs(600);

/// Instruments of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct GasPart {
    /// In service.
    pub total: usize,
    /// Heard of within `silent_after`.
    pub alive: usize,
    /// How long nothing may be heard.
    pub silent_after: Period,
    /// Those nothing was heard of, with their last value's time, at most 50.
    pub silent: Vec<(FacilityId, Two, Option<Moment>)>,
    /// Whether any is simulated.
    pub simulated: bool,
}

/// Alarms of one level of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GasLevel {
    /// The rule.
    pub rule: RuleId,
    /// Its name.
    pub name: Two,
    /// From 1.
    pub level: u8,
    /// How many hold now.
    pub now: usize,
    /// How many were raised, or reached this level, this year.
    pub year: u64,
}

/// A regulator whose pressure is not what it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct GasPressure {
    /// Where.
    pub facility: FacilityId,
    /// Its name.
    pub name: Two,
    /// The alarm rule.
    pub rule: Two,
    /// Since when.
    pub since: Option<Moment>,
}

/// Everything of the gas scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct GasFigures {
    /// When it was looked at.
    pub at: Moment,
    /// Since when the year is counted.
    pub year_from: Moment,
    /// Detectors of combustible gas.
    pub detectors: GasPart,
    /// Regulating stations.
    pub regulators: GasPart,
    /// Households watched over by a detector in service.
    pub served: u64,
    /// Households with gas, when the city says how many.
    pub households: Option<GasPack>,
    /// Alarms of gas by level.
    pub levels: Vec<GasLevel>,
    /// How many alarms of pressure hold.
    pub pressure_count: usize,
    /// The first of them, at most 50.
    pub pressure: Vec<GasPressure>,
    /// How soon somebody was sent and came, this year.
    pub orders: OrderFigures,
}

fn all(instruments: &Instruments, of: &str, at: Moment) -> Result<Vec<Facility>, PlatformError> {
    let facility_type = TypeId::new(of).ok();
    let filter = FacilityFilter { facility_type, scenario: None, at: Some(at) };
    let mut found = Vec::new();
    loop {
        let page = instruments.facilities(&filter, found.len(), AT_ONCE);
        let none = page.facilities.is_empty();
        found.extend(page.facilities);
        if none || found.len() >= page.total {
            return Ok(found);
        }
    }
}

/// What a type says most often, and how long it may say nothing.
fn heard_by(instruments: &Instruments, of: &str) -> Option<(PropertyId, Period)> {
    let kind = instruments.catalogue().find(&TypeId::new(of).ok()?)?;
    let often = kind.properties().iter().filter_map(|one| Some((one.interval()?, one.id().clone())));
    let (_, property) = often.min_by_key(|(interval, _)| interval.millis())?;
    let silence = instruments.rules_of(kind.id()).into_iter().find_map(|(of, rule)| match rule.condition {
        Condition::Silence { over, .. } if of == property => Some(over),
        _ => None,
    });
    Some((property, silence.unwrap_or(SILENT_AFTER)))
}

fn part(instruments: &Instruments, facilities: &[Facility], of: &str, now: Moment) -> GasPart {
    let heard = heard_by(instruments, of);
    let silent_after = heard.as_ref().map_or(SILENT_AFTER, |(_, after)| *after);
    let (mut alive, mut silent) = (0, Vec::new());
    for one in facilities {
        let latest = instruments.latest(&one.id);
        let last = latest.iter().find(|(id, _)| heard.as_ref().is_some_and(|(own, _)| own == id));
        let last = last.map(|(_, sample)| sample.time);
        if last.is_some_and(|last| now.since(last).millis() <= silent_after.millis()) {
            alive += 1;
        } else if silent.len() < MOST_NAMED {
            silent.push((one.id.clone(), one.name.clone(), last));
        }
    }
    let simulated = facilities.iter().any(|one| one.simulated);
    GasPart { total: facilities.len(), alive, silent_after, silent, simulated }
}

/// How many households a detector watches over.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between 0 and a million")]
fn households(detector: &Facility) -> u64 {
    match detector.stated.iter().find(|(id, _)| id.as_str() == HOUSEHOLDS).map(|(_, value)| value) {
        Some(Stated::Number(number)) => number.get().round().clamp(0.0, 1_000_000.0) as u64,
        _ => 0,
    }
}

impl Platform {
    /// Everything of the gas scenario, as it is now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn gas_figures(&self) -> Result<GasFigures, PlatformError> {
        let instruments = self.instruments().await?;
        let now = instruments.now();
        let today = self.clock().today();
        let year_from = Moment::begin_of(date(today.year(), 1, 1));
        // A clock a little ahead must not hide an alarm.
        let year_to = Moment::begin_of(date(today.year() + 1, 1, 1));
        let (detectors, regulators) = (all(&instruments, DETECTOR, now)?, all(&instruments, REGULATOR, now)?);
        let served = detectors.iter().map(households).sum();
        let scenario = ScenarioId::new(SCENARIO).ok();
        let standing = vec![Standing::Unacknowledged, Standing::Acknowledged];
        let filter = AlarmFilter { scenario: scenario.clone(), standing, ..AlarmFilter::default() };
        let mut alarms = Vec::new();
        loop {
            let page = instruments.alarms(&filter, alarms.len(), AT_ONCE);
            let none = page.alarms.is_empty();
            alarms.extend(page.alarms);
            if none || alarms.len() >= page.total {
                break;
            }
        }
        let raised = self.store().alarms_raised(self.city(), year_from, year_to).await?;
        let of = |id: &str| TypeId::new(id).map(|of| instruments.rules_of(&of)).unwrap_or_default();
        let mut levels = Vec::new();
        for (_, rule) in of(DETECTOR).into_iter().filter(|(_, rule)| matches!(rule.condition, Condition::High(_))) {
            for level in 1..=u8::try_from(rule.condition.levels()).unwrap_or(u8::MAX) {
                let year =
                    raised.iter().filter(|(id, own, _)| id == &rule.id && *own == level).map(|(_, _, n)| n).sum();
                let now = alarms.iter().filter(|alarm| alarm.rule == rule.id && alarm.level == level).count();
                levels.push(GasLevel { rule: rule.id.clone(), name: rule.name.clone(), level, now, year });
            }
        }
        let silence: Vec<RuleId> = of(REGULATOR)
            .into_iter()
            .filter(|(_, rule)| matches!(rule.condition, Condition::Silence { .. }))
            .map(|(_, rule)| rule.id)
            .collect();
        let regulator_rules: Vec<RuleId> = of(REGULATOR).into_iter().map(|(_, rule)| rule.id).collect();
        let pressed = alarms.iter().filter(|one| regulator_rules.contains(&one.rule) && !silence.contains(&one.rule));
        let pressure: Vec<GasPressure> = pressed
            .map(|one| GasPressure {
                facility: one.facility.clone(),
                name: one.facility_name.clone(),
                rule: one.rule_name.clone(),
                since: one.since,
            })
            .collect();
        let scenario = scenario.ok_or_else(|| PlatformError::NotFound { what: "scenario gas".to_owned() })?;
        Ok(GasFigures {
            at: now,
            year_from,
            detectors: part(&instruments, &detectors, DETECTOR, now),
            regulators: part(&instruments, &regulators, REGULATOR, now),
            served,
            households: self.pack().gas.clone(),
            levels,
            pressure_count: pressure.len(),
            pressure: pressure.into_iter().take(MOST_NAMED).collect(),
            orders: self.order_figures(&scenario, year_from).await?,
        })
    }
}
