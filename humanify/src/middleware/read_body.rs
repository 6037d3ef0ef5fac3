//! Reads request bodies, with bounds on size, time, and the number of bodies by network.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::client::ClientKey;
use crate::limit::FairSlots;

/// How long a body may take to arrive.
const TIME_OUT: Duration = Duration::from_secs(15);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyError {
    /// It is too large.
    Large,
    /// The client ended it early.
    Broken,
    /// It did not arrive in time.
    Slow,
    /// The place was given to another network.
    Displaced,
}

/// Reads a body of at most `most` bytes from a client at this address.
pub(super) async fn read_body(
    places: &FairSlots,
    address: ClientKey,
    body: Body,
    most: usize,
) -> Result<Bytes, BodyError> {
    let read = timeout(TIME_OUT, collect(body, most));
    match places.enter(address).hold(read).await {
        Ok(Ok(read)) => read,
        Ok(Err(_)) => Err(BodyError::Slow),
        Err(_) => Err(BodyError::Displaced),
    }
}

/// Copies the frames of a body into one buffer. Kept as they arrive, frames of one byte would take
/// thirty times their size.
async fn collect(body: Body, most: usize) -> Result<Bytes, BodyError> {
    let mut body = Limited::new(body, most);
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| match error.is::<LengthLimitError>() {
            true => BodyError::Large,
            false => BodyError::Broken,
        })?;
        if let Ok(part) = frame.into_data() {
            read.extend_from_slice(&part);
        }
    }
    Ok(read.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::network;

    fn key(ip: &str) -> ClientKey {
        ClientKey::Address(network(ip.parse().unwrap()))
    }

    /// A body that never ends.
    struct Endless;

    impl http_body::Body for Endless {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            std::task::Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_bound() {
        let places = FairSlots::new(1);
        for (length, right) in [(0, true), (8, true), (9, false)] {
            let text = "x".repeat(length);
            let read = read_body(&places, key("84.1.1.1"), Body::from(text.clone()), 8).await;
            let expected = right.then(|| Bytes::from(text)).ok_or(BodyError::Large);
            assert_eq!(read, expected);
        }
    }

    #[tokio::test]
    async fn slow_bodies_give_up_their_places_to_other_networks() {
        let places = FairSlots::new(4);
        let slow = ["84.1.1.1", "84.1.2.1", "85.1.1.1", "84.1.3.1"].map(|ip| {
            let places = places.clone();
            tokio::spawn(async move { read_body(&places, key(ip), Body::new(Endless), 8).await })
        });
        tokio::task::yield_now().await;
        let other = read_body(&places, key("86.1.1.1"), Body::from("in"), 8).await;
        assert_eq!(other, Ok(Bytes::from("in")));
        let [first, rest @ ..] = slow;
        assert_eq!(first.await.unwrap(), Err(BodyError::Displaced));
        for body in rest {
            assert!(!body.is_finished());
            body.abort();
            assert!(body.await.unwrap_err().is_cancelled());
        }
        assert!(places.is_empty());
    }
}
