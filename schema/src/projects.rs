//! Lists of projects and customers: what they are called now, what they were called, what a project asks for.
//!
//! A record keeps the name it was filed under; these lists say which names mean the same. They are settings: whole
//! texts that people sign, so their history is in the journal.

use crate::facts::{Class, Label, fold};
use crate::materials::{Additions, toml_why};
use crate::near;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A list is as long as a note may be, less its frame and what quoting it adds: some two hundred thousand names.
pub const LIST_BYTES_MAX: usize = 8 << 20;

/// Says why a text is not such a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not its TOML; the message names line and key.
    #[error("{0}")]
    Toml(String),
    /// A name that two entries claim.
    #[error("{name:?} is the name of two entries")]
    Twice {
        /// The name.
        name: String,
    },
    /// Too many names for one setting.
    #[error("the list has over {LIST_BYTES_MAX} bytes")]
    Long,
}

/// One project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Its name now.
    pub name: Label,
    /// What it was called before, or elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Label>,
    /// A class that its records have at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// What it adds to the checklist.
    #[serde(default, skip_serializing_if = "is_default")]
    pub materials: Additions,
}

fn is_default(additions: &Additions) -> bool {
    *additions == Additions::default()
}

/// One customer with more than one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// The name now.
    pub name: Label,
    /// Other names under which records were filed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Label>,
}

/// Something with a name now and other names.
pub trait Named {
    /// The name now.
    fn name(&self) -> &Label;
    /// The others.
    fn aliases(&self) -> &[Label];
    /// The others, to be changed.
    fn aliases_mut(&mut self) -> &mut Vec<Label>;
    /// Gives it another name.
    fn set_name(&mut self, name: Label);
    /// One of this name without anything else.
    fn of_name(name: Label) -> Self;
    /// Takes in what another one decides that becomes part of it; the longer class and the longer list win (R32).
    fn absorb(&mut self, other: &Self);
}

macro_rules! named {
    ($type:ty, $name:ident => $new:expr, $absorb:expr) => {
        impl Named for $type {
            fn name(&self) -> &Label {
                &self.name
            }
            fn aliases(&self) -> &[Label] {
                &self.aliases
            }
            fn aliases_mut(&mut self) -> &mut Vec<Label> {
                &mut self.aliases
            }
            fn set_name(&mut self, name: Label) {
                self.name = name;
            }
            fn of_name($name: Label) -> Self {
                $new
            }
            fn absorb(&mut self, other: &Self) {
                $absorb(self, other)
            }
        }
    };
}

named!(
    Project,
    name => Self { name, aliases: Vec::new(), class: None, materials: Additions::default() },
    |into: &mut Self, gone: &Self| {
        into.class = into.class.max(gone.class);
        let (materials, others) = (&mut into.materials, &gone.materials);
        for (kinds, more) in [(&mut materials.need, &others.need), (&mut materials.may, &others.may)] {
            let known = kinds.len();
            kinds.extend(more);
            kinds[known..].sort_unstable();
            let mut seen = BTreeSet::new();
            kinds.retain(|kind| seen.insert(*kind));
        }
    }
);
named!(Renamed, name => Self { name, aliases: Vec::new() }, |_: &mut Self, _: &Self| {});

/// A list of projects or of customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names<T> {
    entries: Vec<T>,
    /// Folded name to the place of its entry.
    places: BTreeMap<String, usize>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: BTreeMap::new() }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<T> {
    #[serde(default = "Vec::new")]
    entry: Vec<T>,
}

impl<T: Named + Clone + Serialize + for<'de> Deserialize<'de>> Names<T> {
    /// Reads a list.
    pub fn read(text: &str) -> Result<Self, ListError> {
        let stored: Stored<T> = toml::from_str(text).map_err(|e| ListError::Toml(toml_why(text, &e)))?;
        Self::of(stored.entry)
    }

