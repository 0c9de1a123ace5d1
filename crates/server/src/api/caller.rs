//! Who calls: Basic credentials, or a session of the pages with its word in a header.

use crate::auth::csrf;
use crate::context::SESSION_COOKIE;
use crate::error::Answer;
use crate::state::AppState;
use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::extract::CookieJar;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::time::Instant;
use tingzhou_platform::PlatformError;
use tingzhou_platform::ledger::Actor;

fn basic(headers: &HeaderMap) -> Option<Result<(String, String), Answer>> {
    let value = headers.get(header::AUTHORIZATION)?;
    let read = || {
        let text = value.to_str().ok()?;
        let (scheme, rest) = text.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
        let (name, password) = decoded.split_once(':')?;
        Some((name.to_owned(), password.to_owned()))
    };
    Some(read().ok_or_else(|| Answer::from(PlatformError::SignInFailed)))
}

async fn verified(state: &AppState, name: &str, password: &str) -> Result<Actor, Answer> {
    let now = Instant::now();
    if let Some(actor) = state.verified.find(name, password, now) {
        return Ok(actor);
    }
    if let Some(wait) = state.limit.wait(name, now) {
        let mut answer = Answer::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-failures",
            "失败次数过多，请稍后再试。",
            "Too many failures; try again later.",
        );
        answer.retry_after = Some(wait.as_secs().saturating_add(1));
        return Err(answer);
    }
    match state.platform.verify_password(name, password).await {
        Ok(actor) => {
            state.limit.succeeded(name);
            state.verified.keep(name, password, actor.clone(), Instant::now());
            Ok(actor)
        }
        Err(error) => {
            if matches!(error, PlatformError::SignInFailed) {
                state.limit.failed(name, now);
            }
            Err(error.into())
        }
    }
}

/// Who reads; `None` for the public.
pub(crate) async fn reader(state: &AppState, headers: &HeaderMap) -> Result<Option<Actor>, Answer> {
    if let Some(credentials) = basic(headers) {
        let (name, password) = credentials?;
        return verified(state, &name, &password).await.map(Some);
    }
    let jar = CookieJar::from_headers(headers);
    let Some(token) = jar.get(SESSION_COOKIE) else { return Ok(None) };
    Ok(state.platform.session(token.value()).await?.map(|s| s.actor))
}

/// Who writes. A session must show the word of its forms: a browser sends cookies for other sites' forms too.
pub(crate) async fn writer(state: &AppState, headers: &HeaderMap) -> Result<Actor, Answer> {
    if let Some(credentials) = basic(headers) {
        let (name, password) = credentials?;
        return verified(state, &name, &password).await;
    }
    let jar = CookieJar::from_headers(headers);
    let session = match jar.get(SESSION_COOKIE) {
        Some(token) => state.platform.session(token.value()).await?,
        None => None,
    };
    let session = session.ok_or_else(Answer::sign_in_first)?;
    let word = headers.get("x-csrf-token").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !csrf::own_origin(headers) || !csrf::same(word, &session.csrf) {
        return Err(Answer::foreign_form());
    }
    Ok(session.actor)
}

/// The version a write is based on, from `If-Match: "v7"` or, as tasks are read, `"v7-20251031"`.
pub(crate) fn version(headers: &HeaderMap) -> Result<u64, Answer> {
    let given = headers.get(header::IF_MATCH).ok_or_else(|| {
        Answer::new(
            StatusCode::PRECONDITION_REQUIRED,
            "if-match-missing",
            "请在 If-Match 中给出任务的 ETag（先读取任务）。",
            "Give the task's ETag in If-Match; read the task first.",
        )
    })?;
    let text = given.to_str().unwrap_or_default().trim();
    let tag = text.strip_prefix("\"v").and_then(|t| t.strip_suffix('"'));
    let number = tag.map(|t| t.split_once('-').map_or(t, |(version, _)| version)).and_then(|t| t.parse().ok());
    number.ok_or_else(|| {
        Answer::new(
            StatusCode::PRECONDITION_FAILED,
            "if-match-unknown",
            "If-Match 不是这个任务的 ETag；形如 \"v7\"。",
            "If-Match is not an ETag of a task; it looks like \"v7\".",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn versions_are_strong_etags() {
        for (given, expected) in
            [("\"v7\"", Ok(7)), ("\"v7-20251031\"", Ok(7)), ("W/\"v7\"", Err(412)), ("*", Err(412)), ("7", Err(412))]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_str(given).unwrap());
            assert_eq!(version(&headers).map_err(|a| a.status.as_u16()), expected, "{given}");
        }
        assert_eq!(version(&HeaderMap::new()).map_err(|a| a.status.as_u16()), Err(428));
    }
}
