//! Cycles: entries of a folder, files and subfolders, each of which imports the next.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::module_tree::ModuleTree;
use crate::resolve::dependencies;

/// Files and subfolders of one folder that reach each other by imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The names of the entries, without `.rs`.
    pub entries: Vec<String>,
    /// The imports between them: a file, the file that it imports from, and the names.
    pub imports: Vec<(String, String, Vec<String>)>,
}

/// A file, and a file that it imports from.
type Arrow = (String, String);
/// The imports from one entry of a folder to another.
type Imports = BTreeMap<Arrow, BTreeSet<String>>;
/// The imports between the entries of a folder.
type Graph = BTreeMap<String, BTreeMap<String, Imports>>;

/// The cycles of a crate.
///
/// Each folder is examined alone. Its entries are its files and its subfolders; a subfolder stands
/// for all that it contains. If no folder has a cycle between its entries, there is none between
/// files and none between folders. Imports between a folder's own `mod.rs` and its entries do not
/// count; its other imports count as the folder's.
#[must_use]
pub fn cycles(tree: &ModuleTree) -> Vec<Cycle> {
    let mut folders: BTreeMap<Vec<String>, Graph> = BTreeMap::new();
    for (number, module) in tree.modules.iter().enumerate() {
        for (target, name) in dependencies(tree, number) {
            let Some(target) = tree.modules.get(target) else {
                continue;
            };
            let (from, to) = (&module.file_path, &target.file_path);
            let common = from.iter().zip(to).take_while(|(one, other)| one == other);
            let common = common.count();
            if let (Some(from), Some(to)) = (from.get(common), to.get(common)) {
                let folder = module.file_path.iter().take(common).cloned().collect();
                let arrow = (
                    module.file.display().to_string(),
                    target.file.display().to_string(),
                );
                let graph = folders.entry(folder).or_default();
                let imports = graph.entry(from.clone()).or_default();
                let imports = imports.entry(to.clone()).or_default();
                imports.entry(arrow).or_default().insert(name);
            }
        }
    }
    folders.values().flat_map(cycles_of).collect()
}

fn cycles_of(graph: &Graph) -> Vec<Cycle> {
    let reachable: BTreeMap<&String, BTreeSet<&String>> = graph
        .keys()
        .map(|entry| (entry, reachable(graph, entry)))
        .collect();
    let reaches = |from: &String, to: &String| {
        reachable
            .get(from)
            .is_some_and(|entries| entries.contains(to))
    };
    let mut cycles: Vec<Cycle> = Vec::new();
    for entry in graph.keys().filter(|entry| reaches(entry, entry)) {
        if cycles.iter().any(|cycle| cycle.entries.contains(entry)) {
            continue;
        }
        let entries: Vec<String> = graph
            .keys()
            .filter(|other| reaches(entry, other) && reaches(other, entry))
            .cloned()
            .collect();
        let inside = graph
            .iter()
            .filter(|(from, _)| entries.contains(from))
            .flat_map(|(_, targets)| targets.iter())
            .filter(|(to, _)| entries.contains(to))
            .flat_map(|(_, imports)| imports);
        let imports = inside.map(|((from, to), names)| {
            let names = names.iter().cloned().collect();
            (from.clone(), to.clone(), names)
        });
        cycles.push(Cycle {
            imports: imports.collect(),
            entries,
        });
    }
    cycles
}

/// The entries that an entry reaches.
fn reachable<'a>(graph: &'a Graph, entry: &String) -> BTreeSet<&'a String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&String> = graph
        .get(entry)
        .into_iter()
        .flat_map(|to| to.keys())
        .collect();
    while let Some(next) = waiting.pop() {
        if found.insert(next) {
            waiting.extend(graph.get(next).into_iter().flat_map(|to| to.keys()));
        }
    }
    found
}

impl fmt::Display for Cycle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "a cycle of {}:", self.entries.join(", "))?;
        for (from, to, names) in &self.imports {
            writeln!(formatter, "  {from} -> {to}: {}", names.join(", "))?;
        }
        Ok(())
    }
}
