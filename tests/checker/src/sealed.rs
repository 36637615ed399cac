//! What is sealed, with a member's identity: covers, bodies and notes, down to each document. FORMAT.md sections 3–6.
//! A body is held in memory whole: this is for checking, not for daily use.

use crate::Findings;
use crate::json::{Json, fits, form};
use crate::ledger::{Epoch, Ledger, Record, cover_path, note_path};
use crate::shelf::{compare, log_key, signed_head};
use age::x25519::Identity;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// Opens everything that the identity opens and says what is wrong with it.
pub fn check(vault: &Path, keystore: &Path, identity: &str, ledger: &Ledger, findings: &mut Findings) {
    let identity = match identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).map(str::parse) {
        Some(Ok(identity)) => identity,
        _ => return findings.add("identity", "holds no AGE-SECRET-KEY-1"),
    };
    let mut outside = Findings::below("keystore:");
    let keys = epoch_keys(keystore, &identity, ledger, &mut outside);
    findings.list.append(&mut outside.list);
    let with_key = |epoch: u64, path: &str| {
        opened(
            &vault.join(path),
            keys.get(&epoch).ok_or(format!("cannot be opened: no key of epoch {epoch}"))?,
        )
    };
    // What is being destroyed may be there or not, in part.
    let dying = ledger.dying();
    for note in &ledger.notes {
        let (epoch, path) = note_path(note);
        if dying.contains(&path) {
            continue;
        }
        if let Err(why) = with_key(epoch, &path).and_then(|text| check_note(&text, &note.0.0, ledger)) {
            findings.add(path, why);
        }
    }
    let mut covers = BTreeMap::new();
    for cover in &ledger.covers {
        let ((epoch, path), (id, n, _)) = (cover_path(cover), cover.0);
        let Some(record) = ledger.records.get(id).filter(|_| !dying.contains(&path)) else { continue };
        match with_key(epoch, &path).and_then(|text| Cover::read(&text, id, *n, record, ledger)) {
            Ok(cover) => drop(covers.insert((id, *n), cover)),
            Err(why) => findings.add(path, why),
        }
    }
    for (id, record) in &ledger.records {
        // The newest version that can be read has the keys of all bodies up to its own.
        let known: Vec<(u64, &Cover)> = (record.ended + 1..=record.versions.len() as u64)
            .filter_map(|n| Some((n, covers.get(&(id, n))?)))
            .collect();
        let Some((_, newest)) = known.last() else { continue };
        let keys = |c: &Cover| c.keys.iter().map(|(_, key)| key.to_public().to_string()).collect::<Vec<_>>();
        let same = |a: &Cover, b: &Cover| a.docs.iter().zip(&b.docs).all(|(a, b)| file(&a.1) == file(&b.1));
        for pair in known.windows(2) {
            let ((before, old), (n, new)) = (pair[0], pair[1]);
            // A filing leaves the lines of earlier documents as they are; a correction leaves the files.
            let filed = record.versions[n as usize - 1].get("filing").is_some() && before + 1 == n;
            if !keys(new).starts_with(&keys(old))
                || new.docs.len() < old.docs.len()
                || if filed { !new.docs.starts_with(&old.docs) } else { !same(new, old) }
            {
                findings
                    .add(format!("covers/{}/{id}", record.place), "an older version knew other documents");
            }
        }
        let is_left = |filing: &u64| record.left().iter().any(|body| body.num("filing") == *filing);
        for (filing, key) in newest.keys.iter().filter(|(filing, _)| !is_left(filing)) {
            let path = format!("bodies/{}/{id}.{filing}.tar.zst.age", record.place);
            if let Err(why) = check_body(&vault.join(&path), (id, *filing), key, newest, ledger) {
                findings.add(path, why);
            }
        }
    }
}

