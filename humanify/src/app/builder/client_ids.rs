//! `ClientIdUse`: whether clearances, limits or both identify a client by its id cookie.

/// Whether limits, challenges or both identify clients by an id in a sealed cookie instead of by
/// their address alone; for [`use_client_id`](super::HumanifyBuilder::use_client_id). `true` is
/// [`Everywhere`](ClientIdUse::Everywhere), `false` is [`Nowhere`](ClientIdUse::Nowhere).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientIdUse {
    /// Clients are identified by their address. The default.
    #[default]
    Nowhere,
    /// For limits and challenges.
    Everywhere,
    /// For limits only.
    Limits,
    /// For challenges only.
    Challenges,
}

impl From<bool> for ClientIdUse {
    fn from(everywhere: bool) -> Self {
        match everywhere {
            true => ClientIdUse::Everywhere,
            false => ClientIdUse::Nowhere,
        }
    }
}

impl ClientIdUse {
    pub(super) fn for_challenges(self) -> bool {
        matches!(self, ClientIdUse::Everywhere | ClientIdUse::Challenges)
    }

    pub(super) fn for_limits(self) -> bool {
        matches!(self, ClientIdUse::Everywhere | ClientIdUse::Limits)
    }
}
