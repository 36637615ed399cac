//! An object store on loopback, in the test's own process, and what can go wrong on the way to it.
//!
//! The store is `s3s-fs`: it checks signatures, digests and conditions by itself. In front of it stands what a line,
//! a proxy and a tired server do: requests that do not arrive, answers that do not, twice, half, late; and what becomes of
//! single uploads (`snags`).

use crate::house::env_on;
use crate::program::Desk;
use crate::snags::{Counted, Meant, Snag, Snags};
use bytes::{Bytes, BytesMut};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jingui_sync::{Access, Addressing, Credentials, Patience, StoreTarget};
use jingui_vault::Result;
use jingui_vault::copies::Target;
use jingui_vault::fs::OsFs;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::convert::Infallible;
use std::fs::File;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// The bucket that is there.
pub const BUCKET: &str = "archive";
/// Who may.
pub const ID: &str = "AKJINGUI0000000001";
/// And with which secret.
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzzzzzzzzzz";

/// Writes a file of credentials for a store at this endpoint, which its owner alone may read; says where it is.
pub fn credentials(desk: &Desk, endpoint: &str) -> String {
    let text = format!(
        "[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\nendpoint_url = {endpoint}\n"
    );
    let path = desk.file("store.keys", text);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("a file of ours");
    desk.text("store.keys")
}

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glitch {
    /// It does not arrive.
    Unheard,
    /// It is carried out, and the answer does not arrive.
    Lost,
    /// It is not carried out, and the store says so.
    Busy,
    /// It is carried out, and the store says that it was not.
    Denied,
    /// Half of the answer arrives.
    Half,
    /// It is carried out twice, and the second answer arrives.
    Twice,
    /// It is carried out, and the answer comes too late.
    Late,
    /// From here on nothing arrives.
    Gone,
}

impl Glitch {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Unheard,
        Self::Lost,
        Self::Busy,
        Self::Denied,
        Self::Half,
        Self::Twice,
        Self::Late,
        Self::Gone,
    ];
}

/// A request as the store saw it.
#[derive(Clone, Debug)]
pub struct Heard {
    /// `PUT`, say.
    pub method: String,
    /// Path and query.
    pub uri: String,
    /// Bytes that came with it.
    pub bytes: usize,
    /// SHA-256 that came with it, in base64.
    pub checksum: Option<String>,
    /// Whether it was on condition that nothing has the name.
    pub conditional: bool,
    /// What was answered; 0 where nothing was.
    pub status: u16,
}

#[derive(Default)]
struct Front {
    armed: Mutex<Option<(u64, Glitch)>>,
    heard: Mutex<Vec<Heard>>,
    fired: AtomicBool,
    /// Conditions are not kept.
    deaf: AtomicBool,
    /// Where the buckets lie.
    root: PathBuf,
    /// What every request that writes is answered, if so.
    refusing: Mutex<Option<(u16, String, bool)>>,
    /// The one method that nobody has the right to.
    forbidden: Mutex<Option<&'static str>>,
    snags: Snags,
    /// Requests that have not been answered yet.
    under_way: AtomicUsize,
    /// Bytes that came with requests.
    received: AtomicU64,
}

/// A store with one bucket.
pub struct Store {
    dir: TempDir,
    port: u16,
    front: Arc<Front>,
    runtime: Option<Runtime>,
}

