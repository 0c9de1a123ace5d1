//! What a reviewer may do to a draft; that nothing proposed is lost; that undoing restores.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "what is wrong in a test fails it")]

use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use tingzhou_ledger::review::{
    Command, Decision, Draft, Edit, EditNumber, Entry, Newer, Part, Proposal, Remaining, Scope, State, decide,
    difference, find_words, finish, rebase, split_places,
};
use tingzhou_ledger::{AccountId, AccountRole, Actor, Event, ReportId};
use tingzhou_report::{Bound, Direction, Due, Role, Set, Span};

const TEXT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 一、2024年工作回顾\n\n去年接待游客1500万人次。\n\n\
## 二、2025年重点工作\n\n### （一）旅游\n\n全年力争接待游客1700万人次，旅游收入达到120亿元。推动索道项目开工。\n\n\
### （二）城建\n\n改造老旧小区8个，新增车位1100个。新建学校3所、医院2所。空气优良天数达到300天以上。\n";

fn proposal(text: &str) -> Proposal {
    Proposal::of(text, &tingzhou_report::read(text).unwrap(), 2025)
}

fn draft() -> Draft {
    Draft::new(proposal(TEXT))
}

fn actor(role: AccountRole) -> Actor {
    Actor { account: AccountId::new("someone").unwrap(), role, unit: None, leader: None }
}

fn run(draft: Draft, command: &Command) -> Draft {
    let events = decide(&draft, TEXT, command, &actor(AccountRole::Supervisor)).unwrap_or_else(|r| panic!("{r}"));
    events.iter().fold(draft, Draft::apply)
}

fn id(draft: &Draft, words: &str) -> u32 {
    let says = |e: &&Entry| TEXT[e.current.span.start..e.current.span.end].contains(words);
    draft.standing().find(says).unwrap_or_else(|| panic!("no statement with {words}")).id
}

fn words(draft: &Draft, id: u32) -> String {
    let entry = draft.entry(id).unwrap();
    let s = &entry.current;
    let number = s.number.as_ref().map(|n| format!("{}{}{}", n.bound.sign(), n.value, n.unit)).unwrap_or_default();
    let span = &TEXT[s.span.start..s.span.end];
    format!("{} {span} [{}|{}|{number}]", entry.state.name(), s.action.text, s.subject.text)
}

fn told(draft: &Draft) -> Vec<String> {
    draft
        .entries
        .iter()
        .filter(|e| e.past.len() + usize::from(e.made_by.is_some()) > 0)
        .map(|e| words(draft, e.id))
        .collect()
}

/// The edit that changes nothing.
fn same(draft: &Draft, id: u32) -> Edit {
    let s = &draft.entry(id).unwrap().current;
    let number = s.number.as_ref();
    Edit {
        set: s.set,
        number: number.map(|n| EditNumber { value: n.value, unit: n.unit.clone(), bound: n.bound, role: n.role }),
        action: s.action.text.clone(),
        subject: s.subject.text.clone(),
        due: s.due,
        deadline: s.deadline,
    }
}

fn number(value: i64, unit: &str) -> EditNumber {
    EditNumber { value: Decimal::from(value), unit: unit.to_owned(), bound: Bound::AtLeast, role: Role::Amount }
}

