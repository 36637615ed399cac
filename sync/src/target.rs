//! Copies in a store: a [`Target`] over a bucket.

use crate::access::Access;
use crate::address::Address;
use crate::fault::{Asked, Trouble};
use crate::lock::Locking;
use crate::probed::LockMode;
use crate::read::Reader;
use crate::send::Sending;
use crate::store::{Interrupted, Store};
use jingui_schema::digest::FileMark;
use jingui_vault::copies::{Locker, Put, Target};
use jingui_vault::env::Env;
use jingui_vault::fs::{Kind, ReadFile, Stat};
use jingui_vault::{Error, Result};
use object_store::{ObjectStore, PutMode, PutOptions, PutPayload};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What a store is tried with; nothing else is ever put under a name that may be taken.
pub const PROBE: &str = "PROBE";
const PROBE_TEXT: &str = "Put twice by jingui, to see whether this store refuses the second time.\n";

/// A place for copies in a bucket.
pub struct StoreTarget {
    reader: Arc<Reader>,
    name: String,
    /// Whether the store keeps a condition; `None` until it was tried.
    conditional: Mutex<Option<bool>>,
    /// What locks, where it was shown that the store does.
    locking: OnceLock<Locking>,
    /// What another connection is made of.
    made_of: (Address, Access, Env, Interrupted),
}

impl StoreTarget {
    /// Opens a place in a bucket that is there, and that who asks may list.
    ///
    /// - `interrupted`: asked often, from several threads, whether to end.
    /// - Errors: why the store cannot be reached, or lets nobody in.
    pub fn open(
        address: &Address,
        access: &Access,
        env: Env,
        interrupted: Arc<dyn Fn() -> bool + Send + Sync>,
    ) -> Result<Self> {
        let made_of = (address.clone(), access.clone(), env.clone(), interrupted.clone());
        let store = Store::new(address, access, env, interrupted as Interrupted)?;
        let name = match &access.endpoint {
            None => address.to_string(),
            Some(endpoint) => format!("{address} ({})", endpoint.trim_end_matches('/')),
        };
        let (reader, conditional) = (Arc::new(Reader::new(store)), Mutex::default());
        let target = Self { reader, name, conditional, locking: OnceLock::new(), made_of };
        // Answers to other questions do not say which of store, bucket and credentials is wrong.
        target.list("states")?;
        Ok(target)
    }

    /// Whether the store keeps the condition that nothing has a name; `None` where nothing was put yet.
    pub fn is_conditional(&self) -> Option<bool> {
        *self.conditional.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has what is put here locked in this mode from here on: for who knows that the store locks.
    ///
    /// Errors: as of [`StoreTarget::open`].
    pub fn lock_in(&self, mode: LockMode) -> Result<()> {
        let (address, access, env, interrupted) = &self.made_of;
        let locking = Locking::new(address, access, env.clone(), interrupted.clone(), mode)?;
        // The first one counts.
        drop(self.locking.set(locking));
        Ok(())
    }

    fn store(&self) -> &Store {
        &self.reader.store
    }

    /// Tries once whether the store keeps a condition. The others wait: what they put depends on it.
    fn conditional(&self) -> Result<bool> {
        let mut known = self.conditional.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = *known {
            return Ok(known);
        }
        let path = self.store().path(PROBE);
        let put = || {
            self.store().ask(PROBE, Asked::Write, || {
                let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
                self.store().s3.put_opts(&path, PutPayload::from_static(PROBE_TEXT.as_bytes()), options)
            })
        };
        // The first time it may not be there yet. It has the same bytes each time: whoever replaces it changes nothing.
        let keeps = match put().and_then(|_| put()) {
            Ok(_) | Err(Trouble::Unconditional) => false,
            Err(Trouble::Taken) => true,
            Err(trouble) => return Err(self.store().error(trouble, PROBE)),
        };
        if keeps {
            self.store().set_conditional();
        }
        *known = Some(keeps);
        Ok(keeps)
    }
}

impl Target for StoreTarget {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn stat(&self, name: &str) -> Result<Option<Stat>> {
        let size = self.store().size(name).map_err(|trouble| self.store().error(trouble, name))?;
        Ok(size.map(file))
    }

    fn list(&self, below: &str) -> Result<Vec<(String, Stat)>> {
        let store = self.store();
        let path = store.path(below);
        let listed = store.ask(below, Asked::List, || store.s3.list_with_delimiter(Some(&path)));
        let listed = listed.map_err(|trouble| store.error(trouble, below))?;
        let last = |path: &object_store::path::Path| path.filename().map(str::to_owned);
        let directory = Stat { kind: Kind::Directory, size: 0, changed: 0, modified: 0 };
        let directories = listed.common_prefixes.iter().filter_map(|p| Some((last(p)?, directory)));
        // Some programs put an object of the prefix's own name, to show it as a directory.
        let objects = listed.objects.iter().filter(|object| object.location != path);
        let files = objects.filter_map(|object| Some((last(&object.location)?, file(object.size))));
        let is_ours = |name: &str| below.is_empty() && name == PROBE;
        Ok(directories.chain(files).filter(|(name, _)| !is_ours(name)).collect())
    }

    fn get(&self, name: &str) -> io::Result<Box<dyn ReadFile>> {
        Ok(Box::new(self.reader.open(name)?))
    }

    fn put(&self, name: &str, mark: FileMark, known: bool, source: &mut dyn Read) -> Result<Put> {
        let conditional = self.conditional()?;
        let lock = self.locking.get().and_then(|locking| Some((locking, locking.at_put(name)?)));
        let sending = Sending { store: self.store(), name, mark, conditional, lock };
        // Also where the store keeps a condition: a body is not sent only to be refused.
        match self.stat(name)? {
            None => sending.send(source),
            Some(there) if there.size != mark.size => {
                let finding = format!("it has {} bytes, not {}", there.size, mark.size);
                Err(Error::InTheWay { path: self.store().key(name), finding })
            }
            Some(_) if known => Ok(Put::There),
            // Whoever put it may have been cut off before it was read again.
            Some(_) => match sending.is_this()? {
                true => Ok(Put::There),
                false => Err(sending.in_the_way()),
            },
        }
    }

    fn is_far(&self) -> bool {
        true
    }

    fn locks(&self) -> Option<&dyn Locker> {
        self.locking.get().map(|locking| locking as &dyn Locker)
    }

    fn is_there(&self) -> Result<()> {
        self.store().fault()
    }
}

fn file(size: u64) -> Stat {
    Stat { kind: Kind::File, size, changed: 0, modified: 0 }
}
