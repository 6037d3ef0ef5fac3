//! Prints the public surface of a crate from its documentation as `cargo doc` wrote it: every
//! item, its public methods and the traits that it implements, without prose.
//!
//! `.ci/run` compares it with `humanify/public-api.txt`, so that no change of the surface goes
//! unnoticed. The rustdoc of a stable compiler has no other output that a program can read.

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    let folder = folder.ok_or("usage: public-api FOLDER, such as target/doc/humanify")?;
    let folder = Path::new(&folder);
    let index = fs::read_to_string(folder.join("all.html"))?;
    let mut items: Vec<String> = Vec::new();
    for list in index.split("<ul class=\"all-items\">").skip(1) {
        let list = before(list, "</ul>");
        for link in list.split("href=\"").skip(1) {
            let address = before(link, "\"");
            let page = fs::read_to_string(folder.join(address))
                .map_err(|error| format!("{address}: {error}"))?;
            items.push(item(address, &page)?);
        }
    }
    items.sort();
    for item in items {
        println!("{item}");
    }
    Ok(())
}

/// The public surface of an item, from its page.
fn item(address: &str, page: &str) -> Result<String, String> {
    let (folder, file) = address.rsplit_once('/').unwrap_or(("", address));
    let mut parts = file.trim_end_matches(".html").splitn(2, '.');
    let kind = parts.next().unwrap_or_default();
    let name = parts.next().unwrap_or_default();
    let path = match folder {
        "" => name.to_owned(),
        folder => format!("{}::{name}", folder.replace('/', "::")),
    };
    let mut lines = vec![format!("{path} ({kind})")];
    let declaration = between(
        page,
        "<pre class=\"rust item-decl\"><code>",
        "</code></pre>",
    )
    .ok_or_else(|| format!("{address} has no declaration: has rustdoc's output changed?"))?;
    let declaration = text(declaration).replace("]pub ", "]\npub ");
    lines.extend(declaration.lines().filter(is_telling).map(indented));
    if let Some(own) = section(page, "implementations") {
        lines.extend(headers(own, &["h3", "h4"]));
    }
    if let Some(traits) = section(page, "trait-implementations") {
        let mut traits = headers(traits, &["h3"]);
        // Every derived `PartialEq` implements it, and no program can name it on a stable compiler.
        traits.retain(|line| !line.contains(" StructuralPartialEq for "));
        traits.sort();
        lines.extend(traits);
    }
    Ok(lines.join("\n") + "\n")
}

/// The part of a page below a heading of the second level.
fn section<'a>(page: &'a str, id: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("<h2 id=\"{id}\""))?;
    Some(before(rest, "<h2 id="))
}

/// The signatures in a section, in their order.
fn headers(section: &str, levels: &[&str]) -> Vec<String> {
    let headers = section.split(" class=\"code-header\">");
    let mut found = Vec::new();
    let mut level = "";
    for part in headers {
        if levels.contains(&level) {
            let signature = text(before(part, &format!("</{level}>")));
            let signature: Vec<&str> = signature.split_whitespace().collect();
            let indent = if level == "h4" { "    " } else { "" };
            found.push(indented(&format!("{indent}{}", signature.join(" "))));
        }
        level = part.rsplit('<').next().unwrap_or_default();
    }
    found
}

fn is_telling(line: &&str) -> bool {
    !line.trim().is_empty()
}

fn indented(line: &str) -> String {
    format!("    {}", line.trim_end())
}

/// The text of HTML.
fn text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        // Before the first tag there is none.
        let part = match part.split_once('>') {
            Some((_, behind)) => behind,
            None => part,
        };
        text += part;
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("\u{a0}", " "),
        ("&amp;", "&"),
    ];
    entities
        .into_iter()
        .fold(text, |text, (entity, character)| {
            text.replace(entity, character)
        })
}

fn before<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or(text, |(before, _)| before)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(between, _)| between)
}
