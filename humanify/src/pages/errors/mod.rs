//! `ErrorPages`: pages for error responses of the application.

mod template;
pub(super) mod texts;

pub use template::{ErrorTemplate, ErrorTemplateError};

use http::StatusCode;

use super::page_renderer::{Page, PageRenderer};
use super::views::Context;
use crate::pages::headers;
use template::CompiledTemplate;

/// The error responses of the application that get a page, and their templates.
///
/// A response with one of these codes and an empty body gets a page if the client accepts HTML,
/// and otherwise a problem document ([RFC 9457]). Its other header fields, such as `Allow`,
/// `Retry-After` and `WWW-Authenticate`, stay. Responses to HEAD and streamed bodies stay as they
/// are.
///
/// ```
/// use http::StatusCode;
/// use humanify::{ErrorPages, ErrorTemplate, Humanify};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let pages = ErrorPages::all()
///     .template(ErrorTemplate::plain(
///         "<!doctype html><title>EXCEPTION_TITLE</title>\
///          <h1>EXCEPTION_CODE: EXCEPTION_TITLE</h1><p>EXCEPTION_MESSAGE</p>",
///     ))
///     .template_for(
///         StatusCode::NOT_FOUND,
///         ErrorTemplate::minijinja(
///             "<!doctype html><html lang={{ lang }} dir={{ dir }}><h1>{{ EXCEPTION_TITLE }}</h1>",
///         ),
///     )
///     .catch_panics(true);
/// let humanify = Humanify::builder().error_pages(pages).build()?;
///
/// // `build` finds a template that cannot be rendered, before a visitor does.
/// let broken = ErrorPages::default().template(ErrorTemplate::minijinja("{{ EXCEPTION_TITEL }}"));
/// assert!(Humanify::builder().error_pages(broken).build().is_err());
/// # Ok(())
/// # }
/// ```
///
/// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorPages {
    codes: Vec<StatusCode>,
    template: Option<ErrorTemplate>,
    templates: Vec<(StatusCode, ErrorTemplate)>,
    replace_bodies: bool,
    catch_panics: bool,
}

impl Default for ErrorPages {
    /// Pages for 404, 405 and 500.
    fn default() -> ErrorPages {
        ErrorPages {
            codes: vec![
                StatusCode::NOT_FOUND,
                StatusCode::METHOD_NOT_ALLOWED,
                StatusCode::INTERNAL_SERVER_ERROR,
            ],
            template: None,
            templates: Vec::new(),
            replace_bodies: false,
            catch_panics: false,
        }
    }
}

impl ErrorPages {
    /// Pages for every registered error, 400 to 511.
    #[must_use]
    pub fn all() -> ErrorPages {
        ErrorPages::default().codes(texts::codes())
    }

    /// Pages for these codes instead. Only errors (4xx, 5xx) get a page; an unregistered code has
    /// the texts of 400 or 500.
    #[must_use]
    pub fn codes(self, codes: impl IntoIterator<Item = StatusCode>) -> ErrorPages {
        ErrorPages {
            codes: codes.into_iter().collect(),
            ..self
        }
    }

    /// The template of all codes without their own template. Default: humanify's.
    #[must_use]
    pub fn template(self, template: ErrorTemplate) -> ErrorPages {
        ErrorPages {
            template: Some(template),
            ..self
        }
    }

    /// The template of one code, which then gets a page.
    #[must_use]
    pub fn template_for(mut self, status: StatusCode, template: ErrorTemplate) -> ErrorPages {
        self.templates.retain(|(known, _)| *known != status);
        self.templates.push((status, template));
        if !self.codes.contains(&status) {
            self.codes.push(status);
        }
        self
    }

    /// Whether a page also replaces a body of the application. Default: `false`.
    #[must_use]
    pub fn replace_bodies(self, replace_bodies: bool) -> ErrorPages {
        ErrorPages {
            replace_bodies,
            ..self
        }
    }

    /// Whether a panic of a handler becomes a logged 500 instead of a broken connection. A panic
    /// while a body is streamed comes too late, and a program built with `panic = "abort"` ends.
    /// Default: `false`.
    #[must_use]
    pub fn catch_panics(self, catch_panics: bool) -> ErrorPages {
        ErrorPages {
            catch_panics,
            ..self
        }
    }

    /// Whether a response with this status gets a page.
    pub fn covers(&self, status: StatusCode) -> bool {
        (status.is_client_error() || status.is_server_error()) && self.codes.contains(&status)
    }

    /// Reads and compiles the templates, and renders each with every text.
    pub(crate) fn compile(&self) -> Result<CompiledErrorPages, ErrorTemplateError> {
        let template = self.template.as_ref();
        let template = template.map(|template| template.compile(None));
        let templates = self
            .templates
            .iter()
            .map(|(status, template)| Ok((*status, template.compile(Some(*status))?)))
            .collect::<Result<_, ErrorTemplateError>>()?;
        Ok(CompiledErrorPages {
            template: template.transpose()?,
            templates,
            settings: self.clone(),
        })
    }
}

/// Error pages whose templates were compiled and rendered once.
#[derive(Debug)]
pub(crate) struct CompiledErrorPages {
    settings: ErrorPages,
    template: Option<CompiledTemplate>,
    templates: Vec<(StatusCode, CompiledTemplate)>,
}

impl CompiledErrorPages {
    pub(crate) fn covers(&self, status: StatusCode) -> bool {
        self.settings.covers(status)
    }

    pub(crate) fn catches_panics(&self) -> bool {
        self.settings.catch_panics
    }

    pub(crate) fn replaces_bodies(&self) -> bool {
        self.settings.replace_bodies
    }

    /// The page of this status, whether or not it is covered.
    pub(crate) fn render(
        &self,
        pages: &PageRenderer,
        context: &Context<'_>,
        status: StatusCode,
        can_reload: bool,
    ) -> Page {
        let own = self
            .templates
            .iter()
            .find(|(known, _)| *known == status)
            .map(|(_, template)| template)
            .or(self.template.as_ref());
        let rendered = own.map(|template| template.render(context.language, status));
        match rendered {
            Some(Ok(body)) => Page {
                status,
                headers: headers::for_application_page(context.language.tag()),
                body,
            },
            // A template that was rendered once does not fail. If it does, there is still a page.
            Some(Err(_)) | None => pages.error(context, status, can_reload),
        }
    }
}
