//! Globs and literal texts as one lazily built automaton.

use std::collections::HashMap;

use super::pattern_item::PatternItem;
use crate::glob::{Glob, Token};

/// The number of a pattern: a glob, or a literal text with its [`TextAnchor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Pattern(u32);

/// The number of a state: the positions in patterns that a text may have reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PatternState(u32);

/// All patterns, and the states that were built so far.
#[derive(Debug)]
pub(super) struct Patterns {
    items: Vec<PatternItem>,
    /// The index of each pattern's first item.
    starts: Vec<u32>,
    states: Vec<Box<[u32]>>,
    numbers: HashMap<Box<[u32]>, u32>,
    /// The transitions of each state, as far as they were built.
    steps: Vec<Transitions>,
}

/// The transitions of a state by byte: sixteen pages of sixteen, allocated when the first entry is
/// written. A hash map would take most of a search's time in an unoptimised build.
#[derive(Debug, Default)]
struct Transitions([Option<Box<[u32; 16]>>; 16]);

/// A transition that was not built yet.
const UNKNOWN: u32 = u32::MAX;

impl Transitions {
    fn get(&self, byte: u8) -> Option<u32> {
        let page = self.0.get(usize::from(byte >> 4))?.as_ref()?;
        let next = *page.get(usize::from(byte & 15))?;
        (next != UNKNOWN).then_some(next)
    }

    fn set(&mut self, byte: u8, next: u32) {
        if let Some(page) = self.0.get_mut(usize::from(byte >> 4)) {
            let page = page.get_or_insert_with(|| Box::new([UNKNOWN; 16]));
            if let Some(known) = page.get_mut(usize::from(byte & 15)) {
                *known = next;
            }
        }
    }
}

/// Where in a value a literal text must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TextAnchor {
    Whole,
    Start,
    End,
    Anywhere,
}

impl Patterns {
    pub(super) fn new() -> Patterns {
        Patterns {
            items: Vec::new(),
            starts: Vec::new(),
            states: vec![Box::default()],
            numbers: HashMap::from([(Box::default(), 0)]),
            steps: vec![Transitions::default()],
        }
    }

    /// Adds a glob. It matches whole texts.
    pub(super) fn add_glob(&mut self, glob: &Glob) -> Pattern {
        let pattern = self.begin();
        let mut buffer = [0; 4];
        for token in glob.tokens() {
            match token {
                Token::Literal(character) => {
                    let bytes = character.encode_utf8(&mut buffer).bytes();
                    self.items.extend(bytes.map(PatternItem::Byte));
                }
                Token::One => self
                    .items
                    .extend([PatternItem::One, PatternItem::Continued]),
                Token::Segment => self
                    .items
                    .extend([PatternItem::Segment, PatternItem::InSegment]),
                Token::Run => self.items.push(PatternItem::Run),
            }
        }
        self.end(pattern)
    }

    /// Adds a literal text.
    pub(super) fn add_text(&mut self, text: &str, part: TextAnchor, ignores_case: bool) -> Pattern {
        let pattern = self.begin();
        if matches!(part, TextAnchor::End | TextAnchor::Anywhere) {
            self.items.push(PatternItem::Run);
        }
        self.items.extend(text.bytes().map(|byte| {
            if ignores_case && byte.is_ascii_alphabetic() {
                PatternItem::Letter(byte.to_ascii_lowercase())
            } else {
                PatternItem::Byte(byte)
            }
        }));
        if matches!(part, TextAnchor::Start | TextAnchor::Anywhere) {
            self.items.push(PatternItem::Run);
        }
        self.end(pattern)
    }

    fn begin(&mut self) -> Pattern {
        let pattern = Pattern(number(self.starts.len()));
        self.starts.push(number(self.items.len()));
        pattern
    }

    fn end(&mut self, pattern: Pattern) -> Pattern {
        self.items.push(PatternItem::End(pattern.0));
        pattern
    }

    /// The start state for these patterns.
    pub(super) fn start(&mut self, patterns: impl IntoIterator<Item = Pattern>) -> PatternState {
        let mut places = Vec::new();
        for pattern in patterns {
            if let Some(start) = self.starts.get(at(pattern.0)) {
                self.reach(*start, &mut places);
            }
        }
        self.state(places)
    }

