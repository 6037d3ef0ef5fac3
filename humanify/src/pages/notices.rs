//! Renders the pages without a challenge: refusals, waits and errors.

use std::time::Duration;

use http::StatusCode;
use minijinja::{Value, context};

use super::errors::texts as error_texts;
use super::page_renderer::{Page, PageRenderer};
use super::prepared_pages::{Filling, PageKind, WaitTexts};
use super::texts::{Texts, fill};
use super::views::{Context, CookiesView, Denied, FormReady, LockedOut, Waiting};
use super::wording::{clock, time};
use crate::http::retry_after_seconds;
use crate::pages::{headers, links};

impl PageRenderer {
    /// The page of a client that gave too many wrong answers.
    pub(crate) fn locked_out(&self, context: &Context<'_>, view: &LockedOut<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            details: &[texts.blocked_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            ..Notice::new(PageKind::LockedOut, view.status, "lock", texts.locked_out)
        };
        self.notice(context, &notice)
    }

    /// The page of a client that is denied.
    pub(crate) fn denied(&self, context: &Context<'_>, view: &Denied<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            details: &[texts.denied_detail, texts.denied_advice],
            return_to: view.return_to,
            ..Notice::new(
                PageKind::Denied,
                StatusCode::FORBIDDEN,
                "shield",
                texts.denied,
            )
        };
        self.notice(context, &notice)
    }

    /// The page of a client that exceeds a limit.
    pub(crate) fn rate_limited(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            details: &[texts.limited_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            ..Notice::new(
                PageKind::Limited,
                StatusCode::TOO_MANY_REQUESTS,
                "clock",
                texts.limited,
            )
        };
        self.notice(context, &notice)
    }

    /// The page of a browser without scripts whose network has used up its quota.
    pub(crate) fn wait_quota_exceeded(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::TOO_MANY_REQUESTS,
            icon: "clock",
            heading: texts.no_place,
            kind: PageKind::NoPlace,
            details: &[texts.no_place_detail, texts.no_place_advice],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page of a banned client.
    pub(crate) fn banned(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            details: &[texts.banned_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            ..Notice::new(
                PageKind::Banned,
                StatusCode::FORBIDDEN,
                "shield",
                texts.denied,
            )
        };
        self.notice(context, &notice)
    }

    /// The page of a browser that keeps no cookies.
    pub(crate) fn cookies(&self, context: &Context<'_>, view: &CookiesView<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            details: &[texts.cookies_detail, texts.cookies_advice],
            return_to: view.return_to,
            ..Notice::new(
                PageKind::Cookies,
                StatusCode::FORBIDDEN,
                "cookie",
                texts.cookies,
            )
        };
        self.notice(context, &notice)
    }

    /// The page to which a challenge in a dialog leads.
    pub(crate) fn solved(&self, context: &Context<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            leads_home: false,
            ..Notice::new(PageKind::Solved, StatusCode::OK, "check", texts.computed)
        };
        self.notice(context, &notice)
    }

    /// The page that sends a form which a challenge interrupted.
    pub(crate) fn form_ready(&self, context: &Context<'_>, view: &FormReady<'_>) -> Page {
        let values = context! { target => view.target, form => view.form, field => view.field };
        self.render("form.html", context, StatusCode::OK, values)
    }

    /// The page of a form that was sent already.
    pub(crate) fn form_sent(&self, context: &Context<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            details: &[texts.form_sent_detail],
            ..Notice::new(
                PageKind::FormSent,
                StatusCode::CONFLICT,
                "check",
                texts.form_sent,
            )
        };
        self.notice(context, &notice)
    }

    /// The page of a form that can no longer be sent.
    pub(crate) fn form_lost(&self, context: &Context<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            details: &[texts.form_lost_detail],
            ..Notice::new(
                PageKind::FormLost,
                StatusCode::FORBIDDEN,
                "clock",
                texts.form_lost,
            )
        };
        self.notice(context, &notice)
    }

    /// The page of a server that sheds load, or of a client whose identity is being verified.
    pub(crate) fn busy(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            details: &[texts.busy_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            ..Notice::new(
                PageKind::Busy,
                StatusCode::SERVICE_UNAVAILABLE,
                "clock",
                texts.busy,
            )
        };
        self.notice(context, &notice)
    }

    /// The page of an error status. It offers to reload if that may help and is possible.
    pub(crate) fn error(
        &self,
        context: &Context<'_>,
        status: StatusCode,
        can_reload: bool,
    ) -> Page {
        let (title, message) = error_texts::of(context.language, status);
        let can_reload = can_reload && may_pass(status);
        let page = (PageKind::Error(status.as_u16(), can_reload), "error.html");
        let filling = self.filling(context);
        self.prepared(page, context, status, &filling, |_| {
            context! {
                EXCEPTION_CODE => status.as_u16(),
                EXCEPTION_TITLE => title,
                EXCEPTION_MESSAGE => message,
                can_reload,
            }
        })
    }

    fn notice(&self, context: &Context<'_>, notice: &Notice<'_>) -> Page {
        let texts = context.language.texts();
        let wait = notice.wait.map(|wait| {
            let seconds = retry_after_seconds(wait);
            (seconds, time(texts, wait), clock(context.now, wait))
        });
        let seconds = wait.as_ref().map(|(seconds, ..)| seconds.to_string());
        let filling = Filling {
            return_to: notice.return_to.and_then(links::local),
            wait: wait.as_ref().map(|(number, time, clock)| WaitTexts {
                seconds: seconds.as_deref().unwrap_or_default(),
                is_long: *number >= 3_600,
                time,
                clock: clock.as_ref().map(|(clock, _)| clock.as_str()),
                instant: clock.as_ref().map_or("", |(_, instant)| instant),
            }),
            ..self.filling(context)
        };
        let page = (notice.kind, "notice.html");
        let mut page = self.prepared(page, context, notice.status, &filling, |filling| {
            let wait = filling.wait.map(|wait| wait_values(texts, &wait));
            context! {
                icon => notice.icon,
                heading => notice.heading,
                details => notice.details.to_vec(),
                wait,
                return_to => filling.return_to,
                leads_home => notice.leads_home,
            }
        });
        if let Some(wait) = notice.wait {
            headers::allow_inline_script(&mut page.headers, context.nonce);
            headers::set_retry_after(&mut page.headers, wait);
        }
        page
    }
}

