//! What people do to a key project with forms. Refused, the page comes back with everything typed.

use super::one::{DetailFields, Refused, render};
use crate::context::Ctx;
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::PageResult;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;
use tingzhou_platform::ledger::project::{
    ProjectCommand, ProjectDetails, ProjectMilestone, ProjectReport, Stage, StageReached, evenly,
};
use tingzhou_platform::ledger::{Fen, LeaderId, Point, ProjectId, UnitId};
use tingzhou_platform::{NewPhoto, PlatformError};

const REPORT_FIELDS: [&str; 8] = ["month", "spent", "stage", "stage_on", "milestone", "milestone_on", "note", "point"];

pub(crate) fn money(field: &'static str, text: &str) -> Result<Fen, Answer> {
    Fen::parse_wan_yuan(text).ok_or_else(|| {
        Answer::bad_field(
            field,
            "金额应为不小于零的数字，单位万元，如 1200 或 0.5。",
            "An amount is a number in 万元 (ten thousand yuan), zero or more, as 1200 or 0.5.",
        )
    })
}

fn day(field: &'static str, text: &str) -> Result<Date, Answer> {
    text.parse().map_err(|_| Answer::bad_field(field, "日期应如 2025-10-31。", "Give a day, such as 2025-10-31."))
}

pub(crate) fn point(field: &'static str, text: &str) -> Result<Option<Point>, Answer> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || {
        Answer::bad_field(
            field,
            "位置应为“经度, 纬度”，如 87.30412, 44.01325。",
            "Give longitude, latitude, as 87.30412, 44.01325.",
        )
    };
    Point::parse(text).map(Some).ok_or_else(wrong)
}

/// A year's plan: one amount spread evenly, or twelve.
fn plan(text: &str) -> Result<[Fen; 12], Answer> {
    let parts: Vec<&str> = text.split([' ', '\n', '\r', '\t', '；', ';']).filter(|part| !part.is_empty()).collect();
    if let [year] = parts.as_slice() {
        return Ok(evenly(money("plan", year)?));
    }
    let months = parts.iter().map(|part| money("plan", part)).collect::<Result<Vec<_>, _>>()?;
    months.try_into().map_err(|_| {
        Answer::bad_field(
            "plan",
            "年度计划填一个数（按月平均），或十二个数（一月至十二月），单位万元。",
            "Give one amount, spread evenly, or twelve, January to December, in 万元.",
        )
    })
}

