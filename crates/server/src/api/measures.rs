//! Measures for programs: everybody reads them, the supervision office writes them.

use crate::api::caller::{reader, writer};
use crate::api::commands::{Body, body};
use crate::api::cursor;
use crate::api::model::{List, instant, message};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use tingzhou_platform::ledger::{TaskId, Two};
use tingzhou_platform::measure::{Measure, MeasureFault, MeasureId, MeasureText, VIEWS, Window};
use tingzhou_platform::{MeasureFigures, MeasureRow, PlatformError, ReadingRow};
use utoipa::{IntoParams, ToSchema};

fn measure_id(text: String) -> Result<MeasureId, Answer> {
    MeasureId::new(text).ok_or_else(Answer::not_found)
}

/// What a measure came to.
#[derive(Serialize, ToSchema)]
pub(crate) struct FiguresBody {
    /// The value, an exact decimal in the measure's unit.
    value: String,
    /// What of.
    #[serde(skip_serializing_if = "Option::is_none")]
    numerator: Option<String>,
    /// Out of what.
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator: Option<String>,
    /// How many rows it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<String>,
}

impl FiguresBody {
    fn of(figures: &MeasureFigures) -> Self {
        let text = |value: Option<rust_decimal::Decimal>| value.map(|v| v.to_string());
        Self {
            value: figures.value.to_string(),
            numerator: text(figures.numerator),
            denominator: text(figures.denominator),
            count: text(figures.count),
        }
    }
}

/// What a version came to on a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadingBody {
    /// The version.
    version: u32,
    /// The last day it speaks of.
    day: String,
    /// What it came to; missing when it never came to anything on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<FiguresBody>,
    /// The unit of the value in this version; empty for a bare number.
    unit: String,
    /// Whether that rests on anything simulated.
    simulated: bool,
    /// When that was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_at: Option<String>,
    /// How long the last attempt took, in microseconds.
    took_us: i64,
    /// Why the last attempt gave nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Message>,
}

impl ReadingBody {
    /// A reading with its own version's unit, from among the versions.
    fn of<'v>(row: &ReadingRow, mut versions: impl Iterator<Item = &'v Measure>) -> Self {
        let own = versions.find(|measure| measure.version == row.version);
        Self {
            unit: own.map(|measure| measure.text.unit.clone()).unwrap_or_default(),
            simulated: row.simulated && row.read.is_some(),
            version: row.version,
            day: row.day.to_string(),
            figures: row.read.as_ref().map(|(figures, _)| FiguresBody::of(figures)),
            read_at: row.read.as_ref().map(|(_, at)| instant(*at)),
            took_us: row.took,
            fault: row.fault.as_ref().map(|fault| message(&fault.words())),
        }
    }
}

/// A version of a measure.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeasureBody {
    /// Identifier.
    id: String,
    /// Its version, from 1.
    version: u32,
    /// Its name.
    name: Message,
    /// What it says.
    words: Message,
    /// The unit of its value.
    unit: String,
    /// Digits kept after the point.
    decimals: u8,
    /// year, month, week or two-days: which days of observations and alarms it looks at.
    window: &'static str,
    /// Whether everybody may see the rows behind it.
    public: bool,
    /// The query of its value.
    value: String,
    /// The query of the rows behind it.
    evidence: String,
    /// Why there is this version.
    reason: String,
    /// When it was saved.
    at: String,
}

impl MeasureBody {
    fn of(measure: &Measure) -> Self {
        let text = &measure.text;
        Self {
            id: text.id.to_string(),
            version: measure.version,
            name: message(&text.name),
            words: message(&text.words),
            unit: text.unit.clone(),
            decimals: text.decimals,
            window: text.window.name(),
            public: text.public,
            value: text.value.clone(),
            evidence: text.evidence.clone(),
            reason: measure.reason.clone(),
            at: instant(measure.at),
        }
    }
}

/// A measure in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeasureLineBody {
    /// Its newest version.
    measure: MeasureBody,
    /// What that came to last.
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<ReadingBody>,
    /// How many tasks it measures.
    tasks: usize,
}

