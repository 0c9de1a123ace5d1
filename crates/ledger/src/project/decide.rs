//! What may happen to a key project: (state, command, who, today) to an event, or a refusal that says what to do.

use super::{Project, ProjectDetails, ProjectEvent, ProjectReport, Stage};
use crate::actor::Actor;
use crate::decide::{LONGEST_TEXT, MOST_ATTACHMENTS, supervisor_only};
use crate::ids::{ProjectId, UnitId};
use crate::money::Fen;
use crate::refusal::Refusal;
use crate::text::{given, within};
use jiff::civil::{Date, date};
use std::collections::HashSet;

/// Longest name of a project, category or milestone, in characters.
const LONGEST_NAME: usize = 120;
/// Most milestones of a project.
const MOST_MILESTONES: usize = 40;
/// Most photographs of a project.
const MOST_PHOTOS: usize = 400;
/// Most obstacles of a project.
const MOST_OBSTACLES: usize = 200;

/// What someone asks for, of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectCommand {
    /// Change what the list says.
    Change(Box<ProjectDetails>),
    /// Report a month.
    Report(Box<ProjectReport>),
    /// Say what stands in the way.
    Raise {
        /// What.
        text: String,
        /// The unit asked for help.
        asks: Option<UnitId>,
    },
    /// Say that it is out of the way.
    Solve {
        /// Its place in the list, from 0.
        obstacle: usize,
        /// How.
        how: String,
    },
    /// Take it off the list.
    Drop {
        /// Why.
        reason: String,
    },
    /// Put it on the list again.
    TakeUp {
        /// Why.
        reason: String,
    },
}

/// What a list says, checked.
///
/// # Errors
/// A [`Refusal`] naming the field.
pub(super) fn checked(details: &ProjectDetails, year: i16) -> Result<ProjectDetails, Refusal> {
    let mut details = details.clone();
    details.name = given("name", &details.name, LONGEST_NAME)?;
    details.category = within("category", &details.category, LONGEST_NAME)?;
    details.content = within("content", &details.content, LONGEST_TEXT)?;
    details.place = within("place", &details.place, LONGEST_NAME)?;
    let planned: Fen = details.plan.iter().copied().sum();
    if planned > details.total {
        return Err(Refusal::invalid(
            "plan-above-total",
            "plan",
            format!("年度计划 {planned} 超过总投资 {}；请核对单位（万元）。", details.total),
            format!("The year's plan {planned} is more than the total {}; check the unit (万元).", details.total),
        ));
    }
    if details.milestones.len() > MOST_MILESTONES {
        return Err(Refusal::invalid(
            "too-many-milestones",
            "milestones",
            format!("最多 {MOST_MILESTONES} 个节点；请合并。"),
            format!("At most {MOST_MILESTONES} milestones; join some."),
        ));
    }
    let mut names = HashSet::new();
    for milestone in &mut details.milestones {
        milestone.name = given("milestones", &milestone.name, LONGEST_NAME)?;
        if !names.insert(milestone.name.clone()) {
            return Err(Refusal::invalid(
                "milestone-twice",
                "milestones",
                format!("节点“{}”出现两次；请改名。", milestone.name),
                format!("The milestone “{}” stands twice; rename one.", milestone.name),
            ));
        }
        if !(year - 5..=year + 10).contains(&milestone.on.year()) {
            return Err(Refusal::invalid(
                "milestone-day",
                "milestones",
                format!("节点“{}”的日期 {} 离 {year} 年太远；请核对。", milestone.name, milestone.on),
                format!("The milestone “{}” on {} is too far from {year}; check it.", milestone.name, milestone.on),
            ));
        }
    }
    details.milestones.sort_by_key(|milestone| milestone.on);
    Ok(details)
}

/// A project that comes onto the list, checked.
///
/// # Errors
/// A [`Refusal`] when the account is not of the supervision office or something is wrong.
pub fn decide_add(project: Project, actor: &Actor) -> Result<ProjectEvent, Refusal> {
    supervisor_only(actor)?;
    let details = checked(&project.details, project.year)?;
    let reached = vec![None; details.milestones.len()];
    Ok(ProjectEvent::ProjectAdded { project: Box::new(Project { details, reached, ..project }) })
}

