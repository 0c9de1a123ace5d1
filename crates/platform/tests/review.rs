//! A document reviewed before it is adopted, on both databases; read again by a newer reader before and after.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is wrong in a test fails it")]

use crate::common;

use common::{account, city, day, pack_folder, postgres, sqlite};
use tingzhou_platform::ledger::review::{Command, Edit, EditNumber, Entry, Part, Remaining, Scope, State};
use tingzhou_platform::ledger::{AccountRole, Actor, DraftId, RefusalKind, Task};
use tingzhou_platform::report::{Bound, Role, Set};
use tingzhou_platform::{AdoptedReport, Clock, DraftLine, DraftView, Platform, PlatformError, Store, copy_store};
use tingzhou_store::Commit;

const REPORT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 一、2024年工作回顾\n\n去年接待游客1500万人次。\n\n\
## 二、2025年重点工作\n\n### （一）旅游\n\n全年力争接待游客1700万人次，旅游收入达到120亿元。推动索道项目开工。\n\n\
### （二）城建\n\n改造老旧小区8个，新增车位1100个。空气优良天数达到300天以上。\n";

struct Review {
    platform: Platform,
    supervisor: Actor,
    draft: DraftId,
}

impl Review {
    async fn begin(store: &Store, text: &str) -> Self {
        let platform = city(store).await;
        let supervisor = account(&platform, "ducha", AccountRole::Supervisor, None).await;
        let draft = platform.start_review(&supervisor, text.as_bytes()).await.unwrap();
        Self { platform, supervisor, draft }
    }

    async fn now(&self) -> DraftView {
        self.platform.draft(&self.draft).await.unwrap()
    }

    async fn id(&self, words: &str) -> u32 {
        let view = self.now().await;
        let says = |e: &&Entry| view.text[e.current.span.start..e.current.span.end].contains(words);
        view.draft.standing().find(says).unwrap_or_else(|| panic!("no statement with {words}")).id
    }

    async fn run(&self, command: Command) -> DraftView {
        let version = self.now().await.draft.version;
        self.platform.review(&self.supervisor, &self.draft, version, &command).await.unwrap()
    }

    async fn adopt(&self, remaining: Option<Remaining>) -> Result<AdoptedReport, PlatformError> {
        let version = self.now().await.draft.version;
        self.platform.adopt_draft(&self.supervisor, &self.draft, version, remaining).await
    }
}

fn told(view: &DraftView) -> String {
    let progress = view.draft.progress();
    format!("v{} {}/{} decided", view.draft.version, progress.decided(), progress.total)
}

async fn tell(store: &Store) -> Vec<String> {
    let review = Review::begin(store, REPORT).await;
    let mut lines = vec![told(&review.now().await)];
    let again = review.platform.start_review(&review.supervisor, REPORT.as_bytes()).await.unwrap();
    assert_eq!(again, review.draft, "a text under review is gone on with");
    lines.push(told(&review.run(Command::Accept(Scope::Sentence(review.id("1700").await))).await));
    let yards = review.id("小区").await;
    let number = EditNumber { value: 9.into(), unit: "个".to_owned(), bound: Bound::AtLeast, role: Role::Amount };
    let edit = Edit {
        set: Set::Commitment,
        number: Some(number),
        action: "改造".to_owned(),
        subject: "小区".to_owned(),
        due: None,
        deadline: None,
    };
    lines.push(told(&review.run(Command::Edit { id: yards, edit: Box::new(edit) }).await));
    lines.push(told(&review.run(Command::Reject { id: review.id("索道").await, reason: "口号".to_owned() }).await));
    lines.push(told(&review.run(Command::Merge { id: yards }).await));
    lines.push(told(&review.run(Command::Undo).await));
    // Nothing is adopted until the reviewer says so.
    assert!(review.platform.snapshot().await.unwrap().reports.is_empty());
    match review.adopt(None).await {
        Err(PlatformError::Refused(r)) if r.kind == RefusalKind::State => lines.push(r.message.en),
        other => panic!("statements are open: {other:?}"),
    }
    // It survives the program.
    let reopened = Platform::open(store.clone(), None, Clock::standing_at(day())).await.unwrap();
    assert_eq!(reopened.draft(&review.draft).await.unwrap(), review.now().await);
    let listed = reopened.drafts().await.unwrap();
    lines.push(format!("{} listed, {}/{} open", listed.len(), listed[0].undecided, listed[0].total));
    let report = review.adopt(Some(Remaining::LeftOut)).await.unwrap();
    let snapshot = review.platform.snapshot().await.unwrap();
    for view in snapshot.tasks_of(&report.id) {
        let target = view.task.target.as_ref().map(|t| format!("{}{}{}", t.bound.sign(), t.value, t.unit));
        lines.push(format!("{} {} {}", view.task.id, view.task.title, target.unwrap_or_default()));
    }
    match review.adopt(Some(Remaining::LeftOut)).await {
        Err(PlatformError::Refused(r)) => lines.push(r.code.to_owned()),
        other => panic!("adopted once: {other:?}"),
    }
    let difference = review.platform.reread_report(&report.id).await.unwrap();
    assert!(difference.is_empty(), "what the reviewer decided is no difference: {difference:?}");
    let twice = review.platform.start_review(&review.supervisor, REPORT.as_bytes()).await;
    assert!(matches!(twice, Err(PlatformError::Exists { .. })));
    for row in review.platform.store().events_of(review.platform.city(), review.draft.as_str(), 100).await.unwrap() {
        lines.push(row.kind);
    }
    let audit = review.platform.audit().await.unwrap().unwrap();
    lines.push(format!("{} events, {} tasks", audit.events, audit.tasks));
    lines
}

