//! Whether numbers meet numbers and texts texts. PostgreSQL refuses the rest or reads the text as a number; SQLite takes every
//! text for 0 or compares a number with a text as unequal, so that a wrong column would become a value that is filed.

use crate::check::QueryRefusal;
use crate::print::Printed;
use crate::views::{ColumnKind, view};
use sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, InTarget,
    JoinConstraint, JoinOperator, ObjectNamePart, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    Spanned, TableFactor, UnaryOperator, Value, WindowType,
};
use tingzhou_ledger::Two;

/// What only numbers can be.
const RECKONED: (&str, &str) = ("参与计算", "reckoned with");
const MADE: (&str, &str) = ("转为数", "made a number");
const PLACE: (&str, &str) = ("作为位置", "a place in a text");

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
}

/// A column and what it is; nothing where that is not known, as of NULL or a condition.
type Columns = Vec<(String, Option<Kind>)>;
type Known = Result<Option<Kind>, QueryRefusal>;

#[derive(Default)]
struct Kinds {
    /// Names given with WITH, innermost last.
    ctes: Vec<(String, Columns)>,
    /// The tables of each SELECT that is being read, innermost last.
    scopes: Vec<Vec<(String, Columns)>>,
}

/// Holds a query that could be written anew against what its columns are.
pub(crate) fn check(query: &Query) -> Printed {
    Kinds::default().query(query).map(|_| ())
}

