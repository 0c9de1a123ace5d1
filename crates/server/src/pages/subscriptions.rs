//! Where notices are sent to outside the program: addresses, how the last message went, and what waits.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::i18n::Lang;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::ledger::{Audience, Channel, SubscriptionId};
use tingzhou_platform::{SubscriptionRow, Waiting};

/// Waiting messages shown at most.
const MOST_WAITING: u32 = 50;

struct Row {
    id: String,
    whose: String,
    channel: &'static str,
    address: String,
    delivered: Option<String>,
    error: String,
}

struct WaitingLine {
    due: String,
    key: String,
    attempts: u32,
    error: String,
}

#[derive(Template)]
#[template(path = "subscriptions.html")]
struct SubscriptionsPage {
    c: Chrome,
    rows: Vec<Row>,
    waiting: Vec<WaitingLine>,
    webhooks: bool,
    mail_set: bool,
    /// A new webhook's address and what it is signed with; shown once.
    secret: Option<(String, String)>,
    address: String,
    message: Option<String>,
    tried: bool,
}

/// Whose notices, in words.
fn whose(ctx: &Ctx, audience: &Audience) -> String {
    let pack = ctx.platform().pack();
    match audience {
        Audience::Office => ctx.chrome(Nav::Notices).w.subscription_office.to_owned(),
        Audience::Unit(unit) => pack.unit(unit).map_or_else(|| unit.to_string(), |u| ctx.lang.of(&u.name).to_owned()),
        Audience::Leader(leader) => {
            pack.leader(leader).map_or_else(|| leader.to_string(), |l| ctx.lang.of(&l.title).to_owned())
        }
    }
}

/// What a page shows beside the list.
#[derive(Default)]
struct Shown {
    secret: Option<(String, String)>,
    address: String,
    message: Option<String>,
}

async fn shown(ctx: &Ctx, status: StatusCode, with: Shown) -> PageResult {
    let actor = ctx.signed_in()?;
    let w = ctx.chrome(Nav::Notices).w;
    let clock = ctx.platform().clock();
    let row = |row: SubscriptionRow| Row {
        whose: whose(ctx, &row.audience),
        channel: match row.channel {
            Channel::Email => w.subscription_email,
            Channel::Webhook => w.subscription_webhook,
        },
        id: row.id.to_string(),
        address: row.address,
        delivered: row.delivered_at.map(|at| clock.written(at)),
        error: row.error,
    };
    let rows = ctx.platform().subscriptions(actor).await?.into_iter().map(row).collect();
    let line = |w: Waiting| WaitingLine { due: clock.written(w.due), key: w.key, attempts: w.attempts, error: w.error };
    let waiting = if actor.role.supervises() {
        ctx.platform().deliveries_waiting(actor, 0, MOST_WAITING).await?.into_iter().map(line).collect()
    } else {
        Vec::new()
    };
    page_with(
        status,
        &SubscriptionsPage {
            rows,
            waiting,
            webhooks: actor.role.supervises(),
            mail_set: ctx.state.settings.mailer.is_some(),
            secret: with.secret,
            address: with.address,
            message: with.message,
            tried: ctx.query("tried").is_some(),
            c: ctx.chrome(Nav::Notices),
        },
    )
}

/// `GET /notices/addresses`
pub(crate) async fn list(ctx: Ctx) -> PageResult {
    shown(&ctx, StatusCode::OK, Shown::default()).await
}

/// `POST /notices/addresses`
pub(crate) async fn add(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let channel = Channel::from_name(fields.get("channel")).unwrap_or(Channel::Email);
    let address = fields.get("address");
    let language = if ctx.lang == Lang::En { "en" } else { "zh" };
    match ctx.platform().subscribe(actor, channel, address, language).await {
        Ok(row) if row.secret.is_empty() => Ok(Redirect::to("/notices/addresses").into_response()),
        Ok(row) => {
            let secret = Some((row.address, row.secret));
            shown(&ctx, StatusCode::OK, Shown { secret, ..Shown::default() }).await
        }
        Err(error) => {
            let answer = Answer::from(error);
            let message = Some(ctx.lang.of(&answer.message).to_owned());
            shown(&ctx, answer.status, Shown { message, address: address.to_owned(), ..Shown::default() }).await
        }
    }
}

/// `POST /notices/addresses/{id}/remove`
pub(crate) async fn remove(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    ctx.platform().unsubscribe(actor, &SubscriptionId::new(id)?).await?;
    Ok(Redirect::to("/notices/addresses").into_response())
}

/// `POST /notices/addresses/{id}/try`
pub(crate) async fn try_it(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    ctx.platform().try_subscription(actor, &SubscriptionId::new(id)?).await?;
    Ok(Redirect::to("/notices/addresses?tried=1").into_response())
}
