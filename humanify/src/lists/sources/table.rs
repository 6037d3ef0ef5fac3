//! `SOURCES`: the table of published lists.

use std::time::Duration;

use super::{ListTarget, Source};
use crate::addresses::{Group, VpnProvider};
use crate::lists::parse::Format;
use crate::net::Extent;

/// Every list that humanify knows.
pub(crate) static SOURCES: &[Source] = &[
    Source {
        interval: hours(2),
        complete: true,
        most: Extent::bits(16, 16),
        ..lines(
            "tor-exits",
            Group::TorExitNodes,
            "https://check.torproject.org/torbulkexitlist",
            "no terms stated; the project's data are CC0",
        )
    },
    Source {
        complete: true,
        most: Extent::bits(27, 16),
        ..lines(
            "firehol-level1",
            Group::FireholLevel1,
            "https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/firehol_level1.netset",
            FIREHOL,
        )
    },
    Source {
        complete: true,
        longest: 32 * MIB,
        most: Extent::bits(24, 16),
        ..lines(
            "firehol-proxies",
            Group::FireholProxies,
            "https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/firehol_proxies.netset",
            FIREHOL,
        )
    },
    Source {
        complete: true,
        ..csv(
            "awesome-proxies",
            Group::AwesomeProxies,
            "https://raw.githubusercontent.com/mthcht/awesome-lists/main/Lists/PROXY/ALL_PROXY_Lists.csv",
            "MIT",
        )
    },
    // The publisher allows two downloads a day from one address.
    Source {
        complete: true,
        gzip: true,
        interval: hours(24),
        ..lines(
            "stopforumspam",
            Group::StopForumSpam,
            "https://www.stopforumspam.com/downloads/listed_ip_30_ipv46.gz",
            "may be used on commercial sites, may not be sold or passed on; two downloads a day",
        )
    },
    Source {
        most: Extent::bits(29, 48),
        ..lines(
            "x4bnet-datacenter-v4",
            Group::Datacenter,
            "https://raw.githubusercontent.com/X4BNet/lists_vpn/main/output/datacenter/ipv4.txt",
            "MIT",
        )
    },
    Source {
        most: Extent::bits(29, 48),
        ..lines(
            "x4bnet-datacenter-v6",
            Group::Datacenter,
            "https://raw.githubusercontent.com/X4BNet/lists_vpn/main/output/datacenter/ipv6.txt",
            "MIT",
        )
    },
    Source {
        most: Extent::bits(28, 44),
        ..json(
            "aws",
            "https://ip-ranges.amazonaws.com/ip-ranges.json",
            &["ip_prefix", "ipv6_prefix"],
        )
    },
    Source {
        most: Extent::bits(26, 42),
        ..json(
            "google-cloud",
            "https://www.gstatic.com/ipranges/cloud.json",
            &["ipv4Prefix", "ipv6Prefix"],
        )
    },
    Source {
        most: Extent::bits(24, 42),
        ..json(
            "oracle-cloud",
            "https://docs.oracle.com/iaas/tools/public_ip_ranges.json",
            &["cidr"],
        )
    },
    Source {
        most: Extent::bits(24, 40),
        ..csv(
            "digitalocean",
            Group::Datacenter,
            "https://www.digitalocean.com/geo/google.csv",
            PUBLISHED,
        )
    },
    Source {
        most: Extent::bits(24, 40),
        ..csv(
            "linode",
            Group::Datacenter,
            "https://geoip.linode.com/",
            PUBLISHED,
        )
    },
    Source {
        most: Extent::bits(22, 40),
        ..json(
            "fastly",
            "https://api.fastly.com/public-ip-list",
            &["addresses", "ipv6_addresses"],
        )
    },
    Source {
        most: Extent::bits(22, 40),
        ..lines(
            "cloudflare-v4",
            Group::Datacenter,
            "https://www.cloudflare.com/ips-v4/",
            PUBLISHED,
        )
    },
    Source {
        most: Extent::bits(22, 40),
        ..lines(
            "cloudflare-v6",
            Group::Datacenter,
            "https://www.cloudflare.com/ips-v6/",
            PUBLISHED,
        )
    },
    lines(
        "nordvpn",
        vpn(VpnProvider::NordVpn),
        "https://raw.githubusercontent.com/Joe12387/open-source-vpn-ip-lists/master/nordvpn.txt",
        "CC0",
    ),
    lines(
        "protonvpn",
        vpn(VpnProvider::ProtonVpn),
        "https://raw.githubusercontent.com/Joe12387/open-source-vpn-ip-lists/master/protonvpn.txt",
        "CC0",
    ),
    lines(
        "surfshark",
        vpn(VpnProvider::Surfshark),
        "https://raw.githubusercontent.com/Joe12387/open-source-vpn-ip-lists/master/surfshark.txt",
        "CC0",
    ),
    lines(
        "tunnelbear",
        vpn(VpnProvider::TunnelBear),
        "https://raw.githubusercontent.com/tn3w/TunnelBear-IPs/master/tunnelbear_ips.txt",
        "Apache-2.0",
    ),
    Source {
        target: ListTarget::Group(vpn(VpnProvider::PrivateInternetAccess)),
        ..json(
            "private-internet-access",
            "https://serverlist.piaservers.net/vpninfo/servers/v6",
            &["ip"],
        )
    },
    Source {
        target: ListTarget::Group(vpn(VpnProvider::Mullvad)),
        ..json(
            "mullvad",
            "https://api.mullvad.net/www/relays/all/",
            &["ipv4_addr_in", "ipv6_addr_in"],
        )
    },
    Source {
        most: Extent::bits(26, 46),
        ..lines(
            "x4bnet-vpn-v4",
            vpn(VpnProvider::Other),
            "https://raw.githubusercontent.com/X4BNet/lists_vpn/main/output/vpn/ipv4.txt",
            "MIT",
        )
    },
    Source {
        most: Extent::bits(26, 46),
        ..lines(
            "x4bnet-vpn-v6",
            vpn(VpnProvider::Other),
            "https://raw.githubusercontent.com/X4BNet/lists_vpn/main/output/vpn/ipv6.txt",
            "MIT",
        )
    },
    Source {
        complete: true,
        longest: 64 * MIB,
        most: Extent::bits(22, 42),
        ..csv(
            "private-relay",
            Group::PrivateRelay,
            "https://mask-api.icloud.com/egress-ip-ranges.csv",
            PUBLISHED,
        )
    },
    crawlers(
        "ahrefs-crawler",
        "https://api.ahrefs.com/v3/public/crawler-ip-ranges",
    ),
    crawlers(
        "apple-applebot",
        "https://search.developer.apple.com/applebot.json",
    ),
    crawlers("bing-bingbot", "https://www.bing.com/toolbox/bingbot.json"),
    crawlers(
        "commoncrawl-ccbot",
        "https://index.commoncrawl.org/ccbot.json",
    ),
    crawlers(
        "duckduckgo-duckduckbot",
        "https://duckduckgo.com/duckduckbot.json",
    ),
    crawlers(
        "google-googlebot",
        "https://developers.google.com/static/search/apis/ipranges/googlebot.json",
    ),
    crawlers(
        "google-special",
        "https://developers.google.com/static/search/apis/ipranges/special-crawlers.json",
    ),
    crawlers(
        "google-user-triggered-agents",
        "https://developers.google.com/static/search/apis/ipranges/user-triggered-agents.json",
    ),
    crawlers(
        "google-user-triggered-google",
        "https://developers.google.com/static/search/apis/ipranges/user-triggered-fetchers-google.json",
    ),
    crawlers(
        "openai-chatgpt-user",
        "https://openai.com/chatgpt-user.json",
    ),
    crawlers("openai-gptbot", "https://openai.com/gptbot.json"),
    crawlers("openai-searchbot", "https://openai.com/searchbot.json"),
    crawlers(
        "perplexity-bot",
        "https://www.perplexity.ai/perplexitybot.json",
    ),
    crawlers(
        "perplexity-user",
        "https://www.perplexity.ai/perplexity-user.json",
    ),
];

