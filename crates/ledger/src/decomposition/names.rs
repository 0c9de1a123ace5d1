//! Names of units and posts as tables write them, against those the city has.

use crate::ids::{LeaderId, UnitId};

/// What a name was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named<T> {
    /// This one.
    Known(T),
    /// None that is known; the nearest one, by its name, when there is one near.
    Unknown(Option<String>),
}

/// The units and posts of a city, by their names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The city's own name, which a unit's may begin with: 昌吉市.
    city: String,
    units: Vec<(String, String, UnitId)>,
    leaders: Vec<(String, String, LeaderId)>,
}

/// What names are compared by: without spaces, brackets' content and the words every unit's name has.
fn plain(name: &str, city: &str) -> String {
    let mut depth = 0_usize;
    let kept = name.chars().filter(|c| {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0 && !c.is_whitespace()
    });
    let text: String = kept.collect();
    let text = text.strip_prefix(city).unwrap_or(&text);
    let text = text.strip_prefix(['市', '县', '州', '区']).unwrap_or(text);
    let text = text.strip_prefix("人民政府").filter(|rest| !rest.is_empty()).unwrap_or(text);
    let text = text.strip_prefix("政府").filter(|rest| !rest.is_empty()).unwrap_or(text);
    // 发展和改革委员会 is 发展和改革委 as often.
    text.strip_suffix("委员会").map_or_else(|| text.to_owned(), |rest| format!("{rest}委"))
}

/// Pairs of neighbouring characters, sorted; the character itself for a text of one.
pub(super) fn pairs(text: &str) -> Vec<u64> {
    let chars: Vec<char> = text.chars().collect();
    let mut pairs: Vec<u64> = match chars.as_slice() {
        [only] => vec![u64::from(u32::from(*only))],
        more => more.windows(2).map(|w| (u64::from(u32::from(w[0])) << 32) | u64::from(u32::from(w[1]))).collect(),
    };
    pairs.sort_unstable();
    pairs
}

/// How many pairs two sorted lists share.
pub(super) fn shared(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                count += 1;
                i += 1;
                j += 1;
            }
        }
    }
    count
}

/// The share of pairs two texts have in common, in percent (Dice's coefficient).
fn alike(a: &str, b: &str) -> usize {
    let (a, b) = (pairs(a), pairs(b));
    if a.is_empty() || b.is_empty() { 0 } else { 200 * shared(&a, &b) / (a.len() + b.len()) }
}

/// Whether a short name stands for a long one: 住建局 for 住房和城乡建设局, each character in its order, the first and the
/// last the same.
fn short_for(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().count() >= 3
        && short.chars().next() == long.chars().next()
        && short.chars().next_back() == long.chars().next_back()
        && short.chars().all(|c| rest.any(|own| own == c))
}

fn find<T: Clone>(all: &[(String, String, T)], name: &str, city: &str) -> Named<T> {
    let wanted = plain(name, city);
    let one = |found: Vec<&(String, String, T)>| match found.as_slice() {
        [only] => Some(Named::Known(only.2.clone())),
        _ => None,
    };
    let exact = all.iter().find(|(full, short, _)| full == name.trim() || *short == wanted);
    if let Some((_, _, id)) = exact.filter(|_| !wanted.is_empty()) {
        return Named::Known(id.clone());
    }
    // A short form that could be two is none.
    if let Some(known) = one(all.iter().filter(|(_, own, _)| short_for(&wanted, own)).collect()) {
        return known;
    }
    let near = all.iter().map(|(full, own, _)| (alike(&wanted, own), full)).max_by_key(|(score, _)| *score);
    Named::Unknown(near.filter(|(score, _)| *score >= 40).map(|(_, full)| full.clone()))
}

impl Names {
    /// Of a city, by its name without what sort of place it is (昌吉 for 昌吉市).
    #[must_use]
    pub fn of(city: &str) -> Self {
        let city = city.trim_end_matches(['市', '县', '州', '区', '旗']).to_owned();
        Self { city, ..Self::default() }
    }

    /// Adds a unit under a name; one may have several.
    pub fn add_unit(&mut self, name: &str, id: &UnitId) {
        self.units.push((name.to_owned(), plain(name, &self.city), id.clone()));
    }

    /// Adds a leading post under its title.
    pub fn add_leader(&mut self, title: &str, id: &LeaderId) {
        self.leaders.push((title.to_owned(), plain(title, &self.city), id.clone()));
    }

    /// A unit by a name as written.
    #[must_use]
    pub fn unit(&self, name: &str) -> Named<UnitId> {
        find(&self.units, name, &self.city)
    }

    /// A leading post by its title as written.
    #[must_use]
    pub fn leader(&self, title: &str) -> Named<LeaderId> {
        find(&self.leaders, title, &self.city)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn names_as_tables_write_them() {
        let mut names = Names::of("昌吉市");
        for (id, name) in [
            ("housing", "市住房和城乡建设局"),
            ("education", "市教育局"),
            ("reform", "市发展和改革委员会"),
            ("culture", "市文化体育广播电视和旅游局"),
            ("hr", "市人力资源和社会保障局"),
            ("office", "市人民政府办公室"),
        ] {
            names.add_unit(name, &UnitId::new(id).unwrap());
        }
        let check = |name: &str, expected: Result<&str, Option<&str>>| {
            let found = match names.unit(name) {
                Named::Known(id) => Ok(id.to_string()),
                Named::Unknown(near) => Err(near),
            };
            assert_eq!(found, expected.map(str::to_owned).map_err(|near| near.map(str::to_owned)), "{name}");
        };
        check("市住房和城乡建设局", Ok("housing"));
        check("住房和城乡建设局", Ok("housing"));
        check(" 昌吉市 教育局（牵头） ", Ok("education"));
        check("住建局", Ok("housing"));
        check("市人社局", Ok("hr"));
        check("文旅局", Ok("culture"));
        check("政府办公室", Ok("office"));
        check("市发展改革委", Ok("reform"));
        check("发改委", Ok("reform"));
        check("市住房城乡建筑局", Err(Some("市住房和城乡建设局")));
        check("某某公司", Err(None));
        check("局", Err(None));
        check("", Err(None));
    }
}