const EXPECTED: &str = "v1 0/7 decided
v2 2/7 decided
v3 3/7 decided
v4 4/7 decided
v5 4/6 decided
v6 4/7 decided
3 statements are open; decide them, or say that the rest is accepted or left out.
1 listed, 3/7 open
2025-001 接待游客1700万人次 =17000000人次
2025-002 旅游收入达到120亿元 =12000000000元
2025-003 改造老旧小区8个 >=9个
draft-ended
review-started
review-decided
review-decided
review-decided
review-decided
review-undone
review-adopted
24 events, 3 tasks";

#[tokio::test]
async fn the_review_on_sqlite() {
    assert_eq!(tell(&sqlite().await.store).await.join("\n"), EXPECTED);
}

#[tokio::test]
async fn the_review_on_postgresql() {
    let Some(kept) = postgres().await else { return };
    assert_eq!(tell(&kept.store).await.join("\n"), EXPECTED);
}

#[tokio::test]
async fn drafts_are_copied() {
    let from = sqlite().await;
    tell(&from.store).await;
    let to = match postgres().await {
        Some(store) => store,
        None => sqlite().await,
    };
    copy_store(&from.store, &to.store, |_| {}).await.unwrap();
    assert_eq!(to.store.content_hash().await.unwrap(), from.store.content_hash().await.unwrap());
}

/// The statement as an older reader might have had it.
fn older(entry: &mut Entry, change: impl Fn(&mut tingzhou_platform::ledger::review::DraftStatement)) {
    change(entry.proposed.as_mut().unwrap());
    change(&mut entry.current);
}

/// A draft as an older reader would have left it: one number otherwise, one statement missed, one too many.
async fn read_by_an_older_reader(review: &Review) {
    let view = review.now().await;
    let (row, _) = review.platform.store().draft(review.platform.city(), &review.draft).await.unwrap().unwrap();
    let mut commit = Commit::new(review.platform.city(), view.changed_at, "test");
    let mut extra = None;
    for mut entry in view.draft.entries.clone() {
        match &view.text[entry.current.span.start..entry.current.span.end] {
            words if words.contains("车位") => {
                older(&mut entry, |s| s.number.as_mut().unwrap().value = 110.into());
                commit.put_draft_statement(&review.draft, entry.id, Some(serde_json::to_string(&entry).unwrap()));
            }
            words if words.contains("小区") => {
                older(&mut entry, |s| s.number.as_mut().unwrap().bound = Bound::About);
                commit.put_draft_statement(&review.draft, entry.id, Some(serde_json::to_string(&entry).unwrap()));
            }
            words if words.contains("120亿") => {
                commit.put_draft_statement(&review.draft, entry.id, None);
            }
            words if words.contains("300天") => {
                let mut bogus = entry.clone();
                bogus.id = 99;
                older(&mut bogus, |s| {
                    s.number = None;
                    s.span.end = s.span.start + "空气".len();
                });
                extra = Some(bogus);
            }
            _ => {}
        }
    }
    commit.put_draft_statement(&review.draft, 99, extra.map(|e| serde_json::to_string(&e).unwrap()));
    let head = row.line.head.replace("\"last_id\":7", "\"last_id\":99");
    commit.put_draft(&DraftLine { head, ..row.line.clone() }, row.line.version);
    review.platform.store().commit(commit).await.unwrap();
}

