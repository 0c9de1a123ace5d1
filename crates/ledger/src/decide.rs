//! What may happen to a task: (state, command, who, now) to events, or a refusal that says what to do.

use crate::Two;
use crate::actor::{AccountRole, Actor};
use crate::command::{Assign, Close, Command, Confirmation, File, SetAdjustment, with_value};
use crate::event::Event;
use crate::evidence::{Basis, Evidence, Source, Withdrawal};
use crate::figure::{Figure, base_unit};
use crate::ids::EvidenceId;
use crate::judge::{Settings, judge, value_at};
use crate::milestones;
use crate::refusal::Refusal;
use crate::status::Outcome;
use crate::task::{Adjustment, Assignment, Closing, Task};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tingzhou_report::Role;

/// Longest note, place or reason, in characters.
pub(crate) const LONGEST_TEXT: usize = 4_000;
/// Most files with one piece of evidence.
pub(crate) const MOST_ATTACHMENTS: usize = 20;

/// Decides a command on a task.
///
/// `now` is the instant it is decided at and `today` the same as a day of the city's zone.
///
/// # Errors
/// A [`Refusal`] naming what is wrong, where, and what to do. Nothing has changed then.
pub fn decide(
    task: &Task,
    command: &Command,
    actor: &Actor,
    settings: &Settings,
    now: Timestamp,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Assign(assign) => decide_assign(task, assign, actor, now),
        Command::File(file) => decide_file(task, file, actor, now, today),
        Command::Withdraw { evidence, reason } => decide_withdraw(task, evidence, reason, actor, now),
        Command::Adjust(adjust) => decide_adjust(task, adjust, actor, now),
        Command::Close(close) => decide_close(task, close, actor, settings, now, today),
        Command::Reopen { reason } => decide_reopen(task, reason, actor),
    }
}

pub(crate) fn supervisor_only(actor: &Actor) -> Result<(), Refusal> {
    if actor.role.supervises() {
        return Ok(());
    }
    Err(Refusal::not_allowed(
        "supervision-office-only",
        "这一步由督查室办理；请联系督查室。",
        "Only the supervision office does this; please contact it.",
    ))
}

fn still_open(task: &Task) -> Result<(), Refusal> {
    if task.closing.is_none() {
        return Ok(());
    }
    Err(Refusal::state(
        "task-closed",
        "任务已办结；如需继续，请督查室先重新打开。",
        "The task is closed; the supervision office can open it again.",
    ))
}

fn text_within(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() <= LONGEST_TEXT && !text.contains('\0') {
        return Ok(());
    }
    Err(Refusal::invalid(
        "text-too-long",
        field,
        format!("文字超过 {LONGEST_TEXT} 字或含有空字符；请缩短，详情放进附件。"),
        format!("The text is longer than {LONGEST_TEXT} characters or holds a NUL; shorten it and attach the rest."),
    ))
}

fn reason_given(reason: &str) -> Result<(), Refusal> {
    text_within("reason", reason)?;
    if reason.trim().is_empty() {
        return Err(Refusal::invalid("reason-missing", "reason", "请写明理由。", "Please give the reason."));
    }
    Ok(())
}

fn decide_assign(task: &Task, assign: &Assign, actor: &Actor, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    supervisor_only(actor)?;
    still_open(task)?;
    if assign.co_units.contains(&assign.lead) {
        return Err(Refusal::invalid(
            "lead-among-co-units",
            "co_units",
            "牵头单位不能同时是配合单位；请从配合单位中去掉它。",
            "The lead unit cannot be a co-unit too; take it out of the co-units.",
        ));
    }
    if let Some(plan) = &assign.plan {
        plan.checked(task.year, task.deadline_now())?;
    }
    let mut co_units = assign.co_units.clone();
    co_units.dedup();
    let assignment = Assignment {
        lead: assign.lead.clone(),
        co_units,
        leader: assign.leader.clone(),
        by: actor.account.clone(),
        at: now,
    };
    let same = task.assignment.as_ref().is_some_and(|old| {
        old.lead == assignment.lead && old.co_units == assignment.co_units && old.leader == assignment.leader
    });
    let plan = assign.plan.clone().filter(|plan| plan != &task.plan);
    if same && plan.is_none() {
        return Ok(Vec::new());
    }
    let plan_reason = if plan.is_some() {
        Two::new("督查室选定", "chosen by the supervision office")
    } else {
        task.plan_reason.clone()
    };
    Ok(vec![Event::TaskAssigned { assignment, plan, plan_reason }])
}

