//! Observations in batches, for everything that speaks HTTP.

use crate::api::caller::writer;
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tingzhou_platform::city::{FacilityId, Moment, Offered, PropertyId, Quality, SeriesNo, Two};
use tingzhou_platform::ledger::Actor;
use tingzhou_platform::{Arriving, Instruments};
use utoipa::ToSchema;

/// Largest batch, in bytes.
pub(super) const LARGEST: usize = 8 * 1024 * 1024;
/// Most observations of a batch.
const MOST_ROWS: usize = 50_000;
/// Refused observations that are told one by one.
pub(super) const MOST_TOLD: usize = 100;
/// Keys of an account that are remembered.
const MOST_KEYS: usize = 10_000;

/// One observation. Other members are refused, so that nothing slips in that has no place here, such as a plate.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObservationRow<'a> {
    /// The facility's name.
    #[serde(borrow)]
    #[schema(value_type = String)]
    facility: Cow<'a, str>,
    /// The property's name.
    #[serde(borrow)]
    #[schema(value_type = String)]
    property: Cow<'a, str>,
    /// When it was so: RFC 3339, with the zone.
    #[serde(borrow)]
    #[schema(value_type = String, format = DateTime)]
    time: Cow<'a, str>,
    /// The value in the property's unit; 1 and 0 for yes and no, the number of a choice.
    value: f64,
    /// What the sender knows of it: good, suspect, out-of-range or maintenance.
    #[serde(borrow, default)]
    #[schema(value_type = Option<String>)]
    quality: Option<Cow<'a, str>>,
}

/// Why an observation was not taken.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct RefusedRow {
    /// Its place in the batch, from 0.
    pub(super) row: usize,
    /// A stable name of the reason.
    pub(super) code: &'static str,
    /// What is wrong and what to do.
    pub(super) message: Message,
}

/// What became of a batch.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchBody {
    /// Rows that are durable; those that were there already count.
    pub(super) accepted: usize,
    /// Rows that were not taken.
    pub(super) refused: usize,
    /// The first 100 of them.
    pub(super) rows: Vec<RefusedRow>,
    /// The batch was taken before under the same key; nothing was done again.
    pub(super) repeated: bool,
}

/// What keys were used for, so that a batch sent again under its key does nothing. Bounded by account, and gone with the
/// process: a batch taken twice stores nothing twice either way.
#[derive(Default)]
pub(crate) struct Repeats(Mutex<HashMap<String, Keys>>);

/// The keys of one account.
#[derive(Default)]
struct Keys {
    known: HashMap<String, Use>,
    /// Those whose batch was taken, the oldest first.
    order: VecDeque<String>,
}

enum Use {
    /// Its batch is being taken.
    Begun,
    /// By its hash: how many rows were accepted and refused.
    Done([u8; 32], usize, usize),
}

/// What a key says of a batch.
pub(super) enum Begun<'a> {
    /// It was taken before.
    Repeated(BatchBody),
    /// It is to be taken. No other batch is under this key meanwhile.
    First(Held<'a>),
}

/// A key that is held while its batch is taken; free again when that comes to nothing.
pub(super) struct Held<'a> {
    repeats: &'a Repeats,
    key: Option<(String, String)>,
    hash: [u8; 32],
}

impl Repeats {
    fn keys(&self) -> MutexGuard<'_, HashMap<String, Keys>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to take an account's batch under a key; without one nothing is held.
    ///
    /// # Errors
    /// When the key was used for another batch, or a batch is being taken under it.
    pub(super) fn begin(&self, account: &str, key: Option<String>, body: &[u8]) -> Result<Begun<'_>, Answer> {
        let Some(key) = key else { return Ok(Begun::First(Held { repeats: self, key: None, hash: [0; 32] })) };
        let hash = Sha256::digest(body).into();
        let mut keys = self.keys();
        let own = keys.entry(account.to_owned()).or_default();
        match own.known.get(&key) {
            Some(Use::Begun) => Err(Answer::new(
                StatusCode::CONFLICT,
                "key-in-use",
                "这个 Idempotency-Key 的一批数据正在处理；请稍后用同一个键重发。",
                "A batch under this key is being taken; send it again under the same key in a moment.",
            )),
            Some(Use::Done(other, ..)) if *other != hash => Err(tingzhou_platform::PlatformError::KeyReused.into()),
            Some(Use::Done(_, accepted, refused)) => Ok(Begun::Repeated(BatchBody {
                accepted: *accepted,
                refused: *refused,
                rows: Vec::new(),
                repeated: true,
            })),
            None => {
                own.known.insert(key.clone(), Use::Begun);
                Ok(Begun::First(Held { repeats: self, key: Some((account.to_owned(), key)), hash }))
            }
        }
    }
}

