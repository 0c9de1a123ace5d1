//! Explained terms and where they are used.

use crate::common;

use common::reading;
use proptest::prelude::*;
use tingzhou_report::glossary;

const BODY: &str = "# 某市政府工作报告\n\n二、2025年重点工作\n\n建设“三园 两带”，办好两项试点，推进双百行动。三园两带新增车位100个。\n\n";

/// `term｜explanation｜uses` of every entry.
fn told(entries: &str) -> Vec<String> {
    let text = format!("{BODY}**名词解释**\n\n{entries}");
    let found = glossary(&text, &reading(&text));
    found
        .iter()
        .map(|term| {
            let uses: Vec<&str> = term.uses.iter().map(|span| &text[span.start..span.end]).collect();
            let (name, words) = (term.term, term.explanation);
            format!("{}｜{}｜{}", &text[name.start..name.end], &text[words.start..words.end], uses.join("/"))
        })
        .collect()
}

#[track_caller]
fn check(entries: &str, expected: &[&str]) {
    assert_eq!(told(entries), expected, "{entries}");
}

#[test]
fn entries_and_uses() {
    check(
        "**“三园两带”**：东园、南园、北园和河、渠两带。",
        &["“三园两带”｜东园、南园、北园和河、渠两带。｜三园 两带/三园两带"],
    );
    check(
        "1.三园两带:东园、南园、北园。\n\n2.两项试点：土地试点、用水试点。",
        &["三园两带｜东园、南园、北园。｜三园 两带/三园两带", "两项试点｜土地试点、用水试点。｜两项试点"],
    );
    // Two entries in one line, an entry over two lines, brackets and circles as enumerators.
    check(
        "1.三园两带：三个园。2.两项试点：甲、\n乙。",
        &["三园两带｜三个园。｜三园 两带/三园两带", "两项试点｜甲、\n乙。｜两项试点"],
    );
    check("（1）双百行动：百村百企。", &["双百行动｜百村百企。｜双百行动"]);
    check("①双百行动：百村百企。\n②不用的词：没人用。", &["双百行动｜百村百企。｜双百行动", "不用的词｜没人用。｜"]);
    // Several terms explained at once; a colon inside the explanation.
    check(
        "1.两项试点、双百行动：分别指：土地、用水。",
        &["两项试点、双百行动｜分别指：土地、用水。｜两项试点/双百行动"],
    );
    // A decimal is no enumerator, a sentence no entry.
    check("两项试点：投资。\n3.5亿元是总额。", &["两项试点｜投资。\n3.5亿元是总额。｜两项试点"]);
    check("以下词语供参考。", &[]);
}

#[test]
fn without_glossary() {
    assert!(glossary(BODY, &reading(BODY)).is_empty(), "no glossary, no terms");
}

#[test]
fn no_more_terms_are_looked_for_than_a_glossary_has() {
    let entries: String = (0..2_001).map(|n| format!("名称{n:04}号：释义。\n")).collect();
    let text = format!("{BODY}名称1999号和名称2000号新增2个。\n\n**名词解释**\n\n{entries}");
    let found = glossary(&text, &reading(&text));
    let uses: Vec<usize> = found.iter().map(|term| term.uses.len()).collect();
    assert_eq!((found.len(), uses.get(1_999), uses.get(2_000)), (2_001, Some(&1), Some(&0)));
}

proptest! {
    #[test]
    fn places_lie_on_borders(entries in "([0-9]{1,2}[.、]|（1）|“|”|：|:|。|[一-三]|园|\n|\\*\\*| ){0,60}") {
        let text = format!("{BODY}名词解释\n\n{entries}");
        for term in glossary(&text, &reading(&text)) {
            for span in [term.term, term.explanation].into_iter().chain(term.uses.iter().copied()) {
                prop_assert!(text.get(span.start..span.end).is_some(), "{span:?} of {text}");
            }
            prop_assert!(term.uses.is_sorted(), "uses stand in the text's order");
        }
    }
}