    fn of(entries: Vec<T>) -> Result<Self, ListError> {
        let mut places = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            for name in std::iter::once(entry.name()).chain(entry.aliases()) {
                if places.insert(name.folded(), place).is_some_and(|other| other != place) {
                    return Err(ListError::Twice { name: name.to_string() });
                }
            }
        }
        Ok(Self { entries, places })
    }

    /// The list as text.
    pub fn to_text(&self) -> Result<String, ListError> {
        let stored = Stored { entry: self.entries.clone() };
        let text = toml::to_string(&stored).map_err(|e| ListError::Toml(e.to_string()))?;
        if text.len() > LIST_BYTES_MAX { Err(ListError::Long) } else { Ok(text) }
    }

    /// All entries, in the order in which they were made.
    pub fn entries(&self) -> &[T] {
        &self.entries
    }

    /// The entry that has this name or once had it.
    pub fn find(&self, name: &str) -> Option<&T> {
        self.places.get(&fold(name)).map(|place| &self.entries[*place])
    }

    /// Every name that means the same, the given one first; just this one where nothing is known of it.
    pub fn same_as(&self, name: &str) -> Vec<String> {
        let mut names = vec![name.to_owned()];
        names.append(&mut self.others_of(name));
        names
    }

    /// Every other name that means the same.
    pub fn others_of(&self, name: &str) -> Vec<String> {
        let Some(entry) = self.find(name) else { return Vec::new() };
        let all = std::iter::once(entry.name()).chain(entry.aliases());
        all.map(ToString::to_string).filter(|other| fold(other) != fold(name)).collect()
    }

    /// The list with this entry changed, made where there is none.
    pub fn with(&self, name: &Label, change: impl FnOnce(&mut T)) -> Result<Self, ListError> {
        self.clone().changed(name, change)
    }

    /// The same, in place. Only the names of that one entry are folded anew: a list may have a hundred thousand.
    fn changed(mut self, name: &Label, change: impl FnOnce(&mut T)) -> Result<Self, ListError> {
        let place = self.places.get(&name.folded()).copied().unwrap_or_else(|| {
            self.entries.push(T::of_name(name.clone()));
            self.entries.len() - 1
        });
        let entry = &mut self.entries[place];
        let all = |entry: &T| -> Vec<Label> {
            std::iter::once(entry.name()).chain(entry.aliases()).cloned().collect()
        };
        let before = all(entry);
        change(entry);
        let after = all(entry);
        for name in before {
            self.places.remove(&name.folded());
        }
        for name in after {
            if self.places.insert(name.folded(), place).is_some_and(|other| other != place) {
                return Err(ListError::Twice { name: name.to_string() });
            }
        }
        Ok(self)
    }

    /// The list in which one has got another name; the old one stays as one of its aliases.
    pub fn renamed(&self, name: &Label, new: Label) -> Result<Self, ListError> {
        self.with(name, |entry| {
            let old = entry.name().clone();
            entry.aliases_mut().retain(|alias| alias.folded() != new.folded());
            if old.folded() != new.folded() {
                entry.aliases_mut().push(old);
            }
            entry.set_name(new);
        })
    }

    /// The list in which two are one, under the second one's name; that one need not be in the list yet.
    pub fn merged(&self, name: &Label, into: &Label) -> Result<Self, ListError> {
        let kept = self.find(into.as_str()).map(Named::name);
        // Where both names are of one entry already, nothing goes.
        let gone = self.find(name.as_str()).filter(|entry| kept != Some(entry.name())).cloned();
        let mut left = self.clone();
        if let Some(gone) = &gone {
            left.remove(gone.name());
        }
        let mut names = vec![name.clone()];
        names.extend(gone.iter().flat_map(|g| std::iter::once(g.name()).chain(g.aliases())).cloned());
        left.changed(into, |entry| {
            if let Some(gone) = &gone {
                entry.absorb(gone);
            }
            let known = std::iter::once(entry.name()).chain(entry.aliases());
            let mut known: BTreeSet<String> = known.map(Label::folded).collect();
            entry.aliases_mut().extend(names.into_iter().filter(|alias| known.insert(alias.folded())));
        })
    }

    /// Takes an entry out.
    fn remove(&mut self, name: &Label) {
        let Some(gone) = self.places.get(&name.folded()).copied() else { return };
        self.entries.remove(gone);
        self.places.retain(|_, place| *place != gone);
        self.places.values_mut().filter(|place| **place > gone).for_each(|place| *place -= 1);
    }
}

/// Why the name of a project is doubted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody has used it, and it is nearly the name of this one.
    Near(Label),
    /// Nobody has used it, and there is a list of projects in which it does not stand.
    Unlisted,
}

