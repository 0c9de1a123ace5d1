//! What a report says about itself, and what became of last year's commitments.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::ledger::{
    Across, Dismissal, Finding, FindingCommand, FindingId, FindingKind, FindingPlace, ReportId, YearVerdict,
};
use tingzhou_platform::report::plain_words;
use tingzhou_platform::{AdoptedReport, FindingFilter, FindingView, PlatformError};

/// Longest quotation of a place, in characters.
const LONGEST: usize = 80;

/// Which findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Open,
    Notes,
    Dismissed,
    All,
}

impl Which {
    const ALL: [Self; 4] = [Self::Open, Self::Notes, Self::Dismissed, Self::All];

    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Notes => "notes",
            Self::Dismissed => "dismissed",
            Self::All => "all",
        }
    }

    fn filter(self, kind: Option<FindingKind>) -> FindingFilter {
        let (dismissed, asks) = match self {
            Self::Open => (Some(false), Some(true)),
            Self::Notes => (Some(false), Some(false)),
            Self::Dismissed => (Some(true), None),
            Self::All => (None, None),
        };
        FindingFilter { kind, dismissed, asks }
    }
}

/// A choice of a list.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

/// A place with the link to it.
struct PlaceRow {
    link: String,
    quote: String,
    page: Option<u32>,
    paragraph: Option<u32>,
    task: Option<String>,
}

struct FindingRow {
    id: String,
    verdict: String,
    asks: bool,
    sentence: String,
    places: Vec<PlaceRow>,
    dismissal: Option<(String, String, String)>,
    /// What was wrong with what was typed, and what was typed.
    refused: Option<(String, String)>,
}

struct Group {
    title: String,
    rows: Vec<FindingRow>,
}

struct YearRow {
    sentence: String,
    last: Option<PlaceRow>,
    this: Option<PlaceRow>,
}

struct YearGroup {
    title: String,
    /// Many and quiet ones begin closed.
    open: bool,
    rows: Vec<YearRow>,
}

struct Body {
    id: String,
    title: String,
    which: &'static str,
    kind: &'static str,
    reports: Vec<Choice>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    groups: Vec<Group>,
    years: Vec<YearGroup>,
    older: String,
}

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsPage {
    c: Chrome,
    body: Option<Body>,
    notice: Option<&'static str>,
}

/// A refused form: which finding, the words, what was typed.
type Refused = (FindingId, String, String);

fn place(ctx: &Ctx, report: &AdoptedReport, place: &FindingPlace) -> PlaceRow {
    let stated = place.statement.and_then(|at| report.reading.statements.get(at));
    let task = stated.and_then(|s| s.task.as_ref());
    // A commitment is marked where its task's statement begins.
    let at = task.and_then(|id| ctx.snapshot.task(id)).map_or(place.span.start, |view| view.task.span.start);
    let words = plain_words(report.text.get(place.span.start..place.span.end).unwrap_or_default());
    let mut quote: String = words.chars().take(LONGEST).collect();
    if words.chars().count() > LONGEST {
        quote.push('…');
    }
    PlaceRow {
        link: format!("/?report={}#at-{at}", report.id),
        quote,
        page: stated.and_then(|s| s.page),
        paragraph: stated.and_then(|s| s.paragraph),
        task: task.map(ToString::to_string),
    }
}

fn dismissal_row(ctx: &Ctx, dismissal: &Dismissal) -> (String, String, String) {
    let at = ctx.platform().clock().written(dismissal.at);
    (dismissal.reason.clone(), dismissal.by.to_string(), at)
}

fn row(ctx: &Ctx, report: &AdoptedReport, view: FindingView<'_>, refused: Option<&Refused>) -> FindingRow {
    let Finding { id, verdict, places, sentence, .. } = view.finding;
    FindingRow {
        id: id.to_string(),
        verdict: ctx.lang.of(&verdict.words()).to_owned(),
        asks: verdict.asks(),
        sentence: ctx.lang.of(sentence).to_owned(),
        places: places.iter().map(|p| place(ctx, report, p)).collect(),
        dismissal: view.dismissal.map(|dismissal| dismissal_row(ctx, dismissal)),
        refused: refused.filter(|(which, ..)| which == id).map(|(_, words, typed)| (words.clone(), typed.clone())),
    }
}

fn years(ctx: &Ctx, report: &AdoptedReport) -> (Vec<YearGroup>, String) {
    let Some(before) = ctx.snapshot.year_before(&report.id) else { return (Vec::new(), String::new()) };
    let older = ctx.snapshot.report(Some(&before.report));
    let row = |across: &Across| YearRow {
        sentence: ctx.lang.of(&across.sentence).to_owned(),
        last: across.last.as_ref().and_then(|p| older.map(|older| place(ctx, older, p))),
        this: across.this.as_ref().map(|p| place(ctx, report, p)),
    };
    let group = |verdict: YearVerdict| {
        let rows: Vec<_> = before.across.iter().filter(|across| across.verdict == verdict).map(row).collect();
        let open = matches!(verdict, YearVerdict::Missed | YearVerdict::Met | YearVerdict::DoesNotFit);
        (!rows.is_empty()).then(|| YearGroup { title: ctx.lang.of(&verdict.words()).to_owned(), open, rows })
    };
    let title = older.map(|older| older.title.clone()).unwrap_or_default();
    (YearVerdict::ALL.into_iter().filter_map(group).collect(), title)
}