#[test]
fn what_is_decided() {
    let check = |command: &dyn Fn(&Draft) -> Command, expected: &[&str]| {
        let draft = draft();
        let command = command(&draft);
        assert_eq!(told(&run(draft, &command)), expected, "{command:?}");
    };
    check(&|d| Command::Accept(Scope::One(id(d, "1500"))), &["accepted 接待游客1500万人次 [接待|游客|=15000000人次]"]);
    check(
        &|d| Command::Accept(Scope::Sentence(id(d, "小区"))),
        &["accepted 改造老旧小区8个 [改造|老旧小区|=8个]", "accepted 新增车位1100个 [新增|车位|=1100个]"],
    );
    check(
        &|d| Command::Accept(Scope::Section(id(d, "索道"))),
        &[
            "accepted 接待游客1700万人次 [接待|游客|=17000000人次]",
            "accepted 旅游收入达到120亿元 [达到|旅游收入|=12000000000元]",
            "accepted 推动索道项目开工 [推动|索道项目开工|]",
        ],
    );
    check(
        &|d| Command::Reject { id: id(d, "索道"), reason: " 不是承诺 ".to_owned() },
        &["rejected 推动索道项目开工 [推动|索道项目开工|]"],
    );
    check(
        &|d| {
            let id = id(d, "小区");
            let edit = Edit { number: Some(number(2, "万个")), subject: "小区".to_owned(), ..same(d, id) };
            Command::Edit { id, edit: Box::new(edit) }
        },
        &["edited 改造老旧小区8个 [改造|小区|>=20000个]"],
    );
    check(
        &|d| {
            let id = id(d, "小区");
            Command::Edit { id, edit: Box::new(same(d, id)) }
        },
        &["accepted 改造老旧小区8个 [改造|老旧小区|=8个]"],
    );
    check(
        &|d| Command::Merge { id: id(d, "小区") },
        &[
            "merged 改造老旧小区8个 [改造|老旧小区|=8个]",
            "accepted 改造老旧小区8个，新增车位1100个 [改造|老旧小区|=8个]",
            "merged 新增车位1100个 [新增|车位|=1100个]",
        ],
    );
}

#[test]
fn what_is_split() {
    // Two numbers under one verb, read as one statement.
    let text = "## 二、2025年重点工作\n\n新建学校3所、医院2所。\n";
    let base = proposal(text);
    let mut joint = base.statements[0].clone();
    joint.span = Span { start: text.find("新建").unwrap(), end: text.find('。').unwrap() };
    let draft = Draft::new(Proposal { statements: vec![joint], ..base });
    let check = |at: Option<&str>, expected: &[&str]| {
        let body = text.find("新建").unwrap();
        let at = at.map(|words| body + text[body..].find(words).unwrap());
        let events = decide(&draft, text, &Command::Split { id: 1, at }, &actor(AccountRole::Admin));
        let told: Vec<String> = match events {
            Err(refusal) => vec![refusal.code.to_owned()],
            Ok(events) => {
                let after = events.iter().fold(draft.clone(), Draft::apply);
                assert_eq!(after.entry(1).unwrap().state, State::Split);
                let of = |e: &Entry| {
                    let s = &e.current;
                    let number = s.number.as_ref().map(|n| format!("{}{}", n.value, n.unit)).unwrap_or_default();
                    format!("{} [{}|{}|{number}]", &text[s.span.start..s.span.end], s.action.text, s.subject.text)
                };
                after.standing().map(of).collect()
            }
        };
        assert_eq!(told, expected, "{at:?}");
    };
    let both = ["新建学校3所 [新建|学校|3所]", "医院2所 [新建|医院|2所]"];
    check(None, &both);
    check(Some("、"), &both);
    check(Some("医院"), &both);
    check(Some("学校"), &["新建 [新建|学校|]", "学校3所、医院2所 [新建|学校|3所]"]);
    check(Some("新建"), &["cannot-split-there"]);
    check(Some("。"), &["cannot-split-there"]);
    let places: Vec<&str> = split_places(text, &draft.entries[0].current).iter().map(|at| &text[*at..]).collect();
    assert_eq!(places.iter().map(|p| p.chars().next().unwrap()).collect::<String>(), "3、");
}

