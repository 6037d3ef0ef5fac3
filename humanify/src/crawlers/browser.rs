//! Judges whether a browser's user agent has a word that no known browser sends.
//!
//! A browser's user agent is a sequence of products (`Chrome/147.0.0.0`) and comments
//! (`(Windows NT 10.0; Win64; x64)`). Programs that pose as browsers add a product or a part of a
//! comment. So does the software of people: toolbars, shells around a browser's engine, operating
//! systems. A list of *browser words* has the words that many people send, reduced to letters.

/// Words with fewer letters are not judged, since too many agents have them: `U`, `x64`, `en`.
const SHORT: usize = 3;

/// Parts of the names of browsers, their additions and operating systems.
const KINDS: [&[u8]; 11] = [
    b"browser",
    b"asktb",
    b"toolbar",
    b"fox",
    b"explorer",
    b"webkit",
    b"linux",
    b"edition",
    b"bsd",
    b"haiku",
    b"sunos",
];

/// The words that people's browsers send, as sorted digests.
#[derive(Clone, Debug)]
pub(super) struct BrowserWords(Vec<u64>);

/// Where a word stands in a user agent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Product,
    /// In the first comment, which names the operating system.
    System,
    Comment,
}

/// The platform of the browser, by its first comment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AgentSystem {
    Desktop,
    Phone,
    /// A page inside of a program on a Mac, or on an iPad that shows pages as a Mac does. The
    /// program adds its own name.
    MacProgram,
    /// Internet Explorer, or a browser that claims to be compatible with it. Toolbars add words to
    /// its comment.
    Compatible,
    /// A television set, a console, an old telephone: too many kinds to be listed.
    Other,
}

/// A user agent without quotation marks or the name of the header before it; `None` unless it
/// begins like a browser's.
pub(super) fn of_browser(agent: &[u8]) -> Option<&[u8]> {
    let bare = |agent: &[u8]| {
        let start = agent.iter().position(u8::is_ascii_alphanumeric);
        start.unwrap_or_default()
    };
    let mut agent = agent.get(bare(agent)..).unwrap_or_default();
    if starts(agent, b"user-agent") {
        agent = agent.get(10..).unwrap_or_default();
        agent = agent.get(bare(agent)..).unwrap_or_default();
    }
    let is_browsers =
        starts(agent, b"mozilla") || starts(agent, b"opera/") || starts(agent, b"applewebkit/");
    is_browsers.then_some(agent)
}

/// The judgement of a browser's user agent by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AgentVerdict {
    /// People's browsers send all of its words.
    Familiar,
    /// No known browser sends one of its words.
    Strange,
    /// A browser of a telephone or in a program, with an additional word, which may be from a
    /// crawler or from a person's program.
    Doubtful,
    /// Not judged, since it is unknown what such browsers send.
    Unknown,
}

impl BrowserWords {
    /// Reads a list of browser words, as `make_browser_words.py` of humanify-assets writes it.
    pub(super) fn read(data: &'static str) -> Option<BrowserWords> {
        let words = data.strip_prefix("humanify browser-words 1\n")?;
        let mut digests: Vec<u64> = words
            .lines()
            .map(|word| letters(word.as_bytes()).1)
            .collect();
        digests.sort_unstable();
        Some(BrowserWords(digests))
    }

    /// Judges the user agent of a browser, as [`of_browser`] returns it.
    ///
    /// The first comment of a telephone is not judged, since it names the model. A product with a
    /// version after the complete agent of a telephone's browser may be any program, so its own
    /// name decides; a last word without a version is judged. So it is with pages inside of
    /// programs on a Mac.
    pub(super) fn judge(&self, agent: &[u8]) -> AgentVerdict {
        match self.judge_words(agent, AgentSystem::Desktop) {
            AgentVerdict::Strange if is_of_mac_program(agent) => {
                self.judge_words(agent, AgentSystem::MacProgram)
            }
            verdict => verdict,
        }
    }

