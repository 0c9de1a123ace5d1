//! A decomposition table taken in: read, held against the tasks and the city's units, shown, and carried out when a person
//! confirms it. Nothing is written before.

use crate::error::PlatformError;
use crate::platform::Platform;
use crate::tasks::random_hex;
use std::collections::{BTreeMap, HashMap, HashSet};
use tingzhou_documents::open_sheets;
use tingzhou_ledger::decomposition::{Candidate, Grid, Line, Matcher, Named, Names, Problem, ProblemKind, lines};
use tingzhou_ledger::{Actor, Assign, Assignment, Command, LeaderId, Task, TaskId, Two, UnitId};

/// From this confidence on a row is taken without a person having chosen.
pub const SURE: u8 = 70;
/// Tasks a row may mean, shown to choose from.
const CANDIDATES: usize = 3;
/// Tasks of the very same words told apart.
const MOST_ALIKE: usize = 10;
/// Commands under way at once: the writer groups their commits into one flush.
const AT_ONCE: usize = 48;

/// A row of a table, held against the tasks.
#[derive(Clone, Debug)]
pub struct DecompositionRow {
    /// As written.
    pub line: Line,
    /// The tasks it may mean, the surest first.
    pub candidates: Vec<Candidate>,
    /// What would be confirmed for each of them, in the same order; empty when the row does not say who answers.
    pub proposed: Vec<ProposedAssignment>,
    /// What is wrong with this row, by cell.
    pub problems: Vec<Problem>,
}

/// Who would answer for a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedAssignment {
    /// The task.
    pub task: TaskId,
    /// The version the proposal is based on.
    pub version: u64,
    /// Lead unit.
    pub lead: UnitId,
    /// Co-units.
    pub co_units: Vec<UnitId>,
    /// Leading post.
    pub leader: Option<LeaderId>,
    /// The task says the same already.
    pub unchanged: bool,
    /// The table's deadline where it is another than the task's; shown, never taken over.
    pub other_deadline: Option<String>,
    /// Sure enough to be taken without being chosen.
    pub sure: bool,
}

/// A table as read.
#[derive(Clone, Debug, Default)]
pub struct DecompositionPreview {
    /// Its rows.
    pub rows: Vec<DecompositionRow>,
    /// What is wrong with the table itself, by cell.
    pub problems: Vec<Problem>,
    /// Tasks no row is about, in the report's order.
    pub untouched: Vec<TaskId>,
}

/// What became of the rows confirmed.
#[derive(Debug, Default)]
pub struct DecompositionDone {
    /// Tasks assigned.
    pub assigned: usize,
    /// Tasks not assigned, and why.
    pub failed: Vec<(TaskId, PlatformError)>,
}

fn same(assignment: &Assignment, proposed: &ProposedAssignment) -> bool {
    let co: HashSet<&UnitId> = assignment.co_units.iter().collect();
    assignment.lead == proposed.lead
        && co == proposed.co_units.iter().collect::<HashSet<_>>()
        && assignment.leader == proposed.leader
}

/// The sheets of a table (XLSX or CSV) as the rules read them.
pub(crate) fn grids(bytes: &[u8]) -> Result<Vec<Grid>, PlatformError> {
    let grid = |sheet: tingzhou_documents::Sheet| Grid {
        name: sheet.name,
        rows: sheet.rows,
        merges: sheet.merges.iter().map(|merge| (merge.from, merge.to)).collect(),
    };
    Ok(open_sheets(bytes)?.into_iter().map(grid).collect())
}

