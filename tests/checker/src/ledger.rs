//! What the lines say: who may do what, and which files have to be there. FORMAT.md sections 7, 8 and 11.

mod dates; // when a record is due
mod disposal; // the course of a plan, and what is no more
mod handover; // everything goes to a CA, or comes from an archive
mod holds; // what keeps records from being destroyed
mod origin; // what has to be said of a record that is taken in
mod requests; // records for the CA

pub use dates::day;
pub use disposal::{Course, Fate};
pub use handover::{Handover, list_path};
pub use origin::Origin;

use crate::journal::Line;
use crate::json::{Json, fits, form, shaped};
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A file that the journal names.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub size: u64,
    pub b3: String,
}

impl Named {
    fn of(json: &Json) -> Self {
        Self { size: json.num("size"), b3: json.str("b3").to_owned() }
    }
}

/// Somebody who was enrolled; `data` is that of the enrolment.
#[derive(Clone)]
pub struct Person {
    pub data: Json,
    enrolment: String,
    pub active: bool,
    /// Whether the authority has countersigned.
    counts: bool,
}

impl Person {
    fn has(&self, role: &str) -> bool {
        self.data.list("roles").iter().any(|known| known.as_str() == role)
    }
}

/// The time in which covers are sealed to one key; `escrow` has the digest of the CA's answer too.
#[derive(Clone)]
pub struct Epoch {
    pub recipient: String,
    pub escrow: Option<(Named, String)>,
    pub members: BTreeSet<String>,
    pub proved: bool,
    pub verified: bool,
    pub destroyed: bool,
}

/// A record: the directory of its files, the data of its filings, and of the lines that made each fact version.
#[derive(Clone, Default)]
pub struct Record {
    pub place: String,
    pub filings: Vec<Json>,
    pub versions: Vec<Json>,
    /// Versions that have ended with papers that were taken out: all up to this one; and filings.
    pub ended: u64,
    pub gone: BTreeSet<u64>,
    /// The line of each fact version, and its time.
    pub at: Vec<(u64, String)>,
    /// The act of each fact version.
    acts: Vec<String>,
    /// Up to which line the newest version was compared with standing holds, itself.
    screened: u64,
    /// The newest version that has to be reviewed, and up to which one was; keys of those who filed and corrected.
    open: usize,
    settled: usize,
    clerks: BTreeSet<String>,
}

/// What one person proposed: who, the digest of the act, what, and whether another has said yes.
#[derive(Clone)]
struct Proposal {
    by: String,
    sha256: String,
    kind: String,
    data: Json,
    confirmed: bool,
}

/// What keeps records from being destroyed.
#[derive(Clone)]
struct Hold {
    standing: bool,
    seq: u64,
    /// The line that placed it or put it back, and the line up to which all was compared with it.
    back: u64,
    screened: u64,
    records: BTreeSet<String>,
    /// The day on which it was.
    released: Option<i64>,
}

/// Everything that the lines say together.
#[derive(Clone, Default)]
pub struct Ledger {
    pub vault: String,
    /// The data of line 1, and when it was written.
    pub init: Option<(Json, String)>,
    pub people: BTreeMap<String, Person>,
    pub epochs: BTreeMap<u64, Epoch>,
    /// The epoch that filings go under.
    pub epoch: u64,
    pub records: BTreeMap<String, Record>,
    /// By record, fact version and epoch; with the place.
    pub covers: BTreeMap<(String, u64, u64), (String, Named)>,
    /// By note and epoch; with the place.
    pub notes: BTreeMap<(String, u64), (String, Named)>,
    /// Bodies, heads and named files, by path.
    pub files: BTreeMap<String, Named>,
    /// Head files with lines, root, and the text that is signed.
    pub heads: Vec<(String, u64, String, String)>,
    /// The number of the log there is now, and which head it parted from.
    log: Option<(u64, String)>,
    /// Who countersigns: name, public key in hex, key id.
    cosigner: Option<(String, String, [u8; 4])>,
    /// Lines and time of the newest countersigned head.
    cosigned: (u64, u64),
    /// Covers and notes that a verified epoch has made superfluous, until the key of theirs is destroyed.
    leaving: Vec<(u64, String)>,
    acts: BTreeSet<String>,
    numbers: BTreeSet<String>,
    proposals: BTreeMap<String, Proposal>,
    /// Issuers that two people have pinned.
    issuers: BTreeSet<String>,
    holds: BTreeMap<String, Hold>,
    /// The last line by which something came under a hold.
    held_from: u64,
    /// What removals have ended, by proposal, until it is said to be destroyed.
    removing: BTreeMap<String, Vec<String>>,
    /// Number and time of the line that is being taken in.
    now: (u64, String),
    act: String,
    /// The key of who signed it.
    doer: String,
    pub rules: dates::Rules,
    disposal: disposal::Disposal,
    requests: requests::Requests,
    /// Of this archive, once two people have begun it.
    handover: Option<Handover>,
    /// Those of a list that are done.
    handed: Vec<Handover>,
    /// The rows that the next one may be of.
    listing: Vec<Json>,
    /// The last line by which two people signed a retention rule.
    ruled_at: u64,
    /// Other archives that are taken in: the data of each line, by its act.
    takings: BTreeMap<String, Json>,
    /// What is said of records beside their versions.
    beside: origin::Beside,
}