    /// Judges a browser's user agent, in which a Mac is a system of this kind.
    fn judge_words(&self, agent: &[u8], mac: AgentSystem) -> AgentVerdict {
        let mut words = AgentWords {
            agent,
            depth: 0,
            comments: 0,
        };
        let mut system = None;
        // Whether an unknown product stands before the first comment, which tells the platform.
        let mut foreign = false;
        // Whether the agent of a telephone's browser or of a Mac's program is complete, so that any further word is
        // additional.
        let mut whole = mac == AgentSystem::MacProgram && !contains(agent, b" mobile/");
        // Whether such an agent has an additional word with a version.
        let mut unfamiliar = false;
        while let Some((place, word)) = words.next() {
            if place == Position::System {
                system = match system {
                    None if starts(word, b"macintosh") => Some(mac),
                    None => Some(AgentSystem::named(word)),
                    // Internet Explorer 11 no longer says that it is compatible.
                    Some(AgentSystem::Desktop) if starts(word, b"trident/") => {
                        Some(AgentSystem::Compatible)
                    }
                    same => same,
                };
            }
            let known = match (system, place) {
                (None, _) => {
                    foreign |= !self.know(word);
                    true
                }
                (Some(AgentSystem::Other), _) => return AgentVerdict::Unknown,
                (
                    Some(AgentSystem::Desktop | AgentSystem::Compatible | AgentSystem::MacProgram),
                    _,
                ) if foreign => false,
                (Some(AgentSystem::Desktop), _)
                | (Some(AgentSystem::MacProgram), Position::System)
                | (Some(AgentSystem::Compatible), Position::Product) => self.know(word),
                (Some(AgentSystem::Compatible), _) => !names_a_bot(word),
                (Some(AgentSystem::Phone), Position::System) => true,
                (Some(AgentSystem::Phone | AgentSystem::MacProgram), Position::Comment) => {
                    !word.eq_ignore_ascii_case(b"compatible")
                }
                (Some(AgentSystem::Phone | AgentSystem::MacProgram), Position::Product) => {
                    let bare = || word.iter().all(u8::is_ascii_alphabetic);
                    let added = whole && words.agent.is_empty() && bare();
                    let known = self.know(word);
                    unfamiliar |= whole && !known;
                    whole |= starts(word, b"safari/") || starts(word, b"firefox/");
                    let strange = added || (names_a_bot(word) && !is_of_ios_program(agent));
                    !strange || known
                }
            };
            if !known {
                return AgentVerdict::Strange;
            }
        }
        match system {
            Some(_) if unfamiliar => AgentVerdict::Doubtful,
            Some(_) => AgentVerdict::Familiar,
            None => AgentVerdict::Unknown,
        }
    }

    /// Whether people's browsers send this word.
    fn know(&self, word: &[u8]) -> bool {
        let end = word.iter().position(|byte| *byte == b'/');
        let name = end.and_then(|end| word.get(..end)).unwrap_or(word);
        let (count, digest) = letters(name);
        count < SHORT
            || self.0.binary_search(&digest).is_ok()
            || is_code_or_number(name)
            || KINDS.iter().any(|kind| contains(name, kind))
    }
}

/// The number of letters in a word, and a digest of them in lower case (FNV-1a). No two words that
/// occur share a digest. Constructing one gains nothing: sending a word of the list is easier.
fn letters(word: &[u8]) -> (usize, u64) {
    let letters = word.iter().filter(|byte| byte.is_ascii_alphabetic());
    letters.fold((0, 0xcbf2_9ce4_8422_2325), |(count, digest), byte| {
        let digest: u64 = digest ^ u64::from(byte.to_ascii_lowercase());
        (count + 1, digest.wrapping_mul(0x0100_0000_01b3))
    })
}

