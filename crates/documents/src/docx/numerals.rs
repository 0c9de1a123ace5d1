//! How a list's number is written (ECMA-376 part 1, 17.18.59 `ST_NumberFormat`).

/// The number in a format; `None` where the format shows none.
pub(super) fn written(number: u32, format: &str) -> Option<String> {
    Some(match format {
        "none" | "bullet" => return None,
        "decimalZero" => format!("{number:02}"),
        "decimalFullWidth" | "decimalFullWidth2" => {
            number.to_string().chars().filter_map(|c| char::from_u32(u32::from(c) + 0xfee0)).collect()
        }
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => {
            enclosed(number, '①', 20).unwrap_or_else(|| number.to_string())
        }
        "decimalEnclosedParen" => enclosed(number, '⑴', 20).unwrap_or_else(|| format!("({number})")),
        "decimalEnclosedFullstop" => enclosed(number, '⒈', 20).unwrap_or_else(|| format!("{number}.")),
        "ideographEnclosedCircle" => enclosed(number, '㊀', 10).unwrap_or_else(|| number.to_string()),
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital"
        | "taiwaneseDigital"
        | "japaneseDigitalTenThousand" => chinese(number),
        "chineseLegalSimplified" | "ideographLegalTraditional" => legal(&chinese(number)),
        "ideographTraditional" => of_ring(number, "甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => of_ring(number, "子丑寅卯辰巳午未申酉戌亥"),
        "upperLetter" => letters(number, b'A'),
        "lowerLetter" => letters(number, b'a'),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        _ => number.to_string(),
    })
}

fn enclosed(number: u32, first: char, most: u32) -> Option<String> {
    let place = number.checked_sub(1).filter(|place| *place < most)?;
    char::from_u32(u32::from(first) + place).map(String::from)
}

/// 一, 十二, 一百零三; beyond 9,999 in digits.
fn chinese(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if number > 9_999 {
        return number.to_string();
    }
    let digit = |value: u32| usize::try_from(value).ok().and_then(|value| DIGITS.get(value)).copied();
    let (mut out, mut zero) = (String::new(), false);
    for (scale, unit) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let value = number / scale % 10;
        if value == 0 {
            zero = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut zero) {
            out.push('零');
        }
        // 十二, not 一十二.
        if !(scale == 10 && value == 1 && out.is_empty()) {
            out.extend(digit(value));
        }
        out.push_str(unit);
    }
    if out.is_empty() { "零".to_owned() } else { out }
}

/// The digits of contracts and cheques.
fn legal(chinese: &str) -> String {
    const PLAIN: &str = "一二三四五六七八九十百千";
    const LEGAL: &str = "壹贰叁肆伍陆柒捌玖拾佰仟";
    let legal = |c| PLAIN.chars().zip(LEGAL.chars()).find(|(plain, _)| *plain == c).map_or(c, |(_, legal)| legal);
    chinese.chars().map(legal).collect()
}

fn of_ring(number: u32, ring: &str) -> String {
    let length = ring.chars().count();
    let place = usize::try_from(number.saturating_sub(1)).unwrap_or(0) % length;
    ring.chars().nth(place).map(String::from).unwrap_or_default()
}

/// A to Z, then AA to ZZ.
fn letters(number: u32, first: u8) -> String {
    let place = number.saturating_sub(1);
    let letter = first + u8::try_from(place % 26).unwrap_or(0);
    char::from(letter).to_string().repeat(usize::try_from(place / 26).unwrap_or(0).min(9) + 1)
}

fn roman(number: u32) -> String {
    const STEPS: [(u32, &str); 13] = [
        (1_000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = number.min(3_999);
    let mut out = String::new();
    for (value, letters) in STEPS {
        while rest >= value {
            out.push_str(letters);
            rest -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |number, format, expected: &str| assert_eq!(written(number, format).as_deref(), Some(expected));
        check(1, "chineseCounting", "一");
        check(10, "chineseCountingThousand", "十");
        check(21, "japaneseCounting", "二十一");
        check(105, "chineseCountingThousand", "一百零五");
        check(110, "chineseCountingThousand", "一百一十");
        check(12, "chineseLegalSimplified", "拾贰");
        check(3, "decimalEnclosedCircle", "③");
        check(7, "decimalFullWidth", "７");
        check(2, "ideographTraditional", "乙");
        check(27, "lowerLetter", "aa");
        check(14, "upperRoman", "XIV");
        check(9, "decimalZero", "09");
        check(5, "something new", "5");
        assert_eq!(written(1, "bullet"), None, "a bullet is no number");
    }
}
