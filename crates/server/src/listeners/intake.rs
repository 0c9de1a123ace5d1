//! What listeners hand over to. They know protocols and connections; what an instrument is, where its values go and when
//! they are durable is known behind this.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use tingzhou_platform::city::{Moment, SeriesNo};
use tingzhou_platform::{Arriving, Span};

/// What an instrument speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Protocol {
    /// HJ 212-2017 and -2025.
    Hj212,
    /// SL 651-2014.
    Sl651,
    /// JT/T 808-2013 and -2019.
    Jt808,
    /// JSON through a broker.
    Mqtt,
}

impl Protocol {
    /// A stable name for programs, counters and tables.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Hj212 => "hj212",
            Self::Sl651 => "sl651",
            Self::Jt808 => "jt808",
            Self::Mqtt => "mqtt",
        }
    }
}

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ingested {
    /// The first values the gate did not take: their places in the batch, and why.
    pub(crate) refused: Vec<(usize, &'static str)>,
    /// How many it did not take in all.
    pub(crate) refused_in_all: usize,
}

/// The store could not take a batch. Nothing of it may be acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("observations cannot be kept right now: {0}; what was not acknowledged is to be sent again")]
pub(crate) struct Unavailable(pub(crate) String);

/// Where the values of one code go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Channel {
    /// The series.
    pub(crate) series: SeriesNo,
    /// What the instrument's number is multiplied by to be in the property's unit.
    pub(crate) scale: Decimal,
}

impl Channel {
    /// A number of the instrument in the property's unit; what no float holds becomes not-a-number, which the gate
    /// refuses with its reason.
    pub(crate) fn value(&self, sent: Decimal) -> f64 {
        sent.checked_mul(self.scale).and_then(|value| value.to_f64()).unwrap_or(f64::NAN)
    }

    /// A float of the instrument in the property's unit.
    pub(crate) fn float(&self, sent: f64) -> f64 {
        if self.scale == Decimal::ONE {
            return sent;
        }
        // By its shortest digits, so that 12 tenths are 1.2 and not a little more.
        sent.to_string().parse().map_or(f64::NAN, |digits| self.value(digits))
    }
}

/// The channels of an instrument.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channels(HashMap<Box<str>, [Option<Channel>; 4]>);

impl Channels {
    /// Says where the values of a code go.
    pub(crate) fn put(&mut self, span: Span, code: &str, channel: Channel) {
        self.0.entry(code.into()).or_default()[span as usize] = Some(channel);
    }

    /// Where the values of a code go; nothing when nobody asked for them.
    pub(crate) fn find(&self, span: Span, code: &str) -> Option<&Channel> {
        self.0.get(code)?[span as usize].as_ref()
    }
}

/// What is known of an instrument.
#[derive(Clone, Debug)]
pub(crate) enum Known {
    /// It belongs to a facility.
    Adopted(Arc<Channels>),
    /// Nobody has said what it is: it is listed, and nothing of it is kept.
    Quarantined,
}

/// What listeners hand over to.
pub(crate) trait Intake: Clone + Send + Sync + 'static {
    /// What is known of an instrument; one never heard of is listed for adoption.
    fn known(&self, protocol: Protocol, address: &str) -> impl Future<Output = Known> + Send;

    /// Whether an instrument was heard of before. Asking does not list it.
    fn is_listed(&self, protocol: Protocol, address: &str) -> bool;

    /// Takes values. They are durable when it is `Ok`.
    fn ingest(&self, batch: Vec<Arriving>) -> impl Future<Output = Result<Ingested, Unavailable>> + Send;

    /// A frame of an instrument in quarantine; its beginning is shown to who adopts it. How many are kept is bounded there.
    fn held_back(&self, protocol: Protocol, address: &str, head: &[u8]);

    /// Counts what was refused, by instrument where it is known.
    fn refused(&self, protocol: Protocol, address: Option<&str>, reason: &'static str, count: u64);

    /// What time it is in the city.
    fn now(&self) -> Moment;
}