async fn reread(store: &Store) {
    let review = Review::begin(store, REPORT).await;
    read_by_an_older_reader(&review).await;
    let places = review.id("车位").await;
    review.run(Command::Accept(Scope::One(places))).await;
    let before = review.now().await;
    let (after, difference) =
        review.platform.reread(&review.supervisor, &review.draft, before.draft.version).await.unwrap();
    let changed: Vec<_> = difference.changed.iter().map(|c| (c.parts.clone(), c.decided)).collect();
    assert_eq!(changed, [(vec![Part::Bound], false), (vec![Part::Number], true)]);
    assert_eq!((difference.new.len(), difference.gone.len()), (1, 1));
    assert_eq!(after.draft, review.now().await.draft, "what is answered is what is stored");
    let kept = after.draft.entry(places).unwrap();
    assert_eq!((kept.state.clone(), kept.current.number.as_ref().unwrap().value), (State::Accepted, 110.into()));
    assert!(kept.newer.is_some());
    assert_eq!(
        after.draft.entry(review.id("小区").await).unwrap().current.number.as_ref().unwrap().bound,
        Bound::Equal
    );
    let (same, none) = review.platform.reread(&review.supervisor, &review.draft, after.draft.version).await.unwrap();
    assert!(none.is_empty() && same.draft == after.draft);
    // Adopted as decided; what the newer reader says is still shown, and drops nothing.
    let report = review.adopt(Some(Remaining::Accepted)).await.unwrap();
    let tasks = review.platform.snapshot().await.unwrap();
    let target = |words: &str| {
        let found = tasks.tasks_of(&report.id).find(|v| v.task.title.contains(words)).unwrap();
        found.task.target.clone().unwrap().value
    };
    assert_eq!((target("车位"), target("小区")), (110.into(), 8.into()));
    let left = review.platform.reread_report(&report.id).await.unwrap();
    let parts: Vec<_> = left.changed.iter().map(|c| c.parts.clone()).collect();
    assert_eq!((parts, left.new.len(), left.gone.len()), (vec![vec![Part::Number]], 0, 0));
    assert_eq!(*review.platform.snapshot().await.unwrap().tasks, *tasks.tasks);
}

#[tokio::test]
async fn a_newer_reader_keeps_every_decision() {
    reread(&sqlite().await.store).await;
    if let Some(kept) = postgres().await {
        reread(&kept.store).await;
    }
}

#[tokio::test]
async fn a_report_adopted_at_once_is_compared_too() {
    let kept = sqlite().await;
    let platform = city(&kept.store).await;
    let supervisor = account(&platform, "ducha", AccountRole::Supervisor, None).await;
    let report = platform.adopt(&supervisor, REPORT.as_bytes(), false).await.unwrap();
    assert!(platform.reread_report(&report.id).await.unwrap().is_empty());
    // As an older reader would have left it.
    let path = kept.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
    let database = rusqlite::Connection::open(path).unwrap();
    let old = "UPDATE report SET reading = replace(replace(reading, '\"车位\"', '\"停车\"'), '\"1100\"', '\"11\"')";
    assert_eq!(database.execute(old, []).unwrap(), 1);
    let platform = Platform::open(kept.store.clone(), None, Clock::standing_at(day())).await.unwrap();
    let tasks = platform.snapshot().await.unwrap().tasks.clone();
    let difference = platform.reread_report(&report.id).await.unwrap();
    let parts: Vec<_> = difference.changed.iter().map(|c| c.parts.clone()).collect();
    assert_eq!(parts, [vec![Part::Number, Part::Subject]]);
    assert_eq!((difference.new.len(), difference.gone.len()), (0, 0));
    assert_eq!(platform.snapshot().await.unwrap().tasks, tasks);
}

