//! The languages, and the words that their statements start with.

use proc_macro2::{Delimiter, TokenTree};

use crate::tokens::Cursor;
use crate::words::starts;

/// How a language names paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathStyle {
    /// As a prefix.
    Prefix,
    /// As the whole path, in which `*` stands for any text.
    Whole,
    /// As a path with all paths below it; it ends with `/**`.
    Below,
    /// In conditions.
    Conditions,
}

/// Another language of rules.
#[derive(Debug)]
pub(super) struct RuleLanguage {
    /// The name of the language in messages: `of nginx`.
    pub(super) description: &'static str,
    /// The words that its statements start with. If a word ends with a dot or a bracket, the source
    /// has to have that, too.
    starts: &'static [&'static str],
    pub(super) paths: PathStyle,
    pub(super) help: &'static str,
}

const LANGUAGES: &[RuleLanguage] = &[
    RuleLanguage {
        description: "a directive of nginx",
        starts: &[
            "location",
            "server",
            "upstream",
            "proxy_pass",
            "fastcgi_pass",
            "uwsgi_pass",
            "limit_req_zone",
            "limit_conn_zone",
            "limit_conn",
            "limit_req_status",
            "map",
            "geo",
            "try_files",
            "error_page",
            "auth_basic",
            "valid_referers",
            "set_real_ip_from",
            "real_ip_header",
            "satisfy",
            "add_header",
            "proxy_set_header",
            "server_name",
            "listen",
            "ngx.",
        ],
        paths: PathStyle::Prefix,
        help: "a statement begins with its action, then come its targets: `always_deny on \
               \"/admin*\"`, `limit \"10/minute\" on \"/login\"`, `always_deny when client.ip not \
               in [\"10.0.0.0/8\"]`",
    },
    RuleLanguage {
        description: "a directive of Apache",
        starts: &[
            "Require",
            "RequireAll",
            "RequireAny",
            "RequireNone",
            "Order",
            "Deny from",
            "Allow from",
            "RewriteRule",
            "RewriteCond",
            "RewriteEngine",
            "SetEnvIf",
            "SetEnvIfNoCase",
            "BrowserMatch",
            "BrowserMatchNoCase",
            "Redirect",
            "RedirectMatch",
            "AuthType",
            "Satisfy",
            "SecRule",
            "SecAction",
            "SecRuleEngine",
        ],
        paths: PathStyle::Conditions,
        help: "as in `always_deny when client.ip not in [\"10.0.0.0/8\"]` or \
               `deny_access when headers.user-agent contains \"curl\"`",
    },
    RuleLanguage {
        description: "a directive of HAProxy",
        starts: &[
            "acl",
            "http-request",
            "http-response",
            "tcp-request",
            "use_backend",
            "default_backend",
            "stick-table",
            "frontend",
            "backend",
        ],
        paths: PathStyle::Conditions,
        help: "the condition belongs in the statement itself: `always_deny when path starts_with \
               \"/admin\" && client.ip not in [\"10.0.0.0/8\"]`",
    },
    RuleLanguage {
        description: "a directive of Caddy",
        starts: &[
            "respond",
            "handle",
            "handle_path",
            "reverse_proxy",
            "file_server",
            "basic_auth",
            "rate_limit{",
        ],
        paths: PathStyle::Whole,
        help: "a statement begins with its action, then come its targets: `always_deny on \
               \"/admin/*\"`",
    },
    RuleLanguage {
        description: "a rule of rack-attack",
        starts: &["Rack", "throttle(", "safelist(", "blocklist("],
        paths: PathStyle::Conditions,
        help: "rates, targets and conditions belong in a statement: `limit \"5/20 seconds\" on \
               \"/login\"`, `always_deny when client.ip == \"203.0.113.4\"`; clients are counted \
               by address anyway",
    },
    RuleLanguage {
        description: "code of Rails",
        starts: &["before_action", "skip_before_action"],
        paths: PathStyle::Conditions,
        help: "a handler is protected by an attribute above it, such as `#[require_human]`, and \
               paths by a statement such as `challenge on \"/login\"`",
    },
    RuleLanguage {
        description: "code of express",
        starts: &["app.", "router.", "fastify.", "express.", "req.", "res."],
        paths: PathStyle::Below,
        help: "routes stay with axum's `Router`; what protects them is a statement, as in \
               `limit \"5/minute\" on under \"/api\"`",
    },
    RuleLanguage {
        description: "code of Spring Security",
        starts: &[
            "antMatchers(",
            "requestMatchers(",
            "mvcMatchers(",
            "anyRequest(",
            "authorizeRequests(",
            "authorizeHttpRequests(",
            "http.authorizeRequests",
            "http.authorizeHttpRequests",
            "http.csrf",
            "http.antMatcher",
            "http.requestMatchers",
            "http.securityMatcher",
            "@PreAuthorize",
            "@Secured",
            "@RolesAllowed",
        ],
        paths: PathStyle::Below,
        help: "a statement begins with its action, then come its targets: `always_deny on under \
               \"/admin\"`; only the application knows who is logged in",
    },
    RuleLanguage {
        description: "an expression of Cloudflare",
        starts: &[
            "cf.",
            "http.request.",
            "http.host",
            "http.user_agent",
            "http.referer",
            "http.cookie",
            "ip.src",
            "ip.geoip.",
        ],
        paths: PathStyle::Conditions,
        help: "an action comes first and the condition after `when`, as in `deny_access when path \
               starts_with \"/admin\"`",
    },
    RuleLanguage {
        description: "an expression of CEL",
        starts: &[
            "request.",
            "source.",
            "remoteAddress",
            "userAgent",
            "connection.",
        ],
        paths: PathStyle::Conditions,
        help: "an action comes first and the condition after `when`, as in `deny_access when path \
               starts_with \"/admin\"`",
    },
    RuleLanguage {
        description: "code of Flask",
        starts: &[
            "humanify.",
            "limiter.",
            "flask.",
            "@app",
            "@humanify",
            "@limiter",
            "@bp",
        ],
        paths: PathStyle::Conditions,
        help: "a handler is protected by an attribute above it, such as `#[require_human]`, and \
               paths by a statement such as `challenge on \"/login\"`",
    },
    RuleLanguage {
        description: "code of Django",
        starts: &["@ratelimit", "@csrf_exempt", "@login_required"],
        paths: PathStyle::Conditions,
        help: "a handler is protected by an attribute above it, such as \
               `#[rate_limit(\"5/minute\")]`, and paths by a statement such as `limit \
               \"5/minute\" on \"/login\"`",
    },
    RuleLanguage {
        description: "code of tower_governor",
        starts: &["GovernorConfigBuilder", "GovernorLayer", "GovernorConfig"],
        paths: PathStyle::Conditions,
        help: "a limit is a statement, as in `limit \"2/second\", burst = 5 on \"/api/*\"`",
    },
    RuleLanguage {
        description: "a rule of AWS WAF",
        starts: &[
            "RateBasedStatement",
            "ByteMatchStatement",
            "IPSetReferenceStatement",
            "GeoMatchStatement",
            "ManagedRuleGroupStatement",
            "Statement",
            "Rules",
        ],
        paths: PathStyle::Conditions,
        help: "a statement has an action, targets and a condition, as in `limit \"100/5 minutes\" \
               on \"/login\"` or `deny_access on \"/admin/*\" when client.is_tor`",
    },
    RuleLanguage {
        description: "a setting of fail2ban",
        starts: &["maxretry", "bantime", "findtime", "failregex"],
        paths: PathStyle::Conditions,
        help: "a ban is one statement, as in `ban \"5 failures/10 minutes\" for \"1 hour\"`",
    },
    RuleLanguage {
        description: "a command of a firewall",
        starts: &["iptables", "ip6tables", "nft", "ufw"],
        paths: PathStyle::Conditions,
        help: "addresses are refused by `always_deny when client.ip in [\"203.0.113.0/24\"]`",
    },
    RuleLanguage {
        description: "a line of robots.txt",
        starts: &["User-agent", "Disallow", "Allow", "Sitemap", "Crawl-delay"],
        paths: PathStyle::Prefix,
        help: "crawlers that ignore robots.txt are stopped by a statement: `deny_access when \
               client.crawler_kind == ai`; `/robots.txt` itself is served by a route",
    },
    RuleLanguage {
        description: "a rule of Rego",
        starts: &["package", "default", "allow{", "deny{", "deny[", "allow["],
        paths: PathStyle::Conditions,
        help: "a request that no statement stops gets in; a statement has an action, targets and a \
               condition: `deny_access on \"/admin/*\" when client.is_tor`",
    },
    RuleLanguage {
        description: "a policy of Cedar",
        starts: &["permit(", "forbid("],
        paths: PathStyle::Conditions,
        help: "a request that no statement stops gets in; a statement has an action, targets and a \
               condition: `deny_access on \"/admin/*\" when client.is_tor`",
    },
];

