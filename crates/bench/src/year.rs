//! A year of a county of a million people, as a store holds it: facilities with their days and hours, alarms, orders,
//! dispatches, key projects, days of air. It is written as the program writes it, in commits of the store, and without the
//! log: what reads it reads tables.

use crate::workspace;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::path::Path;
use tingzhou_calendar::Calendar;
use tingzhou_cases::{
    Actor, ActorId, Case, CaseId, Command, FieldId, Inputs, MaterialId, Matter, PartyId, Request, RoleId, TransitionId,
    Value, decide, open,
};
use tingzhou_platform::city::alarm::{AlarmEvent, Cause, Priority, What};
use tingzhou_platform::city::{
    Aggregate, Counted, FacilityDef, FacilityId, Moment, Number, Period, PropertyId, RuleId, SeriesNo, Two,
};
use tingzhou_platform::ledger::project::{Project, ProjectDetails, ProjectMilestone, Stage, StageReached};
use tingzhou_platform::ledger::{CityId, Fen, ProjectId, UnitId};
use tingzhou_store::{AirDayRow, AlarmEventRow, CaseIndex, Commit, FacilityRow, OrderTimesRow, Store};

/// The day the year is looked at.
pub(crate) const TODAY: Date = date(2025, 10, 31);
/// Days of every series: a year.
const DAYS: u32 = 365;
/// Days of a detector whose hours are there. A query reads hours by their day, so that older ones only take room.
const DETECTOR_HOURS: u32 = 14;
/// Alarms of a year: raised, acknowledged and cleared.
pub(crate) const ALARMS: u32 = 20_000;
/// Those of them with an order.
pub(crate) const ORDERS: u32 = 5_000;
/// Tasks dispatched in a year.
pub(crate) const DISPATCHES: u32 = 2_000;
/// Key projects of a year.
const PROJECTS: u32 = 400;
/// Rows in one commit.
const AT_ONCE: usize = 5_000;
const DAY: u32 = 86_400;

/// Facilities of one type, and what of each is observed.
struct Kind {
    name: &'static str,
    count: u32,
    /// What is observed, and how many samples a day.
    observed: &'static [(&'static str, u32)],
    stated: &'static str,
    /// Days whose hours are there.
    hours: u32,
}

const KINDS: [Kind; 7] = [
    Kind { name: "GasDetector", count: 10_000, observed: &[("gas", 1_440)], stated: "", hours: DETECTOR_HOURS },
    Kind {
        name: "GasRegulator",
        count: 60,
        observed: &[("inletPressure", 1_440), ("outletPressure", 1_440)],
        stated: "",
        hours: DAYS,
    },
    Kind {
        name: "OffStreetParking",
        count: 300,
        observed: &[("availableSpotNumber", 288)],
        stated: "totalSpotNumber",
        hours: DAYS,
    },
    Kind {
        name: "OnStreetParking",
        count: 150,
        observed: &[("availableSpotNumber", 288)],
        stated: "totalSpotNumber",
        hours: DAYS,
    },
    Kind { name: "EVChargingStation", count: 300, observed: &[], stated: "socketNumber", hours: 0 },
    Kind {
        name: "AirQualityObserved",
        count: 6,
        observed: &[("pm25", 24), ("pm10", 24), ("so2", 24), ("no2", 24), ("co", 24), ("o3", 24)],
        stated: "",
        hours: DAYS,
    },
    Kind { name: "IndoorEnvironmentObserved", count: 200, observed: &[("temperature", 24)], stated: "", hours: DAYS },
];

/// Writes commits when they are full.
struct Writing<'a> {
    store: &'a Store,
    city: &'a CityId,
    commit: Commit,
    rows: usize,
}

impl<'a> Writing<'a> {
    fn new(store: &'a Store, city: &'a CityId) -> Self {
        Self { store, city, commit: Self::empty(city), rows: 0 }
    }

    fn empty(city: &CityId) -> Commit {
        Commit::new(city, noon(TODAY), "bench")
    }

    async fn row(&mut self, write: impl FnOnce(&mut Commit)) {
        write(&mut self.commit);
        self.rows += 1;
        if self.rows.is_multiple_of(AT_ONCE) {
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        let full = std::mem::replace(&mut self.commit, Self::empty(self.city));
        self.store.commit(full).await.expect("a commit");
    }
}

/// Fills a city that has been founded. How many rows were written.
pub(crate) async fn fill(store: &Store, city: &CityId, units: &[UnitId]) -> usize {
    let mut to = Writing::new(store, city);
    facilities(&mut to).await;
    air(&mut to).await;
    alarms(&mut to).await;
    orders(&mut to).await;
    dispatches(&mut to).await;
    projects(&mut to, units).await;
    to.flush().await;
    to.rows
}

fn noon(day: Date) -> Timestamp {
    Timestamp::from(Moment::begin_of(day)).checked_add(SignedDuration::from_hours(12)).expect("a time of this century")
}

fn facility(kind: &str, number: u32) -> FacilityId {
    FacilityId::new(format!("{}-{number}", kind.to_lowercase())).expect("a name")
}

/// Numbers that look unrelated and are the same in every run.
fn mixed(a: u32, b: u32) -> u32 {
    let mixed = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) as u32
}

