"""Makes data/addresses.bin from the PyPI package iporigin.

The package contains ranges that do not overlap: where its sources overlap, the narrowest range
gives the label. Labels become groups as follows:

* "hosting" and "cdn" are Datacenter: clients there are machines or proxies.
* "vpn" is the VPN of that name. Apple Private Relay has a group of its own, which is no
  sign of a bot.
* "tor" is TorExitNodes.
* "bot" is in no group: the addresses of a verified crawler are no sign.

Since the narrowest range wins, a Tor exit or a crawler inside of a hoster's network leaves a
hole in that network. A hole between two ranges of one hoster is filled again, so that such an
address is in both groups; holes of Private Relay are not filled.

Providers whose ranges come from lists without a licence are dropped (see LICENSES.md), and so
are the addresses of public DNS resolvers, where there are no clients.

humanify/src/addresses/format.rs describes the file, and a test there asserts that this script
writes the same bytes as the Rust writer.
"""

import datetime
import ipaddress
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

PACKAGE = "iporigin"
VERSION = "1.1.2"
OUTPUT = Path(__file__).resolve().parent.parent / "data" / "addresses.bin"

# Bit numbers, as in humanify's src/addresses/groups.rs.
PROTON_VPN, MULLVAD, DATACENTER, TOR, PRIVATE_RELAY = 1, 7, 11, 14, 15
GROUPS = 16

VPNS = {"ProtonVPN": PROTON_VPN, "Mullvad": MULLVAD, "Apple Private Relay": PRIVATE_RELAY}

# Compiled from repositories that publish no licence. The package does not separate
# Akamai's licensed ranges from the others, so all of Akamai is dropped.
DROPPED = {
    "Akamai", "BunnyCDN", "BuyVM", "CDN77", "Cogent", "Contabo", "DataCamp", "GTHost",
    "GleSYS", "Melbicom", "Scalaxy", "Vercel",
}

# Public DNS resolvers, as their operators announce them.
RESOLVERS = """
    1.1.1.1 1.0.0.1 1.1.1.2 1.0.0.2 1.1.1.3 1.0.0.3
    2606:4700:4700::1111 2606:4700:4700::1001 2606:4700:4700::1112 2606:4700:4700::1002
    2606:4700:4700::1113 2606:4700:4700::1003 2606:4700:4700::64 2606:4700:4700::6400
    8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844
    2001:4860:4860::64 2001:4860:4860::6464
    9.9.9.9 149.112.112.112 9.9.9.10 149.112.112.10 9.9.9.11 149.112.112.11
    2620:fe::fe 2620:fe::9 2620:fe::10 2620:fe::fe:10 2620:fe::11 2620:fe::fe:11
    208.67.222.222 208.67.220.220 2620:119:35::35 2620:119:53::53
    94.140.14.14 94.140.15.15 2a10:50c0::ad1:ff 2a10:50c0::ad2:ff
    223.5.5.5 223.6.6.6 2400:3200::1 2400:3200:baba::1
    119.29.29.29 2402:4e00::
""".split()


def load_package():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile",
             "--disable-pip-version-check", "--root-user-action=ignore",
             "--target", folder, f"{PACKAGE}=={VERSION}"],
            check=True,
        )
        sys.path.insert(0, folder)
        from iporigin import _data
        return _data.dataset()


def mask_of(label):
    provider, kind = label
    if provider in DROPPED or kind == "bot":
        return 0
    if kind == "vpn":
        return 1 << VPNS[provider]
    return {"hosting": 1 << DATACENTER, "cdn": 1 << DATACENTER, "tor": 1 << TOR}[kind]


def fill_holes(segments):
    """Adds ranges that were cut out of a hoster's network to it again: (start, end, mask) each."""
    result = []
    for position, (start, end, (provider, kind)) in enumerate(segments):
        mask = mask_of((provider, kind))
        if kind in ("bot", "tor") or (kind == "vpn" and provider != "Apple Private Relay"):
            sides = (surrounding(segments, position, -1), surrounding(segments, position, 1))
            if sides[0] is not None and sides[0] == sides[1]:
                mask |= 1 << DATACENTER
        result.append((start, end, mask))
    return result


