"""Loads user agents of people and of crawlers from packages, for make_browser_words.py and measure_crawlers.py."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

# Texts in the user agents of programs that random-user-agent lists as browsers.
PROGRAMS = re.compile(
    r"phantomjs|casperjs|headless|https?://|bot|crawl|spider|preview|adbeat|lighthouse|flipboardproxy|\(khtml, like gecko;"
    r"|webcapture|brokenlinkcheck|scan|survey|mutant|@|outlook|neustar|rigor"
    r"|transcoder|winhttp|validator|fetch api|^(mozilla )?firefox \d+$|^microsoft office|^fbandroidsdk",
    re.IGNORECASE,
)


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


def seen_people(folder):
    """Observed user agents of people, by source."""
    people = {}
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
    records = random_user_agent(folder)
    for name, kind in (("random-user-agent", "web-browser"), ("random-user-agent, in other programs", "in-app-browser")):
        people[name] = [record["user_agent"] for record in records if record["software_type"] == f"browser -> {kind}"]
    return people


def random_user_agent(folder):
    root = Path(folder)
    if not (root / "random_user_agent").exists():
        pip(folder, "random-user-agent==1.0.1")
    with zipfile.ZipFile(root / "random_user_agent/data/user_agents.zip") as archive:
        return [json.loads(line) for line in archive.open("user_agents.jl")]


def cargo_sources(repository):
    """The folders in which cargo keeps the sources of isbot and woothee."""
    metadata = subprocess.run(["cargo", "metadata", "--format-version", "1", "-q"], cwd=repository / "tests/benches", stdout=subprocess.PIPE, check=True)
    packages = json.loads(metadata.stdout)["packages"]
    return {package["name"]: Path(package["manifest_path"]).parent for package in packages if package["name"] in ("isbot", "woothee")}


def test_agents(sources):
    """User agents in the tests of the crates isbot and woothee. woothee contains those of uap-core."""
    isbot, woothee = sources["isbot"] / "fixtures", sources["woothee"] / "benches/uap-core"
    devices = load_yaml(woothee / "tests/test_device.yaml")["test_cases"]
    pages = {
        f"isbot, {name}": (isbot / f"{name}.txt").read_text(errors="replace").splitlines() for name in ("browsers", "bots")
    }
    return {
        "people": {
            "isbot, odd browsers": json.loads((isbot / "omrilotan-browsers.json").read_text()),
            "isbot, browsers": pages["isbot, browsers"],
            "uap-core, devices": [case["user_agent_string"] for case in devices if case["family"] != "Spider"],
        },
        "crawlers": {
            "isbot, bots": pages["isbot, bots"],
            "uap-core, spiders": [case["user_agent_string"] for case in devices if case["family"] == "Spider"],
        },
    }
