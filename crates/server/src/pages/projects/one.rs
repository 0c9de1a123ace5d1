//! One key project: what it is, how far it is, its money, milestones, photographs and obstacles, and the forms for them.

use super::{MonthRow, look, months, percent, wan};
use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::task_forms::Choice;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use jiff::civil::Date;
use tingzhou_platform::ledger::project::{Obstacle, Project, ProjectEvent, Stage, months_over};
use tingzhou_platform::ledger::{Fen, ProjectId};

struct MilestoneRow {
    at: usize,
    name: String,
    on: String,
    reached: Option<String>,
    late: bool,
}

struct PhotoRow {
    sha256: String,
    name: String,
    taken: String,
    point: Option<String>,
    note: String,
}

struct ObstacleRow {
    at: usize,
    text: String,
    asks: String,
    by: String,
    when: String,
    solved: Option<String>,
}

struct HistoryRow {
    seq: i64,
    at: String,
    actor: String,
    words: String,
}

/// What was typed into a form that came back, and what was wrong.
#[derive(Default)]
pub(crate) struct Refused {
    pub(crate) form: &'static str,
    pub(crate) field: &'static str,
    pub(crate) message: String,
    pub(crate) typed: Vec<(String, String)>,
}

impl Refused {
    pub(crate) fn of(ctx: &Ctx, form: &'static str, answer: &Answer, fields: &Fields, names: &[&str]) -> Self {
        Self {
            form,
            field: answer.field.unwrap_or_default(),
            message: ctx.lang.of(&answer.message).to_owned(),
            typed: names.iter().map(|name| ((*name).to_owned(), fields.get(name).to_owned())).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "project.html")]
struct ProjectPage {
    c: Chrome,
    id: String,
    version: u64,
    name: String,
    year: i16,
    category: String,
    content: String,
    place: String,
    point: Option<String>,
    unit: String,
    leader: String,
    stage: String,
    stages: Vec<(String, String)>,
    total: String,
    planned: String,
    paid: String,
    share: String,
    behind: Option<bool>,
    missed: usize,
    months: Vec<MonthRow>,
    milestones: Vec<MilestoneRow>,
    photos: Vec<PhotoRow>,
    obstacles: Vec<ObstacleRow>,
    standing: usize,
    last: Option<(String, String, String)>,
    history: Vec<HistoryRow>,
    dropped: Option<String>,
    simulated: bool,
    reports: bool,
    supervises: bool,
    report_months: Vec<Choice>,
    next_stages: Vec<Choice>,
    today: String,
    units: Vec<Choice>,
    leaders: Vec<Choice>,
    details: DetailFields,
    refused: Refused,
    notice: Option<&'static str>,
}

impl ProjectPage {
    fn typed<'a>(&'a self, form: &str, name: &str, otherwise: &'a str) -> &'a str {
        if self.refused.form != form {
            return otherwise;
        }
        self.refused.typed.iter().find(|(own, _)| own == name).map_or(otherwise, |(_, value)| value)
    }

    fn message(&self, form: &str) -> Option<&str> {
        (self.refused.form == form).then_some(self.refused.message.as_str())
    }

    fn bad(&self, form: &str, field: &str) -> bool {
        self.refused.form == form && self.refused.field == field
    }
}

/// What the list says of a project, as the form has it.
#[derive(Default)]
pub(crate) struct DetailFields {
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) content: String,
    pub(crate) place: String,
    pub(crate) point: String,
    pub(crate) total: String,
    pub(crate) plan: String,
    pub(crate) milestones: String,
}

impl DetailFields {
    fn of(project: &Project) -> Self {
        let d = &project.details;
        let plain = |amount: Fen| amount.wan_yuan().to_string();
        let even = tingzhou_platform::ledger::project::evenly(project.planned()) == d.plan;
        Self {
            name: d.name.clone(),
            category: d.category.clone(),
            content: d.content.clone(),
            place: d.place.clone(),
            point: d.point.map(|p| p.to_string()).unwrap_or_default(),
            total: plain(d.total),
            plan: if even { plain(project.planned()) } else { d.plan.map(plain).join(" ") },
            milestones: d.milestones.iter().map(|m| format!("{} {}\n", m.on, m.name)).collect(),
        }
    }

