//! Whether a browser's user agent holds a word that no known browser's has.
//!
//! A browser's agent is a row of products (`Chrome/147.0.0.0`) and comments
//! (`(Windows NT 10.0; Win64; x64)`). Programs that pass for browsers write one product or one
//! part of a comment more. So do people's: toolbars, shells around a browser's engine, systems.
//! Those that many people have are in a list of companions, letters only.

/// Words of fewer letters are said by too many to be a sign: `U`, `x64`, `en`.
const SHORT: usize = 3;

/// What the names of browsers, their additions and systems hold.
const KINDS: [&[u8]; 9] = [
    b"browser",
    b"asktb",
    b"toolbar",
    b"fox",
    b"explorer",
    b"webkit",
    b"linux",
    b"edition",
    b"bsd",
];

/// The words that people's browsers hold, as digests in order.
#[derive(Clone, Debug)]
pub(super) struct Companions(Vec<u64>);

/// Where in an agent a word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Product,
    /// The first comment, which names the system.
    System,
    Comment,
}

/// What the first comment says that the browser runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum System {
    Desktop,
    Phone,
    /// An Internet Explorer, or one that says so: toolbars and installations write into it.
    Compatible,
    /// Television sets, consoles, telephones of old: too many kinds to be listed.
    Other,
}

/// Whether the first word is a browser's, behind quotation marks or the name of the field at most.
pub(super) fn begins(agent: &[u8]) -> bool {
    let bare = |agent: &[u8]| {
        let start = agent.iter().position(u8::is_ascii_alphanumeric);
        start.unwrap_or_default()
    };
    let mut agent = agent.get(bare(agent)..).unwrap_or_default();
    if starts(agent, b"user-agent") {
        agent = agent.get(10..).unwrap_or_default();
        agent = agent.get(bare(agent)..).unwrap_or_default();
    }
    starts(agent, b"mozilla") || starts(agent, b"opera/") || starts(agent, b"applewebkit/")
}

/// What the words of a browser's agent say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// People's browsers hold all of them.
    Familiar,
    /// One of them is no known browser's.
    Strange,
    /// They are not judged: it is not known what such agents hold.
    Unknown,
}

impl Companions {
    /// Reads a list as `make_companions.py` of humanify-assets writes it.
    pub(super) fn read(data: &'static str) -> Option<Companions> {
        let words = data.strip_prefix("humanify companions 1\n")?;
        let mut digests: Vec<u64> = words
            .lines()
            .map(|word| letters(word.as_bytes()).1)
            .collect();
        digests.sort_unstable();
        Some(Companions(digests))
    }

    /// Whether a browser's agent holds a word that is none of them.
    ///
    /// Of telephones the first comment is not looked at, since it names the model; and a product
    /// with a version may be any program, a last word without one is not.
    pub(super) fn judge(&self, agent: &[u8]) -> Verdict {
        let mut words = Words {
            agent,
            depth: 0,
            comments: 0,
        };
        let mut system = None;
        // Whether a telephone's agent has said all that it has to say.
        let mut whole = false;
        while let Some((place, word)) = words.next() {
            if place == Position::System {
                system = match system {
                    None => Some(System::named(word)),
                    // Internet Explorer 11 no longer says that it is compatible.
                    Some(System::Desktop) if starts(word, b"trident/") => Some(System::Compatible),
                    same => same,
                };
            }
            let known = match (system, place) {
                // No browser has a word before its first comment.
                (None, _) => true,
                (Some(System::Other), _) => return Verdict::Unknown,
                (Some(System::Desktop), _) | (Some(System::Compatible), Position::Product) => {
                    self.know(word)
                }
                (Some(System::Compatible), _) => !names_a_bot(word),
                (Some(System::Phone), Position::System) => true,
                (Some(System::Phone), Position::Comment) => {
                    !word.eq_ignore_ascii_case(b"compatible")
                }
                (Some(System::Phone), Position::Product) => {
                    let bare = || word.iter().all(u8::is_ascii_alphabetic);
                    let added = whole && words.agent.is_empty() && bare();
                    whole |= starts(word, b"safari/");
                    !(added || names_a_bot(word)) || self.know(word)
                }
            };
            if !known {
                return Verdict::Strange;
            }
        }
        match system {
            Some(_) => Verdict::Familiar,
            None => Verdict::Unknown,
        }
    }

    /// Whether people's browsers hold a word.
    fn know(&self, word: &[u8]) -> bool {
        let end = word.iter().position(|byte| *byte == b'/');
        let name = end.and_then(|end| word.get(..end)).unwrap_or(word);
        let (count, digest) = letters(name);
        count < SHORT
            || self.0.binary_search(&digest).is_ok()
            || says_a_number(name)
            || KINDS.iter().any(|kind| holds(name, kind))
    }
}

/// How many letters a word has, and a digest of them in lower case (FNV-1a). Two words of the same
/// digest are none that occur; who makes one has got no further than by a word of the list.
fn letters(word: &[u8]) -> (usize, u64) {
    let letters = word.iter().filter(|byte| byte.is_ascii_alphabetic());
    letters.fold((0, 0xcbf2_9ce4_8422_2325), |(count, digest), byte| {
        let digest: u64 = digest ^ u64::from(byte.to_ascii_lowercase());
        (count + 1, digest.wrapping_mul(0x0100_0000_01b3))
    })
}

/// Whether a word is the code of a language, or a number of a device or an installation: digits
/// before or between letters, or anything set to a value, as in `8f39WjYX-18`.
fn says_a_number(name: &[u8]) -> bool {
    let digit = name.iter().position(u8::is_ascii_digit);
    let letter = name.iter().rposition(u8::is_ascii_alphabetic);
    matches!((digit, letter), (Some(digit), Some(letter)) if digit < letter)
        || matches!(name, [_, _, b'-' | b'_', ..] if name.len() <= 5)
        || name.contains(&b'=')
}

impl System {
    fn named(first: &[u8]) -> System {
        let starts = |name: &str| starts(first, name.as_bytes());
        if starts("windows phone") {
            System::Other
        } else if starts("windows") || starts("macintosh") || starts("x11") {
            System::Desktop
        } else if starts("iphone")
            || starts("ipad")
            || starts("ipod")
            || first.eq_ignore_ascii_case(b"linux")
        {
            System::Phone
        } else if first.eq_ignore_ascii_case(b"compatible") {
            System::Compatible
        } else {
            System::Other
        }
    }
}

fn starts(word: &[u8], with: &[u8]) -> bool {
    let start = word.get(..with.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(with))
}

fn names_a_bot(word: &[u8]) -> bool {
    holds(word, b"bot")
}

fn holds(word: &[u8], text: &[u8]) -> bool {
    let mut parts = word.windows(text.len());
    parts.any(|part| part.eq_ignore_ascii_case(text))
}

/// The words of an agent, from left to right.
struct Words<'a> {
    agent: &'a [u8],
    depth: u8,
    comments: u8,
}

impl<'a> Iterator for Words<'a> {
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
