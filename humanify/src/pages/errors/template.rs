//! Templates of the application's own for error pages.

use std::path::PathBuf;
use std::{fs, io};

use http::StatusCode;
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior, context};

use super::texts;
use crate::language::Language;
use crate::pages::template_failure::TemplateFailure;

/// What an error page of the application's own looks like.
///
/// Either kind gets three values: `EXCEPTION_TITLE` and `EXCEPTION_MESSAGE` in the visitor's
/// language, and `EXCEPTION_CODE`, a number. Whatever is inserted is escaped, and nothing of
/// what the client sent is among it. Files are read once, when the
/// [builder](crate::HumanifyBuilder::build) runs.
///
/// The page goes out as `text/html`, and kept by nobody. Its Content Security Policy, if it
/// has one, is the application's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorTemplate {
    source: Source,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Text(String),
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Minijinja,
}

impl ErrorTemplate {
    /// HTML in which the names `EXCEPTION_TITLE`, `EXCEPTION_CODE` and `EXCEPTION_MESSAGE`
    /// stand for their values.
    #[must_use]
    pub fn plain(html: impl Into<String>) -> ErrorTemplate {
        ErrorTemplate {
            source: Source::Text(html.into()),
            kind: Kind::Plain,
        }
    }

    /// The same, from a file.
    #[must_use]
    pub fn plain_file(path: impl Into<PathBuf>) -> ErrorTemplate {
        ErrorTemplate {
            source: Source::File(path.into()),
            kind: Kind::Plain,
        }
    }

    /// A template of [minijinja], with `{{ EXCEPTION_TITLE }}` and so on. It also gets `lang`,
    /// such as `pt`, and `dir`, which is `ltr` or `rtl`. Escaping is on, and a name that does not
    /// exist is an error.
    ///
    /// [minijinja]: https://docs.rs/minijinja
    #[must_use]
    pub fn minijinja(source: impl Into<String>) -> ErrorTemplate {
        ErrorTemplate {
            source: Source::Text(source.into()),
            kind: Kind::Minijinja,
        }
    }

    /// The same, from a file.
    #[must_use]
    pub fn minijinja_file(path: impl Into<PathBuf>) -> ErrorTemplate {
        ErrorTemplate {
            source: Source::File(path.into()),
            kind: Kind::Minijinja,
        }
    }

    /// Compiles it, and renders it for every error in every language.
    pub(super) fn compile(&self) -> Result<Compiled, ErrorTemplateError> {
        let source = match &self.source {
            Source::Text(text) => text.clone(),
            Source::File(path) => {
                fs::read_to_string(path).map_err(|error| ErrorTemplateError::File {
                    path: path.clone(),
                    error,
                })?
            }
        };
        if source.trim().is_empty() {
            return Err(ErrorTemplateError::Empty);
        }
        let compiled = match self.kind {
            Kind::Plain => Compiled::Plain(parts(&source)),
            Kind::Minijinja => {
                let mut environment = Environment::new();
                environment.set_undefined_behavior(UndefinedBehavior::Strict);
                environment.set_auto_escape_callback(|_| AutoEscape::Html);
                (environment.add_template_owned(NAME, source)).map_err(TemplateFailure::from)?;
                Compiled::Minijinja(Box::new(environment))
            }
        };
        for language in Language::ALL {
            for status in texts::codes() {
                compiled.render(language, status)?;
            }
        }
        Ok(compiled)
    }
}

/// A template for error pages that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorTemplateError {
    /// Its file cannot be read.
    #[error("an error page cannot be read from {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is the matter with it.
        #[source]
        error: io::Error,
    },
    /// There is nothing in it.
    #[error("an error page is empty")]
    Empty,
    /// It cannot be compiled, or not rendered for some error in some language.
    #[error("an error page cannot be rendered")]
    Render(#[from] TemplateFailure),
}

/// The name of the only template in its environment.
const NAME: &str = "error";

/// A template that is ready.
#[derive(Debug)]
pub(super) enum Compiled {
    Plain(Vec<Part>),
    Minijinja(Box<Environment<'static>>),
}

/// A piece of a plain template.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Markup(String),
    Title,
    Code,
    Message,
}

impl Compiled {
    pub(super) fn render(
        &self,
        language: Language,
        status: StatusCode,
    ) -> Result<String, TemplateFailure> {
        let (title, message) = texts::of(language, status);
        match self {
            Compiled::Plain(parts) => Ok(parts
                .iter()
                .map(|part| match part {
                    Part::Markup(markup) => markup.clone(),
                    Part::Title => HtmlEscape(title).to_string(),
                    Part::Code => status.as_u16().to_string(),
                    Part::Message => HtmlEscape(message).to_string(),
                })
                .collect()),
            Compiled::Minijinja(environment) => {
                let template = environment.get_template(NAME)?;
                Ok(template.render(context! {
                    EXCEPTION_TITLE => title,
                    EXCEPTION_CODE => status.as_u16(),
                    EXCEPTION_MESSAGE => message,
                    lang => language.tag(),
                    dir => language.direction().as_str(),
                })?)
            }
        }
    }
}

/// Cuts a plain template at its names, once, so that a value is never looked through for names.
fn parts(source: &str) -> Vec<Part> {
    let names = [
        ("EXCEPTION_TITLE", Part::Title),
        ("EXCEPTION_CODE", Part::Code),
        ("EXCEPTION_MESSAGE", Part::Message),
    ];
    let mut parts = Vec::new();
    let mut rest = source;
    loop {
        let next = names
            .iter()
            .filter_map(|(name, part)| Some((rest.split_once(name)?, part)))
            .min_by_key(|((before, _), _)| before.len());
        match next {
            Some(((before, after), part)) => {
                parts.push(Part::Markup(before.to_owned()));
                parts.push(part.clone());
                rest = after;
            }
            None => {
                parts.push(Part::Markup(rest.to_owned()));
                return parts;
            }
        }
    }
}
