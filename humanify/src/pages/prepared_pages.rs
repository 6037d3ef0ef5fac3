//! Pages without a challenge, rendered once and filled in for each visitor.
//!
//! A flood of requests gets only such pages, so they must be cheap: the text is copied, and the
//! values of the visitor are escaped and written into its placeholders. Only built-in templates are
//! prepared. Custom templates may compute with the values, so they are rendered each time.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use minijinja::HtmlEscape;

use crate::language::Language;

/// The maximum number of pages that are kept; further ones are rendered each time.
const MAX_PAGES: usize = 256;

/// The values of a page that differ between visitors, not escaped yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Filling<'a> {
    pub(super) nonce: &'a str,
    pub(super) home: &'a str,
    pub(super) reference: Option<&'a str>,
    pub(super) host: Option<&'a str>,
    pub(super) return_to: Option<&'a str>,
    pub(super) wait: Option<WaitTexts<'a>>,
}

/// How long a visitor has to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WaitTexts<'a> {
    /// The time in seconds.
    pub(super) seconds: &'a str,
    /// Whether the time is an hour or more.
    pub(super) is_long: bool,
    /// The time in words.
    pub(super) time: &'a str,
    /// When the wait is over, as a clock shows it.
    pub(super) clock: Option<&'a str>,
    /// When the wait is over, for `<time datetime>`.
    pub(super) instant: &'a str,
}

/// The placeholders in a prepared page, in the order of [`Filling::values`]. No template and no
/// text contains one of them.
const PLACEHOLDERS: [&str; 9] = [
    "humanifyPlace0x5d1c9e7b",
    "humanifyPlace1x5d1c9e7b",
    "humanifyPlace2x5d1c9e7b",
    "humanifyPlace3x5d1c9e7b",
    "humanifyPlace4x5d1c9e7b",
    "humanifyPlace5x5d1c9e7b",
    "humanifyPlace6x5d1c9e7b",
    "humanifyPlace7x5d1c9e7b",
    "humanifyPlace8x5d1c9e7b",
];

/// The common prefix of all placeholders.
const PLACEHOLDER_PREFIX: &str = "humanifyPlace";

impl<'a> Filling<'a> {
    /// The values for the placeholders.
    fn values(&self) -> [Option<&'a str>; PLACEHOLDERS.len()] {
        [
            Some(self.nonce),
            Some(self.home),
            self.reference,
            self.host,
            self.return_to,
            self.wait.map(|wait| wait.seconds),
            self.wait.map(|wait| wait.time),
            self.wait.and_then(|wait| wait.clock),
            self.wait.map(|wait| wait.instant),
        ]
    }

    /// This filling with placeholders instead of values.
    fn places(&self) -> Filling<'static> {
        let [
            nonce,
            home,
            reference,
            host,
            return_to,
            seconds,
            time,
            clock,
            instant,
        ] = PLACEHOLDERS;
        Filling {
            nonce,
            home,
            reference: self.reference.map(|_| reference),
            host: self.host.map(|_| host),
            return_to: self.return_to.map(|_| return_to),
            wait: self.wait.map(|wait| WaitTexts {
                seconds,
                is_long: wait.is_long,
                time,
                clock: wait.clock.map(|_| clock),
                instant,
            }),
        }
    }

    /// Which values are present. The rest of the page depends on this.
    fn shape(&self) -> [bool; 6] {
        [
            self.reference.is_some(),
            self.host.is_some(),
            self.return_to.is_some(),
            self.wait.is_some(),
            self.wait.is_some_and(|wait| wait.is_long),
            self.wait.is_some_and(|wait| wait.clock.is_some()),
        ]
    }
}

/// The kind of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum PageKind {
    LockedOut,
    Denied,
    Limited,
    NoPlace,
    Banned,
    Cookies,
    Solved,
    FormSent,
    FormLost,
    Busy,
    /// The page of a status, and whether it can be reloaded.
    Error(u16, bool),
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct PreparedKey {
    kind: PageKind,
    language: Language,
    shape: [bool; 6],
}

/// A page in pieces: texts, each with the number of the value after it.
#[derive(Debug)]
struct PageParts {
    texts: Vec<(Box<str>, usize)>,
    last: Box<str>,
    length: usize,
}

impl PageParts {
    fn of(page: &str) -> PageParts {
        let mut texts = Vec::new();
        let mut rest = page;
        while let Some((text, behind)) = rest.split_once(PLACEHOLDER_PREFIX)
            && let Some((place, behind)) = read_place(behind)
        {
            texts.push((text.into(), place));
            rest = behind;
        }
        PageParts {
            texts,
            last: rest.into(),
            length: page.len(),
        }
    }

