//! The ids of clients: cookies by which limits and clearances know a browser again.

use http::HeaderMap;

use super::instance::Instance;
use crate::client::{Client, Ids};
use crate::crypto::{Purpose, SealError, random_bytes};
use crate::http::cookies;
use crate::limit::{Counter, NEW_IDS};
use crate::store::{Bucket, CountMode, CountOutcome};

/// The lifetime of the cookie with a client id, in seconds.
const ID_LIFE: u64 = 365 * 86_400;

impl Instance {
    /// The ids of a client.
    #[inline(never)]
    pub(super) fn ids(&self, https: bool, headers: &HeaderMap) -> Box<Ids> {
        let settings = &self.settings;
        let id = self.client_id(https, headers);
        Box::new(Ids {
            id: id.filter(|_| settings.use_client_id),
            limit_id: id.filter(|_| settings.limit_by_client_id),
            limits_by_ids: settings.limit_by_client_id,
        })
    }

    fn client_id(&self, https: bool, headers: &HeaderMap) -> Option<[u8; 16]> {
        let name = self.settings.cookies.id.get(https);
        let token = cookies(headers, name).next()?;
        let content: [u8; 24] = self.sealer.open(Purpose::ClientId, b"", token)?;
        let (id, made) = content.split_first_chunk::<16>()?;
        let made = u64::from_le_bytes(made.try_into().ok()?);
        let expires = made.saturating_add(ID_LIFE * 1_000);
        (self.clock.milliseconds() < expires).then_some(*id)
    }

    /// Whether a client gets an id.
    pub(crate) fn needs_id(&self, client: &Client) -> bool {
        let settings = &self.settings;
        let wanted = settings.use_client_id || settings.limit_by_client_id;
        wanted && !client.has_id() && !client.is_limited_by_id()
    }

    /// A cookie with an id for a client without one, unless its address has had too many.
    pub(crate) async fn new_client_id(&self, client: &Client) -> Option<String> {
        if !self.needs_id(client) {
            return None;
        }
        let bucket = Bucket::new(Counter::NewIds.key(client.address()), NEW_IDS);
        match self.store.count(&[bucket], CountMode::Acquire).wait().await {
            Ok(CountOutcome::Within(_)) => self.client_id_cookie(client.is_https()).ok(),
            _ => None,
        }
    }

    fn client_id_cookie(&self, https: bool) -> Result<String, SealError> {
        let id: [u8; 16] = random_bytes()?;
        let content = [&id[..], &self.clock.milliseconds().to_le_bytes()].concat();
        let token = self.sealer.seal(Purpose::ClientId, b"", &content)?;
        let names = &self.settings.cookies;
        Ok(names.set(&names.id, https, &token, ID_LIFE))
    }
}
