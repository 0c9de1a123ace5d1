//! The review of a document before it is adopted. Every step is a plain form; the script only spares the reload.

mod card;
mod difference;
mod form;
mod list;
mod text;

pub(crate) use difference::report as reread_report;

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::i18n::Words;
use crate::pages::{Failure, PageResult, page_with};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use card::Card;
use difference::Differing;
use form::{command, named};
use list::{Listed, Show};
use text::{Part, Piece, Shown};
use tingzhou_platform::ledger::DraftId;
use tingzhou_platform::ledger::review::{Command, Draft, End, Entry, Progress, Remaining, State};
use tingzhou_platform::{DraftView, PlatformError};

/// Where the reviewer is: the statement looked at and what is listed.
struct Place<'a> {
    draft: &'a str,
    show: Show,
    page: usize,
}

impl Place<'_> {
    /// The address of a statement, with what is listed beside it.
    fn link(&self, id: u32) -> String {
        format!("{}&at={id}#s-{id}", self.query(self.show, self.page))
    }

    fn query(&self, show: Show, page: usize) -> String {
        format!("/review/{}?show={}&page={page}", self.draft, show.name())
    }
}

/// What adopting would do.
struct Outcome {
    tasks: usize,
    kept: usize,
    left: usize,
}

struct Adopting {
    accepting: Outcome,
    leaving: Outcome,
}

struct Wrong {
    message: String,
    /// The form it came from.
    form: String,
    field: &'static str,
}

struct Body {
    id: String,
    title: String,
    version: u64,
    year: i16,
    given_up: bool,
    progress: Progress,
    wrong: Option<Wrong>,
    notice: Option<&'static str>,
    card: Option<Card>,
    listed: Listed,
    part: Part,
    difference: Option<Differing>,
    adopting: Adopting,
    can_undo: bool,
    show: &'static str,
    page: usize,
}

impl Body {
    fn is_wrong(&self, form: &str, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.form == form && wrong.field == field)
    }

    fn came_back(&self, form: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.form == form)
    }
}

#[derive(Template)]
#[template(path = "review.html")]
struct ReviewPage {
    c: Chrome,
    d: Body,
}

/// The sign and the word of what was decided.
fn state_words(state: &State, w: &'static Words) -> (&'static str, &'static str) {
    match state {
        State::Accepted => ("✓", w.review_state_accepted),
        State::Edited => ("✎", w.review_state_edited),
        State::Rejected { .. } => ("✗", w.review_state_rejected),
        State::Open | State::Split | State::Merged => ("○", w.review_state_open),
    }
}

/// `GET /review/{draft}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    ctx.supervisor()?;
    let view = ctx.platform().draft(&DraftId::new(id)?).await?;
    if let Some(End::Adopted { report, .. }) = &view.draft.end {
        return Ok(Redirect::to(&format!("/?report={report}")).into_response());
    }
    let at = ctx.query("at").and_then(|at| at.parse().ok());
    let asked = Asked {
        at,
        show: ctx.query("show").unwrap_or_default(),
        page: ctx.query("page").and_then(|page| page.parse().ok()).unwrap_or_default(),
    };
    let notice = match ctx.query("done").as_deref() {
        Some("same") => Some(ctx.chrome(Nav::Adopt).w.review_same),
        _ => None,
    };
    render(&ctx, &view, &asked, StatusCode::OK, Typed { notice, ..Typed::default() })
}

struct Asked {
    at: Option<u32>,
    show: String,
    page: usize,
}

/// What comes back with a page that was refused.
#[derive(Default)]
struct Typed<'a> {
    fields: Option<&'a Fields>,
    wrong: Option<Wrong>,
    notice: Option<&'static str>,
}

