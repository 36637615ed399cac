//! One question to a store, asked until it is answered.
//!
//! The futures of the client library run on a runtime that lives and ends with the store; whoever asks waits. A
//! question is asked again only if it may go well the next time, and only so often.

use crate::access::{Access, Patience};
use crate::address::Address;
use crate::fault::{Asked, Fault, FaultKind, Trouble, judge};
use crate::wire::Wire;
use futures_util::StreamExt;
use jingui_vault::Error;
use jingui_vault::env::Env;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, RetryConfig};
use std::future::Future;
use std::ops::Range;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Runtime;

/// How often it is looked up whether somebody wants it ended.
const LOOK: Duration = Duration::from_millis(100);

/// Whether somebody wants it ended; asked often, from several threads.
pub(crate) type Interrupted = Arc<dyn Fn() -> bool + Send + Sync>;

/// A bucket, and what stands before every name in it.
pub(crate) struct Store {
    /// Gone only while it is being dropped.
    runtime: Option<Runtime>,
    pub s3: AmazonS3,
    wire: Wire,
    prefix: String,
    /// As errors name it: where it is, and the bucket.
    shown: String,
    patience: Patience,
    interrupted: Interrupted,
    env: Env,
    /// The last thing that will not go well by itself: what could not be read says nothing of the files then.
    fault: Mutex<Option<Fault>>,
}

impl Store {
    /// Asks nothing yet.
    ///
    /// Errors: what was given makes no store.
    pub fn new(
        address: &Address,
        access: &Access,
        env: Env,
        interrupted: Interrupted,
    ) -> Result<Self, Error> {
        let (url, endpoint) = access.bucket_url(address.bucket());
        let shown = format!("{endpoint}/{}", address.bucket());
        let unfit = |why: String| Error::StoreUnreachable { store: shown.clone(), why };
        let wire = Wire::new(access).map_err(unfit)?;
        let retry = RetryConfig { max_retries: 0, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(address.bucket())
            .with_region(access.region())
            // Told that the bucket is in the address already, the client adds nothing to it.
            .with_endpoint(url)
            .with_virtual_hosted_style_request(true)
            .with_allow_http(true)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_access_key_id(&access.credentials.id)
            .with_secret_access_key(&access.credentials.secret)
            .with_retry(retry)
            .with_http_connector(wire.clone());
        if let Some(token) = &access.credentials.token {
            builder = builder.with_token(token);
        }
        let s3 = builder.build().map_err(|error| unfit(crate::wire::chain(&error)))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("jingui-sync")
            .enable_all()
            .build()
            .map_err(|source| Error::Io { doing: "start a thread for the store".into(), source })?;
        let (prefix, patience) = (address.prefix().to_owned(), access.patience);
        let (runtime, fault) = (Some(runtime), Mutex::default());
        Ok(Self { runtime, s3, wire, prefix, shown, patience, interrupted, env, fault })
    }

    /// The key of a name.
    pub fn key(&self, name: &str) -> String {
        match (&*self.prefix, name) {
            ("", name) => name.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, name) => format!("{prefix}/{name}"),
        }
    }

    /// The same for the client library.
    pub fn path(&self, name: &str) -> Path {
        let key = self.key(name);
        // The prefix has been tried; names in a copy are ASCII without anything that the client would spell otherwise.
        Path::parse(&key).unwrap_or_else(|_| Path::from(key))
    }

    /// Has uploads in parts end on condition that nothing has the name.
    pub fn set_conditional(&self) {
        self.wire.conditional.store(true, Ordering::Relaxed);
    }

    /// Asks once.
    pub fn once<T>(
        &self,
        name: &str,
        asked: Asked,
        question: impl Future<Output = object_store::Result<T>>,
    ) -> Result<T, Trouble> {
        if (self.interrupted)() {
            return Err(self.note(Trouble::Interrupted));
        }
        let runtime = self.runtime.as_ref().expect("it is taken by dropping alone");
        let answer = runtime.block_on(async {
            let mut question = pin!(question);
            loop {
                match tokio::time::timeout(LOOK, &mut question).await {
                    Ok(answer) => return answer.map_err(|error| judge(&error, &self.key(name), asked)),
                    Err(_) if (self.interrupted)() => return Err(Trouble::Interrupted),
                    Err(_) => {}
                }
            }
        });
        answer.map_err(|trouble| self.note(trouble))
    }

    /// Asks until it is answered, or so often that it will not be.
    pub fn ask<T, F: Future<Output = object_store::Result<T>>>(
        &self,
        name: &str,
        asked: Asked,
        mut question: impl FnMut() -> F,
    ) -> Result<T, Trouble> {
        let mut turns = self.turns(name);
        loop {
            match self.once(name, asked, question()) {
                Err(Trouble::Passing(why)) => turns.next(why)?,
                answer => return answer,
            }
        }
    }

