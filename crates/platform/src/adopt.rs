//! Adopting a report: its reading is kept as adopted, its commitments become tasks. Reading proposes, a person adopts.

use crate::error::PlatformError;
use crate::pack::Pack;
use crate::platform::Platform;
use crate::snapshot::AdoptedReport;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tingzhou_documents::{Document, Place, place_of};
use tingzhou_ledger::review::{DraftNumber, DraftStatement, Outline, Proposal};
use tingzhou_ledger::{Actor, AreaId, Event, IdError, ReportId, Target, Task, TaskId, Two, choose_plan, suggest};
use tingzhou_report::{
    Bound, Due, Item, Quantity, Reading, Reasons, Role, SectionKind, Set, Span, Statement, plain_words,
};
use tingzhou_store::{Commit, ReportRow, StoreError};

/// A headed part of an adopted report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedSection {
    /// 1 for the outermost parts.
    pub level: u8,
    /// Enclosing section.
    pub parent: Option<usize>,
    /// What kind of part.
    pub kind: SectionKind,
    /// The heading's words.
    pub heading: String,
    /// Where the heading stands.
    pub heading_span: Span,
    /// The whole section.
    pub span: Span,
}

/// A number with its unit, as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedQuantity {
    /// Where the number and its unit stand, without the bound words.
    pub span: Span,
    /// Exact value, 千, 万 and 亿 multiplied out.
    pub value: Decimal,
    /// The unit; empty for a bare ratio.
    pub unit: String,
    /// How it bounds.
    pub bound: Bound,
    /// The part it plays.
    pub role: Role,
}

impl From<&DraftNumber> for AdoptedQuantity {
    fn from(number: &DraftNumber) -> Self {
        let DraftNumber { span, value, unit, bound, role } = number;
        Self { span: *span, value: *value, unit: unit.clone(), bound: *bound, role: *role }
    }
}

/// A statement of an adopted report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedStatement {
    /// Promised or done.
    pub set: Set,
    /// Its place in the text.
    pub span: Span,
    /// The sentence's place.
    pub sentence: Span,
    /// Innermost section.
    pub section: usize,
    /// Its number.
    pub quantity: Option<AdoptedQuantity>,
    /// The verb, as written.
    pub action: String,
    /// What is counted, measured or done, as written.
    pub subject: String,
    /// Deadline the text gives, other than the report's year.
    #[serde(default)]
    pub due: Option<Due>,
    /// The task it became; a commitment without a number shares the task of the number that measures it.
    pub task: Option<TaskId>,
    /// Its action item, counted from 0: the numbers of one item share it.
    #[serde(default)]
    pub group: Option<u32>,
    /// The page of the document it begins on, from 1, where the format has pages.
    #[serde(default)]
    pub page: Option<u32>,
    /// The paragraph of the document it stands in, from 1.
    #[serde(default)]
    pub paragraph: Option<u32>,
}

/// A term the report explains, with the explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedTerm {
    /// The term's words.
    pub term: String,
    /// What it means, in the report's words.
    pub explanation: String,
    /// Where the report uses it.
    pub uses: Vec<Span>,
    /// Where the glossary has it.
    #[serde(default)]
    pub at: Option<Span>,
}

/// An area with its name, in the report's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaName {
    /// Identifier.
    pub id: AreaId,
    /// Name.
    pub name: Two,
}

/// A livelihood item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemName {
    /// Number in the list, from 1.
    pub no: u8,
    /// Short title.
    pub title: Two,
}

/// A reading as adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedReading {
    /// Sections in the text's order.
    pub sections: Vec<AdoptedSection>,
    /// Statements in the text's order.
    pub statements: Vec<AdoptedStatement>,
    /// Areas that hold tasks.
    pub areas: Vec<AreaName>,
    /// Livelihood items that hold tasks.
    pub items: Vec<ItemName>,
    /// The report's glossary, in its order.
    #[serde(default)]
    pub terms: Vec<AdoptedTerm>,
}

