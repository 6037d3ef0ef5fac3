//! Spoken characters, as `scripts/make_speech.py` makes them; the format is told there.

/// English: the digits and the letters that cannot be taken for one another.
pub static ENGLISH: &[u8] = include_bytes!("../data/speech/en.bin");
