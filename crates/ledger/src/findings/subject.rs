//! What is counted, brought to a form that two places of a report can be compared in.

use super::lexis::{
    AXES, BEGINNING, BOTH, COMMON, COUNTING, ENDING, FINISHING, GENERIC, IMPROVING, LEADING, MAKING, SCOPES, SYNONYMS,
    TRAILING,
};

/// Most characters of a subject that are compared.
const LONGEST: usize = 40;

/// What kind of deed a verb is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Making,
    Improving,
    Ending,
    Beginning,
    Finishing,
    Other,
}

/// A subject in its compared form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The words left, scope and fillers taken off.
    pub(crate) core: String,
    /// Whose figure it is, one of the scope words.
    pub(crate) scope: Option<&'static str>,
    /// Pairs of neighbouring characters that tell something, sorted.
    pub(crate) pairs: Vec<(char, char)>,
    /// Says too little to be recognised.
    pub(crate) generic: bool,
    /// Its word of each line of [`AXES`].
    axes: Vec<Option<&'static str>>,
    deed: Deed,
}

/// How alike two subjects are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// The same words, perhaps of another scope.
    Same,
    /// One is the other with qualifying words; `true` when the second is the narrower one.
    Within(bool),
    /// So many telling pairs shared, of so many of the shorter one.
    Alike(usize, usize),
}

fn trimmed<'a>(mut words: &'a str, scope: &mut Option<&'static str>) -> &'a str {
    // Each round takes something off, so this ends.
    loop {
        let found = SCOPES.iter().find_map(|word| words.strip_prefix(word).map(|rest| (*word, rest)));
        if let Some((word, rest)) = found.filter(|(_, rest)| rest.chars().count() > 1) {
            *scope = Some(word);
            words = rest;
            continue;
        }
        match LEADING.iter().find_map(|word| words.strip_prefix(word)).filter(|rest| rest.chars().count() > 1) {
            Some(rest) => words = rest,
            None => break,
        }
    }
    while let Some(rest) = TRAILING.iter().find_map(|w| words.strip_suffix(w)).filter(|rest| rest.chars().count() > 1) {
        words = rest;
    }
    words
}

/// “百千万”高产示范点: a campaign's name in quotation marks before the thing itself.
fn without_epithet(subject: &str) -> &str {
    let named = subject.strip_prefix('“').and_then(|rest| rest.split_once('”'));
    named.map(|(_, rest)| rest).filter(|rest| rest.chars().count() >= 5 && !rest.contains('“')).unwrap_or(subject)
}

fn deed(action: &str) -> Deed {
    let any = |words: &[&str]| words.iter().any(|word| action.contains(word));
    if any(ENDING) {
        Deed::Ending
    } else if any(BOTH) {
        Deed::Other
    } else if any(IMPROVING) {
        Deed::Improving
    } else if any(MAKING) {
        Deed::Making
    } else if any(FINISHING) {
        Deed::Finishing
    } else if any(BEGINNING) {
        Deed::Beginning
    } else {
        Deed::Other
    }
}

