//! A number with its unit, or the named reason why it is none.

use rust_decimal::Decimal;

use crate::glyph::{Glyph, at, glyphs, holds_any, says, says_any};
use crate::lexicon::{Found, UnitKind, bound_after, units};
use crate::numeral::{Number, number};
use crate::rules::{Rule, rule};
use crate::types::{Bound, Span};

/// A number and its unit, in glyph positions.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) start: usize,
    /// One past the unit.
    pub(crate) end: usize,
    /// One past the bound word that follows, if any.
    pub(crate) after: usize,
    pub(crate) value: Decimal,
    pub(crate) kind: UnitKind,
    pub(crate) unit: &'static str,
    pub(crate) bare: bool,
    pub(crate) chinese: bool,
    /// The bound said inside or after the number.
    pub(crate) bound: Option<(Bound, Rule)>,
    /// The lower end of a range.
    pub(crate) range: bool,
    /// A member of a ratio A:B:C.
    pub(crate) ratio: bool,
    /// What keeps the number from being more than a description.
    pub(crate) describes: bool,
}

/// What stands at a place where a number begins.
#[derive(Clone, Debug)]
pub(crate) enum Scanned {
    /// A quantity.
    Quantity(Measured),
    /// A year of the calendar, and where it ends.
    Year(i16, usize),
    /// A month of the year, and where it ends.
    Month(i8, usize),
    /// A span of years, and where it ends.
    Years(u16, usize),
    /// No quantity: the veto and where to go on.
    Veto(&'static str, usize),
    /// A Chinese digit that is only a part of a word.
    Word(usize),
}

fn before(glyphs: &[Glyph], i: usize, back: usize) -> char {
    i.checked_sub(back).map_or('\0', |p| at(glyphs, p))
}

/// Reads what stands at `i`, a place where a number may begin. `glyphs` ends where the clause ends.
pub(crate) fn scan(glyphs: &[Glyph], i: usize) -> Option<Scanned> {
    if let Some((unit, word)) = [("%", "百分之"), ("‰", "千分之")].iter().find(|(_, word)| says(glyphs, i, word))
    {
        let first = i + word.chars().count();
        return Some(match number(glyphs, first) {
            Some(Number { value: Some(value), end, .. }) if end > first => {
                Scanned::Quantity(finish(glyphs, i, end, value, UnitKind::Share, unit))
            }
            _ => Scanned::Word(first),
        });
    }
    let first = number(glyphs, i)?;
    let end = first.end;
    if let Some(veto) = name_veto(glyphs, i, end) {
        return Some(Scanned::Veto(veto, past_name(glyphs, end)));
    }
    if says(glyphs, end, "分之") {
        return Some(Scanned::Veto("veto-fraction", number(glyphs, end + 2).map_or(end + 2, |n| n.end)));
    }
    let Some(mut value) = first.value else {
        return Some(if first.chinese { Scanned::Word(end) } else { Scanned::Veto("veto-long-digits", end) });
    };
    if at(glyphs, end) == ':' {
        return Some(Scanned::Veto("veto-ratio-of-two", end + 1));
    }
    let mut last = first;
    let mut range = false;
    let own_unit = units().longest(glyphs.get(end..).unwrap_or_default());
    let (gap_at, same_unit) = own_unit.map_or((end, 0), |unit| (end + unit.len, unit.len));
    for from in [end, gap_at] {
        if let Some(second) = range_end(glyphs, i, from) {
            let joined = number(glyphs, second).filter(|n| n.value.is_some() && n.chinese == first.chinese);
            if let Some(second) = joined {
                let unit_of_second = units().longest(glyphs.get(second.end..).unwrap_or_default());
                if from == gap_at && same_unit > 0 && unit_of_second != own_unit {
                    break;
                }
                if first.scale == 1 && second.scale > 1 {
                    value = value.checked_mul(Decimal::from(second.scale))?;
                }
                last = second;
                range = true;
            }
            break;
        }
    }
    let unit = if range { units().longest(glyphs.get(last.end..).unwrap_or_default()) } else { own_unit };
    let Some(unit) = unit.and_then(|unit| standing_unit(glyphs, last.end, unit)) else {
        if let Some(measured) = unitless(glyphs, i, last, value) {
            return Some(Scanned::Quantity(measured));
        }
        if last.chinese && !last.bare {
            return Some(Scanned::Word(last.end));
        }
        // A size without a unit before a thing it describes: 千亿集群.
        return Some(Scanned::Veto("veto-no-unit", last.end));
    };
    let kind = UnitKind::of(unit.extra);
    let unit_end = last.end + unit.len;
    if kind == UnitKind::Time
        && at(glyphs, last.end) == '年'
        && unit.len == 1
        && let Some(year) = calendar_year(i, last, value)
    {
        return Some(if range { Scanned::Veto("veto-year", unit_end) } else { Scanned::Year(year, unit_end) });
    }
    if kind == UnitKind::Never {
        let month = i8::try_from(value).ok().filter(|m| at(glyphs, last.end) == '月' && (1..=12).contains(m));
        return Some(match month {
            Some(month) if !range => Scanned::Month(month, unit_end),
            _ if last.chinese => Scanned::Word(last.end),
            _ => Scanned::Veto("veto-date-or-name", unit_end),
        });
    }
    // 万元GDP能耗: the denominator of a rate.
    if last.bare
        && last.scale == 10_000
        && kind == UnitKind::Money
        && !matches!(at(glyphs, unit_end), '\0' | '、' | '以')
    {
        return Some(Scanned::Veto("veto-per", unit_end));
    }
    if let Some(veto) = place_veto(glyphs, i, unit_end) {
        return Some(Scanned::Veto(veto, unit_end));
    }
    if last.chinese {
        if kind == UnitKind::Time {
            let years = u16::try_from(value).ok().filter(|_| at(glyphs, last.end) == '年' && !last.bare);
            return Some(years.map_or(Scanned::Word(unit_end), |years| Scanned::Years(years, unit_end)));
        }
        if !counts(glyphs, i, last, kind, unit_end) {
            return Some(Scanned::Veto("veto-idiom", unit_end));
        }
    }
    let (kind, text) = match units().word(unit) {
        "百分点" => (kind, "个百分点"),
        "个" => points_follow(glyphs, unit_end).map_or((kind, "个"), |points| (UnitKind::Share, points)),
        text => (kind, text),
    };
    let mut measured = finish(glyphs, i, unit_end, value, kind, text);
    if kind == UnitKind::Times && at(glyphs, last.end) == '成' {
        tenths(glyphs, &mut measured);
    }
    if first.more || last.more {
        measured.bound = Some((Bound::Above, rule!("bound-more")));
    }
    if range {
        measured.bound = Some((Bound::AtLeast, rule!("bound-range")));
        measured.range = true;
    }
    measured.chinese = last.chinese;
    measured.bare = last.bare;
    Some(Scanned::Quantity(measured))
}

/// People counted without a measure word begin with one of these.
const PEOPLE: [&str; 34] = [
    "失业",
    "持证",
    "建档立卡",
    "常住",
    "务工",
    "退役",
    "儿童",
    "妇女",
    "青年",
    "家庭",
    "群众",
    "人民",
    "劳动力",
    "农民",
    "农牧民",
    "学生",
    "居民",
    "职工",
    "党员",
    "干部",
    "游客",
    "旅客",
    "市民",
    "各族",
    "贫困",
    "农村",
    "脱贫",
    "残疾",
    "老人",
    "老年人",
    "农业转移",
    "师生",
    "观众",
    "毕业生",
];

/// Words after which a multiplier alone is a mark that was passed: 突破千户.
const REACHED: [&str; 7] = ["突破", "超", "达", "过", "破", "逾", "稳在"];

/// Indicators whose values have no unit.
const INDICES: [&str; 6] = ["指数", "系数", "得分", "倍差", "税比", "之比"];

/// A number that states something though no unit follows it.
fn unitless(glyphs: &[Glyph], start: usize, last: Number, value: Decimal) -> Option<Measured> {
    let ends = |word: &str| {
        let length = word.chars().count();
        start.checked_sub(length).is_some_and(|place| says(glyphs, place, word))
    };
    let next = at(glyphs, last.end);
    if !last.chinese
        && matches!(next, '、' | '和')
        && let Some(measured) = shared_unit(glyphs, start, last, value, 0)
    {
        return Some(measured);
    }
    let people = !last.chinese && last.scale >= 1_000 && says_any(glyphs, last.end, &PEOPLE);
    let round = last.bare
        && last.scale >= 100_000_000
        && (matches!(next, '\0' | '、' | '，' | '以') || says(glyphs, last.end, "大关"))
        && REACHED.iter().any(|word| ends(word));
    let pure = matches!(next, '\0' | '、' | '，' | '左' | '以') && !last.chinese;
    let index = pure
        && (INDICES.iter().any(|word| ends(word) || ends(&format!("{word}达")) || ends(&format!("{word}为")))
            || (value.scale() > 0 && matches!(before(glyphs, start, 1), '至' | '到')));
    let kind = if people { UnitKind::Count } else { UnitKind::Share };
    let mut measured = (people || round || index).then(|| finish(glyphs, start, last.end, value, kind, ""))?;
    if last.more {
        measured.bound = Some((Bound::Above, rule!("bound-more")));
    }
    Some(measured)
}

/// 335、236万头: the number before takes the multiplier and unit of the one after.
fn shared_unit(glyphs: &[Glyph], start: usize, last: Number, value: Decimal, depth: u8) -> Option<Measured> {
    let second = number(glyphs, last.end + 1).filter(|second| !second.chinese && second.value.is_some())?;
    let unit = units()
        .longest(glyphs.get(second.end..).unwrap_or_default())
        .filter(|unit| unit_stands(glyphs, second.end, unit.len));
    let (kind, text, scale) = match unit {
        Some(unit) => (UnitKind::of(unit.extra), units().word(unit), second.scale),
        None if depth < 3 && matches!(at(glyphs, second.end), '、' | '和') => {
            let measured = shared_unit(glyphs, last.end + 1, second, second.value?, depth + 1)?;
            (measured.kind, measured.unit, 1)
        }
        None => return None,
    };
    if matches!(kind, UnitKind::Never | UnitKind::Time) || name_veto(glyphs, start, last.end).is_some() {
        return None;
    }
    let value = if last.scale == 1 { value.checked_mul(Decimal::from(scale))? } else { value };
    Some(finish(glyphs, start, last.end, value, kind, text))
}

/// 分别提高5个、3个百分点: the points are said once for all.
fn points_follow(glyphs: &[Glyph], mut end: usize) -> Option<&'static str> {
    // A row of this kind has few members.
    for _ in 0..4 {
        if !matches!(at(glyphs, end), '、' | '和') || !at(glyphs, end + 1).is_ascii_digit() {
            return None;
        }
        let next = number(glyphs, end + 1)?.end;
        let unit = units().longest(glyphs.get(next..)?)?;
        match units().word(unit) {
            "个百分点" => return Some("个百分点"),
            "个点" => return Some("个点"),
            "个" => end = next + 1,
            _ => return None,
        }
    }
    None
}