/// Words before a colon that are not the name of a statement.
const COLONS: &[&str] = &[
    "User-agent",
    "Disallow",
    "Allow",
    "Sitemap",
    "Crawl-delay",
    "before_action",
    "skip_before_action",
];

/// Data formats such as JSON and YAML, whose entries look like statements.
const DATA: RuleLanguage = RuleLanguage {
    description: "data, such as JSON or YAML",
    starts: &[],
    paths: PathStyle::Conditions,
    help: "a statement is written as in `deny_access on \"/admin/*\" when client.is_tor;`",
};

/// The language of a statement that starts with a name.
pub(super) fn of(head: &str, cursor: Cursor) -> Option<&'static RuleLanguage> {
    let length = super::head_length(cursor);
    if head.is_empty() {
        return in_brackets(cursor).or_else(|| is_data(cursor).then_some(&DATA));
    }
    let next = cursor.peek_at(length);
    let is_colon = cursor.is_sign_at(length, ":");
    let mut behind = cursor;
    behind.skip(length + 1);
    // `server: challenge on "/x"` is a statement with a name.
    let is_label = is_colon && (starts(behind) || !COLONS.contains(&head));
    if is_label {
        return None;
    }
    let fits = |known: &str| {
        if let Some(name) = known.strip_suffix('(') {
            let called = matches!(next, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
            return called && head == name;
        }
        if let Some(name) = known.strip_suffix('[') {
            let has_list = matches!(next, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
            return has_list && head == name;
        }
        if let Some(name) = known.strip_suffix('{') {
            let has_block = matches!(next, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
            return has_block && head == name;
        }
        if let Some((name, word)) = known.split_once(' ') {
            return head == name && matches!(next, Some(TokenTree::Ident(next)) if next == word);
        }
        match known.strip_suffix('.') {
            Some(name) => head
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('.')),
            None => head
                .strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':'])),
        }
    };
    let known = LANGUAGES
        .iter()
        .find(|language| language.starts.iter().any(|known| fits(known)));
    // `@bots header User-Agent *curl*`.
    let is_matcher = head.starts_with('@') && matches!(next, Some(TokenTree::Ident(_)));
    known.or_else(|| {
        let mut languages = LANGUAGES.iter();
        languages.find(|language| is_matcher && language.description.ends_with("Caddy"))
    })
}

/// The language of an expression in brackets: `(http.host eq "a.example" or cf.client.bot)`.
fn in_brackets(cursor: Cursor) -> Option<&'static RuleLanguage> {
    let group = cursor.group(Delimiter::Parenthesis)?;
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut inside = Cursor::new(&inner);
    if inside.is_word("not") || inside.is_sign("!") {
        inside.next();
    }
    let language = of(&super::head(inside), inside)?;
    language
        .description
        .starts_with("an expression")
        .then_some(language)
}

/// `{ "path": … }` and `[ … ]`.
fn is_data(cursor: Cursor) -> bool {
    let Some(TokenTree::Group(group)) = cursor.peek() else {
        return false;
    };
    let inner: Vec<TokenTree> = group.stream().into_iter().take(2).collect();
    let is_pair = matches!(inner.as_slice(), [_, TokenTree::Punct(sign)] if sign.as_char() == ':');
    let is_list = matches!(inner.first(), Some(TokenTree::Group(_)));
    match group.delimiter() {
        Delimiter::Brace => is_pair,
        Delimiter::Bracket => is_list,
        _ => false,
    }
}
