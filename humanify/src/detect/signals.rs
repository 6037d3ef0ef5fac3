//! Which signs make a bot.

use humanify_syntax::Sign;

/// Which signs make a client a detected bot. By default all of them but
/// [`inconsistent`](Signals::inconsistent).
///
/// ```
/// use humanify::Signals;
///
/// // A shop that sells to people behind a VPN.
/// let shop = Signals::default().vpn(false);
/// // A developer at home, where the address is 127.0.0.1.
/// let home = Signals::default().invalid_ip(false);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signals {
    vpn: bool,
    proxy: bool,
    datacenter: bool,
    tor: bool,
    forum_spammer: bool,
    firehol: bool,
    invalid_ip: bool,
    crawler: bool,
    inconsistent: bool,
}

impl Default for Signals {
    fn default() -> Self {
        Signals {
            vpn: true,
            proxy: true,
            datacenter: true,
            tor: true,
            forum_spammer: true,
            firehol: true,
            invalid_ip: true,
            crawler: true,
            inconsistent: false,
        }
    }
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident)*) => {
        impl Signals {
            $(
                $(#[$doc])*
                #[must_use]
                pub const fn $name(mut self, counts: bool) -> Self {
                    self.$name = counts;
                    self
                }
            )*
        }
    };
}

setters! {
    /// Whether an address in a VPN provider's network makes a bot.
    vpn
    /// Whether a known proxy makes a bot.
    proxy
    /// Whether an address in a datacenter makes a bot.
    datacenter
    /// Whether a Tor exit makes a bot.
    tor
    /// Whether an address reported to StopForumSpam makes a bot.
    forum_spammer
    /// Whether an address on Firehol level 1 makes a bot.
    firehol
    /// Whether an address that is not routable makes a bot. It is what a developer on
    /// `localhost` has.
    invalid_ip
    /// Whether a crawler's user agent, or none, makes a bot.
    crawler
    /// Whether headers that do not fit the browser of the user agent make a bot. Not by
    /// default: see [`Inconsistency`](crate::Inconsistency) for what is judged.
    inconsistent
}

impl Signals {
    /// Whether headers that do not fit count.
    pub(crate) const fn counts_inconsistent(self) -> bool {
        self.inconsistent
    }

    /// The signs that count, the cheapest to find out first.
    pub(crate) fn counted(self) -> impl Iterator<Item = Sign> {
        [
            (self.invalid_ip, Sign::InvalidIp),
            (self.datacenter, Sign::Datacenter),
            (self.vpn, Sign::Vpn),
            (self.proxy, Sign::Proxy),
            (self.tor, Sign::Tor),
            (self.forum_spammer, Sign::ForumSpammer),
            (self.firehol, Sign::Firehol),
            (self.crawler, Sign::Crawler),
            (self.inconsistent, Sign::Inconsistent),
        ]
        .into_iter()
        .filter_map(|(counts, sign)| counts.then_some(sign))
    }
}
