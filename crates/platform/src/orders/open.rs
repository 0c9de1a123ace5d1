//! Orders opened: by the program for an alarm it is told of, by the supervision office with a click, for a drill.

use super::{Closing, OrderRule, OrderView, invalid, refused, subject_of, system};
use crate::cases::CaseChange;
use crate::error::PlatformError;
use crate::matters::ORDER;
use crate::platform::Platform;
use std::sync::Arc;
use tingzhou_cases::{Actor as CaseActor, Case, CaseId, FieldId, Inputs, TransitionId, Value, open};
use tingzhou_city::{FacilityId, Moment, RuleId};
use tingzhou_ledger::{Actor, Two, UnitId};
use tingzhou_store::{AlarmEventRow, AlarmEventSelect, CaseRow, Commit, StoreError};

/// Events of a facility looked through for the one that raised its alarm.
const LOOKED_THROUGH: u32 = 1_000;

/// An alarm somebody is to be sent to.
pub(super) struct Raised<'a> {
    pub(super) facility: &'a FacilityId,
    pub(super) rule: &'a RuleId,
    pub(super) level: u8,
    /// When it was raised.
    pub(super) at: Moment,
    /// The number of its event; none of a drill.
    pub(super) seq: Option<i64>,
}

/// An order to be opened.
pub(super) struct New<'a> {
    pub(super) id: CaseId,
    pub(super) matter: &'a str,
    pub(super) alarm: Raised<'a>,
    pub(super) unit: &'a UnitId,
    pub(super) close: Closing,
    /// Fields beside those every order has.
    pub(super) more: Vec<(FieldId, Value)>,
}

/// Who is sent: the unit that was chosen, or the one the city's rules name.
pub(super) fn unit_of<'a>(
    chosen: Option<&'a UnitId>,
    rule: Option<&'a OrderRule>,
) -> Result<&'a UnitId, PlatformError> {
    chosen.or(rule.map(|rule| &rule.unit)).ok_or_else(|| {
        invalid(
            "unit",
            "本市没有规定这类告警派给哪个单位；请选择单位。",
            "The city names no unit for such an alarm; choose one.",
        )
    })
}

/// The identifier of the order of an alarm's event; the program opens no more than this one for it.
pub(super) fn id_of(seq: i64) -> Result<CaseId, PlatformError> {
    Ok(CaseId::new(format!("order-{seq:010}"))?)
}

impl Platform {
    /// What an order about an alarm is called: the facility, the rule, and the level where there are several.
    pub(super) async fn order_title(&self, alarm: &Raised<'_>) -> Result<Two, PlatformError> {
        let instruments = self.instruments().await?;
        let unnamed = || Two::new(alarm.facility.as_str(), alarm.facility.as_str());
        let facility = instruments.facility(alarm.facility).map_or_else(unnamed, |one| one.name);
        let rule = instruments.alarm_rule(alarm.rule, alarm.facility);
        let name =
            rule.as_ref().map_or_else(|| Two::new(alarm.rule.as_str(), alarm.rule.as_str()), |one| one.name.clone());
        let (mut zh, mut en) = (format!("{} · {}", facility.zh, name.zh), format!("{} · {}", facility.en, name.en));
        if rule.is_some_and(|one| one.condition.levels() > 1) {
            zh.push_str(&format!("（{} 级）", alarm.level));
            en.push_str(&format!(" (level {})", alarm.level));
        }
        Ok(Two::new(zh, en))
    }

