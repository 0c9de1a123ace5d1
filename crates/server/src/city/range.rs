//! What a series was over a range of time, as plots, tables and files show it.

use super::rounded;
use serde::Serialize;
use tingzhou_platform::city::{Grain, Moment, Period, Property, SeriesNo};
use tingzhou_platform::{Instruments, PlatformError};

/// Single values of a day at most: one a second would be more than a plot can show; a file of the API has them all.
const MOST_RAW: usize = 5_000;

/// A range to choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Range {
    /// The last 24 hours: single values.
    #[default]
    Day,
    /// The last 30 days: hours.
    Month,
    /// The last 365 days: days.
    Year,
}

impl Range {
    pub(crate) const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Month => "30d",
            Self::Year => "1y",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    fn from(self, now: Moment) -> Moment {
        now.before(Period::from_days(match self {
            Self::Day => 1,
            Self::Month => 30,
            Self::Year => 365,
        }))
    }

    fn grain(self) -> Option<Grain> {
        match self {
            Self::Day => None,
            Self::Month => Some(Grain::Hour),
            Self::Year => Some(Grain::Day),
        }
    }
}

/// A value, or what an hour or day comes to.
pub(crate) struct Point {
    pub(crate) time: Moment,
    pub(crate) mean: f64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
    /// How many values count; 1 for a single one.
    pub(crate) count: u32,
    pub(crate) quality: tingzhou_platform::city::Two,
}

/// A series over a range.
#[derive(Default)]
pub(crate) struct Course {
    pub(crate) points: Vec<Point>,
    /// Where values are missing: from after one time to before another.
    pub(crate) gaps: Vec<(Moment, Moment)>,
    /// Whether there are later ones that are not told.
    pub(crate) more: bool,
    /// Values that could not be read, in words.
    pub(crate) faults: Vec<String>,
}

/// A plot's numbers. Times are milliseconds of Beijing's wall clock, so that every browser shows the city's time.
#[derive(Serialize)]
struct Plot {
    /// Time, mean, least and greatest; nothing where values are missing.
    points: Vec<(i64, [Option<f64>; 3])>,
    band: bool,
    from: i64,
    to: i64,
}

fn wall(at: Moment) -> i64 {
    at.millis() + 8 * 3_600_000
}

impl Course {
    /// A series over a range that ends now.
    pub(crate) async fn of(instruments: &Instruments, no: SeriesNo, range: Range) -> Result<Self, PlatformError> {
        let now = instruments.now();
        let (from, to) = (range.from(now), now.after(Period::from_millis(1)));
        let Some(grain) = range.grain() else {
            let raw = instruments.raw(no, from, to, MOST_RAW).await?;
            let point = |sample: &tingzhou_platform::city::Sample| Point {
                time: sample.time,
                mean: sample.value.get(),
                least: sample.value.get(),
                greatest: sample.value.get(),
                count: 1,
                quality: sample.quality.words(),
            };
            return Ok(Self {
                points: raw.samples.iter().map(point).collect(),
                gaps: raw.gaps.iter().map(|gap| (gap.from, gap.to)).collect(),
                more: raw.more,
                faults: raw.faults,
            });
        };
        let rollups = match grain {
            Grain::Hour => instruments.by_hour(no, from, to, 1_000).await?,
            Grain::Day => instruments.by_day(no, from, to, 1_000).await?,
        };
        let points: Vec<Point> = rollups
            .rows
            .iter()
            .filter_map(|(time, sum)| {
                let counted = sum.counted?;
                Some(Point {
                    time: *time,
                    mean: counted.mean(),
                    least: counted.min.get(),
                    greatest: counted.max.get(),
                    count: counted.count,
                    quality: tingzhou_platform::city::Two::default(),
                })
            })
            .collect();
        let apart = points.windows(2).filter_map(|pair| match pair {
            [a, b] if b.time.since(a.time) > grain.period() => Some((a.time.after(grain.period()), b.time)),
            _ => None,
        });
        Ok(Self { gaps: apart.collect(), more: rollups.more, points, faults: Vec::new() })
    }

    /// The numbers of a plot as JSON.
    pub(crate) fn plot(&self, now: Moment, range: Range) -> String {
        let mut points = Vec::with_capacity(self.points.len() + self.gaps.len());
        let mut gaps = self.gaps.iter().peekable();
        for point in &self.points {
            while let Some((from, _)) = gaps.next_if(|(_, to)| *to <= point.time) {
                points.push((wall(*from) + 1, [None; 3]));
            }
            points.push((wall(point.time), [point.mean, point.least, point.greatest].map(Some)));
        }
        let plot = Plot { points, band: range.grain().is_some(), from: wall(range.from(now)), to: wall(now) };
        // Strings and finite numbers: JSON can always write them.
        serde_json::to_string(&plot).unwrap_or_default()
    }
}

impl Point {
    /// Its value for people: a single one as the property says it, a mean rounded.
    pub(crate) fn said(&self, property: &Property, range: Range) -> tingzhou_platform::city::Two {
        match (range.grain(), tingzhou_platform::city::Number::new(self.mean)) {
            (None, Ok(value)) => property.said(value),
            _ => tingzhou_platform::city::Two::new(rounded(self.mean), rounded(self.mean)),
        }
    }
}
