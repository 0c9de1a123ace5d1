//! The living report: its text, every commitment marked in place with its light.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::pages::{Failure, PageResult, page};
use crate::state::AppState;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tingzhou_platform::ledger::{Light, ReportId};
use tingzhou_platform::report::types::Set;
use tingzhou_platform::{AdoptedReport, Block, Counts, Mention, TaskView};

/// Longest key of a rendered page that is kept.
const LONGEST_KEY: usize = 200;

/// A run of text as the page shows it.
enum Piece {
    Plain(String),
    Strong(String),
    /// Something the report tells as done.
    Done {
        text: String,
        strong: bool,
        /// Set on the first part.
        anchor: Option<usize>,
    },
    Mark(Box<Mark>),
    /// A term of the glossary, the first time a paragraph uses it.
    Term {
        text: String,
        strong: bool,
        term: usize,
    },
    /// A term where the glossary explains it.
    Explained {
        text: String,
        term: usize,
    },
}

/// A marked commitment, or a part of one.
struct Mark {
    text: String,
    strong: bool,
    task: String,
    light: Light,
    /// Set on the first part.
    anchor: Option<usize>,
    /// Whether the sign follows: on the last part.
    last: bool,
    /// Outside the chosen light.
    faint: bool,
    contradicted: bool,
}

enum Shown {
    Heading { level: u8, text: String, at: usize },
    Paragraph(Vec<Piece>),
}

struct Choice {
    light: Light,
    count: usize,
    link: String,
    chosen: bool,
}

struct Other {
    id: String,
    title: String,
    chosen: bool,
}

struct Body {
    id: String,
    title: String,
    adopted: String,
    source: Option<String>,
    blocks: Vec<Shown>,
    contents: Vec<(u8, String, usize)>,
    choices: Vec<Choice>,
    total: usize,
    contradicted: usize,
    unassigned: usize,
    all_link: String,
    filtered: bool,
    others: Vec<Other>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    c: Chrome,
    body: Option<Body>,
}

/// `GET /`
pub(crate) async fn living(State(state): State<AppState>, headers: HeaderMap, uri: Uri) -> PageResult {
    // While units file, every filing makes another page. The public is given one that was made a moment ago (its footer
    // says of which event it is); whoever is signed in sees what they have just done.
    let moment = Ctx::public_key(&headers, &uri).filter(|key| key.len() <= LONGEST_KEY);
    let Some((html, renew)) = moment.as_ref().and_then(|key| state.made_a_moment_ago(key)) else {
        return renewed(&state, &headers, &uri, moment).await;
    };
    if renew {
        // Nobody waits for the next one.
        tokio::spawn(async move { renewed(&state, &headers, &uri, moment).await.map(drop) });
    }
    Ok(html_page(html))
}

/// The page as it is now, kept for those who come next.
async fn renewed(state: &AppState, headers: &HeaderMap, uri: &Uri, moment: Option<String>) -> PageResult {
    let ctx = Ctx::load(state, headers, uri).await?;
    let (html, response) = made(&ctx)?;
    if let Some((key, html)) = moment.zip(html) {
        state.keep_for_a_moment(key, html);
    }
    Ok(response)
}

/// The page, and its bytes when they are everybody's.
fn made(ctx: &Ctx) -> Result<(Option<Bytes>, Response), Failure> {
    // The public reads this page most. What it shows depends on the log's end, the minute in its footer, the reader's
    // choices and its address; while these stay, so does the page.
    let key = ctx.session.is_none().then(|| ctx.page_key()).filter(|key| key.len() <= LONGEST_KEY);
    if let Some(html) = key.as_ref().and_then(|key| ctx.state.rendered(key)) {
        return Ok((Some(html.clone()), html_page(html)));
    }
    let template = template(ctx)?;
    let Some(key) = key else { return Ok((None, page(&template)?)) };
    let html = Bytes::from(template.render().map_err(|error| {
        tracing::error!(%error, "a template did not render");
        Answer::by_status(StatusCode::INTERNAL_SERVER_ERROR)
    })?);
    ctx.state.keep_rendered(key, html.clone());
    Ok((Some(html.clone()), html_page(html)))
}

