//! The one place that says how a failure is answered outside. Pages and the API both answer from it.

use axum::http::StatusCode;
use tingzhou_platform::PlatformError;
use tingzhou_platform::ledger::{IdError, RefusalKind, Two};
use tingzhou_platform::matter::RefusalKind as CaseRefusalKind;

/// A failure as it is answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// A stable name for programs.
    pub(crate) code: &'static str,
    /// The field it is about.
    pub(crate) field: Option<&'static str>,
    /// What is wrong and what to do.
    pub(crate) message: Two,
    /// The version the task has now, when somebody else changed it.
    pub(crate) version: Option<u64>,
    /// Seconds to wait before trying again.
    pub(crate) retry_after: Option<u64>,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status, code, field: None, message: Two::new(zh, en), version: None, retry_after: None }
    }

    pub(crate) fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    pub(crate) fn bad_field(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field", zh, en).at(field)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "没有这个页面或对象；请从首页的报告或任务清单中查找。",
            "There is no such page or thing; look for it in the report or in the list of tasks.",
        )
    }

    pub(crate) fn sign_in_first() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign-in-first", "请先登录，再办理这一步。", "Please sign in first.")
    }

    pub(crate) fn not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "not-allowed",
            "这个账号不能办理这一步；如需办理，请联系督查室。",
            "This account may not do that; contact the supervision office.",
        )
    }

    pub(crate) fn foreign_form() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "form-not-ours",
            "表单不是从本站的当前登录中提交的，没有执行；请刷新页面后重试。",
            "The form was not sent from this site under this sign-in; nothing was done. Reload the page and try again.",
        )
    }

    pub(crate) fn by_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "method-not-allowed",
                "这个地址不接受这种请求；请从页面上的按钮进入。",
                "This address does not take such a request; use the buttons of the page.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(
                status,
                "too-large",
                "提交的内容过大：附件合计不超过 25 MB，其他表单不超过 64 KB；请分次提交。",
                "Too much at once: files up to 25 MB together, other forms up to 64 KB; send it in parts.",
            ),
            StatusCode::REQUEST_TIMEOUT => Self::new(
                status,
                "timeout",
                "处理超时，没有确认的内容未被保存；请稍后重试。",
                "It took too long; nothing that was not confirmed is kept. Try again shortly.",
            ),
            status if status.is_client_error() => Self::new(
                status,
                "bad-request",
                "请求的内容无法读取；请返回上一页检查后重试。",
                "The request cannot be read; go back, check it and try again.",
            ),
            status => Self::new(
                status,
                "internal",
                "系统暂时无法完成；没有确认的内容未被保存，请稍后重试。",
                "The system cannot do this right now; nothing that was not confirmed is kept. Try again shortly.",
            ),
        }
    }
}

impl From<tingzhou_platform::matter::IdError> for Answer {
    fn from(_: tingzhou_platform::matter::IdError) -> Self {
        Self::not_found()
    }
}

impl From<tingzhou_platform::city::IdError> for Answer {
    fn from(_: tingzhou_platform::city::IdError) -> Self {
        Self::not_found()
    }
}

impl From<IdError> for Answer {
    fn from(_: IdError) -> Self {
        Self::not_found()
    }
}

impl From<PlatformError> for Answer {
    fn from(error: PlatformError) -> Self {
        Self::about(&error)
    }
}

