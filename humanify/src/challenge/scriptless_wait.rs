//! `ScriptlessWait`: the wait of a browser without scripts, as tokens contain it.

pub(super) const WAIT_BYTES: usize = 8 + 16;

/// Whether a browser waits, because it runs no scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ScriptlessWait {
    #[default]
    No,
    /// The browser asked for a challenge without scripts; the wait begins with the next page.
    Asked,
    /// The browser waits since this time, in milliseconds since 1970. The id identifies the wait.
    Since { at: u64, id: [u8; 16] },
}

impl ScriptlessWait {
    pub(super) fn to_bytes(self) -> [u8; WAIT_BYTES] {
        let (at, id) = match self {
            ScriptlessWait::No => (0, [0; 16]),
            ScriptlessWait::Asked => (1, [0; 16]),
            ScriptlessWait::Since { at, id } => (at.max(2), id),
        };
        let mut bytes = [0; WAIT_BYTES];
        let fields = at.to_le_bytes().into_iter().chain(id);
        bytes
            .iter_mut()
            .zip(fields)
            .for_each(|(to, from)| *to = from);
        bytes
    }

    pub(super) fn from_bytes(at: [u8; 8], id: [u8; 16]) -> ScriptlessWait {
        match u64::from_le_bytes(at) {
            0 => ScriptlessWait::No,
            1 => ScriptlessWait::Asked,
            at => ScriptlessWait::Since { at, id },
        }
    }
}
