//! What may happen to a case: (matter, state, command, now) to events, or a refusal that says what to do.

use crate::actor::Actor;
use crate::case::Case;
use crate::clock::read_clock;
use crate::command::{Command, Request};
use crate::definition::{Budget, Effect, FieldKind, Transition, Unit};
use crate::event::{Approval, Event, Move, Proposal};
use crate::ids::{CaseId, ClockId, FieldId, RoleId, TransitionId};
use crate::inputs::{Inputs, Value};
use crate::matter::Matter;
use crate::refusal::{Refusal, RefusalKind};
use crate::reminder::{ReminderKey, reminders_due};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;
use tingzhou_calendar::{Calendar, OutOfRange};

/// Longest text of a field, reason or note, in characters.
const LONGEST_TEXT: usize = 4_000;
/// Most files for one material, and most parties in one role.
const MOST_GIVEN: usize = 100;

/// Opens a case by one of its matter's opening transitions.
///
/// # Errors
/// A [`Refusal`] naming what is wrong, where, and what to do.
pub fn open(
    matter: &Matter,
    id: &CaseId,
    transition: &TransitionId,
    actor: &Actor,
    inputs: Inputs,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Event>, Refusal> {
    in_range(calendar, now)?;
    let t = known(matter, transition)?;
    let (true, Some(to)) = (t.from.is_empty(), &t.to) else {
        let opening =
            Matter::listed(matter.definition().transitions.iter().filter(|t| t.from.is_empty()).map(|t| &t.name));
        return Err(Refusal::state(
            "does-not-open",
            format!("“{}”不能开启办件；可以：{}。", t.name.zh, opening.zh),
            format!("“{}” opens no case; these do: {}.", t.name.en, opening.en),
        ));
    };
    let role = allowed(matter, None, t, &t.by, actor)?;
    check_inputs(matter, None, t, &inputs)?;
    let effects = effects(matter, None, t, &inputs, None, now, calendar)?;
    let moved = Move { transition: t.id.clone(), to: to.clone(), by: actor.id.clone(), role, inputs, approval: None };
    let mut events = vec![Event::CaseOpened {
        case: id.clone(),
        matter: matter.definition().id.clone(),
        matter_version: matter.definition().version,
        moved: Box::new(moved),
        at: now,
    }];
    events.extend(effects);
    Ok(events)
}

/// Decides a command on a case. `now` is the instant it is decided at; should it lie before the last thing that happened
/// to the case, that instant is taken.
///
/// # Errors
/// A [`Refusal`] naming what is wrong, where, and what to do. Nothing has changed then.
pub fn decide(
    matter: &Matter,
    case: &Case,
    request: &Request,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Event>, Refusal> {
    let now = now.max(case.touched);
    in_range(calendar, now)?;
    same_matter(matter, case)?;
    up_to_date(matter, case, request.version)?;
    let actor = &request.actor;
    match &request.command {
        Command::Move { transition, inputs } => {
            let t = possible(matter, case, transition)?;
            let role = allowed(matter, Some(case), t, &t.by, actor)?;
            check_inputs(matter, Some(case), t, inputs)?;
            if t.needs.approval.is_some() {
                return propose(matter, case, t, role, actor, inputs, now, calendar);
            }
            let moved = Move {
                transition: t.id.clone(),
                to: t.to.as_ref().unwrap_or(&case.state).clone(),
                by: actor.id.clone(),
                role,
                inputs: inputs.clone(),
                approval: None,
            };
            carry_out(matter, case, t, moved, now, calendar)
        }
        Command::Approve { transition, note } => approve(matter, case, transition, actor, note, now, calendar),
        Command::Decline { transition, reason } => {
            let (t, _) = proposed(matter, case, transition)?;
            allowed(matter, Some(case), t, t.needs.approval.as_slice(), actor)?;
            reason_given(reason)?;
            let (transition, by, reason) = (t.id.clone(), actor.id.clone(), reason.trim().to_owned());
            Ok(vec![Event::MoveDeclined { transition, by, reason, at: now }])
        }
        Command::Remind { reminders } => remind(matter, case, reminders, now, calendar),
    }
}

fn out_of_range(out: &OutOfRange) -> Refusal {
    Refusal::invalid("time-out-of-range", "now", out.zh(), out.to_string())
}

fn in_range(calendar: &Calendar, now: Timestamp) -> Result<(), Refusal> {
    calendar.is_working(crate::clock::day_of(now)).map(drop).map_err(|out| out_of_range(&out))
}

fn same_matter(matter: &Matter, case: &Case) -> Result<(), Refusal> {
    let definition = matter.definition();
    if (&definition.id, definition.version) == (&case.matter, case.matter_version) {
        return Ok(());
    }
    let (own, other) =
        (format!("{} v{}", case.matter, case.matter_version), format!("{} v{}", definition.id, definition.version));
    Err(Refusal::invalid(
        "other-matter",
        "matter",
        format!("办件按 {own} 办理，不能套用 {other}；请用原版本的事项。"),
        format!("The case goes by {own} and not by {other}; use the version it was opened with."),
    ))
}

/// Reminders sent meanwhile leave no step and make nobody look again.
fn up_to_date(matter: &Matter, case: &Case, version: u64) -> Result<(), Refusal> {
    if version > case.version {
        return Err(Refusal::invalid(
            "unknown-version",
            "version",
            format!("办件只到第 {} 版；请刷新。", case.version),
            format!("The case is at version {} only; load it again.", case.version),
        ));
    }
    let first = case.history.partition_point(|step| step.version <= version);
    let changed = case.history[first..].to_vec();
    if changed.is_empty() {
        return Ok(());
    }
    // Clocks follow transitions, so these say it all.
    let moves = changed.iter().filter(|step| step.by.is_some()).filter_map(|step| {
        matter.definition().transitions.iter().find(|t| t.id.as_str() == step.about).map(|t| &t.name)
    });
    let what = Matter::listed(moves);
    let (zh, en) = (
        format!("办件已有变动（{}）；请刷新后再办。", what.zh),
        format!("The case has changed meanwhile ({}); look at it again.", what.en),
    );
    Err(Refusal::new(RefusalKind::Stale { changed }, "stale", None, zh, en))
}

fn known<'a>(matter: &'a Matter, transition: &TransitionId) -> Result<&'a Transition, Refusal> {
    matter.transition(transition).ok_or_else(|| {
        Refusal::invalid(
            "unknown-transition",
            "transition",
            format!("事项没有名为“{transition}”的流转。"),
            format!("The matter has no transition `{transition}`."),
        )
    })
}

