//! Words for people, in both languages of the screens: what every crate above says them with.

use serde::{Deserialize, Serialize};

/// The same words in Chinese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Two {
    /// 简体中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Two {
    /// Both wordings.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}
