//! Who is sent, and what those who are on their way are told: an *occasion* is what asks for somebody, an alarm that was
//! raised or has reached a higher level; an order is what came of one.
//!
//! Occasions come in the order of their numbers, and each may come again: after a restart, or from a second server. What
//! was done about one is seen from its order, so that the second time nothing is done.

use jiff::{SignedDuration, Timestamp};

/// How old an occasion may be that is over, and has somebody sent all the same.
const STILL_NEWS: SignedDuration = SignedDuration::from_secs(600);
/// How long old news is known before it counts.
const SETTLED: SignedDuration = SignedDuration::from_secs(60);
/// Occasions carry milliseconds, orders microseconds.
const SLACK: SignedDuration = SignedDuration::from_millis(1);

/// What asks for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// Its number; later ones have larger numbers.
    pub number: i64,
    /// From 1.
    pub level: u32,
    /// When.
    pub at: Timestamp,
}

/// Whether somebody is sent about an occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Yes.
    Now,
    /// It is asked again later: what follows old news may already be on its way.
    Later,
    /// No more: what it was about is over.
    Never,
}

impl Occasion {
    /// Whether somebody is sent: about news, also when it is over; about old news only when it still holds a while after
    /// it became known. An instrument that was cut off sends what it kept, and its alarms come and go within seconds.
    #[must_use]
    pub fn sending(&self, now: Timestamp, known: Timestamp, holds: bool) -> Sending {
        if now.duration_since(self.at) <= STILL_NEWS {
            Sending::Now
        } else if !holds {
            Sending::Never
        } else if now.duration_since(known) < SETTLED {
            Sending::Later
        } else {
            Sending::Now
        }
    }
}

/// An order somebody is sent by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOrder {
    /// The number of the last occasion it knows of; 0 of none.
    pub told: i64,
    /// The highest level it knows of.
    pub level: Option<u32>,
    /// Whether it was reported done and waits to be verified.
    pub done: bool,
}

/// What an open order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// It is said to be done, and has happened again: somebody has to go again.
    RaiseAgain,
    /// A higher level was reached while somebody is on the way.
    Escalate,
}

/// What an open order is told of an occasion; none when it knows, or when it is no news to whoever is on the way.
#[must_use]
pub fn telling(order: &OpenOrder, occasion: &Occasion) -> Option<Telling> {
    if order.told >= occasion.number {
        return None;
    }
    if order.done {
        return Some(Telling::RaiseAgain);
    }
    order.level.is_none_or(|known| occasion.level > known).then_some(Telling::Escalate)
}

/// An order that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedOrder {
    /// The number of the last occasion it knew of; 0 of none.
    pub told: i64,
    /// The number of the last occasion that was looked at while it was open; none of orders that ended before that was
    /// kept.
    pub known: Option<i64>,
    /// When what it was opened for happened, as far as that is known.
    pub raised: Option<Timestamp>,
    /// When it ended.
    pub ended: Timestamp,
}

