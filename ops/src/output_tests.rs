use super::*;
use crate::failure::Problem;
use std::io;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a command that does this with its output leaves on stdout and stderr.
fn shown(look: Look, act: impl FnOnce(&mut Output)) -> (String, String) {
    let (stdout, stderr) = (Paper::default(), Paper::default());
    act(&mut Output::new(look, Box::new(stdout.clone()), Box::new(stderr.clone())));
    (stdout.text(), stderr.text())
}

fn no_record() -> Failure {
    Problem::Exists { path: "a\u{1b}[2Jb".into() }.into()
}

#[test]
fn an_error_names_the_thing_and_the_next_step() {
    let (out, err) = shown(Look { lang: Lang::Zh, ..Look::default() }, |o| o.failure(&no_record()));
    assert_eq!(out, "");
    assert!(err.starts_with("错误：") && err.contains("\n下一步："), "{err}");
    assert!(err.contains("a\\u{1b}[2Jb") && !err.contains('\u{1b}'), "{err}");
}

#[test]
fn an_error_in_json_is_one_object_on_stderr() {
    let (out, err) = shown(Look { json: true, ..Look::default() }, |o| o.failure(&no_record()));
    assert_eq!(out, "");
    let value: serde_json::Value = serde_json::from_str(&err).unwrap();
    assert_eq!((&value["type"], &value["code"]), (&"error".into(), &"exists".into()));
    assert!(value["hint"].as_str().is_some_and(|hint| !hint.is_empty()));
}

#[test]
fn a_long_run_ends_with_its_summary() {
    let (out, err) = shown(Look { json: true, ..Look::default() }, |o| {
        o.item(&serde_json::json!({"record": "R1"})).unwrap();
        o.warning("label-warning", &[]).unwrap();
        o.summary(&serde_json::json!({"filed": 1}), Exit::Part).unwrap();
    });
    assert_eq!(err, "");
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["item", "warning", "summary"]);
    assert_eq!(lines[2]["exit_code"], 3);
}

#[test]
fn columns_hold_for_chinese() {
    let (out, _) = shown(Look::default(), |o| {
        let row = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        o.table(&["label-error", "label-hint"], vec![row("社保一期", "x"), row("abc\u{202e}", "y")]).unwrap();
    });
    let lines: Vec<&str> = out.lines().collect();
    // Four Chinese characters take eight columns.
    assert_eq!(lines[1].find('x'), Some("社保一期".len() + 3 + 2), "{out}");
    assert!(lines[2].starts_with("abc\\u{202e}  y"), "{out}");
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let mut out = Output::new(Look::default(), Box::new(Gone), Box::new(Paper::default()));
    out.line("one").unwrap();
    out.flush().unwrap();
    assert!(out.gone());
    out.line("two").unwrap();
}

#[test]
fn progress_is_drawn_once_a_second() {
    let (_, err) = shown(Look { progress: Progress::Json, ..Look::default() }, |o| {
        (0..1000).for_each(|done| o.progress("progress-records", done, Some(1000)));
    });
    assert_eq!(err.lines().count(), 1, "{err}");
}

#[test]
fn names_that_are_not_text_are_shown() {
    use std::os::unix::ffi::OsStrExt;
    let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xff\nb"));
    assert_eq!(printable_path(path), "a\\xff\\u{a}b");
}
