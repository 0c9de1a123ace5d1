//! Setting a finding aside, with a reason, and taking it up again.

use crate::actor::Actor;
use crate::event::Event;
use crate::ids::{AccountId, FindingId, ReportId};
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 4_000;

/// A finding set aside: somebody has looked and says why nothing is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// Who.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// What someone asks for, of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingCommand {
    /// Set it aside.
    Dismiss {
        /// Why nothing is wrong.
        reason: String,
    },
    /// Take it up again.
    Restore,
}

/// What happens to a finding of a report, or why nothing does.
///
/// # Errors
/// [`Refusal`] when the account is not of the supervision office, the reason is missing or too long, or the finding stands
/// that way already.
pub fn decide_finding(
    report: &ReportId,
    finding: &FindingId,
    dismissed: Option<&Dismissal>,
    command: &FindingCommand,
    actor: &Actor,
) -> Result<Event, Refusal> {
    if !actor.role.supervises() {
        let (zh, en) = ("只有督查室可以处理核对提示。", "Only the supervision office may do that to a finding.");
        return Err(Refusal::not_allowed("not-allowed", zh, en));
    }
    let (report, finding) = (report.clone(), finding.clone());
    match (command, dismissed) {
        (FindingCommand::Dismiss { .. }, Some(_)) => Err(Refusal::state(
            "dismissed-already",
            "这条提示已经忽略；如需重新处理，请先恢复。",
            "This finding is dismissed already; restore it first.",
        )),
        (FindingCommand::Restore, None) => Err(Refusal::state(
            "not-dismissed",
            "这条提示没有被忽略，无需恢复。",
            "This finding is not dismissed; there is nothing to restore.",
        )),
        (FindingCommand::Restore, Some(_)) => Ok(Event::FindingRestored { report, finding }),
        (FindingCommand::Dismiss { reason }, None) => {
            let reason = reason.trim();
            if reason.is_empty() {
                return Err(Refusal::invalid("reason-missing", "reason", "请写明理由。", "Please give the reason."));
            }
            if reason.chars().count() > LONGEST_REASON {
                let zh = format!("理由最多 {LONGEST_REASON} 字，请缩短。");
                let en = format!("A reason has at most {LONGEST_REASON} characters; shorten it.");
                return Err(Refusal::invalid("too-long", "reason", zh, en));
            }
            Ok(Event::FindingDismissed { report, finding, reason: reason.to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::AccountRole;

    #[test]
    fn who_may_dismiss_and_restore() {
        let dismissal = Dismissal {
            by: AccountId::new("office").unwrap(),
            at: Timestamp::UNIX_EPOCH,
            reason: "口径不同".to_owned(),
        };
        let check = |role: AccountRole, dismissed: bool, reason: Option<&str>, expected: Result<&str, &str>| {
            let actor = Actor { account: AccountId::new("a").unwrap(), role, unit: None, leader: None };
            let command =
                reason.map_or(FindingCommand::Restore, |reason| FindingCommand::Dismiss { reason: reason.to_owned() });
            let (report, finding) = (ReportId::new("2025").unwrap(), FindingId::of(1));
            let got = decide_finding(&report, &finding, dismissed.then_some(&dismissal), &command, &actor);
            assert_eq!(got.as_ref().map(Event::kind).map_err(|refusal| refusal.code), expected);
        };
        check(AccountRole::Supervisor, false, Some("口径不同"), Ok("finding-dismissed"));
        check(AccountRole::Supervisor, true, None, Ok("finding-restored"));
        check(AccountRole::Unit, false, Some("口径不同"), Err("not-allowed"));
        check(AccountRole::Unit, true, None, Err("not-allowed"));
        check(AccountRole::Supervisor, false, Some("  "), Err("reason-missing"));
        check(AccountRole::Supervisor, false, Some(&"长".repeat(4_001)), Err("too-long"));
        check(AccountRole::Supervisor, true, Some("再次"), Err("dismissed-already"));
        check(AccountRole::Supervisor, false, None, Err("not-dismissed"));
    }
}