/// A ratio's member has at most 18 digits, as many commas, a point and a 余; more has no exact value.
const LONGEST_MEMBER: usize = 40;

/// Reads A:B:C at `i`: the places and values of its members.
pub(crate) fn ratio(glyphs: &[Glyph], i: usize) -> Option<Vec<Measured>> {
    // Few numbers are ratios: a look past what a first member can hold tells most of them, without reading the number.
    let first = (i..i + LONGEST_MEMBER).find(|i| !matches!(at(glyphs, *i), '0'..='9' | '.' | ',' | '余' | '多'))?;
    if at(glyphs, first) != ':' {
        return None;
    }
    let mut members = Vec::new();
    let mut place = i;
    loop {
        let member = number(glyphs, place).filter(|n| !n.chinese && n.scale == 1)?;
        let mut measured = finish(glyphs, place, member.end, member.value?, UnitKind::Share, "");
        measured.ratio = true;
        members.push(measured);
        if at(glyphs, member.end) != ':' || members.len() > 8 {
            break;
        }
        place = member.end + 1;
    }
    (members.len() >= 3).then_some(members)
}

fn finish(glyphs: &[Glyph], start: usize, end: usize, value: Decimal, kind: UnitKind, unit: &'static str) -> Measured {
    let mut measured = Measured {
        start,
        end,
        after: end,
        value: value.normalize(),
        kind,
        unit,
        bare: false,
        chinese: false,
        bound: None,
        range: false,
        ratio: false,
        describes: false,
    };
    if let Some((bound, len)) = bound_after(glyphs.get(end..).unwrap_or_default()) {
        measured.bound = Some((bound, rule!("bound-after")));
        measured.after = end + len;
    }
    measured
}

