//! Tags with more attributes than a page's have. The tokenizer compares each attribute with those before it, so that its
//! work grows with the square of their number; this looks at each byte once.

/// Most attributes of a tag.
const MOST_ATTRIBUTES: usize = 500;

/// Where in a tag the scan is (HTML Standard, 13.2.5.32 to 13.2.5.39).
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// The tag's name, or an attribute's.
    Name,
    /// After white space, `/` or a quoted value: a name may begin.
    Between,
    /// White space after a name: `=` may follow.
    AfterName,
    /// After `=`.
    BeforeValue,
    Value,
    Quoted(u8),
}

/// The first byte after the tag whose name begins at `start`, and how many attributes it has.
fn tag(bytes: &[u8], start: usize) -> (usize, usize) {
    let (mut at, mut attributes) = (At::Name, 0);
    for (place, byte) in bytes.iter().enumerate().skip(start) {
        let space = byte.is_ascii_whitespace();
        at = match (at, *byte) {
            (At::Quoted(mark), byte) => {
                if byte == mark {
                    At::Between
                } else {
                    at
                }
            }
            (At::BeforeValue, mark @ (b'"' | b'\'')) => At::Quoted(mark),
            (_, b'>') => return (place + 1, attributes),
            (At::BeforeValue, _) if space => At::BeforeValue,
            (At::BeforeValue, _) => At::Value,
            (At::Value, _) => {
                if space {
                    At::Between
                } else {
                    At::Value
                }
            }
            (_, b'/') => At::Between,
            (At::Name | At::AfterName, b'=') => At::BeforeValue,
            (At::Name, _) => {
                if space {
                    At::AfterName
                } else {
                    At::Name
                }
            }
            (At::AfterName | At::Between, _) if space => at,
            (At::AfterName | At::Between, _) => {
                attributes += 1;
                At::Name
            }
        };
    }
    (bytes.len(), attributes)
}

/// Where the first tag with too many attributes begins.
pub(super) fn crowded(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'<', bytes.get(from..)?) {
        let start = from + found;
        from = start + 1;
        if !bytes.get(from).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (end, attributes) = tag(bytes, from);
        if attributes > MOST_ATTRIBUTES {
            return Some(start);
        }
        // A script's `a < b` is no tag.
        let script = bytes.get(from..from + 6).is_some_and(|name| name.eq_ignore_ascii_case(b"script"));
        from = if script { closing(bytes, end) } else { end };
    }
    None
}

/// Where `</script` begins, or the end.
fn closing(bytes: &[u8], from: usize) -> usize {
    let after = bytes.get(from..).unwrap_or_default();
    let closes = |at: &usize| after.get(at + 1..at + 8).is_some_and(|name| name.eq_ignore_ascii_case(b"/script"));
    memchr::memchr_iter(b'<', after).find(closes).map_or(bytes.len(), |at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes() {
        let check = |markup: &str, expected: usize| assert_eq!(tag(markup.as_bytes(), 1).1, expected, "{markup}");
        check("<p>", 0);
        check("<p class=a id = 'b>c' hidden>", 3);
        check("<p a=\"1\"b='2'/c>", 3);
        check("<p a = b c>", 2);
        check("<br/>", 0);
        check("<p a='never closed > b c", 1);
    }

    #[test]
    fn crowds() {
        let many: String = (0..=MOST_ATTRIBUTES).map(|n| format!(" a{n}")).collect();
        assert_eq!(crowded(&format!("<p>改造</p><p{many}>")), Some(13));
        assert_eq!(crowded(&format!("<script>if (a <b{many}</script><p>改造</p>")), None);
        assert_eq!(crowded("改造 < 小区 <p class=a>8个</p>"), None);
    }
}
