//! The statement looked at: its fields with the rule that filled each, and the forms to decide on it.

use crate::context::Ctx;
use crate::fields::Fields;
use crate::i18n::{Words, rule, words};
use crate::pages::review::form::{BOUNDS, ROLES, set_name};
use crate::pages::review::list::sure_words;
use crate::pages::review::text::Part as TextPart;
use crate::pages::review::{Place, state_words};
use tingzhou_platform::DraftView;
use tingzhou_platform::ledger::review::{
    DraftStatement, Entry, Newer, Part, State, split_places, words_of_bound, words_of_part, words_of_role, words_of_set,
};
use tingzhou_platform::report::{Role, Set, Span, plain_words};

pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) value: String,
    /// Why it is so.
    pub(super) why: String,
}

pub(super) struct Choice {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) chosen: bool,
}

/// The fields as they can be edited.
pub(super) struct EditForm {
    pub(super) sets: Vec<Choice>,
    pub(super) roles: Vec<Choice>,
    pub(super) bounds: Vec<Choice>,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) from: String,
    pub(super) action: String,
    pub(super) subject: String,
    pub(super) due: String,
    pub(super) deadline: String,
}

/// A place to split at: the byte, and the two halves.
pub(super) struct Cut {
    pub(super) at: usize,
    pub(super) first: String,
    pub(super) second: String,
}

pub(super) struct NewerSays {
    pub(super) gone: bool,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Card {
    pub(super) id: u32,
    /// Its place among the statements, from 1.
    pub(super) number: usize,
    pub(super) sign: &'static str,
    pub(super) state: &'static str,
    pub(super) rejected: bool,
    pub(super) reason: String,
    pub(super) sure: &'static str,
    pub(super) before: String,
    pub(super) own: String,
    pub(super) after: String,
    pub(super) rows: Vec<Row>,
    pub(super) newer: Option<NewerSays>,
    pub(super) form: EditForm,
    pub(super) cuts: Vec<Cut>,
    pub(super) split_at: String,
    pub(super) merge: Option<String>,
    pub(super) merge_keeps: String,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) next_open: Option<String>,
    /// Its words are marked for others, so it is its own anchor.
    pub(super) anchor: bool,
    /// Where words to add are looked for first.
    pub(super) near: usize,
    pub(super) add_words: String,
    pub(super) add_sets: Vec<Choice>,
}