fn body(ctx: &Ctx, report: &AdoptedReport, which: Which, kind: Option<FindingKind>, refused: Option<&Refused>) -> Body {
    let w = crate::i18n::words(ctx.lang);
    let groups: Vec<Group> = FindingKind::ALL
        .into_iter()
        .filter(|own| kind.is_none_or(|kind| kind == *own))
        .map(|kind| Group {
            title: ctx.lang.of(&kind.words()).to_owned(),
            rows: ctx
                .snapshot
                .findings(&report.id, which.filter(Some(kind)))
                .map(|view| row(ctx, report, view, refused))
                .collect(),
        })
        .filter(|group| !group.rows.is_empty())
        .collect();
    let count = |filter: FindingFilter| ctx.snapshot.findings(&report.id, filter).count();
    let states = [w.finding_open, w.finding_notes, w.finding_dismissed, w.finding_all];
    let (years, older) = years(ctx, report);
    Body {
        id: report.id.to_string(),
        title: report.title.clone(),
        which: which.name(),
        kind: kind.map_or("", FindingKind::name),
        reports: ctx
            .snapshot
            .reports
            .iter()
            .map(|r| Choice { value: r.id.to_string(), words: r.title.clone(), chosen: r.id == report.id })
            .collect(),
        kinds: FindingKind::ALL
            .into_iter()
            .map(|own| Choice {
                value: own.name().to_owned(),
                words: format!("{} ({})", ctx.lang.of(&own.words()), count(which.filter(Some(own)))),
                chosen: kind == Some(own),
            })
            .collect(),
        states: Which::ALL
            .into_iter()
            .zip(states)
            .map(|(own, words)| Choice {
                value: own.name().to_owned(),
                words: format!("{words} ({})", count(own.filter(kind))),
                chosen: which == own,
            })
            .collect(),
        groups,
        years,
        older,
    }
}

fn render(
    ctx: &Ctx,
    asked: Option<&ReportId>,
    chosen: (&str, &str),
    refused: Option<&Refused>,
    status: StatusCode,
) -> PageResult {
    let report = ctx.snapshot.report(asked);
    if asked.is_some() && report.is_none() {
        return Err(Answer::not_found().into());
    }
    let which = Which::ALL.into_iter().find(|which| which.name() == chosen.0).unwrap_or(Which::Open);
    let kind = FindingKind::from_name(chosen.1);
    let c = ctx.chrome(Nav::Findings);
    let notice = ctx.query("done").and_then(|what| match what.as_str() {
        "dismissed" => Some(c.w.done_dismissed),
        "restored" => Some(c.w.done_restored),
        _ => None,
    });
    page_with(status, &FindingsPage { body: report.map(|r| body(ctx, r, which, kind, refused)), notice, c })
}

/// `GET /findings`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    ctx.signed_in()?;
    let asked = ctx.query("report").filter(|id| !id.is_empty()).map(ReportId::new).transpose()?;
    let (which, kind) = (ctx.query("show").unwrap_or_default(), ctx.query("kind").unwrap_or_default());
    render(&ctx, asked.as_ref(), (&which, &kind), None, StatusCode::OK)
}

async fn carry_out(
    ctx: Ctx,
    (report, finding): (String, String),
    fields: &Fields,
    command: FindingCommand,
    done: &str,
) -> PageResult {
    let actor = ctx.acting(fields)?;
    let (report, finding) = (ReportId::new(report)?, FindingId::new(finding)?);
    let (which, kind) = (fields.get("show"), fields.get("kind"));
    match Box::pin(ctx.platform().run_on_finding(actor, &report, &finding, &command)).await {
        Ok(()) => {
            // Only known names go into the address.
            let which = Which::ALL.into_iter().find(|own| own.name() == which).unwrap_or(Which::Open).name();
            let kind = FindingKind::from_name(kind).map_or("", FindingKind::name);
            let address = format!("/findings?report={report}&show={which}&kind={kind}&done={done}");
            Ok(Redirect::to(&address).into_response())
        }
        // A wrong reason comes back with what was typed, at its finding.
        Err(PlatformError::Refused(refusal)) if refusal.field.is_some() => {
            let words = ctx.lang.of(&refusal.message).to_owned();
            let status = Answer::from(PlatformError::Refused(refusal)).status;
            let refused = (finding, words, fields.get("reason").to_owned());
            render(&ctx, Some(&report), (which, kind), Some(&refused), status)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /findings/{report}/{finding}/dismiss`
pub(crate) async fn dismiss(ctx: Ctx, Path(names): Path<(String, String)>, fields: Fields) -> PageResult {
    let command = FindingCommand::Dismiss { reason: fields.get("reason").to_owned() };
    carry_out(ctx, names, &fields, command, "dismissed").await
}

/// `POST /findings/{report}/{finding}/restore`
pub(crate) async fn restore(ctx: Ctx, Path(names): Path<(String, String)>, fields: Fields) -> PageResult {
    carry_out(ctx, names, &fields, FindingCommand::Restore, "restored").await
}
