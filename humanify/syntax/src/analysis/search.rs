//! Breadth-first search for a text, over all patterns and expressions at once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasherDefault;

use super::expression::{Expression, SearchProgress, Undecided};
use super::form::{
    FormState, HostState, MediaTypeState, role_in_hosts, role_in_media_types, role_in_paths,
    role_in_sent_paths,
};
use super::path::PathState;
use super::patterns::Pattern;
use super::search_state::{SearchState, SearchStateHasher};
use super::texts::{TextMatches, TextSet, TextTable};
use crate::Field;

/// The texts that a search considers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Domain {
    /// Any text.
    Any,
    /// Texts without ASCII capitals.
    Lower,
    /// Hosts, in lower case, without port and without a dot at the end.
    Hosts,
    /// Media types, in lower case and without parameters.
    MediaTypes,
    /// Normalised paths.
    Paths,
    /// Paths as clients may send them.
    Sent,
}

impl Domain {
    /// The texts that a field may have.
    pub(super) const fn of(field: Field) -> Domain {
        match field {
            Field::Host => Domain::Hosts,
            Field::ContentType => Domain::MediaTypes,
            Field::Scheme => Domain::Lower,
            _ => Domain::Any,
        }
    }
}

/// The result of one step of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Search {
    /// The next text whose set of matching patterns and expressions is new, with this set.
    Found(Vec<u8>, TextMatches),
    /// There is no further text.
    Nothing,
    /// The budget was used up, or the automaton of an expression gave up.
    Undecided,
}

/// The number of steps that searches may still take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(pub(super) usize);

impl Budget {
    pub(super) fn spend(&mut self, steps: usize) -> Option<()> {
        self.0 = self.0.checked_sub(steps)?;
        Some(())
    }
}

/// A breadth-first search for texts, by the sets that they are in.
#[derive(Debug)]
pub(super) struct Searcher {
    must: Vec<TextSet>,
    patterns: Vec<Pattern>,
    expressions: Vec<usize>,
    domain: Domain,
    /// The cost of a step.
    weight: usize,
    bytes: Vec<u8>,
    /// The predecessor of each state, and the byte that led from it.
    steps: Vec<(usize, u8)>,
    known: HashSet<SearchState, BuildHasherDefault<SearchStateHasher>>,
    queue: VecDeque<(SearchState, usize)>,
    seen: HashSet<TextMatches>,
}

