//! One measure: what it says, its value now and over time, its versions, the tasks it measures, the rows behind it.

use super::{ReadingLine, figure, measure_id};
use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::export::{Table, note};
use crate::fields::Fields;
use crate::i18n::{measure_words, words};
use crate::pages::tasks::csv_file;
use crate::pages::{Failure, PageResult, page};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;
use tingzhou_platform::measure::{Measure, MeasureId};
use tingzhou_platform::{MeasureRow, MeasureView, PlatformError};

/// Rows of a page.
const PAGE: u32 = 100;
/// Rows of a file.
const FILE: u32 = 1_000;
/// Readings shown.
const READINGS: usize = 60;

pub(super) struct RowLine {
    pub(super) label: String,
    pub(super) day: String,
    pub(super) value: String,
    pub(super) simulated: bool,
    /// Where the row leads to: address and name.
    pub(super) links: Vec<(String, String)>,
}

impl RowLine {
    pub(super) fn of(ctx: &Ctx, row: MeasureRow) -> Self {
        let mut links = Vec::new();
        let parts =
            [("/facilities", row.facility), ("/cases", row.case), ("/tasks", row.task), ("/projects", row.project)];
        for (place, id) in parts {
            if let Some(id) = id {
                links.push((format!("{place}/{}", crate::fields::encoded(&id)), id));
            }
        }
        let value = row.value.map(|value| figure(ctx, value, "")).unwrap_or_default();
        Self { label: row.label, day: row.day, value, simulated: row.simulated, links }
    }
}

/// A line of a query in a difference: `+` new, `-` gone, a space for both.
struct Changed {
    sign: char,
    text: String,
}

struct VersionLine {
    version: u32,
    at: String,
    by: String,
    reason: String,
    value: String,
    evidence: String,
    window: String,
    changed: Vec<Changed>,
}

/// Which version and day rows are of.
struct Shown {
    version: u32,
    /// Whether that is not the newest version.
    older: bool,
    day: String,
    unit: String,
}

struct TaskLine {
    id: String,
    title: String,
    version: u32,
}

#[derive(Template)]
#[template(path = "measure.html")]
struct OnePage {
    c: Chrome,
    id: String,
    name: String,
    words: String,
    version: u32,
    latest: Option<ReadingLine>,
    readings: Vec<ReadingLine>,
    versions: Vec<VersionLine>,
    tasks: Vec<TaskLine>,
    /// What the rows are of: version, day, and the unit of the value they are behind.
    rows_of: Shown,
    rows: Vec<RowLine>,
    rows_fault: Option<String>,
    rows_shown: bool,
    hidden: usize,
    took: String,
    next: Option<String>,
    csv: String,
    notice: Option<&'static str>,
}

/// Lines of both texts: those of the newer one in order, with what is gone before what came in its place.
fn difference(before: &str, after: &str) -> Vec<Changed> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.trim().lines().collect(), after.trim().lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let line = |sign, text: &&str| Changed { sign, text: (*text).to_owned() };
    let mut lines: Vec<Changed> = new[..head].iter().map(|t| line(' ', t)).collect();
    lines.extend(old[head..old.len() - tail].iter().map(|t| line('-', t)));
    lines.extend(new[head..new.len() - tail].iter().map(|t| line('+', t)));
    lines.extend(new[new.len() - tail..].iter().map(|t| line(' ', t)));
    lines
}

fn versions(ctx: &Ctx, view: &MeasureView) -> Vec<VersionLine> {
    let line = |(at, measure): (usize, &Measure)| {
        let text = &measure.text;
        let changed = view.versions.get(at + 1).map(|before| {
            let mut lines = difference(&before.text.value, &text.value);
            if before.text.evidence != text.evidence {
                lines.push(Changed { sign: ' ', text: String::new() });
                lines.extend(difference(&before.text.evidence, &text.evidence));
            }
            lines
        });
        VersionLine {
            version: measure.version,
            at: ctx.platform().clock().written(measure.at),
            by: measure.by.to_string(),
            reason: measure.reason.clone(),
            value: text.value.trim().to_owned(),
            evidence: text.evidence.trim().to_owned(),
            window: ctx.lang.of(&text.window.words()).to_owned(),
            changed: changed.unwrap_or_default(),
        }
    };
    view.versions.iter().enumerate().take(50).map(line).collect()
}

/// Which version and day are asked for, and from which row on.
struct Asked {
    version: u32,
    day: Option<Date>,
    offset: u32,
}

fn asked(ctx: &Ctx, latest: u32) -> Result<Asked, Failure> {
    let day = match ctx.query("day").filter(|day| !day.is_empty()) {
        Some(day) => Some(
            day.parse()
                .map_err(|_| Answer::bad_field("day", "日期应如 2025-10-31。", "Give a day, such as 2025-10-31."))?,
        ),
        None => None,
    };
    let number = |name: &str| ctx.query(name).and_then(|text| text.parse::<u32>().ok());
    Ok(Asked {
        version: number("version").unwrap_or(latest),
        day,
        offset: number("offset").unwrap_or(0).min(1_000_000),
    })
}

