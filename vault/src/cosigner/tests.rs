use super::*;
use crate::env::{Clock, OsRandom};
use crate::fs::OsFs;
use crate::keys::LogKey;
use crate::keys::log::origin_of;
use jingui_schema::cosignature::Answer;
use jingui_schema::digest::Sha256;
use jingui_schema::head::{Head, VerifierKey};
use jingui_schema::id::VaultId;
use jingui_schema::merkle::{self, Hash};
use jingui_schema::time::Time;
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const START: i64 = 1_795_000_000_123;

struct Told(AtomicI64);

impl Clock for Told {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// A cosigner at work, and the logs of vaults that ask it.
struct Scene {
    _dir: tempfile::TempDir,
    clock: Arc<Told>,
    env: Env,
    person: Person,
    cosigner: Cosigner,
    log: LogKey,
}

fn vault() -> VaultId {
    VaultId::from_bytes([7; 16])
}

/// One way that a log may have gone: its leaves.
fn history(leaves: &[u64]) -> Vec<Hash> {
    leaves.iter().map(|leaf| merkle::leaf_hash(&leaf.to_le_bytes())).collect()
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(Told(AtomicI64::new(START)));
        let env = Env { fs: Arc::new(OsFs), clock: clock.clone(), random: Arc::new(OsRandom) };
        let person = Person::generate(&env, "CA").unwrap();
        let cosigner = Cosigner::init(env.clone(), &dir.path().join("c"), "ca.example/c", &person).unwrap();
        let log = LogKey::generate(&env);
        Self { _dir: dir, clock, env, person, cosigner, log }
    }

    fn set_clock(&self, millis: i64) {
        self.clock.0.store(millis, Ordering::Relaxed);
    }

    /// The vault's `VAULT.toml`, of this format.
    fn toml(&self, format: u32) -> String {
        let log: VerifierKey = self.log.verifier_key(&vault());
        format!(
            "format = {format}\nsuite = \"intl\"\nvault = \"{}\"\nra = \"RA\"\nfonds = \"JG01\"\n\
             created = \"2026-11-22T05:47:00.123Z\"\nsolo = true\nlog = \"{log}\"\n",
            vault()
        )
    }

    fn trusted(&self) -> Trusted {
        Trusted::read("VAULT.toml", self.toml(1).as_bytes()).unwrap()
    }

    fn request(&self, leaves: &[Hash], old: u64, new: u64) -> Request {
        self.forked(leaves, old, new, 0, &[])
    }

    fn forked(&self, leaves: &[Hash], old: u64, new: u64, fork: u64, extensions: &[&str]) -> Request {
        let mut leaves = leaves.to_vec();
        let root = merkle::root(new, &mut leaves).unwrap();
        let proof = merkle::consistency_path(old.min(new), new, &mut leaves).unwrap();
        let extensions = extensions.iter().map(|line| (*line).to_owned()).collect();
        let head = Head::new(origin_of(&vault(), fork), new, root, extensions).unwrap();
        Request::new(old, proof, self.log.sign(&vault(), head)).unwrap()
    }

    fn sign(&self, request: &Request) -> Result<Signed> {
        self.cosigner.sign(&self.person, request, None, false)
    }
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}

#[test]
fn only_what_continues_the_last_head_is_signed() {
    let scene = Scene::new();
    let (ours, other) = (history(&[1, 2, 3, 4, 5, 6, 7]), history(&[1, 2, 3, 9, 9, 9, 9]));
    assert_eq!(code(scene.sign(&scene.request(&ours, 0, 3))), "unknown-log");
    let first = scene.request(&ours, 0, 3);
    let signed = scene.cosigner.sign(&scene.person, &first, Some(&scene.trusted()), false).unwrap();
    assert_eq!((signed.before, signed.seen.lines), (None, 3));
    let key = scene.cosigner.key();
    let answer = Answer::parse(&signed.head.to_text()).unwrap();
    let cosignature = answer.cosignature_by(key).unwrap();
    assert_eq!(cosignature.verify(key, first.head().head()), Ok(()));
    assert_eq!(cosignature.time, START as u64 / 1000);

    assert_eq!(code(scene.sign(&scene.request(&ours, 0, 5))), "cosigner-elsewhere");
    assert_eq!(code(scene.sign(&scene.request(&ours, 2, 5))), "cosigner-elsewhere");
    assert_eq!(code(scene.sign(&scene.request(&ours, 3, 5))), "ok");
    assert_eq!(code(scene.sign(&scene.request(&other, 5, 7))), "inconsistent");
    assert_eq!(code(scene.sign(&scene.request(&other, 3, 7))), "cosigner-elsewhere");
    assert_eq!(code(scene.sign(&scene.request(&ours, 3, 5))), "ok", "an answer that was lost");
    assert_eq!(code(scene.sign(&scene.request(&ours, 3, 4))), "cosigner-elsewhere");
    assert_eq!(code(scene.sign(&scene.request(&ours, 5, 5))), "ok", "nothing happened since");
    let seen = Cosigner::open(scene.env.clone(), &scene.cosigner.dir).unwrap().seen().unwrap();
    assert_eq!((seen.len(), seen[0].lines, seen[0].origin()), (1, 5, format!("jingui/{}", vault())));
}

