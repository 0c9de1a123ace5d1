//! A small file of vector tiles (PMTiles 3), written as the format says: a lake, a road and a town around a place.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the format wants narrow numbers, and those written here are small"
)]

use std::fs;
use std::path::Path;

/// Zooms it has tiles for, from 0 on.
const ZOOMS: u32 = 13;
/// Tiles to each side of the one in the middle.
const AROUND: i64 = 2;
/// Units along the side of a tile.
const EXTENT: u64 = 4_096;
const HEADER: usize = 127;

fn varint(mut value: u64, to: &mut Vec<u8>) {
    while value >= 0x80 {
        to.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

/// A field of a message: its number, and a number or bytes.
fn number(field: u64, value: u64, to: &mut Vec<u8>) {
    varint(field << 3, to);
    varint(value, to);
}

fn bytes(field: u64, value: &[u8], to: &mut Vec<u8>) {
    varint(field << 3 | 2, to);
    varint(value.len() as u64, to);
    to.extend(value);
}

/// The commands that draw points: a move, lines, and for areas the way back.
fn geometry(points: &[[i64; 2]], closed: bool) -> Vec<u8> {
    let (mut commands, mut at) = (Vec::new(), [0, 0]);
    for (place, point) in points.iter().enumerate() {
        match place {
            0 => varint(1 | 1 << 3, &mut commands),
            1 => varint(2 | (points.len() as u64 - 1) << 3, &mut commands),
            _ => {}
        }
        for axis in [0, 1] {
            let step = point[axis] - at[axis];
            varint((step << 1 ^ step >> 63) as u64, &mut commands);
        }
        at = *point;
    }
    if closed {
        varint(7 | 1 << 3, &mut commands);
    }
    commands
}

/// A layer of one feature with some texts.
fn layer(name: &str, kind: u64, drawn: &[u8], texts: &[(&str, &str)]) -> Vec<u8> {
    let (mut feature, mut layer, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    number(15, 2, &mut layer);
    bytes(1, name.as_bytes(), &mut layer);
    for place in 0..texts.len() as u64 {
        varint(place, &mut tags);
        varint(place, &mut tags);
    }
    number(1, 1, &mut feature);
    bytes(2, &tags, &mut feature);
    number(3, kind, &mut feature);
    bytes(4, drawn, &mut feature);
    bytes(2, &feature, &mut layer);
    for (key, _) in texts {
        bytes(3, key.as_bytes(), &mut layer);
    }
    for (_, text) in texts {
        let mut value = Vec::new();
        bytes(1, text.as_bytes(), &mut value);
        bytes(4, &value, &mut layer);
    }
    number(5, EXTENT, &mut layer);
    layer
}

fn tile() -> Vec<u8> {
    let lake = geometry(&[[400, 400], [1_600, 400], [1_600, 1_400], [400, 1_400]], true);
    let road = geometry(&[[0, 3_000], [2_048, 2_400], [4_096, 3_000]], false);
    let town = geometry(&[[2_048, 2_048]], false);
    let mut tile = Vec::new();
    bytes(3, &layer("water", 3, &lake, &[("kind", "lake")]), &mut tile);
    bytes(3, &layer("roads", 2, &road, &[("kind", "highway")]), &mut tile);
    bytes(3, &layer("places", 1, &town, &[("name", "虚构镇")]), &mut tile);
    tile
}

/// The number of a tile: those of lower zooms, and its place on the curve of Hilbert.
fn tile_id(zoom: u32, mut x: u64, mut y: u64) -> u64 {
    let (side, before) = (1_u64 << zoom, ((1_u64 << (2 * zoom)) - 1) / 3);
    let (mut along, mut half) = (0, side / 2);
    while half > 0 {
        let (right, down) = (x & half != 0, y & half != 0);
        along += half * half * ((3 * u64::from(right)) ^ u64::from(down));
        if !down {
            if right {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        half /= 2;
    }
    before + along
}

/// Writes tiles around a place.
///
/// # Panics
/// When the file cannot be written.
pub fn write_tiles(path: &Path, longitude: f64, latitude: f64) {
    let angle = latitude.to_radians();
    let (across, downward) = ((longitude + 180.0) / 360.0, (1.0 - angle.tan().asinh() / std::f64::consts::PI) / 2.0);
    let mut ids = Vec::new();
    for zoom in 0..ZOOMS {
        let side = 1_i64 << zoom;
        let middle = |share: f64| (share * side as f64) as i64;
        for x in middle(across) - AROUND..=middle(across) + AROUND {
            for y in middle(downward) - AROUND..=middle(downward) + AROUND {
                if (0..side).contains(&x) && (0..side).contains(&y) {
                    ids.push(tile_id(zoom, x as u64, y as u64));
                }
            }
        }
    }
    ids.sort_unstable();
    // All tiles are the same one; the directory has its columns one after the other.
    let (tile, mut directory, mut last) = (tile(), Vec::new(), 0);
    varint(ids.len() as u64, &mut directory);
    for id in &ids {
        varint(id - last, &mut directory);
        last = *id;
    }
    for _ in &ids {
        varint(1, &mut directory);
    }
    for _ in &ids {
        varint(tile.len() as u64, &mut directory);
    }
    for _ in &ids {
        varint(1, &mut directory);
    }
    let layers = ["water", "roads", "places"].map(|id| serde_json::json!({ "id": id, "fields": {} }));
    let about =
        serde_json::json!({ "vector_layers": layers, "attribution": "<b>虚构的底图</b><script>alert(1)</script>" });
    let about = about.to_string().into_bytes();
    let mut file = vec![0; HEADER];
    file[..8].copy_from_slice(b"PMTiles\x03");
    let mut at = HEADER as u64;
    for (place, length) in [(8, directory.len()), (24, about.len()), (40, 0), (56, tile.len())] {
        file[place..place + 8].copy_from_slice(&at.to_le_bytes());
        file[place + 8..place + 16].copy_from_slice(&(length as u64).to_le_bytes());
        at += length as u64;
    }
    for (place, count) in [(72, ids.len()), (80, ids.len()), (88, 1)] {
        file[place..place + 8].copy_from_slice(&(count as u64).to_le_bytes());
    }
    // Not packed; vector tiles; all the world, since zoom 0 is there.
    file[96..102].copy_from_slice(&[1, 1, 1, 1, 0, (ZOOMS - 1) as u8]);
    for (place, degrees) in [(102, -180.0), (106, -85.0), (110, 180.0), (114, 85.0), (119, longitude), (123, latitude)]
    {
        file[place..place + 4].copy_from_slice(&((degrees * 1e7) as i32).to_le_bytes());
    }
    file[118] = (ZOOMS - 1) as u8;
    file.extend(directory);
    file.extend(about);
    file.extend(tile);
    fs::write(path, file).expect("the tiles are written");
}