/// The values of a wait for a template.
fn wait_values(texts: &Texts, wait: &WaitTexts<'_>) -> Value {
    let (before, after) = texts.wait.split_once("{time}").unwrap_or((texts.wait, ""));
    let seconds = wait.seconds.parse::<u64>();
    context! {
        // A placeholder is text, not a number.
        seconds => seconds.map_or_else(|_| Value::from(wait.seconds), Value::from),
        is_long => wait.is_long,
        text => fill(texts.wait, &[("time", wait.time)]),
        before,
        time => wait.time,
        after,
        clock => wait.clock,
        instant => wait.instant,
    }
}

/// Whether an error may be over a little later.
fn may_pass(status: StatusCode) -> bool {
    matches!(
        status.as_u16(),
        408 | 409 | 412 | 423 | 425 | 429 | 500 | 502..=504
    )
}

/// The values of a page without a challenge.
struct Notice<'a> {
    kind: PageKind,
    status: StatusCode,
    icon: &'static str,
    heading: &'static str,
    details: &'a [&'static str],
    wait: Option<Duration>,
    return_to: Option<&'a str>,
    leads_home: bool,
}

impl Notice<'_> {
    /// A notice of a heading alone, with a link to the home page.
    fn new(kind: PageKind, status: StatusCode, icon: &'static str, heading: &'static str) -> Self {
        Notice {
            kind,
            status,
            icon,
            heading,
            details: &[],
            wait: None,
            return_to: None,
            leads_home: true,
        }
    }
}
