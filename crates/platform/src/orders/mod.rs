//! Work orders (工单): what an alarm has somebody do. An order is a case of its own matter; a drill's order (演练) is one of
//! another, so that nothing that counts orders can count a drill.

mod board;
mod drill;
mod figures;
mod gas;
mod open;
mod pack;
mod past;
mod tend;
mod view;

pub(crate) use board::Boards;
pub(crate) use figures::order_times;
pub(crate) use tend::Tended;

pub use board::OrderBoard;
pub use drill::{DRILL_MINUTES, NewDrill};
pub use figures::{OrderFigures, Spread};
pub use gas::{GasFigures, GasLevel, GasPart, GasPressure};
pub use pack::{Closing, GasPack, Opening, OrderRule, OrderRules};
pub use past::PastOrders;
pub use view::{OrderCount, OrderEntry, OrderPage, OrderSelect, OrderTime, OrderView};

use crate::cases::CaseChange;
use crate::error::PlatformError;
use crate::instruments::Instruments;
use crate::matters::{DRILL, ORDER};
use crate::platform::Platform;
use crate::tasks::{Upload, taken};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use tingzhou_cases::{
    Actor as CaseActor, ActorId, Case, CaseId, Command, FieldId, Inputs, MaterialId, MatterId, PartyId, Request,
    RoleId, TransitionId, Value, decide,
};
use tingzhou_city::{FacilityId, RuleId};
use tingzhou_ledger::{Actor, Refusal, RefusalKind, Two, UnitId};
use tingzhou_store::{CaseRow, Commit, FileRow, StoreError};

/// Photographs of one report.
const MOST_PHOTOS: usize = 9;

fn refused(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> PlatformError {
    Refusal { kind: RefusalKind::State, code, field: None, message: Two::new(zh, en) }.into()
}

fn invalid(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> PlatformError {
    Refusal { kind: RefusalKind::Invalid, code: "invalid", field: Some(field), message: Two::new(zh, en) }.into()
}

/// Whether something told is about a work order and not about a task: their identifiers say so.
#[must_use]
pub fn is_order(subject: &str) -> bool {
    subject.starts_with("order-") || subject.starts_with("drill-")
}

/// Whether a case is a work order or a drill's.
pub(crate) fn is_order_case(case: &Case) -> bool {
    matches!(case.matter.as_str(), ORDER | DRILL)
}

/// Whether an order is a drill's.
pub(crate) fn is_drill(case: &Case) -> bool {
    case.matter.as_str() == DRILL
}

/// What an order is about, for people, with 演练 before it when it is a drill's; none for other cases.
pub(crate) fn title(case: &Case) -> Option<Two> {
    if !is_order_case(case) {
        return None;
    }
    let (zh, en) = (text(case, "title-zh"), text(case, "title-en"));
    Some(if is_drill(case) { Two::new(format!("【演练】{zh}"), format!("[DRILL] {en}")) } else { Two::new(zh, en) })
}

/// A text of an order; empty when it has none.
fn text<'a>(case: &'a Case, field: &str) -> &'a str {
    match case.fields.iter().find(|(id, _)| id.as_str() == field) {
        Some((_, Value::Text(text))) => text,
        _ => "",
    }
}

/// The case of an alarm of a rule at a facility is found by this.
fn subject_of(drill: bool, facility: &FacilityId, rule: &RuleId) -> String {
    format!("{}:{facility}/{rule}", if drill { "drill" } else { "alarm" })
}

/// The alarm an order is about.
fn alarm_of(case: &Case) -> Option<(FacilityId, RuleId)> {
    Some((FacilityId::new(text(case, "facility")).ok()?, RuleId::new(text(case, "rule")).ok()?))
}

/// Whether the condition of an order's alarm still holds; a drill's holds until the office says otherwise.
fn holds(case: &Case, instruments: &Instruments) -> bool {
    if is_drill(case) {
        return text(case, "cleared").is_empty();
    }
    alarm_of(case).is_some_and(|(facility, rule)| instruments.alarm_holds(&rule, &facility))
}

/// The program itself, as orders know it.
fn system() -> Result<CaseActor, PlatformError> {
    Ok(CaseActor { id: ActorId::new("orders")?, roles: vec![RoleId::new("system")?], party: None })
}

fn matter(drill: bool) -> Result<MatterId, PlatformError> {
    Ok(MatterId::new(if drill { DRILL } else { ORDER })?)
}

