//! Lines to blocks: headings, lead-ins and paragraphs, with page breaks inside sentences healed.

use crate::numeral;
use crate::types::Span;

/// How a heading is written; the order is the order of nesting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A part's name on a line of its own, without a number.
    Part,
    /// 一、
    Numbered,
    /// （一）
    Bracketed,
    /// 1.
    Digit,
    /// （1）, or an unnumbered line inside a part.
    Small,
    /// The first sentence of a paragraph, bold or after ——.
    LeadIn,
}

/// A heading as found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heading {
    pub(crate) form: Form,
    /// Its words without marks.
    pub(crate) words: Span,
    /// How many `#` stand before it; 0 when it is no heading of Markdown.
    pub(crate) sharps: usize,
}

/// A run of lines that belong together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// From the first line's start to the last line's end.
    pub(crate) span: Span,
    /// The heading it is or begins with.
    pub(crate) heading: Option<Heading>,
    /// The text to be read for statements, when it has any.
    pub(crate) body: Option<Span>,
}

/// What the lines of a text amount to.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) title: Option<Span>,
    pub(crate) blocks: Vec<Block>,
    /// Lines of a table of contents.
    pub(crate) contents: usize,
}

/// The longest heading, in bytes.
const LONGEST_HEADING: usize = 240;
/// The longest unmarked heading, in bytes.
const LONGEST_PLAIN: usize = 96;
/// The longest lead-in, in bytes.
const LONGEST_LEAD: usize = 300;

/// Parts the text into blocks.
pub(crate) fn layout(text: &str) -> Layout {
    let mut result = Layout::default();
    let mut start = 0;
    let mut open = false;
    let front_end = front_matter(text, &mut result.title);
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).chain([text.len()]);
    for end in ends {
        let span = Span { start, end };
        start = end;
        if span.start < front_end {
            continue;
        }
        let inner = trim(text, span);
        let words = slice(text, inner);
        if words.is_empty() || is_page_number(words) {
            continue;
        }
        if is_rule(words) {
            open = false;
            continue;
        }
        if is_contents(words) {
            result.contents += 1;
            open = false;
            continue;
        }
        if let Some(heading) = heading(text, inner, open) {
            let body = body_after(text, inner, heading);
            if is_title(slice(text, heading.words)) && result.blocks.len() < 4 {
                if result.title.is_none() {
                    result.title = Some(heading.words);
                }
                open = false;
                continue;
            }
            open = body.is_some_and(|body| !ends_sentence(slice(text, body)));
            result.blocks.push(Block { span: inner, heading: Some(heading), body });
            continue;
        }
        let fresh = starts_paragraph(words);
        match result.blocks.last_mut().filter(|_| open && !fresh) {
            Some(block) => {
                block.span.end = inner.end;
                if let Some(body) = &mut block.body {
                    body.end = inner.end;
                }
            }
            None => result.blocks.push(Block { span: inner, heading: None, body: Some(inner) }),
        }
        open = !ends_sentence(words);
    }
    result
}

pub(crate) fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_default()
}

/// Characters that stand around words for the sake of layout.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '#' | '*' | '>' | '`' | '\u{feff}' | '\u{200b}' | '|')
}

