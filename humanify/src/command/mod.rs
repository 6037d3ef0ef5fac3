//! The program `humanify`: lists are fetched and shown, and addresses looked up in them.
//!
//! It answers what an application with the same cache would find. Exit codes: 0 if all went
//! well, 1 if an address counts as a bot or a list could not be refreshed, 2 if the program was
//! not asked rightly or cannot work.

mod ask;
mod lists;
mod lookup;

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use ask::Asked;

/// Runs the program with the arguments that it was started with.
#[must_use]
pub fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    match run(std::env::args_os().skip(1), &mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Who reads no further, as `head` does, has what they want.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("humanify: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Why the program cannot do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It does not understand what it is asked.
    #[error("{0}\n`humanify --help` says what there is")]
    Usage(String),
    /// What it is asked cannot be done here.
    #[error("{0}")]
    Impossible(String),
    /// Nobody reads its answer.
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// Runs the program with these arguments, without its name. Whether all is well: no address
/// counts as a bot, every list is fresh.
///
/// # Errors
/// See [`Failure`].
pub fn run(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    match ask::read(arguments)? {
        Asked::Help => out.write_all(ask::HELP.as_bytes())?,
        Asked::Version => writeln!(out, "humanify {}", env!("CARGO_PKG_VERSION"))?,
        Asked::Show(place) => lists::show(&place, out)?,
        Asked::Update(place, update) => return lists::update(&place, &update, out),
        Asked::Lookup(place, addresses) => return lookup::look_up(&place, &addresses, out),
    }
    out.flush()?;
    Ok(true)
}
