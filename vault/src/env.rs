//! What a vault is given rather than finds: file system, clock, random source.

use crate::fs::{Fs, OsFs};
use jingui_schema::id::{ActId, HoldId, NoteId, PlanId, RecordId, TargetId, VaultId};
use jingui_schema::time::Time;
use std::sync::Arc;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The host's time now.
    fn now(&self) -> Time;
}

/// Gives random bytes.
pub trait Random: Send + Sync {
    /// Fills the buffer; for ids, salts and keys alike.
    fn fill(&self, bytes: &mut [u8]);
}

/// The host's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostClock;

impl Clock for HostClock {
    fn now(&self) -> Time {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Time::from_millis(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// The operating system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// File system, clock and random source together.
#[derive(Clone)]
pub struct Env {
    /// File system.
    pub fs: Arc<dyn Fs>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Random source.
    pub random: Arc<dyn Random>,
}

impl Env {
    /// The operating system's own.
    pub fn of_host() -> Self {
        Self { fs: Arc::new(OsFs), clock: Arc::new(HostClock), random: Arc::new(OsRandom) }
    }

    /// The time now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// So many random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A new record id.
    pub fn record_id(&self) -> RecordId {
        RecordId::from_bytes(self.bytes())
    }

    /// A new note id.
    pub fn note_id(&self) -> NoteId {
        NoteId::from_bytes(self.bytes())
    }

    /// A new act id.
    pub fn act_id(&self) -> ActId {
        ActId::from_bytes(self.bytes())
    }

    /// A new id of a target for copies.
    pub fn target_id(&self) -> TargetId {
        TargetId::from_bytes(self.bytes())
    }

    /// A new id of a hold.
    pub fn hold_id(&self) -> HoldId {
        HoldId::from_bytes(self.bytes())
    }

    /// A new id for a plan to destroy records.
    pub fn plan_id(&self) -> PlanId {
        PlanId::from_bytes(self.bytes())
    }

    /// A new id for a vault.
    pub fn vault_id(&self) -> VaultId {
        VaultId::from_bytes(self.bytes())
    }
}
