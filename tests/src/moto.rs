//! Another program's store: `moto`, where it is installed; it ends with whoever holds it.

use crate::object_store::{BUCKET, ID, SECRET};
use crate::say;
use jingui_sync::{Access, Addressing, Credentials, Patience};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a bucket of it is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// It keeps nothing that is put over.
    Plain,
    /// It keeps versions.
    Versioned,
    /// It keeps versions and locks them where somebody asks for it.
    Lock,
    /// It locks whatever says nothing else, for a day.
    LockAll,
}

/// The store.
pub struct Moto {
    child: Child,
    port: u16,
    endpoint: String,
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Moto {
    /// Starts one with a plain bucket; `None`, said by name, where it is not installed.
    pub fn start(test: &str) -> Option<Self> {
        let skip = |why: &str| {
            say(&format!("SKIPPED {test}: {why}"));
            None
        };
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/moto");
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
        let script = "import sys; from moto.server import main; main(sys.argv[1:])";
        let mut python = Command::new("python3");
        if installed.join("moto").is_dir() {
            python.env("PYTHONPATH", &installed);
        }
        if !python
            .args(["-c", "import moto.server"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
        {
            return skip("moto is not installed");
        }
        let mut server = Command::new("python3");
        server
            .env("PYTHONPATH", &installed)
            .args(["-c", script, "-H", "127.0.0.1", "-p"])
            .arg(port.to_string());
        let child = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
        let moto = Self { child, port, endpoint: format!("http://127.0.0.1:{port}") };
        for _ in 0..300 {
            if moto.asked(&format!("/{BUCKET}"), "", "") {
                return Some(moto);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        skip("moto does not answer")
    }

    /// Where it is.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// How it is asked.
    pub fn access(&self) -> Access {
        Access {
            endpoint: Some(self.endpoint.clone()),
            region: None,
            addressing: Addressing::Auto,
            certificates: None,
            credentials: Credentials { id: ID.into(), secret: SECRET.into(), token: None },
            patience: Patience { pause: Duration::from_millis(20), ..Patience::default() },
        }
    }

    /// Makes a bucket.
    pub fn make(&self, name: &str, kind: Bucket) {
        let locks = [Bucket::Lock, Bucket::LockAll].contains(&kind);
        let header = if locks { "x-amz-bucket-object-lock-enabled: true\r\n" } else { "" };
        assert!(self.asked(&format!("/{name}"), header, ""), "{name}");
        if kind == Bucket::Versioned {
            let body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
            assert!(self.asked(&format!("/{name}?versioning"), "", body), "{name}");
        }
        if kind == Bucket::LockAll {
            let body = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>\
                <DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule>\
                </ObjectLockConfiguration>";
            assert!(self.asked(&format!("/{name}?object-lock"), "", body), "{name}");
        }
    }

    /// Asks for something with PUT; it asks nobody who they are, so a plain request will do.
    fn asked(&self, path: &str, header: &str, body: &str) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let request = format!(
            "PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{header}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        );
        let mut answer = String::new();
        drop(stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer)));
        answer.starts_with("HTTP/1.1 200")
    }
}
