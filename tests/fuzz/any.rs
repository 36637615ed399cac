//! libFuzzer chooses the bytes; the program's name chooses the reader. One file for all of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let name = env!("CARGO_BIN_NAME");
    jingui_tests::targets::target(name).expect("each program is named after a reader")(bytes);
});
