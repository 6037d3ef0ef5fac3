//! Entry points of humanify's attributes and of `protect!`.
//!
//! `humanify-parser` parses and checks attributes and the statements of [`protect!`]. This crate
//! prints its findings as compile errors and its values as code. It is an implementation detail:
//! depend on `humanify`, and do not rename it, since the generated code names `::humanify`.

mod attribute;
mod protect;
mod report;
mod to_tokens;

use humanify_parser::AttributeKind;
use proc_macro::TokenStream;

/// Detected bots solve a challenge before they reach this handler, or are denied.
///
/// ```ignore
/// #[require_human(hardness = 3, challenge_type = "audio")]
/// async fn profile(State(users): State<Users>) -> impl IntoResponse {
///     users.render()
/// }
/// ```
///
/// # Arguments
/// All are optional. The builder's settings are the defaults of the last two.
/// - `action = "challenge"`, the default, or `"deny_access"`, which denies detected bots even with
///   a clearance; [`macro@block_bots`] is short for it;
/// - `hardness = 1` to `5`;
/// - `challenge_type = "one_click"`, `"grid"`, `"audio"`, `"proof_of_work"` or `"managed"`.
///
/// # Replaces
/// The rules `challenge`, `deny_access` and `always_challenge`, for this handler. Limits and
/// `always_deny` still apply.
///
/// # Compile errors
/// A guarded handler is an `async fn` without `self`, type parameters, lifetimes of its own and
/// arguments of type `impl Trait`, and with at most sixteen arguments. Its return type implements
/// axum's `IntoResponse`, and its future is `Send`.
///
/// An attribute may stand over a handler once. Beside this one, [`macro@block_bots`] and
/// [`macro@exempt`] are refused and, unless the action is `"deny_access"`,
/// [`macro@always_challenge`].
///
/// # Order
/// The attributes over one handler become one policy, in whatever order they stand. They are named
/// by their names alone, by a path that starts with `humanify`, or by the same path all of them, as
/// behind `extern crate humanify as hf`. Attributes of other crates, such as `#[axum::debug_handler]`, stay with the function. Attributes that write
/// items beside the handler, such as `#[utoipa::path]`, have to stand above all of humanify's.
///
/// # The handler becomes a constant
/// The function becomes a `const` of type `humanify::Guarded<fn(…) -> …>`. It is an axum handler if
/// the function was one, and is called like the function: `hello(State(7)).await`. Such a direct
/// call is **unprotected**; only requests that come through the layer are judged.
///
/// A constant cannot be shadowed: elsewhere in its module, `let data = …`, a parameter `data` or a
/// pattern `Some(data)` does not compile beside a guarded handler `data`. Rename one of them, or
/// put the handlers in a module of their own and write `get(handlers::data)`. Inside the handler
/// itself the name is free.
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
/// `"managed"`, both optional.
///
/// # Replaces
/// The same rules as [`macro@require_human`]. With [`macro@block_bots`] beside it, detected bots
/// are denied and everyone else solves a challenge. `#[require_human]` beside it does not compile,
/// since everyone is challenged already, and neither does `#[exempt]`.
///
/// [`macro@require_human`] says what a guarded handler can be, that a direct call is unprotected,
/// and that the name cannot be shadowed.
#[proc_macro_attribute]
pub fn always_challenge(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(
        AttributeKind::AlwaysChallenge,
        arguments.into(),
        item.into(),
    )
    .into()
}

/// Detected bots are denied, even with a clearance.
///
/// ```ignore
/// #[block_bots]
/// async fn admin() -> &'static str {
///     "Admin"
/// }
/// ```
///
/// It takes no arguments, and is short for `#[require_human(action = "deny_access")]`.
///
/// # Replaces
/// The same rules as [`macro@require_human`]. [`macro@always_challenge`] may stand beside it;
/// `#[require_human]` and `#[exempt]` may not.
///
/// [`macro@require_human`] says what a guarded handler can be, that a direct call is unprotected,
/// and that the name cannot be shadowed.
#[proc_macro_attribute]
pub fn block_bots(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(AttributeKind::BlockBots, arguments.into(), item.into()).into()
}

/// Limits the requests of each client to this handler.
///
/// ```ignore
/// #[rate_limit("5/minute; 100/day")]
/// async fn feed() -> &'static str {
///     "feed"
/// }
/// ```
///
/// # Arguments
/// One string with a rate, or with several between `;`: `"5/minute"`, `"5 per minute"`,
/// `"3/30 seconds"`. The units are second, minute, hour and day. The attribute may stand over a
/// handler several times; all rates apply. After the string, all optional:
///
/// - `burst = 20`: 20 requests pass at once, instead of the rate's number.
/// - `cost = 5`: a request takes five units.
/// - `key = "headers.x-api-key"`: all clients that send the same value share one more bucket of
///   this rate. A key is `path`, `host`, `args.NAME`, `headers.NAME` or `cookies.NAME`. The
///   client's own bucket applies as well, since a client chooses what it sends.
/// - `scope = "api"`: the client has one bucket for all routes with the same scope and rate,
///   whatever each of them costs.
/// - `count = "failures"`: only requests that the handler answers with 401, 403 or 404 count.
///   Requests with another method than GET, HEAD and OPTIONS, or with an `Authorization` header,
///   count until they have succeeded, so that no more of them run at once than the limit has room
///   for. Other requests count once they have failed, so many of them may fail at once.
/// - `failures = [401, 303]`: these statuses fail, in place of 401, 403 and 404; needs
///   `count = "failures"`.
/// - `methods = [POST, PUT]`: only these methods are limited.
///
/// # Replaces
/// Every `limit` of `protect!`, for this handler, except limits that count something else: failures
/// instead of requests, or other methods. It replaces no other rules. A rate that another one makes
/// useless does not compile, and neither does `#[exempt]` or `#[exempt(rate_limit)]` beside it.
///
/// [`macro@require_human`] says what a guarded handler can be, that a direct call is unprotected,
/// and that the name cannot be shadowed.
#[proc_macro_attribute]
pub fn rate_limit(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(AttributeKind::RateLimit, arguments.into(), item.into()).into()
}

