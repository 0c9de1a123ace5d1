//! Tiles beneath the maps: one file the operator names (PMTiles, version 3), looked at when the server starts and again at
//! each request, since it may have been replaced, and served as it is, in the pieces a browser asks for.

use crate::context::Ctx;
use crate::error::Answer;
use crate::pages::PageResult;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use tingzhou_platform::city::Two;
use tower_http::services::ServeFile;

/// Length of the header.
const HEADER: usize = 127;
/// The header and the first directory lie within so many bytes, which a browser reads first.
const FIRST: u64 = 16_384;
/// How often a file that is just being replaced is looked at.
const LOOKS: usize = 3;
/// No map goes beyond this zoom.
const DEEPEST: u8 = 26;

/// A file of tiles that has been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapTiles {
    path: PathBuf,
    tag: String,
}

/// Why a file of tiles cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TilesError {
    /// It cannot be opened or read.
    #[error("{file}: {source}")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what a map can show.
    #[error("{file}: {} / {}", .why.zh, .why.en)]
    Form {
        /// The file.
        file: String,
        /// Why, and what to do.
        why: Two,
    },
}

impl MapTiles {
    /// Looks at a file: whether its header is one of PMTiles 3, what it names lies within the file, and a browser can read it.
    ///
    /// # Errors
    /// [`TilesError`] naming the file and what is wrong.
    pub fn open(path: &Path) -> Result<Self, TilesError> {
        let name = || path.display().to_string();
        let file = |source| TilesError::File { file: name(), source };
        let mut opened = File::open(path).map_err(file)?;
        let about = opened.metadata().map_err(file)?;
        let mut header = Vec::with_capacity(HEADER);
        opened.by_ref().take(HEADER as u64).read_to_end(&mut header).map_err(file)?;
        check(&header, about.len()).map_err(|why| TilesError::Form { file: name(), why })?;
        let changed = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let tag = format!("\"{:x}-{:x}\"", changed.map_or(0, |since| since.as_millis()), about.len());
        Ok(Self { path: path.to_owned(), tag })
    }
}

/// A whole number of eight bytes, the least first.
fn number(header: &[u8; HEADER], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&header[at..at + 8]);
    u64::from_le_bytes(bytes)
}

fn check(header: &[u8], length: u64) -> Result<(), Two> {
    let magic = header.starts_with(b"PMTiles");
    let Ok(header) = <&[u8; HEADER]>::try_from(header) else {
        return Err(Two::new(
            format!("文件只有 {length} 字节，不是完整的 PMTiles 文件；请重新复制。"),
            format!("The file has only {length} bytes and is no whole PMTiles file; copy it again."),
        ));
    };
    if !magic {
        return Err(Two::new(
            "不是 PMTiles 文件（开头不是“PMTiles”）；MBTiles 请先用 pmtiles convert 转换。",
            "This is no PMTiles file (it does not begin with “PMTiles”); convert MBTiles with pmtiles convert first.",
        ));
    }
    if header[7] != 3 {
        return Err(Two::new(
            format!("PMTiles 版本为 {}，只支持 3；请转换。", header[7]),
            format!("It is PMTiles version {}; only 3 can be read: convert it.", header[7]),
        ));
    }
    let parts = [
        (8, "目录", "directory"),
        (24, "说明", "metadata"),
        (40, "下级目录", "leaf directories"),
        (56, "瓦片", "tiles"),
    ];
    for (at, zh, en) in parts {
        let (offset, size) = (number(header, at), number(header, at + 8));
        if offset.checked_add(size).is_none_or(|end| end > length) {
            return Err(Two::new(
                format!(
                    "{zh}应在第 {offset} 字节起的 {size} 字节内，而文件只有 {length} 字节；文件不完整，请重新复制。"
                ),
                format!(
                    "Its {en} should be {size} bytes from byte {offset} on, but the file has {length}; it is cut off: copy it again."
                ),
            ));
        }
    }
    let (root, root_size) = (number(header, 8), number(header, 16));
    if root < HEADER as u64 || root_size == 0 || root.saturating_add(root_size) > FIRST {
        return Err(Two::new(
            format!("首级目录不在前 {FIRST} 字节内；文件已损坏或不规范，请重新生成。"),
            format!(
                "Its first directory is not within the first {FIRST} bytes; the file is damaged or does not follow the format: make it again."
            ),
        ));
    }
    let [inner, packed, kind, least, most] = [header[97], header[98], header[99], header[100], header[101]];
    if !matches!(inner, 1 | 2) || !matches!(packed, 0..=2) {
        return Err(Two::new(
            "目录或瓦片的压缩方式浏览器不能读；请用 gzip 压缩重新生成。",
            "Its directories or tiles are packed in a way browsers cannot read; make it again with gzip.",
        ));
    }
    if !matches!(kind, 1..=5) {
        return Err(Two::new(
            "瓦片类型不能显示；只支持矢量（MVT）和图片（PNG、JPEG、WebP、AVIF）。",
            "Its kind of tiles cannot be shown; vector tiles (MVT) and pictures (PNG, JPEG, WebP, AVIF) can.",
        ));
    }
    if least > most || most > DEEPEST {
        return Err(Two::new(
            format!("缩放级别 {least} 至 {most} 不合理；应在 0 至 {DEEPEST} 之间。"),
            format!("Its zoom goes from {least} to {most}; it should lie within 0 to {DEEPEST}."),
        ));
    }
    Ok(())
}

