//! The hosts that a request names: in its URI, in `Host`, and in headers of trusted proxies.

use std::cell::RefCell;

use http::header::HOST;
use http::{HeaderMap, HeaderValue, Uri};

/// Whether a request names at most one host: in its URI, in one `Host` line, or the same in both
/// ([RFC 9112](https://www.rfc-editor.org/rfc/rfc9112), section 3.2).
#[inline]
pub(crate) fn names_one_host(uri: &Uri, headers: &HeaderMap) -> bool {
    let line = first_host(headers).map(HeaderValue::as_bytes);
    // If each name has one line, so has `Host`.
    if headers.len() > headers.keys_len() && headers.get_all(HOST).iter().nth(1).is_some() {
        return false;
    }
    match (uri.authority(), line) {
        (None, None) => true,
        (None, Some(line)) => is_one_name(line),
        (Some(authority), None) => name(authority.as_str().as_bytes()).is_some(),
        (Some(authority), Some(line)) => {
            let written = name(authority.as_str().as_bytes());
            let host = name(line.trim_ascii());
            written
                .zip(host)
                .is_some_and(|(written, host)| written.eq_ignore_ascii_case(host))
        }
    }
}

/// The first `Host` line. Almost every client sends it before all other fields.
#[inline]
fn first_host(headers: &HeaderMap) -> Option<&HeaderValue> {
    match headers.iter().next() {
        Some((name, value)) if *name == HOST => Some(value),
        _ => headers.get(&HOST),
    }
}

/// Whether a `Host` line has one name, or none. Most requests to a thread name the same host as the
/// one before, which is compared and not read again.
fn is_one_name(line: &[u8]) -> bool {
    LAST_HOST.with_borrow_mut(|last| last.is(line) || read_one_name(line, last))
}

thread_local! {
    static LAST_HOST: RefCell<LastHost> = const {
        RefCell::new(LastHost {
            length: 0,
            line: [0; MAX_KEPT_LENGTH],
        })
    };
}

/// Longer hosts than this, in bytes, are read each time.
const MAX_KEPT_LENGTH: usize = 261;

/// The last `Host` line with one name that a thread has read. An array and not a `Vec`: a thread finds
/// a value without a destructor in fewer steps.
struct LastHost {
    length: usize,
    line: [u8; MAX_KEPT_LENGTH],
}

impl LastHost {
    #[inline]
    fn is(&self, line: &[u8]) -> bool {
        self.length > 0 && self.line.get(..self.length) == Some(line)
    }

    fn keep(&mut self, line: &[u8]) {
        if let Some(kept) = self.line.get_mut(..line.len()) {
            kept.copy_from_slice(line);
            self.length = line.len();
        }
    }
}

/// Whether a `Host` line has one name, or none. Keeps a line that has.
#[inline(never)]
fn read_one_name(line: &[u8], last: &mut LastHost) -> bool {
    let authority = line.trim_ascii();
    let is_one = authority.is_empty() || name(authority).is_some();
    if is_one {
        last.keep(line);
    }
    is_one
}

/// The host of a URI, in lower case and without the port.
pub(crate) fn host(uri: &Uri) -> Option<Vec<u8>> {
    host_of(uri.authority()?.as_str().as_bytes())
}

/// The host of an authority, in lower case, without port and trailing dot; `None` if it is
/// malformed.
pub(super) fn host_of(authority: &[u8]) -> Option<Vec<u8>> {
    name(authority.trim_ascii()).map(<[u8]>::to_ascii_lowercase)
}

/// The hosts that a request names, without duplicates. Hosts that trusted proxies report come
/// first.
pub(super) fn hosts(forwarded: &[Vec<u8>], uri: &Uri, headers: &HeaderMap) -> Vec<Vec<u8>> {
    let mut hosts = forwarded.to_vec();
    let lines = headers.get_all(HOST).iter();
    let named = lines.filter_map(|line| host_of(line.as_bytes()));
    for name in host(uri).into_iter().chain(named) {
        if !hosts.contains(&name) {
            hosts.push(name);
        }
    }
    hosts
}

/// The bytes that names consist of: letters, digits and `-._`.
const IN_NAMES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let character = byte as u8;
        #[allow(
            clippy::indexing_slicing,
            reason = "the table has a place for each byte"
        )]
        {
            table[byte] =
                character.is_ascii_alphanumeric() || matches!(character, b'-' | b'.' | b'_');
        }
        byte += 1;
    }
    table
};

