//! `Signals`: which signs make a client a detected bot.

use humanify_syntax::Sign;

use crate::addresses::{Group, GroupSet};

/// Which signs make a client a detected bot, for
/// [`signals`](crate::HumanifyBuilder::signals). By default all do, except
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
    /// Whether the address of a Tor exit makes a bot.
    tor
    /// Whether an address reported to StopForumSpam makes a bot.
    forum_spammer
    /// Whether an address on FireHOL level 1 makes a bot.
    firehol
    /// Whether an address that is not routable makes a bot. A developer on `localhost` has such an
    /// address.
    invalid_ip
    /// Whether the user agent of a crawler or a program, or a missing one, makes a bot.
    crawler
    /// Whether headers that contradict the user agent make a bot. Off by default;
    /// [`Inconsistency`](crate::Inconsistency) lists the contradictions.
    inconsistent
}

impl Signals {
    /// Whether a sign makes a bot.
    pub(crate) const fn counts(self, sign: Sign) -> bool {
        match sign {
            Sign::Vpn => self.vpn,
            Sign::Proxy => self.proxy,
            Sign::Datacenter => self.datacenter,
            Sign::Tor => self.tor,
            Sign::ForumSpammer => self.forum_spammer,
            Sign::Firehol => self.firehol,
            Sign::InvalidIp => self.invalid_ip,
            Sign::Crawler => self.crawler,
            Sign::Inconsistent => self.inconsistent,
            _ => false,
        }
    }

    /// The groups of addresses that make a bot.
    pub(super) fn groups(self) -> GroupSet {
        let counts = |group: &Group| match group {
            Group::Vpn(_) => self.vpn,
            Group::FireholProxies | Group::AwesomeProxies => self.proxy,
            Group::Datacenter => self.datacenter,
            Group::TorExitNodes => self.tor,
            Group::StopForumSpam => self.forum_spammer,
            Group::FireholLevel1 => self.firehol,
            Group::PrivateRelay => false,
        };
        Group::ALL.into_iter().filter(counts).collect()
    }
}
