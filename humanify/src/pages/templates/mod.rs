//! `Templates`: the templates of the pages, and those that replace them.

use std::fs;
use std::path::{Path, PathBuf};

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};

use super::checked_appearance::CheckedAppearance;
use super::error::AppearanceError;

#[doc = include_str!("../../../docs/templates.md")]
#[derive(Clone, Debug, Default)]
#[must_use = "templates do nothing before they are given to an appearance"]
pub struct Templates {
    sources: Vec<TemplateSource>,
}

impl Templates {
    /// The built-in templates.
    pub fn new() -> Templates {
        Templates::default()
    }

    /// Each `.html` or `.css` file of a folder replaces the built-in template of its name. Other
    /// files are ignored. The builder's [`build`](crate::HumanifyBuilder::build) reads the files.
    pub fn from_folder(path: impl Into<PathBuf>) -> Templates {
        Templates {
            sources: vec![TemplateSource::Folder(path.into())],
        }
    }

    /// A source that replaces the built-in template of that name. The last one of a name counts.
    pub fn replace(mut self, name: impl Into<String>, source: impl Into<String>) -> Templates {
        self.sources
            .push(TemplateSource::Text(name.into(), source.into()));
        self
    }

    /// The sources, by the names of the templates that they replace.
    pub(super) fn read(&self) -> Result<Vec<(&'static str, String)>, AppearanceError> {
        let mut templates = Vec::new();
        for source in &self.sources {
            match source {
                TemplateSource::Text(name, text) => {
                    templates.push((template_named(name)?, text.clone()))
                }
                TemplateSource::Folder(path) => templates.extend(read_folder(path)?),
            }
        }
        let ends_early = |(name, text): &(_, String)| *name == STYLE && text.contains("</");
        if templates.iter().any(ends_early) {
            return Err(AppearanceError::Style(STYLE));
        }
        Ok(templates)
    }
}

/// The source of templates.
#[derive(Clone, Debug)]
enum TemplateSource {
    Text(String, String),
    Folder(PathBuf),
}

/// The name of the style sheet. It is not a template: each page includes it without
/// comments and needless spaces.
const STYLE: &str = "style.css";

/// The built-in templates by their names.
pub(super) const BUILT_IN: [(&str, &str); 19] = [
    ("layout.html", include_str!("layout.html")),
    ("heading.html", include_str!("heading.html")),
    ("developer.html", include_str!("developer.html")),
    ("messages.html", include_str!("messages.html")),
    ("pictures.html", include_str!("pictures.html")),
    ("grid.html", include_str!("grid.html")),
    ("work.html", include_str!("work.html")),
    ("work_fallback.html", include_str!("work_fallback.html")),
    ("alternatives.html", include_str!("alternatives.html")),
    ("sound.html", include_str!("sound.html")),
    ("background_work.html", include_str!("background_work.html")),
    (
        "background_work_head.html",
        include_str!("background_work_head.html"),
    ),
    (
        "background_work_data.html",
        include_str!("background_work_data.html"),
    ),
    ("wait.html", include_str!("wait.html")),
    ("alternative.html", include_str!("alternative.html")),
    ("form.html", include_str!("form.html")),
    ("notice.html", include_str!("notice.html")),
    ("error.html", include_str!("error.html")),
    (STYLE, include_str!("style.css")),
];

