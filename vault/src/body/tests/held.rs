//! What is held in memory is bounded, however large the filing.

use super::*;
use std::process::Command;

/// Gives one byte less than was asked for, and interrupts every other call.
struct Slow<R>(R, bool);
impl<R: Read> Read for Slow<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let less = into.len().saturating_sub(1).max(1).min(into.len());
        self.0.read(&mut into[..less])
    }
}

#[test]
fn the_edges_of_what_is_held_are_right() {
    let held = HELD_DOCUMENT_BYTES_MAX;
    let sizes = [held - 1, held, held + 1, 0, held, held, held, held, held, held, 1, held, 4 << 20, 100];
    let opened: Vec<_> = sizes.iter().map(|_| std::sync::Arc::new(AtomicUsize::new(0))).collect();
    let incoming: Vec<_> = sizes
        .iter()
        .zip(&opened)
        .enumerate()
        .map(|(i, (size, opened))| {
            let (content, opened) = (noise(*size, i as u64), opened.clone());
            given("x.bin", move |_| {
                opened.fetch_add(1, Ordering::SeqCst);
                Ok(Box::new(Slow(Cursor::new(content.clone()), false)))
            })
        })
        .collect();
    let mut buffers = Buffers::new();
    let filed = try_file(&incoming, &mut buffers).unwrap();
    filed.check_all().unwrap();
    for (i, size) in sizes.iter().enumerate() {
        assert!(filed.document(i) == noise(*size, i as u64), "document {i}");
    }
    let times: Vec<_> = opened.iter().map(|times| times.load(Ordering::SeqCst)).collect();
    // Seven of 4 MiB, one less a byte, and one byte fit into 32 MiB; of what follows only the small one does.
    assert_eq!(times, [1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 1]);
    assert!(buffers.held.capacity() <= HELD_BYTES_MAX);
}

#[test]
fn three_hundred_mebibytes_go_through_in_flat_memory() {
    const ALONE: &str = "JINGUI_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        // In a process of its own: the peak is that of the process, and other tests hold much more.
        let name = std::thread::current().name().expect("tests run in named threads").to_owned();
        let mut alone = Command::new(std::env::current_exe().unwrap());
        let out = alone
            .args(["--exact", &name, "--test-threads=1", "--nocapture"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        assert!(out.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let size = 300_u64 << 20;
    let incoming = [given("disk.img", move |_| Ok(Box::new(io::repeat(0).take(size))))];
    let mut buffers = Buffers::new();
    let filed = try_file(&incoming, &mut buffers).unwrap();
    filed.open().check_document(&filed.sealed.documents[0]).unwrap();
    assert_eq!(filed.sealed.documents[0].size, size);
    assert!(buffers.held.capacity() <= HELD_DOCUMENT_BYTES_MAX + (64 << 10));
    assert!(peak_kib() < 48 << 10, "{} KiB", peak_kib());
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}
