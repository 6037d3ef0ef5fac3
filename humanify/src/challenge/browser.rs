//! `Browser`: the browser that answers a challenge, known by a sealed cookie.

use super::token::FieldReader;
use crate::client::ClientKey;
use crate::clock::is_current;
use crate::crypto::{NoRandomness, Purpose, SealError, Sealer, random_bytes};

/// The lifetime of the cookie, in milliseconds: much longer than any challenge, so that a page that
/// was left open still has its cookie.
pub(crate) const BROWSER_LIFE: u64 = 24 * 3_600_000;

/// How long a browser is the first of its address, in milliseconds.
pub(super) const FIRST_BROWSER_MILLISECONDS: u64 = 600_000;

const BROWSER_BYTES: usize = 8 + 16 + 8 + 1;

/// The browser that answers. It identifies no person; it only proves that the cookie came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Browser {
    pub(super) id: [u8; 16],
    /// The time until which the browser is the first of its address, which gets the easiest
    /// challenges.
    pub(super) first_until: u64,
    /// Whether it has had a clearance.
    pub(super) cleared: bool,
}

impl Browser {
    /// A new browser.
    pub(super) fn new() -> Result<Browser, NoRandomness> {
        Ok(Browser {
            id: random_bytes()?,
            first_until: 0,
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

    pub(super) fn is_first(self, now: u64) -> bool {
        now < self.first_until
    }

    pub(super) fn seal(self, sealer: &Sealer, now: u64) -> Result<String, SealError> {
        let mut content = Vec::with_capacity(BROWSER_BYTES);
        content.extend_from_slice(&now.to_le_bytes());
        content.extend_from_slice(&self.id);
        content.extend_from_slice(&self.first_until.to_le_bytes());
        content.push(u8::from(self.cleared));
        sealer.seal(Purpose::Browser, b"", &content)
    }

    pub(super) fn open(sealer: &Sealer, cookie: &[u8], now: u64) -> Option<Browser> {
        let content: [u8; BROWSER_BYTES] = sealer.open(Purpose::Browser, b"", cookie)?;
        let mut fields = FieldReader(&content);
        let created_at = u64::from_le_bytes(fields.take()?);
        let browser = Browser {
            id: fields.take()?,
            first_until: u64::from_le_bytes(fields.take()?),
            cleared: fields.take()? == [1],
        };
        is_current(created_at, BROWSER_LIFE, now).then_some(browser)
    }
}
