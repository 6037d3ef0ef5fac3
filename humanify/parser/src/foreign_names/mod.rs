//! Names from other languages of rules, with their equivalents: express, nginx, Cloudflare, CEL and
//! Anubis, rack-attack, Flask-Humanify.

mod fields;
mod unknown;

pub(super) use fields::{field, is_about_path, is_whole_uri};
pub(super) use unknown::unknown;

/// Actions, with their equivalents. Only a single action becomes a suggestion.
pub(super) const ACTIONS: &[(&str, &str)] = &[
    ("require_human", "challenge"),
    ("captcha", "challenge"),
    ("verify", "challenge"),
    ("verify_human", "challenge"),
    ("block_bots", "deny_access"),
    ("deny_bots", "deny_access"),
    ("rate_limit", "limit"),
    ("ratelimit", "limit"),
    ("throttle", "limit"),
    ("limit_req", "limit"),
    ("limit_rate", "limit"),
    ("slow_down", "limit"),
    ("quota", "limit"),
    ("allow", "exempt"),
    ("pass", "exempt"),
    ("permit", "exempt"),
    ("accept", "exempt"),
    ("skip", "exempt"),
    ("bypass", "exempt"),
    ("ignore", "exempt"),
    ("safelist", "exempt"),
    ("whitelist", "exempt"),
    ("allowlist", "exempt"),
    ("honeypot", "trap"),
    ("tarpit", "trap"),
    ("decoy", "trap"),
];

/// Challenges of Cloudflare, which are for everyone.
pub(super) const CHALLENGES: &[&str] =
    &["managed_challenge", "js_challenge", "interactive_challenge"];

/// Words that deny. Only the author knows whom they mean.
pub(super) const REFUSALS: &[&str] = &[
    "block",
    "deny",
    "reject",
    "refuse",
    "drop",
    "forbid",
    "abort",
    "blocklist",
    "blacklist",
    "denylist",
    "return",
    "kill",
    "close",
    "deny_all",
    "block_all",
];

/// Words that only log.
pub(super) const REPORTS: &[&str] = &[
    "log", "track", "watch", "report", "monitor", "warn", "notice", "count", "dry_run", "detect",
];

/// Actions without an equivalent, with an explanation.
pub(super) const ACTIONS_WITHOUT_EQUIVALENT: &[(&str, &str)] = &[
    ("redirect", "statements cannot redirect; the router does"),
    (
        "rewrite",
        "statements cannot rewrite paths; the router does",
    ),
    (
        "else",
        "statements have no `else`: they are tried from top to bottom, and the first that acts \
         ends it",
    ),
    (
        "include",
        "rules are part of the source: pass several blocks to the builder, one `.rules(protect! { \
         … })` each",
    ),
    (
        "import",
        "rules are part of the source: pass several blocks to the builder, one `.rules(protect! { \
         … })` each",
    ),
    (
        "use",
        "rules are part of the source: pass several blocks to the builder, one `.rules(protect! { \
         … })` each",
    ),
    (
        "set_header",
        "statements cannot change headers; a layer does, such as those of tower-http",
    ),
    (
        "const",
        "a block contains only statements: write texts where they are used",
    ),
    (
        "static",
        "a block contains only statements: write texts where they are used",
    ),
    (
        "set",
        "a block contains only statements: write texts where they are used",
    ),
    (
        "let",
        "a block contains only statements: write texts where they are used, so that each rule can \
         be read alone",
    ),
];
