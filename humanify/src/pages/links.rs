//! Checks links of pages, which never leave this site.

/// The address, if every browser and proxy reads it as a path of this origin.
///
/// Refuses only addresses that may leave the site: with a scheme or a host, or with a part that
/// some browser, proxy or later redirect might read as one, such as `//host`, `/\\host`,
/// `/..//host` or control characters in the path, also percent-encoded any number of times. Later
/// in the path, slashes and backslashes are harmless.
pub(crate) fn local(address: &str) -> Option<&str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let graphic = address.bytes().all(|byte| byte.is_ascii_graphic());
    if !graphic || address.len() > MAX_LENGTH || !stays(path.as_bytes()) {
        return None;
    }
    let mut path = path.as_bytes().to_vec();
    for _ in 0..DECODINGS {
        let decoded: Vec<u8> = percent_encoding::percent_decode(&path).collect();
        if decoded == path {
            return Some(address);
        }
        if !stays(&decoded) {
            return None;
        }
        path = decoded;
    }
    None
}

/// Whether a path begins with one slash, also after its dot segments are resolved, in both usual
/// ways: `..` removes an empty segment before it, or skips it.
fn stays(path: &[u8]) -> bool {
    let is_slash = |byte: &u8| matches!(byte, b'/' | b'\\');
    let Some((b'/', rest)) = path.split_first() else {
        return false;
    };
    let (mut kept, mut passed) = (Vec::new(), Vec::new());
    for segment in rest.split(is_slash) {
        match segment {
            b"." => {}
            b".." => {
                kept.pop();
                while passed.pop().is_some_and(<[u8]>::is_empty) {}
            }
            segment => {
                kept.push(segment);
                passed.push(segment);
            }
        }
        // The next segment would be read as a host.
        let leaves = |segments: &[&[u8]]| matches!(segments, [b"", _, ..]);
        if leaves(&kept) || leaves(&passed) {
            return false;
        }
    }
    !path.iter().any(u8::is_ascii_control)
}

/// The longest address to return to, in bytes.
const MAX_LENGTH: usize = 4_096;

/// The maximum number of rounds of percent-decoding; an address that is still encoded then is
/// refused.
const DECODINGS: usize = 4;

/// The address of one of humanify's own pages, with the address to return to and the sealed
/// demand.
pub(crate) fn page_address(base: &str, page: &str, next: &str, sealed_demand: &str) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .append_pair("for", sealed_demand)
        .finish();
    format!("{base}/{page}?{query}")
}

/// The address to which a form of humanify's own pages is sent.
pub(crate) fn form_address(base: &str, page: &str) -> String {
    format!("{base}/{page}")
}

/// Whether the text is a `data:` address of a picture or a sound, and nothing else.
///
/// Such an address goes into the page unescaped: escaping would change nothing but the slashes
/// of Base64, and make the page a tenth larger.
pub(super) fn is_plain_data(address: &str) -> bool {
    (address.starts_with("data:image/") || address.starts_with("data:audio/"))
        && address.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'+' | b'/' | b'=' | b':' | b';' | b',' | b'-' | b'.')
        })
}
