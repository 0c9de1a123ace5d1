//! What pages, API and live events show of the city's instruments, and to whom.

pub(crate) mod act;
pub(crate) mod body;
pub(crate) mod marks;
pub(crate) mod range;
pub(crate) mod stream;

use crate::error::Answer;
use crate::state::AppState;
use marks::{Hour, Mark, Marks};
use std::collections::{BTreeSet, HashMap};
use tingzhou_platform::city::alarm::Standing;
use tingzhou_platform::city::{
    Counted, Facility, FacilityId, FacilityType, Moment, Number, Period, Property, PropertyId, Sample, ScenarioId,
    SeriesNo, Stated, TypeId,
};
use tingzhou_platform::ledger::Actor;
use tingzhou_platform::{AlarmFilter, AlarmView, FacilityFilter, Instruments, Platform, PlatformError};

/// Most facilities of a map or of a filtered list.
pub(crate) const MOST_FACILITIES: usize = 20_000;
/// Facilities and alarms asked for at once.
const AT_ONCE: usize = 1_000;

/// How far back the list and the slider of the map go.
pub(crate) const BACK: Period = Period::from_days(7);

/// The scenarios there are words for.
pub(crate) const SCENARIOS: [&str; 5] = ["air", "parking", "gas", "water", "heat"];

/// Which facilities somebody asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Select {
    pub(crate) scenario: Option<ScenarioId>,
    pub(crate) facility_type: Option<TypeId>,
    /// Those with an alarm that is on the list; with the next two: those of which one of them is true.
    pub(crate) alarm: bool,
    /// Those with an open order or a drill.
    pub(crate) order: bool,
    /// Those nothing is heard of.
    pub(crate) silent: bool,
}

/// The instruments as one reader may see them.
#[derive(Clone)]
pub(crate) struct Sight {
    pub(crate) instruments: Instruments,
    platform: Platform,
    actor: Option<Actor>,
}

impl Sight {
    pub(crate) async fn of(state: &AppState, actor: Option<&Actor>) -> Result<Self, PlatformError> {
        let instruments = state.platform.instruments().await?;
        Ok(Self { instruments, platform: state.platform.clone(), actor: actor.cloned() })
    }

    /// Whether the reader is told of alarms and orders.
    pub(crate) fn signed_in(&self) -> bool {
        self.actor.is_some()
    }

    /// Whether the reader may see a facility and its latest values.
    pub(crate) fn sees(&self, facility: &Facility) -> bool {
        self.signed_in() || self.kind(facility).is_some_and(FacilityType::is_public)
    }

    /// A facility the reader may see.
    pub(crate) fn facility(&self, id: &str) -> Option<Facility> {
        self.instruments.facility(&FacilityId::new(id).ok()?).filter(|one| self.sees(one))
    }

    pub(crate) fn kind(&self, facility: &Facility) -> Option<&FacilityType> {
        self.instruments.catalogue().find(&facility.facility_type)
    }

    /// Types with facilities the reader may see.
    pub(crate) fn types(&self) -> Vec<&FacilityType> {
        let open = |kind: &&FacilityType| self.signed_in() || kind.is_public();
        self.instruments.catalogue().types().iter().filter(open).collect()
    }