    pub(crate) const NAMES: [&str; 10] =
        ["name", "category", "content", "place", "point", "total", "plan", "milestones", "lead", "leader"];
}

pub(crate) fn choices<'a>(all: impl Iterator<Item = (&'a str, String)>, chosen: &str) -> Vec<Choice> {
    all.map(|(value, words)| Choice { value: value.to_owned(), words, chosen: value == chosen }).collect()
}

pub(crate) fn unit_choices(ctx: &Ctx, chosen: &str) -> Vec<Choice> {
    choices(ctx.platform().pack().units.iter().map(|u| (u.id.as_str(), ctx.lang.of(&u.name).to_owned())), chosen)
}

pub(crate) fn leader_choices(ctx: &Ctx, chosen: &str) -> Vec<Choice> {
    choices(ctx.platform().pack().leaders.iter().map(|l| (l.id.as_str(), ctx.lang.of(&l.title).to_owned())), chosen)
}

fn obstacle(ctx: &Ctx, (at, own): (usize, &Obstacle)) -> ObstacleRow {
    let clock = ctx.platform().clock();
    ObstacleRow {
        at,
        text: own.text.clone(),
        asks: own.asks.as_ref().map(|unit| look(ctx).unit(unit)).unwrap_or_default(),
        by: own.by.to_string(),
        when: clock.written(own.at),
        solved: own.solved.as_ref().map(|(when, how)| format!("{} {how}", clock.written(*when))),
    }
}

/// What happened, in words.
fn words(c: &Chrome, event: &ProjectEvent) -> String {
    match event {
        ProjectEvent::ProjectAdded { .. } => c.w.project_event_added.to_owned(),
        ProjectEvent::ProjectChanged { .. } => c.w.project_event_changed.to_owned(),
        ProjectEvent::ProjectReported { report } => {
            let mut words = format!("{} {}", c.w.project_event_reported, report.month);
            if let Some(spent) = report.spent {
                words.push_str(&format!(" · {} {} {}", c.w.project_spent, wan(spent), c.w.wan_yuan));
            }
            if let Some(stage) = &report.stage {
                let name = stage.stage.words();
                words.push_str(&format!(
                    " · {} {}",
                    if c.lang == crate::i18n::Lang::En { name.en } else { name.zh },
                    stage.on
                ));
            }
            if !report.photos.is_empty() {
                words.push_str(&format!(" · {} {}", c.w.project_photos, report.photos.len()));
            }
            if !report.note.is_empty() {
                words.push_str(&format!(" · {}", report.note));
            }
            words
        }
        ProjectEvent::ObstacleRaised { text, .. } => format!("{} · {text}", c.w.project_event_raised),
        ProjectEvent::ObstacleSolved { how, .. } => format!("{} · {how}", c.w.project_event_solved),
        ProjectEvent::ProjectDropped { reason } => format!("{} · {reason}", c.w.project_event_dropped),
        ProjectEvent::ProjectTakenUp { reason } => format!("{} · {reason}", c.w.project_event_taken_up),
        ProjectEvent::ProjectsRolledUp { .. } | ProjectEvent::RollUpEnded { .. } => String::new(),
    }
}

