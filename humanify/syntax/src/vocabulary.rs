//! The words of `protect!` as items, so that editors show their documentation in rules.
#![allow(non_upper_case_globals)]

/// Declares an item for each name, and a list of all names.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $($(#[$doc])* pub const $name: () = ();)*

        /// All words.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

words! {
    /// Detected bots without a clearance solve a challenge first.
    ///
    /// `challenge(audio, hardness = 3) on "/api/*";`
    challenge
    /// Detected bots are refused, even with a clearance.
    ///
    /// `deny_access on "/admin/*";`
    deny_access
    /// Everyone without a clearance solves a challenge first.
    ///
    /// `always_challenge on "/checkout";`
    always_challenge
    /// Everyone is refused. Only `#[exempt]` on a handler takes precedence.
    ///
    /// `always_deny when client.ip in ["203.0.113.0/24"];`
    always_deny
    /// Later statements neither challenge nor deny. Limits and `always_deny` still apply.
    ///
    /// `exempt on "/assets/*";`
    exempt
    /// Limits the requests of each client.
    ///
    /// `limit "5/minute", burst = 20 on "/login";`
    limit
    /// No honest client requests this: everyone is refused, and bans count it.
    ///
    /// `trap on "/wp-admin/*";`
    trap
    /// Bans an address for a time after too many offences.
    ///
    /// `ban "10 denials/minute" for "1 hour";`
    ban
    /// The statement only logs what it would have done.
    ///
    /// `observe challenge on "/search";`
    observe
    /// Accepts a rule for which the compiler would give the warning in brackets.
    ///
    /// `intended(unanchored) exempt on regex "/public/";`
    intended
    /// An assertion about every request: the compiler proves it, or refuses it with a
    /// counterexample.
    ///
    /// `assert deny on "/admin/*" when client.is_tor;`
    assert
    /// The requests must never have the outcome.
    never
    /// Removes the default exemptions: rules also apply to paths such as `/robots.txt` and
    /// `/health`.
    no_default_exemptions
    /// The targets to which the statement applies: globs on the path, `under`, `regex`, `endpoint`,
    /// `route`.
    on
    /// The targets to which the statement does not apply.
    except
    /// The condition under which the statement applies.
    when
    /// Detected bots, whatever the condition names.
    bots
    /// Everyone, bot or not.
    everyone
    /// All clients for which the condition holds, bot or not.
    those
    /// A path and all below it: `under "/admin"`.
    under
    /// A regular expression that is searched: `regex "^/v[0-9]+/"`.
    regex
    /// A glob on the name of a handler that has an attribute: `endpoint "billing::*"`.
    endpoint
    /// The router's template, as it is written there: `route "/items/{id}"`.
    route
    /// The method of the request: `method in [POST, PUT]`.
    method
    /// The path of the request, decoded and normalised.
    path
    /// The requested host, in lower case and without the port.
    host
    /// `"http"` or `"https"`, as trusted proxies report it.
    scheme
    /// A parameter of the query: `args.page`, `args["a[]"]`.
    args
    /// A header of the request: `headers.user-agent`.
    headers
    /// A cookie of the request: `cookies.session`.
    cookies
    /// The media type of the body, in lower case and without parameters:
    /// `content_type == "application/json"`.
    content_type
    /// The client's address: `client.ip in ["203.0.113.0/24"]`.
    ip
    /// The name of the crawler that the user agent claims: `client.crawler == "GPTBot"`.
    crawler
    /// The crawler's purpose: `client.crawler_kind == ai`.
    crawler_kind
    /// The provider of the VPN to which the client's address belongs.
    vpn_provider
    /// The client is a detected bot: a sign holds that `Signals` counts.
    is_bot
    /// The address is in a VPN provider's network.
    is_vpn
    /// The address is a known proxy.
    is_proxy
    /// The address is in a datacenter.
    is_datacenter
    /// The address is a Tor exit.
    is_tor
    /// The address was reported to StopForumSpam.
    is_forum_spammer
    /// The address is on FireHOL level 1.
    is_firehol
    /// The address is not routable.
    is_invalid_ip
    /// The user agent is that of a crawler or a program, or missing.
    is_crawler
    /// The headers contradict the browser that the user agent claims.
    is_inconsistent
    /// The client is proved to be the crawler that its user agent names.
    is_verified_crawler
    /// The client is proved not to be the crawler that its user agent names.
    is_impostor
    /// The value starts with one of the texts.
    starts_with
    /// The value ends with one of the texts.
    ends_with
    /// The value contains one of the texts.
    contains
    /// The header, cookie or parameter is there, whatever its value: `headers.referer is present`.
    present
    /// The header, cookie or parameter is not there: `headers.referer is missing`.
    missing
    /// This comparison ignores the case of ASCII letters.
    ignore_case
    /// How many requests pass at once, instead of the rate's number: `burst = 20`.
    burst
    /// How many units a request takes: `cost = 5`.
    cost
    /// All clients that send the same value share one more bucket:
    /// `key = "headers.x-api-key"`.
    key
    /// The client has one bucket for all routes with the same scope: `scope = "api"`.
    scope
    /// What is counted: `"requests"`, or only `"failures"`, which are responses with 401, 403 and
    /// 404.
    count
    /// Only these methods are limited: `methods = [POST, PUT]`.
    methods
    /// How hard the challenge is, from 1 to 5: `hardness = 3`.
    hardness
    /// Six pictures; the visitor clicks the one that matches the preview.
    one_click
    /// Nine pictures; the visitor chooses all that show the subject.
    grid
    /// Spoken characters; the visitor types them.
    audio
    /// The browser computes for about a second; the visitor does nothing.
    proof_of_work
    /// The browser computes, the longer the more signs of a bot the client has.
    managed
}
