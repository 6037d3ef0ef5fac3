//! The attributes and `protect!` of humanify: entry points only.
//!
//! `humanify-syntax` reads attributes and the statements of [`protect!`] and says what is wrong
//! with them; here its findings are printed and its values are expanded. The crate is an
//! implementation detail: depend on `humanify`, and under that name, since the expansions say
//! `::humanify`.

mod attribute;
mod protect;
mod report;
mod to_tokens;

use humanify_syntax::parse::AttributeKind;
use proc_macro::TokenStream;

/// Detected bots solve a challenge before they reach this handler, or are refused.
///
/// ```ignore
/// #[require_human(hardness = 3, challenge_type = "audio")]
/// async fn profile(State(users): State<Users>) -> impl IntoResponse {
///     users.render()
/// }
/// ```
///
/// # Arguments
/// All are optional.
/// - `action = "challenge"`, the default, or `"deny_access"`, which refuses detected bots even
///   with a clearance and is what [`macro@block_bots`] says shortly;
/// - `hardness = 1` to `5`;
/// - `challenge_type = "one_click"`, `"grid"`, `"audio"` or `"proof_of_work"`.
///
/// What is not said is as the builder has it.
///
/// # Concern
/// Humans and bots: it replaces the rules `challenge`, `deny_access` and `always_challenge`
/// for this handler. Limits and `always_deny` still hold.
///
/// # What is refused
/// A function that is not `async`, is generic, has lifetimes of its own, takes `self` or
/// `impl Trait`, or has more than sixteen arguments; anything that is no function. Unknown
/// arguments, the attribute a second time, and others beside it that contradict it:
/// [`macro@block_bots`], [`macro@exempt`], and, unless the action is `"deny_access"`,
/// [`macro@always_challenge`]. The return type implements axum's `IntoResponse`, and the
/// future is `Send`.
///
/// Attributes over one handler become one policy, in whatever order they stand. Attributes of
/// others, such as `#[axum::debug_handler]`, stay with the function.
/// # The handler becomes a constant
/// The function turns into a `const` of type `humanify::Guarded<fn(…) -> …>`, which is an
/// axum handler wherever the function was one, and is called like it: `hello(State(7)).await`.
/// Such a direct call is **unprotected**; only requests that come through the layer are
/// judged.
///
/// A constant cannot be shadowed: elsewhere in its module, `let data = …`, a parameter `data`
/// or a pattern `Some(data)` does not compile beside a guarded handler `data`. There are two
/// ways out: rename one of them, or put the handlers in a module of their own and write
/// `get(handlers::data)`. Inside the handler itself the name is free.
#[proc_macro_attribute]
pub fn require_human(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(AttributeKind::RequireHuman, arguments.into(), item.into()).into()
}

/// Everyone solves a challenge before they reach this handler, bot or not.
///
/// ```ignore
/// #[always_challenge(hardness = 2)]
/// async fn login() -> &'static str {
///     "Welcome"
/// }
/// ```
///
/// # Arguments
/// `hardness = 1` to `5` and `challenge_type = "one_click"`, `"grid"`, `"audio"` or
/// `"proof_of_work"`, both optional.
///
/// # Concern
/// Humans and bots, as [`macro@require_human`]. With [`macro@block_bots`] beside it, detected
/// bots are refused and everyone else solves a challenge. `#[require_human]` beside it is
/// refused, since everyone is asked already, and so is `#[exempt]`.
///
/// What a guarded handler cannot be, that a direct call is unprotected and that the name
/// cannot be shadowed is said at [`macro@require_human`].
#[proc_macro_attribute]
pub fn always_challenge(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(
        AttributeKind::AlwaysChallenge,
        arguments.into(),
        item.into(),
    )
    .into()
}

/// Detected bots are refused, clearance or not.
///
/// ```ignore
/// #[block_bots]
/// async fn admin() -> &'static str {
///     "Admin"
/// }
/// ```
///
/// It takes no arguments, and is the short way to write
/// `#[require_human(action = "deny_access")]`.
///
/// # Concern
/// Humans and bots, as [`macro@require_human`]. [`macro@always_challenge`] may stand beside
/// it; `#[require_human]` and `#[exempt]` may not.
///
/// What a guarded handler cannot be, that a direct call is unprotected and that the name
/// cannot be shadowed is said at [`macro@require_human`].
#[proc_macro_attribute]
pub fn block_bots(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(AttributeKind::BlockBots, arguments.into(), item.into()).into()
}