/// Whether an order that has ended was the one for an occasion: it knew of it, or was open when that was looked at. Numbers
/// tell, and times only where no number was kept: an occasion has the time of its instrument's clock, which may be hours
/// from the one an order ends by.
#[must_use]
pub fn covers(order: &EndedOrder, occasion: &Occasion) -> bool {
    if let Some(known) = order.known {
        return order.told == occasion.number || occasion.number <= known;
    }
    let at = occasion.at;
    let open_then = || order.raised.unwrap_or(at) <= at && at.checked_add(SLACK).unwrap_or(at) <= order.ended;
    order.told == occasion.number || open_then()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_761_868_800 + seconds).unwrap()
    }

    fn occasion(number: i64, level: u32) -> Occasion {
        Occasion { number, level, at: at(0) }
    }

    #[test]
    fn what_an_open_order_is_told() {
        let check = |told: i64, level: Option<u32>, done: bool, of: (i64, u32), expected: Option<Telling>| {
            let order = OpenOrder { told, level, done };
            assert_eq!(telling(&order, &occasion(of.0, of.1)), expected, "{order:?} {of:?}");
        };
        // It knows, whatever else is so.
        check(7, Some(1), false, (7, 2), None);
        check(8, Some(1), true, (7, 2), None);
        // The same or less is no news to who is on the way.
        check(6, Some(1), false, (7, 1), None);
        check(6, Some(2), false, (7, 1), None);
        check(6, Some(1), false, (7, 2), Some(Telling::Escalate));
        check(0, None, false, (7, 1), Some(Telling::Escalate));
        // Who said it is done goes again, whatever the level.
        check(6, Some(2), true, (7, 1), Some(Telling::RaiseAgain));
        check(6, Some(2), true, (7, 3), Some(Telling::RaiseAgain));
    }

    #[test]
    fn which_ended_order_was_the_one() {
        let check = |told: i64, raised: Option<i64>, ended: i64, expected: bool| {
            let order = EndedOrder { told, known: None, raised: raised.map(at), ended: at(ended) };
            assert_eq!(covers(&order, &occasion(7, 1)), expected, "{order:?}");
        };
        check(7, Some(100), 200, true);
        check(6, Some(-100), 100, true);
        check(6, Some(0), 1, true);
        check(6, None, 1, true);
        // Ended before, at the very instant, or opened for what came after.
        check(6, Some(-100), -10, false);
        check(6, Some(-100), 0, false);
        check(6, Some(1), 100, false);
        check(8, Some(1), 100, false);
        // Where the number is kept, no time matters: the clock of the instrument may be slow or fast.
        let check = |told: i64, known: i64, expected: bool| {
            for (raised, ended) in [(None, 1), (Some(-100), 100), (Some(-100), -10), (Some(100), 200)] {
                let order = EndedOrder { told, known: Some(known), raised: raised.map(at), ended: at(ended) };
                assert_eq!(covers(&order, &occasion(7, 1)), expected, "{order:?}");
            }
        };
        check(6, 6, false);
        check(6, 7, true);
        check(7, 6, true);
        check(6, 9, true);
        check(8, 9, true);
    }

    #[test]
    fn whether_somebody_is_sent() {
        let check = |after: i64, known: i64, holds: bool, expected: Sending| {
            let found = occasion(1, 1).sending(at(after), at(known), holds);
            assert_eq!(found, expected, "{after} {known} {holds}");
        };
        check(0, 0, true, Sending::Now);
        check(0, 0, false, Sending::Now);
        check(600, 600, false, Sending::Now);
        check(601, 601, false, Sending::Never);
        check(601, 0, false, Sending::Never);
        check(601, 601, true, Sending::Later);
        check(700, 641, true, Sending::Later);
        check(700, 640, true, Sending::Now);
        check(100_000, 99_000, true, Sending::Now);
        // A clock that is ahead.
        check(-100, -100, false, Sending::Now);
    }

    /// The order after it was told.
    fn told(order: OpenOrder, occasion: &Occasion) -> OpenOrder {
        match telling(&order, occasion) {
            Some(_) => OpenOrder { told: occasion.number, level: Some(occasion.level), done: false },
            None => order,
        }
    }

    proptest! {
        /// Told twice is told once, and whoever goes again is not sent by what went before.
        #[test]
        fn each_occasion_is_told_once(
            order in (0_i64..20, prop::option::of(1_u32..4), any::<bool>()),
            occasions in prop::collection::vec((1_i64..20, 1_u32..4), 0..20),
        ) {
            let start = OpenOrder { told: order.0, level: order.1, done: order.2 };
            let mut sorted: Vec<Occasion> = occasions.iter().map(|(n, level)| occasion(*n, *level)).collect();
            sorted.sort_by_key(|one| one.number);
            sorted.dedup_by_key(|one| one.number);
            let once = sorted.iter().fold(start, told);
            for again in &sorted {
                prop_assert_eq!(telling(&OpenOrder { done: false, ..once }, again), None);
            }
            prop_assert!(once.told >= start.told);
        }
    }
}
