//! `RuleIndex`: finds the statements that may match a request without testing the others.
//!
//! The literal prefixes of the statements' paths form a trie of bytes. One walk along the path of a
//! request meets every statement whose prefix the path begins with, so statements about other paths
//! cost nothing.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::context::MatchContext;
use super::rule::Rule;
use super::target::TargetScope;

/// Numbers of statements. A request rarely meets many.
type Numbers = SmallVec<[u32; 16]>;

/// The statements of one kind, by the paths and routes of their targets.
#[derive(Default)]
pub(super) struct RuleIndex {
    /// The statements that may match any path.
    anywhere: Vec<u32>,
    /// The statements on one of the router's templates.
    routes: HashMap<&'static str, Vec<u32>>,
    /// The trie of the statements on paths. The first node is the root.
    nodes: Vec<RuleNode>,
    is_empty: bool,
}

#[derive(Default)]
struct RuleNode {
    /// The children: bytes in ascending order, each with the number of its node.
    children: Vec<(u8, u32)>,
    /// The statements whose prefix ends here.
    rules: Vec<u32>,
}

impl RuleIndex {
    /// Makes an index of the statements for which `is_in` holds.
    pub(super) fn new(rules: &[Rule], is_in: impl Fn(&Rule) -> bool) -> RuleIndex {
        let mut index = RuleIndex {
            nodes: vec![RuleNode::default()],
            is_empty: true,
            ..RuleIndex::default()
        };
        for (number, rule) in (0..).zip(rules) {
            if is_in(rule) {
                index.add(number, rule);
            }
        }
        index
    }

    fn add(&mut self, number: u32, rule: &Rule) {
        self.is_empty = false;
        let places: Option<Vec<TargetScope<'_>>> = rule
            .on
            .iter()
            .map(super::target::Matcher::places)
            .collect::<Option<Vec<_>>>()
            .map(|places| places.into_iter().flatten().collect());
        let places = places.filter(|_| !rule.on.is_empty());
        let Some(places) = places else {
            self.anywhere.push(number);
            return;
        };
        for place in places {
            match place {
                TargetScope::Route(template) => {
                    self.routes.entry(template).or_default().push(number)
                }
                TargetScope::Below(text) => self.insert(text, number),
            }
        }
    }

    fn insert(&mut self, text: &[u8], number: u32) {
        let mut at = 0;
        for byte in text {
            let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            let Some(node) = self.nodes.get_mut(at) else {
                return;
            };
            let child = match node.children.binary_search_by_key(byte, |(byte, _)| *byte) {
                Ok(place) => node.children.get(place).map_or(next, |(_, child)| *child),
                Err(place) => {
                    node.children.insert(place, (*byte, next));
                    self.nodes.push(RuleNode::default());
                    next
                }
            };
            at = child as usize;
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.rules.push(number);
        }
    }

    /// Whether there is no statement.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The statements that may match any path, in order.
    pub(super) fn anywhere(&self) -> &[u32] {
        &self.anywhere
    }

    /// The statements that may match a request, in order. No other statement matches it.
    pub(super) fn candidates(&self, context: &MatchContext<'_>) -> Numbers {
        let mut found = Numbers::from_slice(&self.anywhere);
        let sent = context.path.as_bytes();
        self.walk(sent, &mut found);
        if sent != &*context.normal_path {
            self.walk(&context.normal_path, &mut found);
        }
        let route = context.route().and_then(|route| self.routes.get(route));
        found.extend_from_slice(route.map_or(&[], Vec::as_slice));
        if found.len() > self.anywhere.len() {
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    fn walk(&self, path: &[u8], found: &mut Numbers) {
        let mut node = self.nodes.first();
        let mut rest = path.iter();
        while let Some(here) = node {
            found.extend_from_slice(&here.rules);
            let next = rest.next().and_then(|byte| {
                let place = here.children.binary_search_by_key(byte, |(byte, _)| *byte);
                here.children.get(place.ok()?)
            });
            node = next.and_then(|(_, child)| self.nodes.get(*child as usize));
        }
    }
}
