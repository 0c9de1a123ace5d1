//! Key projects of a simulated year: as many as the report promises, with what was planned spread over them, reported month
//! by month through the same commands as real ones. Their names say that they are simulated.

use crate::error::PlatformError;
use crate::platform::Platform;
use crate::projects::ListedProject;
use crate::simulate::Dice;
use crate::snapshot::TaskView;
use jiff::Span;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use std::sync::Arc;
use tingzhou_ledger::project::{
    Project, ProjectCommand, ProjectDetails, ProjectMilestone, ProjectReport, RollUp, RollUpRule, Stage, StageReached,
};
use tingzhou_ledger::{AccountId, AccountRole, Actor, Fen, Target, UnitId};

const CATEGORIES: [&str; 4] = ["产业", "基础设施", "民生", "生态环保"];
/// Most projects that are made up.
const MOST: u32 = 500;

fn number(target: Option<&Target>) -> Option<u32> {
    target.filter(|t| !t.is_rate() && t.unit != "元").and_then(|t| t.value.try_into().ok())
}

impl Platform {
    /// Makes the key projects a report promises by number, and plays their year up to the city's day. Returns how many;
    /// none when the report promises none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn simulate_projects(&self, supervisor: &Actor) -> Result<usize, PlatformError> {
        let snapshot = self.snapshot().await?;
        let promised = |view: &&Arc<TaskView>| view.task.simulated && view.task.title.contains("重点项目");
        let counted = snapshot.tasks.iter().filter(promised).find_map(|view| {
            let count = number(view.task.target.as_ref()).filter(|count| (1..=MOST).contains(count))?;
            Some((Arc::clone(view), count))
        });
        let Some((view, count)) = counted else { return Ok(0) };
        let money = snapshot.tasks.iter().find(|other| {
            let unit = other.task.target.as_ref().map(|t| t.unit.as_str());
            other.task.simulated && unit == Some("元") && other.task.sentence == view.task.sentence
        });
        let year = view.task.year;
        let whole = money.and_then(|m| Fen::of_yuan(m.task.target.as_ref()?.value));
        let whole =
            whole.unwrap_or_else(|| Fen::of_yuan(Decimal::from(50_000_000_i64 * i64::from(count))).unwrap_or_default());
        let mut dice = Dice::for_task(self.pack().simulation.seed, &view.task);
        let listed = self.made_up(&mut dice, year, count, whole);
        let begins = self.clock().at_noon(date(year.clamp(1, 9_998), 2, 6).min(self.clock().today()));
        self.list_projects_at(supervisor, year, listed, begins).await?;
        self.set_roll_up_at(supervisor, &view.task.id, Some(rule(RollUp::Begun)), begins).await?;
        if let Some(money) = money {
            self.set_roll_up_at(supervisor, &money.task.id, Some(rule(RollUp::Paid)), begins).await?;
        }
        let projects = self.store().projects(self.city(), year).await?;
        for month in 2..=12_u8 {
            let Some(on) = reported_on(year, month).filter(|on| *on <= self.clock().today()) else { break };
            let mut running = tokio::task::JoinSet::new();
            let mut waiting = projects.iter();
            loop {
                // A few at a time: the writer groups their commits into one flush.
                while running.len() < 48 {
                    let Some(project) = waiting.next() else { break };
                    let (platform, id, seed) = (self.clone(), project.id.clone(), dice.next());
                    running.spawn(async move { platform.simulate_month(&id, month, on, &mut Dice::new(seed)).await });
                }
                let Some(one) = running.join_next().await else { break };
                one.map_err(|e| PlatformError::File(e.to_string()))??;
            }
            self.roll_up_at(self.clock().at_noon(on), true).await?;
        }
        Ok(projects.len())
    }

    fn made_up(&self, dice: &mut Dice, year: i16, count: u32, whole: Fen) -> Vec<ListedProject> {
        let units: Vec<UnitId> = self.pack().units.iter().map(|u| u.id.clone()).collect();
        let pick = |dice: &mut Dice| {
            let at = usize::try_from(dice.next() % u64::try_from(units.len().max(1)).unwrap_or(1)).unwrap_or(0);
            units.get(at).cloned()
        };
        let weights: Vec<i64> = (0..count).map(|_| i64::try_from(20 + dice.next() % 180).unwrap_or(100)).collect();
        let sum: i64 = weights.iter().sum();
        // In whole 万元; what is left falls to the first.
        let wan = whole.fen() / 1_000_000;
        let shares: Vec<i64> = weights.iter().map(|w| wan * w / sum.max(1)).collect();
        let left = wan - shares.iter().sum::<i64>();
        let day = |month: i8| date(year.clamp(1, 9_998), month, 28);
        let mut made = Vec::new();
        for (at, share) in shares.into_iter().enumerate() {
            let Some(lead) = pick(dice) else { continue };
            let planned = Fen::new((share + if at == 0 { left } else { 0 }) * 1_000_000).unwrap_or_default();
            let category = CATEGORIES[at % CATEGORIES.len()];
            // Little is built in the northern winter: March to November carry the year.
            let mut plan = [Fen::ZERO; 12];
            let month = planned.fen() / 9 / 1_000_000 * 1_000_000;
            for slot in plan.iter_mut().skip(2).take(8) {
                *slot = Fen::new(month).unwrap_or_default();
            }
            plan[10] = Fen::new(planned.fen() - 8 * month).unwrap_or_default();
            let total = Fen::new(planned.fen() + planned.fen() * i64::try_from(dice.next() % 3).unwrap_or(0));
            let milestones = vec![
                ProjectMilestone { name: "取得施工许可".to_owned(), on: day(4) },
                ProjectMilestone { name: "主体完工".to_owned(), on: day(9) },
            ];
            let details = ProjectDetails {
                name: format!("模拟·{category}项目{:03}", at + 1),
                category: category.to_owned(),
                content: "模拟：建设内容由演示生成。".to_owned(),
                place: String::new(),
                point: None,
                total: total.unwrap_or(planned),
                plan,
                lead,
                leader: self.pack().leaders.get(at % self.pack().leaders.len().max(1)).map(|l| l.id.clone()),
                milestones,
            };
            let stage = if dice.next().is_multiple_of(3) { Stage::Building } else { Stage::Preparing };
            made.push(ListedProject { details, stage: Some(stage) });
        }
        made
    }

    async fn simulate_month(
        &self,
        id: &tingzhou_ledger::ProjectId,
        month: u8,
        on: Date,
        dice: &mut Dice,
    ) -> Result<(), PlatformError> {
        let Some(project) = self.store().project(self.city(), id).await? else { return Ok(()) };
        let lead = project.details.lead.clone();
        let unit = Actor {
            account: AccountId::new(format!("sim-{lead}"))?,
            role: AccountRole::Unit,
            unit: Some(lead),
            leader: None,
        };
        let at = self.clock().at_noon(on);
        // One in seven is slow all year, by its place in the list.
        let slow = id.as_str().bytes().map(u32::from).sum::<u32>().is_multiple_of(7);
        let report = month_of(&project, month, on, slow, dice);
        let command = ProjectCommand::Report(Box::new(report));
        let project = self.run_project_at(&unit, id, project.version, command, Vec::new(), at).await?;
        if slow && month == 5 {
            let text = "模拟：用地手续未完成，影响施工。".to_owned();
            let asks = self.pack().units.first().map(|u| u.id.clone());
            self.run_project_at(&unit, id, project.version, ProjectCommand::Raise { text, asks }, Vec::new(), at)
                .await?;
        }
        Ok(())
    }
}

