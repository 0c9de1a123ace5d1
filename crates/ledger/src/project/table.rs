//! A list of key projects as offices keep it, read from a table: heads whatever their words and order, money in 万元 or 亿元 as
//! the head says, everything wrong named by cell.

use super::decide::stage_of_words;
use super::{ProjectDetails, Stage};
use crate::Two;
use crate::decomposition::{Grid, Named, Names, cell_name, units_of};
use crate::figure::parse_value;
use crate::money::Fen;
use rust_decimal::Decimal;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Name,
    Category,
    Content,
    Place,
    Total,
    Plan,
    Month(usize),
    Lead,
    Leader,
    Stage,
}

/// Words of a heading, the more special before the more general.
const WORDS: &[(&str, Column)] = &[
    ("序号", Column::Number),
    ("编号", Column::Number),
    ("项目名称", Column::Name),
    ("工程名称", Column::Name),
    ("Project", Column::Name),
    ("项目类别", Column::Category),
    ("类别", Column::Category),
    ("行业", Column::Category),
    ("领域", Column::Category),
    ("Category", Column::Category),
    ("建设内容", Column::Content),
    ("建设规模", Column::Content),
    ("Content", Column::Content),
    ("建设地点", Column::Place),
    ("地点", Column::Place),
    ("Place", Column::Place),
    ("总投资", Column::Total),
    ("投资总额", Column::Total),
    ("Total", Column::Total),
    ("年度计划", Column::Plan),
    ("计划投资", Column::Plan),
    ("年度投资", Column::Plan),
    ("年计划", Column::Plan),
    ("Plan", Column::Plan),
    ("责任单位", Column::Lead),
    ("牵头单位", Column::Lead),
    ("主管部门", Column::Lead),
    ("责任部门", Column::Lead),
    ("行业部门", Column::Lead),
    ("Unit", Column::Lead),
    ("包联领导", Column::Leader),
    ("包抓领导", Column::Leader),
    ("责任领导", Column::Leader),
    ("分管领导", Column::Leader),
    ("Leader", Column::Leader),
    ("建设性质", Column::Stage),
    ("建设阶段", Column::Stage),
    ("项目阶段", Column::Stage),
    ("进展阶段", Column::Stage),
    ("Stage", Column::Stage),
];

/// Rows looked through for a head.
const LOOKED_THROUGH: usize = 20;

fn column(cell: &str) -> Option<Column> {
    let plain: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() || plain.chars().count() > 24 {
        return None;
    }
    if let Some(month) = plain.strip_suffix("月").and_then(|m| m.parse::<usize>().ok()).filter(|m| (1..=12).contains(m))
    {
        return Some(Column::Month(month - 1));
    }
    WORDS.iter().find(|(word, _)| plain.contains(word)).map(|(_, column)| *column)
}

/// What an amount under a heading is given in, in yuan.
fn factor(head: &str) -> i64 {
    if head.contains('亿') {
        100_000_000
    } else if head.contains("万") || !head.contains('元') {
        10_000
    } else {
        1
    }
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectLine {
    /// The name's cell.
    pub cell: String,
    /// What it says; `None` when it cannot be taken as it is.
    pub details: Option<ProjectDetails>,
    /// The stage the list says it is in.
    pub stage: Option<Stage>,
    /// The name, as written.
    pub name: String,
    /// What is wrong, each with its cell.
    pub problems: Vec<(String, Two)>,
}

/// What a column holds, its place from 0, and what its amounts are given in.
type Columns = Vec<(Column, usize, i64)>;

struct Sheet<'a> {
    grid: &'a Grid,
    sheet: &'a str,
    head: usize,
    columns: Columns,
}

