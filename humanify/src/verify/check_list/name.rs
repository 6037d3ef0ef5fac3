//! `DnsNamePattern`: a pattern of DNS names.

/// A pattern of DNS names: a domain and all names under it, or the names right under it that begin
/// with a text.
#[derive(Debug)]
pub(super) struct DnsNamePattern {
    start: Option<&'static str>,
    domain: &'static str,
}

impl DnsNamePattern {
    pub(super) fn read(text: &'static str) -> Option<DnsNamePattern> {
        let (start, domain) = match text.split_once("*.") {
            Some((start, domain)) => (Some(start), domain),
            None => (None, text),
        };
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let labels = domain.split('.').all(|label| {
            let whole = !label.is_empty() && label.bytes().all(plain);
            whole && label.len() < 64
        });
        let at_least_two = domain.contains('.');
        (labels && at_least_two).then_some(DnsNamePattern { start, domain })
    }

    pub(super) fn fits(&self, name: &str) -> bool {
        let name = name.strip_suffix('.').unwrap_or(name).as_bytes();
        let Some(cut) = name.len().checked_sub(self.domain.len()) else {
            return false;
        };
        let (under, domain) = name.split_at_checked(cut).unwrap_or_default();
        if !domain.eq_ignore_ascii_case(self.domain.as_bytes()) {
            return false;
        }
        match (self.start, under.split_last()) {
            (None, None) => true,
            (None, Some((dot, _))) => *dot == b'.',
            (Some(_), None) => false,
            (Some(start), Some((dot, label))) => {
                *dot == b'.'
                    && !label.contains(&b'.')
                    && label
                        .get(..start.len())
                        .is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
            }
        }
    }
}