/// Decides a command on a project.
///
/// # Errors
/// A [`Refusal`] naming what is wrong, where, and what to do. Nothing has changed then.
pub fn decide_project(
    project: &Project,
    command: &ProjectCommand,
    actor: &Actor,
    today: Date,
) -> Result<ProjectEvent, Refusal> {
    if let ProjectCommand::TakeUp { reason } = command {
        supervisor_only(actor)?;
        if project.dropped.is_none() {
            return Err(Refusal::state("on-the-list", "项目在清单上。", "The project is on the list."));
        }
        return Ok(ProjectEvent::ProjectTakenUp { reason: given("reason", reason, LONGEST_TEXT)? });
    }
    if project.dropped.is_some() {
        return Err(Refusal::state(
            "project-dropped",
            "项目已调出清单；如需继续，请督查室先恢复。",
            "The project is off the list; the supervision office can put it back.",
        ));
    }
    match command {
        ProjectCommand::Change(details) => {
            supervisor_only(actor)?;
            Ok(ProjectEvent::ProjectChanged { details: Box::new(checked(details, project.year)?) })
        }
        ProjectCommand::Drop { reason } => {
            supervisor_only(actor)?;
            Ok(ProjectEvent::ProjectDropped { reason: given("reason", reason, LONGEST_TEXT)? })
        }
        ProjectCommand::Report(report) => {
            own_or_office(project, actor)?;
            decide_report(project, report, today)
        }
        ProjectCommand::Raise { text, asks } => {
            own_or_office(project, actor)?;
            if project.obstacles.len() >= MOST_OBSTACLES {
                return Err(Refusal::state(
                    "too-many-obstacles",
                    format!("已登记 {MOST_OBSTACLES} 个问题；请先归并。"),
                    format!("{MOST_OBSTACLES} obstacles are entered already; join some."),
                ));
            }
            Ok(ProjectEvent::ObstacleRaised { text: given("text", text, LONGEST_TEXT)?, asks: asks.clone() })
        }
        ProjectCommand::Solve { obstacle, how } => {
            own_or_office(project, actor)?;
            match project.obstacles.get(*obstacle) {
                Some(own) if own.solved.is_none() => {
                    Ok(ProjectEvent::ObstacleSolved { obstacle: *obstacle, how: given("how", how, LONGEST_TEXT)? })
                }
                Some(_) => Err(Refusal::state("solved-already", "这个问题已经解决。", "This is out of the way.")),
                None => Err(Refusal::state("no-such-obstacle", "没有这个问题。", "There is no such obstacle.")),
            }
        }
        // Answered above.
        ProjectCommand::TakeUp { .. } => {
            Err(Refusal::state("on-the-list", "项目在清单上。", "The project is on the list."))
        }
    }
}

fn own_or_office(project: &Project, actor: &Actor) -> Result<(), Refusal> {
    if actor.role.supervises() || actor.unit.as_ref() == Some(&project.details.lead) {
        return Ok(());
    }
    Err(Refusal::not_allowed(
        "not-your-project",
        "只有责任单位可以填报本项目；如分工有误，请联系督查室。",
        "Only the unit that answers for the project reports on it; if that is wrong, contact the supervision office.",
    ))
}

fn not_after(field: &'static str, on: Date, today: Date) -> Result<(), Refusal> {
    if on <= today {
        return Ok(());
    }
    Err(Refusal::invalid(
        "day-in-future",
        field,
        format!("日期 {on} 晚于今天（{today}）；请按实际发生填写。"),
        format!("{on} is after today ({today}); enter what has happened."),
    ))
}