const MIB: usize = 1 << 20;

const PUBLISHED: &str = "published by the operator for this use";

const FIREHOL: &str = "put together by FireHOL; each list in it has its own maintainer and terms";

pub(super) const fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

const fn vpn(provider: VpnProvider) -> Group {
    Group::Vpn(provider)
}

const fn lines(
    name: &'static str,
    group: Group,
    address: &'static str,
    licence: &'static str,
) -> Source {
    Source {
        name,
        target: ListTarget::Group(group),
        address,
        format: Format::Lines,
        gzip: false,
        licence,
        longest: 16 * MIB,
        most: Extent::bits(22, 22),
        interval: hours(24),
        complete: false,
    }
}

const fn csv(
    name: &'static str,
    group: Group,
    address: &'static str,
    licence: &'static str,
) -> Source {
    Source {
        format: Format::Csv,
        ..lines(name, group, address, licence)
    }
}

/// A JSON list of an operator's own network, published by the operator.
const fn json(name: &'static str, address: &'static str, keys: &'static [&'static str]) -> Source {
    Source {
        format: Format::Json(keys),
        ..lines(name, Group::Datacenter, address, PUBLISHED)
    }
}

/// A JSON list of the networks of an operator's crawlers.
const fn crawlers(name: &'static str, address: &'static str) -> Source {
    Source {
        target: ListTarget::Crawlers,
        longest: MIB,
        most: Extent::bits(18, 18),
        complete: true,
        ..json(name, address, &["ipv4Prefix", "ipv6Prefix"])
    }
}