fn decide_file(task: &Task, file: &File, actor: &Actor, now: Timestamp, today: Date) -> Result<Vec<Event>, Refusal> {
    let unit = may_file(task, file, actor)?;
    still_open(task)?;
    text_within("note", &file.note)?;
    text_within("place", &file.place)?;
    if file.attachments.len() > MOST_ATTACHMENTS {
        return Err(Refusal::invalid(
            "too-many-files",
            "attachments",
            format!("一次最多 {MOST_ATTACHMENTS} 个附件；请分次填报。"),
            format!("At most {MOST_ATTACHMENTS} files at once; file the rest separately."),
        ));
    }
    check_period(task, file, today)?;
    let value = checked_value(task, file)?;
    ask_back(task, file, value)?;
    milestone_open(task, file)?;
    if task.target.is_none() && file.note.trim().is_empty() && file.attachments.is_empty() && file.milestone.is_none() {
        return Err(Refusal::invalid(
            "nothing-to-show",
            "note",
            "该任务没有数量指标：请写明进展，或附上佐证材料。",
            "This task has no number: say what was done or attach a file.",
        ));
    }
    let evidence = Evidence {
        id: file.id.clone(),
        source: file.source,
        value,
        basis: file.basis,
        period: file.period,
        place: file.place.trim().to_owned(),
        point: file.point,
        note: file.note.trim().to_owned(),
        reported: file.reported,
        attachments: file.attachments.clone(),
        unit,
        by: actor.account.clone(),
        at: now,
        milestone: file.milestone.clone(),
        simulated: file.simulated,
        withdrawn: None,
    };
    Ok(vec![Event::EvidenceFiled { evidence }])
}

/// A milestone is one of the plan's, and reached once by each source.
fn milestone_open(task: &Task, file: &File) -> Result<(), Refusal> {
    let Some(name) = &file.milestone else { return Ok(()) };
    let Some(stand) =
        milestones::stand(task, file.period.to).filter(|stand| stand.plan.iter().any(|m| &m.name == name))
    else {
        return Err(Refusal::invalid(
            "no-such-milestone",
            "milestone",
            format!("该任务的计划中没有里程碑“{name}”；请重新选择。"),
            format!("The task's plan has no milestone “{name}”; choose again."),
        ));
    };
    match stand.reached.iter().find(|reached| &reached.name == name && reached.source == file.source) {
        None => Ok(()),
        Some(reached) => Err(Refusal::invalid(
            "milestone-reached",
            "milestone",
            format!("里程碑“{name}”已于 {} 登记完成；如有误，请先撤回原填报。", reached.on),
            format!("“{name}” was entered as reached on {}; withdraw that first if it is wrong.", reached.on),
        )),
    }
}

fn may_file(task: &Task, file: &File, actor: &Actor) -> Result<Option<crate::ids::UnitId>, Refusal> {
    match (actor.role, file.source) {
        (AccountRole::Unit, Source::Filing) => {
            let Some(unit) = actor.unit.as_ref().filter(|unit| task.involves(unit)) else {
                return Err(Refusal::not_allowed(
                    "not-your-task",
                    "只有牵头单位和配合单位可以填报本任务；如分工有误，请联系督查室。",
                    "Only the lead unit and co-units file for this task; if that is wrong, contact the supervision office.",
                ));
            };
            Ok(Some(unit.clone()))
        }
        (AccountRole::Admin | AccountRole::Supervisor, Source::Check | Source::Measure) => Ok(None),
        (AccountRole::Admin | AccountRole::Supervisor, Source::Filing) => Err(Refusal::not_allowed(
            "filing-is-the-units",
            "填报由责任单位完成；督查室请登记核查结果。",
            "Units file; the supervision office enters what it checked.",
        )),
        (AccountRole::Unit, Source::Check | Source::Measure) | (AccountRole::Leader, _) => {
            supervisor_only(actor).map(|()| None)
        }
    }
}

