//! The `jingui` program; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    // A child of ours that reads documents in a jail; it is never anything else, and no command of anybody's.
    if args.get(1).is_some_and(|word| word == jingui_ops::READER) {
        return jingui_indexer::reader::main(&args[1..2], &args[2..]);
    }
    jingui_ops::panics::install(args.iter().any(|arg| arg == "-v" || arg == "--verbose"));
    match jingui_ops::Surroundings::of_process() {
        Ok(surroundings) => ExitCode::from(jingui_ops::run(args, surroundings)),
        // Without a working directory or streams there is no language to say it in either.
        Err(_) => ExitCode::FAILURE,
    }
}
