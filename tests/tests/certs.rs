//! Certificates that rely on records: linked, followed, reported, and never shortening anything by one person's word.

use jingui_checker::{Asked, check};
use jingui_schema::act::Deed;
use jingui_schema::certificate::{Change, Doubt, Reliance, Source, Until};
use jingui_schema::facts::{Role, Standing, Verdict};
use jingui_schema::id::{ActId, RecordId};
use jingui_schema::time::Day;
use jingui_tests::certs::{Ca, Revoked, Wanted, envelope, extension, integer, pem};
use jingui_tests::house::{CANARY, House, env_on, filing, verify};
use jingui_tests::program::{Desk, LABELS};
use jingui_tests::sweep::os;
use jingui_tests::{say, scratch};
use jingui_vault::body::Buffers;
use jingui_vault::certificate::{Certificate, read_file};
use jingui_vault::certs::{Counted, ListReading, Reported, ToLink};
use jingui_vault::filing::Filing;
use jingui_vault::review::Review;
use jingui_vault::{Result, Session, Vault};
use std::time::{Duration, Instant};

/// By the houses' clock it is November 2026.
const VALID: &str = "301231155959Z";
const ENDED: &str = "210615155959Z";

struct Room {
    _dir: tempfile::TempDir,
    house: House,
    vault: Vault,
    ca: Ca,
}

impl Room {
    fn new() -> Self {
        let dir = scratch();
        let env = env_on(os());
        let house = House::planned(dir.path(), &env, true);
        let vault = house.begin(&env).unwrap();
        vault.sign_in(house.people.authority.person()).unwrap().countersign().unwrap();
        Self { _dir: dir, house, vault, ca: Ca::new("Test CA", 7) }
    }

    fn clerk(&self) -> Session {
        self.house.founder(&self.vault).unwrap()
    }

    fn reviewer(&self) -> Session {
        self.vault.sign_in(self.house.people.reviewer.person()).unwrap()
    }

    fn certificate(&self, serial: u8, ends: &str) -> ToLink {
        let wanted = Wanted { begins: "200101000000Z".into(), ..Wanted::new(&[serial]) };
        let certificate = Certificate::read(&self.ca.issue(&wanted.until(ends))).unwrap();
        ToLink { certificate, reliance: Reliance::Original }
    }

    /// A record with these certificates, filed with them.
    fn filed(&self, of: &str, certs: Vec<ToLink>) -> RecordId {
        let filing = Filing { certs, ..filing(of, 1, None) };
        self.clerk().file(&filing, &mut Buffers::new()).unwrap().record
    }

    /// Pins the authority by two people.
    fn pinned(&self) {
        let (clerk, authority) = (self.clerk(), Certificate::read(&self.ca.certificate).unwrap());
        let (issuer, done) = clerk.pin(&authority, Some(CANARY)).unwrap();
        assert_eq!(code(clerk.vault().state().issuer(issuer)), "no-issuer", "a proposal changes nothing");
        assert_eq!(code(clerk.confirm(act_of(&clerk, done.seq))), "role");
        self.reviewer().confirm(act_of(&clerk, done.seq)).unwrap();
        assert_eq!(clerk.issuers()[0].id, issuer);
        assert_eq!(code(clerk.pin(&authority, None)), "issuer-known");
    }