fn check_period(task: &Task, file: &File, today: Date) -> Result<(), Refusal> {
    let period = file.period;
    if period.from > period.to {
        return Err(Refusal::invalid(
            "period-reversed",
            "period",
            format!("期间开始（{}）晚于结束（{}）；请对调。", period.from, period.to),
            format!("The period begins ({}) after it ends ({}); swap the days.", period.from, period.to),
        ));
    }
    let last = task.deadline_now().year().max(task.year);
    if period.from.year() < task.year || period.to.year() > last {
        let years = if last == task.year { task.year.to_string() } else { format!("{}—{last}", task.year) };
        return Err(Refusal::invalid(
            "period-outside-year",
            "period",
            format!("期间 {} 至 {} 不在任务年度 {years} 年内；往年的工作不计入本年。", period.from, period.to),
            format!(
                "{} to {} lies outside the task's year {years}; earlier work does not count here.",
                period.from, period.to
            ),
        ));
    }
    if period.to > today {
        return Err(Refusal::invalid(
            "period-in-future",
            "period",
            format!("期间止于 {}，晚于今天（{today}）；请按实际发生填报。", period.to),
            format!("The period ends on {}, after today ({today}); file what has happened.", period.to),
        ));
    }
    Ok(())
}

fn checked_value(task: &Task, file: &File) -> Result<Option<Decimal>, Refusal> {
    let Some(target) = task.target_now() else {
        if file.value.is_some() {
            return Err(Refusal::invalid(
                "value-without-target",
                "value",
                "该任务没有数量指标，请把数字写进进展说明。",
                "This task has no number; put yours into the note.",
            ));
        }
        return Ok(None);
    };
    let Some(typed) = file.value else {
        return Err(Refusal::invalid("value-missing", "value", "请填写数值。", "Please give the value."));
    };
    let (factor, base) = base_unit(&file.unit);
    if !(file.unit.trim().is_empty() || base == target.unit) {
        let shown = if target.unit.is_empty() { "（无单位）" } else { &target.unit };
        return Err(Refusal::invalid(
            "wrong-unit",
            "unit",
            format!("单位“{}”与目标的单位“{shown}”不同；请换算成“{shown}”（可带千、万、亿）。", file.unit.trim()),
            format!(
                "“{}” is not the target's unit “{shown}”; convert to “{shown}” (千, 万 and 亿 may go before it).",
                file.unit.trim()
            ),
        ));
    }
    let factor = if file.unit.trim().is_empty() { Decimal::ONE } else { factor };
    let limit = Decimal::from(1_000_000_000_000_000_000_i64);
    let value = typed.checked_mul(factor).filter(|v| v.abs() <= limit).map(|v| v.normalize()).ok_or_else(|| {
        Refusal::invalid(
            "value-too-large",
            "value",
            "数值过大；请检查单位。",
            "The value is too large; check its unit.",
        )
    })?;
    if value < Decimal::ZERO && !matches!(target.role, Role::Change { .. }) {
        return Err(Refusal::invalid(
            "negative-value",
            "value",
            "数值不能为负；如需冲减，请撤回原填报后重报。",
            "The value cannot be negative; to correct an earlier filing, withdraw it and file again.",
        ));
    }
    Ok(Some(value))
}

