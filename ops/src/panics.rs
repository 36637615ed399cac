//! Panics: our own mistakes, told in one line with the place, so that they can be reported.

use crate::failure::Problem;
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};

static VERBOSE: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether a caller up the stack will tell the panic, and the one it will tell.
    static CAUGHT: RefCell<(usize, Option<Problem>)> = const { RefCell::new((0, None)) };
}

/// Sets how the process tells panics: one line, and the backtrace only with `-v`.
pub fn install(verbose: bool) {
    VERBOSE.store(verbose, Ordering::Relaxed);
    std::panic::set_hook(Box::new(hook));
}

fn hook(info: &PanicHookInfo<'_>) {
    let place =
        info.location().map_or_else(|| "?".to_owned(), |place| format!("{}:{}", place.file(), place.line()));
    let what = info.payload_as_str().unwrap_or("?").to_owned();
    let backtrace = || format!("\n{}", Backtrace::force_capture());
    let trace = if VERBOSE.load(Ordering::Relaxed) { backtrace() } else { String::new() };
    let told = CAUGHT.with_borrow_mut(|(depth, panic)| {
        let caught = *depth > 0;
        if caught {
            *panic = Some(Problem::Panic { place: place.clone(), what: what.clone() });
        }
        caught
    });
    if !told || !trace.is_empty() {
        drop(writeln!(std::io::stderr(), "jingui: panic at {place}: {what}{trace}"));
    }
}

/// Runs something, and returns its panic as a problem.
pub fn caught<T>(run: impl FnOnce() -> T) -> Result<T, Problem> {
    CAUGHT.with_borrow_mut(|(depth, _)| *depth += 1);
    let result = std::panic::catch_unwind(AssertUnwindSafe(run));
    let told = CAUGHT.with_borrow_mut(|(depth, panic)| {
        *depth -= 1;
        panic.take()
    });
    let unknown = || Problem::Panic { place: "?".to_owned(), what: "?".to_owned() };
    result.map_err(|_| told.unwrap_or_else(unknown))
}
