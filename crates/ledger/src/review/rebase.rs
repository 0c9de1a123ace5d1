//! Reading again with a newer reader: what it says otherwise, with every decision kept.

use crate::review::draft::{Draft, Newer, State, open};
use crate::review::statement::{DraftStatement, Part, Proposal};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A statement that is read otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// As it was: as proposed before, or as the reviewer made or adopted it.
    pub before: DraftStatement,
    /// As the newer reader has it.
    pub after: DraftStatement,
    /// In what they differ.
    pub parts: Vec<Part>,
    /// Its number in a draft.
    pub id: Option<u32>,
    /// It was decided, and stays so until the reviewer takes the newer reading.
    pub decided: bool,
}

/// A statement the newer reader no longer proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// As it was.
    pub statement: DraftStatement,
    /// Its number in a draft.
    pub id: Option<u32>,
    /// It was decided and stays; else it is gone from the draft.
    pub decided: bool,
}

/// What a newer reading says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Proposed for the first time.
    pub new: Vec<DraftStatement>,
    /// No longer proposed.
    pub gone: Vec<Gone>,
    /// Read otherwise.
    pub changed: Vec<Changed>,
    /// Read as before.
    pub same: usize,
}

impl Difference {
    /// Whether both readings say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }
}

/// For each statement before, the one after that is about the same words: the same number, the same beginning, or
/// overlapping ones. No statement after is given twice. The text is the same.
fn matching(before: &[&DraftStatement], after: &[&DraftStatement]) -> Vec<Option<usize>> {
    let mut found = vec![None; before.len()];
    let mut free = vec![true; after.len()];
    let mut round = |key: &dyn Fn(&DraftStatement) -> (usize, usize, bool)| {
        let mut by_key: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, statement) in after.iter().enumerate().rev().filter(|(index, _)| free.get(*index) == Some(&true)) {
            by_key.entry(key(statement)).or_default().push(index);
        }
        for (slot, statement) in found.iter_mut().zip(before).filter(|(slot, _)| slot.is_none()) {
            if let Some(index) = by_key.get_mut(&key(statement)).and_then(Vec::pop) {
                *slot = Some(index);
                free.iter_mut().skip(index).take(1).for_each(|free| *free = false);
            }
        }
    };
    round(&|s| (s.anchor().start, s.anchor().end, s.number.is_some()));
    round(&|s| (s.anchor().start, 0, s.number.is_some()));
    round(&|s| (s.span.start, s.span.end, false));
    let mut left: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (index, statement) in after.iter().enumerate().filter(|(index, _)| free.get(*index) == Some(&true)) {
        left.insert(statement.anchor().start, (statement.anchor().end, index));
    }
    for (slot, statement) in found.iter_mut().zip(before).filter(|(slot, _)| slot.is_none()) {
        let own = statement.anchor();
        let near = left.range(..own.end).next_back().map(|(start, (end, index))| (*start, *end, *index));
        if let Some((start, _, index)) = near.filter(|(_, end, _)| *end > own.start) {
            left.remove(&start);
            *slot = Some(index);
        }
    }
    found
}

/// What a newer reading says otherwise than statements as adopted.
#[must_use]
pub fn difference(before: &[DraftStatement], after: &[DraftStatement]) -> Difference {
    let (old, new): (Vec<_>, Vec<_>) = (before.iter().collect(), after.iter().collect());
    let matched = matching(&old, &new);
    let mut out = Difference::default();
    let mut used = vec![false; after.len()];
    for (statement, index) in before.iter().zip(matched) {
        let Some(twin) = index.and_then(|index| after.get(index)) else {
            out.gone.push(Gone { statement: statement.clone(), id: None, decided: true });
            continue;
        };
        index.into_iter().for_each(|index| used.iter_mut().skip(index).take(1).for_each(|used| *used = true));
        let parts = statement.differs(twin);
        if parts.is_empty() {
            out.same += 1;
        } else {
            let (before, after) = (statement.clone(), twin.clone());
            out.changed.push(Changed { before, after, parts, id: None, decided: true });
        }
    }
    out.new = after.iter().zip(used).filter(|(_, used)| !used).map(|(statement, _)| statement.clone()).collect();
    out
}

