//! Disks that do not do what they say: what shows that the histories can fail.

use jingui_tests::lossy::LossyFs;
use jingui_tests::lying::{Asked, Done, Lying, is};
use jingui_vault::fs::Fs;
use std::sync::Arc;

/// Syncs of the journal do nothing.
pub fn forgetful(disk: LossyFs) -> Arc<dyn Fs> {
    Arc::new(Lying::over(Arc::new(disk), |asked, path| match asked {
        Asked::Sync if path.parent().is_some_and(|dir| dir.ends_with("vault/journal")) => Done::Never,
        _ => Done::Well,
    }))
}

/// One byte of each supplemented cover is another when it is read again.
pub fn bending(disk: LossyFs) -> Arc<dyn Fs> {
    Arc::new(Lying::over(Arc::new(disk), |asked, path| match asked {
        Asked::Read if is(path, "/covers/") && is(path, ".2.e") => Done::Wrongly,
        _ => Done::Well,
    }))
}
