//! What Discord, and Cloudflare before it, want of a handshake and an IDENTIFY.

use serde_json::{Value, json};

use super::http::Request;
use super::server::TOKEN;

/// What Cloudflare and Discord want of a handshake.
pub fn check_handshake(request: &Request) -> Result<(), String> {
    let (path, query) = request.parts();
    let wanted = [
        (request.method == "GET", "the method is not GET"),
        (request.line.ends_with(" HTTP/1.1"), "the version is not HTTP/1.1"),
        (path == "/", "the path is not /"),
        (query.contains(&("v", "10")), "v=10 is not asked for"),
        (
            query.contains(&("encoding", "json")),
            "encoding=json is not asked for",
        ),
        (request.header("host").is_some(), "there is no Host"),
        (
            request.header("sec-websocket-version") == Some("13"),
            "not version 13",
        ),
        (
            request
                .header("sec-websocket-key")
                .is_some_and(|key| key.len() == 24),
            "the key is not 16 bytes in base64",
        ),
    ];
    for (right, complaint) in wanted {
        if !right {
            return Err(complaint.to_owned());
        }
    }
    for (name, value) in [("upgrade", "websocket"), ("connection", "upgrade")] {
        if !request
            .header(name)
            .is_some_and(|said| said.to_lowercase().contains(value))
        {
            return Err(format!("{name} is not {value}"));
        }
    }
    match query.iter().find(|(name, _)| *name == "compress") {
        Some(_) => Err("compression is asked for, which this Discord does not play".to_owned()),
        None => Ok(()),
    }
}

/// Whether this is the token, with the word before it or without.
pub fn is_token(said: &Value) -> bool {
    let said = said.as_str().unwrap_or_default();
    said.strip_prefix("Bot ").unwrap_or(said) == TOKEN
}

/// What Discord wants of an IDENTIFY, or the close code it gets.
pub fn check_identify(said: &Value) -> Result<(), (u16, String)> {
    if !is_token(&said["token"]) {
        return Err((4_004, "IDENTIFY with another token".to_owned()));
    }
    let Some(intents) = said["intents"].as_u64() else {
        return Err((4_002, format!("intents are {}", said["intents"])));
    };
    // Those that exist, and those that need no permission in the developer portal.
    let known = ((1_u64 << 17) - 1) | 0b11 << 20 | 0b11 << 24;
    let privileged = 1 << 1 | 1 << 8 | 1 << 15;
    if intents & !known != 0 {
        return Err((4_013, format!("intents {intents}")));
    }
    if intents & privileged != 0 {
        return Err((4_014, format!("intents {intents}")));
    }
    for property in ["os", "browser", "device"] {
        if !said["properties"][property].is_string() {
            return Err((
                4_002,
                format!("property {property} is {}", said["properties"][property]),
            ));
        }
    }
    match (&said["shard"], &said["compress"], &said["large_threshold"]) {
        (shard, _, _) if !shard.is_null() && *shard != json!([0, 1]) => {
            Err((4_010, format!("shard {shard}")))
        }
        (_, compress, _) if *compress == true => {
            Err((4_002, "compression, which this Discord does not play".to_owned()))
        }
        (_, _, threshold)
            if !threshold.is_null() && !(50..=250).contains(&threshold.as_u64().unwrap_or_default()) =>
        {
            Err((4_002, format!("large_threshold {threshold}")))
        }
        _ => Ok(()),
    }
}