/// Compiles the built-in templates; `replacements` take the place of those of the same name.
pub(super) fn compile(
    checked_appearance: &CheckedAppearance,
    replacements: &[(&'static str, String)],
) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    // An undefined value is an error, so that no page has a gap.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let mut style = "";
    let replaced = replacements
        .iter()
        .map(|(name, text)| (*name, text.as_str()));
    for (name, source) in BUILT_IN.into_iter().chain(replaced) {
        match name {
            STYLE => style = source,
            _ => environment.add_template_owned(name, source.to_owned())?,
        }
    }
    let style = compact(style) + &checked_appearance.colors;
    environment.add_global("style", Value::from_safe_string(style));
    let local_time = include_str!("local_time.js");
    environment.add_global("local_time", Value::from_safe_string(local_time.to_owned()));
    environment.add_global("site", checked_appearance.name.as_str());
    let logo = checked_appearance.logo.clone().map(Value::from_safe_string);
    environment.add_global("logo", logo.unwrap_or(Value::from(())));
    Ok(environment)
}

/// The name of a built-in template, or the error of an unknown one.
fn template_named(name: &str) -> Result<&'static str, AppearanceError> {
    let names = BUILT_IN.map(|(name, _)| name);
    names
        .into_iter()
        .find(|known| *known == name)
        .ok_or_else(|| AppearanceError::UnknownTemplate {
            name: name.to_owned(),
            known: format!("`{}`", names.join("`, `")),
        })
}

fn read_folder(folder: &Path) -> Result<Vec<(&'static str, String)>, AppearanceError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |error| AppearanceError::Folder { path, error }
    };
    let mut templates = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let is_template = path
            .extension()
            .is_some_and(|extension| extension == "html" || extension == "css");
        if is_template {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = template_named(&name)?;
            templates.push((name, fs::read_to_string(&path).map_err(failed(&path))?));
        }
    }
    Ok(templates)
}

/// The style sheet without comments and the spaces that CSS does not need, since each page includes
/// it. Quoted texts stay as they are.
fn compact(style: &str) -> String {
    let mut compact = String::with_capacity(style.len());
    let mut rest = style;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '"' | '\'' => quoted(rest, next),
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            _ if rest.starts_with("/*") => {
                rest = rest.split_once("*/").map_or("", |(_, after)| after);
                // A comment separates words, but is no space.
                if !ends_token(&compact) && !rest.starts_with(|c: char| c.is_ascii_whitespace()) {
                    compact.push_str("/**/");
                }
                continue;
            }
            _ if next.is_ascii_whitespace() => {
                rest = rest.trim_ascii_start();
                // The space before a colon or a parenthesis may be a combinator.
                let joins = ends_token(&compact) || rest.starts_with(['{', '}', ';', ',']);
                if !joins && !rest.is_empty() {
                    compact.push(' ');
                }
                continue;
            }
            _ => next.len_utf8(),
        };
        if next == '}' && compact.ends_with(';') {
            compact.pop();
        }
        let (piece, after) = rest.split_at(length);
        compact.push_str(piece);
        rest = after;
    }
    compact
}

/// Whether no space is needed at the end of this style.
fn ends_token(style: &str) -> bool {
    let mut last = style.chars().rev();
    match last.next() {
        Some('{' | '}' | ';' | ':' | ',') => last.next() != Some('\\'),
        Some(character) => character.is_ascii_whitespace(),
        None => true,
    }
}

/// The length of the quoted text at the start, with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (position, next) in text.char_indices().skip(1) {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if next == quote => return position + next.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_sheet_loses_only_what_changes_nothing() {
        for (style, expected) in [
            ("  a,\n  b  {\n    color: red;\n  }\n", "a,b{color:red}"),
            (
                "a :hover > b{ margin : 0 1px }",
                "a :hover > b{margin :0 1px}",
            ),
            ("@media (a) and (b: 1) { c{} }", "@media (a) and (b:1){c{}}"),
            (
                "a::before { content: \": ;\\\" {  }\"; }",
                "a::before{content:\": ;\\\" {  }\"}",
            ),
            ("a{b:'; }'; c:d}", "a{b:'; }';c:d}"),
            ("/* it's; one */\na { /* two */ b: c }", "a{b:c}"),
            ("a/**/b{}", "a/**/b{}"),
            ("a /* open", "a "),
            (".a\\: .b\\\"c {}", ".a\\: .b\\\"c{}"),
            ("a{b:\"open", "a{b:\"open"),
            ("a\\", "a\\"),
            ("ä { content: '‘' }", "ä{content:'‘'}"),
        ] {
            assert_eq!(compact(style), expected, "{style}");
        }
    }
}
