//! Files around what is fuzzed, and what holds for every document.

use std::io::{Cursor, Write};
use tingzhou_protocols::Reassembler;
use tingzhou_protocols::stream::Framing;
use zip::CompressionMethod::Stored;

/// Opens a document: it is refused, or its words are whole and its places lie on borders.
pub fn opens(bytes: &[u8]) {
    if let Ok(document) = tingzhou_documents::open(bytes) {
        assert!(!document.text.contains('\u{FFFD}'), "a replacement character was let in");
        assert!(
            document.places.iter().all(|place| document.text.is_char_boundary(place.at)),
            "a place lies on a border"
        );
        assert!(document.places.is_sorted_by(|one, next| one.at < next.at), "places stand in order");
    }
}

/// A ZIP container of these parts, not compressed.
#[must_use]
pub fn container(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(Stored);
    for (name, text) in parts {
        // Writing to memory cannot fail.
        zip.start_file(*name, options).expect("a part begins");
        zip.write_all(text.as_bytes()).expect("a part is written");
    }
    zip.finish().expect("the container is closed").into_inner()
}

/// A PDF of one page with this content; fonts `/U` (UniGB-UCS2-H), `/G` (GBK-EUC-H), `/S` (one byte) and `/T` (by the
/// CMap), a form `/X` that shows itself, and a picture `/I`.
#[must_use]
pub fn pdf(content: &[u8], cmap: &[u8]) -> Vec<u8> {
    let stream = |dictionary: &str, body: &[u8]| {
        let start = format!("<<{dictionary}/Length {}>>stream\n", body.len());
        [start.as_bytes(), body, b"\nendstream"].concat()
    };
    let font = |rest: &str| format!("<</Type/Font/Subtype/Type0/BaseFont/S{rest}>>").into_bytes();
    let glyphs = "/DescendantFonts[<</DW 1000/W[1[500]3 9 600]>>]";
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</U 5 0 R/G 6 0 R/S 7 0 R/T 8 0 R>>/XObject<</X 9 0 R/I 10 0 R>>>>>>"
            .to_vec(),
        stream("", content),
        font(&format!("/Encoding/UniGB-UCS2-H{glyphs}")),
        font(&format!("/Encoding/GBK-EUC-H{glyphs}")),
        b"<</Type/Font/Subtype/TrueType/BaseFont/L/Encoding<</Differences[65/uni6539/two]>>>>".to_vec(),
        font(&format!("/Encoding/Identity-H{glyphs}/ToUnicode 11 0 R")),
        stream("/Type/XObject/Subtype/Form", content),
        stream("/Type/XObject/Subtype/Image", b""),
        stream("", cmap),
    ];
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", number + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let (start, size) = (out.len(), objects.len() + 1);
    out.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    out.extend(places.iter().flat_map(|place| format!("{place:010} 00000 n \n").into_bytes()));
    out.extend(format!("trailer<</Root 1 0 R/Size {size}>>\nstartxref\n{start}\n%%EOF").bytes());
    out
}

/// Reads a stream whole and in pieces of a length its first byte tells: the same comes out, nothing is held beyond a
/// frame, and every byte is in a frame, in a refusal, or between two frames. `each` gives a frame's bytes back.
pub fn stream<P>(framing: P, bytes: &[u8], mut each: impl FnMut(&P::Frame) -> Vec<u8>)
where
    P: Framing + Copy,
    P::Frame: PartialEq + std::fmt::Debug,
{
    let mut whole = Reassembler::new(framing);
    let mut found = whole.push(bytes);
    found.extend(whole.finish());
    let mut parts = Reassembler::new(framing);
    let mut pieces = Vec::new();
    let length = bytes.first().map_or(1, |first| usize::from(first % 61) + 1);
    for piece in bytes.chunks(length) {
        pieces.extend(parts.push(piece));
        assert!(parts.held() < P::LONGEST, "{} bytes held", parts.held());
    }
    pieces.extend(parts.finish());
    assert_eq!(found, pieces, "reads do not matter");
    let mut framed = 0;
    for one in &found {
        match one {
            Ok(frame) => {
                let back = each(frame);
                assert!(contains(bytes, &back), "a frame is what was received");
                framed += back.len() as u64;
            }
            Err(refusal) => {
                let at = usize::try_from(refusal.at).expect("a place in memory");
                assert_eq!(refusal.prefix, bytes[at..at + refusal.prefix.len()], "a refusal stands where it says");
            }
        }
    }
    let tally = whole.tally();
    assert!(framed + tally.discarded <= tally.bytes + tally.frames, "no byte is told twice");
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
