//! Paths in tokens: `use` trees, paths in bodies and in the arguments of macros.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::UseTree;

/// An imported path, and the name that it gets.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    pub(crate) name: ImportName,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ImportName {
    Is(String),
    /// `use a::*`: everything that `a` has.
    Glob,
}

/// The imports of a `use` item.
pub(crate) fn imports(tree: &UseTree) -> Vec<Import> {
    let mut found = Vec::new();
    collect_imports(tree, &mut Vec::new(), &mut found);
    found
}

fn collect_imports(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Import>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            collect_imports(&path.tree, before, found);
            before.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                collect_imports(tree, before, found);
            }
        }
        UseTree::Glob(_) => found.push(Import {
            path: before.clone(),
            name: ImportName::Glob,
        }),
        UseTree::Name(name) => found.push(named(before, name.ident.to_string(), None)),
        UseTree::Rename(rename) => {
            let name = Some(rename.rename.to_string());
            found.push(named(before, rename.ident.to_string(), name));
        }
    }
}

fn named(before: &[String], last: String, name: Option<String>) -> Import {
    let mut path = before.to_vec();
    // `use a::{self}` is `use a`.
    if last != "self" || before.is_empty() {
        path.push(last);
    }
    let own = path.last().cloned().unwrap_or_default();
    Import {
        path,
        name: ImportName::Is(name.unwrap_or(own)),
    }
}

/// Paths and single names in tokens.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    /// Paths of two segments or more, without generic arguments.
    pub(crate) paths: BTreeSet<Vec<String>>,
    pub(crate) names: BTreeSet<String>,
    /// Imports inside of bodies.
    pub(crate) imports: Vec<Import>,
}

impl Mentions {
    /// Adds the paths and imports in tokens, except those under `#[cfg(test)]`.
    pub(crate) fn add(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Punct(hash) if hash.as_char() == '#' => {
                    at += 1;
                    let is_test = matches!(tokens.get(at), Some(TokenTree::Group(attribute))
                        if is_cfg_test(&attribute.stream()));
                    if is_test {
                        at = end_of_item(&tokens, at + 1);
                    }
                }
                TokenTree::Ident(word) if word == "use" => {
                    let end = end_of_item(&tokens, at);
                    let item = tokens.get(at..end).unwrap_or_default();
                    let item: TokenStream = item.iter().cloned().collect();
                    if let Ok(item) = syn::parse2::<syn::ItemUse>(item) {
                        self.imports.extend(imports(&item.tree));
                    }
                    at = end;
                }
                TokenTree::Ident(_) => at = self.add_path(&tokens, at),
                TokenTree::Group(group) => {
                    self.add(group.stream());
                    at += 1;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
            }
        }
    }

    /// Adds the path that begins at a token, and returns where it ends.
    fn add_path(&mut self, tokens: &[TokenTree], mut at: usize) -> usize {
        let mut path = Vec::new();
        while let Some(TokenTree::Ident(segment)) = tokens.get(at) {
            path.push(segment.to_string());
            at += 1;
            match is_colons(tokens, at) {
                true => at += 2,
                false => break,
            }
        }
        self.names.extend(path.first().cloned());
        if path.len() > 1 {
            self.paths.insert(path);
        }
        at
    }
}

/// Whether an attribute is `cfg(test)` or `cfg(all(test, …))`.
pub(crate) fn is_cfg_test(attribute: &TokenStream) -> bool {
    let text = attribute.to_string().replace(char::is_whitespace, "");
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// The end of the item or statement that begins at a token: after its `;` or its body.
fn end_of_item(tokens: &[TokenTree], mut at: usize) -> usize {
    let is_use = matches!(tokens.get(at), Some(TokenTree::Ident(word)) if word == "use");
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Group(group)
                if !is_use && group.delimiter() == proc_macro2::Delimiter::Brace =>
            {
                break;
            }
            _ => {}
        }
    }
    at
}
