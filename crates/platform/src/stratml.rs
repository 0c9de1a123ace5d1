//! StratML Part 2 (ISO 17469-2, schema of 2016-02-16): a report's tasks as a performance report in XML.
//!
//! An area is a Goal, a task an Objective with its units as Stakeholders, its target a PerformanceIndicator. What has to be
//! reached stands as TargetResult, as adopted and, when adjusted, as adjusted; what the unit says and what was checked or
//! measured stand as ActualResults of their own, since the two are never merged.

use crate::platform::Platform;
use crate::snapshot::{AdoptedReport, Snapshot, TaskView};
use jiff::civil::{Date, date};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use rust_decimal::Decimal;
use std::sync::Arc;
use tingzhou_ledger::{AreaId, LeaderId, Source, Target, Two, UnitId, value_at, words_of_target};

const NAMESPACE: &str = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport";

/// Writes elements; what goes wrong is kept and told at the end. A writer into memory has nothing to fail on.
struct Xml {
    out: Writer<Vec<u8>>,
    failed: Option<std::io::Error>,
}

/// Words as an element of XML can hold them: without what XML 1.0 cannot, white space folded. Not yet escaped.
#[must_use]
pub fn xml_words(words: &str) -> String {
    let kept =
        words.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'));
    kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Xml {
    fn write(&mut self, event: Event<'_>) {
        if let Err(error) = self.out.write_event(event) {
            self.failed.get_or_insert(error);
        }
    }

    fn inside(&mut self, name: &str, attributes: &[(&str, &str)], content: impl FnOnce(&mut Self)) {
        self.write(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())));
        content(self);
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn text(&mut self, name: &str, words: &str) {
        self.inside(name, &[], |xml| xml.write(Event::Text(BytesText::new(&xml_words(words)))));
    }

    /// Both languages, the same element holding one after the other.
    fn both(&mut self, name: &str, words: &Two) {
        let (zh, en) = (words.zh.trim(), words.en.trim());
        if zh == en { self.text(name, zh) } else { self.text(name, &format!("{zh} / {en}")) }
    }
}

/// A number result: its days, value and what it is.
fn result(
    xml: &mut Xml,
    name: &str,
    (from, to): (Date, Date),
    value: Option<Decimal>,
    state: Option<&Two>,
    words: &Two,
) {
    xml.inside(name, &[], |xml| {
        xml.text("StartDate", &from.to_string());
        xml.text("EndDate", &to.to_string());
        if let Some(value) = value {
            xml.text("NumberOfUnits", &value.normalize().to_string());
        }
        if let Some(state) = state {
            xml.inside("Descriptor", &[], |xml| {
                xml.text("DescriptorName", "工作状态 / status");
                xml.both("DescriptorValue", state);
            });
        }
        xml.both("Description", words);
    });
}

struct Names<'a> {
    platform: &'a Platform,
    report: &'a AdoptedReport,
}

impl Names<'_> {
    fn unit(&self, id: &UnitId) -> Two {
        self.platform.pack().unit(id).map_or_else(|| Two::new(id.as_str(), id.as_str()), |u| u.name.clone())
    }

    fn leader(&self, id: &LeaderId) -> Two {
        self.platform.pack().leader(id).map_or_else(|| Two::new(id.as_str(), id.as_str()), |l| l.title.clone())
    }

    fn area(&self, id: &AreaId) -> Two {
        let found = self.report.reading.areas.iter().find(|a| &a.id == id);
        found.map_or_else(|| Two::new(id.as_str(), id.as_str()), |a| a.name.clone())
    }

    fn stakeholder(xml: &mut Xml, kind: &str, name: &Two, role: &Two) {
        xml.inside("Stakeholder", &[("StakeholderTypeType", kind)], |xml| {
            xml.both("Name", name);
            xml.inside("Role", &[], |xml| {
                xml.both("Name", role);
                xml.text("RoleType", "Performer");
            });
        });
    }

    fn stakeholders(&self, xml: &mut Xml, view: &TaskView) {
        let Some(assignment) = &view.task.assignment else { return };
        let (lead, co) = (Two::new("牵头单位", "lead unit"), Two::new("配合单位", "co-unit"));
        Self::stakeholder(xml, "Organization", &self.unit(&assignment.lead), &lead);
        for unit in &assignment.co_units {
            Self::stakeholder(xml, "Organization", &self.unit(unit), &co);
        }
        if let Some(leader) = &assignment.leader {
            // A post, never a person.
            let role = Two::new("分管领导", "leading post");
            Self::stakeholder(xml, "Generic_Group", &self.leader(leader), &role);
        }
    }

    fn task(&self, xml: &mut Xml, view: &TaskView, number: usize) {
        let (task, judged) = (&view.task, &view.judgement);
        xml.inside("Objective", &[], |xml| {
            xml.text("Name", &task.title);
            xml.text("Description", &task.sentence);
            xml.text("Identifier", &format!("task-{}", task.id));
            xml.text("SequenceIndicator", &number.to_string());
            self.stakeholders(xml, view);
            let light = judged.light.words();
            let mut words = Two::new(
                format!("{}：{}", light.zh, judged.sentence.zh),
                format!("{}: {}", light.en, judged.sentence.en),
            );
            for contradiction in &judged.contradictions {
                words.zh.push_str(&contradiction.sentence.zh);
                words.en.push(' ');
                words.en.push_str(&contradiction.sentence.en);
            }
            xml.both("OtherInformation", &words);
            let kind = if task.target_now().is_some() { "Quantitative" } else { "Qualitative" };
            xml.inside("PerformanceIndicator", &[("PerformanceIndicatorType", kind)], |xml| {
                xml.text("SequenceIndicator", "1");
                xml.text("MeasurementDimension", &task.title);
                let unit = task.target_now().map_or("", |t| t.unit.as_str());
                xml.text("UnitOfMeasurement", if unit.is_empty() { "1" } else { unit });
                xml.text("Identifier", &format!("target-{}", task.id));
                xml.inside("MeasurementInstance", &[], |xml| measured(xml, view));
            });
        });
    }
}

