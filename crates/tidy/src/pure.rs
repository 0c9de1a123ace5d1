//! Pure crates know no time of day and do no input or output; they are handed what they need.

use crate::Finding;
use crate::rust::{code, paths};

/// Paths into the world, with what to do instead.
const WORLD: &[(&str, &str)] = &[
    ("std::fs", "platform or the command line reads files and hands over their content"),
    ("std::net", "server opens sockets"),
    ("std::io", "return text or use std::fmt"),
    ("std::env", "take it as an argument"),
    ("std::process", "return an error"),
    ("std::thread", "platform decides what runs beside what"),
    ("std::time::Instant", "take the instant as an argument"),
    ("std::time::SystemTime", "take the instant as an argument"),
    ("tokio", "platform decides what runs beside what"),
    ("rand", "take the random number as an argument"),
    ("getrandom", "take the random number as an argument"),
    ("tracing", "return what happened; platform tells"),
];

/// Calls that ask for the time of day, by the end of their path.
const CLOCKS: &[&str] = &["Timestamp::now", "Zoned::now", "Instant::now", "SystemTime::now", "TimeZone::system"];

const PRINTS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// What a pure source text must not do, outside its tests.
#[must_use]
pub fn world(source: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for path in paths(source).into_iter().filter(|p| !p.test) {
        for (_, instead) in WORLD.iter().filter(|(prefix, _)| path.text.contains("::") && path.within(prefix)) {
            found.push(Finding::new(path.line, format!("{} in a pure crate; {instead}", path.text)));
        }
        if CLOCKS.iter().any(|clock| path.ends(clock)) {
            found.push(Finding::new(path.line, format!("{} in a pure crate; take the time as an argument", path.text)));
        }
    }
    let code = code(source);
    for pair in code.windows(2).filter(|p| !p[0].test && p[1].text == "!" && PRINTS.contains(&p[0].text)) {
        found.push(Finding::new(pair[0].line, format!("{}! in a pure crate; return it", pair[0].text)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    #[test]
    fn finds_the_world() {
        let check = |source: &str, expected: &[usize]| assert_eq!(lines(&world(source)), expected, "{source}");
        check("use std::fs;", &[1]);
        check("use std::{fmt,\n io::Read};", &[2]);
        check("let a = std::env::var(\"A\");", &[1]);
        check("use std::time::{Duration, Instant};", &[1]);
        check("let now = jiff::Timestamp::now();", &[1]);
        check("use std::time;\nlet now = time::Instant::now();", &[2]);
        check("println!(\"x\"); dbg!(1);", &[1, 1]);
        check("tokio::spawn(x);", &[1]);
        check("use std::fmt::Write as _; use std::time::Duration; let now: Timestamp = at; let rand = 1;", &[]);
        check("#[cfg(test)]\nmod tests { use std::fs; fn x() { println!(\"a\"); } }", &[]);
        check("// std::fs\nlet a = \"std::fs println!\";", &[]);
    }
}
