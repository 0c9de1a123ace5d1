//! What stands between `CP=&&` and `&&`: groups divided by `;`, items divided by `,`.

use jiff::civil::DateTime;
use rust_decimal::Decimal;

use super::packet::time;
use super::reading::{self, Reading};
use crate::Reason;

/// One item, `NAME=VALUE` or `CODE-SUFFIX=VALUE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// The name before `=`, or the factor's code before `-`.
    pub name: &'a str,
    /// What the value is of the factor, such as `Rtd`.
    pub suffix: Option<&'a str>,
    /// The value as received; text of a log may be in another encoding.
    pub value: &'a [u8],
}

impl<'a> Item<'a> {
    /// The value as an exact number; nothing when it is empty.
    ///
    /// # Errors
    /// `BadField` when it is not a number, `OutOfRange` when it has more digits than a decimal holds.
    pub fn number(&self) -> Result<Option<Decimal>, Reason> {
        reading::number(self.value)
    }

    /// The value as text.
    ///
    /// # Errors
    /// When it is not ASCII.
    pub fn text(&self) -> Result<&'a str, Reason> {
        let text = std::str::from_utf8(self.value).ok().filter(|text| text.is_ascii());
        text.ok_or(Reason::NotAscii { field: "CP" })
    }
}

/// The content of a packet, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters<'a> {
    /// Groups with their items; a `;` at the end leaves an empty group.
    pub groups: Vec<Vec<Item<'a>>>,
}

impl<'a> Parameters<'a> {
    /// Reads content.
    ///
    /// # Errors
    /// `BadField` when an item has no `=` or no name, `NotAscii` when its name holds anything but printable ASCII.
    pub fn read(content: &'a [u8]) -> Result<Self, Reason> {
        let mut groups = Vec::new();
        let mut group = Vec::new();
        let mut at = 0;
        if content.is_empty() {
            return Ok(Self { groups });
        }
        loop {
            if at == content.len() || content[at] == b';' {
                // An empty group; but a `,` before it promised an item.
                if !group.is_empty() {
                    return Err(Reason::BadField { field: "CP" });
                }
                groups.push(Vec::new());
            } else {
                let (item, end) = item(content, at)?;
                group.push(item);
                at = end;
                if content.get(at) == Some(&b',') {
                    at += 1;
                    continue;
                }
                groups.push(std::mem::take(&mut group));
            }
            if at == content.len() {
                return Ok(Self { groups });
            }
            at += 1;
        }
    }

    /// The content as bytes again.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (g, group) in self.groups.iter().enumerate() {
            if g > 0 {
                out.push(b';');
            }
            for (i, item) in group.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(item.name.as_bytes());
                if let Some(suffix) = item.suffix {
                    out.push(b'-');
                    out.extend_from_slice(suffix.as_bytes());
                }
                out.push(b'=');
                out.extend_from_slice(item.value);
            }
        }
        out
    }

    /// All items in their order.
    pub fn items(&self) -> impl Iterator<Item = &Item<'a>> {
        self.groups.iter().flatten()
    }

    /// The value of an item without a suffix, such as `RtdInterval`.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&'a [u8]> {
        self.items().find(|item| item.suffix.is_none() && item.name == name).map(|item| item.value)
    }

    /// DataTime in civil time: when the data were measured, or when their period began.
    ///
    /// # Errors
    /// When it is not 14 digits (or 17, with milliseconds) or no time.
    pub fn data_time(&self) -> Result<Option<DateTime>, Reason> {
        self.value("DataTime").map(|digits| time("DataTime", digits, false)).transpose()
    }

    /// What was measured, one entry a factor.
    ///
    /// # Errors
    /// When a value, flag or time in it is not written as the standard says.
    pub fn readings(&self) -> Result<Vec<Reading<'a>>, Reason> {
        reading::readings(self)
    }
}

