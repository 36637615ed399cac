//! Settings that people sign: the checklist of materials, the lists of projects and of customers.
//!
//! Each is one sealed note that the newest `setting.set` line names; the earlier ones stay, so that it can be told
//! what held when. What is not set is as shipped: the checklist of the program, and empty lists.

use crate::catalog::Query;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::writer::Done;
use jingui_schema::act::{NoteMark, SettingSet};
use jingui_schema::cover::{NOTE_BYTES_MAX, NoteKind};
use jingui_schema::digest::B3;
use jingui_schema::facts::{Class, Facts, Label, Outcome, Setting};
use jingui_schema::id::By;
use jingui_schema::materials::{Additions, Assessment, Checklist, Paper, SHIPPED};
use jingui_schema::projects::{Doubt, Named, Names, Project, Renamed, doubt};
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a note has room for beside its frame and the seal.
const SETTING_BYTES_MAX: usize = NOTE_BYTES_MAX as usize - (64 << 10);

/// A setting as its note has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    reason: String,
    text: String,
}

/// The settings that hold now.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The checklist.
    pub materials: Checklist,
    /// The line that set it; 0 for the one that is shipped.
    pub materials_line: u64,
    /// Projects.
    pub projects: Names<Project>,
}

impl Settings {
    /// What a record lacks, and what it has too much.
    pub fn assess(&self, facts: &Facts, papers: &[Paper]) -> Assessment {
        let none = Additions::default();
        let additions = self.projects.find(facts.project.as_str()).map_or(&none, |p| &p.materials);
        self.materials.assess(additions, facts, papers)
    }

    /// The class of a record: the longer of what the law says of the customer and what its project says.
    pub fn class(&self, project: &Label, outcome: Outcome, lawful: Class) -> Class {
        match outcome {
            Outcome::Issued | Outcome::Pending => {
                let of_project = self.projects.find(project.as_str()).and_then(|p| p.class);
                of_project.map_or(lawful, |class| class.max(lawful))
            }
            Outcome::Rejected | Outcome::Withdrawn | Outcome::Lapsed => lawful,
        }
    }
}

/// One version of a setting.
#[derive(Clone, Debug)]
pub struct SettingVersion {
    /// The line.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Who signed it.
    pub by: By,
    /// Why.
    pub reason: String,
    /// Its text.
    pub text: String,
}

/// The settings read last, by the notes they came from.
#[derive(Default)]
pub(crate) struct Known {
    settings: Mutex<Option<(Marks, Arc<Settings>)>>,
    customers: Mutex<Option<(Mark, Arc<Names<Renamed>>)>>,
}

/// The note of one setting, and the line that brought it.
type Mark = Option<(NoteMark, u64)>;

type Marks = BTreeMap<Setting, (NoteMark, u64)>;

impl Session {
    /// The settings that hold now.
    ///
    /// Errors: those of [`Session::read_note`]; a note that is no setting is [`Error::FileDamaged`].
    pub fn settings(&self) -> Result<Arc<Settings>> {
        let mut marks = self.vault.state().settings.clone();
        marks.remove(&Setting::Customers);
        let known = &self.vault.inner.settings.settings;
        if let Some((of, settings)) = &*known.lock().unwrap_or_else(PoisonError::into_inner)
            && *of == marks
        {
            return Ok(settings.clone());
        }
        let damaged =
            |setting: Setting, why: String| Error::FileDamaged { path: setting.to_string(), finding: why };
        let text = |setting: Setting| match marks.get(&setting) {
            Some((mark, _)) => self.setting_in(setting, mark).map(|stored| Some(stored.text)),
            None => Ok(None),
        };
        let materials = text(Setting::Materials)?;
        let settings = Arc::new(Settings {
            materials: Checklist::read(materials.as_deref().unwrap_or(SHIPPED))
                .map_err(|e| damaged(Setting::Materials, e.to_string()))?,
            materials_line: marks.get(&Setting::Materials).map_or(0, |(_, seq)| *seq),
            projects: names(text(Setting::Projects)?).map_err(|why| damaged(Setting::Projects, why))?,
        });
        *known.lock().unwrap_or_else(PoisonError::into_inner) = Some((marks, settings.clone()));
        Ok(settings)
    }

