//! `ManagedSteps`: the steps of hardness that signs add to managed challenges.

use humanify_syntax::{ChallengeType, Demand, Sign};

use super::Judge;
use crate::challenge::{BehaviourSteps, Task};
use crate::rules::MatchContext;
use crate::truth::Truth;

/// How many steps of hardness each sign of a client, and the behaviour of its browser, add to
/// [`ChallengeType::Managed`](crate::ChallengeType::Managed). Each step doubles the work, up to
/// hardness 5. No number of steps refuses a client.
///
/// | sign | default |
/// |---|---|
/// | `datacenter`, `firehol`, `crawler` | 2 |
/// | `proxy`, `tor`, `forum_spammer`, `inconsistent` | 1 |
/// | `vpn`, `invalid_ip` | 0 |
/// | `quick_answer`, `open_checks` | 1 |
///
/// ```
/// use humanify::{ChallengeType, Humanify, ManagedSteps};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let humanify = Humanify::builder()
///     .challenge_type(ChallengeType::Managed)
///     .managed_steps(ManagedSteps::default().vpn(1).datacenter(3))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "steps do nothing before they are given to a builder"]
pub struct ManagedSteps {
    vpn: u8,
    proxy: u8,
    datacenter: u8,
    tor: u8,
    forum_spammer: u8,
    firehol: u8,
    invalid_ip: u8,
    crawler: u8,
    inconsistent: u8,
    quick_answer: u8,
    open_checks: u8,
}

impl Default for ManagedSteps {
    fn default() -> Self {
        ManagedSteps {
            vpn: 0,
            proxy: 1,
            datacenter: 2,
            tor: 1,
            forum_spammer: 1,
            firehol: 2,
            invalid_ip: 0,
            crawler: 2,
            inconsistent: 1,
            quick_answer: 1,
            open_checks: 1,
        }
    }
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident)*) => {
        impl ManagedSteps {
            $(
                $(#[$doc])*
                pub const fn $name(mut self, steps: u8) -> Self {
                    self.$name = steps;
                    self
                }
            )*
        }
    };
}

setters! {
    /// The steps of an address in a VPN provider's network.
    vpn
    /// The steps of a known proxy.
    proxy
    /// The steps of an address in a datacenter.
    datacenter
    /// The steps of a Tor exit.
    tor
    /// The steps of an address that was reported to StopForumSpam.
    forum_spammer
    /// The steps of an address on FireHOL level 1.
    firehol
    /// The steps of an address that is not routable.
    invalid_ip
    /// The steps of the user agent of a crawler or a program, or of none.
    crawler
    /// The steps of headers that contradict the browser that the user agent claims.
    inconsistent
    /// The steps for a picture or a recording that is answered within a second and a half. A person
    /// does not look at six pictures in that time. The answer does not count, and another challenge
    /// follows.
    quick_answer
    /// The steps for a browser that left more than twenty managed challenges open within the hour.
    /// Checks that another site or a script opened do not count.
    open_checks
}

impl ManagedSteps {
    /// The steps for the behaviour of a browser, which is known only at the challenge.
    pub(crate) fn behaviour(self) -> BehaviourSteps {
        BehaviourSteps {
            quick_answer: self.quick_answer,
            open_checks: self.open_checks,
        }
    }

    /// The sum of the steps for all signs of a request.
    fn of(self, context: &MatchContext<'_>) -> u8 {
        [
            (self.vpn, Sign::Vpn),
            (self.proxy, Sign::Proxy),
            (self.datacenter, Sign::Datacenter),
            (self.tor, Sign::Tor),
            (self.forum_spammer, Sign::ForumSpammer),
            (self.firehol, Sign::Firehol),
            (self.invalid_ip, Sign::InvalidIp),
            (self.crawler, Sign::Crawler),
            (self.inconsistent, Sign::Inconsistent),
        ]
        .into_iter()
        .filter(|(steps, sign)| *steps > 0 && context.sign_holds(*sign) == Truth::Yes)
        .fold(0, |sum, (steps, _)| sum.saturating_add(steps))
    }
}

impl Judge {
    /// The task of a demand for this request. The client's signs make a managed challenge harder.
    pub(super) fn task_for(&self, demand: Demand, context: &MatchContext<'_>) -> Task {
        let task = self.task(demand);
        match task.challenge_type {
            ChallengeType::Managed => task.harder(self.managed_steps.of(context)),
            _ => task,
        }
    }
}