/// The item that begins at `at`, and where it ends.
fn item(content: &[u8], at: usize) -> Result<(Item<'_>, usize), Reason> {
    let rest = &content[at..];
    let equals = memchr::memchr3(b'=', b',', b';', rest).filter(|equals| rest[*equals] == b'=');
    let equals = equals.ok_or(Reason::BadField { field: "CP" })?;
    let name = &rest[..equals];
    if !name.iter().all(u8::is_ascii_graphic) {
        return Err(Reason::NotAscii { field: "CP" });
    }
    let name = std::str::from_utf8(name).map_err(|_| Reason::NotAscii { field: "CP" })?;
    let value = &rest[equals + 1..];
    // The text of a log stands between `//` and `//` and may hold anything.
    let text = value.strip_prefix(b"//").and_then(|text| memchr::memmem::find(text, b"//")).map(|end| end + 4);
    let text = text.filter(|end| matches!(value.get(*end), None | Some(b',' | b';')));
    let length = text.or_else(|| memchr::memchr2(b',', b';', value)).unwrap_or(value.len());
    let (name, suffix) = match name.rsplit_once('-') {
        Some((code, suffix)) => (code, Some(suffix)),
        None => (name, None),
    };
    if name.is_empty() {
        return Err(Reason::BadField { field: "CP" });
    }
    Ok((Item { name, suffix, value: &value[..length] }, at + equals + 1 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(content: &str) -> Result<String, Reason> {
        let parameters = Parameters::read(content.as_bytes())?;
        assert_eq!(parameters.to_bytes(), content.as_bytes());
        let show = |item: &Item<'_>| {
            format!("{}|{}|{}", item.name, item.suffix.unwrap_or("."), String::from_utf8_lossy(item.value))
        };
        let group = |group: &Vec<Item<'_>>| group.iter().map(show).collect::<Vec<_>>().join(" ");
        Ok(parameters.groups.iter().map(group).collect::<Vec<_>>().join(" / "))
    }

    #[test]
    fn reads_and_writes() {
        let check = |content: &str, expected: &str| assert_eq!(shown(content).as_deref(), Ok(expected), "{content}");
        check("", "");
        check("QnRtn=1", "QnRtn|.|1");
        check("DataTime=20240101000000;a01-Rtd=1.0,a01-Flag=N", "DataTime|.|20240101000000 / a01|Rtd|1.0 a01|Flag|N");
        check("a=1;", "a|.|1 / ");
        check("a=;;b=2", "a|.| /  / b|.|2");
        check("i11001-Info=//清零;a=b,c//;x=1", "i11001|Info|//清零;a=b,c// / x|.|1");
        check("a=//b", "a|.|//b");
        check("a=1=2", "a|.|1=2");
        check("SB-1-RS=0", "SB-1|RS|0");
    }

    #[test]
    fn refuses() {
        let check = |content: &str, expected: Reason| assert_eq!(shown(content), Err(expected), "{content}");
        check("a", Reason::BadField { field: "CP" });
        check("a=1,", Reason::BadField { field: "CP" });
        check("a=1,;b=1", Reason::BadField { field: "CP" });
        check("=1", Reason::BadField { field: "CP" });
        check("-Rtd=1", Reason::BadField { field: "CP" });
        check("a=1;…", Reason::BadField { field: "CP" });
        check("值=1", Reason::NotAscii { field: "CP" });
    }

    #[test]
    fn data_times() {
        let check = |digits: &str, expected: Result<&str, Reason>| {
            let content = format!("DataTime={digits}");
            let found = Parameters::read(content.as_bytes()).unwrap().data_time();
            assert_eq!(found, expected.map(|text| Some(text.parse().unwrap())), "{digits}");
        };
        check("20160801085857", Ok("2016-08-01T08:58:57"));
        check("20210305003817012", Ok("2021-03-05T00:38:17.012"));
        check("20161301085857", Err(Reason::OutOfRange { field: "DataTime" }));
        check("2016080108585", Err(Reason::BadField { field: "DataTime" }));
        check("2016080108585x", Err(Reason::BadField { field: "DataTime" }));
    }
}
