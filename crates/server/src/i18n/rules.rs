//! What the reader's rules mean, in Chinese; the reader itself says it in English.

use crate::i18n::Lang;

/// Rule, 中文.
const RULES: &[(&str, &str)] = &[
    ("set-by-section", "按所在部分判断承诺或成果"),
    ("set-by-past-words", "句首有“去年”“截至”或过去年份：成果"),
    ("set-by-future-words", "动词前有“将”或将来年份：承诺"),
    ("set-without-section", "没有标题可据，按承诺处理"),
    ("number-with-unit", "数字后有可识别的单位"),
    ("ratio-member", "A:B:C 比例中的一项"),
    ("no-number", "没有数量的承诺"),
    ("bound-plain", "没有限定词：等于"),
    ("bound-before", "数字前有限定词（约、超、不低于）"),
    ("bound-after", "单位后有限定词（以上、左右、以内）"),
    ("bound-more", "数字中有“余”或“多”"),
    ("bound-range", "区间：取下限，不少于"),
    ("bound-shared", "“分别”：最后一个数字后的限定词管全部"),
    ("role-reaches", "动词带“到”“至”：达到某值"),
    ("role-from-to", "从 A 到 B：达到 B，原为 A"),
    ("role-changes", "变化类动词管这个数字"),
    ("role-stands", "达、突破、占等：处于某值"),
    ("role-delivers", "完成类动词管这个数字"),
    ("role-indicator", "有名称的指标，没有动词或用“实现”"),
    ("role-counts", "对事物或人的计数"),
    ("role-share", "没有变化动词的百分数是水平"),
    ("role-as-before", "沿用并列中前一个数字的作用"),
    ("attribute-rating", "等级或规格，修饰后面的事物"),
    ("attribute-duration", "政策期限、连续时间或年龄"),
    ("attribute-introduces", "后面另有计同一事物的数字"),
    ("attribute-range", "描述对象的范围"),
    ("attribute-introducing-count", "只是引出总数的计数"),
    ("action-adjacent", "紧挨数字前的动词"),
    ("action-head", "分句或列项开头的动词"),
    ("action-inside", "数字前分句中的动词"),
    ("action-after", "被计数名词后的谓语"),
    ("action-carried", "沿用前一列项的动词"),
    ("action-none", "没有动词管这个数字"),
    ("subject-before", "数字或动词前的名词"),
    ("subject-after", "数字后的名词"),
    ("subject-object", "后面动词的宾语"),
    ("subject-paired", "“分别”：对象与数字依次对应"),
    ("subject-carried", "沿用前一个数字的对象"),
    ("subject-none", "没有找到名词"),
    ("due-year", "写明的将来年份"),
    ("due-month", "写明的年内月份"),
    ("due-years", "写明的若干年内"),
    ("due-plan", "五年规划期末"),
    ("commitment-verb", "计划部分由动作动词开头并有宾语的分句"),
    ("veto-quoted-name", "引号或书名号中的数字属于名称"),
    ("veto-ordinal", "前有“第”“前”或名次：序数"),
    ("veto-name", "与字母、+、· 相连，是名称（S231、5G）"),
    ("veto-vague", "数十、几百：没有可核对的数"),
    ("veto-fraction", "没有精确小数的分数"),
    ("veto-long-digits", "位数过多，无法精确取值"),
    ("veto-ratio-of-two", "冒号隔开的两个数：时间或比分"),
    ("veto-no-unit", "后面没有单位"),
    ("veto-year", "纪年"),
    ("veto-date-or-name", "日期、届次或编号"),
    ("veto-per", "前有“每”：比率的分母"),
    ("veto-idiom", "属于词语或项目名称的中文数字"),
];

/// What a rule means. One that has no Chinese here yet is said in English.
pub(crate) fn rule(lang: Lang, name: &str) -> String {
    let chinese = RULES.iter().find(|(rule, _)| *rule == name).map(|(_, words)| *words).filter(|_| lang == Lang::Zh);
    let words = chinese.or_else(|| tingzhou_platform::report::meaning(name)).unwrap_or(name);
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_said_in_both_languages() {
        for (name, english) in tingzhou_platform::report::RULES {
            assert_eq!(rule(Lang::En, name), *english);
            assert_ne!(rule(Lang::Zh, name), *english, "{name} needs its Chinese here");
        }
    }
}
