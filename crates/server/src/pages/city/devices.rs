//! Devices: those in quarantine, to be adopted, those known, and what was refused of none of them.

use super::{offset, sight};
use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::city::FacilityId;
use tingzhou_platform::{Device, DeviceFilter, FacilityFilter, Instruments};

/// Devices on a page.
const PAGE: usize = 50;
/// Facilities proposed while typing.
const PROPOSED: usize = 500;

struct Row {
    protocol: String,
    address: String,
    first: String,
    last: String,
    refused: Vec<(String, u64)>,
    /// The facility whose values it sends, or that its address names.
    facility: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "devices.html")]
struct DevicesPage {
    c: Chrome,
    quarantined: Vec<Row>,
    quarantined_count: usize,
    quarantined_next: Option<usize>,
    known: Vec<Row>,
    known_count: usize,
    known_next: Option<usize>,
    /// What was refused of no known device: protocol, reason, how often.
    nobodys: Vec<(String, String, u64)>,
    facilities: Vec<(String, String)>,
    notice: Option<&'static str>,
    refused: Option<String>,
    typed: [String; 3],
}

impl DevicesPage {
    /// What was typed for a device when the form came back.
    fn typed_for(&self, row: &Row) -> &str {
        let [protocol, address, facility] = &self.typed;
        if *protocol == row.protocol && *address == row.address { facility } else { "" }
    }
}

/// What a count of refused frames is about, for people; names of programs stand for themselves.
fn reason(c: &Chrome, code: &str) -> String {
    match code {
        "value" => c.cw.refused_value,
        "clock-ahead" => c.cw.refused_ahead,
        "clock-behind" => c.cw.refused_behind,
        "too-old" => c.cw.refused_old,
        "not-observed" => c.cw.refused_unknown,
        "too-long" => c.cw.refused_too_long,
        "too-short" => c.cw.refused_too_short,
        "bad-length" => c.cw.refused_length,
        "bad-checksum" => c.cw.refused_checksum,
        "bad-escape" => c.cw.refused_escape,
        "bad-field" => c.cw.refused_field,
        "out-of-range" => c.cw.refused_range,
        "not-ascii" => c.cw.refused_ascii,
        "unknown-direction" => c.cw.refused_direction,
        "unknown-control" => c.cw.refused_control,
        "other-encoding" => c.cw.refused_encoding,
        "encrypted" => c.cw.refused_encrypted,
        "fragment" => c.cw.refused_fragment,
        "part-conflict" => c.cw.refused_part_conflict,
        "crowded" => c.cw.refused_crowded,
        "noise" => c.cw.refused_noise,
        "unfinished" => c.cw.refused_unfinished,
        "not-mapped" => c.cw.refused_not_mapped,
        "not-kept" => c.cw.refused_not_kept,
        "unread" => c.cw.refused_unread,
        "not-taken" => c.cw.refused_not_taken,
        "wrong-code" => c.cw.refused_wrong_code,
        "not-authenticated" => c.cw.refused_not_authenticated,
        "no-fix" => c.cw.refused_no_fix,
        other => return other.to_owned(),
    }
    .to_owned()
}

fn row(ctx: &Ctx, c: &Chrome, instruments: &Instruments, device: &Device) -> Row {
    let clock = ctx.platform().clock();
    let named = device.facility.clone().or_else(|| FacilityId::new(device.address.clone()).ok());
    let facility = named.and_then(|id| instruments.facility(&id));
    Row {
        protocol: device.protocol.clone(),
        address: device.address.clone(),
        first: clock.written(device.first_seen),
        last: clock.written(device.last_seen),
        refused: device.refused.iter().map(|(code, count)| (reason(c, code), *count)).collect(),
        facility: facility.map(|one| (one.id.to_string(), ctx.lang.of(&one.name).to_owned())),
    }
}

async fn render(ctx: &Ctx, status: StatusCode, refused: Option<String>, typed: [String; 3]) -> PageResult {
    ctx.supervisor()?;
    let sight = sight(ctx).await?;
    let instruments = &sight.instruments;
    let c = ctx.chrome(Nav::City);
    let list = |quarantined: bool, name: &str| {
        let filter = DeviceFilter { protocol: None, quarantined: Some(quarantined) };
        let at = offset(ctx, name);
        let (devices, count) = instruments.devices(&filter, at, PAGE);
        let rows: Vec<Row> = devices.iter().map(|device| row(ctx, &c, instruments, device)).collect();
        let next = at.saturating_add(PAGE);
        (rows, count, (next < count).then_some(next))
    };
    let (quarantined, quarantined_count, quarantined_next) = list(true, "quarantined");
    let (known, known_count, known_next) = list(false, "known");
    let proposed = instruments.facilities(&FacilityFilter::default(), 0, PROPOSED).facilities;
    let nobodys = instruments.nobodys().into_iter().map(|(protocol, code, count)| (protocol, reason(&c, &code), count));
    let page = DevicesPage {
        nobodys: nobodys.collect(),
        quarantined,
        quarantined_count,
        quarantined_next,
        known,
        known_count,
        known_next,
        facilities: proposed.iter().map(|one| (one.id.to_string(), ctx.lang.of(&one.name).to_owned())).collect(),
        notice: ctx.query("done").map(|_| c.cw.device_adopted),
        refused,
        typed,
        c,
    };
    page_with(status, &page)
}

/// `GET /devices`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    render(&ctx, StatusCode::OK, None, Default::default()).await
}

/// `POST /devices/adopt`
pub(crate) async fn adopt(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let (protocol, address, name) = (fields.get("protocol"), fields.get("address"), fields.get("facility").trim());
    let instruments = ctx.platform().instruments().await?;
    let known = FacilityId::new(name).ok().filter(|id| instruments.facility(id).is_some());
    let Some(facility) = known else {
        let words = format!("{}: {name}", ctx.chrome(Nav::City).cw.no_such_facility);
        let typed = [protocol, address, name].map(str::to_owned);
        return render(&ctx, StatusCode::UNPROCESSABLE_ENTITY, Some(words), typed).await;
    };
    instruments.adopt(actor, protocol, address, &facility).await?;
    Ok(Redirect::to("/devices?done=adopted").into_response())
}
