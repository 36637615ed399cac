//! What every copy needs of a store: listing, bytes that come back, conditions, checksums.

use super::{Run, Stands, by_refusal, lacks_right, retained};
use crate::fault::Trouble;
use crate::probed::{Ability, Point, Why};
use crate::request::{Request, Told, sha256};
use http::Method;

/// The first canary: more than a line of a packet, less than anybody pays for.
const CANARY_BYTES: usize = 100_003;
/// What is asked of it, with both ends.
const RANGE: (usize, usize) = (70_001, 90_000);

impl Run<'_> {
    /// Lists what is below the probe's name: whoever is not let in is told so here.
    pub(super) fn enter(&mut self) -> Result<(), Trouble> {
        if let Err(said) = self.keys()? {
            self.set(Point::not_kept(Ability::List, Why::Said).said(said));
        }
        Ok(())
    }

    /// Puts an object and reads it in every way. Says whether it was taken.
    ///
    /// Errors: the store takes nothing.
    pub(super) fn bytes(&mut self) -> Result<bool, Trouble> {
        let (name, bytes) = ("whole", self.noise("whole", CANARY_BYTES));
        if let Err(said) = self.put(name, &bytes)? {
            // What a copy puts says nothing of retention, and may be taken all the same.
            let why = match said.status {
                _ if self.every.is_none() => return Err(self.refused(&said, name)),
                _ if lacks_right(&said) => Why::NoRight,
                400 => Why::Said,
                _ => return Err(self.refused(&said, name)),
            };
            self.set(Point::not_known(Ability::Write, why).said(said));
            return Ok(false);
        }
        self.set(Point::kept(Ability::Write));
        let full = self.name(name);
        let point = match self.asking.ask(&Request::of(Method::GET, &full))? {
            // Length and digest, as where a copy is read.
            Ok(answer)
                if answer.body.len() == bytes.len() && blake3::hash(&answer.body) == blake3::hash(&bytes) =>
            {
                Point::kept(Ability::Read)
            }
            Ok(_) => Point::not_kept(Ability::Read, Why::Other),
            Err(said) => Point::not_kept(Ability::Read, Why::Said).said(said),
        };
        self.set(point);
        let length = bytes.len().to_string();
        let point = match self.asking.ask(&Request::of(Method::HEAD, &full))? {
            Ok(answer) if answer.header("content-length") == Some(&*length) => Point::kept(Ability::Head),
            Ok(_) => Point::not_kept(Ability::Head, Why::Other),
            Err(said) => Point::not_kept(Ability::Head, Why::Said).said(said),
        };
        self.set(point);
        let (first, last) = RANGE;
        let ranged = Request::of(Method::GET, &full).header("range", format!("bytes={first}-{last}"));
        let point = match self.asking.ask(&ranged)? {
            Ok(answer) if answer.status == 206 && answer.body == bytes[first..=last] => {
                Point::kept(Ability::Range)
            }
            Ok(_) => Point::not_kept(Ability::Range, Why::Other),
            Err(said) => Point::not_kept(Ability::Range, Why::Said).said(said),
        };
        self.set(point);
        // Listed only now: that an empty prefix is listed as empty shows little.
        let key = self.asking.store.key(&full);
        let point = match self.keys()? {
            Ok(keys) if keys.contains(&key) => Point::kept(Ability::List),
            Ok(_) => Point::not_kept(Ability::List, Why::Other),
            Err(said) => Point::not_kept(Ability::List, Why::Said).said(said),
        };
        self.set(point);
        Ok(true)
    }

    /// Puts other bytes under a name that is taken, whole and in a part.
    pub(super) fn conditions(&mut self) -> Result<(), Trouble> {
        let name = "condition";
        let (first, other) = (self.noise("condition", 1000), self.noise("other", 1000));
        let full = self.name(name);
        let told = self.put_as(name, || Request::of(Method::PUT, &full).if_free().body(&*first))?;
        // After an answer was lost the second attempt is refused for the first one's sake.
        match told.map_err(|said| (said.status, said)) {
            Ok(_) | Err((412, _)) => {}
            Err((_, said)) => {
                self.set(by_refusal(Ability::Condition, &said));
                self.set(Point::not_known(Ability::ConditionParts, Why::Unasked));
                return Ok(());
            }
        }
        let told = self.put_as(name, || Request::of(Method::PUT, &full).if_free().body(&*other))?;
        let point = self.condition_kept(Ability::Condition, &told, name, &first)?;
        // What follows needs bytes that are known to be there.
        let there = if matches!(self.stands(name, None, &other)?, Stands::Whole) { &other } else { &first };
        self.set(point);
        let Some(upload) = self.upload(name, Ability::ConditionParts)? else { return Ok(()) };
        let last = self.noise("last", 1000);
        let part = Request::of(Method::PUT, &full).query("partNumber", "1").query("uploadId", &*upload);
        let tag = match self.asking.ask(&part.body(&*last))? {
            Ok(answer) => answer.header("etag").unwrap_or_default().to_owned(),
            Err(said) => {
                self.set(by_refusal(Ability::ConditionParts, &said));
                return self.abort(name, &upload);
            }
        };
        let tag = tag.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let list = format!(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><PartNumber>1\
             </PartNumber><ETag>{tag}</ETag><ChecksumSHA256>{}</ChecksumSHA256></Part></CompleteMultipartUpload>",
            sha256(&last)
        );
        let end = Request::of(Method::POST, &full).query("uploadId", &*upload).if_free();
        let told = self.asking.ask(&end.xml(list))?;
        let point = self.condition_kept(Ability::ConditionParts, &told, name, there)?;
        self.set(point);
        match told {
            Ok(answer) => {
                self.made.push((name.to_owned(), answer.version()));
                if self.every.is_some() {
                    self.keep_until(self.ahead(self.step));
                }
                self.uploads.retain(|(_, id)| *id != upload);
                Ok(())
            }
            Err(_) => self.abort(name, &upload),
        }
    }

    /// Whether a second put was refused, and has changed nothing.
    fn condition_kept(
        &self,
        ability: Ability,
        told: &Told,
        name: &str,
        first: &[u8],
    ) -> Result<Point, Trouble> {
        Ok(match (told, self.stands(name, None, first)?) {
            (Ok(_), _) => Point::not_kept(ability, Why::Accepted),
            (Err(said), Stands::Other | Stands::Gone) => Point::not_kept(ability, Why::Other).said(said),
            (Err(said), Stands::Whole) if said.status == 412 || said.code == "PreconditionFailed" => {
                Point::kept(ability)
            }
            // Nothing was changed; but who refuses for another reason does not know the condition.
            (Err(said), _) => by_refusal(ability, said),
        })
    }

    /// Puts bytes with the SHA-256 of others, whole and in a part.
    pub(super) fn checksums(&mut self) -> Result<(), Trouble> {
        let (name, bytes) = ("checksum", self.noise("checksum", 1000));
        let wrong = sha256(&self.noise("others", 1000));
        let full = self.name(name);
        let told =
            self.put_as(name, || Request::of(Method::PUT, &full).body_with(bytes.clone(), wrong.clone()))?;
        let there = self.stands(name, None, &bytes)?;
        let point = match (&told, there) {
            (Ok(_), _) => Point::not_kept(Ability::Checksum, Why::Accepted),
            (Err(said), Stands::Whole | Stands::Other) => {
                Point::not_kept(Ability::Checksum, Why::There).said(said)
            }
            // With the right one it was taken: it is the checksum that was refused.
            (Err(said), _) if said.status == 400 => Point::kept(Ability::Checksum),
            (Err(said), _) => by_refusal(Ability::Checksum, said),
        };
        self.set(point);
        let Some(upload) = self.upload("checksum-part", Ability::ChecksumParts)? else { return Ok(()) };
        let full = self.name("checksum-part");
        let part = Request::of(Method::PUT, &full).query("partNumber", "1").query("uploadId", &*upload);
        let point = match self.asking.ask(&part.body_with(bytes, wrong))? {
            Ok(_) => Point::not_kept(Ability::ChecksumParts, Why::Accepted),
            Err(said) if said.status == 400 => Point::kept(Ability::ChecksumParts),
            Err(said) => by_refusal(Ability::ChecksumParts, &said),
        };
        self.set(point);
        self.abort("checksum-part", &upload)
    }

    /// Begins an upload in parts; `None` where the store does not, and then the ability is not kept.
    fn upload(&mut self, name: &str, ability: Ability) -> Result<Option<String>, Trouble> {
        let full = self.name(name);
        let mut begin = Request::of(Method::POST, &full)
            .query("uploads", "")
            .header("x-amz-checksum-algorithm", "SHA256");
        if let Some(mode) = self.every {
            // If it is ended against the condition, it must not stay for as long as the bucket says.
            begin = retained(begin, mode, self.ahead(self.step));
        }
        match self.asking.ask(&begin)? {
            Ok(answer) => {
                let id = answer.xml().map(|document| document.get("UploadId").to_owned()).unwrap_or_default();
                if id.is_empty() {
                    self.set(Point::not_kept(ability, Why::Other));
                    return Ok(None);
                }
                self.uploads.push((name.to_owned(), id.clone()));
                Ok(Some(id))
            }
            Err(said) => {
                self.set(by_refusal(ability, &said));
                Ok(None)
            }
        }
    }

    /// Ends an upload without anything coming of it; where that is refused it is left, and named.
    pub(super) fn abort(&mut self, name: &str, upload: &str) -> Result<(), Trouble> {
        let full = self.name(name);
        let told = self.asking.ask(&Request::of(Method::DELETE, &full).query("uploadId", upload))?;
        // What is not there any more is as good.
        if told.map_or_else(|said| said.status == 404, |_| true) {
            self.uploads.retain(|(_, id)| id != upload);
        }
        Ok(())
    }
}
