//! Work orders: their list, each by itself, what people do to them, drills.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::{Fields, encoded};
use crate::pages::task_forms::Choice;
use crate::pages::{Failure, PageResult, page, page_with};
use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::city::alarm::Rule;
use tingzhou_platform::city::{FacilityId, RuleId};
use tingzhou_platform::ledger::{Actor, UnitId};
use tingzhou_platform::matter::{CaseId, PartyId, StateId};
use tingzhou_platform::{NewDrill, OrderSelect, OrderStep, OrderTime, OrderView};

const PAGE: u32 = 50;
/// Orders of a desk at most.
const ON_DESK: u32 = 10;

/// A time limit of an order.
pub(crate) struct Limit {
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) over: bool,
}

/// An order as a line of a list.
pub(crate) struct OrderLine {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) simulated: bool,
    pub(crate) state: String,
    pub(crate) unit: String,
    pub(crate) raised: String,
    pub(crate) limits: Vec<Limit>,
    /// When the drill ends by itself; empty when it is none.
    pub(crate) ends: String,
}

impl OrderLine {
    pub(crate) fn of(ctx: &Ctx, view: &OrderView) -> Self {
        let lang = ctx.lang;
        let limit = |clock: &tingzhou_platform::CaseClock| Limit {
            name: lang.of(&clock.name).to_owned(),
            words: lang.of(&clock.words()).to_owned(),
            over: clock.reading.over,
        };
        Self {
            id: view.case.case.id.to_string(),
            title: lang.of(&view.title).to_owned(),
            simulated: view.simulated,
            state: lang.of(&view.case.state()).to_owned(),
            unit: view.case.parties.first().map(|party| lang.of(&party.name).to_owned()).unwrap_or_default(),
            raised: ctx.platform().clock().written(view.raised),
            limits: view.case.clocks.iter().map(limit).collect(),
            ends: view.ends.map(|at| ctx.platform().clock().written(at)).unwrap_or_default(),
        }
    }
}

/// The open orders of somebody's desk.
pub(crate) struct OrderPart {
    pub(crate) open: u64,
    pub(crate) over: u64,
    pub(crate) rows: Vec<OrderLine>,
}

pub(crate) async fn on_desk(ctx: &Ctx, actor: &Actor) -> Result<OrderPart, Failure> {
    let count = ctx.platform().order_count(actor).await?;
    let drills = ctx.platform().drills(actor).await?;
    let found = ctx.platform().orders(actor, &OrderSelect::default(), 0, ON_DESK).await?;
    let rows = drills.iter().chain(&found.rows).map(|view| OrderLine::of(ctx, view)).collect();
    Ok(OrderPart { open: count.open, over: count.over, rows })
}

#[derive(Template)]
#[template(path = "orders.html")]
struct ListPage {
    c: Chrome,
    rows: Vec<OrderLine>,
    running: Vec<OrderLine>,
    states: Vec<Choice>,
    /// The units the office chooses from; none for others.
    units: Vec<Choice>,
    over: bool,
    ended: bool,
    drills: bool,
    next: Option<String>,
}

