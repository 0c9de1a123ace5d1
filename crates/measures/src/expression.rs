//! Expressions, written so that both databases mean the same by them: `/` always divides as decimals do and gives nothing
//! where the divisor is zero, a joined text has a longest length, a pattern has one escape.

use crate::print::{Backend, Printed, Printer, not_allowed, refused};
use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, DuplicateTreatment, ExactNumberInfo, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArguments, Ident, InTarget, ObjectNamePart, Spanned, UnaryOperator, Value, WindowType,
};
use sqlparser::tokenizer::Span;

/// Longest text that two can be joined to, in characters.
const LONGEST_JOINED: u32 = 2_000;
/// Longest text in a query, in bytes.
const LONGEST_TEXT: usize = 1_000;

/// Functions, as messages list them.
const FUNCTIONS: &str =
    "count, sum, avg, min, max, abs, coalesce, nullif, length, substr, days_between, row_number, rank, lag, lead";

impl Printer {
    pub(crate) fn expr(&mut self, expr: &Expr) -> Printed {
        let span = expr.span();
        self.deeper(span)?;
        let start = self.out.len();
        let bare = self.grouping.bare.clone();
        self.inner(expr, span)?;
        if bare.is_none() && self.grouping.bare.is_some() {
            let written = self.out.get(start..).unwrap_or_default();
            if self.grouping.by.iter().any(|by| by == written) {
                self.grouping.bare = None;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn inner(&mut self, expr: &Expr, span: Span) -> Printed {
        match expr {
            Expr::Identifier(ident) => self.column(ident),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] => {
                    self.name(table)?;
                    self.put(".");
                    self.column(column)
                }
                _ => not_allowed("schema.table.column", span),
            },
            Expr::Nested(inner) => self.expr(inner),
            Expr::Value(value) => self.value(&value.value, span),
            Expr::IsNull(inner) => self.bracketed(inner, " IS NULL)"),
            Expr::IsNotNull(inner) => self.bracketed(inner, " IS NOT NULL)"),
            Expr::In { expr, target, negated, global: false } => {
                self.put("(");
                self.expr(expr)?;
                self.put(if *negated { " NOT IN (" } else { " IN (" });
                match target {
                    InTarget::List(list) if !list.is_empty() => self.listed(list, Self::expr)?,
                    InTarget::Subquery(query) => self.query(query)?,
                    _ => return not_allowed("this IN", span),
                }
                self.put("))");
                Ok(())
            }
            Expr::Between { expr, negated, low, high } => {
                self.put("(");
                self.expr(expr)?;
                self.put(if *negated { " NOT BETWEEN " } else { " BETWEEN " });
                self.expr(low)?;
                self.put(" AND ");
                self.expr(high)?;
                self.put(")");
                Ok(())
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                self.put("(");
                self.expr(expr)?;
                self.put(if *negated { " NOT LIKE " } else { " LIKE " });
                self.expr(pattern)?;
                self.put(" ESCAPE '\\')");
                Ok(())
            }
            Expr::UnaryOp { op, expr } => {
                self.put(match op {
                    UnaryOperator::Minus => "(- ",
                    UnaryOperator::Plus => "(+ ",
                    UnaryOperator::Not => "(NOT ",
                    other => return not_allowed(&other.to_string(), span),
                });
                self.expr(expr)?;
                self.put(")");
                Ok(())
            }
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, span),
            Expr::Cast { kind: CastKind::Cast, expr, data_type, format: None } => {
                let to = match data_type {
                    DataType::DoublePrecision | DataType::Real | DataType::Double(ExactNumberInfo::None) => {
                        "DOUBLE PRECISION"
                    }
                    DataType::Text => "TEXT",
                    other => return not_allowed(&format!("CAST AS {other}"), span),
                };
                self.cast(expr, to)
            }
            Expr::Case { case_token: _, end_token: _, operand, conditions, else_result } => {
                self.put("(CASE");
                if let Some(operand) = operand {
                    self.put(" ");
                    self.expr(operand)?;
                }
                for when in conditions {
                    self.put(" WHEN ");
                    self.expr(&when.condition)?;
                    self.put(" THEN ");
                    self.expr(&when.result)?;
                }
                if let Some(other) = else_result {
                    self.put(" ELSE ");
                    self.expr(other)?;
                }
                self.put(" END)");
                Ok(())
            }
            Expr::Exists { subquery, negated } => {
                self.put(if *negated { "(NOT EXISTS (" } else { "(EXISTS (" });
                self.query(subquery)?;
                self.put("))");
                Ok(())
            }
            Expr::Subquery(query) => {
                self.put("(");
                self.query(query)?;
                self.put(")");
                Ok(())
            }
            Expr::Substring { expr, substring_from: Some(from), substring_for, special: true, shorthand: _ } => {
                self.put("substr(");
                self.cast(expr, "TEXT")?;
                self.put(", ");
                self.cast(from, "INTEGER")?;
                if let Some(length) = substring_for {
                    self.put(", ");
                    self.cast(length, "INTEGER")?;
                }
                self.put(")");
                Ok(())
            }
            Expr::Function(function) => self.function(function, span),
            other => {
                let words: String = other.to_string().chars().take(40).collect();
                not_allowed(&words, span)
            }
        }
    }

