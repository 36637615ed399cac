//! The covers that lines name: opened on all cores, and checked.

use crate::cover::Cover;
use crate::error::{Error, Result, is_of_the_machine};
use crate::journal::full;
use crate::session::Session;
use jingui_schema::act::{CoverMark, NewCover};
use jingui_schema::id::{Place, RecordId};
use std::io;
use std::path::Path;

/// Threads that open covers, for each core: most of the time a cover takes is waiting for a disk that has not read it
/// lately.
const OPENING_THREADS: usize = 4;

impl Session {
    pub(super) fn open_covers(&self, new: &[NewCover]) -> Result<Vec<Cover>> {
        let mut covers: Vec<Option<Cover>> = new.iter().map(|new| self.fresh.take(new)).collect();
        let missing = new.iter().zip(&mut covers).filter(|(_, cover)| cover.is_none());
        let mut missing: Vec<(&NewCover, &mut Option<Cover>)> = missing.collect();
        let open = |part: &mut [(&NewCover, &mut Option<Cover>)]| -> Result<()> {
            part.iter_mut().try_for_each(|(new, cover)| {
                **cover = Some(self.open_cover(new.place, new.record, new.n, &new.mark)?);
                Ok(())
            })
        };
        if missing.len() < 16 {
            open(&mut missing)?;
        } else {
            let threads = OPENING_THREADS * std::thread::available_parallelism().map_or(1, usize::from);
            let share = missing.len().div_ceil(threads);
            std::thread::scope(|scope| {
                let parts: Vec<_> =
                    missing.chunks_mut(share).map(|part| scope.spawn(|| open(part))).collect();
                parts.into_iter().try_for_each(|part| part.join().expect("opening a cover does not panic"))
            })?;
        }
        Ok(covers.into_iter().map(|cover| cover.expect("each was there or was opened")).collect())
    }

    /// Opens a cover and checks that it is the one a line names.
    ///
    /// The line may be older than the epoch the cover is sealed to by now: then `commit` and the record in it
    /// tell, not the digest. A damaged cover is taken from the mirror where one is whole, and put back.
    pub(crate) fn open_cover(
        &self,
        place: Place,
        record: RecordId,
        n: u32,
        mark: &CoverMark,
    ) -> Result<Cover> {
        let live = || self.vault.state().live_epochs().map(|(epoch, _)| epoch).collect::<Vec<_>>();
        loop {
            let epochs = live();
            let mut first = None;
            for epoch in epochs.iter().copied().filter(|epoch| *epoch >= mark.epoch) {
                match self.open_cover_of(place, record, n, epoch, mark) {
                    Ok(cover) => return Ok(cover),
                    Err(error) => first = first.or(Some(error)),
                }
            }
            // A rotation that ended meanwhile has taken away what was just looked for, and put it elsewhere.
            if live() == epochs {
                return Err(first.unwrap_or(Error::FileDamaged {
                    path: crate::layout::cover_path(place, record, n, mark.epoch),
                    finding: "missing".into(),
                }));
            }
        }
    }

    fn open_cover_of(
        &self,
        place: Place,
        record: RecordId,
        n: u32,
        epoch: u32,
        mark: &CoverMark,
    ) -> Result<Cover> {
        let below = crate::layout::cover_path(place, record, n, epoch);
        let damaged = |finding: String| Error::FileDamaged { path: below.clone(), finding };
        let key = self.epoch_key(epoch)?;
        let sealed_at = |path: &Path| match self.vault.env().fs.read(path, 256 << 20) {
            Ok(sealed) => Ok(Ok(sealed)),
            Err(source) if is_of_the_machine(&source) => {
                Err(Error::Io { doing: format!("read {}", path.display()), source })
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Err("missing".into())),
            Err(e) => Ok(Err(e.to_string())),
        };
        let read = |sealed: std::result::Result<Vec<u8>, String>| -> std::result::Result<Cover, String> {
            let sealed = sealed?;
            if epoch == mark.epoch && jingui_schema::digest::B3::of(&sealed) != mark.b3 {
                return Err("digest".into());
            }
            let plain = crate::seal::open(key.identity(), &sealed).map_err(|e| full(&e))?;
            let cover = Cover::parse(&plain).map_err(|e| full(&e))?;
            let spine = &cover.spine;
            let ours = spine.vault == self.vault.state().init.vault && spine.record == record && spine.n == n;
            match ours && cover.commit() == mark.commit {
                true => Ok(cover),
                false => Err("it is not the cover that was filed".into()),
            }
        };
        match read(sealed_at(&self.vault.layout().path(&below))?) {
            Ok(cover) => Ok(cover),
            Err(finding) => {
                let copy = self.vault.mirror_dir().map(|dir| sealed_at(&dir.join(&below))).transpose()?;
                match copy.map(read) {
                    Some(Ok(cover)) => {
                        self.vault.heal(&below, &finding)?;
                        Ok(cover)
                    }
                    _ => Err(damaged(finding)),
                }
            }
        }
    }
}
