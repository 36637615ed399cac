//! Object Lock as it is asked for: retention until an instant, and legal holds. An instant is always said, never a number
//! of days or years.

use crate::access::Access;
use crate::address::Address;
use crate::fault::{Asked, judge_said};
use crate::probed::LockMode;
use crate::request::{Answer, Asking, Learnt, Request};
use crate::said::Said;
use crate::store::Interrupted;
use http::Method;
use jingui_schema::time::Time;
use jingui_vault::copies::{Lock, LockOf, Locked, Locker};
use jingui_vault::env::Env;
use jingui_vault::{Error, Result};
use std::sync::{PoisonError, RwLock};

/// Mode and time of a retention, as far as there is one.
pub(crate) type Retained = (Option<LockMode>, Option<Time>);

/// A put that says until when the object is retained.
pub(crate) fn retained(request: Request<'_>, mode: LockMode, until: Time) -> Request<'_> {
    let request = request.header("x-amz-object-lock-mode", mode.word());
    request.header("x-amz-object-lock-retain-until-date", until.to_string())
}

/// Mode and time of an object's retention: what is said of it when that is asked, else what stands beside the object.
pub(crate) fn retention(asking: &Asking, name: &str, version: Option<&str>) -> Learnt<Retained> {
    let told = asking.ask(&Request::of(Method::GET, name).query("retention", "").version(version))?;
    let document = told.as_ref().ok().and_then(Answer::xml).filter(|xml| xml.name == "Retention");
    if let Some(document) = document {
        return Ok(Ok((LockMode::of(document.get("Mode")), time(document.get("RetainUntilDate")))));
    }
    // Some stores do not know the question, and give the object itself.
    let head = asking.ask(&Request::of(Method::HEAD, name).version(version))?;
    let beside = head.ok().and_then(|head| {
        let mode = LockMode::of(head.header("x-amz-object-lock-mode")?);
        Some((mode, time(head.header("x-amz-object-lock-retain-until-date")?)))
    });
    Ok(match (beside, told) {
        (Some(beside), _) => Ok(beside),
        (None, Ok(_)) => Ok((None, None)),
        (None, Err(said)) => Err(said),
    })
}

/// Asks for a retention until an instant.
pub(crate) fn set_retention(
    asking: &Asking,
    name: &str,
    version: Option<&str>,
    mode: LockMode,
    until: Time,
) -> Learnt<Answer> {
    let request = Request::of(Method::PUT, name).query("retention", "").version(version);
    asking.ask(&request.body(format!(
        "<Retention xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Mode>{}</Mode><RetainUntilDate>{until}\
         </RetainUntilDate></Retention>",
        mode.word()
    )))
}

/// Asks for a legal hold, or for none any more.
pub(crate) fn set_hold(asking: &Asking, name: &str, version: Option<&str>, on: bool) -> Learnt<Answer> {
    let status = if on { "ON" } else { "OFF" };
    let request = Request::of(Method::PUT, name).query("legal-hold", "").version(version);
    asking.ask(&request.body(format!(
        "<LegalHold xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>{status}</Status></LegalHold>"
    )))
}

/// What is said of an object's legal hold: `ON`, `OFF`, or something else.
pub(crate) fn hold_of(asking: &Asking, name: &str, version: Option<&str>) -> Learnt<String> {
    let told = asking.ask(&Request::of(Method::GET, name).query("legal-hold", "").version(version))?;
    Ok(told.map(|answer| answer.xml().unwrap_or_default().get("Status").to_owned()))
}

/// A time as a store writes it: with or without fractions, in any zone.
pub(crate) fn time(text: &str) -> Option<Time> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Time::from_millis(at.as_millisecond()))
}

/// How an object is found to be locked, where there is one.
pub(crate) fn look(
    asking: &Asking,
    name: &str,
    version: Option<&str>,
) -> Result<Option<(Lock, Option<LockMode>)>> {
    let failed = |said: &Said| refusal(asking, name, said);
    let is_gone = |said: &Said| ["NoSuchKey", "NoSuchVersion"].contains(&&*said.code);
    let asked = retention(asking, name, version).map_err(|trouble| asking.store.error(trouble, name))?;
    let (mode, until) = match asked {
        Ok(found) => found,
        Err(said) if is_gone(&said) => return Ok(None),
        // So it is said where an object is retained by nothing.
        Err(said) if said.status == 404 => (None, None),
        Err(said) => return Err(failed(&said)),
    };
    let asked = hold_of(asking, name, version).map_err(|trouble| asking.store.error(trouble, name))?;
    let hold = match asked {
        Ok(status) => status == "ON",
        Err(said) if is_gone(&said) => return Ok(None),
        Err(said) if said.status == 404 => false,
        Err(said) => return Err(failed(&said)),
    };
    Ok(Some((Lock { until, hold }, mode)))
}

/// A refusal as an error that names the object.
pub(crate) fn refusal(asking: &Asking, name: &str, said: &Said) -> Error {
    asking.store.error(judge_said(said, &asking.store.key(name), Asked::Read), name)
}

/// Locks what is put, and what is there.
pub(crate) struct Locking {
    pub asking: Asking,
    mode: LockMode,
    wanted: RwLock<Option<LockOf>>,
}

impl Locking {
    /// Asks nothing yet.
    pub fn new(
        address: &Address,
        access: &Access,
        env: Env,
        interrupted: Interrupted,
        mode: LockMode,
    ) -> Result<Self> {
        let asking = Asking::new(address, access, env, interrupted)?;
        Ok(Self { asking, mode, wanted: RwLock::default() })
    }

