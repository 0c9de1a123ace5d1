//! What is wrong with data a city brings, each mistake with its place.

use crate::Two;

/// Something wrong in a definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {}", message.en)]
pub struct Mistake {
    /// Where: `types.AirQualityObserved.pm25.min`.
    pub place: String,
    /// A stable name for programs.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: Two,
}

impl Mistake {
    pub(crate) fn new(
        place: impl Into<String>,
        code: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { place: place.into(), code, message: Two::new(zh, en) }
    }

    /// A mistake when words for people are missing.
    pub(crate) fn unnamed(place: &str, name: &Two) -> Option<Self> {
        let missing = name.zh.trim().is_empty() || name.en.trim().is_empty();
        missing
            .then(|| Self::new(place, "unnamed", "缺少中文或英文名称。", "Give the words in Chinese and in English."))
    }

    /// Something that stands twice.
    pub(crate) fn twice(place: impl Into<String>) -> Self {
        Self::new(place, "twice", "出现了两次；请删去一个。", "It stands twice; take one out.")
    }
}
