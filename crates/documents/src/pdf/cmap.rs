//! Which Unicode letters a code of a font means: `ToUnicode` CMaps (ISO 32000-1, 9.10.3; Adobe Technical Note 5411).

use std::collections::HashMap;

/// Most codes a CMap may map one by one.
const MOST: usize = 200_000;

/// A map from codes to letters.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Lengths of codes in bytes, with their first and last code.
    spaces: Vec<(usize, u32, u32)>,
    single: HashMap<u32, String>,
    /// First code, last code, letters of the first.
    ranges: Vec<(u32, u32, String)>,
}

/// A token that counts here.
#[derive(Debug, PartialEq)]
enum Token {
    Hex(Vec<u8>),
    Open,
    Close,
    Word(Vec<u8>),
}

fn tokens(text: &[u8]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'<' if rest.first() != Some(&b'<') => {
                let end = rest.iter().position(|b| *b == b'>').unwrap_or(rest.len());
                let digits: Vec<u8> = rest.get(..end).unwrap_or_default().iter().filter_map(|b| digit(*b)).collect();
                // An odd digit at the end stands for itself and a zero.
                out.push(Token::Hex(
                    digits.chunks(2).map(|pair| pair.first().unwrap_or(&0) * 16 + pair.get(1).unwrap_or(&0)).collect(),
                ));
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            b'[' => out.push(Token::Open),
            b']' => out.push(Token::Close),
            b'%' => {
                let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
                rest = rest.get(end..).unwrap_or_default();
            }
            b if b.is_ascii_alphabetic() => {
                let end = rest.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len());
                let mut word = vec![*b];
                word.extend(rest.get(..end).unwrap_or_default());
                out.push(Token::Word(word));
                rest = rest.get(end..).unwrap_or_default();
            }
            _ => {}
        }
    }
    out
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}

/// UTF-16 as CMaps write it.
fn letters(bytes: &[u8]) -> String {
    if let [one] = bytes {
        return char::from(*one).to_string();
    }
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// The letters `by` places after the first of a range: the last one counts on.
fn counted(first: &str, by: u32) -> Option<String> {
    let last = first.chars().next_back()?;
    let next = char::from_u32(u32::from(last).checked_add(by)?)?;
    let mut out = first.get(..first.len() - last.len_utf8())?.to_owned();
    out.push(next);
    Some(out)
}

impl CMap {
    /// Reads a CMap's stream; what it does not understand is left out.
    pub(super) fn read(text: &[u8]) -> Self {
        let mut out = Self::default();
        let all = tokens(text);
        let mut rest = all.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            let Token::Word(word) = first else { continue };
            let end = rest.iter().position(|t| matches!(t, Token::Word(_))).unwrap_or(rest.len());
            let (own, after) = rest.split_at(end);
            match word.as_slice() {
                b"begincodespacerange" => out.spaces(own),
                b"beginbfchar" => out.chars(own),
                b"beginbfrange" => out.range(own),
                _ => continue,
            }
            rest = after;
        }
        out.ranges.sort();
        out
    }

    fn spaces(&mut self, tokens: &[Token]) {
        for pair in tokens.chunks(2) {
            if let [Token::Hex(low), Token::Hex(high)] = pair
                && (1..=4).contains(&low.len())
                && self.spaces.len() < 100
            {
                self.spaces.push((low.len(), code(low), code(high)));
            }
        }
    }

    fn chars(&mut self, tokens: &[Token]) {
        for pair in tokens.chunks(2) {
            if let [Token::Hex(from), Token::Hex(to)] = pair
                && self.single.len() < MOST
            {
                self.single.insert(code(from), letters(to));
            }
        }
    }

    fn range(&mut self, mut tokens: &[Token]) {
        while let [Token::Hex(low), Token::Hex(high), rest @ ..] = tokens {
            let (low, high) = (code(low), code(high));
            match rest {
                [Token::Hex(to), rest @ ..] => {
                    if self.ranges.len() < MOST {
                        self.ranges.push((low, high, letters(to)));
                    }
                    tokens = rest;
                }
                [Token::Open, rest @ ..] => {
                    let end = rest.iter().position(|t| *t == Token::Close).unwrap_or(rest.len());
                    for (code, token) in (low..=high).zip(rest.get(..end).unwrap_or_default()) {
                        if let Token::Hex(to) = token
                            && self.single.len() < MOST
                        {
                            self.single.insert(code, letters(to));
                        }
                    }
                    tokens = rest.get(end + 1..).unwrap_or_default();
                }
                _ => return,
            }
        }
    }

    /// The length of the code that begins `bytes`; `usual` when the CMap does not say.
    pub(super) fn length(&self, bytes: &[u8], usual: usize) -> usize {
        let fits = |(length, low, high): &&(usize, u32, u32)| {
            bytes.get(..*length).map(code).is_some_and(|own| (*low..=*high).contains(&own))
        };
        self.spaces.iter().find(fits).map_or(usual, |(length, _, _)| *length)
    }

    /// The letters of a code.
    pub(super) fn letters(&self, code: u32) -> Option<String> {
        if let Some(found) = self.single.get(&code) {
            return Some(found.clone());
        }
        let after = self.ranges.partition_point(|(low, _, _)| *low <= code);
        let (low, high, first) = after.checked_sub(1).and_then(|place| self.ranges.get(place))?;
        if code > *high { None } else { counted(first, code - low) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let cmap = CMap::read(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n2 beginbfchar <0003> <6539> % a comment <00>\n\
              <0004> <D840DC0B> endbfchar\n2 beginbfrange <0010> <0012> <4E00> <0020> <0021> [<0041> <00420043>] endbfrange",
        );
        let check = |code, expected: Option<&str>| assert_eq!(cmap.letters(code).as_deref(), expected, "{code:#x}");
        check(3, Some("改"));
        check(4, Some("𠀋"));
        check(0x11, Some("丁"));
        check(0x13, None);
        check(0x21, Some("BC"));
        assert_eq!(cmap.length(&[0, 3, 0], 1), 2);
    }
}