    fn fill(&self, filling: &Filling<'_>) -> String {
        let values = filling.values();
        let longest: usize = values.iter().flatten().map(|value| value.len()).sum();
        let mut page = String::with_capacity(self.length + 2 * longest);
        for (text, place) in &self.texts {
            page.push_str(text);
            let value = values.get(*place).copied().flatten().unwrap_or_default();
            if value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                page.push_str(value);
            } else {
                // Writing to a string does not fail.
                let _ = write!(page, "{}", HtmlEscape(value));
            }
        }
        page.push_str(&self.last);
        page
    }
}

/// Reads the number of a placeholder, after the common prefix, and returns the rest of the page.
fn read_place(page: &str) -> Option<(usize, &str)> {
    let mut places = PLACEHOLDERS.iter().enumerate();
    places.find_map(|(number, place)| {
        let rest = page.strip_prefix(place.strip_prefix(PLACEHOLDER_PREFIX)?)?;
        Some((number, rest))
    })
}

/// The prepared pages.
#[derive(Debug, Default)]
pub(super) struct PreparedPages(RwLock<HashMap<PreparedKey, Arc<PageParts>>>);

impl PreparedPages {
    /// Returns a page with these values. Calls `render` for the first page of its kind and shape.
    pub(super) fn page<E>(
        &self,
        kind: PageKind,
        language: Language,
        filling: &Filling<'_>,
        render: impl FnOnce(&Filling<'_>) -> Result<String, E>,
    ) -> Result<String, E> {
        let key = PreparedKey {
            kind,
            language,
            shape: filling.shape(),
        };
        let (known, count) = {
            let pages = self.0.read().unwrap_or_else(PoisonError::into_inner);
            (pages.get(&key).map(Arc::clone), pages.len())
        };
        if let Some(pieces) = known {
            return Ok(pieces.fill(filling));
        }
        if count >= MAX_PAGES {
            return render(filling);
        }
        let pieces = Arc::new(PageParts::of(&render(&filling.places())?));
        let page = pieces.fill(filling);
        let mut pages = self.0.write().unwrap_or_else(PoisonError::into_inner);
        pages.insert(key, pieces);
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filling() -> Filling<'static> {
        Filling {
            nonce: "n",
            home: "/",
            return_to: Some("/a?<&\"'"),
            ..Filling::default()
        }
    }

    /// A template that shows each value twice.
    fn render(filling: &Filling<'_>) -> Result<String, ()> {
        let shown =
            filling
                .values()
                .into_iter()
                .flatten()
                .fold(String::new(), |mut shown, value| {
                    write!(shown, "[{0}|{0}]", HtmlEscape(value)).unwrap();
                    shown
                });
        Ok(format!("before{shown}after"))
    }

    #[test]
    fn a_filled_page_is_the_page_that_would_have_been_rendered() {
        let pages = PreparedPages::default();
        let wait = WaitTexts {
            seconds: "90",
            is_long: false,
            time: "2 min <b>",
            clock: Some("12:00"),
            instant: "2026-01-01T12:00:00Z",
        };
        for filling in [
            filling(),
            Filling {
                reference: Some("<r>"),
                host: Some("humanifyPlace0x5d1c9e7b"),
                ..filling()
            },
            Filling {
                wait: Some(wait),
                ..filling()
            },
        ] {
            for _ in 0..2 {
                let page = pages.page(PageKind::Denied, Language::English, &filling, render);
                assert_eq!(page, render(&filling));
            }
        }
    }

    #[test]
    fn a_page_is_rendered_once_per_shape_and_the_cache_is_bounded() {
        let pages = PreparedPages::default();
        let mut rendered = 0;
        for _ in 0..2 {
            for status in 0..MAX_PAGES + 9 {
                let kind = PageKind::Error(status as u16, true);
                let page = pages.page(kind, Language::English, &filling(), |filling| {
                    rendered += 1;
                    render(filling)
                });
                assert_eq!(page, render(&filling()));
            }
        }
        assert_eq!(rendered, MAX_PAGES + 9 + 9);
    }

    #[test]
    fn a_template_that_fails_is_not_cached() {
        let pages = PreparedPages::default();
        let failed = pages.page(PageKind::Busy, Language::English, &filling(), |_| Err(()));
        assert_eq!(failed, Err(()));
        let page = pages.page(PageKind::Busy, Language::English, &filling(), render);
        assert_eq!(page, render(&filling()));
    }
}
