//! Publishing what the year's end says, and objecting to it.

use crate::actor::Actor;
use crate::decide::supervisor_only;
use crate::event::Event;
use crate::ids::{ObjectionId, ReportId, TaskId};
use crate::refusal::Refusal;
use crate::text::given;
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

/// Longest objection or answer, in characters.
pub const LONGEST_OBJECTION: usize = 2_000;

/// A city's settings for the year's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct YearEndRules {
    /// So many days, the day of publishing not counted, may objections be filed. 巴中 gives 7.
    pub objection_days: u16,
    /// So many objections are taken within an hour, whoever files them.
    pub objections_an_hour: u32,
}

impl Default for YearEndRules {
    fn default() -> Self {
        Self { objection_days: 7, objections_an_hour: 60 }
    }
}

/// Publishing the completions of a report; `sha256` is of their content as stored.
///
/// # Errors
/// [`Refusal`] when the account is not of the supervision office or they are published already.
pub fn decide_publish(
    (report, day, sha256): (&ReportId, Date, &str),
    published: bool,
    rules: &YearEndRules,
    actor: &Actor,
    today: Date,
) -> Result<Event, Refusal> {
    supervisor_only(actor)?;
    if published {
        return Err(Refusal::state(
            "published-already",
            "完成情况已经公布，内容不再改变；更正请以答复异议的方式写明。",
            "The completions are published and no longer change; write a correction as the answer to an objection.",
        ));
    }
    let days = i32::from(rules.objection_days);
    let objections_until = today.checked_add(days.days()).unwrap_or(Date::MAX);
    let (report, sha256) = (report.clone(), sha256.to_owned());
    Ok(Event::YearEndPublished { report, day, objections_until, sha256 })
}

/// An objection of anyone to what is said of a task. Nobody is asked who they are.
///
/// # Errors
/// [`Refusal`] when the time for objections is over, the text is missing or too long, or too many came within the hour.
pub fn decide_objection(
    (objection, task): (&ObjectionId, &TaskId),
    text: &str,
    until: Date,
    within_the_hour: u32,
    rules: &YearEndRules,
    today: Date,
) -> Result<Event, Refusal> {
    if today > until {
        return Err(Refusal::state(
            "objections-closed",
            format!("异议期已于 {until} 结束；如有问题，请拨打 12345。"),
            format!("Objections were taken until {until}; call 12345 instead."),
        ));
    }
    let text = given("text", text, LONGEST_OBJECTION)?;
    if within_the_hour >= rules.objections_an_hour {
        return Err(Refusal::state(
            "too-many-objections",
            "一小时内收到的异议过多，这一条没有保存；请一小时后再提交。",
            "Too many objections came within the hour and this one was not kept; try again in an hour.",
        ));
    }
    Ok(Event::ObjectionFiled { objection: objection.clone(), task: task.clone(), text })
}

/// The office's answer to an objection, given once.
///
/// # Errors
/// [`Refusal`] when the account is not of the supervision office, the objection is answered, or the text is missing or
/// too long.
pub fn decide_answer(objection: &ObjectionId, answered: bool, answer: &str, actor: &Actor) -> Result<Event, Refusal> {
    supervisor_only(actor)?;
    if answered {
        return Err(Refusal::state("answered-already", "这条异议已经答复。", "This objection is answered already."));
    }
    Ok(Event::ObjectionAnswered { objection: objection.clone(), answer: given("answer", answer, LONGEST_OBJECTION)? })
}
