//! The review of a report with plain forms, as a browser without scripts sends them; and who may.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{City, Reader};
use tingzhou_platform::ledger::DraftId;
use tingzhou_platform::ledger::review::{Entry, State};

const REPORT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 一、2024年工作回顾\n\n去年接待游客1500万人次。\n\n\
## 二、2025年重点工作\n\n### （一）旅游\n\n全年力争接待游客1700万人次，旅游收入达到120亿元。推动索道项目开工。\n\n\
### （二）城建\n\n改造老旧小区8个，新增车位1100个。新建学校3所、医院2所。空气优良天数达到300天以上。\n";

struct Desk {
    city: City,
    office: Reader,
    draft: String,
}

impl Desk {
    async fn open(text: &str) -> Self {
        let city = City::founded().await;
        let office = city.sign_in("office").await;
        let answer = city.post_files(&office, "/adopt", &[], &[("report.md", text.as_bytes())]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let draft = answer.header("location").strip_prefix("/review/").unwrap().to_owned();
        Self { city, office, draft }
    }

    fn path(&self) -> String {
        format!("/review/{}", self.draft)
    }

    async fn entries(&self) -> Vec<Entry> {
        let id = DraftId::new(self.draft.as_str()).unwrap();
        self.city.platform.draft(&id).await.unwrap().draft.entries
    }

    async fn version(&self) -> String {
        let id = DraftId::new(self.draft.as_str()).unwrap();
        self.city.platform.draft(&id).await.unwrap().draft.version.to_string()
    }

    async fn id(&self, number: i64) -> String {
        let says = |e: &&Entry| e.current.number.as_ref().is_some_and(|n| n.value == number.into()) && e.state.stands();
        self.entries().await.iter().find(says).unwrap_or_else(|| panic!("no {number}")).id.to_string()
    }

    /// Sends a step and follows where it leads.
    async fn step(&self, what: &str, id: &str, more: &[(&str, &str)]) -> String {
        let version = self.version().await;
        let mut fields =
            vec![("do", what), ("id", id), ("at", id), ("show", "all"), ("page", "0"), ("version", &version)];
        fields.extend(more);
        let answer = self.city.post(&self.office, &self.path(), &fields).await;
        assert_eq!(answer.status, 303, "{what}: {}", answer.body);
        answer.header("location").to_owned()
    }

    async fn state(&self, id: &str) -> State {
        self.entries().await.into_iter().find(|e| e.id.to_string() == id).unwrap().state
    }
}

#[tokio::test]
async fn a_report_is_reviewed_with_plain_forms() {
    let desk = Desk::open(REPORT).await;
    let page = desk.city.get(&desk.office, &desk.path()).await;
    assert!(page.body.contains("0 / 9 条已定") && page.body.contains("旅游收入达到120亿元"), "{}", page.body);
    assert!(page.body.contains("按所在部分判断承诺或成果"), "each field says which rule filled it");
    let english = desk.city.get(&desk.office, &format!("{}?lang=en", desk.path())).await;
    assert!(english.body.contains("0 of 9 decided") && english.body.contains("Accept the rest and adopt (9)"));

    let places = desk.id(1100).await;
    let to = desk.step("accept", &places, &[]).await;
    assert_eq!(to, format!("{}?show=all&page=0&at={places}#s-{places}", desk.path()), "the statement stays in sight");
    let page = desk.city.get(&desk.office, &to).await;
    assert!(page.body.contains(&format!("id=\"s-{places}\"")) && page.body.contains("1 / 9 条已定"));
    assert_eq!(desk.state(&places).await, State::Accepted);

    let yards = desk.id(8).await;
    let edit = [
        ("set", "commitment"),
        ("value", "2"),
        ("unit", "万个"),
        ("role", "level"),
        ("from", "1"),
        ("bound", ">="),
        ("action", "改造"),
        ("subject", "小区"),
        ("due", "2027-06"),
        ("deadline", "2027-07-01"),
    ];
    desk.step("edit", &yards, &edit).await;
    assert_eq!(desk.state(&yards).await, State::Edited);
    desk.step("reject", &yards, &[("reason", "重复")]).await;
    let page = desk.city.get(&desk.office, &format!("{}?at={yards}", desk.path())).await;
    assert!(page.body.contains("重复") && page.body.contains("say-rejected"));
    desk.step("undo", "", &[]).await;
    assert_eq!(desk.state(&yards).await, State::Edited);

    let total = desk.entries().await.len();
    desk.step("merge", &yards, &[]).await;
    desk.step("undo", "", &[]).await;
    assert_eq!(desk.entries().await.len(), total);
    let hospitals = desk.id(2).await;
    let to = desk.step("split", &hospitals, &[("split_at", "")]).await;
    assert!(to.ends_with(&format!("#s-{}", total + 2)), "at the first half: {to}");
    desk.step("undo", "", &[]).await;
    let to = desk.step("add", "", &[("words", "优良天数"), ("set", "result"), ("near", "0")]).await;
    assert!(to.ends_with(&format!("#s-{}", total + 4)), "at what was added: {to}");
    desk.step("undo", "", &[]).await;
    desk.step("accept-sentence", &desk.id(12_000_000_000).await, &[]).await;
    desk.step("accept-section", &hospitals, &[]).await;
    let to = desk.step("reread", "", &[]).await;
    assert_eq!(to, format!("{}?done=same", desk.path()));
    assert!(desk.city.get(&desk.office, &to).await.body.contains("解读相同"));

    assert!(desk.city.platform.snapshot().await.unwrap().reports.is_empty(), "nothing is adopted yet");
    let to = desk.step("adopt-leaving", "", &[]).await;
    assert_eq!(to, "/?report=2025");
    let snapshot = desk.city.platform.snapshot().await.unwrap();
    let task = snapshot.tasks.iter().find(|v| v.task.title.contains("小区")).unwrap();
    let target = task.task.target.as_ref().unwrap();
    assert_eq!(
        (target.value, target.baseline, task.task.deadline.to_string().as_str()),
        (20_000.into(), Some(1.into()), "2027-07-01")
    );
    assert!(!snapshot.tasks.iter().any(|v| v.task.title.contains("索道")), "left out");
    assert_eq!(desk.city.get(&desk.office, &desk.path()).await.header("location"), "/?report=2025");
    let reread = desk.city.get(&desk.office, "/reports/2025/reread").await;
    assert!(reread.body.contains("解读相同"), "{}", reread.body);
    assert!(desk.city.get(&desk.office, "/").await.body.contains("/reports/2025/reread"));
    assert!(!desk.city.get(&Reader::default(), "/").await.body.contains("/reports/2025/reread"));
}

#[tokio::test]
async fn what_is_refused_comes_back_with_what_was_typed() {
    let desk = Desk::open(REPORT).await;
    let yards = desk.id(8).await;
    let check = async |status: u16, words: &str, fields: &[(&str, &str)]| {
        let version = desk.version().await;
        let mut all = vec![("id", yards.as_str()), ("at", &yards), ("version", &version)];
        all.extend(fields);
        let answer = desk.city.post(&desk.office, &desk.path(), &all).await;
        assert_eq!(answer.status, status, "{fields:?}: {}", answer.body);
        assert!(answer.body.contains(words), "{words} in {}", answer.body);
        assert_eq!(desk.version().await, version, "nothing was done");
    };
    check(422, "value=\"nine\"", &[("do", "edit"), ("value", "nine"), ("role", "amount")]).await;
    check(422, "aria-invalid", &[("do", "edit"), ("value", "9"), ("role", "")]).await;
    check(422, "aria-invalid", &[("do", "edit"), ("value", ""), ("role", "amount")]).await;
    check(422, "value=\"soon\"", &[("do", "edit"), ("due", "soon"), ("subject", "x")]).await;
    check(422, "aria-invalid", &[("do", "edit"), ("deadline", "2025-13-01"), ("subject", "x")]).await;
    check(422, "原文中没有的话", &[("do", "add"), ("words", "原文中没有的话")]).await;
    check(422, "看不出从哪里拆分", &[("do", "split"), ("split_at", "")]).await;
    check(409, "没有可以撤销的决定", &[("do", "undo")]).await;
    check(409, "还有 9 条未定", &[("do", "adopt")]).await;
    check(400, "", &[("do", "dance")]).await;
    check(400, "", &[("do", "split"), ("split_at", "here")]).await;
    // Somebody else was first.
    let fields = [("do", "accept"), ("id", yards.as_str()), ("version", "1")];
    assert_eq!(desk.city.post(&desk.office, &desk.path(), &fields).await.status, 303);
    let late = desk.city.post(&desk.office, &desk.path(), &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("刚刚被他人更新") && late.body.contains("name=\"version\" value=\"2\""));
}

#[tokio::test]
async fn only_the_supervision_office_reviews() {
    let desk = Desk::open(REPORT).await;
    let city = &desk.city;
    let readers = [
        Reader::default(),
        city.sign_in("education").await,
        city.sign_in("transport").await,
        city.sign_in("office").await,
        city.sign_in("admin").await,
    ];
    let rows: [(String, [u16; 5]); 5] = [
        (desk.path(), [303, 403, 403, 200, 200]),
        (format!("{}?at=2&show=low&page=9", desk.path()), [303, 403, 403, 200, 200]),
        ("/review/d0".to_owned(), [303, 403, 403, 404, 404]),
        ("/review/no%20draft".to_owned(), [303, 403, 403, 404, 404]),
        ("/reports/1999/reread".to_owned(), [303, 403, 403, 404, 404]),
    ];
    for (path, expected) in rows {
        for (reader, expected) in readers.iter().zip(expected) {
            assert_eq!(city.get(reader, &path).await.status, expected, "{path}");
        }
    }
    for (reader, expected) in readers.iter().zip([401, 403, 403, 303, 303]) {
        let version = desk.version().await;
        let fields = [("do", "accept"), ("id", "1"), ("at", "1"), ("version", &version)];
        let foreign = city.post_as_is(reader, &desk.path(), &fields).await;
        assert_eq!(foreign.status, if reader.cookie.is_none() { 401 } else { 403 }, "without the form's word");
        assert_eq!(city.post(reader, &desk.path(), &fields).await.status, expected);
    }
    // Given up, it takes no more steps and is still there to read.
    desk.step("discard", "", &[("reason", "错误的文件")]).await;
    let page = city.get(&desk.office, &desk.path()).await;
    assert!(page.status == 200 && page.body.contains("这份草稿已放弃") && !page.body.contains("value=\"accept\""));
    assert!(city.get(&desk.office, "/adopt").await.body.contains("已结束的草稿"));
}

/// 5,000 statements: the text comes in parts, the list in pages, and a page in no time that grows with their square.
#[tokio::test]
async fn a_very_long_report_stays_usable() {
    let text = |towns: usize| {
        let mut text = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 二、2025年重点工作\n\n".to_owned();
        for i in 0..towns {
            text.push_str(&format!("改造{}号老旧小区{}个，新增车位{}个。\n\n", i + 1, i + 1, i + 2));
        }
        text
    };
    let desk = Desk::open(&text(2_500)).await;
    let page = desk.city.get(&desk.office, &desk.path()).await;
    assert!(page.body.contains("/ 5000 条已定"), "{}", page.body.chars().take(6_000).collect::<String>());
    assert!(page.body.matches("class=\"say ").count() < 1_000, "the text comes in parts");
    assert_eq!(page.body.matches("<ol class=\"says\"").count(), 1);
    assert!(page.body.contains("1–50 / 5000"));
    let last = desk.city.get(&desk.office, &format!("{}?at=4990&show=all&page=999", desk.path())).await;
    assert!(last.body.contains("id=\"s-4990\"") && last.body.contains("4951–5000 / 5000"));
    desk.step("accept", "4990", &[]).await;
}
