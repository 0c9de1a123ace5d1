//! A simulated year of filings for the demonstration, through the same commands as real ones. Everything it makes is
//! marked as simulated.

use crate::error::PlatformError;
use crate::platform::Platform;
use crate::snapshot::TaskView;
use crate::tasks::Filing;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use std::collections::HashMap;
use tingzhou_cases::{CaseId, Command as CaseCommand, Inputs, TransitionId};
use tingzhou_ledger::{
    AccountId, AccountRole, Actor, Assign, Basis, Command, Figure, Period, Plan, ReportedStatus, Source, Target, Task,
    UnitId, path_at,
};

/// How far a simulated year has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimulationProgress {
    /// Tasks done.
    pub done: usize,
    /// Tasks in all.
    pub total: usize,
}

/// What a simulated year made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// Tasks assigned.
    pub assigned: usize,
    /// Filings.
    pub filings: usize,
    /// Checks by the supervision office.
    pub checks: usize,
}

/// The way a task's year goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    OnPath,
    Slow,
    Stalled,
    Early,
    Silent,
    Contradictory,
}

const WAYS: [Way; 6] = [Way::OnPath, Way::Slow, Way::Stalled, Way::Early, Way::Silent, Way::Contradictory];

/// A small generator (SplitMix64, Steele, Lea and Flood 2014): the same seed gives the same year on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn for_task(seed: u64, task: &Task) -> Self {
        let mut state = seed;
        for byte in task.id.as_str().bytes().chain(task.title.bytes()) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        Self(state)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A part between 0 and 1, in thousandths.
    fn part(&mut self) -> Decimal {
        Decimal::from(self.next() % 1_000) / Decimal::ONE_THOUSAND
    }

    fn between(&mut self, low: i64, high: i64) -> Decimal {
        Decimal::new(low, 2) + (Decimal::new(high, 2) - Decimal::new(low, 2)) * self.part()
    }

    fn pick<'a>(&mut self, of: &'a [String]) -> &'a str {
        let len = of.len().max(1) as u64;
        let index = usize::try_from(self.next() % len).unwrap_or(0);
        of.get(index).map_or("模拟：进展正常。", String::as_str)
    }
}

fn way(dice: &mut Dice, shares: &[Decimal; 6]) -> Way {
    let mut part = dice.part();
    for (way, share) in WAYS.iter().zip(shares) {
        if part < *share {
            return *way;
        }
        part -= *share;
    }
    Way::OnPath
}

