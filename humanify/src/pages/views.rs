//! What a page is told: one view for each page, all of it untrusted.

use std::net::IpAddr;
use std::time::Duration;

use http::StatusCode;

use super::{Language, Nonce};

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
    pub(crate) ticket: &'a str,
    pub(crate) token: &'a str,
    pub(crate) next: &'a str,
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
    pub(crate) ticket: &'a str,
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