impl Searcher {
    /// Starts a search for texts that are in all sets of `must`. It finds one text for each
    /// combination of `sets` that such texts are in.
    pub(super) fn new<'s>(
        texts: &mut TextTable,
        must: Vec<TextSet>,
        sets: impl IntoIterator<Item = &'s TextSet>,
        domain: Domain,
    ) -> Result<Searcher, Undecided> {
        let (mut patterns, mut expressions) = (Vec::new(), Vec::new());
        let mut note = |set: &TextSet| {
            patterns.extend(&set.patterns);
            expressions.extend(&set.expressions);
            (!set.unknown).then_some(()).ok_or(Undecided)
        };
        must.iter().try_for_each(&mut note)?;
        sets.into_iter().try_for_each(note)?;
        patterns.sort_unstable();
        patterns.dedup();
        expressions.sort_unstable();
        expressions.dedup();
        let known = expressions
            .iter()
            .filter_map(|number| texts.expressions.get(*number));
        let weight = 1 + known.map(Expression::weight).sum::<usize>();
        let mut searcher = Searcher {
            must,
            patterns,
            expressions,
            domain,
            weight,
            bytes: Vec::new(),
            steps: vec![(0, 0)],
            known: HashSet::default(),
            queue: VecDeque::new(),
            seen: HashSet::new(),
        };
        searcher.bytes = searcher.representative_bytes(texts);
        let start = searcher.start(texts)?;
        searcher.known.insert(start.clone());
        searcher.queue.push_back((start, 0));
        Ok(searcher)
    }

    /// The next text whose set of matching patterns and expressions is new.
    pub(super) fn next(&mut self, texts: &mut TextTable, budget: &mut Budget) -> Search {
        match self.advance(texts, budget) {
            Ok(Some((text, matched))) => Search::Found(text, matched),
            Ok(None) => Search::Nothing,
            Err(Undecided) => Search::Undecided,
        }
    }

    fn advance(
        &mut self,
        texts: &mut TextTable,
        budget: &mut Budget,
    ) -> Result<Option<(Vec<u8>, TextMatches)>, Undecided> {
        while let Some((state, number)) = self.queue.pop_front() {
            for index in 0..self.bytes.len() {
                let Some(byte) = self.bytes.get(index).copied() else {
                    break;
                };
                let weight = self.weight + texts.patterns.weight(state.patterns);
                budget.spend(weight).ok_or(Undecided)?;
                let Some(next) = self.step(texts, &state, byte)? else {
                    continue;
                };
                let is_possible = |set| self.is_possible(texts, set, &next);
                if self.known.contains(&next) || !self.must.iter().all(is_possible) {
                    continue;
                }
                self.known.insert(next.clone());
                self.queue.push_back((next, self.steps.len()));
                self.steps.push((number, byte));
            }
            if state.form.is_none_or(FormState::is_whole) {
                let matched = self.matched(texts, &state)?;
                if self.must.iter().all(|set| set.holds(&matched))
                    && self.seen.insert(matched.clone())
                {
                    return Ok(Some((text(&self.steps, number), matched)));
                }
            }
        }
        Ok(None)
    }

    fn start(&self, texts: &mut TextTable) -> Result<SearchState, Undecided> {
        let mut progress = Vec::with_capacity(self.expressions.len());
        for number in &self.expressions {
            let expression = texts.expressions.get_mut(*number).ok_or(Undecided)?;
            progress.push(expression.start()?);
        }
        Ok(SearchState {
            patterns: texts.patterns.start(self.patterns.iter().copied()),
            expressions: progress,
            form: match self.domain {
                Domain::Any | Domain::Lower => None,
                Domain::Hosts => Some(FormState::Host(HostState::Before)),
                Domain::MediaTypes => Some(FormState::MediaType(MediaTypeState::Before)),
                Domain::Paths => Some(FormState::Path(PathState::Before)),
                Domain::Sent => Some(FormState::Path(PathState::BeforeSent)),
            },
        })
    }

    fn step(
        &self,
        texts: &mut TextTable,
        state: &SearchState,
        byte: u8,
    ) -> Result<Option<SearchState>, Undecided> {
        let form = match state.form {
            None => None,
            Some(place) => match place.step(byte) {
                Some(next) => Some(next),
                None => return Ok(None),
            },
        };
        let mut expressions = Vec::with_capacity(state.expressions.len());
        for (number, progress) in self.expressions.iter().zip(&state.expressions) {
            let expression = texts.expressions.get_mut(*number).ok_or(Undecided)?;
            expressions.push(expression.step(*progress, byte)?);
        }
        Ok(Some(SearchState {
            patterns: texts.patterns.step(state.patterns, byte),
            expressions,
            form,
        }))
    }

    fn matched(
        &self,
        texts: &mut TextTable,
        state: &SearchState,
    ) -> Result<TextMatches, Undecided> {
        let mut matched = TextMatches {
            patterns: texts.patterns.matched(state.patterns).collect(),
            expressions: Vec::new(),
        };
        for (number, progress) in self.expressions.iter().zip(&state.expressions) {
            let expression = texts.expressions.get_mut(*number).ok_or(Undecided)?;
            if expression.ends(*progress)? {
                matched.expressions.push(*number);
            }
        }
        Ok(matched)
    }

    /// Whether a text that continues from here can still be in a set.
    fn is_possible(&self, texts: &TextTable, set: &TextSet, state: &SearchState) -> bool {
        let progress = |number: &usize| {
            let position = self.expressions.binary_search(number).ok()?;
            state.expressions.get(position)
        };
        set.everything
            || set
                .patterns
                .iter()
                .any(|pattern| texts.patterns.is_alive(state.patterns, *pattern))
            || set
                .expressions
                .iter()
                .any(|number| progress(number).is_some_and(|known| *known != SearchProgress::Never))
    }

    /// One representative byte of each equivalence class; readable bytes are preferred.
    fn representative_bytes(&self, texts: &TextTable) -> Vec<u8> {
        let role = match self.domain {
            Domain::Sent => role_in_sent_paths,
            Domain::Hosts => role_in_hosts,
            Domain::MediaTypes => role_in_media_types,
            _ => role_in_paths,
        };
        let mut classes: Classes = std::array::from_fn(|byte| u8::try_from(byte).map_or(0, role));
        let patterns = self.patterns.iter();
        for byte in patterns.flat_map(|one| texts.patterns.bytes(*one)) {
            if let Some(class) = classes.get_mut(usize::from(byte)) {
                *class = LITERAL + u16::from(byte);
            }
        }
        let expressions = self.expressions.iter();
        for expression in expressions.filter_map(|number| texts.expressions.get(*number)) {
            refine(&mut classes, |byte| expression.class(byte));
        }
        let mut is_new = [true; 2 * LITERAL as usize];
        let mut first_of_its_class = |byte: &u8| {
            let class = classes.get(usize::from(*byte)).copied();
            class
                .and_then(|class| is_new.get_mut(usize::from(class)))
                .is_some_and(std::mem::take)
        };
        let is_lower = self.domain == Domain::Lower;
        let bytes = LETTERS_FIRST.into_iter();
        let bytes = bytes.filter(|byte| !(is_lower && byte.is_ascii_uppercase()));
        bytes.filter(|byte| first_of_its_class(byte)).collect()
    }
}