impl AdoptedReading {
    /// How many tasks its statements became.
    #[must_use]
    pub fn tasks(&self) -> usize {
        let tasks = self.statements.iter().filter_map(|statement| statement.task.as_ref());
        tasks.collect::<std::collections::BTreeSet<_>>().len()
    }

    /// The other numbers of the action item a statement belongs to: indices of the statements, in the text's order.
    #[must_use]
    pub fn same_item(&self, statement: usize) -> Vec<usize> {
        let Some(group) = self.statements.get(statement).and_then(|own| own.group) else { return Vec::new() };
        let all = self.statements.iter().enumerate();
        let others =
            all.filter(|(index, other)| *index != statement && other.group == Some(group) && other.quantity.is_some());
        others.map(|(index, _)| index).collect()
    }

    /// The terms used inside a run of the text, in the glossary's order.
    pub fn terms_within(&self, span: Span) -> impl Iterator<Item = &AdoptedTerm> {
        self.terms.iter().filter(move |term| {
            let first = term.uses.partition_point(|used| used.start < span.start);
            term.uses.get(first).is_some_and(|used| span.contains(*used))
        })
    }
}

/// What adopting would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The title found.
    pub title: String,
    /// The year promised for.
    pub year: i16,
    /// The reading with the tasks it would open.
    pub reading: AdoptedReading,
    /// The tasks it would open.
    pub tasks: Vec<Task>,
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_default()
}

struct Proposer<'a> {
    text: &'a str,
    reading: &'a Reading,
    pack: &'a Pack,
    areas: Vec<AreaName>,
    items: Vec<ItemName>,
}

impl Proposer<'_> {
    fn heading(&self, section: usize) -> String {
        self.reading.sections.get(section).map(|s| plain_words(slice(self.text, s.heading))).unwrap_or_default()
    }

    /// The section and the ones around it, innermost first.
    fn path(&self, section: usize) -> Vec<usize> {
        let mut path = vec![section];
        while let Some(parent) = path.last().and_then(|s| self.reading.sections.get(*s)).and_then(|s| s.parent) {
            // Parents come before their children, so this ends.
            if path.len() > 32 {
                break;
            }
            path.push(parent);
        }
        path
    }

    /// The pack's area whose heading this is; else the report's own part right under the plan.
    fn area(&mut self, section: usize) -> Result<AreaId, IdError> {
        let path = self.path(section);
        for (depth, own) in path.iter().enumerate() {
            let heading = self.heading(*own);
            let around: Vec<String> = path.iter().skip(depth + 1).map(|s| self.heading(*s)).collect();
            let found = self.pack.areas.iter().find(|a| {
                let under = |a: &str| around.iter().any(|h| h.starts_with(a));
                // An area that lies under no part is a part itself: 三、 within a list is another thing.
                let placed = if a.under.is_empty() { around.is_empty() } else { under(&a.under) };
                !heading.is_empty() && heading.starts_with(&a.section) && placed
            });
            if let Some(area) = found {
                let named = AreaName { id: area.id.clone(), name: area.name.clone() };
                if !self.areas.iter().any(|a| a.id == named.id) {
                    self.areas.push(named);
                }
                return Ok(area.id.clone());
            }
        }
        let depth = path.len().saturating_sub(2).min(path.len() - 1);
        let own = path.get(depth).copied().unwrap_or(section);
        let name: String = self.heading(own).chars().take(24).collect();
        let name = if name.is_empty() { "未分章节".to_owned() } else { name };
        let id = AreaId::new(format!("part-{own}"))?;
        if !self.areas.iter().any(|a| a.id == id) {
            self.areas.push(AreaName { id: id.clone(), name: Two::new(name.clone(), name) });
        }
        Ok(id)
    }

    /// Number of the livelihood item a section lies in: its place among the headed parts of the promised list.
    fn item(&mut self, section: usize) -> Option<u8> {
        let path = self.path(section);
        let list = *path
            .iter()
            .rev()
            .find(|s| self.reading.sections.get(**s).is_some_and(|s| s.kind == SectionKind::PromisedList))?;
        let own = *path.iter().rev().skip_while(|s| **s != list).nth(1)?;
        let no = self.reading.sections.iter().take(own + 1).filter(|s| s.parent == Some(list)).count();
        let no = u8::try_from(no).ok()?;
        if !self.items.iter().any(|i| i.no == no) {
            let heading = self.heading(own);
            let short = self.pack.items.iter().find(|(n, _)| *n == no && !self.pack.areas.is_empty());
            let known = self.areas.iter().any(|a| a.id.as_str() == "livelihood-list");
            let title = match short {
                Some((_, title)) if known => title.clone(),
                _ => Two::new(heading.clone(), heading),
            };
            self.items.push(ItemName { no, title });
        }
        Some(no)
    }
}

