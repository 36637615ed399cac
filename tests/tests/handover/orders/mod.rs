//! Nothing lost, nothing doubled, nothing opened by the wrong key, in whatever order things fail: archive and CA meet at a
//! directory, and both ends are looked at afterwards.

mod acts; // what people do in a schedule, and what should come of it
mod bucket; // foreign objects, an older bucket, objects that changed places
mod chance; // schedules by chance, against a plain model
mod disk; // the archive's disk dies after everything was sent
mod ends; // such a schedule: what comes next
mod keys; // who opens what
mod line; // taken in over a line that fails
mod look; // what must be true of both ends after each step
mod many; // several hand-overs, and several vaults that take one in
mod mishaps; // what befalls both ends and the bucket
mod model; // what is where, as plain lists
mod receipts; // receipts and answers that are lost, late, or come twice

use super::*;
use jingui_schema::exchange::{FROM_CA, FromCa};
use jingui_schema::id::ActId;
use jingui_tests::ca::escrowed_to;
use jingui_tests::copy_tree;
use jingui_vault::env::Env;
use jingui_vault::push::Came;
use jingui_vault::push::ca::{Questions, leave_answer};
use tempfile::TempDir;

/// What the CA found, and the archive as somebody sees it who opens everything in it; its catalog lies in the directory.
type Accepted = (TempDir, Acceptance, Option<Session>);

impl Closing {
    /// The same elsewhere, the cosigner's memory too.
    fn apart(&self) -> Self {
        let it = self.copied();
        let ca = Arc::new(self.ca.at_copy(it.dir.path()));
        Self { ca, ..it }
    }

    /// Somebody makes sure of everything with this key.
    fn accepted_by(&self, key: &Key, target: Arc<dyn Target>) -> Result<Accepted> {
        let scratch = jingui_tests::scratch();
        let (found, theirs) = self.ca.accepting(key, |acceptor| {
            acceptor.check_and_open(&env_on(os()), target, scratch.path().to_owned())
        })?;
        Ok((scratch, found, theirs))
    }

    /// A vault of the CA's takes everything in.
    fn taken_into(&self, taker: &House) -> Result<TakenOver> {
        let (_scratch, found, theirs) = self.accepted_by(&self.ca.key, self.target())?;
        let theirs = theirs.unwrap_or_else(|| panic!("{:?}", found.checked.report.findings));
        let vault = taker.open(os())?;
        let session = taker.founder(&vault)?;
        session.take_handover(&theirs, &PATIENT)
    }

    /// The authority signs for what was taken in.
    fn signs(&self, env: &Env, taken: &TakenOver) -> HandoverOrder {
        let receipt = taken.receipt.as_ref().expect("nothing differs");
        HandoverOrder::new(env, receipt, Some(&self.house.people.authority.person()))
    }

    fn leaves(&self, order: &HandoverOrder) {
        leave_list(&*self.target(), order).unwrap();
        leave_order(&*self.target(), &order.file).unwrap();
    }

    /// Where something lies that the CA left.
    fn place_of(&self, what: FromCa) -> PathBuf {
        self.place.join(FROM_CA).join(what.file_name())
    }

    fn loses(&self, what: FromCa) {
        fs::remove_file(self.place_of(what)).unwrap();
    }

