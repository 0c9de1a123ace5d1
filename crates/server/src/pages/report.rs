//! The living report: its text, every commitment marked in place with its light.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::pages::{PageResult, page};
use askama::Template;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tingzhou_platform::ledger::{Light, ReportId};
use tingzhou_platform::report::types::Set;
use tingzhou_platform::{AdoptedReport, Block, Counts, TaskView};

/// A run of text as the page shows it.
enum Piece {
    Plain(String),
    Strong(String),
    /// Something the report tells as done.
    Done { text: String, strong: bool },
    Mark(Box<Mark>),
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
    year: i16,
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
pub(crate) async fn living(ctx: Ctx) -> PageResult {
    let asked = ctx.query("report").filter(|id| !id.is_empty()).map(ReportId::new).transpose()?;
    let light = ctx.query("light").and_then(|name| Light::from_name(&name));
    let body = match ctx.snapshot.report(asked.as_ref()) {
        Some(report) => Some(body(&ctx, report, light)),
        None if asked.is_some() => return Err(Answer::not_found().into()),
        None => None,
    };
    page(&ReportPage { c: ctx.chrome(Nav::Report), body })
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
        year: report.year,
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
    last: HashMap<usize, (usize, usize)>,
}

impl<'a> Marker<'a> {
    fn new(ctx: &'a Ctx, report: &'a AdoptedReport, light: Option<Light>) -> Self {
        let views = ctx.snapshot.tasks_of(&report.id).map(|v| (v.task.id.as_str(), v)).collect();
        Self { report, views, light, seen: HashSet::new(), last: HashMap::new() }
    }

    fn blocks(mut self, blocks: &[Block]) -> Vec<Shown> {
        for (b, block) in blocks.iter().enumerate() {
            let Block::Paragraph { runs } = block else { continue };
            for (r, run) in runs.iter().enumerate() {
                if let Some(statement) = run.statement {
                    self.last.insert(statement, (b, r));
                }
            }
        }
        let mut shown = Vec::with_capacity(blocks.len());
        for (b, block) in blocks.iter().enumerate() {
            shown.push(match block {
                Block::Heading { level, text, at } => Shown::Heading { level: *level, text: text.clone(), at: *at },
                Block::Paragraph { runs } => {
                    let pieces = runs.iter().enumerate();
                    Shown::Paragraph(pieces.map(|(r, run)| self.piece(&run.text, run.bold, run.statement, (b, r))).collect())
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
                (Set::Result, strong) => Piece::Done { text, strong },
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
            anchor: self.seen.insert(index).then_some(stated.span.start),
            last: self.last.get(&index) == Some(&place),
            faint: self.light.is_some_and(|l| l != light),
            contradicted: !view.judgement.contradictions.is_empty(),
        }))
    }
}
