//! Pricing a stay.

use super::time_of_day::DAY;
use super::{Bill, Crossing, Cycle, Fen, FreeKind, Line, LineKind, Period, Reduction, Rounding, Tariff, VehicleClass};
use crate::Two;
use crate::refusal::Refusal;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use std::collections::{BTreeMap, BTreeSet};

/// Longest stay there is a price for.
pub const LONGEST_STAY_DAYS: i64 = 400;

/// A stay to be priced, in local time (Asia/Shanghai, which has no summer time).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// When it began.
    pub entry: DateTime,
    /// When it ended.
    pub exit: DateTime,
    /// The class of the vehicle.
    pub class: VehicleClass,
    /// A monthly card it is covered by.
    pub card: Option<Card>,
}

/// The days of a monthly card, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// The version of a tariff that is in force for an entry on a day: the latest of those given.
#[must_use]
pub fn in_force<'a>(versions: &'a [Tariff], day: Date) -> Option<&'a Tariff> {
    let fits = |t: &&'a Tariff| t.data().from <= day && t.data().until.is_none_or(|until| day <= until);
    versions.iter().filter(fits).max_by_key(|t| (t.data().from, t.data().version))
}

/// What a stay costs by a tariff that treats all days alike. See [`price_with_days_off`].
///
/// # Errors
/// As there; also when the tariff has other periods for days off.
pub fn price(tariff: &Tariff, stay: &Stay) -> Result<Bill, Refusal> {
    if tariff.knows_days_off() {
        let (zh, en) = (
            "该收费标准对休息日另有规定；请同时给出休息日。",
            "The tariff has other periods on days off; give the days off too.",
        );
        return Err(Refusal::new("days-off-needed", "days-off", zh, en));
    }
    price_with_days_off(tariff, stay, &BTreeSet::new())
}

/// What a stay costs, with the days that are off.
///
/// Time is counted in whole minutes from the entry's minute on; a minute that has only begun does not count. A unit that
/// has begun counts in full. A stay of exactly the free minutes is free.
///
/// # Errors
/// When the exit is before the entry, the stay is longer than [`LONGEST_STAY_DAYS`], the dates leave the calendar, the
/// tariff is not in force on the day of entry, or a card ends before it begins.
pub fn price_with_days_off(tariff: &Tariff, stay: &Stay, days_off: &BTreeSet<Date>) -> Result<Bill, Refusal> {
    let data = tariff.data();
    let minutes = minutes_of(stay)?;
    let day = stay.entry.date();
    if day < data.from || data.until.is_some_and(|until| day > until) {
        let (zh, en) = (
            format!("{day} 入场时收费标准“{}”第 {} 版未施行；请选用当日有效的版本。", data.name.zh, data.version),
            format!("Version {} of “{}” is not in force on {day}; use the one that is.", data.version, data.name.en),
        );
        return Err(Refusal::new("not-in-force", "tariff", zh, en));
    }
    if stay.card.is_some_and(|card| card.to < card.from) {
        let (zh, en) = ("月卡的终止日早于起始日；请核对。", "The card ends before it begins; check its days.");
        return Err(Refusal::new("card-ends-early", "card", zh, en));
    }
    let start = i64::from(stay.entry.hour()) * 60 + i64::from(stay.entry.minute());
    let mut run = Run { tariff, day, days_off, start, end: start + minutes, lines: Vec::new(), days: BTreeMap::new() };
    run.at(run.end)?;
    if data.exempt.contains(&stay.class) {
        let name = stay.class.name();
        let rule = Two::new(format!("{}免费", name.zh), format!("{}: free", name.en));
        run.line(LineKind::Exempt, start, run.end, Fen::ZERO, rule)?;
    } else {
        run.time(stay.card)?;
        run.caps()?;
        let reduction = data.reductions.iter().find(|r| r.class == stay.class);
        reduction.map_or(Ok(()), |reduction| run.reduce(*reduction))?;
    }
    let total = run.lines.iter().map(|l| l.amount).sum();
    Ok(Bill {
        tariff: data.id.clone(),
        version: data.version,
        entry: run.at(start)?,
        exit: run.at(run.end)?,
        minutes,
        lines: run.lines,
        total,
    })
}

fn minutes_of(stay: &Stay) -> Result<i64, Refusal> {
    let Stay { entry, exit, .. } = stay;
    if exit < entry {
        let (zh, en) = (
            format!("出场 {exit} 早于入场 {entry}；请核对时间。"),
            format!("The exit {exit} is before the entry {entry}; check the times."),
        );
        return Err(Refusal::new("exit-before-entry", "exit", zh, en));
    }
    // Both lie within the calendar's years, so the difference fits.
    let minutes = exit.duration_since(*entry).as_secs() / 60;
    if minutes > LONGEST_STAY_DAYS * DAY {
        let (zh, en) = (
            format!("停放超过 {LONGEST_STAY_DAYS} 天；请核对入场记录。"),
            format!("The stay is longer than {LONGEST_STAY_DAYS} days; check the record of the entry."),
        );
        return Err(Refusal::new("stay-too-long", "exit", zh, en));
    }
    Ok(minutes)
}

