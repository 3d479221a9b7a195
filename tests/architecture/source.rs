//! Reads the files of a crate: what stands in them without tests, comments and the contents of texts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of Rust.
pub struct SourceFile {
    /// From the root of the repository.
    pub path: String,
    /// The module it is, from the crate's root: `["store", "rounds"]`.
    pub module: Vec<String>,
    /// Its text without tests, with comments and the contents of texts blanked.
    pub code: String,
    /// Its text without tests, as it stands.
    pub text: String,
}

/// The files of a folder of the repository, without those that hold tests.
pub fn read_folder(folder: &str) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect_files(&root.join(folder), &mut paths);
    paths.retain(|path| {
        !path.ends_with("tests.rs") && !path.components().any(|part| part.as_os_str() == "tests")
    });
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let module = name_module(path.strip_prefix(root.join(folder)).unwrap());
        SourceFile {
            path: path.strip_prefix(root).unwrap().display().to_string(),
            module,
            code: blank_comments_and_texts(text),
            text: text.to_owned(),
        }
    };
    paths.into_iter().map(read).collect()
}

fn collect_files(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect_files(&path, found),
            false if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
            false => {}
        }
    }
}

fn name_module(path: &Path) -> Vec<String> {
    let mut module: Vec<String> = path
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if module
        .last()
        .is_some_and(|last| ["mod", "lib"].contains(&last.as_str()))
    {
        module.pop();
    }
    module
}

/// The same text with spaces in place of comments and of what stands between quotes.
fn blank_comments_and_texts(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => find_from(&chars, at, |rest| rest[0] == '\n'),
            ('r', Some('#' | '"')) if at == 0 || !is_word(chars[at - 1]) => end_of_raw_text(&chars, at),
            ('"', _) => end_of_text(&chars, at),
            ('\'', Some('\\')) => find_from(&chars, at + 3, |rest| rest[0] == '\'') + 1,
            ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
            _ => at,
        };
        if end <= at {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let blank = chars[at..end.min(chars.len())].iter();
        out.extend(blank.map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    out
}

fn find_from(chars: &[char], at: usize, holds: impl Fn(&[char]) -> bool) -> usize {
    (at..chars.len())
        .find(|at| holds(&chars[*at..]))
        .unwrap_or(chars.len())
}

fn end_of_text(chars: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The end of `r#"…"#`; `at` itself where none begins, as in `r#type`.
fn end_of_raw_text(chars: &[char], at: usize) -> usize {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + 1 + hashes) != Some(&'"') {
        return at;
    }
    let closing: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    find_from(chars, at + 2 + hashes, |rest| rest.starts_with(&closing)) + closing.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The paths of ours that a file names, from the crate's root, whether in a `use` or in its code.
pub fn named_paths(file: &SourceFile) -> Vec<Vec<String>> {
    let tokens = split_tokens(&file.code);
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut found = Vec::new();
    let mut in_use = false;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "use" => in_use = true,
            ";" => in_use = false,
            word if word.starts_with(is_word) && (at == 0 || tokens[at - 1] != "::") => {
                let mut paths = Vec::new();
                at = read_path(&tokens, at, &mut Vec::new(), &mut paths);
                for (path, name) in paths {
                    let Some(path) = from_root(&path, &file.module, &aliases) else {
                        continue;
                    };
                    if in_use {
                        aliases.insert(name, path.clone());
                    }
                    found.push(path);
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn split_tokens(code: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if is_word(c) => {
                let mut word = c.to_string();
                while let Some(more) = chars.next_if(|c| is_word(*c)) {
                    word.push(more);
                }
                tokens.push(word);
            }
            ':' if chars.next_if_eq(&':').is_some() => tokens.push("::".to_owned()),
            c if c.is_whitespace() => {}
            c => tokens.push(c.to_string()),
        }
    }
    tokens
}

/// Reads `a::b::{c, d as e}` with the names it brings; returns where it ends.
fn read_path(
    tokens: &[String],
    mut at: usize,
    before: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, String)>,
) -> usize {
    let depth = before.len();
    loop {
        before.push(tokens[at].clone());
        at += 1;
        if tokens.get(at).is_none_or(|token| token != "::") {
            break;
        }
        at += 1;
        match tokens.get(at).map(String::as_str) {
            Some("{") => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    at = match tokens[at].starts_with(is_word) {
                        true => read_path(tokens, at, before, found),
                        false => at + 1,
                    };
                }
                before.truncate(depth);
                return at + 1;
            }
            Some(word) if word.starts_with(is_word) => {}
            // A turbofish or a glob.
            _ => break,
        }
    }
    let mut path = before.clone();
    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
        path.pop();
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if tokens.get(at).is_some_and(|token| token == "as") {
        name = tokens.get(at + 1).cloned().unwrap_or_default();
        at += 2;
    }
    found.push((path, name));
    before.truncate(depth);
    at
}

fn from_root(
    path: &[String],
    module: &[String],
    aliases: &BTreeMap<String, Vec<String>>,
) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let start = match first.as_str() {
        // The program names its library.
        "crate" | "greenroom" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module[..module.len().saturating_sub(1)].to_vec(),
        alias => aliases.get(alias)?.clone(),
    };
    let mut all = start;
    for part in rest {
        match part.as_str() {
            "super" => {
                all.pop();
            }
            part => all.push(part.to_owned()),
        }
    }
    Some(all)
}

/// A function as it is declared.
pub struct Function {
    /// What it is called.
    pub name: String,
    /// Whether it belongs to no type.
    pub free: bool,
    /// Whether a trait says what it is called.
    pub of_trait: bool,
    /// From its first line to its last.
    pub lines: usize,
}

/// The functions of a file, which `rustfmt` has laid out.
pub fn list_functions(file: &SourceFile) -> Vec<Function> {
    let lines: Vec<&str> = file.code.lines().collect();
    let mut found = Vec::new();
    let mut trait_ends_at = None;
    for (at, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_impl = words.first().is_some_and(|word| word.starts_with("impl"));
        if is_impl && words.contains(&"for") && line.ends_with('{') {
            trait_ends_at = Some(indent);
        } else if trait_ends_at == Some(indent) && line.trim_start().starts_with('}') {
            trait_ends_at = None;
        }
        let Some(name) = declared_name(&words) else {
            continue;
        };
        let closing = format!("{}}}", &line[..indent]);
        let length = lines[at..].iter().position(|line| **line == closing).unwrap_or(0) + 1;
        found.push(Function {
            name: name.chars().take_while(|c| is_word(*c)).collect(),
            free: indent == 0,
            of_trait: trait_ends_at.is_some(),
            lines: if line.ends_with('}') { 1 } else { length },
        });
    }
    found
}

fn declared_name<'a>(words: &[&'a str]) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == "fn")?;
    let mut before = words[..at].iter();
    let declares = before.all(|word| {
        word.starts_with("pub") || ["const", "async", "in"].contains(word) || word.ends_with(')')
    });
    words.get(at + 1).copied().filter(|_| declares)
}

/// The function that stands around a place in a file's text.
pub fn find_function_at(text: &str, at: usize) -> String {
    let declared = text[..at].lines().rev().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        declared_name(&words).map(str::to_owned)
    });
    let name = declared.unwrap_or_default();
    name.chars().take_while(|c| is_word(*c)).collect()
}
