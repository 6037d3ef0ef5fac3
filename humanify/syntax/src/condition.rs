//! `Condition`: the condition of a statement (`when …`), with its fields, signs and comparisons.

/// A sign of a client, which detection determines: `client.is_vpn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sign {
    /// `is_bot`: a sign holds that the application's `Signals` count.
    Bot,
    /// The address is in a VPN provider's network.
    Vpn,
    /// The address is a known proxy.
    Proxy,
    /// The address is in a datacenter.
    Datacenter,
    /// The address is a Tor exit.
    Tor,
    /// The address was reported to StopForumSpam.
    ForumSpammer,
    /// The address is on FireHOL level 1.
    Firehol,
    /// The address is not routable.
    InvalidIp,
    /// The user agent is that of a crawler or a program, or missing.
    Crawler,
    /// Headers contradict the browser that the user agent claims.
    Inconsistent,
    /// The client is proved to be the crawler that its user agent names.
    VerifiedCrawler,
    /// The client is proved not to be the crawler that its user agent names.
    Impostor,
}

impl Sign {
    /// All signs, with their names in rules.
    pub const NAMES: &[(&str, Sign)] = &[
        ("is_bot", Sign::Bot),
        ("is_vpn", Sign::Vpn),
        ("is_proxy", Sign::Proxy),
        ("is_datacenter", Sign::Datacenter),
        ("is_tor", Sign::Tor),
        ("is_forum_spammer", Sign::ForumSpammer),
        ("is_firehol", Sign::Firehol),
        ("is_invalid_ip", Sign::InvalidIp),
        ("is_crawler", Sign::Crawler),
        ("is_inconsistent", Sign::Inconsistent),
        ("is_verified_crawler", Sign::VerifiedCrawler),
        ("is_impostor", Sign::Impostor),
    ];

    /// Whether the sign depends on a list of addresses, so that it is unknown for a client without
    /// a known address.
    #[must_use]
    pub const fn needs_address(self) -> bool {
        !matches!(
            self,
            Sign::Bot | Sign::InvalidIp | Sign::Crawler | Sign::Inconsistent
        )
    }
}

/// The type of a field, which decides its operators and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// A text: every operator; values are strings.
    Text,
    /// A method: `==`, `!=` and `in`; values are methods.
    Method,
    /// An address: `==`, `!=` and `in`; values are addresses and networks.
    Address,
    /// A kind of crawler: `==`, `!=` and `in`; values are kinds and groups of kinds.
    CrawlerKind,
}

/// A field of a request that conditions can compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The method.
    Method,
    /// The path. It has two values: as it was sent, and normalised.
    Path,
    /// The host, in lower case, without the port.
    Host,
    /// `http` or `https`.
    Scheme,
    /// A parameter of the query string.
    Arg(&'static str),
    /// A header; the name is in lower case.
    Header(&'static str),
    /// A cookie.
    Cookie(&'static str),
    /// The media type of the body: `Content-Type` in lower case, without parameters.
    ContentType,
    /// The client's address.
    Ip,
    /// The crawler's name.
    Crawler,
    /// The crawler's kind.
    CrawlerKind,
    /// The VPN provider's name.
    VpnProvider,
}

impl Field {
    /// The type of the field.
    #[must_use]
    pub const fn kind(self) -> FieldKind {
        match self {
            Field::Method => FieldKind::Method,
            Field::Ip => FieldKind::Address,
            Field::CrawlerKind => FieldKind::CrawlerKind,
            _ => FieldKind::Text,
        }
    }
}

/// The comparison of a field with values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Comparison {
    /// Whether the comparison is negated: `!=`, `!~`, `not in`, `is missing`.
    pub negated: bool,
    /// Whether the case of ASCII letters is ignored.
    pub ignores_case: bool,
    /// The test of the value.
    pub test: Test,
}

impl Comparison {
    /// A comparison that is not negated and does not ignore case.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(test: Test) -> Comparison {
        Comparison {
            negated: false,
            ignores_case: false,
            test,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn negated(self) -> Comparison {
        Comparison {
            negated: true,
            ..self
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn ignoring_case(self) -> Comparison {
        Comparison {
            ignores_case: true,
            ..self
        }
    }
}

/// A test of a value. Of several texts, one match is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Test {
    /// `==` and `in [..]`: the value equals a text; an address is in a network.
    OneOf(&'static [&'static str]),
    /// `~`: the regular expression is found in the value.
    Matches(&'static str),
    /// `starts_with`.
    StartsWith(&'static [&'static str]),
    /// `ends_with`.
    EndsWith(&'static [&'static str]),
    /// `contains`.
    Contains(&'static [&'static str]),
    /// `is present`: there is a value, even an empty one.
    Present,
}

/// The condition of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `a && b`.
    All(&'static [Condition]),
    /// `a || b`.
    Any(&'static [Condition]),
    /// `!a`.
    Not(&'static Condition),
    /// `client.is_vpn`.
    Is(Sign),
    /// `field op value`.
    Compare(Field, Comparison),
}

impl Condition {
    /// Whether the condition names a sign, a crawler or a VPN provider. If so, the condition
    /// decides which clients the statement means, instead of `client.is_bot`.
    #[must_use]
    pub fn names_sign(&self) -> bool {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().any(Condition::names_sign)
            }
            Condition::Not(part) => part.names_sign(),
            Condition::Is(_) => true,
            Condition::Compare(field, _) => matches!(
                field,
                Field::Crawler | Field::CrawlerKind | Field::VpnProvider
            ),
        }
    }
}
