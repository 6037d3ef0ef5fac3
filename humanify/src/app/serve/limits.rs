//! `ServeLimits`: time-outs, and bounds on headers and connections.

use std::time::Duration;

/// The time-outs and bounds of a server, so that no client blocks it for the others. Pass them to
/// [`Serve::limits`](crate::Serve::limits).
///
/// ```
/// # use std::time::Duration;
/// use humanify::ServeLimits;
///
/// let limits = ServeLimits::default()
///     .header_timeout(Duration::from_secs(5))
///     .body_timeout(Duration::from_secs(120))
///     .connections_per_client(64);
/// ```
///
/// They apply only to `Humanify::serve`. If another server runs the application, or a proxy is in
/// front of it, set the same limits there: for nginx `client_header_timeout`,
/// `client_body_timeout`, `send_timeout`, `keepalive_timeout`, `large_client_header_buffers` and
/// `limit_conn`; `axum::serve` has no such settings.
#[derive(Debug, Clone)]
#[must_use]
pub struct ServeLimits {
    pub(super) header_timeout: Option<Duration>,
    pub(super) body_timeout: Option<Duration>,
    pub(super) write_timeout: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) shutdown_timeout: Option<Duration>,
    pub(super) header_size: usize,
    pub(super) unsent_answers: Option<usize>,
    pub(super) connections: usize,
    pub(super) connections_per_client: usize,
}

/// The smallest buffer for headers that the HTTP parser accepts, in bytes.
const MIN_HEADER_BYTES: usize = 8 * 1024;

/// The upper bound of the default of `ServeLimits::connections`.
const MAX_DEFAULT_CONNECTIONS: usize = 16_384;

/// The upper bound of the default of `ServeLimits::connections_per_client`.
const MAX_DEFAULT_PER_CLIENT: usize = 256;

impl Default for ServeLimits {
    fn default() -> Self {
        // A quarter of the descriptors is left for files, databases and the listener.
        let connections = (open_files() / 4 * 3).clamp(16, MAX_DEFAULT_CONNECTIONS);
        ServeLimits {
            header_timeout: Some(Duration::from_secs(10)),
            body_timeout: Some(Duration::from_secs(30)),
            write_timeout: Some(Duration::from_secs(60)),
            idle_timeout: Some(Duration::from_secs(90)),
            shutdown_timeout: Some(Duration::from_secs(30)),
            header_size: 32 * 1024,
            unsent_answers: Some(256 << 20),
            connections,
            connections_per_client: (connections / 4).min(MAX_DEFAULT_PER_CLIENT),
        }
    }
}

impl ServeLimits {
    /// The time-out for the head of a request, from its first byte to its last. `None` means no
    /// time-out. Default: 10 seconds.
    pub fn header_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.header_timeout = time.into();
        self
    }

    /// The time-out for the next part of a request's body, while the handler reads it. `None` means
    /// no time-out. Default: 30 seconds.
    pub fn body_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.body_timeout = time.into();
        self
    }

    /// The time-out for a client that reads nothing of a waiting response. On HTTP/2 it applies to
    /// each stream, unless a trusted proxy opened the connection, and closes the whole connection.
    /// `None` means no time-out. Default: 60 seconds.
    pub fn write_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.write_timeout = time.into();
        self
    }

    /// The time-out for a connection without a request. Make it longer than the idle time-out of a
    /// proxy that keeps connections to this server. A connection that was upgraded, to a web socket
    /// for example, may be silent for longer; on HTTP/2, such a connection has to send something
    /// within this time. `None` means no time-out. Default: 90 seconds.
    pub fn idle_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = time.into();
        self
    }

    /// The time-out for running requests after the signal of
    /// [`with_graceful_shutdown`](crate::Serve::with_graceful_shutdown). Connections that are still
    /// open then are closed, such as those of streams that never end, and the log says how many.
    /// Keep it shorter than the time after which the system kills the process. `None` means no
    /// time-out. Default: 30 seconds.
    pub fn shutdown_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.shutdown_timeout = time.into();
        self
    }

    /// The maximum size of a request's head in bytes, at least 8 KiB. The response to a larger head
    /// is 431. Default: 32 KiB.
    pub fn header_size(mut self, bytes: usize) -> Self {
        self.header_size = bytes.max(MIN_HEADER_BYTES);
        self
    }

    /// The maximum number of response bytes in memory that clients have not read yet, on all
    /// connections together. Beyond that, connections end, heaviest first: by /16 or /32, then by
    /// /24 or /48, then by address. Bytes that a stream has not produced yet do not count, nor do
    /// bytes that the application shares between responses, nor connections of trusted proxies.
    /// `None` means no bound. Default: 256 MiB.
    pub fn unsent_answers(mut self, bytes: impl Into<Option<usize>>) -> Self {
        self.unsent_answers = bytes.into();
        self
    }

    /// The maximum number of open connections. For a further one, a connection of the heaviest
    /// network ends: by /16 or /32, then by /24 or /48, then by address. Among connections of equal
    /// weight, idle ones end before those with a request, since a browser opens them again
    /// unnoticed, and the one that has been idle for the longest ends first. If all are busy, the
    /// one that has been busy for the longest ends: a slow client, a stream or a download, and no
    /// view of a page. Connections of trusted proxies are kept. Default: three quarters of the
    /// files that the process may open, 16,384 at most.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// The maximum number of connections of a client, which is an IPv4 address or an IPv6 /64; its
    /// /24 or /48 may have four times as many. Trusted proxies have no such limit. Default: a
    /// quarter of [all connections](Self::connections), at most 256.
    pub fn connections_per_client(mut self, connections: usize) -> Self {
        self.connections_per_client = connections.max(1);
        self
    }
}

/// The number of files that the process may open, if the system reports it.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    soft_limit(&limits).unwrap_or(1_024)
}

fn soft_limit(limits: &str) -> Option<usize> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(usize::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_on_open_files_is_read() {
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
                    Max open files            256                  4096                 files     \n";
        assert_eq!(soft_limit(text), Some(256));
        assert_eq!(
            soft_limit(&text.replace("256", "unlimited")),
            Some(usize::MAX)
        );
        assert_eq!(soft_limit(""), None);
    }
}
