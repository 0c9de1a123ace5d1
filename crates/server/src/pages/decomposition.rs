//! A decomposition table taken in: chosen, looked at row by row, confirmed, carried out.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::task_forms::Choice;
use crate::pages::{PageResult, page, page_with};
use crate::view::Look;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::ledger::decomposition::Problem;
use tingzhou_platform::ledger::{LeaderId, TaskId, UnitId};
use tingzhou_platform::{DecompositionPreview, DecompositionRow, ProposedAssignment};

/// Rows to confirm shown at most.
const MOST_ROWS: usize = 1_000;
/// Lines of each other list shown at most; its heading says how many there are.
const MOST_LINES: usize = 200;

#[derive(Template)]
#[template(path = "decomposition.html")]
struct ChoosePage {
    c: Chrome,
    message: Option<String>,
}

struct Row {
    cell: String,
    written: String,
    lead: String,
    co_units: String,
    leader: String,
    choices: Vec<Choice>,
    notes: Vec<String>,
}

struct ProblemLine {
    cell: String,
    words: String,
}

struct TaskLine {
    id: String,
    title: String,
}

#[derive(Template)]
#[template(path = "decomposition_preview.html")]
struct PreviewPage {
    c: Chrome,
    rows: Vec<Row>,
    /// Rows that can be confirmed, of which some may not be shown.
    confirmable: usize,
    unchanged: usize,
    problems: Vec<ProblemLine>,
    problem_count: usize,
    unmatched: Vec<ProblemLine>,
    unmatched_count: usize,
    untouched: Vec<TaskLine>,
    untouched_count: usize,
}

#[derive(Template)]
#[template(path = "decomposition_progress.html")]
struct ProgressPage {
    c: Chrome,
    running: bool,
    done: usize,
    total: usize,
    assigned: usize,
    failed: Vec<(TaskLine, String)>,
    failure: Option<String>,
}

fn choose(ctx: &Ctx, status: StatusCode, message: Option<String>) -> PageResult {
    page_with(status, &ChoosePage { c: ctx.chrome(Nav::Tasks), message })
}

/// `GET /decomposition`
pub(crate) async fn form(ctx: Ctx) -> PageResult {
    ctx.supervisor()?;
    choose(&ctx, StatusCode::OK, None)
}

/// `POST /decomposition`: reads a table and shows what would be made of it. Writes nothing.
pub(crate) async fn preview(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let first_leads = fields.get("first_leads") != "no";
    let Some(table) = fields.uploads.first() else {
        let nothing = ctx.chrome(Nav::Tasks).w.decomposition_no_file.to_owned();
        return choose(&ctx, StatusCode::UNPROCESSABLE_ENTITY, Some(nothing));
    };
    match Box::pin(ctx.platform().preview_decomposition(&table.content, first_leads)).await {
        Ok(found) => page(&shown(&ctx, &found)),
        Err(error) => {
            let answer = Answer::from(error);
            choose(&ctx, answer.status, Some(ctx.lang.of(&answer.message).to_owned()))
        }
    }
}

/// A row's choice as it goes through the form: task, version, lead, co-units, leader.
fn written(proposed: &ProposedAssignment) -> String {
    let co: Vec<&str> = proposed.co_units.iter().map(UnitId::as_str).collect();
    let leader = proposed.leader.as_ref().map_or("", LeaderId::as_str);
    format!("{}:{}:{}:{}:{leader}", proposed.task, proposed.version, proposed.lead, co.join("+"))
}

fn read(text: &str) -> Result<ProposedAssignment, Answer> {
    let wrong = || Answer::by_status(StatusCode::BAD_REQUEST);
    let parts: Vec<&str> = text.split(':').collect();
    let [task, version, lead, co, leader] = parts.as_slice() else { return Err(wrong()) };
    let co = co.split('+').filter(|unit| !unit.is_empty()).map(UnitId::new);
    Ok(ProposedAssignment {
        task: TaskId::new(*task)?,
        version: version.parse().map_err(|_| wrong())?,
        lead: UnitId::new(*lead)?,
        co_units: co.collect::<Result<_, _>>()?,
        leader: if leader.is_empty() { None } else { Some(LeaderId::new(*leader)?) },
        unchanged: false,
        other_deadline: None,
        sure: true,
    })
}

fn title(ctx: &Ctx, id: &TaskId) -> String {
    ctx.snapshot.task(id).map_or_else(|| id.to_string(), |view| view.task.title.clone())
}

