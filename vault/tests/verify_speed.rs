//! How fast verification without keys is, beside `b3sum` over the same warm files. Run by hand, in release:
//! `cargo test --release -p jingui-vault --test verify_speed -- --ignored --nocapture`

mod common;

use common::{World, doc};
use jingui_vault::verify::{Scope, VerifyOptions};
use std::process::Command;
use std::time::Instant;

#[test]
#[ignore = "writes a gigabyte; a measurement, not a check"]
#[allow(clippy::print_stdout, reason = "a measurement is read by a person")]
fn keyless_verification_beside_b3sum() {
    let world = World::solo();
    let session = world.sign_in();
    let mut bytes = vec![0u8; 900_000];
    for i in 0..300u32 {
        let mut state = u64::from(i) + 1;
        let documents = (0..4).map(|d| {
            for chunk in bytes.chunks_exact_mut(8) {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                chunk.copy_from_slice(&(state ^ (state >> 29)).to_le_bytes());
            }
            doc(&format!("scan{d}.jpg"), &bytes)
        });
        world.file(&session, "p", "2024-05-01", documents.collect());
    }
    drop(session);
    let options =
        VerifyOptions { session: None, scope: Scope::All, progress: &|_| {}, interrupted: &|| false };
    let list = || Command::new("find").arg(world.path()).args(["-name", "*.age"]).output().unwrap().stdout;
    let names: Vec<String> = String::from_utf8(list()).unwrap().lines().map(str::to_owned).collect();
    let mut ratios = Vec::new();
    for _ in 0..7 {
        let began = Instant::now();
        let sums = Command::new("b3sum").args(&names).output().unwrap();
        let theirs = began.elapsed().as_secs_f64();
        assert!(sums.status.success());
        let began = Instant::now();
        let report = world.vault().verify(&options).unwrap();
        let ours = began.elapsed().as_secs_f64();
        assert!(report.findings.is_empty());
        ratios.push(theirs / ours);
        println!("b3sum {theirs:.3} s, verify {ours:.3} s of {} bytes: {:.2}", report.bytes, theirs / ours);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median of the ratios: {:.2}", ratios[3]);
}