type Wrong = Vec<String>;

impl Ledger {
    /// Takes in a line and says what is wrong with it.
    pub fn take(&mut self, line: &Line) -> Wrong {
        let act = line.json.at("act");
        let (what, data) = (act.str("kind"), act.at("data"));
        let of_word = |key| form(&format!("{what}/{}", data.at(key).text().trim_matches('"')));
        let words = ["setting", "restricted", "changed", "medium", "verdict"].into_iter();
        let known = words.filter_map(of_word).next().or_else(|| form(what));
        let Some((allowed, form)) = known else { return vec![format!("is of an unknown kind: {what}")] };
        if let Err(why) = fits(&form, data) {
            return vec![format!("({what}) {why}")];
        }
        let mut wrong = Vec::new();
        if (line.seq == 1) != (what == "vault.init") {
            wrong.push("is not where a vault begins".into());
        } else if line.seq == 1 {
            self.vault = data.str("vault").to_owned();
            self.init = Some((data.clone(), line.json.str("at").to_owned()));
            self.enrol(data.at("founder"), act.str("id"), data.at("solo").is_true(), &mut wrong);
        }
        self.now = (line.seq, line.json.str("at").to_owned());
        self.doer = self.key(line.json.str("by"));
        self.act = act.str("id").to_owned();
        self.judge(allowed, line, &mut wrong);
        self.leave_alone(what, data, &mut wrong);
        self.keep_sealed(what, line.json.str("by"), data, &mut wrong);
        if !self.acts.insert(act.str("id").to_owned()) {
            wrong.push("is a second line of the same act".into());
        }
        self.apply(what, line, data, &mut wrong);
        self.unlist(data);
        self.beside.take(what, act.str("id"), line.json.str("at"), data);
        for note in [data.get("note"), data.at("founder").get("note")].into_iter().flatten() {
            let (epoch, key) = (note.num("epoch"), (note.str("id").to_owned(), note.num("epoch")));
            let known = self.notes.insert(key, (note.str("place").to_owned(), Named::of(note)));
            if known.is_some() || epoch != self.epoch && what != "epoch.start" {
                wrong.push("names a note again, or one sealed to another epoch".into());
            }
            self.owns(what, data, note.str("id"));
        }
        if self.is_emptied() {
            self.notes.clear();
        }
        wrong.iter().map(|why| format!("({what}) {why}")).collect()
    }

    fn is_solo(&self) -> bool {
        self.init.as_ref().is_some_and(|(init, _)| init.at("solo").is_true())
    }

    /// Whose key it is: two staff numbers with one key are one person.
    fn key(&self, by: &str) -> String {
        let person = self.people.get(by).map(|person| &person.data);
        let authority =
            self.init.as_ref().filter(|_| by == "authority").map(|(init, _)| init.at("authority"));
        person.or(authority).map_or(by, |data| data.str("sign")).to_owned()
    }

