//! The year's end (完成情况): for each task the sentence with its number, unit and day, and the evidence it rests on.

use crate::Two;
use crate::bulletin::day_zh;
use crate::evidence::Source;
use crate::figure::Figure;
use crate::ids::{EvidenceId, TaskId};
use crate::judge::{Judgement, counted_at};
use crate::status::{MeasuredStatus, Outcome, ReportedStatus};
use crate::task::Task;
use crate::wording::words_of_target;
use serde::{Deserialize, Serialize};

/// What can be said of one task at the year's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The task.
    pub task: TaskId,
    /// What is to be done, short.
    pub title: String,
    /// The sentence; 无佐证 when nothing was filed, checked or measured.
    pub sentence: Two,
    /// The evidence its number or word is made of.
    pub evidence: Vec<EvidenceId>,
    /// Whether the target is met by that evidence; `None` when a number or word to tell by is missing.
    pub met: Option<bool>,
    /// Columns that contradict each other; a person settles that before the sentence is printed.
    pub contradictions: Vec<Two>,
    /// Belongs to a simulated city.
    pub simulated: bool,
}

/// The completions of one livelihood item, or of the targets that belong to none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionGroup {
    /// Number of the livelihood item; `None` for all other tasks.
    pub item: Option<u8>,
    /// In the report's order.
    pub rows: Vec<Completion>,
}

/// With a number: value, unit, day and source beside the target.
fn numbered(task: &Task, judged: &Judgement) -> Option<(Two, Vec<EvidenceId>, bool)> {
    let target = task.target_now()?;
    let (source, _) = judged.latest_source?;
    let (value, day, rows) = counted_at(task, source, judged.day)?;
    let (met, words, from) = (target.met_by(value), words_of_target(target), source.words());
    let figure = |english| Figure { value, unit: &target.unit, english }.to_string();
    let (state_zh, state_en) =
        if met { ("已达到目标", "target met") } else { ("未达到目标", "target not met") };
    let adjusted = task.adjustments.last().zip(task.target.as_ref());
    let adopted = adjusted.map(|(_, target)| words_of_target(target));
    let (adopted_zh, adopted_en) = adopted
        .map_or_else(Default::default, |w| (format!("，采纳时目标{}", w.zh), format!(", target as adopted {}", w.en)));
    let sentence = Two::new(
        format!(
            "截至{}，实际{}（{}），目标{}{adopted_zh}，{state_zh}。",
            day_zh(day),
            figure(false),
            from.zh,
            words.zh
        ),
        format!("By {day}: {} ({}), target {}{adopted_en}; {state_en}.", figure(true), from.en, words.en),
    );
    Some((sentence, rows.into_iter().map(|e| e.id.clone()).collect(), met))
}

/// Without a number: the latest word, of a check before a filing.
fn worded(task: &Task, judged: &Judgement) -> Option<(Two, Vec<EvidenceId>, Option<bool>)> {
    let checked = matches!(judged.measured, MeasuredStatus::Found { .. });
    let rows = task.standing_evidence().filter(|e| e.period.to <= judged.day);
    let latest = rows.filter(|e| !checked || e.source != Source::Filing).max_by_key(|e| (e.period.to, e.at))?;
    let (words, from, day) = (latest.reported.words(), latest.source.words(), latest.period.to);
    let sentence = Two::new(
        format!("截至{}，{}（{}）。", day_zh(day), words.zh, from.zh),
        format!("By {day}: {} ({}).", words.en, from.en),
    );
    // A task with a number is met by numbers only; a word says nothing of it.
    let met = task.target_now().is_none().then_some(latest.reported == ReportedStatus::Done);
    Some((sentence, vec![latest.id.clone()], met))
}

/// What can be said of a task by the end of the judgement's day.
fn completion(task: &Task, judged: &Judgement) -> Completion {
    let found = numbered(task, judged).map(|(s, e, met)| (s, e, Some(met))).or_else(|| worded(task, judged));
    let (mut sentence, evidence, met) =
        found.unwrap_or_else(|| (Two::new("无佐证。", "No evidence."), Vec::new(), None));
    if let Some(closing) = task.closing.as_ref().filter(|closing| closing.outcome != Outcome::Met) {
        let outcome = closing.outcome.words();
        sentence.zh.push_str(&format!("督查室{}：{}。", outcome.zh, closing.reason.trim_end_matches('。')));
        sentence.en.push_str(&format!(" Supervision office: {}: {}.", outcome.en, closing.reason));
    }
    Completion {
        task: task.id.clone(),
        title: task.title.clone(),
        sentence,
        evidence,
        met,
        contradictions: judged.contradictions.iter().map(|c| c.sentence.clone()).collect(),
        simulated: task.simulated,
    }
}

/// The completions of a report's tasks, given in its order: livelihood items by number first, then all others.
#[must_use]
pub fn completions<'a>(tasks: impl Iterator<Item = (&'a Task, &'a Judgement)>) -> Vec<CompletionGroup> {
    let mut groups: Vec<CompletionGroup> = Vec::new();
    for (task, judged) in tasks {
        let row = completion(task, judged);
        match groups.iter_mut().find(|group| group.item == task.item) {
            Some(group) => group.rows.push(row),
            None => groups.push(CompletionGroup { item: task.item, rows: vec![row] }),
        }
    }
    groups.sort_by_key(|group| (group.item.is_none(), group.item));
    groups
}
