//! libFuzzer chooses the bytes; the program's name chooses the reader, or `JINGUI_READER` does. One file for all of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static READER: std::sync::OnceLock<jingui_tests::targets::Target> = std::sync::OnceLock::new();
    let reader = READER.get_or_init(|| {
        let name = std::env::var("JINGUI_READER").unwrap_or_else(|_| env!("CARGO_BIN_NAME").to_owned());
        jingui_tests::targets::target(&name).expect("each program is named after a reader")
    });
    reader(bytes);
});
