//! The list of a message's files: which to keep, and what to say of those that are uploaded.

use serde_json::{Map, Value};

use super::{Check, join_path};

/// Smaller numbers are those of uploads, not ids.
const FIRST_SNOWFLAKE: u64 = 1 << 22;

/// Checks the list; none is another thing than an empty one.
pub(super) fn check_attachments(check: &mut Check, map: &Map<String, Value>) -> Option<Vec<Value>> {
    map.get("attachments")?;
    let list = check.list("", map, "attachments", 0..=10);
    for (index, listed) in list.iter().enumerate() {
        let path = join_path("attachments", index);
        let Some(listed) = find_fields(check, &path, listed) else {
            continue;
        };
        check.text(&path, listed, "description", 0..=1024);
        // Of a voice message, from the sender's side; libraries send null with every file.
        check.text(&path, listed, "waveform", 0..=400);
        let duration = listed.get("duration_secs").filter(|time| !time.is_null());
        if duration.is_some_and(|time| !time.is_number()) {
            let message = "Value is not a number.";
            check.problem(&join_path(&path, "duration_secs"), "NUMBER_TYPE_COERCE", message);
        }
        if let Some(id) = check.required(&path, listed, "id") {
            check.snowflake(&join_path(&path, "id"), id);
        }
    }
    Some(list.to_vec())
}

/// A file of the message that is kept may be listed with all that Discord said of it, and libraries do so; an uploaded
/// one has known fields only.
fn find_fields<'v>(check: &mut Check, path: &str, listed: &'v Value) -> Option<&'v Map<String, Value>> {
    let known = &[
        "id",
        "filename",
        "description",
        "title",
        "is_spoiler",
        "duration_secs",
        "waveform",
    ];
    let id = &listed["id"];
    let id = id.as_u64().or_else(|| id.as_str()?.parse().ok());
    if id.is_some_and(|id| id >= FIRST_SNOWFLAKE) {
        return listed.as_object();
    }
    check.object(path, listed, known)
}
