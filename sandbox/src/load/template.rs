//! The JSON of a click, made once and filled in for every click.

use serde_json::json;

use crate::ActError;
use crate::world::{Act, COMPONENT, World};

/// An interaction's JSON, cut where its id and its user stand.
pub(super) struct Template {
    pieces: Vec<String>,
    ends_with_user: Vec<bool>,
}

/// Marks in the JSON, which no message contains.
const ID_MARK: &str = "\u{1}id\u{1}";
const USER_MARK: &str = "\u{1}user\u{1}";

impl Template {
    fn new(text: &str) -> Self {
        // In JSON the marks are written with escapes.
        let marks = [json!(ID_MARK).to_string(), json!(USER_MARK).to_string()];
        let marks = marks.each_ref().map(|mark| mark.trim_matches('"'));
        let mut template = Self {
            pieces: Vec::new(),
            ends_with_user: Vec::new(),
        };
        let mut rest = text;
        loop {
            let next = marks
                .iter()
                .enumerate()
                .filter_map(|(kind, mark)| Some((rest.find(mark)?, kind, mark)));
            let Some((at, kind, mark)) = next.min() else { break };
            template.pieces.push(rest[..at].to_owned());
            template.ends_with_user.push(kind == 1);
            rest = &rest[at + mark.len()..];
        }
        template.pieces.push(rest.to_owned());
        template
    }

    /// The JSON of one click.
    pub(super) fn fill(&self, id: u64, user: u64) -> String {
        let (id, user) = (id.to_string(), user.to_string());
        let mut text = String::with_capacity(self.pieces.iter().map(|piece| piece.len() + 20).sum());
        for (index, piece) in self.pieces.iter().enumerate() {
            text.push_str(piece);
            match self.ends_with_user.get(index) {
                Some(true) => text.push_str(&user),
                Some(false) => text.push_str(&id),
                None => {}
            }
        }
        text
    }
}

/// The interaction that a click on a target sends.
pub(super) fn make_template(
    world: &World,
    (message, custom_id): &(u64, String),
) -> Result<Template, ActError> {
    let missing = || ActError::NotSent(format!("There is no message {message}"));
    let channel = world.messages.get(message).ok_or_else(missing)?.channel;
    let user = world
        .users
        .values()
        .find(|user| !user.bot)
        .map_or(0, |user| user.id);
    let act = Act {
        kind: COMPONENT,
        user,
        channel,
        source: Some(*message),
        name: custom_id.clone(),
        focused: 0,
        installed_by: None,
        data: json!({ "custom_id": custom_id, "component_type": 2, "id": 0 }),
    };
    let mut payload = world.interaction_json(0, "", &act);
    payload["id"] = json!(ID_MARK);
    payload["token"] = json!(format!("load-{ID_MARK}"));
    payload["member"]["user"]["id"] = json!(USER_MARK);
    payload["member"]["user"]["username"] = json!(format!("member-{USER_MARK}"));
    payload["member"]["user"]["global_name"] = json!(format!("Member {USER_MARK}"));
    Ok(Template::new(&payload.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_in_every_place() {
        let text =
            json!({ "id": ID_MARK, "token": format!("load-{ID_MARK}"), "user": USER_MARK }).to_string();
        assert_eq!(
            Template::new(&text).fill(7, 9),
            r#"{"id":"7","token":"load-7","user":"9"}"#
        );
    }
}
