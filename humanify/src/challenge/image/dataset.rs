//! `Dataset`: the subjects that pictures can show, and the subject that a challenge asks for.

#[cfg(feature = "image-folder")]
use std::sync::Arc;

use rand::Rng;

use super::draw::{Animal, Canvas, Character, Dog, DrawError, KeyMotif, Motif};
#[cfg(feature = "image-folder")]
use super::folder::PictureFolder;
use crate::challenge::image::draw;

/// A set of labels, each with any number of pictures.
#[derive(Debug, Clone)]
pub(crate) enum Dataset {
    /// Dogs, of which the smiling ones are right.
    Dogs,
    Animals,
    Characters,
    Keys,
    #[cfg(feature = "image-folder")]
    Folder(Arc<PictureFolder>),
}

/// A label of a dataset. Two pictures of one label show the same to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label(usize);

/// The subject that a challenge asks for, to be put into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PictureSubject {
    /// An animal, by its English name.
    Animal(&'static str),
    /// Dogs that smile.
    SmilingDogs,
    /// A letter or a digit.
    Character(char),
    /// A key, by the English name of its head's shape.
    Key(&'static str),
    /// A name that the site's owner gave, which is the same in every language.
    Thing(String),
}

impl Dataset {
    #[cfg(test)]
    pub(crate) const BUILT_IN: [Dataset; 4] = [
        Dataset::Dogs,
        Dataset::Animals,
        Dataset::Characters,
        Dataset::Keys,
    ];

    /// Whether only a preview shows the subject. For dogs the words are enough.
    pub(super) fn needs_preview(&self) -> bool {
        !matches!(self, Dataset::Dogs)
    }

    /// The labels that can be asked for.
    pub(super) fn subjects(&self) -> Vec<Label> {
        self.labels()
            .filter(|label| self.motif(*label) != Some(Motif::Dog(Dog::Serious)))
            .collect()
    }

    /// The labels that are wrong if `wanted` is right.
    pub(super) fn others(&self, wanted: Label) -> Vec<Label> {
        self.labels().filter(|label| *label != wanted).collect()
    }

    /// The subject if `label` is right.
    pub(super) fn subject(&self, label: Label) -> PictureSubject {
        match self.motif(label) {
            Some(Motif::Dog(_)) => PictureSubject::SmilingDogs,
            Some(Motif::Animal(animal)) => PictureSubject::Animal(animal.name()),
            Some(Motif::Character(character)) => PictureSubject::Character(character.character()),
            Some(Motif::Key(key)) => PictureSubject::Key(key.name()),
            None => PictureSubject::Thing(self.name(label).to_owned()),
        }
    }

    /// One picture of a label, `side` pixels square.
    pub(super) fn picture(
        &self,
        label: Label,
        hardness: u8,
        side: u32,
        generator: &mut impl Rng,
    ) -> Result<Canvas, DrawError> {
        match (self, self.motif(label)) {
            #[cfg(feature = "image-folder")]
            (Dataset::Folder(folder), _) => folder.picture(label.0, hardness, side, generator),
            (_, Some(motif)) => draw::picture(motif, hardness, side, generator),
            // Only this file makes labels, so there is no other case.
            (_, None) => Err(DrawError::Nothing),
        }
    }

    fn labels(&self) -> impl Iterator<Item = Label> + use<> {
        let count = match self {
            Dataset::Dogs => Dog::ALL.len(),
            Dataset::Animals => Animal::ALL.len(),
            Dataset::Characters => Character::ALL.len(),
            Dataset::Keys => KeyMotif::ALL.len(),
            #[cfg(feature = "image-folder")]
            Dataset::Folder(folder) => folder.len(),
        };
        (0..count).map(Label)
    }

    /// The drawing of a label, if it is drawn.
    fn motif(&self, Label(index): Label) -> Option<Motif> {
        match self {
            Dataset::Dogs => Dog::ALL.get(index).copied().map(Motif::Dog),
            Dataset::Animals => Animal::ALL.get(index).copied().map(Motif::Animal),
            Dataset::Characters => Character::ALL.get(index).copied().map(Motif::Character),
            Dataset::Keys => KeyMotif::ALL.get(index).copied().map(Motif::Key),
            #[cfg(feature = "image-folder")]
            Dataset::Folder(_) => None,
        }
    }

    /// The name that the site's owner gave a label.
    fn name(&self, label: Label) -> &str {
        match (self, label) {
            #[cfg(feature = "image-folder")]
            (Dataset::Folder(folder), Label(index)) => folder.name(index),
            _ => "",
        }
    }
}
