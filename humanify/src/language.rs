//! `Language`: the fourteen languages of the pages and recordings.

/// The longest prefix of `Accept-Language` that is read, in bytes.
const MAX_HEADER_LENGTH: usize = 1024;

/// The maximum number of entries of `Accept-Language` that are read.
const MAX_ENTRIES: usize = 32;

/// The regions in which European Portuguese is written.
const EUROPEAN_PORTUGUESE: &[&str] = &["pt", "ao", "mz", "cv", "gw", "st", "tl", "mo"];

/// A language of pages and recordings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    Arabic,
    Chinese,
    #[default]
    English,
    French,
    German,
    Hindi,
    Italian,
    Japanese,
    Korean,
    Portuguese,
    Russian,
    Spanish,
    /// As it is written in Taiwan, Hong Kong and Macau.
    TraditionalChinese,
    /// As it is written outside of Brazil.
    EuropeanPortuguese,
}

/// The direction of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    LeftToRight,
    RightToLeft,
}

impl Language {
    /// All languages, in the order of their numbers.
    pub(crate) const ALL: [Language; 14] = [
        Language::Arabic,
        Language::Chinese,
        Language::English,
        Language::French,
        Language::German,
        Language::Hindi,
        Language::Italian,
        Language::Japanese,
        Language::Korean,
        Language::Portuguese,
        Language::Russian,
        Language::Spanish,
        Language::TraditionalChinese,
        Language::EuropeanPortuguese,
    ];

    /// The language that an `Accept-Language` header prefers (RFC 9110, section 12.5.4).
    ///
    /// At most 1,024 bytes and 32 entries of the header are read, and malformed entries are
    /// skipped. Scripts and regions distinguish the two variants of Chinese and of Portuguese, and
    /// are ignored otherwise. The first of equal weights wins, and English is the fallback.
    pub(crate) fn choose(accept_language: Option<&[u8]>) -> Language {
        let header = accept_language.unwrap_or_default();
        let header = match header.get(..MAX_HEADER_LENGTH) {
            // The cut may split an entry, so the last one is dropped.
            Some(start) => start
                .iter()
                .rposition(|byte| *byte == b',')
                .and_then(|comma| start.get(..comma))
                .unwrap_or_default(),
            None => header,
        };

        let mut best = (Language::default(), 0);
        for entry in header.split(|byte| *byte == b',').take(MAX_ENTRIES) {
            if let Some((language, weight)) = entry_of(entry)
                && weight > best.1
            {
                best = (language, weight);
            }
        }
        best.0
    }

    /// The tag of the language (RFC 5646), as in the `lang` attribute.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::Arabic => "ar",
            Language::Chinese => "zh-CN",
            Language::English => "en",
            Language::French => "fr",
            Language::German => "de",
            Language::Hindi => "hi",
            Language::Italian => "it",
            Language::Japanese => "ja",
            Language::Korean => "ko",
            Language::Portuguese => "pt",
            Language::Russian => "ru",
            Language::Spanish => "es",
            Language::TraditionalChinese => "zh-Hant",
            Language::EuropeanPortuguese => "pt-PT",
        }
    }

    /// The direction of writing of the language.
    pub(crate) fn direction(self) -> Direction {
        match self {
            Language::Arabic => Direction::RightToLeft,
            _ => Direction::LeftToRight,
        }
    }

    /// The language of a range such as `zh-Hant-HK`, case-insensitively.
    fn of_range(range: &[u8]) -> Option<Language> {
        let mut subtags = range.split(|byte| *byte == b'-');
        let primary = subtags.next()?;
        let language = Language::ALL.into_iter().find(|language| {
            let own = language.tag().as_bytes();
            own.get(..2)
                .is_some_and(|own| own.eq_ignore_ascii_case(primary))
        })?;
        let is_one_of = |subtag: &[u8], known: &[&str]| {
            let mut known = known.iter();
            known.any(|known| known.as_bytes().eq_ignore_ascii_case(subtag))
        };
        let other = match language {
            // The script comes before the region and takes precedence.
            Language::Chinese => subtags
                .find(|subtag| is_one_of(subtag, &["hans", "hant", "tw", "hk", "mo"]))
                .filter(|subtag| !is_one_of(subtag, &["hans"]))
                .map(|_| Language::TraditionalChinese),
            Language::Portuguese => subtags
                .find(|subtag| is_one_of(subtag, EUROPEAN_PORTUGUESE))
                .map(|_| Language::EuropeanPortuguese),
            _ => None,
        };
        Some(other.unwrap_or(language))
    }
}

impl Direction {
    /// The value of the `dir` attribute.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Direction::LeftToRight => "ltr",
            Direction::RightToLeft => "rtl",
        }
    }
}

/// An entry of the header: a supported language, and its weight in thousandths.
fn entry_of(entry: &[u8]) -> Option<(Language, u16)> {
    let mut parts = entry.split(|byte| *byte == b';');
    let range = parts.next()?.trim_ascii();
    let weight = match parts.next() {
        Some(parameter) => weight_of(parameter.trim_ascii())?,
        None => 1000,
    };
    let language = match range {
        b"*" => Language::default(),
        _ => Language::of_range(range)?,
    };
    Some((language, weight))
}

/// The weight of a parameter: 800 for `q=0.8`.
fn weight_of(parameter: &[u8]) -> Option<u16> {
    let (name, value) = parameter.split_at_checked(1)?;
    if !name.eq_ignore_ascii_case(b"q") {
        return None;
    }
    let value = value.trim_ascii_start().strip_prefix(b"=")?.trim_ascii();
    let (whole, fraction) = match value.split_first()? {
        (b'0', rest) => (0, rest),
        (b'1', rest) => (1000, rest),
        _ => return None,
    };
    let digits = match fraction {
        [] => fraction,
        [b'.', digits @ ..] if digits.len() <= 3 => digits,
        _ => return None,
    };
    let mut weight = whole;
    for (digit, place) in digits.iter().zip([100, 10, 1]) {
        if !digit.is_ascii_digit() {
            return None;
        }
        weight += u16::from(digit - b'0') * place;
    }
    (weight <= 1000).then_some(weight)
}
