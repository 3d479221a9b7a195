//! Emoji and stickers: this Discord has none of its own, and says so as Discord does.

use serde_json::json;

use crate::refusal::Refusal;
use crate::rest::ask::{Answer, Ask, Reply, parse_id};

/// `/guilds/{guild}/emojis/…` and `/guilds/{guild}/stickers/…`
pub(super) fn of_guild(rest: &[&str]) -> Option<Answer> {
    Some(match rest {
        ["emojis"] | ["stickers"] => Ok(Reply::Json(json!([]))),
        ["emojis", emoji] => parse_id(emoji).and(Err(unknown_emoji())),
        ["stickers", sticker] => parse_id(sticker).and(Err(unknown_sticker())),
        _ => return None,
    })
}

/// `/applications/{application}/emojis/…`
pub(super) fn of_application(ask: &Ask, rest: &[&str]) -> Option<Answer> {
    Some(match (ask.method.as_str(), rest) {
        ("GET", ["emojis"]) => Ok(Reply::Json(json!({ "items": [] }))),
        ("GET", ["emojis", emoji]) => parse_id(emoji).and(Err(unknown_emoji())),
        _ => return None,
    })
}

/// `/sticker-packs` and `/stickers/{sticker}`
pub(super) fn list_stickers(rest: &[&str]) -> Option<Answer> {
    Some(match rest {
        ["sticker-packs"] => Ok(Reply::Json(json!({ "sticker_packs": [] }))),
        ["sticker-packs", pack] => parse_id(pack).and(Err(Refusal::life(404, 10061, "Unknown Sticker Pack"))),
        ["stickers", sticker] => parse_id(sticker).and(Err(unknown_sticker())),
        _ => return None,
    })
}

fn unknown_emoji() -> Refusal {
    Refusal::life(404, 10014, "Unknown Emoji")
}

fn unknown_sticker() -> Refusal {
    Refusal::life(404, 10060, "Unknown sticker")
}
