//! The rows of a table, with everything wrong in them named by cell.

use super::header::{Column, Head, find_head};
use crate::Two;

/// A sheet's cells and which of them are merged.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The sheet's name; empty for a file that has one only.
    pub name: String,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
    /// Merged cells: first row and column, last row and column, from 0.
    pub merges: Vec<((usize, usize), (usize, usize))>,
}

/// What sort of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// A sheet has no head that is known.
    NoHead,
    /// Merged cells leave a row without what it says.
    Merged,
    /// The same task stands twice.
    Duplicate,
    /// A row names no task.
    NoTask,
    /// A unit that is not known.
    UnknownUnit,
    /// A post that is not known.
    UnknownLeader,
    /// No lead unit is named.
    NoLead,
}

/// Something wrong, with its cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The cell: `C17`, with the sheet's name before it where there are several.
    pub cell: String,
    /// What sort.
    pub kind: ProblemKind,
    /// What is wrong and what to do.
    pub message: Two,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The task's cell.
    pub cell: String,
    /// Category.
    pub category: String,
    /// The task, as written.
    pub task: String,
    /// The leading post, as written, and its cell.
    pub leader: (String, String),
    /// The lead unit, as written, and its cell.
    pub lead: (String, String),
    /// The co-units, as written, and their cell.
    pub co_units: (Vec<String>, String),
    /// The deadline, as written.
    pub deadline: String,
}

/// The name of a cell: column letters and row number.
#[must_use]
pub fn cell_name(sheet: &str, row: usize, column: usize) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    if sheet.is_empty() { format!("{letters}{}", row + 1) } else { format!("{sheet}!{letters}{}", row + 1) }
}

/// Units of a cell, in the order they stand.
pub(crate) fn units_of(cell: &str) -> Vec<String> {
    // A space separates only where nothing else does: names themselves have none.
    let separators = ['、', '，', ',', '；', ';', '\n', '\r', '/', '|'];
    let parts: Vec<&str> = cell.split(separators).map(str::trim).filter(|part| !part.is_empty()).collect();
    let parts = if let [only] = parts.as_slice() { only.split_whitespace().collect() } else { parts };
    let mut units: Vec<String> = Vec::new();
    for part in parts {
        let name = part.trim_end_matches('等').trim_start_matches("牵头单位：").trim_start_matches("配合单位：").trim();
        if !name.is_empty() && !units.iter().any(|own| own == name) {
            units.push(name.to_owned());
        }
    }
    units
}

impl Grid {
    /// A cell's text, without the space around it.
    pub(crate) fn text(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|cells| cells.get(column)).map_or("", |cell| cell.trim())
    }

    /// A cell's text and name; a cell merged below the head says the same for every place it covers.
    pub(crate) fn filled(&self, sheet: &str, head: usize, row: usize, column: usize) -> (String, String) {
        let over = self
            .merges
            .iter()
            .find(|(from, to)| (from.0..=to.0).contains(&row) && (from.1..=to.1).contains(&column) && from.0 > head);
        let (row, column) = over.map_or((row, column), |(from, _)| *from);
        (self.text(row, column).to_owned(), cell_name(sheet, row, column))
    }
}

struct Reading<'a> {
    grid: &'a Grid,
    head: &'a Head,
    sheet: &'a str,
}

impl Reading<'_> {
    fn cell(&self, row: usize, column: Column) -> (String, String) {
        let Some(at) = self.head.of(column) else { return Default::default() };
        self.grid.filled(self.sheet, self.head.row, row, at)
    }

    fn line(&self, row: usize, first_leads: bool) -> Line {
        let (task, cell) = self.cell(row, Column::Task);
        let lead = self.cell(row, Column::Lead);
        let co = self.cell(row, Column::CoUnits);
        let all = self.cell(row, Column::Units);
        let mut units = units_of(&all.0);
        let mut named = units_of(&lead.0);
        let mut lead_cell = lead.1;
        if named.is_empty() && first_leads && !units.is_empty() {
            named.push(units.remove(0));
            lead_cell = all.1.clone();
        }
        let first = if named.is_empty() { String::new() } else { named.remove(0) };
        // Several units in the lead's own cell: the first leads, the others help.
        let mut helping = named;
        helping.extend(units);
        helping.extend(units_of(&co.0));
        let mut co_units: Vec<String> = Vec::new();
        for unit in helping {
            if unit != first && !co_units.contains(&unit) {
                co_units.push(unit);
            }
        }
        let co_cell = if co.1.is_empty() { all.1 } else { co.1 };
        Line {
            cell,
            category: self.cell(row, Column::Category).0,
            task,
            leader: self.cell(row, Column::Leader),
            lead: (first, lead_cell),
            co_units: (co_units, co_cell),
            deadline: self.cell(row, Column::Deadline).0,
        }
    }
}

