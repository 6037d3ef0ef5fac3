//! The template engine and the pages that come out of it.

use http::{HeaderMap, StatusCode};
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior, Value, context};

use super::views::Context;
use super::{Language, headers};

const TEMPLATES: [(&str, &str); 11] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("heading.html", include_str!("templates/heading.html")),
    ("developer.html", include_str!("templates/developer.html")),
    ("messages.html", include_str!("templates/messages.html")),
    ("pictures.html", include_str!("templates/pictures.html")),
    ("grid.html", include_str!("templates/grid.html")),
    ("work.html", include_str!("templates/work.html")),
    ("ways.html", include_str!("templates/ways.html")),
    ("sound.html", include_str!("templates/sound.html")),
    ("notice.html", include_str!("templates/notice.html")),
    ("error.html", include_str!("templates/error.html")),
];

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
    /// Compiles the templates. The site's name stands at the top of each page, if there is one.
    ///
    /// # Errors
    ///
    /// When a template is malformed, which the tests rule out for those that are built in.
    pub(crate) fn new(site_name: Option<&str>) -> Result<Pages, Error> {
        let mut environment = Environment::new();
        // A value that a template misses is an error, so that no page goes out with a hole.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source)?;
        }
        let style = compact(include_str!("templates/style.css"));
        environment.add_global("style", Value::from_safe_string(style));
        environment.add_global("site", site_name.unwrap_or_default());
        Ok(Pages {
            environment,
            texts: Language::ALL.map(|language| Value::from(Serde(language.texts()))),
        })
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
        let rendered = self
            .environment
            .get_template(template)
            .and_then(|template| template.render(values));
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

/// The style sheet without its indentation and comments, since it goes out with each page.
fn compact(style: &str) -> String {
    let mut compact = String::with_capacity(style.len());
    for line in style.lines().map(str::trim) {
        if !(line.is_empty() || line.starts_with("/*") && line.ends_with("*/")) {
            compact.push_str(line);
            compact.push('\n');
        }
    }
    compact
}
