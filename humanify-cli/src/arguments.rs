//! Parser of the command line.

use std::ffi::OsString;
use std::net::IpAddr;

use humanify::lists::{AddressLists, UpdateOptions};
use lexopt::{Arg, Parser, ValueExt};

use crate::error::Failure;

pub(crate) const HELP: &str = "\
humanify keeps lists of addresses and looks addresses up in them.

Usage:
  humanify lists update [--only NAME]... [--mirror URL] [--accept-shrunken]
      Fetches the lists that have changed.
  humanify lists show
      Shows every list: how many networks it has, when it was fetched, and
      what its maintainers allow.
  humanify lookup ADDRESS...
      Shows which lists an address is in, and whether it counts as a bot.

Options:
  --cache DIR         Directory of the lists. Default: `humanify` in
                      $XDG_CACHE_HOME or in ~/.cache.
  --only NAME         Fetches only this list; may be repeated.
  --mirror URL        A server that has copies of the lists, each under
                      /host/path of its own address.
  --accept-shrunken   Accepts a list that has, or covers, less than half of what
                      it did before.
  --help, --version

Exit codes: 0 if no address counts as a bot, or all lists are fresh; 1 if one
does, or a list could not be refreshed; 2 if nothing could be done.
";

/// The command of the program.
pub(crate) enum Command {
    Help,
    Version,
    Show(AddressLists),
    Update(AddressLists, UpdateOptions),
    Lookup(AddressLists, Vec<IpAddr>),
}

pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Failure> {
    let mut parser = Parser::from_args(arguments);
    let mut words: Vec<String> = Vec::new();
    let mut directory = None;
    let mut update = UpdateOptions::default();
    let mut update_options: Vec<&str> = Vec::new();
    while let Some(argument) = parser.next().map_err(Failure::usage)? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Long("version") | Arg::Short('V') => return Ok(Command::Version),
            Arg::Long("cache") => directory = Some(parser.value().map_err(Failure::usage)?),
            Arg::Long("only") => {
                update = update.only(&text(&mut parser)?).map_err(Failure::usage)?;
                update_options.push("--only");
            }
            Arg::Long("mirror") => {
                update = update.mirror(text(&mut parser)?);
                update_options.push("--mirror");
            }
            Arg::Long("accept-shrunken") => {
                update = update.accept_shrunken(true);
                update_options.push("--accept-shrunken");
            }
            Arg::Value(word) => words.push(word.string().map_err(Failure::usage)?),
            other => return Err(Failure::usage(other.unexpected())),
        }
    }
    let lists = || {
        let given = directory.map(AddressLists::in_directory);
        given.or_else(AddressLists::of_user).ok_or_else(|| {
            Failure::impossible("neither XDG_CACHE_HOME nor HOME is set; use `--cache DIR`")
        })
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let (Some(option), true) = (update_options.first(), words != ["lists", "update"]) {
        // A wrong command is reported before a wrong option.
        if matches!(words.as_slice(), ["lists", "show"] | ["lookup", _, ..]) {
            return Err(Failure::usage(format!(
                "{option} belongs to `lists update`"
            )));
        }
    }
    match words.as_slice() {
        ["lists", "update"] => Ok(Command::Update(lists()?, update)),
        ["lists", "show"] => Ok(Command::Show(lists()?)),
        ["lists", "update", word, ..] => Err(Failure::usage(format!(
            "unexpected argument `{word}` after `lists update`; `--only NAME` fetches one list"
        ))),
        ["lists", "show", word, ..] => Err(Failure::usage(format!(
            "unexpected argument `{word}` after `lists show`"
        ))),
        ["lists", word, ..] => Err(Failure::usage(format!(
            "there is no command `lists {word}`; use `lists show` or `lists update`"
        ))),
        ["lists"] => Err(Failure::usage("use `lists show` or `lists update`")),
        ["lookup"] => Err(Failure::usage("no address is given")),
        ["lookup", addresses @ ..] => {
            let addresses = addresses.iter().map(|text| address(text));
            let addresses = addresses.collect::<Result<_, _>>()?;
            Ok(Command::Lookup(lists()?, addresses))
        }
        [] => Err(Failure::usage("no command is given")),
        [word, ..] => Err(Failure::usage(format!("there is no command `{word}`"))),
    }
}

fn text(parser: &mut Parser) -> Result<String, Failure> {
    parser
        .value()
        .and_then(ValueExt::string)
        .map_err(Failure::usage)
}

fn address(text: &str) -> Result<IpAddr, Failure> {
    text.parse()
        .map_err(|_| Failure::usage(format!("`{text}` is not an IP address")))
}
