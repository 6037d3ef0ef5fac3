//! `TextPlace` and `FoundTexts`: the required position of a text in a user agent, and the texts that
//! were found in it.

use super::format::Mark;

/// Where a text has to stand in a user agent to count.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextPlace {
    at_start: bool,
    at_end: bool,
    at_word: bool,
    ends_word: bool,
}

impl TextPlace {
    /// Reads the condition letters of a line: `s` start of the agent, `e` end of the agent, `w`
    /// start of a word, `t` end of a word.
    pub(super) fn read(conditions: &str) -> TextPlace {
        TextPlace {
            at_start: conditions.contains('s'),
            at_end: conditions.contains('e'),
            at_word: conditions.contains('w'),
            ends_word: conditions.contains('t'),
        }
    }

    /// Whether a text that was found at `start..end` counts there.
    pub(super) fn fits(self, agent: &[u8], start: usize, end: usize) -> bool {
        let before = start.checked_sub(1).and_then(|place| agent.get(place));
        let after = agent.get(end);
        (!self.at_start || start == 0)
            && (!self.at_end || end == agent.len())
            && (!self.at_word || !before.is_some_and(u8::is_ascii_alphanumeric))
            && (!self.ends_word || !after.is_some_and(u8::is_ascii_alphanumeric))
    }
}

/// The texts that were found in a user agent.
#[derive(Default)]
pub(super) struct FoundTexts {
    /// The first entry that makes a crawler, whatever else is in the agent.
    pub(super) firm: Option<usize>,
    /// The first entry that makes a crawler unless a mark shows that the agent is a person's.
    pub(super) weak: Option<usize>,
    pub(super) engine: bool,
    pub(super) program: bool,
    pub(super) embedded: bool,
    pub(super) certain: bool,
}

impl FoundTexts {
    pub(super) fn entry(&mut self, number: usize, weak: bool) {
        let best = if weak { &mut self.weak } else { &mut self.firm };
        if best.is_none_or(|best| number < best) {
            *best = Some(number);
        }
    }

    pub(super) fn mark(&mut self, mark: Mark) {
        match mark {
            Mark::Engine => self.engine = true,
            Mark::Program => self.program = true,
            Mark::Embedded => self.embedded = true,
            Mark::Certain => self.certain = true,
        }
    }
}