impl Store {
    /// Starts it, on a port of its own.
    pub fn start() -> Self {
        let dir = crate::scratch();
        std::fs::create_dir(dir.path().join(BUCKET)).expect("a directory for the bucket");
        let files = FileSystem::new(dir.path()).expect("a store over a directory");
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ID, SECRET));
        let service = builder.build();
        // Each of them waits for the disk now and then, and must not keep the dozen connections of a push waiting.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
        let runtime = runtime.expect("threads");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port on loopback");
        let port = listener.local_addr().expect("it is bound").port();
        let front = Arc::new(Front { root: dir.path().to_owned(), ..Front::default() });
        runtime.spawn(serve(listener, service, front.clone()));
        Self { dir, port, front, runtime: Some(runtime) }
    }

    /// Where it is.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How it is asked; where something is to go wrong, a test does not wait for long.
    pub fn access(&self) -> Access {
        // Only what is late on purpose is to be too late; what a busy machine delays is waited for.
        let is_armed = lock(&self.front.armed).is_some();
        let request = if is_armed { Duration::from_millis(700) } else { Duration::from_secs(20) };
        Access {
            endpoint: Some(self.endpoint()),
            region: None,
            addressing: Addressing::Auto,
            certificates: None,
            credentials: Credentials { id: ID.into(), secret: SECRET.into(), token: None },
            patience: Patience {
                connect: Duration::from_secs(2),
                request,
                attempts: 4,
                pause: Duration::from_millis(5),
            },
        }
    }

    /// A place for copies in it, seen anew.
    pub fn target(&self) -> Result<Arc<StoreTarget>> {
        let address = format!("s3://{BUCKET}/ra/east").parse().expect("an address");
        let target = StoreTarget::open(&address, &self.access(), env_on(Arc::new(OsFs)), Arc::new(|| false));
        target.map(Arc::new)
    }

    /// The same for whoever does not ask what it is.
    pub fn any(&self) -> Result<Arc<dyn Target>> {
        Ok(self.target()?)
    }

    /// Where the objects of that place lie as files.
    pub fn place(&self) -> PathBuf {
        self.dir.path().join(BUCKET).join("ra/east")
    }

    /// Forgets what was heard, and has the k-th request from here on go wrong. To be called before a target
    /// is opened: [`Self::access`] goes by it.
    pub fn arm(&self, k: u64, glitch: Glitch) {
        self.hear();
        self.front.fired.store(false, Ordering::Relaxed);
        *lock(&self.front.armed) = Some((k, glitch));
    }

    /// Nothing goes wrong any more; says whether anything has.
    pub fn disarm(&self) -> bool {
        *lock(&self.front.armed) = None;
        self.front.fired.load(Ordering::Relaxed)
    }

    /// What was heard since this was asked last.
    pub fn hear(&self) -> Vec<Heard> {
        std::mem::take(&mut *lock(&self.front.heard))
    }

    /// Asks something of what was heard since [`Self::hear`] was asked last.
    pub fn so_far<T>(&self, ask: impl FnOnce(&[Heard]) -> T) -> T {
        ask(&lock(&self.front.heard))
    }

    /// How many requests have not been answered yet.
    pub fn under_way(&self) -> usize {
        self.front.under_way.load(Ordering::Relaxed)
    }

    /// Bytes that came with requests, those that were cut off included.
    pub fn received(&self) -> u64 {
        self.front.received.load(Ordering::Relaxed)
    }

    /// From here on this becomes of the uploads that are meant, all but the first few of them.
    pub fn snag(&self, snag: Snag, after: usize, meant: Meant) {
        self.front.snags.set(snag, after, meant);
    }

    /// Uploads go through again; those that are held are cut off.
    pub fn unsnag(&self) {
        self.front.snags.clear();
    }

    /// How many uploads are held.
    pub fn held(&self) -> usize {
        self.front.snags.held()
    }

    /// Whether conditions are left aside.
    pub fn set_deaf(&self, deaf: bool) {
        self.front.deaf.store(deaf, Ordering::Relaxed);
    }

    /// Takes the right to one method away; nothing to give it back.
    pub fn forbid(&self, method: Option<&'static str>) {
        *lock(&self.front.forbidden) = method;
    }

    /// Answers every request that writes (or, with `all`, every one) with this; nothing to end it.
    pub fn refuse(&self, with: Option<(u16, &str, bool)>) {
        *lock(&self.front.refusing) = with.map(|(status, code, all)| (status, code.to_owned(), all));
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, service: S3Service, front: Arc<Front>) {
    while let Ok((socket, _)) = listener.accept().await {
        let (service, front) = (service.clone(), front.clone());
        drop(socket.set_nodelay(true));
        tokio::spawn(async move {
            let answer = service_fn(|request| answer(request, service.clone(), front.clone()));
            // A connection that ends early is what is being tried.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), answer)
                    .await,
            );
        });
    }
}

/// The connection ends here.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut off on purpose")
    }
}

impl std::error::Error for Cut {}

type Body = UnsyncBoxBody<Bytes, Cut>;

