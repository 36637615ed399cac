//! The jail: what a process that reads strangers' documents may still do. It only ever gets tighter.
//!
//! ```text
//! bounds.rs   rlimits: address space, processor, no file written, few descriptors, no core     every Linux
//! calls.rs    seccomp: no socket, no mount, no ptrace, nothing that changes a file             x86-64, AArch64, RISC-V
//! files.rs    Landlock: only libraries, fonts, language data and the programs can be opened     5.13 and later, where it is switched on
//! ```
//!
//! Where Landlock is missing a program that has been taken over can read what its user can, but has no way out with it other than its
//! answer: no network, no file, no other process.

mod bounds;
mod calls;
mod files;
mod strays;

use super::tools::Tools;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

pub use bounds::allow_processor;
pub use strays::{start_anew, strays};

/// How far one wall of the jail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// As designed.
    Whole,
    /// As far as this kernel knows it.
    Partly,
    /// This kernel does not have it.
    Not,
}

/// What is in force in a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confinement {
    /// Landlock: which files can be opened.
    pub files: Held,
    /// seccomp: which calls can be made.
    pub calls: Held,
    /// rlimits: how much can be used.
    pub bounds: Held,
}

impl Confinement {
    /// Whether the walls stand without which nothing is read: calls are filtered wherever that can be done, and bounds are set.
    pub fn suffices(self) -> bool {
        self.bounds == Held::Whole && (self.calls == Held::Whole || !calls::known_here())
    }
}

/// Jails the process that reads documents, before it has read anything.
///
/// Order matters: once calls are filtered, the rest could no longer be set.
pub fn reader(tools: &Tools, own: &Path) -> Confinement {
    alone();
    let bounds = bounds::reader();
    let files = files::restrict(tools, own);
    let calls = calls::restrict(calls::Who::Reader);
    Confinement { files, calls, bounds }
}

/// Jails a program further, in the process that is about to become it; which files it may open it has inherited.
///
/// Whether that went well enough to start it.
pub fn program(memory_bytes: u64, processor: Duration) -> bool {
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    let bounds = bounds::program(memory_bytes, processor);
    let calls = calls::restrict(calls::Who::Program);
    bounds == Held::Whole && (calls == Held::Whole || !calls::known_here())
}

/// Ends with whoever started it, belongs to no terminal, shows its memory to nobody, can gain nothing by starting a program.
fn alone() {
    use rustix::process::{
        DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal, setsid,
    };
    let _ = setsid(); // fails only for who leads a group already
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _ = rustix::thread::set_no_new_privs(true);
    let none = rustix::thread::CapabilitySet::empty();
    let none = rustix::thread::CapabilitySets { effective: none, permitted: none, inheritable: none };
    let _ = rustix::thread::set_capabilities(None, none); // started by root, it is root no more
}