#[test]
fn what_is_refused() {
    let check = |before: &[Command], command: &dyn Fn(&Draft) -> Command, code: &str| {
        let draft = before.iter().fold(draft(), run);
        let refusal = decide(&draft, TEXT, &command(&draft), &actor(AccountRole::Supervisor)).unwrap_err();
        assert_eq!(refusal.code, code, "{:?}", refusal.message);
        assert!(!refusal.message.zh.is_empty() && refusal.message.en.is_ascii() || refusal.message.en.contains('“'));
    };
    let edit = |change: fn(&mut Edit)| {
        move |d: &Draft| {
            let id = id(d, "小区");
            let mut edit = same(d, id);
            change(&mut edit);
            Command::Edit { id, edit: Box::new(edit) }
        }
    };
    check(&[], &|_| Command::Undo, "nothing-to-undo");
    check(&[], &|_| Command::Accept(Scope::One(99)), "no-statement");
    check(&[], &|d| Command::Merge { id: id(d, "1500") }, "nothing-to-merge");
    check(&[], &|d| Command::Split { id: id(d, "1500"), at: None }, "no-place-to-split");
    check(&[], &|d| Command::Split { id: id(d, "1500"), at: Some(0) }, "cannot-split-there");
    check(&[], &|d| Command::TakeNewer { id: id(d, "1500") }, "nothing-newer");
    check(&[], &|d| Command::Reject { id: id(d, "1500"), reason: "长".repeat(501) }, "too-long");
    check(&[], &edit(|e| e.subject = "长".repeat(201)), "too-long");
    check(&[], &edit(|e| e.number = Some(number(i64::MAX, "亿个"))), "value-out-of-range");
    check(&[], &edit(|e| e.number = Some(number(-1, "个"))), "value-negative");
    check(&[], &edit(|e| e.due = Some(Due::Year(2024))), "due-out-of-range");
    check(&[], &edit(|e| e.due = Some(Due::Month(2025, 13))), "due-out-of-range");
    check(&[], &edit(|e| e.deadline = Some(date(2024, 12, 31))), "deadline-out-of-range");
    check(
        &[],
        &edit(|e| {
            e.number = None;
            e.action.clear();
            e.subject.clear();
        }),
        "says-nothing",
    );
    let outside = [Span { start: 0, end: 2 }, Span { start: 3, end: 4 }, Span { start: 9, end: 9 }];
    for span in outside.into_iter().chain([Span { start: 0, end: 9_999 }, Span { start: 200, end: 400 }]) {
        check(&[], &|_| Command::Add { span, set: Set::Result }, "not-in-the-text");
    }
    let there = find_words(TEXT, "车位1100个", 0).unwrap();
    check(&[], &|_| Command::Add { span: there, set: Set::Commitment }, "there-already");
    let merged = Command::Merge { id: id(&draft(), "小区") };
    check(&[merged], &|_| Command::Accept(Scope::One(id(&draft(), "小区"))), "replaced");
    let rejected = Command::Reject { id: id(&draft(), "小区"), reason: String::new() };
    check(&[rejected], &|d| Command::Merge { id: id(d, "小区") }, "rejected");
    let ended = Command::Discard { reason: String::new() };
    check(&[ended], &|_| Command::Undo, "draft-ended");
    let unit = decide(&draft(), TEXT, &Command::Accept(Scope::Remaining), &actor(AccountRole::Unit)).unwrap_err();
    assert_eq!(unit.code, "supervisors-only");
}

#[test]
fn what_the_reader_missed_is_added() {
    let check = |words: &str, set: Set, expected: &str| {
        let draft = draft();
        let kept: Vec<_> =
            draft.entries.iter().filter(|e| !TEXT[e.current.span.start..].starts_with("空气")).cloned().collect();
        let draft = Draft { entries: kept, ..draft };
        let span = find_words(TEXT, words, 0).unwrap();
        let after = run(draft, &Command::Add { span, set });
        let made = after.entries.iter().find(|e| e.made_by.is_some()).unwrap();
        assert_eq!(says(&after, made.id), expected);
    };
    check("空气优良天数达到300天", Set::Commitment, "commitment 空气优良天数达到300天 [|空气优良天数达到|300天]");
    check("优良天数", Set::Result, "result 优良天数 [|优良天数|]");
}

fn says(draft: &Draft, id: u32) -> String {
    let s = &draft.entry(id).unwrap().current;
    let number = s.number.as_ref().map(|n| format!("{}{}", n.value, n.unit)).unwrap_or_default();
    let set = if s.set == Set::Result { "result" } else { "commitment" };
    format!("{set} {} [{}|{}|{number}]", &TEXT[s.span.start..s.span.end], s.action.text, s.subject.text)
}