fn ask_back(task: &Task, file: &File, value: Option<Decimal>) -> Result<(), Refusal> {
    let confirmed = |what: Confirmation| file.confirmed.contains(&what);
    let (Some(target), Some(value)) = (task.target_now(), value) else { return same_file(task, file) };
    let figure = |value: Decimal, english: bool| Figure { value, unit: &target.unit, english }.to_string();
    if file.basis == Basis::Cumulative
        && matches!(target.role, Role::Amount)
        && !confirmed(Confirmation::LowerThanLast)
        && let Some((before, day)) = value_at(task, file.source, file.period.to)
        && value < before
    {
        return Err(Refusal::ask(
            Confirmation::LowerThanLast,
            "value",
            format!(
                "累计数 {} 低于截至 {day} 的 {}；若属实请勾选确认并在说明中写明原因。",
                figure(value, false),
                figure(before, false)
            ),
            format!(
                "{} is lower than {} as of {day}; if it is right, confirm it and say why in the note.",
                figure(value, true),
                figure(before, true)
            ),
        ));
    }
    if file.basis == Basis::Period
        && !confirmed(Confirmation::OverlappingPeriod)
        && let Some(other) = task
            .standing_evidence()
            .find(|e| e.source == file.source && e.basis == Basis::Period && e.period.overlaps(file.period))
    {
        return Err(Refusal::ask(
            Confirmation::OverlappingPeriod,
            "period",
            format!(
                "期间与已填报的 {} 至 {} 重叠，可能重复计数；若不重复请勾选确认。",
                other.period.from, other.period.to
            ),
            format!(
                "The period shares days with {} to {} already filed; confirm that nothing is counted twice.",
                other.period.from, other.period.to
            ),
        ));
    }
    let ceiling = target.value.checked_mul(Decimal::from(5));
    if matches!(target.role, Role::Amount)
        && ceiling.is_some_and(|c| c > Decimal::ZERO && value > c)
        && !confirmed(Confirmation::FarAboveTarget)
    {
        return Err(Refusal::ask(
            Confirmation::FarAboveTarget,
            "value",
            format!(
                "{} 超过目标 {} 的五倍，请核对单位；若属实请勾选确认。",
                figure(value, false),
                figure(target.value, false)
            ),
            format!(
                "{} is more than five times the target {}; check the unit, or confirm.",
                figure(value, true),
                figure(target.value, true)
            ),
        ));
    }
    same_file(task, file)
}

fn same_file(task: &Task, file: &File) -> Result<(), Refusal> {
    if file.confirmed.contains(&Confirmation::SameFile) {
        return Ok(());
    }
    let known = task.standing_evidence().flat_map(|e| e.attachments.iter().map(move |a| (e, a)));
    for (evidence, attachment) in known {
        if file.attachments.iter().any(|new| new.sha256 == attachment.sha256) {
            return Err(Refusal::ask(
                Confirmation::SameFile,
                "attachments",
                format!("附件“{}”与 {} 填报的相同；若确需再次使用请勾选确认。", attachment.name, evidence.period.to),
                format!(
                    "“{}” is the same file as in the filing to {}; confirm to use it again.",
                    attachment.name, evidence.period.to
                ),
            ));
        }
    }
    Ok(())
}

fn decide_withdraw(
    task: &Task,
    id: &EvidenceId,
    reason: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let Some(evidence) = task.evidence.iter().find(|e| &e.id == id) else {
        return Err(Refusal::state("no-such-evidence", "没有这条佐证。", "There is no such evidence."));
    };
    let own = actor.role == AccountRole::Unit && evidence.source == Source::Filing && evidence.unit == actor.unit;
    let office = actor.role.supervises() && evidence.source != Source::Filing;
    if !own && !office {
        return Err(Refusal::not_allowed(
            "not-your-evidence",
            "只能撤回本单位的填报；督查室只能撤回自己的核查。",
            "A unit withdraws its own filings, the supervision office its own checks.",
        ));
    }
    still_open(task)?;
    if evidence.withdrawn.is_some() {
        return Err(Refusal::state("already-withdrawn", "这条佐证已经撤回。", "This evidence was withdrawn already."));
    }
    reason_given(reason)?;
    let withdrawal = Withdrawal { by: actor.account.clone(), at: now, reason: reason.trim().to_owned() };
    Ok(vec![Event::EvidenceWithdrawn { evidence: id.clone(), withdrawal }])
}

