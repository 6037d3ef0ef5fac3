//! The animals: their parts and their poses.
//!
//! They look to the right; half of the pictures are mirrored. Colours and sizes are chosen
//! elsewhere.

mod birds;
mod farm;
mod garden;
mod pets;
mod swimmers;
mod turtles;
mod wild;

use super::figure::Figure;
use super::shape::{Shape, limb};
use crate::challenge::rng::DrawRng;

/// An animal. People do not confuse it with another one of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Animal {
    Butterfly,
    Camel,
    Cat,
    Crab,
    Crocodile,
    Duck,
    Elephant,
    Fish,
    Flamingo,
    Giraffe,
    Hedgehog,
    Mouse,
    Octopus,
    Owl,
    Penguin,
    Pig,
    Rabbit,
    Sheep,
    Snail,
    Snake,
    Spider,
    Turtle,
    Whale,
}

impl Animal {
    pub(crate) const ALL: &[Animal] = &[
        Animal::Butterfly,
        Animal::Camel,
        Animal::Cat,
        Animal::Crab,
        Animal::Crocodile,
        Animal::Duck,
        Animal::Elephant,
        Animal::Fish,
        Animal::Flamingo,
        Animal::Giraffe,
        Animal::Hedgehog,
        Animal::Mouse,
        Animal::Octopus,
        Animal::Owl,
        Animal::Penguin,
        Animal::Pig,
        Animal::Rabbit,
        Animal::Sheep,
        Animal::Snail,
        Animal::Snake,
        Animal::Spider,
        Animal::Turtle,
        Animal::Whale,
    ];

    /// The English name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Animal::Butterfly => "butterfly",
            Animal::Camel => "camel",
            Animal::Cat => "cat",
            Animal::Crab => "crab",
            Animal::Crocodile => "crocodile",
            Animal::Duck => "duck",
            Animal::Elephant => "elephant",
            Animal::Fish => "fish",
            Animal::Flamingo => "flamingo",
            Animal::Giraffe => "giraffe",
            Animal::Hedgehog => "hedgehog",
            Animal::Mouse => "mouse",
            Animal::Octopus => "octopus",
            Animal::Owl => "owl",
            Animal::Penguin => "penguin",
            Animal::Pig => "pig",
            Animal::Rabbit => "rabbit",
            Animal::Sheep => "sheep",
            Animal::Snail => "snail",
            Animal::Snake => "snake",
            Animal::Spider => "spider",
            Animal::Turtle => "turtle",
            Animal::Whale => "whale",
        }
    }

    /// The animal in one of its poses.
    pub(super) fn figure(self, rng: &mut DrawRng) -> Figure {
        let mut figure = Figure::new(rng);
        let pose = match self {
            Animal::Butterfly => garden::butterfly,
            Animal::Camel => wild::camel,
            Animal::Cat => pets::cat,
            Animal::Crab => swimmers::crab,
            Animal::Crocodile => wild::crocodile,
            Animal::Duck => birds::duck,
            Animal::Elephant => wild::elephant,
            Animal::Fish => swimmers::fish,
            Animal::Flamingo => birds::flamingo,
            Animal::Giraffe => wild::giraffe,
            Animal::Hedgehog => garden::hedgehog,
            Animal::Mouse => pets::mouse,
            Animal::Octopus => swimmers::octopus,
            Animal::Owl => birds::owl,
            Animal::Penguin => birds::penguin,
            Animal::Pig => farm::pig,
            Animal::Rabbit => pets::rabbit,
            Animal::Sheep => farm::sheep,
            Animal::Snail => garden::snail,
            Animal::Snake => garden::snake,
            Animal::Spider => garden::spider,
            Animal::Turtle => turtles::turtle,
            Animal::Whale => swimmers::whale,
        };
        pose(&mut figure, rng);
        figure
    }
}

/// A leg from the hip at `x`, `top` to a foot at `bottom` that stands `stride` further on.
fn leg(x: f32, top: f32, bottom: f32, width: f32, stride: f32) -> Shape {
    let middle = (top + bottom) / 2.0;
    limb(&[
        [x, top, width * 1.25],
        [x + stride * 0.35, middle, width],
        [x + stride, bottom - width, width],
    ])
}
