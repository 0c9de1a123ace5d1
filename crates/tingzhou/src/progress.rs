//! One line of progress on a terminal, or a line now and then in a file.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Progress of one long piece of work, on standard error.
pub(crate) struct Progress {
    what: &'static str,
    shown: Option<Instant>,
    terminal: bool,
}

impl Progress {
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, shown: None, terminal: std::io::stderr().is_terminal() }
    }

    /// Shows how far it is, at most ten times a second on a terminal and once in two seconds elsewhere.
    pub(crate) fn at(&mut self, done: usize, total: usize) {
        let wait = if self.terminal { Duration::from_millis(100) } else { Duration::from_secs(2) };
        let last = done >= total;
        if !last && self.shown.is_some_and(|at| at.elapsed() < wait) {
            return;
        }
        self.shown = Some(Instant::now());
        let percent = (done * 100).checked_div(total).unwrap_or(100);
        let filled = percent / 5;
        let bar: String = (0..20).map(|i| if i < filled { '█' } else { '░' }).collect();
        let mut err = std::io::stderr().lock();
        let (start, end) = if self.terminal { ("\r", if last { "\n" } else { "" }) } else { ("", "\n") };
        // Progress that cannot be shown is no reason to stop.
        let _ = write!(err, "{start}{} {bar} {done}/{total}{end}", self.what);
        let _ = err.flush();
    }
}
