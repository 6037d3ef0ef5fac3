"""Makes data/crawlers.txt from the PyPI package crawler-user-agents, crawler_tables.py and people_tables.py.

    python3 make_crawlers.py [--before 2026-01-01 OUTPUT]

The package contains regular expressions, nearly all of which are plain text with at most an
anchor. The script converts them into plain text, so that the runtime needs one automaton and no
regular expressions. It fails with the name of a pattern that it cannot convert: add such a
pattern to REWRITTEN of crawler_tables.py.

Each line of the output has six fields, separated by tabs:

    conditions  kind  name  operator  text  further text

"text" is lower case and must occur in the user agent. "further text", unless it is empty, must
follow it. Conditions are letters:

    s  at the start of the user agent
    e  at its end
    w  not after a letter or digit
    t  not before a letter or digit
    g  only in the user agent of neither a browser nor another program of people
    -  none

The order of the lines is the order of preference for the name of a user agent that several lines
match: crawlers, libraries, general signs. Lines of these kinds have only a text and identify
people: "engine" (a browser's engine), "embedded" (an engine inside of another program or
machine), "program" (another program), "certain" (a program whose name contains a text of
crawlers).

With --before the list contains neither entries that were added since that day nor those of KNOWN.
measure_crawlers.py uses it to count the crawlers that a list finds although it does not know them.
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
    ASSISTANTS, CRAWLER_WORDS, DOMAINS, GENERIC, GENERIC_PAIRS, KIND_CORRECTIONS, KINDS, KNOWN, LIBRARIES, NAMES, OMITTED, OPERATORS, OTHERS_SITES,
    PROGRAMS, REWRITTEN, SEO_DESCRIPTIONS, SEO_PATTERNS, WEAK,
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
    # A class of one letter in both cases is redundant, since case is ignored.
    pattern = re.sub(
        r"\[(\w)(\w)\]",
        lambda found: found[1] if found[1].lower() == found[2].lower() else found[0],
        pattern,
    )
    text = re.sub(r"\\([^\w\s]| )", lambda found: f"\0{ord(found[1]):04x}", pattern)
    if SPECIAL.search(text):
        sys.exit(f"cannot convert {pattern} into plain text: add it to REWRITTEN of crawler_tables.py")
    text = re.sub("\0([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    return conditions or "-", text.lower(), ""


def fits(rule, agent):
    """Whether a rule matches a user agent, as the runtime decides, for the checks in this script."""
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
    """The texts that replace an entry of the package."""
    rewritten = REWRITTEN.get(crawler["pattern"])
    rules = rewritten or [plain_text(crawler["pattern"])]
    # Short texts occur by chance inside other words.
    bound = [("w", text, further) if conditions == "-" and len(text) < 8 else (conditions, text, further)
             for conditions, text, further in rules]
    if all(any(fits(rule, agent) for rule in bound) for agent in crawler["instances"]):
        rules = bound
    return rules if rewritten else [bound_to_start(rule, crawler) for rule in rules]


def bound_to_start(rule, crawler):
    """The rule at the start of the user agent only, if it may be the name of an app, too."""
    conditions, text, further = rule
    named = re.search("[a-z]{3}", text) and not any(word in text for word in CRAWLER_WORDS)
    may_be_an_app = named and not {"http-library", "scanner", "monitoring"} & set(crawler["tags"])
    agents = [agent.lower() for agent in crawler["instances"]]
    if conditions in ("-", "w") and may_be_an_app and agents and all(agent.startswith(text) for agent in agents):
        return "s", text, further
    return rule


def name_of(text, instances):
    """The text as the first user agent that contains it spells it, without surrounding signs."""
    spelled = text
    for instance in instances:
        at = instance.lower().find(text)
        if at >= 0:
            spelled = instance[at:at + len(text)]
            break
    name = NAMES.get(text, spelled).split(" (")[0].removeprefix("http://").removeprefix("https://")
    name = re.sub(r"\s+", " ", name).strip(" /;:,.()+-_@")
    if not re.fullmatch(r"[\w .,:;/@!+'()-]+", name, re.ASCII):
        sys.exit(f"{name!r} cannot be the name of {text!r}: add a name to NAMES of crawler_tables.py")
    return name


def kind_of(text, crawler):
    if text in ASSISTANTS:
        return "ai_assistant"
    if text in KIND_CORRECTIONS:
        return KIND_CORRECTIONS[text]
    kind = next(kind for tag, kind in KINDS.items() if tag in crawler["tags"])
    pattern, description = crawler["pattern"].lower(), crawler.get("description", "")
    is_seo = any(part in pattern for part in SEO_PATTERNS) or any(part in description for part in SEO_DESCRIPTIONS)
    return "other" if kind == "seo" and not is_seo else kind


def domain_of(address):
    """The registered domain of an address."""
    host = urlparse(address if "//" in address else f"http://{address}").hostname or ""
    labels = host.split(".")
    wide = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in ("ac", "co", "com", "gov", "ne", "net", "or", "org")
    domain = ".".join(labels[-3 if wide else -2:])
    return domain if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) and not labels[-1].isdigit() else ""


def operator_of(text, kind, crawler):
    """The operator of a crawler: by its name, else by the address in its user agent, else by the
    address in the package. A library has no operator."""
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


def show_doubtful(crawlers):
    """Prints the entries whose agents are all those of a telephone's browser or of a page inside of an app, and that
    neither say that they are crawlers nor give an address: they may be people's, and belong into OMITTED then."""
    of_people = re.compile(r"; wv\)|iphone|ipad")
    of_crawlers = re.compile(r"bot|crawl|spider|http|www\.|@")
    for crawler in crawlers:
        agents = [agent.lower() for agent in crawler["instances"]]
        if agents and all(of_people.search(agent) and not of_crawlers.search(agent) for agent in agents):
            print(f"possibly people's: {crawler['pattern']}: {crawler['instances'][0]}")


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
            kind = kind_of(text, crawler)
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
    show_doubtful(crawlers)
    lines = make(crawlers, known)
    date = max(map(date_of, crawlers))
    output.write_text(
        "\n".join([f"humanify crawlers 3 {date}"] + ["\t".join(line) for line in lines]) + "\n", encoding="ascii",
    )
    print(f"{len(lines)} lines, list of {date}")


if __name__ == "__main__":
    main()
