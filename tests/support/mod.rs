//! Shared parts of the tests: sites and visitors, fake servers, and services.

mod agents;
pub(crate) mod captcha_provider;
pub(crate) mod certificate;
pub(crate) mod clock;
mod events;
pub(crate) mod folder;
pub(crate) mod key_directory;
mod log;
pub(crate) mod name_server;
pub(crate) mod prometheus;
pub(crate) mod publisher;
pub(crate) mod redis;
pub(crate) mod services;
pub(crate) mod shutdown;
pub(crate) mod signer;
mod site;
pub(crate) mod wait;

pub(crate) use agents::Agents;
pub(crate) use events::{Events, Told};
pub(crate) use log::Log;
pub(crate) use site::{DATACENTER, HOME, Reply, Site, VPN, Visitor};
