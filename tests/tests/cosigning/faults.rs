use super::{Ca, exchange, name, os};
use jingui_schema::act::Deed;
use jingui_schema::cosignature::Request;
use jingui_schema::digest::Sha256;
use jingui_schema::head::{Head, SignedHead, VerifierKey};
use jingui_schema::id::VaultId;
use jingui_schema::merkle::{self, Hash};
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{Furnished, Key, env_on, full};
use jingui_tests::lossy::{Cut, Dice, Disk, LossyFs};
use jingui_tests::sweep::{Again, Command, Counts, Run, Table, Tried};
use jingui_tests::{in_parallel, nothing_wrong, say, scratch, seed};
use jingui_vault::cosigner::{Cosigner, Trusted};
use jingui_vault::fs::Fs;
use jingui_vault::keys::LogKey;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A log that nobody keeps: any of its heads, in either of two ways it went from its third line on.
struct Log {
    vault: VaultId,
    key: LogKey,
    ways: [Vec<Hash>; 2],
}

impl Log {
    fn new() -> Self {
        let way = |leaf: u64| (0..8).map(move |i| if i < 3 { i } else { leaf + i });
        let leaves = |leaf| way(leaf).map(|leaf: u64| merkle::leaf_hash(&leaf.to_le_bytes())).collect();
        let env = env_on(os());
        Self { vault: env.vault_id(), key: LogKey::generate(&env), ways: [leaves(100), leaves(200)] }
    }

    fn request(&self, way: usize, old: u64, new: u64) -> Request {
        let mut leaves = self.ways[way].clone();
        let root = merkle::root(new, &mut leaves).expect("leaves");
        let proof = merkle::consistency_path(old, new, &mut leaves).expect("leaves");
        Request::new(old, proof, self.key.sign_head(&self.vault, new, &Sha256(root))).expect("a request")
    }

    fn trusted(&self) -> Trusted {
        let log: VerifierKey = self.key.verifier_key(&self.vault);
        let text = format!(
            "format = 1\nsuite = \"intl\"\nvault = \"{}\"\nra = \"RA\"\nfonds = \"JG01\"\n\
             created = \"2026-11-22T05:47:00.123Z\"\nsolo = true\nlog = \"{log}\"\n",
            self.vault
        );
        Trusted::read("VAULT.toml", text.as_bytes()).expect("a VAULT.toml")
    }

    /// What is wrong about a cosigner that has released these signatures: one that does not fit the others may follow.
    fn judge(&self, key: &Key, dir: &Path, disk: Arc<dyn Fs>, released: &[SignedHead]) -> Vec<String> {
        let mut all: Vec<Head> = released.iter().map(|signed| signed.head().clone()).collect();
        let cosigner = match Cosigner::open(env_on(disk), dir) {
            Ok(cosigner) => cosigner,
            Err(error) => return vec![format!("it does not open again: {}", full(&error))],
        };
        let trusted = self.trusted();
        let mut on = 0;
        // The other way first, from each size that may be known; then what an honest vault asks.
        for (way, old, new) in [(1, 0, 3), (1, 3, 6), (1, 5, 6), (0, 0, 3), (0, 3, 5), (0, 5, 7), (1, 6, 8)] {
            let request = self.request(way, old, new);
            if let Ok(signed) = cosigner.sign(&key.person(), &request, Some(&trusted), false) {
                all.push(signed.head.head().clone());
                on += 1;
            }
        }
        let fits = |a: &Head, way: &Vec<Hash>| merkle::root(a.size(), &mut way.clone()) == Ok(*a.root());
        let one_way = self.ways.iter().any(|way| all.iter().all(|head| fits(head, way)));
        let mut wrong = Vec::new();
        if !one_way {
            let sizes: Vec<u64> = all.iter().map(Head::size).collect();
            wrong.push(format!("two heads that do not fit were signed: {sizes:?}"));
        }
        if on == 0 {
            wrong.push("it signs nothing any more".into());
        }
        wrong
    }
}

/// A cosigner that has signed three lines.
fn begun(log: &Log, key: &Key, disk: Arc<dyn Fs>, dir: &Path) -> (Cosigner, SignedHead) {
    let cosigner = Cosigner::init(env_on(disk), dir, "ca.example/c", &key.person()).expect("a cosigner");
    let first = cosigner.sign(&key.person(), &log.request(0, 0, 3), Some(&log.trusted()), false);
    (cosigner, first.expect("the first head").head)
}

#[test]
fn a_cosigner_failed_at_every_operation_signs_no_second_history() {
    let (table, log) = (Table::default(), Log::new());
    let key = Key::new(&env_on(os()), "ca");
    let trial = |k: u64, fault: Fault| {
        let dir = scratch();
        let at = dir.path().join("c");
        let disk = FaultFs::over(os()).with_reads();
        let (cosigner, first) = begun(&log, &key, Arc::new(disk.clone()), &at);
        disk.arm(k, fault);
        let mut released = vec![first];
        released.extend(
            cosigner.sign(&key.person(), &log.request(0, 3, 5), None, false).ok().map(|signed| signed.head),
        );
        let tried = Tried::on(&disk, Vec::new());
        Tried { wrong: log.judge(&key, &at, os(), &released), ..tried }
    };
    table.sweep("cosigner sign", 1, &Fault::ALL, &trial);
    let making = |k: u64, fault: Fault| {
        let dir = scratch();
        let at = dir.path().join("c");
        let disk = FaultFs::over(os()).with_reads();
        disk.arm(k, fault);
        let made = Cosigner::init(env_on(Arc::new(disk.clone())), &at, "ca.example/c", &key.person());
        let mut tried = Tried::on(&disk, Vec::new());
        if let (Err(_), Err(error)) =
            (&made, Cosigner::init(env_on(os()), &at, "ca.example/c", &key.person()))
            && Cosigner::open(env_on(os()), &at).is_err()
        {
            tried.wrong.push(format!("it is neither made nor can it be: {}", full(&error)));
        }
        tried
    };
    table.sweep("cosigner init", 1, &Fault::ALL, &making);
    assert!(table.trials() > 30, "{} trials", table.trials());
    table.end("faults-cosigner.md");
}

