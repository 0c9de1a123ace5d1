//! Key projects (重点项目): what is built, how far it is, what is planned and paid month by month, and what stands in the way.
//! What they come to is rolled up into the tasks that promise it.

mod decide;
mod event;
mod rollup;
mod table;

pub use decide::{ProjectCommand, decide_add, decide_project, listed};
pub use event::ProjectEvent;
pub use rollup::{RollUp, RollUpRule, Summary, check_rule, roll_up, summary};
pub use table::{ProjectLine, evenly, project_lines};

use crate::Two;
use crate::evidence::Attachment;
use crate::ids::{AccountId, LeaderId, ProjectId, UnitId};
use crate::money::Fen;
use crate::place::Point;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// How far a project is. The order is that of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 谋划储备: being thought of.
    Proposed,
    /// 前期工作: approvals, land, planning, permits.
    Preparing,
    /// 开工: permit given and work begun.
    Started,
    /// 在建: the main works.
    Building,
    /// 竣工: accepted.
    Completed,
    /// 投用: in service.
    InService,
}

impl Stage {
    /// All, in the order of the work.
    pub const ALL: [Self; 6] =
        [Self::Proposed, Self::Preparing, Self::Started, Self::Building, Self::Completed, Self::InService];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Preparing => "preparing",
            Self::Started => "started",
            Self::Building => "building",
            Self::Completed => "completed",
            Self::InService => "in-service",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Proposed => Two::new("谋划", "proposed"),
            Self::Preparing => Two::new("前期", "preparing"),
            Self::Started => Two::new("开工", "started"),
            Self::Building => Two::new("在建", "building"),
            Self::Completed => Two::new("竣工", "completed"),
            Self::InService => Two::new("投用", "in service"),
        }
    }
}

/// What the list of key projects says of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectDetails {
    /// Its name.
    pub name: String,
    /// What sort of project: 产业, 基础设施, 民生 …; as the city's list divides them, may be empty.
    pub category: String,
    /// 建设内容及规模.
    pub content: String,
    /// Where, in words.
    pub place: String,
    /// Where, on the ground.
    pub point: Option<Point>,
    /// 总投资.
    pub total: Fen,
    /// 年度计划投资, month by month.
    pub plan: [Fen; 12],
    /// Who answers for it.
    pub lead: UnitId,
    /// The leading post.
    pub leader: Option<LeaderId>,
    /// Its milestones, by day.
    pub milestones: Vec<ProjectMilestone>,
}

/// A step of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectMilestone {
    /// What is there then.
    pub name: String,
    /// By the end of which day.
    pub on: Date,
}

/// When a stage was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageReached {
    /// Which.
    pub stage: Stage,
    /// On which day.
    pub on: Date,
}

/// A photograph of the works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// The file.
    pub file: Attachment,
    /// The day it was taken.
    pub taken: Date,
    /// Where, on the ground.
    pub point: Option<Point>,
    /// What it shows.
    pub note: String,
}

/// What a unit reports of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectReport {
    /// The month, 1 to 12.
    pub month: u8,
    /// Paid within it. `None` leaves what was reported before.
    pub spent: Option<Fen>,
    /// The stage reached, and when.
    pub stage: Option<StageReached>,
    /// Milestones reached: their places in the list, from 0, and the day.
    pub reached: Vec<(usize, Date)>,
    /// How the works look.
    pub photos: Vec<Photo>,
    /// What was done.
    pub note: String,
}

/// A report as filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledReport {
    /// What it says.
    pub report: ProjectReport,
    /// Who.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// What stands in the way of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obstacle {
    /// What.
    pub text: String,
    /// Who could help: the unit asked, when one is.
    pub asks: Option<UnitId>,
    /// Who raised it.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
    /// When it was out of the way, and how.
    pub solved: Option<(Timestamp, String)>,
}

/// A key project of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Unique within the city.
    pub id: ProjectId,
    /// The year whose list it is on.
    pub year: i16,
    /// What the list says.
    pub details: ProjectDetails,
    /// Stages reached, the latest last.
    pub stages: Vec<StageReached>,
    /// Paid, month by month; `None` where nothing was reported.
    pub spent: [Option<Fen>; 12],
    /// The days milestones were reached, in the list's order.
    pub reached: Vec<Option<Date>>,
    /// Photographs, oldest first.
    pub photos: Vec<Photo>,
    /// What stands or stood in the way, oldest first.
    pub obstacles: Vec<Obstacle>,
    /// What was said last.
    pub last: Option<FiledReport>,
    /// Why it is no longer on the list.
    pub dropped: Option<String>,
    /// Comes from a simulated city.
    pub simulated: bool,
    /// How many events it has seen; every command names the one it was based on.
    pub version: u64,
}

