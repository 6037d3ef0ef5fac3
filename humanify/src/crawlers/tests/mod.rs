//! Tests of the list of crawlers.

mod user_agents;

use super::*;

const LIST: &str = "humanify crawlers 3 2026-10-22\n\
    -\tsearch\tGooglebot-Image\tGoogle\tgooglebot-image\t\n\
    -\tsearch\tGooglebot\tGoogle\tgooglebot\t\n\
    w\tlibrary\tds9\t\tds9\t\n\
    -\tfeed\tReader\t\tcurrent\trss reader\n\
    s\tlibrary\tcurl\t\tcurl\t\n\
    se\tlibrary\tNode.js\t\tnode\t\n\
    t\tother\tunlisted crawler\t\t-bot\t\n\
    g\tother\tunlisted crawler\t\tscanner\t\n\
    -\tengine\t\t\tgecko/\t\n\
    -\tembedded\t\t\t; wv\t\n\
    -\tprogram\t\t\tplayer\t\n\
    s\tcertain\t\t\ttweet-bot\t\n";

const BROWSER_WORDS: &str =
    "humanify browser-words 1\nfirefox\ngecko\nmozilla\nsafari\nwin\nwindowsnt\n";

fn list() -> Crawlers {
    Crawlers::read(LIST, BROWSER_WORDS).unwrap()
}

fn embedded() -> Crawlers {
    Crawlers::embedded().unwrap()
}

#[test]
fn every_instance_shares_the_list_that_came_with_the_crate() {
    let (one, other) = (embedded(), embedded());
    assert!(Arc::ptr_eq(&one.entries, &other.entries));
    assert!(Arc::ptr_eq(&one.roles, &other.roles));
}

fn name(list: &Crawlers, agent: &[u8]) -> Option<&'static str> {
    list.find(agent).map(|crawler| crawler.name)
}

#[test]
fn a_text_counts_only_where_its_conditions_hold() {
    let list = list();
    for (agent, expected) in [
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", Some("Googlebot")),
        ("GOOGLEBOT", Some("Googlebot")),
        ("Googlebot-Image/1.0", Some("Googlebot-Image")),
        ("Googlebot Googlebot-Image", Some("Googlebot-Image")),
        ("ds9 2.0", Some("ds9")),
        ("(ds9)", Some("ds9")),
        ("odds9", Some("unlisted crawler")),
        ("Mozilla/5.0 (odds9) Gecko/1", None),
        ("Current/1.0 (RSS Reader)", Some("Reader")),
        ("RSS Reader (Current) player", None),
        ("RSS Reader Current RSS Reader", Some("Reader")),
        ("current", Some("unlisted crawler")),
        ("mozilla/5.0 current gecko/1", None),
        ("curl/8.0", Some("curl")),
        ("libcurl/8.0", Some("unlisted crawler")),
        ("node", Some("Node.js")),
        (" node ", Some("Node.js")),
        ("node.js", Some("unlisted crawler")),
        ("MOZILLA GECKO/20100101", None),
        ("GECKO/20100101", Some("unlisted crawler")),
        ("X-Bot", Some("unlisted crawler")),
        ("X-bots player", None),
        ("Tweet-Bot player", None),
        ("My Scanner", Some("unlisted crawler")),
        ("My Scanner player", None),
        ("", Some("no user agent")),
        (" \t", Some("no user agent")),
    ] {
        assert_eq!(name(&list, agent.as_bytes()), expected, "{agent}");
    }
}

#[test]
fn a_malformed_list_is_refused_with_its_line() {
    let read = |list| Crawlers::read(list, BROWSER_WORDS);
    let refusal = |list| read(list).map(|_| ()).unwrap_err().to_string();
    for (lines, part) in [
        ("", "first line"),
        ("humanify crawlers 2 2026-10-22\n", "first line"),
        ("humanify crawlers 3 d\n-\tseo\tA\t\ta\n", "line 2"),
        (
            "humanify crawlers 3 d\n-\tseo\tA\t\ta\t\nx\tseo\tA\t\ta\t\n",
            "line 3",
        ),
        ("humanify crawlers 3 d\n-\tseo\t\t\ta\t\n", "name is empty"),
        ("humanify crawlers 3 d\n-\tseo\tA\t\t\t\n", "text is empty"),
        (
            "humanify crawlers 3 d\n-\tengine\t\t\t\t\n",
            "text is empty",
        ),
        ("humanify crawlers 3 d\n-\tai\tA\t\ta\t\n", "no such kind"),
    ] {
        assert!(refusal(lines).contains(part), "{}", refusal(lines));
    }
}

#[test]
fn other_data_is_refused_as_a_list_of_browser_words() {
    let error = Crawlers::read(LIST, "humanify browser-words 2\n").unwrap_err();
    assert!(error.to_string().contains("browser words"), "{error}");
}

#[test]
fn the_most_similar_name_of_an_unknown_one_is_found() {
    let list = embedded();
    for (name, expected) in [
        ("GPTBot", Ok(())),
        ("unlisted crawler", Ok(())),
        ("no user agent", Ok(())),
        ("GTPBot", Err(Some("GPTBot"))),
        ("googlebot", Err(Some("Googlebot"))),
        ("Bingbot", Err(Some("bingbot"))),
        ("The crawler of our own search", Err(None)),
        ("", Err(None)),
    ] {
        assert_eq!(list.check_name(name), expected, "{name}");
    }
}

#[test]
fn the_compiler_knows_the_names_of_the_crawler_list() {
    let crawlers = Crawlers::embedded().unwrap();
    let mut known: Vec<(&str, CrawlerKind)> = humanify_syntax::names::crawlers().collect();
    let mut listed: Vec<(&str, CrawlerKind)> = crawlers
        .entries
        .iter()
        .map(|entry| (entry.crawler.name, entry.crawler.kind))
        .chain([UNLISTED, NO_USER_AGENT].map(|crawler| (crawler.name, crawler.kind)))
        .collect();
    for names in [&mut known, &mut listed] {
        names.sort_by_key(|(name, kind)| (*name, kind.name()));
        names.dedup();
    }
    assert_eq!(
        known, listed,
        "write humanify/syntax/src/names/crawlers.txt anew"
    );
}
