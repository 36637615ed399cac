//! A house at work until the power fails: clerks who file at once, keys that rotate meanwhile.
//!
//! `busy_house VAULT FIRST CLERKS ROTATE [nosync]`, with the founder's unlocked key on standard input: only a test may
//! do so. Prints a line when something is asked for, and another once it is durable. With `nosync` its disk only
//! says that it has synced: a defect that the test must notice.

use jingui_schema::id::ActId;
use jingui_tests::house::{filing, full};
use jingui_tests::lying::Lying;
use jingui_vault::body::Buffers;
use jingui_vault::env::Env;
use jingui_vault::fs::OsFs;
use jingui_vault::keys::Person;
use jingui_vault::rotation::Rotation;
use jingui_vault::{Options, Result, Session, Vault};
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// One line; nobody is left to listen where it cannot be written.
fn tell(line: &str) {
    let mut out = io::stdout().lock();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}

fn file_on(session: &Session, first: u64, clerk: u64) {
    let mut buffers = Buffers::new();
    for i in 0.. {
        let (name, count) = (format!("r{first}-{clerk}-{i}"), 1 + (i % 3) as usize);
        let request = session.vault().env().act_id();
        tell(&format!("asked {request} {name} {count}"));
        if let Err(error) = file(session, &name, count, request, &mut buffers) {
            tell(&format!("failed filing {}", full(&error)));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn file(session: &Session, name: &str, count: usize, request: ActId, buffers: &mut Buffers) -> Result<()> {
    let filed = session.file(&filing(name, count, Some(request)), buffers)?;
    let state = session.vault().state();
    tell(&format!("told {request} {} {} {} {}", filed.number, filed.record, state.lines, state.last));
    Ok(())
}

fn rotate_on(session: &Session) {
    loop {
        match session.rotate(None, None, &|_| true) {
            Ok(Rotation::Finished { epoch, .. }) => tell(&format!("epoch {epoch}")),
            Ok(other) => tell(&format!("failed rotation {other:?}")),
            Err(error) => tell(&format!("failed rotation {}", full(&error))),
        }
        std::thread::sleep(Duration::from_millis(60));
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dir, first, clerks, rotate, rest @ ..] = &arguments[..] else {
        return Err("VAULT FIRST CLERKS ROTATE [nosync]".into());
    };
    let (first, clerks): (u64, u64) = (first.parse()?, clerks.parse()?);
    let mut key = String::new();
    io::stdin().read_to_string(&mut key)?;
    let env = match rest.is_empty() {
        true => Env::of_host(),
        false => Env { fs: Arc::new(Lying::without_syncs(Arc::new(OsFs))), ..Env::of_host() },
    };
    let vault = match Vault::open(env, Path::new(dir), Options::default()) {
        Ok(vault) => vault,
        Err(error) => {
            tell(&format!("failed opening {}", full(&error)));
            return Ok(());
        }
    };
    let sign_in = || -> Result<Session> { vault.sign_in(Person::from_secret_text("stdin", &key)?) };
    let sessions: Vec<Session> = match (0..=clerks).map(|_| sign_in()).collect() {
        Ok(sessions) => sessions,
        Err(error) => {
            tell(&format!("failed signing in {}", full(&error)));
            return Ok(());
        }
    };
    std::thread::scope(|scope| {
        let (security, clerks) = sessions.split_first().expect("one more than there are clerks");
        for (clerk, session) in clerks.iter().enumerate() {
            scope.spawn(move || file_on(session, first, clerk as u64));
        }
        if rotate == "1" {
            scope.spawn(|| rotate_on(security));
        }
    });
    Ok(())
}
