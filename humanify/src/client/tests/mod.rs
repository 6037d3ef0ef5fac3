//! Tests of finding the client behind proxies.

mod address;
mod origin;

use std::net::IpAddr;
use std::num::NonZeroU8;

use super::*;
use http::HeaderMap;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

fn find(peer: &str, lines: &[(&'static str, &'static str)], trust: &Trust) -> Option<IpAddr> {
    origin(
        Peer::Address(ip(peer)),
        &headers(lines),
        trust,
        &ForwardedHeader::Either,
    )
    .ip
}

const XFF: &str = "x-forwarded-for";

const ONE_PROXY: Trust = Trust::Hops(NonZeroU8::MIN);