    /// The customers with more than one name. Read where somebody asks by name and only there: the list may be long.
    ///
    /// Errors: those of [`Session::settings`].
    pub fn customers(&self) -> Result<Arc<Names<Renamed>>> {
        let mark: Mark = self.vault.state().settings.get(&Setting::Customers).copied();
        let known = &self.vault.inner.settings.customers;
        if let Some((of, customers)) = &*known.lock().unwrap_or_else(PoisonError::into_inner)
            && *of == mark
        {
            return Ok(customers.clone());
        }
        let text = match &mark {
            Some((mark, _)) => Some(self.setting_in(Setting::Customers, mark)?.text),
            None => None,
        };
        let damaged = |why| Error::FileDamaged { path: Setting::Customers.to_string(), finding: why };
        let customers = Arc::new(names(text).map_err(damaged)?);
        *known.lock().unwrap_or_else(PoisonError::into_inner) = Some((mark, customers.clone()));
        Ok(customers)
    }

    /// Whether a project may have been mistyped.
    pub fn doubt_project(&self, name: &Label) -> Result<Option<Doubt>> {
        let settings = self.settings()?;
        if settings.projects.find(name.as_str()).is_some() {
            return Ok(None);
        }
        let one = Query { project: Some(name.to_string()), limit: 1, ..Query::default() };
        match self.list(&one)?.rows.is_empty() {
            true => Ok(doubt(name, &settings.projects, &self.ask(|catalog| catalog.projects())?)),
            false => Ok(None),
        }
    }

    fn setting_in(&self, setting: Setting, mark: &NoteMark) -> Result<Stored> {
        let note = match self.read_note(mark) {
            Err(Error::FileDamaged { path, finding }) if self.mirror_has(&path, mark) => {
                self.vault.heal(&path, &finding)?;
                self.read_note(mark)?
            }
            note => note?,
        };
        let stored =
            (note.kind == NoteKind::Setting).then(|| serde_json::from_str(&note.text).ok()).flatten();
        stored.ok_or_else(|| Error::FileDamaged {
            path: setting.to_string(),
            finding: "its note is no setting".into(),
        })
    }

    /// Whether the mirror has this note whole: without its settings a vault shows little.
    fn mirror_has(&self, path: &str, mark: &NoteMark) -> bool {
        let copy = self.vault.mirror_dir().map(|dir| self.vault.env().fs.read(&dir.join(path), mark.size));
        matches!(copy, Some(Ok(bytes)) if B3::of(&bytes) == mark.b3)
    }

    /// Signs a setting, whole. What is there already is not set again.
    ///
    /// Errors: [`Error::Setting`] for a text that is not one, or is too long to be one, [`Error::Role`].
    pub fn set(&self, setting: Setting, text: &str, reason: &str) -> Result<Option<Done>> {
        may_be(setting, text)?;
        self.set_checked(setting, text, reason)
    }

    fn set_checked(&self, setting: Setting, text: &str, reason: &str) -> Result<Option<Done>> {
        let stored = stored(setting, text, reason)?;
        if self.is_set(setting, text) {
            return Ok(None);
        }
        let deed =
            |note: Option<NoteMark>| SettingSet { setting, note: note.expect("a text makes a note") }.into();
        let before = self.settings().ok().zip(self.customers().ok());
        let done = self.carry_out(Some((NoteKind::Setting, &stored)), deed)?;
        if setting != Setting::Materials {
            self.screen_renamed(before.as_ref().map(|(settings, customers)| (&**settings, &**customers)));
        }
        Ok(Some(done))
    }

    /// Says whether [`Session::set`] would do it; changes nothing.
    pub fn may_set(&self, setting: Setting, text: &str, reason: &str) -> Result<()> {
        may_be(setting, text)?;
        let stored = stored(setting, text, reason)?;
        let deed =
            |note: Option<NoteMark>| SettingSet { setting, note: note.expect("a text makes a note") }.into();
        self.prepare(Some((NoteKind::Setting, &stored)), &deed).map(drop)
    }

