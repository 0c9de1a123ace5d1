//! What a reviewer may do to a draft, and what comes of it.

use crate::actor::Actor;
use crate::event::Event;
use crate::figure::base_unit;
use crate::refusal::Refusal;
use crate::review::command::{Command, Decision, Edit, EditNumber, Made, Remaining, Scope};
use crate::review::draft::{Draft, Entry, State};
use crate::review::place::{between_numbers, find_number, halves, trimmed};
use crate::review::statement::{DraftNumber, DraftStatement, Part, Words, words_of};
use rust_decimal::Decimal;
use tingzhou_report::{Bound, Confidence, Due, Phrase, Role, SectionKind, Set, Span, plain_words};

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 500;
/// Longest verb, subject or unit, in characters.
pub const LONGEST_WORDS: usize = 200;

fn invalid(code: &'static str, field: &'static str, zh: &str, en: &str) -> Refusal {
    Refusal::invalid(code, field, zh, en)
}

/// Whether a draft still takes commands.
///
/// # Errors
/// When it was adopted or given up.
pub fn living(draft: &Draft) -> Result<(), Refusal> {
    match draft.end {
        None => Ok(()),
        Some(_) => Err(Refusal::state(
            "draft-ended",
            "这份草稿已经采纳或放弃，不能再改；如需修改，请重新上传文件。",
            "This draft was adopted or given up and no longer changes; upload the document again.",
        )),
    }
}

/// A statement that is not replaced by others.
fn standing(draft: &Draft, id: u32) -> Result<&Entry, Refusal> {
    let found = draft.entry(id).ok_or_else(|| {
        let zh = format!("草稿中没有第 {id} 条表述；请刷新页面。");
        Refusal::invalid("no-statement", "id", zh, format!("The draft has no statement {id}; reload the page."))
    })?;
    if found.state.stands() {
        return Ok(found);
    }
    Err(Refusal::state(
        "replaced",
        format!("第 {id} 条已被拆分或合并；请处理由它得到的表述，或先撤销。"),
        format!("Statement {id} was split or merged; look at what was made of it, or undo first."),
    ))
}

/// A statement that is not rejected either.
fn alive(draft: &Draft, id: u32) -> Result<&Entry, Refusal> {
    let found = standing(draft, id)?;
    if matches!(found.state, State::Rejected { .. }) {
        return Err(Refusal::state(
            "rejected",
            format!("第 {id} 条已不采用；请先接受或撤销，再拆分、合并。"),
            format!("Statement {id} is rejected; accept it or undo before splitting or merging."),
        ));
    }
    Ok(found)
}

fn bounded(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > most {
        let zh = format!("文字过长：最多 {most} 字。");
        return Err(Refusal::invalid("too-long", field, zh, format!("Too long: at most {most} characters.")));
    }
    Ok(text.to_owned())
}