/// The rows of all sheets that are decomposition tables, and what is wrong in them. With `first_leads` the first of the
/// units leads where no lead is named.
#[must_use]
pub fn lines(grids: &[Grid], first_leads: bool) -> (Vec<Line>, Vec<Problem>) {
    let (mut lines, mut problems): (Vec<Line>, Vec<Problem>) = (Vec::new(), Vec::new());
    for grid in grids.iter().filter(|grid| grid.rows.iter().any(|row| !row.is_empty())) {
        let sheet = if grids.len() > 1 { grid.name.as_str() } else { "" };
        let Some(head) = find_head(&grid.rows) else {
            problems.push(Problem {
                cell: cell_name(sheet, 0, 0),
                kind: ProblemKind::NoHead,
                message: Two::new(
                    "前 20 行没有找到表头：需要“任务”一列，以及“责任单位”“牵头单位”或“牵头领导”中的一列",
                    "no head in the first 20 rows: a column for the task is needed, and one for units, lead or leader",
                ),
            });
            continue;
        };
        let reading = Reading { grid, head: &head, sheet };
        for row in head.row + 1..grid.rows.len() {
            if grid.rows.get(row).is_none_or(|cells| cells.iter().all(|cell| cell.trim().is_empty())) {
                continue;
            }
            let line = reading.line(row, first_leads);
            let cell = line.cell.clone();
            let own = head.of(Column::Task).map(|at| cell_name(sheet, row, at)).unwrap_or_default();
            if cell != own {
                problems.push(Problem {
                    cell: own,
                    kind: ProblemKind::Merged,
                    message: Two::new(
                        format!("任务与 {cell} 合并，这一行没有自己的任务；请拆分单元格"),
                        format!("the task is merged with {cell}, so this row has none of its own; split the cells"),
                    ),
                });
                continue;
            }
            if line.task.is_empty() {
                // A row of a category alone, or notes under the table.
                if line.lead.0.is_empty() && line.co_units.0.is_empty() {
                    continue;
                }
                problems.push(Problem {
                    cell,
                    kind: ProblemKind::NoTask,
                    message: Two::new("没有写任务；请补上", "no task; fill it in"),
                });
                continue;
            }
            lines.push(line);
        }
    }
    (lines, problems)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn grid(text: &str) -> Grid {
        let rows = text.lines().map(|line| line.trim().split('|').map(str::to_owned).collect()).collect();
        Grid { rows, ..Grid::default() }
    }

    fn told(lines: &[Line]) -> Vec<String> {
        let line = |l: &Line| format!("{}:{}<{}+{}@{}", l.cell, l.task, l.lead.0, l.co_units.0.join("+"), l.leader.0);
        lines.iter().map(line).collect()
    }

    #[test]
    fn rows_say_who_leads_and_who_helps() {
        let check = |text: &str, first_leads: bool, expected: &[&str]| {
            let (found, problems) = lines(&[grid(text)], first_leads);
            assert_eq!(told(&found), expected);
            assert_eq!(problems, []);
        };
        check("任务|责任单位\n改造小区|住建局、财政局，发改委；住建局", true, &["A2:改造小区<住建局+财政局+发改委@"]);
        check("任务|责任单位\n改造小区|住建局、财政局", false, &["A2:改造小区<+住建局+财政局@"]);
        check("任务|责任单位\n改造小区|住建局 财政局", true, &["A2:改造小区<住建局+财政局@"]);
        check(
            "牵头领导|任务|牵头单位|配合单位|责任单位\n副市长|改造小区|住建局/城管局|财政局|发改委",
            true,
            &["B2:改造小区<住建局+城管局+发改委+财政局@副市长"],
        );
        // Rows of a heading alone and notes are passed over.
        check("任务|责任单位\n|\n改造小区|住建局\n|  ", true, &["A3:改造小区<住建局+@"]);
    }

    #[test]
    fn merged_cells_are_filled_down_and_a_merged_task_is_named() {
        let mut table = grid("类别|任务|责任单位\n城建|甲|住建局\n|乙|\n|丙|\n|丁|财政局");
        table.merges = vec![((1, 0), (4, 0)), ((1, 2), (2, 2)), ((3, 1), (4, 1))];
        let (found, problems) = lines(&[table], true);
        assert_eq!(told(&found), ["B2:甲<住建局+@", "B3:乙<住建局+@", "B4:丙<+@"]);
        assert!(found.iter().all(|line| line.category == "城建"));
        let cells: Vec<_> = problems.iter().map(|p| (p.cell.as_str(), p.kind)).collect();
        assert_eq!(cells, [("B5", ProblemKind::Merged)]);
    }

    #[test]
    fn what_is_wrong_is_named_by_cell() {
        let tables = [
            Grid { name: "一".into(), ..grid("任务|责任单位\n甲|住建局\n|财政局") },
            Grid { name: "二".into(), ..grid("姓名|电话\n某|1") },
        ];
        let (found, problems) = lines(&tables, true);
        assert_eq!(found.len(), 1);
        let cells: Vec<_> = problems.iter().map(|p| (p.cell.as_str(), p.kind)).collect();
        assert_eq!(cells, [("一!A3", ProblemKind::NoTask), ("二!A1", ProblemKind::NoHead)]);
    }

    #[test]
    fn cells_have_their_names() {
        let check = |row, column, expected| assert_eq!(cell_name("", row, column), expected);
        check(0, 0, "A1");
        check(16, 2, "C17");
        check(0, 25, "Z1");
        check(0, 26, "AA1");
        check(0, 701, "ZZ1");
        check(0, 702, "AAA1");
        assert_eq!(cell_name("表", 1, 1), "表!B2");
    }
}
