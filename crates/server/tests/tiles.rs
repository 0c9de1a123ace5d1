//! Tiles beneath the maps, whole, in pieces, and replaced while the city runs.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use crate::common;

use axum::body::Body;
use common::{Answer, City, Reader};
use std::path::Path;
use tingzhou_server::{MapTiles, ServerSettings, router};

/// A file of tiles of which every tile's byte is the same.
fn file(fill: u8, length: usize) -> Vec<u8> {
    let mut bytes = vec![fill; length];
    bytes[..127].fill(0);
    bytes[..8].copy_from_slice(b"PMTiles\x03");
    let tiles = (length - 277) as u64;
    for (at, value) in [(8, 127_u64), (16, 100), (24, 227), (32, 50), (40, 277), (48, 0), (56, 277), (64, tiles)] {
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }
    bytes[97..102].copy_from_slice(&[2, 2, 1, 0, 14]);
    bytes
}

fn replace(path: &Path, content: &[u8]) {
    let new = path.with_extension("new");
    std::fs::write(&new, content).unwrap();
    std::fs::rename(&new, path).unwrap();
}

async fn piece(city: &City) -> Answer {
    let request = Reader::default().request("GET", "/map.pmtiles").header("range", "bytes=300-303");
    city.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn replaced_tiles_are_told_from_those_before() {
    let mut city = City::founded().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.pmtiles");
    replace(&path, &file(b'a', 1_000));
    let settings = ServerSettings { map_tiles: Some(MapTiles::open(&path).unwrap()), ..ServerSettings::default() };
    city.router = router(city.platform.clone(), settings);
    let first = piece(&city).await;
    assert_eq!((first.status.as_u16(), first.body.as_str()), (206, "aaaa"));
    assert_eq!(piece(&city).await.header("etag"), first.header("etag"));
    replace(&path, &file(b'b', 1_200));
    let second = piece(&city).await;
    assert_eq!((second.status.as_u16(), second.body.as_str()), (206, "bbbb"));
    assert_ne!(second.header("etag"), first.header("etag"));
    // What is no file of tiles any more, or gone, is not served.
    replace(&path, b"a web page of a mirror that is gone");
    assert_eq!(piece(&city).await.status, 404);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(piece(&city).await.status, 404);
}
