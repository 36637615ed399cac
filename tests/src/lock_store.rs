//! A store that keeps versions and locks them; or only says so, in one of the ways in which stores have done.
//!
//! Knows of S3 what the probe and a push ask, believes anybody, and keeps everything in memory.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jingui_sync::{Access, Addressing, Credentials, Patience};
use jingui_vault::env::Env;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How it differs from what it should be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// It deletes what is retained.
    pub deletes: bool,
    /// It says that it has deleted what is retained, and keeps it.
    pub feigns: bool,
    /// It shortens a retention.
    pub shortens: bool,
    /// What is put over is gone.
    pub overwrites: bool,
    /// It takes a retention and forgets it.
    pub forgets: bool,
    /// It extends no retention.
    pub fixed: bool,
    /// It deletes what is under a legal hold.
    pub ignores_holds: bool,
    /// Nobody has the right to delete.
    pub nobody_deletes: bool,
    /// It takes no retention of fewer seconds.
    pub least_seconds: i64,
    /// It retains for a day whatever says nothing else.
    pub locks_all: bool,
    /// It spells the mode of that in a way of its own.
    pub spells: bool,
    /// Nobody has the right to see that setting.
    pub hides_setting: bool,
    /// Nobody has the right to set a retention.
    pub nobody_retains: bool,
    /// It says that it has deleted what is retained, and does so some seconds later.
    pub deletes_late: bool,
    /// It never deletes again what was once retained.
    pub never_after_lock: bool,
    /// It is too busy to delete what is retained.
    pub busy_when_locked: bool,
    /// Who asks can hide an object, and delete no version.
    pub marks_only: bool,
    /// Asked for versions, it lists objects.
    pub lists_no_versions: bool,
    /// It is full as soon as something under a legal hold is to be deleted.
    pub full_under_hold: bool,
    /// Its clock is behind the host's by so many milliseconds.
    pub behind: i64,
}

/// How long it takes to delete late: less than the shortest retention.
const LATE_MILLIS: i64 = 5000;

struct Version {
    key: String,
    id: String,
    bytes: Vec<u8>,
    marker: bool,
    mode: String,
    until: i64,
    hold: bool,
    /// When it goes although it was retained.
    gone_at: i64,
}

/// An upload under way: how it began, and its parts.
struct Upload {
    headers: BTreeMap<String, String>,
    parts: BTreeMap<u32, Vec<u8>>,
}

#[derive(Default)]
struct Kept {
    versions: Vec<Version>,
    uploads: BTreeMap<String, Upload>,
    count: u64,
}

/// How a version is locked, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLock {
    /// Its key.
    pub key: String,
    /// The mode of its retention; empty where it has none.
    pub mode: String,
    /// Until when, in milliseconds; 0 where it has none.
    pub until: i64,
    /// Whether a legal hold is on it.
    pub hold: bool,
}

/// The store.
pub struct LockStore {
    port: u16,
    kept: Arc<Mutex<Kept>>,
    manner: Arc<Mutex<Manner>>,
    stop: Arc<AtomicBool>,
}

impl Drop for LockStore {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

struct Question {
    method: String,
    key: Option<String>,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

struct Reply(u16, Vec<(&'static str, String)>, Vec<u8>);

fn said(status: u16, code: &str) -> Reply {
    Reply(status, Vec::new(), format!("<Error><Code>{code}</Code></Error>").into_bytes())
}

fn xml(text: String) -> Reply {
    Reply(200, Vec::new(), text.into_bytes())
}

fn now(manner: &Manner) -> i64 {
    Env::of_host().now().millis() - manner.behind
}

fn millis(text: &str) -> i64 {
    text.parse::<jingui_schema::time::Time>().map_or(0, |time| time.millis())
}

fn inside(text: &str, name: &str) -> String {
    let rest = text.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest);
    rest.split_once("</").map_or("", |(text, _)| text).to_owned()
}

impl LockStore {
    /// Starts one.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let port = listener.local_addr().expect("it is bound").port();
        let (kept, stop) = (Arc::<Mutex<Kept>>::default(), Arc::new(AtomicBool::new(false)));
        let manner = Arc::new(Mutex::new(manner));
        let (of_thread, stopped, behaving) = (kept.clone(), stop.clone(), manner.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                // A connection that ends early is nobody's loss.
                let manner = *behaving.lock().unwrap_or_else(PoisonError::into_inner);
                drop(serve(stream, manner, &of_thread));
            }
        });
        Self { port, kept, manner, stop }
    }

