//! The tower middleware: judges each request, forwards it or responds.

mod answer_endpoint;
mod browser_cookie;
mod carried_form;
mod catch_panic;
mod challenge_link;
mod challenge_page;
mod counting;
mod decision_record;
mod diagnostics;
mod draw_ahead;
mod early_refusal;
mod endpoint_path;
mod endpoint_quota;
mod endpoints;
mod entry;
mod error_pages;
mod explain;
mod fetch_metadata;
mod finisher;
mod form;
mod future;
mod hidden_handlers;
mod instance;
mod layer;
mod listener;
mod nameless_route_warnings;
mod nameless_routes;
mod opaque_services;
mod peek;
mod read_body;
mod refusal;
mod reporting;
mod request;
mod request_head;
mod request_kind;
mod responder;
mod route_conflict;
mod service;
mod shown_routes;
#[cfg(feature = "web-bot-auth")]
mod signature;
mod site_address;
mod wait_page;

pub(crate) use endpoint_path::Endpoint;
pub use future::ResponseFuture;
pub(crate) use instance::{Instance, Settings};
pub use layer::HumanifyLayer;
pub(crate) use listener::{Connection, peer};
pub(crate) use opaque_services::OpaqueServices;
pub(crate) use request::RequestContext;
pub(crate) use request_head::RequestHead;
#[cfg(feature = "captcha")]
pub(crate) use request_kind::RequestKind;
pub(crate) use route_conflict::find_route_conflict;
pub use service::HumanifyService;
pub(crate) use shown_routes::ShownRoutes;
