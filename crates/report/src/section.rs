//! Blocks to sections: nesting, kinds, and the year the report speaks for.

use crate::layout::{Block, Form, Heading, Layout, names_part, slice};
use crate::types::{Section, SectionKind, Span};

/// Sections and, for every block that has a body, the section it stands in.
pub(crate) struct Sections {
    pub(crate) sections: Vec<Section>,
    /// For each block its section.
    pub(crate) of_block: Vec<usize>,
    /// No heading told the parts apart.
    pub(crate) unheaded: bool,
}

struct Open {
    form: Form,
    /// `#` before its heading.
    sharps: usize,
    section: usize,
}

struct Builder<'a> {
    text: &'a str,
    sections: Vec<Section>,
    stack: Vec<Open>,
    year: Option<i16>,
}

impl Builder<'_> {
    fn open(&mut self, (form, sharps): (Form, usize), at: usize, heading: Span, kind: Option<SectionKind>) -> usize {
        while self.stack.last().is_some_and(|open| open.form >= form) {
            self.stack.pop();
        }
        let parent = self.stack.last().map(|open| open.section);
        let inherited =
            parent.and_then(|parent| self.sections.get(parent)).map_or(SectionKind::Plan, |section| section.kind);
        let level = u8::try_from(self.stack.len() + 1).unwrap_or(u8::MAX);
        let section = self.sections.len();
        self.sections.push(Section {
            level,
            parent,
            kind: kind.unwrap_or(inherited),
            heading,
            span: Span { start: at, end: self.text.len() },
        });
        self.stack.push(Open { form, sharps, section });
        section
    }

    fn kind_here(&self) -> SectionKind {
        self.stack
            .last()
            .and_then(|open| self.sections.get(open.section))
            .map_or(SectionKind::Front, |section| section.kind)
    }
}

/// Builds the tree of sections.
pub(crate) fn sections(text: &str, layout: &Layout, year: Option<i16>) -> Sections {
    let mut builder = Builder { text, sections: Vec::new(), stack: Vec::new(), year };
    let front = Span { start: 0, end: 0 };
    let mut current = builder.open((Form::Part, 0), 0, front, Some(SectionKind::Front));
    let mut headed = false;
    let mut of_block = Vec::with_capacity(layout.blocks.len());
    for block in &layout.blocks {
        if let Some(heading) = block.heading {
            let words = slice(text, heading.words);
            let form = settled_form(&builder, heading, words, headed);
            let top = !builder
                .stack
                .iter()
                .any(|open| open.form < form && builder.kind_of(open.section) != SectionKind::Front);
            if builder.kind_here() == SectionKind::Front || form <= Form::Numbered {
                while builder.kind_here() == SectionKind::Front && builder.stack.pop().is_some() {}
            }
            // Problems named without a heading end where anything headed begins.
            let problems = builder.stack.last().map(|open| open.section).and_then(|open| builder.sections.get(open));
            if problems.is_some_and(|section| {
                section.kind == SectionKind::Problems && section.heading.start == section.heading.end
            }) {
                builder.stack.pop();
            }
            if matches!(builder.stack.last(), Some(open) if open.form == Form::LeadIn) && form == Form::Small {
                builder.stack.pop();
            }
            let kind = if top || form == Form::Part {
                Some(part_kind(words, builder.year, headed))
            } else {
                nested_kind(words, builder.kind_here())
            };
            headed |= form <= Form::Numbered;
            current = builder.open((form, heading.sharps), block.span.start, heading.words, kind);
        } else if let Some(kind) = turn(text, block, builder.kind_here(), builder.year, headed) {
            let empty = Span { start: block.span.start, end: block.span.start };
            let form = if kind == SectionKind::Problems {
                // Problems close the review: a child of the part, beside its chapters.
                let part = builder.stack.first().map_or(Form::Part, |open| open.form);
                if part < Form::Numbered { Form::Numbered } else { Form::Bracketed }
            } else {
                Form::Part
            };
            current = builder.open((form, 0), block.span.start, empty, Some(kind));
        }
        of_block.push(current);
    }
    let mut sections = builder.sections;
    close(&mut sections);
    Sections { sections, of_block, unheaded: !headed }
}

