//! Fields of other languages of rules, with their equivalents.

/// Fields by their whole names, with their equivalents.
const FIELDS: &[(&str, &str)] = &[
    ("user_agent", "headers.user-agent"),
    ("useragent", "headers.user-agent"),
    ("ua", "headers.user-agent"),
    ("agent", "headers.user-agent"),
    ("user-agent", "headers.user-agent"),
    ("referer", "headers.referer"),
    ("referrer", "headers.referer"),
    ("origin", "headers.origin"),
    ("accept", "headers.accept"),
    ("authorization", "headers.authorization"),
    ("content-type", "content_type"),
    ("contenttype", "content_type"),
    ("mime", "content_type"),
    ("mimetype", "content_type"),
    ("media_type", "content_type"),
    ("client.user_agent", "headers.user-agent"),
    ("client.useragent", "headers.user-agent"),
    ("client.ua", "headers.user-agent"),
    ("client.agent", "headers.user-agent"),
    ("client.referer", "headers.referer"),
    ("client.host", "host"),
    ("client.path", "path"),
    ("client.method", "method"),
    ("client.address", "client.ip"),
    ("client.addr", "client.ip"),
    ("client.ip_address", "client.ip"),
    ("client.network", "client.ip"),
    ("client.bot", "client.is_bot"),
    ("client.is_robot", "client.is_bot"),
    ("client.is_automated", "client.is_bot"),
    ("client.is_hosting", "client.is_datacenter"),
    ("client.is_cloud", "client.is_datacenter"),
    ("client.is_server", "client.is_datacenter"),
    ("client.is_spider", "client.is_crawler"),
    ("client.is_spammer", "client.is_forum_spammer"),
    ("client.is_fake", "client.is_impostor"),
    ("client.is_private", "client.is_invalid_ip"),
    ("client.provider", "client.vpn_provider"),
    ("client.vpn", "client.is_vpn"),
    ("client.bot_name", "client.crawler"),
    ("client.crawler_name", "client.crawler"),
    ("client.bot_kind", "client.crawler_kind"),
    ("client.crawler_type", "client.crawler_kind"),
    ("client.kind", "client.crawler_kind"),
    ("url", "path"),
    ("uri", "path"),
    ("request_uri", "path"),
    ("pathname", "path"),
    ("route", "path"),
    ("hostname", "host"),
    ("domain", "host"),
    ("server_name", "host"),
    ("vhost", "host"),
    ("protocol", "scheme"),
    ("proto", "scheme"),
    ("verb", "method"),
    ("http_method", "method"),
    ("request_method", "method"),
    ("ip", "client.ip"),
    ("addr", "client.ip"),
    ("address", "client.ip"),
    ("remote_addr", "client.ip"),
    ("remoteaddress", "client.ip"),
    ("remote_ip", "client.ip"),
    ("remoteip", "client.ip"),
    ("client_ip", "client.ip"),
    ("src_ip", "client.ip"),
    ("ip.src", "client.ip"),
    ("ip.addr", "client.ip"),
    ("source.ip", "client.ip"),
    ("request.ip", "client.ip"),
    ("request.remote_addr", "client.ip"),
    ("request.remote_ip", "client.ip"),
    ("req.ip", "client.ip"),
    ("req.remote_ip", "client.ip"),
    ("env.remote_addr", "client.ip"),
    ("request.method", "method"),
    ("req.method", "method"),
    ("req.request_method", "method"),
    ("http.method", "method"),
    ("http.request.method", "method"),
    ("request.path", "path"),
    ("request.uri", "path"),
    ("request.url", "path"),
    ("request.full_path", "path"),
    ("request.uri.path", "path"),
    ("request.url.path", "path"),
    ("req.path", "path"),
    ("req.url", "path"),
    ("req.fullpath", "path"),
    ("req.originalurl", "path"),
    ("http.path", "path"),
    ("http.request.uri", "path"),
    ("http.request.uri.path", "path"),
    ("http.request.full_uri", "path"),
    ("uri.path", "path"),
    ("url.path", "path"),
    ("request.host", "host"),
    ("request.hostname", "host"),
    ("req.host", "host"),
    ("req.hostname", "host"),
    ("http.host", "host"),
    ("request.scheme", "scheme"),
    ("request.protocol", "scheme"),
    ("req.protocol", "scheme"),
    ("req.scheme", "scheme"),
    ("request.user_agent", "headers.user-agent"),
    ("request.useragent", "headers.user-agent"),
    ("req.user_agent", "headers.user-agent"),
    ("req.useragent", "headers.user-agent"),
    ("http.user_agent", "headers.user-agent"),
    ("http.referer", "headers.referer"),
    ("http.cookie", "headers.cookie"),
    ("request.referrer", "headers.referer"),
    ("request.content_type", "content_type"),
    ("request.mimetype", "content_type"),
    ("req.content_type", "content_type"),
    ("is_bot", "client.is_bot"),
    ("bot", "client.is_bot"),
    ("isbot", "client.is_bot"),
    ("cf.client.bot", "client.is_verified_crawler"),
    (
        "cf.bot_management.verified_bot",
        "client.is_verified_crawler",
    ),
    ("cf.verified_bot_category", "client.crawler_kind"),
    ("cookie", "headers.cookie"),
];

