//! What the city's instruments need to have done from time to time: alarms that become due without a value, the work
//! orders of alarms, the journal
//! sealed, what was counted of devices written down, old observations forgotten.

use std::time::Duration;
use tingzhou_platform::{Instruments, Platform, PlatformError};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Before a store that did not answer is asked again.
const AGAIN: Duration = Duration::from_secs(30);
/// Seconds between two sealings, and between two times that counts are written down.
const MINUTE: u64 = 60;
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

async fn once(platform: &Platform, instruments: &Instruments, second: u64) -> Result<(), PlatformError> {
    instruments.tick_alarms(instruments.now()).await?;
    platform.tend_orders().await?;
    if second.is_multiple_of(MINUTE) {
        instruments.seal_due().await?;
        instruments.keep_devices().await?;
    }
    if second.is_multiple_of(DAY) {
        instruments.forget().await?;
    }
    Ok(())
}
