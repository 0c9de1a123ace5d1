//! Writes a query anew, part by part. What this does not know is refused: the list of what is allowed is this code.

use crate::check::QueryRefusal;
use crate::views::view;
use sqlparser::ast::{
    Cte, Distinct, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, LimitClause, ObjectName,
    ObjectNamePart, OrderBy, OrderByExpr, OrderByKind, OrderBySort, Query, Select, SelectFlavor, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, Spanned, TableAlias, TableFactor, Value,
};
use sqlparser::tokenizer::Span;
use std::collections::{BTreeSet, HashSet};

/// How deep expressions may be within each other.
const DEEPEST: usize = 200;

/// Which database it is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// What a query's columns are held against while they are written.
#[derive(Default)]
pub(crate) struct Grouping {
    /// What is grouped by, as written.
    pub(crate) by: Vec<String>,
    /// Whether something was aggregated.
    pub(crate) aggregated: bool,
    /// The first column that is neither grouped by nor aggregated.
    pub(crate) bare: Option<Ident>,
    /// Within the brackets of an aggregate.
    pub(crate) inside: bool,
}

pub(crate) struct Printer {
    pub(crate) backend: Backend,
    pub(crate) out: String,
    pub(crate) depth: usize,
    pub(crate) grouping: Grouping,
    views: BTreeSet<&'static str>,
    /// Names given with WITH, innermost last.
    ctes: Vec<String>,
    /// Names columns may have: those of the views used, and those given with AS.
    known: HashSet<String>,
    used: Vec<Ident>,
}

pub(crate) type Printed = Result<(), QueryRefusal>;

pub(crate) fn refused(code: &'static str, span: Span, zh: impl Into<String>, en: impl Into<String>) -> Printed {
    Err(QueryRefusal::new(code, span, zh, en))
}

pub(crate) fn not_allowed(what: &str, span: Span) -> Printed {
    refused(
        "not-allowed",
        span,
        format!("口径中不能使用 {what}：两种数据库的写法或结果不同。"),
        format!("A measure cannot use {what}: the two databases write it or mean it differently."),
    )
}

