//! Pages, API and what they are made of. Thin: no rule lives here. A screen never computes a status or a sum; it shows
//! what the platform says, in the reader's language, with unit, time and source beside every number.

mod api;
mod assets;
mod auth;
mod city;
mod context;
mod delivery;
mod error;
mod export;
mod fields;
mod filter;
mod headers;
mod i18n;
mod imports;
mod layouts;
mod listeners;
mod official;
mod pages;
mod serve;
mod state;
mod tending;
mod tiles;
mod view;

pub use delivery::Mailer;
pub use listeners::{Broker, Listening, StationKeys};
pub use serve::{serve, serve_and_listen};
pub use state::ServerSettings;
pub use tiles::{MapTiles, TilesError};

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use state::AppState;
use tingzhou_platform::Platform;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// Everything the server answers.
pub fn router(platform: Platform, settings: ServerSettings) -> Router {
    let state = AppState::new(platform, settings);
    pages::routes(&state)
        .merge(api::routes(&state))
        .route("/health", get(api::health))
        .route("/assets/{hash}/{name}", get(assets::serve))
        .layer(from_fn_with_state(state.clone(), headers::remember))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn(headers::secure))
        .with_state(state)
}

/// The description of the API: OpenAPI 3.1 as JSON.
#[must_use]
pub fn openapi() -> String {
    api::description()
}
