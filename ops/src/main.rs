//! The `jingui` program; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    jingui_ops::panics::install(args.iter().any(|arg| arg == "-v" || arg == "--verbose"));
    match jingui_ops::Surroundings::of_process() {
        Ok(surroundings) => ExitCode::from(jingui_ops::run(args, surroundings)),
        // Without a working directory or streams there is no language to say it in either.
        Err(_) => ExitCode::FAILURE,
    }
}
