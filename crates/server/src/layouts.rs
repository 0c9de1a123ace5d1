//! The tables supervision offices send around, filled from the tasks: nobody types them again. Columns and their order are
//! those of published tables, so that a city finds its own form again.

use crate::context::Ctx;
use crate::export::{Table, note};
use crate::i18n::{Words, words};
use crate::view::Look;
use jiff::civil::{Date, date};
use std::sync::Arc;
use tingzhou_platform::TaskView;
use tingzhou_platform::ledger::{path_at, share_reached, stand, words_of_target};

/// A layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Category, task, leader, units: 高唐县 2024.
    Decomposition,
    /// Six columns, with how it goes and what comes next: 池州 2025.
    Progress,
    /// What was reached, with its evidence.
    Completion,
    /// Two annexes, numbers and work without, with what is due by each quarter: 甘肃 2025.
    Targets,
}

impl Layout {
    pub(crate) const ALL: [Self; 4] = [Self::Decomposition, Self::Progress, Self::Completion, Self::Targets];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Decomposition => "decomposition",
            Self::Progress => "progress",
            Self::Completion => "completion",
            Self::Targets => "targets",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.name() == name)
    }

    pub(crate) fn words(self, w: &Words) -> &'static str {
        match self {
            Self::Decomposition => w.layout_decomposition,
            Self::Progress => w.layout_progress,
            Self::Completion => w.layout_completion,
            Self::Targets => w.layout_targets,
        }
    }

    /// Its sheets; all have at least their heads.
    pub(crate) fn tables(self, ctx: &Ctx, views: &[Arc<TaskView>]) -> Vec<Table> {
        let w = words(ctx.lang);
        let rows = Rows { w, look: Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot } };
        let table = |name: &'static str, head: Vec<&'static str>, wide: &'static [u16], rows: Vec<Vec<String>>| Table {
            name,
            head,
            wide,
            rows,
            note: note(ctx),
            file_name: format!("{}-{}-{}", self.name(), ctx.platform().city(), ctx.snapshot.today),
        };
        let all = || (1..).zip(views.iter().map(Arc::as_ref));
        let (numbers, works): (Vec<&TaskView>, Vec<&TaskView>) =
            views.iter().map(Arc::as_ref).partition(|view| view.task.target.is_some());
        match self {
            Self::Decomposition => {
                let head = vec![w.category, w.task_content, w.lead_leader, w.answering_units];
                vec![table(w.layout_decomposition, head, &[1, 3], all().map(|(_, v)| rows.decomposition(v)).collect())]
            }
            Self::Progress => {
                let head =
                    vec![w.row_number, w.key_task, w.answering_lead, w.assessment, w.progress_so_far, w.next_steps];
                vec![table(w.layout_progress, head, &[1, 4, 5], all().map(|(n, v)| rows.progress(n, v)).collect())]
            }
            Self::Completion => {
                let head = vec![
                    w.row_number,
                    w.task,
                    w.answering_units,
                    w.target_now,
                    w.value_reached,
                    w.share_reached,
                    w.value_day,
                    w.value_source,
                    w.schedule,
                    w.light_sentence,
                ];
                vec![table(w.layout_completion, head, &[1, 9], all().map(|(n, v)| rows.completion(n, v)).collect())]
            }
            Self::Targets => {
                let quarters = [w.first_quarter, w.first_half, w.three_quarters];
                let head = [w.row_number, w.task, w.target_now].into_iter().chain(quarters);
                let head = head.chain([w.deadline, w.lead_leader, w.answering_units]).collect();
                let targets = (1..).zip(numbers).map(|(n, v)| rows.target(n, v)).collect();
                let works = (1..).zip(works).map(|(n, v)| rows.work(n, v)).collect();
                let own = vec![w.row_number, w.key_task, w.milestones, w.deadline, w.lead_leader, w.answering_units];
                vec![table(w.annex_targets, head, &[1, 8], targets), table(w.annex_works, own, &[1, 2, 5], works)]
            }
        }
    }
}

struct Rows<'a> {
    w: &'static Words,
    look: Look<'a>,
}

