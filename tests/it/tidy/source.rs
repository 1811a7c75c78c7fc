//! A source file as the guards read it: what it imports, which paths it names, which types it defines.
//!
//! A scanner of tokens, not a parser: it sees what stands inside macros too, and needs no types.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A module's path from the top of the crate: `["state", "board"]`.
pub(super) type Module = Vec<String>;

#[derive(Debug)]
pub(super) struct Source {
    /// Below `src`, with slashes.
    pub(super) path: String,
    /// Without comments and unit tests.
    pub(super) code: String,
    /// How many lines that are not unit tests.
    pub(super) lines: usize,
    pub(super) module: Module,
    /// The modules written inside this file.
    pub(super) inline: Vec<Module>,
    pub(super) imports: Vec<Import>,
    /// The paths of two parts and more that stand in the code, and the module each of them stands in.
    pub(super) paths: Vec<(Module, Vec<String>)>,
    /// The structs, enums, unions, traits and type aliases. Associated types are not definitions.
    pub(super) types: Vec<String>,
}

/// One name of a `use`.
#[derive(Debug)]
pub(super) struct Import {
    /// Where it stands.
    pub(super) module: Module,
    pub(super) path: Vec<String>,
    /// `None` for `*`.
    pub(super) name: Option<String>,
}

impl Source {
    pub(super) fn new(path: String, text: &str) -> Self {
        let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
        let mut code = String::new();
        for line in text.lines() {
            let line = line.split("//").next().unwrap_or_default();
            writeln!(code, "{line}").expect("writing to a string cannot fail");
        }
        let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let module: Module = stem.split('/').filter(|part| *part != "lib").map(str::to_owned).collect();
        let mut source = Self {
            code,
            lines: text.lines().count(),
            module: module.clone(),
            inline: Vec::new(),
            imports: Vec::new(),
            paths: Vec::new(),
            types: Vec::new(),
            path,
        };
        let tokens = tokens(text);
        Scan { tokens: &tokens, at: 0, module, source: &mut source }.block(false);
        source
    }

    /// The top-level module it belongs to.
    pub(super) fn top(&self) -> &str {
        self.path.split(['/', '.']).next().expect("a path has a first part")
    }
}

pub(super) fn sources() -> Vec<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 20, "the source is somewhere else");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, dir: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(dir).expect("the source can be listed") {
        let path = entry.expect("the source can be listed").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("the source can be read");
            let below = path.strip_prefix(root).expect("it lies below the root");
            found.push(Source::new(below.to_string_lossy().replace('\\', "/"), &text));
        }
    }
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Token<'a> {
    Word(&'a str),
    /// `::`
    Colons,
    Sign(char),
}

/// The tokens of `text`. Literals and lifetimes are left out.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        let after = &rest[word.len()..];
        let is_raw_text = matches!(word, "r" | "br" | "cr") && after.trim_start_matches('#').starts_with('"');
        rest = if is_raw_text {
            let hashes = &after[..after.len() - after.trim_start_matches('#').len()];
            past(&after[hashes.len() + 1..], &format!("\"{hashes}"))
        } else if matches!(word, "" | "b" | "c") && after.starts_with('"') {
            past_text(&after[1..], '"')
        } else if matches!(word, "" | "b") && after.starts_with('\'') {
            let inside = &after[1..];
            let is_literal = inside.starts_with('\\') || inside.chars().nth(1) == Some('\'');
            // A lifetime, where not: its name is a word nobody looks for.
            if is_literal { past_text(inside, '\'') } else { inside.trim_start_matches(is_part) }
        } else if !word.is_empty() {
            if !first.is_ascii_digit() {
                found.push(Token::Word(word));
            }
            after
        } else if rest.starts_with("//") {
            past(rest, "\n")
        } else if rest.starts_with("/*") {
            past(rest, "*/")
        } else if let Some(after) = rest.strip_prefix("::") {
            found.push(Token::Colons);
            after
        } else {
            if !first.is_whitespace() {
                found.push(Token::Sign(first));
            }
            &rest[first.len_utf8()..]
        };
    }
    found
}

