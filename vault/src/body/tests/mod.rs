//! What a body promises: the bytes come back, stock tools read it, and no damage passes.

mod damage; // bodies that were changed
mod failing; // sources, outputs and disks that fail
mod form; // the bytes are those of the format page
mod held; // how much of a filing is in memory
mod speed; // measures

use super::*;
use crate::env::Env;
use crate::fs::OsFs;
use std::ffi::OsString;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A source that gives other bytes each time it is opened, where it is told so.
struct Given {
    name: OsString,
    opened: AtomicUsize,
    open: Box<dyn Fn(usize) -> io::Result<Box<dyn Read + Send>> + Send + Sync>,
}

impl Source for Given {
    fn name(&self) -> &OsStr {
        &self.name
    }
    fn describe(&self) -> String {
        format!("test/{}", self.name.display())
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        (self.open)(self.opened.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

fn given(
    name: impl Into<OsString>,
    open: impl Fn(usize) -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static,
) -> Incoming {
    let source = Given { name: name.into(), opened: AtomicUsize::new(0), open: Box::new(open) };
    Incoming { source: Box::new(source), kind: DocumentKind::App, title: None, seen: Default::default() }
}

fn bytes(name: &str, bytes: Vec<u8>) -> Incoming {
    given(name, move |_| Ok(Box::new(Cursor::new(bytes.clone()))))
}

fn head() -> BodyHead<'static> {
    BodyHead {
        vault: VaultId::from_bytes([1; 16]),
        record: RecordId::from_bytes([2; 16]),
        filing: 1,
        numbers: Numbers::From(1),
    }
}

struct Filed {
    dir: tempfile::TempDir,
    env: Env,
    sealed: SealedBody,
}

impl Filed {
    fn path(&self) -> PathBuf {
        self.dir.path().join("body.age")
    }
    fn open(&self) -> Body {
        Body::open(&OsFs, &self.path(), &self.sealed.identity).unwrap()
    }
    fn document(&self, i: usize) -> Vec<u8> {
        let mut out = Vec::new();
        self.open().copy_document(&self.sealed.documents[i], &mut out).unwrap();
        out
    }
    fn check_all(&self) -> crate::error::Result<()> {
        let head = head();
        let mut body = Body::open(&OsFs, &self.path(), &self.sealed.identity)?;
        body.check_all(head.vault, head.record, head.filing, &self.sealed.documents)
    }
}

fn try_file(incoming: &[Incoming], buffers: &mut Buffers) -> crate::error::Result<Filed> {
    let (dir, env) = (tempfile::tempdir().unwrap(), Env::of_host());
    let path = dir.path().join("body.age");
    match write_body(&env, &path, &head(), incoming, buffers) {
        Ok(sealed) => {
            read_back(&env, &path, &sealed, &head(), buffers)?;
            Ok(Filed { dir, env, sealed })
        }
        Err(error) => {
            assert!(!path.exists(), "nothing half-written is left");
            Err(error)
        }
    }
}

fn file(incoming: &[Incoming]) -> Filed {
    try_file(incoming, &mut Buffers::new()).unwrap()
}

/// Bytes that neither compress nor need a random source.
fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut out = vec![0; bytes];
    Noise(blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof()).0.fill(&mut out);
    out
}

struct Noise(blake3::OutputReader);

/// Noise that says it is a JPEG, and so is stored as it is.
fn scan(bytes: usize, seed: u64) -> Vec<u8> {
    let mut noise = noise(bytes, seed);
    noise[..4].copy_from_slice(b"\xff\xd8\xff\xe0");
    noise
}

/// Some Chinese text that repeats no more than such texts do.
fn prose(bytes: usize) -> Vec<u8> {
    const WORDS: &str = "数字证书申请表单位名称统一社会信用代码法定代表人经办人身份证件号码联系电话地址项目受理点业务类型新办更新变更补办授权委托书盖章日期签字审核意见通过证书序列号有效期至载体编号归档保管期限备注";
    let words: Vec<char> = WORDS.chars().collect();
    let mut text = String::with_capacity(bytes + 64);
    for pick in noise(bytes, 7).chunks(3) {
        if text.len() >= bytes {
            break;
        }
        let from = pick[0] as usize % (words.len() - 6);
        text.extend(&words[from..from + 2 + pick[1] as usize % 4]);
        if pick[2] < 40 {
            text.push_str(&format!("，{}{}：", pick[0], pick[1]));
        }
    }
    text.into_bytes()
}

/// A small body and all of its documents, for breaking it.
fn small() -> Filed {
    let pdf = b"%PDF-1.7 something".to_vec();
    file(&[bytes("a.pdf", pdf), bytes("b.txt", prose(700)), bytes("c.jpg", scan(300, 1))])
}
