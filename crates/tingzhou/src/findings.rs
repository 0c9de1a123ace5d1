//! `tingzhou findings`: what a report says about itself, on standard output.

use crate::failure::Failure;
use crate::read::{bytes_of, print, stands};
use clap::ValueEnum;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tingzhou_documents::Document;
use tingzhou_ledger::{Across, Finding, Said, YearVerdict, findings, two_years};
use tingzhou_report::{Reading, Span, Stands, guarded, plain_words};

/// Arguments of `findings`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The report, in any format that `read` takes.
    file: PathBuf,
    /// The city's report of the year before: last year's targets against this year's results, and baselines, are added.
    #[arg(long)]
    last_year: Option<PathBuf>,
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
        let quote = plain_words(self.document.text.get(span.start..span.end).unwrap_or_default());
        Spot { span, stands: stands(&self.document, span.start), quote }
    }
}

/// A place in the document.
#[derive(Serialize)]
struct Spot {
    span: Span,
    #[serde(flatten)]
    stands: Stands,
    quote: String,
}

/// A finding, or one quantity over two years, as it is printed.
#[derive(Serialize)]
struct Line {
    id: Option<String>,
    kind: &'static str,
    verdict: &'static str,
    asks: bool,
    places: Vec<Spot>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    last_year: Vec<Spot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<String>,
    zh: String,
    en: String,
}

impl Line {
    fn of(finding: Finding, read: &Read) -> Self {
        Self {
            id: Some(finding.id.to_string()),
            kind: finding.kind.name(),
            verdict: finding.verdict.name(),
            asks: finding.verdict.asks(),
            places: finding.places.iter().map(|place| read.spot(place.span)).collect(),
            last_year: Vec::new(),
            baseline: None,
            zh: finding.sentence.zh,
            en: finding.sentence.en,
        }
    }

    fn across(across: Across, last: &Read, this: &Read) -> Self {
        Self {
            id: None,
            kind: "two-years",
            verdict: across.verdict.name(),
            asks: matches!(across.verdict, YearVerdict::Missed | YearVerdict::DoesNotFit),
            places: across.this.iter().map(|place| this.spot(place.span)).collect(),
            last_year: across.last.iter().map(|place| last.spot(place.span)).collect(),
            baseline: across.value.map(|value| format!("{value} {}", across.unit)),
            zh: across.sentence.zh,
            en: across.sentence.en,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let read = Read::file(&args.file)?;
    let mut lines: Vec<Line> = findings(&read.said()).into_iter().map(|finding| Line::of(finding, &read)).collect();
    if let Some(file) = &args.last_year {
        let last = Read::file(file)?;
        let across = two_years(&last.said(), &read.said()).map_err(|e| Failure::about(file.display(), e))?;
        lines.extend(across.into_iter().map(|across| Line::across(across, &last, &read)));
    }
    lines.retain(|line| line.asks || !args.asking);
    let failed = |e: anyhow::Error| Failure::Failed(e.context("findings"));
    print(&match args.format {
        Format::Table => table(&lines, args.lang),
        Format::Jsonl => jsonl(&lines).map_err(|e| failed(e.into()))?,
        Format::Csv => csv(&lines).map_err(failed)?,
    })
}

fn table(lines: &[Line], lang: Lang) -> String {
    let mut out = String::new();
    for line in lines {
        let own = line.places.iter().map(|spot| spot.stands.to_string());
        let older = line.last_year.iter().map(|spot| format!("last year {}", spot.stands));
        let places: Vec<String> = own.chain(older).collect();
        let mark = if line.asks { "!" } else { " " };
        let words = match lang {
            Lang::Zh => &line.zh,
            Lang::En => &line.en,
        };
        let _ = writeln!(out, "{mark} {:16}  {:15}  {:12}  {words}", line.kind, line.verdict, places.join(", "));
    }
    out
}

fn jsonl(lines: &[Line]) -> Result<String, serde_json::Error> {
    let mut out = String::new();
    for line in lines {
        out.push_str(&serde_json::to_string(line)?);
        out.push('\n');
    }
    Ok(out)
}

fn csv(lines: &[Line]) -> anyhow::Result<String> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let columns = ["id", "kind", "verdict", "asks", "spans", "pages", "paragraphs", "quotes", "last_year_spans"];
    writer.write_record(columns.iter().chain(&["last_year_quotes", "baseline", "zh", "en"]))?;
    let joined = |spots: &[Spot], of: fn(&Spot) -> String| spots.iter().map(of).collect::<Vec<_>>().join("; ");
    let span = |spot: &Spot| format!("{}..{}", spot.span.start, spot.span.end);
    for line in lines {
        writer.write_record([
            line.id.as_deref().unwrap_or_default(),
            line.kind,
            line.verdict,
            if line.asks { "true" } else { "false" },
            &joined(&line.places, span),
            &joined(&line.places, |spot| spot.stands.page.map_or_else(String::new, |page| page.to_string())),
            &joined(&line.places, |spot| {
                spot.stands.paragraph.map_or_else(String::new, |paragraph| paragraph.to_string())
            }),
            &guarded(&joined(&line.places, |spot| spot.quote.clone())),
            &joined(&line.last_year, span),
            &guarded(&joined(&line.last_year, |spot| spot.quote.clone())),
            line.baseline.as_deref().unwrap_or_default(),
            &guarded(&line.zh),
            &guarded(&line.en),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|e| anyhow::anyhow!("{}", e.error()))?;
    Ok(String::from_utf8(bytes)?)
}