    /// What has to be said when a name is put; `None` where nothing has.
    pub fn at_put(&self, name: &str) -> Option<Lock> {
        let wanted = self.wanted.read().unwrap_or_else(PoisonError::into_inner);
        wanted.as_ref().and_then(|wanted| wanted(name)).filter(|lock| *lock != Lock::default())
    }

    /// A put, or the beginning of an upload in parts, that says how the object is locked.
    pub fn said<'q>(&self, mut request: Request<'q>, lock: Lock) -> Request<'q> {
        if let Some(until) = lock.until {
            request = retained(request, self.mode, until);
        }
        match lock.hold {
            true => request.header("x-amz-object-lock-legal-hold", "ON"),
            false => request,
        }
    }

    /// Begins an upload in parts that is locked; `None` where the store does not take that.
    pub fn begin(&self, name: &str, lock: Lock) -> Result<Option<String>> {
        let begin =
            Request::of(Method::POST, name).query("uploads", "").header("x-amz-checksum-algorithm", "SHA256");
        let told = self.asking.ask(&self.said(begin, lock));
        let told = told.map_err(|trouble| self.asking.store.error(trouble, name))?;
        let id = told.ok().and_then(|answer| answer.xml()).map(|xml| xml.get("UploadId").to_owned());
        Ok(id.filter(|id| !id.is_empty()))
    }

    fn must(&self, name: &str, told: Learnt<Answer>) -> Result<()> {
        match told.map_err(|trouble| self.asking.store.error(trouble, name))? {
            Ok(_) => Ok(()),
            Err(said) => Err(refusal(&self.asking, name, &said)),
        }
    }
}

/// Whether one time is before another one; some stores keep whole seconds.
fn is_before(found: Option<Time>, wanted: Time) -> bool {
    found.is_none_or(|found| found.millis() + 1000 <= wanted.millis())
}

impl Locker for Locking {
    fn mode(&self) -> &'static str {
        self.mode.word()
    }

    fn put_with(&self, wanted: LockOf) {
        *self.wanted.write().unwrap_or_else(PoisonError::into_inner) = Some(wanted);
    }

    fn lock_and_tell(&self, name: &str, wanted: Lock, found: &mut Option<Lock>) -> Result<Locked> {
        let Some((before, mode)) = look(&self.asking, name, None)? else {
            return Ok(Locked { there: false, ..Locked::default() });
        };
        *found = Some(before);
        let strict = LockMode::Compliance;
        let is_strict = mode == Some(strict);
        let short = |found: Option<Time>| wanted.until.is_some_and(|until| is_before(found, until));
        let weak = |is_strict: bool| wanted.until.is_some() && self.mode == strict && !is_strict;
        // What was retained for longer than is wanted now can still be taken back; made strict it never could.
        let is_longer = before.until.is_some_and(|found| is_before(wanted.until, found));
        let stays_weak = weak(is_strict) && is_longer;
        let extends = !stays_weak && (short(before.until) || weak(is_strict));
        let turns = before.hold != wanted.hold;
        if let (Some(until), true) = (wanted.until.max(before.until), extends) {
            // What is stricter than was asked for is not made less so.
            let mode = if is_strict { strict } else { self.mode };
            self.must(name, set_retention(&self.asking, name, None, mode, until))?;
        }
        if turns {
            self.must(name, set_hold(&self.asking, name, None, wanted.hold))?;
        }
        if stays_weak {
            // Its legal hold is asked for all the same, and must be there: nobody asks about the file for long.
            if turns {
                let now = look(&self.asking, name, None)?.unwrap_or_default().0;
                if now.hold != wanted.hold {
                    return Err(Error::LockNotKept {
                        key: self.asking.store.key(name),
                        wanted: wanted.to_string(),
                        found: now.to_string(),
                    });
                }
            }
            return Err(Error::LockTooLong {
                key: self.asking.store.key(name),
                wanted: wanted.to_string(),
                found: before.to_string(),
            });
        }
        if !extends && !turns {
            return Ok(Locked { there: true, before, now: before });
        }
        // A store may say that it has set what it has not.
        let (now, mode) = look(&self.asking, name, None)?.unwrap_or_default();
        match short(now.until) || weak(mode == Some(strict)) || now.hold != wanted.hold {
            false => Ok(Locked { there: true, before, now }),
            true => Err(Error::LockNotKept {
                key: self.asking.store.key(name),
                wanted: wanted.to_string(),
                found: now.to_string(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_however_a_store_writes_it() {
        let wanted: Time = "2026-11-26T12:00:00.000Z".parse().unwrap();
        for text in [
            "2026-11-26T12:00:00Z",
            "2026-11-26T12:00:00.000Z",
            "2026-11-26T12:00:00.000000000Z",
            "2026-11-26T20:00:00+08:00",
        ] {
            assert_eq!(time(text), Some(wanted), "{text}");
        }
        for text in ["", "2026-11-26", "1795694400"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn what_ends_a_second_earlier_ends_before() {
        let at = |millis| Some(Time::from_millis(millis));
        let wanted = Time::from_millis(10_000);
        assert!(is_before(None, wanted) && is_before(at(9000), wanted));
        assert!(
            !is_before(at(9001), wanted) && !is_before(at(10_000), wanted) && !is_before(at(20_000), wanted)
        );
    }
}