/// The equivalence class of each byte.
type Classes = [u16; 256];

/// Each byte that a pattern names has a class of its own, numbered from here.
const LITERAL: u16 = 256;

/// Splits classes whose bytes an expression tells apart.
fn refine(classes: &mut Classes, class_of: impl Fn(u8) -> u8) {
    let mut numbers = HashMap::new();
    for (byte, class) in (0..=u8::MAX).zip(classes) {
        let next = u16::from(u8::try_from(numbers.len()).unwrap_or(u8::MAX));
        *class = *numbers.entry((*class, class_of(byte))).or_insert(next);
    }
}

/// The text that leads to a state.
fn text(steps: &[(usize, u8)], number: usize) -> Vec<u8> {
    let mut text = Vec::new();
    let mut at = number;
    while at != 0 {
        let Some((before, byte)) = steps.get(at) else {
            break;
        };
        text.push(*byte);
        at = *before;
    }
    text.reverse();
    text
}

/// All bytes, letters first.
const LETTERS_FIRST: [u8; 256] = {
    const FIRST: &[u8] = b"xyzabcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_/.";
    let mut bytes = [0; 256];
    let mut is_first = [false; 256];
    let (mut count, mut byte) = (0, 0);
    #[allow(
        clippy::indexing_slicing,
        reason = "a constant that does not compile cannot panic"
    )]
    {
        while count < FIRST.len() {
            bytes[count] = FIRST[count];
            is_first[FIRST[count] as usize] = true;
            count += 1;
        }
        while count < bytes.len() {
            if !is_first[byte] {
                bytes[count] = byte as u8;
                count += 1;
            }
            byte += 1;
        }
    }
    bytes
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Target;

    fn first(must: Target, without: &[Target]) -> Option<String> {
        let mut texts = TextTable::new();
        let must = texts.target(&must);
        let without: Vec<TextSet> = without.iter().map(|target| texts.target(target)).collect();
        let mut searcher = Searcher::new(&mut texts, vec![must], &without, Domain::Paths).unwrap();
        let mut budget = Budget(100_000);
        loop {
            match searcher.next(&mut texts, &mut budget) {
                Search::Found(_, matched) if without.iter().any(|set| set.holds(&matched)) => {}
                Search::Found(text, _) => return Some(String::from_utf8(text).unwrap()),
                Search::Nothing => return None,
                Search::Undecided => panic!("{must:?}", must = searcher.must),
            }
        }
    }

    #[test]
    fn the_shortest_unmatched_path_is_found() {
        let (path, regex) = (Target::Path, Target::PathRegex);
        for (must, without, expected) in [
            (path("/api/*"), vec![path("/api/*")], None),
            (path("/api/*"), vec![path("/api/x*")], Some("/api/y")),
            (path("/api/*"), vec![regex("^/api/")], None),
            (regex("^/api/users"), vec![path("/api/*")], None),
            (regex("^/api"), vec![path("/api/*")], Some("/api")),
            (
                path("/items/{id}"),
                vec![path("/items/?"), path("/items/??*")],
                None,
            ),
            (Target::Under("/a"), vec![path("/a/*")], Some("/a")),
            (Target::Under("/a"), vec![path("/a/*"), path("/a")], None),
            (Target::Route("/a/{*rest}"), vec![path("/a/*")], None),
            (regex("a^"), vec![], None),
            (regex("^admin"), vec![], None),
        ] {
            let found = first(must, &without);
            assert_eq!(found.as_deref(), expected, "{must:?} without {without:?}");
        }
    }
}
