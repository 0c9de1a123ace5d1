//! Issuing a bulletin: from then on it stays as it is.

use crate::actor::Actor;
use crate::bulletin::content::Bulletin;
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::civil::Date;

/// What happens when a bulletin is issued, or why nothing does. `sha256` is of its content as it is stored.
///
/// # Errors
/// [`Refusal`] when the account is not of the supervision office, the period is not over, the close of filing lies before
/// the period's end or after today, or the bulletin of that period is issued already.
pub fn decide_issue(
    bulletin: &Bulletin,
    sha256: &str,
    issued: bool,
    actor: &Actor,
    today: Date,
) -> Result<Event, Refusal> {
    if !actor.role.supervises() {
        let (zh, en) =
            ("通报由督查室印发；请联系督查室。", "Only the supervision office issues bulletins; please contact it.");
        return Err(Refusal::not_allowed("supervision-office-only", zh, en));
    }
    if bulletin.day > today {
        return Err(Refusal::invalid(
            "period-not-over",
            "period",
            format!("这一期到 {} 才结束；请到期后再印发，或选择已结束的一期。", bulletin.day),
            format!("This period ends on {}; issue it then, or choose one that is over.", bulletin.day),
        ));
    }
    if bulletin.filed_by < bulletin.day || bulletin.filed_by > today {
        return Err(Refusal::invalid(
            "filed-by-outside",
            "filed_by",
            format!("填报截止日应在 {} 与 {today} 之间；请改正。", bulletin.day),
            format!("The close of filing lies between {} and {today}; correct it.", bulletin.day),
        ));
    }
    if issued {
        return Err(Refusal::state(
            "issued-already",
            "这一期通报已经印发，内容不再改变；更正请写入下一期。",
            "The bulletin of this period is issued and no longer changes; put a correction into the next one.",
        ));
    }
    Ok(Event::BulletinIssued {
        period: bulletin.period,
        title: bulletin.title.zh.clone(),
        filed_by: bulletin.filed_by,
        sha256: sha256.to_owned(),
    })
}
