//! Changes of messages: which parts an edit replaces, which files stay, and how often old messages may be edited.

use std::collections::VecDeque;
use std::time::Instant;

use chrono::Duration;
use serde_json::Value;

use super::content::{guess_type, is_empty};
use super::{Attachment, Message, World};
use crate::check::message::{Draft, IS_COMPONENTS_V2, LOADING, SUPPRESS_EMBEDS, Upload};
use crate::permissions::{ATTACH_FILES, EMBED_LINKS};
use crate::refusal::Refusal;

/// Edits of messages older than an hour that a channel takes within [`OLD_EDITS_WINDOW_S`] seconds.
const OLD_EDITS: usize = 3;
const OLD_EDITS_WINDOW_S: f64 = 6.0;

impl World {
    /// The bot edits one of its messages, or the flags of another's.
    pub(crate) fn bot_edits(
        &mut self,
        channel: u64,
        id: u64,
        draft: Draft,
        at: Instant,
    ) -> Result<(), Refusal> {
        self.bot_channel(channel)?;
        let message = self.public_message(channel, id)?;
        if message.author != self.application {
            return Err(Refusal::mistake(
                403,
                50005,
                "Cannot edit a message authored by another user",
            ));
        }
        let old = self.now() - message.created > Duration::hours(1);
        if !draft.uploads.is_empty() {
            self.bot_needs_in_guild(channel, ATTACH_FILES)?;
        }
        if draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
            self.bot_needs_in_guild(channel, EMBED_LINKS)?;
        }
        self.active_thread(channel)?;
        if old {
            self.count_old_edit(channel, at)?;
        }
        self.edit(id, draft, None)
    }

    fn count_old_edit(&mut self, channel: u64, at: Instant) -> Result<(), Refusal> {
        let recent: &mut VecDeque<Instant> = self.old_edits.entry(channel).or_default();
        while recent
            .front()
            .is_some_and(|first| (at - *first).as_secs_f64() > OLD_EDITS_WINDOW_S)
        {
            recent.pop_front();
        }
        if recent.len() >= OLD_EDITS {
            let waited = recent.front().map_or(0.0, |first| (at - *first).as_secs_f64());
            return Err(Refusal::old_edits(OLD_EDITS_WINDOW_S - waited));
        }
        recent.push_back(at);
        Ok(())
    }

    /// Changes a message. `in_answer_to` is the interaction, when the edit belongs to one.
    pub(crate) fn edit(&mut self, id: u64, draft: Draft, in_answer_to: Option<u64>) -> Result<(), Refusal> {
        let Some(mut message) = self.messages.get(&id).cloned() else {
            return Err(Refusal::unknown_message());
        };
        new_files_are_listed(&draft)?;
        if let Some(flags) = draft.flags {
            let suppress = flags & SUPPRESS_EMBEDS;
            message.flags = message.flags & !SUPPRESS_EMBEDS | suppress | flags & IS_COMPONENTS_V2;
        }
        self.apply(&mut message, draft)?;
        if is_empty(&message) {
            return Err(Refusal::empty_message());
        }
        let was_loading = message.has(LOADING);
        message.flags &= !LOADING;
        if !was_loading {
            message.edited = Some(self.now());
        }
        self.put_message(message);
        self.announce("MESSAGE_UPDATE", id);
        if let Some(interaction) = in_answer_to {
            self.answered(interaction, super::Outcome::Message(id));
        }
        Ok(())
    }

    /// Lays what a draft says over a message.
    pub(super) fn apply(&mut self, message: &mut Message, draft: Draft) -> Result<(), Refusal> {
        if let Some(content) = draft.content {
            message.content = content;
        }
        if let Some(embeds) = draft.embeds {
            message.embeds = embeds;
        }
        if let Some(components) = draft.components {
            message.components = components;
        }
        self.apply_files(message, draft.attachments.as_deref(), draft.uploads)?;
        for (path, name) in draft.shown_files {
            if !message
                .attachments
                .iter()
                .any(|attachment| attachment.name == name)
            {
                let message = format!("The referenced attachment {name} was not uploaded");
                return Err(Refusal::invalid(&path, "COMPONENT_ATTACHMENT_NOT_FOUND", message));
            }
        }
        if message.has(IS_COMPONENTS_V2) && !(message.content.is_empty() && message.embeds.is_empty()) {
            let text = "The message still has content or embeds: set them to null with MessageFlags.IS_COMPONENTS_V2";
            let code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
            return Err(Refusal::invalid("content", code, text));
        }
        let users_only = message.via.is_some();
        self.resolve_mentions(message, draft.allowed_mentions.as_ref(), users_only);
        Ok(())
    }

    /// Keeps the listed attachments (all, when there is no list) and adds what was uploaded.
    fn apply_files(
        &mut self,
        message: &mut Message,
        listed: Option<&[Value]>,
        uploads: Vec<Upload>,
    ) -> Result<(), Refusal> {
        if let Some(listed) = listed {
            message
                .attachments
                .retain(|has| listed.iter().any(|one| id_of(one) == Some(has.id)));
            for (index, one) in listed.iter().enumerate() {
                let known = |id: u64| {
                    message.attachments.iter().any(|has| has.id == id)
                        || uploads.iter().any(|upload| upload.index == id)
                };
                if !id_of(one).is_some_and(known) {
                    let text =
                        "No file was uploaded with this number, and no attachment of the message has this id";
                    let path = format!("attachments.{index}.id");
                    return Err(Refusal::invalid(&path, "ATTACHMENT_NOT_FOUND", text));
                }
            }
        }
        for upload in uploads {
            let listed = listed
                .unwrap_or(&[])
                .iter()
                .find(|one| id_of(one) == Some(upload.index));
            let text = |key: &str| listed.and_then(|one| one[key].as_str()).map(str::to_owned);
            let name = text("filename").unwrap_or(upload.name);
            // What a client says that does not know it counts as nothing said.
            let content_type = upload
                .content_type
                .filter(|kind| kind != "application/octet-stream")
                .unwrap_or_else(|| guess_type(&name).to_owned());
            let description = text("description");
            let id = self.next_id();
            message.attachments.push(Attachment {
                id,
                name,
                content_type,
                bytes: upload.bytes.into(),
                description,
            });
        }
        Ok(())
    }
}

/// An edit that shows a file it brings has to list it under `attachments`, with its number and name.
fn new_files_are_listed(draft: &Draft) -> Result<(), Refusal> {
    let listed = draft.attachments.as_deref().unwrap_or(&[]);
    for (path, name) in &draft.shown_files {
        let mut brought = draft.uploads.iter().filter(|upload| upload.name == *name);
        let fits = |upload: &Upload| {
            let of_upload = |one: &&Value| id_of(one) == Some(upload.index);
            listed
                .iter()
                .find(of_upload)
                .is_some_and(|one| one["filename"] == name.as_str())
        };
        if !brought.all(fits) {
            let message =
                format!("The attachment {name} is new: list it under attachments, with id and filename");
            return Err(Refusal::invalid(path, "COMPONENT_ATTACHMENT_NOT_FOUND", message));
        }
    }
    Ok(())
}

fn id_of(value: &Value) -> Option<u64> {
    value["id"]
        .as_u64()
        .or_else(|| value["id"].as_str()?.parse().ok())
}
