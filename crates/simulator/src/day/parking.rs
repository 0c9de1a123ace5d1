//! Who parks where and when. A lot is a number of spaces of which so many are taken, and what goes through its gate follows
//! from that. There are no plates here: a vehicle is a number that is drawn when it comes in and means nothing elsewhere.

use crate::day::time::Time;
use crate::noise::{Noise, ramp, rounded, whole};
use jiff::civil::Date;
use tingzhou_calendar::Calendar;
use tingzhou_city::{Moment, Period};

/// What a lot is next to, which makes its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbourhood {
    /// 商业: shops and restaurants; afternoons, evenings, weekends.
    Shops,
    /// 办公: offices; working hours.
    Offices,
    /// 居住: homes; nights.
    Homes,
    /// 医院: a hospital; mornings of working days.
    Hospital,
}

impl Neighbourhood {
    /// Minutes a vehicle stays where others come and go as it does, on the mean.
    fn stay(self) -> f64 {
        match self {
            Self::Shops => 110.0,
            Self::Offices => 260.0,
            Self::Homes => 540.0,
            Self::Hospital => 80.0,
        }
    }
}

/// Days are counted from it.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// Days after its opening until a lot is known and as full as others.
const UNTIL_KNOWN: f64 = 30.0;

/// A car park, or a street with marked bays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lot {
    /// What it is next to.
    pub by: Neighbourhood,
    /// How many spaces it has; at least 1.
    pub spaces: u32,
    /// Days from 1970-01-01 to its opening, when it was opened in the year asked for.
    opened: Option<f64>,
    noise: Noise,
}

impl Lot {
    /// The lot at a place; on a street it is smaller, and what is opened in a built city is smaller too.
    #[must_use]
    pub fn of(noise: Noise, on_street: bool, opened: Option<Date>) -> Self {
        use Neighbourhood::{Homes, Hospital, Offices, Shops};
        let kinds = [Shops, Shops, Shops, Offices, Offices, Homes, Homes, Hospital];
        let (low, high) = match (on_street, opened) {
            (true, _) => (8.0, 60.0),
            (false, None) => (40.0, 620.0),
            (false, Some(_)) => (50.0, 250.0),
        };
        let spaces = u32::try_from(whole(noise.named("spaces").between(low, high))).unwrap_or(1);
        let opened = opened.map(|day| f64::from((day - EPOCH).get_days()));
        Self { by: kinds[noise.named("by").pick(kinds.len())], spaces, opened, noise }
    }

    /// How many spaces are taken, at most all; none before the lot is opened.
    #[must_use]
    pub fn occupied(&self, time: &Time) -> u32 {
        let known = self.opened.map_or(1.0, |opened| ramp(time.days, opened, opened + UNTIL_KNOWN));
        let (work, off) = (!time.rest, time.rest);
        let hill = |hour: f64, width: f64| time.bump(hour, width);
        let share = match (self.by, work) {
            (Neighbourhood::Shops, true) => 0.08 + 0.5 * hill(13.5, 2.2) + 0.62 * hill(19.5, 1.8),
            (Neighbourhood::Shops, false) => 0.08 + 0.72 * hill(15.0, 2.6) + 0.55 * hill(19.8, 1.7),
            (Neighbourhood::Offices, true) => 0.05 + 0.85 * hill(11.5, 1.9) + 0.8 * hill(16.8, 1.7),
            (Neighbourhood::Offices, false) => 0.07 + 0.1 * hill(14.0, 3.0),
            (Neighbourhood::Homes, _) => 0.95 - (if off { 0.25 } else { 0.5 }) * hill(14.5, 3.6),
            (Neighbourhood::Hospital, true) => 0.15 + 0.85 * hill(10.8, 1.9) + 0.4 * hill(16.5, 1.6),
            (Neighbourhood::Hospital, false) => 0.15 + 0.4 * hill(11.0, 2.2),
        };
        let liking = self.noise.named("liking").between(0.72, 1.12);
        let day = 1.0 + 0.1 * self.noise.named("day").course(time.days / 1.5);
        let restless = 0.03 * self.noise.named("restless").rough(time.days * 30.0);
        let share = known * (share * liking * day + restless);
        let taken = rounded(share.clamp(0.0, 1.0) * f64::from(self.spaces), 0);
        u32::try_from(whole(taken)).unwrap_or(0).min(self.spaces)
    }
}

/// The class of a vehicle, as tariffs know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// None of the others.
    Ordinary,
    /// 新能源: electric, plug-in hybrid, hydrogen.
    NewEnergy,
    /// 应急: ambulances, police, fire.
    Emergency,
    /// 环卫: sanitation.
    Sanitation,
}

impl Class {
    /// Its name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::NewEnergy => "new-energy",
            Self::Emergency => "emergency",
            Self::Sanitation => "sanitation",
        }
    }
}

/// A vehicle during one stay; who comes again is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vehicle {
    /// What tells it from others.
    pub token: u64,
    /// Its class.
    pub class: Class,
    /// When it came in.
    pub entered: Moment,
}

/// A vehicle through a gate, as the gate tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// When.
    pub at: Moment,
    /// In; otherwise out.
    pub entry: bool,
    /// What tells the vehicle from others.
    pub token: u64,
    /// Its class.
    pub class: Class,
}

/// What a gate gets wrong, as shares of passages: an exit it does not see, a vehicle it reads twice.
const MISSED: f64 = 0.001;
const TWICE: f64 = 0.003;

/// The gate of a lot, with who is inside.
///
/// The spaces that are taken are numbered from 1, in no order on the ground. Number 7 has a vehicle for as long as at least
/// seven are taken; who is in it leaves for another now and then, and once a day in any case. So what goes through the gate
/// adds up to what is taken at every count, and who is inside follows from the two days before: nothing needs to be
/// remembered from one run to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    lot: Lot,
    /// The last count, in steps since 1970.
    step: i64,
    inside: Vec<Vehicle>,
}

