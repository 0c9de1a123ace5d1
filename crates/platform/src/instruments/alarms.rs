//! The list of alarms, what people do with them, and what happened.

use super::Instruments;
use super::desk::Job;
use crate::error::PlatformError;
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;
use tingzhou_city::alarm::{Command, Figures, Priority, Rule, Standing, State, figures};
use tingzhou_city::{Facility, FacilityId, Moment, Period, PropertyId, RuleId, ScenarioId, Two, TypeId};
use tingzhou_ledger::Actor;
use tingzhou_store::{AlarmEventRow, AlarmEventSelect};

/// Most alarms of a page, and most events of one answer.
pub(super) const MOST_LISTED: usize = 1_000;
/// Events looked at for the figures of a period.
const MOST_COUNTED: usize = 200_000;
/// Events read at once for that.
const COUNTED_AT_ONCE: u32 = 10_000;
/// How long figures are told before they are counted again.
const HELD: Period = Period::from_secs(60);
/// Figures that are held.
const MOST_HELD: usize = 32;

/// Figures of alarms by what they are of: a rule at a facility.
pub type AlarmFigures = Figures<Arc<(RuleId, FacilityId)>>;

/// Figures that were counted a while ago.
#[derive(Debug)]
pub(super) struct Held {
    operators: NonZeroU32,
    length: Period,
    to: Moment,
    figures: Arc<AlarmFigures>,
}
/// Longest note of a command, in characters.
const LONGEST_NOTE: usize = 500;

/// Which alarms. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlarmFilter {
    /// At this facility.
    pub facility: Option<FacilityId>,
    /// At facilities of this type.
    pub facility_type: Option<TypeId>,
    /// At facilities of this scenario.
    pub scenario: Option<ScenarioId>,
    /// That stand so. Without any, all that are on the list: not shelved and not out of service.
    pub standing: Vec<Standing>,
}

/// An alarm as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmView {
    /// The rule.
    pub rule: RuleId,
    /// Its name.
    pub rule_name: Two,
    /// The facility.
    pub facility: FacilityId,
    /// Its name.
    pub facility_name: Two,
    /// How it stands.
    pub standing: Standing,
    /// The level that was told last, from 1; 0 when it is hidden and nothing is told.
    pub level: u8,
    /// How soon somebody must act; none when there is no level.
    pub priority: Option<Priority>,
    /// Since when it is on the list.
    pub since: Option<Moment>,
    /// Whether its repetitions are counted instead of told.
    pub chattering: bool,
    /// The last value there is of its property.
    pub last: Option<tingzhou_city::Sample>,
    /// The unit of that.
    pub unit: Two,
}

/// A part of the list of alarms.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmPage {
    /// Most urgent first: by priority, then what nobody has seen, then the newest.
    pub alarms: Vec<AlarmView>,
    /// How many there are in all.
    pub total: usize,
}

impl Instruments {
    /// Alarms, `limit` (held to 1,000) of them from the one at place `offset` on.
    #[must_use]
    pub fn alarms(&self, filter: &AlarmFilter, offset: usize, limit: usize) -> AlarmPage {
        let mut all = self.views(filter);
        all.sort_by_key(|view| {
            let seen = view.standing == Standing::Acknowledged;
            (std::cmp::Reverse(view.priority), seen, std::cmp::Reverse(view.since))
        });
        let total = all.len();
        AlarmPage { alarms: all.into_iter().skip(offset).take(limit.min(MOST_LISTED)).collect(), total }
    }

    fn views(&self, filter: &AlarmFilter) -> Vec<AlarmView> {
        let memory = self.core.memory();
        let mut found = Vec::new();
        for ((facility, rule), state) in &memory.alarms {
            let standing = state.standing();
            let wanted = if filter.standing.is_empty() {
                !matches!(standing, Standing::Shelved | Standing::OutOfService)
            } else {
                filter.standing.contains(&standing)
            };
            let Some(known) = memory.facility(facility).map(|known| &known.facility) else { continue };
            let Some(rule) = self.core.rules.book.rule(rule, facility) else { continue };
            let here = filter.facility.as_ref().is_none_or(|of| of == facility)
                && filter.facility_type.as_ref().is_none_or(|of| of == &known.facility_type)
                && filter.scenario.as_ref().is_none_or(|of| Some(of) == known.scenario.as_ref());
            if !wanted || !here {
                continue;
            }
            let level = state.level();
            let property = self.core.rules.book.rules_of(&known.facility_type).find(|(_, of)| of.id == rule.id);
            let series = property.and_then(|(property, _)| memory.find(facility, property));
            let last = series.and_then(|series| memory.line(series)?.latest);
            found.push(AlarmView {
                rule: rule.id.clone(),
                rule_name: rule.name.clone(),
                facility: facility.clone(),
                facility_name: known.name.clone(),
                standing,
                level,
                priority: (level > 0).then(|| rule.condition.priority(level)),
                since: state.since(),
                chattering: state.is_chattering(),
                last,
                unit: rule.unit.clone(),
            });
        }
        found
    }

    /// Whether the condition of a rule holds at a facility, hidden or not; while it chatters it does.
    #[must_use]
    pub fn alarm_holds(&self, rule: &RuleId, facility: &FacilityId) -> bool {
        let memory = self.core.memory();
        memory.alarms.get(&(facility.clone(), rule.clone())).is_some_and(State::holds)
    }

