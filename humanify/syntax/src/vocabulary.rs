//! The words of `protect!` as items, whose documentation editors show where a word stands.
#![allow(non_upper_case_globals)]

/// Items of the names, and a list of them.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $($(#[$doc])* pub const $name: () = ();)*

        /// All of them.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

words! {
    /// Detected bots without a clearance solve a challenge first.
    ///
    /// `challenge(audio, hardness = 3) on "/api/*";`
    challenge
    /// Detected bots are refused, clearance or not.
    ///
    /// `deny_access on "/admin/*";`
    deny_access
    /// Everyone without a clearance solves a challenge first.
    ///
    /// `always_challenge on "/checkout";`
    always_challenge
    /// Everyone is refused. Nothing but `#[exempt]` stands above it.
    ///
    /// `always_deny when client.ip in ["203.0.113.0/24"];`
    always_deny
    /// The rules on bots end here: later statements do not act. Limits and `always_deny` hold
    /// all the same.
    ///
    /// `exempt on "/assets/*";`
    exempt
    /// So many requests in so much time, per client.
    ///
    /// `limit "5/minute", burst = 20 on "/login";`
    limit
    /// Nobody has any business here: everyone is refused, and bans count it.
    ///
    /// `trap on "/wp-admin/*";`
    trap
    /// Shuts an address out for a while that has offended so often.
    ///
    /// `ban "10 denials/minute" for "1 hour";`
    ban
    /// The statement only reports what it would have done.
    ///
    /// `observe challenge on "/search";`
    observe
    /// The finding that it names is meant, and not reported.
    ///
    /// `intended(unanchored) exempt on regex "/public/";`
    intended
    /// What has to hold for every request: it is proved, or refused with a request that shows why.
    ///
    /// `assert deny on "/admin/*" when client.is_tor;`
    assert
    /// What must never become of requests.
    never
    /// Paths such as `/robots.txt` and `/health` are under the rules like all others.
    no_default_exemptions
    /// What the statement is about: globs on the path, `under`, `regex`, `endpoint`, `route`.
    on
    /// What the statement is not about.
    except
    /// What the statement asks of a request.
    when
    /// Detected bots, whatever the condition names.
    bots
    /// Everyone, bot or not.
    everyone
    /// Everyone whom the condition names, and nobody else.
    those
    /// A path and all below it: `under "/admin"`.
    under
    /// An expression that is searched: `regex "^/v[0-9]+/"`.
    regex
    /// A glob on the name of a guarded handler: `endpoint "billing::*"`.
    endpoint
    /// The router's template, as it is written there: `route "/items/{id}"`.
    route
    /// The method of the request: `method in [POST, PUT]`.
    method
    /// The path of the request, decoded and normalised.
    path
    /// The host that is asked for, in lower case and without the port.
    host
    /// `"http"` or `"https"`, as far as trusted proxies say so.
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
    /// The name of the crawler that the client says it is.
    crawler
    /// What the crawler is for: `client.crawler_kind == ai`.
    crawler_kind
    /// Whose VPN the client's address belongs to.
    vpn_provider
    /// One of the signs that count, together.
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
    /// The address is on Firehol level 1.
    is_firehol
    /// The address is not routable.
    is_invalid_ip
    /// The user agent is that of a crawler, or there is none.
    is_crawler
    /// The headers do not fit the browser that the user agent claims.
    is_inconsistent
    /// The crawler is proved to be who it says.
    is_verified_crawler
    /// The crawler is proved not to be who it says.
    is_impostor
    /// The value starts with a text.
    starts_with
    /// The value ends with a text.
    ends_with
    /// A text is found in the value.
    contains
    /// Upper and lower case of ASCII letters are the same in this comparison.
    ignore_case
    /// So many requests at once, and not as many as the rate says: `burst = 20`.
    burst
    /// A request takes so many units: `cost = 5`.
    cost
    /// Everybody who shows the same value shares one more bucket:
    /// `key = "headers.x-api-key"`.
    key
    /// One bucket of the client for all limits with the same scope: `scope = "api"`.
    scope
    /// `"requests"`, or only `"failures"`: answers with 401, 403 and 404.
    count
    /// Only these methods are limited: `methods = [POST, PUT]`.
    methods
    /// Six pictures, of which one is clicked.
    one_click
    /// Nine pictures, of which all that show the subject are chosen.
    grid
    /// Spoken characters, to be typed.
    audio
    /// The browser computes; nothing is asked of the person.
    proof_of_work
}