impl Builder<'_> {
    fn kind_of(&self, section: usize) -> SectionKind {
        self.sections.get(section).map_or(SectionKind::Front, |section| section.kind)
    }
}

/// A section ends where the next one of its level or above begins.
fn close(sections: &mut [Section]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..sections.len() {
        let Some((level, start)) = sections.get(index).map(|section| (section.level, section.span.start)) else {
            break;
        };
        while let Some(last) = open.pop_if(|last| sections.get(*last).is_some_and(|section| section.level >= level)) {
            if let Some(section) = sections.get_mut(last) {
                section.span.end = start;
            }
        }
        open.push(index);
    }
}

/// An unnumbered line is a part only when it names one and no numbered part is open above it.
fn settled_form(builder: &Builder<'_>, heading: Heading, words: &str, headed: bool) -> Form {
    if heading.form != Form::Part {
        return heading.form;
    }
    // `### 预期目标` under `## 二、` lies inside it, whatever it is called.
    let numbered = builder.stack.iter().find(|open| open.form == Form::Numbered && open.sharps > 0);
    if numbered.is_some_and(|open| open.sharps < heading.sharps) {
        return Form::Small;
    }
    let numbered_open = builder.stack.iter().any(|open| matches!(open.form, Form::Numbered | Form::Bracketed));
    if names_part(words) || !headed || !numbered_open {
        return Form::Part;
    }
    Form::Small
}

fn has(words: &str, any: &[&str]) -> bool {
    any.iter().any(|word| words.contains(word))
}

/// The kind of an outermost part, from its heading.
fn part_kind(words: &str, year: Option<i16>, headed: bool) -> SectionKind {
    if has(words, &["名词", "注解", "注释", "词语解释", "术语"]) {
        return SectionKind::Glossary;
    }
    if has(words, &["实事", "清单", "附件", "附录", "附："]) {
        return if has(words, &["完成情况", "落实情况", "兑现", "办理情况", "进展情况"]) {
            SectionKind::CompletedList
        } else {
            SectionKind::PromisedList
        };
    }
    if has(words, &["完成情况", "落实情况"]) {
        return SectionKind::CompletedList;
    }
    if has(words, &["回顾", "总结", "成就", "过去", "工作情况", "五年来", "一年来", "上一年", "去年"])
    {
        return SectionKind::Review;
    }
    let own = has(words, &["自身建设", "政府建设", "政府效能", "政府治理", "加强和改进政府工作", "提升政府服务能力"])
        || (words.contains("人民满意") && words.contains("政府"));
    if own {
        return SectionKind::Conduct;
    }
    let past = year.and_then(|year| year.checked_sub(1)).is_some_and(|past| words.contains(&format!("{past}年")));
    let now = year.is_some_and(|year| words.contains(&format!("{year}年"))) || words.contains("今年");
    if past && (!headed || !now) {
        return SectionKind::Review;
    }
    SectionKind::Plan
}

/// Chapters take the kind of their part, but a plan may hold the government's own conduct as a chapter.
fn nested_kind(words: &str, parent: SectionKind) -> Option<SectionKind> {
    let own = has(words, &["自身建设"]) || (words.contains("人民满意") && words.contains("政府"));
    (parent == SectionKind::Plan && own).then_some(SectionKind::Conduct)
}