impl Printer {
    pub(crate) fn new(backend: Backend) -> Self {
        Self {
            backend,
            out: String::new(),
            depth: 0,
            grouping: Grouping::default(),
            views: BTreeSet::new(),
            ctes: Vec::new(),
            known: HashSet::new(),
            used: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Result<(String, Vec<&'static str>), QueryRefusal> {
        match self.used.iter().find(|ident| !self.known.contains(&ident.value.to_ascii_lowercase())) {
            None => Ok((self.out, self.views.into_iter().collect())),
            Some(ident) => Err(QueryRefusal::new(
                "unknown-column",
                ident.span,
                format!("没有名为 {} 的列；可用的列见旁边的视图说明。", ident.value),
                format!("There is no column {}; the views beside this list those there are.", ident.value),
            )),
        }
    }

    pub(crate) fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// A name, quoted so that no word of it is reserved in either database.
    pub(crate) fn name(&mut self, ident: &Ident) -> Printed {
        let plain = ident.quote_style.is_none()
            && ident.value.len() <= 60
            && ident.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && ident.value.bytes().next().is_some_and(|b| !b.is_ascii_digit());
        if !plain {
            return refused(
                "name",
                ident.span,
                "名称只能用英文字母、数字和下划线，不加引号。",
                "Names are of letters, digits and underscores, without quotes.",
            );
        }
        let lower = ident.value.to_ascii_lowercase();
        self.put("\"");
        self.put(&lower);
        self.put("\"");
        Ok(())
    }

    fn given(&mut self, ident: &Ident) -> Printed {
        self.known.insert(ident.value.to_ascii_lowercase());
        self.name(ident)
    }

    pub(crate) fn column(&mut self, ident: &Ident) -> Printed {
        self.used.push(ident.clone());
        if !self.grouping.inside && self.grouping.bare.is_none() {
            self.grouping.bare = Some(ident.clone());
        }
        self.name(ident)
    }

    pub(crate) fn listed<T>(&mut self, all: &[T], mut print: impl FnMut(&mut Self, &T) -> Printed) -> Printed {
        for (i, one) in all.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            print(self, one)?;
        }
        Ok(())
    }

    pub(crate) fn deeper(&mut self, span: Span) -> Printed {
        self.depth += 1;
        if self.depth > DEEPEST {
            return refused("too-deep", span, "表达式嵌套太深。", "The expression is nested too deeply.");
        }
        Ok(())
    }

    pub(crate) fn query(&mut self, query: &Query) -> Printed {
        let Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        let span = query.span();
        if fetch.is_some()
            || !locks.is_empty()
            || for_clause.is_some()
            || settings.is_some()
            || format_clause.is_some()
            || !pipe_operators.is_empty()
        {
            return not_allowed("FETCH, FOR, SETTINGS, FORMAT, |>", span);
        }
        self.deeper(span)?;
        let outer = std::mem::take(&mut self.grouping);
        let scope = self.ctes.len();
        if let Some(with) = with {
            self.put(if with.recursive { "WITH RECURSIVE " } else { "WITH " });
            let recursive = with.recursive;
            self.listed(&with.cte_tables, |own, cte| own.cte(cte, recursive))?;
            self.put(" ");
        }
        self.body(body)?;
        if let Some(OrderBy { kind, interpolate }) = order_by {
            match (kind, interpolate) {
                (OrderByKind::Expressions(list), None) => {
                    self.put(" ORDER BY ");
                    self.listed(list, Self::order)?;
                }
                _ => return not_allowed("ORDER BY ALL, INTERPOLATE", span),
            }
        }
        if let Some(limit) = limit_clause {
            self.limit(limit, span)?;
        }
        self.ctes.truncate(scope);
        self.grouping = outer;
        self.depth -= 1;
        Ok(())
    }

    fn limit(&mut self, limit: &LimitClause, span: Span) -> Printed {
        let LimitClause::LimitOffset { limit, offset, limit_by } = limit else {
            return not_allowed("LIMIT a, b", span);
        };
        if !limit_by.is_empty() {
            return not_allowed("LIMIT BY", span);
        }
        let Some(limit) = limit else { return not_allowed("OFFSET without LIMIT", span) };
        self.put(" LIMIT ");
        self.whole(limit)?;
        if let Some(offset) = offset {
            self.put(" OFFSET ");
            self.whole(&offset.value)?;
        }
        Ok(())
    }

    fn whole(&mut self, expr: &Expr) -> Printed {
        if let Expr::Value(value) = expr
            && let Value::Number(digits, false) = &value.value
            && digits.len() <= 9
            && digits.bytes().all(|b| b.is_ascii_digit())
        {
            self.put(digits);
            return Ok(());
        }
        refused("limit", expr.span(), "LIMIT 和 OFFSET 后面写整数。", "LIMIT and OFFSET take a whole number.")
    }

    fn cte(&mut self, cte: &Cte, recursive: bool) -> Printed {
        let Cte { alias, query, from, materialized, closing_paren_token: _ } = cte;
        let name = &alias.name;
        if from.is_some() || materialized.is_some() || alias.at.is_some() {
            return not_allowed("MATERIALIZED", name.span);
        }
        let lower = name.value.to_ascii_lowercase();
        if view(&lower).is_some() {
            let (zh, en) =
                (format!("{lower} 是视图的名字；请换一个。"), format!("{lower} is a view's name; take another."));
            return refused("name", name.span, zh, en);
        }
        // A name of one's own is written with a beginning that no table has, so that it never means a table.
        self.put("\"own_");
        self.put(&lower);
        self.put("\"");
        let mut checked = Self::new(self.backend);
        checked.name(name)?;
        if !alias.columns.is_empty() {
            self.put(" (");
            self.listed(&alias.columns, |own, column| {
                if column.data_type.is_some() {
                    not_allowed("column types", column.name.span)
                } else {
                    own.given(&column.name)
                }
            })?;
            self.put(")");
        }
        if recursive {
            self.ctes.push(lower.clone());
        }
        self.put(" AS (");
        self.query(query)?;
        self.put(")");
        if !recursive {
            self.ctes.push(lower);
        }
        Ok(())
    }

    fn body(&mut self, body: &SetExpr) -> Printed {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                self.deeper(body.span())?;
                self.body(left)?;
                self.put(match (op, set_quantifier) {
                    (SetOperator::Union, SetQuantifier::All) => " UNION ALL ",
                    (SetOperator::Union, SetQuantifier::None) => " UNION ",
                    (SetOperator::Except, SetQuantifier::None) => " EXCEPT ",
                    (SetOperator::Intersect, SetQuantifier::None) => " INTERSECT ",
                    _ => return not_allowed("this set operation", body.span()),
                });
                self.grouping = Grouping::default();
                // SQLite has no brackets around the parts, and all its set operations bind alike.
                match &**right {
                    SetExpr::Select(select) => self.select(select)?,
                    other => return not_allowed("( … ) UNION ( … )", other.span()),
                }
                self.depth -= 1;
                Ok(())
            }
            other => refused("not-a-select", other.span(), "这里只能是 SELECT。", "Only a SELECT can stand here."),
        }
    }

    fn select(&mut self, select: &Select) -> Printed {
        let Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        let span = select.span();
        if into.is_some() {
            let (zh, en) = ("SELECT INTO 会写入；口径只读。", "SELECT INTO writes; a measure only reads.");
            return refused("not-a-select", span, zh, en);
        }
        let foreign = top.is_some()
            || exclude.is_some()
            || select_modifiers.is_some()
            || !optimizer_hints.is_empty()
            || !lateral_views.is_empty()
            || prewhere.is_some()
            || !connect_by.is_empty()
            || !cluster_by.is_empty()
            || !distribute_by.is_empty()
            || !sort_by.is_empty()
            || !named_window.is_empty()
            || qualify.is_some()
            || value_table_mode.is_some()
            || !matches!(flavor, SelectFlavor::Standard);
        if foreign {
            return not_allowed("TOP, QUALIFY, WINDOW, PREWHERE", span);
        }
        let GroupByExpr::Expressions(groups, modifiers) = group_by else { return not_allowed("GROUP BY ALL", span) };
        if !modifiers.is_empty() {
            return not_allowed("GROUP BY … WITH", span);
        }
        self.grouping = Grouping { by: self.written(groups)?, ..Grouping::default() };
        self.put("SELECT ");
        match distinct {
            None => {}
            Some(Distinct::Distinct) => self.put("DISTINCT "),
            Some(Distinct::All | Distinct::On(_)) => return not_allowed("DISTINCT ON, SELECT ALL", span),
        }
        let aliases: HashSet<String> = groups
            .iter()
            .filter_map(|g| if let Expr::Identifier(i) = g { Some(i.value.to_ascii_lowercase()) } else { None })
            .collect();
        self.listed(projection, |own, item| own.item(item, &aliases))?;
        let mut bare = self.grouping.bare.take();
        if !from.is_empty() {
            self.put(" FROM ");
            self.listed(from, |own, table| {
                own.factor(&table.relation)?;
                table.joins.iter().try_for_each(|join| own.join(join))
            })?;
        }
        if let Some(condition) = selection {
            let aggregated = self.grouping.aggregated;
            self.put(" WHERE ");
            self.expr(condition)?;
            self.grouping.aggregated = aggregated;
        }
        if !groups.is_empty() {
            self.put(" GROUP BY ");
            self.listed(groups, Self::place_or_expr)?;
        }
        self.grouping.bare = None;
        if let Some(condition) = having {
            self.put(" HAVING ");
            self.expr(condition)?;
            bare = bare.or(self.grouping.bare.take());
        }
        match bare {
            Some(ident) if self.grouping.aggregated || !groups.is_empty() => refused(
                "not-grouped",
                ident.span,
                format!("{} 既不在 GROUP BY 中，也不在聚合函数里；一组多行时取哪一行不确定。", ident.value),
                format!(
                    "{} is neither in GROUP BY nor within an aggregate, so which row's it is would be chance.",
                    ident.value
                ),
            ),
            _ => Ok(()),
        }
    }

    /// Expressions as they would be written, without writing them.
    fn written(&mut self, all: &[Expr]) -> Result<Vec<String>, QueryRefusal> {
        let mut texts = Vec::with_capacity(all.len());
        for expr in all {
            let start = self.out.len();
            let used = self.used.len();
            self.expr(expr)?;
            texts.push(self.out.split_off(start));
            self.used.truncate(used);
        }
        Ok(texts)
    }

    fn item(&mut self, item: &SelectItem, aliases: &HashSet<String>) -> Printed {
        match item {
            SelectItem::UnnamedExpr(expr) => self.expr(expr),
            SelectItem::ExprWithAlias { expr, alias } => {
                let bare = self.grouping.bare.clone();
                self.expr(expr)?;
                if aliases.contains(&alias.value.to_ascii_lowercase()) {
                    self.grouping.bare = bare;
                }
                self.put(" AS ");
                self.given(alias)
            }
            SelectItem::Wildcard(options)
                if options.opt_ilike.is_none()
                    && options.opt_exclude.is_none()
                    && options.opt_except.is_none()
                    && options.opt_replace.is_none()
                    && options.opt_rename.is_none()
                    && options.opt_alias.is_none() =>
            {
                self.put("*");
                Ok(())
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options)
                if options.opt_exclude.is_none() && options.opt_replace.is_none() && options.opt_rename.is_none() =>
            {
                let ident = self.single(name)?;
                self.name(&ident)?;
                self.put(".*");
                Ok(())
            }
            other => not_allowed("this column list", other.span()),
        }
    }

    /// A name of one part.
    fn single(&mut self, name: &ObjectName) -> Result<Ident, QueryRefusal> {
        match name.0.as_slice() {
            [ObjectNamePart::Identifier(ident)] => Ok(ident.clone()),
            _ => Err(QueryRefusal::new(
                "unknown-table",
                name.span(),
                format!("只能写视图的名字，不能带库名或模式名：{name}"),
                format!("Give a view's name alone, without a schema or database: {name}"),
            )),
        }
    }

    fn factor(&mut self, factor: &TableFactor) -> Printed {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_directives: indexes,
                inheritance: None,
            } if with_hints.is_empty() && partitions.is_empty() && indexes.is_empty() => {
                let ident = self.single(name)?;
                let lower = ident.value.to_ascii_lowercase();
                let mut checked = Self::new(self.backend);
                checked.name(&ident)?;
                if self.ctes.contains(&lower) {
                    self.put("\"own_");
                } else if let Some(view) = view(&lower) {
                    self.views.insert(view.name);
                    self.known.extend(view.columns.iter().map(|c| c.name.to_owned()));
                    self.put("\"");
                } else {
                    return refused(
                        "unknown-table",
                        ident.span,
                        format!("没有名为 {lower} 的视图；口径只能读公布的视图和自己用 WITH 定义的名字。"),
                        format!(
                            "There is no view {lower}; a measure reads published views and its own WITH names only."
                        ),
                    );
                }
                self.put(&lower);
                self.put("\"");
                self.put(" AS ");
                self.alias(alias.as_ref(), Some(&ident))
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                self.put("(");
                self.query(subquery)?;
                self.put(") AS ");
                if alias.is_none() {
                    return refused(
                        "unnamed",
                        subquery.span(),
                        "FROM 中的子查询要有名字：在括号后写 AS 名字。",
                        "A query in FROM needs a name: say AS and a name after the bracket.",
                    );
                }
                self.alias(alias.as_ref(), None)
            }
            other => refused(
                "unknown-table",
                other.span(),
                "FROM 中只能是视图、WITH 定义的名字或子查询。",
                "Only views, WITH names and queries can stand in FROM.",
            ),
        }
    }

    fn alias(&mut self, alias: Option<&TableAlias>, name: Option<&Ident>) -> Printed {
        match (alias, name) {
            (Some(alias), _) if !alias.columns.is_empty() || alias.at.is_some() => {
                not_allowed("AS name (columns)", alias.name.span)
            }
            (Some(alias), _) => self.name(&alias.name),
            (None, Some(name)) => self.name(name),
            (None, None) => Ok(()),
        }
    }

    fn join(&mut self, join: &Join) -> Printed {
        let Join { relation, global, join_operator } = join;
        let (word, constraint) = match join_operator {
            JoinOperator::Join(c) | JoinOperator::Inner(c) => (" JOIN ", c),
            JoinOperator::Left(c) | JoinOperator::LeftOuter(c) => (" LEFT JOIN ", c),
            JoinOperator::CrossJoin(c) => (" CROSS JOIN ", c),
            _ => return not_allowed("RIGHT, FULL, LATERAL … JOIN", relation.span()),
        };
        if *global {
            return not_allowed("GLOBAL JOIN", relation.span());
        }
        self.put(word);
        self.factor(relation)?;
        match (constraint, word) {
            (JoinConstraint::On(condition), " JOIN " | " LEFT JOIN ") => {
                self.put(" ON ");
                let aggregated = self.grouping.aggregated;
                self.expr(condition)?;
                self.grouping.aggregated = aggregated;
                Ok(())
            }
            (JoinConstraint::None, " CROSS JOIN ") => Ok(()),
            _ => refused(
                "join",
                relation.span(),
                "JOIN 要写 ON 条件（不用 USING 和 NATURAL）。",
                "A JOIN needs ON and a condition (no USING, no NATURAL).",
            ),
        }
    }

    /// In ORDER BY and GROUP BY a small number is a place in the list.
    fn place_or_expr(&mut self, expr: &Expr) -> Printed {
        match expr {
            Expr::Value(value) => match &value.value {
                Value::Number(digits, false) if digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                    self.put(digits);
                    Ok(())
                }
                _ => self.expr(expr),
            },
            other => self.expr(other),
        }
    }

    pub(crate) fn order(&mut self, order: &OrderByExpr) -> Printed {
        let OrderByExpr { expr, options, with_fill } = order;
        if with_fill.is_some() {
            return not_allowed("WITH FILL", expr.span());
        }
        self.place_or_expr(expr)?;
        let falling = match options.sort {
            None | Some(OrderBySort::Asc) => false,
            Some(OrderBySort::Desc) => true,
            Some(OrderBySort::Using(_)) => return not_allowed("ORDER BY … USING", expr.span()),
        };
        self.put(if falling { " DESC" } else { " ASC" });
        // Without it the two databases put what is null at different ends.
        self.put(if options.nulls_first.unwrap_or(!falling) { " NULLS FIRST" } else { " NULLS LAST" });
        Ok(())
    }
}