fn trim(text: &str, span: Span) -> Span {
    trim_by(text, span, |c| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

fn trim_by(text: &str, span: Span, is: fn(char) -> bool) -> Span {
    let part = slice(text, span);
    let left = part.trim_start_matches(is);
    let start = span.end - left.len();
    Span { start, end: start + left.trim_end_matches(is).len() }
}

/// The end of the front matter between two `---` lines; its title is kept.
fn front_matter(text: &str, title: &mut Option<Span>) -> usize {
    let mut start = 0;
    let mut inside = false;
    let mut found = None;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let span = trim(text, Span { start, end: start + line.len() });
        start += line.len();
        let words = slice(text, span);
        if words.is_empty() && !inside {
            continue;
        }
        if words == "---" {
            if inside {
                *title = found;
                return start;
            }
            inside = true;
        } else if !inside || number > 60 {
            return 0;
        } else if let Some(rest) = words.strip_prefix("title:") {
            let value = Span { start: span.end - rest.len(), end: span.end };
            found = Some(trim_by(text, value, |c| c.is_whitespace() || matches!(c, '"' | '\'')));
        }
    }
    0
}

fn is_rule(words: &str) -> bool {
    let mark = words.chars().next().filter(|c| matches!(c, '-' | '*' | '_' | '=' | '—'));
    words.len() >= 3 && mark.is_some_and(|mark| words.trim_matches(mark).is_empty())
}

fn is_page_number(words: &str) -> bool {
    let core = words.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '—' | '－' | '–' | '·' | '*'));
    let core = core.strip_prefix('第').and_then(|rest| rest.strip_suffix('页')).unwrap_or(core).trim();
    !core.is_empty() && core.len() <= 12 && core.chars().all(|c| c.is_ascii_digit() || matches!(c, '０'..='９'))
}

/// A line of a table of contents: words, a dotted leader, a page number.
fn is_contents(words: &str) -> bool {
    let core = words.trim_end_matches(is_mark);
    let numberless = core.trim_end_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '０'..='９' | '（' | '）' | '(' | ')' | '-' | '—')
    });
    if numberless.len() == core.len() {
        return matches!(core, "目录" | "目 录" | "目  录" | "目　录");
    }
    let leaderless = numberless.trim_end_matches(['.', '…', '·', '．', '‧', '。', ' ', '\t', '\u{3000}']);
    let leader = numberless.get(leaderless.len()..).unwrap_or_default();
    leader.chars().filter(|c| matches!(c, '.' | '·' | '．' | '‧')).count() >= 4
        || leader.matches('…').count() >= 2
        || leader.contains('\t')
}

fn ends_sentence(words: &str) -> bool {
    let core = words.trim_end_matches(|c: char| is_mark(c) || matches!(c, '”' | '’' | '）' | ')' | '"' | '》'));
    core.ends_with(['。', '！', '？', '；', '：', ':', ';', '!', '?', '|']) || words.trim_end().ends_with('|')
}

/// Lines that never continue the line before.
fn starts_paragraph(words: &str) -> bool {
    let core = words.trim_start_matches(is_mark);
    words.starts_with("- ")
        || words.starts_with("* ")
        || words.starts_with('|')
        || words.starts_with("**")
        || core.starts_with("——")
        || core.starts_with("各位代表")
        || enumerator(core).is_some()
}

fn is_title(words: &str) -> bool {
    words.len() < LONGEST_HEADING && words.contains("政府工作报告")
}

/// The form and length of an enumerator at the start: 一、 （一） 1. （1）.
fn enumerator(words: &str) -> Option<(Form, usize)> {
    let chinese = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '０'..='９');
    // Asked of every line, and nearly all begin otherwise.
    words.chars().next().filter(|c| chinese(*c) || digit(*c) || matches!(c, '（' | '('))?;
    let bracketed = words.starts_with(['（', '(']);
    let body = if bracketed { words.get(words.chars().next()?.len_utf8()..)? } else { words };
    let leading = |most: usize, is: &dyn Fn(char) -> bool| -> usize {
        body.chars().take(most).take_while(|c| is(*c)).map(char::len_utf8).sum()
    };
    let (chinese, digits) = (leading(4, &chinese), leading(3, &digit));
    let (form, length) = match (chinese, digits, bracketed) {
        (0, 0, _) => return None,
        (0, n, true) => (Form::Small, n),
        (0, n, false) => (Form::Digit, n),
        (n, _, true) => (Form::Bracketed, n),
        (n, _, false) => (Form::Numbered, n),
    };
    let rest = body.get(length..)?;
    let mark = rest.chars().next()?;
    let fits = match form {
        Form::Bracketed | Form::Small => matches!(mark, '）' | ')'),
        Form::Numbered => matches!(mark, '、' | '．' | '.'),
        _ => {
            matches!(mark, '.' | '．' | '、' | '）' | ')')
                && !rest.get(mark.len_utf8()..)?.starts_with(|c: char| c.is_ascii_digit())
        }
    };
    fits.then_some((form, words.len() - rest.len() + mark.len_utf8()))
}

