//! What a store really does, found out with canaries: objects of our own below a name that nobody else has.
//!
//! Nothing is believed that was not tried, and no refusal counts that could have another reason: a lock has held only if
//! the same delete goes through once its time is over. Touches nothing but its canaries; names what is left of them.
//! Cut off, it leaves them where they are, perhaps with a legal hold on one, which does not end by itself.

mod lock; // retention and legal holds
mod plain; // what every copy needs: listing, bytes, conditions, checksums
mod versions; // versions, deleting, and what is left

use crate::access::Access;
use crate::address::Address;
use crate::fault::{Asked, Trouble, judge_said};
use crate::lock::retained;
use crate::probed::{Ability, Left, LockMode, PROBED_VERSION, Point, Probed, Why};
use crate::request::{Answer, Asking, Learnt, Request, is_busy};
use crate::said::Said;
use crate::store::Interrupted;
use http::Method;
use jingui_schema::time::Time;
use jingui_vault::Error;
use jingui_vault::copies::Begun;
use jingui_vault::env::Env;
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

/// For how many seconds a canary is retained: the next one only where a store does not take one, or was too slow for it.
const STEPS: [u64; 3] = [20, 60, 300];
/// A clock that is further off is told.
const SKEW_SECONDS: i64 = 60;
/// A store's clock is known to the second, and its own machines may differ by a little.
const SLACK: Duration = Duration::from_secs(2);

/// A probe that has not begun.
pub struct Probe {
    asking: Asking,
    place: String,
    endpoint: Option<String>,
    /// The name below which the canaries stand.
    below: String,
    dry_run: bool,
    /// The mode of retention that alone is tried.
    only: Option<LockMode>,
    env: Env,
    /// Whether it ended with an error, and may have left something.
    left: Cell<bool>,
}

impl Probe {
    /// Asks nothing yet.
    ///
    /// - `interrupted`: asked often whether to end.
    /// - `dry_run`: nothing is put; what can only be found out so is not known then.
    /// - Errors: what was given makes no store.
    pub fn new(
        address: &Address,
        access: &Access,
        env: Env,
        interrupted: Arc<dyn Fn() -> bool + Send + Sync>,
        dry_run: bool,
    ) -> Result<Self, Error> {
        let asking = Asking::new(address, access, env.clone(), interrupted as Interrupted)?;
        let endpoint = access.endpoint.as_ref().map(|endpoint| endpoint.trim_end_matches('/').to_owned());
        let (below, left) = (Begun::probe_name(&env), Cell::new(false));
        Ok(Self { asking, place: address.to_string(), endpoint, below, dry_run, only: None, env, left })
    }

    /// Tries retention in this mode and in no other one.
    #[must_use]
    pub fn in_mode(mut self, mode: LockMode) -> Self {
        self.only = Some(mode);
        self
    }

    /// The key below which its canaries stand, for whoever has to remove them if it is cut off.
    pub fn below(&self) -> String {
        self.asking.store.key(&self.below)
    }

    /// Whether canaries may be left below that key although it has ended with an error.
    pub fn may_have_left(&self) -> bool {
        self.left.get()
    }

    /// Finds out what the store does.
    ///
    /// Takes seconds; as long as the shortest retention that the store takes where Object Lock is on.
    ///
    /// Errors: why the store cannot be reached, lets nobody in, is full, or takes nothing at all. What was put until
    /// then is removed as far as that goes; not after an interruption.
    pub fn run(&self) -> Result<Probed, Error> {
        let mut run = Run {
            asking: &self.asking,
            below: &self.below,
            only: self.only,
            points: Vec::new(),
            began: false,
            lock_off: false,
            every_unread: false,
            every: None,
            step: STEPS[0],
            versioned: false,
            can_delete: None,
            until: None,
            made: Vec::new(),
            uploads: Vec::new(),
            left: Vec::new(),
            mode: None,
            lock_seconds: None,
        };
        let ran = if self.dry_run { run.look() } else { run.all() };
        if let Err(trouble) = ran {
            // The first trouble is the one that is told, whatever comes of removing what is there already.
            let asked_on = !matches!(trouble, Trouble::Interrupted);
            let clean = !run.began || asked_on && run.clean().is_ok() && run.left.is_empty();
            self.left.set(!clean);
            return Err(self.asking.store.error(trouble, &self.below));
        }
        let Run { mut points, left, mode, lock_seconds, .. } = run;
        points.sort_by_key(|point| point.ability);
        Ok(Probed {
            v: PROBED_VERSION,
            place: self.place.clone(),
            endpoint: self.endpoint.clone(),
            at: self.env.now(),
            below: self.asking.store.key(&self.below),
            points,
            mode,
            lock_seconds,
            skew_seconds: self.asking.skew_seconds(),
            left,
        })
    }
}