pub(crate) async fn render(ctx: &Ctx, id: &ProjectId, refused: Refused, status: StatusCode) -> PageResult {
    let actor = ctx.signed_in()?;
    let project = ctx.platform().project(actor, id).await?;
    let c = ctx.chrome(Nav::Projects);
    let (clock, look) = (ctx.platform().clock(), look(ctx));
    let today = clock.today();
    let history = ctx.platform().project_history(actor, id).await?;
    let history = history.into_iter().rev().filter_map(|row| {
        let event: ProjectEvent = serde_json::from_str(&row.body).ok()?;
        Some(HistoryRow { seq: row.seq, at: clock.written(row.at), actor: row.actor, words: words(&c, &event) })
    });
    let d = &project.details;
    let milestone = |(at, m): (usize, &tingzhou_platform::ledger::project::ProjectMilestone)| {
        let reached = project.reached.get(at).copied().flatten();
        MilestoneRow {
            at,
            name: m.name.clone(),
            on: m.on.to_string(),
            late: reached.map_or(m.on < today, |on: Date| on > m.on),
            reached: reached.map(|on| on.to_string()),
        }
    };
    let reports = project.dropped.is_none() && (actor.role.supervises() || actor.unit.as_ref() == Some(&d.lead));
    // The last whole month is the one most often reported; later ones may be reported early.
    let usual = months_over(project.year, today).max(1);
    let newest = if today.year() > project.year { 12 } else { u8::try_from(today.month()).unwrap_or(12) };
    let report_months =
        (1..=newest).map(|month| Choice { value: month.to_string(), words: month.to_string(), chosen: month == usual });
    let notice = match ctx.query("done").as_deref() {
        Some("reported") => Some(c.w.project_reported_done),
        Some("changed") => Some(c.w.project_changed_done),
        Some("raised") => Some(c.w.project_raised_done),
        Some("solved") => Some(c.w.project_solved_done),
        _ => None,
    };
    let now = project.stage();
    let page = ProjectPage {
        id: project.id.to_string(),
        version: project.version,
        name: d.name.clone(),
        year: project.year,
        category: d.category.clone(),
        content: d.content.clone(),
        place: d.place.clone(),
        point: d.point.map(|p| p.to_string()),
        unit: look.unit(&d.lead),
        leader: d.leader.as_ref().map(|l| look.leader(l)).unwrap_or_default(),
        stage: ctx.lang.of(&now.words()).to_owned(),
        stages: project.stages.iter().map(|s| (ctx.lang.of(&s.stage.words()).to_owned(), s.on.to_string())).collect(),
        total: wan(d.total),
        planned: wan(project.planned()),
        paid: wan(project.paid()),
        share: percent(project.paid(), project.planned()),
        behind: project.behind(today),
        missed: project.missed(today).count(),
        months: months(&d.plan, &project.spent),
        milestones: d.milestones.iter().enumerate().map(milestone).collect(),
        photos: project
            .photos
            .iter()
            .rev()
            .map(|p| PhotoRow {
                sha256: p.file.sha256.clone(),
                name: p.file.name.clone(),
                taken: p.taken.to_string(),
                point: p.point.map(|point| point.to_string()),
                note: p.note.clone(),
            })
            .collect(),
        standing: project.standing_obstacles().count(),
        obstacles: project.obstacles.iter().enumerate().rev().map(|own| obstacle(ctx, own)).collect(),
        last: project
            .last
            .as_ref()
            .filter(|last| !last.report.note.is_empty())
            .map(|last| (last.report.note.clone(), last.by.to_string(), clock.written(last.at))),
        history: history.collect(),
        dropped: project.dropped.clone(),
        simulated: project.simulated,
        reports,
        supervises: actor.role.supervises(),
        report_months: report_months.collect(),
        next_stages: choices(
            Stage::ALL.iter().filter(|s| **s != now).map(|s| (s.name(), ctx.lang.of(&s.words()).to_owned())),
            "",
        ),
        today: today.to_string(),
        units: unit_choices(ctx, d.lead.as_str()),
        leaders: leader_choices(ctx, d.leader.as_ref().map_or("", |l| l.as_str())),
        details: DetailFields::of(&project),
        refused,
        notice,
        c,
    };
    page_with(status, &page)
}

/// `GET /projects/{id}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    ctx.signed_in()?;
    render(&ctx, &ProjectId::new(id)?, Refused::default(), StatusCode::OK).await
}

/// `GET /projects/{id}/photos/{sha256}`
pub(crate) async fn photo(ctx: Ctx, Path((id, sha256)): Path<(String, String)>) -> PageResult {
    let actor = ctx.signed_in()?;
    let file = ctx.platform().project_photo(actor, &ProjectId::new(id)?, &sha256).await?;
    let headers = [
        (header::CONTENT_TYPE, file.media_type),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    Ok((headers, file.content).into_response())
}
