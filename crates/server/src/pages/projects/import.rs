//! Projects put onto the list: one by one, or a table looked at row by row and confirmed. Nothing is written before.

use super::change::details;
use super::one::{DetailFields, leader_choices, unit_choices};
use super::wan;
use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::task_forms::Choice;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::ledger::project::Stage;
use tingzhou_platform::{ListedProject, PlatformError};

#[derive(Template)]
#[template(path = "projects_import.html")]
struct ImportPage {
    c: Chrome,
    year: String,
    message: Option<String>,
    form_message: Option<String>,
    details: DetailFields,
    units: Vec<Choice>,
    leaders: Vec<Choice>,
}

struct Row {
    cell: String,
    name: String,
    unit: String,
    total: String,
    plan: String,
    stage: String,
    known: bool,
}

#[derive(Template)]
#[template(path = "projects_preview.html")]
struct PreviewPage {
    c: Chrome,
    year: i16,
    rows: Vec<Row>,
    total: String,
    plan: String,
    problems: Vec<(String, String)>,
    /// The rows as they go through the form, JSON.
    list: String,
}

async fn year_of(ctx: &Ctx, given: &str) -> Result<i16, crate::pages::Failure> {
    if given.trim().is_empty() {
        return Ok(ctx.platform().project_year().await?);
    }
    Ok(given.trim().parse().map_err(|_| Answer::bad_field("year", "年份应如 2025。", "Give a year, as 2025."))?)
}

async fn form_page(
    ctx: &Ctx,
    status: StatusCode,
    message: Option<String>,
    form_message: Option<String>,
    fields: Option<&Fields>,
) -> PageResult {
    let typed = |name: &str| fields.map(|f| f.get(name).to_owned()).unwrap_or_default();
    let year = match fields.map(|f| f.get("year")).filter(|year| !year.is_empty()) {
        Some(year) => year.to_owned(),
        None => ctx.platform().project_year().await?.to_string(),
    };
    let details = DetailFields {
        name: typed("name"),
        category: typed("category"),
        content: typed("content"),
        place: typed("place"),
        point: typed("point"),
        total: typed("total"),
        plan: typed("plan"),
        milestones: typed("milestones"),
    };
    let (units, leaders) = (unit_choices(ctx, &typed("lead")), leader_choices(ctx, &typed("leader")));
    let c = ctx.chrome(Nav::Projects);
    page_with(status, &ImportPage { c, year, message, form_message, details, units, leaders })
}

/// `GET /projects/import`
pub(crate) async fn form(ctx: Ctx) -> PageResult {
    ctx.supervisor()?;
    form_page(&ctx, StatusCode::OK, None, None, None).await
}

/// `POST /projects`: one project.
pub(crate) async fn add(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let year = year_of(&ctx, fields.get("year")).await?;
    let wanted = details(&fields).map(|details| vec![ListedProject { details, stage: None }]);
    let result = match wanted {
        Ok(wanted) => ctx.platform().list_projects(actor, year, wanted).await.map_err(Answer::from),
        Err(answer) => Err(answer),
    };
    match result {
        Ok(_) => Ok(Redirect::to(&format!("/projects?year={year}&done=listed")).into_response()),
        Err(answer) => {
            let message = ctx.lang.of(&answer.message).to_owned();
            form_page(&ctx, answer.status, None, Some(message), Some(&fields)).await
        }
    }
}

/// `POST /projects/import`: reads a table and shows what would be made of it. Writes nothing.
pub(crate) async fn preview(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let year = year_of(&ctx, fields.get("year")).await?;
    let Some(table) = fields.uploads.first() else {
        let nothing = ctx.chrome(Nav::Projects).w.decomposition_no_file.to_owned();
        return form_page(&ctx, StatusCode::UNPROCESSABLE_ENTITY, Some(nothing), None, Some(&fields)).await;
    };
    let found = match Box::pin(ctx.platform().preview_projects(actor, year, &table.content)).await {
        Ok(found) => found,
        Err(error) => {
            let answer = Answer::from(error);
            let message = ctx.lang.of(&answer.message).to_owned();
            return form_page(&ctx, answer.status, Some(message), None, Some(&fields)).await;
        }
    };
    let look = super::look(&ctx);
    let good: Vec<_> = found.lines.iter().filter_map(|line| Some((line, line.details.as_ref()?))).collect();
    let row = |(line, d): &(
        &tingzhou_platform::ledger::project::ProjectLine,
        &tingzhou_platform::ledger::project::ProjectDetails,
    )| Row {
        cell: line.cell.clone(),
        name: d.name.clone(),
        unit: look.unit(&d.lead),
        total: wan(d.total),
        plan: wan(d.plan.iter().copied().sum()),
        stage: line.stage.map(|stage: Stage| ctx.lang.of(&stage.words()).to_owned()).unwrap_or_default(),
        known: found.known.contains(&line.name),
    };
    let problems = found.problems.iter().chain(found.lines.iter().flat_map(|line| &line.problems));
    let list: Vec<ListedProject> =
        good.iter().map(|(line, d)| ListedProject { details: (*d).clone(), stage: line.stage }).collect();
    let list = serde_json::to_string(&list).map_err(|_| Answer::by_status(StatusCode::INTERNAL_SERVER_ERROR))?;
    let page = PreviewPage {
        year,
        rows: good.iter().map(row).collect(),
        total: wan(good.iter().map(|(_, d)| d.total).sum()),
        plan: wan(good.iter().flat_map(|(_, d)| d.plan).sum()),
        problems: problems.map(|(cell, words)| (cell.clone(), ctx.lang.of(words).to_owned())).collect(),
        list,
        c: ctx.chrome(Nav::Projects),
    };
    page_with(StatusCode::OK, &page)
}

/// `POST /projects/import/confirm`: all of a table, or nothing.
pub(crate) async fn confirm(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let year = year_of(&ctx, fields.get("year")).await?;
    let wanted: Vec<ListedProject> =
        serde_json::from_str(fields.get("list")).map_err(|_| Answer::by_status(StatusCode::BAD_REQUEST))?;
    match ctx.platform().list_projects(actor, year, wanted).await {
        Ok(_) => Ok(Redirect::to(&format!("/projects?year={year}&done=listed")).into_response()),
        Err(error @ (PlatformError::Refused(_) | PlatformError::NotFound { .. })) => {
            let answer = Answer::from(error);
            let message = ctx.lang.of(&answer.message).to_owned();
            form_page(&ctx, answer.status, Some(message), None, Some(&fields)).await
        }
        Err(error) => Err(error.into()),
    }
}