/// The draft with a newer reading under it. An open statement takes the newer reading; a decided one stays as decided
/// and is marked where the newer reading differs.
#[must_use]
pub fn rebase(draft: &Draft, proposal: Proposal) -> (Draft, Difference) {
    let mut draft = draft.clone();
    let mut out = Difference::default();
    draft.outline = proposal.outline;
    let mut fresh: Vec<Option<DraftStatement>> = proposal.statements.into_iter().map(Some).collect();
    // What a reader proposed before is looked for first, then what only the reviewer says.
    for by_reader in [true, false] {
        let places: Vec<usize> = (0..fresh.len()).filter(|i| matches!(fresh.get(*i), Some(Some(_)))).collect();
        let after: Vec<&DraftStatement> = places.iter().filter_map(|i| fresh.get(*i)?.as_ref()).collect();
        let asked: Vec<usize> = (0..draft.entries.len())
            .filter(|i| draft.entries.get(*i).is_some_and(|e| by_reader == e.proposed.is_some()))
            .collect();
        let before: Vec<&DraftStatement> = asked
            .iter()
            .filter_map(|i| draft.entries.get(*i).map(|entry| entry.proposed.as_ref().unwrap_or(&entry.current)))
            .collect();
        let matched = matching(&before, &after);
        for (own, index) in asked.into_iter().zip(matched) {
            let twin = index.and_then(|index| places.get(index)).and_then(|i| fresh.get_mut(*i)?.take());
            if let Some(entry) = draft.entries.get_mut(own) {
                settle(entry, twin, by_reader, &mut out);
            }
        }
        if by_reader {
            let gone = |e: &crate::review::Entry| e.state == State::Open && e.newer == Some(Newer::Gone);
            draft.entries.retain(|entry| !gone(entry));
        }
    }
    for statement in fresh.into_iter().flatten() {
        draft.last_id = draft.last_id.saturating_add(1);
        out.new.push(statement.clone());
        draft.entries.push(open(draft.last_id, statement));
    }
    let outline = std::mem::take(&mut draft.outline);
    for entry in &mut draft.entries {
        outline.place(&mut entry.current);
        entry.past.iter_mut().filter_map(|past| past.current.as_mut()).for_each(|before| outline.place(before));
    }
    draft.outline = outline;
    draft.sort();
    draft.version += 1;
    draft.reread = Some(out.clone());
    (draft, out)
}

/// What a newer reading says otherwise of a draft that was adopted: what it says for the first time, and what it said
/// before and the reviewer did not take.
#[must_use]
pub fn reread_adopted(draft: &Draft, proposal: Proposal) -> Difference {
    let (after, mut found) = rebase(&draft.as_adopted(), proposal);
    let told: HashSet<u32> =
        found.changed.iter().map(|c| c.id).chain(found.gone.iter().map(|g| g.id)).flatten().collect();
    for entry in after.standing().filter(|entry| !told.contains(&entry.id)) {
        let id = Some(entry.id);
        match (entry.newer, &entry.proposed) {
            (Some(Newer::Differs), Some(proposed)) => {
                let (before, after) = (entry.current.clone(), proposed.clone());
                let parts = before.differs(&after);
                found.changed.push(Changed { before, after, parts, id, decided: true });
            }
            (Some(Newer::Gone), _) => {
                found.gone.push(Gone { statement: entry.current.clone(), id, decided: true });
            }
            _ => {}
        }
    }
    found
}

fn settle(entry: &mut crate::review::Entry, twin: Option<DraftStatement>, by_reader: bool, out: &mut Difference) {
    let (id, decided) = (Some(entry.id), entry.state != State::Open);
    let Some(twin) = twin else {
        // Nobody proposed what only the reviewer says; what is rejected or replaced is not missed.
        let missed = by_reader && matches!(entry.state, State::Open | State::Accepted | State::Edited);
        if missed && (entry.newer != Some(Newer::Gone) || !decided) {
            let statement = entry.proposed.as_ref().unwrap_or(&entry.current).clone();
            out.gone.push(Gone { statement, id, decided });
        }
        if missed {
            mark(entry, Some(Newer::Gone));
        }
        return;
    };
    let before = entry.proposed.as_ref().unwrap_or(&entry.current);
    let parts = before.differs(&twin);
    if parts.is_empty() {
        out.same += 1;
    } else {
        out.changed.push(Changed { before: before.clone(), after: twin.clone(), parts: parts.clone(), id, decided });
    }
    if !decided {
        entry.current = twin.clone();
        entry.newer = None;
    } else if entry.state.stands() {
        let told = !parts.is_empty() || entry.newer == Some(Newer::Differs);
        let newer = (told && !entry.current.differs(&twin).is_empty()).then_some(Newer::Differs);
        mark(entry, newer);
    }
    entry.proposed = Some(twin);
}

/// Marks a statement, and how it was before each decision, so that undoing keeps the mark.
fn mark(entry: &mut crate::review::Entry, newer: Option<Newer>) {
    entry.newer = newer;
    for past in entry.past.iter_mut().filter(|past| past.state != State::Open) {
        past.newer = newer;
    }
}
