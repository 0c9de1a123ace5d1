//! `tingzhou demo`: a simulated city, served.

use crate::failure::Failure;
use crate::made_up::{MadeUp, measured};
use crate::passwords;
use crate::progress::Progress;
use crate::read::bytes_of;
use crate::serve;
use anyhow::Context as _;
use jiff::civil::{Date, date};
use std::fmt::Write as _;
use std::future::pending;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tingzhou_platform::ledger::{AccountRole, Actor, CityId, LeaderId, Two, UnitId};
use tingzhou_platform::{Clock, NewAccount, Pack, Platform, Store, StoreUrl};
use tingzhou_server::{Listening, ServerSettings};

/// Arguments of `demo`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The pack whose units and rules the demo uses.
    #[arg(long, default_value = "cities/changji")]
    city_pack: PathBuf,
    /// Any report's text, instead of the pack's own.
    #[arg(long)]
    report: Option<PathBuf>,
    /// The day the city stands at.
    #[arg(long)]
    day: Option<Date>,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where to keep the demo; it is made anew each time.
    #[arg(long, default_value = "target/demo")]
    folder: PathBuf,
    /// How many people the made-up instruments are for; 0 for a city without instruments.
    #[arg(long, default_value_t = 50_000)]
    people: u32,
    /// Set everything up and stop before serving.
    #[arg(long)]
    no_serve: bool,
}

const UNIT_LOGINS_SHOWN: usize = 6;

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let mut pack = Pack::load(&args.city_pack)?;
    let file = args.report.clone().unwrap_or_else(|| args.city_pack.join(&pack.report_file));
    let bytes = bytes_of(&file)?;
    let text = tingzhou_documents::open(&bytes).map_err(|e| Failure::about(file.display(), e))?.text;
    let reading = tingzhou_report::read(&text).map_err(|e| Failure::about(file.display(), e))?;
    let year = reading.year.unwrap_or_else(|| pack.report_day.year());
    if args.report.is_some() {
        // Another city's report: its name is not this pack's.
        pack.city = CityId::new("demo").map_err(|e| Failure::Input(e.to_string()))?;
        pack.name = Two::new("演示城市", "Demo city");
        pack.report_source =
            Two::new(format!("报告文本：{}", file_name(&file)), format!("text of the report: {}", file_name(&file)));
    }
    let default_day = pack.simulation.day;
    let day = args
        .day
        .unwrap_or_else(|| if default_day.year() == year { default_day } else { date(year.clamp(1, 9_998), 10, 31) });
    let made_up = if args.people == 0 { None } else { MadeUp::find(&pack, args.people, day.year(), &args.folder) };
    // A pack may have tiles beside it; they are too large to be kept in the store.
    let tiles = args.city_pack.join("map.pmtiles");
    let map_tiles = tiles.exists().then(|| serve::map_tiles(&tiles)).transpose()?;
    let listener = if args.no_serve { None } else { Some(serve::listen(args.listen).await?) };

    fresh(&args.folder)?;
    if let Some(made_up) = &made_up {
        made_up.furnish(&mut pack).await?;
    }
    let store = Store::open(&StoreUrl::Sqlite(args.folder.clone())).await?;
    // The city is founded and the report adopted on the report's own day; the year is played after it.
    let adopted_on = if default_day.year() == year { pack.report_day } else { date(year.clamp(1, 9_998), 1, 15) };
    let platform = Platform::found(store.clone(), pack, Clock::standing_at(adopted_on.min(day))).await?;
    let (admin, admin_password) = account(&platform, "admin", AccountRole::Admin, None, None).await?;
    let (supervisor, supervisor_password) = account(&platform, "ducha", AccountRole::Supervisor, None, None).await?;
    let report = platform.adopt(&admin, &bytes, true).await?;
    let tasks = report.reading.tasks();
    eprintln!("adopted {}: {} statements, {tasks} tasks", report.title, report.reading.statements.len());

    let platform = Platform::open(store, None, Clock::standing_at(day)).await?;
    let mut progress = Progress::new("模拟填报 simulating filings");
    let made = platform.simulate(&supervisor, |p| progress.at(p.done, p.total)).await?;
    eprintln!("simulated to {day}: {} tasks assigned, {} filings, {} checks", made.assigned, made.filings, made.checks);

    match platform.simulate_projects(&supervisor).await? {
        0 => {}
        projects => eprintln!("simulated {projects} key projects"),
    }

    let snapshot = platform.snapshot().await?;
    let mut units = Platform::simulated_units(&snapshot.tasks);
    // Who is sent to alarms signs in, too.
    for rule in &platform.pack().orders.orders {
        if !units.contains(&rule.unit) {
            units.push(rule.unit.clone());
        }
    }
    let mut progress = Progress::new("账户 accounts");
    let mut logins = vec![("admin".to_owned(), "管理员 admin".to_owned(), admin_password)];
    logins.push(("ducha".to_owned(), "督查室 supervisor".to_owned(), supervisor_password));
    for (done, unit) in units.iter().enumerate() {
        let (_, password) = account(&platform, unit.as_str(), AccountRole::Unit, Some(unit.clone()), None).await?;
        let name = platform.pack().unit(unit).map_or_else(|| unit.to_string(), |u| u.name.zh.clone());
        logins.push((unit.to_string(), name, password));
        progress.at(done + 1, units.len());
    }
    for post in platform.pack().leaders.clone() {
        let name = format!("leader-{}", post.id);
        let (_, password) = account(&platform, &name, AccountRole::Leader, None, Some(post.id)).await?;
        logins.push((name, post.title.zh, password));
    }
    print_logins(&args, day, &logins)?;
    let Some(listener) = listener else { return Ok(()) };
    let settings = ServerSettings { secure_cookies: false, map_tiles, ..ServerSettings::default() };
    let Some(made_up) = made_up else {
        return serve::until_stopped(listener, Listening::default(), platform, settings, pending()).await;
    };
    let (listening, to) = MadeUp::ways_in(platform.city().as_str()).await?;
    let login =
        logins.iter().find(|(name, ..)| name == "ducha").map(|(name, _, password)| (name.as_str(), password.as_str()));
    let Some(login) = login else { return Ok(()) };
    let (http, beside) = (args.listen.to_string(), platform.clone());
    let clock = || jiff::tz::offset(8).to_datetime(beside.clock().now());
    let sent = async {
        // The city is there without its instruments, too.
        let known = measured(&beside, &supervisor);
        if let Err(failure) = Box::pin(made_up.send(&to, (&http, login), clock, known)).await {
            eprintln!("instruments: {failure}");
        }
        pending().await
    };
    Box::pin(serve::until_stopped(listener, listening, platform, settings, sent)).await
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