    /// Whether the one who wrote the line had the right to, and signed it.
    fn judge(&self, allowed: &str, line: &Line, wrong: &mut Wrong) {
        let by = line.json.str("by");
        let person = self.people.get(by).filter(|person| person.active);
        let authority = self.init.as_ref().and_then(|(init, _)| init.get("authority"));
        let has = |role: &str| person.is_some_and(|person| person.has(role));
        let (sig, solo) =
            (line.json.get("sig"), self.init.as_ref().is_some_and(|(init, _)| init.at("solo").is_true()));
        let right = match (by, allowed) {
            (_, "second") => person.is_some() && self.is_second(line),
            ("authority", "prover" | "namer") => true,
            (_, "namer") => solo && has("security"),
            ("authority", "shredder") => true,
            (_, "shredder") => authority.is_none() && has("security"),
            ("vault", _) => sig.is_none() && allowed.split(' ').any(|one| one == by || one == "solo" && solo),
            ("authority", _) => allowed.split(' ').any(|one| one == by),
            (_, "prover") => authority.is_none() && person.is_some(),
            _ => allowed.split(' ').any(has),
        };
        let key = if by == "authority" { authority } else { person.map(|person| &person.data) };
        let message = format!("jingui act 1\n{}\n{}", self.vault, line.json.at("act").text());
        let by_key = |key: &Json| signed(key.str("sign"), message.as_bytes(), line.json.str("sig"));
        if !right || by != "vault" && !key.is_some_and(by_key) {
            wrong.push(format!("{by} may not do this, or did not sign it"));
        }
    }

    /// Whether the one who wrote the line may confirm or refuse what it names.
    fn is_second(&self, line: &Line) -> bool {
        let (act, by) = (line.json.at("act"), line.json.str("by"));
        let Some(proposal) = self.proposals.get(act.at("data").str("act")) else { return false };
        let key = |staff: &str| self.people.get(staff).map(|person| person.data.str("sign").to_owned());
        let own = key(by) == key(&proposal.by);
        let allowed = form(&format!("{}/confirm", proposal.kind)).map_or("", |(allowed, _)| allowed);
        let may = self.people.get(by).is_some_and(|person| allowed.split(' ').any(|role| person.has(role)));
        let solo = self.init.as_ref().is_some_and(|(init, _)| init.at("solo").is_true());
        match act.str("kind") {
            "act.refuse" => own || may,
            _ => {
                let counts = solo || self.people.get(by).is_some_and(|p| p.counts);
                may && counts
                    && (!own || solo)
                    && !proposal.confirmed
                    && proposal.sha256 == act.at("data").str("sha256")
            }
        }
    }

