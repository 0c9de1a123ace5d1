//! Rust source as tokens: enough to tell code from strings and comments, and tests from the rest. Not a parser.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Ident,
    /// A string or byte string literal, quotes included.
    Str,
    /// A character literal, lifetime or number.
    Other,
    /// One character of punctuation.
    Punct,
    /// A comment.
    Comment,
}

/// A token with its place.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
    /// The line it begins on, from 1.
    pub line: usize,
    /// Whether it belongs to an item under `#[cfg(test)]` or `#[test]`.
    pub test: bool,
}

impl Token<'_> {
    fn is(&self, text: &str) -> bool {
        self.kind != Kind::Str && self.kind != Kind::Comment && self.text == text
    }
}

/// All tokens of a source text, tests marked.
#[must_use]
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let (kind, length) = token(rest, first);
        let text = &rest[..length];
        if let Some(kind) = kind {
            found.push(Token { kind, text, line, test: false });
        }
        line += text.matches('\n').count();
        at += length;
    }
    mark_tests(&mut found);
    found
}

/// The tokens without comments.
#[must_use]
pub fn code(source: &str) -> Vec<Token<'_>> {
    tokens(source).into_iter().filter(|t| t.kind != Kind::Comment).collect()
}

fn token(rest: &str, first: char) -> (Option<Kind>, usize) {
    if first.is_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("//") {
        return (Some(Kind::Comment), rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Some(Kind::Comment), block_comment(rest));
    }
    if let Some(length) = string(rest) {
        return (Some(Kind::Str), length);
    }
    if first == '\'' {
        return (Some(Kind::Other), character_or_lifetime(rest));
    }
    if first.is_ascii_digit() {
        return (Some(Kind::Other), word(rest));
    }
    if first.is_alphabetic() || first == '_' {
        let raw = if rest.starts_with("r#") { 2 } else { 0 };
        return (Some(Kind::Ident), raw + word(&rest[raw..]));
    }
    (Some(Kind::Punct), first.len_utf8())
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if tail.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn string(rest: &str) -> Option<usize> {
    let prefix = rest.bytes().take_while(|b| matches!(b, b'b' | b'c' | b'r')).count();
    if prefix > 2 {
        return None;
    }
    let raw = rest[..prefix].contains('r');
    let hashes = if raw { rest[prefix..].bytes().take_while(|b| *b == b'#').count() } else { 0 };
    let open = prefix + hashes;
    if !rest[open..].starts_with('"') {
        return None;
    }
    let body = &rest[open + 1..];
    if raw {
        let close = format!("\"{}", "#".repeat(hashes));
        return Some(body.find(&close).map_or(rest.len(), |end| open + 1 + end + close.len()));
    }
    let mut escaped = false;
    for (i, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(open + 2 + i),
            _ => {}
        }
    }
    Some(rest.len())
}

fn character_or_lifetime(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    let Some((_, first)) = chars.next() else { return 1 };
    if first == '\\' {
        let _escaped = chars.next();
        return chars.find(|(_, c)| *c == '\'').map_or(rest.len(), |(i, _)| i + 1);
    }
    match chars.next() {
        Some((i, '\'')) => i + 1,
        _ => 1 + word(&rest[1..]).max(1),
    }
}

/// Marks everything under `#[cfg(test)]` and `#[test]`, attribute included.
fn mark_tests(all: &mut [Token<'_>]) {
    let places: Vec<usize> = (0..all.len()).filter(|i| all[*i].kind != Kind::Comment).collect();
    let at = |i: usize, text: &str| places.get(i).is_some_and(|p| all[*p].is(text));
    let mut spans = Vec::new();
    let mut i = 0;
    while i < places.len() {
        let inner = at(i, "#") && at(i + 1, "!") && at(i + 2, "[");
        let outer = at(i, "#") && at(i + 1, "[");
        if !inner && !outer {
            i += 1;
            continue;
        }
        let open = if inner { i + 2 } else { i + 1 };
        let close = closing(all, &places, open);
        let words: Vec<&str> = places[open..=close].iter().map(|p| all[*p].text).collect();
        let tests = words.get(1..3) == Some(&["test", "]"])
            || (words.get(1) == Some(&"cfg") && words.contains(&"test") && !words.contains(&"not"));
        if !tests {
            i = close + 1;
            continue;
        }
        let end = if inner { places.len() - 1 } else { item_end(all, &places, close + 1) };
        spans.push((places[i], places[end]));
        i = end + 1;
    }
    for (from, to) in spans {
        for token in &mut all[from..=to] {
            token.test = true;
        }
    }
}

/// The place of the bracket that closes the one at `open`.
fn closing(all: &[Token<'_>], places: &[usize], open: usize) -> usize {
    let mut depth = 0_usize;
    for (i, place) in places.iter().enumerate().skip(open) {
        if all[*place].kind == Kind::Punct {
            match all[*place].text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return i;
                    }
                }
                _ => {}
            }
        }
    }
    places.len() - 1
}

