//! Working days found and counted.

use crate::answer::{Answer, Certainty, DayKind, WorkingDays};
use crate::error::{NoticeMistake, OutOfRange};
use crate::notice::{Holiday, Notice, Regional};
use crate::year::{FIXED_DATES, Year};
use crate::{FIRST_YEAR, LAST_YEAR, official};
use jiff::civil::{Date, Weekday};
use std::collections::{BTreeMap, HashMap};

/// One year's place in the whole: which days, and how many working days and official years lie before it.
#[derive(Clone, Copy, Debug)]
struct Place {
    days: u16,
    working_before: u32,
    official_before: u16,
}

/// A named day that a notice or a city moved.
#[derive(Clone, Debug)]
enum Moved {
    Off { zh: String, en: String },
    Worked,
}

/// The working days of a city: the country's, and its own holidays.
///
/// Counting takes the same time over a week and over a thousand years: each year knows how many working days lie before
/// it, and within a year days are bits of six words.
#[derive(Clone, Debug)]
pub struct Calendar {
    notices: BTreeMap<i16, Notice>,
    regional: Vec<Regional>,
    moved: HashMap<Date, Moved>,
    years: Vec<Year>,
    /// One more than there are years, so that the end of the last one is known too.
    places: Vec<Place>,
}

impl Calendar {
    /// The days of the whole country: official for 2020 to 2026, provisional for all other years.
    #[must_use]
    pub fn national() -> Self {
        Self::of(official::notices().map(|notice| (notice.year, notice)).collect(), Vec::new())
    }

    /// With another yearly notice: of a year announced since, or one that corrects an earlier notice of its year.
    ///
    /// # Errors
    /// Every [`NoticeMistake`] in it.
    pub fn with_notice(mut self, notice: Notice) -> Result<Self, Vec<NoticeMistake>> {
        let mistakes = notice.mistakes();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        self.notices.insert(notice.year, notice);
        Ok(Self::of(self.notices, self.regional))
    }

