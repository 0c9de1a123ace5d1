//! The city's instruments: map and list, a facility, alarms, devices.

pub(crate) mod alarms;
pub(crate) mod devices;
pub(crate) mod facility;
pub(crate) mod gas;
pub(crate) mod map;

use crate::city::Sight;
use crate::city::body::said;
use crate::city::marks::Mark;
use crate::context::Ctx;
use crate::error::Answer;
use crate::i18n::{CityWords, Lang};
use crate::pages::Failure;
use crate::pages::task_forms::Choice;
use tingzhou_platform::city::{Facility, Property, Sample, Stated};

/// A latest value as a page shows it.
pub(crate) struct ValueRow {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) unit: String,
    pub(crate) time: String,
    pub(crate) quality: String,
    pub(crate) good: bool,
}

impl ValueRow {
    fn with_unit(&self) -> String {
        format!("{} {}", self.value, self.unit).trim_end().to_owned()
    }

    fn of(lang: Lang, property: &Property, sample: &Sample) -> Self {
        Self {
            name: lang.of(property.name()).to_owned(),
            value: lang.of(&property.said(sample.value)).to_owned(),
            unit: lang.of(&property.unit()).to_owned(),
            time: sample.time.to_string(),
            quality: lang.of(&sample.quality.words()).to_owned(),
            good: sample.quality.counts(),
        }
    }
}

fn values(lang: Lang, sight: &Sight, facility: &Facility) -> Vec<ValueRow> {
    sight.latest(facility).iter().map(|(property, sample)| ValueRow::of(lang, property, sample)).collect()
}

/// What the register states of a facility, which has no time.
fn stated(lang: Lang, sight: &Sight, facility: &Facility) -> Vec<ValueRow> {
    let row = |(property, value): (&Property, &Stated)| ValueRow {
        name: lang.of(property.name()).to_owned(),
        value: lang.of(&said(value)).to_owned(),
        unit: lang.of(&property.unit()).to_owned(),
        time: String::new(),
        quality: String::new(),
        good: true,
    };
    sight.stated(facility).into_iter().map(row).collect()
}

/// The sign of a mark: shape and colour; its word stands beside it.
fn sign(mark: &str) -> String {
    format!(
        "<svg class=\"fmark fmark-{mark}\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#fmark-{mark}\"/></svg>"
    )
}

fn mark_words(lang: Lang, mark: Mark) -> String {
    lang.of(&mark.words()).to_owned()
}

/// The word of a scenario.
fn scenario(w: &'static CityWords, id: &str) -> String {
    match id {
        "air" => w.scenario_air,
        "parking" => w.scenario_parking,
        "gas" => w.scenario_gas,
        "water" => w.scenario_water,
        "heat" => w.scenario_heat,
        other => return other.to_owned(),
    }
    .to_owned()
}

fn scenario_choices(w: &'static CityWords, sight: &Sight, chosen: &str) -> Vec<Choice> {
    let of = |id: &'static str| Choice { value: id.to_owned(), words: scenario(w, id), chosen: id == chosen };
    sight.scenarios().into_iter().map(of).collect()
}

fn type_choices(lang: Lang, sight: &Sight, chosen: &str) -> Vec<Choice> {
    let of = |kind: &tingzhou_platform::city::FacilityType| Choice {
        value: kind.id().to_string(),
        words: lang.of(kind.name()).to_owned(),
        chosen: kind.id().as_str() == chosen,
    };
    sight.types().into_iter().map(of).collect()
}

/// An identifier of a query; none when it is left out or empty.
pub(crate) fn chosen<T>(
    ctx: &Ctx,
    name: &'static str,
    make: impl Fn(String) -> Result<T, tingzhou_platform::city::IdError>,
) -> Result<Option<T>, Failure> {
    let given = ctx.query(name).filter(|value| !value.is_empty());
    given.map(make).transpose().map_err(|_| {
        Answer::bad_field(name, "不是可用的值；请从选项中选择。", "This is not one of the values; choose one.").into()
    })
}

/// Where a page of a list begins.
fn offset(ctx: &Ctx, name: &str) -> usize {
    ctx.query(name).and_then(|text| text.parse().ok()).unwrap_or(0)
}

async fn sight(ctx: &Ctx) -> Result<Sight, Failure> {
    Ok(Sight::of(&ctx.state, ctx.actor()).await?)
}
