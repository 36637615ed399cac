//! Object Lock: retention until an instant, and legal holds.
//!
//! The instant is always said, seconds ahead, never a number of days or years: what a canary is retained by ends by itself.
//! A legal hold does not: it is taken off whatever goes wrong, as long as the store answers.

use super::{Canary, Run, STEPS, Stands, by_refusal, later};
use crate::fault::Trouble;
use crate::lock::{self, Retained, retained};
use crate::probed::{Ability, LockMode, Point, Why};
use crate::request::{Answer, Learnt, Request, Told, is_busy};
use crate::said::Said;
use http::Method;
use jingui_schema::time::Time;

/// By how much a retention is extended.
const EXTENSION_SECONDS: i64 = 5;
/// Every ability that hangs on a retained canary.
const OF_LOCK: [Ability; 5] = [
    Ability::LockRead,
    Ability::LockDelete,
    Ability::LockShorten,
    Ability::LockOverwrite,
    Ability::LockExtend,
];

/// What has to be tried again once the time is over.
pub(super) struct Pending {
    canary: Canary,
    /// It stayed when it was to be deleted.
    stayed: bool,
    /// Its time was as before when it was to be shortened.
    unshortened: bool,
}

/// How an attempt ended.
enum Tried {
    /// Such a retention is not taken.
    Refused(Said),
    /// The time was over before everything had been tried.
    Late,
    Done(Option<Pending>),
}

