//! Headers that do not fit the browser that the user agent claims.
//!
//! Judged is only an agent that is word for word Chrome's, Edge's, Opera's, Samsung's,
//! Firefox's or Safari's, of a version that is known to send what is missed. Programs of
//! telephones that show pages (WebViews), browsers with words of their own in the agent,
//! television sets and everything that says of itself that it is a crawler are not judged.
//! A doubt stays silent: this is a sign about people's browsers, which extensions, virus
//! scanners and proxies change.
//!
//! What each browser sends was taken from the standards ([Fetch Metadata], [Client Hints]),
//! from the versions that [MDN] gives for them, and from header sets that were seen.
//! Not judged, since people's browsers were seen without: `Accept-Encoding`, which virus scanners
//! take out, and client hints that are missing altogether.
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
use claim::{Browser, Claim, System};

/// How headers do not fit the browser that the user agent claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Inconsistency {
    /// Over HTTPS, none of the `Sec-Fetch-*` headers, which this browser sends with every request.
    NoFetchMetadata,
    /// No `Accept-Language`, which browsers send with every request.
    NoLanguage,
    /// `Sec-CH-UA` from a browser that has no client hints.
    ForeignClientHints,
    /// `Sec-CH-UA` says that the browser runs without a window, and the agent hides it.
    Headless,
    /// `Sec-CH-UA` tells another version than the agent.
    OtherVersion,
    /// `Sec-CH-UA` tells another browser than the agent.
    OtherBrand,
    /// `Sec-CH-UA-Platform` tells another system than the agent.
    OtherPlatform,
    /// `Sec-CH-UA-Mobile` tells another kind of device than the agent.
    OtherDevice,
}

impl Inconsistency {
    /// In one word, for logs and metrics.
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
            Inconsistency::Headless => "Sec-CH-UA tells of a browser without a window",
            Inconsistency::OtherVersion => "Sec-CH-UA tells another version",
            Inconsistency::OtherBrand => "Sec-CH-UA tells another browser",
            Inconsistency::OtherPlatform => "Sec-CH-UA-Platform tells another system",
            Inconsistency::OtherDevice => "Sec-CH-UA-Mobile tells another kind of device",
        })
    }
}

/// What does not fit. Empty, which allocates nothing, if all fits or nothing can be said.
pub(super) fn judge(user_agent: &[u8], noted: &HeaderSnapshot, https: bool) -> Vec<Inconsistency> {
    let mut found = Vec::new();
    let Some(claim) = Claim::read(user_agent) else {
        return found;
    };
    let brands = noted.brands().map(Brands::read);
    if noted.is_from_an_app() || brands.is_some_and(|brands| brands.app) {
        return found;
    }
    if !noted.may_lack_headers() {
        // Safari's helpers for pings and media are not known well enough.
        let sends = claim.browser != Browser::Safari || noted.asks_for_a_page();
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

fn hints(claim: &Claim, brands: Brands, noted: &HeaderSnapshot, found: &mut Vec<Inconsistency>) {
    if !claim.has_client_hints() {
        found.push(Inconsistency::ForeignClientHints);
        return;
    }
    if brands.headless {
        found.push(Inconsistency::Headless);
    }
    // A policy of old Chromes wrote 99 in place of the version, and some browsers tell their
    // own version as that of Chromium: 7, say, which was long before there were hints.
    let differs = |version| version != claim.version && version >= 89 && claim.version != 99;
    if brands.chromium.is_some_and(differs) {
        found.push(Inconsistency::OtherVersion);
    }
    // Not the other way round: Edge takes its name out of the agent for some sites.
    if claim.browser == Browser::Edge && brands.google_chrome {
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
        System::Windows | System::Mac | System::ChromeOs
    );
    // Tablets and the view for the desk, which telephones have, are told in several ways.
    let other = match noted.mobile() {
        Some(true) => desk,
        Some(false) => claim.mobile && claim.browser == Browser::Chrome,
        None => false,
    };
    if other {
        found.push(Inconsistency::OtherDevice);
    }
}

/// Whether a browser on this system can tell this platform. Telephones that show a page as on
/// the desk write Linux into the agent.
fn fits(system: System, platform: &[u8]) -> bool {
    let systems: &[System] = match platform {
        b"Windows" => &[System::Windows],
        b"macOS" => &[System::Mac],
        b"Linux" => &[System::Linux, System::Android],
        b"Android" => &[System::Android, System::Linux],
        b"Chrome OS" | b"Chromium OS" => &[System::ChromeOs, System::Linux, System::Android],
        _ => return true,
    };
    systems.contains(&system)
}
