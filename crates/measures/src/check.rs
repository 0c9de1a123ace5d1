//! A query's text to a query that may run: parsed, held against what is published, and written anew. What runs is never the
//! text as typed but what was understood of it, so a comment, a quote or a word that one database reads otherwise than this
//! crate cannot carry anything past it.

use crate::measure::LONGEST_QUERY;
use crate::print::{Backend, Printer};
use sqlparser::ast::{Expr, Query, SelectItem, SetExpr, Spanned, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Span, Token, Tokenizer};
use tingzhou_ledger::Two;

/// Words and signs of a query at most.
const MOST_TOKENS: usize = 2_000;
/// Operators of a query at most. Each may be a step deeper in its tree, whose depth is what taking it apart, and dropping it,
/// needs of the stack.
const MOST_OPERATORS: usize = 100;
/// How deep brackets and queries may be within each other.
const DEEPEST: usize = 25;

/// Why a query may not run, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryRefusal {
    /// A stable name for programs.
    pub code: &'static str,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// For people: what is wrong and what to do.
    pub message: Two,
}

impl QueryRefusal {
    pub(crate) fn new(code: &'static str, span: Span, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let (line, column) = (span.start.line.max(1), span.start.column.max(1));
        Self { code, line, column, message: Two::new(zh, en) }
    }

    /// The place and the reason, in one sentence.
    #[must_use]
    pub fn words(&self) -> Two {
        Two::new(
            format!("第 {} 行第 {} 列：{}", self.line, self.column, self.message.zh),
            format!("Line {}, column {}: {}", self.line, self.column, self.message.en),
        )
    }
}

/// A column a query may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Output {
    /// The value.
    Value,
    /// What of.
    Numerator,
    /// Out of what.
    Denominator,
    /// How many rows it rests on.
    Count,
    /// What a row of evidence is.
    Label,
    /// Its day.
    Day,
    /// The facility it is about.
    Facility,
    /// The case it is about.
    Case,
    /// The task it is about.
    Task,
    /// The key project it is about.
    Project,
}

impl Output {
    const OF_VALUE: &'static [Self] = &[Self::Value, Self::Numerator, Self::Denominator, Self::Count];
    const OF_ROWS: &'static [Self] =
        &[Self::Label, Self::Day, Self::Value, Self::Facility, Self::Case, Self::Task, Self::Project];

    /// Its name in a query.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Count => "count",
            Self::Label => "label",
            Self::Day => "day",
            Self::Facility => "facility",
            Self::Case => "case_id",
            Self::Task => "task",
            Self::Project => "project",
        }
    }
}

/// What is bound to the names of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `:year`.
    pub year: i64,
    /// `:from`, the window's first day.
    pub from: String,
    /// `:to`, its last.
    pub to: String,
    /// `:today`.
    pub today: String,
}

/// A query that may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    sqlite: String,
    postgres: String,
    views: Vec<&'static str>,
    outputs: Vec<Output>,
}

impl Checked {
    /// As SQLite is given it. Parameters are `$4` year, `$5` from, `$6` to, `$7` today.
    #[must_use]
    pub fn sqlite(&self) -> &str {
        &self.sqlite
    }

    /// As PostgreSQL is given it.
    #[must_use]
    pub fn postgres(&self) -> &str {
        &self.postgres
    }

    /// The views it reads.
    #[must_use]
    pub fn views(&self) -> &[&'static str] {
        &self.views
    }

    /// The columns it gives, in an order of their own.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }
}

/// Checks the query of a measure's value.
///
/// # Errors
/// A [`QueryRefusal`] with place and reason.
pub fn checked_value(text: &str) -> Result<Checked, QueryRefusal> {
    checked(text, Output::OF_VALUE, Output::Value)
}

/// Checks the query of a measure's evidence.
///
/// # Errors
/// A [`QueryRefusal`] with place and reason.
pub fn checked_rows(text: &str) -> Result<Checked, QueryRefusal> {
    checked(text, Output::OF_ROWS, Output::Label)
}

fn checked(text: &str, allowed: &[Output], needed: Output) -> Result<Checked, QueryRefusal> {
    let query = parsed(text)?;
    let outputs = outputs(&query, allowed, needed)?;
    let mut sqlite = Printer::new(Backend::Sqlite);
    sqlite.query(&query)?;
    let mut postgres = Printer::new(Backend::Postgres);
    postgres.query(&query)?;
    crate::kinds::check(&query)?;
    let (sqlite, views) = sqlite.finish()?;
    let (postgres, _) = postgres.finish()?;
    Ok(Checked { sqlite, postgres, views, outputs })
}