fn milestones(text: &str) -> Result<Vec<ProjectMilestone>, Answer> {
    let line = |line: &str| {
        let (on, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        Ok(ProjectMilestone { on: day("milestones", on)?, name: name.trim().to_owned() })
    };
    text.lines().map(str::trim).filter(|text| !text.is_empty()).map(line).collect()
}

pub(crate) fn details(fields: &Fields) -> Result<ProjectDetails, Answer> {
    let leader = Some(fields.get("leader")).filter(|leader| !leader.is_empty()).map(LeaderId::new).transpose()?;
    Ok(ProjectDetails {
        name: fields.get("name").to_owned(),
        category: fields.get("category").to_owned(),
        content: fields.get("content").to_owned(),
        place: fields.get("place").to_owned(),
        point: point("point", fields.get("point"))?,
        total: money("total", fields.get("total"))?,
        plan: plan(fields.get("plan"))?,
        lead: UnitId::new(fields.get("lead"))?,
        leader,
        milestones: milestones(fields.get("milestones"))?,
    })
}

fn report(fields: &Fields) -> Result<ProjectReport, Answer> {
    let given = |name: &str| Some(fields.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    let stage = given("stage").and_then(|stage| Stage::from_name(&stage));
    let stage = match stage {
        Some(stage) => Some(StageReached { stage, on: day("stage", fields.get("stage_on"))? }),
        None => None,
    };
    let reached = match given("milestone").and_then(|at| at.parse().ok()) {
        Some(at) => vec![(at, day("milestones", fields.get("milestone_on"))?)],
        None => Vec::new(),
    };
    Ok(ProjectReport {
        month: fields.get("month").parse().unwrap_or(0),
        spent: given("spent").map(|spent| money("spent", &spent)).transpose()?,
        stage,
        reached,
        photos: Vec::new(),
        note: fields.get("note").to_owned(),
    })
}

async fn refused(
    ctx: &Ctx,
    id: &ProjectId,
    form: &'static str,
    answer: Answer,
    fields: &Fields,
    names: &[&str],
) -> PageResult {
    let status = if answer.version.is_some() { axum::http::StatusCode::CONFLICT } else { answer.status };
    render(ctx, id, Refused::of(ctx, form, &answer, fields, names), status).await
}

fn done(id: &ProjectId, what: &str) -> PageResult {
    Ok(Redirect::to(&format!("/projects/{id}?done={what}")).into_response())
}

/// `POST /projects/{id}/report`
pub(crate) async fn report_month(ctx: Ctx, Path(id): Path<String>, mut fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let id = ProjectId::new(id)?;
    let version = fields.version()?;
    let uploads = std::mem::take(&mut fields.uploads);
    let asked = report(&fields).and_then(|report| Ok((report, point("photos", fields.get("point"))?)));
    let result = match asked {
        Ok((report, point)) => {
            let photo = |upload| NewPhoto { upload, taken: None, point, note: String::new() };
            let photos = uploads.into_iter().map(photo).collect();
            Box::pin(ctx.platform().report_project(actor, &id, version, report, photos)).await.map_err(Answer::from)
        }
        Err(answer) => {
            // Whoever may not see the project is told so, whatever was typed.
            ctx.platform().project(actor, &id).await?;
            Err(answer)
        }
    };
    match result {
        Ok(_) => done(&id, "reported"),
        Err(answer) if matches!(answer.code, "not-found" | "not-your-project") => Err(answer.into()),
        Err(answer) => refused(&ctx, &id, "report", answer, &fields, &REPORT_FIELDS).await,
    }
}

async fn carry_out(
    ctx: &Ctx,
    id: String,
    fields: &Fields,
    form: &'static str,
    names: &[&str],
    command: Result<ProjectCommand, Answer>,
    what: &str,
) -> PageResult {
    let actor = ctx.acting(fields)?;
    let id = ProjectId::new(id)?;
    let version = fields.version()?;
    let result: Result<_, Answer> = match command {
        Ok(command) => {
            Box::pin(ctx.platform().run_project(actor, &id, version, command)).await.map_err(PlatformError::into)
        }
        Err(answer) => {
            // Whoever may not see the project is told so, whatever was typed.
            ctx.platform().project(actor, &id).await?;
            Err(answer)
        }
    };
    match result {
        Ok(_) => done(&id, what),
        Err(answer) if answer.status == axum::http::StatusCode::FORBIDDEN || answer.code == "not-found" => {
            Err(answer.into())
        }
        Err(answer) => refused(ctx, &id, form, answer, fields, names).await,
    }
}

/// `POST /projects/{id}/change`
pub(crate) async fn change(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let command = details(&fields).map(|details| ProjectCommand::Change(Box::new(details)));
    carry_out(&ctx, id, &fields, "change", &DetailFields::NAMES, command, "changed").await
}

/// `POST /projects/{id}/obstacle`
pub(crate) async fn raise(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let asks = Some(fields.get("asks")).filter(|unit| !unit.is_empty()).map(UnitId::new).transpose();
    let command =
        asks.map(|asks| ProjectCommand::Raise { text: fields.get("text").to_owned(), asks }).map_err(Answer::from);
    carry_out(&ctx, id, &fields, "obstacle", &["text", "asks"], command, "raised").await
}

/// `POST /projects/{id}/obstacle/solve`
pub(crate) async fn solve(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let obstacle = fields.get("obstacle").parse().unwrap_or(usize::MAX);
    let command = ProjectCommand::Solve { obstacle, how: fields.get("how").to_owned() };
    carry_out(&ctx, id, &fields, "solve", &["how", "obstacle"], Ok(command), "solved").await
}

/// `POST /projects/{id}/drop`
pub(crate) async fn drop(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let command = ProjectCommand::Drop { reason: fields.get("reason").to_owned() };
    carry_out(&ctx, id, &fields, "drop", &["reason"], Ok(command), "changed").await
}

/// `POST /projects/{id}/take-up`
pub(crate) async fn take_up(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let command = ProjectCommand::TakeUp { reason: fields.get("reason").to_owned() };
    carry_out(&ctx, id, &fields, "take-up", &["reason"], Ok(command), "changed").await
}