/// Whether a project may have been mistyped: `filed` are those that records were filed under.
///
/// Shape: without a list and without a record every name is as good as any other, for somebody has to begin.
pub fn doubt(name: &Label, list: &Names<Project>, filed: &[Label]) -> Option<Doubt> {
    let listed = list.entries().iter().flat_map(|entry| std::iter::once(&entry.name).chain(&entry.aliases));
    let folded = name.folded();
    let mut nearest: Option<(&Label, usize)> = None;
    for known in listed.chain(filed) {
        let other = known.folded();
        if other == folded {
            return None;
        }
        if near::may_be_mistyped(&folded, &other) {
            let far = near::distance(&folded, &other);
            nearest = nearest.filter(|(_, least)| *least <= far).or(Some((known, far)));
        }
    }
    match nearest {
        Some((known, _)) => Some(Doubt::Near(known.clone())),
        None => (!list.entries().is_empty()).then_some(Doubt::Unlisted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::DocumentKind;

    fn label(text: &str) -> Label {
        Label::read(text).unwrap()
    }

    #[test]
    fn a_name_once_used_still_finds_its_project() {
        let list = Names::<Project>::default();
        let list = list.with(&label("社保"), |p| p.class = Some(Class::CnG10)).unwrap();
        let list = list.renamed(&label("社保"), label("社保 一期")).unwrap();
        let list = list.merged(&label("社會保險"), &label("社保 一期")).unwrap();
        let again = Names::<Project>::read(&list.to_text().unwrap()).unwrap();
        assert_eq!(again, list);
        for name in ["社保", "社保 一期", "社會保險"] {
            assert_eq!(again.find(name).unwrap().class, Some(Class::CnG10), "{name}");
            let mut names = again.same_as(name);
            assert_eq!(names[0], name);
            names.sort();
            assert_eq!(names.len(), 3);
        }
        assert_eq!(again.same_as("别的"), ["别的"]);
        assert_eq!(list.renamed(&label("社保 一期"), label("社保")).unwrap().entries().len(), 1);
    }

    #[test]
    fn a_project_that_becomes_part_of_another_takes_its_longer_class_along() {
        let list = Names::<Project>::default();
        let list = list.with(&label("政务"), |p| {
            p.class = Some(Class::CnG10);
            p.materials.need = vec![DocumentKind::Rsk];
        });
        let list =
            list.unwrap().with(&label("社保"), |p| p.materials.need = vec![DocumentKind::Sub]).unwrap();
        let merged = list.merged(&label("政务"), &label("社保")).unwrap();
        let one = merged.find("政务").unwrap();
        assert_eq!((one.name.as_str(), one.class), ("社保", Some(Class::CnG10)));
        assert_eq!(one.materials.need, [DocumentKind::Sub, DocumentKind::Rsk]);
        let other = merged.merged(&label("社保"), &label("只在案卷里")).unwrap();
        assert_eq!((other.entries().len(), other.entries()[0].class), (1, Some(Class::CnG10)));
        assert_eq!(merged.merged(&label("政务"), &label("社保")).unwrap(), merged);
        assert_eq!(merged.merged(&label("社保"), &label("政务")).unwrap(), merged);
    }

    #[test]
    fn a_project_that_nobody_knows_is_doubted_once_there_are_some() {
        let none = Names::<Project>::default();
        let list = none
            .with(&label("社会保险"), |_| ())
            .unwrap()
            .renamed(&label("社会保险"), label("社保卡项目"))
            .unwrap();
        let filed = [label("税务一期"), label("tax")];
        assert_eq!(doubt(&label("anything"), &none, &[]), None);
        for (name, by_list, by_records) in [
            ("社会保险", None, None),
            ("社会保障", Some(Doubt::Near(label("社会保险"))), None),
            ("社保卡項目", Some(Doubt::Near(label("社保卡项目"))), None),
            ("税务二期", Some(Doubt::Unlisted), Some(Doubt::Near(label("税务一期")))),
            ("TAX", Some(Doubt::Unlisted), None),
            ("另外的", Some(Doubt::Unlisted), None),
        ] {
            assert_eq!(doubt(&label(name), &list, &[]), by_list, "{name}");
            assert_eq!(doubt(&label(name), &none, &filed), by_records, "{name}");
        }
        assert_eq!(doubt(&label("税务一期"), &list, &filed), None);
    }

    #[test]
    fn a_list_that_is_changed_is_the_list_that_is_read() {
        // Whatever is renamed and merged: finding a name in the changed list and in its text is the same.
        let names = ["甲", "甲公司", "乙", "ＡＢＣ", "abc", "丙", "丁 有限", "戊"];
        let mut list = Names::<Renamed>::default();
        for step in 0..200_usize {
            let (one, two) = (label(names[step * 7 % 8]), label(names[(step * 5 + step / 8) % 8]));
            let next = if step % 3 == 0 { list.renamed(&one, two) } else { list.merged(&one, &two) };
            let Ok(next) = next else { continue };
            assert_eq!(Names::read(&next.to_text().unwrap()).unwrap(), next, "step {step}");
            list = next;
            if step % 40 == 39 {
                list = Names::default();
            }
        }
    }

    #[test]
    fn two_of_very_many_names_are_merged_in_one_pass() {
        let many = |of: &str| {
            let aliases = (0..20_000).map(|n| label(&format!("{of}第{n}号"))).collect();
            Renamed { name: label(of), aliases }
        };
        let list = Names::of(vec![many("甲"), many("乙")]).unwrap();
        let merged = list.merged(&label("甲第7号"), &label("乙")).unwrap();
        assert_eq!((merged.entries().len(), merged.entries()[0].aliases.len()), (1, 40_001));
        assert_eq!(merged.find("甲第19999号").unwrap().name, label("乙"));
    }

    #[test]
    fn two_that_are_merged_keep_all_their_names() {
        let list = Names::<Renamed>::default();
        let list = list.renamed(&label("甲"), label("甲公司")).unwrap();
        let list = list.renamed(&label("乙"), label("乙公司")).unwrap();
        let list = list.merged(&label("乙"), &label("甲")).unwrap();
        assert_eq!(list.entries().len(), 1);
        assert_eq!(list.find("乙公司").unwrap().name.as_str(), "甲公司");
        assert_eq!(list.merged(&label("甲公司"), &label("甲公司")).unwrap(), list);
        let text = "[[entry]]\nname = \"a\"\n[[entry]]\nname = \"b\"\naliases = [\"A\"]\n";
        assert_eq!(Names::<Renamed>::read(text), Err(ListError::Twice { name: "A".into() }));
    }
}