/// A task and the version it is measured by.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeasuredTaskBody {
    /// The task.
    task: String,
    /// The version.
    version: u32,
}

/// A measure with its versions, readings and tasks.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeasureViewBody {
    /// Newest first.
    versions: Vec<MeasureBody>,
    /// The newest day first.
    readings: Vec<ReadingBody>,
    /// What it measures.
    tasks: Vec<MeasuredTaskBody>,
}

/// A page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MeasuresQuery {
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

/// The measures of the city, by identifier.
#[utoipa::path(get, path = "/measures", tag = "measures", params(MeasuresQuery),
    responses((status = 200, body = List<MeasureLineBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<MeasuresQuery>,
) -> ApiResult<Json<List<MeasureLineBody>>> {
    let (offset, limit) = (cursor::read("measures", query.cursor.as_deref())?, cursor::limit(query.limit));
    let all = state.platform.measures().await?;
    let line = |line: &tingzhou_platform::MeasureLine| MeasureLineBody {
        measure: MeasureBody::of(&line.measure),
        reading: line.reading.as_ref().map(|row| ReadingBody::of(row, std::iter::once(&line.measure))),
        tasks: line.tasks,
    };
    let next = offset.saturating_add(limit);
    Ok(Json(List {
        items: all.iter().skip(offset).take(limit).map(line).collect(),
        total: Some(all.len()),
        next: (next < all.len()).then(|| cursor::write("measures", next)),
    }))
}

/// One measure: at most 1,000 versions and readings.
#[utoipa::path(get, path = "/measures/{id}", tag = "measures", params(("id" = String, Path, description = "Measure")),
    responses((status = 200, body = MeasureViewBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(State(state): State<AppState>, Path(id): Path<String>) -> ApiResult<Json<MeasureViewBody>> {
    let view = state.platform.measure_view(&measure_id(id)?).await?;
    let task = |(task, link): &(TaskId, tingzhou_platform::measure::MeasureLink)| MeasuredTaskBody {
        task: task.to_string(),
        version: link.version,
    };
    Ok(Json(MeasureViewBody {
        versions: view.versions.iter().map(MeasureBody::of).collect(),
        readings: view.readings.iter().map(|row| ReadingBody::of(row, view.versions.iter())).collect(),
        tasks: view.tasks.iter().map(task).collect(),
    }))
}

/// A row behind a value.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeasureRowBody {
    /// What it is.
    label: String,
    /// Its day.
    day: String,
    /// Its value, an exact decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// The facility it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    facility: Option<String>,
    /// The case it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    /// The task it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    /// The key project it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<String>,
    /// Whether the facility is simulated.
    simulated: bool,
}

impl MeasureRowBody {
    fn of(row: MeasureRow) -> Self {
        let MeasureRow { label, day, value, facility, case, task, project, simulated } = row;
        Self { label, day, value: value.map(|v| v.to_string()), facility, case, task, project, simulated }
    }
}

/// Which rows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MeasureRowsQuery {
    /// The version; the newest when missing.
    version: Option<u32>,
    /// The last day they speak of; today when missing.
    day: Option<String>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 1 to 1,000; 50 when missing.
    limit: Option<u32>,
}

fn failed(fault: &MeasureFault) -> Answer {
    let words = fault.words();
    Answer::new(StatusCode::UNPROCESSABLE_ENTITY, "measure-failed", words.zh, words.en)
}

/// The rows behind a measure's value. The public gets those of public measures, without what is not public.
#[utoipa::path(get, path = "/measures/{id}/rows", tag = "measures", params(("id" = String, Path, description = "Measure"), MeasureRowsQuery),
    security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = List<MeasureRowBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn rows(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<MeasureRowsQuery>,
) -> ApiResult<Json<List<MeasureRowBody>>> {
    let (id, actor) = (measure_id(id)?, reader(&state, &headers).await?);
    let wrong = || Answer::bad_field("day", "日期应如 2025-10-31。", "Give a day, such as 2025-10-31.");
    let day = query.day.as_ref().map(|day| day.parse()).transpose().map_err(|_| wrong())?;
    let version = match query.version {
        Some(version) => version,
        None => state.platform.measure_view(&id).await?.latest().map_or(0, |measure| measure.version),
    };
    let name = format!("measure {id} {version} {}", query.day.as_deref().unwrap_or_default());
    let offset = u32::try_from(cursor::read(&name, query.cursor.as_deref())?).unwrap_or(u32::MAX);
    let limit = query.limit.unwrap_or(50).clamp(1, 1_000);
    let page = match state.platform.measure_rows(actor.as_ref(), (&id, version), day, offset, limit).await {
        Err(PlatformError::NotAllowed) => return Err(Answer::sign_in_first().into()),
        page => page?,
    };
    let rows = page.rows.map_err(|fault| failed(&fault))?;
    let next =
        page.more.then(|| cursor::write(&name, usize::try_from(offset.saturating_add(limit)).unwrap_or(usize::MAX)));
    Ok(Json(List { items: rows.into_iter().map(MeasureRowBody::of).collect(), total: None, next }))
}

/// Words in both languages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BothBody {
    /// 简体中文.
    zh: String,
    /// English.
    en: String,
}