async fn account(
    platform: &Platform,
    name: &str,
    role: AccountRole,
    unit: Option<UnitId>,
    leader: Option<LeaderId>,
) -> Result<(Actor, String), Failure> {
    let password = passwords::generate()?;
    let new = NewAccount { name: name.to_owned(), role, unit, leader, password: password.clone() };
    let actor = platform.create_account(new).await?;
    // The year before today has been read; what is due today is new.
    platform.read_notices(&actor, i64::MAX).await?;
    Ok((actor, password))
}

/// Removes an earlier demo, and nothing that is not one.
fn fresh(folder: &Path) -> Result<(), Failure> {
    const MARK: &str = "simulated-city";
    if folder.exists() {
        let empty = std::fs::read_dir(folder).is_ok_and(|mut d| d.next().is_none());
        if !empty && !folder.join(MARK).exists() {
            let why = "holds something that is not an earlier demo; choose another with --folder";
            return Err(Failure::about(folder.display(), why));
        }
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("removing the earlier demo in {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    std::fs::write(folder.join(MARK), "模拟 / simulated\n")
        .with_context(|| format!("writing in {}", folder.display()))?;
    Ok(())
}

fn print_logins(args: &Args, day: Date, logins: &[(String, String, String)]) -> Result<(), Failure> {
    let mut all = String::from("name\tpassword\twho\n");
    for (name, who, password) in logins {
        // Writing to a String cannot fail.
        let _ = writeln!(all, "{name}\t{password}\t{who}");
    }
    let file = args.folder.join("logins.tsv");
    std::fs::write(&file, &all).with_context(|| format!("writing {}", file.display()))?;
    println!("模拟城市 simulated city, standing at {day}");
    for (name, who, password) in logins.iter().take(2 + UNIT_LOGINS_SHOWN) {
        println!("  {name:<22} {password}  {who}");
    }
    println!("  all {} logins: {}", logins.len(), file.display());
    println!("http://{}", args.listen);
    Ok(())
}
