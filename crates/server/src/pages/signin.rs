//! Signing in and out.

use crate::auth::csrf;
use crate::context::{Chrome, Ctx, Nav, SESSION_COOKIE};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, SameSite};
use std::time::Instant;
use tingzhou_platform::PlatformError;

#[derive(Template)]
#[template(path = "signin.html")]
struct SignInPage {
    c: Chrome,
    name: String,
    next: String,
    message: Option<String>,
}

/// Where to go after signing in: a page of this site, nothing else.
fn safe_next(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if own { next } else { "/me" }
}

fn cookie(ctx: &Ctx, value: String) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(ctx.state.settings.secure_cookies)
        .build()
}

fn with_cookie(mut response: Response, cookie: &Cookie<'_>) -> Response {
    // A cookie's text is made of token characters, so it is a header's text.
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// `GET /signin`
pub(crate) async fn form(ctx: Ctx) -> PageResult {
    let next = ctx.query("next").unwrap_or_default();
    let template =
        SignInPage { name: String::new(), next: safe_next(&next).to_owned(), message: None, c: ctx.chrome(Nav::None) };
    page_with(StatusCode::OK, &template)
}

/// `POST /signin`
pub(crate) async fn sign_in(ctx: Ctx, fields: Fields) -> PageResult {
    if !ctx.own_origin() {
        return Err(Answer::foreign_form().into());
    }
    let (name, next) = (fields.get("name").trim(), safe_next(fields.get("next")));
    if let Some(wait) = ctx.state.limit.wait(name, Instant::now()) {
        let seconds = wait.as_secs().saturating_add(1);
        let mut answer = Answer::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-failures",
            format!("失败次数过多，请 {seconds} 秒后再试。"),
            format!("Too many failures; try again in {seconds} seconds."),
        );
        answer.retry_after = Some(seconds);
        return Err(answer.into());
    }
    match ctx.platform().sign_in(name, fields.get("password")).await {
        Ok(signed) => {
            ctx.state.limit.succeeded(name);
            Ok(with_cookie(Redirect::to(next).into_response(), &cookie(&ctx, signed.token)))
        }
        Err(error @ PlatformError::SignInFailed) => {
            ctx.state.limit.failed(name, Instant::now());
            let message = ctx.lang.of(&Answer::from(error).message).to_owned();
            let c = ctx.chrome(Nav::None);
            let template = SignInPage { name: name.to_owned(), next: next.to_owned(), message: Some(message), c };
            page_with(StatusCode::UNAUTHORIZED, &template)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /signout`
pub(crate) async fn sign_out(ctx: Ctx, fields: Fields) -> PageResult {
    let session = ctx.session.as_ref().map(|s| s.csrf.as_str()).unwrap_or_default();
    if !ctx.own_origin() || !csrf::same(fields.get("csrf"), session) {
        return Err(Answer::foreign_form().into());
    }
    if let Some(token) = &ctx.token {
        ctx.platform().sign_out(token).await?;
    }
    let mut gone = cookie(&ctx, String::new());
    gone.make_removal();
    Ok(with_cookie(Redirect::to("/").into_response(), &gone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_come_next() {
        for (next, expected) in [
            ("/tasks?light=red", "/tasks?light=red"),
            ("//evil.example", "/me"),
            ("https://evil.example", "/me"),
            ("/\\evil.example", "/me"),
            ("", "/me"),
            ("/a\r\nSet-Cookie: x", "/me"),
        ] {
            assert_eq!(safe_next(next), expected, "{next:?}");
        }
    }
}