    /// Pushes; what became of each order that the archive did not know, by kind or code.
    fn comes(&self) -> Vec<&'static str> {
        let mut pushed = self.push();
        pushed.taken.retain(|taken| taken.name.ends_with(".act"));
        said(&pushed)
    }

    /// The receipt that counts.
    fn receipted(&self) -> Option<ActId> {
        let state = self.vault().state();
        state.handover.as_ref()?.receipt.as_ref().map(|receipt| receipt.act)
    }

    /// How many lines of the archive's journal are of this kind.
    fn lines_of(&self, kind: &str) -> usize {
        let vault = self.vault();
        let is = |seq: &u64| vault.line(*seq).unwrap().0.act.deed.kind() == kind;
        (1..=vault.state().lines).filter(is).count()
    }

    /// The CA countersigns what it can of what is asked, the question that says most first; says over how many lines.
    fn countersigns(&self) -> Result<u64> {
        let target = self.target();
        let Questions { vault, asked } = Questions::at(&*target)?;
        let mut refused = None;
        for (asked, _) in asked {
            let signed = Questions::read(&*target, asked, vault)
                .and_then(|(_, request)| self.ca.cosigner.sign(&self.ca.key.person(), &request, None, false));
            match signed {
                Ok(signed) => {
                    leave_answer(&*target, asked.lines, &signed.head.to_text())?;
                    return Ok(asked.lines);
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.expect("something is asked"))
    }

    /// The same by files that are carried, from the head that the cosigner knows.
    fn countersigns_by_hand(&self) -> Result<()> {
        let vault = self.vault();
        let request = vault.cosign_request(Some(self.countersigned()))?;
        let signed = self.ca.cosigner.sign(&self.ca.key.person(), &request, None, false)?;
        vault.import_cosignature("answer", &signed.head.to_text()).map(|_| ())
    }

    /// Over how many lines the cosigner has signed.
    fn countersigned(&self) -> u64 {
        let vault = self.vault().state().init.vault;
        let seen = self.ca.cosigner.seen().unwrap().into_iter().find(|seen| seen.vault == vault);
        seen.map_or(0, |seen| seen.lines)
    }

    /// The target as it is now.
    fn snapshot(&self) -> TempDir {
        let dir = jingui_tests::scratch();
        copy_tree(&self.place, dir.path());
        dir
    }

    /// The target becomes what it was.
    fn rolls_back(&self, to: &Path) {
        fs::remove_dir_all(&self.place).unwrap();
        copy_tree(to, &self.place);
    }

    /// Names of the files below a directory of the target, in order.
    fn objects(&self, below: &str) -> Vec<String> {
        let name = |path: PathBuf| path.strip_prefix(&self.place).unwrap().to_str().unwrap().to_owned();
        let mut names: Vec<String> = every_file(&self.place.join(below)).into_iter().map(name).collect();
        names.sort();
        names
    }

    /// The one below a directory that is of this record.
    fn object(&self, below: &str, record: RecordId) -> String {
        let record = record.to_string();
        self.objects(below).into_iter().find(|name| name.contains(&record)).expect("it was sent")
    }

    /// Everything is destroyed at the archive, as far as it has to be.
    fn is_emptied(&self) {
        self.finish().unwrap();
        nothing_wrong(&self.left());
        nothing_wrong(&keyless(&self.vault()));
        nothing_wrong(&second_opinion(&self.house));
    }

    /// The same, and whole at the CA.
    fn ends(&self) {
        self.is_emptied();
        whole(&self.taker, &self.known);
    }
}

/// What became of everything that the CA left, by kind or code.
fn said(pushed: &Pushed) -> Vec<&'static str> {
    let word = |came: &Result<Came>| match came {
        Ok(Came::Order { kind, .. }) => *kind,
        Ok(Came::Overtaken { .. }) => "overtaken",
        Ok(Came::Cosigned { .. }) => "cosigned",
        Err(error) => error.code(),
    };
    pushed.taken.iter().map(|taken| word(&taken.came)).collect()
}

/// A vault has these records and is whole, by its own word and by a second opinion.
#[track_caller]
fn whole(house: &House, known: &[Known]) {
    let vault = house.open(os()).unwrap();
    let session = house.founder(&vault).unwrap();
    assert_eq!(vault.state().counts.records, known.len() as u64);
    nothing_wrong(&look_at_all(&session, known));
    nothing_wrong(&verify(&session));
    drop((session, vault));
    nothing_wrong(&second_opinion(house));
}

/// A vault that takes in, with nothing in it.
fn empty_vault(root: &Path, fonds: &'static str) -> House {
    fs::create_dir(root).unwrap();
    let env = env_on(os());
    let house = House { fonds, ..House::planned(root, &env, false) };
    drop(house.begin(&env).unwrap());
    house
}

/// Every file below a directory.
fn every_file(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| if entry.path().is_dir() { every_file(&entry.path()) } else { vec![entry.path()] })
        .collect()
}
