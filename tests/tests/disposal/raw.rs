//! A raw image of a disk: every age header anywhere in it, in files, in free blocks, in the file system's journal, is tried with
//! every key that is left. Nothing of what was destroyed opens once the certificate says *sealed*, and as long as something
//! does, it says with whose key.

use crate::sound;
use jingui_ops::doctor::vault::{Look, look};
use jingui_schema::disposal::KeyMedium;
use jingui_schema::facts::Purpose;
use jingui_schema::id::RecordId;
use jingui_tests::copying;
use jingui_tests::disposal::Yard;
use jingui_tests::house::{CANARY, Key};
use jingui_tests::real_disk::{LoopDisk, Making};
use jingui_tests::say;
use jingui_tests::sweep::os;
use jingui_vault::Vault;
use jingui_vault::disposal::Openers;
use jingui_vault::keys::Person;
use jingui_vault::seal::{self, Identity, SealError};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How every sealed file begins.
const MAGIC: &[u8] = b"age-encryption.org/v1\n";
/// How a key file that a passphrase opens begins, and how it ends.
const ARMOR: [&[u8]; 2] = [b"-----BEGIN AGE ENCRYPTED FILE-----", b"-----END AGE ENCRYPTED FILE-----"];
/// A secret key.
const SECRET: &[u8] = b"AGE-SECRET-KEY-1";
/// What the test's person types to unlock the key file.
const PASSPHRASE: &str = "correct horse battery staple";
/// Bytes of which pieces with nothing in them are passed over.
const PIECE: usize = 4096;

/// Where a pattern begins, wherever it does; most of an image is empty.
fn places_of(image: &[u8], pattern: &[u8]) -> Vec<usize> {
    let (empty, mut found) = ([0u8; PIECE], Vec::new());
    for begin in (0..image.len()).step_by(PIECE) {
        let piece = &image[begin..image.len().min(begin + PIECE)];
        // What begins in this piece may end in the next, which is not all zeros if it does.
        if piece == &empty[..piece.len()] {
            continue;
        }
        let reach = &image[begin..image.len().min(begin + PIECE + pattern.len() - 1)];
        found.extend(
            reach
                .windows(pattern.len())
                .enumerate()
                .filter_map(|(at, bytes)| (bytes[0] == pattern[0] && bytes == pattern).then_some(begin + at)),
        );
    }
    found
}

/// The header at the beginning of some bytes, whole; its random share makes it one file's and no other's.
fn header(bytes: &[u8]) -> Option<&[u8]> {
    let reach = &bytes[..bytes.len().min(4096)];
    let tag = reach.windows(5).position(|five| five == b"\n--- ")? + 5;
    let end = tag + reach.get(tag..)?.iter().position(|byte| *byte == b'\n')?;
    reach.starts_with(MAGIC).then(|| &reach[..end])
}

/// Secret keys in the clear.
fn secrets(text: &[u8]) -> Vec<String> {
    let texts = text.windows(SECRET.len()).enumerate().filter(|(_, bytes)| *bytes == SECRET);
    texts.filter_map(|(at, _)| String::from_utf8(text.get(at..at + 74)?.to_vec()).ok()).collect()
}

fn of_key(key: &Key) -> Vec<String> {
    secrets(key.text().as_bytes())
}

/// Every sealed file that has ever been seen: its header, where it lay, how long it was.
#[derive(Default)]
struct Seen(BTreeMap<Vec<u8>, (PathBuf, usize)>);

impl Seen {
    /// Looks at all files below a directory; returns the headers of those below it now.
    fn look(&mut self, dir: &Path) -> BTreeSet<Vec<u8>> {
        let (mut dirs, mut now) = (vec![dir.to_owned()], BTreeSet::new());
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(dir).unwrap().flatten() {
                if entry.path().is_dir() {
                    dirs.push(entry.path());
                    continue;
                }
                let bytes = std::fs::read(entry.path()).unwrap();
                if let Some(header) = header(&bytes) {
                    self.0.insert(header.to_vec(), (entry.path(), bytes.len()));
                    now.insert(header.to_vec());
                }
            }
        }
        now
    }
}

/// What some keys, and keys that lie in what they open, and so on, open in an image.
struct Carved {
    /// Places of headers.
    headers: usize,
    /// By header: at how many places, and what is in it as far as that can be told.
    open: BTreeMap<Vec<u8>, (usize, Option<Vec<u8>>)>,
}