/// `GET /orders`
pub(crate) async fn list(ctx: Ctx) -> PageResult {
    let actor = ctx.signed_in()?;
    let yes = |name: &str| ctx.query(name).is_some_and(|value| value == "1");
    let wrong =
        |_| Answer::bad_field("state", "不是可用的值；请从选项中选择。", "This is not one of the values; choose one.");
    let state = ctx.query("state").filter(|state| !state.is_empty()).map(StateId::new).transpose().map_err(wrong)?;
    let (over, drills) = (yes("over"), yes("drills"));
    let states = ctx.platform().order_states();
    // Who asks for a state that ends an order wants those that have ended.
    let ended = yes("ended") || states.iter().any(|(id, _, is_final)| Some(id) == state.as_ref() && *is_final);
    let of = ctx.query("unit").filter(|unit| !unit.is_empty() && actor.role.supervises());
    let unit = of.clone().map(PartyId::new).transpose()?;
    let select = OrderSelect { state: state.clone(), over, ended, unit, drills };
    let offset: u32 = ctx.query("offset").and_then(|text| text.parse().ok()).unwrap_or(0);
    let found = ctx.platform().orders(actor, &select, offset, PAGE).await?;
    let running = if drills { Vec::new() } else { ctx.platform().drills(actor).await? };
    let chosen = state.as_ref().map_or("", StateId::as_str);
    let flag = |name: &str, set: bool| if set { format!("&{name}=1") } else { String::new() };
    let kept = format!("{}{}{}", flag("over", over), flag("ended", ended), flag("drills", drills));
    page(&ListPage {
        rows: found.rows.iter().map(|view| OrderLine::of(&ctx, view)).collect(),
        running: running.iter().map(|view| OrderLine::of(&ctx, view)).collect(),
        states: states
            .iter()
            .map(|(id, name, _)| Choice {
                value: id.to_string(),
                words: ctx.lang.of(name).to_owned(),
                chosen: id.as_str() == chosen,
            })
            .collect(),
        units: if actor.role.supervises() { units(&ctx, of.as_deref().unwrap_or_default()) } else { Vec::new() },
        over,
        ended,
        drills,
        next: found.next.map(|next| {
            let of = encoded(of.as_deref().unwrap_or_default());
            format!("/orders?state={chosen}&unit={of}{kept}&offset={next}")
        }),
        c: ctx.chrome(Nav::City),
    })
}

/// Something the reader may do.
struct Deed {
    id: String,
    name: String,
}

struct StepRow {
    at: String,
    by: String,
    words: String,
    reason: String,
    unit: String,
}

/// What was typed into a form that came back.
#[derive(Default)]
struct Refused {
    deed: String,
    message: String,
    reason: String,
    found: String,
    did: String,
    place: String,
    unit: String,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    c: Chrome,
    d: OrderLine,
    drill: bool,
    version: u64,
    facility: String,
    opened: String,
    ends: Option<String>,
    holds: bool,
    ended: bool,
    closes: bool,
    waits: bool,
    found: String,
    did: String,
    place: String,
    photos: Vec<String>,
    parties: Vec<(String, String)>,
    deeds: Vec<Deed>,
    units: Vec<Choice>,
    steps: Vec<StepRow>,
    refused: Refused,
    notice: Option<&'static str>,
}

impl OrderPage {
    fn deed(&self, id: &str) -> Option<&Deed> {
        self.deeds.iter().find(|deed| deed.id == id)
    }

    /// What needs no more than a click and is what is to be done next.
    fn clicks(&self) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(|deed| matches!(deed.id.as_str(), "accept" | "verify" | "clear"))
    }

    /// What needs a reason.
    fn reasons(&self) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(|deed| matches!(deed.id.as_str(), "refuse" | "return" | "cancel"))
    }

    fn open(&self, deed: &str) -> bool {
        self.refused.deed == deed
    }

    fn typed(&self, deed: &str) -> &str {
        if self.open(deed) { &self.refused.reason } else { "" }
    }
}

/// The units an order can go to.
pub(crate) fn units(ctx: &Ctx, chosen: &str) -> Vec<Choice> {
    let all = ctx.platform().pack().units.iter();
    all.map(|unit| Choice {
        value: unit.id.to_string(),
        words: ctx.lang.of(&unit.name).to_owned(),
        chosen: unit.id.as_str() == chosen,
    })
    .collect()
}