/// 七成五 is 7.5 成.
fn tenths(glyphs: &[Glyph], measured: &mut Measured) {
    let half = number(glyphs, measured.end).filter(|n| n.chinese && n.end == measured.end + 1);
    if let Some(tenth) = half.and_then(|n| n.value).filter(|tenth| *tenth < Decimal::TEN) {
        measured.value = (measured.value + tenth / Decimal::TEN).normalize();
        measured.end += 1;
        measured.after = measured.end;
    }
}

/// Where the second number of a range begins when one begins at `i`.
fn range_end(glyphs: &[Glyph], start: usize, i: usize) -> Option<usize> {
    let second = match at(glyphs, i) {
        '—' if at(glyphs, i + 1) == '—' => i + 2,
        '—' | '-' => i + 1,
        '至' | '到' if !matches!(before(glyphs, start, 1), '从' | '由') => i + 1,
        _ => return None,
    };
    at(glyphs, second).is_ascii_digit().then_some(second)
}

fn calendar_year(start: usize, last: Number, value: Decimal) -> Option<i16> {
    let year = i16::try_from(value).ok().filter(|year| (1900..2100).contains(year))?;
    let plain = !last.chinese && last.scale == 1 && !last.more && last.end.saturating_sub(start) >= 4;
    plain.then_some(year)
}

