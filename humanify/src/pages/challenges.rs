//! The pages of the challenges.

use minijinja::{Value, context};

use super::html::{Page, PageRenderer};
use super::texts::{Texts, fill};
use super::views::{Context, GridChallenge, PictureChallenge, SoundChallenge, WorkChallenge};
use super::wording::{messages, progress, steps};
use crate::pages::{headers, links};

impl PageRenderer {
    /// The picture challenge.
    pub(crate) fn challenge(&self, context: &Context<'_>, view: &PictureChallenge<'_>) -> Page {
        let texts = context.language.texts();
        let values = context! {
            task => view.subject.question(context.language),
            action => view.action,
            ticket => view.sealed_demand,
            token => view.token,
            next => view.next,
            preview => data_address(view.preview),
            tiles => tiles(texts, view.tiles),
            another => view.another,
            alternative => view.alternative,
            progress => progress(texts, view.round, view.rounds),
            steps => steps(view.round, view.rounds),
            ..messages(texts, view.message, view.loopback),
        };
        self.render("pictures.html", context, view.status, values)
    }

    /// The picture challenge of nine tiles.
    pub(crate) fn grid_challenge(&self, context: &Context<'_>, view: &GridChallenge<'_>) -> Page {
        let texts = context.language.texts();
        let values = context! {
            subject => view.subject.name(context.language),
            action => view.action,
            ticket => view.sealed_demand,
            token => view.token,
            next => view.next,
            tiles => tiles(texts, view.tiles),
            another => view.another,
            alternative => view.alternative,
            progress => progress(texts, view.round, view.rounds),
            steps => steps(view.round, view.rounds),
            ..messages(texts, view.message, view.loopback),
        };
        self.render("grid.html", context, view.status, values)
    }

    /// Proof of work. It alone may load a script: the one that carries the page's nonce.
    pub(crate) fn work_challenge(&self, context: &Context<'_>, view: &WorkChallenge<'_>) -> Page {
        let texts = context.language.texts();
        let values = context! {
            action => view.action,
            ticket => view.sealed_demand,
            token => view.token,
            next => view.next,
            script => view.script,
            bits => view.bits,
            puzzles => view.puzzles,
            pictures => view.pictures,
            sound => view.sound,
            // There are no rounds to count.
            progress => (),
            ..messages(texts, view.message, view.loopback),
        };
        let mut page = self.render("work.html", context, view.status, values);
        headers::allow_script(&mut page.headers, context.nonce);
        page
    }

    /// The sound challenge.
    pub(crate) fn sound_challenge(&self, context: &Context<'_>, view: &SoundChallenge<'_>) -> Page {
        let texts = context.language.texts();
        let values = context! {
            task => texts.listen,
            action => view.action,
            ticket => view.sealed_demand,
            token => view.token,
            next => view.next,
            recording => data_address(view.recording),
            longest_answer => view.longest_answer,
            another => view.another,
            alternative => view.alternative,
            progress => progress(texts, view.round, view.rounds),
            steps => steps(view.round, view.rounds),
            ..messages(texts, view.message, view.loopback),
        };
        self.render("sound.html", context, view.status, values)
    }
}

/// The addresses of the tiles, and what they are called.
fn tiles(texts: &Texts, tiles: &[String]) -> Vec<Value> {
    let count = tiles.len().to_string();
    let tiles = tiles.iter().enumerate().map(|(position, tile)| {
        let number = (position + 1).to_string();
        let names = [("number", number.as_str()), ("count", count.as_str())];
        context! { source => data_address(tile), name => fill(texts.tile, &names) }
    });
    tiles.collect()
}

/// A `data:` address as it is, if it holds nothing that would need escaping.
fn data_address(address: &str) -> Value {
    match links::is_plain_data(address) {
        true => Value::from_safe_string(address.to_owned()),
        false => Value::from(""),
    }
}
