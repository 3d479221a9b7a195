//! The keys of a TOML table, each looked at even when an earlier one is wrong.
//!
//! Which keys there are, and what they mean, is the business of the file's own module.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Findings, nearest_word};

/// One table of a file.
pub struct Table<'r, 'f, 's> {
    table: &'r DeTable<'r>,
    /// Where to point when a key is missing.
    place: Range<usize>,
    /// Where problems are recorded.
    pub found: &'f mut Findings<'s>,
}

impl<'r, 'f, 's> Table<'r, 'f, 's> {
    /// A table; `place` is where to point when a key is missing.
    pub fn new(table: &'r DeTable<'r>, place: Range<usize>, found: &'f mut Findings<'s>) -> Self {
        Self { table, place, found }
    }

    /// Whether the key is there, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where the value of a key stands; the table itself where the key is missing.
    pub fn place_of(&self, key: &str) -> Range<usize> {
        self.table
            .get(key)
            .map_or_else(|| self.place.clone(), Spanned::span)
    }

    /// Records every key that is none of these.
    pub fn refuse_unknown_keys(&mut self, keys: &[&str]) {
        for key in self.table.keys() {
            if keys.contains(&key.get_ref().as_ref()) {
                continue;
            }
            let problem = self
                .found
                .error(key.span(), format!("unknown key `{}`", key.get_ref()));
            match nearest_word(key.get_ref(), keys.iter().copied()) {
                Some(close) => problem.help(format!("did you mean `{close}`?")),
                None => problem.help(format!("the keys are {}", keys.join(", "))),
            };
        }
    }

    /// The text of a key that has to be there.
    pub fn required(&mut self, key: &str) -> Option<(&'r str, Range<usize>)> {
        let value = self.value(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            let message = format!("`{key}` is text in quotes, not {}", value.get_ref().type_str());
            self.found.error(value.span(), message);
        }
        Some((text?, value.span()))
    }

    /// A key that has to be there and is one of these words.
    pub fn one_of<T: Copy>(&mut self, key: &str, values: &[(&str, T)]) -> Option<T> {
        let (given, span) = self.required(key)?;
        self.word(key, given, span, values)
    }

    /// A list of words, each one of these.
    pub fn some_of<T: Copy>(&mut self, key: &str, values: &[(&str, T)]) -> Vec<T> {
        let given = self.strings(key);
        given
            .into_iter()
            .filter_map(|(word, span)| self.word(key, &word, span, values))
            .collect()
    }

    /// A whole number that has to be there and in these limits.
    pub fn number(&mut self, key: &str, limits: RangeInclusive<u16>) -> Option<u16> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer().and_then(|number| {
            let number = u16::from_str_radix(number.as_str(), number.radix()).ok()?;
            limits.contains(&number).then_some(number)
        });
        if number.is_none() {
            let message = format!(
                "`{key}` is a whole number from {} to {}",
                limits.start(),
                limits.end()
            );
            self.found.error(value.span(), message);
        }
        number
    }

    /// A list of one or more texts with their places.
    pub fn strings(&mut self, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            self.found
                .error(value.span(), format!("`{key}` is a list: {key} = [\"…\"]"));
            return Vec::new();
        };
        if items.is_empty() {
            self.found
                .error(value.span(), format!("`{key}` is empty"))
                .help("name at least one");
        }
        items.iter().filter_map(|item| self.text(key, item)).collect()
    }

    /// The tables below a key that has to be there, written as `[[key]]`, with their places.
    pub fn tables(&mut self, key: &str) -> Vec<(&'r DeTable<'r>, Range<usize>)> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let items = value.get_ref().as_array().map_or(&[][..], |items| &items[..]);
        let tables: Vec<_> = items
            .iter()
            .filter_map(|item| Some((item.get_ref().as_table()?, item.span())))
            .collect();
        if tables.is_empty() || tables.len() < items.len() {
            let message = format!("`{key}` is one or more tables, each under a line of its own");
            let problem = self.found.error(value.span(), message);
            problem.help("questions/README.md shows the file");
        }
        tables
    }

    fn value(&mut self, key: &str) -> Option<&'r Spanned<DeValue<'r>>> {
        let value = self.table.get(key);
        if value.is_none() {
            self.found
                .error(self.place.clone(), format!("the key `{key}` is missing"));
        }
        value
    }

    fn word<T: Copy>(
        &mut self,
        key: &str,
        given: &str,
        span: Range<usize>,
        values: &[(&str, T)],
    ) -> Option<T> {
        let value = values
            .iter()
            .find(|(word, _)| *word == given)
            .map(|(_, value)| *value);
        if value.is_none() {
            let words: Vec<&str> = values.iter().map(|(word, _)| *word).collect();
            let problem = self.found.error(span, format!("`{given}` is not a {key}"));
            problem.help(format!("the {key} is one of {}", words.join(", ")));
        }
        value
    }

    fn text(&mut self, key: &str, item: &Spanned<DeValue<'_>>) -> Option<(String, Range<usize>)> {
        let text = item.get_ref().as_str();
        if text.is_none() {
            self.found.error(
                item.span(),
                format!("`{key}` holds text in quotes, not {}", item.get_ref().type_str()),
            );
        }
        Some((text?.to_owned(), item.span()))
    }
}
