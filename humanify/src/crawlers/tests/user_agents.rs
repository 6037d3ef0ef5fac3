//! Which user agents are crawlers, and which are people's.

use super::*;

#[test]
fn media_players_are_not_crawlers() {
    let list = embedded();
    let players = [
        "AppleCoreMedia/1.0.0.21E236 (iPhone; U; CPU OS 17_4_1 like Mac OS X; en_us)",
        "AppleCoreMedia/1.0.0.19J346 (Apple TV; U; CPU OS 15_0 like Mac OS X; en_us)",
        "Lavf/60.16.100",
        "Lavf53.32.100",
        "stagefright/1.2 (Linux;Android 9)",
        "ExoPlayerDemo/2.18.7 (Linux;Android 13) ExoPlayerLib/2.18.7",
        "Shop/4.1 (Linux;Android 14) AndroidXMedia3/1.2.1",
        "AndroidXMedia3/1.2.1",
        "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230805.001)",
        "VLC/3.0.20 LibVLC/3.0.20",
        "LibVLC/4.0.0",
        "libmpv",
        "mpv 0.38.0",
        "GStreamer souphttpsrc 1.22.0 libsoup/3.4.0",
        "NSPlayer/12.00.19041.0001 WMFSDK/12.00.19041.0001",
        "Windows-Media-Player/12.00.19041.0001",
        "QuickTime/7.7.9 (qtver=7.7.9;os=Windows NT 6.1)",
        "QuickTime/7.6.6 (qtver=7.6.6;cpu=IA32;os=Mac 10.6.8)",
        "Kodi/20.2 (X11; Linux x86_64) App_Bitness/64 Version/20.2",
        "Roku/DVP-12.5 (12.5.5.4178-89)",
        "DLNADOC/1.50 SEC_HHP_[TV]UE40D7000/1.0",
        "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
        "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) \
         76.0.3809.146/6.0 TV Safari/537.36",
        "Mozilla/5.0 (Linux; Andr0id 9; BRAVIA 4K UR2) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/88.0.4324.152 Safari/537.36 OPR/46.0.2207.0 OMI/4.20.5.48",
        "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/90.0.4430.225 Safari/537.36 CrKey/1.56.500000 DeviceType/Chromecast",
        "HbbTV/1.4.1 (+DRM; Samsung; SmartTV2023; T-KSU2EDEUC-1400.8; ;)",
    ];
    let is_crawler = |agent: &&str| name(&list, agent.as_bytes()).is_some();
    let mistaken: Vec<&str> = players.into_iter().filter(is_crawler).collect();
    assert_eq!(mistaken, [""; 0]);
    // Programs that load files for anybody are crawlers, and so are checkers of advertisements that
    // pose as television sets.
    for agent in [
        "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) \
         76.0.3809.146/6.0 TV Safari/537.36 TvAdVerifier/2.1",
        "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/87.0.4280.88 Safari/537.36 AdCheck/3",
        "curl/8.5.0",
        "Wget/1.21.4",
        "python-requests/2.31.0",
        "aria2/1.37.0",
    ] {
        assert!(name(&list, agent.as_bytes()).is_some(), "{agent}");
    }
}

#[test]
fn only_the_start_of_a_user_agent_is_read_and_none_panics() {
    let list = list();
    assert_eq!(
        name(&list, &[0xff, 0, b'\n', 0x80]),
        Some("unlisted crawler")
    );
    assert_eq!(name(&list, b"\xff\xffGooglebot\xff"), Some("Googlebot"));
    let mut long = vec![b'x'; JUDGED_BYTES - 9];
    long.extend(b"googlebot");
    assert_eq!(name(&list, &long), Some("Googlebot"));
    long.insert(0, b'x');
    assert_eq!(name(&list, &long), Some("unlisted crawler"));
    assert_eq!(
        name(&list, &b"current".repeat(10_000)),
        Some("unlisted crawler")
    );
}