    /// Whether this is what holds. A setting that cannot be read any more is set anew, whatever it was.
    fn is_set(&self, setting: Setting, text: &str) -> bool {
        let state = self.vault.state();
        let there = state.settings.get(&setting).map(|(mark, _)| self.setting_in(setting, mark));
        there.is_some_and(|there| there.is_ok_and(|there| there.text == text))
    }

    /// All versions of a setting, oldest first.
    ///
    /// Units: reads the whole journal, some 2 to 8 µs a line.
    pub fn setting_history(&self, setting: Setting) -> Result<Vec<SettingVersion>> {
        let mut versions = Vec::new();
        for item in self.vault.lines_after(jingui_schema::line::Tip::START)? {
            let (line, _) = item?;
            if let jingui_schema::act::Deed::SettingSet(d) = &line.act.deed
                && d.setting == setting
            {
                let Stored { reason, text } = self.setting_in(setting, &d.note)?;
                versions.push(SettingVersion { seq: line.seq, at: line.at, by: line.by, reason, text });
            }
        }
        Ok(versions)
    }

    /// Says whether [`Session::change_projects`] or [`Session::change_customers`] would do it; changes nothing.
    pub fn may_change<T: Named + Clone + Serialize + for<'de> Deserialize<'de>>(
        &self,
        setting: Setting,
        list: &Names<T>,
        reason: &str,
    ) -> Result<()> {
        let text = list.to_text();
        let text = text.map_err(|e| Error::Setting { setting: setting.to_string(), why: e.to_string() })?;
        self.may_set(setting, &text, reason)
    }

    /// Changes the list of projects.
    pub fn change_projects(
        &self,
        reason: &str,
        change: impl Fn(&Names<Project>) -> Result<Names<Project>>,
    ) -> Result<Option<Done>> {
        self.change(Setting::Projects, reason, || change(&self.settings()?.projects))
    }

    /// Changes the list of customers.
    pub fn change_customers(
        &self,
        reason: &str,
        change: impl Fn(&Names<Renamed>) -> Result<Names<Renamed>>,
    ) -> Result<Option<Done>> {
        self.change(Setting::Customers, reason, || change(&*self.customers()?))
    }

    fn change<T: Named + Clone + Serialize + for<'de> Deserialize<'de>>(
        &self,
        setting: Setting,
        reason: &str,
        change: impl Fn() -> Result<Names<T>>,
    ) -> Result<Option<Done>> {
        // Two who change a list at once: the second reads what the first has made of it.
        let _turn = self.vault.inner.setting.lock().unwrap_or_else(PoisonError::into_inner);
        let text = change()?.to_text();
        let text = text.map_err(|e| Error::Setting { setting: setting.to_string(), why: e.to_string() })?;
        // What a list writes of itself can be read: with a hundred thousand names that is worth not asking twice.
        self.set_checked(setting, &text, reason)
    }
}

/// Checks that a text is a setting of this kind.
fn may_be(setting: Setting, text: &str) -> Result<()> {
    match setting {
        Setting::Materials => Checklist::read(text).map(drop).map_err(|e| e.to_string()),
        Setting::Projects => Names::<Project>::read(text).map(drop).map_err(|e| e.to_string()),
        Setting::Customers => Names::<Renamed>::read(text).map(drop).map_err(|e| e.to_string()),
    }
    .map_err(|why| Error::Setting { setting: setting.to_string(), why })
}

/// A setting as its note has it.
fn stored(setting: Setting, text: &str, reason: &str) -> Result<String> {
    let bad = |why: String| Error::Setting { setting: setting.to_string(), why };
    let stored = Stored { reason: reason.to_owned(), text: text.to_owned() };
    let stored = serde_json::to_string(&stored).expect("two texts always serialise");
    // It is quoted once more inside its note, which has a limit of its own.
    let quoted = serde_json::to_string(&stored).expect("a text always serialises").len();
    match quoted > SETTING_BYTES_MAX {
        true => Err(bad(format!("with its reason and its quotes it has over {SETTING_BYTES_MAX} bytes"))),
        false => Ok(stored),
    }
}

fn names<T: Named + Clone + Serialize + for<'de> Deserialize<'de>>(
    text: Option<String>,
) -> std::result::Result<Names<T>, String> {
    text.map_or_else(|| Ok(Names::default()), |text| Names::read(&text).map_err(|e| e.to_string()))
}