#[test]
fn no_power_cut_lets_a_cosigner_sign_a_second_history() {
    let (log, key) = (Log::new(), Key::new(&env_on(os()), "ca"));
    let real = scratch();
    let mut disk = Disk::default();
    disk.lay(real.path());
    let disk = LossyFs::on(disk);
    let at = real.path().join("c");
    let (cosigner, first) = begun(&log, &key, Arc::new(disk.clone()), &at);
    disk.record();
    let mut released = vec![first];
    for (old, new) in [(3, 5), (5, 7)] {
        let signed = cosigner.sign(&key.person(), &log.request(0, old, new), None, false);
        released.push(signed.expect("it continues").head);
        disk.mark();
    }
    let points: Vec<_> = (disk.moments().into_iter().enumerate())
        .flat_map(|(at, moment)| Cut::ALL.map(|how| (at, moment.clone(), how)))
        .flat_map(|point| [0, 1, 2].map(|chance| (point.clone(), chance)))
        .collect();
    let wrong = Mutex::new(Vec::new());
    in_parallel(&points, |((moment, (disk, marks), how), chance)| {
        let after = disk.cut(*how, &mut Dice(seed() << 20 | (*moment as u64) << 2 | chance));
        let found = log.judge(&key, &at, Arc::new(LossyFs::on(after)), &released[..=*marks]);
        wrong.lock().unwrap().extend(found.into_iter().map(|w| format!("{how:?} at {moment}: {w}")));
    });
    say(&format!("{} power cuts (JINGUI_SEED={})", points.len(), seed()));
    assert!(points.len() > 100, "{}", points.len());
    nothing_wrong(&wrong.into_inner().unwrap());
}

fn command<'a>(
    name: &str,
    from: &'a Furnished,
    again: Again,
    run: Run<'a>,
    counts: Counts<'a>,
) -> Command<'a> {
    Command {
        name: name.into(),
        from,
        run,
        counts,
        acts: 1,
        again,
        check: Box::new(|_, _| Ok(Vec::new())),
        segment: None,
        reads: false,
    }
}

#[test]
fn the_vaults_half_failed_at_every_operation_is_whole_or_absent() {
    let table = Table::default();
    let dir = scratch();
    let ca = Ca::at(dir.path(), "c");
    let plain = Furnished::new(false);
    let (quiet, asked, mirrored) = (Furnished::new(false), Furnished::new(false), Furnished::new(true));
    {
        let vault = quiet.house.open(os()).unwrap();
        name(&quiet.house, &vault, &ca);
        exchange(&quiet.house, &vault, &ca);
    }
    let answer = |of: &Furnished| {
        let vault = of.house.open(os()).unwrap();
        name(&of.house, &vault, &ca);
        exchange(&of.house, &vault, &ca);
        let request = vault.cosign_request(None).unwrap().to_text();
        ca.answer(&of.house, &request).unwrap().head.to_text()
    };
    let (text, text_mirrored) = (answer(&asked), answer(&mirrored));
    let lines = |of: &Furnished| of.house.open(os()).unwrap().state().lines;
    let [quiet_lines, asked_lines, mirrored_lines] = [&quiet, &asked, &mirrored].map(lines);

    let naming: Run<'_> = Box::new(|house, session| {
        // Done again it is refused; that it is done is what counts.
        if session.vault().state().cosigner.is_none() {
            name_by(house, session.vault(), &ca)?;
        }
        Ok(())
    });
    let take = |text: String| -> Run<'_> {
        Box::new(move |_, session| session.vault().import_cosignature("answer", &text).map(|_| ()))
    };
    let cosigns = |after: u64| -> Counts<'_> {
        Box::new(move |line| line.seq > after && matches!(line.act.deed, Deed::HeadCosigned(_)))
    };
    let ask: Run<'_> = Box::new(|_, session| session.vault().cosign_request(None).map(|_| ()));
    let asks: Counts<'_> =
        Box::new(move |line| line.seq > quiet_lines && matches!(line.act.deed, Deed::HeadSigned(_)));
    let named: Counts<'_> = Box::new(|line| matches!(line.act.deed, Deed::CosignerName(_)));
    let mut jobs = vec![
        command("journal cosigner", &plain, Again::Same, naming, named),
        command("journal cosign --import", &asked, Again::Same, take(text), cosigns(asked_lines)),
        command("journal cosign --request", &quiet, Again::Another, ask, asks),
    ];
    let with = "journal cosign --import, with a mirror";
    jobs.push(command(with, &mirrored, Again::Same, take(text_mirrored), cosigns(mirrored_lines)));
    in_parallel(&jobs, |job| job.sweep(&table, 2));
    assert!(table.trials() > 40, "{} trials", table.trials());
    table.end("faults-cosigning.md");
}

fn name_by(
    house: &jingui_tests::house::House,
    vault: &jingui_vault::Vault,
    ca: &Ca,
) -> jingui_vault::Result<()> {
    vault.sign_in(house.people.authority.person())?.name_cosigner(ca.verifier()).map(|_| ())
}
