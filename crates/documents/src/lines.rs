//! Words set on pages to paragraphs.
//!
//! What a page layout took apart is put together again: pieces on one baseline are a line; lines go on with the next one
//! unless an indent, a short line, another size or a wider space begins a paragraph, also over the end of a page. Page
//! numbers and running heads are left out. One column is read, from top to bottom.

use crate::document::{Paragraphs, is_wide};
use crate::error::DocumentError;
use std::collections::{HashMap, HashSet};

/// A run of words as set on a page; all lengths in the page's own unit.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// The page, from 1.
    pub(crate) page: u32,
    /// Left and right end.
    pub(crate) left: f64,
    pub(crate) right: f64,
    /// The baseline, growing downwards.
    pub(crate) base: f64,
    /// Height of the letters.
    pub(crate) size: f64,
    pub(crate) text: String,
}

/// Lines at the top and at the bottom of a page that may be a running head.
const EDGE: usize = 2;

/// A head runs when it stands on this many pages.
const RUNS: usize = 3;

/// Puts `next` after `line`; a space stands only between words that have spaces, or where there is one on the page.
fn append(line: &mut String, next: &str, spaced: bool) {
    let (last, first) = (line.chars().next_back(), next.chars().next());
    if let (Some(last), Some(first)) = (last, first) {
        let apart = !is_wide(last) && !is_wide(first) && !last.is_whitespace() && !first.is_whitespace();
        if apart && spaced {
            line.push(' ');
        }
    }
    line.push_str(next);
}

/// Whether a piece is the one before it set again, a little aside, to look bold.
fn is_shadow(before: &Piece, piece: &Piece) -> bool {
    before.text == piece.text && (before.left - piece.left).abs() < piece.size * 0.3
}

/// The pieces of every line, put together.
fn lines(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.retain(|piece| !piece.text.trim().is_empty() && piece.base.is_finite() && piece.left.is_finite());
    pieces.sort_by(|one, next| one.page.cmp(&next.page).then(one.base.total_cmp(&next.base)));
    let mut out: Vec<Piece> = Vec::new();
    let mut rest = pieces.as_mut_slice();
    while let Some(first) = rest.first() {
        let (page, base, size) = (first.page, first.base, first.size);
        let same = |piece: &Piece| piece.page == page && piece.base - base <= size.max(piece.size) * 0.45;
        let held = rest.iter().take_while(|piece| same(piece)).count().max(1);
        let (own, after) = rest.split_at_mut(held);
        rest = after;
        own.sort_by(|one, next| one.left.total_cmp(&next.left));
        let mut line: Option<Piece> = None;
        let mut before: Option<&Piece> = None;
        for piece in own.iter() {
            if before.is_some_and(|before| is_shadow(before, piece)) {
                continue;
            }
            before = Some(piece);
            let Some(line) = &mut line else {
                line = Some(piece.clone());
                continue;
            };
            let gap = piece.left - line.right;
            append(&mut line.text, &piece.text, gap > piece.size * 0.15);
            // Cells of a table.
            if gap > piece.size * 2.0 && !line.text.ends_with(' ') {
                let at = line.text.len() - piece.text.len();
                line.text.insert(at, ' ');
            }
            line.right = line.right.max(piece.right);
            line.size = line.size.max(piece.size);
        }
        out.extend(line);
    }
    out
}

/// The words of a line, numbers made alike: what a running head has in common on all pages.
fn shape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        // 9 and 10 are both a number.
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !out.ends_with('0') {
            out.push('0');
        }
    }
    out
}

/// The numbers a line holds, in order.
fn numbers(text: &str) -> Vec<i64> {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| run.parse().unwrap_or(i64::MAX)).collect()
}

/// By how much a number runs ahead of its page.
fn ahead(number: i64, page: u32) -> i64 {
    number.saturating_sub(i64::from(page))
}

/// `3`, `— 3 —`, `第 3 页 共 20 页`, `3/20`: may be a page number, and may be a value that stands alone.
fn may_number_page(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-—–―－·•.第页共/,，".contains(c);
    (1..=8).contains(&digits) && text.chars().all(rest)
}

/// Marks page numbers: outermost lines that count with the pages, as the first page's own or like another page's.
fn page_numbers(lines: &[Piece], outermost: &[usize], out: &mut [bool]) {
    let mut pages: HashMap<i64, HashSet<u32>> = HashMap::new();
    let candidates = || {
        let lines = outermost.iter().filter_map(|place| Some((*place, lines.get(*place)?)));
        lines.filter(|(_, line)| may_number_page(&line.text))
    };
    for (_, line) in candidates() {
        for number in numbers(&line.text) {
            pages.entry(ahead(number, line.page)).or_default().insert(line.page);
        }
    }
    for (place, line) in candidates() {
        let counts = |number| {
            let ahead = ahead(number, line.page);
            ahead == 0 || pages.get(&ahead).is_some_and(|pages| pages.len() > 1)
        };
        if numbers(&line.text).into_iter().any(counts)
            && let Some(own) = out.get_mut(place)
        {
            *own = true;
        }
    }
}

