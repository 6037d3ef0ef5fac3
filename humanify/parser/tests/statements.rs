//! Tests of refused statements, and that one mistake does not hide another.
#![allow(clippy::unwrap_used, clippy::panic)]

use humanify_parser as parse;

fn messages(source: &str) -> Vec<String> {
    let rules = parse::rules(source.parse().unwrap());
    rules.findings.iter().map(ToString::to_string).collect()
}

fn assert_fine(source: &str) {
    assert_eq!(messages(source), Vec::<String>::new(), "{source}");
}

fn assert_refused(source: &str, expected: &str) {
    let found = messages(source);
    assert!(
        matches!(&found[..], [only] if only.contains(expected)),
        "{source}\nexpected: {expected}\nfound: {found:#?}"
    );
}

#[test]
fn a_statement_is_unreachable_only_if_earlier_ones_always_act() {
    for (earlier, later, dead) in [
        // `exempt` shadows everything but `limit` and `always_deny`.
        ("exempt", "challenge on \"/a\"", true),
        ("exempt", "exempt on \"/a\"", true),
        (
            "exempt on \"/a/*\"",
            "observe deny_access on \"/a/b\"",
            true,
        ),
        ("exempt", "limit \"5/minute\"", false),
        ("exempt", "always_deny on \"/a\"", false),
        // `always_deny` shadows everything but `limit`.
        ("always_deny", "always_deny on \"/a\"", true),
        ("always_deny on \"/a\"", "exempt on \"/a\"", true),
        ("always_deny", "limit", false),
        // `deny_access` shadows statements about detected bots.
        ("deny_access", "challenge(audio) on \"/a\"", true),
        ("deny_access", "deny_access when method == POST", true),
        ("deny_access", "challenge when client.is_vpn", false),
        (
            "deny_access",
            "challenge when client.crawler == \"x\"",
            false,
        ),
        ("deny_access", "always_challenge", false),
        ("deny_access", "exempt on \"/a\"", false),
        // Challenges shadow challenges with the same demand.
        (
            "always_challenge",
            "challenge on \"/a\" when client.is_vpn",
            true,
        ),
        (
            "always_challenge",
            "always_challenge when method == POST",
            true,
        ),
        ("always_challenge", "challenge(audio)", false),
        ("always_challenge", "deny_access", false),
        (
            "challenge(hardness = 2)",
            "challenge(hardness = 2) on \"/a\"",
            true,
        ),
        (
            "challenge(hardness = 2)",
            "challenge(hardness = 3) on \"/a\"",
            false,
        ),
        ("challenge", "challenge when client.is_vpn", false),
        ("challenge", "always_challenge", false),
        // Statements that are narrower, have a condition or only observe shadow nothing.
        ("challenge on \"/a\"", "challenge on \"/a\", \"/b\"", false),
        ("challenge on \"/a\"", "challenge", false),
        ("challenge except \"/a\"", "challenge on \"/b\"", true),
        ("challenge except \"/b\"", "challenge on \"/b\"", false),
        ("challenge except \"/b/*\"", "challenge on \"/*\"", false),
        (
            "challenge except endpoint \"b\"",
            "challenge on \"/b\"",
            false,
        ),
        ("challenge when method == GET", "challenge on \"/b\"", false),
        ("observe challenge", "challenge on \"/b\"", false),
        // Targets of all kinds.
        ("challenge on \"/*\"", "challenge on endpoint \"a\"", true),
        ("challenge on \"*\"", "challenge", true),
        ("challenge on \"/a/\"", "challenge on \"/a\"", true),
        (
            "challenge on endpoint \"a::*\"",
            "challenge on endpoint \"a::b\"",
            true,
        ),
        ("challenge on endpoint \"*\"", "challenge on \"/a\"", false),
        (
            "challenge on regex \"^/a\"",
            "challenge on regex \"^/a\" when method == GET",
            true,
        ),
        ("challenge on regex \"^/a\"", "challenge on \"/a\"", true),
        ("challenge on regex \"^/a/\"", "challenge on \"/a\"", false),
        ("challenge on route \"/a\"", "challenge on \"/a\"", false),
        (
            "challenge on route \"/a\", \"/b\"",
            "challenge on \"/b\", route \"/a\"",
            true,
        ),
    ] {
        let source = format!("{earlier}; {later};");
        if dead {
            assert_refused(&source, "always acts first");
        } else {
            assert_fine(&source);
        }
    }
}

#[test]
fn a_limit_is_useless_only_beside_one_that_is_always_reached_first() {
    for (earlier, later, useless) in [
        ("limit \"5/minute\"", "limit \"10/minute\"", true),
        ("limit \"10/minute\"", "limit \"5/minute\"", true),
        ("limit \"5/minute\"", "limit \"100/day\"", false),
        ("limit", "limit \"100/hour\"", false),
        ("limit \"5/minute\"", "limit \"10/minute\" on \"/a\"", false),
        (
            "limit \"5/minute\" on \"/a\"",
            "limit \"9/minute\" on \"/a\" when client.is_vpn",
            true,
        ),
        (
            "limit \"9/minute\" on \"/a\"",
            "limit \"5/minute\" on \"/a\" when client.is_vpn",
            false,
        ),
        ("observe limit \"5/minute\"", "limit \"10/minute\"", false),
        ("limit \"10/minute\"", "observe limit \"5/minute\"", false),
        (
            "limit \"5/minute; 100/day\"",
            "limit \"9/minute; 200/day\"",
            true,
        ),
        ("limit \"5/minute\"", "limit \"9/minute; 100/day\"", false),
    ] {
        let source = format!("{earlier}; {later};");
        if useless {
            assert_refused(&source, "always reached first");
        } else {
            assert_fine(&source);
        }
    }
}

#[test]
fn the_same_statement_twice_is_a_mistake_whatever_it_says() {
    for statement in [
        "limit",
        "challenge on \"/a/*\" except \"/a/b\"",
        "observe exempt when client.is_vpn",
    ] {
        assert_refused(&format!("{statement}; {statement};"), "is written twice");
    }
    // Spacing and names make no difference.
    assert_refused(
        "limit \"5/minute\"; limit \"5 per minute\";",
        "is written twice",
    );
    assert_refused(
        "limit on \"/a\"; a:  limit  on r\"/a\";",
        "is written twice",
    );
}

#[test]
fn default_exemptions_count_unless_they_are_switched_off() {
    assert_refused("challenge on \"/health\";", "exempt by default");
    assert_refused(
        "exempt on \"/ping\", \"/.well-known/x\";",
        "exempt by default",
    );
    assert_fine("challenge on \"/health\", \"/a\";");
    assert_fine("challenge; limit on \"/ping\"; always_deny on \"/status\";");
    assert_fine("challenge on \"/health\"; no_default_exemptions;");
    assert_refused(
        "no_default_exemptions; no_default_exemptions;",
        "written twice",
    );
}

#[test]
fn mistakes_do_not_hide_each_other() {
    assert_eq!(
        messages(
            "limit \"x\"; challenge on \"a\", \"b\" when args.a == 1 && client.ip == \"z\"; nope; \
             challenge on \"/c\";"
        )
        .len(),
        6
    );
    // The second statement is parsed although the `;` before it is missing.
    assert_eq!(messages("challenge on \"/a\" limit \"x\"").len(), 2);
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    let open = "(".repeat(500);
    let close = ")".repeat(500);
    assert_refused(
        &format!("exempt when {open}client.is_vpn{close}"),
        "nested too deeply",
    );
    let not = "!".repeat(5_000);
    assert_refused(
        &format!("exempt when {not}client.is_vpn"),
        "nested too deeply",
    );
}