/// So many requests in so much time, per client.
///
/// ```ignore
/// #[rate_limit("5/minute; 100/day")]
/// async fn feed() -> &'static str {
///     "feed"
/// }
/// ```
///
/// # Arguments
/// One string with a rate, or several with `;` between them: `"5/minute"`, `"5 per minute"`,
/// `"3/30 seconds"`. The units are second, minute, hour and day. The attribute may stand over
/// a handler several times, and then all rates hold. After the string, all optional:
///
/// - `burst = 20`: so many at once, and not as many as the rate says.
/// - `cost = 5`: a request takes so many units.
/// - `key = "headers.x-api-key"`: everybody who shows the same value shares one more bucket
///   of that rate. A key is `path`, `host`, `args.NAME`, `headers.NAME` or `cookies.NAME`. The
///   client's own bucket always holds beside it, since a client chooses what it shows.
/// - `scope = "api"`: one bucket of the client for all routes with the same scope and rate,
///   whatever each of them costs.
/// - `count = "failures"`: only requests that the handler answers with 401, 403 or 404 count.
///   What sends something, or has an `Authorization` header, counts from the start until it has
///   succeeded, so that no more are tried at once than the limit has. Other requests with GET,
///   HEAD and OPTIONS count once they have failed: many at once may all fail.
/// - `methods = [POST, PUT]`: only these are limited.
///
/// # Concern
/// Limits: it replaces every `limit` of `protect!` for this handler, but for those that count
/// what it does not: failures beside requests, or other methods. It speaks of nothing else. A
/// rate that another makes useless is refused, and so are `#[exempt]` and
/// `#[exempt(rate_limit)]` beside it.
///
/// What a guarded handler cannot be, that a direct call is unprotected and that the name
/// cannot be shadowed is said at [`macro@require_human`].
#[proc_macro_attribute]
pub fn rate_limit(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(AttributeKind::RateLimit, arguments.into(), item.into()).into()
}

/// No rule and no limit touches this handler, not even `always_deny`. Who is banned does not
/// get to it.
///
/// ```ignore
/// #[exempt]
/// async fn status() -> &'static str {
///     "up"
/// }
///
/// #[block_bots]
/// #[exempt(rate_limit)]
/// async fn stream() -> &'static str {
///     "as often as you like"
/// }
/// ```
///
/// # Arguments
/// None, or `rate_limit`, which lifts limits only.
///
/// # Concern
/// `#[exempt]` is about everything, so only [`macro@endpoint`] may stand beside it.
/// `#[exempt(rate_limit)]` is about limits, and goes with all but [`macro@rate_limit`].
///
/// What a route holds is known by its guarded handlers alone: where a whole router or method
/// router is put into `route_service` and an exempt handler is the only guarded one in it,
/// the others there are exempt with it. `route`, `nest` and `merge` keep them apart.
///
/// What a guarded handler cannot be, that a direct call is unprotected and that the name
/// cannot be shadowed is said at [`macro@require_human`].
#[proc_macro_attribute]
pub fn exempt(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(AttributeKind::Exempt, arguments.into(), item.into()).into()
}

/// Names a handler, for the `endpoint` targets of [`protect!`].
///
/// ```ignore
/// #[endpoint("billing.pay")]
/// async fn pay() -> &'static str {
///     "paid"
/// }
///
/// protect! {
///     always_challenge on endpoint "billing.*";
/// }
/// ```
///
/// # Arguments
/// The name, one string without white space and wildcards. A guarded handler without this
/// attribute is called by its module path without the crate, such as `billing::pay`.
///
/// # Concern
/// None: the rules hold as they do without it. It goes with every other attribute.
///
/// What a guarded handler cannot be, that a direct call is unprotected and that the name
/// cannot be shadowed is said at [`macro@require_human`].
#[proc_macro_attribute]
pub fn endpoint(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(AttributeKind::Endpoint, arguments.into(), item.into()).into()
}

