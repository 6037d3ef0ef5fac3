//! Warnings about a misconfigured server, each logged once.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Warn after this many requests without a client's public address.
const PRIVATE: u32 = 1_000;

/// The first requests of each thread that are checked for forwarding headers.
const FULLY_CHECKED_REQUESTS: u32 = 1_024;

/// The warnings that were logged already.
#[derive(Default)]
pub(crate) struct Warnings {
    forwarding: AtomicBool,
    address: AtomicBool,
    contradiction: AtomicBool,
    nesting: AtomicBool,
    peer: AtomicBool,
    /// The number of requests without a client's public address; the highest value after a request
    /// with one, or after the warning.
    private: AtomicU32,
    hidden: Mutex<HashSet<&'static str>>,
}

/// What the address of a client tells about the settings of proxies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressFinding {
    /// It is public.
    Public,
    /// It is private, and the peer is not a trusted proxy.
    PrivatePeer,
    /// The peer is a trusted proxy that names no client.
    Unnamed,
    /// A trusted proxy names a private address.
    PrivateNamed,
    /// A trusted proxy names a private address, and a public one before it.
    PrivateAfterPublic,
    /// A trusted proxy names the client in a form that cannot be read, or there is no address.
    Unreadable,
}

impl AddressFinding {
    /// The advice for a server whose clients all have such addresses.
    fn advice(self) -> Option<&'static str> {
        match self {
            // The latter has a warning of its own.
            AddressFinding::Public | AddressFinding::Unreadable => None,
            AddressFinding::PrivatePeer => Some(
                "If there is a proxy before this server, set `behind_proxy(true)` or \
                 `proxies(Proxies::networks([...]))`",
            ),
            AddressFinding::Unnamed => Some(
                "The trusted proxy does not name the client, so all clients count as one. It must \
                 set `X-Forwarded-For`, or the header that `Proxies::header` names",
            ),
            AddressFinding::PrivateNamed | AddressFinding::PrivateAfterPublic => Some(
                "The address that the trusted proxy names is private itself. If clients come from \
                 the Internet, there are more proxies than `behind_proxy(true)` (one), \
                 `Proxies::hops` or `Proxies::networks` says, and all clients count as one",
            ),
        }
    }
}

impl Warnings {
    /// Whether a request has come through an outer router.
    pub(super) fn knows_of_nesting(&self) -> bool {
        self.nesting.load(Ordering::Relaxed)
    }

    /// Notes that a request has come through an outer router; whether it is the first one.
    pub(super) fn is_first_nested(&self) -> bool {
        !self.nesting.swap(true, Ordering::Relaxed)
    }

    /// Whether a request is checked for an ignored forwarding header: the first requests of each
    /// thread and then every 64th, until the warning is logged.
    pub(crate) fn expects_forwarding(&self) -> bool {
        thread_local! {
            static SEEN: Cell<u32> = const { Cell::new(0) };
        }
        let seen = SEEN.with(|count| {
            let seen = count.get();
            count.set(seen.checked_add(1).unwrap_or(FULLY_CHECKED_REQUESTS));
            seen
        });
        (seen < FULLY_CHECKED_REQUESTS || seen.is_multiple_of(64))
            && !self.forwarding.load(Ordering::Relaxed)
    }

    /// An untrusted peer sent a header that only proxies send.
    pub(crate) fn forwarding_is_ignored(&self) {
        if !self.forwarding.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request came with a forwarded address from a peer that is not trusted; the \
                 address was ignored. If there is a proxy before this server, set \
                 `behind_proxy(true)` or `proxies(Proxies::networks([...]))`"
            );
        }
    }

    /// A trusted proxy does not report the address of the client.
    pub(crate) fn client_address_is_missing(&self) {
        if !self.address.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request came through a trusted proxy that does not report the client's \
                 address, or reports it in a form that cannot be read. Such clients are refused \
                 wherever something is protected. If the proxy always sets one certain header, \
                 name it by `Proxies::header`"
            );
        }
    }

    /// A request contradicts the proxy that passes it on. Returns the text of the response.
    pub(crate) fn headers_contradict(&self) -> &'static str {
        if !self.contradiction.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request came through a trusted proxy with headers that contradict each other, \
                 such as `Forwarded` beside another address in `X-Forwarded-For`: the client wrote \
                 one of them, and is answered 400. Have the proxy remove the headers that it does \
                 not set, or name the one that it sets by `Proxies::header`"
            );
        }
        "The request's headers contradict each other on where it comes from."
    }

    /// The server does not report the peer address. Returns the text that explains the fix.
    pub(crate) fn no_peer(&self, unix: bool) -> &'static str {
        let fix = if unix {
            "humanify: requests come through a unix socket, which has no addresses. Set \
             `Proxies::unix_socket(true)` if only your own proxy can connect to it"
        } else {
            "humanify: the server does not report the client's address. Start it with \
             `humanify.serve(listener, app)`, or pass \
             `app.into_make_service_with_connect_info::<SocketAddr>()` to your server. In a test, \
             add `.layer(MockConnectInfo(SocketAddr::from(([203, 0, 113, 7], 40_000))))` to the \
             protected router"
        };
        if !self.peer.swap(true, Ordering::Relaxed) {
            tracing::error!("{fix}");
        }
        fix
    }

    /// Counts a client, until one had a public address or enough had none.
    pub(super) fn note_client(&self, finding: impl FnOnce() -> AddressFinding) {
        let seen = self.private.load(Ordering::Relaxed);
        if seen == u32::MAX {
            return;
        }
        let finding = finding();
        let is_certain = finding == AddressFinding::PrivateAfterPublic;
        if finding != AddressFinding::Public && seen < PRIVATE && !is_certain {
            self.private.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if self.private.swap(u32::MAX, Ordering::Relaxed) == u32::MAX {
            return;
        }
        if let Some(advice) = finding.advice() {
            let requests = seen.saturating_add(1);
            tracing::warn!(
                "none of the first {requests} requests had a client's public address. {advice}"
            );
        }
    }

    /// A guarded handler is hidden from the layer.
    pub(crate) fn hidden_handler(&self, name: &'static str) {
        let mut reported = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.insert(name) {
            tracing::warn!(
                handler = name,
                "something between humanify's layer and this handler hides its policy: the rules \
                 judge first, and the handler's attributes can only add to them. Add the router \
                 with `nest` or `merge` instead of `nest_service`, `route_service` or a boxed service"
            );
        }
    }
}