/// Marks running heads: lines that stand at the same height of several pages and differ by the page's number only.
fn running_heads(lines: &[Piece], mut places: Vec<usize>, out: &mut [bool]) {
    let line = |place: &usize| lines.get(*place);
    places.sort_by(|one, next| {
        let base = |place| line(place).map_or(0.0, |line| line.base);
        base(one).total_cmp(&base(next))
    });
    // A title may read like the heads; the middle one of all is a head.
    let Some(model) = places.get(places.len() / 2).and_then(line) else { return };
    let said = numbers(&model.text);
    places.retain(|place| {
        let Some(own) = line(place) else { return false };
        let alike =
            |(number, other): (i64, &i64)| number == *other || ahead(number, own.page) == ahead(*other, model.page);
        (own.base - model.base).abs() <= model.size && numbers(&own.text).into_iter().zip(&said).all(alike)
    });
    let pages: HashSet<u32> = places.iter().filter_map(line).map(|line| line.page).collect();
    if pages.len() >= RUNS {
        for place in places {
            if let Some(own) = out.get_mut(place) {
                *own = true;
            }
        }
    }
}

/// Marks the lines at a page's edges that are no part of the text.
fn furniture(lines: &[Piece]) -> Vec<bool> {
    let mut out = vec![false; lines.len()];
    let mut edges: HashMap<(String, bool), Vec<usize>> = HashMap::new();
    let mut outermost = Vec::new();
    let mut start = 0;
    for page in lines.chunk_by(|one, next| one.page == next.page) {
        outermost.push(start);
        if page.len() > 1 {
            outermost.push(start + page.len() - 1);
        }
        for (place, line) in page.iter().enumerate() {
            let top = place < EDGE;
            if top || place + EDGE >= page.len() {
                edges.entry((shape(&line.text), top)).or_default().push(start + place);
            }
        }
        start += page.len();
    }
    page_numbers(lines, &outermost, &mut out);
    for places in edges.into_values().filter(|places| places.len() >= RUNS) {
        running_heads(lines, places, &mut out);
    }
    out
}

/// The pages' lines, without page numbers and running heads.
pub(crate) fn body(pieces: Vec<Piece>) -> Vec<Piece> {
    let all = lines(pieces);
    let dropped = furniture(&all);
    all.into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(line, _)| line).collect()
}

/// The usual distance from line to line.
fn pitch(lines: &[Piece]) -> f64 {
    let mut steps: Vec<f64> = lines
        .windows(2)
        .filter_map(|pair| match pair {
            [one, next] if one.page == next.page => Some(next.base - one.base),
            _ => None,
        })
        .collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(f64::MAX)
}

