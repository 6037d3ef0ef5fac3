//! What a page is told: one view for each page, all of it untrusted.

use std::net::IpAddr;
use std::time::Duration;

use http::StatusCode;

use super::headers::Nonce;
use crate::challenge::Subject;
use crate::language::Language;

/// What every page needs to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) nonce: &'a Nonce,
    pub(crate) language: Language,
    /// An id that also stands in the log, for a visitor who asks the site's owner for help.
    pub(crate) reference: Option<&'a str>,
}

/// The picture challenge: a preview, and tiles of which one fits.
#[derive(Clone, Debug)]
pub(crate) struct PictureChallenge<'a> {
    /// 200 for a page that was asked for; 403 in place of something else.
    pub(crate) status: StatusCode,
    /// Where the answer is sent.
    pub(crate) action: &'a str,
    /// Where there is another challenge of the kind.
    pub(crate) another: &'a str,
    /// Where there is one for another sense, if there is.
    pub(crate) alternative: Option<&'a str>,
    /// The sealed demand that goes with the answer.
    pub(crate) sealed_demand: &'a str,
    pub(crate) token: &'a str,
    pub(crate) next: &'a str,
    /// Picks the question. It is not named, since the preview shows it.
    pub(crate) subject: &'a Subject,
    /// A `data:` address.
    pub(crate) preview: &'a str,
    /// `data:` addresses; the answer is the position of one of them.
    pub(crate) tiles: &'a [String],
    pub(crate) round: u8,
    pub(crate) rounds: u8,
    pub(crate) message: Option<Message>,
    /// The client's address if it is a loopback one, so that developers learn why they are asked.
    pub(crate) loopback: Option<IpAddr>,
}

/// The picture challenge of nine tiles, of which all that show a subject are to be selected.
#[derive(Clone, Debug)]
pub(crate) struct GridChallenge<'a> {
    /// 200 for a page that was asked for; 403 in place of something else.
    pub(crate) status: StatusCode,
    /// Where the answer is sent.
    pub(crate) action: &'a str,
    /// Where there is another challenge of the kind.
    pub(crate) another: &'a str,
    /// Where there is one for another sense, if there is.
    pub(crate) alternative: Option<&'a str>,
    /// The sealed demand that goes with the answer.
    pub(crate) sealed_demand: &'a str,
    pub(crate) token: &'a str,
    pub(crate) next: &'a str,
    /// What is looked for, which the page names.
    pub(crate) subject: &'a Subject,
    /// `data:` addresses, row by row. The answer is a field `answer` for each tile that was
    /// selected, which holds its position from 0.
    pub(crate) tiles: &'a [String],
    pub(crate) round: u8,
    pub(crate) rounds: u8,
    pub(crate) message: Option<Message>,
    /// The client's address if it is a loopback one, so that developers learn why they are asked.
    pub(crate) loopback: Option<IpAddr>,
}

/// Proof of work, which a script of the page does.
///
/// The script finds the form by the id `work`, and on it `data-bits` and `data-puzzles`, and
/// what to say as `data-computing`, `data-computed` and `data-failed`. It shows how far it is
/// in the progress bar `work-progress`, of which 1 is the whole, speaks through `work-status`,
/// writes the solution to the form's field `answer`, and sends the form. Where it cannot, it
/// takes the attribute `hidden` from `work-fallback`.
#[derive(Clone, Debug)]
pub(crate) struct WorkChallenge<'a> {
    /// 200 for a page that was asked for; 403 in place of something else.
    pub(crate) status: StatusCode,
    /// Where the answer is sent.
    pub(crate) action: &'a str,
    /// The sealed demand that goes with the answer.
    pub(crate) sealed_demand: &'a str,
    pub(crate) token: &'a str,
    pub(crate) next: &'a str,
    /// The address of the script, on this site.
    pub(crate) script: &'a str,
    /// How many leading bits of a hash have to be zero.
    pub(crate) bits: u8,
    /// How many hashes have to be found.
    pub(crate) puzzles: u8,
    /// Where there are pictures instead, if there are.
    pub(crate) pictures: Option<&'a str>,
    /// Where there is sound instead, if there is.
    pub(crate) sound: Option<&'a str>,
    pub(crate) message: Option<Message>,
    /// The client's address if it is a loopback one, so that developers learn why they are asked.
    pub(crate) loopback: Option<IpAddr>,
}

/// The sound challenge: a recording of characters that are to be typed.
#[derive(Clone, Debug)]
pub(crate) struct SoundChallenge<'a> {
    /// 200 for a page that was asked for; 403 in place of something else.
    pub(crate) status: StatusCode,
    /// Where the answer is sent.
    pub(crate) action: &'a str,
    /// Where there is another challenge of the kind.
    pub(crate) another: &'a str,
    /// Where there is one for another sense, if there is.
    pub(crate) alternative: Option<&'a str>,
    /// The sealed demand that goes with the answer.
    pub(crate) sealed_demand: &'a str,
    pub(crate) token: &'a str,
    pub(crate) next: &'a str,
    /// A `data:` address.
    pub(crate) recording: &'a str,
    /// Longest answer that may be typed, in characters.
    pub(crate) longest_answer: u16,
    pub(crate) round: u8,
    pub(crate) rounds: u8,
    pub(crate) message: Option<Message>,
    /// The client's address if it is a loopback one, so that developers learn why they are asked.
    pub(crate) loopback: Option<IpAddr>,
}

/// What has to be said before a challenge is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    WrongAnswer {
        tries_left: Option<u8>,
    },
    Expired,
    AlreadyUsed,
    /// The challenge stands in place of the answer to a form.
    FormNotSent,
}

/// The challenge is closed to a client that gave too many wrong answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocked<'a> {
    /// 403 or 429.
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Duration,
    /// Where to try again: a path of this site, or else there is no link.
    pub(crate) return_to: Option<&'a str>,
}

/// A page that the client does not get.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Denied<'a> {
    /// Where to try again: a path of this site, or else there is no link.
    pub(crate) return_to: Option<&'a str>,
}

/// A client that has to come back later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting<'a> {
    pub(crate) retry_after: Duration,
    /// Where to try again: a path of this site, or else there is no link.
    pub(crate) return_to: Option<&'a str>,
}

/// A client whose browser keeps no cookies, and so cannot show that it solved a challenge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cookies<'a> {
    /// Where to try again: a path of this site, or else there is no link.
    pub(crate) return_to: Option<&'a str>,
}
