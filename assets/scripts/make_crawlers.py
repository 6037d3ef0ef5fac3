"""Makes data/crawlers.txt from the PyPI package crawler-user-agents and a table of our own.

The package's list holds regular expressions, of which nearly all are plain text with
an anchor at most. They are turned into plain text here, so that the runtime needs one
automaton and no regular expression. A pattern that can't be turned fails the script,
naming it: give it a line in REWRITTEN.

A line of the output is four fields between tabs:

    conditions  name  text  further text

"text" is lower case and must occur in the agent, "further text", where it is not empty,
must follow it. Conditions are letters: "s" at the agent's start, "e" at its end, "w" not
behind a letter or digit, "-" none. Lines stand in the order in which they are preferred
as the name of an agent that fits several: crawlers, libraries, general signs.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = "crawler-user-agents"
VERSION = "1.67.0"
OUTPUT = Path(__file__).resolve().parent.parent / "data" / "crawlers.txt"

# Patterns that are no plain text, or that would flag a person's browser: for each the
# conditions, the text and the further text that stand for it.
REWRITTEN = {
    r"AdsBot-Google([^-]|$)": [("-", "adsbot-google", "")],
    r"Ahrefs(Bot|SiteAudit)": [("-", "ahrefsbot", ""), ("-", "ahrefssiteaudit", "")],
    r"Automaton|Newsify Feed Fetcher": [("-", "automaton", ""), ("-", "newsify feed fetcher", "")],
    r"BlogTraffic\/\d\.\d+ Feed-Fetcher": [("-", "blogtraffic/", "feed-fetcher")],
    r"Chirp|gotosocial": [("w", "chirp", ""), ("-", "gotosocial", "")],
    r"ContextualBot[\s\S]*outcomes\.net": [("-", "contextualbot", "outcomes.net")],
    r"Current[\s\S]*RSS Reader": [("w", "current", "rss reader")],
    r"Netumo|netumo": [("-", "netumo", "")],
    r"Spider[\s\S]*spider\.com": [("w", "spider;", "spider.com")],
    r"(sistrix|SISTRIX) [cC]rawler": [("-", "sistrix crawler", "")],
    # Other agents have "-fetch/" in their names.
    r"Fetch\/": [("s", "fetch/", "")],
    # The Sogou browser and input method name themselves too.
    r"Sogou": [("-", "sogou", "spider")],
    # The messenger's built-in browser carries its name behind a browser's agent.
    r"Viber": [("s", "viber", "")],
}

# Names that the rule in display_name() gets wrong.
NAMES = {
    "curl": "curl",
    "wget": "Wget",
    "mechanize": "Mechanize",
    "sentry/": "Sentry",
    "ptst/": "WebPageTest",
    "current": "Current RSS Reader",
    "spider;": "Spider",
    "lcc ": "LCC",
    "um-ln": "um-LN",
    "httpx": "HTTPX",
    "sogou": "Sogou Spider",
    "gotosocial": "GoToSocial",
    "contextualbot": "ContextualBot",
    "https://developers.cloudflare.com/security-center/": "Cloudflare Security Center",
}

# Programs and libraries that speak HTTP, which the package lacks or has in one spelling
# only. Short or common words are bound to the agent's start.
LIBRARIES = [
    ("-", "PostmanRuntime", "postmanruntime"),
    ("-", "python-requests", "python-requests"),
    ("-", "Python-urllib", "python-urllib"),
    ("s", "urllib3", "urllib3"),
    ("s", "python-urllib3", "python-urllib3"),
    ("-", "aiohttp", "aiohttp/"),
    ("-", "HTTPX", "python-httpx"),
    ("-", "PycURL", "pycurl"),
    ("-", "curl_cffi", "curl_cffi"),
    ("-", "tls-client", "tls-client"),
    ("-", "Go-http-client", "go-http-client"),
    ("-", "Go http package", "package http"),
    ("-", "fasthttp", "fasthttp"),
    ("-", "go-resty", "go-resty"),
    ("-", "okhttp", "okhttp"),
    ("s", "Java", "java/"),
    ("-", "Java-http-client", "java-http-client"),
    ("-", "Apache-HttpClient", "apache-httpclient"),
    ("-", "Apache-HttpAsyncClient", "apache-httpasyncclient"),
    ("-", "Jakarta Commons-HttpClient", "commons-httpclient"),
    ("s", "HttpUrlConnection", "httpurlconnection"),
    ("s", "Jersey", "jersey/"),
    ("-", "ReactorNetty", "reactornetty"),
    ("s", "Ktor", "ktor "),
    ("s", "Ktor", "ktor-"),
    ("s", "Ktor", "ktor/"),
    ("-", "Vert.x WebClient", "vert.x-webclient"),
    ("-", "Akka HTTP", "akka-http"),
    ("-", "Pekko HTTP", "pekko-http"),
    ("-", "Finagle", "finagle"),
    ("-", "jsoup", "jsoup"),
    ("s", "unirest", "unirest"),
    ("-", "axios", "axios"),
    ("-", "node-fetch", "node-fetch"),
    ("-", "undici", "undici"),
    ("se", "Node.js", "node"),
    ("s", "Node.js", "node.js"),
    ("-", "superagent", "node-superagent"),
    ("s", "got", "got "),
    ("s", "got", "got/"),
    ("s", "needle", "needle/"),
    ("s", "Deno", "deno/"),
    ("s", "Bun", "bun/"),
    ("s", "Guzzle", "guzzle"),
    ("-", "Guzzle", "guzzlehttp"),
    ("-", "Symfony HttpClient", "symfony httpclient"),
    ("-", "PHP HTTP_Request", "http_request"),
    ("-", "Zend_Http_Client", "zend_http_client"),
    ("s", "PHP", "php/"),
    ("se", "PHP", "php"),
    ("se", "Ruby", "ruby"),
    ("s", "Ruby", "ruby/"),
    ("s", "Faraday", "faraday"),
    ("s", "http.rb", "http.rb/"),
    ("s", "rest-client", "rest-client/"),
    ("-", "Typhoeus", "typhoeus"),
    ("s", "Excon", "excon/"),
    ("s", "HTTParty", "httparty"),
    ("-", "libwww-perl", "libwww-perl"),
    ("s", "LWP", "lwp"),
    ("s", "Mojolicious", "mojolicious"),
    ("s", "reqwest", "reqwest"),
    ("s", "ureq", "ureq/"),
    ("s", "hyper", "hyper/"),
    ("s", "isahc", "isahc/"),
    ("s", "surf", "surf/"),
    ("-", "RestSharp", "restsharp"),
    ("s", ".NET HttpClient", ".net"),
    ("-", "PowerShell", "windowspowershell"),
    ("w", "PowerShell", "powershell/"),
    ("-", "WinHttp", "winhttp"),
    ("-", "Indy Library", "indy library"),
    ("-", "Embarcadero URI client", "embarcadero uri"),
    ("s", "Dart", "dart/"),
    ("s", "hackney", "hackney/"),
    ("s", "Mint", "mint/"),
    ("s", "Finch", "finch/"),
    ("s", "Req", "req/"),
    ("s", "lua-resty-http", "lua-resty-http"),
    ("s", "libcurl", "libcurl"),
    ("s", "curl", "curl"),
    ("s", "Wget", "wget"),
    ("s", "aria2", "aria2/"),
    ("s", "Axel", "axel/"),
    ("s", "HTTPie", "httpie"),
    ("s", "xh", "xh/"),
    ("s", "Insomnia", "insomnia/"),
    ("s", "Paw", "paw/"),
    ("s", "RapidAPI", "rapidapi/"),
    ("-", "Bruno", "bruno-runtime"),
    ("s", "Hoppscotch", "hoppscotch"),
    ("-", "Thunder Client", "thunder client"),
    ("-", "HeadlessChrome", "headlesschrome"),
    ("-", "PhantomJS", "phantomjs"),
    ("-", "SlimerJS", "slimerjs"),
    ("-", "Puppeteer", "puppeteer"),
    ("-", "Playwright", "playwright"),
    ("-", "Selenium", "selenium"),
    ("-", "WebDriver", "webdriver"),
    ("w", "Cypress", "cypress/"),
    ("-", "Scrapy", "scrapy"),
    ("-", "Crawlee", "crawlee"),
    ("-", "HTTrack", "httrack"),
    ("-", "WebCopier", "webcopier"),
    ("-", "Teleport Pro", "teleport pro"),
    ("s", "ApacheBench", "apachebench"),
    ("-", "Apache JMeter", "jmeter"),
    ("s", "k6", "k6/"),
    ("s", "k6", "grafana k6"),
    ("s", "Vegeta", "vegeta"),
    ("s", "autocannon", "autocannon"),
    ("-", "Siege", "(joedog)"),
    ("s", "Siege", "siege/"),
    ("s", "hey", "hey/"),
    ("s", "Locust", "locust"),
    ("-", "Nuclei", "nuclei"),
    ("-", "sqlmap", "sqlmap"),
    ("-", "Nikto", "nikto/"),
    ("-", "Nmap", "nmap scripting"),
    ("w", "masscan", "masscan"),
    ("w", "zgrab", "zgrab"),
    ("s", "Gobuster", "gobuster"),
    ("-", "feroxbuster", "feroxbuster"),
    ("-", "ffuf", "fuzz faster u fool"),
    ("s", "ffuf", "ffuf"),
    ("-", "WPScan", "wpscan"),
    ("s", "Prometheus", "prometheus/"),
    ("-", "Blackbox Exporter", "blackbox exporter"),
    ("-", "kube-probe", "kube-probe/"),
    ("-", "ELB-HealthChecker", "elb-healthchecker"),
    ("s", "GoogleHC", "googlehc/"),
]

# What crawlers that no list names yet say of themselves.
GENERIC = [
    ("-", "unlisted crawler", "http://"),
    ("-", "unlisted crawler", "https://"),
    ("-", "unlisted crawler", " bot"),
    ("-", "unlisted crawler", "crawler"),
    ("-", "unlisted crawler", "spider"),
    ("-", "unlisted crawler", "scraper"),
    ("-", "unlisted crawler", "bot/"),
    ("-", "unlisted crawler", "bot;"),
    ("-", "unlisted crawler", "-bot"),
    ("-", "unlisted crawler", "(bot"),
    ("e", "unlisted crawler", "bot"),
]

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


def display_name(text, instances):
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


def main():
    crawlers = load_package()
    listed, libraries = {}, {}
    missed = 0
    for crawler in crawlers:
        pattern, instances = crawler["pattern"], crawler["instances"]
        rules = REWRITTEN.get(pattern) or [plain_text(pattern)]
        # Three or four letters occur by chance inside other words.
        bound = [("w", text, further) if conditions == "-" and len(text) < 6 else (conditions, text, further)
                 for conditions, text, further in rules]
        if all(any(fits(rule, agent) for rule in bound) for agent in instances):
            rules = bound
        missed += sum(not any(fits(rule, agent) for rule in rules) for agent in instances)
        place = libraries if "http-library" in crawler["tags"] else listed
        for conditions, text, further in rules:
            if len(text) < 3 or not text.isascii() or not text.isprintable():
                sys.exit(f"too short or not ASCII: {pattern}")
            place.setdefault((conditions, text, further), display_name(text, instances))
    for conditions, name, text in LIBRARIES:
        libraries.setdefault((conditions, text, ""), name)

    def by_length(rule):
        (conditions, text, further), _ = rule
        return -len(text) - len(further), text, further, conditions

    date = max(crawler.get("addition_date", "") for crawler in crawlers).replace("/", "-")
    lines = [f"humanify crawlers 1 {date}"]
    seen = set()
    for (conditions, text, further), name in sorted(listed.items(), key=by_length):
        lines.append(f"{conditions}\t{name}\t{text}\t{further}")
        seen.add((conditions, text, further))
    for (conditions, text, further), name in sorted(libraries.items(), key=by_length):
        if (conditions, text, further) not in seen:
            lines.append(f"{conditions}\t{name}\t{text}\t{further}")
    for conditions, name, text in GENERIC:
        lines.append(f"{conditions}\t{name}\t{text}\t")
    OUTPUT.write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"{len(lines) - 1} lines, {missed} instances missed, list of {date}")


if __name__ == "__main__":
    main()