impl Platform {
    /// Confirms every suggested lead and plays a year of filings up to the city's day. Reports must be adopted as
    /// simulated.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn simulate(
        &self,
        supervisor: &Actor,
        mut progress: impl FnMut(SimulationProgress),
    ) -> Result<Simulated, PlatformError> {
        let today = self.clock().today();
        let snapshot = self.snapshot().await?;
        let tasks: Vec<_> = snapshot.tasks.iter().filter(|v| v.task.simulated).cloned().collect();
        let mut made = Simulated::default();
        let total = tasks.len();
        let mut running = tokio::task::JoinSet::new();
        let (mut next, mut done) = (tasks.into_iter(), 0);
        loop {
            // A few at a time: the writer groups their commits into one flush.
            while running.len() < 48 {
                let Some(view) = next.next() else { break };
                let (platform, actor) = (self.clone(), supervisor.clone());
                running.spawn(async move { platform.simulate_task(&actor, &view, today).await });
            }
            let Some(one) = running.join_next().await else { break };
            let one = one.map_err(|e| PlatformError::File(e.to_string()))??;
            made.assigned += one.assigned;
            made.filings += one.filings;
            made.checks += one.checks;
            done += 1;
            progress(SimulationProgress { done, total });
        }
        Ok(made)
    }

    async fn simulate_task(
        &self,
        supervisor: &Actor,
        view: &TaskView,
        today: Date,
    ) -> Result<Simulated, PlatformError> {
        let plan = &self.pack().simulation;
        let mut dice = Dice::for_task(plan.seed, &view.task);
        let mut made = Simulated::default();
        let lead = match &view.task.suggestion {
            Some(s) => s.lead.clone(),
            None => match self.pack().units.first() {
                Some(unit) => unit.id.clone(),
                None => return Ok(made),
            },
        };
        let start = date(view.task.year.clamp(1, 9_998), 2, 5);
        if start > today {
            return Ok(made);
        }
        let suggestion = view.task.suggestion.as_ref();
        let assign = Assign {
            lead: lead.clone(),
            co_units: suggestion
                .map(|s| s.co_units.iter().filter(|u| **u != lead).cloned().collect())
                .unwrap_or_default(),
            leader: suggestion.and_then(|s| s.leader.clone()),
            plan: None,
        };
        let id = &view.task.id;
        let mut current = self
            .command_at(supervisor, id, view.task.version, Command::Assign(assign), self.clock().at_noon(start))
            .await?;
        made.assigned = 1;
        let way = way(&mut dice, &plan.shares);
        // Some of those of which nothing is heard have only just been sent.
        let just_sent = way == Way::Silent && dice.next().is_multiple_of(3);
        let sent = if just_sent { today.saturating_sub(jiff::Span::new().days(2)) } else { start };
        let case = self.dispatch_at(supervisor, id, self.clock().at_noon(sent)).await?.case;
        let account = AccountId::new(format!("sim-{lead}"))?;
        let filer = Actor { account, role: AccountRole::Unit, unit: Some(lead), leader: None };
        if !just_sent {
            let command = step("sign", "")?;
            let on = start.saturating_add(jiff::Span::new().days(1));
            self.run_case_at(&filer, &case.id, case.version, command, self.clock().at_noon(on.min(today))).await?;
        }
        if way == Way::Silent {
            return Ok(made);
        }
        let stop = 3 + dice.next() % 5;
        let mut last = Decimal::ZERO;
        for month in 2..=12_i8 {
            let end = date(view.task.year.clamp(1, 9_998), month, 1).last_of_month();
            let filed_on = end.saturating_add(jiff::Span::new().days(i32::try_from(3 + dice.next() % 6).unwrap_or(3)));
            if filed_on > today && end != today {
                break;
            }
            let at = self.clock().at_noon(filed_on.min(today));
            let Some((value, reported)) = month_value(&mut dice, way, &current.task, end, stop, &mut last) else {
                continue;
            };
            let note = note(&mut dice, plan, way, &current.task, value, month);
            let period = Period { from: date(view.task.year.clamp(1, 9_998), 1, 1), to: end };
            let filing = simulated_filing(Source::Filing, value, period, note, reported);
            let version = current.task.version;
            current = self.file_at(&filer, id, version, filing, Vec::new(), None, at).await?.view;
            made.filings += 1;
            self.simulate_review(supervisor, &case.id, way, filed_on, today).await?;
            if reported == ReportedStatus::Done && way != Way::Contradictory {
                break;
            }
        }
        if way == Way::Contradictory && made.filings > 0 {
            let last_row = current.task.standing_evidence().next_back().map(|e| (e.value, e.period));
            if let Some((value, period)) = last_row {
                let measured = value.map(|v| (v * dice.between(70, 92)).round_dp(if v.scale() == 0 { 0 } else { 2 }));
                let note = "模拟：现场核查数与填报数不一致。".to_owned();
                let filing = simulated_filing(Source::Check, measured, period, note, ReportedStatus::UnderWay);
                let at = self.clock().at_noon(today);
                self.file_at(supervisor, id, current.task.version, filing, Vec::new(), None, at).await?;
                made.checks += 1;
            }
        }
        Ok(made)
    }

    /// The office looks at what was filed some days later; the latest of it still waits.
    async fn simulate_review(
        &self,
        supervisor: &Actor,
        case: &CaseId,
        way: Way,
        filed_on: Date,
        today: Date,
    ) -> Result<(), PlatformError> {
        let on = filed_on.saturating_add(jiff::Span::new().days(4));
        if on > today {
            return Ok(());
        }
        let command = match way {
            Way::Stalled => step("reject", "模拟：请说明停滞原因和下一步安排。")?,
            _ => step("continue", "")?,
        };
        let view = self.case(supervisor, case).await?;
        let at = self.clock().at_noon(on);
        self.run_case_at(supervisor, case, view.case.version, command, at).await?;
        Ok(())
    }

    pub(crate) async fn command_at(
        &self,
        actor: &Actor,
        task: &tingzhou_ledger::TaskId,
        expected: u64,
        command: Command,
        now: jiff::Timestamp,
    ) -> Result<TaskView, PlatformError> {
        self.run_at(actor, task, expected, command, now, Vec::new(), None).await
    }

    /// The accounts a simulated year files with, one for each unit that leads a simulated task.
    #[must_use]
    pub fn simulated_units(views: &[std::sync::Arc<TaskView>]) -> Vec<UnitId> {
        let mut counts: HashMap<UnitId, usize> = HashMap::new();
        for view in views.iter().filter(|v| v.task.simulated) {
            if let Some(assignment) = &view.task.assignment {
                *counts.entry(assignment.lead.clone()).or_default() += 1;
            }
        }
        let mut units: Vec<_> = counts.into_iter().collect();
        units.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        units.into_iter().map(|(unit, _)| unit).collect()
    }
}