/// Whether a word is a language code, or a number of a device or an installation: digits before or
/// between letters, as in `8f39WjYX-18`, or a name that is set to a value.
fn is_code_or_number(name: &[u8]) -> bool {
    let digit = name.iter().position(u8::is_ascii_digit);
    let letter = name.iter().rposition(u8::is_ascii_alphabetic);
    matches!((digit, letter), (Some(digit), Some(letter)) if digit < letter)
        || matches!(name, [_, _, b'-' | b'_', ..] if name.len() <= 5)
        || name.contains(&b'=')
}

impl AgentSystem {
    fn named(first: &[u8]) -> AgentSystem {
        let starts = |name: &str| starts(first, name.as_bytes());
        if starts("windows phone") {
            AgentSystem::Other
        } else if starts("windows") || starts("x11") {
            AgentSystem::Desktop
        } else if starts("iphone")
            || starts("ipad")
            || starts("ipod")
            || first.eq_ignore_ascii_case(b"linux")
            || is_android(first)
        {
            AgentSystem::Phone
        } else if first.eq_ignore_ascii_case(b"compatible") {
            AgentSystem::Compatible
        } else {
            AgentSystem::Other
        }
    }
}

/// Whether a Mac's agent is of a page inside of a program (WKWebView): such agents have neither the
/// version nor the name of a browser. On an iPad, which may call itself a Mac, browsers and programs
/// add `Mobile/`.
fn is_of_mac_program(agent: &[u8]) -> bool {
    let browsers: [&[u8]; 4] = [b"version/", b"safari/", b"chrome/", b"firefox/"];
    contains(agent, b"(macintosh")
        && contains(agent, b"applewebkit/")
        && (contains(agent, b" mobile/") || !browsers.into_iter().any(|name| contains(agent, name)))
}

/// Whether an agent is of a page inside of a program on iOS: only browsers add `Safari/`.
fn is_of_ios_program(agent: &[u8]) -> bool {
    contains(agent, b" mobile/") && !contains(agent, b"safari/")
}

/// Whether the system is Android with or without a version, as Firefox and Opera name it.
/// Television sets and apps send other words: `Android armv8l`, `AndroidApp`.
fn is_android(system: &[u8]) -> bool {
    let end = system.iter().position(|byte| *byte == b' ');
    let (name, version) = system.split_at(end.unwrap_or(system.len()));
    let is_version = version.get(1).is_none_or(u8::is_ascii_digit);
    name.eq_ignore_ascii_case(b"android") && is_version
}

fn starts(word: &[u8], with: &[u8]) -> bool {
    let start = word.get(..with.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(with))
}

fn names_a_bot(word: &[u8]) -> bool {
    contains(word, b"bot")
}

fn contains(word: &[u8], text: &[u8]) -> bool {
    let mut parts = word.windows(text.len());
    parts.any(|part| part.eq_ignore_ascii_case(text))
}

/// Iterator over the words of a user agent, from left to right.
struct AgentWords<'a> {
    agent: &'a [u8],
    depth: u8,
    comments: u8,
}

impl<'a> Iterator for AgentWords<'a> {
    type Item = (Position, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.agent.is_empty() {
            let place = match (self.depth, self.comments) {
                (0, _) => Position::Product,
                (_, 1) => Position::System,
                _ => Position::Comment,
            };
            let ends = |byte: &u8| match byte {
                b'(' | b')' | b';' | b',' => true,
                byte => *byte == b' ' && place == Position::Product,
            };
            let end = self.agent.iter().position(ends).unwrap_or(self.agent.len());
            let (word, rest) = self.agent.split_at(end);
            let (mark, rest) = rest
                .split_first()
                .map_or((b' ', rest), |(mark, rest)| (*mark, rest));
            self.agent = rest;
            match mark {
                b'(' => {
                    if self.depth == 0 {
                        self.comments = self.comments.saturating_add(1);
                    }
                    self.depth = self.depth.saturating_add(1);
                }
                b')' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            let word = word.trim_ascii();
            if !word.is_empty() {
                return Some((place, word));
            }
        }
        None
    }
}