/// A measure to try or to save.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMeasure {
    /// Its name.
    name: BothBody,
    /// What it says.
    words: BothBody,
    /// The unit of its value.
    #[serde(default)]
    unit: String,
    /// Digits kept after the point, 0 to 6.
    #[serde(default)]
    decimals: u8,
    /// year (when missing), month, week or two-days.
    #[serde(default)]
    window: Option<String>,
    /// Whether everybody may see the rows behind it.
    #[serde(default)]
    public: bool,
    /// The query of its value.
    value: String,
    /// The query of the rows behind it.
    evidence: String,
    /// The newest version the writer has seen; 0 for a new measure.
    #[serde(default)]
    expected: u32,
    /// Why it changes; needed from version 2 on.
    #[serde(default)]
    reason: String,
}

fn text_of(id: MeasureId, new: NewMeasure) -> Result<MeasureText, Answer> {
    let window = match &new.window {
        None => Window::default(),
        Some(name) => Window::from_name(name).ok_or_else(|| {
            Answer::bad_field("window", "应为 year、month、week 或 two-days。", "Give year, month, week or two-days.")
        })?,
    };
    Ok(MeasureText {
        id,
        name: Two::new(new.name.zh, new.name.en),
        words: Two::new(new.words.zh, new.words.en),
        unit: new.unit,
        decimals: new.decimals,
        window,
        public: new.public,
        value: new.value,
        evidence: new.evidence,
    })
}