    /// With a city's own holidays. The days of the whole country stay as they are.
    ///
    /// # Errors
    /// Every [`NoticeMistake`] in them.
    pub fn with_regional(mut self, regional: Regional) -> Result<Self, Vec<NoticeMistake>> {
        let mut mistakes = regional.mistakes();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let worked = |day: &Date| self.is_working(*day).is_ok_and(|answer| answer.value);
        let idle = regional.holidays.iter().filter(|holiday| !holiday.days().any(|day| worked(&day)));
        mistakes.extend(idle.map(|holiday| NoticeMistake::NoEffect(holiday.from)));
        for day in &regional.make_up {
            match self.kind(*day) {
                Ok(Answer { value: DayKind::Holiday { .. }, .. }) => {
                    mistakes.push(NoticeMistake::NationalHoliday(*day));
                }
                Ok(Answer { value: DayKind::MakeUp, .. }) => mistakes.push(NoticeMistake::WorkedAnyway(*day)),
                _ => {}
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        self.regional.push(regional);
        Ok(Self::of(self.notices, self.regional))
    }

    fn of(notices: BTreeMap<i16, Notice>, regional: Vec<Regional>) -> Self {
        let mut moved = HashMap::new();
        let mut take = |holidays: &[Holiday], make_up: &[Date]| {
            for holiday in holidays {
                let off = || Moved::Off { zh: holiday.zh.clone(), en: holiday.en.clone() };
                moved.extend(holiday.days().map(|day| (day, off())));
            }
            moved.extend(make_up.iter().map(|day| (*day, Moved::Worked)));
        };
        notices.values().for_each(|n| take(&n.holidays, &n.make_up));
        regional.iter().for_each(|r| take(&r.holidays, &r.make_up));

        let mut by_year: BTreeMap<i16, Vec<(Date, bool)>> = BTreeMap::new();
        for (day, what) in &moved {
            by_year.entry(day.year()).or_default().push((*day, matches!(what, Moved::Worked)));
        }
        let mut years: Vec<Year> = Vec::new();
        // Years without a moved day differ only by the weekday of 1 January and by 29 February.
        let mut plain: HashMap<(i8, bool), u16> = HashMap::new();
        let mut places = Vec::with_capacity(usize::from((LAST_YEAR - FIRST_YEAR).unsigned_abs()) + 2);
        let mut next = Place { days: 0, working_before: 0, official_before: 0 };
        for number in FIRST_YEAR..=LAST_YEAR {
            let first = Date::constant(number, 1, 1);
            let kind = (first.weekday().to_monday_zero_offset(), first.in_leap_year());
            next.days = match (by_year.get(&number), plain.get(&kind)) {
                (None, Some(index)) => *index,
                (None, None) => {
                    let index = add(&mut years, Year::provisional(first));
                    plain.insert(kind, index);
                    index
                }
                (Some(days), _) => {
                    let mut year = Year::provisional(first);
                    days.iter().for_each(|(day, working)| year.set(*day, *working));
                    add(&mut years, year)
                }
            };
            places.push(next);
            next.working_before += years_at(&years, next.days).count();
            next.official_before += u16::from(notices.contains_key(&number));
        }
        places.push(next);
        Self { notices, regional, moved, years, places }
    }

    /// The notice that makes a year official.
    #[must_use]
    pub fn notice(&self, year: i16) -> Option<&Notice> {
        self.notices.get(&year)
    }

    /// Whether a day is a working day.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years there are answers for.
    pub fn is_working(&self, date: Date) -> Result<Answer<bool>, OutOfRange> {
        let place = self.place(date)?;
        let value = years_at(&self.years, place.days).is_working(date);
        Ok(Answer { value, certainty: self.certainty(date.year(), date.year()) })
    }

    /// Why a day is worked or not.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years there are answers for.
    pub fn kind(&self, date: Date) -> Result<Answer<DayKind<'_>>, OutOfRange> {
        self.place(date)?;
        let fixed = || FIXED_DATES.iter().find(|fixed| (fixed.month, fixed.day) == (date.month(), date.day()));
        let value = match self.moved.get(&date) {
            Some(Moved::Off { zh, en }) => DayKind::Holiday { zh, en },
            Some(Moved::Worked) => DayKind::MakeUp,
            None => match fixed() {
                Some(fixed) => DayKind::Holiday { zh: fixed.zh, en: fixed.en },
                None if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) => DayKind::Weekend,
                None => DayKind::Weekday,
            },
        };
        Ok(Answer { value, certainty: self.certainty(date.year(), date.year()) })
    }

    /// The first working day after a day.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years there are answers for.
    pub fn next_working(&self, date: Date) -> Result<Answer<Date>, OutOfRange> {
        self.add_working_days(date, WorkingDays(1))
    }

    /// The last working day before a day.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years there are answers for.
    pub fn previous_working(&self, date: Date) -> Result<Answer<Date>, OutOfRange> {
        self.add_working_days(date, WorkingDays(-1))
    }

    /// The day itself when it is a working day, else the first one after it: where a period ends whose last day is a
    /// holiday (民法典 art. 203).
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years there are answers for.
    pub fn on_or_after(&self, date: Date) -> Result<Answer<Date>, OutOfRange> {
        self.add_working_days(date, WorkingDays(0))
    }

    /// The `n`-th working day after a day, not counting that day (民法典 art. 201: 开始的当日不计入); before it when `n` is
    /// negative. With 0 the day itself when it is a working day, else the first one after it.
    ///
    /// # Errors
    /// [`OutOfRange`] when the day, or the one reached, is outside the years there are answers for.
    pub fn add_working_days(&self, start: Date, n: WorkingDays) -> Result<Answer<Date>, OutOfRange> {
        let WorkingDays(n) = n;
        let (up_to, working) = self.up_to(start)?;
        // The wanted day is the one with as many working days up to it, itself included.
        let wanted = match (n, working) {
            (1.., _) | (_, true) => i64::from(up_to) + i64::from(n),
            (_, false) => i64::from(up_to) + 1 + i64::from(n),
        };
        let beyond = OutOfRange { date: start, days: i64::from(n) };
        let wanted = u32::try_from(wanted).ok().filter(|wanted| *wanted > 0).ok_or(beyond)?;
        let after = self.places.partition_point(|place| place.working_before < wanted);
        let index = after.checked_sub(1).filter(|index| *index + 1 < self.places.len()).ok_or(beyond)?;
        let place = &self.places[index];
        let day = years_at(&self.years, place.days).nth(wanted - place.working_before).ok_or(beyond)?;
        let year = FIRST_YEAR + i16::try_from(index).map_err(|_| beyond)?;
        let value = Date::constant(year, 1, 1).with().day_of_year(day).build().map_err(|_| beyond)?;
        let (from, to) = if n < 0 { (value, start) } else { (start, value) };
        Ok(Answer { value, certainty: self.certainty_between(from, to, n < 0) })
    }