    fn apply(&mut self, what: &str, line: &Line, data: &Json, wrong: &mut Wrong) {
        let number = data.num("epoch");
        if form(&format!("{what}/confirm")).is_some() {
            let act = line.json.at("act");
            let (by, kind, sha256) =
                (line.json.str("by").into(), what.into(), hex::encode(Sha256::digest(act.text())));
            let proposal = Proposal { by, kind, sha256, data: data.clone(), confirmed: false };
            self.proposals.insert(act.str("id").into(), proposal);
        }
        match what {
            "act.confirm" => {
                let proposal =
                    self.proposals.entry(data.str("act").into()).and_modify(|p| p.confirmed = true);
                if let std::collections::btree_map::Entry::Occupied(proposal) = proposal
                    && proposal.get().kind != "document.misfiled"
                {
                    let Proposal { kind, data: said, .. } = proposal.remove();
                    match &kind[..] {
                        "hold.release" => {
                            let hold = said.str("hold").to_owned();
                            let day = dates::day_at(&self.now.1);
                            self.holds.entry(hold).and_modify(|hold| hold.released = Some(day));
                        }
                        "handover.begin" => self.seal(data.str("act"), &said, wrong),
                        "purge.policy" => self.disposal.policy = said,
                        "purge.reverse" => {
                            self.leave_alone(&kind, &said, wrong);
                            self.rules.unsay(&said);
                        }
                        "rule.propose" => {
                            self.rules.confirm(said.at("rule"), &self.now.1);
                            self.ruled_at = self.now.0;
                        }
                        "cert.report" => self.rules.tell(data.str("act"), &said),
                        "cert.reverse" => self.rules.reverse(&said),
                        "issuer.pin" => drop(self.issuers.insert(said.str("issuer").into())),
                        "log.fork" => {
                            let root = STANDARD.encode(hex::decode(said.str("root")).unwrap_or_default());
                            let parted = format!("fork-of {} {root}", said.num("lines"));
                            (self.log, self.cosigned) = (Some((said.num("log"), parted)), (0, 0));
                            self.uncover();
                            self.proposals.retain(|_, other| other.kind != "log.fork");
                        }
                        "issuer.unpin" => drop(self.issuers.remove(said.str("issuer"))),
                        _ => {}
                    }
                }
            }
            "log.fork" => {
                let before = self.log.as_ref().map_or(0, |(log, _)| *log);
                if !(before + 1..=before.saturating_add(1000)).contains(&data.num("log")) {
                    wrong.push("is not the number of the next log".into());
                }
            }
            _ if what.starts_with("hold.") => self.hold(what, data, wrong),
            _ if what.starts_with("handover.") => self.hand_over(what, line, data, wrong),
            "act.refuse" => {
                let refused = self.proposals.remove(data.str("act"));
                if refused.is_some_and(|refused| refused.kind == "handover.begin") {
                    self.listing.clear();
                }
            }
            "record.request" | "request.answer" | "request.refuse" | "escrow.open" => {
                self.requested(what, data, wrong);
            }
            "document.remove" => self.remove(data, wrong),
            "document.removed" if self.removing.remove(data.str("proposal")).is_none() => {
                wrong.push("ends no removal".into());
            }
            "vault.init" | "epoch.start" => self.start(data, wrong),
            "staff.enrol" => {
                let counts = line.json.str("by") == "authority";
                self.enrol(data, line.json.at("act").str("id"), counts, wrong);
            }
            "staff.countersign" => {
                for item in data.list("enrolments") {
                    let same =
                        |p: &Person| p.enrolment == item.str("act") && p.data.get("sign") == item.get("sign");
                    match self.people.get_mut(item.str("staff")).filter(|person| same(person)) {
                        Some(person) => person.counts = true,
                        None => wrong.push(format!("countersigns no enrolment of {}", item.str("staff"))),
                    }
                }
            }
            "staff.disable" => match self.people.get_mut(data.str("staff")) {
                Some(person) if person.active => person.active = false,
                _ => wrong.push("disables nobody".into()),
            },
            "escrow.proved" => {
                let answer = Sha256::digest(hex::decode(data.str("answer")).unwrap_or_default());
                let newest = self.epochs.last_entry().filter(|epoch| *epoch.key() == number);
                match newest.map(|epoch| epoch.into_mut()) {
                    Some(epoch) if epoch.escrow.as_ref().is_some_and(|(_, p)| *p == hex::encode(answer)) => {
                        (epoch.proved, self.epoch) = (true, number);
                    }
                    _ => wrong.push("is not the answer to an escrow".into()),
                }
            }
            "epoch.member" => match self.epochs.get_mut(&number) {
                Some(epoch) => drop(epoch.members.replace(data.str("staff").to_owned())),
                None => wrong.push("names no epoch".into()),
            },
            "epoch.reseal" => self.reseal(data, wrong),
            "epoch.verified" => self.verified(data, wrong),
            "epoch.destroyed" => {
                let over = number < self.epoch || self.is_finishing();
                match self.epochs.get_mut(&number) {
                    Some(epoch) if over => epoch.destroyed = true,
                    _ => wrong.push("destroys a key in use".into()),
                }
                self.leaving.retain(|(epoch, _)| *epoch != number);
            }
            "epoch.shred" | "epoch.copy" => self.copies(what, data, wrong),
            "record.file" => self.file(data, wrong),
            "record.correct" | "cert.link" => self.correct(data, wrong),
            "cert.status" if !self.issuers.contains(data.str("issuer")) => {
                wrong.push("is by an issuer that nobody has pinned".into());
            }
            "record.review" => {
                for seen in data.list("records") {
                    let of = self.records.get(seen.str("record"));
                    let version = of.and_then(|record| record.versions.get(seen.num("n") as usize - 1));
                    if version.is_none_or(|v| v.at("cover").get("commit") != seen.get("commit")) {
                        wrong.push("reviews what is not there".into());
                    }
                }
                self.reviewed(data);
            }
            "cert.status" => self.told(line.json.at("act").str("id"), data),
            "rule.propose" => {
                let rule = data.at("rule");
                if rule.num("version") != self.rules.next(rule.str("class")) {
                    wrong.push("is not the next version".into());
                }
            }
            "jobs.set" => {
                let jobs = data.list("jobs");
                let names: BTreeSet<&str> = jobs.iter().map(|one| one.str("job")).collect();
                let five =
                    |one: &Json| one.str("cron").split(' ').filter(|field| !field.is_empty()).count() == 5;
                if names.len() != jobs.len() || !jobs.iter().all(five) {
                    wrong.push("has a job twice, or a time that has not five fields".into());
                }
            }
            "job.ran" if data.get("read").is_some() && data.str("job") != "fixity" => {
                wrong.push("reads bodies and is another job".into());
            }
            "vault.restored" if data.num("lines") >= line.seq => {
                wrong.push("goes on from a later line".into())
            }
            "file.set" => {
                let known = self.files.insert(data.str("path").to_owned(), Named::of(data)).is_some();
                if known
                    && (data.str("path").starts_with("plans/") || data.str("path").starts_with("registers/"))
                {
                    wrong.push("changes a plan or a register".into());
                }
            }
            "purge.reverse" => {
                let records: Vec<&str> = data.list("records").iter().map(Json::as_str).collect();
                if !(1..=4000).contains(&records.len()) || !records.is_sorted_by(|a, b| a < b) {
                    wrong.push("names no records, or not in order".into());
                }
            }
            _ if what.starts_with("purge.") && what != "purge.policy" => self.purge(what, line, data, wrong),
            "head.signed" => {
                let (lines, root) = (data.num("lines"), data.str("root").to_owned());
                if line.roots.get(lines as usize - 1).map(hex::encode).as_ref() != Some(&root) {
                    wrong.push(format!("the root of {lines} lines is another"));
                }
                let path = format!("journal/heads/{lines:012}.head");
                self.files.insert(path.clone(), Named::of(data));
                let text = self.head(lines, &root);
                self.heads.push((path, lines, root, text));
            }
            "cosigner.name" => match cosigner_key(data.str("key")) {
                Some(key) => {
                    (self.cosigner, self.cosigned) = (Some(key), (0, 0));
                    self.uncover();
                }
                None => wrong.push("names no cosigner's key".into()),
            },
            "head.cosigned" => {
                let (lines, root) = (data.num("lines"), data.str("root").to_owned());
                if !self.heads.iter().any(|(_, of, signed, _)| *of == lines && *signed == root) {
                    wrong.push("no head of these lines has this root".into());
                }
                match self.cosigned_at(lines, &root, data.str("cosignature")) {
                    Some(at) if lines >= self.cosigned.0 && at >= self.cosigned.1 => {
                        self.cosigned = (lines, at);
                        self.cover(lines, at);
                    }
                    Some(_) => wrong.push("goes back behind the one before".into()),
                    None => wrong.push("the cosigner has not signed this".into()),
                }
            }
            "segment.close" => {
                let prior =
                    data.get("prior").map(|p| (p.num("first"), p.num("size"), p.str("b3").to_owned()));
                if prior.as_ref() != line.prior || data.num("first") != line.first {
                    wrong.push("the segment before is not the one it names".into());
                }
            }
            _ => {}
        }
    }

