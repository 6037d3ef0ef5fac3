//! Views: the values that a page shows, all of them untrusted.

use std::net::IpAddr;
use std::time::Duration;

use http::StatusCode;

use super::headers::Nonce;
use crate::challenge::{PictureSubject, Puzzle};
use crate::language::Language;

/// The values of every page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) nonce: &'a Nonce,
    pub(crate) language: Language,
    /// An id that is also in the log, for visitors who ask the site's owner for help.
    pub(crate) reference: Option<&'a str>,
    /// The requested host, which names a site without a configured name.
    pub(crate) host: Option<&'a str>,
    /// The path of the site's home page.
    pub(crate) home: &'a str,
    /// The time, in milliseconds since 1970.
    pub(crate) now: u64,
}

/// A challenge: the values that all kinds share, and the body of its kind.
#[derive(Clone, Debug)]
pub(crate) struct ChallengeView<'a> {
    /// The address to which the form sends the answer.
    pub(crate) action: &'a str,
    /// The address of another challenge of the same kind.
    pub(crate) another: &'a str,
    /// The address of a picture challenge instead, if there is one.
    pub(crate) pictures: Option<&'a str>,
    /// The address of a sound challenge instead, if there is one.
    pub(crate) sound: Option<&'a str>,
    /// The address of the application's own check; `None` without a check or with a form.
    pub(crate) own_check: Option<&'a str>,
    /// The addresses of pictures and sound for a browser without scripts, if they differ.
    pub(crate) scriptless: ScriptlessWays<'a>,
    /// The proof of work beside a picture or recording: the address of the script, and the puzzle.
    pub(crate) background_work: Option<(&'a str, &'a Puzzle)>,
    /// The sealed demand that goes with the answer.
    pub(crate) sealed_demand: &'a str,
    /// The sealed challenge that goes with the answer.
    pub(crate) token: &'a str,
    /// The address that the client requested.
    pub(crate) next: &'a str,
    /// The sealed form that the challenge interrupts. The buttons of the page then send the form
    /// along.
    pub(crate) form: Option<&'a str>,
    pub(crate) round: u8,
    pub(crate) rounds: u8,
    pub(crate) message: Option<RetryMessage>,
    /// The client's address if it is a loopback address, so that developers learn why they are
    /// challenged.
    pub(crate) loopback: Option<IpAddr>,
    pub(crate) body: ChallengeBody<'a>,
}

/// The addresses of pictures and sound for a browser without scripts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ScriptlessWays<'a> {
    pub(crate) pictures: Option<&'a str>,
    pub(crate) sound: Option<&'a str>,
}

/// The wait of a browser without scripts before its challenge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitView<'a> {
    pub(crate) left: Duration,
    /// The address to which the page leads after the wait.
    pub(crate) continue_url: &'a str,
    /// The address of the mark that the page loads.
    pub(crate) mark: &'a str,
    /// The address of the application's own check; `None` without a check or with a form.
    pub(crate) own_check: Option<&'a str>,
    /// The sealed form that the challenge interrupts. The button of the page then sends the form
    /// along.
    pub(crate) form: Option<&'a str>,
    pub(crate) message: Option<RetryMessage>,
    pub(crate) loopback: Option<IpAddr>,
}

/// The values of one kind of challenge.
#[derive(Clone, Debug)]
pub(crate) enum ChallengeBody<'a> {
    /// A preview, and tiles of which one matches.
    Pictures {
        /// The subject, which selects the question. The page does not name the subject of a
        /// preview.
        subject: &'a PictureSubject,
        /// A `data:` address; `None` if the question names the subject.
        preview: Option<&'a str>,
        /// `data:` addresses; the answer is the position of one of them.
        tiles: &'a [String],
    },
    /// Nine tiles. The visitor selects all that show a subject.
    Grid {
        /// The subject, which the page names.
        subject: &'a PictureSubject,
        /// `data:` addresses, row by row. The answer is a field `answer` for each selected tile,
        /// which holds its position from 0.
        tiles: &'a [String],
    },
    /// A recording of characters, which the visitor types.
    Sound {
        /// A `data:` address.
        recording: &'a str,
        /// The number of spoken characters.
        characters: usize,
        /// The longest answer that can be typed, in characters.
        longest_answer: u16,
    },
    /// Proof of work, which a script of the page does.
    ///
    /// The script finds the form by the id `work`, and on it `data-key`, `data-tags` and `data-range`, and
    /// its texts as `data-computing`, `data-computed` and `data-failed`. It shows its progress in
    /// the progress bar `work-progress`, of which 1 is the whole, speaks through `work-status`,
    /// writes the solution to the form's field `answer`, and sends the form. If it cannot run, or
    /// not soon, it removes the attribute `hidden` of `work-fallback`. If it never begins, the style
    /// sheet shows `work-fallback` after ten seconds.
    Work {
        /// The address of the script, on this site.
        script: &'a str,
        puzzle: &'a Puzzle,
    },
}

/// The message above a challenge that is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryMessage {
    WrongAnswer {
        tries_left: Option<u8>,
    },
    Expired,
    /// Nothing was chosen, or too few characters were typed. Such an answer is not counted.
    Incomplete,
    /// The last answer was right, and another round follows.
    Right,
    /// The answer came before the work beside it was done. Such an answer is not counted.
    NotComputed,
    /// The challenge stands in place of the response to a form.
    FormNotSent,
    /// The challenge interrupts a form, which is kept.
    FormKept,
}

/// A client that gets no challenge because it gave too many wrong answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LockedOut<'a> {
    /// 403 or 429.
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Duration,
    /// A path of this site to which the page links; it links to nothing else.
    pub(crate) return_to: Option<&'a str>,
}

/// A client that is denied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Denied<'a> {
    /// A path of this site to which the page links; it links to nothing else.
    pub(crate) return_to: Option<&'a str>,
}

/// A client that has to wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting<'a> {
    pub(crate) retry_after: Duration,
    /// A path of this site to which the page links; it links to nothing else.
    pub(crate) return_to: Option<&'a str>,
}

/// A form that was kept during a challenge. A button sends it now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormReady<'a> {
    /// A path of this site, to which the form is sent.
    pub(crate) target: &'a str,
    /// The sealed form.
    pub(crate) form: &'a str,
    /// The name of the field that holds it.
    pub(crate) field: &'a str,
}

/// A client whose browser keeps no cookies, so that it cannot prove a solved challenge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CookiesView<'a> {
    /// A path of this site to which the page links; it links to nothing else.
    pub(crate) return_to: Option<&'a str>,
}
