//! `Cursor`: reads tokens one after the other, as words, operators and strings.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, TokenStream, TokenTree};

use super::finding::Place;
use super::text::{Text, text_of};

/// Flattens groups without brackets, in which `macro_rules!` macros pass on their arguments.
pub(crate) fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let mut flat = Vec::new();
    flatten(tokens, &mut flat);
    flat
}

fn flatten(tokens: TokenStream, flat_tokens: &mut Vec<TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                flatten(group.stream(), flat_tokens);
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(
                    group.delimiter(),
                    flat(group.stream()).into_iter().collect(),
                );
                inner.set_span(group.span());
                flat_tokens.push(TokenTree::Group(inner));
            }
            token => flat_tokens.push(token),
        }
    }
}

/// Splits tokens at separators outside of brackets. Empty parts are left out.
pub(crate) fn split(tokens: &[TokenTree], separator: char) -> Vec<&[TokenTree]> {
    tokens
        .split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == separator))
        .filter(|part| !part.is_empty())
        .collect()
}

/// A position in a list of tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    tokens: &'a [TokenTree],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(tokens: &'a [TokenTree]) -> Self {
        Cursor { tokens, at: 0 }
    }

    pub(crate) fn rest(self) -> &'a [TokenTree] {
        self.tokens.get(self.at..).unwrap_or_default()
    }

    /// The tokens between an earlier position and this one.
    pub(crate) fn since(self, start: Cursor<'a>) -> &'a [TokenTree] {
        self.tokens.get(start.at..self.at).unwrap_or_default()
    }

    /// The token before this position.
    pub(crate) fn before(self) -> Option<&'a TokenTree> {
        self.tokens.get(self.at.checked_sub(1)?)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.rest().is_empty()
    }

    pub(crate) fn peek(self) -> Option<&'a TokenTree> {
        self.rest().first()
    }

    pub(crate) fn peek_at(self, ahead: usize) -> Option<&'a TokenTree> {
        self.rest().get(ahead)
    }

    pub(crate) fn next(&mut self) -> Option<&'a TokenTree> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    pub(crate) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.tokens.len());
    }

    /// Moves to the end.
    pub(crate) fn finish(&mut self) {
        self.at = self.tokens.len();
    }

    /// Whether two cursors over the same tokens are at the same position.
    pub(crate) fn same_place(self, other: Cursor<'a>) -> bool {
        self.at == other.at
    }

    /// The next word, which may be a keyword of Rust.
    pub(crate) fn peek_word(self) -> Option<&'a Ident> {
        self.word_at(0)
    }

    pub(crate) fn word_at(self, ahead: usize) -> Option<&'a Ident> {
        match self.peek_at(ahead)? {
            TokenTree::Ident(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn is_word(self, text: &str) -> bool {
        self.peek_word().is_some_and(|word| word == text)
    }

    /// Takes the word `text`, if it comes next.
    pub(crate) fn eat_word(&mut self, text: &str) -> Option<&'a Ident> {
        let word = self.peek_word().filter(|word| *word == text)?;
        self.at += 1;
        Some(word)
    }

    /// Whether these punctuation characters come next, without spaces between them.
    pub(crate) fn is_sign(self, text: &str) -> bool {
        self.is_sign_at(0, text)
    }

    pub(crate) fn is_sign_at(self, ahead: usize, text: &str) -> bool {
        let length = text.len();
        text.chars().enumerate().all(|(index, character)| {
            matches!(
                self.peek_at(ahead + index),
                Some(TokenTree::Punct(punct)) if punct.as_char() == character
                    && (index + 1 == length || punct.spacing() == Spacing::Joint)
            )
        })
    }

    pub(crate) fn eat_sign(&mut self, text: &str) -> Option<Place> {
        if !self.is_sign(text) {
            return None;
        }
        let start = *self;
        self.skip(text.len());
        Some(Place::of(self.since(start)))
    }

    /// The punctuation that comes next, up to a space.
    pub(crate) fn signs(self) -> String {
        let mut signs = String::new();
        for token in self.rest() {
            let TokenTree::Punct(punct) = token else {
                break;
            };
            signs.push(punct.as_char());
            if punct.spacing() == Spacing::Alone {
                break;
            }
        }
        signs
    }

    pub(crate) fn group(self, delimiter: Delimiter) -> Option<&'a Group> {
        self.group_at(0, delimiter)
    }

    pub(crate) fn group_at(self, ahead: usize, delimiter: Delimiter) -> Option<&'a Group> {
        match self.peek_at(ahead)? {
            TokenTree::Group(group) if group.delimiter() == delimiter => Some(group),
            _ => None,
        }
    }

    pub(crate) fn literal(self) -> Option<&'a Literal> {
        match self.peek()? {
            TokenTree::Literal(literal) => Some(literal),
            _ => None,
        }
    }

    /// The next string literal.
    pub(crate) fn text(self) -> Option<Text> {
        self.literal().and_then(text_of)
    }

    pub(crate) fn text_at(self, ahead: usize) -> Option<Text> {
        match self.peek_at(ahead)? {
            TokenTree::Literal(literal) => text_of(literal),
            _ => None,
        }
    }
}

