//! `Place`: where a page stands, as its links and its title need it.

use std::borrow::Cow;

use http::{HeaderMap, Uri};

use super::instance::Instance;
use crate::client::Client;
use crate::pages::local;

/// Where a page stands: the host that was asked for, and the path of the site's first page.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) host: Option<String>,
    pub(super) home: Cow<'static, str>,
}

/// The longest host that a page shows, in bytes.
const LONGEST_HOST: usize = 100;

impl Place {
    pub(super) fn of(
        instance: &Instance,
        client: &Client,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Place {
        let is_nameless = instance.pages.is_nameless();
        let hosts = is_nameless.then(|| client.hosts(uri, headers));
        let home = match client.stripped_prefix() {
            "" => Cow::Borrowed("/"),
            prefix => Cow::Owned(format!("{prefix}/")),
        };
        Place {
            host: hosts
                .and_then(|hosts| hosts.into_iter().next())
                .filter(|host| host.len() <= LONGEST_HOST)
                .and_then(|host| String::from_utf8(host).ok()),
            home: match local(&home) {
                Some(_) => home,
                None => Cow::Borrowed("/"),
            },
        }
    }
}
