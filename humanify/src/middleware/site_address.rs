//! `SiteAddress`: the host and the home path of a site, for the links and the title of a page.

use std::borrow::Cow;

use http::{HeaderMap, Uri};

use super::instance::Instance;
use crate::client::Client;
use crate::pages::local;

/// The host that was requested, and the path of the home page.
#[derive(Debug, Clone)]
pub(super) struct SiteAddress {
    pub(super) host: Option<String>,
    pub(super) home: Cow<'static, str>,
}

/// The longest host that a page shows, in bytes.
const MAX_HOST_LENGTH: usize = 100;

impl SiteAddress {
    pub(super) fn of(
        instance: &Instance,
        client: &Client,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> SiteAddress {
        let is_nameless = instance.pages.is_nameless();
        let hosts = is_nameless.then(|| client.hosts(uri, headers));
        let home = match client.stripped_prefix() {
            "" => Cow::Borrowed("/"),
            prefix => Cow::Owned(format!("{prefix}/")),
        };
        SiteAddress {
            host: hosts
                .and_then(|hosts| hosts.into_iter().next())
                .filter(|host| host.len() <= MAX_HOST_LENGTH)
                .and_then(|host| String::from_utf8(host).ok()),
            home: match local(&home) {
                Some(_) => home,
                None => Cow::Borrowed("/"),
            },
        }
    }
}