/// A word without `r#`.
pub(crate) fn plain(word: &Ident) -> String {
    let text = word.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

/// The line on which a token starts. If lines are not known, it is the same for all tokens.
pub(crate) fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

/// Tokens as text, with usual spacing. The compiler's own spacing differs between versions.
pub(crate) fn token_text(tokens: &[TokenTree]) -> String {
    let mut text = String::new();
    let mut before: Option<&TokenTree> = None;
    let mut glued = true;
    for (index, token) in tokens.iter().enumerate() {
        let is_macro = is_macro(before, token, tokens.get(index + 1));
        let space = !is_macro && !glued && !text.is_empty() && needs_space(before, token);
        if space {
            text.push(' ');
        }
        match token {
            TokenTree::Group(group) => show_group(group, &mut text),
            token => text.push_str(&token.to_string()),
        }
        glued = glues(before, token);
        before = Some(token);
    }
    text
}

/// Whether a token is the `!` after the name of a macro.
fn is_macro(before: Option<&TokenTree>, token: &TokenTree, next: Option<&TokenTree>) -> bool {
    let named = match before {
        Some(TokenTree::Ident(word)) => !["when", "and", "or", "not", "in", "on"]
            .iter()
            .any(|known| word == known),
        _ => false,
    };
    named
        && punct(Some(token)).is_some_and(|sign| sign.as_char() == '!')
        && matches!(next, Some(TokenTree::Group(_)))
}

fn show_group(group: &Group, text: &mut String) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{ ", " }"),
        Delimiter::None => ("", ""),
    };
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    text.push_str(open);
    text.push_str(&token_text(&inner));
    text.push_str(close);
}

fn punct(token: Option<&TokenTree>) -> Option<&Punct> {
    match token {
        Some(TokenTree::Punct(punct)) => Some(punct),
        _ => None,
    }
}

/// Whether no space follows a token, whatever comes next.
fn glues(before: Option<&TokenTree>, token: &TokenTree) -> bool {
    let Some(sign) = punct(Some(token)) else {
        return false;
    };
    match sign.as_char() {
        _ if sign.spacing() == Spacing::Joint => true,
        '.' | '-' | '$' | '@' | '/' | '#' | '&' if !is_doubled(before, sign) => true,
        // In `::`, but not in `name: value`.
        ':' => is_doubled(before, sign),
        // As negation, but not in `!=`.
        '!' => true,
        _ => false,
    }
}

fn is_doubled(before: Option<&TokenTree>, sign: &Punct) -> bool {
    punct(before)
        .is_some_and(|one| one.spacing() == Spacing::Joint && one.as_char() == sign.as_char())
}

fn needs_space(before: Option<&TokenTree>, token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(sign) => {
            !matches!(sign.as_char(), ',' | ';' | '.' | ':' | '-' | '/' | '?')
        }
        // No space precedes settings in brackets, or a name in brackets after its field.
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => match before {
                Some(TokenTree::Ident(word)) => ["when", "and", "or", "not", "in", "on"]
                    .iter()
                    .any(|w| word == w),
                _ => true,
            },
            Delimiter::Bracket => match before {
                Some(TokenTree::Ident(word)) => {
                    !["args", "headers", "cookies"].iter().any(|w| word == w)
                }
                Some(TokenTree::Punct(sign)) => sign.as_char() != '#',
                _ => true,
            },
            _ => true,
        },
        _ => true,
    }
}
