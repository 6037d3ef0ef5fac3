//! Problem documents.

use std::time::Duration;

use http::StatusCode;

use super::*;

#[test]
fn problem_documents_say_the_same_as_the_pages() {
    let table = [
        (
            ProblemKind::ChallengeRequired,
            403,
            "urn:humanify:problem:challenge-required",
        ),
        (
            ProblemKind::AccessDenied,
            403,
            "urn:humanify:problem:access-denied",
        ),
        (
            ProblemKind::RateLimited,
            429,
            "https://iana.org/assignments/http-problem-types#quota-exceeded",
        ),
        (ProblemKind::Busy, 503, "urn:humanify:problem:busy"),
    ];
    for (kind, status, name) in table {
        for hostile in HOSTILE {
            let page = Problem::new(kind)
                .challenge(hostile)
                .retry_after(Duration::from_millis(1500))
                .page();
            let document: serde_json::Value = serde_json::from_str(&page.body).unwrap();
            let expected = serde_json::json!({
                "type": name,
                "title": document["title"],
                "status": status,
                "detail": document["detail"],
                "challenge": hostile,
                "retry_after": 2,
            });
            assert_eq!(document, expected);
            assert_eq!(page.status.as_u16(), status);
            let header = |name| page.headers.get(name).unwrap().to_str().unwrap();
            assert_eq!(header("content-type"), "application/problem+json");
            assert_eq!(header("cache-control"), "no-store");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("retry-after"), "2");
            assert!(header("content-security-policy").starts_with("default-src 'none'"));
        }
    }
}

#[test]
fn a_problem_document_omits_unknown_fields() {
    let page = Problem::new(ProblemKind::Status(StatusCode::NOT_FOUND)).page();
    let document: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    let expected = serde_json::json!({"type": "about:blank", "title": "Not Found", "status": 404});
    assert_eq!(document, expected);
    assert!(page.headers.get("retry-after").is_none());
}