impl Platform {
    /// A name for an import that nobody guesses.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn new_import_id(&self) -> Result<String, PlatformError> {
        Ok(format!("i{}", random_hex(10)?))
    }

    pub(crate) fn names(&self) -> Names {
        let pack = self.pack();
        let mut names = Names::of(&pack.name.zh);
        for unit in &pack.units {
            names.add_unit(&unit.name.zh, &unit.id);
            names.add_unit(&unit.name.en, &unit.id);
        }
        for leader in &pack.leaders {
            names.add_leader(&leader.title.zh, &leader.id);
            names.add_leader(&leader.title.en, &leader.id);
        }
        names
    }

    /// Reads a table (XLSX or CSV) and holds it against the tasks of the newest report. With `first_leads` the first unit
    /// of a row leads where no lead is named. Writes nothing.
    ///
    /// # Errors
    /// When the bytes are no table that can be read, or the store does not answer.
    pub async fn preview_decomposition(
        &self,
        bytes: &[u8],
        first_leads: bool,
    ) -> Result<DecompositionPreview, PlatformError> {
        let grids = grids(bytes)?;
        let (lines, mut problems) = lines(&grids, first_leads);
        let snapshot = self.snapshot().await?;
        let Some(report) = snapshot.report(None) else {
            return Err(PlatformError::NotFound { what: "adopted report to hold the table against".to_owned() });
        };
        let tasks: Vec<_> = snapshot.tasks_of(&report.id).filter(|view| view.task.closing.is_none()).collect();
        let matcher = Matcher::new(tasks.iter().map(|view| (&view.task.id, view.task.title.as_str())));
        let by_id: HashMap<&TaskId, &Task> = tasks.iter().map(|view| (&view.task.id, &view.task)).collect();
        let names = self.names();
        let mut preview = DecompositionPreview::default();
        let mut seen: HashMap<String, (String, usize)> = HashMap::new();
        let mut taken: BTreeMap<TaskId, String> = BTreeMap::new();
        for line in lines {
            let mut candidates = matcher.find(&line.task, MOST_ALIKE);
            let key: String = line.task.chars().filter(|c| !c.is_whitespace()).collect();
            let (first, before) = seen.entry(key).or_insert_with(|| (line.cell.clone(), 0));
            // A report may promise the same in two places: the second such row is about the second such task.
            let alike = candidates.iter().filter(|candidate| candidate.confidence == 100).count();
            let again = *before > 0 && *before >= alike;
            if let Some(ours) = candidates.get_mut(..alike).filter(|ours| !ours.is_empty()) {
                let turn = *before % ours.len();
                ours.rotate_left(turn);
            }
            candidates.truncate(CANDIDATES);
            *before += 1;
            let mut row = DecompositionRow { candidates, proposed: Vec::new(), problems: Vec::new(), line };
            if again {
                row.problems.push(Problem {
                    cell: row.line.cell.clone(),
                    kind: ProblemKind::Duplicate,
                    message: Two::new(
                        format!("与 {first} 是同一任务；请合并为一行"),
                        format!("the same task as {first}; make one row of them"),
                    ),
                });
                preview.rows.push(row);
                continue;
            }
            if let Some(who) = resolve(&names, &row.line, &mut row.problems) {
                row.proposed = row
                    .candidates
                    .iter()
                    .filter_map(|candidate| Some(propose(&who, &row.line, candidate, by_id.get(&candidate.task)?)))
                    .collect();
            }
            if let Some(first) = row.proposed.first_mut().filter(|first| first.sure) {
                // Two rows for one task: the first is taken, the second is named.
                match taken.get(&first.task) {
                    Some(cell) => {
                        first.sure = false;
                        row.problems.push(Problem {
                            cell: row.line.cell.clone(),
                            kind: ProblemKind::Duplicate,
                            message: Two::new(
                                format!("与 {cell} 对应同一任务 {}", first.task),
                                format!("means the same task as {cell}: {}", first.task),
                            ),
                        });
                    }
                    None => {
                        taken.insert(first.task.clone(), row.line.cell.clone());
                    }
                }
            }
            preview.rows.push(row);
        }
        preview.problems.append(&mut problems);
        let untouched = tasks.iter().filter(|view| !taken.contains_key(&view.task.id));
        preview.untouched = untouched.map(|view| view.task.id.clone()).collect();
        Ok(preview)
    }

    /// Carries out assignments a person confirmed, each by itself: one that was changed meanwhile is named and holds up
    /// no other. `progress` is told how many are done.
    ///
    /// # Errors
    /// When this account may not, or the store does not answer.
    pub async fn confirm_decomposition(
        &self,
        actor: &Actor,
        rows: Vec<ProposedAssignment>,
        mut progress: impl FnMut(usize),
    ) -> Result<DecompositionDone, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let mut done = DecompositionDone::default();
        let (mut next, mut running, mut count) = (rows.into_iter(), tokio::task::JoinSet::new(), 0);
        loop {
            while running.len() < AT_ONCE {
                let Some(row) = next.next() else { break };
                let (platform, actor) = (self.clone(), actor.clone());
                running.spawn(async move {
                    let command = Command::Assign(Assign {
                        lead: row.lead,
                        co_units: row.co_units,
                        leader: row.leader,
                        plan: None,
                    });
                    let result = platform.run(&actor, &row.task, row.version, command).await;
                    (row.task, result)
                });
            }
            let Some(one) = running.join_next().await else { break };
            // A command neither panics nor is cut off: whoever waits for it is here.
            let Ok((task, result)) = one else { continue };
            match result {
                Ok(_) => done.assigned += 1,
                Err(error) => done.failed.push((task, error)),
            }
            count += 1;
            progress(count);
        }
        Ok(done)
    }
}

