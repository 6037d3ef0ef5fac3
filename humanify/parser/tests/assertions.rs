//! Tests of `assert`: true assertions are proved, and false ones are refused with a counterexample.
#![allow(clippy::unwrap_used, clippy::panic)]

use humanify_parser as parse;

fn messages(source: &str) -> Vec<String> {
    let rules = parse::rules(source.parse().unwrap());
    rules.findings.iter().map(ToString::to_string).collect()
}

#[test]
fn an_assertion_that_holds_for_every_request_is_proved() {
    for source in [
        "deny_access those on \"/admin/*\" when client.is_tor || client.is_vpn; \
         assert deny on \"/admin/*\" when client.is_tor;",
        "always_deny when client.ip in [\"10.0.0.0/8\"]; exempt on \"/admin/*\"; \
         assert deny when client.ip == \"10.1.2.3\";",
        "exempt on \"/assets/*\"; deny_access; assert never exempt under \"/admin\";",
        "deny_access; assert pass GET \"/health\";",
        "deny_access on \"/admin/*\"; assert pass on \"/public/*\", \"/robots.txt\";",
        "always_challenge on \"/login\"; assert challenge on \"/login\" when method == POST;",
        "deny_access bots; assert deny except \"/health*\", \"/robots.txt\", \"/favicon.ico\", \
         \"/sitemap.xml\", under \"/.well-known\", \"/apple-touch-icon*.png\", \
         \"/browserconfig.xml\", \"/manifest.json\", \"/site.webmanifest\", \"/_health*\", \
         \"/livez\", \"/readyz\", \"/ping\", \"/status\" when client.is_bot;",
        "exempt on \"/a/*\" except regex \"^/a/secret(/|$)\"; challenge; \
         assert never exempt under \"/a/secret\";",
        "always_deny when args.debug == \"1\"; assert deny when args.debug == \"1\";",
        "deny_access those when client.crawler_kind == ai; \
         assert deny on \"/x\" when client.crawler == \"GPTBot\";",
        "challenge on \"/api/*\"; assert pass when !client.is_bot;",
        "exempt on \"/hook\", \"/hook/\"; always_challenge; assert exempt \"/hook\";",
        "exempt on \"/hook/\"; always_challenge on \"/x\"; assert pass \"/hook\";",
    ] {
        assert_eq!(messages(source), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn a_false_assertion_is_refused_with_a_counterexample() {
    for (source, example) in [
        (
            "deny_access on \"/admin/*\"; assert deny on \"/admin/*\" when client.is_tor;",
            "`GET /admin/x` where `client.is_tor` and `!client.is_bot` gets in",
        ),
        (
            "exempt on \"/admin/public/*\"; deny_access; assert never exempt under \"/admin\";",
            "`GET /admin/public/x` is exempt by `exempt on \"/admin/public/*\"`",
        ),
        (
            "exempt on \"*.css\"; deny_access; assert never exempt under \"/admin\";",
            "`GET /admin/.css` is exempt by",
        ),
        (
            "exempt on \"/hook/\"; always_challenge; assert exempt \"/hook\";",
            "`GET /hook` without a clearance is challenged by `always_challenge`",
        ),
        (
            "exempt on \"/hook/\"; always_challenge; assert never exempt \"/hook\";",
            "`GET /hook/` is exempt by `exempt on \"/hook/\"`",
        ),
        (
            "always_challenge except \"/a/*/\"; assert pass \"/a/b\";",
            "`GET /a/b` without a clearance is challenged by",
        ),
        (
            "no_default_exemptions; deny_access; assert pass GET \"/health\";",
            "`GET /health` where `client.is_bot` is refused by `deny_access`",
        ),
        (
            "deny_access those on under \"/admin\" when client.is_tor; \
             assert deny on \"/admin/*\", \"/wp\" when client.is_tor;",
            "`GET /wp` where `client.is_tor` gets in",
        ),
        (
            "exempt on endpoint \"open::*\"; always_deny when method == POST; \
             deny_access everyone on \"/a\"; assert deny on \"/a\";",
            "is exempt by `exempt on endpoint \"open::*\"`",
        ),
        (
            "exempt when args.key == \"k\"; deny_access everyone on \"/a\"; assert deny on \"/a\";",
            "with `?key=k` is exempt by",
        ),
        (
            "observe always_deny; assert deny;",
            "gets in, since no statement acts",
        ),
        (
            "challenge everyone on \"/a\"; assert never pass on \"/a\";",
            "with a clearance gets in",
        ),
        (
            "deny_access; assert deny on \"/a\" when path == \"/b\";",
            "",
        ),
    ] {
        let found = messages(source);
        assert!(
            matches!(&found[..], [only] if only.contains(example)),
            "{source}\nexpected: {example}\nfound: {found:#?}"
        );
    }
}

#[test]
fn an_unreadable_assertion_names_the_correction() {
    for (source, expected) in [
        ("assert;", "the outcomes are"),
        ("assert deny_access on \"/a\";", "write `deny`"),
        ("assert allow on \"/a\";", "write `pass`"),
        (
            "assert deny on \"/a\" challenge;",
            "missing `;` before `challenge`",
        ),
    ] {
        let found = messages(source);
        assert!(
            matches!(&found[..], [only] if only.contains(expected)),
            "{source}\nexpected: {expected}\nfound: {found:#?}"
        );
    }
}