fn possible<'a>(matter: &'a Matter, case: &Case, transition: &TransitionId) -> Result<&'a Transition, Refusal> {
    let t = known(matter, transition)?;
    if t.from.contains(&case.state) {
        return Ok(t);
    }
    let name = |two: &crate::Two| (two.zh.clone(), two.en.clone());
    let (zh, en) =
        matter.state(&case.state).map_or_else(|| (case.state.to_string(), case.state.to_string()), |s| name(&s.name));
    let now_possible = Matter::listed(matter.possible(&case.state).map(|t| &t.name));
    if now_possible.zh.is_empty() {
        return Err(Refusal::state(
            "case-ended",
            format!("办件已是“{zh}”，不能再办理。"),
            format!("The case has ended as “{en}”; nothing more can happen to it."),
        ));
    }
    Err(Refusal::state(
        "not-from-here",
        format!("办件处于“{zh}”，不能“{}”；现在可以：{}。", t.name.zh, now_possible.zh),
        format!("The case is “{en}” and “{}” is not possible; these are: {}.", t.name.en, now_possible.en),
    ))
}

/// The role by which an actor may.
fn allowed(
    matter: &Matter,
    case: Option<&Case>,
    t: &Transition,
    wanted: &[RoleId],
    actor: &Actor,
) -> Result<RoleId, Refusal> {
    if let Some(role) = actor.first_of(wanted, matter.definition(), case) {
        return Ok(role.clone());
    }
    let who = Matter::listed(matter.definition().roles.iter().filter(|r| wanted.contains(&r.id)).map(|r| &r.name));
    Err(Refusal::new(
        RefusalKind::NotAllowed,
        "not-allowed",
        None,
        format!("“{}”由{}办理；请联系他们。", t.name.zh, who.zh),
        format!("“{}” is for: {}; please contact them.", t.name.en, who.en),
    ))
}