impl Held<'_> {
    /// The batch was taken: the key stands for it from now on.
    pub(super) fn done(mut self, done: &BatchBody) {
        let Some((account, key)) = self.key.take() else { return };
        let mut keys = self.repeats.keys();
        let own = keys.entry(account).or_default();
        own.known.insert(key.clone(), Use::Done(self.hash, done.accepted, done.refused));
        own.order.push_back(key);
        if own.order.len() > MOST_KEYS
            && let Some(oldest) = own.order.pop_front()
        {
            own.known.remove(&oldest);
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let Some((account, key)) = self.key.take() else { return };
        let mut keys = self.repeats.keys();
        if let Some(own) = keys.get_mut(&account) {
            own.known.remove(&key);
            if own.known.is_empty() {
                keys.remove(&account);
            }
        }
    }
}

/// Take observations in. The body is a JSON array, or one JSON object a line (NDJSON). Each observation is taken or refused
/// by itself; with 200 the accepted ones are durable. One that is known already changes nothing.
#[utoipa::path(
    post,
    path = "/observations",
    tag = "observations",
    security(("basic" = []), ("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 bytes; the same batch under the same key is taken once. The last 10,000 keys of an account are remembered, until the program is started anew")),
    request_body(content = Vec<ObservationRow>, description = "At most 50,000 observations and 8 MB"),
    responses(
        (status = 200, body = BatchBody),
        (status = 400, body = ProblemBody, description = "The body is neither an array nor lines of JSON"),
        (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "A batch under this key is being taken"),
        (status = 413, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "Too many observations, or the key was used for another batch"),
        (status = 503, body = ProblemBody, description = "The store does not answer; nothing of the batch is acknowledged")
    )
)]
pub(crate) async fn take(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> ApiResult<Json<BatchBody>> {
    let actor = writer(&state, &headers).await?;
    let key = key(&headers)?;
    let held = match state.repeats.begin(actor.account.as_str(), key, &body)? {
        Begun::Repeated(done) => return Ok(Json(done)),
        Begun::First(held) => held,
    };
    let instruments = state.platform.instruments().await?;
    let read = read(&body, &instruments)?;
    let done = put(&actor, read, &instruments).await?;
    held.done(&done);
    Ok(Json(done))
}

pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Answer> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| (1..=128).contains(&text.len()));
    text.map(|text| Some(text.to_owned())).ok_or_else(|| {
        Answer::bad_field(
            "Idempotency-Key",
            "Idempotency-Key 应为 1 至 128 个 ASCII 字符。",
            "Give 1 to 128 ASCII characters.",
        )
    })
}

/// A batch as it was read: what may go in, with its places, and what may not.
struct Read {
    arriving: Vec<Arriving>,
    places: Vec<usize>,
    rows: Vec<RefusedRow>,
    refused: usize,
}

impl Read {
    fn refuse(&mut self, row: usize, code: &'static str, two: &Two) {
        self.refused += 1;
        if self.rows.len() < MOST_TOLD {
            self.rows.push(RefusedRow { row, code, message: Message::of(two) });
        }
    }
}

fn read(body: &[u8], instruments: &Instruments) -> Result<Read, Answer> {
    let rows = rows(body)?;
    if rows.len() > MOST_ROWS {
        let given = rows.len();
        return Err(Answer::bad_field(
            "body",
            format!("一批 {given} 条观测值，最多 {MOST_ROWS} 条；请分批发送。"),
            format!("{given} observations in a batch, at most {MOST_ROWS} are taken; send it in parts."),
        ));
    }
    let count = rows.len();
    let (arriving, places) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut read = Read { arriving, places, rows: Vec::new(), refused: 0 };
    for (place, row) in rows.into_iter().enumerate() {
        match one(row, instruments) {
            Ok(arriving) => {
                read.arriving.push(arriving);
                read.places.push(place);
            }
            Err((code, two)) => read.refuse(place, code, &two),
        }
    }
    Ok(read)
}

/// The texts of the rows, of an array or of lines.
pub(super) fn rows(body: &[u8]) -> Result<Vec<&str>, Answer> {
    let unreadable = |why: &dyn std::fmt::Display| {
        Answer::new(
            StatusCode::BAD_REQUEST,
            "body-unreadable",
            format!("请求体不是 JSON 数组或逐行 JSON：{why}"),
            format!("The body is neither a JSON array nor JSON lines: {why}"),
        )
    };
    let text = std::str::from_utf8(body).map_err(|e| unreadable(&e))?;
    if text.trim_start().starts_with('[') {
        let rows: Vec<&RawValue> = serde_json::from_str(text).map_err(|e| unreadable(&e))?;
        return Ok(rows.into_iter().map(RawValue::get).collect());
    }
    Ok(text.lines().filter(|line| !line.trim().is_empty()).collect())
}

fn one(text: &str, instruments: &Instruments) -> Result<Arriving, (&'static str, Two)> {
    let row: ObservationRow<'_> = serde_json::from_str(text).map_err(|e| {
        let why = e.to_string();
        ("row-unreadable", Two::new(format!("这一行无法读取：{why}"), format!("This row cannot be read: {why}")))
    })?;
    let time = time(&row.time)?;
    let quality = quality(row.quality.as_deref())?;
    let series = series(&row, instruments)?;
    Ok(Arriving { series, offered: Offered { time, value: row.value, quality } })
}

