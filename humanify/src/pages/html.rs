//! The template engine and the pages that come out of it.

use std::error::Error as _;
use std::sync::OnceLock;

use http::{HeaderMap, StatusCode};
use minijinja::value::Serde;
use minijinja::{Environment, Error, Value, context};

use super::appearance::{Appearance, AppearanceError};
use super::views::Context;
use crate::language::Language;
use crate::pages::{headers, samples, templates};

/// An answer that is complete but for being turned into the server's type.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Everything that is read and compiled once, so that a page takes microseconds.
#[derive(Debug)]
pub(crate) struct Pages {
    environment: Environment<'static>,
    /// What is rendered where a template of the site's owner fails.
    built_in: Option<Environment<'static>>,
    /// The first failure of a template.
    failure: OnceLock<String>,
    texts: [Value; Language::ALL.len()],
}

impl Page {
    /// An answer without a word, whose address the caller adds as `Location`.
    pub(crate) fn redirect() -> Page {
        let mut headers = headers::plain("text/plain; charset=utf-8", "en");
        headers.remove(http::header::CONTENT_TYPE);
        Page {
            status: StatusCode::SEE_OTHER,
            headers,
            body: String::new(),
        }
    }
}

impl Page {
    /// A script of this site.
    pub(crate) fn script(source: &str) -> Page {
        Page {
            status: StatusCode::OK,
            headers: headers::plain("text/javascript; charset=utf-8", "en"),
            body: source.to_owned(),
        }
    }
}

impl Pages {
    /// Compiles the templates and, if some are not the built-in ones, renders all of them in
    /// all languages.
    ///
    /// # Errors
    ///
    /// When the appearance cannot be shown.
    pub(crate) fn new(appearance: &Appearance) -> Result<Pages, AppearanceError> {
        let look = appearance.look()?;
        let compile = |replacements| {
            let failed = |error| AppearanceError::Template(explain(&error));
            templates::compile(&look, replacements).map_err(failed)
        };
        let is_replaced = !look.templates.is_empty();
        let pages = Pages {
            environment: compile(&look.templates)?,
            built_in: is_replaced.then(|| compile(&[])).transpose()?,
            failure: OnceLock::new(),
            texts: Language::ALL.map(|language| Value::from(Serde(language.texts()))),
        };
        if is_replaced {
            pages.check()?;
        }
        Ok(pages)
    }

    /// Renders every page in every language, and looks for what each cannot do without.
    fn check(&self) -> Result<(), AppearanceError> {
        for language in Language::ALL {
            for sample in samples::render(self, language) {
                if let Some(failure) = self.failure.get() {
                    return Err(AppearanceError::Template(failure.clone()));
                }
                if let Some(lacks) = sample.lacks() {
                    let template = sample.template;
                    return Err(AppearanceError::Incomplete { template, lacks });
                }
            }
        }
        Ok(())
    }

    pub(super) fn render(
        &self,
        template: &str,
        context: &Context<'_>,
        status: StatusCode,
        values: Value,
    ) -> Page {
        let language = context.language;
        let values = context! {
            t => self.texts.get(language as usize),
            lang => language.tag(),
            dir => language.direction().as_str(),
            nonce => context.nonce.as_str(),
            reference => context.reference,
            ..values
        };
        let from = |environment: &Environment<'_>| {
            let template = environment.get_template(template)?;
            template.render(&values)
        };
        let rendered = from(&self.environment).or_else(|error| {
            if self.failure.set(explain(&error)).is_ok() {
                tracing::error!("a template failed: {}", explain(&error));
            }
            self.built_in.as_ref().map_or(Err(error), from)
        });
        match rendered {
            Ok(body) => Page {
                status,
                headers: headers::html(context.nonce, language.tag()),
                body,
            },
            // Built-in templates do not fail. If one does, the answer still is what it was.
            Err(_) => Page {
                status,
                headers: headers::plain("text/plain; charset=utf-8", "en"),
                body: format!("{status}\n"),
            },
        }
    }
}

/// The error with all of its causes.
fn explain(error: &Error) -> String {
    let mut explained = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        explained = format!("{explained}: {error}");
        cause = error.source();
    }
    explained
}
