//! How much memory work takes, as the kernel counts it.

use std::fs;

/// A line of `/proc/self/status`, in bytes.
fn status(name: &str) -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<usize>().ok().map(|kilobytes| kilobytes * 1_024)
}

/// The most memory the whole process had in use at once so far, its program's own pages included.
pub(crate) fn highest() -> Option<usize> {
    status("VmHWM")
}

/// The most memory in use at once during the work beyond what was in use before; `None` where the kernel does not tell.
///
/// Memory that was freed but not given back to the kernel counts as in use, so this is measured before anything else.
pub(crate) fn growth<T>(work: impl FnOnce() -> T) -> Option<usize> {
    // 5 sets the highest mark back to what is in use now.
    fs::write("/proc/self/clear_refs", "5").ok()?;
    let before = status("VmRSS")?;
    std::hint::black_box(work());
    status("VmHWM")?.checked_sub(before)
}