/// What comes of a command. No event means that it is so already.
///
/// # Errors
/// A [`Refusal`] that says what is wrong and what to do.
pub fn decide(draft: &Draft, text: &str, command: &Command, actor: &Actor) -> Result<Vec<Event>, Refusal> {
    if !actor.role.supervises() {
        return Err(Refusal::not_allowed(
            "supervisors-only",
            "只有督查室可以审校报告；请联系督查室。",
            "Only the supervision office reviews reports; contact it.",
        ));
    }
    living(draft)?;
    let decision = match command {
        Command::Accept(scope) => accept(draft, *scope)?,
        Command::Edit { id, edit } => Some(edited(standing(draft, *id)?, text, draft.outline.year, edit)?)
            .filter(|decision| !repeats(draft, decision)),
        Command::Split { id, at } => Some(split(draft, text, alive(draft, *id)?, *at)?),
        Command::Merge { id } => Some(merge(draft, alive(draft, *id)?)?),
        Command::Reject { id, reason } => {
            let reason = bounded("reason", reason, LONGEST_REASON)?;
            let entry = standing(draft, *id)?;
            let state = State::Rejected { reason: reason.clone() };
            (entry.state != state).then_some(Decision::Rejected { id: *id, reason })
        }
        Command::Add { span, set } => Some(add(draft, text, *span, *set)?),
        Command::TakeNewer { id } => {
            let newer = standing(draft, *id)?.newer;
            newer.ok_or_else(|| {
                Refusal::state(
                    "nothing-newer",
                    "新的解读对这一条没有不同意见。",
                    "The newer reader says nothing else of this statement.",
                )
            })?;
            Some(Decision::TookNewer { id: *id })
        }
        Command::Undo => {
            let (number, _) = draft.last_decision().ok_or_else(|| {
                Refusal::state("nothing-to-undo", "没有可以撤销的决定。", "There is no decision to take back.")
            })?;
            return Ok(vec![Event::ReviewUndone { number }]);
        }
        Command::Discard { reason } => {
            let reason = bounded("reason", reason, LONGEST_REASON)?;
            return Ok(vec![Event::ReviewDiscarded { reason }]);
        }
    };
    let number = draft.decisions.saturating_add(1);
    Ok(decision.map(|what| Event::ReviewDecided { number, what: Box::new(what) }).into_iter().collect())
}

/// Whether a draft can be adopted, and what becomes of the statements nobody decided.
///
/// # Errors
/// When it has ended, statements are open and nothing is said of them, or nothing would be adopted.
pub fn finish(draft: &Draft, remaining: Option<Remaining>) -> Result<Remaining, Refusal> {
    living(draft)?;
    let open = draft.progress().open;
    let remaining = match remaining {
        Some(remaining) => remaining,
        None if open == 0 => Remaining::LeftOut,
        None => {
            return Err(Refusal::state(
                "statements-open",
                format!("还有 {open} 条未定；请逐条处理，或选择全部接受或不采用其余各条。"),
                format!("{open} statements are open; decide them, or say that the rest is accepted or left out."),
            ));
        }
    };
    if draft.taken(remaining).is_empty() {
        return Err(Refusal::state(
            "nothing-adopted",
            "没有任何被接受的表述，不能采纳；请至少接受一条，或放弃草稿。",
            "No statement is accepted, so there is nothing to adopt; accept at least one, or give the draft up.",
        ));
    }
    Ok(remaining)
}

fn accept(draft: &Draft, scope: Scope) -> Result<Option<Decision>, Refusal> {
    let mut ids: Vec<u32> = match scope {
        Scope::One(id) => {
            let entry = standing(draft, id)?;
            let undecided = matches!(entry.state, State::Open | State::Rejected { .. });
            (undecided || entry.newer.is_some()).then_some(id).into_iter().collect()
        }
        Scope::Sentence(id) => {
            let sentence = standing(draft, id)?.current.sentence;
            open_ids(draft, |entry| entry.current.sentence == sentence)
        }
        Scope::Section(id) => {
            let section = standing(draft, id)?.current.section;
            open_ids(draft, |entry| entry.current.section == section)
        }
        Scope::Remaining => open_ids(draft, |_| true),
    };
    ids.sort_unstable();
    Ok((!ids.is_empty()).then_some(Decision::Accepted { ids }))
}

fn open_ids(draft: &Draft, of: impl Fn(&Entry) -> bool) -> Vec<u32> {
    let open = draft.entries.iter().filter(|entry| entry.state == State::Open && of(entry));
    open.map(|entry| entry.id).collect()
}

/// Whether a statement says already what an edit would make it say.
fn repeats(draft: &Draft, decision: &Decision) -> bool {
    let Decision::Edited { id, to } = decision else { return false };
    let entry = draft.entry(*id);
    entry.is_some_and(|e| e.state == State::Edited && e.newer.is_none() && e.current.differs(to).is_empty())
}

