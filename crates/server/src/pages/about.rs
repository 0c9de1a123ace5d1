//! What this is, where its facts come from, what the lights mean.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::pages::{PageResult, page};
use askama::Template;
use axum::http::header;
use axum::response::IntoResponse;
use tingzhou_platform::ledger::Light;

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    c: Chrome,
    source: String,
    lights: [Light; 5],
    red_below: String,
    yellow_below: String,
}

/// `GET /about`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    let pack = ctx.platform().pack();
    let percent = |share: rust_decimal::Decimal| {
        let value = share.checked_mul(rust_decimal::Decimal::ONE_HUNDRED).unwrap_or(share);
        format!("{}%", value.normalize())
    };
    page(&AboutPage {
        source: ctx.lang.of(&pack.report_source).to_owned(),
        lights: Light::ALL,
        red_below: percent(pack.settings.red_below),
        yellow_below: percent(pack.settings.yellow_below),
        c: ctx.chrome(Nav::About),
    })
}

/// `GET /map.geojson`: borders and roads as the city brought them.
pub(crate) async fn map(ctx: Ctx) -> PageResult {
    let map = ctx.platform().pack().map.clone().ok_or_else(Answer::not_found)?;
    let headers = [(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, map).into_response())
}