/// Paragraphs that change the subject without a heading.
fn turn(text: &str, block: &Block, here: SectionKind, year: Option<i16>, headed: bool) -> Option<SectionKind> {
    let words = slice(text, block.body?);
    let opening = words.char_indices().nth(60).and_then(|(end, _)| words.get(..end)).unwrap_or(words);
    match here {
        SectionKind::Review => {
            let facing = || has(opening, &["清醒", "也看到", "认识到", "存在", "面临", "不足", "困难", "问题"]);
            let naming =
                || has(opening, &["问题", "困难", "挑战", "不足", "短板", "差距", "矛盾"]) || opening.contains("清醒");
            if has(opening, &["我们", "同时"])
                && has(opening, &["清醒", "看到", "认识", "存在", "面临"])
                && facing()
                && naming()
            {
                return Some(SectionKind::Problems);
            }
            let this_year =
                || year.is_some_and(|year| opening.contains(&format!("{year}年"))) || opening.contains("今年");
            let asks = || has(words, &["主要预期目标", "总体要求", "做好今年", "重点抓好以下"]);
            (!headed && this_year() && asks()).then_some(SectionKind::Plan)
        }
        SectionKind::Front if !headed => {
            let past = year.and_then(|year| year.checked_sub(1));
            let looks_back = has(opening, &["一年来", "过去一年", "过去的一年", "五年来", "回顾"])
                || past.is_some_and(|past| opening.starts_with(&format!("{past}年")));
            let ahead = has(opening, &["今年政府工作", "主要预期目标", "总体要求"]);
            if looks_back {
                Some(SectionKind::Review)
            } else if ahead {
                Some(SectionKind::Plan)
            } else {
                None
            }
        }
        SectionKind::Plan | SectionKind::Conduct => {
            let calls = opening.starts_with("各位代表") && has(words, &["让我们", "团结在", "谱写", "奋斗"]);
            let last = || has(words, &["更加紧密地团结", "紧密团结在"]);
            (calls && last() && !has(opening, &["民生实事", "实事"])).then_some(SectionKind::Closing)
        }
        _ => None,
    }
}

/// The year the report promises for: the meeting's, or the next when it met in November or December; else the year in
/// the heading of the plan.
pub(crate) fn year(text: &str, layout: &Layout) -> Option<i16> {
    let front_end = layout
        .blocks
        .iter()
        .find(|block| block.heading.is_some_and(|heading| heading.form <= Form::Bracketed))
        .map_or(text.len(), |block| block.span.start);
    let mut start = front_end.min(3000);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let front = text.get(..start).unwrap_or_default();
    if let Some((year, month)) = dates(front).find_map(|(year, month)| month.map(|month| (year, month))) {
        return Some(if month >= 11 { year + 1 } else { year });
    }
    let headings = || layout.blocks.iter().filter_map(|block| block.heading).map(|heading| slice(text, heading.words));
    let ahead = headings()
        .filter(|words| !words.contains("回顾") && has(words, &["安排", "工作", "任务", "目标", "清单", "实事"]))
        .filter_map(|words| dates(words).map(|(year, _)| year).max())
        .max();
    ahead.or_else(|| {
        headings().filter(|words| words.contains("回顾")).find_map(|words| dates(words).map(|(year, _)| year + 1).max())
    })
}

/// The years in the text, with the month that follows when one does.
fn dates(text: &str) -> impl Iterator<Item = (i16, Option<i8>)> {
    text.match_indices('年').filter_map(move |(at, mark)| {
        let digits = |part: &str, most: usize| -> Option<i16> {
            let mut value = 0_i16;
            let mut factor = 1_i16;
            let mut count = 0;
            for c in part.trim_end().chars().rev().take(most) {
                let digit = match c {
                    '０'..='９' => u32::from(c) - u32::from('０'),
                    _ => match c.to_digit(10) {
                        Some(digit) => digit,
                        None => break,
                    },
                };
                value = value.checked_add(i16::try_from(digit).ok()?.checked_mul(factor)?)?;
                factor = factor.saturating_mul(10);
                count += 1;
            }
            (count > 0).then_some(value)
        };
        let year = digits(text.get(..at)?, 4).filter(|year| (1949..2100).contains(year))?;
        let rest = text.get(at + mark.len()..)?;
        let month_end = rest.char_indices().take(5).find(|(_, c)| *c == '月').map(|(end, _)| end);
        let month = month_end.and_then(|end| digits(rest.get(..end)?, 2)).and_then(|month| i8::try_from(month).ok());
        Some((year, month))
    })
}
