//! Lists of revoked certificates: how long one of a hundred thousand takes to read, to hold against a vault, and to
//! journal.
//!
//! `cargo bench -p jingui-tests --bench certs -- [--records 5000] [--entries 100000] [--rounds 5]`
//!
//! Each record has one certificate, and one in ten of them is on the list; all other entries are of nobody here. The
//! issuer is not pinned, so that what is new is proposed: that costs what an event that counts at once costs. Only the
//! first round journals; the others find that all of it has been said.

mod common;

use common::*;
use jingui_schema::certificate::Reliance;
use jingui_tests::certs::{Ca, Revoked, Wanted};
use jingui_vault::body::Buffers;
use jingui_vault::certificate::{Certificate, read_file};
use jingui_vault::certs::ToLink;
use jingui_vault::filing::Filing;
use jingui_vault::fs::OsFs;
use std::sync::Arc;

fn main() {
    let Some(words) = arguments() else { return };
    let (records, rounds) = (number(&words, "--records", 5000), number(&words, "--rounds", 5));
    let entries = number(&words, "--entries", 100_000);
    let scratch = scratch();
    let house = House::begin(scratch.path());
    let session = house.sign_in(Arc::new(OsFs));
    let (ca, mut chance, mut buffers) = (Ca::new("Bench CA", 7), Chance(1), Buffers::new());
    let mut ours = Vec::new();
    for index in 0..records {
        let mut serial = [0; 16];
        chance.fill(&mut serial);
        serial[0] &= 0x7f;
        let wanted = Wanted::new(&serial).until("301231155959Z");
        let certificate = Certificate::read(&ca.issue(&wanted)).expect("ours can be read");
        let certs = vec![ToLink { certificate, reliance: Reliance::Original }];
        let documents = vec![incoming(InMemory("form.pdf".into(), chance.text(4000).into()))];
        let filing = Filing { certs, ..filing(index, documents) };
        session.file(&filing, &mut buffers).expect("it is filed");
        if index % 10 == 0 {
            ours.push(serial);
        }
    }
    let mut serials = ours.clone();
    while (serials.len() as u64) < entries {
        let mut serial = [0; 16];
        chance.fill(&mut serial);
        serial[0] &= 0x7f;
        serials.push(serial);
    }
    serials.sort_unstable();
    let listed: Vec<Revoked<'_>> =
        serials.iter().map(|serial| (&serial[..], "260615000000Z", Some(1), &[][..])).collect();
    let bytes = ca.list("260701000000Z", &listed, &[]);
    say(&format!("\nA list of {} entries, {}; {records} records", serials.len(), human(bytes.len() as u64)));
    say(&format!("{}\n", machine(scratch.path())));
    let mut took = [(); 2].map(|()| Vec::new());
    for round in 0..rounds {
        let (read, found) = timed(|| read_file(&bytes).expect("it can be read"));
        let (held, reading) = timed(|| session.read_list(&found.lists[0]).expect("the vault is whole"));
        assert_eq!(reading.matched, ours.len());
        took[0].push(read.wall);
        took[1].push(held.wall);
        if round == 0 {
            let (journalled, done) = timed(|| session.import_list(&reading).expect("it is journalled"));
            assert_eq!(done.proposed.len(), 1);
            say(&format!("journalled, {} events: {:.3} s", ours.len(), journalled.wall));
        } else {
            assert!(reading.news.is_empty(), "all of it has been said");
        }
    }
    let [read, held] = took;
    say(&format!("read: {:.3} s", median(read)));
    say(&format!("held against the vault: {:.3} s", median(held)));
}
