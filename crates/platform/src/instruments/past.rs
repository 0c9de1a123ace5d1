//! How alarms stood at an instant that is over.

use super::Instruments;
use super::alarms::MOST_LISTED;
use crate::error::PlatformError;
use std::collections::BTreeSet;
use tingzhou_city::alarm::{Standing, What, stood};
use tingzhou_city::{FacilityId, Moment, RuleId};
use tingzhou_store::AlarmEventSelect;

/// Events since then that are looked at, the newest.
const MOST_EVENTS: u32 = 50_000;
/// Alarms that are looked back at.
const MOST_ALARMS: usize = 2_000;

/// How alarms stood at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastAlarms {
    /// Those that were not normal, by facility and rule.
    pub alarms: Vec<(FacilityId, RuleId, Standing)>,
    /// Whether so much has happened since that not all of it was looked at; some may be missing then.
    pub cut: bool,
}

impl Instruments {
    /// How alarms stood at an instant, by what was told of them up to it. Of those nothing has happened to since and that
    /// are normal now nothing needs to be asked: they were normal then.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn alarms_at(&self, at: Moment) -> Result<PastAlarms, PlatformError> {
        let core = &self.core;
        let since = AlarmEventSelect::Between(at, core.now().after(tingzhou_city::Period::from_days(1)));
        let happened = core.store.alarm_events(&core.city, since, MOST_EVENTS).await?;
        let mut cut = happened.len() >= MOST_EVENTS as usize;
        let mut keys: BTreeSet<(FacilityId, RuleId)> = core.memory().alarms.keys().cloned().collect();
        keys.extend(happened.into_iter().map(|row| (row.facility, row.rule)));
        cut |= keys.len() > MOST_ALARMS;
        let mut alarms = Vec::new();
        for (facility, rule) in keys.into_iter().take(MOST_ALARMS) {
            if let Some(standing) = self.alarm_at(&facility, &rule, at).await? {
                alarms.push((facility, rule, standing));
            }
        }
        Ok(PastAlarms { alarms, cut })
    }

    /// How one stood; none when it was normal. Most are told by their last event.
    async fn alarm_at(
        &self,
        facility: &FacilityId,
        rule: &RuleId,
        at: Moment,
    ) -> Result<Option<Standing>, PlatformError> {
        for limit in [2, MOST_LISTED] {
            let limit = u32::try_from(limit).unwrap_or(u32::MAX);
            let rows = self.alarm_events(AlarmEventSelect::OfAlarm(facility, rule, at), limit).await?;
            let whats: Vec<&What> = rows.iter().map(|row| &row.event.what).collect();
            if let Some(standing) = stood(whats) {
                return Ok((standing != Standing::Normal).then_some(standing));
            }
            if rows.len() < limit as usize {
                break;
            }
        }
        Ok(None)
    }
}