fn rule(what: RollUp) -> RollUpRule {
    RollUpRule { what, category: String::new() }
}

/// A month is reported on the fourth of the next, the last one on its last day.
fn reported_on(year: i16, month: u8) -> Option<Date> {
    let end = date(year.clamp(1, 9_998), i8::try_from(month).ok()?, 1).last_of_month();
    if month == 12 { Some(end) } else { end.checked_add(Span::new().days(4)).ok() }
}

/// A day within the month that is reported on a day.
fn within(on: Date) -> Date {
    on.checked_sub(Span::new().days(14)).unwrap_or(on)
}

fn month_of(project: &Project, month: u8, on: Date, slow: bool, dice: &mut Dice) -> ProjectReport {
    let planned = project.details.plan.get(usize::from(month) - 1).copied().unwrap_or_default();
    let percent = i64::try_from(if slow { 40 + dice.next() % 30 } else { 97 + dice.next() % 16 }).unwrap_or(100);
    let spent = Fen::new(planned.fen() / 100 * percent / 1_000_000 * 1_000_000);
    // Not more than the whole.
    let room = project.details.total.fen() - project.paid().fen();
    let spent = spent.map(|spent| Fen::new(spent.fen().min(room.max(0))).unwrap_or_default());
    let stage = match (month, project.stage()) {
        (4, Stage::Preparing) if !slow => Some(Stage::Started),
        (6, Stage::Preparing) => Some(Stage::Started),
        (7, Stage::Started) if !slow => Some(Stage::Building),
        (9, Stage::Building) if dice.next().is_multiple_of(6) => Some(Stage::Completed),
        _ => None,
    };
    let open = |at: usize| project.reached.get(at).copied().flatten().is_none();
    let reached = match month {
        4 if open(0) => vec![(0, within(on))],
        9 if open(1) && !slow => vec![(1, within(on))],
        _ => Vec::new(),
    };
    ProjectReport {
        month,
        spent,
        stage: stage.map(|stage| StageReached { stage, on: within(on) }),
        reached,
        photos: Vec::new(),
        note: if slow {
            "模拟：进度偏慢，正在协调。".to_owned()
        } else {
            "模拟：按计划推进。".to_owned()
        },
    }
}
