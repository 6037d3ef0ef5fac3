//! The template engine and the pages that come out of it.

use std::sync::OnceLock;

use http::{HeaderMap, StatusCode};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};

use super::appearance::{Appearance, AppearanceError};
use super::template_failure::TemplateFailure;
use super::views::Context;
use crate::error_chain::with_causes;
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
pub(crate) struct PageRenderer {
    environment: Environment<'static>,
    /// What is rendered where a template of the site's owner fails.
    built_in: Option<Environment<'static>>,
    /// The first failure of a template.
    failure: OnceLock<TemplateFailure>,
    texts: [Value; Language::ALL.len()],
}

impl Page {
    /// An answer without a word, whose address the caller adds as `Location`.
    pub(crate) fn redirect() -> Page {
        Page {
            status: StatusCode::SEE_OTHER,
            ..Page::empty()
        }
    }

    /// An answer without a word.
    pub(crate) fn empty() -> Page {
        let mut headers = headers::plain("text/plain; charset=utf-8", "en");
        headers.remove(http::header::CONTENT_TYPE);
        Page {
            status: StatusCode::OK,
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

impl PageRenderer {
    /// Compiles the templates and, if some are not the built-in ones, renders all of them in
    /// all languages.
    ///
    /// # Errors
    ///
    /// When the appearance cannot be shown.
    pub(crate) fn new(appearance: &Appearance) -> Result<PageRenderer, AppearanceError> {
        let look = appearance.look()?;
        let compile =
            |replacements| templates::compile(&look, replacements).map_err(TemplateFailure::from);
        let is_replaced = !look.templates.is_empty();
        let mut pages = PageRenderer {
            environment: compile(&look.templates)?,
            built_in: is_replaced.then(|| compile(&[])).transpose()?,
            failure: OnceLock::new(),
            texts: Language::ALL.map(|language| Value::from(Serde(language.texts()))),
        };
        if is_replaced {
            let checked = pages.check();
            if let Some(failure) = pages.failure.take() {
                return Err(failure.into());
            }
            checked?;
        }
        Ok(pages)
    }

    /// Renders every page in every language until a template fails, and checks that each page
    /// has what it cannot do without.
    fn check(&self) -> Result<(), AppearanceError> {
        for language in Language::ALL {
            for sample in samples::render(self, language) {
                if self.failure.get().is_some() {
                    return Ok(());
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
            if self.failure.get().is_none() {
                tracing::error!("a template failed: {}", with_causes(&error));
            }
            let _ = self.failure.set(error.into());
            self.built_in
                .as_ref()
                .and_then(|built_in| from(built_in).ok())
                .ok_or(())
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
