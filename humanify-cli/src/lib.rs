//! Command line of the program `humanify`: fetches and shows lists of addresses, and looks
//! addresses up in them.
//!
//! It gives the answers that an application with the same cache directory would give. Exit codes:
//! 0 on success, 1 if an address counts as a bot or a list could not be refreshed, 2 for a wrong
//! command line or if the program cannot work.

mod arguments;
mod error;
mod lists;
mod lookup;

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use arguments::Command;
pub use error::Failure;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    match run(std::env::args_os().skip(1), &mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // A reader such as `head` closes the pipe once it has enough lines.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("humanify: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Runs the program with these arguments, without its name. Returns whether all is well: no
/// address counts as a bot, every list is fresh.
///
/// # Errors
/// See [`Failure`].
pub fn run(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    match arguments::parse(arguments)? {
        Command::Help => out.write_all(arguments::HELP.as_bytes())?,
        Command::Version => writeln!(out, "humanify {}", env!("CARGO_PKG_VERSION"))?,
        Command::Show(lists) => lists::show(&lists, out)?,
        Command::Update(lists, options) => return lists::update(&lists, &options, out),
        Command::Lookup(lists, addresses) => return lookup::look_up(&lists, &addresses, out),
    }
    out.flush()?;
    Ok(true)
}
