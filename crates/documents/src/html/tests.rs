//! Pages as sites write them.

use super::{is_html, open};
use crate::DocumentError;
use crate::text::Encoded;
use proptest::prelude::*;

fn told(page: &str) -> Result<String, DocumentError> {
    assert!(is_html(page), "a page: {page}");
    open(page, Encoded::Utf8).map(|document| document.text.trim_end().to_owned())
}

#[track_caller]
fn check(page: &str, expected: &str) {
    assert_eq!(told(page).as_deref(), Ok(expected), "{page}");
}

#[test]
fn articles() {
    check("<html><body><p>　　改造小区8个，\n新增车位10个。</p></body></html>", "改造小区8个，新增车位10个。");
    check("<html><body>改造小区&nbsp;8&nbsp;个，<br>新增车位。</body></html>", "改造小区 8 个，\n新增车位。");
    // Headings, lead-ins, words of two scripts over a line break.
    check(
        "<!DOCTYPE html><h2>一、回顾</h2><p><strong>建设提速。</strong>建成5G\nbase站，全部投用。</p>",
        "## 一、回顾\n**建设提速。**建成5G base站，全部投用。",
    );
    // What a site puts around, in elements of its own and inside the article.
    check(
        "<html><head><title>某市</title></head><body><nav>首页，新闻</nav><div class=top><a href=/>首页</a>></div>\
         <h1>政府工作报告</h1><div><div>发布时间：2025-01-08 来源：某市</div><div id=c><p>改造老旧小区8个，新增停车位1100个，\
         新建幼儿园3所，改扩建农村公路120公里，各项任务全面完成。</p><p>【打印】【关闭】</p>\
         <p><a href=a.doc>附件：全文，下载。</a></p></div></div><script>var a='，。';</script>\
         <footer>版权所有，某市。</footer></body></html>",
        "# 政府工作报告\n改造老旧小区8个，新增停车位1100个，新建幼儿园3所，改扩建农村公路120公里，各项任务全面完成。",
    );
    // A page within a form, as some servers send every page; words struck out; promises that begin like buttons.
    check(
        "<html><form id=f><p>新增车位10个，<del>八</del>建成学校3所。</p><p>关闭小煤矿3处；</p><p>分享经济产值20亿元；</p><p>[打印] [关闭]</p></form>",
        "新增车位10个，建成学校3所。\n关闭小煤矿3处；\n分享经济产值20亿元；",
    );
    // A table, and a page laid out in one.
    check(
        "<html><p>目标如下。</p><table><tr><td>指标</td><td>2025年</td></tr><tr><td>车位，个</td><td>1100</td></tr></table>",
        "目标如下。\n| 指标 | 2025年 |\n| 车位，个 | 1100 |",
    );
    check("<html><table><tr><td><p>一、目标。</p><p>二、任务。</p></td></tr></table>", "一、目标。\n二、任务。");
    check("<html><p>一。<span style='display: none'>藏。</span></p><p hidden>二。</p>", "一。");
}

#[test]
fn pages_without_an_article() {
    let check = |page: &str, part: &str| {
        let error = told(page).map_err(|error| error.to_string());
        assert!(error.as_ref().is_err_and(|e| e.contains(part)), "{page}: {error:?}");
    };
    check("<html><frameset><frame src=a.htm></frameset></html>", "frames");
    check("<html><body><img src=1.png></body></html>", "pictures");
    check("<html><body><div id=app></div><script>load('。')</script></body></html>", "script");
    check("<html><p>改造\u{FFFD}小区。</p></html>", "U+FFFD");
}

#[test]
fn depth_is_no_danger() {
    let deep = format!("<html>{}改造小区8个，全部完成。", "<div>".repeat(100_000));
    assert_eq!(told(&deep).as_deref(), Ok("改造小区8个，全部完成。"));
}

proptest! {
    #[test]
    fn paragraphs_survive(paragraphs in proptest::collection::vec("[一-十改造小区]{3,30}，[0-9]{1,4}个。", 1..8)) {
        let page: String = paragraphs.iter().map(|p| format!("<p>　　{p}</p>\n")).collect();
        let page = format!("<html><body><div><a href=a>首页</a></div><div>{page}</div></body></html>");
        prop_assert_eq!(told(&page), Ok(paragraphs.join("\n")));
    }

    #[test]
    fn anything_is_read_or_refused(page in "(<(/)?(p|div|table|tr|td|b|a|h1|br|ul|li)>|[一-三]|。|，| |&nbsp;){0,80}") {
        // Reaching the end is the law: no panic, no replacement character.
        if let Ok(text) = told(&format!("<html>{page}")) {
            prop_assert!(!text.contains('\u{FFFD}'), "{text}");
        }
    }
}
