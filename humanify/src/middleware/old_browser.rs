//! Recognises browsers without `fetch` whose `Accept` for pages does not name HTML.

use http::HeaderMap;
use http::header::USER_AGENT;

/// Starts of the user agents of browsers without `fetch`.
const STARTS: [&[u8]; 6] = [
    b"links", b"elinks", b"felinks", b"netsurf", b"dillo", b"ibrowse",
];

/// Parts of such agents, in lower case: the same browsers as `Mozilla/5.0 (compatible; …)`, old
/// telephones, a console.
const PARTS: [&[u8]; 4] = [b"netsurf/", b"ibrowse", b"midp", b"(psp "];

/// How much of a user agent is read.
const READ_BYTES: usize = 256;

/// Whether the client is a text browser or an old browser that asks for pages by `*/*`. Such a
/// request of another browser may come from a script: Safari sent no Fetch Metadata before 16.4.
pub(super) fn asks_for_anything(headers: &HeaderMap) -> bool {
    let Some(agent) = headers.get(USER_AGENT) else {
        return false;
    };
    let agent = agent.as_bytes();
    let agent = agent.get(..READ_BYTES).unwrap_or(agent);
    let starts = |start: &[u8]| {
        let found = agent.get(..start.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(start))
    };
    STARTS.into_iter().any(starts)
        || PARTS.into_iter().any(|part| after(agent, part).is_some())
        || is_old_explorer(agent)
}

/// Whether the agent is of Internet Explorer before 9, which names HTML. Later ones may claim to be
/// an older one and then give the version of their engine.
fn is_old_explorer(agent: &[u8]) -> bool {
    let is_old = |version: &[u8]| matches!(version, [b'1'..=b'8', b'.', ..]);
    let is_new = |engine: &[u8]| !engine.starts_with(b"4.");
    after(agent, b"msie ").is_some_and(is_old) && !after(agent, b"trident/").is_some_and(is_new)
}

/// What follows a text, which is in lower case.
fn after<'a>(agent: &'a [u8], text: &[u8]) -> Option<&'a [u8]> {
    let mut parts = agent.windows(text.len());
    let start = parts.position(|part| part.eq_ignore_ascii_case(text))?;
    agent.get(start + text.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_without_fetch_are_recognised() {
        for (agent, expected) in [
            ("Links (2.28; Linux 6.12 x86_64; GNU C 14.2; x)", true),
            (
                "ELinks/0.18.0 (textmode; Linux 6.12.0 x86_64; 211x58-2)",
                true,
            ),
            ("NetSurf/3.11 (Linux)", true),
            ("Mozilla/5.0 (X11; Linux x86_64) NetSurf/3.11", true),
            ("Dillo/3.0.5", true),
            (
                "IBrowse/2.5.4 (Amiga; AmigaOS 3.1.4; Build 25.96 68K)",
                true,
            ),
            ("Mozilla/5.0 (compatible; IBrowse 3.0; AmigaOS4.0)", true),
            (
                "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)",
                true,
            ),
            (
                "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
                true,
            ),
            (
                "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/7.0)",
                false,
            ),
            (
                "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
                false,
            ),
            (
                "UCWEB/2.0 (Java; U; MIDP-2.0; en-US; nokia) U2/1.0.0 UCBrowser/9.4.1.482",
                true,
            ),
            (
                "Nokia6230/2.0 (05.51) Profile/MIDP-2.0 Configuration/CLDC-1.1",
                true,
            ),
            ("Mozilla/4.0 (PSP (PlayStation Portable); 2.00)", true),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1",
                false,
            ),
            ("curl/8.5.0", false),
            ("Linkchecker/1.0", false),
            ("MSIE ", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, agent.parse().unwrap());
            assert_eq!(asks_for_anything(&headers), expected, "{agent}");
        }
        assert!(!asks_for_anything(&HeaderMap::new()));
    }
}