/// The identities of all epochs that are not over, out of the keystore.
fn epoch_keys(
    dir: &Path,
    own: &Identity,
    ledger: &Ledger,
    findings: &mut Findings,
) -> BTreeMap<u64, Identity> {
    let text = |name: &str| fs::read_to_string(dir.join(name)).unwrap_or_default();
    let marker: toml::Table = text("KEYSTORE.toml").parse().unwrap_or_default();
    let says = |key: &str| marker.get(key).map(toml::Value::to_string);
    if says("format") != Some("1".into()) || says("vault") != Some(format!("\"{}\"", ledger.vault)) {
        findings.add("KEYSTORE.toml", "is not that of this vault");
    }
    let log = ledger.init.as_ref().and_then(|(init, _)| log_key(init.str("log"), &ledger.vault));
    let mut seed = [0; 32];
    let read = hex::decode_to_slice(text("log/log.key").trim(), &mut seed);
    let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes();
    if read.is_err() || log.as_ref().is_none_or(|(key, _)| *key != hex::encode(public)) {
        findings.add("log/log.key", "is not the log key that line 1 names");
    }
    if dir.join("log/head").exists() && signed_head(&text("log/head"), &ledger.vault, log.as_ref()).is_none()
    {
        findings.add("log/head", "is no head that the log key has signed");
    }
    if ledger.is_emptied() {
        for top in ["epochs", "escrow"] {
            no_keys(dir, top, findings);
        }
    }
    // There or not, in part: with all that they open.
    if ledger.is_finishing() {
        return BTreeMap::new();
    }
    let me = |staff: &String| ledger.people[staff].data.str("age") == own.to_public().to_string();
    let mut keys = BTreeMap::new();
    for (number, epoch) in ledger.epochs.iter().filter(|(_, epoch)| !epoch.destroyed) {
        let path = format!("escrow/{number}.age");
        if let Some((named, _)) = &epoch.escrow
            && dir.join(&path).exists() // it may have been handed over
            && let Err(why) = compare(&dir.join(&path), named)
        {
            findings.add(path, why);
        }
        for staff in epoch.members.iter().filter(|staff| ledger.people.contains_key(*staff)) {
            let path = format!("epochs/{number}/{staff}.age");
            let held = *number == ledger.epoch && ledger.people[staff].active;
            if held && !dir.join(&path).is_file() {
                findings.add(&path, "is missing");
            } else if me(staff) {
                match opened(&dir.join(&path), own).and_then(|text| epoch_key(&text, *number, epoch, ledger))
                {
                    Ok(key) => drop(keys.insert(*number, key)),
                    Err(why) => findings.add(path, why),
                }
            }
        }
    }
    keys
}

/// Once everything is handed over no copy of a key is left.
fn no_keys(dir: &Path, below: &str, findings: &mut Findings) {
    for entry in fs::read_dir(dir.join(below)).into_iter().flatten().flatten() {
        let path = format!("{below}/{}", entry.file_name().to_string_lossy());
        match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            true => no_keys(dir, &path, findings),
            false => findings.add(path, "is a key of what was handed over"),
        }
    }
}

fn epoch_key(text: &[u8], number: u64, epoch: &Epoch, ledger: &Ledger) -> Result<Identity, String> {
    let text = std::str::from_utf8(text).map_err(|_| "is not UTF-8")?;
    let head = format!("# jingui epoch 1\n# vault: {}\n# epoch: {number}\n", ledger.vault);
    let key = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).ok_or("holds no identity")?;
    let key: Identity = key.parse()?;
    match text.starts_with(&head) && key.to_public().to_string() == epoch.recipient {
        true => Ok(key),
        false => Err("is not the key that the journal names".into()),
    }
}

/// The plaintext of a sealed file, which has to be binary and for one X25519 recipient.
fn opened(path: &Path, key: &Identity) -> Result<Vec<u8>, String> {
    let sealed = fs::read(path).map_err(|e| format!("cannot be read: {e}"))?;
    let header = sealed.split(|b| *b == b'\n').take_while(|line| !line.starts_with(b"---"));
    if header.filter(|line| line.starts_with(b"-> X25519 ")).count() != 1 {
        return Err("is not sealed to one recipient".into());
    }
    let open = || -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        let mut plain = Vec::new();
        let opened = age::Decryptor::new(&sealed[..])?.decrypt(std::iter::once(key as &dyn age::Identity));
        opened?.read_to_end(&mut plain)?;
        Ok(plain)
    };
    open().map_err(|e| format!("does not open: {e}"))
}

fn lines(text: &[u8]) -> Result<Vec<&[u8]>, String> {
    let text = text.strip_suffix(b"\n").ok_or("does not end with a line")?;
    Ok(text.split(|b| *b == b'\n').collect())
}

