//! What lines may say of cosigner and countersigned heads, and what they change.

use crate::error::{Error, Result};
use crate::state::{Cosigned, State};
use jingui_schema::act::{CosignerName, HeadCosigned};
use jingui_schema::cosignature::{Cosignature, CosignerKey};
use jingui_schema::facts::Role;
use jingui_schema::head::VerifierKey;
use jingui_schema::id::By;
use jingui_schema::time::Time;

impl State {
    /// The key of whoever countersigns heads.
    ///
    /// Errors: [`Error::NoCosigner`] where nobody has been named.
    pub fn cosigner_key(&self) -> Result<CosignerKey> {
        let key = self.cosigner.as_ref().and_then(|key| key.parse().ok());
        key.ok_or(Error::NoCosigner {})
    }

    /// The authority names who countersigns; in a solo vault, which has none, a security administrator.
    pub(crate) fn decide_cosigner(&self, by: By, d: &CosignerName) -> Result<()> {
        match by {
            By::Authority => {}
            By::Staff(staff) if self.init.solo => drop(self.with_role(staff, &[Role::Security])?),
            _ => return Err(Error::NotAuthority {}),
        }
        let key: CosignerKey = d
            .key
            .parse()
            .map_err(|e| Error::NotACosigner { key: d.key.clone(), why: crate::journal::full(&e) })?;
        if self.cosigner.as_ref() == Some(&d.key) {
            return Err(Error::CosignerNamed { name: key.name().into() });
        }
        // Whoever countersigns has to be somebody else than those it is to watch over.
        let own_log = self.init.log.parse::<VerifierKey>();
        let insider = self.staff.iter().find(|(_, m)| m.is_active() && m.sign.0 == *key.public());
        match insider {
            _ if own_log.is_ok_and(|log| log.public().as_bytes() == key.public()) => {
                Err(Error::NotACosigner { key: d.key.clone(), why: "it is the log's own key".into() })
            }
            Some((staff, _)) if !self.init.solo => Err(Error::Enrolled { staff: staff.to_string() }),
            _ => Ok(()),
        }
    }

    /// A head counts as countersigned if the cosigner has signed it, and its time and size go back behind nothing that
    /// counted. That its root is the lines' is checked by whoever has the tree.
    pub(crate) fn decide_cosigned(&self, d: &HeadCosigned) -> Result<()> {
        let key = self.cosigner_key()?;
        let bad = || Error::BadSignature { by: key.name().into() };
        let cosignature = Cosignature::from_base64(&d.cosignature).ok_or_else(bad)?;
        let at = time_of(cosignature.time).ok_or_else(bad)?;
        cosignature.verify(&key, &self.head_over(d.lines, &d.root)).map_err(|_| bad())?;
        if d.lines == 0 || d.lines > self.lines {
            return Err(Error::NotOurHead { lines: d.lines.to_string() });
        }
        match self.cosigned {
            Some(newest) if d.lines < newest.lines || at < newest.at => {
                Err(Error::CosignedLater { lines: newest.lines.to_string(), at: newest.at.to_string() })
            }
            Some(newest) if (newest.lines, newest.at) == (d.lines, at) => {
                Err(Error::Stale { why: format!("line {} says so already", newest.seq) })
            }
            _ => Ok(()),
        }
    }

    /// Another cosigner has seen nothing yet: what the one before countersigned says nothing any more.
    pub(crate) fn apply_cosigner(&mut self, d: &CosignerName) {
        self.cosigner = Some(d.key.clone());
        self.cosigned = None;
        self.uncover_plans();
    }

    pub(crate) fn apply_cosigned(&mut self, d: &HeadCosigned, seq: u64) {
        let at = Cosignature::from_base64(&d.cosignature).and_then(|cosignature| time_of(cosignature.time));
        if let Some(at) = at {
            self.cosigned = Some(Cosigned { lines: d.lines, at, seq });
            self.cover_plans(d.lines, at);
        }
    }
}

/// A cosigner's time; `None` beyond the calendar.
pub(crate) fn time_of(seconds: u64) -> Option<Time> {
    let millis = i64::try_from(seconds).ok()?.checked_mul(1000)?;
    Some(Time::from_millis(millis)).filter(|time| time.millis() == millis)
}
