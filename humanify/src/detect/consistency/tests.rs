//! Tests of headers that do not fit the user agent.

use http::HeaderMap;

use super::*;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36";

const CHROME_79: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.88 Safari/537.36";

const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36 Edg/147.0.0.0";

const OPERA: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36 OPR/131.0.0.0";

const PHONE: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Mobile Safari/537.36";

const TABLET: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36";

const SAMSUNG: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36";

const WEBVIEW: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP3A.240905.015; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/147.0.0.0 Mobile Safari/537.36";

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

const FIREFOX_89: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:89.0) Gecko/20100101 Firefox/89.0";

const TOR: &str = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0";

const FIREFOX_PHONE: &str = "Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0";

const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.4 Safari/605.1.15";

const SAFARI_16_3: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.3 Safari/605.1.15";

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.4 Mobile/15E148 Safari/604.1";

const CHROME_IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/147.0.7727.99 Mobile/15E148 Safari/604.1";

const HINTS: (&str, &str) = (
    "sec-ch-ua",
    r#""Google Chrome";v="147", "Not.A/Brand";v="8", "Chromium";v="147""#,
);

const LANGUAGE: (&str, &str) = ("accept-language", "en-US,en;q=0.9");

const MODE: (&str, &str) = ("sec-fetch-mode", "navigate");

const SITE: (&str, &str) = ("sec-fetch-site", "none");

const PAGE: (&str, &str) = ("accept", "text/html,*/*;q=0.8");

fn judged(agent: &str, headers: &[(&str, &str)], https: bool) -> Vec<Inconsistency> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        map.append(name, value.parse().unwrap());
    }
    judge(agent.as_bytes(), &HeaderSnapshot::new(&map, false), https)
}

