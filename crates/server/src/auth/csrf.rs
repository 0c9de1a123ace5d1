//! Forms are only taken from our own pages.

use axum::http::{HeaderMap, header};

/// Compares without telling by time how much was right.
pub(crate) fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.is_empty() || left.len() != right.len() {
        return false;
    }
    let difference = left.iter().zip(right).fold(0_u8, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(difference) == 0
}

/// Whether a request comes from our own pages as far as the browser says. A client that says nothing is no browser
/// that could be led astray; browsers say `Origin` with every form they send.
pub(crate) fn own_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    let host = text(header::HOST.as_str()).unwrap_or_default();
    match text(header::ORIGIN.as_str()) {
        None => true,
        Some(origin) => {
            let named = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            named.is_some_and(|named| named.eq_ignore_ascii_case(host))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn words_are_compared_whole() {
        for (left, right, expected) in
            [("abc", "abc", true), ("abc", "abd", false), ("abc", "ab", false), ("", "", false)]
        {
            assert_eq!(same(left, right), expected, "{left:?} {right:?}");
        }
    }

    #[test]
    fn other_origins_are_told_apart() {
        for (origin, site, expected) in [
            (None, None, true),
            (Some("http://city.example"), None, true),
            (Some("https://city.example"), Some("same-origin"), true),
            (Some("https://evil.example"), None, false),
            (Some("null"), None, false),
            (None, Some("cross-site"), false),
            (None, Some("same-site"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("city.example"));
            if let Some(origin) = origin {
                headers.insert("origin", HeaderValue::from_static(origin));
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            assert_eq!(own_origin(&headers), expected, "{origin:?} {site:?}");
        }
    }
}
