//! What arrived damaged is put once more, below `again/`: nothing at a target is ever replaced.

use super::Made;
use super::create::{Fate, Job, Named};
use super::crew::Counts;
use super::mended::came_again;
use super::target::{Begun, States, Target};
use crate::error::{Error, Result};
use crate::toml_copy::{self, VAULT_TOML};
use crate::vault::Vault;
use crate::verify::FindingKind;
use jingui_schema::digest::FileMark;
use jingui_schema::exchange::{Report, again_name};
use std::collections::BTreeSet;

impl Vault {
    /// Puts a file below `again/` because something else lies in its place; nothing where it lies there already.
    pub(super) fn put_beside(
        &self,
        target: &dyn Target,
        job: &Job,
        lines: u64,
        counts: &Counts,
    ) -> Result<(Fate, Option<FindingKind>)> {
        match came_again(target, &job.name, job.mark)? {
            true => Ok((Fate::There, None)),
            false => {
                let (path, name) = (job.path.clone(), again_name(lines, &job.name));
                self.put(target, &Job { path, name, mark: job.mark, known: false }, counts)
            }
        }
    }

    /// Puts once more what a report wants, as far as it belongs to the vault now and was not put again for that report.
    /// Says what became of each, by its name in the state.
    ///
    /// Errors: as of [`Vault::copy_to`], which has made a state a moment ago.
    pub(crate) fn put_again(
        &self,
        target: &dyn Target,
        report: &Report,
        made: &Made,
    ) -> Result<Vec<(String, Fate)>> {
        let wanted: BTreeSet<&str> = report.wanted.iter().map(|file| &*file.name).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        // Only what the journal names is asked for: whoever wrote the report may have made names up.
        let came = |name: &str| target.stat(&again_name(report.lines, name)).map(|stat| stat.is_some());
        let (counts, mut done) = (Counts::default(), Vec::new());
        let mut put = |job: Job| -> Result<()> {
            let name = job.name.clone();
            if came(&name)? {
                return Ok(());
            }
            let again = Job { name: again_name(report.lines, &name), ..job };
            match self.put(target, &again, &counts) {
                Ok((fate, _)) => done.push((name, fate)),
                // It arrived damaged once more. The report over a later state makes room for the next attempt.
                Err(Error::InTheWay { .. }) => done.push((name, Fate::Other)),
                Err(error) => return Err(error),
            }
            Ok(())
        };
        let position = self.position()?;
        let mut named = std::collections::BTreeMap::new();
        for item in self.lines_since(None, &position.commit)? {
            self.named_by(&item?.0.act.deed, &position, &mut |file| match file {
                Named::Sealed(job) if wanted.contains(&*job.name) => put(job),
                Named::Sealed(_) => Ok(()),
                Named::Set(file) => {
                    named.insert(file.path.clone(), file);
                    Ok(())
                }
            })?;
        }
        for file in named.into_values().filter(|file| wanted.contains(&*file.name())) {
            put(Job { path: file.path.clone(), name: file.name(), mark: file.mark(), known: false })?;
        }
        let Begun::Copy(mark) = Begun::look(target)? else { return Ok(done) };
        let state = States::one(target, &mark, made.lines)?;
        for piece in state.pieces.iter().filter(|piece| wanted.contains(&*piece.name())) {
            if came(&piece.name())? {
                continue;
            }
            self.put_piece(target, piece, &state.pieces, &again_name(report.lines, &piece.name()), &counts)?;
            done.push((piece.name(), Fate::Brought));
        }
        let toml = toml_copy::text(&self.state());
        for file in state.named.iter().filter(|file| file.path == VAULT_TOML) {
            let is_this = file.mark() == FileMark::of(toml.as_bytes());
            if wanted.contains(&*file.name()) && is_this && !came(&file.name())? {
                let name = again_name(report.lines, &file.name());
                target.put(&name, file.mark(), false, &mut toml.as_bytes())?;
                done.push((file.name(), Fate::Brought));
            }
        }
        target.settle()?;
        Ok(done)
    }
}
