use super::*;

fn messages(source: &str) -> Vec<String> {
    let mut errors = Errors::default();
    read(source.parse().unwrap(), &mut errors);
    errors.messages()
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
fn a_statement_is_ended_by_an_earlier_one_only_where_it_always_is() {
    for (earlier, later, dead) in [
        // `exempt` ends everything but `limit` and `always_deny`.
        ("exempt", "challenge on \"/a\"", true),
        ("exempt", "exempt on \"/a\"", true),
        (
            "exempt on \"/a/*\"",
            "observe deny_access on \"/a/b\"",
            true,
        ),
        ("exempt", "limit \"5/minute\"", false),
        ("exempt", "always_deny on \"/a\"", false),
        // `always_deny` ends everything but `limit`.
        ("always_deny", "always_deny on \"/a\"", true),
        ("always_deny on \"/a\"", "exempt on \"/a\"", true),
        ("always_deny", "limit", false),
        // `deny_access` ends what is about detected bots.
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
        // Challenges end those that demand the same.
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
        // What is narrower, asks something or only observes, does not end it.
        ("challenge on \"/a\"", "challenge on \"/a\", \"/b\"", false),
        ("challenge on \"/a\"", "challenge", false),
        ("challenge except \"/a\"", "challenge on \"/b\"", false),
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
        ("challenge on regex \"^/a\"", "challenge on \"/a\"", false),
        ("challenge on route \"/a\"", "challenge on \"/a\"", false),
        (
            "challenge on route \"/a\", \"/b\"",
            "challenge on \"/b\", route \"/a\"",
            true,
        ),
    ] {
        let source = format!("{earlier}; {later};");
        if dead {
            assert_refused(&source, "always ends it first");
        } else {
            assert_fine(&source);
        }
    }
}

#[test]
fn a_limit_is_useless_only_beside_one_that_is_always_met_first() {
    for (earlier, later, useless) in [
        ("limit \"5/minute\"", "limit \"10/minute\"", true),
        ("limit \"10/minute\"", "limit \"5/minute\"", true),
        ("limit \"5/minute\"", "limit \"5 per minute\"", true),
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
            assert_refused(&source, "always met first");
        } else {
            assert_fine(&source);
        }
    }
}

#[test]
fn the_same_statement_twice_is_a_mistake_whatever_it_says() {
    for statement in [
        "limit",
        "challenge on \"/a\" except \"/a/b\"",
        "observe exempt when client.is_vpn",
    ] {
        assert_refused(&format!("{statement}; {statement};"), "is said twice");
    }
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
        "said twice",
    );
}

#[test]
fn every_mistake_has_its_message() {
    for (source, expected) in [
        ("\"/a\"", "a statement starts with what it does"),
        ("observe", "a statement starts with what it does"),
        ("observe no_default_exemptions", "is no action"),
        ("no_default_exemptions on", "`;` follows here"),
        (
            "challenge on \"/a\" if method == GET",
            "did you mean `when`?",
        ),
        (
            "challenge on \"/a\" unless \"/b\"",
            "did you mean `except`?",
        ),
        (
            "no_default_exemption",
            "did you mean `no_default_exemptions`?",
        ),
        ("observed challenge", "did you mean `observe`?"),
        ("challenge = 3", "unexpected `=`"),
        ("challenge(hardness) on \"/a\"", "`hardness` has no value"),
        ("challenge(hardness = \"3\")", "a number from 1 to 5"),
        (
            "challenge(hardness = 1, hardness = 2)",
            "`hardness` is said twice",
        ),
        ("challenge(audio, one_click)", "a challenge has one type"),
        ("challenge(challenge_type = \"audio\")", "write `audio`"),
        ("challenge(3)", "unknown setting `3`"),
        (
            "challenge on endpoint regex \"(\"",
            "bad regular expression",
        ),
        ("challenge on endpoint \"a b\"", "white space"),
        ("challenge on b\"/a\"", "expected a string"),
        (
            "limit(\"5/minute\", burst = 20)",
            "settings follow after a comma",
        ),
        (
            "limit \"5/minute\" burst = 20",
            "a `,` is missing before `burst`",
        ),
        ("limit 5 on \"/a\"", "`limit` takes its rates as one string"),
        (
            "limit \"5/minute\", \"9/day\"",
            "`limit` takes its rates as one string",
        ),
        ("exempt when", "`when` asks nothing"),
        ("exempt when == 1", "expected a condition, found `=`"),
        (
            "exempt when (client.is_vpn client.is_tor)",
            "`&&`, `||` or `)` follows here",
        ),
        (
            "exempt when args.a not in [\"1\"]",
            "write `!(args.a in [..])`",
        ),
        (
            "exempt when args.a != [\"1\"]",
            "write `!(args.a in [\"1\"])`",
        ),
        (
            "exempt when args.a == 1",
            "write it between quotes: `\"1\"`",
        ),
        ("exempt when args.a in [\"1\" \"2\"]", "expected one value"),
        ("exempt when args.a ~ 7", "expected a string, found `7`"),
        ("exempt when method == \"FETCH\"", "unknown method `FETCH`"),
        (
            "exempt when client.ip == 10",
            "expected an address between quotes",
        ),
        (
            "exempt when client.is_vpn in [true]",
            "is a condition by itself",
        ),
        ("exempt when client.ip", "is an address and not a condition"),
        (
            "exempt when headers[\"\"] == \"x\"",
            "the name of a header is empty",
        ),
        ("exempt when cookies == \"x\"", "`cookies` needs a name"),
        ("exempt when headers. == \"x\"", "`headers` needs a name"),
        ("exempt when args.a.b == \"x\"", "write `args[\"a.b\"]`"),
        ("exempt when args.a- == \"x\"", "write `args[\"a-\"]`"),
        ("exempt when path == \"/a/*\"", "`*` is no wildcard"),
        (
            "exempt when user_agent ~ \"x\"",
            "did you mean `headers.user-agent`?",
        ),
    ] {
        assert_refused(source, expected);
    }
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
    // The second statement is read although no `;` stands before it.
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
