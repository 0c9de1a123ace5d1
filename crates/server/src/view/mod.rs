//! Tasks, evidence and numbers as a screen shows them. Nothing is judged or added up here.

mod case;
mod context;
mod evidence;
mod plot;
mod row;

pub(crate) use case::CaseLine;
pub(crate) use context::{Part, part_of_report};
pub(crate) use evidence::EvidenceRow;
pub(crate) use plot::PlotTable;
pub(crate) use row::TaskRow;

use crate::i18n::{Lang, words};
use rust_decimal::Decimal;
use tingzhou_platform::ledger::{AreaId, Figure, LeaderId, Source, UnitId};
use tingzhou_platform::{AdoptedReport, Platform, Snapshot};

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// How one reader sees one city: its names in the reader's language.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) lang: Lang,
    pub(crate) platform: &'a Platform,
    pub(crate) snapshot: &'a Snapshot,
}

impl Look<'_> {
    pub(crate) fn unit(&self, id: &UnitId) -> String {
        self.platform.pack().unit(id).map_or_else(|| id.to_string(), |u| self.lang.of(&u.name).to_owned())
    }

    pub(crate) fn leader(&self, id: &LeaderId) -> String {
        self.platform.pack().leader(id).map_or_else(|| id.to_string(), |l| self.lang.of(&l.title).to_owned())
    }

    pub(crate) fn area(&self, report: &AdoptedReport, id: &AreaId) -> String {
        let found = report.reading.areas.iter().find(|a| &a.id == id);
        found.map_or_else(|| id.to_string(), |a| self.lang.of(&a.name).to_owned())
    }

    pub(crate) fn figure(&self, value: Decimal, unit: &str) -> String {
        Figure { value, unit, english: self.lang == Lang::En }.to_string()
    }

    /// A computed value (what is due): four significant digits, as the sentences have it.
    pub(crate) fn computed(&self, value: Decimal, unit: &str) -> String {
        let rounded = tingzhou_platform::ledger::readable(value);
        self.figure(rounded, unit)
    }

    pub(crate) fn source(&self, source: Source) -> &'static str {
        let w = words(self.lang);
        match source {
            Source::Filing => w.source_filing,
            Source::Check => w.source_check,
            Source::Measure => w.source_measure,
        }
    }
}