    fn read(&self, made: &str, entries: &[Revoked<'_>]) -> ListReading {
        self.read_as(&self.ca, made, entries, &[])
    }

    fn read_as(&self, ca: &Ca, made: &str, entries: &[Revoked<'_>], more: &[Vec<u8>]) -> ListReading {
        let found = read_file(&ca.list(made, entries, more)).unwrap();
        self.clerk().read_list(&found.lists[0]).unwrap()
    }

    fn revoked(&self, record: RecordId) -> Option<String> {
        let clerk = self.clerk();
        let row = clerk.row(record).unwrap();
        clerk.story(&row.certs[0]).unwrap().revoked.map(|day| day.to_string())
    }

    /// Nothing is wrong with the vault, whoever looks.
    fn is_whole(&self) {
        assert_eq!(verify(&self.clerk()), Vec::<String>::new());
        let house = &self.house;
        let keys = Some((house.keys(), house.people.founder.text().to_owned()));
        let asked = Asked { vault: house.vault(), mirror: Some(house.mirror()), keys };
        assert_eq!(check(&asked), []);
    }
}

fn act_of(session: &Session, seq: u64) -> ActId {
    session.vault().line(seq).unwrap().0.act.id
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("none", |error| error.code())
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn the_journal_knows_of_a_certificate_an_id_and_days() {
    let room = Room::new();
    let clerk = room.clerk();
    let record = room.filed("first", vec![room.certificate(0x4b, ENDED)]);
    let done = clerk.link(record, &[room.certificate(0x4c, "2106151559Z")], Some(CANARY), false).unwrap();
    let again = clerk.link(record, &[room.certificate(0x4b, ENDED)], None, false);
    assert_eq!(code(again), "linked-already");
    let (line, raw) = room.vault.line(done.seq.unwrap()).unwrap();
    let Deed::CertLink(d) = &line.act.deed else { panic!("{line:?}") };
    assert_eq!((d.n, d.certs[0].until, d.certs[0].verified), (2, None, false));
    let text = String::from_utf8(raw).unwrap();
    assert!(!text.contains("Test CA") && !text.contains("serial") && !text.contains("15:59"), "{text}");

    let row = clerk.row(record).unwrap();
    assert_eq!(row.certs[0].until(), Some(Until::Day(day("2021-06-15"))));
    assert_eq!((row.certs[1].until(), row.certs[1].doubt), (None, Some(Doubt::NoSeconds)));
    assert_eq!(row.line_of_version(2), done.seq);
    // One certificate in two records has one id; the catalog made anew knows what the old one knew.
    let other = room.filed("second", vec![room.certificate(0x4b, ENDED)]);
    assert_eq!(clerk.row(other).unwrap().certs[0].id, row.certs[0].id);
    assert_eq!(clerk.certs_of("4b").unwrap().len(), 1);
    clerk.rebuild_catalog().unwrap();
    assert_eq!(clerk.row(record).unwrap().certs, row.certs);
    assert_eq!(clerk.certs_of("4B").unwrap()[0].0, row.certs[0]);
    assert_eq!(code(clerk.the_cert("99")), "no-cert");
    room.is_whole();
}

#[test]
fn the_first_link_of_a_record_is_reviewed_and_not_by_who_made_it() {
    let room = Room::new();
    let (clerk, reviewer) = (room.clerk(), room.reviewer());
    let record = room.filed("first", Vec::new());
    let review = |session: &Session| {
        let (records, verdict) = (&[record][..], Verdict::Passed);
        let review = Review { records, verdict, reason: None, compared: &[], plan: None };
        session.review(&review, false)
    };
    let settled = || clerk.row(record).unwrap().custody.is_settled();
    let looked = |session: &Session| review(session).map(|done| done.refused.len());
    // What the checklist asks for is not what is tried here.
    let passes = looked(&reviewer).unwrap() == 0;
    assert_eq!(settled(), passes);
    let linked = clerk.link(record, &[room.certificate(1, VALID)], None, false).unwrap();
    assert!(linked.to_review && !settled());
    let more = clerk.link(record, &[room.certificate(2, VALID)], None, false).unwrap();
    assert!(!more.to_review, "later ones keep a record longer and no shorter");
    if passes {
        assert_eq!(looked(&reviewer).unwrap(), 0);
        assert!(settled());
        clerk.link(record, &[room.certificate(3, VALID)], None, false).unwrap();
        assert!(settled());
        let row = clerk.row(record).unwrap();
        assert_eq!(clerk.standing(&row).unwrap(), Standing::Archived);
    }
    // Whoever supplements or corrects leaves the certificates as they are.
    let row = clerk.row(record).unwrap();
    clerk
        .supplement(record, &jingui_tests::house::docs("late", 1), CANARY, None, &mut Buffers::new())
        .unwrap();
    clerk
        .correct(
            record,
            |labels| {
                labels.tags.clear();
                labels.date = day("2024-05-02");
                Ok(())
            },
            &[],
            CANARY,
            false,
        )
        .unwrap();
    assert_eq!(clerk.row(record).unwrap().certs, row.certs);
    assert_eq!(clerk.certificates(record).unwrap().len(), if passes { 3 } else { 2 });
    room.is_whole();
}

#[test]
fn a_signed_list_counts_at_once_for_what_is_valid_and_for_nothing_else() {
    let room = Room::new();
    let clerk = room.clerk();
    let valid = room.filed("valid", vec![room.certificate(1, VALID)]);
    let ended = room.filed("ended", vec![room.certificate(2, ENDED)]);
    let endless = room.filed("endless", vec![room.certificate(3, "99991231235959Z")]);
    let entries: &[Revoked<'_>] = &[
        (&[1], "260320010000Z", Some(1), &[]),
        (&[2], "210401000000Z", Some(4), &[]),
        (&[3], "260320160000Z", None, &[]),
        (&[77], "260320010000Z", None, &[]),
    ];
    // Nobody is pinned: all of it has to be proposed.
    let reading = room.read("261101000000Z", entries);
    assert!(reading.pinned.is_none() && reading.news.iter().all(|news| !news.at_once));
    room.pinned();
    // Another key under the same name is not the pinned one.
    let forged = room.read_as(&Ca::new("Test CA", 8), "261101000000Z", entries, &[]);
    assert!(forged.pinned.is_none());
    let reading = room.read("261101000000Z", entries);
    assert_eq!((reading.entries, reading.matched, reading.news.len()), (4, 3, 3));
    let done = clerk.import_list(&reading).unwrap();
    assert_eq!((done.lines.len(), done.proposed.len()), (1, 1));
    assert_eq!(room.revoked(valid).as_deref(), Some("2026-03-20"));
    assert_eq!(room.revoked(endless).as_deref(), Some("2026-03-21"), "by Chinese time");
    assert_eq!(room.revoked(ended), None, "it waits for a second person");
    // The same list again brings nothing, nor a proposal for what is proposed.
    assert!(room.read("261102000000Z", entries).news.is_empty());
    assert_eq!(code(clerk.confirm(done.proposed[0])), "role");
    room.reviewer().confirm(done.proposed[0]).unwrap();
    assert_eq!(room.revoked(ended).as_deref(), Some("2021-04-01"));
    // The line carries days; what else the list says is sealed.
    let (line, raw) = room.vault.line(done.lines[0]).unwrap();
    assert!(!String::from_utf8(raw).unwrap().contains("keyCompromise"));
    assert!(clerk.read_note(line.act.deed.note().unwrap()).unwrap().text.contains("keyCompromise"));
    room.is_whole();
}

#[test]
fn a_hold_starts_nothing_and_what_becomes_of_it_keeps_the_later_day() {
    let room = Room::new();
    let clerk = room.clerk();
    room.pinned();
    let record = room.filed("held", vec![room.certificate(1, VALID)]);
    let import = |made: &str, entries: &[Revoked<'_>], delta: bool| {
        let more = if delta { vec![extension(27, true, &integer(&[1]))] } else { Vec::new() };
        let reading = room.read_as(&room.ca, made, entries, &more);
        clerk.import_list(&reading).unwrap();
        reading.news.len()
    };
    let story = || clerk.story(&clerk.row(record).unwrap().certs[0]).unwrap();
    assert_eq!(import("260302000000Z", &[(&[1], "260301000000Z", Some(6), &[])], false), 1);
    assert_eq!((story().held, story().revoked), (Some(day("2026-03-01")), None));
    // Taken off hold: only a delta can say so. Nothing is left of it.
    assert_eq!(import("260401000000Z", &[(&[1], "260301000000Z", Some(8), &[])], false), 0);
    assert_eq!(import("260401000000Z", &[(&[1], "260301000000Z", Some(8), &[])], true), 1);
    assert_eq!((story().held, story().revoked), (None, None));
    // On hold again, and then for good under the day of the hold: the decision fell between, at the latest on the
    // day of the list.
    assert_eq!(import("260502000000Z", &[(&[1], "260501000000Z", Some(6), &[])], false), 1);
    assert_eq!(import("260511000000Z", &[(&[1], "260501000000Z", Some(1), &[])], false), 1);
    assert_eq!((story().held, story().revoked), (None, Some(day("2026-05-11"))));
    assert_eq!(import("260512000000Z", &[(&[1], "260501000000Z", Some(1), &[])], false), 0);
    room.is_whole();
}

#[test]
fn what_people_report_and_reverse_takes_two() {
    let room = Room::new();
    let (clerk, reviewer) = (room.clerk(), room.reviewer());
    let record = room.filed("ended", vec![room.certificate(1, ENDED)]);
    let cert = clerk.the_cert("1").unwrap().0;
    let report = |on: &str| {
        let said = String::new();
        let reported = [Reported { cert: cert.id, change: Change::Revoked, day: day(on), said }];
        clerk.report(Source::Order, None, CANARY, &reported).unwrap()[0]
    };
    let (wrong, late) = (report("2021-03-01"), report("2021-07-01"));
    assert_eq!(room.revoked(record), None);
    clerk.refuse(wrong, CANARY).unwrap();
    reviewer.confirm(late).unwrap();
    assert_eq!(room.revoked(record), None, "later than its last day: kept and ignored");
    let right = report("2021-03-02");
    reviewer.confirm(right).unwrap();
    assert_eq!(room.revoked(record).as_deref(), Some("2021-03-02"));
    let counted: Vec<&str> =
        clerk.story(&cert).unwrap().told.iter().map(|told| told.counted.word()).collect();
    assert_eq!(counted, ["refused", "counts", "counts"]);

    assert_eq!(code(clerk.reverse(wrong, &[room.certificate(9, VALID)].map(|_| cert.id), CANARY)), "none");
    assert_eq!(code(clerk.reverse(ActId::from_bytes([1; 16]), &[cert.id], CANARY)), "no-cert");
    let reversal = clerk.reverse(right, &[cert.id], CANARY).unwrap();
    assert_eq!(room.revoked(record).as_deref(), Some("2021-03-02"), "a proposal changes nothing");
    reviewer.confirm(reversal).unwrap();
    assert_eq!(room.revoked(record), None);
    assert_eq!(clerk.story(&cert).unwrap().told[2].counted, Counted::Reversed);
    // A link is taken back by two people as well.
    let link = act_of(&clerk, cert.seq);
    let unlink = clerk.reverse(link, &[cert.id], CANARY).unwrap();
    reviewer.confirm(unlink).unwrap();
    assert!(clerk.story(&cert).unwrap().unlinked.contains(&link));
    // The next one starts the record's period, so somebody else has to see it; those after it only keep longer.
    let next = clerk.link(record, &[room.certificate(2, VALID)], None, false).unwrap();
    assert!(next.to_review && clerk.row(record).unwrap().custody.to_review == next.n);
    assert!(!clerk.link(record, &[room.certificate(3, VALID)], None, false).unwrap().to_review);
    assert_eq!(clerk.row(record).unwrap().custody.to_review, next.n);
    room.is_whole();
}

#[test]
fn a_new_epoch_leaves_certificates_as_they_are() {
    let room = Room::new();
    room.pinned();
    let record = room.filed("first", vec![room.certificate(1, VALID)]);
    let clerk = room.clerk();
    clerk.link(record, &[room.certificate(2, VALID)], None, false).unwrap();
    let before = clerk.row(record).unwrap().certs;
    assert!(before[0].verified && before[0].issuer.is_some());
    clerk.rotate(None, None, &|_| true).unwrap();
    let clerk = room.clerk();
    assert_eq!(clerk.row(record).unwrap().certs, before);
    assert_eq!(clerk.certificates(record).unwrap()[0].issuer, "CN=Test CA");
    room.is_whole();
}

#[test]
fn rights_are_asked_where_a_line_is_written() {
    let room = Room::new();
    let (clerk, reviewer) = (room.clerk(), room.reviewer());
    let record = room.filed("first", vec![room.certificate(1, VALID)]);
    assert_eq!(code(reviewer.link(record, &[room.certificate(2, VALID)], None, false)), "role");
    let leaf = room.certificate(3, VALID).certificate;
    assert_eq!(code(clerk.pin(&leaf, None)), "no-certificate");
    let reported = [Reported {
        cert: room.clerk().the_cert("1").unwrap().0.id,
        change: Change::Revoked,
        day: day("2026-01-01"),
        said: String::new(),
    }];
    assert_eq!(code(reviewer.report(Source::Order, None, CANARY, &reported)), "role");
    let newcomer = room.house.people.newcomer.person().public_half();
    clerk.enrol(&newcomer, &[Role::Archivist, Role::Legal]).unwrap();
    let newcomer = room.vault.sign_in(room.house.people.newcomer.person()).unwrap();
    let act = clerk.report(Source::Order, None, CANARY, &reported).unwrap()[0];
    assert_eq!(code(newcomer.confirm(act)), "not-counted");
}

#[test]
fn a_list_of_a_hundred_thousand_is_held_against_a_vault_in_time() {
    let room = Room::new();
    room.pinned();
    let records: Vec<RecordId> =
        (1..=40).map(|n| room.filed(&format!("r{n}"), vec![room.certificate(n, VALID)])).collect();
    let serials: Vec<[u8; 16]> =
        (0..100_000_u32).map(|n| *blake3::hash(&n.to_be_bytes()).as_bytes().first_chunk().unwrap()).collect();
    let ours: Vec<[u8; 1]> = (1..=20).map(|n| [n]).collect();
    let mut entries: Vec<Revoked<'_>> =
        serials.iter().map(|serial| (&serial[..], "260615000000Z", Some(1), &[][..])).collect();
    entries.extend(ours.iter().map(|serial| (&serial[..], "260615000000Z", Some(1), &[][..])));
    let bytes = room.ca.list("260701000000Z", &entries, &[]);
    let (clerk, since) = (room.clerk(), Instant::now());
    let found = read_file(&bytes).unwrap();
    let read = since.elapsed();
    let reading = clerk.read_list(&found.lists[0]).unwrap();
    let matched = since.elapsed();
    assert_eq!((reading.matched, reading.news.len()), (20, 20));
    let done = clerk.import_list(&reading).unwrap();
    say(&format!(
        "100,020 entries: read {read:?}, matched {:?}, journalled {:?}",
        matched - read,
        since.elapsed() - matched
    ));
    assert_eq!(done.lines.len(), 1);
    assert!(room.revoked(records[0]).is_some() && room.revoked(records[39]).is_none());
    assert!(since.elapsed() < Duration::from_secs(60), "unoptimised, on a busy machine");
}

// --- the program ----------------------------------------------------------------------------------

#[test]
fn a_certificate_is_read_where_it_is_filed_and_what_is_none_is_refused() {
    let desk = Desk::solo();
    let ca = Ca::new("Test CA", 7);
    let form = desk.file("form.pdf", "%PDF-1.7 form");
    let cert = desk
        .file("c.cer", pem("CERTIFICATE", &ca.issue(&Wanted::new(&[0x0a, 0x1b, 0x2c, 0x3d]).until(VALID))));
    let bad = desk.file("bad.cer", "no certificate");
    let add = |cert: &std::path::Path| {
        desk.call("me", ["add", "--json"]).args(LABELS).arg("--cert").arg(cert).arg("--").arg(&form)
    };
    let before = desk.lines();
    let fault = add(&bad).run().exits(2).fault();
    assert_eq!(fault["code"], "no-certificate");
    assert_eq!(desk.lines(), before, "nothing is filed");
    let told = add(&cert).run().ok().json();
    assert_eq!(told["certs"][0]["serial"], "0A****3D");
    assert_eq!(told["certs"][0]["ends"], "2030-12-31T15:59:59.000Z");
    let number = told["number"].as_str().unwrap();

    let shown = desk.run("me", ["show", number, "--json"]).ok().json();
    assert_eq!(shown["certs"][0]["serial"], "0A****3D");
    assert_eq!(shown["certs"][0]["reliance"], "original");
    let shown = desk.run("me", ["show", number, "--reveal", "--reason", "audit", "--json"]).ok().json();
    assert_eq!(shown["certs"][0]["serial"], "0A1B2C3D");
    let listed = desk.run("me", ["cert", "list", "0a:1b:2c:3d", "--json"]).ok().json();
    assert_eq!(listed["certs"][0]["number"], number);
    for lang in ["zh", "en"] {
        assert!(desk.run("me", ["cert", "list", number, "--lang", lang]).ok().out().contains("0A****3D"));
        assert!(desk.run("me", ["show", number, "--lang", lang]).ok().out().contains("CN=Test CA"));
    }

    // Added later, rehearsed first, and not twice.
    let more = desk.file("more.p7b", envelope(&[ca.issue(&Wanted::new(&[9]).until("99991231235959Z"))], &[]));
    let more = more.to_str().unwrap();
    let lines = desk.lines();
    let would = desk.run("me", ["cert", "add", number, more, "--dry-run", "--json"]).ok().json();
    assert!(would["dry_run"] == true && desk.lines() == lines);
    let told = desk.run("me", ["cert", "add", number, more, "--reliance", "pair", "--json"]).ok().json();
    assert_eq!((told["certs"][0]["until"].as_str(), told["n"].as_u64()), (Some("never"), Some(2)));
    let lines = desk.lines();
    desk.run("me", ["cert", "add", number, more, "--json"]).ok();
    assert_eq!(desk.lines(), lines);
    desk.sound("me");
}

#[test]
fn lists_and_sheets_are_imported_and_a_second_person_says_yes() {
    let desk = Desk::solo();
    let ca = Ca::new("Test CA", 7);
    let form = desk.file("form.pdf", "%PDF-1.7 form");
    let issue = |serial: u8, ends: &str| {
        let wanted = Wanted { begins: "200101000000Z".into(), ..Wanted::new(&[serial]) };
        desk.file(format!("{serial}.cer"), ca.issue(&wanted.until(ends)))
    };
    // This vault goes by the host's clock.
    let (one, two) = (issue(0x11, "20991231155959Z"), issue(0x22, ENDED));
    let filed =
        desk.call("me", ["add", "--json"]).args(LABELS).arg("--cert").arg(&one).arg("--cert").arg(&two);
    let number = filed.arg("--").arg(&form).run().ok().json()["number"].as_str().unwrap().to_owned();
    let authority = desk.file("ca.cer", &ca.certificate);
    let pinned = desk.run("me", ["cert", "issuer", "pin", authority.to_str().unwrap(), "--json"]).ok().json();
    let act = pinned["act"].as_str().unwrap();
    let waiting = desk.run("me", ["cert", "waiting", "--json"]).ok().json();
    assert_eq!(waiting["proposals"][0]["subject"], "CN=Test CA");
    desk.run("me", ["cert", "issuer", "approve", act, "--dry-run"]).ok();
    desk.run("me", ["cert", "issuer", "approve", act]).ok();
    let issuers = desk.run("me", ["cert", "issuer", "list", "--json"]).ok().json();
    assert_eq!(issuers["issuers"].as_array().unwrap().len(), 1);

    let list = ca.list("260701000000Z", &[(&[0x11], "260615160000Z", Some(1), &[])], &[]);
    let list = desk.file("ca.crl", pem("X509 CRL", &list));
    let lines = desk.lines();
    let would = desk.run("me", ["cert", "import", list.to_str().unwrap(), "--dry-run", "--json"]).ok();
    assert_eq!(would.json_lines().last().unwrap()["counted"], 1);
    assert_eq!(desk.lines(), lines);
    let told = desk.run("me", ["cert", "import", list.to_str().unwrap(), "--json"]).ok();
    assert_eq!(told.json_lines()[0]["day"], "2026-06-16");
    let sheet = desk.file(
        "s.csv",
        "序列号,状态,日期,原因\r\n22,吊销,2021-05-01,离职\r\n22,吊销,2021-05-02,\r\n99,吊销,2021-05-01,\r\n11,有效,,\r\nzz,吊销,2021-05-01,\r\n1.2E+20,吊销,2021-05-01,\r\n22,遗失,2021-05-01,\r\n22,吊销,2999-01-01,\r\n",
    );
    let told = desk.run("me", ["cert", "import", sheet.to_str().unwrap(), "--json"]).exits(3).json_lines();
    let summary = told.last().unwrap();
    assert_eq!((&summary["proposed"], &summary["faults"]), (&1.into(), &5.into()));
    let act = summary["acts"][0].as_str().unwrap();
    let state = |at: usize| {
        let listed = desk.run("me", ["cert", "list", &number, "--json"]).ok().json();
        listed["certs"][at]["revoked"].clone()
    };
    assert_eq!((state(0), state(1).is_null()), ("2026-06-16".into(), true));
    assert!(desk.run("me", ["cert", "waiting"]).ok().out().contains(&number));
    desk.run("me", ["cert", "confirm", act]).ok();
    assert_eq!(state(1), "2021-05-01");
    // By hand, taken back, and what is no day or no certificate.
    let by_hand = ["cert", "revoke", "22", "--day", "2021-04-01", "--reason", "order 17", "--json"];
    let told = desk.run("me", by_hand).ok().json();
    let act = told["proposed"][0].as_str().unwrap();
    desk.run("me", ["cert", "refuse", act, "--reason", "typed wrongly"]).ok();
    assert_eq!(
        desk.refuses("me", ["cert", "revoke", "77", "--day", "2021-04-01", "--reason", "x"], 6, "77"),
        "no-cert"
    );
    assert_eq!(desk.refuses("me", ["cert", "confirm", act], 6, act), "no-proposal");
    assert_eq!(
        desk.refuses("me", ["cert", "revoke", "22", "--day", "2999-04-01", "--reason", "x"], 2, "2999-04-01"),
        "future-date"
    );
    assert_eq!(desk.refuses("me", ["cert", "import", form.to_str().unwrap()], 2, "form.pdf"), "cert-sheet");
    let cut = desk.file("cut.crl", &ca.list("260701000000Z", &[], &[])[..40]);
    assert_eq!(desk.refuses("me", ["cert", "import", cut.to_str().unwrap()], 2, "cut.crl"), "no-certificate");
    desk.sound("me");
}