/// Fields that contain the query and sometimes the host beside the path.
const WHOLE_URIS: &[&str] = &[
    "url",
    "uri",
    "request_uri",
    "$request_uri",
    "request.uri",
    "request.url",
    "request.full_path",
    "req.url",
    "req.fullpath",
    "req.originalurl",
    "http.request.uri",
    "http.request.full_uri",
];

/// Whether a field of another language contains more than the path, as `$request_uri` does.
pub(crate) fn is_whole_uri(name: &str) -> bool {
    WHOLE_URIS.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a text or an expression can only be about the path of a URI.
pub(crate) fn is_about_path(text: &str) -> bool {
    let text = text.trim_matches(['"', '#', 'r']).trim_start_matches('^');
    text.starts_with('/') && !text.starts_with("//") && !text.contains(['?', '=', '&'])
}

/// Prefixes of fields that take a name, with their equivalents.
const NAMED: &[(&str, &str)] = &[
    ("request.headers", "headers"),
    ("req.headers", "headers"),
    ("req.header", "headers"),
    ("http.headers", "headers"),
    ("http.request.headers", "headers"),
    ("request.header", "headers"),
    ("req.get", "headers"),
    ("request.args", "args"),
    ("request.query", "args"),
    ("request.params", "args"),
    ("req.query", "args"),
    ("req.params", "args"),
    ("http.request.uri.args", "args"),
    ("request.cookies", "cookies"),
    ("req.cookies", "cookies"),
    ("http.request.cookies", "cookies"),
    ("header", "headers"),
    ("arg", "args"),
    ("query", "args"),
    ("params", "args"),
    ("param", "args"),
    ("cookie", "cookies"),
    ("request.cookie", "cookies"),
];

/// The equivalent of a field of another language.
pub(crate) fn field(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if let Some((_, meant)) = FIELDS.iter().find(|(known, _)| *known == lower) {
        return Some((*meant).to_owned());
    }
    if let Some(variable) = lower.strip_prefix('$') {
        return nginx(variable);
    }
    named(name, &lower)
}

/// The equivalent of an nginx variable: `$http_user_agent`, `$arg_page`, `$cookie_session`,
/// `$remote_addr`.
fn nginx(variable: &str) -> Option<String> {
    match variable {
        "request_uri" | "uri" | "document_uri" => return Some("path".to_owned()),
        "binary_remote_addr" | "realip_remote_addr" => return Some("client.ip".to_owned()),
        "host" | "http_host" => return Some("host".to_owned()),
        "scheme" => return Some("scheme".to_owned()),
        "content_type" => return Some("content_type".to_owned()),
        _ => {}
    }
    let behind = |prefix: &str| {
        variable
            .strip_prefix(prefix)
            .filter(|rest| !rest.is_empty())
    };
    if let Some(name) = behind("http_") {
        return Some(format!("headers.{}", name.replace('_', "-")));
    }
    if let Some(name) = behind("arg_") {
        return Some(format!("args.{name}"));
    }
    if let Some(name) = behind("cookie_") {
        return Some(format!("cookies.{name}"));
    }
    let (_, meant) = FIELDS.iter().find(|(known, _)| *known == variable)?;
    Some((*meant).to_owned())
}

fn named(name: &str, lower: &str) -> Option<String> {
    for (known, field) in NAMED {
        let Some(rest) = lower.strip_prefix(known) else {
            continue;
        };
        let rest = name.get(name.len() - rest.len()..)?;
        let inner = rest
            .strip_prefix('.')
            .or_else(|| {
                let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
                Some(inner.trim_matches(['"', '\'']))
            })
            .or_else(|| {
                let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
                Some(inner.trim_matches(['"', '\'']))
            });
        let Some(inner) = inner.filter(|inner| !inner.is_empty()) else {
            continue;
        };
        let inner = match *field {
            "headers" => inner.to_ascii_lowercase(),
            _ => inner.to_owned(),
        };
        return Some(crate::named::named_field_text(field, &inner));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_other_languages_are_known() {
        for (name, meant) in [
            ("userAgent", Some("headers.user-agent")),
            ("$http_user_agent", Some("headers.user-agent")),
            ("$http_x_api_key", Some("headers.x-api-key")),
            ("$arg_page", Some("args.page")),
            ("$cookie_session", Some("cookies.session")),
            ("$remote_addr", Some("client.ip")),
            ("http.request.uri.path", Some("path")),
            ("req.headers[\"User-Agent\"]", Some("headers.user-agent")),
            ("request.args.page", Some("args.page")),
            ("header.x-api-key", Some("headers.x-api-key")),
            ("req.query.page", Some("args.page")),
            ("remoteAddress", Some("client.ip")),
            ("nonsense", None),
        ] {
            assert_eq!(field(name).as_deref(), meant, "{name}");
        }
    }
}