fn past<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, after)| after)
}

/// What comes after a text or a character that ends at `end`.
fn past_text(text: &str, end: char) -> &str {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if c == end && !is_escaped {
            return &text[at + 1..];
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    ""
}

struct Scan<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    /// Where we are.
    module: Module,
    source: &'a mut Source,
}

impl<'a> Scan<'a> {
    fn peek(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + ahead).copied()
    }

    /// Reads up to the end of a block. In one of a trait or an `impl`, `type` defines nothing.
    fn block(&mut self, is_associated: bool) {
        use Token::{Sign, Word};
        let mut next_is_associated = false;
        while let Some(token) = self.peek(0) {
            match (token, self.peek(1)) {
                (Word("use"), Some(Word(_) | Token::Colons)) => {
                    self.at += 1;
                    self.imports(&[]);
                    continue;
                }
                (Word("pub"), Some(Sign('('))) => {
                    while self.peek(0).is_some_and(|token| token != Sign(')')) {
                        self.at += 1;
                    }
                }
                (Word("mod"), Some(Word(name))) if self.peek(2) == Some(Sign('{')) => {
                    self.at += 3;
                    self.module.push(name.to_owned());
                    self.source.inline.push(self.module.clone());
                    self.block(false);
                    self.module.pop();
                    continue;
                }
                (Word("type"), Some(Word(_))) if is_associated => self.at += 1,
                (Word(kind @ ("struct" | "enum" | "union" | "trait" | "type")), Some(Word(name))) => {
                    self.source.types.push(name.to_owned());
                    next_is_associated = kind == "trait";
                    self.at += 1;
                }
                (Word("impl"), _) => next_is_associated = true,
                (Word(_), Some(Token::Colons)) => {
                    self.path();
                    continue;
                }
                (Sign('{'), _) => {
                    self.at += 1;
                    self.block(std::mem::take(&mut next_is_associated));
                    continue;
                }
                (Sign('}'), _) => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn path(&mut self) {
        let is_a_tail = self.at > 0 && self.tokens[self.at - 1] == Token::Colons;
        let mut path = Vec::new();
        while let Some(Token::Word(part)) = self.peek(0) {
            path.push(part.to_owned());
            self.at += 1;
            if self.peek(0) != Some(Token::Colons) {
                break;
            }
            self.at += 1;
        }
        if path.len() > 1 && !is_a_tail {
            self.source.paths.push((self.module.clone(), path));
        }
    }

    /// One tree of a `use`, whose beginning is `above`.
    fn imports(&mut self, above: &[String]) {
        let mut path = above.to_vec();
        while let Some(token) = self.peek(0) {
            match token {
                Token::Colons => self.at += 1,
                Token::Word(part) => {
                    self.at += 1;
                    path.push(part.to_owned());
                    if self.peek(0) != Some(Token::Colons) {
                        if part == "self" && path.len() > 1 {
                            path.pop();
                        }
                        let mut name = path.last().cloned();
                        if let (Some(Token::Word("as")), Some(Token::Word(alias))) =
                            (self.peek(0), self.peek(1))
                        {
                            name = Some(alias.to_owned());
                            self.at += 2;
                        }
                        return self.import(path, name);
                    }
                }
                Token::Sign('*') => {
                    self.at += 1;
                    return self.import(path, None);
                }
                Token::Sign('{') => {
                    self.at += 1;
                    while self.peek(0).is_some_and(|token| token != Token::Sign('}')) {
                        self.imports(&path);
                        if self.peek(0) == Some(Token::Sign(',')) {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                Token::Sign(_) => {
                    self.at += 1;
                    return;
                }
            }
        }
    }

    fn import(&mut self, path: Vec<String>, name: Option<String>) {
        self.source.imports.push(Import { module: self.module.clone(), path, name });
    }
}