/// For each statement its action item; and for one that a number of its item measures, that number's statement.
fn grouped(reading: &Reading, items: &[Item]) -> Vec<Option<(usize, Option<usize>)>> {
    let mut of = vec![None; reading.statements.len()];
    for (group, item) in items.iter().enumerate() {
        let measured_by = item.numbers(reading).next();
        for index in &item.statements {
            let plain = reading.statements.get(*index).is_some_and(|statement| statement.quantity.is_none());
            if let Some(place) = of.get_mut(*index) {
                *place = Some((group, measured_by.filter(|_| plain)));
            }
        }
    }
    of
}

fn target_of(statement: &DraftStatement) -> Option<Target> {
    let quantity = statement.number.as_ref()?;
    let baseline = match quantity.role {
        Role::Level { from } => from,
        _ => None,
    };
    Some(Target {
        value: quantity.value.normalize(),
        unit: quantity.unit.clone(),
        bound: quantity.bound,
        role: quantity.role,
        baseline,
    })
}

fn deadline(due: Option<Due>, year: i16) -> Date {
    let last = |year: i16| date(year.clamp(1, 9_998), 12, 31);
    match due {
        None => last(year),
        Some(Due::Year(y)) => last(y.max(year)),
        Some(Due::Month(y, m)) => date(y.clamp(1, 9_998), m.clamp(1, 12), 1).last_of_month(),
        Some(Due::Years(n)) => last(year.saturating_add(i16::try_from(n).unwrap_or(1)).saturating_sub(1)),
    }
}

/// A text with the statements to be adopted from it: as read, or as reviewed.
pub(crate) struct Source<'a> {
    /// As delivered.
    pub(crate) text: &'a str,
    /// Where its paragraphs stand in the document.
    pub(crate) places: &'a [Place],
    /// Parts and clauses.
    pub(crate) outline: &'a Outline,
    /// Statements in the order of the text.
    pub(crate) statements: &'a [DraftStatement],
}

impl Source<'_> {
    /// The page and paragraph of the document a place of the text stands in.
    fn place(&self, at: usize) -> Option<Place> {
        place_of(self.places, at)
    }

    /// The statements as a reading, for what the reader makes of readings: items, titles, terms. A number's unit plays
    /// no part in these; it stays in the statement.
    fn reading(&self) -> Reading {
        let quantity =
            |n: &DraftNumber| Quantity { span: n.span, value: n.value, unit: "", bound: n.bound, role: n.role };
        let statements = self.statements.iter().map(|s| Statement {
            set: s.set,
            confidence: s.confidence,
            span: s.span,
            clause: self.outline.clause_at(s.clause.start).unwrap_or_default(),
            quantity: s.number.as_ref().map(quantity),
            action: s.action.at.clone(),
            subject: s.subject.at.clone(),
            due: s.due,
            reasons: Reasons::default(),
        });
        Reading {
            title: self.outline.title,
            year: Some(self.outline.year),
            sections: self.outline.sections.clone(),
            clauses: self.outline.clauses.clone(),
            statements: statements.collect(),
            left_out: Vec::new(),
        }
    }
}

