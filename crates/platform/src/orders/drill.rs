//! Drills (演练): an alarm that is made up and an order that is not, so that everybody does what they would do.

use super::open::{New, Raised, unit_of};
use super::{Closing, OrderView, invalid, refused};
use crate::error::PlatformError;
use crate::matters::DRILL;
use crate::platform::Platform;
use jiff::SignedDuration;
use tingzhou_cases::{CaseId, FieldId, Value};
use tingzhou_city::{FacilityId, RuleId};
use tingzhou_ledger::{Actor, UnitId};

/// Minutes a drill may take.
pub const DRILL_MINUTES: std::ops::RangeInclusive<u16> = 5..=480;

/// A drill to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDrill {
    /// Where.
    pub facility: FacilityId,
    /// Of which alarm rule.
    pub rule: RuleId,
    /// At which level, from 1.
    pub level: u8,
    /// Who is sent; the one the city's rules name when none is given.
    pub unit: Option<UnitId>,
    /// After how many minutes it ends by itself.
    pub minutes: u16,
}

impl Platform {
    /// Starts a drill.
    ///
    /// # Errors
    /// When the account is not of the supervision office, there is no such facility, rule or level, no unit is known, a
    /// drill of this alarm is under way, or the store does not answer.
    pub async fn start_drill(&self, actor: &Actor, drill: &NewDrill) -> Result<OrderView, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let instruments = self.instruments().await?;
        let facility = instruments.facility(&drill.facility);
        let facility = facility.ok_or_else(|| {
            invalid("facility", "没有这个设施，请从列表中选择。", "There is no such facility; choose one of the list.")
        })?;
        let rule = instruments.rules_at(&facility).into_iter().find(|rule| rule.id == drill.rule);
        let rule = rule.ok_or_else(|| {
            invalid(
                "rule",
                format!("{} 没有告警规则 {}。", facility.name.zh, drill.rule),
                format!("{} has no alarm rule {}.", facility.name.en, drill.rule),
            )
        })?;
        let most = rule.condition.levels();
        if drill.level == 0 || usize::from(drill.level) > most {
            return Err(invalid("level", format!("级别应为 1 至 {most}。"), format!("The level is from 1 to {most}.")));
        }
        if !DRILL_MINUTES.contains(&drill.minutes) {
            let (least, most) = (DRILL_MINUTES.start(), DRILL_MINUTES.end());
            return Err(invalid(
                "minutes",
                format!("演练时长应为 {least} 至 {most} 分钟。"),
                format!("A drill takes {least} to {most} minutes."),
            ));
        }
        let own = self.pack().orders.find(&drill.rule, &drill.facility, drill.level);
        let unit = unit_of(drill.unit.as_ref(), own)?;
        let now = crate::clock::as_stored(self.clock().now());
        let ends = now.checked_add(SignedDuration::from_mins(drill.minutes.into())).unwrap_or(now);
        let alarm =
            Raised { facility: &drill.facility, rule: &drill.rule, level: drill.level, at: now.into(), seq: None };
        let new = New {
            id: CaseId::new(format!("drill-{:014}", now.as_millisecond()))?,
            matter: DRILL,
            alarm,
            unit,
            close: Closing::ByOffice,
            more: vec![(FieldId::new("ends")?, Value::Text(ends.to_string()))],
        };
        let opened = self.open_order(&self.case_actor(actor)?, new).await?;
        let row = opened.ok_or_else(|| {
            refused("drill-already", "这里的同类演练正在进行。", "A drill of this alarm is under way here already.")
        })?;
        self.order_view(actor, row).await
    }
}
