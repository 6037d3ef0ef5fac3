//! nginx's `allow 10.0.0.0/8; deny all;`: several statements that are one rule together.

use proc_macro2::TokenTree;

use crate::finding::{Finding, Place, quoted};
use crate::quoted as texts;
use crate::rules::is_semicolon;
use crate::tokens::{Cursor, token_text};

/// The finding on networks that may enter before everyone else is refused, and the number of its
/// statements and tokens, without the last `;`.
pub(crate) fn read(tokens: &[TokenTree]) -> Option<(Finding, usize, usize)> {
    let mut rest = tokens;
    let mut networks = Vec::new();
    let mut length = 0;
    loop {
        let end = rest.iter().position(is_semicolon).unwrap_or(rest.len());
        let (statement, behind) = rest.split_at(end);
        let mut cursor = Cursor::new(statement);
        length += end;
        if !networks.is_empty() && cursor.eat_word("deny").is_some() && cursor.is_word("all") {
            cursor.next();
            if !cursor.is_empty() {
                return None;
            }
            break;
        }
        cursor.eat_word("allow")?;
        let network = token_text(cursor.rest()).replace([' ', '"'], "");
        texts::network(&network).ok()?;
        networks.push(quoted(&network));
        rest = behind.get(1..)?;
        length += 1;
    }
    let written = format!(
        "always_deny when client.ip not in [{}]",
        networks.join(", ")
    );
    let finding = Finding::write(
        Place::of(tokens.get(..length)?),
        "`allow` and `deny all` are directives of nginx, not statements",
        &written,
    );
    Some((finding, networks.len() + 1, length))
}