fn target(xml: &mut Xml, year: i16, deadline: Date, target: Option<&Target>, said: &Two) {
    let words = target.map(words_of_target).unwrap_or_default();
    let words = Two::new(format!("{}：{}", said.zh, words.zh), format!("{}: {}", said.en, words.en));
    let done = Two::new("已完成", "done");
    let state = target.is_none().then_some(&done);
    result(xml, "TargetResult", (start(year), deadline), target.map(|t| t.value), state, &words);
}

fn start(year: i16) -> Date {
    date(year.clamp(1, 9_999), 1, 1)
}

fn measured(xml: &mut Xml, view: &TaskView) {
    let (task, day) = (&view.task, view.judgement.day);
    target(xml, task.year, task.deadline, task.target.as_ref(), &Two::new("采纳时", "as adopted"));
    if let Some(last) = task.adjustments.last() {
        let said = Two::new(format!("调整后（{}）", last.reason), format!("as adjusted ({})", last.reason));
        target(xml, task.year, last.deadline, Some(&last.target), &said);
    }
    for source in [Source::Filing, Source::Check, Source::Measure] {
        let rows = task.standing_evidence().filter(|e| e.source == source && e.period.to <= day);
        let Some(latest) = rows.max_by_key(|e| (e.period.to, e.at)) else { continue };
        let value = value_at(task, source, day);
        let to = value.map_or(latest.period.to, |(_, to)| to);
        let state = latest.reported.words();
        result(xml, "ActualResult", (start(task.year), to), value.map(|(v, _)| v), Some(&state), &source.words());
    }
}

impl Platform {
    /// A report's tasks as a StratML Part 2 performance report, valid by its schema. Times are the city's; values are exact.
    ///
    /// # Errors
    /// When the text cannot be written, which a writer into memory gives no reason for.
    pub fn stratml(&self, snapshot: &Snapshot, report: &AdoptedReport) -> std::io::Result<String> {
        let names = Names { platform: self, report };
        let tasks: Vec<&Arc<TaskView>> = snapshot.tasks_of(&report.id).collect();
        // The pack's areas in order, then those of tasks that the report's reading does not list.
        let mut areas: Vec<&AreaId> = report.reading.areas.iter().map(|a| &a.id).collect();
        for view in &tasks {
            if !areas.contains(&&view.task.area) {
                areas.push(&view.task.area);
            }
        }
        let mut xml = Xml { out: Writer::new_with_indent(Vec::new(), b' ', 1), failed: None };
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        let root = [("xmlns", NAMESPACE), ("Type", "Performance_Report")];
        xml.inside("PerformancePlanOrReport", &root, |xml| {
            xml.text("Name", &report.title);
            let day = snapshot.today;
            let about = Two::new(format!("截至 {day} 的任务进展"), format!("how the tasks stand as of {day}"));
            xml.both("Description", &about);
            if report.simulated {
                xml.text("OtherInformation", "模拟数据，不是真实进展 / simulated data, not real progress");
            }
            xml.inside("StrategicPlanCore", &[], |xml| {
                xml.inside("Organization", &[], |xml| {
                    xml.both("Name", &self.pack().name);
                    xml.text("Identifier", &format!("city-{}", self.city()));
                });
                let mut groups = 0;
                for area in areas {
                    let own: Vec<_> = tasks.iter().filter(|view| &view.task.area == area).collect();
                    if own.is_empty() {
                        continue;
                    }
                    groups += 1;
                    xml.inside("Goal", &[], |xml| {
                        let name = names.area(area);
                        xml.both("Name", &name);
                        xml.both("Description", &name);
                        xml.text("Identifier", &format!("area-{area}"));
                        xml.text("SequenceIndicator", &groups.to_string());
                        for (number, view) in own.into_iter().enumerate() {
                            names.task(xml, view, number + 1);
                        }
                    });
                }
                if groups == 0 {
                    // The schema asks for one at least.
                    xml.inside("Goal", &[], |xml| {
                        xml.text("Name", &report.title);
                        xml.text("Description", "没有任务 / no tasks");
                    });
                }
            });
            xml.inside("AdministrativeInformation", &[], |xml| {
                xml.text("Identifier", &format!("report-{}", report.id));
                xml.text("StartDate", &start(report.year).to_string());
                xml.text("EndDate", &date(report.year.clamp(1, 9_999), 12, 31).to_string());
                xml.text("PublicationDate", &snapshot.today.to_string());
            });
        });
        match xml.failed {
            Some(error) => Err(error),
            None => String::from_utf8(xml.out.into_inner()).map_err(std::io::Error::other),
        }
    }
}
