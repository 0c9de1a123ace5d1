//! Pages, API and what they are made of. Thin: no rule lives here. A screen never computes a status or a sum; it shows
//! what the platform says, in the reader's language, with unit, time and source beside every number.

mod api;
mod assets;
mod auth;
mod context;
mod error;
mod export;
mod fields;
mod filter;
mod headers;
mod i18n;
mod pages;
mod state;
mod view;

pub use state::ServerSettings;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use state::AppState;
use std::future::Future;
use tingzhou_platform::Platform;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Everything the server answers.
pub fn router(platform: Platform, settings: ServerSettings) -> Router {
    let state = AppState::new(platform, settings);
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, state.settings.request_timeout);
    pages::routes(&state)
        .merge(api::routes())
        .route("/health", get(api::health))
        .route("/assets/{hash}/{name}", get(assets::serve))
        .layer(from_fn_with_state(state.clone(), headers::remember))
        .layer(timeout)
        .layer(CompressionLayer::new())
        .layer(from_fn(headers::secure))
        .with_state(state)
}

/// Serves until `shutdown` is done, then finishes what is under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    platform: Platform,
    settings: ServerSettings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(platform, settings)).with_graceful_shutdown(shutdown).await
}

/// The description of the API: OpenAPI 3.1 as JSON.
#[must_use]
pub fn openapi() -> String {
    api::description()
}
