//! The livelihood items as cards.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::pages::{PageResult, page};
use crate::view::{Look, TaskRow};
use askama::Template;
use tingzhou_platform::ledger::{Light, ReportId};
use tingzhou_platform::{Counts, TaskFilter};

struct Card {
    no: u8,
    title: String,
    lights: Vec<(Light, usize)>,
    total: usize,
    rows: Vec<TaskRow>,
}

#[derive(Template)]
#[template(path = "livelihood.html")]
struct LivelihoodPage {
    c: Chrome,
    year: Option<i16>,
    cards: Vec<Card>,
}

/// `GET /livelihood`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    let asked = ctx.query("report").filter(|id| !id.is_empty()).map(ReportId::new).transpose()?;
    let report = ctx.snapshot.report(asked.as_ref());
    if asked.is_some() && report.is_none() {
        return Err(Answer::not_found().into());
    }
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
    let mut cards = Vec::new();
    for item in report.iter().flat_map(|r| &r.reading.items) {
        let filter = TaskFilter { report: asked.clone(), item: Some(item.no), ..TaskFilter::default() };
        let views = ctx.snapshot.filtered(&filter);
        let counts = Counts::of(views.iter());
        cards.push(Card {
            no: item.no,
            title: ctx.lang.of(&item.title).to_owned(),
            lights: counts.lights.into_iter().filter(|(_, n)| *n > 0).collect(),
            total: counts.total,
            rows: views.iter().map(|v| TaskRow::of(&look, v)).collect(),
        });
    }
    cards.sort_by_key(|card| card.no);
    page(&LivelihoodPage { year: report.map(|r| r.year), cards, c: ctx.chrome(Nav::Livelihood) })
}