impl Sheet<'_> {
    fn at(&self, row: usize, column: Column) -> (String, String) {
        let Some((_, at, _)) = self.columns.iter().find(|(own, ..)| *own == column) else { return Default::default() };
        self.grid.filled(self.sheet, self.head, row, *at)
    }

    fn money(&self, row: usize, column: Column, problems: &mut Vec<(String, Two)>) -> Option<Fen> {
        let (text, cell) = self.at(row, column);
        if text.is_empty() {
            return None;
        }
        let factor = self.columns.iter().find(|(own, ..)| *own == column).map_or(10_000, |(.., factor)| *factor);
        let found = parse_value(&text)
            .and_then(|v| v.checked_mul(Decimal::from(factor)))
            .map(|v| v.round_dp(2))
            .and_then(Fen::of_yuan);
        if found.is_none() {
            let short: String = text.chars().take(20).collect();
            problems.push((
                cell,
                Two::new(format!("“{short}”不是金额；请填数字。"), format!("“{short}” is no amount; give a number.")),
            ));
        }
        found
    }

    fn line(&self, row: usize, names: &Names) -> Option<ProjectLine> {
        let (name, cell) = self.at(row, Column::Name);
        if name.is_empty() || name.starts_with("合计") || name.starts_with("总计") || name.starts_with("小计") {
            return None;
        }
        let mut problems = Vec::new();
        let (unit, unit_cell) = self.at(row, Column::Lead);
        // Several units in one cell: the first answers.
        let first = units_of(&unit).into_iter().next().unwrap_or_default();
        let lead = match names.unit(&first) {
            Named::Known(id) => Some(id),
            Named::Unknown(near) => {
                problems.push((unit_cell, unknown("单位", "unit", &first, near.as_deref())));
                None
            }
        };
        let (post, post_cell) = self.at(row, Column::Leader);
        let leader = match names.leader(&post) {
            _ if post.is_empty() => None,
            Named::Known(id) => Some(id),
            Named::Unknown(near) => {
                problems.push((post_cell, unknown("领导职务", "post", &post, near.as_deref())));
                None
            }
        };
        let mut plan = [Fen::ZERO; 12];
        let mut monthly = false;
        for (month, planned) in plan.iter_mut().enumerate() {
            if let Some(found) = self.money(row, Column::Month(month), &mut problems) {
                *planned = found;
                monthly = true;
            }
        }
        let year = self.money(row, Column::Plan, &mut problems);
        match year {
            // Without months the plan is spread evenly; what does not divide falls to the last.
            Some(year) if !monthly => plan = evenly(year),
            Some(year) if plan.iter().copied().sum::<Fen>() != year => {
                let (_, cell) = self.at(row, Column::Plan);
                let sum: Fen = plan.iter().copied().sum();
                problems.push((
                    cell,
                    Two::new(
                        format!("各月之和 {sum} 不等于年度计划 {year}。"),
                        format!("The months add up to {sum}, not to {year}."),
                    ),
                ));
            }
            _ => {}
        }
        let total = self.money(row, Column::Total, &mut problems);
        if total.is_none() && problems.is_empty() {
            let (_, cell) = self.at(row, Column::Total);
            let cell = if cell.is_empty() { cell_name(self.sheet, row, 0) } else { cell };
            problems.push((cell, Two::new("没有总投资。", "There is no total investment.")));
        }
        let details = lead.filter(|_| problems.is_empty()).map(|lead| ProjectDetails {
            name: name.clone(),
            category: self.at(row, Column::Category).0,
            content: self.at(row, Column::Content).0,
            place: self.at(row, Column::Place).0,
            point: None,
            total: total.unwrap_or_default(),
            plan,
            lead,
            leader,
            milestones: Vec::new(),
        });
        let stage = stage_of_words(&self.at(row, Column::Stage).0);
        Some(ProjectLine { cell, details, stage, name, problems })
    }
}

fn unknown(zh: &str, en: &str, name: &str, near: Option<&str>) -> Two {
    if name.is_empty() {
        return Two::new(format!("没有{zh}。"), format!("There is no {en}."));
    }
    match near {
        Some(near) => Two::new(
            format!("没有这个{zh}“{name}”；是不是“{near}”？"),
            format!("There is no {en} “{name}”; is it “{near}”?"),
        ),
        None => Two::new(format!("没有这个{zh}“{name}”。"), format!("There is no {en} “{name}”.")),
    }
}

/// A year's plan spread over its months.
#[must_use]
pub fn evenly(year: Fen) -> [Fen; 12] {
    let mut plan = [Fen::new(year.fen() / 12).unwrap_or_default(); 12];
    let first: Fen = plan.iter().take(11).copied().sum();
    plan[11] = Fen::new(year.fen() - first.fen()).unwrap_or_default();
    plan
}

/// The projects of a table's sheets, and what is wrong with the sheets themselves, by cell. A name that stands twice is
/// wrong the second time.
#[must_use]
pub fn project_lines(grids: &[Grid], names: &Names) -> (Vec<ProjectLine>, Vec<(String, Two)>) {
    let mut lines: Vec<ProjectLine> = Vec::new();
    let mut problems = Vec::new();
    for grid in grids.iter().filter(|grid| !grid.rows.is_empty()) {
        let sheet = if grids.len() > 1 { grid.name.as_str() } else { "" };
        let Some((head, columns)) = find_head(grid) else {
            problems.push((
                cell_name(sheet, 0, 0),
                Two::new(
                    "没有找到表头；第一行应有“项目名称”“总投资（万元）”“责任单位”等列。",
                    "No head was found; it has columns such as 项目名称, 总投资（万元）, 责任单位.",
                ),
            ));
            continue;
        };
        let own = Sheet { grid, sheet, head, columns };
        for row in head + 1..grid.rows.len() {
            let Some(mut line) = own.line(row, names) else { continue };
            if let Some(before) = lines.iter().find(|before| before.name == line.name) {
                let words = Two::new(
                    format!("与 {} 的项目同名。", before.cell),
                    format!("Has the same name as the project in {}.", before.cell),
                );
                line.problems.push((line.cell.clone(), words));
                line.details = None;
            }
            lines.push(line);
        }
    }
    (lines, problems)
}

fn find_head(grid: &Grid) -> Option<(usize, Columns)> {
    grid.rows.iter().take(LOOKED_THROUGH).enumerate().find_map(|(row, cells)| {
        let mut columns: Columns = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            if let Some(found) = column(cell).filter(|found| columns.iter().all(|(own, ..)| own != found)) {
                columns.push((found, at, factor(cell)));
            }
        }
        let has = |wanted: Column| columns.iter().any(|(own, ..)| *own == wanted);
        (has(Column::Name) && has(Column::Lead)).then_some((row, columns))
    })
}