#[test]
fn an_agent_of_known_browser_words_belongs_to_a_person() {
    let list = list();
    for (agent, person) in [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0",
            true,
        ),
        (
            "'Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0'",
            true,
        ),
        (
            "User-Agent: Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0",
            true,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; de-DE; rv=1) Gecko/1 Firefox/1 8f39WjYX-18 SomeBrowser/2",
            true,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) Gecko/1 Firefox/1 WebThumb/1.0",
            false,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) Gecko/1 Firefox/1 imgsizer",
            false,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Rival IQ) Gecko/1 Firefox/1",
            false,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) Gecko/1 Firefox/1 (Rival IQ; rival.example)",
            false,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Rival IQ; wv) Gecko/1 Firefox/1",
            true,
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Some Model) Gecko/1 Firefox/1 SomeApp/2",
            true,
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Some Model) Gecko/1 Safari/1 SomeApp",
            false,
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; CUBOT) Gecko/1 Firefox/1",
            true,
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; K) Gecko/1 Firefox/1 Robotics/1",
            false,
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; K) Gecko/1 (compatible; Something)",
            false,
        ),
        (
            "Mozilla/5.0 (compatible; MSIE 9.0; Some Toolbar; Some Company) Gecko/",
            true,
        ),
        ("Mozilla/5.0 (compatible; MSIE 9.0; Obotika) Gecko/", false),
        ("Mozilla/5.0 (compatible; MSIE 9.0) Gecko/ Strange/1", false),
        (
            "Mozilla/5.0 (Windows NT 10.0; Trident/7.0; Some Company; rv:11.0) Gecko/",
            true,
        ),
        (
            "Mozilla/5.0 (Some Console; anything) Gecko/1 Anything/2",
            true,
        ),
        ("Mozilla/5.0 (Some Console; scanner) Gecko/1", false),
        ("Mozilla/5.0 Gecko/1 ((((", true),
        ("Mozilla/5.0 Gecko/1 (Windows NT 10.0) Firefox/1", true),
        ("Mozilla/5.0 Strange/1 (Windows NT 10.0) Gecko/1", false),
        ("Mozilla/5.0 Strange/1 (compatible; MSIE 9.0) Gecko/", false),
        (
            "Mozilla/5.0 Strange/1 (Some Console; anything) Gecko/1",
            true,
        ),
        ("Mozilla/5.0 Strange/1 (Windows NT 10.0; wv) Gecko/1", true),
        (
            "Anonymous, Mozilla/5.0 (Windows NT 10.0) Gecko/1 Firefox/1",
            false,
        ),
    ] {
        assert_eq!(name(&list, agent.as_bytes()).is_none(), person, "{agent}");
    }
}

#[test]
fn crawlers_libraries_and_tools_are_named() {
    let list = embedded();
    for (agent, expected) in [
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Googlebot",
        ),
        ("googlebot/2.1", "Googlebot"),
        (
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            "bingbot",
        ),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            "GPTBot",
        ),
        ("PostmanRuntime/7.43.0", "PostmanRuntime"),
        ("python-requests/2.32.3", "python-requests"),
        ("Python/3.12 aiohttp/3.9.1", "aiohttp"),
        ("Go-http-client/2.0", "Go-http-client"),
        ("okhttp/4.12.0", "okhttp"),
        ("axios/1.7.2", "axios"),
        (
            "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
            "node-fetch",
        ),
        ("undici", "undici"),
        ("node", "Node.js"),
        ("curl/8.5.0", "curl"),
        ("CURL/8.5.0", "curl"),
        ("Wget/1.21.4", "Wget"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36",
            "HeadlessChrome",
        ),
        (
            "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041",
            "PowerShell",
        ),
        (
            "Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/26.1.0",
            "jsdom",
        ),
        (
            "Mozilla/5.0 (unknown OS) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/26.1.0",
            "jsdom",
        ),
        ("Java/17.0.2", "Java"),
        ("sqlmap/1.8#stable (https://sqlmap.org)", "sqlmap"),
        (
            "FreshCrawlBot/0.1 (+https://example.com/bot)",
            "unlisted crawler",
        ),
    ] {
        assert_eq!(name(&list, agent.as_bytes()), Some(expected), "{agent}");
    }
}

#[test]
fn peoples_user_agents_name_no_crawler() {
    let list = embedded();
    for agent in [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.88 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 9; X20 PRO Build/P00610; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/101.0.4951.61 Mobile Safari/537.36 Instagram 237.0.0.7.102 Android (28/9; 480dpi; 1080x2115; CUBOT; X20 PRO)",
        "Mozilla/5.0 (Linux; Android 8.1.0; Panasonic P6 Build/O11019) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.66 Mobile Safari/537.36",
        "Dalvik/2.1.0 (Linux; U; Android 10; SM-G970F Build/QP1A.190711.020)",
        "Mozilla/5.0 (Linux; Android 11; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/108.4.6 like Chrome/108.0.5359.220 Safari/537.36",
        "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/535.11 (KHTML, like Gecko) Chrome/17.0.963.84 Safari/535.11 SE 2.X MetaSr 1.0",
        "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/440.0.0.30.108;FBDV/iPhone14,5]",
    ] {
        assert_eq!(list.find(agent.as_bytes()), None, "{agent}");
    }
}

