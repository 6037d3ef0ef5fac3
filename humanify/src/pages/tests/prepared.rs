//! Tests that prepared pages equal rendered ones.

use std::time::Duration;

use http::StatusCode;

use crate::language::Language;
use crate::pages::appearance::Appearance;
use crate::pages::headers::Nonce;
use crate::pages::page_renderer::{Page, PageRenderer};
use crate::pages::views::{Context, CookiesView, Denied, LockedOut, Waiting};

/// Each page that may be prepared, for a visitor of this context.
fn notices(pages: &PageRenderer, context: &Context<'_>, return_to: Option<&str>) -> Vec<Page> {
    let waiting = |seconds| Waiting {
        retry_after: Duration::from_secs(seconds),
        return_to,
    };
    let locked_out = LockedOut {
        status: StatusCode::TOO_MANY_REQUESTS,
        retry_after: Duration::from_secs(3_599),
        return_to,
    };
    let error = |status| pages.error(context, StatusCode::from_u16(status).unwrap(), true);
    vec![
        pages.denied(context, &Denied { return_to }),
        pages.cookies(context, &CookiesView { return_to }),
        pages.locked_out(context, &locked_out),
        pages.rate_limited(context, &waiting(3)),
        pages.rate_limited(context, &waiting(90_000)),
        pages.banned(context, &waiting(3_600)),
        pages.busy(context, &waiting(2)),
        pages.solved(context),
        pages.form_sent(context),
        pages.form_lost(context),
        error(404),
        error(503),
    ]
}

#[test]
fn a_prepared_page_is_the_one_that_would_have_been_rendered() {
    let renderer = || PageRenderer::new(&Appearance::new()).unwrap();
    let prepared = renderer();
    // Pages of a site with templates of its own are rendered each time.
    let rendered = PageRenderer {
        built_in: Some(renderer().environment),
        ..renderer()
    };
    let mut compared = 0;
    for language in [Language::English, Language::Arabic, Language::German] {
        for (number, hostile) in ["/", "/a?b=\"'><script>&", "humanifyPlace0x5d1c9e7b"]
            .into_iter()
            .cycle()
            .take(6)
            .enumerate()
        {
            let optional = (number % 2 == 0).then_some(hostile);
            let nonce = Nonce::new([number as u8; 16]);
            let context = Context {
                nonce: &nonce,
                language,
                reference: optional,
                host: (number < 3).then_some(hostile),
                home: hostile,
                now: 1_790_000_000_000 + number as u64,
            };
            let pages = [&prepared, &rendered].map(|pages| notices(pages, &context, optional));
            let [prepared, rendered] = pages;
            for (prepared, rendered) in prepared.iter().zip(&rendered) {
                assert_eq!(prepared.body, rendered.body);
                assert_eq!(prepared.headers, rendered.headers);
                assert_eq!(prepared.status, rendered.status);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 3 * 6 * 12);
}
