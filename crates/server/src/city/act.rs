//! What people do with alarms, asked for by a form or by a program.

use super::moment;
use crate::error::Answer;
use tingzhou_platform::Instruments;
use tingzhou_platform::city::alarm::Command;
use tingzhou_platform::city::{FacilityId, RuleId};
use tingzhou_platform::ledger::Actor;

/// Whether an account may act on alarms. A facility names no unit that operates it, so it is the supervision office.
pub(crate) fn may_act(actor: &Actor) -> bool {
    actor.role.supervises()
}

/// What is asked for, as it came.
pub(crate) struct Deed<'a> {
    pub(crate) facility: &'a str,
    pub(crate) rule: &'a str,
    pub(crate) name: &'a str,
    pub(crate) until: Option<&'a str>,
    pub(crate) reason: &'a str,
}

fn command(deed: &Deed<'_>) -> Result<Command, Answer> {
    let reason = deed.reason.to_owned();
    Ok(match deed.name {
        "acknowledge" => Command::Acknowledge,
        "shelve" => {
            let until = deed.until.and_then(moment).ok_or_else(|| {
                Answer::bad_field(
                    "until",
                    "请给出搁置的结束时间，如 2025-10-31T18:00（北京时间）。",
                    "Give the end of shelving, as 2025-10-31T18:00 (Beijing time).",
                )
            })?;
            Command::Shelve { until, reason }
        }
        "unshelve" => Command::Unshelve,
        "take-out-of-service" => Command::TakeOutOfService { reason },
        "put-in-service" => Command::PutInService,
        _ => {
            return Err(Answer::bad_field(
                "command",
                "应为 acknowledge、shelve、unshelve、take-out-of-service 或 put-in-service。",
                "Give acknowledge, shelve, unshelve, take-out-of-service or put-in-service.",
            ));
        }
    })
}

/// Does what a person asks of an alarm.
pub(crate) async fn carry_out(instruments: &Instruments, actor: &Actor, deed: &Deed<'_>) -> Result<(), Answer> {
    if !may_act(actor) {
        return Err(Answer::not_allowed());
    }
    let command = command(deed)?;
    let (rule, facility) = (RuleId::new(deed.rule)?, FacilityId::new(deed.facility)?);
    // What a command keeps as its reason is not noted a second time.
    let kept = matches!(command, Command::Shelve { .. } | Command::TakeOutOfService { .. });
    let note = if kept { "" } else { deed.reason };
    Ok(instruments.alarm_command(actor, &rule, &facility, command, note).await?)
}
