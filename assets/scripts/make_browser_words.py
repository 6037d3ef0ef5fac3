"""Makes data/browser_words.txt: words in the user agents of people's browsers, beside the names of the browsers.

    python3 make_browser_words.py [--half OUTPUT]

The words come from
* the user agents in npm's user-agents, top-user-agents and @ulixee/real-user-agents and in PyPI's fake-useragent
  and random-user-agent: words in at least two distinct user agents that data/crawlers.txt calls no crawlers,
* the names of browsers in npm's which-browser,
* people_tables.py.
Words are compared by their letters alone. User agents are split as in humanify/src/crawlers/browser.rs.

With --half every second user agent, by its digest, is left out, so that measure_crawlers.py can test the list
with those.
"""

import re
import sys
import tempfile
from collections import Counter
from hashlib import md5
from pathlib import Path

import people_tables
from corpora import npm, seen_people
from make_crawlers import OUTPUT as CRAWLERS, fits

OUTPUT = CRAWLERS.with_name("browser_words.txt")
WHICH_BROWSER = "which-browser@0.7.1"
AGENTS = 2
# Words that browser.rs knows without a list.
KNOWN = re.compile("browser|asktb|toolbar|fox|explorer|webkit|linux|edition|bsd|haiku|sunos")
# Beginnings of addresses, which programs send.
ADDRESSES = {"http", "https", "www"}


def in_half(agent):
    return md5(agent.encode()).digest()[0] & 1 == 1


def key(word):
    """The letters by which a word is compared; empty if the word needs no list."""
    name = word.split("/")[0]
    digit = re.search(r"[0-9]", name)
    if "=" in name or re.fullmatch(r"..[-_].{0,2}", name) or digit and re.search(r"[A-Za-z]", name[digit.start():]):
        return ""
    letters = re.sub(r"[^a-z]", "", name.lower())
    return "" if len(letters) < 3 or KNOWN.search(name.lower()) else letters


def words(agent):
    """The words of a user agent, each with its place: 0 for a product, 1 for the first comment, 2 for another."""
    depth = comments = 0
    for word, mark in re.findall(r"([^(); ,]*(?: +[^(); ,]+)*) *([(); ,]|$)", agent[:512]):
        place = 0 if depth == 0 else min(comments, 2)
        for part in word.split(" ") if depth == 0 else [word]:
            if part.strip():
                yield place, part.strip()
        if mark == "(":
            comments += depth == 0
            depth += 1
        elif mark == ")":
            depth = max(0, depth - 1)


def names_of(folder):
    """The texts by which which-browser recognises browsers: the part before the version."""
    source = (npm(folder, WHICH_BROWSER) / "which-browser/data/applications-browsers.js").read_text()
    for pattern in re.findall(r"regexp: /(.*)/[iu]+[ ,}]", source):
        literal = re.match(r"[ ;(^]*([A-Za-z][A-Za-z0-9_. +-]*)", re.sub(r"\[(.)(.)\]", r"\1", pattern).replace(r"\.", "."))
        if literal:
            yield literal[1].strip()


def main():
    half = sys.argv[1:2] == ["--half"]
    lines = [line.split("\t") for line in CRAWLERS.read_text(encoding="ascii").splitlines()[1:]]
    marks = ("engine", "embedded", "program", "certain")
    rules = [(line[0], line[4], line[5]) for line in lines if line[1] not in marks and "g" not in line[0]]
    counts = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for agent in {agent for agents in seen_people(folder).values() for agent in agents}:
            lower = agent.strip().lower()
            if half and not in_half(agent) or not lower.startswith(("mozilla", "opera/")):
                continue
            if any(text in lower and fits((conditions, text, further), lower) for conditions, text, further in rules):
                continue
            found = list(words(agent))
            system = next((word.lower() for place, word in found if place == 1), "")
            desktop = re.match(r"windows(?! phone)|macintosh|x11", system)
            if desktop or re.match(r"iphone|ipad|ipod|linux$|compatible", system):
                counts.update({key(word) for place, word in found if place != 1 or desktop})
        listed = {key(name) for name in names_of(folder)} | set(people_tables.BROWSER_WORDS)
    table = {word for word, count in counts.items() if count >= AGENTS} | listed
    table -= ADDRESSES | people_tables.STRANGERS | {""}
    output = Path(sys.argv[2]) if half else OUTPUT
    output.write_text("\n".join(["humanify browser-words 1", *sorted(table)]) + "\n", encoding="ascii")
    print(f"{len(table)} words")


if __name__ == "__main__":
    main()