async fn render(ctx: &Ctx, id: &CaseId, refused: Refused, status: StatusCode) -> PageResult {
    let view = ctx.platform().order(ctx.signed_in()?, id).await?;
    let steps = ctx.platform().order_steps(&view).await?;
    let (lang, clock, c) = (ctx.lang, ctx.platform().clock(), ctx.chrome(Nav::City));
    let case = &view.case;
    let can = |id: &str| case.can.iter().any(|t| t.id.as_str() == id);
    let waits = can("verify") && view.holds;
    // A drill's alarm is cleared once.
    let offered = |id: &str| match id {
        "verify" => !view.holds,
        "clear" => view.holds,
        // A drill is ended; it was no false alarm.
        "cancel" => !view.drill,
        _ => true,
    };
    let notice =
        ctx.query("done").map(|done| if done == "open" { c.ow.order_dispatched } else { c.ow.order_done_notice });
    page_with(
        status,
        &OrderPage {
            d: OrderLine::of(ctx, &view),
            drill: view.drill,
            version: case.case.version,
            facility: view.facility.to_string(),
            opened: view.time(OrderTime::Opened).map(|at| clock.written(at)).unwrap_or_default(),
            ends: view.ends.map(|at| clock.written(at)),
            holds: view.holds,
            ended: case.ended(),
            closes: view.with_condition() && !case.ended(),
            waits,
            found: view.text("found").to_owned(),
            did: view.text("deed").to_owned(),
            place: view.text("place").to_owned(),
            photos: view.photos.clone(),
            parties: case.parties.iter().map(|p| (lang.of(&p.role).to_owned(), lang.of(&p.name).to_owned())).collect(),
            deeds: case
                .can
                .iter()
                .filter(|t| offered(t.id.as_str()))
                .map(|t| Deed { id: t.id.to_string(), name: lang.of(&t.name).to_owned() })
                .collect(),
            units: units(ctx, &refused.unit),
            steps: steps
                .into_iter()
                .rev()
                .map(|step| StepRow {
                    at: clock.written(step.at),
                    by: if step.system { c.ow.order_by_system.to_owned() } else { step.by },
                    words: lang.of(&step.name).to_owned(),
                    reason: step.reason,
                    unit: step.unit.map(|unit| lang.of(&unit).to_owned()).unwrap_or_default(),
                })
                .collect(),
            refused,
            notice,
            c,
        },
    )
}

/// `GET /orders/{id}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    ctx.signed_in()?;
    render(&ctx, &CaseId::new(id)?, Refused::default(), StatusCode::OK).await
}

/// `POST /orders/{id}/step`
pub(crate) async fn step(ctx: Ctx, Path(id): Path<String>, mut fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let (id, version) = (CaseId::new(id)?, fields.version()?);
    let unit = Some(fields.get("unit")).filter(|unit| !unit.is_empty()).map(UnitId::new).transpose()?;
    let step = OrderStep {
        transition: fields.get("transition").to_owned(),
        reason: fields.get("reason").to_owned(),
        unit,
        found: fields.get("found").to_owned(),
        deed: fields.get("deed").to_owned(),
        place: fields.get("place").to_owned(),
        photos: std::mem::take(&mut fields.uploads),
    };
    let error = match Box::pin(ctx.platform().run_order(actor, &id, version, &step)).await {
        Ok(view) if Box::pin(ctx.platform().order(actor, &id)).await.is_ok() => {
            let id = view.case.case.id;
            return Ok(Redirect::to(&format!("/orders/{id}?done={}", step.transition)).into_response());
        }
        // Whoever has given it away sees it no more.
        Ok(_) => return Ok(Redirect::to("/orders").into_response()),
        Err(error) => error,
    };
    let answer = Answer::from(error);
    if !is_of_the_form(answer.status) {
        return Err(answer.into());
    }
    let refused = Refused {
        deed: step.transition,
        message: ctx.lang.of(&answer.message).to_owned(),
        reason: step.reason,
        found: step.found,
        did: step.deed,
        place: step.place,
        unit: fields.get("unit").to_owned(),
    };
    render(&ctx, &id, refused, answer.status).await
}

/// `POST /orders`: sends somebody to an alarm.
pub(crate) async fn open(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let (facility, rule) = alarm_of(&fields)?;
    let unit = unit_of(&fields)?;
    let view = Box::pin(ctx.platform().dispatch_alarm(actor, &rule, &facility, unit.as_ref())).await?;
    Ok(Redirect::to(&format!("/orders/{}?done=open", view.case.case.id)).into_response())
}

