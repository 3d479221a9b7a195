//! Messages and modals as plain text.

use serde_json::Value;

use crate::check::kinds::{
    BUTTON, CONTAINER, FILE, GALLERY, LABEL, ROW, SECTION, SEPARATOR, STRING_SELECT, TEXT, TEXT_INPUT,
    THUMBNAIL,
};
use crate::check::message::{IS_COMPONENTS_V2, LOADING};
use crate::world::{Message, World};

/// The edge of a container.
const EDGE: &str = "────────";

pub(super) fn render_message(world: &World, message: &Message) -> String {
    if message.has(LOADING) {
        return format!("{} is thinking…", world.users[&message.author].name);
    }
    let mut lines = Vec::new();
    if !message.content.is_empty() {
        lines.push(name_mentions(world, &message.content));
    }
    message
        .embeds
        .iter()
        .for_each(|embed| render_embed(world, embed, &mut lines));
    if !message.has(IS_COMPONENTS_V2) {
        lines.extend(
            message
                .attachments
                .iter()
                .map(|file| format!("{{{}}}", file.name)),
        );
    }
    lines.extend(
        message
            .components
            .iter()
            .map(|part| render_component(world, part)),
    );
    lines.join("\n")
}

pub(super) fn render_modal(world: &World, modal: &Value) -> String {
    let title = modal["title"].as_str().unwrap_or("").to_owned();
    let parts = modal["components"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|part| render_component(world, part));
    [title].into_iter().chain(parts).collect::<Vec<_>>().join("\n")
}

fn render_embed(world: &World, embed: &Value, lines: &mut Vec<String>) {
    let mut text = Vec::new();
    let mut push = |value: &Value| {
        if let Some(value) = value.as_str() {
            text.push(name_mentions(world, value));
        }
    };
    push(&embed["author"]["name"]);
    push(&embed["title"]);
    push(&embed["description"]);
    for field in embed["fields"].as_array().into_iter().flatten() {
        push(&field["name"]);
        push(&field["value"]);
    }
    push(&embed["footer"]["text"]);
    lines.extend(text.join("\n").lines().map(|line| format!("| {line}")));
}

fn render_component(world: &World, part: &Value) -> String {
    let kind = part["type"].as_i64().unwrap_or(0);
    let inner = |separator: &str| {
        let list = part["components"].as_array().into_iter().flatten();
        list.map(|child| render_component(world, child))
            .collect::<Vec<_>>()
            .join(separator)
    };
    match kind {
        ROW => inner(" "),
        BUTTON => render_button(part),
        TEXT => name_mentions(world, part["content"].as_str().unwrap_or("")),
        SECTION => {
            let text = inner("\n");
            let gap = if text.contains('\n') { "\n" } else { " " };
            format!("{text}{gap}{}", render_component(world, &part["accessory"]))
        }
        THUMBNAIL => render_media(part),
        GALLERY => part["items"]
            .as_array()
            .into_iter()
            .flatten()
            .map(render_media)
            .collect::<Vec<_>>()
            .join(" "),
        FILE => format!("{{{}}}", file_name(&part["file"])),
        SEPARATOR => "---".to_owned(),
        CONTAINER => format!("{EDGE}\n{}\n{EDGE}", inner("\n")),
        LABEL => label_with_field(world, part),
        TEXT_INPUT => {
            let value = part["value"]
                .as_str()
                .or(part["placeholder"].as_str())
                .unwrap_or("");
            let label = part["label"]
                .as_str()
                .map(|label| format!("{label}: "))
                .unwrap_or_default();
            format!("{label}[{value}]")
        }
        _ => render_select(part, kind),
    }
}

fn label_with_field(world: &World, part: &Value) -> String {
    let label = part["label"].as_str().unwrap_or("");
    let description = part["description"]
        .as_str()
        .map(|text| format!(" ({text})"))
        .unwrap_or_default();
    format!(
        "{label}{description}: {}",
        render_component(world, &part["component"])
    )
}

/// What is on a button.
pub(super) fn label_of(part: &Value) -> String {
    let emoji = part["emoji"]["name"].as_str();
    let label = part["label"].as_str();
    [emoji, label].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn render_button(part: &Value) -> String {
    let label = label_of(part);
    if let Some(url) = part["url"].as_str() {
        return format!("[{label}]({url})");
    }
    let color = match part["style"].as_i64() {
        Some(1) => ":blue",
        Some(3) => ":green",
        Some(4) => ":red",
        _ => "",
    };
    if part["disabled"] == true {
        format!("({label}{color})")
    } else {
        format!("[{label}{color}]")
    }
}

fn render_select(part: &Value, kind: i64) -> String {
    let mark = |option: &Value| if option["default"] == true { "*" } else { "" };
    let options = part["options"].as_array().into_iter().flatten();
    let options = options.map(|option| format!("{}{}", option["label"].as_str().unwrap_or(""), mark(option)));
    let shown = match kind {
        STRING_SELECT | 21 | 22 => options.collect::<Vec<_>>().join(" | "),
        5 => "any member".to_owned(),
        6 => "any role".to_owned(),
        7 => "any member or role".to_owned(),
        8 => "any channel".to_owned(),
        19 => "a file".to_owned(),
        _ => "yes or no".to_owned(),
    };
    let placeholder = part["placeholder"]
        .as_str()
        .map(|text| format!("{text}: "))
        .unwrap_or_default();
    let (open, close) = if part["disabled"] == true {
        ("(", ")")
    } else {
        ("<", ">")
    };
    format!("{open}{placeholder}{shown}{close}")
}

fn render_media(item: &Value) -> String {
    let name = file_name(&item["media"]);
    match item["description"].as_str() {
        Some(description) => format!("{{{name}: {description}}}"),
        None => format!("{{{name}}}"),
    }
}

fn file_name(media: &Value) -> &str {
    let url = media["url"].as_str().unwrap_or("");
    url.strip_prefix("attachment://").unwrap_or(url)
}

/// Mentions by name.
fn name_mentions(world: &World, text: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        made.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find('>').unwrap_or(0);
        match name_mention(world, rest.get(1..end).unwrap_or("")) {
            Some(name) => {
                made.push_str(&name);
                rest = &rest[end + 1..];
            }
            None => {
                made.push('<');
                rest = &rest[1..];
            }
        }
    }
    made + rest
}

fn name_mention(world: &World, mention: &str) -> Option<String> {
    if let Some(id) = mention.strip_prefix("@&") {
        let id = id.parse().ok()?;
        let role = world.guilds.values().find_map(|guild| guild.roles.get(&id))?;
        return Some(format!("@{}", role.name.trim_start_matches('@')));
    }
    if let Some(id) = mention.strip_prefix("@!").or_else(|| mention.strip_prefix('@')) {
        return Some(format!("@{}", world.users.get(&id.parse().ok()?)?.name));
    }
    if let Some(id) = mention.strip_prefix('#') {
        return Some(format!("#{}", world.channels.get(&id.parse().ok()?)?.name));
    }
    let (command, id) = mention.strip_prefix('/')?.rsplit_once(':')?;
    id.parse::<u64>().ok()?;
    Some(format!("/{command}"))
}