fn decide_adjust(task: &Task, adjust: &SetAdjustment, actor: &Actor, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    supervisor_only(actor)?;
    still_open(task)?;
    reason_given(&adjust.reason)?;
    let Some(target) = task.target_now() else {
        return Err(Refusal::state(
            "no-target",
            "该任务没有数量指标，无法调整目标值。",
            "This task has no number to adjust.",
        ));
    };
    if adjust.value < Decimal::ZERO {
        return Err(Refusal::invalid("negative-value", "value", "目标值不能为负。", "A target cannot be negative."));
    }
    if adjust.deadline.year() < task.year {
        return Err(Refusal::invalid(
            "deadline-before-year",
            "deadline",
            format!("完成时限不能早于 {} 年。", task.year),
            format!("The deadline cannot lie before {}.", task.year),
        ));
    }
    let adjusted = with_value(target, adjust.value.normalize());
    if &adjusted == target && adjust.deadline == task.deadline_now() {
        return Err(Refusal::invalid(
            "nothing-changed",
            "value",
            "目标值和时限都没有变化。",
            "Neither value nor deadline changes.",
        ));
    }
    let adjustment = Adjustment {
        target: adjusted,
        deadline: adjust.deadline,
        reason: adjust.reason.trim().to_owned(),
        by: actor.account.clone(),
        at: now,
    };
    Ok(vec![Event::TargetAdjusted { adjustment }])
}

fn decide_close(
    task: &Task,
    close: &Close,
    actor: &Actor,
    settings: &Settings,
    now: Timestamp,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    supervisor_only(actor)?;
    still_open(task)?;
    reason_given(&close.reason)?;
    if close.outcome == Outcome::Met {
        if task.standing_evidence().next().is_none() {
            return Err(Refusal::invalid(
                "no-evidence",
                "outcome",
                "没有任何佐证，不能办结为完成；请先由单位填报或登记核查。",
                "Nothing stands as evidence, so it cannot be closed as met; let the unit file or enter a check first.",
            ));
        }
        let judgement = judge(task, settings, today);
        if judgement.latest.is_some_and(|latest| task.target_now().is_some_and(|t| !t.met_by(latest))) {
            return Err(Refusal::invalid(
                "target-not-met",
                "outcome",
                format!(
                    "目标尚未达到（{}），不能办结为完成；可办结为未完成，或先按程序调整目标。",
                    judgement.sentence.zh
                ),
                format!(
                    "The target is not met ({}); close it as not met, or adjust the target first.",
                    judgement.sentence.en
                ),
            ));
        }
        if !judgement.contradictions.is_empty() && !close.confirmed.contains(&Confirmation::ClosedDespiteContradiction)
        {
            return Err(Refusal::ask(
                Confirmation::ClosedDespiteContradiction,
                "outcome",
                format!("仍有矛盾：{}若已核实请勾选确认。", judgement.contradictions[0].sentence.zh),
                format!(
                    "A contradiction stands: {} Confirm when it has been looked into.",
                    judgement.contradictions[0].sentence.en
                ),
            ));
        }
    }
    let closing =
        Closing { outcome: close.outcome, reason: close.reason.trim().to_owned(), by: actor.account.clone(), at: now };
    Ok(vec![Event::TaskClosed { closing }])
}

fn decide_reopen(task: &Task, reason: &str, actor: &Actor) -> Result<Vec<Event>, Refusal> {
    supervisor_only(actor)?;
    if task.closing.is_none() {
        return Err(Refusal::state("task-open", "任务没有办结，无需重新打开。", "The task is open already."));
    }
    reason_given(reason)?;
    Ok(vec![Event::TaskReopened { reason: reason.trim().to_owned() }])
}
