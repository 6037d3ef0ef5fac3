//! Requests to the providers of captchas, and their responses.

use std::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::Full;
use serde::Deserialize;

use super::Captchas;
use super::error_code::ErrorCode;
use super::provider::{Account, CaptchaService, Provider};
use super::time::since_1970;
use super::verification::{Unavailable, Verification, VerifyError, WhenUnavailable};
use super::verify::TokenDemand;
use crate::crypto::Sha256;
use crate::http::{ClientBounds, ClientError, HttpClient, TlsError};
use crate::sampler::EventSampler;
use crate::store::{IdOrigin, SpendKind, SpendRequest};

/// The longest answer of a provider that is read, in bytes. Providers answer in a few hundred.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// The client for third parties, and the demands on their answers.
pub(super) struct SiteVerifier {
    pub(super) hostnames: Vec<String>,
    pub(super) max_age: Duration,
    pub(super) send_client_address: bool,
    pub(super) when_unavailable: WhenUnavailable,
    pub(super) client: HttpClient,
}

/// A client with this time-out, whose connections stay open.
pub(super) fn client(time_out: Duration) -> Result<HttpClient, TlsError> {
    HttpClient::new(ClientBounds {
        time_out,
        redirects: 0,
        keeps_connections: true,
    })
}

impl Captchas {
    pub(super) async fn check_third_party(
        &self,
        demand: &TokenDemand,
        token: &str,
        client: Option<IpAddr>,
    ) -> Result<Verification, VerifyError> {
        let account = self.account(demand.provider)?;
        let verifier = &self.0.verifier;
        let sent_address = client.filter(|_| verifier.send_client_address);
        let provider = demand.provider;
        let unavailable = |cause| VerifyError::Unavailable(provider, cause);
        let answer = match request(account, token, sent_address) {
            Some(request) => {
                let sent = verifier.client.send(request, MAX_RESPONSE_BYTES).await;
                sent.map_err(Unavailable::from)
            }
            None => Err(Unavailable::Connection(
                "the request cannot be written".to_owned(),
            )),
        };
        let verification = answer
            .map_err(unavailable)
            .and_then(|response| read(account, response.status(), response.body()))
            .and_then(|answer| self.judge(account, demand, answer));
        let verification = match verification {
            Err(VerifyError::Unavailable(_, cause))
                if verifier.when_unavailable == WhenUnavailable::Open =>
            {
                static SAMPLER: EventSampler = EventSampler::new();
                SAMPLER.log(|left_out| {
                    tracing::warn!(
                        left_out,
                        "{provider} is unavailable, so a form passes unchecked: {cause}"
                    );
                });
                return Ok(Verification {
                    checked: false,
                    ..Verification::new(provider)
                });
            }
            verification => verification?,
        };
        // The store remembers the token for twice its maximum age, so a replay is refused as used
        // or as too old.
        let age = verifier.max_age.saturating_mul(2);
        let expiry = self.0.clock.now().saturating_add(age);
        let expiry = u64::try_from(expiry.as_millis()).unwrap_or(u64::MAX);
        let spending = SpendRequest {
            kind: SpendKind::ForeignToken,
            id: digest(provider, token.as_bytes()),
            origin: IdOrigin::Vouched,
            expires: expiry,
        };
        self.spend(provider, spending).await?;
        Ok(verification)
    }

    /// Checks the provider's answer against the demands of the application.
    fn judge(
        &self,
        account: &Account,
        demand: &TokenDemand,
        answer: AcceptedAnswer,
    ) -> Result<Verification, VerifyError> {
        let verifier = &self.0.verifier;
        // Version 1 of Friendly Captcha reports only success or failure.
        let is_complete = account.service != CaptchaService::FriendlyV1;
        let names = &verifier.hostnames;
        let known = |name: &str| names.iter().any(|own| own.eq_ignore_ascii_case(name));
        if is_complete && !names.is_empty() && !answer.hostname.as_deref().is_some_and(known) {
            return Err(VerifyError::WrongHostname(answer.hostname));
        }
        let now = self.0.clock.now();
        let in_time = |solved: Duration| now.abs_diff(solved) <= verifier.max_age;
        if is_complete && !answer.solved_at.is_some_and(in_time) {
            return Err(VerifyError::Expired);
        }
        let (action, min_score) = match &account.service {
            CaptchaService::RecaptchaV3 { action, min_score } => {
                (Some(action.as_str()), Some(*min_score))
            }
            _ => (None, None),
        };
        let action = demand.action.or(action);
        if action.is_some() && answer.action.as_deref() != action {
            return Err(VerifyError::WrongAction(answer.action));
        }
        let is_v3 = matches!(account.service, CaptchaService::RecaptchaV3 { .. });
        for min_score in [min_score, demand.min_score].into_iter().flatten() {
            if !(is_v3 && answer.score.is_some_and(|score| score >= min_score)) {
                return Err(VerifyError::LowScore(answer.score));
            }
        }
        Ok(Verification {
            hostname: answer.hostname,
            action: answer.action,
            score: answer.score,
            solved_at: answer
                .solved_at
                .and_then(|time| UNIX_EPOCH.checked_add(time)),
            ..Verification::new(demand.provider)
        })
    }
}

