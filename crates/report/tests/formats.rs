//! Output formats.

use crate::common;

use common::{plan, reading};
use tingzhou_report::{RULES, Stands, csv, explain, jsonl, meaning, table};

#[test]
fn json_lines_hold_the_fields_of_the_annotation() {
    let text = plan("医保补助从60元增加到180元。");
    let out = jsonl(&text, &reading(&text), |_| Stands { page: Some(2), paragraph: Some(7) });
    let line: serde_json::Value = serde_json::from_str(out.trim()).expect("one JSON object");
    assert_eq!(line["id"], "B001");
    assert_eq!(line["value"], "180");
    assert_eq!(line["from"], "60");
    assert_eq!(line["role"], "level");
    assert_eq!(line["bound"], "=");
    assert!(line["direction"].is_null());
    assert_eq!(line["section"][0], "二、2025年重点工作");
    assert_eq!((&line["page"], &line["paragraph"]), (&2.into(), &7.into()));
    let span = (line["quantity"][0].as_u64(), line["quantity"][1].as_u64());
    let (Some(start), Some(end)) = span else { panic!("no span: {span:?}") };
    let start = usize::try_from(start).expect("fits");
    let end = usize::try_from(end).expect("fits");
    assert_eq!(&text[start..end], "180元");
}

#[test]
fn csv_quotes_what_needs_it() {
    let text = plan("打造“石榴”\"广场\",小区等示范点3个。");
    let out = csv(&text, &reading(&text), |_| Stands { page: None, paragraph: Some(7) });
    assert!(out.starts_with("id,set,"));
    assert!(out.lines().count() >= 2, "{out}");
    assert!(out.lines().skip(1).all(|line| line.ends_with(",,7")), "no page, the paragraph: {out}");
    for line in out.lines() {
        assert_eq!(line.matches('"').count() % 2, 0, "{line}");
    }
}

#[test]
fn table_columns_line_up() {
    let text = plan("新建公园3个，新增学位1200个。");
    let out = table(&text, &reading(&text), |_| Stands::default());
    let wide = |part: &str| part.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let at: Vec<usize> = out.lines().skip(1).filter_map(|line| line.find("amount").map(|i| wide(&line[..i]))).collect();
    assert_eq!(at.len(), 2, "{out}");
    assert_eq!(at.first(), at.last(), "{out}");
}

#[test]
fn every_rule_used_is_explained() {
    let text = plan("到2027年，新建公园约3个，第2次会议。肉、蛋产量分别增长2%、3%。推进绿道系统建设。");
    let reading = reading(&text);
    for statement in &reading.statements {
        for reason in statement.reasons.iter() {
            assert!(meaning(reason.rule).is_some(), "{}", reason.rule);
        }
    }
    for left in &reading.left_out {
        assert!(meaning(left.rule).is_some(), "{}", left.rule);
    }
    assert!(explain(&text, &reading).contains("due-year"));
    let mut names: Vec<_> = RULES.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), RULES.len());
}