fn text_within(field: &str, text: &str) -> Result<(), Refusal> {
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

fn check_inputs(matter: &Matter, case: Option<&Case>, t: &Transition, inputs: &Inputs) -> Result<(), Refusal> {
    let (needs, takes) = (&t.needs, &t.takes);
    if needs.reason {
        reason_given(&inputs.reason)?;
    } else {
        text_within("reason", &inputs.reason)?;
    }
    let unasked = |id: &str| {
        let zh = format!("“{}”不需要“{id}”；请去掉。", t.name.zh);
        Refusal::invalid("not-asked-for", id, zh, format!("“{}” does not ask for `{id}`; leave it out.", t.name.en))
    };
    for (id, value) in &inputs.fields {
        if !needs.fields.contains(id) && !takes.fields.contains(id) {
            return Err(unasked(id.as_str()));
        }
        check_field(matter, id, value)?;
    }
    for (id, files) in &inputs.materials {
        if !needs.materials.contains(id) && !takes.materials.contains(id) {
            return Err(unasked(id.as_str()));
        }
        check_many(id.as_str(), files.len())?;
        files.iter().try_for_each(|file| text_within(id.as_str(), file))?;
    }
    for (role, parties) in &inputs.parties {
        if !needs.parties.contains(role) && !takes.parties.contains(role) {
            return Err(unasked(role.as_str()));
        }
        check_many(role.as_str(), parties.len())?;
        if parties.iter().collect::<BTreeSet<_>>().len() != parties.len() {
            let zh = format!("“{role}”中有重复的单位；请去掉重复。");
            return Err(Refusal::invalid(
                "party-twice",
                role.as_str(),
                zh,
                format!("A party stands twice in `{role}`."),
            ));
        }
    }
    let missing = |id: &str, zh: &str, en: &str| {
        Refusal::invalid("missing", id, format!("缺少{zh}；请补上。"), format!("{en} is missing; please give it."))
    };
    let d = matter.definition();
    if let Some(id) = needs.fields.iter().find(|id| !inputs.fields.contains_key(*id)) {
        let name = d.fields.iter().find(|f| &f.id == id).map(|f| &f.name);
        return Err(missing(id.as_str(), name.map_or(id.as_str(), |n| &n.zh), name.map_or(id.as_str(), |n| &n.en)));
    }
    let in_hand = |id| case.is_some_and(|case| case.materials.contains_key(id));
    if let Some(id) = needs.materials.iter().find(|id| !inputs.materials.contains_key(*id) && !in_hand(*id)) {
        let name = d.materials.iter().find(|m| &m.id == id).map(|m| &m.name);
        return Err(missing(id.as_str(), name.map_or(id.as_str(), |n| &n.zh), name.map_or(id.as_str(), |n| &n.en)));
    }
    if let Some(id) = needs.parties.iter().find(|id| !inputs.parties.contains_key(*id)) {
        let name = d.roles.iter().find(|r| &r.id == id).map(|r| &r.name);
        return Err(missing(id.as_str(), name.map_or(id.as_str(), |n| &n.zh), name.map_or(id.as_str(), |n| &n.en)));
    }
    Ok(())
}

fn check_field(matter: &Matter, id: &FieldId, value: &Value) -> Result<(), Refusal> {
    let kind = matter.definition().fields.iter().find(|f| &f.id == id).map(|f| f.kind);
    if kind != Some(value.kind()) {
        let (zh, en) = match kind {
            Some(FieldKind::Text) => ("文字", "words"),
            Some(FieldKind::Count) => ("非负整数", "a whole number from 0"),
            Some(FieldKind::Number) => ("数值", "a number"),
            Some(FieldKind::Date) => ("日期", "a day"),
            Some(FieldKind::Flag) => ("是或否", "yes or no"),
            None => ("已定义的字段", "a field of the matter"),
        };
        return Err(Refusal::invalid(
            "field-kind",
            id.as_str(),
            format!("“{id}”应填{zh}。"),
            format!("`{id}` holds {en}."),
        ));
    }
    let Value::Text(text) = value else { return Ok(()) };
    text_within(id.as_str(), text)?;
    if text.trim().is_empty() {
        return Err(Refusal::invalid("missing", id.as_str(), format!("“{id}”没有填写。"), format!("`{id}` is empty.")));
    }
    Ok(())
}

fn check_many(id: &str, count: usize) -> Result<(), Refusal> {
    if (1..=MOST_GIVEN).contains(&count) {
        return Ok(());
    }
    Err(Refusal::invalid(
        "how-many",
        id,
        format!("“{id}”须有 1 至 {MOST_GIVEN} 项，现有 {count} 项。"),
        format!("`{id}` takes 1 to {MOST_GIVEN}; there are {count}."),
    ))
}

#[expect(clippy::too_many_arguments, reason = "one step of decide, with all it was given")]
fn propose(
    matter: &Matter,
    case: &Case,
    t: &Transition,
    role: RoleId,
    actor: &Actor,
    inputs: &Inputs,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Event>, Refusal> {
    if case.proposals.iter().any(|p| p.transition == t.id) {
        return Err(Refusal::state(
            "already-proposed",
            format!("“{}”已在等待批准。", t.name.zh),
            format!("“{}” is waiting for approval already.", t.name.en),
        ));
    }
    // What could not be carried out is not put before anybody.
    effects(matter, Some(case), t, inputs, None, now, calendar)?;
    let proposal = Proposal { transition: t.id.clone(), by: actor.id.clone(), role, inputs: inputs.clone() };
    Ok(vec![Event::MoveProposed { proposal: Box::new(proposal), at: now }])
}

fn proposed<'a>(
    matter: &'a Matter,
    case: &'a Case,
    transition: &TransitionId,
) -> Result<(&'a Transition, &'a Proposal), Refusal> {
    let t = possible(matter, case, transition)?;
    let proposal = case.proposals.iter().find(|p| p.transition == t.id).ok_or_else(|| {
        Refusal::state(
            "not-proposed",
            format!("“{}”没有待批准的申请。", t.name.zh),
            format!("Nobody has proposed “{}”.", t.name.en),
        )
    })?;
    Ok((t, proposal))
}

fn approve(
    matter: &Matter,
    case: &Case,
    transition: &TransitionId,
    actor: &Actor,
    note: &str,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Event>, Refusal> {
    let (t, proposal) = proposed(matter, case, transition)?;
    let role = allowed(matter, Some(case), t, t.needs.approval.as_slice(), actor)?;
    text_within("note", note)?;
    if proposal.by == actor.id {
        return Err(Refusal::new(
            RefusalKind::NotAllowed,
            "own-proposal",
            None,
            "不能批准自己提出的申请；请由他人批准。",
            "Nobody approves what they proposed; somebody else must.",
        ));
    }
    let moved = Move {
        transition: t.id.clone(),
        to: t.to.as_ref().unwrap_or(&case.state).clone(),
        by: proposal.by.clone(),
        role: proposal.role.clone(),
        inputs: proposal.inputs.clone(),
        approval: Some(Approval { by: actor.id.clone(), role, note: note.trim().to_owned() }),
    };
    carry_out(matter, case, t, moved, now, calendar)
}

fn carry_out(
    matter: &Matter,
    case: &Case,
    t: &Transition,
    moved: Move,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Event>, Refusal> {
    let mut after = effects(matter, Some(case), t, &moved.inputs, moved.approval.as_ref(), now, calendar)?;
    if matter.state(&moved.to).is_some_and(|state| state.is_final) {
        let stopped = |clock: &ClockId| t.clocks.iter().any(|e| matches!(e, Effect::Stop { clock: c } if c == clock));
        let open = case.clocks.keys().filter(|clock| case.open_run(clock).is_some() && !stopped(clock));
        after.extend(open.map(|clock| Event::ClockStopped { clock: clock.clone(), at: now }));
    }
    let mut events = Vec::with_capacity(after.len() + 1);
    events.push(Event::CaseMoved { moved: Box::new(moved), at: now });
    events.extend(after);
    Ok(events)
}

/// What a transition does to clocks. Each is touched once, so that every effect sees the case as it was.
fn effects(
    matter: &Matter,
    case: Option<&Case>,
    t: &Transition,
    inputs: &Inputs,
    approval: Option<&Approval>,
    at: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Event>, Refusal> {
    let mut events = Vec::new();
    for effect in &t.clocks {
        let clock = effect.clock();
        let run = case.and_then(|case| case.open_run(clock));
        let name = matter.clock(clock).map_or(("", ""), |c| (c.name.zh.as_str(), c.name.en.as_str()));
        let refused = |code, zh: &str, en: &str| {
            let (zh, en) = (format!("时限“{}”{zh}。", name.0), format!("The clock “{}” {en}.", name.1));
            Refusal::new(RefusalKind::State, code, Some(clock.as_str()), zh, en)
        };
        let clock = clock.clone();
        match effect {
            Effect::Start { budget_from, anew, .. } => {
                if run.is_some() && !anew {
                    return Err(refused("clock-open", "已经启动", "has started already"));
                }
                if run.is_some() {
                    events.push(Event::ClockStopped { clock: clock.clone(), at });
                }
                let Some(def) = matter.clock(&clock) else { continue };
                let last = budget_from.as_ref().and_then(|field| given(field, case, inputs));
                let amount = match last {
                    Some(Value::Date(last)) => until(*last, def.budget, at, calendar)?,
                    _ => asked(budget_from.as_ref(), case, inputs, def.budget.amount)?,
                };
                let budget = Budget { amount, ..def.budget };
                events.push(Event::ClockStarted { clock, budget, at });
            }
            Effect::Pause { pause, .. } => {
                let run = run.ok_or_else(|| refused("clock-not-open", "没有在计时", "is not open"))?;
                if run.is_paused_by(pause) {
                    return Err(refused("paused-already", "已因同一事由中止", "is paused for this already"));
                }
                let (pause, reason) = (pause.clone(), inputs.reason.trim().to_owned());
                events.push(Event::ClockPaused { clock, pause, reason, at });
            }
            Effect::Resume { pause, .. } => {
                if !run.is_some_and(|run| run.is_paused_by(pause)) {
                    return Err(refused("not-paused", "没有因此中止", "is not paused for this"));
                }
                events.push(Event::ClockResumed { clock, pause: pause.clone(), at });
            }
            Effect::Stop { .. } => {
                if run.is_some() {
                    events.push(Event::ClockStopped { clock, at });
                }
            }
            Effect::Extend { amount, amount_from, most, .. } => {
                let run = run.ok_or_else(|| refused("clock-not-open", "没有在计时", "is not open"))?;
                if run.extensions() >= usize::try_from(*most).unwrap_or(usize::MAX) {
                    return Err(refused("extended-already", "不能再延长", "cannot be given more time again"));
                }
                if read_clock(run, calendar, at).map_err(|out| out_of_range(&out))?.over {
                    return Err(refused("clock-over", "已经到期，不能延长", "is over and cannot be given more time"));
                }
                // Only what is asked for this time counts.
                let amount = asked(amount_from.as_ref(), None, inputs, *amount)?;
                // What is only being proposed has no approval yet, and its events are not kept.
                let Some(approval) = approval else { continue };
                let reason = inputs.reason.trim().to_owned();
                events.push(Event::ClockExtended { clock, amount, reason, approval: approval.clone(), at });
            }
        }
    }
    Ok(events)
}

/// What a field holds: given now, else before.
fn given<'a>(field: &FieldId, case: Option<&'a Case>, inputs: &'a Inputs) -> Option<&'a Value> {
    inputs.fields.get(field).or_else(|| case.and_then(|case| case.fields.get(field)))
}

/// The amount of time that ends on a day at the latest, within the budget. A day that has passed leaves the day itself.
fn until(last: Date, budget: Budget, at: Timestamp, calendar: &Calendar) -> Result<u32, Refusal> {
    let today = crate::clock::day_of(at);
    let days = match budget.unit {
        Unit::WorkingDays => {
            i64::from(calendar.working_days_between(today, last).map_err(|out| out_of_range(&out))?.value.0)
        }
        // A checked matter counts no hours up to a day.
        Unit::CalendarDays | Unit::Hours | Unit::Minutes => today.duration_until(last).as_hours() / 24,
    };
    Ok(u32::try_from(days.max(0)).unwrap_or(u32::MAX).min(budget.amount))
}

/// An amount of time: what a field asks for, given now or before, or the most there is.
fn asked(field: Option<&FieldId>, case: Option<&Case>, inputs: &Inputs, most: u32) -> Result<u32, Refusal> {
    let Some(field) = field else { return Ok(most) };
    match given(field, case, inputs) {
        Some(Value::Count(amount)) if (1..=most).contains(amount) => Ok(*amount),
        Some(_) => Err(Refusal::invalid(
            "amount-of-time",
            field.as_str(),
            format!("“{field}”须在 1 至 {most} 之间。"),
            format!("`{field}` is between 1 and {most}."),
        )),
        None => Ok(most),
    }
}

fn remind(
    matter: &Matter,
    case: &Case,
    reminders: &[ReminderKey],
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Event>, Refusal> {
    let due = reminders_due(matter, case, calendar, now).map_err(|out| out_of_range(&out))?;
    let unsent: BTreeSet<&ReminderKey> = reminders.iter().filter(|key| !case.sent.contains(*key)).collect();
    if let Some(key) = unsent.iter().find(|key| !due.iter().any(|d| d.key == ***key)) {
        return Err(Refusal::invalid(
            "reminder-not-due",
            key.reminder.as_str(),
            format!("提醒“{}”现在不该发出；请重新查询应发的提醒。", key.reminder),
            format!("The reminder `{}` is not due; ask again which are.", key.reminder),
        ));
    }
    Ok(unsent.into_iter().map(|key| Event::ReminderSent { reminder: key.clone(), at: now }).collect())
}
