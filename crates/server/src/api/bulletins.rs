//! Bulletins for programs: issued ones for everyone, drafts for the supervision office.

use crate::api::caller::{reader, writer};
use crate::api::commands::{Body, body};
use crate::api::cursor;
use crate::api::model::{List, instant, message};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::api::reports::PageQuery;
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tingzhou_platform::ledger::bulletin::{Behind, BulletinClass, BulletinPeriod, ClassGroup, Move, Moved};
use tingzhou_platform::{BulletinLine, BulletinView};
use utoipa::{IntoParams, ToSchema};

/// An issued bulletin.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuedBody {
    /// 2025-10, 2025-Q3 or 2025-H1.
    period: String,
    /// Last day of the period.
    day: String,
    /// Title, in Chinese.
    title: String,
    /// SHA-256 of the content as stored.
    sha256: String,
    /// When it was issued.
    issued_at: String,
}

impl IssuedBody {
    fn of(line: &BulletinLine) -> Self {
        Self {
            period: line.period.to_string(),
            day: line.day.to_string(),
            title: line.title.clone(),
            sha256: line.sha256.clone(),
            issued_at: instant(line.issued_at),
        }
    }
}

/// How many tasks are in a class.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClassBody {
    /// done, ahead, on-path, behind or other.
    class: String,
    /// For people.
    words: Message,
    /// Tasks.
    count: u64,
    /// Of all, in percent with one decimal; missing when there is no task.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<String>,
}

/// A task that is behind.
#[derive(Serialize, ToSchema)]
pub(crate) struct BehindBody {
    /// Task.
    task: String,
    /// What is to be done.
    title: String,
    /// Lead unit, once confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<Message>,
    /// red or yellow.
    light: String,
    /// Why.
    sentence: Message,
    /// What the latest filing or check says.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The day that note speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    note_day: Option<String>,
}

impl BehindBody {
    fn of(row: &Behind) -> Self {
        let (note, note_day) = row.note.clone().unzip();
        Self {
            task: row.task.to_string(),
            title: row.title.clone(),
            lead: row.lead.as_ref().map(message),
            light: row.light.name().to_owned(),
            sentence: message(&row.sentence),
            note,
            note_day: note_day.map(|day| day.to_string()),
        }
    }
}

/// A task that moved since the period before.
#[derive(Serialize, ToSchema)]
pub(crate) struct MovedBody {
    /// Task.
    task: String,
    /// What is to be done.
    title: String,
    /// done, light and adjusted, as far as they apply.
    moves: Vec<String>,
    /// The light before, when it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    light_before: Option<String>,
    /// The light now, when it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    light: Option<String>,
    /// The light's sentence now.
    sentence: Message,
}

impl MovedBody {
    fn of(row: &Moved) -> Self {
        let name = |what: &Move| match what {
            Move::Done => "done",
            Move::Light { .. } => "light",
            Move::Adjusted { .. } => "adjusted",
        };
        let lights = row.moves.iter().find_map(|what| match what {
            Move::Light { from, to } => Some((from.name().to_owned(), to.name().to_owned())),
            _ => None,
        });
        let (light_before, light) = lights.unzip();
        Self {
            task: row.task.to_string(),
            title: row.title.clone(),
            moves: row.moves.iter().map(|what| name(what).to_owned()).collect(),
            light_before,
            light,
            sentence: message(&row.sentence),
        }
    }
}

/// The counts of an area or unit.
#[derive(Serialize, ToSchema)]
pub(crate) struct GroupBody {
    /// Its name.
    name: Message,
    /// Tasks by class, every class in the table's order.
    counts: Vec<u64>,
    /// All of them.
    total: u64,
}

impl GroupBody {
    fn of(group: &ClassGroup) -> Self {
        Self {
            name: message(&group.name),
            counts: BulletinClass::ALL.map(|class| u64::from(group.counts.of(class))).to_vec(),
            total: group.counts.total(),
        }
    }
}

/// A bulletin.
#[derive(Serialize, ToSchema)]
pub(crate) struct BulletinBody {
    /// 2025-10, 2025-Q3 or 2025-H1.
    period: String,
    /// The report whose tasks it counts.
    report: String,
    /// Title.
    title: Message,
    /// The day the tasks are judged for.
    day: String,
    /// What was filed after this day is not in it.
    filed_by: String,
    /// The last day of the period it is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// Set once it is issued; a draft otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<IssuedBody>,
    /// What it says first.
    summary: Vec<Message>,
    /// By class.
    classes: Vec<ClassBody>,
    /// All tasks.
    total: u64,
    /// What is to be said of the percentages.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Message>,
    /// What is behind, in the report's order.
    behind: Vec<BehindBody>,
    /// What moved, in the report's order.
    moved: Vec<MovedBody>,
    /// By area, in official order.
    areas: Vec<GroupBody>,
    /// By lead unit, in official order.
    units: Vec<GroupBody>,
    /// Any of it belongs to a simulated city.
    simulated: bool,
}

