//! A head goes out to be countersigned, and the answer comes in.

use crate::error::{Doing, Error, Result};
use crate::journal::full;
use crate::layout::head_path;
use crate::session::Session;
use crate::state::State;
use crate::vault::Vault;
use crate::writer::Done;
use jingui_schema::act::{Act, ActFile, CosignerName, Deed, HeadCosigned};
use jingui_schema::cosignature::{Answer, Cosignature, CosignerKey, Request};
use jingui_schema::digest::Sha256;
use jingui_schema::head::{NOTE_BYTES_MAX, SignedHead};
use jingui_schema::id::By;
use jingui_schema::merkle;
use jingui_schema::time::Time;

/// An answer that brings its line alone is compared with so many of the newest heads.
const HEADS_TRIED: usize = 4096;

/// What came of taking in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The line that says so; 0 where it was only looked at.
    pub seq: u64,
    /// Lines under the head.
    pub lines: u64,
    /// When it was countersigned.
    pub at: Time,
    /// Whether it had been taken in before; then this is the first result.
    pub repeated: bool,
}

impl Session {
    /// Names whoever countersigns heads from here on.
    ///
    /// Errors: [`Error::NotAuthority`]; [`Error::CosignerNamed`]; [`Error::NotACosigner`].
    pub fn name_cosigner(&self, key: &CosignerKey) -> Result<Done> {
        self.carry_out(None, |_| CosignerName { key: key.to_string() }.into())
    }

    /// Says whether [`Session::name_cosigner`] would do it; changes nothing.
    pub fn may_name_cosigner(&self, key: &CosignerKey) -> Result<()> {
        self.prepare(None, &|_| CosignerName { key: key.to_string() }.into()).map(drop)
    }

    /// Signs the same into an act file instead.
    pub fn write_cosigner(&self, key: &CosignerKey) -> Result<ActFile> {
        self.write_act(None, |_| CosignerName { key: key.to_string() }.into())
    }
}

impl Vault {
    /// A request to the authority to name whoever countersigns heads.
    ///
    /// Errors: as of [`Session::name_cosigner`].
    pub fn cosigner_request(&self, key: &CosignerKey) -> Result<ActFile> {
        let (state, act) = (self.state(), self.act(CosignerName { key: key.to_string() }));
        state.decide(By::Authority, &act)?;
        Ok(ActFile::new(state.init.vault, By::Authority, act.to_raw(), None, Vec::new()))
    }

    /// Signs a head over all lines and asks the cosigner to countersign it.
    ///
    /// - `from`: the size that the cosigner knows, where it has told another than was last taken in here.
    /// - Errors: [`Error::NoCosigner`]; [`Error::BehindCosigner`] where it knows more lines than there are here.
    pub fn cosign_request(&self, from: Option<u64>) -> Result<Request> {
        let old = self.may_request(from)?;
        let (text, lines) = self.sign_head()?;
        let damaged = |why: String| Error::FileDamaged { path: head_path(lines), finding: why };
        let head = SignedHead::parse(&text).map_err(|e| damaged(full(&e)))?;
        let failed = |e: &dyn std::error::Error| Error::Catalog { why: full(e) };
        let proof =
            merkle::consistency_path(old, head.head().size(), &mut self.tree()?).map_err(|e| failed(&e))?;
        Request::new(old, proof, head).map_err(|e| failed(&e))
    }

    /// Says from which size a request would go; changes nothing.
    pub fn may_request(&self, from: Option<u64>) -> Result<u64> {
        self.writer()?;
        let state = self.state();
        state.cosigner_key()?;
        let old = from.or(state.cosigned.map(|newest| newest.lines)).unwrap_or(0);
        match old > state.lines {
            true => Err(Error::BehindCosigner { lines: state.lines.to_string(), known: old.to_string() }),
            false => Ok(old),
        }
    }

    /// Takes in an answer of the cosigner. A second arrival gets the first result.
    ///
    /// Errors: [`Error::NotAnAnswer`], [`Error::OtherLog`], [`Error::NotCosigner`], [`Error::NotOurHead`],
    /// [`Error::BadSignature`], [`Error::CosignedLater`]: each keeps the journal as it is.
    pub fn import_cosignature(&self, path_for_messages: &str, text: &str) -> Result<Imported> {
        let examined = self.examine(path_for_messages, text);
        if let Err(Error::NotOurHead { .. } | Error::OtherLog { .. }) = &examined {
            self.remember_left(text);
        }
        let (found, act) = examined?;
        let Some(act) = act else { return Ok(found) };
        let seq = self.writer()?.note(act)?.seq;
        if let Ok((head, _)) = self.cosigned_head() {
            self.remember_head(&head);
        }
        Ok(Imported { seq, ..found })
    }

    /// Says what [`Vault::import_cosignature`] would come to; changes nothing.
    pub fn may_import(&self, path_for_messages: &str, text: &str) -> Result<Imported> {
        let (found, _) = self.examine(path_for_messages, text)?;
        self.writer()?;
        Ok(found)
    }