#[test]
fn well_known_crawlers_have_the_names_that_they_send() {
    use CrawlerKind::*;
    let list = embedded();
    for (expected, kind, operator) in [
        ("Googlebot", Search, "Google"),
        ("Googlebot-Image", Search, "Google"),
        ("AdsBot-Google", Advertising, "Google"),
        ("bingbot", Search, "Microsoft"),
        ("DuckDuckBot", Search, "DuckDuckGo"),
        ("YandexBot", Search, "Yandex"),
        ("Baiduspider", Search, "Baidu"),
        ("Applebot", Search, "Apple"),
        ("PetalBot", Search, "Huawei"),
        ("GPTBot", AiTraining, "OpenAI"),
        ("ChatGPT-User", AiAssistant, "OpenAI"),
        ("OAI-SearchBot", AiAssistant, "OpenAI"),
        ("ClaudeBot", AiTraining, "Anthropic"),
        ("Claude-User", AiAssistant, "Anthropic"),
        ("Claude-SearchBot", AiAssistant, "Anthropic"),
        ("PerplexityBot", AiAssistant, "Perplexity"),
        ("Perplexity-User", AiAssistant, "Perplexity"),
        ("CCBot", AiTraining, "Common Crawl"),
        ("Bytespider", AiTraining, "ByteDance"),
        ("Amazonbot", AiTraining, "Amazon"),
        ("Applebot-Extended", AiTraining, "Apple"),
        ("meta-externalagent", AiTraining, "Meta"),
        ("AhrefsBot", Seo, "Ahrefs"),
        ("SemrushBot", Seo, "Semrush"),
        ("MJ12bot", Seo, "Majestic"),
        ("facebookexternalhit", Preview, "Meta"),
        ("Twitterbot", Preview, "X"),
        ("LinkedInBot", Preview, "LinkedIn"),
        ("Slackbot", Preview, "Slack"),
        ("Discordbot", Preview, "Discord"),
        ("TelegramBot", Preview, "Telegram"),
        ("WhatsApp", Preview, "Meta"),
        ("UptimeRobot", Monitor, "UptimeRobot"),
        ("Pingdom", Monitor, "SolarWinds"),
        ("archive.org_bot", Archiver, "Internet Archive"),
        ("CensysInspect", Scanner, "Censys"),
        ("Feedly", Feed, "Feedly"),
    ] {
        for agent in [
            format!("{expected}/1.0"),
            format!("{}/1.0", expected.to_uppercase()),
        ] {
            let crawler = list.find(agent.as_bytes()).unwrap();
            assert_eq!(crawler.name, expected, "{agent}");
            assert_eq!(crawler.kind, kind, "{agent}");
            assert_eq!(crawler.operator, Some(operator), "{agent}");
        }
    }
    for library in ["curl", "python-requests", "Go-http-client", "okhttp"] {
        let crawler = list.find(format!("{library}/1.0").as_bytes()).unwrap();
        assert_eq!(crawler.name, library);
        assert_eq!((crawler.kind, crawler.operator), (Library, None));
    }
}

#[test]
fn kinds_say_what_crawlers_do() {
    use CrawlerKind::*;
    let list = embedded();
    for (agent, kind) in [
        ("Stripe/1.0 (+https://stripe.com/docs/webhooks)", Other),
        ("PayPal/AUHR-214.0-51787073", Other),
        ("Mollie HTTP client/1.0", Other),
        ("Svix-Webhooks/1.4", Other),
        ("Shopify-Captain-Hook", Other),
        ("Zapier", Other),
        ("Chrome Privacy Preserving Prefetch Proxy", Other),
        ("Mozilla/5.0 (compatible; SERankingBacklinksBot/1.0)", Seo),
        ("Mozilla/5.0 (compatible; BrightEdge Crawler/1.0)", Seo),
        ("Mozilla/5.0 (compatible; Novaact/1.0)", AiAssistant),
        ("Mozilla/5.0 (compatible; Operator/1.0)", AiAssistant),
        ("Mozilla/5.0 (compatible; Google-Agent)", AiAssistant),
        ("Mozilla/5.0 (compatible; AmazonBuyForMe)", AiAssistant),
        ("xAI-Grok/1.0", AiAssistant),
        ("ModelContextProtocol/1.0", AiAssistant),
        ("GrokBot/1.0", AiTraining),
        ("Mozilla/5.0 (compatible; Cotoyogi/4.0)", AiTraining),
        ("Mozilla/5.0 (compatible; PanguBot)", AiTraining),
        ("OAI-AdsBot/1.0", Advertising),
        ("gotosocial/0.19.2", Preview),
        ("Mozilla/5.0 (compatible; ModatScanner/1.2)", Scanner),
        ("Mozilla/3.0 (compatible; Indy Library)", Library),
    ] {
        let crawler = list.find(agent.as_bytes());
        assert_eq!(crawler.map(|crawler| crawler.kind), Some(kind), "{agent}");
    }
}
