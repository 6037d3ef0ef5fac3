//! The texts of error pages: a title and a message for each registered 4xx and 5xx code.
//!
//! The codes are those of the [HTTP Status Code Registry], and 418, which is in use.
//!
//! [HTTP Status Code Registry]: https://www.iana.org/assignments/http-status-codes

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod hi;
mod it;
mod ja;
mod ko;
mod pt;
mod pt_pt;
mod ru;
mod zh_cn;
mod zh_tw;

use http::StatusCode;

use crate::language::Language;

/// A code, its title and its message.
type ErrorText = (u16, &'static str, &'static str);

/// The title and the message of an error. An unregistered code has the texts of 400 or 500, as
/// which clients treat it ([RFC 9110], section 15).
///
/// [RFC 9110]: https://www.rfc-editor.org/rfc/rfc9110#section-15
pub(crate) fn of(language: Language, status: StatusCode) -> (&'static str, &'static str) {
    let texts = table(language);
    let find = |wanted: u16| texts.iter().find(|(code, ..)| *code == wanted);
    let class = if status.is_server_error() { 500 } else { 400 };
    find(status.as_u16())
        .or_else(|| find(class))
        .map_or(("", ""), |(_, title, message)| (title, message))
}

/// Every code with its own texts.
pub(super) fn codes() -> impl Iterator<Item = StatusCode> {
    en::TEXTS
        .iter()
        .filter_map(|(code, ..)| StatusCode::from_u16(*code).ok())
}

fn table(language: Language) -> &'static [ErrorText] {
    match language {
        Language::Arabic => &ar::TEXTS,
        Language::Chinese => &zh_cn::TEXTS,
        Language::English => &en::TEXTS,
        Language::French => &fr::TEXTS,
        Language::German => &de::TEXTS,
        Language::Hindi => &hi::TEXTS,
        Language::Italian => &it::TEXTS,
        Language::Japanese => &ja::TEXTS,
        Language::Korean => &ko::TEXTS,
        Language::Portuguese => &pt::TEXTS,
        Language::Russian => &ru::TEXTS,
        Language::Spanish => &es::TEXTS,
        Language::TraditionalChinese => &zh_tw::TEXTS,
        Language::EuropeanPortuguese => &pt_pt::TEXTS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The registry of 2026, without 418, which it only reserves.
    const REGISTERED: [u16; 39] = [
        400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417,
        421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507,
        508, 510, 511,
    ];

    #[test]
    fn every_registered_error_has_texts_in_every_language() {
        for language in Language::ALL {
            let codes: Vec<u16> = table(language).iter().map(|(code, ..)| *code).collect();
            let mut expected = REGISTERED.to_vec();
            expected.push(418);
            expected.sort_unstable();
            assert_eq!(codes, expected, "{language:?}");
            let mut titles: Vec<&str> =
                table(language).iter().map(|(_, title, _)| *title).collect();
            titles.sort_unstable();
            titles.dedup();
            assert_eq!(titles.len(), codes.len(), "{language:?}");
            for (code, title, message) in table(language) {
                assert!(
                    !title.is_empty() && !title.ends_with(['.', '。', '।']),
                    "{code} {title}"
                );
                assert!(message.ends_with(['.', '。', '।']), "{code} {message}");
                assert!(title.chars().count() <= 40, "{code} {title}");
            }
        }
    }

    #[test]
    fn an_unregistered_error_has_the_texts_of_its_class() {
        let of = |code| of(Language::English, StatusCode::from_u16(code).unwrap()).0;
        assert_eq!(of(499), "Bad request");
        assert_eq!(of(599), "Something went wrong");
        assert_eq!(of(404), "Page not found");
    }
}
