use super::*;
use crate::context::Word;
use crate::output::Look;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread::JoinHandle;

/// What the dummy worlds of one test share.
#[derive(Default)]
struct Watch {
    opened: AtomicUsize,
    alive: AtomicUsize,
    running: AtomicUsize,
    interrupted: AtomicUsize,
    go: AtomicBool,
}

struct World(Arc<Watch>);

impl super::World for World {}

impl World {
    fn open(watch: &Arc<Watch>) -> Result<Self> {
        watch.opened.fetch_add(1, SeqCst);
        assert_eq!(watch.alive.fetch_add(1, SeqCst), 0, "two hold the vault at once");
        Ok(Self(watch.clone()))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, SeqCst);
    }
}

fn dispatch(world: &World, context: &mut Context) -> Result<Exit> {
    let argv = context.argv();
    match argv[1].to_str() {
        Some("say") => context.out.line(&argv[2].to_string_lossy())?,
        Some("echo") => {
            let mut text = String::new();
            context.stdin.read_to_string(&mut text).unwrap();
            context.out.line(&text)?;
        }
        Some("wait") => {
            world.0.running.fetch_add(1, SeqCst);
            let told = context.go_on().and_then(|()| {
                loop {
                    if let Err(interrupted) = context.go_on() {
                        break Err(interrupted);
                    }
                    if world.0.go.load(SeqCst) {
                        break Ok(());
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
            world.0.running.fetch_sub(1, SeqCst);
            if told.is_err() {
                world.0.interrupted.fetch_add(1, SeqCst);
            }
            told?;
        }
        Some("store") => {
            let store = context.store.as_ref().map(|store| store.credentials.secret.clone());
            context.out.line(&store.unwrap_or_else(|| "nobody".into()))?;
        }
        Some("panic") => panic!("on purpose"),
        _ => return Ok(Exit::Part),
    }
    Ok(Exit::Done)
}

struct House {
    dir: tempfile::TempDir,
    site: Site,
    watch: Arc<Watch>,
}

impl House {
    fn new() -> Self {
        Self::at("vault", Duration::from_secs(10))
    }

    fn at(below: &str, patience: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join(below);
        std::fs::create_dir_all(&vault).unwrap();
        std::fs::write(vault.join("VAULT.toml"), "").unwrap();
        Self { dir, site: Site::new(vault, patience), watch: Arc::default() }
    }

    fn task(&self, words: &[&str], interrupt: Interrupt) -> (Task, File) {
        let out = tempfile::tempfile_in(self.dir.path()).unwrap();
        let copy = || OwnedFd::from(out.try_clone().unwrap());
        let stdin = File::open("/dev/null").unwrap().into();
        let streams = Streams { stdin, stdout: copy(), stderr: copy() };
        let (store, left) = Default::default();
        (Task { call: call(words), streams, person: None, store, left, interrupt, turns: None }, out)
    }

    /// Runs a command; returns exit code and what it wrote, or the code of the failure.
    fn run_with(
        &self,
        words: &[&str],
        interrupt: Interrupt,
    ) -> std::result::Result<(u8, String), &'static str> {
        let (task, mut out) = self.task(words, interrupt);
        let open = |_| World::open(&self.watch);
        let code = run(&self.site, task, Env::of_host(), open, dispatch).map_err(|failure| failure.code())?;
        Ok((code, text_of(&mut out)))
    }

    fn run(&self, words: &[&str]) -> std::result::Result<(u8, String), &'static str> {
        self.run_with(words, Interrupt::default())
    }
}

fn text_of(file: &mut File) -> String {
    use std::io::Seek;
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

fn call(words: &[&str]) -> Call {
    Call {
        argv: std::iter::once(&"jingui").chain(words).map(Word::from).collect(),
        cwd: Word::from("/"),
        keystore: None,
        look: Look::default(),
        stdin_terminal: false,
        no_input: true,
        dry_run: false,
        act_out: None,
        found: Vec::new(),
        probed: None,
        store_unfit: None,
    }
}

fn until(what: impl Fn() -> bool) {
    let since = Instant::now();
    while !what() {
        assert!(since.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Whether a process has a thread of this name.
fn has_thread(process: &Child, name: &str) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", process.id())).into_iter().flatten().flatten();
    let mut names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.any(|found| found.trim_end() == name)
}

fn spawn(
    house: &Arc<House>,
    words: &'static [&'static str],
) -> JoinHandle<std::result::Result<(u8, String), &'static str>> {
    let house = house.clone();
    std::thread::spawn(move || house.run(words))
}

#[test]
fn one_command_alone_runs_here() {
    let house = House::new();
    assert_eq!(house.run(&["say", "hello"]), Ok((0, "hello\n".into())));
    assert_eq!(house.run(&["other"]), Ok((3, String::new())));
    assert!(!house.site.socket().exists());
}

#[test]
fn twenty_at_once_each_get_their_own_answer() {
    let house = Arc::new(House::new());
    for _ in 0..10 {
        let ask = |n: usize| {
            let house = house.clone();
            std::thread::spawn(move || (n, house.run(&["say", &n.to_string()])))
        };
        let all: Vec<_> = (0..20).map(ask).collect();
        for thread in all {
            let (n, seen) = thread.join().unwrap();
            assert_eq!(seen, Ok((0, format!("{n}\n"))));
        }
    }
    assert_eq!(house.watch.alive.load(SeqCst), 0);
}

#[test]
fn guests_share_the_world_of_the_holder() {
    let house = Arc::new(House::new());
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    let mode = house.site.socket().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let since = Instant::now();
    for _ in 0..50 {
        assert_eq!(house.run(&["say", "guest"]), Ok((0, "guest\n".into())));
    }
    assert!(since.elapsed() < Duration::from_secs(2), "a guest waits for nothing: {:?}", since.elapsed());
    assert_eq!(house.watch.opened.load(SeqCst), 1);
    house.watch.go.store(true, SeqCst);
    assert_eq!(holder.join().unwrap(), Ok((0, String::new())));
}

#[test]
fn a_guest_reads_its_own_input() {
    let house = Arc::new(House::new());
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    let (mut task, mut out) = house.task(&["echo"], Interrupt::default());
    let (read, mut write) = std::io::pipe().unwrap();
    task.streams.stdin = read.into();
    std::io::Write::write_all(&mut write, "口令".as_bytes()).unwrap();
    drop(write);
    let code = run(&house.site, task, Env::of_host(), |_| World::open(&house.watch), dispatch).unwrap();
    assert_eq!((code, text_of(&mut out)), (0, "口令\n".into()));
    house.watch.go.store(true, SeqCst);
    holder.join().unwrap().unwrap();
}

#[test]
fn a_holder_that_is_done_waits_for_its_guests_and_others_wait_for_the_lock() {
    let house = Arc::new(House::at("vault", Duration::from_secs(2)));
    // The holder's own command ends when it is interrupted; its guest goes on.
    let (stop, house_too) = (Interrupt::default(), house.clone());
    let stopped = stop.clone();
    let holder = std::thread::spawn(move || house_too.run_with(&["wait"], stopped));
    until(|| house.watch.running.load(SeqCst) == 1);
    let guest = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 2);
    stop.set();
    until(|| house.watch.running.load(SeqCst) == 1);
    // Longer than the patience: it is told that somebody is there.
    let third = spawn(&house, &["say", "third"]);
    std::thread::sleep(Duration::from_millis(2500));
    assert!(!holder.is_finished() && !guest.is_finished() && !third.is_finished());
    house.watch.go.store(true, SeqCst);
    assert_eq!(guest.join().unwrap(), Ok((0, String::new())));
    assert_eq!(holder.join().unwrap().unwrap().0, 130);
    assert_eq!(third.join().unwrap(), Ok((0, "third\n".into())));
    assert_eq!(house.watch.opened.load(SeqCst), 2);
}

#[test]
fn the_command_of_a_client_that_is_gone_is_interrupted() {
    let house = Arc::new(House::new());
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    let client = UnixStream::connect(house.site.socket()).unwrap();
    let (task, _) = house.task(&["wait"], Interrupt::default());
    wire::send(&client, &task.call, [None; 2], &task.streams, wire::program()).unwrap();
    until(|| house.watch.running.load(SeqCst) == 2);
    drop(client);
    until(|| house.watch.interrupted.load(SeqCst) == 1);
    house.watch.go.store(true, SeqCst);
    assert_eq!(holder.join().unwrap(), Ok((0, String::new())));
}

#[test]
fn who_a_guest_is_to_a_store_comes_with_it() {
    let house = Arc::new(House::new());
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    let run = |store: Option<Access>| {
        let (mut task, mut out) = house.task(&["store"], Interrupt::default());
        task.store = store;
        let open = |_| World::open(&house.watch);
        assert!(matches!(run(&house.site, task, Env::of_host(), open, dispatch), Ok(0)));
        text_of(&mut out)
    };
    let access = Access {
        endpoint: None,
        region: None,
        addressing: jingui_sync::Addressing::Auto,
        certificates: None,
        credentials: jingui_sync::Credentials { id: "AK".into(), secret: "key".into(), token: None },
        patience: jingui_sync::Patience::default(),
    };
    assert_eq!(run(Some(access)), "key\n");
    assert_eq!(run(None), "nobody\n");
    house.watch.go.store(true, SeqCst);
    assert_eq!(holder.join().unwrap(), Ok((0, String::new())));
}

#[test]
fn a_panic_of_a_guest_is_its_own() {
    let house = Arc::new(House::new());
    crate::panics::install(false);
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    let (code, text) = house.run(&["panic"]).unwrap();
    assert_eq!(code, 1);
    assert!(text.contains("on purpose") && text.contains("holder/tests.rs"), "{text}");
    assert_eq!(house.run(&["say", "still here"]), Ok((0, "still here\n".into())));
    house.watch.go.store(true, SeqCst);
    holder.join().unwrap().unwrap();
}

#[test]
fn a_dead_socket_is_cleared_away() {
    let house = House::new();
    std::fs::create_dir_all(house.site.run_dir()).unwrap();
    drop(UnixListener::bind(house.site.socket()).unwrap());
    assert!(house.site.socket().exists());
    assert_eq!(house.run(&["say", "hello"]), Ok((0, "hello\n".into())));
}

#[test]
fn a_holder_that_does_not_answer_is_given_up() {
    let house = House::at("vault", Duration::from_millis(200));
    let lock::Try::Held(held) = lock::take(&house.site).unwrap() else { panic!("the lock is free") };
    assert_eq!(house.run(&["say", "x"]), Err("in-use"), "nobody listens");
    let listener = UnixListener::bind(house.site.socket()).unwrap();
    let since = Instant::now();
    assert_eq!(house.run(&["say", "x"]), Err("in-use"), "somebody listens and says nothing");
    assert!(since.elapsed() < Duration::from_secs(2));
    drop((listener, held));
    assert_eq!(house.run(&["say", "x"]), Ok((0, "x\n".into())));
}

#[test]
fn another_version_is_refused_by_name() {
    let house = Arc::new(House::new());
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    let mut client = UnixStream::connect(house.site.socket()).unwrap();
    let (task, _) = house.task(&["wait"], Interrupt::default());
    wire::send(&client, &task.call, [Some("secret"), Some("keys")], &task.streams, "99.0".into()).unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut reply = Vec::new();
    client.read_to_end(&mut reply).unwrap();
    assert_eq!(reply[0], wire::OTHER_VERSION);
    assert_eq!(&reply[2..], wire::program().as_bytes());
    house.watch.go.store(true, SeqCst);
    holder.join().unwrap().unwrap();
}

#[test]
fn nonsense_on_the_socket_harms_nobody() {
    let house = Arc::new(House::new());
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    for bytes in [&b""[..], b"\xff\xff\xff\xff", b"\x04\x00\x00\x00null", b"GET / HTTP/1.0\r\n\r\n"] {
        let client = UnixStream::connect(house.site.socket()).unwrap();
        std::io::Write::write_all(&mut &client, bytes).unwrap();
    }
    assert_eq!(house.run(&["say", "fine"]), Ok((0, "fine\n".into())));
    house.watch.go.store(true, SeqCst);
    holder.join().unwrap().unwrap();
}

#[test]
fn a_very_long_path_is_no_obstacle() {
    let house = Arc::new(House::at(&["目录".repeat(20), "d".repeat(200)].join("/"), Duration::from_secs(10)));
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    assert_eq!(house.run(&["say", "far"]), Ok((0, "far\n".into())));
    assert_eq!(house.watch.opened.load(SeqCst), 1);
    house.watch.go.store(true, SeqCst);
    holder.join().unwrap().unwrap();
}

#[test]
fn a_world_that_does_not_open_frees_the_lock() {
    let house = House::new();
    let (task, _) = house.task(&["say", "x"], Interrupt::default());
    let refuse = |_| Err(Error::Closed {}.into());
    let failure = run::<World>(&house.site, task, Env::of_host(), refuse, dispatch).unwrap_err();
    assert_eq!(failure.code(), "closed");
    assert_eq!(house.run(&["say", "x"]), Ok((0, "x\n".into())));
}

#[test]
fn without_a_vault_there_is_nothing_to_hold() {
    let house = House::new();
    std::fs::remove_file(house.site.vault().join("VAULT.toml")).unwrap();
    assert_eq!(house.run(&["say", "x"]), Err("no-vault"));
    assert!(!house.site.run_dir().exists());
}

// --- with processes of their own -----------------------------------------------------------------------

const CHILD: &str = "JINGUI_TEST_HOLDER";

/// Not a test by itself: what the children below run.
#[test]
fn child() {
    let Some(vault) = std::env::var_os(CHILD) else { return };
    let site = Site::new(vault, Duration::from_secs(10));
    let streams = Streams::of_process().unwrap();
    let interrupt = Interrupt::of_signals().unwrap();
    let (person, store, turns, left) = (None, None, None, BTreeMap::new());
    let task = Task { call: call(&["wait"]), streams, person, store, left, interrupt, turns };
    let code = run(&site, task, Env::of_host(), |_| World::open(&Arc::default()), dispatch);
    std::process::exit(code.unwrap_or_else(|failure| failure.exit() as u8).into());
}

fn start_child(house: &House) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "holder::tests::child", "--nocapture"])
        .env(CHILD, house.site.vault())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

