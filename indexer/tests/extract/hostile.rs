//! Documents, and programs taken over, that do their worst: the parent is told so, in time, and reads the next one.

use crate::{extractor, short, text, with_a_program_taken_over};
use jingui_indexer::extract::{Extractor, Limits};
use jingui_indexer::page::Unread;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is said of a document that plays `role`; the next one is read.
fn check(extractor: &Extractor, role: &str, expected: Option<Unread>) -> String {
    let began = Instant::now();
    let reading = extractor.read("a.play", role.as_bytes()).unwrap();
    assert_eq!(reading.unread, expected, "{role}");
    assert!(began.elapsed() < Duration::from_secs(8), "{role} took {:?}", began.elapsed());
    let next = extractor.read("b.play", "say 后一份".as_bytes()).unwrap();
    assert_eq!((text(&next).as_str(), next.unread), ("后一份", None), "after {role}");
    text(&reading)
}

#[test]
fn a_child_that_misbehaves_is_killed_and_replaced() {
    let extractor = extractor(short());
    for role in [
        "loop",
        "sleep",
        "eat",
        "exit",
        "abort",
        "overflow",
        "garbage",
        "huge-frame",
        "spew",
        "panic at the reader",
    ] {
        check(&extractor, role, Some(Unread::Misbehaved));
    }
}

#[test]
fn what_a_program_does_is_told_of_the_document() {
    let (taken, _dir) = with_a_program_taken_over(Limits { text_bytes: 1 << 20, ..short() });
    let check = |role: &str, expected: Option<Unread>| {
        let began = Instant::now();
        let reading = taken.read("a.pdf", format!("%PDF-{role}").as_bytes()).unwrap();
        assert_eq!(reading.unread, expected, "{role}");
        assert!(began.elapsed() < Duration::from_secs(8), "{role} took {:?}", began.elapsed());
        let next = taken.read("b.pdf", "%PDF-say 后一份".as_bytes()).unwrap();
        assert_eq!((text(&next).as_str(), next.unread), ("后一份", None), "after {role}");
        text(&reading)
    };
    for role in ["loop", "sleep", "eat", "abort", "overflow"] {
        check(role, Some(Unread::Misbehaved));
    }
    check("spew", Some(Unread::TooLarge));
    check("exit", Some(Unread::Damaged));
    check("nothing of the kind", Some(Unread::Damaged));
    assert_eq!(check("noise", None), "quiet");
    assert_eq!(check("controls", None), "一二三四五六七八九十一二三四五六七八九十[2Jabc");
}

#[test]
fn pages_and_text_over_the_limit_are_left_out_and_said() {
    let (taken, _dir) = with_a_program_taken_over(Limits { pages: 10, ..short() });
    let reading = taken.read("a.pdf", b"%PDF-pages 50").unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (10, Some(Unread::TooLarge)));
    let reading =
        extractor(Limits { document_bytes: 8, ..short() }).read("a.play", b"say more than that").unwrap();
    assert_eq!((reading.pages.len(), reading.unread), (0, Some(Unread::TooLarge)));
    let small = extractor(Limits { text_bytes: 9, ..short() });
    assert_eq!(small.read("a.play", "say 三个字".as_bytes()).unwrap().unread, None);
    assert_eq!(small.read("a.play", "say 四个字了".as_bytes()).unwrap().unread, Some(Unread::TooLarge));
}

#[test]
fn memory_is_added_up_over_a_child_and_its_program() {
    // Neither is to run into the time: the program holds what it has for two seconds.
    let limits = Limits { memory_bytes: 100 << 20, wall: Duration::from_secs(20), ..Limits::default() };
    let (taken, _dir) = with_a_program_taken_over(limits);
    let role = |megabytes: u32| format!("%PDF-hold {megabytes}");
    assert_eq!(taken.read("a.pdf", role(40).as_bytes()).unwrap().unread, None);
    assert_eq!(taken.read("a.pdf", role(99).as_bytes()).unwrap().unread, Some(Unread::Misbehaved));
    assert!(taken.peak_bytes() > 100 << 20 || taken.peak_bytes() > 40 << 20);
}

#[test]
fn a_child_dies_with_its_programs_and_with_the_parent() {
    let (taken, _dir) = with_a_program_taken_over(short());
    let pid = text(&taken.read("a.pdf", b"%PDF-pid").unwrap());
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists(), "a program outlives its document");
    let one = extractor(short());
    let pid = text(&one.read("a.play", b"pid").unwrap());
    assert!(std::path::Path::new(&format!("/proc/{pid}")).exists());
    drop(one);
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists(), "a child outlives its extractor");
}

#[test]
fn a_child_is_kept_while_it_reads_cleanly_whichever_thread_asks() {
    let one = Arc::new(extractor(short()));
    let pids: Vec<String> = (0..4)
        .map(|_| {
            let one = Arc::clone(&one);
            // Each thread ends before the next one asks: a child must not end with the thread that started it.
            std::thread::spawn(move || text(&one.read("a.play", b"pid").unwrap())).join().unwrap()
        })
        .collect();
    assert!(pids.iter().all(|pid| *pid == pids[0]), "{pids:?}");
}

#[test]
fn several_threads_share_two_children() {
    let one = extractor(Limits { wall: Duration::from_secs(20), ..Limits::default() });
    std::thread::scope(|scope| {
        for n in 0..6 {
            let one = &one;
            scope.spawn(move || {
                for m in 0..10 {
                    let said = format!("{n}号第{m}份");
                    let role = if m % 4 == 3 { "abort".to_owned() } else { format!("say {said}") };
                    let reading = one.read("a.play", role.as_bytes()).unwrap();
                    let expected =
                        if m % 4 == 3 { (String::new(), Some(Unread::Misbehaved)) } else { (said, None) };
                    assert_eq!((text(&reading), reading.unread), expected);
                }
            });
        }
    });
}

#[test]
fn an_idle_child_that_was_killed_is_no_fault_of_the_next_document() {
    let one = extractor(short());
    let pid: i32 = text(&one.read("a.play", b"pid").unwrap()).parse().unwrap();
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(pid).unwrap(),
        rustix::process::Signal::KILL,
    )
    .unwrap();
    assert_eq!(text(&one.read("a.play", "say 还在".as_bytes()).unwrap()), "还在");
}
