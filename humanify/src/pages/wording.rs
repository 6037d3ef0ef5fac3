//! The parts of a page that are put into words from what its view holds.

use std::net::IpAddr;
use std::time::Duration;

use minijinja::{Value, context};

use super::texts::{Texts, fill};
use super::views::Message;
use crate::http::retry_after_seconds;

/// Steps that are drawn beside "Round 1 of 2"; of more there are words only.
const MOST_STEPS: u8 = 6;

/// "Round 1 of 2", where there is more than one.
pub(super) fn progress(texts: &Texts, round: u8, rounds: u8) -> Option<String> {
    let (number, count) = (round.to_string(), rounds.to_string());
    let values = [("round", number.as_str()), ("rounds", count.as_str())];
    (rounds > 1).then(|| fill(texts.progress, &values))
}

/// The same drawn: for each round whether it has been reached.
pub(super) fn steps(round: u8, rounds: u8) -> Vec<bool> {
    match rounds {
        2..=MOST_STEPS => (1..=rounds).map(|step| step <= round).collect(),
        _ => Vec::new(),
    }
}

/// What stands above a challenge: an alert or two, and why a developer sees this at all.
pub(super) fn messages(texts: &Texts, message: Option<Message>, loopback: Option<IpAddr>) -> Value {
    let alert = message.map(|message| match message {
        Message::WrongAnswer { .. } => texts.wrong_answer,
        Message::Expired => texts.expired,
        Message::AlreadyUsed => texts.already_used,
        Message::FormNotSent => texts.form_not_sent,
    });
    let tries_left = match message {
        Some(Message::WrongAnswer { tries_left }) => {
            tries_left.map(|count| fill(texts.tries_left, &[("count", count.to_string().as_str())]))
        }
        _ => None,
    };
    let developer =
        loopback.map(|ip| fill(texts.loopback, &[("address", ip.to_string().as_str())]));
    context! {
        alert,
        is_wrong => matches!(message, Some(Message::WrongAnswer { .. })),
        tries_left,
        developer,
    }
}

/// A wait in words, rounded up: "45 s", "12 min", "1 h 5 min".
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
            "{} {}",
            say(texts.hours, hours),
            say(texts.minutes, minutes)
        ),
    }
}
