//! Vehicles through the gates of lots, in batches. Nobody is left out who was inside when a run begins: a run that goes on
//! after another tells some again, and who is known changes nothing.

use super::pace::Pace;
use super::run::Days;
use super::tally::Tally;
use super::web::{PASSAGES, Web};
use crate::city::City;
use crate::day::parking::{Gate, Passage};
use crate::frames::json::PassageRow;
use crate::noise::Noise;
use std::io;
use std::sync::Arc;
use tingzhou_city::FacilityId;

/// Rows of one batch.
const BATCH: usize = 5_000;

pub(super) async fn send(city: Arc<City>, web: Web, pace: Pace, days: Arc<Days>, tally: Arc<Tally>) -> io::Result<()> {
    let begin = days.gates_from;
    let mut moments = days.every(Gate::SECONDS).skip_while(move |at| begin.is_some_and(|begin| *at < begin)).peekable();
    let Some(first) = moments.peek() else { return Ok(()) };
    let there = city.facilities().iter().filter(|made| !days.without.contains(&made.def.id));
    let mut gates = city.gates(there, first.before(Gate::STEP));
    let mut rows = Vec::new();
    for (lot, gate) in &gates {
        rows.extend(gate.entries().map(|passage| row(lot, &passage)));
    }
    while let Some(at) = moments.next() {
        pace.until(at).await;
        let time = city.sky(at).time;
        for (lot, gate) in &mut gates {
            rows.extend(gate.next(&time).iter().map(|passage| row(lot, passage)));
        }
        // Many moments that are over make one batch.
        let goes_on = moments.peek().is_some_and(|next| pace.is_past(*next));
        if rows.len() >= BATCH || !goes_on {
            for part in rows.chunks(BATCH) {
                // What is not taken is told and counted where it is sent.
                let _ = web.deliver(PASSAGES, part, &key(&city, part), &tally.passages, &tally).await;
            }
            rows.clear();
        }
    }
    Ok(())
}

fn row(lot: &FacilityId, passage: &Passage) -> PassageRow {
    PassageRow {
        lot: lot.as_str().to_owned(),
        direction: if passage.entry { "entry" } else { "exit" },
        time: passage.at.into(),
        vehicle: format!("{:016x}", passage.token),
        class: passage.class.name(),
    }
}

/// A key that follows from what is sent, since another run cuts the same moments into other batches.
fn key(city: &City, rows: &[PassageRow]) -> String {
    let all = rows.iter().fold(Noise::new(city.fingerprint()), |noise, row| {
        noise.named(&row.lot).named(&row.vehicle).named(row.direction).of(row.time.as_millisecond())
    });
    format!("sim-passages-{:016x}-{}", all.bits(), rows.len())
}
