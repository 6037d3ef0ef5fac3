"""Makes tests/data/agents/headers.txt: user agents with the client hints that came with them.

The source is the npm package header-generator, whose network of probabilities was counted from
visitors of Apify, people and programs alike. Each pair of user agent and `Sec-CH-UA` was observed
together, each platform with this browser on this system. The script takes no arguments, and needs
npm.

Each line has the user agent, `Sec-CH-UA`, `-Mobile` and `-Platform`, separated by tabs, empty where
missing.
"""

import json
import subprocess
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "header-generator@2.1.88"
OUTPUT = Path(__file__).resolve().parents[2] / "tests" / "data" / "agents" / "headers.txt"
MISSING = "*MISSING_VALUE*"


def load():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, PACKAGE],
            check=True,
        )
        path = Path(folder) / "node_modules/header-generator/data_files/header-network-definition.zip"
        with zipfile.ZipFile(path) as archive:
            return {node["name"]: node for node in json.loads(archive.read("network.json"))["nodes"]}


def rows(node):
    """Every combination of the values of a node and of its parents."""
    def walk(table, left, values):
        if not left:
            for value, share in table.items():
                yield (*values, value), share
            return
        for value, deeper in table.get("deeper", {}).items():
            yield from walk(deeper, left - 1, (*values, value))
    return walk(node["conditionalProbabilities"], len(node["parentNames"]), ())


def main():
    nodes = load()
    platforms = {}
    for (*visitor, platform), share in rows(nodes["sec-ch-ua-platform"]):
        known = platforms.get(tuple(visitor))
        if known is None or share > known[1]:
            platforms[tuple(visitor)] = (platform, share)
    # The most frequent platform of each user agent.
    platform_of = {}
    for name in ("user-agent", "User-Agent"):
        for (*visitor, _, agent), _ in rows(nodes[name]):
            platform_of.setdefault(agent, platforms.get(tuple(visitor), (MISSING, 0))[0])
    sets = set()
    for (lower, upper, mobile, brands), _ in rows(nodes["sec-ch-ua"]):
        agent = upper if lower == MISSING else lower
        if MISSING in (agent, mobile) and brands != MISSING or agent == MISSING:
            continue
        platform = platform_of.get(agent, MISSING) if brands != MISSING else MISSING
        sets.add("\t".join("" if value == MISSING else value for value in (agent, brands, mobile, platform)))
    OUTPUT.write_text("\n".join(sorted(sets)) + "\n", encoding="utf-8")
    print(f"{len(sets)} sets")


if __name__ == "__main__":
    main()