/// A probe under way.
struct Run<'a> {
    asking: &'a Asking,
    below: &'a str,
    /// The mode of retention that alone is tried.
    only: Option<LockMode>,
    points: Vec<Point>,
    /// Whether anything is being put.
    began: bool,
    /// Whether the store says that Object Lock is off.
    lock_off: bool,
    /// Whether the store does not tell what the bucket does with what says nothing else.
    every_unread: bool,
    /// The mode in which the bucket retains whatever says nothing else: each canary says something else then.
    every: Option<LockMode>,
    /// For how many seconds such a canary is retained.
    step: u64,
    /// Whether a put was answered with a version.
    versioned: bool,
    /// Whether who asks can remove a version for good; `None` while that is not known.
    can_delete: Option<bool>,
    /// By the store's clock: when the last canary is free.
    until: Option<Time>,
    /// Names and versions of what was put.
    made: Vec<(String, Option<String>)>,
    /// Names and ids of uploads that were not ended.
    uploads: Vec<(String, String)>,
    left: Vec<Left>,
    mode: Option<LockMode>,
    lock_seconds: Option<u64>,
}

/// What stands under a name.
enum Stands {
    Whole,
    Other,
    Gone,
    Unread(Said),
}

/// Something that was put, to be tried later.
struct Canary {
    name: String,
    version: Option<String>,
    bytes: Vec<u8>,
}

