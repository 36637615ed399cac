//! What a jailed child, and a program that it runs, may still do.

use crate::{CHILD, extractor, launch, say, short, text, with_a_program_taken_over};
use jingui_indexer::extract::{Extractor, Held, Launch, Limits};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;

/// What came of playing `role` in the child, and in the place of a program.
fn play(role: &str) -> [String; 2] {
    let child = extractor(short()).read("a.play", role.as_bytes()).unwrap();
    assert_eq!(child.unread, None, "{role}");
    let (taken, _dir) = with_a_program_taken_over(short());
    let program = taken.read("a.pdf", format!("%PDF-{role}").as_bytes()).unwrap();
    assert_eq!(program.unread, None, "{role} in a program");
    [text(&child), text(&program)]
}

const REFUSED: &str = "PermissionDenied";

#[test]
fn no_socket_is_opened_of_any_kind() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let _unix = UnixListener::bind(&path).unwrap();
    for role in [
        format!("tcp {port}"),
        "listen".into(),
        "udp".into(),
        format!("unix {}", path.display()),
        "pair".into(),
    ] {
        assert_eq!(play(&role), [REFUSED, REFUSED], "{role}");
    }
}

#[test]
fn no_file_is_written_made_or_removed() {
    let dir = tempfile::tempdir().unwrap();
    let (there, new) = (dir.path().join("there"), dir.path().join("new"));
    std::fs::write(&there, "kept").unwrap();
    let (there, new) = (there.display(), new.display());
    for role in [
        format!("create {new}"),
        format!("create {there}"),
        format!("append {there}"),
        format!("remove {there}"),
        format!("mkdir {new}"),
        "create /dev/shm/jingui-test".into(),
    ] {
        assert_eq!(play(&role), [REFUSED, REFUSED], "{role}");
    }
    assert_eq!(std::fs::read_to_string(dir.path().join("there")).unwrap(), "kept");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn no_other_file_is_read_where_the_kernel_has_landlock() {
    let (confinement, _) = extractor(short()).inspect().unwrap();
    if confinement.files == Held::Not {
        say("skipped: no_other_file_is_read_where_the_kernel_has_landlock: this kernel has none");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "key").unwrap();
    for path in [secret.to_str().unwrap(), "/etc/passwd", "/proc/self/environ"] {
        assert_eq!(play(&format!("open {path}")), [REFUSED, REFUSED], "{path}");
    }
}

#[test]
fn calls_and_bounds_hold_wherever_they_are_known() {
    let (confinement, _) = extractor(short()).inspect().unwrap();
    assert_eq!(confinement.bounds, Held::Whole);
    if cfg!(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")) {
        assert_eq!(confinement.calls, Held::Whole);
    }
    say(&format!("confinement here: {confinement:?}"));
}

#[test]
fn a_program_starts_nothing() {
    let (taken, _dir) = with_a_program_taken_over(short());
    for role in ["start /bin/true", "thread"] {
        let reading = taken.read("a.pdf", format!("%PDF-{role}").as_bytes()).unwrap();
        assert_eq!(text(&reading), REFUSED, "{role}");
    }
}

#[test]
fn nothing_is_inherited_but_three_streams() {
    // A shell that leaves descriptors open for whatever it starts, and has variables set.
    let secret = tempfile::NamedTempFile::new().unwrap();
    let script = format!("export SECRET=1; exec 7<{} 9>&1 {CHILD} \"$@\"", secret.path().display());
    let leading = ["-c", &script, "sh", "extract-child"];
    let launch = Launch { program: "/bin/sh".into(), ..Launch::of("/bin/sh", leading) };
    let taken = Extractor::new(launch, short());
    // The fourth is `/dev/null`, of our own, and not inherited.
    assert_eq!(text(&taken.read("a.play", b"descriptors").unwrap()), "[0, 1, 2, 3]");
    let (taken, _dir) = with_a_program_taken_over(short());
    assert_eq!(text(&taken.read("a.pdf", b"%PDF-descriptors").unwrap()), "[0, 1, 2]");
    let variables = text(&taken.read("a.pdf", b"%PDF-environment").unwrap());
    assert_eq!(variables, r#"[("LC_ALL", "C"), ("OMP_THREAD_LIMIT", "1")]"#);
    assert_eq!(text(&extractor(short()).read("a.play", b"environment").unwrap()), "[]");
}

#[test]
fn a_program_that_does_not_jail_itself_is_given_no_document() {
    for leading in ["chatter", "no-such-word"] {
        let other = Extractor::new(Launch::of(CHILD, [leading]), Limits::default());
        let error = other.read("a.play", b"say secret").unwrap_err();
        assert!(error.to_string().contains("does not jail itself"), "{error}");
    }
    let none = Extractor::new(Launch::of("/nonexistent/jingui", ["extract-child"]), Limits::default());
    assert!(none.inspect().unwrap_err().to_string().contains("/nonexistent/jingui"));
    assert!(extractor(Limits::default()).inspect().is_ok());
    drop(launch());
}
