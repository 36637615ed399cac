//! What goes over the socket: one request with three descriptors, then replies of one byte.
//!
//! A request is a length (u32 LE) with the descriptors attached, an [`Envelope`] in JSON of that length, and the
//! text of the unlocked key and that of the keys to stores, in the lengths that the envelope names. Other versions can
//! read the envelope.

use crate::context::{Call, Streams};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketAddrUnix, SocketFlags, SocketType, recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use zeroize::Zeroizing;

/// The version of what is described here.
pub(super) const PROTOCOL: u32 = 2;
/// The most bytes of an envelope: a command line has at most two mebibytes.
const ENVELOPE_BYTES_MAX: usize = 16 << 20;
/// The most bytes of an unlocked key, and of what stores are asked with, certificates included.
const SECRET_BYTES_MAX: usize = 16 << 20;
/// The most bytes of a socket's path, the final zero included.
const SOCKET_PATH_BYTES_MAX: usize = 108;

/// Replies. `ENDED` is followed by the exit code, `OTHER_VERSION` by a length of one byte and the version.
pub(super) const WAITING: u8 = b'W';
pub(super) const STARTED: u8 = b'S';
pub(super) const ENDED: u8 = b'E';
/// The disk does not answer; the command may still be carried out when it does.
pub(super) const STALLED: u8 = b'D';
pub(super) const OTHER_VERSION: u8 = b'V';
pub(super) const REFUSED: u8 = b'R';
/// What a client sends once to interrupt its command.
pub(super) const INTERRUPT: u8 = b'I';

/// What a request says of itself before anything else.
#[derive(Serialize, Deserialize)]
struct Envelope {
    protocol: u32,
    program: String,
    secret: usize,
    #[serde(default)]
    store: usize,
    call: Box<RawValue>,
}

/// A request as it came in.
pub(super) struct Request {
    pub call: Call,
    pub secret: Option<Zeroizing<String>>,
    pub store: Option<Zeroizing<String>>,
    pub streams: Streams,
}

/// Why a request is not carried out.
pub(super) enum Misfit {
    OtherVersion,
    Broken,
}

impl From<io::Error> for Misfit {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

/// The version a program must share with its holder.
pub(super) fn program() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Sends a request; `program` is the version it gives itself.
pub(super) fn send(
    mut socket: &UnixStream,
    call: &Call,
    secrets: [Option<&str>; 2],
    streams: &Streams,
    program: String,
) -> io::Result<()> {
    let [secret, store] = secrets.map(Option::unwrap_or_default);
    let call = serde_json::value::to_raw_value(call).map_err(io::Error::other)?;
    let envelope = Envelope { protocol: PROTOCOL, program, secret: secret.len(), store: store.len(), call };
    let envelope = serde_json::to_vec(&envelope).map_err(io::Error::other)?;
    let length = u32::try_from(envelope.len()).map_err(io::Error::other)?.to_le_bytes();

    let fds = [streams.stdin.as_fd(), streams.stdout.as_fd(), streams.stderr.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    assert!(control.push(SendAncillaryMessage::ScmRights(&fds)), "there is space for three descriptors");
    // The descriptors travel with the first byte, so what is left of the length can follow by itself.
    let sent = sendmsg(socket, &[IoSlice::new(&length)], &mut control, SendFlags::NOSIGNAL)?;
    socket.write_all(&length[sent..])?;
    socket.write_all(&envelope)?;
    socket.write_all(secret.as_bytes())?;
    socket.write_all(store.as_bytes())
}

/// Reads a request.
pub(super) fn receive(mut socket: &UnixStream) -> Result<Request, Misfit> {
    let mut length = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let got = recvmsg(socket, &mut [IoSliceMut::new(&mut length)], &mut control, RecvFlags::CMSG_CLOEXEC)
        .map_err(io::Error::from)?;
    let mut fds: Vec<OwnedFd> = control
        .drain()
        .filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(fds) => Some(fds),
            _ => None,
        })
        .flatten()
        .collect();
    if got.bytes == 0 {
        return Err(Misfit::Broken);
    }
    socket.read_exact(&mut length[got.bytes..])?;
    let length = u32::from_le_bytes(length) as usize;
    if length > ENVELOPE_BYTES_MAX {
        return Err(Misfit::Broken);
    }
    let mut bytes = vec![0; length];
    socket.read_exact(&mut bytes)?;
    let envelope: Envelope = serde_json::from_slice(&bytes).map_err(|_| Misfit::Broken)?;
    if envelope.protocol != PROTOCOL || envelope.program != program() {
        return Err(Misfit::OtherVersion);
    }
    let call = serde_json::from_str(envelope.call.get()).map_err(|_| Misfit::Broken)?;
    let (secret, store) = (secret(socket, envelope.secret)?, secret(socket, envelope.store)?);
    let (Some(stderr), Some(stdout), Some(stdin), None) = (fds.pop(), fds.pop(), fds.pop(), fds.pop()) else {
        return Err(Misfit::Broken);
    };
    Ok(Request { call, secret, store, streams: Streams { stdin, stdout, stderr } })
}

/// Reads a secret of so many bytes; none is one of no bytes.
fn secret(mut socket: &UnixStream, bytes: usize) -> Result<Option<Zeroizing<String>>, Misfit> {
    if bytes > SECRET_BYTES_MAX {
        return Err(Misfit::Broken);
    }
    let mut secret = Zeroizing::new(vec![0; bytes]);
    socket.read_exact(&mut secret)?;
    let secret = std::str::from_utf8(&secret).map_err(|_| Misfit::Broken)?;
    Ok((!secret.is_empty()).then(|| Zeroizing::new(secret.to_owned())))
}

/// Says whether the process at the other end may be trusted with our streams and keys, or may act here.
pub(super) fn is_one_of_us(socket: &UnixStream) -> bool {
    let ours = rustix::process::geteuid();
    rustix::net::sockopt::socket_peercred(socket).is_ok_and(|peer| peer.uid == ours || peer.uid.is_root())
}

/// A Unix socket, and the address of a path below an open directory.
///
/// A path of 108 bytes and more does not fit into an address; it is then reached through the directory's
/// descriptor, which must live until the address has been used.
pub(super) fn socket_at(path: &Path) -> io::Result<(OwnedFd, SocketAddrUnix, Option<File>)> {
    let socket =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    if path.as_os_str().as_bytes().len() < SOCKET_PATH_BYTES_MAX {
        return Ok((socket, SocketAddrUnix::new(path)?, None));
    }
    let (dir, name) = (path.parent().unwrap_or(Path::new("/")), path.file_name().unwrap_or_default());
    let dir = File::open(dir)?;
    let short = Path::new("/proc/self/fd").join(dir.as_raw_fd().to_string()).join(name);
    Ok((socket, SocketAddrUnix::new(short)?, Some(dir)))
}