fn render(ctx: &Ctx, view: &DraftView, asked: &Asked, status: StatusCode, typed: Typed<'_>) -> PageResult {
    let draft = &view.draft;
    let first_open = draft.standing().find(|entry| entry.state == State::Open).or_else(|| draft.standing().next());
    let looked_at = asked.at.and_then(|id| draft.entry(id)).filter(|entry| entry.state.stands()).or(first_open);
    let id = view.id.to_string();
    let show = Show::of(&asked.show);
    let place = Place { draft: &id, show, page: asked.page };
    let progress = draft.progress();
    let c = ctx.chrome(Nav::Adopt);
    let part = Part::of(view, looked_at, &place, c.w);
    let card = looked_at.map(|entry| Card::of(ctx, view, entry, &place, &part, typed.fields));
    let outcome = |remaining: Remaining| -> Result<Outcome, PlatformError> {
        let preview = ctx.platform().preview_draft(view, remaining)?;
        let kept = preview.reading.statements.len();
        Ok(Outcome { tasks: preview.tasks.len(), kept, left: progress.total.saturating_sub(kept) })
    };
    let accepting = outcome(Remaining::Accepted)?;
    let leaving = if progress.open == 0 {
        Outcome { tasks: accepting.tasks, kept: accepting.kept, left: accepting.left }
    } else {
        outcome(Remaining::LeftOut)?
    };
    let body = Body {
        title: view.title.clone(),
        version: draft.version,
        year: draft.outline.year,
        given_up: draft.end.is_some(),
        progress,
        wrong: typed.wrong,
        notice: typed.notice,
        card,
        listed: Listed::of(ctx, view, looked_at, &place),
        part,
        difference: draft.reread.as_ref().map(|d| Differing::of(ctx, d, &view.text, Some(&place))),
        adopting: Adopting { accepting, leaving },
        can_undo: draft.last_decision().is_some(),
        show: show.name(),
        page: asked.page,
        id,
    };
    page_with(status, &ReviewPage { c, d: body })
}

/// The statement a step leads to: the one it was about, or what was made of it.
fn after(command: &Command, before: &Draft, after: &Draft) -> Option<u32> {
    match command {
        Command::Split { .. } => after.last_id.checked_sub(1),
        Command::Merge { .. } | Command::Add { .. } => Some(after.last_id),
        Command::Undo => {
            let (_, ids) = before.last_decision()?;
            ids.into_iter().find(|id| after.entry(*id).is_some_and(|entry: &Entry| entry.state.stands()))
        }
        other => named(other),
    }
}

/// `POST /review/{draft}`: one step of the review.
pub(crate) async fn act(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let draft = DraftId::new(id)?;
    let version = fields.version()?;
    let asked = Asked {
        at: fields.get("at").parse().ok(),
        show: fields.get("show").to_owned(),
        page: fields.get("page").parse().unwrap_or_default(),
    };
    let done = match fields.get("do") {
        "adopt" => adopt(&ctx, &draft, version, None).await,
        "adopt-accepting" => adopt(&ctx, &draft, version, Some(Remaining::Accepted)).await,
        "adopt-leaving" => adopt(&ctx, &draft, version, Some(Remaining::LeftOut)).await,
        "reread" => match Box::pin(ctx.platform().reread(actor, &draft, version)).await {
            Ok((_, found)) if found.is_empty() => Ok(format!("/review/{draft}?done=same")),
            Ok(_) => Ok(format!("/review/{draft}?show=newer#difference")),
            Err(error) => Err(error.into()),
        },
        _ => step(&ctx, &draft, version, &fields, &asked).await,
    };
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(Failure::Answer(answer)) if came_from_here(&answer) => {
            let view = ctx.platform().draft(&draft).await?;
            let status = if answer.version.is_some() { StatusCode::CONFLICT } else { answer.status };
            let wrong = Wrong {
                message: ctx.lang.of(&answer.message).to_owned(),
                form: fields.get("do").to_owned(),
                field: answer.field.unwrap_or_default(),
            };
            render(&ctx, &view, &asked, status, Typed { fields: Some(&fields), wrong: Some(wrong), notice: None })
        }
        Err(failure) => Err(failure),
    }
}

/// Whether the page can come back with what was refused; else a page of its own says what to do.
fn came_from_here(answer: &Answer) -> bool {
    matches!(answer.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED)
}

async fn adopt(ctx: &Ctx, draft: &DraftId, version: u64, remaining: Option<Remaining>) -> Result<String, Failure> {
    let actor = ctx.supervisor()?;
    let report = Box::pin(ctx.platform().adopt_draft(actor, draft, version, remaining)).await?;
    Ok(format!("/?report={}", report.id))
}

async fn step(ctx: &Ctx, draft: &DraftId, version: u64, fields: &Fields, asked: &Asked) -> Result<String, Failure> {
    let actor = ctx.supervisor()?;
    let before = ctx.platform().draft(draft).await?;
    let command = command(fields, &before)?;
    let now = ctx.platform().review(actor, draft, version, &command).await?;
    if now.draft.end.is_some() {
        return Ok("/adopt".to_owned());
    }
    let id = draft.to_string();
    let place = Place { draft: &id, show: Show::of(&asked.show), page: asked.page };
    let at = after(&command, &before.draft, &now.draft).or(asked.at);
    Ok(at.map_or_else(|| place.query(place.show, place.page), |at| place.link(at)))
}
