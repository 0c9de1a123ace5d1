//! Filing evidence. Whatever was typed comes back with whatever was wrong; somebody else's change is shown beside it.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::{Fields, Kept};
use crate::pages::actions::{changes_since, confirmations};
use crate::pages::projects::change::point;
use crate::pages::task::find;
use crate::pages::task_forms::Choice;
use crate::pages::{PageResult, page_with};
use crate::view::{EvidenceRow, Look, TaskRow, hex};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;
use tingzhou_platform::ledger::{
    Basis, Confirmation, Period, RefusalKind, ReportedStatus, Source, TaskId, parse_value, stand,
};
use tingzhou_platform::{Filing, PlatformError, TaskView};

/// A message at a field.
struct Wrong {
    field: &'static str,
    message: String,
}

#[derive(Template)]
#[template(path = "file.html")]
struct FilePage {
    c: Chrome,
    row: TaskRow,
    evidence: Vec<EvidenceRow>,
    check: bool,
    version: u64,
    key: String,
    has_number: bool,
    value: String,
    units: Vec<Choice>,
    to: String,
    from: String,
    first_day: String,
    last_day: String,
    reported: Vec<Choice>,
    /// The plan's milestones that this reader's side has not entered yet, after the choice of none; empty without any.
    milestones: Vec<Choice>,
    note: String,
    place: String,
    point: String,
    period_only: bool,
    wrong: Option<Wrong>,
    confirm: Option<&'static str>,
    confirmed: Vec<&'static str>,
    changes: Vec<String>,
    conflict: bool,
    kept: Vec<Kept>,
    choose_again: Vec<String>,
}

impl FilePage {
    /// The message at a field; messages about no field of the form stand at its head.
    fn at(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|w| w.field == field).map(|w| w.message.as_str())
    }

    fn more_open(&self) -> bool {
        self.period_only
            || !self.place.is_empty()
            || !self.point.is_empty()
            || self.at("place").is_some()
            || self.at("point").is_some()
            || self.from != self.first_day
    }
}

/// The day a period ends on unless told: the last whole month's end, or today.
fn usual_end(view: &TaskView, today: Date) -> Date {
    let first = jiff::civil::date(view.task.year.clamp(1, 9_998), 1, 1);
    let month = today.first_of_month().yesterday().unwrap_or(today);
    if today == today.last_of_month() || month < first { today } else { month }
}

fn blank(ctx: &Ctx, view: &TaskView) -> Result<FilePage, Answer> {
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
    let task = &view.task;
    let today = ctx.platform().clock().today();
    let year = task.year.clamp(1, 9_998);
    let unit = task.target_now().map(|t| t.unit.clone()).unwrap_or_default();
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|_| Answer::by_status(StatusCode::SERVICE_UNAVAILABLE))?;
    let to = usual_end(view, today).to_string();
    let mut evidence: Vec<EvidenceRow> =
        task.standing_evidence().rev().take(5).map(|e| EvidenceRow::of(&look, view, e, ctx.actor())).collect();
    evidence.truncate(5);
    Ok(FilePage {
        c: ctx.chrome(Nav::Desk),
        row: TaskRow::of(&look, view),
        evidence,
        check: ctx.supervises(),
        version: task.version,
        key: hex(&key),
        has_number: task.target_now().is_some(),
        value: String::new(),
        units: units(&unit, &unit),
        to,
        from: format!("{year:04}-01-01"),
        first_day: format!("{year:04}-01-01"),
        last_day: today.to_string(),
        reported: statuses(ctx, view.judgement.reported.unwrap_or(ReportedStatus::UnderWay).name()),
        milestones: milestones(ctx, view, ""),
        note: String::new(),
        place: String::new(),
        point: String::new(),
        period_only: false,
        wrong: None,
        confirm: None,
        confirmed: Vec::new(),
        changes: Vec::new(),
        conflict: false,
        kept: Vec::new(),
        choose_again: Vec::new(),
    })
}

