//! A font's codes to letters and widths (ISO 32000-1, 9.6 to 9.10).

use super::cmap::CMap;
use super::objects::{name, number, resolved};
use encoding_rs::{GB18030, MACINTOSH, UTF_16BE, WINDOWS_1252};
use lopdf::{Dictionary, Document, Object};
use std::collections::HashMap;

/// Largest CMap, in bytes.
const LARGEST_CMAP: usize = 4 * 1024 * 1024;

/// How bytes become letters, where no `ToUnicode` says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    /// UCS-2 or UTF-16, big end first.
    Utf16,
    /// GB 2312, GBK or GB 18030: one byte or two.
    Gb,
    /// Two bytes that name a glyph, or a CMap not known here: only `ToUnicode` tells letters.
    Glyphs,
    /// One byte.
    Single,
}

/// A font as far as its words are concerned.
#[derive(Debug)]
pub(super) struct Font {
    pub(super) name: String,
    coding: Coding,
    to_unicode: Option<CMap>,
    /// Letters of single bytes.
    table: Vec<Option<String>>,
    /// Widths in thousandths of the size; by code for single bytes, by glyph else.
    widths: HashMap<u32, f64>,
    usual_width: f64,
}

/// A letter of a string.
pub(super) struct Letter {
    /// None where the font does not say which letter it is.
    pub(super) text: Option<String>,
    /// In parts of the size.
    pub(super) width: f64,
    /// It is a space of one byte, to which word spacing applies.
    pub(super) space: bool,
}

fn glyph_name(name: &str) -> Option<String> {
    const NAMED: &[(&str, &str)] = &[
        ("space", " "),
        ("zero", "0"),
        ("one", "1"),
        ("two", "2"),
        ("three", "3"),
        ("four", "4"),
        ("five", "5"),
        ("six", "6"),
        ("seven", "7"),
        ("eight", "8"),
        ("nine", "9"),
        ("period", "."),
        ("comma", ","),
        ("hyphen", "-"),
        ("percent", "%"),
        ("parenleft", "("),
        ("parenright", ")"),
        ("colon", ":"),
        ("semicolon", ";"),
        ("slash", "/"),
        ("plus", "+"),
        ("equal", "="),
        ("quoteright", "’"),
        ("quoteleft", "‘"),
        ("quotedblleft", "“"),
        ("quotedblright", "”"),
        ("emdash", "—"),
        ("endash", "–"),
        ("bullet", "•"),
        ("ampersand", "&"),
        ("exclam", "!"),
        ("question", "?"),
        ("bracketleft", "["),
        ("bracketright", "]"),
        ("asterisk", "*"),
        ("numbersign", "#"),
        ("degree", "°"),
        ("minus", "−"),
        ("multiply", "×"),
        ("periodcentered", "·"),
        ("quotesingle", "'"),
        ("quotedbl", "\""),
        ("underscore", "_"),
        ("less", "<"),
        ("greater", ">"),
        ("at", "@"),
        ("nbspace", "\u{a0}"),
        ("ellipsis", "…"),
        ("fi", "fi"),
        ("fl", "fl"),
    ];
    if let Some((_, letters)) = NAMED.iter().find(|(own, _)| *own == name) {
        return Some((*letters).to_owned());
    }
    if name.len() == 1 && name.is_ascii() {
        return Some(name.to_owned());
    }
    let hex = name.strip_prefix("uni").or_else(|| name.strip_prefix('u')).filter(|hex| (4..=6).contains(&hex.len()))?;
    u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).map(String::from)
}

fn single_bytes(doc: &Document, font: &Dictionary) -> Vec<Option<String>> {
    let encoding = font.get(b"Encoding").ok().map(|encoding| resolved(doc, encoding));
    let dictionary = encoding.and_then(|encoding| encoding.as_dict().ok());
    let base = match (encoding, dictionary) {
        (_, Some(own)) => own.get(b"BaseEncoding").ok().map(|base| name(resolved(doc, base))),
        (Some(encoding), None) => Some(name(encoding)),
        (None, None) => None,
    };
    // Without an encoding an embedded font has its own, which only the font's program knows.
    let embedded = font
        .get(b"FontDescriptor")
        .ok()
        .and_then(|descriptor| resolved(doc, descriptor).as_dict().ok())
        .is_some_and(|own| [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"].iter().any(|key| own.has(key)));
    let coding = match base.as_deref() {
        Some("MacRomanEncoding") => Some(MACINTOSH),
        None if embedded => None,
        _ => Some(WINDOWS_1252),
    };
    let mut table: Vec<Option<String>> = (0..=255_u8)
        .map(|byte| {
            let bytes = [byte];
            let decoded = coding?.decode_without_bom_handling_and_without_replacement(&bytes)?.into_owned();
            Some(decoded).filter(|own| !own.chars().all(char::is_control))
        })
        .collect();
    let differences = dictionary.and_then(|own| own.get(b"Differences").ok());
    let mut code = 0_usize;
    for object in differences.and_then(|own| resolved(doc, own).as_array().ok()).into_iter().flatten() {
        match resolved(doc, object) {
            Object::Integer(start) => code = usize::try_from(*start).unwrap_or(256),
            object => {
                if let Some(own) = table.get_mut(code) {
                    *own = glyph_name(&name(object));
                }
                code = code.saturating_add(1);
            }
        }
    }
    table
}

/// Most widths a font may give, those given again counted again.
const MOST_WIDTHS: usize = 200_000;

/// The widths of a composite font: `first [w …]` and `first last w`.
fn composite_widths(doc: &Document, descendant: &Dictionary) -> HashMap<u32, f64> {
    let mut out = HashMap::new();
    let widths = descendant.get(b"W").ok().and_then(|own| resolved(doc, own).as_array().ok());
    let Some(mut rest) = widths.map(Vec::as_slice) else { return out };
    let mut given = 0_usize;
    let code = |object: &Object| number(resolved(doc, object)).filter(|own| (0.0..65_536.0).contains(own));
    while let [first, second, after @ ..] = rest {
        let Some(first) = code(first) else { return out };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be within 0 and 65,535"
        )]
        let start = first as u32;
        if let Ok(list) = resolved(doc, second).as_array() {
            let own = list.iter().filter_map(|object| number(resolved(doc, object)));
            out.extend((start..65_536).zip(own));
            rest = after;
        } else if let [width, after @ ..] = after {
            let (Some(last), Some(width)) = (code(second), number(resolved(doc, width))) else { return out };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be within 0 and 65,535"
            )]
            let last = last as u32;
            let span = start..=last;
            given = given.saturating_add(span.clone().count());
            if given > MOST_WIDTHS {
                return out;
            }
            out.extend(span.map(|code| (code, width)));
            rest = after;
        } else {
            return out;
        }
    }
    out
}

