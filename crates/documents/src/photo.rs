//! What a photograph says of itself: when and where it was taken (Exif 2.32, tags `DateTimeOriginal` and `GPS…`).

use exif::{Exif, In, Rational, Reader, Tag, Value};
use std::io::Cursor;

/// When and where a photograph was taken, as far as it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhotoFacts {
    /// Year, month, day; of the camera's own clock.
    pub taken: Option<(i16, i8, i8)>,
    /// Longitude and latitude in degrees, WGS-84.
    pub point: Option<(f64, f64)>,
}

/// Reads what a JPEG, PNG or WebP says of itself. One that says nothing, or nothing that can be read, gives nothing.
#[must_use]
pub fn photo_facts(bytes: &[u8]) -> PhotoFacts {
    let Ok(exif) = Reader::new().read_from_container(&mut Cursor::new(bytes)) else { return PhotoFacts::default() };
    PhotoFacts { taken: taken(&exif), point: point(&exif) }
}

fn taken(exif: &Exif) -> Option<(i16, i8, i8)> {
    let field = [Tag::DateTimeOriginal, Tag::DateTime].iter().find_map(|tag| exif.get_field(*tag, In::PRIMARY))?;
    let Value::Ascii(texts) = &field.value else { return None };
    let time = exif::DateTime::from_ascii(texts.first()?).ok()?;
    let day = (i16::try_from(time.year).ok()?, i8::try_from(time.month).ok()?, i8::try_from(time.day).ok()?);
    (day.0 > 1_900 && (1..=12).contains(&day.1) && (1..=31).contains(&day.2)).then_some(day)
}

fn point(exif: &Exif) -> Option<(f64, f64)> {
    let side = |value: Tag, side: Tag, negative: u8| {
        let degrees = match &exif.get_field(value, In::PRIMARY)?.value {
            Value::Rational(parts) => degrees(parts)?,
            _ => return None,
        };
        let turned = match &exif.get_field(side, In::PRIMARY)?.value {
            Value::Ascii(texts) => texts.first()?.first()? == &negative,
            _ => return None,
        };
        Some(if turned { -degrees } else { degrees })
    };
    let longitude = side(Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W')?;
    let latitude = side(Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S')?;
    // A camera that does not know where it is writes zeros.
    let known = longitude.abs() <= 180.0 && latitude.abs() <= 90.0 && (longitude != 0.0 || latitude != 0.0);
    known.then_some((longitude, latitude))
}

/// Degrees, minutes and seconds as degrees.
fn degrees(parts: &[Rational]) -> Option<f64> {
    let [degrees, minutes, seconds] = parts else { return None };
    let value = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3_600.0;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{PhotoFacts, photo_facts};

    /// A JPEG of nothing but its Exif: big-endian TIFF with a day and, when asked, a place.
    fn jpeg(day: &[u8; 20], place: Option<[[u32; 6]; 2]>) -> Vec<u8> {
        let entry = |tag: u16, kind: u16, count: u32, value: u32| {
            [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes()].concat()
        };
        // IFD0 at 8 with two entries (DateTime, GPS), its values after it; the GPS IFD at 100.
        let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
        tiff.extend(2_u16.to_be_bytes());
        tiff.extend(entry(0x0132, 2, 20, 38));
        tiff.extend(entry(0x8825, 4, 1, 100));
        tiff.extend(0_u32.to_be_bytes());
        tiff.extend(day);
        tiff.resize(100, 0);
        if let Some([latitude, longitude]) = place {
            tiff.extend(4_u16.to_be_bytes());
            tiff.extend(entry(1, 2, 2, u32::from_be_bytes(*b"N\0\0\0")));
            tiff.extend(entry(2, 5, 3, 200));
            tiff.extend(entry(3, 2, 2, u32::from_be_bytes(*b"E\0\0\0")));
            tiff.extend(entry(4, 5, 3, 224));
            tiff.resize(200, 0);
            tiff.extend(latitude.iter().chain(&longitude).flat_map(|n| n.to_be_bytes()));
        } else {
            tiff.extend([0; 6]);
        }
        let length = u16::try_from(tiff.len() + 8).unwrap_or(u16::MAX);
        [b"\xff\xd8\xff\xe1".as_slice(), &length.to_be_bytes(), b"Exif\0\0", &tiff, b"\xff\xd9"].concat()
    }

    #[test]
    fn when_and_where() {
        let place = [[44, 1, 0, 1, 4_770, 100], [87, 1, 18, 1, 1_483, 100]];
        let facts = photo_facts(&jpeg(b"2025:09:30 10:11:12\0", Some(place)));
        assert_eq!(facts.taken, Some((2025, 9, 30)));
        let (longitude, latitude) = facts.point.unwrap_or_default();
        assert!((longitude - 87.304_119).abs() < 1e-5 && (latitude - 44.013_25).abs() < 1e-5, "{facts:?}");
        let nowhere = [[0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 1]];
        assert_eq!(photo_facts(&jpeg(b"2025:09:30 10:11:12\0", Some(nowhere))).point, None);
        let broken = [[44, 0, 0, 0, 0, 0], [87, 1, 18, 1, 1_483, 100]];
        assert_eq!(photo_facts(&jpeg(b"2025:13:30 10:11:12\0", Some(broken))), PhotoFacts::default());
        for bytes in [&b""[..], b"\xff\xd8\xff", b"not a picture", &jpeg(b"2025:09:30 10:11:12\0", Some(place))[..150]]
        {
            let _ = photo_facts(bytes);
        }
        assert_eq!(photo_facts(b"\x89PNG\r\n\x1a\n"), PhotoFacts::default());
    }
}
