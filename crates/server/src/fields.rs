//! What a form sent: its fields in order and its files.

use crate::error::Answer;
use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tingzhou_platform::Upload;

/// Fields of a form at most.
const MOST_FIELDS: usize = 2_000;
/// Files that come back with a form shown again, together, in bytes.
pub(crate) const MOST_KEPT: usize = 2 * 1024 * 1024;

/// What a form sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) uploads: Vec<Upload>,
}

impl Fields {
    /// The first value of a name; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn version(&self) -> Result<u64, Answer> {
        self.get("version").parse().map_err(|_| Answer::by_status(StatusCode::BAD_REQUEST))
    }

    async fn from_multipart(mut multipart: Multipart) -> Result<Self, Answer> {
        let unreadable = |e: axum::extract::multipart::MultipartError| Answer::by_status(e.status());
        let mut fields = Self::default();
        while let Some(field) = multipart.next_field().await.map_err(unreadable)? {
            if fields.pairs.len() + fields.uploads.len() >= MOST_FIELDS {
                return Err(Answer::by_status(StatusCode::PAYLOAD_TOO_LARGE));
            }
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                // A browser sends an empty file for a chooser left alone.
                Some(file) => {
                    let content = field.bytes().await.map_err(unreadable)?;
                    if !(file.is_empty() && content.is_empty()) {
                        fields.uploads.push(Upload { name: file, content: content.to_vec() });
                    }
                }
                None => fields.pairs.push((name, field.text().await.map_err(unreadable)?)),
            }
        }
        fields.take_back_kept();
        Ok(fields)
    }

    /// Files that came back with a form shown again stand in pairs of hidden fields.
    fn take_back_kept(&mut self) {
        let pairs = std::mem::take(&mut self.pairs);
        let mut name = String::new();
        for (key, value) in pairs {
            match key.as_str() {
                "kept_name" => name = value,
                "kept_content" => {
                    if let Ok(content) = STANDARD.decode(value.as_bytes()) {
                        self.uploads.push(Upload { name: std::mem::take(&mut name), content });
                    }
                }
                _ => self.pairs.push((key, value)),
            }
        }
    }

    /// The files as they go back into a form shown again, or `None` when they are too large for that.
    pub(crate) fn kept(&self) -> Option<Vec<Kept>> {
        let size: usize = self.uploads.iter().map(|u| u.content.len()).sum();
        let keep = |u: &Upload| Kept { name: u.name.clone(), content: STANDARD.encode(&u.content) };
        (size <= MOST_KEPT).then(|| self.uploads.iter().map(keep).collect())
    }
}

/// A file within a form shown again.
pub(crate) struct Kept {
    pub(crate) name: String,
    pub(crate) content: String,
}

impl FromRequest<AppState> for Fields {
    type Rejection = Response;
    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            let multipart = Multipart::from_request(request, state).await.map_err(IntoResponse::into_response)?;
            return Self::from_multipart(multipart)
                .await
                .map_err(|answer| crate::pages::Failure::from(answer).into_response());
        }
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let pairs = form_pairs(&body).ok_or_else(|| StatusCode::BAD_REQUEST.into_response())?;
        Ok(Self { pairs, uploads: Vec::new() })
    }
}

fn form_pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for pair in body.split(|b| *b == b'&').filter(|p| !p.is_empty()).take(MOST_FIELDS) {
        let mut halves = pair.splitn(2, |b| *b == b'=');
        let (key, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        pairs.push((decoded(key)?, decoded(value)?));
    }
    Some(pairs)
}

fn decoded(text: &[u8]) -> Option<String> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
                out.push(high * 16 + low);
            }
            other => out.push(other),
        }
    }
    String::from_utf8(out).ok()
}

/// A value as it stands in a query.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_sent() {
        let pairs = form_pairs("a=1&b=%E7%94%B2+%2B&a=2&c".as_bytes()).unwrap();
        let fields = Fields { pairs, uploads: Vec::new() };
        assert_eq!(fields.get("b"), "甲 +");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.get("c"), "");
        assert!(form_pairs(b"a=%zz").is_none());
        assert_eq!(encoded("甲 &+"), "%E7%94%B2%20%26%2B");
    }

    #[test]
    fn kept_files_come_back() {
        let upload = Upload { name: "a.txt".to_owned(), content: b"text".to_vec() };
        let sent = Fields { pairs: Vec::new(), uploads: vec![upload.clone()] };
        let mut back = Fields::default();
        for kept in sent.kept().unwrap() {
            back.pairs.push(("kept_name".to_owned(), kept.name));
            back.pairs.push(("kept_content".to_owned(), kept.content));
        }
        back.take_back_kept();
        assert_eq!(back.uploads, [upload]);
        let large = Upload { name: "b".to_owned(), content: vec![0; MOST_KEPT + 1] };
        assert!(Fields { pairs: Vec::new(), uploads: vec![large] }.kept().is_none());
    }
}