impl Font {
    /// Reads a font's dictionary.
    pub(super) fn read(doc: &Document, font: &Dictionary) -> Self {
        let to_unicode = font.get(b"ToUnicode").ok().map(|own| resolved(doc, own)).and_then(|own| own.as_stream().ok());
        let to_unicode = to_unicode.and_then(|own| own.get_plain_content_with_limit(LARGEST_CMAP).ok());
        let to_unicode = to_unicode.map(|text| CMap::read(&text));
        let base = font.get(b"BaseFont").map(|own| name(resolved(doc, own))).unwrap_or_default();
        let composite = font.get(b"Subtype").is_ok_and(|own| name(resolved(doc, own)) == "Type0");
        if !composite {
            let first = font.get(b"FirstChar").ok().and_then(|own| resolved(doc, own).as_i64().ok());
            let first = first.and_then(|own| u32::try_from(own).ok()).unwrap_or(0);
            let widths = font.get(b"Widths").ok().and_then(|own| resolved(doc, own).as_array().ok());
            let widths = widths.into_iter().flatten().take(256);
            let widths = widths.map(|own| number(resolved(doc, own)).unwrap_or(500.0));
            let widths = (first..first.saturating_add(256)).zip(widths).collect();
            let table = single_bytes(doc, font);
            return Self { name: base, coding: Coding::Single, to_unicode, table, widths, usual_width: 500.0 };
        }
        let encoding = font.get(b"Encoding").map(|own| name(resolved(doc, own))).unwrap_or_default();
        let coding = match encoding.as_str() {
            own if own.starts_with("UniGB-UCS2") || own.starts_with("UniGB-UTF16") => Coding::Utf16,
            own if own.starts_with("GB") && own.contains("EUC") || own.starts_with("GBK2K") => Coding::Gb,
            _ => Coding::Glyphs,
        };
        let descendants = font.get(b"DescendantFonts").ok().and_then(|own| resolved(doc, own).as_array().ok());
        let descendant = descendants.and_then(|own| own.first()).and_then(|own| resolved(doc, own).as_dict().ok());
        let usual = descendant.and_then(|own| own.get(b"DW").ok()).and_then(|own| number(resolved(doc, own)));
        // The widths of a font with a predefined CMap are by glyph, and which glyph a code is only the CMap knows.
        let widths = match coding {
            Coding::Glyphs => descendant.map(|own| composite_widths(doc, own)).unwrap_or_default(),
            _ => HashMap::new(),
        };
        let usual_width = usual.unwrap_or(1_000.0);
        Self { name: base, coding, to_unicode, table: Vec::new(), widths, usual_width }
    }

    /// The letters of a string, in order.
    pub(super) fn letters(&self, bytes: &[u8]) -> Vec<Letter> {
        let mut out = Vec::new();
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            let length = match self.coding {
                Coding::Single => 1,
                Coding::Utf16 if matches!(first, 0xd8..=0xdb) => 4,
                Coding::Gb if *first < 0x81 => 1,
                Coding::Gb if rest.get(1).is_some_and(u8::is_ascii_digit) => 4,
                Coding::Utf16 | Coding::Gb => 2,
                Coding::Glyphs => self.to_unicode.as_ref().map_or(2, |cmap| cmap.length(rest, 2)),
            };
            let (own, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            let code = own.iter().fold(0_u32, |code, byte| code << 8 | u32::from(*byte));
            let text = self.to_unicode.as_ref().and_then(|cmap| cmap.letters(code)).or_else(|| match self.coding {
                Coding::Single => self.table.get(usize::try_from(code).unwrap_or(256)).cloned().flatten(),
                Coding::Utf16 => decoded(UTF_16BE, own),
                Coding::Gb => decoded(GB18030, own),
                Coding::Glyphs => None,
            });
            let narrow = self.coding != Coding::Glyphs && text.as_deref().is_some_and(str::is_ascii);
            let usual = if narrow { 500.0 } else { self.usual_width };
            let width = self.widths.get(&code).copied().unwrap_or(usual) / 1_000.0;
            out.push(Letter { text, width, space: own == b" " });
        }
        out
    }
}

fn decoded(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}
