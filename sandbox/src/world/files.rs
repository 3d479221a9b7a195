//! The files of messages, as Discord's JSON has them.

use serde_json::{Map, Value, json};

use super::json::merge_fields;
use super::{Attachment, Message, World};

impl World {
    /// Where a file can be fetched.
    pub fn attachment_url(&self, message: &Message, attachment: &Attachment) -> String {
        let Attachment { id, name, .. } = attachment;
        format!(
            "{}/attachments/{}/{id}/{}",
            self.base_url,
            message.channel,
            name.replace(' ', "_")
        )
    }

    pub(super) fn attachments_json(&self, message: &Message) -> Vec<Value> {
        let json = |attachment: &Attachment| {
            let url = self.attachment_url(message, attachment);
            let mut object = json!({
                "id": attachment.id.to_string(), "filename": attachment.name, "size": attachment.bytes.len(),
                "url": url, "proxy_url": url, "content_type": attachment.content_type,
            });
            if let Some(description) = &attachment.description {
                object["description"] = json!(description);
            }
            if let Some((width, height)) = png_size(&attachment.bytes) {
                merge_fields(&mut object, json!({ "width": width, "height": height }));
            }
            object
        };
        let shown = shown_names(message);
        let loose = message
            .attachments
            .iter()
            .filter(|file| !shown.contains(&file.name));
        loose.map(json).collect()
    }

    /// Components or embeds with the addresses of uploaded files in place of their names.
    pub(super) fn with_files(&self, message: &Message, parts: &[Value]) -> Value {
        let mut parts = json!(parts);
        if !message.attachments.is_empty() {
            self.resolve_files(message, &mut parts);
        }
        parts
    }

    fn resolve_files(&self, message: &Message, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|item| self.resolve_files(message, item)),
            Value::Object(map) => {
                let shown = |map: &Map<String, Value>| {
                    let name = map.get("url")?.as_str()?.strip_prefix("attachment://")?;
                    message
                        .attachments
                        .iter()
                        .find(|attachment| attachment.name == name)
                };
                if let Some(attachment) = map.get("file").and_then(|file| shown(file.as_object()?)) {
                    map.insert("name".to_owned(), json!(attachment.name));
                    map.insert("size".to_owned(), json!(attachment.bytes.len()));
                }
                if let Some(attachment) = shown(map) {
                    let url = self.attachment_url(message, attachment);
                    map.insert("url".to_owned(), json!(url));
                    map.insert("proxy_url".to_owned(), json!(url));
                    map.insert("content_type".to_owned(), json!(attachment.content_type));
                    map.insert("attachment_id".to_owned(), json!(attachment.id.to_string()));
                    if let Some((width, height)) = png_size(&attachment.bytes) {
                        map.insert("width".to_owned(), json!(width));
                        map.insert("height".to_owned(), json!(height));
                    }
                }
                map.values_mut()
                    .for_each(|item| self.resolve_files(message, item));
            }
            _ => {}
        }
    }
}

/// The names of the files that embeds or components show: they are not listed as attachments.
fn shown_names(message: &Message) -> Vec<String> {
    let mut names = Vec::new();
    let mut waiting: Vec<&Value> = message.embeds.iter().chain(&message.components).collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(list) => waiting.extend(list),
            Value::Object(map) => {
                let url = map.get("url").and_then(Value::as_str);
                let name = url.and_then(|url| url.strip_prefix("attachment://"));
                names.extend(name.map(str::to_owned));
                waiting.extend(map.values());
            }
            _ => {}
        }
    }
    names
}

/// Width and height of a PNG, which stand at a fixed place.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| Some(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?));
    Some((number(8)?, number(12)?))
}
