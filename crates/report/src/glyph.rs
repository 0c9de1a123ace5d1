//! The text as the grammar sees it: marks of layout removed, widths made equal, every character knowing its place.

use crate::numeral::{BEGINNINGS, may_begin};
use crate::types::Span;
use crate::words::half_width;

/// One significant character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glyph {
    /// The character, digits and Latin letters in half width, breaks in full width.
    pub(crate) c: char,
    /// First byte in the text as delivered.
    pub(crate) at: usize,
    /// Length in bytes there.
    pub(crate) len: u8,
    /// White space stood before it.
    pub(crate) gap: bool,
    /// It stands inside quotation marks or a book title.
    pub(crate) quoted: bool,
}

/// A mark that ends a clause, or the end of the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    /// Which glyph it is.
    pub(crate) at: usize,
    /// It ends a sentence.
    pub(crate) stops: bool,
    /// Numbers may begin with a character between the mark before and this one.
    pub(crate) numeral: bool,
    /// 一 stands there.
    pub(crate) one: bool,
}

impl Glyph {
    /// One past its last byte.
    pub(crate) fn end(self) -> usize {
        self.at + usize::from(self.len)
    }
}

/// The place of a run of glyphs; empty at the start of the text for an empty run.
pub(crate) fn span_of(glyphs: &[Glyph]) -> Span {
    match (glyphs.first(), glyphs.last()) {
        (Some(first), Some(last)) => Span { start: first.at, end: last.end() },
        _ => Span { start: 0, end: 0 },
    }
}

/// The character at `i`, and NUL past the end.
#[inline]
pub(crate) fn at(glyphs: &[Glyph], i: usize) -> char {
    glyphs.get(i).map_or('\0', |glyph| glyph.c)
}

/// Whether `word` stands at `i`.
#[inline]
pub(crate) fn says(glyphs: &[Glyph], i: usize, word: &str) -> bool {
    let mut place = i;
    word.chars().all(|c| {
        place += 1;
        at(glyphs, place - 1) == c
    })
}

/// Whether one of the words stands at `i`.
pub(crate) fn says_any(glyphs: &[Glyph], i: usize, words: &[&str]) -> bool {
    let first = First::of(at(glyphs, i));
    words.iter().any(|word| first.opens(word) && says(glyphs, i, word))
}

/// Whether one of the words stands anywhere in `glyphs`.
pub(crate) fn holds_any(glyphs: &[Glyph], words: &[&str]) -> bool {
    (0..glyphs.len()).any(|i| says_any(glyphs, i, words))
}

/// The first character of words that are looked for: it tells nearly all of them apart, and its bytes do so without the
/// words being decoded.
#[derive(Clone, Copy)]
pub(crate) enum First {
    /// Three bytes, as nearly all characters of the lexicon have.
    Three([u8; 3]),
    Other(char),
}

impl First {
    #[inline]
    pub(crate) fn of(c: char) -> Self {
        let mut bytes = [0; 4];
        match c.encode_utf8(&mut bytes).len() {
            3 => Self::Three([bytes[0], bytes[1], bytes[2]]),
            _ => Self::Other(c),
        }
    }

    #[inline]
    pub(crate) fn opens(self, word: &str) -> bool {
        match self {
            Self::Three(first) => word.as_bytes().first_chunk() == Some(&first),
            Self::Other(c) => word.starts_with(c),
        }
    }
}

/// A quotation longer than this was never closed.
const LONGEST_QUOTATION: usize = 48;