    /// Goes on in another manner.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// How each version is locked; without markers.
    pub fn locks(&self) -> Vec<StoredLock> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let versions = kept.versions.iter().filter(|version| !version.marker);
        let lock = |version: &Version| StoredLock {
            key: version.key.clone(),
            mode: version.mode.clone(),
            until: version.until,
            hold: version.hold,
        };
        versions.map(lock).collect()
    }

    /// Hides an object behind a delete marker, as whoever deletes without a version does.
    pub fn hide(&self, key: &str) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.mark(key);
    }

    /// Takes retention and legal hold off every version whose key has this in it, as the bucket's owner may.
    pub fn unlock(&self, part: &str) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for version in kept.versions.iter_mut().filter(|version| version.key.contains(part)) {
            (version.until, version.hold) = (0, false);
            version.mode.clear();
        }
    }

    /// How it is asked.
    pub fn access(&self) -> Access {
        Access {
            endpoint: Some(format!("http://127.0.0.1:{}", self.port)),
            region: None,
            addressing: Addressing::Auto,
            certificates: None,
            credentials: Credentials { id: "id".into(), secret: "secret".into(), token: None },
            patience: Patience { pause: Duration::from_millis(5), ..Patience::default() },
        }
    }

    /// Keys and versions of what is there.
    pub fn there(&self) -> Vec<(String, String)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.versions.iter().map(|version| (version.key.clone(), version.id.clone())).collect()
    }
}

impl Kept {
    /// Lays a delete marker over an object; says its id.
    fn mark(&mut self, key: &str) -> String {
        self.count += 1;
        let id = format!("v{}", self.count);
        self.versions.push(Version {
            key: key.into(),
            id: id.clone(),
            bytes: Vec::new(),
            marker: true,
            mode: String::new(),
            until: 0,
            hold: false,
            gone_at: i64::MAX,
        });
        id
    }
}

