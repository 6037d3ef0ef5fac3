//! Names, reads and writes cookies.

use http::HeaderMap;

use http::header::COOKIE;

/// Whether browsers send the cookies with requests that come from other sites ([RFC 6265bis]).
///
/// [RFC 6265bis]: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// With links from other sites, but not with forms that another site sends. The default.
    #[default]
    Lax,
    /// Never, so that a visitor who follows a link from another site presents no clearance.
    Strict,
    /// Always, including forms that return from a payment or a login elsewhere. Browsers accept
    /// this only over HTTPS; without HTTPS, `Lax` is used.
    None,
}

/// The name of a cookie, with the prefix that makes browsers protect it over HTTPS. Over HTTPS,
/// only the protected name is accepted.
#[derive(Debug, Clone)]
pub(crate) struct CookieName {
    plain: String,
    secure: String,
}

impl CookieName {
    fn new(prefix: &str, what: &str) -> CookieName {
        let plain = format!("{prefix}_{what}");
        CookieName {
            secure: format!("__Host-{plain}"),
            plain,
        }
    }

    /// The name that is accepted.
    pub(crate) fn get(&self, https: bool) -> &str {
        match https {
            true => &self.secure,
            false => &self.plain,
        }
    }
}

/// The cookies of one application, and the field that holds a kept form.
#[derive(Debug, Clone)]
pub(crate) struct CookieNames {
    pub(crate) clearance: CookieName,
    pub(crate) id: CookieName,
    pub(crate) browser: CookieName,
    /// The form field in which a page's button sends a kept form. Each application reads only its
    /// own field, so one application may be mounted below another.
    pub(crate) form_field: String,
    same_site: SameSite,
}

impl CookieNames {
    /// Names with a prefix, so that applications on one host have separate cookies.
    pub(crate) fn new(prefix: &str, same_site: SameSite) -> CookieNames {
        CookieNames {
            clearance: CookieName::new(prefix, "clearance"),
            id: CookieName::new(prefix, "id"),
            browser: CookieName::new(prefix, "browser"),
            form_field: format!("{prefix}_form"),
            same_site,
        }
    }

    /// The prefix for an application's mount path: `humanify` for `/humanify`.
    pub(crate) fn prefix_of(mount: &str) -> String {
        let name = mount.trim_matches('/').chars();
        name.map(|own| match own {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => own,
            _ => '_',
        })
        .collect()
    }

    /// The value of `Set-Cookie` for a cookie that scripts cannot read.
    pub(crate) fn set(&self, name: &CookieName, https: bool, value: &str, seconds: u64) -> String {
        let same_site = match (self.same_site, https) {
            (SameSite::Strict, _) => "Strict",
            (SameSite::None, true) => "None",
            _ => "Lax",
        };
        let name = name.get(https);
        let secure = if https { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}{secure}")
    }
}

/// The values of every cookie with that name, in the order in which they were sent ([RFC
/// 6265](https://www.rfc-editor.org/rfc/rfc6265), section 5.4, leaves it to the client).
pub(crate) fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(move |pair| {
            let position = pair.iter().position(|byte| *byte == b'=')?;
            let (key, value) = pair.split_at_checked(position)?;
            let value = value.get(1..)?.trim_ascii();
            let value = value
                .strip_prefix(b"\"")
                .and_then(|value| value.strip_suffix(b"\""))
                .unwrap_or(value);
            (key.trim_ascii() == name.as_bytes()).then_some(value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn cookie_names_differ_by_mount_and_follow_the_settings() {
        for (mount, prefix) in [
            ("/humanify", "humanify"),
            ("/check/humans", "check_humans"),
            ("/a.b-c", "a_b-c"),
        ] {
            assert_eq!(CookieNames::prefix_of(mount), prefix);
        }
        for (same_site, https, expected) in [
            (
                SameSite::Lax,
                false,
                "shop_id=v; Path=/; Max-Age=9; HttpOnly; SameSite=Lax",
            ),
            (
                SameSite::None,
                false,
                "shop_id=v; Path=/; Max-Age=9; HttpOnly; SameSite=Lax",
            ),
            (
                SameSite::None,
                true,
                "__Host-shop_id=v; Path=/; Max-Age=9; HttpOnly; SameSite=None; Secure",
            ),
            (
                SameSite::Strict,
                true,
                "__Host-shop_id=v; Path=/; Max-Age=9; HttpOnly; SameSite=Strict; Secure",
            ),
        ] {
            let names = CookieNames::new("shop", same_site);
            assert_eq!(names.set(&names.id, https, "v", 9), expected);
        }
    }

    #[test]
    fn every_cookie_with_a_name_is_found() {
        let mut headers = HeaderMap::new();
        for line in ["a=1; b=2;a=\"3\"", ";;=;a", "x=y; a = 4 "] {
            headers.append(COOKIE, HeaderValue::from_static(line));
        }
        headers.append(COOKIE, HeaderValue::from_bytes(b"a=\xff").unwrap());
        let found: Vec<&[u8]> = cookies(&headers, "a").collect();
        assert_eq!(found, [&b"1"[..], b"3", b"4", b"\xff"]);
        assert_eq!(cookies(&headers, "c").count(), 0);
    }
}