/// No rule and no limit applies to this handler, not even `always_deny`. Banned clients do not
/// reach it.
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
/// # Replaces
/// `#[exempt]` replaces all rules and limits, so only [`macro@endpoint`] may stand beside it.
/// `#[exempt(rate_limit)]` replaces limits, and may stand beside all attributes but
/// [`macro@rate_limit`].
///
/// `route`, `nest` and `merge` keep handlers apart. `route_service`, `nest_service` and
/// `fallback_service` hide which handler runs, so an exempt handler in them lifts nothing.
///
/// [`macro@require_human`] says what a guarded handler can be, that a direct call is unprotected,
/// and that the name cannot be shadowed.
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
/// The name, a string without white space and wildcards. A handler with another attribute and
/// without this one is called by its module path without the crate, such as `billing::pay`. A
/// handler without any attribute has no name, and no `endpoint` target matches it.
///
/// # Replaces
/// Nothing: all rules apply. It may stand beside every other attribute.
///
/// [`macro@require_human`] says what a guarded handler can be, that a direct call is unprotected,
/// and that the name cannot be shadowed.
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
/// settings   = "(" one_click | grid | audio | proof_of_work | managed "," hardness = 1..5 ")"
/// limiting   = burst = N | cost = N | key = "FIELD" | scope = "NAME"
///            | count = "failures" | failures = [STATUS, …] | methods = [METHOD, …]
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
/// # Statements
/// - `challenge`: detected bots solve a challenge first.
/// - `deny_access`: detected bots are denied, even with a clearance.
/// - `always_challenge`: everyone solves a challenge first.
/// - `always_deny`: everyone is denied.
/// - `exempt`: the statements below it neither challenge nor deny.
/// - `limit`: limits requests per client, method and route. Without a rate it is 10 requests in 10
///   seconds.
/// - `trap`: everyone is denied, and bans count it.
/// - `ban "10 denials/minute" for "1 hour"`: bans an address after too many offences. It counts
///   `denials`, which are refusals of any kind, or only `overruns` of limits, `failures` at
///   challenges, or `traps`.
/// - `assert` acts on nothing: it says what has to hold for every request. The compiler proves it, or
///   refuses it with a request that shows why it does not hold. The chapter `meaning` of the guide
///   says what is proved, and which warnings `intended(…)` silences.
/// - `observe` before an action: the statement only logs what it would have done. Its name stands
///   beside it in the log.
///
/// From top to bottom, the first statement that acts ends the rules. `always_deny`, `trap` and
/// limits come before the others, wherever they stand.
///
/// Bans do not count requests that a browser marks as caused by another site, by a picture or frame
/// of a page, or by prefetching, so that nobody is banned for what others did. A program can mark
/// its requests so, too; they are refused all the same. Trusted proxies and addresses that are not
/// routable are never banned.
///
/// # Which clients a statement means
/// `challenge` and `deny_access` mean detected bots, unless their condition names a sign,
/// `client.crawler`, `client.crawler_kind` or `client.vpn_provider`: then the condition decides. A
/// condition such as `!client.is_verified_crawler` also holds for people, for whom no sign holds,
/// and so is ambiguous. It does not compile until the statement says whom it means: `bots`,
/// `everyone`, or `those` for whom the condition holds.
///
/// # Fields
/// - `content_type` is the media type of the body, in lower case and without its parameters.
/// - `is missing` holds if there is no value at all; `== ""` holds for an empty value. A missing
///   value equals nothing, so `!=`, `!~` and `not in` hold for it.
/// - A name without quotes consists of words and hyphens. A header with `_` in its name has to be
///   quoted, since almost none has.
///
/// # Compile errors
/// Every literal is checked: globs, regular expressions, methods, names of headers, addresses,
/// rates. An operator has to fit its field. A statement has to be able to act: it is an error if an
/// earlier statement or the default exemptions always end the rules first. Several mistakes are
/// reported in one run, each at its own place, with what to write. A suggestion never protects less
/// than what was meant; if that cannot be known, there is none.
///
/// # Not supported
/// - Names for lists, as in `let office = [..]`, and blocks, as in `on "/api/*" { … }`: each
///   statement can be understood from its own line, in the source and in logs. A `macro_rules!`
///   macro around the statements can hold a list that several of them need.
/// - Constants: a macro sees their names but not their values, so it could not check them.
///
/// The macro expands to a constant expression of type `RuleSet`. Everything that is compiled at run
/// time was checked here by the same functions.
#[proc_macro]
pub fn protect(statements: TokenStream) -> TokenStream {
    protect::expand(statements.into()).into()
}
