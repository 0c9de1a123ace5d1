//! The two languages of the screens. Every word stands once, with both wordings: a missing one does not compile.

/// A table of words: a structure with a field for each, filled in once for each language.
macro_rules! words_table {
    ($(#[$doc:meta])* $name:ident; $($key:ident: $zh:literal, $en:literal;)*) => {
        $(#[$doc])*
        pub(crate) struct $name {
            $(pub(crate) $key: &'static str,)*
        }

        pub(crate) static ZH: $name = $name { $($key: $zh,)* };
        pub(crate) static EN: $name = $name { $($key: $en,)* };

        #[cfg(test)]
        pub(super) static ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $zh, $en),)*];
    };
}

mod city;
mod measures;
mod orders;
mod rules;
mod scenarios;
mod words;

pub(crate) use city::CityWords;
pub(crate) use measures::MeasureWords;
pub(crate) use orders::OrderWords;
pub(crate) use rules::rule;
pub(crate) use scenarios::ScenarioWords;
pub(crate) use words::{EN, Words, ZH};

use tingzhou_platform::ledger::Two;

/// A language of the screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// As it stands in `lang="…"`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    pub(crate) fn other_tag(self) -> &'static str {
        match self {
            Self::Zh => "en",
            Self::En => "zh-CN",
        }
    }

    pub(crate) fn of(self, two: &Two) -> &str {
        match self {
            Self::Zh => &two.zh,
            Self::En => &two.en,
        }
    }
}

/// The words of the city's instruments in a language.
pub(crate) fn city_words(lang: Lang) -> &'static CityWords {
    match lang {
        Lang::Zh => &city::ZH,
        Lang::En => &city::EN,
    }
}

/// The words of work orders, drills and gas in a language.
pub(crate) fn order_words(lang: Lang) -> &'static OrderWords {
    match lang {
        Lang::Zh => &orders::ZH,
        Lang::En => &orders::EN,
    }
}

/// The words of air and parking in a language.
pub(crate) fn scenario_words(lang: Lang) -> &'static ScenarioWords {
    match lang {
        Lang::Zh => &scenarios::ZH,
        Lang::En => &scenarios::EN,
    }
}

/// The words of measures in a language.
pub(crate) fn measure_words(lang: Lang) -> &'static MeasureWords {
    match lang {
        Lang::Zh => &measures::ZH,
        Lang::En => &measures::EN,
    }
}

/// The words of a language.
pub(crate) fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_both_languages() {
        let tables = [words::ALL, city::ALL, measures::ALL, orders::ALL, scenarios::ALL];
        for (key, zh, en) in tables.into_iter().flatten() {
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{key} is empty");
            let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            if *key != "other_language" {
                assert!(!chinese(en) || key.ends_with("_hint"), "{key} is not English: {en}");
            }
        }
    }
}