fn row(ctx: &Ctx, own: &DecompositionRow, proposed: &ProposedAssignment, chosen: bool) -> Row {
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
    let w = crate::i18n::words(ctx.lang);
    let mut choices = vec![Choice { value: String::new(), words: w.decomposition_skip.to_owned(), chosen: !chosen }];
    for (candidate, option) in own.candidates.iter().zip(&own.proposed) {
        choices.push(Choice {
            value: written(option),
            words: format!("{} {} ({}%)", candidate.task, title(ctx, &candidate.task), candidate.confidence),
            chosen: chosen && candidate.task == proposed.task,
        });
    }
    let mut notes: Vec<String> =
        own.problems.iter().map(|p| format!("{}: {}", p.cell, ctx.lang.of(&p.message))).collect();
    if let Some(deadline) = &proposed.other_deadline {
        notes.push(format!("{} {deadline}", w.decomposition_other_deadline));
    }
    Row {
        cell: own.line.cell.clone(),
        written: own.line.task.clone(),
        lead: look.unit(&proposed.lead),
        co_units: proposed.co_units.iter().map(|unit| look.unit(unit)).collect::<Vec<_>>().join("、"),
        leader: proposed.leader.as_ref().map(|leader| look.leader(leader)).unwrap_or_default(),
        choices,
        notes,
    }
}

fn shown(ctx: &Ctx, found: &DecompositionPreview) -> PreviewPage {
    let line =
        |problem: &Problem| ProblemLine { cell: problem.cell.clone(), words: ctx.lang.of(&problem.message).to_owned() };
    let (mut rows, mut confirmable, mut unchanged) = (Vec::new(), 0, 0);
    let mut problems: Vec<ProblemLine> = found.problems.iter().map(line).collect();
    let mut unmatched = Vec::new();
    for own in &found.rows {
        match own.proposed.first() {
            Some(proposed) if proposed.unchanged && proposed.sure => unchanged += 1,
            Some(proposed) => {
                confirmable += 1;
                if rows.len() < MOST_ROWS {
                    rows.push(row(ctx, own, proposed, proposed.sure));
                }
            }
            None => problems.extend(own.problems.iter().map(line)),
        }
        if own.candidates.is_empty() {
            unmatched.push(ProblemLine { cell: own.line.cell.clone(), words: own.line.task.clone() });
        }
    }
    let (problem_count, unmatched_count) = (problems.len(), unmatched.len());
    problems.truncate(MOST_LINES);
    unmatched.truncate(MOST_LINES);
    let untouched = found.untouched.iter().take(MOST_LINES);
    PreviewPage {
        rows,
        confirmable,
        unchanged,
        problems,
        problem_count,
        unmatched,
        unmatched_count,
        untouched: untouched.map(|id| TaskLine { id: id.to_string(), title: title(ctx, id) }).collect(),
        untouched_count: found.untouched.len(),
        c: ctx.chrome(Nav::Tasks),
    }
}

/// `POST /decomposition/confirm`: carries out the rows that were chosen, in the background.
pub(crate) async fn confirm(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let chosen = fields.all("row").filter(|row| !row.is_empty()).map(read);
    let mut rows: Vec<ProposedAssignment> = Vec::new();
    for row in chosen {
        let row = row?;
        // The later of two rows for one task would meet the first one's change.
        if !rows.iter().any(|own| own.task == row.task) {
            rows.push(row);
        }
    }
    let id = ctx.platform().new_import_id()?;
    ctx.state.imports.begin(id.clone(), ctx.platform().clone(), actor.clone(), rows);
    Ok(Redirect::to(&format!("/decomposition/{id}")).into_response())
}

/// `GET /decomposition/{id}`: how far it is, or what became of it.
pub(crate) async fn progress(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    ctx.supervisor()?;
    let import = ctx.state.imports.find(&id).ok_or_else(Answer::not_found)?;
    let (assigned, failed, failure) = match import.outcome() {
        None => (0, Vec::new(), None),
        Some(Ok((assigned, failed))) => {
            let line = |(id, error): &(TaskId, tingzhou_platform::PlatformError)| {
                let task = TaskLine { id: id.to_string(), title: title(&ctx, id) };
                (task, ctx.lang.of(&Answer::about(error).message).to_owned())
            };
            (*assigned, failed.iter().take(MOST_ROWS).map(line).collect(), None)
        }
        Some(Err(error)) => (0, Vec::new(), Some(ctx.lang.of(&Answer::about(error).message).to_owned())),
    };
    page(&ProgressPage {
        running: import.outcome().is_none(),
        done: import.done(),
        total: import.total,
        assigned,
        failed,
        failure,
        c: ctx.chrome(Nav::Tasks),
    })
}