impl Rows<'_> {
    fn area(&self, view: &TaskView) -> String {
        self.look
            .snapshot
            .report(Some(&view.task.report))
            .map(|r| self.look.area(r, &view.task.area))
            .unwrap_or_default()
    }

    fn lead(&self, view: &TaskView) -> String {
        view.task.assignment.as_ref().map(|a| self.look.unit(&a.lead)).unwrap_or_default()
    }

    fn leader(&self, view: &TaskView) -> String {
        let leader = view.task.assignment.as_ref().and_then(|a| a.leader.as_ref());
        leader.map(|leader| self.look.leader(leader)).unwrap_or_default()
    }

    /// The lead first, as tables without a column of their own for it are read.
    fn units(&self, view: &TaskView) -> String {
        let units = view.task.assignment.iter().flat_map(|a| std::iter::once(&a.lead).chain(&a.co_units));
        units.map(|unit| self.look.unit(unit)).collect::<Vec<_>>().join("、")
    }

    fn target(&self, number: usize, view: &TaskView) -> Vec<String> {
        let task = &view.task;
        let due = |month: i8| {
            let day = date(task.year.clamp(1, 9_999), month, 1).last_of_month();
            self.due(view, day)
        };
        vec![
            number.to_string(),
            task.title.clone(),
            self.target_words(view),
            due(3),
            due(6),
            due(9),
            task.deadline_now().to_string(),
            self.leader(view),
            self.units(view),
        ]
    }

    /// What is due by the end of a day, with its unit; empty when the plan asks for nothing yet.
    fn due(&self, view: &TaskView, day: Date) -> String {
        let target = view.task.target_now();
        let due = target.and_then(|target| Some((path_at(&view.task, target, day)?, target.unit.as_str())));
        due.map(|(value, unit)| self.look.computed(value, unit)).unwrap_or_default()
    }

    fn target_words(&self, view: &TaskView) -> String {
        view.task.target_now().map(|t| self.look.lang.of(&words_of_target(t)).to_owned()).unwrap_or_default()
    }

    fn work(&self, number: usize, view: &TaskView) -> Vec<String> {
        let task = &view.task;
        let stages = stand(task, view.judgement.day).map(|stand| {
            let stages = stand.plan.iter().map(|milestone| format!("{} {}", milestone.on, milestone.name));
            stages.collect::<Vec<_>>().join("；")
        });
        vec![
            number.to_string(),
            task.title.clone(),
            stages.unwrap_or_default(),
            task.deadline_now().to_string(),
            self.leader(view),
            self.units(view),
        ]
    }

    fn decomposition(&self, view: &TaskView) -> Vec<String> {
        vec![self.area(view), view.task.title.clone(), self.leader(view), self.units(view)]
    }

    fn progress(&self, number: usize, view: &TaskView) -> Vec<String> {
        let judgement = &view.judgement;
        let told = view.task.standing_evidence().filter(|e| e.period.to <= judgement.day && !e.note.trim().is_empty());
        let told = told.max_by_key(|e| (e.period.to, e.at));
        let note = told.map(|e| format!("{}（{}）", e.note.trim(), e.period.to)).unwrap_or_default();
        let sentence = self.look.lang.of(&judgement.sentence);
        vec![
            number.to_string(),
            view.task.title.clone(),
            self.lead(view),
            self.look.lang.of(&judgement.schedule.words()).to_owned(),
            if note.is_empty() { sentence.to_owned() } else { format!("{sentence}。{note}") },
            self.next(view),
        ]
    }

    /// What the plan asks for next: a milestone, or the value due by the end of the next month.
    fn next(&self, view: &TaskView) -> String {
        let task = &view.task;
        if task.closing.is_some() {
            return String::new();
        }
        if let Some(stand) = stand(task, view.judgement.day) {
            return stand.next().map(|next| format!("{} {}", next.on, next.name)).unwrap_or_default();
        }
        let month = view.judgement.day.last_of_month().tomorrow().map(Date::last_of_month);
        let by = month.unwrap_or(task.deadline_now()).min(task.deadline_now());
        let due = self.due(view, by);
        if due.is_empty() { String::new() } else { format!("{by} {} {due}", self.w.due_by) }
    }

    fn completion(&self, number: usize, view: &TaskView) -> Vec<String> {
        let (task, judgement) = (&view.task, &view.judgement);
        let unit = task.target_now().map_or("", |t| t.unit.as_str());
        let share = judgement.latest.and_then(|value| share_reached(task, value));
        let percent = share.and_then(|share| share.checked_mul(rust_decimal::Decimal::ONE_HUNDRED));
        vec![
            number.to_string(),
            task.title.clone(),
            self.units(view),
            self.target_words(view),
            judgement.latest.map(|value| self.look.figure(value, unit)).unwrap_or_default(),
            percent.map(|percent| format!("{}%", percent.round_dp(1).normalize())).unwrap_or_default(),
            judgement.latest_source.map(|(_, day)| day.to_string()).unwrap_or_default(),
            judgement.latest_source.map(|(source, _)| self.look.source(source).to_owned()).unwrap_or_default(),
            self.look.lang.of(&judgement.schedule.words()).to_owned(),
            self.look.lang.of(&judgement.sentence).to_owned(),
        ]
    }
}