impl Run<'_> {
    /// Retains a canary and tries to get round it; what is left to be tried when its time is over.
    pub(super) fn lock(&mut self) -> Result<Option<Pending>, Trouble> {
        if self.lock_off {
            self.unlocked(Why::Off);
            return Ok(None);
        }
        let mut refused = None;
        for step in STEPS {
            match self.lock_for(step)? {
                Tried::Done(pending) => {
                    self.lock_seconds = Some(step);
                    return Ok(pending);
                }
                Tried::Late => {
                    self.unlocked(Why::Late);
                    refused = None;
                }
                Tried::Refused(said) => refused = Some(said),
            }
        }
        if let Some(said) = refused {
            self.unlocked(Why::Unasked);
            self.set(by_refusal(Ability::LockPut, &said));
        }
        Ok(None)
    }

    fn unlocked(&mut self, why: Why) {
        for ability in OF_LOCK.into_iter().chain([Ability::LockPut]) {
            self.set(Point::not_known(ability, why));
        }
    }

    fn lock_for(&mut self, step: u64) -> Result<Tried, Trouble> {
        let name = format!("lock-{step}");
        let (bytes, other) = (self.noise(&name, 1000), self.noise("over", 1000));
        let (canary, mode, until) = match self.put_retained(&name, &bytes, step)? {
            Ok((version, mode, until)) => (Canary { name, version, bytes }, mode, until),
            Err(said) => return Ok(Tried::Refused(said)),
        };
        self.mode = Some(mode);
        self.set(Point::kept(Ability::LockPut));
        let point = match self.retention(&canary)? {
            Ok((found, at)) if found == Some(mode) && is_at(at, until) => Point::kept(Ability::LockRead),
            Ok(_) => Point::not_kept(Ability::LockRead, Why::Other),
            Err(said) => by_refusal(Ability::LockRead, &said),
        };
        self.set(point);

        let told = self.delete(&canary.name, canary.version.as_deref())?;
        let stands = self.canary_stands(&canary)?;
        // What is known of the store's time is up to a second behind it.
        if self.asking.store_now() >= later(until, -1) {
            return Ok(Tried::Late);
        }
        let stayed = match (stands, &told) {
            // It was not even tried.
            (Stands::Whole, Err(said)) if is_busy(said) => {
                self.set(Point::not_known(Ability::LockDelete, Why::Said).said(said));
                false
            }
            (Stands::Whole, _) => true,
            (Stands::Unread(said), _) => {
                self.set(Point::not_known(Ability::LockDelete, Why::Said).said(said));
                false
            }
            (Stands::Gone | Stands::Other, _) => {
                let why = if told.is_ok() { Why::Accepted } else { Why::Gone };
                for ability in [Ability::LockShorten, Ability::LockOverwrite, Ability::LockExtend] {
                    self.set(Point::not_known(ability, Why::Unasked));
                }
                self.set(Point::not_kept(Ability::LockDelete, why));
                if self.every.is_none() {
                    // There is nothing to wait for.
                    self.until = None;
                }
                return Ok(Tried::Done(None));
            }
        };

        let shorter = later(until, -i64::try_from(step / 2).unwrap_or(0));
        let told = self.set_retention(&canary, mode, shorter)?;
        let after = self.retention(&canary)?;
        // A time that is over already is refused by everybody.
        if self.asking.store_now() >= later(shorter, -1) {
            return Ok(Tried::Late);
        }
        let unshortened = match (&told, &after) {
            (_, Ok((_, at))) => is_at(*at, until),
            (Err(_), Err(_)) => true,
            (Ok(_), Err(_)) => false,
        };
        let unshortened = match &told {
            Err(said) if unshortened && is_busy(said) => {
                self.set(Point::not_known(Ability::LockShorten, Why::Said).said(said));
                false
            }
            _ if !unshortened => {
                self.set(Point::not_kept(Ability::LockShorten, Why::Accepted));
                false
            }
            _ => true,
        };

        let told = self.put(&canary.name, &other)?;
        let point = match (self.canary_stands(&canary)?, told) {
            (Stands::Whole, Err(said)) if is_busy(&said) => by_refusal(Ability::LockOverwrite, &said),
            (Stands::Whole, _) => Point::kept(Ability::LockOverwrite),
            (Stands::Unread(said), _) => Point::not_known(Ability::LockOverwrite, Why::Said).said(said),
            (Stands::Gone, _) => Point::not_kept(Ability::LockOverwrite, Why::Gone),
            (Stands::Other, _) => Point::not_kept(Ability::LockOverwrite, Why::Accepted),
        };
        self.set(point);

        let longer = later(until, EXTENSION_SECONDS);
        let point = match self.set_retention(&canary, mode, longer)? {
            Ok(_) => {
                self.keep_until(longer);
                match self.retention(&canary)? {
                    Ok((_, at)) if is_at(at, longer) => Point::kept(Ability::LockExtend),
                    Ok(_) => Point::not_kept(Ability::LockExtend, Why::Other),
                    Err(said) => Point::not_known(Ability::LockExtend, Why::Said).said(said),
                }
            }
            Err(said) => by_refusal(Ability::LockExtend, &said),
        };
        self.set(point);
        Ok(Tried::Done(Some(Pending { canary, stayed, unshortened })))
    }

    /// Puts a canary with retention; in the stricter mode first, unless the bucket has one of its own.
    fn put_retained(
        &mut self,
        name: &str,
        bytes: &[u8],
        step: u64,
    ) -> Learnt<(Option<String>, LockMode, Time)> {
        let mut modes = vec![LockMode::Compliance, LockMode::Governance];
        if let Some(mode) = self.every {
            modes.sort_by_key(|other| *other != mode);
        }
        if let Some(only) = self.only {
            modes = vec![only];
        }
        let full = self.name(name);
        let mut refused = Said::default();
        for mode in modes {
            let until = self.ahead(step);
            match self.asking.ask(&retained(Request::of(Method::PUT, &full).body(bytes), mode, until))? {
                Ok(answer) => {
                    self.versioned |= answer.version().is_some();
                    self.made.push((name.to_owned(), answer.version()));
                    self.keep_until(until);
                    return Ok(Ok((answer.version(), mode, until)));
                }
                Err(said) => refused = said,
            }
        }
        Ok(Err(refused))
    }

    /// Mode and time of a canary's retention.
    pub(super) fn retention(&self, canary: &Canary) -> Learnt<Retained> {
        lock::retention(self.asking, &self.name(&canary.name), canary.version.as_deref())
    }

    fn set_retention(&self, canary: &Canary, mode: LockMode, until: Time) -> Learnt<Answer> {
        let name = self.name(&canary.name);
        lock::set_retention(self.asking, &name, canary.version.as_deref(), mode, until)
    }

    /// Deletes a canary whose time is over: only now it is known what kept it before.
    pub(super) fn settle(&mut self, pending: &Pending) -> Result<(), Trouble> {
        if pending.stayed {
            let point = self.deleted_now(&pending.canary)?;
            self.set(point);
        }
        if pending.unshortened {
            let may = self.points.iter().any(|point| *point == Point::kept(Ability::LockExtend));
            self.set(match may {
                true => Point::kept(Ability::LockShorten),
                false => Point::not_known(Ability::LockShorten, Why::NoRight),
            });
        }
        Ok(())
    }

    /// Whether the delete that came to nothing before goes through now. That another canary was deleted does not count:
    /// a store may refuse for ever whatever was once retained.
    fn deleted_now(&mut self, canary: &Canary) -> Result<Point, Trouble> {
        let of = Ability::LockDelete;
        // A store may also say that it has deleted, and do so later.
        match self.canary_stands(canary)? {
            Stands::Whole => {}
            Stands::Unread(said) => return Ok(Point::not_known(of, Why::Said).said(said)),
            Stands::Gone | Stands::Other => return Ok(Point::not_kept(of, Why::Gone)),
        }
        if self.can_delete == Some(false) {
            return Ok(Point::not_known(of, Why::NoRight));
        }
        let told = self.delete(&canary.name, canary.version.as_deref())?;
        // Whether it is gone tells more than what was answered.
        Ok(match (self.canary_stands(canary)?, told) {
            (Stands::Gone, _) => Point::kept(of),
            (_, Err(said)) if is_busy(&said) => Point::not_known(of, Why::Said).said(said),
            _ => Point::not_known(of, Why::NoRight),
        })
    }

    /// Lays a legal hold on a canary that nothing else retains, tries to delete it, and takes the hold off again.
    pub(super) fn hold(&mut self, canary: Option<&Canary>) -> Result<(), Trouble> {
        let unasked = |run: &mut Self, why: Why| {
            run.set(Point::not_known(Ability::Hold, why));
            run.set(Point::not_known(Ability::HoldOff, why));
        };
        let Some(canary) = canary.filter(|_| !self.lock_off) else {
            let why = if self.lock_off { Why::Off } else { Why::Unasked };
            unasked(self, why);
            return Ok(());
        };
        let tried = self.under_hold(canary);
        // Before anything else, and also where the answer was lost or was no: a hold does not end by itself.
        let off = self.set_hold(canary, false);
        let (deleted, stands) = match tried? {
            Ok(tried) => tried,
            Err(said) => {
                unasked(self, Why::Unasked);
                self.set(by_refusal(Ability::Hold, &said));
                return Ok(());
            }
        };
        let off = off?;
        match (stands, deleted) {
            (Stands::Whole, Err(said)) if is_busy(&said) => {
                unasked(self, Why::Unasked);
                self.set(by_refusal(Ability::Hold, &said));
                return Ok(());
            }
            (Stands::Whole, _) => {}
            (stands, deleted) => {
                let why = if deleted.is_ok() { Why::Accepted } else { Why::Gone };
                unasked(self, Why::Unasked);
                self.set(match stands {
                    Stands::Unread(said) => Point::not_known(Ability::Hold, Why::Said).said(said),
                    _ => Point::not_kept(Ability::Hold, why),
                });
                return Ok(());
            }
        }
        let gone = match self.can_delete {
            Some(false) => false,
            _ => {
                drop(self.delete(&canary.name, canary.version.as_deref())?);
                matches!(self.canary_stands(canary)?, Stands::Gone)
            }
        };
        self.set(match gone {
            true => Point::kept(Ability::Hold),
            false => Point::not_known(Ability::Hold, Why::NoRight),
        });
        let point = match off {
            Err(said) => by_refusal(Ability::HoldOff, &said),
            Ok(_) if gone => Point::kept(Ability::HoldOff),
            Ok(_) => match self.hold_of(canary)? {
                Ok(status) if status == "OFF" => Point::kept(Ability::HoldOff),
                Ok(_) => Point::not_kept(Ability::HoldOff, Why::Other),
                Err(said) => Point::not_known(Ability::HoldOff, Why::Said).said(said),
            },
        };
        self.set(point);
        Ok(())
    }

    /// What a delete under a hold is answered, and what stands then; or why there is no hold.
    fn under_hold(&mut self, canary: &Canary) -> Learnt<(Told, Stands)> {
        if let Err(said) = self.set_hold(canary, true)? {
            return Ok(Err(said));
        }
        let deleted = self.delete(&canary.name, canary.version.as_deref())?;
        Ok(Ok((deleted, self.canary_stands(canary)?)))
    }

    fn set_hold(&self, canary: &Canary, on: bool) -> Learnt<Answer> {
        lock::set_hold(self.asking, &self.name(&canary.name), canary.version.as_deref(), on)
    }

    fn hold_of(&self, canary: &Canary) -> Learnt<String> {
        lock::hold_of(self.asking, &self.name(&canary.name), canary.version.as_deref())
    }
}

/// Whether a time is that one; some stores keep whole seconds.
fn is_at(found: Option<Time>, wanted: Time) -> bool {
    found.is_some_and(|found| (found.millis() - wanted.millis()).abs() <= 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_that_one_to_the_second() {
        let wanted: Time = "2026-11-26T12:00:00.000Z".parse().unwrap();
        assert!(is_at(Some(later(wanted, 1)), wanted) && !is_at(Some(later(wanted, -2)), wanted));
        assert!(!is_at(None, wanted));
    }

    #[test]
    fn a_retention_ends_on_a_whole_second() {
        let from: Time = "2026-11-26T12:00:00.789Z".parse().unwrap();
        assert_eq!(later(from, 20).to_string(), "2026-11-26T12:00:20.000Z");
        assert_eq!(later(from, -1).to_string(), "2026-11-26T11:59:59.000Z");
    }
}