fn statuses(ctx: &Ctx, chosen: &str) -> Vec<Choice> {
    ReportedStatus::ALL
        .iter()
        .map(|s| Choice {
            value: s.name().to_owned(),
            words: ctx.lang.of(&s.words()).to_owned(),
            chosen: s.name() == chosen,
        })
        .collect()
}

fn milestones(ctx: &Ctx, view: &TaskView, chosen: &str) -> Vec<Choice> {
    let source = if ctx.supervises() { Source::Check } else { Source::Filing };
    let Some(stand) = stand(&view.task, Date::MAX) else { return Vec::new() };
    let entered = |name: &str| stand.reached.iter().any(|reached| reached.name == name && reached.source == source);
    let none = Choice {
        value: String::new(),
        words: crate::i18n::words(ctx.lang).no_milestone.to_owned(),
        chosen: chosen.is_empty(),
    };
    let open = stand.plan.iter().filter(|milestone| !entered(&milestone.name)).map(|milestone| Choice {
        value: milestone.name.clone(),
        words: format!("{} · {}", milestone.name, milestone.on),
        chosen: milestone.name == chosen,
    });
    std::iter::once(none).chain(open).collect()
}

/// The target's unit, and 万 and 亿 of it where it counts something.
fn units(unit: &str, chosen: &str) -> Vec<Choice> {
    let ratio = matches!(unit, "" | "%" | "‰" | "个百分点" | "成" | "倍" | "番");
    let prefixes: &[&str] = if ratio { &[""] } else { &["", "万", "亿"] };
    let mut all: Vec<String> = prefixes.iter().map(|p| format!("{p}{unit}")).collect();
    if !all.iter().any(|u| u == chosen) {
        all.push(chosen.to_owned());
    }
    all.into_iter().map(|u| Choice { words: u.clone(), chosen: u == chosen, value: u }).collect()
}

/// The form with everything that was typed.
fn typed(ctx: &Ctx, view: &TaskView, fields: &Fields) -> Result<FilePage, Answer> {
    let blank = blank(ctx, view)?;
    let unit = view.task.target_now().map(|t| t.unit.clone()).unwrap_or_default();
    let kept = fields.kept();
    let choose_again =
        if kept.is_none() { fields.uploads.iter().map(|u| u.name.clone()).collect() } else { Vec::new() };
    Ok(FilePage {
        key: fields.get("key").to_owned(),
        value: fields.get("value").to_owned(),
        units: units(&unit, fields.get("unit")),
        to: fields.get("to").to_owned(),
        from: fields.get("from").to_owned(),
        reported: statuses(ctx, fields.get("reported")),
        milestones: milestones(ctx, view, fields.get("milestone")),
        note: fields.get("note").to_owned(),
        place: fields.get("place").to_owned(),
        point: fields.get("point").to_owned(),
        period_only: fields.get("basis") == "period",
        confirmed: confirmations(fields).into_iter().map(Confirmation::name).collect(),
        kept: kept.unwrap_or_default(),
        choose_again,
        ..blank
    })
}

