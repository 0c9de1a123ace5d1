//! Key projects: the year's list with what it comes to, and the list as a file.

pub(crate) mod change;
pub(crate) mod import;
pub(crate) mod one;

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::export::{Table, note};
use crate::fields::encoded;
use crate::pages::task_forms::Choice;
use crate::pages::tasks::{csv_file, xlsx_file};
use crate::pages::{PageResult, page};
use crate::view::Look;
use askama::Template;
use rust_decimal::Decimal;
use tingzhou_platform::ledger::Fen;
use tingzhou_platform::ledger::project::{Project, Stage, Summary, summary};

/// Projects on a page.
const PAGE: usize = 100;

/// An amount in 万元 as a list shows it, without its unit.
pub(crate) fn wan(amount: Fen) -> String {
    let figure = tingzhou_platform::ledger::Figure { value: amount.wan_yuan().round_dp(2), unit: "", english: true };
    figure.to_string()
}

/// A share in percent, one decimal; empty of nothing.
pub(crate) fn percent(part: Fen, whole: Fen) -> String {
    let share = Decimal::from(part.fen()).checked_mul(Decimal::ONE_HUNDRED);
    match share.and_then(|share| share.checked_div(Decimal::from(whole.fen()))) {
        Some(share) => format!("{}%", share.round_dp(1).normalize()),
        None => String::new(),
    }
}

/// A month's bars, in hundredths of the largest month.
pub(crate) struct MonthRow {
    pub(crate) month: usize,
    pub(crate) plan: String,
    pub(crate) spent: String,
    pub(crate) plan_until: String,
    pub(crate) spent_until: String,
    pub(crate) plan_bar: u32,
    pub(crate) spent_bar: u32,
}

/// Plan and money paid, month by month, with what they add up to.
pub(crate) fn months(plan: &[Fen; 12], spent: &[Option<Fen>; 12]) -> Vec<MonthRow> {
    let most = plan.iter().copied().chain(spent.iter().flatten().copied()).max().unwrap_or_default().fen().max(1);
    let bar = |amount: Fen| u32::try_from(amount.fen() * 100 / most).unwrap_or(100);
    let (mut plan_until, mut spent_until) = (Fen::ZERO, Fen::ZERO);
    let rows = plan.iter().zip(spent).enumerate().map(|(at, (plan, spent))| {
        plan_until = plan_until.plus(*plan);
        spent_until = spent_until.plus(spent.unwrap_or_default());
        MonthRow {
            month: at + 1,
            plan: wan(*plan),
            spent: spent.map_or_else(|| "—".to_owned(), wan),
            plan_until: wan(plan_until),
            spent_until: wan(spent_until),
            plan_bar: bar(*plan),
            spent_bar: bar(spent.unwrap_or_default()),
        }
    });
    rows.collect()
}

struct Row {
    id: String,
    name: String,
    category: String,
    unit: String,
    stage: String,
    planned: String,
    paid: String,
    share: String,
    behind: bool,
    missed: usize,
    obstacles: usize,
}

struct StageCount {
    name: String,
    count: usize,
}

#[derive(Template)]
#[template(path = "projects.html")]
struct ListPage {
    c: Chrome,
    year: i16,
    years: Vec<i16>,
    rows: Vec<Row>,
    all: usize,
    count: usize,
    stages: Vec<StageCount>,
    total: String,
    planned: String,
    due: String,
    until: String,
    paid: String,
    share: String,
    share_due: String,
    behind: usize,
    obstacles: usize,
    months: Vec<MonthRow>,
    units: Vec<Choice>,
    chosen_stages: Vec<Choice>,
    categories: Vec<Choice>,
    only_behind: bool,
    only_obstacles: bool,
    next: Option<String>,
    notice: Option<&'static str>,
}

/// Which projects are shown.
struct Select {
    unit: String,
    stage: Option<Stage>,
    category: String,
    behind: bool,
    obstacles: bool,
}

impl Select {
    fn of(ctx: &Ctx) -> Self {
        let yes = |name: &str| ctx.query(name).is_some_and(|value| value == "1");
        Self {
            unit: ctx.query("unit").unwrap_or_default(),
            stage: ctx.query("stage").and_then(|stage| Stage::from_name(&stage)),
            category: ctx.query("category").unwrap_or_default(),
            behind: yes("behind"),
            obstacles: yes("obstacles"),
        }
    }

    /// The list's page after so many.
    fn address(&self, year: i16, offset: usize) -> String {
        let flag = |name: &str, set: bool| if set { format!("&{name}=1") } else { String::new() };
        format!(
            "/projects?year={year}&unit={}&stage={}&category={}{}{}&offset={offset}",
            encoded(&self.unit),
            self.stage.map_or("", Stage::name),
            encoded(&self.category),
            flag("behind", self.behind),
            flag("obstacles", self.obstacles)
        )
    }

    fn takes(&self, project: &Project, today: jiff::civil::Date) -> bool {
        (self.unit.is_empty() || project.details.lead.as_str() == self.unit)
            && self.stage.is_none_or(|stage| project.stage() == stage)
            && (self.category.is_empty() || project.details.category == self.category)
            && (!self.behind || project.behind(today) == Some(true))
            && (!self.obstacles || project.standing_obstacles().next().is_some())
    }
}

/// The year asked for, its projects that the reader may see, and which of them are asked for.
async fn asked(ctx: &Ctx) -> Result<(i16, Vec<Project>, Select), crate::pages::Failure> {
    let actor = ctx.signed_in()?;
    let year = match ctx.query("year") {
        Some(year) => {
            year.parse().map_err(|_| Answer::bad_field("year", "年份应如 2025。", "Give a year, as 2025."))?
        }
        None => ctx.platform().project_year().await?,
    };
    Ok((year, ctx.platform().projects(actor, year).await?, Select::of(ctx)))
}