/// Who a row names. `None` where the table has no column for it and says nothing of it.
struct Who {
    lead: UnitId,
    co_units: Option<Vec<UnitId>>,
    leader: Option<LeaderId>,
}

/// What would be confirmed of a task. What the table says nothing of stays as it is, or as it was suggested.
fn propose(who: &Who, line: &Line, candidate: &Candidate, task: &Task) -> ProposedAssignment {
    let (assigned, suggested) = (task.assignment.as_ref(), task.suggestion.as_ref());
    let own_co = assigned.map(|a| &a.co_units).or(suggested.map(|s| &s.co_units));
    let own_leader = assigned.map_or(suggested.and_then(|s| s.leader.as_ref()), |a| a.leader.as_ref());
    let co_units = who.co_units.as_ref().or(own_co).into_iter().flatten().filter(|unit| **unit != who.lead);
    let (deadline, written) = (task.deadline_now().to_string(), line.deadline.trim());
    let mut proposed = ProposedAssignment {
        task: task.id.clone(),
        version: task.version,
        lead: who.lead.clone(),
        co_units: co_units.cloned().collect(),
        leader: who.leader.as_ref().or(own_leader).cloned(),
        unchanged: false,
        other_deadline: (!written.is_empty() && written != deadline).then(|| written.to_owned()),
        sure: candidate.confidence >= SURE,
    };
    proposed.unchanged = assigned.is_some_and(|own| same(own, &proposed));
    proposed
}

/// Who a row names; what is not known is named by cell.
fn resolve(names: &Names, line: &Line, problems: &mut Vec<Problem>) -> Option<Who> {
    let unknown = |cell: &str, kind, name: &str, near: Option<String>| {
        let (zh, en) = near
            .map_or_else(Default::default, |near| (format!("；是否为“{near}”？"), format!("; did you mean “{near}”?")));
        Problem {
            cell: cell.to_owned(),
            kind,
            message: Two::new(format!("没有名为“{name}”的单位或职务{zh}"), format!("“{name}” is not known{en}")),
        }
    };
    let before = problems.len();
    let (leader, leader_cell) = (&line.leader.0, &line.leader.1);
    let leader = match names.leader(leader) {
        Named::Known(id) => Some(id),
        Named::Unknown(_) if leader.trim().is_empty() => None,
        Named::Unknown(near) => {
            problems.push(unknown(leader_cell, ProblemKind::UnknownLeader, leader, near));
            None
        }
    };
    let mut unit = |name: &str, cell: &str| match names.unit(name) {
        Named::Known(id) => Some(id),
        Named::Unknown(near) => {
            problems.push(unknown(cell, ProblemKind::UnknownUnit, name, near));
            None
        }
    };
    let co_units: Vec<UnitId> = line.co_units.0.iter().filter_map(|name| unit(name, &line.co_units.1)).collect();
    let lead = if line.lead.0.is_empty() { None } else { unit(&line.lead.0, &line.lead.1) };
    if line.lead.0.is_empty() {
        problems.push(Problem {
            cell: if line.lead.1.is_empty() { line.cell.clone() } else { line.lead.1.clone() },
            kind: ProblemKind::NoLead,
            message: Two::new("没有写牵头单位", "no lead unit"),
        });
    }
    let lead = lead.filter(|_| problems.len() == before)?;
    let mut helping: Vec<UnitId> = Vec::new();
    for co in co_units {
        if !helping.contains(&co) {
            helping.push(co);
        }
    }
    let says_nothing = line.co_units.1.is_empty() && helping.is_empty();
    Some(Who { lead, co_units: (!says_nothing).then_some(helping), leader })
}
