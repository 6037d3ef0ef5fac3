//! Which signs hold for a client, for rules and for reports.

use http::HeaderMap;
use humanify_syntax::Sign;

use super::Detection;
use crate::detect::consistency::HeaderSnapshot;
use crate::detect::detector::Detector;
use crate::truth::Truth;
use crate::verify::ClaimProof;

impl Detection {
    /// Whether a sign holds. Pending while it depends on a running check.
    pub(crate) fn sign_holds(&self, sign: Sign) -> Truth {
        Truth::from(match sign {
            Sign::Bot => {
                return if self.has_counted_sign() {
                    Truth::Yes
                } else {
                    self.sign_holds(Sign::Impostor)
                };
            }
            Sign::Vpn => self.is_vpn(),
            Sign::Proxy => self.is_proxy(),
            Sign::Datacenter => self.is_datacenter(),
            Sign::Tor => self.is_tor(),
            Sign::ForumSpammer => self.is_forum_spammer(),
            Sign::Firehol => self.is_firehol(),
            Sign::InvalidIp => self.is_invalid_ip(),
            // A signing agent is a crawler, whatever its user agent says.
            Sign::Crawler if self.may_be_signed() && !self.is_crawler() => return Truth::Pending,
            Sign::Crawler => self.is_crawler(),
            Sign::Inconsistent => self.is_inconsistent(),
            Sign::VerifiedCrawler | Sign::Impostor => match self.proof() {
                ClaimProof::Checking => return Truth::Pending,
                ClaimProof::Verified => sign == Sign::VerifiedCrawler,
                ClaimProof::Impostor => sign == Sign::Impostor,
                ClaimProof::None => false,
            },
            // An unknown sign counts as present: a doubt closes.
            _ => true,
        })
    }

    /// Whether any counted sign holds, or the client is unknown.
    #[inline]
    fn has_counted_sign(&self) -> bool {
        let Detector {
            signals, groups, ..
        } = &*self.0.detector;
        let seen = self.seen();
        self.0.client.is_unknown()
            || (signals.counts(Sign::InvalidIp) && seen.invalid_ip)
            || seen.groups.intersects(*groups)
            || (signals.counts(Sign::Crawler) && seen.crawler.is_some())
            || (signals.counts(Sign::Inconsistent) && self.is_inconsistent())
    }

    /// The signs that hold, for reports, by the names that rules use without `is_`. This starts no
    /// network requests: signs that need a check count only if its result is known.
    pub(crate) fn known_signs(&self, headers: &HeaderMap) -> Vec<&'static str> {
        self.note(headers);
        let holds = |sign| match sign {
            Sign::Bot => false,
            Sign::VerifiedCrawler => self.known_proof() == Some(ClaimProof::Verified),
            Sign::Impostor => self.known_proof() == Some(ClaimProof::Impostor),
            sign => self.sign_holds(sign) == Truth::Yes,
        };
        let signs = Sign::NAMES.iter().filter(|(_, sign)| holds(*sign));
        let signs = signs.map(|(name, _)| name.strip_prefix("is_").unwrap_or(name));
        let unknown = self.0.client.is_unknown().then_some("unknown_address");
        signs.chain(unknown).collect()
    }

    /// Whether a sign depends on headers, so that [`note`](Detection::note) has to be called
    /// before.
    pub(crate) fn needs_headers(&self, sign: Sign) -> bool {
        match sign {
            Sign::Inconsistent => true,
            Sign::Bot => self.0.detector.signals.counts(Sign::Inconsistent),
            _ => false,
        }
    }

    /// Stores the headers that [`inconsistencies`](Detection::inconsistencies) needs. Most requests
    /// do not need them.
    pub(crate) fn note(&self, headers: &HeaderMap) {
        let proxied = self.0.client.is_proxied();
        self.0
            .header_snapshot
            .get_or_init(|| Box::new(HeaderSnapshot::new(headers, proxied)));
    }
}