impl Project {
    /// The stage it is in.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stages.last().map_or(Stage::Proposed, |reached| reached.stage)
    }

    /// The year's plan.
    #[must_use]
    pub fn planned(&self) -> Fen {
        self.details.plan.iter().copied().sum()
    }

    /// What is planned until the end of a month, 1 to 12.
    #[must_use]
    pub fn planned_until(&self, month: u8) -> Fen {
        self.details.plan.iter().take(usize::from(month)).copied().sum()
    }

    /// Paid this year so far.
    #[must_use]
    pub fn paid(&self) -> Fen {
        self.spent.iter().flatten().copied().sum()
    }

    /// Obstacles that stand, with their places in the list.
    pub fn standing_obstacles(&self) -> impl Iterator<Item = (usize, &Obstacle)> {
        self.obstacles.iter().enumerate().filter(|(_, obstacle)| obstacle.solved.is_none())
    }

    /// Milestones that are over on a day and were not reached.
    pub fn missed(&self, today: Date) -> impl Iterator<Item = &ProjectMilestone> {
        let open = |at: usize| self.reached.get(at).copied().flatten().is_none();
        self.details.milestones.iter().enumerate().filter(move |(at, m)| m.on < today && open(*at)).map(|(_, m)| m)
    }

    /// Whether less is paid than was planned until the end of the last month that should be reported, or a milestone is over;
    /// `None` for one that is not on the list any more. 宣城 compares key projects by their plan.
    #[must_use]
    pub fn behind(&self, today: Date) -> Option<bool> {
        if self.dropped.is_some() {
            return None;
        }
        let due = self.planned_until(months_reported(self.year, today));
        Some(self.paid() < due || self.missed(today).next().is_some())
    }

    /// The state after an event.
    #[must_use]
    pub fn apply(mut self, event: &ProjectEvent, by: &AccountId, at: Timestamp) -> Self {
        match event {
            ProjectEvent::ProjectAdded { .. }
            | ProjectEvent::ProjectsRolledUp { .. }
            | ProjectEvent::RollUpEnded { .. } => {}
            ProjectEvent::ProjectChanged { details } => {
                // A milestone keeps its day of arrival by its name.
                let day = |m: &ProjectMilestone| {
                    let at = self.details.milestones.iter().position(|old| old.name == m.name);
                    at.and_then(|at| self.reached.get(at).copied().flatten())
                };
                self.reached = details.milestones.iter().map(day).collect();
                self.details = ProjectDetails::clone(details);
            }
            ProjectEvent::ProjectReported { report } => {
                if let Some(spent) = report.spent
                    && let Some(month) = self.spent.get_mut(usize::from(report.month).wrapping_sub(1))
                {
                    *month = Some(spent);
                }
                if let Some(stage) = &report.stage {
                    self.stages.push(stage.clone());
                }
                for (at, on) in &report.reached {
                    if let Some(reached) = self.reached.get_mut(*at) {
                        *reached = Some(*on);
                    }
                }
                self.photos.extend(report.photos.iter().cloned());
                self.last = Some(FiledReport { report: ProjectReport::clone(report), by: by.clone(), at });
            }
            ProjectEvent::ObstacleRaised { text, asks } => self.obstacles.push(Obstacle {
                text: text.clone(),
                asks: asks.clone(),
                by: by.clone(),
                at,
                solved: None,
            }),
            ProjectEvent::ObstacleSolved { obstacle, how } => {
                if let Some(obstacle) = self.obstacles.get_mut(*obstacle) {
                    obstacle.solved = Some((at, how.clone()));
                }
            }
            ProjectEvent::ProjectDropped { reason } => self.dropped = Some(reason.clone()),
            ProjectEvent::ProjectTakenUp { .. } => self.dropped = None,
        }
        self.version += 1;
        self
    }
}

/// Days after a month's end within which it is reported.
const REPORTED_WITHIN: i64 = 10;

/// Months of a year that should be reported by the end of a day: those over for ten days.
#[must_use]
pub fn months_reported(year: i16, today: Date) -> u8 {
    months_over(year, today.checked_sub(jiff::Span::new().days(REPORTED_WITHIN)).unwrap_or(today))
}

/// Whole months of a year that are over by the end of a day.
#[must_use]
pub fn months_over(year: i16, today: Date) -> u8 {
    match today.year().cmp(&year) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Greater => 12,
        std::cmp::Ordering::Equal => {
            let month = u8::try_from(today.month()).unwrap_or(1);
            if today == today.last_of_month() { month } else { month - 1 }
        }
    }
}
