//! What happens to key projects.

use super::{Project, ProjectDetails, ProjectReport, RollUpRule};
use crate::ids::{TaskId, UnitId};
use serde::{Deserialize, Serialize};

/// Something that happened to a key project, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum ProjectEvent {
    /// It came onto the list.
    ProjectAdded {
        /// As listed.
        project: Box<Project>,
    },
    /// The list says something else of it.
    ProjectChanged {
        /// What it says now.
        details: Box<ProjectDetails>,
    },
    /// Its unit reported.
    ProjectReported {
        /// What.
        report: Box<ProjectReport>,
    },
    /// Something stands in the way.
    ObstacleRaised {
        /// What.
        text: String,
        /// The unit asked for help.
        asks: Option<UnitId>,
    },
    /// It is out of the way.
    ObstacleSolved {
        /// Its place in the list, from 0.
        obstacle: usize,
        /// How.
        how: String,
    },
    /// It is no longer on the list.
    ProjectDropped {
        /// Why.
        reason: String,
    },
    /// It is on the list again.
    ProjectTakenUp {
        /// Why.
        reason: String,
    },
    /// A task is measured by the key projects from now on.
    ProjectsRolledUp {
        /// The task.
        task: TaskId,
        /// What is counted.
        rule: RollUpRule,
    },
    /// A task is no longer measured by the key projects.
    RollUpEnded {
        /// The task.
        task: TaskId,
    },
}

impl ProjectEvent {
    /// All kinds.
    pub const KINDS: [&str; 9] = [
        "project-added",
        "project-changed",
        "project-reported",
        "obstacle-raised",
        "obstacle-solved",
        "project-dropped",
        "project-taken-up",
        "projects-rolled-up",
        "roll-up-ended",
    ];

    /// The kind, as it stands in the log's own column.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ProjectAdded { .. } => "project-added",
            Self::ProjectChanged { .. } => "project-changed",
            Self::ProjectReported { .. } => "project-reported",
            Self::ObstacleRaised { .. } => "obstacle-raised",
            Self::ObstacleSolved { .. } => "obstacle-solved",
            Self::ProjectDropped { .. } => "project-dropped",
            Self::ProjectTakenUp { .. } => "project-taken-up",
            Self::ProjectsRolledUp { .. } => "projects-rolled-up",
            Self::RollUpEnded { .. } => "roll-up-ended",
        }
    }
}
