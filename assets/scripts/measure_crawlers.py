"""Counts the crawlers and people that data/crawlers.txt and data/browser_words.txt recognise, and makes test tables.

The tables in tests/data/agents/ contain the user agents that may be redistributed; a test asserts their figures.

    python3 measure_crawlers.py [--quick]

Needs pip, npm, cargo, PyYAML, and some minutes. The example find_crawlers applies the lists. Lists are also
tested with user agents from which they were not made: a browser_words.txt from one half of its sources with the
other half, and a crawlers.txt from before HOLD_OUT with the crawlers that were added since. --quick skips this.
"""

import json
import random
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from corpora import PROGRAMS, cargo_sources, load_yaml, pip, random_user_agent, seen_people, test_agents
from make_browser_words import OUTPUT as BROWSER_WORDS, in_half
from make_crawlers import OUTPUT as CRAWLERS, date_of

REPOSITORY = Path(__file__).resolve().parents[2]
TABLES = REPOSITORY / "tests" / "data" / "agents"
# The number of people's user agents in the table.
PEOPLE = 10_000
HOLD_OUT = "2026-01-01"


def find(agents):
    """The name of the crawler of each user agent, or "-"."""
    command = ["cargo", "run", "--release", "-q", "-p", "humanify-tests", "--example", "find_crawlers"]
    answer = subprocess.run(command, cwd=REPOSITORY, input="\n".join(agents).encode(), stdout=subprocess.PIPE, check=True)
    return [line.split(b"\t")[0].decode() for line in answer.stdout.split(b"\n")[:len(agents)]]


@contextmanager
def made_by(script, output, *arguments):
    """Replaces a list, for a time, by the list that a script makes with these arguments."""
    kept = output.read_bytes()
    with tempfile.NamedTemporaryFile() as made:
        script = Path(__file__).with_name(script)
        subprocess.run([sys.executable, script, *arguments, made.name], check=True, stdout=subprocess.DEVNULL)
        try:
            output.write_bytes(Path(made.name).read_bytes())
            yield
        finally:
            output.write_bytes(kept)


def distinct(agents):
    return sorted({agent.strip() for agent in agents if agent.strip() and "\n" not in agent})


def share(name, agents):
    agents = distinct(agents)
    hits = sum(name != "-" for name in find(agents))
    print(f"| {name} | {len(agents):,} | {hits:,} | {100 * hits / max(1, len(agents)):.2f} |", flush=True)


def write(path, agents):
    """Writes one user agent in each line: the number of bytes that it shares with the line before, and the rest."""
    last, lines = b"", []
    for agent in sorted(agent.encode() for agent in agents):
        same = next((at for at, (a, b) in enumerate(zip(last, agent)) if a != b), min(len(last), len(agent)))
        while same and same < len(agent) and agent[same] & 0xC0 == 0x80:
            same -= 1
        lines.append(b"%d\t%s" % (same, agent[same:]))
        last = agent
    path.write_bytes(b"\n".join(lines) + b"\n")


def main():
    quick = sys.argv[1:2] == ["--quick"]
    with tempfile.TemporaryDirectory() as folder:
        people = seen_people(folder)
        common = {
            record["user_agent"] for record in random_user_agent(folder)
            if record["software_type"] == "browser -> web-browser" and record["popularity"] != "uncommon"
        }
        root = pip(folder, "crawler-user-agents==1.67.0")
        records = json.loads((root / "crawleruseragents/crawler-user-agents.json").read_text())
        listed = [(agent, date_of(record)) for record in records for agent in record["instances"]]
        matomo = pip(folder, "device-detector==6.5.1") / "device_detector/tests/fixtures/upstream"
        bots = [record["user_agent"] for record in load_yaml(matomo / "bots.yml")]
        clients = [
            ((record.get("client") or {}).get("type"), path.stem.split("-")[0], record["user_agent"])
            for path in sorted(matomo.glob("*.yml")) if path.stem != "bots" for record in load_yaml(path)
            if isinstance(record.get("client"), dict)
        ]
        others = test_agents(cargo_sources(REPOSITORY))

    print("| crawlers | agents | found | % |")
    share("crawler-user-agents", [agent for agent, _ in listed])
    share("device-detector, bots", bots)
    for name, agents in others["crawlers"].items():
        share(name, agents)

    print("| people | agents | taken for crawlers | % |")
    clean = [agent for agent in common if not PROGRAMS.search(agent)]
    for name, agents in {**people, "random-user-agent, common and no programs": clean}.items():
        share(name, agents)
    for kind in sorted({kind for kind, _, _ in clients}, key=str):
        share(f"device-detector, {kind}", [agent for client, _, agent in clients if client == kind])
    share("device-detector, television sets", [agent for _, kind, agent in clients if kind == "tv"])
    for name, agents in others["people"].items():
        share(name, agents)

    if not quick:
        print("| unseen | agents | taken for crawlers | % |")
        with made_by("make_browser_words.py", BROWSER_WORDS, "--half"):
            for name, agents in {**people, "random-user-agent, common and no programs": clean}.items():
                share(f"{name}, other half", [agent for agent in agents if not in_half(agent)])
        with made_by("make_crawlers.py", CRAWLERS, "--before", HOLD_OUT):
            share(f"added since {HOLD_OUT}, by the list as it was before", [agent for agent, date in listed if date >= HOLD_OUT])

    today = ("user-agents", "top-user-agents", "real-user-agents", "fake-useragent")
    table = distinct(agent for name in today for agent in people[name])
    older = sorted(set(distinct(clean)) - set(table))
    table += random.Random(4).sample(older, PEOPLE - len(table))
    write(TABLES / "people.txt", table)
    write(TABLES / "crawlers.txt", distinct(agent for agent, _ in listed))


if __name__ == "__main__":
    main()