fn decoded(text: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let hex = rest.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match (byte, hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &rest[2..];
            }
            (byte, _) => out.push(*byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn serve(stream: TcpStream, manner: Manner, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, uri) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let key = path.trim_start_matches('/').split_once('/').map(|(_, key)| decoded(key));
    let query = query.split('&').filter(|word| !word.is_empty()).map(|word| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        (name.to_owned(), decoded(value))
    });
    let (query, mut headers) = (query.collect(), BTreeMap::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim().split_once(':') {
            Some((name, value)) => drop(headers.insert(name.to_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let question = Question { method: method.to_owned(), key, query, headers, body };
    let Reply(status, headers, body) =
        answer(&question, manner, &mut kept.lock().unwrap_or_else(PoisonError::into_inner));
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    let mut stream = stream;
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    if question.method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

fn answer(question: &Question, manner: Manner, kept: &mut Kept) -> Reply {
    let has = |name: &str| question.query.contains_key(name);
    kept.versions.retain(|version| version.gone_at > now(&manner));
    let Some(key) = &question.key else { return of_bucket(question, manner, kept) };
    let sha256 = question.headers.get("x-amz-checksum-sha256");
    if sha256.is_some_and(|sum| *sum != STANDARD.encode(Sha256::digest(&question.body))) {
        return said(400, "BadDigest");
    }
    match (question.method.as_str(), has("uploadId")) {
        ("POST", false) => {
            kept.count += 1;
            let id = format!("u{}", kept.count);
            let upload = Upload { headers: question.headers.clone(), parts: BTreeMap::new() };
            kept.uploads.insert(id.clone(), upload);
            xml(format!("<R><UploadId>{id}</UploadId></R>"))
        }
        ("PUT", true) => {
            let number = question.query.get("partNumber").and_then(|number| number.parse().ok()).unwrap_or(1);
            if let Some(upload) = kept.uploads.get_mut(&question.query["uploadId"]) {
                upload.parts.insert(number, question.body.clone());
            }
            Reply(200, vec![("ETag", "\"tag\"".into())], Vec::new())
        }
        ("DELETE", true) => {
            kept.uploads.remove(&question.query["uploadId"]);
            Reply(204, Vec::new(), Vec::new())
        }
        ("POST", true) => {
            let upload = kept.uploads.get(&question.query["uploadId"]);
            let bytes = upload.map(|upload| upload.parts.values().flatten().copied().collect());
            let headers = upload.map(|upload| upload.headers.clone()).unwrap_or_default();
            let Reply(status, headers, body) =
                put(question, &headers, manner, kept, key, bytes.unwrap_or_default());
            let ended = "<CompleteMultipartUploadResult><ETag>\"tag\"</ETag></CompleteMultipartUploadResult>";
            let body = if status == 200 { ended.into() } else { body };
            Reply(status, headers, body)
        }
        ("PUT", false) if has("retention") => retain(question, manner, kept, key),
        ("PUT", false) if has("legal-hold") => match found(question, kept, key) {
            Some(version) => {
                version.hold = inside(&String::from_utf8_lossy(&question.body), "Status") == "ON";
                Reply(200, Vec::new(), Vec::new())
            }
            None => said(404, "NoSuchKey"),
        },
        ("PUT", false) => put(question, &question.headers, manner, kept, key, question.body.clone()),
        ("DELETE", false) => delete(question, manner, kept, key),
        _ => get(question, kept, key),
    }
}

fn of_bucket(question: &Question, manner: Manner, kept: &Kept) -> Reply {
    let has = |name: &str| question.query.contains_key(name);
    let prefix = question.query.get("prefix").cloned().unwrap_or_default();
    let below = |version: &&Version| version.key.starts_with(&prefix);
    match () {
        () if has("versioning") => {
            xml("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>".into())
        }
        () if has("object-lock") && manner.hides_setting => said(403, "AccessDenied"),
        () if has("object-lock") => {
            let mode = if manner.spells { "governed" } else { "GOVERNANCE" };
            let rule = format!(
                "<Rule><DefaultRetention><Mode>{mode}</Mode><Days>1</Days></DefaultRetention></Rule>"
            );
            let rule = if manner.locks_all { &*rule } else { "" };
            xml(format!(
                "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>{rule}\
                 </ObjectLockConfiguration>"
            ))
        }
        () if has("versions") && !manner.lists_no_versions => {
            let listed = kept.versions.iter().filter(below).map(|version| {
                let name = if version.marker { "DeleteMarker" } else { "Version" };
                format!("<{name}><Key>{}</Key><VersionId>{}</VersionId></{name}>", version.key, version.id)
            });
            xml(format!("<ListVersionsResult>{}</ListVersionsResult>", listed.collect::<String>()))
        }
        () => {
            let newest: BTreeMap<&str, &Version> =
                kept.versions.iter().filter(below).map(|version| (&*version.key, version)).collect();
            let there = newest.values().filter(|version| !version.marker);
            // What lies deeper than the next slash is only named by what it lies in.
            let deeper = |key: &str| {
                let rest = &key[prefix.len()..];
                let slash = rest.find('/').filter(|_| question.query.contains_key("delimiter"))?;
                Some(key[..=prefix.len() + slash].to_owned())
            };
            let (mut contents, mut dirs) = (String::new(), BTreeSet::new());
            for version in there {
                match deeper(&version.key) {
                    Some(dir) => {
                        dirs.insert(dir);
                    }
                    None => contents.push_str(&format!(
                        "<Contents><Key>{}</Key><LastModified>2026-11-27T04:00:00.000Z</LastModified>\
                         <ETag>\"tag\"</ETag><Size>{}</Size></Contents>",
                        version.key,
                        version.bytes.len()
                    )),
                }
            }
            let dirs =
                dirs.iter().map(|dir| format!("<CommonPrefixes><Prefix>{dir}</Prefix></CommonPrefixes>"));
            xml(format!("<ListBucketResult>{contents}{}</ListBucketResult>", dirs.collect::<String>()))
        }
    }
}

/// The version that is asked for, or the newest.
fn found<'k>(question: &Question, kept: &'k mut Kept, key: &str) -> Option<&'k mut Version> {
    let id = question.query.get("versionId");
    kept.versions
        .iter_mut()
        .rev()
        .find(|version| version.key == key && id.is_none_or(|id| *id == version.id))
        .filter(|version| !version.marker)
}

/// Puts bytes; `headers` are those that say how they are locked.
fn put(
    question: &Question,
    headers: &BTreeMap<String, String>,
    manner: Manner,
    kept: &mut Kept,
    key: &str,
    bytes: Vec<u8>,
) -> Reply {
    if question.headers.contains_key("if-none-match") && found(question, kept, key).is_some() {
        return said(412, "PreconditionFailed");
    }
    let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
    let hold = header("x-amz-object-lock-legal-hold") == "ON";
    let mut mode = header("x-amz-object-lock-mode");
    let mut until = millis(&header("x-amz-object-lock-retain-until-date"));
    if !mode.is_empty() && manner.nobody_retains {
        return said(403, "AccessDenied");
    }
    // Three seconds of room: who asks counts from the beginning of a second, and a busy machine is late.
    if !mode.is_empty() && until < now(&manner) + (manner.least_seconds - 3) * 1000 {
        return said(400, "InvalidArgument");
    }
    if mode.is_empty() && manner.locks_all {
        (mode, until) = ("GOVERNANCE".into(), now(&manner) + 86_400_000);
    }
    if manner.forgets {
        (mode, until) = (String::new(), 0);
    }
    if manner.overwrites {
        kept.versions.retain(|version| version.key != key);
    }
    kept.count += 1;
    let id = format!("v{}", kept.count);
    let (key, gone_at) = (key.into(), i64::MAX);
    let version = Version { key, id: id.clone(), bytes, marker: false, mode, until, hold, gone_at };
    kept.versions.push(version);
    Reply(200, vec![("x-amz-version-id", id), ("ETag", "\"tag\"".into())], Vec::new())
}

fn retain(question: &Question, manner: Manner, kept: &mut Kept, key: &str) -> Reply {
    let Some(version) = found(question, kept, key) else { return said(404, "NoSuchKey") };
    let text = String::from_utf8_lossy(&question.body);
    let (wanted, mode) = (millis(&inside(&text, "RetainUntilDate")), inside(&text, "Mode"));
    if manner.fixed || manner.nobody_retains || wanted < version.until && !manner.shortens {
        return said(403, "AccessDenied");
    }
    if !manner.forgets {
        (version.until, version.mode) = (wanted, mode);
    }
    Reply(200, Vec::new(), Vec::new())
}

fn delete(question: &Question, manner: Manner, kept: &mut Kept, key: &str) -> Reply {
    if manner.nobody_deletes {
        return said(403, "AccessDenied");
    }
    let Some(id) = question.query.get("versionId") else {
        let id = kept.mark(key);
        return Reply(204, vec![("x-amz-version-id", id)], Vec::new());
    };
    if manner.marks_only {
        return said(403, "AccessDenied");
    }
    let is_it = |version: &Version| version.key == key && version.id == *id;
    let found = kept.versions.iter_mut().find(|version| is_it(version));
    let retained = found.as_ref().is_some_and(|version| version.until > now(&manner));
    let held = found.as_ref().is_some_and(|version| version.hold);
    if held && manner.full_under_hold {
        return said(507, "InsufficientStorage");
    }
    if retained && manner.busy_when_locked {
        return said(503, "SlowDown");
    }
    if retained && manner.deletes_late {
        found.into_iter().for_each(|version| version.gone_at = now(&manner) + LATE_MILLIS);
        return Reply(204, Vec::new(), Vec::new());
    }
    if manner.never_after_lock && found.is_some_and(|version| version.until > 0) {
        return said(403, "AccessDenied");
    }
    let locked = retained && !manner.deletes || held && !manner.ignores_holds;
    match (locked, manner.feigns) {
        (true, false) => said(403, "AccessDenied"),
        (true, true) => Reply(204, Vec::new(), Vec::new()),
        (false, _) => {
            kept.versions.retain(|version| !is_it(version));
            Reply(204, Vec::new(), Vec::new())
        }
    }
}

fn get(question: &Question, kept: &mut Kept, key: &str) -> Reply {
    let has = |name: &str| question.query.contains_key(name);
    let marker = |version: &Version| version.marker && question.query.get("versionId") == Some(&version.id);
    if kept.versions.iter().any(|version| version.key == key && marker(version)) {
        return said(405, "MethodNotAllowed");
    }
    let Some(version) = found(question, kept, key) else { return said(404, "NoSuchKey") };
    if has("retention") {
        let until = jingui_schema::time::Time::from_millis(version.until);
        return match version.mode.as_str() {
            "" => said(404, "NoSuchObjectLockConfiguration"),
            mode => xml(format!(
                "<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>"
            )),
        };
    }
    if has("legal-hold") {
        let status = if version.hold { "ON" } else { "OFF" };
        return xml(format!("<LegalHold><Status>{status}</Status></LegalHold>"));
    }
    let size = version.bytes.len();
    let range = question.headers.get("range").and_then(|range| {
        let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
        let last: usize = last.parse().ok()?;
        Some((first.parse::<usize>().ok()?, last.min(size.saturating_sub(1))))
    });
    match range {
        Some((first, _)) if first >= size => said(416, "InvalidRange"),
        Some((first, last)) => {
            let headers = vec![("Content-Range", format!("bytes {first}-{last}/{size}"))];
            Reply(206, headers, version.bytes[first..=last].to_vec())
        }
        None => Reply(200, Vec::new(), version.bytes.clone()),
    }
}
