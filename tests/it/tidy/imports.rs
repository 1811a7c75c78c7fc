//! Who imports whom: paths resolved to the files that define what they name, and the circles among these files.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Import, Module, Source};

/// How many imports one name may be passed on through.
const DEEP: usize = 16;

pub(super) struct Imports<'a> {
    pub(super) sources: &'a [Source],
    /// The file of every module.
    files: BTreeMap<&'a [String], usize>,
    /// What the modules import, by module and name.
    names: BTreeMap<(&'a [String], &'a str), &'a Import>,
}

impl<'a> Imports<'a> {
    pub(super) fn of(sources: &'a [Source]) -> Self {
        let (mut files, mut names) = (BTreeMap::new(), BTreeMap::new());
        for (file, source) in sources.iter().enumerate() {
            files.insert(source.module.as_slice(), file);
            for module in &source.inline {
                files.insert(module.as_slice(), file);
            }
            for import in &source.imports {
                if let Some(name) = &import.name {
                    names.insert((import.module.as_slice(), name.as_str()), import);
                }
            }
        }
        Self { sources, files, names }
    }

    /// Every path `source` names, from the top of the crate. Paths into other crates are left out.
    pub(super) fn named(&self, source: &Source) -> BTreeSet<Vec<String>> {
        let imports = source.imports.iter().map(|import| (&import.module, &import.path));
        let paths = source.paths.iter().map(|(module, path)| (module, path));
        imports.chain(paths).filter_map(|(module, path)| self.absolute(module, path, DEEP)).collect()
    }

    fn absolute(&self, module: &[String], path: &[String], deep: usize) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let mut above: Module = match first.as_str() {
            "crate" | "gangplank" => Vec::new(),
            "self" => module.to_vec(),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let above = module.len().checked_sub(ups)?;
                return Some([&module[..above], &path[ups..]].concat());
            }
            _ => {
                let below = [module, std::slice::from_ref(first)].concat();
                if self.files.contains_key(below.as_slice()) {
                    below
                } else {
                    let import = self.names.get(&(module, first.as_str()))?;
                    self.absolute(&import.module, &import.path, deep.checked_sub(1)?)?
                }
            }
        };
        above.extend_from_slice(rest);
        Some(above)
    }

    /// The file that defines what `path` names, seen through every `pub use` on the way.
    pub(super) fn file(&self, path: &[String]) -> Option<usize> {
        self.defining(path, DEEP)
    }

    fn defining(&self, path: &[String], deep: usize) -> Option<usize> {
        let (module, item) = path.split_at(self.module_of(path)?);
        let import = item.first().and_then(|name| self.names.get(&(module, name.as_str())));
        match import {
            Some(import) => {
                let deep = deep.checked_sub(1)?;
                self.defining(&self.absolute(module, &import.path, deep)?, deep)
            }
            None => self.files.get(module).copied(),
        }
    }

    /// How many parts of `path` are modules.
    fn module_of(&self, path: &[String]) -> Option<usize> {
        (0..=path.len()).rev().find(|depth| self.files.contains_key(&path[..*depth]))
    }

    /// Which file names which other one, and what of it.
    pub(super) fn edges(&self) -> BTreeMap<(usize, usize), BTreeSet<String>> {
        let mut edges: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
        for (from, source) in self.sources.iter().enumerate() {
            for path in self.named(source) {
                if let Some(to) = self.file(&path).filter(|to| *to != from) {
                    let module = self.module_of(&path).unwrap_or_default();
                    let item = path[..path.len().min(module + 1)].join("::");
                    edges.entry((from, to)).or_default().insert(item);
                }
            }
        }
        edges
    }

    /// The files that import each other in a circle, and the imports that make it one. A parent and its child
    /// belong together, so what these two import from each other closes none.
    pub(super) fn circles(&self) -> Vec<Circle> {
        let mut edges = self.edges();
        edges.retain(|(from, to), _| {
            let (from, to) = (&self.sources[*from].module, &self.sources[*to].module);
            from.split_last().is_none_or(|(_, parent)| parent != to.as_slice())
                && to.split_last().is_none_or(|(_, parent)| parent != from.as_slice())
        });
        let reached: Vec<BTreeSet<usize>> =
            (0..self.sources.len()).map(|file| reachable(file, &edges)).collect();
        let mut circles: BTreeMap<BTreeSet<usize>, Circle> = BTreeMap::new();
        for file in 0..self.sources.len() {
            let others: BTreeSet<usize> =
                reached[file].iter().copied().filter(|other| reached[*other].contains(&file)).collect();
            if others.is_empty() {
                continue;
            }
            let path = |file: &usize| self.sources[*file].path.clone();
            circles.entry(others).or_insert_with_key(|files| Circle {
                files: files.iter().map(path).collect(),
                edges: edges
                    .iter()
                    .filter(|((from, to), _)| files.contains(from) && files.contains(to))
                    .map(|((from, to), paths)| (path(from), path(to), paths.clone()))
                    .collect(),
            });
        }
        circles.into_values().collect()
    }
}

pub(super) struct Circle {
    pub(super) files: Vec<String>,
    /// From, to, and what is named.
    pub(super) edges: Vec<(String, String, BTreeSet<String>)>,
}

/// The files one comes to from `file`, itself only if there is a way back.
fn reachable(file: usize, edges: &BTreeMap<(usize, usize), BTreeSet<String>>) -> BTreeSet<usize> {
    let (mut found, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(from) = open.pop() {
        for (_, to) in edges.range((from, 0)..(from + 1, 0)).map(|(edge, _)| *edge) {
            if found.insert(to) {
                open.push(to);
            }
        }
    }
    found
}
