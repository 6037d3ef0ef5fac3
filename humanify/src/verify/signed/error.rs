//! `SignedAgentsError` (configuration) and `SignatureRefusal` (of a signature).

use crate::http::TlsError;
use crate::store::StoreError;

/// Why a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureRefusal {
    #[error("its signature is by an unknown key")]
    Unknown,
    #[error("its signature is by a key that is not in the directory of the agent")]
    NotInDirectory,
    #[error("its signature is by a key that does not count any longer, or not yet")]
    OldKey,
    #[error("its fields cannot be read")]
    Unreadable,
    #[error("its signature covers what the request does not have, or has twice")]
    Component,
    #[error("its signature is for another host")]
    Authority,
    #[error("its signature does not cover `@authority`")]
    NoAuthority,
    #[error("its signature does not cover the `Signature-Agent` that it comes with")]
    AgentNotCovered,
    #[error("its signature lacks `created`, `expires` or `nonce`")]
    Parameters,
    #[error("its signature is of another algorithm")]
    Algorithm,
    #[error("its signature has expired")]
    Expired,
    #[error("its signature was made in the future")]
    Future,
    #[error("its signature counts for longer than a day")]
    LongLife,
    #[error("its signature is wrong")]
    Wrong,
    #[error("its nonce was used before")]
    Replayed,
    #[error(
        "its nonce may have been used and forgotten: it was signed before this store began, or its agent has too many"
    )]
    Forgotten,
    #[error("its nonce cannot be spent: {0}")]
    NotSpent(StoreError),
}

/// Why signed agents cannot be configured.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SignedAgentsError {
    /// No host was given.
    #[error("name the hosts of your site: a signature counts for them only")]
    NoHost,
    /// This text is not a host.
    #[error("`{0}` is not a host; write it as in `shop.example` or `shop.example:8443`")]
    Host(String),
    /// The JSON is not a key; the reason.
    #[error("the JSON Web Key cannot be read: {0}")]
    Json(String),
    /// The key is private.
    #[error(
        "this JSON Web Key has a `d`: it is private, and belongs to nobody but the agent; take the public one"
    )]
    Private,
    /// The key is not an Ed25519 key.
    #[error("only keys of Ed25519 are known: `\"kty\": \"OKP\", \"crv\": \"Ed25519\"`")]
    Algorithm,
    /// The text is not a key, or a weak key, with which signatures prove nothing.
    #[error("the key is none of Ed25519: `x` has to be 32 bytes in base64url without padding")]
    Key,
    /// The key is the test key of RFC 9421.
    #[error("this is the test key of RFC 9421: everybody can sign with it")]
    TestKey,
    /// These two agents have the same key.
    #[error("`{0}` and `{1}` have the same key, so they cannot be distinguished")]
    SameKey(&'static str, &'static str),
    /// This text is not an origin.
    #[error(
        "`{0}` is not a directory of keys; write it as in `https://agent.example`, without a path"
    )]
    Origin(String),
    /// These two agents have the same directory.
    #[error("`{0}` and `{1}` have the same directory, so they cannot be distinguished")]
    SameDirectory(&'static str, &'static str),
    /// TLS cannot be set up to fetch directories.
    #[error("directories cannot be fetched")]
    Tls(#[from] TlsError),
}

crate::error_chain::debug_as_message!(SignedAgentsError);
