//! A violation in words: where in the JSON, and what the schema says.

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;

/// Everything a schema has against a value, a sentence each: JSON pointer, then the schema's words.
pub fn complaints_of(schema: &Validator, value: &Value) -> Vec<String> {
    if schema.is_valid(value) {
        return Vec::new();
    }
    schema
        .iter_errors(value)
        .flat_map(|error| explain_error(&error))
        .collect()
}

/// An error, or those of the branch it is really about where the schema offers several.
fn explain_error(error: &ValidationError<'_>) -> Vec<String> {
    let branches = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => context,
        _ => return vec![one_sentence(error)],
    };
    let nearest = branches.iter().min_by_key(|errors| distance_of(errors));
    nearest.map_or_else(
        || vec![one_sentence(error)],
        |errors| errors.iter().flat_map(explain_error).collect(),
    )
}

fn one_sentence(error: &ValidationError<'_>) -> String {
    let place = match error.instance_path().as_str() {
        "" => "/",
        place => place,
    };
    let mut words = error.to_string();
    if let Some((end, _)) = words.char_indices().nth(400) {
        words.truncate(end);
        words.push('…');
    }
    format!("{place}: {words} ({})", error.schema_path())
}

/// How far a value is from a branch: of another type, then by the shallowest mistake, then by their number.
fn distance_of(errors: &[ValidationError<'_>]) -> (bool, std::cmp::Reverse<usize>, usize) {
    let other_type = |error: &ValidationError<'_>| {
        let place = error.instance_path().as_str();
        let kind = matches!(
            error.kind(),
            ValidationErrorKind::Enum { .. }
                | ValidationErrorKind::Constant { .. }
                | ValidationErrorKind::Type { .. }
        );
        kind && (place.ends_with("/type") || place.is_empty())
    };
    let depth = |error: &ValidationError<'_>| error.instance_path().as_str().matches('/').count();
    let deepest = errors.iter().map(depth).max().unwrap_or(0);
    (
        errors.iter().any(other_type),
        std::cmp::Reverse(deepest),
        errors.len(),
    )
}
