//! What a newer reading says otherwise, of a draft and of an adopted report.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::i18n::words;
use crate::pages::review::Place;
use crate::pages::review::card::part_name;
use crate::pages::{PageResult, page};
use askama::Template;
use axum::extract::Path;
use tingzhou_platform::ledger::ReportId;
use tingzhou_platform::ledger::review::{Difference, DraftStatement, Part, words_of_part};

/// Differences shown of each sort; the counts are of all.
const MOST_SHOWN: usize = 200;

pub(super) struct ChangedRow {
    pub(super) words: String,
    pub(super) link: Option<String>,
    /// Field, before, now.
    pub(super) parts: Vec<(&'static str, String, String)>,
    pub(super) what: &'static str,
}

pub(super) struct Told {
    pub(super) words: String,
    pub(super) number: String,
    pub(super) link: Option<String>,
    pub(super) what: &'static str,
}

pub(super) struct Differing {
    pub(super) new: Vec<Told>,
    pub(super) gone: Vec<Told>,
    pub(super) changed: Vec<ChangedRow>,
    /// New, gone, changed, the same.
    pub(super) counts: [usize; 4],
    pub(super) nothing: bool,
}

impl Differing {
    pub(super) fn of(ctx: &Ctx, difference: &Difference, text: &str, place: Option<&Place<'_>>) -> Self {
        let w = words(ctx.lang);
        let of = |part, statement: &DraftStatement| ctx.lang.of(&words_of_part(part, statement, text)).to_owned();
        let link = |id: Option<u32>| place.zip(id).map(|(place, id)| place.link(id));
        let told = |statement: &DraftStatement, what, link| Told {
            words: of(Part::Place, statement),
            number: statement.number.as_ref().map(|_| of(Part::Number, statement)).unwrap_or_default(),
            link,
            what,
        };
        // Of an adopted report nothing was decided or taken over: it is only compared.
        let said = |words: &'static str| if place.is_some() { words } else { "" };
        let changed = difference.changed.iter().take(MOST_SHOWN).map(|c| ChangedRow {
            words: of(Part::Place, &c.before),
            link: link(c.id),
            parts: c
                .parts
                .iter()
                .map(|part| (part_name(*part, w), of(*part, &c.before), of(*part, &c.after)))
                .collect(),
            what: said(if c.decided { w.review_kept } else { w.review_taken_over }),
        });
        let gone = difference.gone.iter().take(MOST_SHOWN).map(|g| {
            let what = said(if g.decided { w.review_kept } else { w.review_dropped });
            told(&g.statement, what, link(g.id.filter(|_| g.decided)))
        });
        Self {
            new: difference.new.iter().take(MOST_SHOWN).map(|s| told(s, "", None)).collect(),
            gone: gone.collect(),
            changed: changed.collect(),
            counts: [difference.new.len(), difference.gone.len(), difference.changed.len(), difference.same],
            nothing: difference.is_empty(),
        }
    }
}

#[derive(Template)]
#[template(path = "reread.html")]
struct RereadPage {
    c: Chrome,
    report: String,
    title: String,
    f: Differing,
}

/// `GET /reports/{id}/reread`
pub(crate) async fn report(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    ctx.supervisor()?;
    let id = ReportId::new(id)?;
    let adopted = ctx.snapshot.report(Some(&id)).ok_or_else(Answer::not_found)?;
    let difference = Box::pin(ctx.platform().reread_report(&id)).await?;
    page(&RereadPage {
        c: ctx.chrome(Nav::Report),
        report: id.to_string(),
        title: adopted.title.clone(),
        f: Differing::of(&ctx, &difference, &adopted.text, None),
    })
}