impl Carved {
    /// Opens all that it can. A header that a key opens counts, whatever has become of the rest of its file.
    fn of(image: &[u8], seen: &Seen, keys: &[String]) -> Self {
        let mut places: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
        let all = places_of(image, MAGIC);
        for at in &all {
            if let Some(header) = header(&image[*at..]) {
                places.entry(header.to_vec()).or_default().push(*at);
            }
        }
        let sizes: BTreeSet<usize> = seen.0.values().map(|(_, bytes)| *bytes).collect();
        let (mut untried, mut known, mut open) = (keys.to_vec(), BTreeSet::new(), BTreeMap::new());
        while let Some(text) = untried.pop() {
            let Ok(identity) = text.parse::<Identity>() else { continue };
            if !known.insert(text) {
                continue;
            }
            for (header, places) in
                places.iter().filter(|(header, _)| !open.contains_key(*header)).collect::<Vec<_>>()
            {
                let reach = &image[places[0]..image.len().min(places[0] + header.len() + 64)];
                if matches!(seal::open(&identity, reach), Err(SealError::NotForKey)) {
                    continue;
                }
                // Of a file that nobody has seen while it had a name, the length is guessed.
                let guesses: Vec<usize> = match seen.0.get(header) {
                    Some((_, bytes)) => vec![*bytes],
                    None => sizes.iter().copied().collect(),
                };
                let whole = |at: &usize| {
                    let mut ends = guesses.iter().filter_map(|bytes| image.get(*at..at + bytes));
                    ends.find_map(|sealed| seal::open(&identity, sealed).ok())
                };
                let plain = places.iter().find_map(whole).map(|plain| plain.to_vec());
                untried.extend(plain.as_deref().map(secrets).into_iter().flatten());
                open.insert(header.clone(), (places.len(), plain));
            }
        }
        Self { headers: all.len(), open }
    }

    /// How many of these files open, and at how many places.
    fn among(&self, files: &BTreeSet<Vec<u8>>) -> (usize, usize) {
        let open = self.open.iter().filter(|(header, _)| files.contains(*header));
        open.fold((0, 0), |(count, places), (_, (more, _))| (count + 1, places + more))
    }
}

/// The key file's key, by its passphrase, as it lies in the image.
fn unlocked(image: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for at in places_of(image, ARMOR[0]) {
        let reach = &image[at..image.len().min(at + PIECE)];
        let Some(end) = reach.windows(ARMOR[1].len()).position(|bytes| bytes == ARMOR[1]) else { continue };
        if let Ok(person) = Person::from_key_file("carved", &reach[..end + ARMOR[1].len()], PASSPHRASE) {
            found.extend(secrets(person.to_secret_text().as_bytes()));
        }
    }
    found
}

/// Headers that lie below covers, bodies, texts and notes of a vault.
fn filed(seen: &mut Seen, vault: &Path) -> BTreeSet<Vec<u8>> {
    let there = ["covers", "bodies", "text", "notes"].map(|below| vault.join(below));
    there.iter().filter(|dir| dir.is_dir()).flat_map(|dir| seen.look(dir)).collect()
}

fn names(files: &BTreeSet<Vec<u8>>, seen: &Seen, below: &str) -> usize {
    let is_there = |header: &&Vec<u8>| seen.0[*header].0.components().any(|part| part.as_os_str() == below);
    files.iter().filter(is_there).count()
}

/// A vault on a disk of its own, of which something is destroyed for good.
struct Stage {
    seen: Seen,
    /// Headers of what was destroyed: covers, bodies, texts, notes.
    gone: BTreeSet<Vec<u8>>,
    /// Of these what is in a copy. The rest lies in free blocks, until the file system gives them to another file.
    copied: BTreeSet<Vec<u8>>,
    /// Headers of a record's that was not.
    stays: BTreeSet<Vec<u8>>,
    /// Keys that people have, save the one that lies behind a passphrase.
    live: Vec<String>,
    wrong: Vec<String>,
}

