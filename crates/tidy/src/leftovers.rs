//! Nothing half done, and no panic without a word on why it cannot happen.

use crate::Finding;
use crate::rust::{Kind, tokens};

/// Unfinished code and skipped tests, anywhere.
#[must_use]
pub fn unfinished(source: &str) -> Vec<Finding> {
    let code = crate::rust::code(source);
    let mut found = Vec::new();
    for pair in code.windows(2) {
        if pair[1].text == "!"
            && pair[0].kind == Kind::Ident
            && ["todo", "unimplemented", "dbg"].contains(&pair[0].text)
        {
            found.push(Finding::new(pair[0].line, format!("{}! is left over; finish it or take it out", pair[0].text)));
        }
    }
    for three in code.windows(3) {
        if three[0].text == "#" && three[1].text == "[" && three[2].text == "ignore" {
            found.push(Finding::new(three[0].line, "#[ignore] hides a test; mend the test or take it out"));
        }
    }
    found
}

/// `unwrap()` and `expect("…")` outside tests that no comment on the same or the preceding line explains. An `expect` or
/// `allow` attribute with a reason, just before, explains too.
#[must_use]
pub fn unexplained(source: &str) -> Vec<Finding> {
    let all = tokens(source);
    let lines: Vec<&str> = source.lines().collect();
    let commented =
        |line: usize| all.iter().any(|t| t.kind == Kind::Comment && t.line == line && !t.text.starts_with("///"));
    let reasoned = |line: usize| {
        let before = lines.get(line.saturating_sub(4)..line.saturating_sub(1)).unwrap_or_default();
        before.iter().any(|l| l.contains("_used") && l.contains("reason"))
    };
    let code: Vec<_> = all.iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut found = Vec::new();
    for four in code.windows(4).filter(|w| !w[1].test && w[0].text == "." && w[2].text == "(") {
        let panics = match four[1].text {
            "unwrap" => four[3].text == ")",
            "expect" => four[3].kind == Kind::Str || four[3].text == "&",
            _ => false,
        };
        let line = four[1].line;
        if panics && !commented(line) && !commented(line - 1) && !reasoned(line) {
            found.push(Finding::new(
                line,
                format!("{}() may panic; return an error, or say in a comment why it cannot fail", four[1].text),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    #[test]
    fn finds_leftovers() {
        let check = |source: &str, expected: &[usize]| assert_eq!(lines(&unfinished(source)), expected, "{source}");
        check("fn a() { todo!() }\nfn b() { unimplemented!(\"x\") }\nfn c() { dbg!(1); }", &[1, 2, 3]);
        check("#[test]\n#[ignore]\nfn a() {}", &[2]);
        check("// todo!()\nlet a = \"todo!()\"; let todo = 1;", &[]);
    }

    #[test]
    fn finds_unexplained_panics() {
        let check = |source: &str, expected: &[usize]| assert_eq!(lines(&unexplained(source)), expected, "{source}");
        check("let a = b.unwrap();", &[1]);
        check("\n\nlet a = b\n    .expect(\"c\");", &[4]);
        check("// never empty\nlet a = b.unwrap();", &[]);
        check("let a = b.expect(\"c\"); // never empty", &[]);
        check("#[expect(clippy::unwrap_used, reason = \"never empty\")]\nlet a = b.unwrap();", &[]);
        check("let a = b.unwrap_or(1); let c = parser.expect(Token::End);", &[]);
        check("#[test]\nfn a() { b.unwrap(); }", &[]);
        check("/// Explains the function, not the call.\nlet a = b.unwrap();", &[2]);
    }
}
