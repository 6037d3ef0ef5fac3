//! Look-ups while a runtime shuts down.

use std::sync::Arc;

use http::StatusCode;
use humanify::CrawlerVerification;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use super::resolvers::Held;
use super::{YANDEX, YANDEXBOT, crawler, shop, site};
use crate::support::shutdown::during_shutdown;

#[test]
fn a_request_during_a_shutdown_blocks_neither_it_nor_another_runtime() {
    let resolver = Held {
        asked: Arc::default(),
        permits: Arc::new(Semaphore::new(0)),
    };
    let site = site(shop().crawlers(CrawlerVerification::new().resolver(resolver)));
    let visitor = crawler(&site, YANDEX, YANDEXBOT);
    let late = visitor.clone();
    during_shutdown(async move {
        late.get("/shop").await;
    });
    let runtime = Runtime::new().unwrap();
    let asked = runtime.block_on(visitor.get("/shop"));
    assert_ne!(asked.status, StatusCode::OK);
}