fn step(transition: &str, reason: &str) -> Result<CaseCommand, PlatformError> {
    let inputs = Inputs { reason: reason.to_owned(), ..Inputs::default() };
    Ok(CaseCommand::Move { transition: TransitionId::new(transition)?, inputs })
}

fn simulated_filing(
    source: Source,
    value: Option<Decimal>,
    period: Period,
    note: String,
    reported: ReportedStatus,
) -> Filing {
    Filing {
        source,
        value,
        unit: String::new(),
        basis: Basis::Cumulative,
        period,
        place: String::new(),
        point: None,
        note,
        reported,
        confirmed: tingzhou_ledger::Confirmation::ALL.to_vec(),
        milestone: None,
        simulated: true,
    }
}

/// The value and status filed for a month; `None` when nothing is filed.
fn month_value(
    dice: &mut Dice,
    way: Way,
    task: &Task,
    end: Date,
    stop: u64,
    last: &mut Decimal,
) -> Option<(Option<Decimal>, ReportedStatus)> {
    let month = u64::try_from(end.month()).unwrap_or(1);
    let Some(target) = task.target_now() else {
        let status = match way {
            Way::Early if month >= 5 => ReportedStatus::Done,
            Way::Stalled if month >= stop => ReportedStatus::Blocked,
            Way::Slow if month < 6 => ReportedStatus::NotStarted,
            Way::Contradictory if month >= 9 => ReportedStatus::Done,
            Way::OnPath if month >= 6 && dice.next().is_multiple_of(5) => ReportedStatus::Done,
            _ => ReportedStatus::UnderWay,
        };
        // A task without a number is filed each quarter and at its end.
        return (month.is_multiple_of(3) || status == ReportedStatus::Done).then_some((None, status));
    };
    let factor = match way {
        Way::OnPath => dice.between(100, 112),
        Way::Slow => dice.between(62, 97),
        Way::Stalled => dice.between(90, 100),
        Way::Early => dice.between(125, 150),
        Way::Contradictory => dice.between(100, 118),
        Way::Silent => return None,
    };
    if way == Way::Stalled && month > stop {
        return Some((Some(*last), ReportedStatus::Blocked));
    }
    let value = value_for(target, task, end, factor)?;
    let rising = !target.is_rate() && !target.downward();
    let value = if rising { value.max(*last) } else { value };
    *last = value;
    let done = target.met_by(value) && !matches!(task.plan, Plan::AsItStands);
    let claims = way == Way::Contradictory && month >= 9;
    let status = if done || claims { ReportedStatus::Done } else { ReportedStatus::UnderWay };
    Some((Some(value), status))
}

fn value_for(target: &Target, task: &Task, end: Date, factor: Decimal) -> Option<Decimal> {
    let whole = target.value.normalize().scale() == 0 && !target.is_rate();
    let raw = if matches!(task.plan, Plan::AsItStands) {
        target.value.checked_mul(factor)?
    } else if let Some(due) = path_at(task, target, end) {
        due.checked_mul(factor)?
    } else {
        // Judged at the deadline: it moves towards the target over the year.
        let share = Decimal::from(end.month()) / Decimal::from(12);
        let way = share.checked_mul(factor)?.min(Decimal::ONE);
        match target.baseline {
            Some(from) => from.checked_add(target.value.checked_sub(from)?.checked_mul(way)?)?,
            None if target.downward() => target.value.checked_mul(Decimal::from(2).checked_sub(way)?)?,
            None => target.value.checked_mul(Decimal::new(80, 2) + Decimal::new(20, 2) * way)?,
        }
    };
    Some(if whole { raw.floor() } else { raw.round_dp(2) })
}

fn note(
    dice: &mut Dice,
    plan: &crate::pack::SimulationPlan,
    way: Way,
    task: &Task,
    value: Option<Decimal>,
    month: i8,
) -> String {
    let index = WAYS.iter().position(|w| *w == way).unwrap_or(0);
    let notes = plan.notes.get(index).filter(|n| !n.is_empty());
    let (Some(target), Some(value), Some(notes)) = (task.target_now(), value, notes) else {
        return dice.pick(&plan.milestones).to_owned();
    };
    let figure = |value| Figure { value, unit: "", english: false }.to_string();
    dice.pick(notes)
        .replace("{value}", &figure(value))
        .replace("{unit}", &target.unit)
        .replace("{target}", &figure(target.value))
        .replace("{month}", &month.to_string())
}