async fn answer(
    request: Request<Incoming>,
    service: S3Service,
    front: Arc<Front>,
) -> std::result::Result<Response<Body>, Cut> {
    let _under_way = Counted::one(&front.under_way);
    let (mut parts, body) = request.into_parts();
    let length = number_in(&parts.headers, "content-length").unwrap_or(0);
    let snag = if parts.method == "PUT" { front.snags.of(parts.uri.path(), length) } else { None };
    let most = if matches!(snag, Some(Snag::Cut | Snag::Hold)) { length / 2 } else { u64::MAX };
    let body = receive(&front, body, length, most).await?;
    let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let heard = Heard {
        method: parts.method.to_string(),
        uri: parts.uri.to_string(),
        bytes: body.len(),
        checksum: header("x-amz-checksum-sha256"),
        conditional: header("if-none-match").is_some(),
        status: 0,
    };
    if front.deaf.load(Ordering::Relaxed) && heard.conditional {
        match parts.method.as_str() {
            // The condition is signed; for a store that does not look at it, what is there makes no difference.
            "PUT" => drop(std::fs::remove_file(front.root.join(parts.uri.path().trim_start_matches('/')))),
            _ => drop(parts.headers.remove("if-none-match")),
        }
    }
    let number = {
        let mut all = lock(&front.heard);
        all.push(heard.clone());
        all.len()
    };
    match snag {
        Some(Snag::Cut) => return Err(Cut),
        Some(Snag::Hold) => {
            front.snags.hold().await;
            return Err(Cut);
        }
        Some(Snag::Refuse(status, code)) => return Ok(said(status, code)),
        None => {}
    }
    let glitch = match *lock(&front.armed) {
        Some((k, glitch)) if number as u64 == k || (glitch == Glitch::Gone && number as u64 > k) => {
            front.fired.store(true, Ordering::Relaxed);
            Some(glitch)
        }
        _ => None,
    };
    let refusing = lock(&front.refusing).clone();
    if let Some((status, code, all)) = refusing
        && (all || heard.method != "GET" && heard.method != "HEAD")
    {
        return Ok(said(status, &code));
    }
    if lock(&front.forbidden).is_some_and(|method| method == heard.method) {
        return Ok(said(403, "AccessDenied"));
    }
    if is_directory(&front.root, &heard) {
        return Ok(said(404, "NoSuchKey"));
    }
    let carry_out = || async {
        let request = Request::from_parts(parts.clone(), s3s::Body::from(body.clone()));
        let (parts, body) = service.call(request).await.map_err(|_| Cut)?.into_parts();
        let body = match read_at_once(&front.root, &heard, parts.status, &parts.headers) {
            Some(bytes) => bytes,
            None => body.collect().await.map_err(|_| Cut)?.to_bytes(),
        };
        if let Some(heard) = lock(&front.heard).get_mut(number - 1) {
            heard.status = parts.status.as_u16();
        }
        Ok::<_, Cut>((parts, body))
    };
    let whole = |bytes: Bytes| Full::new(bytes).map_err(|never: Infallible| match never {}).boxed_unsync();
    match glitch {
        Some(Glitch::Unheard | Glitch::Gone) => Err(Cut),
        Some(Glitch::Busy) => Ok(said(503, "SlowDown")),
        Some(Glitch::Lost) => {
            carry_out().await?;
            Err(Cut)
        }
        Some(Glitch::Denied) => {
            carry_out().await?;
            Ok(said(500, "InternalError"))
        }
        Some(Glitch::Late) => {
            let (parts, body) = carry_out().await?;
            tokio::time::sleep(Duration::from_millis(900)).await;
            Ok(Response::from_parts(parts, whole(body)))
        }
        Some(Glitch::Half) => {
            let (mut parts, body) = carry_out().await?;
            if body.is_empty() {
                // There is no half of it.
                return Err(Cut);
            }
            parts.headers.insert("content-length", body.len().into());
            let half = body.slice(..body.len() / 2);
            let frames = [Ok(Frame::data(half)), Err(Cut)];
            Ok(Response::from_parts(parts, StreamBody::new(stream(frames)).boxed_unsync()))
        }
        Some(Glitch::Twice) => {
            carry_out().await?;
            let (parts, body) = carry_out().await?;
            Ok(Response::from_parts(parts, whole(body)))
        }
        None => {
            let (parts, body) = carry_out().await?;
            Ok(Response::from_parts(parts, whole(body)))
        }
    }
}

/// Takes in a body of about this length, until so many bytes of it have come.
async fn receive(
    front: &Front,
    mut body: Incoming,
    length: u64,
    most: u64,
) -> std::result::Result<Bytes, Cut> {
    let mut bytes = BytesMut::with_capacity(length.min(64 << 20) as usize);
    while (bytes.len() as u64) < most {
        let Some(frame) = body.frame().await else { break };
        if let Ok(data) = frame.map_err(|_| Cut)?.into_data() {
            front.received.fetch_add(data.len() as u64, Ordering::Relaxed);
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

fn number_in(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// Where the object of a request lies as a file; `None` where it is about no single object.
fn file_of(root: &Path, heard: &Heard) -> Option<PathBuf> {
    let is_read = heard.method == "GET" || heard.method == "HEAD";
    let key = heard.uri.trim_matches('/');
    (is_read && !key.contains('?') && key.contains('/')).then(|| root.join(key))
}

/// Whether somebody asks for an object where there is a directory of the store's own. No store has such a thing; `s3s-fs` tries to
/// read it and answers 500, which clients ask again and again, with pauses that grow to minutes.
fn is_directory(root: &Path, heard: &Heard) -> bool {
    file_of(root, heard).is_some_and(|path| path.is_dir())
}

/// The bytes of the answer that these headers stand above. `s3s-fs` reads four kibibytes at a time, each on another thread, and a
/// client that reads back what it sent would be measured by that.
fn read_at_once(root: &Path, heard: &Heard, status: StatusCode, headers: &HeaderMap) -> Option<Bytes> {
    let path = file_of(root, heard).filter(|_| heard.method == "GET" && status.is_success())?;
    let length = usize::try_from(number_in(headers, "content-length")?).ok()?;
    let begin: u64 = match headers.get("content-range") {
        None => 0,
        Some(range) => range.to_str().ok()?.strip_prefix("bytes ")?.split('-').next()?.parse().ok()?,
    };
    let mut bytes = vec![0; length];
    File::open(path).ok()?.read_exact_at(&mut bytes, begin).ok()?;
    Some(bytes.into())
}

fn stream<const N: usize>(
    frames: [std::result::Result<Frame<Bytes>, Cut>; N],
) -> impl futures_util::Stream<Item = std::result::Result<Frame<Bytes>, Cut>> {
    futures_util::stream::iter(frames)
}

fn said(status: u16, code: &str) -> Response<Body> {
    let text =
        format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>on purpose</Message></Error>");
    let mut response = Response::new(
        Full::new(Bytes::from(text)).map_err(|never: Infallible| match never {}).boxed_unsync(),
    );
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}