/// The rules of a site, for `Humanify::builder().rules(…)`.
///
/// ```ignore
/// let rules = protect! {
///     limit "100/hour";
///     limit "10/minute" on "/api/data", "/items/{id}";
///     exempt on "/assets/*";
///     challenge on "/api/*" except under "/api/public"
///         when method in [POST, PUT] && content_type == "application/json";
///     always_challenge(audio, hardness = 3) on endpoint "billing::*";
///     always_deny when client.ip in ["203.0.113.0/24", "2001:db8::/32"];
///     no_stealth: deny_access bots on under "/admin" when !client.is_verified_crawler;
///     observe deny_access on regex r"^/v[0-9]+/" when client.is_datacenter;
/// };
/// ```
///
/// # Grammar
/// ```text
/// block      = { statement ";" }                            the last ";" may be left out
/// statement  = [ NAME ":" ] [ "intended" "(" WARNING { "," WARNING } ")" ] [ "observe" ] action
///              [ "on" targets ] [ "except" targets ] [ "when" condition ]
///            | [ "intended" "(" … ")" ] "ban" "COUNT OFFENCES/TIME" "for" "TIME"
///            | "assert" [ "never" ] ( "deny" | "challenge" | "pass" | "exempt" )
///              [ METHOD ] [ [ "on" ] targets ] [ "except" targets ] [ "when" condition ]
///            | "no_default_exemptions"
///
/// action     = ( "challenge" [ settings ] | "deny_access" ) [ subject ]
///            | "always_challenge" [ settings ] | "always_deny" | "exempt" | "trap"
///            | "limit" [ "RATES" { "," limiting } ]
/// subject    = "bots" | "everyone" | "those"
/// settings   = "(" one_click | grid | audio | proof_of_work "," hardness = 1..5 ")"
/// limiting   = burst = N | cost = N | key = "FIELD" | scope = "NAME"
///            | count = "failures" | methods = [METHOD, …]
///
/// targets    = target { "," target }
/// target     = "GLOB"                    the whole path: * any run, ? one character, {id} a segment
///            | under "PATH"              the path and all below it
///            | regex "EXPRESSION"        searched in the path
///            | endpoint ["regex"] "…"    the name of a guarded handler
///            | route "TEMPLATE"          the router's template, as it is written there
///
/// condition  = condition "||" condition | condition "&&" condition | "!" sign | "!" "(" condition ")"
///            | "(" condition ")" | sign | comparison           "&&" binds more than "||"
/// sign       = client.is_bot | client.is_vpn | client.is_proxy | client.is_datacenter
///            | client.is_tor | client.is_forum_spammer | client.is_firehol
///            | client.is_invalid_ip | client.is_crawler | client.is_inconsistent
///            | client.is_verified_crawler | client.is_impostor
/// comparison = field ( "==" | "!=" ) value                     [ ignore_case ]
///            | field [ "not" ] "in" "[" value { "," value } "]"  [ ignore_case ]
///            | text ( starts_with | ends_with | contains ) ( value | list )  [ ignore_case ]
///            | text ( "~" | "!~" ) "EXPRESSION"
///            | text "is" ( "present" | "missing" )
/// field      = text | method | client.ip | client.crawler_kind
/// text       = path | host | scheme | content_type | args.NAME | headers.NAME | cookies.NAME
///            | client.crawler | client.vpn_provider          any NAME may be quoted: args["a[]"]
/// ```
///
/// # What statements do
/// - `challenge` lets detected bots solve a challenge, `deny_access` refuses them, clearance or
///   not. `always_challenge` asks everyone, `always_deny` refuses everyone. `exempt` ends the
///   rules. `limit` counts requests per client, method and route; without a rate it is 10 in 10
///   seconds. `trap` refuses everyone, and bans count it. From top to bottom the first that acts
///   ends it; `always_deny`, `trap` and limits come before the others, wherever they stand.
/// - `ban "10 denials/minute" for "1 hour";` shuts an address out for a while. What is counted
///   are `denials`, which are refusals of any kind, or only `overruns` of limits, `failures` at
///   challenges or `traps`. What a browser says that another site, a picture or frame of a page,
///   or loading ahead made it ask for is refused and never counted, so that nobody is banned for
///   what others did; a program may say so, too. Trusted proxies and addresses that are not
///   routable are never banned.
/// - `assert` acts on nothing: it says what has to hold for every request, and is proved by the
///   compiler or refused with a request that shows why not. The chapter `meaning` of the guide
///   says what is proved, and which warnings `intended(…)` silences.
/// - `observe` before an action only reports what it would have done. The name of a statement
///   stands beside it in logs.
///
/// # Of whom a statement speaks
/// `challenge` and `deny_access` speak of detected bots, unless their condition names a sign, or
/// `client.crawler`, `client.crawler_kind` or `client.vpn_provider`: then it decides. A condition
/// that holds for people too, of whom nothing is known, as `!client.is_verified_crawler` does,
/// could mean both. It is refused until the statement says whom it means: `bots`, `everyone`, or
/// `those` whom the condition names.
///
/// # Fields
/// - `content_type` is the media type of the body, in lower case and without its parameters.
/// - `is missing` asks whether there is no value at all; `== ""` is about an empty one. What is
///   missing equals nothing, so `!=`, `!~` and `not in` hold for it.
/// - A name without quotes is made of words and hyphens. A header that really has `_` in its name
///   is quoted, since almost none has.
///
/// # What is refused
/// Every literal is checked: globs, regular expressions, methods, names of headers, addresses,
/// rates. So is whether an operator fits its field, and whether a statement can act at all: one
/// that an earlier statement or the default exemptions always end first is a mistake. Several
/// mistakes are reported in one run, each at its own place, with what to write. Nothing that is
/// suggested protects less than what was meant: where that cannot be known, nothing is suggested.
///
/// # What is left out
/// - Names for lists, as in `let office = [..]`, and blocks, as in `on "/api/*" { … }`: each
///   statement is understood from its own line, in the source as in the logs, and a list that
///   several statements need is a `macro_rules!` macro around them.
/// - Constants: a macro sees their names and not their values, and so could check nothing.
///
/// The expansion is a constant expression of type `RuleSet`; nothing is parsed at run time
/// that was not checked here by the same functions.
#[proc_macro]
pub fn protect(statements: TokenStream) -> TokenStream {
    protect::expand(statements.into()).into()
}