/// A stay while it is priced. Times are minutes since the midnight before the entry.
struct Run<'a> {
    tariff: &'a Tariff,
    day: Date,
    days_off: &'a BTreeSet<Date>,
    start: i64,
    end: i64,
    lines: Vec<Line>,
    /// What each day costs: beginning, end, amount.
    days: BTreeMap<i64, (i64, i64, Fen)>,
}

impl<'a> Run<'a> {
    /// The time of a minute.
    fn at(&self, minute: i64) -> Result<DateTime, Refusal> {
        let begin = self.day.to_datetime(Time::midnight());
        begin.checked_add(minute.minutes()).map_err(|_| {
            let (zh, en) = ("日期超出历法范围；请核对时间。", "The dates leave the calendar; check the times.");
            Refusal::new("out-of-calendar", "exit", zh, en)
        })
    }

    fn line(&mut self, kind: LineKind, from: i64, to: i64, amount: Fen, rule: Two) -> Result<(), Refusal> {
        let to = to.min(self.end);
        let (from, to, minutes) = (self.at(from)?, self.at(to)?, to - from);
        self.lines.push(Line { kind, from, to, minutes, amount, rule });
        Ok(())
    }

    /// The minutes a card covers, from and until, when it covers any of the stay.
    fn covered(&self, card: Option<Card>) -> Option<(i64, i64)> {
        let card = card?;
        let days = |date: Date| i64::from((date - self.day).get_days());
        let (from, to) = (days(card.from).saturating_mul(DAY), days(card.to).saturating_add(1).saturating_mul(DAY));
        (from < self.end && to > self.start).then_some((from.max(self.start), to.min(self.end)))
    }

    /// Lines of all the time.
    fn time(&mut self, card: Option<Card>) -> Result<(), Refusal> {
        let free = self.tariff.data().free;
        let card = self.covered(card);
        let mut now = self.start;
        // What a card covers from the entry on is no stay to pay for: free minutes and days begin where it ends.
        if let Some((from, to)) = card.filter(|(from, _)| *from == self.start) {
            self.card(from, to)?;
            now = to;
        }
        let first = now;
        let allowed = i64::from(free.minutes);
        if allowed > 0 && first < self.end {
            let within = self.end - first <= allowed;
            if within || free.kind == FreeKind::Exclusive {
                let to = self.end.min(first + allowed);
                let rule = Two::new(format!("免费 {allowed} 分钟"), format!("{allowed} minutes free"));
                self.line(LineKind::FreeMinutes, first, to, Fen::ZERO, rule)?;
                now = to;
            }
        }
        self.units(first, now, card)
    }

    fn card(&mut self, from: i64, to: i64) -> Result<(), Refusal> {
        self.line(LineKind::Card, from, to, Fen::ZERO, Two::new("月卡有效期内", "covered by a monthly card"))
    }

    /// Units from `now` to the end; days of 24 hours are counted from `first`.
    fn units(&mut self, first: i64, mut now: i64, card: Option<(i64, i64)>) -> Result<(), Refusal> {
        let tariff = self.tariff;
        let data = tariff.data();
        let mut used: BTreeMap<(bool, usize), u32> = BTreeMap::new();
        let mut today = None;
        let mut open: Option<Open> = None;
        while now < self.end {
            let (begin, over) = match data.cycle {
                Cycle::Stay => (first, i64::MAX),
                Cycle::CalendarDay => (now.div_euclid(DAY) * DAY, (now.div_euclid(DAY) + 1) * DAY),
                Cycle::FromEntry => (now - (now - first) % DAY, now - (now - first) % DAY + DAY),
            };
            if today != Some(begin) {
                today = Some(begin);
                self.close(&mut open)?;
                if data.steps_restart {
                    used.clear();
                }
            }
            if let Some((from, to)) = card.filter(|(from, to)| (*from..*to).contains(&now)) {
                self.close(&mut open)?;
                self.card(from.max(now), to)?;
                now = to;
                continue;
            }
            let (off, index, period, ends) = self.period(now)?;
            let count = used.entry((off, index)).or_default();
            let Some((step, unit)) = step_of(period, *count) else {
                self.close(&mut open)?;
                let to = ends.min(self.end);
                let rule = Two::new(format!("{}免费", period.name.zh), format!("{}: free", period.name.en));
                self.line(LineKind::FreePeriod, now, to, Fen::ZERO, rule)?;
                now = to;
                continue;
            };
            *count = count.saturating_add(1);
            let mut to = now + i64::from(unit.minutes);
            if data.crossing == Crossing::Cut {
                to = to.min(ends);
            }
            if data.steps_restart {
                to = to.min(over);
            }
            let day = self.days.entry(begin).or_insert((begin.max(self.start), over, Fen::ZERO));
            day.2 = day.2.plus(unit.fen);
            match &mut open {
                Some(open) if (open.off, open.period, open.step) == (off, index, step) && open.to == now => {
                    open.to = to;
                    open.units += 1;
                }
                _ => {
                    self.close(&mut open)?;
                    open = Some(Open { off, period: index, step, from: now, to, units: 1 });
                }
            }
            now = to;
        }
        self.close(&mut open)
    }

