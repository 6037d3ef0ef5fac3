//! `SignedMessage`: the parts of a request that a signature can cover (RFC 9421).

use http::header::HOST;
use http::{HeaderMap, HeaderName, Method, Uri};
use sfv::{BareItem, Dictionary, FieldType, InnerList, Item, ListEntry, Parser};

use super::SIGNATURE_INPUT;
use super::error::SignatureRefusal;

/// The longest field that is read, in bytes of all its lines. Agents send less than a thousand.
const MAX_FIELD_LENGTH: usize = 8 * 1024;

/// The maximum number of components that a signature may cover.
const MAX_COMPONENTS: usize = 32;

/// A request, as signatures cover it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedMessage<'a> {
    pub(crate) method: &'a Method,
    /// The URI that the client requested.
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) https: bool,
}

impl SignedMessage<'_> {
    /// Whether the request has the headers of a signature.
    pub(crate) fn is_signed(&self) -> bool {
        self.headers.contains_key(&SIGNATURE_INPUT)
    }

    /// The host and, unless it is the scheme's default, the port (section 2.2.3). `None` if the
    /// request names no host or several.
    pub(super) fn authority(&self) -> Option<String> {
        let mut lines = self.headers.get_all(HOST).iter();
        let host = match (lines.next(), lines.next()) {
            (Some(host), None) => Some(host.to_str().ok()?),
            (None, _) => None,
            _ => return None,
        };
        let authority = match (self.uri.authority(), host) {
            (None, host) => host?,
            (Some(authority), None) => authority.as_str(),
            (Some(authority), Some(host)) => {
                let same = normal_authority(authority.as_str()) == normal_authority(host);
                same.then_some(host)?
            }
        };
        Some(normal_authority(authority))
    }

    /// A field as a dictionary (RFC 9651). `None` if the request does not have it.
    pub(super) fn dictionary(
        &self,
        name: &HeaderName,
    ) -> Result<Option<Dictionary>, SignatureRefusal> {
        let Some(text) = self.field(name)? else {
            return Ok(None);
        };
        let dictionary = Parser::new(&text).parse();
        dictionary
            .map(Some)
            .map_err(|_| SignatureRefusal::Unreadable)
    }

    /// The joined lines of a field (section 2.1). `None` if the request does not have it.
    pub(super) fn field(&self, name: &HeaderName) -> Result<Option<String>, SignatureRefusal> {
        let mut whole: Option<String> = None;
        for line in self.headers.get_all(name) {
            let line = line
                .to_str()
                .map_err(|_| SignatureRefusal::Unreadable)?
                .trim();
            match &mut whole {
                None => whole = Some(line.to_owned()),
                Some(whole) => {
                    whole.push_str(", ");
                    whole.push_str(line);
                }
            }
            if whole
                .as_ref()
                .is_some_and(|whole| whole.len() > MAX_FIELD_LENGTH)
            {
                return Err(SignatureRefusal::Unreadable);
            }
        }
        Ok(whole)
    }

    /// The text that is signed (section 2.5).
    pub(super) fn signature_base(&self, input: &InnerList) -> Result<String, SignatureRefusal> {
        if input.items.len() > MAX_COMPONENTS {
            return Err(SignatureRefusal::Unreadable);
        }
        let mut base = String::new();
        let mut known: Vec<&Item> = Vec::new();
        for item in &input.items {
            if known.contains(&item) {
                return Err(SignatureRefusal::Component);
            }
            known.push(item);
            base.push_str(&item.serialize());
            base.push_str(": ");
            base.push_str(&self.component(item)?);
            base.push('\n');
        }
        let input = vec![ListEntry::InnerList(input.clone())];
        base.push_str("\"@signature-params\": ");
        base.push_str(&input.serialize().ok_or(SignatureRefusal::Unreadable)?);
        Ok(base)
    }

    /// The value of a component. Fails if the request does not have it, or if it is of a kind that
    /// is not supported: `@query-param`, trailers, and fields with flags, except for members of a
    /// dictionary (`key`).
    fn component(&self, item: &Item) -> Result<String, SignatureRefusal> {
        let BareItem::String(name) = &item.bare_item else {
            return Err(SignatureRefusal::Unreadable);
        };
        let name = name.as_str();
        let mut parameters = item.params.iter();
        let member = match (parameters.next(), parameters.next()) {
            (None, _) => None,
            (Some((key, BareItem::String(member))), None) if key.as_str() == "key" => Some(member),
            _ => return Err(SignatureRefusal::Component),
        };
        if let Some(derived) = name.strip_prefix('@') {
            let value = if member.is_none() {
                self.derived(derived)
            } else {
                None
            };
            return value.ok_or(SignatureRefusal::Component);
        }
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(SignatureRefusal::Component);
        }
        let name: HeaderName = name.parse().map_err(|_| SignatureRefusal::Component)?;
        let Some(member) = member else {
            return self.field(&name)?.ok_or(SignatureRefusal::Component);
        };
        let members = self.dictionary(&name)?.ok_or(SignatureRefusal::Component)?;
        let value = members
            .get(member.as_str())
            .ok_or(SignatureRefusal::Component)?;
        match value {
            ListEntry::Item(item) => Ok(item.serialize()),
            ListEntry::InnerList(list) => vec![ListEntry::InnerList(list.clone())]
                .serialize()
                .ok_or(SignatureRefusal::Component),
        }
    }

    /// The value of a derived component (section 2.2). `name` is without its `@`.
    fn derived(&self, name: &str) -> Option<String> {
        let path_and_query = || self.uri.path_and_query().map_or("/", |path| path.as_str());
        let scheme = if self.https { "https" } else { "http" };
        Some(match name {
            "method" => self.method.as_str().to_owned(),
            "authority" => self.authority()?,
            "scheme" => scheme.to_owned(),
            "target-uri" => format!("{scheme}://{}{}", self.authority()?, path_and_query()),
            "request-target" => path_and_query().to_owned(),
            "path" => self.uri.path().to_owned(),
            "query" => format!("?{}", self.uri.query().unwrap_or_default()),
            _ => return None,
        })
    }
}

/// An authority in lower case and without the ports 80 and 443. They are dropped whatever the
/// scheme, which a proxy may not report.
pub(super) fn normal_authority(authority: &str) -> String {
    let plain = authority
        .strip_suffix(":443")
        .or_else(|| authority.strip_suffix(":80"))
        .unwrap_or(authority);
    plain.to_ascii_lowercase()
}