/// The name in an authority, without port and trailing dot. `None` if there is user information,
/// a second name or a character that no name has.
fn name(authority: &[u8]) -> Option<&[u8]> {
    let is_port = |port: &[u8]| port.iter().all(u8::is_ascii_digit);
    if authority.starts_with(b"[") {
        let end = authority.iter().position(|byte| *byte == b']')?;
        let (name, rest) = authority.split_at_checked(end + 1)?;
        let inside = name.get(1..end)?;
        let is_address = std::str::from_utf8(inside)
            .ok()?
            .parse::<std::net::Ipv6Addr>()
            .is_ok();
        let is_bare = rest.is_empty() || rest.strip_prefix(b":").is_some_and(is_port);
        return (is_address && is_bare).then_some(name);
    }
    // One pass: every request comes through here.
    let mut before = b'.';
    let mut end = authority.len();
    for (at, byte) in authority.iter().enumerate() {
        let is_fit = IN_NAMES.get(usize::from(*byte)).is_some_and(|is_in| *is_in);
        if !is_fit || (*byte == b'.' && before == b'.') {
            if *byte != b':' {
                return None;
            }
            end = at;
            break;
        }
        before = *byte;
    }
    let (name, port) = authority.split_at_checked(end)?;
    let name = name.strip_suffix(b".").unwrap_or(name);
    (!name.is_empty() && port.strip_prefix(b":").is_none_or(is_port)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HOST, line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_request_names_one_host_or_is_refused() {
        for (uri, lines, one) in [
            ("/", &["admin.example"][..], true),
            ("/", &["ADMIN.example.:80"], true),
            ("/", &["[::1]:80"], true),
            ("/", &["my_service:8080"], true),
            ("/", &[], true),
            ("/", &[""], true),
            ("http://a.example/", &[], true),
            ("http://a.example:80/", &["A.example"], true),
            ("http://a.example./", &["a.example"], true),
            ("http://public.example/", &["admin.example"], false),
            ("http://public.example/", &[""], false),
            ("http://u@admin.example/", &[], false),
            ("/", &["u@admin.example"], false),
            ("/", &["a.example", "a.example"], false),
            ("/", &["a.example, b.example"], false),
            ("/", &["a.example/b"], false),
            ("/", &["a..example"], false),
            ("/", &["a.example.."], false),
            ("/", &["."], false),
            ("/", &[":80"], false),
            ("/", &["a.example:80:80"], false),
            ("/", &["a.example:x"], false),
            ("/", &["%61dmin.example"], false),
            ("/", &["[::1"], false),
            ("/", &["[::1]x"], false),
            ("/", &["[::1]80"], false),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(
                names_one_host(&uri, &headers(lines)),
                one,
                "{uri} {lines:?}"
            );
        }
    }

    /// A thread compares a host with the last one that it has read.
    #[test]
    fn a_host_is_judged_by_itself_whatever_came_before() {
        let longest = "a".repeat(MAX_KEPT_LENGTH);
        let longer = format!("{longest}a");
        let uri = Uri::from_static("/");
        for (line, one) in [
            ("site.example", true),
            ("site/example", false),
            ("site.exampl", true),
            ("site.example/", false),
            ("site.exampl", true),
            (&longest, true),
            (&longest, true),
            (&longer, true),
            (&longer.replacen('a', "/", 1), false),
            (&longest.replacen('a', "/", 1), false),
            ("", true),
            ("u@a.example", false),
        ] {
            assert_eq!(names_one_host(&uri, &headers(&[line])), one, "{line}");
        }
    }

    #[test]
    fn hosts_are_found_and_counted_among_other_fields() {
        let names_one = |lines: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().unwrap());
            }
            names_one_host(&Uri::from_static("/"), &headers)
        };
        let accept = ("accept", "*/*");
        let host = ("host", "a.example");
        for (lines, one) in [
            (&[accept, host][..], true),
            (&[host, accept, accept], true),
            (&[accept, accept, host], true),
            (&[accept, host, ("host", "b.example")], false),
            (&[host, accept, ("host", "b.example")], false),
            (&[accept, ("host", "u@a.example")], false),
        ] {
            assert_eq!(names_one(lines), one, "{lines:?}");
        }
    }

    #[test]
    fn every_named_host_is_returned_once() {
        let uri = Uri::from_static("http://A.example:80/");
        let reported = [b"front.example".to_vec()];
        let found = hosts(&reported, &uri, &headers(&["a.example."]));
        assert_eq!(found, [b"front.example".to_vec(), b"a.example".to_vec()]);
    }
}
