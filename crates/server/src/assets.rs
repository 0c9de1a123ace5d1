//! Styles and scripts, embedded, each under an address that names its content: it never changes and is kept for ever.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "assets/own/"]
struct Own;

/// Empty when `npm ci` has not been run in `assets/`; pages then show tables instead of plots.
#[derive(RustEmbed)]
#[folder = "assets/vendor/"]
#[allow_missing = true]
struct Vendor;

fn find(name: &str) -> Option<EmbeddedFile> {
    Own::get(name).or_else(|| Vendor::get(name))
}

fn short_hash(file: &EmbeddedFile) -> String {
    crate::view::hex(&file.metadata.sha256_hash().as_slice()[..8])
}

fn address(name: &str) -> Option<String> {
    find(name).map(|file| format!("/assets/{}/{name}", short_hash(&file)))
}

/// Addresses of what the pages load.
pub(crate) struct Addresses {
    pub(crate) style: String,
    pub(crate) app: String,
    pub(crate) plot: String,
    pub(crate) review: String,
    pub(crate) icon: String,
    pub(crate) map: String,
    pub(crate) city: String,
    pub(crate) live: String,
    pub(crate) alarms: String,
    pub(crate) series: String,
    /// Map library, its worker and its style; all three or none.
    pub(crate) maplibre: Option<[String; 3]>,
    /// What reads tiles; without it maps have none beneath.
    pub(crate) pmtiles: Option<String>,
    pub(crate) htmx: Option<String>,
    pub(crate) echarts: Option<String>,
}

pub(crate) static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| Addresses {
    style: address("style.css").unwrap_or_default(),
    app: address("app.js").unwrap_or_default(),
    plot: address("plot.js").unwrap_or_default(),
    review: address("review.js").unwrap_or_default(),
    icon: address("icon.svg").unwrap_or_default(),
    map: address("map.js").unwrap_or_default(),
    city: address("city.js").unwrap_or_default(),
    live: address("live.js").unwrap_or_default(),
    alarms: address("alarms.js").unwrap_or_default(),
    series: address("series.js").unwrap_or_default(),
    maplibre: maplibre(),
    pmtiles: address("pmtiles.js"),
    htmx: address("htmx.min.js"),
    echarts: address("echarts.min.js"),
});

fn maplibre() -> Option<[String; 3]> {
    Some([address("maplibre-gl.mjs")?, address("maplibre-gl-worker.mjs")?, address("maplibre-gl.css")?])
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// `GET /assets/{hash}/{name}`
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(file) = find(&name).filter(|file| short_hash(file) == hash) else {
        return (StatusCode::NOT_FOUND, "no such asset").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, media_type(&name).to_owned()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
        (header::ETAG, format!("\"{hash}\"")),
    ];
    (headers, file.data).into_response()
}