/// Replaces `out` by the significant characters of `span`; `mark` is told of every end of a clause, the text's end last.
pub(crate) fn glyphs(text: &str, span: Span, out: &mut Vec<Glyph>, mut mark: impl FnMut(Mark)) {
    out.clear();
    let Some(part) = text.get(span.start..span.end) else { return };
    let mut gap = false;
    let mut line_start = true;
    let mut opened: Option<usize> = None;
    let mut depth = 0_usize;
    // Gathered here without a branch, since every character is looked at anyway.
    let (mut numeral, mut one) = (false, false);
    let mut left = part.as_bytes();
    while !left.is_empty() {
        // Nine of ten characters are ideographs, and themselves whatever stands around them: they are taken run by run.
        let (run, after) = left.split_at(ideographs(left));
        let run = run.as_chunks::<3>().0;
        if !run.is_empty() {
            let (at, first) = (span.end - left.len(), out.len());
            let inside = opened.map_or(0, |start| (start + LONGEST_QUOTATION + 1).saturating_sub(first));
            let mut resembling = false;
            out.extend(run.iter().enumerate().map(|(i, bytes)| {
                resembling |= resembles_numeral(*bytes);
                Glyph { c: decoded(*bytes), at: at + 3 * i, len: 3, gap: false, quoted: i < inside }
            }));
            for bytes in run.iter().filter(|bytes| resembling && resembles_numeral(**bytes)) {
                let c = decoded(*bytes);
                numeral |= may_begin(c) & (c != '一');
                one |= c == '一';
            }
            if let Some(glyph) = out.get_mut(first) {
                glyph.gap = gap;
            }
            if inside < run.len() {
                depth = 0;
                opened = None;
            }
            left = after;
            gap = false;
            line_start = false;
        }
        let at = span.end - left.len();
        if opened.is_some_and(|start| out.len() - start > LONGEST_QUOTATION) {
            depth = 0;
            opened = None;
        }
        // Digits and the commonest marks have no second width and no meaning for the layout.
        let quoted = depth > 0;
        let (glyph, after) = match left {
            [digit @ b'0'..=b'9', after @ ..] => {
                numeral = true;
                (Glyph { c: char::from(*digit), at, len: 1, gap, quoted }, after)
            }
            [0xe3, 0x80, 0x81, after @ ..] => (Glyph { c: '、', at, len: 3, gap, quoted }, after),
            [0xe3, 0x80, 0x82, after @ ..] => {
                depth = 0;
                opened = None;
                mark(Mark { at: out.len(), stops: true, numeral, one });
                (numeral, one) = (false, false);
                (Glyph { c: '。', at, len: 3, gap, quoted: false }, after)
            }
            [0xef, 0xbc, 0x8c, after @ ..] if !out.last().is_some_and(|glyph| glyph.c.is_ascii_digit()) => {
                mark(Mark { at: out.len(), stops: false, numeral, one });
                (numeral, one) = (false, false);
                (Glyph { c: '，', at, len: 3, gap, quoted }, after)
            }
            _ => (Glyph { c: '\0', at, len: 0, gap, quoted }, left),
        };
        if glyph.len > 0 {
            out.push(glyph);
            left = after;
            gap = false;
            line_start = false;
            continue;
        }
        let Some(raw) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        left = left.get(raw.len_utf8()..).unwrap_or_default();
        if raw == '\n' {
            line_start = true;
            gap = true;
            continue;
        }
        if is_noise(raw) || (line_start && matches!(raw, '#' | '>')) {
            gap |= raw.is_whitespace();
            continue;
        }
        let rest = part.get(part.len() - left.len()..).unwrap_or_default();
        if let Some(length) = tag_length(raw, rest) {
            left = left.get(length..).unwrap_or_default();
            continue;
        }
        if line_start && matches!(raw, '-' | '+') && rest.starts_with(' ') {
            line_start = false;
            continue;
        }
        line_start = false;
        let previous = out.last().map(|glyph| glyph.c);
        let c = normal(raw, previous, rest);
        match c {
            '“' | '‘' | '《' | '「' | '『' | '〈' => {
                depth += 1;
                opened.get_or_insert(out.len());
            }
            '"' if depth == 0 => {
                depth = 1;
                opened = Some(out.len());
            }
            '。' => depth = 0,
            _ => {}
        }
        if opened.is_some_and(|start| out.len() - start > LONGEST_QUOTATION) {
            depth = 0;
        }
        if let Some(stops) = ends_clause(c) {
            mark(Mark { at: out.len(), stops, numeral, one });
            (numeral, one) = (false, false);
        }
        numeral |= may_begin(c);
        out.push(Glyph {
            c,
            at,
            // A character is at most four bytes long.
            len: u8::try_from(raw.len_utf8()).unwrap_or(4),
            gap,
            quoted: depth > 0,
        });
        if matches!(c, '”' | '’' | '》' | '」' | '』' | '〉') || (c == '"' && opened != Some(out.len() - 1)) {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            opened = None;
        }
        gap = false;
    }
    mark(Mark { at: out.len(), stops: true, numeral, one });
}