/// What somebody does to an order.
#[derive(Clone, Debug, Default)]
pub struct OrderStep {
    /// The transition: accept, refuse, reassign, arrive, done, return, verify, cancel; of a drill also clear, end-drill.
    pub transition: String,
    /// Why, where that is asked for.
    pub reason: String,
    /// Another unit, for `reassign`.
    pub unit: Option<UnitId>,
    /// What was found, for `done`.
    pub found: String,
    /// What was done, for `done`.
    pub deed: String,
    /// Where, for `arrive`: longitude and latitude (WGS-84); may be empty.
    pub place: String,
    /// Photographs, for `done`.
    pub photos: Vec<Upload>,
}

impl Platform {
    /// An order someone may see.
    ///
    /// # Errors
    /// When there is none that this account may see, or the store does not answer.
    pub async fn order(&self, actor: &Actor, id: &CaseId) -> Result<OrderView, PlatformError> {
        let row = self.order_row(actor, id).await?;
        self.order_view(actor, row).await
    }

    async fn order_row(&self, actor: &Actor, id: &CaseId) -> Result<CaseRow, PlatformError> {
        let row = self.store().case(self.city(), id).await?;
        let row = row.filter(|row| is_order_case(&row.case) && Self::may_see(actor, &row.case));
        row.ok_or_else(|| PlatformError::NotFound { what: format!("order {id}") })
    }

    /// The unit an order goes to, and the leading post it answers to.
    fn order_parties(&self, unit: &UnitId) -> Result<BTreeMap<RoleId, Vec<PartyId>>, PlatformError> {
        if self.pack().unit(unit).is_none() {
            return Err(invalid(
                "unit",
                format!("没有单位 {unit}；请从列表中选择。"),
                format!("There is no unit {unit}; choose one of the list."),
            ));
        }
        let mut parties = BTreeMap::from([(RoleId::new("unit")?, vec![PartyId::new(unit.as_str())?])]);
        // A unit nobody is set over has no leader here; an empty list takes away the one before.
        let leader = self.pack().leaders.iter().find(|leader| leader.units.contains(unit));
        let leader = leader.map(|leader| PartyId::new(leader.id.as_str())).transpose()?;
        if let Some(leader) = leader {
            parties.insert(RoleId::new("leader")?, vec![leader]);
        }
        Ok(parties)
    }

    fn inputs(&self, step: &OrderStep, now: Timestamp) -> Result<(Inputs, Vec<FileRow>), PlatformError> {
        let mut inputs = Inputs { reason: step.reason.trim().to_owned(), ..Inputs::default() };
        let mut field = |id: &str, words: &str| -> Result<(), PlatformError> {
            if !words.trim().is_empty() {
                inputs.fields.insert(FieldId::new(id)?, Value::Text(words.trim().to_owned()));
            }
            Ok(())
        };
        let mut files = Vec::new();
        match step.transition.as_str() {
            "arrive" => field("place", &checked_place(&step.place)?)?,
            "clear" => field("cleared", &now.to_string())?,
            "done" => {
                field("found", &step.found)?;
                field("deed", &step.deed)?;
                if step.photos.len() > MOST_PHOTOS {
                    return Err(invalid(
                        "photos",
                        format!("照片最多 {MOST_PHOTOS} 张，这里有 {} 张；请挑选。", step.photos.len()),
                        format!("At most {MOST_PHOTOS} photographs; there are {}.", step.photos.len()),
                    ));
                }
                let mut hashes = Vec::new();
                for photo in &step.photos {
                    let (file, row) = taken(photo)?;
                    if !row.media_type.starts_with("image/") {
                        let name = &file.name;
                        return Err(invalid(
                            "photos",
                            format!("“{name}”不是图片；请上传 JPEG 或 PNG。"),
                            format!("“{name}” is no picture; choose JPEG or PNG."),
                        ));
                    }
                    hashes.push(file.sha256);
                    files.push(row);
                }
                if !hashes.is_empty() {
                    inputs.materials.insert(MaterialId::new("photo")?, hashes);
                }
            }
            "reassign" => {
                let unit = step.unit.as_ref();
                let unit =
                    unit.ok_or_else(|| invalid("unit", "请选择改派给哪个单位。", "Choose the unit to send it to."))?;
                inputs.parties = self.order_parties(unit)?;
            }
            _ => {}
        }
        Ok((inputs, files))
    }

