//! Which task a row means: by its words, with the numbers it promises agreeing.

use super::names::{pairs, shared};
use crate::ids::TaskId;

/// A task a row may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The task.
    pub task: TaskId,
    /// How sure it is, in percent: 100 for the task's own words.
    pub confidence: u8,
}

struct Known {
    id: TaskId,
    words: String,
    pairs: Vec<u64>,
    numbers: Vec<String>,
}

/// The tasks of a report, prepared for being looked for.
pub struct Matcher {
    tasks: Vec<Known>,
}

/// Most characters of a row that are compared.
const LONGEST: usize = 400;
/// The most a row can have whose numbers are not the task's.
const OTHER_NUMBERS: usize = 40;

/// Words as they are compared: only letters and digits, full-width ones as half-width.
fn plain(text: &str) -> String {
    let narrow = |c: char| match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let kept = text.chars().map(narrow).filter(|c| c.is_alphanumeric() || matches!(c, '%' | '.'));
    kept.take(LONGEST).flat_map(char::to_lowercase).collect()
}

/// Numbers of a text as written, sorted: 8, 1700, 8.5.
fn numbers(words: &str) -> Vec<String> {
    let parts = words.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|part| part.trim_matches('.'));
    let mut found: Vec<String> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
    found.sort_unstable();
    found.dedup();
    found
}

impl Matcher {
    /// Prepares tasks given by identifier and title.
    pub fn new<'a>(tasks: impl IntoIterator<Item = (&'a TaskId, &'a str)>) -> Self {
        let known = |(id, title): (&TaskId, &str)| {
            let words = plain(title);
            Known { id: id.clone(), pairs: pairs(&words), numbers: numbers(&words), words }
        };
        Self { tasks: tasks.into_iter().map(known).collect() }
    }

    /// The tasks a row may mean, the surest first, at most `most`, none under 30 percent.
    #[must_use]
    pub fn find(&self, row: &str, most: usize) -> Vec<Candidate> {
        let words = plain(row);
        let (own_pairs, own_numbers) = (pairs(&words), numbers(&words));
        let mut found: Vec<(usize, &Known)> = Vec::new();
        for task in &self.tasks {
            let score = if task.words == words && !words.is_empty() {
                100
            } else {
                let common = shared(&own_pairs, &task.pairs);
                if common == 0 {
                    continue;
                }
                // Rows often say more than the task's own title, which then lies within them.
                let alike = 200 * common / (own_pairs.len() + task.pairs.len()).max(1);
                let within = 95 * common / task.pairs.len().max(1);
                let score = alike.max(within).min(99);
                let agree = task.numbers.iter().all(|number| own_numbers.contains(number));
                if agree { score } else { score.min(OTHER_NUMBERS) }
            };
            if score >= 30 {
                found.push((score, task));
            }
        }
        // Of two as sure the one with more words says more.
        found.sort_by(|(a, x), (b, y)| b.cmp(a).then(y.pairs.len().cmp(&x.pairs.len())).then(x.id.cmp(&y.id)));
        found.truncate(most);
        let candidate = |(score, known): (usize, &Known)| Candidate {
            task: known.id.clone(),
            confidence: u8::try_from(score).unwrap_or(100),
        };
        found.into_iter().map(candidate).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn rows_find_their_tasks() {
        let ids: Vec<TaskId> = (1..=5).map(|n| TaskId::new(format!("t{n}")).unwrap()).collect();
        let titles =
            ["接待游客1700万人次", "旅游收入达到120亿元", "改造老旧小区8个", "改造老旧小区12个", "推动索道项目开工"];
        let matcher = Matcher::new(ids.iter().zip(titles));
        let check = |row: &str, first: Option<&str>, at_least: u8, at_most: u8| {
            let found = matcher.find(row, 3);
            assert_eq!(found.first().map(|c| c.task.to_string()).as_deref(), first, "{row}: {found:?}");
            let sure = found.first().map_or(0, |c| c.confidence);
            assert!((at_least..=at_most).contains(&sure), "{row}: {found:?}");
        };
        check("改造老旧小区8个", Some("t3"), 100, 100);
        check("改造老旧小区１２个。", Some("t4"), 100, 100);
        check("全年力争接待游客1700万人次，较上年增长13%", Some("t1"), 80, 99);
        check("加快推动索道项目开工建设", Some("t5"), 80, 99);
        // Another number is another task, however like the words are.
        check("改造老旧小区9个", Some("t4"), 30, 40);
        check("加强干部队伍建设", None, 0, 0);
        check("", None, 0, 0);
    }
}
