//! Resolves a path in a module to the modules that its item is imported from.

use std::collections::BTreeSet;

use crate::module_tree::{Module, ModuleTree};
use crate::paths::{Import, ImportName};

/// The longest chain of imports that is followed.
const DEEPEST: usize = 16;

/// The target of a path: the module that it names, or the module that defines its item.
#[derive(Debug, Clone)]
struct PathTarget {
    module: usize,
    /// Modules on the way that export an item of others.
    through: Vec<usize>,
    is_module: bool,
}

/// The modules that a module imports from, each with a name that it imports.
pub(crate) fn dependencies(tree: &ModuleTree, number: usize) -> BTreeSet<(usize, String)> {
    let mut found = BTreeSet::new();
    let Some(module) = tree.modules.get(number) else {
        return found;
    };
    let paths = module.mentions.paths.iter().cloned();
    let named: Vec<&Import> = module
        .imports
        .iter()
        .chain(&module.mentions.imports)
        .collect();
    let imported = named
        .iter()
        .filter(|import| import.name != ImportName::Glob)
        .map(|import| import.path.clone());
    for path in paths.chain(imported) {
        add(tree, number, &path, &mut found);
    }
    // Items that a glob imports count where the code mentions them.
    for glob in named
        .iter()
        .filter(|import| import.name == ImportName::Glob)
    {
        for name in &module.mentions.names {
            let mut path = glob.path.clone();
            path.push(name.clone());
            if exists(tree, number, &path) {
                add(tree, number, &path, &mut found);
            }
        }
    }
    found
}

fn add(tree: &ModuleTree, from: usize, path: &[String], found: &mut BTreeSet<(usize, String)>) {
    if let Some(target) = resolve(tree, from, path, DEEPEST) {
        // `Type::method` stands for the type.
        let is_type = |segment: &&String| segment.starts_with(char::is_uppercase);
        let name = path.iter().find(is_type).or(path.last());
        let name = name.cloned().unwrap_or_default();
        let modules = target.through.iter().chain([&target.module]);
        found.extend(modules.map(|module| (*module, name.clone())));
    }
}

/// Whether a path of a glob leads to an item, rather than into a module that lacks it.
fn exists(tree: &ModuleTree, from: usize, path: &[String]) -> bool {
    let Some((name, before)) = path.split_last() else {
        return false;
    };
    let Some(target) = resolve(tree, from, before, DEEPEST) else {
        return false;
    };
    target.is_module && look_up(tree, target.module, name, DEEPEST).is_some()
}

fn resolve(tree: &ModuleTree, from: usize, path: &[String], depth: usize) -> Option<PathTarget> {
    let depth = depth.checked_sub(1)?;
    let (first, mut rest) = path.split_first()?;
    let mut target = match first.as_str() {
        "crate" => PathTarget::module(0),
        "self" => PathTarget::module(from),
        "super" => PathTarget::module(tree.modules.get(from)?.parent?),
        // Anything else is a name of this module, or another crate's.
        name => look_up(tree, from, name, depth)?,
    };
    while let Some((segment, after)) = rest.split_first() {
        if !target.is_module {
            break;
        }
        target = match segment.as_str() {
            "super" => PathTarget {
                module: tree.modules.get(target.module)?.parent?,
                ..target
            },
            "self" => target,
            name => match look_up(tree, target.module, name, depth) {
                Some(mut found) => {
                    found.through.append(&mut target.through);
                    found
                }
                // A macro may define it.
                None => {
                    target.is_module = false;
                    target
                }
            },
        };
        rest = after;
    }
    Some(target)
}

/// Looks up a name in a module.
fn look_up(tree: &ModuleTree, number: usize, name: &str, depth: usize) -> Option<PathTarget> {
    let depth = depth.checked_sub(1)?;
    let module = tree.modules.get(number)?;
    if let Some(child) = module.children.get(name) {
        return Some(PathTarget::module(*child));
    }
    if module.definitions.contains(name) {
        return Some(PathTarget {
            is_module: false,
            ..PathTarget::module(number)
        });
    }
    let is_named = |import: &&Import| import.name == ImportName::Is(name.to_owned());
    // `use tokio;` imports its own name, and leads nowhere.
    let is_itself = |import: &&Import| import.path.first().is_some_and(|first| first == name);
    let mut named = module.imports.iter().filter(is_named);
    let target = named
        .find(|import| !is_itself(import))
        .and_then(|import| resolve(tree, number, &import.path, depth));
    let target = target.or_else(|| {
        let mut globs = module
            .imports
            .iter()
            .filter(|import| import.name == ImportName::Glob);
        globs.find_map(|glob| {
            let of = resolve(tree, number, &glob.path, depth)?;
            let is_new = of.is_module && of.module != number;
            is_new.then(|| look_up(tree, of.module, name, depth))?
        })
    });
    let mut target = target?;
    if !is_below(module, tree.modules.get(target.module)?) {
        target.through.push(number);
    }
    Some(target)
}

/// Whether a module is among the descendants of another.
fn is_below(ancestor: &Module, module: &Module) -> bool {
    module.file_path.starts_with(&ancestor.file_path)
}

impl PathTarget {
    fn module(module: usize) -> PathTarget {
        PathTarget {
            module,
            through: Vec::new(),
            is_module: true,
        }
    }
}