#[test]
fn words_are_found_near_the_place() {
    let text = "新建学校3所。新建学校5所。";
    let second = text.rfind("新建").unwrap();
    let check = |words: &str, near: usize, expected: Result<usize, &str>| {
        let got = find_words(text, words, near).map(|span| span.start).map_err(|refusal| refusal.code);
        assert_eq!(got, expected, "{words} near {near}");
    };
    check("新建学校", 0, Ok(0));
    check(" 新建学校 ", 4, Ok(second));
    check("学校3所", second, Ok(6));
    check("新建学校", text.len() + 9, Err("words-not-found"));
    check("新建医院", 0, Err("words-not-found"));
    check("  ", 0, Err("no-words"));
}

#[test]
fn nothing_is_adopted_until_the_reviewer_says_so() {
    let draft = draft();
    assert_eq!(finish(&draft, None).unwrap_err().code, "statements-open");
    assert_eq!(finish(&draft, Some(Remaining::LeftOut)).unwrap_err().code, "nothing-adopted");
    assert_eq!(finish(&draft, Some(Remaining::Accepted)), Ok(Remaining::Accepted));
    let one = run(draft.clone(), &Command::Accept(Scope::One(id(&draft, "小区"))));
    assert_eq!(one.taken(Remaining::LeftOut).len(), 1);
    assert_eq!(one.taken(Remaining::Accepted).len(), draft.entries.len());
    let all = run(one, &Command::Accept(Scope::Remaining));
    assert_eq!(finish(&all, None), Ok(Remaining::LeftOut));
    let report = ReportId::new("2025").unwrap();
    let adopted = all.apply(&Event::ReviewAdopted { report, remaining: Remaining::LeftOut, undecided: 0 });
    assert_eq!(finish(&adopted, None).unwrap_err().code, "draft-ended");
}

/// The text read by a newer reader: one number otherwise, one missed, one new.
fn newer(draft: &Draft) -> Proposal {
    let mut newer = proposal(TEXT);
    newer.statements.retain(|s| !TEXT[s.span.start..].starts_with("推动索道"));
    for s in &mut newer.statements {
        match TEXT[s.span.start..].chars().next().unwrap() {
            '改' => s.number.as_mut().unwrap().bound = Bound::About,
            '旅' => s.number.as_mut().unwrap().role = Role::Change { direction: Direction::Up },
            _ => {}
        }
    }
    assert_eq!(newer.outline, draft.outline);
    newer
}

