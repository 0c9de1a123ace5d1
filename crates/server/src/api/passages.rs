//! Passages through the gates of lots, in batches. What tells vehicles apart is hashed before it is kept, and no answer
//! and no log repeats it.

use crate::api::caller::writer;
use crate::api::observations::{BatchBody, Begun, MOST_TOLD, RefusedRow, key, rows};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use std::borrow::Cow;
use tingzhou_platform::city::Two;
use tingzhou_platform::scenario::parking::{Direction, VehicleClass};
use tingzhou_platform::{ArrivedPassage, Energy, MOST_PASSAGES};
use utoipa::ToSchema;

/// Longest name of a vehicle, in bytes.
const LONGEST: usize = 128;

/// One passage, in the shape of DB4401/T 133 as far as it tells of vehicles' comings and goings: lot, way, time, class and
/// energy, and something that is the same for the same vehicle. Other members are refused, so that no picture, owner or
/// telephone number slips in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassageRow<'a> {
    /// The lot's or street's name in the register.
    #[serde(borrow)]
    #[schema(value_type = String)]
    lot: Cow<'a, str>,
    /// entry or exit.
    #[schema(value_type = String)]
    direction: Direction,
    /// When: RFC 3339, with the zone.
    #[serde(borrow)]
    #[schema(value_type = String, format = DateTime)]
    time: Cow<'a, str>,
    /// An opaque token of the vehicle, 1 to 128 bytes: best a hash of the sender's own. It is hashed again and never kept.
    #[serde(borrow)]
    #[schema(value_type = String)]
    vehicle: Cow<'a, str>,
    /// ordinary, new-energy, emergency or sanitation; by the energy when missing.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    class: Option<VehicleClass>,
    /// fuel, electric, plug-in-hybrid, hydrogen or unknown.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    energy: Option<Energy>,
}

/// A row as it was read: the passage borrows from it.
struct Read<'a> {
    row: PassageRow<'a>,
    at: jiff::Timestamp,
}

fn one(text: &str) -> Result<Read<'_>, (&'static str, Two)> {
    // What the reader of JSON says may repeat what was given, so only the place is told.
    let row: PassageRow<'_> = serde_json::from_str(text).map_err(|e| {
        let at = e.column();
        let two = Two::new(
            format!("这一行在第 {at} 个字节处无法读取；应有且仅有 lot、direction、time、vehicle，可有 class、energy。"),
            format!("This row cannot be read at byte {at}; give lot, direction, time and vehicle, perhaps class and energy, and nothing else."),
        );
        ("row-unreadable", two)
    })?;
    let at = row.time.parse::<jiff::Timestamp>().map_err(|_| {
        let two = Two::new(
            "时间应为带时区的 RFC 3339，例如 2026-03-01T08:00:00+08:00。",
            "Give the time as RFC 3339 with its zone, such as 2026-03-01T08:00:00+08:00.",
        );
        ("time-unreadable", two)
    })?;
    if row.vehicle.trim().is_empty() || row.vehicle.len() > LONGEST {
        let two = Two::new(
            format!("vehicle 应为 1 至 {LONGEST} 个字节的标识。"),
            format!("Give a vehicle token of 1 to {LONGEST} bytes."),
        );
        return Err(("vehicle-unreadable", two));
    }
    Ok(Read { row, at })
}

/// Take passages in. The body is a JSON array, or one JSON object a line (NDJSON), of at most 10,000 rows. Each is taken or
/// refused by itself; with 200 the accepted ones are durable. One that is known already changes nothing.
#[utoipa::path(
    post,
    path = "/parking/passages",
    tag = "parking",
    security(("basic" = []), ("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 bytes; the same batch under the same key is taken once. The last 10,000 keys of an account are remembered, until the program is started anew")),
    request_body(content = Vec<PassageRow>, description = "At most 10,000 passages and 8 MB"),
    responses(
        (status = 200, body = BatchBody),
        (status = 400, body = ProblemBody, description = "The body is neither an array nor lines of JSON"),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "Only the supervision office sends passages"),
        (status = 409, body = ProblemBody, description = "A batch under this key is being taken"),
        (status = 413, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "Too many passages, or the key was used for another batch"),
        (status = 503, body = ProblemBody, description = "The store does not answer; nothing of the batch is acknowledged")
    )
)]
pub(crate) async fn take(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> ApiResult<Json<BatchBody>> {
    let actor = writer(&state, &headers).await?;
    // Keys of passages and of observations do not meet.
    let key = key(&headers)?.map(|key| format!("passages {key}"));
    let held = match state.repeats.begin(actor.account.as_str(), key, &body)? {
        Begun::Repeated(done) => return Ok(Json(done)),
        Begun::First(held) => held,
    };
    let texts = rows(&body)?;
    if texts.len() > MOST_PASSAGES {
        let given = texts.len();
        return Err(Answer::bad_field(
            "body",
            format!("一批 {given} 条进出记录，最多 {MOST_PASSAGES} 条；请分批发送。"),
            format!("{given} passages in a batch, at most {MOST_PASSAGES} are taken; send them in parts."),
        )
        .into());
    }
    let (mut read, mut places) = (Vec::with_capacity(texts.len()), Vec::with_capacity(texts.len()));
    let mut refused: Vec<(usize, &'static str, Two)> = Vec::new();
    for (place, text) in texts.into_iter().enumerate() {
        match one(text) {
            Ok(one) => {
                read.push(one);
                places.push(place);
            }
            Err((code, two)) => refused.push((place, code, two)),
        }
    }
    let arrived: Vec<ArrivedPassage<'_>> = read
        .iter()
        .map(|one| {
            let energy = one.row.energy.unwrap_or_default();
            ArrivedPassage {
                lot: &one.row.lot,
                vehicle: one.row.vehicle.trim(),
                at: one.at,
                direction: one.row.direction,
                class: one.row.class.unwrap_or_else(|| energy.class()),
                energy,
            }
        })
        .collect();
    let taken = state.platform.take_passages(&actor, &arrived).await?;
    for (place, why) in taken.refused {
        refused.push((places.get(place).copied().unwrap_or(place), why.code(), why.message()));
    }
    refused.sort_by_key(|(place, ..)| *place);
    let told = refused.iter().take(MOST_TOLD);
    let done = BatchBody {
        accepted: taken.accepted,
        refused: refused.len(),
        rows: told.map(|(row, code, two)| RefusedRow { row: *row, code, message: Message::of(two) }).collect(),
        repeated: false,
    };
    held.done(&done);
    Ok(Json(done))
}
