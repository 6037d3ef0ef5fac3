//! The program `humanify`: `humanify --help` prints how it is used.

use std::process::ExitCode;

fn main() -> ExitCode {
    humanify_cli::main()
}