/// What adopting statements would do: the one way from statements to tasks, whether a person reviewed them or not.
pub(crate) fn build(
    source: &Source<'_>,
    pack: &Pack,
    report: &ReportId,
    simulated: bool,
) -> Result<Preview, PlatformError> {
    let (text, year, reading) = (source.text, source.outline.year, source.reading());
    let rules = pack.lead_rules();
    let action_items = tingzhou_report::items(text, &reading);
    let groups = grouped(&reading, &action_items);
    let mut proposer = Proposer { text, reading: &reading, pack, areas: Vec::new(), items: Vec::new() };
    let (mut statements, mut tasks) = (Vec::<AdoptedStatement>::new(), Vec::new());
    let mut measured: Vec<(usize, usize)> = Vec::new();
    for (index, statement) in source.statements.iter().enumerate() {
        let clause = reading.statements.get(index).and_then(|read| reading.clauses.get(read.clause));
        let Some(clause) = clause else { continue };
        let stands = source.place(statement.span.start);
        let mut adopted = AdoptedStatement {
            set: statement.set,
            span: statement.span,
            sentence: clause.sentence,
            section: clause.section,
            quantity: statement.number.as_ref().map(AdoptedQuantity::from),
            action: statement.action.text.clone(),
            subject: statement.subject.text.clone(),
            due: statement.due,
            task: None,
            group: None,
            page: stands.and_then(|place| place.page),
            paragraph: stands.map(|place| place.paragraph),
        };
        let place = groups.get(index).copied().flatten();
        adopted.group = place.and_then(|(group, _)| u32::try_from(group).ok());
        if let Some((_, Some(number))) = place {
            measured.push((statements.len(), number));
        } else if let Some(action_item) = place.and_then(|(group, _)| action_items.get(group)) {
            let id = TaskId::new(format!("{report}-{:03}", tasks.len() + 1))?;
            adopted.task = Some(id.clone());
            let area = proposer.area(clause.section)?;
            let item = proposer.item(clause.section);
            let title = action_item.title(text, &reading, index);
            let clause_words = plain_words(slice(text, clause.span));
            let sentence = plain_words(slice(text, clause.sentence));
            let target = target_of(statement);
            let choice = choose_plan(target.as_ref(), &adopted.subject);
            tasks.push(Task {
                id,
                report: report.clone(),
                year,
                statement: u32::try_from(index).unwrap_or(u32::MAX),
                span: statement.span,
                suggestion: suggest(&rules, &area, &clause_words, &sentence),
                sentence,
                title,
                area,
                item,
                target,
                deadline: statement.deadline.unwrap_or_else(|| deadline(statement.due, year)),
                plan: choice.plan,
                plan_reason: choice.reason,
                assignment: None,
                adjustments: Vec::new(),
                closing: None,
                version: 0,
                simulated,
                evidence: Vec::new(),
            });
        }
        statements.push(adopted);
    }
    for (plain, number) in measured {
        let task = statements.get(number).and_then(|statement| statement.task.clone());
        if let Some(statement) = statements.get_mut(plain) {
            statement.task = task;
        }
    }
    let sections = reading
        .sections
        .iter()
        .map(|s| AdoptedSection {
            level: s.level,
            parent: s.parent,
            kind: s.kind,
            heading: plain_words(slice(text, s.heading)),
            heading_span: s.heading,
            span: s.span,
        })
        .collect();
    let terms = tingzhou_report::glossary(text, &reading).into_iter().map(|term| AdoptedTerm {
        term: plain_words(slice(text, term.term)),
        explanation: plain_words(slice(text, term.explanation)),
        uses: term.uses,
        at: Some(term.term),
    });
    let terms = terms.collect();
    let title = reading.title.map(|span| plain_words(slice(text, span))).filter(|t| !t.is_empty());
    let Proposer { areas, items, .. } = proposer;
    let title = title.unwrap_or_else(|| format!("{}{year}年政府工作报告", pack.name.zh));
    Ok(Preview { title, year, reading: AdoptedReading { sections, statements, areas, items, terms }, tasks })
}

