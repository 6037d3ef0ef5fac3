//! `ErrorTemplate`: the application's own template of an error page.

use std::path::PathBuf;
use std::{fs, io};

use http::StatusCode;
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior, context};

use super::texts;
use crate::language::Language;
use crate::pages::template_failure::TemplateFailure;

/// The application's own template of an error page.
///
/// Each kind of template gets three values: `EXCEPTION_TITLE` and `EXCEPTION_MESSAGE` in the
/// visitor's language, and `EXCEPTION_CODE`, a number. All values are escaped, and none comes
/// from the client. [`build`](crate::HumanifyBuilder::build) reads files once.
///
/// The page is `text/html` with `Cache-Control: no-store`. Its Content Security Policy, if any,
/// is the application's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorTemplate {
    source: ErrorTemplateSource,
    kind: ErrorTemplateKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ErrorTemplateSource {
    Text(String),
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ErrorTemplateKind {
    Plain,
    Minijinja,
}

impl ErrorTemplate {
    /// HTML with the placeholders `EXCEPTION_TITLE`, `EXCEPTION_CODE` and `EXCEPTION_MESSAGE`.
    #[must_use]
    pub fn plain(html: impl Into<String>) -> ErrorTemplate {
        ErrorTemplate {
            source: ErrorTemplateSource::Text(html.into()),
            kind: ErrorTemplateKind::Plain,
        }
    }

    /// Like the constructor above, with the source in a file.
    #[must_use]
    pub fn plain_file(path: impl Into<PathBuf>) -> ErrorTemplate {
        ErrorTemplate {
            source: ErrorTemplateSource::File(path.into()),
            kind: ErrorTemplateKind::Plain,
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
            source: ErrorTemplateSource::Text(source.into()),
            kind: ErrorTemplateKind::Minijinja,
        }
    }

    /// Like the constructor above, with the source in a file.
    #[must_use]
    pub fn minijinja_file(path: impl Into<PathBuf>) -> ErrorTemplate {
        ErrorTemplate {
            source: ErrorTemplateSource::File(path.into()),
            kind: ErrorTemplateKind::Minijinja,
        }
    }

    /// Compiles the template of one status, or of all others, and renders it for every error in
    /// every language.
    pub(super) fn compile(
        &self,
        status: Option<StatusCode>,
    ) -> Result<CompiledTemplate, ErrorTemplateError> {
        let source = match &self.source {
            ErrorTemplateSource::Text(text) => text.clone(),
            ErrorTemplateSource::File(path) => {
                fs::read_to_string(path).map_err(|error| ErrorTemplateError::File {
                    path: path.clone(),
                    error,
                })?
            }
        };
        let template = self.name(status);
        if source.trim().is_empty() {
            return Err(ErrorTemplateError::Empty { template });
        }
        self.render_all(source)
            .map_err(|failure| ErrorTemplateError::Render { template, failure })
    }

    /// The template as errors name it.
    fn name(&self, status: Option<StatusCode>) -> String {
        let name = match status {
            Some(status) => format!("the template of the error page for {}", status.as_u16()),
            None => "the template of the error pages".to_owned(),
        };
        match &self.source {
            ErrorTemplateSource::Text(_) => name,
            ErrorTemplateSource::File(path) => format!("{name}, {},", path.display()),
        }
    }

    fn render_all(&self, source: String) -> Result<CompiledTemplate, TemplateFailure> {
        let compiled = match self.kind {
            ErrorTemplateKind::Plain => CompiledTemplate::Plain(parts(&source)),
            ErrorTemplateKind::Minijinja => {
                let mut environment = Environment::new();
                environment.set_undefined_behavior(UndefinedBehavior::Strict);
                environment.set_auto_escape_callback(|_| AutoEscape::Html);
                environment.add_template_owned(NAME, source)?;
                CompiledTemplate::Minijinja(Box::new(environment))
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

/// A template of an error page that cannot be used.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ErrorTemplateError {
    /// The file cannot be read.
    #[error("an error page cannot be read from {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// The template is empty.
    #[error("{template} is empty")]
    Empty {
        /// The template: the status of its page, and its file.
        template: String,
    },
    /// The template cannot be compiled, or cannot be rendered for some error in some language.
    #[error("{template} cannot be rendered")]
    Render {
        /// The template: the status of its page, and its file.
        template: String,
        /// The cause.
        #[source]
        failure: TemplateFailure,
    },
}

crate::error_chain::debug_as_message!(ErrorTemplateError);

/// The name of the only template in its environment.
const NAME: &str = "error";

/// A compiled template.
#[derive(Debug)]
pub(super) enum CompiledTemplate {
    Plain(Vec<TemplatePart>),
    Minijinja(Box<Environment<'static>>),
}

/// A piece of a plain template.
#[derive(Clone, Debug)]
pub(super) enum TemplatePart {
    Markup(String),
    Title,
    Code,
    Message,
}

impl CompiledTemplate {
    pub(super) fn render(
        &self,
        language: Language,
        status: StatusCode,
    ) -> Result<String, TemplateFailure> {
        let (title, message) = texts::of(language, status);
        match self {
            CompiledTemplate::Plain(parts) => Ok(parts
                .iter()
                .map(|part| match part {
                    TemplatePart::Markup(markup) => markup.clone(),
                    TemplatePart::Title => HtmlEscape(title).to_string(),
                    TemplatePart::Code => status.as_u16().to_string(),
                    TemplatePart::Message => HtmlEscape(message).to_string(),
                })
                .collect()),
            CompiledTemplate::Minijinja(environment) => {
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

/// Splits a plain template at its placeholders once, so that values are never searched for them.
fn parts(source: &str) -> Vec<TemplatePart> {
    let names = [
        ("EXCEPTION_TITLE", TemplatePart::Title),
        ("EXCEPTION_CODE", TemplatePart::Code),
        ("EXCEPTION_MESSAGE", TemplatePart::Message),
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
                parts.push(TemplatePart::Markup(before.to_owned()));
                parts.push(part.clone());
                rest = after;
            }
            None => {
                parts.push(TemplatePart::Markup(rest.to_owned()));
                return parts;
            }
        }
    }
}
