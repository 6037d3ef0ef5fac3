//! `Browser`: the browser that answers a challenge, known by a sealed cookie.

use super::token::Fields;
use crate::client::ClientKey;
use crate::clock::is_current;
use crate::crypto::{NoRandomness, Purpose, SealError, Sealer, random_bytes};

/// How long the cookie lives, in milliseconds: much longer than any challenge, so that a page
/// that was left open finds it.
pub(crate) const BROWSER_LIFE: u64 = 24 * 3_600_000;

/// For how long a browser is early, in milliseconds.
pub(super) const EARLY: u64 = 600_000;

const BROWSER: usize = 8 + 16 + 8 + 1;

/// Who answers. It says nothing of a person but that the cookie came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Browser {
    pub(super) id: [u8; 16],
    /// Until when it gets the easiest challenges: the first browser of an address does.
    pub(super) early_until: u64,
    /// Whether it was given a clearance before.
    pub(super) cleared: bool,
}

impl Browser {
    /// One that was not seen before.
    pub(super) fn new() -> Result<Browser, NoRandomness> {
        Ok(Browser {
            id: random_bytes()?,
            early_until: 0,
            cleared: false,
        })
    }

    /// The same browser, once it was given a clearance.
    pub(crate) fn cleared(self) -> Browser {
        Browser {
            cleared: true,
            ..self
        }
    }

    /// What tells the browser from others, and is never shown.
    pub(crate) fn id(self) -> [u8; 16] {
        self.id
    }

    /// What wrong answers of the browser are counted by.
    pub(crate) fn key(self) -> ClientKey {
        ClientKey::Value(self.id)
    }

    pub(super) fn is_early(self, now: u64) -> bool {
        now < self.early_until
    }

    pub(super) fn seal(self, seal: &Sealer, now: u64) -> Result<String, SealError> {
        let mut content = Vec::with_capacity(BROWSER);
        content.extend_from_slice(&now.to_le_bytes());
        content.extend_from_slice(&self.id);
        content.extend_from_slice(&self.early_until.to_le_bytes());
        content.push(u8::from(self.cleared));
        seal.seal(Purpose::Browser, b"", &content)
    }

    pub(super) fn open(seal: &Sealer, cookie: &[u8], now: u64) -> Option<Browser> {
        let content: [u8; BROWSER] = seal.open(Purpose::Browser, b"", cookie)?;
        let mut fields = Fields(&content);
        let made = u64::from_le_bytes(fields.take()?);
        let browser = Browser {
            id: fields.take()?,
            early_until: u64::from_le_bytes(fields.take()?),
            cleared: fields.take()? == [1],
        };
        is_current(made, BROWSER_LIFE, now).then_some(browser)
    }
}
