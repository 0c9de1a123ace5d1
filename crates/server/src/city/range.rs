//! What a series was over a range of time, as plots, tables and files show it.

use super::rounded;
use serde::Serialize;
use std::collections::VecDeque;
use tingzhou_platform::city::{Gap, Grain, Moment, Period, Property, Sample, SeriesNo, Two};
use tingzhou_platform::{Instruments, PlatformError, RawHistory};

/// Single values of a day at most, the newest: one a second would be more than a plot can show; a file has them all.
const MOST_RAW: usize = 5_000;
/// Single values that are read at once.
const AT_ONCE: usize = 10_000;
/// Hours or days that are read at once; a range has fewer.
const MOST_SUMS: usize = 1_000;

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

    /// When it begins, and before when it ends, `now` within it.
    pub(crate) fn ends(self, now: Moment) -> (Moment, Moment) {
        (self.from(now), now.after(Period::from_millis(1)))
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
    pub(crate) quality: Two,
}

/// A series over a range.
#[derive(Default)]
pub(crate) struct Course {
    pub(crate) points: Vec<Point>,
    /// Where values are missing: from after one time to before another.
    pub(crate) gaps: Vec<(Moment, Moment)>,
    /// Whether there are earlier ones that are not told.
    pub(crate) cut: bool,
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

/// The single values of a series from one moment to before another, so many at once.
pub(crate) struct Singles {
    instruments: Instruments,
    no: SeriesNo,
    /// Where to go on; none at the end.
    from: Option<Moment>,
    to: Moment,
}

impl Singles {
    pub(crate) fn of(instruments: &Instruments, no: SeriesNo, (from, to): (Moment, Moment)) -> Self {
        Self { instruments: instruments.clone(), no, from: Some(from), to }
    }

    /// The next ones; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<RawHistory>, PlatformError> {
        let Some(from) = self.from.take() else { return Ok(None) };
        let raw = self.instruments.raw(self.no, from, self.to, AT_ONCE).await?;
        let last = raw.samples.last().map(|last| last.time.after(Period::from_millis(1)));
        self.from = last.filter(|_| raw.more);
        Ok(Some(raw))
    }
}

impl Point {
    pub(crate) fn single(sample: &Sample) -> Self {
        let value = sample.value.get();
        let (mean, least, greatest) = (value, value, value);
        Self { time: sample.time, mean, least, greatest, count: 1, quality: sample.quality.words() }
    }
}

impl Course {
    /// A series over a range that ends now: of single values the newest.
    pub(crate) async fn of(instruments: &Instruments, no: SeriesNo, range: Range) -> Result<Self, PlatformError> {
        let ends = range.ends(instruments.now());
        match range.grain() {
            None => Self::newest(Singles::of(instruments, no, ends)).await,
            Some(grain) => Self::sums(instruments, no, grain, ends).await,
        }
    }

    /// The newest of single values, and where values are missing between them.
    async fn newest(mut singles: Singles) -> Result<Self, PlatformError> {
        let (mut points, mut gaps) = (VecDeque::new(), VecDeque::<Gap>::new());
        let (mut cut, mut faults) = (false, Vec::new());
        while let Some(raw) = singles.next().await? {
            points.extend(raw.samples);
            gaps.extend(raw.gaps);
            faults.extend(raw.faults);
            let over = points.len().saturating_sub(MOST_RAW);
            cut |= over > 0;
            points.drain(..over);
            // What was missing before the first that is told is not told either.
            let first = points.front().filter(|_| cut).map(|first: &Sample| first.time);
            gaps.retain(|gap| first.is_none_or(|first| gap.from >= first));
        }
        let points = points.iter().map(Point::single).collect();
        Ok(Self { points, gaps: gaps.iter().map(|gap| (gap.from, gap.to)).collect(), cut, faults })
    }

    /// What each hour or day of a range comes to.
    async fn sums(
        instruments: &Instruments,
        no: SeriesNo,
        grain: Grain,
        (from, to): (Moment, Moment),
    ) -> Result<Self, PlatformError> {
        let rollups = match grain {
            Grain::Hour => instruments.by_hour(no, from, to, MOST_SUMS).await?,
            Grain::Day => instruments.by_day(no, from, to, MOST_SUMS).await?,
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
                    quality: Two::default(),
                })
            })
            .collect();
        let apart = points.windows(2).filter_map(|pair| match pair {
            [a, b] if b.time.since(a.time) > grain.period() => Some((a.time.after(grain.period()), b.time)),
            _ => None,
        });
        Ok(Self { gaps: apart.collect(), cut: false, points, faults: Vec::new() })
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
        // Where the first values are not told, the plot begins with those that are, not with a stretch that looks silent.
        let first = self.points.first().filter(|_| self.cut).map(|first| first.time);
        let from = first.unwrap_or_else(|| range.from(now));
        let plot = Plot { points, band: range.grain().is_some(), from: wall(from), to: wall(now) };
        // Strings and finite numbers: JSON can always write them.
        serde_json::to_string(&plot).unwrap_or_default()
    }
}

impl Point {
    /// Its value for people: a single one as the property says it, a mean rounded.
    pub(crate) fn said(&self, property: &Property, range: Range) -> Two {
        match (range.grain(), tingzhou_platform::city::Number::new(self.mean)) {
            (None, Ok(value)) => property.said(value),
            _ => Two::new(rounded(self.mean), rounded(self.mean)),
        }
    }
}