    fn bracketed(&mut self, inner: &Expr, end: &str) -> Printed {
        self.put("(");
        self.expr(inner)?;
        self.put(end);
        Ok(())
    }

    fn cast(&mut self, expr: &Expr, to: &str) -> Printed {
        self.put("CAST(");
        self.expr(expr)?;
        self.put(" AS ");
        self.put(to);
        self.put(")");
        Ok(())
    }

    fn value(&mut self, value: &Value, span: Span) -> Printed {
        match value {
            Value::Number(digits, false) if digits.len() <= 20 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                let fits = digits.parse::<i64>().is_ok();
                self.put(if fits { "CAST(" } else { "CAST(1.0 * " });
                self.put(digits);
                self.put(if fits { " AS BIGINT)" } else { " AS DOUBLE PRECISION)" });
                Ok(())
            }
            Value::Number(digits, false)
                if digits.len() <= 20 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') =>
            {
                self.put("CAST(");
                self.put(digits);
                self.put(" AS DOUBLE PRECISION)");
                Ok(())
            }
            Value::SingleQuotedString(text) if text.len() <= LONGEST_TEXT => {
                self.put("'");
                self.put(&text.replace('\'', "''"));
                self.put("'");
                Ok(())
            }
            Value::Null => {
                self.put("NULL");
                Ok(())
            }
            Value::Placeholder(name) => {
                self.put(match name.to_ascii_lowercase().as_str() {
                    ":year" => "CAST($4 AS BIGINT)",
                    ":from" => "CAST($5 AS TEXT)",
                    ":to" => "CAST($6 AS TEXT)",
                    ":today" => "CAST($7 AS TEXT)",
                    _ => {
                        return refused(
                            "unknown-parameter",
                            span,
                            format!("没有参数 {name}；可用 :year、:from、:to、:today。"),
                            format!("There is no parameter {name}; use :year, :from, :to, :today."),
                        );
                    }
                });
                Ok(())
            }
            other => {
                let words: String = other.to_string().chars().take(40).collect();
                refused(
                    "literal",
                    span,
                    format!("不能这样写值：{words}。文字用单引号，数字用十进制。"),
                    format!(
                        "A value is not written like this: {words}. Texts take single quotes, numbers are decimal."
                    ),
                )
            }
        }
    }

    fn binary(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr, span: Span) -> Printed {
        let word = match op {
            BinaryOperator::Divide => {
                self.put("(");
                self.cast(left, "DOUBLE PRECISION")?;
                self.put(" / NULLIF(");
                self.cast(right, "DOUBLE PRECISION")?;
                self.put(", 0))");
                return Ok(());
            }
            BinaryOperator::StringConcat => {
                self.put("substr(");
                self.cast(left, "TEXT")?;
                self.put(" || ");
                self.cast(right, "TEXT")?;
                self.put(&format!(", 1, {LONGEST_JOINED})"));
                return Ok(());
            }
            BinaryOperator::Plus => " + ",
            BinaryOperator::Minus => " - ",
            BinaryOperator::Multiply => " * ",
            BinaryOperator::Gt => " > ",
            BinaryOperator::Lt => " < ",
            BinaryOperator::GtEq => " >= ",
            BinaryOperator::LtEq => " <= ",
            BinaryOperator::Eq => " = ",
            BinaryOperator::NotEq => " <> ",
            BinaryOperator::And => " AND ",
            BinaryOperator::Or => " OR ",
            other => return not_allowed(&other.to_string(), span),
        };
        self.put("(");
        self.expr(left)?;
        self.put(word);
        self.expr(right)?;
        self.put(")");
        Ok(())
    }

    fn function(&mut self, function: &Function, span: Span) -> Printed {
        let Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } =
            function;
        let lower = match name.0.as_slice() {
            [ObjectNamePart::Identifier(Ident { value, quote_style: None, .. })] => value.to_ascii_lowercase(),
            _ => String::new(),
        };
        let FunctionArguments::List(list) = args else { return unknown_function(&name.to_string(), span) };
        let foreign = *uses_odbc_syntax
            || !matches!(parameters, FunctionArguments::None)
            || !within_group.is_empty()
            || null_treatment.is_some()
            || !list.clauses.is_empty();
        if foreign {
            return not_allowed("WITHIN GROUP, IGNORE NULLS, ORDER BY in brackets", span);
        }
        let mut given = Vec::with_capacity(list.args.len());
        for arg in &list.args {
            match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => given.push(Some(expr)),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => given.push(None),
                _ => return not_allowed("named arguments", span),
            }
        }
        let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        let (aggregate, window) = match (lower.as_str(), given.as_slice()) {
            ("count", [None]) if !distinct => (true, false),
            ("count" | "sum" | "avg" | "min" | "max", [Some(_)]) => (true, false),
            ("row_number" | "rank", []) | ("lag" | "lead", [Some(_)]) => (false, true),
            ("abs" | "length", [Some(_)])
            | ("nullif" | "days_between", [Some(_), Some(_)])
            | ("coalesce", [Some(_), Some(_), ..]) => (false, false),
            (
                "count" | "sum" | "avg" | "min" | "max" | "row_number" | "rank" | "lag" | "lead" | "abs" | "length"
                | "nullif" | "days_between" | "coalesce",
                _,
            ) => {
                return refused(
                    "arguments",
                    span,
                    format!("{lower} 的参数个数不对。"),
                    format!("{lower} does not take these arguments."),
                );
            }
            _ => return unknown_function(&name.to_string(), span),
        };
        if (window && over.is_none())
            || (over.is_some() && !window && !aggregate)
            || (filter.is_some() && !aggregate)
            || (distinct && (!aggregate || over.is_some()))
        {
            return not_allowed("OVER, FILTER, DISTINCT here", span);
        }
        let grouped = aggregate && over.is_none();
        let inside = self.grouping.inside;
        if grouped {
            self.grouping.aggregated = true;
            self.grouping.inside = true;
        }
        self.call(&lower, &given, distinct)?;
        if let Some(condition) = filter {
            self.put(" FILTER (WHERE ");
            self.expr(condition)?;
            self.put(")");
        }
        self.grouping.inside = inside;
        match over {
            None => Ok(()),
            Some(WindowType::WindowSpec(spec)) if spec.window_name.is_none() && spec.window_frame.is_none() => {
                self.put(" OVER (");
                if !spec.partition_by.is_empty() {
                    self.put("PARTITION BY ");
                    self.listed(&spec.partition_by, Self::expr)?;
                }
                if !spec.order_by.is_empty() {
                    self.put(" ORDER BY ");
                    self.listed(&spec.order_by, Self::order)?;
                }
                self.put(")");
                Ok(())
            }
            Some(_) => not_allowed("ROWS, RANGE, WINDOW", span),
        }
    }

    fn call(&mut self, name: &str, given: &[Option<&Expr>], distinct: bool) -> Printed {
        if name == "days_between"
            && let [Some(from), Some(to)] = given
        {
            let (open, between, close) = match self.backend {
                Backend::Sqlite => ("CAST(julianday(", ") - julianday(", ") AS DOUBLE PRECISION)"),
                Backend::Postgres => ("CAST(CAST(", " AS DATE) - CAST(", " AS DATE) AS DOUBLE PRECISION)"),
            };
            self.put(open);
            self.expr(to)?;
            self.put(between);
            self.expr(from)?;
            self.put(close);
            return Ok(());
        }
        self.put(name);
        self.put("(");
        if distinct {
            self.put("DISTINCT ");
        }
        self.listed(given, |own, expr| match (expr, name) {
            (None, _) => {
                own.put("*");
                Ok(())
            }
            (Some(expr), "avg") => own.cast(expr, "DOUBLE PRECISION"),
            (Some(expr), "length") => own.cast(expr, "TEXT"),
            (Some(expr), _) => own.expr(expr),
        })?;
        self.put(")");
        Ok(())
    }
}

fn unknown_function(name: &str, span: Span) -> Printed {
    let name: String = name.chars().take(40).collect();
    refused(
        "unknown-function",
        span,
        format!("不能使用函数 {name}；可用 {FUNCTIONS}。"),
        format!("The function {name} cannot be used; use {FUNCTIONS}."),
    )
}
