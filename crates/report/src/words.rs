//! A text's words without its marks.

/// Tags a converted text may carry inside its words.
const TAGS: &[&str] = &["<sub>", "</sub>", "<sup>", "</sup>"];

/// The words without white space, marks of Markdown, tags and byte order marks: for titles, and to look words up.
///
/// ```
/// assert_eq!(tingzhou_report::plain_words("**改造** 老旧小区 8 个"), "改造老旧小区8个");
/// ```
#[must_use]
pub fn plain_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '<'
            && let Some(after) = TAGS.iter().find_map(|tag| rest.strip_prefix(tag))
        {
            rest = after;
            continue;
        }
        if !c.is_whitespace() && !matches!(c, '*' | '#' | '`' | '\u{feff}' | '\u{200b}') {
            out.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}

/// Digits, Latin letters and the signs of numbers in half width.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '．' | '％' | '＋' | '／' | '＂' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        _ => c,
    }
}
