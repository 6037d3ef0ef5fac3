//! Globs on paths and on names.

/// A parsed glob. `*` matches any run of characters, including `/`; `?` matches one character;
/// `{id}` or `<id>` matches one segment that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    tokens: Vec<Token>,
}

/// A part of a glob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Literal(char),
    One,
    Segment,
    Run,
}

/// Why a text is not a glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// The text is empty.
    #[error("the glob is empty")]
    Empty,
    /// The glob can match no path, since paths start with a slash.
    #[error("expected `/` or `*` at the start of a path, found `{0}`")]
    NoSlash(String),
    /// A placeholder is not closed, not opened, empty, or only part of a segment.
    #[error("`{0}` at character {1}: a placeholder is a whole segment, such as `/{{id}}/`")]
    Placeholder(char, usize),
    /// The glob has a wildcard of the router.
    #[error("`{{*name}}` is the router's wildcard; in a glob it is `*`")]
    RouterWildcard,
    /// The glob has a part that normalised paths never have.
    #[error("{0}")]
    NeverMatches(&'static str),
}

impl Glob {
    /// Parses a glob on paths.
    ///
    /// # Errors
    /// If the glob is malformed, or no path can match it.
    pub fn path(text: &str) -> Result<Glob, GlobError> {
        let glob = Glob::parse(text, '/')?;
        if !text.starts_with(['/', '*']) {
            return Err(GlobError::NoSlash(text.to_owned()));
        }
        for (part, why) in [
            (
                "%",
                "paths are matched decoded: write the character itself and not `%xx`",
            ),
            ("\\", "`\\` in a path counts as `/`: write `/`"),
            (
                ";",
                "parameters (`;…`) are cut off before a path is matched",
            ),
            ("#", "the fragment (`#…`) is never sent to a server"),
            (
                "//",
                "empty segments are dropped before a path is matched: write one `/`",
            ),
            ("/./", "dot segments are resolved before a path is matched"),
            ("/../", "dot segments are resolved before a path is matched"),
        ] {
            if text.contains(part) {
                return Err(GlobError::NeverMatches(why));
            }
        }
        if text.ends_with("/.") || text.ends_with("/..") {
            return Err(GlobError::NeverMatches(
                "dot segments are resolved before a path is matched",
            ));
        }
        Ok(glob)
    }

    /// Parses a glob on the names of handlers: `billing::*`.
    ///
    /// # Errors
    /// If the glob is malformed.
    pub fn name(text: &str) -> Result<Glob, GlobError> {
        Glob::parse(text, '\0')
    }

    fn parse(text: &str, separator: char) -> Result<Glob, GlobError> {
        if text.is_empty() {
            return Err(GlobError::Empty);
        }
        let mut tokens = Vec::with_capacity(text.len());
        let mut characters = text.chars().enumerate().peekable();
        let mut before = separator;
        while let Some((position, character)) = characters.next() {
            let closing = match character {
                '{' => '}',
                '<' => '>',
                '}' | '>' => return Err(GlobError::Placeholder(character, position + 1)),
                _ => {
                    match (character, tokens.last()) {
                        ('*', Some(Token::Run)) => {}
                        ('*', _) => tokens.push(Token::Run),
                        ('?', _) => tokens.push(Token::One),
                        _ => tokens.push(Token::Literal(character)),
                    }
                    before = character;
                    continue;
                }
            };
            let malformed = GlobError::Placeholder(character, position + 1);
            let mut length = 0;
            loop {
                match characters.next() {
                    Some((_, '*')) if length == 0 => return Err(GlobError::RouterWildcard),
                    Some((_, next)) if next == closing => break,
                    Some((_, next)) if next.is_alphanumeric() || "_-:".contains(next) => {
                        length += 1
                    }
                    _ => return Err(malformed),
                }
            }
            let after = characters.peek().map_or(separator, |(_, next)| *next);
            let whole = separator == '\0' || (before == separator && after == separator);
            if length == 0 || !whole {
                return Err(malformed);
            }
            tokens.push(Token::Segment);
            before = closing;
        }
        Ok(Glob { tokens })
    }

    /// The tokens.
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The glob as a regular expression for whole texts, in the dialect of
    /// [`compile_pattern`](crate::compile_pattern).
    #[must_use]
    pub fn to_pattern(&self) -> String {
        let mut pattern = String::from(r"\A(?s-u)");
        let mut buffer = [0; 4];
        for token in &self.tokens {
            match token {
                Token::Literal(character) => {
                    for byte in character.encode_utf8(&mut buffer).bytes() {
                        pattern.push_str(&format!(r"\x{byte:02x}"));
                    }
                }
                // One character of UTF-8, or a byte that belongs to no character.
                Token::One => pattern.push_str(r"(?:[\xc0-\xff][\x80-\xbf]*|[\x00-\xbf])"),
                Token::Segment => pattern.push_str("[^/]+"),
                Token::Run => pattern.push_str(".*"),
            }
        }
        pattern.push_str(r"\z");
        pattern
    }