/// Gathers the pages' lines as paragraphs.
///
/// # Errors
/// When the paragraphs are too many, or a word was damaged.
pub(crate) fn paragraphs(lines: &[Piece], out: &mut Paragraphs) -> Result<(), DocumentError> {
    let pitch = pitch(lines);
    let right = lines.iter().map(|line| line.right).fold(f64::MIN, f64::max);
    // The edge that lines which fill the page begin at; on odd and even pages it may differ.
    let mut edges: HashMap<u32, f64> = HashMap::new();
    let widest = lines.iter().map(|line| line.right - line.left).fold(0.0, f64::max);
    for line in lines.iter().filter(|line| line.right - line.left >= widest * 0.6) {
        let edge = edges.entry(line.page).or_insert(line.left);
        *edge = edge.min(line.left);
    }
    let mut open: Option<(String, u32)> = None;
    let mut before: Option<&Piece> = None;
    for line in lines {
        let left = edges.get(&line.page).copied().unwrap_or(line.left);
        let begins = before.is_none_or(|before| {
            let indented = line.left > left + line.size * 1.2;
            let short = before.right < right - before.size * 2.5;
            let resized = (line.size - before.size).abs() > before.size * 0.15;
            let spaced = line.page == before.page && line.base - before.base > pitch * 1.45;
            indented || short || resized || spaced
        });
        before = Some(line);
        match &mut open {
            Some((text, _)) if !begins => {
                let broken_number = text.ends_with(|c: char| c.is_ascii_digit() || c == '.')
                    && line.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '%'));
                append(text, line.text.trim(), !broken_number);
            }
            _ => {
                if let Some((text, page)) = open.replace((line.text.trim().to_owned(), line.page)) {
                    out.push(&text, Some(page))?;
                }
            }
        }
    }
    if let Some((text, page)) = open {
        out.push(&text, Some(page))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    /// Lines as `page left right base text`, in units of a letter's height.
    fn told(lines: &[(u32, f64, f64, f64, &str)]) -> Vec<String> {
        let pieces = lines.iter().map(|(page, left, right, base, text)| Piece {
            page: *page,
            left: left * 10.0,
            right: right * 10.0,
            base: base * 10.0,
            size: 10.0,
            text: (*text).to_owned(),
        });
        let mut out = Paragraphs::new(Format::Pdf);
        paragraphs(&body(pieces.collect()), &mut out).unwrap();
        let document = out.finish().unwrap();
        let pages = document.places.iter().map(|place| place.page.unwrap_or(0));
        document.text.lines().zip(pages).map(|(line, page)| format!("{page} {line}")).collect()
    }

    #[test]
    fn joined() {
        let check = |lines: &[(u32, f64, f64, f64, &str)], expected: &[&str]| assert_eq!(told(lines), expected);
        // A paragraph of three lines, the next by its indent, pieces of a line from right to left.
        check(
            &[
                (1, 2.0, 30.0, 1.0, "改造老旧小区，新增"),
                (1, 0.0, 30.0, 3.0, "车位1"),
                (1, 0.0, 30.0, 5.0, "100个，再建一处"),
                (1, 16.0, 30.0, 7.0, "，共五处"),
                (1, 2.0, 15.0, 7.0, "新建学校"),
                (1, 0.0, 9.0, 9.0, "和医院。"),
            ],
            &["1 改造老旧小区，新增车位1100个，再建一处", "1 新建学校，共五处和医院。"],
        );
        // Latin words keep their space, a short line ends a paragraph, a table's cells are parted.
        check(
            &[
                (1, 0.0, 30.0, 1.0, "use the"),
                (1, 0.0, 12.0, 3.0, "hub"),
                (1, 0.0, 4.0, 5.0, "车位"),
                (1, 20.0, 30.0, 5.0, "1100个"),
            ],
            &["1 use the hub", "1 车位 1100个"],
        );
        // Set twice to look bold.
        check(&[(1, 0.0, 4.0, 1.0, "回顾"), (1, 0.05, 4.05, 1.0, "回顾")], &["1 回顾"]);
    }

    #[test]
    fn pages() {
        let mut lines = Vec::new();
        for page in 1..=3 {
            lines.push((page, 10.0, 20.0, 1.0, "某市政府工作报告"));
            lines.push((
                page,
                0.0,
                30.0,
                5.0,
                if page == 1 { "建成投用学校三所，新" } else { "增学位一千个，同时再新" },
            ));
            lines.push((page, 14.0, 16.0, 50.0, ["— 1 —", "— 2 —", "第 3 页"][page as usize - 1]));
        }
        assert_eq!(told(&lines), ["1 建成投用学校三所，新增学位一千个，同时再新增学位一千个，同时再新"]);
        // Numbers at a page's edge that say something stay: values alone, and lines that differ by more than the page.
        let lines = [(1, 0.0, 30.0, 1.0, "全年新增车位"), (2, 0.0, 30.0, 1.0, "1100")];
        assert_eq!(told(&lines), ["1 全年新增车位1100"]);
        let lines =
            [(1, 0.0, 20.0, 1.0, "一组10个。"), (2, 0.0, 20.0, 1.0, "一组25个。"), (3, 0.0, 20.0, 1.0, "一组7个。")];
        assert_eq!(told(&lines), ["1 一组10个。一组25个。一组7个。"]);
        // A head that counts the pages, over ten of them.
        let heads: Vec<String> = (8..=11).map(|page| format!("会议材料之{page}")).collect();
        let mut lines: Vec<_> = (8..).zip(&heads).map(|(page, head)| (page, 0.0, 20.0, 1.0, head.as_str())).collect();
        lines.push((11, 0.0, 20.0, 5.0, "新增。"));
        assert_eq!(told(&lines), ["11 新增。"]);
        // Numbers that begin elsewhere than with 1, and a title that reads like the head.
        let lines = [
            (1, 0.0, 20.0, 20.0, "会议材料"),
            (1, 9.0, 11.0, 50.0, "17"),
            (2, 0.0, 20.0, 1.0, "会议材料"),
            (2, 0.0, 20.0, 5.0, "新增。"),
            (2, 9.0, 11.0, 50.0, "18"),
            (3, 0.0, 20.0, 1.0, "会议材料"),
            (4, 0.0, 20.0, 1.0, "会议材料"),
        ];
        assert_eq!(told(&lines), ["1 会议材料新增。"]);
        let lines = [(1, 0.0, 30.0, 1.0, "全年新增车位"), (2, 0.0, 30.0, 1.0, "1100个")];
        assert_eq!(told(&lines), ["1 全年新增车位1100个"]);
    }
}