impl Gate {
    /// Seconds from one count of free spaces to the next.
    pub const SECONDS: u32 = 300;
    /// The same.
    pub const STEP: Period = Period::from_secs(Self::SECONDS);

    /// Steps after which nobody is inside who was at their beginning: between two of the times of day at which a space
    /// gets another vehicle there are 38 hours at most.
    const FORGOTTEN: i64 = 2 * 288;

    /// The counts that [`Gate::at`] needs, up to the last one that is not after a moment.
    #[must_use]
    pub fn times_before(at: Moment, calendar: &Calendar) -> Vec<Time> {
        let last = at.millis().div_euclid(Self::STEP.millis());
        let moments =
            (last - Self::FORGOTTEN..=last).filter_map(|step| Moment::from_millis(step * Self::STEP.millis()));
        moments.map(|moment| Time::of(moment, calendar)).collect()
    }

    /// The gate at the last of [`Gate::times_before`].
    #[must_use]
    pub fn at(lot: Lot, times: &[Time]) -> Self {
        let mut gate = Self { lot, step: 0, inside: Vec::new() };
        for time in times {
            gate.go_on(time, |_| {});
        }
        gate
    }

    /// Who is inside.
    #[must_use]
    pub fn inside(&self) -> &[Vehicle] {
        &self.inside
    }

    /// When it was last counted; 1970 when it was not.
    #[must_use]
    pub fn counted(&self) -> Moment {
        Moment::from_millis(self.step.saturating_mul(Self::STEP.millis())).unwrap_or(Moment::begin_of(EPOCH))
    }

    /// The entries of those inside, as the gate told them.
    pub fn entries(&self) -> impl Iterator<Item = Passage> + '_ {
        self.inside.iter().map(|one| Passage { at: one.entered, entry: true, token: one.token, class: one.class })
    }

    /// Goes on to the next count and tells what went through the gate since the one before, mistakes included.
    pub fn next(&mut self, now: &Time) -> Vec<Passage> {
        let (mut told, noise) = (Vec::new(), self.lot.noise.named("gate"));
        self.go_on(now, |passage| {
            let own = noise.of(passage.token.cast_signed()).of(i64::from(passage.entry));
            if !passage.entry && own.named("missed").unit() < MISSED {
                return;
            }
            told.push(passage);
            if own.named("twice").unit() < TWICE {
                told.push(Passage { at: later(passage.at, own.named("again").between(3.0, 30.0)), ..passage });
            }
        });
        told
    }

    fn go_on(&mut self, now: &Time, mut told: impl FnMut(Passage)) {
        self.step = now.at.millis().div_euclid(Self::STEP.millis());
        let before = now.at.before(Self::STEP);
        let (step, lot) = (self.step, self.lot);
        let at = |noise: Noise, low: f64, high: f64| later(before, noise.between(low, high));
        let mut out =
            |one: &Vehicle, at: Moment| told(Passage { at, entry: false, token: one.token, class: one.class });
        let space = |number: usize| lot.noise.named("space").of(i64::try_from(number).unwrap_or(0));

        let taken = usize::try_from(lot.occupied(now)).unwrap_or(0);
        for number in taken..self.inside.len() {
            out(&self.inside[number], at(space(number).of(step).named("out"), 1.0, 299.0));
        }
        self.inside.truncate(taken);
        let chance = lot.exchange(now);
        let mut came = Vec::new();
        for (number, one) in self.inside.iter_mut().enumerate() {
            let own = space(number);
            if is_daily(own, now) || own.of(step).unit() < chance {
                let noise = own.of(step);
                // Who comes takes the place of who has gone, so that a full lot is never more than full.
                out(one, at(noise.named("out"), 1.0, 149.0));
                *one = lot.vehicle(noise, at(noise.named("in"), 150.0, 299.0));
                came.push(*one);
            }
        }
        for number in self.inside.len()..taken {
            let noise = space(number).of(step);
            let one = lot.vehicle(noise, at(noise.named("in"), 1.0, 299.0));
            self.inside.push(one);
            came.push(one);
        }
        for one in came {
            told(Passage { at: one.entered, entry: true, token: one.token, class: one.class });
        }
    }
}

impl Lot {
    /// How likely a space gets another vehicle in a step; less so when nobody is about.
    fn exchange(&self, now: &Time) -> f64 {
        let steps = self.by.stay() / 5.0;
        1.4 * now.traffic() / steps
    }

    fn vehicle(&self, noise: Noise, entered: Moment) -> Vehicle {
        let share = noise.named("class").unit();
        let emergency = if self.by == Neighbourhood::Hospital { 0.02 } else { 0.002 };
        let class = match share {
            share if share < emergency => Class::Emergency,
            share if share < emergency + 0.004 => Class::Sanitation,
            share if share < emergency + 0.18 => Class::NewEnergy,
            _ => Class::Ordinary,
        };
        Vehicle { token: noise.named("token").bits(), class, entered }
    }
}

/// Whether it is the step of the day, between 7 and 21 o'clock, at which a space gets another vehicle in any case.
fn is_daily(space: Noise, now: &Time) -> bool {
    let of_day = whole(rounded(now.hour * 12.0, 0));
    let day = space.of(whole(libm::floor(now.days))).named("daily");
    i64::try_from(day.pick(14 * 12)).is_ok_and(|step| step + 7 * 12 == of_day)
}

/// So many seconds later, to a whole second.
fn later(at: Moment, seconds: f64) -> Moment {
    at.after(Period::from_secs(u32::try_from(whole(seconds)).unwrap_or(0)))
}
