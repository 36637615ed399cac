//! A house in which records may be destroyed: people for every part, a cosigner outside, a clock that goes as it is told.

use crate::ca::{Ca, prove_newest};
use crate::faults::{Fault, FaultFs, Op, Step};
use crate::house::{CANARY, Furnished, House, Key, Known, docs, env_on};
use crate::sweep::os;
use jingui_schema::act::Deed;
use jingui_schema::facts::{
    Business, Customer, CustomerKind, DocumentKind, Label, Outcome, Role, Verdict, Waived,
};
use jingui_schema::id::{PlanId, RecordId};
use jingui_schema::time::Time;
use jingui_vault::body::Buffers;
use jingui_vault::cosigner::{Cosigner, Trusted, read_request};
use jingui_vault::disposal::{Judgement, Ran, RunOptions};
use jingui_vault::env::{Clock, Env, OsRandom};
use jingui_vault::filing::{Filing, Labels};
use jingui_vault::fs::Fs;
use jingui_vault::review::Review;
use jingui_vault::rotation::Rotation;
use jingui_vault::{Options, Result, Session, Vault};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A day, in milliseconds.
pub const DAY: i64 = 86_400_000;

/// A clock that goes a second with each look, and further when it is told to.
pub struct Told(AtomicI64);

impl Clock for Told {
    fn now(&self) -> Time {
        Time::from_millis(self.0.fetch_add(1000, Ordering::Relaxed))
    }
}

impl Told {
    /// A clock that begins at so many milliseconds since 1970.
    pub fn at(millis: i64) -> Self {
        Self(AtomicI64::new(millis))
    }

    /// Lets days go by; as many backwards where there are fewer than none.
    pub fn pass(&self, days: i64) {
        self.0.fetch_add(days * DAY, Ordering::Relaxed);
    }
}

/// The house.
pub struct Yard {
    /// Its directory.
    pub dir: Arc<tempfile::TempDir>,
    /// The house itself.
    pub house: House,
    /// The RA's clock.
    pub clock: Arc<Told>,
    /// The CA's clock.
    pub outside: Arc<Told>,
    legal: Arc<Key>,
    approver: Arc<Key>,
    cosigner: Arc<(Key, Cosigner)>,
    /// The CA's key for escrow, where there is one.
    pub ca: Option<Arc<Key>>,
}

impl Yard {
    /// Begins the vault; everybody is countersigned, and a cosigner named.
    pub fn new(mirrored: bool) -> Self {
        Self::begin(crate::scratch(), mirrored, false, "JG01")
    }

    /// The same under another fonds code.
    pub fn of_fonds(fonds: &'static str) -> Self {
        Self::begin(crate::scratch(), true, false, fonds)
    }

    /// The same; the CA has a copy of the key of each epoch.
    pub fn escrowed() -> Self {
        Self::begin(crate::scratch(), true, true, "JG01")
    }

    /// The same in a directory that is given, such as one on a disk of its own.
    pub fn escrowed_in(dir: tempfile::TempDir) -> Self {
        Self::begin(dir, true, true, "JG01")
    }

    fn begin(dir: tempfile::TempDir, mirrored: bool, escrow: bool, fonds: &'static str) -> Self {
        let dir = Arc::new(dir);
        let env = env_on(os());
        let ca = escrow.then(|| Arc::new(Key::new(&env, "ca")));
        let mut house = House { fonds, ..House::planned(dir.path(), &env, mirrored) };
        house.ca = ca.as_ref().map(|key| key.person().recipient());
        drop(house.begin(&env).expect("a vault"));
        let begin = env.clock.now().millis();
        let clock = |ahead| Arc::new(Told(AtomicI64::new(begin + ahead)));
        let outside = clock(60_000);
        let key = Key::new(&env, "cosigner");
        let of_ca = Env { fs: os(), clock: outside.clone(), random: Arc::new(OsRandom) };
        let cosigner = Cosigner::init(of_ca, &dir.path().join("ca"), "ca.example/cosigner", &key.person());
        let yard = Self {
            house,
            clock: clock(0),
            outside,
            legal: Arc::new(Key::new(&env, "legal")),
            approver: Arc::new(Key::new(&env, "approver")),
            cosigner: Arc::new((key, cosigner.expect("a cosigner"))),
            ca,
            dir,
        };
        let vault = yard.open(os()).expect("it opens");
        yard.prove(&vault);
        let founder = yard.founder(&vault);
        founder.enrol(&yard.legal.person().public_half(), &[Role::Legal]).expect("0004");
        founder.enrol(&yard.approver.person().public_half(), &[Role::Approver]).expect("0005");
        founder.give_copies().expect("copies of the key");
        let authority = vault.sign_in(yard.house.people.authority.person()).expect("the authority");
        authority.countersign().expect("countersigned");
        authority.name_cosigner(yard.cosigner.1.key()).expect("a cosigner is named");
        drop((founder, authority, vault));
        yard
    }