fn check_note(text: &[u8], id: &str, ledger: &Ledger) -> Result<(), String> {
    let [line] = lines(text)?[..] else { return Err("is not one line".into()) };
    let note = Json::read(line, "NOTE")?;
    if note.str("kind") == "appraisal" {
        Json::read(note.str("text").as_bytes(), "APPRAISAL").map_err(|why| format!("its text {why}"))?;
    }
    match note.str("vault") == ledger.vault && note.str("note") == id {
        true => Ok(()),
        false => Err("is another note".into()),
    }
}

/// What a cover says: the keys of its bodies, and its documents' lines.
struct Cover {
    keys: Vec<(u64, Identity)>,
    docs: Vec<(Vec<u8>, Json)>,
}

impl Cover {
    fn read(text: &[u8], id: &str, n: u64, record: &Record, ledger: &Ledger) -> Result<Self, String> {
        let lines = lines(text)?;
        let [head, rest @ ..] = &lines[..] else { return Err("is empty".into()) };
        let [facts, docs @ ..] = rest else { return Err("has no facts".into()) };
        let head = Json::read(head, "SPINE").map_err(|why| format!("line 1: {why}"))?;
        if (head.str("vault"), head.str("record"), head.num("n")) != (ledger.vault.as_str(), id, n) {
            return Err("is another cover".into());
        }
        let key = |body: &Json| Ok((body.num("filing"), body.str("identity").parse()?));
        let keys: Result<Vec<(u64, Identity)>, String> = head.list("bodies").iter().map(key).collect();
        let keys = keys?;
        let version = record.versions.get(n as usize - 1).ok_or("is of no filing")?;
        let commit: String = rest.iter().map(|line| hex::encode(Sha256::digest(line)) + "\n").collect();
        if hex::encode(Sha256::digest(commit)) != version.at("cover").str("commit") {
            return Err("its lines are not those that the journal commits to".into());
        }
        let told = Json::read(facts, "FACTS").map_err(|why| format!("line 2: {why}"))?;
        let told = told.at("facts");
        for key in ["number", "class", "business", "date", "outcome"] {
            let last = record.versions[..n as usize].iter().rev().find_map(|version| version.get(key));
            if told.get(key) != last {
                return Err(format!("its {key} is not the one in the journal"));
            }
        }
        let of_cert = |line: &[u8]| line.get(75..).is_some_and(|rest| rest.starts_with(b"\"cert\":"));
        let (docs, certs) = docs.split_at(docs.iter().take_while(|line| !of_cert(line)).count());
        check_certs(certs, &record.versions[..n as usize])?;
        let read = |(i, line): (usize, &&[u8])| {
            let json = Json::read(line, "DOC").map_err(|why| format!("line {}: {why}", i + 3))?;
            let doc = json.at("doc").clone();
            match doc.str("member") == member(&doc) {
                true => Ok((line.to_vec(), doc)),
                false => Err(format!("line {}: another member name", i + 3)),
            }
        };
        let docs = docs.iter().enumerate().map(read).collect::<Result<Vec<_>, String>>()?;
        let cover = Self { keys, docs };
        // Each filing up to this version, and what was left of a body, without what was taken out since.
        let of = |version: &Json| version.get("filing").or(version.at("left").get("filing")).is_some();
        let given = record.versions[..n as usize].iter().filter(|version| of(version)).count() as u64;
        // The first one may have brought those that stay elsewhere, under the numbers that they have there.
        let given = given + record.left().last().map_or(0, |body| body.num("filing") - 1);
        let filings: Vec<u64> = (1..=given).filter(|filing| !record.gone.contains(filing)).collect();
        let counts = |filing: &u64| cover.of(*filing).count() as u64;
        let counted = |filing: &u64| counts(filing) == record.docs_of(*filing);
        if !filings.iter().all(counted) || filings.iter().map(counts).sum::<u64>() != cover.docs.len() as u64
        {
            return Err("does not have the documents that the journal counts".into());
        }
        // Numbers are given once, one after the other; those of papers that were taken out are missing.
        let numbers: Vec<u64> = cover.docs.iter().map(|(_, doc)| doc.num("no")).collect();
        let brought = |version: &Json| if version.get("filing").is_some() { version.num("docs") } else { 0 };
        let last: u64 = record.versions[..n as usize].iter().map(brought).sum();
        let dense = !record.gone.is_empty() || numbers.len() as u64 == last;
        let given = dense && numbers.last().is_none_or(|no| *no <= last);
        // Those of a record that was handed over are as another archive has given them.
        if !numbers.is_sorted_by(|a, b| a < b) || !given && record.received().is_none() {
            return Err("its documents have other numbers than were given".into());
        }
        match cover.keys.iter().map(|(filing, _)| *filing).eq(filings) {
            true => Ok(cover),
            false => Err("does not have the bodies that the journal counts".into()),
        }
    }

