//! The pages. Every one works without scripts; scripts make some of it quicker.

mod about;
mod actions;
mod adopt;
pub(crate) mod air;
mod bulletins;
mod cases;
mod city;
mod decomposition;
mod desk;
mod filing;
mod findings;
mod livelihood;
mod log;
mod measures;
mod notices;
pub(crate) mod orders;
pub(crate) mod parking;
mod plan_text;
mod projects;
mod report;
mod review;
mod signin;
mod subscriptions;
mod task;
mod task_forms;
mod tasks;
mod vote;
mod year_end;

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::encoded;
use crate::state::AppState;
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// Largest body of a form without files, in bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// Why a page is not shown.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// It is answered with a page that says so.
    Answer(Box<Answer>),
    /// Somebody has to sign in first, and comes back then.
    SignIn {
        /// Where to.
        back: String,
    },
}

impl<E: Into<Answer>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Answer(Box::new(error.into()))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn { back } => Redirect::to(&format!("/signin?next={}", encoded(&back))).into_response(),
            Self::Answer(answer) => {
                // A page that meets somebody else's change is in conflict; the precondition is the API's word for it.
                let status = if answer.version.is_some() { StatusCode::CONFLICT } else { answer.status };
                let mut response = status.into_response();
                response.extensions_mut().insert(*answer);
                response
            }
        }
    }
}

pub(crate) type PageResult = Result<Response, Failure>;

/// Renders a template.
pub(crate) fn page(template: &impl Template) -> PageResult {
    page_with(StatusCode::OK, template)
}

/// Renders a template under a status.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> PageResult {
    match template.render() {
        Ok(html) => Ok((status, [(header::CACHE_CONTROL, "private, no-cache")], Html(html)).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template did not render");
            Err(Answer::by_status(StatusCode::INTERNAL_SERVER_ERROR).into())
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    c: Chrome,
    status: u16,
    message: String,
}

/// Turns every failure without a page of its own into one that says what to do.
async fn explain(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    let mut response = next.run(request).await;
    let status = response.status();
    let has_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|v| {
        let kind = v.as_bytes();
        kind.starts_with(b"text/html") || kind.starts_with(b"application/")
    });
    if !(status.is_client_error() || status.is_server_error()) || has_page {
        return response;
    }
    let answer = response.extensions_mut().remove::<Answer>().unwrap_or_else(|| Answer::by_status(status));
    let mut explained = match Ctx::load(&state, &headers, &uri).await {
        Ok(ctx) => {
            let template = ErrorPage {
                message: ctx.lang.of(&answer.message).to_owned(),
                status: status.as_u16(),
                c: ctx.chrome(Nav::None),
            };
            page_with(status, &template).unwrap_or_else(|_| plain(status, &answer))
        }
        Err(_) => plain(status, &answer),
    };
    if let Some(seconds) = answer.retry_after {
        explained.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    explained
}

/// When not even the frame of a page can be shown.
fn plain(status: StatusCode, answer: &Answer) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>{0}</title><h1>{0}</h1><p>{1}</p><p lang=\"en\">{2}</p></html>",
        status.as_u16(),
        answer.message.zh,
        answer.message.en
    );
    (status, Html(html)).into_response()
}

async fn nowhere() -> Failure {
    Answer::not_found().into()
}

/// Ends what takes too long.
pub(crate) fn within(time: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, time)
}

pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let upload = DefaultBodyLimit::max(state.settings.largest_upload);
    let with_files = Router::new()
        .route("/tasks/{id}/file", get(filing::form).post(filing::file))
        .route("/adopt", get(adopt::form).post(adopt::upload))
        .route("/decomposition", get(decomposition::form).post(decomposition::preview))
        .route("/decomposition/confirm", post(decomposition::confirm))
        .route("/projects/import", get(projects::import::form).post(projects::import::preview))
        .route("/projects/import/confirm", post(projects::import::confirm))
        .route("/projects/{id}/report", post(projects::change::report_month))
        .route("/orders/{id}/step", post(orders::step))
        .layer(within(state.settings.upload_timeout))
        .layer(upload);
    Router::new()
        .route("/", get(report::living))
        .route("/tasks", get(tasks::list))
        .route("/tasks.csv", get(tasks::csv))
        .route("/tasks.xlsx", get(tasks::xlsx))
        .route("/tasks/layouts/{layout}", get(tasks::layout))
        .route("/tasks/confirm", post(actions::confirm_suggested))
        .route("/tasks/{id}", get(task::show))
        .route("/tasks/{id}/aside", get(task::aside))
        .route("/tasks/{id}/assign", post(actions::assign))
        .route("/tasks/{id}/withdraw", post(actions::withdraw))
        .route("/tasks/{id}/adjust", post(actions::adjust))
        .route("/tasks/{id}/close", post(actions::close))
        .route("/tasks/{id}/reopen", post(actions::reopen))
        .route("/tasks/{id}/dispatch", post(cases::dispatch))
        .route("/tasks/dispatch", post(cases::dispatch_all))
        .route("/decomposition/{id}", get(decomposition::progress))
        .route("/cases", get(cases::list))
        .route("/cases/{id}", get(cases::show))
        .route("/cases/{id}/move", post(cases::step))
        .route("/cases/{id}/approve", post(cases::approve))
        .route("/cases/{id}/decline", post(cases::decline))
        .route("/projects", get(projects::list).post(projects::import::add))
        .route("/projects.csv", get(projects::csv))
        .route("/projects.xlsx", get(projects::xlsx))
        .route("/projects/{id}", get(projects::one::show))
        .route("/projects/{id}/change", post(projects::change::change))
        .route("/projects/{id}/obstacle", post(projects::change::raise))
        .route("/projects/{id}/obstacle/solve", post(projects::change::solve))
        .route("/projects/{id}/drop", post(projects::change::drop))
        .route("/projects/{id}/take-up", post(projects::change::take_up))
        .route("/projects/{id}/photos/{sha256}", get(projects::one::photo))
        .route("/tasks/{id}/roll-up", post(actions::roll_up))
        .route("/measures", get(measures::list))
        .route("/measure-editor", get(measures::edit::form).post(measures::edit::act))
        .route("/measures/{id}", get(measures::one::show))
        .route("/measures/{id}/rows.csv", get(measures::one::csv))
        .route("/measures/{id}/read", post(measures::one::read))
        .route("/tasks/{id}/measure", post(measures::task::take))
        .route("/tasks/{id}/measure/end", post(measures::task::end))
        .route("/city", get(city::map::show))
        .route("/city/events", get(city::map::events))
        .route("/facilities/{id}", get(city::facility::show))
        .route("/facilities/{id}/history.csv", get(city::facility::csv))
        .route("/air", get(air::show))
        .route("/air/{station}", get(air::station))
        .route("/parking", get(parking::show))
        .route("/parking/{lot}", get(parking::lot))
        .route("/alarms", get(city::alarms::show))
        .route("/alarms/act", post(city::alarms::act))
        .route("/gas", get(city::gas::show))
        .route("/orders", get(orders::list).post(orders::open))
        .route("/orders/{id}", get(orders::show))
        .route("/orders/{id}/photos/{sha256}", get(orders::photo))
        .route("/drills", post(orders::drill))
        .route("/devices", get(city::devices::show))
        .route("/devices/adopt", post(city::devices::adopt))
        .route("/notices", get(notices::list))
        .route("/notices/read", post(notices::read))
        .route("/notices/addresses", get(subscriptions::list).post(subscriptions::add))
        .route("/notices/addresses/{id}/remove", post(subscriptions::remove))
        .route("/notices/addresses/{id}/try", post(subscriptions::try_it))
        .route("/tasks/{id}/attachments/{sha256}", get(task::attachment))
        .route("/review/{draft}", get(review::show).post(review::act))
        .route("/reports/{id}/reread", get(review::reread_report))
        .route("/livelihood", get(livelihood::show))
        .route("/bulletins", get(bulletins::list))
        .route("/bulletins/{period}", get(bulletins::show))
        .route("/bulletins/{period}/docx", get(bulletins::docx))
        .route("/bulletins/{period}/xlsx", get(bulletins::xlsx))
        .route("/bulletins/{period}/issue", post(bulletins::issue))
        .route("/year-end", get(year_end::show))
        .route("/year-end/docx", get(year_end::docx))
        .route("/year-end/publish", post(year_end::publish))
        .route("/year-end/objections", post(year_end::object))
        .route("/year-end/objections/{id}/answer", post(year_end::answer))
        .route("/year-end/ballot/open", post(year_end::open_ballot))
        .route("/year-end/ballot/close", post(year_end::close_ballot))
        .route("/vote", get(vote::form).post(vote::cast))
        .route("/export/stratml.xml", get(year_end::stratml))
        .route("/findings", get(findings::show))
        .route("/findings/{report}/{finding}/dismiss", post(findings::dismiss))
        .route("/findings/{report}/{finding}/restore", post(findings::restore))
        .route("/signin", get(signin::form).post(signin::sign_in))
        .route("/signout", post(signin::sign_out))
        .route("/me", get(desk::show))
        .route("/log", get(log::show))
        .route("/about", get(about::show))
        .route("/map.geojson", get(about::map))
        .route("/map.pmtiles", get(crate::tiles::serve))
        .fallback(nowhere)
        .layer(within(state.settings.request_timeout))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .merge(with_files)
        .layer(axum::middleware::from_fn_with_state(state.clone(), explain))
}
