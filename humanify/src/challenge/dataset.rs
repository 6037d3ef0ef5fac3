//! What pictures can show, and what of it a challenge asks for.

#[cfg(feature = "image-folder")]
use std::sync::Arc;

use rand::Rng;

#[cfg(feature = "image-folder")]
use super::Folder;
use super::draw::{self, Animal, DrawError, Motif};

/// A set of labels, of each of which any number of pictures can be had.
#[derive(Debug, Clone)]
pub(crate) enum Dataset {
    Animals,
    #[cfg(feature = "image-folder")]
    Folder(Arc<Folder>),
}

/// One of the labels of a dataset. Two pictures of one label show the same to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label(usize);

/// What a challenge asks for, to be put into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// An animal, by its English name.
    Animal(&'static str),
    /// Of the dogs, those that smile.
    SmilingDogs,
    /// A letter or a digit.
    Character(char),
    /// A key, by the English name of its head's shape.
    Key(&'static str),
    /// What the site's owner calls it, which is said in every language as it is.
    Thing(String),
}

impl Dataset {
    #[cfg(test)]
    pub(super) const BUILT_IN: [Dataset; 1] = [Dataset::Animals];

    /// The labels that can be asked for.
    pub(super) fn subjects(&self) -> Vec<Label> {
        self.labels().collect()
    }

    /// The labels that are wrong where `wanted` is right.
    pub(super) fn others(&self, wanted: Label) -> Vec<Label> {
        self.labels().filter(|label| *label != wanted).collect()
    }

    /// What is asked for where `label` is right.
    pub(super) fn subject(&self, Label(index): Label) -> Subject {
        match self {
            Dataset::Animals => Subject::Animal(animal(index).name()),
            #[cfg(feature = "image-folder")]
            Dataset::Folder(folder) => Subject::Thing(folder.name(index).to_owned()),
        }
    }

    /// One picture of a label, `side` pixels square, as JPEG.
    pub(super) fn picture(
        &self,
        Label(index): Label,
        hardness: u8,
        side: u32,
        generator: &mut impl Rng,
    ) -> Result<Vec<u8>, DrawError> {
        let motif = match self {
            Dataset::Animals => Motif::Animal(animal(index)),
            #[cfg(feature = "image-folder")]
            Dataset::Folder(folder) => {
                return folder.picture(index, hardness, side, generator);
            }
        };
        draw::picture(motif, hardness, side, generator)
    }

    fn labels(&self) -> impl Iterator<Item = Label> {
        let count = match self {
            Dataset::Animals => Animal::ALL.len(),
            #[cfg(feature = "image-folder")]
            Dataset::Folder(folder) => folder.len(),
        };
        (0..count).map(Label)
    }
}

/// The animal of that index. Labels are made here alone, so that there is one.
fn animal(index: usize) -> Animal {
    Animal::ALL.get(index).copied().unwrap_or(Animal::Cat)
}
