//! Who could still open what was destroyed: copies of the keys it was sealed to.

use super::plan::Plan;
use crate::elsewhere::Elsewhere;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::state::{Epoch, State};
use crate::vault::Vault;
use crate::writer::Done;
use jingui_schema::act::{ActFile, Deed, EpochShred, NoteMark};
use jingui_schema::cover::NoteKind;
use jingui_schema::disposal::KeyMedium;
use jingui_schema::facts::Role;
use jingui_schema::id::{By, RecordId, StaffNo, TargetId};
use jingui_schema::line::Tip;
use std::collections::{BTreeMap, BTreeSet};

impl State {
    /// A copy of a key that is not in the keystore is reported as destroyed by whoever answers for it: that of the CA by the
    /// authority, one on paper by a security administrator.
    pub(crate) fn decide_shred(&self, by: By, d: &EpochShred) -> Result<()> {
        let stale = |why: String| Err(Error::Stale { why });
        let Some(epoch) = self.epochs.get(&d.epoch) else {
            return stale(format!("there is no epoch {}", d.epoch));
        };
        if epoch.destroyed.is_none() {
            return stale(format!("the key of epoch {} is in use", d.epoch));
        }
        match (d.medium, by) {
            (KeyMedium::Escrow, By::Authority) if epoch.escrow.is_some() => {}
            (KeyMedium::Escrow, By::Staff(staff))
                if self.init.authority.is_none() && epoch.escrow.is_some() =>
            {
                self.with_role(staff, &[Role::Security])?;
            }
            (KeyMedium::Escrow, _) if epoch.escrow.is_some() => return Err(Error::NotAuthority {}),
            (KeyMedium::Sheet, By::Staff(staff)) => drop(self.with_role(staff, &[Role::Security])?),
            _ => return stale(format!("epoch {} has no such copy", d.epoch)),
        }
        let is_left = match d.medium {
            KeyMedium::Sheet => epoch.sheets_shredded < epoch.sheets,
            KeyMedium::Escrow => epoch.escrow_shredded.is_none(),
        };
        match is_left {
            true => Ok(()),
            false => stale(format!("all such copies of epoch {} are destroyed already", d.epoch)),
        }
    }
}

impl Session {
    /// Reports that a copy of an old key that was not in the keystore is destroyed; `None` where it is only rehearsed.
    pub fn shred(
        &self,
        epoch: u32,
        medium: KeyMedium,
        reason: Option<&str>,
        rehearse: bool,
    ) -> Result<Option<Done>> {
        let (note, deed) = (reason.map(|reason| (NoteKind::Reason, reason)), shredding(epoch, medium));
        match rehearse {
            true => self.prepare(note, &deed).map(|_| None),
            false => self.carry_out(note, deed).map(Some),
        }
    }

    /// The same as an act file.
    pub fn write_shred(&self, epoch: u32, medium: KeyMedium, reason: Option<&str>) -> Result<ActFile> {
        self.write_act(reason.map(|reason| (NoteKind::Reason, reason)), shredding(epoch, medium))
    }
}

fn shredding(epoch: u32, medium: KeyMedium) -> impl Fn(Option<NoteMark>) -> Deed {
    move |note| EpochShred { epoch, medium, note }.into()
}

/// Who holds a key of an epoch, by which an old copy of a cover could be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Openers {
    /// The epoch.
    pub epoch: u32,
    /// People with a copy in the keystore.
    pub members: Vec<StaffNo>,
    /// Copies on paper that nobody has reported as destroyed.
    pub sheets: u32,
    /// Whether the CA has its copy.
    pub escrow: bool,
}

impl State {
    /// Who could still open what a plan destroyed, were an old copy of it found; nobody: it is sealed for good.
    ///
    /// - Shape: every epoch up to that in which the last of it was destroyed, as far as a copy of its key is left. An epoch that
    ///   was over before the first of it was filed is among them: a key that nobody needs is better destroyed than argued about.
    /// - Source: law rules R54 and R55.
    pub fn openers(&self, plan: &Plan) -> Vec<Openers> {
        let left = |(epoch, of): (&u32, &Epoch)| {
            let members = match of.destroyed {
                None => of.members.iter().copied().collect(),
                Some(_) => Vec::new(),
            };
            let sheets = of.sheets.saturating_sub(of.sheets_shredded);
            let escrow = of.escrow.is_some() && of.escrow_shredded.is_none();
            let any = of.destroyed.is_none() || sheets > 0 || escrow;
            any.then_some(Openers { epoch: *epoch, members, sheets, escrow })
        };
        self.epochs.range(..=plan.epoch).filter_map(left).collect()
    }
}

impl Vault {
    /// Names of sealed bodies of destroyed records that lie where another archive had put them, by copy.
    ///
    /// Nothing of this vault opens them any more. Whoever has the keys that were escrowed for that archive does, by its covers there,
    /// until the CA removes both.
    pub fn left_sealed(&self, destroyed: &BTreeSet<RecordId>) -> Result<BTreeMap<TargetId, Vec<String>>> {
        let mut left: BTreeMap<TargetId, Vec<String>> = BTreeMap::new();
        if self.state().takings.is_empty() {
            return Ok(left);
        }
        for item in self.lines_after(Tip::START)? {
            if let Deed::RecordFile(d) = &item?.0.act.deed
                && destroyed.contains(&d.record)
            {
                for body in Elsewhere::of(d) {
                    left.entry(body.target).or_default().push(body.name);
                }
            }
        }
        left.values_mut().for_each(|names| names.sort_unstable());
        Ok(left)
    }
}