    /// Scenarios the reader may choose from.
    pub(crate) fn scenarios(&self) -> Vec<&'static str> {
        let own = |one: &&str| self.types().iter().any(|kind| kind.scenario().is_some_and(|of| of.as_str() == *one));
        SCENARIOS.into_iter().filter(own).collect()
    }

    /// Facilities that are there when the marks are, and that the reader may see, by name, at most [`MOST_FACILITIES`].
    pub(crate) fn all(&self, select: &Select, marks: &Marks) -> Vec<Facility> {
        let filter = FacilityFilter {
            facility_type: select.facility_type.clone(),
            scenario: select.scenario.clone(),
            at: Some(marks.hour.as_ref().map_or_else(|| self.instruments.now(), |hour| hour.end)),
        };
        let mut found = Vec::new();
        for offset in (0..MOST_FACILITIES).step_by(AT_ONCE) {
            let page = self.instruments.facilities(&filter, offset, AT_ONCE);
            let wanted = page.facilities.into_iter().filter(|one| {
                let any = !(select.alarm || select.order || select.silent)
                    || (select.alarm && marks.on_the_list(&one.id))
                    || (select.order && !marks.orders(&one.id).is_empty())
                    || (select.silent && self.mark(one, marks) == Mark::Silent);
                any && self.sees(one)
            });
            found.extend(wanted);
            if offset + AT_ONCE >= page.total {
                break;
            }
        }
        found
    }

    /// How facilities stand by their alarms, and their open orders. The public is told nothing of either.
    pub(crate) async fn marks(&self) -> Result<Marks, PlatformError> {
        let mut marks = self.standings();
        let Some(actor) = &self.actor else { return Ok(marks) };
        let ordered = self.platform.order_board().await?.facilities(actor);
        self.add_orders(&mut marks, &ordered).await?;
        Ok(marks)
    }

    /// What facilities were in the hour an instant is in, and how they stood at its end.
    pub(crate) async fn marks_at(&self, select: &Select, at: Moment) -> Result<Marks, PlatformError> {
        use tingzhou_platform::city::Grain;
        let end = at.begin(Grain::Hour).after(Grain::Hour.period()).min(self.instruments.now());
        let hour = Hour { end, values: self.hour(select, at).await? };
        let mut marks = Marks::of_hour(hour);
        let Some(actor) = &self.actor else { return Ok(marks) };
        let alarms = self.instruments.alarms_at(end).await?;
        for (facility, _, standing) in &alarms.alarms {
            marks.stands(facility, *standing);
        }
        let orders = self.platform.orders_open_at(actor, end.into()).await?;
        for (facility, orders) in orders.orders {
            marks.put_orders(&facility, orders);
        }
        marks.cut = alarms.cut || orders.cut;
        Ok(marks)
    }

    fn standings(&self) -> Marks {
        let mut marks = Marks::default();
        if !self.signed_in() {
            return marks;
        }
        let filter = AlarmFilter { standing: Standing::ALL.to_vec(), ..AlarmFilter::default() };
        for offset in (0..MOST_FACILITIES).step_by(AT_ONCE) {
            let page = self.instruments.alarms(&filter, offset, AT_ONCE);
            for alarm in &page.alarms {
                marks.add(alarm);
            }
            if offset + AT_ONCE >= page.total {
                break;
            }
        }
        marks
    }

    /// How a few facilities stand, without looking at all others.
    pub(crate) async fn marks_of(&self, facilities: &BTreeSet<FacilityId>) -> Result<Marks, PlatformError> {
        // Looking for the alarms of one facility is looking through all of them.
        let mut marks = if facilities.len() > 20 { self.standings() } else { Marks::default() };
        for id in facilities.iter().filter(|_| facilities.len() <= 20) {
            for alarm in &self.alarms_of(id) {
                marks.add(alarm);
            }
        }
        let ids: Vec<FacilityId> = facilities.iter().cloned().collect();
        self.add_orders(&mut marks, &ids).await?;
        Ok(marks)
    }

    async fn add_orders(&self, marks: &mut Marks, facilities: &[FacilityId]) -> Result<(), PlatformError> {
        let Some(actor) = self.actor.as_ref().filter(|_| !facilities.is_empty()) else { return Ok(()) };
        let board = self.platform.order_board().await?;
        for id in facilities {
            marks.put_orders(id, self.platform.orders_on_board(actor, &board, id).await?);
        }
        marks.cut |= board.is_cut();
        Ok(())
    }

    /// The facilities with an open order or a drill that the reader may see.
    pub(crate) async fn ordered(&self) -> Result<Vec<FacilityId>, PlatformError> {
        let Some(actor) = &self.actor else { return Ok(Vec::new()) };
        Ok(self.platform.order_board().await?.facilities(actor))
    }

    /// All alarms of a facility that are not normal, most urgent first; none for the public.
    pub(crate) fn alarms_of(&self, id: &FacilityId) -> Vec<AlarmView> {
        if !self.signed_in() {
            return Vec::new();
        }
        let standing = Standing::ALL.to_vec();
        let filter = AlarmFilter { facility: Some(id.clone()), standing, ..AlarmFilter::default() };
        self.instruments.alarms(&filter, 0, AT_ONCE).alarms
    }

    pub(crate) fn mark(&self, facility: &Facility, marks: &Marks) -> Mark {
        match marks.standing(&facility.id) {
            Some(standing) if standing != Standing::Normal => Mark::Alarm(standing),
            _ => {
                let silent = match marks.values(&facility.id) {
                    Some(values) => self.kind(facility).is_some_and(|kind| {
                        kind.is_silent_in(tingzhou_platform::city::Grain::Hour.period(), |id| {
                            values.iter().any(|(of, _)| of.id() == id)
                        })
                    }),
                    None => {
                        let latest = self.instruments.latest(&facility.id);
                        let last =
                            |id: &PropertyId| latest.iter().find(|(of, _)| of == id).map(|(_, sample)| sample.time);
                        self.kind(facility).is_some_and(|kind| kind.is_silent(last, self.instruments.now()))
                    }
                };
                if silent { Mark::Silent } else { Mark::Alarm(Standing::Normal) }
            }
        }
    }

    /// The latest values of a facility with what they are of.
    pub(crate) fn latest<'a>(&'a self, facility: &'a Facility) -> Vec<(&'a Property, Sample)> {
        let kind = self.kind(facility);
        let latest = self.instruments.latest(&facility.id).into_iter();
        latest.filter_map(|(id, sample)| Some((kind?.property(&id)?, sample))).collect()
    }

    /// What is stated of a facility.
    pub(crate) fn stated<'a>(&'a self, facility: &'a Facility) -> Vec<(&'a Property, &'a Stated)> {
        let kind = self.kind(facility);
        facility.stated.iter().filter_map(|(id, value)| Some((kind?.property(id)?, value))).collect()
    }

    /// What every facility was in the hour an instant is in: of each property its least, mean and greatest value.
    async fn hour(
        &self,
        select: &Select,
        at: Moment,
    ) -> Result<HashMap<FacilityId, Vec<(Property, Counted)>>, PlatformError> {
        use tingzhou_platform::city::{Grain, Kind};
        let from = at.begin(Grain::Hour);
        let kinds = self.types().into_iter().filter(|kind| {
            select.facility_type.as_ref().is_none_or(|of| of == kind.id())
                && select.scenario.as_ref().is_none_or(|of| Some(of) == kind.scenario())
        });
        let mut series: HashMap<SeriesNo, (usize, &Property)> = HashMap::new();
        for kind in kinds {
            let observed = kind.properties().iter().enumerate();
            let told = observed.filter(|(_, one)| one.kept().is_some() && matches!(one.kind(), Kind::Number { .. }));
            for (place, property) in told {
                let own = self.instruments.series_of_type(kind.id(), property.id());
                series.extend(own.into_iter().map(|no| (no, (place, property))));
            }
        }
        let to = from.after(Grain::Hour.period());
        let mut ranked: HashMap<FacilityId, Vec<_>> = HashMap::new();
        for (no, rows) in self.instruments.hours_of(series.keys().copied().collect(), from, to).await? {
            let counted = rows.iter().find(|(begin, _)| *begin == from).and_then(|(_, sum)| sum.counted);
            if let (Some(counted), Some((place, property)), Some((facility, _))) =
                (counted, series.get(&no), self.instruments.series_of(no))
            {
                ranked.entry(facility).or_default().push((*place, Property::clone(property), counted));
            }
        }
        let in_order = |mut own: Vec<(usize, Property, Counted)>| {
            own.sort_by_key(|(place, ..)| *place);
            own.into_iter().map(|(_, property, counted)| (property, counted)).collect()
        };
        Ok(ranked.into_iter().map(|(facility, own)| (facility, in_order(own))).collect())
    }
}