impl BulletinBody {
    fn of(view: &BulletinView) -> Self {
        let b = &view.bulletin;
        let class = |row: &tingzhou_platform::ledger::bulletin::ClassRow| ClassBody {
            class: row.class.name().to_owned(),
            words: message(&row.class.words()),
            count: u64::from(row.count),
            percent: row.percent.map(|percent| percent.to_string()),
        };
        Self {
            period: b.period.to_string(),
            report: b.report.to_string(),
            title: message(&b.title),
            day: b.day.to_string(),
            filed_by: b.filed_by.to_string(),
            before: b.before.map(|day| day.to_string()),
            issued: view.issued.as_ref().map(IssuedBody::of),
            summary: b.summary.iter().map(message).collect(),
            classes: b.table.rows.iter().map(class).collect(),
            total: b.table.total,
            note: b.table.note.as_ref().map(message),
            behind: b.behind.iter().map(BehindBody::of).collect(),
            moved: b.moved.iter().map(MovedBody::of).collect(),
            areas: b.areas.iter().map(GroupBody::of).collect(),
            units: b.units.iter().map(GroupBody::of).collect(),
            simulated: b.simulated,
        }
    }
}

/// Until when filing counts.
#[derive(Default, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CloseBody {
    /// What was filed after this day is not counted; the period's last day when not given.
    filed_by: Option<String>,
}

impl CloseBody {
    fn day(&self) -> Result<Option<Date>, Answer> {
        let wrong = || Answer::bad_field("filed_by", "请给出日期，如 2025-11-05。", "Give a day, such as 2025-11-05.");
        self.filed_by.as_deref().map(|text| text.parse().map_err(|_| wrong())).transpose()
    }
}

fn period_of(text: &str) -> Result<BulletinPeriod, Answer> {
    text.parse().map_err(|_| Answer::not_found())
}

/// Issued bulletins, the latest period first.
#[utoipa::path(get, path = "/bulletins", tag = "bulletins", params(PageQuery), responses((status = 200, body = List<IssuedBody>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<IssuedBody>>> {
    let offset = cursor::read("bulletins", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit);
    let (skip, most) = (u32::try_from(offset).unwrap_or(u32::MAX), u32::try_from(limit).unwrap_or(200));
    let mut lines = state.platform.bulletins(skip, most.saturating_add(1)).await?;
    let next = (lines.len() > limit).then(|| cursor::write("bulletins", offset.saturating_add(limit)));
    lines.truncate(limit);
    Ok(Json(List { items: lines.iter().map(IssuedBody::of).collect(), total: None, next }))
}

/// The bulletin of a period. As issued for everyone; a draft, computed now, for the supervision office.
#[utoipa::path(get, path = "/bulletins/{period}", tag = "bulletins", params(("period" = String, Path, description = "2025-10, 2025-Q3 or 2025-H1"), CloseBody),
    responses((status = 200, body = BulletinBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Path(period): Path<String>,
    headers: HeaderMap,
    Query(close): Query<CloseBody>,
) -> ApiResult<Json<BulletinBody>> {
    let period = period_of(&period)?;
    if let Some(issued) = state.platform.issued_bulletin(period).await? {
        return Ok(Json(BulletinBody::of(&issued)));
    }
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    Ok(Json(BulletinBody::of(&state.platform.bulletin(period, close.day()?).await?)))
}

/// Issue the bulletin of a period. From then on it no longer changes.
#[utoipa::path(put, path = "/bulletins/{period}", tag = "bulletins", request_body = CloseBody, security(("basic" = []), ("session" = [])),
    params(("period" = String, Path, description = "2025-10, 2025-Q3 or 2025-H1")),
    responses((status = 200, body = BulletinBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn issue(
    State(state): State<AppState>,
    Path(period): Path<String>,
    headers: HeaderMap,
    close: Body<CloseBody>,
) -> ApiResult<Json<BulletinBody>> {
    let actor = writer(&state, &headers).await?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let (period, close) = (period_of(&period)?, body(close)?);
    let view = Box::pin(state.platform.issue_bulletin(&actor, period, close.day()?)).await?;
    Ok(Json(BulletinBody::of(&view)))
}
