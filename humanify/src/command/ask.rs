//! What the program is asked.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use super::Failure;
use crate::lists::{Source, known};

pub(super) const HELP: &str = "\
humanify keeps lists of addresses and looks addresses up in them.

Usage:
  humanify lists update [--only NAME]... [--mirror URL] [--accept-shrunken]
      Fetches the lists, those that have not changed only by asking so.
  humanify lists show
      Shows every list: how many networks it has, when it was fetched, and
      what its maintainers allow.
  humanify lookup ADDRESS...
      Shows which lists an address is in, and whether it counts as a bot.

Options:
  --cache DIR         Where lists are kept. Default: `humanify` in
                      $XDG_CACHE_HOME or in ~/.cache.
  --only NAME         Only this list; may be said several times.
  --mirror URL        A server that has copies of the lists, each under
                      /host/path of where it really is.
  --accept-shrunken   Takes a list that has, or covers, less than half of what
                      it did before.
  --help, --version

Exit codes: 0 if no address counts as a bot, or all lists are fresh; 1 if one
does, or a list could not be refreshed; 2 if nothing could be done.
";

pub(super) enum Asked {
    Help,
    Version,
    Show(Place),
    Update(Place, Update),
    Lookup(Place, Vec<IpAddr>),
}

/// Where lists are kept; `None` for the user's cache.
#[derive(Default)]
pub(super) struct Place(pub(super) Option<PathBuf>);

#[derive(Default)]
pub(super) struct Update {
    /// All, if it names none.
    pub(super) only: Vec<&'static Source>,
    pub(super) mirror: Option<String>,
    pub(super) accept_shrunken: bool,
}

pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, Failure> {
    let mut parser = Parser::from_args(arguments);
    let mut words: Vec<String> = Vec::new();
    let mut place = Place::default();
    let mut update = Update::default();
    let mut options: Vec<&str> = Vec::new();
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Asked::Help),
            Arg::Long("version") | Arg::Short('V') => return Ok(Asked::Version),
            Arg::Long("cache") => place.0 = Some(parser.value().map_err(usage)?.into()),
            Arg::Long("only") => {
                let name = parser.value().and_then(ValueExt::string).map_err(usage)?;
                update.only.push(known(&name).map_err(usage)?);
                options.push("--only");
            }
            Arg::Long("mirror") => {
                let address = parser.value().and_then(ValueExt::string).map_err(usage)?;
                update.mirror = Some(address);
                options.push("--mirror");
            }
            Arg::Long("accept-shrunken") => {
                update.accept_shrunken = true;
                options.push("--accept-shrunken");
            }
            Arg::Value(word) => words.push(word.string().map_err(usage)?),
            other => return Err(usage(other.unexpected())),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let asked = match words.as_slice() {
        ["lists", "update"] => return Ok(Asked::Update(place, update)),
        ["lists", "show"] => Asked::Show(place),
        ["lists", word, ..] => {
            return Err(usage(format!(
                "`lists {word}` is nothing to do; say `lists show` or `lists update`"
            )));
        }
        ["lists"] => return Err(usage("say `lists show` or `lists update`")),
        ["lookup"] => return Err(usage("say which address to look up")),
        ["lookup", addresses @ ..] => {
            let parsed = addresses.iter().map(|text| {
                let address = text.parse::<IpAddr>();
                address.map_err(|_| usage(format!("`{text}` is no IP address")))
            });
            Asked::Lookup(place, parsed.collect::<Result<_, _>>()?)
        }
        [] => return Err(usage("say what to do")),
        [word, ..] => return Err(usage(format!("`{word}` is nothing to do"))),
    };
    match options.first() {
        Some(option) => Err(usage(format!("{option} belongs to `lists update`"))),
        None => Ok(asked),
    }
}

fn usage(error: impl ToString) -> Failure {
    Failure::Usage(error.to_string())
}