fn html_page(html: Bytes) -> Response {
    ([(header::CACHE_CONTROL, "private, no-cache"), (header::CONTENT_TYPE, "text/html; charset=utf-8")], html)
        .into_response()
}

fn template(ctx: &Ctx) -> Result<ReportPage, Failure> {
    let asked = ctx.query("report").filter(|id| !id.is_empty()).map(ReportId::new).transpose()?;
    let light = ctx.query("light").and_then(|name| Light::from_name(&name));
    let body = match ctx.snapshot.report(asked.as_ref()) {
        Some(report) => Some(body(ctx, report, light)),
        None if asked.is_some() => return Err(Answer::not_found().into()),
        None => None,
    };
    Ok(ReportPage { c: ctx.chrome(Nav::Report), body })
}

fn body(ctx: &Ctx, report: &AdoptedReport, light: Option<Light>) -> Body {
    let snapshot = &ctx.snapshot;
    let blocks = ctx.state.blocks(report);
    let counts = Counts::of(snapshot.tasks_of(&report.id));
    let newest = snapshot.report(None).is_some_and(|r| r.id == report.id);
    let link = |light: &str| {
        let report = if newest { String::new() } else { format!("report={}", report.id) };
        let light = if light.is_empty() { String::new() } else { format!("light={light}") };
        let query: Vec<String> = [report, light].into_iter().filter(|q| !q.is_empty()).collect();
        if query.is_empty() { "/".to_owned() } else { format!("/?{}", query.join("&")) }
    };
    let pack = ctx.platform().pack();
    let own = report.text.contains(pack.report_title.zh.as_str());
    let shown = Marker::new(ctx, report, light).blocks(&blocks);
    Body {
        id: report.id.to_string(),
        title: report.title.clone(),
        adopted: ctx.platform().clock().written(report.adopted_at),
        source: own.then(|| ctx.lang.of(&pack.report_source).to_owned()),
        contents: contents(&blocks),
        blocks: shown,
        choices: counts
            .lights
            .iter()
            .map(|(l, count)| Choice { light: *l, count: *count, link: link(l.name()), chosen: light == Some(*l) })
            .collect(),
        total: counts.total,
        contradicted: counts.contradicted,
        unassigned: counts.unassigned,
        all_link: link(""),
        filtered: light.is_some(),
        others: snapshot
            .reports
            .iter()
            .map(|r| Other { id: r.id.to_string(), title: r.title.clone(), chosen: r.id == report.id })
            .collect(),
    }
}

fn contents(blocks: &[Block]) -> Vec<(u8, String, usize)> {
    blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading { level, text, at } if (2..=4).contains(level) => Some((*level, text.clone(), *at)),
            _ => None,
        })
        .collect()
}

struct Marker<'a> {
    report: &'a AdoptedReport,
    views: HashMap<&'a str, &'a Arc<TaskView>>,
    light: Option<Light>,
    seen: HashSet<usize>,
    /// Places that have their anchor: statements that share a verb begin at the same one.
    anchored: HashSet<usize>,
    last: HashMap<usize, (usize, usize)>,
    /// Terms whose explanation has its anchor.
    explained: HashSet<usize>,
}

/// The statement a place is marked for: the one it belongs to, or, where that is only a size named on the way, the
/// task's statement around it.
fn marked(report: &AdoptedReport, statement: usize) -> usize {
    let all = &report.reading.statements;
    let Some(own) = all.get(statement).filter(|s| s.task.is_none() && s.set == Set::Commitment) else {
        return statement;
    };
    let around = |(_, s): &(usize, &tingzhou_platform::AdoptedStatement)| s.task.is_some() && s.span.contains(own.span);
    let smallest = all.iter().enumerate().filter(around).min_by_key(|(_, s)| s.span.end - s.span.start);
    smallest.map_or(statement, |(index, _)| index)
}