fn item_end(all: &[Token<'_>], places: &[usize], from: usize) -> usize {
    let mut i = from;
    while i < places.len() {
        match all[places[i]].text {
            "{" => return closing(all, places, i),
            "(" | "[" => i = closing(all, places, i) + 1,
            ";" => return i,
            _ => i += 1,
        }
    }
    places.len() - 1
}

/// A path as written, `use` groups taken apart: `use std::{fs, io}` gives `std::fs` and `std::io`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Its parts joined with `::`.
    pub text: String,
    /// The line, from 1.
    pub line: usize,
    /// Whether it stands in a test.
    pub test: bool,
}

impl Path {
    /// Whether it is `prefix` or something inside it.
    #[must_use]
    pub fn within(&self, prefix: &str) -> bool {
        self.text.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }

    /// Whether its last parts are `suffix`.
    #[must_use]
    pub fn ends(&self, suffix: &str) -> bool {
        self.text.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
    }
}

/// Every path of the code.
#[must_use]
pub fn paths(source: &str) -> Vec<Path> {
    let code = code(source);
    let mut found = Vec::new();
    let mut i = 0;
    while i < code.len() {
        let (part, inside_path) = (&code[i], i > 0 && code[i - 1].is(":") && i > 1 && code[i - 2].is(":"));
        if part.is("use") {
            i = use_tree(&code, i + 1, "", &mut found);
        } else if part.kind == Kind::Ident && !inside_path {
            let mut text = part.text.to_owned();
            let mut next = i + 1;
            while separator(&code, next) && code.get(next + 2).is_some_and(|t| t.kind == Kind::Ident) {
                text = format!("{text}::{}", code[next + 2].text);
                next += 3;
            }
            found.push(Path { text, line: part.line, test: part.test });
            i = next;
        } else {
            i += 1;
        }
    }
    found
}

fn separator(code: &[Token<'_>], at: usize) -> bool {
    matches!(code.get(at..at + 2), Some([a, b]) if a.is(":") && b.is(":"))
}

fn use_tree(code: &[Token<'_>], from: usize, prefix: &str, found: &mut Vec<Path>) -> usize {
    let mut i = from;
    let mut text = prefix.to_owned();
    let join = |text: &str, part: &str| if text.is_empty() { part.to_owned() } else { format!("{text}::{part}") };
    while let Some(token) = code.get(i) {
        match token.text {
            "{" => {
                i += 1;
                while code.get(i).is_some_and(|t| !t.is("}")) {
                    i = use_tree(code, i, &text, found);
                    if code.get(i).is_some_and(|t| t.is(",")) {
                        i += 1;
                    } else if code.get(i).is_some_and(|t| t.is(";")) {
                        break;
                    }
                }
                return i + 1;
            }
            "as" => i += 2,
            ":" => i += 1,
            "self" if !text.is_empty() => i += 1,
            "," | "}" | ";" => break,
            part => {
                text = join(&text, part);
                i += 1;
            }
        }
    }
    let (line, test) = code.get(i.saturating_sub(1)).map_or((1, false), |t| (t.line, t.test));
    found.push(Path { text, line, test });
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_are_no_code() {
        let source = "let a = \"fs // \\\" x\"; // fs\nlet b = r#\"fs \" \"#; /* fs /* fs */ fs */ let c = '\"'; let d: &'a str = b\"fs\";";
        let idents: Vec<_> = tokens(source).into_iter().filter(|t| t.kind == Kind::Ident).map(|t| t.text).collect();
        assert_eq!(idents, ["let", "a", "let", "b", "let", "c", "let", "d", "str"]);
        assert_eq!(tokens(source).iter().filter(|t| t.kind == Kind::Str).count(), 3);
        assert_eq!(tokens("'\\'' x 'y' 'life '字' r#type").iter().map(|t| t.kind).collect::<Vec<_>>(), {
            use Kind::{Ident, Other};
            [Other, Ident, Other, Other, Other, Ident]
        });
    }

    #[test]
    fn tests_are_marked() {
        let source = "fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests { fn b() {} }\nfn c() {}\n#[cfg(not(test))]\nfn d() {}\n#[test]\nfn e() { [1]; }\nfn f() {}";
        let tests: Vec<_> =
            code(source).into_iter().filter(|t| t.test && t.kind == Kind::Ident).map(|t| t.text).collect();
        assert_eq!(tests, ["cfg", "test", "allow", "x", "mod", "tests", "fn", "b", "test", "fn", "e"]);
        assert!(code("#![cfg(test)]\nfn a() {}").iter().all(|t| t.test));
    }

    #[test]
    fn paths_are_taken_apart() {
        let check = |source: &str, expected: &[&str]| {
            let got: Vec<_> = paths(source).into_iter().map(|p| p.text).collect();
            assert_eq!(got, expected, "{source}");
        };
        check("use std::{fs::{self, File}, io as i};", &["std::fs", "std::fs::File", "std::io"]);
        check("x = a::b::<c::D>::e(f)", &["x", "a::b", "c::D", "f"]);
        check("use a::*; b::c!()", &["a::*", "b::c"]);
    }
}