    /// The text of a head of the log there is now.
    fn head(&self, lines: u64, root: &str) -> String {
        let in_base64 = |root: &str| STANDARD.encode(hex::decode(root).unwrap_or_default());
        let (name, parted) = match &self.log {
            None => (String::new(), String::new()),
            Some((log, parted)) => (format!("/{log}"), format!("{parted}\n")),
        };
        format!("jingui/{}{name}\n{lines}\n{}\n{parted}", self.vault, in_base64(root))
    }

    /// The time of a cosignature, if it is the cosigner's over such a head.
    fn cosigned_at(&self, lines: u64, root: &str, cosignature: &str) -> Option<u64> {
        let (_, key, id) = self.cosigner.as_ref()?;
        let blob = STANDARD.decode(cosignature).ok()?;
        let (time, signature) = blob.strip_prefix(id)?.split_first_chunk()?;
        let at = u64::from_be_bytes(*time);
        let message = format!("cosignature/v1\ntime {at}\n{}", self.head(lines, root));
        signed(key, message.as_bytes(), &hex::encode(signature)).then_some(at)
    }

    fn enrol(&mut self, data: &Json, act: &str, counts: bool, wrong: &mut Wrong) {
        let person = Person { data: data.clone(), enrolment: act.to_owned(), active: true, counts };
        if self.people.insert(data.str("staff").to_owned(), person).is_some() {
            wrong.push("gives a staff number again".into());
        }
    }

