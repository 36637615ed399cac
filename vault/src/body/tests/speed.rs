//! How fast a body is sealed, read back and checked; run by hand.

use super::*;

/// `cargo test --release -- --ignored --nocapture speed`
#[test]
#[ignore = "measures; says nothing about right and wrong"]
#[expect(clippy::print_stderr, reason = "it is what this is for")]
fn speed() {
    use zstd::stream::raw::CParameter;
    let time = |mut work: Box<dyn FnMut() + '_>| {
        let best = (0..5).map(|_| {
            let start = std::time::Instant::now();
            work();
            start.elapsed().as_secs_f64()
        });
        best.fold(f64::MAX, f64::min)
    };
    for (what, bytes_each, count) in [("noise", 28 << 20, 1), ("prose", 28 << 20, 1), ("scans", 400 << 10, 6)]
    {
        let content = if what == "prose" { prose(bytes_each) } else { noise(bytes_each, 3) };
        let total = (content.len() * count) as f64 / 1e6;
        for level in [1, 2, 3, -1, -5] {
            let mut encoder = zstd::bulk::Compressor::new(level).unwrap();
            encoder.set_parameter(CParameter::ChecksumFlag(true)).unwrap();
            let mut out = vec![0; zstd::zstd_safe::compress_bound(content.len())];
            let packed = encoder.compress_to_buffer(&content, &mut out).unwrap();
            let took = time(Box::new(|| {
                for _ in 0..count {
                    encoder.compress_to_buffer(&content, &mut out).unwrap();
                }
            }));
            eprintln!(
                "{what}: zstd {level}: {:.0} MB/s, {:.2} : 1",
                total / took,
                content.len() as f64 / packed as f64
            );
        }
        // As one held document, or a large one that is read twice.
        for one in [bytes_each.min(HELD_DOCUMENT_BYTES_MAX), bytes_each] {
            let pieces: Vec<Vec<u8>> =
                (0..count).flat_map(|_| content.chunks(one).map(<[u8]>::to_vec)).collect();
            let incoming: Vec<_> = pieces.into_iter().map(|piece| bytes("x.bin", piece)).collect();
            let dir = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap());
            let (env, path) = (Env::of_host(), dir.path().join("body.age"));
            let mut buffers = Buffers::new();
            let write = time(Box::new(|| {
                let _ = std::fs::remove_file(&path);
                write_body(&env, &path, &head(), &incoming, &mut buffers).unwrap();
            }));
            let _ = std::fs::remove_file(&path);
            let sealed = write_body(&env, &path, &head(), &incoming, &mut buffers).unwrap();
            let back = time(Box::new(|| read_back(&env, &path, &sealed, &head(), &mut buffers).unwrap()));
            let mut body = Body::open(&OsFs, &path, &sealed.identity).unwrap();
            let check = time(Box::new(|| {
                body.check_all(head().vault, head().record, 1, &sealed.documents).unwrap();
            }));
            let copy = time(Box::new(|| body.check_document(sealed.documents.last().unwrap()).unwrap()));
            eprintln!(
                "{what}: {} documents: seal {:.0}, read back {:.0}, both {:.0}, check all {:.0} MB/s; one document {:.2} ms",
                incoming.len(),
                total / write,
                total / back,
                total / (write + back),
                total / check,
                copy * 1e3
            );
        }
    }
}