impl Subject {
    /// From the words of subject and verb as written.
    pub(crate) fn new(subject: &str, action: &str) -> Self {
        let mut plain = String::with_capacity(subject.len());
        let mut depth = 0_usize;
        for c in without_epithet(subject).chars() {
            match c {
                '（' | '(' => depth += 1,
                '）' | ')' => depth = depth.saturating_sub(1),
                '“' | '”' | '‘' | '’' | '《' | '》' | '"' => {}
                '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
                    plain.extend(char::from_u32(u32::from(c) - 0xfee0).filter(|_| depth == 0));
                }
                c if depth == 0 && !c.is_whitespace() => plain.push(c),
                _ => {}
            }
        }
        for (written, compared) in SYNONYMS {
            if plain.contains(written) && !plain.contains(compared) {
                plain = plain.replace(written, compared);
            }
        }
        let mut scope = None;
        let core = trimmed(&plain, &mut scope);
        // What is counted stands last; a longer run of words is no name.
        let from = core.char_indices().rev().nth(LONGEST - 1).map_or(0, |(at, _)| at);
        let core = core.get(from..).unwrap_or_default().to_owned();
        let generic = core.chars().count() < 2 || GENERIC.contains(&core.as_str());
        let mut pairs: Vec<(char, char)> = core.chars().zip(core.chars().skip(1)).collect();
        pairs.retain(|(a, b)| !COMMON.iter().any(|common| common.chars().eq([*a, *b])));
        pairs.sort_unstable();
        pairs.dedup();
        let axes = AXES.iter().map(|axis| axis.iter().find(|word| core.contains(*word)).copied()).collect();
        Self { core, scope, pairs, generic, axes, deed: deed(action) }
    }

    /// Whether words of one line of [`AXES`] tell the two apart.
    fn excludes(&self, other: &Self) -> bool {
        let mut lines = self.axes.iter().zip(&other.axes);
        lines.any(|pair| matches!(pair, (Some(own), Some(others)) if own != others))
    }

    /// How alike the two are; `None` when they speak of different things.
    pub(crate) fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.generic || other.generic {
            return None;
        }
        if self.core == other.core {
            return Some(Likeness::Same);
        }
        if self.excludes(other) {
            return None;
        }
        let (own, others) = (self.core.chars().count(), other.core.chars().count());
        let (short, long) = if own <= others { (self, other) } else { (other, self) };
        if own != others
            && (own.min(others) >= 3 || long.core.ends_with(&short.core))
            && within(&short.core, &long.core)
        {
            // With 及 or 、 the longer one names more things, without it names fewer.
            let joined = long.core.contains(['及', '、', '和', '与']) && !short.core.contains(['及', '、', '和', '与']);
            return Some(Likeness::Within((own < others) != joined));
        }
        let shared = self.pairs.iter().filter(|pair| other.pairs.binary_search(pair).is_ok()).count();
        let of = self.pairs.len().min(other.pairs.len());
        (shared > 0).then_some(Likeness::Alike(shared, of))
    }

    /// Whether the verbs speak of different deeds on the same thing: made here, improved there.
    pub(crate) fn other_deed(&self, other: &Self) -> bool {
        let pair = [self.deed, other.deed];
        pair == [Deed::Making, Deed::Improving] || pair == [Deed::Improving, Deed::Making]
    }

    /// Whether the verbs cannot speak of the same number: taken away here and made there, begun here and finished there.
    pub(crate) fn opposed(&self, other: &Self) -> bool {
        let begun = [Deed::Beginning, Deed::Making];
        let one_way = |a: Deed, b: Deed| begun.contains(&a) && b == Deed::Finishing && a == Deed::Beginning;
        (self.deed == Deed::Ending) != (other.deed == Deed::Ending)
            || one_way(self.deed, other.deed)
            || one_way(other.deed, self.deed)
    }

    /// The last character: what kind of thing it is, for want of a dictionary.
    pub(crate) fn head(&self) -> Option<char> {
        self.core.chars().last()
    }
}

/// Whether the short one's characters stand in the long one in order, the last one at the end.
fn within(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().last() == long.chars().last() && short.chars().all(|c| rest.any(|other| other == c))
}

/// The counting word that stands for all of its kind; any other unit as it is.
pub(crate) fn unit_class(unit: &str) -> &str {
    COUNTING.iter().find(|words| words.contains(&unit)).and_then(|words| words.first()).copied().unwrap_or(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_of_subjects() {
        let check = |one: &str, other: &str, expected: Option<Likeness>| {
            assert_eq!(Subject::new(one, "").likeness(&Subject::new(other, "")), expected, "{one} / {other}");
        };
        check("老旧小区", "老旧小区", Some(Likeness::Same));
        check("市属规上工业增加值", "规模以上工业增加值", Some(Likeness::Same));
        check("奶牛存栏", "奶牛存栏量", Some(Likeness::Same));
        check("城镇新增就业", "城镇就业", Some(Likeness::Same));
        check("养老服务中心", "区域养老服务中心", Some(Likeness::Within(true)));
        check("供排水管网", "城镇供排水及燃气管网", Some(Likeness::Within(false)));
        check("营运柴油货车", "老旧柴油货车", Some(Likeness::Alike(3, 5)));
        check("“百千万”高产示范点", "粮棉高产示范点", Some(Likeness::Within(true)));
        check("城镇居民人均可支配收入", "农村居民人均可支配收入", None);
        check("出口总额", "进口总额", None);
        check("项目", "项目", None);
        check("牛存栏", "牛出栏", None);
        check("", "", None);
    }

    #[test]
    fn deeds() {
        let check = |one: &str, other: &str, differ: bool, opposed: bool| {
            let (one, other) = (Subject::new("老旧小区", one), Subject::new("老旧小区", other));
            assert_eq!((one.other_deed(&other), one.opposed(&other)), (differ, opposed));
        };
        check("新建", "提升改造", true, false);
        check("新改建", "改造", false, false);
        check("淘汰", "新增", false, true);
        check("淘汰", "报废", false, false);
        check("新增", "建设", false, false);
    }

    #[test]
    fn counting_words() {
        assert_eq!(unit_class("台"), "个");
        assert_eq!(unit_class("场次"), "场");
        assert_eq!(unit_class("亩"), "亩");
    }
}
