//! Spoken characters in each language. `scripts/make_speech.py` makes them, and describes their format.

/// Arabic.
pub static ARABIC: &[u8] = include_bytes!("../data/speech/ar.bin");

/// Chinese.
pub static CHINESE: &[u8] = include_bytes!("../data/speech/zh-CN.bin");

/// English.
pub static ENGLISH: &[u8] = include_bytes!("../data/speech/en.bin");

/// French.
pub static FRENCH: &[u8] = include_bytes!("../data/speech/fr.bin");

/// German.
pub static GERMAN: &[u8] = include_bytes!("../data/speech/de.bin");

/// Hindi.
pub static HINDI: &[u8] = include_bytes!("../data/speech/hi.bin");

/// Italian.
pub static ITALIAN: &[u8] = include_bytes!("../data/speech/it.bin");

/// Japanese.
pub static JAPANESE: &[u8] = include_bytes!("../data/speech/ja.bin");

/// Korean.
pub static KOREAN: &[u8] = include_bytes!("../data/speech/ko.bin");

/// Portuguese.
pub static PORTUGUESE: &[u8] = include_bytes!("../data/speech/pt.bin");

/// Russian.
pub static RUSSIAN: &[u8] = include_bytes!("../data/speech/ru.bin");

/// Spanish.
pub static SPANISH: &[u8] = include_bytes!("../data/speech/es.bin");