/// Words that name a part of a report.
const PART_WORDS: [&str; 26] = [
    "工作回顾",
    "工作安排",
    "工作建议",
    "重点工作",
    "主要任务",
    "目标任务",
    "主要目标",
    "总体要求",
    "自身建设",
    "名词解释",
    "名词注释",
    "注释",
    "注解",
    "附件",
    "附录",
    "清单",
    "完成情况",
    "民生实事",
    "惠民实事",
    "词语解释",
    "重点任务",
    "政府建设",
    "工作任务",
    "预期目标",
    "主要工作",
    "政府自身",
];

pub(crate) fn names_part(words: &str) -> bool {
    words.len() <= LONGEST_PLAIN && PART_WORDS.iter().any(|word| words.contains(word))
}

fn heading(text: &str, line: Span, open: bool) -> Option<Heading> {
    let raw = slice(text, line);
    let sharps = raw.len() - raw.trim_start_matches('#').len();
    let words = trim_by(text, line, is_mark);
    let core = slice(text, words);
    if core.is_empty() || raw.starts_with('|') {
        return None;
    }
    let sharp = raw.starts_with('#');
    let bold = raw.starts_with("**") || (sharp && raw.trim_start_matches('#').trim_start().starts_with("**"));
    let numbered = enumerator(core);
    let single = core.len() <= LONGEST_HEADING && !core.contains(['。', '；', '！', '？']);
    let year_only = || !states_number(core.get(numbered.map_or(0, |(_, n)| n)..).unwrap_or_default());
    if sharp && single {
        let form = numbered.map_or(Form::Part, |(form, _)| form);
        return Some(Heading { form, words, sharps });
    }
    if bold {
        let close = raw.trim_start_matches(['#', ' ', '*']).find("**");
        let opened = raw.len() - raw.trim_start_matches(['#', ' ', '*']).len();
        if let Some(close) = close.filter(|close| *close <= LONGEST_LEAD) {
            let whole = Span { start: line.start + opened, end: line.start + opened + close };
            let bold_words = trim_by(text, whole, |c| is_mark(c) || matches!(c, '。' | '：' | ':'));
            let inner = slice(text, bold_words);
            let after = raw.get(opened + close + 2..).unwrap_or_default().trim_start_matches('*').trim();
            let ended = slice(text, whole).trim_end().ends_with(['。', '：', ':', '！']);
            let next = after.chars().next();
            if after.is_empty() && !ended && single && year_only() {
                let form = match numbered {
                    Some((form, _)) => form,
                    None if names_part(inner) && inner.len() <= LONGEST_PLAIN && !inner.contains('，') => Form::Part,
                    None => Form::Small,
                };
                return Some(Heading { form, words: bold_words, sharps });
            }
            if ended && after.is_empty() && names_part(inner) && inner.len() <= 30 {
                return Some(Heading { form: Form::Part, words: bold_words, sharps });
            }
            let joins = next.is_some_and(|c| matches!(c, '，' | '、' | ',' | '；'));
            if (ended || matches!(next, Some('。' | '：'))) && !joins && !open_number(inner) {
                let form = numbered.map_or(Form::LeadIn, |(form, _)| form);
                return Some(Heading { form, words: bold_words, sharps });
            }
            if numbered.is_some_and(|(form, _)| form != Form::Digit) && !joins && !open_number(inner) {
                return numbered.map(|(form, _)| Heading { form, words: bold_words, sharps });
            }
        }
    }
    if let Some((form, length)) = numbered {
        if matches!(form, Form::Digit | Form::Small) {
            return (single && !core.contains('，') && core.len() <= LONGEST_PLAIN && year_only()).then_some(Heading {
                form,
                words,
                sharps,
            });
        }
        let sentence = core.find(['。', '！', '：', ':']).unwrap_or(core.len());
        let lead = core.get(..sentence)?;
        let fits = lead.len() <= LONGEST_LEAD && lead.len() > length && !open_number(lead.get(length..)?);
        return fits.then_some(Heading {
            form,
            words: Span { start: words.start, end: words.start + sentence },
            sharps,
        });
    }
    if let Some(rest) = core.strip_prefix("——") {
        let sentence = rest.find(['。', '！', '：', ':'])?;
        let lead = rest.get(..sentence)?;
        let fits = lead.len() <= LONGEST_LEAD && !open_number(lead) && sentence + '。'.len_utf8() < rest.len();
        let start = words.end - rest.len();
        return fits.then_some(Heading { form: Form::LeadIn, words: Span { start, end: start + sentence }, sharps });
    }
    let plain =
        single && core.len() <= LONGEST_PLAIN && !core.contains(['，', '：', ':', '、', '（']) && !sharp && !bold;
    if is_title(core) && core.len() <= 60 {
        return Some(Heading { form: Form::Part, words, sharps });
    }
    let part =
        core.len() <= LONGEST_PLAIN && single && !ends_sentence(core) && !core.contains('，') && names_part(core);
    let annex = matches!(core, "附件：" | "附件:" | "附：" | "附件" | "附录" | "名词解释：" | "注释：");
    if annex || (part && year_only() && (!open || core.starts_with("20") || core.len() <= 30)) {
        return Some(Heading { form: Form::Part, words, sharps });
    }
    // A line that asks for more goes on in the next.
    let goes_on = core.ends_with(['到', '达', '为', '的', '和', '及', '与', '于', '超', '过', '约', '在']);
    (plain && !goes_on && !open && year_only() && !is_byline(core) && !is_date(core)).then_some(Heading {
        form: Form::Small,
        words,
        sharps,
    })
}

