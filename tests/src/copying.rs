//! Copies of a house, and what must be true of them whatever happened.

use crate::house::{House, env_on, full};
use crate::inspect;
use jingui_vault::copies::{
    Begun, Checked, CopyOptions, CopyVault, DirTarget, Made, RestoreOptions, Restored, States, Target,
    restore,
};
use jingui_vault::fs::Fs;
use jingui_vault::{Options, Result, Session, Vault};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the house's copy lies.
pub fn place(house: &House) -> PathBuf {
    house.root.join("copy")
}

/// The house's target on a disk.
pub fn target(house: &House, fs: Arc<dyn Fs>) -> Result<Arc<dyn Target>> {
    Ok(Arc::new(DirTarget::open(env_on(fs), &place(house))?))
}

/// Makes a state of the copy, one file after the other so that two runs do the same.
pub fn copy(house: &House, vault: &Vault, fs: Arc<dyn Fs>) -> Result<Made> {
    copy_at(vault, &*target(house, fs)?)
}

/// The same at a target.
pub fn copy_at(vault: &Vault, target: &dyn Target) -> Result<Made> {
    let options = CopyOptions { outside: true, threads: 1, ..CopyOptions::default() };
    vault.copy_to(target, &options)
}

/// Reads the copy again, and opens everything that is in it.
pub fn check(house: &House, fs: Arc<dyn Fs>) -> Result<Checked> {
    check_at(house, target(house, fs.clone())?, fs)
}

/// The same at a target.
pub fn check_at(house: &House, target: Arc<dyn Target>, fs: Arc<dyn Fs>) -> Result<Checked> {
    let copy = CopyVault::open(&env_on(fs), target, None, Some(house.keys()))?;
    let session = copy.vault().ok().map(|vault| vault.sign_in(house.people.founder.person())).transpose()?;
    copy.verify(session.as_ref(), u64::MAX, &|_| {}, &|| false)
}

/// Lines of the newest whole state; 0 where there is none.
pub fn counted(house: &House, fs: Arc<dyn Fs>) -> Result<u64> {
    counted_at(&*target(house, fs)?)
}

/// The same at a target.
pub fn counted_at(target: &dyn Target) -> Result<u64> {
    let Begun::Copy(mark) = Begun::look(target)? else { return Ok(0) };
    Ok(States::read(target, &mark)?.newest.map_or(0, |state| state.lines))
}

/// Puts the vault back into a directory.
pub fn put_back(house: &House, dir: &Path, fs: Arc<dyn Fs>) -> Result<Restored> {
    put_back_from(target(house, fs.clone())?, dir, fs)
}

/// The same from a target.
pub fn put_back_from(target: Arc<dyn Target>, dir: &Path, fs: Arc<dyn Fs>) -> Result<Restored> {
    let options = RestoreOptions { threads: 1, ..RestoreOptions::default() };
    restore(&env_on(fs), target, dir, &options)
}

/// Opens a vault that was put back: to read it, or to take it over.
pub fn open_back(house: &House, dir: &Path, fs: Arc<dyn Fs>, takes_over: bool) -> Result<(Vault, Session)> {
    let options = Options { keystore: Some(house.keys()), takes_over, ..Options::default() };
    let vault = Vault::open(env_on(fs), dir, options)?;
    let session = vault.sign_in(house.people.founder.person())?;
    Ok((vault, session))
}

/// Says what is wrong with a copy of which so many lines had been said to count: the newest state has at least these,
/// everything in it opens, and it comes back as a vault that is whole.
pub fn judge(house: &House, told: u64, fs: &Arc<dyn Fs>, back: &Path) -> Vec<String> {
    judge_at(house, told, &|| target(house, fs.clone()), fs, back)
}

/// The same at a target, which is reached anew each time.
pub fn judge_at(
    house: &House,
    told: u64,
    target: &dyn Fn() -> Result<Arc<dyn Target>>,
    fs: &Arc<dyn Fs>,
    back: &Path,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut look = || -> Result<()> {
        let lines = counted_at(&*target()?)?;
        if lines < told {
            wrong.push(format!("a state of {told} lines counted, the newest whole one has {lines}"));
        }
        if lines == 0 {
            return Ok(());
        }
        let checked = check_at(house, target()?, fs.clone())?;
        let found = checked.report.findings.iter();
        wrong.extend(found.map(|f| format!("the copy: {} {}: {}", f.path, f.finding, f.detail)));
        let restored = put_back_from(target()?, back, fs.clone())?;
        wrong.extend(restored.lacking.iter().map(|f| format!("not put back: {} {}", f.path, f.detail)));
        if restored.state.lines != lines {
            wrong.push(format!("put back as of {} lines, not {lines}", restored.state.lines));
        }
        wrong.extend(whole_back(&**fs, back));
        Ok(())
    };
    if let Err(error) = look() {
        wrong.push(full(&error));
    }
    wrong
}

/// Says what is wrong with the files of a vault that was put back.
pub fn whole_back(fs: &(dyn Fs + 'static), back: &Path) -> Vec<String> {
    let mut found = inspect::vault(fs, back, true).1;
    found.retain(|wrong| wrong != "extra: settings/restored.json");
    found
}
