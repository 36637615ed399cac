//! Versions of objects, whether who asks can delete them, and what is left when the probe ends.

use super::{Canary, Run, STEPS, Stands, by_refusal, lacks_right, retained};
use crate::fault::Trouble;
use crate::probed::{Ability, Left, LockMode, Point, Why};
use crate::request::{Learnt, Request, is_busy};
use crate::said::Said;
use http::Method;

/// How often what is left is listed and removed: a marker may come to light below another one.
const ROUNDS: usize = 4;

/// A name below the probe's, and a version of it.
type Named = (String, Option<String>);

impl Run<'_> {
    /// What the bucket says of itself: versions, Object Lock, and how long it retains whatever says nothing else.
    pub(super) fn settings(&mut self) -> Result<(), Trouble> {
        let point = match self.asking.ask(&Request::of_bucket().query("versioning", ""))? {
            Ok(answer) => match answer.xml() {
                Some(document) if document.get("Status") == "Enabled" => Point::kept(Ability::Versioning),
                Some(_) => Point::not_kept(Ability::Versioning, Why::Off),
                None => Point::not_known(Ability::Versioning, Why::Other),
            },
            Err(said) => by_refusal(Ability::Versioning, &said),
        };
        self.set(point);
        let point = match self.asking.ask(&Request::of_bucket().query("object-lock", ""))? {
            Ok(answer) => match answer.xml_of("ObjectLockConfiguration") {
                Some(document) => {
                    let rule = document.child("Rule").and_then(|rule| rule.child("DefaultRetention"));
                    // However the mode is spelt: there is a default, and whatever says nothing else falls under it.
                    let mode =
                        |word: &str| LockMode::of(&word.to_uppercase()).unwrap_or(LockMode::Governance);
                    self.every = rule.map(|retention| mode(retention.get("Mode")));
                    self.lock_off = document.get("ObjectLockEnabled") != "Enabled";
                    match self.lock_off {
                        true => Point::not_kept(Ability::Lock, Why::Off),
                        false => Point::kept(Ability::Lock),
                    }
                }
                None => {
                    self.every_unread = true;
                    Point::not_known(Ability::Lock, Why::Other)
                }
            },
            Err(said) if said.status == 404 => {
                self.lock_off = true;
                Point::not_kept(Ability::Lock, Why::Off)
            }
            // Tried all the same: some retain without being asked for it by bucket, and some only say so.
            Err(said) => {
                self.every_unread = true;
                by_refusal(Ability::Lock, &said)
            }
        };
        self.set(point);
        Ok(())
    }

    /// Finds out with a small canary whether the bucket may retain whatever says nothing else, where it does not tell:
    /// so the first canary says something else, as long as the store takes it.
    ///
    /// Errors: the store takes nothing.
    pub(super) fn default_retention(&mut self) -> Result<(), Trouble> {
        if !self.every_unread {
            return Ok(());
        }
        let name = "setting";
        let (full, bytes) = (self.name(name), self.noise(name, 1000));
        let modes = [LockMode::Compliance, LockMode::Governance];
        'untaken: for step in STEPS {
            for mode in modes {
                let until = self.ahead(step);
                let put = retained(Request::of(Method::PUT, &full).body(&*bytes), mode, until);
                match self.asking.ask(&put)? {
                    Ok(answer) => {
                        let version = answer.version();
                        self.versioned |= version.is_some();
                        self.made.push((name.to_owned(), version.clone()));
                        let canary = Canary { name: name.to_owned(), version, bytes };
                        self.every = match self.retention(&canary)? {
                            // A retention in a mode that is spelt otherwise is one.
                            Ok((found, at)) => found.or(at.map(|_| mode)),
                            // Such a store takes the headers, knows nothing of them and retains nothing.
                            Err(said) if matches!(said.status, 400 | 404 | 501) => None,
                            Err(_) => Some(mode),
                        };
                        if self.every.is_some() {
                            self.step = step;
                            self.keep_until(until);
                        }
                        return Ok(());
                    }
                    // Perhaps the other mode or a longer time is taken; perhaps none, where locks are off.
                    Err(said) if said.status == 400 => {}
                    Err(said) if is_busy(&said) => return Err(self.refused(&said, name)),
                    Err(_) => break 'untaken,
                }
            }
        }
        // A plain put cannot be avoided any more: this one shows, to who may see it, what becomes of the next.
        match self.put(name, &bytes)? {
            Ok(answer) => {
                let canary = Canary { name: name.to_owned(), version: answer.version(), bytes };
                if let Ok((found, at)) = self.retention(&canary)? {
                    self.every = found.or(at.map(|_| LockMode::Governance));
                }
                Ok(())
            }
            Err(said) => Err(self.refused(&said, name)),
        }
    }

    /// Puts other bytes under a name, and reads the earlier ones by their version.
    pub(super) fn versions(&mut self) -> Result<(), Trouble> {
        let name = "versions";
        let (first, second) = (self.noise("first", 1000), self.noise("second", 1000));
        let versions = match (self.put(name, &first)?, self.put(name, &second)?) {
            (Ok(first), Ok(second)) => first.version().zip(second.version()),
            (Err(said), _) | (_, Err(said)) => {
                self.set(by_refusal(Ability::Versions, &said));
                return Ok(());
            }
        };
        let claimed = self.points.iter().any(|point| *point == Point::kept(Ability::Versioning));
        let point = match versions {
            None if claimed => Point::not_kept(Ability::Versions, Why::Gone),
            None => Point::not_kept(Ability::Versions, Why::Off),
            Some((old, new)) if old == new => Point::not_kept(Ability::Versions, Why::Other),
            Some((old, _)) => match self.stands(name, Some(&old), &first)? {
                Stands::Whole => Point::kept(Ability::Versions),
                Stands::Other => Point::not_kept(Ability::Versions, Why::Other),
                Stands::Gone => Point::not_kept(Ability::Versions, Why::Gone),
                Stands::Unread(said) => by_refusal(Ability::Versions, &said),
            },
        };
        self.set(point);
        Ok(())
    }

    /// Tries whether who asks can delete what nothing retains.
    pub(super) fn deleting(&mut self, canary: Option<&Canary>) -> Result<(), Trouble> {
        let Some(canary) = canary else {
            self.set(Point::not_known(Ability::NoDelete, Why::Unasked));
            return Ok(());
        };
        let plain = self.delete(&canary.name, None)?;
        // What cannot be read is not deleted.
        let hidden = matches!(self.stands(&canary.name, None, &canary.bytes)?, Stands::Gone);
        let (refusal, gone) = match &canary.version {
            None => (plain.err(), hidden),
            Some(version) => {
                let told = self.delete(&canary.name, Some(version))?;
                (told.err(), matches!(self.canary_stands(canary)?, Stands::Gone))
            }
        };
        let forbidden = |said: &Said| lacks_right(said) || said.status == 405;
        self.can_delete = match &refusal {
            _ if gone => Some(true),
            Some(said) if forbidden(said) => Some(false),
            // It was busy, or says that it did and did not: nothing follows for those who ask.
            _ => None,
        };
        let point = match (gone, hidden, refusal) {
            (true, ..) => Point::not_kept(Ability::NoDelete, Why::Accepted),
            (false, true, Some(said)) => Point::not_kept(Ability::NoDelete, Why::Hidden).said(said),
            (false, true, None) => Point::not_kept(Ability::NoDelete, Why::Hidden),
            (false, false, Some(said)) if forbidden(&said) => Point::kept(Ability::NoDelete).said(said),
            (false, false, Some(said)) => Point::not_known(Ability::NoDelete, Why::Said).said(said),
            (false, false, None) => Point::not_known(Ability::NoDelete, Why::Other),
        };
        self.set(point);
        Ok(())
    }

    /// Removes what the probe made, as far as that is allowed, and names what is left.
    pub(super) fn clean(&mut self) -> Result<(), Trouble> {
        for (name, upload) in self.uploads.clone() {
            self.abort(&name, &upload)?;
        }
        for _ in 0..ROUNDS {
            let there = self.there()?;
            if there.is_empty() || self.can_delete == Some(false) {
                break;
            }
            let mut removed = false;
            for (name, version) in &there {
                removed |= self.delete(name, version.as_deref())?.is_ok();
            }
            if !removed {
                break;
            }
        }
        let left = self.there()?.into_iter().map(|(name, version)| Left {
            key: self.asking.store.key(&self.name(&name)),
            version,
            upload: None,
        });
        let mut left: Vec<Left> = left.collect();
        left.extend(self.uploads.iter().map(|(name, upload)| Left {
            key: self.asking.store.key(&self.name(name)),
            version: None,
            upload: Some(upload.clone()),
        }));
        self.set(match left.is_empty() {
            true => Point::kept(Ability::Clean),
            false => Point::not_kept(Ability::Clean, Why::Left),
        });
        self.left = left;
        Ok(())
    }

    /// Names and versions of what is there of the probe's, delete markers too; below its own name alone.
    fn there(&self) -> Result<Vec<Named>, Trouble> {
        if let Ok(versions) = self.listed(true)? {
            return Ok(versions);
        }
        if let Ok(names) = self.listed(false)? {
            // Versions that a listing does not show are known from the puts.
            let hidden = self.made.iter().filter(|(_, version)| version.is_some()).cloned();
            let hidden: Vec<_> = hidden.collect();
            let plain = names.into_iter().filter(|(name, _)| !hidden.iter().any(|(known, _)| known == name));
            let mut all: Vec<_> = plain.collect();
            for (name, version) in hidden {
                if !matches!(self.stands(&name, version.as_deref(), b"")?, Stands::Gone) {
                    all.push((name, version));
                }
            }
            return Ok(all);
        }
        let mut all = Vec::new();
        let mut made = self.made.clone();
        made.sort();
        made.dedup();
        for (name, version) in made {
            if !matches!(self.stands(&name, version.as_deref(), b"")?, Stands::Gone) {
                all.push((name, version));
            }
        }
        Ok(all)
    }

    fn listed(&self, versions: bool) -> Learnt<Vec<Named>> {
        let prefix = format!("{}/", self.asking.store.key(self.below));
        let request = match versions {
            true => Request::of_bucket().query("versions", ""),
            false => Request::of_bucket().query("list-type", "2"),
        };
        let answer = match self.asking.ask(&request.query("prefix", &*prefix))? {
            Ok(answer) => answer,
            Err(said) => return Ok(Err(said)),
        };
        // A store that leaves the question aside lists objects, and says nothing of what lies below them.
        let document = if versions { answer.xml_of("ListVersionsResult") } else { answer.xml() };
        let Some(document) = document else {
            return Ok(Err(Said { status: answer.status, ..Said::default() }));
        };
        let kinds: &[&str] = if versions { &["Version", "DeleteMarker"] } else { &["Contents"] };
        // Whatever a store lists: nothing but what is below the probe's own name is ever touched.
        let found =
            document.children.iter().filter(|child| kinds.contains(&&*child.name)).filter_map(|child| {
                let name = child.get("Key").strip_prefix(&prefix)?.to_owned();
                let version = child.get("VersionId");
                // In a bucket without versions each object has the version `null`.
                let named = versions && !version.is_empty() && (self.versioned || version != "null");
                (!name.is_empty()).then(|| (name, named.then(|| version.to_owned())))
            });
        Ok(Ok(found.collect()))
    }

    /// The keys below the probe's name.
    pub(super) fn keys(&self) -> Learnt<Vec<String>> {
        let key = |(name, _): Named| self.asking.store.key(&self.name(&name));
        Ok(self.listed(false)?.map(|found| found.into_iter().map(key).collect()))
    }
}
