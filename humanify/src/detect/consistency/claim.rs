//! `BrowserClaim`: the browser that a user agent claims.

/// A browser that a user agent claims, in the exact form that this browser sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BrowserClaim {
    pub(super) browser: ClaimedBrowser,
    /// The major version. For Chrome, Edge, Opera and Samsung Internet it is Chromium's.
    pub(super) version: u16,
    /// The minor version of Safari; zero for others.
    minor: u16,
    pub(super) system: ClaimedSystem,
    /// Whether the user agent is a telephone's.
    pub(super) mobile: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClaimedBrowser {
    /// Chrome, or a browser with the same user agent: Brave, Vivaldi, Chromium.
    Chrome,
    Edge,
    Opera,
    Samsung,
    Firefox,
    Safari,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClaimedSystem {
    Windows,
    Mac,
    Linux,
    ChromeOs,
    Android,
    Ios,
}

/// The longest user agent that is read, in bytes. Those of the judged browsers are shorter.
const MAX_AGENT_LENGTH: usize = 300;

impl BrowserClaim {
    /// Reads a user agent; `None` unless it has the exact form of one of the browsers.
    pub(super) fn read(user_agent: &[u8]) -> Option<BrowserClaim> {
        if user_agent.len() > MAX_AGENT_LENGTH {
            return None;
        }
        let agent = std::str::from_utf8(user_agent).ok()?.trim();
        let (system, engine) = agent.strip_prefix("Mozilla/5.0 (")?.split_once(')')?;
        let engine = engine.strip_prefix(' ')?;
        let place = place(system)?;
        if let Some(rest) = engine.strip_prefix("Gecko/") {
            return firefox(rest, system, place);
        }
        let (number, rest) = engine.strip_prefix("AppleWebKit/")?.split_once(' ')?;
        let rest = rest.strip_prefix("(KHTML, like Gecko) ")?;
        if !is_version(number) {
            return None;
        }
        match place {
            ClaimedSystem::Ios => safari(rest, place, true),
            ClaimedSystem::Mac if rest.starts_with("Version/") => safari(rest, place, false),
            _ => chromium(rest, system, place),
        }
    }

    /// Whether this version sends `Sec-Fetch-Site`, `-Mode` and `-Dest` over HTTPS: Chromium
    /// since 80, Firefox since 90, Safari since 16.4.
    pub(super) fn sends_fetch_metadata(&self) -> bool {
        match self.browser {
            ClaimedBrowser::Firefox => self.version >= 90,
            ClaimedBrowser::Safari => (self.version, self.minor) >= (16, 4),
            _ => self.version >= 80,
        }
    }

    /// Whether the browser has client hints.
    pub(super) fn has_client_hints(&self) -> bool {
        !matches!(
            self.browser,
            ClaimedBrowser::Firefox | ClaimedBrowser::Safari
        )
    }
}

/// The operating system, from the text in the first brackets; `None` for Android WebViews, which
/// write `wv` there.
fn place(system: &str) -> Option<ClaimedSystem> {
    let mut words = system.split(';').map(str::trim_start);
    let first = words.next()?;
    let second = words.clone().next().unwrap_or_default();
    if words.any(|word| word == "wv" || word == "compatible") {
        return None;
    }
    Some(match first {
        _ if first.starts_with("Windows NT ") => ClaimedSystem::Windows,
        "Macintosh" => ClaimedSystem::Mac,
        "X11" | "Wayland" if second.starts_with("CrOS ") => ClaimedSystem::ChromeOs,
        "X11" | "Wayland" => ClaimedSystem::Linux,
        "Linux" if second.starts_with("Android ") => ClaimedSystem::Android,
        // Firefox.
        _ if first.starts_with("Android ") => ClaimedSystem::Android,
        "iPhone" | "iPad" | "iPod touch" => ClaimedSystem::Ios,
        _ => return None,
    })
}

/// Reads the rest of Firefox's user agent: `20100101 Firefox/147.0`.
fn firefox(rest: &str, system: &str, place: ClaimedSystem) -> Option<BrowserClaim> {
    let version = rest.split_once(' ')?.1.strip_prefix("Firefox/")?;
    Some(BrowserClaim {
        browser: ClaimedBrowser::Firefox,
        version: major(version)?,
        minor: 0,
        system: place,
        mobile: system.split(';').any(|word| word.trim_start() == "Mobile"),
    })
}

/// Reads the rest of Safari's user agent: `Version/18.5 Mobile/15E148 Safari/604.1`. WebViews and
/// other browsers on iOS have no `Version`, or a further word.
fn safari(rest: &str, system: ClaimedSystem, mobile: bool) -> Option<BrowserClaim> {
    let mut words = rest.split(' ');
    let version = words.next()?.strip_prefix("Version/")?;
    let mut last = words.next()?;
    if mobile {
        last.strip_prefix("Mobile/")?;
        last = words.next()?;
    }
    let number = last.strip_prefix("Safari/")?;
    if words.next().is_some() || !is_version(number) {
        return None;
    }
    let minor = version.split('.').nth(1);
    Some(BrowserClaim {
        browser: ClaimedBrowser::Safari,
        version: major(version)?,
        minor: minor.and_then(|minor| minor.parse().ok()).unwrap_or(0),
        system,
        mobile,
    })
}

/// Reads the rest of a Chromium's user agent:
/// `Chrome/147.0.0.0 Mobile Safari/537.36 Edg/147.0.0.0`.
fn chromium(rest: &str, system: &str, place: ClaimedSystem) -> Option<BrowserClaim> {
    let mut words = rest.split(' ').peekable();
    let mut browser = ClaimedBrowser::Chrome;
    if words
        .next_if(|word| word.starts_with("SamsungBrowser/"))
        .is_some()
    {
        browser = ClaimedBrowser::Samsung;
    }
    let version = major(words.next()?.strip_prefix("Chrome/")?)?;
    let mobile = words.next_if_eq(&"Mobile").is_some();
    if !is_version(words.next()?.strip_prefix("Safari/")?) {
        return None;
    }
    if let Some(word) = words.next() {
        browser = match word.split_once('/')? {
            ("Edg" | "EdgA", number) if is_version(number) => ClaimedBrowser::Edge,
            ("OPR", number) if is_version(number) => ClaimedBrowser::Opera,
            _ => return None,
        };
    }
    // Television sets and consoles write Linux or Android, and further words.
    if words.next().is_some() || system.contains("TV") {
        return None;
    }
    Some(BrowserClaim {
        browser,
        version,
        minor: 0,
        system: place,
        mobile,
    })
}

/// The first number of a version.
fn major(version: &str) -> Option<u16> {
    if !is_version(version) {
        return None;
    }
    version.split('.').next()?.parse().ok()
}

/// Whether a word consists of numbers with dots between them.
fn is_version(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}