    /// Takes a step of an order, based on the version the caller saw.
    ///
    /// # Errors
    /// A refusal by the matter's rules, one because the alarm's condition still holds, a stale one when somebody else was
    /// first, or the store.
    pub async fn run_order(
        &self,
        actor: &Actor,
        id: &CaseId,
        expected: u64,
        step: &OrderStep,
    ) -> Result<OrderView, PlatformError> {
        let now = crate::clock::as_stored(self.clock().now());
        // Whoever may not see it is told so, whatever was given.
        self.order_row(actor, id).await?;
        let (inputs, files) = self.inputs(step, now)?;
        let command = Command::Move { transition: TransitionId::new(&step.transition)?, inputs };
        let request = Request { version: expected, actor: self.case_actor(actor)?, command };
        let instruments = self.instruments().await?;
        // A reminder may be noted in between, which is nobody's change: it is tried again on the order as it is then.
        for _ in 0..5 {
            let row = self.order_row(actor, id).await?;
            let matter = Arc::clone(self.matter_of(&row.case)?);
            // Before it is asked whether the condition holds: what is raised after that was asked has an order of its own.
            let mut request = request.clone();
            if let Command::Move { inputs, .. } = &mut request.command {
                self.note_known(&matter, &row.case, &step.transition, inputs).await?;
            }
            let events = decide(&matter, &row.case, &request, now, self.calendar())?;
            if step.transition == "verify" && holds(&row.case, &instruments) {
                return Err(refused(
                    "alarm-holds",
                    "告警条件仍然存在，不能核验；请先处置到告警解除，或按误报撤销。",
                    "The alarm's condition still holds, so this cannot be verified; see to it first, or cancel it as a false alarm.",
                ));
            }
            let change = CaseChange::of(row, events);
            let mut commit = Commit::new(self.city(), now, actor.account.as_str());
            for file in &files {
                commit.put_file(file);
            }
            self.put_change(&mut commit, &change, &mut 0)?;
            match self.store().commit(commit).await {
                Ok(_) => {
                    self.order_changed(&change.after);
                    let row = CaseRow { subject: change.subject, due: None, case: change.after };
                    return self.order_view(actor, row).await;
                }
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy { what: format!("order {id}") }.into())
    }

    /// Takes a step as the program itself. Whether it was taken: a step not allowed now, or one somebody else was quicker
    /// than, is left out.
    async fn system_step(&self, row: CaseRow, transition: &str, mut inputs: Inputs) -> Result<bool, PlatformError> {
        let now = crate::clock::as_stored(self.clock().now());
        let matter = Arc::clone(self.matter_of(&row.case)?);
        self.note_known(&matter, &row.case, transition, &mut inputs).await?;
        let who = system()?;
        let command = Command::Move { transition: TransitionId::new(transition)?, inputs };
        let request = Request { version: row.case.version, actor: who.clone(), command };
        let events = match decide(&matter, &row.case, &request, now, self.calendar()) {
            Ok(events) => events,
            Err(refusal) => {
                tracing::debug!(case = %row.case.id, transition, %refusal, "the order does not go along");
                return Ok(false);
            }
        };
        let change = CaseChange::of(row, events);
        let mut commit = Commit::new(self.city(), now, who.id.as_str());
        self.put_change(&mut commit, &change, &mut 0)?;
        match self.store().commit(commit).await {
            Ok(_) => {
                self.order_changed(&change.after);
                Ok(true)
            }
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// A photograph of an order, for those who may see the order.
    ///
    /// # Errors
    /// When it is not there or not for this account, or the store does not answer.
    pub async fn order_photo(&self, actor: &Actor, id: &CaseId, sha256: &str) -> Result<FileRow, PlatformError> {
        let row = self.order_row(actor, id).await?;
        let missing = || PlatformError::NotFound { what: format!("photograph of order {id}") };
        if !row.case.materials.values().flatten().any(|own| own == sha256) {
            return Err(missing());
        }
        self.store().file(self.city(), sha256).await?.ok_or_else(missing)
    }
}

/// Longitude and latitude as they are kept; empty stays empty.
fn checked_place(text: &str) -> Result<String, PlatformError> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    let mut numbers = text.split([',', '，']).map(|part| part.trim().parse::<f64>());
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(Ok(longitude)), Some(Ok(latitude)), None)
            if (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude) =>
        {
            Ok(format!("{longitude:.6}, {latitude:.6}"))
        }
        _ => Err(invalid(
            "place",
            "位置应为“经度, 纬度”，如 87.304, 44.013；不知道就不填。",
            "Give longitude and latitude, as 87.304, 44.013, or leave it empty.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::checked_place;

    #[test]
    fn places() {
        let check = |given: &str, expected: Option<&str>| {
            assert_eq!(checked_place(given).ok().as_deref(), expected, "{given}");
        };
        check("", Some(""));
        check(" 87.304，44.013 ", Some("87.304000, 44.013000"));
        check("87.304", None);
        check("44.013, 187", None);
        check("a, b", None);
        check("1,2,3", None);
        check("NaN, 2", None);
    }
}