/// Reads a document; `year` is taken when the text names none.
pub(crate) fn propose(document: &Document, year: i16) -> Result<Proposal, PlatformError> {
    let reading = tingzhou_report::read(&document.text)?;
    Ok(Proposal::of(&document.text, &reading, year))
}

impl Platform {
    /// What adopting a document as it is read would do. Nothing is stored.
    ///
    /// # Errors
    /// When the document cannot be decoded or read.
    pub fn preview(&self, bytes: &[u8]) -> Result<Preview, PlatformError> {
        let document = tingzhou_documents::open(bytes)?;
        let proposal = propose(&document, self.clock().today().year())?;
        let Proposal { outline, statements } = &proposal;
        let source = Source { text: &document.text, places: &document.places, outline, statements };
        build(&source, self.pack(), &ReportId::new("preview")?, false)
    }

    /// Adopts a document as a report of this city as it is read: keeps its text and reading, opens a task for every
    /// commitment. For a person's review first, see [`Platform::start_review`].
    ///
    /// # Errors
    /// When the actor may not adopt, the document cannot be read, or the same text was adopted before.
    pub async fn adopt(&self, actor: &Actor, bytes: &[u8], simulated: bool) -> Result<AdoptedReport, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let document = tingzhou_documents::open(bytes)?;
        let proposal = propose(&document, self.clock().today().year())?;
        let Proposal { outline, statements } = &proposal;
        let source = Source { text: &document.text, places: &document.places, outline, statements };
        let commit = Commit::new(self.city(), self.clock().now(), actor.account.as_str());
        self.adopt_source(actor, &source, simulated, commit, |_, _| Ok(())).await
    }

    /// Adopts statements in a commit that may hold more; `also` adds what follows from the report's identifier.
    pub(crate) async fn adopt_source(
        &self,
        actor: &Actor,
        source: &Source<'_>,
        simulated: bool,
        mut commit: Commit,
        also: impl FnOnce(&mut Commit, &ReportId) -> Result<(), StoreError>,
    ) -> Result<AdoptedReport, PlatformError> {
        let sha256 = hex(&Sha256::digest(source.text));
        let id = self.new_report(&sha256, source.outline.year).await?;
        let preview = build(source, self.pack(), &id, simulated)?;
        let row = ReportRow {
            id: id.clone(),
            year: preview.year,
            title: preview.title.clone(),
            sha256: sha256.clone(),
            text: source.text.to_owned(),
            reading: serde_json::to_string(&preview.reading).map_err(StoreError::from)?,
            adopted_by: actor.account.clone(),
            adopted_at: self.clock().now(),
            simulated,
        };
        also(&mut commit, &id)?;
        commit.add_report(&row);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        commit.event(
            id.as_str(),
            Event::ReportAdopted {
                report: id.clone(),
                title: preview.title,
                year: preview.year,
                sha256,
                statements: count(preview.reading.statements.len()),
                tasks: count(preview.tasks.len()),
            },
        );
        for task in &preview.tasks {
            let event = Event::TaskOpened { task: Box::new(task.clone()) };
            commit.put_task(&task.clone().apply(&event), None)?;
            commit.event(task.id.as_str(), event);
        }
        self.store().commit(commit).await?;
        // A report without a task is seen by nothing that changed.
        self.forget();
        AdoptedReport::from_row(row)
    }

    /// The identifier of a report of a year; refused when the same text was adopted before.
    pub(crate) async fn new_report(&self, sha256: &str, year: i16) -> Result<ReportId, PlatformError> {
        let existing = self.store().reports(self.city()).await?;
        if let Some(same) = existing.iter().find(|r| r.sha256 == sha256) {
            return Err(PlatformError::Exists { what: format!("this text, adopted as report {}", same.id) });
        }
        let same_year = existing.iter().filter(|r| r.year == year).count();
        let suffix = if same_year == 0 { String::new() } else { format!(".{}", same_year + 1) };
        Ok(ReportId::new(format!("{year}{suffix}"))?)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
