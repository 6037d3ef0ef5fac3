//! Renders the pages of challenges.

use http::StatusCode;
use minijinja::value::merge_maps;
use minijinja::{Value, context};

use super::page_renderer::{Page, PageRenderer};
use super::texts::{Texts, fill};
use super::views::{ChallengeBody, ChallengeView, Context, RetryMessage, WaitView};
use super::wording::{messages, progress, steps, time};
use crate::http::retry_after_seconds;
use crate::pages::{headers, links};

impl PageRenderer {
    /// The page of a challenge. A page that computes proof of work, alone or beside a picture, may
    /// load one script, which carries the page's nonce.
    pub(crate) fn challenge(&self, context: &Context<'_>, view: &ChallengeView<'_>) -> Page {
        let texts = context.language.texts();
        let (template, body) = match &view.body {
            ChallengeBody::Pictures {
                subject,
                preview,
                tiles,
            } => (
                "pictures.html",
                context! {
                    task => subject.question(context.language),
                    preview => preview.map(data_address),
                    tiles => named_tiles(texts, tiles),
                    alternative => view.sound,
                },
            ),
            ChallengeBody::Grid { subject, tiles } => (
                "grid.html",
                context! {
                    subject => subject.name(context.language),
                    tiles => named_tiles(texts, tiles),
                    alternative => view.sound,
                },
            ),
            ChallengeBody::Sound {
                recording,
                characters,
                longest_answer,
            } => (
                "sound.html",
                context! {
                    task => fill(texts.listen, &[("count", &characters.to_string())]),
                    recording => data_address(recording),
                    longest_answer => longest_answer,
                    alternative => view.pictures,
                },
            ),
            ChallengeBody::Work { script, puzzle } => (
                "work.html",
                context! {
                    script => *script,
                    key => puzzle.key.as_str(),
                    tags => puzzle.tags.as_str(),
                    range => puzzle.range,
                    pictures => view.pictures,
                    sound => view.sound,
                },
            ),
        };
        let work = match (view.background_work, &view.body) {
            (Some((script, puzzle)), _) => context! {
                script,
                key => puzzle.key.as_str(),
                tags => puzzle.tags.as_str(),
                range => puzzle.range,
            },
            (None, ChallengeBody::Work { .. }) => context! {},
            (None, _) => {
                let none = None::<&str>;
                context! { script => none, key => none, tags => none, range => none }
            }
        };
        let form_id = match view.body {
            ChallengeBody::Work { .. } => "work",
            _ => "challenge",
        };
        let messages = messages(texts, view.message, view.form.is_some(), view.loopback);
        let values = context! {
            action => view.action,
            // Site owners' templates use this name.
            ticket => view.sealed_demand,
            token => view.token,
            next => view.next,
            form => view.form,
            form_id => form_id,
            heading => texts.challenge,
            another => view.another,
            own_check => view.own_check,
            scriptless_pictures => view.scriptless.pictures,
            scriptless_sound => view.scriptless.sound,
            is_not_computed => view.message == Some(RetryMessage::NotComputed),
            progress => progress(texts, view.round, view.rounds),
            steps => steps(view.round, view.rounds),
            ..merge_maps([body, work, messages])
        };
        let mut page = self.render(template, context, StatusCode::OK, values);
        if matches!(view.body, ChallengeBody::Work { .. }) || view.background_work.is_some() {
            headers::allow_script(&mut page.headers, context.nonce);
        }
        page
    }
}

impl PageRenderer {
    /// The page on which a browser without scripts waits.
    pub(crate) fn wait(&self, context: &Context<'_>, view: &WaitView<'_>) -> Page {
        let texts = context.language.texts();
        let time = time(texts, view.left);
        // A page with a form does not continue by itself.
        let text = match view.form {
            Some(_) => texts.continue_in,
            None => texts.goes_on,
        };
        let values = context! {
            seconds => retry_after_seconds(view.left),
            task => fill(text, &[("time", &time)]),
            continue_url => view.continue_url,
            mark => view.mark,
            own_check => view.own_check,
            form => view.form,
            heading => texts.one_moment,
            progress => None::<String>,
            steps => Vec::<bool>::new(),
            ..messages(texts, view.message, view.form.is_some(), view.loopback)
        };
        let mut page = self.render("wait.html", context, StatusCode::OK, values);
        headers::allow_pictures(&mut page.headers);
        page
    }
}

/// The tiles with their addresses and names.
fn named_tiles(texts: &Texts, tiles: &[String]) -> Vec<Value> {
    let count = tiles.len().to_string();
    let tiles = tiles.iter().enumerate().map(|(position, tile)| {
        let number = (position + 1).to_string();
        let names = [("number", number.as_str()), ("count", count.as_str())];
        context! { source => data_address(tile), name => fill(texts.tile, &names) }
    });
    tiles.collect()
}

/// A `data:` address, unescaped if it holds nothing that needs escaping, and otherwise empty.
fn data_address(address: &str) -> Value {
    match links::is_plain_data(address) {
        true => Value::from_safe_string(address.to_owned()),
        false => Value::from(""),
    }
}