/// Marks between the things of a list belong to none of them.
fn leading_marks(text: &str) -> (&str, &str) {
    let rest = text.trim_start_matches(['、', '，', '；']);
    text.split_at(text.len() - rest.len())
}

impl<'a> Marker<'a> {
    fn new(ctx: &'a Ctx, report: &'a AdoptedReport, light: Option<Light>) -> Self {
        let views = ctx.snapshot.tasks_of(&report.id).map(|v| (v.task.id.as_str(), v)).collect();
        Self {
            report,
            views,
            light,
            seen: HashSet::new(),
            anchored: HashSet::new(),
            last: HashMap::new(),
            explained: HashSet::new(),
        }
    }

    fn blocks(mut self, blocks: &[Block]) -> Vec<Shown> {
        for (b, block) in blocks.iter().enumerate() {
            let Block::Paragraph { runs, .. } = block else { continue };
            for (r, run) in runs.iter().enumerate() {
                if let Some(statement) = run.statement.map(|s| marked(self.report, s)) {
                    self.last.insert(statement, (b, r));
                }
            }
        }
        let mut shown = Vec::with_capacity(blocks.len());
        for (b, block) in blocks.iter().enumerate() {
            shown.push(match block {
                Block::Heading { level, text, at } => Shown::Heading { level: *level, text: text.clone(), at: *at },
                Block::Paragraph { runs, .. } => {
                    let mut pieces = Vec::with_capacity(runs.len());
                    let mut named = HashSet::new();
                    for (r, run) in runs.iter().enumerate() {
                        let statement = run.statement.map(|s| marked(self.report, s));
                        let first = statement.is_some_and(|s| !self.seen.contains(&s));
                        let (between, text) = if first { leading_marks(&run.text) } else { ("", run.text.as_str()) };
                        if !between.is_empty() {
                            pieces.push(Piece::Plain(between.to_owned()));
                        }
                        let mention = run.mention.filter(|mention| named.insert(mention.term));
                        pieces.push(match mention {
                            Some(Mention { term, explained }) if explained => {
                                let new = self.explained.insert(term);
                                let text = text.to_owned();
                                if new { Piece::Explained { text, term } } else { Piece::Strong(text) }
                            }
                            Some(Mention { term, .. }) => Piece::Term { text: text.to_owned(), strong: run.bold, term },
                            None => self.piece(text, run.bold, statement, (b, r)),
                        });
                    }
                    Shown::Paragraph(pieces)
                }
            });
        }
        shown
    }

    fn piece(&mut self, text: &str, strong: bool, statement: Option<usize>, place: (usize, usize)) -> Piece {
        let text = text.to_owned();
        let found = statement.and_then(|i| self.report.reading.statements.get(i).map(|s| (i, s)));
        let Some((index, stated)) = found else {
            return if strong { Piece::Strong(text) } else { Piece::Plain(text) };
        };
        let view = stated.task.as_ref().and_then(|id| self.views.get(id.as_str()));
        let Some(view) = view else {
            return match (stated.set, strong) {
                (Set::Result, strong) => {
                    let anchor = self.anchored.insert(stated.span.start).then_some(stated.span.start);
                    Piece::Done { text, strong, anchor }
                }
                (Set::Commitment, true) => Piece::Strong(text),
                (Set::Commitment, false) => Piece::Plain(text),
            };
        };
        let light = view.judgement.light;
        Piece::Mark(Box::new(Mark {
            text,
            strong,
            task: view.task.id.to_string(),
            light,
            anchor: (self.seen.insert(index) && self.anchored.insert(stated.span.start)).then_some(stated.span.start),
            last: self.last.get(&index) == Some(&place),
            faint: self.light.is_some_and(|l| l != light),
            contradicted: !view.judgement.contradictions.is_empty(),
        }))
    }
}