#[test]
fn the_command_of_a_client_process_that_is_killed_is_interrupted() {
    let house = Arc::new(House::new());
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    let mut client = start_child(&house);
    until(|| house.watch.running.load(SeqCst) == 2);
    client.kill().unwrap();
    client.wait().unwrap();
    until(|| house.watch.interrupted.load(SeqCst) == 1);
    house.watch.go.store(true, SeqCst);
    holder.join().unwrap().unwrap();
}

#[test]
fn ctrl_c_reaches_the_command_that_runs_elsewhere() {
    let house = Arc::new(House::new());
    let holder = spawn(&house, &["wait"]);
    until(|| house.watch.running.load(SeqCst) == 1);
    let mut client = start_child(&house);
    until(|| house.watch.running.load(SeqCst) == 2);
    signal(&client, rustix::process::Signal::INT);
    assert_eq!(client.wait().unwrap().code(), Some(130));
    // It may have left before it heard that its command had begun.
    until(|| house.watch.interrupted.load(SeqCst) == 1);
    house.watch.go.store(true, SeqCst);
    holder.join().unwrap().unwrap();
}

#[test]
fn a_holder_process_that_is_killed_leaves_the_vault_to_the_next() {
    let house = Arc::new(House::new());
    let mut holder = start_child(&house);
    until(|| house.site.socket().exists());
    // A command that it was running for somebody is lost with it, and that is said.
    let guest = spawn(&house, &["wait"]);
    // It starts this thread once the guest has been told that its command has begun.
    until(|| has_thread(&holder, "guest-watch"));
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!(guest.join().unwrap(), Err("holder-lost"));
    assert!(house.site.socket().exists(), "the name stays after a kill");
    assert_eq!(house.run(&["say", "mine"]), Ok((0, "mine\n".into())));
}

#[test]
fn what_a_command_of_a_killed_process_left_is_removed_by_the_next() {
    let house = House::new();
    let run = house.site.run_dir();
    for dir in ["answer-x7", "accept-q2/below", "other-x7"] {
        std::fs::create_dir_all(run.join(dir)).unwrap();
        std::fs::write(run.join(dir).join("answer.age"), "sealed").unwrap();
    }
    std::fs::write(run.join("answer-list"), "no directory").unwrap();
    house.run(&["say", "mine"]).unwrap();
    let left = |name: &str| run.join(name).exists();
    assert_eq!(["answer-x7", "accept-q2", "other-x7", "answer-list"].map(left), [false, false, true, true]);
}
