//! What the city's instruments need to have done from time to time: alarms that become due without a value, the journal
//! sealed, what was counted of devices written down, old observations forgotten; air assessed, passages counted and deleted.

use std::time::Duration;
use tingzhou_platform::{Instruments, Platform, PlatformError};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Before a store that did not answer is asked again.
const AGAIN: Duration = Duration::from_secs(30);
/// The same for work orders, which somebody waits for.
const AGAIN_ORDERS: Duration = Duration::from_secs(5);
/// Seconds between two sealings, and between two times that counts are written down.
const MINUTE: u64 = 60;
/// Seconds after the start at which air is first assessed.
const AFTER_START: u64 = 2;
/// Seconds between two times that air is assessed.
const TEN_MINUTES: u64 = 600;
/// Seconds between two times that old observations are forgotten.
const DAY: u64 = 86_400;

/// Tends the instruments for ever.
pub(crate) async fn tend(platform: Platform) {
    let instruments = loop {
        match platform.instruments().await {
            Ok(instruments) => break instruments,
            Err(error) => tracing::warn!(%error, "the instruments could not be loaded; it is tried again"),
        }
        sleep(AGAIN).await;
    };
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for second in 1_u64.. {
        seconds.tick().await;
        if let Err(error) = once(&platform, &instruments, second).await {
            tracing::warn!(%error, "the instruments could not be tended; it is tried again");
            sleep(AGAIN).await;
        }
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

async fn once(platform: &Platform, instruments: &Instruments, second: u64) -> Result<(), PlatformError> {
    instruments.tick_alarms(instruments.now()).await?;
    if second.is_multiple_of(MINUTE) {
        instruments.seal_due().await?;
        instruments.keep_devices().await?;
    }
    if second.is_multiple_of(DAY) {
        instruments.forget().await?;
    }
    scenarios(platform, second).await
}

/// Air is assessed and passages are counted soon after the start and then every ten minutes and every minute. Once a day
/// all air is assessed from its hours, and passages whose term is over are deleted: at the start too, since a server
/// may be started anew more often than once a day.
async fn scenarios(platform: &Platform, second: u64) -> Result<(), PlatformError> {
    let first = second == AFTER_START;
    if first || second.is_multiple_of(TEN_MINUTES) {
        platform.tend_air(second.is_multiple_of(DAY)).await?;
    }
    if second.is_multiple_of(MINUTE) {
        platform.count_passages(None).await?;
    }
    if first || second.is_multiple_of(DAY) {
        platform.forget_passages().await?;
    }
    Ok(())
}
