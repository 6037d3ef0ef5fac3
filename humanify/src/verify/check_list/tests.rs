//! Tests of reading the data, and of claims, networks and names.

use super::*;

fn list() -> Arc<CheckList> {
    CheckList::embedded().unwrap()
}

#[test]
fn every_instance_shares_the_data_that_came_with_the_crate() {
    assert!(Arc::ptr_eq(&list(), &list()));
}

#[test]
fn a_domain_ends_at_a_dot() {
    let under = DnsNamePattern::read("googlebot.com").unwrap();
    let begins = DnsNamePattern::read("rate-limited-proxy-*.google.com").unwrap();
    for (name, is_under, does_begin) in [
        ("crawl-66-249-66-1.googlebot.com", true, false),
        ("CRAWL.GoogleBot.COM.", true, false),
        ("geo-crawl-1.geo.googlebot.com", true, false),
        ("googlebot.com", true, false),
        ("xgooglebot.com", false, false),
        ("googlebot.com.evil.example", false, false),
        ("googlebot.com-evil.example", false, false),
        ("googlebot.co", false, false),
        ("", false, false),
        (".", false, false),
        ("rate-limited-proxy-66-249-90-77.google.com", false, true),
        ("Rate-Limited-Proxy-1.Google.com.", false, true),
        ("rate-limited-proxy-1.evil.google.com", false, false),
        ("google-proxy-66-249-90-77.google.com", false, false),
        ("rate-limited-proxy-1.xgoogle.com", false, false),
        ("google.com", false, false),
    ] {
        assert_eq!(under.fits(name), is_under, "{name}");
        assert_eq!(begins.fits(name), does_begin, "{name}");
    }
}

#[test]
fn every_crawler_has_the_same_operator_in_both_lists() {
    let known = crate::crawlers::Crawlers::embedded().unwrap();
    let list = list();
    let lines = humanify_assets::VERIFICATION.lines();
    let crawlers: Vec<&str> = lines
        .filter_map(|line| line.strip_prefix("crawler\t"))
        .collect();
    assert!(crawlers.len() > 10, "{}", crawlers.len());
    for line in crawlers {
        let token = line.split('\t').next().unwrap();
        let agent = format!("Mozilla/5.0 (compatible; {token}/1.0; +https://bot.example/)");
        let crawler = known.find(agent.as_bytes()).expect(token);
        let claimed: Vec<&VerifiableCrawler> = list.claimed(agent.as_bytes()).collect();
        assert!(!claimed.is_empty(), "{token}");
        for claim in claimed {
            assert!(claim.may_be(&crawler), "{token}: {crawler:?} and {claim:?}");
        }
    }
}

#[test]
fn a_dot_within_a_label_does_not_end_it() {
    let list = list();
    assert_ne!(list.groups_of("crawl-1.googlebot.com."), 0);
    for name in [
        "x\\.googlebot.com",
        "x\\046.googlebot.com",
        "x .googlebot.com",
        "ü.googlebot.com",
    ] {
        assert_eq!(list.groups_of(name), 0, "{name}");
    }
}

#[test]
fn a_crawler_is_claimed_by_its_whole_name() {
    let list = list();
    let claimed = |agent: &str| -> Vec<&str> {
        let claimed = list.claimed(agent.as_bytes());
        claimed.map(|crawler| crawler.operator).collect()
    };
    for (agent, operators) in [
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            &["Google"][..],
        ),
        ("googlebot", &["Google"]),
        ("Googlebot-Image/1.0", &["Google", "Google"]),
        (
            "Mozilla/5.0 (Linux; Android 6.0.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            &["Google"],
        ),
        ("GPTBot/1.2 Googlebot/2.1", &["OpenAI", "Google"]),
        ("MyGooglebot/1.0", &[]),
        ("Googlebots/1.0", &[]),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            &[],
        ),
        ("", &[]),
    ] {
        assert_eq!(claimed(agent), operators, "{agent}");
    }
    let far = [&[b'-'; JUDGED_BYTES][..], b"Googlebot"].concat();
    assert_eq!(list.claimed(&far).count(), 0);
}

#[test]
fn damaged_data_is_refused_with_its_line() {
    for (data, line) in [
        ("humanify verification 2 2026-09-02\n", None),
        (
            "humanify verification 1 2026-09-02\nsomething else",
            Some(2),
        ),
        (
            "humanify verification 1 2026-09-02\nnetworks\ta\t1.2.3.0/33",
            Some(2),
        ),
        (
            "humanify verification 1 2026-09-02\nnetworks\ta\t1.2.3.0/24 1.2.3.4/32",
            Some(2),
        ),
        (
            "humanify verification 1 2026-09-02\ncrawler\tbot\tX\tmissing\t\tall",
            Some(2),
        ),
        (
            "humanify verification 1 2026-09-02\ncrawler\tbot\tX\t\t\tall",
            Some(2),
        ),
        (
            "humanify verification 1 2026-09-02\ncrawler\tbot\tX\t\texample.com\tperhaps",
            Some(2),
        ),
        (
            "humanify verification 1 2026-09-02\ncrawler\tbot\tX\t\tcom\tall",
            Some(2),
        ),
        (
            "humanify verification 1 2026-09-02\ncrawler\t\tX\t\texample.com\tall",
            Some(2),
        ),
    ] {
        match (CheckList::read(data), line) {
            (Err(ListError::Header), None) => {}
            (Err(ListError::Line(found)), Some(line)) => assert_eq!(found, line, "{data}"),
            (result, _) => panic!("{data}: {result:?}"),
        }
    }
}