    fn of(&self, filing: u64) -> impl Iterator<Item = &Json> {
        self.docs.iter().map(|(_, doc)| doc).filter(move |doc| doc.num("filing") == filing)
    }
}

/// Holds the certificates of a cover against the links of all versions up to it.
fn check_certs(lines: &[&[u8]], versions: &[Json]) -> Result<(), String> {
    let mut links = versions.iter().flat_map(|version| version.list("certs"));
    for line in lines {
        let told = Json::read(line, "CERT").map_err(|why| format!("a certificate: {why}"))?;
        let (cert, link) = (told.at("cert"), links.next().ok_or("has a certificate that no line links")?);
        // The day at UTC+08:00 is that of the time, and from 16:00 on a later one.
        let same =
            |time: Option<&Json>, day: Option<&Json>| match (time.map(Json::as_str), day.map(Json::as_str)) {
                (Some("never"), Some("never")) | (None, None) => true,
                (Some(time), Some(day)) if time.len() > 13 && &time[11..13] >= "16" => day > &time[..10],
                (Some(time), Some(day)) => time.get(..10) == Some(day),
                _ => false,
            };
        if cert.get("id") != link.get("cert")
            || cert.get("reliance") != link.get("reliance")
            || !same(cert.get("begins"), link.get("issued"))
            || !same(cert.get("ends"), link.get("until"))
            || cert.get("ends").is_some() == cert.get("doubt").is_some()
        {
            return Err("has a certificate that is not as its line links it".into());
        }
    }
    if links.next().is_some() { Err("lacks a certificate that a line links".into()) } else { Ok(()) }
}

/// What a document's file is and is called in its manifest, which no correction changes.
fn file(doc: &Json) -> Vec<Option<&Json>> {
    let filed = doc.get("filed").unwrap_or(doc);
    let keys =
        ["no", "member", "name", "raw", "type", "size", "sha256", "filing", "offset", "length", "flaw"];
    [filed.get("kind"), filed.get("title")].into_iter().chain(keys.map(|key| doc.get(key))).collect()
}

/// The member name that a document gets.
fn member(doc: &Json) -> String {
    let end = doc.str("name").rsplit_once('.').map_or("", |(_, end)| end);
    let plain = (1..=8).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric());
    format!("{:03}.{}", doc.num("no"), if plain { end.to_ascii_lowercase() } else { "bin".into() })
}

/// Reads a body from its first byte to its last.
fn check_body(
    path: &Path,
    (id, filing): (&str, u64),
    key: &Identity,
    cover: &Cover,
    ledger: &Ledger,
) -> Result<(), String> {
    let plain = opened(path, key)?;
    let mut rest = &plain[..];
    let mut manifest = Vec::new();
    frame(&mut rest, |tar| {
        let size = tar_header(tar, "000-manifest.json")?;
        pieces(tar, size, |piece| manifest.extend(piece))?;
        zeros(tar, size.next_multiple_of(512) - size)
    })?;
    let manifest = Json::read(&manifest, "MANIFEST").map_err(|why| format!("manifest: {why}"))?;
    let told = (manifest.str("vault"), manifest.str("record"), manifest.num("filing"));
    if told != (ledger.vault.as_str(), id, filing) {
        return Err("is the body of another filing".into());
    }
    let mut listed = manifest.list("docs").iter();
    for doc in cover.of(filing) {
        let no = doc.num("no");
        let listed = listed.next().ok_or(format!("document {no} is not in the manifest"))?;
        fits(&form("LISTED").expect("it is in the list").1, listed)
            .map_err(|why| format!("manifest: {why}"))?;
        if file(listed)[..9] != file(doc)[..9] {
            return Err(format!("document {no}: manifest and cover differ"));
        }
        let begin = plain.len() - rest.len();
        frame(&mut rest, |tar| {
            let size = tar_header(tar, doc.str("member"))?;
            let mut digest = Sha256::new();
            pieces(tar, size, |piece| digest.update(piece))?;
            if size != doc.num("size") || hex::encode(digest.finalize()) != doc.str("sha256") {
                return Err(format!("document {no} has other bytes"));
            }
            zeros(tar, size.next_multiple_of(512) - size)
        })?;
        let place = (begin as u64, (plain.len() - rest.len() - begin) as u64);
        if place != (doc.num("offset"), doc.num("length")) {
            return Err(format!("document {no} is not where the cover says"));
        }
    }
    if listed.next().is_some() {
        return Err("its manifest has more documents than the cover".into());
    }
    frame(&mut rest, |tar| zeros(tar, 1024))?;
    let content = (plain.len() - rest.len()) as u64;
    let mut size = padme(content);
    while size != content && size - content < 8 {
        size = padme(size + 1);
    }
    while let Some((head, fill)) = rest.split_first_chunk::<8>() {
        let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        rest = fill;
        if number(0) != 0x184D_2A50 {
            return Err("is not filled with skippable frames".into());
        }
        zeros(&mut rest, number(4).into())?;
    }
    match rest.is_empty() && plain.len() as u64 == size {
        true => Ok(()),
        false => Err(format!("is not filled up to {size} bytes")),
    }
}