    /// The period a minute lies in: whether the day is off, its index, itself, and where it ends.
    fn period(&self, minute: i64) -> Result<(bool, usize, &'a Period, i64), Refusal> {
        let midnight = minute.div_euclid(DAY) * DAY;
        let off = self.tariff.knows_days_off() && self.days_off.contains(&self.at(midnight)?.date());
        let tariff: &'a Tariff = self.tariff;
        let periods = tariff.periods(off);
        let of_day = minute - midnight;
        let after = periods.iter().position(|p| p.from.minutes() % DAY > of_day).unwrap_or(periods.len());
        // A checked tariff covers the day: before the first period of a day lies the last one.
        let index = after.checked_sub(1).unwrap_or(periods.len().saturating_sub(1));
        let period = periods.get(index).ok_or_else(|| {
            Refusal::new("periods", "tariff.periods", "收费标准没有时段。", "The tariff has no periods.")
        })?;
        let next = periods.get(after).map(|p| p.from.minutes() % DAY);
        let wraps = periods.first().map_or(0, |p| p.from.minutes() % DAY);
        let mut ends = next.map_or(midnight + DAY + wraps, |from| midnight + from);
        if self.tariff.knows_days_off() {
            // The next day may have other periods.
            ends = ends.min(midnight + DAY);
        }
        Ok((off, index, period, ends))
    }

    /// Writes the line of units that are laid.
    fn close(&mut self, open: &mut Option<Open>) -> Result<(), Refusal> {
        let Some(Open { off, period, step, from, to, units }) = open.take() else { return Ok(()) };
        let Some(period) = self.tariff.periods(off).get(period) else { return Ok(()) };
        let Some(unit) = period.steps.get(step) else { return Ok(()) };
        let rule = Two::new(
            format!("{}：每 {} 分钟 {} 元，计 {units} 个单位", period.name.zh, unit.minutes, unit.fen),
            format!("{}: {} yuan per {} minutes, {units} units", period.name.en, unit.fen, unit.minutes),
        );
        self.line(LineKind::Charge, from, to, Fen(unit.fen.0.saturating_mul(units)), rule)
    }

    fn caps(&mut self) -> Result<(), Refusal> {
        let data = self.tariff.data();
        if let Some(cap) = data.day_cap_fen {
            for (from, to, sum) in self.days.clone().into_values().filter(|(.., sum)| *sum > cap) {
                let rule = Two::new(
                    format!("当日合计 {sum} 元，每日封顶 {cap} 元"),
                    format!("{sum} yuan in a day, at most {cap} yuan a day"),
                );
                self.line(LineKind::DayCap, from, to, cap.minus(sum), rule)?;
            }
        }
        let sum = self.total();
        if let Some(cap) = data.stay_cap_fen.filter(|cap| sum > *cap) {
            let rule = Two::new(
                format!("本次合计 {sum} 元，单次封顶 {cap} 元"),
                format!("{sum} yuan in all, at most {cap} yuan a stay"),
            );
            self.line(LineKind::StayCap, self.start, self.end, cap.minus(sum), rule)?;
        }
        Ok(())
    }

    fn reduce(&mut self, reduction: Reduction) -> Result<(), Refusal> {
        let sum = self.total();
        let paid = share(sum, reduction).min(sum);
        if sum == Fen::ZERO {
            return Ok(());
        }
        let name = reduction.class.name();
        let rule = Two::new(
            format!("{}按 {}% 计收", name.zh, reduction.percent_paid),
            format!("{}: {} % to be paid", name.en, reduction.percent_paid),
        );
        self.line(LineKind::Reduction, self.start, self.end, paid.minus(sum), rule)
    }

    fn total(&self) -> Fen {
        self.lines.iter().map(|l| l.amount).sum()
    }
}

/// Units of one step, side by side, that make one line.
struct Open {
    off: bool,
    period: usize,
    step: usize,
    from: i64,
    to: i64,
    units: i64,
}

/// The step of a period after so many units; none when the period is free.
fn step_of(period: &Period, mut used: u32) -> Option<(usize, super::Step)> {
    for (i, step) in period.steps.iter().enumerate() {
        match step.times {
            Some(times) if used >= times => used -= times,
            _ => return Some((i, *step)),
        }
    }
    None
}

/// The share to be paid of an amount that is not negative.
fn share(sum: Fen, reduction: Reduction) -> Fen {
    // In hundredths of a fen; wide enough for any amount.
    let part = i128::from(sum.0) * i128::from(reduction.percent_paid);
    let unit = i128::from(reduction.to_fen.0.max(1)) * 100;
    let units = match reduction.rounding {
        Rounding::Down => part.div_euclid(unit),
        Rounding::Up => (part + unit - 1).div_euclid(unit),
        Rounding::HalfUp => (part + unit / 2).div_euclid(unit),
    };
    Fen(i64::try_from(units * (unit / 100)).unwrap_or(i64::MAX))
}
