//! A trie of patterns: finds all patterns that match one text.

use super::pattern_item::PatternItem;
use super::patterns::{Pattern, Patterns};

/// A trie of patterns. Patterns with a common prefix share its nodes, so a text visits far fewer
/// nodes than there are patterns.
#[derive(Debug)]
pub(super) struct PatternTrie {
    nodes: Vec<PatternNode>,
}

#[derive(Debug)]
struct PatternNode {
    /// The item that leads to this node.
    item: PatternItem,
    /// The children that a literal byte leads to, sorted by this byte.
    bytes: Vec<(u8, u32)>,
    /// The other children.
    others: Vec<u32>,
    /// The patterns that end here.
    ends: Vec<Pattern>,
}

/// A node that a text has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ReachedNode {
    node: u32,
    /// Whether the node's item may match further bytes.
    repeats: bool,
}

impl PatternTrie {
    pub(super) fn new(patterns: &Patterns, all: &[Pattern]) -> PatternTrie {
        let mut trie = PatternTrie { nodes: Vec::new() };
        trie.add(PatternItem::Run);
        for pattern in all {
            let mut at = 0;
            for item in patterns.items(*pattern) {
                at = trie.child(at, *item);
            }
            if let Some(node) = trie.nodes.get_mut(index(at)) {
                node.ends.push(*pattern);
            }
        }
        trie
    }

    fn add(&mut self, item: PatternItem) -> u32 {
        let number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(PatternNode {
            item,
            bytes: Vec::new(),
            others: Vec::new(),
            ends: Vec::new(),
        });
        number
    }

    /// The child of a node for an item; created if it does not exist.
    fn child(&mut self, of: u32, item: PatternItem) -> u32 {
        let found = self.nodes.get(index(of)).and_then(|node| match item {
            PatternItem::Byte(byte) => node.behind(byte),
            _ => {
                let same = |other: &&u32| {
                    let node = self.nodes.get(index(**other));
                    node.is_some_and(|node| node.item == item)
                };
                node.others.iter().find(same).copied()
            }
        });
        if let Some(found) = found {
            return found;
        }
        let child = self.add(item);
        if let Some(node) = self.nodes.get_mut(index(of)) {
            match item {
                PatternItem::Byte(byte) => {
                    let place = node.bytes.partition_point(|(known, _)| *known < byte);
                    node.bytes.insert(place, (byte, child));
                }
                _ => node.others.push(child),
            }
        }
        child
    }

    /// The patterns that match a text, sorted, and the number of visited nodes.
    pub(super) fn matched(&self, text: &[u8]) -> (Vec<Pattern>, usize) {
        let (mut reached, mut next) = (Vec::new(), Vec::new());
        self.reach(0, false, &mut reached);
        let mut visited = reached.len();
        for byte in text {
            next.clear();
            for before in &reached {
                self.step(*before, *byte, &mut next);
            }
            std::mem::swap(&mut reached, &mut next);
            visited += reached.len();
        }
        let nodes = reached.iter().filter_map(|one| self.node(one.node));
        let mut matched: Vec<Pattern> = nodes.flat_map(|node| &node.ends).copied().collect();
        matched.sort_unstable();
        matched.dedup();
        (matched, visited)
    }

    fn step(&self, before: ReachedNode, byte: u8, next: &mut Vec<ReachedNode>) {
        let Some(node) = self.node(before.node) else {
            return;
        };
        if before.repeats && node.item.repeats(byte) {
            self.reach(before.node, true, next);
        }
        if let Some(child) = node.behind(byte) {
            self.reach(child, false, next);
        }
        for child in &node.others {
            match self.node(*child).map(|child| child.item) {
                Some(PatternItem::Letter(known)) if known == byte.to_ascii_lowercase() => {
                    self.reach(*child, false, next);
                }
                Some(PatternItem::Segment) if byte != b'/' => self.reach(*child, false, next),
                Some(PatternItem::One) if byte >= 0xc0 => self.reach(*child, false, next),
                // The byte is a whole character, so there is no continuation byte to read.
                Some(PatternItem::One) => {
                    let rest = self.node(*child).map_or(&[][..], |child| &child.others);
                    rest.iter().for_each(|rest| self.reach(*rest, false, next));
                }
                _ => {}
            }
        }
    }

    /// Adds a node, and the nodes after it that are reached without reading.
    fn reach(&self, node: u32, repeats: bool, reached: &mut Vec<ReachedNode>) {
        let new = ReachedNode { node, repeats };
        if reached.contains(&new) {
            return;
        }
        reached.push(new);
        let Some(node) = self.node(node) else {
            return;
        };
        for child in &node.others {
            if self
                .node(*child)
                .is_some_and(|child| child.item.may_be_empty())
            {
                self.reach(*child, true, reached);
            }
        }
    }

    fn node(&self, number: u32) -> Option<&PatternNode> {
        self.nodes.get(index(number))
    }
}

impl PatternNode {
    /// The child that a literal byte leads to.
    fn behind(&self, byte: u8) -> Option<u32> {
        let place = self.bytes.binary_search_by_key(&byte, |(known, _)| *known);
        let (_, node) = self.bytes.get(place.ok()?)?;
        Some(*node)
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Glob;
    use crate::analysis::patterns::TextAnchor;

    #[test]
    fn a_tree_matches_as_the_automaton_does() {
        let mut patterns = Patterns::new();
        let globs = [
            "/a",
            "/a/*",
            "*.css",
            "/a/?",
            "/?a",
            "/a/{id}/b",
            "/{id}",
            "/*/b*",
            "/*a*a*",
            "/é?",
            "*",
            "/a/?/?",
            "/a??",
        ];
        let mut all: Vec<Pattern> = globs
            .iter()
            .map(|glob| patterns.add_glob(&Glob::path(glob).unwrap()))
            .collect();
        for part in [
            TextAnchor::Whole,
            TextAnchor::Start,
            TextAnchor::End,
            TextAnchor::Anywhere,
        ] {
            all.push(patterns.add_text("/aB", part, false));
            all.push(patterns.add_text("/aB", part, true));
        }
        let trie = PatternTrie::new(&patterns, &all);
        let start = patterns.start(all.iter().copied());
        let signs = ["", "/", "a", "b", "B", ".css", "é", "x"];
        let pairs = signs
            .iter()
            .flat_map(|one| signs.map(|two| format!("{one}{two}")));
        let pairs: Vec<String> = pairs.collect();
        let longer = pairs
            .iter()
            .flat_map(|pair| signs.map(|third| format!("/{pair}{third}")));
        let texts: Vec<String> = longer.chain(pairs.iter().cloned()).collect();
        for text in texts {
            let mut state = start;
            for byte in text.bytes() {
                state = patterns.step(state, byte);
            }
            let known: Vec<Pattern> = patterns.matched(state).collect();
            assert_eq!(trie.matched(text.as_bytes()).0, known, "{text}");
        }
    }
}