/// The same city with the same report, adopted at once and after everything proposed was accepted.
#[tokio::test]
async fn everything_accepted_is_what_adopting_at_once_gives() {
    let text = std::fs::read_to_string(pack_folder().join("report-2025.md")).unwrap();
    let (one, two) = (sqlite().await, sqlite().await);
    let review = Review::begin(&one.store, &text).await;
    review.run(Command::Accept(Scope::Remaining)).await;
    let reviewed = review.adopt(None).await.unwrap();
    let platform = city(&two.store).await;
    let supervisor = account(&platform, "ducha", AccountRole::Supervisor, None).await;
    let at_once = platform.adopt(&supervisor, text.as_bytes(), false).await.unwrap();
    assert_eq!(reviewed.title, at_once.title);
    assert_eq!(*reviewed.reading, *at_once.reading);
    let tasks = async |platform: &Platform| -> Vec<Task> {
        platform.snapshot().await.unwrap().tasks.iter().map(|view| view.task.clone()).collect()
    };
    let (a, b) = (tasks(&review.platform).await, tasks(&platform).await);
    assert!(a.len() > 300, "{} tasks", a.len());
    assert_eq!(a, b);
}

#[tokio::test]
async fn of_two_at_once_one_is_told_to_look_again() {
    let review = Review::begin(&sqlite().await.store, REPORT).await;
    let command = Command::Accept(Scope::One(review.id("小区").await));
    review.platform.review(&review.supervisor, &review.draft, 1, &command).await.unwrap();
    let late = review.platform.review(&review.supervisor, &review.draft, 1, &Command::Undo).await;
    assert!(matches!(late, Err(PlatformError::DraftConflict { expected: 1, current: 2 })));
    let late = review.platform.adopt_draft(&review.supervisor, &review.draft, 1, Some(Remaining::Accepted)).await;
    assert!(matches!(late, Err(PlatformError::DraftConflict { .. })));
    assert!(review.platform.snapshot().await.unwrap().reports.is_empty());
    let unit = account(&review.platform, "wenlv", AccountRole::Unit, Some("culture-tourism")).await;
    assert!(matches!(review.platform.review(&unit, &review.draft, 2, &command).await, Err(PlatformError::NotAllowed)));
    assert!(matches!(review.platform.start_review(&unit, b"x").await, Err(PlatformError::NotAllowed)));
    // Given up, it stays listed and takes nothing more; the text can be uploaded again.
    review.run(Command::Discard { reason: "错误的文件".to_owned() }).await;
    let again = review.platform.start_review(&review.supervisor, REPORT.as_bytes()).await.unwrap();
    assert_ne!(again, review.draft);
    let listed = review.platform.drafts().await.unwrap();
    assert_eq!(listed.iter().map(|line| line.ended).collect::<Vec<_>>(), [false, true]);
    let version = review.now().await.draft.version;
    let reread = review.platform.reread(&review.supervisor, &review.draft, version).await;
    assert!(matches!(reread, Err(PlatformError::Refused(_))));
}

/// 5,000 statements: a decision takes a moment and writes what it changed.
#[tokio::test]
async fn a_very_long_report_is_reviewed() {
    let mut text = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 二、2025年重点工作\n\n".to_owned();
    for i in 0..2_500 {
        text.push_str(&format!("第{i}镇改造老旧小区{}个，新增车位{}个。\n\n", i + 1, i + 2));
    }
    let review = Review::begin(&sqlite().await.store, &text).await;
    let view = review.now().await;
    assert!(view.draft.entries.len() >= 5_000, "{}", view.draft.entries.len());
    let after = review.run(Command::Accept(Scope::One(4_000))).await;
    assert_eq!(after.draft.progress().accepted, 1);
    let all = review.run(Command::Accept(Scope::Remaining)).await;
    assert_eq!(all.draft.progress().open, 0);
    assert_eq!(review.run(Command::Undo).await.draft.progress().accepted, 1);
}
