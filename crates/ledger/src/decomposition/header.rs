//! The head of a table: which column holds what, whatever it is called and wherever it stands.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// 序号.
    Number,
    /// 类别, 领域.
    Category,
    /// The task itself.
    Task,
    /// The leading post.
    Leader,
    /// All units, the first one leading.
    Units,
    /// The lead unit alone.
    Lead,
    /// Co-units alone.
    CoUnits,
    /// 完成时限.
    Deadline,
}

/// The head of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The row it stands in, from 0.
    pub row: usize,
    /// Each known column and its place, from 0.
    pub columns: Vec<(Column, usize)>,
}

impl Head {
    /// The place of a column.
    #[must_use]
    pub fn of(&self, column: Column) -> Option<usize> {
        self.columns.iter().find(|(own, _)| *own == column).map(|(_, at)| *at)
    }
}

/// Rows looked through for a head; titles and notes stand above it.
const LOOKED_THROUGH: usize = 20;

/// Words of a heading, without spaces and line breaks, the more special before the more general: 牵头责任单位 is a lead
/// unit and not all units.
const WORDS: &[(&str, Column)] = &[
    ("序号", Column::Number),
    ("编号", Column::Number),
    ("No.", Column::Number),
    ("配合单位", Column::CoUnits),
    ("协办单位", Column::CoUnits),
    ("协同单位", Column::CoUnits),
    ("参与单位", Column::CoUnits),
    ("配合责任单位", Column::CoUnits),
    ("牵头领导", Column::Leader),
    ("分管领导", Column::Leader),
    ("责任领导", Column::Leader),
    ("包抓领导", Column::Leader),
    ("包联领导", Column::Leader),
    ("市级领导", Column::Leader),
    ("县级领导", Column::Leader),
    ("牵头人", Column::Leader),
    ("Leader", Column::Leader),
    ("牵头单位", Column::Lead),
    ("牵头部门", Column::Lead),
    ("牵头责任单位", Column::Lead),
    ("主办单位", Column::Lead),
    ("Lead unit", Column::Lead),
    ("责任单位", Column::Units),
    ("责任部门", Column::Units),
    ("承办单位", Column::Units),
    ("落实单位", Column::Units),
    ("Units", Column::Units),
    ("完成时限", Column::Deadline),
    ("完成时间", Column::Deadline),
    ("办结时限", Column::Deadline),
    ("时限要求", Column::Deadline),
    ("时限", Column::Deadline),
    ("Deadline", Column::Deadline),
    ("类别", Column::Category),
    ("领域", Column::Category),
    ("分类", Column::Category),
    ("Category", Column::Category),
    ("重点工作任务", Column::Task),
    ("工作任务", Column::Task),
    ("目标任务", Column::Task),
    ("任务内容", Column::Task),
    ("主要任务", Column::Task),
    ("重点工作", Column::Task),
    ("工作内容", Column::Task),
    ("任务", Column::Task),
    ("Task", Column::Task),
];

fn column(cell: &str) -> Option<Column> {
    let plain: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    // A heading is short; a sentence that happens to have these words is none.
    if plain.is_empty() || plain.chars().count() > 16 {
        return None;
    }
    let same = |word: &str| word.chars().filter(|c| !c.is_whitespace()).eq(plain.chars());
    let exact = WORDS.iter().find(|(word, _)| same(word));
    exact.or_else(|| WORDS.iter().find(|(word, _)| plain.contains(word))).map(|(_, column)| *column)
}

/// The head of a table: the first row with a task and at least one of units, lead or leader.
#[must_use]
pub fn find_head(rows: &[Vec<String>]) -> Option<Head> {
    rows.iter().take(LOOKED_THROUGH).enumerate().find_map(|(row, cells)| {
        let mut columns: Vec<(Column, usize)> = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            if let Some(found) = column(cell).filter(|found| columns.iter().all(|(own, _)| own != found)) {
                columns.push((found, at));
            }
        }
        let has = |wanted: Column| columns.iter().any(|(own, _)| *own == wanted);
        let answers = has(Column::Units) || has(Column::Lead) || has(Column::Leader);
        (has(Column::Task) && answers).then_some(Head { row, columns })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn heads_are_found_whatever_they_are_called() {
        use Column::{Category, CoUnits, Deadline, Lead, Leader, Number, Task, Units};
        let check = |rows: &[&str], expected: Option<(usize, &[(Column, usize)])>| {
            let rows: Vec<Vec<String>> = rows.iter().map(|row| row.split('|').map(str::to_owned).collect()).collect();
            let found = find_head(&rows).map(|head| (head.row, head.columns));
            assert_eq!(found, expected.map(|(row, columns)| (row, columns.to_vec())), "{rows:?}");
        };
        check(&["类别|任务内容|牵头领导|责任单位"], Some((0, &[(Category, 0), (Task, 1), (Leader, 2), (Units, 3)])));
        check(
            &["2025年重点工作任务分解表", "", "序号|重点工作任务|牵头责任单位|工作评价|进展情况|近期工作安排"],
            Some((2, &[(Number, 0), (Task, 1), (Lead, 2)])),
        );
        check(
            &["序 号|目标任务|完成\n时限|分管 领导|主办单位|协办单位"],
            Some((0, &[(Number, 0), (Task, 1), (Deadline, 2), (Leader, 3), (Lead, 4), (CoUnits, 5)])),
        );
        check(&["责任单位|工作类别|主要工作任务"], Some((0, &[(Units, 0), (Category, 1), (Task, 2)])));
        check(&["Category|Task|Leader|Units"], Some((0, &[(Category, 0), (Task, 1), (Leader, 2), (Units, 3)])));
        // One of two alike is taken.
        check(&["任务|任务说明|责任单位"], Some((0, &[(Task, 0), (Units, 2)])));
        check(&["姓名|电话"], None);
        check(&["任务内容|备注"], None);
        check(&["各责任单位要按照工作任务要求和完成时限抓好落实|x"], None);
        check(&[], None);
    }
}
