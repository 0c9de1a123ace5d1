//! What people do with alarms.

use super::event::{AlarmEvent, What};
use super::rule::Rule;
use super::state::{Hidden, Open, Standing, State};
use super::step::Run;
use crate::Two;
use crate::moment::Moment;
use serde::{Deserialize, Serialize};

/// What a person does. Who it was is known to those who keep the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command", rename_all_fields = "kebab-case")]
pub enum Command {
    /// I have seen it.
    Acknowledge,
    /// Hide it until then.
    Shelve {
        /// Until when; not longer than the rule allows.
        until: Moment,
        /// Why.
        reason: String,
    },
    /// Show it again.
    Unshelve,
    /// Hide it until somebody says otherwise.
    TakeOutOfService {
        /// Why.
        reason: String,
    },
    /// Show it again.
    PutInService,
}

/// A command refused. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.zh)]
pub struct Refusal {
    /// A stable name for programs.
    pub code: &'static str,
    /// For people: what is wrong and what to do.
    pub message: Two,
}

impl Refusal {
    fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, message: Two::new(zh, en) }
    }
}

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

fn checked(reason: String) -> Result<String, Refusal> {
    let length = reason.chars().count();
    if reason.trim().is_empty() || length > LONGEST_REASON {
        let zh = format!("请写明原因，不超过 {LONGEST_REASON} 字。");
        return Err(Refusal::new("reason", zh, format!("Give a reason of at most {LONGEST_REASON} characters.")));
    }
    Ok(reason)
}

/// Carries a command out, after everything that was due before it.
///
/// # Errors
/// A [`Refusal`] when the alarm does not stand so that it can be done.
pub fn command(rule: &Rule, state: &State, command: Command, now: Moment) -> Result<(State, Vec<AlarmEvent>), Refusal> {
    let mut run = Run::new(rule, state);
    run.settle(now);
    let at = now.max(run.state.clock);
    let standing = run.state.standing();
    match command {
        Command::Acknowledge => {
            let Some(open) = run.state.open.filter(|open| !open.acknowledged) else {
                return Err(Refusal::new(
                    "nothing-to-acknowledge",
                    "没有待确认的告警；请刷新列表。",
                    "There is no alarm to acknowledge; look at the list again.",
                ));
            };
            run.state.open = open.active.then_some(Open { acknowledged: true, ..open });
            run.tell(at, What::Acknowledged { closed: !open.active });
        }
        Command::Shelve { until, reason } => {
            let reason = checked(reason)?;
            if let Some(Hidden { .. }) = run.state.hidden {
                return Err(Refusal::new(
                    "hidden",
                    "告警已搁置或停用；请先恢复。",
                    "The alarm is shelved or out of service already; show it again first.",
                ));
            }
            let most = now.after(rule.most_shelved);
            if until <= now || until > most {
                return Err(Refusal::new(
                    "until",
                    format!("搁置应在现在之后、{most} 之前结束（最长 {}）。", rule.most_shelved.words().zh),
                    format!("Shelve until after now and at most {most} ({}).", rule.most_shelved.words().en),
                ));
            }
            run.hide(Some(until), at, What::Shelved { until, reason });
        }
        Command::Unshelve if standing == Standing::Shelved => run.show(at, |untold| What::Unshelved { untold }),
        Command::Unshelve => {
            return Err(Refusal::new(
                "not-shelved",
                "告警未搁置；请刷新列表。",
                "The alarm is not shelved; look at the list again.",
            ));
        }
        Command::TakeOutOfService { .. } if standing == Standing::OutOfService => {
            return Err(Refusal::new("out-of-service", "告警已停用。", "The alarm is out of service already."));
        }
        Command::TakeOutOfService { reason } => {
            let reason = checked(reason)?;
            run.hide(None, at, What::OutOfService { reason });
        }
        Command::PutInService if standing == Standing::OutOfService => run.show(at, |untold| What::Returned { untold }),
        Command::PutInService => {
            return Err(Refusal::new(
                "in-service",
                "告警没有停用；请刷新列表。",
                "The alarm is in service; look at the list again.",
            ));
        }
    }
    Ok((run.state, run.events))
}