#[test]
fn a_newer_reading_keeps_every_decision() {
    let old = {
        let mut base = proposal(TEXT);
        base.statements.retain(|s| !TEXT[s.span.start..].starts_with("空气"));
        Draft::new(base)
    };
    let check = |before: &[Command], expected: &[&str], counts: [usize; 4]| {
        let draft = before.iter().fold(old.clone(), run);
        let (after, difference) = rebase(&draft, newer(&draft));
        let marks = after.standing().filter(|e| e.state != State::Open || e.newer.is_some());
        let mark = |e: &Entry| format!("{} {:?}", words(&after, e.id), e.newer);
        assert_eq!(marks.map(mark).collect::<Vec<_>>(), expected);
        let got = [difference.new.len(), difference.gone.len(), difference.changed.len(), after.progress().total];
        assert_eq!(got, counts);
        for (decided, kept) in draft
            .entries
            .iter()
            .filter(|e| e.state != State::Open)
            .zip(after.entries.iter().filter(|e| draft.entry(e.id).is_some_and(|was| was.state != State::Open)))
        {
            assert_eq!((&decided.state, &decided.current), (&kept.state, &kept.current), "a decision is kept");
        }
        assert_eq!(after.reread, Some(difference));
    };
    let total = old.entries.len();
    check(&[], &[], [1, 1, 2, total]);
    check(
        &[Command::Accept(Scope::Remaining)],
        &[
            "accepted 接待游客1500万人次 [接待|游客|=15000000人次] None",
            "accepted 接待游客1700万人次 [接待|游客|=17000000人次] None",
            "accepted 旅游收入达到120亿元 [达到|旅游收入|=12000000000元] Some(Differs)",
            "accepted 推动索道项目开工 [推动|索道项目开工|] Some(Gone)",
            "accepted 改造老旧小区8个 [改造|老旧小区|=8个] Some(Differs)",
            "accepted 新增车位1100个 [新增|车位|=1100个] None",
            "accepted 新建学校3所 [新建|学校|=3所] None",
            "accepted 新建学校3所、医院2所 [新建|医院|=2所] None",
        ],
        [1, 1, 2, total + 1],
    );
    // What the reviewer made it say is what the newer reader says.
    let own = id(&old, "小区");
    let mut edit = same(&old, own);
    edit.number.as_mut().unwrap().bound = Bound::About;
    check(
        &[Command::Edit { id: own, edit: Box::new(edit) }],
        &["edited 改造老旧小区8个 [改造|老旧小区|~8个] None"],
        [1, 1, 2, total],
    );
    // What the reviewer added is what the newer reader found.
    let span = find_words(TEXT, "空气优良天数达到300天以上", 0).unwrap();
    check(
        &[Command::Add { span, set: Set::Commitment }],
        &["accepted 空气优良天数达到300天以上 [|空气优良天数达到|=300天] Some(Differs)"],
        [0, 1, 3, total],
    );
    check(
        &[Command::Merge { id: own }],
        &["accepted 改造老旧小区8个，新增车位1100个 [改造|老旧小区|=8个] None"],
        [1, 1, 2, total - 1],
    );
    check(
        &[Command::Reject { id: id(&old, "索道"), reason: String::new() }],
        &["rejected 推动索道项目开工 [推动|索道项目开工|] None"],
        [1, 0, 2, total + 1],
    );
}

#[test]
fn the_newer_reading_is_taken_or_left() {
    let own = id(&draft(), "小区");
    let gone = id(&draft(), "索道");
    let all = run(draft(), &Command::Accept(Scope::Remaining));
    let (marked, _) = rebase(&all, newer(&all));
    let state = |draft: &Draft, id: u32| {
        let e = draft.entry(id).unwrap();
        (e.state.name(), e.current.number.as_ref().map(|n| n.bound), e.newer)
    };
    assert_eq!(state(&marked, own), ("accepted", Some(Bound::Equal), Some(Newer::Differs)));
    let taken = run(marked.clone(), &Command::TakeNewer { id: own });
    assert_eq!(state(&taken, own), ("accepted", Some(Bound::About), None));
    assert_eq!(state(&run(taken, &Command::Undo), own), state(&marked, own));
    let left = run(marked.clone(), &Command::Accept(Scope::One(own)));
    assert_eq!(state(&left, own), ("accepted", Some(Bound::Equal), None));
    assert_eq!(state(&run(left, &Command::Undo), own), state(&marked, own));
    assert_eq!(state(&run(marked.clone(), &Command::TakeNewer { id: gone }), gone), ("rejected", None, None));
    // Taking back the first decision opens it with the newer reading.
    assert_eq!(state(&run(marked.clone(), &Command::Undo), own), ("open", Some(Bound::About), None));
    // The same reader again says nothing new.
    let (again, difference) = rebase(&marked, newer(&marked));
    assert!(difference.is_empty(), "{difference:?}");
    assert_eq!(state(&again, own), state(&marked, own));
    assert_eq!(state(&again, gone), state(&marked, gone));
}

