//! The source text of a statement, on one line.

use proc_macro2::{Delimiter, Group, LineColumn, Span, TokenTree};

use super::tokens::token_text;

/// The source text of tokens, with each run of white space as one space. If the spacing is unknown,
/// as in the output of another macro, the usual spacing is used.
pub(super) fn source_text(tokens: &[TokenTree]) -> String {
    let mut source = SourceWriter::default();
    source.tokens(tokens);
    match source.is_known {
        true => source.text,
        false => token_text(tokens),
    }
}

struct SourceWriter {
    text: String,
    /// The position after the last token, and its file.
    end: Option<(LineColumn, String)>,
    /// Whether to omit the next space, since a bracket was opened at the end of the line before.
    opened: bool,
    is_known: bool,
}

impl Default for SourceWriter {
    fn default() -> SourceWriter {
        SourceWriter {
            text: String::new(),
            end: None,
            opened: false,
            is_known: true,
        }
    }
}

impl SourceWriter {
    fn tokens(&mut self, tokens: &[TokenTree]) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(group),
                token => {
                    let (span, text) = (token.span(), token.to_string());
                    self.write(&text, (span.start(), span.end()), span, false);
                }
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            // Such groups have no brackets in the source.
            Delimiter::None => {
                self.is_known = false;
                return;
            }
        };
        // The brackets are the first and the last character of the group.
        let span = group.span();
        let (start, end) = (span.start(), span.end());
        let (mut opened, mut closing) = (start, end);
        opened.column += 1;
        closing.column = closing.column.saturating_sub(1);
        self.write(open, (start, opened), span, false);
        self.opened = true;
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        self.tokens(&inner);
        self.write(close, (closing, end), span, true);
    }

    /// Writes a token, after a space if there is white space before it in the source. A line break
    /// inside brackets does not count.
    fn write(
        &mut self,
        token: &str,
        (start, end): (LineColumn, LineColumn),
        span: Span,
        closes: bool,
    ) {
        let file = span.file();
        if let Some((before, known)) = &self.end {
            let follows =
                *known == file && (before.line, before.column) <= (start.line, start.column);
            let breaks = before.line < start.line;
            self.is_known &= follows && start.line > 0;
            // A comma after the last element of a list is dropped together with the line break.
            if breaks && closes && self.text.ends_with(',') {
                self.text.pop();
            }
            if start != *before && !(breaks && (self.opened || closes)) {
                self.text.push(' ');
            }
        }
        // A string literal may span several lines, too.
        let text = token
            .chars()
            .map(|sign| if sign.is_control() { ' ' } else { sign });
        self.text.extend(text);
        self.opened = false;
        self.end = Some((end, file));
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::*;

    fn of(text: &str) -> String {
        let tokens: TokenStream = text.parse().unwrap();
        source_text(&tokens.into_iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_statement_is_one_line_with_the_spaces_that_were_written() {
        for (written, expected) in [
            (
                "challenge(grid,hardness=4) on \"/api/*\" except   under \"/x\"",
                "challenge(grid,hardness=4) on \"/api/*\" except under \"/x\"",
            ),
            (
                "challenge on \"/api/*\"\n    when method in [\n        POST, // both\n        PUT,\n    ]\n      && !(client.is_vpn || headers.content-type ~ r\"^a\")",
                "challenge on \"/api/*\" when method in [POST, PUT] && !(client.is_vpn || headers.content-type ~ r\"^a\")",
            ),
            ("deny_access when a!=b&&c", "deny_access when a!=b&&c"),
            (
                "x when args[ \"a[]\" ] == \"ä\"",
                "x when args[ \"a[]\" ] == \"ä\"",
            ),
            ("x == \"a\nb\"", "x == \"a b\""),
        ] {
            assert_eq!(of(written), expected);
        }
    }

    #[test]
    fn tokens_of_several_sources_get_usual_spacing() {
        let mut tokens: Vec<TokenTree> = Vec::new();
        for text in ["\n\n challenge on", "\"/a\"", "when client.is_vpn"] {
            tokens.extend(text.parse::<TokenStream>().unwrap());
        }
        assert_eq!(
            source_text(&tokens),
            "challenge on \"/a\" when client.is_vpn"
        );
    }
}
