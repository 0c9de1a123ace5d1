//! A text as an office prints it: title, paragraphs, tables. One content, shown as a page, a DOCX and an XLSX file.

mod bulletin;
mod docx;
mod xlsx;
mod year_end;

pub(crate) use bulletin::of_bulletin;
pub(crate) use year_end::of_year_end;

use crate::error::Answer;
use crate::i18n::Lang;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_decimal::Decimal;

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// Words with an address on this site.
    Link(String, String),
    /// Several words, each with an address on this site.
    Links(Vec<(String, String)>),
    /// A count.
    Count(u64),
    /// A percentage with one decimal.
    Percent(Decimal),
}

impl Cell {
    /// The words of the cell.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Text(words) | Self::Link(words, _) => words.clone(),
            Self::Links(links) => links.iter().map(|(words, _)| words.as_str()).collect::<Vec<_>>().join(" "),
            Self::Count(count) => count.to_string(),
            Self::Percent(percent) => format!("{percent}%"),
        }
    }

    /// Words with their addresses; empty when the cell leads nowhere.
    pub(crate) fn links(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Link(words, address) => vec![(words, address)],
            Self::Links(links) => links.iter().map(|(words, address)| (words.as_str(), address.as_str())).collect(),
            Self::Text(_) | Self::Count(_) | Self::Percent(_) => Vec::new(),
        }
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Percent(_))
    }
}

/// A table: its name, and each column with its share of the width in percent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grid {
    pub(crate) name: String,
    pub(crate) columns: Vec<(String, u32)>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// A heading, numbered.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A remark in smaller type.
    Note(String),
    /// A table.
    Table(Grid),
}

/// A text as an office prints it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Official {
    pub(crate) lang: Lang,
    /// A line each.
    pub(crate) title: Vec<String>,
    pub(crate) pieces: Vec<Piece>,
    /// Who signs, and when; below the text on the right.
    pub(crate) signed: Vec<String>,
    /// Where its numbers come from; last, in small type.
    pub(crate) source: String,
    pub(crate) file_name: String,
}

/// Numbers headings as offices do: 一、二、三、 or 1. 2. 3.
pub(crate) struct Numbering {
    lang: Lang,
    last: usize,
}

impl Numbering {
    pub(crate) fn new(lang: Lang) -> Self {
        Self { lang, last: 0 }
    }

    pub(crate) fn heading(&mut self, words: &str) -> Piece {
        const ZH: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
        self.last += 1;
        Piece::Heading(match (self.lang, ZH.get(self.last - 1)) {
            (Lang::Zh, Some(number)) => format!("{number}、{words}"),
            _ => format!("{}. {words}", self.last),
        })
    }
}

/// A title in two lines, the first ending with `end`; in one when that is not in it or nothing follows.
pub(crate) fn lines(title: &str, end: &str) -> Vec<String> {
    match title.split_once(end) {
        Some((before, after)) if !after.is_empty() => vec![format!("{before}{end}"), after.to_owned()],
        _ => vec![title.to_owned()],
    }
}

fn failed(error: &dyn std::fmt::Display) -> Answer {
    tracing::error!(%error, "an official text could not be written as a file");
    Answer::by_status(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Official {
    /// As a DOCX file. `site` stands before the addresses of links; without it they are left out.
    pub(crate) fn docx(&self, site: Option<&str>) -> Result<Response, Answer> {
        let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        let bytes = docx::write(self, site).map_err(|e| failed(&e))?;
        Ok(self.file(kind, "docx", bytes))
    }

    /// As an XLSX file, one sheet a table.
    pub(crate) fn xlsx(&self) -> Result<Response, Answer> {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let bytes = xlsx::write(self).map_err(|e| failed(&e))?;
        Ok(self.file(kind, "xlsx", bytes))
    }

    fn file(&self, kind: &str, ending: &str, bytes: Vec<u8>) -> Response {
        let name = format!("attachment; filename=\"{}.{ending}\"", self.file_name);
        ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
    }

    /// The title in one line.
    pub(crate) fn whole_title(&self) -> String {
        self.title.concat()
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &Grid> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Table(grid) => Some(grid),
            _ => None,
        })
    }
}