fn time(text: &str) -> Result<Moment, (&'static str, Two)> {
    let at = text.parse::<jiff::Timestamp>();
    at.map(Moment::from).map_err(|_| {
        let two = Two::new(
            "时间应为带时区的 RFC 3339，例如 2026-03-01T08:00:00+08:00。",
            "Give the time as RFC 3339 with its zone, such as 2026-03-01T08:00:00+08:00.",
        );
        ("time-unreadable", two)
    })
}

fn quality(name: Option<&str>) -> Result<Quality, (&'static str, Two)> {
    Ok(match name {
        None | Some("good") => Quality::GOOD,
        Some("suspect") => Quality::SUSPECT,
        Some("out-of-range") => Quality::OUT_OF_RANGE,
        Some("maintenance") => Quality::MAINTENANCE,
        Some(_) => {
            let two = Two::new(
                "quality 只能是 good、suspect、out-of-range 或 maintenance。",
                "The quality is good, suspect, out-of-range or maintenance.",
            );
            return Err(("quality-unknown", two));
        }
    })
}

fn series(row: &ObservationRow<'_>, instruments: &Instruments) -> Result<SeriesNo, (&'static str, Two)> {
    let ids = FacilityId::new(&*row.facility).ok().zip(PropertyId::new(&*row.property).ok());
    let found = ids.as_ref().and_then(|(facility, property)| instruments.series(facility, property));
    found.ok_or_else(|| {
        if ids.is_some_and(|(facility, _)| instruments.facility(&facility).is_some()) {
            let two = Two::new(
                "该设施没有这个属性，或不保存它的观测值；请核对设施类型。",
                "The facility has no such property, or no observations of it are kept; check its facility type.",
            );
            return ("no-such-property", two);
        }
        let two = Two::new("没有这个设施；请先登记。", "There is no such facility; put it first.");
        ("no-such-facility", two)
    })
}

async fn put(actor: &Actor, mut read: Read, instruments: &Instruments) -> Result<BatchBody, Answer> {
    let arriving = std::mem::take(&mut read.arriving);
    let ingested = instruments.ingest_from(actor, arriving).await?;
    for (place, reason) in &ingested.refused {
        let row = read.places.get(*place).copied().unwrap_or(*place);
        read.refuse(row, reason.code(), &reason.message());
    }
    // Those beyond the first that were listed.
    read.refused += ingested.refused_in_all.saturating_sub(ingested.refused.len()) + ingested.quarantined;
    read.rows.sort_by_key(|row| row.row);
    Ok(BatchBody { accepted: ingested.accepted, refused: read.refused, rows: read.rows, repeated: false })
}

#[cfg(test)]
mod unit {
    use super::*;

    fn done(accepted: usize) -> BatchBody {
        BatchBody { accepted, refused: 0, rows: Vec::new(), repeated: false }
    }

    /// What becomes of a batch under a key that is not finished here: its code, or how many were accepted, or nothing.
    fn begun(repeats: &Repeats, account: &str, key: &str, body: &str) -> Result<Option<usize>, &'static str> {
        match repeats.begin(account, Some(key.to_owned()), body.as_bytes()) {
            Ok(Begun::Repeated(done)) => Ok(Some(done.accepted)),
            Ok(Begun::First(_)) => Ok(None),
            Err(answer) => Err(answer.code),
        }
    }

    fn first<'a>(repeats: &'a Repeats, account: &str, key: &str, body: &str) -> Held<'a> {
        match repeats.begin(account, Some(key.to_owned()), body.as_bytes()) {
            Ok(Begun::First(held)) => held,
            _ => panic!("{account} {key} is not free"),
        }
    }

    #[test]
    fn a_key_is_held_while_its_batch_is_taken() {
        let repeats = Repeats::default();
        let held = first(&repeats, "a", "k", "one");
        assert_eq!(begun(&repeats, "a", "k", "one"), Err("key-in-use"));
        assert_eq!(begun(&repeats, "a", "k", "other"), Err("key-in-use"));
        assert_eq!((begun(&repeats, "a", "l", "one"), begun(&repeats, "b", "k", "one")), (Ok(None), Ok(None)));
        // What came to nothing leaves the key free.
        drop(held);
        let held = first(&repeats, "a", "k", "other");
        held.done(&done(3));
        assert_eq!(begun(&repeats, "a", "k", "other"), Ok(Some(3)));
        assert_eq!(begun(&repeats, "a", "k", "one"), Err("key-reused"));
        assert_eq!(repeats.keys().len(), 1, "an account without keys is none");
    }

    #[test]
    fn one_account_does_not_push_out_anothers_keys() {
        let repeats = Repeats::default();
        first(&repeats, "a", "k", "x").done(&done(1));
        for no in 0..=MOST_KEYS {
            first(&repeats, "b", &no.to_string(), "x").done(&done(no));
        }
        assert_eq!(begun(&repeats, "a", "k", "x"), Ok(Some(1)));
        assert_eq!(begun(&repeats, "b", "0", "x"), Ok(None), "the oldest went");
        assert_eq!(begun(&repeats, "b", "1", "x"), Ok(Some(1)));
        let keys = repeats.keys();
        assert_eq!((keys["b"].known.len(), keys["b"].order.len()), (MOST_KEYS, MOST_KEYS));
    }
}
