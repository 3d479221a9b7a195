//! Which operation of the document a request is.

use std::sync::LazyLock;

use serde_json::Value;

use crate::document::DOCUMENT;

/// An operation of the document.
#[derive(Debug)]
pub struct Operation {
    /// What the document calls it, such as `create_message`.
    pub name: String,
    method: String,
    segments: Vec<String>,
    /// The JSON pointer to it.
    pub pointer: String,
    /// What the document says of it.
    pub value: &'static Value,
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let paths = DOCUMENT["paths"].as_object().expect("the document has paths");
    let mut all = Vec::new();
    for (path, methods) in paths {
        for (method, value) in methods.as_object().into_iter().flatten() {
            all.push(Operation {
                name: value["operationId"].as_str().unwrap_or("").to_owned(),
                method: method.to_uppercase(),
                segments: path.split('/').map(str::to_owned).collect(),
                pointer: format!("/paths/{}/{method}", path.replace('/', "~1")),
                value,
            });
        }
    }
    // A literal comes before a parameter: `@me` is nobody's id.
    all.sort_by_key(|operation| {
        let parameters = operation.segments.iter().map(|segment| segment.starts_with('{'));
        parameters.collect::<Vec<_>>()
    });
    all
});

/// The operation of a method and a path, if the document knows it.
pub fn find_operation(method: &str, path: &str) -> Option<&'static Operation> {
    let segments: Vec<String> = path.split('/').map(decode_segment).collect();
    OPERATIONS.iter().find(|operation| {
        operation.method == method
            && operation.segments.len() == segments.len()
            && operation
                .segments
                .iter()
                .zip(&segments)
                .all(|(template, segment)| template.starts_with('{') || template == segment)
    })
}

/// `%40` is `@`: the only sign in the document's paths that clients spell in two ways.
fn decode_segment(segment: &str) -> String {
    segment.replace("%40", "@")
}