/// An edit that changes nothing accepts.
fn edited(entry: &Entry, text: &str, year: i16, edit: &Edit) -> Result<Decision, Refusal> {
    let mut to = entry.current.clone();
    to.set = edit.set;
    to.number = match &edit.number {
        None => None,
        Some(number) => Some(number_of(&to, text, number)?),
    };
    to.action = typed(text, &to, &entry.current.action, bounded("action", &edit.action, LONGEST_WORDS)?);
    to.subject = typed(text, &to, &entry.current.subject, bounded("subject", &edit.subject, LONGEST_WORDS)?);
    if to.number.is_none() && to.action.text.is_empty() && to.subject.text.is_empty() {
        return Err(invalid(
            "says-nothing",
            "subject",
            "没有数量时，请填写动作或对象。",
            "Without a number, give the verb or the subject.",
        ));
    }
    to.due = edit.due.map(|due| checked_due(due, year)).transpose()?;
    to.deadline = match edit.deadline {
        Some(day) if (day.year() < year) || i32::from(day.year()) > i32::from(year) + 50 => {
            return Err(Refusal::invalid(
                "deadline-out-of-range",
                "deadline",
                format!("完成时限应在 {year} 年至其后 50 年之间。"),
                format!("The deadline lies between {year} and 50 years later."),
            ));
        }
        day => day,
    };
    let parts = entry.current.differs(&to);
    if parts.is_empty() && entry.state != State::Edited {
        return Ok(Decision::Accepted { ids: vec![entry.id] });
    }
    to.filled_by_hand(&parts);
    Ok(Decision::Edited { id: entry.id, to: Box::new(to) })
}

fn number_of(statement: &DraftStatement, text: &str, edit: &EditNumber) -> Result<DraftNumber, Refusal> {
    let (factor, unit) = base_unit(&bounded("unit", &edit.unit, LONGEST_WORDS)?);
    let limit = Decimal::from(1_000_000_000_000_000_000_i64);
    let value = edit.value.checked_mul(factor).filter(|value| value.abs() <= limit).ok_or_else(|| {
        invalid(
            "value-out-of-range",
            "value",
            "数值过大；请检查数字和单位。",
            "The value is too large; check number and unit.",
        )
    })?;
    if value.is_sign_negative() && !value.is_zero() && matches!(edit.role, Role::Change { .. } | Role::Amount) {
        return Err(invalid(
            "value-negative",
            "value",
            "增减幅度和数量不为负；请填写正数，并用“下降”表示减少。",
            "Changes and amounts are not negative; give a positive number and say that it goes down.",
        ));
    }
    let kept = statement.number.as_ref().map(|number| number.span);
    let found = kept.or_else(|| find_number(text, statement.span).map(|(span, ..)| span));
    let span = found.unwrap_or(statement.span);
    Ok(DraftNumber { span, value: value.normalize(), unit, bound: edit.bound, role: edit.role })
}

/// Words as typed, with their place when the sentence holds them.
fn typed(text: &str, statement: &DraftStatement, before: &Words, words: String) -> Words {
    if words == before.text {
        return before.clone();
    }
    let sentence = text.get(statement.sentence.start..statement.sentence.end).unwrap_or_default();
    let place = sentence.find(words.as_str()).filter(|_| !words.is_empty()).map(|at| {
        let start = statement.sentence.start + at;
        Span { start, end: start + words.len() }
    });
    Words { text: words, at: Phrase(place.into_iter().collect()) }
}

fn checked_due(due: Due, year: i16) -> Result<Due, Refusal> {
    let near = |y: i16| y >= year && i32::from(y) <= i32::from(year) + 50;
    let sound = match due {
        Due::Year(y) => near(y),
        Due::Month(y, m) => near(y) && (1..=12).contains(&m),
        Due::Years(n) => (1..=50).contains(&n),
    };
    sound.then_some(due).ok_or_else(|| {
        Refusal::invalid(
            "due-out-of-range",
            "due",
            format!("期限应在 {year} 年至其后 50 年之间，如 2027、2027-06 或 P3Y。"),
            format!("The deadline lies between {year} and 50 years later, such as 2027, 2027-06 or P3Y."),
        )
    })
}

