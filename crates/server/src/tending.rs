//! What the city's instruments need to have done from time to time: alarms that become due without a value, the journal
//! sealed, what was counted of devices written down, old observations forgotten; air assessed, passages counted and deleted.

use jiff::civil::Date;
use std::time::Duration;
use tingzhou_platform::{Instruments, Platform, PlatformError};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Before a store that did not answer is asked again.
const AGAIN: Duration = Duration::from_secs(30);
/// The same for work orders, which somebody waits for.
const AGAIN_ORDERS: Duration = Duration::from_secs(5);
/// Seconds between two sealings, and between two times that counts are written down.
const MINUTE: u64 = 60;
/// Seconds after the start at which what is due every ten minutes or every day is done first.
const AFTER_START: u64 = 2;
/// Seconds between two times that air is assessed, and that a job of the day is tried again.
const TEN_MINUTES: u64 = 600;

/// Tends the instruments for ever. Alarms are looked at by themselves, so that nothing holds them up.
pub(crate) async fn tend(platform: Platform) {
    let instruments = loop {
        match platform.instruments().await {
            Ok(instruments) => break instruments,
            Err(error) => tracing::warn!(%error, "the instruments could not be loaded; it is tried again"),
        }
        sleep(AGAIN).await;
    };
    // They end with whoever holds them.
    let mut both = JoinSet::new();
    both.spawn(tick(instruments.clone()));
    both.spawn(look_after(platform, instruments));
    while let Some(ended) = both.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "the instruments are tended no more; start the server anew");
        }
    }
}

async fn tick(instruments: Instruments) {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failed = false;
    loop {
        seconds.tick().await;
        let ticked = instruments.tick_alarms(instruments.now()).await;
        // Said once, not every second.
        if let Err(error) = &ticked
            && !failed
        {
            tracing::warn!(%error, "alarms could not be looked at; it is tried every second");
        }
        failed = ticked.is_err();
    }
}

async fn look_after(platform: Platform, instruments: Instruments) {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut days = Days::default();
    for second in 1_u64.. {
        seconds.tick().await;
        once(&platform, &instruments, second, &mut days).await;
    }
}

/// Looks after work orders for ever; by itself, so that a flood of alarms that need orders holds up no alarm.
pub(crate) async fn tend_orders(platform: Platform) {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        if let Err(error) = platform.tend_orders().await {
            tracing::warn!(%error, "work orders could not be looked after; it is tried again");
            sleep(AGAIN_ORDERS).await;
        }
    }
}

/// A job of every day: the last day it was done.
#[derive(Debug, Default)]
struct Daily(Option<Date>);

impl Daily {
    /// Whether it is to be done now: soon after the start, since a server may be started anew more often than once a day,
    /// then when another day has come; every ten minutes until it succeeds.
    fn due(&self, second: u64, today: Date) -> bool {
        every(TEN_MINUTES, second) && self.0 != Some(today)
    }

    fn did(&mut self, today: Date, done: bool) {
        if done {
            self.0 = Some(today);
        }
    }
}

/// The jobs of every day.
#[derive(Debug, Default)]
struct Days {
    air: Daily,
    passages: Daily,
    observations: Daily,
}

/// Whether so many seconds are over, or the server was started just now.
fn every(seconds: u64, second: u64) -> bool {
    second == AFTER_START || second.is_multiple_of(seconds)
}

/// Does what is due. What fails holds up nothing else, and is tried again when it is due again. Once a day all air is
/// assessed from its hours, and passages and observations whose term is over are deleted.
async fn once(platform: &Platform, instruments: &Instruments, second: u64, days: &mut Days) {
    if second.is_multiple_of(MINUTE) {
        done("sealing observations", &instruments.seal_due().await);
        done("writing down what was counted of devices", &instruments.keep_devices().await);
    }
    let today = platform.clock().today();
    if every(TEN_MINUTES, second) {
        let anew = days.air.due(second, today);
        let assessed = done("assessing air", &platform.tend_air(anew).await);
        days.air.did(today, anew && assessed);
    }
    if second.is_multiple_of(MINUTE) {
        done("counting passages", &platform.count_passages(None).await);
    }
    if days.passages.due(second, today) {
        days.passages.did(today, done("deleting passages", &platform.forget_passages().await));
    }
    if days.observations.due(second, today) {
        days.observations.did(today, done("deleting old observations", &instruments.forget().await));
    }
}

/// Whether a job succeeded; says why not.
fn done<T>(job: &str, result: &Result<T, PlatformError>) -> bool {
    if let Err(error) = result {
        tracing::warn!(%error, job, "what is to be done from time to time failed; it is tried again");
    }
    result.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_job_of_the_day_is_done_soon_after_the_start_and_once_a_day() {
        let (first, second) = (date(2025, 10, 31), date(2025, 11, 1));
        let check = |done: Option<Date>, at: u64, today: Date, expected: bool| {
            assert_eq!(Daily(done).due(at, today), expected, "{done:?} {at} {today}");
        };
        check(None, 1, first, false);
        check(None, AFTER_START, first, true);
        // It failed then.
        check(None, 599, first, false);
        check(None, 600, first, true);
        check(Some(first), 1_200, first, false);
        // The next day begins whenever it begins, not a day after the start.
        check(Some(first), 1_800, second, true);
        check(Some(second), 2_400, second, false);
        let mut daily = Daily::default();
        daily.did(first, false);
        assert!(daily.due(600, first));
        daily.did(first, true);
        assert!(!daily.due(600, first));
    }
}
