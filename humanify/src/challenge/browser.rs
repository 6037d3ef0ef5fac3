//! `Browser`: the browser that answers a challenge, known by a sealed cookie.

use super::token::FieldReader;
use crate::client::ClientKey;
use crate::clock::is_current;
use crate::crypto::{NoRandomness, Purpose, SealError, Sealer, random_bytes};

/// The lifetime of the cookie, in milliseconds: much longer than any challenge, so that a page that
/// was left open still has its cookie.
pub(crate) const BROWSER_LIFE: u64 = 24 * 3_600_000;

/// How long a browser is early, in milliseconds.
pub(super) const EARLY_MILLISECONDS: u64 = 600_000;

const BROWSER: usize = 8 + 16 + 8 + 1;

/// The browser that answers. It identifies no person; it only proves that the cookie came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Browser {
    pub(super) id: [u8; 16],
    /// The time until which the browser is early: it gets the easiest challenges, as the first
    /// browser of its address.
    pub(super) early_until: u64,
    /// Whether it has had a clearance.
    pub(super) cleared: bool,
}

impl Browser {
    /// A new browser.
    pub(super) fn new() -> Result<Browser, NoRandomness> {
        Ok(Browser {
            id: random_bytes()?,
            early_until: 0,
            cleared: false,
        })
    }

    /// The same browser, after it got a clearance.
    pub(crate) fn cleared(self) -> Browser {
        Browser {
            cleared: true,
            ..self
        }
    }

    /// The id of the browser, which is never shown.
    pub(crate) fn id(self) -> [u8; 16] {
        self.id
    }

    /// The key under which wrong answers of the browser are counted.
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
        let mut fields = FieldReader(&content);
        let made = u64::from_le_bytes(fields.take()?);
        let browser = Browser {
            id: fields.take()?,
            early_until: u64::from_le_bytes(fields.take()?),
            cleared: fields.take()? == [1],
        };
        is_current(made, BROWSER_LIFE, now).then_some(browser)
    }
}
