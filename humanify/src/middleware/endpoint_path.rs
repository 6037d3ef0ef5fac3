//! `Endpoint`: one of humanify's own pages, and its path.

use std::sync::LazyLock;

use crate::challenge::{Modality, script_hash};

/// One of humanify's own pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Challenge(Modality),
    Verify(Modality),
    Script,
    /// The picture that the wait page of a browser without scripts loads.
    Mark,
    /// The script that shows challenges in a dialog, for the application's own scripts.
    Dialog,
    /// The page to which a solved challenge in a dialog leads.
    Solved,
    AccessDenied,
    RateLimited,
}

/// The script of proof of work. Its name depends on its content, so that caches can keep it for
/// ever.
static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| format!("work-{}.js", script_hash()));

impl Endpoint {
    pub(crate) const ALL: [Endpoint; 12] = [
        Endpoint::Challenge(Modality::Pictures),
        Endpoint::Challenge(Modality::Sound),
        Endpoint::Challenge(Modality::Work),
        Endpoint::Verify(Modality::Pictures),
        Endpoint::Verify(Modality::Sound),
        Endpoint::Verify(Modality::Work),
        Endpoint::Script,
        Endpoint::Mark,
        Endpoint::Dialog,
        Endpoint::Solved,
        Endpoint::AccessDenied,
        Endpoint::RateLimited,
    ];

    /// The path below the mount.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Endpoint::Challenge(Modality::Pictures) => "challenge",
            Endpoint::Challenge(Modality::Sound) => "audio_challenge",
            Endpoint::Challenge(Modality::Work) => "work_challenge",
            Endpoint::Verify(Modality::Pictures) => "verify",
            Endpoint::Verify(Modality::Sound) => "verify_audio",
            Endpoint::Verify(Modality::Work) => "verify_work",
            Endpoint::Script => SCRIPT_NAME.as_str(),
            Endpoint::Mark => "mark.svg",
            Endpoint::Dialog => "dialog.js",
            Endpoint::Solved => "solved",
            Endpoint::AccessDenied => "access_denied",
            Endpoint::RateLimited => "rate_limited",
        }
    }

    /// The endpoint at a path, if there is one.
    pub(super) fn at(path: &str, mount: &str) -> Option<Endpoint> {
        let path = path.strip_prefix(mount)?.strip_prefix('/')?;
        Endpoint::ALL.into_iter().find(|page| page.path() == path)
    }
}
