//! What a task is measured by, on its page, and the office's forms for it.

use super::{ReadingLine, measure_id};
use crate::context::Ctx;
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::PageResult;
use crate::pages::task_forms::Choice;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::PlatformError;
use tingzhou_platform::ledger::{TaskId, base_unit};

/// What a task is measured by.
pub(crate) struct Measured {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) version: u32,
    pub(crate) newer: bool,
    pub(crate) reading: Option<ReadingLine>,
    pub(crate) fault: Option<String>,
}

impl Measured {
    pub(crate) async fn of(ctx: &Ctx, task: &TaskId) -> Result<Option<Self>, PlatformError> {
        let Some(found) = ctx.platform().measured_task(task).await? else { return Ok(None) };
        let text = &found.measure.text;
        Ok(Some(Self {
            id: text.id.to_string(),
            name: ctx.lang.of(&text.name).to_owned(),
            words: ctx.lang.of(&text.words).to_owned(),
            version: found.measure.version,
            newer: found.newest > found.measure.version,
            reading: found.reading.as_ref().filter(|row| row.read.is_some()).map(|row| ReadingLine::of(ctx, text, row)),
            fault: found.fault.as_ref().map(|fault| ctx.lang.of(&fault.words()).to_owned()),
        }))
    }
}

/// The measures that have the unit of a task's target.
pub(crate) async fn choices(ctx: &Ctx, unit: &str, now: Option<&str>) -> Result<Vec<Choice>, PlatformError> {
    let all = ctx.platform().measures().await?;
    let fitting = all.into_iter().filter(|line| base_unit(&line.measure.text.unit).1 == unit);
    Ok(fitting
        .map(|line| {
            let text = line.measure.text;
            Choice {
                chosen: now == Some(text.id.as_str()),
                words: format!(
                    "{} · {} {}",
                    ctx.lang.of(&text.name),
                    crate::i18n::measure_words(ctx.lang).version,
                    line.measure.version
                ),
                value: text.id.to_string(),
            }
        })
        .collect())
}

/// `POST /tasks/{id}/measure`
pub(crate) async fn take(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !ctx.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let (task, measure) = (TaskId::new(id)?, measure_id(fields.get("measure"))?);
    Box::pin(ctx.platform().link_measure(actor, &task, (&measure, None), fields.get("reason"))).await?;
    Ok(Redirect::to(&format!("/tasks/{task}#h-measure")).into_response())
}

/// `POST /tasks/{id}/measure/end`
pub(crate) async fn end(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !ctx.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let task = TaskId::new(id)?;
    ctx.platform().unlink_measure(actor, &task, fields.get("reason")).await?;
    Ok(Redirect::to(&format!("/tasks/{task}")).into_response())
}