def surrounding(segments, position, step):
    """The licensed hoster next to a range, past other holes, if nothing lies between."""
    while 0 <= position + step < len(segments):
        here, there = segments[position], segments[position + step]
        touching = there[1] + 1 == here[0] if step < 0 else here[1] + 1 == there[0]
        if not touching:
            return None
        position += step
        provider, kind = there[2]
        if kind in ("hosting", "cdn"):
            return None if provider in DROPPED else provider
    return None


def cut_resolvers(segments, version):
    points = {int(ipaddress.ip_address(text)) for text in RESOLVERS
              if ipaddress.ip_address(text).version == version}
    for start, end, mask in segments:
        for point in sorted(point for point in points if start <= point <= end):
            yield start, point - 1, mask
            start = point + 1
        yield start, end, mask


def steps_of(segments, last):
    """Steps: the groups that apply from each address on, until the next."""
    steps = []

    def step(address, mask):
        before = steps[-1][1] if steps else 0
        if steps and steps[-1][0] == address:
            steps.pop()
            before = steps[-1][1] if steps else 0
        if mask != before:
            steps.append((address, mask))

    for start, end, mask in segments:
        if start <= end:
            step(start, mask)
            if end < last:
                step(end + 1, 0)
    return steps


def count_networks(steps, bits, counts):
    """Adds to counts the number of networks that cover each group exactly."""
    for group in range(GROUPS):
        begin = None
        for address, mask in [*steps, (1 << bits, 0)]:
            holds = mask >> group & 1
            if holds and begin is None:
                begin = address
            elif not holds and begin is not None:
                while begin < address:
                    size = begin & -begin if begin else 1 << bits
                    while begin + size > address:
                        size >>= 1
                    begin += size
                    counts[group] += 1
                begin = None


def number(value):
    """A number in LEB128."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def packed(v4, v6, index):
    """The steps, as the documentation of humanify/src/addresses/format.rs describes them."""
    body = b""
    before = 0
    for address, mask in v4:
        body += number(address - before) + number(index[mask])
        before = address
    before = 0
    for address, mask in v6:
        high, low = address >> 64, address & (1 << 64) - 1
        difference = high - before
        zeros = ((difference & -difference).bit_length() - 1) // 16 if difference else 0
        body += number(index[mask] << 3 | zeros << 1 | bool(low)) + number(difference >> 16 * zeros)
        if low:
            body += struct.pack("<Q", low)
        before = high
    return body


def main():
    data = load_package()
    date = datetime.datetime.fromtimestamp(data.built_at, datetime.timezone.utc).date()
    days = (date - datetime.date(1970, 1, 1)).days
    families = []
    counts = [0] * GROUPS
    for version, bits in ((4, 32), (6, 128)):
        columns = (data.v4_starts, data.v4_ends, data.v4_labels) if version == 4 else (
            data.v6_starts, data.v6_ends, data.v6_labels)
        segments = [(start, end, data.labels[label]) for start, end, label in zip(*columns)]
        steps = steps_of(cut_resolvers(fill_holes(segments), version), (1 << bits) - 1)
        count_networks(steps, bits, counts)
        families.append(steps)
    v4, v6 = families
    palette = sorted({mask for _, mask in v4 + v6})
    index = {mask: place for place, mask in enumerate(palette)}

    body = struct.pack("<8sHHIIII", b"HMNADDRS", 3, GROUPS, days, len(palette), len(v4), len(v6))
    body += struct.pack(f"<{GROUPS}I", *counts)
    body += struct.pack(f"<{len(palette)}I", *palette)
    body += packed(v4, v6, index)
    body += struct.pack("<I", zlib.crc32(body))
    OUTPUT.write_bytes(body)
    print(f"{len(body)} bytes, {len(v4)} + {len(v6)} steps, networks by group {counts}, {date}")


if __name__ == "__main__":
    main()