    /// The state after one more byte.
    pub(super) fn step(&mut self, state: PatternState, byte: u8) -> PatternState {
        if let Some(next) = self.steps.get(at(state.0)).and_then(|next| next.get(byte)) {
            return PatternState(next);
        }
        let mut places = Vec::new();
        for place in self.places(state) {
            match self.items.get(at(*place)) {
                Some(PatternItem::Byte(known)) if *known == byte => {
                    self.reach(place + 1, &mut places)
                }
                Some(PatternItem::Letter(known)) if *known == byte.to_ascii_lowercase() => {
                    self.reach(place + 1, &mut places);
                }
                Some(PatternItem::One) if byte < 0xc0 => self.reach(place + 2, &mut places),
                Some(PatternItem::One) => self.reach(place + 1, &mut places),
                Some(PatternItem::Segment) if byte != b'/' => self.reach(place + 1, &mut places),
                Some(item) if item.repeats(byte) => self.reach(*place, &mut places),
                _ => {}
            }
        }
        let next = self.state(places);
        if let Some(steps) = self.steps.get_mut(at(state.0)) {
            steps.set(byte, next.0);
        }
        next
    }

    /// The additional cost of a step from a state with many positions.
    pub(super) fn weight(&self, state: PatternState) -> usize {
        self.places(state).len() / 16
    }