#[test]
fn what_was_adopted_is_compared_field_by_field() {
    let before = proposal(TEXT).statements;
    assert!(difference(&before, &before).is_empty());
    let after = newer(&draft()).statements;
    let found = difference(&before, &after);
    let parts: Vec<_> = found.changed.iter().map(|c| c.parts.clone()).collect();
    assert_eq!(parts, [vec![Part::Role], vec![Part::Bound]]);
    assert_eq!((found.new.len(), found.gone.len(), found.same), (0, 1, before.len() - 3));
    // The same number with other words around it is the same statement.
    let mut moved = before.clone();
    moved[1].span.start += "接待".len();
    let found = difference(&before, &moved);
    assert_eq!(found.changed.iter().map(|c| c.parts.clone()).collect::<Vec<_>>(), [vec![Part::Place]]);
}

#[test]
fn events_are_written_and_read_back() {
    let draft = draft();
    let own = id(&draft, "小区");
    let edit = Edit { due: Some(Due::Years(3)), deadline: Some(date(2027, 6, 30)), ..same(&draft, own) };
    let commands = [
        Command::Accept(Scope::Remaining),
        Command::Edit { id: own, edit: Box::new(edit) },
        Command::Merge { id: own },
        Command::Reject { id: id(&draft, "索道"), reason: "口号".to_owned() },
        Command::Undo,
    ];
    let mut live = draft.clone();
    let mut replayed = draft;
    for command in commands {
        for event in decide(&live, TEXT, &command, &actor(AccountRole::Supervisor)).unwrap() {
            let text = serde_json::to_string(&event).unwrap();
            let read: Event = serde_json::from_str(&text).unwrap();
            assert_eq!(read, event);
            replayed = replayed.apply(&read);
            live = live.apply(&event);
        }
        assert_eq!(replayed, live);
    }
    for entry in &live.entries {
        let read: Entry = serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap();
        assert_eq!(&read, entry);
    }
}

fn texts() -> impl Strategy<Value = String> {
    let clause = prop::sample::select(vec![
        "改造老旧小区8个",
        "新建学校3所、医院2所",
        "旅游收入增长10%左右",
        "推动索道项目开工",
        "新增车位1100个和充电桩50个",
        "空气优良天数达到300天以上",
        "力争2027年底前建成地铁1号线",
        "城镇新增就业5000人",
    ]);
    let sentence = prop::collection::vec(clause, 1..4).prop_map(|clauses| format!("{}。", clauses.join("，")));
    prop::collection::vec(sentence, 1..6).prop_map(|all| format!("## 二、2025年重点工作\n\n{}\n", all.join("\n\n")))
}

#[derive(Clone, Debug)]
struct Try(u8, u32, usize);

fn command(draft: &Draft, text: &str, Try(kind, id, at): &Try) -> Command {
    let id = id % (draft.last_id + 1) + 1;
    match kind {
        0 | 1 => Command::Accept(Scope::One(id)),
        2 => Command::Accept(Scope::Sentence(id)),
        3 => Command::Reject { id, reason: "不".to_owned() },
        4 => Command::Split { id, at: None },
        5 => Command::Split { id, at: Some(draft.entry(id).map_or(*at, |e| e.current.span.start + at % 40)) },
        6 | 7 => Command::Merge { id },
        8 => Command::Undo,
        9 => Command::Add { span: Span { start: *at, end: at + (id as usize) * 3 }, set: Set::Commitment },
        10 => Command::TakeNewer { id },
        _ => match draft.entry(id) {
            Some(entry) => {
                let mut edit = same(draft, entry.id);
                edit.subject = text.chars().skip(at % 30).take(4).collect();
                Command::Edit { id, edit: Box::new(edit) }
            }
            None => Command::Accept(Scope::Remaining),
        },
    }
}

