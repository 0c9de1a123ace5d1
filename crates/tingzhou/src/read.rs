//! `tingzhou read`: a report's statements on standard output.

use crate::failure::Failure;
use clap::ValueEnum;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use tingzhou_documents::Document;
use tingzhou_report::Stands;

/// Arguments of `read`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The report: DOCX, PDF with text, OFD, HTML, TXT or Markdown (UTF-8, UTF-16 or GB18030).
    file: PathBuf,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Also say which rule filled each field.
    #[arg(long)]
    explain: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Columns for people.
    Table,
    /// One JSON object a line and number.
    Jsonl,
    /// Comma-separated values.
    Csv,
    /// The table of tasks: one action item a line, tab-separated.
    Items,
    /// The glossary: one term a line with its explanation and how often the report uses it, tab-separated.
    Terms,
}

/// A document's bytes; no more is read than a report can have.
pub(crate) fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let name = file.display();
    let opened = std::fs::File::open(file).map_err(|e| Failure::about(&name, format!("cannot be opened: {e}")))?;
    let size = opened.metadata().map_or(0, |m| m.len());
    let limit = tingzhou_documents::LARGEST as u64;
    if size > limit {
        return Err(Failure::about(&name, tingzhou_documents::DocumentError::TooLarge { size }));
    }
    let mut bytes = Vec::new();
    // A pipe has no size to ask for; it is cut off one byte after the limit, and that byte makes it too large.
    opened
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| Failure::about(&name, format!("cannot be read: {e}")))?;
    Ok(bytes)
}

/// Where a byte of the text stands in the document.
pub(crate) fn stands(document: &Document, at: usize) -> Stands {
    let place = document.place(at);
    Stands { page: place.and_then(|own| own.page), paragraph: place.map(|own| own.paragraph) }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let name = args.file.display();
    let bytes = bytes_of(&args.file)?;
    let document = tingzhou_documents::open(&bytes).map_err(|e| Failure::about(&name, e))?;
    let text = document.text.as_str();
    let reading = tingzhou_report::read(text).map_err(|e| Failure::about(&name, e))?;
    let stands = |at: usize| stands(&document, at);
    let mut printed = match args.format {
        Format::Table => tingzhou_report::table(text, &reading, stands),
        Format::Jsonl => tingzhou_report::jsonl(text, &reading, stands),
        Format::Csv => tingzhou_report::csv(text, &reading, stands),
        Format::Items => tingzhou_report::items_tsv(text, &reading),
        Format::Terms => tingzhou_report::terms_tsv(text, &reading),
    };
    if args.explain {
        // Explanations are for people; the machine-readable forms carry their rules already.
        match args.format {
            Format::Table => printed.push_str(&tingzhou_report::explain(text, &reading)),
            Format::Jsonl | Format::Csv | Format::Items | Format::Terms => {
                eprint!("{}", tingzhou_report::explain(text, &reading));
            }
        }
    }
    print(&printed)
}

/// Writes to standard output.
pub(crate) fn print(words: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(words.as_bytes()) {
        // Whoever reads may have seen enough (`| head`).
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|e| Failure::Failed(anyhow::Error::new(e).context("standard output"))),
    }
}