    /// The patterns that match a text which ends in this state.
    pub(super) fn matched(&self, state: PatternState) -> impl Iterator<Item = Pattern> + '_ {
        self.places(state)
            .iter()
            .filter_map(|place| match self.items.get(at(*place)) {
                Some(PatternItem::End(pattern)) => Some(Pattern(*pattern)),
                _ => None,
            })
    }

    /// Whether a pattern can still match a text that continues from this state.
    pub(super) fn is_alive(&self, state: PatternState, pattern: Pattern) -> bool {
        let start = self.starts.get(at(pattern.0)).copied().unwrap_or(u32::MAX);
        let end = self
            .starts
            .get(at(pattern.0) + 1)
            .copied()
            .unwrap_or(u32::MAX);
        let places = self.places(state);
        let first = places.partition_point(|place| *place < start);
        places.get(first).is_some_and(|place| *place < end)
    }

    /// The bytes that a pattern distinguishes from other bytes.
    pub(super) fn bytes(&self, pattern: Pattern) -> impl Iterator<Item = u8> + '_ {
        let bytes = self.items(pattern).map(|item| match item {
            PatternItem::Byte(byte) => [Some(*byte), None],
            PatternItem::Letter(byte) => [Some(*byte), Some(byte.to_ascii_uppercase())],
            _ => [None, None],
        });
        bytes.flatten().flatten()
    }

    /// The items of a pattern, without its end.
    pub(super) fn items(&self, pattern: Pattern) -> impl Iterator<Item = &PatternItem> {
        let start = self.starts.get(at(pattern.0)).map_or(0, |start| at(*start));
        let items = self.items.get(start..).unwrap_or_default();
        items
            .iter()
            .take_while(|item| !matches!(item, PatternItem::End(_)))
    }

    /// Whether the texts of two patterns differ before the first wildcard of either, so that no
    /// text matches both. `false` may also mean that only a search can tell.
    pub(super) fn begin_apart(&self, one: Pattern, other: Pattern) -> bool {
        let items = |pattern: Pattern| {
            let start = self.starts.get(at(pattern.0)).map_or(0, |start| at(*start));
            self.items.get(start..).unwrap_or_default().iter()
        };
        let differing = items(one).zip(items(other)).find(|(one, other)| {
            let is_same_byte = one == other && matches!(one, PatternItem::Byte(_));
            !is_same_byte
        });
        matches!(
            differing,
            Some(
                (
                    PatternItem::Byte(_) | PatternItem::End(_),
                    PatternItem::Byte(_)
                ) | (PatternItem::Byte(_), PatternItem::End(_))
            )
        )
    }

    /// The text of a pattern that matches only one text.
    pub(super) fn literal(&self, pattern: Pattern) -> Option<Vec<u8>> {
        let start = at(*self.starts.get(at(pattern.0))?);
        let mut text = Vec::new();
        for item in self.items.get(start..)? {
            match item {
                PatternItem::Byte(byte) => text.push(*byte),
                PatternItem::End(_) => return Some(text),
                _ => return None,
            }
        }
        None
    }

    /// A short text that the pattern matches, with `fill` in place of wildcards.
    pub(super) fn sample(&self, pattern: Pattern, fill: &[u8]) -> Vec<u8> {
        let start = self.starts.get(at(pattern.0)).map_or(0, |start| at(*start));
        let mut text = Vec::new();
        for item in self.items.get(start..).unwrap_or_default() {
            match item {
                PatternItem::Byte(byte) | PatternItem::Letter(byte) => text.push(*byte),
                PatternItem::One => text.extend(fill.first()),
                PatternItem::Segment | PatternItem::Run => text.extend(fill),
                PatternItem::Continued | PatternItem::InSegment => {}
                PatternItem::End(_) => break,
            }
        }
        text
    }

    fn places(&self, state: PatternState) -> &[u32] {
        self.states.get(at(state.0)).map_or(&[], |places| places)
    }

    /// Adds a position, and the positions after it that are reached without reading.
    fn reach(&self, place: u32, places: &mut Vec<u32>) {
        let mut place = place;
        loop {
            places.push(place);
            match self.items.get(at(place)) {
                Some(item) if item.may_be_empty() => place += 1,
                _ => break,
            }
        }
    }

    fn state(&mut self, mut places: Vec<u32>) -> PatternState {
        places.sort_unstable();
        places.dedup();
        if let Some(known) = self.numbers.get(places.as_slice()) {
            return PatternState(*known);
        }
        let next = number(self.states.len());
        let places = places.into_boxed_slice();
        self.states.push(places.clone());
        self.steps.push(Transitions::default());
        self.numbers.insert(places, next);
        PatternState(next)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: impl FnOnce(&mut Patterns) -> Pattern, text: &str) -> bool {
        let mut patterns = Patterns::new();
        let pattern = pattern(&mut patterns);
        let mut state = patterns.start([pattern]);
        for byte in text.bytes() {
            state = patterns.step(state, byte);
        }
        patterns.matched(state).any(|matched| matched == pattern)
    }

    #[test]
    fn a_glob_matches_as_its_expression_does() {
        for glob in [
            "/a",
            "/a/*",
            "*.css",
            "/a/?",
            "/a/{id}/b",
            "/*/b*",
            "/é?",
            "*",
        ] {
            let parsed = Glob::path(glob).unwrap();
            let expression = crate::compile_pattern(&parsed.to_pattern()).unwrap();
            for text in [
                "/a", "/a/", "/a/x", "/a/é", "/a/x/b", "/a//b", "/x.css", "/x/b", "/x/y/bb", "/éx",
                "/éé", "/", "",
            ] {
                assert_eq!(
                    matches(|patterns| patterns.add_glob(&parsed), text),
                    expression.is_match(text.as_bytes()),
                    "{glob} {text}"
                );
            }
        }
    }

    #[test]
    fn patterns_that_begin_apart_have_no_text_in_common() {
        for (one, other, apart) in [
            ("/a", "/b", true),
            ("/a", "/a/b", true),
            ("/a/*", "/a", true),
            ("/a/x*", "/a/y*", true),
            ("/é", "/è", true),
            ("/a", "/a", false),
            ("/a*", "/ab", false),
            ("/a*", "/a", false),
            ("/{id}", "/a", false),
            ("/?b", "/a", false),
            ("*.css", "/a", false),
            ("/*a", "/*b", false),
        ] {
            let mut patterns = Patterns::new();
            let [one_pattern, other_pattern] =
                [one, other].map(|glob| patterns.add_glob(&Glob::path(glob).unwrap()));
            for (a, b) in [(one_pattern, other_pattern), (other_pattern, one_pattern)] {
                assert_eq!(patterns.begin_apart(a, b), apart, "{one} {other}");
            }
        }
    }

    #[test]
    fn contains_matches_a_part_of_a_value() {
        for (part, ignores_case, fits, fits_not) in [
            (TextAnchor::Whole, false, "ab", "AB"),
            (TextAnchor::Whole, true, "AB", "abc"),
            (TextAnchor::Start, false, "abc", "cab"),
            (TextAnchor::End, false, "cab", "abc"),
            (TextAnchor::Anywhere, true, "xaBx", "xacx"),
        ] {
            let add = |patterns: &mut Patterns| patterns.add_text("ab", part, ignores_case);
            assert!(matches(add, fits), "{part:?}");
            assert!(!matches(add, fits_not), "{part:?}");
        }
    }
}
