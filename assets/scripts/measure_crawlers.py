"""Measures data/crawlers.txt against agents of crawlers and of people, and writes those that
may be passed on to tests/data/agents/, where a test holds the figures.

    python3 measure_crawlers.py

Takes pip and npm, PyYAML, and some minutes: the list is applied here by plain search, apart from the
program's automaton.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import yaml

from make_crawlers import OUTPUT, date_of, fits

TABLES = Path(__file__).resolve().parents[2] / "tests" / "data" / "agents"
# As many agents of people are in the table.
PEOPLE = 10_000
HOLD_OUT = "2026-01-01"

# What programs say of themselves that random-user-agent calls browsers.
PROGRAMS = re.compile(
    r"phantomjs|casperjs|headless|https?://|bot|crawl|spider|preview|adbeat|lighthouse|flipboardproxy|\(khtml, like gecko;"
    r"|webcapture|brokenlinkcheck|scan|survey|mutant|@|^(mozilla )?firefox \d+$|^microsoft office|^fbandroidsdk",
    re.IGNORECASE,
)


class List:
    """A list of crawlers, applied as the program applies it."""

    def __init__(self, path):
        lines = [line.split("\t") for line in path.read_text(encoding="ascii").splitlines()[1:]]
        self.rules = [(line[0], line[4], line[5], line[2]) for line in lines if line[0] != "b"]
        self.marks = [line[4] for line in lines if line[0] == "b"]

    def find(self, agent):
        agent = agent.strip().lower()[:512]
        for conditions, text, further, name in self.rules:
            if text in agent and fits((conditions, text, further), agent):
                return name
        return None if any(mark in agent for mark in self.marks) else "unlisted crawler"


def pip(folder, package):
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--root-user-action=ignore",
         "--disable-pip-version-check", "--target", folder, package],
        check=True,
    )
    return Path(folder)


def npm(folder, package):
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, package],
        check=True,
    )
    return Path(folder) / "node_modules"


def load_yaml(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or []


def load(folder):
    """The agents of people and of crawlers, by source."""
    people, crawlers = {}, {}
    root = npm(folder, "user-agents@2.1.198")
    records = json.loads((root / "user-agents/dist/user-agents.json").read_text())
    people["user-agents"] = [record["userAgent"] for record in records]
    root = npm(folder, "top-user-agents@2.1.138")
    people["top-user-agents"] = json.loads((root / "top-user-agents/src/index.json").read_text())
    root = npm(folder, "@ulixee/real-user-agents@2.0.0-alpha.34")
    records = json.loads((root / "@ulixee/real-user-agents/data/external-raw/browserstack/userAgents.json").read_text())
    people["real-user-agents"] = [record["string"] for record in records]
    root = pip(folder, "fake-useragent==2.2.0")
    lines = (root / "fake_useragent/data/browsers.jsonl").read_text().splitlines()
    people["fake-useragent"] = [json.loads(line)["useragent"] for line in lines]
    root = pip(folder, "random-user-agent==1.0.1")
    with zipfile.ZipFile(root / "random_user_agent/data/user_agents.zip") as archive:
        records = [json.loads(line) for line in archive.open("user_agents.jl")]
    people["random-user-agent"] = [
        record["user_agent"] for record in records
        if record["software_type"] == "browser -> web-browser" and record["popularity"] != "uncommon"
    ]
    root = pip(folder, "device-detector==6.5.1") / "device_detector/tests/fixtures/upstream"
    people["device-detector"] = [
        record["user_agent"] for path in sorted(root.glob("*.yml")) if path.stem != "bots" for record in load_yaml(path)
        if isinstance(record.get("client"), dict) and record["client"].get("type") == "browser"
    ]
    crawlers["device-detector"] = [(record["user_agent"], "") for record in load_yaml(root / "bots.yml")]
    root = pip(folder, "crawler-user-agents==1.67.0")
    records = json.loads((root / "crawleruseragents/crawler-user-agents.json").read_text())
    crawlers["crawler-user-agents"] = [(agent, date_of(record)) for record in records for agent in record["instances"]]
    return people, crawlers


def share(name, hits, agents):
    print(f"| {name} | {len(agents):,} | {hits:,} | {100 * hits / len(agents):.2f} |")


def distinct(agents):
    return sorted({agent.strip() for agent in agents if agent.strip() and "\n" not in agent})


def write(path, agents):
    """One agent a line, of which what it shares with the line before is left out and counted."""
    last, lines = b"", []
    for agent in sorted(agent.encode() for agent in agents):
        same = next((at for at, (a, b) in enumerate(zip(last, agent)) if a != b), min(len(last), len(agent)))
        while same and same < len(agent) and agent[same] & 0xC0 == 0x80:
            same -= 1
        lines.append(b"%d\t%s" % (same, agent[same:]))
        last = agent
    path.write_bytes(b"\n".join(lines) + b"\n")


def main():
    known = List(OUTPUT)
    with tempfile.TemporaryDirectory() as folder:
        people, crawlers = load(folder)
        early = Path(folder) / "early.txt"
        script = Path(__file__).with_name("make_crawlers.py")
        subprocess.run([sys.executable, script, "--before", HOLD_OUT, early], check=True, stdout=subprocess.DEVNULL)
        past = List(early)

    print("| crawlers | agents | caught | % |")
    for name, agents in crawlers.items():
        share(name, sum(known.find(agent) is not None for agent, _ in agents), agents)
    later = [agent for agent, date in crawlers["crawler-user-agents"] if date >= HOLD_OUT]
    share(f"added since {HOLD_OUT}, by the list as it was before", sum(past.find(agent) is not None for agent in later), later)

    print("| people | agents | taken for crawlers | % |")
    clean = [agent for agent in people["random-user-agent"] if not PROGRAMS.search(agent)]
    for name, agents in {**people, "random-user-agent without programs": clean}.items():
        agents = distinct(agents)
        share(name, sum(known.find(agent) is not None for agent in agents), agents)

    today = ("user-agents", "top-user-agents", "real-user-agents", "fake-useragent")
    table = distinct(agent for name in today for agent in people[name])
    older = sorted(set(distinct(clean)) - set(table))
    table += random.Random(4).sample(older, PEOPLE - len(table))
    TABLES.mkdir(parents=True, exist_ok=True)
    write(TABLES / "people.txt", table)
    write(TABLES / "crawlers.txt", distinct(agent for agent, _ in crawlers["crawler-user-agents"]))


if __name__ == "__main__":
    main()
