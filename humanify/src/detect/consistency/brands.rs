//! Parses `Sec-CH-UA`: a list of brands with their versions (RFC 9651).

/// The facts in a browser's brands that are compared with its user agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Brands {
    /// The major version of Chromium.
    pub(super) chromium: Option<u16>,
    /// Whether `Google Chrome` is among the brands.
    pub(super) google_chrome: bool,
    /// Whether the browser is headless.
    pub(super) headless: bool,
    /// Whether it is an app with a browser's engine, which may send any user agent.
    pub(super) app: bool,
}

impl Brands {
    /// Reads the list in one pass. A malformed list gives fewer brands or none. So does an escaped
    /// quote, which browsers no longer put into made-up brands.
    pub(super) fn read(header: &[u8]) -> Brands {
        let mut brands = Brands::default();
        let Ok(text) = std::str::from_utf8(header) else {
            return brands;
        };
        // Alternates between texts inside of quotes and texts between them.
        let mut parts = text.split('"').skip(1);
        while let Some(name) = parts.next() {
            let versioned = parts.next().is_some_and(|between| between == ";v=");
            let version = versioned.then(|| parts.next()).flatten();
            if versioned {
                parts.next();
            }
            match name {
                "Chromium" => brands.chromium = version.and_then(first_number),
                "Google Chrome" => brands.google_chrome = true,
                "HeadlessChrome" => brands.headless = true,
                "Android WebView" | "Microsoft Edge WebView2" => brands.app = true,
                _ => {}
            }
        }
        brands
    }
}

fn first_number(version: &str) -> Option<u16> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_read_from_real_and_malformed_headers() {
        let none = Brands::default();
        let chromium = |version| Brands {
            chromium: Some(version),
            ..none
        };
        for (text, expected) in [
            (
                r#""Google Chrome";v="147", "Not.A/Brand";v="8", "Chromium";v="147""#,
                Brands {
                    google_chrome: true,
                    ..chromium(147)
                },
            ),
            (
                r#""(Not;A,Brand";v="99","Chromium";v="147.0.1""#,
                chromium(147),
            ),
            (
                r#""\\Not\"A;Brand";v="99", "HeadlessChrome";v="147", "Chromium";v="147""#,
                none,
            ),
            (r#""Android WebView";v="143""#, Brands { app: true, ..none }),
            (
                r#""Not Chromium";v="1", "Chromium2";v="1", "chromium";v="1""#,
                none,
            ),
            (r#""Chromium""#, none),
            (r#""Chromium";v="x""#, none),
            (r#""Chromium";v="99999999""#, none),
            (r#""Chromium";v="#, none),
            (r#"""#, none),
            ("Chromium", none),
            ("", none),
        ] {
            assert_eq!(Brands::read(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(Brands::read(b"\xff\"HeadlessChrome\""), none);
    }
}