fn broken(error: io::Error) -> String {
    format!("does not open: {error}")
}

/// Reads one zstd frame to its end.
fn frame(body: &mut &[u8], read: impl FnOnce(&mut dyn Read) -> Result<(), String>) -> Result<(), String> {
    // Descriptor: the two top bits or the single-segment bit give a content size, bit 2 a checksum.
    let whole = |d: u8| d & 0b1110_0000 != 0 && d & 0b100 != 0;
    if !body.starts_with(&0xFD2F_B528_u32.to_le_bytes()) || !body.get(4).is_some_and(|d| whole(*d)) {
        return Err("holds a zstd frame without content size or checksum".into());
    }
    let mut decoder = zstd::Decoder::with_buffer(body).map_err(broken)?.single_frame();
    read(&mut decoder)?;
    match io::copy(&mut decoder, &mut io::sink()).map_err(broken)? {
        0 => Ok(()),
        _ => Err("holds a zstd frame of more than one member".into()),
    }
}

fn tar_header(tar: &mut dyn Read, member: &str) -> Result<u64, String> {
    let mut header = tar::Header::new_ustar();
    tar.read_exact(header.as_mut_bytes()).map_err(broken)?;
    let sum = |bytes: &[u8]| bytes.iter().map(|b| u32::from(*b)).sum::<u32>();
    let bytes = header.as_bytes();
    let right = header.cksum().ok() == Some(sum(&bytes[..148]) + 8 * 32 + sum(&bytes[156..]))
        && header.as_ustar().is_some()
        && *header.path_bytes() == *member.as_bytes()
        && bytes[156] == b'0'
        && header.mode().ok() == Some(0o400)
        && [header.uid().ok(), header.gid().ok(), header.mtime().ok()] == [Some(0); 3]
        && bytes[157..257].iter().chain(&bytes[265..329]).all(|b| *b == 0);
    match header.size() {
        Ok(size) if right => Ok(size),
        _ => Err(format!("the tar header of {member} is not as it should be")),
    }
}

/// Hands on so many bytes, piece by piece.
fn pieces(from: &mut dyn Read, mut left: u64, mut each: impl FnMut(&[u8])) -> Result<(), String> {
    let mut buffer = [0; 4096];
    while left > 0 {
        let part = left.min(4096) as usize;
        from.read_exact(&mut buffer[..part]).map_err(broken)?;
        each(&buffer[..part]);
        left -= part as u64;
    }
    Ok(())
}

fn zeros(from: &mut dyn Read, count: u64) -> Result<(), String> {
    let mut zero = true;
    pieces(from, count, |piece| zero &= piece.iter().all(|b| *b == 0))?;
    if zero { Ok(()) } else { Err("has bytes where zeros should be".into()) }
}

/// The Padmé size of a length.
fn padme(length: u64) -> u64 {
    if length < 2 {
        return length;
    }
    let exponent = length.ilog2();
    let step = 1u64 << (exponent - (exponent.ilog2() + 1).min(exponent));
    length.next_multiple_of(step)
}