    fn start(&mut self, data: &Json, wrong: &mut Wrong) {
        let number = data.num("epoch");
        let members: BTreeSet<String> = data.list("members").iter().map(|m| m.as_str().to_owned()).collect();
        if number != self.epochs.len() as u64 + 1 || data.get("ca").is_some() != data.get("escrow").is_some()
        {
            wrong.push("is not the next epoch, or has only one of CA and escrow".into());
        }
        let escrow = data.get("escrow").map(|e| (Named::of(e), e.str("proof").to_owned()));
        // One that a CA keeps waits for the proof; the first has no older one to go on with meanwhile.
        if escrow.is_none() || number == 1 {
            self.epoch = self.epoch.max(number);
        }
        let (recipient, proved) = (data.str("recipient").to_owned(), escrow.is_none());
        let epoch = Epoch { recipient, escrow, members, proved, verified: false, destroyed: false };
        self.epochs.insert(number, epoch);
    }

    fn file(&mut self, data: &Json, wrong: &mut Wrong) {
        let id = data.str("record");
        let record = self.records.entry(id.to_owned()).or_default();
        let next = (record.filings.len() as u64 + 1, record.versions.len() as u64 + 1);
        if (data.num("filing"), data.num("n")) != next {
            wrong.push(format!("is not filing and fact version {next:?}"));
        }
        if let Some(first) = record.filings.first() {
            if ["number", "counter"].iter().any(|key| first.get(key) != data.get(key)) {
                wrong.push("gives the record another number or counter".into());
            }
        } else {
            record.place = format!("{:06}", data.num("counter") / 4096);
            let own = self.init.as_ref().map_or("", |(init, _)| init.str("fonds"));
            // That of the archive that has handed it over.
            let taken = data.get("from").map(|from| self.takings.get(from.str("take")));
            let fonds = taken.map_or(own, |taken| taken.map_or("", |taken| taken.str("fonds")));
            let number = data.str("number").strip_prefix(fonds).and_then(|rest| rest.strip_prefix('-'));
            let shape = format!("0000-{}", "0".repeat(number.map_or(6, |n| n.len().max(11) - 5)));
            if !number.is_some_and(|number| shaped(number, &shape))
                || !self.numbers.insert(data.str("number").to_owned())
            {
                wrong.push("its archive number is malformed or given already".into());
            }
        }
        record.filings.push(data.clone());
        match data.at("from").get("left") {
            // Bodies that stay elsewhere are no files of this vault; their filings have the numbers that they have there.
            Some(left) => record.leave(left, data, wrong),
            None => {
                let body = format!("bodies/{}/{id}.{}.tar.zst.age", record.place, data.num("filing"));
                self.files.insert(body, Named::of(data.at("body")));
            }
        }
        if self.epochs.get(&self.epoch).is_none_or(|epoch| !epoch.proved) {
            wrong.push("is sealed to an epoch that waits for its proof".into());
        }
        self.version(data, wrong);
        self.receive(data, wrong);
    }

