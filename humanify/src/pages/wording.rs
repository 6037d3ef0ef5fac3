//! Builds texts from the values of a view.

use std::net::IpAddr;
use std::time::Duration;

use minijinja::{Value, context};

use super::texts::{Texts, fill};
use super::views::RetryMessage;
use crate::clock::rfc_3339;
use crate::http::retry_after_seconds;

/// The maximum number of rounds that the page also draws as steps.
const MAX_STEPS: u8 = 6;

/// "Round 1 of 2", if there are several rounds.
pub(super) fn progress(texts: &Texts, round: u8, rounds: u8) -> Option<String> {
    let (number, count) = (round.to_string(), rounds.to_string());
    let values = [("round", number.as_str()), ("rounds", count.as_str())];
    (rounds > 1).then(|| fill(texts.progress, &values))
}

/// The steps to draw: whether each round has been reached.
pub(super) fn steps(round: u8, rounds: u8) -> Vec<bool> {
    match rounds {
        2..=MAX_STEPS => (1..=rounds).map(|step| step <= round).collect(),
        _ => Vec::new(),
    }
}

/// The messages above a challenge: alerts, the reminder that a form is kept, and the explanation
/// for a developer.
pub(super) fn messages(
    texts: &Texts,
    message: Option<RetryMessage>,
    keeps_form: bool,
    loopback: Option<IpAddr>,
) -> Value {
    let alert = message.map(|message| match message {
        RetryMessage::WrongAnswer { .. } => texts.wrong_answer,
        RetryMessage::Expired => texts.expired,
        RetryMessage::Incomplete => texts.incomplete,
        RetryMessage::Right => texts.right,
        RetryMessage::NotComputed => texts.not_computed,
        RetryMessage::FormNotSent => texts.form_not_sent,
        RetryMessage::FormKept => texts.form_kept,
    });
    let tries_left = match message {
        Some(RetryMessage::WrongAnswer { tries_left }) => {
            tries_left.map(|count| fill(texts.tries_left, &[("count", count.to_string().as_str())]))
        }
        _ => None,
    };
    let developer =
        loopback.map(|ip| fill(texts.loopback, &[("address", ip.to_string().as_str())]));
    let kept = keeps_form && message != Some(RetryMessage::FormKept);
    context! {
        alert,
        kept => kept.then_some(texts.form_kept),
        is_wrong => matches!(message, Some(RetryMessage::WrongAnswer { .. })),
        tries_left,
        developer,
    }
}

/// The end of a wait, twice: as text in UTC, with the date if it is on another day, and for `<time
/// datetime>`, from which a script shows the visitor's local time.
pub(super) fn clock(now: u64, wait: Duration) -> Option<(String, String)> {
    let seconds = now
        .div_ceil(1_000)
        .saturating_add(retry_after_seconds(wait));
    let (now, end) = (rfc_3339(now / 1_000)?, rfc_3339(seconds)?);
    let (day, time) = end.split_once('T')?;
    let minute = time.get(..5)?;
    let utc = match now.starts_with(day) {
        true => format!("{minute} UTC"),
        false => format!("{day} {minute} UTC"),
    };
    Some((utc, end))
}

/// A wait as text, rounded up: "45 s", "12 min", "1 h 5 min".
pub(super) fn time(texts: &Texts, wait: Duration) -> String {
    let say = |text, count: u64| fill(text, &[("count", count.to_string().as_str())]);
    let seconds = retry_after_seconds(wait);
    if seconds < 60 {
        return say(texts.seconds, seconds);
    }
    let minutes = seconds.div_ceil(60);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => say(texts.minutes, minutes),
        (hours, 0) => say(texts.hours, hours),
        (hours, minutes) => format!(
            "{}\u{a0}{}",
            say(texts.hours, hours),
            say(texts.minutes, minutes)
        ),
    }
}
