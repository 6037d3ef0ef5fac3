//! The program `humanify`: `humanify --help` says what it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    humanify::command::main()
}
