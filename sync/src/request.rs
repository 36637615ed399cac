//! A question that the client library has no words for: versions, locks, checksums that are wrong on purpose.
//!
//! Signed by the client library's signer, sent over the same connections, asked again under the same rule. A refusal is
//! an answer here: what a store refuses is what is being found out.

use crate::access::Access;
use crate::address::Address;
use crate::fault::{Asked, FaultKind, Trouble, judge_said};
use crate::said::Said;
use crate::store::{Interrupted, Store};
use crate::wire::Wire;
use crate::xml::Element;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method};
use http_body_util::BodyExt;
use jingui_schema::time::Time;
use jingui_vault::Error;
use jingui_vault::env::Env;
use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::{HttpRequest, HttpRequestBody, HttpResponse, HttpService};
use sha2::{Digest, Sha256};
use std::error::Error as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What is read of an answer; nothing that is asked for here is as large.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// What is asked.
pub(crate) struct Request<'a> {
    method: Method,
    /// Relative to the prefix; `None` asks the bucket.
    name: Option<&'a str>,
    query: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// Whether the end of an upload is on condition that nothing has the name.
    conditional: bool,
}

impl<'a> Request<'a> {
    pub fn of(method: Method, name: &'a str) -> Self {
        let (query, headers) = (Vec::new(), Vec::new());
        Self { method, name: Some(name), query, headers, body: Vec::new(), conditional: false }
    }

    pub fn of_bucket() -> Self {
        Self { name: None, ..Self::of(Method::GET, "") }
    }

    /// With a word of the query; without a value where that is empty.
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Of this version, where there is one.
    pub fn version(self, version: Option<&str>) -> Self {
        match version {
            Some(version) => self.query("versionId", version),
            None => self,
        }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With these bytes and their SHA-256.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let sha256 = sha256(&body);
        self.body_with(body, sha256)
    }

    /// With these bytes and a SHA-256 that need not be theirs.
    pub fn body_with(mut self, body: Vec<u8>, sha256: String) -> Self {
        self.body = body;
        self.header("x-amz-sdk-checksum-algorithm", "SHA256").header("x-amz-checksum-sha256", sha256)
    }

    /// With these bytes and no checksum: at the end of an upload it would be taken for that of the object.
    pub fn xml(mut self, text: String) -> Self {
        self.body = text.into_bytes();
        self
    }

    /// On condition that nothing has the name.
    pub fn if_free(mut self) -> Self {
        match self.method {
            // Added behind the signature, as where a file is sent.
            Method::POST => self.conditional = true,
            _ => self.headers.push(("if-none-match", "*".into())),
        }
        self
    }

    /// The bytes it was to bring.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// As what an error of it is judged: only of a listing a 404 says that there is no bucket.
    fn asked(&self) -> Asked {
        let lists = self.name.is_none() && self.query.iter().any(|(name, _)| *name == "list-type");
        if lists { Asked::List } else { Asked::Read }
    }
}

/// SHA-256 as a store wants it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
    }

    /// The version that was made; none where the bucket keeps none.
    pub fn version(&self) -> Option<String> {
        self.header("x-amz-version-id").filter(|version| *version != "null").map(str::to_owned)
    }

    pub fn xml(&self) -> Option<Element> {
        Element::read(&self.body)
    }

    /// The document, where it is of this name: a store that does not know a question may answer another one.
    pub fn xml_of(&self, name: &str) -> Option<Element> {
        self.xml().filter(|document| document.name == name)
    }
}

/// An answer, or what was said instead.
pub(crate) type Told = Result<Answer, Said>;
/// The same of what was read out of it; or why there is none.
pub(crate) type Learnt<T> = Result<Result<T, Said>, Trouble>;

