//! The extractors `Client` and `Detection`, which read the extensions that the layer set.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::discovery::JudgedMarker;
use crate::client::{Client, MissingLayer};
use crate::detect::Detection;

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        client(parts).ok_or(MissingLayer)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(client(parts))
    }
}

impl<S: Sync> FromRequestParts<S> for Detection {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        detection(parts).ok_or(MissingLayer)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Detection {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(detection(parts))
    }
}

fn client(parts: &Parts) -> Option<Client> {
    let mark: &JudgedMarker = parts.extensions.get()?;
    Some(mark.detection.client().clone())
}

fn detection(parts: &Parts) -> Option<Detection> {
    let mark: &JudgedMarker = parts.extensions.get()?;
    mark.detection.note(&parts.headers);
    Some(mark.detection.clone())
}
