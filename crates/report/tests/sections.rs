//! Headings, kinds and refusals.

use crate::common;

use common::{quantified, reading};
use tingzhou_report::{ReadError, SectionKind, read};

fn outline(text: &str) -> Vec<String> {
    let reading = reading(text);
    let sections = reading.sections.iter().filter(|section| section.kind != SectionKind::Front);
    sections
        .map(|section| {
            format!("{} {:?} {}", section.level, section.kind, &text[section.heading.start..section.heading.end])
        })
        .collect()
}

#[test]
fn inconsistent_marks_give_one_tree() {
    let text = "# 政府工作报告\n\n2025年1月3日在某市人民代表大会上\n\n## 一、2024年工作回顾\n\n**一年来，城市更美。**新建公园3个。\n\n我们也清醒地认识到，还存在不少困难和问题。\n\n## 二、2025年重点工作\n\n**（一）抓产业**\n新增企业5家。\n\n#### **（二）抓民生**\n\n新增学位90个。\n\n### **三、全面加强政府自身建设**\n\n依法行政。\n\n## 名词解释\n\n“两新”：略。\n\n## **某市2025年十件实事清单**\n\n## 一、办好学校\n\n新建学校2所。\n\n## 某市2024年十件实事完成情况\n\n**一、出行便利。**新建站台7个。\n";
    assert_eq!(
        outline(text),
        [
            "1 Review 一、2024年工作回顾",
            "2 Review 一年来，城市更美",
            "2 Problems ",
            "1 Plan 二、2025年重点工作",
            "2 Plan （一）抓产业",
            "2 Plan （二）抓民生",
            "1 Conduct 三、全面加强政府自身建设",
            "1 Glossary 名词解释",
            "1 PromisedList 某市2025年十件实事清单",
            "2 PromisedList 一、办好学校",
            "1 CompletedList 某市2024年十件实事完成情况",
            "2 CompletedList 一、出行便利",
        ]
    );
    let reading = reading(text);
    assert_eq!(reading.year, Some(2025));
    let last = quantified(&reading).last().map(|statement| reading.headings(text, statement));
    assert_eq!(last, Some(vec!["某市2024年十件实事完成情况", "一、出行便利"]));
}

#[test]
fn plain_lines_and_lead_ins_are_headings() {
    let text = "---\ntitle: 某市政府工作报告\n---\n\n——2025年1月9日在某市人民代表大会上\n\n2024年工作回顾\n\n——产业更强。新增企业5家。\n\n2025年重点工作\n\n一、稳增长\n\n新增企业6家。\n\n附件：\n\n**民生实事**\n\n1.新建站台7个。\n";
    assert_eq!(
        outline(text),
        [
            "1 Review 2024年工作回顾",
            "2 Review 产业更强",
            "1 Plan 2025年重点工作",
            "2 Plan 一、稳增长",
            "1 PromisedList 附件：",
            "1 PromisedList 民生实事",
        ]
    );
    assert_eq!(reading(text).title.map(|span| &text[span.start..span.end]), Some("某市政府工作报告"));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = "\u{feff}## 二、2025年重点工作\r\n\r\n新建公园3个，新增车位\r\n\r\n500个。\r\n";
    let reading = reading(text);
    assert_eq!(quantified(&reading).len(), 2);
}

#[test]
fn what_is_no_report_is_refused() {
    assert_eq!(read(" \n\u{3000}"), Err(ReadError::Empty));
    assert!(matches!(read("我们将继续努力。"), Err(ReadError::NoNumber { characters: 8 })));
    let contents = "目录\n一、2024年工作回顾……………1\n二、2025年重点工作………………9\n三、政府自身建设 ........... 15\n";
    assert!(matches!(read(contents), Err(ReadError::OnlyContents { headings: 4, .. })), "{:?}", read(contents));
}

#[test]
fn commitments_without_a_number() {
    let text = common::plan("推动绿道系统建设，完善公交网络。坚持以人民为中心，新建公厕4座。");
    let reading = reading(&text);
    let plain: Vec<_> = reading.statements.iter().filter(|statement| statement.quantity.is_none()).collect();
    let words: Vec<_> = plain.iter().map(|statement| &text[statement.span.start..statement.span.end]).collect();
    assert_eq!(words, ["推动绿道系统建设", "完善公交网络"]);
}
