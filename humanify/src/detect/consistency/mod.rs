//! Finds headers that do not fit the browser that the user agent claims.
//!
//! Only user agents in the exact form of Chrome, Edge, Opera, Samsung Internet, Firefox or Safari
//! are judged, of versions that are known to send the headers in question. WebViews, browsers with
//! words of their own in the agent, television sets and crawlers are not judged. A doubt counts
//! for the client, since extensions, virus scanners and proxies change the headers of people's
//! browsers.
//!
//! What each browser sends is taken from the standards ([Fetch Metadata], [Client Hints]), from the
//! versions that [MDN] gives for them, and from observed header sets. A missing `Accept-Encoding`,
//! which virus scanners remove, and missing client hints do not count, since people's browsers
//! were seen without them.
//!
//! [Fetch Metadata]: https://www.w3.org/TR/fetch-metadata/
//! [Client Hints]: https://wicg.github.io/ua-client-hints/
//! [MDN]: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site

mod brands;
mod claim;
mod header_snapshot;
#[cfg(test)]
mod tests;

pub(crate) use header_snapshot::HeaderSnapshot;

use std::fmt;

use brands::Brands;
use claim::{BrowserClaim, ClaimedBrowser, ClaimedSystem};

/// A contradiction between the headers of a request and the browser that its user agent claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Inconsistency {
    /// Over HTTPS, all `Sec-Fetch-*` headers are missing, which this browser sends with every
    /// request.
    NoFetchMetadata,
    /// `Accept-Language` is missing, which browsers send with every request.
    NoLanguage,
    /// `Sec-CH-UA` is present, but this browser has no client hints.
    ForeignClientHints,
    /// `Sec-CH-UA` says that the browser is headless, and the user agent does not.
    Headless,
    /// `Sec-CH-UA` has another version than the user agent.
    OtherVersion,
    /// `Sec-CH-UA` names another browser than the user agent.
    OtherBrand,
    /// `Sec-CH-UA-Platform` names another operating system than the user agent.
    OtherPlatform,
    /// `Sec-CH-UA-Mobile` contradicts the user agent on whether this is a telephone.
    OtherDevice,
}

impl Inconsistency {
    /// The name of the contradiction, for logs and metrics, such as `no_fetch_metadata`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Inconsistency::NoFetchMetadata => "no_fetch_metadata",
            Inconsistency::NoLanguage => "no_language",
            Inconsistency::ForeignClientHints => "foreign_client_hints",
            Inconsistency::Headless => "headless",
            Inconsistency::OtherVersion => "other_version",
            Inconsistency::OtherBrand => "other_brand",
            Inconsistency::OtherPlatform => "other_platform",
            Inconsistency::OtherDevice => "other_device",
        }
    }
}

impl fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Inconsistency::NoFetchMetadata => {
                "there are no Sec-Fetch headers, which this browser sends over HTTPS"
            }
            Inconsistency::NoLanguage => "there is no Accept-Language",
            Inconsistency::ForeignClientHints => {
                "there are client hints, which this browser does not send"
            }
            Inconsistency::Headless => "Sec-CH-UA names a browser without a window",
            Inconsistency::OtherVersion => "Sec-CH-UA names another version",
            Inconsistency::OtherBrand => "Sec-CH-UA names another browser",
            Inconsistency::OtherPlatform => "Sec-CH-UA-Platform names another system",
            Inconsistency::OtherDevice => "Sec-CH-UA-Mobile names another kind of device",
        })
    }
}

/// The contradictions of a request. Empty if there are none, or if the user agent is not judged.
pub(super) fn judge(user_agent: &[u8], noted: &HeaderSnapshot, https: bool) -> Vec<Inconsistency> {
    let mut found = Vec::new();
    let Some(claim) = BrowserClaim::read(user_agent) else {
        return found;
    };
    let brands = noted.brands().map(Brands::read);
    if noted.is_from_an_app() || brands.is_some_and(|brands| brands.app) {
        return found;
    }
    if !noted.may_lack_headers() {
        // It is not known well enough what Safari sends for pings and media.
        let sends = claim.browser != ClaimedBrowser::Safari || noted.asks_for_a_page();
        if https && claim.sends_fetch_metadata() && sends && !noted.has_fetch_metadata() {
            found.push(Inconsistency::NoFetchMetadata);
        }
        if sends && !noted.has_language() {
            found.push(Inconsistency::NoLanguage);
        }
    }
    if let Some(brands) = brands {
        hints(&claim, brands, noted, &mut found);
    }
    found
}

fn hints(
    claim: &BrowserClaim,
    brands: Brands,
    noted: &HeaderSnapshot,
    found: &mut Vec<Inconsistency>,
) {
    if !claim.has_client_hints() {
        found.push(Inconsistency::ForeignClientHints);
        return;
    }
    if brands.headless {
        found.push(Inconsistency::Headless);
    }
    // An enterprise policy made old Chromes write 99 as their version. Some browsers write their
    // own version, such as 7, in place of Chromium's.
    let differs = |version| version != claim.version && version >= 89 && claim.version != 99;
    if brands.chromium.is_some_and(differs) {
        found.push(Inconsistency::OtherVersion);
    }
    // The other way round does not count: Edge removes its name from the agent for some sites.
    if claim.browser == ClaimedBrowser::Edge && brands.google_chrome {
        found.push(Inconsistency::OtherBrand);
    }
    if noted
        .platform()
        .is_some_and(|platform| !fits(claim.system, platform))
    {
        found.push(Inconsistency::OtherPlatform);
    }
    let desk = matches!(
        claim.system,
        ClaimedSystem::Windows | ClaimedSystem::Mac | ClaimedSystem::ChromeOs
    );
    // Tablets, and telephones that request the desktop site, answer in several ways.
    let other = match noted.mobile() {
        Some(true) => desk,
        Some(false) => claim.mobile && claim.browser == ClaimedBrowser::Chrome,
        None => false,
    };
    if other {
        found.push(Inconsistency::OtherDevice);
    }
}

/// Whether a browser on this system can send this platform. Telephones that request the desktop
/// site write Linux into the user agent.
fn fits(system: ClaimedSystem, platform: &[u8]) -> bool {
    let systems: &[ClaimedSystem] = match platform {
        b"Windows" => &[ClaimedSystem::Windows],
        b"macOS" => &[ClaimedSystem::Mac],
        b"Linux" => &[ClaimedSystem::Linux, ClaimedSystem::Android],
        b"Android" => &[ClaimedSystem::Android, ClaimedSystem::Linux],
        b"Chrome OS" | b"Chromium OS" => &[
            ClaimedSystem::ChromeOs,
            ClaimedSystem::Linux,
            ClaimedSystem::Android,
        ],
        _ => return true,
    };
    systems.contains(&system)
}