/// A mean or a sum as it is shown; one beyond what is kept is shown as it is.
pub(crate) fn rounded(value: f64) -> String {
    Number::new(value).map_or_else(|_| value.to_string(), |number| number.to_string())
}

/// A time of a form or of a program: an instant of RFC 3339, or, without an offset, day and hour in Beijing time, as
/// `2025-10-31T08:00`.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let parts = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    // An offset is never dropped: ten o'clock in London is six in the evening here.
    if parts.offset().is_some() {
        return Some(text.parse::<jiff::Timestamp>().ok()?.into());
    }
    if parts.time_zone_annotation().is_some() {
        return None;
    }
    let civil = parts.date().to_datetime(parts.time().unwrap_or(jiff::civil::Time::midnight()));
    Some(jiff::tz::offset(8).to_timestamp(civil).ok()?.into())
}

/// An hour of the last seven days.
pub(crate) fn hour(text: &str, now: Moment) -> Result<Moment, Answer> {
    let at =
        moment(text).filter(|at| *at <= now && *at >= now.before(BACK).begin(tingzhou_platform::city::Grain::Hour));
    at.ok_or_else(|| {
        let w = (crate::i18n::city_words(crate::i18n::Lang::Zh), crate::i18n::city_words(crate::i18n::Lang::En));
        Answer::bad_field("time", w.0.city_at_bad, w.1.city_at_bad)
    })
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments() {
        let check = |text: &str, expected: Option<&str>| {
            let told = moment(text).map(|at| jiff::Timestamp::from(at).to_string());
            assert_eq!(told.as_deref(), expected, "{text}");
        };
        let eight = Some("2025-10-31T00:00:00Z");
        check("2025-10-31T08:00", eight);
        check(" 2025-10-31 08:00:00 ", eight);
        check("2025-10-31T08:00:00+08:00", eight);
        check("2025-10-31T00:00:00Z", eight);
        check("2025-10-31T00:00:00+00:00", eight);
        check("2025-10-30T20:30:00-03:30", eight);
        check("2025-10-31T08:00+08:00", eight);
        check("2025-10-31T00:00:00.250Z", Some("2025-10-31T00:00:00.25Z"));
        check("2025-10-31", Some("2025-10-30T16:00:00Z"));
        check("2025-10-31T08:00:00+08:00[Asia/Shanghai]", eight);
        for neither in ["", "soon", "08:00", "2025-02-30T08:00", "2025-10-31T08:00 08:00", "2025-10-31T08:00+99:00"] {
            check(neither, None);
        }
        // Whose clock an annotation means is not ours to guess.
        check("2025-10-31T08:00[Europe/London]", None);
        check("9999-12-31T23:59:59-23:59", None);
    }
}