    /// The text, if the glob has no wildcard.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        literal(&self.tokens)
    }

    /// The text before the `*`, if the only wildcard is a `*` at the end.
    #[must_use]
    pub fn prefix(&self) -> Option<String> {
        let (last, rest) = self.tokens.split_last()?;
        (*last == Token::Run).then(|| literal(rest))?
    }

    /// The glob without a slash at its end, which normalised paths never have.
    #[must_use]
    pub fn without_trailing_slash(mut self) -> Glob {
        if self.tokens.len() > 1 && self.tokens.last() == Some(&Token::Literal('/')) {
            self.tokens.pop();
        }
        self
    }

    /// The glob with percent-encoded literals, as URIs encode them.
    #[must_use]
    pub fn percent_encoded(&self) -> Glob {
        let mut tokens = Vec::with_capacity(self.tokens.len());
        let mut buffer = [0; 4];
        for token in &self.tokens {
            match token {
                Token::Literal(character) if !character.is_ascii_graphic() => {
                    for byte in character.encode_utf8(&mut buffer).bytes() {
                        tokens.extend(format!("%{byte:02X}").chars().map(Token::Literal));
                    }
                }
                token => tokens.push(*token),
            }
        }
        Glob { tokens }
    }

    /// Whether this glob matches every text that `other` matches. `true` is certain; `false` may
    /// also mean that the globs are too complex to compare.
    #[must_use]
    pub fn covers(&self, other: &Glob) -> bool {
        // `reachable[i]`: whether the first `i` tokens of this glob can match the tokens of `other`
        // read so far.
        let mut reachable = vec![false; self.tokens.len() + 1];
        let skip_runs = |reachable: &mut Vec<bool>| {
            for (index, token) in self.tokens.iter().enumerate() {
                if *token == Token::Run
                    && reachable.get(index) == Some(&true)
                    && let Some(next) = reachable.get_mut(index + 1)
                {
                    *next = true;
                }
            }
        };
        if let Some(first) = reachable.first_mut() {
            *first = true;
        }
        skip_runs(&mut reachable);
        for theirs in &other.tokens {
            let mut next = vec![false; reachable.len()];
            for (index, ours) in self.tokens.iter().enumerate() {
                if reachable.get(index) != Some(&true) {
                    continue;
                }
                let (stays, steps) = match (ours, theirs) {
                    (Token::Run, _) => (true, false),
                    (Token::One, Token::One | Token::Literal(_)) => (false, true),
                    (Token::Segment, Token::Segment) => (false, true),
                    (Token::Literal(a), Token::Literal(b)) => (false, a == b),
                    _ => (false, false),
                };
                if stays && let Some(slot) = next.get_mut(index) {
                    *slot = true;
                }
                if steps && let Some(slot) = next.get_mut(index + 1) {
                    *slot = true;
                }
            }
            skip_runs(&mut next);
            reachable = next;
        }
        reachable.last() == Some(&true)
    }
}

/// The text of tokens without wildcards.
fn literal(tokens: &[Token]) -> Option<String> {
    let mut text = String::with_capacity(tokens.len());
    for token in tokens {
        match token {
            Token::Literal(character) => text.push(*character),
            _ => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile_pattern;

    #[test]
    fn globs_match_whole_paths() {
        for (glob, yes, no) in [
            (
                "/api/*",
                &["/api/", "/api/a/b"][..],
                &["/api", "/apis", "x/api/"][..],
            ),
            ("/v?/x", &["/v1/x", "/vé/x"], &["/v/x", "/v12/x"]),
            ("/u/{id}/x", &["/u/7/x"], &["/u//x", "/u/7/8/x"]),
            ("/u/<id>", &["/u/7"], &["/u/", "/u/7/"]),
            ("*.php", &["/a.php", "/a/b.php"], &["/a.phps"]),
            ("/a.b", &["/a.b"], &["/axb"]),
            ("*", &["/", "/x\n/y"], &[]),
        ] {
            let pattern = compile_pattern(&Glob::path(glob).unwrap().to_pattern()).unwrap();
            for path in yes {
                assert!(pattern.is_match(path.as_bytes()), "{glob} {path}");
            }
            for path in no {
                assert!(!pattern.is_match(path.as_bytes()), "{glob} {path}");
            }
        }
    }

    #[test]
    fn a_malformed_glob_is_refused() {
        for glob in [
            "", "api/*", "/{id", "/id}", "/{}", "/a{id}", "/{id}b", "/<id}", "/{*rest}", "/a%20b",
            "//a", "/a/../b", "/a/..", "/a;b", "/a\\b", "/a b}",
        ] {
            assert!(Glob::path(glob).is_err(), "{glob}");
        }
    }

    #[test]
    fn a_glob_covers_what_it_includes() {
        for (wide, narrow) in [
            ("*", "/a"),
            ("/a/*", "/a/b"),
            ("/a/*", "/a/*"),
            ("/a/*", "/a/{id}/*"),
            ("/a/*", "/a/b?c"),
            ("/a/{id}", "/a/{number}"),
            ("/*x*", "/axb*"),
        ] {
            let (a, b) = (Glob::path(wide).unwrap(), Glob::path(narrow).unwrap());
            assert!(a.covers(&b), "{wide} {narrow}");
        }
        for (a, b) in [
            ("/a/*", "/a"),
            ("/a/b", "/a/*"),
            ("/a/?", "/a/*"),
            ("/a/{id}", "/a/*"),
            ("/a/?", "/a/{id}"),
            ("/a*b", "/a*"),
        ] {
            let (a, b) = (Glob::path(a).unwrap(), Glob::path(b).unwrap());
            assert!(!a.covers(&b), "{a:?} {b:?}");
        }
    }
}