fn decide_report(project: &Project, report: &ProjectReport, today: Date) -> Result<ProjectEvent, Refusal> {
    let mut report = report.clone();
    report.note = within("note", &report.note, LONGEST_TEXT)?;
    let month = i8::try_from(report.month).ok().filter(|month| (1..=12).contains(month));
    let Some(month) = month else {
        return Err(Refusal::invalid("no-such-month", "month", "月份应为 1 至 12。", "Months are 1 to 12."));
    };
    if today < date(project.year.clamp(1, 9_998), month, 1) {
        return Err(Refusal::invalid(
            "month-in-future",
            "month",
            format!("{} 年 {month} 月还没有到；请按实际发生填报。", project.year),
            format!("{}-{month:02} has not begun; report what has happened.", project.year),
        ));
    }
    if let Some(spent) = report.spent {
        let others = project.spent.iter().enumerate().filter(|(at, _)| at + 1 != usize::from(report.month));
        let year: Fen = others.filter_map(|(_, spent)| *spent).sum::<Fen>().plus(spent);
        if year > project.details.total {
            return Err(Refusal::invalid(
                "above-total",
                "spent",
                format!(
                    "本年累计 {year} 将超过总投资 {}；请核对单位（万元），或先请督查室调整总投资。",
                    project.details.total
                ),
                format!(
                    "{year} this year would be more than the total {}; check the unit (万元), or have the total changed.",
                    project.details.total
                ),
            ));
        }
    }
    if let Some(reached) = &report.stage {
        not_after("stage", reached.on, today)?;
        let (now, last) = (project.stage(), project.stages.last().map(|s| s.on));
        if reached.stage == now || last.is_some_and(|last| reached.on < last) {
            return Err(Refusal::invalid(
                "stage-order",
                "stage",
                format!("项目现在处于“{}”；请选择其后的阶段，日期不早于上一阶段。", now.words().zh),
                format!("The project is at “{}”; choose another stage, not before the day of that.", now.words().en),
            ));
        }
    }
    let mut seen = HashSet::new();
    for (at, on) in &report.reached {
        not_after("milestones", *on, today)?;
        let free = project.reached.get(*at).is_some_and(Option::is_none);
        if !free || !seen.insert(*at) {
            return Err(Refusal::invalid(
                "milestone-reached",
                "milestones",
                "没有这个节点，或已登记完成。",
                "There is no such milestone, or it is entered already.",
            ));
        }
    }
    for photo in &mut report.photos {
        not_after("photos", photo.taken, today)?;
        photo.note = within("photos", &photo.note, LONGEST_NAME)?;
        if !photo.file.media_type.starts_with("image/") {
            return Err(Refusal::invalid(
                "not-a-picture",
                "photos",
                format!("“{}”不是图片；请上传 JPEG、PNG 或 WebP。", photo.file.name),
                format!("“{}” is no picture; send JPEG, PNG or WebP.", photo.file.name),
            ));
        }
    }
    if report.photos.len() > MOST_ATTACHMENTS || project.photos.len() + report.photos.len() > MOST_PHOTOS {
        return Err(Refusal::invalid(
            "too-many-photos",
            "photos",
            format!("一次最多 {MOST_ATTACHMENTS} 张，一个项目最多 {MOST_PHOTOS} 张。"),
            format!("At most {MOST_ATTACHMENTS} at once and {MOST_PHOTOS} for a project."),
        ));
    }
    let nothing = report.spent.is_none()
        && report.stage.is_none()
        && report.reached.is_empty()
        && report.photos.is_empty()
        && report.note.is_empty();
    if nothing {
        return Err(Refusal::invalid(
            "nothing-to-report",
            "spent",
            "请至少填写一项：完成投资、阶段、节点、照片或进展。",
            "Fill in at least one: money paid, stage, milestone, photograph or what was done.",
        ));
    }
    Ok(ProjectEvent::ProjectReported { report: Box::new(report) })
}

/// A project as it comes onto a year's list.
#[must_use]
pub fn listed(id: ProjectId, year: i16, details: ProjectDetails, simulated: bool) -> Project {
    Project {
        id,
        year,
        details,
        stages: Vec::new(),
        spent: [None; 12],
        reached: Vec::new(),
        photos: Vec::new(),
        obstacles: Vec::new(),
        last: None,
        dropped: None,
        simulated,
        version: 0,
    }
}

/// Which stage a list's own word means, when it is one.
#[must_use]
pub(super) fn stage_of_words(words: &str) -> Option<Stage> {
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if has(&["投用", "投产", "运营"]) {
        Some(Stage::InService)
    } else if has(&["竣工", "完工", "建成"]) {
        Some(Stage::Completed)
    } else if has(&["在建", "续建", "建设中"]) {
        Some(Stage::Building)
    } else if has(&["已开工", "开工"]) {
        Some(Stage::Started)
    } else if has(&["前期", "新建", "拟建", "计划"]) {
        Some(Stage::Preparing)
    } else if has(&["谋划", "储备"]) {
        Some(Stage::Proposed)
    } else {
        None
    }
}