impl Stage {
    fn carve(&mut self, disk: &LoopDisk, more: &[&[String]], beside: &[u8], what: &str) -> Carved {
        let mut image = disk.image();
        // What somebody else holds lies behind the disk's end.
        image.extend_from_slice(beside);
        let locked = unlocked(&image);
        if locked.is_empty() {
            self.wrong.push(format!("{what}: the key file is not found"));
        }
        let clear = places_of(&image, SECRET).len();
        if clear > 0 {
            self.wrong.push(format!("{what}: {clear} secret keys lie in the clear"));
        }
        let keys = [self.live.clone(), locked, more.concat()].concat();
        let carved = Carved::of(&image, &self.seen, &keys);
        let ((gone, places), (stays, _)) = (carved.among(&self.gone), carved.among(&self.stays));
        say(&format!(
            "{what}: {} headers, {} files open; of what was destroyed {gone} of {} at {places} places, \
             of what stays {stays} of {}",
            carved.headers,
            carved.open.len(),
            self.gone.len(),
            self.stays.len(),
        ));
        if stays != self.stays.len() {
            self.wrong.push(format!("{what}: of what stays {stays} of {} files open", self.stays.len()));
        }
        carved
    }

    /// The same where somebody is named who opens all of what was destroyed and is still there.
    fn carve_all(&mut self, disk: &LoopDisk, more: &[&[String]], beside: &[u8], what: &str) {
        let open = self.carve(disk, more, beside, what).among(&self.copied).0;
        if open != self.copied.len() {
            self.wrong.push(format!("{what}: {open} of {} copied files open", self.copied.len()));
        }
    }
}

fn of_record(seen: &Seen, files: &BTreeSet<Vec<u8>>, record: RecordId) -> BTreeSet<Vec<u8>> {
    let is = |header: &&Vec<u8>| seen.0[*header].0.display().to_string().contains(&record.to_string());
    files.iter().filter(is).cloned().collect()
}

fn openers(vault: &Vault, plan: jingui_schema::id::PlanId) -> Vec<Openers> {
    let state = vault.state();
    state.openers(state.plan(plan).unwrap())
}

fn noted(yard: &Yard, vault: &Vault, record: RecordId) {
    let founder = yard.founder(vault);
    founder.material(record).unwrap().keep(1, b"what was read in it").unwrap();
    drop(founder.open_for(record, &[], Some(Purpose::Audit), Some(CANARY), None).unwrap());
}

/// What the doctor says becomes of what is overwritten in the keystore.
fn overwriting(vault: &Vault) -> String {
    let looked = look(&Look { vault, made: &[], session: None, fix: false });
    let said = looked.found.into_iter().find(|finding| finding.code == "keystore-overwrite");
    said.expect("it says something").words["state"].clone()
}

/// What came out of the story.
struct Told {
    /// Files of what was destroyed that open when the certificate says *sealed*.
    open: usize,
    /// Files that open then and had no name whenever somebody looked.
    strangers: usize,
    /// What the doctor says of overwriting.
    overwriting: String,
    /// What is not as it should be.
    wrong: Vec<String>,
}