/// Every day of the year, the oldest first.
fn days() -> impl Iterator<Item = Date> {
    (0..i64::from(DAYS)).rev().map(|back| TODAY.checked_sub(back.days()).expect("a day of this century"))
}

fn aggregate(begin: Moment, seconds: u32, count: u32, seed: u32) -> Aggregate {
    let number = |value: f64| Number::new(value).expect("a number");
    let mean = 40.0 + f64::from(seed % 200) / 10.0;
    let counted = Counted {
        count,
        min: number(if seed.is_multiple_of(7) { 0.0 } else { mean - 4.0 }),
        max: number(mean + 4.0),
        sum: mean * f64::from(count),
        first: number(mean - 1.0),
        first_at: begin,
        last: number(mean + 1.0),
        last_at: begin.after(Period::from_secs(seconds - 30)),
    };
    Aggregate { set_aside: seed % 3, counted: Some(counted) }
}

async fn facilities(to: &mut Writing<'_>) {
    let mut series = 0;
    for kind in &KINDS {
        for number in 0..kind.count {
            // A fifth was opened within the year.
            let opened = if number % 5 == 0 { date(2025, 1 + (number / 5 % 10) as i8, 1) } else { date(2022, 5, 1) };
            let stated = match kind.stated {
                "" => String::new(),
                // Of the lots every other is of a business, and half of these are free at night.
                name if kind.name == "OffStreetParking" => format!(
                    r#","stated":{{"{name}":{},"commercial":{},"nightFree":{}}}"#,
                    20 + mixed(number, 3) % 300,
                    number % 2 == 0,
                    number % 4 == 0
                ),
                name => format!(r#","stated":{{"{name}":{}}}"#, 20 + mixed(number, 3) % 300),
            };
            let (name, id) = (kind.name, facility(kind.name, number));
            let json = format!(
                r#"{{"id":"{id}","type":"{name}","name":{{"zh":"设施 {number}"}},"from":"{opened}","simulated":true{stated}}}"#
            );
            let def: FacilityDef = serde_json::from_str(&json).expect("a facility");
            to.row(|commit| commit.put_facility(&FacilityRow { version: 1, def }).expect("a facility")).await;
            for (property, samples) in kind.observed {
                series += 1;
                let (no, property) = (SeriesNo(series), PropertyId::new(*property).expect("a name"));
                to.row(|commit| commit.add_series(no, &id, &property, 0)).await;
                for (back, day) in (0..DAYS).rev().zip(days()) {
                    let (begin, seed) = (Moment::begin_of(day), mixed(series, back));
                    // Some say nothing now and then.
                    if seed.is_multiple_of(50) {
                        continue;
                    }
                    to.row(|commit| commit.put_day(no, begin, &aggregate(begin, DAY, *samples, seed))).await;
                    if back < kind.hours {
                        let hour = |hour: u32| {
                            let at = begin.after(Period::from_secs(hour * 3_600));
                            (at, aggregate(at, 3_600, samples / 24, mixed(seed, hour)))
                        };
                        let hours: Vec<(Moment, Aggregate)> = (0..24).map(hour).collect();
                        to.row(|commit| commit.put_hours(no, begin, &hours)).await;
                    }
                }
            }
        }
    }
}

async fn air(to: &mut Writing<'_>) {
    for day in days() {
        for station in 0..=KINDS[5].count {
            let seed = mixed(station, u32::from(day.day_of_year().unsigned_abs()));
            let aqi = (!seed.is_multiple_of(40)).then_some(30 + (seed % 110) as u16);
            let row = AirDayRow {
                station: if station == 0 { String::new() } else { facility(KINDS[5].name, station - 1).to_string() },
                day,
                aqi,
                pollutants: "pm25".to_owned(),
                class: if aqi.is_some() { "good".to_owned() } else { String::new() },
                edition: "HJ 633-2012".to_owned(),
                lack: (String::new(), String::new()),
                source: "0".repeat(64),
                body: r#"{"pm25":35,"pm10":60,"so2":8,"no2":22,"co":0.6,"o3":90}"#.to_owned(),
            };
            to.row(|commit| commit.put_air_day(&row)).await;
        }
    }
}

/// When an alarm of the year is raised.
fn raised(number: u32) -> Moment {
    Moment::begin_of(date(2025, 1, 1)).after(Period::from_secs(number * 1_300 + mixed(number, 1) % 600))
}

/// Where: a few detectors have many.
fn place(number: u32) -> FacilityId {
    facility(
        "GasDetector",
        if number.is_multiple_of(4) { mixed(number, 2) % 20 } else { mixed(number, 2) % KINDS[0].count },
    )
}

async fn alarms(to: &mut Writing<'_>) {
    let rule = RuleId::new("gas-leak").expect("a name");
    let number = |value| Number::new(value).expect("a number");
    let mut seq = 0;
    for alarm in 0..ALARMS {
        let (at, facility) = (raised(alarm), place(alarm));
        let cause = Cause::High { value: number(26.5), limit: number(25.0) };
        let level = 1 + u8::from(alarm.is_multiple_of(9));
        let after = |minutes: u32| at.after(Period::from_secs(minutes * 60));
        let events = [
            (at, What::Raised { level, priority: Priority::High, cause }),
            (after(1 + alarm % 9), What::Acknowledged { closed: false }),
            (after(10 + mixed(alarm, 4) % 180), What::Cleared { closed: true }),
        ];
        for (at, what) in events {
            seq += 1;
            let row = AlarmEventRow {
                seq,
                rule: rule.clone(),
                facility: facility.clone(),
                actor: String::new(),
                event: AlarmEvent { at, what },
                words: Two::new("探测器：可燃气体浓度过高", "detector: too much combustible gas"),
            };
            to.row(|commit| commit.add_alarm_event(&row).expect("an event")).await;
        }
    }
}

/// A kind of case of the program, as its file says.
fn matter(file: &str) -> Matter {
    let path = workspace().join("crates/platform/data").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Matter::new(toml::from_str(&text).expect("a definition")).expect("a definition without mistakes")
}

fn actor(role: &str, party: Option<&str>) -> Actor {
    let roles = if party.is_none() { vec![RoleId::new(role).expect("a name")] } else { Vec::new() };
    Actor { id: ActorId::new(role).expect("a name"), roles, party: party.map(|p| PartyId::new(p).expect("a name")) }
}

fn fields<const N: usize>(fields: [(&str, Value); N]) -> Inputs {
    let fields = fields.into_iter().map(|(id, value)| (FieldId::new(id).expect("a name"), value));
    Inputs { fields: fields.collect(), ..Inputs::default() }
}

fn words(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A step of a life: how long after the one before, which transition, by whom.
type Step<'a> = (i64, &'a str, &'a Actor, Inputs);

/// A case moved through steps, the first of which opens it.
fn life(matter: &Matter, calendar: &Calendar, id: &CaseId, begin: Timestamp, steps: Vec<Step<'_>>) -> Case {
    let (mut now, mut case) = (begin, None::<Case>);
    for (minutes, transition, actor, inputs) in steps {
        now = now.checked_add(SignedDuration::from_mins(minutes)).expect("a time of this century");
        let transition = TransitionId::new(transition).expect("a name");
        let events = match &case {
            None => open(matter, id, &transition, actor, inputs, now, calendar),
            Some(case) => {
                let command = Command::Move { transition: transition.clone(), inputs };
                let request = Request { version: case.version, actor: actor.clone(), command };
                decide(matter, case, &request, now, calendar)
            }
        };
        let events = events.unwrap_or_else(|e| panic!("{transition}: {e}"));
        case = match case {
            None => Some(Case::replay(&events).expect("a case")),
            Some(case) => Some(events.iter().fold(case, Case::apply)),
        };
    }
    case.expect("a case has a first step")
}

fn index(subject: String, ended: bool) -> CaseIndex {
    CaseIndex { subject, ended, due: None, remind: None }
}

async fn orders(to: &mut Writing<'_>) {
    let (matter, calendar) = (matter("work-order.toml"), Calendar::national());
    let (system, office, unit) = (actor("system", None), actor("office", None), actor("gas", Some("gas")));
    for order in 0..ORDERS {
        let alarm = order * (ALARMS / ORDERS);
        let (at, facility) = (Timestamp::from(raised(alarm)), place(alarm));
        let mut opening = fields([
            ("facility", words(facility.as_str())),
            ("rule", words("gas-leak")),
            ("level", Value::Count(1)),
            ("alarm-event", Value::Number((3 * alarm + 1).into())),
            ("raised", words(&at.to_string())),
            ("title-zh", words("探测器：可燃气体浓度过高")),
            ("title-en", words("detector: too much combustible gas")),
            ("with-condition", Value::Flag(false)),
        ]);
        opening.parties =
            BTreeMap::from([(RoleId::new("unit").expect("a name"), vec![PartyId::new("gas").expect("a name")])]);
        let mut done = fields([("found", words("阀门老化，轻微泄漏。")), ("deed", words("更换阀门，复测正常。"))]);
        done.materials.insert(MaterialId::new("photo").expect("a name"), vec!["0".repeat(64)]);
        let steps = vec![
            (i64::from(order % 3), "open", &system, opening),
            (2, "accept", &unit, Inputs::default()),
            (i64::from(5 + order % 30), "arrive", &unit, Inputs::default()),
            (40, "done", &unit, done),
            (60, "verify", &office, Inputs::default()),
        ];
        let id = CaseId::new(format!("order-{order:06}")).expect("a name");
        let case = life(&matter, &calendar, &id, at, steps);
        let index = index(format!("alarm:{facility}/gas-leak"), true);
        let arrived = case.history.iter().find(|step| step.about == "arrive").map(|step| step.at);
        let opened = case.history.first().map(|step| step.at).expect("an order was opened");
        let times =
            OrderTimesRow { case: case.id.clone(), facility, raised: at, opened, arrived, ended: Some(case.touched) };
        to.row(|commit| {
            commit.put_case(&case, &index, None).expect("a case");
            commit.put_order_times(&times);
        })
        .await;
    }
}

async fn dispatches(to: &mut Writing<'_>) {
    let (matter, calendar) = (matter("dispatch.toml"), Calendar::national());
    let (office, lead) = (actor("office", None), actor("housing", Some("housing")));
    for number in 0..DISPATCHES {
        let begin = noon(date(2025, 1, 6)).checked_add(SignedDuration::from_hours(i64::from(number % 200) * 24));
        let begin = begin.expect("a time of this century");
        let last = TODAY.checked_sub(i64::from(mixed(number, 5) % 240).days()).expect("a day of this century");
        let last = last.max(begin.to_zoned(jiff::tz::TimeZone::UTC).date());
        let mut opening = fields([("last-day", Value::Date(last))]);
        opening.parties.insert(RoleId::new("lead").expect("a name"), vec![PartyId::new("housing").expect("a name")]);
        let mut steps = vec![(0, "assign", &office, opening), (60, "sign", &lead, Inputs::default())];
        // Reported on month by month.
        for _ in 0..number % 4 {
            let mut report = fields([("result", words("按计划推进，下月继续。"))]);
            report.materials.insert(MaterialId::new("evidence").expect("a name"), vec!["0".repeat(64)]);
            steps.push((14 * 1_440, "report", &lead, report));
            steps.push((1_440, "continue", &office, Inputs::default()));
        }
        let ended = number % 10 != 0;
        if ended {
            steps.push((1_440 * i64::from(mixed(number, 6) % 40), "accept", &office, Inputs::default()));
            steps.push((1_440, "strike-off", &office, Inputs::default()));
        }
        let id = CaseId::new(format!("case-{number:06}")).expect("a name");
        let case = life(&matter, &calendar, &id, begin, steps);
        to.row(|commit| commit.put_case(&case, &index(format!("task-{number}"), ended), None).expect("a case")).await;
    }
}

async fn projects(to: &mut Writing<'_>, units: &[UnitId]) {
    let fen = |fen| Fen::new(fen).expect("an amount");
    for number in 0..PROJECTS {
        let stages = [(Stage::Preparing, 2), (Stage::Started, 3), (Stage::Building, 4)];
        let reached = |(stage, month): (Stage, i8)| StageReached { stage, on: date(2025, month, 10) };
        let project = Project {
            id: ProjectId::new(format!("project-{number}")).expect("a name"),
            year: 2025,
            details: ProjectDetails {
                name: format!("项目 {number}"),
                category: "基础设施".to_owned(),
                content: "新建管网 12 公里及附属设施。".repeat(4),
                place: "延安北路".to_owned(),
                point: None,
                total: fen(1_000_000_000),
                plan: [fen(80_000_000); 12],
                lead: units[number as usize % units.len()].clone(),
                leader: None,
                milestones: vec![ProjectMilestone { name: "主体完工".to_owned(), on: date(2025, 9, 30) }],
            },
            stages: stages.into_iter().take((number % 4) as usize).map(reached).collect(),
            spent: std::array::from_fn(|month| (month < 10).then_some(fen(70_000_000))),
            reached: vec![None],
            photos: Vec::new(),
            obstacles: Vec::new(),
            last: None,
            dropped: (number % 50 == 0).then(|| "移出清单".to_owned()),
            simulated: true,
            version: 1,
        };
        to.row(|commit| commit.put_project(&project, None).expect("a project")).await;
    }
}

/// The largest file of a folder: the database, where it is one.
pub(crate) fn largest(folder: &Path) -> Option<std::path::PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    files.filter(|path| path.is_file()).max_by_key(|path| path.metadata().map_or(0, |about| about.len()))
}
