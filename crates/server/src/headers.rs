//! What every answer carries: headers that keep the pages to themselves, and the reader's choices as cookies.

use crate::context::{LANG_COOKIE, SIZE_COOKIE, parameter};
use crate::i18n::Lang;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, SameSite};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static("camera=(), microphone=(), geolocation=(self)"));
    response
}

/// Keeps the language and the text size a reader has asked for.
pub(crate) async fn remember(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let chosen = if request.method() == Method::GET && request.uri().query().is_some() {
        let query = request.uri().query();
        let lang = parameter(query, "lang").filter(|l| Lang::from_name(l).is_some());
        let size = parameter(query, "size").filter(|s| matches!(s.as_str(), "large" | "normal"));
        [(LANG_COOKIE, lang), (SIZE_COOKIE, size)]
    } else {
        [(LANG_COOKIE, None), (SIZE_COOKIE, None)]
    };
    let mut response = next.run(request).await;
    for (name, value) in chosen {
        let Some(value) = value else { continue };
        let mut cookie = Cookie::build((name, value))
            .path("/")
            .same_site(SameSite::Lax)
            .http_only(true)
            .secure(state.settings.secure_cookies)
            .build();
        cookie.make_permanent();
        // A cookie's text is made of token characters, so it is a header's text.
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}