#[test]
fn keys_are_those_that_are_known() {
    let scene = Scene::new();
    let ours = history(&[1, 2, 3, 4, 5]);
    let request = scene.request(&ours, 0, 3);
    let stranger = Person::generate(&scene.env, "somebody").unwrap();
    let trusted = scene.trusted();
    assert_eq!(code(scene.cosigner.sign(&stranger, &request, Some(&trusted), false)), "other-cosigner");
    let other = Scene::new();
    assert_eq!(
        code(scene.cosigner.sign(&scene.person, &request, Some(&other.trusted()), false)),
        "other-log-key"
    );
    scene.cosigner.sign(&scene.person, &request, Some(&trusted), false).unwrap();
    let next = scene.request(&ours, 3, 4);
    assert_eq!(code(scene.cosigner.sign(&scene.person, &next, Some(&other.trusted()), false)), "trust-other");
    assert_eq!(code(scene.sign(&other.request(&ours, 3, 4))), "other-log-key");
    assert_eq!(code(scene.sign(&next)), "ok");
    assert_eq!(code(Trusted::read("x", b"vault = 1")), "not-a-vault-toml");
    for (format, expected) in [(0, "draft-format"), (1, "ok"), (2, "too-new")] {
        assert_eq!(code(Trusted::read("x", scene.toml(format).as_bytes())), expected);
    }
    assert_eq!(code(Trusted::read("x", b"format = 2\nother = true\n")), "too-new");
    assert_eq!(code(read_request("x", b"old 3\n")), "not-a-request");
}

#[test]
fn time_never_goes_back() {
    let scene = Scene::new();
    let ours = history(&(1..=9).collect::<Vec<_>>());
    let trusted = scene.trusted();
    let first =
        scene.cosigner.sign(&scene.person, &scene.request(&ours, 0, 1), Some(&trusted), false).unwrap();
    scene.set_clock(START - 10 * 366 * 86_400_000);
    let back = scene.sign(&scene.request(&ours, 1, 2)).unwrap();
    assert!(back.clock_behind && back.seen.at == first.seen.at);
    scene.set_clock(i64::MIN);
    assert_eq!(scene.sign(&scene.request(&ours, 2, 3)).unwrap().seen.at, first.seen.at);
    scene.set_clock(START + 60_000);
    let on = scene.sign(&scene.request(&ours, 3, 4)).unwrap();
    assert!(!on.clock_behind && on.seen.at > first.seen.at);
}

#[test]
fn a_fork_is_signed_only_where_it_is_accepted_and_ends_the_log_before() {
    let scene = Scene::new();
    let (ours, other) = (history(&[1, 2, 3, 4, 5, 6, 7]), history(&[1, 2, 8, 9, 9, 9, 9]));
    let (person, trusted) = (&scene.person, scene.trusted());
    scene.cosigner.sign(person, &scene.request(&ours, 0, 5), Some(&trusted), false).unwrap();
    let fork = scene.forked(&other, 0, 4, 1, &["fork-of 5 x"]);
    assert_eq!(code(scene.sign(&fork)), "log-forked");
    let signed = scene.cosigner.sign(person, &fork, None, true).unwrap();
    assert_eq!((signed.seen.fork, signed.seen.ended.len(), signed.seen.ended[0].lines), (1, 1, 5));
    assert_eq!(code(scene.cosigner.sign(person, &scene.request(&ours, 5, 6), None, true)), "log-ended");
    assert_eq!(code(scene.sign(&scene.forked(&other, 4, 6, 1, &["fork-of 5 x"]))), "ok");
    assert_eq!(code(scene.sign(&scene.forked(&other, 6, 7, 1, &["fork-of 3 x"]))), "inconsistent");
    assert_eq!(code(scene.sign(&scene.forked(&other, 6, 7, 1, &[]))), "inconsistent");
}

