//! The same work filed for two tasks: the same roads, or the same file, asked about before it counts.

use crate::command::{Confirmation, File};
use crate::evidence::{Evidence, Source};
use crate::refusal::Refusal;
use crate::task::Task;

/// How near two points are the same place: the length of a street block, and what a telephone may be wrong by.
const SAME_PLACE_METRES: f64 = 100.0;

/// A place as it is compared: without spaces and marks.
fn plain(place: &str) -> String {
    place.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The place in words, or the point when none are given.
fn where_it_is(own: &Evidence, file: &File) -> String {
    let words = [file.place.trim(), own.place.trim()].into_iter().find(|words| !words.is_empty());
    words.map_or_else(|| own.point.map(|point| point.to_string()).unwrap_or_default(), str::to_owned)
}

/// Asks back when what is filed stands with another task already: the same file, or the same place in the same days and
/// unit. A place is asked about the first time this task names it. `others` may be a little old: it only asks.
///
/// # Errors
/// A [`Refusal`] that can be confirmed, naming the other task.
pub fn counted_elsewhere<'a>(
    task: &Task,
    file: &File,
    others: impl IntoIterator<Item = &'a Task>,
) -> Result<(), Refusal> {
    let place = plain(&file.place);
    let near = |own: &Evidence| match (own.point, file.point) {
        (Some(own), Some(new)) => own.metres_to(new) <= SAME_PLACE_METRES,
        _ => false,
    };
    let named = |own: &Evidence| !place.is_empty() && plain(&own.place) == place;
    let known_here = task.standing_evidence().any(|own| named(own) || near(own));
    let unit = task.target_now().map(|target| target.unit.as_str());
    let places = (!place.is_empty() || file.point.is_some())
        && !known_here
        && file.value.is_some()
        && file.source == Source::Filing
        && !file.confirmed.contains(&Confirmation::SamePlace);
    let files = !file.attachments.is_empty() && !file.confirmed.contains(&Confirmation::SameFile);
    if !places && !files {
        return Ok(());
    }
    let same_file =
        |own: &Evidence| own.attachments.iter().any(|a| file.attachments.iter().any(|n| n.sha256 == a.sha256));
    for other in others.into_iter().filter(|other| other.id != task.id) {
        let same_unit = other.target_now().map(|target| target.unit.as_str()) == unit;
        for own in other.standing_evidence() {
            if files && same_file(own) {
                return Err(Refusal::ask(
                    Confirmation::SameFile,
                    "attachments",
                    format!(
                        "附件已用于任务 {}“{}”（{}）；若两项任务确实共用请勾选确认。",
                        other.id, other.title, own.period.to
                    ),
                    format!(
                        "The file stands with task {} “{}” ({}); confirm that both share it.",
                        other.id, other.title, own.period.to
                    ),
                ));
            }
            let same_place = places
                && same_unit
                && own.source == Source::Filing
                && own.value.is_some()
                && own.period.overlaps(file.period)
                && (named(own) || near(own));
            if same_place {
                return Err(Refusal::ask(
                    Confirmation::SamePlace,
                    "place",
                    format!(
                        "任务 {}“{}”在 {} 至 {} 已填报同一地点“{}”，可能重复计数；若不是同一工程量请勾选确认。",
                        other.id,
                        other.title,
                        own.period.from,
                        own.period.to,
                        where_it_is(own, file)
                    ),
                    format!(
                        "Task {} “{}” has “{}” from {} to {} already; confirm that nothing is counted twice.",
                        other.id,
                        other.title,
                        where_it_is(own, file),
                        own.period.from,
                        own.period.to
                    ),
                ));
            }
        }
    }
    Ok(())
}