/// Asks a store such questions.
pub(crate) struct Asking {
    pub store: Store,
    wire: Wire,
    credential: AwsCredential,
    region: String,
    /// Where the bucket is, without a slash at the end.
    url: String,
    env: Env,
    /// Whether the store has let in who asks: what it says of them later is about one question alone.
    let_in: AtomicBool,
    /// When the store's clock was read last, what it said, and by how many milliseconds it was ahead.
    clock: Mutex<Option<(Instant, i64, i64)>>,
}

impl Asking {
    pub fn new(
        address: &Address,
        access: &Access,
        env: Env,
        interrupted: Interrupted,
    ) -> Result<Self, Error> {
        let store = Store::new(address, access, env.clone(), interrupted)?;
        let (url, endpoint) = access.bucket_url(address.bucket());
        let unfit =
            |why: String| Error::StoreUnreachable { store: format!("{endpoint}/{}", address.bucket()), why };
        let wire = Wire::new(access).map_err(unfit)?;
        let credentials = &access.credentials;
        let credential = AwsCredential {
            key_id: credentials.id.clone(),
            secret_key: credentials.secret.clone(),
            token: credentials.token.clone(),
        };
        let region = access.region().to_owned();
        let (let_in, clock) = (AtomicBool::new(false), Mutex::default());
        Ok(Self { store, wire, credential, region, url, env, let_in, clock })
    }

    /// Asks until there is an answer; a store that only says that it is busy has said so.
    ///
    /// Errors: no answer at all, and what will not be otherwise for any question.
    pub fn ask(&self, request: &Request<'_>) -> Learnt<Answer> {
        let name = request.name.unwrap_or_default();
        let mut turns = self.store.turns(name);
        loop {
            let why = match self.store.once(name, request.asked(), self.send(request)) {
                Ok(Err(said)) if is_busy(&said) => match turns.next(said.to_string()) {
                    Ok(()) => continue,
                    Err(_) => {
                        self.store.forget();
                        return Ok(Err(said));
                    }
                },
                Ok(told) => return Ok(told),
                Err(Trouble::Passing(why)) => why,
                Err(trouble) => return Err(trouble),
            };
            turns.next(why)?;
        }
    }

    /// Asks once, as the client library does: a refusal is an error.
    pub async fn done(&self, request: &Request<'_>) -> object_store::Result<()> {
        self.send(request).await?.map(drop).map_err(wrong)
    }

    async fn send(&self, request: &Request<'_>) -> object_store::Result<Told> {
        let began = Instant::now();
        let mut signed = self.http(request)?;
        AwsAuthorizer::new(&self.credential, "s3", &self.region).try_authorize(&mut signed, None)?;
        self.wire.conditional.store(request.conditional, Ordering::Relaxed);
        match HttpService::call(&self.wire, signed).await {
            Ok(response) => {
                let answer = whole(response).await?;
                self.read_clock(answer.header("date"), began);
                self.let_in.store(true, Ordering::Relaxed);
                // The end of an upload may go wrong after the store has begun to answer that it went well.
                let failed = request.method == Method::POST
                    && answer.xml().is_some_and(|document| document.name == "Error");
                Ok(match failed {
                    true => Err(Said::of(answer.status, &String::from_utf8_lossy(&answer.body))),
                    false => Ok(answer),
                })
            }
            Err(error) => match error.source().and_then(|cause| cause.downcast_ref::<Said>()) {
                Some(said) => {
                    self.read_clock(said.date.as_deref(), began);
                    match is_answer(said, request, self.let_in.load(Ordering::Relaxed)) {
                        true => Ok(Err(said.clone())),
                        false => Err(wrong(error)),
                    }
                }
                None => Err(wrong(error)),
            },
        }
    }

    fn http(&self, request: &Request<'_>) -> object_store::Result<HttpRequest> {
        let key = request.name.map(|name| self.store.key(name));
        let uri = uri(&self.url, key.as_deref(), &request.query);
        let mut made = http::Request::builder().method(request.method.clone()).uri(uri);
        for (name, value) in &request.headers {
            made = made.header(*name, value);
        }
        if request.body.is_empty() && [Method::PUT, Method::POST].contains(&request.method) {
            made = made.header("content-length", "0");
        }
        let body = match request.body.is_empty() {
            true => HttpRequestBody::empty(),
            false => HttpRequestBody::from(request.body.clone()),
        };
        made.body(body).map_err(wrong)
    }