fn split(draft: &Draft, text: &str, entry: &Entry, at: Option<usize>) -> Result<Decision, Refusal> {
    let whole = &entry.current;
    let place = at.or_else(|| between_numbers(text, whole)).ok_or_else(|| {
        invalid(
            "no-place-to-split",
            "at",
            "看不出从哪里拆分；请指定位置。",
            "It does not show where to split; choose the place.",
        )
    })?;
    let (first, second) = halves(text, whole.span, place).ok_or_else(|| {
        invalid(
            "cannot-split-there",
            "at",
            "这个位置不在表述之内，或拆开后有一半没有文字；请另选位置。",
            "That place is not inside the statement, or leaves one half without words; choose another.",
        )
    })?;
    let id = draft.last_id.saturating_add(1);
    let pieces = vec![
        Made { id, statement: piece(draft, text, whole, first) },
        Made { id: id.saturating_add(1), statement: piece(draft, text, whole, second) },
    ];
    Ok(Decision::Split { id: entry.id, pieces })
}

/// One half of a statement. A verb is shared; the number and the subject are those that stand in the half.
fn piece(draft: &Draft, text: &str, whole: &DraftStatement, span: Span) -> DraftStatement {
    let own = whole.number.clone().filter(|number| span.contains(number.span));
    let number = own.clone().or_else(|| {
        let (span, value, unit) = find_number(text, span)?;
        let role = whole.number.as_ref().map_or(Role::Amount, |number| number.role);
        let role = if let Role::Level { .. } = role { Role::Level { from: None } } else { role };
        Some(DraftNumber { span, value, unit: unit.to_owned(), bound: Bound::Equal, role })
    });
    let inside: Vec<Span> = whole.subject.at.0.iter().filter(|at| span.contains(**at)).copied().collect();
    let subject = if inside.is_empty() {
        let cut = number.iter().map(|number| number.span).chain(whole.action.at.0.iter().copied());
        let at = Phrase(rest(text, span, cut.collect()).into_iter().collect());
        let found = words_of(text, &at);
        if found.is_empty() { whole.subject.clone() } else { Words { text: found, at } }
    } else {
        let at = Phrase(inside.into_iter().collect());
        Words { text: words_of(text, &at), at }
    };
    let mut piece = DraftStatement { span, number, subject, ..whole.clone() };
    let mut by_hand = Vec::new();
    if own.is_none() {
        by_hand.extend([Part::Number, Part::Bound, Part::Role]);
    }
    if piece.subject != whole.subject {
        by_hand.push(Part::Subject);
    }
    piece.filled_by_hand(&by_hand);
    draft.outline.place(&mut piece);
    piece
}

/// A run without some of its pieces.
fn rest(text: &str, span: Span, mut cut: Vec<Span>) -> Vec<Span> {
    cut.sort_unstable();
    let mut out = Vec::new();
    let mut at = span.start;
    let ends = Span { start: span.end, end: span.end };
    for gap in cut.into_iter().filter(|gap| span.contains(*gap)).chain([ends]) {
        let words = trimmed(text, Span { start: at, end: gap.start.max(at) });
        if words.start < words.end {
            out.push(words);
        }
        at = at.max(gap.end);
    }
    out
}