fn address(id: &MeasureId, file: &str, asked: &Asked, offset: u32) -> String {
    let day = asked.day.map(|day| format!("&day={day}")).unwrap_or_default();
    format!("/measures/{id}{file}?version={}{day}&offset={offset}", asked.version)
}

/// `GET /measures/{id}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id = measure_id(&id)?;
    let view = ctx.platform().measure_view(&id).await?;
    let latest = view.latest().ok_or_else(Answer::not_found)?;
    let asked = asked(&ctx, latest.version)?;
    let page_of = ctx.platform().measure_rows(ctx.actor(), (&id, asked.version), asked.day, asked.offset, PAGE).await;
    let (mut rows, mut rows_fault, mut hidden, mut more, mut took) = (Vec::new(), None, 0, false, String::new());
    let rows_shown = !matches!(page_of, Err(PlatformError::NotAllowed));
    if rows_shown {
        let found = page_of?;
        (hidden, more) = (found.hidden, found.more);
        took = super::milliseconds(i64::try_from(found.took.as_micros()).unwrap_or(i64::MAX));
        match found.rows {
            Ok(found) => rows = found.into_iter().map(|row| RowLine::of(&ctx, row)).collect(),
            Err(fault) => rows_fault = Some(ctx.lang.of(&fault.words()).to_owned()),
        }
    }
    // A version may count in another unit than the newest.
    let of_version = |version: u32| view.versions.iter().find(|measure| measure.version == version).unwrap_or(latest);
    let reading = |row: &tingzhou_platform::ReadingRow| ReadingLine::of(&ctx, &of_version(row.version).text, row);
    let today = ctx.platform().clock().today();
    let rows_of = Shown {
        version: asked.version,
        older: asked.version != latest.version,
        day: asked.day.unwrap_or(today).min(today).to_string(),
        unit: of_version(asked.version).text.unit.clone(),
    };
    let task = |(task, link): &(tingzhou_platform::ledger::TaskId, tingzhou_platform::measure::MeasureLink)| TaskLine {
        id: task.to_string(),
        title: ctx.snapshot.task(task).map(|v| v.task.title.clone()).unwrap_or_default(),
        version: link.version,
    };
    let w = measure_words(ctx.lang);
    page(&OnePage {
        name: ctx.lang.of(&latest.text.name).to_owned(),
        words: ctx.lang.of(&latest.text.words).to_owned(),
        version: latest.version,
        latest: view.readings.iter().find(|row| row.version == latest.version).map(reading),
        readings: view.readings.iter().take(READINGS).map(reading).collect(),
        versions: versions(&ctx, &view),
        tasks: view.tasks.iter().map(task).collect(),
        rows_of,
        rows,
        rows_fault,
        rows_shown,
        hidden,
        took,
        next: more.then(|| address(&id, "", &asked, asked.offset.saturating_add(PAGE))),
        csv: address(&id, "/rows.csv", &asked, asked.offset),
        notice: match ctx.query("done").as_deref() {
            Some("saved") => Some(w.saved),
            Some("read") => Some(w.read_done),
            _ => None,
        },
        id: id.to_string(),
        c: ctx.chrome(Nav::Measures),
    })
}

/// `GET /measures/{id}/rows.csv`
pub(crate) async fn csv(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id = measure_id(&id)?;
    let view = ctx.platform().measure_view(&id).await?;
    let latest = view.latest().ok_or_else(Answer::not_found)?;
    let asked = asked(&ctx, latest.version)?;
    let found =
        match ctx.platform().measure_rows(ctx.actor(), (&id, asked.version), asked.day, asked.offset, FILE).await {
            Err(PlatformError::NotAllowed) => {
                ctx.signed_in()?;
                return Err(Answer::not_allowed().into());
            }
            found => found?,
        };
    let rows = found.rows.map_err(|fault| {
        let words = fault.words();
        Answer::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "measure-failed", words.zh, words.en)
    })?;
    let (w, simulated) = (measure_words(ctx.lang), words(ctx.lang).simulated);
    let row = |row: MeasureRow| {
        vec![
            row.label,
            row.day,
            row.value.map(|v| v.to_string()).unwrap_or_default(),
            row.facility.or(row.case).or(row.task).or(row.project).unwrap_or_default(),
            if row.simulated { simulated } else { "" }.to_owned(),
        ]
    };
    csv_file(&Table {
        name: w.rows,
        head: vec![w.label, w.day, w.value, w.link, simulated],
        wide: &[0],
        rows: rows.into_iter().map(row).collect(),
        note: note(&ctx),
        file_name: format!("measure-{id}-v{}", asked.version),
    })
}

/// `POST /measures/{id}/read`
pub(crate) async fn read(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let id = measure_id(&id)?;
    Box::pin(ctx.platform().measure_now(actor, &id)).await?;
    Ok(Redirect::to(&format!("/measures/{id}?done=read")).into_response())
}
