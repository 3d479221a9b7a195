//! Discord's documented limits: what a request may contain, before anything is done.
//!
//! Pure functions from JSON to either a draft the world can store or a list of problems, in the form of Discord's
//! error 50035. It is stricter than Discord in one thing: fields nobody knows are refused, where Discord is silent.

mod attachments;
pub(crate) mod command;
mod components;
mod controls;
mod embeds;
mod inputs;
pub(crate) mod kinds;
pub(crate) mod message;
pub(crate) mod modal;
mod stored;
mod tally;

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use crate::refusal::Refusal;

/// Collects everything that is wrong with one request.
#[derive(Debug, Default)]
pub(crate) struct Check {
    problems: Vec<Problem>,
}

#[derive(Debug)]
struct Problem {
    path: String,
    code: String,
    message: String,
}

impl Check {
    /// Notes a problem; `path` has dots between its levels.
    pub(crate) fn problem(&mut self, path: &str, code: &str, message: impl Into<String>) {
        self.problems.push(Problem {
            path: path.to_owned(),
            code: code.to_owned(),
            message: message.into(),
        });
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_fine(&self) -> bool {
        self.problems.is_empty()
    }

    /// Error 50035 with everything that was noted, or nothing.
    pub(crate) fn refusal(self) -> Option<Refusal> {
        if self.problems.is_empty() {
            return None;
        }
        let mut errors = json!({});
        for problem in self.problems {
            let mut place = &mut errors;
            for key in problem.path.split('.').filter(|key| !key.is_empty()) {
                place = &mut place[key];
            }
            let entry = json!({ "code": problem.code, "message": problem.message });
            match place["_errors"].as_array_mut() {
                Some(list) => list.push(entry),
                None => place["_errors"] = json!([entry]),
            }
        }
        Some(Refusal {
            errors: Some(errors),
            ..Refusal::mistake(400, 50035, "Invalid Form Body")
        })
    }

    /// Ends a check: the problems, or what was made of the request meanwhile.
    pub(crate) fn finish<T>(self, made: T) -> Result<T, Refusal> {
        self.refusal().map_or(Ok(made), Err)
    }

    /// An object that has only known fields.
    pub(crate) fn object<'v>(
        &mut self,
        path: &str,
        value: &'v Value,
        known: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(map) = value.as_object() else {
            self.problem(
                path,
                "MODEL_TYPE_CONVERT",
                "Only dictionaries may be used in a ModelType",
            );
            return None;
        };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = "Unknown field: Discord would ignore it in silence, the sandbox refuses it";
            self.problem(&join_path(path, key), "UNKNOWN_FIELD", message);
        }
        Some(map)
    }

    /// A text of a permitted length in characters; null counts as absent.
    pub(crate) fn text<'v>(
        &mut self,
        path: &str,
        map: &'v Map<String, Value>,
        key: &str,
        length: RangeInclusive<usize>,
    ) -> Option<&'v str> {
        let value = map.get(key).filter(|value| !value.is_null())?;
        let path = join_path(path, key);
        let Some(text) = value.as_str() else {
            self.problem(
                &path,
                "STRING_TYPE_CONVERT",
                "Could not interpret value as string.",
            );
            return None;
        };
        let count = text.chars().count();
        if count > *length.end() {
            let message = format!("Must be {} or fewer in length.", length.end());
            self.problem(&path, "BASE_TYPE_MAX_LENGTH", message);
        } else if count < *length.start() {
            let message = format!(
                "Must be between {} and {} in length.",
                length.start(),
                length.end()
            );
            self.problem(&path, "BASE_TYPE_BAD_LENGTH", message);
        }
        Some(text)
    }

    /// As [`Self::text`], but it has to be there.
    pub(crate) fn required_text<'v>(
        &mut self,
        path: &str,
        map: &'v Map<String, Value>,
        key: &str,
        length: RangeInclusive<usize>,
    ) -> Option<&'v str> {
        self.required(path, map, key)?;
        self.text(path, map, key, length)
    }

    /// Complains when a field is absent or null.
    pub(crate) fn required<'v>(
        &mut self,
        path: &str,
        map: &'v Map<String, Value>,
        key: &str,
    ) -> Option<&'v Value> {
        let value = map.get(key).filter(|value| !value.is_null());
        if value.is_none() {
            self.problem(
                &join_path(path, key),
                "BASE_TYPE_REQUIRED",
                "This field is required",
            );
        }
        value
    }

    /// A whole number in a range; null counts as absent.
    pub(crate) fn integer(
        &mut self,
        path: &str,
        map: &Map<String, Value>,
        key: &str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let value = map.get(key).filter(|value| !value.is_null())?;
        let path = join_path(path, key);
        let Some(number) = value.as_i64() else {
            self.problem(
                &path,
                "NUMBER_TYPE_COERCE",
                format!("Value \"{value}\" is not int."),
            );
            return None;
        };
        if number < *range.start() {
            let message = format!("int value should be greater than or equal to {}.", range.start());
            self.problem(&path, "NUMBER_TYPE_MIN", message);
        } else if number > *range.end() {
            let message = format!("int value should be less than or equal to {}.", range.end());
            self.problem(&path, "NUMBER_TYPE_MAX", message);
        }
        Some(number)
    }

    /// True or false; null counts as absent.
    pub(crate) fn boolean(&mut self, path: &str, map: &Map<String, Value>, key: &str) -> Option<bool> {
        let value = map.get(key).filter(|value| !value.is_null())?;
        if value.as_bool().is_none() {
            let message = format!("Value of type \"{value}\" is not bool");
            self.problem(&join_path(path, key), "BOOLEAN_TYPE_CONVERT", message);
        }
        value.as_bool()
    }

    /// A list of a permitted length; null and absence give an empty one.
    pub(crate) fn list<'v>(
        &mut self,
        path: &str,
        map: &'v Map<String, Value>,
        key: &str,
        length: RangeInclusive<usize>,
    ) -> &'v [Value] {
        let Some(value) = map.get(key).filter(|value| !value.is_null()) else {
            return &[];
        };
        let path = join_path(path, key);
        let Some(list) = value.as_array() else {
            self.problem(
                &path,
                "LIST_TYPE_CONVERT",
                "Only iterables may be used in a ListType",
            );
            return &[];
        };
        if !length.contains(&list.len()) {
            let message = format!(
                "Must be between {} and {} in length.",
                length.start(),
                length.end()
            );
            self.problem(&path, "BASE_TYPE_BAD_LENGTH", message);
        }
        list
    }

    /// A snowflake, written as text (or, as Discord tolerates, as a number).
    pub(crate) fn snowflake(&mut self, path: &str, value: &Value) -> Option<u64> {
        let id = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        if id.is_none() {
            self.problem(
                path,
                "NUMBER_TYPE_COERCE",
                format!("Value {value} is not snowflake."),
            );
        }
        id
    }
}

impl Refusal {
    /// 50035 with one thing wrong at `path` (dots between the levels).
    pub(crate) fn invalid(path: &str, code: &str, message: impl Into<String>) -> Self {
        let mut check = Check::default();
        check.problem(path, code, message);
        check.refusal().expect("a problem was just added")
    }
}

/// A path one level deeper.
pub(crate) fn join_path(path: &str, key: impl std::fmt::Display) -> String {
    if path.is_empty() {
        key.to_string()
    } else {
        format!("{path}.{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_become_the_tree_discord_answers_with() {
        let mut check = Check::default();
        check.problem("components.0.custom_id", "A", "first");
        check.problem("components.0.custom_id", "B", "second");
        let errors = check
            .refusal()
            .and_then(|refusal| refusal.errors)
            .expect("a refusal with errors");
        assert_eq!(
            errors,
            json!({ "components": { "0": { "custom_id": { "_errors": [
                { "code": "A", "message": "first" }, { "code": "B", "message": "second" }
            ] } } } })
        );
    }
}
