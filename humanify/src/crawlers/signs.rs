//! Where the texts of the list count in an agent, and which of them were found.

use super::format::Mark;

/// Where a text counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    at_start: bool,
    at_end: bool,
    at_word: bool,
    ends_word: bool,
}

impl Place {
    /// Of the letters that stand before a text of the list.
    pub(super) fn read(conditions: &str) -> Place {
        Place {
            at_start: conditions.contains('s'),
            at_end: conditions.contains('e'),
            at_word: conditions.contains('w'),
            ends_word: conditions.contains('t'),
        }
    }

    /// Whether the text counts where it was found.
    pub(super) fn fits(self, agent: &[u8], start: usize, end: usize) -> bool {
        let before = start.checked_sub(1).and_then(|place| agent.get(place));
        let after = agent.get(end);
        (!self.at_start || start == 0)
            && (!self.at_end || end == agent.len())
            && (!self.at_word || !before.is_some_and(u8::is_ascii_alphanumeric))
            && (!self.ends_word || !after.is_some_and(u8::is_ascii_alphanumeric))
    }
}

/// What was found in an agent.
#[derive(Default)]
pub(super) struct Signs {
    /// The first of the entries that name a crawler, whatever else the agent holds.
    pub(super) firm: Option<usize>,
    /// The first of those that do so where the agent is nobody's whom the marks tell.
    pub(super) weak: Option<usize>,
    pub(super) engine: bool,
    pub(super) program: bool,
    pub(super) embedded: bool,
    pub(super) certain: bool,
}

impl Signs {
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
