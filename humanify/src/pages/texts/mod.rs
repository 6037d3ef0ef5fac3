//! `Texts`: the texts of the pages. Each language has a file with all of them.
//!
//! A text with a count avoids the plural ("Tries left: 2"), since languages form plurals in very
//! different ways. `{name}` is a placeholder; the comment of each text lists its placeholders, and
//! a test compares the languages.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod hi;
mod it;
mod ja;
mod ko;
mod pt;
mod pt_pt;
mod ru;
mod zh_cn;
mod zh_tw;

use serde::Serialize;

use crate::language::Language;

/// The texts of one language.
#[derive(Debug, Serialize)]
pub(super) struct Texts {
    // Every page.
    pub(super) reference: &'static str,
    pub(super) try_again: &'static str,
    pub(super) home: &'static str,

    // Every challenge.
    pub(super) challenge: &'static str,
    /// The reason for the check, under its heading.
    pub(super) purpose: &'static str,
    /// The heading of a challenge that needs no action of the visitor.
    pub(super) one_moment: &'static str,
    /// `{round}`, `{rounds}`.
    pub(super) progress: &'static str,

    // The picture challenges.
    pub(super) choose_animal: &'static str,
    pub(super) choose_character: &'static str,
    pub(super) choose_key: &'static str,
    pub(super) choose_smiling_dog: &'static str,
    pub(super) choose_thing: &'static str,
    /// A subject follows: an animal, or one of the three below.
    pub(super) select_every: &'static str,
    pub(super) smiling_dog: &'static str,
    /// `{character}`.
    pub(super) character: &'static str,
    /// `{shape}`.
    pub(super) key: &'static str,
    pub(super) preview: &'static str,
    pub(super) tiles: &'static str,
    /// `{number}`, `{count}`.
    pub(super) tile: &'static str,
    pub(super) other_pictures: &'static str,
    pub(super) use_sound: &'static str,

    // The sound challenge.
    /// `{count}`.
    pub(super) listen: &'static str,
    pub(super) recording: &'static str,
    pub(super) characters: &'static str,
    pub(super) characters_hint: &'static str,
    pub(super) submit: &'static str,
    pub(super) other_recording: &'static str,
    pub(super) use_pictures: &'static str,

    // Proof of work.
    pub(super) compute: &'static str,
    pub(super) compute_progress: &'static str,
    pub(super) computing: &'static str,
    pub(super) computed: &'static str,
    /// Under a picture or a recording with work beside it: while the page computes, after the
    /// visitor has answered, and if the work is finished before the answer.
    pub(super) compute_meanwhile: &'static str,
    pub(super) answer_waits: &'static str,
    pub(super) answer_missing: &'static str,
    pub(super) cannot_compute: &'static str,
    pub(super) needs_script: &'static str,
    pub(super) choose_alternative: &'static str,
    /// In place of `choose_alternative` while the page still computes.
    pub(super) slow: &'static str,
    /// A link to a check of the application's own.
    pub(super) use_own_check: &'static str,

    // Messages above a challenge.
    pub(super) wrong_answer: &'static str,
    /// Another round follows a right answer.
    pub(super) right: &'static str,
    /// `{count}`.
    pub(super) tries_left: &'static str,
    pub(super) expired: &'static str,
    pub(super) incomplete: &'static str,
    /// The answer came before the work beside it was done.
    pub(super) not_computed: &'static str,
    pub(super) form_not_sent: &'static str,
    pub(super) form_kept: &'static str,
    /// `{address}`; the name `Signals` stays as it is.
    pub(super) loopback: &'static str,

    // Pages without a challenge.
    pub(super) locked_out: &'static str,
    pub(super) blocked_detail: &'static str,
    pub(super) denied: &'static str,
    pub(super) denied_detail: &'static str,
    pub(super) denied_advice: &'static str,
    pub(super) banned_detail: &'static str,
    pub(super) limited: &'static str,
    pub(super) limited_detail: &'static str,
    /// A browser without scripts for which no place is left.
    pub(super) no_place: &'static str,
    pub(super) no_place_detail: &'static str,
    pub(super) no_place_advice: &'static str,
    pub(super) cookies: &'static str,
    pub(super) cookies_detail: &'static str,
    pub(super) cookies_advice: &'static str,
    pub(super) form_ready: &'static str,
    pub(super) form_ready_detail: &'static str,
    pub(super) send_form: &'static str,
    pub(super) form_sent: &'static str,
    pub(super) form_sent_detail: &'static str,
    pub(super) form_lost: &'static str,
    pub(super) form_lost_detail: &'static str,
    pub(super) busy: &'static str,
    pub(super) busy_detail: &'static str,

    // Waiting.
    /// `{time}`, in one of the three units below.
    pub(super) wait: &'static str,
    /// `{time}`, after which the page continues by itself.
    pub(super) goes_on: &'static str,
    /// `{time}`, after which the visitor may continue.
    pub(super) continue_in: &'static str,
    /// The label of the link or button that continues.
    pub(super) continue_now: &'static str,
    pub(super) wait_over: &'static str,
    /// `{count}`.
    pub(super) seconds: &'static str,
    /// `{count}`.
    pub(super) minutes: &'static str,
    /// `{count}`.
    pub(super) hours: &'static str,
}

impl Language {
    /// The texts of the language.
    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Language::Arabic => &ar::TEXTS,
            Language::Chinese => &zh_cn::TEXTS,
            Language::English => &en::TEXTS,
            Language::French => &fr::TEXTS,
            Language::German => &de::TEXTS,
            Language::Hindi => &hi::TEXTS,
            Language::Italian => &it::TEXTS,
            Language::Japanese => &ja::TEXTS,
            Language::Korean => &ko::TEXTS,
            Language::Portuguese => &pt::TEXTS,
            Language::Russian => &ru::TEXTS,
            Language::Spanish => &es::TEXTS,
            Language::TraditionalChinese => &zh_tw::TEXTS,
            Language::EuropeanPortuguese => &pt_pt::TEXTS,
        }
    }
}

/// Fills the placeholders of a text with values. Values are never searched for placeholders.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, place)) = rest.split_once('{')
        && let Some((name, after)) = place.split_once('}')
    {
        filled.push_str(before);
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}
