//! Failures as problem+json (RFC 9457).

use crate::error::Answer;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tingzhou_platform::ledger::Two;
use utoipa::ToSchema;

/// The same words in both languages.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Message {
    /// 简体中文.
    zh: String,
    /// English.
    en: String,
}

impl Message {
    pub(crate) fn of(two: &Two) -> Self {
        Self { zh: two.zh.clone(), en: two.en.clone() }
    }
}

/// Why a request was not carried out.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// A stable address of the sort of problem.
    #[serde(rename = "type")]
    kind: String,
    /// The HTTP status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong and what to do, in English.
    detail: String,
    /// A stable name for programs.
    code: String,
    /// The field it is about, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// What is wrong and what to do, in both languages.
    message: Message,
    /// The version the task has now, when somebody else changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
}

/// A failure of the API.
pub(crate) struct Problem(Box<Answer>);

impl<E: Into<Answer>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(Box::new(error.into()))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let answer = *self.0;
        let status = answer.status;
        let body = ProblemBody {
            kind: format!("urn:tingzhou:problem:{}", answer.code),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: answer.message.en.clone(),
            code: answer.code.to_owned(),
            field: answer.field.map(str::to_owned),
            message: Message::of(&answer.message),
            version: answer.version,
        };
        let text = serde_json::to_string(&body).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], text).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"tingzhou\", charset=\"UTF-8\""),
            );
        }
        if let Some(version) = answer.version.and_then(|v| HeaderValue::from_str(&format!("\"v{v}\"")).ok()) {
            headers.insert(header::ETAG, version);
        }
        if let Some(seconds) = answer.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

pub(crate) type ApiResult<T = Response> = Result<T, Problem>;
