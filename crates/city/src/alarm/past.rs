//! How alarms stood at an instant that is over, by what was told of them.

use super::event::What;
use super::state::Standing;

/// How an alarm stood after what happened to it, given newest first; none when that does not say. No more is asked for than
/// it takes.
///
/// An alarm that is shown again is normal for as long as it takes to raise it anew, which is told at the same instant.
pub fn stood<'a>(newest_first: impl IntoIterator<Item = &'a What>) -> Option<Standing> {
    newest_first.into_iter().find_map(|what| match what {
        What::Raised { .. } | What::Escalated { .. } => Some(Standing::Unacknowledged),
        What::Cleared { closed: false } => Some(Standing::ReturnedUnacknowledged),
        What::Acknowledged { closed: false } => Some(Standing::Acknowledged),
        What::Cleared { closed: true }
        | What::Acknowledged { closed: true }
        | What::Unshelved { .. }
        | What::Returned { .. }
        | What::Withdrawn => Some(Standing::Normal),
        What::Shelved { .. } => Some(Standing::Shelved),
        What::OutOfService { .. } => Some(Standing::OutOfService),
        // A lower level, and what is counted instead of told, leave it where it was.
        What::Eased { .. } | What::Chattering | What::Settled { .. } => None,
    })
}
