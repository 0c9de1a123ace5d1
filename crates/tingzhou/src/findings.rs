//! `tingzhou findings`: what a report says about itself, on standard output.

use crate::failure::Failure;
use crate::read::{bytes_of, print};
use clap::ValueEnum;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tingzhou_documents::Document;
use tingzhou_ledger::{Finding, FindingPlace, Said, Two, findings};
use tingzhou_report::{Reading, Span, plain_words};

/// Arguments of `findings`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The report, in any format that `read` takes.
    file: PathBuf,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The language of the sentences in the table.
    #[arg(long, value_enum, default_value_t = Lang::Zh)]
    lang: Lang,
    /// Leave out notes that only confirm or explain.
    #[arg(long)]
    asking: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Lines for people.
    Table,
    /// One JSON object a line and finding.
    Jsonl,
    /// Comma-separated values.
    Csv,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    /// 中文.
    Zh,
    /// English.
    En,
}

impl Lang {
    fn of(self, words: &Two) -> &str {
        match self {
            Self::Zh => &words.zh,
            Self::En => &words.en,
        }
    }
}

/// A document with its reading.
struct Read {
    document: Document,
    reading: Reading,
}

impl Read {
    fn file(file: &Path) -> Result<Self, Failure> {
        let name = file.display();
        let document = tingzhou_documents::open(&bytes_of(file)?).map_err(|e| Failure::about(&name, e))?;
        let reading = tingzhou_report::read(&document.text).map_err(|e| Failure::about(&name, e))?;
        Ok(Self { document, reading })
    }

    fn said(&self) -> Said<'_> {
        Said::of(&self.document.text, &self.reading)
    }

    fn spot(&self, span: Span) -> Spot {
        let place = self.document.place(span.start);
        let quote = plain_words(self.document.text.get(span.start..span.end).unwrap_or_default());
        Spot { span, page: place.and_then(|p| p.page), paragraph: place.map(|p| p.paragraph), quote }
    }
}

/// A place in the document.
#[derive(Serialize)]
struct Spot {
    span: Span,
    page: Option<u32>,
    paragraph: Option<u32>,
    quote: String,
}

impl Spot {
    /// `p3 ¶12`: page where there are pages, paragraph.
    fn short(&self) -> String {
        let page = self.page.map(|page| format!("p{page} ")).unwrap_or_default();
        let paragraph = self.paragraph.map(|paragraph| format!("¶{paragraph}")).unwrap_or_default();
        format!("{page}{paragraph}")
    }
}

#[derive(Serialize)]
struct Line<'a> {
    key: &'a str,
    kind: &'static str,
    verdict: &'static str,
    asks: bool,
    places: Vec<Spot>,
    zh: &'a str,
    en: &'a str,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let read = Read::file(&args.file)?;
    let mut found = findings(&read.said());
    found.retain(|finding| finding.verdict.asks() || !args.asking);
    let spots = |finding: &Finding| -> Vec<Spot> {
        finding.places.iter().map(|FindingPlace { span, .. }| read.spot(*span)).collect()
    };
    let lines = found.iter().map(|finding| Line {
        key: &finding.key,
        kind: finding.kind.name(),
        verdict: finding.verdict.name(),
        asks: finding.verdict.asks(),
        places: spots(finding),
        zh: &finding.sentence.zh,
        en: &finding.sentence.en,
    });
    let failed = |e: anyhow::Error| Failure::Failed(e.context("findings"));
    print(&match args.format {
        Format::Table => table(&found, spots, args.lang),
        Format::Jsonl => jsonl(lines).map_err(|e| failed(e.into()))?,
        Format::Csv => csv(lines).map_err(failed)?,
    })
}

fn table(found: &[Finding], spots: impl Fn(&Finding) -> Vec<Spot>, lang: Lang) -> String {
    let mut out = String::new();
    for finding in found {
        let places: Vec<String> = spots(finding).iter().map(Spot::short).collect();
        let mark = if finding.verdict.asks() { "!" } else { " " };
        let (kind, verdict) = (finding.kind.name(), finding.verdict.name());
        let words = lang.of(&finding.sentence);
        let _ = writeln!(out, "{mark} {kind:16}  {verdict:15}  {:12}  {words}", places.join(", "));
    }
    out
}

fn jsonl<'a>(lines: impl Iterator<Item = Line<'a>>) -> Result<String, serde_json::Error> {
    let mut out = String::new();
    for line in lines {
        out.push_str(&serde_json::to_string(&line)?);
        out.push('\n');
    }
    Ok(out)
}

/// A field that a spreadsheet would take for a formula is kept text by a leading quote mark.
fn guarded(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t']) { format!("'{field}") } else { field.to_owned() }
}

fn csv<'a>(lines: impl Iterator<Item = Line<'a>>) -> anyhow::Result<String> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(["key", "kind", "verdict", "asks", "spans", "pages", "paragraphs", "quotes", "zh", "en"])?;
    for line in lines {
        let joined = |of: fn(&Spot) -> String| line.places.iter().map(of).collect::<Vec<_>>().join("; ");
        writer.write_record([
            line.key,
            line.kind,
            line.verdict,
            if line.asks { "true" } else { "false" },
            &joined(|spot| format!("{}..{}", spot.span.start, spot.span.end)),
            &joined(|spot| spot.page.map_or_else(String::new, |page| page.to_string())),
            &joined(|spot| spot.paragraph.map_or_else(String::new, |paragraph| paragraph.to_string())),
            &guarded(&joined(|spot| spot.quote.clone())),
            &guarded(line.zh),
            &guarded(line.en),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|e| anyhow::anyhow!("{}", e.error()))?;
    Ok(String::from_utf8(bytes)?)
}
