//! The list of crawlers as a text: a first line with the date, then six fields between tabs
//! a line, as `make_crawlers.py` of humanify-assets describes them.

use humanify_syntax::CrawlerKind;

use super::Crawler;

/// A line of the list.
pub(super) enum Line {
    /// A text that tells a crawler.
    Crawler {
        conditions: &'static str,
        crawler: Crawler,
        text: &'static str,
        /// What has to follow the text, or nothing.
        further: &'static str,
    },
    /// A text that browsers' agents hold.
    Browser(&'static str),
}

/// The date of a list, and its lines.
pub(super) fn split(data: &'static str) -> Option<(&'static str, std::str::Lines<'static>)> {
    let (header, lines) = data.split_once('\n')?;
    let date = header.strip_prefix("humanify crawlers 2 ")?;
    Some((date, lines.lines()))
}

/// Reads a line. The error says what is wrong with it.
pub(super) fn read(line: &'static str) -> Result<Line, &'static str> {
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
    if conditions == "b" {
        return Ok(Line::Browser(text));
    }
    if name.is_empty() {
        return Err("the name is empty");
    }
    if !conditions.bytes().all(|letter| b"sew-".contains(&letter)) {
        return Err("there is a condition that does not exist");
    }
    Ok(Line::Crawler {
        conditions,
        crawler: Crawler {
            name,
            operator: (!operator.is_empty()).then_some(operator),
            kind: CrawlerKind::named(kind).ok_or("there is no such kind")?,
        },
        text,
        further,
    })
}