fn filing(ctx: &Ctx, fields: &Fields, simulated: bool) -> Result<Filing, Answer> {
    let day = |field: &'static str| -> Result<Date, Answer> {
        let wrong = || Answer::bad_field("period", "请填写日期，如 2025-10-31。", "Give a day, such as 2025-10-31.");
        fields.get(field).trim().parse().map_err(|_| wrong())
    };
    let typed = fields.get("value");
    let value = if typed.trim().is_empty() {
        None
    } else {
        let wrong = || {
            Answer::bad_field(
                "value",
                format!("“{typed}”不是可用的数字；请填写数字，最多六位小数，单位另选。"),
                format!(
                    "“{typed}” is no number; give digits with at most six decimals, and choose the unit beside it."
                ),
            )
        };
        Some(parse_value(typed).ok_or_else(wrong)?)
    };
    let missing = || Answer::bad_field("reported", "请选择工作状态。", "Choose how the work stands.");
    Ok(Filing {
        source: if ctx.supervises() { Source::Check } else { Source::Filing },
        value,
        unit: fields.get("unit").to_owned(),
        basis: if fields.get("basis") == "period" { Basis::Period } else { Basis::Cumulative },
        period: Period { from: day("from")?, to: day("to")? },
        place: fields.get("place").to_owned(),
        point: point("point", fields.get("point"))?,
        note: fields.get("note").to_owned(),
        reported: ReportedStatus::from_name(fields.get("reported")).ok_or_else(missing)?,
        milestone: Some(fields.get("milestone")).filter(|name| !name.is_empty()).map(str::to_owned),
        confirmed: confirmations(fields),
        // In a simulated city nothing is real, whoever typed it.
        simulated,
    })
}

/// `GET /tasks/{id}/file`
pub(crate) async fn form(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let actor = ctx.signed_in()?;
    let view = find(&ctx, &id)?;
    if !(actor.role.supervises() || actor.unit.as_ref().is_some_and(|u| view.task.involves(u))) {
        return Err(Answer::not_allowed().into());
    }
    page_with(StatusCode::OK, &blank(&ctx, &view)?)
}

/// `POST /tasks/{id}/file`
pub(crate) async fn file(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let task = TaskId::new(id)?;
    let version = fields.version()?;
    let simulated = find(&ctx, task.as_str())?.task.simulated;
    let filing = match filing(&ctx, &fields, simulated) {
        Ok(filing) => filing,
        Err(answer) => return come_back(&ctx, &task, &fields, (answer, None), None).await,
    };
    let key = Some(fields.get("key")).filter(|k| !k.is_empty());
    let uploads = fields.uploads.clone();
    let Err(error) = Box::pin(ctx.platform().file(actor, &task, version, filing, uploads, key)).await else {
        return Ok(Redirect::to(&format!("/tasks/{task}?done=filed")).into_response());
    };
    let confirm = match &error {
        PlatformError::Refused(refusal) => match refusal.kind {
            RefusalKind::AskBack(what) => Some(what.name()),
            _ => None,
        },
        PlatformError::Conflict { .. } | PlatformError::File(_) | PlatformError::KeyReused => None,
        _ => return Err(error.into()),
    };
    let since = matches!(error, PlatformError::Conflict { .. }).then_some(version);
    come_back(&ctx, &task, &fields, (error.into(), confirm), since).await
}

async fn come_back(
    ctx: &Ctx,
    task: &TaskId,
    fields: &Fields,
    (answer, confirm): (Answer, Option<&'static str>),
    since: Option<u64>,
) -> PageResult {
    let fresh = ctx.platform().snapshot().await?;
    let view = fresh.task(task).cloned().ok_or_else(Answer::not_found)?;
    let mut page = typed(ctx, &view, fields)?;
    let known = ["value", "unit", "period", "reported", "milestone", "note", "place", "attachments"];
    let field = answer.field.filter(|f| known.contains(f)).unwrap_or_default();
    if field == "attachments" && confirm.is_none() {
        // A file that is not taken must not come back with the form.
        page.choose_again = fields.uploads.iter().map(|u| u.name.clone()).collect();
        page.kept = Vec::new();
    }
    if answer.code == "key-reused" {
        page.key = blank(ctx, &view)?.key;
    }
    let status = if since.is_some() { StatusCode::CONFLICT } else { answer.status };
    if let Some(version) = since {
        page.conflict = true;
        page.changes = changes_since(ctx, task, version).await?;
    } else {
        // Nothing new was shown of the task, so the form stays based on what its reader has seen.
        page.version = fields.version()?;
    }
    page.wrong = Some(Wrong { field, message: ctx.lang.of(&answer.message).to_owned() });
    page.confirm = confirm;
    page_with(status, &page)
}