fn merge(draft: &Draft, entry: &Entry) -> Result<Decision, Refusal> {
    let next = draft.next_of_sentence(entry.id).ok_or_else(|| {
        Refusal::state(
            "nothing-to-merge",
            "同一句中后面没有可合并的表述。",
            "No statement follows in the same sentence to merge with.",
        )
    })?;
    let (first, second) = (&entry.current, &next.current);
    if first.set != second.set {
        return Err(Refusal::state(
            "promised-and-done",
            "一条是承诺，一条是成果，不能合并；请先编辑其中一条。",
            "One is promised and one is done; edit one of them before merging.",
        ));
    }
    // The one with a number leads; of two numbers the first is kept, the other stays among the words.
    let (lead, other) =
        if first.number.is_none() && second.number.is_some() { (second, first) } else { (first, second) };
    let joined = |a: &Words, b: &Words| match (a.text.is_empty(), b.text.is_empty()) {
        (false, _) => a.clone(),
        (true, _) => b.clone(),
    };
    let mut whole = lead.clone();
    whole.span = Span { start: first.span.start.min(second.span.start), end: first.span.end.max(second.span.end) };
    (whole.clause, whole.sentence, whole.section) = (first.clause, first.sentence, first.section);
    whole.confidence = first.confidence.min(second.confidence);
    whole.action = joined(&lead.action, &other.action);
    whole.subject = joined(&lead.subject, &other.subject);
    if lead.number.is_none() && first.subject.text != second.subject.text && !second.subject.text.is_empty() {
        let pieces = first.subject.at.0.iter().chain(&second.subject.at.0).copied().collect();
        let joint = if first.subject.text.is_empty() { "" } else { "、" };
        let words = format!("{}{joint}{}", first.subject.text, second.subject.text);
        whole.subject = Words { text: words, at: Phrase(pieces) };
    }
    whole.due = lead.due.or(other.due);
    whole.deadline = lead.deadline.or(other.deadline);
    whole.filled_by_hand(&lead.differs(&whole));
    let whole = Made { id: draft.last_id.saturating_add(1), statement: whole };
    let mut ids = vec![entry.id, next.id];
    ids.sort_unstable();
    Ok(Decision::Merged { ids, whole: Box::new(whole) })
}

fn add(draft: &Draft, text: &str, span: Span, set: Set) -> Result<Decision, Refusal> {
    let outside = || {
        invalid(
            "not-in-the-text",
            "words",
            "选中的文字不在正文的一句话之内；请在一句话中选择。",
            "What was selected is not within one sentence of the text; select within one.",
        )
    };
    if span.start >= span.end || text.get(span.start..span.end).is_none() {
        return Err(outside());
    }
    let span = trimmed(text, span);
    let clause = draft.outline.clause_at(span.start).and_then(|index| draft.outline.clauses.get(index));
    let clause = clause.filter(|clause| clause.sentence.contains(span) && span.start < span.end).ok_or_else(outside)?;
    let number = find_number(text, span).map(|(span, value, unit)| DraftNumber {
        span,
        value,
        unit: unit.to_owned(),
        bound: Bound::Equal,
        role: Role::Amount,
    });
    let without = rest(text, span, number.iter().map(|number| number.span).collect());
    let at = Phrase(without.into_iter().take(1).collect());
    let statement = DraftStatement {
        set,
        confidence: Confidence::High,
        span,
        clause: clause.span,
        sentence: clause.sentence,
        section: clause.section,
        subject: Words { text: words_of(text, &at), at },
        number,
        action: Words::default(),
        due: None,
        deadline: None,
        reasons: Vec::new(),
    };
    let same = draft.standing().find(|entry| {
        entry.current.span == span && !matches!(entry.state, State::Rejected { .. })
            || (statement.number.is_some() && entry.current.anchor() == statement.anchor())
    });
    if let Some(same) = same {
        let words: String = plain_words(text.get(span.start..span.end).unwrap_or_default()).chars().take(30).collect();
        return Err(Refusal::state(
            "there-already",
            format!("“{words}”已是第 {} 条；请接受或编辑那一条。", same.id),
            format!("“{words}” is statement {} already; accept or edit that one.", same.id),
        ));
    }
    let id = draft.last_id.saturating_add(1);
    Ok(Decision::Added { made: Box::new(Made { id, statement }) })
}

/// What a statement of a part of the report usually is: promised in a plan, done in a review.
#[must_use]
pub fn usual_set(kind: SectionKind) -> Set {
    match kind {
        SectionKind::Review | SectionKind::CompletedList => Set::Result,
        _ => Set::Commitment,
    }
}
