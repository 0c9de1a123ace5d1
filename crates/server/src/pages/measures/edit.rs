//! The editor: a measure's words and queries, with the views beside them; tried without storing, saved as a new version.

use super::one::RowLine;
use super::{figure, measure_id, milliseconds};
use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::i18n::Lang;
use crate::pages::task_forms::Choice;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::ledger::Two;
use tingzhou_platform::measure::{MeasureId, MeasureText, VIEWS, Window};
use tingzhou_platform::{MeasurePreview, PlatformError};

struct ColumnLine {
    name: &'static str,
    unit: &'static str,
    words: &'static str,
}

struct ViewLine {
    name: &'static str,
    words: &'static str,
    columns: Vec<ColumnLine>,
}

/// What the form holds.
#[derive(Default)]
struct Typed {
    /// The version the writer has seen; 0 for a new measure.
    expected: u32,
    id: String,
    name_zh: String,
    name_en: String,
    words_zh: String,
    words_en: String,
    unit: String,
    decimals: String,
    window: Window,
    public: bool,
    value: String,
    evidence: String,
    reason: String,
}

struct Tried {
    value: String,
    numerator: String,
    denominator: String,
    count: String,
    fault: Option<String>,
    rows: Vec<RowLine>,
    rows_fault: Option<String>,
    took: String,
    simulated: bool,
}

#[derive(Template)]
#[template(path = "measure_edit.html")]
struct EditPage {
    c: Chrome,
    f: Typed,
    windows: Vec<Choice>,
    views: Vec<ViewLine>,
    field: &'static str,
    message: Option<String>,
    tried: Option<Tried>,
}

impl EditPage {
    fn bad(&self, field: &str) -> bool {
        self.field == field
    }
}

fn views(lang: Lang) -> Vec<ViewLine> {
    let pick = |zh, en| if lang == Lang::En { en } else { zh };
    VIEWS
        .iter()
        .map(|view| ViewLine {
            name: view.name,
            words: pick(view.zh, view.en),
            columns: view
                .columns
                .iter()
                .map(|column| ColumnLine {
                    name: column.name,
                    // Units that differ by language stand as one text, Chinese first.
                    unit: match (column.unit.split_once(" / "), lang) {
                        (Some((_, en)), Lang::En) => en,
                        (Some((zh, _)), Lang::Zh) => zh,
                        (None, _) => column.unit,
                    },
                    words: pick(column.zh, column.en),
                })
                .collect(),
        })
        .collect()
}

