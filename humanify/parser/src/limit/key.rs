//! Parses the keys of limits: `key = "headers.x-api-key"`.

use crate::finding::{LiteralProblem, quoted};
use crate::foreign_names;
use crate::interned;
use humanify_syntax::{Field, is_header_name};

pub(super) fn key(text: &str) -> Result<Field, LiteralProblem> {
    match text.split_once('.') {
        None if text == "path" => Ok(Field::Path),
        None if text == "host" => Ok(Field::Host),
        Some(("args", name)) if !name.is_empty() => Ok(Field::Arg(interned::text(name))),
        Some(("headers", name)) if is_header_name(name) => match name.contains('_') {
            true => Err(with_underscore(name)),
            false => Ok(Field::Header(interned::text(&name.to_ascii_lowercase()))),
        },
        Some(("cookies", name)) if is_header_name(name) => Ok(Field::Cookie(interned::text(name))),
        _ => match exact_header(text) {
            Some(name) => Ok(Field::Header(interned::text(&name.to_ascii_lowercase()))),
            None => Err(bad_key(text)),
        },
    }
}

/// The name in `headers["x_api_key"]`: that of a header which is really called so.
fn exact_header(text: &str) -> Option<&str> {
    let name = text.strip_prefix("headers[\"")?.strip_suffix("\"]")?;
    (name.contains('_') && is_header_name(name)).then_some(name)
}

fn with_underscore(name: &str) -> LiteralProblem {
    let lower = name.to_ascii_lowercase();
    let [hyphens, exact] = [
        format!("headers.{}", lower.replace('_', "-")),
        format!("headers[{}]", quoted(&lower)),
    ]
    .map(|key| quoted(&key));
    LiteralProblem::new(
        format_args!("names of headers contain hyphens, not `_`: `{name}`"),
        format_args!("write `{hyphens}`, or `{exact}` if the name really contains `_`"),
    )
    .with(hyphens)
    .with(exact)
}

fn bad_key(text: &str) -> LiteralProblem {
    const KEYS: &str = "a key is `path`, `host`, `args.NAME`, `headers.NAME` or `cookies.NAME`";
    let problem = format!("`{text}` is not a key of a limit");
    let lower = text.to_ascii_lowercase();
    if [
        "client.ip",
        "ip",
        "client",
        "remote_addr",
        "address",
        "client_ip",
        "user",
        "user_id",
    ]
    .contains(&lower.as_str())
    {
        return match lower.starts_with("user") {
            true => LiteralProblem::new(
                problem,
                format_args!(
                    "only the application knows who is logged in: name the cookie or \
                     header that shows it, such as `\"cookies.session\"`; {KEYS}"
                ),
            ),
            false => LiteralProblem::new(
                problem,
                format_args!("every limit counts by client anyway: leave `key` out; {KEYS}"),
            ),
        };
    }
    if text.contains([',', '+', '|']) {
        return LiteralProblem::new(
            format_args!("`{text}` is several keys, and a limit has one"),
            format_args!("write a limit for each; {KEYS}"),
        );
    }
    let quoted_name = ["args", "headers", "cookies"]
        .into_iter()
        .find_map(|field| {
            let inner = text
                .strip_prefix(field)?
                .strip_prefix('[')?
                .strip_suffix(']')?;
            let name = inner.trim_matches(['"', '\'']);
            Some(match field == "headers" && name.contains('_') {
                true => format!("{field}[{}]", quoted(name)),
                false => format!("{field}.{name}"),
            })
        });
    // Only the name of a header.
    let header = (text.contains('-') && !text.contains('.'))
        .then(|| format!("headers.{}", text.to_ascii_lowercase()));
    let meant = quoted_name
        .or_else(|| foreign_names::field(text))
        .or(header);
    match meant.filter(|meant| key(meant).is_ok()) {
        Some(meant) => {
            LiteralProblem::new(problem, format_args!("write `{}`; {KEYS}", quoted(&meant)))
                .with(quoted(&meant))
        }
        None => match text.split_once('.') {
            Some((field @ ("headers" | "cookies"), name)) => LiteralProblem::new(
                format_args!(
                    "`{name}` cannot be the name of a {}",
                    field.trim_end_matches('s')
                ),
                "a name is made of letters, digits and signs such as `-`, `_` and `.`",
            ),
            _ => LiteralProblem::new(problem, KEYS),
        },
    }
}