pub(super) fn part_name(part: Part, w: &'static Words) -> &'static str {
    match part {
        Part::Place => w.review_place,
        Part::Set => w.review_set,
        Part::Number => w.review_number,
        Part::Bound => w.review_bound,
        Part::Role => w.review_role,
        Part::Action => w.review_action,
        Part::Subject => w.review_subject,
        Part::Due => w.deadline,
    }
}

fn rows(ctx: &Ctx, statement: &DraftStatement, text: &str, parts: impl Iterator<Item = Part>) -> Vec<Row> {
    let w = words(ctx.lang);
    let shown = parts.filter(|part| !matches!(part, Part::Bound | Part::Role) || statement.number.is_some());
    shown
        .map(|part| Row {
            name: part_name(part, w),
            value: ctx.lang.of(&words_of_part(part, statement, text)).to_owned(),
            why: match part.field().and_then(|field| statement.rule(field)) {
                Some(name) => rule(ctx.lang, name),
                // The report's year needs no rule.
                None if part == Part::Due && statement.due.is_none() && statement.deadline.is_none() => String::new(),
                None => w.review_by_reviewer.to_owned(),
            },
        })
        .collect()
}

fn sets(ctx: &Ctx, chosen: &str) -> Vec<Choice> {
    let all = [Set::Commitment, Set::Result].into_iter();
    let choice = |set| Choice {
        value: set_name(set).to_owned(),
        words: ctx.lang.of(&words_of_set(set)).to_owned(),
        chosen: set_name(set) == chosen,
    };
    all.map(choice).collect()
}

impl EditForm {
    fn of(ctx: &Ctx, statement: &DraftStatement, typed: Option<&Fields>) -> Self {
        let number = statement.number.as_ref();
        let kept = |name: &str, own: String| typed.map_or(own, |fields| fields.get(name).to_owned());
        let role = number.and_then(|n| {
            let same = |role: &Role| match (role, n.role) {
                (Role::Level { .. }, Role::Level { .. }) => true,
                (a, b) => *a == b,
            };
            ROLES.iter().find(|(_, role)| same(role)).map(|(name, _)| (*name).to_owned())
        });
        let role = kept("role", role.unwrap_or_default());
        let bound = kept("bound", number.map(|n| n.bound.sign().to_owned()).unwrap_or_default());
        let from = number.and_then(|n| match n.role {
            Role::Level { from } => from,
            _ => None,
        });
        let none = Choice {
            value: String::new(),
            words: words(ctx.lang).review_no_number.to_owned(),
            chosen: role.is_empty(),
        };
        let roles = ROLES.iter().map(|(name, own)| Choice {
            value: (*name).to_owned(),
            words: ctx.lang.of(&words_of_role(*own)).to_owned(),
            chosen: *name == role,
        });
        let bounds = BOUNDS.into_iter().map(|own| Choice {
            value: own.sign().to_owned(),
            words: ctx.lang.of(&words_of_bound(own)).to_owned(),
            chosen: own.sign() == bound,
        });
        Self {
            sets: sets(ctx, &kept("set", set_name(statement.set).to_owned())),
            roles: std::iter::once(none).chain(roles).collect(),
            bounds: bounds.collect(),
            value: kept("value", number.map(|n| n.value.normalize().to_string()).unwrap_or_default()),
            unit: kept("unit", number.map(|n| n.unit.clone()).unwrap_or_default()),
            from: kept("from", from.map(|from| from.normalize().to_string()).unwrap_or_default()),
            action: kept("action", statement.action.text.clone()),
            subject: kept("subject", statement.subject.text.clone()),
            due: kept("due", statement.due.map(|due| due.to_string()).unwrap_or_default()),
            deadline: kept("deadline", statement.deadline.map(|day| day.to_string()).unwrap_or_default()),
        }
    }
}

impl Card {
    pub(super) fn of(
        ctx: &Ctx,
        view: &DraftView,
        entry: &Entry,
        place: &Place<'_>,
        part: &TextPart,
        typed: Option<&Fields>,
    ) -> Self {
        let w = words(ctx.lang);
        let (text, statement) = (&*view.text, &entry.current);
        let slice = |start: usize, end: usize| plain_words(text.get(start..end.max(start)).unwrap_or_default());
        let standing: Vec<&Entry> = view.draft.standing().collect();
        let index = standing.iter().position(|other| other.id == entry.id).unwrap_or_default();
        let link = |at: Option<usize>| at.and_then(|at| standing.get(at)).map(|other| place.link(other.id));
        let open_after = standing.iter().skip(index + 1).chain(standing.iter().take(index));
        let (sign, state) = state_words(&entry.state, w);
        let typed_into = |form: &str| typed.filter(|fields| fields.get("do") == form);
        let newer = entry.newer.map(|newer| match (newer, &entry.proposed) {
            (Newer::Differs, Some(proposed)) => {
                let parts = statement.differs(proposed);
                NewerSays { gone: false, rows: rows(ctx, proposed, text, parts.into_iter()) }
            }
            _ => NewerSays { gone: true, rows: Vec::new() },
        });
        let Span { start, end } = statement.span;
        let cuts = split_places(text, statement).into_iter();
        let merged = view.draft.next_of_sentence(entry.id).map(|next| &next.current);
        let first = statement.number.as_ref().filter(|_| merged.is_some_and(|next| next.number.is_some()));
        let adding = typed_into("add");
        Self {
            id: entry.id,
            number: index + 1,
            sign,
            state,
            rejected: matches!(entry.state, State::Rejected { .. }),
            reason: match &entry.state {
                State::Rejected { reason } => reason.clone(),
                _ => typed_into("reject").map(|fields| fields.get("reason").to_owned()).unwrap_or_default(),
            },
            sure: sure_words(statement.confidence, w),
            before: slice(statement.sentence.start, start),
            own: slice(start, end),
            after: slice(end, statement.sentence.end),
            rows: rows(ctx, statement, text, Part::ALL.into_iter().filter(|part| *part != Part::Place)),
            newer,
            form: EditForm::of(ctx, statement, typed_into("edit")),
            cuts: cuts.map(|at| Cut { at, first: slice(start, at), second: slice(at, end) }).collect(),
            split_at: typed_into("split").map(|fields| fields.get("split_at").to_owned()).unwrap_or_default(),
            merge: merged
                .filter(|_| !matches!(entry.state, State::Rejected { .. }))
                .map(|next| slice(next.span.start, next.span.end)),
            merge_keeps: first
                .map(|_| ctx.lang.of(&words_of_part(Part::Number, statement, text)).to_owned())
                .unwrap_or_default(),
            previous: link(index.checked_sub(1)),
            next: link(index.checked_add(1)),
            next_open: open_after
                .into_iter()
                .find(|other| other.state == State::Open)
                .map(|other| place.link(other.id)),
            anchor: !part.holds(entry.id),
            near: statement.sentence.start,
            add_words: adding.map(|fields| fields.get("words").to_owned()).unwrap_or_default(),
            add_sets: sets(ctx, adding.map_or(set_name(statement.set), |fields| fields.get("set"))),
        }
    }
}