/// The id of a token among all spent ids.
fn digest(provider: Provider, token: &[u8]) -> [u8; 16] {
    let fields = [b"humanify captcha", provider.name().as_bytes(), token];
    Sha256::new().with_fields(fields).finish_short()
}

/// The answer of a provider to a token that it accepts.
struct AcceptedAnswer {
    hostname: Option<String>,
    action: Option<String>,
    score: Option<f64>,
    /// The time since 1970.
    solved_at: Option<Duration>,
}

/// The request, in the form of the provider.
fn request(account: &Account, token: &str, client: Option<IpAddr>) -> Option<Request<Full<Bytes>>> {
    let secret = account.secret.0.as_str();
    let sitekey = account.site_key.as_str();
    let mut header = None;
    let (content_type, body) = match &account.service {
        CaptchaService::FriendlyV2 => {
            let mut key = HeaderValue::from_str(secret).ok()?;
            key.set_sensitive(true);
            header = Some((HeaderName::from_static("x-api-key"), key));
            let body = serde_json::json!({ "response": token, "sitekey": sitekey });
            ("application/json", body.to_string())
        }
        service => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.append_pair("secret", secret);
            match service {
                CaptchaService::FriendlyV1 => form.append_pair("solution", token),
                _ => form.append_pair("response", token),
            };
            if matches!(
                service,
                CaptchaService::Hcaptcha | CaptchaService::FriendlyV1
            ) {
                form.append_pair("sitekey", sitekey);
            }
            if let (Some(ip), true) = (client, *service != CaptchaService::FriendlyV1) {
                form.append_pair("remoteip", &ip.to_canonical().to_string());
            }
            ("application/x-www-form-urlencoded", form.finish())
        }
    };
    let endpoint = account.endpoint.as_deref();
    let uri: Uri = endpoint
        .unwrap_or(account.service.endpoint())
        .parse()
        .ok()?;
    let mut request = Request::new(Full::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.extend(header);
    Some(request)
}

/// The fields of all providers' answers; each provider fills in its own.
#[derive(Deserialize)]
struct AnswerFields {
    success: bool,
    // reCAPTCHA, hCaptcha, Turnstile.
    #[serde(rename = "error-codes")]
    error_codes: Option<Vec<String>>,
    challenge_ts: Option<String>,
    hostname: Option<String>,
    action: Option<String>,
    score: Option<f64>,
    // Friendly Captcha version 1.
    errors: Option<Vec<String>>,
    // Friendly Captcha version 2.
    error: Option<FriendlyError>,
    data: Option<FriendlyData>,
}

#[derive(Deserialize)]
struct FriendlyError {
    error_code: String,
}

#[derive(Deserialize)]
struct FriendlyData {
    challenge: FriendlyChallenge,
}

#[derive(Deserialize)]
struct FriendlyChallenge {
    timestamp: String,
    origin: Option<String>,
}

/// Reads an answer. Any answer that does not clearly accept the token is an error.
fn read(account: &Account, status: StatusCode, body: &[u8]) -> Result<AcceptedAnswer, VerifyError> {
    let provider = account.service.provider();
    let unavailable = |cause| Err(VerifyError::Unavailable(provider, cause));
    let is_answer = status.is_success() || status.is_client_error();
    if !is_answer || status == StatusCode::TOO_MANY_REQUESTS {
        return unavailable(Unavailable::Status(status.as_u16()));
    }
    let Ok(document) = serde_json::from_slice::<AnswerFields>(body) else {
        return unavailable(match status.is_success() {
            true => Unavailable::Unreadable,
            false => Unavailable::Status(status.as_u16()),
        });
    };
    let codes: Vec<ErrorCode> = [document.error_codes, document.errors]
        .into_iter()
        .flatten()
        .flatten()
        .chain(document.error.map(|error| error.error_code))
        .map(|code| ErrorCode::parse(&code))
        .collect();
    if codes.contains(&ErrorCode::InternalError) {
        return unavailable(Unavailable::Internal);
    }
    if codes.iter().any(ErrorCode::is_misconfiguration) {
        return Err(VerifyError::Misconfigured(codes));
    }
    if !document.success || !codes.is_empty() || status != StatusCode::OK {
        return Err(VerifyError::Rejected(codes));
    }
    let (hostname, solved_at) = match (provider, document.data) {
        (Provider::Friendly, Some(data)) => (
            data.challenge.origin.as_deref().and_then(host_of),
            Some(data.challenge.timestamp),
        ),
        _ => (document.hostname, document.challenge_ts),
    };
    Ok(AcceptedAnswer {
        hostname,
        action: document.action,
        score: document.score,
        solved_at: solved_at.as_deref().and_then(since_1970),
    })
}

/// The host of an origin such as `https://shop.example:8443`, or of a name alone.
fn host_of(origin: &str) -> Option<String> {
    origin.parse::<Uri>().ok()?.host().map(str::to_owned)
}

impl From<ClientError> for Unavailable {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::TimedOut(_) => Unavailable::TimedOut,
            ClientError::TooLong(_) => Unavailable::TooLong,
            ClientError::Connection(cause) | ClientError::Cut(cause) => {
                Unavailable::Connection(cause)
            }
            error @ ClientError::Redirected => Unavailable::Connection(error.to_string()),
        }
    }
}