#[test]
fn what_is_kept_is_whole_or_nothing_is_signed() {
    let scene = Scene::new();
    let ours = history(&[1, 2, 3, 4, 5]);
    scene.cosigner.sign(&scene.person, &scene.request(&ours, 0, 3), Some(&scene.trusted()), false).unwrap();
    let path = scene.cosigner.dir.join(format!("logs/{}.json", vault()));
    let whole = std::fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let refused = scene.sign(&scene.request(&ours, 3, 4));
        assert_eq!(code(refused), "cosigner-damaged", "cut at byte {cut}");
    }
    for at in 0..whole.len() {
        let mut bent = whole.clone();
        bent[at] ^= 1;
        std::fs::write(&path, &bent).unwrap();
        assert_eq!(code(scene.sign(&scene.request(&ours, 3, 4))), "cosigner-damaged", "byte {at}");
    }
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(code(scene.sign(&scene.request(&ours, 3, 4))), "ok");
}

#[test]
fn what_is_kept_is_frozen() {
    // If this fails, a cosigner forgets what it has signed.
    let seen = Seen {
        v: jingui_schema::FORMAT,
        vault: vault(),
        log: "k".into(),
        fork: 1,
        extensions: vec!["fork-of 3 AA".into()],
        lines: 42,
        root: Sha256([1; 32]),
        at: Time::from_millis(1_795_000_000_000),
        ended: vec![next::Ended { fork: 0, lines: 3, root: Sha256([2; 32]), at: Time::from_millis(0) }],
    };
    let one = "01".repeat(32);
    let two = "02".repeat(32);
    let expected = format!(
        r#"{{"v":1,"vault":"{}","log":"k","fork":1,"extensions":["fork-of 3 AA"],"lines":42,"root":"{one}","at":"2026-11-18T11:06:40.000Z","ended":[{{"fork":0,"lines":3,"root":"{two}","at":"1970-01-01T00:00:00.000Z"}}]}}"#,
        vault()
    );
    assert_eq!(serde_json::to_string(&seen).unwrap(), expected);
}

#[test]
fn a_directory_in_use_is_not_made_a_cosigner() {
    let scene = Scene::new();
    let again = Cosigner::init(scene.env.clone(), &scene.cosigner.dir, "other", &scene.person);
    assert_eq!(code(again), "not-empty");
    let elsewhere = scene.cosigner.dir.with_file_name("nothing");
    assert_eq!(code(Cosigner::open(scene.env.clone(), &elsewhere)), "no-cosigner-here");
    for bad in ["", "a b", "a+b", "a\n"] {
        assert_eq!(code(Cosigner::init(scene.env.clone(), &elsewhere, bad, &scene.person)), "bad-name");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Requests of several histories that part somewhere, in any order and of any size, against a plain model.
    #[test]
    fn no_two_heads_that_do_not_fit_are_ever_signed(
        parts in prop::collection::vec(0..12_usize, 3),
        asked in prop::collection::vec((0..4_usize, 0..16_u64, 1..16_u64, 0..8_u8), 1..40),
    ) {
        let scene = Scene::new();
        let trunk: Vec<u64> = (0..16).collect();
        let mut histories = vec![history(&trunk)];
        for (which, part) in parts.iter().enumerate() {
            let leaf = |i: usize| if i < *part { i as u64 } else { 1000 * (which as u64 + 1) + i as u64 };
            histories.push(history(&(0..16).map(leaf).collect::<Vec<_>>()));
        }
        // The model: what was signed last, as leaves.
        let mut known: Option<Vec<Hash>> = None;
        let mut signed: Vec<Vec<Hash>> = Vec::new();
        for (which, old, new, how) in asked {
            let leaves = &histories[which];
            // Mostly as an honest vault asks, from where the cosigner is.
            let old = if how < 5 { known.as_ref().map_or(0, |k| k.len() as u64) } else { old };
            let request = scene.request(leaves, old, new);
            let trusted = (how % 2 == 0).then(|| scene.trusted());
            let head = leaves[..new as usize].to_vec();
            let expected = match &known {
                None => trusted.is_some() && old == 0,
                Some(known) => *known == head || old == known.len() as u64 && head.starts_with(known),
            };
            let before = scene.cosigner.seen().unwrap();
            let result = scene.cosigner.sign(&scene.person, &request, trusted.as_ref(), false);
            prop_assert_eq!(result.is_ok(), expected, "{:?}", code(result));
            match expected {
                true => {
                    signed.push(head.clone());
                    known = Some(head);
                }
                false => prop_assert_eq!(scene.cosigner.seen().unwrap(), before),
            }
        }
        for (a, b) in signed.iter().flat_map(|a| signed.iter().map(move |b| (a, b))) {
            prop_assert!(a.starts_with(b) || b.starts_with(a));
        }
    }
}