    /// Working days after `from` up to `to`, `to` included; the negative of the reverse when `to` is before `from`.
    /// So `working_days_between(a, add_working_days(a, n))` is `n` for every `n` that is not negative and every working
    /// day `a`.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years there are answers for.
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<Answer<WorkingDays>, OutOfRange> {
        let (a, b) = (self.up_to(from)?.0, self.up_to(to)?.0);
        // Both are below 8,099 × 366.
        let value = WorkingDays(b.cast_signed() - a.cast_signed());
        let (first, last) = if from <= to { (from, to) } else { (to, from) };
        Ok(Answer { value, certainty: self.certainty_between(first, last, false) })
    }

    /// The last working day of the month a day lies in.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years there are answers for.
    pub fn month_end(&self, date: Date) -> Result<Answer<Date>, OutOfRange> {
        self.last_up_to(date.last_of_month())
    }

    /// The last working day of the quarter a day lies in.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years there are answers for.
    pub fn quarter_end(&self, date: Date) -> Result<Answer<Date>, OutOfRange> {
        let month = (date.month() - 1) / 3 * 3 + 3;
        self.last_up_to(Date::constant(date.year(), month, 1).last_of_month())
    }

    fn last_up_to(&self, date: Date) -> Result<Answer<Date>, OutOfRange> {
        if self.is_working(date)?.value {
            return Ok(Answer { value: date, certainty: self.certainty(date.year(), date.year()) });
        }
        self.previous_working(date)
    }

    /// Working days from the very first day there is up to `date`, both included; and whether `date` is one.
    fn up_to(&self, date: Date) -> Result<(u32, bool), OutOfRange> {
        let place = self.place(date)?;
        let year = years_at(&self.years, place.days);
        Ok((place.working_before + year.up_to(date), year.is_working(date)))
    }

    fn place(&self, date: Date) -> Result<&Place, OutOfRange> {
        let out = OutOfRange { date, days: 0 };
        let index = usize::try_from(i32::from(date.year()) - i32::from(FIRST_YEAR)).map_err(|_| out)?;
        self.places.get(index).filter(|_| date.year() <= LAST_YEAR).ok_or(out)
    }

    /// Days looked at when counting: all but the one counted from.
    fn certainty_between(&self, first: Date, last: Date, backwards: bool) -> Certainty {
        let (from, to) = if first == last {
            (first, last)
        } else if backwards {
            (first, last.yesterday().unwrap_or(last))
        } else {
            (first.tomorrow().unwrap_or(first), last)
        };
        self.certainty(from.year(), to.year())
    }

    /// Official when every year of a range is; both years have a place.
    fn certainty(&self, from: i16, to: i16) -> Certainty {
        let at =
            |year: i16| self.places.get(usize::from((year - FIRST_YEAR).unsigned_abs())).map(|p| p.official_before);
        let years = u16::try_from(i32::from(to) - i32::from(from) + 1).ok();
        let official = at(to + 1).zip(at(from)).map(|(end, start)| end - start);
        if years.is_some() && years == official { Certainty::Official } else { Certainty::Provisional }
    }
}

/// Its index. There is at most one for each of the 8,099 places.
fn add(years: &mut Vec<Year>, year: Year) -> u16 {
    years.push(year);
    u16::try_from(years.len() - 1).unwrap_or(u16::MAX)
}

/// Every place's `days` is the index of a year that was added.
fn years_at(years: &[Year], index: u16) -> &Year {
    &years[usize::from(index)]
}