impl Run<'_> {
    /// What can be found out by asking alone.
    fn look(&mut self) -> Result<(), Trouble> {
        match self.keys()? {
            Ok(_) => self.set(Point::kept(Ability::List)),
            Err(said) => self.set(Point::not_kept(Ability::List, Why::Said).said(said)),
        }
        self.settings()?;
        self.clock();
        self.rest(Why::DryRun);
        Ok(())
    }

    /// What was not shown, and why.
    fn rest(&mut self, why: Why) {
        for ability in Ability::of_store() {
            if !self.points.iter().any(|point| point.ability == ability) {
                self.set(Point::not_known(ability, why));
            }
        }
    }

    /// All of it.
    fn all(&mut self) -> Result<(), Trouble> {
        self.enter()?;
        self.settings()?;
        self.began = true;
        self.default_retention()?;
        let written = self.bytes()?;
        self.clock();
        if !written {
            self.rest(Why::Unasked);
            return self.clean();
        }
        self.conditions()?;
        self.checksums()?;
        self.versions()?;
        let (delete, hold) = (self.canary("delete")?, self.canary("hold")?);
        // Where the bucket retains everything, nothing can be deleted or told apart before the first time is over.
        if self.every.is_none() {
            self.deleting(delete.as_ref())?;
            self.hold(hold.as_ref())?;
        }
        let pending = self.lock()?;
        // Whoever can delete nothing learns nothing by waiting.
        if self.can_delete != Some(false) {
            self.wait();
        }
        if self.every.is_some() {
            self.deleting(delete.as_ref())?;
            self.hold(hold.as_ref())?;
        }
        if let Some(pending) = pending {
            self.settle(&pending)?;
        }
        self.clean()
    }

    /// Notes a point; what is said later of the same ability counts.
    fn set(&mut self, point: Point) {
        self.points.retain(|known| known.ability != point.ability);
        self.points.push(point);
    }

    /// A name below that of the probe.
    fn name(&self, name: &str) -> String {
        format!("{}/{name}", self.below)
    }

    /// Noise that is the same for each probe and word.
    fn noise(&self, word: &str, bytes: usize) -> Vec<u8> {
        let mut noise = vec![0; bytes];
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.below.as_bytes()).update(word.as_bytes());
        hasher.finalize_xof().fill(&mut noise);
        noise
    }

    /// Puts bytes, free as soon as the bucket allows.
    fn put(&mut self, name: &str, bytes: &[u8]) -> Learnt<Answer> {
        let full = self.name(name);
        self.put_as(name, || Request::of(Method::PUT, &full).body(bytes))
    }

    /// The same of a question that is made anew for each attempt.
    fn put_as<'q>(&mut self, name: &str, question: impl Fn() -> Request<'q>) -> Learnt<Answer> {
        loop {
            let told = match self.every {
                None => self.asking.ask(&question())?,
                Some(mode) => {
                    let until = self.ahead(self.step);
                    let told = self.asking.ask(&retained(question(), mode, until))?;
                    if told.is_ok() {
                        self.keep_until(until);
                    }
                    told
                }
            };
            match &told {
                Ok(answer) => {
                    let version = answer.version();
                    self.versioned |= version.is_some();
                    self.made.push((name.to_owned(), version));
                }
                // Perhaps so short a time is not taken.
                Err(said) if self.every.is_some() && said.status == 400 && self.made.is_empty() => {
                    if let Some(next) = STEPS.iter().find(|step| **step > self.step) {
                        self.step = *next;
                        continue;
                    }
                }
                Err(_) => {}
            }
            return Ok(told);
        }
    }

    /// Puts a canary to be tried later; none where the store does not take it.
    fn canary(&mut self, name: &str) -> Result<Option<Canary>, Trouble> {
        let bytes = self.noise(name, 1000);
        let told = self.put(name, &bytes)?;
        Ok(told.ok().map(|answer| Canary { name: name.to_owned(), version: answer.version(), bytes }))
    }

    /// What stands under a name, in this version.
    fn stands(&self, name: &str, version: Option<&str>, bytes: &[u8]) -> Result<Stands, Trouble> {
        let name = self.name(name);
        Ok(match self.asking.ask(&Request::of(Method::GET, &name).version(version))? {
            Ok(answer) if answer.body == bytes => Stands::Whole,
            Ok(_) => Stands::Other,
            Err(said) if said.status == 404 || said.code == "NoSuchVersion" => Stands::Gone,
            Err(said) => Stands::Unread(said),
        })
    }

    /// The same of a canary.
    fn canary_stands(&self, canary: &Canary) -> Result<Stands, Trouble> {
        self.stands(&canary.name, canary.version.as_deref(), &canary.bytes)
    }

    fn delete(&mut self, name: &str, version: Option<&str>) -> Learnt<Answer> {
        let full = self.name(name);
        let told = self.asking.ask(&Request::of(Method::DELETE, &full).version(version))?;
        if let (Ok(answer), None) = (&told, version)
            && let Some(marker) = answer.version()
        {
            // A delete marker is left as an object is, and no listing may show it.
            self.made.push((name.to_owned(), Some(marker)));
        }
        Ok(told)
    }

    /// So many whole seconds from now, by the store's clock.
    fn ahead(&self, seconds: u64) -> Time {
        later(self.asking.store_now(), i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    /// Remembers how long there is something that is not free.
    fn keep_until(&mut self, until: Time) {
        self.until = Some(self.until.map_or(until, |known| known.max(until)));
    }

    /// Waits until everything that was retained is free by the store's clock.
    fn wait(&self) {
        let Some(until) = self.until else { return };
        let millis = until.millis().saturating_sub(self.asking.store_now().millis());
        if let Ok(millis) = u64::try_from(millis) {
            self.asking.store.pause(Duration::from_millis(millis) + SLACK);
        }
    }

    fn clock(&mut self) {
        self.set(match self.asking.skew_seconds() {
            None => Point::not_known(Ability::Clock, Why::Skewed),
            Some(skew) if skew.abs() <= SKEW_SECONDS => Point::kept(Ability::Clock),
            Some(_) => Point::not_kept(Ability::Clock, Why::Skewed),
        });
    }

    /// The trouble that a refusal of the first put is: without it there is nothing to find out.
    fn refused(&self, said: &Said, name: &str) -> Trouble {
        match judge_said(said, &self.asking.store.key(&self.name(name)), Asked::Write) {
            Trouble::Missing => Trouble::Passing(said.to_string()),
            trouble => trouble,
        }
    }
}

/// A later time, in whole seconds.
fn later(from: Time, seconds: i64) -> Time {
    Time::from_millis((from.millis() / 1000).saturating_add(seconds).saturating_mul(1000))
}

/// Of a refusal: not known where it is the right that is lacking, or the store only busy; not kept otherwise.
fn by_refusal(ability: Ability, said: &Said) -> Point {
    match lacks_right(said) || is_busy(said) {
        true => Point::not_known(ability, Why::Said).said(said),
        false => Point::not_kept(ability, Why::Said).said(said),
    }
}

/// Whether it is the one who asks that is refused, rather than what is asked.
fn lacks_right(said: &Said) -> bool {
    matches!(said.status, 401 | 403)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_that_is_lacking_and_a_store_that_is_busy_show_nothing() {
        let of = |status| by_refusal(Ability::Hold, &Said { status, ..Said::default() }).verdict;
        for status in [401, 403, 429, 500, 503] {
            assert_eq!(of(status), crate::Verdict::NotKnown, "{status}");
        }
        for status in [400, 409, 501] {
            assert_eq!(of(status), crate::Verdict::NotKept, "{status}");
        }
    }
}