/// The facility and the rule of a form's alarm. A name that can be none is a mistake of the form, not a missing page.
fn alarm_of(fields: &Fields) -> Result<(FacilityId, RuleId), Answer> {
    let facility = FacilityId::new(fields.get("facility").trim()).map_err(|_| {
        let (zh, en) = ("没有这个设施，请从列表中选择。", "There is no such facility; choose one of the list.");
        Answer::bad_field("facility", zh, en)
    })?;
    let rule = RuleId::new(fields.get("rule").trim()).map_err(|_| {
        Answer::bad_field("rule", "没有这个告警规则，请从选项中选择。", "There is no such alarm rule; choose one.")
    })?;
    Ok((facility, rule))
}

/// The unit of a form; none when it was left open.
fn unit_of(fields: &Fields) -> Result<Option<UnitId>, Answer> {
    let unit = Some(fields.get("unit")).filter(|unit| !unit.is_empty()).map(UnitId::new).transpose();
    unit.map_err(|_| Answer::bad_field("unit", "没有这个单位，请从选项中选择。", "There is no such unit; choose one."))
}

/// The form of a drill that was not started, with what was typed.
#[derive(Template)]
#[template(path = "drill.html")]
struct DrillPage {
    c: Chrome,
    message: String,
    field: &'static str,
    facility: String,
    rules: Vec<Choice>,
    level: String,
    units: Vec<Choice>,
    minutes: String,
}

/// Shows the form of a drill again. The rules to choose are those of the facility, or all when there is none like it.
async fn drill_again(ctx: &Ctx, fields: &Fields, answer: &Answer) -> PageResult {
    let instruments = ctx.platform().instruments().await?;
    let facility = FacilityId::new(fields.get("facility").trim()).ok().and_then(|id| instruments.facility(&id));
    let rules: Vec<Rule> = match &facility {
        Some(facility) => instruments.rules_at(facility),
        None => {
            let types = instruments.catalogue().types().iter();
            types.flat_map(|kind| instruments.rules_of(kind.id())).map(|(_, rule)| rule).collect()
        }
    };
    let choice = |rule: &Rule| Choice {
        value: rule.id.to_string(),
        words: ctx.lang.of(&rule.name).to_owned(),
        chosen: rule.id.as_str() == fields.get("rule"),
    };
    page_with(
        answer.status,
        &DrillPage {
            message: ctx.lang.of(&answer.message).to_owned(),
            field: answer.field.unwrap_or_default(),
            facility: fields.get("facility").to_owned(),
            rules: rules.iter().map(choice).collect(),
            level: fields.get("level").to_owned(),
            units: units(ctx, fields.get("unit")),
            minutes: fields.get("minutes").to_owned(),
            c: ctx.chrome(Nav::City),
        },
    )
}

async fn start_drill(ctx: &Ctx, actor: &Actor, fields: &Fields) -> Result<OrderView, Answer> {
    let (facility, rule) = alarm_of(fields)?;
    let drill = NewDrill {
        facility,
        rule,
        level: fields.get("level").trim().parse().unwrap_or(0),
        unit: unit_of(fields)?,
        minutes: fields.get("minutes").trim().parse().unwrap_or(0),
    };
    Ok(Box::pin(ctx.platform().start_drill(actor, &drill)).await?)
}

/// `POST /drills`
pub(crate) async fn drill(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    match start_drill(&ctx, actor, &fields).await {
        Ok(view) => Ok(Redirect::to(&format!("/orders/{}?done=open", view.case.case.id)).into_response()),
        // Who may start none is shown no form.
        Err(answer) if actor.role.supervises() && is_of_the_form(answer.status) => {
            drill_again(&ctx, &fields, &answer).await
        }
        Err(answer) => Err(answer.into()),
    }
}

/// Whether a refusal is about what a form says, so that the form comes back.
fn is_of_the_form(status: StatusCode) -> bool {
    matches!(status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY)
}

/// `GET /orders/{id}/photos/{sha256}`
pub(crate) async fn photo(ctx: Ctx, Path((id, sha256)): Path<(String, String)>) -> PageResult {
    let actor = ctx.signed_in()?;
    let file = ctx.platform().order_photo(actor, &CaseId::new(id)?, &sha256).await?;
    let headers = [
        (header::CONTENT_TYPE, file.media_type),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    Ok((headers, file.content).into_response())
}
