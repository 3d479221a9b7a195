//! Discord's JSON as the page wants it: every text that may hold Markdown gets its HTML beside it.
//!
//! The page puts `html` into the document as it is and everything else as text, so nothing else may be called `html`:
//! a field of that name in what came from a bot is overwritten or removed.

use serde_json::{Map, Value};

use crate::markdown::{Names, render_html};

const TEXT_DISPLAY: u64 = 10;

/// A message or a modal, with `html` wherever there is Markdown to show.
pub(super) fn with_html(payload: &Value, names: Names<'_>) -> Value {
    let mut view = payload.clone();
    if let Value::Object(message) = &mut view {
        put_html(message, "content", names);
        change_each(message, "embeds", &mut |embed| embed_html(embed, names));
        change_each(message, "components", &mut |component| {
            component_html(component, names)
        });
        if let Some(Value::Object(original)) = message.get_mut("referenced_message") {
            put_html(original, "content", names);
            change_each(original, "components", &mut |component| {
                component_html(component, names)
            });
        }
    }
    view
}

fn embed_html(embed: &mut Map<String, Value>, names: Names<'_>) {
    put_html(embed, "description", names);
    change_each(embed, "fields", &mut |field| put_html(field, "value", names));
}

fn component_html(component: &mut Map<String, Value>, names: Names<'_>) {
    component.remove("html");
    if component.get("type").and_then(Value::as_u64) == Some(TEXT_DISPLAY) {
        put_html(component, "content", names);
    }
    change_each(component, "components", &mut |inner| component_html(inner, names));
    for single in ["accessory", "component"] {
        if let Some(Value::Object(inner)) = component.get_mut(single) {
            component_html(inner, names);
        }
    }
}

fn put_html(object: &mut Map<String, Value>, text: &str, names: Names<'_>) {
    object.remove("html");
    let Some(text) = object
        .get(text)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
    else {
        return;
    };
    let html = render_html(text, names);
    object.insert("html".to_owned(), Value::String(html));
}

fn change_each(object: &mut Map<String, Value>, list: &str, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    if let Some(Value::Array(items)) = object.get_mut(list) {
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            change(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::with_html;

    #[test]
    fn markdown_is_rendered_wherever_discord_renders_it() {
        let message = json!({
            "content": "**a**",
            "embeds": [{ "title": "**plain**", "description": "*b*", "fields": [{ "name": "n", "value": "`c`" }] }],
            "components": [{ "type": 17, "components": [{
                "type": 9,
                "components": [{ "type": 10, "content": "__d__" }],
                "accessory": { "type": 2, "label": "**e**" },
            }] }],
        });
        let view = with_html(&message, &|_| None);
        assert_eq!(view["html"], "<p><strong>a</strong></p>\n");
        assert_eq!(view["embeds"][0]["html"], "<p><em>b</em></p>\n");
        assert_eq!(view["embeds"][0]["fields"][0]["html"], "<p><code>c</code></p>\n");
        assert_eq!(
            view["components"][0]["components"][0]["components"][0]["html"],
            "<p><u>d</u></p>\n"
        );
        assert_eq!(
            view["components"][0]["components"][0]["accessory"].get("html"),
            None
        );
    }

    #[test]
    fn html_that_a_bot_sent_does_not_reach_the_page() {
        let evil = "<img src=x onerror=alert(1)>";
        let message = json!({
            "html": evil,
            "embeds": [{ "html": evil, "fields": [{ "html": evil }] }],
            "components": [
                { "type": 10, "html": evil },
                { "type": 1, "components": [{ "type": 2, "html": evil }] },
                { "type": 9, "accessory": { "type": 11, "html": evil } },
                { "type": 18, "html": evil, "component": { "type": 4, "html": evil } },
            ],
        });
        let view = with_html(&message, &|_| None);
        assert!(!view.to_string().contains("onerror"), "{view}");
    }
}
