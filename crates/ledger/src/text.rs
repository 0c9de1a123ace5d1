//! Words people give: trimmed, not too long, and there when they must be.

use crate::refusal::Refusal;

/// Words of at most so many characters, without NUL; they may be missing.
pub(crate) fn within(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() <= most && !text.contains('\0') {
        return Ok(text.to_owned());
    }
    Err(Refusal::invalid(
        "text-too-long",
        field,
        format!("最多 {most} 字，且不含空字符；请缩短。"),
        format!("At most {most} characters without NUL; shorten it."),
    ))
}

/// The same, and they must be there.
pub(crate) fn given(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let found = within(field, text, most)?;
    if found.is_empty() {
        return Err(Refusal::invalid("text-missing", field, "请填写这一项。", "Please fill this in."));
    }
    Ok(found)
}
