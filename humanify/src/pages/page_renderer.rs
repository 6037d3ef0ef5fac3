//! `PageRenderer`: renders a page from its template.

use std::sync::OnceLock;

use http::{HeaderMap, StatusCode};
use minijinja::{Environment, Value, context};

use super::prepared_pages::{Filling, PageKind, PreparedPages};
use super::template_failure::TemplateFailure;
use super::views::Context;
use crate::error_chain::with_causes;
use crate::language::Language;
use crate::pages::{headers, links};

/// A complete response, before it becomes one of the server's type.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// The compiled templates and the texts of all languages, so that a page takes microseconds.
#[derive(Debug)]
pub(crate) struct PageRenderer {
    pub(super) environment: Environment<'static>,
    /// The built-in templates, for use if a custom template fails.
    pub(super) built_in: Option<Environment<'static>>,
    /// The first failure of a template.
    pub(super) failure: OnceLock<TemplateFailure>,
    /// Whether the site has no configured name, so that pages show its host.
    pub(super) is_nameless: bool,
    pub(super) prepared: PreparedPages,
    /// The texts by the numbers of their languages.
    pub(super) texts: [Value; Language::ALL.len()],
}

impl Page {
    /// A redirect without a body, to which the caller adds `Location`.
    pub(crate) fn redirect() -> Page {
        Page {
            status: StatusCode::SEE_OTHER,
            ..Page::empty()
        }
    }

    /// A response without a body.
    pub(crate) fn empty() -> Page {
        let mut headers = headers::without_resources("text/plain; charset=utf-8", "en");
        headers.remove(http::header::CONTENT_TYPE);
        Page {
            status: StatusCode::OK,
            headers,
            body: String::new(),
        }
    }

    /// A transparent picture of one pixel.
    pub(crate) fn dot() -> Page {
        Page {
            status: StatusCode::OK,
            headers: headers::without_resources("image/svg+xml", "en"),
            body: "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>".to_owned(),
        }
    }

    /// A response with a script.
    pub(crate) fn script(source: &str) -> Page {
        Page {
            status: StatusCode::OK,
            headers: headers::without_resources("text/javascript; charset=utf-8", "en"),
            body: source.to_owned(),
        }
    }
}

impl PageRenderer {
    /// Whether the site has no name, so that pages show its host.
    pub(crate) fn is_nameless(&self) -> bool {
        self.is_nameless
    }

    /// Renders a page with these values.
    pub(super) fn render(
        &self,
        template: &str,
        context: &Context<'_>,
        status: StatusCode,
        values: Value,
    ) -> Page {
        let filling = self.filling(context);
        let body = self.body(template, context.language, &filling, values);
        page(context, status, body)
    }

    /// Renders a page with `values` and the values of the visitor; fills in the prepared page if
    /// there is one.
    pub(super) fn prepared(
        &self,
        (kind, template): (PageKind, &str),
        context: &Context<'_>,
        status: StatusCode,
        filling: &Filling<'_>,
        values: impl FnOnce(&Filling<'_>) -> Value,
    ) -> Page {
        let language = context.language;
        let render =
            |filling: &Filling<'_>| self.body(template, language, filling, values(filling));
        let body = match self.built_in {
            None => self.prepared.page(kind, language, filling, render),
            Some(_) => render(filling),
        };
        page(context, status, body)
    }

    /// The values of the visitor that every page gets.
    pub(super) fn filling<'a>(&self, context: &'a Context<'_>) -> Filling<'a> {
        Filling {
            nonce: context.nonce.as_str(),
            home: links::local(context.home).unwrap_or("/"),
            reference: context.reference,
            host: context.host.filter(|_| self.is_nameless),
            ..Filling::default()
        }
    }

    fn body(
        &self,
        template: &str,
        language: Language,
        filling: &Filling<'_>,
        values: Value,
    ) -> Result<String, TemplateFailed> {
        let values = context! {
            t => self.texts.get(language as usize),
            lang => language.tag(),
            dir => language.direction().as_str(),
            nonce => filling.nonce,
            reference => filling.reference,
            home => filling.home,
            ..values
        };
        let values = match filling.host {
            Some(host) => context! { site => host, ..values },
            None => values,
        };
        let from = |environment: &Environment<'_>| {
            let template = environment.get_template(template)?;
            template.render(&values)
        };
        from(&self.environment).or_else(|error| {
            if self.failure.get().is_none() {
                tracing::error!("a template failed: {}", with_causes(&error));
            }
            let _ = self.failure.set(error.into());
            self.built_in
                .as_ref()
                .and_then(|built_in| from(built_in).ok())
                .ok_or(TemplateFailed)
        })
    }
}

/// No template could be rendered. The failure was logged.
struct TemplateFailed;

fn page(context: &Context<'_>, status: StatusCode, body: Result<String, TemplateFailed>) -> Page {
    match body {
        Ok(body) => Page {
            status,
            headers: headers::html(context.nonce, context.language.tag()),
            body,
        },
        // Built-in templates do not fail. If one does, the status still holds.
        Err(TemplateFailed) => Page {
            status,
            headers: headers::without_resources("text/plain; charset=utf-8", "en"),
            body: format!("{status}\n"),
        },
    }
}