    /// Papers are taken out as two people have said: earlier versions end, and the body they came in.
    fn remove(&mut self, data: &Json, wrong: &mut Wrong) {
        let (id, from, n) = (data.str("record").to_owned(), data.num("from"), data.num("n"));
        let proposal = self.proposals.remove(data.str("proposal"));
        let meant = proposal.is_some_and(|p| {
            p.confirmed
                && p.kind == "document.misfiled"
                && (p.data.str("record"), p.data.num("filing")) == (&id, from)
        });
        let known = self.records.get_mut(&id).filter(|record| {
            record.filings[0].get("counter") == data.get("counter")
                && record.versions.len() as u64 + 1 == n
                && from <= record.filings.len() as u64
                && !record.gone.contains(&from)
        });
        if data.num("seen") < self.held_from {
            wrong.push("was decided before something came under a hold".into());
        }
        let (Some(record), true) = (known, meant) else {
            return wrong.push("takes out what two people have not said".into());
        };
        (record.ended, _) = (n - 1, record.gone.insert(from));
        let other = |p: &Proposal| (p.data.str("record"), p.data.num("filing")) != (&id, from);
        self.proposals.retain(|_, proposal| proposal.kind != "document.misfiled" || other(proposal));
        let mut leaving: Vec<String> = Vec::new();
        let body = |filing| format!("bodies/{}/{id}.{filing}.tar.zst.age", record.place);
        self.files.remove(&body(from));
        leaving.push(body(from));
        if let Some(left) = data.get("left") {
            if left.num("filing") != record.filings.len() as u64 + 1 {
                wrong.push("gives what was left another filing than the next".into());
            }
            self.files.insert(body(left.num("filing")), Named::of(left.at("body")));
            record.filings.push(left.clone());
        }
        let ends = |(of, version, _): &(String, u64, u64)| *of == id && *version < n;
        leaving.extend(self.covers.iter().filter(|(key, _)| ends(key)).map(|cover| cover_path(cover).1));
        self.covers.retain(|key, _| !ends(key));
        self.removing.insert(data.str("proposal").to_owned(), leaving);
        self.version(data, wrong);
    }

    fn correct(&mut self, data: &Json, wrong: &mut Wrong) {
        let known = self.records.get(data.str("record")).filter(|record| {
            record.filings[0].get("counter") == data.get("counter")
                && record.versions.len() as u64 + 1 == data.num("n")
        });
        match known {
            Some(_) => self.version(data, wrong),
            None => wrong.push("corrects what is not there".into()),
        }
    }

    /// The cover that a filing or a correction brings.
    fn version(&mut self, data: &Json, wrong: &mut Wrong) {
        let unknown = |link: &Json| match link.get("issuer") {
            Some(issuer) => !self.issuers.contains(issuer.as_str()),
            None => link.at("verified").is_true(),
        };
        if data.list("certs").iter().any(unknown) {
            wrong.push("links a certificate by an issuer that nobody has pinned".into());
        }
        let (id, cover) = (data.str("record").to_owned(), data.at("cover"));
        let record = self.records.entry(id.clone()).or_default();
        record.came(data, &self.act, &self.doer, &self.rules);
        record.at.push(self.now.clone());
        record.screened = 0;
        if cover.num("epoch") != self.epoch {
            wrong.push("is sealed to another epoch".into());
        }
        let key = (id, data.num("n"), cover.num("epoch"));
        self.covers.insert(key, (record.place.clone(), Named::of(cover)));
    }

    fn reseal(&mut self, data: &Json, wrong: &mut Wrong) {
        let epoch = data.num("epoch");
        let mut known = epoch == self.epoch;
        for cover in data.list("covers") {
            let (id, n, place) = (cover.str("record").to_owned(), cover.num("n"), cover.str("place"));
            let older = self.covers.range((id.clone(), n, 0)..(id.clone(), n, epoch)).next_back();
            known &= older.is_some_and(|(_, (at, _))| *at == place);
            self.covers.insert((id, n, epoch), (place.to_owned(), Named::of(cover)));
        }
        for note in data.list("notes") {
            let (id, place) = (note.str("id").to_owned(), note.str("place").to_owned());
            let older = self.notes.range((id.clone(), 0)..(id.clone(), epoch)).next_back();
            known &= older.is_some_and(|(_, (at, _))| *at == place);
            self.notes.insert((id, epoch), (place, Named::of(note)));
        }
        if !known {
            wrong.push("seals to another epoch, or what was not there".into());
        }
    }