    fn examine(&self, path: &str, text: &str) -> Result<(Imported, Option<Act>)> {
        let state = self.state();
        let bad = |why: String| Error::NotAnAnswer { path: path.into(), why };
        let answer = Answer::parse(text).map_err(|e| bad(full(&e)))?;
        let ours = state.head_over(0, &Sha256::ZERO);
        if let Some(head) = answer.head().filter(|head| head.origin() != ours.origin()) {
            return Err(Error::OtherLog { origin: head.origin().into() });
        }
        let key = state.cosigner_key()?;
        let not_by = || Error::NotCosigner { names: answer.names().join(", "), name: key.name().into() };
        let cosignature = answer.cosignature_by(&key).ok_or_else(not_by)?;
        let (lines, root) = match answer.head() {
            Some(head) => {
                let other = || Error::NotOurHead { lines: head.size().to_string() };
                let root = self.root_signed(&state, head.size())?.ok_or_else(other)?;
                if state.head_over(head.size(), &root) != *head {
                    return Err(other());
                }
                (head.size(), root)
            }
            None => self.head_it_fits(&state, &key, &cosignature)?,
        };
        let d = HeadCosigned { lines, root, cosignature: cosignature.to_base64() };
        if let Some(newest) = state.cosigned {
            let (line, _) = self.line(newest.seq)?;
            if matches!(&line.act.deed, Deed::HeadCosigned(known) if *known == d) {
                let at = newest.at;
                return Ok((Imported { seq: newest.seq, lines, at, repeated: true }, None));
            }
        }
        let act = self.act(d);
        state.decide(By::Vault, &act)?;
        let at = super::state::time_of(cosignature.time).expect("it was decided on");
        Ok((Imported { seq: 0, lines, at, repeated: false }, Some(act)))
    }

    /// The root over so many lines, if this vault has signed a head over them.
    fn root_signed(&self, state: &State, lines: u64) -> Result<Option<Sha256>> {
        if lines == 0 || lines > state.lines {
            return Ok(None);
        }
        let path = self.layout().path(&head_path(lines));
        if self.env().fs.stat(&path).doing("look at", &path)?.is_none() {
            return Ok(None);
        }
        self.root_of(lines).map(|root| Some(Sha256(root)))
    }

    /// The head that a line without one is about: one of ours over which it verifies.
    fn head_it_fits(
        &self,
        state: &State,
        key: &CosignerKey,
        cosignature: &Cosignature,
    ) -> Result<(u64, Sha256)> {
        let dir = self.layout().path("journal/heads");
        let size = |name: &std::ffi::OsStr| name.to_str()?.strip_suffix(".head")?.parse::<u64>().ok();
        let names = self.env().fs.list(&dir).doing("list", &dir)?;
        let mut sizes: Vec<u64> = names.iter().filter_map(|(name, _)| size(name)).collect();
        sizes.sort_unstable();
        for lines in sizes.into_iter().rev().take(HEADS_TRIED) {
            if let Some(root) = self.root_signed(state, lines)?
                && cosignature.verify(key, &state.head_over(lines, &root)).is_ok()
            {
                return Ok((lines, root));
            }
        }
        Err(Error::BadSignature { by: key.name().into() })
    }

    /// The newest countersigned head with the cosigner's line below it, and the lines under it.
    ///
    /// Errors: [`Error::NoCosignedHead`].
    pub fn cosigned_head(&self) -> Result<(String, u64)> {
        let state = self.state();
        let newest = state.cosigned.ok_or(Error::NoCosignedHead {})?;
        let key = state.cosigner_key()?;
        let path = self.layout().path(&head_path(newest.lines));
        let bytes = self.env().fs.read(&path, NOTE_BYTES_MAX as u64).doing("read", &path)?;
        let damaged = |why: String| Error::FileDamaged { path: head_path(newest.lines), finding: why };
        let mut head = SignedHead::parse(&String::from_utf8_lossy(&bytes)).map_err(|e| damaged(full(&e)))?;
        let (_, cosignature) = self.cosigned_as(newest.seq)?;
        head.add_cosignature(&key, &cosignature).map_err(|e| damaged(full(&e)))?;
        Ok((head.to_text(), newest.lines))
    }

    /// A signed head over all lines: the countersigned one, where nothing has happened since but that it came.
    pub fn newest_of_heads(&self) -> Result<(String, u64)> {
        let state = self.state();
        let quiet = |newest: crate::state::Cosigned| {
            state.head.map(|head| (head.lines, head.seq)) == Some((newest.lines, newest.seq - 1))
                && state.lines == newest.seq
        };
        match state.cosigned {
            Some(newest) if quiet(newest) => self.cosigned_head(),
            _ => self.sign_head(),
        }
    }

    /// Checks that the newest countersigned head is one of this journal: that the root it names is that of its lines.
    ///
    /// Whatever rests on that head asks this first: opening believes the line for its signature, not for its root.
    /// Errors: [`Error::NotOurHead`].
    pub fn check_cosigned(&self) -> Result<()> {
        let Some(newest) = self.state().cosigned else { return Ok(()) };
        let (root, _) = self.cosigned_as(newest.seq)?;
        match self.root_of(newest.lines)? == root.0 {
            true => Ok(()),
            false => Err(Error::NotOurHead { lines: newest.lines.to_string() }),
        }
    }

    /// Root and cosignature of a line that brought one.
    fn cosigned_as(&self, seq: u64) -> Result<(Sha256, Cosignature)> {
        let damaged = || Error::JournalDamaged {
            path: crate::layout::segment_path(1),
            seq: seq.to_string(),
            why: "it brings no cosignature".into(),
        };
        match self.line(seq)?.0.act.deed {
            Deed::HeadCosigned(d) => {
                Ok((d.root, Cosignature::from_base64(&d.cosignature).ok_or_else(damaged)?))
            }
            _ => Err(damaged()),
        }
    }
}