/// Every statement once proposed is there, in one state; what stands lies in the text on borders of characters.
fn sound(draft: &Draft, text: &str, proposed: u32) {
    let mut ids: Vec<u32> = draft.entries.iter().map(|e| e.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), draft.entries.len(), "a number is used once");
    assert!((1..=proposed).all(|id| ids.binary_search(&id).is_ok()), "nothing proposed is lost");
    for entry in &draft.entries {
        let s = &entry.current;
        let spans = s.action.at.0.iter().chain(&s.subject.at.0).chain(s.number.iter().map(|n| &n.span));
        for span in spans.chain([&s.span, &s.sentence, &s.clause]) {
            assert!(text.get(span.start..span.end).is_some(), "{span:?} in {text}");
        }
        assert!(s.span.start < s.span.end);
        if entry.state == State::Open {
            assert_eq!(entry.proposed.as_ref(), Some(s));
            assert!(entry.past.is_empty());
        }
    }
    // What replaced others stands for all of them: each replaced statement was replaced by one decision that made others.
    for entry in draft.entries.iter().filter(|e| !e.state.stands()) {
        let by = entry.past.last().unwrap().decision;
        assert!(draft.entries.iter().any(|made| made.made_by == Some(by)), "replaced by nothing");
    }
    let progress = draft.progress();
    assert_eq!(progress.open + progress.accepted + progress.edited + progress.rejected, progress.total);
}

/// What undoing restores: everything but the counters.
fn content(draft: &Draft) -> Vec<Entry> {
    draft.entries.clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_is_lost_and_undoing_restores(
        text in texts(),
        tries in prop::collection::vec((0_u8..13, 0_u32..60, 0_usize..400).prop_map(|(a, b, c)| Try(a, b, c)), 1..25),
    ) {
        let base = proposal(&text);
        let proposed = u32::try_from(base.statements.len()).unwrap();
        let mut draft = Draft::new(base.clone());
        for one in &tries {
            let command = command(&draft, &text, one);
            let Ok(events) = decide(&draft, &text, &command, &actor(AccountRole::Supervisor)) else { continue };
            prop_assert!(events.len() <= 1);
            let after = events.iter().fold(draft.clone(), Draft::apply);
            sound(&after, &text, proposed);
            if let Some(Event::ReviewDecided { what, .. }) = events.first() {
                let undone = decide(&after, &text, &Command::Undo, &actor(AccountRole::Supervisor)).unwrap();
                let back = undone.iter().fold(after.clone(), Draft::apply);
                prop_assert_eq!(content(&back), content(&draft), "{:?}", what);
                if let Decision::Split { pieces, .. } = what.as_ref() {
                    prop_assert_eq!(pieces.len(), 2);
                }
            }
            draft = after;
        }
        // Read again by the same reader: nothing differs. By one that finds less: every decision stays.
        let (same, difference) = rebase(&draft, base.clone());
        let unsaid = |c: &tingzhou_ledger::review::Changed| c.id.is_some_and(|id| id <= proposed);
        prop_assert!(difference.new.is_empty() && difference.gone.is_empty() && !difference.changed.iter().any(unsaid));
        sound(&same, &text, proposed);
        let mut less = base;
        less.statements = less.statements.into_iter().step_by(2).collect();
        let (after, _) = rebase(&draft, less);
        for entry in draft.entries.iter().filter(|e| e.state != State::Open) {
            let kept = after.entry(entry.id);
            prop_assert_eq!(kept.map(|k| (&k.state, &k.current)), Some((&entry.state, &entry.current)));
        }
        for (entry, was) in after.entries.iter().filter_map(|e| Some((e, draft.entry(e.id)?))) {
            if was.state == State::Open {
                prop_assert_eq!(&entry.state, &State::Open);
            }
        }
    }

    #[test]
    fn undoing_everything_opens_everything(
        text in texts(),
        tries in prop::collection::vec((0_u8..8, 0_u32..60, 0_usize..400).prop_map(|(a, b, c)| Try(a, b, c)), 1..15),
    ) {
        let first = Draft::new(proposal(&text));
        let mut draft = first.clone();
        for one in &tries {
            let command = command(&draft, &text, one);
            if let Ok(events) = decide(&draft, &text, &command, &actor(AccountRole::Admin)) {
                draft = events.iter().fold(draft, Draft::apply);
            }
        }
        while let Ok(events) = decide(&draft, &text, &Command::Undo, &actor(AccountRole::Admin)) {
            draft = events.iter().fold(draft, Draft::apply);
        }
        prop_assert_eq!(content(&draft), content(&first));
    }
}