    fn verified(&mut self, data: &Json, wrong: &mut Wrong) {
        let number = data.num("epoch");
        let left = self.covers.keys().all(|(id, n, _)| self.covers.contains_key(&(id.clone(), *n, number)))
            && self.notes.keys().all(|(id, _)| self.notes.contains_key(&(id.clone(), number)));
        self.leaving.extend(self.covers.iter().filter(|((_, _, e), _)| *e < number).map(cover_path));
        self.leaving.extend(self.notes.iter().filter(|((_, e), _)| *e < number).map(note_path));
        self.covers.retain(|(_, _, epoch), _| *epoch >= number);
        self.notes.retain(|(_, epoch), _| *epoch >= number);
        let counts = (self.covers.len() as u64, self.notes.len() as u64);
        if !left || number != self.epoch || counts != (data.num("covers"), data.num("notes")) {
            wrong.push("ends an epoch that not everything has left, or counts otherwise".into());
        }
        self.epochs.entry(number).and_modify(|epoch| epoch.verified = true);
    }

    /// The files that have to be there, by path; those of a mirror are without bodies.
    pub fn expected(&self, bodies: bool) -> BTreeMap<String, Named> {
        let mut all = self.files.clone();
        all.retain(|path, _| bodies || !path.starts_with("bodies/"));
        all.extend(self.covers.iter().map(|cover| (cover_path(cover).1, cover.1.1.clone())));
        all.extend(self.notes.iter().map(|note| (note_path(note).1, note.1.1.clone())));
        let dying = self.dying();
        all.retain(|path, _| !dying.contains(path));
        all
    }

    /// The files that may be there though no line names them as alive: those that a rotation leaves behind, and
    /// those that it has laid beside the old ones already.
    pub fn allowed(&self) -> BTreeSet<String> {
        let mut all: BTreeSet<String> = self.leaving.iter().map(|(_, path)| path.clone()).collect();
        all.extend(self.removing.values().flatten().cloned());
        all.extend(self.dying());
        all.extend(self.texts_of_left());
        if self.epochs.get(&self.epoch).is_some_and(|epoch| !epoch.verified) {
            let now = self.epoch;
            all.extend(self.covers.iter().map(|((id, n, _), to)| cover_path((&(id.clone(), *n, now), to)).1));
            all.extend(self.notes.iter().map(|((id, _), to)| note_path((&(id.clone(), now), to)).1));
        }
        all
    }
}

/// The epoch and the path of a cover.
pub fn cover_path<T>(((id, n, epoch), (place, _)): (&(String, u64, u64), &(String, T))) -> (u64, String) {
    (*epoch, format!("covers/{place}/{id}.{n}.e{epoch}.age"))
}

/// The epoch and the path of a note.
pub fn note_path<T>(((id, epoch), (place, _)): (&(String, u64), &(String, T))) -> (u64, String) {
    (*epoch, format!("notes/{place}/{id}.e{epoch}.age"))
}

/// Name, public key in hex and key id out of a C2SP verifier key for cosignatures, `<name>+<id>+<0x04 and key>`.
fn cosigner_key(text: &str) -> Option<(String, String, [u8; 4])> {
    let mut parts = text.splitn(3, '+');
    let (name, id, key) = (parts.next()?, parts.next()?, STANDARD.decode(parts.next()?).ok()?);
    let public = key.strip_prefix(&[4]).filter(|public| public.len() == 32 && !name.is_empty())?;
    let digest = Sha256::digest([name.as_bytes(), b"\n", &key].concat());
    let own = *digest.first_chunk()?;
    (hex::encode(own) == id).then(|| (name.to_owned(), hex::encode(public), own))
}

/// Whether a signature in hex is that of a public key in hex.
pub fn signed(key: &str, message: &[u8], signature: &str) -> bool {
    let check = || {
        let key: [u8; 32] = hex::decode(key).ok()?.try_into().ok()?;
        let signature = Signature::from_slice(&hex::decode(signature).ok()?).ok()?;
        VerifyingKey::from_bytes(&key).ok()?.verify_strict(message, &signature).ok()
    };
    check().is_some()
}