/// The whole story on one kind of disk.
///
/// `pauses`: an image is taken at each step. The disk is mounted anew each time, and its journal begins anew; without, what
/// it keeps from before the keys were renewed is there as far as it can be when the last image is taken.
fn story(making: Making, pauses: bool) -> Option<Told> {
    let disk = LoopDisk::new("a raw image is carved", making, &[])?;
    let yard = Yard::escrowed_in(tempfile::TempDir::new_in(disk.path()).unwrap());
    let (dir, house) = (yard.dir.path().to_owned(), &yard.house);
    let people = &house.people;
    let held = [&people.founder, &people.auditor, &people.newcomer, &people.authority];
    let reviewer = people.reviewer.person().to_key_file(PASSPHRASE, 1).unwrap();
    std::fs::write(dir.join("reviewer.key"), reviewer).unwrap();

    let mut vault = yard.open(os()).unwrap();
    let overwriting = overwriting(&vault);
    let due = yard.file_due(&vault, "gone", 3);
    let young = yard.file(&vault, "stays", "2026-11-01", 2);
    due.iter().chain([&young]).for_each(|record| noted(&yard, &vault, *record));
    let paper = secrets(yard.founder(&vault).sheet("{identity}").unwrap().as_bytes());
    std::fs::create_dir(copying::place(house)).unwrap();
    copying::copy(house, &vault, os()).unwrap();

    let mut seen = Seen::default();
    seen.look(&dir);
    let escrow = std::fs::read(house.keys().join("escrow/1.age")).unwrap();
    let before = filed(&mut seen, &house.vault());
    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 3);
    let after = filed(&mut seen, &house.vault());
    seen.look(&dir);
    let gone: BTreeSet<_> = before.difference(&after).cloned().collect();
    assert!(["covers", "bodies", "text", "notes"].iter().all(|below| names(&gone, &seen, below) >= 3));
    let copied = seen.look(&copying::place(house)).intersection(&gone).cloned().collect();
    assert!(["covers", "bodies", "notes"].iter().all(|below| names(&copied, &seen, below) >= 3));
    let (ca, name) = (of_key(yard.ca.as_ref().unwrap()), making.name);
    let mut stage = Stage {
        stays: of_record(&seen, &after, young),
        seen,
        gone,
        copied,
        live: held.into_iter().flat_map(of_key).collect(),
        wrong: Vec::new(),
    };
    assert_eq!((stage.live.len(), ca.len(), paper.is_empty()), (4, 1, false));

    // Destroyed here: it lies in the copy still, and as chance has it in free blocks; everybody who is named opens it.
    let left = openers(&vault, plan);
    assert_eq!((left.len(), left[0].members.is_empty(), left[0].sheets, left[0].escrow), (1, false, 1, true));
    if pauses {
        drop(vault);
        stage.carve_all(&disk, &[], b"", &format!("{name}, before the keys are renewed"));
        vault = yard.open(os()).unwrap();
    }

    // The old epoch ends, and its key goes from the keystore.
    yard.rotate(&vault);
    stage.seen.look(&dir);
    let now = filed(&mut stage.seen, &house.vault());
    stage.stays = of_record(&stage.seen, &now, young);
    let left = openers(&vault, plan);
    assert_eq!((left.len(), left[0].members.len(), left[0].sheets, left[0].escrow), (1, 0, 1, true));
    if pauses {
        drop(vault);
        let with = stage.carve(&disk, &[], b"", &format!("{name}, keys renewed, people's keys"));
        let open = with.among(&stage.gone).0;
        if open > 0 {
            stage.wrong.push(format!("nobody is named, and people's keys open {open} files"));
        }
        stage.carve_all(&disk, &[&ca], &escrow, &format!("{name}, keys renewed, the CA's copy"));
        stage.carve_all(&disk, &[&paper], b"", &format!("{name}, keys renewed, the sheet"));
        vault = yard.open(os()).unwrap();
    }

    // Both are destroyed, and it is sealed. The CA's own key lives on.
    let authority = vault.sign_in(people.authority.person()).unwrap();
    authority.shred(1, KeyMedium::Escrow, None, false).unwrap();
    yard.founder(&vault).shred(1, KeyMedium::Sheet, Some("pulped"), false).unwrap();
    assert_eq!(openers(&vault, plan), []);
    stage.seen.look(&dir);
    drop((authority, vault));
    let end = stage.carve(&disk, &[&ca], b"", &format!("{name}, sealed"));
    // What the carver finds is what was filed, not a header alone.
    let texts = stage.stays.iter().filter_map(|header| end.open.get(header)?.1.as_deref());
    let covers = texts.filter(|text| String::from_utf8_lossy(text).contains(CANARY)).count();
    if covers == 0 {
        stage.wrong.push("the cover of what stays does not open as a whole".into());
    }
    let strangers = end.open.keys().filter(|header| !stage.seen.0.contains_key(*header)).count();
    sound(&yard, &yard.open(os()).unwrap());
    Some(Told { open: end.among(&stage.gone).0, strangers, overwriting, wrong: stage.wrong })
}

#[test]
fn once_it_is_sealed_nothing_in_a_raw_image_opens_what_was_destroyed() {
    for making in [Making::USUAL, Making::WRITEBACK, Making::BARE] {
        for pauses in [true, false] {
            let Some(told) = story(making, pauses) else { return };
            let told_of = (told.open, told.strangers, &*told.overwriting, told.wrong);
            assert_eq!(told_of, (0, 0, "in-place", Vec::new()), "{}, {pauses}", making.name);
        }
    }
}

#[test]
fn a_disk_that_journals_data_keeps_old_copies_of_keys_and_the_doctor_says_so() {
    // Overwriting reaches a file's own blocks and not the file system's journal, where they stay until it comes round: there an
    // old copy of a key opens what was destroyed although the vault has overwritten every copy that it knew of.
    let Some(told) = story(Making::JOURNALED, false) else { return };
    assert!(told.open > 0, "the journal keeps nothing; then the guide and the doctor may say so");
    assert_eq!((&*told.overwriting, told.wrong), ("journal", Vec::new()));
}
