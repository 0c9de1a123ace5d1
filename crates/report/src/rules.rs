//! The names of the rules that fill fields, with one line on what each does.

use std::num::NonZeroU8;

/// Every rule by name, with its meaning. The names in [`crate::Reason::rule`] are all listed here.
pub const RULES: &[(&str, &str)] = &[
    ("set-by-section", "the section's kind says whether its statements are promised or done"),
    ("set-by-past-words", "去年, 截至 or a past year opens the clause: done"),
    ("set-by-future-words", "将 before a verb or a year to come: promised"),
    ("set-without-section", "no heading tells; taken as promised"),
    ("number-with-unit", "a number and a known unit"),
    ("ratio-member", "a member of A:B:C"),
    ("no-number", "a commitment without a number"),
    ("bound-plain", "no bound word: exactly"),
    ("bound-before", "a bound word stands before the number (约, 超, 不低于)"),
    ("bound-after", "a bound word stands after the unit (以上, 左右, 以内)"),
    ("bound-shared", "分别: the bound word after the last number of the list is meant for all"),
    ("bound-more", "余 or 多 inside the number"),
    ("bound-range", "a range: the lower end, at least"),
    ("role-reaches", "a verb with 到 or 至 brings to a value"),
    ("role-from-to", "从 A … B: level B, from A"),
    ("role-changes", "a verb of change governs the number"),
    ("role-stands", "达, 突破, 占 or the like: the value stands at"),
    ("role-delivers", "a verb of delivery governs the number"),
    ("role-indicator", "a named indicator without a verb, or with 实现"),
    ("role-counts", "a count of things or people"),
    ("role-share", "a percentage with no verb of change is a level"),
    ("role-as-before", "carries the role of the number before it in the list"),
    ("attribute-rating", "a rating or size before the thing it describes"),
    ("attribute-duration", "a duration of a policy, a streak or an age"),
    ("attribute-introduces", "a number before another number that counts the same thing"),
    ("attribute-range", "a range that describes who or what"),
    ("attribute-introducing-count", "a count that only introduces a total"),
    ("action-adjacent", "the verb just before the number"),
    ("action-head", "the verb that leads the clause or list item"),
    ("action-inside", "a verb inside the clause before the number"),
    ("action-after", "the predicate after the counted noun"),
    ("action-carried", "the verb of the list item before"),
    ("action-none", "no verb governs the number"),
    ("subject-before", "the noun before the number or its verb"),
    ("subject-after", "the noun after the number"),
    ("subject-object", "what the following verb acts on"),
    ("subject-paired", "分别: the listed subjects and numbers are paired in order"),
    ("subject-carried", "the subject of the number before"),
    ("subject-none", "no noun found"),
    ("due-year", "an explicit year to come"),
    ("due-month", "an explicit month of the year"),
    ("due-years", "within so many years"),
    ("due-plan", "the end of a five-year plan"),
    ("commitment-verb", "a verb of action leads a clause of the plan and has an object"),
    ("veto-quoted-name", "a number inside quotation marks or a title belongs to a name"),
    ("veto-ordinal", "第 or 前 before it, or a rank: an ordinal"),
    ("veto-name", "letters, + or · join it to a name (S231, 5G, 2+5)"),
    ("veto-vague", "数十, 几百: no number to check"),
    ("veto-fraction", "a fraction that has no exact decimal"),
    ("veto-long-digits", "too many digits for an exact value"),
    ("veto-ratio-of-two", "two numbers with a colon: a time or a score"),
    ("veto-no-unit", "no unit follows"),
    ("veto-year", "years of the calendar"),
    ("veto-date-or-name", "a date, an edition or a numbered thing"),
    ("veto-per", "每 before it: the denominator of a rate"),
    ("veto-idiom", "a Chinese numeral that belongs to a word or a programme's name"),
];

/// What a rule does, by its name.
#[must_use]
pub fn meaning(rule: &str) -> Option<&'static str> {
    RULES.iter().find(|(name, _)| *name == rule).map(|(_, meaning)| *meaning)
}

/// A rule that fills a field, in one byte: its place in [`RULES`], counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule(NonZeroU8);

impl Rule {
    /// The rule of this name; asked by [`rule!`] while the program is compiled.
    pub(crate) const fn named(name: &str) -> Self {
        let mut place = 0;
        while !same(RULES[place].0.as_bytes(), name.as_bytes()) {
            place += 1;
        }
        assert!(place < 255, "a rule has one byte");
        // The line before keeps it within a byte.
        #[expect(clippy::cast_possible_truncation, reason = "at most 255")]
        match NonZeroU8::new((place + 1) as u8) {
            Some(number) => Self(number),
            None => Self(NonZeroU8::MIN),
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        RULES.get(usize::from(self.0.get()) - 1).map_or("", |(name, _)| name)
    }
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The rule of a name; a name that [`RULES`] does not list is not compiled.
macro_rules! rule {
    ($name:literal) => {
        const { $crate::rules::Rule::named($name) }
    };
}

pub(crate) use rule;