/// Names hold numbers too: S231, 5G, 2+5, 第3, 〔2022〕32.
fn name_veto(glyphs: &[Glyph], start: usize, end: usize) -> Option<&'static str> {
    if glyphs.get(start).is_some_and(|glyph| glyph.quoted) {
        return Some("veto-quoted-name");
    }
    let previous = before(glyphs, start, 1);
    if previous == '第' {
        return Some("veto-ordinal");
    }
    if previous.is_ascii_alphabetic() || matches!(previous, '+' | '·' | '.' | '〔' | '[' | '_' | '№' | 'Ⅰ' | 'Ⅱ' | '＋')
    {
        return Some("veto-name");
    }
    if previous == '-' && before(glyphs, start, 2).is_ascii_alphanumeric() {
        return Some("veto-name");
    }
    if matches!(previous, '数' | '几') && !glyphs.get(start).is_some_and(|glyph| glyph.c.is_ascii_digit()) {
        return Some("veto-vague");
    }
    let next = at(glyphs, end);
    if matches!(next, '+' | '·' | '〕' | ']' | '_') || (next == '×' && at(glyphs, end + 1).is_ascii_digit()) {
        return Some("veto-name");
    }
    if next.is_ascii_alphabetic() {
        let unit = units().longest(glyphs.get(end..).unwrap_or_default());
        let whole = unit.is_some_and(|unit| !at(glyphs, end + unit.len).is_ascii_alphanumeric());
        if !whole {
            return Some("veto-name");
        }
    }
    None
}

/// Goes past the rest of a name such as 2+5+N.
fn past_name(glyphs: &[Glyph], mut i: usize) -> usize {
    while at(glyphs, i).is_ascii_alphanumeric() || matches!(at(glyphs, i), '+' | '·' | '×') {
        i += 1;
    }
    i
}

/// Words before a number that make it a rank or a rate's denominator.
fn place_veto(glyphs: &[Glyph], start: usize, unit_end: usize) -> Option<&'static str> {
    let previous = before(glyphs, start, 1);
    if previous == '前'
        && !matches!(
            before(glyphs, start, 2),
            '目' | '日' | '年' | '月' | '此' | '之' | '以' | '提' | '当' | '底' | '末'
        )
    {
        return Some("veto-ordinal");
    }
    if previous == '每' {
        return Some("veto-per");
    }
    let unit = before(glyphs, unit_end, 1);
    // 园区2期、厂房3期等项目: which part of a works, not how many.
    if unit == '期' {
        let parts = (unit_end..unit_end + 12).take_while(|i| !matches!(at(glyphs, *i), '，' | '\0'));
        let mut parts = parts.filter(|i| before(glyphs, *i, 1) == '期');
        if parts.any(|i| at(glyphs, i) == '等')
            || ["项目", "工程", "建设", "投产"].iter().any(|w| says(glyphs, unit_end, w))
        {
            return Some("veto-ordinal");
        }
    }
    if matches!(unit, '位' | '名') {
        let rank = ["居", "列", "排名", "排", "升至", "跃升至", "跃居", "进位至", "升到", "前进至"];
        let ranked = rank.iter().any(|word| {
            let length = word.chars().count();
            start.checked_sub(length).is_some_and(|place| says(glyphs, place, word))
        });
        // 位居全国26位: the field of the ranking stands between.
        let among = ["居全", "列全", "排名", "居西", "列西", "居中国", "列中国"];
        let moved = matches!(before(glyphs, start, 1), '升' | '进' | '移' | '降' | '落' | '高' | '了');
        let ranked = ranked
            || !moved
                && (start.saturating_sub(10)..start)
                    .rev()
                    .take_while(|i| at(glyphs, *i) != '、')
                    .any(|i| among.iter().any(|word| says(glyphs, i, word)));
        if ranked {
            return Some("veto-ordinal");
        }
    }
    None
}

