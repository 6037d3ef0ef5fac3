//! The template engine and the pages that come out of it.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior, Value, context};

use super::texts::fill;
use super::views::{Blocked, Context, Denied, PictureChallenge, SoundChallenge, Waiting};
use super::wording::{messages, progress, steps, time};
use super::{Language, headers, links};

const TEMPLATES: [(&str, &str); 8] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("heading.html", include_str!("templates/heading.html")),
    ("developer.html", include_str!("templates/developer.html")),
    ("messages.html", include_str!("templates/messages.html")),
    ("pictures.html", include_str!("templates/pictures.html")),
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

    /// The picture challenge.
    pub(crate) fn challenge(&self, context: &Context<'_>, view: &PictureChallenge<'_>) -> Page {
        let texts = context.language.texts();
        let count = view.tiles.len().to_string();
        let tiles = view.tiles.iter().enumerate().map(|(position, tile)| {
            let number = (position + 1).to_string();
            let names = [("number", number.as_str()), ("count", count.as_str())];
            context! { source => data_address(tile), name => fill(texts.tile, &names) }
        });
        let values = context! {
            task => texts.choose_animal,
            action => view.action,
            ticket => view.ticket,
            token => view.token,
            next => view.next,
            preview => data_address(view.preview),
            tiles => tiles.collect::<Vec<_>>(),
            another => view.another,
            alternative => view.alternative,
            progress => progress(texts, view.round, view.rounds),
            steps => steps(view.round, view.rounds),
            ..messages(texts, view.message, view.loopback),
        };
        self.render("pictures.html", context, view.status, values)
    }

    /// The sound challenge.
    pub(crate) fn sound_challenge(&self, context: &Context<'_>, view: &SoundChallenge<'_>) -> Page {
        let texts = context.language.texts();
        let values = context! {
            task => texts.listen,
            action => view.action,
            ticket => view.ticket,
            token => view.token,
            next => view.next,
            recording => data_address(view.recording),
            longest_answer => view.longest_answer,
            another => view.another,
            alternative => view.alternative,
            progress => progress(texts, view.round, view.rounds),
            steps => steps(view.round, view.rounds),
            ..messages(texts, view.message, view.loopback),
        };
        self.render("sound.html", context, view.status, values)
    }

    /// Too many wrong answers.
    pub(crate) fn blocked(&self, context: &Context<'_>, view: &Blocked<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: view.status,
            icon: "lock",
            heading: texts.blocked,
            details: &[texts.blocked_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
        };
        self.notice(context, &notice)
    }

    /// Access denied.
    pub(crate) fn denied(&self, context: &Context<'_>, view: &Denied<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::FORBIDDEN,
            icon: "shield",
            heading: texts.denied,
            details: &[texts.denied_detail, texts.denied_advice],
            wait: None,
            return_to: view.return_to,
        };
        self.notice(context, &notice)
    }

    /// Too many requests.
    pub(crate) fn rate_limited(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::TOO_MANY_REQUESTS,
            icon: "clock",
            heading: texts.limited,
            details: &[texts.limited_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
        };
        self.notice(context, &notice)
    }

    /// The server sheds load.
    pub(crate) fn busy(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::SERVICE_UNAVAILABLE,
            icon: "clock",
            heading: texts.busy,
            details: &[texts.busy_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
        };
        self.notice(context, &notice)
    }

    /// The page of an error status: 404, 405, 500 in their own words, others by their reason.
    pub(crate) fn error(&self, context: &Context<'_>, status: StatusCode) -> Page {
        let texts = context.language.texts();
        let (title, message) = match status {
            StatusCode::NOT_FOUND => (Some(texts.not_found), texts.not_found_detail),
            StatusCode::METHOD_NOT_ALLOWED => (
                Some(texts.method_not_allowed),
                texts.method_not_allowed_detail,
            ),
            StatusCode::INTERNAL_SERVER_ERROR => {
                (Some(texts.server_error), texts.server_error_detail)
            }
            _ if status.is_server_error() => (None, texts.server_error_detail),
            _ => (None, texts.client_error_detail),
        };
        // Registered reasons are English, which the page says, so that they are read out right.
        let title_language = match title {
            Some(_) => context.language,
            None => Language::English,
        };
        let values = context! {
            EXCEPTION_CODE => status.as_u16(),
            EXCEPTION_TITLE => title.or(status.canonical_reason()).unwrap_or("Error"),
            EXCEPTION_MESSAGE => message,
            title_lang => title_language.tag(),
        };
        self.render("error.html", context, status, values)
    }

    fn notice(&self, context: &Context<'_>, notice: &Notice<'_>) -> Page {
        let texts = context.language.texts();
        let wait = notice.wait.map(|wait| {
            let time = time(texts, wait);
            context! {
                seconds => headers::whole_seconds(wait),
                text => fill(texts.wait, &[("time", &time)]),
            }
        });
        let values = context! {
            icon => notice.icon,
            heading => notice.heading,
            details => notice.details.to_vec(),
            wait => wait,
            return_to => notice.return_to.and_then(links::local),
        };
        let mut page = self.render("notice.html", context, notice.status, values);
        if let Some(wait) = notice.wait {
            headers::set_retry_after(&mut page.headers, wait);
        }
        page
    }

    fn render(
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

/// A page that says something and asks for nothing.
struct Notice<'a> {
    status: StatusCode,
    icon: &'static str,
    heading: &'static str,
    details: &'a [&'static str],
    wait: Option<Duration>,
    return_to: Option<&'a str>,
}

/// A `data:` address as it is, if it holds nothing that would need escaping.
fn data_address(address: &str) -> Value {
    match links::is_plain_data(address) {
        true => Value::from_safe_string(address.to_owned()),
        false => Value::from(""),
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