    /// Opens an order. `None` when one is open about the same alarm, or this one has been opened before.
    pub(super) async fn open_order(&self, who: &CaseActor, new: New<'_>) -> Result<Option<CaseRow>, PlatformError> {
        let now = crate::clock::as_stored(self.clock().now());
        let matter = self.matters().current(new.matter).map(Arc::clone);
        let matter = matter.ok_or_else(|| PlatformError::NotFound { what: format!("matter {}", new.matter) })?;
        let title = self.order_title(&new.alarm).await?;
        let alarm = &new.alarm;
        let raised: jiff::Timestamp = alarm.at.into();
        let text = |id: &str, words: String| Ok::<_, PlatformError>((FieldId::new(id)?, Value::Text(words)));
        let mut inputs = Inputs { parties: self.order_parties(new.unit)?, ..Inputs::default() };
        inputs.fields.extend([
            text("facility", alarm.facility.to_string())?,
            text("rule", alarm.rule.to_string())?,
            text("raised", raised.to_string())?,
            text("title-zh", title.zh)?,
            text("title-en", title.en)?,
            (FieldId::new("level")?, Value::Count(alarm.level.into())),
            (FieldId::new("with-condition")?, Value::Flag(new.close == Closing::WithCondition)),
        ]);
        if let Some(seq) = alarm.seq {
            inputs.fields.insert(FieldId::new("alarm-event")?, Value::Number(seq.into()));
        }
        inputs.fields.extend(new.more);
        let events = open(&matter, &new.id, &TransitionId::new("open")?, who, inputs, now, self.calendar())?;
        let after =
            Case::replay(&events).map_err(|e| StoreError::Damaged { table: "case_state", why: e.to_string() })?;
        let subject = subject_of(new.matter != ORDER, alarm.facility, alarm.rule);
        let change = CaseChange { before: None, after, subject, events };
        let mut commit = Commit::new(self.city(), now, who.id.as_str());
        self.put_change(&mut commit, &change, &mut 0)?;
        match self.store().commit(commit).await {
            Ok(_) => {
                self.order_changed(&change.after);
                Ok(Some(CaseRow { subject: change.subject, due: None, case: change.after }))
            }
            Err(StoreError::Exists { .. } | StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens an order as the program itself, for an alarm it was told of.
    pub(super) async fn open_by_itself(
        &self,
        row: &AlarmEventRow,
        level: u8,
        (unit, close): (&UnitId, Closing),
    ) -> Result<bool, PlatformError> {
        let alarm = Raised { facility: &row.facility, rule: &row.rule, level, at: row.event.at, seq: Some(row.seq) };
        let new = New { id: id_of(row.seq)?, matter: ORDER, alarm, unit, close, more: Vec::new() };
        Ok(self.open_order(&system()?, new).await?.is_some())
    }

    /// Sends somebody to an alarm that stands: to the unit the city's rules name, or to another.
    ///
    /// # Errors
    /// When the account is not of the supervision office, there is no such alarm, no unit is known, an order about it is
    /// open already, or the store does not answer.
    pub async fn dispatch_alarm(
        &self,
        actor: &Actor,
        rule: &RuleId,
        facility: &FacilityId,
        unit: Option<&UnitId>,
    ) -> Result<OrderView, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let instruments = self.instruments().await?;
        let none = || {
            refused(
                "no-alarm",
                "这个设施上没有这条规则的告警，不能派单。",
                "There is no alarm of this rule at this facility, so there is nothing to send anybody to.",
            )
        };
        let (level, since) = instruments.alarm_level(rule, facility).ok_or_else(none)?;
        let own = self.pack().orders.find(rule, facility, level);
        let unit = unit_of(unit, own)?;
        let events = instruments.alarm_events(AlarmEventSelect::Of(facility, i64::MAX), LOOKED_THROUGH).await?;
        let own_event = events.iter().find(|row| &row.rule == rule && row.event.raised().is_some());
        let subject = subject_of(false, facility, rule);
        let before = self.store().cases_of(self.city(), &subject, 100).await?;
        let now_ms = instruments.now().millis();
        // An order of the same event may have been cancelled; whoever sends again means it.
        let id = match own_event {
            Some(row) if before.is_empty() => id_of(row.seq)?,
            Some(row) => CaseId::new(format!("{}.{}", id_of(row.seq)?, before.len() + 1))?,
            None => CaseId::new(format!("order-{:010}.{now_ms}", 0))?,
        };
        let alarm = Raised { facility, rule, level, at: since, seq: own_event.map(|row| row.seq) };
        let close = own.map(|own| own.close).unwrap_or_default();
        let new = New { id, matter: ORDER, alarm, unit, close, more: Vec::new() };
        let opened = self.open_order(&self.case_actor(actor)?, new).await?;
        let row = opened.ok_or_else(|| {
            refused("ordered-already", "这条告警已经派单，正在处置。", "There is an open order for this alarm already.")
        })?;
        self.order_view(actor, row).await
    }
}