    /// The level of an alarm that was told and is not gone, from 1, and since when; none when there is no alarm.
    #[must_use]
    pub fn alarm_level(&self, rule: &RuleId, facility: &FacilityId) -> Option<(u8, Moment)> {
        let memory = self.core.memory();
        let state = memory.alarms.get(&(facility.clone(), rule.clone()))?;
        state.since().map(|since| (state.level(), since)).filter(|(level, _)| *level > 0)
    }

    /// A rule as a facility goes by it.
    #[must_use]
    pub fn alarm_rule(&self, rule: &RuleId, facility: &FacilityId) -> Option<Rule> {
        self.core.rules.book.rule(rule, facility).cloned()
    }

    /// The rules a facility goes by, in the order of the city's file.
    #[must_use]
    pub fn rules_at(&self, facility: &Facility) -> Vec<Rule> {
        let book = &self.core.rules.book;
        let ids = book.rules_of(&facility.facility_type).map(|(_, rule)| &rule.id);
        ids.filter_map(|id| book.rule(id, &facility.id).cloned()).collect()
    }

    /// The rules of a facility type as they stand for all its facilities, with their properties.
    #[must_use]
    pub fn rules_of(&self, facility_type: &TypeId) -> Vec<(PropertyId, Rule)> {
        let found = self.core.rules.book.rules_of(facility_type);
        found.map(|(property, rule)| (property.clone(), rule.clone())).collect()
    }

    /// Carries out what a person does with an alarm. A note may be empty and stands in the log.
    ///
    /// # Errors
    /// When the account is not of the supervision office, there is no such alarm, it does not stand so that this can be done
    /// ([`PlatformError::AlarmRefused`]), the note is longer than 500 characters, or the store does not answer.
    pub async fn alarm_command(
        &self,
        actor: &Actor,
        rule: &RuleId,
        facility: &FacilityId,
        command: Command,
        note: &str,
    ) -> Result<(), PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        if note.chars().count() > LONGEST_NOTE {
            let message = Two::new(
                format!("备注超过 {LONGEST_NOTE} 字；请缩短。"),
                format!("The note is longer than {LONGEST_NOTE} characters; shorten it."),
            );
            return Err(tingzhou_city::alarm::Refusal { code: "note", message }.into());
        }
        let (actor, note) = (actor.account.as_str().to_owned(), note.to_owned());
        let (rule, facility) = (rule.clone(), facility.clone());
        self.ask(|answer| Job::Command { actor, rule, facility, command, note, answer }).await
    }

    /// Tells what became due up to an instant (silence, delays, the end of shelving); a job for every second. Called more
    /// seldom it tells the same, with the same times. Tells how many events there were.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tick_alarms(&self, now: Moment) -> Result<usize, PlatformError> {
        self.ask(|answer| Job::Tick { now, answer }).await
    }

    /// What happened to alarms, newest first, at most `limit` (held to 1,000).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn alarm_events(
        &self,
        select: AlarmEventSelect<'_>,
        limit: u32,
    ) -> Result<Vec<AlarmEventRow>, PlatformError> {
        let limit = limit.min(u32::try_from(MOST_LISTED).unwrap_or(u32::MAX));
        Ok(self.core.store.alarm_events(&self.core.city, select, limit).await?)
    }

    /// How much alarms asked of `operators` people from an instant to before another. Of more than 200,000 that were raised
    /// the newest are counted. Who asks for as long a period that ends less than a minute later is told the same again, so that
    /// a page many look at is counted once.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn alarm_figures(
        &self,
        operators: NonZeroU32,
        from: Moment,
        to: Moment,
    ) -> Result<Arc<AlarmFigures>, PlatformError> {
        let length = to.since(from);
        // One counts at a time; whoever waited finds what was counted.
        let mut held = self.core.figures.lock().await;
        let fresh = |one: &Held| one.to <= to && to.since(one.to) < HELD;
        if let Some(one) = held.iter().find(|one| (one.operators, one.length) == (operators, length) && fresh(one)) {
            return Ok(Arc::clone(&one.figures));
        }
        let figures = Arc::new(self.count_alarms(operators, from, to).await?);
        held.retain(fresh);
        held.truncate(MOST_HELD - 1);
        held.push(Held { operators, length, to, figures: Arc::clone(&figures) });
        Ok(figures)
    }

    async fn count_alarms(
        &self,
        operators: NonZeroU32,
        from: Moment,
        to: Moment,
    ) -> Result<AlarmFigures, PlatformError> {
        // Sources are few and events many, so each source is kept once.
        let mut sources: BTreeSet<Arc<(RuleId, FacilityId)>> = BTreeSet::new();
        let mut events = Vec::new();
        let mut after = None;
        while events.len() < MOST_COUNTED {
            let (store, city) = (&self.core.store, &self.core.city);
            let page = store.alarms_counted(city, (from, to), after, COUNTED_AT_ONCE).await?;
            after = page.last().map(|row| (row.event.at, row.seq));
            let full = page.len() == COUNTED_AT_ONCE as usize;
            for row in page {
                let own = Arc::new((row.rule, row.facility));
                let source = sources.get(&own).cloned().unwrap_or_else(|| Arc::clone(&own));
                sources.insert(Arc::clone(&source));
                events.push((source, row.event));
            }
            if !full {
                break;
            }
        }
        let standing = self.views(&AlarmFilter::default()).into_iter();
        let standing = standing.filter_map(|view| Some((Arc::new((view.rule, view.facility)), view.since?)));
        let counted = events.iter().rev().map(|(source, event)| (Arc::clone(source), event));
        Ok(figures(counted, standing, operators, from, to))
    }
}