impl Answer {
    /// What is said outside of why a use case did not happen.
    pub(crate) fn about(error: &PlatformError) -> Self {
        let words = error.to_string();
        match error {
            PlatformError::Refused(refusal) => {
                let status = match refusal.kind {
                    RefusalKind::NotAllowed => StatusCode::FORBIDDEN,
                    RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                    RefusalKind::State | RefusalKind::AskBack(_) => StatusCode::CONFLICT,
                };
                let message = refusal.message.clone();
                Self { field: refusal.field, ..Self::new(status, refusal.code, message.zh, message.en) }
            }
            PlatformError::Conflict { current, .. } => Self {
                version: Some(current.task.version),
                ..Self::new(
                    StatusCode::PRECONDITION_FAILED,
                    "changed-meanwhile",
                    "任务刚刚被他人更新；请按新的版本核对后重新提交。",
                    "Somebody else changed the task; check it as it is now and send again.",
                )
            },
            PlatformError::ProjectConflict { current } => Self {
                version: Some(*current),
                ..Self::new(
                    StatusCode::PRECONDITION_FAILED,
                    "changed-meanwhile",
                    "项目刚刚被他人更新；请按现在的样子核对后重新提交。",
                    "Somebody else changed the project; check it as it is now and send again.",
                )
            },
            PlatformError::DraftConflict { current, .. } => Self {
                version: Some(*current),
                ..Self::new(
                    StatusCode::PRECONDITION_FAILED,
                    "changed-meanwhile",
                    "草稿刚刚被他人更新，您的这一步没有执行；请按现在的样子核对后再办。",
                    "Somebody else changed the draft and your step was not taken; look at it as it is now and try again.",
                )
            },
            PlatformError::CaseRefused(refusal) => {
                let status = match refusal.kind {
                    CaseRefusalKind::NotAllowed => StatusCode::FORBIDDEN,
                    CaseRefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                    CaseRefusalKind::State | CaseRefusalKind::Stale { .. } => StatusCode::CONFLICT,
                };
                let message = refusal.message.clone();
                Self::new(status, refusal.code, message.zh, message.en)
            }
            PlatformError::AlarmRefused(refusal) => {
                let message = refusal.message.clone();
                Self::new(StatusCode::CONFLICT, refusal.code, message.zh, message.en)
            }
            PlatformError::Mistakes(mistakes) => {
                // The first is told whole; the others are counted.
                let more = mistakes.len().saturating_sub(1);
                let (code, zh, en) = mistakes.first().map_or(("mistake", String::new(), String::new()), |first| {
                    let place = &first.place;
                    (first.code, format!("{place}：{}", first.message.zh), format!("{place}: {}", first.message.en))
                });
                let (zh, en) = match more {
                    0 => (zh, en),
                    more => (format!("{zh}（另有 {more} 处）"), format!("{en} ({more} more)")),
                };
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, zh, en)
            }
            PlatformError::NotFound { .. } | PlatformError::Id(_) | PlatformError::CaseId(_) => Self::not_found(),
            PlatformError::SignInFailed => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign-in-failed",
                "账号或密码不正确；请检查后重试，或联系管理员重置。",
                "The name or the password is wrong; check them, or ask the administrator.",
            ),
            PlatformError::NotAllowed => Self::not_allowed(),
            PlatformError::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "key-reused",
                "这份表单已经提交过另一份内容；请刷新任务页，核对后重新填报。",
                "This key was used for another request; use a new one (a key has 1 to 128 bytes).",
            ),
            PlatformError::File(words) => {
                let (zh, en) = words.split_once(" / ").map_or((words.clone(), words.clone()), |(zh, en)| {
                    let name = words.split('”').next().map(|n| format!("{n}” ")).unwrap_or_default();
                    (zh.to_owned(), format!("{name}{en}"))
                });
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "file-not-taken", zh, en).at("attachments")
            }
            PlatformError::Document(_) | PlatformError::Read(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "document-unreadable",
                format!("无法读取这份文件：{words}"),
                format!("This file cannot be read: {words}"),
            )
            .at("document"),
            PlatformError::Exists { what } => Self::new(
                StatusCode::CONFLICT,
                "exists",
                format!("已经存在：{what}"),
                format!("It exists already: {what}"),
            ),
            PlatformError::Password(_) | PlatformError::Store(_) => {
                tracing::error!(error = %words, "request failed");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "store-unavailable",
                    "数据暂时无法读写；没有确认的内容未被保存，请稍后重试。",
                    "Data cannot be read or written right now; nothing that was not confirmed is kept. Try again shortly.",
                )
            }
        }
    }
}