fn parsed(text: &str) -> Result<Box<Query>, QueryRefusal> {
    let whole = |code, zh: String, en: String| Err(QueryRefusal::new(code, Span::empty(), zh, en));
    if text.len() > LONGEST_QUERY {
        let zh = format!("查询超过 {LONGEST_QUERY} 字节；请拆成更小的口径。");
        return whole(
            "too-long",
            zh,
            format!("The query is longer than {LONGEST_QUERY} bytes; make smaller measures."),
        );
    }
    if text.contains('\0') {
        return whole("nul", "查询含有空字符。".into(), "The query holds a NUL.".into());
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize_with_location().map_err(|error| {
        let span = Span::new(error.location, error.location);
        QueryRefusal::new(
            "unreadable",
            span,
            format!("这里不能读懂（{}）。", error.message),
            format!("This cannot be read ({}).", error.message),
        )
    })?;
    if tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count() > MOST_TOKENS {
        let zh = format!("查询的词和符号超过 {MOST_TOKENS} 个；请拆成更小的口径。");
        return whole("too-long", zh, format!("The query has more than {MOST_TOKENS} words and signs."));
    }
    let mut operators = tokens.iter().filter(|token| is_operator(&token.token)).skip(MOST_OPERATORS);
    if let Some(one) = operators.next() {
        return Err(QueryRefusal::new(
            "too-deep",
            one.span,
            format!("运算符超过 {MOST_OPERATORS} 个；长的 OR 改写为 IN (…)，其余拆成 WITH。"),
            format!(
                "There are more than {MOST_OPERATORS} operators; write a long OR as IN (…), divide others with WITH."
            ),
        ));
    }
    let mut parser = Parser::new(&dialect).with_recursion_limit(DEEPEST).with_tokens_with_locations(tokens);
    let mut statements = parser.parse_statements().map_err(|error| unreadable(&error))?;
    let Some(statement) = statements.pop() else {
        return whole("empty", "查询是空的；请写一条 SELECT。".into(), "The query is empty; write one SELECT.".into());
    };
    if !statements.is_empty() {
        return Err(QueryRefusal::new(
            "several-statements",
            statement.span(),
            "只允许一条语句；请去掉分号后面的内容。",
            "Only one statement is allowed; take out what follows the semicolon.",
        ));
    }
    match statement {
        Statement::Query(query) => Ok(query),
        other => Err(QueryRefusal::new(
            "not-a-select",
            other.span(),
            "只允许 SELECT（可以带 WITH）；口径只读，不改任何东西。",
            "Only SELECT is allowed (it may begin with WITH): a measure reads and changes nothing.",
        )),
    }
}

/// Whether a word or sign may put what stands before it a step deeper.
fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::XOR
                | Keyword::NOT
                | Keyword::IS
                | Keyword::NOTNULL
                | Keyword::IN
                | Keyword::BETWEEN
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::SIMILAR
                | Keyword::REGEXP
                | Keyword::RLIKE
                | Keyword::MATCH
                | Keyword::MEMBER
                | Keyword::OVERLAPS
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::MINUS
                | Keyword::COLLATE
                | Keyword::AT
                | Keyword::DIV
                | Keyword::OPERATOR
        ),
        Token::Whitespace(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Comma
        | Token::Period
        | Token::Colon
        | Token::LParen
        | Token::RParen
        | Token::SemiColon
        | Token::EOF => false,
        _ => true,
    }
}

/// The parser names the place at the end of its words.
fn unreadable(error: &ParserError) -> QueryRefusal {
    let (code, words) = match error {
        ParserError::RecursionLimitExceeded => {
            let (zh, en) = ("括号或子查询嵌套太深。", "Brackets or queries are nested too deeply.");
            return QueryRefusal::new("too-deep", Span::empty(), zh, en);
        }
        ParserError::TokenizerError(words) | ParserError::ParserError(words) => ("unreadable", words),
    };
    let (said, place) = words.rsplit_once(" at Line: ").unwrap_or((words, ""));
    let mut numbers = place.split(", Column: ").map(|n| n.trim().parse::<u64>().unwrap_or(1));
    let (line, column) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1));
    let said: String = said.chars().take(200).collect();
    let message = Two::new(format!("这里不能读懂（{said}）。"), format!("This cannot be read ({said})."));
    QueryRefusal { code, line, column, message }
}

fn outputs(query: &Query, allowed: &[Output], needed: Output) -> Result<Vec<Output>, QueryRefusal> {
    let mut body = &*query.body;
    let select = loop {
        match body {
            SetExpr::Select(select) => break select,
            SetExpr::Query(inner) => body = &inner.body,
            SetExpr::SetOperation { left, .. } => body = left,
            other => {
                let (zh, en) = ("只允许 SELECT。", "Only SELECT is allowed.");
                return Err(QueryRefusal::new("not-a-select", other.span(), zh, en));
            }
        }
    };
    let list = allowed.iter().map(|o| o.name()).collect::<Vec<_>>().join(", ");
    let mut found = Vec::new();
    for item in &select.projection {
        let name = match item {
            SelectItem::ExprWithAlias { alias, .. } => Some(alias),
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => names.last(),
            _ => None,
        };
        let Some(name) = name else {
            return Err(QueryRefusal::new(
                "unnamed",
                item.span(),
                format!("结果的每一列都要有名字：用 AS 命名为 {list} 之一。"),
                format!("Every column of the result needs a name: say AS and one of {list}."),
            ));
        };
        let lower = name.value.to_ascii_lowercase();
        let Some(output) = allowed.iter().copied().find(|output| output.name() == lower) else {
            return Err(QueryRefusal::new(
                "unknown-output",
                name.span,
                format!("结果没有名为 {lower} 的列；可用 {list}。"),
                format!("A result has no column {lower}; use {list}."),
            ));
        };
        if found.contains(&output) {
            let (zh, en) = (format!("{lower} 出现两次。"), format!("{lower} is there twice."));
            return Err(QueryRefusal::new("twice", name.span, zh, en));
        }
        found.push(output);
    }
    if found.contains(&needed) {
        return Ok(found);
    }
    let name = needed.name();
    Err(QueryRefusal::new(
        "missing-output",
        select.span(),
        format!("结果缺少 {name} 列；请用 AS {name} 命名。"),
        format!("The result has no column {name}; name one AS {name}."),
    ))
}
