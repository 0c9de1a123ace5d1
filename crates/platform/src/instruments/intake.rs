//! Observations coming in.

use super::desk::{Job, Offer};
use super::seal::WORTH;
use super::{Core, Instruments};
use crate::error::PlatformError;
use std::collections::HashSet;
use tingzhou_city::batch::{MOST_ROWS, Numbered, write};
use tingzhou_city::{Intake, Moment, Offered, Outcome, Period, Quality, Reason, Sample, SeriesNo, accept};
use tingzhou_ledger::Actor;
use tingzhou_store::StoreError;

/// Refused observations that are listed with their reasons.
const MOST_LISTED: usize = 100;
/// Most observations of one call.
const MOST_OFFERED: usize = 1_000_000;
/// How far behind an instrument that speaks itself is believed. What was kept in a long outage comes through; a clock a year
/// wrong does not, though most values are kept for longer.
const BEHIND: Period = Period::from_days(60);
/// From so many unsealed samples on, whoever brings more seals first.
const MOST_UNSEALED: usize = 1_200_000;

/// An observation as it arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arriving {
    /// Of which series.
    pub series: SeriesNo,
    /// Time, value and quality as they were sent.
    pub offered: Offered,
}

/// What became of observations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ingested {
    /// Durable, or known already.
    pub accepted: usize,
    /// Put aside for a person. None while the city refuses values whose time cannot be.
    pub quarantined: usize,
    /// The first 100 that were refused: their places in what was given, and why.
    pub refused: Vec<(usize, Reason)>,
    /// How many were refused.
    pub refused_in_all: usize,
}

impl Instruments {
    /// Takes in what an account sends, old as it may be as long as it is kept: a person answers for it. What is measured
    /// proves what units say, so no unit brings it itself.
    ///
    /// # Errors
    /// When the account is not of the supervision office; else as [`Instruments::ingest`].
    pub async fn ingest_from(&self, actor: &Actor, batch: Vec<Arriving>) -> Result<Ingested, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        self.take_in(batch, &Intake::default()).await
    }

    /// Takes in what instruments say; nothing of more than 60 days ago. When this returns `Ok` the accepted ones are durable,
    /// with the alarms they raised; calls that come at the same time share one transaction. An observation that is known
    /// already (series, time and value) changes nothing.
    ///
    /// # Errors
    /// When there are more than a million, or the store does not answer; what was not acknowledged may be sent again.
    pub async fn ingest(&self, batch: Vec<Arriving>) -> Result<Ingested, PlatformError> {
        self.take_in(batch, &Intake { behind: Some(BEHIND), ..Intake::default() }).await
    }

    async fn take_in(&self, batch: Vec<Arriving>, intake: &Intake) -> Result<Ingested, PlatformError> {
        if batch.len() > MOST_OFFERED {
            let given = batch.len();
            return Err(PlatformError::File(format!(
                "一次提交 {given} 条观测值，最多 {MOST_OFFERED} 条；请分批发送。{given} observations at once; send at most {MOST_OFFERED}."
            )));
        }
        let received = self.core.now();
        let (ingested, rows) = self.core.gate(&batch, received, intake);
        if rows.is_empty() {
            return Ok(ingested);
        }
        while self.unsealed() >= MOST_UNSEALED {
            let alone = self.core.sealing.lock().await;
            // Of many callers that waited in line, one seals.
            if self.unsealed() >= MOST_UNSEALED && self.seal_alone(&alone).await? == 0 {
                let what = format!("{MOST_UNSEALED} samples wait and none can be sealed, so the journal");
                return Err(StoreError::Busy { what }.into());
            }
        }
        let bodies = rows.chunks(MOST_ROWS).map(write).collect();
        self.ask(|answer| Job::Ingest(Offer { rows, bodies, received, answer })).await?;
        self.seal_beside();
        Ok(ingested)
    }

    /// Begins to seal when it is worth it and nobody does, so that callers seldom have to: the job that looks every minute may
    /// come too late for a flood.
    fn seal_beside(&self) {
        if self.unsealed() < WORTH || self.core.sealing.try_lock().is_err() {
            return;
        }
        let instruments = self.clone();
        tokio::spawn(async move {
            // Of many callers that saw nobody seal, one does.
            let Ok(alone) = instruments.core.sealing.try_lock() else { return };
            if let Err(error) = instruments.seal_alone(&alone).await {
                tracing::warn!(%error, "sealing beside taking in");
            }
        });
    }
}

impl Core {
    /// Lets through what may be kept and is not known already.
    fn gate(&self, batch: &[Arriving], received: Moment, intake: &Intake) -> (Ingested, Vec<Numbered>) {
        let mut ingested = Ingested::default();
        let mut rows = Vec::with_capacity(batch.len());
        let memory = self.memory();
        // Of which instants this batch says something; asked for seldom.
        let mut said: Option<HashSet<(SeriesNo, Moment)>> = None;
        for (place, arriving) in batch.iter().enumerate() {
            let line = memory.line(arriving.series);
            let property = line.and_then(|line| memory.property(line, &self.rules.catalogue));
            let outcome = property.map_or(Outcome::Refused(Reason::NotObserved), |property| {
                accept(property, arriving.offered, received, intake)
            });
            match outcome {
                Outcome::Accepted(sample) => {
                    ingested.accepted += 1;
                    let instant = (arriving.series, sample.time);
                    if line.and_then(|line| line.latest).is_some_and(|latest| known(&latest, &sample)) {
                        let of = |row: &Numbered| (row.series, row.sample.time);
                        // Said again after something else, it is the last word.
                        if !said.get_or_insert_with(|| rows.iter().map(of).collect()).contains(&instant) {
                            continue;
                        }
                    }
                    if let Some(said) = &mut said {
                        said.insert(instant);
                    }
                    rows.push(Numbered { series: arriving.series, sample });
                }
                Outcome::Quarantined(_, reason) | Outcome::Refused(reason) => {
                    ingested.refused_in_all += 1;
                    if ingested.refused.len() < MOST_LISTED {
                        ingested.refused.push((place, reason));
                    }
                }
            }
        }
        (ingested, rows)
    }
}

/// Whether a sample is one that is there: sent again, and if later, not late for that.
fn known(there: &Sample, again: &Sample) -> bool {
    let said = |sample: &Sample| {
        let flags = [Quality::SUSPECT, Quality::MAINTENANCE, Quality::OUT_OF_RANGE];
        flags.map(|flag| sample.quality.has(flag))
    };
    there.time == again.time && there.value.same(again.value) && said(there) == said(again)
}