fn shown(
    ctx: &Ctx,
    status: StatusCode,
    f: Typed,
    (field, message): (&'static str, Option<String>),
    tried: Option<Tried>,
) -> PageResult {
    let choice = |window: Window| Choice {
        value: window.name().to_owned(),
        words: ctx.lang.of(&window.words()).to_owned(),
        chosen: window == f.window,
    };
    page_with(
        status,
        &EditPage {
            windows: Window::ALL.into_iter().map(choice).collect(),
            views: views(ctx.lang),
            f,
            field,
            message,
            tried,
            c: ctx.chrome(Nav::Measures),
        },
    )
}

/// `GET /measure-editor`, with `?id=` to change a measure.
pub(crate) async fn form(ctx: Ctx) -> PageResult {
    ctx.supervisor()?;
    let typed = match ctx.query("id").filter(|id| !id.is_empty()) {
        None => Typed { decimals: "0".to_owned(), ..Typed::default() },
        Some(id) => {
            let view = ctx.platform().measure_view(&measure_id(&id)?).await?;
            let latest = view.latest().ok_or_else(Answer::not_found)?;
            let text = latest.text.clone();
            Typed {
                expected: latest.version,
                id: text.id.to_string(),
                name_zh: text.name.zh,
                name_en: text.name.en,
                words_zh: text.words.zh,
                words_en: text.words.en,
                unit: text.unit,
                decimals: text.decimals.to_string(),
                window: text.window,
                public: text.public,
                value: text.value.trim().to_owned(),
                evidence: text.evidence.trim().to_owned(),
                reason: String::new(),
            }
        }
    };
    shown(&ctx, StatusCode::OK, typed, ("", None), None)
}

fn typed(fields: &Fields) -> Typed {
    let own = |name: &str| fields.get(name).to_owned();
    Typed {
        expected: fields.get("expected").parse().unwrap_or(0),
        id: own("id").trim().to_owned(),
        name_zh: own("name_zh"),
        name_en: own("name_en"),
        words_zh: own("words_zh"),
        words_en: own("words_en"),
        unit: own("unit").trim().to_owned(),
        decimals: own("decimals"),
        window: Window::from_name(fields.get("window")).unwrap_or_default(),
        public: fields.get("public") == "1",
        value: own("value"),
        evidence: own("evidence"),
        reason: own("reason"),
    }
}

fn text_of(f: &Typed) -> Result<MeasureText, Answer> {
    let id = MeasureId::new(f.id.clone()).ok_or_else(|| {
        let (zh, en) = (
            "编号用 1 至 64 个小写字母、数字和连字符，以字母开头。",
            "Use 1 to 64 lower-case letters, digits and hyphens, a letter first.",
        );
        Answer::bad_field("id", zh, en)
    })?;
    let decimals = f
        .decimals
        .trim()
        .parse()
        .map_err(|_| Answer::bad_field("decimals", "小数位数为 0 至 6。", "Decimals are 0 to 6."))?;
    Ok(MeasureText {
        id,
        name: Two::new(f.name_zh.trim(), f.name_en.trim()),
        words: Two::new(f.words_zh.trim(), f.words_en.trim()),
        unit: f.unit.clone(),
        decimals,
        window: f.window,
        public: f.public,
        value: f.value.replace("\r\n", "\n"),
        evidence: f.evidence.replace("\r\n", "\n"),
    })
}

fn tried(ctx: &Ctx, text: &MeasureText, preview: MeasurePreview) -> Tried {
    let words = |fault: &tingzhou_platform::measure::MeasureFault| ctx.lang.of(&fault.words()).to_owned();
    let mut tried = Tried {
        value: String::new(),
        numerator: String::new(),
        denominator: String::new(),
        count: String::new(),
        fault: preview.value.as_ref().err().map(words),
        rows: Vec::new(),
        rows_fault: preview.rows.as_ref().err().map(words),
        took: milliseconds(i64::try_from(preview.took.as_micros()).unwrap_or(i64::MAX)),
        simulated: preview.simulated,
    };
    if let Ok(figures) = preview.value {
        let plain = |value: Option<rust_decimal::Decimal>| value.map(|v| figure(ctx, v, "")).unwrap_or_default();
        tried.value = figure(ctx, figures.value, &text.unit);
        (tried.numerator, tried.denominator) = (plain(figures.numerator), plain(figures.denominator));
        tried.count = plain(figures.count);
    }
    tried.rows = preview.rows.unwrap_or_default().into_iter().map(|row| RowLine::of(ctx, row)).collect();
    tried
}

/// `POST /measure-editor`: tries or saves. Whatever is wrong, everything typed comes back.
pub(crate) async fn act(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !ctx.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let f = typed(&fields);
    let text = match text_of(&f) {
        Ok(text) => text,
        Err(answer) => return come_back(&ctx, f, &answer),
    };
    let error = if fields.get("do") == "save" {
        match ctx.platform().save_measure(actor, text, f.expected, &f.reason).await {
            Ok(measure) => {
                return Ok(Redirect::to(&format!("/measures/{}?done=saved", measure.text.id)).into_response());
            }
            Err(error) => error,
        }
    } else {
        match ctx.platform().preview_measure(actor, &text).await {
            Ok(preview) => {
                let tried = tried(&ctx, &text, preview);
                return shown(&ctx, StatusCode::OK, f, ("", None), Some(tried));
            }
            Err(error) => error,
        }
    };
    match error {
        PlatformError::Refused(_) => come_back(&ctx, f, &Answer::from(error)),
        other => Err(other.into()),
    }
}

fn come_back(ctx: &Ctx, f: Typed, answer: &Answer) -> PageResult {
    let message = ctx.lang.of(&answer.message).to_owned();
    shown(ctx, answer.status, f, (answer.field.unwrap_or_default(), Some(message)), None)
}