    /// Counts how often something is tried.
    pub fn turns<'a>(&'a self, name: &'a str) -> Turns<'a> {
        Turns { store: self, name, tried: 0, pause: self.patience.pause }
    }

    /// Gives the bytes of a range of an object to `take`, goes on where it was cut off, and returns the object's size.
    pub fn read(&self, name: &str, range: Range<u64>, take: &mut dyn FnMut(&[u8])) -> Result<u64, Trouble> {
        let (path, mut at) = (self.path(name), range.start);
        let mut turns = self.turns(name);
        loop {
            let seen = self.once(name, Asked::Read, async {
                let range = Some(GetRange::Bounded(at..range.end));
                let got = self.s3.get_opts(&path, GetOptions { range, ..GetOptions::default() }).await?;
                let size = got.meta.size;
                let mut pieces = got.into_stream();
                while let Some(piece) = pieces.next().await {
                    let piece = piece?;
                    at += piece.len() as u64;
                    take(&piece);
                }
                Ok(size)
            });
            match seen {
                Ok(size) if at == range.end.min(size) => return Ok(size),
                Ok(size) => turns.next(format!("{at} of {size} bytes came"))?,
                // An object without a byte has no range.
                Err(Trouble::Beyond) if range.start == 0 && at == 0 => return Ok(0),
                Err(Trouble::Passing(why)) => turns.next(why)?,
                Err(trouble) => return Err(trouble),
            }
        }
    }

    /// Size of an object; `None` where there is none.
    pub fn size(&self, name: &str) -> Result<Option<u64>, Trouble> {
        let path = self.path(name);
        let head = || self.s3.get_opts(&path, GetOptions { head: true, ..GetOptions::default() });
        match self.ask(name, Asked::Read, head) {
            Ok(got) => Ok(Some(got.meta.size)),
            Err(Trouble::Missing) => Ok(None),
            // The answer to this question has no room for why not; that to another one has.
            Err(Trouble::Lasting(fault)) => {
                self.ask("", Asked::List, || self.s3.list_with_delimiter(Some(&path)))?;
                Err(Trouble::Lasting(fault))
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// Remembers what will not go well by itself.
    fn note(&self, trouble: Trouble) -> Trouble {
        let fault = match &trouble {
            Trouble::Lasting(fault) => fault.clone(),
            Trouble::Interrupted => {
                Fault { kind: FaultKind::Interrupted, key: String::new(), why: String::new() }
            }
            _ => return trouble,
        };
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        trouble
    }

    /// The error of a trouble that nobody has an answer to.
    pub fn error(&self, trouble: Trouble, name: &str) -> Error {
        let key = self.key(name);
        let fault = match trouble {
            Trouble::Lasting(fault) => fault,
            Trouble::Interrupted => Fault { kind: FaultKind::Interrupted, key, why: String::new() },
            Trouble::Passing(why) => Fault { kind: FaultKind::Unreachable, key, why },
            Trouble::Missing => Fault { kind: FaultKind::Refused, key, why: "it is not there".into() },
            Trouble::Taken => Fault { kind: FaultKind::Refused, key, why: "something is there".into() },
            Trouble::Unconditional => Fault { kind: FaultKind::Refused, key, why: "HTTP 501".into() },
            Trouble::Beyond => Fault { kind: FaultKind::Refused, key, why: "it is shorter".into() },
        };
        self.told(&fault)
    }

    fn told(&self, fault: &Fault) -> Error {
        fault.error(&self.shown, &self.env.now().to_string())
    }

    /// What will not go well by itself, if there was anything.
    pub fn fault(&self) -> Result<(), Error> {
        match &*self.fault.lock().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(fault) => Err(self.told(fault)),
        }
    }

    /// What was remembered has turned out well after all.
    pub fn forget(&self) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Waits, and looks up.
    pub fn pause(&self, pause: Duration) {
        let mut left = pause;
        while !left.is_zero() && !(self.interrupted)() {
            let slice = left.min(LOOK);
            std::thread::sleep(slice);
            left -= slice;
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // A name that is being looked up would be waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// How often something has been tried.
pub(crate) struct Turns<'a> {
    store: &'a Store,
    name: &'a str,
    tried: u32,
    pause: Duration,
}

impl Turns<'_> {
    /// Waits before the next attempt.
    ///
    /// Errors: there is none any more; the store counts as one that cannot be reached.
    pub fn next(&mut self, why: String) -> Result<(), Trouble> {
        self.tried += 1;
        if self.tried >= self.store.patience.attempts {
            let (kind, key) = (FaultKind::Unreachable, self.store.key(self.name));
            let why = format!("{key}: {why}; tried {} times", self.tried);
            return Err(self.store.note(Trouble::Lasting(Fault { kind, key, why })));
        }
        self.store.pause(self.pause);
        self.pause *= 2;
        Ok(())
    }
}