/// A day and nothing else: the line under a title.
fn is_date(core: &str) -> bool {
    core.contains('年')
        && core.ends_with('日')
        && core.chars().all(|c| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | ' '))
}

/// Lines of the front that are no headings: date, place, speaker.
fn is_byline(words: &str) -> bool {
    ["会议上", "大会上", "市长", "州长", "县长", "区长", "主席", "总理", "代市长", "政府办公室", "材料"]
        .iter()
        .any(|word| words.contains(word))
}

/// Whether the words hold a number other than a year, a name's or an ordinal.
fn states_number(words: &str) -> bool {
    let mut digits = words.char_indices().peekable();
    let mut previous = ' ';
    while let Some((at, c)) = digits.next() {
        if c.is_ascii_digit() || matches!(c, '０'..='９') {
            let mut end = at + c.len_utf8();
            while let Some((next, _)) =
                digits.next_if(|(_, c)| c.is_ascii_digit() || matches!(c, '０'..='９' | '.' | ' '))
            {
                end = next + 1;
            }
            let rest = words.get(end..).unwrap_or_default().trim_start();
            let named = rest.starts_with(['年', '月', '日', '号', '+', '.', '、'])
                || rest.starts_with(|c: char| c.is_ascii_alphabetic());
            let bare_year = rest.is_empty() && end - at == 4;
            let part_of_name = named || previous.is_ascii_alphanumeric() || matches!(previous, '第' | '+' | '“');
            if !part_of_name && !bare_year {
                return true;
            }
        }
        previous = c;
    }
    false
}

/// A lead-in that states numbers is text, not a heading; more than a mention of 10件实事 counts.
fn open_number(words: &str) -> bool {
    states_number(words)
        && (words.contains('%') || words.contains('％') || words.matches(numeral::is_digit).count() >= 2)
}

/// The text that follows a heading in its own block.
fn body_after(text: &str, line: Span, heading: Heading) -> Option<Span> {
    let rest = trim_by(text, Span { start: heading.words.end, end: line.end }, |c| {
        is_mark(c) || matches!(c, '。' | '：' | '！' | ':')
    });
    let full_end = trim(text, line).end;
    (rest.start < rest.end).then_some(Span { start: rest.start, end: full_end })
}