fn shown(expr: &Expr) -> String {
    let text = expr.to_string();
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn refused(expr: &Expr, message: Two) -> QueryRefusal {
    QueryRefusal::new("kind", expr.span(), message.zh, message.en)
}

fn lower(ident: &Ident) -> String {
    ident.value.to_ascii_lowercase()
}

impl Kinds {
    fn query(&mut self, query: &Query) -> Result<Columns, QueryRefusal> {
        let scope = self.ctes.len();
        if let Some(with) = &query.with {
            for cte in &with.cte_tables {
                let name = lower(&cte.alias.name);
                let given: Vec<String> = cte.alias.columns.iter().map(|column| lower(&column.name)).collect();
                if with.recursive {
                    let first = match &*cte.query.body {
                        SetExpr::SetOperation { left, .. } => self.body(left)?,
                        _ => Vec::new(),
                    };
                    self.ctes.push((name.clone(), renamed(first, &given)));
                }
                let columns = self.query(&cte.query)?;
                if with.recursive {
                    self.ctes.pop();
                }
                self.ctes.push((name, renamed(columns, &given)));
            }
        }
        let columns = self.body(&query.body)?;
        self.ctes.truncate(scope);
        Ok(columns)
    }

    fn body(&mut self, body: &SetExpr) -> Result<Columns, QueryRefusal> {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::SetOperation { left, right, .. } => {
                let (mut columns, others) = (self.body(left)?, self.body(right)?);
                for ((name, kind), (_, other)) in columns.iter_mut().zip(others) {
                    if kind.zip(other).is_some_and(|(one, other)| one != other) {
                        let (zh, en) = (
                            format!("{name} 在合并的查询中一处是数，一处是文字。"),
                            format!("{name} is a number in one part of the union and a text in another."),
                        );
                        return Err(QueryRefusal::new("kind", right.span(), zh, en));
                    }
                    *kind = kind.or(other);
                }
                Ok(columns)
            }
            SetExpr::Query(query) => self.query(query),
            _ => Ok(Vec::new()),
        }
    }

    fn select(&mut self, select: &Select) -> Result<Columns, QueryRefusal> {
        let mut tables = Vec::new();
        for table in &select.from {
            tables.push(self.table(&table.relation)?);
            for join in &table.joins {
                tables.push(self.table(&join.relation)?);
            }
        }
        self.scopes.push(tables);
        let columns = self.within(select);
        self.scopes.pop();
        columns
    }

    fn within(&mut self, select: &Select) -> Result<Columns, QueryRefusal> {
        for join in select.from.iter().flat_map(|table| &table.joins) {
            if let JoinOperator::Join(on)
            | JoinOperator::Inner(on)
            | JoinOperator::Left(on)
            | JoinOperator::LeftOuter(on) = &join.join_operator
                && let JoinConstraint::On(condition) = on
            {
                self.expr(condition)?;
            }
        }
        for condition in select.selection.iter().chain(&select.having) {
            self.expr(condition)?;
        }
        let mut columns = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::ExprWithAlias { expr, alias } => columns.push((lower(alias), self.expr(expr)?)),
                SelectItem::UnnamedExpr(expr) => {
                    let name = match expr {
                        Expr::Identifier(name) => lower(name),
                        Expr::CompoundIdentifier(names) => names.last().map(lower).unwrap_or_default(),
                        _ => String::new(),
                    };
                    columns.push((name, self.expr(expr)?));
                }
                SelectItem::Wildcard(_) => {
                    columns.extend(self.scopes.last().into_iter().flatten().flat_map(|(_, columns)| columns.clone()));
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let name = name.to_string().to_ascii_lowercase();
                    let tables = self.scopes.last().into_iter().flatten().filter(|(table, _)| *table == name);
                    columns.extend(tables.flat_map(|(_, columns)| columns.clone()));
                }
                _ => {}
            }
        }
        Ok(columns)
    }

    fn table(&mut self, factor: &TableFactor) -> Result<(String, Columns), QueryRefusal> {
        match factor {
            TableFactor::Table { name, alias, .. } => {
                let of = match name.0.as_slice() {
                    [ObjectNamePart::Identifier(ident)] => lower(ident),
                    _ => String::new(),
                };
                let own = self.ctes.iter().rfind(|(name, _)| *name == of).map(|(_, columns)| columns.clone());
                let published = || {
                    let columns = view(&of).map(|view| view.columns).unwrap_or_default();
                    columns.iter().map(|column| (column.name.to_owned(), Some(kind_of(column.kind)))).collect()
                };
                let columns = own.unwrap_or_else(published);
                Ok((alias.as_ref().map_or(of, |alias| lower(&alias.name)), columns))
            }
            TableFactor::Derived { subquery, alias, .. } => {
                let columns = self.query(subquery)?;
                Ok((alias.as_ref().map(|alias| lower(&alias.name)).unwrap_or_default(), columns))
            }
            _ => Ok((String::new(), Vec::new())),
        }
    }

    /// What a column is: of the innermost SELECT that has one of the name. Where two have, the databases ask for the table.
    fn column(&self, table: Option<&Ident>, column: &Ident) -> Option<Kind> {
        let (table, column) = (table.map(lower), lower(column));
        for scope in self.scopes.iter().rev() {
            let of = scope.iter().filter(|(name, _)| table.as_ref().is_none_or(|table| table == name));
            let mut found = of.flat_map(|(_, columns)| columns).filter(|(name, _)| *name == column);
            if let Some((_, kind)) = found.next() {
                return if found.next().is_none() { *kind } else { None };
            }
        }
        None
    }

    fn number(&mut self, expr: &Expr, (zh, en): (&str, &str)) -> Printed {
        if self.expr(expr)? != Some(Kind::Text) {
            return Ok(());
        }
        let text = shown(expr);
        Err(refused(
            expr,
            Two::new(
                format!("{text} 是文字，不能{zh}；请用数值列。"),
                format!("{text} is a text and cannot be {en}; take a column of numbers."),
            ),
        ))
    }

    fn text(&mut self, expr: &Expr, name: &str) -> Printed {
        if self.expr(expr)? != Some(Kind::Number) {
            return Ok(());
        }
        let number = shown(expr);
        let (zh, en) = (
            format!("{number} 是数；{name} 要文字或日期。"),
            format!("{number} is a number; {name} takes a text or a day."),
        );
        Err(refused(expr, Two::new(zh, en)))
    }

    /// Two that are compared, or stand for each other.
    fn alike(&mut self, left: &Expr, right: &Expr) -> Known {
        let (one, other) = (self.expr(left)?, self.expr(right)?);
        told_alike((left, one), (right, other))
    }

    fn all_alike<'e>(&mut self, all: impl IntoIterator<Item = &'e Expr>) -> Known {
        let mut first: Option<(&Expr, Option<Kind>)> = None;
        for expr in all {
            let kind = self.expr(expr)?;
            match first {
                Some((before, known)) if known.is_some() => {
                    told_alike((before, known), (expr, kind))?;
                }
                _ => first = Some((expr, kind)),
            }
        }
        Ok(first.and_then(|(_, kind)| kind))
    }

    fn expr(&mut self, expr: &Expr) -> Known {
        match expr {
            Expr::Identifier(column) => Ok(self.column(None, column)),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] => Ok(self.column(Some(table), column)),
                _ => Ok(None),
            },
            Expr::Nested(inner) => self.expr(inner),
            Expr::Value(value) => Ok(match &value.value {
                Value::Number(..) => Some(Kind::Number),
                Value::Placeholder(name) if name.eq_ignore_ascii_case(":year") => Some(Kind::Number),
                Value::SingleQuotedString(_) | Value::Placeholder(_) => Some(Kind::Text),
                _ => None,
            }),
            Expr::IsNull(inner) | Expr::IsNotNull(inner) => self.expr(inner).map(|_| None),
            Expr::In { expr, target, .. } => {
                match target {
                    InTarget::List(list) => {
                        for one in list {
                            self.alike(expr, one)?;
                        }
                    }
                    InTarget::Subquery(query) => {
                        let (kind, of) = (self.expr(expr)?, self.query(query)?);
                        let other = of.first().and_then(|(_, kind)| *kind);
                        if kind.zip(other).is_some_and(|(one, other)| one != other) {
                            let text = shown(expr);
                            let (zh, en) = (
                                format!("{text} 与 IN 中查询的列，一个是数，一个是文字。"),
                                format!("Of {text} and the column asked for in IN, one is a number, the other a text."),
                            );
                            return Err(refused(expr, Two::new(zh, en)));
                        }
                    }
                    _ => {}
                }
                Ok(None)
            }
            Expr::Between { expr, low, high, .. } => {
                self.alike(expr, low)?;
                self.alike(expr, high)?;
                Ok(None)
            }
            Expr::Like { expr, pattern, .. } => {
                self.text(expr, "LIKE")?;
                self.text(pattern, "LIKE")?;
                Ok(None)
            }
            Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr } => {
                self.number(expr, RECKONED).map(|()| Some(Kind::Number))
            }
            Expr::UnaryOp { expr, .. } => self.expr(expr).map(|_| None),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::Cast { expr, data_type: DataType::Text, .. } => self.expr(expr).map(|_| Some(Kind::Text)),
            Expr::Cast { expr, .. } => self.number(expr, MADE).map(|()| Some(Kind::Number)),
            Expr::Case { operand, conditions, else_result, .. } => {
                for when in conditions {
                    match operand {
                        Some(operand) => self.alike(operand, &when.condition)?,
                        None => self.expr(&when.condition)?,
                    };
                }
                self.all_alike(conditions.iter().map(|when| &when.result).chain(else_result.as_deref()))
            }
            Expr::Exists { subquery, .. } => self.query(subquery).map(|_| None),
            Expr::Subquery(query) => Ok(self.query(query)?.first().and_then(|(_, kind)| *kind)),
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                self.expr(expr)?;
                for place in [substring_from, substring_for].into_iter().flatten() {
                    self.number(place, PLACE)?;
                }
                Ok(Some(Kind::Text))
            }
            Expr::Function(function) => self.function(function),
            _ => Ok(None),
        }
    }

    fn binary(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Known {
        match op {
            BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply | BinaryOperator::Divide => {
                self.number(left, RECKONED)?;
                self.number(right, RECKONED)?;
                Ok(Some(Kind::Number))
            }
            BinaryOperator::StringConcat => {
                self.expr(left)?;
                self.expr(right)?;
                Ok(Some(Kind::Text))
            }
            BinaryOperator::And | BinaryOperator::Or => {
                self.expr(left)?;
                self.expr(right).map(|_| None)
            }
            _ => self.alike(left, right).map(|_| None),
        }
    }

    fn function(&mut self, function: &Function) -> Known {
        let mut given = Vec::new();
        if let FunctionArguments::List(list) = &function.args {
            given.extend(list.args.iter().filter_map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
                _ => None,
            }));
        }
        if let Some(condition) = &function.filter {
            self.expr(condition)?;
        }
        if let Some(WindowType::WindowSpec(spec)) = &function.over {
            for expr in spec.partition_by.iter().chain(spec.order_by.iter().map(|order| &order.expr)) {
                self.expr(expr)?;
            }
        }
        match function.name.to_string().to_ascii_lowercase().as_str() {
            "sum" | "avg" | "abs" => {
                for expr in given {
                    self.number(expr, RECKONED)?;
                }
                Ok(Some(Kind::Number))
            }
            "days_between" => {
                for expr in given {
                    self.text(expr, "days_between")?;
                }
                Ok(Some(Kind::Number))
            }
            "min" | "max" | "lag" | "lead" | "coalesce" | "nullif" => self.all_alike(given),
            _ => {
                for expr in given {
                    self.expr(expr)?;
                }
                Ok(Some(Kind::Number))
            }
        }
    }
}

/// What both are, when they are alike.
fn told_alike((left, one): (&Expr, Option<Kind>), (right, other): (&Expr, Option<Kind>)) -> Known {
    let (number, text, at) = match (one, other) {
        (Some(Kind::Number), Some(Kind::Text)) => (left, right, right),
        (Some(Kind::Text), Some(Kind::Number)) => (right, left, right),
        _ => return Ok(one.or(other)),
    };
    let (number, text) = (shown(number), shown(text));
    Err(refused(
        at,
        Two::new(
            format!("{number} 是数，{text} 是文字，两者不能比较或互相代替；数不加引号，文字用文字列。"),
            format!(
                "{number} is a number and {text} a text; they cannot be compared or stand for each other. Numbers take no quotes."
            ),
        ),
    ))
}

fn renamed(columns: Columns, names: &[String]) -> Columns {
    let name = |(at, (own, kind)): (usize, (String, Option<Kind>))| (names.get(at).cloned().unwrap_or(own), kind);
    columns.into_iter().enumerate().map(name).collect()
}

fn kind_of(kind: ColumnKind) -> Kind {
    match kind {
        ColumnKind::Number | ColumnKind::Flag => Kind::Number,
        ColumnKind::Text | ColumnKind::Day => Kind::Text,
    }
}