    /// Another yard as this one is now, in a directory of its own.
    pub fn copy(&self) -> Self {
        let dir = crate::scratch();
        crate::copy_tree(self.dir.path(), dir.path());
        let told = |clock: &Told| Arc::new(Told(AtomicI64::new(clock.0.load(Ordering::Relaxed))));
        Self {
            house: self.house.at(dir.path()),
            clock: told(&self.clock),
            outside: told(&self.outside),
            legal: self.legal.clone(),
            approver: self.approver.clone(),
            cosigner: self.cosigner.clone(),
            ca: self.ca.clone(),
            dir: Arc::new(dir),
        }
    }

    /// The house as it is now, with a record that is known, as a pattern to copy. It opens at this yard's time.
    pub fn furnished(&self, known: Known) -> Furnished {
        let dir = crate::scratch();
        crate::copy_tree(self.dir.path(), dir.path());
        let house = House { opens_at: self.clock.0.load(Ordering::Relaxed), ..self.house.at(dir.path()) };
        Furnished { dir, house, known }
    }

    /// The CA proves that it opens the escrow file of the newest epoch.
    fn prove(&self, vault: &Vault) {
        let Some(ca) = &self.ca else { return };
        let env = Env { fs: os(), clock: self.clock.clone(), random: Arc::new(OsRandom) };
        prove_newest(&env, &self.house, vault, ca);
    }

    /// A new epoch; the old one ends.
    pub fn rotate(&self, vault: &Vault) {
        let mut session = self.founder(vault);
        loop {
            match session.rotate(Some("after a destruction"), None, &|_| true).expect("it rotates") {
                Rotation::Waiting { .. } => self.prove(vault),
                Rotation::Finished { .. } => break,
                other => panic!("{other:?}"),
            }
            session = self.founder(vault);
        }
    }

    /// Lets days go by everywhere.
    pub fn pass(&self, days: i64) {
        self.clock.pass(days);
        self.outside.pass(days);
    }

    /// Opens the vault on a disk, by this house's clock.
    pub fn open(&self, fs: Arc<dyn Fs>) -> Result<Vault> {
        let env = Env { fs, clock: self.clock.clone(), random: Arc::new(OsRandom) };
        let options = Options {
            keystore: Some(self.house.keys()),
            mirror: self.house.mirrored.then(|| self.house.mirror()),
            ..Options::default()
        };
        Vault::open(env, &self.house.vault(), options)
    }

    /// Files and carries out: security administrator and archivist, 0001.
    pub fn founder(&self, vault: &Vault) -> Session {
        vault.sign_in(self.house.people.founder.person()).expect("the founder")
    }

    /// Reviews, and is the first witness: 0002.
    pub fn reviewer(&self, vault: &Vault) -> Session {
        vault.sign_in(self.house.people.reviewer.person()).expect("the reviewer")
    }

    /// The second witness: 0003.
    pub fn auditor(&self, vault: &Vault) -> Session {
        vault.sign_in(self.house.people.auditor.person()).expect("the auditor")
    }

    /// Appraises, and places holds: 0004.
    pub fn legal(&self, vault: &Vault) -> Session {
        vault.sign_in(self.legal.person()).expect("the legal officer")
    }

    /// Signs off: 0005.
    pub fn approver(&self, vault: &Vault) -> Session {
        vault.sign_in(self.approver.person()).expect("the approver")
    }

    /// The keys of its people and of those outside, each by what its owner does.
    pub fn keys(&self) -> Vec<(&'static str, Key)> {
        let people = &self.house.people;
        let mut keys = vec![
            ("founder", people.founder.clone()),
            ("reviewer", people.reviewer.clone()),
            ("auditor", people.auditor.clone()),
            ("newcomer", people.newcomer.clone()),
            ("authority", people.authority.clone()),
            ("legal", (*self.legal).clone()),
            ("approver", (*self.approver).clone()),
            ("cosigner", self.cosigner.0.clone()),
        ];
        keys.extend(self.ca.as_ref().map(|ca| ("ca", (**ca).clone())));
        keys
    }

    /// Its cosigner at work at the target of a push, by the CA's clock.
    pub fn at_target(&self) -> Ca {
        let env = Env { fs: os(), clock: self.outside.clone(), random: Arc::new(OsRandom) };
        let cosigner = Cosigner::open(env, &self.dir.path().join("ca")).expect("the cosigner");
        Ca { key: self.cosigner.0.clone(), cosigner }
    }

    /// Files so many applications that were taken back long ago, and has them reviewed: they are due.
    pub fn file_due(&self, vault: &Vault, name: &str, count: usize) -> Vec<RecordId> {
        (0..count).map(|i| self.file(vault, &format!("{name} {i}"), "2019-03-01", 2)).collect()
    }

    /// Files one that was taken back on a day, of so many documents, and has it reviewed.
    pub fn file(&self, vault: &Vault, name: &str, date: &str, count: usize) -> RecordId {
        let filing = withdrawn(name, date, count);
        let filed = self.founder(vault).file(&filing, &mut Buffers::new()).expect("it is filed");
        let records = [filed.record];
        let review =
            Review { records: &records, verdict: Verdict::Passed, reason: None, compared: &[], plan: None };
        let done = self.reviewer(vault).review(&review, false).expect("it is reviewed");
        assert!(done.refused.is_empty(), "{:?}", done.refused);
        filed.record
    }