#[test]
fn headers_that_programs_forget_or_get_wrong_are_found() {
    use Inconsistency::*;
    let full = [LANGUAGE, MODE, SITE, PAGE];
    let with = |more: &[(&'static str, &'static str)]| [&full[..], more].concat();
    for (what, agent, headers, expected) in [
        (
            "curl",
            CHROME,
            vec![("accept", "*/*")],
            &[NoFetchMetadata, NoLanguage][..],
        ),
        (
            "curl with a language",
            CHROME,
            vec![LANGUAGE],
            &[NoFetchMetadata],
        ),
        (
            "a copied set without a language",
            CHROME,
            vec![MODE, SITE, PAGE, HINTS],
            &[NoLanguage],
        ),
        (
            "python-requests",
            FIREFOX,
            vec![("accept", "*/*")],
            &[NoFetchMetadata, NoLanguage],
        ),
        (
            "a page for Safari",
            SAFARI,
            vec![PAGE],
            &[NoFetchMetadata, NoLanguage],
        ),
        (
            "a page for an iPhone",
            IPHONE,
            vec![PAGE, LANGUAGE],
            &[NoFetchMetadata],
        ),
        (
            "hints of Chrome",
            FIREFOX,
            with(&[HINTS]),
            &[ForeignClientHints],
        ),
        (
            "hints of Chrome",
            IPHONE,
            with(&[HINTS]),
            &[ForeignClientHints],
        ),
        (
            "hints of Chrome",
            SAFARI,
            with(&[HINTS]),
            &[ForeignClientHints],
        ),
        (
            "a browser without a window",
            CHROME,
            with(&[(
                "sec-ch-ua",
                r#""HeadlessChrome";v="147", "Chromium";v="147""#,
            )]),
            &[Headless],
        ),
        (
            "an agent of an old list",
            CHROME,
            with(&[("sec-ch-ua", r#""Chromium";v="150", "Not.A/Brand";v="8""#)]),
            &[OtherVersion],
        ),
        ("hints of Chrome", EDGE, with(&[HINTS]), &[OtherBrand]),
        (
            "a server's browser",
            CHROME,
            with(&[HINTS, ("sec-ch-ua-platform", "\"Linux\"")]),
            &[OtherPlatform],
        ),
        (
            "a telephone on the desk",
            CHROME,
            with(&[HINTS, ("sec-ch-ua-mobile", "?1")]),
            &[OtherDevice],
        ),
        (
            "a desk in the hand",
            PHONE,
            with(&[HINTS, ("sec-ch-ua-mobile", "?0")]),
            &[OtherDevice],
        ),
        (
            "everything of another",
            PHONE,
            with(&[
                (
                    "sec-ch-ua",
                    r#""HeadlessChrome";v="146", "Chromium";v="146""#,
                ),
                ("sec-ch-ua-mobile", "?0"),
                ("sec-ch-ua-platform", "\"Windows\""),
            ]),
            &[Headless, OtherVersion, OtherPlatform, OtherDevice],
        ),
    ] {
        assert_eq!(judged(agent, &headers, true), expected, "{what} as {agent}");
    }
}

#[test]
fn peoples_browsers_are_consistent() {
    let chromium = |version: &str, brand: &str| {
        format!(r#""{brand}";v="{version}", "Not.A/Brand";v="8", "Chromium";v="{version}""#)
    };
    let full = [LANGUAGE, MODE, SITE, PAGE];
    for (agent, version, brand, mobile, platform) in [
        (CHROME, "147", "Google Chrome", "?0", "Windows"),
        (CHROME, "147", "Brave", "?0", "Windows"),
        (CHROME, "147", "Vivaldi", "?0", "Windows"),
        (CHROME, "147", "Microsoft Edge", "?0", "Windows"),
        (EDGE, "147", "Microsoft Edge", "?0", "Windows"),
        (OPERA, "147", "Opera", "?0", "Linux"),
        (PHONE, "147", "Google Chrome", "?1", "Android"),
        (TABLET, "147", "Google Chrome", "?0", "Android"),
        (TABLET, "147", "Google Chrome", "?1", "Android"),
        // A telephone that requests the desktop site.
        (OPERA, "147", "Opera", "?0", "Android"),
        (SAMSUNG, "136", "Samsung Internet", "?1", "Android"),
        (SAMSUNG, "136", "Samsung Internet", "?0", "Android"),
        (CHROME, "147", "Google Chrome", "?0", "Unknown"),
        // A Chromium browser that writes its own version.
        (CHROME, "7", "Chromium", "?0", "Windows"),
        // Apps with WebViews, which may send any user agent.
        (CHROME, "143", "Android WebView", "?1", "Android"),
        (CHROME, "143", "Microsoft Edge WebView2", "?0", "Windows"),
    ] {
        let (brands, platform) = (chromium(version, brand), format!("\"{platform}\""));
        let hints = [
            ("sec-ch-ua", brands.as_str()),
            ("sec-ch-ua-mobile", mobile),
            ("sec-ch-ua-platform", platform.as_str()),
        ];
        let headers = [&full[..], &hints].concat();
        assert_eq!(
            judged(agent, &headers, true),
            [],
            "{agent} {brands} {platform}"
        );
    }
    for agent in [
        CHROME,
        EDGE,
        PHONE,
        FIREFOX,
        FIREFOX_PHONE,
        TOR,
        SAFARI,
        IPHONE,
        SAMSUNG,
        OPERA,
    ] {
        // Client hints are missing over HTTP, or an extension removes them.
        assert_eq!(judged(agent, &full, true), [], "{agent}");
        // Neither client hints nor Sec-Fetch headers are sent over HTTP.
        assert_eq!(judged(agent, &[LANGUAGE, PAGE], false), [], "{agent}");
    }
}

#[test]
fn other_clients_are_not_judged() {
    // None of the headers, over HTTPS.
    for agent in [
        "",
        "curl/8.5.0",
        "Mozilla/5.0",
        "Mozilla/5.0 (",
        "Mozilla/5.0 ()",
        "Mozilla/5.0 (Windows NT 10.0) ",
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)",
        "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/147.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Electron/40.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36 OfAnother/1.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/ Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; BRAVIA VH2 4K TV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Goanna/6.0 Firefox/102.0 PaleMoon/33.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:91.0) Gecko/20100101 Firefox/91.0 SeaMonkey/2.53",
        WEBVIEW,
        CHROME_IPHONE,
    ] {
        assert_eq!(judged(agent, &[], true), [], "{agent}");
        assert_eq!(judged(agent, &[HINTS], true), [], "{agent}");
    }
    for old in [CHROME_79, FIREFOX_89, SAFARI_16_3] {
        assert_eq!(judged(old, &[LANGUAGE, PAGE], true), [], "{old}");
    }
    for request in [
        ("upgrade", "websocket"),
        ("range", "bytes=0-"),
        ("sec-purpose", "prefetch;prerender"),
        ("content-type", "application/csp-report"),
        ("access-control-request-method", "PUT"),
        ("via", "1.1 office"),
        ("x-requested-with", "com.example.reader"),
    ] {
        for agent in [CHROME, FIREFOX, SAFARI] {
            assert_eq!(judged(agent, &[request], true), [], "{agent} {request:?}");
        }
    }
    assert_eq!(judged(SAFARI, &[("accept", "image/*")], true), []);
    assert_eq!(
        judged(
            CHROME,
            &[LANGUAGE, ("x-requested-with", "XMLHttpRequest")],
            true
        ),
        [Inconsistency::NoFetchMetadata]
    );
    assert_eq!(judge(&[0xff; 400], &HeaderSnapshot::default(), true), []);
    assert_eq!(
        judge(
            &b"Mozilla/5.0 (\xff) Gecko/"[..],
            &HeaderSnapshot::default(),
            true
        ),
        []
    );
}

#[test]
fn a_trusted_proxy_does_not_excuse_missing_headers() {
    let mut headers = HeaderMap::new();
    headers.insert("via", "1.1 edge".parse().unwrap());
    let found = judge(
        CHROME.as_bytes(),
        &HeaderSnapshot::new(&headers, true),
        true,
    );
    assert_eq!(
        found,
        [Inconsistency::NoFetchMetadata, Inconsistency::NoLanguage]
    );
}
