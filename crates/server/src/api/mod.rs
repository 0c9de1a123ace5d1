//! The API: REST under `/api/v1`, described by OpenAPI 3.1, failing with problem+json.

mod air;
mod alarms;
mod bulletins;
mod caller;
mod cases;
mod commands;
mod cursor;
mod decomposition;
mod facilities;
mod findings;
mod measures;
mod model;
mod observations;
mod orders;
mod other;
mod parking;
mod passages;
mod problem;
mod projects;
mod reports;
mod subscriptions;
mod tasks;
mod year_end;

pub(crate) use cases::LimitBody;
pub(crate) use model::instant;
pub(crate) use observations::Repeats;
pub(crate) use other::health;
pub(crate) use problem::Message;

use crate::state::AppState;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use problem::Problem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Largest body of an API request, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// Largest table, in bytes: 20,000 rows of a hundred characters and their answers.
const LARGEST_TABLE: usize = 16 * 1024 * 1024;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Default::default);
        components.add_security_scheme("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
        let cookie = ApiKeyValue::with_description(
            crate::context::SESSION_COOKIE,
            "A session of the pages; writes carry its word in the header X-CSRF-Token.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tingzhou 庭州",
        description = "The living ledger of a government work report: reports, statements, tasks, evidence. Decimal values are \
                       strings with their unit beside them; times are RFC 3339 in the city's zone; every list is paged. \
                       Anything from a simulated city says `simulated: true`.",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    modifiers(&Security),
    tags(
        (name = "reports", description = "Adopted reports and what they say"),
        (name = "tasks", description = "Commitments under supervision"),
        (name = "evidence", description = "Readings and filings"),
        (name = "cases", description = "Dispatches, their time limits and approvals, and what was told"),
        (name = "orders", description = "Work orders of alarms, drills, the gas scenario"),
        (name = "projects", description = "Key projects, and the tasks they measure"),
        (name = "measures", description = "How tasks are measured: queries over published views, their values and rows"),
        (name = "facilities", description = "The city's instruments: facilities, values, alarms, devices"),
        (name = "air", description = "Air quality: stations, days, the year's good days"),
        (name = "parking", description = "Lots, prices, passages"),
        (name = "bulletins", description = "Bulletins of a month, quarter or half-year"),
        (name = "observations", description = "What instruments say, taken in"),
        (name = "city", description = "Units, counts, the log, who is asking")
    )
)]
struct Description;

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(reports::list))
        .routes(routes!(reports::one))
        .routes(routes!(reports::statements))
        .routes(routes!(findings::list))
        .routes(routes!(findings::year_before))
        .routes(routes!(findings::dismiss, findings::restore))
        .routes(routes!(year_end::one, year_end::publish))
        .routes(routes!(year_end::objections, year_end::object))
        .routes(routes!(year_end::answer))
        .routes(routes!(year_end::open_ballot, year_end::close_ballot))
        .routes(routes!(year_end::cast))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(decomposition::preview))
                .routes(routes!(decomposition::confirm))
                .layer(DefaultBodyLimit::max(LARGEST_TABLE)),
        )
        .routes(routes!(bulletins::list))
        .routes(routes!(bulletins::one, bulletins::issue))
        .routes(routes!(tasks::list))
        .routes(routes!(tasks::one))
        .routes(routes!(tasks::evidence, commands::file))
        .routes(routes!(commands::withdraw))
        .routes(routes!(tasks::plot))
        .routes(routes!(tasks::history))
        .routes(routes!(commands::assign))
        .routes(routes!(commands::adjust))
        .routes(routes!(commands::close, commands::reopen))
        .routes(routes!(cases::list))
        .routes(routes!(cases::one))
        .routes(routes!(cases::dispatch))
        .routes(routes!(cases::step))
        .routes(routes!(cases::decide))
        .routes(routes!(orders::list, orders::open))
        .routes(routes!(orders::one))
        .routes(routes!(orders::step))
        .routes(routes!(orders::drill))
        .routes(routes!(orders::gas))
        .routes(routes!(cases::notices))
        .routes(routes!(cases::read))
        .routes(routes!(subscriptions::list, subscriptions::add))
        .routes(routes!(subscriptions::remove))
        .routes(routes!(subscriptions::try_it))
        .routes(routes!(projects::list))
        .routes(routes!(projects::one))
        .routes(routes!(projects::report))
        .routes(routes!(projects::raise))
        .routes(routes!(projects::set_roll_up, projects::end_roll_up))
        .routes(routes!(measures::list))
        .routes(routes!(measures::one, measures::save))
        .routes(routes!(measures::rows))
        .routes(routes!(measures::read))
        .routes(routes!(measures::preview))
        .routes(routes!(measures::views))
        .routes(routes!(measures::take, measures::end))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(observations::take))
                .routes(routes!(passages::take))
                .layer(DefaultBodyLimit::max(observations::LARGEST)),
        )
        .merge(
            OpenApiRouter::new()
                .routes(routes!(facilities::list, facilities::put))
                .layer(DefaultBodyLimit::max(LARGEST_TABLE)),
        )
        .routes(routes!(facilities::geojson))
        .routes(routes!(facilities::at_hour))
        .routes(routes!(facilities::one))
        .routes(routes!(facilities::history))
        .routes(routes!(air::now))
        .routes(routes!(air::days))
        .routes(routes!(parking::overview))
        .routes(routes!(parking::lots))
        .routes(routes!(parking::lot))
        .routes(routes!(parking::nearest))
        .routes(routes!(parking::tariffs))
        .routes(routes!(parking::bill))
        .routes(routes!(alarms::list))
        .routes(routes!(alarms::history))
        .routes(routes!(alarms::command))
        .routes(routes!(alarms::devices))
        .routes(routes!(alarms::strays))
        .routes(routes!(alarms::adopt))
        .routes(routes!(other::counts))
        .routes(routes!(other::log))
        .routes(routes!(other::units))
        .routes(routes!(other::me))
}

pub(crate) fn description() -> String {
    let (_, mut openapi) = OpenApiRouter::<AppState>::new().nest("/api/v1", described()).split_for_parts();
    // Handlers of different files have the same names; an operation's identifier is its own.
    for (path, item) in &mut openapi.paths.paths {
        let words: Vec<&str> = path.split(['/', '{', '}', '-']).filter(|w| !matches!(*w, "" | "api" | "v1")).collect();
        let operations = [("get", &mut item.get), ("put", &mut item.put), ("post", &mut item.post)];
        for (method, operation) in operations.into_iter().chain([("delete", &mut item.delete)]) {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{}", words.join("_")));
            }
        }
    }
    // It is made of strings and numbers, which JSON can always write.
    openapi.to_pretty_json().unwrap_or_default()
}

async fn openapi() -> impl IntoResponse {
    static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(description);
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str())
}

async fn nowhere() -> Problem {
    crate::error::Answer::not_found().into()
}

/// Failures made before a handler ran (a body too large, a wrong method) become problems too.
async fn explain(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let explained =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/"));
    let mut response = if (status.is_client_error() || status.is_server_error()) && !explained {
        Problem::from(crate::error::Answer::by_status(status)).into_response()
    } else {
        response
    };
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let (router, _) = described().split_for_parts();
    let inner = router
        .route("/openapi.json", get(openapi))
        .fallback(nowhere)
        .layer(crate::pages::within(state.settings.request_timeout))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(explain));
    Router::new().nest("/api/v1", inner)
}