/// `GET /map.pmtiles`: tiles beneath the maps, whole or in the piece asked for.
pub(crate) async fn serve(ctx: Ctx, request: Request<Body>) -> PageResult {
    let path = ctx.state.settings.map_tiles.as_ref().ok_or_else(Answer::not_found)?.path.clone();
    let (parts, _) = request.into_parts();
    let mut before = look(&path).await?;
    for _ in 0..LOOKS {
        // A file that is gone is not found; one that cannot be read any more is told to the operator.
        let request = Request::from_parts(parts.clone(), Body::empty());
        let served = ServeFile::new(&path).try_call(request).await.map_err(|error| unusable(&path, &error))?;
        let after = look(&path).await?;
        // The one that was opened is the one that was looked at: a browser that has pieces of another learns of it.
        if before == after {
            return Ok(tagged(served.map(Body::new).into_response(), &after));
        }
        before = after;
    }
    Err(Answer::by_status(StatusCode::SERVICE_UNAVAILABLE).into())
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> Answer {
    tracing::warn!(%why, file = %path.display(), "the tiles of the map cannot be used");
    Answer::not_found()
}

/// The file as it is now.
async fn look(path: &Path) -> Result<MapTiles, Answer> {
    let own = path.to_owned();
    let looked = tokio::task::spawn_blocking(move || MapTiles::open(&own)).await;
    looked.map_err(|error| unusable(path, &error))?.map_err(|error| unusable(path, &error))
}

fn tagged(mut response: Response, tiles: &MapTiles) -> Response {
    if response.status().is_success() {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.pmtiles"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
        if let Ok(tag) = HeaderValue::from_str(&tiles.tag) {
            headers.insert(header::ETAG, tag);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{HEADER, check};

    /// A header of a file of 20,000 bytes that can be used, with some bytes set otherwise.
    fn header(changes: &[(usize, u8)]) -> Vec<u8> {
        let mut header = vec![0; HEADER];
        header[..8].copy_from_slice(b"PMTiles\x03");
        for (at, value) in [(8, 127_u64), (16, 100), (24, 227), (32, 50), (40, 277), (48, 0), (56, 277), (64, 10_000)] {
            header[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        header[97..102].copy_from_slice(&[2, 2, 1, 0, 14]);
        for (at, value) in changes {
            header[*at] = *value;
        }
        header
    }

    #[test]
    fn headers() {
        let check = |header: &[u8], expected: &str| {
            let refused = check(header, 20_000).err().map_or(String::new(), |why| format!("{} {}", why.zh, why.en));
            assert!(refused.contains(expected) && expected.is_empty() == refused.is_empty(), "{expected}: {refused}");
        };
        check(&header(&[]), "");
        check(&header(&[(99, 2), (98, 0)]), "");
        check(&header(&[])[..100], "copy it again");
        check(&[], "copy it again");
        check(&header(&[(0, b'Q')]), "MBTiles");
        check(&header(&[(7, 2)]), "version 2");
        check(&header(&[(66, 1)]), "瓦片应在");
        check(&header(&[(71, 255)]), "cut off");
        check(&header(&[(63, 255), (71, 255)]), "cut off");
        check(&header(&[(17, 64)]), "within the first 16384");
        check(&header(&[(16, 0)]), "first directory");
        check(&header(&[(8, 1)]), "first directory");
        check(&header(&[(97, 3)]), "gzip");
        check(&header(&[(98, 4)]), "gzip");
        check(&header(&[(99, 0)]), "MVT");
        check(&header(&[(99, 6)]), "MVT");
        check(&header(&[(100, 15)]), "15 至 14");
        check(&header(&[(101, 27)]), "0 to 26");
    }
}
