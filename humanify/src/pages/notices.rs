//! Renders the pages without a challenge: refusals, waits and errors.

use std::time::Duration;

use http::StatusCode;
use minijinja::context;

use super::errors::texts as error_texts;
use super::html::{Page, PageRenderer};
use super::texts::fill;
use super::views::{Blocked, Context, Cookies, Denied, FormReady, Waiting};
use super::wording::{clock, time};
use crate::http::retry_after_seconds;
use crate::pages::{headers, links};

impl PageRenderer {
    /// The page of a client that gave too many wrong answers.
    pub(crate) fn blocked(&self, context: &Context<'_>, view: &Blocked<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: view.status,
            icon: "lock",
            heading: texts.blocked,
            details: &[texts.blocked_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page of a client that is denied.
    pub(crate) fn denied(&self, context: &Context<'_>, view: &Denied<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::FORBIDDEN,
            icon: "shield",
            heading: texts.denied,
            details: &[texts.denied_detail, texts.denied_advice],
            wait: None,
            return_to: view.return_to,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page of a client that is over a limit.
    pub(crate) fn rate_limited(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::TOO_MANY_REQUESTS,
            icon: "clock",
            heading: texts.limited,
            details: &[texts.limited_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page of a browser without a script for which there is no place now.
    pub(crate) fn no_place(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::TOO_MANY_REQUESTS,
            icon: "clock",
            heading: texts.limited,
            details: &[texts.limited_detail, texts.needs_script],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page of a client that is shut out for a while.
    pub(crate) fn banned(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::FORBIDDEN,
            icon: "shield",
            heading: texts.denied,
            details: &[texts.banned_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            leads_home: false,
        };
        self.notice(context, &notice)
    }

    /// The page of a browser that keeps no cookies.
    pub(crate) fn cookies(&self, context: &Context<'_>, view: &Cookies<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::FORBIDDEN,
            icon: "cookie",
            heading: texts.cookies,
            details: &[texts.cookies_detail, texts.cookies_advice],
            wait: None,
            return_to: view.return_to,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page to which a challenge in a dialog leads.
    pub(crate) fn solved(&self, context: &Context<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::OK,
            icon: "check",
            heading: texts.computed,
            details: &[],
            wait: None,
            return_to: None,
            leads_home: false,
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
            status: StatusCode::CONFLICT,
            icon: "check",
            heading: texts.form_sent,
            details: &[texts.form_sent_detail],
            wait: None,
            return_to: None,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page of a form that can no longer be sent.
    pub(crate) fn form_lost(&self, context: &Context<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::FORBIDDEN,
            icon: "clock",
            heading: texts.form_lost,
            details: &[texts.form_lost_detail],
            wait: None,
            return_to: None,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page of a server that sheds load, or of a client whose identity is being verified.
    pub(crate) fn busy(&self, context: &Context<'_>, view: &Waiting<'_>) -> Page {
        let texts = context.language.texts();
        let notice = Notice {
            status: StatusCode::SERVICE_UNAVAILABLE,
            icon: "clock",
            heading: texts.busy,
            details: &[texts.busy_detail],
            wait: Some(view.retry_after),
            return_to: view.return_to,
            leads_home: true,
        };
        self.notice(context, &notice)
    }

    /// The page of an error status. Where that may help, it offers to load the page again, if it
    /// can be loaded.
    pub(crate) fn error(
        &self,
        context: &Context<'_>,
        status: StatusCode,
        can_reload: bool,
    ) -> Page {
        let (title, message) = error_texts::of(context.language, status);
        let values = context! {
            EXCEPTION_CODE => status.as_u16(),
            EXCEPTION_TITLE => title,
            EXCEPTION_MESSAGE => message,
            can_reload => can_reload && may_pass(status),
        };
        self.render("error.html", context, status, values)
    }

    fn notice(&self, context: &Context<'_>, notice: &Notice<'_>) -> Page {
        let texts = context.language.texts();
        let wait = notice.wait.map(|wait| {
            let time = time(texts, wait);
            let (before, after) = texts.wait.split_once("{time}").unwrap_or((texts.wait, ""));
            let clock = clock(context.now, wait);
            let (clock, instant) = clock.unzip();
            context! {
                seconds => retry_after_seconds(wait),
                text => fill(texts.wait, &[("time", &time)]),
                before,
                time,
                after,
                clock,
                instant,
            }
        });
        let values = context! {
            icon => notice.icon,
            heading => notice.heading,
            details => notice.details.to_vec(),
            wait => wait,
            return_to => notice.return_to.and_then(links::local),
            leads_home => notice.leads_home,
        };
        let mut page = self.render("notice.html", context, notice.status, values);
        if let Some(wait) = notice.wait {
            headers::allow_inline_script(&mut page.headers, context.nonce);
            headers::set_retry_after(&mut page.headers, wait);
        }
        page
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
    status: StatusCode,
    icon: &'static str,
    heading: &'static str,
    details: &'a [&'static str],
    wait: Option<Duration>,
    return_to: Option<&'a str>,
    leads_home: bool,
}
