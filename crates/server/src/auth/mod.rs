//! Who is asking: sessions, Basic credentials, the word every form carries, and the limit on guessing.

pub(crate) mod csrf;
pub(crate) mod limit;
pub(crate) mod verified;