pub(crate) fn look(ctx: &Ctx) -> Look<'_> {
    Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot }
}

/// `GET /projects`
pub(crate) async fn list(ctx: Ctx) -> PageResult {
    let (year, all, select) = asked(&ctx).await?;
    let offset: usize = ctx.query("offset").and_then(|o| o.parse().ok()).unwrap_or(0);
    let today = ctx.platform().clock().today();
    let look = look(&ctx);
    let standing = || all.iter().filter(|p| p.dropped.is_none());
    let shown: Vec<&Project> = standing().filter(|p| select.takes(p, today)).collect();
    let sum = summary(year, shown.iter().copied(), today);
    let Summary { count, stages, total, planned, due, months: over, paid, plan, spent, behind, obstacles } = sum;
    let row = |p: &&Project| Row {
        id: p.id.to_string(),
        name: p.details.name.clone(),
        category: p.details.category.clone(),
        unit: look.unit(&p.details.lead),
        stage: ctx.lang.of(&p.stage().words()).to_owned(),
        planned: wan(p.planned()),
        paid: wan(p.paid()),
        share: percent(p.paid(), p.planned()),
        behind: p.behind(today) == Some(true),
        missed: p.missed(today).count(),
        obstacles: p.standing_obstacles().count(),
    };
    let mut categories: Vec<&str> = standing().map(|p| p.details.category.as_str()).filter(|c| !c.is_empty()).collect();
    categories.sort_unstable();
    categories.dedup();
    let choice =
        |value: &str, words: String, chosen: &str| Choice { chosen: value == chosen, value: value.to_owned(), words };
    let stage = select.stage.map_or("", Stage::name);
    let mut years = ctx.platform().project_years().await?;
    if !years.contains(&year) {
        years.insert(0, year);
    }
    let c = ctx.chrome(Nav::Projects);
    let notice = match ctx.query("done").as_deref() {
        Some("listed") => Some(c.w.projects_listed),
        Some("dropped") => Some(c.w.project_dropped_done),
        _ => None,
    };
    page(&ListPage {
        rows: shown.iter().skip(offset).take(PAGE).map(row).collect(),
        next: (offset.saturating_add(PAGE) < shown.len()).then(|| select.address(year, offset + PAGE)),
        all: standing().count(),
        count,
        stages: Stage::ALL
            .iter()
            .zip(stages)
            .map(|(stage, count)| StageCount { name: ctx.lang.of(&stage.words()).to_owned(), count })
            .collect(),
        share: percent(paid, planned),
        share_due: percent(paid, due),
        total: wan(total),
        planned: wan(planned),
        due: wan(due),
        until: over.to_string(),
        paid: wan(paid),
        behind,
        obstacles,
        months: months(&plan, &spent.map(Some)),
        units: ctx.platform().units_of(&all).iter().map(|u| choice(u.as_str(), look.unit(u), &select.unit)).collect(),
        chosen_stages: Stage::ALL.iter().map(|s| choice(s.name(), ctx.lang.of(&s.words()).to_owned(), stage)).collect(),
        categories: categories.iter().map(|name| choice(name, (*name).to_owned(), &select.category)).collect(),
        only_behind: select.behind,
        only_obstacles: select.obstacles,
        year,
        years,
        notice,
        c,
    })
}

/// The list as a table; taken in again it is the same list.
async fn table(ctx: &Ctx) -> Result<Table, crate::pages::Failure> {
    const MONTHS: [&str; 12] = ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"];
    let (year, all, select) = asked(ctx).await?;
    let (today, look) = (ctx.platform().clock().today(), look(ctx));
    let w = ctx.chrome(Nav::Projects).w;
    let mut head = vec![
        w.number,
        w.project_name,
        w.project_category,
        w.project_content,
        w.project_place,
        w.project_total_wan,
        w.project_plan_wan,
    ];
    head.extend(MONTHS);
    head.extend([w.project_unit, w.project_leader, w.project_stage, w.project_paid_wan, w.project_share]);
    let shown = all.iter().filter(|p| p.dropped.is_none() && select.takes(p, today));
    let plain = |amount: Fen| amount.wan_yuan().to_string();
    let row = |(at, p): (usize, &Project)| {
        let d = &p.details;
        let mut row = vec![
            (at + 1).to_string(),
            d.name.clone(),
            d.category.clone(),
            d.content.clone(),
            d.place.clone(),
            plain(d.total),
            plain(p.planned()),
        ];
        row.extend(d.plan.iter().map(|month| plain(*month)));
        row.extend([
            look.unit(&d.lead),
            d.leader.as_ref().map(|l| look.leader(l)).unwrap_or_default(),
            ctx.lang.of(&p.stage().words()).to_owned(),
            plain(p.paid()),
            percent(p.paid(), p.planned()),
        ]);
        row
    };
    Ok(Table {
        name: w.nav_projects,
        head,
        wide: &[1, 3],
        rows: shown.enumerate().map(row).collect(),
        note: note(ctx),
        file_name: format!("projects-{}-{year}", ctx.platform().city()),
    })
}

/// `GET /projects.csv`
pub(crate) async fn csv(ctx: Ctx) -> PageResult {
    csv_file(&table(&ctx).await?)
}

/// `GET /projects.xlsx`
pub(crate) async fn xlsx(ctx: Ctx) -> PageResult {
    xlsx_file(&[table(&ctx).await?])
}