/// Save a version. One that says the same as the newest is no new version.
#[utoipa::path(put, path = "/measures/{id}", tag = "measures", request_body = NewMeasure, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Measure")),
    responses((status = 200, body = MeasureBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn save(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewMeasure>,
) -> ApiResult<Json<MeasureBody>> {
    let actor = writer(&state, &headers).await?;
    let new = body(new)?;
    let id = MeasureId::new(id).ok_or_else(|| {
        Answer::bad_field("id", "编号用小写字母、数字和连字符。", "Use lower-case letters, digits and hyphens.")
    })?;
    let (expected, reason) = (new.expected, new.reason.clone());
    let measure = state.platform.save_measure(&actor, text_of(id, new)?, expected, &reason).await?;
    Ok(Json(MeasureBody::of(&measure)))
}

/// What a measure would come to.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewBody {
    /// The value.
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<FiguresBody>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Message>,
    /// Whether it rests on anything simulated.
    simulated: bool,
    /// The first rows behind it.
    rows: Vec<MeasureRowBody>,
    /// Why there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows_fault: Option<Message>,
    /// How long both took, in microseconds.
    took_us: u64,
}

/// Try a measure. Nothing is stored.
#[utoipa::path(post, path = "/measure-previews", tag = "measures", request_body = NewMeasure, security(("basic" = []), ("session" = [])),
    responses((status = 200, body = PreviewBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn preview(
    State(state): State<AppState>,
    headers: HeaderMap,
    new: Body<NewMeasure>,
) -> ApiResult<Json<PreviewBody>> {
    let actor = writer(&state, &headers).await?;
    let new = body(new)?;
    let id = MeasureId::new("preview").ok_or_else(Answer::not_found)?;
    let preview = state.platform.preview_measure(&actor, &text_of(id, new)?).await?;
    Ok(Json(PreviewBody {
        figures: preview.value.as_ref().ok().map(FiguresBody::of),
        fault: preview.value.as_ref().err().map(|fault| message(&fault.words())),
        simulated: preview.simulated,
        rows_fault: preview.rows.as_ref().err().map(|fault| message(&fault.words())),
        rows: preview.rows.unwrap_or_default().into_iter().map(MeasureRowBody::of).collect(),
        took_us: u64::try_from(preview.took.as_micros()).unwrap_or(u64::MAX),
    }))
}

/// Compute a measure now, for itself and the tasks it measures.
#[utoipa::path(post, path = "/measures/{id}/readings", tag = "measures", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Measure")),
    responses((status = 200, body = ReadingBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn read(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Json<ReadingBody>> {
    let actor = writer(&state, &headers).await?;
    let id = measure_id(id)?;
    let row = Box::pin(state.platform.measure_now(&actor, &id)).await?;
    let view = state.platform.measure_view(&id).await?;
    Ok(Json(ReadingBody::of(&row, view.versions.iter())))
}

/// A column of a view.
#[derive(Serialize, ToSchema)]
pub(crate) struct ColumnBody {
    /// Its name in queries.
    name: &'static str,
    /// number, text, day or flag (1 or 0).
    kind: &'static str,
    /// Its unit; empty when it has none.
    unit: &'static str,
    /// What it means.
    words: Message,
}

/// A view that queries read.
#[derive(Serialize, ToSchema)]
pub(crate) struct ViewBody {
    /// Its name in queries.
    name: &'static str,
    /// What a row of it is.
    words: Message,
    /// Its columns.
    columns: Vec<ColumnBody>,
}

/// The published views and their columns.
#[utoipa::path(get, path = "/measure-views", tag = "measures", responses((status = 200, body = Vec<ViewBody>)))]
pub(crate) async fn views() -> Json<Vec<ViewBody>> {
    use tingzhou_platform::measure::ColumnKind;
    let column = |column: &tingzhou_platform::measure::Column| ColumnBody {
        name: column.name,
        kind: match column.kind {
            ColumnKind::Number => "number",
            ColumnKind::Text => "text",
            ColumnKind::Day => "day",
            ColumnKind::Flag => "flag",
        },
        unit: column.unit,
        words: message(&Two::new(column.zh, column.en)),
    };
    let view = |view: &tingzhou_platform::measure::View| ViewBody {
        name: view.name,
        words: message(&Two::new(view.zh, view.en)),
        columns: view.columns.iter().map(column).collect(),
    };
    Json(VIEWS.iter().map(view).collect())
}

/// Which measure is to measure a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskMeasureBody {
    /// The measure.
    measure: String,
    /// The version; the newest when missing.
    #[serde(default)]
    version: Option<u32>,
    /// Why; needed when the task is measured already.
    #[serde(default)]
    reason: String,
}

/// Have a measure measure a task; it is computed at once.
#[utoipa::path(put, path = "/tasks/{id}/measure", tag = "measures", request_body = TaskMeasureBody, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn take(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<TaskMeasureBody>,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    let new = body(new)?;
    let (task, measure) = (TaskId::new(id).map_err(Answer::from)?, measure_id(new.measure)?);
    Box::pin(state.platform.link_measure(&actor, &task, (&measure, new.version), &new.reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a task is no longer measured.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EndQuery {
    /// Why.
    #[serde(default)]
    reason: String,
}

/// No longer have a measure measure a task.
#[utoipa::path(delete, path = "/tasks/{id}/measure", tag = "measures", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task"), EndQuery),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn end(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<EndQuery>,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    state.platform.unlink_measure(&actor, &TaskId::new(id).map_err(Answer::from)?, &query.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