/// Whether a character ends a clause, and if so, whether it ends a sentence too.
fn ends_clause(c: char) -> Option<bool> {
    match c {
        '，' | '：' | '|' => Some(false),
        '。' | '！' | '？' | '；' => Some(true),
        _ => None,
    }
}

/// How many bytes at the start are ideographs, U+4000 to U+9FFF.
#[inline]
fn ideographs(bytes: &[u8]) -> usize {
    3 * bytes.as_chunks::<3>().0.iter().take_while(|[lead, ..]| matches!(lead, 0xe4..=0xe9)).count()
}

/// Three bytes that are one ideograph, decoded with half the work any character takes.
#[inline]
fn decoded([lead, second, third]: [u8; 3]) -> char {
    let code = u32::from(lead & 0xf) << 12 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f);
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// One bit for the last two bytes of each ideograph a number can begin with: few others share them.
const NUMERALS: [u64; 64] = {
    let mut bits = [0; 64];
    let mut i = 0;
    while i < BEGINNINGS.len() {
        let c = BEGINNINGS[i] as usize;
        bits[c / 64 % 64] |= 1 << (c % 64);
        i += 1;
    }
    bits
};

/// Whether an ideograph may be one that a number can begin with; asked of every ideograph, and answered no for nearly all.
#[inline]
fn resembles_numeral([_, second, third]: [u8; 3]) -> bool {
    NUMERALS[usize::from(second & 0x3f)] >> (third & 0x3f) & 1 == 1
}

fn is_noise(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '`' | '\\' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{2060}')
}

/// The length of the rest of a mark-up tag or entity that begins with `c`.
fn tag_length(c: char, rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    match c {
        '<' => {
            let close = bytes.iter().take(12).position(|b| *b == b'>')?;
            let inner = bytes.get(..close)?;
            (!inner.is_empty() && inner.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b' ')))
                .then_some(close + 1)
        }
        '&' => {
            let close = bytes.iter().take(8).position(|b| *b == b';')?;
            let inner = bytes.get(..close)?;
            (!inner.is_empty() && inner.iter().all(u8::is_ascii_alphabetic)).then_some(close + 1)
        }
        _ => None,
    }
}

fn is_wide_digit(c: char) -> bool {
    matches!(c, '０'..='９')
}

/// The digits with which `rest` starts, at most `most`, all for which `is` holds.
fn digits_ahead(rest: &str, most: usize, is: fn(char) -> bool) -> usize {
    rest.chars().take(most).take_while(|c| is(*c)).count()
}

fn normal(c: char, previous: Option<char>, rest: &str) -> char {
    let after_digit = previous.is_some_and(|p| p.is_ascii_digit());
    match c {
        ',' if after_digit && digits_ahead(rest, 4, |c| c.is_ascii_digit()) == 3 => ',',
        '，' if after_digit && digits_ahead(rest, 4, is_wide_digit) == 3 => ',',
        ',' => '，',
        ':' | '：' | '∶' if after_digit && digits_ahead(rest, 1, |c| c.is_ascii_digit() || is_wide_digit(c)) == 1 => {
            ':'
        }
        ':' => '：',
        ';' => '；',
        '!' => '！',
        '?' => '？',
        '(' => '（',
        ')' => '）',
        '–' | '—' | '―' | '~' | '～' | '〜' | '─' | '－' | '﹣' | '−' => '—',
        '•' | '・' => '·',
        other => half_width(other),
    }
}
