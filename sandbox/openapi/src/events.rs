//! Events of the gateway, which the document does not describe, but whose parts it does.

use sandbox::Dispatch;
use serde_json::Value;

use crate::document::Reading;
use crate::words::complaints_of;

/// Event, or the start of its name; where in it, as a path in which `*` is every item; how it is read; the component.
const PARTS: &[(&str, &str, Reading, &str)] = &[
    ("READY", "/user", Reading::Parts, "UserPIIResponse"),
    (
        "READY",
        "/application",
        Reading::Parts,
        "PrivateApplicationResponse",
    ),
    ("GUILD_CREATE", "", Reading::Answers, "GuildResponse"),
    (
        "GUILD_CREATE",
        "/channels/*",
        Reading::Answers,
        "GuildChannelResponse",
    ),
    ("GUILD_CREATE", "/threads/*", Reading::Answers, "ThreadResponse"),
    (
        "GUILD_CREATE",
        "/members/*",
        Reading::Answers,
        "GuildMemberResponse",
    ),
    ("CHANNEL_CREATE", "", Reading::Answers, "GuildChannelResponse"),
    ("CHANNEL_UPDATE", "", Reading::Answers, "GuildChannelResponse"),
    ("CHANNEL_DELETE", "", Reading::Answers, "GuildChannelResponse"),
    ("THREAD_CREATE", "", Reading::Answers, "ThreadResponse"),
    ("THREAD_UPDATE", "", Reading::Answers, "ThreadResponse"),
    ("MESSAGE_CREATE", "", Reading::Answers, "MessageResponse"),
    ("MESSAGE_UPDATE", "", Reading::Answers, "MessageResponse"),
    (
        "INTERACTION_CREATE",
        "/type",
        Reading::Answers,
        "InteractionTypes",
    ),
    (
        "INTERACTION_CREATE",
        "/context",
        Reading::Answers,
        "InteractionContextType",
    ),
    (
        "INTERACTION_CREATE",
        "/locale",
        Reading::Answers,
        "AvailableLocalesEnum",
    ),
    (
        "INTERACTION_CREATE",
        "/guild_locale",
        Reading::Answers,
        "AvailableLocalesEnum",
    ),
    (
        "INTERACTION_CREATE",
        "/message",
        Reading::Answers,
        "MessageResponse",
    ),
    (
        "INTERACTION_CREATE",
        "/member",
        Reading::Parts,
        "GuildMemberResponse",
    ),
    ("INTERACTION_CREATE", "/user", Reading::Parts, "UserResponse"),
    ("INTERACTION_CREATE", "/guild", Reading::Parts, "GuildResponse"),
    (
        "INTERACTION_CREATE",
        "/entitlements/*",
        Reading::Answers,
        "EntitlementResponse",
    ),
    (
        "INTERACTION_CREATE",
        "/data/resolved/users/*",
        Reading::Parts,
        "UserResponse",
    ),
    (
        "INTERACTION_CREATE",
        "/data/resolved/members/*",
        Reading::Parts,
        "GuildMemberResponse",
    ),
    (
        "INTERACTION_CREATE",
        "/data/resolved/roles/*",
        Reading::Answers,
        "GuildRoleResponse",
    ),
    (
        "INTERACTION_CREATE",
        "/data/resolved/messages/*",
        Reading::Answers,
        "MessageResponse",
    ),
    (
        "INTERACTION_CREATE",
        "/data/resolved/attachments/*",
        Reading::Answers,
        "MessageAttachmentResponse",
    ),
];

/// What is not by the document in an event, a sentence each.
pub fn judge_dispatch(dispatch: &Dispatch) -> Vec<String> {
    let mut found = Vec::new();
    for (event, path, reading, component) in PARTS {
        let meant = dispatch.name == *event || event.ends_with('_') && dispatch.name.starts_with(event);
        if !meant {
            continue;
        }
        for (place, part) in parts_at(&dispatch.data, path) {
            let complaints = complaints_of(&reading.component(component), part);
            let sentence = |why: String| format!("event {} at {place}, a {component}: {why}", dispatch.name);
            found.extend(complaints.into_iter().map(sentence));
        }
    }
    found
}

/// Every value at a path in which `*` stands for every item, with its JSON pointer.
fn parts_at<'v>(value: &'v Value, path: &str) -> Vec<(String, &'v Value)> {
    let mut found = vec![(String::new(), value)];
    for step in path.split('/').skip(1) {
        let below = |(place, value): (String, &'v Value)| -> Vec<(String, &'v Value)> {
            let named = |name: &str, item| (format!("{place}/{name}"), item);
            match (step, value) {
                ("*", Value::Array(list)) => list
                    .iter()
                    .enumerate()
                    .map(|(at, item)| named(&at.to_string(), item))
                    .collect(),
                ("*", Value::Object(map)) => map.iter().map(|(name, item)| named(name, item)).collect(),
                (step, value) => value
                    .get(step)
                    .map(|item| named(step, item))
                    .into_iter()
                    .collect(),
            }
        };
        found = found.into_iter().flat_map(below).collect();
    }
    found
}
