//! Parses the list of crawlers: a first line with the date, then six tab-separated fields a line,
//! as `make_crawlers.py` of humanify-assets describes them.

use humanify_syntax::CrawlerKind;

use super::Crawler;

/// A line of the list.
pub(super) struct CrawlerLine {
    /// Letters for the positions in which the text counts; see `TextPlace::read`. `g` makes the
    /// entry weak.
    pub(super) conditions: &'static str,
    pub(super) text: &'static str,
    pub(super) meaning: LineMeaning,
}

/// The meaning of a line's text in a user agent.
pub(super) enum LineMeaning {
    /// The text of a crawler.
    Crawler {
        crawler: Crawler,
        /// A further text that has to follow the text; empty for none.
        further: &'static str,
    },
    /// The text of a browser, or of another program that a person uses.
    Mark(Mark),
}

/// The kind of program that sends a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A browser's engine.
    Engine,
    /// Another program that a person uses, or a device that only people use.
    Program,
    /// A browser's engine inside another program, a television set and the like, which send many
    /// words of their own.
    Embedded,
    /// A person's program whose name contains a word that crawlers use for themselves.
    Certain,
}

/// The date of a list, and its lines.
pub(super) fn split(data: &'static str) -> Option<(&'static str, std::str::Lines<'static>)> {
    let (header, lines) = data.split_once('\n')?;
    let date = header.strip_prefix("humanify crawlers 3 ")?;
    Some((date, lines.lines()))
}

/// Parses a line. The error is the problem of the line.
pub(super) fn read(line: &'static str) -> Result<CrawlerLine, &'static str> {
    let mut fields = line.split('\t');
    let (Some(conditions), Some(kind), Some(name), Some(operator), Some(text), Some(further), None) = (
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
    ) else {
        return Err("it has to have six fields between tabs");
    };
    if text.is_empty() {
        return Err("the text is empty");
    }
    if !conditions.bytes().all(|letter| b"sewtg-".contains(&letter)) {
        return Err("there is a condition that does not exist");
    }
    let mark = match kind {
        "engine" => Some(Mark::Engine),
        "program" => Some(Mark::Program),
        "embedded" => Some(Mark::Embedded),
        "certain" => Some(Mark::Certain),
        _ => None,
    };
    let meaning = match mark {
        Some(mark) => LineMeaning::Mark(mark),
        None if name.is_empty() => return Err("the name is empty"),
        None => LineMeaning::Crawler {
            crawler: Crawler {
                name,
                operator: (!operator.is_empty()).then_some(operator),
                kind: CrawlerKind::named(kind).ok_or("there is no such kind")?,
            },
            further,
        },
    };
    Ok(CrawlerLine {
        conditions,
        text,
        meaning,
    })
}
