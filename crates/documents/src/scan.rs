//! Pages that are pictures.

use crate::lines::Piece;
use std::collections::BTreeSet;

/// `3`, `3-5, 8`: pages as people write them.
pub(crate) fn listed(pages: &BTreeSet<u32>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for page in pages {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *page => *last = *page,
            _ => runs.push((*page, *page)),
        }
    }
    let more = if runs.len() > 20 { " …" } else { "" };
    let runs = runs.iter().take(20).map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    runs.collect::<Vec<_>>().join(", ") + more
}

/// Why a document is refused as a scan: pages that show a picture and have no lines of their own. A cover, the first page
/// or the last, may be a picture where the other pages hold words.
pub(crate) fn scanned(body: &[Piece], pictures: BTreeSet<u32>, pages: usize) -> Option<String> {
    let worded: BTreeSet<u32> = body.iter().map(|line| line.page).collect();
    let last = u32::try_from(pages).unwrap_or(u32::MAX);
    let mut scans = pictures;
    scans.retain(|page| !worded.contains(page) && (worded.is_empty() || (*page != 1 && *page != last)));
    (!scans.is_empty()).then(|| {
        format!(
            "page {} is a picture without text, a scan; give the document it was printed from (text a machine \
             recognised is not taken: a number it got wrong would become a target)",
            listed(&scans)
        )
    })
}
