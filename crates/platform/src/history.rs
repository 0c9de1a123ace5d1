//! What happened to a task, in words.

use crate::error::PlatformError;
use crate::platform::Platform;
use jiff::Timestamp;
use tingzhou_ledger::project::ProjectEvent;
use tingzhou_ledger::review::Decision;
use tingzhou_ledger::{Event, Figure, Source, TaskId, Two, UnitId, words_of_target};
use tingzhou_store::{EventRow, Logged};

/// Events shown of one task at most.
const LONGEST: u32 = 1_000;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Number of the event in the city's log.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Which account.
    pub actor: String,
    /// What, in words.
    pub words: Two,
}

impl Platform {
    /// What happened to a task, oldest first, at most 1,000 entries.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn history(&self, task: &TaskId) -> Result<Vec<HistoryEntry>, PlatformError> {
        let rows = self.store().events_of(self.city(), task.as_str(), LONGEST).await?;
        let snapshot = self.snapshot().await?;
        let unit = snapshot.task(task).and_then(|v| v.task.target.as_ref().map(|t| t.unit.clone())).unwrap_or_default();
        Ok(rows.into_iter().map(|row| self.entry(row, &unit)).collect())
    }

    /// The log before an event, newest first, at most `limit` (held to 200).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn log_page(&self, before: i64, limit: u32) -> Result<Vec<EventRow>, PlatformError> {
        Ok(self.store().events_before(self.city(), before, limit.clamp(1, 200)).await?)
    }

    fn entry(&self, row: EventRow, unit: &str) -> HistoryEntry {
        let words = match Logged::read(&row.kind, &row.body) {
            Ok(Logged::City(event)) => self.words(&event, unit),
            Ok(Logged::Measure(event)) => event.words(),
            Ok(Logged::Project(ProjectEvent::ProjectsRolledUp { .. })) => {
                Two::new("由重点项目汇总测算", "measured by the key projects")
            }
            Ok(Logged::Project(ProjectEvent::RollUpEnded { .. })) => {
                Two::new("不再由重点项目汇总测算", "no longer measured by the key projects")
            }
            Ok(other) => Two::new(other.kind(), other.kind()),
            // A damaged event is still shown; `audit verify` names it.
            Err(_) => Two::new("（无法读取的事件）", "(an event that cannot be read)"),
        };
        HistoryEntry { seq: row.seq, at: row.at, actor: row.actor, words }
    }

    fn unit_name(&self, id: &UnitId) -> Two {
        self.pack().unit(id).map_or_else(|| Two::new(id.as_str(), id.as_str()), |u| u.name.clone())
    }

    fn words(&self, event: &Event, unit: &str) -> Two {
        match event {
            Event::CityFounded { name, .. } => Two::new(format!("建立城市：{name}"), format!("city founded: {name}")),
            Event::AccountCreated { account, .. } => {
                Two::new(format!("建立账户 {account}"), format!("account {account} created"))
            }
            Event::ReportAdopted { title, .. } => {
                Two::new(format!("采纳报告：{title}"), format!("report adopted: {title}"))
            }
            Event::FindingDismissed { reason, .. } => {
                Two::new(format!("忽略一条核对提示：{reason}"), format!("finding dismissed: {reason}"))
            }
            Event::FindingRestored { .. } => Two::new("恢复一条核对提示", "finding restored"),
            Event::BulletinIssued { title, .. } => {
                Two::new(format!("印发通报：{title}"), format!("bulletin issued: {title}"))
            }
            Event::YearEndPublished { objections_until, .. } => Two::new(
                format!("公布完成情况，异议期至 {objections_until}"),
                format!("completions published, objections until {objections_until}"),
            ),
            Event::ObjectionFiled { task, .. } => {
                Two::new(format!("收到对 {task} 的异议"), format!("objection to {task}"))
            }
            Event::ObjectionAnswered { answer, .. } => {
                Two::new(format!("答复异议：{answer}"), format!("objection answered: {answer}"))
            }
            Event::BallotOpened { codes, .. } => {
                Two::new(format!("代表测评开始，投票码 {codes} 个"), format!("vote opened with {codes} codes"))
            }
            Event::SubscriptionAdded { audience, channel, .. } => Two::new(
                format!("添加通知地址（{}，{audience}）", channel.name()),
                format!("an address for notices was added ({}, {audience})", channel.name()),
            ),
            Event::SubscriptionRemoved { .. } => Two::new("删去通知地址", "an address for notices was removed"),
            Event::BallotCast { .. } => Two::new("收到一张测评票", "a ballot counted"),
            Event::BallotClosed { .. } => Two::new("代表测评结束", "vote closed"),
            Event::ReviewStarted { title, .. } => {
                Two::new(format!("开始审校：{title}"), format!("review begun: {title}"))
            }
            Event::ReviewDecided { what, .. } => decided(what),
            Event::ReviewUndone { .. } => Two::new("撤销一个决定", "a decision taken back"),
            Event::ReviewReread { new, gone, changed, kept } => Two::new(
                format!("重新解读：新增 {new} 条，消失 {gone} 条，变化 {changed} 条，保留决定 {kept} 个"),
                format!("read again: {new} new, {gone} gone, {changed} changed, {kept} decisions kept"),
            ),
            Event::ReviewDiscarded { reason } => {
                Two::new(format!("放弃草稿：{reason}"), format!("draft given up: {reason}"))
            }
            Event::ReviewAdopted { report, .. } => {
                Two::new(format!("审校完成，采纳为报告 {report}"), format!("reviewed and adopted as report {report}"))
            }
            Event::TaskOpened { task } => match &task.target {
                Some(target) => {
                    let goal = words_of_target(target);
                    Two::new(
                        format!("立项，目标 {}，时限 {}", goal.zh, task.deadline),
                        format!("opened, target {}, deadline {}", goal.en, task.deadline),
                    )
                }
                None => {
                    Two::new(format!("立项，时限 {}", task.deadline), format!("opened, deadline {}", task.deadline))
                }
            },
            Event::TaskAssigned { assignment, plan, .. } => {
                let lead = self.unit_name(&assignment.lead);
                let co: Vec<Two> = assignment.co_units.iter().map(|u| self.unit_name(u)).collect();
                let join = |pick: fn(&Two) -> &str, sep: &str| co.iter().map(pick).collect::<Vec<_>>().join(sep);
                let (co_zh, co_en) = (join(|t| &t.zh, "、"), join(|t| &t.en, ", "));
                let mut words =
                    Two::new(format!("确认牵头单位：{}", lead.zh), format!("lead unit confirmed: {}", lead.en));
                if !co.is_empty() {
                    words.zh.push_str(&format!("；配合单位：{co_zh}"));
                    words.en.push_str(&format!("; co-units: {co_en}"));
                }
                if let Some(plan) = plan {
                    let plan = plan.words();
                    words.zh.push_str(&format!("；路径：{}", plan.zh));
                    words.en.push_str(&format!("; path: {}", plan.en));
                }
                words
            }
            Event::EvidenceFiled { evidence } => {
                let who = match (&evidence.unit, evidence.source) {
                    (Some(unit), _) => {
                        let name = self.unit_name(unit);
                        Two::new(format!("{}填报", name.zh), format!("{} filed", name.en))
                    }
                    (None, Source::Measure) => Two::new("口径测得", "measured"),
                    (None, _) => Two::new("督查室核查", "checked by the supervision office"),
                };
                let value = |english| {
                    evidence.value.map(|value| Figure { value, unit, english }.to_string()).unwrap_or_default()
                };
                let status = evidence.reported.words();
                Two::new(
                    format!(
                        "{} {}（{} 至 {}，{}）",
                        who.zh,
                        value(false),
                        evidence.period.from,
                        evidence.period.to,
                        status.zh
                    ),
                    format!(
                        "{} {} ({} to {}, {})",
                        who.en,
                        value(true),
                        evidence.period.from,
                        evidence.period.to,
                        status.en
                    ),
                )
            }
            Event::EvidenceWithdrawn { withdrawal, .. } => Two::new(
                format!("撤回一条佐证：{}", withdrawal.reason),
                format!("evidence withdrawn: {}", withdrawal.reason),
            ),
            Event::TargetAdjusted { adjustment } => {
                let goal = words_of_target(&adjustment.target);
                Two::new(
                    format!("目标调整为 {}，时限 {}：{}", goal.zh, adjustment.deadline, adjustment.reason),
                    format!("target adjusted to {}, deadline {}: {}", goal.en, adjustment.deadline, adjustment.reason),
                )
            }
            Event::TaskClosed { closing } => {
                let outcome = closing.outcome.words();
                Two::new(format!("{}：{}", outcome.zh, closing.reason), format!("{}: {}", outcome.en, closing.reason))
            }
            Event::TaskReopened { reason } => {
                Two::new(format!("重新打开：{reason}"), format!("opened again: {reason}"))
            }
        }
    }
}

fn decided(decision: &Decision) -> Two {
    match decision {
        Decision::Accepted { ids } => {
            Two::new(format!("接受 {} 条表述", ids.len()), format!("{} statements accepted", ids.len()))
        }
        Decision::Edited { id, .. } => Two::new(format!("编辑第 {id} 条"), format!("statement {id} edited")),
        Decision::Split { id, .. } => Two::new(format!("拆分第 {id} 条"), format!("statement {id} split")),
        Decision::Merged { ids, .. } => {
            let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>();
            Two::new(format!("合并第 {} 条", ids.join("、")), format!("statements {} merged", ids.join(", ")))
        }
        Decision::Rejected { id, reason } => {
            Two::new(format!("不采用第 {id} 条：{reason}"), format!("statement {id} rejected: {reason}"))
        }
        Decision::Added { made } => Two::new(format!("补充第 {} 条", made.id), format!("statement {} added", made.id)),
        Decision::TookNewer { id } => {
            Two::new(format!("第 {id} 条改用新的解读"), format!("newer reading of statement {id} taken"))
        }
    }
}
