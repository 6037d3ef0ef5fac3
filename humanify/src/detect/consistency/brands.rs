//! `Sec-CH-UA`: a list of strings with their versions, as RFC 9651 writes lists.

/// The brands of a browser.
pub(super) struct Brands<'a>(&'a str);

/// A brand, such as `"Chromium";v="147"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Brand<'a> {
    /// As it was sent between the quotes.
    pub(super) name: &'a str,
    /// The first number of the version.
    pub(super) version: Option<u16>,
}

impl<'a> Brands<'a> {
    /// No brands, if there is no header or none that is text.
    pub(super) fn new(header: Option<&'a [u8]>) -> Brands<'a> {
        let text = header.and_then(|header| std::str::from_utf8(header).ok());
        Brands(text.unwrap_or_default())
    }

    /// Whether one of the brands is so.
    pub(super) fn any(&self, is: impl Fn(Brand<'a>) -> bool) -> bool {
        self.iter().any(is)
    }

    /// The version of a brand; none, if it is not there.
    pub(super) fn version_of(&self, name: &str) -> Option<Option<u16>> {
        let mut brands = self.iter();
        brands
            .find(|brand| brand.name == name)
            .map(|brand| brand.version)
    }

    /// A name in quotes, then whatever is not in quotes but the version. Of what is no
    /// such list, nothing or less is read. Names with an escaped quote are made up by
    /// browsers so that nobody relies on names; they come apart, and are none that is sought.
    fn iter(&self) -> impl Iterator<Item = Brand<'a>> {
        let mut quoted = self.0.split('"').skip(1).step_by(2).peekable();
        let mut between = self.0.split('"').skip(2).step_by(2);
        std::iter::from_fn(move || {
            let name = quoted.next()?;
            let versioned = between.next().is_some_and(|text| text.trim() == ";v=");
            let version = versioned.then(|| quoted.next()).flatten();
            if versioned {
                between.next();
            }
            Some(Brand {
                name,
                version: version.and_then(|version| version.split('.').next()?.parse().ok()),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_read_from_what_browsers_send_and_from_garbage() {
        let brands = |text: &'static str| -> Vec<(&str, Option<u16>)> {
            let brands = Brands::new(Some(text.as_bytes()));
            let brands = brands.iter();
            brands.map(|brand| (brand.name, brand.version)).collect()
        };
        for (text, expected) in [
            (
                r#""Google Chrome";v="147", "Not.A/Brand";v="8", "Chromium";v="147""#,
                &[
                    ("Google Chrome", Some(147)),
                    ("Not.A/Brand", Some(8)),
                    ("Chromium", Some(147)),
                ][..],
            ),
            (
                r#""(Not;A,Brand";v="99","Chromium"; v="147.0.1""#,
                &[
                    ("(Not;A,Brand", Some(99)),
                    ("Chromium", None),
                    ("147.0.1", None),
                ],
            ),
            (r#""Chromium""#, &[("Chromium", None)]),
            (r#""Chromium";v="x""#, &[("Chromium", None)]),
            (r#""Chromium";v="99999999""#, &[("Chromium", None)]),
            (r#""Chromium";v="#, &[("Chromium", None)]),
            (r#"""#, &[("", None)]),
            ("Chromium", &[]),
            ("", &[]),
        ] {
            assert_eq!(brands(text), expected, "{text}");
        }
        assert_eq!(Brands::new(Some(b"\xff\"a\"")).iter().count(), 0);
    }
}
