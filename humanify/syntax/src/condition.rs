//! `when`: what a statement asks of a request.

/// Something that detection says of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sign {
    /// One of the signs that count, together.
    Bot,
    /// In a VPN provider's network.
    Vpn,
    /// A known proxy.
    Proxy,
    /// In a datacenter.
    Datacenter,
    /// A Tor exit.
    Tor,
    /// Reported to StopForumSpam.
    ForumSpammer,
    /// On Firehol level 1.
    Firehol,
    /// An address that is not routable.
    InvalidIp,
    /// The user agent of a crawler, or none.
    Crawler,
    /// Headers that do not fit the browser that the user agent claims.
    Inconsistent,
    /// A crawler that is proved to be who it says.
    VerifiedCrawler,
    /// One that is proved not to be.
    Impostor,
}

impl Sign {
    /// All of them, with the names that rules use.
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

    /// Whether the sign is that the address is in a list, and so cannot be told of a client
    /// whose address is not known.
    #[must_use]
    pub const fn needs_address(self) -> bool {
        !matches!(
            self,
            Sign::Bot | Sign::InvalidIp | Sign::Crawler | Sign::Inconsistent
        )
    }
}

/// What a field holds, and so which operators and values it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// A text: every operator, values are strings.
    Text,
    /// A method: `==`, `!=` and `in`, values are methods.
    Method,
    /// An address: `==`, `!=` and `in`, values are addresses and networks.
    Address,
    /// A kind of crawler: `==`, `!=` and `in`, values are kinds and groups of them.
    CrawlerKind,
}

/// A value of the request that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The method.
    Method,
    /// The path, raw and normalised: two values.
    Path,
    /// The host, lower case, without the port.
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
    /// What the crawler is for.
    CrawlerKind,
    /// The VPN provider's name.
    VpnProvider,
}

impl Field {
    /// What the field holds.
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

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Comparison {
    /// Whether the opposite is asked: `!=`, `!~`, `not in`, `is missing`.
    pub negated: bool,
    /// Whether upper and lower case of ASCII letters are the same.
    pub ignores_case: bool,
    /// What is asked of the value.
    pub test: Test,
}

impl Comparison {
    /// What the macros write.
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

/// What is asked of a value. Where there are several texts, one that fits is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Test {
    /// `==` and `in [..]`: equal to a text (of an address: inside a network).
    OneOf(&'static [&'static str]),
    /// `~`: the expression is found in it.
    Matches(&'static str),
    /// `starts_with`.
    StartsWith(&'static [&'static str]),
    /// `ends_with`.
    EndsWith(&'static [&'static str]),
    /// `contains`.
    Contains(&'static [&'static str]),
    /// `is present`: there is a value, whatever it is.
    Present,
}

/// What a statement asks of a request.
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
    /// Whether the condition names something that detection says. Then the condition decides
    /// who is meant, and not `client.is_bot`.
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