/// The longest unit at `i` that is not the beginning of another word: 套 in 套房屋.
fn standing_unit(glyphs: &[Glyph], i: usize, unit: Found) -> Option<Found> {
    if unit_stands(glyphs, i, unit.len) {
        return Some(unit);
    }
    let shorter = glyphs.get(i..i + unit.len - 1).filter(|shorter| !shorter.is_empty())?;
    units().longest(shorter).filter(|unit| unit_stands(glyphs, i, unit.len))
}

/// Whether the unit at `i` is not the beginning of another word.
fn unit_stands(glyphs: &[Glyph], i: usize, length: usize) -> bool {
    let next = at(glyphs, i + length);
    match (at(glyphs, i), length) {
        ('成', 1) => !matches!(
            next,
            '立' | '为' | '功' | '员' | '果' | '本' | '效' | '熟' | '品' | '交' | '长' | '就' | '绩' | '套' | '都'
        ),
        ('家', 1) => !matches!(next, '庭' | '长' | '电' | '具' | '居' | '政' | '禽' | '畜' | '校'),
        ('台', 1) => !matches!(next, '阶' | '账' | '风'),
        ('倍', 1) => !matches!(next, '体' | '增'),
        ('项', 1) => next != '目',
        ('大', 1) => next != '关',
        ('套', 2) => !matches!(next, '屋' | '间' | '产' | '子'),
        ('人', 1) => !matches!(next, '大' | '民' | '均' | '社' | '居' | '工'),
        ('金' | '银' | '铜', 1) => {
            next == '\0' || next.is_ascii_digit() || matches!(next, '、' | '）' | '和' | '的')
        }
        ('国' | '省' | '市' | '区' | '县', 1) => {
            !matches!(next, '级' | '属' | '道' | '内' | '外' | '域' | '企' | '资' | '有' | '场')
        }
        ('方', 1) => !matches!(next, '面' | '案' | '式' | '向' | '针' | '便' | '阵' | '舱'),
        ('分', 1) => false,
        ('本', 1) => !matches!(next, '科' | '市' | '地' | '级'),
        ('节', 1) => !matches!(next, '点' | '水' | '能' | '约' | '日'),
        ('部', 1) => !matches!(next, '门' | '队' | '分' | '委' | '署'),
        ('克' | '升' | '斤' | '担' | '里' | '丈' | '尺' | '字' | '页' | '载' | '床' | '道' | '门' | '口' | '根', 1) => {
            !matches!(next, '级' | '格' | '任' | '保' | '位' | '路' | '诊' | '岸' | '本' | '课')
        }
        _ => true,
    }
}

/// Things a Chinese numeral with a loose measure word does count.
const THINGS: [&str; 37] = [
    "集群",
    "产业链",
    "任务",
    "项目",
    "工程",
    "企业",
    "医院",
    "学校",
    "水库",
    "电站",
    "园区",
    "基地",
    "村",
    "县",
    "乡镇",
    "社区",
    "小区",
    "平台",
    "中心",
    "公园",
    "广场",
    "景区",
    "机场",
    "港口",
    "码头",
    "站",
    "场馆",
    "街区",
    "民生实事",
    "实事",
    "区县",
    "县区",
    "城市",
    "实验室",
    "病区",
    "厂",
    "线路",
];

