//! Embeds.

use serde_json::{Map, Value};

use super::{Check, join_path};

/// Most characters in all embeds of a message together.
const MOST_TEXT: usize = 6000;

/// Checks a list of embeds.
pub(super) fn check_embeds(check: &mut Check, list: &[Value]) {
    let total: usize = list
        .iter()
        .enumerate()
        .map(|(index, embed)| check_embed(check, &join_path("embeds", index), embed))
        .sum();
    if total > MOST_TEXT {
        let message = format!("Embed size exceeds maximum size of {MOST_TEXT}");
        check.problem("embeds", "MAX_EMBED_SIZE_EXCEEDED", message);
    }
}

/// One embed; returns how many characters count towards the sum.
fn check_embed(check: &mut Check, path: &str, embed: &Value) -> usize {
    let known = &[
        "title",
        "type",
        "description",
        "url",
        "timestamp",
        "color",
        "footer",
        "image",
        "thumbnail",
        "video",
        "provider",
        "author",
        "fields",
        // Read-only in the documents; libraries send it back, and nothing comes of it.
        "flags",
    ];
    let Some(map) = check.object(path, embed, known) else {
        return 0;
    };
    check.integer(path, map, "color", 0..=0xff_ff_ff);
    check.integer(path, map, "flags", 0..=i64::MAX);
    let mut total = count_text(check.text(path, map, "title", 0..=256));
    total += count_text(check.text(path, map, "description", 0..=4096));
    if let Some((path, footer)) = find_part(check, path, map, "footer", &["text", "icon_url"]) {
        total += count_text(check.required_text(&path, footer, "text", 1..=2048));
    }
    if let Some((path, author)) = find_part(check, path, map, "author", &["name", "url", "icon_url"]) {
        total += count_text(check.required_text(&path, author, "name", 1..=256));
    }
    for key in ["image", "thumbnail"] {
        if let Some((path, image)) =
            find_part(check, path, map, key, &["url", "height", "width", "description"])
        {
            check.required_text(&path, image, "url", 1..=2048);
        }
    }
    for (index, field) in check.list(path, map, "fields", 0..=25).iter().enumerate() {
        let path = join_path(&join_path(path, "fields"), index);
        if let Some(field) = check.object(&path, field, &["name", "value", "inline"]) {
            total += count_text(check.required_text(&path, field, "name", 1..=256));
            total += count_text(check.required_text(&path, field, "value", 1..=1024));
        }
    }
    total
}

fn find_part<'v>(
    check: &mut Check,
    path: &str,
    map: &'v Map<String, Value>,
    key: &str,
    known: &[&str],
) -> Option<(String, &'v Map<String, Value>)> {
    let value = map.get(key).filter(|value| !value.is_null())?;
    let path = join_path(path, key);
    let map = check.object(&path, value, known)?;
    Some((path, map))
}

fn count_text(text: Option<&str>) -> usize {
    text.map_or(0, |text| text.trim().chars().count())
}