    fn read_clock(&self, date: Option<&str>, began: Instant) {
        let Some(theirs) = date.and_then(http_date) else { return };
        // The answer was dated about when half of the time had passed; it has whole seconds.
        let ours = self.env.now().millis()
            - i64::try_from(began.elapsed().as_millis() / 2).unwrap_or(i64::MAX).min(600_000);
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        *clock = Some((Instant::now(), theirs, theirs + 500 - ours));
    }

    /// By how many seconds the store's clock is ahead; `None` where it told no time.
    pub fn skew_seconds(&self) -> Option<i64> {
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.map(|(_, _, ahead)| (ahead as f64 / 1000.0).round() as i64)
    }

    /// The store's time now, as far as it is known; up to a second behind it.
    pub fn store_now(&self) -> Time {
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let since = |then: Instant| i64::try_from(then.elapsed().as_millis()).unwrap_or(i64::MAX);
        match *clock {
            Some((then, theirs, _)) => Time::from_millis(theirs.saturating_add(since(then))),
            None => self.env.now(),
        }
    }
}

/// What stores say, under one status or another, when another time would be better.
const BUSY: [&str; 6] = [
    "OperationAborted",
    "ConditionalRequestConflict",
    "RequestTimeout",
    "InternalError",
    "SlowDown",
    "ServiceUnavailable",
];

/// Whether a store says that another time would be better: no refusal, so that nothing follows from it.
pub(crate) fn is_busy(said: &Said) -> bool {
    matches!(said.status, 408 | 425 | 429 | 500 | 502..=504) || BUSY.contains(&&*said.code)
}

/// Whether what a store says is of this question, rather than of every one.
fn is_answer(said: &Said, request: &Request<'_>, let_in: bool) -> bool {
    match judge_said(said, "", request.asked()) {
        Trouble::Lasting(fault) => match fault.kind {
            FaultKind::NoBucket => said.code != "NoSuchBucket" && let_in,
            FaultKind::Elsewhere => let_in,
            FaultKind::Credentials => let_in && ["SignatureDoesNotMatch", ""].contains(&&*said.code),
            FaultKind::Clock(_) | FaultKind::Full => false,
            _ => true,
        },
        _ => true,
    }
}

fn wrong(error: impl std::error::Error + Send + Sync + 'static) -> object_store::Error {
    object_store::Error::Generic { store: "S3", source: Box::new(error) }
}

async fn whole(response: HttpResponse) -> object_store::Result<Answer> {
    let (parts, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(wrong)?.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > ANSWER_BYTES_MAX {
            return Err(wrong(std::io::Error::other("the answer is longer than it can be")));
        }
    }
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body: bytes })
}

/// The address of a question, spelt as it is signed.
fn uri(url: &str, key: Option<&str>, query: &[(&str, String)]) -> String {
    let path = key.map(|key| format!("/{}", encoded(key, true))).unwrap_or_default();
    let words: Vec<String> = (query.iter())
        .map(|(name, value)| match value.is_empty() {
            true => (*name).to_owned(),
            false => format!("{name}={}", encoded(value, false)),
        })
        .collect();
    let question = if words.is_empty() { "" } else { "?" };
    format!("{url}{path}{question}{}", words.join("&"))
}

/// Everything but unreserved characters as `%XX`; slashes stay in a path.
fn encoded(text: &str, path: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            b'/' if path => out.push('/'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Milliseconds of a date such as `Tue, 15 Nov 1994 08:12:31 GMT`.
fn http_date(text: &str) -> Option<i64> {
    // RFC 2822 knows the same form, and GMT as one of its obsolete zones.
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(parsed.as_millisecond())
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
