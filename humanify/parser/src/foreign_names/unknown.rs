//! Fields of other languages that have no equivalent, with explanations.

/// Fields without an equivalent, with the closest alternative.
const UNKNOWN: &[(&[&str], &str)] = &[
    (
        &[
            "country",
            "geo",
            "geoip",
            "region",
            "continent",
            "city",
            "asn",
            "as_number",
            "is_eu",
        ],
        "locations and autonomous systems are not looked up: list networks, as in `client.ip in \
         [\"203.0.113.0/24\"]`, or test `client.is_datacenter` or `client.is_vpn`",
    ),
    (
        &[
            "body", "form", "json", "post", "files", "payload", "content", "data",
        ],
        "rules are evaluated before the body is read: test the path, the method and `content_type`",
    ),
    (
        &[
            "status",
            "response",
            "res",
            "resp",
            "status_code",
            "upstream",
        ],
        "rules are evaluated before there is a response; to count failures, use `limit \
         \"5/minute\", count = \"failures\"`",
    ),
    (
        &[
            "time",
            "hour",
            "date",
            "day",
            "weekday",
            "now",
            "timestamp",
            "minute",
        ],
        "rules do not depend on the time: build a `Humanify` for each time, or decide in a layer \
         of your own",
    ),
    (
        &[
            "port",
            "server_port",
            "local_addr",
            "ssl_cipher",
            "tls",
            "ja3",
            "ja4",
            "fingerprint",
        ],
        "there are no fields for layers below HTTP: use parts of the request, or the client's \
         address",
    ),
    (
        &["version", "http_version", "server_protocol", "h2"],
        "the HTTP version is not a field: test what the client sends, such as `headers.user-agent`",
    ),
    (
        &[
            "user",
            "session",
            "auth",
            "account",
            "role",
            "logged_in",
            "authenticated",
            "is_admin",
        ],
        "only the application knows who is logged in: test the cookie or the header that \
         shows it, such as `cookies.session is present`",
    ),
    (
        &[
            "has_clearance",
            "cleared",
            "clearance",
            "solved",
            "verified",
            "is_cleared",
        ],
        "clearances are checked anyway: `challenge` lets clients pass that have solved one",
    ),
    (
        &[
            "score",
            "threat_score",
            "risk",
            "reputation",
            "bot_score",
            "level",
            "weight",
        ],
        "there are no scores, only signs: test `client.is_bot`, `client.is_firehol` or another \
         sign",
    ),
    (
        &["length", "content_length", "size"],
        "sizes are not compared: `tower_http::limit` refuses large bodies",
    ),
];

/// Why a name has no equivalent, and what to write instead.
pub(crate) fn unknown(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let mut parts = lower.split(['.', '$']).filter(|part| !part.is_empty());
    let whole = lower.rsplit('.').next().unwrap_or_default();
    UNKNOWN
        .iter()
        .find(|(names, _)| names.contains(&whole) || names.contains(&lower.as_str()))
        .or_else(|| {
            let first = parts.next()?;
            UNKNOWN.iter().find(|(names, _)| names.contains(&first))
        })
        .map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_an_equivalent_are_explained() {
        for name in [
            "client.country",
            "ip.geoip.country",
            "response.status",
            "time.hour",
            "port",
        ] {
            assert!(unknown(name).is_some(), "{name}");
        }
        assert_eq!(unknown("nonsense"), None);
    }
}