/// Whether a Chinese numeral counts something the reader could check.
fn counts(glyphs: &[Glyph], start: usize, last: Number, kind: UnitKind, unit_end: usize) -> bool {
    let follows = |most: usize| {
        let rest = glyphs.get(unit_end..).unwrap_or_default();
        let end = rest.iter().take(most).take_while(|glyph| !matches!(glyph.c, '、' | '“' | '（')).count();
        rest.get(..end).unwrap_or_default()
    };
    let one = at(glyphs, start) == '一' && last.end == start + 1;
    let unit = at(glyphs, last.end);
    let reached = || {
        REACHED.iter().any(|word| {
            let length = word.chars().count();
            start.checked_sub(length).is_some_and(|place| says(glyphs, place, word))
        })
    };
    if last.bare && matches!(kind, UnitKind::Count | UnitKind::Rating) && reached() {
        return true;
    }
    if says(glyphs, start, "二套") {
        return false;
    }
    // 二十余次, 四批次: nobody says so of a name.
    let exact = !last.bare && !one;
    if exact
        && matches!(kind, UnitKind::Count | UnitKind::Loose)
        && (last.more || unit == '批' && unit_end > last.end + 1)
    {
        return true;
    }
    match kind {
        UnitKind::Times => match unit {
            '番' => before(glyphs, start, 1) == '翻',
            '折' => false,
            _ => !one || unit == '倍',
        },
        _ if one => false,
        UnitKind::Share | UnitKind::Money => true,
        UnitKind::Size => {
            !matches!(unit, '字' | '页' | '里' | '斤' | '尺' | '丈' | '度' | '担' | '方' | '克' | '升' | '米')
                || (!last.bare && unit == '米')
        }
        UnitKind::Rating => !last.bare,
        UnitKind::Count => {
            let solid = matches!(
                unit,
                '家' | '座'
                    | '所'
                    | '件'
                    | '台'
                    | '套'
                    | '户'
                    | '名'
                    | '人'
                    | '场'
                    | '辆'
                    | '艘'
                    | '架'
                    | '栋'
                    | '幢'
                    | '间'
                    | '株'
                    | '棵'
                    | '头'
                    | '处'
                    | '枚'
                    | '册'
                    | '宗'
                    | '羽'
                    | '只'
            );
            let follows = follows(12);
            let next = at(follows, 0);
            let named = || holds_any(follows, &["计划", "工程", "行动", "大会", "攻坚", "战略", "套", "之"]);
            let idiom = last.bare
                && (unit == '家'
                    || unit == '户'
                    || before(glyphs, start, 1) == '千'
                    || matches!(next, '万' | '千' | '百' | '级'));
            let idiom = idiom || matches!(next, '村' | '镇' | '乡');
            let loosely = || matches!(unit, '条' | '张' | '支' | '部' | '列' | '艘') && holds_any(follows, &THINGS);
            (solid && !idiom && !((last.bare || next == '套') && named())) || (loosely() && !last.bare)
        }
        UnitKind::Loose => unit == '个' && !last.bare && holds_any(follows(10), &THINGS),
        UnitKind::Time | UnitKind::Never => false,
    }
}

/// Reads a quantity on its own, as it stands in a report: `1.72万亩` is 17200 亩. Bound words may surround it.
///
/// Returns `None` when the text holds no quantity or more than one.
#[must_use]
pub fn parse_quantity(text: &str) -> Option<(Decimal, &'static str)> {
    let mut found = Vec::new();
    glyphs(text, Span { start: 0, end: text.len() }, &mut found, |_| {});
    let mut result = None;
    let mut i = 0;
    while i < found.len() {
        if !crate::numeral::may_begin(at(&found, i)) {
            i += 1;
            continue;
        }
        let bare = number(&found, i).filter(|n| n.end == found.len());
        let scanned = scan(&found, i);
        let (value, unit, end) = match (scanned, bare) {
            (Some(Scanned::Quantity(measured)), _) => (measured.value, measured.unit, measured.after),
            (Some(Scanned::Years(years, end)), _) => (Decimal::from(years), "年", end),
            (_, Some(bare)) => (bare.value?, "", bare.end),
            (Some(_), None) => lenient(&found, i)?,
            (None, None) => return None,
        };
        if result.is_some() {
            return None;
        }
        result = Some((value, unit));
        i = end.max(i + 1);
    }
    result
}

/// A quantity on its own needs no context to be believed.
fn lenient(glyphs: &[Glyph], i: usize) -> Option<(Decimal, &'static str, usize)> {
    let first = number(glyphs, i)?;
    let unit = units().longest(glyphs.get(first.end..)?)?;
    Some((first.value?, units().word(unit), first.end + unit.len))
}
