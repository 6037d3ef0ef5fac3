//! The modules of a crate: which file each is in, what it defines and what it imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use syn::{Attribute, Item};

use crate::error::SourceError;
use crate::paths::{Import, Mentions, imports, is_cfg_test};

/// The modules of a crate, the root first. Test code is left out.
#[derive(Debug)]
pub struct ModuleTree {
    pub(crate) modules: Vec<Module>,
}

/// A module, whether in a file of its own or inline.
#[derive(Debug)]
pub(crate) struct Module {
    /// The file, from the folder of the crate's root.
    pub(crate) file: PathBuf,
    /// The modules that lead to the file of this one. An inline module has the path of the
    /// module around it.
    pub(crate) file_path: Vec<String>,
    pub(crate) parent: Option<usize>,
    pub(crate) children: BTreeMap<String, usize>,
    pub(crate) definitions: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    pub(crate) mentions: Mentions,
}

impl ModuleTree {
    /// Reads a crate from the folder that holds its `lib.rs`.
    ///
    /// # Errors
    /// A file cannot be read or parsed.
    pub fn read(folder: &Path) -> Result<ModuleTree, SourceError> {
        ModuleTree::build(&|file| fs::read_to_string(folder.join(file)).ok())
    }

    /// Reads a crate from texts by the names of files.
    ///
    /// # Errors
    /// A file is missing or cannot be parsed.
    pub fn from_texts(files: &[(&str, &str)]) -> Result<ModuleTree, SourceError> {
        ModuleTree::build(&|wanted| {
            let found = files.iter().find(|(name, _)| Path::new(name) == wanted);
            found.map(|(_, text)| (*text).to_owned())
        })
    }

    fn build(read: &dyn Fn(&Path) -> Option<String>) -> Result<ModuleTree, SourceError> {
        let mut builder = TreeBuilder {
            read,
            modules: Vec::new(),
        };
        let root = ModulePlace {
            parent: None,
            file: PathBuf::from("lib.rs"),
            file_path: Vec::new(),
            folder: PathBuf::new(),
        };
        builder.add_file(root)?;
        Ok(ModuleTree {
            modules: builder.modules,
        })
    }
}

struct TreeBuilder<'a> {
    read: &'a dyn Fn(&Path) -> Option<String>,
    modules: Vec<Module>,
}

/// The position of a module in the tree.
struct ModulePlace {
    parent: Option<usize>,
    file: PathBuf,
    file_path: Vec<String>,
    /// The folder of the files of its children.
    folder: PathBuf,
}

impl TreeBuilder<'_> {
    fn add_file(&mut self, place: ModulePlace) -> Result<usize, SourceError> {
        let text = (self.read)(&place.file)
            .ok_or_else(|| SourceError::new(&place.file, &"it cannot be read"))?;
        let file = syn::parse_file(&text).map_err(|error| SourceError::new(&place.file, &error))?;
        self.add_module(place, file.items)
    }

    fn add_module(&mut self, place: ModulePlace, items: Vec<Item>) -> Result<usize, SourceError> {
        let number = self.modules.len();
        let mut module = Module {
            file: place.file.clone(),
            file_path: place.file_path.clone(),
            parent: place.parent,
            children: BTreeMap::new(),
            definitions: BTreeSet::new(),
            imports: Vec::new(),
            mentions: Mentions::default(),
        };
        let mut children = Vec::new();
        for item in items {
            if attributes(&item).iter().any(is_test) {
                continue;
            }
            module.definitions.extend(defined_name(&item));
            match item {
                Item::Use(item) => module.imports.extend(imports(&item.tree)),
                Item::Mod(item) => children.push(item),
                item => module.mentions.add(item.into_token_stream()),
            }
        }
        self.modules.push(module);
        for child in children {
            let name = child.ident.to_string();
            let mut place = ModulePlace {
                parent: Some(number),
                file: place.file.clone(),
                file_path: place.file_path.clone(),
                folder: place.folder.join(&name),
            };
            let child = match child.content {
                Some((_, items)) => self.add_module(place, items)?,
                None => {
                    let beside = place.folder.with_extension("rs");
                    place.file = match (self.read)(&beside) {
                        Some(_) => beside,
                        None => place.folder.join("mod.rs"),
                    };
                    place.file_path.push(name.clone());
                    self.add_file(place)?
                }
            };
            if let Some(module) = self.modules.get_mut(number) {
                module.children.insert(name, child);
            }
        }
        Ok(number)
    }
}

fn is_test(attribute: &Attribute) -> bool {
    is_cfg_test(&attribute.meta.to_token_stream())
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(name.to_string())
}
