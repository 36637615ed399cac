//! A child for the tests of `extract`: one that jails itself as any, and plays what a hostile document, or a program that has been taken
//! over, might do. Nothing of it is part of the `jingui` program.

use jingui_indexer::extract::{Inside, Limits, Readers, main as child};
use jingui_indexer::page::{Origin, Page, Reading};
use jingui_indexer::reader::READERS;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write, stderr, stdin, stdout};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, ExitCode, abort, exit};
use std::time::Duration;

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let own = args.next().unwrap_or_default();
    // Under this name it is the program that a child has been told to run.
    if Path::new(&own).file_name().is_some_and(|name| name == "pdftotext") {
        let mut document = String::new();
        let _ = stdin().read_to_string(&mut document);
        return match play(document.trim_start_matches("%PDF-")) {
            Some(text) => {
                say(&format!("{text}\u{c}"));
                ExitCode::SUCCESS
            }
            None => ExitCode::FAILURE,
        };
    }
    let args: Vec<OsString> = args.collect();
    match args.first() {
        Some(word) if word == "extract-child" => child(&args[..1], &args[1..], &Readers { read, ..READERS }),
        // What else a program may be that somebody has put in its place.
        Some(word) if word == "silent" => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        Some(word) if word == "chatter" => {
            say("HTTP/1.1 200 OK\r\n\r\n");
            ExitCode::SUCCESS
        }
        _ => ExitCode::from(64),
    }
}

fn read(document: &[u8], name: &str, limits: &Limits, inside: &mut Inside<'_>) -> Reading {
    let text = std::str::from_utf8(document).ok().filter(|_| name.ends_with(".play")).and_then(play);
    match text {
        Some(text) => Reading { pages: vec![Page { origin: Origin::Layer, text }], unread: None },
        None => (READERS.read)(document, name, limits, inside),
    }
}

/// Plays one role; its text is what came of it.
fn play(role: &str) -> Option<String> {
    let (role, with) = role.split_once(' ').unwrap_or((role, ""));
    let told = match role {
        "say" => with.to_owned(),
        "loop" => loop {
            std::hint::spin_loop();
        },
        "sleep" => {
            std::thread::sleep(Duration::from_secs(3600));
            String::new()
        }
        "eat" => {
            let mut held = Vec::new();
            loop {
                held.push(vec![1_u8; 1 << 20]);
                std::hint::black_box(&held);
            }
        }
        "hold" => {
            let held = vec![1_u8; with.parse::<usize>().unwrap_or(0) << 20];
            std::thread::sleep(Duration::from_secs(2));
            held.len().to_string()
        }
        "spew" => loop {
            say("甲乙丙丁戊己庚辛壬癸\n");
        },
        "pages" => "一页\u{c}".repeat(with.parse().unwrap_or(0)),
        "noise" => {
            let _ = stderr().write_all(&vec![b'!'; 8 << 20]);
            "quiet".to_owned()
        }
        "garbage" => {
            say("\0\0\0\u{4}{]}]");
            String::new()
        }
        "huge-frame" => {
            say("~~~~");
            String::new()
        }
        "exit" => exit(0),
        "abort" => abort(),
        "panic" => panic!("{with}"),
        "overflow" => deep(0).to_string(),
        "controls" => "一二三四五六七八九十一二三四五六七八九十\u{1b}[2J\u{7}\u{202e}abc\r\n\u{0}".to_owned(),
        "pid" => std::process::id().to_string(),
        "descriptors" => {
            let open = |fd: &u32| fs::read_link(format!("/proc/self/fd/{fd}")).is_ok();
            format!("{:?}", (0..1024).filter(open).collect::<Vec<_>>())
        }
        "environment" => format!("{:?}", std::env::vars_os().collect::<Vec<_>>()),
        "tcp" => TcpStream::connect(with).map_or_else(refused, |_| "done".into()),
        "listen" => TcpListener::bind("127.0.0.1:0").map_or_else(refused, |_| "done".into()),
        "udp" => UdpSocket::bind("127.0.0.1:0").map_or_else(refused, |_| "done".into()),
        "unix" => UnixStream::connect(with).map_or_else(refused, |_| "done".into()),
        "pair" => UnixStream::pair().map_or_else(refused, |_| "done".into()),
        "create" => File::create(with).map_or_else(refused, |_| "done".into()),
        "append" => File::options().append(true).open(with).map_or_else(refused, |_| "done".into()),
        "open" => File::open(with).map_or_else(refused, |_| "done".into()),
        "remove" => fs::remove_file(with).map_or_else(refused, |()| "done".into()),
        "mkdir" => fs::create_dir(with).map_or_else(refused, |()| "done".into()),
        "start" => Command::new(with).status().map_or_else(refused, |_| "done".into()),
        "thread" => std::thread::Builder::new().spawn(|| ()).map_or_else(refused, |_| "done".into()),
        _ => return None,
    };
    Some(told)
}

fn refused(error: std::io::Error) -> String {
    format!("{:?}", error.kind())
}

fn deep(n: u64) -> u64 {
    let here = std::hint::black_box([n; 512]);
    if n == u64::MAX { 0 } else { deep(n + 1) + here[(n % 512) as usize] }
}

fn say(text: &str) {
    let mut out = stdout().lock();
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        exit(1);
    }
}