    /// An exchange of files with the cosigner.
    pub fn cosign(&self, vault: &Vault) {
        let toml = std::fs::read(self.house.vault().join("VAULT.toml")).expect("VAULT.toml");
        let trusted = Trusted::read("VAULT.toml", &toml).expect("a vault to trust");
        let request = vault.cosign_request(None).expect("a request").to_text();
        let request = read_request("request", request.as_bytes()).expect("a request");
        // Each house like this one has a cosigner of its own, as it was when the house was copied.
        let env = Env { fs: os(), clock: self.outside.clone(), random: Arc::new(OsRandom) };
        let cosigner = Cosigner::open(env, &self.dir.path().join("ca")).expect("the cosigner");
        let signed =
            cosigner.sign(&self.cosigner.0.person(), &request, Some(&trusted), false).expect("it signs");
        vault.import_cosignature("answer", &signed.head.to_text()).expect("it is taken in");
    }

    /// A plan of all that is due.
    pub fn plan(&self, vault: &Vault) -> PlanId {
        self.cosign(vault);
        vault.draw_plan(None, None, None, &|| false).expect("a plan").file.head.plan
    }

    /// The plan appraised: everything in it is to be destroyed.
    pub fn appraise(&self, vault: &Vault, plan: PlanId) {
        let records: Vec<RecordId> =
            vault.plan_file(plan).expect("its file").rows.iter().map(|row| row.record).collect();
        self.legal(vault).appraise(plan, &records, &Judgement::Destroy, CANARY, false).expect("appraised");
    }

    /// Signed off, and by both witnesses.
    pub fn sign(&self, vault: &Vault, plan: PlanId) {
        let sign = |session: &Session, deed: Deed| session.sign_plan(&deed, false).expect("signed");
        let approver = self.approver(vault);
        let slot = approver.slot_for(plan).expect("a slot");
        sign(&approver, approver.approval(plan, slot).expect("an approval"));
        for witness in [self.reviewer(vault), self.auditor(vault)] {
            let deed = witness.witnessing(plan).expect("a witness");
            sign(&witness, deed);
        }
    }

    /// Lets so many days go by that the CA has seen: it countersigns before them and after.
    pub fn wait(&self, vault: &Vault, days: i64) {
        self.cosign(vault);
        self.pass(days);
        self.cosign(vault);
    }

    /// A plan of all that is due, appraised, signed, its wait over and countersigned: it may be carried out.
    pub fn ripe(&self, vault: &Vault) -> PlanId {
        let plan = self.plan(vault);
        self.appraise(vault, plan);
        self.sign(vault, plan);
        self.wait(vault, 8);
        plan
    }

    /// Another yard as this one is now, in which a run over so many records of a plan was cut off as its first cover went, behind
    /// the line by which it begins.
    pub fn cut_off(&self, plan: PlanId, limit: u64) -> Self {
        let options =
            RunOptions { by: None, limit: Some(limit), interrupted: &|| false, progress: &|_, _| {} };
        let run_on = |yard: &Self, k: u64| {
            let disk = FaultFs::over(os());
            let vault = yard.open(Arc::new(disk.clone())).expect("it opens");
            disk.arm(k, Fault::Kill);
            drop(vault.run_plan(plan, &options));
            disk
        };
        let is_cover =
            |step: &Step| step.op == Op::Remove && step.path.to_string_lossy().contains("/covers/");
        let steps = run_on(&self.copy(), u64::MAX).steps();
        let first = steps.iter().position(is_cover).expect("a cover goes") as u64;
        let yard = self.copy();
        drop(run_on(&yard, first + 1));
        yard
    }

    /// Carries a plan out.
    pub fn run(&self, vault: &Vault, plan: PlanId) -> Result<Ran> {
        let options = RunOptions { by: None, limit: None, interrupted: &|| false, progress: &|_, _| {} };
        vault.run_plan(plan, &options)
    }
}

/// An application that was taken back on a day, of so many documents.
pub fn withdrawn(name: &str, date: &str, count: usize) -> Filing {
    let label = |text: &str| Label::read(&format!("{CANARY} {text}")).expect("a label");
    let waived = DocumentKind::ALL.iter().map(|kind| Waived {
        kind: *kind,
        gap: None,
        reason: CANARY.into(),
        by: None,
    });
    let labels = Labels {
        project: label("project"),
        outlet: label("outlet"),
        customer: Customer { name: label("customer"), kind: CustomerKind::Enterprise, id: None },
        business: Business::New,
        date: date.parse().expect("a day"),
        outcome: Outcome::Withdrawn,
        tags: Vec::new(),
        box_code: Some(label("box")),
        waived: waived.collect(),
        application: Default::default(),
    };
    Filing { labels, incoming: docs(name, count), request: None, again: false, plan: None, certs: Vec::new() }
}
